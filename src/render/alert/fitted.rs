//! Texts that have to fit: names of clients, and lines of a fixed length.

use crate::text::printable;

/// Characters of a name in a mail.
const LONGEST_NAME: usize = 60;

/// A name from outside, as a mail shows it.
pub(super) fn name(text: &str) -> String {
    let name = printable(text, LONGEST_NAME);
    match name.is_empty() {
        true => "?".to_owned(),
        false => name,
    }
}

/// Cuts `text` to at most `most` characters; a cut text ends with `mark`.
pub(super) fn cut(text: &str, most: usize, mark: &str) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept = most.saturating_sub(mark.chars().count());
    let kept: String = text.chars().take(kept).collect();
    let mark: String = mark.chars().take(most).collect();
    kept.trim_end().to_owned() + &mark
}

/// Joins `parts` with `between`, without the last ones that make it longer than `most` characters. The first stays.
pub(super) fn joined(parts: &[String], between: &str, most: usize) -> String {
    let mut text = String::new();
    for (n, part) in parts.iter().enumerate() {
        let longer = match n {
            0 => part.clone(),
            _ => format!("{text}{between}{part}"),
        };
        if n > 0 && longer.chars().count() > most {
            break;
        }
        text = longer;
    }
    text
}
