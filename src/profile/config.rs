//! A client's config: the console's own lines and the contract's terms.
//!
//! The ini reader is given one line at a time. It reports no line of a key,
//! reads on past a line without `=`, and joins a value that ends in a
//! backslash with the next line; line by line none of that can happen.

use std::borrow::Cow;
use std::env;
use std::fmt;
use std::path::{Path, PathBuf};

use ini::{Ini, ParseOption};
use zeroize::Zeroizing;

use super::amount;
use crate::calendar::{Day, parse_day};
use crate::contract::{Contract, Opening};
use crate::failure::{ConfigProblem, Failure, MissingKey, Warning};
use crate::money::{Amount, Currency};
use crate::oci::region::{Region, RegionError};
use crate::text::{folded, printable};

/// The most bytes that a config has.
pub const LARGEST: usize = 64 << 10;
/// The most days that a contract has: ten years and their leap days.
const LONGEST_TERM: u32 = 3653;
/// The longest name of a client, in characters.
const LONGEST_NAME: usize = 100;

const CLIENTE: &str = "cliente";
const TENANCY: &str = "tenancy";
const USER: &str = "user";
const FINGERPRINT: &str = "fingerprint";
const REGION: &str = "region";
/// The key that says where the private key is.
pub const KEY_FILE: &str = "key_file";
const PASS_PHRASE: &str = "pass_phrase";
const CREDITO: &str = "credito";
const INICIO: &str = "inicio_contrato";
const FIM: &str = "fim_contrato";
const MOEDA: &str = "moeda";
const ANTERIOR: &str = "consumo_anterior";
const ANTERIOR_ATE: &str = "consumo_anterior_ate";

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
const OPTIONAL: [&str; 4] = [MOEDA, ANTERIOR, ANTERIOR_ATE, PASS_PHRASE];
/// Keys of the vendor's own tools, which mean nothing here and resemble nothing.
const VENDOR: [&str; 5] = [
    "security_token_file",
    "delegation_token_file",
    "authentication_type",
    "log_requests",
    "additional_user_agent",
];

/// What a config says, checked; the key is not loaded yet.
#[derive(Clone, Debug)]
pub struct Config {
    /// The client's name.
    pub client: String,
    /// The tenancy's OCID.
    pub tenancy: String,
    /// The user's OCID.
    pub user: String,
    /// The key's fingerprint, in lower case.
    pub fingerprint: String,
    /// Where requests go.
    pub region: Region,
    /// Where the private key is.
    pub key_path: PathBuf,
    /// The line that says so, from 1.
    pub key_line: usize,
    /// What opens the private key.
    pub pass_phrase: Option<Passphrase>,
    /// What was bought.
    pub contract: Contract,
    /// What the reader of the figures must know.
    pub warnings: Vec<Warning>,
}

/// A config that cannot be used, with what could be read of whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unusable {
    /// Why.
    pub failure: Failure,
    /// The client's name, where it stands.
    pub client: Option<String>,
    /// The tenancy, where it stands.
    pub tenancy: Option<String>,
}

/// A passphrase, wiped after use and never shown.
#[derive(Clone)]
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
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
    let mut warnings = Vec::new();
    let text = decode(bytes, &mut warnings).map_err(|problem| {
        Box::new(Unusable {
            failure: Failure::new(problem),
            client: None,
            tenancy: None,
        })
    })?;
    let config = Lines::read(&text).and_then(|lines| interpret(&lines, folder, as_of, warnings));
    config.map_err(|failure| {
        Box::new(Unusable {
            failure,
            client: stands(&text, CLIENTE),
            tenancy: stands(&text, TENANCY),
        })
    })
}

/// The first value of `key` in a text that may make no sense as a whole: whose it is, the operator must know.
fn stands(text: &str, key: &str) -> Option<String> {
    let mut pairs = lines_of(text).filter_map(|(_, line)| key_and_value(line));
    let (_, value) =
        pairs.find(|(found, value)| found.to_lowercase() == key && !value.is_empty())?;
    Some(printable(&value, LONGEST_NAME))
}

/// The lines with their numbers, from 1, however they are broken.
fn lines_of(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..).zip(
        text.split("\r\n")
            .flat_map(|line| line.split(['\n', '\r']))
            .map(str::trim),
    )
}

