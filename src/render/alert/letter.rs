//! The customer's mail, made of the news of one contract.

use askama::Template;

use super::MailText;
use super::digest::LONGEST_SUBJECT;
use super::fitted::{cut, name};
use super::mail;
use crate::alert::{ContractEvent, Figures, Letter, News, Rule};
use crate::calendar::Day;
use crate::lang::{Lang, say};
use crate::render::customer;
use crate::render::customer::bars::{self, Bar, WordTone};
use crate::render::customer::rows::rows;
use crate::render::customer::story::Story;
use crate::render::number;
use crate::render::words::{self, pick};
use crate::report::statement::Situation;
use crate::text::printable;

/// Characters of the operator's contact in a mail.
const LONGEST_CONTACT: usize = 120;

/// The view of the mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LetterPage {
    lang: Lang,
    subject: String,
    client: String,
    about: String,
    title: String,
    tone: WordTone,
    story: Vec<String>,
    todo_title: &'static str,
    todo: Vec<String>,
    bars: Vec<Bar>,
    rows: Vec<(String, String)>,
    foot: Vec<String>,
}

#[derive(Template)]
#[template(path = "letter.html", config = "src/render/askama.toml")]
struct LetterHtml<'a> {
    page: &'a LetterPage,
}

/// The matter of a letter, sorted out: the news that leads, the newest figures, and whom to ask.
pub(super) struct Matter<'a> {
    pub(super) lang: Lang,
    pub(super) news: Vec<&'a ContractEvent>,
    pub(super) figures: Option<&'a Figures>,
    pub(super) contact: Option<String>,
}

impl<'a> Matter<'a> {
    pub(super) fn new(letter: &'a Letter, lang: Lang) -> Self {
        let mut news: Vec<&ContractEvent> = letter.news.iter().collect();
        // Trouble leads, the most urgent first.
        news.sort_by_key(|event| {
            (
                matches!(event.news, News::Well | News::Renewed | News::Gone),
                event.rule,
                std::cmp::Reverse(event.on),
            )
        });
        let newest = letter
            .news
            .iter()
            .filter(|event| event.figures.is_some())
            .max_by_key(|event| event.on);
        let contact = letter
            .contact
            .as_deref()
            .map(|contact| printable(contact, LONGEST_CONTACT));
        Self {
            lang,
            news,
            figures: newest.and_then(|event| event.figures.as_deref()),
            contact: contact.filter(|contact| !contact.is_empty()),
        }
    }

    pub(super) fn client(&self) -> String {
        self.news
            .first()
            .map_or_else(|| "?".to_owned(), |event| name(&event.client))
    }

