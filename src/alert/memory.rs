//! The memory of earlier runs, and the decision of one run.

use std::collections::{BTreeMap, BTreeSet};

use super::event::ContractEvent;
use super::facts::{ContractAnswer, ContractSight};
use super::rules::{Rule, Rules};
use super::telling::{Case, Heard, Message, News, Recipient, Side, Silence, Told};
use super::watch::{ContractKey, Phase, Watch};
use crate::calendar::Day;
use serde::{Deserialize, Serialize};

/// The least number of clients that make a general failure.
const GENERAL_FAILURE: usize = 3;

/// The part of the folder that a run saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The whole folder: a client that is not there has left.
    Folder,
    /// Chosen clients alone.
    Chosen,
}

/// One cause that most clients fail for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GeneralFailure {
    /// The code of the failure.
    pub code: String,
    /// The as-of day since which it holds.
    pub since: Day,
    /// Number of clients that failed when it began.
    pub clients: usize,
}

/// The memory between runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// The contracts.
    pub watches: BTreeMap<ContractKey, Watch>,
    /// The news that each recipient has heard.
    pub told: BTreeMap<(ContractKey, Rule, String), Told>,
    /// The recipients of each contract, so that an added one is known.
    pub known: BTreeMap<ContractKey, BTreeSet<String>>,
    /// The memory of the folder as a whole.
    pub folder: FolderMemory,
}

/// Memory of a folder as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FolderMemory {
    /// The general failure, while there is one.
    pub general: Option<GeneralFailure>,
    /// The newest as-of day of a run.
    pub ran_on: Option<Day>,
    /// The as-of day of the newest digest.
    pub digest_on: Option<Day>,
}

/// Conditions on which a digest is due although nothing is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reminders {
    /// Days from one digest to the next at most; `None` where only news make one.
    pub every_days: Option<u32>,
    /// Days after which what is open is told of again; `None` for never.
    pub open_after_days: Option<u32>,
}

/// One line of a decision: what a recipient is told of a rule of a contract, or why nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleOutcome {
    /// The contract.
    pub contract: ContractKey,
    /// File name of its config.
    pub file: String,
    /// Name of the client.
    pub client: String,
    /// The rule.
    pub rule: Rule,
    /// The recipient.
    pub recipient: String,
    /// The side that the recipient is on.
    pub side: Side,
    /// The message, or the reason of silence.
    pub result: Result<Message, Silence>,
}

/// The answer of a run to what it saw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// A line for each contract, rule and recipient.
    pub lines: Vec<RuleOutcome>,
    /// A general failure that began in this run.
    pub general_began: Option<GeneralFailure>,
    /// A general failure that is over.
    pub general_over: Option<GeneralFailure>,
}

impl Memory {
    /// Takes what a run of `as_of` saw, and decides who is told of it. `recipients` gives those of a contract's config,
    /// and `operators` those who hear of all contracts.
    pub fn decide(
        &mut self,
        as_of: Day,
        scope: Scope,
        sights: &[ContractSight],
        recipients: impl Fn(&ContractSight) -> Vec<Recipient>,
        operators: &[Recipient],
        rules: &Rules,
    ) -> Decision {
        let mut decision = Decision::default();
        let mut added = BTreeSet::new();
        let sights = &once_each(sights);
        for sight in sights {
            match self.watches.get_mut(&sight.key) {
                Some(watch) => watch.see(sight, as_of, rules),
                None => {
                    let watch = Watch::first(sight, as_of, rules);
                    self.watches.insert(sight.key.clone(), watch);
                    added.insert(&sight.key);
                }
            }
        }
        if scope == Scope::Folder {
            self.judge_generally(as_of, sights, &mut decision);
            let operators = operators
                .iter()
                .map(|operator| operator.id.as_str())
                .collect();
            self.forget_gone(as_of, sights, &operators, &mut decision);
        }
        for sight in sights {
            let mut people = operators.to_vec();
            people.extend(recipients(sight));
            let is_added = added.contains(&sight.key);
            self.tell(as_of, sight, &people, is_added, rules, &mut decision);
        }
        decision
    }

