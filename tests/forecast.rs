//! Methods, band and backtest: against the definitions in plain Python (`fixtures/forecast`), on
//! series of known nature, and on what no series should be.

use std::sync::LazyLock;

use fastrand::Rng;
use oci_consumo::internals::calendar::{Day, plus_days, weekday};
use oci_consumo::internals::contract::Contract;
use oci_consumo::internals::days::series::{DailySeries, Knowledge};
use oci_consumo::internals::days::{CostRow, Ledger};
use oci_consumo::internals::forecast::estimate::History;
use oci_consumo::internals::forecast::estimate::backtest::Trial;
use oci_consumo::internals::forecast::estimate::spread::Spread;
use oci_consumo::internals::forecast::{Basis, Method};
use oci_consumo::internals::money::{Amount, Currency};
use oci_consumo::internals::profile::adjustment;
use oci_consumo::internals::report::statement::{FigureSettings, Situation, Statement};
use proptest::prelude::*;
use serde_json::Value;

use crate::common::stand_in::Row;
use crate::common::{Config, Folder, client, day};

/// The definitions' answers.
static VECTORS: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../fixtures/forecast/vectors.json")).unwrap()
});

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    list(value).iter().map(|n| n.as_f64().unwrap()).collect()
}

fn method(word: &Value) -> Method {
    let of_it = |method: &Method| *word == method.word();
    Method::ALL.into_iter().find(of_it).unwrap()
}

/// The series of that name, its first day and what each day cost, as decimal text.
fn series(name: &str) -> (Day, Vec<String>) {
    let all = list(&VECTORS["series"]);
    let found = all.iter().find(|series| series["name"] == name).unwrap();
    let cost = list(&found["cost"]).iter().map(Value::to_string);
    (day(found["first_day"].as_str().unwrap()), cost.collect())
}

/// The first `days` of them, all settled.
fn settled(first: Day, cost: &[String], days: usize) -> DailySeries {
    let (as_of, currency) = (after(first, days), Currency::parse("BRL"));
    let row = |(n, amount): (usize, &String)| CostRow {
        day: after(first, n),
        amount: Amount::parse(amount).unwrap(),
        currency,
    };
    let rows: Ledger = cost[..days].iter().enumerate().map(row).collect();
    let contract = Contract {
        start: first,
        end: plus_days(first, 3650),
        credit: Amount::zero(),
        currency,
        opening: None,
        adjustment: None,
        ignored: Vec::new(),
    };
    DailySeries::new(&rows, &contract, as_of, Knowledge::whole(as_of), 0).unwrap()
}

fn after(day: Day, days: usize) -> Day {
    plus_days(day, i64::try_from(days).unwrap())
}

fn binary(amount: &Amount) -> f64 {
    amount.to_string().parse().unwrap()
}

/// Equal to nine digits; a decimal has ten places and no more.
#[track_caller]
fn assert_near(found: f64, expected: f64, places: Option<i32>, what: &dyn Fn() -> String) {
    let least = places.map_or(0.0, |places| 0.6 * 10f64.powi(-places));
    let off = (found - expected).abs();
    assert!(
        off <= (expected.abs() * 1e-9).max(least),
        "{}: {found} instead of {expected}",
        what()
    );
}

#[test]
fn methods_and_band_are_as_defined() {
    let horizons: Vec<u32> = numbers(&VECTORS["horizons"])
        .into_iter()
        .map(|n| format!("{n}").parse().unwrap())
        .collect();
    let mut compared = 0;
    for known in list(&VECTORS["series"]) {
        let name = known["name"].as_str().unwrap();
        let (first, cost) = series(name);
        let mut last = None;
        for case in list(&known["cases"]) {
            let days = usize::try_from(case[0].as_u64().unwrap()).unwrap();
            if last.as_ref().is_none_or(|(of, _)| *of != days) {
                last = Some((days, settled(first, &cost, days)));
            }
            let (_, series) = last.as_ref().unwrap();
            let basis = Basis::new(series);
            let method = method(&case[1]);
            let profiles = list(&case[5]);
            for (n, horizon) in horizons.iter().copied().enumerate() {
                let what = || format!("{name}, {days} days, {}, {horizon} ahead", method.word());
                let expected = numbers(profiles.get(n).unwrap_or(&profiles[0]));
                let [s, forecast, low, high] = numbers(&case[6][n])[..] else {
                    panic!()
                };

                let estimate = basis.history().estimate(method, 0, days, horizon);
                let profile = basis.profile(method, horizon).unwrap();
                for ((found, decimal), expected) in
                    estimate.iter().zip(&profile.means).zip(&expected)
                {
                    assert_near(*found, *expected, None, &what);
                    assert_near(binary(decimal), *expected, Some(10), &what);
                }
                let total = basis.history().total(&estimate, days, horizon);
                assert_near(total, forecast, None, &what);

                let spread = basis.spread(method, horizon);
                assert_eq!(spread.is_some(), days >= 14, "{}", what());
                if let Some(spread) = spread {
                    assert_near(spread.half, s, None, &what);
                    assert_eq!(spread.origins, case[2], "{}", what());
                    assert_eq!(spread.blocks, case[4], "{}", what());
                    match case[3].as_f64() {
                        Some(own) => assert_near(spread.own.unwrap(), own, Some(12), &what),
                        None => assert_eq!(spread.own, None, "{}", what()),
                    }
                    let total = Amount::parse(&format!("{forecast:.10}")).unwrap();
                    // Two roundings.
                    assert_near(binary(&spread.low(&total)), low, Some(9), &what);
                    assert_near(binary(&spread.high(&total)), high, Some(9), &what);
                }
                compared += 1;
            }
        }
    }
    assert!(compared > 1200, "{compared}");
}

