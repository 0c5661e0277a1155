//! Pages that follow one another for ever, in circles, or too often.

use serde_json::json;

use super::{Group, Meets, answer, failing, item, well};
use crate::common::day;
use crate::common::stand_in::{Fault, WorldRow as Sent};

/// Rows on a page of the stand-in: a window of a row a day is one page.
pub(super) const ROWS: usize = 100;
/// The most pages that are read.
const MOST: usize = 200;

const RERUN: &[&str] = &["execute de novo", "opc-request-id"];

pub(super) fn groups() -> Vec<Group> {
    let row =
        |id, meets: Meets, requests, words| failing(id, meets, requests, "paginacao", words, RERUN);
    let next = |token: &str| answer(200, &[("opc-next-page", token)], r#"{"items":[]}"#).into();
    let circle = &["repete a próxima página"];
    let repeated = &["mesma página duas vezes"];
    let too_many = &["mais de 200 páginas"];
    let nameless = &["não tem nome válido"];
    let rows = vec![
        row("volta", Fault::PageLoop.into(), 2, circle),
        row("mesma-pagina", Fault::PageRepeat.into(), 3, repeated),
        row(
            "paginas-sem-fim",
            Fault::PagesWithoutEnd.into(),
            MOST,
            too_many,
        ),
        row("201-paginas", many(MOST + 1).into(), MOST, too_many),
        row("pagina-de-nome-longo", next(&"x".repeat(5000)), 1, nameless),
        // 1 to 200 ten-thousandths, and no more by the month.
        well("200-paginas", many(MOST), MOST)
            .having(vec![Sent::new(day("2026-05-04"), "2.01", "BRL")])
            .like(vec![Sent::new(day("2026-05-04"), "2.01", "BRL")], "2.01"),
        // An empty name ends the list, as no name does.
        well(
            "pagina-sem-nome",
            vec![answer(200, &[("opc-next-page", "")], one_row())],
            1,
        )
        .having(vec![Sent::new(day("2026-05-04"), "2.01", "BRL")])
        .like(vec![Sent::new(day("2026-05-04"), "2.01", "BRL")], "2.01"),
    ];
    vec![Group {
        name: "pages",
        rows,
    }]
}

/// A page of one row.
fn one_row() -> String {
    json!({ "items": [item(&json!({"computedAmount": "2.01"}))] }).to_string()
}

/// So many pages, the last of which names no next one: a ten-thousandth, two, three ...
fn many(count: usize) -> Vec<Fault> {
    let page = |n: usize| {
        let row = item(&json!({"computedAmount": format!("{n}e-4")}));
        let body = json!({ "items": [row] }).to_string();
        let next = format!("page-{n}");
        let named = [("opc-next-page", next.as_str())];
        let headers = if n == count { &[][..] } else { &named };
        answer(200, headers, body)
    };
    (1..=count).map(page).collect()
}
