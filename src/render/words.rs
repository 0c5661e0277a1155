//! The words of the report's figures: one word for one thing in each language.

use super::number::{self, Numbers};
use crate::adjustment::{Adjustment, Change};
use crate::calendar::Day;
use crate::forecast::Method;
use crate::lang::{Lang, say};
use crate::money::{Amount, Currency};
use crate::report::band::LEVEL;
use crate::report::class::Class;
use crate::report::figures::{self, FigureValue};
use crate::report::statement::Situation;

/// A situation as the operator reads it.
pub(crate) fn situation(lang: Lang, situation: Situation) -> &'static str {
    let (pt, en) = match situation {
        Situation::NotStarted => ("Não iniciado", "Not started"),
        Situation::NoData => ("Sem dados de consumo", "No usage data"),
        Situation::IncompleteHistory => ("Histórico incompleto", "Incomplete history"),
        Situation::Ended => ("Encerrado", "Ended"),
        Situation::NoCredit => ("Sob demanda", "Pay as you go"),
        Situation::Spent => ("Crédito esgotado", "Credit spent"),
        Situation::NoForecast => ("Sem previsão", "No forecast"),
        Situation::Borderline => ("No limite", "Borderline"),
        Situation::RunsOut => ("Vai esgotar", "Runs out early"),
        Situation::LeftOver => ("Vai sobrar", "Unused credit"),
        Situation::Within => ("Dentro do crédito", "Within credit"),
    };
    pick(lang, pt, en)
}

/// `2 esgotados`: so many contracts in a situation, in the words of its class if it is alone there.
pub(crate) fn counted(lang: Lang, situation: Situation, count: usize) -> String {
    let one = count == 1;
    let plural = |singular, plural| if one { singular } else { plural };
    let (pt, en) = match situation {
        Situation::NotStarted => (plural("não iniciado", "não iniciados"), "not started"),
        Situation::NoData => ("sem dados", "without data"),
        Situation::IncompleteHistory => ("com histórico incompleto", "with incomplete history"),
        Situation::Ended => (plural("encerrado", "encerrados"), "ended"),
        Situation::NoCredit => ("sob demanda", "pay as you go"),
        Situation::NoForecast => ("sem previsão", "without forecast"),
        Situation::Spent
        | Situation::RunsOut
        | Situation::Borderline
        | Situation::LeftOver
        | Situation::Within => {
            return format!("{count} {}", class(lang, Class::of(situation), count));
        }
    };
    format!("{count} {}", pick(lang, pt, en))
}

/// A class of situations, of so many contracts.
pub(crate) fn class(lang: Lang, class: Class, count: usize) -> &'static str {
    let one = count == 1;
    let (pt, en) = match class {
        Class::Spent if one => ("esgotado", "spent"),
        Class::Spent => ("esgotados", "spent"),
        Class::RunsOut if one => ("vai esgotar", "runs out early"),
        Class::RunsOut => ("vão esgotar", "run out early"),
        Class::Unclear => ("sem dados suficientes", "without enough data"),
        Class::Borderline => ("no limite", "borderline"),
        Class::LeftOver if one => ("vai sobrar", "leaves credit unused"),
        Class::LeftOver => ("vão sobrar", "leave credit unused"),
        Class::Within => ("dentro do crédito", "within credit"),
        Class::Rest if one => ("outro", "other"),
        Class::Rest => ("outros", "others"),
    };
    pick(lang, pt, en)
}

/// Title of the portfolio's table of a class.
pub(crate) fn class_title(lang: Lang, class: Class) -> &'static str {
    let (pt, en) = match class {
        Class::Spent => ("ESGOTADOS", "SPENT"),
        Class::RunsOut => ("VÃO ESGOTAR", "RUN OUT EARLY"),
        Class::Unclear => ("SEM DADOS SUFICIENTES", "NOT ENOUGH DATA"),
        Class::Borderline => ("NO LIMITE", "BORDERLINE"),
        Class::LeftOver => ("VÃO SOBRAR", "UNUSED CREDIT"),
        Class::Within => ("DENTRO DO CRÉDITO", "WITHIN CREDIT"),
        Class::Rest => ("OUTROS", "OTHERS"),
    };
    pick(lang, pt, en)
}

/// `R$ 1.234,50`: an amount with the sign of its currency, or else its code.
pub(crate) fn priced(lang: Lang, currency: Option<Currency>, amount: &Amount) -> String {
    signed_by(currency, Numbers::new(lang, currency).money(amount))
}

/// `R$ 1.235`: as [`priced`], in whole units.
pub(crate) fn priced_whole(lang: Lang, currency: Option<Currency>, amount: &Amount) -> String {
    signed_by(currency, Numbers::new(lang, currency).whole(amount))
}

