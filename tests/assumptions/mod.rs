//! The table of assumptions: each thing that the program takes for granted about the service, and modes
//! of a service in which it is false.
//!
//! Every row is a client of its own, all of them in one folder beside a healthy one. A second service
//! has the healthy client alone, with the same contract and rows. Both are asked on a first morning with a store, on the
//! second with the same store, and, in a whole run of the tests, on the second without any; the reports are compared
//! client by client.

mod rows;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::Path;
use std::{fs, thread};

use oci_consumo::internals::oci::assumptions::ASSUMPTIONS;
use serde_json::Value;

use self::rows::rows;
use crate::common::stand_in::{Tenant, WorldRow as Sent};
use crate::common::{Config, Folder, Served, day, figures, morning, samples};
use crate::store::document;

/// A mode of the service.
struct Row {
    /// What is taken for granted.
    assumption: &'static str,
    /// How it is false.
    mode: &'static str,
    set: Box<dyn Fn(&mut Tenant)>,
    expect: Expect,
}

/// How a client ends whom the service answers in a mode.
#[derive(Clone, Copy, Debug)]
enum Expect {
    /// With the figures and the warnings of the plain service.
    Same,
    /// With the figures of the plain service, and this warning in one of the reports at least.
    Warns(&'static str),
    /// With figures of its own, and one of these warnings in every report.
    Tells(&'static [&'static str]),
    /// In this situation, in every report.
    Stands(&'static str),
    /// As a failure with this code, in every report.
    Fails(&'static str),
}

impl Expect {
    /// The warning that the plain service has none of and that has to come.
    fn new_warning(&self) -> Option<&'static str> {
        match self {
            Self::Warns(code) => Some(code),
            _ => None,
        }
    }
}

/// What the reports are made of: which morning, and whether with a store.
const REPORTS: [(&str, &str, bool); 3] = [
    ("first morning", "2026-06-17", true),
    ("second morning", "2026-06-18", true),
    ("without a store", "2026-06-18", false),
];

const HEALTHY: &str = "saudavel";

impl Row {
    fn id(&self) -> String {
        format!("{}-{}", self.assumption, self.mode)
    }

    fn config(&self) -> Config {
        contract(&self.id())
    }

    /// Compares the three reports of this row's client; `Err` says what does not hold.
    fn check(&self, found: &[Value], plain: &[Value]) -> Result<(), String> {
        let file = self.config().file;
        let mut warned = BTreeSet::new();
        for ((name, ..), (found, plain)) in REPORTS.iter().zip(found.iter().zip(plain)) {
            let wrong = |what: String| Err(format!("{name}: {what}"));
            let plain = entry(plain, "clientes", &contract(HEALTHY).file).unwrap();
            let failed = entry(found, "falhas", &file);
            let client = entry(found, "clientes", &file);
            let code = failed.map(|failed| failed["codigo"].as_str().unwrap());
            match (self.expect, code) {
                (Expect::Fails(expected), Some(code)) if code == expected => continue,
                (_, Some(_)) => return wrong(format!("failed: {:#}", failed.unwrap())),
                (Expect::Fails(code), None) => return wrong(format!("no failure {code}")),
                (_, None) => {}
            }
            let Some(client) = client else {
                return wrong("no such client".to_owned());
            };
            let (codes, usual) = (codes(client), codes(plain));
            let new: BTreeSet<String> = codes.difference(&usual).cloned().collect();
            if let Expect::Stands(situation) = self.expect {
                if client["situacao"] != situation {
                    return wrong(format!("stands as {}", client["situacao"]));
                }
                continue;
            }
            if let Expect::Tells(any) = self.expect {
                if !any.iter().any(|code| codes.contains(*code)) {
                    return wrong(format!("none of {any:?} in {codes:?}"));
                }
                continue;
            }
            let expected = self.expect.new_warning();
            if let Some(code) = new.iter().find(|code| Some(code.as_str()) != expected) {
                return wrong(format!("warns {code}: {:#}", client["avisos"]));
            }
            if figures(client) != figures(plain) {
                let differ = |key: &&String| client[key.as_str()] != plain[key.as_str()];
                let keys: Vec<&String> = plain.as_object().unwrap().keys().filter(differ).collect();
                return wrong(format!(
                    "other figures: consumption {} for {}; {keys:?}",
                    client["consumo"], plain["consumo"]
                ));
            }
            warned.extend(codes);
        }
        match self.expect.new_warning() {
            Some(code) if !warned.contains(code) => Err(format!("never warns {code}")),
            _ => Ok(()),
        }
    }
}

/// A contract of several windows, begun in the middle of a month and within the time that any
/// service remembers.
fn contract(id: &str) -> Config {
    Config::new(id)
        .with("inicio_contrato", "2025-12-06")
        .with("fim_contrato", "2026-12-05")
}

/// An amount for each day, so that no two days of a month are alike.
fn sent() -> Vec<Sent> {
    let cents = |n: usize| 1000 + n * 37 % 500;
    let days = day("2025-12-01").iter_days();
    let days = days.take_while(|d| *d <= day("2026-06-17"));
    (0..)
        .zip(days)
        .map(|(n, d)| {
            Sent::new(
                d,
                format!("{}.{:02}", cents(n) / 100, cents(n) % 100),
                "BRL",
            )
        })
        .collect()
}

fn entry<'v>(document: &'v Value, list: &str, file: &str) -> Option<&'v Value> {
    let mut entries = document[list].as_array()?.iter();
    entries.find(|entry| entry["arquivo"] == file)
}

