//! Texts of the warnings about a client's figures.

use std::cmp::Ordering;

use super::alerts;
use super::config::{form_name, named};
use super::service::clock;
use crate::calendar::Days;
use crate::failure::{KeyLike, Reading, Warning};
use crate::lang::{Lang, say};
use crate::money::Currency;
use crate::render::number::{self, Numbers};
use crate::render::words;
use crate::report::statement::SECOND_OPINION;

/// The words for a warning, of figures in `currency`.
pub fn warning(lang: Lang, currency: Option<Currency>, warning: &Warning) -> String {
    let numbers = Numbers::new(lang, currency);
    match warning {
        Warning::SpikeInWindow {
            day,
            amount,
            forecast_without,
        } => {
            let (day, amount) = (number::day(lang, *day), numbers.money(amount));
            let without = numbers.money(forecast_without);
            say! { lang, "{day} teve {amount}, mais de 20% do período da média; sem esse dia o previsto seria {without}; se foi cobrança única, ponha ignorar_dia = {day} no arquivo do cliente",
            "{day} had {amount}, over 20% of the averaging window; without that day the forecast would be {without}; if it was a one-off charge, put ignorar_dia = {day} in the client's file" }
        }
        Warning::ShortWindow { days } => {
            let days = words::days(lang, (*days).into());
            say! { lang, "a média vem de só {days}; a previsão ainda vai oscilar",
            "the average comes from only {days}; the forecast will still move" }
        }
        Warning::DaysWithoutRows { missing, of } => {
            let of = words::days(lang, (*of).into());
            say! { lang, "{missing} de {of} do período da média sem registro, contados como sem custo; confira na Análise de Custos da console",
            "{missing} of {of} in the averaging window without a row, counted as no cost; check the console's Cost Analysis" }
        }
        Warning::PaceChanged {
            change,
            forecast,
            second,
        } => {
            let size = numbers.percent(&change.abs());
            let shown = numbers.money(forecast);
            let moved = match change.is_negative() {
                false => say! { lang, "o consumo subiu {size} nas últimas 2 semanas",
                "consumption rose by {size} in the last 2 weeks" },
                true => say! { lang, "o consumo caiu {size} nas últimas 2 semanas",
                "consumption fell by {size} in the last 2 weeks" },
            };
            let word = SECOND_OPINION.word();
            let other = second.as_ref();
            let other = other.map(|second| (second.cmp(forecast), numbers.money(second)));
            let outlook = match other.filter(|(_, second)| *second != shown) {
                Some((Ordering::Greater, second)) => {
                    say! { lang, "a previsão, de {shown} até o fim, pode estar baixa; o método {word} prevê {second}",
                    "the forecast of {shown} to the end may be too low; the method {word} says {second}" }
                }
                Some((_, second)) => {
                    say! { lang, "a previsão, de {shown} até o fim, pode estar alta; o método {word} prevê {second}",
                    "the forecast of {shown} to the end may be too high; the method {word} says {second}" }
                }
                None => say! { lang, "a previsão, de {shown} até o fim, é menos certa",
                "the forecast of {shown} to the end is less certain" },
            };
            format!("{moved}; {outlook}")
        }
        Warning::AdjustmentInWindow { since, days } => {
            let since = number::day(lang, *since);
            let days = words::days(lang, (*days).into());
            say! { lang, "o ajuste (ou a hipótese) vale desde {since} e {days} do período da média já o incluem: parte dele conta duas vezes; reveja o valor ou a data",
            "the adjustment (or what-if) counts since {since} and {days} of the averaging window include it already: a part of it counts twice; review its amount or date" }
        }
        Warning::NoRecentData { last: Some(last) } => {
            let last = number::day(lang, *last);
            say! { lang, "nenhum dado depois de {last}: pode faltar consumo recente; execute oci-consumo check",
            "no data after {last}: recent consumption may be missing; run oci-consumo check" }
        }
        Warning::NoRecentData { last: None } => say!(lang, "nenhum dado ainda", "no data yet"),
        Warning::CurrencyAssumed(currency) => {
            say! { lang, "sem moeda no arquivo do cliente: {currency} assumido; confirme com moeda = {currency}",
            "no currency in the client's file: {currency} assumed; confirm it with moeda = {currency}" }
        }
        Warning::BlankCurrency { days } => {
            let days = words::days(lang, (*days).into());
            say! { lang, "custo sem moeda, contado na do contrato: {days}",
            "cost without a currency, counted in the contract's: {days}" }
        }
        Warning::ClockOffset { seconds } => {
            let clock = clock(lang, *seconds);
            say! { lang, "{clock}; as requisições usaram a hora do serviço, acerte o relógio",
            "{clock}; requests were dated with the service's time, set the clock" }
        }
        Warning::SilentStart { first } => {
            let first = number::day(lang, *first);
            say! { lang, "o primeiro dado é de {first}, mais de 60 dias depois do início do contrato; se houve uso antes, informe consumo_anterior",
            "the first data are of {first}, over 60 days after the contract's start; if there was usage before, give consumo_anterior" }
        }
        Warning::NotHomeRegion { region, home } => {
            say! { lang, "a region do config, {region}, recusou a consulta e a região home, {home}, respondeu; use region={home}",
            "the config's region, {region}, refused the request and the home region, {home}, answered; use region={home}" }
        }
        Warning::Restated {
            month,
            before,
            after,
        } => {
            let month = number::month(lang, *month);
            let (before, after) = (numbers.money(before), numbers.money(after));
            say! { lang, "a Oracle corrigiu {month}: os dias fechados somavam {before} e agora somam {after}",
            "Oracle has corrected {month}: its final days added up to {before}, now to {after}" }
        }
        Warning::Forgotten { days } => {
            let days = number::days(lang, *days);
            say! { lang, "o serviço já não informa o custo de {days}; valem os dias guardados no histórico",
            "the service no longer tells the cost of {days}; the stored days count" }
        }
        Warning::UnknownDays { days } => {
            let count: u32 = days.iter().map(Days::len).sum();
            let count = words::days(lang, count.into());
            let which: Vec<String> = days.iter().map(|days| number::days(lang, *days)).collect();
            let which = which.join(", ");
            say! { lang, "{count} sem informação, fora de todas as somas: {which}; se houve uso, informe consumo_anterior até o último deles",
            "{count} without information, in none of the sums: {which}; if there was usage, give consumo_anterior through the last of them" }
        }
        Warning::MonthsUnchecked { problem } => {
            let why = super::problem(lang, problem).0;
            say! { lang, "os meses não foram conferidos com as somas do serviço: {why}; os dias vieram completos",
            "the months were not compared with the service's sums: {why}; the days came whole" }
        }
        Warning::MonthDiffers { month, days, sum } => {
            let month = number::month(lang, *month);
            let (days, sum) = (numbers.money(days), numbers.money(sum));
            say! { lang, "em {month} os dias somam {days} e o serviço informa {sum} no mês; se persistir, use --refetch e avise-nos",
            "in {month} the days add up to {days} and the service says {sum} for the month; if it persists, use --refetch and report the case" }
        }
        Warning::UnknownRegion {
            region,
            realm,
            near: Some(near),
        } => {
            say! { lang, "a região {region} não está na tabela: seria {near}? o endereço seguiu o realm {realm} da tenancy",
            "the region {region} is not in the table: is it {near}? the address followed the tenancy's realm {realm}" }
        }
        Warning::UnknownRegion { region, realm, .. } => {
            say! { lang, "a região {region} não está na tabela; o endereço seguiu o realm {realm} da tenancy",
            "the region {region} is not in the table; the address followed the tenancy's realm {realm}" }
        }
        Warning::SimilarKey(KeyLike {
            found,
            meant,
            line,
            form: Some(form),
        }) => {
            let form = form_name(lang, *form);
            say! { lang, "a linha {line} tem {found}, na forma de {form}, e foi ignorada; escreva {meant}=valor",
            "line {line} has {found}, in the form of {form}, and was ignored; write {meant}=value" }
        }
        Warning::SimilarKey(KeyLike { found, line, .. }) if is_more_credit(warning) => {
            say! { lang, "a chave {found} (linha {line}) foi ignorada; seria credito? se é mais crédito, some o valor em credito",
            "the key {found} (line {line}) was ignored; is it credito? if it is more credit, add its amount to credito" }
        }
        Warning::SimilarKey(KeyLike {
            found, meant, line, ..
        }) => {
            say! { lang, "a chave {found} (linha {line}) foi ignorada; seria {meant}?",
            "the key {found} (line {line}) was ignored; is it {meant}?" }
        }
        Warning::ReadAs { keys, reading } => {
            let keys: Vec<String> = keys
                .iter()
                .map(|(key, line)| say!(lang, "{key} (linha {line})", "{key} (line {line})"))
                .collect();
            read_as(lang, &keys.join(", "), reading)
        }
        Warning::ThreeDecimals {
            key,
            line,
            value,
            decimals,
            thousands,
        } => {
            let exact = Numbers { lang, places: 2 };
            let decimals = Numbers { lang, places: 3 }.money(decimals);
            let thousands = exact.money(thousands);
            say! { lang, "{key} (linha {line}): \"{value}\" foi lido como {decimals}; se são milhares, escreva {thousands}",
            "{key} (line {line}): \"{value}\" was read as {decimals}; if these are thousands, write {thousands}" }
        }
        Warning::DayIgnoredTwice {
            day,
            first_line,
            line,
        } => {
            let day = number::day(lang, *day);
            say! { lang, "ignorar_dia repete {day} (linhas {first_line} e {line}); vale uma vez, apague uma",
            "ignorar_dia has {day} twice (lines {first_line} and {line}); it counts once, delete one" }
        }
        Warning::AlertIgnored {
            key,
            line,
            value,
            problem,
            silences,
        } => {
            let (what, remedy) = alerts::problem(lang, problem);
            let value = value.as_ref().map(|value| format!("\"{value}\""));
            let value = value.filter(|value| !what.contains(value.as_str()));
            let shown = value.map_or(String::new(), |value| format!(" {value}"));
            let effect = match silences {
                true => say! { lang, "até lá o cliente não recebe alertas",
                "until then the customer gets no alerts" },
                false => say! { lang, "não recebe alertas até lá", "it gets no alerts until then" },
            };
            say! { lang, "{key} (linha {line}){shown} foi ignorado: {what}; {remedy}; {effect}",
            "{key} (line {line}){shown} was ignored: {what}; {remedy}; {effect}" }
        }
        Warning::OtherEncoding(encoding) => {
            say! { lang, "o config não é UTF-8 e foi lido como {encoding}",
            "the config is not UTF-8 and was read as {encoding}" }
        }
    }
}

