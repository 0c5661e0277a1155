//! A client's config: the console's own lines and the contract's terms.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::alerts::ClientAlerts;
use super::lines::{Line, Lines, content_of, stands};
use super::value::Cleaned;
use super::{adjustment, amount, value};
use crate::adjustment::{Adjustment, Change};
use crate::calendar::{Day, Days};
use crate::contract::{Contract, Opening};
use crate::failure::{
    ConfigProblem, Failure, KeyLike, KeyProblem, MissingKey, Problem, Reading, ServiceProblem,
    Warning, Written,
};
use crate::money::{Amount, Currency};
use crate::oci::region::{Region, nearest};
use crate::text::printable;

pub(crate) use super::lines::{bare_key, decode, key_and_value, lines_of, marked_utf16};
pub(crate) use super::value::{
    agreed, bare, currency, date, fingerprint, is_placeholder, key_path, ocid, region, term,
    without_quotes, written,
};

/// The most bytes that a config has.
pub(crate) const LARGEST: usize = 64 << 10;
/// The most days that a contract has: ten years and their leap days.
pub(super) const LONGEST_TERM: u32 = 3653;
/// The longest name of a client, in characters.
pub(crate) const LONGEST_NAME: usize = 100;

pub(crate) const CLIENTE: &str = "cliente";
pub(crate) const TENANCY: &str = "tenancy";
pub(crate) const USER: &str = "user";
pub(crate) const FINGERPRINT: &str = "fingerprint";
pub(crate) const REGION: &str = "region";
pub(crate) const KEY_FILE: &str = "key_file";
pub(crate) const PASS_PHRASE: &str = "pass_phrase";
pub(crate) const CREDITO: &str = "credito";
pub(crate) const INICIO: &str = "inicio_contrato";
pub(crate) const FIM: &str = "fim_contrato";
pub(crate) const MOEDA: &str = "moeda";
pub(super) const ANTERIOR: &str = "consumo_anterior";
pub(super) const ANTERIOR_ATE: &str = "consumo_anterior_ate";
pub(super) const AJUSTE: &str = "ajuste_previsto";
pub(super) const IGNORAR: &str = "ignorar_dia";
pub(super) const GRUPO: &str = "grupo";
pub(super) const ALERTA: &str = "alerta";
pub(super) const ALERTA_EMAIL: &str = "alerta_email";
pub(super) const ALERTA_SMS: &str = "alerta_sms";
pub(super) const ALERTA_WHATSAPP: &str = "alerta_whatsapp";
pub(super) const ALERTA_A_PARTIR_DE: &str = "alerta_a_partir_de";
pub(super) const ALERTA_SILENCIO_ATE: &str = "alerta_silencio_ate";

const REQUIRED: [&str; 9] = [
    CLIENTE,
    TENANCY,
    USER,
    FINGERPRINT,
    REGION,
    KEY_FILE,
    CREDITO,
    INICIO,
    FIM,
];
const OPTIONAL: [&str; 13] = [
    MOEDA,
    ANTERIOR,
    ANTERIOR_ATE,
    AJUSTE,
    IGNORAR,
    GRUPO,
    ALERTA,
    ALERTA_EMAIL,
    ALERTA_SMS,
    ALERTA_WHATSAPP,
    ALERTA_A_PARTIR_DE,
    ALERTA_SILENCIO_ATE,
    PASS_PHRASE,
];

/// All keys that a config may have.
pub fn keys() -> impl Iterator<Item = &'static str> {
    REQUIRED.into_iter().chain(OPTIONAL)
}

/// Keys of the vendor's own tools, which mean nothing here and resemble nothing.
pub(super) const VENDOR: [&str; 5] = [
    "security_token_file",
    "delegation_token_file",
    "authentication_type",
    "log_requests",
    "additional_user_agent",
];

