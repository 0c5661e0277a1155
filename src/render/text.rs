//! The report as text: a part per client, then the portfolio; and what both parts are made with.

use std::cmp::Reverse;
use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use console::{Style, measure_text_width};

use super::layout::Table;
use super::portfolio::CommonWarnings;
use super::words::{self, pick};
use super::{Context, explain};
use super::{number, table, wrap};
use crate::failure::Notice;
use crate::form::Order;
use crate::lang::{Lang, say};
use crate::report::class::Class;
use crate::report::portfolio::{Client, Portfolio};
use crate::report::statement::{Situation, Statement};

/// Blanks between two tables side by side.
const BETWEEN: usize = 4;

/// The whole report: a part for each client, the totals, and last the portfolio's screen. One client alone is no
/// portfolio.
pub(super) fn report(portfolio: &Portfolio, context: &Context<'_>) -> String {
    let mut page = TextPage::new(context);
    page.premises(portfolio);
    page.notices(&portfolio.notices);
    let shown = ShownClients::new(portfolio, context);
    let alone = portfolio.clients.len() == 1;
    let common = CommonWarnings::of(context.lang(), portfolio);
    for client in shown.parts() {
        match &client.outcome {
            Ok(statement) => page.statement(client, statement, &common),
            Err(failure) => page.failed(client, failure),
        }
    }
    if alone {
        if context.view.detail.by_group {
            page.groups(portfolio);
        }
        page.blank();
        page.paragraph(words::closing(context.lang()));
        page.fail_on(portfolio, &shown);
    } else {
        page.totals(portfolio);
        page.portfolio(portfolio, &shown);
    }
    page.into_text()
}

/// The clients that are shown. Totals, files and exit status are of all.
pub(super) struct ShownClients<'a> {
    /// Clients with figures, in their order in the portfolio's tables.
    pub(super) clients: Vec<(&'a Client, &'a Statement)>,
    /// No row is folded, and nothing is cut.
    pub(super) whole: bool,
    /// Clients with a part of their own.
    parts: Vec<&'a Client>,
}

impl<'a> ShownClients<'a> {
    fn new(portfolio: &'a Portfolio, context: &Context<'_>) -> Self {
        let detail = &context.view.detail;
        let mut clients = portfolio.worst_first();
        if !detail.situations.is_empty() {
            clients.retain(|(_, statement)| detail.situations.contains(&statement.situation));
        }
        sort(&mut clients, detail.order.unwrap_or(Order::Severity));
        let top = detail.top.and_then(|top| usize::try_from(top).ok());
        clients.truncate(top.unwrap_or(usize::MAX));
        let chosen = detail.top.is_some() || !detail.situations.is_empty();
        let all = portfolio.clients.iter();
        let parts = match detail.order.is_some() || chosen {
            _ if detail.summary && portfolio.clients.len() != 1 => Vec::new(),
            _ if portfolio.clients.len() == 1 => all.collect(),
            true => {
                let failed = all.filter(|client| client.outcome.is_err() && !chosen);
                let reported = clients.iter().map(|(client, _)| *client);
                reported.chain(failed).collect()
            }
            false => all.collect(),
        };
        Self {
            clients,
            whole: detail.all || !context.canvas.terminal,
            parts,
        }
    }

    fn parts(&self) -> impl Iterator<Item = &'a Client> {
        self.parts.iter().copied()
    }

    /// Returns whether `client` has a part of its own.
    pub(super) fn has_part(&self, client: &Client) -> bool {
        // A part for all or for a chosen few: the list is long only where nobody asks twice.
        self.parts.iter().any(|other| std::ptr::eq(*other, client))
    }
}

/// Sorts `clients`, which are in the order of severity, by `order`.
fn sort(clients: &mut [(&Client, &Statement)], order: Order) {
    let size = |statement: &Statement| {
        let remainder = statement.remainder().map(|remainder| remainder.abs());
        remainder.unwrap_or_default()
    };
    match order {
        Order::Severity => {}
        Order::Date => clients.sort_by_key(|(_, statement)| statement.turning_day()),
        Order::Amount => {
            clients.sort_by_key(|(_, s)| (s.currency, Reverse(size(s))));
        }
        Order::Percent => clients.sort_by_key(|(_, s)| {
            let percent = size(s).percent_of(&s.contract.credit);
            Reverse(percent.unwrap_or_default())
        }),
        Order::Name => clients.sort_by_key(|(client, _)| client.name.to_lowercase()),
    }
}

/// Text that grows line by line.
pub(super) struct TextPage<'a> {
    text: String,
    pub(super) context: &'a Context<'a>,
}

impl<'a> TextPage<'a> {
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

    /// A page without an opening, to be appended to this one.
    pub(super) fn fragment(&self) -> Self {
        Self {
            text: String::new(),
            context: self.context,
        }
    }

    /// Number of lines.
    pub(super) fn height(&self) -> usize {
        self.text.lines().count()
    }

    pub(super) fn append(&mut self, fragment: Self) {
        self.text += &fragment.text;
    }
}

