//! What goes wrong with a client, as data: a kind and the facts of it, no
//! sentence in any human language. `render` puts it into words.

use std::io;
use std::time::Duration;

use crate::calendar::{Day, Days, Month};
use crate::money::{Amount, Currency};

/// Why a client has no figures: it is named in the report, never shown as zero (rule 12).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What happened.
    pub problem: Problem,
    /// The file that it happened in, where it is not the client's config.
    pub file: Option<String>,
    /// The line of the config, from 1.
    pub line: Option<usize>,
    /// The key of the config.
    pub key: Option<&'static str>,
    /// The service's own name for the request.
    pub request_id: Option<String>,
    /// What an earlier run came to, by the store.
    pub stored: Option<Box<StoredFigures>>,
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
    /// What was consumed.
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
        }
    }
}

/// What happened, by the stage it happened in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// In reading the client's config.
    Config(ConfigProblem),
    /// In reading its private key.
    Key(KeyProblem),
    /// In calling the service.
    Service(ServiceProblem),
    /// In what the service answered.
    Data(DataProblem),
    /// In what the store has, where nothing else is asked.
    Store(StoreProblem),
    /// The run's time was over before the client's work was.
    Deadline,
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

/// Why a file could not be read whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileProblem {
    /// There is none of that name.
    Missing,
    /// This user may not read it.
    Forbidden,
    /// It is a folder, a device or a pipe.
    NotAFile,
    /// It is no folder.
    NotAFolder,
    /// It is a link that leads back to itself.
    LinkLoop,
    /// It is larger than any such file; the limit in bytes.
    TooLarge(u64),
    /// What the operating system said instead.
    Other(io::ErrorKind),
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
            kind => Self::Other(kind),
        }
    }
}

/// Why a file cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputProblem {
    /// Another output has the same name.
    Twice,
    /// In the clients' folder it would be taken for a client.
    LikeAClient,
    /// A folder, a device or a pipe has its name.
    NotAFile,
    /// Its folder is not there.
    NoFolder,
    /// What should be its folder is none.
    NotAFolder,
    /// This user may not write there.
    Forbidden,
    /// Nobody may: the disk is mounted to be read only.
    ReadOnly,
    /// There is no room for it.
    Full,
    /// What the operating system said instead.
    Other(io::ErrorKind),
}

impl From<io::Error> for OutputProblem {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::NoFolder,
            io::ErrorKind::NotADirectory => Self::NotAFolder,
            io::ErrorKind::IsADirectory => Self::NotAFile,
            io::ErrorKind::PermissionDenied => Self::Forbidden,
            io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::FileTooLarge => Self::Full,
            kind => Self::Other(kind),
        }
    }
}

