//! Mail over SMTP, against a server of our own.

use std::collections::HashMap;
use std::env;
use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use futures_util::future::join_all;
use oci_consumo::internals::alerting::Mechanism;
use oci_consumo::internals::deliver::channel::{Channel, Login, Smtp};
use oci_consumo::internals::deliver::parcel::{Content, Refusal, RefusalKind};
use oci_consumo::internals::failure::{DeliveryProblem, RefusalReason as Why};
use oci_consumo::internals::lang::Lang;
use proptest::prelude::*;
use proptest::test_runner::Config;

use super::mail_server::{Act, MailServer, Manner};
use super::stand_in::{
    ADDRESS, Provider, Reply, TOKEN, answer, assert_hidden, mail, parcel, secret, send, told, web,
    web_within,
};
use crate::common::proxy::{Authorities, Host};
use crate::common::{RUNTIME, closed_port};

const USER: &str = "alertas@parceiro.example";

fn smtp(host: &str, port: u16) -> Smtp {
    Smtp {
        host: host.to_owned(),
        port,
        implicit_tls: false,
        login: None,
    }
}

fn at(address: SocketAddr) -> Channel {
    Channel::Smtp(smtp("127.0.0.1", address.port()))
}

fn login(mechanism: Mechanism) -> Option<Login> {
    Some(Login {
        user: USER.to_owned(),
        secret: secret(TOKEN),
        mechanism,
    })
}

fn letter() -> oci_consumo::internals::deliver::parcel::Parcel {
    parcel(ADDRESS, Content::Mail(mail()))
}

#[track_caller]
fn refusal(channel: &Channel) -> Refusal {
    let refusal = send(&web(), channel, &letter()).expect_err("a refusal");
    assert_hidden(&refusal);
    refusal
}

fn acting(stage: &'static str, act: Act) -> Manner {
    Manner {
        acts: HashMap::from([(stage, act)]),
        ..Manner::default()
    }
}

#[test]
fn a_mail_goes_to_one_recipient() {
    let server = MailServer::start(Manner::default());
    let channel = at(server.address());
    assert!(channel.is_loopback());
    let accepted = send(&web(), &channel, &letter()).unwrap();
    assert_eq!(accepted.id.as_deref(), Some("2.0.0 Ok: queued as 4F3A"));
    let seen = server.seen();
    let commands: Vec<&str> = seen
        .commands
        .iter()
        .map(|(line, _)| line.as_str())
        .collect();
    assert_eq!(
        commands,
        [
            "EHLO [127.0.0.1]",
            "MAIL FROM:<alertas@parceiro.example>",
            "RCPT TO:<ana.secreta@cliente.example>",
            "DATA",
            "QUIT"
        ]
    );
    assert_eq!(seen.letters.len(), 1);
    let letter = &seen.letters[0];
    assert!(
        letter.starts_with("From: \"Consumo OCI\" <alertas@parceiro.example>\r\n"),
        "{letter}"
    );
    assert!(letter.contains("Message-ID: <al-0123456789abcdef@parceiro.example>\r\n"));
}

#[test]
fn replies_say_what_becomes_of_a_mail() {
    let (permanent, passing) = (RefusalKind::Permanent, RefusalKind::Passing);
    for (stage, reply, kind, reason, verbs) in [
        (
            "CONNECT",
            "421 4.7.0 too many auth failures",
            passing,
            Why::Unavailable,
            0,
        ),
        ("CONNECT", "554 5.7.1 no service", permanent, Why::Login, 0),
        ("EHLO", "502 5.5.1 no", permanent, Why::Other, 1),
        ("MAIL", "451 4.3.0 later", passing, Why::Unavailable, 2),
        ("MAIL", "455 4.2.1 rate", passing, Why::TooMany, 2),
        (
            "MAIL",
            "535 5.7.8 address not authorized",
            permanent,
            Why::Login,
            2,
        ),
        ("MAIL", "553 5.1.8 sender unknown", permanent, Why::Login, 2),
        (
            "MAIL",
            "552 5.3.4 message too large",
            permanent,
            Why::TooLarge,
            2,
        ),
        // OCI's word for a recipient on the suppression list: a success by its number.
        (
            "RCPT",
            "254 2.1.5 suppressed",
            permanent,
            Why::Suppressed,
            3,
        ),
        ("RCPT", "450 4.2.0 greylisted", passing, Why::Unavailable, 3),
        (
            "RCPT",
            "550 5.1.1 user unknown",
            permanent,
            Why::Recipient,
            3,
        ),
        (
            "RCPT",
            "550 5.7.1 relaying denied",
            permanent,
            Why::Login,
            3,
        ),
        ("RCPT", "550 no such user", permanent, Why::Recipient, 3),
        (
            "DATA",
            "554 5.5.1 no valid recipients",
            permanent,
            Why::Recipient,
            4,
        ),
        (
            "CONTENT",
            "421 4.3.2 shutting down",
            passing,
            Why::Unavailable,
            4,
        ),
        (
            "CONTENT",
            "552 5.3.4 too large",
            permanent,
            Why::TooLarge,
            4,
        ),
        ("CONTENT", "554 5.7.9 spam", permanent, Why::Login, 4),
        (
            "CONTENT",
            "554-5.6.0 two\r\n554 5.6.0 lines",
            permanent,
            Why::Other,
            4,
        ),
        ("CONTENT", "254 suppressed", permanent, Why::Suppressed, 4),
        (
            "CONTENT",
            "451 4.7.1 try again",
            passing,
            Why::Unavailable,
            4,
        ),
    ] {
        let server = MailServer::start(acting(stage, Act::Say(reply)));
        let refusal = refusal(&at(server.address()));
        let got = (refusal.kind, refusal.problem.refusal());
        assert_eq!(got, (kind, Some(reason)), "{stage} {reply}: {refusal:?}");
        let words = told(Lang::PtBr, &refusal.problem);
        let number = &reply[..3];
        assert!(
            words.starts_with(&format!("127.0.0.1 respondeu {number}")),
            "{words}"
        );
        let before = server
            .verbs()
            .into_iter()
            .filter(|verb| verb != "QUIT")
            .count();
        assert_eq!(before, verbs, "{stage} {reply}");
    }
}

