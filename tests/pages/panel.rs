//! The operator's panel of `.html`: the figures of the document, every client, and nothing that acts but its filter.

use std::collections::BTreeSet;
use std::fs;

use oci_consumo::internals::form::FileForm;
use oci_consumo::internals::render::{self, Context};
use oci_consumo::internals::report::portfolio::Portfolio;
use oci_consumo::internals::report::statement::Statement;
use serde_json::Value;

use super::safety::{HOSTILE, assert_safe};
use super::sample::{AS_OF, SITUATIONS, statements};
use super::tags::words;
use crate::common::rendered::{PIPE, with_context};
use crate::common::{Config, Folder, daily, grouped};
use crate::outputs::workbook::portfolio;
use crate::outputs::{cents, document, mixed, targets, write};

/// Most bytes of a panel of three hundred clients.
const MOST: usize = 600_000;

/// Origin of the figures: simulated, offline, and the address that answered.
pub type Origin = (bool, bool, Option<&'static str>);

/// Of the service, today.
pub const USUAL: Origin = (false, false, None);

/// The panel of `portfolio`, of this `origin`, as `args` ask for it.
pub fn panel(
    portfolio: &Portfolio,
    args: &[&str],
    (simulated, offline, endpoint): Origin,
) -> String {
    with_context(AS_OF, args, PIPE, |context| {
        let context = Context {
            simulated,
            offline,
            endpoint,
            ..context.clone()
        };
        let bytes = render::file(portfolio, &context, FileForm::Panel).unwrap();
        String::from_utf8(bytes).unwrap()
    })
}

/// Names as long as customers' are.
const NAMES: [&str; 5] = [
    "Prefeitura Municipal de Boa Esperança do Sul",
    "Tribunal de Contas do Estado",
    "Ótica Visão",
    "Rede Hoteleira Mar & Sol",
    "Universidade Federal do Cerrado - UFC",
];

/// A portfolio of `n` clients in the first `kinds` of the sample's situations.
pub fn crowd(n: usize, kinds: usize) -> Portfolio {
    let statements = statements()[..kinds].iter();
    let statements: Vec<Statement> = statements.map(|(_, statement)| statement.clone()).collect();
    let names = NAMES.iter().cycle().enumerate().take(n);
    portfolio(names.map(|(n, name)| format!("{name} {n}")), &statements)
}

/// The portfolio of one client in each situation, under its name.
fn situations() -> Portfolio {
    let (names, statements): (Vec<&str>, Vec<Statement>) =
        statements()[..SITUATIONS].iter().cloned().unzip();
    portfolio(names.into_iter().map(str::to_owned), &statements)
}

/// The parts of `text` between `start` and `end`.
fn between<'t>(text: &'t str, start: &str, end: &str) -> Vec<&'t str> {
    let parts = text.split(start).skip(1);
    parts.map(|part| &part[..part.find(end).unwrap()]).collect()
}

/// The text of a piece of markup.
fn read(markup: &str) -> String {
    words(&format!("<!DOCTYPE html><i>{markup}</i>"))
}

/// The cells of each row of the table of clients, heading first.
fn clients(page: &str) -> Vec<Vec<String>> {
    let table = between(page, "<table>", "</table>")[0];
    let cell = |cell: &str| read(cell.split_once('>').unwrap().1);
    let cells = |row: &str| {
        let row = row.replace("</th>", "</td>").replace("<th", "<td");
        between(&row, "<td", "</td>")
            .into_iter()
            .map(cell)
            .collect()
    };
    let rows = between(table, "<tr", "</tr>").into_iter();
    rows.map(cells).collect()
}

/// `1.234,56`: an amount of a document as the page has it; a yen has no cents.
fn money(client: &Value, key: &str) -> String {
    let Some(cents) = cents(&client[key]) else {
        return "—".to_owned();
    };
    let whole = client["moeda"] == "JPY";
    let units = match whole {
        true => (cents.abs() + 50) / 100,
        false => cents.abs() / 100,
    };
    let sign = if cents < 0 { "-" } else { "" };
    let shown = format!("{sign}{}", grouped(&units.to_string()));
    match whole {
        true => shown,
        false => format!("{shown},{:02}", cents.abs() % 100),
    }
}

