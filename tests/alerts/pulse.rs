//! Signs of life of a run that asks the service by its own hosts: the heartbeat, and the metrics.

use std::fs;

use chrono::Utc;
use oci_consumo::internals::calendar::plus_days;

use super::mail_server::{MailServer, Manner};
use super::scene::usual;
use super::stand_in::{Provider, answer};
use crate::common::proxy::Proxy;
use crate::common::{
    Config, Folder, Ran, Served, assert_words, closed_port, command, daily, private, ran_now,
    refusal,
};

const SECRET: &str = "3f1c-SeCrEt-uuid";

struct Stage {
    served: Served,
    proxy: Proxy,
    mail: MailServer,
    watchdog: Provider,
    monitoring: Provider,
}

impl Stage {
    fn new(folder: Folder) -> Self {
        let served = folder.serve();
        let stage = Self {
            proxy: Proxy::start(&served.server, []),
            served,
            mail: MailServer::start(Manner::default()),
            watchdog: Provider::start([answer(200, "OK")]),
            monitoring: Provider::start([answer(
                200,
                r#"{"failedMetricsCount":0,"failedMetrics":[]}"#,
            )]),
        };
        let config = Config::new("parceiro");
        let lines = ["user", "fingerprint", "tenancy", "region", "key_file"];
        let lines = lines.map(|key| format!("{key}={}\n", config.value(key)));
        private(
            &stage.served.dir.path().join("parceiro.oci"),
            &format!("[DEFAULT]\n{}", lines.concat()),
        );
        stage.settings(&usual(stage.mail.address()));
        stage
    }

    fn settings(&self, text: &str) {
        let dir = self.served.dir.path();
        private(
            &dir.join("batimento.url"),
            &format!("{}ping/{SECRET}", self.watchdog.url()),
        );
        let more = format!(
            "[batimento]\nendereco_arquivo = batimento.url\n\n\
             [metricas]\noci = parceiro.oci\ncompartimento = ocid1.compartment.oc1..c\nespaco = consumo\nendereco = {}\n",
            self.monitoring.url()
        );
        private(&dir.join("alertas.ini"), &format!("{text}{more}"));
    }

    fn run(&self, args: &[&str]) -> Ran {
        let mut command = command();
        self.proxy.lead(&mut command);
        command.arg("alert").arg(self.served.dir.path()).args(args);
        let ran = ran_now(&mut command);
        for text in [&ran.stdout, &ran.stderr] {
            assert!(!text.contains(SECRET), "{text}");
        }
        ran
    }

    /// The signs since so many: each its path behind the address, and the body.
    fn signs(&self, since: usize) -> Vec<(String, String)> {
        let seen = self.watchdog.seen();
        let signs = seen[since..].iter().map(|seen| {
            let sign = seen
                .target
                .strip_prefix(&format!("/ping/{SECRET}"))
                .unwrap();
            (
                sign.to_owned(),
                String::from_utf8(seen.body.clone()).unwrap(),
            )
        });
        signs.collect()
    }

    /// The value of a client's metric in the newest post.
    fn metric(&self, name: &str, client: &str) -> Option<String> {
        let posted = self.monitoring.seen().last()?.json();
        let mut metrics = posted["metricData"].as_array()?.iter();
        let of = metrics
            .find(|metric| metric["name"] == name && metric["dimensions"]["cliente"] == client);
        of.map(|metric| metric["datapoints"][0]["value"].to_string())
    }
}

fn config(id: &str) -> Config {
    let today = Utc::now().date_naive();
    Config::new(id)
        .with("inicio_contrato", &plus_days(today, -100).to_string())
        .with("fim_contrato", &plus_days(today, 264).to_string())
}

fn rows(amount: &str) -> Vec<crate::common::stand_in::WorldRow> {
    let today = Utc::now().date_naive();
    daily(
        &plus_days(today, -100).to_string(),
        &plus_days(today, -1).to_string(),
        amount,
    )
}

