//! Agreement with the definitions: profiles, band, change of pace, dates, chances and tests on the past, on series with
//! and without days left out, and once more through the program.

use std::sync::LazyLock;

use oci_consumo::internals::calendar::{Day, Days, plus_days, weekday};
use oci_consumo::internals::contract::Contract;
use oci_consumo::internals::days::series::{DailySeries, Knowledge};
use oci_consumo::internals::days::{CostRow, Ledger};
use oci_consumo::internals::forecast::estimate::History;
use oci_consumo::internals::forecast::estimate::backtest::Trial;
use oci_consumo::internals::forecast::estimate::spread::Spread;
use oci_consumo::internals::forecast::{Basis, Method};
use oci_consumo::internals::money::{Amount, Currency};
use serde_json::{Value, json};

use super::{after, binary};
use crate::common::stand_in::WorldRow;
use crate::common::{Config, Folder, client, day, samples};

/// The definitions' answers.
static VECTORS: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../fixtures/forecast/vectors.json")).unwrap()
});

/// A series of the fixture: its first day, and the cost of each day as decimal text, `None` for a day left out.
struct Series {
    first: Day,
    costs: Vec<Option<String>>,
}

impl Series {
    fn of(value: &Value) -> Self {
        let costs = list(&value["cost"]).iter();
        let costs = costs.map(|cost| (!cost.is_null()).then(|| cost.to_string()));
        Self {
            first: day(value["first_day"].as_str().unwrap()),
            costs: costs.collect(),
        }
    }

    fn named(name: &Value) -> Self {
        let all = list(&VECTORS["series"]);
        Self::of(all.iter().find(|series| series["name"] == *name).unwrap())
    }

    fn len(&self) -> usize {
        self.costs.len()
    }

    /// The days that are left out.
    fn left_out(&self) -> Vec<Day> {
        let days = (0..self.len()).filter(|n| self.costs[*n].is_none());
        days.map(|n| after(self.first, n)).collect()
    }

