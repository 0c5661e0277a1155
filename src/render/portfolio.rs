//! The portfolio's screen: who is in trouble, by how much, when, and what to do. It is the last thing printed, and in
//! a terminal it fits on one screen.

use std::collections::BTreeMap;

use console::{Style, measure_text_width, truncate_str};

use super::layout::{Cell, Table, portfolio as layout};
use super::number::{self, NONE, Numbers};
use super::rows::{Column, Row, Widths, shares};
use super::text::{Page, Shown, colour, flow};
use super::words::{self, pick};
use super::{explain, table};
use crate::calendar::Day;
use crate::failure::{Failure, Warning};
use crate::lang::{Lang, say};
use crate::money::Currency;
use crate::report::class::{Class, Stake, stakes};
use crate::report::portfolio::{Client, Portfolio};
use crate::report::statement::{Situation, Statement};

/// Lines of a screen that are left for the prompt.
const PROMPT: usize = 2;
/// Rows of a table for which blank lines between the tables give way.
const FEWEST: usize = 3;
/// Cells of a bar in a row.
const BAR: u32 = 10;

/// Columns beside the names; the day, the distance to it and the amount always stay.
const COLUMNS: [Column; 13] = [
    // Day, days and amount.
    Column {
        room: None,
        from: 0,
    },
    Column {
        room: None,
        from: 0,
    },
    Column {
        room: None,
        from: 0,
    },
    // Bar, credit used, term elapsed.
    Column {
        room: Some(30),
        from: 110,
    },
    Column {
        room: Some(9),
        from: 0,
    },
    Column {
        room: Some(10),
        from: 0,
    },
    // Pace, target pace, change to zero, chance.
    Column {
        room: Some(11),
        from: 100,
    },
    Column {
        room: Some(12),
        from: 100,
    },
    Column {
        room: Some(8),
        from: 0,
    },
    Column {
        room: Some(13),
        from: 100,
    },
    // Credit, consumption, projected total.
    Column {
        room: Some(40),
        from: 140,
    },
    Column {
        room: Some(41),
        from: 140,
    },
    Column {
        room: Some(42),
        from: 140,
    },
];

/// Column of the amount, which takes the colour of its class.
const AMOUNT: usize = 2;

/// Table of the screen, whose rows may be folded.
struct Section<'a> {
    head: Row,
    style: Style,
    rows: Vec<SectionRow<'a>>,
}

/// Row of a section: a client's line, or the lines of a failure or a warning.
enum SectionRow<'a> {
    Client(&'a Statement, Row),
    Lines(Vec<String>),
}

