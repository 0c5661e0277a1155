//! Addresses of people: e-mail and telephone.

use std::fmt;

use reqwest::Url;

use crate::failure::{AddressFault, PhoneFault};
use crate::text::{invisible, printable};

/// Bytes of the longest address (RFC 5321, 4.5.3.1.3, without its brackets).
const LONGEST: usize = 254;
/// Bytes of the longest part before the `@` (RFC 5321, 4.5.3.1.1).
const LONGEST_LOCAL: usize = 64;
/// Bytes of the longest name of a host, and of a part of it (RFC 1035, 2.3.4).
const LONGEST_DOMAIN: usize = 253;
const LONGEST_LABEL: usize = 63;
/// Characters of the longest displayed name.
const LONGEST_NAME: usize = 100;
/// Digits of a telephone number with its country (E.164).
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 8..=15;
/// The country code of Brazil.
const BRAZIL: &str = "55";

/// An address of e-mail that is safe in a header and in a command of SMTP: ASCII without blanks, quotes and control
/// characters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MailAddress {
    /// The name that is displayed, without control characters.
    pub name: Option<String>,
    /// The address; its host is in the form of the DNS (`xn--…`).
    pub address: String,
}

impl MailAddress {
    /// Parses `NAME <address>` or `address`.
    ///
    /// # Errors
    /// [`AddressFault`] where the text is neither.
    pub fn parse(text: &str) -> Result<Self, AddressFault> {
        let text = text.trim();
        let (name, address) = match text
            .strip_suffix('>')
            .and_then(|rest| rest.rsplit_once('<'))
        {
            Some((name, address)) => (name.trim(), address.trim()),
            None => ("", text),
        };
        let name = name
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'))
            .map_or(name, str::trim);
        let odd = |c: char| c.is_control() || invisible(c) || ['<', '>', '"', '\\'].contains(&c);
        if name.chars().any(odd) || name.chars().count() > LONGEST_NAME {
            return Err(AddressFault::Name);
        }
        let (local, domain) = address.split_once('@').ok_or(AddressFault::At)?;
        if domain.contains('@') {
            return Err(AddressFault::At);
        }
        if !is_local(local) {
            return Err(AddressFault::Local);
        }
        let domain = self::domain(domain).ok_or(AddressFault::Domain)?;
        let address = format!("{local}@{domain}");
        if address.len() > LONGEST {
            return Err(AddressFault::TooLong);
        }
        Ok(Self {
            name: (!name.is_empty()).then(|| printable(name, LONGEST_NAME)),
            address,
        })
    }
}

/// Debug shows the host alone: a log is no place for people's addresses.
impl fmt::Debug for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.address.split_once('@').map(|(_, host)| host);
        write!(f, "MailAddress(…@{})", host.unwrap_or_default())
    }
}

/// Whether `text` is the part of an address before the `@`: the dot-atom of RFC 5322, 3.2.3. Quoted ones are refused:
/// no provider gives them out.
fn is_local(text: &str) -> bool {
    let atom = |c: u8| c.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&c);
    let word = |word: &str| !word.is_empty() && word.bytes().all(atom);
    text.len() <= LONGEST_LOCAL && text.split('.').all(word)
}

/// The name of a host in the form of the DNS; `None` where `text` is none.
fn domain(text: &str) -> Option<String> {
    let allowed = |c: char| c.is_alphanumeric() || c == '-' || c == '.' || invisible_joiner(c);
    if !text.chars().all(allowed) {
        return None;
    }
    let url = Url::parse(&format!("https://{text}/")).ok()?;
    let host = url.domain()?.to_owned();
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= LONGEST_LABEL
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let whole = host.contains('.') || host == "localhost";
    (whole && host.len() <= LONGEST_DOMAIN && host.split('.').all(label)).then_some(host)
}

