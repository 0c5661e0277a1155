//! Proxies and certificates that the environment names: what is understood is used, and what is not ends the run before
//! a request goes out.

use std::io;
use std::process::Command;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::TcpStream;

use crate::common::listener::Listener;
use crate::common::proxy::{Host, Proxy, usage_host};
use crate::common::{
    Config, Folder, Ran, Served, assert_untold, assert_words, client, closed_port, command,
    command_over, daily, failure, ran,
};

/// A password that no text may show, nor either half of it.
const SECRETS: [&str; 2] = ["senh4", "s3cret4"];

fn config() -> Config {
    Config::new("a").with("inicio_contrato", "2026-04-01")
}

fn served() -> Served {
    let rows = daily("2026-04-01", "2026-06-16", "10.00");
    Folder::new().client(&config(), rows).serve()
}

/// The report in JSON over the folder of `served`, by way of `proxy`'s authority, without a proxy yet.
fn over(served: &Served, proxy: &Proxy) -> Command {
    let mut command = command_over(served.dir.path());
    proxy.lead(&mut command).env_remove("HTTPS_PROXY");
    command.args(["--format", "json", "--no-store"]);
    command
}

#[track_caller]
fn assert_reported(ran: Ran) {
    let document = ran.exited(0).json();
    assert_eq!(client(&document, "config_a")["consumo"], "770");
}

/// Values that are the address of no proxy, where `P` is host and port of one that listens.
const NOT_UNDERSTOOD: [&str; 33] = [
    "\"http://P\"",
    "'http://P'",
    "http://eu:senh4#s3cret4@P",
    "http://eu:senh4@s3cret4@P",
    "http://eu:senh4/s3cret4@P",
    "http://eu:senh4?s3cret4@P",
    "http://eu:senh4 s3cret4@P",
    "http://eu:senh4\\s3cret4@P",
    "http://eu:senh4çs3cret4@P",
    "eu:senh4#s3cret4@P",
    "http://eu:senh4%E7s3cret4@P",
    "ftp://eu:senh4s3cret4@P",
    "htp://P",
    "://P",
    "//P",
    "http:/P",
    "http//P",
    "http:P",
    "socks://eu:senh4s3cret4@P",
    "socks6://P",
    "socks4a://eu:senh4s3cret4@P",
    "http://P/proxy.pac",
    "http=P;https=P",
    "P,P",
    "PROXY P",
    "http://127.0.0.1:porta",
    "http://[::1",
    "http://::1:80",
    "http://127.0.0.1:0",
    "http://127.0.0.1:65536",
    "http://P?x",
    "http://proxy.ç",
    "http://",
];

#[test]
fn a_proxy_that_is_not_understood_ends_the_run_before_any_request() {
    let served = served();
    let proxy = Proxy::start(&served.server, []);
    let good = format!("http://{}", proxy.address());
    let place = proxy.address().to_string();
    let variables = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    for (n, value) in NOT_UNDERSTOOD.iter().enumerate() {
        let variable = variables[n % variables.len()];
        let mut command = over(&served, &proxy);
        command.env(variable, value.replace('P', &place));
        // Nor is another one used in its place.
        if variable.eq_ignore_ascii_case("HTTPS_PROXY") {
            command.env("ALL_PROXY", &good);
        }
        let lang = ["pt-BR", "en"][n % 2];
        let ran = ran(command.args(["--lang", lang])).exited(2);
        assert_eq!(ran.stdout, "");
        assert_eq!(ran.stderr.lines().count(), 1, "{value}: {}", ran.stderr);
        assert_words(&ran.stderr, &[variable]);
        assert_untold(&ran, SECRETS);
    }
    assert_eq!(proxy.asked(), [""; 0]);
    assert_eq!(served.server.requests(), 0);
}

