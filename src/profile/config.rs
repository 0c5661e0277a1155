//! A client's config: the console's own lines and the contract's terms.
//!
//! The ini reader is given one line at a time. It reports no line of a key,
//! reads on past a line without `=`, and joins a value that ends in a
//! backslash with the next line; line by line none of that can happen.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::path::{Path, PathBuf};

use ini::{Ini, ParseOption};
use zeroize::Zeroizing;

use super::{adjustment, amount};
use crate::adjustment::Adjustment;
use crate::calendar::{Day, Days, parse_day};
use crate::contract::{Contract, Opening};
use crate::failure::{ConfigProblem, Failure, KeyProblem, MissingKey, Problem, Warning};
use crate::money::Currency;
use crate::oci::region::{Region, RegionError};
use crate::path;
use crate::text::{folded, printable};

/// The most bytes that a config has.
pub(crate) const LARGEST: usize = 64 << 10;
/// The most days that a contract has: ten years and their leap days.
const LONGEST_TERM: u32 = 3653;
/// The longest name of a client, in characters.
pub(crate) const LONGEST_NAME: usize = 100;
/// The longest key that may be a misspelt one, in bytes.
const LONGEST_ALIKE: usize = 100;

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
const ANTERIOR: &str = "consumo_anterior";
const ANTERIOR_ATE: &str = "consumo_anterior_ate";
const AJUSTE: &str = "ajuste_previsto";
const IGNORAR: &str = "ignorar_dia";
const GRUPO: &str = "grupo";

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
const OPTIONAL: [&str; 7] = [
    MOEDA,
    ANTERIOR,
    ANTERIOR_ATE,
    AJUSTE,
    IGNORAR,
    GRUPO,
    PASS_PHRASE,
];

/// All keys that a config may have.
pub fn keys() -> impl Iterator<Item = &'static str> {
    REQUIRED.into_iter().chain(OPTIONAL)
}

/// Keys of the vendor's own tools, which mean nothing here and resemble nothing.
const VENDOR: [&str; 5] = [
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
    /// The private key.
    pub key: KeyFile,
    /// Terms of the contract.
    pub contract: Contract,
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
}

impl KeyFile {
    /// Builds the failure of the key from `problem` and the config's line that names the key.
    pub fn failure(&self, problem: KeyProblem) -> Failure {
        Failure {
            file: Some(printable(&self.path.to_string_lossy(), 255)),
            line: Some(self.line),
            key: Some(KEY_FILE),
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
    /// The private key.
    pub key: Option<KeyFile>,
    /// Terms of the contract.
    pub contract: Option<Contract>,
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
    draft.client = stands(&text, CLIENTE);
    draft.owner = stands(&text, TENANCY);
    match Lines::read(&text) {
        Ok(lines) => draft.fill(&lines, folder, as_of),
        Err(failure) => draft.failures.push(failure),
    }
    draft
}

/// The first value of `key` in a text that may make no sense as a whole: whose it is, the operator must know.
fn stands(text: &str, key: &str) -> Option<String> {
    let mut pairs = lines_of(text).filter_map(|(_, line)| key_and_value(line));
    let (_, value) =
        pairs.find(|(found, value)| found.to_lowercase() == key && !value.is_empty())?;
    Some(printable(&value, LONGEST_NAME))
}

/// The lines with their numbers, from 1, however they are broken.
pub(crate) fn lines_of(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..).zip(
        text.split("\r\n")
            .flat_map(|line| line.split(['\n', '\r']))
            .map(str::trim),
    )
}

/// UTF-8, with or without its mark, else Windows-1252, which holds any bytes.
pub(crate) fn decode<'b>(
    bytes: &'b [u8],
    warnings: &mut Vec<Warning>,
) -> Result<Zeroizing<String>, ConfigProblem> {
    let utf16 =
        bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) || bytes.contains(&0);
    if utf16 {
        return Err(ConfigProblem::Utf16);
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text: Cow<'b, str> = match str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => {
            warnings.push(Warning::ReadAsWindows1252);
            encoding_rs::WINDOWS_1252
                .decode_without_bom_handling(bytes)
                .0
        }
    };
    Ok(Zeroizing::new(text.into_owned()))
}

