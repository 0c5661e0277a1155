//! Meaning and remedy of each fixed word: situations, failures, warnings, notices,
//! findings of a check, conclusions of a backtest, failed deliveries and exit statuses.

mod alerts;
mod checks;
mod deliveries;
mod failures;
mod situations;
mod warnings;

use std::collections::BTreeSet;

use clap::ValueEnum as _;

use crate::lang::Lang;
use crate::render::words;
use crate::report::statement::Situation;
use crate::text;

use super::{coded, table};
use alerts::ALERTS;
use checks::{CONCLUSIONS, FINDINGS};
use deliveries::DELIVERIES;
use failures::FAILURES;
use situations::SITUATIONS;
use warnings::{NOTICES, WARNINGS};

/// A group of fixed words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeGroup {
    /// Situations of a contract.
    Situation,
    /// Reasons why a client has no figures.
    Failure,
    /// Warnings beside a client's figures.
    Warning,
    /// Notices about the folder or the store.
    Notice,
    /// Refusals of `alertas.ini`.
    Alerts,
    /// Findings of a check that no other group has.
    Finding,
    /// Conclusions of a backtest.
    Conclusion,
    /// Reasons why an alert was not delivered.
    Delivery,
}

impl CodeGroup {
    fn name(self, lang: Lang) -> &'static str {
        let (pt, en) = match self {
            Self::Situation => ("situação do contrato", "situation of a contract"),
            Self::Failure => ("falha de um cliente", "failure of a client"),
            Self::Warning => ("aviso", "warning"),
            Self::Notice => (
                "aviso sobre a pasta ou o histórico",
                "notice about folder or history",
            ),
            Self::Alerts => ("recusa de alertas.ini", "refusal of alertas.ini"),
            Self::Finding => ("resultado da verificação (check)", "finding of the check"),
            Self::Conclusion => ("conclusão do backtest", "conclusion of the backtest"),
            Self::Delivery => (
                "entrega de um alerta que falhou",
                "failed delivery of an alert",
            ),
        };
        words::pick(lang, pt, en)
    }
}

