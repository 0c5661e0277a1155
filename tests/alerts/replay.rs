//! The bar of `alert replay`, over made-up years: how often the settings tell, and whether they tell in time.

use std::f64::consts::TAU;
use std::io::Write as _;
use std::thread;

use fastrand::Rng;
use oci_consumo::internals::alert::{News, Replayed, Rule, replay, summary};
use oci_consumo::internals::calendar::{Day, plus_days};
use oci_consumo::internals::contract::Contract;
use oci_consumo::internals::days::series::{DailySeries, Knowledge};
use oci_consumo::internals::days::{CostRow, Ledger};
use oci_consumo::internals::forecast::Method;
use oci_consumo::internals::money::{Amount, Currency};
use oci_consumo::internals::report::statement::{FigureSettings, Statement};

use crate::common::{day, samples, usual_rules};

const YEAR: u32 = 365;

/// The nature of a year.
const NATURES: [&str; 6] = ["steady", "growing", "falling", "weekly", "steps", "noise"];

/// The costs of a year's days, about 100 each.
fn costs(nature: &str, rng: &mut Rng) -> Vec<f64> {
    let jitter = |rng: &mut Rng, share: f64| 1.0 + share * (2.0 * rng.f64() - 1.0);
    let (slope, phase) = (0.4 + 0.8 * rng.f64(), rng.f64());
    let mut level = 1.0;
    let mut left = 40 + rng.u32(0..80);
    (0..YEAR)
        .map(|n| {
            let passed = f64::from(n) / f64::from(YEAR);
            let mean = match nature {
                "growing" => 0.7 + slope * passed,
                "falling" => 1.3 - slope * passed * 0.8,
                "weekly" if n % 7 > 4 => 0.45,
                "weekly" => 1.15 + 0.1 * (TAU * (passed + phase)).sin(),
                "steps" => {
                    if left == 0 {
                        level *= 0.65 + 0.85 * rng.f64();
                        left = 40 + rng.u32(0..80);
                    }
                    left -= 1;
                    level
                }
                "noise" if rng.f64() < 0.03 => 4.0,
                _ => 1.0,
            };
            let share = if nature == "noise" { 0.6 } else { 0.06 };
            100.0 * mean * jitter(rng, share)
        })
        .collect()
}

/// The mornings of one year, and what is told of them.
fn year(nature: &str, seed: u64) -> Replayed {
    let mut rng = Rng::with_seed(seed);
    let costs = costs(nature, &mut rng);
    let spent: f64 = costs.iter().sum();
    let credit = format!("{:.0}", spent * (0.8 + 0.5 * rng.f64()));
    let currency = Currency::parse("BRL");
    let start: Day = day("2025-01-01");
    let contract = Contract {
        start,
        end: plus_days(start, i64::from(YEAR) - 1),
        credit: Amount::parse(&credit).unwrap(),
        currency,
        opening: None,
        adjustment: None,
        ignored: Vec::new(),
    };
    let rows = costs.iter().enumerate().map(|(n, cost)| CostRow {
        day: plus_days(start, i64::try_from(n).unwrap()),
        amount: Amount::parse(&format!("{cost:.2}")).unwrap(),
        currency,
    });
    let ledger = Ledger::from_iter(rows);
    let last = plus_days(contract.end, 1);
    let series = DailySeries::new(&ledger, &contract, last, Knowledge::whole(last), 2).unwrap();
    let settings = FigureSettings {
        settle_days: 2,
        surplus_percent: Amount::from(10),
        method: Method::WEEKDAY,
        what_if: None,
    };
    let mornings: Vec<Statement> = (1..=YEAR)
        .map(|n| {
            let seen = series
                .seen_on(&contract, plus_days(start, n.into()), 2)
                .unwrap();
            Statement::new(&contract, &seen, &settings)
        })
        .collect();
    replay(&contract, &mornings, &usual_rules())
}

#[test]
#[ignore = "long"]
fn alerts_are_few_and_in_time_over_made_up_years() {
    let seeds = samples(1, 10);
    let years: Vec<(&str, u64)> = (0..seeds)
        .flat_map(|seed| {
            NATURES
                .iter()
                .zip(0..)
                .map(move |(nature, n)| (*nature, 100 * seed + n))
        })
        .collect();
    let replayed: Vec<(String, Replayed)> = thread::scope(|scope| {
        let parts = years.chunks(years.len().div_ceil(4));
        let parts: Vec<_> = parts
            .map(|part| {
                scope.spawn(move || {
                    let years = part.iter();
                    let years = years
                        .map(|(nature, seed)| (format!("{nature} {seed}"), year(nature, *seed)));
                    years.collect::<Vec<_>>()
                })
            })
            .collect();
        parts
            .into_iter()
            .flat_map(|part| part.join().unwrap())
            .collect()
    });
    let contracts = replayed.len();
    assert_eq!(contracts, samples(6, 60));
    let sum = summary(replayed, day("2026-01-01"));
    let years: f64 = sum.contract_years.to_string().parse().unwrap();
    let per_year = |count: usize| f64::from(u32::try_from(count).unwrap()) / years;
    let told = sum
        .counts
        .iter()
        .filter(|count| count.rule == Rule::RunsOut && count.news != News::Worse);
    let told = per_year(told.map(|count| count.messages).sum());
    let mut said = format!("{contracts} contracts, {years:.1} contract-years\n");
    for count in &sum.counts {
        let (rule, news) = (count.rule.code(), format!("{:?}", count.news));
        let rate = per_year(count.messages);
        said += &format!(
            "{rule:<22}{news:<10}{:>5}, {rate:.2} a contract-year\n",
            count.messages
        );
    }
    said += &format!(
        "esgota opens and closes {told:.2} times a contract-year\n\
         ran out {}, told 30 days before {}, later {}; told to run out {}, in vain {}\n",
        sum.ran_out, sum.told_in_time, sum.told_late, sum.warned, sum.in_vain
    );
    // Past the harness, which keeps the words of a test that passes.
    let _ = std::io::stderr().write_all(said.as_bytes());
    assert!(
        sum.ran_out * 4 > contracts && sum.ran_out < contracts,
        "{}",
        sum.ran_out
    );
    assert!(told < 1.5, "{told}");
    assert!(
        sum.told_in_time * 10 >= sum.ran_out * 9,
        "{} of {}",
        sum.told_in_time,
        sum.ran_out
    );
}