    pub(super) fn story(&self) -> Option<Story<'_>> {
        Some(Story {
            lang: self.lang,
            figures: self.figures?,
            contact: self.contact.as_deref(),
        })
    }

    fn situation(&self) -> Option<Situation> {
        self.figures.map(|figures| figures.situation)
    }

    /// The sentence that leads.
    pub(super) fn title(&self) -> String {
        self.news
            .first()
            .map_or_else(String::new, |event| self.headline(event))
    }

    /// The news of one rule, in one sentence.
    fn headline(&self, event: &ContractEvent) -> String {
        let lang = self.lang;
        let state = self.story().map(|story| story.verdict());
        match (event.news, event.rule) {
            (News::Renewed | News::Gone, _) => {
                say! { lang, "Este contrato não é mais acompanhado por nós aqui.",
                "We no longer follow this contract here." }
            }
            (News::Well, rule) => self.well(rule),
            (News::Baseline, _) => state.unwrap_or_else(|| self.unknown()),
            (News::Opened | News::Worse, Rule::RunsOut) => self.runs_out(event.news, state),
            (News::Opened | News::Worse, Rule::LeftOver) => match self.situation() {
                Some(Situation::LeftOver) => state.unwrap_or_default(),
                _ => say! { lang, "Deve sobrar crédito no fim do contrato.",
                "Some credit should be left at the end of the contract." },
            },
            (News::Opened | News::Worse, Rule::Term) => self.term(),
            (News::Opened | News::Worse, Rule::NoData | Rule::Pace) => {
                state.unwrap_or_else(|| self.unknown())
            }
        }
    }

    fn unknown(&self) -> String {
        say!(
            self.lang,
            "Ainda não temos todos os dados.",
            "We do not have all the data yet."
        )
    }

    fn runs_out(&self, news: News, state: Option<String>) -> String {
        let lang = self.lang;
        match (news, self.situation(), state) {
            (_, Some(Situation::Spent | Situation::Borderline), Some(state)) => state,
            (News::Worse, Some(Situation::RunsOut), _) => {
                say! { lang, "A situação piorou: seu crédito deve acabar antes do fim do contrato.",
                "It is worse now: your credit should run out before the end of the contract." }
            }
            // The chance is large, though the most likely course is another.
            (_, Some(Situation::Within | Situation::LeftOver), _) => {
                say! { lang, "Seu crédito pode acabar antes do fim do contrato.",
                "Your credit may run out before the end of the contract." }
            }
            (_, Some(_), Some(state)) => state,
            (_, _, _) => say! { lang, "Seu crédito deve acabar antes do fim do contrato.",
            "Your credit should run out before the end of the contract." },
        }
    }

    fn term(&self) -> String {
        let lang = self.lang;
        let Some(figures) = self.figures else {
            return say!(
                lang,
                "Seu contrato está perto do fim.",
                "Your contract is near its end."
            );
        };
        let end = number::long_day(lang, figures.end);
        match figures.left {
            0 => say!(
                lang,
                "Seu contrato terminou em {end}.",
                "Your contract ended on {end}."
            ),
            left => {
                let days = words::days(lang, u64::from(left));
                say!(
                    lang,
                    "Seu contrato termina em {end}, daqui a {days}.",
                    "Your contract ends on {end}, in {days}."
                )
            }
        }
    }

    fn well(&self, rule: Rule) -> String {
        let lang = self.lang;
        let lasts = matches!(
            self.situation(),
            Some(Situation::Within | Situation::LeftOver)
        );
        match rule {
            Rule::RunsOut if lasts => {
                say! { lang, "Seu crédito deve durar até o fim do contrato.",
                "Your credit should last until the end of the contract." }
            }
            Rule::LeftOver if self.situation() == Some(Situation::Within) => {
                say! { lang, "Boa notícia: seu crédito deve ser quase todo usado.",
                "Good news: nearly all of your credit should be used." }
            }
            Rule::RunsOut => {
                say! { lang, "O aviso de que seu crédito acabaria antes do fim não vale mais.",
                "The notice that your credit would run out early no longer holds." }
            }
            Rule::LeftOver => say! { lang, "O aviso de que sobraria muito crédito não vale mais.",
            "The notice that much credit would be left no longer holds." },
            Rule::Term | Rule::NoData | Rule::Pace => {
                say!(
                    lang,
                    "O último aviso não vale mais.",
                    "The last notice no longer holds."
                )
            }
        }
    }

    /// Says what an alert that is over was about, and since when.
    fn was(&self, event: &ContractEvent) -> Option<String> {
        let lang = self.lang;
        let since = number::long_day(lang, event.since);
        let days = u64::try_from((event.on - event.since).num_days()).unwrap_or(0);
        let days = words::days(lang, days);
        match (event.news, event.rule, event.level) {
            (News::Well, Rule::RunsOut, 4) => Some(say!(
                lang,
                "O crédito tinha acabado. Agora há crédito de novo.",
                "The credit had run out. Now there is credit again."
            )),
            (News::Well, Rule::RunsOut, _) => Some(
                say! { lang, "Em {since} o crédito parecia acabar antes do fim. Agora, {days} depois, isso mudou.",
                "On {since} the credit looked like running out early. Now, {days} later, that has changed." },
            ),
            (News::Well, Rule::LeftOver, _) => Some(
                say! { lang, "Em {since} parecia que ia sobrar muito crédito. Agora, {days} depois, isso mudou.",
                "On {since} it looked as if much credit would be left. Now, {days} later, that has changed." },
            ),
            _ => None,
        }
    }

    fn subject(&self) -> String {
        let lang = self.lang;
        let day = |day: Day| number::day(lang, day);
        let credit = pick(lang, "Crédito Oracle Cloud", "Oracle Cloud credit");
        let contract = pick(lang, "Contrato Oracle Cloud", "Oracle Cloud contract");
        let situation = self.situation();
        let runs_out = self.figures.and_then(|figures| figures.runs_out).map(day);
        let end = self.figures.map(|figures| (figures.left, day(figures.end)));
        let lead = self.news.first().map(|event| (event.news, event.rule));
        let text = match (lead, situation) {
            (Some((News::Renewed | News::Gone, _)), _) => say!(
                lang,
                "{contract}: fim dos avisos",
                "{contract}: end of notices"
            ),
            (Some((News::Well, Rule::RunsOut)), Some(Situation::Within | Situation::LeftOver)) => {
                say!(
                    lang,
                    "{credit}: deve durar até o fim do contrato",
                    "{credit}: should last until the end"
                )
            }
            (Some((News::Well, Rule::LeftOver)), Some(Situation::Within)) => {
                say!(
                    lang,
                    "{credit}: deve ser quase todo usado",
                    "{credit}: nearly all should be used"
                )
            }
            (Some((News::Well, _)), _) => say!(
                lang,
                "{credit}: o aviso não vale mais",
                "{credit}: the notice no longer holds"
            ),
            (Some((News::Opened | News::Worse, Rule::Term)), _) => match end {
                Some((0, end)) => say!(
                    lang,
                    "{contract}: terminou em {end}",
                    "{contract}: ended on {end}"
                ),
                Some((_, end)) => say!(
                    lang,
                    "{contract}: termina em {end}",
                    "{contract}: ends on {end}"
                ),
                None => say!(lang, "{contract}: perto do fim", "{contract}: near its end"),
            },
            (Some((_, Rule::RunsOut)), Some(Situation::Spent)) => match runs_out {
                Some(day) => say!(
                    lang,
                    "{credit}: acabou em {day}",
                    "{credit}: ran out on {day}"
                ),
                None => say!(lang, "{credit}: acabou", "{credit}: has run out"),
            },
            (Some((_, Rule::RunsOut)), Some(Situation::Borderline)) => {
                say!(
                    lang,
                    "{credit}: deve terminar junto com o contrato",
                    "{credit}: should end with the contract"
                )
            }
            (Some((News::Worse, Rule::RunsOut)), Some(Situation::RunsOut))
                if runs_out.is_some() =>
            {
                let day = runs_out.unwrap_or_default();
                say!(
                    lang,
                    "{credit}: piorou, deve acabar em {day}",
                    "{credit}: worse, should run out on {day}"
                )
            }
            (Some((News::Opened, Rule::RunsOut)), _) => match runs_out {
                Some(day) => say!(
                    lang,
                    "{credit}: previsto acabar em {day}",
                    "{credit}: expected to run out on {day}"
                ),
                None => say!(
                    lang,
                    "{credit}: deve acabar antes do fim",
                    "{credit}: should run out early"
                ),
            },
            (Some((News::Worse, Rule::RunsOut)), _) => say!(
                lang,
                "{credit}: deve acabar antes do fim",
                "{credit}: should run out early"
            ),
            (Some((News::Opened | News::Worse, Rule::LeftOver)), _) => {
                say!(
                    lang,
                    "{credit}: deve sobrar no fim do contrato",
                    "{credit}: some should be left at the end"
                )
            }
            _ => match self.figures {
                Some(figures) => {
                    let day = day(figures.as_of);
                    say!(lang, "{credit}: posição de {day}", "{credit}: as of {day}")
                }
                None => say!(
                    lang,
                    "{credit}: ainda sem todos os dados",
                    "{credit}: not all data yet"
                ),
            },
        };
        cut(&text, LONGEST_SUBJECT, "…")
    }

    fn tone(&self) -> WordTone {
        match self
            .news
            .first()
            .map(|event| (event.news, event.rule, event.level))
        {
            Some((News::Well, ..)) => WordTone::Good,
            Some((News::Opened | News::Worse, Rule::RunsOut, 3..)) => WordTone::Bad,
            Some((News::Opened | News::Worse, Rule::RunsOut, _)) => WordTone::Warn,
            _ => match self.situation() {
                Some(Situation::Spent) => WordTone::Bad,
                Some(Situation::RunsOut) => WordTone::Warn,
                _ => WordTone::Info,
            },
        }
    }
}

