//! Every figure against the independent calculation of `reference`, through the
//! binary for the written cases and through the public modules for random ones.

use chrono::NaiveDate;
use serde_json::Value;

use crate::common::stand_in::WorldRow;
use crate::common::{Config, Folder, client, figures, samples};
use crate::reference::{
    Case, expected, expected_totals, expected_warnings, random_case, written_cases,
};

/// Warnings that follow from the figures.
const FIGURE_WARNINGS: [&str; 9] = [
    "dias_sem_registro",
    "inicio_sem_dados",
    "janela_curta",
    "lacuna_no_historico",
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
    if !case.ignored.is_empty() {
        let days: Vec<String> = case.ignored.iter().map(NaiveDate::to_string).collect();
        config = config.with("ignorar_dia", &days.join(", "));
    }
    config
}

fn rows(case: &Case) -> Vec<WorldRow> {
    let row = |(day, amount, currency): &(_, String, Option<String>)| {
        let amount = if amount.is_empty() { "null" } else { amount };
        WorldRow::new(*day, amount, currency.as_deref().unwrap_or(" "))
    };
    case.rows.iter().map(row).collect()
}

/// The keys of `expected` that differ in `found`, each in a line with both values.
fn differences(name: &str, found: &Value, expected: &Value) -> Vec<String> {
    let differing = expected.as_object().unwrap().iter();
    differing
        .filter(|(key, value)| found[key.as_str()] != **value)
        .map(
            |(key, value)| match (found[key].as_array(), value.as_array()) {
                (Some(given), Some(reckoned)) if given.len() == reckoned.len() => {
                    let mut entries = given.iter().zip(reckoned).enumerate();
                    let (n, (given, reckoned)) = entries.find(|(_, (a, b))| a != b).unwrap();
                    format!("{name}: {key}[{n}] is {given}, reckoned {reckoned}")
                }
                _ => format!("{name}: {key} is {}, reckoned {value}", found[key]),
            },
        )
        .collect()
}

fn differences_of_case(found: &Value, case: &Case) -> Vec<String> {
    let mut differing = differences(&case.name, found, &expected(case));
    let mut warnings: Vec<&str> = found["avisos"]
        .as_array()
        .unwrap()
        .iter()
        .map(|w| w["codigo"].as_str().unwrap())
        .collect();
    warnings.retain(|code| FIGURE_WARNINGS.contains(code));
    warnings.sort_unstable();
    let reckoned = expected_warnings(case);
    if warnings != reckoned {
        let name = &case.name;
        differing.push(format!("{name}: warns {warnings:?}, reckoned {reckoned:?}"));
    }
    differing
}

/// Runs the binary over `cases` that share as-of day and options, and `again` from the store alone; what differs of
/// clients and totals.
fn run_together(cases: &[&Case], again: bool) -> Vec<String> {
    let first = cases[0];
    let mut folder = Folder::new();
    for (n, case) in cases.iter().enumerate() {
        folder = folder.client(&config(&format!("{n:03}"), case), rows(case));
    }
    folder.world.page_rows = 40;
    let (as_of, settle) = (first.as_of.to_string(), first.settle.to_string());
    let served = folder.serve();
    let args = [
        "--format",
        "json",
        "--daily",
        "--as-of",
        &as_of,
        "--settle-days",
        &settle,
        "--surplus-percent",
        &first.surplus_percent,
    ];
    let ran = served.run(&args);
    let document = ran.json();
    assert_eq!(document["versao"], 2);
    let mut differing = Vec::new();
    let offline = again.then(|| served.run(&[&args[..], &["--offline"]].concat()).json());
    for (n, case) in cases.iter().enumerate() {
        let found = client(&document, &format!("config_{n:03}"));
        differing.extend(differences_of_case(found, case));
        // The store alone says what the service said, ended contracts and all.
        let Some(offline) = &offline else {
            continue;
        };
        let mut stored = client(offline, &format!("config_{n:03}")).clone();
        stored["buscado_em"].take();
        let [stored, found] = [&stored, found].map(figures);
        if stored != found {
            differing.push(format!("{} is otherwise from the store alone", case.name));
        }
    }
    let (found, reckoned) = (&document["totais"], expected_totals(cases));
    let reckoned = reckoned.as_array().unwrap();
    if found.as_array().map(Vec::len) != Some(reckoned.len()) {
        differing.push(format!("totals of {}: not as many", first.name));
    }
    for (n, totals) in reckoned.iter().enumerate() {
        let name = format!("totals of {}", first.name);
        differing.extend(differences(&name, &found[n], totals));
    }
    let lacking = cases.iter().any(|case| {
        let situation = expected(case)["situacao"].clone();
        situation == "sem_dados" || situation == "historico_incompleto"
    });
    let status = Some(if lacking { 3 } else { 0 });
    if ran.status != status {
        let name = &first.name;
        differing.push(format!("{name}: status {:?}: {}", ran.status, ran.stderr));
    }
    differing
}

#[track_caller]
fn assert_none(differing: &[String]) {
    assert!(differing.is_empty(), "{}", differing.join("\n"));
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
    assert!(groups.iter().map(Vec::len).sum::<usize>() >= 64);
    let differing = groups
        .iter()
        .step_by(samples(2, 1))
        .flat_map(|group| run_together(group, samples(false, true)));
    assert_none(&differing.collect::<Vec<_>>());
}

#[test]
fn random_cases_are_reported_as_reckoned() {
    let mut differing = Vec::new();
    // The first case of each dozen sets the day and the options of all.
    for dozen in 0..samples(2, 5) {
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
        differing.extend(run_together(&cases.iter().collect::<Vec<_>>(), true));
        differing.extend(run_together(&[&lead], true));
    }
    assert_none(&differing);
}
