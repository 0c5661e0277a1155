//! Problems of a folder's `alertas.ini`, of the secrets that it names, and of the clients' `alerta_*` keys.

use std::sync::Arc;

use super::{ConfigProblem, EndpointProblem, Failure, FileProblem, SystemError, Written};

/// The reason why `alertas.ini` cannot be used, and its place in the file. Never holds a secret, or a whole telephone
/// number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertsRefused {
    /// The line, from 1.
    pub line: Option<usize>,
    /// Header of the section without its brackets, fit for a terminal.
    pub section: Option<Arc<str>>,
    /// The key, fit for a terminal.
    pub key: Option<Arc<str>>,
    /// The refused value, as far as it may be shown.
    pub written: Option<Box<Written>>,
    /// The reason.
    pub problem: AlertsProblem,
}

impl AlertsRefused {
    /// A refusal of the whole file.
    pub fn new(problem: AlertsProblem) -> Self {
        Self {
            line: None,
            section: None,
            key: None,
            written: None,
            problem,
        }
    }
}

/// The reasons why `alertas.ini`, or a secret that it names, cannot be used. No variant holds a secret, or a whole
/// telephone number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AlertsProblem {
    /// The file cannot be read.
    File(FileProblem),
    /// A problem that a client's config may have, too.
    Config(ConfigProblem),
    /// No section has this name.
    UnknownSection {
        /// The section that was probably meant.
        near: Option<&'static str>,
    },
    /// The section occurs twice.
    RepeatedSection {
        /// Line of the first occurrence, from 1.
        first_line: usize,
    },
    /// A section of which there may be several has no name.
    Nameless,
    /// A section of which there is one has a name.
    Named,
    /// The name of a section has other characters than letters, digits, blanks, `-`, `_` and `.`.
    NotAName,
    /// The key stands before the first section.
    OutsideSections {
        /// Sections that have the key.
        sections: Vec<&'static str>,
    },
    /// The key belongs to other sections.
    OfOtherSection {
        /// Sections that have the key.
        sections: Vec<&'static str>,
    },
    /// The section has no such key.
    UnknownKey {
        /// The key that was probably meant.
        near: Option<&'static str>,
    },
    /// The file has no `[operador]`.
    NoOperator,
    /// The section lacks keys, or they have no value.
    Missing {
        /// Lines to add, each `key = example`; one of them is enough where `any` is set.
        lines: Vec<String>,
        /// One line is enough.
        any: bool,
    },
    /// Two keys say the same, and only one may.
    TwoForms {
        /// The other key.
        other: &'static str,
        /// Line of the other key, from 1.
        other_line: usize,
    },
    /// The key means nothing with this value of `por`.
    NotFor {
        /// Value of `por`.
        kind: &'static str,
    },
    /// No channel has this name.
    UnknownChannel {
        /// Channels of the file.
        known: Vec<String>,
    },
    /// A channel has no section.
    NoSection {
        /// Header of the section.
        section: String,
    },
    /// The operator is to be told by a channel for which `[operador]` has no address.
    NoAddress {
        /// Key of the addresses.
        key: &'static str,
    },
    /// The operator has neither an address nor a channel without addresses.
    NobodyTold,
    /// The value is none of these words.
    NotAWord {
        /// The words.
        words: &'static [&'static str],
    },
    /// The value is no whole number of this range.
    OutOfRange {
        /// The least number.
        least: i64,
        /// The largest number.
        most: i64,
    },
    /// `fecha` is not below `abre`.
    ClosesAbove {
        /// Value of `abre`.
        opens: u32,
    },
    /// The value has another form.
    NotOfForm {
        /// A value of the right form.
        example: &'static str,
    },
    /// A text that is no e-mail address.
    NotAnAddress(AddressFault),
    /// A text that is no telephone number that a message can be sent to.
    NotAPhone(PhoneFault),
    /// The address of a host is not of a form that is allowed.
    NotAnEndpoint(EndpointProblem),
    /// `por` is an SMTP address with a user or password in it.
    LoginInAddress,
    /// The file of the partner's own user has the name of a client's config.
    NameOfAClient,
    /// A second command takes the place of the same channel.
    TwoCommands {
        /// Line of the first command's section, from 1.
        first_line: usize,
    },
    /// A plain secret stands in a file that others than its owner can read.
    PlainSecret {
        /// Permission bits of the file.
        mode: u32,
    },
    /// Quotes or invisible characters stand at the ends of a plain secret.
    DoubtfulSecret,
    /// A file with a secret cannot be read.
    SecretFile {
        /// The file, fit for a terminal.
        file: String,
        /// The reason.
        problem: FileProblem,
    },
    /// Others than its owner can read, or write, a file with a secret.
    SecretExposed {
        /// The file, fit for a terminal.
        file: String,
        /// Permission bits of the file.
        mode: u32,
    },
    /// The source of a secret gives no secret of one line.
    NotASecret(SecretFault),
    /// A variable of the environment is not set.
    NoVariable,
    /// A credential of systemd is named, and `CREDENTIALS_DIRECTORY` is not set.
    NoCredentials,
    /// A command cannot be split into words: a quote is not closed.
    OpenQuote,
    /// The program of a command is not there, or no program.
    NoProgram {
        /// The program, fit for a terminal.
        program: String,
    },
    /// A command would be run that others than the user can change.
    Writable {
        /// The file or folder that others can write, fit for a terminal.
        path: String,
        /// Permission bits; `None` where another user owns it.
        mode: Option<u32>,
    },
    /// The program of a command did not start.
    NotStarted(SystemError),
    /// A command did not end in time.
    CommandTimeout {
        /// Seconds that it had.
        seconds: u64,
    },
    /// A command failed.
    CommandFailed {
        /// Exit status; `None` where a signal ended it.
        status: Option<i32>,
    },
    /// The file of the partner's own user cannot be used.
    Partner {
        /// The file, fit for a terminal.
        file: String,
        /// The reason.
        failure: Box<Failure>,
    },
}