impl LetterPage {
    pub(super) fn new(letter: &Letter, lang: Lang) -> Self {
        let matter = Matter::new(letter, lang);
        let title = matter.title();
        let story = matter.story();
        let is_term = matter
            .news
            .first()
            .is_some_and(|event| event.rule == Rule::Term);
        // The title of such a letter says when the contract ends.
        let end = story.filter(|_| is_term).map(|story| story.end());
        let was = matter.news.iter().filter_map(|event| matter.was(event));
        let others = matter
            .news
            .iter()
            .skip(1)
            .filter(|event| matter.was(event).is_none());
        let others = others.map(|event| matter.headline(event));
        let state = story.map(|story| story.verdict());
        let details = story.map(|story| story.told()).unwrap_or_default();
        let mut told: Vec<String> = Vec::new();
        for sentence in was.chain(others).chain(state).chain(details) {
            let said = title.ends_with(&sentence) || title.ends_with(&lower_first(&sentence));
            if !said && !told.contains(&sentence) && end.as_ref() != Some(&sentence) {
                told.push(sentence);
            }
        }
        let gone = matter
            .news
            .first()
            .is_some_and(|event| matches!(event.news, News::Renewed | News::Gone));
        let todo = story
            .filter(|_| !gone)
            .map(|story| story.steps())
            .unwrap_or_default();
        let tone = matter.tone();
        Self {
            lang,
            subject: matter.subject(),
            client: matter.client(),
            about: customer::about(
                lang,
                matter.figures.and_then(|figures| figures.data_through),
            ),
            title,
            tone,
            story: told,
            todo_title: pick(lang, "O que fazer", "What to do"),
            todo,
            bars: matter
                .figures
                .map_or_else(Vec::new, |figures| match figures.situation {
                    Situation::NoCredit => Vec::new(),
                    _ => bars::bars(lang, figures, tone),
                }),
            rows: matter
                .figures
                .map_or_else(Vec::new, |figures| rows(lang, figures)),
            foot: foot(&matter),
        }
    }

