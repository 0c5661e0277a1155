//! The command line resolved: all that one run is to do, before it does any of it.

mod alert;
mod defaults;
mod misuse;
mod output;
mod pages;
mod publish;

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use clap_complete::Shell;
use reqwest::Url;

use crate::calendar::Day;
use crate::cli::{
    AddAnswers, AlertArgs, Cli, Command, CommonArgs, FigureArgs, ForecastArgs, OutputFile,
    PageArgs, PagesArgs, PagesPlaceArgs, PublishArgs, StoreArgs,
};
use crate::failure::PlaceProblem;
use crate::forecast::Method;
use crate::form::{Color, CsvStyle, FileForm, Format, Order, TableKind};
use crate::lang::Lang;
use crate::manual::Subject;
use crate::money::Amount;
use crate::oci::endpoint;
use crate::oci::transport::Limits;
use crate::report::statement::{FigureSettings, Situation};
use crate::store::place::{FILE_NAME, Place};
use crate::text::AsTyped;

pub use alert::{AlertJob, AlertTask};
pub use defaults::Defaults;
pub use misuse::Misuse;
pub use output::{Output, OutputPlace};
pub use pages::{PagesJob, PagesPlace, PagesPlan};
pub use publish::PublishJob;

/// Time limit of connecting.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Threads that sign and read answers, at most one for two logical processors: those of one core sign
/// together hardly more than one alone, at twice the CPU time.
const MOST_THREADS: usize = 4;

/// Run of the program.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The job of the run.
    pub job: Job,
    /// The clients' folder.
    pub dir: PathBuf,
    /// The command line names no folder: it is the current one.
    pub bare: bool,
    /// As-of day.
    pub as_of: Day,
    /// Time at which the run begins.
    pub now: DateTime<Utc>,
    /// The command line sets that time.
    pub pinned: bool,
    /// Use of the store.
    pub history: StoreUse,
    /// Parts of names of the clients to work on; all when empty.
    pub only: Vec<String>,
    /// Address that replaces the service.
    pub endpoint: Option<Url>,
    /// The clients are made up.
    pub simulated: bool,
    /// Bounds on requests.
    pub limits: Limits,
    /// Time limit of the whole run.
    pub deadline: Option<Duration>,
    /// Form and extent of the output.
    pub view: View,
    /// Settings of the figures and of the exit status.
    pub figures: FigureOptions,
    /// The files and objects that the report is written to.
    pub outputs: Vec<Output>,
    /// The customers' pages.
    pub pages: Option<PagesPlan>,
    /// File of the partner's own user, for objects, where the command line names one.
    pub publish_as: Option<PathBuf>,
    /// Options that make the run a look, which BI does not show.
    pub looks: Looks,
    /// BI shows the run although it is a look.
    pub record: bool,
}

/// The kinds of job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Job {
    /// Reports a folder of clients.
    Report,
    /// Checks a folder of clients.
    Check {
        /// The check asks no service.
        offline: bool,
        /// The run makes the report on the service in place of the check's.
        service_report: bool,
    },
    /// Adds a client to a folder, with these answers and those that a terminal gives.
    Add(Box<AddAnswers>),
    /// Tests the methods of the forecast on a folder of clients.
    Backtest,
    /// Tells whoever must act, or prepares that.
    Alert(Box<AlertJob>),
    /// Changes, clears or shows the customers' pages.
    Pages(PagesJob),
    /// Makes or ends links to the customers' pages.
    Publish(PublishJob),
    /// Reports made-up clients, or serves them.
    Demo(DemoJob),
    /// Prints the completion script of a shell.
    Completions(Shell),
    /// Prints the manual page, or that of a command.
    Man(Option<String>),
    /// Prints a part of the manual.
    Manual {
        /// First word.
        subject: Option<Subject>,
        /// Second word.
        word: Option<String>,
    },
}

impl Job {
    /// Returns whether the job makes a report of a folder's clients.
    pub fn reports(&self) -> bool {
        match self {
            Self::Report => true,
            Self::Alert(job) => job.reports(),
            _ => false,
        }
    }
}

/// Inputs of a demo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoJob {
    /// The number that the made-up days follow from.
    pub seed: u64,
    /// Clients that fail are among the sample clients.
    pub faults: bool,
    /// The simulated service keeps running; no report is made.
    pub serve: bool,
    /// The folder that the clients are written to and left in; a temporary one if `None`.
    pub dir: Option<PathBuf>,
}

