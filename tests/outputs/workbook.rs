//! The workbook of `.xlsx`.

use std::io::Cursor;
use std::path::Path;
use std::time::SystemTime;

use calamine::{Data, DataType as _, Range, Reader as _, Xlsx, open_workbook};
use clap::Parser as _;
use oci_consumo::cli::Cli;
use oci_consumo::internals::calendar::plus_days;
use oci_consumo::internals::contract::Contract;
use oci_consumo::internals::days::series::{DailySeries, Knowledge};
use oci_consumo::internals::days::{CostRow, Ledger};
use oci_consumo::internals::forecast::Method;
use oci_consumo::internals::form::FileForm;
use oci_consumo::internals::money::{Amount, Currency};
use oci_consumo::internals::render::{self, Canvas, Context};
use oci_consumo::internals::report::figures::{FIGURES, Figure, Kind, SUMS};
use oci_consumo::internals::report::portfolio::{Client, Portfolio};
use oci_consumo::internals::report::statement::{FigureSettings, Statement};
use oci_consumo::plan::{Defaults, Plan};
use serde_json::Value;

use super::{cents, document, mixed, targets, write};
use crate::common::{AS_OF, Config, Folder, daily, day, morning};

type Book = Xlsx<std::io::BufReader<std::fs::File>>;

fn open(path: &Path) -> Book {
    open_workbook(path).unwrap()
}

fn sheet(book: &mut Book, name: &str) -> Range<Data> {
    book.worksheet_range(name).unwrap()
}

/// A cell in cents; `None` of an empty one.
#[allow(clippy::cast_possible_truncation, reason = "the cents of a test")]
fn cell_cents(cell: &Data) -> Option<i128> {
    cell.get_float()
        .map(|number| (number * 100.0).round() as i128)
}

/// The cells of the first row that begins with `label`.
#[track_caller]
fn row<'r>(range: &'r Range<Data>, label: &str) -> &'r [Data] {
    let found = range.rows().find(|row| row[0].get_string() == Some(label));
    found.unwrap_or_else(|| panic!("no row {label}"))
}

/// Per cent of a cell, in hundredths; `None` of an empty one.
#[allow(clippy::cast_possible_truncation, reason = "the per cent of a test")]
fn cell_percent(cell: &Data) -> Option<i128> {
    cell.get_float()
        .map(|part| (part * 10_000.0).round() as i128)
}

/// Per cent of a document, in hundredths.
fn hundredths(text: &str) -> i128 {
    cents(&text.into()).unwrap()
}

/// Asserts that a client's row of the summary has each figure that the dictionary puts there, under its name.
#[track_caller]
fn assert_summary(head: &[Data], found: &[Data], client: &Value) {
    // No config of these names a group, so there is no column of them.
    let figures = FIGURES
        .iter()
        .filter(|figure| figure.in_summary && figure.key != "grupo");
    let figures: Vec<&Figure> = figures.collect();
    assert_eq!(head.len(), figures.len());
    for ((figure, name), found) in figures.into_iter().zip(head).zip(found) {
        assert_eq!(name.get_string(), Some(figure.names[0]));
        let object = if figure.in_band {
            &client["faixa"]
        } else {
            client
        };
        let expected = &object[figure.key];
        let said = format!("{}: {}: {found:?}", client["cliente"], figure.key);
        match figure.kind() {
            Kind::Money => assert_eq!(cell_cents(found), cents(expected), "{said}"),
            Kind::Percent | Kind::Chance => {
                let percent = expected.as_str().map(hundredths);
                assert_eq!(cell_percent(found), percent, "{said}");
            }
            Kind::Date => assert_eq!(found.is_datetime(), expected.is_string(), "{said}"),
            Kind::Flag => {
                let word = if *expected == true { "sim" } else { "não" };
                assert_eq!(found.get_string(), Some(word), "{said}");
            }
            Kind::Situation => assert!(found.is_string(), "{said}"),
            _ => assert_eq!(found.get_string(), expected.as_str(), "{said}"),
        }
    }
}

