//! The fixtures are described in `fixtures/keys/README.md`.

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use num_bigint::BigUint;
use pem::{EncodeConfig, LineEnding, Pem};
use pkcs8::EncryptedPrivateKeyInfoRef;
use pkcs8::der::Encode;
use pkcs8::der::asn1::OctetStringRef;
use pkcs8::pkcs5::pbes2::{
    self, EncryptionScheme, Kdf, Pbkdf2Params, Pbkdf2Prf, Salt, ScryptParams,
};
use proptest::prelude::*;
use rsa::pkcs1::UintRef;
use rsa::traits::PrivateKeyParts;

use super::*;

const PASS_PHRASE: &str = "senha-de-teste";

/// Fingerprint by `openssl rsa -in pkcs8.pem -pubout -outform DER | openssl md5 -c`.
const FINGERPRINT: &str = "cf:d1:f2:88:70:69:21:75:c4:43:e0:dc:c6:90:73:5d";

fn path(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/keys")).join(name)
}

fn fixture(name: &str) -> String {
    fs::read_to_string(path(name)).unwrap()
}

fn plain() -> PrivateKey {
    parse(fixture("pkcs8.pem").as_bytes(), None).unwrap()
}

/// The text with lines of `width`.
fn rewrapped(text: &str, width: usize) -> String {
    let pem = pem::parse(text).unwrap();
    let config = EncodeConfig::new()
        .set_line_ending(LineEnding::LF)
        .set_line_wrap(width);
    pem::encode_config(&pem, config)
}

fn pem_text(label: &str, der: &[u8]) -> String {
    pem::encode(&Pem::new(label, der))
}

/// Returns the forms that editors, consoles and copying give a PEM text.
fn odd_forms(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    // Not in one piece: Oracle looks for keys with it in public repositories.
    let label = ["OCI", "API", "KEY"].join("_");
    let certificate = fixture("certificate.pem");
    let each_line = |before: &str, after: &str| -> String {
        text.lines()
            .map(|line| format!("{before}{line}{after}\n"))
            .collect()
    };
    let forms = [
        ("as it is", text.to_owned()),
        ("the console's label", format!("{text}{label}\n")),
        ("the CLI's label", format!("{text}{label}")),
        ("byte order mark", format!("\u{feff}{text}")),
        ("CRLF", each_line("", "\r")),
        ("CR CRLF", each_line("", "\r\r")),
        ("trailing blanks", each_line("", " \t")),
        ("indented by spaces", each_line("    ", "")),
        ("indented by a tab", each_line("\t", "")),
        ("no newline at the end", text.trim_end().to_owned()),
        ("trailing blank lines", format!("{text}\n\n \n")),
        ("leading blank lines", format!("\n\n{text}")),
        ("every other line blank", each_line("", "\n")),
        (
            "preamble",
            format!("Bag Attributes\n  friendlyName: x\n{text}"),
        ),
        ("certificate before", format!("{certificate}{text}")),
        ("certificate after", format!("{text}{certificate}")),
        (
            "another key after",
            format!("{text}{}", fixture("rsa-4096.pem")),
        ),
    ];
    let mut forms: Vec<_> = forms.map(|(name, form)| (name, form.into_bytes())).into();
    forms.push((
        "Latin-1 preamble",
        [b"S\xe3o Jos\xe9\n", text.as_bytes()].concat(),
    ));
    forms
}

#[test]
fn every_odd_form_holds_the_same_key() {
    let expected = plain();
    for name in [
        "pkcs8.pem",
        "pkcs1.pem",
        "pkcs8-vendor.pem",
        "pkcs1-aes256.pem",
    ] {
        for (form, text) in odd_forms(&fixture(name)) {
            let key = parse(&text, Some(PASS_PHRASE));
            assert_eq!(key.as_ref(), Ok(&expected), "{name}, {form}");
        }
    }
}

#[test]
fn wrapping_does_not_matter() {
    let expected = plain();
    for name in ["pkcs8.pem", "pkcs1.pem", "pkcs8-vendor.pem"] {
        let text = fixture(name);
        let unwrapped = rewrapped(&text, 100_000);
        for form in [
            rewrapped(&text, 76),
            unwrapped.replace('\n', " "),
            unwrapped.replace('\n', ""),
            unwrapped,
        ] {
            let key = parse(form.as_bytes(), Some(PASS_PHRASE));
            assert_eq!(key.as_ref(), Ok(&expected), "{name}: {}", &form[..40]);
        }
    }
}

