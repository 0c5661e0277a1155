//! `--table focus`: booked days under the column names of FOCUS 1.2.

use std::collections::BTreeSet;

use serde_json::Value;

use super::tables::{neutral, read};
use super::{document, mixed, targets, units, write};
use crate::common::{Config, Folder, daily, day};
use oci_consumo::internals::calendar::plus_days;
use oci_consumo::internals::lang::Lang;
use oci_consumo::internals::manual::Topic;

const HEAD: &str = "ChargePeriodStart,ChargePeriodEnd,ChargeCategory,EffectiveCost,BillingCurrency,\
                    ProviderName,SubAccountId,SubAccountType,x_ClientName,x_State,x_Endpoint";

/// The client's days of the document with a known cost are the rows, and nothing else is.
#[test]
fn the_rows_of_focus_are_the_known_days_of_the_document() {
    let served = mixed();
    let (_folder, [table, json]) = targets(["focus.csv", "tudo.json"]);
    let args = ["--table", "focus", "--daily"];
    write(&served, &[&table, &json], &args);
    let (head, rows) = read(&table, b',');
    assert_eq!(head.join(","), HEAD);
    let document = document(&json);
    let mut seen = 0;
    for client in document["clientes"].as_array().unwrap() {
        let name = neutral(client["cliente"].as_str().unwrap());
        let own: Vec<_> = rows.iter().filter(|row| row[8] == name).collect();
        let booked = client["diario"].as_array().unwrap();
        let booked: Vec<_> = booked
            .iter()
            .filter(|day| !day["custo"].is_null())
            .collect();
        assert_eq!(own.len(), booked.len(), "{name}");
        seen += own.len();
        for (row, booked) in own.iter().zip(booked) {
            let first = booked["data"].as_str().unwrap();
            let next = plus_days(day(first), 1);
            assert_eq!(row[0], format!("{first}T00:00:00Z"));
            assert_eq!(row[1], format!("{next}T00:00:00Z"));
            assert_eq!(units(&row[3]), units(booked["custo"].as_str().unwrap()));
            assert_eq!(Value::from(&*row[4]), client["moeda"], "{name}");
            assert_eq!(Value::from(&*row[6]), client["tenancy"], "{name}");
            let state = match booked["estado"].as_str().unwrap() {
                "consolidado" => "Final",
                _ => "Partial",
            };
            assert_eq!(row[9], state, "{name} {first}");
        }
    }
    assert_eq!(seen, rows.len());
    let fixed: BTreeSet<[&str; 3]> = rows
        .iter()
        .map(|row| [&*row[2], &row[5], &row[7]])
        .collect();
    assert_eq!(fixed, BTreeSet::from([["Usage", "Oracle", "Tenancy"]]));
    // The figures of a stand-in are never taken for the service's.
    let endpoint = format!("{}/", served.server.endpoint());
    assert!(rows.iter().all(|row| row[10] == endpoint));
}

/// An Autonomous Database reads the CSV of days by the external table of the manual.
#[test]
fn the_external_table_of_the_manual_has_the_columns_of_the_days() {
    let rows = daily("2026-06-01", "2026-06-16", "10");
    let served = Folder::new().client(&Config::new("a"), rows).serve();
    let (_folder, [table]) = targets(["dias.csv"]);
    write(&served, &[&table], &["--table", "days"]);
    let (head, _) = read(&table, b',');
    for lang in [Lang::PtBr, Lang::En] {
        let page = Topic::Bi.page(lang);
        let list = page.split("column_list     => '").nth(1).unwrap();
        let list = list.split('\'').next().unwrap().split(',');
        let names: Vec<&str> = list
            .map(|column| column.split_whitespace().next().unwrap())
            .collect();
        assert_eq!(names, head);
    }
}