#[test]
fn every_command_that_asks_the_service_is_ended_and_no_other() {
    let served = served();
    let dir = served.dir.path().to_str().unwrap();
    let run = |args: &[&str]| {
        let mut command = command();
        command.env("HTTPS_PROXY", "socks://proxy:1").args(args);
        ran(&mut command)
    };
    for args in [
        &[dir][..],
        &["check", dir],
        &["backtest", dir],
        &[dir, "--endpoint", "https://192.0.2.1"],
    ] {
        let ran = run(args).exited(2);
        assert_words(&ran.stderr, &["HTTPS_PROXY", "socks5h://"]);
    }
    let endpoint = served.server.endpoint();
    for args in [
        &["check", dir, "--offline"][..],
        &[
            dir,
            "--endpoint",
            &endpoint,
            "--as-of",
            "2026-06-17",
            "--no-store",
        ],
        &["demo", "--as-of", "2026-06-17"],
        &["manual", "network"],
    ] {
        run(args).exited(0);
    }
    // A bypass of every host leaves the proxy out of it; one that is none is said where there is a proxy.
    let mut bypassed = command();
    bypassed.args([
        dir,
        "--endpoint",
        "https://127.0.0.2.invalid",
        "--retry-budget",
        "0",
        "--no-store",
    ]);
    bypassed.env("HTTPS_PROXY", "\"").env("NO_PROXY", "x,*");
    ran(&mut bypassed).exited(4);
    let mut unread = command();
    unread
        .env("HTTPS_PROXY", "proxy:1")
        .env("no_proxy", "localhost,http://x");
    let ran = ran(unread.arg(dir)).exited(2);
    assert_words(&ran.stderr, &["no_proxy", "\"http://x\""]);
}

#[test]
fn a_variable_that_is_set_to_nothing_is_not_set() {
    let served = served();
    let proxy = Proxy::start(&served.server, []);
    let good = format!("http://{}", proxy.address());
    for names in [
        ["HTTPS_PROXY", "https_proxy"],
        ["HTTPS_PROXY", "ALL_PROXY"],
        ["https_proxy", "all_proxy"],
        ["ALL_PROXY", "all_proxy"],
    ] {
        let mut command = over(&served, &proxy);
        let blank = ["", "  ", "\t"][names[0].len() % 3];
        command.env(names[0], blank).env(names[1], &good);
        command.env("NO_PROXY", "").env("HTTP_PROXY", "\"");
        assert_reported(ran(&mut command));
    }
    assert!(proxy.asked().len() >= 4);
}

#[test]
fn a_proxy_is_understood_in_every_form_of_its_address() {
    let served = served();
    let proxy = Proxy::start(&served.server, []);
    let place = proxy.address();
    for value in [
        format!("{place}"),
        format!("http://{place}/"),
        format!("http://{place}/a/b"),
        format!("HTTP://eu:senh4%40%23s3cret4@{place}"),
        format!("eu:100%@{place}"),
        // Whatever may stand in a password as it is.
        format!("http://eu:!$%&'()*+,-.:;=[]_~senh4@{place}"),
        format!(" http://{place}\r\n"),
    ] {
        let mut command = over(&served, &proxy);
        let ran = ran(command.arg("-v").env("https_proxy", value));
        assert_untold(&ran, SECRETS);
        assert_reported(ran);
    }
}

#[test]
fn a_refusal_of_the_proxy_is_told_as_the_proxy_s_and_not_tried_again() {
    let unsaid =
        "recusou a ligação com usageapi.sa-saopaulo-1.oci.oraclecloud.com; quase sempre é um 403";
    for (status, words) in [
        (302, unsaid),
        (401, unsaid),
        (403, unsaid),
        (404, unsaid),
        (407, "respondeu 407: pede usuário e senha"),
        (502, unsaid),
        (503, unsaid),
    ] {
        let served = served();
        let host = usage_host("sa-saopaulo-1");
        let proxy = Proxy::start(&served.server, [(host.as_str(), Host::Refused(status))]);
        let mut command = over(&served, &proxy);
        command.env(
            "HTTPS_PROXY",
            format!("http://eu:senh4s3cret4@{}", proxy.address()),
        );
        let ran = ran(command.arg("-v")).exited(4);
        assert_untold(&ran, SECRETS);
        let document = ran.json();
        let failure = failure(&document, "config_a");
        assert_eq!(failure["codigo"], "sem_conexao");
        let place = format!("o proxy {} ", proxy.address());
        assert_words(failure["mensagem"].as_str().unwrap(), &[&place, words]);
        assert_eq!(proxy.asked(), [host]);
    }
}