/// The combining marks of letters, which the mapping of a name puts together.
fn invisible_joiner(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// Splits a list of addresses at its commas and semicolons, but for those in a quoted name.
pub(super) fn split(text: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    let parts = text.split(move |c: char| {
        quoted ^= c == '"';
        !quoted && [',', ';'].contains(&c)
    });
    parts.map(str::trim).filter(|part| !part.is_empty())
}

/// A telephone number in the form of E.164: `+5511912345678`. Debug does not show it whole.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone(String);

impl Phone {
    /// Parses a number with its country: `+55 11 91234-5678`.
    ///
    /// # Errors
    /// [`PhoneFault`] where the text is no such number, or a Brazilian one with a slip.
    pub fn parse(text: &str) -> Result<Self, PhoneFault> {
        let rest = text.trim().strip_prefix('+').ok_or(PhoneFault::NoCountry)?;
        let blank =
            |c: char| c.is_whitespace() || "()-.\u{2010}\u{2011}\u{2012}\u{2013}".contains(c);
        if !rest.chars().all(|c| c.is_ascii_digit() || blank(c)) {
            return Err(PhoneFault::Characters);
        }
        let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
        if digits.starts_with('0') {
            return Err(PhoneFault::NoCountry);
        }
        if let Some(national) = digits.strip_prefix(BRAZIL) {
            check_brazilian(national)?;
        }
        if !PHONE_DIGITS.contains(&digits.len()) {
            return Err(PhoneFault::Length);
        }
        Ok(Self(format!("+{digits}")))
    }

    /// Parses a number that SMS go to.
    ///
    /// # Errors
    /// [`PhoneFault`] where the text is no such number; for a Brazilian landline [`PhoneFault::Landline`].
    pub fn parse_mobile(text: &str) -> Result<Self, PhoneFault> {
        let phone = Self::parse(text)?;
        // Country, area and eight digits.
        if phone.0.starts_with("+55") && phone.0.len() == 1 + 2 + 2 + 8 {
            return Err(PhoneFault::Landline);
        }
        Ok(phone)
    }

    /// The whole number, for the provider alone.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The number as outputs show it: `+55 11 9****-5678`.
    pub fn masked(&self) -> String {
        masked(self.0.trim_start_matches('+'))
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phone({})", self.masked())
    }
}

/// Checks a Brazilian number without its country: an area of two digits, and nine that begin with 9, or the eight of
/// a landline.
fn check_brazilian(national: &str) -> Result<(), PhoneFault> {
    let area = national.get(..2).unwrap_or_default();
    if area.len() < 2 || area.contains('0') {
        return Err(PhoneFault::Area);
    }
    let own = &national[2..];
    match (own.len(), own.as_bytes().first()) {
        (9, Some(b'9')) | (8, Some(b'2'..=b'5')) => Ok(()),
        // Mobile numbers had eight digits until 2016, and begin with 6 to 9.
        (8, Some(b'6'..=b'9')) => Err(PhoneFault::NinthDigit {
            mobile: masked(&format!("{BRAZIL}{area}9{own}")),
            landline: masked(&format!("{BRAZIL}{national}")),
        }),
        // Without an area there are eight or nine digits in all.
        (6 | 7, _) => Err(PhoneFault::Area),
        _ => Err(PhoneFault::Length),
    }
}

/// The number of `digits` with at least four of them hidden.
fn masked(digits: &str) -> String {
    if let Some(national) = digits.strip_prefix(BRAZIL)
        && let (Some(area), Some(own)) = (national.get(..2), national.get(2..))
        && [8, 9].contains(&own.len())
    {
        let (first, last) = (&own[..own.len() - 8], &own[own.len() - 4..]);
        return format!("+{BRAZIL} {area} {first}****-{last}");
    }
    let shown = if digits.len() < 10 { 2 } else { 4 };
    let begin = digits.get(..2).unwrap_or_default();
    let end = digits.len().saturating_sub(shown).max(begin.len());
    format!("+{begin}****{}", &digits[end..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_address_is_safe_in_a_header() {
        let read = |text: &str| MailAddress::parse(text).map(|found| (found.name, found.address));
        let plain = |address: &str| Ok((None, address.to_owned()));
        let named = |name: &str, address: &str| Ok((Some(name.to_owned()), address.to_owned()));
        assert_eq!(read(" noc@parceiro.com.br "), plain("noc@parceiro.com.br"));
        assert_eq!(read("<noc@a.br>"), plain("noc@a.br"));
        assert_eq!(read("root@localhost"), plain("root@localhost"));
        assert_eq!(
            read("Consumo OCI <a.b+c@Parceiro.COM.br>"),
            named("Consumo OCI", "a.b+c@parceiro.com.br")
        );
        assert_eq!(
            read("\"Silva, João\" <joao@a.br>"),
            named("Silva, João", "joao@a.br")
        );
        assert_eq!(read("noc@pão.com.br"), plain("noc@xn--po-sia.com.br"));
        for (text, fault) in [
            ("", AddressFault::At),
            ("noc", AddressFault::At),
            ("a@b@c.br", AddressFault::At),
            ("a@b.br, c@d.br", AddressFault::At),
            ("@a.br", AddressFault::Local),
            ("a..b@a.br", AddressFault::Local),
            (".a@a.br", AddressFault::Local),
            ("a b@a.br", AddressFault::Local),
            ("joão@a.br", AddressFault::Local),
            ("\"a b\"@a.br", AddressFault::Local),
            ("a\r\nBcc: x@a.br", AddressFault::Local),
            ("a@b", AddressFault::Domain),
            ("a@", AddressFault::Domain),
            ("a@b..br", AddressFault::Domain),
            ("a@-b.br", AddressFault::Domain),
            ("a@b.br:25", AddressFault::Domain),
            ("a@b.br/x", AddressFault::Domain),
            ("a@b_c.br", AddressFault::Domain),
            ("a@127.0.0.1", AddressFault::Domain),
            ("a@0x7f.1", AddressFault::Domain),
            ("a@[::1]", AddressFault::Domain),
            ("a@b.br\r\nRCPT TO:<x@a.br>", AddressFault::Name),
            ("Oi\r\nBcc: x <a@b.br>", AddressFault::Name),
            ("Oi\u{202E} <a@b.br>", AddressFault::Name),
            ("a\"b <a@b.br>", AddressFault::Name),
        ] {
            assert_eq!(read(text), Err(fault), "{text}");
        }
        let long = "a".repeat(64);
        assert!(read(&format!("{long}@a.br")).is_ok());
        assert_eq!(read(&format!("{long}a@a.br")), Err(AddressFault::Local));
        let labels = vec!["b".repeat(63); 4].join(".");
        assert_eq!(read(&format!("a@{labels}")), Err(AddressFault::Domain));
        let labels = vec!["b".repeat(62); 4].join(".");
        assert_eq!(
            read(&format!("{long}@{labels}")),
            Err(AddressFault::TooLong)
        );
        let long = "n".repeat(101);
        assert_eq!(read(&format!("{long} <a@b.br>")), Err(AddressFault::Name));
    }

    #[test]
    fn a_list_is_split_outside_of_quotes() {
        let parts: Vec<&str> = split("a@b.br,\"Silva, J\" <c@d.br>; ,e@f.br,").collect();
        assert_eq!(parts, ["a@b.br", "\"Silva, J\" <c@d.br>", "e@f.br"]);
    }

    #[test]
    fn a_number_is_read_as_people_write_it() {
        for (text, number, masked) in [
            ("+55 11 91234-5678", "+5511912345678", "+55 11 9****-5678"),
            (
                "+55 (11) 9.1234.5678",
                "+5511912345678",
                "+55 11 9****-5678",
            ),
            ("+5511912345678", "+5511912345678", "+55 11 9****-5678"),
            ("+55 11 3123-4567", "+551131234567", "+55 11 ****-4567"),
            ("+15005550006", "+15005550006", "+15****0006"),
            ("+351 912 345 678", "+351912345678", "+35****5678"),
            ("+4712345678", "+4712345678", "+47****5678"),
            ("+29012345", "+29012345", "+29****45"),
        ] {
            let phone = Phone::parse(text).unwrap();
            assert_eq!(phone.reveal(), number, "{text}");
            assert_eq!(phone.masked(), masked, "{text}");
            assert_eq!(format!("{phone:?}"), format!("Phone({masked})"));
        }
        for (text, fault) in [
            ("11 91234-5678", PhoneFault::NoCountry),
            ("5511912345678", PhoneFault::NoCountry),
            ("+0 11 91234-5678", PhoneFault::NoCountry),
            ("+55 11 91234-5678 ramal 3", PhoneFault::Characters),
            ("+55 91234-5678", PhoneFault::Area),
            ("+55 011 91234-5678", PhoneFault::Area),
            ("+55 10 91234-5678", PhoneFault::Area),
            ("+55", PhoneFault::Area),
            ("+55 11 81234-5678", PhoneFault::Length),
            ("+55 11 991234-5678", PhoneFault::Length),
            ("+1234567", PhoneFault::Length),
            ("+1234567890123456", PhoneFault::Length),
            ("+", PhoneFault::Length),
        ] {
            assert_eq!(Phone::parse(text), Err(fault), "{text}");
        }
        let both = PhoneFault::NinthDigit {
            mobile: "+55 11 9****-5678".to_owned(),
            landline: "+55 11 ****-5678".to_owned(),
        };
        assert_eq!(Phone::parse("+55 11 8123-5678"), Err(both));
        assert_eq!(
            Phone::parse_mobile("+55 11 3123-4567"),
            Err(PhoneFault::Landline)
        );
        assert!(Phone::parse_mobile("+55 11 91234-5678").is_ok());
        assert!(Phone::parse_mobile("+1 500 555 0006").is_ok());
    }

    proptest! {
        #[test]
        fn whatever_is_taken_is_safe(text in "\\PC{0,40}|[a-z\"<>@. ,]{0,30}|.{0,5}@.{0,9}", number in any::<String>()) {
            if let Ok(found) = MailAddress::parse(&text) {
                let safe = |c: char| c.is_ascii_graphic() && !"<>,;\"()[]\\: ".contains(c);
                prop_assert!(found.address.chars().all(safe), "{}", found.address);
                prop_assert_eq!(found.address.matches('@').count(), 1);
                prop_assert!(!found.name.unwrap_or_default().chars().any(char::is_control));
            }
            let _ = Phone::parse(&number);
        }

        #[test]
        fn no_number_is_shown_whole(digits in "[0-9]{7,16}") {
            let shown = match Phone::parse(&format!("+{digits}")) {
                Ok(phone) => format!("{phone:?}"),
                Err(fault) => format!("{fault:?}"),
            };
            let bare: String = shown.chars().filter(char::is_ascii_digit).collect();
            prop_assert!(!bare.contains(&digits), "{}", shown);
        }
    }
}
