//! The outbox and the memory of alerts, on both engines: what a run decides is written with the run or not at all, a row
//! is one run's at a time, and each ending leaves the memory right.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use oci_consumo::internals::alert::{
    Addressed, ContractAnswer, ContractKey, ContractSight, Facts, Memory, News, Recipient, Rule,
    Scope, Side, coalesce,
};
use oci_consumo::internals::calendar::{Day, plus_days};
use oci_consumo::internals::store::place::Place;
use oci_consumo::internals::store::{
    AlertStep, ClientRecord, DecidedAlerts, Ending, HeldAlerts, Outbox, OutboxDraft, OutboxRow,
    RowState, Run, Settings, Showing, Store,
};

use super::views::query;
use super::{on_each_engine, wait};
use crate::common::{day, morning, usual_rules};

const WAIT: Duration = Duration::from_secs(20);
const LEASE: Duration = Duration::from_secs(300);
const FOLDER: &str = "/clientes";
const START: &str = "2026-01-01";

fn place(store: &str) -> Place {
    Place::parse(store).unwrap()
}

fn run(as_of: Day) -> Run {
    Run {
        folder: FOLDER.to_owned(),
        complete: true,
        look: false,
        shown: Showing::Always,
        shown_in_past: Showing::Never,
        figures: true,
        as_of,
        started_at: at(as_of),
        finished_at: at(as_of),
        settings: Settings {
            method: "weekday",
            settle_days: 2,
            surplus_percent: "10".to_owned(),
        },
        clients: 1,
        failed: 1,
        meaning: |_| None,
    }
}

fn at(as_of: Day) -> DateTime<Utc> {
    morning(&as_of.to_string())
}

fn key() -> ContractKey {
    ContractKey {
        tenancy: "t".to_owned(),
        start: day(START),
    }
}

fn recipients() -> [Recipient; 1] {
    [Recipient {
        id: "email:1".to_owned(),
        side: Side::Operator,
        from_level: 1,
        silent_until: None,
    }]
}

/// Figures of a morning on which the credit runs out for sure, or not.
fn sight(as_of: Day, spent: bool) -> ContractSight {
    use oci_consumo::internals::report::statement::Situation;
    let facts = Facts {
        as_of,
        settled_through: Some(plus_days(as_of, -3)),
        silent: false,
        situation: if spent {
            Situation::Spent
        } else {
            Situation::Ended
        },
        elapsed: 200,
        left: 100,
        chance: None,
        projected_percent: None,
        surplus_percent: None,
        runs_out: None,
        shortfall: None,
        surplus: None,
        currency: None,
        pace_changed: false,
    };
    ContractSight {
        key: key(),
        file: "config_a".to_owned(),
        client: "Andorinha".to_owned(),
        terms: None,
        answer: ContractAnswer::Fresh(facts),
        figures: None,
    }
}

/// The decision of a run that sees `sight`.
fn decide(
    as_of: Day,
    sight: ContractSight,
) -> impl FnOnce(HeldAlerts) -> Option<DecidedAlerts> + Send {
    move |held| {
        let mut memory = held.memory;
        let (sights, operators) = ([sight], recipients());
        let decision = memory.decide(
            as_of,
            Scope::Folder,
            &sights,
            |_| Vec::new(),
            &operators,
            &usual_rules(),
        );
        let events = decision.events(as_of, &sights, &operators);
        let only = |event: &Addressed| {
            event
                .event
                .contract()
                .is_some_and(|c| c.rule == Rule::RunsOut)
        };
        let events = events.into_iter().filter(only).collect();
        let coalesced = coalesce(&held.waiting, events, &memory);
        let drafts = coalesced.new.into_iter().map(|addressed| OutboxDraft {
            channel: "email".to_owned(),
            recipient: addressed.recipient,
            masked: "n…@p.br".to_owned(),
            side: addressed.side,
            file: None,
            event: addressed.event,
        });
        Some(DecidedAlerts {
            memory,
            superseded: coalesced.superseded,
            rows: drafts.collect(),
        })
    }
}

