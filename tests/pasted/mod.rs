//! The forms that people paste into configs, and the files that lie beside them: each test has a family, not an example.

mod answers;
// Other systems do not keep apart all names of the families.
#[cfg(target_os = "linux")]
mod folder;
mod forms;
mod slips;
mod transports;
mod values;

use std::fmt::Write as _;

use serde_json::Value;

use crate::common::Ran;

/// The messages of the document's `avisos` with `code`.
fn notices<'d>(document: &'d Value, code: &str) -> Vec<&'d str> {
    let notices = document["avisos"].as_array().unwrap().iter();
    notices
        .filter(|notice| notice["codigo"] == code)
        .map(|notice| notice["mensagem"].as_str().unwrap())
        .collect()
}

/// All that a run has said.
fn said(ran: &Ran) -> String {
    let mut said = ran.stdout.clone();
    write!(said, "\n{}", ran.stderr).unwrap();
    said
}