/// The explanation of a code. Texts are in Portuguese and in English.
#[derive(Clone, Copy, Debug)]
pub struct CodeEntry {
    /// Fixed word of machine forms.
    pub code: &'static str,
    /// Meaning of the code.
    pub meaning: [&'static str; 2],
    /// Remedy; empty where there is nothing to do.
    pub remedy: [&'static str; 2],
}

impl CodeEntry {
    /// The entry as `manual codes CODE` prints it.
    pub(super) fn explained(&self, lang: Lang, group: CodeGroup) -> String {
        let mut text = format!(
            "{} ({})\n  {}\n",
            self.code,
            group.name(lang),
            words::name(lang, self.meaning)
        );
        if let Some(situation) = self.situation().filter(|_| group == CodeGroup::Situation) {
            let label = words::situation(lang, situation);
            text = text.replacen(self.code, &format!("{}: {label}", self.code), 1);
        }
        let remedy = words::name(lang, self.remedy);
        if !remedy.is_empty() {
            text += &format!("  {}\n", words::to_do(lang, &begun_small(remedy)));
        }
        text
    }

    fn situation(&self) -> Option<Situation> {
        let situations = Situation::BY_SEVERITY.into_iter();
        let mut named = situations.filter(|situation| situation.word() == self.code);
        named.next()
    }
}

/// The table of a group's codes.
pub(super) fn of(lang: Lang, group: CodeGroup) -> String {
    let heads = [
        &["Código", "O que significa", "O que fazer"],
        &["Code", "Meaning", "What to do"],
    ];
    let rows = all().filter(|(of, _)| *of == group).map(|(_, entry)| {
        let texts = [entry.meaning, entry.remedy].map(|texts| words::name(lang, texts));
        vec![
            coded(entry.code),
            texts[0].to_owned(),
            if texts[1].is_empty() { "–" } else { texts[1] }.to_owned(),
        ]
    });
    table(lang, heads, rows)
}

/// The table of the situations, in the order of their test.
pub(super) fn situations(lang: Lang) -> String {
    let heads = [
        &["Palavra", "Na linha de comando", "No relatório", "Quando"],
        &["Word", "On the command line", "In the report", "When"],
    ];
    let rows = SITUATIONS.iter().filter_map(|entry| {
        let situation = entry.situation()?;
        let typed = situation.to_possible_value()?;
        Some(vec![
            coded(entry.code),
            coded(typed.get_name()),
            words::situation(lang, situation).to_owned(),
            words::name(lang, entry.meaning).to_owned(),
        ])
    });
    table(lang, heads, rows)
}

/// The table of exit statuses.
pub(super) fn statuses(lang: Lang) -> String {
    let heads = [
        &["Código de saída", "O que significa"],
        &["Status", "Meaning"],
    ];
    let rows = STATUSES.iter().map(|(status, meaning)| {
        vec![
            coded(status.to_string()),
            words::name(lang, *meaning).to_owned(),
        ]
    });
    table(lang, heads, rows)
}

/// `sentence` with a small first letter, as after a colon.
fn begun_small(sentence: &str) -> String {
    let mut rest = sentence.chars();
    let first = rest.next().map(char::to_lowercase);
    first.into_iter().flatten().chain(rest).collect()
}

/// The codes that `code` may be a misspelling of, nearest first.
pub(super) fn nearest(code: &str) -> Vec<&'static str> {
    let codes: BTreeSet<&'static str> = all().map(|(_, entry)| entry.code).collect();
    text::nearest(code, codes.into_iter())
}

/// Exit statuses, and their meaning in Portuguese and in English.
pub(crate) const STATUSES: &[(u8, [&str; 2])] = &[
    (
        0,
        [
            "Todos os clientes foram relatados ou testados, ou verificados sem falha",
            "Every client was reported or tested, or checked without a failure",
        ],
    ),
    (
        1,
        [
            "Qualquer outra falha, por exemplo uma saída que não pôde ser gravada",
            "Any other failure, for example an output that could not be written",
        ],
    ),
    (
        2,
        [
            "Uso incorreto: opção inválida, pasta que não pode ser lida, arquivo que não pode ser gravado, data futura, `--only` sem cliente, `--offline` sem histórico",
            "Wrong usage: an invalid option, a folder that cannot be read, a file that cannot be written, a future date, `--only` without a match, `--offline` without a history",
        ],
    ),
    (
        3,
        [
            "Alguns clientes falharam ou não têm todos os dados (`sem_dados`, `historico_incompleto`), ou um arquivo que parece de um cliente não foi lido (`config_nao_lido`)",
            "Some clients failed or lack data (`sem_dados`, `historico_incompleto`), or a file that looks like a client's was not read (`config_nao_lido`)",
        ],
    ),
    (
        4,
        [
            "Nenhum cliente funcionou, ou a pasta não tem `config_*`",
            "No client worked, or the folder has no `config_*`",
        ],
    ),
    (
        5,
        [
            "`alert`: os números estão certos, e um aviso não foi entregue; 1, 2 e 4 vêm antes, 3 e 10 depois",
            "`alert`: the figures are right, and a message was not delivered; 1, 2 and 4 go before it, 3 and 10 after",
        ],
    ),
    (
        10,
        [
            "Um cliente está em uma situação de `--fail-on`, e nada pior aconteceu",
            "A client is in a situation of `--fail-on`, and nothing worse happened",
        ],
    ),
    (
        130,
        [
            "Interrompido (Ctrl-C ou SIGTERM)",
            "Interrupted (Ctrl-C or SIGTERM)",
        ],
    ),
];

const fn entry(
    code: &'static str,
    meaning: [&'static str; 2],
    remedy: [&'static str; 2],
) -> CodeEntry {
    CodeEntry {
        code,
        meaning,
        remedy,
    }
}

/// All codes, by group.
pub const ENTRIES: [(CodeGroup, &[CodeEntry]); 8] = [
    (CodeGroup::Situation, SITUATIONS),
    (CodeGroup::Failure, FAILURES),
    (CodeGroup::Warning, WARNINGS),
    (CodeGroup::Notice, NOTICES),
    (CodeGroup::Alerts, ALERTS),
    (CodeGroup::Finding, FINDINGS),
    (CodeGroup::Conclusion, CONCLUSIONS),
    (CodeGroup::Delivery, DELIVERIES),
];

/// Returns the meaning of the failure `code` in Portuguese and in English, without Markdown's marks of code.
pub fn failure_meaning(code: &str) -> Option<[String; 2]> {
    let entry = FAILURES.iter().find(|entry| entry.code == code)?;
    Some(entry.meaning.map(|meaning| meaning.replace('`', "")))
}

/// Returns the codes with their groups.
pub(super) fn all() -> impl Iterator<Item = (CodeGroup, &'static CodeEntry)> {
    let groups = ENTRIES.into_iter();
    groups.flat_map(|(group, entries)| entries.iter().map(move |entry| (group, entry)))
}
