//! A stand-in for Object Storage, with one bucket: objects are put and read, pre-authenticated requests made, listed,
//! used and deleted. Every other request is passed on to the stand-in of the Usage API, since `--endpoint` is both.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use hyper::{HeaderMap, Method};
use oci_consumo::internals::profile::key;
use percent_encoding::percent_decode_str;
use rsa::pkcs8::{EncodePublicKey as _, LineEnding};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::common::KEY_PEM;
use crate::common::front::message;
use crate::common::listener::Listener;
use crate::other_service::signature::{PublicKey, claim, only, verify};

pub(crate) const NAMESPACE: &str = "axkr1abc";
pub(crate) const BUCKET: &str = "relatorios";
/// The user that may use the bucket.
pub(crate) const PARTNER: &str = "ocid1.tenancy.oc1..parceiro/ocid1.user.oc1..parceiro";

/// An object, and the headers that it is read with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Object {
    pub(crate) bytes: Vec<u8>,
    pub(crate) content_type: String,
    pub(crate) cache_control: String,
    etag: String,
}

/// A pre-authenticated request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Par {
    pub(crate) id: String,
    pub(crate) token: String,
    pub(crate) details: Value,
}

impl Par {
    pub(crate) fn name(&self) -> &str {
        self.details["name"].as_str().unwrap()
    }
}

/// A request for the bucket, as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: Method,
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) status: u16,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> &str {
        only(&self.headers, name).unwrap_or_default()
    }
}

/// The fate of a request in place of the usual one.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// An answer: status, headers and body.
    Answer(u16, &'static str, &'static str),
    /// The end of the connection, before the request has done anything.
    Cut,
    /// The end of the connection, once the request has done its work.
    Lost,
    /// No answer, and no work before [`Bucket::catch_up`].
    Late,
    /// The body with another first byte.
    Changed,
    /// The answer without a part of it.
    Without(&'static str),
}

/// A running stand-in.
#[derive(Debug)]
pub(crate) struct Bucket {
    listener: Listener,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    /// The stand-in of the Usage API.
    usage: Option<SocketAddr>,
    key: PublicKey,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    objects: BTreeMap<String, Object>,
    pars: Vec<Par>,
    seen: Vec<Seen>,
    /// The faults of the requests of a method, in order.
    faults: Vec<(Method, VecDeque<Fault>)>,
    made: usize,
    /// The requests that are worked on later.
    late: Vec<Asked>,
}

impl Bucket {
    /// Starts a bucket before the stand-in at `usage`.
    pub(crate) fn start(usage: Option<SocketAddr>) -> Self {
        let key = key::parse(KEY_PEM.as_bytes(), None).unwrap();
        let pem = key.to_public_key().to_public_key_pem(LineEnding::LF);
        let shared = Arc::new(Shared {
            usage,
            key: PublicKey::from_pem(&pem.unwrap()).unwrap(),
            state: Mutex::default(),
        });
        let own = Arc::clone(&shared);
        let listener = Listener::start(move |stream| converse(stream, Arc::clone(&own)));
        Self { listener, shared }
    }

    /// `http://127.0.0.1:PORT`
    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.listener.address)
    }

    /// The next requests of `method` meet `faults`.
    pub(crate) fn meet(&self, method: Method, faults: impl IntoIterator<Item = Fault>) {
        let faults = faults.into_iter().collect();
        self.shared.state.lock().unwrap().faults = vec![(method, faults)];
    }

    pub(crate) fn objects(&self) -> BTreeMap<String, Object> {
        self.shared.state.lock().unwrap().objects.clone()
    }

    pub(crate) fn pars(&self) -> Vec<Par> {
        self.shared.state.lock().unwrap().pars.clone()
    }

    /// Takes away a pre-authenticated request, as somebody at the console does.
    pub(crate) fn forget(&self, id: &str) {
        let mut state = self.shared.state.lock().unwrap();
        state.pars.retain(|par| par.id != id);
    }

    /// Does what the requests that met [`Fault::Late`] ask for.
    pub(crate) fn catch_up(&self) {
        let mut state = self.shared.state.lock().unwrap();
        for asked in std::mem::take(&mut state.late) {
            state.work(&self.shared, &asked);
        }
    }

    /// The requests since the last call.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        std::mem::take(&mut self.shared.state.lock().unwrap().seen)
    }
}

