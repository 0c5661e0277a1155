//! Regions and realms, and the service's host in each.
//!
//! Source: the vendor's Python SDK 2.189.0, `regions_definitions.py`, and the
//! endpoint templates of its Usage API and Identity clients.

mod names;

use reqwest::Url;

use crate::text::folded;

/// A region, its short code and its realm.
const REGIONS: [(&str, &str, &str); 85] = [
    ("ap-chuncheon-1", "yny", "oc1"),
    ("ap-hyderabad-1", "hyd", "oc1"),
    ("ap-melbourne-1", "mel", "oc1"),
    ("ap-mumbai-1", "bom", "oc1"),
    ("ap-osaka-1", "kix", "oc1"),
    ("ap-seoul-1", "icn", "oc1"),
    ("ap-sydney-1", "syd", "oc1"),
    ("ap-tokyo-1", "nrt", "oc1"),
    ("ca-montreal-1", "yul", "oc1"),
    ("ca-toronto-1", "yyz", "oc1"),
    ("eu-amsterdam-1", "ams", "oc1"),
    ("eu-frankfurt-1", "fra", "oc1"),
    ("eu-zurich-1", "zrh", "oc1"),
    ("me-jeddah-1", "jed", "oc1"),
    ("me-dubai-1", "dxb", "oc1"),
    ("sa-saopaulo-1", "gru", "oc1"),
    ("uk-cardiff-1", "cwl", "oc1"),
    ("uk-london-1", "lhr", "oc1"),
    ("us-ashburn-1", "iad", "oc1"),
    ("us-phoenix-1", "phx", "oc1"),
    ("us-sanjose-1", "sjc", "oc1"),
    ("sa-vinhedo-1", "vcp", "oc1"),
    ("sa-santiago-1", "scl", "oc1"),
    ("il-jerusalem-1", "mtz", "oc1"),
    ("eu-marseille-1", "mrs", "oc1"),
    ("ap-singapore-1", "sin", "oc1"),
    ("me-abudhabi-1", "auh", "oc1"),
    ("eu-milan-1", "lin", "oc1"),
    ("eu-stockholm-1", "arn", "oc1"),
    ("af-johannesburg-1", "jnb", "oc1"),
    ("eu-paris-1", "cdg", "oc1"),
    ("mx-queretaro-1", "qro", "oc1"),
    ("eu-madrid-1", "mad", "oc1"),
    ("us-chicago-1", "ord", "oc1"),
    ("mx-monterrey-1", "mty", "oc1"),
    ("us-saltlake-2", "aga", "oc1"),
    ("sa-bogota-1", "bog", "oc1"),
    ("sa-valparaiso-1", "vap", "oc1"),
    ("ap-singapore-2", "xsp", "oc1"),
    ("me-riyadh-1", "ruh", "oc1"),
    ("ap-delhi-1", "onm", "oc1"),
    ("ap-batam-1", "hsg", "oc1"),
    ("eu-madrid-3", "orf", "oc1"),
    ("eu-turin-1", "nrq", "oc1"),
    ("ap-kulai-2", "jbp", "oc1"),
    ("af-casablanca-1", "lej", "oc1"),
    ("us-langley-1", "lfi", "oc2"),
    ("us-luke-1", "luf", "oc2"),
    ("us-gov-ashburn-1", "ric", "oc3"),
    ("us-gov-chicago-1", "pia", "oc3"),
    ("us-gov-phoenix-1", "tus", "oc3"),
    ("uk-gov-london-1", "ltn", "oc4"),
    ("uk-gov-cardiff-1", "brs", "oc4"),
    ("ap-chiyoda-1", "nja", "oc8"),
    ("ap-ibaraki-1", "ukb", "oc8"),
    ("me-dcc-muscat-1", "mct", "oc9"),
    ("me-ibri-1", "ibr", "oc9"),
    ("ap-dcc-canberra-1", "wga", "oc10"),
    ("eu-dcc-milan-1", "bgy", "oc14"),
    ("eu-dcc-milan-2", "mxp", "oc14"),
    ("eu-dcc-dublin-2", "snn", "oc14"),
    ("eu-dcc-rating-2", "dtm", "oc14"),
    ("eu-dcc-rating-1", "dus", "oc14"),
    ("eu-dcc-dublin-1", "ork", "oc14"),
    ("ap-dcc-gazipur-1", "dac", "oc15"),
    ("eu-madrid-2", "vll", "oc19"),
    ("eu-frankfurt-2", "str", "oc19"),
    ("eu-jovanovac-1", "beg", "oc20"),
    ("me-dcc-doha-1", "doh", "oc21"),
    ("me-alrayyan-1", "vve", "oc21"),
    ("us-somerset-1", "ebb", "oc23"),
    ("us-thames-1", "ebl", "oc23"),
    ("eu-dcc-zurich-1", "avz", "oc24"),
    ("eu-crissier-1", "avf", "oc24"),
    ("me-abudhabi-3", "ahu", "oc26"),
    ("me-alain-1", "rba", "oc26"),
    ("me-abudhabi-2", "rkt", "oc29"),
    ("me-abudhabi-4", "shj", "oc29"),
    ("ap-seoul-2", "dtz", "oc35"),
    ("ap-suwon-1", "dln", "oc35"),
    ("ap-chuncheon-2", "bno", "oc35"),
    ("us-ashburn-2", "yxj", "oc42"),
    ("us-newark-1", "pgc", "oc42"),
    ("eu-budapest-1", "jsk", "oc51"),
    ("sa-riodejaneiro-1", "hnw", "oc52"),
];

