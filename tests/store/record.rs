//! What recording leaves in a store, and what reading needs: through the store alone, without a service.

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use fastrand::Rng;
use oci_consumo::internals::calendar::{Day, Days, plus_days};
use oci_consumo::internals::days::{CostRow, Ledger};
use oci_consumo::internals::failure::StoreProblem;
use oci_consumo::internals::money::{Amount, Currency};
use oci_consumo::internals::store::place::Place;
use oci_consumo::internals::store::{
    ClientRecord, Held, Outbox, Owner, Recorded, RecordedDays, Run, Settings, Showing, Store,
};

use super::postgres::{self, as_role};
use super::views::query;
use super::{Engine, on_each_engine, wait};
use crate::common::{day, morning, samples};

const WAIT: Duration = Duration::from_secs(20);
const FOLDER: &str = "/clientes";
const TENANCY: &str = "ocid1.tenancy.oc1..abc";
const KEY: &str = "aa:bb";

fn place(store: &str) -> Place {
    Place::parse(store).unwrap()
}

fn run(as_of: &str) -> Run {
    Run {
        folder: FOLDER.to_owned(),
        complete: true,
        look: false,
        shown: Showing::Always,
        shown_in_past: Showing::Never,
        figures: true,
        as_of: day(as_of),
        started_at: morning(as_of),
        finished_at: morning(as_of),
        settings: Settings {
            method: "weekday",
            settle_days: 2,
            surplus_percent: "10".to_owned(),
        },
        clients: 1,
        failed: 0,
        meaning: |_| None,
    }
}

fn client<'a>(tenancy: &'a str, file: &'a str, days: RecordedDays<'a>) -> ClientRecord<'a> {
    ClientRecord {
        tenancy: Some(tenancy),
        name: "Cliente",
        file,
        fingerprint: Some(KEY),
        region: None,
        group: None,
        contract: None,
        days: Some(days),
        outcome: None,
    }
}

fn failed<'a>(tenancy: Option<&'a str>, file: &'a str, code: &'static str) -> ClientRecord<'a> {
    ClientRecord {
        tenancy,
        name: "Cliente",
        file,
        fingerprint: None,
        region: None,
        group: None,
        contract: None,
        days: None,
        outcome: Some(Err(code)),
    }
}

fn record(store: &str, run: &Run, clients: &[ClientRecord<'_>]) -> Result<Recorded, StoreProblem> {
    wait(Store::record(&place(store), None, run, clients, None, WAIT))
}

/// An answer for a range of days.
#[derive(Clone, Debug)]
struct Answer {
    days: Days,
    at: DateTime<Utc>,
    ledger: Ledger,
}

impl Answer {
    /// An answer of `amount` on each of the days.
    fn of(first: &str, last: &str, at: &str, amount: &str) -> Self {
        let days = Days::inclusive(day(first), day(last));
        let row = |day| CostRow {
            day,
            amount: Amount::parse(amount).unwrap(),
            currency: Currency::parse("BRL"),
        };
        Self {
            days,
            at: morning(at),
            ledger: days.iter().map(row).collect(),
        }
    }

    fn record(&self, store: &str) {
        self.record_of(store, TENANCY);
    }

    fn record_of(&self, store: &str, tenancy: &str) {
        let recorded = RecordedDays {
            ledger: &self.ledger,
            answered: &[self.days],
            unanswered: &[],
            at: self.at,
        };
        let clients = [client(tenancy, "config_a", recorded)];
        record(store, &run("2026-06-17"), &clients).unwrap();
    }
}

fn open(store: &str) -> Result<Option<Store>, StoreProblem> {
    wait(Store::open(&place(store), None, WAIT))
}

fn owner(file: &str) -> Owner<'_> {
    Owner {
        folder: FOLDER,
        file,
        fingerprint: Some("cc:dd"),
    }
}

fn read(store: &str) -> Result<Held, StoreProblem> {
    read_of(store, TENANCY)
}

fn read_of(store: &str, tenancy: &str) -> Result<Held, StoreProblem> {
    wait(async {
        let open = Store::open(&place(store), None, WAIT).await?.unwrap();
        let held = open.read(tenancy, &owner("config_a")).await;
        open.close().await;
        held
    })
}

