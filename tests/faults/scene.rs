//! A scene: rows, what stands between them and the stand-in, and how they are played.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::thread;

use serde_json::Value;

use super::{ENCRYPTED, Ends, Meets, PASS_PHRASE, Row, SEVERAL, TRIES, locked, pages};
use crate::common::front::Front;
use crate::common::proxy::{Host, Proxy, usage_host};
use crate::common::stand_in as sim;
use crate::common::{
    Config, Folder, KEY_PEM, Ran, Served, assert_clean, assert_untold, assert_words, client,
    command_over, daily, key_fixture, pieces, ran, samples,
};

/// Clients of several windows, one with a key that has a passphrase, that meet nothing.
fn healthy() -> [(Config, Vec<sim::WorldRow>); 2] {
    [
        (
            Config::new("a-saudavel")
                .with("inicio_contrato", "2025-07-01")
                .with("fim_contrato", "2026-06-30"),
            daily("2025-07-01", "2026-06-16", "12.34"),
        ),
        (
            locked(Config::new("z-saudavel")),
            daily("2026-01-01", "2026-06-15", "43.21"),
        ),
    ]
}

/// Rows of one kind: a line of the closing table.
pub(super) struct Group {
    pub(super) name: &'static str,
    pub(super) rows: Vec<Row>,
}

/// How requests get to the stand-in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Direct,
    /// Through what breaks answers below HTTP.
    Front,
    /// Through what makes up hosts and their certificates.
    Proxy,
}

/// Rows that run side by side.
pub(super) struct Scene {
    pub(super) way: Way,
    /// Of every run of the program.
    pub(super) args: &'static [&'static str],
    /// How many rows run at once when each runs alone.
    pub(super) threads: usize,
    pub(super) groups: Vec<Group>,
    /// What holds of the whole scene.
    pub(super) also: fn(&Stage),
}

/// A scene's services, running.
pub(super) struct Stage {
    pub(super) served: Served,
    pub(super) front: Option<Front>,
    pub(super) proxy: Option<Proxy>,
}

/// A folder of a test's, with both keys.
fn folder() -> Folder {
    let folder = Folder::new();
    folder.write(ENCRYPTED, key_fixture(ENCRYPTED).as_bytes());
    folder
}

impl Scene {
    fn rows(&self) -> impl Iterator<Item = &Row> {
        self.groups.iter().flat_map(|group| &group.rows)
    }

    /// The folder of all clients, before services that have not been asked yet.
    fn stage(&self) -> Stage {
        let mut folder = folder();
        for (config, rows) in healthy() {
            folder = folder.client(&config, rows);
        }
        for row in self.rows() {
            folder = folder.config(&row.config);
            folder.world.tenants.extend(row.tenant());
        }
        folder.world.page_rows = pages::ROWS;
        let served = folder.serve();
        let scripts = self.rows().filter_map(|row| match &row.meets {
            Meets::Wire(script) => Some((row.config.value("tenancy").to_owned(), script.clone())),
            _ => None,
        });
        let hosts: Vec<(String, Host)> = self
            .rows()
            .filter_map(|row| match &row.meets {
                Meets::Host(host) => Some((usage_host(row.config.value("region")), *host)),
                _ => None,
            })
            .collect();
        Stage {
            front: (self.way == Way::Front)
                .then(|| Front::start(&served.server, scripts.collect())),
            proxy: (self.way == Way::Proxy).then(|| {
                let hosts = hosts.iter().map(|(name, host)| (name.as_str(), *host));
                Proxy::start(&served.server, hosts)
            }),
            served,
        }
    }

    /// The document of all who do not fail, without any fault.
    fn clean(&self) -> Value {
        let mut folder = folder();
        for (config, rows) in healthy() {
            folder = folder.client(&config, rows);
        }
        for row in self.rows() {
            if let Ends::Well { clean, .. } = &row.ends {
                folder = folder.client(&row.config, clean.clone());
            }
        }
        folder.serve().json(0, &["--daily"])
    }

    /// Plays the scene with all rows in one run and, at the same time, each row in a run of its own, and gives what
    /// does not hold, by the row's id. A usual run of the tests tries every fifth row in a run of its own.
    pub(super) fn play(&self) -> Vec<(&'static str, String)> {
        thread::scope(|scope| {
            let alone = scope.spawn(|| self.play_alone());
            let mut wrong = self.play_together();
            wrong.extend(alone.join().unwrap());
            wrong
        })
    }

