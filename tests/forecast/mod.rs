//! Methods, band and backtest: against the definitions in plain Python (`fixtures/forecast`), on
//! series of known nature, and on what no series should be.

mod coverage;
mod definitions;
mod invariants;

use oci_consumo::internals::calendar::{Day, plus_days};
use oci_consumo::internals::money::Amount;

fn after(day: Day, days: usize) -> Day {
    plus_days(day, i64::try_from(days).unwrap())
}

fn binary(amount: &Amount) -> f64 {
    amount.to_string().parse().unwrap()
}
