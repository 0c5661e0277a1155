//! Faults on the way to a channel, for every channel that is spoken to by HTTP: what is tried again, what is
//! given up, and what the operator reads.

use std::time::Duration;

use futures_util::future::join_all;
use oci_consumo::internals::deliver::channel::{Channel, Webhook};
use oci_consumo::internals::deliver::parcel::{Content, Refusal, RefusalKind};
use oci_consumo::internals::failure::{DeliveryProblem, RefusalReason};
use oci_consumo::internals::lang::Lang;
use proptest::prelude::*;
use proptest::test_runner::Config;
use reqwest::Url;

use super::stand_in::{
    ADDRESS, Case, KEY, PATH, PHONE, Provider, Reply, TOKEN, answer, assert_hidden, cases, parcel,
    secret, send, told, web, web_within, with_header,
};
use crate::common::{RUNTIME, closed_port, samples};

/// Every channel once, at the address that `place` gives for it.
fn each(mut check: impl FnMut(&Provider, &Case), script: impl Fn(&str) -> Vec<Reply>) {
    let anywhere: Url = "http://127.0.0.1:9/".parse().unwrap();
    for (index, Case { name, .. }) in cases(&anywhere).into_iter().enumerate() {
        let provider = Provider::start(script(name));
        let case = cases(&provider.url()).remove(index);
        check(&provider, &case);
    }
}

#[track_caller]
fn refusal(case: &Case) -> Refusal {
    let sent = send(&web(), &case.channel, &case.parcel);
    let refusal = sent.expect_err(case.name);
    assert_hidden(&refusal);
    refusal
}

