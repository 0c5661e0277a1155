//! The partner's own user of OCI: the console's five lines in a file that is no client's config.

use std::path::Path;

use super::super::access::Access;
use super::super::config::{
    AUTHENTICATION_TYPE, ConfigDraft, ConfigPlace, FINGERPRINT, KEY_FILE, KeyFile, LARGEST,
    PASS_PHRASE, REGION, TENANCY, USER, draft,
};
use super::super::file::read_bounded;
use super::super::provider;
use super::folder_of;
use super::refused::shown;
use crate::calendar::Day;
use crate::failure::{AlertsProblem, AlertsRefused, ConfigProblem, Failure, MissingKey, Problem};
use crate::oci::region::Region;
use crate::oci::signer::Signer;

/// The keys of the file.
const KEYS: [&str; 7] = [
    USER,
    FINGERPRINT,
    TENANCY,
    REGION,
    KEY_FILE,
    PASS_PHRASE,
    AUTHENTICATION_TYPE,
];

/// The partner's own user.
#[derive(Clone, Debug)]
pub struct Partner {
    /// Region of the user's services.
    pub region: Region,
    /// Signer of the user's requests.
    pub signer: Signer,
}

/// Reads the user in the file at `path`, and the private key that the file names. Both are read, which blocks.
///
/// # Errors
/// [`AlertsRefused`] with the failure that a client's config would have.
pub fn partner(path: &Path) -> Result<Partner, AlertsRefused> {
    let refused = |failure| {
        AlertsRefused::new(AlertsProblem::Partner {
            file: shown(&path.to_string_lossy()),
            failure: Box::new(failure),
        })
    };
    let content = read_bounded(path, LARGEST)
        .map_err(|problem| refused(Failure::new(ConfigProblem::File(problem))))?;
    // No term of a contract counts, so that any day will do.
    let mut draft = draft(&content, folder_of(path), Day::default());
    if let Some(failure) = draft.failures.drain(..).find_map(own) {
        return Err(refused(failure));
    }
    open(draft).map_err(refused)
}

/// Opens the key that `draft` names.
fn open(draft: ConfigDraft) -> Result<Partner, Failure> {
    let internal = || Failure::new(Problem::Internal);
    let (tenancy, access) = (draft.tenancy.as_ref(), draft.access());
    let (tenancy, access) = tenancy.zip(access).ok_or_else(internal)?;
    let Access::ApiKey {
        user,
        fingerprint,
        key: file,
    } = &access
    else {
        let kind = access.kind();
        return Err(Failure {
            line: draft.kind_line,
            key: Some(AUTHENTICATION_TYPE),
            ..Failure::new(ConfigProblem::ApiKeyAlone { kind })
        });
    };
    if let Some((line, key)) = secret(file) {
        return Err(Failure {
            line,
            key: Some(key),
            ..Failure::new(ConfigProblem::SecretOfClient)
        });
    }
    let (key, _) = provider::confirmed(file, Some(fingerprint))?;
    let signer = provider::signer(tenancy, user, fingerprint, &key);
    let region = draft.region.ok_or_else(internal)?;
    Ok(Partner { region, signer })
}

/// Returns the place of the first secret of Vault that `file` names.
fn secret(file: &KeyFile) -> Option<ConfigPlace> {
    let key = file.key_secret().map(|_| (Some(file.line), KEY_FILE));
    let phrase = || {
        let place = (file.pass_phrase_line, PASS_PHRASE);
        file.phrase_secret().map(|_| place)
    };
    key.or_else(phrase)
}

