//! A stand-in for every provider that is spoken to by HTTP: it keeps what it was sent, and answers by a script. And the
//! channels that speak to it, each with a message.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, Utc};
use hyper::{HeaderMap, Method};
use oci_consumo::internals::alerting::ChatKind;
use oci_consumo::internals::deliver::channel::{
    Channel, Chat, Meta, NotificationTopic, OciMail, Twilio, TwilioAccount, TwilioSender,
    TwilioWhatsApp, Webhook, Zenvia,
};
use oci_consumo::internals::deliver::parcel::{Accepted, Content, Mail, Parcel, Refusal};
use oci_consumo::internals::failure::DeliveryProblem;
use oci_consumo::internals::lang::Lang;
use oci_consumo::internals::oci::region::Region;
use oci_consumo::internals::oci::signer::{ApiKey, Signer, SigningKey};
use oci_consumo::internals::oci::transport::{Limits, Web};
use oci_consumo::internals::profile::key;
use oci_consumo::internals::render::explain;
use oci_consumo::internals::text::AsTyped;
use reqwest::Url;
use rsa::pkcs8::{EncodePublicKey as _, LineEnding};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::common::listener::Listener;
use crate::common::{KEY_PEM, RUNTIME};
use crate::other_service::signature::{PublicKey, claim, verify};

pub(crate) const PHONE: &str = "+5511912345678";
pub(crate) const ADDRESS: &str = "ana.secreta@cliente.example";
pub(crate) const TOKEN: &str = "tok-3nSecret-Qx81";
/// The secret path of a webhook's address.
pub(crate) const PATH: &str = "services/T0SECRET/B0SECRET/XyZsEcReTpAtH";
/// The key of the known answer in Standard Webhooks' own tests.
pub(crate) const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Seen {
    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> &str {
        let found: Vec<&str> = self
            .headers
            .iter()
            .filter(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
            .collect();
        assert_eq!(found.len(), 1, "{name}: {:?}", self.headers);
        found[0]
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Whether the request is signed by the key of [`signer`], within five minutes of `now`.
    pub(crate) fn is_signed(&self, now: DateTime<Utc>) -> bool {
        let key = key::parse(KEY_PEM.as_bytes(), None).unwrap();
        let pem = key.to_public_key().to_public_key_pem(LineEnding::LF);
        let key = PublicKey::from_pem(&pem.unwrap()).unwrap();
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            let name: hyper::header::HeaderName = name.parse().unwrap();
            headers.append(name, value.parse().unwrap());
        }
        let method: Method = self.method.parse().unwrap();
        claim(&method, &headers, &self.body, now)
            .and_then(|claim| verify(&claim, &key, &method, &self.target, &headers))
            .is_ok()
    }
}

/// The reply to a request.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// Status, headers and body.
    Answer(u16, Vec<(String, String)>, Vec<u8>),
    /// A status and headers, and less of a body than they say.
    Torn(u16),
    /// The end of the connection, once the request is read.
    Close,
    /// No reply, until the other side goes.
    Hang,
    /// A status and body, that much later.
    Slow(Duration, u16, &'static str),
}

pub(crate) fn answer(status: u16, body: &str) -> Reply {
    Reply::Answer(status, Vec::new(), body.as_bytes().to_vec())
}

pub(crate) fn with_header(status: u16, name: &str, value: &str, body: &str) -> Reply {
    let headers = vec![(name.to_owned(), value.to_owned())];
    Reply::Answer(status, headers, body.as_bytes().to_vec())
}

/// A running stand-in. Each request gets the next reply; the last is for all that follow.
#[derive(Debug)]
pub(crate) struct Provider {
    listener: Listener,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    script: Mutex<VecDeque<Reply>>,
    seen: Mutex<Vec<Seen>>,
}

impl Provider {
    pub(crate) fn start(script: impl IntoIterator<Item = Reply>) -> Self {
        let shared = Arc::new(Shared {
            script: Mutex::new(script.into_iter().collect()),
            seen: Mutex::default(),
        });
        let own = Arc::clone(&shared);
        let listener = Listener::start(move |stream| converse(stream, Arc::clone(&own)));
        Self { listener, shared }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.listener.address
    }

    /// `http://127.0.0.1:PORT/`
    pub(crate) fn url(&self) -> Url {
        format!("http://{}/", self.address()).parse().unwrap()
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.shared.seen.lock().unwrap().clone()
    }

    /// The only request so far.
    #[track_caller]
    pub(crate) fn only(&self) -> Seen {
        let seen = self.seen();
        assert_eq!(seen.len(), 1, "{seen:?}");
        seen[0].clone()
    }
}

async fn converse(mut stream: TcpStream, shared: Arc<Shared>) -> io::Result<()> {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(());
        }
    };
    let text = String::from_utf8_lossy(&bytes[..head]).into_owned();
    let mut lines = text.lines();
    let mut first = lines.next().unwrap_or_default().split(' ');
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.map_or(0, |(_, value)| value.parse().unwrap());
    while bytes.len() < head + length {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(());
        }
    }
    shared.seen.lock().unwrap().push(Seen {
        method: first.next().unwrap_or_default().to_owned(),
        target: first.next().unwrap_or_default().to_owned(),
        headers,
        body: bytes[head..].to_vec(),
    });
    let reply = {
        let mut script = shared.script.lock().unwrap();
        match script.len() {
            0 | 1 => script.front().cloned(),
            _ => script.pop_front(),
        }
    };
    let reply = match reply {
        Some(Reply::Slow(wait, status, body)) => {
            tokio::time::sleep(wait).await;
            Some(answer(status, body))
        }
        reply => reply,
    };
    match reply {
        Some(Reply::Answer(status, headers, body)) => {
            let headers = headers.iter();
            let headers: String = headers
                .map(|(name, value)| format!("{name}: {value}\r\n"))
                .collect();
            let length = body.len();
            let head = format!("HTTP/1.1 {status} X\r\n{headers}content-length: {length}\r\n\r\n");
            stream.write_all(head.as_bytes()).await?;
            stream.write_all(&body).await?;
            hold(stream).await
        }
        Some(Reply::Torn(status)) => {
            let head = format!("HTTP/1.1 {status} X\r\ncontent-length: 99\r\n\r\n{{");
            stream.write_all(head.as_bytes()).await
        }
        Some(Reply::Hang) => hold(stream).await,
        Some(Reply::Close | Reply::Slow(..)) | None => Ok(()),
    }
}

