//! The operator's mail: what is new, what did not arrive, and what is still open.

use std::collections::BTreeSet;

use askama::Template;

use super::MailText;
use super::fitted::{cut, joined, name};
use super::mail;
use super::operator::{self, DigestGroup};
use crate::alert::{ContractEvent, Digest, Event, OpenRule, Rule, Undelivered};
use crate::lang::{Lang, say};
use crate::render::customer;
use crate::render::customer::bars::{self, Bar, WordTone};
use crate::render::number;
use crate::render::words::{self, pick};
use crate::text::printable;

/// Characters of a subject: what a phone shows of it.
pub(super) const LONGEST_SUBJECT: usize = 60;
/// Lines of new events, and of rules that stay open. Gmail cuts a mail above some 100 kB.
const MOST_LINES: usize = 30;
/// Lines of messages that did not arrive, and of clients without figures.
const FEW_LINES: usize = 10;
/// The level from which a rule is urgent.
const URGENT: u8 = 3;

/// The view of the mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DigestPage {
    lang: Lang,
    pub(super) subject: String,
    title: String,
    head: Vec<String>,
    sections: Vec<DigestSection>,
    foot: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct DigestSection {
    title: String,
    tone: WordTone,
    items: Vec<DigestItem>,
    /// Number of the items that are left out, in words.
    more: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct DigestItem {
    name: String,
    file: Option<String>,
    tag: Option<String>,
    tone: WordTone,
    text: String,
    /// Meaning and remedy of the code in the text, at the first place that has the code.
    note: Option<String>,
    bars: Vec<Bar>,
}

#[derive(Template)]
#[template(path = "digest.html", config = "src/render/askama.toml")]
struct DigestHtml<'a> {
    page: &'a DigestPage,
}

impl DigestPage {
    pub(super) fn new(digest: &Digest, lang: Lang) -> Self {
        let builder = Builder { lang, digest };
        Self {
            lang,
            subject: subject(digest, lang),
            title: builder.title(),
            head: builder.head(),
            sections: builder.sections(),
            foot: builder.foot(),
        }
    }

    pub(super) fn mail(&self) -> MailText {
        MailText {
            subject: self.subject.clone(),
            text: self.text(),
            html: mail::html(&DigestHtml { page: self }),
        }
    }

    fn html_lang(&self) -> &'static str {
        customer::html_lang(self.lang)
    }

    /// The plain text.
    pub(super) fn text(&self) -> String {
        let mut lines = vec![self.title.clone()];
        lines.extend(self.head.iter().cloned());
        for section in &self.sections {
            lines.push(String::new());
            lines.push(section.title.to_uppercase());
            for item in &section.items {
                let file = item
                    .file
                    .as_ref()
                    .map_or_else(String::new, |file| format!(" ({file})"));
                lines.push(format!("- {}{file}", item.name));
                let text = match &item.tag {
                    Some(tag) if item.text.is_empty() => tag.clone(),
                    Some(tag) => format!("{tag}: {}", item.text),
                    None => item.text.clone(),
                };
                lines.push(format!("  {text}"));
                lines.extend(item.note.iter().map(|note| format!("  {note}")));
                let bars: Vec<&str> = item.bars.iter().map(|bar| bar.label.as_str()).collect();
                if !bars.is_empty() {
                    lines.push(format!("  {}", bars.join(", ")));
                }
            }
            lines.extend(section.more.iter().cloned());
        }
        lines.push(String::new());
        lines.extend(self.foot.iter().cloned());
        lines.join("\n") + "\n"
    }
}

/// The numbers of a digest.
pub(super) struct Counts {
    groups: Vec<(DigestGroup, usize)>,
    undelivered: usize,
    open: usize,
}

impl Counts {
    pub(super) fn of(digest: &Digest) -> Self {
        let groups: Vec<DigestGroup> = digest.events.iter().filter_map(DigestGroup::of).collect();
        let count = |group| groups.iter().filter(|of| **of == group).count();
        Self {
            groups: DigestGroup::ALL.map(|group| (group, count(group))).into(),
            undelivered: digest.undelivered.len(),
            open: digest.open.len(),
        }
    }