/// A realm and its second-level domain.
const REALMS: [(&str, &str); 20] = [
    ("oc1", "oraclecloud.com"),
    ("oc2", "oraclegovcloud.com"),
    ("oc3", "oraclegovcloud.com"),
    ("oc4", "oraclegovcloud.uk"),
    ("oc8", "oraclecloud8.com"),
    ("oc9", "oraclecloud9.com"),
    ("oc10", "oraclecloud10.com"),
    ("oc14", "oraclecloud14.com"),
    ("oc15", "oraclecloud15.com"),
    ("oc19", "oraclecloud.eu"),
    ("oc20", "oraclecloud20.com"),
    ("oc21", "oraclecloud21.com"),
    ("oc23", "oraclecloud23.com"),
    ("oc24", "oraclecloud24.com"),
    ("oc26", "oraclecloud26.com"),
    ("oc29", "oraclecloud29.com"),
    ("oc35", "oraclecloud35.com"),
    ("oc42", "oraclecloud42.com"),
    ("oc51", "oraclecloud51.com"),
    ("oc52", "oraclecloud52.com"),
];

/// The region of a tenancy's requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// The region's full name.
    pub name: String,
    /// Realm of the region.
    pub realm: &'static str,
    /// The realm's second-level domain.
    pub domain: &'static str,
    /// Marks a region of the table; the realm of any other is the tenancy's.
    pub known: bool,
}

/// The reasons why a text is no [`Region`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegionError {
    /// The text has other characters than letters, digits and hyphens, or is no host's label.
    NotAName,
    /// The region is not in the table, and neither is the realm of the tenancy's OCID.
    UnknownRealm,
}

impl Region {
    /// The region of that name or short code, in any case; one that is not in
    /// the table is taken to be in the realm of the tenancy's OCID.
    ///
    /// # Errors
    /// [`RegionError`] when the text cannot be part of a host name, or neither region nor realm is known.
    pub fn find(text: &str, tenancy: &str) -> Result<Self, RegionError> {
        let text = text.to_ascii_lowercase();
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let hyphen_outside = text.starts_with('-') || text.ends_with('-');
        // What stands behind it is another name, or none and then there is no host.
        let encoded = text.starts_with("xn--");
        if text.is_empty()
            || text.len() > 63
            || hyphen_outside
            || encoded
            || !text.bytes().all(allowed)
        {
            return Err(RegionError::NotAName);
        }
        let known = REGIONS
            .iter()
            .find(|(name, code, _)| *name == text || *code == text);
        let (name, realm) = match known {
            Some((name, _, realm)) => (*name, *realm),
            None => (text.as_str(), realm_of(tenancy)),
        };
        let (realm, domain) = REALMS
            .into_iter()
            .find(|(key, _)| *key == realm)
            .ok_or(RegionError::UnknownRealm)?;
        Ok(Self {
            name: name.to_owned(),
            realm,
            domain,
            known: known.is_some(),
        })
    }

