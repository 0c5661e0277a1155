//! Private keys in the forms that people and programs give them: a form with one reading gives the same signatures,
//! and any other is named together with what to do.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use oci_consumo::internals::profile::key;
use proptest::prelude::*;
use rsa::PublicKey;
use serde_json::json;

use crate::common::{
    Config, Folder, assert_clean, assert_untold, client, daily, failure, key_fixture, pieces,
    samples,
};

const PASS_PHRASE: &str = "senha-de-teste";

/// Files that hold the tests' one key, with and without a passphrase.
const KEYS: [&str; 9] = [
    "pkcs8.pem",
    "pkcs1.pem",
    "pkcs8-vendor.pem",
    "pkcs8-aes-256-scrypt.pem",
    "pkcs1-aes256.pem",
    "pkcs8-pbes1.pem",
    "pkcs8-pbes1-2des.pem",
    "pkcs8-pbes1-md5-des.pem",
    "pkcs8-pbes1-sha1-des.pem",
];

/// A way of wrapping a file.
type Wrap = fn(&[u8]) -> Vec<u8>;

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn lines(bytes: &[u8], before: &str, after: &str) -> Vec<u8> {
    let text = text(bytes);
    let lines = text.lines().map(|line| format!("{before}{line}{after}\n"));
    lines.collect::<String>().into_bytes()
}

fn numbered(bytes: &[u8], sign: &str) -> Vec<u8> {
    let text = text(bytes);
    let lines = text.lines().zip(8..);
    let lines = lines.map(|(line, number)| format!("{number:6}{sign}{line}\n"));
    lines.collect::<String>().into_bytes()
}

fn replaced(bytes: &[u8], pairs: &[(&str, &str)]) -> Vec<u8> {
    let text = text(bytes);
    let all = pairs
        .iter()
        .fold(text, |text, (from, to)| text.replace(from, to));
    all.into_bytes()
}

fn utf16(bytes: &[u8], mark: bool, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let mark = mark.then_some(0xFEFF);
    let text = text(bytes);
    let units = mark.into_iter().chain(text.encode_utf16());
    units.flat_map(order).collect()
}

fn wrapped(bytes: &[u8], width: usize) -> Vec<u8> {
    let digits = STANDARD.encode(bytes);
    let lines = digits.as_bytes().chunks(width);
    lines.flat_map(|line| [line, b"\n"].concat()).collect()
}

fn percent(bytes: &[u8], blank: &str) -> Vec<u8> {
    let signs = [
        ("+", "%2B"),
        ("/", "%2F"),
        ("=", "%3D"),
        ("\n", "%0A"),
        (":", "%3A"),
        (",", "%2C"),
        (" ", blank),
    ];
    replaced(bytes, &signs)
}