#[test]
fn trials_are_as_defined() {
    for known in list(&VECTORS["backtests"]) {
        let name = known[0].as_str().unwrap();
        let (first, cost) = series(name);
        let series = settled(first, &cost, cost.len());
        let basis = Basis::new(&series);
        let horizon = u32::try_from(known[1].as_u64().unwrap()).unwrap();
        let trial = Trial::of(basis.history(), horizon, Method::Weekday).unwrap();
        let what = || format!("{name}, {horizon} days");
        assert_eq!(trial.origins, known[2], "{}", what());
        assert_eq!(trial.blocks, known[3], "{}", what());
        for (score, expected) in trial.scores.iter().zip(numbers(&known[4])) {
            assert_near(binary(&score.error), expected, Some(10), &what);
        }
        let half_wins = trial.scores.each_ref().map(|score| score.half_wins);
        assert_eq!(
            half_wins.map(f64::from).to_vec(),
            numbers(&known[5]),
            "{}",
            what()
        );
        assert_eq!(trial.held, known[6], "{}", what());
        assert_eq!(trial.banded, known[7], "{}", what());
    }
    let (first, cost) = series("young");
    let young = settled(first, &cost, cost.len());
    let history = History::new(&young);
    assert_eq!(Trial::of(&history, 28, Method::Weekday), None);
}

#[test]
fn chances_are_the_normal_distributions() {
    for known in list(&VECTORS["chances"]) {
        let [left, forecast, half, chance] = numbers(known)[..] else {
            panic!()
        };
        let mut spread = some_spread();
        spread.half = half;
        let found = spread.exceeding(left, forecast);
        assert!((found - chance).abs() < 1e-11, "{known}: {found}");
        let shown = spread.chance_of_exceeding(&amount(left), &amount(forecast));
        let shown = f64::from(shown.unwrap());
        assert!(
            (5.0..=95.0).contains(&shown) && shown % 5.0 == 0.0,
            "{shown}"
        );
        let clamped = (100.0 * chance).clamp(5.0, 95.0);
        assert!((shown - clamped).abs() <= 2.5, "{known}: {shown}");
    }
    let spread = some_spread();
    let chance = |left, forecast| spread.chance_of_exceeding(&amount(left), &amount(forecast));
    // Nothing left is not less than nothing.
    assert_eq!(chance(0.0, 1.0), Some(95));
    assert_eq!(chance(-0.01, 1.0), None);
    assert_eq!(chance(1.0, 0.0), None);
    assert_eq!(chance(1.0, -1.0), None);
}

fn amount(value: f64) -> Amount {
    Amount::parse(&value.to_string()).unwrap()
}

fn some_spread() -> Spread {
    let (first, cost) = series("steady");
    Spread::of(
        &History::new(&settled(first, &cost, 300)),
        Method::Weekday,
        90,
    )
    .unwrap()
}

/// Each client through the program, every day settled and so many to come: what the document says is
/// what is defined, on top of what is spent.
#[test]
fn the_document_has_the_band_as_defined() {
    for known in list(&VECTORS["series"]) {
        let name = known["name"].as_str().unwrap();
        if !["step up", "spiky", "36 months"].contains(&name) {
            continue;
        }
        let (first, cost) = series(name);
        let rows = cost.iter().enumerate();
        let rows = rows.map(|(n, amount)| Row::new(after(first, n), amount.clone(), "BRL"));
        let config = Config::new("a")
            .with("inicio_contrato", &first.to_string())
            .with("fim_contrato", &after(first, cost.len() + 89).to_string())
            .with("credito", "100000000");
        let served = Folder::new().client(&config, rows.collect()).serve();
        let as_of = after(first, cost.len()).to_string();
        let last = |case: &&Value| case[0].as_u64() == u64::try_from(cost.len()).ok();
        for case in list(&known["cases"]).iter().filter(last) {
            let word = case[1].as_str().unwrap();
            let args = ["--as-of", &as_of, "--settle-days", "0", "--method", word];
            let document = served.json(0, &args);
            let client = client(&document, "config_a");
            let figure = |value: &Value| value.as_str().unwrap().parse::<f64>().unwrap();
            let what = || format!("{name}, {word}");
            let [_, forecast, low, high] = numbers(&case[6][2])[..] else {
                panic!()
            };
            assert_eq!(client["metodo"], *word);
            assert_near(figure(&client["previsto"]), forecast, None, &what);
            let band = &client["faixa"];
            assert_eq!(band["nivel"], "80");
            assert_near(figure(&band["previsto_min"]), low, None, &what);
            assert_near(figure(&band["previsto_max"]), high, None, &what);
            let spent = figure(&client["consumo"]);
            assert_near(figure(&band["total_min"]), spent + low, None, &what);
            assert_near(figure(&band["total_max"]), spent + high, None, &what);
            assert_eq!(band["origens"], case[2]);
            assert_eq!(band["blocos"], case[4]);
            let second = &client["segunda_opiniao"];
            assert_eq!(second.is_null(), word == "blend", "{}", what());
        }
    }
}

