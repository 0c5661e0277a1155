//! The dashboard for Superset in `.github/bi`: the queries of its data sets give the figures of the document of the same
//! run, and the export holds nothing of the place where it was made.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::views::{assert_amount, query};
use super::{document, on_each_engine};
use crate::common::{Config, Folder, client, daily, morning};

/// A folder of the export, and each of its files with its text.
fn files(folder: &str) -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/bi");
    let entries = fs::read_dir(root.join(folder)).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let text = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
        (path, text)
    };
    paths.into_iter().map(text).collect()
}

/// The values of the lines `key: value` of a text, at any depth.
fn values<'t>(text: &'t str, key: &str) -> Vec<&'t str> {
    let key = format!("{key}: ");
    let lines = text.lines().filter_map(|line| {
        let line = line.trim_start().trim_start_matches("- ");
        line.strip_prefix(&*key)
    });
    lines.collect()
}

/// A data set of the dashboard.
struct DataSet {
    sql: String,
    columns: Vec<String>,
}

impl DataSet {
    fn read(name: &str) -> Self {
        let (_, text) = files("datasets/consumo")
            .into_iter()
            .find(|(path, _)| path.file_stem().unwrap() == name)
            .unwrap();
        let block = text.split_once("\nsql: |-\n").unwrap().1;
        let lines = block.lines().take_while(|line| line.starts_with("  "));
        Self {
            sql: lines.map(|line| format!("{line}\n")).collect(),
            columns: values(&text, "column_name")
                .into_iter()
                .map(str::to_owned)
                .collect(),
        }
    }

    /// The rows over a store, each with its columns by name; the tests' stand-in is not the service.
    fn rows(&self, store: &str) -> Vec<BTreeMap<String, String>> {
        let sql = self.sql.replace("endereco = 'oci'", "endereco <> 'oci'");
        assert_ne!(sql, self.sql, "real and made-up clients are apart");
        let columns: Vec<String> = self
            .columns
            .iter()
            .map(|name| format!("CAST({name} AS TEXT)"))
            .collect();
        let sql = format!("SELECT {} FROM ({sql}) AS q", columns.join(", "));
        query(store, &sql)
            .into_iter()
            .map(|row| {
                let names = self.columns.iter().cloned();
                names
                    .zip(row.into_iter().map(Option::unwrap_or_default))
                    .collect()
            })
            .collect()
    }
}

