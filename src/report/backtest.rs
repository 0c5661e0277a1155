//! Results of the methods on the clients' own past, and whether they suggest another method.

use super::portfolio::{Client, failed};
use super::statement::{Premises, Situation};
use crate::calendar::Days;
use crate::contract::Contract;
use crate::days::series::DailySeries;
use crate::failure::{Failure, Notice, codes};
use crate::forecast::estimate::backtest::{Score, Trial};
use crate::forecast::estimate::spread::LEAST_BEFORE;
use crate::forecast::{Basis, Method};
use crate::money::Amount;

/// The days ahead that are tested.
pub(crate) const HORIZONS: [u32; 2] = [28, 90];
/// Blocks without which nothing is suggested.
pub(crate) const LEAST_BLOCKS: u32 = 4;
/// Settled days without which no horizon can be tested.
pub(crate) const LEAST_HISTORY: usize = LEAST_BEFORE + HORIZONS[0] as usize;
/// Most days left for which any tested horizon is evidence.
const NEAR_END: u32 = 45;

/// The test of one client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tested {
    /// The settled days that it was tested on, from the first known one to the last.
    pub settled: Days,
    /// Number of known days among them.
    pub known: u32,
    /// Contract days from the as-of day on.
    pub left: u32,
    /// The service lacks data that a report would need.
    pub lacks_data: bool,
    /// A trial for each horizon that history allows.
    pub trials: Vec<Trial>,
    /// The conclusion about the method.
    pub verdict: Verdict,
}

/// The conclusion from the trials; only ever a suggestion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Another method was clearly nearer.
    Switch {
        /// The nearer method.
        method: Method,
        /// Days of the totals that it was nearer at.
        horizon: u32,
    },
    /// The current method stays: no other was clearly nearer.
    Stay,
    /// The history allows too few comparisons at a horizon near enough to the real one.
    TooLittle,
    /// No days are left to forecast.
    NothingLeft,
}

/// The tests of all clients.
#[derive(Clone, Debug)]
pub struct Backtest {
    /// The method whose band was tested.
    pub method: Method,
    /// Clients in the order of their files' names.
    pub clients: Vec<Client<Tested>>,
    /// Problems of the store.
    pub notices: Vec<Notice>,
    /// Over all clients, each weighing the same in the errors.
    pub trials: Vec<Trial>,
    /// The conclusion over all clients, for the longest contract.
    pub verdict: Verdict,
}

impl Tested {
    /// The methods on the past of `contract`; the band is that of `method`.
    pub fn new(contract: &Contract, series: &DailySeries, settle: u32, method: Method) -> Self {
        let premises = Premises::of(contract, series, settle);
        let basis = Basis::new(series);
        let no_data = premises.situation == Some(Situation::NoData);
        let trials: Vec<Trial> = HORIZONS
            .into_iter()
            .filter(|_| !no_data)
            .filter_map(|horizon| Trial::of(basis.history(), horizon, method))
            .collect();
        let left = premises.future.len();
        Self {
            settled: match no_data {
                true => Days::new(series.as_of, series.as_of),
                false => basis.days(),
            },
            known: match no_data {
                true => 0,
                false => basis.known(),
            },
            left,
            lacks_data: premises.situation.is_some_and(|s| s.lacks_data()),
            verdict: Verdict::of(&trials, left, |trial| trial.blocks),
            trials,
        }
    }

    /// Returns the trial that the verdict rests on, or the shortest one if none is near enough to the days left.
    pub(crate) fn decisive(&self) -> Option<&Trial> {
        decisive(&self.trials, self.left, |trial| trial.blocks).or(self.trials.first())
    }
}

impl Backtest {
    /// Sums up the tests of `clients`.
    pub fn new(method: Method, clients: Vec<Client<Tested>>, notices: Vec<Notice>) -> Self {
        let tested = || {
            clients
                .iter()
                .filter_map(|client| client.outcome.as_ref().ok())
        };
        let trials: Vec<Trial> = HORIZONS
            .into_iter()
            .filter_map(|horizon| {
                let of_it = |trial: &&Trial| trial.horizon == horizon;
                together(tested().filter_map(|tested| tested.trials.iter().find(of_it)))
            })
            .collect();
        let left = longest_left(&clients);
        let verdict = left.map_or(Verdict::TooLittle, |left| {
            Verdict::of(&trials, left, |trial| most_blocks(&clients, trial.horizon))
        });
        Self {
            method,
            clients,
            notices,
            trials,
            verdict,
        }
    }

