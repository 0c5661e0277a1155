//! The forms that a report can take.

use clap::ValueEnum;

/// The form of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Tables for people
    Text,
    /// One document for programs
    Json,
    /// Nothing on stdout: the files of -o and the exit status say it all
    None,
}

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileForm {
    /// The JSON document.
    Json,
    /// A table.
    Csv(CsvTable, CsvDialect),
    /// A workbook for a spreadsheet.
    Workbook,
}

/// What a table has a row for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CsvTable {
    /// Each client's days, over the whole contract
    Dias,
    /// The clients, those that failed too
    Clientes,
    /// Each client's months
    Meses,
}

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CsvDialect {
    /// Commas between cells, decimal points
    Padrao,
    /// Semicolons between cells, decimal commas, a byte order mark: for Excel in Portuguese
    Br,
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