/// Returns `failure` as far as it is about the console's lines; `None` where it is about a contract's terms.
fn own(mut failure: Failure) -> Option<Failure> {
    if let Problem::Config(ConfigProblem::Missing(missing)) = &mut failure.problem {
        let of_console = |key: &MissingKey| KEYS.contains(&key.name);
        missing.retain(of_console);
        return (!missing.is_empty()).then_some(failure);
    }
    let is_own = failure.key.is_none_or(|key| KEYS.contains(&key));
    is_own.then_some(failure)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::failure::KeyProblem;
    use crate::oci::signer::ApiKey;
    use crate::profile::key;

    const KEY: &[u8] = include_bytes!("../../../fixtures/keys/pkcs8.pem");

    /// The console's five lines, each of which `change` may change.
    fn lines(change: impl Fn(&str) -> Option<String>) -> String {
        let parsed = key::parse(KEY, None).unwrap();
        let fingerprint = key::fingerprint(&parsed.to_public_key()).unwrap();
        let lines = [
            "[DEFAULT]".to_owned(),
            "user=ocid1.user.oc1..parceiro".to_owned(),
            format!("fingerprint={fingerprint}"),
            "tenancy=ocid1.tenancy.oc1..parceiro".to_owned(),
            "region=gru".to_owned(),
            "key_file=parceiro.pem".to_owned(),
        ];
        let lines = lines.iter().filter_map(|line| change(line));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// The partner of a file with `text`, beside a key.
    fn read(text: &str) -> Result<Partner, AlertsRefused> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("parceiro.pem"), KEY).unwrap();
        let path = folder.path().join("parceiro.oci");
        fs::write(&path, text).unwrap();
        partner(&path)
    }

    fn failure(text: &str) -> Failure {
        let refused = read(text).unwrap_err();
        assert_eq!((refused.line, &refused.key), (None, &None));
        let AlertsProblem::Partner { file, failure } = refused.problem else {
            panic!("{:?}", refused.problem)
        };
        assert!(file.ends_with("parceiro.oci"), "{file}");
        *failure
    }

    #[test]
    fn the_console_s_five_lines_are_a_user() {
        let found = read(&lines(|line| Some(line.to_owned()))).unwrap();
        assert_eq!(found.region.name, "sa-saopaulo-1");
        let Signer::ApiKey(ApiKey { tenancy, user, .. }) = &found.signer else {
            panic!("{:?}", found.signer)
        };
        assert_eq!(tenancy, "ocid1.tenancy.oc1..parceiro");
        assert_eq!(user, "ocid1.user.oc1..parceiro");
        // A client's terms beside them are not looked at.
        let more = lines(|line| Some(line.to_owned())) + "\ncredito=x\ninicio_contrato=y\n";
        assert!(read(&more).is_ok());
    }

    #[test]
    fn a_failure_is_that_of_a_config() {
        let without = |key: &str| lines(|line| (!line.starts_with(key)).then(|| line.to_owned()));
        for key in [USER, FINGERPRINT, TENANCY, REGION, KEY_FILE] {
            let Problem::Config(ConfigProblem::Missing(missing)) = failure(&without(key)).problem
            else {
                panic!("{key}")
            };
            let names: Vec<&str> = missing.iter().map(|missing| missing.name).collect();
            assert_eq!(names, [key]);
        }
        let with = |key: &str, value: &str| {
            lines(|line| match line.starts_with(key) {
                true => Some(format!("{key}={value}")),
                false => Some(line.to_owned()),
            })
        };
        let not_an_ocid = failure(&with(USER, "parceiro"));
        assert_eq!((not_an_ocid.line, not_an_ocid.key), (Some(2), Some(USER)));
        let not_a_region = failure(&with(REGION, "a b"));
        assert_eq!(
            (not_a_region.line, not_a_region.key),
            (Some(5), Some(REGION))
        );
        let other = failure(&with(FINGERPRINT, "00:".repeat(16).trim_end_matches(':')));
        assert!(matches!(
            other.problem,
            Problem::Key(KeyProblem::FingerprintDiffers { .. })
        ));
        let no_key = failure(&with(KEY_FILE, "none.pem"));
        assert!(matches!(no_key.problem, Problem::Key(KeyProblem::File(_))));
        let secret = "ocid1.vaultsecret.oc1.sa-saopaulo-1.a";
        for (text, place) in [
            (with(KEY_FILE, secret), (Some(6), Some(KEY_FILE))),
            (
                format!("{}\n{PASS_PHRASE}={secret}", with(KEY_FILE, "none.pem")),
                (Some(7), Some(PASS_PHRASE)),
            ),
        ] {
            let sealed = failure(&text);
            assert_eq!(
                sealed.problem,
                Problem::Config(ConfigProblem::SecretOfClient)
            );
            assert_eq!((sealed.line, sealed.key), place);
        }
        let two = failure(&(lines(|line| Some(line.to_owned())) + "\n[OTHER]\n"));
        assert_eq!(two.problem, Problem::Config(ConfigProblem::SeveralSections));
        let missing = partner(Path::new("/none/parceiro.oci")).unwrap_err();
        assert!(matches!(missing.problem, AlertsProblem::Partner { .. }));
    }
}
