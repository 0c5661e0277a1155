//! Carries out a plan: does the job, writes the files and prints the text.

use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::time::SystemTime;

use anyhow::Result;
use reqwest::Url;
use tokio::task::spawn_blocking;

use super::screen::{canvas, complain, eprint, is_watched};
use super::{
    Outcome, add, alert, backtest, check, folder, interrupt, manual, outputs, pages, publish,
    report, service,
};
use crate::alert::AlertRun;
use crate::cli;
use crate::deliver::Destination;
use crate::demo::{self, Demo};
use crate::failure::OutputProblem;
use crate::form::{FileForm, Format};
use crate::lang::Lang;
use crate::plan::{DemoJob, Job, Misuse, Plan, StoreUse};
use crate::progress::Progress;
use crate::render::{self, explain};
use crate::report::portfolio::Portfolio;
use crate::text::{nearest, printable};

/// Carries out `plan` and returns its outcome. SIGTERM ends it at once, and so does Ctrl-C, but for the first one while
/// clients are awaited: it ends the waiting, and what is done is printed. What the run had made for itself alone is
/// removed, and no file is left half written.
///
/// The future is boxed, so that it is compiled with this crate and not once more with the program that waits for it.
pub fn run(plan: Plan) -> Pin<Box<dyn Future<Output = Outcome>>> {
    Box::pin(carried_out(plan))
}

async fn carried_out(plan: Plan) -> Outcome {
    tokio::select! {
        biased;
        () = interruption() => Outcome::Interrupted,
        outcome = work(plan) => match outcome {
            Ok(_) if interrupt::has_ended() => Outcome::Interrupted,
            Ok(outcome) => outcome,
            Err(error) => {
                complain(&format!("{error:#}"));
                Outcome::Unexpected
            }
        },
    }
}

/// Waits for Ctrl-C or SIGTERM, for ever where the system has neither.
async fn interruption() {
    #[cfg(unix)]
    let terminated = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut signals) => drop(signals.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending();
    let interrupted = async {
        loop {
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending().await
            }
            if !interrupt::end_of_waiting() {
                return;
            }
        }
    };
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}

async fn work(plan: Plan) -> Result<Outcome> {
    let lang = plan.view.lang;
    if plan.bare {
        let dir = plan.dir.clone();
        let (has_configs, folders) = spawn_blocking(move || folder::survey(&dir)).await?;
        if !has_configs && plan.view.format == Format::Text {
            eprint(&explain::welcome(lang, &folders));
            return Ok(Outcome::Nothing);
        }
    }
    if let Err(problem) = service::check_environment(&plan) {
        return Ok(refuse(lang, &Misuse::Environment(problem)));
    }
    let command = match plan.job {
        Job::Demo(_) => "demo",
        Job::Check { .. } => "check",
        Job::Backtest => "backtest",
        Job::Alert(_) => "alert",
        Job::Pages(_) => "pages",
        Job::Publish(_) => "publish",
        _ => "",
    };
    let meant = Path::new(command);
    if !command.is_empty() && plan.dir != meant && meant.is_dir() && !plan.view.quiet {
        let own = meant.to_owned();
        if spawn_blocking(move || folder::survey(&own)).await?.0 {
            complain(&explain::also_a_folder(lang, command));
        }
    }
    match plan.job.clone() {
        Job::Report => report_of(plan).await,
        Job::Check {
            offline,
            service_report,
        } => check_of(plan, offline, service_report).await,
        Job::Add(answers) => add::add(plan, *answers).await,
        Job::Backtest => backtest_of(plan).await,
        Job::Alert(job) => alert::alert(plan, *job).await,
        Job::Pages(job) => pages::carry_out(plan, job).await,
        Job::Publish(job) => publish::carry_out(plan, job).await,
        Job::Demo(job) => demo_of(plan, job).await,
        Job::Manual { subject, word } => {
            let lang = plan.view.lang;
            match manual::text(lang, subject, word)? {
                Ok(text) => print(lang, text.into_bytes(), Outcome::Complete).await,
                Err(misuse) => Ok(refuse(lang, &misuse)),
            }
        }
        Job::Completions(shell) => {
            let lang = plan.view.lang;
            if !plan.view.quiet {
                complain(&cli::place_of_completions(lang, shell));
            }
            print(lang, cli::completions(shell), Outcome::Complete).await
        }
        Job::Man(command) => {
            let lang = plan.view.lang;
            match cli::man(command.as_deref()) {
                Some(page) => print(lang, page, Outcome::Complete).await,
                None => {
                    let word = printable(command.as_deref().unwrap_or_default(), 60);
                    let commands = cli::commands();
                    let near = nearest(&word, commands.iter().map(String::as_str));
                    let near = near.into_iter().map(str::to_owned).collect();
                    Ok(refuse(
                        lang,
                        &Misuse::NotACommand {
                            word,
                            near,
                            commands,
                        },
                    ))
                }
            }
        }
    }
}

