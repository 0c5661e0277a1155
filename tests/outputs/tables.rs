//! The tables of `.csv`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{cents, document, mixed, rounded, targets, units, write};
use crate::common::{Config, Folder, client, daily, day};
use oci_consumo::internals::calendar::{Days, plus_days};

/// A table's head and rows, read by a crate that did not write it.
pub(super) fn read(path: &Path, separator: u8) -> (Vec<String>, Vec<Vec<String>>) {
    let text = fs::read(path).unwrap();
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .from_reader(&text[..]);
    let texts = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect::<Vec<_>>();
    let head = texts(reader.headers().unwrap());
    let rows = reader.records().map(|row| texts(&row.unwrap())).collect();
    (head, rows)
}

/// As a table writes a name.
pub(super) fn neutral(name: &str) -> String {
    let runs = name.starts_with(['=', '+', '-', '@']);
    if runs {
        format!("'{name}")
    } else {
        name.to_owned()
    }
}

#[test]
fn days_cover_the_contract_and_add_up_to_the_document() {
    let served = mixed();
    let (_folder, [table, json]) = targets(["dias.csv", "tudo.JSON"]);
    write(&served, &[&table, &json], &["--table", "days"]);
    let (head, rows) = read(&table, b',');
    assert_eq!(
        head.join(","),
        "cliente,tenancy,data,custo,moeda,tipo,estado,endpoint"
    );
    let document = document(&json);
    let clients = document["clientes"].as_array().unwrap();
    assert_eq!(clients.len(), 9);
    let mut seen = 0;
    for client in clients {
        let name = neutral(client["cliente"].as_str().unwrap());
        let own: Vec<_> = rows.iter().filter(|row| row[0] == name).collect();
        seen += own.len();
        for (kind, key) in [("realizado", "consumo"), ("previsto", "previsto")] {
            let costs = own.iter().filter(|row| row[5] == kind);
            let costs: Vec<_> = costs.map(|row| units(&row[3])).collect();
            match cents(&client[key]) {
                Some(total) => {
                    // Provisional days without a row, and days that the service has forgotten, are empty.
                    let sum: i128 = costs.into_iter().flatten().sum();
                    assert_eq!(rounded(sum), total, "{name}: {kind}");
                }
                None => assert!(costs.iter().all(Option::is_none), "{name}: {kind}"),
            }
        }
        let text = |key: &str| client[key].as_str().unwrap();
        let (first, last) = (day(text("inicio_contrato")), day(text("fim_contrato")));
        let opening = own.iter().find(|row| row[6] == "anterior");
        let first = opening.map_or(first, |row| day(&row[2]));
        let days: BTreeSet<_> = own.iter().map(|row| day(&row[2])).collect();
        let contract: BTreeSet<_> = Days::new(first, plus_days(last, 1)).iter().collect();
        assert_eq!(days, contract, "{name}");
        let provisional = own.iter().filter(|row| row[6] == "provisorio");
        let kinds: Vec<_> = provisional.map(|row| (&row[2], row[5].as_str())).collect();
        for pair in kinds.chunks(2) {
            assert_eq!(pair[0].0, pair[1].0, "{name}");
            assert_eq!([pair[0].1, pair[1].1], ["realizado", "previsto"], "{name}");
        }
        for row in own {
            assert_eq!(Value::from(row[4].as_str()), client["moeda"], "{name}");
            assert_eq!(Value::from(row[1].as_str()), client["tenancy"], "{name}");
        }
    }
    assert_eq!(seen, rows.len(), "rows of clients without figures");
}

#[test]
fn what_is_not_known_is_empty_and_never_nothing() {
    let served = mixed();
    let (_folder, [table]) = targets(["dias.csv"]);
    write(&served, &[&table], &["--table", "days"]);
    let (_, rows) = read(&table, b',');
    let costs = |name: &str, state: &str| -> BTreeSet<String> {
        let own = rows.iter().filter(|row| row[0] == name && row[6] == state);
        own.map(|row| row[3].clone()).collect()
    };
    let empty = BTreeSet::from([String::new()]);
    for (name, state) in [
        ("Muda", "sem_informacao"),
        ("Muda", "futuro"),
        ("Futura", "futuro"),
        ("Recém-chegada", "futuro"),
        ("Esquecida", "futuro"),
    ] {
        assert_eq!(costs(name, state), empty, "{name} {state}");
    }
    assert_eq!(costs("Esquecida", "sem_informacao"), empty);
    assert_eq!(
        costs("Esquecida", "consolidado"),
        BTreeSet::from(["0", "12.25"].map(str::to_owned))
    );
    assert_eq!(
        costs("Retomada", "anterior"),
        BTreeSet::from(["4000".to_owned()])
    );
    // Ten places, half away from zero.
    assert!(costs("Padaria Pão Quente", "consolidado").contains("27.123456789"));
    assert!(costs("Padaria Pão Quente", "consolidado").contains("-0.000000001"));
}

