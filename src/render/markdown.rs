//! The report in Markdown, for e-mail, chat and wikis: tables as GitHub's dialect has them, which most readers know.

use std::fmt::Write as _;

use super::Context;
use super::layout::listing::listing;
use super::layout::portfolio::{self as layout, Remark};
use super::layout::{Cell, Column, Table, Tone};
use super::words::{self, pick};
use crate::form::TableKind;
use crate::lang::Lang;
use crate::report::portfolio::Portfolio;

/// Returns the report of `portfolio`: the table that `context` asks for; with the clients, also their sums, failures
/// and warnings.
pub(super) fn report(portfolio: &Portfolio, context: &Context<'_>) -> String {
    let lang = context.lang();
    let mut page = MarkdownPage {
        text: String::new(),
        lang,
    };
    page.heading(1, pick(lang, "Carteira", "Portfolio"));
    for (tone, sentence) in layout::opening(portfolio, context) {
        page.sentence(tone, &sentence);
    }
    match context.view.table {
        TableKind::Clients => page.clients(portfolio),
        table => {
            let listing = listing(portfolio, context, table);
            // The last column is the address that answered, which stands above.
            let shown = listing.columns.len().saturating_sub(1);
            page.head(&listing.columns[..shown]);
            for cells in listing.rows {
                page.row(&cells[..shown]);
            }
        }
    }
    page.sentence(Tone::Plain, words::closing(lang));
    page.text
}

/// A text that grows block by block.
struct MarkdownPage {
    text: String,
    lang: Lang,
}

impl MarkdownPage {
    fn clients(&mut self, portfolio: &Portfolio) {
        let lang = self.lang;
        let mut tables = vec![layout::overview(lang, &portfolio.worst_first())];
        let of = portfolio.clients.len();
        let totals = portfolio.totals.iter();
        tables.extend(totals.map(|totals| layout::totals(lang, totals, of)));
        tables.extend(layout::groups(lang, portfolio));
        tables.extend(layout::outside(lang, portfolio));
        for table in tables.iter().filter(|table| !table.rows.is_empty()) {
            self.table(table);
        }
        for (title, remarks) in layout::unreported(lang, portfolio) {
            self.remarks(title, &remarks);
        }
        let warnings = layout::warnings(lang, portfolio);
        self.remarks(pick(lang, "Avisos", "Warnings"), &warnings);
    }

    fn heading(&mut self, level: usize, heading: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        let _ = writeln!(self.text, "{} {}", "#".repeat(level), escaped(heading));
    }

    fn sentence(&mut self, tone: Tone, sentence: &str) {
        let bold = match tone {
            Tone::Strong | Tone::Bad | Tone::Doubtful => "**",
            Tone::Plain | Tone::Good => "",
        };
        let _ = writeln!(self.text, "\n{bold}{}{bold}", escaped(sentence));
    }

    fn table(&mut self, table: &Table<'_>) {
        self.heading(2, &table.title);
        self.head(&table.columns);
        for cells in &table.rows {
            self.row(cells);
        }
        for cells in table.sum_rows() {
            self.row(&cells);
        }
        for note in &table.notes {
            self.sentence(Tone::Plain, note);
        }
    }

    fn head(&mut self, columns: &[Column]) {
        self.text.push('\n');
        for column in columns {
            let _ = write!(self.text, "| {} ", escaped(&column.name));
        }
        self.text.push_str("|\n");
        for column in columns {
            self.text
                .push_str(if column.right { "|--:" } else { "|:--" });
        }
        self.text.push_str("|\n");
    }

    fn row(&mut self, cells: &[Cell<'_>]) {
        for cell in cells {
            let _ = write!(self.text, "| {} ", escaped(&cell.shown(self.lang)));
        }
        self.text.push_str("|\n");
    }

    fn remarks(&mut self, title: &str, remarks: &[Remark]) {
        if remarks.is_empty() {
            return;
        }
        self.heading(2, title);
        self.text.push('\n');
        for remark in remarks {
            let about = escaped(&remark.about);
            let _ = writeln!(self.text, "- **{about}**");
            for sentence in &remark.sentences {
                let _ = writeln!(self.text, "  - {}", escaped(sentence));
            }
        }
    }
}

/// `text` without a sign that Markdown or HTML obeys, on one line; an address in it is no link.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '#' | '!' => {
                escaped.extend(['\\', c]);
            }
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped.replace("://", "\\://").replace("www.", "www\\.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_markup() {
        for (text, written) in [
            ("Padaria Pão & Cia", "Padaria Pão \\& Cia"),
            ("a|b\nc", "a\\|b c"),
            ("<img src=x>", "\\<img src=x\\>"),
            ("[x](http://y)", "\\[x\\](http\\://y)"),
            ("![x](y)", "\\!\\[x\\](y)"),
            ("*a* _b_ `c` ~d~", "\\*a\\* \\_b\\_ \\`c\\` \\~d\\~"),
            ("\\|", "\\\\\\|"),
            ("1.234,56 -- (+3%)", "1.234,56 -- (+3%)"),
        ] {
            assert_eq!(escaped(text), written);
        }
    }
}
