//! Receipts: a provider's word on what has become of a message that it took.

use oci_consumo::internals::deliver::channel::{Channel, Twilio, TwilioAccount, TwilioSender};
use oci_consumo::internals::deliver::parcel::Receipt;
use oci_consumo::internals::failure::RefusalReason;

use super::stand_in::{Provider, Reply, TOKEN, answer, secret, web};
use crate::common::RUNTIME;

/// The receipt of a message of which the provider answers so, and the request that asked for it.
fn receipt(reply: Reply) -> (Option<Receipt>, String) {
    let provider = Provider::start([reply]);
    let channel = Channel::Twilio(Twilio(TwilioAccount {
        account: "AC0".to_owned(),
        token: secret(TOKEN),
        sender: TwilioSender::From("+15005550006".to_owned()),
        endpoint: Some(provider.url()),
    }));
    let receipt = RUNTIME.block_on(channel.receipt(&web(), "SM1"));
    let seen = provider.only();
    (
        receipt.ok().flatten(),
        format!("{} {}", seen.method, seen.target),
    )
}

#[test]
fn twilio_says_what_has_become_of_a_message() {
    let status = |status: &str, code: &str| {
        answer(
            200,
            &format!(r#"{{"sid":"SM1","status":"{status}","error_code":{code}}}"#),
        )
    };
    for open in ["queued", "sending", "sent", "accepted", "news"] {
        let (receipt, request) = receipt(status(open, "null"));
        assert_eq!(receipt, Some(Receipt::Open), "{open}");
        assert_eq!(request, "GET /2010-04-01/Accounts/AC0/Messages/SM1.json");
    }
    for delivered in ["delivered", "read"] {
        assert_eq!(
            receipt(status(delivered, "null")).0,
            Some(Receipt::Delivered)
        );
    }
    let Some(Receipt::Lost(problem)) = receipt(status("undelivered", "21610")).0 else {
        panic!("not lost");
    };
    assert_eq!(problem.refusal(), Some(RefusalReason::Recipient));
    assert_eq!(receipt(answer(500, "")).0, None);
    assert_eq!(receipt(answer(200, "OK")).0, None);
}
