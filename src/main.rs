//! The program: parse, run, print, exit.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::num::NonZero;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::SystemTime;
use std::{env, path::PathBuf};

use anyhow::{Context as _, Result};
use chrono::Utc;
use clap::{CommandFactory, FromArgMatches};
use console::Term;
use oci_consumo::app::{self, Exit};
use oci_consumo::cli::{
    self, BacktestArgs, CheckArgs, Cli, Command, DemoArgs, ForecastArgs, ReportArgs,
};
use oci_consumo::deliver::file;
use oci_consumo::demo::{self, Demo};
use oci_consumo::form::Color;
use oci_consumo::lang::Lang;
use oci_consumo::plan::{self, Detail, Figures, History, Misuse, Output, Plan, View};
use oci_consumo::progress::Progress;
use oci_consumo::render::{self, Canvas, explain};
use oci_consumo::report::portfolio::Portfolio;
use oci_consumo::text::printable;
use reqwest::Url;
use tokio::runtime::Builder;
use tokio::task::spawn_blocking;

/// Threads that sign and read answers, at most one for two logical processors: those of one core sign
/// together hardly more than one alone, at twice the CPU time.
const MOST_THREADS: usize = 4;
/// The columns of what is no terminal, and the most that are used of one.
const WIDTH: usize = 120;
/// Fewer columns than these are taken for a terminal that does not know its own.
const LEAST_WIDTH: usize = 40;

fn main() -> ExitCode {
    let cli = parse();
    let exit = start(cli).unwrap_or_else(|error| {
        complain(&format!("{error:#}"));
        Exit::Unexpected
    });
    ExitCode::from(exit as u8)
}

/// The command line; a variable that is set to nothing is not set.
fn parse() -> Cli {
    let mut command = Cli::command();
    for (argument, variable) in [
        ("lang", cli::LANG),
        ("endpoint", cli::ENDPOINT),
        ("store", cli::STORE),
    ] {
        if env::var_os(variable).is_some_and(|value| value.is_empty()) {
            let unset = |command: clap::Command| {
                let has = command
                    .get_arguments()
                    .any(|known| known.get_id() == argument);
                if has {
                    command.mut_arg(argument, |argument| argument.env(None::<&str>))
                } else {
                    command
                }
            };
            command = unset(command).mut_subcommands(unset);
        }
    }
    Cli::from_arg_matches(&command.get_matches()).unwrap_or_else(|error| error.exit())
}

fn start(cli: Cli) -> Result<Exit> {
    let job = match cli.command {
        Some(Command::Completions { shell }) => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "oci-consumo", &mut script);
            print(&script)?;
            return Ok(Exit::Complete);
        }
        Some(Command::Demo(args)) => Job::Demo(args),
        Some(Command::Check(args)) => Job::Check(args),
        Some(Command::Backtest(args)) => Job::Backtest(args),
        None => Job::Report(cli.report),
    };
    let processors = available_parallelism().map_or(1, NonZero::get);
    let threads = match &job {
        // Nothing is signed.
        Job::Report(args) if args.store.offline => processors,
        _ => processors.div_ceil(2),
    };
    let threads = threads.min(MOST_THREADS);
    let runtime = Builder::new_multi_thread()
        .worker_threads(threads)
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    let exit = runtime.block_on(async {
        tokio::select! {
            biased;
            _ = tokio::signal::ctrl_c() => Ok(Exit::Interrupted),
            exit = work(job) => exit,
        }
    });
    // A thread that reads a key or resolves a name holds up nobody's exit.
    runtime.shutdown_background();
    exit
}

/// What the command line asks for.
enum Job {
    Report(ReportArgs),
    Demo(DemoArgs),
    Check(CheckArgs),
    Backtest(BacktestArgs),
}