    /// The region whose name in the console is `text`, without regard to case, accents and separators. Its short code
    /// or its name may follow, as some pages write them. Of two regions the one in the realm of the tenancy's OCID is
    /// meant, and else the first.
    pub(crate) fn of_console(text: &str, tenancy: &str) -> Option<Self> {
        let own = letters(text);
        let names = names::CONSOLE.into_iter().filter(|(name, shown)| {
            let Some(rest) = own.strip_prefix(&letters(shown)) else {
                return false;
            };
            let code = REGIONS.iter().find(|(known, ..)| known == name);
            rest.is_empty()
                || rest == letters(name)
                || code.is_some_and(|(_, code, _)| rest == *code)
        });
        let regions: Vec<Self> = names
            .filter_map(|(name, _)| Self::find(name, tenancy).ok())
            .collect();
        let realm = realm_of(tenancy);
        let own = regions
            .iter()
            .position(|region| region.realm.eq_ignore_ascii_case(realm));
        regions.into_iter().nth(own.unwrap_or_default())
    }

    /// The address of the Usage API in this region.
    pub fn usage_api(&self) -> Option<Url> {
        self.api("usageapi")
    }

    /// The address of the Identity API in this region.
    pub fn identity_api(&self) -> Option<Url> {
        self.api("identity")
    }

    fn api(&self, service: &str) -> Option<Url> {
        self.host(service, true)
    }

    /// The address of `service` in this region. `oci` says whether its host has this word in its name: some services
    /// that are older than the word have not.
    pub(crate) fn host(&self, service: &str, oci: bool) -> Option<Url> {
        let oci = if oci { "oci." } else { "" };
        let host = format!("{service}.{}.{oci}{}", self.name, self.domain);
        Url::parse(&format!("https://{host}/")).ok()
    }
}

/// Returns the region in the table whose name, or short code, is the nearest to `text`; `None` if no name is near.
pub(crate) fn nearest(text: &str) -> Option<&'static str> {
    let own = letters(text);
    // Longer texts are no names, and their comparison would take time.
    let length = own.chars().count();
    if length > 60 {
        return None;
    }
    // An address or an availability domain has the whole name in it.
    let whole = REGIONS
        .iter()
        .filter(|(name, ..)| own.contains(&letters(name)));
    if let Some((name, ..)) = whole.max_by_key(|(name, ..)| name.len()) {
        return Some(name);
    }
    let distance = |known: &str| strsim::damerau_levenshtein(&own, &letters(known));
    let names = REGIONS.iter().map(|(name, code, _)| {
        let by_code = if length <= 3 {
            distance(code)
        } else {
            usize::MAX
        };
        (distance(name).min(by_code), *name)
    });
    let (slips, name) = names.min_by_key(|(slips, _)| *slips)?;
    let most = if length <= 3 { 1 } else { length * 2 / 5 };
    (slips <= most).then_some(name)
}

