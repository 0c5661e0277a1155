//! Signed requests for the tests of this room, signed with code of their own.

use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::header::HeaderName;
use hyper::{HeaderMap, Method};
use rsa::PrivateKey;
use rsa::pkcs1v15::SigningKey;
use rsa::pkcs8::DecodePrivateKey as _;
use rsa::signature::{SignatureEncoding as _, Signer as _};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

pub(super) const TENANCY: &str = "ocid1.tenancy.oc1..sample";
pub(super) const USER: &str = "ocid1.user.oc1..sample";
pub(super) const FINGERPRINT: &str = "aa:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:99";
pub(super) const BODY: &str = "{\"tenantId\":\"ocid1.tenancy.oc1..sample\"}";

/// A question by day for what the tenancy cost.
pub(super) fn body(tenancy: &str, start: &str, end: &str) -> String {
    format!(
        r#"{{"tenantId":"{tenancy}","timeUsageStarted":"{start}","timeUsageEnded":"{end}","granularity":"DAILY","queryType":"COST"}}"#
    )
}

/// A request that can be changed after it was signed.
#[derive(Clone)]
pub(super) struct SampleRequest {
    pub(super) method: Method,
    pub(super) target: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    /// Names of the headers that [`Self::signed`] signs, in that order.
    pub(super) names: Vec<String>,
    pub(super) key: PrivateKey,
}

impl SampleRequest {
    /// A question to the service, not yet signed.
    pub(super) fn usage(date: &str, query: &str, body: &str) -> Self {
        let headers = [
            ("date", date.to_owned()),
            ("host", "127.0.0.1:1".to_owned()),
            ("content-length", body.len().to_string()),
            ("content-type", "application/json".to_owned()),
            ("x-content-sha256", STANDARD.encode(Sha256::digest(body))),
        ]
        .map(|(name, value)| (name.to_owned(), value));
        Self {
            method: Method::POST,
            target: format!("/20200107/usage{query}"),
            names: [
                "date",
                "(request-target)",
                "host",
                "content-length",
                "content-type",
                "x-content-sha256",
            ]
            .map(str::to_owned)
            .to_vec(),
            headers: headers.to_vec(),
            body: body.as_bytes().to_vec(),
            key: key(),
        }
    }

    /// Signs the request as it is now.
    pub(super) fn signed(mut self) -> Self {
        let lines: Vec<String> = self
            .names
            .iter()
            .map(|name| match name.as_str() {
                "(request-target)" => format!(
                    "{name}: {} {}",
                    self.method.as_str().to_lowercase(),
                    self.target
                ),
                _ => format!("{name}: {}", self.get(name)),
            })
            .collect();
        let signature = SigningKey::<Sha256>::new(self.key.clone())
            .sign(lines.join("\n").as_bytes())
            .to_bytes();
        let value = format!(
            "Signature version=\"1\",keyId=\"{TENANCY}/{USER}/{FINGERPRINT}\",algorithm=\"rsa-sha256\",headers=\"{}\",signature=\"{}\"",
            self.names.join(" "),
            STANDARD.encode(signature)
        );
        self.set("authorization", &value);
        self
    }

    pub(super) fn get(&self, name: &str) -> &str {
        &self
            .headers
            .iter()
            .find(|(known, _)| known == name)
            .unwrap()
            .1
    }

    pub(super) fn set(&mut self, name: &str, value: &str) {
        self.remove(name);
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    pub(super) fn remove(&mut self, name: &str) {
        self.headers.retain(|(known, _)| known != name);
    }

    /// Changes a part of a header, which must be there.
    pub(super) fn replace(&mut self, name: &str, from: &str, to: &str) {
        let changed = self.get(name).replace(from, to);
        assert_ne!(changed, self.get(name), "nothing to replace: {from}");
        self.set(name, &changed);
    }

    pub(super) fn header_map(&self) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in &self.headers {
            map.append(
                HeaderName::try_from(name).unwrap(),
                value.try_into().unwrap(),
            );
        }
        map
    }

    /// Returns the request's bytes on the wire.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        for (name, value) in &self.headers {
            bytes.push_str(&format!("{name}: {value}\r\n"));
        }
        bytes.push_str("\r\n");
        [bytes.as_bytes(), &self.body].concat()
    }
}

/// Requests that the vendor's own signer signed.
pub(super) fn vectors() -> Vec<(String, SampleRequest)> {
    let vectors: Vec<Value> =
        serde_json::from_str(include_str!("../../fixtures/signing/vectors.json")).unwrap();
    vectors
        .iter()
        .map(|vector| {
            let text = |name: &str| vector[name].as_str().unwrap().to_owned();
            let url = text("url");
            let path = url.match_indices('/').nth(2).unwrap().0;
            let mut headers: Vec<(String, String)> = vector["headers"]
                .as_object()
                .unwrap()
                .iter()
                .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
                .collect();
            headers.push(("authorization".to_owned(), text("authorization")));
            let draft = SampleRequest {
                method: text("method").parse().unwrap(),
                target: url[path..].to_owned(),
                headers,
                body: vector["body"].as_str().unwrap_or_default().into(),
                names: Vec::new(),
                key: PrivateKey::from_pkcs8_pem(&text("key_pem")).unwrap(),
            };
            (text("id"), draft)
        })
        .collect()
}

/// The vectors' keys will do for what is signed here: making one takes seconds.
pub(super) fn key() -> PrivateKey {
    keys().0.clone()
}

/// A key that is not [`key`].
pub(super) fn other_key() -> PrivateKey {
    keys().1.clone()
}

fn keys() -> &'static (PrivateKey, PrivateKey) {
    static KEYS: OnceLock<(PrivateKey, PrivateKey)> = OnceLock::new();
    KEYS.get_or_init(|| {
        let named = |id: &str| {
            vectors()
                .into_iter()
                .find_map(|(name, draft)| (name == id).then_some(draft.key))
                .unwrap()
        };
        (named("usage-post-2048"), named("usage-post-4096"))
    })
}