/// Wrappings of a PEM text that have one reading.
const READ: [(&str, Wrap); 54] = [
    ("as it is", |key| key.to_vec()),
    ("UTF-8 with a mark", |key| [b"\xEF\xBB\xBF", key].concat()),
    ("UTF-16 LE with a mark", |key| {
        utf16(key, true, u16::to_le_bytes)
    }),
    ("UTF-16 BE with a mark", |key| {
        utf16(key, true, u16::to_be_bytes)
    }),
    ("UTF-16 LE", |key| utf16(key, false, u16::to_le_bytes)),
    ("UTF-16 BE", |key| utf16(key, false, u16::to_be_bytes)),
    ("UTF-16 with CRLF", |key| {
        utf16(&lines(key, "", "\r"), true, u16::to_le_bytes)
    }),
    ("UTF-32 LE", |key| {
        key.iter()
            .flat_map(|byte| u32::from(*byte).to_le_bytes())
            .collect()
    }),
    ("UTF-32 BE with a mark", |key| {
        let mark = 0xFEFF_u32.to_be_bytes().to_vec();
        let units = key.iter().flat_map(|byte| u32::from(*byte).to_be_bytes());
        mark.into_iter().chain(units).collect()
    }),
    ("line ends written out", |key| {
        replaced(key, &[("\n", r"\n")])
    }),
    ("CRLF written out", |key| replaced(key, &[("\n", r"\r\n")])),
    ("line ends written out twice", |key| {
        replaced(key, &[("\n", r"\\n")])
    }),
    ("line ends written out and made", |key| {
        replaced(key, &[("\n", "\\n\n")])
    }),
    ("a JSON string", |key| {
        serde_json::to_vec(&text(key)).unwrap()
    }),
    ("a JSON string in a JSON string", |key| {
        let inner = serde_json::to_string(&text(key)).unwrap();
        serde_json::to_vec(&inner).unwrap()
    }),
    ("a JSON document", |key| {
        serde_json::to_vec_pretty(&json!({ "type": "x", "private_key": text(key) })).unwrap()
    }),
    ("JSON as PHP writes it", |key| {
        replaced(key, &[("/", r"\/"), ("\n", r"\n")])
    }),
    ("JSON as .NET writes it", |key| {
        replaced(key, &[("+", r"\u002B"), ("\n", r"\n")])
    }),
    ("a JSON list of lines", |key| {
        serde_json::to_vec_pretty(&text(key).lines().collect::<Vec<_>>()).unwrap()
    }),
    ("a quoted shell variable", |key| {
        [b"KEY='", &replaced(key, &[("\n", r"\n")])[..], b"'\n"].concat()
    }),
    ("lines of C strings", |key| lines(key, "\"", "\\n\"")),
    ("lines with a backslash at the end", |key| {
        lines(key, "", "\\")
    }),
    ("lines of JavaScript", |key| lines(key, "  \"", "\\n\" +")),
    ("lines of PHP", |key| lines(key, "'", "' .")),
    ("a comment", |key| lines(key, "# ", "")),
    ("a web page", |key| {
        [b"<html><body><pre>\n", key, b"</pre></body></html>\n"].concat()
    }),
    ("lines of HTML", |key| lines(key, "", "<br>")),
    ("entities of HTML", |key| {
        replaced(
            key,
            &[
                ("-", "&#45;"),
                ("+", "&#43;"),
                ("/", "&#x2F;"),
                ("=", "&#61;"),
            ],
        )
    }),
    ("quoted by mail", |key| lines(key, "> ", "")),
    ("quoted-printable", |key| replaced(key, &[("=", "=3D")])),
    ("an address", |key| percent(key, "%20")),
    ("a form", |key| percent(key, "+")),
    ("base64 in one line", |key| {
        STANDARD.encode(key).into_bytes()
    }),
    ("base64 in lines", |key| wrapped(key, 76)),
    ("base64 for addresses", |key| {
        URL_SAFE_NO_PAD.encode(key).into_bytes()
    }),
    ("base64 in quotes", |key| {
        format!("\"{}\"\n", STANDARD.encode(key)).into_bytes()
    }),
    ("base64 in YAML", |key| {
        format!("kind: Secret\ndata:\n  tls.key: {}\n", STANDARD.encode(key)).into_bytes()
    }),
    ("base64 in a data address", |key| {
        format!(
            "data:application/x-pem-file;base64,{}",
            STANDARD.encode(key)
        )
        .into_bytes()
    }),
    ("base64 of base64", |key| wrapped(&wrapped(key, 64), 76)),
    ("base64 of UTF-16", |key| {
        STANDARD
            .encode(utf16(key, false, u16::to_le_bytes))
            .into_bytes()
    }),
    ("base64 of a text with a mark", |key| {
        STANDARD
            .encode([b"\xEF\xBB\xBF", key].concat())
            .into_bytes()
    }),
    ("one line", |key| replaced(key, &[("\n", " ")])),
    ("numbered lines", |key| numbered(key, "\t")),
    ("lines with numbers and colons", |key| numbered(key, ": ")),
    ("a list", |key| lines(key, "- ", "")),
    ("added lines of a comparison", |key| lines(key, "+", "")),
    ("messages of a chat", |key| {
        lines(key, "[22/11/2026 10:11:12] Maria da Silva: ", "")
    }),
    ("six hyphens", |key| {
        replaced(
            key,
            &[("-----BEGIN", "------BEGIN"), ("KEY-----", "KEY------")],
        )
    }),
    ("no last line", |key| {
        let text = text(key);
        let end = text.rfind("-----END").unwrap();
        text.as_bytes()[..end].to_vec()
    }),
    ("a last line that is cut", |key| {
        let end = key.trim_ascii_end().len() - 3;
        key[..end].to_vec()
    }),
    ("soft hyphens", |key| lines(key, "", "\u{ad}")),
    ("another label at the end", |key| {
        replaced(key, &[("-----END ", "-----END RSA ")])
    }),
    ("numbered lines with CRLF", |key| {
        replaced(&numbered(key, " "), &[("\n", "\r\n")])
    }),
    ("hexadecimal digits", |key| {
        key.iter()
            .flat_map(|byte| format!("{byte:02x}").into_bytes())
            .collect()
    }),
];

