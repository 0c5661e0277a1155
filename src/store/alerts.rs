//! The memory of alerts, and the outbox's new rows: read, decided and written in the transaction that records a run, so
//! that two runs at once never tell the same thing twice.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};

use super::db::{Arg, StoreTransaction};
use super::outbox::{RowState, event_of};
use super::record::{VALUES_AT_ONCE, Values, insert};
use super::schema::Engine;
use super::{instant, parsed};
use crate::alert::{ContractKey, Event, Memory, Side, Waiting};
use crate::calendar::Day;
use crate::failure::StoreProblem;

/// Hours for which a digest tells of what was not delivered.
pub(crate) const NEWS_HOURS: i64 = 26;
/// Days for which rows of the outbox are kept once they are done with.
const KEPT_DAYS: i64 = 90;

/// The place of a folder's alerts: apart for another service, and for runs as of a past day.
#[derive(Clone, Copy, Debug)]
pub(super) struct Space<'a> {
    pub(super) endpoint: &'a str,
    pub(super) folder: &'a str,
    pub(super) past: bool,
}

impl Space<'_> {
    fn word(self) -> &'static str {
        match self.past {
            true => "passado",
            false => "usual",
        }
    }

    /// Returns the first three values of every statement.
    pub(super) fn args(&self) -> [Arg<'_>; 3] {
        [
            Arg::from(self.endpoint),
            Arg::from(self.folder),
            Arg::from(self.word()),
        ]
    }

    /// Returns the first three values of every row.
    fn values(self) -> [Option<String>; 3] {
        [self.endpoint, self.folder, self.word()].map(|text| Some(text.to_owned()))
    }
}

/// The decision of a run, made inside of the transaction that records it.
pub struct AlertStep<'a> {
    /// Key of the words that stand for addresses, where the folder has none yet.
    pub new_key: String,
    /// Decides; `None` where nothing of it is to be kept.
    pub decide: Box<dyn FnOnce(HeldAlerts) -> Option<DecidedAlerts> + Send + 'a>,
}

impl fmt::Debug for AlertStep<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AlertStep").finish_non_exhaustive()
    }
}

/// The state that earlier runs left.
#[derive(Clone, Default)]
pub struct HeldAlerts {
    /// Key of the words that stand for addresses.
    pub key: String,
    /// The memory.
    pub memory: Memory,
    /// The events that wait, and that nobody is sending.
    pub waiting: Vec<Waiting>,
    /// The last day on which nothing is sent.
    pub paused_until: Option<Day>,
    /// Marks that some message was lost of late.
    pub lost: bool,
    /// Marks a run as of a past day.
    pub in_past: bool,
}

impl fmt::Debug for HeldAlerts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HeldAlerts")
            .field("memory", &self.memory)
            .field("waiting", &self.waiting)
            .finish_non_exhaustive()
    }
}

/// The state that a run leaves.
#[derive(Clone, Debug, Default)]
pub struct DecidedAlerts {
    /// The memory from now on.
    pub memory: Memory,
    /// Rows of the outbox that newer ones take the place of.
    pub superseded: Vec<i64>,
    /// New rows of the outbox.
    pub rows: Vec<OutboxDraft>,
}

/// A new row of the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxDraft {
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
}

/// A folder's memory as it was read.
pub(super) struct Loaded {
    pub(super) key: Option<String>,
    pub(super) paused_until: Option<Day>,
    pub(super) memory: Memory,
    /// The texts that it was read from.
    contracts: BTreeMap<ContractKey, String>,
}

/// Reads what is remembered in `space`. In a transaction that writes, other runs of the server wait from here on.
pub(super) async fn load(
    transaction: &mut StoreTransaction,
    space: Space<'_>,
) -> Result<Loaded, StoreProblem> {
    let args = space.args();
    let folder = transaction.run(FOLDER, &args).await?;
    let mut contracts = BTreeMap::new();
    for row in transaction.run(CONTRACTS, &args).await? {
        let [Some(tenancy), Some(start), Some(text)] = &row[..] else {
            return Err(StoreProblem::Corrupt);
        };
        let key = ContractKey {
            tenancy: tenancy.clone(),
            start: parsed(start)?,
        };
        contracts.insert(key, text.clone());
    }
    let Some(folder) = folder.first() else {
        return Ok(Loaded {
            key: None,
            paused_until: None,
            memory: Memory::default(),
            contracts,
        });
    };
    let [Some(key), Some(text), paused_until] = &folder[..] else {
        return Err(StoreProblem::Corrupt);
    };
    let memory = Memory::of_texts(text, contracts.clone()).ok_or(StoreProblem::Corrupt)?;
    let paused_until = paused_until.as_deref().map(parsed).transpose()?;
    Ok(Loaded {
        key: Some(key.clone()),
        paused_until,
        memory,
        contracts,
    })
}

