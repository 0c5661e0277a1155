//! The check of a client: step by step, whether it can be reported and what
//! keeps it from it, as data. `render` puts it into words.

mod channel;
pub(crate) mod offline;
pub(crate) mod online;

pub(crate) use channel::{ChannelCheck, ChannelProblem};

use chrono::{DateTime, Utc};

use crate::calendar::{Day, Month};
use crate::failure::{CredentialKind, Failure, Warning, codes};
use crate::oci::observed::SightNumbers;

/// The steps of a check, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The config is readable, complete, and each value is what it should be.
    Config,
    /// The contract's terms make sense on the as-of day.
    Contract,
    /// The region is known, and of the tenancy's realm.
    Region,
    /// The private key is there, opens, and is one that the service takes.
    Key,
    /// The config's fingerprint is the key's.
    Fingerprint,
    /// The credential has a kind, a tenancy and a life that goes on.
    Credential,
    /// Nobody else can read config and key.
    Permissions,
    /// No other config has the tenancy or the key.
    Uniqueness,
    /// The host's name resolves, and the TLS handshake succeeds.
    Connection,
    /// The clock of this machine agrees with the service's.
    Clock,
    /// The service accepts the signature.
    Authentication,
    /// The smallest real query is answered.
    Policy,
    /// The service has data of the contract's past.
    History,
    /// The config's region is the tenancy's home region.
    HomeRegion,
}

impl Step {
    /// The steps that need the network, in order.
    pub const ONLINE: [Self; 6] = [
        Self::Connection,
        Self::Clock,
        Self::Authentication,
        Self::Policy,
        Self::History,
        Self::HomeRegion,
    ];

    /// All steps, in order.
    pub const ALL: [Self; 14] = [
        Self::Config,
        Self::Contract,
        Self::Region,
        Self::Key,
        Self::Fingerprint,
        Self::Credential,
        Self::Permissions,
        Self::Uniqueness,
        Self::Connection,
        Self::Clock,
        Self::Authentication,
        Self::Policy,
        Self::History,
        Self::HomeRegion,
    ];

    /// The fixed word of machine forms.
    pub fn word(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::Contract => "contrato",
            Self::Region => "regiao",
            Self::Key => "chave",
            Self::Fingerprint => "fingerprint",
            Self::Credential => "credencial",
            Self::Permissions => "permissoes",
            Self::Uniqueness => "repeticao",
            Self::Connection => "conexao",
            Self::Clock => "relogio",
            Self::Authentication => "autenticacao",
            Self::Policy => "politica",
            Self::History => "historico",
            Self::HomeRegion => "home_region",
        }
    }
}

/// The outcome of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    /// The step passed.
    Fine,
    /// The step passed, but somebody should look at it.
    Warning,
    /// The client cannot be reported, or not rightly.
    Failed,
    /// The step could not be decided.
    Unknown,
}

impl StepState {
    /// All outcomes, the best first.
    pub const ALL: [Self; 4] = [Self::Fine, Self::Warning, Self::Failed, Self::Unknown];

    /// The fixed word of machine forms.
    pub fn word(self) -> &'static str {
        match self {
            Self::Fine => "ok",
            Self::Warning => "aviso",
            Self::Failed => "falha",
            Self::Unknown => "desconhecido",
        }
    }
}

/// The finding of one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The step.
    pub step: Step,
    /// The fact that the step found.
    pub fact: Fact,
}

/// Leaves out the warnings of `findings` that say what a failure says. A step that loses its only finding gets another.
pub(crate) fn unrepeated(findings: Vec<Finding>) -> Vec<Finding> {
    let failures: Vec<Failure> = findings
        .iter()
        .filter_map(|finding| finding.fact.failure().cloned())
        .collect();
    let repeats = |finding: &Finding| match &finding.fact {
        Fact::Warned(warning) => failures.iter().any(|failure| failure.tells(warning)),
        _ => false,
    };
    let (repeated, mut kept): (Vec<Finding>, _) = findings.into_iter().partition(repeats);
    for Finding { step, .. } in repeated {
        if !kept.iter().any(|finding| finding.step == step) {
            let fact = match step {
                Step::Region => Fact::NotTried {
                    after: Step::Connection,
                },
                _ => Fact::Complete,
            };
            kept.push(Finding { step, fact });
        }
    }
    kept
}