/// Wrappings of DER, which has no headers and no text.
const READ_DER: [(&str, Wrap); 5] = [
    ("DER", |der| der.to_vec()),
    ("DER and a line end", |der| [der, b"\r\n"].concat()),
    ("DER in base64", |der| STANDARD.encode(der).into_bytes()),
    ("DER in lines of base64", |der| wrapped(der, 64)),
    ("DER in hexadecimal digits", |der| {
        let pairs: Vec<String> = der.iter().map(|byte| format!("{byte:02X}")).collect();
        pairs.join(" ").into_bytes()
    }),
];

fn public() -> PublicKey {
    key::parse(key_fixture("pkcs8.pem").as_bytes(), None)
        .unwrap()
        .to_public_key()
}

/// Every key of the list in every wrapping, as a file has it.
fn readable() -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for name in KEYS {
        let file = key_fixture(name);
        for (way, wrap) in READ {
            all.push((format!("{name}, {way}"), wrap(file.as_bytes())));
        }
        let block = pem::parse(&file).unwrap();
        if block.headers().iter().count() == 0 {
            for (way, wrap) in READ_DER {
                all.push((format!("{name}, {way}"), wrap(block.contents())));
            }
        }
    }
    all
}

#[test]
#[ignore = "long"]
fn every_key_in_every_wrapping_is_the_same_key() {
    let expected = public();
    for (form, bytes) in readable().into_iter().step_by(samples(3, 1)) {
        let found = key::parse(&bytes, Some(PASS_PHRASE));
        let found = found.unwrap_or_else(|problem| panic!("{form}: {problem:?}"));
        assert_eq!(found.to_public_key(), expected, "{form}");
    }
}

#[test]
fn the_content_says_which_kind_a_key_is_and_not_its_label() {
    let expected = public();
    let labels = ["PRIVATE KEY", "RSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY"];
    for name in ["pkcs8.pem", "pkcs1.pem", "pkcs8-aes-256-sha256.pem"] {
        let content = der(name);
        for label in labels {
            let found = key::parse(&pem_of(label, &content), Some(PASS_PHRASE));
            assert_eq!(found.unwrap().to_public_key(), expected, "{name} {label}");
        }
    }
}

#[test]
fn the_first_key_that_opens_counts_whatever_stands_beside_it() {
    let expected = public();
    let locked = key_fixture("pkcs8-aes-256-sha256.pem");
    let legacy = key_fixture("pkcs1-aes256.pem");
    let own = key_fixture("pkcs1.pem");
    let others = [
        key_fixture("ec.pem"),
        key_fixture("ed25519.pem"),
        key_fixture("openssh.pem"),
        key_fixture("rsa-1024.pem"),
        key_fixture("pkcs8-rc2-40.pem"),
        key_fixture("certificate.pem")[..200].to_owned() + "\n",
        own.replacen("MII", "M!I", 1),
        locked.clone(),
        legacy.clone(),
        locked.clone() + &legacy + &locked,
    ];
    for other in &others {
        for pass_phrase in [None, Some("errada")] {
            for text in [format!("{other}{own}"), format!("{own}{other}")] {
                let found = key::parse(text.as_bytes(), pass_phrase);
                assert_eq!(found.unwrap().to_public_key(), expected, "{text}");
            }
        }
    }
    // Without a key that opens, the first problem that says more than damage is told.
    for (texts, problem) in [
        ([&locked, &others[0]], "PassphraseMissing"),
        ([&others[0], &locked], "NotRsa"),
        ([&others[6], &locked], "PassphraseMissing"),
        ([&others[6], &others[6]], "Damaged"),
    ] {
        let text = texts.map(String::as_str).concat();
        let found = key::parse(text.as_bytes(), None).unwrap_err();
        assert_eq!(format!("{found:?}"), problem, "{text}");
    }
}

