//! The outbox's rules: new events take the place of older ones that have not gone out.

use super::event::{ContractEvent, Event};
use super::facts::{ContractAnswer, ContractSight};
use super::memory::{Decision, Memory};
use super::rules::Rule;
use super::telling::{News, Recipient, Side};
use super::watch::ContractKey;
use crate::calendar::Day;

/// An event, and who is told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addressed {
    /// The recipient.
    pub recipient: String,
    /// The side that the recipient is on.
    pub side: Side,
    /// The event.
    pub event: Event,
}

impl Addressed {
    /// Returns the file name of the config that names the recipient; `None` of an operator's.
    pub fn file(&self) -> Option<&str> {
        let event = self.event.contract()?;
        (self.side == Side::Customer).then_some(event.file.as_str())
    }
}

/// An event that waits in the outbox, and that nobody is sending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Number of its row.
    pub row: i64,
    /// The recipient.
    pub recipient: String,
    /// Subject of the event.
    pub subject: EventSubject,
    /// The change; `None` of an event that is about no rule.
    pub news: Option<News>,
}

/// The subject of an event. Of two events with one subject, only the newer is of use.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventSubject {
    /// A rule of a contract.
    Rule(ContractKey, Rule),
    /// The general failure.
    General,
    /// The digest of a day.
    Digest,
}

impl Event {
    /// Returns what the event is about.
    pub fn subject(&self) -> EventSubject {
        match self {
            Self::Contract(event) => EventSubject::Rule(event.contract.clone(), event.rule),
            Self::General { .. } => EventSubject::General,
            Self::Due { .. } => EventSubject::Digest,
        }
    }

    /// Returns the change that the event tells of. A general failure opens and closes as a rule does.
    pub fn news(&self) -> Option<News> {
        match self {
            Self::Contract(event) => Some(event.news),
            Self::General { began: true, .. } => Some(News::Opened),
            Self::General { began: false, .. } => Some(News::Well),
            Self::Due { .. } => None,
        }
    }
}

/// The change of the outbox when new events come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coalesced {
    /// The rows that are no longer to be sent.
    pub superseded: Vec<i64>,
    /// The events to add.
    pub new: Vec<Addressed>,
}

/// Merges new events with those that wait, by what `memory` has open now: the newest about a thing wins. What opened and
/// closed before anybody heard of it is told to nobody, and what rose before it was told is told as new.
pub fn coalesce(waiting: &[Waiting], new: Vec<Addressed>, memory: &Memory) -> Coalesced {
    let is_over = |waiting: &&Waiting| match (&waiting.subject, waiting.news) {
        (EventSubject::Rule(contract, rule), Some(News::Baseline | News::Opened | News::Worse)) => {
            memory.level(contract, *rule).is_none()
        }
        _ => false,
    };
    let over = waiting.iter().filter(is_over).map(|waiting| waiting.row);
    let mut coalesced = Coalesced {
        superseded: over.collect(),
        new: Vec::new(),
    };
    for mut addressed in new {
        let subject = addressed.event.subject();
        let same =
            |older: &&Waiting| older.recipient == addressed.recipient && older.subject == subject;
        let older: Vec<&Waiting> = waiting.iter().filter(same).collect();
        let rows = older.iter().map(|older| older.row);
        let rows: Vec<i64> = rows
            .filter(|row| !coalesced.superseded.contains(row))
            .collect();
        coalesced.superseded.extend(rows);
        // The last of them that began something tells what the recipient does not know of.
        let began = older.iter().rev().find_map(|older| match older.news {
            Some(news @ (News::Opened | News::Baseline)) => Some(Some(news)),
            Some(News::Well | News::Gone) => Some(None),
            _ => None,
        });
        match (began.flatten(), addressed.event.news()) {
            (Some(_), Some(News::Well | News::Gone)) => continue,
            (Some(news), Some(News::Worse)) => {
                if let Event::Contract(event) = &mut addressed.event {
                    event.news = news;
                }
            }
            _ => {}
        }
        coalesced.new.push(addressed);
    }
    coalesced
}

impl Decision {
    /// Returns the events of the decision, each with its recipient. `sights` are those of the decision, and `operators`
    /// those who hear of all contracts.
    pub fn events(
        &self,
        on: Day,
        sights: &[ContractSight],
        operators: &[Recipient],
    ) -> Vec<Addressed> {
        let mut events: Vec<Addressed> = Vec::new();
        let general = [(&self.general_over, false), (&self.general_began, true)];
        for (failure, began) in general {
            let Some(failure) = failure else { continue };
            let event = Event::General {
                code: failure.code.clone(),
                since: failure.since,
                on,
                began,
                clients: failure.clients,
            };
            let told = operators.iter().filter(|operator| operator.from_level <= 1);
            events.extend(told.map(|operator| Addressed {
                recipient: operator.id.clone(),
                side: Side::Operator,
                event: event.clone(),
            }));
        }
        for line in &self.lines {
            let Ok(message) = &line.result else { continue };
            let sight = sights.iter().find(|sight| sight.key == line.contract);
            let event = ContractEvent {
                contract: line.contract.clone(),
                file: line.file.clone(),
                client: line.client.clone(),
                rule: line.rule,
                news: message.news,
                level: message.level,
                since: message.since,
                on,
                figures: sight.and_then(|sight| sight.figures.clone()),
                reason: sight.and_then(|sight| match &sight.answer {
                    ContractAnswer::Unknown(code) => Some(code.clone()),
                    ContractAnswer::Fresh(_) | ContractAnswer::Stored => None,
                }),
            };
            events.push(Addressed {
                recipient: line.recipient.clone(),
                side: line.side,
                event: Event::Contract(Box::new(event)),
            });
        }
        events
    }
}