/// A fact that a step finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// A problem that would fail a report.
    Failed(Failure),
    /// A problem that a report would warn of.
    Warned(Warning),
    /// The step was skipped, since a step it needs failed.
    NotTried {
        /// The step that it waits for.
        after: Step,
    },
    /// The request failed, and a report can do without its answer.
    NotTold(Failure),

    /// The config is complete.
    Complete,
    /// The contract is under way.
    Running {
        /// First day of the contract.
        start: Day,
        /// Last day of the contract.
        end: Day,
    },
    /// The contract has not begun.
    NotBegun {
        /// First day of the contract.
        start: Day,
    },
    /// The contract is over.
    Over {
        /// Last day of the contract.
        end: Day,
    },
    /// The contract has no credit to compare with.
    NoCredit,
    /// The region is in the table, and of the tenancy's realm.
    KnownRegion {
        /// Name of the region.
        region: String,
        /// Realm of the region.
        realm: &'static str,
    },
    /// The region is of another realm than the tenancy.
    OtherRealm {
        /// The region's name.
        region: String,
        /// The region's realm.
        realm: &'static str,
        /// The tenancy's realm.
        tenancy: String,
    },
    /// The key opens.
    Opened {
        /// Size of the key.
        bits: usize,
        /// The key took a passphrase.
        encrypted: bool,
    },
    /// The fingerprint is the key's.
    SameKey,
    /// The kind of credential has nothing that the step looks at.
    NotNeeded {
        /// The kind of credential.
        kind: CredentialKind,
    },
    /// The credential, and its life.
    Credential {
        /// The kind of credential.
        kind: CredentialKind,
        /// The tenancy that it is for.
        tenancy: String,
        /// End of its life; `None` for a key, which has none.
        until: Option<DateTime<Utc>>,
    },
    /// Only this user can read config and key.
    Private,
    /// Others can read a file.
    Exposed {
        /// The file, fit for a terminal.
        file: String,
        /// Permission bits of the file.
        mode: u32,
    },
    /// Permissions were not looked at: the vendor's variable says so.
    Silenced,
    /// Permissions were not looked at: this system has others.
    OtherSystem,
    /// No other config of the folder has the tenancy or the key.
    Unique,
    /// Another config has the tenancy, for other days or without access to it.
    TenancyAgain {
        /// File of the other config.
        other: String,
    },
    /// Another config is of the same contract: tenancy, dates and credit. One of them counts.
    Copy {
        /// File of the other config.
        other: String,
    },
    /// No config that could be read has the tenancy or the key; another one could not be read.
    NotCompared {
        /// File of the config that could not be read.
        other: String,
    },
    /// Another tenancy's config has the key.
    KeyAgain {
        /// File of the other config.
        other: String,
    },
    /// The connection works: an answer came.
    Connected {
        /// The host.
        host: String,
        /// The connection is encrypted: always, but to loopback.
        tls: bool,
    },
    /// The service's time less this machine's.
    ClockOffset {
        /// Difference of the clocks in seconds.
        seconds: i64,
    },
    /// No answer had the service's time.
    NoClock,
    /// The service accepted the signature.
    Accepted,
    /// The query was answered.
    Answered {
        /// The day that was asked for.
        day: Day,
        /// The day had cost.
        cost: bool,
    },
    /// The first month with data.
    CostSince {
        /// The month.
        first: Month,
    },
    /// Data begin later than the contract.
    CostBeginsLate {
        /// The first month with data.
        first: Month,
        /// The first day that the report asks for.
        asked: Day,
    },
    /// The report asks for days before those that were looked at.
    NotLookedBefore {
        /// The first month that was looked at.
        first: Month,
    },
    /// The service has no data: no usage, or no answer for it.
    NoCost {
        /// The first month that was asked for.
        from: Month,
    },
    /// The config's region is the home region.
    AtHome,
    /// The home region is another.
    OtherHome {
        /// The config's region.
        region: String,
        /// The home region.
        home: String,
        /// The config's region refused the query.
        refused: bool,
    },
}

/// Seconds of clock offset from which on it is a warning, and a failure.
const CLOCK_WARNING: u64 = 60;
const CLOCK_FAILURE: u64 = 300;

