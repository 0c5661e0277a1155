//! The operator's words: rules, levels, and one sentence about an event.

use crate::alert::{ContractEvent, Event, Figures, News, OpenRule, Rule};
use crate::calendar::Day;
use crate::lang::{Lang, say};
use crate::money::Amount;
use crate::render::customer::positive;
use crate::render::manual::ENTRIES;
use crate::render::number::{self, Numbers};
use crate::render::words::{self, pick};
use crate::report::statement::Situation;

/// Name of a rule.
pub(super) fn rule(lang: Lang, rule: Rule) -> &'static str {
    let (pt, en) = match rule {
        Rule::RunsOut => ("Esgota", "Runs out"),
        Rule::LeftOver => ("Sobra", "Unused credit"),
        Rule::Term => ("Contrato", "Contract"),
        Rule::NoData => ("Sem dados", "No data"),
        Rule::Pace => ("Ritmo", "Pace"),
    };
    pick(lang, pt, en)
}

/// `Esgota, nível 3`; of a rule that is over, its name.
pub(super) fn news_tag(lang: Lang, event: &ContractEvent) -> String {
    match event.news {
        News::Well | News::Renewed | News::Gone => rule(lang, event.rule).to_owned(),
        News::Baseline | News::Opened | News::Worse => tag(lang, event.rule, event.level),
    }
}

/// `Esgota, nível 3`.
pub(super) fn tag(lang: Lang, about: Rule, level: u8) -> String {
    let name = rule(lang, about);
    match about {
        // These rules have one level.
        Rule::NoData | Rule::Pace => name.to_owned(),
        _ => say!(lang, "{name}, nível {level}", "{name}, level {level}"),
    }
}

/// Returns a reason for missing figures: the words of a situation, or the code of a failure.
pub(super) fn reason(lang: Lang, reason: &str) -> String {
    let mut all = Situation::BY_SEVERITY.into_iter();
    let known = all.find(|situation| situation.word() == reason);
    match known {
        Some(situation) => words::situation(lang, situation).to_lowercase(),
        None => crate::text::printable(reason, 60),
    }
}

/// Returns the meaning of a code and its remedy; `None` of a code that the manual does not have.
pub(super) fn explained(lang: Lang, code: &str) -> Option<String> {
    let mut entries = ENTRIES.iter().flat_map(|(_, entries)| entries.iter());
    let entry = entries.find(|entry| entry.code == code)?;
    let meaning = words::name(lang, entry.meaning);
    let text = match words::name(lang, entry.remedy) {
        "" => meaning.to_owned(),
        remedy => format!("{meaning} {}", words::to_do(lang, remedy)),
    };
    // The manual is Markdown, and a mail is not.
    Some(text.replace('`', ""))
}

/// `sms, +55 11 9****-5678`: a channel and a masked address, where there is one.
pub(super) fn place(channel: &str, to: &str) -> String {
    let (channel, to) = (
        crate::text::printable(channel, 40),
        crate::text::printable(to, 60),
    );
    match to.is_empty() {
        true => channel,
        false => format!("{channel}, {to}"),
    }
}

/// Words for the state of a delivery, or the state itself where it is none of ours.
pub(super) fn delivery(lang: Lang, state: &str) -> String {
    let (pt, en) = match state {
        "aceito" => ("aceito pelo provedor", "accepted by the provider"),
        "entregue" => ("entregue", "delivered"),
        "pendente" => ("espera nova tentativa", "waits for another try"),
        "enviando" => ("em envio", "being sent"),
        "falhou" => ("recusado", "refused"),
        "vencido" => ("desistência depois de 7 dias", "given up after 7 days"),
        "incerto" => (
            "talvez enviado; não será repetido",
            "may have been sent; is not repeated",
        ),
        "cancelado" => ("cancelado", "cancelled"),
        "substituido" => ("trocado por um mais novo", "replaced by a newer one"),
        other => return crate::text::printable(other, 40),
    };
    pick(lang, pt, en).to_owned()
}

