//! Onboarding of a client, without questions and without writing: the parts that `app` asks for and writes.

pub(crate) mod file;
pub(crate) mod keys;
pub(crate) mod name;
pub(crate) mod preview;

/// A question to the operator. `render` has its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    /// The way in which the access comes.
    Source,
    /// The profile of the vendor's own config.
    Profile,
    /// The tenancy's OCID.
    Tenancy,
    /// The home region.
    Region,
    /// The user's OCID.
    User,
    /// The OCID of a user that may not exist yet.
    UserIfAny,
    /// The key's fingerprint.
    Fingerprint,
    /// The private key's file.
    KeyFile,
    /// The private key's passphrase.
    PassPhrase,
    /// The client's name.
    Client,
    /// The name of the config.
    File,
    /// The credit.
    Credit,
    /// The currency.
    Currency,
    /// The contract's first day.
    Start,
    /// The contract's last day.
    End,
    /// The client to work on: one that waits for its key, or a new one.
    Waiting,
    /// The permission to write.
    Write,
}
