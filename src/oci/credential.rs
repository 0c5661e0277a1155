//! Who signs: a user of a tenancy, by an API key.

use std::fmt;

use rsa::pkcs1v15::SigningKey;
use sha2::Sha256;

/// An API signing key and whose it is.
pub struct Credential {
    /// The tenancy's OCID.
    pub tenancy: String,
    /// The user's OCID.
    pub user: String,
    /// The public key's fingerprint, in lower case.
    pub fingerprint: String,
    /// The private key, for RSASSA-PKCS1-v1_5 with SHA-256.
    pub key: SigningKey<Sha256>,
}

impl Credential {
    /// The name of the key in a signature.
    pub fn key_id(&self) -> String {
        format!("{}/{}/{}", self.tenancy, self.user, self.fingerprint)
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential")
            .field("key_id", &self.key_id())
            .finish_non_exhaustive()
    }
}