impl From<ConfigProblem> for AlertsProblem {
    fn from(problem: ConfigProblem) -> Self {
        Self::Config(problem)
    }
}

/// The reasons why a text is no e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressFault {
    /// No `@`, or several.
    At,
    /// The part before the `@` has a character that is not allowed there, or none.
    Local,
    /// The part behind the `@` is no name of a host.
    Domain,
    /// The displayed name has a control character, or is too long.
    Name,
    /// Longer than any address.
    TooLong,
}

/// The reasons why a text is no telephone number. No number stands whole in any of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PhoneFault {
    /// The number does not begin with `+` and the country.
    NoCountry,
    /// The number has other characters than digits, blanks, hyphens, dots and brackets.
    Characters,
    /// The number has too few or too many digits.
    Length,
    /// A Brazilian number without an area code of two digits from 11 to 99.
    Area,
    /// A Brazilian mobile number of ten digits.
    NinthDigit {
        /// The number with the ninth digit, masked.
        mobile: String,
        /// The number as it stands, masked.
        landline: String,
    },
    /// A Brazilian landline, which gets no SMS.
    Landline,
}

/// The reasons why the source of a secret gives none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretFault {
    /// An empty secret.
    Empty,
    /// Several lines, or control characters.
    SeveralLines,
    /// Bytes that are no UTF-8.
    NotText,
    /// More than any secret has.
    TooLong,
    /// The secret is to be an address, and is none of a form that is allowed.
    NotAnEndpoint(EndpointProblem),
}

super::codes! {
    AlertsProblem {
        Self::File(_) => "alertas_ilegivel",
        Self::PlainSecret { .. } | Self::SecretExposed { .. } => "segredo_exposto",
        Self::SecretFile { .. }
            | Self::DoubtfulSecret
            | Self::NotASecret(_)
            | Self::NoVariable
            | Self::NoCredentials
            | Self::CommandTimeout { .. }
            | Self::CommandFailed { .. } => "segredo_indisponivel",
        Self::Writable { .. } => "comando_exposto",
        Self::OpenQuote | Self::NoProgram { .. } | Self::NotStarted(_) => "comando_invalido",
        Self::Partner { .. } => "usuario_do_parceiro",
        _ => "alertas_invalido",
    }
}
