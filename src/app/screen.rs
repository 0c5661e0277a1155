//! Properties of the operator's terminal, and the one line on stderr when there is no report.

use std::env;
use std::io::{self, IsTerminal as _, Write as _};

use console::Term;

use super::Outcome;
use crate::cli::untold;
use crate::form::Color;
use crate::plan::{Plan, View};
use crate::render::{Canvas, explain};

/// Columns of a text that no terminal shows.
const WIDTH: usize = 120;
/// Fewer columns than these are taken for a terminal that does not know its own.
const LEAST_WIDTH: usize = 40;

/// Returns the canvas of the text on stdout.
pub(super) fn canvas(view: &View) -> Canvas {
    let terminal = io::stdout().is_terminal();
    let size = Term::stdout().size_checked().filter(|_| terminal);
    let width = size.map(|(_, columns)| usize::from(columns));
    let width = width.filter(|columns| *columns >= LEAST_WIDTH);
    let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
    let colored = match view.color {
        Color::Auto => terminal && !set("NO_COLOR") && !dumb,
        Color::Always => true,
        Color::Never => false,
    };
    Canvas {
        width: width.unwrap_or(WIDTH),
        height: size.map(|(lines, _)| usize::from(lines)),
        terminal,
        colored,
    }
}

/// Returns whether stderr is a terminal.
pub(super) fn is_watched() -> bool {
    io::stderr().is_terminal()
}

/// Says on stderr why there is no report, or an empty one.
pub(super) fn complain(text: &str) {
    eprint(&format!("oci-consumo: {text}"));
}

/// Says that the run of `plan` did not begin.
pub fn not_started(plan: &Plan, error: &io::Error) -> Outcome {
    complain(&explain::not_started(plan.view.lang, error));
    Outcome::Unexpected
}

/// Writes `text` on stderr.
pub(super) fn eprint(text: &str) {
    // There is nobody left to tell if that fails.
    let _ = writeln!(io::stderr(), "{}", untold(text));
}
