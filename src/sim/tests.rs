//! The server over a real socket.

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::sample::{self, SampleRequest};
use super::*;
use crate::calendar::Day;

const DAYS: (&str, &str) = ("2026-01-01T00:00:00Z", "2026-01-11T00:00:00Z");

fn world() -> World {
    let first = Day::from_ymd_opt(2026, 1, 1).unwrap();
    let tenant = Tenant {
        tenancy: sample::TENANCY.to_owned(),
        user: sample::USER.to_owned(),
        fingerprint: sample::FINGERPRINT.to_owned(),
        public_key: sample::key().to_public_key(),
        home: Some("sa-saopaulo-1".to_owned()),
        rows: first
            .iter_days()
            .take(10)
            .map(|day| WorldRow::new(day, "1.5", "BRL"))
            .collect(),
        always: None,
    };
    World {
        tenants: vec![tenant],
        page_rows: 1000,
    }
}

fn now() -> String {
    httpdate::fmt_http_date(SystemTime::now())
}

fn question(query: &str) -> SampleRequest {
    let body = sample::body(sample::TENANCY, DAYS.0, DAYS.1);
    SampleRequest::usage(&now(), query, &body).signed()
}

/// An answer as read off the socket.
#[derive(Debug)]
struct Got {
    status: u16,
    head: String,
    body: Vec<u8>,
    /// The body has the length that the head says.
    whole: bool,
}

impl Got {
    fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find_map(|(known, value)| known.eq_ignore_ascii_case(name).then_some(value))
    }

    fn code(&self) -> String {
        let body: Value = serde_json::from_slice(&self.body).unwrap();
        body["code"].as_str().unwrap().to_owned()
    }

    fn rows(&self) -> usize {
        let body: Value = serde_json::from_slice(&self.body).unwrap();
        body["items"].as_array().unwrap().len()
    }
}

async fn connect(server: &Server) -> TcpStream {
    TcpStream::connect(server.address).await.unwrap()
}

/// Sends a request and reads the answer; `None` when the connection closes without a byte.
async fn send(stream: &mut TcpStream, bytes: &[u8]) -> Option<Got> {
    stream.write_all(bytes).await.unwrap();
    let mut read = Vec::new();
    let mut more = async |read: &mut Vec<u8>| stream.read_buf(read).await.unwrap_or(0) > 0;
    let end = loop {
        if let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if !more(&mut read).await {
            assert!(read.is_empty());
            return None;
        }
    };
    let head = String::from_utf8(read[..end].to_vec()).unwrap();
    let mut got = Got {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        head,
        body: read[end + 4..].to_vec(),
        whole: true,
    };
    let length: usize = got
        .header("content-length")
        .map_or(1 << 20, |length| length.parse().unwrap());
    while got.body.len() < length {
        if !more(&mut got.body).await {
            got.whole = false;
            break;
        }
    }
    Some(got)
}

async fn ask(server: &Server, draft: &SampleRequest) -> Option<Got> {
    send(&mut connect(server).await, &draft.bytes()).await
}

#[tokio::test]
async fn a_signed_question_is_answered_page_by_page_on_one_connection() {
    let server = Server::start(World {
        page_rows: 6,
        ..world()
    })
    .await
    .unwrap();
    assert!(server.endpoint().starts_with("http://127.0.0.1:"));
    let mut stream = connect(&server).await;
    let first = send(&mut stream, &question("?limit=1000").bytes())
        .await
        .unwrap();
    assert_eq!((first.status, first.rows()), (200, 6));
    assert_eq!(first.header("content-type"), Some("application/json"));
    assert!(httpdate::parse_http_date(first.header("date").unwrap()).is_ok());
    let token = first.header("opc-next-page").unwrap();
    let query = format!(
        "?limit=1000&page={}",
        token
            .replace('+', "%2B")
            .replace('/', "%2F")
            .replace('=', "%3D")
    );
    let second = send(&mut stream, &question(&query).bytes()).await.unwrap();
    assert_eq!((second.status, second.rows()), (200, 4));
    assert_eq!(second.header("opc-next-page"), None);
    assert_ne!(
        first.header("opc-request-id"),
        second.header("opc-request-id")
    );
}