/// A request, read.
#[derive(Clone, Debug)]
struct Asked {
    method: Method,
    target: String,
    headers: HeaderMap,
    body: Vec<u8>,
}

/// An answer: status, headers and body.
struct Answered {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Answered {
    fn json(status: u16, body: &Value) -> Self {
        Self {
            status,
            headers: vec![("content-type", "application/json".to_owned())],
            body: body.to_string().into_bytes(),
        }
    }

    fn refusal(status: u16, code: &str, message: &str) -> Self {
        Self::json(status, &json!({ "code": code, "message": message }))
    }
}

async fn converse(mut stream: TcpStream, shared: Arc<Shared>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut upstream = None;
    while let Some(raw) = message(&mut stream).await? {
        let asked = read(&raw);
        if !(asked.target.starts_with("/n") || asked.target.starts_with("/p/")) {
            let Some(usage) = shared.usage else {
                return Ok(());
            };
            let upstream = match &mut upstream {
                Some(upstream) => upstream,
                none => none.insert(TcpStream::connect(usage).await?),
            };
            upstream.write_all(&raw).await?;
            let Some(answer) = message(upstream).await? else {
                return Ok(());
            };
            stream.write_all(&answer).await?;
            continue;
        }
        let Some(answered) = shared.answer(asked) else {
            if shared.is_late() {
                // Until the other end has waited for long enough.
                message(&mut stream).await?;
            }
            return Ok(());
        };
        let Answered {
            status,
            headers,
            body,
        } = answered;
        let headers: String = headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        let date = httpdate::fmt_http_date(std::time::SystemTime::now());
        let length = match status {
            204 => String::new(),
            _ => format!("content-length: {}\r\n", body.len()),
        };
        let head = format!(
            "HTTP/1.1 {status} X\r\ndate: {date}\r\nopc-request-id: req-{status}\r\n{headers}{length}\r\n"
        );
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(&body).await?;
    }
    Ok(())
}

/// Reads a request.
fn read(raw: &[u8]) -> Asked {
    let end = raw.windows(4).position(|bytes| bytes == b"\r\n\r\n");
    let (head, body) = raw.split_at(end.unwrap() + 4);
    let text = String::from_utf8_lossy(head).into_owned();
    let mut lines = text.lines();
    let mut first = lines.next().unwrap_or_default().split(' ');
    let method = first.next().unwrap_or_default().parse();
    let target = first.next().unwrap_or_default().to_owned();
    let mut headers = HeaderMap::new();
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        let name: hyper::header::HeaderName = name.to_lowercase().parse().unwrap();
        headers.append(name, value.trim().parse().unwrap());
    }
    Asked {
        method: method.unwrap_or_default(),
        target,
        headers,
        body: body.to_vec(),
    }
}

impl Shared {
    fn is_late(&self) -> bool {
        !self.state.lock().unwrap().late.is_empty()
    }

    /// Answers a request; `None` closes the connection.
    fn answer(&self, mut asked: Asked) -> Option<Answered> {
        let mut state = self.state.lock().unwrap();
        let faults = state.faults.iter_mut();
        let mut faults = faults.filter(|(method, _)| *method == asked.method);
        let fault = faults.find_map(|(_, faults)| faults.pop_front());
        let answered = match &fault {
            Some(Fault::Answer(status, header, body)) => {
                let mut answered = Answered::json(*status, &Value::Null);
                if let Some((name, value)) = header.split_once(": ") {
                    answered.headers.push((name, value.to_owned()));
                }
                answered.body = body.as_bytes().to_vec();
                Some(answered)
            }
            Some(Fault::Cut) => None,
            Some(Fault::Late) => {
                state.late.push(asked.clone());
                None
            }
            Some(Fault::Lost) => {
                state.work(self, &asked);
                None
            }
            Some(Fault::Changed) => {
                asked.body[0] ^= 1;
                Some(state.work(self, &asked))
            }
            Some(Fault::Without(key)) => {
                let mut answered = state.work(self, &asked);
                let mut body: Value = serde_json::from_slice(&answered.body).unwrap();
                body.as_object_mut().unwrap().remove(*key);
                answered.body = body.to_string().into_bytes();
                Some(answered)
            }
            None => Some(state.work(self, &asked)),
        };
        state.seen.push(Seen {
            method: asked.method,
            target: asked.target,
            headers: asked.headers,
            status: answered.as_ref().map_or(0, |answered| answered.status),
        });
        answered
    }