/// Answers of runs whose clocks and ranges differ, each with a row on most days.
fn answers(rng: &mut Rng, minutes_apart: i64, idle: bool) -> Vec<Answer> {
    let first = day("2026-01-01");
    (0..rng.usize(2..5))
        .map(|_| {
            let start = plus_days(first, rng.i64(0..150));
            let days = Days::new(start, plus_days(start, rng.i64(1..160)));
            let mut ledger = Ledger::default();
            for day in days.iter() {
                if idle && rng.u8(0..5) == 0 {
                    continue;
                }
                for currency in ["BRL", "USD"].iter().take(rng.usize(1..3)) {
                    ledger.book(CostRow {
                        day,
                        amount: Amount::parse(&format!("{}.{:02}", rng.u8(1..99), rng.u8(0..99)))
                            .unwrap(),
                        currency: Currency::parse(currency),
                    });
                }
            }
            Answer {
                days,
                at: morning("2026-06-17") + TimeDelta::minutes(rng.i64(0..minutes_apart)),
                ledger,
            }
        })
        .collect()
}

/// The days as a calendar would have them: each by the latest answer that covers it.
fn calendar(answers: &[Answer]) -> (Ledger, Vec<Day>) {
    let mut latest: BTreeMap<Day, &Answer> = BTreeMap::new();
    for answer in answers {
        for day in answer.days.iter() {
            let known = latest.entry(day).or_insert(answer);
            if answer.at > known.at {
                *known = answer;
            }
        }
    }
    let mut ledger = Ledger::default();
    for (day, answer) in &latest {
        ledger.replace(*day, &answer.ledger);
    }
    (ledger, latest.into_keys().collect())
}

fn known(held: &Held) -> Vec<Day> {
    let mut known: Vec<Day> = held
        .days
        .coverage
        .known()
        .flat_map(|days| days.iter().collect::<Vec<_>>())
        .collect();
    known.sort();
    known
}

/// Runs end in any order, whatever their clocks say: each day is as the latest answer had it.
#[test]
#[ignore = "long"]
fn runs_that_end_in_any_order_leave_the_same_days() {
    on_each_engine(|store| {
        let store = &store();
        for seed in 0..samples(6, 20) {
            let mut rng = Rng::with_seed(seed);
            let mut answers = answers(&mut rng, 5 * 24 * 60, true);
            answers.sort_by_key(|answer| answer.at);
            answers.dedup_by_key(|answer| answer.at);
            let expected = calendar(&answers);
            for order in 0..2 {
                let tenancy = format!("{TENANCY}{seed}.{order}");
                rng.shuffle(&mut answers);
                answers
                    .iter()
                    .for_each(|answer| answer.record_of(store, &tenancy));

                let held = read_of(store, &tenancy).unwrap();

                let context = format!("seed {seed}, order {order}");
                assert_eq!(held.days.ledger, expected.0, "{context}");
                assert_eq!(known(&held), expected.1, "{context}");
                assert!(held.bound);
            }
        }
    });
}

/// With clocks that are months apart some answers count less than they could, and no known day loses its row.
#[test]
#[ignore = "long"]
fn no_known_day_loses_its_row_whatever_the_clocks_say() {
    on_each_engine(|store| {
        let store = &store();
        for seed in 100..samples(106, 120) {
            let mut rng = Rng::with_seed(seed);
            let answers = answers(&mut rng, 400 * 24 * 60, false);
            let tenancy = format!("{TENANCY}{seed}");
            for (n, answer) in answers.iter().enumerate() {
                answer.record_of(store, &tenancy);
                let held = read_of(store, &tenancy).unwrap();
                let rows: Vec<Day> = known(&held)
                    .into_iter()
                    .filter(|day| !held.days.ledger.has(*day))
                    .collect();
                assert_eq!(rows, [], "seed {seed}, run {n}");
                assert_eq!(
                    known(&held),
                    calendar(&answers[..=n]).1,
                    "seed {seed}, run {n}"
                );
            }
        }
    });
}

