//! The customer's words: plain sentences about one contract, without a term of the trade.
//!
//! A forecast is marked by "deve", never told as a fact. Amounts are rounded here, and exact in the table beside the
//! sentences. A figure that is unknown is left out, never written as zero.

use super::positive;
use crate::alert::Figures;
use crate::calendar::{Day, plus_days};
use crate::lang::{Lang, say};
use crate::money::{Amount, Currency};
use crate::render::number;
use crate::render::words::{self, pick};
use crate::report::statement::Situation;

/// Days before the earliest likely day on which the credit is spent: the time that a purchase takes.
const DAYS_TO_BUY: i64 = 7;
/// Per cent of chance from which a contract that is expected to last is told to be at risk.
const RISK: u32 = 20;
/// Per cent of chance from which the credit is as likely to run out as not.
const EVEN: u32 = 50;

/// Writer of the sentences about one contract.
#[derive(Clone, Copy)]
pub(in crate::render) struct Story<'a> {
    pub(in crate::render) lang: Lang,
    pub(in crate::render) figures: &'a Figures,
    /// The contact whom the customer answers.
    pub(in crate::render) contact: Option<&'a str>,
}

impl Story<'_> {
    /// The present state in one sentence.
    pub(in crate::render) fn verdict(&self) -> String {
        let lang = self.lang;
        match self.figures.situation {
            Situation::Within => say! { lang, "Seu crédito deve durar até o fim do contrato.",
            "Your credit should last until the end of the contract." },
            Situation::RunsOut => say! { lang, "Seu crédito deve acabar antes do fim do contrato.",
            "Your credit should run out before the end of the contract." },
            Situation::LeftOver => say! { lang, "Deve sobrar crédito no fim do contrato.",
            "Some credit should be left at the end of the contract." },
            Situation::Spent => match self.figures.runs_out {
                Some(day) => {
                    let day = self.day(day);
                    say!(
                        lang,
                        "Seu crédito acabou em {day}.",
                        "Your credit ran out on {day}."
                    )
                }
                None => say!(lang, "Seu crédito acabou.", "Your credit has run out."),
            },
            Situation::Borderline => {
                say! { lang, "Seu crédito deve terminar quase junto com o contrato.",
                "Your credit and the contract should end at nearly the same time." }
            }
            Situation::Ended => {
                let end = self.day(self.figures.end);
                say!(
                    lang,
                    "O contrato terminou em {end}.",
                    "The contract ended on {end}."
                )
            }
            Situation::NoForecast => say!(
                lang,
                "Ainda é cedo para prever.",
                "It is too early for a forecast."
            ),
            Situation::NoData | Situation::IncompleteHistory => {
                say!(
                    lang,
                    "Ainda não temos todos os dados.",
                    "We do not have all the data yet."
                )
            }
            Situation::NotStarted => {
                let start = self.day(self.figures.start);
                say!(
                    lang,
                    "Seu contrato começa em {start}.",
                    "Your contract begins on {start}."
                )
            }
            Situation::NoCredit => {
                say!(lang, "Você paga pelo que usa.", "You pay for what you use.")
            }
        }
    }

    /// The sentences below the verdict.
    pub(in crate::render) fn told(&self) -> Vec<String> {
        let sentences = match self.figures.situation {
            Situation::Within => self.within(),
            Situation::RunsOut => self.runs_out(),
            Situation::LeftOver => self.left_over(),
            Situation::Spent => self.spent(),
            Situation::Borderline => self.borderline(),
            Situation::Ended => self.ended(),
            Situation::NoForecast => self.no_forecast(),
            Situation::NoData | Situation::IncompleteHistory | Situation::NotStarted => Vec::new(),
            Situation::NoCredit => self.no_credit(),
        };
        sentences.into_iter().flatten().collect()
    }

    /// Says what the customer can do.
    pub(in crate::render) fn steps(&self) -> Vec<String> {
        let lang = self.lang;
        let us = self.us();
        match self.figures.situation {
            Situation::Within => vec![
                say! { lang, "Nada agora. Se for usar mais a nuvem, fale antes com {us}.",
                "Nothing now. If you are going to use the cloud more, talk to {us} first." },
            ],
            Situation::RunsOut => self.use_less_or_buy(),
            Situation::Borderline => self.be_careful(),
            Situation::LeftOver => vec![
                say!(
                    lang,
                    "Você já pagou por esse crédito.",
                    "You have already paid for this credit."
                ),
                say! { lang, "Fale com {us}: dá para trazer mais sistemas para a nuvem, ou comprar menos na renovação.",
                "Talk to {us}: you can bring more systems to the cloud, or buy less at renewal." },
            ],
            Situation::Spent => vec![
                say!(
                    lang,
                    "1. Desligue o que não usa.",
                    "1. Turn off what you do not use."
                ),
                say! { lang, "2. Fale agora com {us} para comprar mais crédito.",
                "2. Talk to {us} now to buy more credit." },
            ],
            Situation::Ended => vec![say! { lang, "Se o contrato foi renovado, fale com {us}.",
            "If the contract was renewed, talk to {us}." }],
            Situation::NoData | Situation::IncompleteHistory => {
                vec![say!(lang, "Fale com {us}.", "Talk to {us}.")]
            }
            Situation::NoForecast | Situation::NotStarted | Situation::NoCredit => {
                vec![say!(lang, "Nada agora.", "Nothing now.")]
            }
        }
    }

    /// `a gente`, or the contact's name.
    pub(in crate::render) fn us(&self) -> String {
        match self.contact {
            Some(contact) => contact.to_owned(),
            None => pick(self.lang, "a gente", "us").to_owned(),
        }
    }

    pub(in crate::render) fn day(&self, day: Day) -> String {
        number::long_day(self.lang, day)
    }

    /// An exact amount.
    fn exact(&self, amount: &Amount) -> String {
        words::priced(self.lang, self.figures.currency, amount)
    }

    /// A rounded amount: `R$ 162 mil`.
    fn about(&self, amount: &Amount) -> String {
        about(self.lang, self.figures.currency, amount)
    }

    /// Says what was bought, and what is left of it.
    fn bought(&self) -> Option<String> {
        let balance = self.figures.balance.as_ref()?;
        let (credit, balance) = (self.exact(&self.figures.credit), self.exact(balance));
        Some(
            say! { self.lang, "Você comprou {credit} e ainda tem {balance}.",
            "You bought {credit} and still have {balance}." },
        )
    }

    /// The last day, and how far it is.
    pub(in crate::render) fn end(&self) -> String {
        let lang = self.lang;
        let (end, left) = (self.day(self.figures.end), self.figures.left);
        match left {
            0 => say!(
                lang,
                "O contrato terminou em {end}.",
                "The contract ended on {end}."
            ),
            1 => say!(
                lang,
                "O contrato termina em {end}: falta 1 dia.",
                "The contract ends on {end}: 1 day is left."
            ),
            _ => say!(
                lang,
                "O contrato termina em {end}: faltam {left} dias.",
                "The contract ends on {end}: {left} days are left."
            ),
        }
    }

    /// Says what should be left over, where that is more than nothing.
    fn surplus(&self) -> Option<String> {
        let surplus = self.about(positive(&self.figures.surplus)?);
        let as_now = self.as_now();
        Some(
            say! { self.lang, "{as_now}, devem sobrar cerca de {surplus}.", "{as_now}, about {surplus} should be left." },
        )
    }

    /// The basis of the forecast, which begins a sentence.
    fn as_now(&self) -> &'static str {
        let lang = self.lang;
        match (self.figures.is_adjusted, self.figures.is_young) {
            (true, _) => pick(lang, "Pela nossa previsão", "By our forecast"),
            (false, true) => pick(
                lang,
                "Se o uso continuar como até agora",
                "If usage goes on as until now",
            ),
            (false, false) => pick(
                lang,
                "Se o uso continuar como nos últimos dois meses",
                "If usage goes on as in the last two months",
            ),
        }
    }

    /// Says what should lack, where that is more than nothing.
    fn shortfall(&self) -> Option<String> {
        let shortfall = self.about(positive(&self.figures.shortfall)?);
        let as_now = self.as_now();
        Some(
            say! { self.lang, "{as_now}, devem faltar cerca de {shortfall}. O que passar do crédito é cobrado à parte.",
            "{as_now}, you should be about {shortfall} short. What goes beyond the credit is billed separately." },
        )
    }

    /// Says in how many cases the credit is spent before the end.
    fn chance(&self) -> Option<String> {
        let cases = cases(self.lang, self.figures.chance?)?;
        Some(
            say! { self.lang, "Em {cases} o crédito acaba antes do fim.",
            "In {cases} the credit runs out before the end." },
        )
    }

    fn within(&self) -> Vec<Option<String>> {
        let lang = self.lang;
        let surplus = self.surplus();
        let lapses = surplus.as_ref().map(|_| {
            say! { lang, "O que sobrar se perde no fim do contrato.",
            "What is left lapses at the end of the contract." }
        });
        let risk = self.figures.chance.filter(|chance| *chance >= RISK);
        vec![
            self.bought(),
            Some(self.end()),
            surplus,
            lapses,
            risk.and_then(|_| self.chance()),
        ]
    }

    fn runs_out(&self) -> Vec<Option<String>> {
        let lang = self.lang;
        let around = self.figures.runs_out.map(|day| {
            let day = self.day(day);
            say!(
                lang,
                "Deve acabar por volta de {day}.",
                "It should run out around {day}."
            )
        });
        let end = self.day(self.figures.end);
        let end = say!(
            lang,
            "O contrato só termina em {end}.",
            "The contract does not end until {end}."
        );
        let chance = match self.likely() {
            Some(likely) => Some(likely),
            None => self.chance(),
        };
        vec![around, chance, Some(end), self.shortfall()]
    }

    /// The days between which the credit is most likely spent.
    fn likely(&self) -> Option<String> {
        let lang = self.lang;
        match self.figures.runs_out_range? {
            (Some(first), Some(last)) if first != last => {
                let (first, last) = (self.day(first), self.day(last));
                Some(say! { lang, "O mais provável é entre {first} e {last}.",
                "Most likely between {first} and {last}." })
            }
            (Some(first), None) => {
                let first = self.day(first);
                Some(
                    say! { lang, "Pode acabar já em {first}, e também pode durar até o fim.",
                    "It may run out as early as {first}, and it may also last until the end." },
                )
            }
            _ => None,
        }
    }

    fn left_over(&self) -> Vec<Option<String>> {
        let (lang, figures) = (self.lang, self.figures);
        let used = figures.consumption.as_ref().map(|consumption| {
            let (used, credit) = (self.about(consumption), self.about(&figures.credit));
            say! { lang, "Você usou {used} dos {credit} que comprou.", "You have used {used} of the {credit} that you bought." }
        });
        let (elapsed, term) = (
            figures.elapsed,
            figures.elapsed.saturating_add(figures.left),
        );
        let time = say! { lang, "Do tempo do contrato já passaram {elapsed} de {term} dias.",
        "Of the contract's {term} days, {elapsed} have passed." };
        let end = self.day(figures.end);
        let lapses = say! { lang, "O que não for usado até {end} se perde.", "What is not used by {end} lapses." };
        vec![used, Some(time), self.surplus(), Some(lapses)]
    }

    fn spent(&self) -> Vec<Option<String>> {
        let (lang, figures) = (self.lang, self.figures);
        let beyond = figures
            .balance
            .as_ref()
            .filter(|balance| balance.is_negative());
        let since = match (beyond, figures.data_through) {
            (Some(balance), Some(through)) => {
                let (beyond, through) = (self.about(&balance.abs()), self.day(through));
                say! { lang, "Desde então o uso é cobrado à parte: cerca de {beyond} até {through}.",
                "Since then usage is billed separately: about {beyond} through {through}." }
            }
            _ => say!(
                lang,
                "Desde então o uso é cobrado à parte.",
                "Since then usage is billed separately."
            ),
        };
        let shortfall = positive(&figures.shortfall).map(|amount| {
            let (as_now, amount) = (self.as_now(), self.about(amount));
            say! { lang, "{as_now}, até o fim devem ser cerca de {amount}.",
            "{as_now}, it should be about {amount} by the end." }
        });
        vec![Some(since), shortfall, Some(self.end())]
    }

    fn borderline(&self) -> Vec<Option<String>> {
        let lang = self.lang;
        let either = say!(
            lang,
            "Pode faltar ou sobrar um pouco.",
            "You may be a little short, or have a little left."
        );
        vec![Some(either), self.bought(), Some(self.end()), self.chance()]
    }

    fn ended(&self) -> Vec<Option<String>> {
        let (lang, figures) = (self.lang, self.figures);
        let may_change = may_change(figures);
        let exact = |amount| positive(amount).map(|amount| self.exact(amount));
        let left = exact(&figures.surplus).map(|left| match may_change {
            true => say!(
                lang,
                "Devem ter sobrado {left}, que se perderam.",
                "{left} should have been left, and have lapsed."
            ),
            false => say!(
                lang,
                "Sobraram {left}, que se perderam.",
                "{left} were left and have lapsed."
            ),
        });
        let beyond = exact(&figures.shortfall).map(|beyond| match may_change {
            true => {
                say! { lang, "O uso deve ter passado do crédito em {beyond}, que são cobrados à parte.",
                "Usage should have gone {beyond} beyond the credit, which is billed separately." }
            }
            false => say! { lang, "O uso passou do crédito em {beyond}, que são cobrados à parte.",
            "Usage went {beyond} beyond the credit, which is billed separately." },
        });
        // Without a credit nothing is left, and nothing is beyond.
        let spent = figures
            .consumption
            .as_ref()
            .filter(|_| figures.credit.is_zero());
        let spent = spent.map(|spent| {
            let spent = self.exact(spent);
            say!(lang, "O gasto foi de {spent}.", "You spent {spent}.")
        });
        vec![left, beyond, spent]
    }

    fn no_forecast(&self) -> Vec<Option<String>> {
        let lang = self.lang;
        let early = say!(
            lang,
            "Temos poucos dias de uso.",
            "We have few days of usage."
        );
        vec![Some(early), self.bought(), Some(self.end())]
    }

    fn no_credit(&self) -> Vec<Option<String>> {
        let used = self.figures.consumption.as_ref().map(|used| {
            let used = self.exact(used);
            say!(self.lang, "Até agora: {used}.", "So far: {used}.")
        });
        vec![used, Some(self.end())]
    }

    /// The last day on which a purchase comes in time; `None` if there is no such day any more.
    fn buy_by(&self) -> Option<String> {
        let figures = self.figures;
        let earliest = figures.runs_out_range.and_then(|(first, _)| first);
        let by = earliest
            .or(figures.runs_out)
            .map(|day| plus_days(day, -DAYS_TO_BUY));
        by.filter(|day| *day > figures.as_of)
            .map(|day| self.day(day))
    }

    /// The steps where the credit and the contract should end together: a purchase only where credit may well lack.
    fn be_careful(&self) -> Vec<String> {
        let (lang, figures) = (self.lang, self.figures);
        let us = self.us();
        let turn_off = say!(
            lang,
            "1. Desligue o que não usa.",
            "1. Turn off what you do not use."
        );
        let lacks = figures.shortfall.as_ref().is_some_and(Amount::is_positive);
        if !lacks && figures.chance.is_none_or(|chance| chance < EVEN) {
            let first = say! { lang, "2. Antes de usar mais a nuvem, fale com {us}: a sobra é pequena.",
            "2. Before you use the cloud more, talk to {us}: little should be left." };
            return vec![turn_off, first];
        }
        let buy = match self.buy_by() {
            Some(day) => {
                say! { lang, "2. Fale com {us} até {day}: pode ser preciso comprar um pouco mais de crédito.",
                "2. Talk to {us} by {day}: you may need to buy a little more credit." }
            }
            None => {
                say! { lang, "2. Fale agora com {us}: pode ser preciso comprar um pouco mais de crédito.",
                "2. Talk to {us} now: you may need to buy a little more credit." }
            }
        };
        [turn_off, buy].into_iter().chain(self.target()).collect()
    }

    fn use_less_or_buy(&self) -> Vec<String> {
        let lang = self.lang;
        let us = self.us();
        let buy = match self.buy_by() {
            Some(day) => {
                say! { lang, "3. Fale com {us} até {day} para comprar mais crédito.",
                "3. Talk to {us} by {day} to buy more credit." }
            }
            None => say!(
                lang,
                "3. Fale agora com {us} para comprar mais crédito.",
                "3. Talk to {us} now to buy more credit."
            ),
        };
        let steps = [
            say!(
                lang,
                "1. Veja se o aumento era esperado.",
                "1. See whether the increase was expected."
            ),
            say!(
                lang,
                "2. Desligue o que não usa.",
                "2. Turn off what you do not use."
            ),
            buy,
        ];
        steps.into_iter().chain(self.target()).collect()
    }

    /// Says how much may be spent a day, where that is less than usual.
    fn target(&self) -> Option<String> {
        let (lang, figures) = (self.lang, self.figures);
        let target = positive(&figures.target_pace)?;
        let pace = figures.pace.as_ref().filter(|pace| target < *pace)?;
        let whole = |amount| words::priced_whole(lang, figures.currency, amount);
        let (target, pace) = (whole(target), whole(pace));
        let mean = match figures.is_young {
            true => pick(lang, "A média até agora", "The mean until now"),
            false => pick(
                lang,
                "A média dos últimos dois meses",
                "The mean of the last two months",
            ),
        };
        Some(
            say! { lang, "Para chegar ao fim, dá para gastar até {target} por dia. {mean} é de {pace}.",
            "To reach the end, you can spend up to {target} a day. {mean} is {pace}." },
        )
    }
}