async fn work(job: Job) -> Result<Exit> {
    let now = Utc::now();
    match job {
        Job::Report(args) => {
            let lang = args.common.lang;
            let outputs =
                plan::outputs(&args.figures, args.common.as_of.unwrap_or(now.date_naive()));
            let (figures, detail) = plan::figures(args.figures);
            let history = plan::history(args.store, &args.dir);
            let plan = Plan::new(args.common, detail, args.dir, args.endpoint, now);
            match history.and_then(|history| Ok(Plan { history, ..plan? })) {
                Ok(plan) => report(plan, &figures, outputs).await,
                Err(misuse) => Ok(refuse(lang, &misuse)),
            }
        }
        Job::Demo(args) => {
            let lang = args.common.lang;
            let outputs =
                plan::outputs(&args.figures, args.common.as_of.unwrap_or(now.date_naive()));
            let (figures, detail) = plan::figures(args.figures);
            let mut plan = match Plan::new(args.common, detail, PathBuf::new(), None, now) {
                Ok(plan) => plan,
                Err(misuse) => return Ok(refuse(lang, &misuse)),
            };
            let demo = Demo::start(lang, plan.as_of, args.seed, args.faults, args.dir).await?;
            if args.serve {
                print(demo::invitation(lang, &demo, plan.as_of).as_bytes())?;
                return std::future::pending().await;
            }
            plan.dir = demo.folder().to_owned();
            plan.endpoint = Some(demo.endpoint());
            plan.simulated = true;
            report(plan, &figures, outputs).await
        }
        Job::Check(args) => {
            let lang = args.common.lang;
            let detail = Detail::default();
            match Plan::new(args.common, detail, args.dir, args.endpoint, now) {
                Ok(plan) => check(plan, args.offline).await,
                Err(misuse) => Ok(refuse(lang, &misuse)),
            }
        }
        Job::Backtest(args) => {
            let lang = args.common.lang;
            let detail = Detail::default();
            let history = plan::history(args.store, &args.dir);
            let plan = Plan::new(args.common, detail, args.dir, args.endpoint, now);
            match history.and_then(|history| Ok(Plan { history, ..plan? })) {
                Ok(plan) => backtest(plan, args.forecast).await,
                Err(misuse) => Ok(refuse(lang, &misuse)),
            }
        }
    }
}

/// Runs `plan`, writes its report to `outputs`, prints it and tells how it ended.
async fn report(plan: Plan, figures: &Figures, outputs: Vec<Output>) -> Result<Exit> {
    let outputs = match app::outputs::place(outputs, &plan.dir) {
        Ok(outputs) => outputs,
        Err(misuse) => return Ok(refuse(plan.view.lang, &misuse)),
    };
    let progress = Progress::new(&plan.view, io::stderr().is_terminal());
    let portfolio = match app::report(&plan, figures, &progress).await {
        Ok(portfolio) => portfolio,
        Err(misuse) => return Ok(refuse(plan.view.lang, &misuse)),
    };
    if portfolio.clients.is_empty() {
        complain(&explain::no_clients(plan.view.lang, &plan.dir));
    }
    let exit = Exit::of_report(&portfolio, figures);
    let report = Arc::new(Report {
        plan,
        portfolio,
        made_at: SystemTime::now(),
    });
    let written = write(&report, outputs).await?;
    deliver(render::report(&report.portfolio, &report.context())?).await?;
    Ok(if written { exit } else { Exit::Unexpected })
}

/// A report to be written in some forms, and when it was made.
struct Report {
    plan: Plan,
    portfolio: Portfolio,
    made_at: SystemTime,
}

impl Report {
    fn context(&self) -> render::Context<'_> {
        context(&self.plan, self.made_at)
    }
}