/// A refusal in which the provider repeats everything that it knows and nobody else may read.
fn chatter(name: &str) -> String {
    let secrets = match name {
        "oci" | "topico" => String::new(),
        "webhook" => format!("{PATH} {KEY}"),
        "telegram" | "twilio" | "twilio_whatsapp" | "zenvia" | "meta" => TOKEN.to_owned(),
        _ => format!("{PATH} {TOKEN}"),
    };
    // A number is hidden whoever it belongs to, an address where it is the recipient's.
    let address = if name == "oci" { ADDRESS } else { "" };
    let digits = &PHONE[1..];
    format!(r#"{{"message":"to {PHONE} {digits} {address} with {secrets} \u001b[31m","code":"x"}}"#)
}

#[test]
fn statuses_say_what_becomes_of_a_message() {
    use RefusalReason as Why;
    for (status, kind, reason) in [
        (302, RefusalKind::Permanent, Why::Redirect),
        (400, RefusalKind::Permanent, Why::Other),
        (401, RefusalKind::Permanent, Why::Login),
        (403, RefusalKind::Permanent, Why::Login),
        (410, RefusalKind::Permanent, Why::Gone),
        (413, RefusalKind::Permanent, Why::TooLarge),
        (429, RefusalKind::Passing, Why::TooMany),
        (500, RefusalKind::Passing, Why::Unavailable),
        (503, RefusalKind::Passing, Why::Unavailable),
        // A gateway that did not hear the channel: nobody knows.
        (502, RefusalKind::Unsure, Why::Unavailable),
        (504, RefusalKind::Unsure, Why::Unavailable),
    ] {
        each(
            |provider, case| {
                let refusal = refusal(case);
                let name = case.name;
                assert_eq!(refusal.kind, kind, "{name} {status}");
                assert_eq!(refusal.problem.refusal(), Some(reason), "{name} {status}");
                assert_eq!(refusal.retry_after, None, "{name} {status}");
                let words = told(Lang::PtBr, &refusal.problem);
                assert!(
                    words.starts_with(&format!("127.0.0.1 respondeu {status}")),
                    "{words}"
                );
                // A refusal is one request: whether there is another is not the channel's to say.
                provider.only();
            },
            |name| vec![answer(status, &chatter(name))],
        );
    }
}

#[test]
fn a_pause_that_is_asked_for_is_passed_on() {
    for (value, seconds) in [
        ("7", 7),
        ("0.5", 1),
        ("99999999999999999999", 30 * 24 * 3600),
    ] {
        for status in [429, 503] {
            each(
                |_, case| {
                    let pause = refusal(case).retry_after;
                    assert_eq!(pause, Some(Duration::from_secs(seconds)), "{}", case.name);
                },
                |_| vec![with_header(status, "retry-after", value, "")],
            );
        }
    }
}

#[test]
fn a_channel_that_comes_back_takes_the_message() {
    let anywhere: Url = "http://127.0.0.1:9/".parse().unwrap();
    for (index, case) in cases(&anywhere).into_iter().enumerate() {
        let provider = Provider::start([answer(503, ""), case.taken]);
        let case = cases(&provider.url()).remove(index);
        assert_eq!(refusal(&case).kind, RefusalKind::Passing, "{}", case.name);
        let accepted = send(&web(), &case.channel, &case.parcel);
        assert!(accepted.is_ok(), "{}", case.name);
        // Every try names the same message to the same place.
        let seen = provider.seen();
        assert_eq!(seen.len(), 2, "{}", case.name);
        assert_eq!(seen[0].target, seen[1].target, "{}", case.name);
        assert_eq!(seen[0].body, seen[1].body, "{}", case.name);
    }
}

/// A message of which nothing went out may go out again; of one that did, nobody knows.
#[test]
fn a_connection_that_fails_says_whether_the_message_went_out() {
    let nowhere: Url = format!("http://{}/", closed_port()).parse().unwrap();
    for case in cases(&nowhere) {
        let refusal = refusal(&case);
        assert_eq!(refusal.kind, RefusalKind::Passing, "{}", case.name);
        assert!(
            matches!(refusal.problem, DeliveryProblem::Connection(_)),
            "{refusal:?}"
        );
    }
    for reply in [Reply::Close, Reply::Torn(200), Reply::Torn(202)] {
        each(
            |provider, case| {
                let refusal = refusal(case);
                assert_eq!(refusal.kind, RefusalKind::Unsure, "{}", case.name);
                let host = "127.0.0.1".to_owned();
                assert_eq!(
                    refusal.problem,
                    DeliveryProblem::NoAnswer { host },
                    "{}",
                    case.name
                );
                provider.only();
            },
            |_| vec![reply.clone()],
        );
    }
    // A refusal that is torn is a refusal.
    each(
        |_, case| assert_eq!(refusal(case).kind, RefusalKind::Permanent, "{}", case.name),
        |_| vec![Reply::Torn(400)],
    );
}

/// The limit of what hangs: long enough that a busy machine sends a request meanwhile.
const LIMIT: Duration = Duration::from_secs(2);

#[test]
#[ignore = "long"]
fn a_channel_that_hangs_is_left() {
    let provider = Provider::start([Reply::Hang]);
    let (cases, web) = (cases(&provider.url()), web_within(LIMIT));
    let sends = cases
        .iter()
        .map(|case| case.channel.send(&web, &case.parcel));
    let sent = RUNTIME.block_on(join_all(sends));
    for (case, sent) in cases.iter().zip(sent) {
        let refusal = sent.expect_err(case.name);
        assert_eq!(refusal.kind, RefusalKind::Unsure, "{}", case.name);
        assert_hidden(&refusal);
    }
    // Behind TLS nothing goes out before the server has spoken; without certificates neither.
    let silent = Provider::start([Reply::Hang]);
    let url = format!("https://{}/{PATH}", silent.address());
    let channel = Channel::Webhook(Webhook {
        url: secret(&url),
        secret: None,
    });
    let event = parcel("", Content::Event(b"{}".to_vec()));
    let refusal = send(&web, &channel, &event).unwrap_err();
    assert_eq!(refusal.kind, RefusalKind::Passing);
    assert_hidden(&refusal);
}

/// A portal's page is no success, and no channel's answer.
#[test]
fn another_s_page_is_not_believed() {
    for page in ["<html>Log in</html>", "", "[]", "7", "{}"] {
        each(
            |_, case| {
                let sent = send(&web(), &case.channel, &case.parcel);
                if case.any_success || case.name == "discord" && page.is_empty() {
                    assert!(sent.is_ok(), "{}", case.name);
                    return;
                }
                let refusal = sent.expect_err(case.name);
                let name = case.name;
                assert_hidden(&refusal);
                assert_ne!(
                    refusal.kind,
                    RefusalKind::Passing,
                    "{name} {page}: {refusal:?}"
                );
            },
            |_| vec![answer(200, page)],
        );
    }
}

/// Redirects are never followed: the address where they lead is never asked.
#[test]
fn redirects_are_failures() {
    let elsewhere = Provider::start([answer(200, "ok")]);
    let target = elsewhere.url();
    for status in [301, 303, 307, 308] {
        each(
            |_, case| assert_eq!(refusal(case).kind, RefusalKind::Permanent, "{}", case.name),
            |_| vec![with_header(status, "location", target.as_str(), "")],
        );
    }
    assert!(elsewhere.seen().is_empty());
}

#[test]
fn only_https_leaves_this_machine() {
    let event = || parcel("", Content::Event(b"{}".to_vec()));
    for (url, insecure) in [
        ("http://webhook.example/secret-path-1234", true),
        ("http://10.0.0.1/secret-path-1234", true),
        ("ftp://127.0.0.1/secret-path-1234", true),
        ("secret-path-1234", false),
        ("", false),
        ("https:", false),
        ("data:secret-path-1234", false),
    ] {
        let channel = Channel::Webhook(Webhook {
            url: secret(url),
            secret: None,
        });
        assert!(!channel.is_loopback() || url.starts_with("ftp"), "{url}");
        let refusal = send(&web(), &channel, &event()).unwrap_err();
        assert_eq!(refusal.kind, RefusalKind::Permanent, "{url}");
        let is_insecure = matches!(refusal.problem, DeliveryProblem::InsecureAddress { .. });
        assert_eq!(is_insecure, insecure, "{url}: {refusal:?}");
        assert!(
            !format!("{refusal:?}").contains("secret-path"),
            "{refusal:?}"
        );
    }
}

/// A token with a line break, as of a file's end, is no header.
#[test]
fn a_broken_secret_is_told_and_not_shown() {
    let provider = Provider::start([answer(500, "")]);
    let mut cases = cases(&provider.url());
    let case = cases.iter_mut().find(|case| case.name == "zenvia").unwrap();
    let Channel::Zenvia(zenvia) = &mut case.channel else {
        panic!()
    };
    zenvia.token = secret(&format!("{TOKEN}\n"));
    let refusal = refusal(case);
    assert_eq!(refusal.kind, RefusalKind::Permanent);
    assert!(told(Lang::En, &refusal.problem).contains("secret"));
    assert!(provider.seen().is_empty());
}

proptest! {
    #![proptest_config(Config { cases: samples(32, 128), ..Config::default() })]

    /// Whatever a channel answers, it is a message that was taken or a refusal with words.
    #[test]
    fn any_answer_is_understood_or_refused(
        index in 0_usize..13,
        status in 200_u16..=599,
        body in prop_oneof![
            "\\PC{0,80}",
            any::<Vec<u8>>().prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
            "[{\\[]\"(ok|id|sid|code|error|messages|message|details|retry_after|status|parameters)\":([0-9]{1,20}|-1|null|true|\"x\"|\\[\\]|\\{\\}|[0-9]\\.[0-9]e9)[}\\]]",
        ],
        pause in prop_oneof![Just(String::new()), "[0-9.]{1,30}", "[a-zA-Z, :]{1,30}"],
    ) {
        let provider = Provider::start([with_header(status, "retry-after", &pause, &body)]);
        let case = cases(&provider.url()).remove(index);
        if let Err(refusal) = send(&web(), &case.channel, &case.parcel) {
            assert_hidden(&refusal);
            prop_assert!(!case.any_success || status >= 300);
        } else {
            prop_assert!(status < 300, "{} {}", case.name, status);
        }
    }
}