impl Page<'_> {
    /// The sums of all clients: by currency, and by month and weekday.
    pub(super) fn totals(&mut self, portfolio: &Portfolio) {
        let lang = self.lang();
        let width = self.context.canvas.width;
        let detail = &self.context.view.detail;
        let whole = !detail.summary || detail.details;
        if portfolio.totals.is_empty() {
            return;
        }
        self.title(pick(lang, "Totais", "Totals"));
        let of = portfolio.clients.len();
        let block = |page: &Self, table| page.block(&table, true);
        let sums: Vec<_> = portfolio
            .totals
            .iter()
            .map(|totals| block(self, layout::totals(lang, totals, of)))
            .collect();
        self.lines(&flow(sums, width));
        if whole {
            for totals in &portfolio.totals {
                let months = block(self, layout::months_of_totals(lang, totals));
                let weekdays = layout::weekdays_of_totals(lang, totals, portfolio.method);
                let weekdays = block(self, weekdays);
                self.blank();
                self.lines(&flow(vec![months, weekdays], width));
            }
            if let Some(mut outside) = layout::outside(lang, portfolio) {
                if self.context.canvas.terminal && !detail.all {
                    cut_names(lang, &mut outside, width);
                }
                let outside = block(self, outside);
                self.blank();
                self.lines(&outside);
            }
        }
        if self.context.view.detail.by_group {
            self.groups(portfolio);
        }
        self.blank();
        self.sentence(0, words::closing(lang));
    }

    /// The subtotals by group.
    pub(super) fn groups(&mut self, portfolio: &Portfolio) {
        let lang = self.lang();
        let tables = layout::groups(lang, portfolio);
        self.blank();
        if tables.is_empty() {
            let none = pick(
                lang,
                "Nenhum cliente dos totais tem grupo: escreva grupo = … nos arquivos dos clientes.",
                "No client in the totals has a group: write grupo = … in the clients' files.",
            );
            self.sentence(0, none);
        }
        let tables = tables.iter().map(|table| self.block(table, true)).collect();
        let lines = flow(tables, self.context.canvas.width);
        self.lines(&lines);
    }

    /// The portfolio's screen.
    pub(super) fn portfolio(&mut self, portfolio: &Portfolio, shown: &Shown<'_>) {
        let lang = self.lang();
        self.title(pick(lang, "Carteira", "Portfolio"));
        let mut head = self.fragment();
        head.head(portfolio);
        let mut tail = self.fragment();
        tail.ending(portfolio, shown);
        let sections = self.sections(portfolio, shown);
        // Blank line, title and folded rows of each table; title of the part, and what is before and after the tables.
        let fixed = 3 * sections.len() + 2 + head.height() + tail.height();
        let height = self.context.canvas.height.filter(|_| !shown.whole);
        let sizes: Vec<(usize, usize)> = sections
            .iter()
            .map(|section| {
                let lines = section.rows.first().map_or(1, |row| match row {
                    SectionRow::Client(..) => 1,
                    SectionRow::Lines(lines) => lines.len(),
                });
                (section.rows.len(), lines)
            })
            .collect();
        let all: Vec<usize> = sizes.iter().map(|(rows, _)| *rows).collect();
        let room = |height: usize| height.saturating_sub(fixed + PROMPT);
        let few = |counts: &[usize]| {
            let mut tables = counts.iter().zip(&all);
            tables.any(|(count, all)| *count < FEWEST.min(*all))
        };
        let mut blanks = true;
        let counts = match height {
            Some(height) => {
                let counts = shares(&sizes, room(height));
                blanks = !few(&counts);
                match blanks {
                    true => counts,
                    false => shares(&sizes, room(height + sections.len())),
                }
            }
            None => all,
        };
        self.append(head);
        let drawn = sections.iter().flat_map(|section| {
            let rows = section.rows.iter().filter_map(|row| match row {
                SectionRow::Client(_, row) => Some(row),
                SectionRow::Lines(_) => None,
            });
            std::iter::once(&section.head).chain(rows)
        });
        let width = self.context.canvas.width;
        let widths = Widths::new(&COLUMNS, drawn, width, !shown.whole);
        for (section, count) in sections.iter().zip(counts) {
            if blanks {
                self.blank();
            }
            self.section(section, &widths, count);
        }
        self.append(tail);
    }

    fn section(&mut self, section: &Section<'_>, widths: &Widths, count: usize) {
        let lang = self.lang();
        let bold = section.style.clone().bold();
        let dim = Style::new().dim();
        let head = widths.draw_heading(&section.head, |column, text| {
            self.styled(if column.is_none() { &bold } else { &dim }, &text)
        });
        self.line(&head);
        // A line that says that one row is left out would take the row's place.
        let count = match (section.rows.len() - count, section.rows.last()) {
            (1, Some(SectionRow::Lines(lines))) if lines.len() > 1 => count,
            (1, _) => section.rows.len(),
            _ => count,
        };
        for row in &section.rows[..count] {
            match row {
                SectionRow::Client(_, row) => {
                    let line = widths.draw(row, |column, text| match column {
                        Some(AMOUNT) => self.styled(&section.style, &text),
                        _ => text,
                    });
                    self.line(&line);
                }
                SectionRow::Lines(lines) => self.lines(lines),
            }
        }
        let folded = &section.rows[count..];
        if folded.is_empty() {
            return;
        }
        let statements = folded.iter().filter_map(|row| match row {
            SectionRow::Client(statement, _) => Some(*statement),
            SectionRow::Lines(_) => None,
        });
        let sums: Vec<String> = stakes(statements, Statement::stake)
            .into_iter()
            .filter_map(|(currency, stake)| {
                Some(words::priced_whole(lang, currency, &stake.amount?))
            })
            .collect();
        let sums = match sums.is_empty() {
            true => String::new(),
            false => format!(": {}", sums.join(" · ")),
        };
        let count = folded.len();
        self.line(&say!(
            lang,
            "… mais {count}{sums} (--all mostra)",
            "… {count} more{sums} (--all shows them)"
        ));
    }

    /// As-of day, number of contracts, last day with data, and a line for each class.
    fn head(&mut self, portfolio: &Portfolio) {
        let lang = self.lang();
        let line = premise(lang, portfolio, self.context.as_of);
        self.sentence(0, &line);
        let failed = portfolio.failed().count();
        let most = Class::ALL.map(|class| portfolio.in_class(class).len());
        let digits = most.into_iter().chain([failed]).max().unwrap_or_default();
        let digits = digits.to_string().len();
        let labels: Vec<(Class, usize, &'static str)> = Class::ALL
            .into_iter()
            .zip(most)
            .filter(|(_, count)| *count > 0)
            .map(|(class, count)| (class, count, words::class(lang, class, count)))
            .collect();
        let failed_label = words::failed_label(lang, failed);
        let label_width = labels.iter().map(|(_, _, label)| measure_text_width(label));
        let label_width = label_width.chain([measure_text_width(failed_label)]).max();
        let label_width = label_width.unwrap_or_default();
        for (class, count, label) in labels {
            let stakes = self.stakes(portfolio, class);
            let bullet = self.styled(&colour(class), bullet(class));
            self.head_line(&bullet, (count, digits), (label, label_width), &stakes);
        }
        if failed > 0 {
            let bullet = self.styled(&Style::new().red(), "✗");
            let text = pick(lang, "sem valores: veja abaixo", "no figures: see below");
            let texts = [text.to_owned()];
            self.head_line(
                &bullet,
                (failed, digits),
                (failed_label, label_width),
                &texts,
            );
        }
        self.changes(portfolio);
    }

    /// A line on what changed since the last recorded run.
    fn changes(&mut self, portfolio: &Portfolio) {
        let Some(changes) = portfolio.changes() else {
            return;
        };
        let lang = self.lang();
        let named = |clients: &[&Client]| -> String {
            let names: Vec<&str> = clients.iter().map(|client| client.name.as_str()).collect();
            names.join(", ")
        };
        let one = |clients: &[&Client]| clients.len() == 1;
        let mut parts = Vec::new();
        if !changes.entered.is_empty() {
            let names = named(&changes.entered);
            parts.push(match one(&changes.entered) {
                true => say!(lang, "{names} passou a esgotar", "{names} now runs out"),
                false => say!(lang, "{names} passaram a esgotar", "{names} now run out"),
            });
        }
        if !changes.left.is_empty() {
            let names = named(&changes.left);
            parts.push(match one(&changes.left) {
                true => say!(lang, "{names} já não esgota", "{names} no longer runs out"),
                false => say!(lang, "{names} já não esgotam", "{names} no longer run out"),
            });
        }
        if !changes.failed.is_empty() {
            let names = named(&changes.failed);
            parts.push(match one(&changes.failed) {
                true => say!(lang, "{names} falhou agora", "{names} failed now"),
                false => say!(lang, "{names} falharam agora", "{names} failed now"),
            });
        }
        if parts.is_empty() {
            parts.push(say!(lang, "nada mudou", "no change"));
        }
        let (since, parts) = (number::day(lang, changes.since), parts.join(" · "));
        let line = say!(lang, "Desde {since}: {parts}", "Since {since}: {parts}");
        let canvas = self.context.canvas;
        let line = match canvas.terminal && !self.context.view.detail.all {
            true => truncate_str(&line, canvas.width, "…").into_owned(),
            false => line,
        };
        self.line(&line);
    }

    /// A line of the head: `texts` stand side by side, or one below the other where a line is too short.
    fn head_line(
        &mut self,
        bullet: &str,
        (count, digits): (usize, usize),
        (label, label_width): (&str, usize),
        texts: &[String],
    ) {
        let gap = label_width - measure_text_width(label);
        let start = format!("  {bullet} {count:>digits$} {label}{:gap$}", "");
        let indent = measure_text_width(&start) + 2;
        let room = self.context.canvas.width.saturating_sub(indent);
        let mut lines: Vec<String> = Vec::new();
        for text in texts {
            match lines.last_mut() {
                Some(line) if measure_text_width(line) + 3 + measure_text_width(text) <= room => {
                    *line += &format!(" · {text}");
                }
                _ => lines.extend(table::wrap(text, room)),
            }
        }
        let mut lines = lines.into_iter();
        let first = lines.next().unwrap_or_default();
        self.line(&format!("{start}  {first}"));
        for line in lines {
            self.line(&format!("{:indent$}{line}", ""));
        }
    }

    /// Money and nearest day of a class, a text for each currency; of the rest, a text for each situation.
    fn stakes(&self, portfolio: &Portfolio, class: Class) -> Vec<String> {
        let lang = self.lang();
        let clients = portfolio.in_class(class);
        let statements = || clients.iter().map(|(_, statement)| *statement);
        if class == Class::Rest {
            let situations = Situation::BY_SEVERITY.into_iter();
            let situations = situations.filter(|situation| Class::of(*situation) == class);
            return situations
                .filter_map(|situation| {
                    let statements = statements().filter(|s| s.situation == situation);
                    let statements: Vec<&Statement> = statements.collect();
                    (!statements.is_empty()).then(|| rest(lang, situation, &statements))
                })
                .collect();
        }
        if class == Class::Unclear {
            let unknown = pick(
                lang,
                "saldo e previsão desconhecidos",
                "balance and forecast unknown",
            );
            return clients
                .first()
                .map(|_| unknown.to_owned())
                .into_iter()
                .collect();
        }
        let stakes = stakes(statements(), Statement::stake).into_iter();
        stakes
            .filter_map(|(currency, stake)| self.stake(class, currency, &stake))
            .collect()
    }

    fn stake(&self, class: Class, currency: Option<Currency>, stake: &Stake) -> Option<String> {
        let lang = self.lang();
        let amount = stake.amount.as_ref();
        let amount = amount.map(|amount| words::priced_whole(lang, currency, amount));
        let day = stake.nearest.map(|day| self.day(day))?;
        let one = stake.clients == 1;
        Some(match (class, amount) {
            (Class::Spent, Some(amount)) if one => say!(
                lang,
                "{amount} de débito; acabou em {day}",
                "{amount} short; ran out on {day}"
            ),
            (Class::Spent, Some(amount)) => say!(
                lang,
                "{amount} de débito; desde {day}",
                "{amount} short; since {day}"
            ),
            (Class::RunsOut, Some(amount)) if one => say!(
                lang,
                "{amount} de débito; acaba em {day}",
                "{amount} short; runs out on {day}"
            ),
            (Class::RunsOut, Some(amount)) => say!(
                lang,
                "{amount} de débito; primeiro em {day}",
                "{amount} short; first on {day}"
            ),
            (Class::LeftOver, Some(amount)) if one => say!(
                lang,
                "{amount} de sobra; expira em {day}",
                "{amount} unused; lapses on {day}"
            ),
            (Class::LeftOver, Some(amount)) => say!(
                lang,
                "{amount} de sobra; primeiro em {day}",
                "{amount} unused; first on {day}"
            ),
            (Class::Within, Some(amount)) => {
                say!(lang, "{amount} de sobra", "{amount} left")
            }
            (Class::Borderline, _) => say!(
                lang,
                "até 2% do crédito; fim a partir de {day}",
                "within 2% of the credit; ends from {day} on"
            ),
            _ => return None,
        })
    }

    /// A day, short in a terminal.
    fn day(&self, day: Day) -> String {
        match self.context.canvas.terminal {
            true => number::short_day(self.lang(), day),
            false => number::day(self.lang(), day),
        }
    }

    fn sections<'p>(&self, portfolio: &'p Portfolio, shown: &Shown<'p>) -> Vec<Section<'p>> {
        let lang = self.lang();
        let classes = Class::ALL.into_iter().filter(|class| {
            class.is_trouble() || shown.whole || !self.context.view.detail.situations.is_empty()
        });
        let mut sections: Vec<Section<'p>> = classes
            .map(|class| {
                let clients = shown.clients.iter();
                let clients = clients.filter(|(_, s)| Class::of(s.situation) == class);
                let rows = clients.map(|(client, statement)| {
                    SectionRow::Client(statement, self.row(class, client, statement, portfolio))
                });
                Section {
                    head: self.row_head(class),
                    style: colour(class),
                    rows: rows.collect(),
                }
            })
            .collect();
        let failed = portfolio.failed();
        let failed = failed
            .map(|(client, failure)| SectionRow::Lines(self.failed_lines(client, failure, shown)));
        let titled = |title: &str, style: Style, rows: Vec<SectionRow<'p>>| Section {
            head: Row {
                name: title.to_owned(),
                cells: Vec::new(),
                text: String::new(),
            },
            style,
            rows,
        };
        let title = pick(lang, "FALHARAM", "FAILED");
        sections.push(titled(title, Style::new().red(), failed.collect()));
        let warnings = self.warnings(portfolio, shown).into_iter();
        let warnings = warnings.map(|line| SectionRow::Lines(vec![line]));
        let title = pick(lang, "AVISOS", "WARNINGS");
        sections.push(titled(title, Style::new(), warnings.collect()));
        sections.retain(|section| !section.rows.is_empty());
        sections
    }

    fn row_head(&self, class: Class) -> Row {
        let lang = self.lang();
        let (day, amount) = match class {
            Class::Spent => (
                pick(lang, "acabou em", "ran out on"),
                pick(lang, "débito", "shortfall"),
            ),
            Class::RunsOut => (
                pick(lang, "acaba em", "runs out on"),
                pick(lang, "débito", "shortfall"),
            ),
            Class::LeftOver => (
                pick(lang, "expira em", "lapses on"),
                pick(lang, "sobra", "unused"),
            ),
            Class::Borderline => (
                pick(lang, "fim", "end"),
                pick(lang, "sobra/débito", "surplus"),
            ),
            Class::Within => (pick(lang, "fim", "end"), pick(lang, "sobra", "surplus")),
            Class::Unclear | Class::Rest => (pick(lang, "fim", "end"), ""),
        };
        let mut cells = vec![day, pick(lang, "dias", "days")];
        if !matches!(class, Class::Unclear | Class::Rest) {
            cells.extend([
                amount,
                "",
                pick(lang, "usado", "used"),
                pick(lang, "prazo", "term"),
                pick(lang, "por dia", "a day"),
                pick(lang, "meta", "target"),
                pick(lang, "ajuste", "change"),
                pick(lang, "chance", "chance"),
                pick(lang, "crédito", "credit"),
                pick(lang, "consumo", "consumed"),
                pick(lang, "total projetado", "projected"),
            ]);
        }
        Row {
            name: words::class_title(lang, class).to_owned(),
            cells: cells.into_iter().map(str::to_owned).collect(),
            text: String::new(),
        }
    }

    fn row(
        &self,
        class: Class,
        client: &Client,
        statement: &Statement,
        portfolio: &Portfolio,
    ) -> Row {
        let lang = self.lang();
        let currency = statement.currency;
        let numbers = Numbers::new(lang, currency);
        let day = match class {
            Class::Spent | Class::RunsOut => statement.turning_day(),
            _ => statement.contract.end,
        };
        let days = (day - statement.as_of).num_days();
        let days = match days {
            ..0 => {
                let ago = days.unsigned_abs();
                say!(lang, "há {ago}", "{ago} ago")
            }
            _ => days.to_string(),
        };
        let mut row = Row {
            name: client.name.clone(),
            cells: vec![self.day(day), days],
            text: String::new(),
        };
        if matches!(class, Class::Unclear | Class::Rest) {
            row.text = situation_text(lang, statement);
            return row;
        }
        let code = currency.filter(|_| has_several_currencies(portfolio));
        let amount = match class {
            Class::Borderline => statement.remainder(),
            _ => statement.stake(),
        };
        let money = |amount: Option<&_>| amount.map_or(NONE.to_owned(), |a| numbers.whole(a));
        let amount = match (amount, code) {
            (Some(amount), Some(code)) => format!("{code} {}", numbers.whole(&amount)),
            (amount, _) => money(amount.as_ref()),
        };
        let percent = |percent: Option<&_>| {
            percent.map_or(NONE.to_owned(), |percent| {
                format!("{}%", numbers.whole(percent))
            })
        };
        let change = statement.change_to_zero.as_ref();
        let bar = statement.credit_percent.as_ref();
        let bar = bar.filter(|_| self.context.canvas.terminal);
        row.cells.extend([
            amount,
            bar.map_or_else(String::new, |percent| super::client::bar(percent, BAR)),
            percent(statement.credit_percent.as_ref()),
            percent(statement.term_percent.as_ref()),
            money(statement.pace.as_ref()),
            money(statement.target_pace.as_ref()),
            change.map_or(NONE.to_owned(), |change| numbers.whole_change(change)),
            chance(statement),
            money(Some(&statement.contract.credit)),
            money(statement.consumption.as_ref()),
            money(statement.projected.as_ref()),
        ]);
        row
    }

    /// Cause and remedy of a failure, a line each.
    fn failed_lines(&self, client: &Client, failure: &Failure, shown: &Shown<'_>) -> Vec<String> {
        let lang = self.lang();
        let explanation = explain::brief(lang, &client.file, failure);
        let width = self.context.canvas.width;
        let name = self.styled(&Style::new().bold(), &client.name);
        let used = measure_text_width(&client.name) + 2;
        let cause = brief(&explanation.message, width.saturating_sub(used));
        let remedy = words::to_do(lang, &explanation.remedy);
        let remedy = brief(&remedy, width.saturating_sub(2));
        let lines = [format!("{name}: {cause}"), format!("  {remedy}")];
        lines
            .map(|line| match shown.whole {
                true => line,
                false => truncate_str(&line, width, "…").into_owned(),
            })
            .to_vec()
    }

    /// Warnings, equal ones once. Those of one client alone stand in its part, or here if it has none.
    fn warnings(&self, portfolio: &Portfolio, shown: &Shown<'_>) -> Vec<String> {
        let lang = self.lang();
        let common = CommonWarnings::of(lang, portfolio);
        let equal = common.counts.iter().filter(|(_, count)| **count > 1);
        let mut lines: Vec<String> = equal
            .map(|(text, count)| format!("! {}: {text}", words::clients(lang, *count)))
            .collect();
        let mut hidden: BTreeMap<&str, Vec<(&str, &Warning, &str)>> = BTreeMap::new();
        for (client, warning, text) in &common.all {
            if !common.is_equal(text) && !shown.has_part(client) {
                let same = hidden.entry(warning.code()).or_default();
                same.push((&client.name, warning, text));
            }
        }
        lines.extend(hidden.into_values().filter_map(|same| {
            let (name, warning, text) = same.first()?;
            Some(match same.len() {
                1 => format!("! {name}: {text}"),
                count => {
                    let names: Vec<&str> = same.iter().map(|(name, ..)| *name).collect();
                    let (clients, names) = (words::clients(lang, count), names.join(", "));
                    let kind = explain::warning_kind(lang, warning);
                    format!("! {clients}: {kind} ({names})")
                }
            })
        }));
        let width = self.context.canvas.width;
        let lines = lines.into_iter();
        lines
            .map(|line| match shown.whole {
                true => line,
                false => truncate_str(&line, width, "…").into_owned(),
            })
            .collect()
    }

    /// The last lines: what is shown, how, and where the rest is.
    fn ending(&mut self, portfolio: &Portfolio, shown: &Shown<'_>) {
        let lang = self.lang();
        self.blank();
        let all = portfolio
            .clients
            .iter()
            .filter(|client| client.statement().is_some());
        let (count, of) = (shown.clients.len(), all.count());
        if count < of {
            self.sentence(
                0,
                &say!(
                    lang,
                    "Mostrando {count} de {of} clientes; totais, arquivos e código de saída são de todos.",
                    "Showing {count} of {of} clients; totals, files and exit status are of all."
                ),
            );
        }
        self.sentence(
            0,
            pick(
                lang,
                "Carteira sem centavos e antes de impostos. Ajuste: mudança no consumo diário para terminar em zero.",
                "Portfolio in whole units, before tax. Change: in daily spend, to end at zero.",
            ),
        );
        if self.context.canvas.terminal {
            self.sentence(
                0,
                pick(
                    lang,
                    "Um cliente: --only NOME · sem dobrar linhas: --all · falhas: oci-consumo check",
                    "One client: --only NAME · no folded rows: --all · failures: oci-consumo check",
                ),
            );
        }
        self.fail_on(portfolio, shown);
    }

    /// Writes what came of `--fail-on`, where it is given; a failed client never hides it.
    pub(super) fn fail_on(&mut self, portfolio: &Portfolio, shown: &Shown<'_>) {
        let named = self.context.fail_on;
        if named.is_empty() {
            return;
        }
        let lang = self.lang();
        let situations: Vec<&str> = named.iter().map(|situation| situation.word()).collect();
        let situations = situations.join(",");
        let met: Vec<&str> = portfolio
            .in_situations(named)
            .map(|(client, _)| client.name.as_str())
            .collect();
        let met_count = words::clients(lang, met.len());
        let failed = match portfolio.failed().count() {
            0 => String::new(),
            count => format!("; {}", words::failed(lang, count)),
        };
        let status = self.context.status;
        let end = say!(
            lang,
            "{failed}; código de saída {status}",
            "{failed}; exit status {status}"
        );
        let start = format!("--fail-on {situations}: {met_count}");
        let names = match met.is_empty() {
            true => String::new(),
            false => format!(" ({})", met.join(", ")),
        };
        let used = measure_text_width(&start) + measure_text_width(&end);
        let room = self.context.canvas.width.saturating_sub(used);
        let names = match shown.whole {
            true => names,
            false => truncate_str(&names, room, "…)").into_owned(),
        };
        self.line(&format!("{start}{names}{end}"));
    }
}