/// UTF-8, with or without its mark, else Windows-1252, which holds any bytes.
fn decode<'b>(
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
            if let Some(first) = lines.iter().find(|line| line.key == key) {
                let name = printable(&key, 60);
                return Err(at(
                    number,
                    ConfigProblem::RepeatedKey {
                        name,
                        first_line: first.number,
                    },
                ));
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

    /// The value of a key that [`interpret`] has found to be there.
    fn required(&self, key: &'static str) -> Result<(&str, usize), Failure> {
        self.value(key).ok_or_else(|| {
            Failure::new(ConfigProblem::Missing(vec![MissingKey {
                name: key,
                similar: None,
            }]))
        })
    }

    /// Keys that are ignored but look like one that is known.
    fn similar(&self) -> impl Iterator<Item = (&Line, &'static str)> {
        self.0.iter().filter_map(|line| {
            let known = || REQUIRED.into_iter().chain(OPTIONAL);
            let ignored = known().chain(VENDOR).any(|key| key == line.key);
            let meant = known().find(|key| alike(&line.key, key))?;
            (!ignored).then_some((line, meant))
        })
    }
}

/// One line, by the ini reader, with backslashes and quotes as they stand.
fn key_and_value(line: &str) -> Option<(String, Zeroizing<String>)> {
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

/// Whether a key is another, but for accents, little words, separators or two slips.
fn alike(found: &str, known: &str) -> bool {
    let bare = |key: &str| -> String {
        folded(key)
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !["de", "do", "da"].contains(word))
            .collect()
    };
    let (found, known) = (bare(found), bare(known));
    found == known || (known.len() > 5 && strsim::damerau_levenshtein(&found, &known) <= 2)
}

fn interpret(
    lines: &Lines,
    folder: &Path,
    as_of: Day,
    mut warnings: Vec<Warning>,
) -> Result<Config, Failure> {
    let missing: Vec<MissingKey> = REQUIRED
        .into_iter()
        .filter(|key| lines.value(key).is_none())
        .map(|name| {
            let similar = lines.similar().find(|(_, meant)| *meant == name);
            MissingKey {
                name,
                similar: similar.map(|(line, _)| (printable(&line.key, 60), line.number)),
            }
        })
        .collect();
    if !missing.is_empty() {
        return Err(Failure::new(ConfigProblem::Missing(missing)));
    }
    for key in REQUIRED.into_iter().chain([MOEDA, ANTERIOR, ANTERIOR_ATE]) {
        if let Some((value, line)) = lines.value(key)
            && is_placeholder(value)
        {
            return Err(located(ConfigProblem::Placeholder, key, line));
        }
    }
    warnings.extend(lines.similar().map(|(line, meant)| Warning::SimilarKey {
        found: printable(&line.key, 60),
        meant,
        line: line.number,
    }));

    let tenancy = ocid(lines, TENANCY)?;
    let region = region(lines, &tenancy)?;
    if !region.known {
        let (region, realm) = (region.name.clone(), region.realm.to_owned());
        warnings.push(Warning::UnknownRegion { region, realm });
    }
    let (key_file, key_line) = lines.required(KEY_FILE)?;
    Ok(Config {
        client: printable(lines.required(CLIENTE)?.0, LONGEST_NAME),
        user: ocid(lines, USER)?,
        fingerprint: fingerprint(lines)?,
        key_path: key_path(key_file, folder),
        key_line,
        pass_phrase: lines
            .value(PASS_PHRASE)
            .map(|(value, _)| Passphrase(Zeroizing::new(value.to_owned()))),
        contract: contract(lines, as_of)?,
        tenancy,
        region,
        warnings,
    })
}

fn located(problem: ConfigProblem, key: &'static str, line: usize) -> Failure {
    Failure {
        line: Some(line),
        key: Some(key),
        ..Failure::new(problem)
    }
}

/// The console's preview writes what is still to be filled in between angle brackets.
fn is_placeholder(value: &str) -> bool {
    value
        .split_once('<')
        .is_some_and(|(_, rest)| rest.contains('>'))
}

/// An OCID of the key's own kind, `ocid1.<kind>.<realm>.<region>.<id>`, by the characters that the vendor's SDK allows.
fn ocid(lines: &Lines, key: &'static str) -> Result<String, Failure> {
    let (value, line) = lines.required(key)?;
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':');
    let parts: Vec<&str> = value.split(['.', ':']).collect();
    let whole = parts.len() >= 5 && parts.last().is_some_and(|id| !id.is_empty());
    if value.len() > 255 || !value.bytes().all(allowed) || !whole || parts[1] != key {
        return Err(located(
            ConfigProblem::NotAnOcid { expected: key },
            key,
            line,
        ));
    }
    Ok(value.to_owned())
}

fn fingerprint(lines: &Lines) -> Result<String, Failure> {
    let (value, line) = lines.required(FINGERPRINT)?;
    let pair = |pair: &str| pair.len() == 2 && pair.bytes().all(|b| b.is_ascii_hexdigit());
    if value.split(':').count() != 16 || !value.split(':').all(pair) {
        return Err(located(ConfigProblem::NotAFingerprint, FINGERPRINT, line));
    }
    Ok(value.to_ascii_lowercase())
}

