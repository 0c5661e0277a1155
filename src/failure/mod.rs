//! Failures of a client, as data: a kind and the facts of it, no sentence in
//! any human language. `render` puts it into words.

/// Writes the method `code` of a type and the list of all that it returns from one table, so that
/// the list cannot miss any.
macro_rules! codes {
    ($kind:ident { $($variants:pat $(if $condition:expr)? => $code:literal,)+ }) => {
        impl $kind {
            /// Every code of this type; a code of several variants may stand more than once.
            pub const CODES: &[&str] = &[$($code),+];

            /// The fixed word of machine forms.
            pub fn code(&self) -> &'static str {
                match self {
                    $($variants $(if $condition)? => $code,)+
                }
            }
        }
    };
    // A type of which some values have no code of their own.
    ($kind:ident, $method:ident { $($variants:pat $(if $condition:expr)? => $code:literal,)+ }) => {
        impl $kind {
            /// Every code that is this type's own.
            pub const CODES: &[&str] = &[$($code),+];

            fn $method(&self) -> Option<&'static str> {
                match self {
                    $($variants $(if $condition)? => Some($code),)+
                    _ => None,
                }
            }
        }
    };
}
pub(crate) use codes;

mod add;
mod alerts;
mod config;
mod credential;
mod data;
mod delivery;
mod key;
mod output;
mod pages;
mod publish;
mod service;
mod setting;
mod store;
mod system;
mod warning;

use std::io;

use crate::calendar::Day;
use crate::money::{Amount, Currency};

pub use add::AddProblem;
pub(crate) use alerts::{AddressFault, PhoneFault, SecretFault};
pub use alerts::{AlertsProblem, AlertsRefused};
pub use config::ConfigProblem;
pub(crate) use config::{
    CharacterPlace, ForeignContent, ForeignForm, KeyLike, LineFault, MissingKey, Odd, Written,
};
pub use credential::CredentialKind;
pub(crate) use credential::CredentialProblem;
pub(crate) use data::{CurrencySum, DataProblem};
pub use delivery::{ChannelAnswer, DeliveryProblem, ProgramEnd, RefusalReason, UnsendableMessage};
pub(crate) use key::{KeyForm, KeyProblem};
pub(crate) use output::OutputProblem;
pub(crate) use pages::{PageKeysProblem, PagesFolderProblem, PagesProblem};
pub(crate) use publish::PublishProblem;
pub(crate) use service::{Answer, CertificatesProblem, ProxyAbsence, ProxyRefusal, ServiceProblem};
pub(crate) use setting::{
    DefaultsProblem, EndpointProblem, EnvironmentProblem, PlaceProblem, ProxyProblem,
};
pub use store::StoreProblem;
pub(crate) use store::{Claim, Notice};
pub(crate) use system::SystemError;
pub(crate) use warning::{Reading, Warning};

/// The codes of every kind of failure, notice and warning.
pub const CODES: [&[&str]; 11] = [
    Problem::CODES,
    ConfigProblem::CODES,
    KeyProblem::CODES,
    CredentialProblem::CODES,
    ServiceProblem::CODES,
    DataProblem::CODES,
    StoreProblem::CODES,
    DeliveryProblem::CODES,
    Notice::CODES,
    Warning::CODES,
    AlertsProblem::CODES,
];

/// The reason why a client has no figures: it is named in the report, never shown as zero (rule: failed client).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The kind of failure, with its facts.
    pub problem: Problem,
    /// The file that it happened in, where it is not the client's config.
    pub file: Option<String>,
    /// The line of the config, from 1.
    pub line: Option<usize>,
    /// The key of the config.
    pub key: Option<&'static str>,
    /// The service's own name for the request.
    pub request_id: Option<String>,
    /// Figures of an earlier run, from the store.
    pub stored: Option<Box<StoredFigures>>,
    /// The refused value of the key.
    pub written: Option<Box<Written>>,
    /// A key of the config that may be the one which is missing.
    pub similar: Option<Box<KeyLike>>,
    /// The machine's identity signed the request, so that the policy is one for a dynamic group.
    pub of_machine: bool,
}

/// A client's last figures in the store: never a failed client's own, only named in its remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFigures {
    /// The day they were seen from.
    pub as_of: Day,
    /// The last day with data then.
    pub data_through: Option<Day>,
    /// The currency of the amounts.
    pub currency: Option<Currency>,
    /// Consumption.
    pub consumption: Option<Amount>,
    /// Consumption and forecast.
    pub projected: Option<Amount>,
}

impl Failure {
    /// A failure of which only the problem is known.
    pub fn new(problem: impl Into<Problem>) -> Self {
        Self {
            problem: problem.into(),
            file: None,
            line: None,
            key: None,
            request_id: None,
            stored: None,
            written: None,
            similar: None,
            of_machine: false,
        }
    }