/// Makes the clients of `job`, and serves or reports them.
async fn demo_of(mut plan: Plan, job: DemoJob) -> Result<Outcome> {
    let lang = plan.view.lang;
    plan.simulated = true;
    // The clients' keys take a second to make.
    if let Err(misuse) = pages::permit(&plan) {
        return Ok(refuse(lang, &misuse));
    }
    let demo = Demo::start(lang, plan.as_of, job.seed, job.faults, job.dir).await?;
    if job.serve {
        let invitation = demo::invitation(lang, &demo, plan.as_of);
        return match print(lang, invitation.into_bytes(), Outcome::Complete).await? {
            Outcome::Complete => std::future::pending().await,
            failed => Ok(failed),
        };
    }
    plan.dir = demo.folder().to_owned();
    plan.endpoint = Some(demo.endpoint());
    report_of(plan).await
}

/// A report to be written in some forms, and when it was made.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) plan: Plan,
    pub(super) portfolio: Portfolio,
    pub(super) made_at: SystemTime,
    /// Result of the alerts, of a run that tells them.
    pub(super) alerts: Option<AlertRun>,
}

impl Report {
    /// Returns the inputs of a rendering besides the figures.
    pub(super) fn context(&self) -> render::Context<'_> {
        render::Context {
            alerts: self.alerts.as_ref(),
            ..context(&self.plan, self.made_at)
        }
    }
}

/// Returns the text of `report`, of a run that ends with `outcome`.
pub(super) fn text_of(report: &Report, outcome: Outcome) -> Result<String> {
    let context = render::Context {
        status: outcome.status(),
        ..report.context()
    };
    render::report(&report.portfolio, &context)
}

/// Returns the workbook of `report`.
pub(super) fn workbook(report: &Report) -> Result<Vec<u8>> {
    render::file(&report.portfolio, &report.context(), FileForm::Workbook)
}

/// Reports, writes the files of the plan, and prints.
async fn report_of(mut plan: Plan) -> Result<Outcome> {
    let lang = plan.view.lang;
    let outputs = match outputs::place(&mut plan).await? {
        Ok(outputs) => outputs,
        Err(misuse) => return Ok(refuse(lang, &misuse)),
    };
    let site = match pages::place(&plan, &outputs) {
        Ok(site) => site,
        Err(misuse) => return Ok(refuse(lang, &misuse)),
    };
    let progress = Progress::new(&plan.view, is_watched());
    let mut portfolio = match report(&plan, &plan.figures, &progress).await {
        Ok(portfolio) => portfolio,
        Err(misuse) => return Ok(refuse(lang, &misuse)),
    };
    if portfolio.clients.is_empty() {
        say_no_clients(&plan).await?;
    }
    let pages = match site {
        Some(site) => Some(site.open(lang, &mut portfolio, &progress).await?),
        None => None,
    };
    let outcome = Outcome::of_report(&portfolio, &plan.figures);
    let report = Arc::new(Report {
        made_at: made_at(&plan),
        plan,
        portfolio,
        alerts: None,
    });
    let outcome = match outputs.write(&report, pages).await {
        true => outcome,
        false => Outcome::Unexpected,
    };
    let text = text_of(&report, outcome)?;
    print(lang, text.into_bytes(), outcome).await
}

