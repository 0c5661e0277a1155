//! Texts of others, made fit for problems, logs and the store: without secrets, recipients and telephone numbers.

use crate::text::printable;

/// The sign in place of what is left out.
const HIDDEN: &str = "…";
/// The fewest digits that are taken for a telephone number.
const FEWEST_DIGITS: usize = 8;
/// The digits that stay of a number.
const KEPT_DIGITS: usize = 4;
/// The shortest secret that is looked for: a shorter one is in every text.
const SHORTEST: usize = 4;

/// Cleans `text` for the terminal, leaves out `hidden`, and cuts it to `longest` characters.
pub(super) fn clean(text: &str, hidden: &[&str], longest: usize) -> String {
    let mut text = text.to_owned();
    let mut hidden: Vec<&str> = hidden.to_vec();
    // One secret may be part of another.
    hidden.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    for secret in hidden {
        if secret.len() >= SHORTEST {
            text = text.replace(secret, HIDDEN);
        }
    }
    printable(&without_numbers(&text), longest)
}

/// Leaves the last digits of each number that may be a telephone's: with or without blanks, hyphens, dots and brackets.
fn without_numbers(text: &str) -> String {
    let joins = |c: char| matches!(c, ' ' | '-' | '.' | '(' | ')');
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, tail) = rest.split_at(start);
        let run = tail.find(|c: char| !c.is_ascii_digit() && !joins(c));
        let run = &tail[..run.unwrap_or(tail.len())];
        let run = run.trim_end_matches(joins);
        let digits: Vec<char> = run.chars().filter(char::is_ascii_digit).collect();
        shown += before;
        if digits.len() < FEWEST_DIGITS {
            shown += run;
        } else {
            shown += HIDDEN;
            shown.extend(&digits[digits.len() - KEPT_DIGITS..]);
        }
        rest = &tail[run.len()..];
    }
    shown + rest
}

/// Cuts `text` so that the sum of `measure` over its characters is at most `limit`, and marks the cut.
pub(super) fn cut(text: &str, limit: usize, measure: fn(char) -> usize) -> String {
    let whole: usize = text.chars().map(measure).sum();
    if whole <= limit {
        return text.to_owned();
    }
    let mut left = limit.saturating_sub(HIDDEN.chars().map(measure).sum());
    let fits = text.chars().take_while(|c| {
        let size = measure(*c);
        let fits = size <= left;
        left = left.saturating_sub(size);
        fits
    });
    let mut shown: String = fits.collect();
    shown += HIDDEN;
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_recipients_and_numbers_are_left_out() {
        let hidden = ["s3cret", "s3cret-longer", "ana@cliente.com", "x"];
        for (text, shown) in [
            ("bad token s3cret-longer", "bad token …"),
            ("<ana@cliente.com>: user unknown", "<…>: user unknown"),
            (
                "The 'To' number +5511912345678 is not valid",
                "The 'To' number +…5678 is not valid",
            ),
            ("+55 (11) 91234-5678", "+…5678"),
            ("error 21211, status 400", "error 21211, status 400"),
            ("5.1.1 x", "5.1.1 x"),
            ("a\u{1b}[31m\nb", "a\u{FFFD}[31m b"),
            ("", ""),
        ] {
            assert_eq!(clean(text, &hidden, 99), shown, "{text}");
        }
        assert_eq!(clean("abcdef", &[], 3), "abc…");
    }

    #[test]
    fn a_cut_text_keeps_to_the_limit() {
        assert_eq!(cut("abc", 3, |_| 1), "abc");
        assert_eq!(cut("abcd", 3, |_| 1), "ab…");
        assert_eq!(cut("é😀é", 5, char::len_utf8), "é…");
        assert_eq!(cut("😀😀", 3, char::len_utf16), "😀…");
        assert_eq!(cut("abc", 0, |_| 1), "…");
    }
}
