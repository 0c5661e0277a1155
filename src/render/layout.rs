//! Tables of the report, each laid out once: its title, columns, typed cells, sums and notes. The printers (text,
//! CSV, Markdown, workbook) draw them and lay out nothing themselves.

pub(super) mod client;
pub(super) mod head;
pub(super) mod listing;
pub(super) mod portfolio;
pub(super) mod ruler;
pub(super) mod sentences;

use std::borrow::Cow;

use super::number::{self, NONE, Numbers};
use super::words;
use crate::calendar::{Day, Month};
use crate::lang::{Lang, say};
use crate::money::{Amount, Currency};
use crate::report::figures::{Figure, FigureKind, FigureValue};
use crate::report::statement::Situation;

/// Key of the column for the change in daily spend that ends the contract at zero.
pub(super) const CHANGE_TO_ZERO: &str = "ajuste_ritmo_pct";

/// Table of a report.
#[derive(Clone, Debug)]
pub(super) struct Table<'a> {
    /// Title, with the currency of all amounts if the table has one.
    pub(super) title: String,
    /// Columns from left to right.
    pub(super) columns: Vec<Column>,
    /// Rows, each with a cell for every column.
    pub(super) rows: Vec<RowCells<'a>>,
    /// Lines below the rows: a label, and a figure in the last column.
    pub(super) sums: Vec<(String, Cell<'a>)>,
    /// Sentences below the table.
    pub(super) notes: Vec<String>,
}

impl<'a> Table<'a> {
    /// Returns a table without sums and notes.
    pub(super) fn new(
        title: impl Into<String>,
        columns: impl Into<Vec<Column>>,
        rows: impl IntoIterator<Item = RowCells<'a>>,
    ) -> Self {
        Self {
            title: title.into(),
            columns: columns.into(),
            rows: rows.into_iter().collect(),
            sums: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Returns the sums as rows: the label in the first column, the figure in the last.
    pub(super) fn sum_rows(&self) -> impl Iterator<Item = RowCells<'_>> {
        self.sums.iter().map(|(label, sum)| {
            let mut cells = vec![Cell::label(label.as_str())];
            cells.resize(self.columns.len().saturating_sub(1), Cell::Empty);
            cells.push(sum.clone());
            cells
        })
    }
}

/// Cells of a row.
pub(super) type RowCells<'a> = Vec<Cell<'a>>;

/// Table over all clients, with rows that are made as they are drawn: days of many clients fill a million rows.
pub(super) struct Listing<'a> {
    /// Columns from left to right, each with a key.
    pub(super) columns: Vec<Column>,
    /// Rows, each with a cell for every column.
    pub(super) rows: Box<dyn Iterator<Item = RowCells<'a>> + 'a>,
}

/// Column of a table.
#[derive(Clone, Debug)]
pub(super) struct Column {
    /// Key in machine forms; empty in a table that no machine form has.
    pub(super) key: &'static str,
    /// Heading for people.
    pub(super) name: String,
    /// Cells are aligned right.
    pub(super) right: bool,
    /// Kind of the dictionary's figure that the column holds.
    pub(super) kind: Option<FigureKind>,
}

impl Column {
    /// Returns a column of words, aligned left.
    pub(super) fn words(name: &str) -> Self {
        Self {
            key: "",
            name: name.to_owned(),
            right: false,
            kind: None,
        }
    }

    /// Returns a column of figures, aligned right.
    pub(super) fn figures(name: &str) -> Self {
        Self {
            right: true,
            ..Self::words(name)
        }
    }

    /// Returns the column of `figure`, under its key and its name.
    pub(super) fn of(lang: Lang, figure: &Figure) -> Self {
        let name = words::name(lang, figure.names);
        let column = match is_text(figure.kind()) {
            true => Self::words(name),
            false => Self::figures(name),
        };
        Self {
            kind: Some(figure.kind()),
            ..column.key(figure.key)
        }
    }

    /// Sets the key in machine forms.
    pub(super) fn key(self, key: &'static str) -> Self {
        Self { key, ..self }
    }
}

/// Returns whether values of `kind` are words, which are aligned left.
fn is_text(kind: FigureKind) -> bool {
    matches!(
        kind,
        FigureKind::Text
            | FigureKind::Situation
            | FigureKind::Currency
            | FigureKind::Method
            | FigureKind::Flag
    )
}

