//! What fell when the program was attacked, reviewed and tried with other people's bug reports: each row stays
//! shown by a test, here or where its subject is tested anyway.
//!
//! | row | shown by |
//! |---|---|
//! | attacks C1 | `asking_anew_by_an_earlier_clock_loses_no_day`, `store::record::no_known_day_loses_its_row_whatever_the_clocks_say`, `store::record::asking_again_with_an_earlier_clock_keeps_years_of_days` |
//! | C2 | `days_forgotten_behind_an_opening_balance_are_not_free` |
//! | H1 | `a_day_s_age_is_counted_from_today_whatever_the_as_of_day` |
//! | H2 | `an_old_window_that_was_left_out_once_is_asked_for_again` |
//! | H3, review B4, bug-hunt A7 | `assumptions` (`monthly-rows`) |
//! | H4 | `an_ended_contract_is_the_same_from_the_store_alone` |
//! | H5 | `another_tenancy_s_days_are_nobody_else_s`, `store::record::days_belong_to_the_config_or_key_that_the_service_answered` |
//! | H6, M8 | `a_refused_renewal_is_counted_neither_alone_nor_twice` |
//! | M1 | `what_moves_between_two_days_of_the_window_s_reach_is_seen`, `store::record::a_changed_digit_is_told_until_an_answer_replaces_it` |
//! | M2, H2 | `a_window_that_is_left_out_is_not_free`, `histories` |
//! | M3 | `a_clock_two_months_behind_takes_no_day_away` |
//! | M4, S7 | `store::record::a_look_is_not_shown_unless_it_is_recorded` |
//! | M5, B3 | `a_store_that_hangs_keeps_no_client_from_its_report`, `settings::a_store_is_no_output_and_no_client`, `store::record::a_server_that_says_nothing_is_left_in_time` |
//! | M6 | `terminal::documents_and_tables_name_the_address_that_answered` |
//! | B1 | `unknown_days_are_counted_together_and_never_shown_as_nothing` |
//! | B2 | `days_known_to_be_free_count_against_nobody` |
//! | B5 | `the_remedy_s_command_names_the_very_file` |
//! | B6 | `each_form_has_each_figure` |
//! | A2, A5 | `assumptions` (`empty-pages`, `foreign-zero`) |
//! | A6 | `money_in_two_currencies_is_told_with_both_sums` |
//! | S3 | `a_reader_of_the_store_does_not_make_history_short`, `store::record::a_file_that_others_hold_is_read_and_waited_for_no_longer_than_told` |
//! | S5 | `store::record::a_role_is_told_which_grant_it_lacks` |
//! | S10, S11 | `settings::a_store_in_libpq_s_words_is_shown_the_url`, `settings::a_tilde_begins_the_home`, `settings::no_credentials_of_an_address_are_repeated` |
//! | S12 | `store::record::a_transaction_pooler_is_a_server_like_any_other` |

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use oci_consumo::internals::calendar::{Days, plus_days};
use oci_consumo::internals::profile::key;
use oci_consumo::internals::report::figures::FIGURES;
use serde_json::Value;

use crate::common::habits::{Habits, History};
use crate::common::stand_in::{Fault, WorldRow};
use crate::common::{
    Config, Folder, Served, assert_words, client, daily, day, failure, key_fixture, morning, ran,
    warnings,
};
use crate::store::{document, locked, query};

/// The file of a new store.
fn store() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let (process, n) = (std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fell {process} {n}.db"));
    // Of an earlier process of that number.
    let _ = fs::remove_file(&path);
    path.to_str().unwrap().to_owned()
}

fn contract(id: &str, start: &str, end: &str) -> Config {
    Config::new(id)
        .with("inicio_contrato", start)
        .with("fim_contrato", end)
}

fn served(config: &Config, rows: Vec<WorldRow>) -> Served {
    Folder::new().client(config, rows).serve()
}