/// Asserts that the rows below `title` are the amounts of `total`, each under its name.
#[track_caller]
fn assert_total(summary: &Range<Data>, title: &str, total: &Value) {
    let mut rows = summary.rows();
    let heading = rows.find(|row| row[0].get_string() == Some(title));
    assert!(heading.is_some(), "no {title}");
    let amounts = SUMS.iter().filter(|sum| sum.kind() == Kind::Money);
    let amounts = amounts.filter(|sum| !total[sum.key].is_null());
    for (sum, row) in amounts.zip(&mut rows) {
        assert_eq!(row[0].get_string(), Some(sum.names[0]));
        assert_eq!(cell_cents(&row[2]), cents(&total[sum.key]), "{}", sum.key);
    }
}

#[test]
fn the_portfolio_and_each_client_have_the_documents_figures() {
    let served = mixed();
    let (_folder, [xlsx, json]) = targets(["carteira.xlsx", "tudo.json"]);
    write(&served, &[&xlsx, &json], &[]);
    let document = document(&json);
    let mut book = open(&xlsx);
    assert_eq!(
        book.sheet_names(),
        [
            "Resumo",
            "Padaria Pão Quente",
            "Retomada",
            "Encerrada",
            "Futura",
            "Recém-chegada",
            "Muda",
            "Esquecida",
            "Yamato",
            "=SUM(A1-A9);\"x\",y",
            "Diário",
        ]
    );
    let summary = sheet(&mut book, "Resumo");
    let own: Vec<String> = book.sheet_names()[1..10].to_vec();
    for (client, name) in document["clientes"].as_array().unwrap().iter().zip(own) {
        let in_summary = row(&summary, client["cliente"].as_str().unwrap());
        assert_summary(row(&summary, "Cliente"), in_summary, client);
        let range = sheet(&mut book, &name);
        let ended = client["situacao"] == "encerrado";
        for (label, key) in [
            ("Crédito", "credito"),
            ("Consumo", "consumo"),
            ("Provisório (últimos dias)", "consumo_provisorio"),
            ("Saldo hoje", "saldo"),
            ("Total no fim", "total_estimado"),
            (
                if ended {
                    "Sobra expirada"
                } else {
                    "Sobra estimada"
                },
                "sobra",
            ),
            (
                if ended {
                    "Excedente"
                } else {
                    "Débito estimado"
                },
                "debito",
            ),
            ("Média por dia (últimos 2 meses)", "ritmo_diario"),
            ("Ritmo-alvo por dia", "ritmo_alvo"),
            ("Estimado no mês", "mes_atual_estimado"),
        ] {
            let found = row(&range, label);
            assert_eq!(cell_cents(&found[1]), cents(&client[key]), "{name}: {key}");
        }
        for weekday in client["dias_semana"].as_array().unwrap() {
            if weekday["media_diaria"].is_null() {
                continue;
            }
            let found = row(&range, weekday["nome"].as_str().unwrap());
            assert_eq!(
                cell_cents(&found[1]),
                cents(&weekday["media_diaria"]),
                "{name}"
            );
            assert_eq!(cell_cents(&found[4]), cents(&weekday["previsto"]), "{name}");
        }
        let months = client["meses"].as_array().unwrap();
        let dated: Vec<&[Data]> = range.rows().filter(|row| row[0].is_datetime()).collect();
        assert_eq!(dated.len(), months.len(), "{name}");
        for (found, month) in dated.iter().zip(months) {
            assert_eq!(cell_cents(&found[1]), cents(&month["consumo"]), "{name}");
            let change = month["variacao_pct"].as_str().map(hundredths);
            assert_eq!(cell_percent(&found[4]), change, "{name}");
        }
    }
    let totals = document["totais"].as_array().unwrap();
    assert_eq!(totals.len(), 2);
    for total in totals {
        let (count, code) = (&total["clientes"], total["moeda"].as_str().unwrap());
        assert_total(
            &summary,
            &format!("Totais de {count} de 11 clientes ({code})"),
            total,
        );
    }
    for failure in document["falhas"].as_array().unwrap() {
        let found = row(&summary, failure["cliente"].as_str().unwrap());
        assert_eq!(found[2].get_string(), failure["mensagem"].as_str());
    }
}

