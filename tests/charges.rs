//! One-off and recurring charges: `ignorar_dia` in configs, and what must hold of any series.

use fastrand::Rng;
use oci_consumo::internals::calendar::{Day, Month, plus_days};
use oci_consumo::internals::contract::Contract;
use oci_consumo::internals::days::series::{DailySeries, Knowledge};
use oci_consumo::internals::days::{CostRow, Ledger};
use oci_consumo::internals::forecast::estimate::History;
use oci_consumo::internals::forecast::{Basis, Method};
use oci_consumo::internals::money::{Amount, Currency};
use oci_consumo::internals::report::backtest::Tested;
use oci_consumo::internals::report::statement::{FigureSettings, Statement};
use proptest::prelude::*;
use serde_json::json;

use crate::common::stand_in::WorldRow;
use crate::common::{Config, Folder, assert_words, client, daily, day, failure, samples, warnings};

/// A day of 12000 on 10 May beside a hundred a day: finding F5.
fn one_off() -> Vec<WorldRow> {
    let mut rows = daily("2026-01-01", "2026-06-16", "100");
    rows.push(WorldRow::new(day("2026-05-10"), "11900", "BRL"));
    rows
}

#[test]
fn a_one_off_charge_leaves_the_averages_and_stays_in_consumption() {
    let credit = |id| Config::new(id).with("credito", "60000");
    let served = Folder::new()
        .client(&credit("a"), one_off())
        .client(&credit("b").with("ignorar_dia", "10/05/2026"), one_off())
        .serve();
    for method in Method::ALL.iter().map(|method| method.word()) {
        let document = served.json(0, &["--method", method]);
        let (told, ignored) = (client(&document, "config_a"), client(&document, "config_b"));
        for key in [
            "consumo",
            "saldo",
            "dias_decorridos",
            "meses",
            "dias_sem_informacao",
        ] {
            assert_eq!(told[key], ignored[key], "{method}: {key}");
        }
        assert_eq!(ignored["consumo"], "28600");
        // A hundred a day, 198 days.
        let forecast: f64 = ignored["previsto"].as_str().unwrap().parse().unwrap();
        assert!((forecast - 19800.0).abs() < 1e-6, "{method}: {forecast}");
        assert_eq!(ignored["ritmo_diario"], "100");
        assert_eq!(ignored["dias_ignorados"], json!(["2026-05-10"]));
        assert_eq!(warnings(ignored), Vec::<&str>::new(), "{method}");
        // The warning names the forecast that ignoring the day gives, and how to do so.
        let told = told["avisos"].as_array().unwrap();
        let spike = told
            .iter()
            .find(|warning| warning["codigo"] == "pico_na_janela");
        let message = spike.unwrap()["mensagem"].as_str().unwrap();
        assert_words(message, &["19.800,00", "ignorar_dia = 10/05/2026"]);
    }
}

#[test]
fn days_are_read_from_lists_and_lines() {
    let config = Config::new("a");
    let lines = "ignorar_dia = 10/05/2026, 2026-05-12;13/05/2026\nIgnorar_Dia = 2026-03-01 11/05/2026\nignorar_dia =\n";
    let text = config.text() + lines;
    let served = Folder::new()
        .written(
            &config,
            text.as_bytes(),
            daily("2026-01-01", "2026-06-16", "10"),
        )
        .serve();
    let document = served.json(0, &[]);
    assert_eq!(
        client(&document, "config_a")["dias_ignorados"],
        json!([
            "2026-03-01",
            "2026-05-10",
            "2026-05-11",
            "2026-05-12",
            "2026-05-13"
        ])
    );
}

#[test]
fn a_day_written_twice_is_told_and_counts_once() {
    let config = Config::new("a");
    let text = config.text() + "ignorar_dia = 10/05/2026\nignorar_dia = 2026-05-10\n";
    let served = Folder::new()
        .written(
            &config,
            text.as_bytes(),
            daily("2026-01-01", "2026-06-16", "10"),
        )
        .serve();
    let document = served.json(0, &[]);
    let found = client(&document, "config_a");
    assert_eq!(found["dias_ignorados"], json!(["2026-05-10"]));
    assert_eq!(warnings(found), ["dia_repetido"]);
    let message = found["avisos"][0]["mensagem"].as_str().unwrap();
    assert_words(message, &["10/05/2026", "linhas 12 e 13"]);
}

#[test]
fn what_is_no_day_of_the_contract_is_refused() {
    for (value, said) in [
        ("10/05/2025", "10/05/2025 está fora do contrato"),
        ("10/05/2026 01/01/2027", "01/01/2027 está fora do contrato"),
        ("31/02/2026", "\"31/02/2026\" não é uma data"),
        ("amanhã", "\"amanhã\" não é uma data"),
        ("<dia>", "texto de exemplo"),
    ] {
        let config = Config::new("a").with("ignorar_dia", value);
        let served = Folder::new().client(&config, one_off()).serve();
        let document = served.json(4, &[]);
        let failure = failure(&document, "config_a");
        assert_eq!(failure["codigo"], "config_invalida", "{value}");
        let message = failure["mensagem"].as_str().unwrap();
        assert_words(message, &[said, "linha 12, ignorar_dia"]);
    }
}

