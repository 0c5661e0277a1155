//! Tidy tables for spreadsheets and programs: the days, the clients or the months, as CSV.
//!
//! UTF-8, a header line, lines that end in LF, and quotation marks as RFC 4180 has them. Not with the
//! crate `csv`, which the tests read it with: a text with either dialect's separator is always
//! quoted, so that none falls apart, and into a formula, in a spreadsheet that expects the other's.

use super::{Context, explain, json};
use crate::adjustment::Adjustment;
use crate::calendar::{Day, Month};
use crate::failure::Failure;
use crate::form::{CsvDialect, CsvTable};
use crate::money::{Amount, Currency};
use crate::report::ledger::State;
use crate::report::portfolio::{Client, Portfolio};
use crate::report::statement::{MonthLine, Statement};

/// What tells Excel that a file is UTF-8.
const BYTE_ORDER_MARK: &str = "\u{FEFF}";
/// Decimals that an amount is written with at most: those that a division keeps.
const PLACES: u8 = 10;

/// A client's row in the table of clients: the document's keys that hold one value, then what the
/// lists of warnings and failures say of it.
const CLIENT_COLUMNS: [&str; 38] = [
    "cliente",
    "arquivo",
    "tenancy",
    "regiao",
    "moeda",
    "credito",
    "inicio_contrato",
    "fim_contrato",
    "situacao",
    "buscado_em",
    "dados_ate",
    "consolidado_ate",
    "consumo",
    "consumo_provisorio",
    "consumo_pct",
    "saldo",
    "metodo",
    "previsto",
    "complemento_provisorio",
    "ajuste",
    "hipotese",
    "total_estimado",
    "sobra",
    "debito",
    "esgota_em",
    "dias_decorridos",
    "dias_restantes",
    "prazo_pct",
    "ritmo_diario",
    "ritmo_alvo",
    "mes_atual_estimado",
    "consumo_anterior",
    "ajuste_previsto",
    "avisos",
    "codigo",
    "mensagem",
    "acao",
    "request_id",
];

/// The table of `portfolio`.
pub(super) fn table(
    portfolio: &Portfolio,
    context: &Context<'_>,
    table: CsvTable,
    dialect: CsvDialect,
) -> String {
    let mut sheet = Sheet::new(dialect);
    let reported = portfolio
        .clients
        .iter()
        .filter_map(|client| Some((client, client.statement()?)));
    match table {
        CsvTable::Dias => {
            sheet.header(&[
                "cliente", "tenancy", "data", "custo", "moeda", "tipo", "estado",
            ]);
            reported.for_each(|(client, statement)| sheet.days(client, statement));
        }
        CsvTable::Clientes => {
            sheet.header(&CLIENT_COLUMNS);
            for client in &portfolio.clients {
                match &client.outcome {
                    Ok(statement) => sheet.client(client, statement),
                    Err(failure) => sheet.failure(context, client, failure),
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
            ]);
            reported.for_each(|(client, statement)| sheet.months(client, statement));
        }
    }
    sheet.text
}