/// The letters and digits of `text`, without case and accents.
fn letters(text: &str) -> String {
    let folded = folded(text);
    folded.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The realm that a tenancy's OCID names, `ocid1.tenancy.<realm>.<region>.<id>`; empty where it names none.
pub(crate) fn realm_of(tenancy: &str) -> &str {
    tenancy.split(['.', ':']).nth(2).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENANCY: &str = "ocid1.tenancy.oc1..aaaa";

    fn host(region: &str, tenancy: &str) -> String {
        let url = Region::find(region, tenancy).unwrap().usage_api().unwrap();
        url.host_str().unwrap().to_owned()
    }

    #[test]
    fn hosts_are_the_vendor_sdk_s() {
        // Read off the vendor's Python SDK 2.189.0.
        for (region, expected) in [
            ("iad", "usageapi.us-ashburn-1.oci.oraclecloud.com"),
            ("GRU", "usageapi.sa-saopaulo-1.oci.oraclecloud.com"),
            ("sa-vinhedo-1", "usageapi.sa-vinhedo-1.oci.oraclecloud.com"),
            (
                "eu-frankfurt-2",
                "usageapi.eu-frankfurt-2.oci.oraclecloud.eu",
            ),
            (
                "us-gov-ashburn-1",
                "usageapi.us-gov-ashburn-1.oci.oraclegovcloud.com",
            ),
            (
                "uk-gov-london-1",
                "usageapi.uk-gov-london-1.oci.oraclegovcloud.uk",
            ),
        ] {
            assert_eq!(host(region, TENANCY), expected);
        }
        let identity = Region::find("gru", TENANCY)
            .unwrap()
            .identity_api()
            .unwrap();
        assert_eq!(
            identity.as_str(),
            "https://identity.sa-saopaulo-1.oci.oraclecloud.com/"
        );
    }

    #[test]
    fn every_region_of_the_table_has_a_host() {
        for (name, code, realm) in REGIONS {
            let region = Region::find(code, TENANCY).unwrap();
            assert_eq!(
                (region.name.as_str(), region.realm, region.known),
                (name, realm, true)
            );
            assert!(region.usage_api().is_some(), "{name}");
        }
    }

    #[test]
    fn an_unknown_region_follows_the_tenancy_s_realm() {
        let region = Region::find("xx-new-9", "ocid1.tenancy.oc19..aaaa").unwrap();
        assert!(!region.known);
        assert_eq!(
            region.usage_api().unwrap().as_str(),
            "https://usageapi.xx-new-9.oci.oraclecloud.eu/"
        );
        assert_eq!(
            Region::find("xx-new-9", "ocid1.tenancy.oc99..a"),
            Err(RegionError::UnknownRealm)
        );
        assert_eq!(
            Region::find("xx-new-9", "nonsense"),
            Err(RegionError::UnknownRealm)
        );
    }

    #[test]
    fn every_region_has_a_name_in_the_console() {
        for (name, _, realm) in REGIONS {
            let tenancy = format!("ocid1.tenancy.{realm}..a");
            let shown = names::CONSOLE.iter().filter(|(known, _)| *known == name);
            let mut some = false;
            for (_, shown) in shown {
                some = true;
                for text in [
                    shown.to_string(),
                    shown.to_uppercase(),
                    folded(shown),
                    shown.replace(" (", "("),
                    format!("{shown} {name}"),
                ] {
                    let found = Region::of_console(&text, &tenancy);
                    assert_eq!(
                        found.map(|region| region.name).as_deref(),
                        Some(name),
                        "{text}"
                    );
                }
            }
            assert!(some, "{name}");
        }
        for text in [
            "",
            "Brazil",
            "Brazil East (Vinhedo)",
            "Sao Paulo",
            "sa-saopaulo-1",
        ] {
            assert_eq!(Region::of_console(text, TENANCY), None, "{text}");
        }
    }

    #[test]
    fn a_slip_has_a_nearest_name() {
        for (text, near) in [
            ("sa-sao-paulo-1", Some("sa-saopaulo-1")),
            ("SA-SAOPAULO-1-AD-1", Some("sa-saopaulo-1")),
            ("sa_saopaulo_1", Some("sa-saopaulo-1")),
            ("ca\u{2014}toronto-1", Some("ca-toronto-1")),
            ("us-asburn-1", Some("us-ashburn-1")),
            ("saopaulo", Some("sa-saopaulo-1")),
            ("grv", Some("sa-saopaulo-1")),
            (
                "https://usageapi.sa-vinhedo-1.oci.oraclecloud.com",
                Some("sa-vinhedo-1"),
            ),
            ("hoje", None),
            ("", None),
        ] {
            assert_eq!(nearest(text), near, "{text}");
        }
    }

    #[test]
    fn nothing_else_gets_into_a_host_name() {
        for text in [
            "",
            "a.b",
            "a/b",
            "a@b",
            "a b",
            "-a",
            "a-",
            "ã",
            "a#",
            "a:80",
            "evil.example/x",
            "xn--e-6",
            "XN--bcher-kva",
            &"a".repeat(64),
        ] {
            assert_eq!(
                Region::find(text, TENANCY),
                Err(RegionError::NotAName),
                "{text}"
            );
        }
    }
}