/// From now on the service remembers so many days before `today`.
fn remember(served: &Served, config: &Config, today: &str, days: i64) {
    let first = plus_days(day(today), -days);
    behave(served, config, |habits| {
        habits.history = History::Since(first)
    });
}

/// From now on answers by day leave out the days from `first` to before `end`, of each pair.
fn leave_out(served: &Served, config: &Config, ranges: &[(&str, &str)]) {
    let days = |(first, end): &(&str, &str)| Days::new(day(first), day(end));
    behave(served, config, |habits| {
        habits.left_out = ranges.iter().map(days).collect()
    });
}

fn behave(served: &Served, config: &Config, change: impl FnOnce(&mut Habits)) {
    served.server.change(config.value("tenancy"), |tenant| {
        change(tenant.habits.get_or_insert_default());
    });
}

/// The client of `config` in a run at `now`.
#[track_caller]
fn reported(served: &Served, config: &Config, now: DateTime<Utc>, args: &[&str]) -> Value {
    client(&document(served, now, args), &config.file).clone()
}

/// What `--daily` says of a day.
#[track_caller]
fn cost<'v>(client: &'v Value, day: &str) -> &'v Value {
    let mut lines = client["diario"].as_array().unwrap().iter();
    &lines.find(|line| line["data"] == day).unwrap()["custo"]
}

/// The client is not in the totals and has no figure that its unknown days would falsify.
#[track_caller]
fn assert_incomplete(client: &Value, unknown: u64) {
    assert_eq!(client["situacao"], "historico_incompleto");
    assert_eq!(client["dias_sem_informacao"], unknown);
    for key in ["saldo", "previsto", "total_estimado", "sobra", "debito"] {
        assert!(client[key].is_null(), "{key} is {}", client[key]);
    }
}

#[test]
fn asking_anew_by_an_earlier_clock_loses_no_day() {
    let config = contract("a", "2024-06-01", "2027-05-31")
        .with("consumo_anterior", "2710")
        .with("consumo_anterior_ate", "2025-02-26");
    let served = served(&config, daily("2024-06-01", "2026-06-17", "10"));
    let (store, now) = (store(), morning("2026-06-17"));
    let kept = ["--store", &store];
    // Years that came to the store while the service had them.
    reported(&served, &config, morning("2025-12-01"), &kept);
    reported(&served, &config, now - TimeDelta::days(1), &kept);
    remember(&served, &config, "2026-06-17", 365);
    let truth = reported(&served, &config, now, &kept);

    // The other machine's clock is two minutes behind.
    let behind = now - TimeDelta::minutes(2);
    let refetch = ["--store", &store, "--refetch"];
    document(&served, behind, &refetch);

    let offline = ["--store", &store, "--offline"];
    let offline = reported(&served, &config, now, &offline);
    assert_eq!(truth["consumo"], "7460");
    assert_eq!(offline["consumo"], "7460");
    assert_eq!(offline["diario"], truth["diario"]);
    for (morning_of, consumption) in [("2026-06-18", "7470"), ("2026-07-20", "7470")] {
        let later = reported(&served, &config, morning(morning_of), &kept);
        assert_eq!(later["consumo"], consumption, "{morning_of}");
        assert!(!warnings(&later).contains(&"mes_reapresentado"));
    }
}

#[test]
fn days_forgotten_behind_an_opening_balance_are_not_free() {
    let config = contract("a", "2025-01-01", "2027-12-31")
        .with("credito", "9500")
        .with("consumo_anterior", "1810.00")
        .with("consumo_anterior_ate", "2025-06-30");
    let served = served(&config, daily("2025-01-01", "2027-06-01", "10"));
    let of = |today: &str| {
        remember(&served, &config, today, 365);
        reported(&served, &config, morning(today), &["--no-store"])
    };
    assert_eq!(of("2026-06-01")["consumo"], "5160");
    for (today, unknown) in [("2026-09-30", 91), ("2026-12-31", 183), ("2027-05-31", 334)] {
        assert_incomplete(&of(today), unknown);
    }
    let few = of("2026-07-15");
    assert_eq!(few["dias_sem_informacao"], 14);
    assert!(warnings(&few).contains(&"lacuna_no_historico"));
    assert!(cost(&few, "2025-07-14").is_null());
}