/// What fell: years of days in one range, joined on the morning, and a run with an earlier clock that asks for
/// all of them again.
#[test]
fn asking_again_with_an_earlier_clock_keeps_years_of_days() {
    on_each_engine(|store| {
        let store = &store();
        Answer::of("2024-06-01", "2026-06-15", "2026-06-16", "10").record(store);
        let mut usual = Answer::of("2026-03-25", "2026-06-16", "2026-06-17", "10");
        usual.at += TimeDelta::minutes(2);
        usual.record(store);
        let before = read(store).unwrap().days.ledger;

        // The service remembers a year of them.
        Answer::of("2025-06-17", "2026-06-16", "2026-06-17", "10").record(store);

        assert_eq!(read(store).unwrap().days.ledger, before);
        assert_eq!(before.len(), 746);
    });
}

#[test]
fn a_changed_digit_is_told_until_an_answer_replaces_it() {
    on_each_engine(|store| {
        let store = &store();
        Answer::of("2025-06-01", "2026-06-15", "2026-06-16", "10").record(store);
        let day_changed = "UPDATE custo_diario SET custo = CAST('19' AS {}) WHERE data = CAST('2025-07-09' AS {})";
        let (amount, date) = if store.starts_with("postgres") {
            ("NUMERIC", "DATE")
        } else {
            ("TEXT", "TEXT")
        };
        let update = day_changed
            .replacen("{}", amount, 1)
            .replacen("{}", date, 1);
        query(store, &update);
        assert_eq!(read(store).unwrap_err(), StoreProblem::Corrupt);

        // A usual morning neither hides the damage nor is lost by it.
        Answer::of("2026-03-25", "2026-06-16", "2026-06-17", "10").record(store);
        assert_eq!(read(store).unwrap_err(), StoreProblem::Corrupt);

        Answer::of("2025-07-01", "2025-07-31", "2026-06-18", "10").record(store);
        let held = read(store).unwrap();
        assert_eq!(
            held.days
                .ledger
                .iter()
                .map(|(_, amount)| amount)
                .sum::<Amount>(),
            Amount::from(3810)
        );

        // A row that is gone is damage, too.
        query(
            store,
            &update
                .replace(
                    "UPDATE custo_diario SET custo = CAST('19' AS NUMERIC)",
                    "DELETE FROM custo_diario",
                )
                .replace(
                    "UPDATE custo_diario SET custo = CAST('19' AS TEXT)",
                    "DELETE FROM custo_diario",
                ),
        );
        assert_eq!(read(store).unwrap_err(), StoreProblem::Corrupt);
    });
}

#[test]
fn days_belong_to_the_config_or_key_that_the_service_answered() {
    on_each_engine(|store| {
        let store = &store();
        Answer::of("2026-06-01", "2026-06-15", "2026-06-16", "10").record(store);
        let bound = |file, fingerprint| {
            wait(async {
                let open = Store::open(&place(store), None, WAIT)
                    .await
                    .unwrap()
                    .unwrap();
                let owner = Owner {
                    folder: FOLDER,
                    file,
                    fingerprint,
                };
                let held = open.read(&TENANCY.to_uppercase(), &owner).await.unwrap();
                open.close().await;
                assert_eq!(held.days.ledger.len(), 15);
                held.bound
            })
        };
        assert!(bound("config_a", None) && bound("config_a", Some("cc:dd")));
        assert!(bound("config_b", Some("AA:BB")));
        assert!(!bound("config_b", Some("cc:dd")) && !bound("config_b", None));
    });
}

#[test]
fn a_run_without_clients_makes_no_store() {
    for store in [Engine::Sqlite.store(), Engine::Postgres.store()]
        .into_iter()
        .flatten()
    {
        assert_eq!(
            record(&store, &run("2026-06-17"), &[]).unwrap(),
            Recorded::default()
        );
        assert!(open(&store).unwrap().is_none());
        assert!(store.starts_with("postgres") || !Path::new(&store).exists());

        let made = record(
            &store,
            &run("2026-06-17"),
            &[failed(None, "config_a", "config_invalida")],
        );
        assert_eq!(
            made.unwrap(),
            Recorded {
                made: true,
                shown: true,
                in_past: false,
            }
        );
    }
}

