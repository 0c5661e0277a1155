//! Situations: what the terms and the data decide, and what the projection does (rules: situation, missing history).

use crate::calendar::Days;
use crate::contract::Contract;
use crate::days::series::DailySeries;
use crate::money::Amount;

/// Unknown days above which history is incomplete, however long the contract (rule: missing history).
const MOST_UNKNOWN: u32 = 35;
/// Per cent of the elapsed days above which unknown days make history incomplete.
const MOST_UNKNOWN_PERCENT: u32 = 10;
/// Per cent of the credit within which the projected total counts as equal to it.
const BORDERLINE_PERCENT: u32 = 2;

/// The situation of a contract; the first that fits (rule: situation).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Situation {
    /// The contract has not begun.
    NotStarted,
    /// The contract has begun, and the service has no data of it.
    NoData,
    /// The contract has too many unknown days.
    IncompleteHistory,
    /// The contract is over.
    Ended,
    /// The contract has no credit: pay as you go.
    NoCredit,
    /// The consumption is larger than the credit.
    Spent,
    /// No final day is there to average yet.
    NoForecast,
    /// The projected total is the credit, or nearly.
    Borderline,
    /// The credit will not last.
    RunsOut,
    /// Credit will be left over.
    LeftOver,
    /// The credit will last, and little be left.
    Within,
}

impl Situation {
    /// Every situation, worst first, as the portfolio is sorted.
    pub const BY_SEVERITY: [Self; 11] = [
        Self::Spent,
        Self::RunsOut,
        Self::NoData,
        Self::IncompleteHistory,
        Self::Borderline,
        Self::LeftOver,
        Self::Within,
        Self::NoForecast,
        Self::NoCredit,
        Self::NotStarted,
        Self::Ended,
    ];

    /// The fixed word of machine forms and of the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotStarted => "nao_iniciado",
            Self::NoData => "sem_dados",
            Self::IncompleteHistory => "historico_incompleto",
            Self::Ended => "encerrado",
            Self::NoCredit => "sem_credito",
            Self::Spent => "esgotado",
            Self::NoForecast => "sem_previsao",
            Self::Borderline => "no_limite",
            Self::RunsOut => "vai_esgotar",
            Self::LeftOver => "vai_sobrar",
            Self::Within => "dentro",
        }
    }

    /// Returns whether too few days are known for a balance (rule: missing history).
    pub fn lacks_data(self) -> bool {
        matches!(self, Self::NoData | Self::IncompleteHistory)
    }

    /// Returns the index in [`Self::BY_SEVERITY`]; after the six bad ones all are equal.
    pub fn severity(self) -> usize {
        Self::BY_SEVERITY
            .iter()
            .position(|other| *other == self)
            .unwrap_or_default()
            .min(6)
    }
}

/// The figures that terms and data decide, before any forecast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) struct Premises {
    /// The situation, where no figure decides it.
    pub(in crate::report) situation: Option<Situation>,
    /// The contract's days from the as-of day on.
    pub(in crate::report) future: Days,
}

impl Premises {
    pub(in crate::report) fn of(contract: &Contract, series: &DailySeries, settle: u32) -> Self {
        let term = contract.days();
        Self {
            situation: decided_situation(contract, series, settle),
            future: Days::new(series.as_of, term.end).within(term),
        }
    }
}

/// Returns the situation, if the terms and the data decide it.
fn decided_situation(contract: &Contract, series: &DailySeries, settle: u32) -> Option<Situation> {
    let as_of = series.as_of;
    if as_of < contract.start {
        return Some(Situation::NotStarted);
    }
    let begun_for = (series.until() - contract.first_asked()).num_days();
    if series.first().is_none() && !series.asked.is_empty() && begun_for > i64::from(settle) {
        return Some(Situation::NoData);
    }
    let unknown = series.sum(series.asked).unknown;
    let elapsed = Days::new(contract.start, as_of)
        .within(contract.days())
        .len();
    if unknown > MOST_UNKNOWN || unknown * 100 > elapsed * MOST_UNKNOWN_PERCENT {
        return Some(Situation::IncompleteHistory);
    }
    if as_of > contract.end {
        return Some(Situation::Ended);
    }
    contract.credit.is_zero().then_some(Situation::NoCredit)
}

/// Returns the situation by balance and projected remainder.
pub(super) fn outlook(
    credit: &Amount,
    balance: Option<&Amount>,
    remainder: Option<&Amount>,
    surplus_percent: &Amount,
) -> Situation {
    if balance.is_some_and(Amount::is_negative) {
        return Situation::Spent;
    }
    let Some(remainder) = remainder else {
        return Situation::NoForecast;
    };
    // Compared a hundredfold, so that no division rounds.
    let hundredfold = remainder.times(100);
    if hundredfold.abs() <= credit.times(BORDERLINE_PERCENT.into()) {
        Situation::Borderline
    } else if remainder.is_negative() {
        Situation::RunsOut
    } else if hundredfold > credit.multiplied(surplus_percent) {
        Situation::LeftOver
    } else {
        Situation::Within
    }
}
