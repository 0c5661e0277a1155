//! The tenancy's home region: `ListRegionSubscriptions` of the Identity API,
//! version 20160918. It is answered in every region that the tenancy is
//! subscribed to, to a user who may `inspect tenancies`.

use reqwest::Url;
use serde::Deserialize;

use super::json::Object;
use super::region::{Region, realm_of};
use super::transport::Session;
use crate::failure::{DataProblem, Failure, Problem, ServiceProblem};

/// The code of a 403 that another region would not have answered with, as the service documents it.
const NOT_ALLOWED: &str = "NotAllowed";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RegionSubscription {
    region_name: String,
    is_home_region: bool,
}

/// The home region of the session's tenancy, by the Identity API at `base`.
///
/// # Errors
/// A [`Failure`] of service or data.
pub(crate) async fn home_region(session: &Session<'_>, base: &Url) -> Result<Region, Failure> {
    let mut url = base.clone();
    let path = format!(
        "{}/20160918/tenancies/{}/regionSubscriptions",
        base.path().trim_end_matches('/'),
        session.tenancy()
    );
    url.set_path(&path);
    let reply = session.get(&url).await?;
    decode(&reply.body, session.tenancy()).map_err(|problem| Failure {
        request_id: reply.request_id,
        ..Failure::new(problem)
    })
}

/// Whether another region might have answered what was `refused`: how the Usage API answers outside the
/// home region is not documented.
pub(crate) fn may_be_elsewhere(refused: &Failure) -> bool {
    match &refused.problem {
        Problem::Service(ServiceProblem::Forbidden(answer)) => answer.code == NOT_ALLOWED,
        Problem::Service(ServiceProblem::NotAuthorized(_)) => true,
        _ => false,
    }
}

/// The one home region of a list of subscriptions.
///
/// # Errors
/// A [`DataProblem`] when the list is not the documented JSON, or has no home region, several, or one of
/// another realm than the tenancy's.
pub fn decode(body: &[u8], tenancy: &str) -> Result<Region, DataProblem> {
    let subscriptions: Vec<Object<RegionSubscription>> =
        serde_json::from_slice(body).map_err(|error| DataProblem::not_the_document(&error))?;
    let mut homes = subscriptions
        .iter()
        .map(|Object(subscription)| subscription)
        .filter(|subscription| subscription.is_home_region);
    match (homes.next(), homes.next()) {
        (Some(home), None) => Region::find(&home.region_name, tenancy)
            .ok()
            .filter(|home| home.realm == realm_of(tenancy)),
        _ => None,
    }
    .ok_or(DataProblem::NoHomeRegion)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENANCY: &str = "ocid1.tenancy.oc1..aaaa";

    #[test]
    fn the_home_region_is_the_one_that_says_so() {
        let body = br#"[
            {"regionKey":"IAD","regionName":"us-ashburn-1","status":"READY","isHomeRegion":false},
            {"regionKey":"GRU","regionName":"sa-saopaulo-1","status":"READY","isHomeRegion":true}]"#;
        assert_eq!(decode(body, TENANCY).unwrap().name, "sa-saopaulo-1");
    }

    #[test]
    fn no_home_two_homes_or_no_host_are_refused() {
        for body in [
            r#"[]"#,
            r#"[{"regionName":"us-ashburn-1","isHomeRegion":false}]"#,
            r#"[{"regionName":"us-ashburn-1","isHomeRegion":true},{"regionName":"us-phoenix-1","isHomeRegion":true}]"#,
            r#"[{"regionName":"evil.example/","isHomeRegion":true}]"#,
            r#"[{"regionName":"us-gov-ashburn-1","isHomeRegion":true}]"#,
        ] {
            let refused = decode(body.as_bytes(), TENANCY);
            assert_eq!(refused, Err(DataProblem::NoHomeRegion), "{body}");
        }
        for body in [
            "",
            "{}",
            "null",
            r#"[{"regionName":1,"isHomeRegion":true}]"#,
        ] {
            let refused = decode(body.as_bytes(), TENANCY);
            assert!(
                matches!(refused, Err(DataProblem::NotTheDocument { .. })),
                "{body}"
            );
        }
    }
}
