//! The outbox: rows are taken by one run at a time, for a while, and each is marked with what became of it.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::alerts::{Loaded, Space, forget_old, load, lock, save};
use super::db::{Arg, Cells, Db, StoreTransaction};
use super::place::Place;
use super::record::VALUES_AT_ONCE;
use super::{SERVICE, existing, instant, parsed, read_instant, schema};
use crate::alert::{Event, Memory, Side};
use crate::calendar::Day;
use crate::failure::StoreProblem;

/// Days after which an event is no longer sent.
const LONGEST_WAIT: i64 = 7;

/// The state of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowState {
    /// A row that is to be sent.
    Pending,
    /// A run is sending it by a channel that a message goes out on at most once.
    Sending,
    /// The provider took it.
    Accepted,
    /// The provider says that it got there.
    Delivered,
    /// The provider refused it for good.
    Failed,
    /// A row that may have gone out, and is not sent again.
    Unsure,
    /// A newer one took its place.
    Superseded,
    /// A row whose recipient is no longer wanted.
    Cancelled,
    /// A row that could not be sent in time.
    Expired,
}

impl RowState {
    /// Every state.
    pub const ALL: [Self; 9] = [
        Self::Pending,
        Self::Sending,
        Self::Accepted,
        Self::Delivered,
        Self::Failed,
        Self::Unsure,
        Self::Superseded,
        Self::Cancelled,
        Self::Expired,
    ];

    /// The word of the store and of machine forms.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "pendente",
            Self::Sending => "enviando",
            Self::Accepted => "aceito",
            Self::Delivered => "entregue",
            Self::Failed => "falhou",
            Self::Unsure => "incerto",
            Self::Superseded => "substituido",
            Self::Cancelled => "cancelado",
            Self::Expired => "vencido",
        }
    }
}

/// A row of the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxRow {
    /// Number of the row.
    pub id: i64,
    /// Word of the channel.
    pub channel: String,
    /// The recipient: never the address.
    pub recipient: String,
    /// The address, masked.
    pub masked: String,
    /// The side that the recipient is on.
    pub side: Side,
    /// File name of the config that names the recipient; `None` of an operator's.
    pub file: Option<String>,
    /// The event.
    pub event: Event,
    /// Time of the decision.
    pub decided_at: DateTime<Utc>,
    /// State of the row.
    pub state: RowState,
    /// Tries to send it so far.
    pub tries: u32,
    /// Time at which it was done with.
    pub ended_at: Option<DateTime<Utc>>,
    /// Id of the message that it was a part of.
    pub message: Option<String>,
    /// The provider's id of that message.
    pub provider: Option<String>,
    /// Code of the last problem.
    pub problem: Option<String>,
}

/// The end of a row, or of a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The provider took the message with this id; and the provider's own id.
    Accepted {
        /// Id of the message.
        message: String,
        /// The provider's id.
        provider: Option<String>,
    },
    /// The provider says that it got there.
    Delivered,
    /// A try that failed; the next one is not before a time.
    Retry {
        /// Code of the problem.
        problem: String,
        /// The earliest time.
        not_before: DateTime<Utc>,
    },
    /// A row that there was no time for, or that is not yet due.
    Untried,
    /// A refusal for good.
    Failed {
        /// Code of the problem.
        problem: String,
    },
    /// A message that may have gone out.
    Unsure {
        /// Code of the problem.
        problem: String,
    },
    /// A recipient that is no longer wanted. What is open is told anew later on where `again` is set.
    Cancelled {
        /// Whether the recipient may be told later on.
        again: bool,
    },
}

impl Ending {
    /// Returns whether the recipient has not heard of the event, or may not have.
    fn is_forgotten(&self) -> bool {
        matches!(
            self,
            Self::Failed { .. } | Self::Unsure { .. } | Self::Cancelled { .. }
        )
    }
}

/// The rows that a run takes.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    /// Key of the words that stand for addresses.
    pub key: String,
    /// The rows to send, oldest first.
    pub rows: Vec<OutboxRow>,
    /// The rows that ended meanwhile: those that waited too long, and those of unsure outcome.
    pub lost: Vec<OutboxRow>,
    /// The last day on which nothing is sent; then there are no rows.
    pub paused_until: Option<Day>,
}

