//! Makes the plan from the command line: reads the folder's own defaults and refuses impossible requests.

use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::Outcome;
use super::run::refuse;
use crate::cli::Cli;
use crate::failure::{DefaultsProblem, FileProblem};
use crate::lang::Lang;
use crate::plan::{Defaults, Misuse, Plan};
use crate::profile::defaults::{self, FILE_NAME, Refused};
use crate::text::shown;

/// The plan of a run that begins `now`.
///
/// # Errors
/// [`Outcome::Usage`] where there can be no such run, which is then said on stderr.
pub fn prepare(cli: Cli, now: DateTime<Utc>) -> Result<Plan, Outcome> {
    let typed = cli.lang();
    let defaults = match cli.dir() {
        Some(dir) => defaults(&cli, dir),
        None => Ok(Defaults::default()),
    };
    let defaults = defaults.map_err(|misuse| refuse(typed.unwrap_or(Lang::PtBr), &misuse))?;
    let lang = typed.or(defaults.lang()).unwrap_or(Lang::PtBr);
    let given = cli.now();
    let plan = Plan::new(cli, defaults, given.unwrap_or(now));
    let plan = plan.map_err(|misuse| refuse(lang, &misuse))?;
    Ok(Plan {
        pinned: given.is_some(),
        ..plan
    })
}

fn defaults(cli: &Cli, dir: &Path) -> Result<Defaults, Misuse> {
    let read = match cli.common().bounds.deadline {
        None => defaults::read(dir),
        // A folder of a server that hangs must not outlast the run's time.
        Some(deadline) => {
            let (sender, receiver) = mpsc::channel();
            let own = dir.to_owned();
            thread::spawn(move || sender.send(defaults::read(&own)));
            let time = Duration::from_secs(deadline.get().into());
            receiver.recv_timeout(time).unwrap_or_else(|_| {
                let problem = FileProblem::Other(std::io::ErrorKind::TimedOut.into());
                Err(Refused {
                    line: None,
                    problem: DefaultsProblem::File(problem),
                })
            })
        }
    };
    let defaults = read.and_then(|settings| Defaults::new(&settings));
    defaults.map_err(|Refused { line, problem }| Misuse::Defaults {
        file: shown(&dir.join(FILE_NAME)),
        line,
        problem,
    })
}
