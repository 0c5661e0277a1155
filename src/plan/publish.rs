//! The job of `publish`.

use crate::cli::{PublishPlaceArgs, PublishVerb};

/// A job of `publish`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublishJob {
    /// Makes a link to each customer's page.
    Links,
    /// Ends a customer's links.
    Revoke(String),
}

impl PublishJob {
    /// Makes the job of `verb`, and gives back its folder and options.
    pub(super) fn of_verb(verb: PublishVerb) -> (Self, PublishPlaceArgs) {
        match verb {
            PublishVerb::Links { place } => (Self::Links, place),
            PublishVerb::Revoke { client, place } => (Self::Revoke(client), place),
        }
    }
}