#[test]
#[ignore = "long"]
fn a_client_with_a_wrapped_key_is_reported_as_any_other() {
    let mut folder = Folder::new();
    let rows = || daily("2026-01-01", "2026-06-16", "10.00");
    let mut expected = Vec::new();
    // Each wrapping once, over the keys in turn.
    let ways = READ.iter().chain(&READ_DER).enumerate();
    for (n, (way, wrap)) in ways {
        let name = KEYS[n % KEYS.len()];
        let file = key_fixture(name);
        let bytes = match way.starts_with("DER") {
            true => wrap(pem::parse(key_fixture("pkcs8.pem")).unwrap().contents()),
            false => wrap(file.as_bytes()),
        };
        let key = format!("chave{n:02}.txt");
        folder.write(&key, &bytes);
        let config = Config::new(&format!("c{n:02}"))
            .with("key_file", &key)
            .with("pass_phrase", PASS_PHRASE);
        folder = folder.client(&config, rows());
        expected.push((config.file, *way));
    }
    let document = folder.serve().json(0, &["--no-store"]);
    for (file, way) in expected {
        assert_eq!(client(&document, &file)["consumo"], "1670", "{way}");
    }
}

/// A DER sequence.
fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let [high, low] = u16::try_from(content.len()).unwrap().to_be_bytes();
    [&[0x30, 0x82, high, low], &content[..]].concat()
}

/// The content of a file's last block.
fn der(name: &str) -> Vec<u8> {
    let mut blocks = pem::parse_many(key_fixture(name)).unwrap();
    blocks.pop().unwrap().into_contents()
}

fn fence(from: &str, to: &str) -> Vec<u8> {
    replaced(key_fixture("pkcs8.pem").as_bytes(), &[(from, to)])
}

fn pem_of(label: &str, content: &[u8]) -> Vec<u8> {
    pem::encode(&pem::Pem::new(label, content)).into_bytes()
}

