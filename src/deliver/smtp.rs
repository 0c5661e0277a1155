//! Mail by a server of the partner's, over SMTP.
//!
//! lettre knows the commands, the replies and the mechanisms of login; the conversation is made here, command by command,
//! for three reasons. OCI's server answers 254 to a recipient whose mail it drops, which lettre's own transport takes
//! for success. TLS is made with the service's settings, which lettre's has no place for. And only the conversation
//! knows whether a mail that got no reply had gone out.
//!
//! A mail has one recipient. Only a reply of 5yz is permanent. Mail goes past the environment's proxy, which is HTTP's.

use std::error::Error as _;
use std::fmt::Display;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{self, Credentials};
use lettre::transport::smtp::client::{AsyncSmtpConnection, AsyncTokioStream};
use lettre::transport::smtp::commands::{Auth, Data, Ehlo, Mail, Rcpt, Rset, Starttls};
use lettre::transport::smtp::extension::{ClientId, Extension, ServerInfo};
use lettre::transport::smtp::response::Response;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, InvalidMessage};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::clean::clean;
use super::mime::{self, WireMail};
use super::parcel::{Accepted, Content, Parcel, Refusal, RefusalKind};
use crate::alerting::Mechanism;
use crate::failure::{
    ChannelAnswer, DeliveryProblem, RefusalReason as Why, ServiceProblem, UnsendableMessage,
};
use crate::oci::transport::{Web, is_loopback_host};
use crate::text::{AsTyped, printable};

/// The reply to a recipient whose mail is dropped: it is on the suppression list.
const SUPPRESSED: u16 = 254;
/// The reply that asks for more of a login.
const CHALLENGE: u16 = 334;
/// The most challenges of a login.
const MOST_CHALLENGES: usize = 4;
/// The time for a word of parting.
const PARTING: Duration = Duration::from_secs(1);
/// Factor by which the reply to a whole mail may take longer than others: servers look into it first.
const PATIENCE: u32 = 2;
/// The most characters that are kept of a reply.
const LONGEST_REPLY: usize = 300;

/// A mail server.
#[derive(Clone, Debug)]
pub struct Smtp {
    /// Name or address of the host, one of IPv6 without brackets.
    pub host: String,
    /// Port: usually 587 with STARTTLS, 465 with TLS from the first byte.
    pub port: u16,
    /// Marks a server that speaks TLS from the first byte. Any other must offer STARTTLS, unless it is on this machine.
    pub implicit_tls: bool,
    /// The login; none where the server takes mail without one.
    pub login: Option<Login>,
}

/// A login to a mail server.
#[derive(Clone, Debug)]
pub struct Login {
    /// Name of the user.
    pub user: String,
    /// The password, or the token of XOAUTH2.
    pub secret: AsTyped,
    /// The way that user and secret are sent.
    pub mechanism: Mechanism,
}

impl Mechanism {
    fn name(self) -> &'static str {
        match self {
            Self::Plain => "PLAIN",
            Self::Login => "LOGIN",
            Self::XOauth2 => "XOAUTH2",
        }
    }

    fn own(self) -> authentication::Mechanism {
        match self {
            Self::Plain => authentication::Mechanism::Plain,
            Self::Login => authentication::Mechanism::Login,
            Self::XOauth2 => authentication::Mechanism::Xoauth2,
        }
    }
}

/// The stages of a conversation, by what a refusal is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Greeting,
    Login,
    Sender,
    Recipient,
    Content,
}

/// A conversation with a server.
struct Talk<'a> {
    connection: AsyncSmtpConnection,
    host: &'a str,
    /// Texts that no problem may repeat.
    hidden: Vec<&'a str>,
}

impl Smtp {
    pub(super) async fn send(&self, web: &Web, parcel: &Parcel) -> Result<Accepted, Refusal> {
        let Content::Mail(mail) = &parcel.content else {
            return Err(Refusal::unsendable(UnsendableMessage::Form));
        };
        let letter = mime::letter(parcel, mail)?;
        let limit = web.limits().timeout;
        let before = async {
            let mut talk = self.open(web, Some(&letter.to)).await?;
            talk.address(&letter).await?;
            Ok(talk)
        };
        let mut talk = self.within(limit, before).await?;
        let content = timeout(limit * PATIENCE, talk.connection.message(&letter.bytes));
        let reply = match content.await {
            Ok(reply) => reply.map_err(|error| talk.refusal(&error, Stage::Content))?,
            Err(_) => return Err(talk.unsure()),
        };
        talk.taken(&reply)?;
        let id = reply.message().next().unwrap_or_default();
        let id = clean(id, &talk.hidden, LONGEST_REPLY);
        talk.part().await;
        Ok(Accepted { id: Some(id) })
    }