#[test]
fn clients_are_the_documents_with_those_that_failed() {
    let served = mixed();
    let (_folder, [table, json]) = targets(["clientes.csv", "tudo.json"]);
    write(&served, &[&table, &json], &[]);
    let (head, rows) = read(&table, b',');
    let document = document(&json);
    let one = |value: &Value| !value.is_array() && !value.is_object();
    let flat = |object: &Value| -> BTreeSet<String> {
        let keys = object.as_object().unwrap().iter();
        let keys = keys.filter(|(key, value)| one(value) && *key != "diario");
        keys.map(|(key, _)| key.clone()).collect()
    };
    let mut keys = flat(&document["clientes"][0]);
    let mut in_band = flat(&document["clientes"][0]["faixa"]);
    // What the band rests on is no figure of the client.
    for key in ["nivel", "origens", "blocos", "mudanca_ritmo"] {
        assert!(in_band.remove(key), "{key}");
    }
    assert_eq!(in_band.len(), 7);
    keys.extend(in_band.clone());
    let messages = [
        "avisos",
        "codigo",
        "mensagem",
        "acao",
        "request_id",
        "endpoint",
    ];
    let own: BTreeSet<String> = head
        .iter()
        .filter(|name| !messages.contains(&name.as_str()))
        .cloned()
        .collect();
    assert_eq!(own, keys);
    // Columns of version 0.1 keep their places.
    assert_eq!(head[33..39], messages);
    let endpoint = document["endpoint"].as_str().unwrap();
    assert_eq!(rows.len(), 11);
    let at = |column: &str| head.iter().position(|name| name == column).unwrap();
    for row in &rows {
        let file = &row[at("arquivo")];
        assert_eq!(row[at("endpoint")], endpoint);
        if row[at("situacao")] == "falhou" {
            let failure = crate::common::failure(&document, file);
            for (n, name) in head.iter().enumerate() {
                let expected = failure[name].as_str().map(neutral).unwrap_or_default();
                let kept = ["situacao", "regiao", "endpoint"].contains(&name.as_str());
                assert!(kept || row[n] == expected, "{file}: {name}: {}", row[n]);
            }
            continue;
        }
        let client = client(&document, file);
        for name in &own {
            let found = &row[at(name)];
            let object = if in_band.contains(name) {
                &client["faixa"]
            } else {
                client
            };
            match &object[name] {
                Value::Null => assert_eq!(found, "", "{file}: {name}"),
                Value::Bool(flag) => assert_eq!(*found, u8::from(*flag).to_string(), "{name}"),
                Value::String(text) if units_like(text) => {
                    assert_eq!(units(found), units(text), "{file}: {name}");
                }
                Value::String(text) => assert_eq!(*found, neutral(text), "{file}: {name}"),
                other => assert_eq!(*found, other.to_string(), "{file}: {name}"),
            }
        }
        let codes = crate::common::warnings(client).join(" ");
        assert_eq!(row[at("avisos")], codes);
    }
}

fn units_like(text: &str) -> bool {
    text.chars()
        .all(|c| c.is_ascii_digit() || c == '.' || c == '-')
        && text.matches('-').count() < 2
}

#[test]
fn months_are_the_documents_with_the_opening_balance() {
    let served = mixed();
    let (_folder, [table, json]) = targets(["meses.csv", "tudo.json"]);
    write(&served, &[&table, &json], &["--csv", "meses"]);
    let (head, rows) = read(&table, b',');
    assert_eq!(
        head.join(","),
        "cliente,tenancy,mes,consumo,moeda,dias,media_diaria,variacao_pct,estado,endpoint"
    );
    let document = document(&json);
    let mut expected = Vec::new();
    for client in document["clientes"].as_array().unwrap() {
        let name = neutral(client["cliente"].as_str().unwrap());
        if let Some(opening) = client["consumo_anterior"].as_str() {
            let row = [&name, "2026-05", opening, "", "", "", "anterior"];
            expected.push(row.map(str::to_owned));
        }
        for month in client["meses"].as_array().unwrap() {
            let text = |key: &str| month[key].as_str().unwrap_or_default().to_owned();
            let running = text("mes") == "2026-06" && client["situacao"] != "encerrado";
            let state = if running { "em_curso" } else { "passado" };
            let days = month["dias"].to_string();
            expected.push([
                name.clone(),
                text("mes"),
                text("consumo"),
                days,
                text("media_diaria"),
                text("variacao_pct"),
                state.to_owned(),
            ]);
        }
    }
    let same = |found: &str, expected: &str| {
        if units_like(expected) {
            units(found) == units(expected)
        } else {
            found == expected
        }
    };
    assert_eq!(rows.len(), expected.len());
    for (row, expected) in rows.iter().zip(&expected) {
        let found = [0, 2, 3, 5, 6, 7, 8].map(|column| &row[column]);
        let equal = found.iter().zip(expected).enumerate();
        for (n, (found, expected)) in equal {
            let equal = if (2..6).contains(&n) {
                same(found, expected)
            } else {
                *found == expected
            };
            assert!(equal, "{row:?} is not {expected:?}");
        }
    }
}

