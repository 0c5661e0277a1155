//! The files of `-o`: what they hold, read back by crates that did not write them, against the
//! document of the same run; and how they come to be whole or not at all.

mod charts;
mod files;
mod focus;
mod tables;
pub mod workbook;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::common::{Config, Folder, Served, answer, daily};

/// A client of each kind that a file writes differently: running, with an opening balance, ended,
/// to begin, just begun, silent, forgotten, in another currency, with a name that would run, failed.
pub fn mixed() -> Served {
    let named = |id: &str, name: &str| Config::new(id).with("cliente", name);
    let yen = {
        let mut rows = daily("2026-01-01", "2026-06-16", "40000.5");
        rows.iter_mut()
            .for_each(|row| row.currency = "\"JPY\"".to_owned());
        rows
    };
    let refusal = answer(
        404,
        &[("opc-request-id", "=A1")],
        r#"{"code":"NotAuthorizedOrNotFound","message":"=HYPERLINK(\"http://a;b,c\")"}"#,
    );
    let mut uneven = daily("2026-01-01", "2026-06-15", "27.123456789012345");
    uneven[3].amount = "-1e-9".to_owned();
    Folder::new()
        .client(&named("a", "Padaria Pão Quente"), uneven)
        .client(
            &named("b", "Retomada")
                .with("consumo_anterior", "R$ 4.000,00")
                .with("consumo_anterior_ate", "31/05/2026"),
            daily("2026-06-01", "2026-06-16", "31.005"),
        )
        .client(
            &named("c", "Encerrada").with("fim_contrato", "2026-05-31"),
            daily("2026-01-01", "2026-05-31", "70.333"),
        )
        .client(
            &named("d", "Futura").with("inicio_contrato", "2026-07-01"),
            Vec::new(),
        )
        .client(
            &named("e", "Recém-chegada").with("inicio_contrato", "2026-06-16"),
            daily("2026-06-16", "2026-06-16", "5"),
        )
        .client(&named("f", "Muda"), Vec::new())
        .client(
            &named("g", "Esquecida").with("inicio_contrato", "2025-01-01"),
            daily("2025-09-01", "2026-06-16", "12.25"),
        )
        .client(
            &named("h", "Yamato")
                .with("moeda", "JPY")
                .with("credito", "5000000"),
            yen,
        )
        .client(
            &named("i", "=SUM(A1:A9);\"x\",y").with("credito", "0"),
            daily("2026-01-01", "2026-06-16", "3"),
        )
        .faulty(
            &named("j", "+Falhou: [1]/*?"),
            Vec::new(),
            [],
            Some(refusal),
        )
        .client(
            &named("k", "Ambígua").with("credito", "150.000"),
            Vec::new(),
        )
        .serve()
}

/// A folder for files, and the paths of `names` in it.
pub fn targets<const N: usize>(names: [&str; N]) -> (TempDir, [PathBuf; N]) {
    let folder = tempfile::tempdir().unwrap();
    let paths = names.map(|name| folder.path().join(name));
    (folder, paths)
}

/// Writes the report to `paths`, with `args` besides.
pub fn write(served: &Served, paths: &[&Path], args: &[&str]) {
    let mut all = vec!["--format", "none"];
    for path in paths {
        all.extend(["-o", path.to_str().unwrap()]);
    }
    all.extend(args);
    let ran = served.run(&all);
    assert!(matches!(ran.status, Some(0 | 3)), "{}", ran.stderr);
    assert_eq!(ran.stdout, "");
}

pub fn document(path: &Path) -> Value {
    crate::common::document(&fs::read_to_string(path).unwrap())
}

/// An amount in units of 10^-10, half away from zero; `None` of nothing.
fn units(text: &str) -> Option<i128> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    if digits.is_empty() {
        return None;
    }
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let places: String = fraction
        .chars()
        .chain("00000000000".chars())
        .take(11)
        .collect();
    let value: i128 = format!("{whole}{places}").parse().unwrap();
    let value = (value + 5) / 10;
    Some(if negative { -value } else { value })
}

/// The cents of a JSON amount, half away from zero; `None` of null.
pub fn cents(amount: &Value) -> Option<i128> {
    let units = units(amount.as_str()?)?;
    Some(rounded(units))
}

fn rounded(units: i128) -> i128 {
    let cent = 100_000_000;
    (units.abs() + cent / 2) / cent * units.signum()
}