    /// Logs in, and sends nothing.
    pub(super) async fn probe(&self, web: &Web) -> Result<(), Refusal> {
        let login = async {
            let mut talk = self.open(web, None).await?;
            talk.say(Rset, Stage::Greeting).await?;
            Ok(talk)
        };
        let talk = self.within(web.limits().timeout, login).await?;
        talk.part().await;
        Ok(())
    }

    pub(super) fn is_loopback(&self) -> bool {
        is_loopback_host(&self.host)
    }

    /// Waits for `talk` no longer than `limit`. Nothing of a mail has gone out by then.
    async fn within<T>(
        &self,
        limit: Duration,
        talk: impl Future<Output = Result<T, Refusal>>,
    ) -> Result<T, Refusal> {
        let in_time = timeout(limit, talk).await;
        in_time.unwrap_or_else(|_| Err(self.unreached(SmtpFailure::TimedOut)))
    }

    /// Connects, agrees on TLS, and logs in.
    async fn open<'a>(
        &'a self,
        web: &Web,
        recipient: Option<&'a str>,
    ) -> Result<Talk<'a>, Refusal> {
        let stream = timeout(web.limits().connect_timeout, self.connect());
        let stream = stream.await.unwrap_or(Err(SmtpFailure::TimedOut));
        let wire = Wire::new(stream.map_err(|failed| self.unreached(failed))?);
        if self.implicit_tls {
            self.secure(web, &wire).await?;
        }
        let login = self.login.as_ref();
        let secrets = login.map(|login| [login.user.as_str(), login.secret.reveal()]);
        let hidden: Vec<&str> = secrets.into_iter().flatten().chain(recipient).collect();
        let own_name = ClientId::default();
        let opened = AsyncSmtpConnection::connect_with_transport(Box::new(wire.clone()), &own_name);
        let connection = opened.await;
        let connection =
            connection.map_err(|error| refusal_of(&error, Stage::Greeting, &self.host, &hidden))?;
        let mut talk = Talk {
            connection,
            host: &self.host,
            hidden,
        };
        let mut info = talk.connection.server_info().clone();
        let mut secure = self.implicit_tls;
        if !secure && info.supports_feature(Extension::StartTls) {
            talk.say(Starttls, Stage::Greeting).await?;
            self.secure(web, &wire).await?;
            secure = true;
            let offer = talk.say(Ehlo::new(own_name), Stage::Greeting).await?;
            let offer = ServerInfo::from_response(&offer);
            info = offer.map_err(|error| talk.refusal(&error, Stage::Greeting))?;
        }
        let host = || self.host.clone();
        if !secure && !is_loopback_host(&self.host) {
            // Who sits between may have left the offer out.
            let problem = DeliveryProblem::NoStartTls { host: host() };
            return Err(Refusal::new(RefusalKind::Passing, problem));
        }
        if let Some(login) = login {
            if !secure {
                let problem = DeliveryProblem::LoginInClear { host: host() };
                return Err(Refusal::new(RefusalKind::Permanent, problem));
            }
            talk.log_in(login, &info).await?;
        }
        Ok(talk)
    }

    async fn connect(&self) -> Result<TcpStream, SmtpFailure> {
        let addresses = lookup_host((self.host.as_str(), self.port)).await;
        let mut failed = SmtpFailure::Unknown;
        for address in addresses.map_err(|_| SmtpFailure::Unknown)? {
            match TcpStream::connect(address).await {
                Ok(stream) => return Ok(stream),
                Err(error) => failed = SmtpFailure::Io(error),
            }
        }
        Err(failed)
    }

    async fn secure(&self, web: &Web, wire: &Wire) -> Result<(), Refusal> {
        let problem =
            |problem| Refusal::new(RefusalKind::Passing, DeliveryProblem::Connection(problem));
        let settings = web.tls().map_err(problem)?;
        let secured = wire.secure(settings, &self.host).await;
        secured.map_err(|failed| self.unreached(failed))
    }

    /// The refusal where there is no conversation.
    fn unreached(&self, failed: SmtpFailure) -> Refusal {
        let host = self.host.clone();
        let problem = match failed {
            SmtpFailure::Unknown => ServiceProblem::UnknownHost { host },
            SmtpFailure::TimedOut => ServiceProblem::Timeout { host, tries: 1 },
            SmtpFailure::NotTls => {
                let port = self.port;
                let problem = DeliveryProblem::NoTls { host, port };
                return Refusal::new(RefusalKind::Passing, problem);
            }
            SmtpFailure::Tls(detail) => ServiceProblem::Tls { host, detail },
            SmtpFailure::Io(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                ServiceProblem::ConnectionRefused { host }
            }
            SmtpFailure::Io(error) => broken(host, Some(&error)),
        };
        Refusal::new(RefusalKind::Passing, DeliveryProblem::Connection(problem))
    }
}

