//! Texts of the warnings about a client's figures.

use super::service::clock;
use crate::calendar::Days;
use crate::failure::Warning;
use crate::lang::{Lang, say};
use crate::money::Currency;
use crate::render::number::{self, Numbers};
use crate::render::words;

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
            say!(
                lang,
                "{day} teve {amount}, mais de 20% da janela da média; sem esse dia o previsto seria {without}; se foi cobrança única, ignorar_dia = {day} no config o tira da média",
                "{day} had {amount}, over 20% of the averaging window; without that day the forecast would be {without}; if it was a one-off charge, ignorar_dia = {day} in the config takes it out of the averages"
            )
        }
        Warning::ShortWindow { days } => {
            let days = words::days(lang, (*days).into());
            say!(
                lang,
                "a janela da média tem só {days}; a previsão ainda vai oscilar",
                "the averaging window has only {days}; the forecast will still move"
            )
        }
        Warning::DaysWithoutRows { missing, of } => {
            let of = words::days(lang, (*of).into());
            say!(
                lang,
                "sem registro na janela da média, e contados como sem custo: {missing} de {of}",
                "without a row in the averaging window, and counted as no cost: {missing} of {of}"
            )
        }
        Warning::PaceChanged { change } => {
            let change = numbers.change(change);
            say!(
                lang,
                "a média dos últimos 14 dias difere {change} da dos últimos 61; em testes, a previsão de 30 dias de séries assim errou 38%, e a de séries com diferença até 10%, 12%",
                "the mean of the last 14 days differs by {change} from that of the last 61; in tests the 30-day forecast of such series was 38% off, and that of series within 10% of it 12%"
            )
        }
        Warning::AdjustmentInWindow { since, days } => {
            let since = number::day(lang, *since);
            let days = words::days(lang, (*days).into());
            say!(
                lang,
                "o ajuste (ou a hipótese) vale desde {since}, e a janela da média já tem {days} assim: parte dele conta duas vezes",
                "the adjustment (or what-if) counts since {since}, and the averaging window has {days} of that already: a part of it counts twice"
            )
        }
        Warning::NoRecentData { last: Some(last) } => {
            let last = number::day(lang, *last);
            say!(lang, "nenhum dado depois de {last}", "no data after {last}")
        }
        Warning::NoRecentData { last: None } => say!(lang, "nenhum dado ainda", "no data yet"),
        Warning::CurrencyAssumed(currency) => say!(
            lang,
            "a moeda {currency} veio dos dados; confirme com moeda = {currency}",
            "the currency {currency} was taken from the data; confirm it with moeda = {currency}"
        ),
        Warning::BlankCurrency { days } => {
            let days = words::days(lang, (*days).into());
            say!(
                lang,
                "custo sem moeda, contado na do contrato: {days}",
                "cost without a currency, counted in the contract's: {days}"
            )
        }
        Warning::ClockOffset { seconds } => {
            let clock = clock(lang, *seconds);
            say!(
                lang,
                "{clock}; as requisições usaram a hora do serviço",
                "{clock}; requests were dated with the service's time"
            )
        }
        Warning::SilentStart { first } => {
            let first = number::day(lang, *first);
            say!(
                lang,
                "o primeiro dado é de {first}, mais de 60 dias depois do início do contrato; se houve uso antes, informe consumo_anterior",
                "the first data are of {first}, over 60 days after the contract's start; if there was usage before, give consumo_anterior"
            )
        }
        Warning::NotHomeRegion { region, home } => say!(
            lang,
            "a region do config, {region}, recusou a consulta e a home region, {home}, respondeu; use region={home}",
            "the config's region, {region}, refused the request and the home region, {home}, answered; use region={home}"
        ),
        Warning::Restated {
            month,
            before,
            after,
        } => {
            let month = number::month(lang, *month);
            let (before, after) = (numbers.money(before), numbers.money(after));
            say!(
                lang,
                "o serviço mudou {month}: os dias já consolidados eram {before} e agora são {after}",
                "the service has changed {month}: its settled days were {before} and are now {after}"
            )
        }
        Warning::Forgotten { days } => {
            let days = number::days(lang, *days);
            say!(
                lang,
                "o serviço já não informa o custo de dias de {days}; vale o armazenado",
                "the service no longer tells the cost of days from {days}; what is stored counts"
            )
        }
        Warning::UnknownDays { days } => {
            let count: u32 = days.iter().map(Days::len).sum();
            let count = words::days(lang, count.into());
            let which: Vec<String> = days.iter().map(|days| number::days(lang, *days)).collect();
            let which = which.join(", ");
            say!(
                lang,
                "{count} sem informação, fora de todas as somas: {which}; se houve uso, informe consumo_anterior até o último deles",
                "{count} without information, in none of the sums: {which}; if there was usage, give consumo_anterior through the last of them"
            )
        }
        Warning::MonthsUnchecked { problem } => {
            let why = super::problem(lang, problem).0;
            say!(
                lang,
                "os meses não foram conferidos com as somas do serviço: {why}; os dias vieram completos",
                "the months were not compared with the service's sums: {why}; the days came whole"
            )
        }
        Warning::MonthDiffers { month, days, sum } => {
            let month = number::month(lang, *month);
            let (days, sum) = (numbers.money(days), numbers.money(sum));
            say!(
                lang,
                "em {month} os dias somam {days} e o serviço informa {sum} no mês; se persistir, use --refetch e relate o caso",
                "in {month} the days add up to {days} and the service says {sum} for the month; if it persists, use --refetch and report the case"
            )
        }
        Warning::UnknownRegion { region, realm } => say!(
            lang,
            "a região {region} não está na tabela; o endereço seguiu o realm {realm} da tenancy",
            "the region {region} is not in the table; the address followed the tenancy's realm {realm}"
        ),
        Warning::SimilarKey { found, meant, line } => say!(
            lang,
            "a chave {found} (linha {line}) foi ignorada; seria {meant}?",
            "the key {found} (line {line}) was ignored; is it {meant}?"
        ),
        Warning::DayIgnoredTwice {
            day,
            first_line,
            line,
        } => {
            let day = number::day(lang, *day);
            say!(
                lang,
                "ignorar_dia repete {day} (linhas {first_line} e {line}); vale uma vez, apague uma",
                "ignorar_dia has {day} twice (lines {first_line} and {line}); it counts once, delete one"
            )
        }
        Warning::ReadAsWindows1252 => say!(
            lang,
            "o config não é UTF-8 e foi lido como Windows-1252",
            "the config is not UTF-8 and was read as Windows-1252"
        ),
    }
}
