//! Tables of the screen: a line for each client, in columns that all tables share.

use console::Style;

use crate::calendar::Day;
use crate::lang::say;
use crate::money::Amount;
use crate::render::client::bar as bar_of;
use crate::render::layout::head::rest;
use crate::render::number::{self, NONE, Numbers};
use crate::render::rows::{TableColumn, TableRow};
use crate::render::text::{ShownClients, TextPage, colour};
use crate::render::words::{self, pick};
use crate::report::class::Class;
use crate::report::portfolio::{Client, Portfolio};
use crate::report::statement::{Situation, Statement};

/// Cells of a bar in a row.
const BAR: u32 = 10;

/// Column of the amount, which takes the colour of its class.
pub(super) const AMOUNT: usize = 2;

/// Column behind the amount.
struct FigureColumn {
    column: TableColumn,
    /// Heading in Portuguese and in English.
    name: [&'static str; 2],
    cell: fn(&CellWriter<'_>) -> String,
}

/// Columns behind the amount, from left to right. Each line that is wide enough has them, as long as names keep room.
const FIGURES: [FigureColumn; 10] = [
    figure((30, 110), ["", ""], |of| of.bar()),
    figure((9, 0), ["usado", "used"], |of| {
        of.percent(of.statement.credit_percent.as_ref())
    }),
    figure((10, 0), ["prazo", "term"], |of| {
        of.percent(of.statement.term_percent.as_ref())
    }),
    figure((11, 100), ["por dia", "a day"], |of| {
        of.money(of.statement.pace.as_ref())
    }),
    figure((12, 100), ["meta", "target"], |of| {
        of.money(of.statement.target_pace.as_ref())
    }),
    figure((8, 0), ["ajuste", "change"], |of| of.change()),
    figure((13, 100), ["chance", "chance"], |of| of.chance()),
    figure((40, 140), ["crédito", "credit"], |of| {
        of.money(Some(&of.statement.contract.credit))
    }),
    figure((41, 140), ["consumo", "consumed"], |of| {
        of.money(of.statement.consumption.as_ref())
    }),
    figure((42, 140), ["total projetado", "projected"], |of| {
        of.money(of.statement.projected.as_ref())
    }),
];

/// Returns a column of lines from the width `from` on, as long as names keep `room`.
const fn figure(
    (room, from): (usize, usize),
    name: [&'static str; 2],
    cell: fn(&CellWriter<'_>) -> String,
) -> FigureColumn {
    FigureColumn {
        column: TableColumn {
            room: Some(room),
            from,
        },
        name,
        cell,
    }
}

/// Returns the columns beside the names; the day, the distance to it and the amount always stay.
pub(super) fn columns() -> Vec<TableColumn> {
    let always = TableColumn {
        room: None,
        from: 0,
    };
    let figures = FIGURES.iter().map(|figure| figure.column);
    std::iter::repeat_n(always, AMOUNT + 1)
        .chain(figures)
        .collect()
}

/// Client whose row is written, and the format of its figures.
struct CellWriter<'a> {
    statement: &'a Statement,
    numbers: Numbers,
    terminal: bool,
}

impl CellWriter<'_> {
    fn money(&self, amount: Option<&Amount>) -> String {
        amount.map_or_else(|| NONE.to_owned(), |amount| self.numbers.whole(amount))
    }

    fn percent(&self, percent: Option<&Amount>) -> String {
        let shown = percent.map(|percent| format!("{}%", self.numbers.whole(percent)));
        shown.unwrap_or_else(|| NONE.to_owned())
    }

    /// Bar of the credit used, in a terminal.
    fn bar(&self) -> String {
        let used = self.statement.credit_percent.as_ref();
        let used = used.filter(|_| self.terminal);
        used.map_or_else(String::new, |used| bar_of(used, BAR))
    }

    /// Change in daily spend that ends the contract at zero.
    fn change(&self) -> String {
        let change = self.statement.change_to_zero.as_ref();
        let shown = change.map(|change| self.numbers.whole_change(change));
        shown.unwrap_or_else(|| NONE.to_owned())
    }

    /// Chance that the credit is spent before the end.
    fn chance(&self) -> String {
        let chance = self.statement.band.as_ref().and_then(|band| band.chance);
        chance.map_or_else(|| NONE.to_owned(), |chance| format!("{chance}%"))
    }
}

/// Table of the screen, whose rows may be folded.
pub(super) struct FoldableTable<'a> {
    pub(super) head: TableRow,
    pub(super) style: Style,
    /// The screen is for the rows of this table, credits that run out: they are folded last.
    pub(super) leads: bool,
    pub(super) rows: Vec<FoldableRow<'a>>,
}

/// Row of a section: a client's line, or the lines of a failure or a warning.
pub(super) enum FoldableRow<'a> {
    Client(&'a Statement, TableRow),
    Lines(Vec<String>),
}

impl TextPage<'_> {
    /// A day, short in a terminal.
    pub(super) fn day(&self, day: Day) -> String {
        match self.context.canvas.terminal {
            true => number::short_day(self.lang(), day),
            false => number::day(self.lang(), day),
        }
    }