#[test]
fn a_day_s_age_is_counted_from_today_whatever_the_as_of_day() {
    let today = "2026-11-26";
    for (start, as_of, unknown) in [
        ("2025-11-01", "2026-03-01", 25),
        ("2025-10-25", "2026-10-20", 32),
        ("2025-03-01", "2025-12-20", 270),
    ] {
        let config = contract("a", start, "2027-02-28");
        let served = served(&config, daily(start, "2026-11-25", "10"));
        remember(&served, &config, today, 365);
        let args = ["--no-store", "--as-of", as_of];
        let client = reported(&served, &config, morning(today), &args);
        assert_eq!(client["dias_sem_informacao"], unknown, "{start}");
        assert!(cost(&client, start).is_null());
        if unknown > 35 {
            assert_incomplete(&client, unknown);
        }
    }
}

#[test]
fn an_old_window_that_was_left_out_once_is_asked_for_again() {
    let config = contract("a", "2025-11-03", "2026-11-30");
    let served = served(&config, daily("2025-11-03", "2026-11-25", "10"));
    let store = store();
    let kept = ["--store", &store];
    leave_out(&served, &config, &[("2025-11-03", "2025-12-03")]);
    let first = reported(&served, &config, morning("2026-11-01"), &kept);
    assert_eq!(first["dias_sem_informacao"], 30);
    assert!(cost(&first, "2025-11-20").is_null());

    leave_out(&served, &config, &[]);
    let second = reported(&served, &config, morning("2026-11-02"), &kept);
    assert_eq!(second["consumo"], "3640");
    assert_eq!(second["dias_sem_informacao"], 0);
}

#[test]
fn an_ended_contract_is_the_same_from_the_store_alone() {
    let config = contract("a", "2026-01-01", "2026-05-31").with("credito", "1500");
    let mut rows = daily("2026-01-01", "2026-05-29", "10");
    rows.extend(daily("2026-05-30", "2026-05-30", "1"));
    rows.extend(daily("2026-05-31", "2026-05-31", "2"));
    let served = served(&config, rows);
    let (store, now) = (store(), morning("2026-06-17"));
    let mut online = reported(&served, &config, now, &["--store", &store]);

    let args = ["--store", &store, "--offline"];
    let mut offline = reported(&served, &config, now, &args);

    assert_eq!(
        (&online["sobra"], &online["previsto"]),
        (&"7".into(), &"0".into())
    );
    for client in [&mut online, &mut offline] {
        client["buscado_em"].take();
    }
    assert_eq!(offline, online);
}

