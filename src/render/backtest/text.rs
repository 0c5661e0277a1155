//! The test as text: a sentence per client, then one of all together. `--details` adds the tables before them.

use console::{Style, measure_text_width};

use super::sentences::{self, wins};
use crate::forecast::Method;
use crate::forecast::estimate::backtest::Trial;
use crate::lang::{Lang, say};
use crate::render::Context;
use crate::render::number::{self, NONE, Numbers};
use crate::render::rows::{TableColumn, TableRow, Widths};
use crate::render::text::TextPage;
use crate::render::words::{self, pick};
use crate::report::backtest::{Backtest, Tested};
use crate::report::band::LEVEL;

/// Room beyond every name, so that a column leaves before a name is cut.
const WHOLE_NAME: usize = usize::MAX;

/// Returns the text of `backtest`.
pub(in crate::render) fn text(backtest: &Backtest, context: &Context<'_>) -> String {
    let (lang, details) = (context.lang(), context.view.detail.details);
    let mut page = TextPage::new(context);
    page.notices(&backtest.notices);
    let alone = backtest.clients.len() == 1;
    let has_titles = alone || details;
    if !has_titles {
        page.blank();
    }
    for client in &backtest.clients {
        if has_titles {
            page.title(&client.name);
        }
        let name = page.styled(&Style::new().bold(), &client.name);
        match &client.outcome {
            Ok(tested) => {
                let sentence = sentences::of_client(lang, tested, backtest.method);
                if details {
                    page.tested(&client.file, tested);
                    page.blank();
                }
                match has_titles {
                    true => page.sentence(2, &capitalized(&sentence)),
                    false => page.sentence(2, &format!("{name}: {sentence}")),
                }
            }
            Err(failure) if has_titles => page.failure(2, &client.file, failure),
            Err(failure) => {
                page.sentence(2, &format!("{name}:"));
                page.failure(4, &client.file, failure);
            }
        }
    }
    if !alone {
        page.title(pick(lang, "Todos os clientes", "All clients"));
        page.counts(backtest);
        if details {
            page.trials(&backtest.trials);
            page.blank();
        }
        if let Some(sentence) = sentences::of_all(lang, backtest) {
            page.sentence(2, &sentence);
        }
    }
    page.closing_of_test(backtest.method);
    page.into_text()
}

