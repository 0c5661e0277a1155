//! An instance's certificate, as far as the federation request needs it: its bytes, its digest, and the tenancy in its
//! subject. Whether the certificate is good is for the service to judge.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pkcs8::der::{AnyRef, Decode as _, Reader as _, SliceReader, Tag, Tagged as _};
use sha2::{Digest as _, Sha256};

use crate::text::pairs;

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";
/// The most certificates of a document.
const MOST: usize = 10;
/// Beginning of the part of the subject that names the tenancy.
const TENANCY: &[u8] = b"opc-tenant:";

/// The certificates of a PEM text in DER; `None` where it has none, or one that does not decode.
pub(super) fn certificates(pem: &str) -> Option<Vec<Vec<u8>>> {
    let mut found = Vec::new();
    let mut rest = pem;
    while let Some((_, after)) = rest.split_once(BEGIN) {
        let (content, after) = after.split_once(END)?;
        let content: String = content.split_whitespace().collect();
        found.push(STANDARD.decode(content).ok()?);
        rest = after;
    }
    (!found.is_empty() && found.len() <= MOST).then_some(found)
}

/// The SHA-256 of a certificate in lower-case pairs with colons, as the vendor's SDK for Go writes it.
pub(super) fn fingerprint(der: &[u8]) -> String {
    pairs(&Sha256::digest(der))
}

/// The tenancy in the subject of a certificate.
pub(super) fn tenancy(der: &[u8]) -> Option<String> {
    let certificate = AnyRef::from_der(der).ok()?;
    let body = fields(sequence(certificate)?)?.into_iter().next()?;
    // RFC 5280: version, serial number, signature, issuer, validity, subject. The version has a tag of its own and may
    // be missing.
    let fields_of_body = fields(sequence(body)?)?;
    let numbered = fields_of_body.first()?.tag() == Tag::Integer;
    let subject = fields_of_body.get(if numbered { 4 } else { 5 })?;
    for part in fields(sequence(*subject)?)? {
        if part.tag() != Tag::Set {
            return None;
        }
        for attribute in fields(part.value())? {
            let attribute = fields(sequence(attribute)?)?;
            let [_, value] = attribute[..] else {
                return None;
            };
            if let Some(tenancy) = value.value().strip_prefix(TENANCY) {
                return Some(str::from_utf8(tenancy).ok()?.to_owned());
            }
        }
    }
    None
}

/// The content of a sequence.
fn sequence(any: AnyRef<'_>) -> Option<&[u8]> {
    (any.tag() == Tag::Sequence).then(|| any.value())
}

/// The elements in the content of a sequence or set.
fn fields(content: &[u8]) -> Option<Vec<AnyRef<'_>>> {
    let mut reader = SliceReader::new(content).ok()?;
    let mut found = Vec::new();
    while !reader.is_finished() {
        found.push(AnyRef::decode(&mut reader).ok()?);
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use rcgen::{CertificateParams, DnType, KeyPair};

    use super::*;

    const KEY: &str = include_str!("../../../fixtures/keys/pkcs8.pem");
    /// `organizationalUnitName`, a second time.
    const UNIT: [u64; 4] = [2, 5, 4, 11];

    fn certificate(units: [&str; 2]) -> String {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        let name = &mut params.distinguished_name;
        name.push(DnType::CommonName, "ocid1.instance.oc1..a");
        name.push(DnType::OrganizationalUnitName, units[0]);
        name.push(DnType::CustomDnType(UNIT.to_vec()), units[1]);
        let key = pem::parse(KEY).unwrap();
        let key = KeyPair::try_from(key.contents()).unwrap();
        let der = params.self_signed(&key).unwrap().der().to_vec();
        pem::encode(&pem::Pem::new("CERTIFICATE", der))
    }

    #[test]
    fn the_tenancy_is_a_unit_of_the_subject() {
        let tenant = "opc-tenant:ocid1.tenancy.oc1..a";
        for units in [["opc-certtype:instance", tenant], [tenant, "x"]] {
            let pem = certificate(units).replace('\n', "\r\n");
            let found = certificates(&format!("first\n{pem}")).unwrap();
            assert_eq!(found.len(), 1);
            assert_eq!(tenancy(&found[0]).as_deref(), Some("ocid1.tenancy.oc1..a"));
            assert_eq!(fingerprint(&found[0]).len(), 95);
        }
        let other = certificates(&certificate(["x", "opc-tenancy:y"])).unwrap();
        assert_eq!(tenancy(&other[0]), None);
        assert_eq!(
            certificates(&(certificate(["a", "b"]) + &certificate(["c", "d"])))
                .unwrap()
                .len(),
            2
        );
    }

    #[test]
    fn what_is_no_certificate_has_none() {
        let good = certificate(["a", "b"]);
        for text in [
            "",
            "no certificate",
            BEGIN,
            &format!("{BEGIN}\n!\n{END}"),
            KEY,
            &good.replace(END, ""),
            &good.repeat(11),
        ] {
            assert_eq!(certificates(text), None, "{text}");
        }
    }

    static GOOD: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let mut good = certificates(&certificate(["a", "opc-tenant:b"])).unwrap();
        good.swap_remove(0)
    });

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(bytes in any::<Vec<u8>>(), at in 0usize..900, other in any::<u8>()) {
            let _ = tenancy(&bytes);
            let _ = certificates(&String::from_utf8_lossy(&bytes));
            let mut der = GOOD.clone();
            if let Some(byte) = der.get_mut(at) {
                *byte = other;
            }
            let _ = tenancy(&der);
        }
    }
}
