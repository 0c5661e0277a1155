//! A stand-in for all that a credential asks: the auth service, the metadata of an instance, Vault, and a Usage API that
//! takes tokens.
//!
//! It was passed by Oracle's own SDK before it was turned on the program (see `vendor.rs`). A request whose token and
//! signature are good is signed anew with an API key and answered by the program's stand-in.

use std::collections::{HashMap, VecDeque};
use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::http::request::Parts;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use oci_consumo::internals::oci::signer::{self, ApiKey, Body, Signer, SigningKey};
use oci_consumo::internals::profile::key;
use oci_consumo::internals::sim::{Service, Tenant, World};
use rsa::PublicKey;
use rsa::pkcs8::{DecodePublicKey as _, EncodePublicKey as _};
use rsa::traits::PublicKeyParts as _;
use serde_json::{Value, json};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use tokio::net::TcpStream;
use tokio::time::sleep;

use super::verify::{Claim, Needed};
use crate::common::listener::Listener;
use crate::common::stand_in::WorldRow;
use crate::common::{Config, KEY_PEM};

/// The life of a token from this authority, in seconds: an hour.
pub(super) const LIFE: i64 = 3600;
/// Beginning of the paths of Vault.
const VAULT: &str = "/20190301/secretbundles/";

/// The identity of an instance, as its metadata have it.
#[derive(Clone, Debug)]
pub(super) struct Machine {
    pub(super) region: String,
    pub(super) tenancy: String,
    pub(super) certificate: String,
    pub(super) key: String,
    pub(super) intermediate: String,
}

/// What goes wrong with one request to the Usage API.
pub(super) enum Fault {
    /// Nothing: a gap in a script.
    None,
    /// From now on all clocks of the authority are that much later, in seconds.
    Later(i64),
    /// The token is refused from now on.
    Revoke,
    /// The same, and something else happens.
    RevokeAnd(Box<dyn FnOnce() + Send>),
    /// The refusal repeats the token.
    Echo,
}

/// A token that was handed out.
#[derive(Clone, Debug)]
struct Grant {
    key: PublicKey,
    tenancy: String,
    expires: i64,
    revoked: bool,
}

/// A request that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) method: String,
    pub(super) target: String,
    pub(super) status: u16,
    pub(super) key_id: String,
    pub(super) body: Vec<u8>,
}

pub(super) struct State {
    service: Service,
    tenants: HashMap<String, ApiKey>,
    tokens: HashMap<String, Grant>,
    /// The clock that tokens are judged by, in seconds since 1970.
    now: i64,
    /// The authority's time less the machine's, in seconds.
    offset: i64,
    /// The machines whose certificates the metadata show, one after the other; the last one stays.
    pub(super) machines: VecDeque<Machine>,
    /// The tenancy of each certificate that the authority has issued, by its DER in base64.
    issued: HashMap<String, (String, String, PublicKey)>,
    pub(super) secrets: HashMap<String, Value>,
    /// Waited before each answer of Vault.
    pub(super) vault_latency: Duration,
    /// Requests to Vault without an answer yet.
    vault_open: usize,
    /// The most of them at a time so far.
    pub(super) vault_most: usize,
    pub(super) script: VecDeque<Fault>,
    /// Answers of the auth service in place of its own, by status and body.
    pub(super) federation: VecDeque<(u16, String)>,
    /// Answers of the metadata in place of their own, by path.
    pub(super) metadata: HashMap<String, (u16, String)>,
    pub(super) life: i64,
    seen: Vec<Seen>,
}

/// A running authority. Dropped, it stops.
pub(super) struct Authority {
    listener: Listener,
    state: Arc<Mutex<State>>,
}

