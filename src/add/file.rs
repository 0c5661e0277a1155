//! The text of a config: of a new client, and of one whose access has come.

use std::ops::Range;

use zeroize::Zeroizing;

use crate::calendar::Day;
use crate::money::{Amount, Currency};
use crate::profile::config::{
    CLIENTE, CREDITO, FIM, FINGERPRINT, INICIO, KEY_FILE, MOEDA, PASS_PHRASE, Passphrase, REGION,
    TENANCY, USER, key_and_value, marked_utf16,
};

/// Placeholder of the passphrase in a text that is shown.
const HIDDEN: &str = "********";
/// The mark of UTF-8 at the beginning of a text.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// Terms and access of a new client, all checked.
#[derive(Clone, Debug)]
pub(crate) struct NewConfig {
    /// The user's OCID; `None` until the customer's administrator gives it.
    pub(crate) user: Option<String>,
    /// The key's fingerprint; `None` until the customer's administrator has added the key.
    pub(crate) fingerprint: Option<String>,
    /// The tenancy's OCID.
    pub(crate) tenancy: String,
    /// The region's name.
    pub(crate) region: String,
    /// The key's file, from the config's folder.
    pub(crate) key_file: String,
    /// The key's passphrase, if it takes one.
    pub(crate) pass_phrase: Option<Passphrase>,
    /// The client's name.
    pub(crate) client: String,
    /// The credit.
    pub(crate) credit: Amount,
    /// The currency.
    pub(crate) currency: Option<Currency>,
    /// The contract's first day.
    pub(crate) start: Day,
    /// The contract's last day.
    pub(crate) end: Day,
}

impl NewConfig {
    /// Returns the text of the config.
    pub(crate) fn text(&self) -> Zeroizing<String> {
        let secret = self.pass_phrase.as_ref().map(Passphrase::reveal);
        self.with_secret(secret)
    }

    /// Returns the text of the config without its passphrase, to be shown.
    pub(crate) fn shown(&self) -> String {
        let secret = self.pass_phrase.as_ref().map(|_| HIDDEN);
        self.with_secret(secret).to_string()
    }

    fn with_secret(&self, secret: Option<&str>) -> Zeroizing<String> {
        let (start, end) = (self.start.to_string(), self.end.to_string());
        let credit = amount(&self.credit);
        // Keys that wait stand there without a value, so that they can be filled in by hand, too.
        let lines = [
            (USER, Some(self.user.as_deref().unwrap_or_default())),
            (
                FINGERPRINT,
                Some(self.fingerprint.as_deref().unwrap_or_default()),
            ),
            (TENANCY, Some(self.tenancy.as_str())),
            (REGION, Some(self.region.as_str())),
            (KEY_FILE, Some(self.key_file.as_str())),
            (PASS_PHRASE, secret),
            ("", Some("")),
            (CLIENTE, Some(self.client.as_str())),
            (MOEDA, self.currency.as_ref().map(Currency::code)),
            (CREDITO, Some(credit.as_str())),
            (INICIO, Some(start.as_str())),
            (FIM, Some(end.as_str())),
        ];
        let lines = lines
            .into_iter()
            .filter_map(|(key, value)| Some((key, value?)));
        // With room for all of it the text never moves, which would leave copies behind.
        let mut text = Zeroizing::new(String::with_capacity(
            64 + lines
                .clone()
                .map(|(key, value)| key.len() + value.len() + 2)
                .sum::<usize>(),
        ));
        text.push_str("[DEFAULT]\n");
        for (key, value) in lines {
            text.push_str(key);
            if !key.is_empty() {
                text.push('=');
            }
            text.push_str(value);
            text.push('\n');
        }
        text
    }
}

/// Returns `amount` with a decimal comma, as configs are written: at least two decimals, and never exactly three,
/// which could be taken for thousands.
fn amount(amount: &Amount) -> String {
    let plain = amount.to_string();
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let places = match fraction.len() {
        3 => 4,
        places => places.max(2),
    };
    format!("{whole},{fraction:0<places$}")
}

