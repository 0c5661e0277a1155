//! Mail by OCI Email Delivery.

use reqwest::Url;

use super::exchange::Exchange;
use super::mime;
use super::parcel::{Accepted, Content, Parcel, Refusal, RefusalKind};
use super::service;
use crate::failure::{RefusalReason as Why, UnsendableMessage};
use crate::oci::email;
use crate::oci::region::Region;
use crate::oci::signer::Signer;
use crate::oci::transport::{Web, is_loopback};

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

impl OciMail {
    pub(super) async fn send(&self, web: &Web, parcel: &Parcel) -> Result<Accepted, Refusal> {
        let Content::Mail(mail) = &parcel.content else {
            return Err(Refusal::unsendable(UnsendableMessage::Form));
        };
        let letter = mime::letter(parcel, mail)?;
        let exchange = Exchange {
            web,
            url: service::address(email::submit_raw(self.endpoint.as_ref(), &self.region))?,
            hidden: vec![&parcel.to],
        };
        let headers = email::headers(&self.compartment, &letter.from, &letter.to);
        let content = Some((email::CONTENT_TYPE, letter.bytes.as_slice()));
        let answer = exchange.signed(&self.signer, content, &headers).await?;
        if !answer.is_taken() {
            return Err(service::refusal(&answer));
        }
        let submitted = answer.json::<email::Submitted>();
        let submitted = submitted.ok_or_else(|| answer.unintelligible())?;
        if submitted.suppresses() {
            return Err(answer.refused_as(Why::Suppressed, RefusalKind::Permanent, "", ""));
        }
        match submitted.id() {
            Some(id) => Ok(Accepted {
                id: answer.id(Some(id)),
            }),
            None => Err(answer.unintelligible()),
        }
    }

    /// Asks for the configuration of Email Delivery, which sends nothing. A policy that allows to send need not allow to
    /// read it: a 404 says that the signature was accepted, and nothing of the sender.
    pub(super) async fn probe(&self, web: &Web) -> Result<(), Refusal> {
        let url = email::configuration(self.endpoint.as_ref(), &self.region, &self.compartment);
        let exchange = Exchange {
            web,
            url: service::address(url)?,
            hidden: Vec::new(),
        };
        let answer = exchange.signed(&self.signer, None, &[]).await?;
        if answer.is_taken() || answer.status() == 404 {
            Ok(())
        } else {
            Err(service::refusal(&answer))
        }
    }

    pub(super) fn is_loopback(&self) -> bool {
        self.endpoint.as_ref().is_some_and(is_loopback)
    }
}