#[test]
fn the_days_add_up_to_the_document() {
    let served = mixed();
    let (_folder, [xlsx, json]) = targets(["carteira.xlsx", "tudo.json"]);
    write(&served, &[&xlsx, &json], &["--lang", "en"]);
    let document = document(&json);
    let mut book = open(&xlsx);
    book.load_tables().unwrap();
    assert_eq!(book.table_names(), ["Days"]);
    let days = sheet(&mut book, "Daily");
    for client in document["clientes"].as_array().unwrap() {
        for (kind, key) in [("booked", "consumo"), ("forecast", "previsto")] {
            let own = days.rows().skip(1).filter(|row| {
                row[0].get_string() == client["cliente"].as_str()
                    && row[5].get_string() == Some(kind)
            });
            let costs: Vec<&Data> = own.map(|row| &row[3]).collect();
            match cents(&client[key]) {
                Some(total) => {
                    let sum = costs.iter().filter_map(|cost| cost.get_float()).sum();
                    assert_eq!(cell_cents(&Data::Float(sum)), Some(total), "{client}");
                }
                None => assert!(costs.iter().all(|cost| cost.is_empty())),
            }
        }
    }
    assert!(days.rows().skip(1).all(|row| row[2].is_datetime()));
}

/// Names from outside are text, wherever they stand.
#[test]
fn no_cell_is_a_formula() {
    let served = mixed();
    let (_folder, [xlsx]) = targets(["carteira.xlsx"]);
    write(&served, &[&xlsx], &[]);
    let mut book = open(&xlsx);
    for name in book.sheet_names() {
        let formulas = book.worksheet_formula(&name).unwrap();
        assert!(formulas.is_empty(), "{name}");
    }
}

#[test]
fn over_thirty_clients_have_no_sheets_and_the_reader_is_told() {
    let mut folder = Folder::new();
    for n in 10..41 {
        let config = Config::new(&n.to_string());
        folder = folder.client(&config, daily("2026-06-01", "2026-06-16", "1"));
    }
    let served = folder.serve();
    let (_folder, [all, some]) = targets(["carteira.xlsx", "alguns.xlsx"]);
    write(&served, &[&all], &[]);
    write(
        &served,
        &[&some],
        &[
            "--only", "config_1", "--only", "config_2", "--only", "config_3",
        ],
    );
    let mut book = open(&all);
    assert_eq!(book.sheet_names(), ["Resumo", "Diário"]);
    let summary = sheet(&mut book, "Resumo");
    let told = summary.rows().any(|row| {
        let text = row[0].get_string().unwrap_or_default();
        text.contains("Mais de 30 clientes") && text.contains("--only")
    });
    assert!(told);
    assert_eq!(open(&some).sheet_names().len(), 32);
}