#[test]
fn another_tenancy_s_days_are_nobody_else_s() {
    let bravo = Config::new("bravo");
    // A user and a key of Alfa's own, and Bravo's tenancy.
    let pem = key_fixture("rsa-4096.pem");
    let fingerprint = key::fingerprint(key::parse(pem.as_bytes(), None).unwrap().as_ref()).unwrap();
    let pasted = Config::new("alfa")
        .with("tenancy", bravo.value("tenancy"))
        .with("fingerprint", &fingerprint)
        .with("key_file", "outra.pem");
    let served = served(&bravo, daily("2026-01-01", "2026-06-16", "12.34"));
    served.run(&[]).exited(0);
    fs::write(served.dir.path().join("outra.pem"), pem).unwrap();
    fs::write(served.dir.path().join(&pasted.file), pasted.text()).unwrap();

    // From the store alone, which needs no key at all, the stranger is told nothing.
    let offline = served.run(&["--format", "json", "--offline", "--only", "config_alfa"]);
    let offline = offline.exited(4).json();
    assert_eq!(offline["falhas"][0]["codigo"], "sem_dados_armazenados");

    // The service refuses the stranger, who is told nothing of the other's cost and stands in nobody's way.
    let online = served.json(3, &[]);
    let failed = failure(&online, &pasted.file);
    assert_eq!(failed["codigo"], "nao_autenticado");
    assert!(
        !failed["acao"].as_str().unwrap().contains("BRL"),
        "{failed:#}"
    );
    assert_eq!(client(&online, &bravo.file)["consumo"], "2060.78");
    assert_eq!(online["totais"][0]["clientes"], 1);

    // Nor does it stand in anybody's way where nobody is asked.
    let offline = served.json(3, &["--offline"]);
    assert_eq!(
        failure(&offline, &pasted.file)["codigo"],
        "sem_dados_armazenados"
    );
    assert_eq!(client(&offline, &bravo.file)["consumo"], "2060.78");

    // A fingerprint that the config names, and its key has not, is no proof either.
    let named = pasted.with("fingerprint", bravo.value("fingerprint"));
    fs::write(served.dir.path().join(&named.file), named.text()).unwrap();
    let offline = served.run(&["--format", "json", "--offline", "--only", "config_alfa"]);
    let offline = offline.exited(4).json();
    assert_eq!(offline["falhas"][0]["codigo"], "sem_dados_armazenados");
    let online = served.json(3, &[]);
    let failed = failure(&online, &named.file);
    assert_eq!(failed["codigo"], "fingerprint_diferente");
    assert!(
        !failed["acao"].as_str().unwrap().contains("BRL"),
        "{failed:#}"
    );
    // With the key itself a config under another name is the same customer's.
    let renamed = Config {
        file: "config_novo".to_owned(),
        ..bravo.clone()
    };
    fs::remove_file(served.dir.path().join(&named.file)).unwrap();
    fs::remove_file(served.dir.path().join(&bravo.file)).unwrap();
    fs::write(served.dir.path().join(&renamed.file), renamed.text()).unwrap();
    let offline = served.json(0, &["--offline"]);
    assert_eq!(client(&offline, &renamed.file)["consumo"], "2060.78");
}

#[test]
fn a_refused_renewal_is_counted_neither_alone_nor_twice() {
    let old = contract("a", "2026-01-01", "2026-12-31").with("credito", "6000");
    let renewal = Config {
        file: "config_b".to_owned(),
        ..contract("a", "2026-06-01", "2027-05-31").with("cliente", "Renovado")
    };
    let well = Config::new("c");
    let served = Folder::new()
        .client(&old, daily("2026-01-01", "2026-06-16", "10"))
        .config(&renewal)
        .client(&well, daily("2026-01-01", "2026-06-16", "10"))
        .serve();
    let store = store();
    let kept = ["--store", &store];
    let each_names_the_other = |document: &Value, files: &[(&str, &str)]| {
        for (file, other) in files {
            let failed = failure(document, file);
            assert_eq!(failed["codigo"], "contrato_repetido");
            assert_words(failed["mensagem"].as_str().unwrap(), &[other]);
        }
    };
    let both = [("config_a", "config_b"), ("config_b", "config_a")];
    let whole = served.json(3, &kept);
    each_names_the_other(&whole, &both);
    assert_eq!(whole["totais"][0]["clientes"], 1);
    assert_eq!(whole["totais"][0]["consumo"], "1670");

    // To look at one of them alone makes it no other's.
    let only = [&kept[..], &["--only", "config_b"]].concat();
    each_names_the_other(&served.json(4, &only), &both[1..]);
    each_names_the_other(&served.json(3, &kept), &both);
    let portfolio = query(
        &store,
        "SELECT CAST(clientes AS TEXT), CAST(consumo AS TEXT) FROM v_carteira",
    );
    let cells: Vec<String> = portfolio.into_iter().flatten().flatten().collect();
    let sums: Vec<f64> = cells.iter().map(|cell| cell.parse().unwrap()).collect();
    assert_eq!(sums, [1.0, 1670.0]);
}