#[test]
fn every_encryption_holds_the_same_key() {
    let expected = plain();
    for name in [
        "pkcs8-aes-128-sha256.pem",
        "pkcs8-aes-192-sha256.pem",
        "pkcs8-aes-256-sha256.pem",
        "pkcs8-aes-256-sha1.pem",
        "pkcs8-aes-256-sha512.pem",
        "pkcs8-aes-256-scrypt.pem",
        "pkcs8-des3-sha1.pem",
        "pkcs8-vendor.pem",
        "pkcs8-pbes1.pem",
        "pkcs8-pbes1-2des.pem",
        "pkcs8-pbes1-md5-des.pem",
        "pkcs8-pbes1-sha1-des.pem",
        "pkcs1-aes128.pem",
        "pkcs1-aes192.pem",
        "pkcs1-aes256.pem",
        "pkcs1-des3.pem",
    ] {
        let text = fixture(name);
        let open = |pass_phrase| parse(text.as_bytes(), pass_phrase);
        assert_eq!(open(Some(PASS_PHRASE)).as_ref(), Ok(&expected), "{name}");
        for wrong in ["Senha-de-teste", "senha-de-teste ", "x", "ação"] {
            assert_eq!(
                open(Some(wrong)),
                Err(KeyProblem::PassphraseWrong),
                "{name}"
            );
        }
        for none in [None, Some("")] {
            assert_eq!(open(none), Err(KeyProblem::PassphraseMissing), "{name}");
        }
    }
}

#[test]
fn a_wrong_pass_phrase_is_told_even_where_the_padding_fits() {
    // Found by trying numbers, of which one in 256 leaves valid padding and garbage before it.
    for (name, wrong) in [
        ("pkcs8-aes-128-sha256.pem", "18"),
        ("pkcs1-aes128.pem", "830"),
    ] {
        assert_eq!(
            parse(fixture(name).as_bytes(), Some(wrong)),
            Err(KeyProblem::PassphraseWrong),
            "{name}"
        );
    }
}

#[test]
fn a_pass_phrase_for_a_plain_key_is_passed_over() {
    for name in ["pkcs8.pem", "pkcs1.pem"] {
        assert_eq!(
            parse(fixture(name).as_bytes(), Some("any")),
            Ok(plain()),
            "{name}"
        );
    }
}

#[test]
fn a_key_is_ready_to_sign() {
    let key = plain();
    assert!(key.validate().is_ok());
    assert!(key.dp().is_some() && key.dq().is_some() && key.qinv().is_some());
    assert!(parse(fixture("rsa-4096.pem").as_bytes(), None).is_ok());
}

/// Files that are no key that signs, by name.
const REFUSED: &[(&str, KeyProblem)] = &[
    ("public.pem", KeyProblem::PublicKey),
    ("public-pkcs1.pem", KeyProblem::PublicKey),
    ("certificate.pem", KeyProblem::Certificate),
    ("ec.pem", KeyProblem::NotRsa),
    ("ec-pkcs8.pem", KeyProblem::NotRsa),
    ("ec-pkcs8-aes-256.pem", KeyProblem::NotRsa),
    ("ed25519.pem", KeyProblem::NotRsa),
    ("openssh.pem", KeyProblem::OpenSsh),
    ("rsa-1024.pem", KeyProblem::TooShort { bits: 1024 }),
    ("pkcs8-rc2-40.pem", KeyProblem::UnsupportedEncryption),
    ("pkcs8-rc4-128.pem", KeyProblem::UnsupportedEncryption),
    ("pkcs8-camellia-128.pem", KeyProblem::UnsupportedEncryption),
    (
        "pkcs8-aes-256-sha512-256.pem",
        KeyProblem::UnsupportedEncryption,
    ),
    ("pkcs1-des.pem", KeyProblem::UnsupportedEncryption),
];

#[test]
fn what_is_no_such_key_says_what_it_is() {
    for (name, problem) in REFUSED {
        let file = fixture(name);
        for (form, text) in odd_forms(&file) {
            // A key that opens counts in place of one that does not, and the first block in place of one that is no key.
            let certified = form == "certificate before" && !file.contains("PRIVATE KEY");
            if form == "another key after" || certified {
                continue;
            }
            let key = parse(&text, Some(PASS_PHRASE));
            assert_eq!(key.as_ref(), Err(problem), "{name}, {form}");
        }
    }
    assert_eq!(
        parse(fixture("request.pem").as_bytes(), None),
        Err(KeyProblem::Form(KeyForm::Request))
    );
}