    pub(super) fn get(&self, group: DigestGroup) -> usize {
        let found = self.groups.iter().find(|(of, _)| *of == group);
        found.map_or(0, |(_, count)| *count)
    }

    /// `2 pioraram`, `1 falhou`: a part for each group that is not empty.
    pub(super) fn parts(&self, lang: Lang) -> Vec<String> {
        let groups = self.groups.iter().filter(|(_, count)| *count > 0);
        let mut parts: Vec<String> = groups
            .map(|(group, count)| counted(lang, *group, *count))
            .collect();
        match self.undelivered {
            0 => {}
            1 => parts.push(say!(lang, "1 não entregue", "1 not delivered")),
            n => parts.push(say!(lang, "{n} não entregues", "{n} not delivered")),
        }
        if parts.is_empty() {
            let open = self.open;
            parts.push(say!(lang, "sem novidades", "nothing new"));
            parts.push(match open {
                1 => say!(lang, "1 continua", "1 still open"),
                _ => say!(lang, "{open} continuam", "{open} still open"),
            });
        }
        parts
    }
}

pub(super) fn counted(lang: Lang, group: DigestGroup, n: usize) -> String {
    let one = n == 1;
    match group {
        DigestGroup::Opened if one => say!(lang, "1 novo", "1 new"),
        DigestGroup::Opened => say!(lang, "{n} novos", "{n} new"),
        DigestGroup::Worse if one => say!(lang, "1 piorou", "1 worse"),
        DigestGroup::Worse => say!(lang, "{n} pioraram", "{n} worse"),
        DigestGroup::Failed => words::failed(lang, n),
        DigestGroup::Well if one => say!(lang, "1 melhorou", "1 well again"),
        DigestGroup::Well => say!(lang, "{n} melhoraram", "{n} well again"),
        DigestGroup::Gone if one => say!(lang, "1 saiu ou foi renovado", "1 left or renewed"),
        DigestGroup::Gone => say!(lang, "{n} saíram ou foram renovados", "{n} left or renewed"),
        DigestGroup::Baseline => say!(lang, "linha de base: {n}", "baseline: {n}"),
    }
}

/// `[OCI] 2 pioraram, 1 melhorou · 26/11/2026`.
fn subject(digest: &Digest, lang: Lang) -> String {
    let test = match digest.is_test {
        true => pick(lang, "TESTE: ", "TEST: "),
        false => "",
    };
    let day = number::day(lang, digest.as_of);
    let (before, after) = (format!("{test}[OCI] "), format!(" · {day}"));
    let room = LONGEST_SUBJECT.saturating_sub(before.chars().count() + after.chars().count());
    let parts = joined(&Counts::of(digest).parts(lang), ", ", room);
    cut(&format!("{before}{parts}{after}"), LONGEST_SUBJECT, "…")
}

struct Builder<'a> {
    lang: Lang,
    digest: &'a Digest,
}

