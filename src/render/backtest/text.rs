//! The test as text: a part per client, then all of them together.

use crate::forecast::Method;
use crate::forecast::estimate::backtest::{Score, Trial};
use crate::lang::{Lang, say};
use crate::render::Context;
use crate::render::layout::Column;
use crate::render::number::{self, NONE, Numbers};
use crate::render::table;
use crate::render::text::Page;
use crate::render::words::{self, pick};
use crate::report::backtest::{Backtest, LEAST_BLOCKS, Tested, Verdict};
use crate::report::band::LEVEL;

/// Returns the text of `backtest`.
pub(in crate::render) fn text(backtest: &Backtest, context: &Context<'_>) -> String {
    let lang = context.lang();
    let mut page = Page::new(context);
    page.notices(&backtest.notices);
    for client in &backtest.clients {
        page.title(&client.name);
        match &client.outcome {
            Ok(tested) => page.tested(&client.file, tested),
            Err(failure) => page.failure(2, &client.file, failure),
        }
    }
    page.title(pick(lang, "Todos os clientes", "All clients"));
    page.counts(backtest);
    page.trials(&backtest.trials);
    page.verdict(&backtest.trials, &backtest.verdict);
    page.closing_of_test(backtest.method);
    page.into_text()
}

impl Page<'_> {
    fn tested(&mut self, file: &str, tested: &Tested) {
        let lang = self.lang();
        let length = words::days(lang, tested.settled.len().into());
        let history = match tested.settled.last() {
            Some(_) => {
                let days = number::days(lang, tested.settled);
                say!(
                    lang,
                    "{days} ({length} consolidados)",
                    "{days} ({length}, settled)"
                )
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
        self.verdict(&tested.trials, &tested.verdict);
    }

    /// Writes the number of clients in each trial, and of those in none.
    fn counts(&mut self, backtest: &Backtest) {
        let lang = self.lang();
        let of = words::clients(lang, backtest.clients.len());
        let mut parts: Vec<String> = backtest
            .trials
            .iter()
            .map(|trial| {
                let (clients, days) = (trial.clients, words::days(lang, trial.horizon.into()));
                say!(lang, "{clients} em {days}", "{clients} over {days}")
            })
            .collect();
        if parts.is_empty() {
            parts.push(pick(lang, "nenhum testado", "none tested").to_owned());
        }
        let failed = backtest.failed().count();
        if failed > 0 {
            parts.push(words::failed(lang, failed));
        }
        self.sentence(2, &format!("{of}: {}", parts.join(", ")));
    }

    fn trials(&mut self, trials: &[Trial]) {
        let lang = self.lang();
        if trials.is_empty() {
            return;
        }
        self.blank();
        let numbers = Numbers::new(lang, None);
        let mut columns = vec![Column::words(pick(lang, "Método", "Method"))];
        for (n, trial) in (1..).zip(trials) {
            let days = words::days(lang, trial.horizon.into());
            columns.push(Column::figures(&say!(
                lang,
                "Erro em {days}",
                "Error over {days}"
            )));
            let nearer = pick(lang, "Melhor", "Nearer");
            columns.push(Column::figures(nearer).leaves(n));
        }
        let mut rows: Vec<Vec<String>> = Vec::new();
        for (n, method) in Method::ALL.into_iter().enumerate() {
            let mut row = vec![method.word().to_owned()];
            for trial in trials {
                let score = &trial.scores[n];
                row.push(numbers.percent(&score.error));
                row.push(match method {
                    Method::Weekday => NONE.to_owned(),
                    _ => won(lang, score, trial),
                });
            }
            rows.push(row);
        }
        let labels = [
            pick(lang, "Previsões testadas", "Forecasts tested"),
            pick(lang, "Blocos independentes", "Independent blocks"),
            pick(lang, "Dentro da faixa", "Inside the band"),
        ];
        for (n, label) in labels.into_iter().enumerate() {
            let mut row = vec![label.to_owned()];
            for trial in trials {
                let inside = format!("{}/{}", trial.held, trial.banded);
                let counts = [trial.origins.to_string(), trial.blocks.to_string(), inside];
                row.extend([counts[n].clone(), String::new()]);
            }
            rows.push(row);
        }
        let width = self.context.canvas.width.saturating_sub(2);
        self.table(table::fitted(&columns, &rows, width));
    }

    fn verdict(&mut self, trials: &[Trial], verdict: &Verdict) {
        let lang = self.lang();
        let text = verdict_in_words(lang, trials, verdict);
        self.blank();
        self.sentence(2, &text);
    }

    fn closing_of_test(&mut self, method: Method) {
        let (lang, method) = (self.lang(), method.word());
        self.blank();
        self.sentence(
            0,
            &say!(
                lang,
                "Erro: média de |ln(real ÷ previsto)| do total, em %. Melhor: blocos em que o método chegou mais perto que weekday. Os blocos independentes não têm dias em comum, mas os de clientes diferentes têm, como as previsões testadas. A faixa é a de {LEVEL}% de {method}. O passado não garante o que vem: nada aqui muda o relatório.",
                "Error: mean of |ln(actual ÷ forecast)| of the total, in %. Nearer: blocks in which the method was nearer than weekday. Independent blocks share no day, but those of different clients do, as do the forecasts tested. The band is the {LEVEL}% one of {method}. The past does not vouch for what comes: nothing here changes the report."
            ),
        );
    }
}

/// `3,5/5`: in how many blocks a method was nearer than the weekday mean, of how many.
fn won(lang: Lang, score: &Score, trial: &Trial) -> String {
    let places = u8::from(score.half_wins % 2 == 1);
    let wins = Numbers { lang, places }.money(&score.wins());
    format!("{wins}/{}", trial.blocks)
}

fn verdict_in_words(lang: Lang, trials: &[Trial], verdict: &Verdict) -> String {
    match verdict {
        Verdict::Switch { method, horizon } => {
            let place = Method::ALL.iter().position(|other| other == method);
            let trial = trials.iter().find(|trial| trial.horizon == *horizon);
            let (Some(place), Some(trial)) = (place, trial) else {
                return String::new();
            };
            let (usual, score) = (&trial.scores[0], &trial.scores[place]);
            let numbers = Numbers::new(lang, None);
            let (error, usual) = (numbers.percent(&score.error), numbers.percent(&usual.error));
            let blocks = won(lang, score, trial);
            let (days, method) = (words::days(lang, (*horizon).into()), method.word());
            say!(
                lang,
                "Sugestão, e só isso: experimentar --method {method}. Em {days}, errou {error}, e weekday {usual}; foi melhor em {blocks} blocos independentes",
                "A suggestion, no more: try --method {method}. Over {days} it was {error} off, and weekday {usual}; it was nearer in {blocks} independent blocks"
            )
        }
        Verdict::Stay => say!(
            lang,
            "Sem sugestão: nenhum método foi claramente melhor que weekday",
            "No suggestion: no method was clearly nearer than weekday"
        ),
        Verdict::TooLittle => say!(
            lang,
            "Sem sugestão: não há {LEAST_BLOCKS} blocos independentes em um horizonte próximo dos dias restantes",
            "No suggestion: there are not {LEAST_BLOCKS} independent blocks at a horizon near the days left"
        ),
        Verdict::NothingLeft => say!(
            lang,
            "Sem sugestão: não restam dias a prever",
            "No suggestion: there are no days left to forecast"
        ),
    }
}