/// `Posição em 26/11/2026 · 40 contratos · dados até 25/11/2026 (últimos 2 dias parciais)`.
fn premise(lang: Lang, portfolio: &Portfolio, as_of: Day) -> String {
    let statements = || portfolio.clients.iter().filter_map(Client::statement);
    let contracts = words::contracts(lang, portfolio.clients.len());
    let as_of_day = number::day(lang, as_of);
    let mut line = say!(
        lang,
        "Posição em {as_of_day} · {contracts}",
        "As of {as_of_day} · {contracts}"
    );
    if let Some(through) = statements().filter_map(|s| s.data_through).max() {
        let through = number::day(lang, through);
        line += &say!(lang, " · dados até {through}", " · data through {through}");
    }
    if let Some(settled) = statements().filter_map(|s| s.settled_through).max()
        && let Ok(partial @ 1..) = u64::try_from((as_of - settled).num_days() - 1)
    {
        line += &match partial {
            1 => say!(lang, " (último dia parcial)", " (last day partial)"),
            _ => say!(
                lang,
                " (últimos {partial} dias parciais)",
                " (last {partial} days partial)"
            ),
        };
    }
    line
}

fn bullet(class: Class) -> &'static str {
    match class {
        Class::Spent | Class::RunsOut => "●",
        Class::Unclear => "?",
        Class::Borderline => "◐",
        Class::LeftOver => "○",
        Class::Within => "✓",
        Class::Rest => "–",
    }
}

