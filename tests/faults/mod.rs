//! The fault table: what goes wrong between a client and the service, each fault a row beside healthy
//! clients, and what becomes of it.
//!
//! Rows that are reached in one way stand in one [`Scene`], which is played twice. All rows run side by
//! side, and the run exits with 3; and each row runs alone, and the run exits with 4, or with 0 where
//! the row ends well. Whoever does not fail has the figures that he has in a run without any
//! fault, day by day, and so have the totals. Every run talks of every request, has keys with a pass
//! phrase among its own, and tells nothing of them.

mod answers;
mod crowd;
mod hosts;
mod pages;
mod refusals;
mod rows;
mod scene;
mod whole;
mod wire;

use std::io::Write as _;
use std::thread;

use oci_consumo::internals::profile::key;
use serde_json::{Value, json};

use self::scene::{Group, Scene, Stage, Way, assert_discreet, held};
use crate::common::front::Script;
use crate::common::habits::Habits;
use crate::common::proxy::Host;
use crate::common::stand_in::{self as sim, Fault};
use crate::common::{Config, answer, assert_words, client, daily, failure, key_fixture, warnings};

/// Requests of a client whom the service answers 403 NotAllowed or 404: the query, and where its home region is.
const FORBIDDEN: usize = 2;
/// Tries of one request in all.
const TRIES: usize = 8;
/// Tries where chance decides how many fit into the budget: more than one.
const SEVERAL: usize = usize::MAX;

/// The key of every fourth row, and what opens it.
const ENCRYPTED: &str = "pkcs8-aes-256-sha256.pem";
const PASS_PHRASE: &str = "senha-de-teste";

/// A row: a client, what its requests meet, and how that ends.
struct Row {
    id: &'static str,
    config: Config,
    /// What the service has of it.
    rows: Vec<sim::WorldRow>,
    meets: Meets,
    /// How many requests are made, or connections where a [`Host`] is at fault.
    requests: usize,
    ends: Ends,
    /// What else holds of its failure or its figures in the document.
    also: Option<fn(&Value)>,
}

/// What a client's requests meet.
enum Meets {
    /// Nothing out of the way, unless it is in the config or the rows.
    Nothing,
    /// These in place of answers, one each.
    Script(Vec<Fault>),
    /// Always the same.
    Always(Fault),
    /// First this, and then always that.
    Then(Fault, Fault),
    /// A service that does not know it.
    Stranger,
    /// A service that holds another key for it.
    OtherKey,
    /// A service of other habits.
    Habits(Habits),
    /// What is below HTTP.
    Wire(Script),
    /// A host that is not what it should be.
    Host(Host),
}

/// How a row ends.
enum Ends {
    Failed {
        code: &'static str,
        /// Of the message.
        words: &'static [&'static str],
        /// Of what it says to do.
        remedy: &'static [&'static str],
        /// Whether one request is to blame, and was answered.
        request_id: bool,
    },
    /// With the figures of a client that has the rows `clean` and meets nothing.
    Well {
        clean: Vec<sim::WorldRow>,
        consumption: String,
        /// Besides those that it has without a fault.
        warnings: &'static [&'static str],
    },
}

impl From<Fault> for Meets {
    fn from(fault: Fault) -> Self {
        Self::Always(fault)
    }
}

impl From<Vec<Fault>> for Meets {
    fn from(script: Vec<Fault>) -> Self {
        Self::Script(script)
    }
}

impl From<Script> for Meets {
    fn from(script: Script) -> Self {
        Self::Wire(script)
    }
}

/// A client that fails.
fn failing(
    id: &'static str,
    meets: impl Into<Meets>,
    requests: usize,
    code: &'static str,
    words: &'static [&'static str],
    remedy: &'static [&'static str],
) -> Row {
    Row {
        id,
        config: short(id),
        rows: ten_a_day(),
        meets: meets.into(),
        requests,
        ends: Ends::Failed {
            code,
            words,
            remedy,
            request_id: true,
        },
        also: None,
    }
}

/// A client that ends with ten a day for 77 days, whatever it meets.
fn well(id: &'static str, meets: impl Into<Meets>, requests: usize) -> Row {
    Row {
        id,
        config: short(id),
        rows: ten_a_day(),
        meets: meets.into(),
        requests,
        ends: Ends::Well {
            clean: ten_a_day(),
            consumption: "770".to_owned(),
            warnings: &[],
        },
        also: None,
    }
}

