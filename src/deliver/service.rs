//! Refusals of OCI's services.

use reqwest::Url;
use serde::Deserialize;

use super::exchange::Answered;
use super::parcel::{Refusal, RefusalKind};
use crate::failure::{DeliveryProblem, RefusalReason as Why};

/// A refusal, in the service's words.
#[derive(Default, Deserialize)]
#[serde(default)]
struct ServiceWords {
    code: String,
    message: String,
}

/// The refusal in `answer`. A 404 is the service's word for a missing policy, or for a sender or topic that is not there.
pub(super) fn refusal(answer: &Answered<'_>) -> Refusal {
    let ServiceWords { code, message } = answer.json().unwrap_or_default();
    match (answer.status(), code.as_str()) {
        (404, _) => answer.refused_as(Why::Login, RefusalKind::Permanent, &code, &message),
        (409, "IncorrectState") => {
            answer.refused_as(Why::Unavailable, RefusalKind::Passing, &code, &message)
        }
        _ => answer.refused(&code, &message),
    }
}

/// The address of a service; a region whose name makes no host has none.
pub(super) fn address(url: Option<Url>) -> Result<Url, Refusal> {
    url.ok_or_else(|| Refusal::new(RefusalKind::Permanent, DeliveryProblem::NotAnAddress))
}