    /// Returns whether the failure says what `warning` says.
    pub(crate) fn tells(&self, warning: &Warning) -> bool {
        match warning {
            Warning::SimilarKey(like) => self.similar.as_deref() == Some(like),
            Warning::UnknownRegion { .. } => matches!(
                self.problem,
                Problem::Service(ServiceProblem::MisspeltRegion { .. })
            ),
            _ => false,
        }
    }

    /// Returns whether the client waits for its key, and nothing went wrong.
    pub(crate) fn awaits_key(&self) -> bool {
        matches!(self.problem, Problem::Config(ConfigProblem::AwaitsKey))
    }
}

/// The kinds of failure, by stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Reading the client's config failed.
    Config(ConfigProblem),
    /// Reading the private key failed.
    Key(KeyProblem),
    /// The credential is missing, over, or another's.
    Credential(CredentialProblem),
    /// Calling the service failed.
    Service(ServiceProblem),
    /// The service's answer is unusable.
    Data(DataProblem),
    /// The store, as the only source, is unusable.
    Store(StoreProblem),
    /// The run's time was over before the client's work was.
    Deadline,
    /// Ctrl-C came before the client's work was over.
    Interrupted,
    /// A defect of this program: the client's work ended in a panic.
    Internal,
}

impl From<ConfigProblem> for Problem {
    fn from(problem: ConfigProblem) -> Self {
        Self::Config(problem)
    }
}

impl From<KeyProblem> for Problem {
    fn from(problem: KeyProblem) -> Self {
        Self::Key(problem)
    }
}

impl From<CredentialProblem> for Problem {
    fn from(problem: CredentialProblem) -> Self {
        Self::Credential(problem)
    }
}

impl From<ServiceProblem> for Problem {
    fn from(problem: ServiceProblem) -> Self {
        Self::Service(problem)
    }
}

impl From<DataProblem> for Problem {
    fn from(problem: DataProblem) -> Self {
        Self::Data(problem)
    }
}

impl From<StoreProblem> for Problem {
    fn from(problem: StoreProblem) -> Self {
        Self::Store(problem)
    }
}

/// The reasons why a file cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileProblem {
    /// The path leads to no file.
    Missing,
    /// The user may not read the file.
    Forbidden,
    /// The path is a folder, a device or a pipe.
    NotAFile,
    /// The path is no folder.
    NotAFolder,
    /// The path is a link that leads back to itself.
    LinkLoop,
    /// The file is larger than any such file; the limit in bytes.
    TooLarge(u64),
    /// The operating system reports another error.
    Other(SystemError),
}

impl From<io::Error> for FileProblem {
    fn from(error: io::Error) -> Self {
        // The kind of it has no stable name.
        #[cfg(unix)]
        if error.raw_os_error() == Some(libc::ELOOP) {
            return Self::LinkLoop;
        }
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            io::ErrorKind::PermissionDenied => Self::Forbidden,
            io::ErrorKind::NotADirectory => Self::NotAFolder,
            _ => Self::Other((&error).into()),
        }
    }
}

impl Problem {
    /// The codes that no kind of problem has.
    const CODES: &[&str] = &[Self::DEADLINE, Self::INTERRUPTED, Self::INTERNAL];
    const DEADLINE: &str = "prazo_da_execucao";
    const INTERRUPTED: &str = "interrompido";
    const INTERNAL: &str = "erro_interno";

    /// The fixed word of machine forms.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Config(problem) => problem.code(),
            Self::Key(problem) => problem.code(),
            Self::Credential(problem) => problem.outage().unwrap_or(problem.code()),
            Self::Service(problem) => problem.code(),
            Self::Data(problem) => problem.code(),
            Self::Store(problem) => problem.code(),
            Self::Deadline => Self::DEADLINE,
            Self::Interrupted => Self::INTERRUPTED,
            Self::Internal => Self::INTERNAL,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{CODES, Warning};

    #[test]
    fn a_code_is_a_plain_word_of_one_kind_only() {
        let mut seen = BTreeSet::new();
        for codes in CODES {
            let codes: BTreeSet<&str> = codes.iter().copied().collect();
            for code in codes {
                let plain = |c: char| c.is_ascii_lowercase() || c == '_';
                assert!(!code.is_empty() && code.chars().all(plain), "{code}");
                assert!(seen.insert(code), "two kinds have the code {code}");
            }
        }
    }

    #[test]
    fn each_warning_has_its_own_code() {
        let codes: BTreeSet<&&str> = Warning::CODES.iter().collect();
        assert_eq!(codes.len(), Warning::CODES.len());
    }
}
