//! Notices by a topic of OCI Notifications.

use reqwest::Url;

use super::clean::cut;
use super::exchange::Exchange;
use super::parcel::{Accepted, Content, Parcel, Refusal};
use super::service;
use crate::failure::UnsendableMessage;
use crate::oci::notifications;
use crate::oci::region::Region;
use crate::oci::signer::Signer;
use crate::oci::transport::{Web, is_loopback};

/// The most characters of a title: it becomes the subject of a mail.
const LONGEST_TITLE: usize = 120;

/// A topic of OCI Notifications.
#[derive(Clone, Debug)]
pub struct NotificationTopic {
    /// Signer of the requests.
    pub signer: Signer,
    /// Region of the topic.
    pub region: Region,
    /// OCID of the topic.
    pub topic: String,
    /// Address in place of the service's.
    pub endpoint: Option<Url>,
}

impl NotificationTopic {
    /// The most bytes of a message's text: the service takes 64 KB, with the title and the signs of JSON.
    pub const LONGEST_BODY: usize = 56 << 10;

    pub(super) async fn send(&self, web: &Web, parcel: &Parcel) -> Result<Accepted, Refusal> {
        let Content::Notice { title, body } = &parcel.content else {
            return Err(Refusal::unsendable(UnsendableMessage::Form));
        };
        let title = cut(title, LONGEST_TITLE, |_| 1);
        let body = notifications::message(&title, &cut(body, Self::LONGEST_BODY, char::len_utf8));
        let url = notifications::publish(self.endpoint.as_ref(), &self.region, &self.topic);
        let content = Some(("application/json", body.as_bytes()));
        let exchange = self.exchange(web, url)?;
        let answer = exchange.signed(&self.signer, content, &[]).await?;
        if !answer.is_taken() {
            return Err(service::refusal(&answer));
        }
        match answer.json::<notifications::Published>() {
            Some(published) => Ok(Accepted {
                id: answer.id(Some(published.message_id)),
            }),
            None => Err(answer.unintelligible()),
        }
    }

    /// Gets the topic, which sends nothing.
    pub(super) async fn probe(&self, web: &Web) -> Result<(), Refusal> {
        let url = notifications::topic(self.endpoint.as_ref(), &self.region, &self.topic);
        let exchange = self.exchange(web, url)?;
        let answer = exchange.signed(&self.signer, None, &[]).await?;
        if answer.is_taken() {
            Ok(())
        } else {
            Err(service::refusal(&answer))
        }
    }

    pub(super) fn is_loopback(&self) -> bool {
        self.endpoint.as_ref().is_some_and(is_loopback)
    }

    fn exchange<'a>(&'a self, web: &'a Web, url: Option<Url>) -> Result<Exchange<'a>, Refusal> {
        Ok(Exchange {
            web,
            url: service::address(url)?,
            hidden: Vec::new(),
        })
    }
}
