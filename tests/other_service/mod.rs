//! A second stand-in for the cost service, written from the public facts alone and not from this project's code.
//!
//! The first stand-in was written beside the client and so may share its mistakes. This one knows only what the
//! vendor's SDK, its documents and public issues say, and draws at random what they leave open.
//!
//! Proved, by the SDK's source, the vendor's documents or real answers shown in public issues:
//! - the two paths, the query's `limit` and `page`, the fields of the body and of a row, `opc-next-page` and that
//!   it wants the same body, `opc-request-id`;
//! - that times are UTC midnights and the text of the refusal, that a window's start counts and its end does not;
//! - a MONTHLY row whose end is cut to the question's end;
//! - a row without an amount and with a blank currency, a blank or null currency beside money, `attributedCost` as
//!   null or nothing, fields not grouped by as null;
//! - 401 with its three texts, the five minutes and one second of skew; 404 `NotAuthorizedOrNotFound` without the
//!   policy; 500 that stays for one tenancy; 429 `TooManyRequests`; a 404 without a code from a neighbour;
//! - the signature: its string, its lists of headers, RSASSA-PKCS1-v1_5 with SHA-256.
//!
//! Told by users only: DAILY at most 90 days, MONTHLY at most 366, a row for no day without usage, rows in no
//! promised order, no rows for days to come, about a year of memory.
//!
//! Guessed, and so in [`Manner`]: how a MONTHLY row is dated and what it holds when the question begins within a
//! month, or whether that is refused; the largest and the usual `limit`; empty pages and empty tokens; the forms of
//! times, amounts and currencies beyond those seen; `Retry-After`; what is said of days before the memory; the text
//! of most refusals; what a region that is not the home region says; that an unknown field in the body is refused.
//!
//! Not served: HOURLY and TOTAL, other query types than COST, grouping, filters, forecasts. Each gets a 400 that says so.

#![allow(
    dead_code,
    clippy::expect_used,
    clippy::panic,
    reason = "a test's stand-in: offers more than one test needs, and to fail is to say so"
)]

mod answer;
mod manner;
mod money;
pub(crate) mod signature;
mod world;

use std::{
    collections::{HashMap, HashSet},
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread::JoinHandle,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use fastrand::Rng;
use http_body_util::{BodyExt as _, Full};
use hyper::{
    HeaderMap, Method, Request, Response, Uri,
    body::{Bytes, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::sync::oneshot;

use answer::{Ask, Refusal, quoted};
use signature::PublicKey;

#[allow(
    unused_imports,
    reason = "the types of Manner's fields, for the tests that set one"
)]
pub(crate) use manner::{
    AmountForm, Beyond, CurrencyForm, FaultBody, Forgotten, Home, LastToken, Manner, MonthEnd,
    Monthly, Order, OtherTenant, OverLimit, RetryAfter, TenantField, TimeForm, TokenForm,
};
#[allow(unused_imports, reason = "likewise")]
pub(crate) use money::Money;
#[allow(unused_imports, reason = "likewise")]
pub(crate) use world::{Denied, Gap, World};

/// A request as the service saw it, without its headers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    /// `POST` or `GET`.
    pub(crate) method: String,
    /// Path and query.
    pub(crate) path: String,
    /// The body's `tenantId`, if it was readable.
    pub(crate) tenancy: Option<String>,
    /// The body's first day.
    pub(crate) start: Option<NaiveDate>,
    /// The body's end, a day that no longer counts.
    pub(crate) end: Option<NaiveDate>,
    /// The body's `granularity`.
    pub(crate) granularity: Option<String>,
    /// Whether it asked for a further page.
    pub(crate) further_page: bool,
    /// The service's date then.
    pub(crate) morning: NaiveDate,
    /// The answer's status.
    pub(crate) status: u16,
}