/// What stands between two separators.
enum Cell<'a> {
    /// Nothing: not known, or not there.
    None,
    /// From outside.
    Text(&'a str),
    /// Of this program.
    Word(&'a str),
    Amount(&'a Amount),
    Day(Day),
    Month(Month),
    Count(u32),
}

impl<'a> Cell<'a> {
    fn text(text: Option<&'a String>) -> Self {
        text.map_or(Self::None, |text| Self::Text(text))
    }

    fn amount(amount: Option<&'a Amount>) -> Self {
        amount.map_or(Self::None, Self::Amount)
    }

    fn day(day: Option<Day>) -> Self {
        day.map_or(Self::None, Self::Day)
    }

    fn currency(currency: Option<&'a Currency>) -> Self {
        currency.map_or(Self::None, |currency| Self::Word(currency.code()))
    }
}

/// A table that grows row by row.
struct Sheet {
    text: String,
    dialect: CsvDialect,
}

impl Sheet {
    fn new(dialect: CsvDialect) -> Self {
        let text = match dialect {
            CsvDialect::Padrao => "",
            CsvDialect::Br => BYTE_ORDER_MARK,
        };
        Self {
            text: text.to_owned(),
            dialect,
        }
    }

    fn header(&mut self, names: &[&str]) {
        let cells: Vec<Cell<'_>> = names.iter().map(|name| Cell::Word(name)).collect();
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
                Cell::None => {}
                Cell::Text(text) => self.quote(text),
                Cell::Word(word) => self.text.push_str(word),
                Cell::Amount(amount) => {
                    let digits = amount.rounded(PLACES).to_string();
                    self.text.push_str(&match self.dialect {
                        CsvDialect::Padrao => digits,
                        CsvDialect::Br => digits.replace('.', ","),
                    });
                }
                Cell::Day(day) => self.text.push_str(&day.to_string()),
                Cell::Month(month) => self.text.push_str(&json::month(*month)),
                Cell::Count(count) => self.text.push_str(&count.to_string()),
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
        for entry in statement.ledger() {
            let kind = match entry.state.is_forecast() {
                false => "realizado",
                true if statement.is_hypothetical() => "hipotese",
                true => "previsto",
            };
            let state = match entry.state {
                State::Before => "anterior",
                State::Settled => "consolidado",
                State::Unknown => "sem_informacao",
                State::Provisional | State::TopUp => "provisorio",
                State::Future => "futuro",
            };
            self.row(&[
                Cell::Text(&client.name),
                Cell::text(client.tenancy.as_ref()),
                Cell::Day(entry.day),
                Cell::amount(entry.cost),
                Cell::currency(statement.currency.as_ref()),
                Cell::Word(kind),
                Cell::Word(state),
            ]);
        }
    }

    fn client(&mut self, client: &Client, statement: &Statement) {
        let contract = &statement.contract;
        let opening = contract.opening.as_ref().map(|opening| &opening.amount);
        let adjustment = contract.adjustment.as_ref().map(Adjustment::to_string);
        let fetched_at = client.fetched_at.map(json::instant);
        let codes: Vec<&str> = statement.warnings.iter().map(|w| w.code()).collect();
        self.row(&[
            Cell::Text(&client.name),
            Cell::Text(&client.file),
            Cell::text(client.tenancy.as_ref()),
            Cell::text(client.region.as_ref()),
            Cell::currency(statement.currency.as_ref()),
            Cell::Amount(&contract.credit),
            Cell::Day(contract.start),
            Cell::Day(contract.end),
            Cell::Word(statement.situation.word()),
            Cell::text(fetched_at.as_ref()),
            Cell::day(statement.data_through),
            Cell::day(statement.settled_through),
            Cell::amount(statement.consumption.as_ref()),
            Cell::amount(statement.provisional.as_ref()),
            Cell::amount(statement.credit_percent.as_ref()),
            Cell::amount(statement.balance.as_ref()),
            Cell::Word(statement.method.word()),
            Cell::amount(statement.forecast.as_ref()),
            Cell::amount(statement.top_up.as_ref()),
            Cell::amount(statement.added(false)),
            Cell::amount(statement.added(true)),
            Cell::amount(statement.projected.as_ref()),
            Cell::amount(statement.surplus.as_ref()),
            Cell::amount(statement.shortfall.as_ref()),
            Cell::day(statement.runs_out),
            Cell::Count(statement.elapsed),
            Cell::Count(statement.left),
            Cell::amount(statement.term_percent.as_ref()),
            Cell::amount(statement.pace.as_ref()),
            Cell::amount(statement.target_pace.as_ref()),
            Cell::amount(statement.month_estimate.as_ref()),
            Cell::amount(opening),
            Cell::text(adjustment.as_ref()),
            Cell::Word(&codes.join(" ")),
            Cell::None,
            Cell::None,
            Cell::None,
            Cell::None,
        ]);
    }

    /// The row of a client without figures.
    fn failure(&mut self, context: &Context<'_>, client: &Client, failure: &Failure) {
        let explanation = explain::failure(context.lang(), &client.file, failure);
        let cells = CLIENT_COLUMNS.map(|column| match column {
            "cliente" => Cell::Text(&client.name),
            "arquivo" => Cell::Text(&client.file),
            "tenancy" => Cell::text(client.tenancy.as_ref()),
            "regiao" => Cell::text(client.region.as_ref()),
            "situacao" => Cell::Word("falhou"),
            "codigo" => Cell::Word(failure.problem.code()),
            "mensagem" => Cell::Text(&explanation.message),
            "acao" => Cell::Text(&explanation.remedy),
            "request_id" => Cell::text(failure.request_id.as_ref()),
            _ => Cell::None,
        });
        self.row(&cells);
    }

    /// The months, and before them what is in none of them.
    fn months(&mut self, client: &Client, statement: &Statement) {
        let opening = statement.contract.opening.as_ref();
        let opening = opening.map(|opening| {
            [
                Cell::Month(Month::of(opening.through)),
                Cell::Amount(&opening.amount),
                Cell::None,
                Cell::None,
                Cell::None,
                Cell::Word("anterior"),
            ]
        });
        let months = statement.months.iter().map(|line: &MonthLine| {
            [
                Cell::Month(line.month),
                Cell::amount(line.consumption.as_ref()),
                Cell::Count(line.days),
                Cell::amount(line.mean.as_ref()),
                Cell::amount(line.change.as_ref()),
                Cell::Word(if line.running.is_some() {
                    "em_curso"
                } else {
                    "passado"
                }),
            ]
        });
        for [month, consumption, days, mean, change, state] in opening.into_iter().chain(months) {
            self.row(&[
                Cell::Text(&client.name),
                Cell::text(client.tenancy.as_ref()),
                month,
                consumption,
                Cell::currency(statement.currency.as_ref()),
                days,
                mean,
                change,
                state,
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
            let mut sheet = Sheet::new(CsvDialect::Padrao);
            sheet.row(&[Cell::Text(text)]);
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
                let mut sheet = Sheet::new(dialect);
                sheet.row(&[Cell::Amount(&amount)]);
                assert_eq!(sheet.text, written);
            }
        }
    }
}
