//! The small verbs of `alert`: test, status, tell, templates, pause, forget, init.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal as _};
use std::sync::Arc;
use std::time::SystemTime;

use anyhow::Result;
use chrono::TimeDelta;
use tokio::task::spawn_blocking;
use tokio::time::Instant;

use super::compose::{Composer, MessageRows, unsent};
use super::desk::{Desk, Seeing, Seen};
use super::people::{self, Person, operators};
use super::post::{Channels, Post, Sent};
use super::{LEAST_SENDING, SENDING, address_of, complain_of_outbox, now, pause_through, word};
use crate::alert::{
    AlertStatus, ChannelStatus, ContractEvent, ContractStatus, Digest, Event, HeardStatus,
    KeptMessage, Memory, News, OpenStatus, Rule, Scope, Side, Watch,
};
use crate::app::Outcome;
use crate::app::folder;
use crate::app::history::{endpoint_of, folder_of, patience};
use crate::app::report::report_to;
use crate::app::run::{print, refuse};
use crate::app::screen::{complain, is_watched};
use crate::calendar::Day;
use crate::deliver::file;
use crate::failure::StoreProblem;
use crate::lang::Lang;
use crate::plan::{AlertJob, Misuse, Plan};
use crate::profile::alerts::{self, AlertSettings, FILE_NAME};
use crate::progress::Progress;
use crate::render;
use crate::render::explain;
use crate::store::{Outbox, OutboxRow};
use crate::text::{printable, shown};

/// Key of the words for addresses where nothing is kept.
const NO_KEY: &str = "0";

/// Prints the WhatsApp templates.
pub(super) async fn templates(plan: &Plan) -> Result<Outcome> {
    let lang = plan.view.lang;
    let text = render::alert::templates(lang);
    print(lang, text.into_bytes(), Outcome::Complete).await
}

/// Sends a test message to the operator's addresses of the channel `word`, or of all.
pub(super) async fn test(plan: &Plan, settings: Arc<AlertSettings>, word: &str) -> Result<Outcome> {
    let lang = plan.view.lang;
    let all = operators(&settings, NO_KEY);
    let is_meant =
        |person: &&Person| ["all", "todos"].contains(&word) || person.channel.to_string() == word;
    let meant: Vec<Person> = all.iter().filter(is_meant).cloned().collect();
    if meant.is_empty() {
        let mut known: Vec<String> = all
            .iter()
            .map(|person| person.channel.to_string())
            .collect();
        known.dedup();
        complain(&explain::alert::no_channel(
            lang,
            &printable(word, 60),
            &known,
        ));
        return Ok(Outcome::Usage);
    }
    let digest = Digest {
        as_of: plan.as_of,
        is_test: true,
        ..Digest::default()
    };
    let event = Event::Due { on: plan.as_of };
    let groups = meant
        .iter()
        .map(|person| group(person, vec![event.clone()], plan));
    let sent = send(plan, &settings, &digest, &meant, groups.collect()).await;
    print_sent(lang, &meant, &sent, Outcome::Complete).await
}

/// Prints how the message of each of `people` went, and gives `outcome`, unless one was not delivered.
async fn print_sent(
    lang: Lang,
    people: &[Person],
    sent: &[Sent],
    outcome: Outcome,
) -> Result<Outcome> {
    let mut text = String::new();
    for (person, sent) in people.iter().zip(sent) {
        let id = sent.message.id.as_deref();
        let reason = sent.trouble.as_ref().map(Into::into);
        text += &explain::alert::tested(lang, &address_of(person), id, reason);
        text.push('\n');
    }
    let outcome = outcome.with_undelivered(sent.iter().any(|sent| sent.undelivered));
    print(lang, text.into_bytes(), outcome).await
}

/// Makes the message of `person` with `events`.
fn group(person: &Person, events: Vec<Event>, plan: &Plan) -> MessageRows {
    let rows = events.into_iter();
    MessageRows {
        rows: rows.map(|event| unsent(person, event, now(plan))).collect(),
    }
}

/// Sends messages that no outbox holds, each once, in the order of `groups`.
async fn send(
    plan: &Plan,
    settings: &Arc<AlertSettings>,
    digest: &Digest,
    people: &[Person],
    groups: Vec<MessageRows>,
) -> Vec<Sent> {
    let channels = Channels::new(Arc::clone(settings), super::web(plan));
    // Each test is a message of its own.
    let key = word();
    let time = plan.deadline.unwrap_or(SENDING).max(LEAST_SENDING);
    let post = Post {
        channels: &channels,
        composer: Composer {
            settings,
            digest,
            openings: BTreeMap::new(),
            lang: plan.view.lang,
            key: &key,
            workbook: None,
        },
        people,
        unread: Vec::new(),
        holder: "",
        now: now(plan),
        until: Instant::now() + time,
    };
    post.send_directly(groups).await
}