/// Says nothing until the other side goes.
async fn hold(mut stream: TcpStream) -> io::Result<()> {
    while stream.read(&mut [0; 1024]).await? > 0 {}
    Ok(())
}

/// A client with time limits long enough for any machine.
pub(crate) fn web() -> Web {
    web_within(Duration::from_secs(60))
}

pub(crate) fn web_within(timeout: Duration) -> Web {
    Web::new(Limits {
        jobs: 1,
        timeout,
        connect_timeout: timeout,
        retry_budget: Duration::ZERO,
    })
}

pub(crate) fn send(web: &Web, channel: &Channel, parcel: &Parcel) -> Result<Accepted, Refusal> {
    RUNTIME.block_on(channel.send(web, parcel))
}

#[track_caller]
pub(crate) fn refused(channel: &Channel, parcel: &Parcel) -> Refusal {
    send(&web(), channel, parcel).expect_err("a refusal")
}

pub(crate) fn secret(text: &str) -> AsTyped {
    AsTyped::from(text.to_owned())
}

pub(crate) fn at() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_614_265_330)
}

pub(crate) fn parcel(to: &str, content: Content) -> Parcel {
    Parcel {
        id: "al-0123456789abcdef".to_owned(),
        to: to.to_owned(),
        at: at(),
        content,
    }
}