/// The service, on a port of its own until dropped.
#[derive(Debug)]
pub(crate) struct OtherService {
    state: Arc<Mutex<State>>,
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct State {
    world: World,
    manner: Manner,
    own_manners: HashMap<String, Manner>,
    /// By key id: whose it is, and the key.
    keys: HashMap<String, (String, PublicKey)>,
    seen: Vec<Seen>,
    cursors: HashMap<String, Cursor>,
    /// By question: how many faults in a row.
    faults: HashMap<Vec<u8>, u32>,
    refused_once: HashSet<(String, NaiveDate)>,
    rng: Rng,
    count: u64,
}

/// Where a page token leads.
#[derive(Clone, Debug)]
struct Cursor {
    tenancy: String,
    body: Vec<u8>,
    pages: Arc<Vec<Vec<String>>>,
    at: usize,
}

impl OtherService {
    /// Listens on a free port of this machine.
    ///
    /// # Panics
    /// If there is no port or no thread to be had.
    pub(crate) fn start(manner: Manner) -> Self {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        listener
            .set_nonblocking(true)
            .expect("a socket that does not block");
        let address = listener.local_addr().expect("the port's number");
        let state = Arc::new(Mutex::new(State {
            world: World::default(),
            rng: Rng::with_seed(manner.seed),
            manner,
            own_manners: HashMap::new(),
            keys: HashMap::new(),
            seen: Vec::new(),
            cursors: HashMap::new(),
            faults: HashMap::new(),
            refused_once: HashSet::new(),
            count: 0,
        }));
        let (stop, stopped) = oneshot::channel();
        let served = Arc::clone(&state);
        let thread = std::thread::Builder::new()
            .name("other service".to_owned())
            .spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .expect("a runtime");
                runtime.block_on(async move {
                    tokio::select! {
                        () = listen(listener, served) => {}
                        _ = stopped => {}
                    }
                });
            })
            .expect("a thread");
        Self {
            state,
            address,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    /// `http://127.0.0.1:port`; a path before the service's own is taken as the region asked.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// `http://127.0.0.1:port/region`
    pub(crate) fn region_url(&self, region: &str) -> String {
        format!("http://{}/{region}", self.address)
    }

    /// `127.0.0.1:port`
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Lets a user sign for a tenancy, by a public key as `-----BEGIN PUBLIC KEY-----`.
    ///
    /// # Panics
    /// If that is no RSA key.
    pub(crate) fn register(
        &self,
        tenancy: &str,
        user: &str,
        fingerprint: &str,
        public_key_pem: &str,
    ) {
        self.register_key_id(
            &format!("{tenancy}/{user}/{fingerprint}"),
            tenancy,
            public_key_pem,
        );
    }

    /// Lets a key id of any form sign for a tenancy, as `ST$` and a session's token.
    ///
    /// # Panics
    /// If that is no RSA key.
    pub(crate) fn register_key_id(&self, key_id: &str, tenancy: &str, public_key_pem: &str) {
        let key = PublicKey::from_pem(public_key_pem).expect("an RSA public key");
        self.lock()
            .keys
            .insert(key_id.to_owned(), (tenancy.to_owned(), key));
    }

    /// Changes or asks what the service knows.
    pub(crate) fn world<T>(&self, act: impl FnOnce(&mut World) -> T) -> T {
        act(&mut self.lock().world)
    }

    /// Changes how the service behaves from now on.
    pub(crate) fn set_manner(&self, manner: Manner) {
        let mut state = self.lock();
        state.rng = Rng::with_seed(manner.seed);
        state.manner = manner;
    }

    /// Gives one tenancy a behaviour of its own.
    pub(crate) fn set_manner_for(&self, tenancy: &str, manner: Manner) {
        self.lock().own_manners.insert(tenancy.to_owned(), manner);
    }

    /// The service's date, by which it knows what is over; its clock goes on as before.
    pub(crate) fn set_today(&self, today: NaiveDate) {
        self.lock().world.today = Some(today);
    }

    /// By how many seconds its clock is ahead: its `Date` header, and what it takes for a fresh signature.
    pub(crate) fn set_clock_offset(&self, seconds: i64) {
        self.lock().world.clock_offset = seconds;
    }

    /// The region that a path without a region stands for; none, and so always home, if never set.
    pub(crate) fn set_bare_region(&self, region: Option<&str>) {
        self.lock().world.bare_region = region.map(str::to_owned);
    }

    /// The requests so far, in order.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.lock().seen.clone()
    }