#[test]
#[ignore = "long"]
fn a_proxy_that_is_not_there_is_named() {
    let served = served();
    let proxy = Proxy::start(&served.server, []);
    let closed = closed_port().to_string();
    for (value, words) in [
        (
            closed.clone(),
            format!("o proxy {closed} recusou a conexão"),
        ),
        (
            "http://proxy.invalid:3128".to_owned(),
            "o proxy proxy.invalid:3128 não foi encontrado (DNS)".to_owned(),
        ),
        (
            format!("socks5h://{closed}"),
            format!("não há conexão com o proxy {closed}"),
        ),
    ] {
        let mut command = over(&served, &proxy);
        command
            .args(["--retry-budget", "1"])
            .env("ALL_PROXY", value);
        let document = ran(&mut command).exited(4).json();
        let failure = failure(&document, "config_a");
        assert_words(failure["mensagem"].as_str().unwrap(), &[&words]);
        assert_words(failure["acao"].as_str().unwrap(), &["HTTPS_PROXY"]);
    }
}

/// What a SOCKS proxy of the tests does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Socks {
    /// Connects whoever asks.
    Open,
    /// Asks for user and password.
    Locked,
    /// Answers with this code.
    Answers(u8),
}

/// A SOCKS proxy before `behind`, which is an HTTP proxy; the list gets the hosts that were asked for.
fn socks(behind: &Proxy, manner: Socks) -> (Listener, Arc<Mutex<Vec<String>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let (seen, behind) = (Arc::clone(&asked), behind.address());
    let listener = Listener::start(move |mut stream| {
        let seen = Arc::clone(&seen);
        async move {
            let host = match stream.read_u8().await? {
                5 => socks5(&mut stream, manner).await?,
                _ => socks4a(&mut stream, manner).await?,
            };
            let Some(host) = host else {
                return Ok(());
            };
            seen.lock().unwrap().push(host.clone());
            let mut tunnel = TcpStream::connect(behind).await?;
            let request = format!("CONNECT {host}:443 HTTP/1.1\r\n\r\n");
            tunnel.write_all(request.as_bytes()).await?;
            let mut answer = Vec::new();
            while !answer.ends_with(b"\r\n\r\n") {
                answer.push(tunnel.read_u8().await?);
            }
            copy_bidirectional(&mut stream, &mut tunnel).await?;
            Ok(())
        }
    });
    (listener, asked)
}

