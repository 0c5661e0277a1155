//! Texts of the problems of a private key.

use super::file_problem;
use crate::failure::{KeyForm, KeyProblem};
use crate::lang::{Lang, say, told};

pub(super) fn key_problem(lang: Lang, problem: &KeyProblem) -> (String, String) {
    let private = || {
        say! { lang, "aponte para a chave privada RSA em PEM, par da chave de API na console",
        "point to the RSA private key in PEM that pairs with the API key in the console" }
    };
    let convert = || {
        say! { lang, "converta: openssl pkcs8 -topk8 -v2 aes-256-cbc -in ARQUIVO -out NOVO (se o OpenSSL não conhecer a cifra, inclua -provider legacy -provider default)",
        "convert it: openssl pkcs8 -topk8 -v2 aes-256-cbc -in FILE -out NEW (if OpenSSL does not know the cipher, add -provider legacy -provider default)" }
    };
    match problem {
        KeyProblem::File(problem) => file_problem(lang, *problem),
        KeyProblem::NotPem => (
            say! { lang, "não há texto PEM no arquivo",
            "there is no PEM text in the file" },
            private(),
        ),
        KeyProblem::PublicKey => (
            say! { lang, "é uma chave pública, e quem assina é a privada",
            "it is a public key, and the private one signs" },
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
        KeyProblem::OpenSsh => told! { lang,
        "está no formato do OpenSSH" => "converta: ssh-keygen -p -m PEM -f ARQUIVO",
        "it is in OpenSSH's format" => "convert it: ssh-keygen -p -m PEM -f FILE" },
        KeyProblem::Form(form) => key_form(lang, *form),
        KeyProblem::Fence { found } => {
            let what = match found {
                Some(dash) if *dash != char::REPLACEMENT_CHARACTER => {
                    let code = format!("U+{:04X}", u32::from(*dash));
                    say! { lang, "a linha BEGIN ou END tem outros traços ({code}) no lugar de hifens, como um editor de texto os troca",
                    "the line BEGIN or END has other dashes ({code}) in place of hyphens, as a word processor puts them" }
                }
                Some(_) => {
                    say! { lang, "a linha BEGIN ou END tem outros traços no lugar de hifens, como um editor de texto os troca",
                    "the line BEGIN or END has other dashes in place of hyphens, as a word processor puts them" }
                }
                None => {
                    say! { lang, "a linha BEGIN ou END não tem cinco hifens (-----) de cada lado, ou tem espaços ou minúsculas",
                    "the line BEGIN or END does not have five hyphens (-----) at each end, or has blanks or small letters" }
                }
            };
            (
                what,
                say! { lang, r"baixe a chave de novo, ou escreva essas linhas como -----BEGIN PRIVATE KEY----- e -----END PRIVATE KEY-----: LC_ALL=C sed -E 's/^.*(BEGIN|END) ([A-Z ]*KEY).*$/-----\1 \2-----/' ARQUIVO > NOVO",
                r"download the key again, or write these lines as -----BEGIN PRIVATE KEY----- and -----END PRIVATE KEY-----: LC_ALL=C sed -E 's/^.*(BEGIN|END) ([A-Z ]*KEY).*$/-----\1 \2-----/' FILE > NEW" },
            )
        }
        KeyProblem::OtherPem { label } => (
            say! { lang, "o bloco PEM é \"{label}\"",
            "the PEM block is \"{label}\"" },
            private(),
        ),
        KeyProblem::Damaged => told! { lang,
        "o conteúdo da chave está danificado" => "copie o arquivo de novo, inteiro",
        "the key's content is damaged" => "copy the file again, whole" },
        KeyProblem::PassphraseMissing => told! { lang,
        "a chave tem senha, e falta pass_phrase" => "inclua pass_phrase no arquivo do cliente",
        "the key is encrypted and pass_phrase is missing" => "add pass_phrase to the config" },
        KeyProblem::PassphraseWrong => told! { lang,
        "pass_phrase não abre a chave" => "confira a senha da chave",
        "pass_phrase does not open the key" => "check the key's passphrase" },
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
        KeyProblem::TooShort { bits } => told! { lang,
        "a chave tem {bits} bits; o serviço pede 2048" => "gere outra chave de API",
        "the key has {bits} bits; the service asks for 2048" => "make another API key" },
        KeyProblem::TooLong { bits } => told! { lang,
        "a chave tem {bits} bits; o limite é 8192" => "gere outra chave de API",
        "the key has {bits} bits; the limit is 8192" => "make another API key" },
        KeyProblem::FingerprintDiffers { config, key } => told! { lang,
        "fingerprint do config é {config}, o da chave é {key}" => "corrija fingerprint, ou aponte key_file para a outra chave",
        "the config's fingerprint is {config}, the key's is {key}" => "correct fingerprint, or point key_file to the other key" },
    }
}

/// The words for a file of another form.
fn key_form(lang: Lang, form: KeyForm) -> (String, String) {
    let private = say! { lang, "aponte para a chave privada RSA em PEM, par da chave de API na console",
    "point to the RSA private key in PEM that pairs with the API key in the console" };
    let convert = |command: &str| match lang {
        Lang::PtBr => format!("converta: {command}"),
        Lang::En => format!(
            "convert it: {}",
            command.replace("ARQUIVO", "FILE").replace("NOVO", "NEW")
        ),
    };
    match form {
        KeyForm::Empty => told! { lang,
        "o arquivo está vazio: não há texto PEM" => "copie a chave de novo; se ela se perdeu, crie outra chave de API",
        "the file is empty: there is no PEM text" => "copy the key again; if it is lost, make another API key" },
        KeyForm::Request => (
            say! { lang, "é um pedido de certificado (CSR, CERTIFICATE REQUEST)",
            "it is a request for a certificate (CSR, CERTIFICATE REQUEST)" },
            private,
        ),
        KeyForm::WebPage => told! { lang,
        "é uma página da web (HTML), talvez a de um login" => "baixe a chave de novo, pelo navegador em que entrou na console",
        "it is a page of the web (HTML), perhaps that of a login" => "download the key again, in the browser that is logged in to the console" },
        KeyForm::Config => (
            say! { lang, "é um config, não uma chave",
            "it is a config, not a key" },
            private,
        ),
        KeyForm::Archive => told! { lang,
        "é um arquivo compactado (zip, gzip, tar)" => "extraia a chave e aponte para ela",
        "it is a compressed file (zip, gzip, tar)" => "extract the key and point to it" },
        KeyForm::Document => told! { lang,
        "é um documento ou uma imagem (PDF, RTF, Word, PNG)" => "copie a chave para um arquivo de texto puro, ou baixe-a de novo",
        "it is a document or a picture (PDF, RTF, Word, PNG)" => "copy the key to a file of plain text, or download it again" },
        KeyForm::Binary => (
            say! { lang, "não é texto nem uma chave em DER",
            "it is neither text nor a key in DER" },
            private,
        ),
        KeyForm::Putty => (
            say! { lang, "está no formato do PuTTY (PPK)",
            "it is in PuTTY's format (PPK)" },
            convert("puttygen ARQUIVO -O private-openssh -o NOVO"),
        ),
        KeyForm::Pkcs12 => (
            say! { lang, "é um PKCS#12 (.pfx, .p12)",
            "it is a PKCS#12 file (.pfx, .p12)" },
            convert("openssl pkcs12 -in ARQUIVO -nocerts -nodes -out NOVO"),
        ),
        KeyForm::Jwk => (
            say! { lang, "está em JSON (JWK)",
            "it is in JSON (JWK)" },
            convert(
                r#"node -e 'const f=require("fs"),c=require("crypto");process.stdout.write(c.createPrivateKey({key:JSON.parse(f.readFileSync("ARQUIVO")),format:"jwk"}).export({type:"pkcs8",format:"pem"}))' > NOVO"#,
            ),
        ),
        KeyForm::JavaStore => (
            say! { lang, "é um repositório de chaves do Java (JKS)",
            "it is a key store of Java (JKS)" },
            convert(
                "keytool -importkeystore -srckeystore ARQUIVO -destkeystore NOVO.p12 -deststoretype PKCS12 && openssl pkcs12 -in NOVO.p12 -nocerts -nodes -out NOVO",
            ),
        ),
        KeyForm::Pgp => (
            say! { lang, "é uma chave OpenPGP (GnuPG)",
            "it is an OpenPGP key (GnuPG)" },
            private,
        ),
        KeyForm::Pvk => (
            say! { lang, "está no formato PVK da Microsoft",
            "it is in Microsoft's PVK format" },
            convert("openssl rsa -inform PVK -in ARQUIVO -out NOVO"),
        ),
        KeyForm::MsBlob => (
            say! { lang, "está no formato PRIVATEKEYBLOB da Microsoft",
            "it is in Microsoft's PRIVATEKEYBLOB format" },
            convert("openssl rsa -inform MSBLOB -in ARQUIVO -out NOVO"),
        ),
        KeyForm::Xml => (
            say! { lang, "está em XML do .NET (RSAKeyValue)",
            "it is in XML of .NET (RSAKeyValue)" },
            convert(
                "pwsh -c '$r=[Security.Cryptography.RSA]::Create(); $r.FromXmlString((Get-Content -Raw ARQUIVO)); $r.ExportPkcs8PrivateKeyPem()' > NOVO",
            ),
        ),
        KeyForm::Ssh2 => (
            say! { lang, "está no formato do ssh.com (SSH2)",
            "it is in ssh.com's format (SSH2)" },
            convert("ssh-keygen -i -f ARQUIVO > NOVO && ssh-keygen -p -m PEM -f NOVO"),
        ),
    }
}
