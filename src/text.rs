//! Text from outside, made fit for a terminal, a log, a document and a shell, and for comparing.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// `text` with everything that a terminal would obey, or a reader not see,
/// replaced: control characters, escape codes, marks that turn the direction
/// of writing or have no width. White space becomes a blank; what is over
/// `longest` characters is cut and says so.
pub fn printable(text: &str, longest: usize) -> String {
    let mut clean = String::with_capacity(text.len().min(longest));
    for (n, c) in text.trim().chars().enumerate() {
        if n == longest {
            clean.push('…');
            break;
        }
        clean.push(match c {
            ' ' | '\t' | '\n' | '\r' => ' ',
            c if c.is_control() || invisible(c) => '\u{FFFD}',
            c => c,
        });
    }
    clean
}

/// `text` without case and accents, for comparing as people do: `São` and `SAO` are one.
pub fn folded(text: &str) -> String {
    text.nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .collect()
}

/// `text` as a shell takes it for one word.
pub fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+:\\".contains(c);
    if text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// Characters without a glyph of their own that change how others are seen.
fn invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FFA0}'
        | '\u{E0100}'..='\u{E01EF}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}'
        | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_a_terminal_obeys_is_replaced() {
        assert_eq!(
            printable("a\x1b[31mb\u{7}\u{9b}c\u{202e}d", 99),
            "a\u{FFFD}[31mb\u{FFFD}\u{FFFD}c\u{FFFD}d"
        );
        assert_eq!(
            printable(" Padaria\tPão\nQuente ", 99),
            "Padaria Pão Quente"
        );
        assert_eq!(printable("abcdef", 3), "abc…");
    }

    #[test]
    fn case_and_accents_are_folded() {
        assert_eq!(
            folded("Padaria PÃO Quente & Cia"),
            "padaria pao quente & cia"
        );
    }

    #[test]
    fn a_shell_takes_what_is_quoted_for_one_word() {
        assert_eq!(quoted("./clientes/config_são"), "./clientes/config_são");
        assert_eq!(quoted("a b; c's"), r"'a b; c'\''s'");
        assert_eq!(quoted("$(x)"), "'$(x)'");
    }

    proptest! {
        #[test]
        fn nothing_that_a_terminal_obeys_remains(text in any::<String>()) {
            let clean = printable(&text, 50);
            prop_assert!(clean.chars().count() <= 51);
            prop_assert!(!clean.chars().any(|c| c.is_control() || invisible(c)));
        }
    }
}