/// Writes what has changed of `loaded` to `memory`.
pub(super) async fn save(
    transaction: &mut StoreTransaction,
    space: Space<'_>,
    loaded: &Loaded,
    memory: &Memory,
    key: &str,
) -> Result<(), StoreProblem> {
    let mut row: Values = space.values().to_vec();
    row.extend([Some(key.to_owned()), Some(memory.folder_text())]);
    let update = "ON CONFLICT (endereco, pasta, espaco) DO UPDATE SET memoria = excluded.memoria";
    insert(transaction, "alerta_pasta", &FOLDER_COLUMNS, &[row], update).await?;
    let texts = memory.contract_texts();
    let changed = texts
        .iter()
        .filter(|(key, text)| loaded.contracts.get(key) != Some(text));
    let rows: Vec<Values> = changed
        .map(|(key, text)| {
            let mut row: Values = space.values().to_vec();
            row.extend([
                Some(key.tenancy.clone()),
                Some(key.start.to_string()),
                Some(text.clone()),
            ]);
            row
        })
        .collect();
    let update = "ON CONFLICT (endereco, pasta, espaco, tenancy, inicio) \
        DO UPDATE SET memoria = excluded.memoria";
    insert(transaction, "alerta_estado", &STATE_COLUMNS, &rows, update).await?;
    for key in loaded
        .contracts
        .keys()
        .filter(|key| !texts.contains_key(key))
    {
        let start = key.start.to_string();
        let [endpoint, folder, word] = space.args();
        let args = [
            endpoint,
            folder,
            word,
            Arg::from(&key.tenancy),
            Arg::from(&start),
        ];
        transaction.run(FORGET_CONTRACT, &args).await?;
    }
    Ok(())
}

/// Waits for other runs that decide at the same time. SQLite has one writer anyway.
pub(super) async fn lock(transaction: &mut StoreTransaction) -> Result<(), StoreProblem> {
    if transaction.engine() == Engine::Postgres {
        transaction.run(LOCK, &[]).await?;
    }
    Ok(())
}

/// Takes `step`, and writes what comes of it.
pub(super) async fn decide(
    transaction: &mut StoreTransaction,
    space: Space<'_>,
    step: AlertStep<'_>,
    now: DateTime<Utc>,
) -> Result<(), StoreProblem> {
    lock(transaction).await?;
    let loaded = load(transaction, space).await?;
    let key = loaded.key.clone().unwrap_or(step.new_key);
    let held = HeldAlerts {
        key: key.clone(),
        memory: loaded.memory.clone(),
        waiting: waiting(transaction, space, now).await?,
        paused_until: loaded.paused_until,
        lost: has_lost(transaction, space, now).await?,
        in_past: space.past,
    };
    let Some(decided) = (step.decide)(held) else {
        return Ok(());
    };
    save(transaction, space, &loaded, &decided.memory, &key).await?;
    let now = instant(now);
    for rows in decided.superseded.chunks(VALUES_AT_ONCE) {
        let sql = format!(
            "UPDATE alerta_saida SET estado = 'substituido', \
             terminada_em = CAST({} AS {{instant}}) WHERE id IN ({}) AND estado = 'pendente'",
            transaction.places(1, 1),
            transaction.places(2, rows.len())
        );
        let mut args = vec![Arg::from(&now)];
        args.extend(rows.iter().map(|row| Arg::from(*row)));
        transaction.run(&sql, &args).await?;
    }
    let mut rows: Vec<Values> = Vec::new();
    for draft in &decided.rows {
        let mut row: Values = space.values().to_vec();
        row.extend([
            Some(draft.channel.clone()),
            Some(draft.recipient.clone()),
            Some(draft.masked.clone()),
            Some(side_word(draft.side).to_owned()),
            draft.file.clone(),
            // Strings, days and numbers are always JSON.
            Some(serde_json::to_string(&draft.event).unwrap_or_default()),
            Some(draft.event.on().to_string()),
            Some(now.clone()),
            Some(RowState::Pending.word().to_owned()),
            Some("0".to_owned()),
        ]);
        rows.push(row);
    }
    insert(transaction, "alerta_saida", &ROW_COLUMNS, &rows, "").await?;
    Ok(())
}