pub(crate) fn mail() -> Mail {
    Mail {
        from: (
            Some("Consumo OCI".to_owned()),
            "alertas@parceiro.example".to_owned(),
        ),
        reply_to: Some("suporte@parceiro.example".to_owned()),
        subject: "Crédito Oracle Cloud: previsto acabar em 03/01/2027".to_owned(),
        text: "Olá,\n\n.\nprevisão: R$ 1,00\n".to_owned(),
        html: Some("<p>Olá</p>".to_owned()),
        attachment: None,
        message_id: "al-0123456789abcdef@parceiro.example".to_owned(),
        references: vec!["al-0001@parceiro.example".to_owned()],
        list_id: "alertas.oci-consumo.parceiro.example".to_owned(),
    }
}

pub(crate) fn notice() -> Content {
    Content::Notice {
        title: "2 pioraram <!everyone>".to_owned(),
        body: "Andorinha: esgota em 03/01/2027\nSabiá: sobra".to_owned(),
    }
}

pub(crate) fn template() -> Content {
    Content::Template {
        name: "oci_credito_alerta_v1".to_owned(),
        lang: "pt_BR".to_owned(),
        parameters: vec!["Andorinha".to_owned(), "o crédito acaba".to_owned()],
    }
}

pub(crate) fn text() -> Content {
    Content::Text("OCI 26/11: Andorinha esgota 03/01/27 (95%), faltam R$ 162.192,83.".to_owned())
}

pub(crate) fn signer() -> Signer {
    static SIGNER: LazyLock<Signer> = LazyLock::new(|| {
        let key = key::parse(KEY_PEM.as_bytes(), None).unwrap();
        Signer::ApiKey(ApiKey {
            tenancy: "ocid1.tenancy.oc1..parceiro".to_owned(),
            user: "ocid1.user.oc1..parceiro".to_owned(),
            fingerprint: "aa:bb".to_owned(),
            key: SigningKey::new(&key).unwrap(),
        })
    });
    SIGNER.clone()
}

pub(crate) fn region() -> Region {
    Region::find("gru", "ocid1.tenancy.oc1..parceiro").unwrap()
}

fn twilio(endpoint: Url) -> TwilioAccount {
    TwilioAccount {
        account: "AC0123".to_owned(),
        token: secret(TOKEN),
        sender: TwilioSender::From("+15005550006".to_owned()),
        endpoint: Some(endpoint),
    }
}

pub(crate) fn chat(kind: ChatKind, base: &Url) -> Channel {
    let url = match kind {
        ChatKind::Telegram => base.to_string(),
        _ => format!("{base}{PATH}"),
    };
    Channel::Chat(Chat {
        kind,
        url: Some(secret(&url)),
        token: Some(secret(TOKEN)),
        destination: Some("-1001234567890".to_owned()),
    })
}

/// A channel that is spoken to by HTTP.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) channel: Channel,
    pub(crate) parcel: Parcel,
    /// An answer of success.
    pub(crate) taken: Reply,
    /// The identifier that is kept of it.
    pub(crate) id: Option<&'static str>,
    /// Whether any answer with a status of success is one.
    pub(crate) any_success: bool,
}

