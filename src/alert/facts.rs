//! Facts of a contract that a run saw, as far as alerts go.

use super::event::Figures;
use super::saved;
use super::watch::{ContractKey, WatchedTerms};
use crate::calendar::Day;
use crate::contract::Contract;
use crate::failure::Warning;
use crate::money::{Amount, Currency};
use crate::report::statement::{Situation, Statement};
use serde::{Deserialize, Serialize};

/// The sight that a run had of one contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractSight {
    /// The contract.
    pub key: ContractKey,
    /// File name of its config.
    pub file: String,
    /// Name of the client.
    pub client: String,
    /// Terms of the contract; `None` where the config could not be read.
    pub terms: Option<WatchedTerms>,
    /// The answer.
    pub answer: ContractAnswer,
    /// The figures as messages tell them; `None` of a client without any.
    pub figures: Option<Box<Figures>>,
}

/// The answer that a run had about a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContractAnswer {
    /// The service answered, and there are figures.
    Fresh(Facts),
    /// The figures are stored ones: they say nothing new.
    Stored,
    /// No figures, for this reason: the code of a failure or the word of a situation.
    Unknown(String),
}

/// The figures that the rules judge. Every amount is in the client's currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The day it is seen from.
    pub as_of: Day,
    /// The last day whose cost is complete.
    pub settled_through: Option<Day>,
    /// Whether no recent data came (`sem_dados_recentes`).
    pub silent: bool,
    /// Situation of the contract.
    #[serde(with = "saved::text")]
    pub situation: Situation,
    /// Contract days before the as-of day.
    pub elapsed: u32,
    /// Contract days from the as-of day on.
    pub left: u32,
    /// Per cent of cases in which the credit is spent before the end.
    pub chance: Option<u32>,
    /// Projected total in per cent of the credit.
    #[serde(with = "saved::maybe")]
    pub projected_percent: Option<Amount>,
    /// Surplus in per cent of the credit.
    #[serde(with = "saved::maybe")]
    pub surplus_percent: Option<Amount>,
    /// The first day on which the credit is exceeded.
    pub runs_out: Option<Day>,
    /// Credit that will lack.
    #[serde(with = "saved::maybe")]
    pub shortfall: Option<Amount>,
    /// Credit that will be left.
    #[serde(with = "saved::maybe")]
    pub surplus: Option<Amount>,
    /// Currency of the amounts.
    #[serde(with = "saved::maybe")]
    pub currency: Option<Currency>,
    /// Whether the pace has changed (`ritmo_mudou`).
    pub pace_changed: bool,
}

impl From<&Statement> for Facts {
    fn from(statement: &Statement) -> Self {
        let warned = |is: fn(&Warning) -> bool| statement.warnings.iter().any(is);
        let credit = &statement.contract.credit;
        let percent = |amount: &Option<Amount>| amount.as_ref()?.percent_of(credit);
        Self {
            as_of: statement.as_of,
            settled_through: statement.settled_through,
            silent: warned(|warning| matches!(warning, Warning::NoRecentData { .. })),
            situation: statement.situation,
            elapsed: statement.elapsed,
            left: statement.left,
            chance: statement.band.as_ref().and_then(|band| band.chance),
            projected_percent: percent(&statement.projected),
            surplus_percent: percent(&statement.surplus),
            runs_out: statement.runs_out,
            shortfall: statement.shortfall.clone(),
            surplus: statement.surplus.clone(),
            currency: statement.currency,
            pace_changed: warned(|warning| matches!(warning, Warning::PaceChanged { .. })),
        }
    }
}

impl ContractSight {
    /// Makes the sight of a client with figures; `stored` where all of its days are from the store.
    pub fn of(
        statement: &Statement,
        tenancy: &str,
        file: &str,
        client: &str,
        stored: bool,
    ) -> Self {
        let contract = &statement.contract;
        let answer = if statement.situation.lacks_data() {
            ContractAnswer::Unknown(statement.situation.word().to_owned())
        } else if stored {
            ContractAnswer::Stored
        } else {
            ContractAnswer::Fresh(Facts::from(statement))
        };
        let lacks_data = matches!(answer, ContractAnswer::Unknown(_));
        Self {
            key: ContractKey::new(tenancy, contract),
            file: file.to_owned(),
            client: client.to_owned(),
            terms: Some(WatchedTerms::from(contract)),
            answer,
            figures: (!lacks_data).then(|| Box::new(Figures::of(client, statement))),
        }
    }

    /// Makes the sight of a client that failed with the code `code`.
    pub fn failed(
        contract: &Contract,
        tenancy: &str,
        file: &str,
        client: &str,
        code: &str,
    ) -> Self {
        Self {
            key: ContractKey::new(tenancy, contract),
            file: file.to_owned(),
            client: client.to_owned(),
            terms: Some(WatchedTerms::from(contract)),
            answer: ContractAnswer::Unknown(code.to_owned()),
            figures: None,
        }
    }
}