fn record(store: &str, endpoint: Option<&str>, as_of: Day, spent: bool) {
    let clients = [ClientRecord {
        tenancy: None,
        name: "Andorinha",
        file: "config_a",
        fingerprint: None,
        region: None,
        group: None,
        contract: None,
        days: None,
        outcome: Some(Err("x")),
    }];
    let step = AlertStep {
        new_key: "segredo".to_owned(),
        decide: Box::new(decide(as_of, sight(as_of, spent))),
    };
    let (place, run) = (place(store), run(as_of));
    wait(Store::record(
        &place,
        endpoint,
        &run,
        &clients,
        Some(step),
        WAIT,
    ))
    .unwrap();
}

fn outbox(store: &str, endpoint: Option<&str>, past: bool) -> Outbox {
    let opened = wait(Outbox::open(&place(store), endpoint, FOLDER, past, WAIT));
    opened.unwrap().unwrap()
}

/// Records a day on which nothing is told, and the next one, which leaves a row in the outbox.
fn with_news(store: &str) -> (Outbox, Day) {
    let (first, second) = (day("2026-06-01"), day("2026-06-02"));
    record(store, None, first, false);
    record(store, None, second, true);
    (outbox(store, None, false), second)
}

fn take(outbox: &Outbox, now: DateTime<Utc>) -> Vec<OutboxRow> {
    let taken = wait(outbox.take(now, "um", LEASE)).unwrap();
    taken.rows
}

fn news(rows: &[OutboxRow]) -> Vec<News> {
    rows.iter().filter_map(|row| row.event.news()).collect()
}

fn states(store: &str) -> Vec<String> {
    let rows = query(store, "SELECT estado FROM alerta_saida ORDER BY id");
    rows.into_iter()
        .map(|row| row[0].clone().unwrap_or_default())
        .collect()
}

fn memory(outbox: &Outbox) -> Memory {
    wait(outbox.memory()).unwrap().0
}

#[test]
fn a_row_is_one_run_s_at_a_time_and_comes_back_when_that_run_is_gone() {
    on_each_engine(|store| {
        let store = &store();
        let (outbox, second) = with_news(store);
        let now = at(second);
        let rows = take(&outbox, now);
        assert_eq!(news(&rows), [News::Opened]);
        assert_eq!(take(&outbox, now + TimeDelta::seconds(299)), []);
        // The clock was set back by a day: a lease of a day is none.
        assert_eq!(
            news(&take(&outbox, now - TimeDelta::days(1))),
            [News::Opened]
        );
        assert_eq!(
            news(&take(&outbox, now + TimeDelta::seconds(301))),
            [News::Opened]
        );
        let accepted = Ending::Accepted {
            message: "m1".to_owned(),
            provider: Some("250 ok".to_owned()),
        };
        // A run that stood still, and has lost its rows to another, marks nothing and sends nothing more.
        let ending = [(&rows[0], accepted.clone())];
        wait(outbox.finish(&ending, Some("outra"), now)).unwrap();
        assert!(!wait(outbox.begin(&[rows[0].id], "outra")).unwrap());
        assert_eq!(states(store), ["pendente"]);
        wait(outbox.finish(&[(&rows[0], accepted)], None, now)).unwrap();
        assert_eq!(states(store), ["aceito"]);
        assert_eq!(take(&outbox, now + TimeDelta::days(2)), []);
        let last = wait(outbox.last_sent()).unwrap();
        assert_eq!((last[0].channel.as_str(), last[0].at), ("email", now));
    });
}

#[test]
fn what_is_tried_again_waits_and_gives_way_to_newer_news() {
    on_each_engine(|store| {
        let store = &store();
        let (outbox, second) = with_news(store);
        let third = day("2026-06-03");
        let rows = take(&outbox, at(second));
        let later = at(second) + TimeDelta::hours(1);
        let retry = Ending::Retry {
            problem: "rede".to_owned(),
            not_before: later,
        };
        wait(outbox.finish(&[(&rows[0], retry)], None, at(second))).unwrap();
        assert_eq!(take(&outbox, at(second) + TimeDelta::minutes(59)), []);
        let waiting = wait(outbox.undelivered(at(second))).unwrap();
        assert_eq!(
            (waiting[0].tries, waiting[0].problem.as_deref()),
            (1, Some("rede"))
        );
        // Over before anybody heard of it: nobody is told.
        record(store, None, third, false);
        assert_eq!(states(store), ["substituido"]);
        assert_eq!(take(&outbox, at(third)), []);
    });
}