/// Config: unreadable, or not what a client's config is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigProblem {
    /// The file could not be read.
    File(FileProblem),
    /// It is UTF-16, as some editors save text.
    Utf16,
    /// The line is neither a section, nor a comment, nor `key = value`.
    Syntax,
    /// More than one section: several clients, or one pasted twice.
    SeveralSections,
    /// A key stands twice; the line where it stood first.
    RepeatedKey {
        /// The key as written.
        name: String,
        /// Where it stood first.
        first_line: usize,
    },
    /// Keys that are not there, or have no value.
    Missing(Vec<MissingKey>),
    /// The console's placeholder was left in.
    Placeholder,
    /// Not an OCID; or another kind's, which is named.
    NotAnOcid {
        /// The kind that belongs there: `tenancy` or `user`.
        expected: &'static str,
    },
    /// Not sixteen hexadecimal pairs.
    NotAFingerprint,
    /// Letters, digits and hyphens only: it becomes part of a host name.
    NotARegion,
    /// Neither the region nor the tenancy's realm is known, so there is no host.
    UnknownRealm,
    /// The private key stands where its file's path belongs; it is not shown.
    KeyInPlace,
    /// Neither `YYYY-MM-DD` nor `DD/MM/YYYY`, or no such day.
    NotADate {
        /// The value as written.
        value: String,
    },
    /// The contract ends before it starts.
    EndsBeforeStart {
        /// The contract's first day.
        start: Day,
        /// The contract's last day.
        end: Day,
    },
    /// Longer than any contract.
    TooLong {
        /// The most days that a contract may have.
        limit: u32,
    },
    /// Not an amount.
    NotAnAmount {
        /// The value as written.
        value: String,
    },
    /// One separator before three digits: thousands or decimals.
    AmbiguousAmount {
        /// The value as written.
        value: String,
        /// Read with the separator for thousands.
        thousands: Amount,
        /// Read with the separator for decimals.
        decimals: Amount,
    },
    /// An amount below zero.
    NegativeAmount,
    /// A bare `$`, or another sign that several currencies have.
    AmbiguousCurrency {
        /// The sign as written.
        sign: String,
    },
    /// Not a three-letter currency code.
    NotACurrency {
        /// The value as written.
        value: String,
    },
    /// `moeda` says one currency, the amount another.
    CurrenciesDisagree {
        /// What `moeda` says.
        stated: Currency,
        /// What the amount says.
        written: Currency,
    },
    /// Of `consumo_anterior` and `consumo_anterior_ate` one without the other.
    HalfAnOpening {
        /// The one that is missing.
        missing: &'static str,
    },
    /// `consumo_anterior_ate` is not a day of the contract.
    OpeningOutside,
    /// `consumo_anterior_ate` is the as-of day or later: it would hold days that are not over.
    OpeningAhead {
        /// The as-of day.
        as_of: Day,
    },
    /// Neither per cent nor money a month, with a sign.
    NotAnAdjustment {
        /// The value as written.
        value: String,
    },
    /// Over 100 per cent less: there is no cost below nothing.
    AdjustedBelowNothing,
    /// Another config has the same tenancy in days that both contracts have.
    Overlap {
        /// The config that comes first and counts.
        other: String,
    },
}

/// A key of the config that is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingKey {
    /// Its name.
    pub name: &'static str,
    /// A key that looks like it, and its line.
    pub similar: Option<(String, usize)>,
}

/// Private key: unreadable, or not a key that signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyProblem {
    /// The file could not be read.
    File(FileProblem),
    /// There is no PEM text in it.
    NotPem,
    /// It is a public key.
    PublicKey,
    /// It is a certificate.
    Certificate,
    /// It is an elliptic-curve key, or of another kind than RSA.
    NotRsa,
    /// It is in OpenSSH's own format.
    OpenSsh,
    /// It is the PEM text of something else.
    OtherPem {
        /// What stands after `BEGIN`.
        label: String,
    },
    /// Its content does not decode.
    Damaged,
    /// It is encrypted and the config has no `pass_phrase`.
    PassphraseMissing,
    /// It is encrypted and `pass_phrase` does not open it.
    PassphraseWrong,
    /// It is encrypted in a way that is not supported.
    UnsupportedEncryption,
    /// Its key derivation asks for more work or memory than any honest file.
    DerivationTooCostly,
    /// Fewer bits than the service takes.
    TooShort {
        /// The key's bits.
        bits: usize,
    },
    /// More bits than any key.
    TooLong {
        /// The key's bits.
        bits: usize,
    },
    /// The config's fingerprint is another key's.
    FingerprintDiffers {
        /// What the config says.
        config: String,
        /// The key's own.
        key: String,
    },
}

