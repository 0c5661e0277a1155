//! The contact of a customer's page, whose addresses are linked.

use crate::text::{LONGEST_CONTACT, printable};

/// Beginnings of an address that a contact may be linked to.
const LINKED: [&str; 3] = ["https://", "mailto:", "tel:"];

/// Digits of the longest telephone number (E.164).
const LONGEST_NUMBER: usize = 15;

/// A part of the contact; an address is linked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) href: Option<String>,
    pub(super) text: String,
}

/// Splits the contact into texts and linked addresses.
pub(super) fn linked(contact: &str) -> Vec<Part> {
    let contact = printable(contact, LONGEST_CONTACT);
    let mut parts: Vec<Part> = Vec::new();
    let mut words = contact.split_inclusive(' ').peekable();
    while let Some(word) = words.next() {
        let address = trimmed(word);
        let scheme = LINKED.iter().find(|scheme| {
            let start = address.get(..scheme.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(scheme))
        });
        let (link, rest) = match scheme.filter(|scheme| address.len() > scheme.len()) {
            Some(scheme) => {
                let after = address.get(scheme.len()..).unwrap_or(address);
                let mut rest = word.get(address.len()..).unwrap_or_default();
                let mut href = address.to_owned();
                let mut shown = match *scheme {
                    "https://" => address.to_owned(),
                    _ => after.to_owned(),
                };
                if *scheme == "tel:" && is_group(after) {
                    // The groups of a number may be apart.
                    while let " " | ") " = rest {
                        let fits = |next: &&str| {
                            let next = trimmed(next);
                            let digits = digits(&shown).len() + digits(next).len();
                            is_group(next) && digits <= LONGEST_NUMBER
                        };
                        let Some(next) = words.next_if(fits) else {
                            break;
                        };
                        let group = trimmed(next);
                        shown.push_str(rest);
                        shown.push_str(group);
                        rest = next.get(group.len()..).unwrap_or_default();
                    }
                    let plus = if after.starts_with('+') { "+" } else { "" };
                    href = format!("tel:{plus}{}", digits(&shown));
                }
                let link = Part {
                    href: Some(href),
                    text: shown,
                };
                (Some(link), rest)
            }
            None => (None, word),
        };
        parts.extend(link);
        match parts.last_mut().filter(|last| last.href.is_none()) {
            Some(last) => last.text.push_str(rest),
            None if rest.is_empty() => {}
            None => parts.push(Part {
                href: None,
                text: rest.to_owned(),
            }),
        }
    }
    parts
}

/// Returns `word` without the signs after it.
fn trimmed(word: &str) -> &str {
    word.trim_end_matches([' ', '.', ',', ';', ')', '>'])
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Returns whether `text` is a group of a telephone number: `+55`, `(11`, `4002-8922`.
fn is_group(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '(' | ')');
    text.contains(|c: char| c.is_ascii_digit()) && text.chars().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_a_contact_are_linked() {
        let link = |href: &str, text: &str| Part {
            href: Some(href.to_owned()),
            text: text.to_owned(),
        };
        let text = |text: &str| Part {
            href: None,
            text: text.to_owned(),
        };
        for (contact, parts) in [
            ("Ana, 11 99999-0000", vec![text("Ana, 11 99999-0000")]),
            (
                "Ana: mailto:ana@parceira.com.br, tel:+5511999990000.",
                vec![
                    text("Ana: "),
                    link("mailto:ana@parceira.com.br", "ana@parceira.com.br"),
                    text(", "),
                    link("tel:+5511999990000", "+5511999990000"),
                    text("."),
                ],
            ),
            (
                "https://parceira.com.br/ajuda",
                vec![link(
                    "https://parceira.com.br/ajuda",
                    "https://parceira.com.br/ajuda",
                )],
            ),
            (
                "tel:+55 11 4002-8922, 9h",
                vec![link("tel:+551140028922", "+55 11 4002-8922"), text(", 9h")],
            ),
            (
                "tel:(11) 4002-8922 9h, Ana",
                vec![link("tel:1140028922", "(11) 4002-8922"), text(" 9h, Ana")],
            ),
            (
                "tel:+5511999990000 11400289220",
                vec![
                    link("tel:+5511999990000", "+5511999990000"),
                    text(" 11400289220"),
                ],
            ),
            ("http://a.b", vec![text("http://a.b")]),
            ("javascript:alert(1)", vec![text("javascript:alert(1)")]),
            ("tel: 11", vec![text("tel: 11")]),
            ("", vec![]),
        ] {
            assert_eq!(linked(contact), parts, "{contact}");
        }
    }
}