    pub(super) fn mail(&self) -> MailText {
        MailText {
            subject: self.subject.clone(),
            text: self.text(),
            html: mail::html(&LetterHtml { page: self }),
        }
    }

    fn html_lang(&self) -> &'static str {
        customer::html_lang(self.lang)
    }

    pub(super) fn text(&self) -> String {
        let mut lines = vec![
            self.client.clone(),
            self.about.clone(),
            String::new(),
            self.title.clone(),
        ];
        lines.extend(self.story.iter().cloned());
        if !self.todo.is_empty() {
            lines.extend([String::new(), self.todo_title.to_owned()]);
            lines.extend(self.todo.iter().cloned());
        }
        if !self.bars.is_empty() || !self.rows.is_empty() {
            lines.push(String::new());
        }
        lines.extend(self.bars.iter().map(|bar| bar.label.clone()));
        lines.extend(
            self.rows
                .iter()
                .map(|(name, value)| format!("{name}: {value}")),
        );
        lines.push(String::new());
        lines.extend(self.foot.iter().cloned());
        lines.join("\n") + "\n"
    }
}

/// `sentence` as it stands behind a colon.
pub(super) fn lower_first(sentence: &str) -> String {
    let mut rest = sentence.chars();
    let first = rest.next().map(|c| c.to_lowercase().to_string());
    first.unwrap_or_default() + rest.as_str()
}

fn foot(matter: &Matter<'_>) -> Vec<String> {
    let lang = matter.lang;
    let mut foot = Vec::new();
    if let Some(contact) = &matter.contact {
        foot.push(say!(lang, "Dúvidas: {contact}", "Questions: {contact}"));
    }
    let unsettled = matter.figures.map_or(0, |figures| figures.provisional_days);
    foot.push(customer::fine_print(lang, unsettled));
    let on = matter.news.iter().map(|event| event.on).max();
    if let Some(on) = on {
        let on = number::long_day(lang, on);
        foot.push(say!(lang, "Aviso de {on}.", "Notice of {on}."));
    }
    foot
}