/// The group of the digest that an event belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DigestGroup {
    Opened,
    Worse,
    Failed,
    Well,
    Gone,
    Baseline,
}

impl DigestGroup {
    /// Every group, in the order of the digest.
    pub(super) const ALL: [Self; 6] = [
        Self::Opened,
        Self::Worse,
        Self::Failed,
        Self::Well,
        Self::Gone,
        Self::Baseline,
    ];

    /// Returns the group of an event; `None` of an event that says nothing is new.
    pub(super) fn of(event: &Event) -> Option<Self> {
        Some(match event {
            Event::Due { .. } => return None,
            Event::General { began: true, .. } => Self::Failed,
            Event::General { began: false, .. } => Self::Well,
            Event::Contract(event) => match (event.news, event.rule) {
                (News::Baseline, _) => Self::Baseline,
                (News::Opened | News::Worse, Rule::NoData) => Self::Failed,
                (News::Opened, _) => Self::Opened,
                (News::Worse, _) => Self::Worse,
                (News::Well, _) => Self::Well,
                (News::Renewed | News::Gone, _) => Self::Gone,
            },
        })
    }
}

/// One sentence about what is new, without the client's name and without a full stop.
pub(super) fn sentence(lang: Lang, event: &ContractEvent) -> String {
    let of = DigestWriter { lang, event };
    match event.news {
        News::Renewed => of.renewed(),
        News::Gone => of.gone(),
        News::Well => of.well(),
        News::Baseline | News::Opened | News::Worse => of.open(),
    }
}

/// One sentence about a general failure, without a full stop.
pub(super) fn general(lang: Lang, code: &str, since: Day, began: bool, clients: usize) -> String {
    let (code, since) = (reason(lang, code), number::day(lang, since));
    let clients = words::clients(lang, clients);
    if began {
        say! { lang, "falha geral: {clients} com {code}, desde {since}",
        "general failure: {clients} with {code}, since {since}" }
    } else {
        say! { lang, "a falha geral {code}, de {since}, acabou",
        "the general failure {code}, of {since}, is over" }
    }
}

/// One sentence about a rule that stays open.
pub(super) fn still_open(lang: Lang, open: &OpenRule) -> String {
    let since = number::day(lang, open.since);
    let since = say!(lang, "desde {since}", "since {since}");
    match open.silent_until {
        Some(until) => {
            let until = number::day(lang, until);
            say! { lang, "{since}; cliente em silêncio até {until}",
            "{since}; customer not told until {until}" }
        }
        None => since,
    }
}

struct DigestWriter<'a> {
    lang: Lang,
    event: &'a ContractEvent,
}