impl Row {
    /// With a failure that has no name of the service's for a request.
    fn unnamed(mut self) -> Self {
        if let Ends::Failed { request_id, .. } = &mut self.ends {
            *request_id = false;
        }
        self
    }

    fn configured(mut self, change: impl FnOnce(Config) -> Config) -> Self {
        self.config = change(self.config);
        self
    }

    /// With what the service has of it.
    fn having(mut self, rows: Vec<sim::WorldRow>) -> Self {
        self.rows = rows;
        self
    }

    /// With other figures than ten a day: those of `rows`, that is so much in all.
    fn like(mut self, rows: Vec<sim::WorldRow>, in_all: &str) -> Self {
        if let Ends::Well {
            clean, consumption, ..
        } = &mut self.ends
        {
            (*clean, *consumption) = (rows, in_all.to_owned());
        }
        self
    }

    fn warned(mut self, codes: &'static [&'static str]) -> Self {
        if let Ends::Well { warnings, .. } = &mut self.ends {
            *warnings = codes;
        }
        self
    }

    fn also(mut self, check: fn(&Value)) -> Self {
        self.also = Some(check);
        self
    }

    fn fails(&self) -> bool {
        matches!(self.ends, Ends::Failed { .. })
    }

    /// What the service is told of this client.
    fn tenant(&self) -> Option<sim::Tenant> {
        let mut tenant = self.config.tenant(self.rows.clone());
        match &self.meets {
            Meets::Stranger => return None,
            Meets::OtherKey => {
                let other = key::parse(key_fixture("rsa-4096.pem").as_bytes(), None);
                tenant.public_key = other.unwrap().to_public_key();
            }
            Meets::Script(faults) => tenant.script = faults.iter().cloned().collect(),
            Meets::Always(fault) => tenant.always = Some(fault.clone()),
            Meets::Then(first, then) => {
                tenant.script = [first.clone()].into();
                tenant.always = Some(then.clone());
            }
            Meets::Habits(habits) => tenant.habits = Some(habits.clone()),
            Meets::Nothing | Meets::Wire(_) | Meets::Host(_) => {}
        }
        Some(tenant)
    }

    /// What `document` says of the row, beside `clean`, a document without faults.
    fn check(&self, document: &Value, clean: &Value) {
        let file = &self.config.file;
        let shown = match &self.ends {
            Ends::Failed {
                code,
                words,
                remedy,
                request_id,
            } => {
                let failure = failure(document, file);
                assert_eq!(failure["codigo"], *code, "{failure:#}");
                let message = failure["mensagem"].as_str().unwrap();
                // A misspelt region has a line, too.
                let place = [format!("{file}: "), format!("{file}, linha 5, region: ")];
                let begins = place.iter().any(|place| message.starts_with(place));
                assert!(begins, "{message}");
                assert_words(message, words);
                let action = failure["acao"].as_str().unwrap();
                assert!(!action.is_empty());
                assert_words(action, remedy);
                assert_eq!(
                    failure["request_id"].is_string(),
                    *request_id,
                    "{failure:#}"
                );
                assert_eq!(failure["tenancy"], self.config.value("tenancy"));
                failure
            }
            Ends::Well {
                consumption,
                warnings: codes,
                ..
            } => {
                let (found, clean) = (client(document, file), client(clean, file));
                assert_eq!(found["consumo"], *consumption);
                assert_eq!(unwarned(found), unwarned(clean));
                let mut expected = [&warnings(clean)[..], codes].concat();
                let mut found_codes = warnings(found);
                expected.sort_unstable();
                found_codes.sort_unstable();
                assert_eq!(found_codes, expected);
                found
            }
        };
        if let Some(also) = self.also {
            also(shown);
        }
    }
}

/// A contract of which the service is asked for one window.
fn short(id: &str) -> Config {
    Config::new(id).with("inicio_contrato", "2026-04-01")
}

/// The same client, with a key that has a passphrase.
fn locked(config: Config) -> Config {
    config
        .with("key_file", ENCRYPTED)
        .with("pass_phrase", PASS_PHRASE)
}

/// Ten a day in that window.
fn ten_a_day() -> Vec<sim::WorldRow> {
    daily("2026-04-01", "2026-06-16", "10.00")
}