    /// Whether the request is signed by the partner's user.
    fn is_signed(&self, asked: &Asked) -> bool {
        let Asked {
            method,
            target,
            headers,
            body,
        } = asked;
        let now: DateTime<Utc> = Utc::now();
        claim(method, headers, body, now)
            .and_then(|claim| {
                verify(&claim, &self.key, method, target, headers)?;
                match claim.key_id.starts_with(&format!("{PARTNER}/")) {
                    true => Ok(()),
                    false => Err("another user".to_owned()),
                }
            })
            .is_ok()
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8().unwrap().into_owned()
}

impl State {
    /// Does what a request asks for.
    fn work(&mut self, shared: &Shared, asked: &Asked) -> Answered {
        let (path, query) = asked.target.split_once('?').unwrap_or((&asked.target, ""));
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        if let ["p", token, "n", namespace, "b", bucket, "o", object @ ..] = &parts[..] {
            return self.read_by(token, [namespace, bucket], &decoded(&object.join("/")));
        }
        if !shared.is_signed(asked) {
            return Answered::refusal(
                401,
                "NotAuthenticated",
                "The required information to complete authentication was not provided or was incorrect.",
            );
        }
        let method = asked.method.as_str();
        let (place, rest) = match &parts[..] {
            ["n"] if method == "GET" => return Answered::json(200, &json!(NAMESPACE)),
            ["n", namespace, "b", bucket, rest @ ..] => ([*namespace, *bucket], rest),
            _ => return Answered::refusal(404, "NotFound", "Unknown resource"),
        };
        if place != [NAMESPACE, BUCKET] {
            let [namespace, bucket] = place;
            let message = format!(
                "Either the bucket named '{bucket}' does not exist in the namespace '{namespace}' or you are not authorized to access it"
            );
            return Answered::refusal(404, "BucketNotFound", &message);
        }
        match (method, rest) {
            (_, ["o", name @ ..]) if !name.is_empty() => {
                let name = decoded(&name.join("/"));
                match method {
                    "PUT" => self.put(asked, name),
                    "GET" | "HEAD" => self.get(&name),
                    "DELETE" => match self.objects.remove(&name) {
                        Some(_) => Answered::json(204, &Value::Null).empty(),
                        None => Answered::refusal(404, "ObjectNotFound", "No such object"),
                    },
                    _ => Answered::refusal(405, "MethodNotAllowed", ""),
                }
            }
            ("POST", ["p"]) => self.make(asked),
            ("GET", ["p"]) => self.list(query),
            ("DELETE", ["p", id @ ..]) => {
                let id = decoded(&id.join("/"));
                let before = self.pars.len();
                self.pars.retain(|par| par.id != id);
                match self.pars.len() < before {
                    true => Answered::json(204, &Value::Null).empty(),
                    false => Answered::refusal(404, "NotFound", "The PAR was not found"),
                }
            }
            _ => Answered::refusal(404, "NotFound", "Unknown resource"),
        }
    }

    fn put(&mut self, asked: &Asked, name: String) -> Answered {
        let header = |name: &str| only(&asked.headers, name);
        let there = self.objects.get(&name);
        if header("if-none-match") == Some("*") && there.is_some() {
            return Answered::refusal(412, "IfNoneMatchFailed", "The object exists");
        }
        let etag = there.map(|object| object.etag.as_str());
        if header("if-match").is_some_and(|wanted| Some(wanted) != etag) {
            return Answered::refusal(412, "IfMatchFailed", "The etag does not match");
        }
        let sum = STANDARD.encode(Sha256::digest(&asked.body));
        // As the vendor's SDK documents it, the sum counts where the algorithm is named.
        let said = header("opc-content-sha256");
        if header("opc-checksum-algorithm") == Some("SHA256")
            && said.is_some_and(|said| said != sum)
        {
            return Answered::refusal(
                400,
                "UnmatchedContentSHA256",
                &format!("The computed SHA256 of the request body ({sum}) does not match"),
            );
        }
        self.made += 1;
        let etag = format!("etag-{}", self.made);
        let text = |name: &str| header(name).unwrap_or_default().to_owned();
        let object = Object {
            bytes: asked.body.clone(),
            content_type: text("content-type"),
            cache_control: text("cache-control"),
            etag: etag.clone(),
        };
        self.objects.insert(name, object);
        Answered {
            status: 200,
            headers: vec![("etag", etag), ("opc-content-sha256", sum)],
            body: Vec::new(),
        }
    }

