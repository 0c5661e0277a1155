//! The places of keys in `alertas.ini`, and their refusals.

use std::sync::Arc;

use super::super::value;
use crate::failure::{AlertsProblem, AlertsRefused};
use crate::text::printable;

/// The place of a key in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KeyPosition {
    /// The line, from 1.
    pub(super) line: usize,
    /// Header of the section without its brackets, fit for a terminal.
    pub(super) section: Arc<str>,
    /// The key.
    pub(super) key: &'static str,
}

impl KeyPosition {
    /// The refusal of the key for `problem`, which does not show the value.
    pub(super) fn refuse(&self, problem: AlertsProblem) -> AlertsRefused {
        AlertsRefused {
            line: Some(self.line),
            section: Some(self.section.clone()),
            key: Some(self.key.into()),
            written: None,
            problem,
        }
    }

    /// The refusal of the key for `problem`, with the value `raw` if it holds no secret.
    pub(super) fn refuse_value(&self, raw: &str, problem: AlertsProblem) -> AlertsRefused {
        AlertsRefused {
            written: value::written(self.key, raw).filter(|_| !may_hold_secret(raw)),
            ..self.refuse(problem)
        }
    }
}

/// Characters of a path or a name that are shown.
const LONGEST_SHOWN: usize = 255;

/// `text` of a path or a name, fit for a terminal.
pub(super) fn shown(text: &str) -> String {
    printable(text, LONGEST_SHOWN)
}

/// Whether a secret may stand in `text`: the value of another key, where a line end was lost, or an address with a
/// password.
fn may_hold_secret(text: &str) -> bool {
    text.contains('=')
        || text.contains("://")
        || value::names_secret(text)
        || value::is_secret(text)
}

/// An address that is refused, fit for a terminal; `None` where a secret may stand in it.
pub(super) fn plainly(text: &str) -> Option<String> {
    (!may_hold_secret(text)).then(|| shown(text))
}

/// A telephone number that is refused, with its digits hidden but for the last.
pub(super) fn hidden_digits(text: &str) -> Option<String> {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let shown_from = digits.saturating_sub(if digits < 8 { 1 } else { 4 });
    let mut seen = 0;
    let hide = |c: char| match c {
        c if c.is_ascii_digit() => {
            seen += 1;
            if seen > shown_from { c } else { '*' }
        }
        c if c.is_numeric() => '*',
        c => c,
    };
    plainly(&text.chars().map(hide).collect::<String>())
}