/// Every channel that is spoken to by HTTP, at `base`.
pub(crate) fn cases(base: &Url) -> Vec<Case> {
    let case = |name, channel, to, content, taken, id| Case {
        name,
        channel,
        parcel: parcel(to, content),
        taken,
        id,
        any_success: false,
    };
    let endpoint = || Some(base.clone());
    let slack_kinds = [
        ("slack", ChatKind::Slack, answer(200, "ok"), None),
        ("teams", ChatKind::Teams, answer(202, ""), None),
        (
            "google",
            ChatKind::Google,
            answer(200, r#"{"name":"spaces/A/messages/B"}"#),
            None,
        ),
        (
            "discord",
            ChatKind::Discord,
            answer(200, r#"{"id":"1234567"}"#),
            Some("1234567"),
        ),
        (
            "telegram",
            ChatKind::Telegram,
            answer(200, r#"{"ok":true,"result":{"message_id":42}}"#),
            Some("42"),
        ),
        (
            "ntfy",
            ChatKind::Ntfy,
            answer(200, r#"{"id":"sPs71M8A2T"}"#),
            Some("sPs71M8A2T"),
        ),
    ];
    let chats = slack_kinds
        .into_iter()
        .map(|(name, kind, taken, id)| case(name, chat(kind, base), "", notice(), taken, id));
    let mut cases = vec![
        case(
            "oci",
            Channel::OciMail(OciMail {
                signer: signer(),
                region: region(),
                compartment: "ocid1.compartment.oc1..c".to_owned(),
                endpoint: endpoint(),
            }),
            ADDRESS,
            Content::Mail(mail()),
            answer(
                200,
                r#"{"messageId":"m","envelopeId":"e-1","suppressedRecipients":[]}"#,
            ),
            Some("e-1"),
        ),
        case(
            "twilio",
            Channel::Twilio(Twilio(twilio(base.clone()))),
            PHONE,
            text(),
            answer(
                201,
                r#"{"sid":"SM123","status":"queued","error_code":null,"error_message":null}"#,
            ),
            Some("SM123"),
        ),
        case(
            "zenvia",
            Channel::Zenvia(Zenvia {
                token: secret(TOKEN),
                from: "parceiro".to_owned(),
                endpoint: endpoint(),
            }),
            PHONE,
            text(),
            answer(200, r#"{"id":"z-1","from":"parceiro","channel":"sms"}"#),
            Some("z-1"),
        ),
        case(
            "meta",
            Channel::Meta(Meta {
                number_id: "1234567890".to_owned(),
                version: "v26.0".to_owned(),
                token: secret(TOKEN),
                endpoint: endpoint(),
            }),
            PHONE,
            template(),
            answer(
                200,
                r#"{"messaging_product":"whatsapp","contacts":[{"input":"5511912345678","wa_id":"551112345678"}],"messages":[{"id":"wamid.HBgNNTUxMTkxMjM0NTY3OBUCABEYEjQ1","message_status":"accepted"}]}"#,
            ),
            Some("BUCABEYEjQ1"),
        ),
        case(
            "twilio_whatsapp",
            Channel::TwilioWhatsApp(TwilioWhatsApp(twilio(base.clone()))),
            PHONE,
            template(),
            answer(201, r#"{"sid":"SM124","status":"queued"}"#),
            Some("SM124"),
        ),
        case(
            "topico",
            Channel::Topic(NotificationTopic {
                signer: signer(),
                region: region(),
                topic: "ocid1.onstopic.oc1.sa-saopaulo-1.t".to_owned(),
                endpoint: endpoint(),
            }),
            "",
            notice(),
            answer(202, r#"{"messageId":"n-1","timeStamp":null}"#),
            Some("n-1"),
        ),
        case(
            "webhook",
            Channel::Webhook(Webhook {
                url: secret(&format!("{base}{PATH}")),
                secret: Some(secret(KEY)),
            }),
            "",
            Content::Event(br#"{"a":1}"#.to_vec()),
            answer(204, ""),
            None,
        ),
    ];
    cases.extend(chats);
    for case in &mut cases {
        case.any_success = ["webhook", "teams"].contains(&case.name);
    }
    cases
}

/// Neither a message's words in any language, nor its data, show a secret, a whole number or an address.
#[track_caller]
pub(crate) fn assert_hidden(refusal: &Refusal) {
    let mut shown = format!("{refusal:?}");
    for lang in [Lang::PtBr, Lang::En] {
        let words = explain::delivery(lang, &refusal.problem);
        assert!(!words.message.is_empty() && !words.remedy.is_empty());
        shown += &format!(" {} {}", words.message, words.remedy);
    }
    for hidden in [
        PHONE,
        &PHONE[1..],
        ADDRESS,
        TOKEN,
        PATH,
        "XyZsEcReTpAtH",
        KEY,
        &KEY[6..],
    ] {
        assert!(!shown.contains(hidden), "{hidden} in {shown}");
    }
    assert!(!shown.contains(char::is_control), "{shown:?}");
}

/// The words for `problem`.
pub(crate) fn told(lang: Lang, problem: &DeliveryProblem) -> String {
    explain::delivery(lang, problem).message
}