/// The newest message that a channel took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastSent {
    /// Word of the channel.
    pub channel: String,
    /// Time at which it was taken.
    pub at: DateTime<Utc>,
}

/// The outbox of a folder, open for writing.
#[derive(Debug)]
pub struct Outbox {
    db: Db,
    endpoint: String,
    folder: String,
    past: bool,
    wait: Duration,
}

impl Outbox {
    /// Opens the outbox of `folder` in the store at `place`; `past` for runs as of a past day. `None` where there is no
    /// store yet, or none that knows of alerts.
    ///
    /// # Errors
    /// A [`StoreProblem`]
    pub async fn open(
        place: &Place,
        endpoint: Option<&str>,
        folder: &str,
        past: bool,
        wait: Duration,
    ) -> Result<Option<Self>, StoreProblem> {
        let opened = existing(place, wait).await?;
        let opened = opened.filter(|(_, version)| *version >= schema::WITH_ALERTS);
        Ok(opened.map(|(db, _)| Self {
            db,
            endpoint: endpoint.unwrap_or(SERVICE).to_owned(),
            folder: folder.to_owned(),
            past,
            wait,
        }))
    }

    fn space(&self) -> Space<'_> {
        Space {
            endpoint: &self.endpoint,
            folder: &self.folder,
            past: self.past,
        }
    }

    /// Takes the rows that are due at `now` for `holder`, which has them for as long as `lease`. Rows of runs that ended
    /// without marking them are due again, or of unsure outcome; what has waited too long is not sent any more.
    ///
    /// # Errors
    /// A [`StoreProblem`]; then nothing is taken.
    pub async fn take(
        &self,
        now: DateTime<Utc>,
        holder: &str,
        lease: Duration,
    ) -> Result<Taken, StoreProblem> {
        let (mut transaction, loaded) = self.change().await?;
        let Some(key) = loaded.key.clone() else {
            transaction.commit().await?;
            return Ok(Taken::default());
        };
        let lease = TimeDelta::from_std(lease).unwrap_or(TimeDelta::MAX);
        let open = self.rows_of(&mut transaction, OPEN).await?;
        let (mut due, mut ended) = (Vec::new(), Vec::new());
        for held in open {
            let HeldRow {
                row,
                held_until,
                next_at,
            } = held;
            // A time further off than any that is ever set comes of a clock that was wrong.
            let waits = |until: Option<DateTime<Utc>>, longest: TimeDelta| {
                until.is_some_and(|until| until > now && until - now <= longest)
            };
            if waits(held_until, lease) {
                continue;
            }
            if row.state == RowState::Sending {
                let problem = "interrompido".to_owned();
                ended.push((row, Ending::Unsure { problem }));
            } else if now - row.decided_at > TimeDelta::days(LONGEST_WAIT) {
                ended.push((
                    row,
                    Ending::Failed {
                        problem: String::new(),
                    },
                ));
            } else if !waits(next_at, TimeDelta::days(LONGEST_WAIT)) {
                due.push(row);
            }
        }
        let today = now.date_naive();
        let paused_until = loaded.paused_until.filter(|until| today <= *until);
        if paused_until.is_some() {
            due.clear();
        }
        let mut memory = loaded.memory.clone();
        let mut lost = Vec::new();
        for (row, ending) in &ended {
            let state = match ending {
                // It is told anew, and would only have been too old at the end of the pause.
                Ending::Failed { .. } if paused_until.is_some() => RowState::Superseded,
                Ending::Failed { .. } => RowState::Expired,
                _ => RowState::Unsure,
            };
            let problem = match ending {
                Ending::Unsure { problem } => Some(problem.as_str()),
                _ => row.problem.as_deref(),
            };
            end(&mut transaction, &[row.id], state, problem, None, now).await?;
            remember(&mut memory, row, state, true);
            if state != RowState::Superseded {
                lost.push(OutboxRow {
                    state,
                    problem: problem.map(str::to_owned),
                    ..row.clone()
                });
            }
        }
        self.keep(&mut transaction, &loaded, &memory).await?;
        forget_old(&mut transaction, self.space(), now).await?;
        let until = instant(now + lease);
        let ids: Vec<i64> = due.iter().map(|row| row.id).collect();
        let set = [
            ("arrendatario", "TEXT", Some(holder)),
            ("arrendada_ate", "{instant}", Some(until.as_str())),
        ];
        update(&mut transaction, &set, "", &ids).await?;
        transaction.commit().await?;
        Ok(Taken {
            key,
            rows: due,
            lost,
            paused_until,
        })
    }

    /// Notes that `holder` is sending rows by a channel that a message goes out on at most once. Returns whether it has all
    /// of them still: a run that stood still for long has lost them to another.
    ///
    /// # Errors
    /// A [`StoreProblem`]; then they must not be sent.
    pub async fn begin(&self, rows: &[i64], holder: &str) -> Result<bool, StoreProblem> {
        let mut transaction = self.db.write(self.wait).await?;
        let set = [("estado", "TEXT", Some("enviando"))];
        let has_all = self.holds(&mut transaction, rows, holder).await?;
        if has_all {
            update(&mut transaction, &set, "", rows).await?;
        }
        transaction.commit().await?;
        Ok(has_all)
    }

    /// Returns whether `holder` has all of `rows`.
    async fn holds(
        &self,
        transaction: &mut StoreTransaction,
        rows: &[i64],
        holder: &str,
    ) -> Result<bool, StoreProblem> {
        lock(transaction).await?;
        let mut held = 0;
        for ids in rows.chunks(VALUES_AT_ONCE) {
            let sql = format!(
                "SELECT CAST(id AS TEXT) FROM alerta_saida WHERE arrendatario = {} AND id IN ({})",
                transaction.places(1, 1),
                transaction.places(2, ids.len())
            );
            let mut args = vec![Arg::from(holder)];
            args.extend(ids.iter().map(|id| Arg::from(*id)));
            held += transaction.run(&sql, &args).await?.len();
        }
        Ok(held == rows.len())
    }

    /// Marks rows with what became of them. Of rows that `holder` no longer has, another run tells.
    ///
    /// # Errors
    /// A [`StoreProblem`]; then nothing is marked.
    pub async fn finish(
        &self,
        endings: &[(&OutboxRow, Ending)],
        holder: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreProblem> {
        let mut transaction = self.db.write(self.wait).await?;
        if let Some(holder) = holder {
            let ids: Vec<i64> = endings.iter().map(|(row, _)| row.id).collect();
            if !self.holds(&mut transaction, &ids, holder).await? {
                return Ok(());
            }
        }
        // What went out, or is tried again, leaves the memory as it is.
        let loaded = match endings.iter().any(|(_, ending)| ending.is_forgotten()) {
            true => Some(self.loaded(&mut transaction).await?),
            false => None,
        };
        let mut memory = loaded.as_ref().map(|loaded| loaded.memory.clone());
        // Rows of one message end alike, and next to each other.
        for alike in endings.chunk_by(|(_, one), (_, other)| one == other) {
            let ids: Vec<i64> = alike.iter().map(|(row, _)| row.id).collect();
            let mut forget = |state, again| {
                let Some(memory) = &mut memory else { return };
                for (row, _) in alike {
                    remember(memory, row, state, again);
                }
            };
            let Some((_, ending)) = alike.first() else {
                continue;
            };
            match ending {
                Ending::Accepted { message, provider } => {
                    let message = Some((message.as_str(), provider.as_deref()));
                    let state = RowState::Accepted;
                    end(&mut transaction, &ids, state, None, message, now).await?;
                }
                Ending::Delivered => {
                    update(
                        &mut transaction,
                        &[("estado", "TEXT", Some("entregue"))],
                        "",
                        &ids,
                    )
                    .await?;
                }
                Ending::Retry {
                    problem,
                    not_before,
                } => {
                    let next = instant(*not_before);
                    let set = [
                        ("estado", "TEXT", Some("pendente")),
                        ("problema", "TEXT", Some(problem.as_str())),
                        ("proxima_em", "{instant}", Some(next.as_str())),
                    ];
                    update(&mut transaction, &set, TRIED, &ids).await?;
                }
                Ending::Untried => {
                    let set = [("estado", "TEXT", Some("pendente"))];
                    update(&mut transaction, &set, RELEASED, &ids).await?;
                }
                Ending::Failed { problem } => {
                    let state = RowState::Failed;
                    end(&mut transaction, &ids, state, Some(problem), None, now).await?;
                    forget(state, false);
                }
                Ending::Unsure { problem } => {
                    let state = RowState::Unsure;
                    end(&mut transaction, &ids, state, Some(problem), None, now).await?;
                    forget(state, false);
                }
                Ending::Cancelled { again } => {
                    let state = RowState::Cancelled;
                    end(&mut transaction, &ids, state, None, None, now).await?;
                    forget(state, *again);
                }
            }
        }
        if let (Some(loaded), Some(memory)) = (&loaded, &memory) {
            self.keep(&mut transaction, loaded, memory).await?;
        }
        transaction.commit().await
    }

    /// Begins a change of what is remembered, which no other run changes meanwhile.
    async fn change(&self) -> Result<(StoreTransaction, Loaded), StoreProblem> {
        let mut transaction = self.db.write(self.wait).await?;
        let loaded = self.loaded(&mut transaction).await?;
        Ok((transaction, loaded))
    }

    /// Reads what is remembered, which no other run changes until `transaction` ends.
    async fn loaded(&self, transaction: &mut StoreTransaction) -> Result<Loaded, StoreProblem> {
        lock(transaction).await?;
        load(transaction, self.space()).await
    }

    /// Writes `memory` in place of what was loaded, where alerts were ever decided and it differs.
    async fn keep(
        &self,
        transaction: &mut StoreTransaction,
        loaded: &Loaded,
        memory: &Memory,
    ) -> Result<(), StoreProblem> {
        match &loaded.key {
            Some(key) if *memory != loaded.memory => {
                save(transaction, self.space(), loaded, memory, key).await
            }
            _ => Ok(()),
        }
    }

    /// Returns what is remembered, with the key of the words that stand for addresses and the last day of a pause.
    ///
    /// # Errors
    /// A [`StoreProblem`]
    pub async fn memory(&self) -> Result<(Memory, String, Option<Day>), StoreProblem> {
        let mut transaction = self.db.read().await?;
        let loaded = load(&mut transaction, self.space()).await?;
        transaction.commit().await?;
        let key = loaded.key.unwrap_or_default();
        Ok((loaded.memory, key, loaded.paused_until))
    }

    /// Returns the rows that are not done with, and those that ended otherwise than by being taken, since `since`.
    ///
    /// # Errors
    /// A [`StoreProblem`]
    pub async fn undelivered(&self, since: DateTime<Utc>) -> Result<Vec<OutboxRow>, StoreProblem> {
        let mut transaction = self.db.read().await?;
        let mut rows = self.rows_of(&mut transaction, OPEN).await?;
        rows.extend(self.rows_of(&mut transaction, ENDED_BADLY).await?);
        transaction.commit().await?;
        let rows = rows.into_iter().map(|held| held.row);
        let recent = |row: &OutboxRow| row.ended_at.is_none_or(|ended| ended >= since);
        Ok(rows.filter(recent).collect())
    }

    /// Returns the rows that a provider took, and that nobody knows yet to have got there.
    ///
    /// # Errors
    /// A [`StoreProblem`]
    pub async fn accepted(&self) -> Result<Vec<OutboxRow>, StoreProblem> {
        let mut transaction = self.db.read().await?;
        let rows = self.rows_of(&mut transaction, ACCEPTED).await?;
        transaction.commit().await?;
        Ok(rows.into_iter().map(|held| held.row).collect())
    }

    /// Returns the newest message that each channel took.
    ///
    /// # Errors
    /// A [`StoreProblem`]
    pub async fn last_sent(&self) -> Result<Vec<LastSent>, StoreProblem> {
        let mut transaction = self.db.read().await?;
        let rows = transaction.run(LAST_SENT, &self.space().args()).await?;
        transaction.commit().await?;
        let mut last: BTreeMap<String, DateTime<Utc>> = BTreeMap::new();
        for row in rows {
            let [Some(channel), Some(at)] = &row[..] else {
                return Err(StoreProblem::Corrupt);
            };
            last.insert(channel.clone(), read_instant(at)?);
        }
        let last = last.into_iter();
        Ok(last.map(|(channel, at)| LastSent { channel, at }).collect())
    }

    /// Notes that the recipients of `rows`, which the outbox does not hold, were told of the events by hand.
    ///
    /// # Errors
    /// A [`StoreProblem`]
    pub async fn told_by_hand(&self, rows: &[OutboxRow]) -> Result<(), StoreProblem> {
        let (mut transaction, loaded) = self.change().await?;
        let mut memory = loaded.memory.clone();
        for row in rows {
            if let Some(event) = row.event.contract() {
                memory.told_by_hand(event, &row.recipient);
            }
        }
        self.keep(&mut transaction, &loaded, &memory).await?;
        transaction.commit().await
    }

    /// Sends nothing through `until`; `None` ends a pause. Returns whether alerts were ever decided here.
    ///
    /// # Errors
    /// A [`StoreProblem`]
    pub async fn pause(&self, until: Option<Day>) -> Result<bool, StoreProblem> {
        let until = until.map(|day| day.to_string());
        let space = self.space();
        let [endpoint, folder, word] = space.args();
        let args = [Arg::from(&until), endpoint, folder, word];
        self.db.change(PAUSE, &args).await
    }

    /// Forgets a recipient: its rows, and what it has heard. `recipient` makes its words from the folder's key. Returns
    /// the number of rows.
    ///
    /// # Errors
    /// A [`StoreProblem`]
    pub async fn forget(
        &self,
        recipient: impl Fn(&str) -> Vec<String> + Send,
    ) -> Result<usize, StoreProblem> {
        let (mut transaction, loaded) = self.change().await?;
        let Some(key) = loaded.key.clone() else {
            transaction.commit().await?;
            return Ok(0);
        };
        let mut memory = loaded.memory.clone();
        let mut forgotten = 0;
        for recipient in recipient(&key) {
            let told = memory.told.len();
            memory.told.retain(|(_, _, id), _| *id != recipient);
            for known in memory.known.values_mut() {
                known.remove(&recipient);
            }
            let space = self.space();
            let [endpoint, folder, word] = space.args();
            let args = [endpoint, folder, word, Arg::from(&recipient)];
            forgotten += transaction.run(FORGET, &args).await?.len() + told - memory.told.len();
        }
        self.keep(&mut transaction, &loaded, &memory).await?;
        transaction.commit().await?;
        Ok(forgotten)
    }

    /// Closes the connections.
    pub async fn close(self) {
        self.db.close().await;
    }

    async fn rows_of(
        &self,
        transaction: &mut StoreTransaction,
        condition: &str,
    ) -> Result<Vec<HeldRow>, StoreProblem> {
        let sql = format!("{ROWS} {condition} ORDER BY id");
        let rows = transaction.run(&sql, &self.space().args()).await?;
        rows.iter().map(row).collect()
    }
}