/// Call of the service: refused, or not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServiceProblem {
    /// The name of the host has no address.
    UnknownHost {
        /// The host's name.
        host: String,
    },
    /// Nothing listens there.
    ConnectionRefused {
        /// The host's name.
        host: String,
    },
    /// The connection broke, at any point.
    ConnectionBroken {
        /// The host's name.
        host: String,
        /// How often it was tried.
        tries: u32,
    },
    /// TLS could not be agreed on: certificate, name or protocol.
    Tls {
        /// The host's name.
        host: String,
        /// What the TLS library said.
        detail: String,
    },
    /// No whole answer in time.
    Timeout {
        /// The host's name.
        host: String,
        /// How often it was tried.
        tries: u32,
    },
    /// 401: the signature, the key or the user was not accepted.
    NotAuthenticated {
        /// The user's OCID, to compare.
        user: String,
        /// The key's fingerprint, to compare.
        fingerprint: String,
        /// What the service said.
        answer: Answer,
    },
    /// 401, and the clocks are too far apart.
    ClockSkew {
        /// The service's time less this machine's, in seconds.
        offset_seconds: i64,
        /// What the service said.
        answer: Answer,
    },
    /// This machine's clock is ahead, and to the service the as-of day is to come (rule 1).
    ClockAhead {
        /// The service's time less this machine's, in seconds.
        offset_seconds: i64,
    },
    /// 404 NotAuthorizedOrNotFound, or any other 404: the policy is missing, or the tenancy.
    NotAuthorized(Answer),
    /// 403: not allowed, often because it is not the home region.
    Forbidden(Answer),
    /// 429 until there was no time left.
    TooManyRequests {
        /// How often it was tried.
        tries: u32,
        /// What the service said.
        answer: Answer,
    },
    /// `Retry-After` says later than the budget allows.
    RetryTooLate {
        /// How long the service asks to wait.
        wait: Duration,
        /// What the service said.
        answer: Answer,
    },
    /// 5xx, or 409 IncorrectState, until there was no time left.
    Unavailable {
        /// How often it was tried.
        tries: u32,
        /// What the service said.
        answer: Answer,
    },
    /// A redirect: a signature holds for one host and never follows.
    Redirect(Answer),
    /// Any other status.
    Rejected(Answer),
    /// The operating system gave no random numbers to sign with.
    SigningFailed,
    /// The HTTP client could not be made: no certificates, for one.
    NoClient {
        /// What it said.
        detail: String,
    },
}

/// An answer that is not 200, with its texts cleaned for the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The service's code, `NotAuthenticated` for one; empty where there is none.
    pub code: String,
    /// The service's message; empty where there is none.
    pub message: String,
}

impl DataProblem {
    /// Where JSON stops making sense; never what stands there, which may be anything.
    pub fn not_the_document(error: &serde_json::Error) -> Self {
        let (kind, line, column) = (error.classify(), error.line(), error.column());
        Self::NotTheDocument {
            detail: format!("{kind:?}, {line}:{column}"),
        }
    }
}

/// An answer with status 200 that no figure can be built on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DataProblem {
    /// Larger than any honest answer; the limit in bytes.
    BodyTooLarge(usize),
    /// Not the JSON that the service documents.
    NotTheDocument {
        /// Where it stops making sense, without its content.
        detail: String,
    },
    /// A row's day is not a UTC day.
    NotADay {
        /// The value as it came.
        value: String,
    },
    /// An amount that is no number, or not one of money.
    NotAnAmount {
        /// The value as it came.
        value: String,
    },
    /// A currency that is no code.
    NotACurrency {
        /// The value as it came.
        value: String,
    },
    /// The service names the same next page twice.
    PageLoop,
    /// A page equals an earlier one byte for byte.
    PageRepeated,
    /// More rows in a window than any honest answer; the limit.
    TooManyRows(usize),
    /// More pages than any honest answer; the limit.
    TooManyPages(usize),
    /// A page token that cannot be sent back.
    BadPageToken,
    /// A row of another tenancy: a child's, or somebody else's.
    OtherTenancy {
        /// The tenancy of the row.
        tenancy: String,
    },
    /// A row with money on a day that was not asked for.
    OutsideRange {
        /// The row's day.
        day: Day,
    },
    /// Money in another currency than the contract's.
    OtherCurrency {
        /// The contract's.
        expected: Currency,
        /// The row's.
        found: Currency,
    },
    /// Money in two currencies, and no `moeda` to say which is the contract's.
    SeveralCurrencies {
        /// One of them.
        one: Currency,
        /// Another.
        other: Currency,
    },
    /// Money, and no currency anywhere.
    NoCurrency,
    /// A list of the tenancy's regions without a home region, or with several.
    NoHomeRegion,
}