impl Memory {
    /// Adds the digest that is due on `as_of` for those of `operators` who get digests, where none of `events` is for
    /// them; and notes that a digest goes out, and that a run was made.
    pub fn close_run(
        &mut self,
        as_of: Day,
        due: bool,
        operators: &[Recipient],
        events: &mut Vec<Addressed>,
    ) {
        let has_news = events.iter().any(|event| event.side == Side::Operator);
        if due && !has_news {
            let readers = operators.iter().filter(|operator| operator.from_level <= 1);
            events.extend(readers.map(|operator| Addressed {
                recipient: operator.id.clone(),
                side: Side::Operator,
                event: Event::Due { on: as_of },
            }));
        }
        if due || has_news {
            self.folder.digest_on = Some(as_of);
        }
        self.folder.ran_on = self.folder.ran_on.max(Some(as_of));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alert::{Phase, Watch};
    use crate::calendar::parse_day;

    fn event(news: News) -> Addressed {
        let day = parse_day("2026-11-26").unwrap();
        let contract = ContractKey {
            tenancy: "t".into(),
            start: day,
        };
        Addressed {
            recipient: "email:1".into(),
            side: Side::Operator,
            event: Event::Contract(Box::new(ContractEvent {
                contract,
                file: "config_a".into(),
                client: "Andorinha".into(),
                rule: Rule::RunsOut,
                news,
                level: 1,
                since: day,
                on: day,
                figures: None,
                reason: None,
            })),
        }
    }

    /// A memory in which the rule is open.
    fn open() -> Memory {
        let mut memory = Memory::default();
        let event = event(News::Opened);
        let contract = event.event.contract().unwrap().contract.clone();
        let mut watch = Watch::default();
        let phase = Phase::Open {
            level: 1,
            since: parse_day("2026-11-26").unwrap(),
            closing: 0,
        };
        watch.phases.insert(Rule::RunsOut, phase);
        memory.watches.insert(contract, watch);
        memory
    }

    #[test]
    fn what_is_no_longer_open_is_not_told_any_more() {
        let waiting = [News::Opened, News::Well].map(|news| Waiting {
            row: 1,
            recipient: "email:1".into(),
            subject: event(news).event.subject(),
            news: Some(news),
        });
        for (waiting, superseded) in waiting.into_iter().zip([vec![1], vec![]]) {
            let coalesced = coalesce(&[waiting], Vec::new(), &Memory::default());
            assert_eq!(coalesced.superseded, superseded);
        }
    }

    /// The news that go out where those of `waiting` have not, and those that are dropped.
    fn after(waiting: &[News], new: News) -> (Vec<i64>, Vec<News>) {
        let waiting: Vec<Waiting> = waiting
            .iter()
            .zip(1..)
            .map(|(news, row)| Waiting {
                row,
                recipient: "email:1".into(),
                subject: event(*news).event.subject(),
                news: Some(*news),
            })
            .collect();
        let Coalesced { superseded, new } = coalesce(&waiting, vec![event(new)], &open());
        let new = new.iter().filter_map(|new| new.event.news());
        (superseded, new.collect())
    }

    #[test]
    fn the_newest_event_wins_and_what_nobody_heard_of_does_not_end() {
        use News::*;
        assert_eq!(after(&[], Worse), (vec![], vec![Worse]));
        assert_eq!(after(&[Worse], Worse), (vec![1], vec![Worse]));
        assert_eq!(after(&[Opened], Worse), (vec![1], vec![Opened]));
        assert_eq!(after(&[Baseline], Worse), (vec![1], vec![Baseline]));
        assert_eq!(after(&[Opened], Well), (vec![1], vec![]));
        assert_eq!(after(&[Baseline], Gone), (vec![1], vec![]));
        assert_eq!(after(&[Worse], Well), (vec![1], vec![Well]));
        assert_eq!(after(&[Well], Opened), (vec![1], vec![Opened]));
        assert_eq!(after(&[Opened, Worse], Well), (vec![1, 2], vec![]));
    }

    #[test]
    fn the_event_of_another_recipient_is_no_older_one() {
        let mut other = event(News::Opened);
        let waiting = Waiting {
            row: 1,
            recipient: "email:2".into(),
            subject: other.event.subject(),
            news: Some(News::Opened),
        };
        other.recipient = "email:1".into();
        let coalesced = coalesce(&[waiting], vec![other.clone()], &open());
        assert!(coalesced.superseded.is_empty());
        assert_eq!(coalesced.new, [other]);
    }
}
