//! Messages to a program on this machine.

use std::ffi::OsStr;

use super::parcel::{Accepted, Content, Parcel, Refusal};
use super::process::Program;
use crate::failure::UnsendableMessage;
use crate::oci::transport::Web;

/// The place of the recipient in the arguments.
const RECIPIENT: &str = "{destino}";
/// `EX_USAGE`, `EX_DATAERR`, `EX_NOUSER`, `EX_NOHOST` and `EX_CONFIG` of `sysexits.h`.
const PERMANENT: &[i32] = &[64, 65, 67, 68, 78];

/// A program that takes a message on its standard input.
#[derive(Clone, Debug)]
pub struct MessageProgram {
    /// The program and its arguments. `{destino}` stands for the recipient.
    pub argv: Vec<String>,
}

impl MessageProgram {
    pub(super) async fn send(&self, web: &Web, parcel: &Parcel) -> Result<Accepted, Refusal> {
        let Content::Input(input) = &parcel.content else {
            return Err(Refusal::unsendable(UnsendableMessage::Form));
        };
        let Some((program, arguments)) = self.argv.split_first() else {
            return Err(Refusal::unsendable(UnsendableMessage::Form));
        };
        let arguments = arguments.iter();
        let arguments: Vec<String> = arguments
            .map(|argument| argument.replace(RECIPIENT, &parcel.to))
            .collect();
        let program = Program {
            program: OsStr::new(program),
            arguments: arguments.iter().map(OsStr::new).collect(),
            input,
            limit: web.limits().timeout,
            hidden: &[&parcel.to, parcel.to.trim_start_matches('+')],
            permanent: PERMANENT,
        };
        program.run().await?;
        Ok(Accepted::default())
    }
}