#[tokio::test]
async fn what_is_wrong_is_refused() {
    let server = Server::start(world()).await.unwrap();
    let usual = question("");

    let mut elsewhere = question("");
    elsewhere.target = "/20200107/usages".to_owned();
    let mut prefixed = question("");
    prefixed.target = "/x/20200107/usage".to_owned();
    let mut put = question("");
    put.method = Method::PUT;
    let mut unsigned = usual.clone();
    unsigned.remove("authorization");
    let mut stranger = usual.clone();
    stranger.replace("authorization", "oc1..sample/", "oc1..stranger/");
    let mut forged = usual.clone();
    forged.key = sample::other_key();
    let mut text = usual.clone();
    text.set("content-type", "text/plain");
    let mut unread = SampleRequest::usage(&now(), "", "no JSON");
    unread.set("content-type", "application/json; charset=utf-8");
    let late = SampleRequest::usage("Mon, 23 Nov 2020 00:00:00 GMT", "", sample::BODY);
    let large = SampleRequest::usage(&now(), "", &" ".repeat(MAX_BODY + 1));

    for (draft, status, code) in [
        (elsewhere.signed(), 404, "NotAuthorizedOrNotFound"),
        (prefixed.signed(), 404, "NotAuthorizedOrNotFound"),
        (put.signed(), 404, "NotAuthorizedOrNotFound"),
        (unsigned, 401, "NotAuthenticated"),
        (stranger, 401, "NotAuthenticated"),
        (forged.signed(), 401, "NotAuthenticated"),
        (late.signed(), 401, "NotAuthenticated"),
        (text.signed(), 415, "UnsupportedMediaType"),
        (unread.signed(), 400, "CannotParseRequest"),
        (large.signed(), 413, "RequestEntityTooLarge"),
    ] {
        let got = ask(&server, &draft).await.unwrap();
        assert_eq!((got.status, got.code().as_str()), (status, code));
        assert!(got.header("date").is_some() && got.header("opc-request-id").is_some());
    }
    assert_eq!(ask(&server, &usual).await.unwrap().status, 200);
}

#[tokio::test]
async fn a_scripted_answer_stands_in_place_of_every_other() {
    let scripted = |status, body: &[u8]| Scripted {
        status,
        headers: vec![
            ("Retry-After".to_owned(), "1".to_owned()),
            ("opc-request-id".to_owned(), "mine".to_owned()),
            ("content-length".to_owned(), "7".to_owned()),
        ],
        body: body.to_vec(),
    };
    let mut world = world();
    world.tenants[0].always = Some(scripted(429, b"busy"));
    let server = Server::start(world.clone()).await.unwrap();
    let mut forged = question("");
    forged.key = sample::other_key();
    for draft in [question(""), forged.signed()] {
        let busy = ask(&server, &draft).await.unwrap();
        assert_eq!((busy.status, busy.body.as_slice()), (429, &b"busy"[..]));
        assert!(busy.whole);
        assert_eq!(busy.header("retry-after"), Some("1"));
        assert_eq!(busy.header("opc-request-id"), Some("mine"));
        assert!(busy.header("date").is_some());
    }
    world.tenants[0].always = Some(scripted(7, b""));
    let server = Server::start(world).await.unwrap();
    let impossible = ask(&server, &question("")).await.unwrap();
    assert_eq!(impossible.code(), "BadScript");
}

#[test]
fn the_clock_is_the_caller_s_to_set() {
    let service = Service::new(world()).unwrap();
    let now = SystemTime::now();
    let behind = now - Duration::from_secs(3600);
    let ask = |draft: &SampleRequest| {
        let mut head = Request::new(()).into_parts().0;
        head.method = draft.method.clone();
        head.uri = draft.target.parse().unwrap();
        head.headers = draft.header_map();
        service.answer(&head, Some(&draft.body), behind)
    };
    let refused = ask(&question(""));
    assert_eq!(refused.status(), 401);
    // Who signs with the date of the refusal is served.
    let date = refused.headers()["date"].to_str().unwrap();
    assert_eq!(date, httpdate::fmt_http_date(behind));
    let body = sample::body(sample::TENANCY, DAYS.0, DAYS.1);
    let corrected = SampleRequest::usage(date, "", &body).signed();
    assert_eq!(ask(&corrected).status(), 200);
}

#[tokio::test]
async fn dropped_it_hangs_up() {
    let server = Server::start(world()).await.unwrap();
    let address = server.address;
    let mut stream = connect(&server).await;
    assert!(send(&mut stream, &question("").bytes()).await.is_some());
    drop(server);
    assert_eq!(stream.read(&mut [0]).await.unwrap_or(0), 0);
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn two_tenants_are_not_one() {
    let mut world = world();
    world.tenants.push(world.tenants[0].clone());
    assert!(Server::start(world).await.is_err());
}
