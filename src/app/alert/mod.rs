//! `alert`: a report that is told to whoever must act.
//!
//! The run reports as any other; what it saw is decided in the transaction that records it, and what waits in the outbox
//! is sent once the report is printed. What only tells never changes the report.

mod channels;
mod checked;
mod compose;
pub(super) mod desk;
mod people;
mod post;
mod pulse;
mod replay;
mod told;
mod verbs;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::task::spawn_blocking;
use tokio::time::Instant;

pub(super) use self::checked::checked;
use self::compose::{Composer, MessageRows, Readable, unsent};
use self::desk::{Decided, Desk, Seeing};
use self::people::{Person, find};
use self::post::{Channels, Post, Sent};
use super::history::{endpoint_of, folder_of, patience};
use super::kinds::Permissions;
use super::report::report_to;
use super::run::{Report, made_at, print, refuse, say_no_clients, text_of};
use super::screen::{complain, is_watched};
use super::{Outcome, interrupt, outputs, pages};
use crate::alert::{Addressed, Digest, Event, Pause, Scope, Side};
use crate::calendar::Day;
use crate::failure::StoreProblem;
use crate::form::Format;
use crate::lang::Lang;
use crate::oci::transport::{Limits, Web, is_loopback};
use crate::plan::{AlertJob, AlertTask, Misuse, Plan, StoreUse};
use crate::profile::alerts::{self, AlertSettings, ChannelName, FILE_NAME};
use crate::progress::Progress;
use crate::render::alert::{Draft, DraftText, decision};
use crate::render::explain;
use crate::store::{Ending, HeldAlerts, NEWS_HOURS, Outbox, OutboxRow, RowState};
use crate::text::shown;

/// Time limit of one message.
const MESSAGE_TIMEOUT: Duration = Duration::from_secs(15);
/// Time limit of all messages, where the run has none.
const SENDING: Duration = Duration::from_secs(60);
/// Time that messages have at least, however late the report is.
const LEAST_SENDING: Duration = Duration::from_secs(5);
/// Time for which a run has the rows that it takes, beyond the time that it sends for.
const LEASE: Duration = Duration::from_secs(240);
/// Days for which a provider is asked what has become of a message.
const RECEIPT_DAYS: i64 = 3;

/// Carries out `job`.
pub(super) async fn alert(plan: Plan, job: AlertJob) -> Result<Outcome> {
    if let AlertTask::Init { email, by } = &job.task {
        return verbs::init(&plan, &job, email.as_deref(), by.as_deref()).await;
    }
    if job.task == AlertTask::Templates {
        return verbs::templates(&plan).await;
    }
    let settings = match settings(&plan, &job).await? {
        Ok(settings) => Arc::new(settings),
        Err(misuse) => return Ok(refuse(plan.view.lang, &misuse)),
    };
    match job.task {
        AlertTask::Run { dry_run } => run(plan, settings, dry_run).await,
        AlertTask::Test(channel) => verbs::test(&plan, settings, &channel).await,
        AlertTask::Status => verbs::status(&plan, settings).await,
        AlertTask::Replay => replay::replay(plan, settings).await,
        AlertTask::Tell(client) => verbs::tell(plan, settings, client).await,
        AlertTask::Pause(until) => verbs::pause(&plan, Some(until)).await,
        AlertTask::Resume => verbs::pause(&plan, None).await,
        AlertTask::Forget(address) => verbs::forget(&plan, &address).await,
        AlertTask::Templates | AlertTask::Init { .. } => Ok(Outcome::Unexpected),
    }
}

/// Reads the settings of `job`.
async fn settings(plan: &Plan, job: &AlertJob) -> Result<Result<AlertSettings, Misuse>> {
    let path = match &job.settings {
        Some(path) => path.clone(),
        None => plan.dir.join(FILE_NAME),
    };
    let own = path.clone();
    let read = spawn_blocking(move || alerts::read(&own)).await?;
    let shown = shown(&path);
    Ok(match read {
        Ok(Some(settings)) => Ok(settings),
        Ok(None) => Err(Misuse::NoAlerts { file: shown }),
        Err(refused) => Err(Misuse::Alerts {
            file: shown,
            refused: Box::new(refused),
        }),
    })
}

/// Returns a client for the channels of a run.
fn web(plan: &Plan) -> Web {
    Web::new(Limits {
        timeout: MESSAGE_TIMEOUT.min(plan.limits.timeout),
        ..plan.limits
    })
}

