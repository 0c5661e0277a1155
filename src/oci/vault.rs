//! Secrets of Vault: `GetSecretBundle` of the service that hands them out, version 20190301, the current version of a
//! secret by its OCID.

use std::mem;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::credential::exchange::exchange;
use super::endpoint::Endpoint;
use super::region::Region;
use super::signer::Signer;
use super::transport::{Transport, Web};
use crate::failure::{CredentialProblem, Failure, Problem};

/// The kind in a secret's OCID.
pub(crate) const KIND: &str = "vaultsecret";
/// Beginning of a secret's OCID.
pub(crate) const PREFIX: &str = "ocid1.vaultsecret.";
/// The most bytes of a secret, as the service documents it.
const LARGEST: usize = 25 << 10;

/// The answer, of which the rest is not read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bundle {
    secret_id: String,
    secret_bundle_content: SecretContent,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SecretContent {
    content_type: String,
    content: String,
}

/// The region of a secret, which its OCID names: `ocid1.vaultsecret.<realm>.<region>.<id>`.
pub(crate) fn region(secret: &str) -> Option<Region> {
    Region::find(secret.split('.').nth(3)?, secret).ok()
}

/// Returns whether the service refused the signature: the token may be over.
pub(crate) fn is_unauthorized(failure: &Failure) -> bool {
    match &failure.problem {
        Problem::Credential(CredentialProblem::SecretRefused(answer)) => answer.status == 401,
        _ => false,
    }
}

/// Asks for the content of `secret`, of `region`, in a request signed by `signer` that is one of those of `run`.
///
/// # Errors
/// A [`Failure`] of the service, or with a refusal.
pub(crate) async fn content(
    web: &Web,
    endpoint: &Endpoint,
    signer: &Signer,
    secret: &str,
    region: &Region,
    run: Option<&Transport>,
) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let url = endpoint.secret(region, secret)?;
    let mut answer = exchange(web, signer, &url, None, run).await?;
    if answer.status != 200 {
        return Err(answer.failure(CredentialProblem::SecretRefused(answer.refusal())));
    }
    let body = Zeroizing::new(mem::take(&mut answer.body));
    let content = decode(&body, secret).filter(|_| answer.whole);
    content.ok_or_else(|| answer.failure(CredentialProblem::NotASecret))
}

/// The content in the document `body`; `None` where it is not that of `secret`.
fn decode(body: &[u8], secret: &str) -> Option<Zeroizing<Vec<u8>>> {
    let Bundle {
        secret_id,
        secret_bundle_content: content,
    } = serde_json::from_slice(body).ok()?;
    let text = Zeroizing::new(content.content);
    let own = secret_id.eq_ignore_ascii_case(secret) && content.content_type == "BASE64";
    let decoded = Zeroizing::new(STANDARD.decode(text.trim()).ok()?);
    (own && !decoded.is_empty() && decoded.len() <= LARGEST).then_some(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "ocid1.vaultsecret.oc1.sa-saopaulo-1.a";

    #[test]
    fn the_content_is_that_of_the_secret_that_was_asked_for() {
        let bundle = |id: &str, kind: &str, content: &str| {
            format!(
                r#"{{"secretId":"{id}","versionNumber":3,"stages":["CURRENT"],
                    "secretBundleContent":{{"contentType":"{kind}","content":"{content}"}}}}"#
            )
        };
        let read = |text: &str| decode(text.as_bytes(), SECRET).map(|bytes| bytes.to_vec());
        assert_eq!(read(&bundle(SECRET, "BASE64", "YQ==")), Some(b"a".to_vec()));
        let large = STANDARD.encode(vec![b'a'; LARGEST + 1]);
        for text in [
            bundle("ocid1.vaultsecret.oc1.sa-saopaulo-1.b", "BASE64", "YQ=="),
            bundle(SECRET, "TEXT", "YQ=="),
            bundle(SECRET, "BASE64", "a"),
            bundle(SECRET, "BASE64", ""),
            bundle(SECRET, "BASE64", &large),
            "{}".to_owned(),
            String::new(),
        ] {
            assert_eq!(read(&text), None, "{text}");
        }
    }

    #[test]
    fn the_region_is_that_of_the_ocid() {
        let name = |secret: &str| region(secret).map(|region| region.name);
        assert_eq!(name(SECRET).as_deref(), Some("sa-saopaulo-1"));
        assert_eq!(
            name("ocid1.vaultsecret.oc1.gru.a").as_deref(),
            Some("sa-saopaulo-1")
        );
        for secret in [
            "ocid1.vaultsecret.oc1..a",
            "ocid1.vaultsecret",
            "ocid1.vaultsecret.oc1.a/b.c",
        ] {
            assert_eq!(name(secret), None, "{secret}");
        }
    }
}
