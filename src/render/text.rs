//! The report as text: a part per client, then the portfolio; and what both parts are made with.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use console::{Style, measure_text_width};

use super::layout::{Table, Tone};
use super::words::{self, pick};
use super::{Context, explain};
use super::{number, table};
use crate::failure::Notice;
use crate::lang::{Lang, say};
use crate::report::portfolio::Portfolio;
use crate::report::statement::Situation;

/// The whole report.
pub(super) fn report(portfolio: &Portfolio, context: &Context<'_>) -> String {
    let mut page = Page::new(context);
    page.premises(portfolio);
    page.notices(&portfolio.notices);
    for client in &portfolio.clients {
        match &client.outcome {
            Ok(statement) if shows(context, statement.situation) => {
                page.statement(client, statement)
            }
            Err(failure) if shows_all(context) => {
                page.title(&client.name);
                page.failure(2, &client.file, failure);
            }
            _ => {}
        }
    }
    page.portfolio(portfolio);
    page.into_text()
}

/// Whether every client has a part of its own, also one that failed.
fn shows_all(context: &Context<'_>) -> bool {
    !context.view.detail.summary && context.view.detail.situations.is_empty()
}

/// Whether a client in `situation` has a part of its own.
pub(super) fn shows(context: &Context<'_>, situation: Situation) -> bool {
    let chosen = &context.view.detail.situations;
    shows_all(context) || chosen.contains(&situation)
}

/// A text that grows line by line.
pub(super) struct Page<'a> {
    text: String,
    pub(super) context: &'a Context<'a>,
}

impl<'a> Page<'a> {
    /// A page with its opening.
    pub(super) fn new(context: &'a Context<'a>) -> Self {
        let mut page = Self {
            text: String::new(),
            context,
        };
        page.opening();
        page
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }
}

impl Page<'_> {
    pub(super) fn lang(&self) -> Lang {
        self.context.lang()
    }

    pub(super) fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    pub(super) fn blank(&mut self) {
        self.text.push('\n');
    }

    /// A sentence, wrapped where it is read in a terminal; a log keeps it on one line.
    pub(super) fn sentence(&mut self, indent: usize, text: &str) {
        if !self.context.canvas.terminal {
            return self.line(&format!("{:indent$}{text}", ""));
        }
        let mut margin = indent;
        for line in table::wrap(text, self.context.canvas.width.saturating_sub(indent + 2)) {
            self.line(&format!("{:margin$}{line}", ""));
            // What is set in below something hangs; a paragraph does not.
            margin = if indent > 0 { indent + 2 } else { 0 };
        }
    }

    pub(super) fn styled(&self, style: &Style, text: &str) -> String {
        style
            .clone()
            .force_styling(self.context.canvas.colored)
            .apply_to(text)
            .to_string()
    }

    /// Writes the title of a part, with a rule to the edge; a long title takes as many lines as it needs.
    pub(super) fn title(&mut self, title: &str) {
        let width = self.context.canvas.width;
        let style = Style::new().bold();
        self.blank();
        let mut lines = table::wrap(title, width.saturating_sub(8));
        let last = lines.pop().unwrap_or_default();
        for line in lines {
            let line = self.styled(&style, &line);
            self.line(&format!("━━ {line}"));
        }
        let rule = "━".repeat(width.saturating_sub(measure_text_width(&last) + 4));
        let last = self.styled(&style, &last);
        self.line(&format!("━━ {last} {rule}"));
    }

    pub(super) fn heading(&mut self, heading: &str) {
        let heading = self.styled(&Style::new().bold(), heading);
        self.blank();
        self.line(&heading);
    }

    /// A table with its title and notes.
    pub(super) fn lay_out(&mut self, table: &Table<'_>) {
        self.heading(&table.title);
        self.table(table::laid_out(self.lang(), table));
        for note in &table.notes {
            self.sentence(2, note);
        }
    }

    pub(super) fn table(&mut self, lines: table::Lines) {
        lines
            .into_lines()
            .iter()
            .for_each(|line| self.line(&format!("  {line}")));
    }

    /// Labels and what they say, one under the other.
    pub(super) fn facts(&mut self, facts: &[(&str, String)]) {
        let width = facts
            .iter()
            .map(|(label, _)| measure_text_width(label))
            .max()
            .unwrap_or(0);
        for (label, value) in facts {
            let gap = width - measure_text_width(label) + 2;
            self.line(&format!("  {label}{:gap$}{value}", ""));
        }
    }

    fn opening(&mut self) {
        let lang = self.lang();
        if self.context.simulated {
            let text = self.styled(&Style::new().bold().reverse(), words::simulated(lang));
            self.line(&text);
        }
        self.sentence(0, &origin(self.context));
    }

    /// Writes the premises of the figures, where they differ from the usual ones.
    fn premises(&mut self, portfolio: &Portfolio) {
        let what_if = portfolio.what_if.as_ref();
        let [what_if, method] = words::premises(self.lang(), what_if, portfolio.method);
        if let Some(what_if) = what_if {
            let what_if = self.styled(&Style::new().bold().reverse(), &what_if);
            self.sentence(0, &what_if);
        }
        if let Some(method) = method {
            self.sentence(0, &method);
        }
    }

    /// Writes the notices that come before any figure.
    pub(super) fn notices(&mut self, notices: &[Notice]) {
        for notice in notices {
            let text = explain::notice(self.lang(), notice);
            self.sentence(0, &format!("! {text}"));
        }
    }

    /// A situation in its words, and in a colour that says no more than they do.
    pub(super) fn situation(&self, situation: Situation) -> String {
        self.styled(
            &colour(Tone::of(situation)),
            words::situation(self.lang(), situation),
        )
    }
}

/// Returns the origin of the report: program, as-of day, time, and the address of its requests if it is not the
/// service's.
pub(super) fn origin(context: &Context<'_>) -> String {
    let lang = context.lang();
    let as_of = number::day(lang, context.as_of);
    let made_at = DateTime::<Utc>::from(context.made_at).naive_utc();
    let (made_on, made_at) = (
        number::day(lang, made_at.date()),
        made_at.format("%H:%M:%S"),
    );
    let version = env!("CARGO_PKG_VERSION");
    let mut line = say!(
        lang,
        "oci-consumo {version} · data-base {as_of} (UTC) · executado em {made_on} {made_at} UTC",
        "oci-consumo {version} · as of {as_of} (UTC) · run on {made_on} {made_at} UTC"
    );
    if let Some(endpoint) = context.endpoint {
        let _ = write!(line, " · {endpoint}");
    }
    if context.offline {
        line += pick(
            lang,
            " · sem consultar o serviço (--offline)",
            " · without asking the service (--offline)",
        );
    }
    line
}

fn colour(tone: Tone) -> Style {
    match tone {
        Tone::Bad => Style::new().red(),
        Tone::Doubtful => Style::new().yellow(),
        Tone::Good => Style::new().green(),
        Tone::Plain => Style::new(),
        Tone::Strong => Style::new().bold(),
    }
}