const FIRST: &str = "2024-01-01";

/// The contract from [`FIRST`] on, of `term` days.
fn contract(term: usize, ignored: Vec<Day>) -> Contract {
    Contract {
        start: day(FIRST),
        end: plus_days(day(FIRST), i64::try_from(term).unwrap() - 1),
        credit: Amount::from(1_000_000),
        currency: Currency::parse("BRL"),
        opening: None,
        adjustment: None,
        ignored,
    }
}

/// The statement of `cents` a day, as of the day after the last.
fn statement(
    contract: &Contract,
    cents: &[i64],
    settings: &FigureSettings,
) -> (DailySeries, Statement) {
    let rows: Ledger = (0..)
        .zip(cents)
        .map(|(n, cents)| CostRow {
            day: plus_days(contract.start, n),
            amount: Amount::parse(&format!("{cents}e-2")).unwrap(),
            currency: contract.currency,
        })
        .collect();
    let as_of = plus_days(contract.start, i64::try_from(cents.len()).unwrap());
    let settle = settings.settle_days;
    let series = DailySeries::new(&rows, contract, as_of, Knowledge::whole(as_of), settle).unwrap();
    let statement = Statement::new(contract, &series, settings);
    (series, statement)
}

fn settings(method: Method, settle_days: u32) -> FigureSettings {
    FigureSettings {
        settle_days,
        surplus_percent: Amount::from(10),
        method,
        what_if: None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(samples(32, 96)))]
    /// Ignoring days changes what is expected, never what was consumed, by any method; and what the days cost
    /// does not matter to what is expected.
    #[test]
    fn ignoring_days_never_changes_consumption(
        cents in prop::collection::vec(prop_oneof![8 => 0i64..90_000, 1 => -50_000i64..9_000_000], 20..300),
        left in 1usize..200,
        places in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
        method in prop::sample::select(Method::ALL.to_vec()),
        settle in 0u32..4,
        other in 0i64..5_000_000,
    ) {
        let ignored: Vec<usize> = places.iter().map(|place| place.index(cents.len() + left)).collect();
        let ignored: std::collections::BTreeSet<usize> = ignored.into_iter().collect();
        let days = ignored.iter().map(|n| plus_days(day(FIRST), i64::try_from(*n).unwrap()));
        let days: Vec<Day> = days.collect();
        let term = cents.len() + left;
        let settings = settings(method, settle);
        let (series, usual) = statement(&contract(term, Vec::new()), &cents, &settings);
        let (without_series, without) = statement(&contract(term, days.clone()), &cents, &settings);
        prop_assert_eq!(&usual.consumption, &without.consumption);
        prop_assert_eq!(&usual.provisional, &without.provisional);
        prop_assert_eq!(&usual.balance, &without.balance);
        prop_assert_eq!(&usual.months, &without.months);
        prop_assert_eq!(&usual.daily, &without.daily);
        prop_assert_eq!(&usual.unknown, &without.unknown);
        prop_assert_eq!(usual.elapsed, without.elapsed);

        // Any other cost of the ignored settled days gives the same forecast, band and backtest.
        let settled = usize::try_from(without_series.settled().len()).unwrap();
        let mut others = cents.clone();
        for n in ignored.iter().filter(|n| **n < settled) {
            others[*n] = other + 1;
        }
        let (other_series, others) = statement(&contract(term, days.clone()), &others, &settings);
        prop_assert_eq!(&others.forecast, &without.forecast);
        prop_assert_eq!(&others.pace, &without.pace);
        prop_assert_eq!(&others.band.map(|band| band.forecast), &without.band.map(|band| band.forecast));
        prop_assert_eq!(History::new(&other_series), History::new(&without_series));
        let tested = |series| Tested::new(&contract(term, days.clone()), series, settle, method);
        prop_assert_eq!(tested(&other_series), tested(&without_series));
        // Nothing ignored, nothing changed.
        if ignored.iter().all(|n| *n >= settled) {
            prop_assert_eq!(&usual.forecast, &without.forecast);
            prop_assert_eq!(History::new(&series), History::new(&without_series));
        }
    }

    /// A month with the same cost each day and one charge a month costs just that, on whichever day it is seen.
    #[test]
    fn the_month_s_estimate_has_a_recurring_charge_once(
        of_month in 1u32..=31,
        base in 1i64..10_000,
        times in 3i64..60,
        elapsed in 130usize..420,
        left in 1usize..90,
        method in prop::sample::select(Method::ALL.to_vec()),
        settle in 0u32..4,
    ) {
        let charged = |day: Day| Month::of(day).day(of_month) == day;
        let charge = base * times;
        let days: Vec<Day> = (0..i64::try_from(elapsed + left).unwrap())
            .map(|n| plus_days(day(FIRST), n))
            .collect();
        let cost = |day: &Day| base + if charged(*day) { charge } else { 0 };
        let cents: Vec<i64> = days[..elapsed].iter().map(cost).collect();
        let contract = contract(elapsed + left, Vec::new());
        let (_, statement) = statement(&contract, &cents, &settings(method, settle));
        let month = Month::of(statement.as_of).days();
        let of_it = days.iter().filter(|day| month.contains(**day));
        let expected: i64 = of_it.map(cost).sum();
        let estimate = statement.month_estimate.unwrap().rounded(4);
        let expected = Amount::parse(&format!("{expected}e-2")).unwrap().rounded(4);
        prop_assert_eq!(estimate, expected, "{:?}", statement.recurring);
        prop_assert_eq!(statement.recurring.len(), 1);
        prop_assert_eq!(statement.recurring[0].day_of_month, of_month);
        let codes: Vec<&str> = statement.warnings.iter().map(|warning| warning.code()).collect();
        prop_assert_eq!(codes, Vec::<&str>::new());
    }

    /// Without a recurring charge the estimate is what is booked and what the forecast has for the month, and the
    /// pace is that of all days.
    #[test]
    fn without_a_recurring_charge_all_is_as_the_forecast_has_it(
        seed in any::<u64>(),
        elapsed in 62usize..300,
        left in 1usize..90,
        method in prop::sample::select(Method::ALL.to_vec()),
    ) {
        let mut dice = Rng::with_seed(seed);
        // None is over three times another.
        let cents: Vec<i64> = (0..elapsed).map(|_| dice.i64(100..300)).collect();
        let contract = contract(elapsed + left, Vec::new());
        let (series, statement) = statement(&contract, &cents, &settings(method, 2));
        prop_assert!(statement.recurring.is_empty());
        let month = Month::of(statement.as_of).days();
        let booked = series.sum(series.asked.within(month)).amount;
        let coming = statement.coming.iter().filter(|coming| month.contains(coming.day));
        let coming: Amount = coming.filter_map(|coming| coming.cost.as_ref()).sum();
        prop_assert_eq!(statement.month_estimate, Some(&booked + &coming));
        let changed = statement.warnings.iter().any(|warning| warning.code() == "ritmo_mudou");
        prop_assert_eq!(changed, Basis::new(&series).change_of_pace().is_some());
    }
}

