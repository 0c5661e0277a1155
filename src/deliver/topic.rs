//! Notices by a topic of OCI Notifications.

use reqwest::Url;

use crate::oci::region::Region;
use crate::oci::signer::Signer;

/// A topic of OCI Notifications.
#[derive(Clone, Debug)]
pub struct Topic {
    /// Signer of the requests.
    pub signer: Signer,
    /// Region of the topic.
    pub region: Region,
    /// OCID of the topic.
    pub topic: String,
    /// Address in place of the service's.
    pub endpoint: Option<Url>,
}