    pub(super) fn sections<'p>(
        &self,
        portfolio: &'p Portfolio,
        shown: &ShownClients<'p>,
    ) -> Vec<FoldableTable<'p>> {
        let lang = self.lang();
        let classes = Class::ALL.into_iter().filter(|class| {
            class.is_trouble() || shown.whole || !self.context.view.detail.situations.is_empty()
        });
        let mut sections: Vec<FoldableTable<'p>> = classes
            .map(|class| {
                let clients = shown.clients.iter();
                let clients = clients.filter(|(_, s)| Class::of(s.situation) == class);
                let rows = clients.map(|(client, statement)| {
                    FoldableRow::Client(statement, self.row(class, client, statement, portfolio))
                });
                FoldableTable {
                    head: self.row_head(class),
                    style: colour(class),
                    leads: matches!(class, Class::Spent | Class::RunsOut),
                    rows: rows.collect(),
                }
            })
            .collect();
        let failed = portfolio.in_error();
        let failed = failed
            .map(|(client, failure)| FoldableRow::Lines(self.failed_lines(client, failure, shown)));
        let waiting = portfolio.awaiting_key();
        let waiting = waiting.map(|(client, _)| {
            FoldableRow::Lines(self.about(client, words::on_the_answer(lang), &[], shown))
        });
        let titled = |title: &str, style: Style, rows: Vec<FoldableRow<'p>>| FoldableTable {
            head: TableRow {
                name: title.to_owned(),
                cells: Vec::new(),
                text: String::new(),
            },
            style,
            leads: false,
            rows,
        };
        let title = pick(lang, "FALHARAM", "FAILED");
        sections.push(titled(title, Style::new().red(), failed.collect()));
        let title = pick(lang, "AGUARDAM A CHAVE", "WAIT FOR THEIR KEY");
        sections.push(titled(title, Style::new().yellow(), waiting.collect()));
        let warnings = self.warnings(portfolio, shown).into_iter();
        let warnings = warnings.map(FoldableRow::Lines);
        let title = pick(lang, "AVISOS", "WARNINGS");
        sections.push(titled(title, Style::new(), warnings.collect()));
        sections.retain(|section| !section.rows.is_empty());
        sections
    }

    fn row_head(&self, class: Class) -> TableRow {
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
            let figures = FIGURES.iter();
            cells.push(amount);
            cells.extend(figures.map(|figure| words::name(lang, figure.name)));
        }
        TableRow {
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
    ) -> TableRow {
        let lang = self.lang();
        let currency = statement.currency;
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
        let mut row = TableRow {
            name: client.name.clone(),
            cells: vec![self.day(day), days],
            text: String::new(),
        };
        if matches!(class, Class::Unclear | Class::Rest) {
            row.text = self.situation_text(statement);
            return row;
        }
        let code = currency.filter(|_| has_several_currencies(portfolio));
        let amount = match class {
            Class::Borderline => statement.remainder(),
            _ => statement.stake(),
        };
        let of = CellWriter {
            statement,
            numbers: Numbers::new(lang, currency),
            terminal: self.context.canvas.terminal,
        };
        row.cells.push(match (amount, code) {
            (Some(amount), Some(code)) => format!("{code} {}", of.numbers.whole(&amount)),
            (amount, _) => of.money(amount.as_ref()),
        });
        row.cells
            .extend(FIGURES.iter().map(|figure| (figure.cell)(&of)));
        row
    }

    /// Situation of a contract without forecast, with what is known.
    fn situation_text(&self, statement: &Statement) -> String {
        let lang = self.lang();
        let situation = words::situation(lang, statement.situation);
        let statements = [statement];
        match statement.situation {
            Situation::IncompleteHistory => {
                let unknown: u32 = statement.unknown.iter().map(|days| days.len()).sum();
                let elapsed = statement.elapsed;
                say! { lang, "{situation}: {unknown} de {elapsed} dias sem informação",
                "{situation}: {unknown} of {elapsed} days without information" }
            }
            Situation::NoData => {
                let start = self.day(statement.contract.start);
                say! { lang, "{situation} desde {start}",
                "{situation} since {start}" }
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
}

fn has_several_currencies(portfolio: &Portfolio) -> bool {
    let mut currencies = portfolio
        .clients
        .iter()
        .filter_map(|client| client.statement()?.currency);
    let first = currencies.next();
    currencies.any(|currency| Some(currency) != first)
}
