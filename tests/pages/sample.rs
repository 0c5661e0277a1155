//! Made-up contracts, one in each situation, and their statements.

use std::sync::OnceLock;

use oci_consumo::internals::calendar::{Day, Days, plus_days, weekday};
use oci_consumo::internals::contract::{Contract, Opening};
use oci_consumo::internals::days::series::{DailySeries, Knowledge};
use oci_consumo::internals::days::{CostRow, Ledger};
use oci_consumo::internals::forecast::Method;
use oci_consumo::internals::money::{Amount, Currency};
use oci_consumo::internals::profile::adjustment;
use oci_consumo::internals::report::statement::{FigureSettings, Statement};

use crate::common::day;

/// The as-of day of most contracts.
pub const AS_OF: &str = "2026-11-23";
/// Cost of a day by weekday, Monday first, in cents.
const CENTS: [i64; 7] = [112_000, 117_050, 119_001, 116_949, 107_000, 68_000, 60_000];

pub fn amount(text: &str) -> Amount {
    Amount::parse(text).unwrap()
}

/// A contract, and what is known of its days.
#[derive(Clone, Debug)]
pub struct Sample {
    pub contract: Contract,
    /// Cost of each day from the first asked one on.
    pub cents: Vec<i64>,
    pub unknown: Vec<Days>,
    pub as_of: Day,
}

impl Sample {
    /// A contract of `days` days that began `elapsed` days before [`AS_OF`], with usage like that of an office.
    pub fn new(credit: u32, days: i64, elapsed: i64) -> Self {
        let as_of = day(AS_OF);
        let start = plus_days(as_of, -elapsed);
        let contract = Contract {
            start,
            end: plus_days(start, days - 1),
            credit: Amount::from(credit),
            currency: Currency::parse("BRL"),
            opening: None,
            adjustment: None,
            ignored: Vec::new(),
        };
        let cents = contract.asked(as_of).iter();
        let cents = cents.map(|day| {
            // Some days cost more, some less.
            let n = (day - start).num_days();
            CENTS[weekday(day)] * (92 + n * 7 % 17) / 100
        });
        Self {
            cents: cents.collect(),
            contract,
            unknown: Vec::new(),
            as_of,
        }
    }

    /// A contract with `cents` of cost on its first days, as of the day after them.
    pub fn of(credit: u32, days: usize, cents: Vec<i64>) -> Self {
        let elapsed = i64::try_from(cents.len()).unwrap();
        Self {
            cents,
            ..Self::new(credit, i64::try_from(days).unwrap(), elapsed)
        }
    }

    /// The `n`th day, from 0.
    pub fn day(&self, n: usize) -> Day {
        plus_days(self.contract.start, i64::try_from(n).unwrap())
    }

    pub fn without(mut self, from: usize, until: usize) -> Self {
        self.unknown
            .push(Days::new(self.day(from), self.day(until)));
        self
    }

    pub fn opening(mut self, amount: &str, days: usize) -> Self {
        self.contract.opening = Some(Opening {
            amount: self::amount(amount),
            through: self.day(days - 1),
        });
        self.cents.drain(..days.min(self.cents.len()));
        self
    }

    pub fn adjusted(mut self, text: &str) -> Self {
        self.contract.adjustment = Some(adjustment::parse(text).unwrap().0);
        self
    }

    pub fn in_currency(mut self, code: &str) -> Self {
        self.contract.currency = Currency::parse(code);
        self
    }

    pub fn statement(&self) -> Statement {
        self.statement_by(Method::default())
    }

    pub fn statement_by(&self, method: Method) -> Statement {
        let contract = &self.contract;
        let asked = contract.asked(self.as_of).iter().zip(&self.cents);
        let known = asked.filter(|(day, _)| !self.unknown.iter().any(|days| days.contains(*day)));
        let rows: Ledger = known
            .map(|(day, cents)| CostRow {
                day,
                amount: amount(&format!("{cents}e-2")),
                currency: contract.currency,
            })
            .collect();
        let knowledge = Knowledge {
            until: self.as_of,
            unknown: self.unknown.clone(),
        };
        let series = DailySeries::new(&rows, contract, self.as_of, knowledge, 2).unwrap();
        let settings = FigureSettings {
            settle_days: 2,
            surplus_percent: Amount::from(10),
            method,
            what_if: None,
        };
        Statement::new(contract, &series, &settings)
    }
}

/// A contract in each situation, by the machine's word for it.
fn situations() -> Vec<(&'static str, Sample)> {
    let usual = |credit| Sample::new(credit, 365, 230);
    vec![
        ("dentro", usual(390_000)),
        ("vai_esgotar", usual(305_000)),
        ("vai_sobrar", usual(600_000)),
        ("no_limite", usual(367_000)),
        ("esgotado", usual(190_000)),
        ("encerrado", Sample::new(380_000, 365, 380)),
        ("sem_previsao", Sample::new(380_000, 365, 2)),
        (
            "sem_dados",
            Sample {
                cents: Vec::new(),
                ..usual(380_000)
            },
        ),
        ("historico_incompleto", usual(380_000).without(20, 90)),
        ("nao_iniciado", Sample::new(380_000, 365, -12)),
        ("sem_credito", usual(0)),
    ]
}

/// Contracts that are special within their situation.
fn special() -> Vec<(&'static str, Sample)> {
    vec![
        ("janela_curta", Sample::new(380_000, 365, 10)),
        ("mes_e_meio", Sample::new(300_000, 365, 45)),
        ("lacuna", Sample::new(390_000, 365, 230).without(100, 104)),
        (
            "saldo_anterior",
            Sample::new(390_000, 365, 230).opening("61234.56", 60),
        ),
        (
            "ajuste",
            Sample::new(390_000, 365, 230).adjusted("-25% desde 01/12/2026"),
        ),
        ("ultimo_dia", Sample::new(380_000, 365, 364)),
        ("tres_anos", Sample::new(1_150_000, 1096, 700)),
        ("dez_anos", Sample::new(3_300_000, 3653, 2900)),
        ("curto", Sample::new(32_000, 30, 20)),
        (
            "nada_gasto",
            Sample {
                cents: vec![0; 230],
                ..Sample::new(390_000, 365, 230)
            },
        ),
        ("muito_alem", Sample::new(20_000, 365, 230)),
        (
            "enorme",
            Sample {
                cents: vec![9_999_999_999_999; 230],
                ..Sample::new(4_000_000_000, 365, 230)
            },
        ),
        (
            "miudo",
            Sample {
                cents: vec![1; 230],
                ..Sample::new(1, 365, 230)
            },
        ),
        ("iene", Sample::new(390_000, 365, 230).in_currency("JPY")),
    ]
}

/// The statements of a contract in each situation, by the machine's word for it, and of contracts that are special
/// within one.
pub fn statements() -> &'static [(&'static str, Statement)] {
    static STATEMENTS: OnceLock<Vec<(&'static str, Statement)>> = OnceLock::new();
    STATEMENTS.get_or_init(|| {
        let all = situations().into_iter().chain(special());
        all.map(|(word, sample)| (word, sample.statement()))
            .collect()
    })
}

/// The statement of that name.
pub fn statement(name: &str) -> &'static Statement {
    let mut statements = statements().iter();
    &statements.find(|(word, _)| *word == name).unwrap().1
}

/// The number of situations; [`statements`] begins with one of each.
pub const SITUATIONS: usize = 11;