/// `1 encerrado: R$ 3.000 expiraram`.
fn rest(lang: Lang, situation: Situation, statements: &[&Statement]) -> String {
    let mut parts = Vec::new();
    let sums = |amount: fn(&Statement) -> Option<crate::money::Amount>| {
        let sums = stakes(statements.iter().copied(), amount).into_iter();
        let sums = sums.filter_map(|(currency, stake)| {
            let amount = stake.amount.filter(|amount| !amount.is_zero())?;
            Some(words::priced_whole(lang, currency, &amount))
        });
        sums.collect::<Vec<_>>()
    };
    if situation == Situation::Ended {
        for sum in sums(|s| s.surplus.clone()) {
            parts.push(say!(
                lang,
                "{sum} de crédito expirado",
                "{sum} of lapsed credit"
            ));
        }
        for sum in sums(|s| s.shortfall.clone()) {
            parts.push(say!(lang, "{sum} de excedente", "{sum} of overage"));
        }
    } else if situation == Situation::NoCredit {
        for sum in sums(|s| s.consumption.clone()) {
            parts.push(say!(lang, "{sum} de consumo", "{sum} of consumption"));
        }
    } else {
        for sum in sums(|s| Some(s.contract.credit.clone())) {
            parts.push(say!(lang, "{sum} de crédito", "{sum} of credit"));
        }
    }
    let counted = words::counted(lang, situation, statements.len());
    match parts.is_empty() {
        true => counted,
        false => format!("{counted}: {}", parts.join(", ")),
    }
}