/// `31/12/2026` of `2026-12-31`.
fn date(day: &Value) -> Option<String> {
    let parts: Vec<&str> = day.as_str()?.split('-').rev().collect();
    Some(parts.join("/"))
}

#[test]
fn each_figure_is_the_document_s() {
    let served = mixed();
    let (_folder, [html, json]) = targets(["painel.html", "tudo.json"]);
    write(&served, &[&html, &json], &[]);
    let page = fs::read_to_string(&html).unwrap();
    let document = document(&json);
    let rows = clients(&page);
    let reported = document["clientes"].as_array().unwrap();
    assert_eq!(rows.len(), reported.len() + 1);
    let column = |name: &str| {
        let found = rows[0].iter().position(|head| head == name);
        found.unwrap_or_else(|| panic!("no {name}: {:?}", rows[0]))
    };
    let cards: Vec<String> = between(&page, "<h3>", "</li>")
        .iter()
        .map(|card| read(&format!("<h3>{card}")))
        .collect();
    for client in reported {
        let name = client["cliente"].as_str().unwrap();
        let row = rows.iter().find(|row| row[0] == name).unwrap();
        for (head, key) in [("Sobra prevista", "sobra"), ("Débito previsto", "debito")] {
            assert_eq!(row[column(head)], money(client, key), "{name}: {key}");
        }
        let end = date(&client["fim_contrato"]).unwrap();
        assert_eq!(row[column("Fim")], end, "{name}");
        let runs_out = &row[column("Crédito acaba em")];
        match date(&client["esgota_em"]) {
            Some(day) => assert_eq!(*runs_out, day, "{name}"),
            None => assert!(!runs_out.contains('/'), "{name}: {runs_out}"),
        }
        let card = cards.iter().find(|card| card.starts_with(name));
        let card = card.unwrap_or_else(|| panic!("no card of {name}"));
        assert!(card.contains(&row[column("Situação")]), "{card}");
        for key in ["sobra", "debito"] {
            let told = client[key].as_str().is_some_and(|text| text != "0");
            let told = told && client["situacao"] != "sem_credito";
            let shown = money(client, key);
            assert!(!told || card.contains(&shown), "{name}: {shown}\n{card}");
        }
    }
    for total in document["totais"].as_array().unwrap() {
        for key in ["credito", "consumo", "previsto", "sobras", "debitos"] {
            let shown = format!("<td>{}</td>", money(total, key));
            assert!(page.contains(&shown), "{key}: {shown}");
        }
    }
    let text = words(&page);
    for failure in document["falhas"].as_array().unwrap() {
        for key in ["cliente", "mensagem", "acao"] {
            let told = failure[key].as_str().unwrap();
            assert!(text.contains(told), "{key}: {told}");
        }
    }
    // A failed client has no figure and no picture.
    let failed = between(&page, "id=\"failed\"", "</details>")[0];
    assert!(
        failed.contains("<h3>") && !failed.contains("<svg"),
        "{failed}"
    );
}

/// Every client has a card, a ruler and a row, the worst first.
#[test]
fn clients_are_in_the_order_of_severity() {
    let portfolio = crowd(40, statements().len());
    let page = panel(&portfolio, &[], USUAL);
    let rows = clients(&page);
    let order: Vec<&str> = rows[1..].iter().map(|row| row[0].as_str()).collect();
    let expected = portfolio.worst_first();
    let expected: Vec<&str> = expected
        .iter()
        .map(|(client, _)| client.name.as_str())
        .collect();
    assert_eq!(order, expected);
    let rulers = between(&page, "<ol class=\"times\">", "</ol>")[0];
    let rulers = between(rulers, "<a ", "</a>").into_iter();
    let rulers: Vec<String> = rulers
        .map(|link| read(link.split_once('>').unwrap().1))
        .collect();
    assert_eq!(rulers, order);
    // Cards are by class, and within one in the same order.
    let cards: Vec<String> = between(&page, "<h3>", "</h3>")
        .into_iter()
        .map(read)
        .collect();
    assert_eq!(cards.len(), 40);
    let place = |name: &String| order.iter().position(|other| other == name).unwrap();
    for section in between(&page, "<details ", "</details>") {
        let names = between(section, "<h3>", "</h3>").into_iter().map(read);
        let places: Vec<usize> = names.map(|name| place(&name)).collect();
        assert!(places.is_sorted(), "{places:?}");
    }
}

