//! Texts of the problems of a private key.

use super::file_problem;
use crate::failure::KeyProblem;
use crate::lang::{Lang, say};

pub(super) fn key_problem(lang: Lang, problem: &KeyProblem) -> (String, String) {
    let private = || {
        say! { lang, "aponte para a chave privada RSA em PEM, par da chave de API na console",
        "point to the RSA private key in PEM that pairs with the API key in the console" }
    };
    let convert = || {
        say! { lang, "converta: openssl pkcs8 -topk8 -v2 aes-256-cbc -in ARQUIVO -out NOVO",
        "convert it: openssl pkcs8 -topk8 -v2 aes-256-cbc -in FILE -out NEW" }
    };
    match problem {
        KeyProblem::File(problem) => file_problem(lang, *problem),
        KeyProblem::NotPem => (
            say! { lang, "não há texto PEM no arquivo",
            "there is no PEM text in the file" },
            private(),
        ),
        KeyProblem::PublicKey => (
            say!(lang, "é uma chave pública", "it is a public key"),
            private(),
        ),
        KeyProblem::Certificate => (
            say!(lang, "é um certificado", "it is a certificate"),
            private(),
        ),
        KeyProblem::NotRsa => (
            say!(lang, "não é uma chave RSA", "it is not an RSA key"),
            private(),
        ),
        KeyProblem::OpenSsh => (
            say! { lang, "está no formato do OpenSSH",
            "it is in OpenSSH's format" },
            say! { lang, "converta: ssh-keygen -p -m PEM -f ARQUIVO",
            "convert it: ssh-keygen -p -m PEM -f FILE" },
        ),
        KeyProblem::OtherPem { label } => (
            say! { lang, "o bloco PEM é \"{label}\"",
            "the PEM block is \"{label}\"" },
            private(),
        ),
        KeyProblem::Damaged => (
            say! { lang, "o conteúdo da chave está danificado",
            "the key's content is damaged" },
            say! { lang, "copie o arquivo de novo, inteiro",
            "copy the file again, whole" },
        ),
        KeyProblem::PassphraseMissing => (
            say! { lang, "a chave é cifrada e falta pass_phrase",
            "the key is encrypted and pass_phrase is missing" },
            say! { lang, "acrescente pass_phrase ao config",
            "add pass_phrase to the config" },
        ),
        KeyProblem::PassphraseWrong => (
            say! { lang, "pass_phrase não abre a chave",
            "pass_phrase does not open the key" },
            say! { lang, "confira a senha da chave",
            "check the key's passphrase" },
        ),
        KeyProblem::UnsupportedEncryption => (
            say! { lang, "a cifra da chave não é suportada",
            "the key's encryption is not supported" },
            convert(),
        ),
        KeyProblem::DerivationTooCostly => (
            say! { lang, "abrir a chave pediria trabalho ou memória demais",
            "opening the key would ask for too much work or memory" },
            convert(),
        ),
        KeyProblem::TooShort { bits } => (
            say! { lang, "a chave tem {bits} bits; o serviço pede 2048",
            "the key has {bits} bits; the service asks for 2048" },
            say!(lang, "gere outra chave de API", "make another API key"),
        ),
        KeyProblem::TooLong { bits } => (
            say! { lang, "a chave tem {bits} bits; o limite é 8192",
            "the key has {bits} bits; the limit is 8192" },
            say!(lang, "gere outra chave de API", "make another API key"),
        ),
        KeyProblem::FingerprintDiffers { config, key } => (
            say! { lang, "fingerprint do config é {config}, o da chave é {key}",
            "the config's fingerprint is {config}, the key's is {key}" },
            say! { lang, "corrija fingerprint, ou aponte key_file para a outra chave",
            "correct fingerprint, or point key_file to the other key" },
        ),
    }
}