/// Options of the command line that differ from the usual run of the folder. An option that repeats the value of
/// the folder's own defaults changes nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looks {
    /// `--method` is given.
    pub method: bool,
    /// `--settle-days` is given.
    pub settle_days: bool,
    /// `--surplus-percent` is given.
    pub surplus_percent: bool,
    /// `--only` is given.
    pub only: bool,
    /// `--what-if` is given.
    pub what_if: bool,
}

impl Looks {
    /// Returns whether the run is a look.
    pub fn any(self) -> bool {
        self.method || self.settle_days || self.surplus_percent || self.only || self.what_if
    }
}

/// A run's use of a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreUse {
    /// The run uses no store.
    None,
    /// The run takes final days from the store, asks the service for the rest, and persists the answers.
    Kept {
        /// Location of the store.
        place: Place,
        /// The run takes no day from the store.
        refetch: bool,
    },
    /// The run takes all days from the store, and asks nobody.
    Alone {
        /// Location of the store.
        place: Place,
    },
}

impl StoreUse {
    /// Returns where the store is.
    pub fn place(&self) -> Option<&Place> {
        match self {
            Self::None => None,
            Self::Kept { place, .. } | Self::Alone { place } => Some(place),
        }
    }

    /// Returns whether a run would make the store's file.
    pub(crate) fn is_new(&self) -> bool {
        matches!(self, Self::Kept { place: Place::File(path), .. } if !path.exists())
    }

    /// Returns whether stored days are asked for again.
    pub fn refetches(&self) -> bool {
        matches!(self, Self::Kept { refetch: true, .. })
    }
}

/// Settings of a report's figures and of the exit status.
#[derive(Clone, Debug)]
pub struct FigureOptions {
    /// Settings that figures are computed and judged with.
    pub settings: FigureSettings,
    /// Situations that `--fail-on` names.
    pub fail_on: Vec<Situation>,
}

/// Form and extent of the output.
#[derive(Clone, Debug)]
pub struct View {
    /// Form of the output.
    pub format: Format,
    /// Table that CSV and Markdown hold.
    pub table: TableKind,
    /// Style of CSV.
    pub csv_style: CsvStyle,
    /// Language of the output.
    pub lang: Lang,
    /// Use of colours.
    pub color: Color,
    /// Stderr shows errors only.
    pub quiet: bool,
    /// Stderr shows every request.
    pub verbose: bool,
    /// Parts of the report that are shown.
    pub detail: Detail,
}

/// Parts of the report that are shown.
#[derive(Clone, Debug, Default)]
pub struct Detail {
    /// Clients have no part of their own.
    pub summary: bool,
    /// The portfolio has subtotals by group.
    pub by_group: bool,
    /// The text adds the details of each part.
    pub details: bool,
    /// A terminal, too, gets every row and name in full.
    pub all: bool,
    /// Number of clients that are shown; all if `None`.
    pub top: Option<u32>,
    /// Order of the clients; that of their files' names in the parts, and by severity in the portfolio, if `None`.
    pub order: Option<Order>,
    /// Situations of the clients that are shown; all when empty.
    pub situations: Vec<Situation>,
    /// JSON holds each day.
    pub daily: bool,
}

/// The parts of a subcommand that the plan is made of.
struct PlanParts {
    job: Job,
    dir: PathBuf,
    bare: bool,
    common: CommonArgs,
    forecast: ForecastArgs,
    figures: Option<FigureArgs>,
    pages: PageArgs,
    publish_as: Option<PathBuf>,
    details: bool,
    store: Option<StoreArgs>,
    endpoint: Option<AsTyped>,
    record: bool,
}

impl PlanParts {
    fn new(cli: Cli) -> Self {
        let report = cli.report;
        match cli.command {
            None => Self {
                bare: report.dir.is_none(),
                dir: report.dir.unwrap_or_else(|| PathBuf::from(".")),
                forecast: report.figures.forecast,
                details: report.figures.shown.details,
                pages: report.figures.pages.clone(),
                figures: Some(report.figures),
                store: Some(report.store),
                endpoint: report.service.endpoint,
                record: report.record,
                ..Self::none(Job::Report, report.common)
            },
            Some(Command::Demo(args)) => {
                let job = DemoJob {
                    seed: args.seed,
                    faults: args.faults,
                    serve: args.serve,
                    dir: args.dir,
                };
                Self {
                    forecast: args.figures.forecast,
                    details: args.figures.shown.details,
                    pages: args.figures.pages.clone(),
                    figures: Some(args.figures),
                    ..Self::none(Job::Demo(job), args.common)
                }
            }
            Some(Command::Check(args)) => {
                let job = Job::Check {
                    offline: args.offline,
                    service_report: args.service_report,
                };
                Self {
                    dir: args.dir,
                    details: args.details,
                    endpoint: args.service.endpoint,
                    ..Self::none(job, args.common)
                }
            }
            Some(Command::Add(args)) => Self {
                dir: args.dir,
                endpoint: args.service.endpoint,
                ..Self::none(Job::Add(Box::new(args.answers)), args.common)
            },
            Some(Command::Backtest(args)) => Self {
                dir: args.dir,
                forecast: args.forecast,
                details: args.details,
                store: Some(args.store),
                endpoint: args.service.endpoint,
                ..Self::none(Job::Backtest, args.common)
            },
            Some(Command::Alert(args)) => Self::of_alert(*args),
            Some(Command::Pages(args)) => Self::of_pages(*args),
            Some(Command::Publish(args)) => Self::of_publish(*args),
            Some(Command::Completions { shell, .. }) => {
                Self::none(Job::Completions(shell), report.common)
            }
            Some(Command::Man { command, .. }) => Self::none(Job::Man(command), report.common),
            Some(Command::Manual(args)) => {
                let job = Job::Manual {
                    subject: args.topic,
                    word: args.word,
                };
                Self::none(job, report.common)
            }
        }
    }
}

