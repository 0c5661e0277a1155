//! Sending: the rows that are due are taken, made into messages, tried, and marked.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, FixedOffset, TimeDelta, Timelike as _, Utc};
use futures_util::StreamExt as _;
use futures_util::stream;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep, timeout_at};

use super::channels::channel;
use super::compose::{Composer, MessageRows};
use super::people::{Person, is_telephone};
use crate::alert::{RunMessage, Side};
use crate::deliver::channel::Channel;
use crate::deliver::parcel::{Receipt, Refusal, RefusalKind};
use crate::failure::{AlertsRefused, DeliveryProblem, RefusalReason};
use crate::oci::transport::Web;
use crate::profile::alerts::{AlertSettings, ChannelName};
use crate::render::explain::alert::Reason;
use crate::store::{Ending, Outbox, OutboxRow, RowState};

/// Messages that are sent at a time.
const AT_ONCE: usize = 8;
/// Tries of a message in one run.
const TRIES: u32 = 3;
/// Pause before the second try; it doubles.
const PAUSE: Duration = Duration::from_millis(500);
/// The longest pause that a channel may ask for and still be tried again in the same run.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// The first HTTP status that is a server's own failure.
const SERVER_ERROR: u16 = 500;
/// Hours after which a message that waits for its hour counts as not delivered: a run a day never meets that hour.
const LONGEST_FOR_HOUR: i64 = 12;

/// A reason why a message is not there yet, for the operator.
#[derive(Clone, Debug)]
pub(super) enum DeliveryTrouble {
    /// A secret of the channel cannot be had.
    Settings(AlertsRefused),
    /// The channel refused.
    Delivery(DeliveryProblem),
}

impl DeliveryTrouble {
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Settings(refused) => refused.problem.code(),
            Self::Delivery(problem) => problem.code(),
        }
    }
}

impl<'a> From<&'a DeliveryTrouble> for Reason<'a> {
    fn from(trouble: &'a DeliveryTrouble) -> Self {
        match trouble {
            DeliveryTrouble::Settings(refused) => Self::Settings(refused),
            DeliveryTrouble::Delivery(problem) => Self::Delivery(problem),
        }
    }
}

/// A message, and what became of it.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    pub(super) message: RunMessage,
    pub(super) trouble: Option<DeliveryTrouble>,
    /// Whether it was due and is not there.
    pub(super) undelivered: bool,
}

/// The channels of a run, each made when the first message needs it.
#[derive(Debug)]
pub(super) struct Channels {
    settings: Arc<AlertSettings>,
    made: Mutex<HashMap<ChannelName, MadeChannel>>,
    pub(super) web: Web,
}

type MadeChannel = Result<Option<Channel>, AlertsRefused>;

impl Channels {
    pub(super) fn new(settings: Arc<AlertSettings>, web: Web) -> Self {
        Self {
            settings,
            made: Mutex::default(),
            web,
        }
    }

    /// Returns the channel `name`.
    pub(super) async fn get(&self, name: &ChannelName) -> MadeChannel {
        let known = |made: &HashMap<ChannelName, MadeChannel>| made.get(name).cloned();
        if let Some(made) = known(&self.made.lock().unwrap_or_else(PoisonError::into_inner)) {
            return made;
        }
        let (settings, own) = (Arc::clone(&self.settings), name.clone());
        let made = spawn_blocking(move || channel(&settings, &own)).await;
        let made = made.unwrap_or(Ok(None));
        let mut all = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(name.clone(), made.clone());
        made
    }

    /// Returns whether nothing leaves this machine by any channel that the settings name.
    pub(super) async fn are_loopback(&self, names: &[ChannelName]) -> bool {
        for name in names {
            if !matches!(self.get(name).await, Ok(Some(channel)) if channel.is_loopback()) {
                return false;
            }
        }
        true
    }
}