#[test]
fn what_moves_between_two_days_of_the_window_s_reach_is_seen() {
    let config = contract("a", "2026-01-01", "2026-12-31");
    let rows = |moved: &str| {
        let mut rows = daily("2026-01-01", "2026-06-16", "10");
        for row in &mut rows {
            match row.day.to_string().as_str() {
                "2026-04-20" => row.amount = ["10", "910"][usize::from(moved == "yes")].to_owned(),
                "2026-04-21" => row.amount = ["10", "-890"][usize::from(moved == "yes")].to_owned(),
                _ => {}
            }
        }
        rows
    };
    let served = served(&config, rows("no"));
    let store = store();
    reported(
        &served,
        &config,
        morning("2026-06-16"),
        &["--store", &store],
    );
    served.server.restate(config.value("tenancy"), rows("yes"));

    let now = morning("2026-06-17");
    let with = reported(&served, &config, now, &["--store", &store]);
    let mut without = reported(&served, &config, now, &["--no-store"]);
    without["avisos"] = with["avisos"].clone();
    assert_eq!(with, without);
}

#[test]
fn a_window_that_is_left_out_is_not_free() {
    let config = contract("a", "2025-11-01", "2026-10-31");
    let served = served(&config, daily("2025-11-01", "2026-06-16", "10"));
    let (store, now) = (store(), morning("2026-06-17"));
    let truth = reported(&served, &config, now, &["--no-store"]);
    leave_out(&served, &config, &[("2025-11-01", "2026-01-30")]);
    for args in [&["--no-store"][..], &["--store", &store]] {
        let client = reported(&served, &config, now, args);
        assert_incomplete(&client, 90);
        let month = &client["meses"][0];
        assert!(
            month["consumo"].is_null() || month["consumo"] == "0",
            "{month}"
        );
        assert!(cost(&client, "2025-12-24").is_null());
    }
    leave_out(&served, &config, &[]);
    let healed = reported(
        &served,
        &config,
        now + TimeDelta::hours(1),
        &["--store", &store],
    );
    assert_eq!(healed["consumo"], truth["consumo"]);
    assert_eq!(healed["dias_sem_informacao"], 0);
}

#[test]
#[ignore = "long"]
fn a_clock_two_months_behind_takes_no_day_away() {
    let config = contract("a", "2025-01-01", "2027-12-31").with("credito", "20000");
    let served = served(&config, daily("2025-01-01", "2026-06-17", "10"));
    let (store, now) = (store(), morning("2026-06-17"));
    let kept = ["--store", &store];
    reported(&served, &config, morning("2025-11-20"), &kept);
    reported(&served, &config, now - TimeDelta::days(1), &kept);
    remember(&served, &config, "2026-06-17", 365);
    let truth = reported(&served, &config, now, &kept);
    assert_eq!(truth["consumo"], "5320");

    let away = TimeDelta::days(60);
    served.server.change(config.value("tenancy"), |tenant| {
        tenant.always = Some(Fault::ClockOffset(away.num_seconds()));
    });
    document(&served, now - away, &["--store", &store, "--refetch"]);
    served
        .server
        .change(config.value("tenancy"), |tenant| tenant.always = None);

    let after = reported(&served, &config, now + TimeDelta::hours(1), &kept);
    assert_eq!(after["consumo"], "5320");
    assert_eq!(after["diario"], truth["diario"]);
}

