//! The proxy that the environment names, and the hosts that are reached without it.
//!
//! Every host of the service is reached by TLS, so that `HTTPS_PROXY` or, without it, `ALL_PROXY` says the proxy;
//! `HTTP_PROXY` is for addresses that the program never asks. A value that is not understood ends the run: reqwest would
//! ask directly in its place, past the operator's proxy.

use std::env;
use std::ffi::OsString;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

use percent_encoding::percent_decode_str;
use reqwest::{NoProxy, Proxy, Url};

use super::{ip, is_loopback};
use crate::failure::{EnvironmentProblem, ProxyProblem};
use crate::text::printable;

/// The variables that name the proxy; the first that is set to something counts.
const PROXIES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
/// The variables that name the hosts reached without a proxy.
const BYPASSES: [&str; 2] = ["NO_PROXY", "no_proxy"];
/// The most characters that are shown of an entry.
const LONGEST: usize = 60;

/// The way to hosts through a proxy. Its `Debug` leaves out the address, which may hold a password.
#[derive(Clone)]
pub(super) struct Route {
    /// Host and port of the proxy.
    pub(super) place: String,
    /// Whether this machine looks up the names of hosts, and not the proxy.
    pub(super) own_lookup: bool,
    pub(super) proxy: Proxy,
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Route");
        shown.field("place", &self.place).finish_non_exhaustive()
    }
}

impl Route {
    /// Reads the way to the service, or to `endpoint` in its place, from the environment. `None` means directly, as an
    /// endpoint on this machine always is.
    ///
    /// # Errors
    /// [`EnvironmentProblem`] where a variable that says the way is not understood.
    pub(super) fn from_environment(
        endpoint: Option<&Url>,
    ) -> Result<Option<Self>, EnvironmentProblem> {
        if endpoint.is_some_and(is_loopback) {
            return Ok(None);
        }
        let Some((variable, text)) = first(&PROXIES)? else {
            return Ok(None);
        };
        let mut direct = Vec::new();
        if let Some((variable, list)) = first(&BYPASSES)? {
            let port = endpoint.and_then(Url::port_or_known_default);
            direct = bypasses(&list, port.unwrap_or(443))
                .map_err(|problem| EnvironmentProblem { variable, problem })?;
        }
        if direct.iter().any(|bypass| bypass == "*") {
            return Ok(None);
        }
        let refused = |problem| EnvironmentProblem { variable, problem };
        let (address, place) = address(&text).map_err(refused)?;
        let own_lookup = ["socks5:", "socks4:"]
            .iter()
            .any(|scheme| address.starts_with(scheme));
        let proxy = Proxy::https(address).map_err(|_| refused(ProxyProblem::NotAnAddress))?;
        let proxy = proxy.no_proxy(NoProxy::from_string(&direct.join(",")));
        Ok(Some(Self {
            place,
            own_lookup,
            proxy,
        }))
    }
}