/// Returns `config` with `user` and `fingerprint` filled in, and all else byte for byte as it was: in the place of
/// the keys without a value, or behind the section's line. A config in UTF-16 becomes UTF-8.
pub(crate) fn completed(config: &[u8], user: &str, fingerprint: &str) -> Vec<u8> {
    let utf16 = marked_utf16(config);
    let config = utf16.as_ref().map_or(config, |text| text.as_bytes());
    let ending: &[u8] = match config.windows(2).any(|pair| pair == b"\r\n") {
        true => b"\r\n",
        false => b"\n",
    };
    let mut access = vec![(USER, user), (FINGERPRINT, fingerprint)];
    let (mut content, mut at) = (Vec::new(), 0);
    for line in lines(config) {
        let text = String::from_utf8_lossy(&config[line.clone()]);
        let key = key_and_value(text.trim()).map(|(key, _)| key.to_lowercase());
        let known = access
            .iter()
            .position(|(known, _)| key.as_deref() == Some(*known));
        if let Some(known) = known {
            let (key, value) = access.remove(known);
            content.extend_from_slice(&config[at..line.start]);
            content.extend_from_slice(format!("{key}={value}").as_bytes());
            at = line.end;
        }
    }
    content.extend_from_slice(&config[at..]);
    let section = lines(&content)
        .into_iter()
        .find(|line| content[line.clone()].trim_ascii().starts_with(b"["));
    let mark = if content.starts_with(MARK) {
        MARK.len()
    } else {
        0
    };
    let place = section.map_or(mark, |line| line.end);
    let mut filled = Vec::new();
    for (key, value) in access {
        let line = format!("{key}={value}");
        match place == mark {
            true => filled.extend([line.as_bytes(), ending].concat()),
            false => filled.extend([ending, line.as_bytes()].concat()),
        }
    }
    content.splice(place..place, filled);
    content
}