fn signed_by(currency: Option<Currency>, amount: String) -> String {
    let sign = match currency.as_ref().map(Currency::code) {
        None => return amount,
        Some("BRL") => "R$",
        Some("USD") => "US$",
        Some("EUR") => "€",
        Some(code) => code,
    };
    format!("{sign} {amount}")
}

/// `daqui a 41 dias`, `hoje`, `há 38 dias`.
pub(crate) fn distance(lang: Lang, from: Day, to: Day) -> String {
    let count = (to - from).num_days();
    let days = days(lang, count.unsigned_abs());
    match count {
        0 => say!(lang, "hoje", "today"),
        1.. => say!(lang, "daqui a {days}", "in {days}"),
        _ => say!(lang, "há {days}", "{days} ago"),
    }
}

/// `80 contratos`.
pub(crate) fn contracts(lang: Lang, count: usize) -> String {
    if count == 1 {
        say!(lang, "1 contrato", "1 contract")
    } else {
        say!(lang, "{count} contratos", "{count} contracts")
    }
}

/// A remedy, said to be one.
pub(crate) fn to_do(lang: Lang, remedy: &str) -> String {
    say!(lang, "O que fazer: {remedy}", "What to do: {remedy}")
}

/// `1 dia`, `30 dias`.
pub(crate) fn days(lang: Lang, count: u64) -> String {
    if count == 1 {
        say!(lang, "1 dia", "1 day")
    } else {
        say!(lang, "{count} dias", "{count} days")
    }
}

/// `1 cliente`, `30 clientes`.
pub(crate) fn clients(lang: Lang, count: usize) -> String {
    if count == 1 {
        say!(lang, "1 cliente", "1 client")
    } else {
        say!(lang, "{count} clientes", "{count} clients")
    }
}

/// `2 falharam`.
pub(crate) fn failed(lang: Lang, count: usize) -> String {
    format!("{count} {}", failed_label(lang, count))
}

/// `falhou`, `falharam`.
pub(crate) fn failed_label(lang: Lang, count: usize) -> &'static str {
    match count {
        1 => pick(lang, "falhou", "failed"),
        _ => pick(lang, "falharam", "failed"),
    }
}

/// `aguarda a chave`, `aguardam a chave`.
pub(crate) fn awaiting_key_label(lang: Lang, count: usize) -> &'static str {
    match count {
        1 => pick(lang, "aguarda a chave", "waits for its key"),
        _ => pick(lang, "aguardam a chave", "wait for their key"),
    }
}

/// Returns the remedy of a client that waits for its key, in one line.
pub(crate) fn on_the_answer(lang: Lang) -> &'static str {
    pick(
        lang,
        "quando o cliente responder, oci-consumo add; o pedido a ele: oci-consumo check",
        "when the customer answers, oci-consumo add; the request to send: oci-consumo check",
    )
}

/// The weekdays, Monday first.
pub(crate) fn weekdays(lang: Lang) -> [&'static str; 7] {
    match lang {
        Lang::PtBr => [
            "segunda-feira",
            "terça-feira",
            "quarta-feira",
            "quinta-feira",
            "sexta-feira",
            "sábado",
            "domingo",
        ],
        Lang::En => [
            "Monday",
            "Tuesday",
            "Wednesday",
            "Thursday",
            "Friday",
            "Saturday",
            "Sunday",
        ],
    }
}

/// Name of a figure, or meaning of a method.
pub(crate) fn name(lang: Lang, [pt, en]: [&'static str; 2]) -> &'static str {
    pick(lang, pt, en)
}

/// A value as people read it, or a dash.
pub(crate) fn value(numbers: Numbers, value: Option<&FigureValue<'_>>) -> String {
    let lang = numbers.lang;
    match value {
        None => number::NONE.to_owned(),
        Some(FigureValue::Money(amount)) => numbers.money(amount),
        Some(FigureValue::Percent(percent)) => numbers.percent(percent),
        Some(FigureValue::Chance(chance)) => format!("{chance}%"),
        Some(FigureValue::Date(day)) => number::day(lang, *day),
        Some(FigureValue::Month(month)) => number::month(lang, *month),
        Some(FigureValue::Flag(flag)) => yes_or_no(lang, *flag).to_owned(),
        Some(FigureValue::Situation(stands)) => situation(lang, *stands).to_owned(),
        Some(other) => other.machine().into_owned(),
    }
}

/// `sim`, `não`.
pub(crate) fn yes_or_no(lang: Lang, flag: bool) -> &'static str {
    if flag {
        pick(lang, "sim", "yes")
    } else {
        pick(lang, "não", "no")
    }
}

/// `Intervalo provável (80%)`.
pub(crate) fn likely_range(lang: Lang) -> String {
    say!(
        lang,
        "Intervalo provável ({LEVEL}%)",
        "Likely range ({LEVEL}%)"
    )
}

/// Returns the label of the forecast for all future days.
pub(crate) fn forecast_to_end(lang: Lang) -> &'static str {
    name(lang, figures::FORECAST)
}

