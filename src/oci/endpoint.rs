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

    /// The request that changes a certificate for a token, at the auth service of a region.
    ///
    /// # Errors
    /// A [`Failure`] if the region's name makes no host.
    pub(crate) fn federation(&self, region: &Region) -> Result<Url, Failure> {
        self.below(region.host("auth", false), &["v1", "x509"])
    }

    /// The content of a secret of Vault.
    ///
    /// # Errors
    /// A [`Failure`] if the region's name makes no host.
    pub(crate) fn secret(&self, region: &Region, secret: &str) -> Result<Url, Failure> {
        let own = region.host("secrets.vaults", true);
        self.below(own, &["20190301", "secretbundles", secret])
    }

    fn below(&self, own: Option<Url>, segments: &[&str]) -> Result<Url, Failure> {
        let url = below(self.instead(), own, segments);
        url.ok_or_else(|| Failure::new(ConfigProblem::NotARegion { near: None }))
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use EndpointProblem::*;

    #[test]
    fn an_address_is_encrypted_or_stays_on_this_machine() {
        let read = |text: &str, whole| address(text, whole).map(drop);
        for (text, of_host, whole) in [
            ("https://example.com", Ok(()), Ok(())),
            ("https://example.com/a/b", Ok(()), Ok(())),
            ("https://example.com/?sig=x", Err(NotBare), Ok(())),
            ("http://127.0.0.1:8080", Ok(()), Ok(())),
            ("http://[::1]/", Ok(()), Ok(())),
            ("http://[::1]:9", Ok(()), Ok(())),
            ("http://localhost/x", Ok(()), Ok(())),
            ("http://localhost:1/base", Ok(()), Ok(())),
            ("http://example.com", Err(InTheClear), Err(InTheClear)),
            (
                "http://127.0.0.1.example.com",
                Err(InTheClear),
                Err(InTheClear),
            ),
            ("https://user:x@example.com", Err(NotBare), Err(NotBare)),
            ("https://u:p@example.com", Err(NotBare), Err(NotBare)),
            ("https://example.com#x", Err(NotBare), Err(NotBare)),
            ("https://example.com/#f", Err(NotBare), Err(NotBare)),
            ("ftp://example.com", Err(OtherScheme), Err(OtherScheme)),
            ("ftp://127.0.0.1", Err(OtherScheme), Err(OtherScheme)),
            ("file:///etc/passwd", Err(OtherScheme), Err(OtherScheme)),
            ("http://0.0.0.0:80", Err(InTheClear), Err(InTheClear)),
            ("example.com", Err(NotAUrl), Err(NotAUrl)),
            ("", Err(NotAUrl), Err(NotAUrl)),
        ] {
            assert_eq!(read(text, false), of_host, "{text}");
            assert_eq!(read(text, true), whole, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in any::<String>(), near in "(https?://)?[-a-z0-9:/?#@\\[\\].%]{0,20}") {
            for text in [text, near] {
                let _ = (address(&text, true), address(&text, false));
            }
        }
    }
}