impl TextPage<'_> {
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

    /// Writes a paragraph of the report, wrapped in a pipe, too.
    pub(super) fn paragraph(&mut self, text: &str) {
        let lines = wrap::wrap(text, self.context.canvas.width);
        self.lines(&lines);
    }

    /// Writes `parts` as a paragraph whose lines end between two of them.
    pub(super) fn parts(&mut self, parts: &[String]) {
        let width = self.context.canvas.width;
        let fits = |part: &&str| measure_text_width(part) + 2 <= width;
        let whole: Vec<&str> = parts.iter().map(String::as_str).filter(fits).collect();
        let lines = wrap::wrap_whole(&parts.join(" · "), width, &whole);
        self.lines(&lines);
    }

    /// Writes a remark: a warning, a cause or a remedy, as [`Self::remark_lines`] wraps it.
    pub(super) fn remark(&mut self, indent: usize, text: &str, whole: &[&str]) {
        let lines = self.remark_lines(indent, text, whole);
        self.lines(&lines);
    }

    /// Returns the lines of a remark, set in by `indent`, and by more after the first. None of `whole` is broken.
    pub(super) fn remark_lines(&self, indent: usize, text: &str, whole: &[&str]) -> Vec<String> {
        let width = self.context.canvas.width.saturating_sub(indent);
        let lines = wrap::hung(text, width, whole).into_iter();
        lines.map(|line| format!("{:indent$}{line}", "")).collect()
    }

    /// A sentence, wrapped where it is read in a terminal; a log keeps it on one line.
    pub(super) fn sentence(&mut self, indent: usize, text: &str) {
        if !self.context.canvas.terminal {
            return self.line(&format!("{:indent$}{text}", ""));
        }
        let mut margin = indent;
        for line in wrap::wrap(text, self.context.canvas.width.saturating_sub(indent + 2)) {
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
        self.title_with(title, None);
    }

    /// Writes a title as [`Self::title`] does, with a situation at its end.
    pub(super) fn title_with(&mut self, title: &str, situation: Option<Situation>) {
        let width = self.context.canvas.width;
        let style = Style::new().bold();
        let end = situation.map_or(0, |situation| {
            measure_text_width(words::situation(self.lang(), situation)) + 4
        });
        self.blank();
        let mut lines = wrap::wrap(title, width.saturating_sub(8 + end));
        let last = lines.pop().unwrap_or_default();
        for line in lines {
            let line = self.styled(&style, &line);
            self.line(&format!("━━ {line}"));
        }
        let used = measure_text_width(&last) + 4 + end;
        let rule = "━".repeat(width.saturating_sub(used));
        let last = self.styled(&style, &last);
        match situation {
            None => self.line(&format!("━━ {last} {rule}")),
            Some(situation) => {
                let situation = self.situation(situation);
                self.line(&format!("━━ {last} {rule} {situation} ━━"));
            }
        }
    }

    /// The lines of a table, without its notes; without a `title`, its rule goes, too.
    pub(super) fn block(&self, table: &Table<'_>, title: bool) -> Vec<String> {
        let mut drawn = table::laid_out(self.lang(), table);
        let mut lines = Vec::new();
        if title {
            lines.push(self.styled(&Style::new().bold(), &table.title));
        } else {
            drawn.head.truncate(1);
        }
        lines.extend(drawn.into_lines());
        lines
    }

    pub(super) fn lines(&mut self, lines: &[String]) {
        lines.iter().for_each(|line| self.line(line));
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
        self.paragraph(&origin(self.context));
    }

    /// Writes the premises of the figures, where they differ from the usual ones.
    fn premises(&mut self, portfolio: &Portfolio) {
        let what_if = portfolio.what_if.as_ref();
        let [what_if, method] = words::premises(self.lang(), what_if, portfolio.method);
        if let Some(what_if) = what_if {
            let what_if = self.styled(&Style::new().bold().reverse(), &what_if);
            self.paragraph(&what_if);
        }
        if let Some(method) = method {
            self.paragraph(&method);
        }
    }

    /// Writes the notices that come before any figure.
    pub(super) fn notices(&mut self, notices: &[Notice]) {
        for notice in notices {
            let text = explain::notice(self.lang(), notice);
            self.remark(0, &format!("! {text}"), &notice.places());
        }
    }

    /// A situation in its words, and in a colour that says no more than they do.
    pub(super) fn situation(&self, situation: Situation) -> String {
        self.styled(
            &colour(Class::of(situation)),
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
    let mut line = say! { lang, "oci-consumo {version} · posição em {as_of} (UTC) · executado em {made_on} {made_at} UTC",
    "oci-consumo {version} · as of {as_of} (UTC) · run on {made_on} {made_at} UTC" };
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

/// Puts `blocks` side by side as long as they fit into `width`, and the others below.
pub(super) fn flow(blocks: Vec<Vec<String>>, width: usize) -> Vec<String> {
    let widest = |lines: &[String]| {
        let widths = lines.iter().map(|line| measure_text_width(line));
        widths.max().unwrap_or_default()
    };
    let mut done: Vec<String> = Vec::new();
    let mut band: Vec<String> = Vec::new();
    for block in blocks.into_iter().filter(|block| !block.is_empty()) {
        let start = widest(&band) + BETWEEN;
        if !band.is_empty() && start + widest(&block) <= width {
            band.resize(band.len().max(block.len()), String::new());
            for (line, right) in band.iter_mut().zip(block) {
                let gap = start - measure_text_width(line);
                *line += &format!("{:gap$}{right}", "");
            }
        } else {
            if !band.is_empty() {
                done.append(&mut band);
                done.push(String::new());
            }
            band = block;
        }
    }
    done.append(&mut band);
    done
}

/// The colour of a class of situations.
pub(super) fn colour(class: Class) -> Style {
    match class {
        Class::Spent | Class::RunsOut => Style::new().red(),
        Class::Unclear | Class::Borderline => Style::new().yellow(),
        Class::LeftOver => Style::new().blue(),
        Class::Within => Style::new().green(),
        Class::Rest => Style::new(),
    }
}