/// Other replies of success than 250 are success: 251 says that the mail is forwarded.
#[test]
fn a_forwarded_mail_is_taken() {
    let server = MailServer::start(acting("RCPT", Act::Say("251 2.1.5 will forward")));
    assert!(send(&web(), &at(server.address()), &letter()).is_ok());
}

#[test]
fn the_refused_recipient_is_not_repeated() {
    let reply = "550 5.1.1 <ana.secreta@cliente.example>: Recipient address rejected, call +55 11 91234-5678";
    let server = MailServer::start(acting("RCPT", Act::Say(reply)));
    let DeliveryProblem::Refused { answer, .. } = refusal(&at(server.address())).problem else {
        panic!()
    };
    assert_eq!(answer.code, "5.1.1");
    assert_eq!(
        answer.message,
        "<…>: Recipient address rejected, call +…5678"
    );
}

#[test]
fn a_broken_conversation_says_whether_the_mail_went_out() {
    let refused = refusal(&at(closed_port()));
    assert_eq!(refused.kind, RefusalKind::Passing);
    for stage in ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA"] {
        let server = MailServer::start(acting(stage, Act::Cut));
        let refusal = refusal(&at(server.address()));
        assert_eq!(refusal.kind, RefusalKind::Passing, "{stage}: {refusal:?}");
        assert!(
            matches!(refusal.problem, DeliveryProblem::Connection(_)),
            "{stage}"
        );
    }
    let server = MailServer::start(acting("CONTENT", Act::Cut));
    let refusal = refusal(&at(server.address()));
    assert_eq!(refusal.kind, RefusalKind::Unsure);
    assert!(matches!(refusal.problem, DeliveryProblem::NoAnswer { .. }));
    // Its word of parting is nobody's business.
    for act in [Act::Cut, Act::Say("500 no")] {
        let server = MailServer::start(acting("QUIT", act));
        assert!(send(&web(), &at(server.address()), &letter()).is_ok());
    }
}

#[test]
#[ignore = "long"]
fn a_server_that_hangs_is_left() {
    // Long enough that a busy machine comes to the stage meanwhile.
    let web = web_within(Duration::from_secs(2));
    let stages = ["CONNECT", "RCPT", "CONTENT"];
    let servers = stages.map(|stage| MailServer::start(acting(stage, Act::Hang)));
    let channels: Vec<Channel> = servers.iter().map(|server| at(server.address())).collect();
    let letter = letter();
    let sends = channels.iter().map(|channel| channel.send(&web, &letter));
    let sent = RUNTIME.block_on(join_all(sends));
    for (stage, sent) in stages.into_iter().zip(sent) {
        let refusal = sent.expect_err(stage);
        let unsure = refusal.kind == RefusalKind::Unsure;
        assert_eq!(unsure, stage == "CONTENT", "{stage}: {refusal:?}");
        assert_hidden(&refusal);
    }
    let server = MailServer::start(acting("QUIT", Act::Hang));
    assert!(send(&self::web(), &at(server.address()), &letter).is_ok());
}