#[test]
fn the_first_private_key_counts_and_else_the_first_block() {
    let (public, certificate) = (fixture("public.pem"), fixture("certificate.pem"));
    let (ec, key) = (fixture("ec.pem"), fixture("pkcs8.pem"));
    let parse = |blocks: &[&str]| parse(blocks.concat().as_bytes(), None);

    assert_eq!(parse(&[&public, &certificate]), Err(KeyProblem::PublicKey));
    assert_eq!(
        parse(&[&certificate, &public]),
        Err(KeyProblem::Certificate)
    );
    assert_eq!(parse(&[&certificate, &public, &key]), Ok(plain()));
    assert_eq!(parse(&[&ec, &key]), Ok(plain()));
    assert_eq!(parse(&[&ec, &public]), Err(KeyProblem::NotRsa));
}

#[test]
fn what_is_no_pem_says_so() {
    let key = fixture("pkcs8.pem");
    let base64 = key.lines().nth(1).unwrap().as_bytes().to_vec();
    let words = b"a text of so many words that it is longer than any of them".to_vec();
    for (text, problem) in [
        (Vec::new(), KeyProblem::Form(KeyForm::Empty)),
        (words, KeyProblem::NotPem),
        // It begins as a key in DER does, and is not whole.
        (base64, KeyProblem::Damaged),
        (vec![0; 100], KeyProblem::Form(KeyForm::Binary)),
    ] {
        assert_eq!(parse(&text, None), Err(problem));
    }
}

#[test]
fn a_damaged_text_says_so() {
    let key = fixture("pkcs8.pem");
    let legacy = fixture("pkcs1-aes128.pem");
    let iv_end = legacy.find("\n\n").unwrap();
    for text in [
        key[..900].to_owned(),
        key.replace("END PRIVATE", "END PUBLIC"),
        key.replacen("MII", "M!I", 1),
        key.replacen("MII", "MIA", 1),
        key.lines().filter(|line| line.len() != 64).collect(),
        legacy.replace("DEK-Info: AES-128-CBC,", "DEK-Info: AES-128-CBC"),
        legacy.replace("DEK-Info", "Other"),
        legacy.replace("CBC,", "CBC,+"),
        legacy.replace("CBC,", "CBC,00"),
        format!("{}Z{}", &legacy[..iv_end - 1], &legacy[iv_end..]),
        format!("{}{}", &legacy[..iv_end - 1], &legacy[iv_end..]),
        format!("{}{}", &legacy[..iv_end - 20], &legacy[iv_end..]),
        legacy.replace("AES-128-CBC", "DES-EDE3-CBC"),
    ] {
        assert_eq!(
            parse(text.as_bytes(), Some(PASS_PHRASE)),
            Err(KeyProblem::Damaged),
            "{text}"
        );
    }
}

#[test]
fn ciphertext_that_is_not_whole_blocks_is_damaged() {
    let der = pem::parse(fixture("pkcs1-aes128.pem")).unwrap();
    let legacy = |cipher: &str, length: usize| {
        let mut block = Pem::new("RSA PRIVATE KEY", &der.contents()[..length]);
        block.headers_mut().add("Proc-Type", "4,ENCRYPTED").unwrap();
        block.headers_mut().add("DEK-Info", cipher).unwrap();
        parse(pem::encode(&block).as_bytes(), Some(PASS_PHRASE))
    };
    let aes = "AES-128-CBC,00000000000000000000000000000000";
    assert_eq!(legacy(aes, 16), Err(KeyProblem::PassphraseWrong));
    assert_eq!(legacy(aes, 0), Err(KeyProblem::Damaged));
    assert_eq!(legacy(aes, 24), Err(KeyProblem::Damaged));
    let des = "DES-EDE3-CBC,0000000000000000";
    assert_eq!(legacy(des, 24), Err(KeyProblem::PassphraseWrong));
    assert_eq!(legacy(des, 20), Err(KeyProblem::Damaged));
}