/// Asks the providers of telephone messages what has become of those that they took since `since`, and marks them. Returns
/// those that did not get there.
pub(super) async fn receipts(
    channels: &Channels,
    outbox: &Outbox,
    accepted: &[OutboxRow],
    since: DateTime<Utc>,
    now: DateTime<Utc>,
    until: Instant,
) -> Vec<Sent> {
    let names = [ChannelName::Sms, ChannelName::WhatsApp];
    let mut messages: BTreeMap<(&str, &str), Vec<&OutboxRow>> = BTreeMap::new();
    for row in accepted {
        let recent = row.ended_at.is_some_and(|ended| ended >= since);
        if let (true, Some(provider)) = (recent, &row.provider) {
            let place = (row.channel.as_str(), provider.as_str());
            messages.entry(place).or_default().push(row);
        }
    }
    let asking = stream::iter(messages).map(async |((word, provider), rows)| {
        let name = names.iter().find(|name| name.to_string() == word)?;
        let channel = channels.get(name).await.ok().flatten()?;
        let asking = channel.receipt(&channels.web, provider);
        let receipt = timeout_at(until, asking).await.ok()?.ok().flatten()?;
        let (ending, trouble) = match receipt {
            Receipt::Open => return None,
            Receipt::Delivered => (Ending::Delivered, None),
            Receipt::Lost(problem) => {
                let trouble = DeliveryTrouble::Delivery(problem);
                let problem = trouble.code().to_owned();
                (Ending::Failed { problem }, Some(trouble))
            }
        };
        let endings: Vec<(&OutboxRow, Ending)> =
            rows.iter().map(|row| (*row, ending.clone())).collect();
        // What cannot be marked is asked for again tomorrow.
        let _ = outbox.finish(&endings, None, now).await;
        let (first, trouble) = (rows.first()?, trouble?);
        Some(Sent {
            message: RunMessage {
                channel: first.channel.clone(),
                to: first.masked.clone(),
                client: first.event.contract().map(|event| event.client.clone()),
                state: RowState::Failed.word().to_owned(),
                id: first.provider.clone(),
                problem: Some(trouble.code().to_owned()),
            },
            trouble: Some(trouble),
            undelivered: true,
        })
    });
    let asked: Vec<Option<Sent>> = asking.buffered(AT_ONCE).collect().await;
    asked.into_iter().flatten().collect()
}

/// The post: all that sending needs.
#[derive(Debug)]
pub(super) struct Post<'a> {
    pub(super) channels: &'a Channels,
    pub(super) composer: Composer<'a>,
    pub(super) people: &'a [Person],
    /// Files of the configs that could not be read: nobody knows whom they name today.
    pub(super) unread: Vec<String>,
    /// The word by which the run has its rows.
    pub(super) holder: &'a str,
    pub(super) now: DateTime<Utc>,
    /// Time at which sending ends.
    pub(super) until: Instant,
}