fn region(lines: &Lines, tenancy: &str) -> Result<Region, Failure> {
    let (value, line) = lines.required(REGION)?;
    Region::find(value, tenancy).map_err(|error| {
        let problem = match error {
            RegionError::NotAName => ConfigProblem::NotARegion,
            RegionError::UnknownRealm => ConfigProblem::UnknownRealm,
        };
        located(problem, REGION, line)
    })
}

/// The key's path: `~` is the user's folder, a relative path starts at the config's own, and the
/// console's trailing `# TODO` goes where only the path without it exists.
fn key_path(value: &str, folder: &Path) -> PathBuf {
    let separators = ['/', std::path::MAIN_SEPARATOR];
    let resolve = |value: &str| match (value.strip_prefix('~'), env::home_dir()) {
        (Some(rest), Some(home)) if rest.is_empty() || rest.starts_with(separators) => {
            home.join(rest.trim_start_matches(separators))
        }
        _ => folder.join(value),
    };
    let path = resolve(value);
    let without = value
        .rsplit_once('#')
        .filter(|(_, comment)| comment.trim() == "TODO");
    match without.map(|(bare, _)| resolve(bare.trim_end())) {
        Some(bare) if !path.exists() && bare.exists() => bare,
        _ => path,
    }
}

fn contract(lines: &Lines, as_of: Day) -> Result<Contract, Failure> {
    let (start, _) = date(lines, INICIO)?;
    let (end, end_line) = date(lines, FIM)?;
    if end < start {
        return Err(located(
            ConfigProblem::EndsBeforeStart { start, end },
            FIM,
            end_line,
        ));
    }
    let (credit, written) = money(lines, CREDITO)?;
    let contract = Contract {
        start,
        end,
        credit,
        currency: currency(lines, written)?,
        opening: None,
    };
    if contract.days().len() > LONGEST_TERM {
        return Err(located(
            ConfigProblem::TooLong {
                limit: LONGEST_TERM,
            },
            FIM,
            end_line,
        ));
    }
    let mut currency = contract.currency;
    let opening = match (lines.value(ANTERIOR), lines.value(ANTERIOR_ATE)) {
        (None, None) => None,
        (Some((_, line)), None) => {
            return Err(located(
                ConfigProblem::HalfAnOpening {
                    missing: ANTERIOR_ATE,
                },
                ANTERIOR,
                line,
            ));
        }
        (None, Some((_, line))) => {
            return Err(located(
                ConfigProblem::HalfAnOpening { missing: ANTERIOR },
                ANTERIOR_ATE,
                line,
            ));
        }
        (Some((_, amount_line)), Some(_)) => {
            let (amount, written) = money(lines, ANTERIOR)?;
            if let (Some(stated), Some(written)) = (currency, written)
                && stated != written
            {
                let problem = ConfigProblem::CurrenciesDisagree { stated, written };
                return Err(located(problem, ANTERIOR, amount_line));
            }
            currency = currency.or(written);
            let (through, line) = date(lines, ANTERIOR_ATE)?;
            if !contract.days().contains(through) {
                return Err(located(ConfigProblem::OpeningOutside, ANTERIOR_ATE, line));
            }
            if through >= as_of {
                return Err(located(
                    ConfigProblem::OpeningAhead { as_of },
                    ANTERIOR_ATE,
                    line,
                ));
            }
            Some(Opening { amount, through })
        }
    };
    Ok(Contract {
        currency,
        opening,
        ..contract
    })
}

fn money(lines: &Lines, key: &'static str) -> Result<(Amount, Option<Currency>), Failure> {
    let (value, line) = lines.required(key)?;
    amount::parse(value).map_err(|problem| located(problem, key, line))
}

/// What `moeda` says, else what the credit is written with (rule 7).
fn currency(lines: &Lines, written: Option<Currency>) -> Result<Option<Currency>, Failure> {
    let Some((value, line)) = lines.value(MOEDA) else {
        return Ok(written);
    };
    let stated = match value {
        "R$" => Currency::parse("BRL"),
        "US$" => Currency::parse("USD"),
        code => Currency::listed(code),
    };
    let stated = stated.ok_or_else(|| {
        located(
            ConfigProblem::NotACurrency {
                value: printable(value, 60),
            },
            MOEDA,
            line,
        )
    })?;
    match written {
        Some(written) if written != stated => Err(located(
            ConfigProblem::CurrenciesDisagree { stated, written },
            MOEDA,
            line,
        )),
        _ => Ok(Some(stated)),
    }
}

/// A day, `YYYY-MM-DD` or `DD/MM/YYYY`, of this century.
fn date(lines: &Lines, key: &'static str) -> Result<(Day, usize), Failure> {
    let (value, line) = lines.required(key)?;
    let day = parse_day(value).ok_or_else(|| {
        located(
            ConfigProblem::NotADate {
                value: printable(value, 60),
            },
            key,
            line,
        )
    })?;
    Ok((day, line))
}