#[test]
fn a_label_is_shown_without_what_a_terminal_obeys() {
    let label = format!("\u{1b}[31m\u{202e}SSH2{}", " LONG".repeat(20));
    let Err(KeyProblem::OtherPem { label }) = parse(pem_text(&label, b"x").as_bytes(), None) else {
        panic!("another problem");
    };
    assert_eq!(
        label,
        "\u{FFFD}[31m\u{FFFD}SSH2 LONG LONG LONG LONG LONG LONG…"
    );
}

/// The numbers of a key, to write them changed.
struct KeyNumbers {
    n: BigUint,
    e: BigUint,
    d: BigUint,
    p: BigUint,
    q: BigUint,
}

impl KeyNumbers {
    fn of(key: &PrivateKey) -> Self {
        Self {
            n: BigUint::from_bytes_be(&key.n().to_be_bytes()),
            e: BigUint::from_bytes_be(&key.e().to_be_bytes()),
            d: BigUint::from_bytes_be(&key.d().to_be_bytes()),
            p: BigUint::from_bytes_be(&key.primes()[0].to_be_bytes()),
            q: BigUint::from_bytes_be(&key.primes()[1].to_be_bytes()),
        }
    }

    fn parsed(&self) -> Result<PrivateKey, KeyProblem> {
        let [n, e, d, p, q] =
            [&self.n, &self.e, &self.d, &self.p, &self.q].map(BigUint::to_bytes_be);
        let one = UintRef::new(&[1]).unwrap();
        let der = pkcs1::RsaPrivateKey {
            modulus: UintRef::new(&n).unwrap(),
            public_exponent: UintRef::new(&e).unwrap(),
            private_exponent: UintRef::new(&d).unwrap(),
            prime1: UintRef::new(&p).unwrap(),
            prime2: UintRef::new(&q).unwrap(),
            exponent1: one,
            exponent2: one,
            coefficient: one,
            other_prime_infos: None,
        }
        .to_der()
        .unwrap();
        parse(pem_text("RSA PRIVATE KEY", &der).as_bytes(), None)
    }
}

#[test]
fn numbers_that_do_not_fit_together_are_damage() {
    let key = plain();
    let numbers = || KeyNumbers::of(&key);
    let one = || BigUint::from(1u8);
    assert_eq!(numbers().parsed().as_ref(), Ok(&key));

    let other = KeyNumbers::of(&parse(fixture("rsa-4096.pem").as_bytes(), None).unwrap());
    let square = &numbers().p * &numbers().p;
    for changed in [
        KeyNumbers {
            n: numbers().n + 2u8,
            ..numbers()
        },
        KeyNumbers {
            n: numbers().n + 1u8,
            ..numbers()
        },
        KeyNumbers {
            n: other.n,
            ..numbers()
        },
        KeyNumbers {
            e: BigUint::from(65_536u32),
            ..numbers()
        },
        KeyNumbers {
            e: one(),
            ..numbers()
        },
        KeyNumbers {
            e: BigUint::from(0u8),
            ..numbers()
        },
        KeyNumbers {
            e: numbers().n,
            ..numbers()
        },
        KeyNumbers {
            d: numbers().d + 2u8,
            ..numbers()
        },
        KeyNumbers {
            d: BigUint::from(0u8),
            ..numbers()
        },
        KeyNumbers {
            p: numbers().n,
            q: one(),
            ..numbers()
        },
        KeyNumbers {
            p: BigUint::from(0u8),
            q: BigUint::from(0u8),
            ..numbers()
        },
        KeyNumbers {
            n: square,
            q: numbers().p,
            ..numbers()
        },
    ] {
        assert_eq!(changed.parsed(), Err(KeyProblem::Damaged));
    }
}

#[test]
fn the_size_is_bounded_before_the_numbers_are_computed_with() {
    let sized = |bits: usize| {
        let n = (BigUint::from(1u8) << (bits - 1)) + 1u8;
        KeyNumbers {
            n,
            ..KeyNumbers::of(&plain())
        }
        .parsed()
    };
    assert_eq!(sized(2047), Err(KeyProblem::TooShort { bits: 2047 }));
    assert_eq!(sized(2048), Err(KeyProblem::Damaged));
    assert_eq!(sized(8192), Err(KeyProblem::Damaged));
    assert_eq!(sized(8193), Err(KeyProblem::TooLong { bits: 8193 }));
    assert_eq!(sized(300_000), Err(KeyProblem::TooLong { bits: 300_000 }));
}

#[test]
fn the_fingerprint_is_the_one_that_openssl_computes() {
    assert_eq!(fingerprint(plain().as_ref()).unwrap(), FINGERPRINT);
}

