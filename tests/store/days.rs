//! Which days are asked for, and what they come to.

use fastrand::Rng;
use oci_consumo::internals::calendar::{Day, plus_days};
use serde_json::Value;

use super::{document, long_contract, on_each_engine, requests, served, with_and_without};
use crate::common::stand_in::WorldRow;
use crate::common::{client, daily, day, morning, samples, warnings};

fn codes(warnings: &[Value]) -> Vec<&str> {
    warnings
        .iter()
        .map(|warning| warning["codigo"].as_str().unwrap())
        .collect()
}

#[test]
#[ignore = "long"]
fn a_usual_morning_makes_one_request_of_days_and_one_of_months() {
    on_each_engine(|store| {
        let (store, config) = (&store(), long_contract());
        // Idle for all of 2025-11 and on Sundays: days that are known to have cost nothing.
        let mut rows = daily("2025-06-15", "2026-06-17", "10");
        rows.retain(|row| !row.day.to_string().starts_with("2025-11"));
        let served = served(&config, rows);

        let (first, _) = requests(&served, &config, || {
            document(&served, morning("2026-06-17"), &["--store", store])
        });
        let (second, _) = requests(&served, &config, || {
            document(&served, morning("2026-06-18"), &["--store", store])
        });
        let (same_day, _) = requests(&served, &config, || {
            document(&served, morning("2026-06-18"), &["--store", store])
        });
        let (a_week_later, _) = requests(&served, &config, || {
            document(&served, morning("2026-06-25"), &["--store", store])
        });

        // 716 days in windows of 90,
        // and the months; then those once more that nobody knows, while the service may remember them.
        assert_eq!(first, 9);
        assert_eq!((second, same_day, a_week_later), (3, 3, 3));
        assert!(with_and_without(&served, morning("2026-06-26"), &config, store).is_empty());
    });
}

#[test]
fn young_days_are_asked_for_again_and_lasting_ones_are_not() {
    on_each_engine(|store| {
        let (store, config) = (&store(), long_contract());
        let served = served(&config, daily("2025-06-15", "2026-06-16", "10"));
        document(&served, morning("2026-06-17"), &["--store", store]);
        let before = served.seen_of(&config).len();

        document(&served, morning("2026-06-18"), &["--store", store]);

        let mut asked: Vec<[String; 3]> = served.seen_of(&config)[before..]
            .iter()
            .map(|seen| {
                let body: Value = serde_json::from_slice(&seen.body).unwrap();
                ["granularity", "timeUsageStarted", "timeUsageEnded"]
                    .map(|key| body[key].as_str().unwrap().to_owned())
            })
            .collect();
        asked.sort();
        // Days without a row that are up to 400 days old may still be told; the newest 90 are asked for anew.
        assert_eq!(
            asked,
            [
                ["DAILY", "2025-05-14T00:00:00Z", "2025-06-15T00:00:00Z"],
                ["DAILY", "2026-03-20T00:00:00Z", "2026-06-18T00:00:00Z"],
                ["MONTHLY", "2025-06-01T00:00:00Z", "2026-06-01T00:00:00Z"],
            ]
        );
    });
}

