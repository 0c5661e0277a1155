//! The files and objects of a run: seen to be writable, and nobody else's, before any work; and written.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use tokio::task::spawn_blocking;

use super::interrupt;
use super::pages::Pages;
use super::publish::{Publisher, publisher};
use super::run::Report;
use super::screen::complain;
use crate::deliver::Destination;
use crate::deliver::file;
use crate::failure::{Failure, OutputProblem, PlaceProblem, Problem};
use crate::oci::object_storage::ObjectContent;
use crate::path::ObjectPlace;
use crate::plan::{Misuse, Output, OutputPlace, PagesPlan, Plan, StoreUse};
use crate::profile::walk;
use crate::render::{self, explain};
use crate::store::place::Place;
use crate::text::printable;

/// The outputs of a run, and the user that puts those that are objects, and the customers' pages.
#[derive(Debug, Default)]
pub(super) struct Outputs {
    outputs: Vec<Output>,
    publisher: Option<Arc<Publisher>>,
}

/// Takes the outputs out of `plan`, and resolves their paths.
///
/// # Errors
/// [`Misuse::Output`] of the first that cannot be written, or would overwrite another or a client;
/// [`Misuse::NotAStore`] where the store would be one of them, or a client; [`Misuse::Publish`] where an object is put by
/// nobody.
pub(super) async fn place(plan: &mut Plan) -> Result<Result<Outputs, Misuse>> {
    let outputs = std::mem::take(&mut plan.outputs);
    let outputs = match placed(outputs, &plan.dir, &plan.history) {
        Ok(outputs) => outputs,
        Err(misuse) => return Ok(Err(misuse)),
    };
    let is_object = |output: &Output| matches!(output.place, OutputPlace::Object(_));
    let has_bucket = plan.pages.as_ref().is_some_and(PagesPlan::are_published);
    let publisher = match has_bucket || outputs.iter().any(is_object) {
        true => publisher(plan).await?.map(Arc::new).map(Some),
        false => Ok(None),
    };
    Ok(publisher.map(|publisher| Outputs { outputs, publisher }))
}

fn placed(outputs: Vec<Output>, dir: &Path, history: &StoreUse) -> Result<Vec<Output>, Misuse> {
    check_store(history, dir)?;
    let stores = stores(history);
    let folder = fs::canonicalize(dir).ok();
    let mut places: Vec<OutputPlace> = Vec::new();
    let place = |output: Output| {
        let refuse = |problem| Misuse::Output {
            path: printable(&output.place.to_string(), 255),
            problem,
        };
        let place = match &output.place {
            OutputPlace::Object(place) => OutputPlace::Object(place.clone()),
            OutputPlace::File(path) => {
                let place = file::place(path).map_err(refuse)?;
                if is_client(&place, folder.as_deref()) {
                    return Err(refuse(OutputProblem::LikeAClient));
                }
                if stores.contains(&place) {
                    let problem = PlaceProblem::AnOutput;
                    return Err(Misuse::NotAStore { problem });
                }
                OutputPlace::File(place)
            }
        };
        if places.contains(&place) {
            return Err(refuse(OutputProblem::Twice));
        }
        places.push(place.clone());
        Ok(Output { place, ..output })
    };
    outputs.into_iter().map(place).collect()
}

impl Outputs {
    /// Makes the outputs of a run that has none, with a user that publishes.
    pub(super) fn of_publisher(publisher: Arc<Publisher>) -> Self {
        Self {
            outputs: Vec::new(),
            publisher: Some(publisher),
        }
    }

    /// Returns the places.
    pub(super) fn places(&self) -> impl Iterator<Item = &OutputPlace> {
        self.outputs.iter().map(|output| &output.place)
    }

    /// Returns the user that publishes, where anything is published.
    pub(super) fn publisher(&self) -> Option<&Arc<Publisher>> {
        self.publisher.as_ref()
    }

