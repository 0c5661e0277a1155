//! The signature against what the vendor's own signer made, and against the
//! public half of the key.

use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use oci_consumo::internals::oci::signer::{ApiKey, Body, Header, Request, Signer, SigningKey};
use oci_consumo::internals::profile::key;
use proptest::prelude::*;
use reqwest::{Method, Url};
use rsa::pkcs1v15::{Signature, VerifyingKey};
use rsa::sha2::Sha256;
use rsa::signature::Verifier as _;
use serde_json::Value;

use crate::common::{KEY_PEM, key_fixture};

const KEY_ID: &str = "ocid1.tenancy.oc1..a/ocid1.user.oc1..a/aa:bb";

fn signer(pem: &str, key_id: &str) -> Signer {
    let [tenancy, user, fingerprint] = key_id.split('/').collect::<Vec<_>>()[..] else {
        panic!("{key_id}")
    };
    Signer::ApiKey(ApiKey {
        tenancy: tenancy.to_owned(),
        user: user.to_owned(),
        fingerprint: fingerprint.to_owned(),
        key: SigningKey::new(&key::parse(pem.as_bytes(), None).unwrap()).unwrap(),
    })
}

/// The body of every request to the Usage API.
fn json(bytes: &[u8]) -> Body<'_> {
    Body::Signed {
        content_type: "application/json",
        bytes,
    }
}

/// Whether `authorization` holds a signature of `text` by the key in `pem`.
fn verifies(authorization: &str, pem: &str, text: &str) -> bool {
    let signature = STANDARD
        .decode(parameter(authorization, "signature"))
        .unwrap();
    let signature = Signature::try_from(&signature[..]).unwrap();
    let key = key::parse(pem.as_bytes(), None).unwrap();
    VerifyingKey::<Sha256>::new(key.to_public_key())
        .verify(text.as_bytes(), &signature)
        .is_ok()
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
        let signer = signer(text("key_pem"), text("key_id"));
        let url = Url::parse(text("url")).unwrap();
        let body = vector["body"].as_str().map(str::as_bytes);
        let request = Request {
            method: text("method").parse().unwrap(),
            url: &url,
            body: body.map_or(Body::None, json),
        };
        let expected = vector["headers"].as_object().unwrap();
        let date = httpdate::parse_http_date(expected["date"].as_str().unwrap()).unwrap();

        let headers = signer.sign(&request, date).unwrap();

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

#[test]
fn a_put_is_signed_with_its_body_or_without_it() {
    let url =
        Url::parse("https://objectstorage.sa-saopaulo-1.oraclecloud.com/n/a/b/c/o/d%20e").unwrap();
    let date = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_790_000_000);
    let (content_type, bytes) = ("text/html; charset=utf-8", &b"<p>"[..]);
    let signed = |body| {
        let request = Request {
            method: Method::PUT,
            url: &url,
            body,
        };
        signer(KEY_PEM, KEY_ID).sign(&request, date).unwrap()
    };
    const DIGEST: &str = "M/J5lGcXcoeikmB4ChB6yY6mPdYWX2f8wNdHZ9CoIJA=";
    let start = "date: Mon, 21 Sep 2026 14:13:20 GMT\n(request-target): put /n/a/b/c/o/d%20e\n\
                 host: objectstorage.sa-saopaulo-1.oraclecloud.com";

    let headers = signed(Body::Signed {
        content_type,
        bytes,
    });
    let authorization = header(&headers, "authorization");
    assert_eq!(
        parameter(authorization, "headers"),
        "date (request-target) host content-length content-type x-content-sha256"
    );
    let text = format!(
        "{start}\ncontent-length: 3\ncontent-type: {content_type}\nx-content-sha256: {DIGEST}"
    );
    assert!(verifies(authorization, KEY_PEM, &text));

    let headers = signed(Body::Unsigned {
        content_type,
        bytes,
    });
    let authorization = header(&headers, "authorization");
    assert_eq!(
        parameter(authorization, "headers"),
        "date (request-target) host"
    );
    assert!(verifies(authorization, KEY_PEM, start));
    let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        names,
        [
            "date",
            "host",
            "content-length",
            "content-type",
            "authorization"
        ]
    );
    assert_eq!(header(&headers, "content-type"), content_type);
    assert_eq!(header(&headers, "content-length"), "3");
}

#[test]
fn every_size_that_is_read_signs() {
    for name in ["pkcs8.pem", "rsa-4096.pem"] {
        let pem = key_fixture(name);
        let url = Url::parse("https://a.example/").unwrap();
        let request = Request {
            method: Method::GET,
            url: &url,
            body: Body::None,
        };
        let headers = signer(&pem, KEY_ID).sign(&request, SystemTime::UNIX_EPOCH);
        let headers = headers.unwrap();
        let text = "date: Thu, 01 Jan 1970 00:00:00 GMT\n(request-target): get /\nhost: a.example";
        assert!(verifies(header(&headers, "authorization"), &pem, text));
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
        let signer = signer(KEY_PEM, KEY_ID);
        let date = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
        let request = Request {
            method: Method::POST,
            url: &url,
            body: body.as_deref().map_or(Body::None, json),
        };
        let headers = signer.sign(&request, date).unwrap();

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
        prop_assert!(verifies(authorization, KEY_PEM, &lines.join("\n")));
    }
}