#[test]
#[ignore = "long"]
fn the_brazilian_dialect_says_the_same_in_other_signs() {
    let served = mixed();
    // The flags and values of version 0.1, which no help names any more.
    for table in ["dias", "clientes", "meses"] {
        let (_folder, [standard, brazilian]) = targets(["a.csv", "b.csv"]);
        let of = ["--csv", table];
        write(&served, &[&standard], &of);
        write(
            &served,
            &[&brazilian],
            &[&of[..], &["--csv-dialeto", "br"]].concat(),
        );
        let marked = fs::read_to_string(&brazilian).unwrap();
        let plain = marked.strip_prefix('\u{FEFF}').unwrap();
        assert!(
            !fs::read_to_string(&standard)
                .unwrap()
                .starts_with('\u{FEFF}')
        );
        let path = brazilian.with_extension("txt");
        fs::write(&path, plain).unwrap();
        let (head, rows) = read(&standard, b',');
        let (other_head, other_rows) = read(&path, b';');
        assert_eq!(head, other_head);
        assert_eq!(rows.len(), other_rows.len());
        for (row, other) in rows.iter().zip(&other_rows) {
            for (cell, other) in row.iter().zip(other) {
                if units_like(cell) {
                    assert_eq!(cell.replace('.', ","), *other);
                } else {
                    assert_eq!(cell, other);
                }
            }
        }
    }
}

/// In either dialect, whatever the reader takes for the separator.
#[test]
fn no_cell_runs_in_a_spreadsheet() {
    let served = mixed();
    for style in ["standard", "excel-br", "padrao", "br"] {
        let (_folder, [table]) = targets(["clientes.csv"]);
        write(&served, &[&table], &["--csv-style", style]);
        for separator in [b',', b';', b'\t'] {
            let text = fs::read(&table).unwrap();
            let mut reader = csv::ReaderBuilder::new()
                .delimiter(separator)
                .flexible(true)
                .from_reader(&text[..]);
            for record in reader.records() {
                let record = record.unwrap();
                let mut cells = record.iter().filter(|cell| cell.parse::<f64>().is_err());
                let runs = cells.find(|cell| cell.starts_with(['=', '+', '@']));
                assert_eq!(runs, None, "{record:?}");
            }
        }
    }
}

/// Two decimals and labels, where `br` has exact amounts and codes.
#[test]
#[ignore = "long"]
fn the_style_of_excel_is_for_readers() {
    let served = mixed();
    for (table, lang) in [("clients", "pt-BR"), ("months", "en"), ("days", "pt-BR")] {
        let (_folder, [excel, exact]) = targets(["a.csv", "b.csv"]);
        let of = ["--table", table, "--lang", lang, "--csv-style"];
        write(&served, &[&excel], &[&of[..], &["excel-br"]].concat());
        write(&served, &[&exact], &[&of[..], &["br"]].concat());
        assert!(fs::read_to_string(&excel).unwrap().starts_with('\u{FEFF}'));
        let (head, rows) = read(&excel, b';');
        let (keys, others) = read(&exact, b';');
        assert_eq!((head.len(), rows.len()), (keys.len(), others.len()));
        let at = |key: &str| keys.iter().position(|name| name.ends_with(key));
        for (row, other) in rows.iter().zip(&others) {
            for (n, (cell, other)) in row.iter().zip(other).enumerate() {
                let money = other.replace(',', ".");
                if other.contains(',') && units_like(&money) {
                    let (_, decimals) = cell.split_once(',').unwrap_or(("", "00"));
                    assert_eq!(decimals.len(), 2, "{}: {cell} of {other}", keys[n]);
                    assert!(!cell.contains('.'), "{cell}");
                }
                assert_eq!(cell.is_empty(), other.is_empty(), "{}", keys[n]);
            }
            for (key, code, label) in [
                ("situacao", "vai_esgotar", "Vai esgotar"),
                ("situacao", "falhou", "Falhou"),
                ("nos_totais", "1", "sim"),
                ("estado", "em_curso", "running"),
                ("estado", "sem_informacao", "sem informação"),
                ("fim_contrato", "2026-12-31", "31/12/2026"),
            ] {
                if let Some(column) = at(key)
                    && other[column] == code
                {
                    assert_eq!(row[column], label);
                }
            }
        }
    }
}

