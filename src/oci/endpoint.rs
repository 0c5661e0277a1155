//! Destination of requests: the hosts of the service, or one that stands in for all of them.

use reqwest::Url;

use super::region::Region;
use super::transport::is_loopback;
use crate::failure::{ConfigProblem, EndpointProblem, Failure};

/// The service's hosts, or what was given in their place.
#[derive(Clone, Debug, Default)]
pub(crate) struct Endpoint(Option<Url>);

impl Endpoint {
    /// Makes the endpoint `instead` of every host of the service, or the service's own hosts where there is none.
    pub(crate) fn new(instead: Option<Url>) -> Self {
        Self(instead)
    }

    /// Returns the address that stands in for the service, if there is one.
    pub(crate) fn instead(&self) -> Option<&Url> {
        self.0.as_ref()
    }

    /// The Usage API of a region.
    ///
    /// # Errors
    /// A [`Failure`] if the region's name makes no host.
    pub(crate) fn usage(&self, region: &Region) -> Result<Url, Failure> {
        self.or(region.usage_api())
    }

    /// The Identity API of a region.
    ///
    /// # Errors
    /// A [`Failure`] if the region's name makes no host.
    pub(crate) fn identity(&self, region: &Region) -> Result<Url, Failure> {
        self.or(region.identity_api())
    }

    fn or(&self, own: Option<Url>) -> Result<Url, Failure> {
        let url = self.0.clone().or(own);
        url.ok_or_else(|| Failure::new(ConfigProblem::NotARegion { near: None }))
    }
}

/// The address of `segments` below `instead`, or below the service's `own` where there is none. Each segment is one,
/// whatever it holds.
pub(crate) fn below(instead: Option<&Url>, own: Option<Url>, segments: &[&str]) -> Option<Url> {
    let mut url = instead.cloned().or(own)?;
    url.path_segments_mut()
        .ok()?
        .pop_if_empty()
        .extend(segments);
    Some(url)
}

/// Reads the address of a host that secrets may go to: encrypted, or not leaving this machine. That of one receiver, which
/// `whole` stands for, may have a query.
///
/// # Errors
/// An [`EndpointProblem`], without the text.
pub(crate) fn address(text: &str, whole: bool) -> Result<Url, EndpointProblem> {
    let url = Url::parse(text).map_err(|_| EndpointProblem::NotAUrl)?;
    let bare = url.username().is_empty()
        && url.password().is_none()
        && (whole || url.query().is_none())
        && url.fragment().is_none();
    match url.scheme() {
        _ if !bare => Err(EndpointProblem::NotBare),
        "https" if url.has_host() => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => Err(EndpointProblem::InTheClear),
        _ => Err(EndpointProblem::OtherScheme),
    }
}