/// A refusal in the service's own form.
fn refusal(status: u16, headers: &[(&str, &str)], code: &str, message: &str) -> Fault {
    let body = json!({ "code": code, "message": message });
    answer(status, headers, body.to_string())
}

/// An answer of these rows.
fn page(items: &[Value]) -> Fault {
    answer(200, &[], json!({ "items": items }).to_string())
}

/// A row as the service sends it, with `changes` in it.
fn item(changes: &Value) -> Value {
    let mut item = json!({
        "tenantId": null, "timeUsageStarted": "2026-05-04T00:00:00.000Z",
        "timeUsageEnded": "2026-05-05T00:00:00.000Z", "computedAmount": 10,
        "computedQuantity": 24.0, "currency": "BRL", "isForecast": false,
    });
    for (key, value) in changes.as_object().unwrap() {
        item[key] = value.clone();
    }
    item
}

/// Ten a day, in an answer of a test's own.
fn items() -> Vec<Value> {
    let days = ten_a_day().into_iter().map(|row| row.day);
    days.map(|day| {
        item(&json!({
            "timeUsageStarted": format!("{day}T00:00:00Z"),
            "timeUsageEnded": format!("{}T00:00:00Z", day.succ_opt().unwrap()),
        }))
    })
    .collect()
}

/// A client without what is said of the way that its data took.
fn unwarned(client: &Value) -> Value {
    let mut client = client.clone();
    client["avisos"] = Value::Null;
    client
}

/// All scenes, at once: those that wait leave room for those that work.
#[test]
fn every_fault_ends_as_its_row_says_and_harms_nobody() {
    let elsewhere = refusals::elsewhere();
    let mut scenes = vec![Scene {
        way: Way::Direct,
        args: &[],
        threads: 2,
        groups: [
            refusals::groups(&elsewhere.server.endpoint()),
            answers::groups(),
            rows::groups(),
            pages::groups(),
        ]
        .into_iter()
        .flatten()
        .collect(),
        also: |_| (),
    }];
    scenes.extend(wire::scenes());
    if hosts::CERTIFICATES_ARE_FILES {
        scenes.extend(hosts::scenes());
    }
    for scene in &mut scenes {
        let rows = scene.groups.iter_mut().flat_map(|group| &mut group.rows);
        for row in rows.step_by(4) {
            row.config = locked(row.config.clone());
        }
    }
    let whole = whole::runs();

    let wrong: Vec<(&str, String)> = thread::scope(|scope| {
        let scenes: Vec<_> = scenes
            .iter()
            .map(|scene| scope.spawn(|| scene.play()))
            .collect();
        let alone = whole
            .iter()
            .filter_map(|(id, run)| Some((*id, held(run).err()?)));
        let mut wrong: Vec<_> = alone.collect();
        wrong.extend(scenes.into_iter().flat_map(|scene| scene.join().unwrap()));
        wrong
    });

    let passed = |ids: &[&str]| {
        let failed = |id: &&&str| wrong.iter().any(|(other, _)| other == *id);
        ids.len() - ids.iter().filter(failed).count()
    };
    let groups = scenes.iter().flat_map(|scene| &scene.groups);
    let lines: Vec<(&str, Vec<&str>)> = groups
        .map(|group| (group.name, group.rows.iter().map(|row| row.id).collect()))
        .chain([(whole::NAME, whole.iter().map(|(id, _)| *id).collect())])
        .collect();
    let ids: Vec<&str> = lines.iter().flat_map(|(_, ids)| ids.clone()).collect();
    let mut table = format!(
        "\n{:<44}{:>12}{:>13}\n",
        "faults", "rows tried", "rows passed"
    );
    for (name, ids) in &lines {
        table += &format!("{name:<44}{:>12}{:>13}\n", ids.len(), passed(ids));
    }
    table += &format!("rows tried {}, rows passed {}\n", ids.len(), passed(&ids));
    // Past the test harness, which shows only what fails.
    let _ = std::io::stderr().write_all(table.as_bytes());

    let mut unique = ids.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(unique.len(), ids.len(), "two rows have one id");
    let wrong: Vec<String> = wrong
        .into_iter()
        .map(|(id, what)| format!("--- {id}\n{what}\n"))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.concat());
    assert_eq!(elsewhere.server.requests(), 0, "a signature has followed");
}