#[test]
#[ignore = "long"]
fn a_watchdog_hears_of_each_run_and_whether_all_that_was_due_went_out() {
    let other = config("b");
    let stage = Stage::new(
        Folder::new()
            .client(&config("a"), rows("40"))
            .client(&other, rows("26")),
    );
    let kinds = |signs: &[(String, String)]| {
        signs
            .iter()
            .map(|(sign, _)| sign.clone())
            .collect::<Vec<_>>()
    };

    // Nothing is due by a rehearsal, a part of the folder, or a look.
    for args in [
        &["--dry-run"][..],
        &["--only", "Cliente b"],
        &["--method", "recent"],
        &["--what-if", "+1%"],
    ] {
        stage.run(args).exited(0);
        assert!(stage.signs(0).is_empty(), "{args:?}");
        assert!(stage.monitoring.seen().is_empty(), "{args:?}");
    }
    let ran = stage.run(&[]).exited(0);
    let signs = stage.signs(0);
    assert_eq!(kinds(&signs), ["/start", ""]);
    assert!(
        signs[1].1.contains("Cliente a") && ran.stdout.contains(signs[1].1.lines().next().unwrap())
    );
    let posted = stage.monitoring.seen();
    assert_eq!(posted.len(), 1);
    assert!(posted[0].is_signed(Utc::now()));
    let value = |name: &str, client: &str| stage.metric(name, client);
    assert_eq!(value("execucao", "todos").as_deref(), Some("1"));
    assert_eq!(value("probabilidade", "cliente a").as_deref(), Some("95"));
    assert!(
        value("nivel", "cliente a").is_some_and(|level| level != "0"),
        "{:#}",
        posted[0].json()
    );
    assert_eq!(value("nivel", "cliente b").as_deref(), Some("0"));
    assert!(value("dias_ate_esgotar", "cliente a").is_some());
    assert_eq!(value("dias_ate_esgotar", "cliente b"), None);

    // Without the service, or a store, the run is made all the same.
    for args in [["--offline"], ["--no-store"]] {
        let before = stage.watchdog.seen().len();
        stage.run(&args).exited(0);
        assert_eq!(kinds(&stage.signs(before)), ["/start", ""], "{args:?}");
    }
    // A failed client is an ordinary morning; an undelivered message is not.
    stage
        .served
        .server
        .change(other.value("tenancy"), |tenant| {
            tenant.always = Some(refusal(404, "NotAuthorizedOrNotFound"));
        });
    let before = stage.watchdog.seen().len();
    stage.run(&["--refetch"]).exited(3);
    assert_eq!(kinds(&stage.signs(before)), ["/start", ""]);
    stage.settings(&usual(closed_port()));
    let before = stage.watchdog.seen().len();
    stage.run(&["--no-store"]).exited(5);
    assert_eq!(kinds(&stage.signs(before)), ["/start", "/fail"]);
    // No client at all.
    stage.settings(&usual(stage.mail.address()));
    fs::remove_file(stage.served.dir.path().join("config_a")).unwrap();
    let before = stage.watchdog.seen().len();
    stage.run(&["--refetch"]).exited(4);
    assert_eq!(kinds(&stage.signs(before)), ["/start", "/fail"]);
}

#[test]
fn the_level_of_an_ended_contract_is_none() {
    let yesterday = plus_days(Utc::now().date_naive(), -1).to_string();
    let ended = config("a").with("fim_contrato", &yesterday);
    let stage = Stage::new(Folder::new().client(&ended, rows("26")));
    stage.run(&[]).exited(0);
    assert_eq!(stage.metric("nivel", "cliente a").as_deref(), Some("0"));
}

#[test]
fn a_watchdog_that_is_not_there_changes_nothing() {
    let stage = Stage::new(Folder::new().client(&config("a"), rows("40")));
    private(
        &stage.served.dir.path().join("batimento.url"),
        &format!("http://{}/ping/{SECRET}", closed_port()),
    );
    let ran = stage.run(&[]).exited(0);
    assert!(ran.stdout.contains("Cliente a"));
    assert_words(&ran.stderr, &["alerta não entregue, batimento"]);
    assert_eq!(stage.mail.seen().letters.len(), 1);
}