impl PlanParts {
    /// The parts of `job` where its command says nothing else.
    fn none(job: Job, common: CommonArgs) -> Self {
        Self {
            job,
            dir: PathBuf::new(),
            bare: false,
            common,
            forecast: ForecastArgs::default(),
            figures: None,
            pages: PageArgs::default(),
            publish_as: None,
            details: false,
            store: None,
            endpoint: None,
            record: false,
        }
    }

    fn of_alert(mut args: AlertArgs) -> Self {
        if let Some(verb) = args.verb.take() {
            let (job, place) = AlertJob::of_verb(verb);
            return Self {
                dir: place.dir,
                store: Some(place.store),
                endpoint: place.service.endpoint,
                ..Self::none(Job::Alert(Box::new(job)), place.common)
            };
        }
        let job = AlertJob::of_run(&args);
        Self {
            dir: args.dir.unwrap_or_else(|| PathBuf::from(".")),
            forecast: args.figures.forecast,
            details: args.figures.shown.details,
            pages: args.figures.pages.clone(),
            figures: Some(args.figures),
            store: Some(args.store),
            endpoint: args.service.endpoint,
            record: args.record,
            ..Self::none(Job::Alert(Box::new(job)), args.common)
        }
    }

    fn of_publish(args: PublishArgs) -> Self {
        let (job, place) = PublishJob::of_verb(args.verb);
        Self {
            publish_as: place.publisher.publish_as,
            ..Self::of_place(Job::Publish(job), place.pages)
        }
    }

    fn of_pages(args: PagesArgs) -> Self {
        let (job, place) = PagesJob::of_verb(args.verb);
        Self::of_place(Job::Pages(job), place)
    }

    fn of_place(job: Job, place: PagesPlaceArgs) -> Self {
        Self {
            dir: place.dir,
            pages: place.pages,
            store: Some(place.store),
            endpoint: place.service.endpoint,
            ..Self::none(job, place.common)
        }
    }
}