/// The checked content of a config; the key is not loaded yet.
#[derive(Clone, Debug)]
pub struct Config {
    /// The client's name.
    pub client: String,
    /// Group of the client in the portfolio.
    pub group: Option<String>,
    /// The tenancy's OCID.
    pub tenancy: String,
    /// The user's OCID.
    pub user: String,
    /// The key's fingerprint, in lower case.
    pub fingerprint: String,
    /// Region of the requests.
    pub region: Region,
    /// The config's line with the region, from 1.
    pub region_line: Option<usize>,
    /// The private key.
    pub key: KeyFile,
    /// Terms of the contract.
    pub contract: Contract,
    /// Settings of the customer's alerts.
    pub alerts: ClientAlerts,
    /// Warnings about the config.
    pub warnings: Vec<Warning>,
}

/// Path of a private key, and its passphrase.
#[derive(Clone, Debug)]
pub struct KeyFile {
    /// Path of the key.
    pub path: PathBuf,
    /// The config's line that says so, from 1.
    pub line: usize,
    /// Passphrase of the key.
    pub pass_phrase: Option<Passphrase>,
    /// The config's line with the passphrase, from 1.
    pub pass_phrase_line: Option<usize>,
    /// A key of the config that looks like that of the passphrase, where there is none.
    pub similar: Option<KeyLike>,
}

impl KeyFile {
    /// Builds the failure of the key from `problem` and the config's line that names the key.
    pub fn failure(&self, problem: KeyProblem) -> Failure {
        let path = self.path.to_string_lossy();
        let unopened = problem == KeyProblem::PassphraseMissing;
        let odd = match problem {
            KeyProblem::File(_) => value::odd(KEY_FILE, &path),
            _ => None,
        };
        Failure {
            file: Some(printable(&path, 255)),
            line: Some(self.line),
            key: Some(KEY_FILE),
            written: odd.map(|odd| {
                Box::new(Written {
                    value: None,
                    odd: Some(odd),
                })
            }),
            similar: self.similar.clone().filter(|_| unopened).map(Box::new),
            ..Failure::new(problem)
        }
    }
}

/// The content of a config, each part checked on its own; `failures` explains the missing parts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft {
    /// The client's name, unchecked.
    pub client: Option<String>,
    /// Group of the client in the portfolio.
    pub group: Option<String>,
    /// The tenancy, unchecked.
    pub owner: Option<String>,
    /// The tenancy's OCID.
    pub tenancy: Option<String>,
    /// The user's OCID.
    pub user: Option<String>,
    /// The key's fingerprint, in lower case.
    pub fingerprint: Option<String>,
    /// Region of the requests.
    pub region: Option<Region>,
    /// The config's line with the region, from 1.
    pub region_line: Option<usize>,
    /// The private key.
    pub key: Option<KeyFile>,
    /// Terms of the contract.
    pub contract: Option<Contract>,
    /// Settings of the customer's alerts.
    pub alerts: ClientAlerts,
    /// Warnings about the config.
    pub warnings: Vec<Warning>,
    /// The problems of the config.
    pub failures: Vec<Failure>,
}

/// A config that cannot be used, with what could be read of whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unusable {
    /// The failure of the config.
    pub failure: Failure,
    /// The client's name, if the config has one.
    pub client: Option<String>,
    /// The tenancy, if the config has one.
    pub tenancy: Option<String>,
}

/// A passphrase, wiped after use and never shown.
#[derive(Clone)]
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// The passphrase `secret`.
    pub(crate) fn new(secret: Zeroizing<String>) -> Self {
        Self(secret)
    }

    /// The secret itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The passphrase without quotes around it and invisible characters at its ends, and these readings; `None` if it
    /// has neither.
    pub(crate) fn cleaned(&self) -> Option<(Self, Vec<Reading>)> {
        let Cleaned { value, readings } = value::cleaned(PASS_PHRASE, &self.0);
        (!readings.is_empty() && !value.is_empty()).then(|| (Self(value), readings))
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(hidden)")
    }
}

/// Reads the config in `bytes`; `folder` is its own, `as_of` the day of the report.
///
/// # Errors
/// [`Unusable`] with the line and key of the first thing wrong.
pub fn parse(bytes: &[u8], folder: &Path, as_of: Day) -> Result<Config, Box<Unusable>> {
    draft(bytes, folder, as_of).finish()
}