#[test]
#[ignore = "long"]
fn a_store_that_hangs_keeps_no_client_from_its_report() {
    let served = Folder::new()
        .client(&Config::new("a"), daily("2026-01-01", "2026-06-16", "10"))
        .client(&Config::new("b"), daily("2026-01-01", "2026-06-16", "10"))
        .serve();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = format!("postgres://u@{}/consumo", listener.local_addr().unwrap());
    let file = store();
    served.run(&["--store", &file]).exited(0);
    let holder = locked(&file);
    for place in [&silent, &file] {
        let begun = Instant::now();
        let args = [
            "--store",
            place,
            "--deadline",
            "8",
            "--format",
            "json",
            "-q",
        ];
        let ran = served.run(&args).exited(0);
        assert_eq!(ran.json()["totais"][0]["consumo"], "3340", "{place}");
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "{place}: {:?}",
            begun.elapsed()
        );
        // Even `-q` does not hide that nothing is kept.
        assert!(!ran.stderr.is_empty(), "{place}");
    }
    drop(holder);
}

#[test]
fn unknown_days_are_counted_together_and_never_shown_as_nothing() {
    let config = contract("a", "2025-11-01", "2026-10-31");
    let served = served(&config, daily("2025-11-01", "2026-06-16", "10"));
    let two = [("2026-01-05", "2026-01-25"), ("2026-03-05", "2026-03-25")];
    leave_out(&served, &config, &two);
    let client = reported(&served, &config, morning("2026-06-17"), &["--no-store"]);
    assert_incomplete(&client, 40);
    for day in ["2026-01-05", "2026-01-24", "2026-03-05", "2026-03-24"] {
        assert!(cost(&client, day).is_null(), "{day}");
    }
    assert_eq!(cost(&client, "2026-02-01"), "10");

    // Ten pieces of a week count as one piece of seventy days does.
    let weeks: Vec<[String; 2]> = (0..10)
        .map(|n| [0, 7].map(|days| plus_days(day("2025-11-03"), 20 * n + days).to_string()))
        .collect();
    let ten: Vec<(&str, &str)> = weeks
        .iter()
        .map(|[start, end]| (start.as_str(), end.as_str()))
        .collect();
    leave_out(&served, &config, &ten);
    let client = reported(&served, &config, morning("2026-06-17"), &["--no-store"]);
    assert_incomplete(&client, 70);

    leave_out(
        &served,
        &config,
        &[("2026-01-05", "2026-01-15"), ("2026-03-05", "2026-03-15")],
    );
    let few = reported(&served, &config, morning("2026-06-17"), &["--no-store"]);
    assert_eq!(
        (&few["dias_sem_informacao"], &few["consumo"]),
        (&20.into(), &"2080".into())
    );
    let told = few["avisos"].as_array().unwrap().iter();
    let told: Vec<&str> = told
        .filter(|warning| warning["codigo"] == "lacuna_no_historico")
        .map(|warning| warning["mensagem"].as_str().unwrap())
        .collect();
    for day in ["05/01/2026", "14/01/2026", "05/03/2026", "14/03/2026"] {
        assert!(
            told.iter().any(|text| text.contains(day)),
            "{day} in {told:?}"
        );
    }
}

#[test]
fn days_known_to_be_free_count_against_nobody() {
    let config = contract("a", "2025-06-01", "2027-05-31");
    let served = served(&config, daily("2025-07-29", "2026-07-01", "10"));
    let store = store();
    let kept = ["--store", &store];
    reported(&served, &config, morning("2025-12-01"), &kept);
    reported(&served, &config, morning("2026-05-31"), &kept);
    for today in ["2026-06-01", "2026-06-02", "2026-06-20"] {
        remember(&served, &config, today, 365);
        let client = reported(&served, &config, morning(today), &kept);
        assert_ne!(client["situacao"], "historico_incompleto", "{today}");
        assert_eq!(client["dias_sem_informacao"], 0, "{today}");
        assert_eq!(cost(&client, "2025-06-15"), "0");
        assert!(!client["saldo"].is_null());
    }
}