/// A row with the times that it is held and waits until.
struct HeldRow {
    row: OutboxRow,
    held_until: Option<DateTime<Utc>>,
    next_at: Option<DateTime<Utc>>,
}

/// Marks rows as done with.
async fn end(
    transaction: &mut StoreTransaction,
    ids: &[i64],
    state: RowState,
    problem: Option<&str>,
    message: Option<(&str, Option<&str>)>,
    now: DateTime<Utc>,
) -> Result<(), StoreProblem> {
    let now = instant(now);
    let (message, provider) = message.unzip();
    let set = [
        ("estado", "TEXT", Some(state.word())),
        ("terminada_em", "{instant}", Some(now.as_str())),
        ("problema", "TEXT", problem),
        ("mensagem", "TEXT", message),
        ("provedor", "TEXT", provider.flatten()),
    ];
    let also = match state {
        RowState::Expired | RowState::Cancelled | RowState::Superseded => RELEASED,
        _ => TRIED,
    };
    update(transaction, &set, also, ids).await
}

/// Sets columns of rows, each a name, its type and the value; and what `also` sets.
async fn update(
    transaction: &mut StoreTransaction,
    set: &[(&str, &str, Option<&str>)],
    also: &str,
    ids: &[i64],
) -> Result<(), StoreProblem> {
    for ids in ids.chunks(VALUES_AT_ONCE) {
        let columns: Vec<String> = set
            .iter()
            .zip(1..)
            .map(|((name, kind, _), place)| {
                format!("{name} = CAST({} AS {kind})", transaction.places(place, 1))
            })
            .collect();
        let sql = format!(
            "UPDATE alerta_saida SET {}{also} WHERE id IN ({})",
            columns.join(", "),
            transaction.places(set.len() + 1, ids.len())
        );
        let values = set.iter().map(|(_, _, value)| Arg::Text(*value));
        let args: Vec<Arg<'_>> = values.chain(ids.iter().map(|id| Arg::from(*id))).collect();
        transaction.run(&sql, &args).await?;
    }
    Ok(())
}