/// Situation of a contract without forecast, with what is known.
fn situation_text(lang: Lang, statement: &Statement) -> String {
    let situation = words::situation(lang, statement.situation);
    let statements = [statement];
    match statement.situation {
        Situation::IncompleteHistory => {
            let unknown: u32 = statement.unknown.iter().map(|days| days.len()).sum();
            let elapsed = statement.elapsed;
            say!(
                lang,
                "{situation}: {unknown} de {elapsed} dias sem informação",
                "{situation}: {unknown} of {elapsed} days without information"
            )
        }
        Situation::NoData => {
            let start = number::day(lang, statement.contract.start);
            say!(
                lang,
                "{situation} desde {start}",
                "{situation} since {start}"
            )
        }
        _ => {
            let text = rest(lang, statement.situation, &statements);
            match text.split_once(": ") {
                Some((_, known)) => format!("{situation}: {known}"),
                None => situation.to_owned(),
            }
        }
    }
}

fn has_several_currencies(portfolio: &Portfolio) -> bool {
    let mut currencies = portfolio
        .clients
        .iter()
        .filter_map(|client| client.statement()?.currency);
    let first = currencies.next();
    currencies.any(|currency| Some(currency) != first)
}

/// Cuts the names in the first of two columns, so that the second has room in `width`.
fn cut_names(lang: Lang, table: &mut Table<'_>, width: usize) {
    let second = table.rows.iter().filter_map(|row| row.last());
    let second = second.map(|cell| measure_text_width(&cell.shown(lang)));
    let room = width.saturating_sub(second.max().unwrap_or_default() + 2);
    for row in &mut table.rows {
        if let Some(name) = row.first_mut() {
            let shown = name.shown(lang);
            *name = Cell::label(truncate_str(&shown, room, "…").into_owned());
        }
    }
}