#[test]
#[ignore = "long"]
fn a_lasting_month_that_differs_by_more_than_a_cent_is_asked_for_again() {
    on_each_engine(|store| {
        for (restated, asked, warned) in [
            ("10.01", 3, &[][..]),
            ("10.011", 4, &[]),
            ("12.90", 4, &[]),
            ("13.20", 4, &["mes_reapresentado"]),
            ("6.80", 4, &["mes_reapresentado"]),
        ] {
            let (store, config) = (&store(), long_contract());
            let mut rows = daily("2025-06-15", "2026-06-16", "10");
            let served = served(&config, rows.clone());
            document(&served, morning("2026-06-17"), &["--store", store]);
            let third = rows
                .iter_mut()
                .find(|row| row.day == day("2026-03-03"))
                .unwrap();
            third.amount = restated.to_owned();
            served.server.restate(config.value("tenancy"), rows);

            let (made, document) = requests(&served, &config, || {
                document(&served, morning("2026-06-18"), &["--store", store])
            });

            assert_eq!(made, asked, "{restated}");
            let client = client(&document, &config.file);
            let codes = warnings(client);
            let told: Vec<&str> = codes
                .into_iter()
                .filter(|code| code.starts_with("mes_"))
                .collect();
            assert_eq!(told, warned, "{restated}");
            let march = &client["meses"]
                .as_array()
                .unwrap()
                .iter()
                .find(|month| month["mes"] == "2026-03");
            let expected = if restated == "10.01" { "310" } else { restated };
            let expected = match expected {
                "310" => "310".to_owned(),
                amount => (300.0 + amount.parse::<f64>().unwrap()).to_string(),
            };
            assert_eq!(march.unwrap()["consumo"], expected, "{restated}");
        }
    });
}

#[test]
fn what_is_restated_of_the_last_weeks_counts_and_is_told_above_one_per_cent() {
    let (config, store) = (long_contract(), super::Engine::Sqlite.store().unwrap());
    let mut rows = daily("2025-06-15", "2026-06-16", "10");
    let served = served(&config, rows.clone());
    document(&served, morning("2026-06-17"), &["--store", &store]);
    // Late data: not a restatement.
    rows.iter_mut()
        .filter(|row| row.day >= day("2026-06-14"))
        .for_each(|row| row.amount = "30".to_owned());
    served.server.restate(config.value("tenancy"), rows.clone());
    assert_eq!(
        codes(&with_and_without(
            &served,
            morning("2026-06-18"),
            &config,
            &store
        )),
        [""; 0]
    );

    rows.iter_mut()
        .filter(|row| row.day == day("2026-05-20"))
        .for_each(|row| row.amount = "14".to_owned());
    served.server.restate(config.value("tenancy"), rows);

    let told = with_and_without(&served, morning("2026-06-19"), &config, &store);
    assert_eq!(codes(&told), ["mes_reapresentado"]);
    let words = told[0]["mensagem"].as_str().unwrap();
    assert!(
        words.contains("05/2026") && words.contains("310,00") && words.contains("314,00"),
        "{words}"
    );
}

#[test]
fn days_that_the_service_has_forgotten_count() {
    on_each_engine(|store| {
        let (store, config) = (&store(), long_contract());
        let rows = daily("2024-07-01", "2026-06-20", "10");
        let remembered = |since: &str| -> Vec<WorldRow> {
            rows.iter()
                .filter(|row| row.day >= day(since))
                .cloned()
                .collect()
        };
        let served = served(&config, remembered("2024-07-01"));
        // A run when the contract was ten months old, and one when the service has forgotten those.
        document(&served, morning("2025-05-01"), &["--store", store]);
        served
            .server
            .restate(config.value("tenancy"), remembered("2025-04-20"));
        document(&served, morning("2026-04-15"), &["--store", store]);
        served
            .server
            .restate(config.value("tenancy"), remembered("2025-06-18"));

        let with = document(&served, morning("2026-06-18"), &["--store", store]);
        let without = document(&served, morning("2026-06-18"), &["--no-store"]);

        assert_eq!(
            client(&without, &config.file)["situacao"],
            "historico_incompleto"
        );
        let client = client(&with, &config.file);
        assert_eq!(client["consumo"], "7170", "717 days of 10");
        assert_ne!(client["situacao"], "historico_incompleto");
        // Those of the first run that were young then.
        assert_eq!(warnings(client), ["servico_esqueceu"]);
    });
}