/// Cell of a table. Its type decides how each printer writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell<'a> {
    /// No figure belongs here.
    Empty,
    /// A figure is not known: people see a dash, programs nothing.
    Unknown,
    /// People see these words in place of an absent figure, programs nothing.
    Instead(String),
    /// A figure; an amount of money is in the currency.
    Figure(FigureValue<'a>, Option<Currency>),
    /// A change in per cent; people see the sign of an increase, too.
    Change(Cow<'a, Amount>),
    /// Days of a running month that are over, and its days in all. Programs see the first.
    DaysOf(u32, u32),
    /// Consumption up to a day, in place of a month. Programs see the day's month.
    Through(Day),
    /// A code, and its words in the reader's language.
    Word(Cow<'a, str>, Cow<'a, str>),
    /// Words of this program, in the reader's language.
    Label(Cow<'a, str>),
}

impl<'a> Cell<'a> {
    /// Returns the cell of a figure that may be unknown.
    pub(super) fn of(value: Option<FigureValue<'a>>, currency: Option<Currency>) -> Self {
        value.map_or(Self::Unknown, |value| Self::Figure(value, currency))
    }

    /// Returns the cell of an amount that may be unknown.
    pub(super) fn money(amount: Option<&'a Amount>, currency: Option<Currency>) -> Self {
        Self::of(amount.map(FigureValue::money), currency)
    }

    /// Returns the cell of a change in per cent that may be unknown.
    pub(super) fn change(percent: Option<&'a Amount>) -> Self {
        percent.map_or(Self::Unknown, |percent| {
            Self::Change(Cow::Borrowed(percent))
        })
    }

    /// Returns the cell of a number.
    pub(super) fn count(count: u32) -> Self {
        Self::Figure(FigureValue::Count(count), None)
    }

    /// Returns the cell of a day that may be unknown.
    pub(super) fn date(day: Option<Day>) -> Self {
        Self::of(day.map(FigureValue::Date), None)
    }

    /// Returns the cell of a month.
    pub(super) fn month(month: Month) -> Self {
        Self::Figure(FigureValue::Month(month), None)
    }

    /// Returns the cell of a text from outside this program.
    pub(super) fn text(text: &'a str) -> Self {
        Self::Figure(FigureValue::Text(text.into()), None)
    }

    /// Returns the cell of a code with its words.
    pub(super) fn word(code: &'a str, words: &'a str) -> Self {
        Self::Word(code.into(), words.into())
    }

    /// Returns the cell of words of this program.
    pub(super) fn label(words: impl Into<Cow<'a, str>>) -> Self {
        Self::Label(words.into())
    }

    /// Text for people: rounded, with the language's separators and names, without the currency.
    pub(super) fn shown(&self, lang: Lang) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Unknown => NONE.to_owned(),
            Self::Instead(words) => words.clone(),
            Self::Figure(value, currency) => {
                words::value(Numbers::new(lang, *currency), Some(value))
            }
            Self::Change(percent) => Numbers::new(lang, None).change(percent),
            Self::DaysOf(days, of) => say!(lang, "{days} de {of}", "{days} of {of}"),
            Self::Through(day) => {
                let day = number::day(lang, *day);
                say!(lang, "Até {day}", "Through {day}")
            }
            Self::Word(_, words) | Self::Label(words) => words.clone().into_owned(),
        }
    }

    /// Value for programs; `None` where they see nothing.
    pub(super) fn machine(&self) -> Option<FigureValue<'_>> {
        match self {
            Self::Empty | Self::Unknown | Self::Instead(_) => None,
            Self::Figure(value, _) => Some(value.clone()),
            Self::Change(percent) => Some(FigureValue::percent(percent)),
            Self::DaysOf(days, _) => Some(FigureValue::Count(*days)),
            Self::Through(day) => Some(FigureValue::Month(Month::of(*day))),
            Self::Word(text, _) | Self::Label(text) => Some(FigureValue::Text(Cow::Borrowed(text))),
        }
    }
}

/// Tone of a figure or a sentence: each printer has a colour for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    /// No colour.
    Plain,
    /// A sum, a headline.
    Strong,
    /// A good situation.
    Good,
    /// A doubt.
    Doubtful,
    /// A trouble.
    Bad,
}

impl Tone {
    /// Returns the tone of a situation.
    pub(super) fn of(situation: Situation) -> Self {
        match situation {
            Situation::Spent | Situation::RunsOut => Self::Bad,
            Situation::NoData
            | Situation::IncompleteHistory
            | Situation::Borderline
            | Situation::LeftOver => Self::Doubtful,
            Situation::Within => Self::Good,
            _ => Self::Plain,
        }
    }
}

/// `Consumo por mês (BRL)`.
pub(super) fn in_currency(title: &str, currency: Option<Currency>) -> String {
    currency.map_or_else(
        || title.to_owned(),
        |currency| format!("{title} ({currency})"),
    )
}
