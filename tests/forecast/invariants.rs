//! What must hold of any series, whatever was booked.

use crate::common::samples;
use oci_consumo::internals::calendar::{Day, plus_days};
use oci_consumo::internals::contract::Contract;
use oci_consumo::internals::days::series::{DailySeries, Knowledge};
use oci_consumo::internals::days::{CostRow, Ledger};
use oci_consumo::internals::forecast::Method;
use oci_consumo::internals::forecast::estimate::History;
use oci_consumo::internals::forecast::estimate::backtest::Trial;
use oci_consumo::internals::forecast::estimate::spread::Spread;
use oci_consumo::internals::money::{Amount, Currency};
use oci_consumo::internals::profile::adjustment;
use oci_consumo::internals::report::band::FanDay;
use oci_consumo::internals::report::statement::{FigureSettings, Situation, Statement};
use proptest::prelude::*;

use super::{after, binary};
use crate::common::day;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(samples(24, 64)))]
    /// Whatever a series is made of, what leaves the estimates is decimal, and no absurd number.
    #[test]
    fn no_series_breaks_a_method(
        first in 0i64..20_000,
        values in prop::collection::vec(prop_oneof![
            4 => -1e3..1e3f64,
            2 => Just(0.0),
            1 => -1e15..1e15f64,
            1 => -1e-9..1e-9f64,
        ], 0..400),
        left in 0u32..4000,
    ) {
        let first = plus_days(day("1990-01-01"), first);
        let largest = values.iter().fold(0.0, |most: f64, value| most.max(value.abs()));
        let history = History::of(first, values.iter().copied().map(Some).collect());
        for method in Method::ALL.iter().copied() {
            let profile = history.profile(method, left);
            for mean in profile.iter().flatten() {
                prop_assert!(binary(mean).abs() <= 10.0 * largest + 1e-9);
            }
            let spread = Spread::of(&history, method, left);
            prop_assert_eq!(spread.is_some(), values.len() >= 14);
            if let Some(spread) = spread {
                // From the usual error alone to nothing but the largest that counts.
                prop_assert!(spread.half > 0.07 && spread.half < 4.0, "{}", spread.half);
            }
            for horizon in [28, 90] {
                let trial = Trial::of(&history, horizon, method);
                prop_assert_eq!(trial.is_some(), values.len() >= 56 + horizon as usize);
            }
        }
    }

    /// What must hold of any client's figures by any method, whatever was booked and is supposed.
    #[test]
    fn figures_agree_with_each_other(
        amounts in prop::collection::vec(prop_oneof![
            6 => 0i64..5_000_000,
            1 => -5_000_000i64..0,
            1 => Just(0),
        ], 1..250),
        left in 0usize..400,
        credit in 0u32..5_000_000,
        config in prop::option::of("[+-][0-9]{1,2}%?( desde 2025-0[1-9]-15)?"),
        run in prop::option::of("[+-][0-9]{1,4}( desde 2025-1[0-2]-01)?"),
        method in prop::sample::select(Method::ALL.to_vec()),
        settle_days in 0u32..4,
    ) {
        let first = day("2025-01-01");
        let currency = Currency::parse("BRL");
        let rows: Ledger = amounts.iter().enumerate().map(|(n, cents)| CostRow {
            day: after(first, n),
            amount: Amount::parse(&format!("{cents}e-2")).unwrap(),
            currency,
        }).collect();
        let read = |text: Option<String>| text.map(|text| adjustment::parse(&text).unwrap().0);
        let contract = Contract {
            start: first,
            end: after(first, amounts.len() + left - 1),
            credit: Amount::from(credit),
            currency,
            opening: None,
            adjustment: read(config),
            ignored: Vec::new(),
        };
        let as_of = after(first, amounts.len());
        let series = DailySeries::new(&rows, &contract, as_of, Knowledge::whole(as_of), settle_days).unwrap();
        let settings = FigureSettings {
            settle_days,
            surplus_percent: Amount::from(10),
            method,
            what_if: read(run),
        };
        let statement = Statement::new(&contract, &series, &settings);

        let Some(forecast) = &statement.forecast else {
            prop_assert!(statement.band.is_none() && statement.projected.is_none());
            return Ok(());
        };
        let weekdays = statement.weekdays.iter().filter_map(|line| line.forecast.as_ref());
        let added = statement.adjustments.iter().filter_map(|line| line.amount.as_ref());
        let parts: Amount = weekdays.chain(added).chain(&statement.top_up).sum();
        prop_assert_eq!(&parts, forecast);
        let lines = [&contract.adjustment, &settings.what_if].into_iter().flatten().count();
        prop_assert_eq!(statement.adjustments.len(), lines);
        prop_assert!(!statement.short_history || statement.band.is_none());
        let Some(band) = &statement.band else {
            return Ok(());
        };
        prop_assert!(band.forecast.low <= *forecast && *forecast <= band.forecast.high);
        prop_assert!(band.forecast.low.is_positive());
        prop_assert_eq!(band.chance.is_none(), matches!(
            statement.situation,
            Situation::Spent | Situation::NoCredit
        ) || statement.left == 0 || statement.balance.as_ref().is_none_or(Amount::is_negative));
        if let Some(chance) = band.chance {
            prop_assert!((5..=95).contains(&chance) && chance % 5 == 0);
            // More likely than not where it will, by the figure in the middle.
            let runs_out = statement.shortfall.as_ref().is_some_and(Amount::is_positive);
            prop_assert!(if runs_out { chance >= 50 } else { chance <= 50 }, "{}", chance);
            let days = [band.runs_out.high, statement.runs_out, band.runs_out.low];
            let days = days.map(|day| day.unwrap_or(Day::MAX));
            prop_assert!(days.is_sorted(), "{:?}", days);
        }
        let fan = statement.fan();
        prop_assert_eq!(fan.len(), usize::try_from(statement.left).unwrap());
        let as_of = statement.as_of;
        for (n, day) in fan.iter().enumerate() {
            prop_assert_eq!(day.day, after(as_of, n));
            prop_assert!(day.edges.low <= day.edges.high, "{:?}", day);
            prop_assert!(day.forecast <= day.edges.high, "{:?}", day);
        }
        prop_assert!(fan.is_sorted_by(|a, b| a.edges.low <= b.edges.low && a.edges.high <= b.edges.high));
        let Some(last) = fan.last() else {
            return Ok(());
        };
        prop_assert_eq!(&last.forecast, forecast);
        // The ends of the total's band are those of the last day, unless a correction is still to come.
        let near = |found: &Amount, edge: &Amount| (binary(found) / binary(edge) - 1.0).abs() < 1e-9;
        prop_assert!(near(&last.edges.high, &band.forecast.high) || last.edges.high > band.forecast.high);
        prop_assert!(near(&last.edges.low, &band.forecast.low) || last.edges.low > band.forecast.low);
        // The days on which the credit runs out are those on which the fan's edges pass it.
        if let Some(balance) = statement.balance.filter(|balance| !balance.is_negative()) {
            let first = |edge: fn(&FanDay) -> &Amount| {
                fan.iter().find(|day| *edge(day) > balance).map(|day| day.day)
            };
            prop_assert_eq!(first(|day| &day.edges.high), band.runs_out.high);
            prop_assert_eq!(first(|day| &day.edges.low), band.runs_out.low);
        }
    }
}
