//! The clients' folder, read.

use std::fs;
use std::io;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::task::spawn_blocking;
use tokio::time::{Duration, Instant};

use super::run::refuse;
use super::screen::complain;
use super::{Outcome, tasks};
use crate::cli;
use crate::failure::{Claim, ConfigProblem, FileProblem, Notice, Problem};
use crate::plan::{Misuse, Plan};
use crate::profile::config::{self, ConfigDraft};
use crate::profile::file::{read_bounded, read_start};
use crate::profile::lines::claim;
use crate::profile::walk::{FolderFile, NearMiss, Walk, walk};
use crate::progress::Progress;
use crate::render::explain;
use crate::text::{folded, nearest, printable, quoted};

/// Time after the run's deadline at which a hanging read of the folder is abandoned.
const GRACE: Duration = Duration::from_secs(1);
/// Most folders in a folder that are looked into for configs.
const MOST_SURVEYED: usize = 200;
/// Endings of the names of keys.
const KEYS: [&str; 3] = ["pem", "key", "ppk"];

/// The config of one client, as far as it could be read.
#[derive(Debug)]
pub(super) struct FolderClient {
    /// The config's path.
    pub(super) path: PathBuf,
    /// The config's file name, fit for a terminal.
    pub(super) file: String,
    /// The client's name, or what stands for it.
    pub(super) name: String,
    /// The content of the config.
    pub(super) draft: ConfigDraft,
    /// The run asks for the client.
    pub(super) chosen: bool,
}

impl FolderClient {
    /// The client's name and its file's, for comparing.
    fn texts(&self) -> [String; 2] {
        [folded(&self.name), folded(&self.file)]
    }

    /// Returns whether the run's time was over before the config was read.
    fn unread(&self) -> bool {
        let mut failures = self.draft.failures.iter();
        failures.any(|failure| failure.problem == Problem::Deadline)
    }
}

/// The configs of a folder, and the notices about its other files.
#[derive(Debug)]
pub(super) struct Contents {
    /// The configs, in the order of their files' names.
    pub(super) entries: Vec<FolderClient>,
    /// Files that were probably meant as configs.
    pub(super) notices: Vec<Notice>,
}

/// Returns whether `dir` has configs, and if not, the folders in it that do, as they are typed.
pub(super) fn survey(dir: &Path) -> (bool, Vec<String>) {
    let has_configs = |dir: &Path| walk(dir).is_ok_and(|walk| !walk.found.is_empty());
    if has_configs(dir) {
        return (true, Vec::new());
    }
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let mut below: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect();
    below.sort();
    let folders = below
        .into_iter()
        .take(MOST_SURVEYED)
        .filter(|path| has_configs(path))
        .map(|path| match dir {
            dir if dir == Path::new(".") => {
                Path::new(".").join(path.file_name().unwrap_or_default())
            }
            _ => path,
        })
        .map(|path| quoted(&printable(&path.to_string_lossy(), 255)))
        .collect();
    (false, folders)
}

/// Reads all configs of the folder, and marks the chosen ones; those that there was no time for by `until` say so,
/// whichever are asked for.
///
/// # Errors
/// When the folder cannot be read, or no client of it is asked for.
pub(super) async fn read(
    plan: &Plan,
    progress: &Arc<Progress>,
    until: Option<Instant>,
) -> Result<Contents, Misuse> {
    let (own, shown) = (plan.clone(), Arc::clone(progress));
    // A folder may be slow to read, and Ctrl-C must end the run even then.
    let reading = spawn_blocking(move || entries(&own, &shown, until));
    let read = tasks::by(until.map(|until| until + GRACE), reading)
        .await
        .ok_or_else(|| folder_problem(plan, FileProblem::Other(io::ErrorKind::TimedOut.into())))?;
    read.unwrap_or_else(|panicked| resume_unwind(panicked.into_panic()))
}

/// Returns the client that `word` names: by its whole name or file, else by a part that no other client has. Says which
/// clients it may mean where it is not one.
///
/// # Errors
/// [`Outcome::Usage`] where it is not one client.
pub(super) async fn named(plan: &Plan, word: &str) -> Result<FolderClient, Outcome> {
    let lang = plan.view.lang;
    let progress = Progress::new(&plan.view, false);
    let every = Plan {
        only: Vec::new(),
        ..plan.clone()
    };
    let contents = read(&every, &progress, None).await;
    let entries = contents.map_err(|misuse| refuse(lang, &misuse))?.entries;
    let meant = folded(word);
    let is_whole = |entry: &FolderClient| entry.texts().contains(&meant);
    let is_part = |entry: &FolderClient| entry.texts().iter().any(|text| text.contains(&meant));
    let (mut found, mut others): (Vec<FolderClient>, Vec<FolderClient>) =
        entries.into_iter().partition(is_whole);
    if found.is_empty() {
        others.retain(is_part);
        found = others;
    }
    let shown = printable(word, 60);
    match <[FolderClient; 1]>::try_from(found) {
        Ok([entry]) => Ok(entry),
        Err(found) => {
            let files: Vec<String> = found.into_iter().map(|entry| entry.file).collect();
            complain(&match files.is_empty() {
                true => explain::alert::no_client(lang, &shown),
                false => explain::alert::several_clients(lang, &shown, &files),
            });
            Err(Outcome::Usage)
        }
    }
}