/// The reasons why there is no conversation.
enum SmtpFailure {
    Unknown,
    TimedOut,
    NotTls,
    Tls(String),
    Io(io::Error),
}

fn broken(host: String, error: Option<&io::Error>) -> ServiceProblem {
    ServiceProblem::ConnectionBroken {
        host,
        tries: 1,
        cause: error
            .filter(|error| error.raw_os_error().is_some())
            .map(Into::into),
    }
}

impl Talk<'_> {
    async fn say(&mut self, command: impl Display, stage: Stage) -> Result<Response, Refusal> {
        let reply = self.connection.command(command).await;
        reply.map_err(|error| self.refusal(&error, stage))
    }

    async fn log_in(&mut self, login: &Login, info: &ServerInfo) -> Result<(), Refusal> {
        let mechanism = login.mechanism.own();
        let unknown = |host: &str| {
            let problem = DeliveryProblem::NoMechanism {
                host: host.to_owned(),
                mechanism: login.mechanism.name(),
            };
            Refusal::new(RefusalKind::Permanent, problem)
        };
        if !info.supports_auth_mechanism(mechanism) {
            return Err(unknown(self.host));
        }
        let credentials = Credentials::new(login.user.clone(), login.secret.reveal().to_owned());
        let first = Auth::new(mechanism, credentials.clone(), None);
        let first = first.map_err(|_| unknown(self.host))?;
        let mut reply = self.say(first, Stage::Login).await?;
        for _ in 0..MOST_CHALLENGES {
            if !reply.has_code(CHALLENGE) {
                return Ok(());
            }
            reply = if login.mechanism == Mechanism::XOauth2 {
                // The challenge is the reason of a refusal, which an empty line asks for.
                self.say("\r\n", Stage::Login).await?
            } else {
                let next = Auth::new_from_response(mechanism, credentials.clone(), &reply);
                let next = next.map_err(|_| unknown(self.host))?;
                self.say(next, Stage::Login).await?
            };
        }
        Err(unknown(self.host))
    }

    /// Says from whom to whom, and that the mail comes.
    async fn address(&mut self, letter: &WireMail) -> Result<(), Refusal> {
        let parse = |text: &str| -> Result<Address, Refusal> {
            let address = text.parse();
            address.map_err(|_| Refusal::unsendable(UnsendableMessage::Recipient))
        };
        let (from, to) = (parse(&letter.from)?, parse(&letter.to)?);
        self.say(Mail::new(Some(from), Vec::new()), Stage::Sender)
            .await?;
        let reply = self
            .say(Rcpt::new(to, Vec::new()), Stage::Recipient)
            .await?;
        self.taken(&reply)?;
        self.say(Data, Stage::Recipient).await?;
        Ok(())
    }

    /// Refuses a reply that says that the mail is dropped.
    fn taken(&self, reply: &Response) -> Result<(), Refusal> {
        if !reply.has_code(SUPPRESSED) {
            return Ok(());
        }
        let text: Vec<&str> = reply.message().collect();
        let answer = answer_of(SUPPRESSED, &text.join(" "), self.host, &self.hidden);
        let reason = Why::Suppressed;
        Err(Refusal::new(
            RefusalKind::Permanent,
            DeliveryProblem::Refused { reason, answer },
        ))
    }

    fn refusal(&self, error: &Error, stage: Stage) -> Refusal {
        refusal_of(error, stage, self.host, &self.hidden)
    }

    fn unsure(&self) -> Refusal {
        let host = self.host.to_owned();
        Refusal::new(RefusalKind::Unsure, DeliveryProblem::NoAnswer { host })
    }

    /// Ends the conversation. Nothing depends on the answer.
    async fn part(mut self) {
        let _ = timeout(PARTING, self.connection.quit()).await;
    }
}

/// The refusal that a failed command means.
fn refusal_of(error: &Error, stage: Stage, host: &str, hidden: &[&str]) -> Refusal {
    let source = error.source().map(ToString::to_string);
    let code = error
        .status()
        .and_then(|code| code.to_string().parse().ok());
    let Some(code) = code else {
        // Below the replies: the connection, or something that is no reply.
        let host = host.to_owned();
        if stage == Stage::Content {
            return Refusal::new(RefusalKind::Unsure, DeliveryProblem::NoAnswer { host });
        }
        let cause = error.source().and_then(|source| source.downcast_ref());
        return Refusal::new(
            RefusalKind::Passing,
            DeliveryProblem::Connection(broken(host, cause)),
        );
    };
    let answer = answer_of(code, &source.unwrap_or_default(), host, hidden);
    let (reason, kind) = by_reply(code, &answer.code, stage);
    Refusal::new(kind, DeliveryProblem::Refused { reason, answer })
}

