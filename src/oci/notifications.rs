//! OCI Notifications: `PublishMessage` and `GetTopic`, version 20181201.
//!
//! Source: Oracle's Python SDK 2.189.0, package `ons`. The header `messageType` is deprecated there and left out.

use reqwest::Url;
use serde::Deserialize;
use serde_json::json;

use super::endpoint::below;
use super::region::Region;

const VERSION: &str = "20181201";

/// The answer to a message that was taken.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Published {
    /// Identifier of the message.
    pub(crate) message_id: String,
}

/// The address that takes the messages of `topic`.
pub(crate) fn publish(instead: Option<&Url>, region: &Region, topic: &str) -> Option<Url> {
    below(
        instead,
        host(region),
        &[VERSION, "topics", topic, "messages"],
    )
}

/// The address of `topic` itself.
pub(crate) fn topic(instead: Option<&Url>, region: &Region, topic: &str) -> Option<Url> {
    below(instead, host(region), &[VERSION, "topics", topic])
}

/// A message as the service takes it.
pub(crate) fn message(title: &str, body: &str) -> String {
    json!({ "title": title, "body": body }).to_string()
}

/// The host, which has no `oci` in its name.
fn host(region: &Region) -> Option<Url> {
    region.host("notification", false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_the_vendor_sdk_s() {
        let region = Region::find("gru", "ocid1.tenancy.oc1..a").unwrap();
        assert_eq!(
            publish(None, &region, "ocid1.onstopic.oc1..a")
                .unwrap()
                .as_str(),
            "https://notification.sa-saopaulo-1.oraclecloud.com/20181201/topics/ocid1.onstopic.oc1..a/messages"
        );
    }
}