impl TextPage<'_> {
    /// Writes the premises and the results of one client's test.
    fn tested(&mut self, file: &str, tested: &Tested) {
        let lang = self.lang();
        let length = words::days(lang, tested.known.into());
        let history = match tested.settled.last() {
            Some(_) => {
                let days = number::days(lang, tested.settled);
                say! { lang, "{days} ({length} fechados)",
                "{days} ({length}, final)" }
            }
            None => NONE.to_owned(),
        };
        self.facts(&[
            (pick(lang, "Arquivo", "File"), file.to_owned()),
            (pick(lang, "Histórico", "History"), history),
            (
                pick(lang, "Dias restantes", "Days left"),
                tested.left.to_string(),
            ),
        ]);
        self.trials(&tested.trials);
    }

    /// Writes the number of clients, of those that were tested, and of those that failed.
    fn counts(&mut self, backtest: &Backtest) {
        let lang = self.lang();
        let of = words::clients(lang, backtest.clients.len());
        let trials = || {
            let outcomes = backtest.clients.iter().map(|client| &client.outcome);
            outcomes.filter_map(|outcome| Some(&outcome.as_ref().ok()?.trials))
        };
        let tested = trials().filter(|trials| !trials.is_empty()).count();
        let mut parts = vec![match tested {
            1 => say!(lang, "1 testado", "1 tested"),
            _ => say!(lang, "{tested} testados", "{tested} tested"),
        }];
        let short = trials().count() - tested;
        if short > 0 {
            parts.push(say! { lang, "{short} com histórico curto",
            "{short} with too short a history" });
        }
        let failed = backtest.failed().count();
        if failed > 0 {
            parts.push(words::failed(lang, failed));
        }
        self.sentence(2, &format!("{of}: {}", parts.join(", ")));
    }

    /// Writes the table of `trials`: a line for each method, then the counts.
    fn trials(&mut self, trials: &[Trial]) {
        if trials.is_empty() {
            return;
        }
        let lang = self.lang();
        let mut columns = Vec::new();
        for n in 0..trials.len() {
            // What a method was nearer in leaves before any error, and the shortest horizon stays.
            let room = (n > 0).then_some(WHOLE_NAME - 1);
            columns.extend([room, Some(WHOLE_NAME)].map(|room| TableColumn { room, from: 0 }));
        }
        let rows = rows(lang, trials);
        let canvas = self.context.canvas;
        let width = canvas.width.saturating_sub(2);
        let widths = Widths::new(&columns, rows.iter(), width, canvas.terminal);
        let lines: Vec<String> = rows
            .iter()
            .map(|row| widths.draw(row, |_, text| text))
            .collect();
        let widest = lines.iter().map(|line| measure_text_width(line)).max();
        self.blank();
        for (n, line) in lines.iter().enumerate() {
            self.line(&format!("  {line}"));
            if n == 0 {
                self.line(&format!("  {}", "─".repeat(widest.unwrap_or_default())));
            }
        }
    }

    /// Writes how the figures are to be read.
    fn closing_of_test(&mut self, method: Method) {
        let (lang, method) = (self.lang(), method.word());
        self.blank();
        let text = match self.context.view.detail.details {
            true => {
                say! { lang, "Erro: média de |ln(real ÷ previsto)| do total, em %. Melhor: blocos em que o método chegou mais perto que weekday. Os blocos independentes não têm dias em comum, mas os de clientes diferentes têm, como as previsões testadas. O intervalo é o de {LEVEL}% de {method}. O passado não garante o que vem: nada aqui muda o relatório.",
                "Error: mean of |ln(actual ÷ forecast)| of the total, in %. Nearer: blocks in which the method was nearer than weekday. Independent blocks share no day, but those of different clients do, as do the forecasts tested. The range is the {LEVEL}% one of {method}. The past does not vouch for what comes: nothing here changes the report." }
            }
            false => {
                say! { lang, "Erro: diferença entre o total previsto e o que veio, em média. O passado não garante o que vem: nada aqui muda o relatório. Todos os métodos: --details.",
                "Off: the difference between the total that was forecast and what came, on average. The past does not vouch for what comes: nothing here changes the report. All methods: --details." }
            }
        };
        self.sentence(0, &text);
    }
}

/// Returns the rows of the table of `trials`, the heading first.
fn rows(lang: Lang, trials: &[Trial]) -> Vec<TableRow> {
    let row = |name: &str, cells: Vec<String>| TableRow {
        name: name.to_owned(),
        cells,
        text: String::new(),
    };
    let numbers = Numbers::new(lang, None);
    let heading = trials.iter().flat_map(|trial| {
        let days = words::days(lang, trial.horizon.into());
        let error = say!(lang, "Erro em {days}", "Error over {days}");
        [error, pick(lang, "Melhor", "Nearer").to_owned()]
    });
    let mut rows = vec![row(pick(lang, "Método", "Method"), heading.collect())];
    for method in Method::ALL.iter().copied() {
        let scores = trials.iter().map(|trial| (trial, trial.score(method)));
        let cells = scores.flat_map(|(trial, score)| {
            let error = score.map(|score| numbers.percent(&score.error));
            let won = score.filter(|_| method != Method::WEEKDAY);
            let won = won.map(|score| format!("{}/{}", wins(lang, score), trial.blocks));
            [error, won].map(|cell| cell.unwrap_or_else(|| NONE.to_owned()))
        });
        rows.push(row(method.word(), cells.collect()));
    }
    let labels = [
        pick(lang, "Previsões testadas", "Forecasts tested"),
        pick(lang, "Blocos independentes", "Independent blocks"),
        pick(lang, "Dentro do intervalo", "Inside the range"),
    ];
    for (n, label) in labels.into_iter().enumerate() {
        let cells = trials.iter().flat_map(|trial| {
            let inside = format!("{}/{}", trial.held, trial.banded);
            let counts = [trial.origins.to_string(), trial.blocks.to_string(), inside];
            [counts[n].clone(), String::new()]
        });
        rows.push(row(label, cells.collect()));
    }
    rows
}

/// `sentence` with a capital at its start.
fn capitalized(sentence: &str) -> String {
    let mut chars = sentence.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + chars.as_str()
}