impl Authority {
    /// An authority whose tokens are judged at `now`, with a service that knows `clients` and their rows.
    pub(super) fn start(now: i64, clients: &[(&Config, Vec<WorldRow>)]) -> Self {
        let signing = SigningKey::new(&key::parse(KEY_PEM.as_bytes(), None).unwrap()).unwrap();
        // A client with an API key of its own is answered without a token.
        let own = clients
            .iter()
            .map(|(config, rows)| config.tenant(rows.clone()).known());
        let tenants: Vec<Tenant> = own
            .clone()
            .map(|tenant| Tenant {
                user: "ocid1.user.oc1..interno".to_owned(),
                fingerprint: "aa".to_owned(),
                ..tenant
            })
            .collect();
        let keys = tenants.iter().map(|tenant| {
            let key = ApiKey {
                tenancy: tenant.tenancy.clone(),
                user: tenant.user.clone(),
                fingerprint: tenant.fingerprint.clone(),
                key: signing.clone(),
            };
            (tenant.tenancy.clone(), key)
        });
        let keys = keys.collect();
        let state = State {
            tenants: keys,
            service: Service::new(World {
                tenants: tenants.into_iter().chain(own).collect(),
                page_rows: 1000,
            })
            .unwrap(),
            tokens: HashMap::new(),
            now,
            offset: 0,
            machines: VecDeque::new(),
            issued: HashMap::new(),
            secrets: HashMap::new(),
            vault_latency: Duration::ZERO,
            vault_open: 0,
            vault_most: 0,
            script: VecDeque::new(),
            federation: VecDeque::new(),
            metadata: HashMap::new(),
            life: LIFE,
            seen: Vec::new(),
        };
        let state = Arc::new(Mutex::new(state));
        let shared = Arc::clone(&state);
        Self {
            listener: Listener::start(move |stream| converse(stream, Arc::clone(&shared))),
            state,
        }
    }

    pub(super) fn endpoint(&self) -> String {
        format!("http://{}", self.listener.address)
    }