#[test]
fn a_day_that_was_young_when_it_was_kept_counts_once_the_service_has_forgotten_it() {
    let (config, store) = (long_contract(), super::Engine::Sqlite.store().unwrap());
    let served = served(&config, daily("2024-07-01", "2025-04-30", "10"));
    document(&served, morning("2025-05-01"), &["--store", &store]);
    served.server.restate(
        config.value("tenancy"),
        daily("2025-06-18", "2026-06-20", "10"),
    );

    let document = document(&served, morning("2026-06-18"), &["--store", &store]);

    let client = client(&document, &config.file);
    // 304 days until April 2025 and 365 since 2025-06-18; in between nobody ever asked in time.
    assert_eq!(client["consumo"], "6690");
    assert_eq!(
        warnings(client),
        ["servico_esqueceu", "lacuna_no_historico"]
    );
    assert_eq!(client["situacao"], "historico_incompleto");
}

#[test]
fn days_that_nobody_asked_for_in_time_are_not_idle() {
    on_each_engine(|store| {
        let (store, config) = (&store(), long_contract());
        // A trial of ten days, and a year and a half later the next run.
        let served = served(&config, daily("2024-07-01", "2024-07-10", "10"));
        document(&served, morning("2024-07-11"), &["--store", store]);
        let tenancy = config.value("tenancy");
        served
            .server
            .restate(tenancy, daily("2025-06-18", "2026-06-17", "10"));
        for run in [&["--store", store][..], &["--store", store, "--offline"]] {
            let document = document(&served, morning("2026-06-17"), run);
            let client = client(&document, &config.file);
            assert_eq!(client["situacao"], "historico_incompleto", "{run:?}");
            assert!(client["saldo"].is_null() && client["previsto"].is_null());
            // Ten days, and those since 2025-06-18.
            assert_eq!(client["consumo"], "3740");
            assert!(warnings(client).contains(&"lacuna_no_historico"));
            assert_eq!(document["totais"], Value::Array(Vec::new()));
        }
        // An opening balance through the gap makes it whole.
        let opened = config
            .clone()
            .with("consumo_anterior", "3500")
            .with("consumo_anterior_ate", "2025-06-17");
        std::fs::write(served.dir.path().join(&config.file), opened.text()).unwrap();
        let whole = document(&served, morning("2026-06-18"), &["--store", store]);
        assert_eq!(client(&whole, &config.file)["consumo"], "7150");
        assert_eq!(warnings(client(&whole, &config.file)), [""; 0]);
    });
}

#[test]
fn what_was_got_later_is_not_undone_by_a_run_that_ends_last() {
    let config = long_contract();
    let store = super::Engine::Sqlite.store().unwrap();
    let served = served(&config, daily("2025-06-18", "2026-06-16", "10"));
    document(&served, morning("2026-06-18"), &["--store", &store]);
    // An earlier run's answer had a row that is gone since.
    let mut rows = daily("2025-06-18", "2026-06-16", "10");
    rows.push(WorldRow::new(day("2026-06-17"), "99", "BRL"));
    served.server.restate(config.value("tenancy"), rows);

    document(
        &served,
        morning("2026-06-17"),
        &["--store", &store, "--as-of", "2026-06-17", "--refetch"],
    );

    let offline = document(
        &served,
        morning("2026-06-18"),
        &["--store", &store, "--offline"],
    );
    assert_eq!(client(&offline, &config.file)["consumo"], "3640");
}

#[test]
fn refetch_asks_for_all_and_forgets_nothing() {
    let (config, store) = (long_contract(), super::Engine::Sqlite.store().unwrap());
    let served = served(&config, daily("2024-07-01", "2025-04-30", "10"));
    document(&served, morning("2025-05-01"), &["--store", &store]);
    served.server.restate(
        config.value("tenancy"),
        daily("2025-06-18", "2026-06-20", "10"),
    );
    let now = morning("2026-06-18");

    let (made, refetched) = requests(&served, &config, || {
        document(&served, now, &["--store", &store, "--refetch"])
    });

    assert_eq!(made, 9);
    // The service has forgotten the first year, and the store has not.
    assert_eq!(client(&refetched, &config.file)["consumo"], "6690");
    let after = document(&served, now, &["--store", &store]);
    assert_eq!(client(&after, &config.file)["consumo"], "6690");
}