#[test]
fn only_a_database_is_taken_for_a_store() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x");
    for content in ["x", "SQLite format 3", "-----BEGIN PRIVATE KEY-----\n"] {
        fs::write(&path, content).unwrap();
        let store = path.to_str().unwrap();
        assert_eq!(open(store).unwrap_err(), StoreProblem::Corrupt);
        let recorded = record(store, &run("2026-06-17"), &[failed(None, "config_a", "x")]);
        assert_eq!(recorded.unwrap_err(), StoreProblem::Corrupt);
        assert_eq!(fs::read(&path).unwrap(), content.as_bytes());
    }
    // An empty file is as good as none; another program's database is not.
    fs::write(&path, "").unwrap();
    let store = path.to_str().unwrap();
    assert!(open(store).unwrap().is_none());
    assert!(
        record(store, &run("2026-06-17"), &[failed(None, "config_a", "x")])
            .unwrap()
            .made
    );
    let foreign = folder.path().join("y");
    let foreign = foreign.to_str().unwrap();
    fs::write(foreign, "").unwrap();
    query(foreign, "CREATE TABLE music (id INTEGER)");
    let before = fs::read(foreign).unwrap();
    let recorded = record(
        foreign,
        &run("2026-06-17"),
        &[failed(None, "config_a", "x")],
    );
    assert_eq!(recorded.unwrap_err(), StoreProblem::Corrupt);
    assert_eq!(fs::read(foreign).unwrap(), before);
}

/// A database that somebody else holds, from the statements that take hold of it.
async fn held(store: &str, statements: &[&str]) -> sqlx::SqliteConnection {
    use sqlx::{ConnectOptions as _, Executor as _};
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(store);
    let mut holder = options.connect().await.unwrap();
    for statement in statements {
        let _ = holder.fetch_all(*statement).await.unwrap();
    }
    holder
}

#[test]
#[ignore = "long"]
fn a_file_that_others_hold_is_read_and_waited_for_no_longer_than_told() {
    use sqlx::Connection as _;
    let store = &Engine::Sqlite.store().unwrap();
    Answer::of("2026-06-01", "2026-06-15", "2026-06-16", "10").record(store);
    let clients = [failed(None, "config_a", "x")];
    let patience = Duration::from_millis(600);
    let record = || {
        let begun = Instant::now();
        let recorded = wait(Store::record(
            &place(store),
            None,
            &run("2026-06-17"),
            &clients,
            None,
            patience,
        ));
        assert!(begun.elapsed() < 3 * patience, "{:?}", begun.elapsed());
        recorded
    };
    // Somebody writes, and a BI tool has not read its answer to the end.
    for statements in [
        &["BEGIN IMMEDIATE"][..],
        &["BEGIN", "SELECT * FROM v_contratos"],
    ] {
        let holder = wait(held(store, statements));
        let begun = Instant::now();
        assert_eq!(read(store).unwrap().days.ledger.len(), 15);
        assert!(begun.elapsed() < patience);
        assert_eq!(record().unwrap_err(), StoreProblem::Busy, "{statements:?}");
        wait(holder.close()).unwrap();
        record().unwrap();
    }
    let holder = wait(held(store, &["BEGIN EXCLUSIVE"]));
    let begun = Instant::now();
    let opened = wait(Store::open(&place(store), None, patience));
    assert_eq!(opened.unwrap_err(), StoreProblem::Busy);
    assert!(begun.elapsed() < 3 * patience);
    wait(holder.close()).unwrap();
}

#[test]
fn a_server_that_says_nothing_is_left_in_time() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("postgres://u:geheim@{}/d", listener.local_addr().unwrap());
    let patience = Duration::from_millis(400);
    let begun = Instant::now();
    let opened = wait(Store::open(&place(&url), None, patience));
    assert!(
        matches!(
            opened,
            Err(StoreProblem::Unreachable { .. } | StoreProblem::Busy)
        ),
        "{opened:?}"
    );
    let clients = [failed(None, "config_a", "x")];
    wait(Store::record(
        &place(&url),
        None,
        &run("2026-06-17"),
        &clients,
        None,
        patience,
    ))
    .unwrap_err();
    assert!(begun.elapsed() < 4 * patience, "{:?}", begun.elapsed());
    let begun = Instant::now();
    let opened = wait(Outbox::open(&place(&url), None, "/c", false, patience));
    assert!(
        matches!(
            opened,
            Err(StoreProblem::Unreachable { .. } | StoreProblem::Busy)
        ),
        "{opened:?}"
    );
    assert!(begun.elapsed() < 2 * patience, "{:?}", begun.elapsed());
}

