//! The providers' own words for a refusal, with a status of success at times.

use std::time::Duration;

use oci_consumo::internals::alerting::ChatKind;
use oci_consumo::internals::deliver::parcel::{Refusal, RefusalKind};
use oci_consumo::internals::failure::{DeliveryProblem, RefusalReason as Why};
use serde_json::json;

use super::stand_in::{
    Provider, answer, assert_hidden, cases, chat, notice, parcel, refused, send, web,
};

#[track_caller]
fn refusal(name: &str, status: u16, body: &str) -> Refusal {
    let provider = Provider::start([answer(status, body)]);
    let cases = cases(&provider.url());
    let case = cases.iter().find(|case| case.name == name).unwrap();
    let refusal = refused(&case.channel, &case.parcel);
    assert_hidden(&refusal);
    refusal
}

#[test]
fn the_words_of_each_provider_are_understood() {
    let telegram = |code: u16, words: &str| {
        format!(r#"{{"ok":false,"error_code":{code},"description":"{words}"}}"#)
    };
    let meta = |code: i64| {
        format!(
            r#"{{"error":{{"message":"(#{code}) x","type":"OAuthException","code":{code},"error_data":{{"messaging_product":"whatsapp","details":"why"}}}}}}"#
        )
    };
    let twilio = |code: i64, status: u16| {
        format!(
            r#"{{"code":{code},"message":"The 'To' number +5511912345678 is not valid","more_info":"https://x","status":{status}}}"#
        )
    };
    let made = |code: i64| {
        format!(r#"{{"sid":"SM1","status":"failed","error_code":{code},"error_message":"x"}}"#)
    };
    let oci = |code: &str| format!(r#"{{"code":"{code}","message":"m"}}"#);
    let suppressed =
        r#"{"messageId":"m","suppressedRecipients":[{"email":"ana.secreta@cliente.example"}]}"#;
    let (permanent, passing, unsure) = (
        RefusalKind::Permanent,
        RefusalKind::Passing,
        RefusalKind::Unsure,
    );
    for (name, status, body, kind, reason) in [
        ("slack", 200, "invalid_payload".to_owned(), permanent, Why::Other),
        ("slack", 404, "no_service".to_owned(), permanent, Why::Other),
        ("slack", 403, "action_prohibited".to_owned(), permanent, Why::Other),
        ("slack", 500, "rollup_error".to_owned(), passing, Why::Unavailable),
        ("google", 200, r#"{"error":{"code":400,"message":"m","status":"INVALID_ARGUMENT"}}"#.to_owned(), permanent, Why::Other),
        ("google", 429, r#"{"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED"}}"#.to_owned(), passing, Why::TooMany),
        ("discord", 404, r#"{"message":"Unknown Webhook","code":10015}"#.to_owned(), permanent, Why::Other),
        ("telegram", 200, telegram(400, "Bad Request: can't parse entities"), permanent, Why::Other),
        ("telegram", 400, telegram(400, "Bad Request: chat not found"), permanent, Why::Recipient),
        ("telegram", 403, telegram(403, "Forbidden: bot was blocked by the user"), permanent, Why::Recipient),
        ("telegram", 401, telegram(401, "Unauthorized"), permanent, Why::Login),
        ("telegram", 404, telegram(404, "Not Found"), permanent, Why::Login),
        ("telegram", 200, telegram(429, "Too Many Requests: retry after 5"), passing, Why::TooMany),
        ("telegram", 200, telegram(502, "Bad Gateway"), passing, Why::Unavailable),
        ("telegram", 400, r#"{"ok":false,"error_code":400,"description":"group upgraded","parameters":{"migrate_to_chat_id":-100}}"#.to_owned(), permanent, Why::Recipient),
        ("ntfy", 403, r#"{"code":40301,"http":403,"error":"forbidden","link":"https://ntfy.sh/docs"}"#.to_owned(), permanent, Why::Login),
        ("ntfy", 200, r#"{"code":40001,"error":"invalid"}"#.to_owned(), permanent, Why::Other),
        ("ntfy", 429, r#"{"code":42908,"http":429,"error":"limit reached"}"#.to_owned(), passing, Why::TooMany),
        ("twilio", 400, twilio(21211, 400), permanent, Why::Recipient),
        ("twilio", 400, twilio(21610, 400), permanent, Why::Recipient),
        ("twilio", 400, twilio(21614, 400), permanent, Why::Recipient),
        ("twilio", 400, twilio(21408, 400), permanent, Why::Recipient),
        ("twilio", 401, twilio(20003, 401), permanent, Why::Login),
        ("twilio", 429, twilio(20429, 429), passing, Why::TooMany),
        ("twilio", 400, twilio(99999, 400), permanent, Why::Other),
        ("twilio", 201, made(30001), passing, Why::Unavailable),
        ("twilio", 201, made(30007), permanent, Why::Other),
        ("twilio", 504, "gateway".to_owned(), unsure, Why::Unavailable),
        ("twilio_whatsapp", 400, twilio(63016, 400), permanent, Why::Template),
        ("twilio_whatsapp", 400, twilio(63018, 400), passing, Why::TooMany),
        ("zenvia", 400, r#"{"code":"VALIDATION_ERROR","message":"Validation error","details":[{"code":"INVALID","path":"to","message":"bad +55 11 91234-5678"}]}"#.to_owned(), permanent, Why::Recipient),
        ("zenvia", 401, r#"{"code":"AUTHENTICATION_ERROR","message":"No authorization token was found"}"#.to_owned(), permanent, Why::Login),
        ("zenvia", 200, r#"{"code":"X","message":"m"}"#.to_owned(), permanent, Why::Other),
        ("meta", 400, meta(131_026), permanent, Why::Recipient),
        ("meta", 200, meta(131_026), permanent, Why::Recipient),
        ("meta", 404, meta(132_001), permanent, Why::Template),
        ("meta", 400, meta(132_018), permanent, Why::Template),
        ("meta", 401, meta(190), permanent, Why::Login),
        ("meta", 400, meta(130_429), passing, Why::TooMany),
        ("meta", 400, meta(131_056), passing, Why::TooMany),
        ("meta", 500, meta(131_000), passing, Why::Unavailable),
        ("meta", 200, meta(777), permanent, Why::Other),
        ("meta", 200, r#"{"messages":[{"id":"wamid.x","message_status":"paused"}]}"#.to_owned(), permanent, Why::Template),
        ("oci", 200, suppressed.to_owned(), permanent, Why::Suppressed),
        ("oci", 404, oci("NotAuthorizedOrNotFound"), permanent, Why::Login),
        ("oci", 400, oci("InvalidParameter"), permanent, Why::Other),
        ("oci", 413, oci("PayloadTooLarge"), permanent, Why::TooLarge),
        ("oci", 429, oci("TooManyRequests"), passing, Why::TooMany),
        ("oci", 409, oci("IncorrectState"), passing, Why::Unavailable),
        ("topico", 401, oci("NotAuthenticated"), permanent, Why::Login),
        ("topico", 500, oci("InternalServerError"), passing, Why::Unavailable),
    ] {
        let refusal = refusal(name, status, &body);
        let got = (refusal.kind, refusal.problem.refusal());
        assert_eq!(got, (kind, Some(reason)), "{name} {status} {body}: {refusal:?}");
    }
}

#[test]
fn a_pause_may_be_in_the_body() {
    let telegram =
        r#"{"ok":false,"error_code":429,"description":"x","parameters":{"retry_after":35}}"#;
    let discord = r#"{"message":"You are being rate limited.","retry_after":64.57,"global":false}"#;
    for (name, body, seconds) in [("telegram", telegram, 35), ("discord", discord, 65)] {
        let refusal = refusal(name, 429, body);
        assert_eq!(
            refusal.retry_after,
            Some(Duration::from_secs(seconds)),
            "{name}"
        );
        assert_eq!(refusal.kind, RefusalKind::Passing);
    }
}

#[test]
fn the_provider_s_code_is_told() {
    let refusal = refusal(
        "twilio",
        400,
        r#"{"code":21211,"message":"no","status":400}"#,
    );
    let DeliveryProblem::Refused { answer, .. } = refusal.problem else {
        panic!()
    };
    assert_eq!(
        (answer.status, answer.code.as_str(), answer.message.as_str()),
        (400, "21211", "no")
    );
    assert_eq!(answer.host, "127.0.0.1");
}

#[test]
fn each_chat_has_its_form() {
    let title = "2 pioraram <!everyone>";
    let body = "Andorinha: esgota em 03/01/2027\nSabiá: sobra";
    let card = |title: &str, body: &str| {
        json!([
            { "type": "TextBlock", "text": title, "weight": "Bolder", "wrap": true },
            { "type": "TextBlock", "text": body, "wrap": true },
        ])
    };
    for (kind, target, at, expected) in [
        (
            ChatKind::Slack,
            "/services/T0SECRET/B0SECRET/XyZsEcReTpAtH",
            "/text",
            json!(format!("*2 pioraram &lt;!everyone&gt;*\n{body}")),
        ),
        (
            ChatKind::Teams,
            "/services/T0SECRET/B0SECRET/XyZsEcReTpAtH",
            "/attachments/0/content/body",
            card("2 pioraram \\<!everyone\\>", &body.replace('\n', "\n\n")),
        ),
        (
            ChatKind::Google,
            "/services/T0SECRET/B0SECRET/XyZsEcReTpAtH?requestId=al-0123456789abcdef",
            "/text",
            json!(format!("*2 pioraram ‹!everyone›*\n{body}")),
        ),
        (
            ChatKind::Discord,
            "/services/T0SECRET/B0SECRET/XyZsEcReTpAtH?wait=true",
            "",
            json!({
                "content": format!("**2 pioraram \\<!everyone\\>**\n{body}"),
                "allowed_mentions": { "parse": [] },
            }),
        ),
        (
            ChatKind::Telegram,
            "/bottok-3nSecret-Qx81/sendMessage",
            "",
            json!({
                "chat_id": "-1001234567890",
                "text": format!("<b>2 pioraram &lt;!everyone&gt;</b>\n{body}"),
                "parse_mode": "HTML",
                "link_preview_options": { "is_disabled": true },
            }),
        ),
        (
            ChatKind::Ntfy,
            "/services/T0SECRET/B0SECRET",
            "",
            json!({ "topic": "XyZsEcReTpAtH", "title": title, "message": body }),
        ),
    ] {
        let provider = Provider::start([answer(500, "")]);
        let channel = chat(kind, &provider.url());
        let _ = send(&web(), &channel, &parcel("", notice()));
        let seen = provider.only();
        assert_eq!(seen.target, target, "{kind:?}");
        assert_eq!(seen.header("content-type"), "application/json");
        assert_eq!(seen.json().pointer(at), Some(&expected), "{kind:?}");
        let token = seen
            .headers
            .iter()
            .find(|(name, _)| name == "authorization");
        assert_eq!(token.is_some(), kind == ChatKind::Ntfy, "{kind:?}");
    }
}