/// Takes into `memory` that a row did not get there.
fn remember(memory: &mut Memory, row: &OutboxRow, state: RowState, again: bool) {
    let Some(event) = row.event.contract() else {
        return;
    };
    match state {
        RowState::Unsure => memory.uncertain(event, &row.recipient),
        _ => memory.unheard(event, &row.recipient, again),
    }
}

/// Reads the event of a row.
pub(super) fn event_of(text: &str) -> Result<Event, StoreProblem> {
    serde_json::from_str(text).map_err(|_| StoreProblem::Corrupt)
}

fn row(cells: &Cells) -> Result<HeldRow, StoreProblem> {
    let [
        Some(id),
        Some(channel),
        Some(recipient),
        Some(masked),
        Some(side),
        file,
        Some(event),
        Some(decided_at),
        Some(state),
        Some(tries),
        ended_at,
        message,
        provider,
        problem,
        held_until,
        next_at,
    ] = &cells[..]
    else {
        return Err(StoreProblem::Corrupt);
    };
    let time = |cell: &Option<String>| cell.as_deref().map(read_instant).transpose();
    let mut states = RowState::ALL.into_iter();
    let row = OutboxRow {
        id: parsed(id)?,
        channel: channel.clone(),
        recipient: recipient.clone(),
        masked: masked.clone(),
        side: match side.as_str() {
            "operador" => Side::Operator,
            _ => Side::Customer,
        },
        file: file.clone(),
        event: event_of(event)?,
        decided_at: read_instant(decided_at)?,
        state: states
            .find(|known| known.word() == state)
            .ok_or(StoreProblem::Corrupt)?,
        tries: parsed(tries)?,
        ended_at: time(ended_at)?,
        message: message.clone(),
        provider: provider.clone(),
        problem: problem.clone(),
    };
    Ok(HeldRow {
        row,
        held_until: time(held_until)?,
        next_at: time(next_at)?,
    })
}