#[test]
fn a_file_has_to_hold_the_key_that_its_fingerprint_names() {
    let load = |name: &str, fingerprint: &str| {
        let key = load(&path(name), Some(PASS_PHRASE))?;
        confirm(&key.public, fingerprint).map(|()| key.public)
    };

    for name in ["pkcs8.pem", "pkcs1-des3.pem"] {
        let expected = || Ok(plain().to_public_key());
        assert_eq!(load(name, FINGERPRINT), expected());
        assert_eq!(load(name, &FINGERPRINT.to_uppercase()), expected());
    }
    let Err(KeyProblem::FingerprintDiffers { config, key }) = load("rsa-4096.pem", FINGERPRINT)
    else {
        panic!("another key taken");
    };
    assert_eq!(config, FINGERPRINT);
    assert_ne!(key, FINGERPRINT);
    assert_eq!(
        load("none.pem", FINGERPRINT),
        Err(KeyProblem::File(FileProblem::Missing))
    );
    assert_eq!(
        load("", FINGERPRINT),
        Err(KeyProblem::File(FileProblem::NotAFile))
    );
}

#[test]
fn a_file_larger_than_any_key_is_not_read() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let padding = "\n".repeat(MAX_FILE_BYTES);
    fs::write(file.path(), fixture("pkcs8.pem") + &padding).unwrap();
    assert_eq!(
        load(file.path(), None).map(|key| key.public),
        Err(KeyProblem::File(FileProblem::TooLarge(65_536)))
    );
}

const AES: EncryptionScheme = EncryptionScheme::Aes256Cbc { iv: [0; 16] };

fn encrypted_with(kdf: Kdf, encryption: EncryptionScheme) -> Vec<u8> {
    EncryptedPrivateKeyInfoRef {
        encryption_algorithm: pbes2::Parameters { kdf, encryption }.into(),
        encrypted_data: OctetStringRef::new(&[0; 16]).unwrap(),
    }
    .to_der()
    .unwrap()
}

fn with_pbkdf2(iterations: u32, salt: &[u8]) -> Vec<u8> {
    let parameters = Pbkdf2Params {
        salt: Salt::new(salt).unwrap(),
        iteration_count: iterations,
        key_length: None,
        prf: Pbkdf2Prf::HmacWithSha256,
    };
    encrypted_with(parameters.into(), AES)
}

fn with_scrypt(n: u64, r: u16, p: u16, salt: &[u8]) -> Vec<u8> {
    let parameters = ScryptParams {
        salt: Salt::new(salt).unwrap(),
        cost_parameter: n,
        block_size: r,
        parallelization: p,
        key_length: None,
    };
    encrypted_with(parameters.into(), AES)
}

fn parse_encrypted(der: &[u8]) -> Result<PrivateKey, KeyProblem> {
    let text = pem_text("ENCRYPTED PRIVATE KEY", der);
    parse(text.as_bytes(), Some(PASS_PHRASE))
}

/// A DER sequence of fewer than 128 bytes.
fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = u8::try_from(content.len()).unwrap();
    assert!(length < 128);
    [&[0x30, length], &content[..]].concat()
}

/// A DER sequence of fewer than 256 bytes.
fn long_sequence(parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    match u8::try_from(content.len()).unwrap() {
        ..128 => sequence(parts),
        length => [&[0x30, 0x81, length], &content[..]].concat(),
    }
}

/// An `EncryptedPrivateKeyInfo` with parameters that the types of `pkcs5` do not allow.
fn raw_envelope(kdf: &[&[u8]], cipher: &[&[u8]]) -> Vec<u8> {
    let parameters = sequence(&[&sequence(kdf), &sequence(cipher)]);
    let scheme = sequence(&[&pbes2::PBES2_OID.to_der().unwrap(), &parameters]);
    sequence(&[&scheme, &[4, 16], &[0; 16]])
}

const OCTETS_8: [u8; 10] = [4, 8, 7, 7, 7, 7, 7, 7, 7, 7];