/// Returns whether `warning` is about a key that probably holds more credit, and not the credit itself.
pub(super) fn is_more_credit(warning: &Warning) -> bool {
    matches!(
        warning,
        Warning::SimilarKey(KeyLike {
            meant: "credito",
            ..
        })
    )
}

/// The words for a reading of the values of `keys`.
fn read_as(lang: Lang, keys: &str, reading: &Reading) -> String {
    match reading {
        Reading::WithoutQuotes => {
            say! { lang, "lido sem as aspas em volta: {keys}; apague as aspas",
            "read without the quotes around it: {keys}; delete the quotes" }
        }
        Reading::WithoutInvisible(character) => {
            let code = named(*character);
            say! { lang, "lido sem um caractere invisível na ponta ({code}): {keys}; apague e redigite o fim da linha",
            "read without an invisible character at its end ({code}): {keys}; delete and retype the end of the line" }
        }
        Reading::WithoutLabel(label) => {
            say! { lang, "lido sem o que vem antes (\"{label}\"): {keys}; deixe só o valor",
            "read without what comes before it (\"{label}\"): {keys}; keep the value alone" }
        }
        Reading::Value {
            key,
            written,
            value,
        } => {
            say! { lang, "{keys}: \"{written}\" foi lido como {value}; escreva {key}={value}",
            "{keys}: \"{written}\" was read as {value}; write {key}={value}" }
        }
    }
}