impl Builder<'_> {
    fn title(&self) -> String {
        let (lang, digest) = (self.lang, self.digest);
        let clients = words::clients(lang, digest.clients);
        let day = number::day(lang, digest.as_of);
        say!(
            lang,
            "Carteira Oracle Cloud: {clients}, posição em {day}",
            "Oracle Cloud portfolio: {clients}, as of {day}"
        )
    }

    fn head(&self) -> Vec<String> {
        let (lang, digest) = (self.lang, self.digest);
        let mut head = Vec::new();
        if digest.is_test {
            head.push(
                pick(
                    lang,
                    "TESTE: mensagem de oci-consumo alert test. Nada mudou.",
                    "TEST: a message of oci-consumo alert test. Nothing has changed.",
                )
                .to_owned(),
            );
        }
        let parts = Counts::of(digest).parts(lang).join(", ");
        head.push(say!(lang, "Em resumo: {parts}.", "In short: {parts}."));
        if digest.without_memory {
            head.push(
                pick(
                    lang,
                    "Sem histórico: ninguém sabe o que é novo. Abaixo está tudo o que vale hoje.",
                    "No history: nobody knows what is new. All that holds today is below.",
                )
                .to_owned(),
            );
        }
        head
    }

    fn sections(&self) -> Vec<DigestSection> {
        let mut sections = Vec::new();
        let mut room = MOST_LINES;
        for group in DigestGroup::ALL {
            let events = self.digest.events.iter();
            let events: Vec<&Event> = events
                .filter(|event| DigestGroup::of(event) == Some(group))
                .collect();
            let taken = events.len().min(room);
            room -= taken;
            let items = events
                .iter()
                .take(taken)
                .map(|event| self.event(event, group));
            sections.extend(self.section(
                group_title(self.lang, group),
                events.len(),
                items.collect(),
                group_tone(group),
            ));
        }
        let lang = self.lang;
        let items = self.digest.undelivered.iter().take(FEW_LINES);
        let items = items
            .map(|undelivered| self.undelivered(undelivered))
            .collect();
        sections.extend(self.section(
            pick(lang, "Não entregue", "Not delivered"),
            self.digest.undelivered.len(),
            items,
            WordTone::Bad,
        ));
        let items = self.digest.without_figures.iter().take(FEW_LINES);
        let items = items.map(|(client, why)| DigestItem {
            name: name(client),
            file: None,
            tag: None,
            tone: WordTone::Warn,
            text: operator::reason(lang, why),
            note: operator::explained(lang, why),
            bars: Vec::new(),
        });
        sections.extend(self.section(
            pick(lang, "Sem números hoje", "No figures today"),
            self.digest.without_figures.len(),
            items.collect(),
            WordTone::Warn,
        ));
        let items = self
            .digest
            .open
            .iter()
            .take(MOST_LINES)
            .map(|open| self.open(open));
        sections.extend(self.section(
            pick(lang, "Continuam", "Still open"),
            self.digest.open.len(),
            items.collect(),
            WordTone::Info,
        ));
        say_once(&mut sections);
        sections
    }

    /// A section of `all` items, some of which are left out; `None` without any.
    fn section(
        &self,
        title: &str,
        all: usize,
        items: Vec<DigestItem>,
        tone: WordTone,
    ) -> Option<DigestSection> {
        let lang = self.lang;
        let left_out = all
            .checked_sub(items.len())
            .filter(|left_out| *left_out > 0);
        Some(DigestSection {
            title: format!("{title} ({all})"),
            tone,
            items,
            more: left_out.map(|n| say! { lang, "e mais {n}: oci-consumo alert status", "and {n} more: oci-consumo alert status" }),
        })
        .filter(|_| all > 0)
    }

    fn event(&self, event: &Event, group: DigestGroup) -> DigestItem {
        let lang = self.lang;
        let mut item = match event {
            Event::Contract(event) => self.contract(event, group),
            Event::General {
                code,
                since,
                began,
                clients,
                ..
            } => DigestItem {
                name: pick(lang, "Carteira", "Portfolio").to_owned(),
                file: None,
                tag: None,
                tone: group_tone(group),
                text: operator::general(lang, code, *since, *began, *clients),
                note: operator::explained(lang, code).filter(|_| *began),
                bars: Vec::new(),
            },
            Event::Due { .. } => DigestItem {
                name: String::new(),
                file: None,
                tag: None,
                tone: WordTone::Info,
                text: String::new(),
                note: None,
                bars: Vec::new(),
            },
        };
        if event.on() != self.digest.as_of {
            let on = number::day(lang, event.on());
            item.text += &say!(lang, " [decidido em {on}]", " [decided on {on}]");
        }
        item
    }

    fn contract(&self, event: &ContractEvent, group: DigestGroup) -> DigestItem {
        let tone = match group {
            DigestGroup::Well | DigestGroup::Gone => group_tone(group),
            _ => level_tone(event.rule, event.level),
        };
        let shows_bars = matches!(event.rule, Rule::RunsOut | Rule::LeftOver | Rule::Term)
            && !matches!(group, DigestGroup::Well | DigestGroup::Gone);
        let figures = event.figures.as_deref().filter(|_| shows_bars);
        let code = event
            .reason
            .as_deref()
            .filter(|_| group == DigestGroup::Failed);
        DigestItem {
            name: name(&event.client),
            file: Some(name(&event.file)),
            tag: Some(operator::news_tag(self.lang, event)),
            tone,
            text: operator::sentence(self.lang, event),
            note: code.and_then(|code| operator::explained(self.lang, code)),
            bars: figures.map_or_else(Vec::new, |figures| bars::bars(self.lang, figures, tone)),
        }
    }

    fn open(&self, open: &OpenRule) -> DigestItem {
        DigestItem {
            name: name(&open.client),
            file: None,
            tag: Some(operator::tag(self.lang, open.rule, open.level)),
            tone: level_tone(open.rule, open.level),
            text: operator::still_open(self.lang, open),
            note: None,
            bars: Vec::new(),
        }
    }

    fn undelivered(&self, undelivered: &Undelivered) -> DigestItem {
        let lang = self.lang;
        let client = undelivered.client.as_deref().map(name);
        let state = operator::delivery(lang, &undelivered.state);
        let place = operator::place(&undelivered.channel, &undelivered.to);
        let mut text = format!("{place}: {state}");
        if let Some(problem) = &undelivered.problem {
            text += &format!(" ({})", printable(problem, 60));
        }
        DigestItem {
            name: client.unwrap_or_else(|| pick(lang, "Resumo", "Digest").to_owned()),
            file: None,
            tag: None,
            tone: WordTone::Bad,
            text,
            note: undelivered
                .problem
                .as_deref()
                .and_then(|code| operator::explained(lang, code)),
            bars: Vec::new(),
        }
    }

    fn foot(&self) -> Vec<String> {
        let (lang, digest) = (self.lang, self.digest);
        let mut foot = Vec::new();
        if digest.days_without_run > 0 {
            let days = words::days(lang, u64::from(digest.days_without_run));
            foot.push(say!(
                lang,
                "{days} sem execução antes desta.",
                "{days} without a run before this one."
            ));
        }
        if let Some(due) = digest.next_due {
            let due = number::day(lang, due);
            foot.push(
                say! { lang, "Próximo resumo até {due}. Se ele não chegar, a execução parou.",
                "Next digest by {due}. If it does not come, the runs have stopped." },
            );
        }
        foot.push(pick(
            lang,
            "Detalhe: oci-consumo alert status. Um código: oci-consumo manual codes CÓDIGO. Valores antes de impostos.",
            "Details: oci-consumo alert status. A code: oci-consumo manual codes CODE. Amounts before tax.",
        ).to_owned());
        foot
    }
}