/// Something else that listens there, as a web server.
#[test]
fn what_is_no_mail_server_is_told() {
    for reply in [answer(400, "x"), Reply::Close] {
        let provider = Provider::start([reply]);
        let short = web_within(Duration::from_millis(300));
        let refusal = send(&short, &at(provider.address()), &letter()).unwrap_err();
        assert_eq!(refusal.kind, RefusalKind::Passing);
    }
    for greeting in [
        "HTTP/1.1 400 Bad Request",
        "x",
        "220",
        "999 9",
        "\u{fffd}\u{1b}[31m",
    ] {
        let server = MailServer::start(acting("CONNECT", Act::Say(greeting)));
        let short = web_within(Duration::from_millis(300));
        if let Err(refusal) = send(&short, &at(server.address()), &letter()) {
            assert_ne!(refusal.kind, RefusalKind::Unsure, "{greeting}");
            assert_hidden(&refusal);
        }
    }
}

/// A mail goes in the clear on this machine only, and a login nowhere.
#[test]
fn nothing_secret_goes_out_in_the_clear() {
    let server = MailServer::start(Manner {
        offers: "PLAIN LOGIN",
        ..Manner::default()
    });
    let mut own = smtp("127.0.0.1", server.address().port());
    own.login = login(Mechanism::Plain);
    let refusal = refusal(&Channel::Smtp(own));
    assert_eq!(refusal.kind, RefusalKind::Permanent);
    assert!(matches!(
        refusal.problem,
        DeliveryProblem::LoginInClear { .. }
    ));
    assert!(!server.verbs().contains(&"AUTH".to_owned()));
    assert!(server.seen().letters.is_empty());
}

proptest! {
    #![proptest_config(Config { cases: 24, ..Config::default() })]

    /// A line that is a dot, or begins with one, is a line of the letter.
    #[test]
    fn a_letter_arrives_as_it_was_sent(text in "(\\.|\\.\\.|a|\n|\r\n| |x{70}){0,40}") {
        let server = MailServer::start(Manner::default());
        let mut mail = mail();
        mail.html = None;
        mail.text = text.clone();
        let sent = send(&web(), &at(server.address()), &parcel(ADDRESS, Content::Mail(mail)));
        prop_assert!(sent.is_ok());
        let seen = server.seen();
        let body = seen.letters[0].split_once("\r\n\r\n").unwrap().1;
        let lines = |text: &str| text.replace("\r\n", "\n").trim_end_matches('\n').to_owned();
        if seen.letters[0].contains("Content-Transfer-Encoding: 7bit") {
            prop_assert_eq!(lines(body), lines(&text));
        }
    }
}

