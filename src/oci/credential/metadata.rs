//! The metadata service of a compute instance, version 2: its region, its certificate and the certificate's key.
//!
//! The address is one that the machine alone answers on, and the requests go through no proxy: whoever answers them
//! decides which certificate the program signs with.

use std::env;
use std::net::IpAddr;
use std::time::Duration;

use reqwest::Url;
use tokio::time::{sleep, timeout};
use zeroize::Zeroizing;

use crate::failure::{CredentialProblem, Failure, ServiceProblem};
use crate::oci::transport::{NearAnswer, NearClient, ip, is_loopback_host};
use crate::text::printable;

/// The variable of the vendor's SDKs with another address.
pub(crate) const VARIABLE: &str = "OCI_METADATA_BASE_URL";
const ADDRESS: &str = "http://169.254.169.254/opc/v2";
/// The header that version 2 asks for, so that no forwarded request of a browser gets an answer.
const AUTHORIZATION: &str = "Bearer Oracle";
/// Time for all documents together. The address answers within milliseconds where there is one.
const PATIENCE: Duration = Duration::from_secs(2);
/// Pause before a document is asked for again that the service had no time for.
const PAUSE: Duration = Duration::from_millis(100);

const REGION: &str = "/instance/region";
pub(super) const CERTIFICATE: &str = "/identity/cert.pem";
pub(super) const KEY: &str = "/identity/key.pem";
pub(super) const INTERMEDIATE: &str = "/identity/intermediate.pem";

/// The documents of an instance's identity.
pub(super) struct Documents {
    /// The region's name or short code.
    pub(super) region: String,
    /// The certificate in PEM.
    pub(super) certificate: String,
    /// The certificate's private key in PEM.
    pub(super) key: Zeroizing<Vec<u8>>,
    /// The certificate of the certificate's issuer in PEM.
    pub(super) intermediate: String,
}

/// Reads the documents of this instance; calls `begun` once the first one shows that there is an instance.
///
/// # Errors
/// A [`Failure`] when the address is not allowed, does not answer, or answers something else.
pub(super) async fn documents(begun: impl FnOnce()) -> Result<Documents, Failure> {
    let given = env::var_os(VARIABLE).map(|value| value.to_string_lossy().into_owned());
    let given = given.filter(|value| !value.trim().is_empty());
    let base = address(given.as_deref().map_or(ADDRESS, str::trim));
    let base = base.ok_or_else(|| Failure::new(CredentialProblem::MetadataAddress))?;
    let near = NearClient::new(PATIENCE).map_err(Failure::new)?;
    let metadata = Metadata { near, base };
    let silent = || metadata.absent(true);
    let all = timeout(PATIENCE, metadata.all(begun)).await;
    all.unwrap_or_else(|_late| Err(silent()))
}

/// The address in `text`: HTTP, and of this machine or its own link.
fn address(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let bare = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    let host = url.host_str()?;
    let is_own = is_loopback_host(host)
        || match ip(host) {
            Some(IpAddr::V4(address)) => address.is_link_local(),
            Some(IpAddr::V6(address)) => address.is_unicast_link_local(),
            None => false,
        };
    (url.scheme() == "http" && bare && is_own).then_some(url)
}

struct Metadata {
    near: NearClient,
    base: Url,
}

impl Metadata {
    async fn all(&self, begun: impl FnOnce()) -> Result<Documents, Failure> {
        let region = self.text(REGION).await?.trim().to_owned();
        begun();
        Ok(Documents {
            region,
            certificate: self.text(CERTIFICATE).await?,
            key: self.get(KEY).await?,
            intermediate: self.text(INTERMEDIATE).await?,
        })
    }

    async fn text(&self, path: &'static str) -> Result<String, Failure> {
        let bytes = self.get(path).await?;
        let text = str::from_utf8(&bytes).map(str::to_owned);
        text.map_err(|_| Failure::new(CredentialProblem::MetadataAnswer { path }))
    }

    /// Gets the document at `path`, and asks again while the service has no time for it.
    async fn get(&self, path: &'static str) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let mut url = self.base.clone();
        url.set_path(&format!("{}{path}", self.base.path().trim_end_matches('/')));
        loop {
            match self.near.get(&url, AUTHORIZATION).await {
                Ok(NearAnswer {
                    status: 200,
                    body: Some(body),
                }) => return Ok(body),
                Ok(NearAnswer { status: 200, .. }) => {
                    return Err(Failure::new(CredentialProblem::MetadataAnswer { path }));
                }
                Ok(NearAnswer {
                    status: 429 | 500..=599,
                    ..
                })
                | Err(ServiceProblem::ConnectionBroken { .. }) => {}
                Ok(NearAnswer { status, .. }) => {
                    let problem = CredentialProblem::MetadataRefused { path, status };
                    return Err(Failure::new(problem));
                }
                Err(problem) => {
                    return Err(self.absent(matches!(problem, ServiceProblem::Timeout { .. })));
                }
            }
            sleep(PAUSE).await;
        }
    }

    fn absent(&self, silent: bool) -> Failure {
        Failure::new(CredentialProblem::NoMetadata {
            address: printable(self.base.as_str(), 100),
            silent,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_the_machine_s_own() {
        for text in [
            ADDRESS,
            "http://169.254.0.1",
            "http://127.0.0.1:8080/opc/v2",
            "http://localhost:1/opc/v2/",
            "http://[::1]:9/",
            "http://[fe80::1]/opc/v2",
        ] {
            assert!(address(text).is_some(), "{text}");
        }
        for text in [
            "",
            "169.254.169.254",
            "https://169.254.169.254/opc/v2",
            "http://10.0.0.1/opc/v2",
            "http://[fd00:c1::a9fe:a9fe]/opc/v2",
            "http://169.254.169.254.example.com/",
            "http://metadata/opc/v2",
            "http://user:x@127.0.0.1/",
            "http://user@169.254.169.254/",
            "http://127.0.0.1/?a=b",
            "http://127.0.0.1/#a",
            "file:///opc/v2",
            "http://0.0.0.0/",
        ] {
            assert!(address(text).is_none(), "{text}");
        }
    }
}
