//! Subtotals by the configs' `grupo`, in JSON, text, CSV and workbook. Ten a day to 16 June of 2026, and ten a day to
//! come: 1670 consumed, 1980 forecast, 3650 in all.

use calamine::{Reader as _, Xlsx, open_workbook};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::common::{Config, Folder, Served, assert_words, client, daily, in_dollars, samples};

/// A client in `group` whose days cost `amount`.
fn served(clients: &[(&str, Option<&str>, &str, &str)]) -> Served {
    let mut folder = Folder::new();
    for (id, group, credit, amount) in clients {
        let mut config = Config::new(id).with("credito", credit);
        if let Some(group) = group {
            config = config.with("grupo", group);
        }
        folder = folder.client(&config, daily("2026-01-01", "2026-06-16", amount));
    }
    folder.serve()
}

fn three_groups() -> Served {
    served(&[
        ("a", Some("Rede São João"), "5000", "10"),
        ("b", None, "3650", "10"),
        ("c", Some("rede  SAO JOÃO "), "3000", "10"),
        ("d", Some("Varejo"), "10000", "10"),
        ("e", Some("Varejo"), "0", "10"),
    ])
}

#[test]
fn each_group_has_its_sums_of_the_clients_in_the_totals() {
    let document = three_groups().json(0, &[]);

    let sums = |group: Value,
                clients: u32,
                [
        credit,
        consumption,
        balance,
        forecast,
        total,
        surplus,
        shortfall,
    ]: [&str; 7]| {
        json!({
            "grupo": group, "moeda": "BRL", "clientes": clients, "credito": credit,
            "consumo": consumption, "saldo": balance, "previsto": forecast,
            "complemento_provisorio": "0", "ajuste": null, "hipotese": null,
            "total_estimado": total, "sobras": surplus, "debitos": shortfall,
        })
    };
    // Pay as you go is in no total, and so in none of a group.
    assert_eq!(
        document["grupos"],
        json!([
            sums(
                json!("Rede São João"),
                2,
                ["8000", "3340", "4660", "3960", "7300", "1350", "650"]
            ),
            sums(
                json!("Varejo"),
                1,
                ["10000", "1670", "8330", "1980", "3650", "6350", "0"]
            ),
            sums(
                Value::Null,
                1,
                ["3650", "1670", "1980", "1980", "3650", "0", "0"]
            ),
        ])
    );
    // Each client bears the name that the group is shown by.
    for (file, name) in [
        ("config_a", json!("Rede São João")),
        ("config_b", Value::Null),
        ("config_c", json!("Rede São João")),
        ("config_e", json!("Varejo")),
    ] {
        assert_eq!(client(&document, file)["grupo"], name, "{file}");
    }
}

#[test]
fn without_a_group_there_are_no_groups() {
    let served = served(&[("a", None, "5000", "10")]);
    let document = served.json(0, &[]);
    assert_eq!(document["grupos"], json!([]));
    assert_eq!(client(&document, "config_a")["grupo"], Value::Null);
    let text = served.run(&["--summary", "--by-group"]).exited(0).stdout;
    assert_words(&text, &["Nenhum cliente dos totais tem grupo"]);
}

#[test]
fn currencies_are_not_added_within_a_group() {
    let dollars = Config::new("u")
        .with("grupo", "Varejo")
        .with("moeda", "USD");
    let rows = in_dollars(daily("2026-01-01", "2026-06-16", "10"));
    let reais = Config::new("b").with("grupo", "VAREJO");
    let served = Folder::new()
        .client(&reais, daily("2026-01-01", "2026-06-16", "10"))
        .client(&dollars, rows)
        .serve();
    let document = served.json(0, &[]);
    let groups = document["grupos"].as_array().unwrap().iter();
    let groups: Vec<Value> = groups
        .map(|group| json!([group["grupo"], group["moeda"], group["consumo"]]))
        .collect();
    assert_eq!(
        groups,
        [
            json!(["VAREJO", "BRL", "1670"]),
            json!(["VAREJO", "USD", "1670"])
        ]
    );
}