    /// The address of the metadata, as `OCI_METADATA_BASE_URL` has it.
    pub(super) fn metadata(&self) -> String {
        format!("{}/opc/v2", self.endpoint())
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// A token for the holder of `key`, of a person or a resource of `tenancy`, with a life of `life` seconds.
    pub(super) fn token(&self, tenancy: &str, key: &PublicKey, life: i64) -> String {
        self.state().grant(tenancy, key, life)
    }

    /// The requests so far, as method, path and status.
    pub(super) fn seen(&self) -> Vec<(String, String, u16)> {
        let seen = self.state().seen.clone();
        let line = |seen: Seen| {
            let path = seen.target.split('?').next().unwrap_or_default();
            (seen.method, path.to_owned(), seen.status)
        };
        seen.into_iter().map(line).collect()
    }

    /// The number of requests to `path` with `status`.
    pub(super) fn count(&self, path: &str, status: u16) -> usize {
        let seen = self.seen();
        let own = seen
            .iter()
            .filter(|(_, target, code)| target.starts_with(path) && *code == status);
        own.count()
    }

    /// The requests whole.
    pub(super) fn requests(&self) -> Vec<Seen> {
        self.state().seen.clone()
    }

    /// All tokens so far.
    pub(super) fn tokens(&self) -> Vec<String> {
        self.state().tokens.keys().cloned().collect()
    }
}

async fn converse(stream: TcpStream, state: Arc<Mutex<State>>) -> io::Result<()> {
    let answer = service_fn(move |request| {
        let state = Arc::clone(&state);
        async move { Ok::<_, Infallible>(answer(&state, request).await) }
    });
    let served = http1::Builder::new().serve_connection(TokioIo::new(stream), answer);
    served.await.map_err(io::Error::other)
}

async fn answer(state: &Mutex<State>, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    let body = body
        .collect()
        .await
        .map_or_else(|_| Bytes::new(), |body| body.to_bytes());
    let of_vault = head.uri.path().starts_with(VAULT);
    if of_vault {
        let latency = state.lock().unwrap().vault_asked();
        sleep(latency).await;
    }
    let mut state = state.lock().unwrap();
    state.vault_open -= usize::from(of_vault);
    let key_id = Claim::of(&head.headers).map(|claim| claim.key_id);
    let response = state.answer(&head, &body);
    let seen = Seen {
        method: head.method.to_string(),
        target: head.uri.to_string(),
        status: response.status().as_u16(),
        key_id: key_id.unwrap_or_default(),
        body: body.to_vec(),
    };
    state.seen.push(seen);
    response
}

type Refusal = (u16, &'static str, String);

impl State {
    fn clock(&self) -> SystemTime {
        let offset = Duration::from_secs(self.offset.unsigned_abs());
        SystemTime::now() + offset
    }

    fn grant(&mut self, tenancy: &str, key: &PublicKey, life: i64) -> String {
        let n = URL_SAFE_NO_PAD.encode(key.n_bytes());
        let issued = self.now + self.offset;
        let payload = json!({
            "sub": "ocid1.alguem",
            "iat": issued,
            "exp": issued + life,
            "tenant": tenancy,
            "res_tenant": tenancy,
            "res_compartment": "ocid1.compartment.oc1..c",
            "jti": format!("{}", self.tokens.len()),
            "jwk": json!({"kty": "RSA", "n": n, "e": "AQAB", "kid": "asw"}).to_string(),
        });
        let parts = [
            json!({"alg": "RS256", "kid": "asw"}).to_string(),
            payload.to_string(),
            format!("assinatura-{}-de-mentira", self.tokens.len()),
        ];
        let token = parts.map(|part| URL_SAFE_NO_PAD.encode(part)).join(".");
        let grant = Grant {
            key: key.clone(),
            tenancy: tenancy.to_owned(),
            expires: issued + life,
            revoked: false,
        };
        self.tokens.insert(token.clone(), grant);
        token
    }

    /// Has Vault hold `content` as the current version of `secret`.
    pub(super) fn store(&mut self, secret: &str, content: &[u8]) {
        let bundle = json!({
            "secretId": secret,
            "versionNumber": 2,
            "stages": ["CURRENT", "LATEST"],
            "secretBundleContent": {"contentType": "BASE64", "content": STANDARD.encode(content)},
        });
        self.secrets.insert(secret.to_owned(), bundle);
    }

    /// Registers the certificate of `machine` as issued by the authority, and shows it after those before it.
    pub(super) fn employ(&mut self, machine: Machine) {
        let der = bare(&machine.certificate);
        let public = key::parse(machine.key.as_bytes(), None)
            .unwrap()
            .to_public_key();
        let intermediate = bare(&machine.intermediate);
        let entry = (machine.tenancy.clone(), intermediate, public);
        self.issued.insert(der, entry);
        self.machines.push_back(machine);
    }

    fn answer(&mut self, head: &Parts, body: &[u8]) -> Response<Full<Bytes>> {
        let path = head.uri.path().to_owned();
        if let Some(path) = path.strip_prefix("/opc/v2") {
            return self.of_metadata(head, path);
        }
        let answer = match (head.method.as_str(), path.as_str()) {
            ("POST", "/v1/x509") => match self.federation.pop_front() {
                Some((status, body)) => return whole(status, body.into_bytes(), self.clock()),
                None => self.federate(head, body),
            },
            ("GET", path) if path.starts_with(VAULT) => self.secret(head, path, body),
            _ => return self.of_service(head, body),
        };
        match answer {
            Ok(document) => whole(200, document.to_string().into_bytes(), self.clock()),
            Err(refusal) => self.refused(refusal),
        }
    }

    fn refused(&self, (status, code, message): Refusal) -> Response<Full<Bytes>> {
        let document = json!({"code": code, "message": message});
        whole(status, document.to_string().into_bytes(), self.clock())
    }

    /// The metadata of an instance: to whom says the header of version 2.
    fn of_metadata(&mut self, head: &Parts, path: &str) -> Response<Full<Bytes>> {
        let now = self.clock();
        let authorized = head.headers.get("authorization");
        if authorized.is_none_or(|value| value != "Bearer Oracle") || head.method != Method::GET {
            return whole(401, Vec::new(), now);
        }
        if let Some((status, body)) = self.metadata.get(path) {
            return whole(*status, body.clone().into_bytes(), now);
        }
        if path == "/identity/cert.pem" && self.machines.len() > 1 && self.was_read() {
            self.machines.pop_front();
        }
        let Some(machine) = self.machines.front() else {
            return whole(404, Vec::new(), now);
        };
        let text = match path {
            "/instance/region" => &machine.region,
            "/identity/cert.pem" => &machine.certificate,
            "/identity/key.pem" => &machine.key,
            "/identity/intermediate.pem" => &machine.intermediate,
            _ => return whole(404, Vec::new(), now),
        };
        whole(200, text.clone().into_bytes(), now)
    }

    /// Whether a certificate was read before.
    fn was_read(&self) -> bool {
        self.seen
            .iter()
            .any(|seen| seen.target.ends_with("/identity/cert.pem"))
    }

    /// Counts a request to Vault, and returns the time that its answer takes.
    fn vault_asked(&mut self) -> Duration {
        self.vault_open += 1;
        self.vault_most = self.vault_most.max(self.vault_open);
        self.vault_latency
    }

    /// A token for a certificate, in the forms of the vendor's SDKs for Python and for Go.
    fn federate(&mut self, head: &Parts, body: &[u8]) -> Result<Value, Refusal> {
        let bad = |message: &str| (400, "InvalidParameter", message.to_owned());
        let denied = |message: &str| (401, "NotAuthenticated", message.to_owned());
        let request: Value = serde_json::from_slice(body).map_err(|_| bad("no JSON"))?;
        let fields = request.as_object().ok_or_else(|| bad("no object"))?;
        let known = [
            "certificate",
            "publicKey",
            "intermediateCertificates",
            "fingerprintAlgorithm",
            "purpose",
        ];
        if fields.keys().any(|field| !known.contains(&field.as_str())) {
            return Err(bad("unknown field"));
        }
        let certificate = request["certificate"]
            .as_str()
            .ok_or_else(|| bad("certificate"))?;
        let issued = self.issued.get(certificate);
        let (tenancy, intermediate, leaf) = issued.ok_or_else(|| denied("certificate"))?.clone();
        if request["intermediateCertificates"] != json!([intermediate]) {
            return Err(denied("intermediateCertificates"));
        }
        let der = STANDARD.decode(certificate).unwrap();
        let pairs = |digest: &[u8]| {
            let pairs = digest.iter().map(|byte| format!("{byte:02x}"));
            pairs.collect::<Vec<_>>().join(":")
        };
        let key_id = match request["fingerprintAlgorithm"].as_str() {
            Some("SHA256") => format!("{tenancy}/fed-x509-sha256/{}", pairs(&Sha256::digest(&der))),
            None => {
                let digest = pairs(&Sha1::digest(&der)).to_uppercase();
                format!("{tenancy}/fed-x509/{digest}")
            }
            Some(_) => return Err(bad("fingerprintAlgorithm")),
        };
        let claim = Claim::of(&head.headers).ok_or_else(|| denied("no signature"))?;
        if claim.key_id != key_id {
            return Err(denied("keyId"));
        }
        claim
            .check(head, body, &leaf, Needed::Federation, self.clock())
            .map_err(|m| denied(&m))?;
        let public = request["publicKey"]
            .as_str()
            .and_then(|text| STANDARD.decode(text).ok());
        let public = public.and_then(|der| PublicKey::from_public_key_der(&der).ok());
        let public = public.ok_or_else(|| bad("publicKey"))?;
        if public.size() < 256 || self.tokens.values().any(|grant| grant.key == public) {
            return Err(bad("publicKey is short or not new"));
        }
        let life = self.life;
        Ok(json!({"token": self.grant(&tenancy, &public, life)}))
    }

    /// The owner of the token that a request is signed with.
    fn owner(&mut self, head: &Parts, body: &[u8]) -> Result<String, Refusal> {
        let denied = |message: &str| (401, "NotAuthenticated", message.to_owned());
        let claim = Claim::of(&head.headers).ok_or_else(|| denied("no signature"))?;
        let token = claim
            .key_id
            .strip_prefix("ST$")
            .ok_or_else(|| denied("keyId"))?;
        let grant = self
            .tokens
            .get(token)
            .ok_or_else(|| denied("unknown token"))?;
        claim
            .check(head, body, &grant.key, Needed::Service, self.clock())
            .map_err(|m| denied(&m))?;
        if grant.revoked || grant.expires <= self.now + self.offset {
            return Err(denied("token is over"));
        }
        Ok(grant.tenancy.clone())
    }

    fn secret(&mut self, head: &Parts, path: &str, body: &[u8]) -> Result<Value, Refusal> {
        self.owner(head, body)?;
        let name = path.rsplit('/').next().unwrap_or_default();
        let found = self.secrets.get(name).cloned();
        let absent = "Authorization failed or requested resource not found".to_owned();
        found.ok_or(match path.ends_with(".avaria") {
            true => (503, "ServiceUnavailable", absent),
            false => (404, "NotAuthorizedOrNotFound", absent),
        })
    }

    fn of_service(&mut self, head: &Parts, body: &[u8]) -> Response<Full<Bytes>> {
        let fault = self.script.pop_front().unwrap_or(Fault::None);
        let claim = Claim::of(&head.headers);
        if claim
            .as_ref()
            .is_some_and(|claim| !claim.key_id.starts_with("ST$"))
        {
            return self.service.answer(head, Some(body), self.clock());
        }
        let token = claim.and_then(|claim| Some(claim.key_id.strip_prefix("ST$")?.to_owned()));
        let mut revoke = |token: Option<&String>| {
            let grant = token.and_then(|token| self.tokens.get_mut(token));
            grant.into_iter().for_each(|grant| grant.revoked = true);
        };
        match fault {
            Fault::None => {}
            Fault::Later(seconds) => self.offset += seconds,
            Fault::Revoke => revoke(token.as_ref()),
            Fault::RevokeAnd(then) => {
                revoke(token.as_ref());
                then();
            }
            Fault::Echo => {
                let key_id = format!("ST${}", token.unwrap_or_default());
                return self.refused((401, "NotAuthenticated", format!("bad keyId {key_id}")));
            }
        }
        let owner = match self.owner(head, body) {
            Ok(owner) => owner,
            Err(refusal) => return self.refused(refusal),
        };
        let Some(api_key) = self.tenants.get(&owner) else {
            return self.refused((404, "NotAuthorizedOrNotFound", "no policy".to_owned()));
        };
        let signed = signed_anew(head, body, &Signer::ApiKey(api_key.clone()), self.clock());
        self.service.answer(&signed, Some(body), self.clock())
    }
}

/// The same request, signed with an API key.
fn signed_anew(head: &Parts, body: &[u8], signer: &Signer, now: SystemTime) -> Parts {
    let url = format!("http://127.0.0.1{}", head.uri).parse().unwrap();
    let request = signer::Request {
        method: head.method.clone(),
        url: &url,
        body: match head.method == Method::POST {
            true => Body::Signed {
                content_type: "application/json",
                bytes: body,
            },
            false => Body::None,
        },
    };
    let mut signed = Request::builder()
        .method(head.method.clone())
        .uri(head.uri.clone());
    for (name, value) in signer.sign(&request, now).unwrap() {
        signed = signed.header(name, value);
    }
    signed.body(()).unwrap().into_parts().0
}

fn whole(status: u16, body: Vec<u8>, now: SystemTime) -> Response<Full<Bytes>> {
    Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .header("opc-request-id", "PEDIDO-DO-DUBLE")
        .header("date", httpdate::fmt_http_date(now))
        .body(Full::new(Bytes::from(body)))
        .unwrap()
}

/// The base64 of a PEM text.
pub(super) fn bare(pem: &str) -> String {
    pem.lines().filter(|line| !line.starts_with('-')).collect()
}

/// The `SubjectPublicKeyInfo` of a key in PEM.
pub(super) fn public(pem: &str) -> PublicKey {
    let key = key::parse(pem.as_bytes(), None).unwrap().to_public_key();
    // Written and read, as the service has it.
    PublicKey::from_public_key_der(key.to_public_key_der().unwrap().as_bytes()).unwrap()
}

/// An address that takes connections, and says nothing.
pub(super) fn silent() -> io::Result<(std::net::TcpListener, SocketAddr)> {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}