#[test]
fn a_message_that_may_have_gone_out_is_not_sent_again_and_its_end_not_told() {
    on_each_engine(|store| {
        let store = &store();
        let (outbox, second) = with_news(store);
        let third = day("2026-06-03");
        let rows = take(&outbox, at(second));
        assert!(
            !wait(outbox.begin(&[rows[0].id], "outra")).unwrap(),
            "it is another run's"
        );
        assert!(wait(outbox.begin(&[rows[0].id], "um")).unwrap());
        // The run is killed here.
        assert_eq!(take(&outbox, at(second) + TimeDelta::seconds(301)), []);
        assert_eq!(states(store), ["incerto"]);
        record(store, None, second, true);
        record(store, None, third, false);
        assert_eq!(states(store), ["incerto"]);
    });
}

#[test]
fn what_waited_for_a_week_is_told_anew_where_it_still_holds() {
    on_each_engine(|store| {
        let store = &store();
        let (outbox, second) = with_news(store);
        let late = at(second) + TimeDelta::days(8);
        assert_eq!(take(&outbox, late), []);
        assert_eq!(states(store), ["vencido"]);
        record(store, None, late.date_naive(), true);
        assert_eq!(news(&take(&outbox, late)), [News::Opened]);
        // It is forgotten after three months.
        assert_eq!(take(&outbox, late + TimeDelta::days(100)), []);
        assert_eq!(states(store), ["vencido"]);
    });
}

#[test]
fn a_refused_recipient_counts_as_not_told() {
    on_each_engine(|store| {
        let store = &store();
        let (outbox, second) = with_news(store);
        let third = day("2026-06-03");
        let rows = take(&outbox, at(second));
        let failed = Ending::Failed {
            problem: "destinatario_recusado".to_owned(),
        };
        wait(outbox.finish(&[(&rows[0], failed)], None, at(second))).unwrap();
        record(store, None, third, false);
        assert_eq!(states(store), ["falhou"], "no end of what was not told");
    });
}

#[test]
fn another_service_and_a_past_day_have_rows_of_their_own_and_a_pause_holds_all() {
    on_each_engine(|store| {
        let store = &store();
        let (first, second) = (day("2026-06-01"), day("2026-06-02"));
        let other = Some("http://127.0.0.1:1/");
        record(store, None, first, false);
        record(store, None, second, true);
        record(store, other, second, true);
        record(store, None, day("2026-05-30"), true);
        let usual = outbox(store, None, false);
        assert_eq!(
            news(&take(&outbox(store, other, false), at(second))),
            [News::Baseline]
        );
        assert_eq!(
            news(&take(&outbox(store, None, true), at(second))),
            [News::Baseline]
        );
        assert!(wait(usual.pause(Some(second))).unwrap());
        assert_eq!(take(&usual, at(second)), []);
        assert!(wait(usual.pause(None)).unwrap());
        assert_eq!(news(&take(&usual, at(second))), [News::Opened]);
        let forgotten = wait(usual.forget(|key| {
            assert_eq!(key, "segredo");
            vec!["email:1".to_owned()]
        }));
        assert_eq!(forgotten.unwrap(), 2, "a row and what was heard");
        assert!(memory(&usual).told.is_empty());
        assert_eq!(states(store).len(), 2);
    });
}

#[test]
fn each_state_has_a_word_of_its_own() {
    let words: std::collections::BTreeSet<&str> =
        RowState::ALL.iter().map(|state| state.word()).collect();
    assert_eq!(words.len(), RowState::ALL.len());
}