impl Plan {
    /// The run that `cli` asks for over a folder with `defaults`, beginning `now`. What the command line and
    /// the environment say goes before the defaults.
    ///
    /// # Errors
    /// [`Misuse`] where the as-of day is to come, or an address or a store's place is none.
    pub fn new(cli: Cli, defaults: Defaults, now: DateTime<Utc>) -> Result<Self, Misuse> {
        let lang = cli.lang();
        let PlanParts {
            job,
            dir,
            bare,
            common: args,
            forecast,
            figures,
            pages,
            publish_as,
            details,
            store,
            endpoint,
            record,
        } = PlanParts::new(cli);
        let today = now.date_naive();
        let (choice, print, bounds) = (args.choice, args.print, args.bounds);
        let as_of = choice.as_of.unwrap_or(today);
        if as_of > today {
            return Err(Misuse::AsOfAhead { as_of, today });
        }
        let history = store.map_or(Ok(StoreUse::None), |store| history(store, &dir));
        let history = history.map_err(|problem| Misuse::NotAStore { problem })?;
        let endpoint = endpoint.map(|typed| endpoint::address(typed.reveal(), false));
        let endpoint = endpoint.transpose();
        let endpoint = endpoint.map_err(|problem| Misuse::Endpoint { problem })?;
        let surplus = figures
            .as_ref()
            .and_then(|f| f.change.surplus_percent.clone());
        let what_if = figures.as_ref().and_then(|f| f.change.what_if.clone());
        let looks = Looks {
            method: is_other(forecast.method.as_ref(), defaults.method.as_ref()),
            settle_days: is_other(forecast.settle_days.as_ref(), defaults.settle_days.as_ref()),
            surplus_percent: is_other(surplus.as_ref(), defaults.surplus_percent.as_ref()),
            only: !choice.only.is_empty(),
            what_if: what_if.is_some(),
        };
        let settings = FigureSettings {
            settle_days: forecast.settle_days.or(defaults.settle_days).unwrap_or(2),
            surplus_percent: surplus
                .or(defaults.surplus_percent)
                .unwrap_or_else(|| Amount::from(10)),
            method: forecast
                .method
                .or(defaults.method)
                .unwrap_or(Method::WEEKDAY),
            what_if,
        };
        // The folder's own files are those of its usual runs: a look, or a day of the past, would be taken
        // for the newest report there. A supposition is never recorded.
        let usual = !looks.any() && as_of == today || record && !looks.what_if;
        // A chosen client's page is whole. A supposition is refused with pages, whoever asks for them.
        let changed = looks.method || looks.settle_days || looks.surplus_percent;
        let usual_pages = !changed && as_of == today;
        let has_pages = figures.is_some() || matches!(job, Job::Pages(_) | Job::Publish(_));
        let pages = match has_pages {
            true => PagesPlan::new(pages, defaults.pages, &dir, usual_pages),
            false => Ok(None),
        };
        let pages = pages.map_err(Misuse::Pages)?;
        let publish_as =
            publish_as.or_else(|| figures.as_ref()?.written.publisher.publish_as.clone());
        let outputs = figures.as_ref().map_or(Vec::new(), |figures| {
            let of = |folder: Option<&Path>, files: &[OutputFile]| -> Vec<Output> {
                let files = files.iter();
                files.map(|file| Output::new(file, folder, as_of)).collect()
            };
            match &figures.written.output[..] {
                [] if usual => of(Some(&dir), &defaults.outputs),
                typed => of(None, typed),
            }
        });
        let (table, csv_style) = match &figures {
            Some(figures) => (figures.written.table, figures.written.csv_style),
            None => (None, None),
        };
        let (fail_on, mut detail) = figures.map_or_else(Default::default, |figures| {
            let (shown, written) = (figures.shown, figures.written);
            let detail = Detail {
                summary: shown.summary,
                by_group: shown.by_group,
                all: shown.all,
                top: shown.top.map(NonZeroU32::get),
                order: shown.sort,
                situations: shown.situation,
                daily: written.daily,
                ..Detail::default()
            };
            (written.fail_on, detail)
        });
        detail.details = details;
        let is_report = job.reports() || matches!(job, Job::Demo(_));
        if !is_report && matches!(print.format, Format::Csv | Format::Markdown) {
            return Err(Misuse::OnlyOfAReport);
        }
        let writes = |format: Format, form: FileForm| {
            print.format == format || outputs.iter().any(|output| output.form == form)
        };
        let csv = writes(Format::Csv, FileForm::Csv);
        let tabular = csv || writes(Format::Markdown, FileForm::Markdown);
        if table.is_some() && !tabular || csv_style.is_some() && !csv {
            return Err(Misuse::NoTable);
        }
        let seconds = |seconds: u32| Duration::from_secs(seconds.into());
        Ok(Self {
            job,
            dir,
            bare,
            as_of,
            now,
            pinned: false,
            history,
            only: choice.only,
            endpoint,
            simulated: false,
            limits: Limits {
                jobs: bounds.jobs.or(defaults.jobs).unwrap_or(32).into(),
                timeout: seconds(bounds.timeout.get()),
                connect_timeout: CONNECT_TIMEOUT,
                retry_budget: seconds(bounds.retry_budget),
            },
            deadline: bounds.deadline.map(|deadline| seconds(deadline.get())),
            view: View {
                format: print.format,
                table: table.unwrap_or(TableKind::Clients),
                csv_style: csv_style.unwrap_or(CsvStyle::Standard),
                lang: lang.or(defaults.lang).unwrap_or(Lang::PtBr),
                color: print.color,
                quiet: print.quiet,
                verbose: print.verbose,
                detail,
            },
            figures: FigureOptions { settings, fail_on },
            outputs,
            pages,
            publish_as,
            looks,
            record,
        })
    }

    /// The threads that the run needs on a machine with so many logical `processors`.
    pub fn threads(&self, processors: usize) -> usize {
        let signs = !matches!(self.history, StoreUse::Alone { .. });
        let threads = if signs {
            processors.div_ceil(2)
        } else {
            processors
        };
        threads.clamp(1, MOST_THREADS)
    }
}

