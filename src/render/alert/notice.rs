//! Plain text within bounds: for topics, chats and programs.

use crate::lang::{Lang, say};

/// Cuts `text` at a line so that it has at most `most` bytes, and says how many lines are left out.
pub(super) fn bounded(lang: Lang, text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let lines: Vec<&str> = text.lines().collect();
    let mut kept = lines.len();
    loop {
        let left_out = lines.len() - kept;
        let more = match left_out {
            1 => say!(lang, "... e mais 1 linha", "... and 1 more line"),
            _ => say!(
                lang,
                "... e mais {left_out} linhas",
                "... and {left_out} more lines"
            ),
        };
        let head: usize = lines.iter().take(kept).map(|line| line.len() + 1).sum();
        if head + more.len() <= most || kept == 0 {
            let mut text: String = lines
                .iter()
                .take(kept)
                .flat_map(|line| [line, "\n"])
                .collect();
            text += &more;
            // A bound below the sentence itself is no bound that a channel has.
            while text.len() > most {
                text.pop();
            }
            return text;
        }
        kept -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_text_is_cut_at_a_line() {
        let text = "um\ndois\ntrês\nquatro\ncinco e seis\nsete\n";
        assert_eq!(bounded(Lang::PtBr, text, 99), text);
        assert_eq!(
            bounded(Lang::PtBr, text, 30),
            "um\ndois\n... e mais 4 linhas"
        );
        assert_eq!(
            bounded(Lang::En, text, 36),
            "um\ndois\ntrês\n... and 3 more lines"
        );
    }

    proptest! {
        #[test]
        fn no_text_is_longer(text in any::<String>(), most in 0usize..200) {
            prop_assert!(bounded(Lang::PtBr, &text, most).len() <= most.max(text.len().min(most)));
        }
    }
}
