//! A front before the stand-in, for what goes wrong below HTTP, where no server's library would let it:
//! it reads each request whole, finds in the signature's `keyId` whose it is, and either passes it on
//! unchanged or plays bytes, pauses and a reset in place of the answer.

use std::collections::HashMap;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::sleep;

use super::address;
use super::listener::Listener;
use super::stand_in::Server;

/// What takes the place of an answer, in order; at the end the connection is closed.
#[derive(Clone, Debug)]
pub enum Step {
    /// These bytes.
    Send(Vec<u8>),
    /// These bytes so many times, or until the other side has had enough.
    Repeat(Vec<u8>, usize),
    /// These bytes one by one, each after such a pause.
    Drip(Vec<u8>, Duration),
    /// Nothing for that long.
    Pause(Duration),
    /// Nothing more, until the other side goes.
    Hold,
    /// A reset in place of an orderly end.
    Reset,
    /// The stand-in's own answer, after which the connection goes on.
    Pass,
    /// Nothing: the connection goes on.
    Stay,
}

/// What a tenancy's requests meet.
#[derive(Clone, Debug)]
pub struct Script {
    pub steps: Vec<Step>,
    /// How many requests meet it; the others are passed on.
    pub times: usize,
}

/// A running front.
#[derive(Debug)]
pub struct Front {
    shared: Arc<Shared>,
    listener: Listener,
}

#[derive(Debug)]
struct Shared {
    stand_in: SocketAddr,
    scripts: HashMap<String, Script>,
    /// Requests so far, by tenancy.
    seen: Mutex<HashMap<String, usize>>,
    /// The tenancies of each connection's requests.
    connections: Mutex<Vec<Vec<String>>>,
}

impl Front {
    /// A front before `stand_in` that plays `scripts`, each for the tenancy it is under.
    pub fn start(stand_in: &Server, scripts: HashMap<String, Script>) -> Self {
        let shared = Arc::new(Shared {
            stand_in: address(stand_in),
            scripts,
            seen: Mutex::default(),
            connections: Mutex::default(),
        });
        Self {
            shared: Arc::clone(&shared),
            listener: Listener::start(move |stream| converse(stream, Arc::clone(&shared))),
        }
    }

    pub fn endpoint(&self) -> String {
        format!("http://{}", self.listener.address)
    }

    /// The tenancies of each connection's requests, in order; a connection without a request has none.
    pub fn connections(&self) -> Vec<Vec<String>> {
        self.shared.connections.lock().unwrap().clone()
    }

    /// How many requests of that tenancy came.
    pub fn requests_of(&self, tenancy: &str) -> usize {
        let seen = self.shared.seen.lock().unwrap();
        seen.get(tenancy).copied().unwrap_or_default()
    }
}

/// Answers a connection's requests.
async fn converse(mut stream: TcpStream, shared: Arc<Shared>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut stand_in = None;
    let connection = {
        let mut connections = shared.connections.lock().unwrap();
        connections.push(Vec::new());
        connections.len() - 1
    };
    while let Some(request) = message(&mut stream).await? {
        let tenancy = tenancy(&request);
        shared.connections.lock().unwrap()[connection].push(tenancy.clone());
        let steps = {
            let mut seen = shared.seen.lock().unwrap();
            let seen = seen.entry(tenancy.clone()).or_default();
            *seen += 1;
            match shared.scripts.get(&tenancy) {
                Some(script) if *seen <= script.times => script.steps.clone(),
                _ => vec![Step::Pass],
            }
        };
        let goes_on = matches!(steps.last(), Some(Step::Pass | Step::Stay));
        for step in steps {
            match step {
                Step::Send(bytes) => stream.write_all(&bytes).await?,
                Step::Repeat(bytes, times) => {
                    for _ in 0..times {
                        stream.write_all(&bytes).await?;
                    }
                }
                Step::Drip(bytes, pause) => {
                    for byte in bytes {
                        sleep(pause).await;
                        stream.write_all(&[byte]).await?;
                    }
                }
                Step::Pause(pause) => sleep(pause).await,
                Step::Stay => {}
                Step::Hold => while stream.read(&mut [0; 1024]).await? > 0 {},
                Step::Reset => {
                    stream.set_zero_linger()?;
                    return Ok(());
                }
                Step::Pass => {
                    let upstream = match &mut stand_in {
                        Some(upstream) => upstream,
                        none => none.insert(TcpStream::connect(shared.stand_in).await?),
                    };
                    upstream.write_all(&request).await?;
                    let Some(answer) = message(upstream).await? else {
                        return Ok(());
                    };
                    stream.write_all(&answer).await?;
                }
            }
        }
        if !goes_on {
            return Ok(());
        }
    }
    Ok(())
}

/// The next message, head and body; `None` where the other side has no more.
pub async fn message(stream: &mut TcpStream) -> io::Result<Option<Vec<u8>>> {
    let mut message = Vec::new();
    let end = loop {
        if let Some(end) = message.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            break end + 4;
        }
        match stream.read_buf(&mut message).await? {
            0 if message.is_empty() => return Ok(None),
            0 => return Err(ErrorKind::UnexpectedEof.into()),
            _ => {}
        }
    };
    let head = String::from_utf8_lossy(&message[..end]).to_lowercase();
    let length = head.split("\r\ncontent-length:").nth(1);
    let length = length.and_then(|rest| rest.lines().next()?.trim().parse().ok());
    let missing = (end + length.unwrap_or(0)).saturating_sub(message.len());
    let begun = message.len();
    message.resize(begun + missing, 0);
    stream.read_exact(&mut message[begun..]).await?;
    Ok(Some(message))
}

/// Whose key signed the request.
fn tenancy(request: &[u8]) -> String {
    let text = String::from_utf8_lossy(request);
    let key_id = text.split("keyId=\"").nth(1).unwrap_or_default();
    key_id.split('/').next().unwrap_or_default().to_owned()
}