const ROWS: &str = "\
    SELECT CAST(id AS TEXT), canal, destinatario, mascara, lado, arquivo, conteudo, \
        CAST(decidida_em AS TEXT), estado, CAST(tentativas AS TEXT), CAST(terminada_em AS TEXT), \
        mensagem, provedor, problema, CAST(arrendada_ate AS TEXT), CAST(proxima_em AS TEXT) \
    FROM alerta_saida WHERE endereco = $1 AND pasta = $2 AND espaco = $3 AND";

const OPEN: &str = "estado IN ('pendente', 'enviando')";

const ENDED_BADLY: &str = "estado IN ('falhou', 'incerto', 'vencido')";

const ACCEPTED: &str = "estado = 'aceito'";

const LAST_SENT: &str = "\
    SELECT canal, CAST(MAX(terminada_em) AS TEXT) FROM alerta_saida \
    WHERE endereco = $1 AND pasta = $2 AND espaco = $3 AND estado IN ('aceito', 'entregue') \
    GROUP BY canal";

/// A row that no run has any more.
const RELEASED: &str = ", arrendatario = NULL, arrendada_ate = NULL";

/// A row that was tried once more.
const TRIED: &str = ", arrendatario = NULL, arrendada_ate = NULL, tentativas = tentativas + 1";

const PAUSE: &str = "\
    UPDATE alerta_pasta SET pausa_ate = CAST($1 AS {day}) \
    WHERE endereco = $2 AND pasta = $3 AND espaco = $4 RETURNING pasta";

const FORGET: &str = "\
    DELETE FROM alerta_saida \
    WHERE endereco = $1 AND pasta = $2 AND espaco = $3 AND destinatario = $4 RETURNING CAST(id AS TEXT)";