    /// Returns the days left of the tested contract that has the most; `None` if nothing was tested.
    pub(crate) fn longest_left(&self) -> Option<u32> {
        longest_left(&self.clients)
    }

    /// Returns the trial that the verdict over all clients rests on, or the shortest one if none is near enough to
    /// the days left.
    pub(crate) fn decisive(&self) -> Option<&Trial> {
        let blocks = |trial: &Trial| most_blocks(&self.clients, trial.horizon);
        let left = self.longest_left()?;
        decisive(&self.trials, left, blocks).or(self.trials.first())
    }

    /// Clients without a test, in the order of their files' names.
    pub fn failed(&self) -> impl Iterator<Item = (&Client<Tested>, &Failure)> {
        failed(&self.clients)
    }
}

/// Returns the days left of the contract that has the most, without the clients that were not tested.
fn longest_left(clients: &[Client<Tested>]) -> Option<u32> {
    let tested = clients.iter().filter_map(|c| c.outcome.as_ref().ok());
    let tested = tested.filter(|tested| !tested.trials.is_empty());
    tested.map(|tested| tested.left).max()
}

/// Returns the most blocks that one client has at `horizon`. Blocks of different clients share days, so that all
/// clients together have no more.
fn most_blocks(clients: &[Client<Tested>], horizon: u32) -> u32 {
    let tested = clients.iter().filter_map(|c| c.outcome.as_ref().ok());
    let trials = tested.flat_map(|tested| &tested.trials);
    let trials = trials.filter(|trial| trial.horizon == horizon);
    trials.map(|trial| trial.blocks).max().unwrap_or_default()
}

/// Returns the trial whose horizon is nearest to the days `left`, of those that count: near enough, and with enough
/// `blocks`.
fn decisive(trials: &[Trial], left: u32, blocks: impl Fn(&Trial) -> u32) -> Option<&Trial> {
    let trials = trials.iter();
    let counting = trials.filter(|t| is_near(t.horizon, left) && blocks(t) >= LEAST_BLOCKS);
    counting.min_by_key(|trial| trial.horizon.abs_diff(left))
}

/// Returns whether a test over `horizon` days is evidence for `left` days: at least half as long, unless few days are left.
pub(crate) fn is_near(horizon: u32, left: u32) -> bool {
    left <= NEAR_END || 2 * horizon >= left
}

/// Returns whether `error` is at least 10 % smaller than `usual`.
pub(crate) fn is_clearly_less(error: &Amount, usual: &Amount) -> bool {
    !usual.is_zero() && error.times(10) <= usual.times(9)
}

/// Joins several trials of the same horizon: averages the errors, adds up the rest.
fn together<'t>(trials: impl Iterator<Item = &'t Trial>) -> Option<Trial> {
    let mut all: Option<Trial> = None;
    for trial in trials {
        let Some(sum) = &mut all else {
            all = Some(trial.clone());
            continue;
        };
        sum.clients += trial.clients;
        sum.origins += trial.origins;
        sum.span = sum.span.max(trial.span);
        sum.blocks += trial.blocks;
        sum.held += trial.held;
        sum.banded += trial.banded;
        for (sum, score) in sum.scores.iter_mut().zip(&trial.scores) {
            sum.error += &score.error;
            sum.half_wins += score.half_wins;
        }
    }
    let mut all = all?;
    for score in &mut all.scores {
        score.error = score.error.mean(all.clients)?;
    }
    Some(all)
}

codes! {
    Verdict {
        Self::Switch { .. } => "sugerir_troca",
        Self::Stay => "manter",
        Self::TooLittle => "teste_insuficiente",
        Self::NothingLeft => "nada_a_prever",
    }
}

