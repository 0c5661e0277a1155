//! Timeline of one client over its whole contract: the cost of each past day, and the expected cost of each day to
//! come.

use super::statement::Statement;
use crate::calendar::Day;
use crate::money::Amount;

/// The kinds of entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// The opening balance, on its last day.
    Before,
    /// The whole cost of a day.
    Settled,
    /// A settled day that nobody could say anything of.
    Unknown,
    /// Cost booked on a provisional day so far.
    Provisional,
    /// Top-up of a provisional day.
    TopUp,
    /// Expected cost of a future day.
    Future,
}

impl EntryKind {
    /// Returns whether the cost is still to come.
    pub fn is_forecast(self) -> bool {
        matches!(self, Self::TopUp | Self::Future)
    }
}

/// A line of the timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The day.
    pub day: Day,
    /// The cost; `None` where it is not known.
    pub cost: Option<&'a Amount>,
    /// Kind of the entry.
    pub kind: EntryKind,
}

/// Running sum by the end of a day, past and expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Running {
    /// The day.
    pub day: Day,
    /// Consumption up to it; on days that are over.
    pub spent: Option<Amount>,
    /// Consumption and forecast up to it; from the last settled day on.
    pub projected: Option<Amount>,
}

impl Statement {
    /// The contract's days in order, a provisional one in two entries: the entries that are no forecast
    /// add up to the consumption, the others to the forecast.
    pub fn timeline(&self) -> Vec<Entry<'_>> {
        let opening = self.contract.opening.as_ref().map(|opening| Entry {
            day: opening.through,
            cost: Some(&opening.amount),
            kind: EntryKind::Before,
        });
        let over = self.daily.iter().map(|line| Entry {
            day: line.day,
            cost: line.cost.as_ref(),
            kind: match line.settled {
                true if line.cost.is_none() => EntryKind::Unknown,
                true => EntryKind::Settled,
                false => EntryKind::Provisional,
            },
        });
        let coming = self.coming.iter().map(|coming| Entry {
            day: coming.day,
            cost: coming.cost.as_ref(),
            kind: if coming.day < self.as_of {
                EntryKind::TopUp
            } else {
                EntryKind::Future
            },
        });
        let mut timeline: Vec<Entry<'_>> = opening.into_iter().chain(over).chain(coming).collect();
        // Stable: what is booked stays before what lacks.
        timeline.sort_by_key(|entry| entry.day);
        timeline
    }

    /// Returns the running sum by the end of each day; `None` where a part of it is unknown.
    pub fn running(&self) -> Vec<Running> {
        if self.situation.lacks_data() {
            return Vec::new();
        }
        let (mut spent, mut rest) = (Amount::zero(), Some(Amount::zero()));
        let mut days: Vec<Running> = Vec::new();
        for entry in self.timeline() {
            if entry.kind.is_forecast() {
                if let (Some(sum), Some(cost)) = (&mut rest, entry.cost) {
                    *sum += cost;
                } else {
                    rest = None;
                }
            } else if let Some(cost) = entry.cost {
                spent += cost;
            }
            let joins = Some(entry.day) >= self.settled_through;
            let running = Running {
                day: entry.day,
                spent: (entry.day < self.as_of).then(|| spent.clone()),
                projected: rest.as_ref().filter(|_| joins).map(|rest| &spent + rest),
            };
            match days.last_mut() {
                Some(last) if last.day == entry.day => *last = running,
                _ => days.push(running),
            }
        }
        days
    }
}
