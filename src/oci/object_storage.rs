//! Object Storage, version 20160918: whole objects are put, and pre-authenticated requests made, listed and deleted.
//!
//! Source: Oracle's Python SDK 2.189.0, package `object_storage`: paths, the three signed headers of `PutObject`, and the
//! checksum of its body, which the signature does not cover.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Method, Url};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::endpoint::below;
use super::json::Object;
use super::region::Region;
use super::signer::{Body, Header, Request};
use super::transport::{Manner, Reply, Session};
use crate::calendar::Day;
use crate::failure::{DataProblem, Failure, Problem, ServiceProblem};
use crate::path::ObjectPlace;
use crate::text::AsTyped;

/// Most pages of a list of pre-authenticated requests.
const MOST_PAGES: usize = 100;
/// Pre-authenticated requests on a page: the most that the service gives.
const PER_PAGE: &str = "1000";
/// The longest identifier or token of a page that is believed.
const LONGEST_ID: usize = 4096;
/// The characters of a name that stand for themselves in an address, as the vendor's SDK has it.
const NAME: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');
/// The same, with the `/` between the parts of a name.
const PATH: &AsciiSet = &NAME.remove(b'/');
/// Oracle's commercial realm, where each tenancy has a host of its own.
const COMMERCIAL: &str = "oc1";

/// The service, as one user may use it.
#[derive(Debug)]
pub(crate) struct ObjectStorage<'a> {
    session: &'a Session<'a>,
    instead: Option<Url>,
    region: &'a Region,
}

/// The content of an object.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ObjectContent<'a> {
    pub(crate) content_type: &'a str,
    pub(crate) bytes: &'a [u8],
}

/// A pre-authenticated request, as the service lists it: without its address.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Listed {
    pub(crate) id: String,
    pub(crate) name: String,
}

/// A pre-authenticated request that was just made. The service never shows its address again.
#[derive(Clone)]
pub(crate) struct MadeLink {
    pub(crate) id: String,
    /// The address below which the objects are read by whoever has it.
    pub(crate) url: AsTyped,
}

