//! Mail by OCI Email Delivery.

use reqwest::Url;

use crate::oci::region::Region;
use crate::oci::signer::Signer;

/// OCI Email Delivery.
#[derive(Clone, Debug)]
pub struct OciMail {
    /// Signer of the requests.
    pub signer: Signer,
    /// Region of the approved sender.
    pub region: Region,
    /// OCID of the approved sender's compartment.
    pub compartment: String,
    /// Address in place of the service's.
    pub endpoint: Option<Url>,
}
