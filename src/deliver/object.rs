//! Object Storage as a destination that is looked at: what is put there goes by [`crate::oci::object_storage`].

use reqwest::Url;

use super::exchange::Exchange;
use super::parcel::Refusal;
use super::service;
use crate::oci::object_storage;
use crate::oci::region::Region;
use crate::oci::signer::Signer;
use crate::oci::transport::Web;

/// The buckets of a user.
#[derive(Clone, Debug)]
pub(crate) struct UserBuckets {
    /// Signer of the requests.
    pub(crate) signer: Signer,
    /// Region of the buckets.
    pub(crate) region: Region,
    /// Address in place of the service's.
    pub(crate) endpoint: Option<Url>,
}

impl UserBuckets {
    /// Asks for the tenancy's namespace, which writes nothing. A policy that allows to write need not allow to read it: a 404
    /// says that the signature was accepted.
    pub(crate) async fn probe(&self, web: &Web) -> Result<(), Refusal> {
        let url = object_storage::namespace(self.endpoint.as_ref(), &self.region);
        let exchange = Exchange {
            web,
            url: service::address(url)?,
            hidden: Vec::new(),
        };
        let answer = exchange.signed(&self.signer, None, &[]).await?;
        match answer.is_taken() || answer.status() == 404 {
            true => Ok(()),
            false => Err(service::refusal(&answer)),
        }
    }
}
