//! The contact of a customer's page, whose addresses are linked.

use crate::render::customer::LONGEST_CONTACT;
use crate::text::printable;

/// Beginnings of an address that a contact may be linked to.
const LINKED: [&str; 3] = ["https://", "mailto:", "tel:"];

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
    for word in contact.split_inclusive(' ') {
        let address = word.trim_end_matches([' ', '.', ',', ';', ')', '>']);
        let scheme = LINKED.iter().find(|scheme| {
            let start = address.get(..scheme.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(scheme))
        });
        let (link, rest) = match scheme.filter(|scheme| address.len() > scheme.len()) {
            Some(scheme) => {
                let shown = match *scheme {
                    "https://" => address,
                    _ => address.get(scheme.len()..).unwrap_or(address),
                };
                let link = Part {
                    href: Some(address.to_owned()),
                    text: shown.to_owned(),
                };
                (Some(link), word.get(address.len()..).unwrap_or_default())
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
            ("http://a.b", vec![text("http://a.b")]),
            ("javascript:alert(1)", vec![text("javascript:alert(1)")]),
            ("tel: 11", vec![text("tel: 11")]),
            ("", vec![]),
        ] {
            assert_eq!(linked(contact), parts, "{contact}");
        }
    }
}
