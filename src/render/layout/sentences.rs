//! Sentences about one client: what will happen, what to do about it, and how sure it is.

use crate::calendar::Day;
use crate::forecast::LEAST_HISTORY;
use crate::lang::{Lang, say};
use crate::money::Amount;
use crate::render::number::{self, Numbers};
use crate::render::words::{self, pick};
use crate::report::band::Band;
use crate::report::statement::{Situation, Statement};

/// Returns two or three sentences: what will happen to the credit, the amount of it, and what to do.
pub(in crate::render) fn outlook(lang: Lang, statement: &Statement) -> Vec<String> {
    let of = Outlook { lang, statement };
    match statement.situation {
        Situation::Spent => of.spent(),
        Situation::RunsOut => of.runs_out(),
        Situation::Borderline => of.borderline(),
        Situation::LeftOver | Situation::Within => of.lasts(),
        Situation::NoData => of.no_data(),
        Situation::IncompleteHistory => of.incomplete_history(),
        Situation::Ended => of.ended(),
        Situation::NoCredit => of.no_credit(),
        Situation::NoForecast => of.no_forecast(),
        Situation::NotStarted => of.not_started(),
    }
}

/// Writer of the sentences about one statement.
struct Outlook<'a> {
    lang: Lang,
    statement: &'a Statement,
}

