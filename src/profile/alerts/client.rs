//! The `alerta_*` keys of a client's config: whether and how its customer is told.
//!
//! What only tells never stops a report: a value that is not understood is a warning.

use super::super::config::{
    ALERTA, ALERTA_A_PARTIR_DE, ALERTA_EMAIL, ALERTA_SILENCIO_ATE, ALERTA_SMS, ALERTA_WHATSAPP,
    date,
};
use super::super::lines::ConfigLines;
use super::address::split;
use super::channels::{mail_address, mobile, phone};
use super::refused::{hidden_digits, plainly};
use super::values::{number, word};
use super::{MailAddress, Phone};
use crate::calendar::Day;
use crate::failure::{AlertsProblem, Warning};

/// The most urgent level.
const MOST_LEVEL: u32 = 4;

/// The way in which a client's customer is told. Without an address the customer is told nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientAlerts {
    /// The customer may be told; false by `alerta = nao`, and where a key that may silence is not understood.
    pub wanted: bool,
    /// Addresses of e-mail.
    pub email: Vec<MailAddress>,
    /// Numbers that SMS go to.
    pub sms: Vec<Phone>,
    /// Numbers that WhatsApp messages go to.
    pub whatsapp: Vec<Phone>,
    /// The least level that is told, from 1 to 4.
    pub from_level: Option<u8>,
    /// The last UTC day of silence.
    pub silent_until: Option<Day>,
}

impl Default for ClientAlerts {
    fn default() -> Self {
        Self {
            wanted: true,
            email: Vec::new(),
            sms: Vec::new(),
            whatsapp: Vec::new(),
            from_level: None,
            silent_until: None,
        }
    }
}

impl ClientAlerts {
    /// Reads the keys in `lines`. Of a list the addresses that are understood count.
    pub(in super::super) fn read(lines: &ConfigLines, warnings: &mut Vec<Warning>) -> Self {
        let email = addresses(lines, ALERTA_EMAIL, mail_address, plainly, warnings);
        let sms = addresses(lines, ALERTA_SMS, mobile, hidden_digits, warnings);
        let whatsapp = addresses(lines, ALERTA_WHATSAPP, phone, hidden_digits, warnings);
        let wanted = limit(lines, ALERTA, warnings, |value| {
            let all = [
                ("sim", true),
                ("s", true),
                ("yes", true),
                ("nao", false),
                ("não", false),
                ("n", false),
                ("no", false),
            ];
            word(value, &["sim", "nao"], &all)
        });
        let from_level = limit(lines, ALERTA_A_PARTIR_DE, warnings, |value| {
            number(value, 1, MOST_LEVEL).map(|level| u8::try_from(level).unwrap_or(u8::MAX))
        });
        let silent_until = limit(lines, ALERTA_SILENCIO_ATE, warnings, |value| {
            date(value).map_err(AlertsProblem::from)
        });
        // To tell a customer too much cannot be taken back, and the warning tells the operator.
        let understood = wanted.is_ok() && from_level.is_ok() && silent_until.is_ok();
        Self {
            wanted: understood && wanted.ok().flatten().unwrap_or(true),
            email,
            sms,
            whatsapp,
            from_level: from_level.ok().flatten(),
            silent_until: silent_until.ok().flatten(),
        }
    }
}

/// A value that is not understood, and about which a warning was given.
struct Doubtful;

/// Reads the value of `key`, which limits when the customer is told.
fn limit<T>(
    lines: &ConfigLines,
    key: &'static str,
    warnings: &mut Vec<Warning>,
    read: impl FnOnce(&str) -> Result<T, AlertsProblem>,
) -> Result<Option<T>, Doubtful> {
    let Some((value, line)) = lines.value(key) else {
        return Ok(None);
    };
    read(value).map(Some).map_err(|problem| {
        warnings.push(Warning::AlertIgnored {
            key,
            line,
            value: plainly(value),
            problem: Box::new(problem),
            silences: true,
        });
        Doubtful
    })
}

/// Reads the addresses of `key`, each as `read` takes it; one that is refused is shown `as_shown`.
fn addresses<T: PartialEq>(
    lines: &ConfigLines,
    key: &'static str,
    read: fn(&str) -> Result<T, AlertsProblem>,
    as_shown: fn(&str) -> Option<String>,
    warnings: &mut Vec<Warning>,
) -> Vec<T> {
    let mut found = Vec::new();
    let Some((value, line)) = lines.value(key) else {
        return found;
    };
    for part in split(value) {
        match read(part) {
            Ok(address) if found.contains(&address) => {}
            Ok(address) => found.push(address),
            Err(problem) => warnings.push(Warning::AlertIgnored {
                key,
                line,
                value: as_shown(part),
                problem: Box::new(problem),
                silences: false,
            }),
        }
    }
    found
}
