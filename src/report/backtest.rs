//! Results of the methods on the clients' own past, and whether they suggest another method.

use super::portfolio::{Client, failed};
use super::statement::{Premises, Situation};
use crate::calendar::Days;
use crate::contract::Contract;
use crate::days::series::DailySeries;
use crate::failure::{Failure, Notice, codes};
use crate::forecast::estimate::backtest::{Score, Trial};
use crate::forecast::{Basis, Method};

/// The days ahead that are tested.
pub(crate) const HORIZONS: [u32; 2] = [28, 90];
/// Blocks without which nothing is suggested.
pub(crate) const LEAST_BLOCKS: u32 = 4;
/// Most days left for which any tested horizon is evidence.
const NEAR_END: u32 = 45;

/// The test of one client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tested {
    /// The settled days that it was tested on.
    pub settled: Days,
    /// Contract days from the as-of day on.
    pub left: u32,
    /// Whether the service lacks what a report would need.
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
    /// There is too little to compare, at a horizon near enough to the real one.
    TooLittle,
    /// There are no days left to forecast.
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
            left,
            lacks_data: premises.situation.is_some_and(|s| s.lacks_data()),
            verdict: Verdict::of(&trials, left),
            trials,
        }
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
        // What is not tested says nothing of its end.
        let left = tested()
            .filter(|tested| !tested.trials.is_empty())
            .map(|tested| tested.left)
            .max();
        Self {
            method,
            verdict: left.map_or(Verdict::TooLittle, |left| {
                // The blocks of different clients share days: what they have together is no more than what
                // one of them has.
                let most = |horizon| {
                    let trials = tested().flat_map(|tested| &tested.trials);
                    let of_it = trials.filter(|trial| trial.horizon == horizon);
                    of_it.map(|trial| trial.blocks).max().unwrap_or_default()
                };
                let telling: Vec<Trial> = trials
                    .iter()
                    .filter(|trial| most(trial.horizon) >= LEAST_BLOCKS)
                    .cloned()
                    .collect();
                Verdict::of(&telling, left)
            }),
            clients,
            notices,
            trials,
        }
    }

    /// Clients without a test, in the order of their files' names.
    pub fn failed(&self) -> impl Iterator<Item = (&Client<Tested>, &Failure)> {
        failed(&self.clients)
    }
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
    /// The study's rule, over `left` days: at least four blocks that share no day, 10 % nearer on
    /// average, nearer in 60 % of the blocks, and at a horizon of at least half the real one, unless that
    /// has 45 days at most.
    fn of(trials: &[Trial], left: u32) -> Self {
        if left == 0 {
            return Self::NothingLeft;
        }
        let telling = trials.iter().filter(|trial| {
            let near = left <= NEAR_END || 2 * trial.horizon >= left;
            near && trial.blocks >= LEAST_BLOCKS
        });
        // The horizon nearest to the real one tells most.
        let Some(trial) = telling.min_by_key(|trial| trial.horizon.abs_diff(left)) else {
            return Self::TooLittle;
        };
        let [usual, others @ ..] = &trial.scores;
        let clearly = |score: &Score| {
            let nearer = score.error.times(10) <= usual.error.times(9);
            let often = u64::from(score.half_wins) * 5 >= u64::from(trial.blocks) * 6;
            !usual.error.is_zero() && nearer && often
        };
        let best = Method::ALL[1..]
            .iter()
            .zip(others)
            .filter(|(_, score)| clearly(score))
            .min_by(|(_, a), (_, b)| a.error.cmp(&b.error));
        match best {
            Some((method, _)) => Self::Switch {
                method: *method,
                horizon: trial.horizon,
            },
            None => Self::Stay,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Amount;

    /// A trial in which each method was so far off, in tenths of a per cent, and so often nearer.
    fn trial(horizon: u32, blocks: u32, errors: [u32; 5], half_wins: [u32; 5]) -> Trial {
        let mut scores: [Score; 5] = Default::default();
        for ((score, error), half_wins) in scores.iter_mut().zip(errors).zip(half_wins) {
            score.error = Amount::from(error).mean(10).unwrap();
            score.half_wins = half_wins;
        }
        Trial {
            horizon,
            clients: 1,
            origins: 9,
            blocks,
            scores,
            held: 0,
            banded: 0,
        }
    }

    /// `recent` 10 % nearer than 10 %, in three of five blocks: just enough.
    fn just(horizon: u32) -> Trial {
        trial(horizon, 5, [100, 90, 100, 100, 100], [5, 6, 0, 0, 0])
    }

    const RECENT: Verdict = Verdict::Switch {
        method: Method::Recent,
        horizon: 28,
    };

    #[test]
    fn another_method_is_suggested_under_the_study_s_rule_only() {
        assert_eq!(Verdict::of(&[just(28)], 45), RECENT);
        let farther = trial(28, 5, [100, 91, 100, 100, 100], [5, 10, 0, 0, 0]);
        assert_eq!(Verdict::of(&[farther], 45), Verdict::Stay);
        let seldom = trial(28, 5, [100, 50, 100, 100, 100], [5, 5, 0, 0, 0]);
        assert_eq!(Verdict::of(&[seldom], 45), Verdict::Stay);
        let few = trial(28, 3, [100, 50, 100, 100, 100], [3, 6, 0, 0, 0]);
        assert_eq!(Verdict::of(&[few], 45), Verdict::TooLittle);
        let flawless = trial(28, 5, [0, 0, 0, 0, 0], [5, 5, 5, 5, 5]);
        assert_eq!(Verdict::of(&[flawless], 45), Verdict::Stay);
        // The nearest of those that are near enough.
        let two = trial(28, 5, [100, 80, 100, 70, 100], [5, 10, 0, 10, 0]);
        let half_year = Verdict::Switch {
            method: Method::HalfYear,
            horizon: 28,
        };
        assert_eq!(Verdict::of(&[two], 45), half_year);
    }

    #[test]
    fn what_is_tested_must_be_near_what_is_asked() {
        assert_eq!(Verdict::of(&[], 30), Verdict::TooLittle);
        assert_eq!(Verdict::of(&[just(28)], 0), Verdict::NothingLeft);
        assert_eq!(Verdict::of(&[just(28)], 56), RECENT);
        assert_eq!(Verdict::of(&[just(28)], 57), Verdict::TooLittle);
        // At 180 days only the 90 count, and at 60 they are nearer than the 28.
        let horizon = |left| match Verdict::of(&[just(28), just(90)], left) {
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