/// Why a store cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreProblem {
    /// There is no such file, or it cannot be made.
    File(FileProblem),
    /// It may not be written.
    ReadOnly,
    /// There is no room left where it is.
    Full,
    /// It is damaged, or no store.
    Corrupt,
    /// A newer program has changed its schema.
    Newer {
        /// The schema's version.
        version: i64,
    },
    /// Others hold it for too long.
    Busy,
    /// The server is not reached, or does not let this program in.
    Unreachable {
        /// What it, or the system, says.
        detail: String,
    },
    /// It has no days of a client, or not all that a report needs.
    NoDays {
        /// From which day on there are none.
        from: Day,
    },
    /// Something else.
    Other {
        /// What the engine says.
        detail: String,
    },
}

impl StoreProblem {
    /// The fixed word of machine forms.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Newer { .. } => "armazenamento_mais_novo",
            Self::Corrupt => "armazenamento_corrompido",
            Self::NoDays { .. } => "sem_dados_armazenados",
            _ => "armazenamento_indisponivel",
        }
    }
}

/// What the reader of a report must know of the store that it was to be kept in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The report was made without it.
    WithoutStore {
        /// Where it is.
        place: String,
        /// Why.
        problem: StoreProblem,
    },
    /// What the run came to is not in it.
    NotKept {
        /// Where it is.
        place: String,
        /// Why.
        problem: StoreProblem,
    },
}

impl Notice {
    /// The fixed word of machine forms.
    pub fn code(&self) -> &'static str {
        match self {
            Self::WithoutStore { .. } => "sem_armazenamento",
            Self::NotKept { .. } => "nao_armazenado",
        }
    }
}

impl Problem {
    /// The fixed word of machine forms.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Config(problem) => match problem {
                ConfigProblem::File(_) | ConfigProblem::Utf16 => "config_ilegivel",
                ConfigProblem::Overlap { .. } => "contrato_repetido",
                _ => "config_invalida",
            },
            Self::Key(problem) => match problem {
                KeyProblem::File(_) => "chave_ilegivel",
                KeyProblem::PassphraseMissing | KeyProblem::PassphraseWrong => "senha_da_chave",
                KeyProblem::FingerprintDiffers { .. } => "fingerprint_diferente",
                _ => "chave_invalida",
            },
            Self::Service(problem) => match problem {
                ServiceProblem::UnknownHost { .. }
                | ServiceProblem::ConnectionRefused { .. }
                | ServiceProblem::ConnectionBroken { .. }
                | ServiceProblem::NoClient { .. } => "sem_conexao",
                ServiceProblem::Tls { .. } => "tls",
                ServiceProblem::Timeout { .. } => "tempo_esgotado",
                ServiceProblem::NotAuthenticated { .. } => "nao_autenticado",
                ServiceProblem::ClockSkew { .. } | ServiceProblem::ClockAhead { .. } => "relogio",
                ServiceProblem::NotAuthorized(_) => "sem_permissao",
                ServiceProblem::Forbidden(_) => "nao_permitido",
                ServiceProblem::RetryTooLate { answer, .. } if answer.status != 429 => {
                    "servico_indisponivel"
                }
                ServiceProblem::TooManyRequests { .. } | ServiceProblem::RetryTooLate { .. } => {
                    "limite_de_requisicoes"
                }
                ServiceProblem::Unavailable { .. } => "servico_indisponivel",
                ServiceProblem::Redirect(_) | ServiceProblem::Rejected(_) => "requisicao_recusada",
                ServiceProblem::SigningFailed => "assinatura",
            },
            Self::Data(problem) => match problem {
                DataProblem::OtherCurrency { .. } | DataProblem::SeveralCurrencies { .. } => {
                    "moeda_divergente"
                }
                DataProblem::NoCurrency => "moeda_desconhecida",
                DataProblem::OtherTenancy { .. } => "linha_de_outra_tenancy",
                DataProblem::OutsideRange { .. } => "linha_fora_do_periodo",
                DataProblem::PageLoop
                | DataProblem::PageRepeated
                | DataProblem::TooManyPages(_)
                | DataProblem::BadPageToken => "paginacao",
                _ => "resposta_invalida",
            },
            Self::Store(problem) => problem.code(),
            Self::Deadline => "prazo_da_execucao",
            Self::Internal => "erro_interno",
        }
    }
}