/// Writes `report` to each of `outputs`; says which could not be written, and whether all were.
async fn write(report: &Arc<Report>, outputs: Vec<Output>) -> Result<bool> {
    let mut written = true;
    for Output { path, form } in outputs {
        let report = Arc::clone(report);
        let lang = report.plan.view.lang;
        let made = move || render::file(&report.portfolio, &report.context(), form);
        // The writing has no pause in which Ctrl-C could leave half a file under its other name.
        let made = spawn_blocking(made).await.map_err(Into::into);
        let failed = match made.and_then(|made| made) {
            Ok(content) => file::write(&path, &content)
                .err()
                .map(|problem| explain::unwritten(lang, &path, problem)),
            Err(error) => Some(printable(&format!("{}: {error:#}", path.display()), 1000)),
        };
        if let Some(failed) = failed {
            complain(&failed);
            written = false;
        }
    }
    Ok(written)
}

/// Runs the check of `plan`, prints what it found and tells how it ended.
async fn check(plan: Plan, offline: bool) -> Result<Exit> {
    let progress = Progress::new(&plan.view, io::stderr().is_terminal());
    let checkups = match app::check(&plan, offline, &progress).await {
        Ok(checkups) => checkups,
        Err(misuse) => return Ok(refuse(plan.view.lang, &misuse)),
    };
    if checkups.is_empty() {
        complain(&explain::no_clients(plan.view.lang, &plan.dir));
    }
    deliver(render::check(
        &checkups,
        &context(&plan, SystemTime::now()),
    )?)
    .await?;
    Ok(Exit::of_check(&checkups))
}

/// Tests the forecasts of `plan`, prints how they did and tells how it ended.
async fn backtest(plan: Plan, args: ForecastArgs) -> Result<Exit> {
    let progress = Progress::new(&plan.view, io::stderr().is_terminal());
    let ForecastArgs {
        settle_days,
        method,
    } = args;
    let backtest = match app::backtest(&plan, settle_days, method, &progress).await {
        Ok(backtest) => backtest,
        Err(misuse) => return Ok(refuse(plan.view.lang, &misuse)),
    };
    if backtest.clients.is_empty() {
        complain(&explain::no_clients(plan.view.lang, &plan.dir));
    }
    let text = render::backtest(&backtest, &context(&plan, SystemTime::now()))?;
    deliver(text).await?;
    Ok(Exit::of_backtest(&backtest))
}

/// What the output depends on besides what was found.
fn context(plan: &Plan, made_at: SystemTime) -> render::Context<'_> {
    render::Context {
        view: &plan.view,
        as_of: plan.as_of,
        made_at,
        simulated: plan.simulated,
        offline: matches!(plan.history, History::Alone { .. }),
        endpoint: plan
            .endpoint
            .as_ref()
            .filter(|_| !plan.simulated)
            .map(Url::as_str),
        canvas: canvas(&plan.view),
    }
}

/// Prints `text` where Ctrl-C still ends it, whoever reads the other end of the pipe.
async fn deliver(text: String) -> Result<()> {
    spawn_blocking(move || print(text.as_bytes())).await?
}

fn canvas(view: &View) -> Canvas {
    let terminal = io::stdout().is_terminal();
    let width = Term::stdout()
        .size_checked()
        .map(|(_, columns)| usize::from(columns));
    let width = width
        .filter(|columns| terminal && *columns >= LEAST_WIDTH)
        .unwrap_or(WIDTH);
    let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
    let colored = match view.color {
        Color::Auto => terminal && !set("NO_COLOR") && !dumb,
        Color::Always => true,
        Color::Never => false,
    };
    Canvas {
        width: width.min(WIDTH),
        terminal,
        colored,
    }
}

fn refuse(lang: Lang, misuse: &Misuse) -> Exit {
    complain(&explain::misuse(lang, misuse));
    Exit::Usage
}

/// Writes to stdout; a reader that has gone, as `head` does, wants no more.
fn print(bytes: &[u8]) -> Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => result.context("cannot write the report"),
    }
}

/// Says on stderr why there is no report, or an empty one.
fn complain(text: &str) {
    // There is nobody left to tell if that fails.
    let _ = writeln!(io::stderr(), "oci-consumo: {text}");
}