/// Returns whether an option is `given` another value than the folder's `default`.
fn is_other<T: PartialEq>(given: Option<&T>, default: Option<&T>) -> bool {
    given.is_some() && given != default
}

/// Returns the use of a store that `args` select for the clients in `dir`.
fn history(args: StoreArgs, dir: &Path) -> Result<StoreUse, PlaceProblem> {
    if args.no_store {
        return Ok(StoreUse::None);
    }
    let place = match args.store {
        Some(typed) => Place::parse(typed.reveal())?,
        None => Place::file(&dir.join(FILE_NAME))?,
    };
    Ok(if args.offline {
        StoreUse::Alone { place }
    } else {
        StoreUse::Kept {
            place,
            refetch: args.refetch,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::defaults;
    use chrono::TimeZone as _;
    use clap::Parser as _;

    fn plan(args: &[&str], ini: &str) -> Plan {
        let args = ["oci-consumo", "clientes"].iter().chain(args);
        let settings = defaults::parse(ini.as_bytes()).unwrap();
        let now = Utc.with_ymd_and_hms(2026, 6, 17, 6, 0, 0).unwrap();
        Plan::new(
            Cli::parse_from(args),
            Defaults::new(&settings).unwrap(),
            now,
        )
        .unwrap()
    }

    #[test]
    fn the_command_line_goes_before_the_folder_s_defaults() {
        let ini = "method = recent\nsettle_days = 5\nsurplus_percent = 20\nlang = en\njobs = 7\noutput = a.csv";
        let usual = plan(&[], ini);
        assert_eq!(usual.figures.settings.method, Method::RECENT);
        assert_eq!(usual.figures.settings.settle_days, 5);
        assert_eq!(usual.figures.settings.surplus_percent, Amount::from(20));
        assert_eq!((usual.view.lang, usual.limits.jobs), (Lang::En, 7));
        let file = |path: &str| OutputPlace::File(path.into());
        assert_eq!(usual.outputs[0].place, file("clientes/a.csv"));
        assert_eq!(usual.looks, Looks::default());

        let typed = plan(
            &[
                "--method",
                "weeks",
                "--settle-days",
                "1",
                "--surplus-percent",
                "3",
                "--lang",
                "pt-BR",
                "--jobs",
                "9",
                "-o",
                "b.json",
            ],
            ini,
        );
        assert_eq!(typed.figures.settings.method, Method::WEEKS);
        assert_eq!(typed.figures.settings.settle_days, 1);
        assert_eq!(typed.figures.settings.surplus_percent, Amount::from(3));
        assert_eq!((typed.view.lang, typed.limits.jobs), (Lang::PtBr, 9));
        assert_eq!(typed.outputs.len(), 1);
        assert_eq!(typed.outputs[0].place, file("b.json"));

        let bare = plan(&[], "");
        assert_eq!(bare.figures.settings.method, Method::WEEKDAY);
        assert_eq!(bare.figures.settings.settle_days, 2);
        assert_eq!(bare.figures.settings.surplus_percent, Amount::from(10));
        assert_eq!((bare.view.lang, bare.limits.jobs), (Lang::PtBr, 32));
        assert_eq!(bare.outputs, []);
    }

    #[test]
    fn what_the_line_changes_is_a_look() {
        let ini = "method = recent\noutput = a.csv";
        let none = Looks::default();
        for (args, looks) in [
            (&[][..], none),
            (&["--method", "recent"], none),
            (&["--lang", "en", "--jobs", "1"], none),
            (
                &["--method", "weekday"],
                Looks {
                    method: true,
                    ..none
                },
            ),
            (
                &["--settle-days", "2"],
                Looks {
                    settle_days: true,
                    ..none
                },
            ),
            (
                &["--surplus-percent", "5"],
                Looks {
                    surplus_percent: true,
                    ..none
                },
            ),
            (&["--only", "a"], Looks { only: true, ..none }),
            (
                &["--what-if", "+5%"],
                Looks {
                    what_if: true,
                    ..none
                },
            ),
        ] {
            let plan = plan(args, ini);
            assert_eq!(plan.looks, looks, "{args:?}");
            assert_eq!(looks.any(), looks != none);
            assert_eq!(plan.outputs.len(), usize::from(!looks.any()), "{args:?}");
            assert!(!plan.record);
        }
        assert_eq!(plan(&["--as-of", "2026-06-16"], ini).outputs, []);
        let recorded = plan(&["--only", "a", "--record"], ini);
        assert!(recorded.record && recorded.looks.only);
        assert_eq!(recorded.outputs.len(), 1);
        assert_eq!(plan(&["--what-if", "+5%", "--record"], ini).outputs, []);
    }
}
