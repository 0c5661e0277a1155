//! Head of the screen: as-of day, a line for each class of situations, and what changed.

use console::{Style, measure_text_width};

use crate::calendar::Day;
use crate::lang::{Lang, say};
use crate::money::{Amount, Currency};
use crate::render::text::{Page, colour};
use crate::render::words::{self, pick};
use crate::render::{number, wrap};
use crate::report::class::{Class, Stake, stakes};
use crate::report::portfolio::{Client, Portfolio};
use crate::report::statement::{Situation, Statement};

impl Page<'_> {
    /// Writes the as-of day, the number of contracts, the last day with data, and a line for each class.
    pub(super) fn head(&mut self, portfolio: &Portfolio) {
        let lang = self.lang();
        let line = premise(lang, portfolio, self.context.as_of);
        self.paragraph(&line);
        let no_figures = pick(lang, "sem valores: veja abaixo", "no figures: see below");
        let (failed, waiting) = (
            portfolio.in_error().count(),
            portfolio.awaiting_key().count(),
        );
        let unreported = [
            (
                failed,
                words::failed_label(lang, failed),
                self.styled(&Style::new().red(), "✗"),
            ),
            (
                waiting,
                words::awaiting_key_label(lang, waiting),
                self.styled(&Style::new().yellow(), "◇"),
            ),
        ];
        let unreported = unreported.into_iter().filter(|(count, ..)| *count > 0);
        let most = Class::ALL.map(|class| portfolio.in_class(class).len());
        let digits = most
            .into_iter()
            .chain([failed, waiting])
            .max()
            .unwrap_or_default();
        let digits = digits.to_string().len();
        let labels: Vec<(Class, usize, &'static str)> = Class::ALL
            .into_iter()
            .zip(most)
            .filter(|(_, count)| *count > 0)
            .map(|(class, count)| (class, count, words::class(lang, class, count)))
            .collect();
        let label_width = labels.iter().map(|(_, _, label)| measure_text_width(label));
        let others = unreported
            .clone()
            .map(|(_, label, _)| measure_text_width(label));
        let label_width = label_width.chain(others).max();
        let label_width = label_width.unwrap_or_default();
        for (class, count, label) in labels {
            let stakes = self.stakes(portfolio, class);
            let bullet = self.styled(&colour(class), bullet(class));
            self.head_line(&bullet, (count, digits), (label, label_width), &stakes);
        }
        for (count, label, bullet) in unreported {
            let texts = [no_figures.to_owned()];
            self.head_line(&bullet, (count, digits), (label, label_width), &texts);
        }
        self.changes(portfolio);
    }

    /// A line on what changed since the last recorded run.
    fn changes(&mut self, portfolio: &Portfolio) {
        let Some(changes) = portfolio.changes() else {
            return;
        };
        let lang = self.lang();
        let named = |clients: &[&Client]| -> String {
            let names: Vec<&str> = clients.iter().map(|client| client.name.as_str()).collect();
            names.join(", ")
        };
        let one = |clients: &[&Client]| clients.len() == 1;
        let mut parts = Vec::new();
        if !changes.entered.is_empty() {
            let names = named(&changes.entered);
            parts.push(match one(&changes.entered) {
                true => say!(lang, "{names} passou a esgotar", "{names} now runs out"),
                false => say!(lang, "{names} passaram a esgotar", "{names} now run out"),
            });
        }
        if !changes.left.is_empty() {
            let names = named(&changes.left);
            parts.push(match one(&changes.left) {
                true => say!(lang, "{names} já não esgota", "{names} no longer runs out"),
                false => say!(lang, "{names} já não esgotam", "{names} no longer run out"),
            });
        }
        if !changes.failed.is_empty() {
            let names = named(&changes.failed);
            parts.push(match one(&changes.failed) {
                true => say!(lang, "{names} falhou agora", "{names} failed now"),
                false => say!(lang, "{names} falharam agora", "{names} failed now"),
            });
        }
        if parts.is_empty() {
            parts.push(say!(lang, "nada mudou", "no change"));
        }
        let (since, parts) = (number::day(lang, changes.since), parts.join(" · "));
        let line = say!(lang, "Desde {since}: {parts}", "Since {since}: {parts}");
        let canvas = self.context.canvas;
        match canvas.terminal && !self.context.view.detail.all {
            true => self.line(&wrap::cut(&line, canvas.width, &[])),
            false => self.remark(0, &line, &[]),
        }
    }

    /// A line of the head: `texts` stand side by side, or one below the other where a line is too short.
    fn head_line(
        &mut self,
        bullet: &str,
        (count, digits): (usize, usize),
        (label, label_width): (&str, usize),
        texts: &[String],
    ) {
        let gap = label_width - measure_text_width(label);
        let start = format!("  {bullet} {count:>digits$} {label}{:gap$}", "");
        let indent = measure_text_width(&start) + 2;
        let room = self.context.canvas.width.saturating_sub(indent);
        let mut lines: Vec<String> = Vec::new();
        for text in texts {
            match lines.last_mut() {
                Some(line) if measure_text_width(line) + 3 + measure_text_width(text) <= room => {
                    *line += &format!(" · {text}");
                }
                _ => lines.extend(wrap::wrap(text, room)),
            }
        }
        let mut lines = lines.into_iter();
        let first = lines.next().unwrap_or_default();
        self.line(&format!("{start}  {first}"));
        for line in lines {
            self.line(&format!("{:indent$}{line}", ""));
        }
    }

    /// Money and nearest day of a class, a text for each currency; of the rest, a text for each situation.
    fn stakes(&self, portfolio: &Portfolio, class: Class) -> Vec<String> {
        let lang = self.lang();
        let clients = portfolio.in_class(class);
        let statements = || clients.iter().map(|(_, statement)| *statement);
        if class == Class::Rest {
            let situations = Situation::BY_SEVERITY.into_iter();
            let situations = situations.filter(|situation| Class::of(*situation) == class);
            return situations
                .filter_map(|situation| {
                    let statements = statements().filter(|s| s.situation == situation);
                    let statements: Vec<&Statement> = statements.collect();
                    (!statements.is_empty()).then(|| rest(lang, situation, &statements))
                })
                .collect();
        }
        if class == Class::Unclear {
            let unknown = pick(
                lang,
                "saldo e previsão desconhecidos",
                "balance and forecast unknown",
            );
            return clients
                .first()
                .map(|_| unknown.to_owned())
                .into_iter()
                .collect();
        }
        let stakes = stakes(statements(), Statement::stake).into_iter();
        stakes
            .filter_map(|(currency, stake)| self.stake(class, currency, &stake))
            .collect()
    }

    fn stake(&self, class: Class, currency: Option<Currency>, stake: &Stake) -> Option<String> {
        let lang = self.lang();
        let amount = stake.amount.as_ref();
        let amount = amount.map(|amount| words::priced_whole(lang, currency, amount));
        let day = stake.nearest.map(|day| self.day(day))?;
        let one = stake.clients == 1;
        Some(match (class, amount) {
            (Class::Spent, Some(amount)) if one => {
                say! { lang, "{amount} de débito; acabou em {day}",
                "{amount} short; ran out on {day}" }
            }
            (Class::Spent, Some(amount)) => say! { lang, "{amount} de débito; desde {day}",
            "{amount} short; since {day}" },
            (Class::RunsOut, Some(amount)) if one => {
                say! { lang, "{amount} de débito; acaba em {day}",
                "{amount} short; runs out on {day}" }
            }
            (Class::RunsOut, Some(amount)) => say! { lang, "{amount} de débito; primeiro em {day}",
            "{amount} short; first on {day}" },
            (Class::LeftOver, Some(amount)) if one => {
                say! { lang, "{amount} de sobra; expira em {day}",
                "{amount} unused; lapses on {day}" }
            }
            (Class::LeftOver, Some(amount)) => say! { lang, "{amount} de sobra; primeiro em {day}",
            "{amount} unused; first on {day}" },
            (Class::Within, Some(amount)) => {
                say!(lang, "{amount} de sobra", "{amount} left")
            }
            (Class::Borderline, _) => say! { lang, "até 2% do crédito; fim a partir de {day}",
            "within 2% of the credit; ends from {day} on" },
            _ => return None,
        })
    }
}

