//! A client's config: the console's own lines and the contract's terms.

mod parts;

use std::fmt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use self::parts::PartsReader;
use super::access::{self, Access, TokenFile, token_path};
use super::alerts::ClientAlerts;
use super::lines::{ConfigLines, content_of, stands};
use super::value;
use super::value::Cleaned;
use crate::calendar::Day;
use crate::contract::Contract;
use crate::failure::{
    ConfigProblem, CredentialKind, Failure, KeyLike, KeyProblem, MissingKey, Problem, Reading,
    ServiceProblem, Warning, Written,
};
pub(crate) use crate::oci::credential::ConfigPlace;
use crate::oci::region::{Region, nearest};
use crate::oci::vault;
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
pub(crate) const AUTHENTICATION_TYPE: &str = "authentication_type";
pub(crate) const SECURITY_TOKEN_FILE: &str = "security_token_file";
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

/// The keys that a config with an API key must have.
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
const OPTIONAL: [&str; 15] = [
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
    AUTHENTICATION_TYPE,
    SECURITY_TOKEN_FILE,
];

/// All keys that a config may have.
pub fn keys() -> impl Iterator<Item = &'static str> {
    REQUIRED.into_iter().chain(OPTIONAL)
}

/// Keys of the vendor's own tools, which mean nothing here and resemble nothing.
pub(super) const VENDOR: [&str; 3] = [
    "delegation_token_file",
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
    /// The credential.
    pub access: Access,
    /// Region of the requests.
    pub region: Region,
    /// The config's line with the region, from 1.
    pub region_line: Option<usize>,
    /// Terms of the contract.
    pub contract: Contract,
    /// Settings of the customer's alerts.
    pub alerts: ClientAlerts,
    /// Warnings about the config.
    pub warnings: Vec<Warning>,
}

impl Config {
    /// The fingerprint of the API key.
    pub(crate) fn fingerprint(&self) -> Option<&str> {
        self.access.fingerprint()
    }
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
    /// Content of the key, once it came from Vault.
    pub content: Option<SecretBytes>,
}

/// The content of a secret, wiped after use and never shown.
#[derive(Clone)]
pub struct SecretBytes(Zeroizing<Vec<u8>>);

impl SecretBytes {
    /// The content `bytes`.
    pub(crate) fn new(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(bytes)
    }

    /// The content itself.
    pub(crate) fn reveal(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretBytes(hidden)")
    }
}

impl KeyFile {
    /// The OCID of the secret of Vault that holds the key, where `key_file` names one.
    pub(crate) fn key_secret(&self) -> Option<&str> {
        let path = self.path.to_str()?;
        (self.content.is_none() && path.starts_with(vault::PREFIX)).then_some(path)
    }

    /// The OCID of the secret of Vault that holds the passphrase, where `pass_phrase` names one.
    pub(crate) fn phrase_secret(&self) -> Option<&str> {
        let phrase = self.pass_phrase.as_ref()?.reveal().trim();
        phrase.starts_with(vault::PREFIX).then_some(phrase)
    }

