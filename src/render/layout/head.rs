//! Head of the portfolio: as-of day, a line for each class of situations, and what changed.

use crate::calendar::Day;
use crate::lang::{Lang, say};
use crate::money::{Amount, Currency};
use crate::render::number;
use crate::render::words::{self, pick};
use crate::report::class::{Class, Stake, stakes};
use crate::report::portfolio::{Client, Portfolio};
use crate::report::statement::{Situation, Statement};

/// Writer of a day, short or long.
type ShownDay = fn(Lang, Day) -> String;

/// Line on the clients of a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::render) struct ClassLine {
    /// The class.
    pub(in crate::render) class: Class,
    /// Number of its clients; at least one.
    pub(in crate::render) count: usize,
    /// The class in words that fit the number.
    pub(in crate::render) label: &'static str,
    /// Money and nearest day, a text for each currency; of the rest, a text for each situation.
    pub(in crate::render) texts: Vec<String>,
}

/// Returns the lines of the classes that have clients, worst first; `shown` writes their days.
pub(in crate::render) fn classes(
    lang: Lang,
    portfolio: &Portfolio,
    shown: ShownDay,
) -> Vec<ClassLine> {
    let line = |class| {
        let clients = portfolio.in_class(class);
        let statements: Vec<&Statement> = clients.iter().map(|(_, statement)| *statement).collect();
        let count = statements.len();
        (count > 0).then(|| ClassLine {
            class,
            count,
            label: words::class(lang, class, count),
            texts: class_stakes(lang, class, &statements, shown),
        })
    };
    Class::ALL.into_iter().filter_map(line).collect()
}

/// Signs of the clients that failed, and of those that wait for their key.
pub(in crate::render) const FAILED: &str = "✗";
pub(in crate::render) const WAITING: &str = "◇";

/// Returns how many clients failed and how many wait for their key, each in words that fit the number.
pub(in crate::render) fn unreported(
    lang: Lang,
    portfolio: &Portfolio,
) -> [(usize, &'static str); 2] {
    let (failed, waiting) = (
        portfolio.in_error().count(),
        portfolio.awaiting_key().count(),
    );
    [
        (failed, words::failed_label(lang, failed)),
        (waiting, words::awaiting_key_label(lang, waiting)),
    ]
}

/// Returns the words in place of the money of clients that have no figures.
pub(in crate::render) fn no_figures(lang: Lang) -> &'static str {
    pick(lang, "sem valores: veja abaixo", "no figures: see below")
}

/// Returns a line on what changed since the last recorded run; `None` without such a run.
pub(in crate::render) fn changes(lang: Lang, portfolio: &Portfolio) -> Option<String> {
    let changes = portfolio.changes()?;
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
    Some(say!(
        lang,
        "Desde {since}: {parts}",
        "Since {since}: {parts}"
    ))
}

/// Money and nearest day of a class that has `statements`, a text for each currency; of the rest, a text for each
/// situation.
fn class_stakes(
    lang: Lang,
    class: Class,
    statements: &[&Statement],
    shown: ShownDay,
) -> Vec<String> {
    let statements = || statements.iter().copied();
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
        return vec![unknown.to_owned()];
    }
    let stakes = stakes(statements(), Statement::stake).into_iter();
    stakes
        .filter_map(|(currency, stake)| stake_text(lang, class, currency, &stake, shown))
        .collect()
}

fn stake_text(
    lang: Lang,
    class: Class,
    currency: Option<Currency>,
    stake: &Stake,
    shown: ShownDay,
) -> Option<String> {
    let amount = stake.amount.as_ref();
    let amount = amount.map(|amount| words::priced_whole(lang, currency, amount));
    let day = stake.nearest.map(|day| shown(lang, day))?;
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

/// `Posição em 26/11/2026 · 40 contratos · dados até 25/11/2026 (2 dias parciais)`.
pub(in crate::render) fn premise(lang: Lang, portfolio: &Portfolio, as_of: Day) -> String {
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

pub(in crate::render) fn bullet(class: Class) -> &'static str {
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
pub(in crate::render) fn rest(
    lang: Lang,
    situation: Situation,
    statements: &[&Statement],
) -> String {
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