#[test]
fn a_table_goes_to_stdout_where_that_is_asked_for() {
    let served = mixed();
    let (_folder, [file, document]) = targets(["a.csv", "a.md"]);
    let args = ["--table", "months", "--no-store"];
    write(&served, &[&file, &document], &args);
    for (format, file) in [("csv", &file), ("markdown", &document)] {
        let ran = served.run(&[&args[..], &["--format", format]].concat());
        assert_eq!(ran.stdout, fs::read_to_string(file).unwrap());
    }
}

#[test]
fn a_table_that_nothing_writes_is_wrong_usage() {
    let served = mixed();
    for args in [
        &["--table", "months"][..],
        &["--csv", "clientes"],
        &["--csv-style", "excel-br"],
        &["--csv-style", "excel-br", "--format", "markdown"],
        &["--table", "days", "--format", "json"],
    ] {
        let ran = served.run(args).exited(2);
        assert!(ran.stderr.contains("--format csv"), "{}", ran.stderr);
    }
    for format in ["csv", "markdown"] {
        let ran = served.check(&["--format", format]);
        assert_eq!(ran.status, Some(2));
        assert!(ran.stderr.contains("text, json ou none"), "{}", ran.stderr);
    }
    assert!(served.server.seen().is_empty());
}

/// Whatever stands in a name, a table has as many cells in each row as in its head.
#[test]
fn markdown_has_the_overview_and_what_failed() {
    let served = mixed();
    let (_folder, [file, json]) = targets(["carteira.md", "tudo.json"]);
    write(&served, &[&file, &json], &["--no-store"]);
    let text = fs::read_to_string(&file).unwrap();
    let bars = |line: &str| line.replace("\\|", "").matches('|').count();
    let mut width = None;
    for line in text.lines() {
        match (line.starts_with('|'), width) {
            (true, None) => width = Some(bars(line)),
            (true, Some(width)) => assert_eq!(bars(line), width, "{line}"),
            (false, _) => width = None,
        }
    }
    for words in [
        "# Carteira\n",
        "## Clientes\n",
        "| Yamato | JPY | Crédito esgotado |",
        "## Totais de 1 de 11 clientes (JPY)\n",
        "## Fora do total\n",
        "## Falharam\n",
        "- **+Falhou: \\[1\\]/\\*?**\n  - ",
        "(\"http\\://a;b,c\")",
    ] {
        assert!(text.contains(words), "no {words} in {text}");
    }
    let document = document(&json);
    for client in document["clientes"].as_array().unwrap() {
        let name = client["cliente"].as_str().unwrap();
        assert!(text.contains(&format!("\n| {name} |")), "{name}");
    }
}

#[test]
fn small_tables_read_so() {
    let config = Config::new("a")
        .with("cliente", "Pão, Quente")
        .with("credito", "1000")
        .with("inicio_contrato", "2026-06-12")
        .with("fim_contrato", "2026-06-19");
    let served = Folder::new()
        .client(&config, daily("2026-06-12", "2026-06-16", "10.50"))
        .serve();
    let (_folder, [table]) = targets(["tabela.csv"]);
    // Where the stand-in listens differs from run to run.
    let endpoint = format!("{}/", served.server.endpoint());
    let written = |args: &[&str]| {
        write(&served, &[&table], args);
        let text = fs::read_to_string(&table).unwrap();
        assert!(text.contains(&endpoint), "{text}");
        text.replace(&endpoint, "ENDPOINT")
    };
    insta::assert_snapshot!("small_table_of_days", written(&["--table", "days"]));
    let months = written(&["--csv", "meses", "--csv-dialeto", "br"]);
    insta::assert_snapshot!("small_table_of_months", months);
    let excel = written(&["--table", "months", "--csv-style", "excel-br"]);
    insta::assert_snapshot!("small_table_for_excel", excel);
    insta::assert_snapshot!("small_table_of_clients", written(&[]));
}