    /// Writes `report` to each place, and the customers' `pages`; says which could not be written, and returns whether all
    /// were.
    pub(super) async fn write(self, report: &Arc<Report>, pages: Option<Pages>) -> bool {
        let mut written = true;
        if interrupt::has_ended() {
            // The files keep the last whole report.
            return written;
        }
        for Output { place, form } in self.outputs {
            let lang = report.plan.view.lang;
            let own = Arc::clone(report);
            let made = move || render::file(&own.portfolio, &own.context(), form);
            let made = spawn_blocking(made).await.map_err(Into::into);
            let content = match made.and_then(|made| made) {
                Ok(content) => content,
                Err(error) => {
                    complain(&printable(&format!("{place}: {error:#}"), 1000));
                    written = false;
                    continue;
                }
            };
            let failed = match &place {
                OutputPlace::Object(place) => {
                    let content = ObjectContent {
                        content_type: form.content_type(),
                        bytes: &content,
                    };
                    let put = put(self.publisher.as_deref(), place, content).await;
                    put.err()
                        .map(|failure| explain::unpublished(lang, place, &failure))
                }
                // The writing has no pause in which an interruption could leave half a file under another name.
                OutputPlace::File(path) => Destination::File(path.clone())
                    .deliver(&content)
                    .err()
                    .map(|problem| explain::unwritten(lang, path, problem)),
            };
            if let Some(failed) = failed {
                complain(&failed);
                written = false;
            }
        }
        match pages {
            Some(pages) => pages.write(report).await && written,
            None => written,
        }
    }
}

/// Puts `content` at `place`.
///
/// # Errors
/// A [`Failure`]; [`Problem::Internal`] of a run without a user that publishes, which has no objects.
async fn put(
    publisher: Option<&Publisher>,
    place: &ObjectPlace,
    content: ObjectContent<'_>,
) -> Result<(), Failure> {
    let publisher = publisher.ok_or_else(|| Failure::new(Problem::Internal))?;
    publisher
        .ask(place, async |storage| storage.put(place, content).await)
        .await
}

/// Checks that the store of `history` is no client of `dir`.
///
/// # Errors
/// [`Misuse::NotAStore`]
pub(super) fn check_store(history: &StoreUse, dir: &Path) -> Result<(), Misuse> {
    let folder = fs::canonicalize(dir).ok();
    let mut stores = stores(history).into_iter();
    if stores.any(|store| is_client(&store, folder.as_deref())) {
        let problem = PlaceProblem::LikeAClient;
        return Err(Misuse::NotAStore { problem });
    }
    Ok(())
}

/// The paths of the store's file: where it lies, and where a link there leads.
pub(super) fn stores(history: &StoreUse) -> Vec<PathBuf> {
    let Some(Place::File(path)) = history.place() else {
        return Vec::new();
    };
    let parent = path
        .parent()
        .and_then(|parent| fs::canonicalize(parent).ok());
    let lies = parent
        .zip(path.file_name())
        .map(|(parent, name)| parent.join(name));
    lies.into_iter()
        .chain(fs::canonicalize(path).ok())
        .collect()
}

/// Returns whether a file at `place` would be taken for a client of `folder`.
fn is_client(place: &Path, folder: Option<&Path>) -> bool {
    let named: Option<&OsStr> = place.file_name();
    folder.is_some() && place.parent() == folder && named.is_some_and(walk::is_client)
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use chrono::{TimeZone as _, Utc};
    use clap::Parser as _;

    use super::*;
    use crate::cli::Cli;
    use crate::plan::Defaults;
    use crate::report::portfolio::Portfolio;

    #[tokio::test]
    async fn an_object_that_nobody_puts_is_not_written() {
        let object = "oci://b@n/a.json";
        let cli = Cli::parse_from(["oci-consumo", "clientes", "-o", object]);
        let now = Utc.with_ymd_and_hms(2026, 6, 17, 6, 0, 0).unwrap();
        let plan = Plan::new(cli, Defaults::default(), now).unwrap();
        let outputs = Outputs {
            outputs: plan.outputs.clone(),
            publisher: None,
        };
        let report = Report {
            portfolio: Portfolio {
                method: plan.figures.settings.method,
                what_if: None,
                clients: Vec::new(),
                totals: Vec::new(),
                groups: Vec::new(),
                notices: Vec::new(),
                earlier: None,
            },
            plan,
            made_at: SystemTime::UNIX_EPOCH,
            alerts: None,
        };
        assert!(!outputs.write(&Arc::new(report), None).await);
    }
}
