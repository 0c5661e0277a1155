//! `add`: a new client of the folder, or one that waits for its key; asked for, written, checked.

mod dialogue;
mod terminal;

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use anyhow::Result;
use tokio::task::spawn_blocking;
use zeroize::Zeroizing;

use self::terminal::{Terminal, TerminalSession};
use super::Outcome;
use super::check::check_file;
use super::run::{context, made_at, print, refuse};
use super::screen::{complain, eprint, is_watched};
use crate::check::{Checkup, Fact, StepState};
use crate::cli::AddAnswers;
use crate::deliver::{file, folder};
use crate::failure::{AddProblem, ConfigProblem, OutputProblem, Problem};
use crate::plan::{Misuse, Plan};
use crate::progress::Progress;
use crate::render;
use crate::render::explain::{self, add as words};
use crate::text::{printable, shown};

/// The reasons why nothing is written.
#[derive(Debug)]
enum Stop {
    /// The operator ended the questions.
    Aborted,
    /// The terminal does not work.
    Broken(io::Error),
    /// The request cannot be carried out.
    Misuse(Misuse),
}

impl From<AddProblem> for Stop {
    fn from(problem: AddProblem) -> Self {
        Self::Misuse(Misuse::Add(problem))
    }
}

/// Files that wait to be written. It has no `Debug`, which would show the key.
enum Files {
    /// Files of a new client.
    New {
        /// Name of the config, and its content.
        config: (String, Zeroizing<Vec<u8>>),
        /// Name of the key, and its content; `None` where it is in the folder.
        key: Option<(String, Zeroizing<Vec<u8>>)>,
    },
    /// A config whose access has come.
    Completed {
        /// Name of the config.
        config: String,
        /// Content that was read.
        before: Zeroizing<Vec<u8>>,
        /// Content that replaces it.
        after: Zeroizing<Vec<u8>>,
    },
}

impl Files {
    fn config(&self) -> &str {
        match self {
            Self::New { config, .. } => &config.0,
            Self::Completed { config, .. } => config,
        }
    }
}

/// Adds a client with `answers`, asking for the others where there is a terminal, and checks it.
///
/// # Errors
/// When the check cannot be rendered, or a defect ends the questions.
pub(super) async fn add(plan: Plan, answers: AddAnswers) -> Result<Outcome> {
    let lang = plan.view.lang;
    // It lives here, so that an interruption of the run gives the terminal back.
    let session = TerminalSession::open(lang);
    let terminal = session.as_ref().map(|_| Terminal::new(lang));
    let own = plan.clone();
    let asked = spawn_blocking(move || dialogue::files(&own, &answers, terminal)).await?;
    let files = match asked {
        Ok(files) => files,
        Err(stop) => {
            if matches!(stop, Stop::Aborted) {
                return Ok(Outcome::Interrupted);
            }
            session.into_iter().for_each(TerminalSession::settle);
            return Ok(stopped(&plan, stop));
        }
    };
    // Between the answers and the files there is no pause in which an interruption could leave half of them.
    let written = write(&plan.dir, &files);
    session.into_iter().for_each(TerminalSession::settle);
    match written {
        Ok(paths) => paths
            .iter()
            .for_each(|path| eprint(&words::written(lang, path))),
        Err(Stop::Misuse(Misuse::Output { path, problem })) => {
            complain(&explain::unwritten(lang, Path::new(&path), problem));
            return Ok(Outcome::Unexpected);
        }
        Err(stop) => return Ok(stopped(&plan, stop)),
    }
    let progress = Progress::new(&plan.view, is_watched());
    let checkups = match check_file(&plan, files.config(), &progress).await {
        Ok(checkups) => checkups,
        Err(misuse) => return Ok(refuse(lang, &misuse)),
    };
    let text = render::check(&checkups, &[], &[], &context(&plan, made_at(&plan)))?;
    let outcome = match checkups.iter().all(only_awaits) {
        true => Outcome::Complete,
        false => Outcome::of_check(&checkups, &[]),
    };
    print(lang, text.into_bytes(), outcome).await
}

/// Says why nothing was written.
fn stopped(plan: &Plan, stop: Stop) -> Outcome {
    match stop {
        Stop::Aborted => Outcome::Interrupted,
        Stop::Broken(error) => {
            complain(&words::broken(plan.view.lang, &error));
            Outcome::Unexpected
        }
        Stop::Misuse(misuse) => refuse(plan.view.lang, &misuse),
    }
}

/// Returns whether the client fails only because its key is not in its tenancy yet, as the operator asked.
fn only_awaits(checkup: &Checkup) -> bool {
    let awaits = Problem::Config(ConfigProblem::AwaitsKey);
    let mut failed = checkup
        .findings
        .iter()
        .map(|finding| &finding.fact)
        .filter(|fact| fact.state() == StepState::Failed);
    failed.all(|fact| matches!(fact, Fact::Failed(failure) if failure.problem == awaits))
}

/// Writes `files` into `dir`, which is made if it is not there, and returns their paths. What is not written
/// leaves nothing behind.
fn write(dir: &Path, files: &Files) -> Result<Vec<PathBuf>, Stop> {
    let unwritten = |path: &Path, problem: OutputProblem| {
        let path = shown(path);
        Stop::Misuse(Misuse::Output { path, problem })
    };
    match files {
        Files::Completed {
            config,
            before,
            after,
        } => {
            let path = dir.join(config);
            let current = fs::read(&path).map(Zeroizing::new);
            if !current.is_ok_and(|current| current == *before) {
                let file = printable(config, 255);
                return Err(AddProblem::Changed { file }.into());
            }
            // A link stays one.
            let target = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
            file::write(&target, after).map_err(|problem| unwritten(&path, problem))?;
            Ok(vec![path])
        }
        Files::New { config, key } => {
            let made = folder::make(dir).map_err(|error| unwritten(dir, error.into()))?;
            let content: Vec<(PathBuf, &[u8])> = key
                .iter()
                .chain([config])
                .map(|(name, content)| (dir.join(name), content.as_slice()))
                .collect();
            file::create(&content).map_err(|(path, error)| {
                if made {
                    // Whatever else came into it keeps it.
                    let _ = fs::remove_dir(dir);
                }
                match error.kind() {
                    ErrorKind::AlreadyExists => {
                        let file = shown(&path);
                        AddProblem::Taken { file }.into()
                    }
                    _ => unwritten(&path, error.into()),
                }
            })?;
            Ok(content.into_iter().map(|(path, _)| path).rev().collect())
        }
    }
}