/// Sends the present state of the client that `word` names to its customer.
pub(super) async fn tell(
    mut plan: Plan,
    settings: Arc<AlertSettings>,
    word: String,
) -> Result<Outcome> {
    let lang = plan.view.lang;
    let name = match folder::named(&plan, &word).await {
        Ok(entry) => entry.file,
        Err(outcome) => return Ok(outcome),
    };
    let channels = Channels::new(Arc::clone(&settings), super::web(&plan));
    let is_apart = plan.endpoint.is_some() || plan.as_of < now(&plan).date_naive();
    if is_apart && !channels.are_loopback(&super::names(&settings)).await {
        complain(&explain::alert::only_shown(lang));
        return Ok(Outcome::Usage);
    }
    plan.only = vec![name.clone()];
    plan.looks.only = true;
    let surplus = plan.figures.settings.surplus_percent.clone();
    let mut desk = Desk::new(Arc::clone(&settings), plan.as_of, surplus, Scope::Chosen);
    desk.only_shown = true;
    let desk = Arc::new(desk);
    let progress = Progress::new(&plan.view, is_watched());
    if let Err(misuse) = report_to(&plan, &plan.figures, &progress, Some(&desk)).await {
        return Ok(refuse(lang, &misuse));
    }
    let unread = |problem: &StoreProblem| complain_of_outbox(&plan, problem);
    let outbox = open(&plan).await.inspect_err(unread).ok().flatten();
    let read = match &outbox {
        Some(outbox) => outbox.memory().await.inspect_err(unread).ok(),
        None => None,
    };
    let (memory, key, paused) = read.unwrap_or_default();
    if paused.is_some_and(|until| plan.as_of <= until) {
        complain(&explain::alert::paused(lang, paused));
        return Ok(Outcome::Usage);
    }
    let mut groups: Vec<MessageRows> = Vec::new();
    let mut addressed: Vec<Person> = Vec::new();
    let mut outcome = Outcome::Complete;
    let is_meant = |seen: &Seen| seen.file == name;
    for seen in desk.seen().into_iter().filter(is_meant) {
        let sight = match &seen.sight {
            Seeing::Contract(sight) if sight.figures.is_some() => sight,
            _ => {
                complain(&explain::alert::no_figures(lang, &seen.client));
                outcome = Outcome::Partial;
                continue;
            }
        };
        let people = people::customers(&seen.file, &seen.alerts, &key);
        if people.is_empty() {
            complain(&explain::alert::no_address(lang, &seen.client));
            outcome = Outcome::Partial;
            continue;
        }
        let watch = memory.watches.get(&sight.key);
        let open = watch.into_iter().flat_map(Watch::open_rules);
        let open = open.filter(|(rule, ..)| matches!(rule, Rule::RunsOut | Rule::LeftOver));
        let mut open: Vec<(Rule, u8, Day)> = open.collect();
        if open.is_empty() {
            open.push((Rule::RunsOut, 1, plan.as_of));
        }
        let events = open.into_iter().map(|(rule, level, since)| {
            Event::Contract(Box::new(ContractEvent {
                contract: sight.key.clone(),
                file: seen.file.clone(),
                client: seen.client.clone(),
                rule,
                news: News::Baseline,
                level,
                since,
                on: plan.as_of,
                figures: sight.figures.clone(),
                reason: None,
            }))
        });
        let events: Vec<Event> = events.collect();
        groups.extend(
            people
                .iter()
                .map(|person| group(person, events.clone(), &plan)),
        );
        addressed.extend(people);
    }
    // Letters take nothing of a digest.
    let digest = Digest::default();
    let sent = send(&plan, &settings, &digest, &addressed, groups.clone()).await;
    if let Some(outbox) = outbox {
        let delivered = groups
            .into_iter()
            .zip(&sent)
            .filter(|(_, sent)| !sent.undelivered);
        let heard: Vec<OutboxRow> = delivered.flat_map(|(group, _)| group.rows).collect();
        // The message is out whether it is noted or not.
        if let Err(problem) = outbox.told_by_hand(&heard).await {
            complain_of_outbox(&plan, &problem);
        }
        outbox.close().await;
    }
    print_sent(lang, &addressed, &sent, outcome).await
}