#[test]
fn another_endpoint_s_days_are_another_s() {
    on_each_engine(|store| {
        let (store, config) = (&store(), long_contract());
        let one = served(&config, daily("2025-07-01", "2026-06-16", "10"));
        let other = served(&config, daily("2025-07-01", "2026-06-16", "20"));
        let now = morning("2026-06-17");
        document(&one, now, &["--store", store]);

        let (made, document) = requests(&other, &config, || {
            document(&other, now, &["--store", store])
        });

        assert_eq!(made, 9);
        assert_eq!(client(&document, &config.file)["consumo"], "7020");
    });
}

#[test]
fn terms_may_change_and_what_is_missing_is_asked_for() {
    let (store, config) = (super::Engine::Sqlite.store().unwrap(), long_contract());
    let served = served(&config, daily("2025-06-18", "2026-06-17", "10"));
    let short = config.clone().with("inicio_contrato", "2026-02-01");
    std::fs::write(served.dir.path().join(&config.file), short.text()).unwrap();
    document(&served, morning("2026-06-17"), &["--store", &store]);

    std::fs::write(served.dir.path().join(&config.file), config.text()).unwrap();

    assert!(with_and_without(&served, morning("2026-06-18"), &config, &store).is_empty());
}

/// A service as it is: late with the last days, restating younger ones now and then, with idle days,
/// corrections and blank currencies.
#[test]
#[ignore = "long"]
fn any_month_of_mornings_comes_to_what_the_service_says() {
    on_each_engine(|store| {
        for seed in 0..samples(1, 4) {
            let (store, config, mut rng) = (&store(), long_contract(), Rng::with_seed(seed));
            let first = day("2025-12-01");
            let config = config.with("inicio_contrato", &first.to_string());
            let served = served(&config, Vec::new());
            let mut rows: Vec<WorldRow> = Vec::new();
            let mut today = plus_days(first, rng.i64(1..120));
            for _ in 0..8 {
                grow(&mut rows, first, today, &mut rng);
                served.server.restate(config.value("tenancy"), rows.clone());
                let now = today.and_hms_opt(6, 0, 0).unwrap().and_utc();
                let told = with_and_without(&served, now, &config, store);
                let foreign: Vec<_> = codes(&told)
                    .into_iter()
                    .filter(|code| *code != "mes_reapresentado")
                    .collect();
                assert_eq!(foreign, [""; 0], "seed {seed}, {today}");
                today = plus_days(today, rng.i64(0..25));
            }
        }
    });
}

/// New days until yesterday, and changes of earlier ones that the service makes.
fn grow(rows: &mut Vec<WorldRow>, first: Day, today: Day, rng: &mut Rng) {
    let begin = rows.last().map_or(first, |row| plus_days(row.day, 1));
    for day in begin.iter_days().take_while(|day| *day < today) {
        if rng.u8(0..5) > 0 {
            let amount = format!("{}.{:04}", rng.i32(-5..90), rng.u32(0..10_000));
            let currency = if rng.u8(0..12) == 0 { " " } else { "BRL" };
            rows.push(WorldRow::new(day, amount, currency));
        }
    }
    for row in rows.iter_mut() {
        let age = (today - row.day).num_days();
        let restated = if age <= 2 {
            true
        } else {
            age < 46 && rng.u8(0..9) == 0
        };
        // Also, seldom, what should last.
        if restated || rng.u16(0..900) == 0 {
            row.amount = format!("{}.{:04}", rng.i32(0..90), rng.u32(0..10_000));
        }
    }
    if rng.bool() && rows.len() > 3 {
        let gone = rows.len() - 1 - rng.usize(0..3);
        rows.remove(gone);
    }
}