/// Checks the clients, prints the findings and returns the outcome.
async fn check_of(plan: Plan, offline: bool, service_report: bool) -> Result<Outcome> {
    let lang = plan.view.lang;
    let progress = Progress::new(&plan.view, is_watched());
    let checked = check(&plan, offline, service_report, &progress).await;
    let (checkups, notices) = match checked {
        Ok(checked) => checked,
        Err(misuse) => return Ok(refuse(lang, &misuse)),
    };
    if checkups.is_empty() {
        say_no_clients(&plan).await?;
    }
    let context = context(&plan, made_at(&plan));
    let channels = match service_report {
        true => Vec::new(),
        false => alert::checked(&plan, offline).await?,
    };
    let text = match service_report {
        true => render::service_report(&checkups, &context)?,
        false => render::check(&checkups, &channels, &notices, &context)?,
    };
    let outcome = Outcome::of_check(&checkups, &notices).with_channels(&channels);
    print(lang, text.into_bytes(), outcome).await
}

/// Tests the forecasts, prints the results and returns the outcome.
async fn backtest_of(plan: Plan) -> Result<Outcome> {
    let lang = plan.view.lang;
    if let Err(misuse) = outputs::check_store(&plan.history, &plan.dir) {
        return Ok(refuse(lang, &misuse));
    }
    let progress = Progress::new(&plan.view, is_watched());
    let settings = &plan.figures.settings;
    let tested = backtest(&plan, settings.settle_days, settings.method, &progress).await;
    let tested = match tested {
        Ok(tested) => tested,
        Err(misuse) => return Ok(refuse(lang, &misuse)),
    };
    if tested.clients.is_empty() {
        say_no_clients(&plan).await?;
    }
    let text = render::backtest(&tested, &context(&plan, made_at(&plan)))?;
    print(lang, text.into_bytes(), Outcome::of_backtest(&tested)).await
}

/// Returns the inputs of a rendering besides the figures.
pub(super) fn context(plan: &Plan, made_at: SystemTime) -> render::Context<'_> {
    render::Context {
        view: &plan.view,
        as_of: plan.as_of,
        made_at,
        simulated: plan.simulated,
        offline: matches!(plan.history, StoreUse::Alone { .. }),
        endpoint: plan
            .endpoint
            .as_ref()
            .filter(|_| !plan.simulated)
            .map(Url::as_str),
        fail_on: &plan.figures.fail_on,
        status: 0,
        alerts: None,
        canvas: canvas(&plan.view),
    }
}

/// Prints `bytes` where an interruption still ends the run, whoever reads the other end of the pipe.
/// Gives `outcome`, unless they could not be printed, which is said.
pub(super) async fn print(lang: Lang, bytes: Vec<u8>, outcome: Outcome) -> Result<Outcome> {
    let printed: Result<(), OutputProblem> =
        spawn_blocking(move || Destination::Stdout.deliver(&bytes)).await?;
    Ok(match printed {
        Ok(()) => outcome,
        Err(problem) => {
            complain(&explain::unprinted(lang, problem));
            Outcome::Unexpected
        }
    })
}

/// Says on stderr that the folder has no clients, and which folders in it have some.
pub(super) async fn say_no_clients(plan: &Plan) -> Result<()> {
    let dir = plan.dir.clone();
    let (_, folders) = spawn_blocking(move || folder::survey(&dir)).await?;
    complain(&explain::no_clients(plan.view.lang, &plan.dir, &folders));
    Ok(())
}

/// Prints the reason why the run is refused.
pub(super) fn refuse(lang: Lang, misuse: &Misuse) -> Outcome {
    complain(&explain::misuse(lang, misuse));
    Outcome::Usage
}

/// Time at which the output is made: now, or the beginning of a run that was given one.
pub(super) fn made_at(plan: &Plan) -> SystemTime {
    match plan.pinned {
        true => plan.now.into(),
        false => SystemTime::now(),
    }
}
