//! The customer's words, which its mail and its page share.

pub(super) mod bars;
pub(super) mod rows;
pub(super) mod story;

use super::number;
use super::words::pick;
use crate::calendar::Day;
use crate::lang::{Lang, say};
use crate::money::Amount;

/// The amount, where it is known and more than nothing.
pub(super) fn positive(amount: &Option<Amount>) -> Option<&Amount> {
    amount.as_ref().filter(|amount| amount.is_positive())
}

/// The word of a language in HTML.
pub(super) fn html_lang(lang: Lang) -> &'static str {
    match lang {
        Lang::PtBr => "pt-BR",
        Lang::En => "en",
    }
}

/// Keeps the sign of a currency on the line of its amount, with `space` between them.
pub(super) fn keep_signs(html: &str, space: &str) -> String {
    let html = html.replace("$ ", &format!("${space}"));
    html.replace("€ ", &format!("€{space}"))
}

/// The line below the customer's name; `through` is the last day with data.
pub(super) fn about(lang: Lang, through: Option<Day>) -> String {
    let about = pick(lang, "Consumo da nuvem Oracle", "Oracle cloud usage");
    match through {
        Some(through) => {
            let through = number::long_day(lang, through);
            say!(
                lang,
                "{about} · Dados até {through}",
                "{about} · Data through {through}"
            )
        }
        None => about.to_owned(),
    }
}

/// The reservations about every figure; `unsettled` days may still change.
pub(super) fn fine_print(lang: Lang, unsettled: u32) -> String {
    let unsettled = match unsettled {
        0 => String::new(),
        1 => say!(
            lang,
            " O último dia ainda pode mudar.",
            " The last day may still change."
        ),
        n => say!(
            lang,
            " Os últimos {n} dias ainda podem mudar.",
            " The last {n} days may still change."
        ),
    };
    say! { lang, "Valores sem impostos.{unsettled} Isto é uma estimativa, não uma fatura.",
    "Amounts before tax.{unsettled} This is an estimate, not an invoice." }
}