    /// Forgets the requests so far.
    pub(crate) fn clear_seen(&self) {
        self.lock().seen.clear();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl Drop for OtherService {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn listen(listener: std::net::TcpListener, state: Arc<Mutex<State>>) {
    let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        let state = Arc::clone(&state);
        tokio::spawn(async move {
            let service = service_fn(move |request| serve(Arc::clone(&state), request));
            let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            let _ = connection.await;
        });
    }
}

async fn serve(
    state: Arc<Mutex<State>>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, hyper::Error> {
    let (head, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    Ok(lock(&state).respond(&head.method, &head.uri, &head.headers, &body))
}

/// An answer before it is sent.
struct Reply {
    status: u16,
    body: String,
    headers: Vec<(&'static str, String)>,
}

impl Reply {
    fn refusal((status, code, message): Refusal) -> Self {
        let body = format!(
            r#"{{"code":{},"message":{}}}"#,
            quoted(code),
            quoted(&message)
        );
        Self::json(status, body)
    }

    fn json(status: u16, body: String) -> Self {
        let headers = vec![("content-type", "application/json".to_owned())];
        Self {
            status,
            body,
            headers,
        }
    }

    fn html(status: u16) -> Self {
        Self {
            status,
            body: format!("<html><head><title>{status}</title></head><body>Gateway</body></html>"),
            headers: vec![("content-type", "text/html".to_owned())],
        }
    }

    fn empty(status: u16) -> Self {
        Self {
            status,
            body: String::new(),
            headers: Vec::new(),
        }
    }

    fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// What a path asks for.
enum Call<'p> {
    Usage,
    Regions { tenancy: &'p str },
}

const NOT_FOUND: &str = "Authorization failed or requested resource not found.";

impl State {
    fn respond(
        &mut self,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Response<Full<Bytes>> {
        let now = Utc::now() + TimeDelta::seconds(self.world.clock_offset);
        let morning = self.world.today.unwrap_or_else(|| now.date_naive());
        let reply = self
            .reply(method, uri, headers, body, now, morning)
            .unwrap_or_else(Reply::refusal);
        self.count += 1;
        self.note(method, uri, body, morning, reply.status);

        let own = signature::only(headers, "opc-request-id").unwrap_or("other");
        let mut response = Response::new(Full::new(Bytes::from(reply.body)));
        *response.status_mut() = hyper::StatusCode::from_u16(reply.status).expect("a status");
        let id = format!("{own}/{:032X}/{:032X}", self.count, reply.status);
        let date = now.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
        let usual = [("opc-request-id", id), ("date", date)];
        for (name, value) in reply.headers.into_iter().chain(usual) {
            let value = value.parse().expect("a header's value");
            response.headers_mut().insert(name, value);
        }
        response
    }

    fn reply(
        &mut self,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
        body: &[u8],
        now: DateTime<Utc>,
        morning: NaiveDate,
    ) -> Result<Reply, Refusal> {
        let no_such = || (404, "NotFound", "Not Found".to_owned());
        let (prefix, call) = split_path(uri.path()).ok_or_else(no_such)?;
        let wanted = match call {
            Call::Usage => Method::POST,
            Call::Regions { .. } => Method::GET,
        };
        if *method != wanted {
            return Err((405, "MethodNotAllowed", "Method Not Allowed".to_owned()));
        }

        let unknown = |message: String| (401, "NotAuthenticated", message);
        let claim = signature::claim(method, headers, body, now).map_err(unknown)?;
        let target = uri
            .path_and_query()
            .map_or("/", hyper::http::uri::PathAndQuery::as_str);
        let no_key = || {
            unknown("The required information to complete authentication was not provided or was incorrect.".to_owned())
        };
        let (caller, key) = self.keys.get(&claim.key_id).ok_or_else(no_key)?;
        signature::verify(&claim, key, method, target, headers).map_err(unknown)?;
        let caller = caller.clone();

        let manner = self
            .own_manners
            .get(&caller)
            .unwrap_or(&self.manner)
            .clone();
        let tenancy = self.world.known(&caller);
        let region = if prefix.is_empty() {
            region_of_host(headers).or_else(|| self.world.bare_region.clone())
        } else {
            prefix.rsplit('/').next().map(str::to_owned)
        };
        let here = tenancy
            .regions
            .iter()
            .find(|one| region.as_deref() == Some(&one.name));
        let known_region = region.is_none() || tenancy.regions.is_empty() || here.is_some();
        if !known_region {
            return Err(no_key());
        }

        match call {
            Call::Regions { tenancy: asked } => {
                if decoded(asked) != caller || tenancy.denied.contains(&Denied::Regions) {
                    return Err((404, "NotAuthorizedOrNotFound", NOT_FOUND.to_owned()));
                }
                Ok(regions(&manner, &tenancy, region.as_deref()))
            }
            Call::Usage => {
                if here.is_some_and(|one| !one.home) {
                    let text = "This operation must be directed at the home region";
                    match manner.home {
                        Home::Anywhere => {}
                        Home::Forbidden => return Err((403, "NotAllowed", text.to_owned())),
                        Home::NotFound => {
                            return Err((404, "NotAuthorizedOrNotFound", NOT_FOUND.to_owned()));
                        }
                    }
                }
                self.usage(&manner, &tenancy, &caller, uri, headers, body, morning)
            }
        }
    }

    #[allow(clippy::too_many_arguments, reason = "one call, from one place")]
    fn usage(
        &mut self,
        manner: &Manner,
        tenancy: &world::Tenancy,
        caller: &str,
        uri: &Uri,
        headers: &HeaderMap,
        body: &[u8],
        morning: NaiveDate,
    ) -> Result<Reply, Refusal> {
        if tenancy.denied.contains(&Denied::Usage) {
            return Err((404, "NotAuthorizedOrNotFound", NOT_FOUND.to_owned()));
        }
        if tenancy.is_away(morning) {
            return Ok(fault(manner, 503));
        }
        if tenancy.broken {
            let text = "Internal Service Error, please try again";
            return Err((500, "InternalServerError", text.to_owned()));
        }
        if let Some(status) = self.drawn_fault(manner, caller, uri, body) {
            return Ok(fault(manner, status));
        }
        let json = signature::only(headers, "content-type")
            .is_some_and(|kind| kind.to_ascii_lowercase().starts_with("application/json"));
        if !json {
            let text = "The content type is not application/json";
            return Err((400, "CannotParseRequest", text.to_owned()));
        }

        let ask = answer::read(body)?;
        if ask.tenancy != caller {
            return Ok(match manner.other_tenant {
                OtherTenant::Coded => {
                    Reply::refusal((404, "NotAuthorizedOrNotFound", NOT_FOUND.to_owned()))
                }
                OtherTenant::NoCode => {
                    Reply::json(404, format!(r#"{{"message":{}}}"#, quoted(NOT_FOUND)))
                }
                OtherTenant::Empty => Reply::empty(404),
                OtherTenant::Html => Reply::html(404),
            });
        }
        let query = query(uri)?;
        let length = answer::page_length(manner, query.get("limit").map(String::as_str))?;
        let hash = signature::sha256(body);
        let cursor = match query.get("page") {
            Some(token) => {
                let known = self.cursors.get(token).filter(|cursor| {
                    cursor.tenancy == caller && cursor.body == hash && !token.is_empty()
                });
                known
                    .cloned()
                    .ok_or_else(|| (400, "InvalidParameter", "page".to_owned()))?
            }
            None => {
                self.refuse(manner, tenancy, &ask, morning)?;
                let pages = answer::pages(manner, tenancy, &ask, morning, length, &mut self.rng)?;
                Cursor {
                    tenancy: caller.to_owned(),
                    body: hash,
                    pages: Arc::new(pages),
                    at: 0,
                }
            }
        };
        Ok(self.page(manner, cursor))
    }

    /// Refuses one window of several, as a test or the manner wants it.
    fn refuse(
        &mut self,
        manner: &Manner,
        tenancy: &world::Tenancy,
        ask: &Ask,
        morning: NaiveDate,
    ) -> Result<(), Refusal> {
        let refused = || Err((400, "InvalidParameter", manner.refusal_text.clone()));
        if tenancy.is_refused(ask.start, ask.end, morning) {
            return refused();
        }
        let odd_day = manner
            .refuse_once
            .map(|days| morning - TimeDelta::days(days))
            .filter(|day| !ask.monthly && ask.start <= *day && *day < ask.end);
        if odd_day.is_some() && self.refused_once.insert((ask.tenancy.clone(), morning)) {
            return refused();
        }
        Ok(())
    }

    fn page(&mut self, manner: &Manner, cursor: Cursor) -> Reply {
        let rows = cursor.pages.get(cursor.at).map_or(&[][..], Vec::as_slice);
        let group = if rows.is_empty() && self.rng.bool() {
            ""
        } else {
            r#""groupBy":null,"#
        };
        let reply = Reply::json(200, format!(r#"{{{group}"items":[{}]}}"#, rows.join(",")));
        if cursor.at + 1 < cursor.pages.len() || manner.endless {
            let at = cursor.at + usize::from(!manner.endless);
            let token = self.token(manner, &cursor, at);
            self.cursors.insert(token.clone(), Cursor { at, ..cursor });
            return reply.header("opc-next-page", token);
        }
        match manner.last_token {
            LastToken::Absent => reply,
            LastToken::Empty => reply.header("opc-next-page", ""),
        }
    }

    /// A token for a page: another for each page of each answer, but the same for the same page.
    fn token(&self, manner: &Manner, cursor: &Cursor, at: usize) -> String {
        let text = format!("{:p} {at}", Arc::as_ptr(&cursor.pages));
        let hash = signature::sha256(text.as_bytes());
        let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        match manner.token_form {
            TokenForm::Plain => hex,
            TokenForm::Escaped => format!("{}+/==", STANDARD.encode(hash)),
            TokenForm::Long => hex.repeat(10)[..600].to_owned(),
        }
    }

    fn drawn_fault(
        &mut self,
        manner: &Manner,
        caller: &str,
        uri: &Uri,
        body: &[u8],
    ) -> Option<u16> {
        let mut question = format!("{caller} {uri} ").into_bytes();
        question.extend(body);
        let run = self.faults.entry(question).or_default();
        if *run < 2 && self.rng.u32(0..100) < manner.faults {
            *run += 1;
            return Some(if self.rng.bool() { 429 } else { 503 });
        }
        *run = 0;
        None
    }

    fn note(&mut self, method: &Method, uri: &Uri, body: &[u8], morning: NaiveDate, status: u16) {
        let fields: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
        let text = |name: &str| fields.get(name)?.as_str().map(str::to_owned);
        let day = |name: &str| text(name)?.get(..10)?.parse().ok();
        self.seen.push(Seen {
            method: method.to_string(),
            path: uri
                .path_and_query()
                .map_or_else(String::new, ToString::to_string),
            tenancy: text("tenantId"),
            start: day("timeUsageStarted"),
            end: day("timeUsageEnded"),
            granularity: text("granularity"),
            further_page: query(uri).is_ok_and(|query| query.contains_key("page")),
            morning,
            status,
        });
    }
}

/// Cuts a path into what comes before the service's own, and what it asks for.
fn split_path(path: &str) -> Option<(&str, Call<'_>)> {
    if let Some(prefix) = path.strip_suffix("/20200107/usage") {
        return Some((prefix, Call::Usage));
    }
    let (prefix, rest) = path.split_once("/20160918/tenancies/")?;
    let tenancy = rest.strip_suffix("/regionSubscriptions")?;
    let whole = !tenancy.is_empty() && !tenancy.contains('/');
    whole.then_some((prefix, Call::Regions { tenancy }))
}

/// The region in `usageapi.<region>.oci.…`, for a client that comes through a proxy.
fn region_of_host(headers: &HeaderMap) -> Option<String> {
    let mut parts = signature::only(headers, "host")?.split('.');
    let service = parts.next()?;
    let region = parts.next()?;
    (["usageapi", "identity"].contains(&service) && parts.next() == Some("oci"))
        .then(|| region.to_owned())
}

fn query(uri: &Uri) -> Result<HashMap<String, String>, Refusal> {
    let mut all = HashMap::new();
    for pair in uri
        .query()
        .unwrap_or("")
        .split('&')
        .filter(|pair| !pair.is_empty())
    {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = decoded(&value.replace('+', " "));
        if all.insert(decoded(name), value).is_some() {
            return Err((400, "InvalidParameter", format!("{name} is given twice")));
        }
    }
    Ok(all)
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) if first == b'%' => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The regions of a tenancy; one that was told of none is at home where it asks.
fn regions(manner: &Manner, tenancy: &world::Tenancy, here: Option<&str>) -> Reply {
    let row = |key: &str, name: &str, home: bool| {
        let more = if manner.unknown_fields {
            r#","realm":null"#
        } else {
            ""
        };
        format!(
            r#"{{"regionKey":{},"regionName":{},"status":"READY","isHomeRegion":{home}{more}}}"#,
            quoted(key),
            quoted(name)
        )
    };
    let mut rows: Vec<String> = tenancy
        .regions
        .iter()
        .map(|region| row(&region.key, &region.name, region.home))
        .collect();
    if rows.is_empty() {
        rows.push(match here {
            Some(name) => row("XXX", name, true),
            None => row("IAD", "us-ashburn-1", true),
        });
    }
    Reply::json(200, format!("[{}]", rows.join(",")))
}

fn fault(manner: &Manner, status: u16) -> Reply {
    let reply = match manner.fault_body {
        FaultBody::Coded if status == 429 => Reply::refusal((
            429,
            "TooManyRequests",
            "Too many requests for the user".to_owned(),
        )),
        FaultBody::Coded => Reply::refusal((
            status,
            "ServiceUnavailable",
            "The service is currently unavailable.".to_owned(),
        )),
        FaultBody::Empty => Reply::empty(status),
        FaultBody::Html => Reply::html(status),
    };
    match manner.retry_after {
        RetryAfter::Absent => reply,
        RetryAfter::Zero => reply.header("retry-after", "0"),
        RetryAfter::PastDate => reply.header("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT"),
        RetryAfter::Half => reply.header("retry-after", "0.5"),
        RetryAfter::Garbage => reply.header("retry-after", "soon; later"),
    }
}
