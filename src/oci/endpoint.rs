//! Destination of requests: the hosts of the service, or one that stands in for all of them.

use reqwest::Url;

use super::region::Region;
use crate::failure::{ConfigProblem, Failure};

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
