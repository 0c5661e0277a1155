//! The signature against what the vendor's own signer made, and against the
//! public half of the key.

use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use oci_consumo::oci::credential::Credential;
use oci_consumo::oci::sign::{Header, Unsigned, sign};
use oci_consumo::profile::key;
use proptest::prelude::*;
use reqwest::{Method, Url};
use rsa::pkcs1v15::{Signature, SigningKey, VerifyingKey};
use rsa::sha2::Sha256;
use rsa::signature::{Keypair as _, Verifier as _};
use serde_json::Value;

use crate::common::KEY_PEM;

fn credential(pem: &str, key_id: &str) -> Credential {
    let [tenancy, user, fingerprint] = key_id.split('/').collect::<Vec<_>>()[..] else {
        panic!("{key_id}")
    };
    Credential {
        tenancy: tenancy.to_owned(),
        user: user.to_owned(),
        fingerprint: fingerprint.to_owned(),
        key: SigningKey::new(key::parse(pem.as_bytes(), None).unwrap()),
    }
}

fn header<'h>(headers: &'h [Header], name: &str) -> &'h str {
    let found = headers.iter().find(|(key, _)| *key == name);
    &found.unwrap_or_else(|| panic!("no {name}")).1
}

/// A parameter of an `Authorization` header: `name="value"`, in any order.
fn parameter<'h>(authorization: &'h str, name: &str) -> &'h str {
    let (_, rest) = authorization
        .split_once(&format!("{name}=\""))
        .unwrap_or_else(|| panic!("no {name} in {authorization}"));
    rest.split_once('"').unwrap().0
}

#[test]
fn the_vendor_s_signer_makes_the_same_bytes() {
    let vectors: Vec<Value> =
        serde_json::from_str(include_str!("../fixtures/signing/vectors.json")).unwrap();
    assert_eq!(vectors.len(), 6);
    for vector in &vectors {
        let id = vector["id"].as_str().unwrap();
        let text = |key: &str| vector[key].as_str().unwrap();
        let credential = credential(text("key_pem"), text("key_id"));
        let url = Url::parse(text("url")).unwrap();
        let unsigned = Unsigned {
            method: text("method").parse().unwrap(),
            url: &url,
            body: vector["body"].as_str().map(str::as_bytes),
        };
        let expected = vector["headers"].as_object().unwrap();
        let date = httpdate::parse_http_date(expected["date"].as_str().unwrap()).unwrap();

        let headers = sign(&credential, &unsigned, date).unwrap();

        let (authorization, others) = headers.split_last().unwrap();
        assert_eq!(others.len(), expected.len(), "{id}");
        for (name, value) in others {
            assert_eq!(&expected[*name], value, "{id}: {name}");
        }
        let (name, ours) = authorization;
        assert_eq!(*name, "authorization", "{id}");
        assert!(ours.starts_with("Signature "), "{id}");
        for name in ["version", "keyId", "algorithm", "headers", "signature"] {
            let theirs = parameter(text("authorization"), name);
            assert_eq!(parameter(ours, name), theirs, "{id}: {name}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// What is signed is what the address became, not what was typed: blanks,
    /// quotes and letters beyond ASCII are escaped before.
    #[test]
    fn any_request_verifies_as_it_goes_on_the_wire(
        path in "[ -~çãé中]{0,30}",
        query in proptest::option::of("[ -~çãé中]{0,30}"),
        body in proptest::option::of(any::<Vec<u8>>()),
        seconds in 0u64..4_000_000_000,
    ) {
        let mut url = Url::parse("https://USAGEAPI.sa-saopaulo-1.oci.oraclecloud.com:443/").unwrap();
        url.set_path(&path);
        url.set_query(query.as_deref());
        let credential = credential(KEY_PEM, "ocid1.tenancy.oc1..a/ocid1.user.oc1..a/aa:bb");
        let date = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
        let unsigned = Unsigned { method: Method::POST, url: &url, body: body.as_deref() };
        let headers = sign(&credential, &unsigned, date).unwrap();

        let authorization = header(&headers, "authorization");
        // The request as a server reads it: the target is what stands after the host.
        let sent = url.as_str();
        let target = &sent[sent.find(".com").unwrap() + 4..];
        prop_assert!(target.is_ascii() && !target.contains([' ', '\n']), "{target:?}");
        let lines: Vec<String> = parameter(authorization, "headers")
            .split(' ')
            .map(|name| match name {
                "(request-target)" => format!("{name}: post {}", target.split('#').next().unwrap()),
                name => format!("{name}: {}", header(&headers, name)),
            })
            .collect();
        prop_assert_eq!(lines.len(), if body.is_some() { 6 } else { 3 });
        prop_assert_eq!(header(&headers, "host"), "usageapi.sa-saopaulo-1.oci.oraclecloud.com");
        let signature = STANDARD.decode(parameter(authorization, "signature")).unwrap();
        let signature = Signature::try_from(&signature[..]).unwrap();
        let key: VerifyingKey<Sha256> = credential.key.verifying_key();
        prop_assert!(key.verify(lines.join("\n").as_bytes(), &signature).is_ok());
    }
}