/// Takes away each note that an item before has.
fn say_once(sections: &mut [DigestSection]) {
    let mut said = BTreeSet::new();
    let items = sections
        .iter_mut()
        .flat_map(|section| section.items.iter_mut());
    for item in items {
        item.note = item.note.take().filter(|note| said.insert(note.clone()));
    }
}

fn group_title(lang: Lang, group: DigestGroup) -> &'static str {
    let (pt, en) = match group {
        DigestGroup::Opened => ("Novos", "New"),
        DigestGroup::Worse => ("Piorou", "Worse"),
        DigestGroup::Failed => ("Falhou", "Failed"),
        DigestGroup::Well => ("Melhorou", "Well again"),
        DigestGroup::Gone => (
            "Saíram da pasta ou foram renovados",
            "Left the folder or renewed",
        ),
        DigestGroup::Baseline => ("Linha de base", "Baseline"),
    };
    pick(lang, pt, en)
}

fn group_tone(group: DigestGroup) -> WordTone {
    match group {
        DigestGroup::Opened | DigestGroup::Worse | DigestGroup::Failed => WordTone::Bad,
        DigestGroup::Well => WordTone::Good,
        DigestGroup::Gone | DigestGroup::Baseline => WordTone::Info,
    }
}

fn level_tone(rule: Rule, level: u8) -> WordTone {
    match rule {
        Rule::RunsOut if level >= URGENT => WordTone::Bad,
        Rule::RunsOut | Rule::NoData => WordTone::Warn,
        Rule::LeftOver | Rule::Term | Rule::Pace if level >= URGENT => WordTone::Warn,
        Rule::LeftOver | Rule::Term | Rule::Pace => WordTone::Info,
    }
}