#[test]
fn nothing_acts_but_the_filter_whatever_the_names_are() {
    for lang in ["pt-BR", "en"] {
        let args = ["--lang", lang, "--by-group"];
        assert_safe(&panel(&situations(), &args, USUAL));
    }
    let names: BTreeSet<String> = HOSTILE
        .iter()
        .filter(|name| !name.contains('\u{1b}'))
        .map(|name| (*name).to_owned())
        .chain(["á".repeat(200)])
        .collect();
    let hostile = |names: &BTreeSet<String>| {
        let one = statements()[1].1.clone();
        panel(&portfolio(names.iter().cloned(), &[one]), &[], USUAL)
    };
    let page = hostile(&names);
    assert_safe(&page);
    let shown: BTreeSet<String> = between(&page, "<h3>", "</h3>")
        .into_iter()
        .map(read)
        .collect();
    assert_eq!(shown, names);
    assert_safe(&hostile(&HOSTILE.map(str::to_owned).into()));
}

#[test]
#[ignore = "long"]
fn three_hundred_clients_fit() {
    for lang in ["pt-BR", "en"] {
        let page = panel(&crowd(300, statements().len()), &["--lang", lang], USUAL);
        assert!(page.len() <= MOST, "{}", page.len());
        assert_eq!(page.matches("<h3>").count(), 300);
    }
}

/// The figures of a stand-in, and those of the demo, are never taken for real ones.
#[test]
fn a_panel_says_where_its_figures_come_from() {
    let portfolio = crowd(2, 2);
    for (origin, words) in [
        ((true, false, None), "DADOS SIMULADOS"),
        ((false, true, None), "sem consultar o serviço (--offline)"),
        (
            (false, false, Some("http://127.0.0.1:1/")),
            "http://127.0.0.1:1/",
        ),
    ] {
        assert!(panel(&portfolio, &[], origin).contains(words), "{words}");
        assert!(!panel(&portfolio, &[], USUAL).contains(words), "{words}");
    }
}

#[test]
fn a_client_in_each_situation() {
    let page = panel(&situations(), &[], USUAL);
    let body = &page[page.find("<body>").unwrap()..page.find("<script>").unwrap()];
    insta::assert_snapshot!(body);
}

#[test]
fn a_panel_is_written_by_its_ending_and_by_the_folder_s_settings() {
    let served = Folder::new()
        .client(
            &Config::new("a").with("grupo", "Sul"),
            daily("2026-01-01", "2026-06-16", "10"),
        )
        .client(&Config::new("b"), daily("2026-01-01", "2026-06-16", "20"))
        .serve();
    let (_folder, [html, htm]) = targets(["painel.html", "PAINEL.HTM"]);
    let setting = format!("output = {}\n", html.display());
    fs::write(served.dir.path().join("oci-consumo.ini"), setting).unwrap();
    let args = ["--format", "none", "--no-store"];
    served.run(&args).exited(0);
    let first = fs::read_to_string(&html).unwrap();
    let more = [&args[..], &["-o", htm.to_str().unwrap(), "--by-group"]].concat();
    served.run(&more).exited(0);
    let second = fs::read_to_string(&htm).unwrap();
    let groups = "Totais por grupo (BRL)";
    assert!(second.contains(groups) && second.contains("<th scope=\"row\">Sul</th>"));
    assert!(!first.contains(groups));
}