impl Outlook<'_> {
    fn money(&self, amount: &Amount) -> String {
        words::priced(self.lang, self.statement.currency, amount)
    }

    fn day(&self, day: Day) -> String {
        number::day(self.lang, day)
    }

    fn distance(&self, day: Day) -> String {
        words::distance(self.lang, self.statement.as_of, day)
    }

    /// The contract's last day, and how far it is.
    fn end(&self) -> (String, String) {
        let end = self.statement.contract.end;
        (self.day(end), self.distance(end))
    }

    fn spent(&self) -> Vec<String> {
        let (lang, statement) = (self.lang, self.statement);
        let (end, _) = self.end();
        let mut sentences = Vec::new();
        if let (Some(day), Some(balance)) = (statement.runs_out, &statement.balance) {
            let (date, distance) = (self.day(day), self.distance(day));
            let beyond = self.money(&balance.abs());
            sentences.push(say! { lang, "O crédito acabou em {date}, {distance}; o consumo já passou dele em {beyond}.",
            "The credit ran out on {date}, {distance}; consumption is {beyond} beyond it already." });
        }
        let Some(shortfall) = &statement.shortfall else {
            return sentences;
        };
        let (shortfall, band) = (self.money(shortfall), self.band());
        sentences.push(
            say! { lang, "Débito previsto até o fim do contrato ({end}): {shortfall}{band}.",
            "Projected shortfall by the end of the contract ({end}): {shortfall}{band}." },
        );
        let pace = self.money(&statement.pace.clone().unwrap_or_default());
        sentences.push(say! { lang, "Para cobrir: contratar mais {shortfall} de crédito; cada dia custa em média {pace}.",
        "To cover it: buy {shortfall} more credit; a day costs {pace} on average." });
        sentences
    }

    fn runs_out(&self) -> Vec<String> {
        let (lang, statement) = (self.lang, self.statement);
        let (end, _) = self.end();
        let (Some(day), Some(shortfall)) = (statement.runs_out, &statement.shortfall) else {
            return Vec::new();
        };
        let (date, distance) = (self.day(day), self.distance(day));
        let first = match u64::try_from((statement.contract.end - day).num_days()) {
            Ok(before @ 1..) => {
                let before = words::days(lang, before);
                say! { lang, "O crédito deve acabar em {date}: {distance}, {before} antes do fim do contrato ({end}).",
                "The credit should run out on {date}: {distance}, {before} before the contract ends ({end})." }
            }
            _ => {
                say! { lang, "O crédito deve acabar em {date}: {distance}, no último dia do contrato.",
                "The credit should run out on {date}: {distance}, on the contract's last day." }
            }
        };
        let (shortfall, band) = (self.money(shortfall), self.band());
        let second = say! { lang, "Débito previsto: {shortfall}{band}.",
        "Projected shortfall: {shortfall}{band}." };
        let third = match self.paces() {
            Some((pace, target, change)) => {
                say! { lang, "Para fechar em zero: {target} por dia em vez de {pace} ({change}), ou mais {shortfall} de crédito até {date}.",
                "To end at zero: {target} a day instead of {pace} ({change}), or {shortfall} more credit by {date}." }
            }
            None => say! { lang, "Para fechar em zero: mais {shortfall} de crédito até {date}.",
            "To end at zero: {shortfall} more credit by {date}." },
        };
        vec![first, second, third]
    }

    fn borderline(&self) -> Vec<String> {
        let (lang, statement) = (self.lang, self.statement);
        let (end, distance) = self.end();
        let first = match statement.runs_out {
            Some(day) => {
                let (date, distance) = (self.day(day), self.distance(day));
                say! { lang, "O crédito chega quase exatamente ao fim do contrato ({end}): pode acabar em {date}, {distance}.",
                "The credit lasts almost exactly to the end of the contract ({end}): it may run out on {date}, {distance}." }
            }
            None => {
                say! { lang, "O crédito chega quase exatamente ao fim do contrato ({end}, {distance}).",
                "The credit lasts almost exactly to the end of the contract ({end}, {distance})." }
            }
        };
        let mut sentences = vec![first];
        sentences.extend(self.remainder());
        sentences.extend(self.to_end_at_zero());
        sentences
    }

    fn lasts(&self) -> Vec<String> {
        let lang = self.lang;
        let (end, distance) = self.end();
        let mut sentences = vec![
            say! { lang, "O crédito não acaba antes do fim do contrato ({end}, {distance}).",
            "The credit lasts to the end of the contract ({end}, {distance})." },
        ];
        sentences.extend(self.remainder());
        if self.statement.situation == Situation::Within {
            sentences.extend(self.to_end_at_zero());
            return sentences;
        }
        let third = match (self.paces(), &self.statement.target_pace) {
            (Some((pace, target, change)), _) => Some(
                say! { lang, "Para usar tudo até {end}: {target} por dia em vez de {pace} ({change}).",
                "To use all of it by {end}: {target} a day instead of {pace} ({change})." },
            ),
            (None, Some(target)) => {
                let target = self.money(target);
                Some(say! { lang, "Para usar tudo até {end}: {target} por dia.",
                "To use all of it by {end}: {target} a day." })
            }
            (None, None) => None,
        };
        sentences.extend(third);
        sentences
    }

    /// The surplus or shortfall.
    fn remainder(&self) -> Option<String> {
        let (lang, band) = (self.lang, self.band());
        let remainder = self.statement.remainder()?;
        let shown = self.money(&remainder.abs());
        Some(if remainder.is_negative() {
            say! { lang, "Débito previsto: {shown}{band}.",
            "Projected shortfall: {shown}{band}." }
        } else {
            say! { lang, "Sobra prevista, que expira com o contrato: {shown}{band}.",
            "Projected surplus, which lapses with the contract: {shown}{band}." }
        })
    }

    fn to_end_at_zero(&self) -> Option<String> {
        let (pace, target, change) = self.paces()?;
        Some(
            say! { self.lang, "O crédito comporta {target} por dia; o consumo médio é de {pace} (até zerar: {change}).",
            "The credit allows for {target} a day; the average is {pace} (to end at zero: {change})." },
        )
    }

    /// Pace, target pace, and the change from the one to the other.
    fn paces(&self) -> Option<(String, String, String)> {
        let statement = self.statement;
        let change = statement.change_to_zero.as_ref()?;
        Some((
            self.money(statement.pace.as_ref()?),
            self.money(statement.target_pace.as_ref()?),
            Numbers::new(self.lang, None).whole_change(change),
        ))
    }

    /// `, provavelmente de 122.003 a 210.100; chance de esgotar: 95%`, as far as a band says it.
    fn band(&self) -> String {
        let (lang, statement) = (self.lang, self.statement);
        let Some(band) = &statement.band else {
            return String::new();
        };
        let mut parts = Vec::new();
        if let Some(remainder) = &band.remainder {
            let numbers = Numbers::new(lang, statement.currency);
            let (least, most) = (
                numbers.whole(&remainder.low.abs()),
                numbers.whole(&remainder.high.abs()),
            );
            parts.push(
                match (remainder.low.is_negative(), remainder.high.is_negative()) {
                    (false, true) => say! { lang, "provável: entre sobrar {least} e faltar {most}",
                    "likely: from {least} left to {most} lacking" },
                    (true, _) => say! { lang, "provável: de {least} a {most}",
                    "likely: {least} to {most}" },
                    (false, false) => say! { lang, "provável: de {most} a {least}",
                    "likely: {most} to {least}" },
                },
            );
        }
        if let Some(chance) = band.chance {
            parts.push(say! { lang, "chance de esgotar: {chance}%",
            "chance of running out: {chance}%" });
        }
        match parts.is_empty() {
            true => String::new(),
            false => format!(" ({})", parts.join("; ")),
        }
    }

    fn no_data(&self) -> Vec<String> {
        let lang = self.lang;
        let start = self.day(self.statement.contract.start);
        vec![
            say! { lang, "O contrato começou em {start} e o serviço não tem nenhum consumo dele.",
            "The contract began on {start}, and the service has no usage of it." },
            say! { lang, "O que fazer: se a tenancy já é usada, execute oci-consumo check; se ainda não é, basta esperar.",
            "What to do: if the tenancy is in use, run oci-consumo check; if not yet, wait." },
        ]
    }

    fn incomplete_history(&self) -> Vec<String> {
        let (lang, statement) = (self.lang, self.statement);
        let unknown = statement.unknown.iter().map(|days| u64::from(days.len()));
        let unknown = words::days(lang, unknown.sum());
        let elapsed = statement.elapsed;
        vec![
            say! { lang, "{unknown} dos {elapsed} decorridos sem informação: saldo, previsão e sobra não são calculados.",
            "{unknown} of {elapsed} elapsed without information: balance, forecast and surplus are not computed." },
            pick(
                lang,
                "O que fazer: informe consumo_anterior e consumo_anterior_ate no arquivo do cliente.",
                "What to do: give consumo_anterior and consumo_anterior_ate in the client's file.",
            )
            .to_owned(),
        ]
    }

    fn ended(&self) -> Vec<String> {
        let (lang, statement) = (self.lang, self.statement);
        let (end, distance) = self.end();
        let first = say! { lang, "O contrato terminou em {end}, {distance}.",
        "The contract ended on {end}, {distance}." };
        let credit = self.money(&statement.contract.credit);
        let second = statement.remainder().map(|remainder| {
            let shown = self.money(&remainder.abs());
            if remainder.is_negative() {
                let ran_out = statement.runs_out.map(|day| self.day(day));
                let ran_out = ran_out.map_or_else(String::new, |day| {
                    say! { lang, "; o crédito acabou em {day}",
                    "; the credit ran out on {day}" }
                });
                say! { lang, "Excedente: {shown} além do crédito de {credit}{ran_out}.",
                "Overage: {shown} beyond the credit of {credit}{ran_out}." }
            } else {
                say! { lang, "Crédito expirado sem uso: {shown} de {credit}.",
                "Credit that lapsed unused: {shown} of {credit}." }
            }
        });
        [first].into_iter().chain(second).collect()
    }

    fn no_credit(&self) -> Vec<String> {
        let (lang, statement) = (self.lang, self.statement);
        let (end, distance) = self.end();
        let first = say! { lang, "Contrato sob demanda, sem crédito, até {end} ({distance}).",
        "Pay as you go, without credit, until {end} ({distance})." };
        let second = statement.pace.as_ref().map(|pace| {
            let pace = self.money(pace);
            say! { lang, "Consumo médio por dia: {pace}.",
            "Daily pace: {pace}." }
        });
        [first].into_iter().chain(second).collect()
    }

    fn no_forecast(&self) -> Vec<String> {
        let (lang, statement) = (self.lang, self.statement);
        let (end, distance) = self.end();
        let first = say! { lang, "Ainda não há dias fechados para calcular uma média: sem previsão até o fim ({end}, {distance}).",
        "There are no final days to average yet: no forecast to the end ({end}, {distance})." };
        let second = statement.balance.as_ref().map(|balance| {
            let balance = self.money(balance);
            say!(lang, "Saldo hoje: {balance}.", "Balance today: {balance}.")
        });
        [first].into_iter().chain(second).collect()
    }

    fn not_started(&self) -> Vec<String> {
        let start = self.statement.contract.start;
        let (date, distance) = (self.day(start), self.distance(start));
        let (end, _) = self.end();
        let credit = self.money(&self.statement.contract.credit);
        vec![
            say! { self.lang, "O contrato começa em {date}, {distance}, e vai até {end}, com crédito de {credit}.",
            "The contract begins on {date}, {distance}, and lasts until {end}, with a credit of {credit}." },
        ]
    }
}