/// Whether the last days of a contract that has ended may still change.
fn may_change(figures: &Figures) -> bool {
    figures.provisional_days > 0 || figures.projected > figures.consumption
}

/// Names of the credit that lapsed and of the usage beyond it, of a contract that has ended.
pub(in crate::render) fn ended_names(figures: &Figures) -> [[&'static str; 2]; 2] {
    match may_change(figures) {
        true => [
            ["Deve ter sobrado", "Should have been left"],
            ["Deve ter passado do crédito", "Should be beyond the credit"],
        ],
        false => [
            ["Sobrou e se perdeu", "Left and lapsed"],
            ["Passou do crédito", "Beyond the credit"],
        ],
    }
}

/// A rounded amount for a sentence: `R$ 162 mil`, `R$ 1,6 milhão`.
pub(in crate::render) fn about(lang: Lang, currency: Option<Currency>, amount: &Amount) -> String {
    let priced = |amount: &Amount| words::priced_whole(lang, currency, amount);
    let (thousand, hundred) = (Amount::from(1_000), Amount::from(100));
    let size = amount.abs();
    let rounded_to = |unit: &Amount| amount.over(unit).map(|units| units.rounded(0));
    let thousands = rounded_to(&thousand);
    let (step, units) = match (size, thousands) {
        (size, Some(thousands)) if size >= Amount::from(10_000) => (thousand, thousands),
        (size, _) if size >= thousand => match rounded_to(&hundred) {
            Some(hundreds) => return priced(&hundreds.multiplied(&hundred)),
            None => return priced(amount),
        },
        _ => return priced(amount),
    };
    match lang {
        Lang::PtBr if units.abs() < step => format!("{} mil", priced(&units)),
        // From a million on, a thousand is exact enough.
        _ => priced(&units.multiplied(&step)),
    }
}

/// `8 de cada 10 casos`; `None` where nobody would count.
fn cases(lang: Lang, chance: u32) -> Option<String> {
    let (part, of) = match chance {
        0 => return None,
        25 => (1, 4),
        50 => (1, 2),
        75 => (3, 4),
        1..=99 if chance.is_multiple_of(10) => (chance / 10, 10),
        1..=99 if chance.is_multiple_of(5) => (chance / 5, 20),
        1..=99 => (chance, 100),
        _ => return Some(pick(lang, "quase todos os casos", "nearly all cases").to_owned()),
    };
    Some(match part {
        1 => say!(lang, "1 de cada {of} casos", "1 of {of} cases"),
        _ => say!(lang, "{part} de cada {of} casos", "{part} of {of} cases"),
    })
}
