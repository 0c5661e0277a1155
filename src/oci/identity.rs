//! The tenancy's home region: `ListRegionSubscriptions` of the Identity API,
//! version 20160918. It is answered in every region that the tenancy is
//! subscribed to, to a user who may `inspect tenancies`.

use reqwest::Url;
use serde::Deserialize;

use super::endpoint::Endpoint;
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

/// The home region of the session's tenancy, by the Identity API of `region`.
///
/// # Errors
/// A [`Failure`] of service or data.
pub(crate) async fn home_region(
    session: &Session<'_>,
    endpoint: &Endpoint,
    region: &Region,
) -> Result<Region, Failure> {
    let mut url = endpoint.identity(region)?;
    let path = format!(
        "{}/20160918/tenancies/{}/regionSubscriptions",
        url.path().trim_end_matches('/'),
        session.tenancy()
    );
    url.set_path(&path);
    let reply = session.get(&url).await?;
    decode(&reply.body, session.tenancy()).map_err(|problem| Failure {
        request_id: reply.request_id,
        ..Failure::new(problem)
    })
}

/// An answer of the Usage API, of a region or of the tenancy's home region.
#[derive(Debug)]
pub(crate) struct RegionalAnswer<T> {
    /// The answer that counts.
    pub(crate) answer: Result<T, Failure>,
    /// The home region, where it was asked for.
    pub(crate) home: Option<Result<Region, Failure>>,
    /// The home region and its address, where the answer is of another region than the one asked first.
    pub(crate) moved: Option<(Region, Url)>,
}

/// Asks the home region by `ask`, given the address of its Usage API, if the `first` answer is a refusal of
/// `region` that another region may not have given. The first answer stands where `region` is the home region,
/// and where the home region is not told.
pub(crate) async fn ask_at_home<T>(
    session: &Session<'_>,
    endpoint: &Endpoint,
    region: &Region,
    first: Result<T, Failure>,
    ask: impl AsyncFnOnce(&Url) -> Result<T, Failure>,
) -> RegionalAnswer<T> {
    let mut asked = RegionalAnswer {
        answer: first,
        home: None,
        moved: None,
    };
    if !asked.answer.as_ref().is_err_and(may_be_elsewhere) {
        return asked;
    }
    let home = home_region(session, endpoint, region).await;
    if let Ok(home) = &home
        && home.name != region.name
    {
        match endpoint.usage(home) {
            Ok(base) => {
                asked.answer = ask(&base).await;
                asked.moved = Some((home.clone(), base));
            }
            Err(failure) => asked.answer = Err(failure),
        }
    }
    asked.home = Some(home);
    asked
}

/// Returns whether another region might have answered what was `refused`: how the Usage API answers outside the
/// home region is not documented.
fn may_be_elsewhere(refused: &Failure) -> bool {
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
