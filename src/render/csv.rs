//! Tidy tables for spreadsheets and programs: the days, the clients or the months, as CSV.
//!
//! UTF-8, a header line, lines that end in LF, and quotation marks as RFC 4180 has them. Not with the
//! crate `csv`, which the tests read it with: a text with either dialect's separator is always
//! quoted, so that none falls apart, and into a formula, in a spreadsheet that expects the other's.

use super::{Context, explain};
use crate::calendar::Month;
use crate::failure::Failure;
use crate::form::{CsvDialect, CsvTable};
use crate::money::{Amount, Currency};
use crate::report::figures::{FIGURES, FIRST_RELEASED, Figure, Value};
use crate::report::portfolio::{Client, Portfolio};
use crate::report::statement::{MonthLine, Statement};
use crate::report::timeline::EntryKind;

/// Mark by which Excel knows that a file is UTF-8.
const BYTE_ORDER_MARK: &str = "\u{FEFF}";
/// Most decimals of a written amount: those of a division.
const PLACES: u8 = 10;

/// Columns of the table of clients for what the lists of warnings and failures say.
const MESSAGES: [&str; 5] = ["avisos", "codigo", "mensagem", "acao", "request_id"];
/// Column for the address that answered instead of the service.
const ENDPOINT: &str = "endpoint";
/// Endpoint of a client that is made up.
const DEMO: &str = "demo";

/// Column of the table of clients.
#[derive(Clone, Copy)]
enum Column {
    Figure(&'static Figure),
    Message(&'static str),
    Endpoint,
}

impl Column {
    /// All columns. New figures come last, so that no released column changes its place.
    fn all() -> Vec<Self> {
        let (first, added) = FIGURES.split_at(FIRST_RELEASED);
        let figures = |figures: &'static [Figure]| figures.iter().map(Self::Figure);
        figures(first)
            .chain(MESSAGES.map(Self::Message))
            .chain([Self::Endpoint])
            .chain(figures(added))
            .collect()
    }

    fn name(self) -> &'static str {
        match self {
            Self::Figure(figure) => figure.key,
            Self::Message(name) => name,
            Self::Endpoint => ENDPOINT,
        }
    }
}

/// The table of `portfolio`.
pub(super) fn table(
    portfolio: &Portfolio,
    context: &Context<'_>,
    table: CsvTable,
    dialect: CsvDialect,
) -> String {
    let mut sheet = Sheet::new(dialect, context);
    let reported = portfolio
        .clients
        .iter()
        .filter_map(|client| Some((client, client.statement()?)));
    match table {
        CsvTable::Dias => {
            sheet.header(&[
                "cliente", "tenancy", "data", "custo", "moeda", "tipo", "estado", ENDPOINT,
            ]);
            reported.for_each(|(client, statement)| sheet.days(client, statement));
        }
        CsvTable::Clientes => {
            let columns = Column::all();
            let names: Vec<&str> = columns.iter().map(|column| column.name()).collect();
            sheet.header(&names);
            for client in &portfolio.clients {
                match &client.outcome {
                    Ok(statement) => sheet.client(&columns, client, statement),
                    Err(failure) => sheet.failure(&columns, context, client, failure),
                }
            }
        }
        CsvTable::Meses => {
            sheet.header(&[
                "cliente",
                "tenancy",
                "mes",
                "consumo",
                "moeda",
                "dias",
                "media_diaria",
                "variacao_pct",
                "estado",
                ENDPOINT,
            ]);
            reported.for_each(|(client, statement)| sheet.months(client, statement));
        }
    }
    sheet.text
}

/// A cell: nothing where the value is not known, or not there.
type Cell<'a> = Option<Value<'a>>;

fn text(text: &str) -> Cell<'_> {
    Some(Value::Text(text.into()))
}

fn amount(amount: Option<&Amount>) -> Cell<'_> {
    amount.map(Value::Money)
}

fn currency(currency: Option<Currency>) -> Cell<'static> {
    currency.map(Value::Currency)
}

/// A table that grows row by row.
struct Sheet<'a> {
    text: String,
    dialect: CsvDialect,
    /// Value of the column [`ENDPOINT`].
    endpoint: Cell<'a>,
}

impl<'a> Sheet<'a> {
    fn new(dialect: CsvDialect, context: &Context<'a>) -> Self {
        let demo = context.simulated.then_some(Value::Word(DEMO));
        Self::at(dialect, demo.or_else(|| text(context.endpoint?)))
    }

    fn at(dialect: CsvDialect, endpoint: Cell<'a>) -> Self {
        let text = match dialect {
            CsvDialect::Padrao => "",
            CsvDialect::Br => BYTE_ORDER_MARK,
        };
        Self {
            text: text.to_owned(),
            dialect,
            endpoint,
        }
    }

    fn header(&mut self, names: &[&str]) {
        let cells: Vec<Cell<'_>> = names.iter().map(|name| Some(Value::Word(name))).collect();
        self.row(&cells);
    }

