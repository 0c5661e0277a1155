//! The dashboard for Superset in `.github/bi`: the queries of its data sets give the figures of the document of the same
//! run, and the export holds nothing of the place where it was made.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::views::{assert_amount, query};
use super::{document, on_each_engine};
use crate::common::{Config, Folder, client, daily, in_dollars, morning, repository_file, yaml};

/// Files of a folder of the export, each its name without `.yaml` and its text.
fn files(folder: &str) -> Vec<(String, String)> {
    let folder = format!(".github/bi/{folder}");
    let entries = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(&folder)).unwrap();
    let mut files: Vec<(String, String)> = entries
        .map(|entry| {
            let file = entry.unwrap().file_name().into_string().unwrap();
            let text = repository_file(&format!("{folder}/{file}"));
            (file.strip_suffix(".yaml").unwrap().to_owned(), text)
        })
        .collect();
    files.sort();
    files
}

/// The texts of `key` in a document, at any depth.
fn values(document: &Value, key: &str) -> Vec<String> {
    let mut values = Vec::new();
    yaml::each(document, key, &mut |value| {
        values.push(value.as_str().unwrap().to_owned());
    });
    values
}

/// A data set of the dashboard.
struct DataSet {
    sql: String,
    columns: Vec<String>,
}

impl DataSet {
    fn read(name: &str) -> Self {
        let file = format!(".github/bi/datasets/consumo/{name}.yaml");
        let set = yaml::document(&repository_file(&file));
        Self {
            sql: set["sql"].as_str().unwrap().to_owned(),
            columns: values(&set, "column_name"),
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
#[ignore = "long"]
fn the_data_sets_have_the_figures_of_the_document() {
    on_each_engine(|store| {
        let store = &store();
        let dollars = in_dollars(daily("2026-01-01", "2026-06-16", "90.125"));
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
    let documents = |folder: &str| -> Vec<Value> {
        let files = files(folder).into_iter();
        files.map(|(_, text)| yaml::document(&text)).collect()
    };
    let ids = |folder: &str| -> BTreeSet<String> {
        let uuid = |document: Value| document["uuid"].as_str().unwrap().to_owned();
        documents(folder).into_iter().map(uuid).collect()
    };
    let [charts, sets, databases] = ["charts", "datasets/consumo", "databases"].map(ids);
    assert_eq!((charts.len(), sets.len(), databases.len()), (6, 5, 1));
    let named = |folder: &str, key: &str| -> BTreeSet<String> {
        let documents = documents(folder).into_iter();
        documents
            .flat_map(|document| values(&document, key))
            .collect()
    };
    assert_eq!(named("charts", "dataset_uuid"), sets);
    assert_eq!(named("datasets/consumo", "database_uuid"), databases);
    assert!(named("dashboards", "uuid").is_superset(&charts));
    assert!(named("dashboards", "datasetUuid").is_subset(&sets));
    assert_eq!(
        named("databases", "sqlalchemy_uri"),
        BTreeSet::from(["postgresql+psycopg2:///consumo".to_owned()])
    );
    for (file, text) in &all {
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
            assert!(!text.contains(word), "{file}: {word}");
        }
    }
    for (name, _) in files("datasets/consumo") {
        let set = DataSet::read(&name);
        assert!(set.sql.contains("endereco = 'oci'"), "{name}");
        assert!(set.columns.len() > 3, "{name}");
    }
}