impl DigestWriter<'_> {
    fn figures(&self) -> Option<&Figures> {
        self.event.figures.as_deref()
    }

    fn day(&self, day: Day) -> String {
        number::day(self.lang, day)
    }

    fn money(&self, figures: &Figures, amount: &Amount) -> String {
        words::priced(self.lang, figures.currency, amount)
    }

    /// Since when the rule is open, and for how long.
    fn age(&self) -> String {
        let (lang, event) = (self.lang, self.event);
        let since = self.day(event.since);
        let days = (event.on - event.since).num_days();
        let days = words::days(lang, u64::try_from(days).unwrap_or(0));
        say!(lang, "desde {since} ({days})", "since {since} ({days})")
    }

    fn renewed(&self) -> String {
        let age = self.age();
        say! { self.lang, "outro contrato tomou o lugar deste; estava em aberto {age}",
        "another contract took the place of this one; it was open {age}" }
    }

    fn gone(&self) -> String {
        let age = self.age();
        say! { self.lang, "o contrato saiu da pasta; estava em aberto {age}",
        "the contract left the folder; it was open {age}" }
    }

    fn well(&self) -> String {
        let lang = self.lang;
        let now = self.figures().map(|figures| figures.situation);
        let lasts = matches!(
            now,
            Some(Situation::Within | Situation::LeftOver | Situation::Borderline)
        );
        let head = match self.event.rule {
            Rule::RunsOut if lasts => pick(
                lang,
                "o crédito já não deve acabar antes do fim",
                "the credit is no longer expected to run out early",
            ),
            Rule::LeftOver if lasts => pick(
                lang,
                "a sobra prevista diminuiu",
                "the projected surplus is smaller",
            ),
            Rule::NoData => pick(lang, "voltou a ter números", "has figures again"),
            Rule::Pace => pick(
                lang,
                "o consumo das últimas 2 semanas já não destoa da média",
                "usage of the last 2 weeks is near the mean again",
            ),
            Rule::RunsOut | Rule::LeftOver | Rule::Term => {
                pick(lang, "o alerta não vale mais", "the alert no longer holds")
            }
        };
        let age = self.age();
        let was = match self.event.rule {
            Rule::NoData => say!(lang, "faltavam {age}", "they were missing {age}"),
            Rule::Pace => age,
            _ => {
                let level = self.event.level;
                say!(
                    lang,
                    "era nível {level}, {age}",
                    "it was level {level}, {age}"
                )
            }
        };
        let mut text = format!("{head}; {was}");
        if let Some(figures) = self.figures() {
            let situation = words::situation(lang, figures.situation).to_lowercase();
            text += &say!(lang, "; agora: {situation}", "; now: {situation}");
            text += &self.balance_at_end(figures);
        }
        text
    }

    /// `, sobra prevista R$ 1.000,00`, where there is any.
    fn balance_at_end(&self, figures: &Figures) -> String {
        let lang = self.lang;
        if let Some(shortfall) = positive(&figures.shortfall) {
            let shortfall = self.money(figures, shortfall);
            return say!(
                lang,
                ", débito previsto {shortfall}",
                ", projected shortfall {shortfall}"
            );
        }
        if let Some(surplus) = positive(&figures.surplus) {
            let surplus = self.money(figures, surplus);
            return say!(
                lang,
                ", sobra prevista {surplus}",
                ", projected surplus {surplus}"
            );
        }
        String::new()
    }

    fn open(&self) -> String {
        match (self.event.rule, self.figures()) {
            (Rule::NoData, _) => self.no_data(),
            (_, None) => self.without_figures(),
            (Rule::RunsOut, Some(figures)) => self.runs_out(figures),
            (Rule::LeftOver, Some(figures)) => self.left_over(figures),
            (Rule::Term, Some(figures)) => self.term(figures),
            (Rule::Pace, Some(figures)) => self.pace(figures),
        }
    }

    fn no_data(&self) -> String {
        let since = self.day(self.event.since);
        match &self.event.reason {
            Some(why) => {
                let why = reason(self.lang, why);
                say!(
                    self.lang,
                    "sem números desde {since}: {why}",
                    "no figures since {since}: {why}"
                )
            }
            None => say!(
                self.lang,
                "sem números desde {since}",
                "no figures since {since}"
            ),
        }
    }

    fn without_figures(&self) -> String {
        let age = self.age();
        let mut text = say!(
            self.lang,
            "em aberto {age}; hoje sem números",
            "open {age}; no figures today"
        );
        if let Some(why) = &self.event.reason {
            text += &format!(": {}", reason(self.lang, why));
        }
        text
    }

    fn runs_out(&self, figures: &Figures) -> String {
        let lang = self.lang;
        let mut parts = Vec::new();
        let date = figures.runs_out.map(|day| self.day(day));
        if figures.situation == Situation::Spent {
            parts.push(match &date {
                Some(date) => say!(
                    lang,
                    "o crédito acabou em {date}",
                    "the credit ran out on {date}"
                ),
                None => say!(lang, "o crédito acabou", "the credit is spent"),
            });
            let beyond = figures
                .balance
                .as_ref()
                .filter(|balance| balance.is_negative());
            if let Some(balance) = beyond {
                let beyond = self.money(figures, &balance.abs());
                parts.push(say!(
                    lang,
                    "uso além do crédito {beyond}",
                    "usage beyond the credit {beyond}"
                ));
            }
        } else {
            parts.push(match (&date, figures.runs_out) {
                (Some(date), Some(day)) => {
                    let distance = words::distance(lang, figures.as_of, day);
                    say! { lang, "o crédito acaba em {date}, {distance}",
                    "the credit runs out on {date}, {distance}" }
                }
                _ => say! { lang, "o crédito pode acabar antes do fim", "the credit may run out early" },
            });
            if let Some((Some(first), Some(last))) = figures.runs_out_range
                && first != last
            {
                let (first, last) = (self.day(first), self.day(last));
                parts.push(say!(
                    lang,
                    "provável de {first} a {last}",
                    "likely {first} to {last}"
                ));
            }
            if let Some(chance) = figures.chance {
                parts.push(say!(
                    lang,
                    "chance de esgotar {chance}%",
                    "chance of running out {chance}%"
                ));
            }
        }
        if let Some(shortfall) = positive(&figures.shortfall) {
            let shortfall = self.money(figures, shortfall);
            parts.push(say!(
                lang,
                "débito previsto {shortfall}",
                "projected shortfall {shortfall}"
            ));
        }
        parts.join("; ")
    }

    fn left_over(&self, figures: &Figures) -> String {
        let lang = self.lang;
        let end = self.day(figures.end);
        let distance = words::distance(lang, figures.as_of, figures.end);
        let Some(surplus) = &figures.surplus else {
            return say! { lang, "deve sobrar crédito em {end}, {distance}",
            "credit is expected to be left on {end}, {distance}" };
        };
        let amount = self.money(figures, surplus);
        let share = surplus
            .percent_of(&figures.credit)
            .map_or_else(String::new, |share| {
                let share = Numbers::new(lang, figures.currency).percent(&share);
                say!(lang, " ({share} do crédito)", " ({share} of the credit)")
            });
        say! { lang, "sobra prevista {amount}{share}; o contrato termina em {end}, {distance}",
        "projected surplus {amount}{share}; the contract ends on {end}, {distance}" }
    }

    fn term(&self, figures: &Figures) -> String {
        let lang = self.lang;
        let end = self.day(figures.end);
        let distance = words::distance(lang, figures.as_of, figures.end);
        if figures.left > 0 {
            let situation = words::situation(lang, figures.situation).to_lowercase();
            let rest = self.balance_at_end(figures);
            return say! { lang, "o contrato termina em {end}, {distance}; {situation}{rest}",
            "the contract ends on {end}, {distance}; {situation}{rest}" };
        }
        let rest = match &figures.balance {
            Some(balance) if balance.is_negative() => {
                let beyond = self.money(figures, &balance.abs());
                say!(
                    lang,
                    "; uso além do crédito {beyond}",
                    "; usage beyond the credit {beyond}"
                )
            }
            Some(balance) if balance.is_positive() => {
                let lapsed = self.money(figures, balance);
                say!(
                    lang,
                    "; crédito expirado {lapsed}",
                    "; lapsed credit {lapsed}"
                )
            }
            _ => String::new(),
        };
        say! { lang, "o contrato terminou em {end}, {distance}{rest}",
        "the contract ended on {end}, {distance}{rest}" }
    }

    fn pace(&self, figures: &Figures) -> String {
        let lang = self.lang;
        let head = pick(
            lang,
            "o consumo mudou nas últimas 2 semanas",
            "the usage has changed in the last 2 weeks",
        );
        match &figures.pace {
            Some(pace) => {
                let pace = self.money(figures, pace);
                say!(
                    lang,
                    "{head}; média por dia {pace}",
                    "{head}; daily pace {pace}"
                )
            }
            None => head.to_owned(),
        }
    }
}
