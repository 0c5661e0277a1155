//! The identity of a compute instance: its certificate is changed for a token, at the auth service of its region.
//!
//! The request has the form of the vendor's SDK for Go, `common/auth/federation_client.go`: the key id is of the
//! certificate's SHA-256, which the body says, and no host is signed. Each token has a session key of its own, and each
//! renewal reads the certificate again, since the platform renews it.

use std::mem;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;
use zeroize::Zeroizing;

use super::Material;
use super::certificate::{certificates, fingerprint, tenancy};
use super::exchange::exchange;
use super::metadata::{self, Documents};
use super::token::Token;
use crate::failure::{CredentialProblem, Failure, KeyProblem, Problem, ServiceProblem};
use crate::oci::endpoint::Endpoint;
use crate::oci::region::Region;
use crate::oci::signer::{CertificateKey, Signer, SigningKey};
use crate::oci::transport::Web;

/// Reads a private key in PEM.
pub(crate) type ReadKey = fn(&[u8]) -> Result<SigningKey, KeyProblem>;

/// The source of an instance's tokens.
#[derive(Debug)]
pub(crate) struct Instance {
    /// The way to the auth service.
    pub(crate) web: Arc<Web>,
    /// Address of the service.
    pub(crate) endpoint: Endpoint,
    /// Reads the key of the certificate.
    pub(crate) read_key: ReadKey,
}

/// The federation request, with the fields by name, as the vendor's SDK for Go writes them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FederationRequest {
    certificate: String,
    fingerprint_algorithm: &'static str,
    intermediate_certificates: Vec<String>,
    public_key: String,
}

/// The answer to it.
#[derive(Deserialize)]
struct FederationAnswer {
    token: String,
}

impl Instance {
    /// A token of this instance, and a new session key.
    ///
    /// # Errors
    /// A [`Failure`] when the machine is no instance, or the service gives no token.
    pub(super) async fn material(&self) -> Result<Material, Failure> {
        let mut making = None;
        // A key takes as long as all requests together, so that it is made beside them.
        let documents = metadata::documents(|| {
            making = Some(spawn_blocking(SigningKey::generate));
        });
        let documents = documents.await?;
        let making = making.ok_or_else(|| Failure::new(Problem::Internal))?;
        let InstanceCertificate {
            certificate,
            intermediates,
            signer,
            region,
        } = self.read(&documents)?;
        let key = making
            .await
            .unwrap_or_else(|_panicked| SigningKey::generate());
        let unmade = |_| Failure::new(ServiceProblem::SigningFailed);
        let key = key.map_err(unmade)?;
        let public_key = STANDARD.encode(key.public_der().map_err(unmade)?);
        let request = FederationRequest {
            certificate: STANDARD.encode(certificate),
            fingerprint_algorithm: "SHA256",
            intermediate_certificates: intermediates
                .iter()
                .map(|der| STANDARD.encode(der))
                .collect(),
            public_key,
        };
        let body = serde_json::to_vec(&request).map_err(|_| Failure::new(Problem::Internal))?;
        let url = self.endpoint.federation(&region)?;
        let tenancy = signer.tenancy.clone();
        let signing = Signer::Certificate(signer);
        let mut answer = exchange(&self.web, &signing, &url, Some(&body), None).await?;
        if answer.status != 200 {
            return Err(answer.failure(CredentialProblem::Federation(answer.refusal())));
        }
        let body = Zeroizing::new(mem::take(&mut answer.body));
        let reply: Option<FederationAnswer> = serde_json::from_slice(&body).ok();
        let text = reply.map(|reply| Zeroizing::new(reply.token));
        let token = text.and_then(|text| Token::new(&text).ok());
        Ok(Material {
            token: token.ok_or_else(|| answer.failure(CredentialProblem::NoToken))?,
            key,
            tenancy: Some(tenancy),
            clock: answer.clock(),
        })
    }

    /// Reads the metadata's documents.
    fn read(&self, documents: &Documents) -> Result<InstanceCertificate, Failure> {
        let odd = |path| Failure::new(CredentialProblem::MetadataAnswer { path });
        let of = |path, pem: &str| certificates(pem).ok_or_else(|| odd(path));
        let certificate = of(metadata::CERTIFICATE, &documents.certificate)?.swap_remove(0);
        let intermediates = of(metadata::INTERMEDIATE, &documents.intermediate)?;
        let found = tenancy(&certificate).filter(|found| is_ocid(found));
        let tenancy = found.ok_or_else(|| odd(metadata::CERTIFICATE))?;
        let key = (self.read_key)(&documents.key).map_err(|_| odd(metadata::KEY))?;
        let region = Region::find(&documents.region, &tenancy)
            .map_err(|_| Failure::new(CredentialProblem::NotARegion))?;
        let signer = CertificateKey {
            tenancy,
            fingerprint: fingerprint(&certificate),
            key,
        };
        Ok(InstanceCertificate {
            certificate,
            intermediates,
            signer,
            region,
        })
    }
}

/// Certificate of an instance.
struct InstanceCertificate {
    /// The certificate, in DER.
    certificate: Vec<u8>,
    /// The certificates of its issuers, in DER.
    intermediates: Vec<Vec<u8>>,
    /// The certificate with its key.
    signer: CertificateKey,
    /// Region of the instance.
    region: Region,
}

/// Whether `text` has the characters of an OCID alone, so that it can stand in a header.
fn is_ocid(text: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':');
    text.len() <= 255 && text.starts_with("ocid") && text.bytes().all(allowed)
}
