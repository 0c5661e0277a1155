//! The places of keys in `alertas.ini`, and their refusals.

use std::sync::Arc;

use super::super::value;
use crate::failure::AlertsProblem;
pub use crate::failure::AlertsRefused;
use crate::text::printable;

/// The place of a key in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The line, from 1.
    pub(super) line: usize,
    /// Header of the section without its brackets, fit for a terminal.
    pub(super) section: Arc<str>,
    /// The key.
    pub(super) key: &'static str,
}

impl Place {
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

    /// The refusal of the key for `problem`, with the value `raw` if it is no secret.
    pub(super) fn refuse_value(&self, raw: &str, problem: AlertsProblem) -> AlertsRefused {
        AlertsRefused {
            written: value::written(self.key, raw),
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