    fn row(&mut self, cells: &[Cell<'_>]) {
        let separator = match self.dialect {
            CsvDialect::Padrao => ',',
            CsvDialect::Br => ';',
        };
        for (n, cell) in cells.iter().enumerate() {
            if n > 0 {
                self.text.push(separator);
            }
            match cell {
                None => {}
                Some(Value::Text(text)) => self.quote(text),
                Some(Value::Money(amount) | Value::Percent(amount)) => {
                    let digits = amount.rounded(PLACES).to_string();
                    self.text.push_str(&match self.dialect {
                        CsvDialect::Padrao => digits,
                        CsvDialect::Br => digits.replace('.', ","),
                    });
                }
                Some(value) => self.text.push_str(&value.machine()),
            }
        }
        self.text.push('\n');
    }

    fn quote(&mut self, text: &str) {
        let apostrophe = if runs(text) { "'" } else { "" };
        if text.contains(['"', ',', ';', '\t', '\r', '\n']) {
            let doubled = text.replace('"', "\"\"");
            self.text.extend(["\"", apostrophe, &doubled, "\""]);
        } else {
            self.text.extend([apostrophe, text]);
        }
    }

    fn days(&mut self, client: &Client, statement: &Statement) {
        for entry in statement.timeline() {
            let kind = match entry.kind.is_forecast() {
                false => "realizado",
                true if statement.is_hypothetical() => "hipotese",
                true => "previsto",
            };
            let state = match entry.kind {
                EntryKind::Before => "anterior",
                EntryKind::Settled => "consolidado",
                EntryKind::Unknown => "sem_informacao",
                EntryKind::Provisional | EntryKind::TopUp => "provisorio",
                EntryKind::Future => "futuro",
            };
            self.row(&[
                text(&client.name),
                client.tenancy.as_deref().and_then(text),
                Some(Value::Date(entry.day)),
                amount(entry.cost),
                currency(statement.currency),
                Some(Value::Word(kind)),
                Some(Value::Word(state)),
                self.endpoint.clone(),
            ]);
        }
    }

    fn client(&mut self, columns: &[Column], client: &Client, statement: &Statement) {
        let codes: Vec<&str> = statement.warnings.iter().map(|w| w.code()).collect();
        let codes = codes.join(" ");
        let cells: Vec<Cell<'_>> = columns
            .iter()
            .map(|column| match column {
                Column::Figure(figure) => figure.value(client),
                Column::Message("avisos") => Some(Value::Word(&codes)),
                Column::Message(_) => None,
                Column::Endpoint => self.endpoint.clone(),
            })
            .collect();
        self.row(&cells);
    }

    /// The row of a client without figures.
    fn failure(
        &mut self,
        columns: &[Column],
        context: &Context<'_>,
        client: &Client,
        failure: &Failure,
    ) {
        let explanation = explain::failure(context.lang(), &client.file, failure);
        let cells: Vec<Cell<'_>> = columns
            .iter()
            .map(|column| match column.name() {
                "situacao" => Some(Value::Word("falhou")),
                "codigo" => Some(Value::Word(failure.problem.code())),
                "mensagem" => text(&explanation.message),
                "acao" => text(&explanation.remedy),
                "request_id" => failure.request_id.as_deref().and_then(text),
                _ => match column {
                    Column::Figure(figure) => figure.value(client),
                    Column::Message(_) => None,
                    Column::Endpoint => self.endpoint.clone(),
                },
            })
            .collect();
        self.row(&cells);
    }

    /// The months, and before them what is in none of them.
    fn months(&mut self, client: &Client, statement: &Statement) {
        let opening = statement.contract.opening.as_ref();
        let opening = opening.map(|opening| {
            [
                Some(Value::Month(Month::of(opening.through))),
                Some(Value::Money(&opening.amount)),
                None,
                None,
                None,
                Some(Value::Word("anterior")),
            ]
        });
        let months = statement.months.iter().map(|line: &MonthLine| {
            [
                Some(Value::Month(line.month)),
                amount(line.consumption.as_ref()),
                Some(Value::Count(line.days)),
                amount(line.mean.as_ref()),
                line.change.as_ref().map(Value::Percent),
                Some(Value::Word(if line.running.is_some() {
                    "em_curso"
                } else {
                    "passado"
                })),
            ]
        });
        for [month, consumption, days, mean, change, state] in opening.into_iter().chain(months) {
            self.row(&[
                text(&client.name),
                client.tenancy.as_deref().and_then(text),
                month,
                consumption,
                currency(statement.currency),
                days,
                mean,
                change,
                state,
                self.endpoint.clone(),
            ]);
        }
    }
}

/// Whether a spreadsheet would run `text` for a formula; the wide forms count as the narrow ones in
/// some of them.
fn runs(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_neither_run_nor_fall_apart() {
        for (text, written) in [
            ("Padaria", "Padaria"),
            ("Pão & Cia", "Pão & Cia"),
            ("=1+1", "'=1+1"),
            ("+55 11", "'+55 11"),
            ("-1", "'-1"),
            ("@x", "'@x"),
            ("\t=1", "\"'\t=1\""),
            ("＝1", "'＝1"),
            ("a=1", "a=1"),
            ("a;=1", "\"a;=1\""),
            ("a,=1", "\"a,=1\""),
            ("=\"a\"", "\"'=\"\"a\"\"\""),
        ] {
            let mut sheet = Sheet::at(CsvDialect::Padrao, None);
            sheet.row(&[super::text(text)]);
            assert_eq!(sheet.text, format!("{written}\n"), "{text}");
        }
    }

    #[test]
    fn amounts_keep_ten_places_and_their_sign() {
        for (amount, standard, brazilian) in [
            ("1234.5", "1234.5", "1234,5"),
            ("-0.00000000005", "-0.0000000001", "-0,0000000001"),
            ("1e3", "1000", "1000"),
            ("0.00000000004", "0", "0"),
        ] {
            let amount = Amount::parse(amount).unwrap();
            for (dialect, written) in [
                (CsvDialect::Padrao, format!("{standard}\n")),
                (CsvDialect::Br, format!("{BYTE_ORDER_MARK}{brazilian}\n")),
            ] {
                let mut sheet = Sheet::at(dialect, None);
                sheet.row(&[Some(Value::Money(&amount))]);
                assert_eq!(sheet.text, written);
            }
        }
    }
}