/// Returns the sentences about the forecast's certainty, and about another method's result if it changes the
/// situation.
pub(in crate::render) fn sureness(lang: Lang, statement: &Statement) -> Vec<String> {
    let numbers = Numbers::new(lang, statement.currency);
    let mut sentences = Vec::new();
    if let Some(band) = &statement.band {
        sentences.push(in_band(lang, statement, band, numbers));
    } else if statement.short_history {
        let range = words::likely_range(lang);
        sentences.push(
            say! { lang, "{range}: nenhum; são precisos {LEAST_HISTORY} dias fechados",
            "{range}: none; it takes {LEAST_HISTORY} final days" },
        );
    }
    if let Some(second) = &statement.second
        && second.situation != statement.situation
    {
        let method = words::method(lang, second.method);
        let projected = numbers.money(&second.projected);
        let situation = words::situation(lang, second.situation);
        sentences.push(
            say! { lang, "Outro método, {method}: total projetado {projected}, {situation}",
            "Other method, {method}: projected total {projected}, {situation}" },
        );
    }
    sentences
}

/// Returns the sentences about the costs that the figures treat apart: days that the config ignores, and charges that
/// come every month.
pub(in crate::render) fn exceptions(lang: Lang, statement: &Statement) -> Vec<String> {
    let mut sentences = Vec::new();
    let ignored = &statement.contract.ignored;
    if !ignored.is_empty() {
        let days: Vec<String> = ignored.iter().map(|day| number::day(lang, *day)).collect();
        let days = days.join(", ");
        sentences.push(
            say! { lang, "Fora da média, mas no consumo (ignorar_dia): {days}",
            "Not in the average, but in consumption (ignorar_dia): {days}" },
        );
    }
    // The last day of the month comes first in the statement.
    sentences.extend(statement.recurring.iter().rev().map(|charge| {
        let amount = words::priced(lang, statement.currency, &charge.amount);
        let day = charge.day_of_month;
        say! { lang, "Cobrança recorrente: dia {day} de cada mês, em geral {amount} acima do custo de um dia comum",
        "Recurring charge: day {day} of each month, usually {amount} above the cost of an ordinary day" }
    }));
    sentences
}

