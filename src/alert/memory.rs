//! The memory of earlier runs, and the decision of one run.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{Answer, Sight};
use super::rules::{Rule, Rules};
use super::telling::{Case, Heard, Message, News, Recipient, Silence, Told};
use super::watch::{ContractKey, Phase, Watch};
use crate::calendar::Day;
use serde::{Deserialize, Serialize};

/// The least number of clients that make a general failure.
const GENERAL_FAILURE: usize = 3;

/// The part of the folder that a run saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All clients: one that is not there has left.
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
}

/// All that is remembered between runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// The contracts.
    pub watches: BTreeMap<ContractKey, Watch>,
    /// What each recipient has heard.
    pub told: BTreeMap<(ContractKey, Rule, String), Told>,
    /// The recipients of each contract, so that an added one is known.
    pub known: BTreeMap<ContractKey, BTreeSet<String>>,
    /// The general failure, while there is one.
    pub general: Option<GeneralFailure>,
}

/// One line of a decision: what a recipient is told of a rule of a contract, or why nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The contract.
    pub contract: ContractKey,
    /// The rule.
    pub rule: Rule,
    /// The recipient.
    pub recipient: String,
    /// The message, or the reason of silence.
    pub result: Result<Message, Silence>,
}

/// What a run decides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// A line for each contract, rule and recipient.
    pub lines: Vec<Line>,
    /// A general failure that began in this run.
    pub general_began: Option<GeneralFailure>,
    /// A general failure that is over.
    pub general_over: Option<GeneralFailure>,
}

impl Memory {
    /// Takes what a run of `as_of` saw, and decides who is told of it. `recipients` gives those of a contract's config.
    pub fn decide(
        &mut self,
        as_of: Day,
        scope: Scope,
        sights: &[Sight],
        recipients: impl Fn(&Sight) -> Vec<Recipient>,
        rules: &Rules,
    ) -> Decision {
        let mut decision = Decision::default();
        let mut added = BTreeSet::new();
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
            self.forget_gone(sights, &mut decision);
        }
        for sight in sights {
            let people = recipients(sight);
            let is_added = added.contains(&sight.key);
            self.tell(as_of, sight, &people, is_added, rules, &mut decision);
        }
        decision
    }

    /// Decides what each of `people` is told of a contract.
    fn tell(
        &mut self,
        as_of: Day,
        sight: &Sight,
        people: &[Recipient],
        is_added: bool,
        rules: &Rules,
        decision: &mut Decision,
    ) {
        let Some(watch) = self.watches.get(&sight.key) else {
            return;
        };
        let known = self.known.entry(sight.key.clone()).or_default();
        let general = self.general.as_ref().filter(
            |general| matches!(&sight.answer, Answer::Unknown(code) if *code == general.code),
        );
        for recipient in people {
            for rule in Rule::ALL {
                let place = (sight.key.clone(), rule, recipient.id.clone());
                let case = Case {
                    rule,
                    phase: watch.phase(rule),
                    facts: watch.facts.as_ref(),
                    recipient,
                    is_new: is_added || !known.contains(&recipient.id),
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
                decision.lines.push(Line {
                    contract: sight.key.clone(),
                    rule,
                    recipient: recipient.id.clone(),
                    result: verdict.result,
                });
            }
        }
        // An address that is no longer named is forgotten: if it comes back, it is a new one.
        let now: BTreeSet<String> = people
            .iter()
            .map(|recipient| recipient.id.clone())
            .collect();
        self.told
            .retain(|(key, _, id), _| *key != sight.key || now.contains(id));
        *known = now;
    }

    /// Looks for one code that most clients fail for.
    fn judge_generally(&mut self, as_of: Day, sights: &[Sight], decision: &mut Decision) {
        let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
        for sight in sights {
            if let Answer::Unknown(code) = &sight.answer {
                *codes.entry(code).or_default() += 1;
            }
        }
        let most = codes.into_iter().max_by_key(|(_, count)| *count);
        let code = most
            .filter(|(_, count)| *count >= GENERAL_FAILURE && *count * 2 > sights.len())
            .map(|(code, _)| code);
        if self.general.as_ref().map(|general| general.code.as_str()) == code {
            return;
        }
        decision.general_over = self.general.take();
        self.general = code.map(|code| GeneralFailure {
            code: code.to_owned(),
            since: as_of,
        });
        decision.general_began.clone_from(&self.general);
    }

    /// Ends the contracts that the folder does not have any more; who was told that one is in trouble is told that
    /// it has gone.
    fn forget_gone(&mut self, sights: &[Sight], decision: &mut Decision) {
        let seen: BTreeSet<&ContractKey> = sights.iter().map(|sight| &sight.key).collect();
        let gone: Vec<ContractKey> = self
            .watches
            .keys()
            .filter(|key| !seen.contains(key))
            .cloned()
            .collect();
        for contract in gone {
            self.watches.remove(&contract);
            self.known.remove(&contract);
            let (told, kept) = std::mem::take(&mut self.told)
                .into_iter()
                .partition::<BTreeMap<_, _>, _>(|((key, ..), _)| *key == contract);
            self.told = kept;
            let heard = told
                .into_iter()
                .filter(|(_, told)| told.heard == Heard::Message);
            decision
                .lines
                .extend(heard.map(|((_, rule, recipient), told)| Line {
                    contract: contract.clone(),
                    rule,
                    recipient,
                    result: Ok(Message {
                        news: News::Gone,
                        level: told.level,
                        since: told.since,
                    }),
                }));
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