/// Subject of a warning that several clients have, each with figures of its own.
pub(crate) fn kind(lang: Lang, warning: &Warning) -> &'static str {
    let (pt, en) = match warning {
        Warning::SpikeInWindow { .. } => (
            "um dia pesa demais na média",
            "one day weighs too much in the average",
        ),
        Warning::ShortWindow { .. } => ("média de poucos dias", "average of few days"),
        Warning::DaysWithoutRows { .. } => (
            "dias sem registro na média",
            "days without a row in the average",
        ),
        Warning::PaceChanged { .. } => (
            "o consumo mudou nas últimas 2 semanas",
            "consumption changed in the last 2 weeks",
        ),
        Warning::AdjustmentInWindow { .. } => (
            "parte do ajuste conta duas vezes",
            "a part of the adjustment counts twice",
        ),
        Warning::NoRecentData { .. } => ("sem dados recentes", "no recent data"),
        Warning::CurrencyAssumed(_) => ("moeda assumida", "currency assumed"),
        Warning::SilentStart { .. } => (
            "sem dados no início do contrato",
            "no data at the contract's start",
        ),
        Warning::BlankCurrency { .. } => ("custo sem moeda", "cost without a currency"),
        Warning::ClockOffset { .. } => (
            "relógio desta máquina errado",
            "this machine's clock is off",
        ),
        Warning::NotHomeRegion { .. } => (
            "region não é a região home",
            "region is not the home region",
        ),
        Warning::UnknownRegion { .. } => ("região desconhecida", "unknown region"),
        Warning::Restated { .. } => ("mês corrigido pela Oracle", "month corrected by Oracle"),
        Warning::Forgotten { .. } => (
            "dias que só o histórico tem",
            "days that only the store has",
        ),
        Warning::UnknownDays { .. } => ("dias sem informação", "days without information"),
        Warning::MonthsUnchecked { .. } => ("meses não conferidos", "months not compared"),
        Warning::MonthDiffers { .. } => (
            "mês difere da soma do serviço",
            "a month differs from the service's sum",
        ),
        Warning::SimilarKey(_) => ("chave ignorada no arquivo", "key ignored in the file"),
        Warning::ReadAs { .. } => (
            "valor lido de outra forma no arquivo",
            "value of the file read in another form",
        ),
        Warning::ThreeDecimals { .. } => {
            ("valor em dúvida no arquivo", "doubtful amount in the file")
        }
        Warning::DayIgnoredTwice { .. } => ("dia ignorado duas vezes", "day ignored twice"),
        Warning::AlertIgnored { .. } => (
            "chave de alerta ignorada no arquivo",
            "key of alerts ignored in the file",
        ),
        Warning::OtherEncoding(_) => ("arquivo que não é UTF-8", "file that is not UTF-8"),
    };
    words::pick(lang, pt, en)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Amount;

    #[test]
    fn a_changed_pace_is_told_with_what_the_other_method_says() {
        let told = |change: i64, second: Option<u32>| {
            let changed = Warning::PaceChanged {
                change: Amount::from(1).times(change),
                forecast: Amount::from(16_000),
                second: second.map(Amount::from),
            };
            warning(Lang::En, None, &changed)
        };
        let rose =
            "consumption rose by 60.0% in the last 2 weeks; the forecast of 16,000.00 to the end";
        for (second, says) in [
            (
                Some(18_000),
                "may be too low; the method middle says 18,000.00",
            ),
            (
                Some(15_000),
                "may be too high; the method middle says 15,000.00",
            ),
            (Some(16_000), "is less certain"),
            (None, "is less certain"),
        ] {
            assert_eq!(told(60, second), format!("{rose} {says}"));
        }
        let fell = told(-30, Some(15_000));
        assert!(fell.starts_with("consumption fell by 30.0%"), "{fell}");
    }
}