/// The chance that the credit is spent before the end, or a dash.
fn chance(statement: &Statement) -> String {
    let chance = statement.band.as_ref().and_then(|band| band.chance);
    chance.map_or_else(|| NONE.to_owned(), |chance| format!("{chance}%"))
}

/// The first clauses of `text`, as many as fit into `width`, but at least one.
fn brief(text: &str, width: usize) -> String {
    let ends = |(n, _): (usize, &str)| n;
    let mut ends: Vec<usize> = ["; ", ". "]
        .iter()
        .flat_map(|mark| text.match_indices(mark).map(ends))
        .collect();
    ends.sort_unstable();
    ends.push(text.len());
    let least = ends.first().copied().unwrap_or(text.len());
    let fits = |end: &&usize| measure_text_width(&text[..**end]) <= width;
    let end = ends.iter().rev().find(fits).copied().unwrap_or(least);
    text[..end].to_owned()
}

/// The warnings of all clients, in words.
pub(super) struct CommonWarnings<'a> {
    all: Vec<(&'a Client, &'a Warning, String)>,
    counts: BTreeMap<String, usize>,
}

impl<'a> CommonWarnings<'a> {
    pub(super) fn of(lang: Lang, portfolio: &'a Portfolio) -> Self {
        let (mut all, mut counts) = (Vec::new(), BTreeMap::new());
        for client in &portfolio.clients {
            let statement = client.statement();
            let currency = statement.and_then(|statement| statement.currency);
            let warnings = statement.map_or(&client.warnings, |statement| &statement.warnings);
            for warning in warnings {
                let text = explain::warning(lang, currency, warning);
                *counts.entry(text.clone()).or_default() += 1;
                all.push((client, warning, text));
            }
        }
        Self { all, counts }
    }

    /// Whether several clients have the warning of this text.
    pub(super) fn is_equal(&self, text: &str) -> bool {
        self.counts.get(text).is_some_and(|count| *count > 1)
    }
}

/// `80 contratos: 2 esgotados, …`.
pub(super) fn headline(lang: Lang, portfolio: &Portfolio) -> String {
    let mut situations = portfolio.situations();
    // The known come first, then the unknown.
    situations.sort_by_key(|(situation, _)| situation.lacks_data());
    let mut parts: Vec<String> = situations
        .into_iter()
        .map(|(situation, count)| words::counted(lang, situation, count))
        .collect();
    let failed = portfolio.failed().count();
    if failed > 0 {
        parts.push(words::failed(lang, failed));
    }
    let contracts = words::contracts(lang, portfolio.clients.len());
    if parts.is_empty() {
        contracts
    } else {
        format!("{contracts}: {}", parts.join(", "))
    }
}