/// Three hundred contracts of ten years, which no test could fetch: from the figures on.
#[test]
fn days_that_no_sheet_holds_are_left_to_the_table() {
    let (start, as_of) = (day("2020-01-01"), day(AS_OF));
    let contract = Contract {
        start,
        end: plus_days(start, 3_652),
        credit: Amount::from(1_000),
        currency: Currency::parse("BRL"),
        opening: None,
        adjustment: None,
        ignored: Vec::new(),
    };
    let row = CostRow {
        day: start,
        amount: Amount::from(1),
        currency: contract.currency,
    };
    let series = DailySeries::new(
        &Ledger::from_iter([row]),
        &contract,
        as_of,
        Knowledge::whole(as_of),
        2,
    )
    .unwrap();
    let settings = FigureSettings {
        settle_days: 2,
        surplus_percent: Amount::from(10),
        method: Method::Weekday,
        what_if: None,
    };
    let statement = Statement::new(&contract, &series, &settings);
    let client = |n: u32| Client {
        warnings: Vec::new(),
        name: n.to_string(),
        file: format!("config_{n}"),
        tenancy: None,
        region: None,
        group: None,
        fetched_at: None,
        outcome: Ok(Box::new(statement.clone())),
    };
    let portfolio = Portfolio::new((0..300).map(client).collect(), Vec::new(), &settings);
    let args = ["oci-consumo", "--as-of", AS_OF];
    let cli = Cli::parse_from(args);
    let plan = Plan::new(cli, Defaults::default(), morning(AS_OF)).unwrap();
    let context = Context {
        view: &plan.view,
        as_of,
        made_at: SystemTime::UNIX_EPOCH,
        simulated: false,
        offline: false,
        endpoint: None,
        canvas: Canvas {
            width: 120,
            terminal: false,
            colored: false,
        },
    };
    let bytes = render::file(&portfolio, &context, FileForm::Workbook).unwrap();
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
    let days = book.worksheet_range("Diário").unwrap();
    assert_eq!(days.height(), 1);
    let note = days.rows().next().unwrap()[0].get_string().unwrap();
    // 3653 days each, the last seven before the as-of day in two rows.
    assert!(note.starts_with("1098000 linhas não cabem"), "{note}");
    assert!(note.contains("--table days -o dias.csv"), "{note}");
}

#[test]
fn a_folder_of_failures_is_a_workbook_too() {
    let served = Folder::new()
        .config(&Config::new("a").with("credito", "150.000"))
        .serve();
    let (_folder, [xlsx]) = targets(["carteira.xlsx"]);
    let ran = served.run(&["--format", "none", "-o", xlsx.to_str().unwrap()]);
    assert_eq!(ran.status, Some(4), "{}", ran.stderr);
    let mut book = open(&xlsx);
    let summary = sheet(&mut book, "Resumo");
    let failed = row(&summary, "Cliente a");
    assert!(failed[2].get_string().unwrap().contains("config_a"));
    assert_eq!(Value::from(sheet(&mut book, "Diário").height()), 1);
}

#[test]
fn an_adjusted_forecast_adds_up_and_says_what_it_supposes() {
    let config = Config::new("a").with("ajuste_previsto", "+310 desde 01/08/2026");
    let served = Folder::new()
        .client(&config, daily("2026-01-01", "2026-06-16", "10"))
        .serve();
    let (_folder, [xlsx, csv, json]) = targets(["c.xlsx", "d.csv", "c.json"]);
    let args = ["--what-if", "-50%", "--table", "days"];
    write(&served, &[&xlsx, &csv, &json], &args);

    let mut book = open(&xlsx);
    let range = sheet(&mut book, "Cliente a");
    // 198 days of 10, five months of 310, and half of the former off.
    for (label, cents) in [
        ("Ajuste (+310,00 por mês desde 01/08/2026)", 155_000),
        ("Hipótese (-50,0%)", -99_000),
        ("Previsto até o fim", 254_000),
    ] {
        assert_eq!(cell_cents(&row(&range, label)[4]), Some(cents), "{label}");
    }
    let told = |text: &str| {
        let mut texts = range.rows().filter_map(|row| row[0].get_string());
        assert!(texts.any(|cell| cell.contains(text)), "no {text:?}");
    };
    told("Faixa de 80%");
    let document = document(&json);
    assert_eq!(cents(&document["clientes"][0]["previsto"]), Some(254_000));
    let summary = sheet(&mut book, "Resumo");
    let total = &document["totais"][0];
    assert_eq!(cents(&total["hipotese"]), Some(-99_000));
    assert_total(&summary, "Totais de 1 de 1 cliente (BRL)", total);
    let days = std::fs::read_to_string(&csv).unwrap();
    let kinds = |kind: &str| days.matches(&format!(",{kind},")).count();
    // Two provisional days and 198 to come.
    assert_eq!((kinds("hipotese"), kinds("previsto")), (200, 0));
    let hypotheses = sheet(&mut book, "Diário")
        .rows()
        .filter(|row| row[5].get_string() == Some("hipótese"))
        .count();
    assert_eq!(hypotheses, 200);
}
