//! Every figure against the independent calculation of `reference`, through the
//! binary for the written cases and through the public modules for random ones.

use serde_json::Value;

use crate::common::stand_in::Row;
use crate::common::{Config, Folder, client};
use crate::reference::{
    Case, expected, expected_totals, expected_warnings, random_case, written_cases,
};

/// Warnings that follow from the figures.
const FIGURE_WARNINGS: [&str; 8] = [
    "dias_sem_registro",
    "inicio_sem_dados",
    "janela_curta",
    "moeda_assumida",
    "moeda_em_branco",
    "pico_na_janela",
    "ritmo_mudou",
    "sem_dados_recentes",
];

fn config(id: &str, case: &Case) -> Config {
    let mut config = Config::new(id)
        .with("credito", &case.credit)
        .with("inicio_contrato", &case.start.to_string())
        .with("fim_contrato", &case.end.to_string())
        .without("moeda");
    if let Some(currency) = &case.currency {
        config = config.with("moeda", currency);
    }
    if let Some((amount, through)) = &case.opening {
        config = config
            .with("consumo_anterior", amount)
            .with("consumo_anterior_ate", &through.to_string());
    }
    config
}

fn rows(case: &Case) -> Vec<Row> {
    let row = |(day, amount, currency): &(_, String, Option<String>)| {
        let amount = if amount.is_empty() { "null" } else { amount };
        Row::new(*day, amount, currency.as_deref().unwrap_or(" "))
    };
    case.rows.iter().map(row).collect()
}

/// Every key that `expected` has is the same in `found`.
#[track_caller]
fn assert_same(name: &str, found: &Value, expected: &Value) {
    for (key, value) in expected.as_object().unwrap() {
        assert_eq!(&found[key], value, "{name}: {key}\nfound {found:#}");
    }
}

#[track_caller]
fn assert_case(found: &Value, case: &Case) {
    assert_same(&case.name, found, &expected(case));
    let mut warnings: Vec<&str> = found["avisos"]
        .as_array()
        .unwrap()
        .iter()
        .map(|w| w["codigo"].as_str().unwrap())
        .collect();
    warnings.retain(|code| FIGURE_WARNINGS.contains(code));
    warnings.sort_unstable();
    assert_eq!(warnings, expected_warnings(case), "{}", case.name);
}

/// Runs the binary over `cases` that share as-of day and options, and compares clients and totals.
fn run_together(cases: &[&Case]) {
    let first = cases[0];
    let mut folder = Folder::new();
    for (n, case) in cases.iter().enumerate() {
        folder = folder.client(&config(&format!("{n:03}"), case), rows(case));
    }
    folder.world.page_rows = 40;
    let (as_of, settle) = (first.as_of.to_string(), first.settle.to_string());
    let served = folder.serve();
    let ran = served.run(&[
        "--format",
        "json",
        "--daily",
        "--as-of",
        &as_of,
        "--settle-days",
        &settle,
        "--surplus-percent",
        &first.surplus_percent,
    ]);
    let document = ran.json();
    for (n, case) in cases.iter().enumerate() {
        assert_case(client(&document, &format!("config_{n:03}")), case);
    }
    let (found, reckoned) = (&document["totais"], expected_totals(cases));
    let reckoned = reckoned.as_array().unwrap();
    assert_eq!(found.as_array().map(Vec::len), Some(reckoned.len()));
    for (n, totals) in reckoned.iter().enumerate() {
        assert_same(&first.name, &found[n], totals);
    }
    let lacking = cases.iter().any(|case| {
        let situation = expected(case)["situacao"].clone();
        situation == "sem_dados" || situation == "historico_incompleto"
    });
    assert_eq!(
        ran.status,
        Some(if lacking { 3 } else { 0 }),
        "{}",
        ran.stderr
    );
}

/// Cases that can be clients of one run.
fn grouped(cases: &[Case]) -> Vec<Vec<&Case>> {
    let mut groups: Vec<Vec<&Case>> = Vec::new();
    for case in cases {
        let options = |case: &Case| (case.as_of, case.settle, case.surplus_percent.clone());
        match groups
            .iter_mut()
            .find(|group| options(group[0]) == options(case))
        {
            Some(group) => group.push(case),
            None => groups.push(vec![case]),
        }
    }
    groups
}

#[test]
fn written_cases_are_reported_as_reckoned() {
    let cases = written_cases();
    let groups = grouped(&cases);
    assert!(groups.iter().map(Vec::len).sum::<usize>() >= 43);
    groups.iter().for_each(|group| run_together(group));
}

#[test]
fn random_cases_are_reported_as_reckoned() {
    // The first case of each dozen sets the day and the options of all.
    for dozen in 0..5 {
        let lead = random_case(dozen * 12);
        let cases: Vec<Case> = (dozen * 12..dozen * 12 + 12)
            .map(random_case)
            .filter(|case| case.opening.is_none() && case.as_of <= lead.as_of)
            .map(|case| Case {
                as_of: lead.as_of,
                settle: lead.settle,
                surplus_percent: lead.surplus_percent.clone(),
                ..case
            })
            .collect();
        run_together(&cases.iter().collect::<Vec<_>>());
        run_together(&[&lead]);
    }
}