/// Reads of the config in `bytes` what there is, and all that is wrong.
pub(crate) fn draft(bytes: &[u8], folder: &Path, as_of: Day) -> Draft {
    let mut draft = Draft::default();
    let text = match decode(bytes, &mut draft.warnings) {
        Ok(text) => text,
        Err(problem) => {
            draft.failures.push(Failure::new(problem));
            return draft;
        }
    };
    if let Some(content) = content_of(&text) {
        draft
            .failures
            .push(Failure::new(ConfigProblem::NotAConfig(content)));
        return draft;
    }
    draft.client = stands(&text, CLIENTE);
    draft.owner = stands(&text, TENANCY);
    match Lines::read(&text) {
        Ok(lines) => draft.fill(&lines, folder, as_of),
        Err(failure) => draft.failures.push(failure),
    }
    draft
}

impl Draft {
    /// Returns a draft that holds nothing but a failure.
    pub(crate) fn failed(problem: impl Into<Problem>) -> Self {
        Self {
            failures: vec![Failure::new(problem)],
            ..Self::default()
        }
    }

    /// Whether the config waits for the customer's administrator to add its key.
    pub(crate) fn awaits_key(&self) -> bool {
        let awaits = Problem::Config(ConfigProblem::AwaitsKey);
        self.failures
            .iter()
            .any(|failure| failure.problem == awaits)
    }

    /// A draft with nothing wrong is a config.
    ///
    /// # Errors
    /// [`Unusable`] with the first thing wrong.
    pub(crate) fn finish(self) -> Result<Config, Box<Unusable>> {
        match self {
            Self {
                client: Some(client),
                group,
                tenancy: Some(tenancy),
                user: Some(user),
                fingerprint: Some(fingerprint),
                region: Some(region),
                region_line,
                key: Some(key),
                contract: Some(contract),
                alerts,
                warnings,
                failures,
                ..
            } if failures.is_empty() => Ok(Config {
                client,
                group,
                tenancy,
                user,
                fingerprint,
                region,
                region_line,
                key,
                contract,
                alerts,
                warnings,
            }),
            Self {
                client,
                owner,
                failures,
                ..
            } => Err(Box::new(Unusable {
                // A part that is not there has told why.
                failure: failures
                    .into_iter()
                    .next()
                    .unwrap_or_else(|| Failure::new(Problem::Internal)),
                client,
                tenancy: owner,
            })),
        }
    }

    fn fill(&mut self, lines: &Lines, folder: &Path, as_of: Day) {
        let mut similar = lines.similar();
        // A line that explains a missing key is no warning besides.
        let mut meant = |name| {
            let found = similar.iter().position(|like| like.meant == name)?;
            Some(similar.remove(found))
        };
        let mut missing: Vec<MissingKey> = REQUIRED
            .into_iter()
            .filter(|key| lines.value(key).is_none())
            .map(|name| MissingKey {
                name,
                similar: meant(name).into_iter().collect(),
            })
            .collect();
        for key in &mut missing {
            if let Some(form) = key.similar.first().and_then(|like| like.form) {
                let of_form = similar.extract_if(.., |like| like.form == Some(form));
                key.similar.extend(of_form);
            }
        }
        if !missing.is_empty() {
            self.failures
                .push(Failure::new(ConfigProblem::Missing(missing)));
        }
        let pass_phrase = lines
            .value(PASS_PHRASE)
            .map(|(value, _)| Passphrase(Zeroizing::new(value.to_owned())));
        let like = similar.iter().find(|like| like.meant == PASS_PHRASE);
        let like = like.filter(|_| pass_phrase.is_none()).cloned();
        self.warnings
            .extend(similar.into_iter().map(Warning::SimilarKey));
        self.warnings.extend(lines.readings());

        let mut parts = Parts {
            lines,
            failures: &mut self.failures,
            warnings: &mut self.warnings,
        };
        parts.read(CLIENTE, |_| Ok(()));
        self.group = parts.read(GRUPO, |value| Ok(printable(value, LONGEST_NAME)));
        self.tenancy = parts.read(TENANCY, |value| ocid(value, TENANCY));
        self.region = parts.region(self.tenancy.as_deref());
        self.user = parts.read(USER, |value| ocid(value, USER));
        self.fingerprint = parts.read(FINGERPRINT, fingerprint);
        let path = parts.read(KEY_FILE, |value| key_path(value, folder));
        self.contract = parts.contract(as_of);
        if let (Some(path), Some((_, line))) = (path, lines.value(KEY_FILE)) {
            self.key = Some(KeyFile {
                path,
                line,
                pass_phrase,
                pass_phrase_line: lines.value(PASS_PHRASE).map(|(_, line)| line),
                similar: like,
            });
        }
        self.alerts = ClientAlerts::read(lines, &mut self.warnings);
        self.region_line = lines.value(REGION).map(|(_, line)| line);
        if let Some(region) = self.region.as_ref().filter(|region| !region.known) {
            self.warnings.push(Warning::UnknownRegion {
                near: nearest(&region.name),
                region: region.name.clone(),
                realm: region.realm.to_owned(),
            });
        }
        if self.lacks_access_alone() {
            self.failures = vec![Failure::new(ConfigProblem::AwaitsKey)];
        }
    }