    /// Whether a secret of Vault has to be read before the key can be opened.
    pub(crate) fn is_sealed(&self) -> bool {
        self.key_secret().is_some() || self.phrase_secret().is_some()
    }

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
pub(crate) struct ConfigDraft {
    /// The client's name, unchecked.
    pub client: Option<String>,
    /// Group of the client in the portfolio.
    pub group: Option<String>,
    /// The tenancy, unchecked.
    pub owner: Option<String>,
    /// The tenancy's OCID.
    pub tenancy: Option<String>,
    /// The kind of credential.
    pub kind: CredentialKind,
    /// The config's line that says the kind, from 1.
    pub kind_line: Option<usize>,
    /// The session token.
    pub token: Option<TokenFile>,
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
pub(crate) fn draft(bytes: &[u8], folder: &Path, as_of: Day) -> ConfigDraft {
    let mut draft = ConfigDraft::default();
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
    match ConfigLines::read(&text) {
        Ok(lines) => draft.fill(&lines, folder, as_of),
        Err(failure) => draft.failures.push(failure),
    }
    draft
}

impl ConfigDraft {
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
        let access = self.access();
        match (self, access) {
            (
                Self {
                    client: Some(client),
                    group,
                    tenancy: Some(tenancy),
                    region: Some(region),
                    region_line,
                    contract: Some(contract),
                    alerts,
                    warnings,
                    failures,
                    ..
                },
                Some(access),
            ) if failures.is_empty() => Ok(Config {
                client,
                group,
                tenancy,
                access,
                region,
                region_line,
                contract,
                alerts,
                warnings,
            }),
            (
                Self {
                    client,
                    owner,
                    failures,
                    ..
                },
                _,
            ) => Err(Box::new(Unusable {
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

    /// The credential, where all keys that belong to it are there.
    pub(crate) fn access(&self) -> Option<Access> {
        let place = (self.kind_line, AUTHENTICATION_TYPE);
        Some(match self.kind {
            CredentialKind::ApiKey => Access::ApiKey {
                user: self.user.clone()?,
                fingerprint: self.fingerprint.clone()?,
                key: self.key.clone()?,
            },
            CredentialKind::SecurityToken => Access::SecurityToken {
                token: self.token.clone()?,
                key: self.key.clone()?,
                fingerprint: self.fingerprint.clone(),
            },
            CredentialKind::ResourcePrincipal => Access::ResourcePrincipal { place },
            CredentialKind::InstancePrincipal => Access::InstancePrincipal { place },
        })
    }

    fn fill(&mut self, lines: &ConfigLines, folder: &Path, as_of: Day) {
        let mut similar = lines.similar();
        // A line that explains a missing key is no warning besides.
        let mut meant = |name| {
            let found = similar.iter().position(|like| like.meant == name)?;
            Some(similar.remove(found))
        };
        let of_kind = self.read_kind(lines);
        let other = access::required(CredentialKind::ApiKey);
        let of_all = |key: &&str| REQUIRED.contains(key) && !other.contains(key);
        let mut missing: Vec<MissingKey> = keys()
            .filter(|key| of_kind.contains(key) || of_all(key))
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

        let mut parts = PartsReader {
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
        if self.kind == CredentialKind::SecurityToken {
            let path = parts.read(SECURITY_TOKEN_FILE, |value| token_path(value, folder));
            let line = lines.value(SECURITY_TOKEN_FILE).map(|(_, line)| line);
            self.token = path.zip(line).map(|(path, line)| TokenFile { path, line });
        }
        self.contract = parts.contract(as_of);
        if let (Some(path), Some((_, line))) = (path, lines.value(KEY_FILE)) {
            self.key = Some(KeyFile {
                path,
                line,
                pass_phrase,
                pass_phrase_line: lines.value(PASS_PHRASE).map(|(_, line)| line),
                similar: like,
                content: None,
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

    /// Reads the kind of credential, and notes the keys that contradict it. A token without a user is one of a session,
    /// as `oci session authenticate` writes it; beside a user the vendor's tools pass it over, and so it is here. Returns
    /// the keys that the kind needs; none where it is not known.
    fn read_kind(&mut self, lines: &ConfigLines) -> &'static [&'static str] {
        let mut parts = PartsReader {
            lines,
            failures: &mut self.failures,
            warnings: &mut self.warnings,
        };
        let implied = lines.value(SECURITY_TOKEN_FILE).map(|(_, line)| line);
        let (kind, line) = match lines.value(AUTHENTICATION_TYPE) {
            Some((_, line)) => {
                let Some(kind) = parts.read(AUTHENTICATION_TYPE, access::kind) else {
                    return &[];
                };
                (kind, line)
            }
            None => match implied.filter(|_| lines.value(USER).is_none()) {
                Some(line) => (CredentialKind::SecurityToken, line),
                None => return access::required(self.kind),
            },
        };
        for key in access::refused(kind) {
            if lines.value(key).is_some() {
                let problem = ConfigProblem::NotOfCredential { kind, line };
                parts.keep::<()>(key, Err(problem));
            }
        }
        (self.kind, self.kind_line) = (kind, Some(line));
        access::required(kind)
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

/// Whether `problem` is one of the value alone, and does not show it in another form.
pub(crate) fn is_of_value(problem: &ConfigProblem) -> bool {
    !matches!(
        problem,
        ConfigProblem::HalfAnOpening { .. }
            | ConfigProblem::EndsBeforeStart { .. }
            | ConfigProblem::CurrenciesDisagree { .. }
            | ConfigProblem::IgnoredOutside { .. }
            | ConfigProblem::NotOfCredential { .. }
            | ConfigProblem::TokenInPlace
    )
}

/// Refuses what is no value of any key: a placeholder, and a private key.
fn allowed(key: &str, value: &str) -> Result<(), ConfigProblem> {
    match value {
        value if value::is_secret(value) && key != KEY_FILE => Err(ConfigProblem::KeyInside),
        value if value::is_token(value) && key != SECURITY_TOKEN_FILE => {
            Err(ConfigProblem::TokenInPlace)
        }
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