/// Returns the label of a profile's cost per weekday: an average, except with the methods that smooth.
pub(crate) fn per_day(lang: Lang, method: Method) -> &'static str {
    if method.is_mean() {
        pick(lang, "Média diária", "Daily average")
    } else {
        pick(lang, "Por dia", "Per day")
    }
}

/// Returns the label of the sum that the configs' adjustments, or the run's, add to the forecast.
pub(crate) fn adjusted(lang: Lang, what_if: bool) -> &'static str {
    let names = if what_if {
        figures::SUPPOSED
    } else {
        figures::ADJUSTED
    };
    name(lang, names)
}

/// Returns the label of the top-up of provisional days.
pub(crate) fn top_up(lang: Lang) -> &'static str {
    name(lang, figures::TOP_UP)
}

/// A method by its word, and what it is.
pub(crate) fn method(lang: Lang, method: Method) -> String {
    let meaning = name(lang, method.meaning());
    format!("{} ({meaning})", method.word())
}

/// Returns the heading of a report with `--what-if` or with another method than usual.
pub(crate) fn premises(
    lang: Lang,
    what_if: Option<&Adjustment>,
    forecast_by: Method,
) -> [Option<String>; 2] {
    let what_if = what_if.map(|what_if| {
        let what_if = adjustment(lang, None, what_if);
        say! { lang, "HIPÓTESE: previsões com {what_if} (--what-if); não use como posição oficial",
        "WHAT IF: forecasts with {what_if} (--what-if); not the official position" }
    });
    let by = Some(forecast_by).filter(|by| *by != Method::default());
    let by = by.map(|by| {
        let by = method(lang, by);
        say!(lang, "Método: {by}", "Method: {by}")
    });
    [what_if, by]
}

/// `+5.000,00 por mês desde 01/03/2027`, in the places of `currency`.
pub(crate) fn adjustment(
    lang: Lang,
    currency: Option<Currency>,
    adjustment: &Adjustment,
) -> String {
    let numbers = Numbers::new(lang, currency);
    let change = match &adjustment.change {
        Change::Percent(percent) => numbers.change(percent),
        Change::Monthly(sum) => {
            let sum = numbers.signed(sum);
            say!(lang, "{sum} por mês", "{sum} a month")
        }
    };
    match adjustment.since {
        Some(since) => {
            let since = number::day(lang, since);
            say!(lang, "{change} desde {since}", "{change} since {since}")
        }
        None => change,
    }
}

/// Returns the reason why a client with figures is in no total.
pub(crate) fn outside(lang: Lang, reason: Situation) -> &'static str {
    match reason {
        Situation::Spent => pick(
            lang,
            "Crédito esgotado e sem previsão",
            "Credit spent, and no forecast",
        ),
        reason => situation(lang, reason),
    }
}

/// Returns the closing note for every reader of amounts.
pub(crate) fn closing(lang: Lang) -> &'static str {
    pick(
        lang,
        "Valores antes de impostos. O uso além do crédito pode ter outro preço. A resposta de uma tenancy mãe pode conter as filhas: configurar mãe e filha conta duas vezes.",
        "Amounts before tax. Usage beyond the credit may be priced differently. A parent tenancy's answer may hold its children's: configuring both counts twice.",
    )
}

/// Returns the heading of a report on simulated clients.
pub(crate) fn simulated(lang: Lang) -> &'static str {
    pick(
        lang,
        "DADOS SIMULADOS: clientes e valores inventados por oci-consumo demo",
        "SIMULATED DATA: clients and amounts made up by oci-consumo demo",
    )
}

/// The text of the language.
pub(crate) fn pick(lang: Lang, pt: &'static str, en: &'static str) -> &'static str {
    match lang {
        Lang::PtBr => pt,
        Lang::En => en,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The database names the situations for BI tools; it must name them as the report does.
    #[test]
    fn the_store_s_view_has_the_same_situations() {
        // The newest migration that makes the view.
        let view = include_str!("../store/migrations/0004_regiao_e_grupo.sql");
        for (place, situation) in Situation::BY_SEVERITY.into_iter().enumerate() {
            let [pt, en] = [Lang::PtBr, Lang::En].map(|lang| self::situation(lang, situation));
            let row = format!("'{}'", situation.word());
            let line = view
                .lines()
                .find(|line| line.contains(&row) && line.contains(pt));
            let line = line.unwrap_or_else(|| panic!("{row}"));
            assert!(line.contains(&format!(" {}", place + 1)), "{line}");
            assert!(line.contains(&format!("'{en}'")), "{line}");
        }
    }
}