#[test]
fn the_data_sets_have_the_figures_of_the_document() {
    on_each_engine(|store| {
        let store = &store();
        let mut dollars = daily("2026-01-01", "2026-06-16", "90.125");
        dollars
            .iter_mut()
            .for_each(|row| row.currency = "\"USD\"".to_owned());
        let opening = Config::new("c")
            .with("consumo_anterior", "77.5")
            .with("consumo_anterior_ate", "2026-03-31");
        let served = Folder::new()
            .client(
                &Config::new("a"),
                daily("2026-01-01", "2026-06-15", "27.123"),
            )
            .client(
                &Config::new("b")
                    .with("moeda", "USD")
                    .with("credito", "20000"),
                dollars,
            )
            .client(&opening, daily("2026-04-01", "2026-06-16", "31.005"))
            .client(&Config::new("d"), daily("2026-01-01", "2026-06-16", "9"))
            .config(&Config::new("e"))
            .serve();
        let report = |as_of| document(&served, morning(as_of), &["--store", store]);
        report("2026-04-30");
        let said = report("2026-06-17");
        let clients = said["clientes"].as_array().unwrap();
        let named = |name: &str| clients.iter().find(|client| client["cliente"] == *name);

        let situations = DataSet::read("situacoes").rows(store);
        assert_eq!((situations.len(), clients.len()), (4, 4));
        let labels: BTreeMap<String, String> =
            query(store, "SELECT situacao, rotulo_pt FROM v_situacoes")
                .into_iter()
                .map(|row| (row[0].clone().unwrap(), row[1].clone().unwrap()))
                .collect();
        for row in &situations {
            let client = named(&row["cliente"]).unwrap();
            let label = &labels[client["situacao"].as_str().unwrap()];
            assert_eq!(row["situacao"], *label);
            let keys = [
                "credito",
                "consumo",
                "saldo",
                "total_estimado",
                "sobra",
                "debito",
            ];
            for key in keys {
                assert_amount(&row[key], &client[key]);
            }
        }

        let days = DataSet::read("dias").rows(store);
        for client in clients {
            let own = || {
                days.iter()
                    .filter(|row| client["cliente"] == *row["cliente"])
            };
            let amount = |key: &str| {
                client[key]
                    .as_str()
                    .map_or(0.0, |text| text.parse().unwrap())
            };
            let cost: f64 = own()
                .filter_map(|row| row["custo"].parse::<f64>().ok())
                .sum();
            let opening = amount("consumo_anterior");
            assert!((cost + opening - amount("total_estimado")).abs() < 0.005);
            let last = own().max_by_key(|row| row["data"].clone()).unwrap();
            let left = amount("credito") - amount("total_estimado");
            assert_amount(&last["saldo"], &Value::from(left.to_string()));
            // Each month that is over has the document's sum.
            for month in client["meses"].as_array().unwrap() {
                let name = month["mes"].as_str().unwrap();
                let of_month = own().filter(|row| row["data"].starts_with(name));
                let booked = of_month.filter(|row| row["tipo"] == "realizado");
                let sum: f64 = booked
                    .filter_map(|row| row["custo"].parse::<f64>().ok())
                    .sum();
                if name < "2026-06" {
                    assert_amount(&sum.to_string(), &month["consumo"]);
                }
            }
        }

        let run_out: BTreeSet<(String, String)> = DataSet::read("esgotamentos")
            .rows(store)
            .into_iter()
            .map(|row| (row["cliente"].clone(), row["esgota_em"].clone()))
            .collect();
        let expected: BTreeSet<(String, String)> = clients
            .iter()
            .filter_map(|client| {
                let day = client["esgota_em"].as_str()?;
                Some((client["cliente"].as_str()?.to_owned(), day.to_owned()))
            })
            .collect();
        assert!(!expected.is_empty());
        assert_eq!(run_out, expected);

        let failures = DataSet::read("falhas").rows(store);
        let days: Vec<&str> = failures.iter().map(|row| &*row["data_base"]).collect();
        assert_eq!(days.len(), 2, "the failure of each morning");
        let failed = &said["falhas"].as_array().unwrap()[0];
        for row in &failures {
            assert_eq!(failed["codigo"], *row["codigo"]);
            assert_eq!(failed["arquivo"], *row["arquivo"]);
            assert_ne!(row["motivo"], row["codigo"]);
        }

        let forecasts = DataSet::read("previsoes").rows(store);
        assert_eq!(forecasts.len(), 4, "May of each client");
        for row in &forecasts {
            assert_eq!(row["primeiro_dia"], "2026-05-01");
            let client = named(&row["cliente"]).unwrap();
            let months = client["meses"].as_array().unwrap();
            let may = months.iter().find(|month| month["mes"] == "2026-05");
            assert_amount(&row["realizado"], &may.unwrap()["consumo"]);
            // Every day costs the same, so that the forecast is what came.
            assert_amount(&row["total_previsto"], &may.unwrap()["consumo"]);
        }
        assert_eq!(client(&said, "config_a")["moeda"], "BRL");
    });
}

#[test]
fn the_export_is_whole_and_names_no_place() {
    let mut all = Vec::new();
    for folder in ["charts", "dashboards", "databases", "datasets/consumo"] {
        all.extend(files(folder));
    }
    let ids = |folder: &str| -> BTreeSet<String> {
        let uuid = |(_, text): (PathBuf, String)| {
            let own = text.lines().find_map(|line| line.strip_prefix("uuid: "));
            own.unwrap().to_owned()
        };
        files(folder).into_iter().map(uuid).collect()
    };
    let [charts, sets, databases] = ["charts", "datasets/consumo", "databases"].map(ids);
    assert_eq!((charts.len(), sets.len(), databases.len()), (6, 5, 1));
    let named = |folder: &str, key: &str| -> BTreeSet<String> {
        let texts = files(folder).into_iter();
        texts
            .flat_map(|(_, text)| {
                values(&text, key)
                    .into_iter()
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            })
            .collect()
    };
    assert_eq!(named("charts", "dataset_uuid"), sets);
    assert_eq!(named("datasets/consumo", "database_uuid"), databases);
    let (_, dashboard) = files("dashboards").remove(0);
    assert!(charts.iter().all(|chart| dashboard.contains(chart)));
    let filtered: BTreeSet<&str> = values(&dashboard, "datasetUuid").into_iter().collect();
    assert!(filtered.iter().all(|set| sets.contains(*set)));
    assert_eq!(
        named("databases", "sqlalchemy_uri"),
        BTreeSet::from(["postgresql+psycopg2:///consumo".to_owned()])
    );
    for (path, text) in &all {
        let text = text.to_lowercase();
        for word in [
            "/tmp",
            "/home",
            "/root",
            "password",
            "localhost",
            "127.0.0.1",
            "@",
            "admin",
        ] {
            assert!(!text.contains(word), "{}: {word}", path.display());
        }
    }
    for (path, _) in files("datasets/consumo") {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let set = DataSet::read(name);
        assert!(set.sql.contains("endereco = 'oci'"), "{name}");
        assert!(set.columns.len() > 3, "{name}");
    }
}
