//! Lines of a text: broken at blanks, and never in a word or in a path.

use std::ops::Range;

use console::{measure_text_width, truncate_str};

/// Columns by which the lines of a remark are set in after its first.
const HANG: usize = 2;

/// Returns `text` in lines of at most `width`, broken at blanks; a word that is longer stays whole.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    lines(text, width, 0, &[])
}

/// Wraps `text` as [`wrap`] does. None of `whole` is broken, blanks or not.
pub(super) fn wrap_whole(text: &str, width: usize, whole: &[&str]) -> Vec<String> {
    lines(text, width, 0, whole)
}

/// Wraps `text` as [`wrap`] does, with the lines after the first set in. None of `whole` is broken, blanks or not.
pub(super) fn hung(text: &str, width: usize, whole: &[&str]) -> Vec<String> {
    lines(text, width, HANG, whole)
}

/// Returns as many words of `text` as one line of `width` has room for, and `…` in place of the others. None of
/// `whole` is broken.
pub(super) fn cut(text: &str, width: usize, whole: &[&str]) -> String {
    if measure_text_width(text) <= width {
        return text.to_owned();
    }
    let room = width.saturating_sub(2);
    let first = lines(text, room, 0, whole).into_iter().next();
    match first.filter(|line| measure_text_width(line) <= room) {
        Some(line) => format!("{line} …"),
        None => truncate_str(text, width, "…").into_owned(),
    }
}

/// Returns the places of `whole` in `text`.
pub(super) fn places(text: &str, whole: &[&str]) -> Vec<Range<usize>> {
    let whole = whole.iter().filter(|part| !part.is_empty());
    let places = whole.flat_map(|part| text.match_indices(part));
    places
        .map(|(start, part)| start..start + part.len())
        .collect()
}

fn lines(text: &str, width: usize, hang: usize, whole: &[&str]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words(text, whole) {
        match lines.last_mut() {
            Some(line) if measure_text_width(line) + 1 + measure_text_width(word) <= width => {
                line.push(' ');
                line.push_str(word);
            }
            Some(_) => lines.push(format!("{:hang$}{word}", "")),
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Returns the parts of `text` between the blanks at which a line may end.
fn words<'t>(text: &'t str, whole: &[&str]) -> Vec<&'t str> {
    let places = places(text, whole);
    let (mut words, mut start) = (Vec::new(), 0);
    for (blank, _) in text.match_indices(' ') {
        // A sign stays beside its amount, a value beside its key, and a dot at the end of its line.
        let (before, after) = (&text[start..blank], &text[blank + 1..]);
        let bound = before.ends_with(['$', '=']) || after.starts_with(['=', '·']);
        if !bound && !places.iter().any(|place| place.contains(&blank)) {
            words.push(before);
            start = blank + 1;
        }
    }
    words.push(&text[start..]);
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_path_with_blanks_is_never_broken() {
        let path = "/home/Maria Silva/Área de Trabalho/chave.pem";
        let text = format!("config_a: {path}: o arquivo não existe, custa R$ 10,00");
        assert_eq!(
            hung(&text, 52, &[path]),
            [
                "config_a:",
                "  /home/Maria Silva/Área de Trabalho/chave.pem: o",
                "  arquivo não existe, custa R$ 10,00"
            ]
        );
        assert_eq!(cut(&text, 58, &[path]), format!("config_a: {path}: …"));
        assert_eq!(cut(&text, 50, &[path]), "config_a: …");
        assert_eq!(cut("R$ 10,00 por dia", 10, &[]), "R$ 10,00 …");
        assert_eq!(
            wrap("ponha moeda = BRL · já", 13),
            ["ponha", "moeda = BRL ·", "já"]
        );
        assert_eq!(cut("ocid1.tenancy.oc1..aaaa", 10, &[]), "ocid1.ten…");
    }

    proptest! {
        #[test]
        fn wrapping_keeps_every_word(text in "[a-z$]{1,9}( [a-z]{1,9}){0,30}", width in 21usize..60) {
            for hang in [0, HANG] {
                let lines = lines(&text, width, hang, &[]);
                prop_assert!(lines.iter().all(|line| measure_text_width(line) <= width));
                prop_assert!(lines.iter().skip(1).all(|line| line.starts_with(&" ".repeat(hang))));
                let words: Vec<&str> = lines.iter().map(|line| line.trim_start()).collect();
                prop_assert_eq!(words.join(" "), text.clone());
            }
            prop_assert!(measure_text_width(&cut(&text, width, &[])) <= width);
        }

        #[test]
        fn no_whole_part_is_broken(
            before in "[a-z ]{0,40}",
            path in "/[a-z]{1,9}( [a-z]{1,9}){0,3}/[a-z]{1,5}",
            after in "[a-z ]{0,40}",
            width in 5usize..80,
        ) {
            let text = format!("{before} {path} {after}");
            let lines = hung(&text, width, &[&path]);
            prop_assert!(lines.iter().any(|line| line.contains(&path)), "{:?}", lines);
        }
    }
}
