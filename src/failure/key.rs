//! Problems of a client's private key.

use super::FileProblem;

/// Private key: unreadable, or not a key that signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyProblem {
    /// The file could not be read.
    File(FileProblem),
    /// The file holds no PEM text.
    NotPem,
    /// The file is a public key.
    PublicKey,
    /// The file is a certificate.
    Certificate,
    /// The key is an elliptic-curve key, or of another kind than RSA.
    NotRsa,
    /// The key is in OpenSSH's own format.
    OpenSsh,
    /// The file is of another form.
    Form(KeyForm),
    /// The first or last line of the key's block is nearly one.
    Fence {
        /// A dash that stands there in place of a hyphen.
        found: Option<char>,
    },
    /// The file is the PEM text of something else.
    OtherPem {
        /// Label after `BEGIN`.
        label: String,
    },
    /// The content does not decode.
    Damaged,
    /// The key is encrypted and the config has no `pass_phrase`.
    PassphraseMissing,
    /// The key is encrypted and `pass_phrase` does not open it.
    PassphraseWrong,
    /// The key is encrypted in an unsupported way.
    UnsupportedEncryption,
    /// The key derivation needs more work or memory than any honest file.
    DerivationTooCostly,
    /// Fewer bits than the service takes.
    TooShort {
        /// The key's bits.
        bits: usize,
    },
    /// The key has more bits than any real one.
    TooLong {
        /// The key's bits.
        bits: usize,
    },
    /// The config's fingerprint is another key's.
    FingerprintDiffers {
        /// Fingerprint in the config.
        config: String,
        /// Fingerprint of the key.
        key: String,
    },
}

/// Forms of a file that is no PEM text, by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyForm {
    /// The file is empty.
    Empty,
    /// A request for a certificate.
    Request,
    /// A page of the web: a portal's or a login.
    WebPage,
    /// A config.
    Config,
    /// A compressed file, or a tape archive.
    Archive,
    /// A document or a picture.
    Document,
    /// Bytes that are no text, of an unknown form.
    Binary,
    /// PuTTY's own format.
    Putty,
    /// PKCS#12, mostly named .pfx or .p12.
    Pkcs12,
    /// A JSON Web Key.
    Jwk,
    /// A key store of Java.
    JavaStore,
    /// A key of OpenPGP.
    Pgp,
    /// Microsoft's PVK.
    Pvk,
    /// Microsoft's PRIVATEKEYBLOB.
    MsBlob,
    /// XML of .NET.
    Xml,
    /// The format of ssh.com.
    Ssh2,
}

codes! {
    KeyProblem {
        Self::File(_) => "chave_ilegivel",
        Self::PassphraseMissing | Self::PassphraseWrong => "senha_da_chave",
        Self::FingerprintDiffers { .. } => "fingerprint_diferente",
        _ => "chave_invalida",
    }
}