    /// Decides what each of `people` is told of a contract.
    fn tell(
        &mut self,
        as_of: Day,
        sight: &ContractSight,
        people: &[Recipient],
        is_added: bool,
        rules: &Rules,
        decision: &mut Decision,
    ) {
        let Some(watch) = self.watches.get(&sight.key) else {
            return;
        };
        let known = self.known.entry(sight.key.clone()).or_default();
        let general = self.folder.general.as_ref().filter(
            |general| matches!(&sight.answer, ContractAnswer::Unknown(code) if *code == general.code),
        );
        // Of a config that cannot be read nobody knows whom it names: what they heard is kept.
        let unread = sight.terms.is_none();
        for recipient in people {
            for rule in Rule::ALL {
                let place = (sight.key.clone(), rule, recipient.id.clone());
                let case = Case {
                    rule,
                    phase: watch.phase(rule),
                    facts: watch.facts.as_ref(),
                    recipient,
                    is_new: is_added || !known.contains(&recipient.id),
                    replaced: rule == Rule::LeftOver && watch.is_open(Rule::RunsOut),
                    told: self.told.get(&place),
                    as_of,
                };
                let mut verdict = case.decide(rules);
                if rule == Rule::NoData && general.is_some() && verdict.result.is_ok() {
                    // One message tells it for all; the end of the general failure ends it for each.
                    verdict.result = Err(Silence::PartOfGeneralFailure);
                    if let Some(told) = &mut verdict.told {
                        told.heard = Heard::Assumed;
                    }
                }
                match verdict.told {
                    Some(told) => self.told.insert(place, told),
                    None => self.told.remove(&place),
                };
                decision.lines.push(RuleOutcome {
                    contract: sight.key.clone(),
                    file: sight.file.clone(),
                    client: sight.client.clone(),
                    rule,
                    recipient: recipient.id.clone(),
                    side: recipient.side,
                    result: verdict.result,
                });
            }
        }
        // An address that is no longer named is forgotten: if it comes back, it is a new one.
        let mut now: BTreeSet<String> = people
            .iter()
            .map(|recipient| recipient.id.clone())
            .collect();
        if unread {
            now.append(known);
        }
        self.told
            .retain(|(key, _, id), _| *key != sight.key || now.contains(id));
        *known = now;
    }

    /// Looks for one code that most clients fail for.
    fn judge_generally(&mut self, as_of: Day, sights: &[&ContractSight], decision: &mut Decision) {
        let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
        for sight in sights {
            if let ContractAnswer::Unknown(code) = &sight.answer {
                *codes.entry(code).or_default() += 1;
            }
        }
        let most = codes.into_iter().max_by_key(|(_, count)| *count);
        let most = most.filter(|(_, count)| *count >= GENERAL_FAILURE && *count * 2 > sights.len());
        let known = self.folder.general.as_ref();
        if known.map(|general| general.code.as_str()) == most.map(|(code, _)| code) {
            return;
        }
        decision.general_over = self.folder.general.take();
        if decision.general_over.is_some() {
            // Who fails on is told singly from now on.
            let of_all = |(_, rule, _): &(ContractKey, Rule, String), told: &mut Told| {
                *rule == Rule::NoData && told.heard == Heard::Assumed
            };
            self.told.retain(|place, told| !of_all(place, told));
        }
        self.folder.general = most.map(|(code, clients)| GeneralFailure {
            code: code.to_owned(),
            since: as_of,
            clients,
        });
        decision.general_began.clone_from(&self.folder.general);
    }

    /// Ends the contracts that another has taken the place of, and those that the folder has not had on two days; each of
    /// `operators` who was told that one is in trouble is told so.
    fn forget_gone(
        &mut self,
        as_of: Day,
        sights: &[&ContractSight],
        operators: &BTreeSet<&str>,
        decision: &mut Decision,
    ) {
        let seen: BTreeSet<&ContractKey> = sights.iter().map(|sight| &sight.key).collect();
        let mut gone: Vec<(ContractKey, News)> = Vec::new();
        for (key, watch) in &mut self.watches {
            if seen.contains(key) {
                continue;
            }
            let renewed = sights.iter().any(|sight| {
                let same = sight.key.tenancy == key.tenancy || sight.file == watch.file;
                same && sight.terms.is_some()
            });
            if renewed {
                let news = match key.is_known() {
                    true => News::Renewed,
                    // The config is mended: what was wrong with it is over.
                    false => News::Well,
                };
                gone.push((key.clone(), news));
            } else if watch.missing_since.is_some_and(|since| since < as_of) {
                let news = match key.is_known() {
                    true => News::Gone,
                    false => News::Well,
                };
                gone.push((key.clone(), news));
            } else {
                // A file that is written anew, or a folder that is copied, lacks it for a moment.
                watch.missing_since.get_or_insert(as_of);
            }
        }
        for (contract, news) in gone {
            let watch = self.watches.remove(&contract).unwrap_or_default();
            self.known.remove(&contract);
            let (told, kept) = std::mem::take(&mut self.told)
                .into_iter()
                .partition::<BTreeMap<_, _>, _>(|((key, ..), _)| *key == contract);
            self.told = kept;
            let heard = told.into_iter().filter(|((_, _, recipient), told)| {
                told.heard == Heard::Message && operators.contains(recipient.as_str())
            });
            decision
                .lines
                .extend(heard.map(|((_, rule, recipient), told)| RuleOutcome {
                    contract: contract.clone(),
                    file: watch.file.clone(),
                    client: watch.client.clone(),
                    rule,
                    recipient,
                    side: Side::Operator,
                    result: Ok(Message {
                        news,
                        level: told.level,
                        since: told.since,
                    }),
                }));
        }
    }