/// The keys of a config with their values and lines, as they stand.
struct Lines(Vec<Line>);

struct Line {
    number: usize,
    key: String,
    value: Zeroizing<String>,
}

impl Lines {
    fn read(text: &str) -> Result<Self, Failure> {
        let at = |number, problem: ConfigProblem| Failure {
            line: Some(number),
            ..Failure::new(problem)
        };
        let mut lines: Vec<Line> = Vec::new();
        let mut first_lines: HashMap<String, usize> = HashMap::new();
        let mut sections = 0;
        for (number, line) in lines_of(text) {
            if line.is_empty() || line.starts_with(['#', ';']) {
                continue;
            }
            if let Some(section) = line.strip_prefix('[') {
                let rest = section.split_once(']').map(|(_, rest)| rest.trim_start());
                if !rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['#', ';'])) {
                    return Err(at(number, ConfigProblem::Syntax));
                }
                sections += 1;
                if sections > 1 {
                    return Err(at(number, ConfigProblem::SeveralSections));
                }
                continue;
            }
            let (key, value) =
                key_and_value(line).ok_or_else(|| at(number, ConfigProblem::Syntax))?;
            let key = key.to_lowercase();
            // A list of days may go over several lines.
            if key == IGNORAR {
                lines.push(Line { number, key, value });
                continue;
            }
            if let Some(first_line) = first_lines.insert(key.clone(), number) {
                let name = printable(&key, 60);
                let problem = ConfigProblem::RepeatedKey { name, first_line };
                return Err(at(number, problem));
            }
            lines.push(Line { number, key, value });
        }
        Ok(Self(lines))
    }

    /// The value of `key` and its line; `None` where there is none, or an empty one.
    fn value(&self, key: &str) -> Option<(&str, usize)> {
        let line = self.0.iter().find(|line| line.key == key)?;
        (!line.value.is_empty()).then_some((line.value.as_str(), line.number))
    }

    /// Returns each value of `key`, which may be on several lines, with its line.
    fn values<'l>(&'l self, key: &'l str) -> impl Iterator<Item = (&'l str, usize)> {
        let lines = self.0.iter();
        let lines = lines.filter(move |line| line.key == key && !line.value.is_empty());
        lines.map(|line| (line.value.as_str(), line.number))
    }

    /// Keys that are ignored but look like one that is known.
    fn similar(&self) -> Vec<(&Line, &'static str)> {
        let known = keys;
        let bare_known: Vec<(&str, String)> = known().map(|key| (key, bare(key))).collect();
        let meant = |key: &str| {
            let ignored = known().chain(VENDOR).any(|known| known == key);
            if ignored || key.len() > LONGEST_ALIKE {
                return None;
            }
            let found = bare(key);
            let mut alike = bare_known.iter().filter(|(_, known)| alike(&found, known));
            alike.next().map(|(key, _)| *key)
        };
        let lines = self.0.iter();
        lines
            .filter_map(|line| Some((line, meant(&line.key)?)))
            .collect()
    }
}

/// Splits one line into key and value with the ini reader; backslashes and quotes stay as they stand. A possible
/// passphrase is split without it, since the reader leaves copies that are not wiped.
pub(crate) fn key_and_value(line: &str) -> Option<(String, Zeroizing<String>)> {
    let (key, value) = line.split_once(['=', ':'])?;
    if folded(key).contains("pass") {
        let value = Zeroizing::new(value.trim().to_owned());
        return Some((key.trim().to_owned(), value));
    }
    let options = ParseOption {
        enabled_quote: false,
        enabled_escape: false,
        ..ParseOption::default()
    };
    let ini = Ini::load_from_str_opt(line, options).ok()?;
    let mut pairs = ini.iter().flat_map(|(_, pairs)| pairs.iter());
    match (pairs.next(), pairs.next()) {
        (Some((key, value)), None) => Some((key.to_owned(), Zeroizing::new(value.to_owned()))),
        _ => None,
    }
}

/// A key without accents, little words and separators.
fn bare(key: &str) -> String {
    folded(key)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !["de", "do", "da"].contains(word))
        .collect()
}