/// The lines of `text` without their ends, by whichever of `\r\n`, `\n` and `\r`.
fn lines(text: &[u8]) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut start = 0;
    for (n, byte) in text.iter().enumerate() {
        if b"\r\n".contains(byte) {
            lines.push(start..n);
            start = n + 1;
        }
    }
    lines.push(start..text.len());
    lines
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::add::name;
    use crate::profile::access::Access;
    use crate::profile::config::{self, Config};
    use proptest::prelude::*;

    const PRINT: &str = "20:3b:97:13:55:1c:aa:66:20:3b:97:13:55:1c:aa:66";
    const USER_ID: &str = "ocid1.user.oc1..aaaa";

    fn sample() -> NewConfig {
        NewConfig {
            user: Some(USER_ID.to_owned()),
            fingerprint: Some(PRINT.to_owned()),
            tenancy: "ocid1.tenancy.oc1..bbbb".to_owned(),
            region: "sa-saopaulo-1".to_owned(),
            key_file: "chave_padaria.pem".to_owned(),
            pass_phrase: None,
            client: "Padaria".to_owned(),
            credit: Amount::from(150_000),
            currency: Currency::parse("BRL"),
            start: "2026-01-01".parse().unwrap(),
            end: "2026-12-31".parse().unwrap(),
        }
    }

    fn read(bytes: &[u8]) -> Config {
        let as_of = "2026-06-17".parse().unwrap();
        config::parse(bytes, Path::new("."), as_of)
            .unwrap_or_else(|unusable| panic!("{unusable:?}"))
    }

    fn awaits(bytes: &[u8]) -> bool {
        let as_of = "2026-06-17".parse().unwrap();
        config::draft(bytes, Path::new("."), as_of).awaits_key()
    }

    #[test]
    fn a_config_reads_as_people_write_it() {
        assert_eq!(
            *sample().text(),
            format!(
                "[DEFAULT]\nuser={USER_ID}\nfingerprint={PRINT}\ntenancy=ocid1.tenancy.oc1..bbbb\n\
                 region=sa-saopaulo-1\nkey_file=chave_padaria.pem\n\ncliente=Padaria\nmoeda=BRL\n\
                 credito=150000,00\ninicio_contrato=2026-01-01\nfim_contrato=2026-12-31\n"
            )
        );
    }

    #[test]
    fn a_passphrase_is_written_and_not_shown() {
        let config = NewConfig {
            pass_phrase: Some(Passphrase::new(Zeroizing::new("s3gredo = #".to_owned()))),
            ..sample()
        };
        assert!(!config.shown().contains("s3gredo"));
        assert!(config.shown().contains("pass_phrase=****"));
        let read = read(config.text().as_bytes());
        let Access::ApiKey { key, .. } = read.access else {
            panic!("{:?}", read.access)
        };
        assert_eq!(key.pass_phrase.unwrap().reveal(), "s3gredo = #");
        assert!(!format!("{config:?}").contains("s3gredo"));
    }

    #[test]
    fn what_waits_is_filled_in_and_nothing_else_changes() {
        let config = NewConfig {
            user: None,
            fingerprint: None,
            ..sample()
        };
        let waiting = config.text();
        assert!(awaits(waiting.as_bytes()));
        let whole = sample().text();
        assert_eq!(
            completed(waiting.as_bytes(), USER_ID, PRINT),
            whole.as_bytes()
        );

        let without = waiting.replace("user=\nfingerprint=\n", "");
        let dos = without.replace('\n', "\r\n");
        let mac = without.replace('\n', "\r");
        let marked = format!("\u{FEFF}{}", without.replace("[DEFAULT]\n", ""));
        let mut latin = dos.replace("Padaria", "Padaria P").into_bytes();
        let at = latin.windows(9).position(|w| w == b"Padaria P").unwrap() + 9;
        latin.insert(at, 0xE3);
        for bytes in [
            without.as_bytes(),
            dos.as_bytes(),
            mac.as_bytes(),
            marked.as_bytes(),
            &latin,
        ] {
            assert!(awaits(bytes));
            let filled = completed(bytes, USER_ID, PRINT);
            let config = read(&filled);
            let Access::ApiKey {
                user, fingerprint, ..
            } = &config.access
            else {
                panic!("{:?}", config.access)
            };
            assert_eq!((user.as_str(), fingerprint.as_str()), (USER_ID, PRINT));
            assert!(filled.len() > bytes.len());
        }
    }

    #[test]
    fn a_name_may_end_in_a_character_of_two_parts() {
        for name in ["\u{2B740}\u{E0100}", "Loja \u{2764}\u{FE0F}"] {
            let client = name::client(name).unwrap();
            let config = NewConfig {
                client: client.clone(),
                ..sample()
            };
            assert_eq!(read(config.text().as_bytes()).client, client);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn a_written_config_is_read_as_it_was_meant(
            client in "\\PC{1,60}|[ a-z\"'#;=:\\\\\\[\\]%$|~-]{1,60}",
            units in 0u64..1_000_000_000_000_000,
            places in 0usize..7,
            first in 0i64..30_000,
            length in 0i64..3653,
            code in prop::sample::select(vec!["BRL", "USD", "EUR", "JPY", "CLP"]),
            stated in any::<bool>(),
        ) {
            let Ok(client) = name::client(&client) else { return Ok(()) };
            let credit = Amount::parse(&format!("{units}e-{places}")).unwrap();
            let begin: Day = "2000-01-01".parse().unwrap();
            let start = crate::calendar::plus_days(begin, first);
            let end = crate::calendar::plus_days(start, length)
                .min("2099-12-31".parse().unwrap());
            let currency = Currency::parse(code).filter(|_| stated);
            let config = NewConfig { client: client.clone(), credit: credit.clone(), currency, start, end, ..sample() };
            let read = read(config.text().as_bytes());
            prop_assert_eq!(read.client, client);
            prop_assert_eq!(read.contract.credit, credit);
            prop_assert_eq!(read.contract.currency, currency);
            prop_assert_eq!((read.contract.start, read.contract.end), (start, end));
            prop_assert_eq!(read.warnings, vec![]);
        }

        #[test]
        fn any_waiting_text_is_filled_in_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = completed(&bytes, USER_ID, PRINT);
        }
    }
}