impl Post<'_> {
    /// Sends `rows` of `outbox`, and marks them.
    pub(super) async fn send(&self, outbox: &Outbox, rows: Vec<OutboxRow>) -> Vec<Sent> {
        let groups = MessageRows::of(rows);
        let sending = stream::iter(groups).map(|group| self.send_group(outbox, group));
        sending.buffered(AT_ONCE).collect().await
    }

    async fn send_group(&self, outbox: &Outbox, group: MessageRows) -> Sent {
        let person = group.person(self.people);
        let file = group.rows.first().and_then(|row| row.file.as_ref());
        let (ending, trouble) = match person {
            None if file.is_some_and(|file| self.unread.contains(file)) => (Ending::Untried, None),
            None => (Ending::Cancelled { again: false }, None),
            Some(person)
                if person
                    .silent_until
                    .is_some_and(|until| self.now.date_naive() <= until) =>
            {
                (Ending::Cancelled { again: true }, None)
            }
            Some(person) if !self.is_hour(person) => (Ending::Untried, self.missed_hour(&group)),
            Some(person) => self.try_to(outbox, &group, person).await,
        };
        let undelivered = match &ending {
            Ending::Accepted { .. } | Ending::Delivered | Ending::Cancelled { .. } => false,
            Ending::Retry { .. } | Ending::Failed { .. } | Ending::Unsure { .. } => true,
            // Without a trouble it is not due at this hour.
            Ending::Untried => trouble.is_some() || Instant::now() >= self.until,
        };
        let message = self.message(&group, person, &ending, trouble.as_ref());
        let endings: Vec<(&OutboxRow, Ending)> =
            group.rows.iter().map(|row| (row, ending.clone())).collect();
        // What cannot be marked comes back when the lease is over: a mail twice is better than none.
        let marked = outbox.finish(&endings, Some(self.holder), self.now).await;
        Sent {
            message,
            trouble,
            undelivered: undelivered || marked.is_err(),
        }
    }

    /// Returns what became of a row that ended before anybody could send it.
    pub(super) fn lost(&self, row: &OutboxRow) -> Sent {
        let client = row.event.contract().filter(|_| row.side == Side::Customer);
        Sent {
            message: RunMessage {
                channel: row.channel.clone(),
                to: row.masked.clone(),
                client: client.map(|event| event.client.clone()),
                state: row.state.word().to_owned(),
                id: None,
                problem: row.problem.clone(),
            },
            trouble: None,
            undelivered: true,
        }
    }

    /// Returns whether the hour is one at which `person` may be sent a message.
    fn is_hour(&self, person: &Person) -> bool {
        let rules = &self.composer.settings.rules;
        if person.channel != ChannelName::Sms {
            return true;
        }
        let offset = FixedOffset::east_opt(rules.offset_minutes.saturating_mul(60));
        let hour = match offset {
            Some(offset) => self.now.with_timezone(&offset).hour(),
            None => self.now.hour(),
        };
        (rules.sms_from..rules.sms_until).contains(&hour)
    }

    /// Returns the trouble of a message that has waited for its hour since an earlier run.
    fn missed_hour(&self, group: &MessageRows) -> Option<DeliveryTrouble> {
        let rules = &self.composer.settings.rules;
        let oldest = group.rows.iter().map(|row| row.decided_at).min()?;
        let waits = self.now - oldest > TimeDelta::hours(LONGEST_FOR_HOUR);
        let hours = DeliveryProblem::OutsideHours {
            from: rules.sms_from,
            until: rules.sms_until,
        };
        waits.then_some(DeliveryTrouble::Delivery(hours))
    }

    /// Sends a message once.
    async fn attempt(
        &self,
        channel: &Channel,
        group: &MessageRows,
        person: &Person,
    ) -> Result<Ending, Refusal> {
        let parcel = self
            .composer
            .parcel(group, person, SystemTime::from(self.now));
        let sending = channel.send(&self.channels.web, &parcel);
        let accepted = match timeout_at(self.until, sending).await {
            Ok(sent) => sent?,
            Err(_) => {
                return Err(Refusal {
                    kind: RefusalKind::Unsure,
                    problem: DeliveryProblem::NoAnswer {
                        host: person.channel.to_string(),
                    },
                    retry_after: None,
                });
            }
        };
        Ok(Ending::Accepted {
            message: parcel.id,
            provider: accepted.id,
        })
    }

    /// Tries to send a message, a few times if the channel cannot take it at once.
    async fn try_to(
        &self,
        outbox: &Outbox,
        group: &MessageRows,
        person: &Person,
    ) -> (Ending, Option<DeliveryTrouble>) {
        let retry = |trouble: DeliveryTrouble, after: Option<Duration>| {
            let not_before = self.now + after.unwrap_or_default();
            let problem = trouble.code().to_owned();
            (
                Ending::Retry {
                    problem,
                    not_before,
                },
                Some(trouble),
            )
        };
        let channel = match self.channels.get(&person.channel).await {
            Ok(Some(channel)) => channel,
            // The channel has left the settings.
            Ok(None) => return (Ending::Cancelled { again: false }, None),
            Err(refused) => return retry(DeliveryTrouble::Settings(refused), None),
        };
        let once = is_telephone(&person.channel);
        if once && !matches!(outbox.begin(&group.ids(), self.holder).await, Ok(true)) {
            return (Ending::Untried, None);
        }
        let mut tries = 0;
        loop {
            if Instant::now() >= self.until {
                return (Ending::Untried, None);
            }
            let attempt = self.attempt(&channel, group, person).await;
            tries += 1;
            let refusal = match attempt {
                Ok(accepted) => return (accepted, None),
                Err(refusal) => refusal,
            };
            let trouble = DeliveryTrouble::Delivery(refusal.problem.clone());
            let problem = trouble.code().to_owned();
            match refusal.kind {
                RefusalKind::Unsure if once => return (Ending::Unsure { problem }, Some(trouble)),
                // A server that failed may have passed the message on.
                RefusalKind::Passing if once && is_servers_own(&refusal.problem) => {
                    return (Ending::Unsure { problem }, Some(trouble));
                }
                // What the operator can mend, as a wrong password, is tried on the next days too.
                RefusalKind::Permanent if !is_mendable(&refusal.problem) => {
                    return (Ending::Failed { problem }, Some(trouble));
                }
                RefusalKind::Permanent => return retry(trouble, refusal.retry_after),
                RefusalKind::Passing | RefusalKind::Unsure => {}
            }
            let pause = refusal.retry_after.unwrap_or_else(|| {
                let pause = PAUSE.saturating_mul(1 << (tries - 1));
                pause + Duration::from_millis(fastrand::u64(..500))
            });
            if tries >= TRIES || pause > LONGEST_PAUSE || Instant::now() + pause >= self.until {
                return retry(trouble, refusal.retry_after);
            }
            sleep(pause).await;
        }
    }

    fn message(
        &self,
        group: &MessageRows,
        person: Option<&Person>,
        ending: &Ending,
        trouble: Option<&DeliveryTrouble>,
    ) -> RunMessage {
        let first = group.rows.first();
        let state = match ending {
            Ending::Accepted { .. } => RowState::Accepted,
            Ending::Delivered => RowState::Delivered,
            Ending::Retry { .. } | Ending::Untried => RowState::Pending,
            Ending::Failed { .. } => RowState::Failed,
            Ending::Unsure { .. } => RowState::Unsure,
            Ending::Cancelled { .. } => RowState::Cancelled,
        };
        RunMessage {
            channel: match person {
                Some(person) => person.channel.to_string(),
                None => first.map(|row| row.channel.clone()).unwrap_or_default(),
            },
            to: first.map(|row| row.masked.clone()).unwrap_or_default(),
            client: group.client(),
            state: state.word().to_owned(),
            id: match ending {
                Ending::Accepted { provider, .. } => provider.clone(),
                _ => None,
            },
            problem: trouble.map(|trouble| trouble.code().to_owned()),
        }
    }

    /// Sends digests to `people` without an outbox, since there is no store; each once.
    pub(super) async fn send_directly(&self, groups: Vec<MessageRows>) -> Vec<Sent> {
        let sending = stream::iter(groups).map(|group| async move {
            let person = group.person(self.people);
            let sent = match person {
                Some(person) => match self.channels.get(&person.channel).await {
                    Ok(Some(channel)) => {
                        let attempt = self.attempt(&channel, &group, person).await;
                        attempt.map_err(|refusal| DeliveryTrouble::Delivery(refusal.problem))
                    }
                    Ok(None) => Ok(Ending::Cancelled { again: false }),
                    Err(refused) => Err(DeliveryTrouble::Settings(refused)),
                },
                None => Ok(Ending::Cancelled { again: false }),
            };
            let (ending, trouble) = match sent {
                Ok(ending) => (ending, None),
                Err(trouble) => {
                    let problem = trouble.code().to_owned();
                    (Ending::Failed { problem }, Some(trouble))
                }
            };
            Sent {
                message: self.message(&group, person, &ending, trouble.as_ref()),
                undelivered: trouble.is_some(),
                trouble,
            }
        });
        sending.buffered(AT_ONCE).collect().await
    }
}

/// Returns whether the problem is a failure of the provider's own, after which nobody knows what it did.
fn is_servers_own(problem: &DeliveryProblem) -> bool {
    match problem {
        DeliveryProblem::Refused { answer, .. } => answer.status >= SERVER_ERROR,
        _ => false,
    }
}

/// Returns whether the operator can mend the problem, so that the same message may be taken tomorrow.
fn is_mendable(problem: &DeliveryProblem) -> bool {
    match problem.refusal() {
        Some(reason) => !matches!(
            reason,
            RefusalReason::Recipient | RefusalReason::Suppressed | RefusalReason::TooLarge
        ),
        None => !matches!(
            problem,
            DeliveryProblem::Unsendable(_) | DeliveryProblem::NotAnAddress
        ),
    }
}
