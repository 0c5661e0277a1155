//! Mails as they go on the wire.

use oci_consumo::internals::deliver::channel::{Channel, Sendmail};
use oci_consumo::internals::deliver::parcel::{Content, Mail, RefusalKind};
use oci_consumo::internals::failure::{DeliveryProblem, UnsendableMessage};
use proptest::prelude::*;
use proptest::test_runner::Config;

use super::stand_in::{ADDRESS, Provider, answer, cases, mail, parcel, send, web};

/// The letter of `mail`, as OCI's service gets it.
fn letter(mail: Mail) -> String {
    let provider = Provider::start([answer(500, "")]);
    let cases = cases(&provider.url());
    let case = cases.iter().find(|case| case.name == "oci").unwrap();
    let _ = send(&web(), &case.channel, &parcel(ADDRESS, Content::Mail(mail)));
    String::from_utf8(provider.only().body).unwrap()
}

/// The headers of `letter`, unfolded.
fn headers(letter: &str) -> Vec<String> {
    let (head, _) = letter.split_once("\r\n\r\n").unwrap();
    let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    head.split("\r\n").map(str::to_owned).collect()
}

#[test]
fn headers_say_what_machines_ask_for() {
    let letter = letter(mail());
    let headers = headers(&letter);
    for expected in [
        "From: \"Consumo OCI\" <alertas@parceiro.example>",
        "To: ana.secreta@cliente.example",
        "Reply-To: suporte@parceiro.example",
        "Date: Thu, 25 Feb 2021 15:02:10 +0000",
        "Message-ID: <al-0123456789abcdef@parceiro.example>",
        "References: <al-0001@parceiro.example>",
        "In-Reply-To: <al-0001@parceiro.example>",
        "List-Id: <alertas.oci-consumo.parceiro.example>",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: All",
        "MIME-Version: 1.0",
    ] {
        let found = headers.iter().filter(|header| *header == expected).count();
        assert_eq!(found, 1, "{expected}: {headers:#?}");
    }
    let subject = headers
        .iter()
        .find(|header| header.starts_with("Subject: "));
    assert!(subject.unwrap().contains("=?utf-8?b?"), "{subject:?}");
    assert!(letter.is_ascii());
    let lines = letter.split("\r\n");
    assert!(
        lines
            .clone()
            .all(|line| !line.contains(['\r', '\n']) && line.len() <= 998)
    );
}

#[test]
fn text_comes_before_html() {
    let letter = letter(mail());
    let kind = headers(&letter);
    let kind = kind
        .iter()
        .find(|header| header.starts_with("Content-Type: "));
    assert!(kind.unwrap().contains("multipart/alternative"), "{kind:?}");
    let text = letter.find("text/plain; charset=utf-8").unwrap();
    let html = letter.find("text/html; charset=utf-8").unwrap();
    assert!(text < html);
    // A second try is the same letter, byte for byte.
    assert_eq!(self::letter(mail()), letter);
}

/// RFC 2046: a boundary has at most 70 characters. An identifier that nobody makes does no harm.
#[test]
fn a_boundary_is_short_and_plain() {
    for id in ["a".repeat(64), "a\"\r\n b;é".repeat(40), String::new()] {
        let provider = Provider::start([answer(500, "")]);
        let cases = cases(&provider.url());
        let case = cases.iter().find(|case| case.name == "oci").unwrap();
        let mut parcel = parcel(ADDRESS, Content::Mail(mail()));
        parcel.id = id;
        let _ = send(&web(), &case.channel, &parcel);
        let letter = String::from_utf8(provider.only().body).unwrap();
        let boundary = letter.lines().find_map(|line| line.strip_prefix("--=_a_"));
        assert!(boundary.unwrap().len() <= 64, "{letter}");
    }
}

#[test]
fn a_text_alone_is_one_part() {
    let letter = letter(Mail {
        html: None,
        references: Vec::new(),
        reply_to: None,
        ..mail()
    });
    assert!(!letter.contains("multipart"), "{letter}");
    assert!(
        !letter.contains("References") && !letter.contains("Reply-To"),
        "{letter}"
    );
}