/// Files that are no key that the program reads, with words of what is said of them and of what to do.
fn named() -> Vec<(&'static str, Vec<u8>, [&'static str; 2])> {
    let public = STANDARD.encode(der("public-pkcs1.pem"));
    let pfx = sequence(&[
        &[2, 1, 3],
        &sequence(&[b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01", &[0xA0, 0]]),
    ]);
    let jwk = json!({ "kty": "RSA", "n": public, "e": "AQAB", "d": public });
    let ed25519 = [
        b"openssh-key-v1\0",
        &[0; 30][..],
        b"\0\0\0\x0bssh-ed25519",
        &[7; 64],
    ]
    .concat();
    let dashes = ["outros traços", "-----BEGIN PRIVATE KEY-----"];
    let hyphens = ["cinco hifens", "-----BEGIN PRIVATE KEY-----"];
    let private = "aponte para a chave privada";
    vec![
        ("empty", Vec::new(), ["vazio", "copie a chave de novo"]),
        (
            "blank",
            b" \r\n\t\n".to_vec(),
            ["vazio", "copie a chave de novo"],
        ),
        (
            "a mark alone",
            b"\xEF\xBB\xBF".to_vec(),
            ["vazio", "copie a chave de novo"],
        ),
        ("em dashes", fence("-----", "—–"), dashes),
        ("one long dash", fence("-----", "—"), dashes),
        (
            "minus signs",
            fence("-----", "\u{2212}\u{2212}\u{2212}\u{2212}\u{2212}"),
            dashes,
        ),
        (
            "the last line's dashes",
            fence("-----END PRIVATE KEY-----", "—–END PRIVATE KEY—–"),
            dashes,
        ),
        (
            "dashes of Windows",
            fence("-----", "@")
                .iter()
                .flat_map(|byte| match byte {
                    b'@' => b"\x97\x96".to_vec(),
                    byte => vec![*byte],
                })
                .collect(),
            dashes,
        ),
        ("four hyphens", fence("-----", "----"), hyphens),
        (
            "three hyphens at the end",
            fence("KEY-----\n", "KEY---\n"),
            hyphens,
        ),
        (
            "blanks in the fence",
            fence("-----BEGIN ", "----- BEGIN "),
            hyphens,
        ),
        ("hyphens with blanks", fence("-----", "- - - - -"), hyphens),
        (
            "small letters",
            fence("BEGIN PRIVATE KEY", "begin private key"),
            hyphens,
        ),
        ("no hyphens", fence("-----", ""), hyphens),
        (
            "a public key",
            key_fixture("public.pem").into_bytes(),
            ["chave pública", private],
        ),
        (
            "a public key of PKCS#1",
            key_fixture("public-pkcs1.pem").into_bytes(),
            ["chave pública", private],
        ),
        (
            "a public key in DER",
            der("public.pem"),
            ["chave pública", private],
        ),
        (
            "a public key of PKCS#1 in DER",
            der("public-pkcs1.pem"),
            ["chave pública", private],
        ),
        (
            "ssh-rsa",
            format!("ssh-rsa {public} eu@aqui\n").into_bytes(),
            ["chave pública", private],
        ),
        (
            "ssh-rsa alone",
            format!("ssh-rsa {}", public.replace('/', "a")).into_bytes(),
            ["chave pública", private],
        ),
        (
            "ecdsa",
            b"ecdsa-sha2-nistp256 AAAA x".to_vec(),
            ["chave pública", private],
        ),
        (
            "SSH2 public",
            format!("---- BEGIN SSH2 PUBLIC KEY ----\n{public}\n---- END SSH2 PUBLIC KEY ----\n")
                .into_bytes(),
            ["chave pública", private],
        ),
        (
            "a certificate",
            key_fixture("certificate.pem").into_bytes(),
            ["certificado", private],
        ),
        (
            "a certificate in DER",
            der("certificate.pem"),
            ["certificado", private],
        ),
        (
            "a request",
            key_fixture("request.pem").into_bytes(),
            ["CSR", private],
        ),
        ("a request in DER", der("request.pem"), ["CSR", private]),
        (
            "a new request",
            pem_of("NEW CERTIFICATE REQUEST", b"x"),
            ["CSR", private],
        ),
        (
            "OpenSSH",
            key_fixture("openssh.pem").into_bytes(),
            ["OpenSSH", "ssh-keygen -p -m PEM -f"],
        ),
        (
            "OpenSSH in UTF-16",
            utf16(
                key_fixture("openssh.pem").as_bytes(),
                true,
                u16::to_le_bytes,
            ),
            ["OpenSSH", "ssh-keygen -p -m PEM -f"],
        ),
        (
            "OpenSSH, Ed25519",
            pem_of("OPENSSH PRIVATE KEY", &ed25519),
            ["não é uma chave RSA", private],
        ),
        (
            "EC",
            key_fixture("ec.pem").into_bytes(),
            ["não é uma chave RSA", private],
        ),
        ("EC in DER", der("ec.pem"), ["não é uma chave RSA", private]),
        (
            "EC of PKCS#8 in DER",
            der("ec-pkcs8.pem"),
            ["não é uma chave RSA", private],
        ),
        (
            "Ed25519",
            key_fixture("ed25519.pem").into_bytes(),
            ["não é uma chave RSA", private],
        ),
        (
            "Ed25519 in base64",
            STANDARD.encode(key_fixture("ed25519.pem")).into_bytes(),
            ["não é uma chave RSA", private],
        ),
        (
            "DSA",
            pem_of("DSA PRIVATE KEY", b"x"),
            ["não é uma chave RSA", private],
        ),
        (
            "PuTTY 2",
            b"PuTTY-User-Key-File-2: ssh-rsa\r\nEncryption: none\r\n".to_vec(),
            ["PuTTY", "puttygen"],
        ),
        (
            "PuTTY 3",
            b"PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\n".to_vec(),
            ["PuTTY", "puttygen"],
        ),
        ("PKCS#12", pfx.clone(), ["PKCS#12", "openssl pkcs12"]),
        (
            "PKCS#12 in base64",
            STANDARD.encode([&pfx[..], &[0; 40]].concat()).into_bytes(),
            ["PKCS#12", "openssl pkcs12"],
        ),
        (
            "PKCS#12 without a length",
            b"\x30\x80\x02\x01\x03\x30\x80".to_vec(),
            ["PKCS#12", "openssl pkcs12"],
        ),
        ("JWK", jwk.to_string().into_bytes(), ["JWK", "node -e"]),
        (
            "JWKs",
            json!({ "keys": [jwk] }).to_string().into_bytes(),
            ["JWK", "node -e"],
        ),
        (
            "JKS",
            b"\xFE\xED\xFE\xED\0\0\0\x02\0\0".to_vec(),
            ["Java", "keytool -importkeystore"],
        ),
        (
            "JCEKS",
            b"\xCE\xCE\xCE\xCE\0\0\0\x02\0\0".to_vec(),
            ["Java", "keytool -importkeystore"],
        ),
        (
            "PGP",
            pem_of("PGP PRIVATE KEY BLOCK", b"x"),
            ["OpenPGP", private],
        ),
        (
            "PVK",
            b"\x1E\xF1\xB5\xB0\0\0".to_vec(),
            ["PVK", "openssl rsa -inform PVK"],
        ),
        (
            "a blob of Microsoft",
            b"\x07\x02\0\0\0\xA4\0\0RSA2".to_vec(),
            ["PRIVATEKEYBLOB", "openssl rsa -inform MSBLOB"],
        ),
        (
            "XML",
            b"<RSAKeyValue><Modulus>x</Modulus></RSAKeyValue>".to_vec(),
            [".NET", "ExportPkcs8PrivateKeyPem"],
        ),
        (
            "SSH2 private",
            b"---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nx\n".to_vec(),
            ["ssh.com", "ssh-keygen -i"],
        ),
        (
            "a web page",
            b"<!DOCTYPE html>\n<html><head><title>Entrar</title>".to_vec(),
            ["HTML", "baixe a chave de novo"],
        ),
        (
            "a page in capitals",
            b"\n<HTML><BODY>404</BODY></HTML>".to_vec(),
            ["HTML", "baixe a chave de novo"],
        ),
        (
            "a config",
            Config::new("x").text().into_bytes(),
            ["é um config", private],
        ),
        (
            "zip",
            b"PK\x03\x04\x14\0\0\0".to_vec(),
            ["compactado", "extraia"],
        ),
        (
            "gzip",
            b"\x1F\x8B\x08\0\0\0".to_vec(),
            ["compactado", "extraia"],
        ),
        (
            "gzip in base64",
            STANDARD
                .encode([b"\x1F\x8B\x08", &[1; 60][..]].concat())
                .into_bytes(),
            ["compactado", "extraia"],
        ),
        ("PDF", b"%PDF-1.7\n".to_vec(), ["PDF", "texto puro"]),
        (
            "RTF",
            b"{\\rtf1\\ansi -----BEGIN PRIVATE KEY".to_vec(),
            ["RTF", "texto puro"],
        ),
        (
            "other bytes",
            vec![0, 1, 2, 3],
            ["nem uma chave em DER", private],
        ),
        (
            "a text",
            "a chave está com o José\n".as_bytes().to_vec(),
            ["não há texto PEM", private],
        ),
        (
            "RC2",
            key_fixture("pkcs8-rc2-40.pem").into_bytes(),
            ["cifra", "openssl pkcs8 -topk8"],
        ),
        (
            "RC4 in DER",
            der("pkcs8-rc4-128.pem"),
            ["cifra", "-provider legacy"],
        ),
        (
            "a key cut in the middle",
            key_fixture("pkcs8.pem").as_bytes()[..900].to_vec(),
            ["danificado", "copie o arquivo"],
        ),
        (
            "DER cut in the middle",
            der("pkcs8.pem")[..900].to_vec(),
            ["danificado", "copie o arquivo"],
        ),
        (
            "base64 cut in the middle",
            STANDARD
                .encode(&key_fixture("pkcs8.pem").as_bytes()[..900])
                .into_bytes(),
            ["danificado", "copie o arquivo"],
        ),
    ]
}

#[test]
fn every_other_form_is_named_with_its_remedy() {
    let mut folder = Folder::new();
    let forms = named();
    for (n, (_, bytes, _)) in forms.iter().enumerate() {
        let key = format!("chave{n:02}.txt");
        folder.write(&key, bytes);
        let config = Config::new(&format!("c{n:02}"))
            .with("key_file", &key)
            .with("pass_phrase", PASS_PHRASE);
        folder = folder.config(&config);
    }
    let served = folder.serve();
    let ran = served.run(&["--format", "json", "--no-store"]).exited(4);
    assert_clean(&ran);
    let secret = key_fixture("pkcs8.pem");
    assert_untold(&ran, pieces(&secret).into_iter().chain([PASS_PHRASE]));
    let document = ran.json();
    for (n, (form, _, [what, remedy])) in forms.iter().enumerate() {
        let failure = failure(&document, &format!("config_c{n:02}"));
        assert_eq!(failure["codigo"], "chave_invalida", "{form}: {failure:#}");
        let message = failure["mensagem"].as_str().unwrap();
        assert!(message.contains(what), "{form}: {message}");
        let action = failure["acao"].as_str().unwrap();
        assert!(action.contains(remedy), "{form}: {action}");
    }
    // The other language has words of its own for each, and the same commands.
    let english = served.run(&["--format", "json", "--no-store", "--lang", "en"]);
    let english = english.exited(4).json();
    for (n, (form, ..)) in forms.iter().enumerate() {
        let file = format!("config_c{n:02}");
        let (one, other) = (failure(&document, &file), failure(&english, &file));
        assert_ne!(one["acao"], other["acao"], "{form}");
        let other = other["acao"].as_str().unwrap();
        assert!(
            !other.contains("ARQUIVO") && !other.contains("NOVO"),
            "{other}"
        );
    }
    assert_eq!(served.server.requests(), 0);
}

#[test]
fn a_neighbour_of_the_key_does_no_harm() {
    let own = key_fixture("pkcs8.pem");
    let certificate = key_fixture("certificate.pem");
    let other = key_fixture("pkcs1.pem");
    let cut = |text: &str| text[..text.len() / 2].to_owned() + "\n";
    let neighbours = [
        certificate.replacen("MII", "M!I", 1),
        cut(&certificate),
        certificate.replace("-----END CERTIFICATE-----\n", ""),
        certificate.replace("-----BEGIN CERTIFICATE-----", "-----BEGIN CERTIFICATE----"),
        certificate.replace("-----END CERTIFICATE-----", "-----END CERT-----"),
        "-----BEGIN \u{e7}-----\n\u{e7}\n-----END \u{e7}-----\n".to_owned(),
        "-----BEGIN \n".to_owned(),
        cut(&own),
        other.replacen("MII", "M!I", 1),
        key_fixture("public.pem"),
        format!("ssh-rsa {} x\n", "A".repeat(100)),
    ];
    let expected = public();
    for neighbour in neighbours {
        for both in [format!("{neighbour}{own}"), format!("{own}{neighbour}")] {
            let found = key::parse(both.as_bytes(), None);
            let found = found.unwrap_or_else(|problem| panic!("{problem:?} in {both}"));
            assert_eq!(found.to_public_key(), expected);
        }
    }
}

/// Wrappings of [`READ`] that hold any bytes.
const OUTER: [&str; 5] = [
    "base64 in one line",
    "base64 in lines",
    "base64 for addresses",
    "base64 in quotes",
    "base64 of base64",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Two wrappings, one in the other, and a byte changed: the same key, or words; never another key, and no panic.
    #[test]
    fn wrapped_twice_and_damaged_it_is_the_key_or_none(
        name in prop::sample::select(&KEYS[..2]),
        inner in prop::sample::select(&READ[..]),
        outer in prop::sample::select(&OUTER[..]),
        damage in prop::option::of((any::<prop::sample::Index>(), any::<u8>())),
    ) {
        let once = (inner.1)(key_fixture(name).as_bytes());
        let (_, wrap) = READ.iter().find(|(way, _)| *way == outer).unwrap();
        let mut twice = wrap(&once);
        if let Some((place, byte)) = damage {
            *place.get_mut(&mut twice) = byte;
        }
        let found = key::parse(&twice, None).map(|key| key.to_public_key());
        match found {
            Ok(found) => prop_assert_eq!(found, public()),
            Err(problem) => prop_assert!(damage.is_some(), "{}, {}: {:?}", inner.0, outer, problem),
        }
    }
}