impl Verdict {
    /// The study's rule, over `left` days: at least four `blocks` that share no day, 10 % nearer on average, nearer
    /// in 60 % of the blocks, and at a horizon of at least half the real one, unless that has 45 days at most.
    fn of(trials: &[Trial], left: u32, blocks: impl Fn(&Trial) -> u32) -> Self {
        if left == 0 {
            return Self::NothingLeft;
        }
        let Some(trial) = decisive(trials, left, blocks) else {
            return Self::TooLittle;
        };
        let usual = trial.score(Method::WEEKDAY);
        let clearly = |score: &&Score| {
            let often = u64::from(score.half_wins) * 5 >= u64::from(trial.blocks) * 6;
            usual.is_some_and(|usual| is_clearly_less(&score.error, &usual.error)) && often
        };
        let others = trial.scores.iter();
        let others = others.filter(|score| score.method != Method::WEEKDAY);
        match others.filter(clearly).min_by(|a, b| a.error.cmp(&b.error)) {
            Some(score) => Self::Switch {
                method: score.method,
                horizon: trial.horizon,
            },
            None => Self::Stay,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A trial in which each of five methods was so far off, in tenths of a per cent, and so often nearer.
    fn trial(horizon: u32, blocks: u32, errors: [u32; 5], half_wins: [u32; 5]) -> Trial {
        let scores = Method::ALL.iter().zip(errors).zip(half_wins);
        let scores = scores.map(|((method, error), half_wins)| Score {
            method: *method,
            error: Amount::from(error).mean(10).unwrap(),
            half_wins,
        });
        Trial {
            scores: scores.collect(),
            span: horizon,
            horizon,
            clients: 1,
            origins: 9,
            blocks,
            held: 0,
            banded: 0,
        }
    }

    /// `recent` 10 % nearer than 10 %, in three of five blocks: just enough.
    fn just(horizon: u32) -> Trial {
        trial(horizon, 5, [100, 90, 100, 100, 100], [5, 6, 0, 0, 0])
    }

    const RECENT: Verdict = Verdict::Switch {
        method: Method::RECENT,
        horizon: 28,
    };

    fn verdict(trials: &[Trial], left: u32) -> Verdict {
        Verdict::of(trials, left, |trial| trial.blocks)
    }

    #[test]
    fn another_method_is_suggested_under_the_study_s_rule_only() {
        assert_eq!(verdict(&[just(28)], 45), RECENT);
        let farther = trial(28, 5, [100, 91, 100, 100, 100], [5, 10, 0, 0, 0]);
        assert_eq!(verdict(&[farther], 45), Verdict::Stay);
        let seldom = trial(28, 5, [100, 50, 100, 100, 100], [5, 5, 0, 0, 0]);
        assert_eq!(verdict(&[seldom], 45), Verdict::Stay);
        let few = trial(28, 3, [100, 50, 100, 100, 100], [3, 6, 0, 0, 0]);
        assert_eq!(verdict(&[few], 45), Verdict::TooLittle);
        let flawless = trial(28, 5, [0, 0, 0, 0, 0], [5, 5, 5, 5, 5]);
        assert_eq!(verdict(&[flawless], 45), Verdict::Stay);
        // The nearest of those that are near enough.
        let two = trial(28, 5, [100, 80, 100, 70, 100], [5, 10, 0, 10, 0]);
        let half_year = Verdict::Switch {
            method: Method::HALF_YEAR,
            horizon: 28,
        };
        assert_eq!(verdict(&[two], 45), half_year);
    }

    #[test]
    fn what_is_tested_must_be_near_what_is_asked() {
        assert_eq!(verdict(&[], 30), Verdict::TooLittle);
        assert_eq!(verdict(&[just(28)], 0), Verdict::NothingLeft);
        assert_eq!(verdict(&[just(28)], 56), RECENT);
        assert_eq!(verdict(&[just(28)], 57), Verdict::TooLittle);
        // At 180 days only the 90 count, and at 60 they are nearer than the 28.
        let horizon = |left| match verdict(&[just(28), just(90)], left) {
            Verdict::Switch { horizon, .. } => Some(horizon),
            _ => None,
        };
        let tested = [28, 45, 56, 60, 180, 181].map(horizon);
        assert_eq!(
            tested,
            [Some(28), Some(28), Some(28), Some(90), Some(90), None]
        );
    }
}
