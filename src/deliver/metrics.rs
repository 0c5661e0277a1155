//! Figures for OCI Monitoring, as metrics of the partner's own.

use reqwest::Url;

use super::exchange::Exchange;
use super::parcel::{Refusal, RefusalKind};
use super::service;
use crate::failure::{RefusalReason as Why, UnsendableMessage};
use crate::oci::monitoring;
pub use crate::oci::monitoring::Metric;
use crate::oci::region::Region;
use crate::oci::signer::Signer;
use crate::oci::transport::Web;

/// The place of the metrics.
#[derive(Clone, Debug)]
pub struct Metrics {
    /// Signer of the requests.
    pub signer: Signer,
    /// Region of the metrics.
    pub region: Region,
    /// OCID of the metrics' compartment.
    pub compartment: String,
    /// Namespace of the metrics.
    pub namespace: String,
    /// Address in place of the service's.
    pub endpoint: Option<Url>,
}

impl Metrics {
    /// Posts `metrics`, as many a request as the service takes. It stops at the first refusal.
    ///
    /// # Errors
    /// A [`Refusal`] where the service did not take them all.
    pub async fn post(&self, web: &Web, metrics: &[Metric]) -> Result<(), Refusal> {
        for part in metrics.chunks(monitoring::MOST_METRICS) {
            let body = monitoring::body(&self.namespace, &self.compartment, part);
            let body = body.ok_or_else(|| Refusal::unsendable(UnsendableMessage::Form))?;
            let url = monitoring::post(self.endpoint.as_ref(), &self.region);
            let exchange = Exchange {
                web,
                url: service::address(url)?,
                hidden: Vec::new(),
            };
            let content = Some(("application/json", body.as_bytes()));
            let answer = exchange.signed(&self.signer, content, &[]).await?;
            if !answer.is_taken() {
                return Err(service::refusal(&answer));
            }
            let posted = answer.json::<monitoring::MetricsAnswer>();
            let posted = posted.ok_or_else(|| answer.unintelligible())?;
            if posted.failed_metrics_count > 0 {
                let why = posted.reason();
                return Err(answer.refused_as(Why::Other, RefusalKind::Permanent, "", why));
            }
        }
        Ok(())
    }
}