#[test]
fn a_recurring_charge_is_in_the_document_and_warns_of_nothing() {
    // F3 and F4: 1800 on each first, forty else.
    let mut rows = daily("2026-01-01", "2026-06-16", "40");
    let firsts = (1..=6).map(|month| format!("2026-{month:02}-01"));
    rows.extend(firsts.map(|first| WorldRow::new(day(&first), "1760", "BRL")));
    let served = Folder::new().client(&Config::new("a"), rows).serve();
    let document = served.json(0, &[]);
    let found = client(&document, "config_a");
    assert_eq!(found["mes_atual_estimado"], "2960");
    assert_eq!(
        found["cobrancas_recorrentes"],
        json!([{"dia": 1, "valor": "1760"}])
    );
    assert_eq!(warnings(found), Vec::<&str>::new());
}

#[test]
fn the_details_name_ignored_days_and_recurring_charges() {
    let mut rows = daily("2026-01-01", "2026-06-16", "40");
    for (of_month, amount) in [("01", "1760"), ("20", "900.5")] {
        let days = (1..=6).map(|month| format!("2026-{month:02}-{of_month}"));
        let days = days.filter(|day| day.as_str() < "2026-06-17");
        rows.extend(days.map(|of| WorldRow::new(day(&of), amount, "BRL")));
    }
    let config = Config::new("a").with("ignorar_dia", "10/05/2026 12/05/2026");
    let served = Folder::new().client(&config, rows).serve();
    for (lang, lines) in [
        (
            "pt-BR",
            [
                "Fora da média, mas no consumo (ignorar_dia): 10/05/2026, 12/05/2026",
                "Cobrança recorrente: dia 1 de cada mês, em geral R$ 1.760,00 acima do custo de um dia comum",
                "Cobrança recorrente: dia 20 de cada mês, em geral R$ 900,50 acima do custo de um dia comum",
            ],
        ),
        (
            "en",
            [
                "Not in the average, but in consumption (ignorar_dia): 2026-05-10, 2026-05-12",
                "Recurring charge: day 1 of each month, usually R$ 1,760.00 above the cost of an ordinary day",
                "Recurring charge: day 20 of each month, usually R$ 900.50 above the cost of an ordinary day",
            ],
        ),
    ] {
        let text = served.run(&["--details", "--lang", lang]).exited(0).stdout;
        let found: Vec<&str> = text.lines().filter(|line| lines.contains(line)).collect();
        assert_eq!(found, lines, "{text}");
        let short = served.run(&["--lang", lang]).exited(0).stdout;
        assert!(
            !short.contains("ignorar_dia") && !short.contains(lines[1]),
            "{short}"
        );
    }
    // A client with neither has no such line.
    let plain = Folder::new()
        .client(&Config::new("b"), daily("2026-01-01", "2026-06-16", "40"))
        .serve();
    let text = plain.run(&["--details"]).exited(0).stdout;
    assert!(
        !text.contains("ignorar_dia") && !text.contains("recorrente"),
        "{text}"
    );
}