/// Opens the outbox of the folder.
async fn open(plan: &Plan) -> Result<Option<Outbox>, StoreProblem> {
    let Some(place) = plan.history.place() else {
        return Ok(None);
    };
    let (endpoint, folder) = (endpoint_of(plan), folder_of(plan));
    Outbox::open(place, endpoint.as_deref(), &folder, false, patience(plan)).await
}

/// Opens the outbox of the folder for a verb that needs one; says why there is none.
async fn opened(plan: &Plan) -> Option<Outbox> {
    let lang = plan.view.lang;
    match open(plan).await {
        Ok(Some(outbox)) => Some(outbox),
        Ok(None) => {
            complain(&explain::alert::nothing_decided(lang));
            None
        }
        Err(problem) => {
            complain_of_outbox(plan, &problem);
            None
        }
    }
}

/// Sends nothing through `until`, or ends that.
pub(super) async fn pause(plan: &Plan, until: Option<Day>) -> Result<Outcome> {
    let lang = plan.view.lang;
    if let Some(until) = until.filter(|until| *until < plan.as_of) {
        complain(&explain::alert::pause_is_past(lang, until));
        return Ok(Outcome::Usage);
    }
    let Some(outbox) = opened(plan).await else {
        return Ok(Outcome::Unexpected);
    };
    let paused = outbox.pause(until).await;
    outbox.close().await;
    match paused {
        Ok(true) => {
            let text = explain::alert::paused(lang, until) + "\n";
            print(lang, text.into_bytes(), Outcome::Complete).await
        }
        Ok(false) => {
            complain(&explain::alert::nothing_decided(lang));
            Ok(Outcome::Unexpected)
        }
        Err(problem) => {
            complain_of_outbox(plan, &problem);
            Ok(Outcome::Unexpected)
        }
    }
}

/// Forgets `address`.
pub(super) async fn forget(plan: &Plan, address: &str) -> Result<Outcome> {
    let lang = plan.view.lang;
    if people::words(address, NO_KEY).is_empty() {
        complain(&explain::alert::not_an_address(lang));
        return Ok(Outcome::Usage);
    }
    let Some(outbox) = opened(plan).await else {
        return Ok(Outcome::Unexpected);
    };
    let forgotten = outbox.forget(|key| people::words(address, key)).await;
    outbox.close().await;
    match forgotten {
        Ok(count) => {
            let text = explain::alert::forgotten(lang, count) + "\n";
            print(lang, text.into_bytes(), Outcome::Complete).await
        }
        Err(problem) => {
            complain_of_outbox(plan, &problem);
            Ok(Outcome::Unexpected)
        }
    }
}

/// Shows what is open, who was told, and what waits.
pub(super) async fn status(plan: &Plan, settings: Arc<AlertSettings>) -> Result<Outcome> {
    let lang = plan.view.lang;
    let Some(outbox) = opened(plan).await else {
        return Ok(Outcome::Unexpected);
    };
    let read = async {
        let (memory, key, paused) = outbox.memory().await?;
        let messages = outbox.undelivered(now(plan) - TimeDelta::days(90)).await?;
        let last = outbox.last_sent().await?;
        Ok::<_, StoreProblem>((memory, key, paused, messages, last))
    };
    let read = read.await;
    outbox.close().await;
    let (memory, key, paused, messages, last) = match read {
        Ok(read) => read,
        Err(problem) => {
            complain_of_outbox(plan, &problem);
            return Ok(Outcome::Unexpected);
        }
    };
    let mut people = operators(&settings, &key);
    let progress = Progress::new(&plan.view, false);
    match folder::read(plan, &progress, None).await {
        Ok(contents) => {
            for entry in contents.entries {
                people.extend(people::customers(&entry.file, &entry.draft.alerts, &key));
            }
        }
        Err(misuse) => return Ok(refuse(lang, &misuse)),
    }
    let names = super::names(&settings);
    let status = AlertStatus {
        contracts: contracts(&memory, &people),
        messages: messages.iter().map(kept).collect(),
        channels: names
            .iter()
            .map(|name| {
                let channel = name.to_string();
                let last = last.iter().find(|last| last.channel == channel);
                ChannelStatus {
                    last_success: last.map(|last| SystemTime::from(last.at)),
                    channel,
                }
            })
            .collect(),
        pause: paused
            .filter(|until| plan.as_of <= *until)
            .map(pause_through),
        offset_minutes: settings.rules.offset_minutes,
    };
    let text = render::alert::status(&status, lang);
    print(lang, text.into_bytes(), Outcome::Complete).await
}

