//! The pictures of `.xlsx`: a client's chart with its likely range, and the summary's sparklines.

use calamine::{Data, DataType as _};

use super::workbook::{
    cell_cents, crowd, opened, parts, portfolio, row, sheet, statement, workbook,
};
use super::{cents, document, mixed, targets, write};

/// Text of the only part of a workbook whose path is `path`.
#[track_caller]
fn part<'p>(parts: &'p [(String, String)], path: &str) -> &'p str {
    let found = parts.iter().find(|(name, _)| name == path);
    &found.unwrap_or_else(|| panic!("no {path}")).1
}

#[test]
fn the_likely_range_is_an_area_that_ends_at_the_document_s_bounds() {
    let served = mixed();
    let (_folder, [xlsx, json]) = targets(["carteira.xlsx", "tudo.json"]);
    write(&served, &[&xlsx, &json], &[]);
    let document = document(&json);
    let bytes = std::fs::read(&xlsx).unwrap();
    let mut book = opened(&bytes);
    let mut with_band = 0;
    for client in document["clientes"].as_array().unwrap() {
        let name = client["cliente"].as_str().unwrap();
        if name.starts_with('=') {
            continue;
        }
        let range = sheet(&mut book, name);
        let head: Vec<&str> = range
            .rows()
            .nth(1)
            .unwrap()
            .iter()
            .filter_map(Data::get_string)
            .collect();
        let band = &client["faixa"];
        let column = range
            .rows()
            .nth(1)
            .unwrap()
            .iter()
            .position(|cell| cell.get_string() == Some("Intervalo provável (80%)"));
        assert_eq!(
            column.is_some(),
            band["total_min"].is_string(),
            "{name}: {head:?}"
        );
        let Some(width) = column else { continue };
        with_band += 1;
        let days: Vec<&[Data]> = range
            .rows()
            .skip(2)
            .filter(|row| row[width - 5].is_datetime())
            .collect();
        for day in &days {
            let of = |back: usize| cell_cents(&day[width - back]);
            let [spent, projected, least, width] = [4, 3, 1, 0].map(of);
            match spent {
                // A day that is over is in no doubt.
                Some(spent) => assert_eq!((least, width), (Some(spent), Some(0)), "{name}"),
                None => {
                    let (least, width, projected) =
                        (least.unwrap(), width.unwrap(), projected.unwrap());
                    assert!(
                        least <= projected && projected <= least + width + 1,
                        "{name}"
                    );
                }
            }
        }
        let last = days.last().unwrap();
        let (least, wide) = (cell_cents(&last[width - 1]), cell_cents(&last[width]));
        assert_eq!(least, cents(&band["total_min"]), "{name}");
        let most = cents(&band["total_max"]).unwrap();
        // Each of two numbers is rounded by itself.
        assert!((least.unwrap() + wide.unwrap() - most).abs() <= 1, "{name}");
    }
    assert!(with_band >= 3);
}

#[test]
fn the_area_below_the_range_has_no_fill_and_no_name_in_the_legend() {
    let long = statement(("2026-01-01", 365, 167), 10_000, 40, "BRL");
    let short = statement(("2026-06-10", 365, 7), 10_000, 40, "BRL");
    let bytes = workbook(&portfolio(
        ["longa", "curta"].map(str::to_owned).into_iter(),
        &[long, short],
    ));
    let parts = parts(&bytes);
    let charts: Vec<&str> = (1..3)
        .map(|n| part(&parts, &format!("xl/charts/chart{n}.xml")))
        .collect();
    let of = |with: bool| {
        let mut found = charts
            .iter()
            .filter(|xml| xml.contains("<c:areaChart>") == with);
        *found.next().unwrap()
    };
    let (with, without) = (of(true), of(false));
    let area = &with[with.find("<c:areaChart>").unwrap()..with.find("</c:areaChart>").unwrap()];
    assert!(area.contains("<c:grouping val=\"stacked\"/>"), "{area}");
    let series: Vec<&str> = area.split("<c:ser>").skip(1).collect();
    let [base, width] = series[..] else {
        panic!("{area}");
    };
    assert!(
        base.contains("<a:noFill/>") && !width.contains("<a:noFill/>"),
        "{area}"
    );
    assert!(width.contains("<a:alpha val=\"25000\"/>"), "{area}");
    let deleted = "<c:legendEntry><c:idx val=\"0\"/><c:delete val=\"1\"/></c:legendEntry>";
    assert!(with.contains(deleted), "{with}");
    // Consumption, forecast and credit are lines over the area.
    for (xml, lines) in [(with, 3), (without, 3)] {
        let chart = &xml[xml.find("<c:lineChart>").unwrap()..xml.find("</c:lineChart>").unwrap()];
        assert_eq!(chart.matches("<c:ser>").count(), lines, "{chart}");
    }
    assert!(!without.contains("legendEntry"));
}

#[test]
fn each_client_s_row_has_a_sparkline_of_its_own_months_from_zero() {
    let bytes = workbook(&crowd(40));
    let parts = parts(&bytes);
    let xml = part(&parts, "xl/worksheets/sheet1.xml");
    let group = &xml[xml.find("<x14:sparklineGroup ").unwrap()..];
    assert_eq!(xml.matches("<x14:sparklineGroup ").count(), 40);
    for words in [
        "manualMin=\"0\"",
        "type=\"column\"",
        "minAxisType=\"custom\"",
    ] {
        assert!(group[..group.find('>').unwrap()].contains(words), "{words}");
    }
    let mut book = opened(&bytes);
    let summary = sheet(&mut book, "Resumo");
    let head = row(&summary, "Cliente");
    let at = head
        .iter()
        .position(|cell| cell.get_string() == Some("Consumo por mês"))
        .unwrap();
    let months = ["05/2026", "06/2026"].map(|month| {
        let column = head
            .iter()
            .position(|cell| cell.get_string() == Some(month));
        u8::try_from(column.unwrap()).unwrap()
    });
    let letters = |column: u8| match column {
        0..26 => char::from(b'A' + column).to_string(),
        _ => format!("A{}", char::from(b'A' + column - 26)),
    };
    let first = summary
        .rows()
        .position(|row| row[0].get_string() == Some("Cliente"))
        .unwrap()
        + 2;
    let at = letters(u8::try_from(at).unwrap());
    for row in first..first + 40 {
        let [from, to] = months.map(|month| format!("{}{row}", letters(month)));
        let written = format!("<xm:f>Resumo!{from}:{to}</xm:f><xm:sqref>{at}{row}</xm:sqref>");
        assert!(xml.contains(&written), "{written}");
    }
    // 31 days of May and 16 of June, of 80 for the client that spends least.
    let least = summary
        .rows()
        .find(|row| row[0].get_string() == Some("Prefeitura Municipal de Boa Esperança do Sul 0"));
    let least = least.unwrap();
    let found = months.map(|month| cell_cents(&least[usize::from(month)]));
    assert_eq!(found, [Some(248_000), Some(128_000)]);
}

#[test]
fn a_workbook_without_a_month_has_no_sparkline() {
    let future = statement(("2026-07-01", 30, 0), 1_000, 1, "BRL");
    let bytes = workbook(&portfolio(std::iter::once("futura".to_owned()), &[future]));
    let parts = parts(&bytes);
    assert!(!part(&parts, "xl/worksheets/sheet1.xml").contains("sparkline"));
}