fn entries(plan: &Plan, progress: &Progress, until: Option<Instant>) -> Result<Contents, Misuse> {
    let walk = walk(&plan.dir).map_err(|error| folder_problem(plan, FileProblem::from(error)))?;
    let Walk {
        found,
        skipped,
        near,
    } = walk;
    skipped.iter().for_each(|skipped| progress.skipped(skipped));
    let notices: Vec<Notice> = near
        .into_iter()
        .filter_map(|near| not_read(near, plan, until))
        .collect();
    notices.iter().for_each(|notice| progress.notice(notice));
    let some_found = !found.is_empty();
    let mut entries: Vec<FolderClient> = found
        .into_iter()
        .map(|found| entry(found, plan, until))
        .collect();
    if !plan.only.is_empty() {
        let wanted: Vec<String> = plan.only.iter().map(|text| folded(text)).collect();
        for entry in &mut entries {
            let names = [folded(&entry.name), folded(&entry.file)];
            let named = wanted
                .iter()
                .any(|text| names.iter().any(|name| name.contains(text)));
            // A name that there was no time to read may be one of them.
            entry.chosen = named || entry.unread();
        }
        if some_found && !entries.iter().any(|entry| entry.chosen) {
            let mut near: Vec<String> = Vec::new();
            for text in &plan.only {
                let names = entries.iter().map(|entry| entry.name.as_str());
                near.extend(nearest(text, names).into_iter().map(str::to_owned));
            }
            near.dedup();
            return Err(Misuse::NoMatch {
                dir: shown(plan),
                near,
            });
        }
    }
    Ok(Contents { entries, notices })
}

/// Returns the notice about a file that was probably meant as a config; `None` where it is a key by its name and its
/// content, or a client that the run does not ask for.
fn not_read(near: NearMiss, plan: &Plan, until: Option<Instant>) -> Option<Notice> {
    let NearMiss { file, rename } = near;
    let late = until.is_some_and(|until| until <= Instant::now());
    let start = match late {
        true => Err(FileProblem::Other(io::ErrorKind::TimedOut.into())),
        false => read_start(&file.path, config::LARGEST),
    };
    let (claim, client) = match start {
        Ok(bytes) => claim(&bytes),
        Err(problem) => (Claim::Unreadable(problem), None),
    };
    let ending = file
        .path
        .extension()
        .map(|ending| ending.to_ascii_lowercase());
    let of_key = ending.is_some_and(|ending| KEYS.iter().any(|known| ending == *known));
    if claim == Claim::PrivateKey && of_key {
        return None;
    }
    let names: Vec<String> = [Some(&file.name), client.as_ref()]
        .into_iter()
        .flatten()
        .map(|name| folded(name))
        .collect();
    let asked = |text: &String| names.iter().any(|name| name.contains(&folded(text)));
    (plan.only.is_empty() || plan.only.iter().any(asked)).then_some(Notice::NotRead {
        file: file.name,
        claim,
        rename,
    })
}

fn entry(found: FolderFile, plan: &Plan, until: Option<Instant>) -> FolderClient {
    let draft = if until.is_some_and(|until| until <= Instant::now()) {
        ConfigDraft::failed(Problem::Deadline)
    } else {
        match read_bounded(&found.path, config::LARGEST) {
            Ok(bytes) => {
                let folder = found.path.parent().unwrap_or(&plan.dir);
                config::draft(&bytes, folder, plan.as_of)
            }
            Err(problem) => ConfigDraft::failed(ConfigProblem::File(problem)),
        }
    };
    FolderClient {
        name: draft
            .client
            .clone()
            .unwrap_or_else(|| found.stem().to_owned()),
        path: found.path,
        file: found.name,
        draft,
        chosen: true,
    }
}

pub(super) fn folder_problem(plan: &Plan, problem: FileProblem) -> Misuse {
    // A word without a path may be a command that there is not.
    let word = plan.dir.as_os_str().to_string_lossy();
    let is_path = word.is_empty() || word.contains(['/', '\\', '.']);
    if plan.job.reports() && problem == FileProblem::Missing && !is_path {
        let commands = cli::commands();
        let near = nearest(&word, commands.iter().map(String::as_str));
        return Misuse::NotACommand {
            word: shown(plan),
            near: near.into_iter().map(str::to_owned).collect(),
            commands,
        };
    }
    Misuse::Folder {
        dir: shown(plan),
        problem,
    }
}

fn shown(plan: &Plan) -> String {
    printable(&plan.dir.to_string_lossy(), 255)
}

#[cfg(test)]
mod tests {
    use chrono::{TimeZone as _, Utc};
    use clap::Parser as _;

    use super::*;
    use crate::cli::Cli;
    use crate::plan::Defaults;

    fn asked_for(only: &str, until: Option<Instant>) -> Result<Vec<FolderClient>, Misuse> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("config_a"), "cliente = Padaria").unwrap();
        fs::write(folder.path().join("config_b"), "cliente = Farol").unwrap();
        let dir = folder.path().to_str().unwrap();
        let cli = Cli::parse_from(["oci-consumo", dir, "--only", only]);
        let now = Utc.with_ymd_and_hms(2026, 6, 17, 6, 0, 0).unwrap();
        let plan = Plan::new(cli, Defaults::default(), now).unwrap();
        let contents = entries(&plan, &Progress::new(&plan.view, false), until);
        contents.map(|contents| contents.entries)
    }

    #[test]
    fn a_client_whose_name_there_was_no_time_to_read_does_not_vanish() {
        let names = |entries: Vec<FolderClient>| -> Vec<String> {
            let chosen = entries.into_iter().filter(|entry| entry.chosen);
            chosen.map(|entry| entry.name).collect()
        };
        assert_eq!(names(asked_for("padaria", None).unwrap()), ["Padaria"]);
        assert!(matches!(
            asked_for("escola", None),
            Err(Misuse::NoMatch { .. })
        ));

        let unread = asked_for("padaria", Some(Instant::now())).unwrap();

        assert!(unread.iter().all(FolderClient::unread));
        assert_eq!(names(unread), ["a", "b"]);
    }
}