codes! {
    Fact, own_code {
        Self::NotTried { .. } => "nao_verificado",
        Self::NotBegun { .. } => "contrato_nao_iniciado",
        Self::Over { .. } => "contrato_encerrado",
        Self::NoCredit => "sem_credito",
        Self::OtherRealm { .. } => "outro_realm",
        Self::Exposed { .. } => "permissoes_abertas",
        Self::Silenced | Self::OtherSystem => "permissoes_nao_vistas",
        Self::TenancyAgain { .. } => "tenancy_repetida",
        Self::Copy { .. } => "config_repetido",
        Self::KeyAgain { .. } => "chave_repetida",
        Self::NotCompared { .. } => "repeticao_nao_vista",
        Self::NoClock => "relogio_nao_visto",
        Self::ClockOffset { seconds } if seconds.unsigned_abs() > CLOCK_WARNING => "relogio",
        Self::CostBeginsLate { .. } => "inicio_sem_dados",
        Self::NotLookedBefore { .. } => "historico_nao_visto",
        Self::NoCost { .. } => "sem_custo",
        Self::OtherHome { .. } => "regiao_nao_e_home",
    }
}

impl Fact {
    /// Returns the outcome of the step.
    pub fn state(&self) -> StepState {
        match self {
            Self::Failed(_) | Self::OtherRealm { .. } => StepState::Failed,
            Self::Warned(_)
            | Self::NotBegun { .. }
            | Self::Over { .. }
            | Self::NoCredit
            | Self::Exposed { .. }
            | Self::TenancyAgain { .. }
            | Self::Copy { .. }
            | Self::KeyAgain { .. }
            | Self::CostBeginsLate { .. }
            | Self::OtherHome { .. } => StepState::Warning,
            Self::NotTried { .. }
            | Self::NotTold(_)
            | Self::Silenced
            | Self::OtherSystem
            | Self::NotCompared { .. }
            | Self::NoClock
            | Self::NotLookedBefore { .. }
            | Self::NoCost { .. } => StepState::Unknown,
            Self::ClockOffset { seconds } => match seconds.unsigned_abs() {
                off if off > CLOCK_FAILURE => StepState::Failed,
                off if off > CLOCK_WARNING => StepState::Warning,
                _ => StepState::Fine,
            },
            Self::Complete
            | Self::Running { .. }
            | Self::KnownRegion { .. }
            | Self::Opened { .. }
            | Self::SameKey
            | Self::NotNeeded { .. }
            | Self::Credential { .. }
            | Self::Private
            | Self::Unique
            | Self::Connected { .. }
            | Self::Accepted
            | Self::Answered { .. }
            | Self::CostSince { .. }
            | Self::AtHome => StepState::Fine,
        }
    }

    /// The fixed word of machine forms; none where all is fine.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::Failed(failure) | Self::NotTold(failure) => Some(failure.problem.code()),
            Self::Warned(warning) => Some(warning.code()),
            own => own.own_code(),
        }
    }

    /// The failure behind it, if one is.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Failed(failure) | Self::NotTold(failure) => Some(failure),
            _ => None,
        }
    }
}

/// A client of the folder, and all that was found.
#[derive(Clone, Debug)]
pub struct Checkup {
    /// Name of the client.
    pub name: String,
    /// File name of the config.
    pub file: String,
    /// Tenancy, if the config names it.
    pub tenancy: Option<String>,
    /// Region, if the config names it.
    pub region: Option<String>,
    /// Findings in the order of the steps.
    pub findings: Vec<Finding>,
    /// Request to the customer's administrator.
    pub request: Option<AdminRequest>,
    /// Numbers that the answers showed of the service; empty unless the service report was requested.
    pub seen: SightNumbers,
}

impl Checkup {
    /// The worst of all steps: what cannot be reported, else what somebody should look at, else what is
    /// not known.
    pub fn state(&self) -> StepState {
        let any = |state| self.findings.iter().any(|f| f.fact.state() == state);
        [StepState::Failed, StepState::Warning, StepState::Unknown]
            .into_iter()
            .find(|state| any(*state))
            .unwrap_or(StepState::Fine)
    }
}

/// Request that only the customer's administrator can carry out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdminRequest {
    /// The tenancy's OCID.
    pub tenancy: String,
    /// The user that signs; `None` where there is none yet.
    pub user: Option<String>,
    /// The key's fingerprint.
    pub fingerprint: String,
    /// The public key in PEM, where it is to be uploaded.
    pub public_key: Option<String>,
    /// The administrator is to make the policy.
    pub policy: bool,
    /// The machine's identity signs, so that the policy is one for a dynamic group.
    pub machine: Option<CredentialKind>,
}
