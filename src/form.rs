//! The forms that a report can take.

use clap::ValueEnum;

/// The form of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Tables for people
    Text,
    /// One document for programs
    Json,
    /// The table of --table, for spreadsheets
    Csv,
    /// Tables for e-mail, chat and wikis
    Markdown,
    /// Nothing; only write the files of -o
    None,
}

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileForm {
    /// The JSON document.
    Json,
    /// The table of `--table`.
    Csv,
    /// A workbook for a spreadsheet.
    Workbook,
    /// The report in Markdown.
    Markdown,
    /// The operator's page.
    Panel,
}

impl FileForm {
    /// Returns the form of a file that is called `name`.
    pub fn of(name: &str) -> Option<Self> {
        let name = name.to_lowercase();
        let endings = [
            (".json", Self::Json),
            (".csv", Self::Csv),
            (".xlsx", Self::Workbook),
            (".md", Self::Markdown),
            (".html", Self::Panel),
            (".htm", Self::Panel),
        ];
        let mut endings = endings.into_iter();
        endings.find_map(|(ending, form)| name.ends_with(ending).then_some(form))
    }

    /// Returns the type of the content, as a web server names it.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Workbook => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::Panel => "text/html; charset=utf-8",
        }
    }
}

/// Kind of the rows of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TableKind {
    /// The clients, those that failed too
    #[value(alias = "clientes")]
    Clients,
    /// Each client's months
    #[value(alias = "meses")]
    Months,
    /// Each client's days, over the whole contract
    #[value(alias = "dias")]
    Days,
    /// Each client's booked days, under the column names of FOCUS 1.2
    Focus,
}

/// Style of a CSV table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CsvStyle {
    /// For programs: commas, decimal points, exact amounts, codes
    #[value(alias = "padrao")]
    Standard,
    /// For Excel in Portuguese: semicolons, decimal commas, two decimals, labels
    ExcelBr,
    /// Exact amounts and codes, with semicolons, decimal commas and a byte order mark: `--csv-dialeto br` of 0.1
    #[value(hide = true)]
    Br,
}

/// Order of the clients that the text shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Order {
    /// By situation, worst first, then by the day that the credit or the contract ends
    #[value(alias = "gravidade")]
    Severity,
    /// By the day that the credit or the contract ends
    #[value(alias = "data")]
    Date,
    /// By shortfall or surplus, largest first, a currency after the other
    #[value(alias = "valor")]
    Amount,
    /// By shortfall or surplus in per cent of the credit, largest first
    #[value(alias = "percentual")]
    Percent,
    /// By name
    #[value(alias = "nome")]
    Name,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// In a terminal
    Auto,
    /// Wherever the report goes
    Always,
    /// Nowhere
    Never,
}