#[test]
fn a_derivation_is_bounded_in_work_and_memory() {
    let salt = [7; 16];
    let started = Instant::now();
    for der in [
        with_pbkdf2(1_000_001, &salt),
        with_pbkdf2(1 << 31, &salt),
        with_pbkdf2(u32::MAX, &salt),
        with_scrypt(1 << 17, 8, 1, &salt),
        with_scrypt(1 << 30, 8, 1, &salt),
        with_scrypt(1 << 63, 1, 1, &salt),
        with_scrypt(1 << 63, u16::MAX, u16::MAX, &salt),
        with_scrypt(2, u16::MAX, u16::MAX, &salt),
        with_scrypt(1 << 14, 8, 5, &salt),
    ] {
        assert_eq!(parse_encrypted(&der), Err(KeyProblem::DerivationTooCostly));
        // Asking for the passphrase first would send people after something that cannot help.
        let text = pem_text("ENCRYPTED PRIVATE KEY", &der);
        let without = parse(text.as_bytes(), None);
        assert_eq!(without, Err(KeyProblem::DerivationTooCostly));
    }
    assert!(started.elapsed() < Duration::from_secs(1));
}

#[test]
fn a_derivation_within_the_bounds_is_done() {
    for der in [
        with_pbkdf2(1_000_000, &[7; 32]),
        with_pbkdf2(0, &[]),
        with_scrypt(1 << 16, 8, 1, &[7; 32]),
        with_scrypt(2, 1, 1, &[]),
    ] {
        assert_eq!(parse_encrypted(&der), Err(KeyProblem::PassphraseWrong));
    }
}

#[test]
fn a_salt_that_is_longer_than_there_is_room_for_asks_for_another_encryption() {
    let aes = pbes2::AES_128_CBC_OID.to_der().unwrap();
    for kdf in [pbes2::PBKDF2_OID, pbes2::SCRYPT_OID] {
        let salted = |length: u8| {
            let salt = [&[4, length], &vec![7; length.into()][..]].concat();
            // Of PBKDF2 the rounds, of scrypt N, r and p.
            let costs: &[u8] = match kdf {
                pbes2::PBKDF2_OID => &[2, 1, 1],
                _ => &[2, 1, 2, 2, 1, 1, 2, 1, 1],
            };
            let kdf = sequence(&[&kdf.to_der().unwrap(), &sequence(&[&salt, costs])]);
            let iv = [&[4, 16][..], &[7; 16]].concat();
            let cipher = sequence(&[&aes, &iv]);
            let parameters = long_sequence(&[&kdf, &cipher]);
            let scheme = long_sequence(&[&pbes2::PBES2_OID.to_der().unwrap(), &parameters]);
            parse_encrypted(&long_sequence(&[&scheme, &[4, 16], &[0; 16]]))
        };
        assert_eq!(salted(32), Err(KeyProblem::PassphraseWrong));
        for longer in [33, 64, 80] {
            assert_eq!(salted(longer), Err(KeyProblem::UnsupportedEncryption));
        }
    }
}

#[test]
fn parameters_without_meaning_are_damage() {
    let pbkdf2 = pbes2::PBKDF2_OID.to_der().unwrap();
    let des3 = pbes2::DES_EDE3_CBC_OID.to_der().unwrap();
    let aes = pbes2::AES_128_CBC_OID.to_der().unwrap();
    let once: &[&[u8]] = &[&pbkdf2, &[0x30, 13], &OCTETS_8, &[2, 1, 1]];
    let with_cipher = |cipher: &[&[u8]]| parse_encrypted(&raw_envelope(once, cipher));

    assert_eq!(
        with_cipher(&[&des3, &OCTETS_8]),
        Err(KeyProblem::PassphraseWrong)
    );
    for (oid, iv) in [
        (&des3, &[4, 7, 7, 7, 7, 7, 7, 7, 7][..]),
        (&des3, &[4, 0]),
        (&des3, &[5, 0]),
        (&des3, &[]),
        (&aes, &OCTETS_8),
    ] {
        assert_eq!(with_cipher(&[oid, iv]), Err(KeyProblem::Damaged), "{iv:?}");
    }
    let iterations_2_62: &[&[u8]] = &[
        &pbkdf2,
        &[0x30, 20],
        &OCTETS_8,
        &[2, 8, 0x40, 0, 0, 0, 0, 0, 0, 0],
    ];
    for der in [
        raw_envelope(iterations_2_62, &[&des3, &OCTETS_8]),
        with_scrypt(0, 8, 1, &[7; 8]),
        with_scrypt(1, 8, 1, &[7; 8]),
        with_scrypt(3, 8, 1, &[7; 8]),
        with_scrypt(2, 0, 1, &[7; 8]),
        with_scrypt(2, 8, 0, &[7; 8]),
    ] {
        assert_eq!(parse_encrypted(&der), Err(KeyProblem::Damaged));
    }
}

