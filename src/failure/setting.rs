//! Problems of a setting of the command line, the environment or a folder's own file.

use super::FileProblem;

/// The reasons why `--store` names no place for a store. No variant holds the text that was given: it may hold a
/// password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceProblem {
    /// The text is no path of a file.
    NotAPath,
    /// The path is relative, and the current folder is unknown.
    NowhereToStart,
    /// The text begins like a PostgreSQL URL and is none.
    NotAUrl,
    /// A user or password of the URL holds `/`, `?` or `#`, which must be encoded there.
    NotEncoded,
    /// The text is libpq's `host=… dbname=…`, not a URL.
    KeyValue,
    /// The URL is of another scheme.
    OtherScheme,
    /// Options follow the path of an `sqlite:` URL.
    Options,
    /// The file is one of the outputs of the same run.
    AnOutput,
    /// The file's name in the clients' folder is that of a client.
    LikeAClient,
    /// The file lies in the folder of the customers' pages, which a web server shows.
    AmongPages,
}

/// The reasons why `--endpoint` is no address for signed requests. No variant holds the text that was given: it
/// may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndpointProblem {
    /// The text is no URL.
    NotAUrl,
    /// The URL has a user, a query or a fragment.
    NotBare,
    /// The URL is `http` to another machine.
    InTheClear,
    /// The URL is of another scheme.
    OtherScheme,
}

/// A variable of the environment that says the way to the service and is not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvironmentProblem {
    /// Name of the variable.
    pub variable: &'static str,
    /// The reason.
    pub problem: ProxyProblem,
}

/// The reasons why the environment's proxy is not understood. No variant holds the text of an address: it may hold a
/// password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProxyProblem {
    /// The value is no text.
    NotText,
    /// Quotes stand around the value.
    Quoted,
    /// User or password has a character that must be encoded there.
    NotEncoded,
    /// The scheme is that of no proxy.
    OtherScheme,
    /// `socks://` does not say the version.
    NoVersion,
    /// SOCKS 4 has no user and password.
    NoCredentials,
    /// The address is that of a script that chooses a proxy.
    Script,
    /// The value is neither an address nor host and port.
    NotAnAddress,
    /// An entry of the hosts that are reached without the proxy is none.
    NotAHost {
        /// The entry, fit for a terminal.
        entry: String,
    },
}

/// The reasons why a folder's file of defaults cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DefaultsProblem {
    /// The file cannot be read.
    File(FileProblem),
    /// The file is not UTF-8.
    NotUtf8,
    /// A line is neither a key with its value, a comment nor a section.
    Syntax,
    /// A second section begins.
    SeveralSections,
    /// The name is not that of a default.
    UnknownKey {
        /// The name, fit for a terminal.
        name: String,
    },
    /// A key occurs twice.
    RepeatedKey {
        /// The key.
        key: &'static str,
        /// First line, from 1.
        first_line: usize,
    },
    /// The option of this name takes no such value.
    Value {
        /// The key.
        key: &'static str,
    },
}