#[cfg(unix)]
#[test]
fn the_remedy_s_command_names_the_very_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let config = Config {
        file: "config_a\\b".to_owned(),
        ..Config::new("a")
    };
    let served = served(&config, daily("2026-01-01", "2026-06-16", "10"));
    let path = served.dir.path().join(&config.file);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let pem = served.dir.path().join("key.pem");
    fs::set_permissions(&pem, fs::Permissions::from_mode(0o600)).unwrap();

    let said = served.check(&[]).stdout;
    let begin = said
        .find("chmod")
        .unwrap_or_else(|| panic!("no chmod in {said}"));
    let command = said[begin..].lines().next().unwrap();
    let end = command
        .rfind('\'')
        .unwrap_or_else(|| panic!("no quotes in {command}"));
    let command = &command[..=end];
    let mut shell = std::process::Command::new("sh");
    shell.arg("-c").arg(command).current_dir(served.dir.path());
    assert!(ran(&mut shell).status == Some(0), "{command}");
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "{command}");
}

#[test]
fn each_form_has_each_figure() {
    let config = Config::new("a");
    let served = served(&config, daily("2026-01-01", "2026-06-16", "10"));
    let csv = served.dir.path().join("clientes.csv");
    let store = store();
    let args = [
        "--csv",
        "clientes",
        "-o",
        csv.to_str().unwrap(),
        "--format",
        "json",
    ];
    let document = served
        .run(&[&args[..], &["--store", &store]].concat())
        .exited(0)
        .json();
    let table = fs::read_to_string(csv).unwrap();
    let columns: Vec<&str> = table.lines().next().unwrap().split(',').collect();
    let columns: Vec<&str> = columns.iter().map(|name| name.trim_matches('"')).collect();
    let client = client(&document, &config.file).as_object().unwrap();
    for figure in FIGURES {
        assert!(
            columns.contains(&figure.key),
            "{} is no column of {columns:?}",
            figure.key
        );
        let holder = if figure.in_band {
            &client["faixa"]
        } else {
            &Value::from(client.clone())
        };
        let said = holder.is_null() || holder.get(figure.key).is_some();
        assert!(said, "{} is no key", figure.key);
    }
}

#[test]
fn money_in_two_currencies_is_told_with_both_sums() {
    let mut rows = daily("2026-01-01", "2026-06-16", "10");
    let dollars = daily("2026-03-05", "2026-06-16", "1").into_iter();
    rows.extend(dollars.map(|row| WorldRow::new(row.day, "1", "USD")));
    let config = Config::new("a");
    let served = served(&config, rows);
    let document = served
        .run(&["--format", "json", "--no-store"])
        .exited(4)
        .json();
    let failed = failure(&document, &config.file);
    assert_eq!(failed["codigo"], "moeda_divergente");
    let message = failed["mensagem"].as_str().unwrap();
    assert_words(message, &["BRL", "USD", "1.670,00", "104,00", "05/03/2026"]);
}

#[test]
#[ignore = "long"]
fn a_reader_of_the_store_does_not_make_history_short() {
    let config = contract("a", "2024-12-01", "2026-11-30");
    let served = served(&config, daily("2024-12-01", "2026-06-16", "10"));
    let store = store();
    reported(
        &served,
        &config,
        morning("2025-11-01"),
        &["--store", &store],
    );
    reported(
        &served,
        &config,
        morning("2026-06-16"),
        &["--store", &store],
    );
    remember(&served, &config, "2026-06-17", 365);
    let holder = locked(&store);
    let begun = Instant::now();
    let args = ["--store", &store, "--deadline", "8"];
    let client = reported(&served, &config, morning("2026-06-17"), &args);
    assert!(
        begun.elapsed() < Duration::from_secs(20),
        "{:?}",
        begun.elapsed()
    );
    assert_eq!(client["consumo"], "5630");
    assert_eq!(client["dias_sem_informacao"], 0);
    drop(holder);
}