    fn get(&self, name: &str) -> Answered {
        match self.objects.get(name) {
            None => Answered::refusal(404, "ObjectNotFound", "No such object"),
            Some(object) => Answered {
                status: 200,
                headers: vec![
                    ("content-type", object.content_type.clone()),
                    ("cache-control", object.cache_control.clone()),
                    ("etag", object.etag.clone()),
                ],
                body: object.bytes.clone(),
            },
        }
    }

    fn make(&mut self, asked: &Asked) -> Answered {
        let details: Value = serde_json::from_slice(&asked.body).unwrap();
        let expires = details["timeExpires"].as_str().unwrap_or_default();
        if DateTime::parse_from_rfc3339(expires).is_err() {
            return Answered::refusal(400, "InvalidParameter", "timeExpires");
        }
        self.made += 1;
        let par = Par {
            id: format!(
                "aB+{}/x=:{}",
                self.made,
                details["objectName"].as_str().unwrap_or_default()
            ),
            token: format!("sEgReDo-{}_dO.lInK~{}", self.made, "x".repeat(40)),
            details,
        };
        let path = format!("/p/{}/n/{NAMESPACE}/b/{BUCKET}/o/", par.token);
        let mut answer = par.summary();
        answer["accessUri"] = json!(path);
        answer["fullPath"] = json!(format!("https://{NAMESPACE}.objectstorage.example{path}"));
        self.pars.push(par);
        Answered::json(200, &answer)
    }

    /// Lists two a page, whatever `limit` says.
    fn list(&self, query: &str) -> Answered {
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let pairs: BTreeMap<&str, String> =
            pairs.map(|(key, value)| (key, decoded(value))).collect();
        let prefix = pairs.get("objectNamePrefix").map_or("", String::as_str);
        let begun: usize = pairs.get("page").map_or(0, |page| page.parse().unwrap());
        let of_prefix = |par: &&Par| {
            let name = par.details["objectName"].as_str().unwrap_or_default();
            name.starts_with(prefix)
        };
        let found: Vec<Value> = self
            .pars
            .iter()
            .filter(of_prefix)
            .map(Par::summary)
            .collect();
        let page: Vec<Value> = found.iter().skip(begun).take(2).cloned().collect();
        let mut answered = Answered::json(200, &json!(page));
        if begun + 2 < found.len() {
            answered
                .headers
                .push(("opc-next-page", (begun + 2).to_string()));
        }
        answered
    }

    /// Reads an object by the address of a pre-authenticated request.
    fn read_by(&self, token: &str, place: [&str; 2], name: &str) -> Answered {
        let par = self.pars.iter().find(|par| par.token == token);
        let allowed = par.filter(|par| {
            let prefix = par.details["objectName"].as_str().unwrap_or_default();
            par.details["accessType"] == "AnyObjectRead" && name.starts_with(prefix)
        });
        match allowed {
            Some(_) if place == [NAMESPACE, BUCKET] => self.get(name),
            _ => Answered::refusal(404, "NotAuthorizedOrNotFound", "PAR does not exist"),
        }
    }
}

impl Par {
    fn summary(&self) -> Value {
        let mut summary = self.details.clone();
        summary["id"] = json!(self.id);
        summary["timeCreated"] = json!("2026-06-17T00:00:00Z");
        summary
    }
}

impl Answered {
    fn empty(self) -> Self {
        Self {
            headers: Vec::new(),
            body: Vec::new(),
            ..self
        }
    }
}