async fn socks5(stream: &mut TcpStream, manner: Socks) -> io::Result<Option<String>> {
    let count = stream.read_u8().await?;
    let mut methods = vec![0; count.into()];
    stream.read_exact(&mut methods).await?;
    if manner == Socks::Locked {
        if !methods.contains(&2) {
            stream.write_all(&[5, 0xFF]).await?;
            return Ok(None);
        }
        stream.write_all(&[5, 2]).await?;
        stream.read_u8().await?;
        let mut parts = Vec::new();
        for _ in 0..2 {
            let length = stream.read_u8().await?;
            let mut part = vec![0; length.into()];
            stream.read_exact(&mut part).await?;
            parts.push(String::from_utf8(part).unwrap());
        }
        let right = parts == ["eu", "senh4@s3cret4"];
        stream.write_all(&[1, u8::from(!right)]).await?;
        if !right {
            return Ok(None);
        }
    } else {
        stream.write_all(&[5, 0]).await?;
    }
    let mut head = [0; 4];
    stream.read_exact(&mut head).await?;
    assert_eq!(head[..3], [5, 1, 0]);
    // An address, or a name that the proxy looks up.
    let length = match head[3] {
        1 => 4,
        _ => stream.read_u8().await?,
    };
    let mut host = vec![0; length.into()];
    stream.read_exact(&mut host).await?;
    let host = match head[3] {
        1 => dotted(&host),
        _ => String::from_utf8(host).unwrap(),
    };
    stream.read_u16().await?;
    let code = match manner {
        Socks::Answers(code) => code,
        _ => 0,
    };
    stream.write_all(&[5, code, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
    Ok((code == 0).then_some(host))
}

async fn socks4a(stream: &mut TcpStream, manner: Socks) -> io::Result<Option<String>> {
    let mut head = [0; 7];
    stream.read_exact(&mut head).await?;
    assert_eq!(head[0], 1);
    let named = head[3..6] == [0; 3] && head[6] != 0;
    let mut word = async || -> io::Result<String> {
        let mut word = Vec::new();
        loop {
            match stream.read_u8().await? {
                0 => return Ok(String::from_utf8(word).unwrap()),
                byte => word.push(byte),
            }
        }
    };
    let _user = word().await?;
    let host = match named {
        true => word().await?,
        false => dotted(&head[3..]),
    };
    let code = match manner {
        Socks::Answers(code) => code,
        _ => 90,
    };
    stream.write_all(&[0, code, 0, 0, 0, 0, 0, 0]).await?;
    Ok((code == 90).then_some(host))
}

/// An IPv4 address of its four bytes.
fn dotted(bytes: &[u8]) -> String {
    let parts: Vec<String> = bytes.iter().map(u8::to_string).collect();
    parts.join(".")
}

#[test]
fn a_socks_proxy_without_names_gets_addresses_and_its_lookup_is_told() {
    let served = served();
    let proxy = Proxy::start(&served.server, []);
    for scheme in ["socks5", "socks4"] {
        let (listener, asked) = socks(&proxy, Socks::Open);
        let variable = format!("{scheme}://{}", listener.address);
        // An address needs no lookup; no host has this one.
        let mut command = over(&served, &proxy);
        command.args(["--endpoint", "https://192.0.2.7"]);
        assert_reported(ran(command.env("ALL_PROXY", &variable)));
        let hosts = std::mem::take(&mut *asked.lock().unwrap());
        assert!(!hosts.is_empty() && hosts.iter().all(|host| host == "192.0.2.7"));
        // The service's name has no address on this machine.
        for (lang, words) in [("pt-BR", "nesta máquina"), ("en", "on this machine")] {
            let mut command = over(&served, &proxy);
            command.args(["--retry-budget", "0", "--lang", lang]);
            let document = ran(command.env("ALL_PROXY", &variable)).exited(4).json();
            let failure = failure(&document, "config_a");
            assert_eq!(failure["codigo"], "sem_conexao");
            assert_words(failure["mensagem"].as_str().unwrap(), &[words, "socks5://"]);
            assert_words(failure["acao"].as_str().unwrap(), &["socks5h://", "region"]);
        }
        assert_eq!(*asked.lock().unwrap(), [""; 0]);
    }
}

#[test]
fn a_proxy_is_reached_by_tls_too() {
    let served = served();
    let proxy = Proxy::start(&served.server, []);
    let front = proxy.behind_tls();
    for value in [
        format!("https://{}", front.address),
        format!("HTTPS://eu:senh4%40s3cret4@{}/", front.address),
    ] {
        let before = proxy.asked().len();
        let mut command = over(&served, &proxy);
        let ran = ran(command.arg("-v").env("HTTPS_PROXY", value));
        assert_untold(&ran, SECRETS);
        assert_reported(ran);
        assert!(proxy.asked().len() > before);
    }
    // One whose certificate nobody trusts gets no request.
    let before = proxy.asked().len();
    let mut command = over(&served, &proxy);
    command.env_remove("SSL_CERT_FILE");
    command.env("HTTPS_PROXY", format!("https://{}", front.address));
    let document = ran(&mut command).exited(4).json();
    let failure = failure(&document, "config_a");
    assert_eq!(failure["codigo"], "tls");
    assert_words(
        failure["mensagem"].as_str().unwrap(),
        &[&front.address.to_string()],
    );
    assert_eq!(proxy.asked().len(), before);
}

#[test]
fn check_tells_the_proxy_s_refusal_of_the_connection() {
    let served = served();
    let host = usage_host("sa-saopaulo-1");
    let proxy = Proxy::start(&served.server, [(host.as_str(), Host::Refused(407))]);
    let closed = closed_port().to_string();
    for (address, words) in [
        (format!("http://{}", proxy.address()), "respondeu 407"),
        (format!("http://{closed}"), "recusou a conexão"),
        (format!("socks5h://{closed}"), "não há conexão com o proxy"),
    ] {
        let mut command = crate::common::check_command(served.dir.path());
        proxy.lead(&mut command).env("HTTPS_PROXY", address);
        command.args(["--format", "json", "--retry-budget", "0"]);
        let document = ran(&mut command).exited(4).json();
        let steps = document["clientes"][0]["passos"].as_array().unwrap();
        let connection = steps.iter().find(|step| step["passo"] == "conexao");
        let connection = connection.unwrap();
        assert_eq!(connection["estado"], "falha", "{steps:#?}");
        assert_words(connection["mensagem"].as_str().unwrap(), &[words]);
        let failed = steps.iter().filter(|step| step["estado"] == "falha");
        assert_eq!(failed.count(), 1, "{steps:#?}");
    }
}

#[test]
fn socks_proxies_lead_to_the_service() {
    let served = served();
    let proxy = Proxy::start(&served.server, []);
    for (scheme, manner) in [
        ("socks5h://", Socks::Open),
        ("socks4a://", Socks::Open),
        ("socks5h://eu:senh4%40s3cret4@", Socks::Locked),
    ] {
        let (listener, asked) = socks(&proxy, manner);
        let mut command = over(&served, &proxy);
        command.env("ALL_PROXY", format!("{scheme}{}", listener.address));
        assert_reported(ran(&mut command));
        let asked = asked.lock().unwrap();
        assert!(
            !asked.is_empty()
                && asked
                    .iter()
                    .all(|host| *host == usage_host("sa-saopaulo-1"))
        );
    }
}

#[test]
fn a_refusal_of_a_socks_proxy_is_told_as_the_proxy_s() {
    let served = served();
    let proxy = Proxy::start(&served.server, []);
    let refused = |scheme: &str, manner: Socks| -> (Value, String) {
        let (listener, _) = socks(&proxy, manner);
        let mut command = over(&served, &proxy);
        command.args(["--retry-budget", "1"]);
        command.env("ALL_PROXY", format!("{scheme}{}", listener.address));
        let ran = ran(&mut command).exited(4);
        assert_untold(&ran, SECRETS);
        (
            failure(&ran.json(), "config_a").clone(),
            listener.address.to_string(),
        )
    };
    let unreached = "não conseguiu se conectar a usageapi.sa-saopaulo-1.oci.oraclecloud.com";
    for (scheme, manner, words) in [
        ("socks5h://", Socks::Locked, "pede usuário e senha"),
        ("socks5h://eu:senh4@", Socks::Locked, "pede usuário e senha"),
        ("socks5h://eu:senh4@", Socks::Open, "pede usuário e senha"),
        ("socks5h://", Socks::Answers(1), unreached),
        ("socks5h://", Socks::Answers(2), "não permite a conexão"),
        ("socks5h://", Socks::Answers(3), unreached),
        ("socks5h://", Socks::Answers(4), unreached),
        ("socks5h://", Socks::Answers(5), unreached),
        ("socks5h://", Socks::Answers(6), unreached),
        ("socks5h://", Socks::Answers(7), unreached),
        ("socks5h://", Socks::Answers(8), unreached),
        ("socks4a://", Socks::Answers(91), unreached),
        ("socks4a://", Socks::Answers(92), unreached),
        ("socks4a://", Socks::Answers(93), unreached),
    ] {
        let (failure, place) = refused(scheme, manner);
        assert_eq!(failure["codigo"], "sem_conexao");
        let message = failure["mensagem"].as_str().unwrap();
        assert_words(message, &["proxy SOCKS", &place, words]);
    }
}

#[test]
fn a_proxy_that_speaks_another_protocol_is_said_to() {
    let served = served();
    let proxy = Proxy::start(&served.server, []);
    let http = Listener::start(|mut stream: TcpStream| async move {
        stream.read_u8().await?;
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await
    });
    let place = http.address.to_string();
    for scheme in ["socks5h", "socks4a"] {
        let mut command = over(&served, &proxy);
        command.env("ALL_PROXY", format!("{scheme}://{place}"));
        let document = ran(&mut command).exited(4).json();
        let message = failure(&document, "config_a")["mensagem"].to_string();
        assert_words(&message, &[&place, "não fala o protocolo de proxy"]);
    }
}

/// Whether a variable names the certificates that the system trusts.
const CERTIFICATES_ARE_FILES: bool = cfg!(target_os = "linux");

#[test]
fn a_place_without_certificates_is_named_with_its_variable() {
    if !CERTIFICATES_ARE_FILES {
        return;
    }
    let served = served();
    let proxy = Proxy::start(&served.server, []);
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(at("vazio.pem"), "").unwrap();
    std::fs::write(at("texto.pem"), "nada\n").unwrap();
    std::fs::write(at("chave.pem"), crate::common::KEY_PEM).unwrap();
    std::fs::create_dir(at("pasta")).unwrap();
    let empty = "não tem nenhum certificado";
    for (variable, path, words) in [
        ("SSL_CERT_FILE", at("nada.pem"), "não existe"),
        ("SSL_CERT_FILE", at("vazio.pem"), empty),
        ("SSL_CERT_FILE", at("texto.pem"), empty),
        ("SSL_CERT_FILE", at("chave.pem"), empty),
        ("SSL_CERT_FILE", at("pasta"), "não é um arquivo comum"),
        ("SSL_CERT_DIR", at("nada"), "não existe"),
        ("SSL_CERT_DIR", at("pasta"), empty),
        ("SSL_CERT_DIR", at("vazio.pem"), "não é uma pasta"),
    ] {
        let mut command = over(&served, &proxy);
        command.env_remove("SSL_CERT_FILE").env(variable, &path);
        let document = ran(&mut command).exited(4).json();
        let failure = failure(&document, "config_a");
        assert_eq!(failure["codigo"], "sem_conexao");
        let message = failure["mensagem"].as_str().unwrap();
        assert_words(message, &[&format!("{variable}={path}: "), words]);
    }
    // One that is empty beside one that is not does no harm, nor does one that is set to nothing.
    for (variable, value) in [
        ("SSL_CERT_DIR", at("pasta")),
        ("SSL_CERT_DIR", String::new()),
    ] {
        let mut command = over(&served, &proxy);
        command.env("HTTPS_PROXY", proxy.address().to_string());
        assert_reported(ran(command.env(variable, value)));
    }
    // Set to nothing, it gives way to the system's own, which do not know the tests' authority.
    let mut command = over(&served, &proxy);
    command.env("HTTPS_PROXY", proxy.address().to_string());
    let document = ran(command.env("SSL_CERT_FILE", "")).exited(4).json();
    let message = failure(&document, "config_a")["mensagem"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(!message.contains("SSL_CERT_FILE="), "{message}");
}