#[test]
fn a_role_is_told_which_grant_it_lacks() {
    let Some(store) = Engine::Postgres.store() else {
        return;
    };
    let clients = [failed(Some(TENANCY), "config_a", "x")];
    let denied = |recorded: Result<Recorded, StoreProblem>| match recorded {
        Err(StoreProblem::Denied { detail, grant }) => (detail, grant.unwrap()),
        other => panic!("{other:?}"),
    };
    // What PostgreSQL 15 does by itself.
    query(&store, "REVOKE CREATE ON SCHEMA public FROM PUBLIC");
    let app = as_role(&store, "app");
    let (detail, grant) = denied(record(&app, &run("2026-06-17"), &clients));
    assert_eq!(detail, "permission denied for schema public");
    let role = |url: &str| {
        url.split("//")
            .nth(1)
            .unwrap()
            .split('@')
            .next()
            .unwrap()
            .to_owned()
    };
    assert_eq!(
        grant,
        format!("GRANT CREATE ON SCHEMA public TO {}", role(&app))
    );
    query(&store, &grant);
    assert!(record(&app, &run("2026-06-17"), &clients).unwrap().made);
    Answer::of("2026-06-01", "2026-06-15", "2026-06-16", "10").record(&app);

    // A role that may only read, reads.
    let reader = as_role(&store, "leitor");
    query(
        &app,
        &format!(
            "GRANT SELECT ON ALL TABLES IN SCHEMA public TO {}",
            role(&reader)
        ),
    );
    assert_eq!(read(&reader).unwrap().days.ledger.len(), 15);
    let (detail, grant) = denied(record(&reader, &run("2026-06-18"), &clients));
    assert!(detail.starts_with("permission denied for"), "{detail}");
    query(&app, &grant);
    record(&reader, &run("2026-06-18"), &clients).unwrap();
}

#[test]
#[ignore = "long"]
fn a_name_that_the_server_cannot_hold_keeps_no_run_out() {
    for (encoding, expected) in [
        ("LATIN1", "Pão ? de ?"),
        ("WIN1252", "Pão € de ?"),
        ("EUC_JP", "P?o ? de ?"),
    ] {
        let Some(store) = postgres::encoded(encoding) else {
            return;
        };
        let client = ClientRecord {
            name: "Pão € de 水",
            ..failed(Some(TENANCY), "config_€", "x")
        };
        let recorded = record(&store, &run("2026-06-17"), &[client]).unwrap();
        assert!(recorded.shown);
        let rows = query(&store, "SELECT cliente, arquivo FROM v_falhas");
        assert_eq!(rows[0][0].as_deref(), Some(expected), "{encoding}");
        Answer::of("2026-06-01", "2026-06-15", "2026-06-16", "10").record(&store);
        assert!(read(&store).unwrap().bound);
        let outcome = wait(async {
            let open = Store::open(&place(&store), None, WAIT)
                .await
                .unwrap()
                .unwrap();
            let outcome = open
                .last_outcome(TENANCY, FOLDER, "config_€")
                .await
                .unwrap();
            open.close().await;
            outcome
        });
        assert_eq!(outcome.unwrap().failure.as_deref(), Some("x"));
    }
}