/// The events of `space` that wait, and that nobody is sending: a run that was killed no longer has its rows once their
/// time is over.
async fn waiting(
    transaction: &mut StoreTransaction,
    space: Space<'_>,
    now: DateTime<Utc>,
) -> Result<Vec<Waiting>, StoreProblem> {
    let now = instant(now);
    let [endpoint, folder, word] = space.args();
    let args = [endpoint, folder, word, Arg::from(&now)];
    let mut waiting = Vec::new();
    for row in transaction.run(WAITING, &args).await? {
        let [Some(id), Some(recipient), Some(event)] = &row[..] else {
            return Err(StoreProblem::Corrupt);
        };
        let event = event_of(event)?;
        waiting.push(Waiting {
            row: parsed(id)?,
            recipient: recipient.clone(),
            subject: event.subject(),
            news: event.news(),
        });
    }
    Ok(waiting)
}

/// Returns whether a message of `space` ended otherwise than by being taken, so that the next digest tells of it. A digest
/// that told of nothing new is no such message, or the digest about it would be the next.
async fn has_lost(
    transaction: &mut StoreTransaction,
    space: Space<'_>,
    now: DateTime<Utc>,
) -> Result<bool, StoreProblem> {
    let since = instant(now - TimeDelta::hours(NEWS_HOURS));
    let [endpoint, folder, word] = space.args();
    let args = [endpoint, folder, word, Arg::from(&since)];
    Ok(!transaction.run(LOST, &args).await?.is_empty())
}

/// Removes the rows that are done with for longer than they are kept.
pub(super) async fn forget_old(
    transaction: &mut StoreTransaction,
    space: Space<'_>,
    now: DateTime<Utc>,
) -> Result<(), StoreProblem> {
    let before = instant(now - TimeDelta::days(KEPT_DAYS));
    let [endpoint, folder, word] = space.args();
    let args = [endpoint, folder, word, Arg::from(&before)];
    transaction.run(FORGET_OLD, &args).await?;
    Ok(())
}

/// The word of a side.
pub(super) fn side_word(side: Side) -> &'static str {
    match side {
        Side::Operator => "operador",
        Side::Customer => "cliente",
    }
}

/// A number of no meaning, the same for all runs of this program.
const LOCK: &str = "SELECT CAST(pg_advisory_xact_lock(7161725042) AS TEXT)";

const FOLDER: &str = "\
    SELECT chave, memoria, CAST(pausa_ate AS TEXT) FROM alerta_pasta \
    WHERE endereco = $1 AND pasta = $2 AND espaco = $3";

const CONTRACTS: &str = "\
    SELECT tenancy, CAST(inicio AS TEXT), memoria FROM alerta_estado \
    WHERE endereco = $1 AND pasta = $2 AND espaco = $3";

const FORGET_CONTRACT: &str = "\
    DELETE FROM alerta_estado \
    WHERE endereco = $1 AND pasta = $2 AND espaco = $3 AND tenancy = $4 AND inicio = CAST($5 AS {day})";

const WAITING: &str = "\
    SELECT CAST(id AS TEXT), destinatario, conteudo FROM alerta_saida \
    WHERE endereco = $1 AND pasta = $2 AND espaco = $3 AND estado = 'pendente' \
    AND (arrendada_ate IS NULL OR arrendada_ate <= CAST($4 AS {instant})) ORDER BY id";

const LOST: &str = "\
    SELECT CAST(id AS TEXT) FROM alerta_saida \
    WHERE endereco = $1 AND pasta = $2 AND espaco = $3 AND estado IN ('falhou', 'incerto', 'vencido') \
    AND conteudo NOT LIKE '{\"resumo\"%' AND terminada_em >= CAST($4 AS {instant}) LIMIT 1";

const FORGET_OLD: &str = "\
    DELETE FROM alerta_saida \
    WHERE endereco = $1 AND pasta = $2 AND espaco = $3 AND terminada_em < CAST($4 AS {instant})";

const FOLDER_COLUMNS: [(&str, &str); 5] = [
    ("endereco", "TEXT"),
    ("pasta", "TEXT"),
    ("espaco", "TEXT"),
    ("chave", "TEXT"),
    ("memoria", "TEXT"),
];

const STATE_COLUMNS: [(&str, &str); 6] = [
    ("endereco", "TEXT"),
    ("pasta", "TEXT"),
    ("espaco", "TEXT"),
    ("tenancy", "TEXT"),
    ("inicio", "{day}"),
    ("memoria", "TEXT"),
];

const ROW_COLUMNS: [(&str, &str); 13] = [
    ("endereco", "TEXT"),
    ("pasta", "TEXT"),
    ("espaco", "TEXT"),
    ("canal", "TEXT"),
    ("destinatario", "TEXT"),
    ("mascara", "TEXT"),
    ("lado", "TEXT"),
    ("arquivo", "TEXT"),
    ("conteudo", "TEXT"),
    ("data_base", "{day}"),
    ("decidida_em", "{instant}"),
    ("estado", "TEXT"),
    ("tentativas", "{number}"),
];
