//! The portfolio's screen: who is in trouble, by how much, when, and what to do. It is the last thing printed, and in
//! a terminal it fits on one screen.

mod failed;
mod fold;
mod head;
mod tables;
mod totals;

use console::{measure_text_width, truncate_str};

use self::fold::Folding;
use self::tables::{FoldableRow, columns};
use super::layout::portfolio::without_figures;
use super::rows::Widths;
use super::text::{ShownClients, TextPage};
use super::words::{self, pick};
use crate::failure::Notice;
use crate::lang::say;
use crate::report::portfolio::Portfolio;

pub(super) use self::failed::CommonWarnings;

impl TextPage<'_> {
    /// The portfolio's screen.
    pub(super) fn portfolio(&mut self, portfolio: &Portfolio, shown: &ShownClients<'_>) {
        let lang = self.lang();
        self.title(pick(lang, "Carteira", "Portfolio"));
        let mut head = self.fragment();
        head.head(portfolio);
        let mut tail = self.fragment();
        tail.ending(portfolio, shown);
        let sections = self.sections(portfolio, shown);
        // The title of the part, and what is before and after the tables.
        let others = 2 + head.height() + tail.height();
        let height = self.context.canvas.height.filter(|_| !shown.whole);
        let folding = Folding::new(&sections, others, height);
        self.append(head);
        let drawn = sections.iter().flat_map(|section| {
            let rows = section.rows.iter().filter_map(|row| match row {
                FoldableRow::Client(_, row) => Some(row),
                FoldableRow::Lines(_) => None,
            });
            std::iter::once(&section.head).chain(rows)
        });
        let width = self.context.canvas.width;
        let widths = Widths::new(&columns(), drawn, width, !shown.whole);
        for (section, count) in sections.iter().zip(folding.counts) {
            if folding.blanks {
                self.blank();
            }
            self.section(section, &widths, count);
        }
        self.append(tail);
    }

    /// The last lines: what is shown, how, and where the rest is.
    fn ending(&mut self, portfolio: &Portfolio, shown: &ShownClients<'_>) {
        let lang = self.lang();
        self.blank();
        let all = portfolio
            .clients
            .iter()
            .filter(|client| client.statement().is_some());
        let (count, of) = (shown.clients.len(), all.count());
        let missed = portfolio.notices.iter().filter_map(Notice::missed_file);
        let missed: Vec<&str> = missed.collect();
        if !missed.is_empty() {
            let files = missed.join(", ");
            let text = say!(
                lang,
                "! Parecem clientes e não foram lidos: {files}; renomeie como diz o aviso no início",
                "! Not read, and they look like clients: {files}; rename them as the notice at the top says"
            );
            self.remark(0, &text, &missed);
        }
        if count < of {
            self.paragraph(
                &say! { lang, "Mostrando {count} de {of} clientes; totais, arquivos e código de saída são de todos.",
                "Showing {count} of {of} clients; totals, files and exit status are of all." },
            );
        }
        self.paragraph(
            pick(
                lang,
                "Carteira sem centavos e antes de impostos. Ajuste: mudança no consumo diário para terminar em zero.",
                "Portfolio in whole units, before tax. Change: in daily spend, to end at zero.",
            ),
        );
        if self.context.canvas.terminal {
            self.paragraph(pick(
                lang,
                "Um cliente: --only NOME · sem dobrar linhas: --all · falhas: oci-consumo check",
                "One client: --only NAME · no folded rows: --all · failures: oci-consumo check",
            ));
        }
        self.fail_on(portfolio, shown);
    }

    /// Writes what came of `--fail-on`, where it is given; a failed client never hides it.
    pub(super) fn fail_on(&mut self, portfolio: &Portfolio, shown: &ShownClients<'_>) {
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
        let failed = without_figures(lang, portfolio).into_iter();
        let failed: String = failed.map(|part| format!("; {part}")).collect();
        let status = self.context.status;
        let end = say! { lang, "{failed}; código de saída {status}",
        "{failed}; exit status {status}" };
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
        self.remark(0, &format!("{start}{names}{end}"), &[]);
    }
}
