//! The workbook of `.xlsx`.

use std::collections::BTreeSet;
use std::io::{Cursor, Read, Seek};
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
use oci_consumo::internals::report::figures::{FIGURES, Figure, FigureKind, SUMS};
use oci_consumo::internals::report::portfolio::{Client, Portfolio};
use oci_consumo::internals::report::statement::{FigureSettings, Statement};
use oci_consumo::plan::{Defaults, Plan};
use proptest::prelude::*;
use serde_json::Value;
use zip::ZipArchive;

use super::{cents, document, mixed, targets, write};
use crate::common::{AS_OF, Config, Folder, daily, day, morning, samples};

/// Names as long as customers' are.
const NAMES: [&str; 8] = [
    "Prefeitura Municipal de Boa Esperança do Sul",
    "Companhia Brasileira de Distribuição e Logística do Nordeste S.A.",
    "Ótica Visão",
    "Universidade Federal do Cerrado - UFC",
    "Construtora Vale do Paraíba S.A.",
    "Tribunal de Contas do Estado",
    "Associação Beneficente Hospital São João da Boa Vista",
    "Açougue & Cia",
];

type Book = Xlsx<std::io::BufReader<std::fs::File>>;

fn open(path: &Path) -> Book {
    open_workbook(path).unwrap()
}

pub fn sheet<S: Read + Seek>(book: &mut Xlsx<S>, name: &str) -> Range<Data> {
    book.worksheet_range(name).unwrap()
}

/// A cell in cents; `None` of an empty one.
#[allow(clippy::cast_possible_truncation, reason = "the cents of a test")]
pub fn cell_cents(cell: &Data) -> Option<i128> {
    cell.get_float()
        .map(|number| (number * 100.0).round() as i128)
}