/// The reply as it is shown: the code of RFC 3463 that begins its text stands apart.
fn answer_of(status: u16, text: &str, host: &str, hidden: &[&str]) -> ChannelAnswer {
    let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
    let parts: Vec<&str> = first.split('.').collect();
    let number =
        |part: &&str| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    let coded = parts.len() == 3 && parts.iter().all(number);
    let (code, message) = if coded { (first, rest) } else { ("", text) };
    ChannelAnswer {
        host: host.to_owned(),
        status,
        code: code.to_owned(),
        message: clean(message, hidden, LONGEST_REPLY),
    }
}

/// The meaning of a refusing reply, by its number, its code of RFC 3463, and what was asked.
fn by_reply(status: u16, code: &str, stage: Stage) -> (Why, RefusalKind) {
    if status < 500 {
        let reason = match status {
            452 | 455 => Why::TooMany,
            _ => Why::Unavailable,
        };
        return (reason, RefusalKind::Passing);
    }
    let reason = match (status, stage) {
        (530 | 534 | 535 | 538, _) => Why::Login,
        (523 | 552, _) => Why::TooLarge,
        // 5.7.z is about permission: a relay that does not know the sender says so of the recipient.
        _ if code.starts_with("5.7.") => Why::Login,
        (_, Stage::Recipient) => Why::Recipient,
        (_, Stage::Login | Stage::Sender) => Why::Login,
        (_, Stage::Greeting | Stage::Content) => Why::Other,
    };
    (reason, RefusalKind::Permanent)
}

/// The stream of a conversation: bare, then TLS. Clones are the same stream, so that TLS can be put in place of the bare
/// stream that lettre holds.
#[derive(Clone, Debug)]
struct Wire(Arc<Mutex<Layer>>);

#[derive(Debug)]
enum Layer {
    /// Bytes as they are. They are read one by one: none that came before TLS may be taken for one that came after it.
    Bare(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
    /// The stream while TLS is agreed on, and after that failed.
    Gone,
}

impl Wire {
    fn new(stream: TcpStream) -> Self {
        Self(Arc::new(Mutex::new(Layer::Bare(stream))))
    }

    fn layer(&self) -> MutexGuard<'_, Layer> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Agrees on TLS with the host `name`.
    async fn secure(&self, settings: ClientConfig, name: &str) -> Result<(), SmtpFailure> {
        let bare = std::mem::replace(&mut *self.layer(), Layer::Gone);
        let Layer::Bare(stream) = bare else {
            return Err(SmtpFailure::NotTls);
        };
        let name = ServerName::try_from(name.to_owned()).map_err(|_| SmtpFailure::Unknown)?;
        let connector = TlsConnector::from(Arc::new(settings));
        let agreed = connector
            .connect(name, stream)
            .await
            .map_err(SmtpFailure::of_tls)?;
        *self.layer() = Layer::Tls(Box::new(agreed));
        Ok(())
    }
}

impl SmtpFailure {
    fn of_tls(error: io::Error) -> Self {
        let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
        match inner {
            Some(rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType)) => Self::NotTls,
            Some(tls) => Self::Tls(printable(&tls.to_string(), LONGEST_REPLY)),
            None => Self::Io(error),
        }
    }
}

fn gone() -> io::Error {
    io::ErrorKind::NotConnected.into()
}

impl AsyncTokioStream for Wire {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        match &*self.layer() {
            Layer::Bare(stream) => stream.peer_addr(),
            Layer::Tls(stream) => stream.get_ref().0.peer_addr(),
            Layer::Gone => Err(gone()),
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match &mut *self.layer() {
            Layer::Bare(stream) => {
                let mut byte = [0];
                let mut one = ReadBuf::new(&mut byte);
                ready!(Pin::new(stream).poll_read(context, &mut one))?;
                into.put_slice(one.filled());
                Poll::Ready(Ok(()))
            }
            Layer::Tls(stream) => Pin::new(stream).poll_read(context, into),
            Layer::Gone => Poll::Ready(Err(gone())),
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match &mut *self.layer() {
            Layer::Bare(stream) => Pin::new(stream).poll_write(context, bytes),
            Layer::Tls(stream) => Pin::new(stream).poll_write(context, bytes),
            Layer::Gone => Poll::Ready(Err(gone())),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut *self.layer() {
            Layer::Bare(stream) => Pin::new(stream).poll_flush(context),
            Layer::Tls(stream) => Pin::new(stream).poll_flush(context),
            Layer::Gone => Poll::Ready(Err(gone())),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut *self.layer() {
            Layer::Bare(stream) => Pin::new(stream).poll_shutdown(context),
            Layer::Tls(stream) => Pin::new(stream).poll_shutdown(context),
            Layer::Gone => Poll::Ready(Err(gone())),
        }
    }
}
