//! Changes since an earlier run: who entered or left trouble, and who failed anew.

use std::collections::BTreeMap;

use super::class::Class;
use super::portfolio::{Client, Portfolio};
use super::statement::Situation;
use crate::calendar::Day;

/// The newest recorded run of a folder that is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EarlierRun {
    /// The day it was seen from.
    pub as_of: Day,
    /// Outcome of each config: its situation, or `None` where it failed.
    pub outcomes: BTreeMap<String, Option<Situation>>,
}

/// Clients whose outcome is another than in the earlier run. A config that the run did not have is none of them.
#[derive(Clone, Debug)]
pub(crate) struct Changes<'a> {
    /// The day the earlier run was seen from.
    pub(crate) since: Day,
    /// Clients that ran into trouble with their credit.
    pub(crate) entered: Vec<&'a Client>,
    /// Clients that are out of it.
    pub(crate) left: Vec<&'a Client>,
    /// Clients that failed, and did not then.
    pub(crate) failed: Vec<&'a Client>,
}

/// Returns whether the credit of a contract in `situation` is spent, or will be.
fn is_short(situation: Situation) -> bool {
    matches!(Class::of(situation), Class::Spent | Class::RunsOut)
}

impl Portfolio {
    /// Compares the clients with the earlier run, if there is one.
    pub(crate) fn changes(&self) -> Option<Changes<'_>> {
        let earlier = self.earlier.as_ref()?;
        let mut changes = Changes {
            since: earlier.as_of,
            entered: Vec::new(),
            left: Vec::new(),
            failed: Vec::new(),
        };
        for client in &self.clients {
            let Some(then) = earlier.outcomes.get(&client.file) else {
                continue;
            };
            let now = client.statement().map(|statement| statement.situation);
            match (then, now) {
                (Some(then), Some(now)) if !is_short(*then) && is_short(now) => {
                    changes.entered.push(client);
                }
                (Some(then), Some(now))
                    if is_short(*then) && !is_short(now) && !now.lacks_data() =>
                {
                    changes.left.push(client);
                }
                (Some(_), None) if !client.awaits_key() => changes.failed.push(client),
                _ => {}
            }
        }
        Some(changes)
    }
}