#[test]
fn a_problem_shows_nothing_secret() {
    for (name, _) in REFUSED {
        let text = fixture(name);
        for pass_phrase in [PASS_PHRASE, "outra-senha"] {
            let Err(problem) = parse(text.as_bytes(), Some(pass_phrase)) else {
                panic!("{name} taken");
            };
            let shown = format!("{problem:?}");
            assert!(!shown.contains(pass_phrase), "{shown}");
            assert!(
                !text
                    .split_whitespace()
                    .any(|word| word.len() > 20 && shown.contains(word)),
                "{shown}"
            );
        }
    }
}

const LABELS: [&str; 7] = [
    "PRIVATE KEY",
    "ENCRYPTED PRIVATE KEY",
    "RSA PRIVATE KEY",
    "EC PRIVATE KEY",
    "PUBLIC KEY",
    "CERTIFICATE",
    "X",
];

const MUTATED: [&str; 7] = [
    "pkcs8.pem",
    "pkcs1.pem",
    "pkcs8-aes-128-sha256.pem",
    "pkcs8-des3-sha1.pem",
    "pkcs1-aes256.pem",
    "pkcs1-des3.pem",
    "ec-pkcs8.pem",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes_are_judged(bytes in prop::collection::vec(any::<u8>(), 0..500)) {
        prop_assert!(parse(&bytes, Some(PASS_PHRASE)).is_err());
    }

    #[test]
    fn a_block_that_pem_writes_holds_what_it_held(
        content in prop::collection::vec(any::<u8>(), 0..200),
        width in 4..80_usize,
        ending in prop::sample::select(vec![LineEnding::LF, LineEnding::CRLF]),
        dek_info in prop::option::of("[A-Z0-9-]{1,12},[0-9A-F]{0,32}"),
    ) {
        let mut written = Pem::new("X", &*content);
        if let Some(dek_info) = &dek_info {
            written.headers_mut().add("Proc-Type", "4,ENCRYPTED").unwrap();
            written.headers_mut().add("DEK-Info", dek_info).unwrap();
        }
        let config = EncodeConfig::new().set_line_ending(ending).set_line_wrap(width);
        let text = pem::encode_config(&written, config);
        let Ok(read) = frames(text.as_bytes())[0].decoded() else {
            panic!("{text}");
        };
        prop_assert_eq!(&read.label, "X");
        prop_assert_eq!(&*read.content, &content);
        prop_assert_eq!(read.encryption, dek_info);
    }

    #[test]
    fn any_content_is_judged(
        label in prop::sample::select(&LABELS[..]),
        content in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        prop_assert!(parse(pem_text(label, &content).as_bytes(), Some(PASS_PHRASE)).is_err());
    }

    #[test]
    fn any_text_near_pem_is_judged(
        text in "(-----(BEGIN|END) (RSA |ENCRYPTED )?PRIVATE KEY-----|\n|\r| |[A-Z:,=]|[^\x00]){0,40}",
    ) {
        prop_assert!(parse(text.as_bytes(), Some(PASS_PHRASE)).is_err());
    }

    #[test]
    fn a_changed_text_is_judged(
        name in prop::sample::select(&MUTATED[..]),
        place in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut text = fixture(name).into_bytes();
        *place.get_mut(&mut text) = byte;
        let _ = parse(&text, Some(PASS_PHRASE));
    }

    /// Changes the first bytes, which hold the structure and the parameters, more often.
    #[test]
    fn a_changed_content_is_judged(
        name in prop::sample::select(&MUTATED[..]),
        place in prop_oneof![0..130_usize, 0..1200_usize],
        byte in any::<u8>(),
    ) {
        let mut block = pem::parse(fixture(name)).unwrap();
        let mut content = block.contents().to_vec();
        content[place % block.contents().len()] = byte;
        let mut changed = Pem::new(block.tag(), content);
        std::mem::swap(changed.headers_mut(), block.headers_mut());
        let _ = parse(pem::encode(&changed).as_bytes(), Some(PASS_PHRASE));
    }

    #[test]
    fn changed_parameters_of_scrypt_are_judged(place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut der = with_scrypt(2, 1, 1, &[7; 8]);
        *place.get_mut(&mut der) = byte;
        prop_assert!(parse_encrypted(&der).is_err());
    }
}