/// The cells of the first row that begins with `label`.
#[track_caller]
pub fn row<'r>(range: &'r Range<Data>, label: &str) -> &'r [Data] {
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
    // How the contract would end at zero is a column, too.
    let name = head
        .iter()
        .position(|name| name == "Ajuste para fechar em zero");
    assert!(name.is_some_and(|column| column < 12));
    for figure in figures {
        let mut named = (0..).zip(head);
        let column = named.find(|(_, name)| name.get_string() == Some(figure.names[0]));
        let column: usize =
            column.map_or_else(|| panic!("no {}", figure.key), |(column, _)| column);
        let found = &found[column];
        let object = if figure.in_band {
            &client["faixa"]
        } else {
            client
        };
        let expected = &object[figure.key];
        let said = format!("{}: {}: {found:?}", client["cliente"], figure.key);
        match figure.kind() {
            FigureKind::Money => assert_eq!(cell_cents(found), cents(expected), "{said}"),
            FigureKind::Percent | FigureKind::Chance => {
                let percent = expected.as_str().map(hundredths);
                assert_eq!(cell_percent(found), percent, "{said}");
            }
            FigureKind::Date => assert_eq!(found.is_datetime(), expected.is_string(), "{said}"),
            FigureKind::Count => assert_eq!(found.get_float(), expected.as_f64(), "{said}"),
            FigureKind::Flag => {
                let word = if *expected == true { "sim" } else { "não" };
                assert_eq!(found.get_string(), Some(word), "{said}");
            }
            FigureKind::Situation => assert!(found.is_string(), "{said}"),
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
    let amounts = SUMS.iter().filter(|sum| sum.kind() == FigureKind::Money);
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
    let summary = sheet(&mut book, "Resumo");
    let order: Vec<String> = summary
        .rows()
        .skip_while(|row| row[0].get_string() != Some("Cliente"))
        .skip(1)
        .map_while(|row| row[0].get_string().map(str::to_owned))
        .collect();
    let mut names = book.sheet_names();
    assert_eq!(names.remove(0), "Resumo");
    assert_eq!(names.pop().as_deref(), Some("Diário"));
    let runs = "=SUM(A1:A9);\"x\",y";
    let cleaned = |name: &String| {
        if name == runs {
            "=SUM(A1-A9);\"x\",y".to_owned()
        } else {
            name.clone()
        }
    };
    assert_eq!(names, order.iter().map(cleaned).collect::<Vec<_>>());
    // Who has spent the credit comes first, and then who will.
    assert_eq!(order[..2], ["Yamato", "Retomada"]);
    for client in document["clientes"].as_array().unwrap() {
        let name = client["cliente"].as_str().unwrap().to_owned();
        let in_summary = row(&summary, &name);
        assert_summary(row(&summary, "Cliente"), in_summary, client);
        let name = cleaned(&name);
        let range = sheet(&mut book, &name);
        let ended = client["situacao"] == "encerrado";
        for (label, key) in [
            ("Crédito", "credito"),
            ("Consumo", "consumo"),
            ("Parcial (últimos dias)", "consumo_provisorio"),
            ("Saldo hoje", "saldo"),
            ("Total projetado", "total_estimado"),
            (
                if ended {
                    "Crédito expirado"
                } else {
                    "Sobra prevista"
                },
                "sobra",
            ),
            (
                if ended {
                    "Excedente"
                } else {
                    "Débito previsto"
                },
                "debito",
            ),
            ("Consumo médio por dia", "ritmo_diario"),
            ("Meta por dia", "ritmo_alvo"),
            ("Projeção do mês", "mes_atual_estimado"),
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
#[ignore = "long"]
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

/// Figures of a contract of so many `days` from `start`, with a cost on `spent` days from there on.
pub fn statement(
    (start, days, spent): (&str, i64, i64),
    credit: u32,
    cost: u32,
    currency: &str,
) -> Statement {
    let (start, as_of) = (day(start), day(AS_OF));
    let contract = Contract {
        start,
        end: plus_days(start, days - 1),
        credit: Amount::from(credit),
        currency: Currency::parse(currency),
        opening: None,
        adjustment: None,
        ignored: Vec::new(),
    };
    let rows = (0..spent).map(|n| CostRow {
        day: plus_days(start, n),
        amount: Amount::from(cost),
        currency: contract.currency,
    });
    let ledger = Ledger::from_iter(rows);
    let series = DailySeries::new(&ledger, &contract, as_of, Knowledge::whole(as_of), 2).unwrap();
    Statement::new(&contract, &series, &settings())
}

fn settings() -> FigureSettings {
    FigureSettings {
        settle_days: 2,
        surplus_percent: Amount::from(10),
        method: Method::WEEKDAY,
        what_if: None,
    }
}

/// Portfolio of clients with these names, which have the figures of `statements` in turn.
pub fn portfolio(names: impl Iterator<Item = String>, statements: &[Statement]) -> Portfolio {
    let clients = names.zip(statements.iter().cycle()).enumerate();
    let clients = clients.map(|(n, (name, statement))| Client {
        warnings: Vec::new(),
        name,
        file: format!("config_{n}"),
        tenancy: None,
        region: None,
        group: None,
        fetched_at: None,
        outcome: Ok(Box::new(statement.clone())),
    });
    Portfolio::new(clients.collect(), Vec::new(), &settings())
}

/// `count` clients with long names, one in eight in another currency, from spent credit to credit left over.
pub fn crowd(count: usize) -> Portfolio {
    let statements: Vec<Statement> = (0..8)
        .map(|n| {
            let currency = if n == 5 { "USD" } else { "BRL" };
            statement(("2026-05-01", 91, 47), 15_000, 80 + n * 50, currency)
        })
        .collect();
    let names = NAMES.iter().cycle().enumerate().take(count);
    portfolio(names.map(|(n, name)| format!("{name} {n}")), &statements)
}

/// The workbook of `portfolio`.
pub fn workbook(portfolio: &Portfolio) -> Vec<u8> {
    let cli = Cli::parse_from(["oci-consumo", "--as-of", AS_OF]);
    let plan = Plan::new(cli, Defaults::default(), morning(AS_OF)).unwrap();
    let context = Context {
        view: &plan.view,
        as_of: day(AS_OF),
        made_at: SystemTime::UNIX_EPOCH,
        simulated: false,
        offline: false,
        endpoint: None,
        fail_on: &[],
        status: 0,
        alerts: None,
        canvas: Canvas {
            width: 120,
            height: None,
            terminal: false,
            colored: false,
        },
    };
    render::file(portfolio, &context, FileForm::Workbook).unwrap()
}

pub fn opened(bytes: &[u8]) -> Xlsx<Cursor<&[u8]>> {
    calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap()
}

/// The XML of each part of a workbook, by its path.
pub fn parts(bytes: &[u8]) -> Vec<(String, String)> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let parts = (0..archive.len()).map(|n| {
        let mut part = archive.by_index(n).unwrap();
        let mut text = String::new();
        part.read_to_string(&mut text).unwrap();
        (part.name().unwrap().into_owned(), text)
    });
    parts.collect()
}

#[test]
#[ignore = "long"]
fn the_worst_two_hundred_clients_have_sheets_that_the_summary_leads_to() {
    let bytes = workbook(&crowd(300));
    let mut book = opened(&bytes);
    let names = book.sheet_names();
    assert_eq!(names.len(), 202);
    let summary = book.worksheet_range("Resumo").unwrap();
    let first = summary
        .rows()
        .position(|row| row[0].get_string() == Some("Cliente"))
        .unwrap()
        + 1;
    let links = book.hyperlinks_by_sheet_name("Resumo").unwrap();
    assert_eq!(links.len(), 200);
    // To read each sheet takes the time of writing them all.
    for (n, name) in names[1..201].iter().enumerate().step_by(samples(7, 1)) {
        let client = summary[(first + n, 0)].get_string().unwrap();
        let title = book.worksheet_range(name).unwrap();
        assert_eq!(title[(0, 0)].get_string(), Some(client));
        let back = book.hyperlinks_by_sheet_name(name).unwrap();
        assert_eq!(back.len(), 1, "{name}");
    }
    let clients: BTreeSet<&str> = (0..300)
        .map(|n| summary[(first + n, 0)].get_string().unwrap())
        .collect();
    assert_eq!(clients.len(), 300);
    let note = "Têm planilha própria os 200 primeiros clientes; os outros 100";
    let told = summary.rows().filter_map(|row| row[0].get_string());
    assert!(told.into_iter().any(|text| text.starts_with(note)));
}

#[test]
fn sheets_are_filtered_frozen_and_fit_their_pages() {
    let bytes = workbook(&crowd(40));
    let parts = parts(&bytes);
    let part = |path: &str| {
        let found = parts.iter().find(|(name, _)| name == path);
        &found.unwrap_or_else(|| panic!("no {path}")).1
    };
    let summary = part("xl/worksheets/sheet1.xml");
    for words in [
        "<autoFilter ref=\"A5:",
        "<pane xSplit=\"1\" ySplit=\"5\"",
        "<pageSetUpPr fitToPage=\"1\"/>",
        "fitToHeight=\"0\"",
        "orientation=\"landscape\"",
    ] {
        assert!(summary.contains(words), "{words}");
    }
    // Used beside term, chance, and action.
    assert_eq!(summary.matches("<x14:dataBar ").count(), 4);
    // The column of names is as wide as the longest.
    let longest = NAMES.iter().map(|name| name.chars().count()).max().unwrap() + " 33".len() + 2;
    assert!(summary.contains(&format!("<col min=\"1\" max=\"1\" width=\"{longest}.")));
    let areas = part("xl/workbook.xml").matches("_xlnm.Print_Area").count();
    assert_eq!(areas, 42);
    let charts = parts
        .iter()
        .filter(|(name, _)| name.starts_with("xl/charts/chart"));
    assert_eq!(charts.count(), 40);
    for n in 2..42 {
        let sheet = part(&format!("xl/worksheets/sheet{n}.xml"));
        assert!(sheet.contains("<pageSetUpPr fitToPage=\"1\"/>"), "{n}");
        assert!(!sheet.contains("fitToHeight"), "{n}");
    }
}

/// Asserts that the workbook of clients with these names opens, holds the names, and is XML 1.0.
fn assert_opens(names: &[String]) {
    let one = [statement(("2026-06-01", 30, 16), 1_000, 10, "BRL")];
    let bytes = workbook(&portfolio(names.iter().cloned(), &one));
    let legal = |c| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..);
    for (path, text) in parts(&bytes) {
        assert!(text.chars().all(legal), "{path}");
        for escaped in ["&#x0;", "&#0;", "_xFFFE_", "_x0000_"] {
            assert!(!text.contains(escaped), "{path}: {escaped}");
        }
    }
    let mut book = opened(&bytes);
    let sheets = book.sheet_names();
    let apart: BTreeSet<String> = sheets.iter().map(|name| name.to_lowercase()).collect();
    assert_eq!(apart.len(), names.len() + 2);
    for name in &sheets {
        assert!(name.encode_utf16().count() <= 31, "{name}");
        book.worksheet_range(name).unwrap();
    }
    let links = book.hyperlinks_by_sheet_name("Resumo").unwrap();
    assert_eq!(links.len(), names.len());
}

#[test]
fn names_that_xml_or_excel_refuse_make_a_workbook_that_opens() {
    let names = [
        "",
        "\u{0}\u{1}\u{8}\u{1f}\u{7f}\u{85}",
        "\u{fffe}\u{ffff}x",
        "Companhia Brasileira de Distribuição S.A.",
        "Companhia Brasileira de Distribuição Ltda",
        "companhia brasileira de distribuicao",
        "A/B [x]: c*?\\d",
        "'aspas' e \"aspas\"",
        "<b>&amp;</b>]]>",
        "_x0041_",
        "História",
        "Resumo",
        "Diário",
        "=HYPERLINK(\"http://x\")",
        "internal:'x'!A1",
        "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀",
        "\u{202e}virado",
        "R1C1",
        "A1",
    ];
    assert_opens(&names.map(str::to_owned));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(samples(8, 24)))]
    #[test]
    fn any_name_makes_a_workbook_that_opens(names in prop::collection::vec(any::<String>(), 1..6)) {
        assert_opens(&names);
    }
}

/// Three hundred contracts of ten years, which no test could fetch: from the figures on.
#[test]
fn days_that_no_sheet_holds_are_left_to_the_table() {
    let statements = [statement(("2026-07-01", 3_653, 0), 1_000, 1, "BRL")];
    let names = (0..300).map(|n| n.to_string());
    let bytes = workbook(&portfolio(names, &statements));
    let mut book = opened(&bytes);
    let days = book.worksheet_range("Diário").unwrap();
    assert_eq!(days.height(), 1);
    let note = days.rows().next().unwrap()[0].get_string().unwrap();
    assert!(note.starts_with("1095900 linhas não cabem"), "{note}");
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
    told("Intervalo provável (80%)");
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