fn codes(client: &Value) -> BTreeSet<String> {
    let warnings = client["avisos"].as_array().unwrap().iter();
    warnings
        .map(|warning| warning["codigo"].as_str().unwrap().to_owned())
        .collect()
}

/// The service of a healthy client, and of those of `rows` in their modes.
fn service(rows: &[Row]) -> Served {
    let mut folder = Folder::new().client(&contract(HEALTHY), sent());
    for row in rows {
        folder = folder.client(&row.config(), sent());
        (row.set)(folder.world.tenants.last_mut().unwrap());
    }
    folder.serve()
}

/// The reports over `served`, in their order.
fn reports(served: &Served, name: &str) -> Vec<Value> {
    let file = format!("assumptions {} {name}.db", std::process::id());
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(file);
    let _ = fs::remove_file(&path);
    let store = path.to_str().unwrap();
    // A report without a store is nearly the first of one with it.
    let tried = samples(2, REPORTS.len());
    let report = |(_, today, kept): &(&str, &str, bool)| {
        let kept = if *kept {
            vec!["--store", store]
        } else {
            vec!["--no-store"]
        };
        document(served, morning(today), &kept)
    };
    REPORTS[..tried].iter().map(report).collect()
}

#[test]
fn every_row_that_the_vendor_does_not_prove_has_a_mode() {
    let modes: BTreeSet<&str> = rows().iter().map(|row| row.assumption).collect();
    let register: BTreeSet<&str> = ASSUMPTIONS.iter().map(|row| row.id).collect();
    let unknown: Vec<&&str> = modes.difference(&register).collect();
    assert!(unknown.is_empty(), "modes of no row: {unknown:?}");
    let unproved = ASSUMPTIONS.iter().filter(|row| !row.proof.is_vendors());
    let untried: Vec<&str> = unproved
        .map(|row| row.id)
        .filter(|id| !modes.contains(id))
        .collect();
    assert!(untried.is_empty(), "rows without a mode: {untried:?}");
}

#[test]
fn every_assumption_may_be_false() {
    let rows = rows();
    let unique: BTreeSet<String> = rows.iter().map(Row::id).collect();
    assert_eq!(unique.len(), rows.len(), "two rows have one name");
    let (found, plain) = thread::scope(|scope| {
        let [moded, plain] = [&rows[..], &[]].map(service);
        let plain = scope.spawn(move || reports(&plain, "plain"));
        (reports(&moded, "modes"), plain.join().unwrap())
    });
    for (found, plain) in found.iter().zip(&plain) {
        let file = contract(HEALTHY).file;
        let [found, plain] = [found, plain].map(|document| entry(document, "clientes", &file));
        assert_eq!(found.unwrap(), plain.unwrap(), "a healthy client is harmed");
    }

    let mut lines: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut wrong = Vec::new();
    for row in &rows {
        let (modes, passed) = lines.entry(row.assumption).or_default();
        *modes += 1;
        match row.check(&found, &plain) {
            Ok(()) => *passed += 1,
            Err(what) => wrong.push(format!("--- {} ({:?})\n{what}\n", row.id(), row.expect)),
        }
    }
    let mut table = format!("\n{:<44}{:>12}{:>13}\n", "assumptions", "modes", "passed");
    for (name, (modes, passed)) in &lines {
        table += &format!("{name:<44}{modes:>12}{passed:>13}\n");
    }
    let passed = rows.len() - wrong.len();
    table += &format!(
        "rows tried {}, modes {}, passed {passed}\n",
        lines.len(),
        rows.len()
    );
    // Past the test harness, which shows only what fails.
    let _ = std::io::stderr().write_all(table.as_bytes());
    assert!(wrong.is_empty(), "\n{}", wrong.concat());
}