/// `Posição em 26/11/2026 · 40 contratos · dados até 25/11/2026 (2 dias parciais)`.
fn premise(lang: Lang, portfolio: &Portfolio, as_of: Day) -> String {
    let statements = || portfolio.clients.iter().filter_map(Client::statement);
    let contracts = words::contracts(lang, portfolio.clients.len());
    let as_of_day = number::day(lang, as_of);
    let mut line = say! { lang, "Posição em {as_of_day} · {contracts}",
    "As of {as_of_day} · {contracts}" };
    if let Some(through) = statements().filter_map(|s| s.data_through).max() {
        let through = number::day(lang, through);
        line += &say!(lang, " · dados até {through}", " · data through {through}");
    }
    if let Some(settled) = statements().filter_map(|s| s.settled_through).max()
        && let Ok(partial @ 1..) = u64::try_from((as_of - settled).num_days() - 1)
    {
        line += &match partial {
            1 => say!(lang, " (último dia parcial)", " (last day partial)"),
            _ => say! { lang, " ({partial} dias parciais)",
            " (last {partial} days partial)" },
        };
    }
    line
}

fn bullet(class: Class) -> &'static str {
    match class {
        Class::Spent | Class::RunsOut => "●",
        Class::Unclear => "?",
        Class::Borderline => "◐",
        Class::LeftOver => "○",
        Class::Within => "✓",
        Class::Rest => "–",
    }
}

/// `1 encerrado: R$ 3.000 expiraram`.
pub(super) fn rest(lang: Lang, situation: Situation, statements: &[&Statement]) -> String {
    let mut parts = Vec::new();
    let sums = |amount: fn(&Statement) -> Option<Amount>| {
        let sums = stakes(statements.iter().copied(), amount).into_iter();
        let sums = sums.filter_map(|(currency, stake)| {
            let amount = stake.amount.filter(|amount| !amount.is_zero())?;
            Some(words::priced_whole(lang, currency, &amount))
        });
        sums.collect::<Vec<_>>()
    };
    if situation == Situation::Ended {
        for sum in sums(|s| s.surplus.clone()) {
            parts.push(say! { lang, "{sum} de crédito expirado",
            "{sum} of lapsed credit" });
        }
        for sum in sums(|s| s.shortfall.clone()) {
            parts.push(say!(lang, "{sum} de excedente", "{sum} of overage"));
        }
    } else if situation == Situation::NoCredit {
        for sum in sums(|s| s.consumption.clone()) {
            parts.push(say!(lang, "{sum} de consumo", "{sum} of consumption"));
        }
    } else {
        for sum in sums(|s| Some(s.contract.credit.clone())) {
            parts.push(say!(lang, "{sum} de crédito", "{sum} of credit"));
        }
    }
    let counted = words::counted(lang, situation, statements.len());
    match parts.is_empty() {
        true => counted,
        false => format!("{counted}: {}", parts.join(", ")),
    }
}