/// `Debug` shows no address.
impl fmt::Debug for MadeLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Made")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl<'a> ObjectStorage<'a> {
    /// The service in `region`, or at `instead`.
    pub(crate) fn new(session: &'a Session<'a>, instead: Option<&Url>, region: &'a Region) -> Self {
        Self {
            session,
            instead: instead.cloned(),
            region,
        }
    }

    /// Puts an object, in place of the one that is there. Readers see the old one or the new one.
    ///
    /// # Errors
    /// A [`Failure`]; the old object is there then, or nobody knows.
    pub(crate) async fn put(
        &self,
        place: &ObjectPlace,
        content: ObjectContent<'_>,
    ) -> Result<(), Failure> {
        self.put_as(place, content, &[]).await.map(drop)
    }

    /// Puts an object where none of that name is; returns whether there was none.
    ///
    /// # Errors
    /// A [`Failure`].
    pub(crate) async fn put_new(
        &self,
        place: &ObjectPlace,
        content: ObjectContent<'_>,
    ) -> Result<bool, Failure> {
        let condition = [("if-none-match", "*".to_owned())];
        match self.put_as(place, content, &condition).await {
            Ok(_) => Ok(true),
            Err(failure) if status(&failure) == Some(412) => Ok(false),
            Err(failure) => Err(failure),
        }
    }

    async fn put_as(
        &self,
        place: &ObjectPlace,
        content: ObjectContent<'_>,
        condition: &[Header],
    ) -> Result<Reply, Failure> {
        let ObjectContent {
            content_type,
            bytes,
        } = content;
        let url = self.address(place, &["o", &place.object])?;
        let mut headers = vec![
            ("cache-control", "no-cache".to_owned()),
            ("opc-checksum-algorithm", "SHA256".to_owned()),
            ("opc-content-sha256", STANDARD.encode(Sha256::digest(bytes))),
        ];
        headers.extend(condition.iter().cloned());
        let request = Request {
            method: Method::PUT,
            url: &url,
            body: Body::Unsigned {
                content_type,
                bytes,
            },
        };
        let manner = Manner {
            headers: &headers,
            once: false,
        };
        self.session.send_as(&request, manner).await
    }

    /// Makes a pre-authenticated request that is called `name`: whoever has its address reads the objects below `prefix`
    /// through `last`, and lists none. The request is sent once: a second one would make a second address.
    ///
    /// # Errors
    /// A [`Failure`]; where no answer came, there may be one of that name.
    pub(crate) async fn make_request(
        &self,
        prefix: &ObjectPlace,
        name: &str,
        last: Day,
    ) -> Result<MadeLink, Failure> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct LinkAnswer {
            id: String,
            access_uri: String,
        }

        let url = self.address(prefix, &["p"])?;
        let details = json!({
            "name": name,
            "objectName": format!("{}/", prefix.object),
            "accessType": "AnyObjectRead",
            "bucketListingAction": "Deny",
            "timeExpires": format!("{last}T23:59:59Z"),
        });
        let details = details.to_string();
        let request = Request {
            method: Method::POST,
            url: &url,
            body: Body::Signed {
                content_type: "application/json",
                bytes: details.as_bytes(),
            },
        };
        let manner = Manner {
            headers: &[],
            once: true,
        };
        let reply = self.session.send_as(&request, manner).await?;
        let made = serde_json::from_slice::<Object<LinkAnswer>>(&reply.body).ok();
        let made = made.and_then(|Object(LinkAnswer { id, access_uri })| {
            let url = self.link(prefix, &access_uri)?;
            (!id.is_empty() && id.len() <= LONGEST_ID).then_some(MadeLink { id, url })
        });
        // A detail would be a part of the answer, which is a secret.
        made.ok_or_else(|| unintelligible(&reply, "id, accessUri"))
    }

    /// Lists the pre-authenticated requests for objects whose names begin as `prefix` does.
    ///
    /// # Errors
    /// A [`Failure`].
    pub(crate) async fn requests(&self, prefix: &ObjectPlace) -> Result<Vec<Listed>, Failure> {
        let mut listed = Vec::new();
        let mut page: Option<String> = None;
        for _ in 0..MOST_PAGES {
            let mut url = self.address(prefix, &["p"])?;
            let name = format!("{}/", prefix.object);
            let pairs = [("objectNamePrefix", name.as_str()), ("limit", PER_PAGE)];
            let token = page.iter().map(|token| ("page", token.as_str()));
            let pairs: Vec<String> = pairs
                .into_iter()
                .chain(token)
                .map(|(key, value)| format!("{key}={}", utf8_percent_encode(value, NAME)))
                .collect();
            url.set_query(Some(&pairs.join("&")));
            let reply = self.session.get(&url).await?;
            let items = serde_json::from_slice::<Vec<Object<Listed>>>(&reply.body);
            let items = items.map_err(|_| unintelligible(&reply, "id, name"))?;
            listed.extend(items.into_iter().map(|Object(item)| item));
            let next = reply.next_page.filter(|token| !token.is_empty());
            let Some(next) = next else {
                return Ok(listed);
            };
            let next = String::from_utf8(next).ok();
            let next = next.filter(|next| next.len() <= LONGEST_ID && page.as_ref() != Some(next));
            page = Some(next.ok_or_else(|| Failure::new(DataProblem::BadPageToken))?);
        }
        Err(Failure::new(DataProblem::TooManyPages(MOST_PAGES)))
    }

    /// Deletes the pre-authenticated request `id`. Its address reads nothing from then on.
    ///
    /// # Errors
    /// A [`Failure`]; of status 404 where there is none, or the user may not know.
    pub(crate) async fn delete_request(
        &self,
        prefix: &ObjectPlace,
        id: &str,
    ) -> Result<(), Failure> {
        let url = self.address(prefix, &["p", id])?;
        let request = Request {
            method: Method::DELETE,
            url: &url,
            body: Body::None,
        };
        self.session.send(&request).await.map(drop)
    }

    /// The address of `segments` in the bucket of `place`.
    fn address(&self, place: &ObjectPlace, segments: &[&str]) -> Result<Url, Failure> {
        let host = self.region.host("objectstorage", false);
        address(self.instead.as_ref(), host, place, segments)
            .ok_or_else(|| Failure::new(Problem::Internal))
    }

    /// The address of the objects below `prefix`, by the path of a pre-authenticated request. The path ends at the bucket's
    /// objects, or at the prefix: the service's texts show both.
    fn link(&self, prefix: &ObjectPlace, access_uri: &str) -> Option<AsTyped> {
        let ObjectPlace {
            namespace,
            bucket,
            object,
        } = prefix;
        let token = access_uri.strip_prefix("/p/")?;
        let objects = format!("/n/{namespace}/b/{bucket}/o/");
        let (token, rest) = token.split_once(&objects)?;
        let is_token = |c: char| c.is_ascii_alphanumeric() || "-_.~=%".contains(c);
        if token.is_empty() || token.len() > LONGEST_ID || !token.chars().all(is_token) {
            return None;
        }
        let name = format!("{}/", utf8_percent_encode(object, PATH));
        let encoded = format!("{}%2F", utf8_percent_encode(object, NAME));
        if !["", &name, &encoded].contains(&rest) {
            return None;
        }
        let own = match self.region.realm {
            // Pages of one tenancy share a host with no other tenancy's there.
            COMMERCIAL => {
                let region = &self.region.name;
                let host = format!("{namespace}.objectstorage.{region}.oci.customer-oci.com");
                Url::parse(&format!("https://{host}/")).ok()
            }
            _ => self.region.host("objectstorage", false),
        };
        let base = self.instead.clone().or(own)?;
        let base = base.as_str().trim_end_matches('/');
        Some(AsTyped::from(format!("{base}/p/{token}{objects}{name}")))
    }
}

