//! Problems of an answer that `add` got.

use super::{ConfigProblem, FileProblem, KeyProblem, Written};

/// The reasons why `add` writes nothing, or asks again. No variant holds the text that was given, unless it was
/// made fit for a terminal and can be no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AddProblem {
    /// Answers are missing, and there is no terminal to ask; the options that give them.
    Missing(Vec<&'static str>),
    /// A value that a config does not take.
    Value {
        /// The option, or the key of the preview, that gave it.
        of: &'static str,
        /// The line of the preview, from 1.
        line: Option<usize>,
        /// The value, unless the problem is not of the value alone or it is a secret.
        written: Option<Box<Written>>,
        /// The reason.
        problem: ConfigProblem,
    },
    /// The client's name has no character that can be seen.
    NoName,
    /// The client's name is longer than a config's.
    LongName {
        /// The most characters.
        limit: usize,
    },
    /// A key in place of the answer; it is not shown.
    KeyPasted,
    /// More text than any preview.
    TooLarge {
        /// The most bytes.
        limit: usize,
    },
    /// A text without any key of a preview.
    NoPreview,
    /// The file has no such profile.
    NoProfile {
        /// The file, fit for a terminal.
        file: String,
        /// The profile, fit for a terminal.
        profile: String,
    },
    /// A file of an option cannot be read.
    Source {
        /// The file, fit for a terminal.
        file: String,
        /// The reason.
        problem: FileProblem,
    },
    /// The private key cannot be used.
    Key {
        /// The file, fit for a terminal.
        file: String,
        /// The reason.
        problem: KeyProblem,
    },
    /// No private key has the fingerprint.
    NoKey {
        /// The fingerprint.
        fingerprint: String,
    },
    /// A passphrase that a config cannot hold: it has control characters, or a blank at an end.
    PassPhrase,
    /// The preview is of another tenancy than the config that waits for it.
    OtherTenancy,
    /// A name that is no client's config in the folder.
    FileName,
    /// The config is there already.
    Taken {
        /// The file, fit for a terminal.
        file: String,
    },
    /// The config changed while the questions were asked.
    Changed {
        /// The file, fit for a terminal.
        file: String,
    },
    /// No key pair could be made.
    NotMade,
}
