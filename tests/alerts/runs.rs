//! Mornings of `alert`: who is told, when, and how often.

use std::collections::BTreeMap;
use std::thread;

use serde_json::Value;

use super::scene::{OPERATOR, Scene, at, days, stepped};
use super::stand_in::{Provider, answer};
use crate::common::{Config, Folder, daily, ran_now, samples};
use crate::store::on_each_engine;

pub(super) const ANA: &str = "ana@andorinha.example";
pub(super) const BIA: &str = "bia@boavista.example";

/// A client whose credit runs out on 2026-09-08, and one that spends within its credit until 2026-06-17.
fn two() -> (Config, Config) {
    let one = Config::new("a")
        .with("cliente", "Andorinha")
        .with("alerta_email", ANA);
    let other = Config::new("b")
        .with("cliente", "Boa Vista")
        .with("alerta_email", BIA);
    (one, other)
}

pub(super) fn folder() -> Folder {
    let (one, other) = two();
    let folder = Folder::new().client(&one, daily("2026-01-01", "2026-12-31", "40"));
    folder.client(&other, stepped(2650, "2026-06-18", 20000))
}

/// The clients of a digest's event: name, rule and change.
fn events(body: &Value) -> Vec<String> {
    let events = body["dados"]["eventos"].as_array().unwrap();
    let told = events.iter().map(|event| {
        let word = |key: &str| event[key].as_str().unwrap_or("-").to_owned();
        format!("{} {} {}", word("cliente"), word("regra"), word("novidade"))
    });
    told.collect()
}

#[test]
#[ignore = "long"]
fn what_is_open_is_told_once_then_when_it_opens_worsens_and_ends() {
    on_each_engine(|store| {
        let hook = Provider::start([answer(204, "")]);
        let scene = Scene::stored_in(folder(), store());
        scene.settings_with(&format!("[webhook painel]\nendereco = {}\n", hook.url()));
        let mut told = 0;
        let mut digests = || {
            let seen = hook.seen();
            let new: Vec<Vec<String>> = seen[told..]
                .iter()
                .map(|seen| events(&seen.json()))
                .collect();
            told = seen.len();
            new
        };

        // The baseline goes to the operator alone, once.
        scene.morning("2026-06-17").exited(0);
        let letters = scene.letters();
        assert_eq!(letters.len(), 1, "{letters:?}");
        assert_eq!(letters[0].to(), OPERATOR);
        assert!(
            letters[0].text().contains("Andorinha"),
            "{}",
            letters[0].text()
        );
        assert_eq!(digests(), [["Andorinha esgota linha_de_base"]]);
        for time in ["2026-06-17T12:05:00Z", "2026-06-17T18:00:00Z"] {
            scene.alert(time, &["-q"]).exited(0);
        }
        assert!(scene.letters().is_empty() && digests().is_empty());

        // Three data-days with a chance of at least 80 open a rule, and the customer hears of it that morning.
        let mut likely = 0;
        let mut opened = None;
        for day in days("2026-06-18", "2026-07-10") {
            let report = scene
                .served
                .json(0, &["--no-store", "--as-of", &day.to_string()]);
            let chance =
                crate::common::client(&report, "config_b")["faixa"]["probabilidade_esgotar"]
                    .clone();
            let chance = chance
                .as_str()
                .map_or(0, |chance| chance.parse::<u32>().unwrap());
            likely += usize::from(chance >= 80);
            for time in samples(&["T12:00:00Z"][..], &["T12:00:00Z", "T13:00:00Z"]) {
                scene.alert(&format!("{day}{time}"), &["-q"]).exited(0);
            }
            let letters = scene.letters();
            let customers: Vec<_> = letters
                .iter()
                .filter(|letter| letter.to() != OPERATOR)
                .collect();
            let events = digests();
            let open = "Boa Vista esgota abriu".to_owned();
            if events.iter().flatten().any(|event| *event == open) {
                assert_eq!((likely, opened), (3, None), "{day}: {chance}");
                opened = Some(day);
                assert_eq!(customers.len(), 1, "{customers:?}");
                assert_eq!(customers[0].to(), BIA);
                assert!(customers[0].text().contains("Boa Vista"));
            } else if opened.is_none() {
                assert!(customers.is_empty(), "{customers:?}");
            }
            if opened.is_some_and(|opened| (day - opened).num_days() == 3) {
                break;
            }
        }
        assert!(opened.is_some());

        // Ana was never told of what was open before; she hears of its next level, on one data-day.
        let mut first = String::new();
        for day in ["2026-08-08", "2026-08-09", "2026-08-10"] {
            scene.morning(day).exited(0);
            let letters = scene.letters();
            let to_ana: Vec<_> = letters.iter().filter(|letter| letter.to() == ANA).collect();
            assert_eq!(
                to_ana.len(),
                usize::from(day == "2026-08-09"),
                "{day}: {to_ana:?}"
            );
            let worse = digests()
                .concat()
                .contains(&"Andorinha esgota piorou".to_owned());
            assert_eq!(worse, day == "2026-08-09");
            first += &to_ana.iter().map(|letter| letter.id()).collect::<String>();
        }
        // More credit ends it: both hear so, in the thread of the letter that told of it.
        let (one, _) = two();
        scene.rewrite(&one.with("credito", "16000"));
        scene.morning("2026-08-11").exited(0);
        let letters = scene.letters();
        assert_eq!(letters.len(), 2, "{letters:?}");
        let to_ana = letters.iter().find(|letter| letter.to() == ANA).unwrap();
        assert!(
            to_ana.subject().contains("deve durar até o fim"),
            "{to_ana:?}"
        );
        assert_eq!(to_ana.header("References"), first);
        assert_eq!(digests(), [["Andorinha esgota melhorou"]]);
        scene.morning("2026-08-12").exited(0);
        assert!(scene.letters().is_empty() && digests().is_empty());
    });
}

#[test]
#[ignore = "long"]
fn two_runs_at_once_tell_once() {
    on_each_engine(|store| {
        for _ in 0..samples(1, 5) {
            let scene = Scene::stored_in(folder(), store());
            for day in ["2026-06-17", "2026-08-09", "2026-08-20"] {
                let run = || ran_now(&mut scene.command(&at(day), &["-q"]));
                let (one, other) = thread::scope(|scope| {
                    let other = scope.spawn(run);
                    (run(), other.join().unwrap())
                });
                for ran in [one, other] {
                    ran.exited(0);
                }
                let mut told: BTreeMap<String, Vec<String>> = BTreeMap::new();
                for letter in scene.letters() {
                    told.entry(letter.to().to_owned())
                        .or_default()
                        .push(letter.subject());
                }
                assert!(
                    told.values().all(|subjects| subjects.len() == 1),
                    "{day}: {told:?}"
                );
            }
        }
    });
}
