//! The Identity API of the stand-in: the regions that a tenancy is subscribed to.

use serde_json::json;

use super::refusal::RefusedAnswer;
use super::usage::RowsPage;

/// A tenancy's regions.
#[derive(Debug)]
pub(super) struct Regions {
    /// Path of the operation.
    path: String,
    /// The home region; none where no policy lets the user ask.
    home: Option<String>,
}

impl Regions {
    pub(super) fn new(tenancy: &str, home: Option<String>) -> Self {
        Self {
            path: format!("/20160918/tenancies/{tenancy}/regionSubscriptions"),
            home,
        }
    }

    /// The home region among two, in the service's form less the keys, which nobody here reads.
    pub(super) fn answer(&self, path: &str) -> Result<RowsPage, RefusedAnswer> {
        let home = self
            .home
            .as_ref()
            .filter(|_| path == self.path)
            .ok_or_else(RefusedAnswer::not_found)?;
        let region = |name: &str, is_home: bool| json!({ "regionName": name, "status": "READY", "isHomeRegion": is_home });
        let other = match home.as_str() {
            "us-ashburn-1" => "us-phoenix-1",
            _ => "us-ashburn-1",
        };
        Ok(RowsPage {
            body: json!([region(other, false), region(home, true)]).to_string(),
            next: None,
        })
    }
}
