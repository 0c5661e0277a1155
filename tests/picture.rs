//! The pictures of the portfolio screen in both readmes, made from what the program prints over forty companies.
//!
//! `INSTA_UPDATE=always cargo test picture` writes them anew.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use oci_consumo::internals::render::{self, Canvas};
use oci_consumo::internals::report::portfolio::Portfolio;

use crate::common::rendered::{portfolio, terminal, with_context};
use crate::common::{companies, day, repository_file};

/// As-of day of the pictures.
const PICTURED: &str = "2026-11-23";
/// Columns and lines of the pictured terminal.
const COLUMNS: usize = 100;
const LINES: usize = 54;

/// Width of a column and height of a line, in pixels.
const COLUMN: f64 = 8.4;
const LINE: usize = 19;
/// Pixels around the text.
const MARGIN: usize = 16;
/// Colour of the screen.
const BACKGROUND: &str = "#0d1117";

/// The portfolio screen over forty companies, as a terminal shows it.
fn screen(portfolio: &Portfolio, word: &str) -> String {
    let canvas = Canvas {
        width: COLUMNS,
        height: Some(LINES),
        colored: true,
        ..terminal(COLUMNS)
    };
    let args = ["--summary", "--lang", word];
    let text = with_context(PICTURED, &args, canvas, |context| {
        render::report(portfolio, context).unwrap()
    });
    let screen = text.rfind("\n━━ ").unwrap() + 1;
    text[screen..].to_owned()
}

/// Characters of one style.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Style {
    color: Option<u8>,
    bold: bool,
    dim: bool,
    reverse: bool,
}

impl Style {
    /// Applies the numbers of an SGR sequence.
    fn apply(&mut self, numbers: &str) {
        for number in numbers.split(';') {
            match number.parse().unwrap_or(0) {
                0 => *self = Self::default(),
                1 => self.bold = true,
                2 => self.dim = true,
                7 => self.reverse = true,
                27 => self.reverse = false,
                22 => (self.bold, self.dim) = (false, false),
                39 => self.color = None,
                color @ (30..=37 | 90..=97) => self.color = Some(color),
                other => panic!("no such style in a picture: {other}"),
            }
        }
    }

    fn color(&self) -> &'static str {
        match self.color {
            Some(31 | 91) => "#ff7b72",
            Some(32 | 92) => "#7ee787",
            Some(33 | 93) => "#e3b341",
            Some(34 | 94) => "#79c0ff",
            Some(35 | 95) => "#d2a8ff",
            Some(36 | 96) => "#76e3ea",
            Some(30 | 90) => "#8b949e",
            _ if self.dim => "#8b949e",
            _ => "#e6edf3",
        }
    }

    fn attributes(&self) -> String {
        let color = if self.reverse {
            BACKGROUND
        } else {
            self.color()
        };
        let bold = if self.bold {
            " font-weight=\"bold\""
        } else {
            ""
        };
        format!("fill=\"{color}\"{bold}")
    }
}

/// The runs of equal style of a line, each with its first column.
fn runs(line: &str, style: &mut Style) -> Vec<(usize, Style, String)> {
    let mut runs: Vec<(usize, Style, String)> = Vec::new();
    let mut column = 0;
    let mut rest = line;
    while let Some(next) = rest.chars().next() {
        if let Some(sequence) = rest.strip_prefix("\u{1b}[") {
            let (numbers, after) = sequence.split_once('m').unwrap();
            style.apply(numbers);
            rest = after;
            continue;
        }
        match runs.last_mut() {
            Some((_, last, text)) if last == style => text.push(next),
            _ => runs.push((column, style.clone(), next.to_string())),
        }
        column += 1;
        rest = &rest[next.len_utf8()..];
    }
    runs
}

/// `text`, a terminal's screen, as a picture.
fn picture(title: &str, text: &str) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    let (width, height) = (
        f64::from(u32::try_from(COLUMNS).unwrap()) * COLUMN + 2.0 * 16.0,
        lines.len() * LINE + 2 * MARGIN,
    );
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height}\" viewBox=\"0 0 {width:.0} {height}\" \
         font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace\" font-size=\"14\">\n\
         <title>{}</title>\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{BACKGROUND}\"/>\n",
        escaped(title)
    );
    let mut style = Style::default();
    for (n, line) in lines.iter().enumerate() {
        let y = MARGIN + n * LINE + 14;
        for (column, style, text) in runs(line, &mut style) {
            if text.trim().is_empty() {
                continue;
            }
            let blanks = text.len() - text.trim_start().len();
            let text = text.trim();
            let x = 16.0 + COLUMN * f64::from(u32::try_from(column + blanks).unwrap());
            let length = COLUMN * f64::from(u32::try_from(text.chars().count()).unwrap());
            if style.reverse {
                let top = y - 14;
                let color = style.color();
                writeln!(
                    svg,
                    "<rect x=\"{x:.1}\" y=\"{top}\" width=\"{length:.1}\" height=\"{LINE}\" fill=\"{color}\"/>"
                )
                .unwrap();
            }
            writeln!(
                svg,
                "<text x=\"{x:.1}\" y=\"{y}\" textLength=\"{length:.1}\" lengthAdjust=\"spacingAndGlyphs\" xml:space=\"preserve\" {}>{}</text>",
                style.attributes(),
                escaped(text)
            )
            .unwrap();
        }
    }
    svg + "</svg>\n"
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[test]
fn the_pictures_of_both_readmes_are_what_the_program_prints() {
    let served = companies::folder(40, day(PICTURED)).serve();
    let portfolio = portfolio(&served, PICTURED);
    for (lang, file, title) in [
        (
            "pt-BR",
            ".github/carteira.svg",
            "A carteira de 40 clientes inventados, como um terminal de 100 colunas a mostra",
        ),
        (
            "en",
            ".github/portfolio.svg",
            "The portfolio of 40 made-up clients, as a terminal of 100 columns shows it",
        ),
    ] {
        let made = picture(title, &screen(&portfolio, lang));
        if env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
            fs::write(path, &made).unwrap();
        }
        assert!(
            repository_file(file) == made,
            "{file} is out of date: INSTA_UPDATE=always cargo test picture"
        );
    }
}