    /// Whether nothing is wrong but that `user` and `fingerprint` are not there, under no other spelling either.
    fn lacks_access_alone(&self) -> bool {
        match &self.failures[..] {
            [
                Failure {
                    problem: Problem::Config(ConfigProblem::Missing(keys)),
                    ..
                },
            ] => {
                let named = keys.iter().map(|key| key.name).eq([USER, FINGERPRINT]);
                named && keys.iter().all(|key| key.similar.is_empty())
            }
            _ => false,
        }
    }
}

/// Reads parts of a config, and records their problems with their lines.
struct Parts<'l> {
    lines: &'l Lines,
    failures: &'l mut Vec<Failure>,
    warnings: &'l mut Vec<Warning>,
}

impl Parts<'_> {
    /// The value of `key` as `read` takes it; a key that is not there is none.
    fn read<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&str) -> Result<T, ConfigProblem>,
    ) -> Option<T> {
        let (value, _) = self.lines.value(key)?;
        let result = allowed(key, value).and_then(|()| read(value));
        self.keep(key, result)
    }

    /// The region by its name, its short code or its name in the console.
    fn region(&mut self, tenancy: Option<&str>) -> Option<Region> {
        let line = self.lines.line(REGION)?;
        let (value, number) = self.lines.value(REGION)?;
        let region = self
            .read(REGION, |value| region(value, tenancy))
            .flatten()?;
        if Region::find(value, tenancy.unwrap_or_default()).is_err() {
            self.warnings.push(Warning::ReadAs {
                keys: vec![(REGION, number)],
                reading: Reading::Value {
                    key: REGION,
                    written: printable(&line.raw, LONGEST_NAME),
                    value: region.name.clone(),
                },
            });
        }
        Some(region)
    }

    /// The amount of `key`, and the currency that it is written with.
    fn amount(&mut self, key: &'static str) -> Option<(Amount, Option<Currency>)> {
        let (amount, currency) = self.read(key, amount::parse)?;
        self.doubt(key, &amount, amount::thousands);
        Some((amount, currency))
    }

    /// Warns of the value of `key`, read as `decimals`, if `thousands` has another reading of it.
    fn doubt(
        &mut self,
        key: &'static str,
        decimals: &Amount,
        thousands: impl FnOnce(&str) -> Option<Amount>,
    ) {
        let Some((value, line)) = self.lines.value(key) else {
            return;
        };
        if let Some(thousands) = thousands(value) {
            self.warnings.push(Warning::ThreeDecimals {
                key,
                line,
                value: printable(value, 60),
                decimals: decimals.clone(),
                thousands,
            });
        }
    }

    /// Returns the value of `key`, or records the problem.
    fn keep<T>(&mut self, key: &'static str, result: Result<T, ConfigProblem>) -> Option<T> {
        self.keep_of_line(key, self.lines.line(key), result)
    }

    /// Returns the value of `key` on `line`, or records the problem.
    fn keep_of_line<T>(
        &mut self,
        key: &'static str,
        line: Option<&Line>,
        result: Result<T, ConfigProblem>,
    ) -> Option<T> {
        result
            .map_err(|problem| {
                self.failures.push(Failure {
                    line: line.map(|line| line.number),
                    key: Some(key),
                    written: line
                        .filter(|_| is_of_value(&problem))
                        .and_then(|line| value::written(key, &line.raw)),
                    ..Failure::new(problem)
                });
            })
            .ok()
    }

    /// The contract, unless any of its terms is wrong.
    fn contract(&mut self, as_of: Day) -> Option<Contract> {
        let noted = self.failures.len();
        let days = self.read(INICIO, date).zip(self.read(FIM, date));
        let days = days.and_then(|(start, end)| self.keep(FIM, term(start, end)));
        let credit = self.amount(CREDITO);
        let written = credit.as_ref().and_then(|(_, written)| *written);
        let stated = self.read(MOEDA, currency);
        let stated = self.keep(MOEDA, agreed(stated, written)).flatten();
        let opening = self.opening(days, as_of, stated);
        let (opening, currency) = opening.map_or((None, stated), |(opening, written)| {
            (Some(opening), stated.or(written))
        });
        let adjusted = self.adjustment(currency);
        let (adjustment, currency) = adjusted.map_or((None, currency), |(adjustment, written)| {
            (Some(adjustment), currency.or(written))
        });
        let ignored = self.ignored(days);
        let ((start, end), (credit, _)) = days.zip(credit)?;
        (self.failures.len() == noted).then_some(Contract {
            start,
            end,
            credit,
            currency,
            opening,
            adjustment,
            ignored,
        })
    }

    /// Reads the days that leave the averages, of a contract of `days`, in order: each line of the key holds one
    /// or a list of them.
    fn ignored(&mut self, days: Option<(Day, Day)>) -> Vec<Day> {
        let lines = self.lines;
        let mut found: BTreeMap<Day, usize> = BTreeMap::new();
        for (value, line) in lines.values(IGNORAR) {
            let allowed = allowed(IGNORAR, value);
            if self.keep_of_line(IGNORAR, Some(line), allowed).is_none() {
                continue;
            }
            let separator = |c: char| c == ',' || c == ';' || c.is_whitespace();
            for word in value.split(separator).filter(|word| !word.is_empty()) {
                let inside = |day: &Day| {
                    days.is_none_or(|(start, end)| Days::inclusive(start, end).contains(*day))
                };
                let day = date(word).and_then(|day| match inside(&day) {
                    true => Ok(day),
                    false => Err(ConfigProblem::IgnoredOutside { day }),
                });
                let Some(day) = self.keep_of_line(IGNORAR, Some(line), day) else {
                    continue;
                };
                if let Some(first_line) = found.get(&day).copied() {
                    self.warnings.push(Warning::DayIgnoredTwice {
                        day,
                        first_line,
                        line: line.number,
                    });
                } else {
                    found.insert(day, line.number);
                }
            }
        }
        found.into_keys().collect()
    }

    /// Reads the adjustment of the forecast, and the currency that it is written with.
    fn adjustment(&mut self, stated: Option<Currency>) -> Option<(Adjustment, Option<Currency>)> {
        let (adjustment, written) = self.read(AJUSTE, adjustment::parse)?;
        if let Change::Monthly(sum) = &adjustment.change {
            self.doubt(AJUSTE, sum, adjustment::thousands);
        }
        self.keep(AJUSTE, agreed(stated, written))?;
        Some((adjustment, written))
    }

    /// Reads the opening balance (rule: opening balance) of a contract of `days`, and the currency that it is
    /// written with.
    fn opening(
        &mut self,
        days: Option<(Day, Day)>,
        as_of: Day,
        stated: Option<Currency>,
    ) -> Option<(Opening, Option<Currency>)> {
        let has = |key| self.lines.value(key).is_some();
        let half = |missing| Err(ConfigProblem::HalfAnOpening { missing });
        match (has(ANTERIOR), has(ANTERIOR_ATE)) {
            (false, false) => return None,
            (true, false) => return self.keep(ANTERIOR, half(ANTERIOR_ATE)),
            (false, true) => return self.keep(ANTERIOR_ATE, half(ANTERIOR)),
            (true, true) => {}
        }
        let amount = self.amount(ANTERIOR);
        let amount = amount.and_then(|(amount, written)| {
            self.keep(ANTERIOR, agreed(stated, written))
                .map(|_| (amount, written))
        });
        let through = self.read(ANTERIOR_ATE, date);
        let through = through.zip(days).and_then(|(through, (start, end))| {
            let inside = Days::inclusive(start, end).contains(through);
            let result = match (inside, through < as_of) {
                (false, _) => Err(ConfigProblem::OpeningOutside),
                (true, false) => Err(ConfigProblem::OpeningAhead { as_of }),
                (true, true) => Ok(through),
            };
            self.keep(ANTERIOR_ATE, result)
        });
        let (through, (amount, written)) = through.zip(amount)?;
        Some((Opening { amount, through }, written))
    }
}

