//! Messages that the settings would have sent over stored history, as data: for `alert replay`.

use std::collections::BTreeMap;

use super::facts::ContractSight;
use super::memory::{Memory, Scope};
use super::rules::{Rule, Rules, SPENT};
use super::telling::{News, Recipient, Side};
use crate::calendar::Day;
use crate::contract::Contract;
use crate::money::Amount;
use crate::report::statement::{Situation, Statement};

/// The messages that the settings would have sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplaySummary {
    /// The first morning that was replayed.
    pub from: Day,
    /// The last one.
    pub through: Day,
    /// Contracts.
    pub contracts: usize,
    /// Replayed time of all contracts, in years.
    pub contract_years: Amount,
    /// Messages about one rule and of one kind; those that there were.
    pub counts: Vec<ReplayCount>,
    /// Contracts whose credit ran out before the end.
    pub ran_out: usize,
    /// Contracts of these that were told at least 30 days before.
    pub told_in_time: usize,
    /// Contracts of these that were told later, but before.
    pub told_late: usize,
    /// Contracts that were told to run out.
    pub warned: usize,
    /// Contracts of these whose credit lasted until the end.
    pub in_vain: usize,
    /// The contracts, the most messages first.
    pub clients: Vec<ReplayClient>,
}

/// The number of messages about one rule, of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplayCount {
    /// The rule.
    pub rule: Rule,
    /// The change.
    pub news: News,
    /// Messages.
    pub messages: usize,
}

/// The messages that would have been sent about one contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplayClient {
    /// Name of the client.
    pub client: String,
    /// Messages.
    pub messages: usize,
    /// The day on which the credit ran out.
    pub ran_out: Option<Day>,
    /// The first morning on which that was told ahead.
    pub told: Option<Day>,
}

/// The messages that the settings would have sent about one contract, morning after morning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replayed {
    /// The messages to an operator, each with its as-of day and level.
    pub messages: Vec<(Day, Rule, News, u8)>,
    /// The first and the last morning.
    pub mornings: Option<(Day, Day)>,
    /// The day on which the credit ran out.
    pub ran_out: Option<Day>,
    /// Whether the contract is over.
    pub over: bool,
}

/// Days before the credit ran out at which a message was in time.
const IN_TIME: i64 = 30;
/// Days of a year.
const YEAR: u32 = 365;

/// Decides on the `mornings` of `contract`, in their order, as if every run of the past had been made.
pub fn replay(contract: &Contract, mornings: &[Statement], rules: &Rules) -> Replayed {
    let mut memory = Memory::default();
    let operator = [Recipient {
        id: "email:1".to_owned(),
        side: Side::Operator,
        from_level: 1,
        silent_until: None,
    }];
    let mut replayed = Replayed::default();
    for statement in mornings {
        let as_of = statement.as_of;
        let sight = [ContractSight::of(statement, "", "", "", false)];
        let decision = memory.decide(
            as_of,
            Scope::Folder,
            &sight,
            |_| Vec::new(),
            &operator,
            rules,
        );
        for line in decision.lines {
            if let Ok(message) = line.result {
                let told = (as_of, line.rule, message.news, message.level);
                replayed.messages.push(told);
            }
        }
        if statement.situation == Situation::Spent && replayed.ran_out.is_none() {
            replayed.ran_out = statement.runs_out.or(Some(as_of));
        }
        let (first, _) = replayed.mornings.unwrap_or((as_of, as_of));
        replayed.mornings = Some((first, as_of));
        replayed.over = as_of > contract.end;
    }
    replayed
}

/// Sums up what was replayed of the contracts of named clients, through `as_of` where there was none.
pub fn summary(contracts: Vec<(String, Replayed)>, as_of: Day) -> ReplaySummary {
    let mornings = || {
        contracts
            .iter()
            .filter_map(|(_, replayed)| replayed.mornings)
    };
    let days = mornings().map(|(first, last)| (last - first).num_days() + 1);
    let days = u32::try_from(days.sum::<i64>()).unwrap_or(u32::MAX);
    let years = Amount::from(days).over(&Amount::from(YEAR));
    let mut counts: BTreeMap<(Rule, News), usize> = BTreeMap::new();
    let mut clients = Vec::new();
    let (mut ran_out, mut in_time, mut late, mut warned, mut in_vain) = (0, 0, 0, 0, 0);
    for (client, replayed) in &contracts {
        for (_, rule, news, _) in &replayed.messages {
            *counts.entry((*rule, *news)).or_default() += 1;
        }
        // A level below that of a credit that is spent tells ahead.
        let told = replayed.messages.iter().find(|(_, rule, news, level)| {
            let opens = matches!(news, News::Opened | News::Baseline);
            *rule == Rule::RunsOut && opens && *level < SPENT
        });
        let told = told.map(|(day, ..)| *day);
        warned += usize::from(told.is_some());
        match (replayed.ran_out, told) {
            (Some(day), Some(told)) if (day - told).num_days() >= IN_TIME => in_time += 1,
            (Some(day), Some(told)) if told < day => late += 1,
            (None, Some(_)) => in_vain += usize::from(replayed.over),
            _ => {}
        }
        ran_out += usize::from(replayed.ran_out.is_some());
        clients.push(ReplayClient {
            client: client.clone(),
            messages: replayed.messages.len(),
            ran_out: replayed.ran_out,
            told,
        });
    }
    clients.sort_by(|one, other| {
        let most = other.messages.cmp(&one.messages);
        most.then_with(|| one.client.cmp(&other.client))
    });
    ReplaySummary {
        from: mornings().map(|(first, _)| first).min().unwrap_or(as_of),
        through: mornings().map(|(_, last)| last).max().unwrap_or(as_of),
        contracts: contracts.len(),
        contract_years: years.unwrap_or_else(Amount::zero),
        counts: counts
            .into_iter()
            .map(|((rule, news), messages)| ReplayCount {
                rule,
                news,
                messages,
            })
            .collect(),
        ran_out,
        told_in_time: in_time,
        told_late: late,
        warned,
        in_vain,
        clients,
    }
}