#[test]
fn the_text_has_them_when_asked_for() {
    let served = three_groups();
    let plain = served.run(&["--summary"]).exited(0).stdout;
    assert!(!plain.contains("Totais por grupo"), "{plain}");
    let text = served.run(&["--summary", "--by-group"]).exited(0).stdout;
    let lines: Vec<&str> = text
        .lines()
        .skip_while(|line| !line.contains("Totais por grupo (BRL)"))
        .skip(3)
        .take(3)
        .collect();
    let words: Vec<Vec<&str>> = lines
        .iter()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(
        words,
        [
            vec![
                "Rede", "São", "João", "2", "8.000,00", "3.340,00", "3.960,00", "1.350,00",
                "650,00"
            ],
            vec![
                "Varejo",
                "1",
                "10.000,00",
                "1.670,00",
                "1.980,00",
                "6.350,00",
                "0,00"
            ],
            vec![
                "Sem", "grupo", "1", "3.650,00", "1.670,00", "1.980,00", "0,00", "0,00"
            ],
        ],
        "{text}"
    );
    let english = served
        .run(&["--summary", "--by-group", "--lang", "en"])
        .exited(0)
        .stdout;
    assert_words(&english, &["Totals by group (BRL)", "Without a group"]);
}

#[test]
fn the_workbook_has_a_column_and_a_table_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("carteira.xlsx");
    let file = path.to_str().unwrap();
    three_groups()
        .run(&["--format", "none", "-o", file])
        .exited(0);
    let mut book: Xlsx<_> = open_workbook(&path).unwrap();
    let summary = book.worksheet_range("Resumo").unwrap();

    let rows: Vec<Vec<String>> = summary
        .rows()
        .map(|row| row.iter().map(ToString::to_string).collect())
        .collect();
    let head = rows.iter().find(|row| row[0] == "Cliente").unwrap();
    let column = head.iter().position(|name| name == "Grupo").unwrap();
    let client = rows.iter().find(|row| row[0] == "Cliente c").unwrap();
    assert_eq!(client[column], "Rede São João");
    let title = rows
        .iter()
        .position(|row| row[0] == "Totais por grupo (BRL)");
    let table: Vec<&[String]> = rows[title.unwrap() + 1..][..4]
        .iter()
        .map(|row| &row[..7])
        .collect();
    assert_eq!(
        table,
        [
            [
                "Grupo",
                "Clientes",
                "Crédito",
                "Consumo",
                "Previsto até o fim",
                "Soma das sobras",
                "Soma dos débitos"
            ],
            ["Rede São João", "2", "8000", "3340", "3960", "1350", "650"],
            ["Varejo", "1", "10000", "1670", "1980", "6350", "0"],
            ["Sem grupo", "1", "3650", "1670", "1980", "0", "0"],
        ]
    );
}

#[test]
fn a_group_s_name_is_cleaned_and_bounded() {
    let long = "x".repeat(300);
    let served = served(&[
        ("a", Some("a\u{1b}[31mb"), "5000", "10"),
        ("b", Some(&long), "5000", "10"),
    ]);
    let document = served.json(0, &[]);
    assert_eq!(client(&document, "config_a")["grupo"], "a\u{fffd}[31mb");
    let name = client(&document, "config_b")["grupo"].as_str().unwrap();
    assert_eq!(name.chars().count(), 101);
    assert!(name.ends_with('…'));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(samples(4, 12)))]
    /// Whatever groups clients are in, the sums of the groups are the totals.
    #[test]
    fn groups_add_up_to_the_totals(
        groups in prop::collection::vec(prop::option::of("[abAB]"), 1..6),
        cents in 1u32..9999,
    ) {
        let ids = ["a", "b", "c", "d", "e", "f"];
        let amount = format!("{}.{:02}", cents / 100, cents % 100);
        let clients: Vec<_> = groups
            .iter()
            .zip(ids)
            .map(|(group, id)| (id, group.as_deref(), "1000", amount.as_str()))
            .collect();
        let document = served(&clients).json(0, &["--settle-days", "0"]);
        let parts = document["grupos"].as_array().unwrap();
        if groups.iter().all(Option::is_none) {
            prop_assert!(parts.is_empty());
            return Ok(());
        }
        let number = |value: &Value| value.as_str().unwrap().parse::<f64>().unwrap();
        for key in ["credito", "consumo", "saldo", "previsto", "total_estimado", "sobras", "debitos"] {
            let sum: f64 = parts.iter().map(|part| number(&part[key])).sum();
            prop_assert!((sum - number(&document["totais"][0][key])).abs() < 1e-6, "{}", key);
        }
        let clients: u64 = parts.iter().map(|part| part["clientes"].as_u64().unwrap()).sum();
        prop_assert_eq!(clients, groups.len() as u64);
    }
}