proptest! {
    #![proptest_config(Config { cases: 48, ..Config::default() })]

    /// Whatever a server says, it has taken the mail, or refused it in words.
    #[test]
    fn any_reply_is_understood_or_refused(
        stage in prop::sample::select(vec!["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "CONTENT", "QUIT"]),
        reply in prop_oneof!["\\PC{0,40}", "[0-9]{3}[ -]?[0-9.]{0,7} ?\\PC{0,20}", "(250-x\r\n){0,3}250 x"],
    ) {
        let server = MailServer::start(acting(stage, Act::Say(reply.leak())));
        let short = web_within(Duration::from_millis(200));
        if let Err(refusal) = send(&short, &at(server.address()), &letter()) {
            assert_hidden(&refusal);
            prop_assert!(refusal.kind != RefusalKind::Unsure || stage == "CONTENT");
        }
    }
}

/// The parent of the tests behind TLS: their process trusts an authority of ours, as the variable says.
#[cfg(all(unix, not(target_vendor = "apple")))]
#[test]
fn tls_is_believed_as_the_service_s_is() {
    let authorities = Authorities::new();
    let dir = tempfile::tempdir().unwrap();
    let pem = dir.path().join("ca.pem");
    std::fs::write(&pem, authorities.known_pem()).unwrap();
    let config = |host| Some(authorities.server("localhost", host));
    let with_login = |manner: Manner| Manner {
        offers: "PLAIN LOGIN XOAUTH2",
        login: Some((USER, TOKEN)),
        ..manner
    };
    let starttls = |host| {
        with_login(Manner {
            starttls: config(host),
            ..Manner::default()
        })
    };
    let good = MailServer::start(starttls(Host::Good));
    let implicit = MailServer::start(with_login(Manner {
        implicit: config(Host::Good),
        ..Manner::default()
    }));
    let unknown = MailServer::start(starttls(Host::UnknownAuthority));
    let other = MailServer::start(starttls(Host::OtherName));
    let expired = MailServer::start(starttls(Host::Expired));
    // Words before TLS that would be taken for words after it.
    let injecting = MailServer::start(Manner {
        acts: HashMap::from([("STARTTLS", Act::Say("220 go\r\n250-x\r\n250 AUTH PLAIN"))]),
        ..starttls(Host::Good)
    });
    let plain_only = MailServer::start(Manner {
        offers: "PLAIN",
        ..starttls(Host::Good)
    });
    let silent = Provider::start([Reply::Hang]);
    let servers = [
        ("GOOD", good.address()),
        ("IMPLICIT", implicit.address()),
        ("UNKNOWN", unknown.address()),
        ("OTHER", other.address()),
        ("EXPIRED", expired.address()),
        ("INJECTING", injecting.address()),
        ("PLAIN_ONLY", plain_only.address()),
        ("SILENT", silent.address()),
    ];
    let mut child = Command::new(env::current_exe().unwrap());
    child
        .args(["--exact", "alerts::smtp::behind_tls", "--nocapture"])
        .env("SSL_CERT_FILE", &pem)
        .env_remove("SSL_CERT_DIR");
    for (name, address) in servers {
        child.env(format!("MAIL_{name}"), address.port().to_string());
    }
    let ran = child.output().unwrap();
    let output = String::from_utf8_lossy(&ran.stdout);
    let errors = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{output}{errors}");
    assert!(output.contains("1 passed"), "{output}");

    // Nothing of a letter or a login went to who cannot be believed, or in the clear.
    for server in [&unknown, &other, &expired, &injecting] {
        let seen = server.seen();
        assert!(seen.letters.is_empty());
        let verbs = server.verbs();
        assert!(
            !verbs.iter().any(|verb| verb == "AUTH" || verb == "MAIL"),
            "{verbs:?}"
        );
    }
    for server in [&good, &implicit] {
        let seen = server.seen();
        let login = |line: &str| line.starts_with("AUTH") || line.starts_with("MAIL");
        assert!(
            seen.commands.iter().all(|(line, tls)| *tls || !login(line)),
            "{seen:?}"
        );
        assert!(!seen.letters.is_empty());
    }
    // Behind STARTTLS the server is asked again what it offers.
    assert_eq!(good.verbs()[..4], ["EHLO", "STARTTLS", "EHLO", "AUTH"]);
}

fn port(name: &str) -> u16 {
    env::var(format!("MAIL_{name}")).unwrap().parse().unwrap()
}

/// Run by [`tls_is_believed_as_the_service_s_is`], in a process that trusts its authority.
#[test]
fn behind_tls() {
    if env::var_os("MAIL_GOOD").is_none() {
        return;
    }
    let channel = |name: &str, implicit_tls, login| {
        Channel::Smtp(Smtp {
            implicit_tls,
            login,
            ..smtp("localhost", port(name))
        })
    };
    for mechanism in [Mechanism::Plain, Mechanism::Login, Mechanism::XOauth2] {
        for (name, implicit_tls) in [("GOOD", false), ("IMPLICIT", true)] {
            let channel = channel(name, implicit_tls, login(mechanism));
            let sent = send(&web(), &channel, &letter());
            assert!(sent.is_ok(), "{name} {mechanism:?}: {sent:?}");
            assert!(RUNTIME.block_on(channel.probe(&web())).is_ok());
        }
        // A password that is not the right one.
        let wrong = Some(Login {
            user: USER.to_owned(),
            secret: secret("wrong-password-99"),
            mechanism,
        });
        let channel = channel("GOOD", false, wrong);
        let shown = format!("{channel:?}");
        assert!(!shown.contains("wrong-password"), "{shown}");
        let refused = refusal(&channel);
        assert_eq!(refused.kind, RefusalKind::Permanent, "{refused:?}");
        assert_eq!(refused.problem.refusal(), Some(Why::Login));
        assert!(
            !format!("{refused:?}").contains("wrong-password"),
            "{refused:?}"
        );
        let probed = RUNTIME.block_on(channel.probe(&web())).unwrap_err();
        assert_eq!(probed.problem.refusal(), Some(Why::Login));
    }
    for name in ["UNKNOWN", "OTHER", "EXPIRED"] {
        let refused = refusal(&channel(name, false, login(Mechanism::Plain)));
        assert_eq!(refused.kind, RefusalKind::Passing, "{name}");
        let words = told(Lang::En, &refused.problem);
        assert!(words.starts_with("TLS with localhost failed: "), "{words}");
    }
    let refused = refusal(&channel("INJECTING", false, login(Mechanism::Plain)));
    assert_eq!(refused.kind, RefusalKind::Passing);
    // TLS from the first byte, to a port of STARTTLS.
    let refused = refusal(&channel("GOOD", true, None));
    assert!(
        matches!(refused.problem, DeliveryProblem::NoTls { .. }),
        "{refused:?}"
    );
    let refused = refusal(&channel("PLAIN_ONLY", false, login(Mechanism::XOauth2)));
    let expected = DeliveryProblem::NoMechanism {
        host: "localhost".to_owned(),
        mechanism: "XOAUTH2",
    };
    assert_eq!(refused.problem, expected);
    let short = web_within(Duration::from_millis(300));
    let hanging = channel("SILENT", true, None);
    assert_eq!(
        send(&short, &hanging, &letter()).unwrap_err().kind,
        RefusalKind::Passing
    );
}