/// Whether a bare key is a known one but for two slips, or one in a short one.
fn alike(found: &str, known: &str) -> bool {
    let slips = match known.len() {
        0..5 => 0,
        5 => 1,
        _ => 2,
    };
    // A slip adds or takes one character; further apart, the distance is not worth its work.
    let near = found.chars().count().abs_diff(known.len()) <= slips;
    near && strsim::damerau_levenshtein(found, known) <= slips
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
                key: Some(key),
                contract: Some(contract),
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
                key,
                contract,
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
        let similar = lines.similar();
        let missing: Vec<MissingKey> = REQUIRED
            .into_iter()
            .filter(|key| lines.value(key).is_none())
            .map(|name| {
                let similar = similar.iter().find(|(_, meant)| *meant == name);
                MissingKey {
                    name,
                    similar: similar.map(|(line, _)| (printable(&line.key, 60), line.number)),
                }
            })
            .collect();
        if !missing.is_empty() {
            self.failures
                .push(Failure::new(ConfigProblem::Missing(missing)));
        }
        self.warnings.extend(
            similar
                .into_iter()
                .map(|(line, meant)| Warning::SimilarKey {
                    found: printable(&line.key, 60),
                    meant,
                    line: line.number,
                }),
        );
        let pass_phrase = lines
            .value(PASS_PHRASE)
            .map(|(value, _)| Passphrase(Zeroizing::new(value.to_owned())));

        let mut parts = Parts {
            lines,
            failures: &mut self.failures,
            warnings: &mut self.warnings,
        };
        parts.read(CLIENTE, |_| Ok(()));
        self.group = parts.read(GRUPO, |value| Ok(printable(value, LONGEST_NAME)));
        self.tenancy = parts.read(TENANCY, |value| ocid(value, TENANCY));
        let tenancy = self.tenancy.as_deref();
        self.region = parts.read(REGION, |value| region(value, tenancy)).flatten();
        self.user = parts.read(USER, |value| ocid(value, USER));
        self.fingerprint = parts.read(FINGERPRINT, fingerprint);
        let path = parts.read(KEY_FILE, |value| key_path(value, folder));
        self.contract = parts.contract(as_of);
        if let (Some(path), Some((_, line))) = (path, lines.value(KEY_FILE)) {
            self.key = Some(KeyFile {
                path,
                line,
                pass_phrase,
            });
        }
        if let Some(region) = self.region.as_ref().filter(|region| !region.known) {
            let (region, realm) = (region.name.clone(), region.realm.to_owned());
            self.warnings.push(Warning::UnknownRegion { region, realm });
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
                named && keys.iter().all(|key| key.similar.is_none())
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
        let read = if is_placeholder(value) {
            Err(ConfigProblem::Placeholder)
        } else {
            read(value)
        };
        self.keep(key, read)
    }

    /// Returns the value of `key`, or records the problem.
    fn keep<T>(&mut self, key: &'static str, result: Result<T, ConfigProblem>) -> Option<T> {
        let line = self.lines.value(key).map(|(_, line)| line);
        self.keep_of_line(key, line, result)
    }

    /// Returns the value of `key` on `line`, or records the problem.
    fn keep_of_line<T>(
        &mut self,
        key: &'static str,
        line: Option<usize>,
        result: Result<T, ConfigProblem>,
    ) -> Option<T> {
        result
            .map_err(|problem| {
                self.failures.push(Failure {
                    line,
                    key: Some(key),
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
        let credit = self.read(CREDITO, amount::parse);
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
            if is_placeholder(value) {
                let placeholder: Result<(), _> = Err(ConfigProblem::Placeholder);
                self.keep_of_line(IGNORAR, Some(line), placeholder);
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
                        line,
                    });
                } else {
                    found.insert(day, line);
                }
            }
        }
        found.into_keys().collect()
    }

    /// Reads the adjustment of the forecast, and the currency that it is written with.
    fn adjustment(&mut self, stated: Option<Currency>) -> Option<(Adjustment, Option<Currency>)> {
        let (adjustment, written) = self.read(AJUSTE, adjustment::parse)?;
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
        let amount = self.read(ANTERIOR, amount::parse);
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

/// The console's preview writes what is still to be filled in between angle brackets.
pub(crate) fn is_placeholder(value: &str) -> bool {
    value
        .split_once('<')
        .is_some_and(|(_, rest)| rest.contains('>'))
}

/// An OCID of the kind `expected`, `ocid1.<kind>.<realm>.<region>.<id>`, by the characters that the vendor's SDK allows.
pub(crate) fn ocid(value: &str, expected: &'static str) -> Result<String, ConfigProblem> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':');
    let parts: Vec<&str> = value.split(['.', ':']).collect();
    let whole = parts.len() >= 5 && parts.last().is_some_and(|id| !id.is_empty());
    let ocid = whole && parts[0].starts_with("ocid") && parts[1] == expected;
    if value.len() > 255 || !value.bytes().all(allowed) || !ocid {
        return Err(ConfigProblem::NotAnOcid { expected });
    }
    Ok(value.to_owned())
}

pub(crate) fn fingerprint(value: &str) -> Result<String, ConfigProblem> {
    let pair = |pair: &str| pair.len() == 2 && pair.bytes().all(|b| b.is_ascii_hexdigit());
    if value.split(':').count() != 16 || !value.split(':').all(pair) {
        return Err(ConfigProblem::NotAFingerprint);
    }
    Ok(value.to_ascii_lowercase())
}

/// The region; none where only the tenancy could say its realm and there is no good one.
pub(crate) fn region(value: &str, tenancy: Option<&str>) -> Result<Option<Region>, ConfigProblem> {
    match Region::find(value, tenancy.unwrap_or_default()) {
        Ok(region) => Ok(Some(region)),
        Err(RegionError::NotAName) => Err(ConfigProblem::NotARegion),
        Err(RegionError::UnknownRealm) if tenancy.is_none() => Ok(None),
        Err(RegionError::UnknownRealm) => Err(ConfigProblem::UnknownRealm),
    }
}

/// The key's path: `~` is the user's folder, a relative path starts at the config's own, and the
/// console's trailing `# TODO` goes where only the path without it exists.
pub(crate) fn key_path(value: &str, folder: &Path) -> Result<PathBuf, ConfigProblem> {
    // A path is shown, and a key never.
    if value.contains("-----BEGIN") {
        return Err(ConfigProblem::KeyInPlace);
    }
    let resolve = |value: &str| path::resolve(value, folder);
    let path = resolve(value);
    let without = value
        .rsplit_once('#')
        .filter(|(_, comment)| comment.trim() == "TODO");
    Ok(match without.map(|(bare, _)| resolve(bare.trim_end())) {
        Some(bare) if !path.exists() && bare.exists() => bare,
        _ => path,
    })
}

/// A contract's first and last day.
pub(crate) fn term(start: Day, end: Day) -> Result<(Day, Day), ConfigProblem> {
    if end < start {
        return Err(ConfigProblem::EndsBeforeStart { start, end });
    }
    if Days::inclusive(start, end).len() > LONGEST_TERM {
        return Err(ConfigProblem::TooLong {
            limit: LONGEST_TERM,
        });
    }
    Ok((start, end))
}

/// Parses the value of `moeda`.
pub(crate) fn currency(value: &str) -> Result<Currency, ConfigProblem> {
    let stated = match value {
        "R$" => Currency::parse("BRL"),
        "US$" => Currency::parse("USD"),
        code => Currency::listed(code),
    };
    stated.ok_or_else(|| ConfigProblem::NotACurrency {
        value: printable(value, 60),
    })
}

/// Returns the currency of `moeda`, else the currency that an amount is written with (rule: currency).
pub(crate) fn agreed(
    stated: Option<Currency>,
    written: Option<Currency>,
) -> Result<Option<Currency>, ConfigProblem> {
    match (stated, written) {
        (Some(stated), Some(written)) if stated != written => {
            Err(ConfigProblem::CurrenciesDisagree { stated, written })
        }
        _ => Ok(stated.or(written)),
    }
}

/// A day, `YYYY-MM-DD` or `DD/MM/YYYY`, of this century.
pub(crate) fn date(value: &str) -> Result<Day, ConfigProblem> {
    parse_day(value).ok_or_else(|| ConfigProblem::NotADate {
        value: printable(value, 60),
    })
}
