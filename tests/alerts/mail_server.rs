//! A mail server on loopback: STARTTLS, TLS from the first byte, three ways to log in, and replies by a script.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader,
};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

use crate::common::listener::Listener;

/// The act of a server at a stage in place of the usual reply.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// These lines.
    Say(&'static str),
    /// No reply, until the other side goes.
    Hang,
    /// The end of the connection.
    Cut,
    /// The usual reply, that much later.
    Slow(Duration),
}

/// The manners of a server. A stage is a command, `CONNECT` for the greeting, or `CONTENT` for the end of a letter.
#[derive(Clone, Debug, Default)]
pub(crate) struct Manner {
    pub(crate) starttls: Option<Arc<ServerConfig>>,
    pub(crate) implicit: Option<Arc<ServerConfig>>,
    /// The mechanisms that are offered, behind TLS where there is TLS.
    pub(crate) offers: &'static str,
    /// User and secret, where a login is asked for.
    pub(crate) login: Option<(&'static str, &'static str)>,
    pub(crate) acts: HashMap<&'static str, Act>,
}

/// The sight that a server had.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    /// The commands, each with whether TLS was around it.
    pub(crate) commands: Vec<(String, bool)>,
    pub(crate) letters: Vec<String>,
}

/// A running server.
#[derive(Debug)]
pub(crate) struct MailServer {
    listener: Listener,
    seen: Arc<Mutex<Seen>>,
}

impl MailServer {
    pub(crate) fn start(manner: Manner) -> Self {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let (manner, own) = (Arc::new(manner), Arc::clone(&seen));
        let listener =
            Listener::start(move |stream| serve(stream, Arc::clone(&manner), Arc::clone(&own)));
        Self { listener, seen }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.listener.address
    }

    pub(crate) fn seen(&self) -> Seen {
        self.seen.lock().unwrap().clone()
    }

    /// The first words of all commands, in order.
    pub(crate) fn verbs(&self) -> Vec<String> {
        let seen = self.seen();
        let commands = seen.commands.iter();
        commands
            .map(|(line, _)| line.split(' ').next().unwrap_or_default().to_owned())
            .collect()
    }
}

async fn serve(stream: TcpStream, manner: Arc<Manner>, seen: Arc<Mutex<Seen>>) -> io::Result<()> {
    let mut session = Session {
        manner,
        seen,
        tls: false,
    };
    if let Some(config) = session.manner.implicit.clone() {
        session.tls = true;
        let stream = TlsAcceptor::from(config).accept(stream).await?;
        session.talk(stream, true).await?;
        return Ok(());
    }
    if let Some(stream) = session.talk(stream, true).await?
        && let Some(config) = session.manner.starttls.clone()
    {
        session.tls = true;
        let stream = TlsAcceptor::from(config).accept(stream).await?;
        session.talk(stream, false).await?;
    }
    Ok(())
}

struct Session {
    manner: Arc<Manner>,
    seen: Arc<Mutex<Seen>>,
    tls: bool,
}

