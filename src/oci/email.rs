//! OCI Email Delivery: `SubmitRawEmail` of the data plane, version 20220926, and the configuration of the control plane,
//! version 20170907.
//!
//! Source: Oracle's Python SDK 2.189.0, packages `email_data_plane` and `email`.

use reqwest::Url;
use serde::Deserialize;

use super::endpoint::below;
use super::region::Region;

/// The type of a raw mail.
pub(crate) const CONTENT_TYPE: &str = "message/rfc822";

/// The answer to a mail that was taken.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Submitted {
    message_id: Option<String>,
    envelope_id: Option<String>,
    /// The recipients that the service drops, because mail to them came back or was complained about.
    suppressed_recipients: Option<Vec<serde_json::Value>>,
}

impl Submitted {
    /// Returns whether a recipient is on the suppression list. Each mail has one recipient.
    pub(crate) fn suppresses(&self) -> bool {
        let suppressed = self.suppressed_recipients.as_ref();
        suppressed.is_some_and(|recipients| !recipients.is_empty())
    }

    /// The service's identifier: of the envelope, which its logs name, before that of the mail.
    pub(crate) fn id(self) -> Option<String> {
        self.envelope_id.or(self.message_id)
    }
}

/// The address that takes a raw mail.
pub(crate) fn submit_raw(instead: Option<&Url>, region: &Region) -> Option<Url> {
    let own = region.host("cell0.submit.email", true);
    below(instead, own, &["20220926", "actions", "submitRawEmail"])
}

/// The address of the configuration of Email Delivery.
pub(crate) fn configuration(
    instead: Option<&Url>,
    region: &Region,
    compartment: &str,
) -> Option<Url> {
    let own = region.host("ctrl.email", true);
    let mut url = below(instead, own, &["20170907", "configuration"])?;
    url.query_pairs_mut()
        .append_pair("compartmentId", compartment);
    Some(url)
}

/// The headers of a raw mail. The signature does not cover them.
pub(crate) fn headers(
    compartment: &str,
    sender: &str,
    recipient: &str,
) -> [(&'static str, String); 3] {
    [
        ("compartment-id", compartment.to_owned()),
        ("sender", sender.to_owned()),
        ("recipients", recipient.to_owned()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_the_vendor_sdk_s() {
        let region = Region::find("gru", "ocid1.tenancy.oc1..a").unwrap();
        assert_eq!(
            submit_raw(None, &region).unwrap().as_str(),
            "https://cell0.submit.email.sa-saopaulo-1.oci.oraclecloud.com/20220926/actions/submitRawEmail"
        );
        assert_eq!(
            configuration(None, &region, "ocid1.compartment.oc1..a&b")
                .unwrap()
                .as_str(),
            "https://ctrl.email.sa-saopaulo-1.oci.oraclecloud.com/20170907/configuration?compartmentId=ocid1.compartment.oc1..a%26b"
        );
    }

    #[test]
    fn a_suppressed_recipient_is_seen() {
        let submitted = |body| serde_json::from_str::<Submitted>(body).unwrap();
        for body in [
            "{}",
            r#"{"suppressedRecipients":null}"#,
            r#"{"suppressedRecipients":[]}"#,
        ] {
            assert!(!submitted(body).suppresses(), "{body}");
        }
        assert!(submitted(r#"{"suppressedRecipients":[{"email":"a@b.c"}]}"#).suppresses());
    }
}