/// The status of the service's answer, where the failure is a refusal.
pub(crate) fn status(failure: &Failure) -> Option<u16> {
    let Problem::Service(problem) = &failure.problem else {
        return None;
    };
    problem.answer().map(|answer| answer.status)
}

/// Returns whether the request may have done its work all the same: no answer came, or one that says nothing of it, or the
/// run's time was over before.
pub(crate) fn is_unsure(failure: &Failure) -> bool {
    matches!(
        &failure.problem,
        Problem::Data(_)
            | Problem::Deadline
            | Problem::Service(
                ServiceProblem::ConnectionBroken { .. }
                    | ServiceProblem::Timeout { .. }
                    | ServiceProblem::Unavailable { .. },
            )
    )
}

/// Returns whether the request was given up before its answer, by this program or by a gateway: the service may do its work
/// later.
pub(crate) fn is_late(failure: &Failure) -> bool {
    match &failure.problem {
        Problem::Deadline | Problem::Service(ServiceProblem::Timeout { .. }) => true,
        Problem::Service(ServiceProblem::Unavailable { answer, .. }) => {
            matches!(answer.status, 408 | 502 | 504)
        }
        _ => false,
    }
}

fn unintelligible(reply: &Reply, wanted: &str) -> Failure {
    let detail = wanted.to_owned();
    Failure {
        request_id: reply.request_id.clone(),
        ..Failure::new(DataProblem::NotTheDocument { detail })
    }
}

/// The address of the tenancy's namespace.
pub(crate) fn namespace(instead: Option<&Url>, region: &Region) -> Option<Url> {
    below(instead, region.host("objectstorage", false), &["n"])
}

/// The address of `segments` in the bucket of `place`, below `instead` or below the service's `own`. A name is one part of
/// the path, whatever it holds.
fn address(
    instead: Option<&Url>,
    own: Option<Url>,
    place: &ObjectPlace,
    segments: &[&str],
) -> Option<Url> {
    let mut url = below(instead, own, &["n", &place.namespace, "b", &place.bucket])?;
    let encoded = segments
        .iter()
        .map(|segment| format!("/{}", utf8_percent_encode(segment, NAME)));
    let path: String = std::iter::once(url.path().to_owned())
        .chain(encoded)
        .collect();
    url.set_path(&path);
    (url.path() == path).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(object: &str) -> ObjectPlace {
        ObjectPlace {
            namespace: "axkr1abc".to_owned(),
            bucket: "relatorios".to_owned(),
            object: object.to_owned(),
        }
    }

    #[test]
    fn a_request_without_an_answer_may_have_done_its_work() {
        let host = String::new;
        for (problem, unsure) in [
            (Problem::Deadline, true),
            (DataProblem::BadPageToken.into(), true),
            (
                ServiceProblem::Timeout {
                    host: host(),
                    tries: 1,
                }
                .into(),
                true,
            ),
            (
                ServiceProblem::ConnectionRefused { host: host() }.into(),
                false,
            ),
            (Problem::Internal, false),
        ] {
            assert_eq!(
                is_unsure(&Failure::new(problem.clone())),
                unsure,
                "{problem:?}"
            );
        }
    }

    #[test]
    fn addresses_are_the_vendor_sdk_s() {
        for (region, tenancy, host) in [
            ("gru", "oc1", "objectstorage.sa-saopaulo-1.oraclecloud.com"),
            (
                "us-gov-ashburn-1",
                "oc3",
                "objectstorage.us-gov-ashburn-1.oraclegovcloud.com",
            ),
            (
                "eu-frankfurt-2",
                "oc19",
                "objectstorage.eu-frankfurt-2.oraclecloud.eu",
            ),
        ] {
            let region = Region::find(region, &format!("ocid1.tenancy.{tenancy}..a")).unwrap();
            let own = region.host("objectstorage", false);
            let place = place("2026/carteira ç%+~.json");
            let url = address(None, own, &place, &["o", &place.object]).unwrap();
            assert_eq!(
                url.as_str(),
                format!(
                    "https://{host}/n/axkr1abc/b/relatorios/o/2026%2Fcarteira%20%C3%A7%25%2B~.json"
                )
            );
        }
        let instead = Url::parse("http://127.0.0.1:1/base").unwrap();
        let url = address(Some(&instead), None, &place("a"), &["p", "i/d:=+"]).unwrap();
        assert_eq!(
            url.as_str(),
            "http://127.0.0.1:1/base/n/axkr1abc/b/relatorios/p/i%2Fd%3A%3D%2B"
        );
    }
}