impl Session {
    /// Talks until the other side goes; returns the stream where it is to be upgraded.
    async fn talk<S>(&self, stream: S, greet: bool) -> io::Result<Option<S>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let mut stream = BufReader::new(stream);
        if greet
            && !self
                .act(&mut stream, "CONNECT", "220 mail.example ESMTP")
                .await?
        {
            return Ok(None);
        }
        loop {
            let Some(line) = next_line(&mut stream).await? else {
                return Ok(None);
            };
            self.seen
                .lock()
                .unwrap()
                .commands
                .push((line.clone(), self.tls));
            let verb = line.split(' ').next().unwrap_or_default().to_uppercase();
            let going = match verb.as_str() {
                "EHLO" => {
                    let offer = self.offer();
                    self.act(&mut stream, "EHLO", &offer).await?
                }
                "STARTTLS" => {
                    self.act(&mut stream, "STARTTLS", "220 go ahead").await?;
                    return Ok(Some(stream.into_inner()));
                }
                "AUTH" => self.log_in(&mut stream, &line).await?,
                "MAIL" => self.act(&mut stream, "MAIL", "250 2.1.0 Ok").await?,
                "RCPT" => self.act(&mut stream, "RCPT", "250 2.1.5 Ok").await?,
                "RSET" => self.act(&mut stream, "RSET", "250 2.0.0 Ok").await?,
                "DATA" => {
                    self.act(&mut stream, "DATA", "354 End data with <CR><LF>.<CR><LF>")
                        .await?
                        && self.letter(&mut stream).await?
                }
                "QUIT" => {
                    self.act(&mut stream, "QUIT", "221 2.0.0 Bye").await?;
                    false
                }
                _ => self.act(&mut stream, "OTHER", "500 5.5.2 what?").await?,
            };
            if !going {
                return Ok(None);
            }
        }
    }

    fn offer(&self) -> String {
        let waits = self.manner.starttls.is_some() && !self.tls;
        let mut lines = vec!["mail.example".to_owned(), "8BITMIME".to_owned()];
        if waits {
            lines.push("STARTTLS".to_owned());
        } else if !self.manner.offers.is_empty() {
            lines.push(format!("AUTH {}", self.manner.offers));
        }
        let last = lines.len() - 1;
        let line =
            |(n, line): (usize, &String)| format!("250{}{line}", if n == last { ' ' } else { '-' });
        lines
            .iter()
            .enumerate()
            .map(line)
            .collect::<Vec<_>>()
            .join("\r\n")
    }

    /// Replies as the script says, or as `usual`; returns whether the conversation goes on.
    async fn act<S>(&self, stream: &mut BufReader<S>, stage: &str, usual: &str) -> io::Result<bool>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        match self.manner.acts.get(stage) {
            Some(Act::Hang) => {
                let _ = stream.read_to_end(&mut Vec::new()).await;
                Ok(false)
            }
            Some(Act::Cut) => Ok(false),
            Some(Act::Slow(wait)) => {
                tokio::time::sleep(*wait).await;
                say(stream, usual).await?;
                Ok(true)
            }
            Some(Act::Say(line)) => {
                say(stream, line).await?;
                Ok(!matches!(stage, "CONNECT") || line.starts_with('2'))
            }
            None => {
                say(stream, usual).await?;
                Ok(true)
            }
        }
    }

    async fn log_in<S>(&self, stream: &mut BufReader<S>, line: &str) -> io::Result<bool>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let words: Vec<&str> = line.split(' ').collect();
        let (user, secret) = self.manner.login.unwrap_or_default();
        let mut told = decoded(words.get(2));
        let good = match words.get(1).copied().unwrap_or_default() {
            "PLAIN" => decoded(words.get(2)) == format!("\0{user}\0{secret}"),
            "XOAUTH2" => {
                let good =
                    decoded(words.get(2)) == format!("user={user}\x01auth=Bearer {secret}\x01\x01");
                if !good {
                    // Google's way: the reason, and an answer to it, before the refusal.
                    say(stream, "334 eyJzdGF0dXMiOiI0MDAifQ==").await?;
                    let answer = next_line(stream).await?;
                    assert_eq!(answer.as_deref(), Some(""));
                }
                good
            }
            "LOGIN" => {
                say(stream, "334 VXNlcm5hbWU6").await?;
                let name = next_line(stream).await?.unwrap_or_default();
                say(stream, "334 UGFzc3dvcmQ6").await?;
                let word = next_line(stream).await?.unwrap_or_default();
                told = decoded(Some(&word.as_str()));
                decoded(Some(&name.as_str())) == user && told == secret
            }
            _ => false,
        };
        let usual = match good {
            true => "235 2.7.0 Authentication successful".to_owned(),
            // Servers repeat more than they should.
            false => format!("535 5.7.8 Error: {user}: {told}: authentication failed"),
        };
        self.act(stream, "AUTH", &usual).await
    }

    async fn letter<S>(&self, stream: &mut BufReader<S>) -> io::Result<bool>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let mut letter = String::new();
        loop {
            let Some(line) = next_line(stream).await? else {
                return Ok(false);
            };
            if line == "." {
                break;
            }
            letter += line.strip_prefix('.').unwrap_or(&line);
            letter += "\r\n";
        }
        self.seen.lock().unwrap().letters.push(letter);
        self.act(stream, "CONTENT", "250 2.0.0 Ok: queued as 4F3A")
            .await
    }
}

async fn say<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut BufReader<S>,
    line: &str,
) -> io::Result<()> {
    let line = format!("{line}\r\n");
    stream.get_mut().write_all(line.as_bytes()).await?;
    stream.get_mut().flush().await
}

/// The next line without its end; `None` where the other side has gone.
async fn next_line<S: AsyncRead + Unpin>(stream: &mut BufReader<S>) -> io::Result<Option<String>> {
    let mut line = String::new();
    let length = stream.read_line(&mut line).await?;
    Ok((length > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned()))
}

fn decoded(text: Option<&&str>) -> String {
    let bytes = text.and_then(|text| STANDARD.decode(text).ok());
    String::from_utf8(bytes.unwrap_or_default()).unwrap_or_default()
}