/// A level that wanders around what it always was, day by day noisier than that.
struct Nature {
    /// How far the level wanders, a logarithm.
    wanders: f64,
    /// What a day of the weekend costs against another.
    weekend: f64,
    /// Growth a day.
    grows: f64,
    /// Days after which the level jumps and stays there, on average; 0 for never.
    jumps: f64,
}

const STEADY: Nature = Nature {
    wanders: 0.2,
    weekend: 1.0,
    grows: 0.0,
    jumps: 0.0,
};

impl Nature {
    /// So many days of it.
    fn days(&self, seed: u64, days: usize) -> History {
        let first = day("2025-01-15");
        let mut dice = Rng::with_seed(seed);
        let mut normal = || {
            let (a, b) = (1.0 - dice.f64(), dice.f64());
            (-2.0 * a.ln()).sqrt() * (std::f64::consts::TAU * b).cos()
        };
        // The wandering has a memory of a hundred days.
        let (memory, mut level, mut jumped) = (0.99_f64, self.wanders * normal(), 0.0);
        let values = (0..days).map(|n| {
            level = memory * level + (1.0 - memory * memory).sqrt() * self.wanders * normal();
            if self.jumps > 0.0 && normal().abs() < 1.2533 / self.jumps {
                jumped = 0.3 * normal();
            }
            let trend = self.grows * f64::from(u32::try_from(n).unwrap());
            let noise = 0.1 * normal();
            let weekend = weekday(after(first, n)) >= 5;
            let share = if weekend { self.weekend } else { 1.0 };
            100.0 * share * (level + jumped + trend + noise).exp()
        });
        History::of(first, values.collect())
    }

    /// Of 300 seeds, how many per cent had their total of `ahead` days inside the band, and above it.
    fn held(&self, method: Method, ahead: u32) -> (f64, f64) {
        let past = 240;
        let (mut inside, mut above) = (0, 0);
        for seed in 0..300 {
            let all = self.days(seed, past + ahead as usize);
            let known = self.days(seed, past);
            let profile = known.estimate(method, 0, past, ahead);
            let forecast = known.total(&profile, past, ahead);
            let half = Spread::of(&known, method, ahead).unwrap().half;
            let off = (all.sum(past, past + ahead as usize) / forecast).ln();
            inside += u32::from(off.abs() <= half);
            above += u32::from(off > half);
        }
        let percent = |count: u32| f64::from(count) / 3.0;
        (percent(inside), percent(above))
    }
}

#[test]
fn the_band_keeps_its_word_on_steady_series() {
    let weekly = Nature {
        weekend: 0.3,
        ..STEADY
    };
    for (name, nature) in [("steady", STEADY), ("weekly pattern", weekly)] {
        for ahead in [28, 90, 180] {
            let (inside, _) = nature.held(Method::Weekday, ahead);
            assert!(
                (74.0..=90.0).contains(&inside),
                "{name}, {ahead} days: {inside} %"
            );
        }
        let (inside, _) = nature.held(Method::Blend, 90);
        assert!((74.0..=90.0).contains(&inside), "{name}, blend: {inside} %");
    }
}

/// What the documents say that the band does not see.
#[test]
fn the_band_does_not_see_growth() {
    let growing = Nature {
        grows: 0.003,
        ..STEADY
    };
    let (inside, above) = growing.held(Method::Weekday, 180);
    assert!(inside < 60.0, "{inside} %");
    // What misses it is above it.
    assert!(inside + above > 99.0, "{inside} % and {above} %");
    let jumping = Nature {
        jumps: 120.0,
        ..STEADY
    };
    for ahead in [28, 90, 180] {
        let (inside, _) = jumping.held(Method::Weekday, ahead);
        assert!((60.0..=85.0).contains(&inside), "{ahead} days: {inside} %");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
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
        let history = History::of(first, values.clone());
        for method in Method::ALL {
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
    }
}
