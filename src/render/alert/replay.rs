//! The screen of `alert replay`.

use super::decision::news;
use super::fitted::{cut, name};
use super::operator;
use crate::alert::{News, ReplayCount, ReplaySummary, Rule};
use crate::lang::{Lang, say};
use crate::money::Amount;
use crate::render::number::{self, Numbers};
use crate::render::words::{self, pick};

/// Columns of a name.
const NAME: usize = 30;

/// The whole screen.
pub(super) fn screen(summary: &ReplaySummary, lang: Lang) -> String {
    let of = ReplayWriter { lang, summary };
    [of.head(), of.counts(), of.runs_out(), of.clients()].concat()
}

struct ReplayWriter<'a> {
    lang: Lang,
    summary: &'a ReplaySummary,
}

impl ReplayWriter<'_> {
    fn head(&self) -> String {
        let (lang, summary) = (self.lang, self.summary);
        let (from, through) = (
            number::day(lang, summary.from),
            number::day(lang, summary.through),
        );
        let contracts = words::contracts(lang, summary.contracts);
        let years = Numbers { lang, places: 1 }.money(&summary.contract_years);
        say! { lang, "Reprodução com estes ajustes, de {from} a {through}: {contracts}, {years} anos de contrato\n",
        "Replay with these settings, {from} to {through}: {contracts}, {years} contract-years\n" }
    }

    /// Messages by rule and change, and by contract-year.
    fn counts(&self) -> String {
        let lang = self.lang;
        let [rule, change, messages, yearly] = match lang {
            Lang::PtBr => ["Regra", "Mudança", "Mensagens", "Por ano de contrato"],
            Lang::En => ["Rule", "Change", "Messages", "A contract-year"],
        };
        let mut text = format!("\n  {rule:<16}{change:<16}{messages:>10}{yearly:>22}\n");
        for count in &self.summary.counts {
            let rule = operator::rule(lang, count.rule);
            let (change, messages) = (news(lang, count.news), count.messages);
            text += &format!(
                "  {rule:<16}{change:<16}{messages:>10}{:>22}\n",
                self.yearly(messages)
            );
        }
        let moves = |count: &&ReplayCount| {
            count.rule == Rule::RunsOut && matches!(count.news, News::Opened | News::Well)
        };
        let moves: usize = self
            .summary
            .counts
            .iter()
            .filter(moves)
            .map(|count| count.messages)
            .sum();
        let yearly = self.yearly(moves);
        text + &say! { lang, "\n  Esgota, abertura e melhora: {yearly} por ano de contrato\n",
        "\n  Runs out, opening and recovery: {yearly} a contract-year\n" }
    }

    /// A number over the contract-years, or a dash.
    fn yearly(&self, count: usize) -> String {
        let count = Amount::from(u32::try_from(count).unwrap_or(u32::MAX));
        let numbers = Numbers {
            lang: self.lang,
            places: 2,
        };
        numbers.money_or_none(count.over(&self.summary.contract_years).as_ref())
    }

    fn runs_out(&self) -> String {
        let (lang, summary) = (self.lang, self.summary);
        let (ran_out, in_time, late) = (summary.ran_out, summary.told_in_time, summary.told_late);
        let never = ran_out.saturating_sub(in_time.saturating_add(late));
        let (warned, in_vain) = (summary.warned, summary.in_vain);
        let (in_time_share, in_vain_share) =
            (self.share(in_time, ran_out), self.share(in_vain, warned));
        say! { lang,
        "\nContratos cujo crédito acabou antes do fim: {ran_out}\n  avisados ao menos 30 dias antes: {in_time}{in_time_share}\n  avisados antes, mas mais tarde: {late}\n  não avisados antes: {never}\nContratos com aviso de que o crédito acabaria: {warned}\n  em que ele durou até o fim: {in_vain}{in_vain_share}\n",
        "\nContracts whose credit ran out before the end: {ran_out}\n  told at least 30 days before: {in_time}{in_time_share}\n  told before, but later: {late}\n  not told before: {never}\nContracts told that the credit would run out: {warned}\n  of which it lasted until the end: {in_vain}{in_vain_share}\n" }
    }

    /// ` (92%)`; nothing of nothing.
    fn share(&self, part: usize, whole: usize) -> String {
        let amount = |count| Amount::from(u32::try_from(count).unwrap_or(u32::MAX));
        let share = amount(part).percent_of(&amount(whole));
        let numbers = Numbers {
            lang: self.lang,
            places: 0,
        };
        share.map_or_else(String::new, |share| {
            format!(" ({}%)", numbers.money(&share))
        })
    }

    fn clients(&self) -> String {
        let lang = self.lang;
        let [client, messages, ran_out, told] = match lang {
            Lang::PtBr => ["Cliente", "Mensagens", "Crédito acabou em", "Avisado em"],
            Lang::En => ["Client", "Messages", "Credit ran out on", "Told on"],
        };
        let mut text = format!("\n  {client:<NAME$}{messages:>10}{ran_out:>20}{told:>14}\n");
        for client in &self.summary.clients {
            let name = cut(&name(&client.client), NAME - 1, "…");
            let [ran_out, told] =
                [client.ran_out, client.told].map(|day| number::day_or_none(lang, day));
            let messages = client.messages;
            text += &format!("  {name:<NAME$}{messages:>10}{ran_out:>20}{told:>14}\n");
        }
        if self.summary.clients.is_empty() {
            text += pick(lang, "  nenhum\n", "  none\n");
        }
        text
    }
}