/// Two runs at once behind a pooler that gives each transaction another connection.
#[test]
fn a_transaction_pooler_is_a_server_like_any_other() {
    let Some((direct, pooled)) = postgres::pooled() else {
        return;
    };
    std::thread::scope(|scope| {
        for n in 0..4 {
            let pooled = &pooled;
            scope.spawn(move || {
                let ocid = format!("ocid1.tenancy.oc1..{n}");
                for at in ["2026-06-16", "2026-06-17"] {
                    let answer = Answer::of("2025-06-01", "2026-06-15", at, "10");
                    let days = RecordedDays {
                        ledger: &answer.ledger,
                        answered: &[answer.days],
                        unanswered: &[],
                        at: answer.at,
                    };
                    let clients = [
                        client(&ocid, "config_a", days),
                        failed(None, "config_b", "x"),
                    ];
                    record(pooled, &run(at), &clients).unwrap();
                    let held = wait(async {
                        let open = Store::open(&place(pooled), None, WAIT)
                            .await
                            .unwrap()
                            .unwrap();
                        let held = open.read(&ocid, &owner("config_a")).await;
                        open.close().await;
                        held
                    });
                    assert_eq!(held.unwrap().days.ledger.len(), 380);
                }
            });
        }
    });
    let runs = query(&direct, "SELECT CAST(COUNT(*) AS TEXT) FROM v_execucoes");
    assert_eq!(runs, [[Some("8".to_owned())]]);
}

/// Which run BI shows, over a life of runs of one folder: the run, whether it is shown, and the as-of day that
/// the views take then.
#[test]
fn a_look_is_not_shown_unless_it_is_recorded() {
    on_each_engine(|store| {
        let store = &store();
        let clients = [failed(None, "config_a", "x")];
        let shown = |shown, run: Run| Run {
            shown,
            shown_in_past: shown,
            ..run
        };
        let look = |as_of| {
            shown(
                Showing::First,
                Run {
                    look: true,
                    ..run(as_of)
                },
            )
        };
        let only = |as_of| {
            shown(
                Showing::Never,
                Run {
                    complete: false,
                    ..look(as_of)
                },
            )
        };
        let what_if = |as_of| {
            shown(
                Showing::Never,
                Run {
                    figures: false,
                    ..look(as_of)
                },
            )
        };
        let recorded = |run| shown(Showing::Always, run);
        let life = [
            ("what-if", what_if("2026-06-10"), false),
            ("only", only("2026-06-10"), false),
            (
                "the first complete one, though a look",
                look("2026-06-10"),
                true,
            ),
            ("another look", look("2026-06-11"), false),
            ("usual", run("2026-06-11"), true),
            ("usual, the same day", run("2026-06-11"), true),
            ("an earlier day", run("2026-06-01"), false),
            (
                "a look that is recorded",
                recorded(look("2026-06-12")),
                true,
            ),
            ("usual", run("2026-06-13"), true),
            (
                "an earlier day, recorded",
                recorded(run("2026-06-05")),
                true,
            ),
            ("usual, after it", run("2026-06-06"), true),
            ("only, recorded", recorded(only("2026-06-06")), true),
        ];
        for (what, run, shown) in life {
            assert_eq!(
                record(store, &run, &clients).unwrap().shown,
                shown,
                "{what}"
            );
        }
        let elsewhere = Run {
            folder: "/outros".to_owned(),
            ..look("2026-01-01")
        };
        assert!(record(store, &elsewhere, &clients).unwrap().shown);

        let text = |sql: &str| -> Vec<Vec<String>> {
            let rows = query(store, sql).into_iter();
            rows.map(|row| row.into_iter().map(Option::unwrap_or_default).collect())
                .collect()
        };
        let runs = text(
            "SELECT CAST(data_base AS TEXT), CAST(mostrada AS TEXT), CAST(ultima_do_dia AS TEXT) \
             FROM v_execucoes WHERE pasta = '/clientes' ORDER BY execucao",
        );
        let shown: Vec<&str> = runs
            .iter()
            .filter(|run| run[1] == "1")
            .map(|run| &*run[0])
            .collect();
        // Those as of later days gave way to the one that was recorded.
        assert_eq!(shown, ["2026-06-05", "2026-06-06", "2026-06-06"]);
        let last: Vec<&str> = runs
            .iter()
            .filter(|run| run[2] == "1")
            .map(|run| &*run[0])
            .collect();
        assert_eq!(last, ["2026-06-05", "2026-06-06"]);
        // One failed config a day, whatever number of runs it had.
        let failures = text(
            "SELECT CAST(data_base AS TEXT), arquivo, codigo FROM v_falhas WHERE pasta = '/clientes' ORDER BY 1",
        );
        assert_eq!(
            failures,
            [
                ["2026-06-05", "config_a", "x"],
                ["2026-06-06", "config_a", "x"]
            ]
        );
    });
}