/// Whether `problem` is one of the value alone, and does not show it in another form.
pub(crate) fn is_of_value(problem: &ConfigProblem) -> bool {
    !matches!(
        problem,
        ConfigProblem::HalfAnOpening { .. }
            | ConfigProblem::EndsBeforeStart { .. }
            | ConfigProblem::CurrenciesDisagree { .. }
            | ConfigProblem::IgnoredOutside { .. }
    )
}

/// Refuses what is no value of any key: a placeholder, and a private key.
fn allowed(key: &str, value: &str) -> Result<(), ConfigProblem> {
    match value {
        value if value::is_secret(value) && key != KEY_FILE => Err(ConfigProblem::KeyInside),
        value if is_placeholder(value) => Err(ConfigProblem::Placeholder),
        _ => Ok(()),
    }
}

/// Tells `failure` as a misspelt region if the host of `region`, which no table has, has no address; `line` is the
/// config's.
pub(crate) fn misspelt(region: &Region, line: Option<usize>, failure: Failure) -> Failure {
    let Problem::Service(ServiceProblem::UnknownHost { host }) = &failure.problem else {
        return failure;
    };
    let own = [region.usage_api(), region.identity_api()];
    let mut own = own.iter().flatten().filter_map(|url| url.host_str());
    if region.known || own.all(|known| known != host) {
        return failure;
    }
    Failure {
        line,
        key: Some(REGION),
        ..Failure::new(ServiceProblem::MisspeltRegion {
            region: region.name.clone(),
            host: host.clone(),
            near: nearest(&region.name),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_region_without_an_address_is_misspelt() {
        let told = |name: &str, host: &str| {
            let region = Region::find(name, "ocid1.tenancy.oc1..a").unwrap();
            let host = host.to_owned();
            let failure = Failure::new(ServiceProblem::UnknownHost { host });
            let failure = misspelt(&region, Some(5), failure);
            match failure.problem {
                Problem::Service(ServiceProblem::MisspeltRegion { near, .. }) => {
                    assert_eq!((failure.line, failure.key), (Some(5), Some(REGION)));
                    Some(near)
                }
                _ => None,
            }
        };
        let host = |name: &str| format!("usageapi.{name}.oci.oraclecloud.com");
        for (name, near) in [
            ("sa-sao-paulo-1", Some("sa-saopaulo-1")),
            ("sa-saopaulo-1-ad-1", Some("sa-saopaulo-1")),
            ("zz-nenhures-77", None),
        ] {
            assert_eq!(told(name, &host(name)), Some(near), "{name}");
            assert_eq!(told(name, "proxy.example"), None);
        }
        assert_eq!(told("sa-saopaulo-1", &host("sa-saopaulo-1")), None);
    }
}