/// The contracts with an open rule, the most urgent first.
fn contracts(memory: &Memory, people: &[Person]) -> Vec<ContractStatus> {
    let mut contracts: Vec<(u8, ContractStatus)> = Vec::new();
    for (key, watch) in &memory.watches {
        let mut rules = Vec::new();
        let mut most = 0;
        for (rule, level, since) in watch.open_rules() {
            most = most.max(level);
            let known = memory.known.get(key).into_iter().flatten();
            let heard = known.map(|recipient| {
                let person = people.iter().find(|person| person.id == *recipient);
                let told = memory.told.get(&(key.clone(), rule, recipient.clone()));
                let channel = recipient.split(':').next().unwrap_or_default();
                HeardStatus {
                    channel: match person {
                        Some(person) => person.channel.to_string(),
                        None => channel.to_owned(),
                    },
                    to: person
                        .map(|person| person.masked.clone())
                        .unwrap_or_default(),
                    side: person.map_or(Side::Customer, |person| person.side),
                    told: told.cloned(),
                }
            });
            rules.push(OpenStatus {
                rule,
                level,
                since,
                heard: heard.collect(),
            });
        }
        if !rules.is_empty() {
            let status = ContractStatus {
                client: watch.client.clone(),
                file: watch.file.clone(),
                rules,
            };
            contracts.push((most, status));
        }
    }
    contracts.sort_by(|(one, a), (other, b)| {
        let rule = |status: &ContractStatus| status.rules.first().map(|open| open.rule);
        let worst = other.cmp(one).then_with(|| rule(a).cmp(&rule(b)));
        worst.then_with(|| a.client.cmp(&b.client))
    });
    contracts.into_iter().map(|(_, status)| status).collect()
}

fn kept(row: &OutboxRow) -> KeptMessage {
    KeptMessage {
        client: row.event.contract().map(|event| event.client.clone()),
        channel: row.channel.clone(),
        to: row.masked.clone(),
        state: row.state.word().to_owned(),
        decided: row.event.on(),
        tries: row.tries,
        next_try: None,
        problem: row.problem.clone(),
    }
}

/// Writes the settings, unless they are there, and sends the first test message.
pub(super) async fn init(
    plan: &Plan,
    job: &AlertJob,
    email: Option<&str>,
    by: Option<&str>,
) -> Result<Outcome> {
    let lang = plan.view.lang;
    let path = match &job.settings {
        Some(path) => path.clone(),
        None => plan.dir.join(FILE_NAME),
    };
    let shown = shown(&path);
    if path.exists() {
        complain(&explain::alert::exists(lang, &shown));
        return Ok(Outcome::Usage);
    }
    let (email, by) = match (email, by) {
        (Some(email), Some(by)) => (email.to_owned(), by.to_owned()),
        (email, by) if io::stdin().is_terminal() && io::stderr().is_terminal() => {
            let (email, by) = (email.map(str::to_owned), by.map(str::to_owned));
            let asked = spawn_blocking(move || ask(lang, email, by)).await?;
            match asked {
                Some(asked) => asked,
                None => return Ok(Outcome::Interrupted),
            }
        }
        _ => {
            complain(&explain::alert::init_needs(lang));
            return Ok(Outcome::Usage);
        }
    };
    let operator = [("email", email.as_str())];
    let channel = [("de", email.as_str()), ("por", by.as_str())];
    let text = alerts::sample(lang, &operator, Some(("email", &channel)));
    // What would be refused is not written.
    if let Err(refused) = alerts::parse(text.as_bytes(), &path, None) {
        let misuse = Misuse::Alerts {
            file: shown,
            refused: Box::new(refused),
        };
        return Ok(refuse(lang, &misuse));
    }
    let own = path.clone();
    let create = move || file::create(&[(own, text.as_bytes())]);
    if let Err((path, error)) = spawn_blocking(create).await? {
        complain(&explain::unwritten(lang, &path, error.into()));
        return Ok(Outcome::Unexpected);
    }
    complain(&explain::alert::written(lang, &shown));
    match super::settings(plan, job).await? {
        Ok(settings) => test(plan, Arc::new(settings), "email").await,
        Err(misuse) => Ok(refuse(lang, &misuse)),
    }
}

/// Asks for what is missing; `None` where the operator ends the questions.
fn ask(lang: Lang, email: Option<String>, by: Option<String>) -> Option<(String, String)> {
    let line = |question: String| {
        let input = dialoguer::Input::<String>::new().with_prompt(question);
        input.interact_text().ok()
    };
    let email = match email {
        Some(email) => email,
        None => line(explain::alert::ask_email(lang))?,
    };
    let by = match by {
        Some(by) => by,
        None => line(explain::alert::ask_route(lang))?,
    };
    Some((email, by))
}