    /// All rows in one run.
    fn play_together(&self) -> Vec<(&'static str, String)> {
        let (clean, stage) = (self.clean(), self.stage());
        let together = ran(stage
            .command(stage.served.dir.path())
            .args(["--format", "json", "--daily", "-v"])
            .args(self.args));
        let document = serde_json::from_str(&together.stdout).unwrap_or_default();
        // What holds of all of them is said under the name of the first.
        let scene = self.groups[0].name;
        let mut found = vec![
            (scene, held(|| self.check(&together, &clean))),
            (scene, held(|| (self.also)(&stage))),
        ];
        for row in self.rows() {
            found.push((row.id, held(|| row.check(&document, &clean))));
            found.push((row.id, held(|| stage.check_requests(row))));
        }
        let wrong = found.into_iter();
        wrong
            .filter_map(|(id, what)| Some((id, what.err()?)))
            .collect()
    }

    /// Nobody is harmed, nobody forgotten, and nothing leaks.
    fn check(&self, together: &Ran, clean: &Value) {
        assert_eq!(together.status, Some(3), "{}", together.stderr);
        assert_discreet(together);
        let document = together.json();
        let failing = self.rows().filter(|row| row.fails()).count();
        assert_eq!(document["falhas"].as_array().unwrap().len(), failing);
        assert_eq!(
            document["clientes"].as_array().unwrap().len(),
            clean["clientes"].as_array().unwrap().len()
        );
        for (config, _) in healthy() {
            assert_eq!(
                client(&document, &config.file),
                client(clean, &config.file),
                "a healthy client is harmed"
            );
        }
        assert_eq!(document["totais"], clean["totais"]);
    }

    /// Each row in a run of its own, in one language and form or another.
    fn play_alone(&self) -> Vec<(&'static str, String)> {
        const FORMS: [[&str; 2]; 3] = [["text", "en"], ["text", "pt-BR"], ["json", "en"]];
        let stage = self.stage();
        let rows = Mutex::new(
            self.rows()
                .step_by(samples(10, 1))
                .zip(FORMS.iter().cycle()),
        );
        let wrong = Mutex::new(Vec::new());
        let next = || rows.lock().unwrap().next();
        thread::scope(|scope| {
            for _ in 0..self.threads {
                scope.spawn(|| {
                    while let Some((row, [format, lang])) = next() {
                        let found = held(|| {
                            let folder = folder().config(&row.config);
                            let alone = ran(stage
                                .command(folder.path())
                                .args(["-v", "--format", format, "--lang", lang])
                                .args(self.args));
                            assert_discreet(&alone);
                            let status = if row.fails() { 4 } else { 0 };
                            assert_words(&alone.exited(status).stdout, &[&row.config.file]);
                        });
                        let found = found.err().map(|what| (row.id, what));
                        wrong.lock().unwrap().extend(found);
                    }
                });
            }
        });
        wrong.into_inner().unwrap()
    }
}

impl Stage {
    /// The program over the clients in `dir`, sent the scene's way.
    fn command(&self, dir: &Path) -> Command {
        let mut command = command_over(dir);
        match (&self.front, &self.proxy) {
            (Some(front), _) => command.args(["--endpoint", &front.endpoint()]),
            (None, Some(proxy)) => proxy.lead(&mut command),
            (None, None) => command.args(["--endpoint", &self.served.server.endpoint()]),
        };
        command
    }

    fn check_requests(&self, row: &Row) {
        let tenancy = row.config.value("tenancy");
        let made = match (&row.meets, &self.front, &self.proxy) {
            (Meets::Host(_), _, Some(proxy)) => {
                let host = usage_host(row.config.value("region"));
                proxy.asked().iter().filter(|asked| **asked == host).count()
            }
            (_, Some(front), _) => front.requests_of(tenancy),
            _ => self.served.requests_of(&row.config),
        };
        match row.requests {
            SEVERAL => assert!((2..=TRIES).contains(&made), "{made} requests"),
            // Whoever has its days is compared by the month, too.
            expected => assert_eq!(made, expected + usize::from(!row.fails()), "requests"),
        }
    }
}

/// What a check says that does not hold, but not a whole document.
pub(super) fn held(check: impl FnOnce()) -> Result<(), String> {
    let words = |panic: Box<dyn Any + Send>| match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => (*panic.downcast::<&str>().unwrap_or(Box::new("?"))).to_owned(),
    };
    let checked = catch_unwind(AssertUnwindSafe(check)).map_err(words);
    checked.map_err(|text| text.chars().take(2000).collect())
}

/// Nothing of what a terminal obeys or a reader does not see, no part of a key, and no passphrase.
#[track_caller]
pub(super) fn assert_discreet(ran: &Ran) {
    assert_clean(ran);
    assert_untold(ran, [PASS_PHRASE, "Signature version"]);
    for key in [KEY_PEM, &key_fixture(ENCRYPTED)] {
        assert_untold(ran, pieces(key));
    }
}