#[test]
fn an_attached_file_comes_last() {
    let with = |html| {
        letter(Mail {
            html,
            attachment: Some(("carteira são.xlsx".to_owned(), vec![0, 255, 13, 10, 46])),
            ..mail()
        })
    };
    let letter = with(Some("<p>x</p>".to_owned()));
    let places = [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "Content-Disposition: attachment",
        "AP8NCi4=",
    ];
    let places = places.map(|part| {
        letter
            .find(part)
            .unwrap_or_else(|| panic!("{part}: {letter}"))
    });
    assert!(places.is_sorted(), "{places:?}");
    assert!(letter.contains("spreadsheetml.sheet"), "{letter}");
    assert!(!with(None).contains("multipart/alternative"));
}

#[test]
fn an_address_or_identifier_that_is_none_is_refused() {
    let problem = |to: &str, change: fn(&mut Mail)| {
        let mut mail = mail();
        change(&mut mail);
        let channel = Channel::Sendmail(Sendmail {
            program: Some("/nonexistent".into()),
        });
        let refusal = send(&web(), &channel, &parcel(to, Content::Mail(mail))).unwrap_err();
        assert_eq!(refusal.kind, RefusalKind::Permanent);
        match refusal.problem {
            DeliveryProblem::Unsendable(problem) => problem,
            problem => panic!("{problem:?}"),
        }
    };
    for to in [
        "",
        "ana",
        "a@b@c.d",
        "a@b.c\r\nBcc: x@y.z",
        "joão@b.c",
        "-oQ/tmp@b.c",
        "a b@c.d",
    ] {
        assert_eq!(problem(to, |_| {}), UnsendableMessage::Recipient, "{to:?}");
    }
    let sender = problem(ADDRESS, |mail| mail.from.1 = "x\r\ny@z.a".to_owned());
    assert_eq!(sender, UnsendableMessage::Sender);
    for (name, change) in [
        (
            "Message-ID",
            (|mail| mail.message_id = "a\r\nBcc: x".to_owned()) as fn(&mut Mail),
        ),
        ("References", |mail| {
            mail.references.push("a> <b".to_owned())
        }),
        ("List-Id", |mail| mail.list_id = String::new()),
        ("Reply-To", |mail| {
            mail.reply_to = Some("a, b@c.d".to_owned())
        }),
    ] {
        assert_eq!(problem(ADDRESS, change), UnsendableMessage::Header(name));
    }
}

proptest! {
    #![proptest_config(Config { cases: 48, ..Config::default() })]

    /// Whatever names and subjects hold, they make no header and no recipient.
    #[test]
    fn nothing_becomes_a_header(
        name in "[\\PC\r\n\t\"<>@,:;é\u{202e}]{0,60}",
        subject in "[\\PC\r\n\t:é\u{0}]{0,200}",
        text in "[\\PC\r\n.\u{0}\u{1b}]{0,200}",
    ) {
        let inject = "\r\nBcc: mallory@example.com\r\n\r\nbody";
        let letter = letter(Mail {
            from: (Some(format!("{name}{inject}")), "alertas@parceiro.example".to_owned()),
            subject: format!("{subject}{inject}"),
            text,
            attachment: Some((format!("{name}{inject}.xlsx"), b"x".to_vec())),
            ..mail()
        });
        let headers = headers(&letter);
        let names: Vec<&str> = headers.iter().filter_map(|line| Some(line.split_once(':')?.0)).collect();
        prop_assert_eq!(names.len(), headers.len());
        prop_assert!(!names.contains(&"Bcc"), "{:?}", headers);
        prop_assert!(!letter.lines().any(|line| line.starts_with("Bcc:")), "{}", letter);
        let controls = letter.contains(|c: char| c.is_control() && !"\r\n\t".contains(c));
        prop_assert!(letter.is_ascii() && !controls);
        prop_assert!(letter.split("\r\n").all(|line| !line.contains(['\r', '\n']) && line.len() <= 998));
        for once in ["From", "To", "Subject", "Message-ID", "Content-Type"] {
            prop_assert_eq!(names.iter().filter(|name| **name == once).count(), 1);
        }
    }
}