    /// The first `days`, all settled. Of those without a cost some are unknown and some ignored, with a cost that
    /// matters to nothing; the last ones are ignored, since days without a row would not be settled there.
    fn settled(&self, days: usize) -> DailySeries {
        let (as_of, currency) = (after(self.first, days), Currency::parse("BRL"));
        let is_unknown = |day: &Day| weekday(*day).is_multiple_of(2) && *day < plus_days(as_of, -8);
        let rows = self.costs[..days].iter().enumerate();
        let rows: Ledger = rows
            .map(|(n, amount)| (after(self.first, n), amount.as_deref()))
            .filter(|(day, amount)| amount.is_some() || !is_unknown(day))
            .map(|(day, amount)| CostRow {
                day,
                amount: Amount::parse(amount.unwrap_or("98765")).unwrap(),
                currency,
            })
            .collect();
        let left_out = self.left_out().into_iter();
        let (unknown, ignored): (Vec<Day>, Vec<Day>) = left_out.partition(is_unknown);
        let contract = Contract {
            start: self.first,
            end: plus_days(self.first, 3650),
            credit: Amount::zero(),
            currency,
            opening: None,
            adjustment: None,
            ignored,
        };
        let unknown = unknown.into_iter();
        let knowledge = Knowledge {
            until: as_of,
            unknown: unknown.map(|day| Days::inclusive(day, day)).collect(),
        };
        DailySeries::new(&rows, &contract, as_of, knowledge, 0).unwrap()
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    list(value).iter().map(|n| n.as_f64().unwrap()).collect()
}

fn count(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

fn method(word: &Value) -> Method {
    let of_it = |method: &Method| *word == method.word();
    Method::ALL.iter().copied().find(of_it).unwrap()
}

fn horizons() -> Vec<u32> {
    let horizons = list(&VECTORS["horizons"]).iter();
    let horizons = horizons.map(|days| u32::try_from(count(days)).unwrap());
    horizons.collect()
}

fn amount(value: f64) -> Amount {
    Amount::parse(&format!("{value:.10}")).unwrap()
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
    let mut compared = 0;
    for known in list(&VECTORS["series"]) {
        let name = known["name"].as_str().unwrap();
        let costs = Series::of(known);
        let mut last: Option<(usize, DailySeries)> = None;
        for case in list(&known["cases"]) {
            let days = count(&case[0]);
            if last.as_ref().is_none_or(|(of, _)| *of != days) {
                last = Some((days, costs.settled(days)));
            }
            let (_, series) = last.as_ref().unwrap();
            let basis = Basis::new(series);
            assert_eq!(basis.history().len(), days, "{name}");
            let method = method(&case[1]);
            let profiles = list(&case[5]);
            let paces = list(&known["pace"]).iter();
            let pace = paces.clone().find(|pace| count(&pace[0]) == days).unwrap();
            let known_days = costs.costs[..days].iter().flatten().count();
            for (n, horizon) in horizons().into_iter().enumerate() {
                let what = || format!("{name}, {days} days, {}, {horizon} ahead", method.word());
                let expected = numbers(profiles.get(n).unwrap_or(&profiles[0]));
                let [s, forecast, low, high] = numbers(&case[6][n])[..] else {
                    panic!()
                };

                let estimate = basis.history().estimate(method, 0, days, horizon);
                for (found, expected) in estimate.iter().zip(&expected) {
                    assert_near(*found, *expected, None, &what);
                }
                let profile = basis.profile(method, horizon);
                // No forecast comes from days of which none is known; half a year goes back beyond them.
                let last = &costs.costs[days.saturating_sub(62)..days];
                let none = method != Method::HALF_YEAR && last.iter().all(Option::is_none);
                assert_eq!(profile.is_none(), none, "{}", what());
                let means = profile.iter().flat_map(|profile| &profile.means);
                for (decimal, expected) in means.zip(&expected) {
                    assert_near(binary(decimal), *expected, Some(10), &what);
                }
                let total = basis.history().total(&estimate, days, horizon);
                assert_near(total, forecast, None, &what);

                // A recurring charge is in no definition; there is one in no series.
                assert!(basis.charges().is_empty(), "{}", what());
                let spread = basis.spread(method, horizon);
                assert_eq!(spread.is_some(), known_days >= 14, "{}", what());
                if let Some(spread) = spread {
                    assert_near(spread.half, s, None, &what);
                    assert_near(spread.ahead(horizon), s, None, &what);
                    let d = pace[1][n].as_f64().unwrap();
                    assert_near(spread.pace, d, Some(12), &what);
                    assert_near(binary(&spread.pace_change), d, Some(10), &what);
                    assert_eq!(spread.origins, case[2], "{}", what());
                    assert_eq!(spread.blocks, case[4], "{}", what());
                    match case[3].as_f64() {
                        Some(own) => assert_near(spread.own.unwrap(), own, Some(12), &what),
                        None => assert_eq!(spread.own, None, "{}", what()),
                    }
                    let total = amount(forecast);
                    // Two roundings.
                    assert_near(binary(&spread.low(&total)), low, Some(9), &what);
                    assert_near(binary(&spread.high(&total)), high, Some(9), &what);
                }
                compared += 1;
            }
        }
    }
    assert!(compared > 2000, "{compared}");
}

/// The first days, 1 for the first future one, on which the forecast and its edges exceed a balance.
#[test]
fn dates_are_as_defined() {
    let dates = list(&VECTORS["dates"]);
    for known in dates.iter().step_by(samples(4, 1)) {
        let (days, horizon) = (count(&known[1]), count(&known[3]));
        let left = u32::try_from(horizon).unwrap();
        let series = Series::named(&known[0]).settled(days);
        let basis = Basis::new(&series);
        let profile = basis.history().estimate(method(&known[2]), 0, days, left);
        let spread = basis.spread(method(&known[2]), left).unwrap();
        let number = |n: usize| known[n].as_f64().unwrap();
        let (top_up, balance) = (amount(number(4)), amount(number(5)));
        // The two days before the first future one are not settled.
        let first = after(series.unsettled, 2);
        let mut sum = number(4);
        let through: Vec<Amount> = (0..horizon)
            .map(|n| {
                sum += profile[weekday(after(first, n))];
                amount(sum)
            })
            .collect();
        let edges: Vec<_> = spread.edges(&top_up, through.iter()).collect();
        let place = |place: Option<usize>| place.map(|place| place + 1);
        let found = json!([
            place(through.iter().position(|sum| *sum > balance)),
            place(edges.iter().position(|edges| edges.high_exceeds(&balance))),
            place(edges.iter().position(|edges| edges.low_exceeds(&balance))),
        ]);
        assert_eq!(found, json!([known[6], known[7], known[8]]), "{known}");
    }
    assert!(dates.len() > 500, "{}", dates.len());
}

#[test]
fn trials_are_as_defined() {
    let trials = list(&VECTORS["backtests"]);
    for known in trials {
        let costs = Series::named(&known[0]);
        let series = costs.settled(costs.len());
        let basis = Basis::new(&series);
        let horizon = u32::try_from(count(&known[1])).unwrap();
        let trial = Trial::of(basis.history(), horizon, method(&known[2])).unwrap();
        let what = || format!("{}, {horizon} days", known[0]);
        assert_eq!(trial.origins, known[3], "{}", what());
        assert_eq!(trial.blocks, known[4], "{}", what());
        let methods: Vec<Method> = trial.scores.iter().map(|score| score.method).collect();
        assert_eq!(methods, Method::ALL);
        assert_eq!(list(&known[5]).len(), 6);
        for (score, expected) in trial.scores.iter().zip(numbers(&known[5])) {
            assert_near(binary(&score.error), expected, Some(10), &what);
        }
        let half_wins = trial.scores.iter().map(|score| f64::from(score.half_wins));
        let half_wins: Vec<f64> = half_wins.collect();
        assert_eq!(half_wins, numbers(&known[6]), "{}", what());
        assert_eq!(trial.held, known[7], "{}", what());
        assert_eq!(trial.banded, known[8], "{}", what());
    }
    assert!(trials.len() > 50, "{}", trials.len());
    let young = Series::named(&json!("young"));
    let young = young.settled(young.len());
    let history = History::new(&young);
    assert_eq!(Trial::of(&history, 28, Method::WEEKDAY), None);
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

fn some_spread() -> Spread {
    let steady = Series::named(&json!("steady")).settled(300);
    Spread::of(&History::new(&steady), Method::WEEKDAY, 90).unwrap()
}

/// Clients through the program: one whose pace changed, one with ignored days, one with a recurring charge, which is
/// in the forecast and not in the change of pace. Each has two unsettled days.
#[test]
#[ignore = "long"]
fn the_document_has_the_band_as_defined() {
    for (n, known) in list(&VECTORS["programs"]).iter().enumerate() {
        let name = known["name"].as_str().unwrap();
        let series = Series::of(known);
        let open = list(&known["open"]).iter().map(Value::to_string);
        // An ignored day may cost anything.
        let costs = series.costs.iter().cloned();
        let costs = costs.map(|cost| cost.unwrap_or_else(|| "0".to_owned()));
        let rows: Vec<WorldRow> = costs
            .chain(open)
            .enumerate()
            .map(|(n, cost)| WorldRow::new(after(series.first, n), cost, "BRL"))
            .collect();
        let as_of = after(series.first, rows.len()).to_string();
        let ignored: Vec<String> = series.left_out().iter().map(Day::to_string).collect();
        // A client for each credit.
        let mut credits: Vec<String> = list(&known["cases"])
            .iter()
            .map(|case| case[1].to_string())
            .collect();
        credits.sort();
        credits.dedup();
        let mut folder = Folder::new();
        for (n, credit) in credits.iter().enumerate() {
            let config = Config::new(&n.to_string())
                .with("inicio_contrato", &series.first.to_string())
                .with("fim_contrato", known["end"].as_str().unwrap())
                .with("credito", credit)
                .with("ignorar_dia", &ignored.join(", "));
            folder = folder.client(&config, rows.clone());
        }
        let served = folder.serve();
        let step = samples(Method::ALL.len(), 1);
        for of_method in Method::ALL.iter().skip(n % step).step_by(step) {
            let word = of_method.word();
            let document = served.json(0, &["--as-of", &as_of, "--method", word]);
            for case in list(&known["cases"]).iter().filter(|case| case[0] == word) {
                let wanted = case[1].to_string();
                let credit = credits.iter().position(|credit| *credit == wanted);
                let client = client(&document, &format!("config_{}", credit.unwrap()));
                let what = || format!("{name}, {word}, {}", case[1]);
                let near = |found: &Value, expected: &Value, places| {
                    let found = found.as_str().unwrap().parse().unwrap();
                    assert_near(found, expected.as_f64().unwrap(), places, &what);
                };
                assert_eq!(client["metodo"], *word);
                near(&client["complemento_provisorio"], &case[2], Some(9));
                near(&client["previsto"], &case[3], None);
                let band = &client["faixa"];
                assert_eq!(band["nivel"], "80");
                near(&band["previsto_min"], &case[4], None);
                near(&band["previsto_max"], &case[5], None);
                let spent: f64 = client["consumo"].as_str().unwrap().parse().unwrap();
                for (key, forecast) in [("total_min", &case[4]), ("total_max", &case[5])] {
                    near(&band[key], &json!(spent + forecast.as_f64().unwrap()), None);
                }
                assert_eq!(band["origens"], case[6], "{}", what());
                assert_eq!(band["blocos"], case[7], "{}", what());
                near(&band["mudanca_ritmo"], &case[8], Some(10));
                assert_eq!(client["esgota_em"], case[9], "{}", what());
                assert_eq!(band["esgota_min"], case[10], "{}", what());
                assert_eq!(band["esgota_max"], case[11], "{}", what());
                let chance = case[12].as_u64().map(|chance| chance.to_string());
                assert_eq!(band["probabilidade_esgotar"], json!(chance), "{}", what());
                let second = &client["segunda_opiniao"];
                assert_eq!(second.is_null(), word == "middle", "{}", what());
                let charges = list(&client["cobrancas_recorrentes"]);
                assert_eq!(charges.len(), usize::from(name == "recurring charge"));
            }
        }
    }
}

/// A contract that is over may still have partial days; no day is left on which another pace would tell.
#[test]
fn without_a_day_left_no_pace_has_changed() {
    let jumped = (0..90).map(|n| Some(if n < 80 { 10.0 } else { 40.0 }));
    let history = History::of(day("2026-01-05"), jumped.collect());
    let pace = |left| Spread::of(&history, Method::WEEKDAY, left).unwrap().pace;
    assert_eq!(pace(0), 0.0);
    assert!(pace(30) > 0.5, "{}", pace(30));
}
