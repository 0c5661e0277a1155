//! Requests of each channel, byte for byte where its provider's document says so.

use std::collections::HashMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::Utc;
use oci_consumo::internals::deliver::channel::{Channel, Twilio, TwilioSender};
use oci_consumo::internals::deliver::heartbeat::{Ping, ping};
use oci_consumo::internals::deliver::metrics::{Metric, Metrics};
use oci_consumo::internals::deliver::parcel::{Content, Refusal, RefusalKind};
use oci_consumo::internals::deliver::webhook::signature;
use oci_consumo::internals::failure::{DeliveryProblem, RefusalReason, UnsendableMessage};
use reqwest::Url;
use serde_json::json;

use super::stand_in::{
    ADDRESS, Case, KEY, PHONE, Provider, TOKEN, answer, assert_hidden, at, cases, parcel, region,
    secret, send, signer, template, text, web, with_header,
};
use crate::common::RUNTIME;

/// Sends the message of the channel `name`, and returns the request.
#[track_caller]
fn sent(name: &str) -> super::stand_in::Seen {
    let provider = Provider::start([answer(500, "")]);
    let mut cases = cases(&provider.url());
    let at = cases.iter().position(|case| case.name == name).unwrap();
    let case = cases.remove(at);
    // The answer is another test's; what arrived counts here.
    let _ = send(&web(), &case.channel, &case.parcel);
    provider.only()
}

#[test]
fn every_channel_is_believed_when_it_says_yes() {
    let anywhere: Url = "http://127.0.0.1:9/".parse().unwrap();
    let names: Vec<&str> = cases(&anywhere).iter().map(|case| case.name).collect();
    for name in names {
        let case = |base: &Url| -> Case {
            let mut cases = cases(base);
            let at = cases.iter().position(|case| case.name == name).unwrap();
            cases.remove(at)
        };
        let provider = Provider::start([case(&anywhere).taken]);
        let case = case(&provider.url());
        assert!(case.channel.is_loopback(), "{name}");
        let accepted = send(&web(), &case.channel, &case.parcel);
        let id = accepted
            .unwrap_or_else(|refusal| panic!("{name}: {refusal:?}"))
            .id;
        match (case.id, &id) {
            (Some(end), Some(id)) => assert!(id.ends_with(end), "{name}: {id}"),
            (expected, id) => assert_eq!(id.as_deref(), expected, "{name}"),
        }
        let seen = provider.only();
        assert_eq!(seen.method, "POST", "{name}");
        let agent = seen.header("user-agent");
        assert!(agent.starts_with("oci-consumo/"), "{name}: {agent}");
        // Neither channel nor parcel shows a secret or a recipient.
        let shown = format!(
            "{:?} {:?} {:?}",
            case.channel, case.parcel, case.parcel.content
        );
        for hidden in [TOKEN, KEY, PHONE, ADDRESS, "XyZsEcReTpAtH", "Andorinha"] {
            assert!(!shown.contains(hidden), "{name}: {shown}");
        }
    }
}

#[test]
fn twilio_gets_a_form() {
    let seen = sent("twilio");
    assert_eq!(seen.target, "/2010-04-01/Accounts/AC0123/Messages.json");
    // AC0123:tok-3nSecret-Qx81
    assert_eq!(
        seen.header("authorization"),
        "Basic QUMwMTIzOnRvay0zblNlY3JldC1ReDgx"
    );
    assert_eq!(
        seen.header("content-type"),
        "application/x-www-form-urlencoded"
    );
    let form: HashMap<String, String> = Url::parse(&format!(
        "http://h/?{}",
        String::from_utf8(seen.body.clone()).unwrap()
    ))
    .unwrap()
    .query_pairs()
    .into_owned()
    .collect();
    assert_eq!(form["To"], PHONE);
    assert_eq!(form["From"], "+15005550006");
    assert_eq!(form["ValidityPeriod"], "14400");
    let Content::Text(text) = text() else {
        panic!()
    };
    assert_eq!(form["Body"], text);
    assert_eq!(form.len(), 4);
}