    /// Returns the days without a run before one of `as_of`, where one is expected every `every` days.
    pub fn days_without_run(&self, as_of: Day, every: u32) -> u32 {
        let passed = self.folder.ran_on.map(|day| (as_of - day).num_days());
        let missed = passed.unwrap_or(0) - i64::from(every.max(1));
        u32::try_from(missed).unwrap_or(0)
    }

    /// Returns whether a digest of `as_of` is due although nothing is new, and not before on that day.
    pub fn digest_is_due(&self, as_of: Day, reminders: Reminders) -> bool {
        let Some(last) = self.folder.digest_on else {
            return reminders.every_days.is_some();
        };
        let passed = (as_of - last).num_days();
        let over = |days: u32| passed >= i64::from(days.max(1));
        let is_open = || {
            self.watches
                .values()
                .any(|watch| watch.open_rules().next().is_some())
        };
        reminders.every_days.is_some_and(over)
            || reminders.open_after_days.is_some_and(over) && is_open()
    }

    /// Takes back that a recipient was told of `event`, since the message did not get there. A recipient who was not told
    /// that a rule is open counts as knowing it, and is told when it rises; `again` has what holds told anew. Who was told
    /// before still hears of the end.
    pub fn unheard(&mut self, event: &ContractEvent, recipient: &str, again: bool) {
        let place = (event.contract.clone(), event.rule, recipient.to_owned());
        match event.news {
            News::Baseline | News::Opened if again => {
                self.told.remove(&place);
            }
            News::Baseline | News::Opened => {
                if let Some(told) = self.told.get_mut(&place) {
                    told.heard = Heard::Assumed;
                }
            }
            // The opening was told before this.
            News::Worse => {}
            News::Well if again => {
                self.told.entry(place).or_insert(Told {
                    since: event.since,
                    level: event.level,
                    on: event.on,
                    runs_out: None,
                    shortfall: None,
                    heard: Heard::Message,
                });
            }
            News::Well | News::Renewed | News::Gone => {}
        }
    }

    /// Notes that nobody knows whether a recipient was told of `event`. Who was told of the opening before still hears of
    /// the end.
    pub fn uncertain(&mut self, event: &ContractEvent, recipient: &str) {
        let place = (event.contract.clone(), event.rule, recipient.to_owned());
        let opens = matches!(event.news, News::Baseline | News::Opened);
        if let Some(told) = self.told.get_mut(&place).filter(|_| opens) {
            told.heard = Heard::Uncertain;
        }
    }

    /// Notes that a recipient was told of `event` by hand, by the figures of now. A rule that is not open has nothing to
    /// note.
    pub fn told_by_hand(&mut self, event: &ContractEvent, recipient: &str) {
        let Some(watch) = self.watches.get(&event.contract) else {
            return;
        };
        let Phase::Open { level, since, .. } = watch.phase(event.rule) else {
            return;
        };
        let facts = watch.facts.as_ref();
        let told = Told {
            since,
            level,
            on: event.on,
            runs_out: facts.and_then(|facts| facts.runs_out),
            shortfall: facts.and_then(|facts| facts.shortfall.clone()),
            heard: Heard::Message,
        };
        let place = (event.contract.clone(), event.rule, recipient.to_owned());
        self.told.insert(place, told);
    }

    /// Makes the sight of a config that cannot be read: that of the contract that it had, or of one that nobody knows yet.
    pub fn sight_of_unread(&self, file: &str, client: &str, code: &str) -> ContractSight {
        let mut known = self.watches.iter().rev();
        let known = known.find(|(key, watch)| key.is_known() && watch.file == file);
        ContractSight {
            key: known.map_or_else(|| ContractKey::unknown(file), |(key, _)| key.clone()),
            file: file.to_owned(),
            client: client.to_owned(),
            terms: None,
            answer: ContractAnswer::Unknown(code.to_owned()),
            figures: None,
        }
    }

    /// Returns the level at which a rule of a contract is open.
    pub fn level(&self, contract: &ContractKey, rule: Rule) -> Option<u8> {
        match self.watches.get(contract)?.phase(rule) {
            Phase::Open { level, .. } => Some(level),
            _ => None,
        }
    }
}

/// The sights, one of each contract: of several configs of one contract the one with figures counts.
fn once_each(sights: &[ContractSight]) -> Vec<&ContractSight> {
    let mut once: Vec<&ContractSight> = Vec::new();
    for sight in sights {
        match once.iter_mut().find(|other| other.key == sight.key) {
            Some(other) if matches!(other.answer, ContractAnswer::Unknown(_)) => *other = sight,
            Some(_) => {}
            None => once.push(sight),
        }
    }
    once
}
