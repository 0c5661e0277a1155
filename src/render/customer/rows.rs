//! The exact figures of one contract, named for its customer.

use super::story::ended_names;
use crate::alert::Figures;
use crate::calendar::Day;
use crate::lang::{Lang, say};
use crate::money::Amount;
use crate::render::number;
use crate::render::words;
use crate::report::statement::Situation;

/// Returns the exact figures, named: those that are known.
pub(in crate::render) fn rows(lang: Lang, figures: &Figures) -> Vec<(String, String)> {
    if figures.situation.lacks_data() {
        return Vec::new();
    }
    let exact = |amount: &Amount| words::priced(lang, figures.currency, amount);
    let day = |day: Day| number::day(lang, day);
    let positive = |amount: &Option<Amount>| super::positive(amount).map(exact);
    let over = figures.left == 0 || figures.situation == Situation::Ended;
    let ahead = |value: Option<String>| value.filter(|_| !over);
    let has_credit = !figures.credit.is_zero();
    let spent = figures.situation == Situation::Spent;
    let is_over_credit = figures.balance.as_ref().is_some_and(Amount::is_negative);
    let ended = figures.situation == Situation::Ended;
    let (earliest, latest) = figures
        .runs_out_range
        .filter(|_| !spent && !over)
        .unwrap_or_default();
    let between = earliest.zip(latest).map(|(earliest, latest)| {
        let (earliest, latest) = (day(earliest), day(latest));
        say!(lang, "{earliest} a {latest}", "{earliest} to {latest}")
    });
    let from = earliest.filter(|_| latest.is_none()).map(day);
    let [left, beyond] = ended_names(figures);
    let of_ended = |amount: &Option<Amount>| positive(amount).filter(|_| ended);
    let balance = figures.balance.as_ref().filter(|_| has_credit && !ended);
    let rows = [
        (
            ["Crédito comprado", "Credit bought"],
            has_credit.then(|| exact(&figures.credit)),
        ),
        (["Gasto", "Spent"], figures.consumption.as_ref().map(exact)),
        (
            ["Crédito que resta", "Credit left"],
            balance.filter(|balance| !balance.is_negative()).map(exact),
        ),
        (
            ["Uso além do crédito", "Usage beyond the credit"],
            balance
                .filter(|balance| balance.is_negative())
                .map(|balance| exact(&balance.abs())),
        ),
        (
            ["Total esperado no fim", "Expected total at the end"],
            ahead(figures.projected.as_ref().map(exact)),
        ),
        (
            ["Deve sobrar", "Should be left"],
            ahead(positive(&figures.surplus)).filter(|_| has_credit),
        ),
        (
            ["Deve faltar", "Should be short"],
            ahead(positive(&figures.shortfall)).filter(|_| has_credit),
        ),
        (left, of_ended(&figures.surplus)),
        (beyond, of_ended(&figures.shortfall)),
        (
            match (is_over_credit, over) {
                (true, _) => ["Acabou em", "Ran out on"],
                (false, true) => ["Deve ter acabado em", "Should have run out on"],
                (false, false) => ["Deve acabar em", "Should run out on"],
            },
            figures.runs_out.map(day),
        ),
        (["Mais provável que acabe", "Most likely runs out"], between),
        (
            ["Se acabar antes, a partir de", "If it runs out early, from"],
            from,
        ),
        (
            ["Gasto por dia", "Spent a day"],
            figures.pace.as_ref().map(exact).filter(|_| !over),
        ),
        (
            ["Dá para gastar por dia", "You can spend a day"],
            ahead(positive(&figures.target_pace)).filter(|_| has_credit),
        ),
        (
            ["Fim do contrato", "End of the contract"],
            Some(day(figures.end)),
        ),
    ];
    rows.into_iter()
        .filter_map(|(names, value)| Some((words::name(lang, names).to_owned(), value?)))
        .collect()
}