/// `Intervalo provável (80%): total projetado de … a …; …`.
fn in_band(lang: Lang, statement: &Statement, band: &Band, numbers: Numbers) -> String {
    let (low, high) = (
        numbers.money(&band.projected.low),
        numbers.money(&band.projected.high),
    );
    let range = words::likely_range(lang);
    let mut parts = vec![say! { lang, "{range}: total projetado de {low} a {high}",
    "{range}: projected total {low} to {high}" }];
    if statement.pace_changed() {
        parts.push(say! { lang, "faixa mais larga: o ritmo mudou",
        "wider range: the pace has changed" });
    }
    if let Some(remainder) = &band.remainder {
        let shown = |amount: &Amount| numbers.money(&amount.abs());
        let (low, high) = (shown(&remainder.low), shown(&remainder.high));
        parts.push(
            match (remainder.low.is_negative(), remainder.high.is_negative()) {
                (true, _) => say! { lang, "débito de {low} a {high}",
                "shortfall of {low} to {high}" },
                (false, true) => say! { lang, "entre sobrar {low} e faltar {high}",
                "from {low} left to {high} lacking" },
                (false, false) => {
                    say! { lang, "sobra de {high} a {low}",
                    "surplus of {high} to {low}" }
                }
            },
        );
    }
    if let Some(chance) = band.chance {
        let day = |day| number::day(lang, day);
        if statement.left > 0 {
            parts.push(match (band.runs_out.high, band.runs_out.low) {
                (None, _) => say! { lang, "o crédito não acaba antes do fim",
                "the credit lasts to the end" },
                (Some(first), None) => {
                    let first = day(first);
                    say! { lang, "o crédito acaba em {first}, mais tarde, ou não acaba",
                    "the credit runs out on {first}, later, or not at all" }
                }
                (Some(first), Some(last)) => {
                    let (first, last) = (day(first), day(last));
                    say! { lang, "o crédito acaba entre {first} e {last}",
                    "the credit runs out between {first} and {last}" }
                }
            });
        }
        parts.push(say! { lang, "chance de esgotar: {chance}%",
        "chance of running out: {chance}%" });
    }
    parts.join("; ")
}
