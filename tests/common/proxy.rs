//! A proxy that every host of the service is reached through, and that ends TLS itself with
//! certificates of its own authority: so that the hosts are what a test says they are, and behind each
//! of them is the stand-in.
//!
//! The program goes there as anywhere, by `HTTPS_PROXY` and `SSL_CERT_FILE`; the latter is heeded where
//! the system's certificates are files, which is not so on Windows and Apple's.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::process::Command;
use std::sync::{Arc, Mutex};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd,
};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use super::address;
use super::listener::Listener;
use super::stand_in::Server;

/// What a host is to whoever asks the proxy for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// The service, with a certificate that holds: what a host is that nothing is said of.
    Good,
    /// Its certificate is of an authority that nobody knows.
    UnknownAuthority,
    /// Its certificate is for another name.
    OtherName,
    /// Its certificate has expired.
    Expired,
    /// The tunnel is refused with this status.
    Refused(u16),
    /// The connection is closed when the tunnel is asked for.
    Closed,
    /// The tunnel stands, and is closed before TLS.
    ClosedBehind,
    /// The tunnel is asked for in vain: no answer ever comes.
    Silent,
    /// The tunnel stands, and nothing comes out of it.
    SilentBehind,
    /// Not reached through the proxy: `NO_PROXY` names it.
    Bypassed,
}

/// A running proxy.
#[derive(Debug)]
pub struct Proxy {
    shared: Arc<Shared>,
    /// Holds the authority's certificate.
    dir: TempDir,
    listener: Listener,
}

#[derive(Debug)]
struct Shared {
    stand_in: SocketAddr,
    hosts: HashMap<String, Host>,
    authorities: Authorities,
    asked: Mutex<Vec<String>>,
}

impl Proxy {
    /// A proxy before `stand_in`, where `hosts` are as said and every other is [`Host::Good`].
    pub fn start<'h>(stand_in: &Server, hosts: impl IntoIterator<Item = (&'h str, Host)>) -> Self {
        let authorities = Authorities::new();
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("ca.pem"), authorities.known_pem()).unwrap();
        let hosts = hosts
            .into_iter()
            .map(|(name, host)| (name.to_owned(), host));
        let shared = Arc::new(Shared {
            stand_in: address(stand_in),
            hosts: hosts.collect(),
            authorities,
            asked: Mutex::default(),
        });
        Self {
            shared: Arc::clone(&shared),
            dir,
            listener: Listener::start(move |stream| tunnel(stream, Arc::clone(&shared))),
        }
    }

    /// Where the proxy listens.
    pub fn address(&self) -> SocketAddr {
        self.listener.address
    }

    /// Has `command` go through the proxy and trust its authority.
    pub fn lead<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        let hosts = self.shared.hosts.iter();
        let bypassed: Vec<&str> = hosts
            .filter(|(_, host)| **host == Host::Bypassed)
            .map(|(name, _)| name.as_str())
            .collect();
        command
            .env("HTTPS_PROXY", format!("http://{}", self.listener.address))
            .env("NO_PROXY", bypassed.join(","))
            .env("SSL_CERT_FILE", self.dir.path().join("ca.pem"))
    }

    /// A listener that ends TLS, with a certificate of the known authority, and leads to the proxy.
    pub fn behind_tls(&self) -> Listener {
        let (shared, proxy) = (Arc::clone(&self.shared), self.address());
        Listener::start(move |stream| {
            let name = proxy.ip().to_string();
            let acceptor = TlsAcceptor::from(shared.authorities.server(&name, Host::Good));
            async move {
                let mut stream = acceptor.accept(stream).await?;
                let mut proxy = TcpStream::connect(proxy).await?;
                copy_bidirectional(&mut stream, &mut proxy).await?;
                Ok(())
            }
        })
    }

    /// The hosts that were asked for, in order, once for each connection.
    pub fn asked(&self) -> Vec<String> {
        self.shared.asked.lock().unwrap().clone()
    }
}