/// Returns the time of the run: now, unless it was given one.
fn now(plan: &Plan) -> DateTime<Utc> {
    made_at(plan).into()
}

/// The channels that the settings name, the customers' included.
fn names(settings: &AlertSettings) -> Vec<ChannelName> {
    let mut names = settings.operator_channels();
    let customers = [
        (settings.mail.is_some(), ChannelName::Email),
        (settings.sms.is_some(), ChannelName::Sms),
        (settings.whatsapp.is_some(), ChannelName::WhatsApp),
    ];
    for (has, name) in customers {
        if has && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// A run of `alert`.
struct AlertWork {
    settings: Arc<AlertSettings>,
    may: Permissions,
    desk: Arc<Desk>,
    channels: Channels,
    dry_run: bool,
    /// Time at which sending ends.
    until: Instant,
}

/// The result of sending.
#[derive(Debug, Default)]
struct SendingOutcome {
    /// The messages that were due, and what became of each.
    sent: Vec<Sent>,
    /// The messages as they are read, where the run only shows them.
    drafts: Vec<Draft>,
    decided: Option<Decided>,
    pause: Option<Pause>,
    /// The store could not be written, so that something may be lost.
    troubled: bool,
}

async fn run(mut plan: Plan, settings: Arc<AlertSettings>, dry_run: bool) -> Result<Outcome> {
    let lang = plan.view.lang;
    let outputs = match outputs::place(&mut plan).await? {
        Ok(outputs) => outputs,
        Err(misuse) => return Ok(refuse(lang, &misuse)),
    };
    let site = match pages::place(&plan, &outputs) {
        // A rehearsal changes nothing.
        Ok(site) => site.filter(|_| !dry_run),
        Err(misuse) => return Ok(refuse(lang, &misuse)),
    };
    show_portfolio(&mut plan);
    let begun = Instant::now();
    let may = Permissions::of(&plan);
    if may.sends.is_never() {
        complain(&explain::alert::only_a_look(lang));
    }
    let channels = Channels::new(Arc::clone(&settings), web(&plan));
    let is_past = plan.as_of < now(&plan).date_naive();
    let near = !(may.sends.apart || is_past) || channels.are_loopback(&names(&settings)).await;
    let scope = match may.keeps.chosen {
        true => Scope::Chosen,
        false => Scope::Folder,
    };
    let surplus = plan.figures.settings.surplus_percent.clone();
    let mut desk = Desk::new(Arc::clone(&settings), plan.as_of, surplus, scope);
    // Without a store nobody knows whether an earlier day than today is of the past.
    let unknown = plan.history == StoreUse::None && is_past;
    desk.only_shown = dry_run || (may.sends.apart || unknown) && !near;
    // Where the clock and not the command line says that the run is of an earlier day, the clock was set back.
    desk.past_only_shown = !(is_past && near);
    if desk.only_shown && !dry_run && !may.sends.is_never() {
        complain(&explain::alert::only_shown(lang));
    }
    let desk = Arc::new(desk);
    let beats = !may.heartbeat.is_never() && !desk.only_shown && !is_past;
    let pulse = pulse::Pulse::begin(&settings, &channels.web, beats, lang).await;
    let progress = Progress::new(&plan.view, is_watched());
    let watched = Some(&desk).filter(|_| !may.sends.is_never());
    let mut portfolio = match report_to(&plan, &plan.figures, &progress, watched).await {
        Ok(portfolio) => portfolio,
        Err(misuse) => {
            pulse.end(&channels.web, false, "").await;
            return Ok(refuse(lang, &misuse));
        }
    };
    if portfolio.clients.is_empty() {
        say_no_clients(&plan).await?;
    }
    let pages = match site {
        Some(site) => Some(site.open(lang, &mut portfolio, &progress).await?),
        None => None,
    };
    let outcome = Outcome::of_report(&portfolio, &plan.figures);
    let mut report = Report {
        made_at: made_at(&plan),
        plan,
        portfolio,
        alerts: None,
    };
    let text = text_of(&report, outcome)?;
    let mut outcome = outcome;
    let is_text = report.plan.view.format != Format::Json;
    // What is shown of a decision is shown in place of the report.
    let shows = desk.only_shown && report.plan.view.format == Format::Text && !may.sends.is_never();
    if is_text && !shows {
        outcome = print(lang, text.clone().into_bytes(), outcome).await?;
    }
    let deadline = report.plan.deadline;
    let until = deadline.map_or_else(|| Instant::now() + SENDING, |deadline| begun + deadline);
    let run = AlertWork {
        settings,
        may,
        desk,
        channels,
        dry_run,
        until: until.max(Instant::now() + LEAST_SENDING),
    };
    let posted = match run.may.sends.is_never() || interrupt::has_ended() {
        true => SendingOutcome::default(),
        false => run.post(&report).await,
    };
    run.tell(&report.plan, &posted);
    let undelivered = posted.troubled || posted.sent.iter().any(|sent| sent.undelivered);
    outcome = outcome.with_undelivered(undelivered);
    report.alerts = Some(run.document(&posted));
    let report = Arc::new(report);
    if !outputs.write(&report, pages).await {
        outcome = Outcome::Unexpected;
    }
    if shows {
        let text = decision(&run.lines(&posted), &posted.drafts, lang);
        outcome = print(lang, text.into_bytes(), outcome).await?;
    } else if !is_text {
        let text = text_of(&report, outcome)?;
        outcome = print(lang, text.into_bytes(), outcome).await?;
    }
    run.post_metrics(&report).await;
    let is_well = !undelivered && matches!(outcome.status(), 0 | 3 | 10);
    pulse.end(&run.channels.web, is_well, &text).await;
    Ok(outcome)
}

/// Shows the portfolio alone, unless the command line asks for parts of it.
fn show_portfolio(plan: &mut Plan) {
    let detail = &mut plan.view.detail;
    let asks =
        detail.details || detail.all || detail.top.is_some() || !detail.situations.is_empty();
    if !asks {
        detail.summary = true;
    }
}

impl AlertWork {
    /// Sends what is due, or makes what would be sent.
    async fn post(&self, report: &Report) -> SendingOutcome {
        let plan = &report.plan;
        let mut decided = self.desk.decided();
        let has_store = plan.history != StoreUse::None;
        if decided.is_none() && !self.may.states.is_never() || !has_store {
            // Without a store, or with one that could not be written, nobody knows what was told.
            return self.post_without_memory(report).await;
        }
        let past = decided.as_ref().is_some_and(|decided| decided.in_past);
        let Some(place) = plan.history.place() else {
            return SendingOutcome::default();
        };
        let (endpoint, folder) = (endpoint_of(plan), folder_of(plan));
        let outbox = Outbox::open(place, endpoint.as_deref(), &folder, past, patience(plan)).await;
        let outbox = match outbox {
            Ok(Some(outbox)) => outbox,
            // Only a run that is shown makes no outbox.
            Ok(None) => return self.show(report, decided, None).await,
            Err(problem) => {
                complain_of_outbox(plan, &problem);
                return SendingOutcome {
                    troubled: true,
                    ..SendingOutcome::default()
                };
            }
        };
        let only_shown = decided.as_ref().is_some_and(|decided| decided.only_shown);
        let clock_behind = only_shown && !self.desk.only_shown;
        if clock_behind {
            complain(&explain::alert::clock_behind(plan.view.lang));
        }
        let mut posted = match self.desk.only_shown || only_shown {
            true => self.show(report, decided, Some(&outbox)).await,
            false => self.send(report, decided.take(), &outbox).await,
        };
        outbox.close().await;
        posted.troubled |= clock_behind;
        posted
    }

    async fn send(
        &self,
        report: &Report,
        decided: Option<Decided>,
        outbox: &Outbox,
    ) -> SendingOutcome {
        let plan = &report.plan;
        let now = now(plan);
        let holder = word();
        let lease = self.until.saturating_duration_since(Instant::now()) + LEASE;
        let mut posted = SendingOutcome::default();
        let since = now - TimeDelta::hours(NEWS_HOURS);
        let taken = match outbox.take(now, &holder, lease).await {
            Ok(taken) => taken,
            Err(problem) => {
                complain_of_outbox(plan, &problem);
                posted.troubled = true;
                return posted;
            }
        };
        posted.pause = taken.paused_until.map(pause_through);
        let people = match &decided {
            Some(decided) => decided.people.clone(),
            None => self.desk.people(&taken.key),
        };
        // A run of chosen clients has nothing to say of the others.
        let chosen = self.chosen();
        let is_chosen = |row: &OutboxRow| match &chosen {
            Some(files) => row.file.as_ref().is_some_and(|file| files.contains(file)),
            None => true,
        };
        let (rows, others): (Vec<OutboxRow>, Vec<OutboxRow>) =
            taken.rows.into_iter().partition(is_chosen);
        let untried: Vec<_> = others.iter().map(|row| (row, Ending::Untried)).collect();
        if !untried.is_empty()
            && let Err(problem) = outbox.finish(&untried, Some(&holder), now).await
        {
            complain_of_outbox(plan, &problem);
        }
        let memory = match &decided {
            Some(decided) => Ok(decided.memory.clone()),
            None => outbox.memory().await.map(|(memory, ..)| memory),
        };
        let read = async {
            let accepted = outbox.accepted().await?;
            Ok((outbox.undelivered(since).await?, accepted))
        };
        let mut failed = |problem| {
            complain_of_outbox(plan, &problem);
            posted.troubled = true;
        };
        let memory = memory.map_err(&mut failed).unwrap_or_default();
        let (late, accepted) = read.await.map_err(failed).unwrap_or_default();
        let late = late.into_iter().filter(is_late);
        let days_without_run = decided
            .as_ref()
            .map_or(0, |decided| decided.days_without_run);
        let digest = self.digest(report, &memory, late.collect(), days_without_run);
        let post = Post {
            channels: &self.channels,
            composer: Composer {
                settings: &self.settings,
                digest: &digest,
                openings: compose::openings(&accepted),
                lang: plan.view.lang,
                key: &taken.key,
                workbook: self.workbook(report).await,
            },
            people: &people,
            unread: self.desk.unread(),
            holder: &holder,
            now,
            until: self.until,
        };
        posted.sent = taken.lost.iter().map(|row| post.lost(row)).collect();
        posted.sent.extend(post.send(outbox, rows).await);
        let asked_since = now - TimeDelta::days(RECEIPT_DAYS);
        let lost = post::receipts(
            &self.channels,
            outbox,
            &accepted,
            asked_since,
            now,
            self.until,
        );
        posted.sent.extend(lost.await);
        posted.decided = decided;
        posted
    }

    /// Returns the files of the chosen clients, to whose customers alone a run of chosen clients sends.
    fn chosen(&self) -> Option<Vec<String>> {
        (self.desk.scope == Scope::Chosen).then(|| {
            let seen = self.desk.seen().into_iter();
            let chosen = seen.filter(|seen| !matches!(seen.sight, Seeing::Nothing));
            chosen.map(|seen| seen.file).collect()
        })
    }

    /// Makes what would be sent.
    async fn show(
        &self,
        report: &Report,
        decided: Option<Decided>,
        outbox: Option<&Outbox>,
    ) -> SendingOutcome {
        let plan = &report.plan;
        let since = now(plan) - TimeDelta::hours(NEWS_HOURS);
        let kept = match outbox {
            Some(outbox) => outbox.undelivered(since).await.unwrap_or_default(),
            None => Vec::new(),
        };
        let Some(decided) = decided else {
            return SendingOutcome::default();
        };
        let late = kept.iter().filter(|row| is_late(row)).cloned().collect();
        let waiting = kept
            .into_iter()
            .filter(|row| row.state == RowState::Pending && !decided.superseded.contains(&row.id));
        let mut rows: Vec<OutboxRow> = waiting.collect();
        rows.extend(self.rows_of(&decided, now(plan)));
        let digest = self.digest(report, &decided.memory, late, decided.days_without_run);
        let drafts = self.drafts(
            plan.view.lang,
            &digest,
            &decided.people,
            MessageRows::of(rows),
        );
        SendingOutcome {
            drafts,
            decided: Some(decided),
            ..SendingOutcome::default()
        }
    }

    /// Makes the drafts of messages.
    fn drafts(
        &self,
        lang: Lang,
        digest: &Digest,
        people: &[Person],
        groups: Vec<MessageRows>,
    ) -> Vec<Draft> {
        let composer = Composer {
            settings: &self.settings,
            digest,
            openings: BTreeMap::new(),
            lang,
            key: "",
            workbook: None,
        };
        let drafts = groups.iter().filter_map(|group| {
            let person = group.person(people)?;
            Some(Draft {
                to: address_of(person),
                text: match composer.readable(group, &person.channel) {
                    Readable::Mail(mail) => DraftText::Mail(mail),
                    Readable::Text(text) => DraftText::Plain(text),
                },
            })
        });
        drafts.collect()
    }

    /// Returns the rows that the decision would leave in the outbox.
    fn rows_of(&self, decided: &Decided, now: DateTime<Utc>) -> Vec<OutboxRow> {
        let rows = decided.events.iter().filter_map(|addressed| {
            let person = find(&decided.people, &addressed.recipient, addressed.file())?;
            Some(unsent(person, addressed.event.clone(), now))
        });
        rows.collect()
    }

    /// Sends the operator's digest, marked, without a memory: nobody knows what was told before.
    async fn post_without_memory(&self, report: &Report) -> SendingOutcome {
        let plan = &report.plan;
        let mut posted = SendingOutcome::default();
        if self.desk.scope == Scope::Chosen {
            return posted;
        }
        let held = HeldAlerts {
            key: "0".to_owned(),
            ..HeldAlerts::default()
        };
        self.desk.decide(held);
        let Some(mut decided) = self.desk.decided() else {
            return posted;
        };
        let readers: Vec<String> = decided
            .people
            .iter()
            .filter(|person| person.side == Side::Operator && person.reads_digests())
            .map(|person| person.id.clone())
            .collect();
        decided
            .events
            .retain(|event| readers.contains(&event.recipient));
        let told: BTreeSet<String> = decided
            .events
            .iter()
            .map(|event| event.recipient.clone())
            .collect();
        let missing = readers.into_iter().filter(|reader| !told.contains(reader));
        decided.events.extend(missing.map(|recipient| Addressed {
            recipient,
            side: Side::Operator,
            event: Event::Due { on: plan.as_of },
        }));
        let now = now(plan);
        let mut digest = self.digest(report, &decided.memory, Vec::new(), 0);
        digest.without_memory = true;
        let groups = MessageRows::of(self.rows_of(&decided, now));
        if self.desk.only_shown {
            posted.drafts = self.drafts(plan.view.lang, &digest, &decided.people, groups);
        } else {
            let key = word();
            let post = Post {
                channels: &self.channels,
                composer: Composer {
                    settings: &self.settings,
                    digest: &digest,
                    openings: BTreeMap::new(),
                    lang: plan.view.lang,
                    key: &key,
                    workbook: self.workbook(report).await,
                },
                people: &decided.people,
                unread: Vec::new(),
                holder: "",
                now,
                until: self.until,
            };
            posted.sent = post.send_directly(groups).await;
        }
        posted.decided = Some(decided);
        posted
    }

    /// Posts the metrics, where the settings name a place for them.
    async fn post_metrics(&self, report: &Report) {
        if self.desk.only_shown || self.may.sends.is_never() || self.desk.scope == Scope::Chosen {
            return;
        }
        let Some(settings) = &self.settings.metrics else {
            return;
        };
        let decided = self.desk.decided().unwrap_or_default();
        if decided.only_shown {
            return;
        }
        // Those of another service or a past day leave this machine no more than the messages do.
        let is_apart = self.may.sends.apart || decided.in_past;
        if is_apart && !settings.endpoint.as_ref().is_some_and(is_loopback) {
            return;
        }
        let lang = report.plan.view.lang;
        let now = now(&report.plan);
        let posted = pulse::metrics(settings, &self.channels.web, report, &decided.memory, now);
        if let Err(trouble) = posted.await {
            complain(&explain::alert::undelivered(
                lang,
                "metricas",
                "",
                None,
                (&trouble).into(),
            ));
        }
    }
}

/// The channel and the masked address of a person.
fn address_of(person: &Person) -> String {
    match person.masked.as_str() {
        "" => person.channel.to_string(),
        masked => format!("{} {masked}", person.channel),
    }
}

/// Says that the outbox of `plan` cannot be used.
fn complain_of_outbox(plan: &Plan, problem: &StoreProblem) {
    let place = plan.history.place().map(ToString::to_string);
    let place = place.unwrap_or_default();
    complain(&explain::alert::no_outbox(plan.view.lang, &place, problem));
}

/// The pause through `until`, which is the last day of all for one without an end.
fn pause_through(until: Day) -> Pause {
    Pause {
        until: Some(until).filter(|until| *until != Day::MAX),
    }
}

/// Makes a word that no other run has.
fn word() -> String {
    format!("{:016x}", fastrand::u64(..))
}

/// Whether a row that is not delivered was tried, or is not to be.
fn is_late(row: &OutboxRow) -> bool {
    row.tries > 0 || row.state != RowState::Pending
}