/// What the reader of a client's figures must know (rule 14).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// One day holds over a fifth of the averaging window.
    SpikeInWindow {
        /// The day.
        day: Day,
        /// What was booked on it.
        amount: Amount,
        /// The forecast from the averages without that day.
        forecast_without: Amount,
    },
    /// The averaging window has under 28 days.
    ShortWindow {
        /// How many it has.
        days: u32,
    },
    /// Days without a row, on weekdays that otherwise have them.
    DaysWithoutRows {
        /// How many.
        missing: u32,
        /// Of how many.
        of: u32,
    },
    /// The last two weeks' mean is far from the last two months'.
    PaceChanged {
        /// How many per cent it is off.
        change: Amount,
    },
    /// The averaging window has days from which on an adjustment counts: they show it already.
    AdjustmentInWindow {
        /// The adjustment's first day.
        since: Day,
        /// How many days of the window.
        days: u32,
    },
    /// No data came for longer than the service's habit.
    NoRecentData {
        /// The last day with data before the as-of day, if any.
        last: Option<Day>,
    },
    /// The currency was taken from the data.
    CurrencyAssumed(Currency),
    /// The first data come after the contract's start, by more than usual or where the service may forget.
    SilentStart {
        /// The first day with data.
        first: Day,
    },
    /// Money with a blank currency was counted in the client's.
    BlankCurrency {
        /// On how many days.
        days: u32,
    },
    /// The clocks are too far apart; requests were signed with the service's time.
    ClockOffset {
        /// The service's time less this machine's, in seconds.
        seconds: i64,
    },
    /// The config's region refused the request, and the tenancy's home region answered it.
    NotHomeRegion {
        /// The config's region.
        region: String,
        /// The tenancy's home region.
        home: String,
    },
    /// The region is not in the table; the host follows the tenancy's realm.
    UnknownRegion {
        /// The region.
        region: String,
        /// The realm.
        realm: String,
    },
    /// The service has moved a month by over one per cent since the store got its days.
    Restated {
        /// The month.
        month: Month,
        /// What its settled days cost in the store.
        before: Amount,
        /// What they cost now.
        after: Amount,
    },
    /// The service no longer tells what these days cost, and what the store has of them counts.
    Forgotten {
        /// From the first to the last of them.
        days: Days,
    },
    /// Nothing is known of days between others: they were never asked for while the service remembered them.
    Gap {
        /// The longest range of them.
        days: Days,
    },
    /// The service's own sum of a month is not what its days add up to.
    MonthDiffers {
        /// The month.
        month: Month,
        /// What its days add up to.
        days: Amount,
        /// What the service says that it cost.
        sum: Amount,
    },
    /// A key of the config looks like a misspelt one and is ignored.
    SimilarKey {
        /// As written.
        found: String,
        /// What it looks like.
        meant: &'static str,
        /// Its line, from 1.
        line: usize,
    },
    /// The config is not UTF-8 and was read as Windows-1252.
    ReadAsWindows1252,
}

impl Warning {
    /// The fixed word of machine forms.
    pub fn code(&self) -> &'static str {
        match self {
            Self::SpikeInWindow { .. } => "pico_na_janela",
            Self::ShortWindow { .. } => "janela_curta",
            Self::DaysWithoutRows { .. } => "dias_sem_registro",
            Self::PaceChanged { .. } => "ritmo_mudou",
            Self::AdjustmentInWindow { .. } => "ajuste_na_janela",
            Self::NoRecentData { .. } => "sem_dados_recentes",
            Self::SilentStart { .. } => "inicio_sem_dados",
            Self::CurrencyAssumed(_) => "moeda_assumida",
            Self::BlankCurrency { .. } => "moeda_em_branco",
            Self::ClockOffset { .. } => "fuso_do_servico",
            Self::NotHomeRegion { .. } => "regiao_nao_e_home",
            Self::UnknownRegion { .. } => "regiao_desconhecida",
            Self::Restated { .. } => "mes_reapresentado",
            Self::Forgotten { .. } => "servico_esqueceu",
            Self::Gap { .. } => "lacuna_no_historico",
            Self::MonthDiffers { .. } => "mes_nao_confere",
            Self::SimilarKey { .. } => "chave_parecida",
            Self::ReadAsWindows1252 => "codificacao",
        }
    }
}