/// The first of the variables that is set to something, with its value.
fn first(names: &[&'static str]) -> Result<Option<(&'static str, String)>, EnvironmentProblem> {
    let mut set = names
        .iter()
        .filter_map(|name| Some((*name, env::var_os(name)?)));
    let is_blank = |value: &OsString| value.to_string_lossy().trim().is_empty();
    let Some((variable, value)) = set.find(|(_, value)| !is_blank(value)) else {
        return Ok(None);
    };
    let text = value.into_string().map_err(|_| EnvironmentProblem {
        variable,
        problem: ProxyProblem::NotText,
    })?;
    Ok(Some((variable, text)))
}

/// Reads the hosts that are reached without a proxy, for [`NoProxy`].
fn bypasses(list: &str, port: u16) -> Result<Vec<String>, ProxyProblem> {
    let entries = list.split([',', ';', ' ', '\t']);
    let entries = entries.filter(|entry| !entry.is_empty());
    let refused = |entry| ProxyProblem::NotAHost {
        entry: printable(entry, LONGEST),
    };
    entries
        .map(|entry| bypass(entry, port).ok_or_else(|| refused(entry)))
        .collect()
}

/// Translates an entry of the hosts that are reached without a proxy for [`NoProxy`], which takes a form that it does not
/// know for a name. Empty is one that is no host's on `port`, and `None` one that nobody understands.
fn bypass(entry: &str, port: u16) -> Option<String> {
    // Names without a dot and networks by a star, as Windows has them: no host of the service is one.
    if entry.eq_ignore_ascii_case("<local>") || entry.ends_with(".*") {
        return Some(String::new());
    }
    if let Some((network, bits)) = entry.split_once('/') {
        let network = ip(network)?;
        let most = if network.is_ipv4() { 32 } else { 128 };
        return (bits.parse::<u8>().ok()? <= most).then(|| format!("{network}/{bits}"));
    }
    if entry == "*" || ip(entry).is_some() {
        return Some(bare(entry).to_owned());
    }
    let (name, own) = match entry.rsplit_once(':') {
        Some((name, own)) => (bare(name), Some(own.parse::<u16>().ok()?)),
        None => (entry, None),
    };
    let domain = name.strip_prefix('*').unwrap_or(name).trim_matches('.');
    let understood = is_host(domain) || name.parse::<IpAddr>().is_ok();
    let on_port = own.is_none_or(|own| own == port);
    let domain = if on_port { domain } else { "" };
    understood.then(|| domain.to_owned())
}

/// An IPv6 address without its brackets.
pub(super) fn bare(text: &str) -> &str {
    let inner = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    inner.unwrap_or(text)
}

/// Reads a proxy's address: `[SCHEME://][USER[:PASSWORD]@]HOST[:PORT][/]`, HTTP without a scheme. User and password are
/// percent-encoded. With a scheme a path is passed over, as curl does. Returns the whole address for reqwest, which
/// understands every one that is returned, and host and port.
fn address(text: &str) -> Result<(String, String), ProxyProblem> {
    let text = text.trim_matches(|c: char| c.is_ascii_whitespace());
    let quote = |c: char| matches!(c, '"' | '\'' | '`' | '\u{2018}'..='\u{201F}');
    if text.starts_with(quote) || text.ends_with(quote) {
        return Err(ProxyProblem::Quoted);
    }
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (Some(scheme.to_ascii_lowercase()), rest),
        None => (None, text),
    };
    // A password may hold what ends an address.
    let (credentials, place) = match rest.rsplit_once('@') {
        Some((credentials, place)) => (Some(credentials), place),
        None => (None, rest),
    };
    if credentials.is_some_and(|credentials| !is_encoded(credentials)) {
        return Err(ProxyProblem::NotEncoded);
    }
    let bare = scheme.is_none();
    let scheme = scheme.unwrap_or_else(|| "http".to_owned());
    let usual = match scheme.as_str() {
        "http" => 80,
        "https" => 443,
        "socks4" | "socks4a" if credentials.is_some() => return Err(ProxyProblem::NoCredentials),
        "socks4" | "socks4a" | "socks5" | "socks5h" => 1080,
        "socks" => return Err(ProxyProblem::NoVersion),
        _ => return Err(ProxyProblem::OtherScheme),
    };
    let (place, path) = place.split_at(place.find(['/', '?', '#']).unwrap_or(place.len()));
    let path = path.to_ascii_lowercase();
    if path.ends_with(".pac") || path.ends_with(".dat") {
        return Err(ProxyProblem::Script);
    }
    if path.contains(['?', '#']) || bare && !matches!(path.as_str(), "" | "/") {
        return Err(ProxyProblem::NotAnAddress);
    }
    let (host, port) = place_of(place).ok_or(ProxyProblem::NotAnAddress)?;
    let place = format!("{host}:{}", port.unwrap_or(usual));
    let credentials = credentials.map_or(String::new(), |credentials| format!("{credentials}@"));
    Ok((format!("{scheme}://{credentials}{place}"), place))
}

/// Splits a host from its port.
fn place_of(place: &str) -> Option<(String, Option<u16>)> {
    let (host, port) = match place.rfind(':') {
        Some(at) if !place.ends_with(']') => (&place[..at], Some(&place[at + 1..])),
        _ => (place, None),
    };
    let port = match port {
        None => None,
        Some(digits) if digits.starts_with('+') => return None,
        Some(digits) => Some(digits.parse().ok().filter(|port| *port > 0)?),
    };
    let host = match bare(host) {
        inner if inner != host => format!("[{}]", inner.parse::<Ipv6Addr>().ok()?),
        _ => is_host(host).then(|| host.to_owned())?,
    };
    Some((host, port))
}

/// Returns whether `text` may be the name of a host or an IPv4 address.
fn is_host(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    text.len() <= 253 && text.chars().all(plain) && text.contains(char::is_alphanumeric)
}

/// Returns whether user and password have no character that an address cannot have there. Reqwest decodes them as UTF-8.
fn is_encoded(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_graphic() && !"\"#/<>?@\\^`{|}".contains(c);
    text.chars().all(plain) && percent_decode_str(text).decode_utf8().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_in_every_form() {
        for (text, whole, place) in [
            ("proxy", "http://proxy:80", "proxy:80"),
            (" HTTP://u:a%40@p:1/a\r\n", "http://u:a%40@p:1", "p:1"),
            ("u:100%@[::1]:9", "http://u:100%@[::1]:9", "[::1]:9"),
            ("https://p", "https://p:443", "p:443"),
            ("socks5h://u@p", "socks5h://u@p:1080", "p:1080"),
        ] {
            let read = address(text).unwrap();
            assert_eq!((read.0.as_str(), read.1.as_str()), (whole, place));
        }
    }

    #[test]
    fn entries_are_translated_for_the_library() {
        for (entry, expected) in [
            ("*", Some("*")),
            (".a.com", Some("a.com")),
            ("*.a.com", Some("a.com")),
            ("a.com:443", Some("a.com")),
            ("a.com:80", Some("")),
            ("<local>", Some("")),
            ("10.*", Some("")),
            ("10.0.0.0/8", Some("10.0.0.0/8")),
            ("[::1]:443", Some("::1")),
            ("::1", Some("::1")),
            ("10.0.0.0/33", None),
            ("http://a.com", None),
            ("a.*.com", None),
            ("a.com:x", None),
            ("a@b", None),
        ] {
            assert_eq!(bypass(entry, 443).as_deref(), expected, "{entry}");
        }
    }
}