#[test]
fn twilio_takes_a_messaging_service_for_the_sender() {
    let provider = Provider::start([answer(201, r#"{"sid":"SM1","status":"accepted"}"#)]);
    let mut cases = cases(&provider.url());
    let case = cases.iter_mut().find(|case| case.name == "twilio").unwrap();
    let Channel::Twilio(Twilio(account)) = &mut case.channel else {
        panic!()
    };
    account.sender = TwilioSender::Service("MG99".to_owned());
    send(&web(), &case.channel, &case.parcel).unwrap();
    let body = String::from_utf8(provider.only().body).unwrap();
    assert!(
        body.contains("MessagingServiceSid=MG99") && !body.contains("From="),
        "{body}"
    );
}

#[test]
fn whatsapp_by_twilio_names_its_template() {
    let seen = sent("twilio_whatsapp");
    let body = String::from_utf8(seen.body).unwrap();
    for part in [
        "To=whatsapp%3A%2B5511912345678",
        "From=whatsapp%3A%2B15005550006",
        "ContentSid=oci%5Fcredito%5Falerta%5Fv1",
        "ContentVariables=%7B%221%22%3A%22Andorinha%22%2C%222%22",
    ] {
        assert!(body.contains(part), "{part}: {body}");
    }
}

#[test]
fn zenvia_gets_digits() {
    let seen = sent("zenvia");
    assert_eq!(seen.target, "/v2/channels/sms/messages");
    assert_eq!(seen.header("x-api-token"), TOKEN);
    let body = seen.json();
    assert_eq!(body["to"], "5511912345678");
    assert_eq!(body["from"], "parceiro");
    assert_eq!(body["contents"][0]["type"], "text");
}

#[test]
fn meta_gets_a_template() {
    let seen = sent("meta");
    assert_eq!(seen.target, "/v26.0/1234567890/messages");
    assert_eq!(seen.header("authorization"), format!("Bearer {TOKEN}"));
    let expected = json!({
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "5511912345678",
        "type": "template",
        "template": {
            "name": "oci_credito_alerta_v1",
            "language": { "code": "pt_BR" },
            "components": [{ "type": "body", "parameters": [
                { "type": "text", "text": "Andorinha" },
                { "type": "text", "text": "o crédito acaba" },
            ] }],
        },
    });
    assert_eq!(seen.json(), expected);
}

/// Oracle's Python SDK 2.189.0 is the judge: paths, headers, and which headers the signature covers.
#[test]
fn requests_to_oci_are_signed() {
    let seen = sent("oci");
    assert_eq!(seen.target, "/20220926/actions/submitRawEmail");
    assert_eq!(seen.header("content-type"), "message/rfc822");
    assert_eq!(seen.header("compartment-id"), "ocid1.compartment.oc1..c");
    assert_eq!(seen.header("sender"), "alertas@parceiro.example");
    assert_eq!(seen.header("recipients"), ADDRESS);
    let letter = String::from_utf8(seen.body.clone()).unwrap();
    assert!(letter.starts_with("From: "), "{letter}");
    assert!(seen.is_signed(Utc::now()));

    let seen = sent("topico");
    assert_eq!(
        seen.target,
        "/20181201/topics/ocid1.onstopic.oc1.sa-saopaulo-1.t/messages"
    );
    assert_eq!(seen.json()["title"], "2 pioraram <!everyone>");
    assert!(seen.is_signed(Utc::now()));
    let names = seen.headers.iter().map(|(name, _)| name.as_str());
    assert!(!names.collect::<Vec<_>>().contains(&"messagetype"));
}

/// A 401 by a clock that is off is asked again with the service's time, once.
#[test]
fn a_clock_that_is_off_is_set_by_the_service() {
    let hour = Duration::from_secs(3600);
    let date = httpdate::fmt_http_date(SystemTime::now() + hour);
    let provider = Provider::start([
        with_header(
            401,
            "date",
            &date,
            r#"{"code":"NotAuthenticated","message":"skew"}"#,
        ),
        answer(202, r#"{"messageId":"n-1"}"#),
    ]);
    let cases = cases(&provider.url());
    let case = cases.iter().find(|case| case.name == "topico").unwrap();
    send(&web(), &case.channel, &case.parcel).unwrap();
    let seen = provider.seen();
    assert_eq!(seen.len(), 2);
    assert!(seen[0].is_signed(Utc::now()));
    assert!(seen[1].is_signed(Utc::now() + chrono::TimeDelta::hours(1)));
}

/// Standard Webhooks' own known answer (its libraries for Go and Python have it in their tests).
#[test]
fn a_webhook_is_signed_by_the_standard() {
    let known = signature(
        &secret(KEY),
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        at(),
        br#"{"test": 2432232314}"#,
    );
    assert_eq!(
        known.as_deref(),
        Some("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    );
    for key in ["", "whsec_", "whsec_c2hvcnQ=", "whsec_%", "plain"] {
        assert_eq!(signature(&secret(key), "a", at(), b"{}"), None, "{key}");
    }
    let seen = sent("webhook");
    assert_eq!(seen.header("webhook-id"), "al-0123456789abcdef");
    assert_eq!(seen.header("webhook-timestamp"), "1614265330");
    let own = signature(&secret(KEY), "al-0123456789abcdef", at(), br#"{"a":1}"#).unwrap();
    assert_eq!(seen.header("webhook-signature"), own);
    assert_eq!(seen.body, br#"{"a":1}"#);
}

fn metrics(endpoint: Url) -> Metrics {
    Metrics {
        signer: signer(),
        region: region(),
        compartment: "ocid1.compartment.oc1..c".to_owned(),
        namespace: "oci_consumo".to_owned(),
        endpoint: Some(endpoint),
    }
}

fn figures(count: usize) -> Vec<Metric> {
    let at = UNIX_EPOCH + Duration::from_secs(1_764_230_400);
    let figure = |client: usize| Metric {
        name: "probabilidade".to_owned(),
        dimensions: vec![("cliente".to_owned(), format!("c{client}"))],
        value: "95.0".to_owned(),
        at,
    };
    (0..count).map(figure).collect()
}

#[test]
fn metrics_go_out_by_fifties() {
    let provider = Provider::start([answer(200, r#"{"failedMetricsCount":0}"#)]);
    let metrics = metrics(provider.url());
    RUNTIME
        .block_on(metrics.post(&web(), &figures(120)))
        .unwrap();
    let seen = provider.seen();
    let sizes: Vec<usize> = seen
        .iter()
        .map(|seen| seen.json()["metricData"].as_array().unwrap().len())
        .collect();
    assert_eq!(sizes, [50, 50, 20]);
    assert!(seen.iter().all(|seen| seen.target == "/20180401/metrics"));
    assert!(seen.iter().all(|seen| seen.is_signed(Utc::now())));
    let first = &seen[0].json()["metricData"][0];
    assert_eq!(
        first["datapoints"][0]["timestamp"],
        "2025-11-27T08:00:00.000Z"
    );
    let body = String::from_utf8(seen[0].body.clone()).unwrap();
    assert!(body.contains(r#""value":95.0"#), "{body}");
    // Nothing to say is nothing to post.
    let silent = Provider::start([answer(500, "")]);
    let none = RUNTIME.block_on(self::metrics(silent.url()).post(&web(), &[]));
    assert!(none.is_ok() && silent.seen().is_empty());
}

#[test]
fn a_metric_that_is_not_taken_is_a_refusal() {
    let provider = Provider::start([answer(
        200,
        r#"{"failedMetricsCount":1,"failedMetrics":[{"message":"timestamp too old","metricData":{}}]}"#,
    )]);
    let posted = RUNTIME.block_on(metrics(provider.url()).post(&web(), &figures(2)));
    let refusal = posted.unwrap_err();
    assert_eq!(refusal.kind, RefusalKind::Permanent);
    let DeliveryProblem::Refused { answer, .. } = refusal.problem else {
        panic!()
    };
    assert_eq!(answer.message, "timestamp too old");
}

#[test]
fn a_heartbeat_has_three_beats() {
    for (sign, target) in [
        (Ping::Start, "/ping/uuid-secret-123/start"),
        (Ping::Success, "/ping/uuid-secret-123"),
        (Ping::Fail, "/ping/uuid-secret-123/fail"),
    ] {
        let provider = Provider::start([answer(200, "OK")]);
        let url = secret(&format!("{}ping/uuid-secret-123", provider.url()));
        let summary = "é".repeat(6000);
        RUNTIME
            .block_on(ping(&web(), &url, sign, &summary))
            .unwrap();
        let seen = provider.only();
        assert_eq!(
            (seen.method.as_str(), seen.target.as_str()),
            ("POST", target)
        );
        assert!(seen.body.len() <= 10_000);
        assert!(String::from_utf8(seen.body).unwrap().starts_with('é'));
    }
    for (reply, kind) in [
        (answer(200, "OK (not found)"), RefusalKind::Permanent),
        (answer(200, "OK (rate limited)"), RefusalKind::Passing),
        (
            answer(404, "not found: uuid-secret-123"),
            RefusalKind::Permanent,
        ),
        (answer(503, ""), RefusalKind::Passing),
    ] {
        let provider = Provider::start([reply]);
        let url = secret(&format!("{}ping/uuid-secret-123", provider.url()));
        let refusal: Refusal = RUNTIME
            .block_on(ping(&web(), &url, Ping::Success, ""))
            .unwrap_err();
        assert_eq!(refusal.kind, kind);
        assert!(
            !format!("{refusal:?}").contains("uuid-secret"),
            "{refusal:?}"
        );
    }
}

#[test]
fn a_login_without_sending_is_a_get() {
    for (name, yes, no, targets) in [
        (
            "twilio",
            answer(200, r#"{"sid":"AC0123","status":"active"}"#),
            answer(
                401,
                r#"{"code":20003,"message":"Authenticate","status":401}"#,
            ),
            "/2010-04-01/Accounts/AC0123.json",
        ),
        (
            "meta",
            answer(200, r#"{"id":"1234567890"}"#),
            answer(401, r#"{"error":{"message":"expired","code":190}}"#),
            "/v26.0/1234567890",
        ),
        (
            "topico",
            answer(200, r#"{"name":"t"}"#),
            answer(404, r#"{"code":"NotAuthorizedOrNotFound","message":"x"}"#),
            "/20181201/topics/ocid1.onstopic.oc1.sa-saopaulo-1.t",
        ),
        (
            "oci",
            answer(404, r#"{"code":"NotAuthorizedOrNotFound","message":"x"}"#),
            answer(401, r#"{"code":"NotAuthenticated","message":"x"}"#),
            "/20170907/configuration?compartmentId=ocid1.compartment.oc1..c",
        ),
        (
            "telegram",
            answer(200, r#"{"ok":true,"result":{"id":1,"is_bot":true}}"#),
            answer(
                401,
                r#"{"ok":false,"error_code":401,"description":"Unauthorized"}"#,
            ),
            "/bottok-3nSecret-Qx81/getMe",
        ),
    ] {
        for (reply, good) in [(yes, true), (no, false)] {
            let provider = Provider::start([reply]);
            let cases = cases(&provider.url());
            let case = cases.iter().find(|case| case.name == name).unwrap();
            let probed = RUNTIME.block_on(case.channel.probe(&web()));
            let seen = provider.only();
            assert_eq!(
                (seen.method.as_str(), seen.target.as_str()),
                ("GET", targets)
            );
            assert!(seen.body.is_empty());
            match probed {
                Ok(()) => assert!(good, "{name}"),
                Err(refusal) => {
                    assert!(!good, "{name}: {refusal:?}");
                    assert_eq!(
                        refusal.problem.refusal(),
                        Some(RefusalReason::Login),
                        "{name}"
                    );
                    assert_eq!(refusal.kind, RefusalKind::Permanent, "{name}");
                    assert_hidden(&refusal);
                }
            }
        }
    }
    // Where there is no such thing, nothing is asked.
    let provider = Provider::start([answer(500, "")]);
    for case in cases(&provider.url()) {
        if [
            "zenvia", "webhook", "slack", "teams", "google", "discord", "ntfy",
        ]
        .contains(&case.name)
        {
            assert!(
                RUNTIME.block_on(case.channel.probe(&web())).is_ok(),
                "{}",
                case.name
            );
        }
    }
    assert!(provider.seen().is_empty());
}

/// A message in another channel's form, or with what its own may not have, never goes out.
#[test]
fn what_does_not_fit_is_not_sent() {
    let provider = Provider::start([answer(500, "")]);
    let unsendable = |name: &str, to: &str, content: Content| {
        let cases = cases(&provider.url());
        let case = cases.iter().find(|case| case.name == name).unwrap();
        let refusal = super::stand_in::refused(&case.channel, &parcel(to, content));
        assert_eq!(refusal.kind, RefusalKind::Permanent);
        assert_hidden(&refusal);
        match refusal.problem {
            DeliveryProblem::Unsendable(problem) => problem,
            problem => panic!("{name}: {problem:?}"),
        }
    };
    for case in cases(&provider.url()) {
        let form = unsendable(case.name, PHONE, Content::Input(Vec::new()));
        assert_eq!(form, UnsendableMessage::Form, "{}", case.name);
    }
    let text = |text: &str| Content::Text(text.to_owned());
    for name in ["twilio", "zenvia"] {
        assert_eq!(
            unsendable(name, PHONE, text("ação")),
            UnsendableMessage::NotBasic
        );
        let long = unsendable(name, PHONE, text(&"a".repeat(161)));
        assert_eq!(long, UnsendableMessage::TooLong { limit: 160 });
        for to in ["", "11912345678", "+55 11 91234", ADDRESS] {
            assert_eq!(
                unsendable(name, to, text("a")),
                UnsendableMessage::Recipient
            );
        }
    }
    for name in ["meta", "twilio_whatsapp"] {
        let lines = Content::Template {
            name: "n".to_owned(),
            lang: "pt_BR".to_owned(),
            parameters: vec!["a\nb".to_owned()],
        };
        assert_eq!(unsendable(name, PHONE, lines), UnsendableMessage::Parameter);
        assert_eq!(
            unsendable(name, "x", template()),
            UnsendableMessage::Recipient
        );
    }
    assert!(provider.seen().is_empty());
}