/// The host of the Usage API in a region of the commercial realm.
pub fn usage_host(region: &str) -> String {
    format!("usageapi.{region}.oci.oraclecloud.com")
}

/// One tunnel; over a bad certificate the other side goes.
async fn tunnel(mut stream: TcpStream, shared: Arc<Shared>) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read_buf(&mut head).await? == 0 {
            return Ok(());
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let name = head
        .strip_prefix("CONNECT ")
        .and_then(|rest| rest.split(':').next());
    let name = name.unwrap_or_default().to_owned();
    shared.asked.lock().unwrap().push(name.clone());
    let host = shared.hosts.get(&name).copied().unwrap_or(Host::Good);
    match host {
        Host::Closed => return Ok(()),
        Host::Silent => return hold(stream).await,
        Host::Refused(status) => {
            let answer = format!("HTTP/1.1 {status} No\r\ncontent-length: 0\r\n\r\n");
            return stream.write_all(answer.as_bytes()).await;
        }
        _ => stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?,
    }
    match host {
        Host::ClosedBehind => return Ok(()),
        Host::SilentBehind => return hold(stream).await,
        _ => {}
    }
    let acceptor = TlsAcceptor::from(shared.authorities.server(&name, host));
    let mut stream = acceptor.accept(stream).await?;
    let mut stand_in = TcpStream::connect(shared.stand_in).await?;
    copy_bidirectional(&mut stream, &mut stand_in).await?;
    Ok(())
}

/// Says nothing until the other side goes.
async fn hold(mut stream: TcpStream) -> io::Result<()> {
    while stream.read(&mut [0; 1024]).await? > 0 {}
    Ok(())
}

/// The authority that the program trusts, another that it does not, and the key of every host.
#[derive(Debug)]
pub struct Authorities {
    known: CertifiedIssuer<'static, KeyPair>,
    unknown: CertifiedIssuer<'static, KeyPair>,
    key: KeyPair,
}

impl Authorities {
    pub fn new() -> Self {
        let authority = |name: &str| {
            let mut params = CertificateParams::default();
            params.distinguished_name.push(DnType::CommonName, name);
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
        };
        Self {
            known: authority("Known"),
            unknown: authority("Unknown"),
            key: KeyPair::generate().unwrap(),
        }
    }

    /// The certificate of the authority to trust, as a file has it.
    pub fn known_pem(&self) -> String {
        pem::encode(&pem::Pem::new("CERTIFICATE", self.known.der().to_vec()))
    }

    /// The certificate of the host of that name and its key, as files have them.
    #[cfg(all(unix, not(target_vendor = "apple")))]
    pub fn server_pem(&self, name: &str) -> [String; 2] {
        let params = CertificateParams::new([name.to_owned()]).unwrap();
        let certificate = params.signed_by(&self.key, &self.known).unwrap();
        let encode = |tag: &str, der: Vec<u8>| pem::encode(&pem::Pem::new(tag, der));
        [
            encode("CERTIFICATE", certificate.der().to_vec()),
            encode("PRIVATE KEY", self.key.serialize_der()),
        ]
    }

    /// What the host of that name shows.
    pub fn server(&self, name: &str, host: Host) -> Arc<ServerConfig> {
        let shown = match host {
            Host::OtherName => "usageapi.another-host.example",
            _ => name,
        };
        let mut params = CertificateParams::new([shown.to_owned()]).unwrap();
        if host == Host::Expired {
            params.not_before = date_time_ymd(2020, 1, 1);
            params.not_after = date_time_ymd(2021, 1, 1);
        }
        let authority = match host {
            Host::UnknownAuthority => &self.unknown,
            _ => &self.known,
        };
        let certificate = params.signed_by(&self.key, authority).unwrap();
        let key = PrivateKeyDer::try_from(self.key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(aws_lc_rs::default_provider().into())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        Arc::new(config)
    }
}
