//! What is wrong with a client's private key.

use super::FileProblem;

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

codes! {
    KeyProblem {
        Self::File(_) => "chave_ilegivel",
        Self::PassphraseMissing | Self::PassphraseWrong => "senha_da_chave",
        Self::FingerprintDiffers { .. } => "fingerprint_diferente",
        _ => "chave_invalida",
    }
}
