//! Short messages: one part of 160 characters, in letters that every network and telephone has.
//!
//! GSM 03.38's basic table lacks most of Portuguese's accented letters, and one of them halves the length of a message
//! or is lost on the way. So a message has only those ASCII characters that the basic table has in one septet.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::digest::Counts;
use super::letter::Matter;
use super::operator::DigestGroup;
use crate::alert::{ContractEvent, Digest, Event, Figures, Letter, News, Rule};
use crate::lang::{Lang, say};
use crate::money::Amount;
use crate::render::number;
use crate::render::words::{self, pick};
use crate::report::statement::Situation;
use crate::text::printable;

/// Characters of one part.
pub(super) const LONGEST: usize = 160;
/// Characters of a name: what is cut first.
const LONGEST_NAME: usize = 40;
/// Groups of events that are counted besides the one that is named.
const MOST_OTHERS: usize = 3;
/// Characters that a name keeps before another part of the message is left out.
const SHORTEST_NAME: usize = 12;

/// The operator's message: the most urgent event, and the numbers of the others.
pub(super) fn digest(digest: &Digest, lang: Lang) -> String {
    let day = short_day(lang, digest);
    let test = if digest.is_test {
        pick(lang, "TESTE: ", "TEST: ")
    } else {
        ""
    };
    let before = format!("{test}OCI {day}: ");
    let contract = digest.events.iter().find_map(Event::contract);
    let (name, mut parts) = match contract {
        Some(event) => (folded_name(&event.client), vec![about(lang, event)]),
        None => (
            String::new(),
            vec![Counts::of(digest).parts(lang).join(", ")],
        ),
    };
    let others = contract.map_or_else(Vec::new, |event| others(lang, digest, event));
    let clients = digest.clients;
    if !others.is_empty() {
        let others = others.join(", ");
        parts.push(say!(
            lang,
            ". Outros: {others} de {clients}",
            ". Others: {others} of {clients}"
        ));
    }
    parts.push(
        pick(
            lang,
            ". Detalhe: oci-consumo alert status",
            ". Details: oci-consumo alert status",
        )
        .to_owned(),
    );
    fitted(&before, &name, &parts)
}

/// The customer's message.
pub(super) fn letter(letter: &Letter, lang: Lang) -> String {
    let matter = Matter::new(letter, lang);
    let name = folded_name(&matter.client());
    let mut parts = vec![format!(": {}", matter.title())];
    if let Some(figures) = matter.figures {
        let day = figures
            .runs_out
            .filter(|_| figures.situation == Situation::RunsOut);
        if let Some(day) = day {
            let day = number::short_day(lang, day);
            parts.push(say!(lang, " Por volta de {day}.", " Around {day}."));
        }
        let balance = figures
            .balance
            .as_ref()
            .filter(|balance| !balance.is_negative());
        if let Some(balance) = balance {
            let balance = words::priced(lang, figures.currency, balance);
            parts.push(say!(
                lang,
                " Saldo hoje: {balance}.",
                " Balance today: {balance}."
            ));
        }
    }
    if let Some(contact) = &matter.contact {
        parts.push(say!(lang, " Fale com {contact}", " Talk to {contact}"));
    }
    fitted("Oracle Cloud, ", &name, &parts)
}

/// `26/11`, or `11-26`.
fn short_day(lang: Lang, digest: &Digest) -> String {
    let form = match lang {
        Lang::PtBr => "%d/%m",
        Lang::En => "%Y-%m-%d",
    };
    digest.as_of.format(form).to_string()
}

/// Returns the groups besides the event that is named: the three that matter most.
fn others(lang: Lang, digest: &Digest, named: &ContractEvent) -> Vec<String> {
    let is_named = |event: &Event| {
        event
            .contract()
            .is_some_and(|event| std::ptr::eq(event, named))
    };
    let rest = digest
        .events
        .iter()
        .filter(|event| !is_named(event))
        .cloned();
    let rest = Digest {
        events: rest.collect(),
        undelivered: Vec::new(),
        ..digest.clone()
    };
    let counts = Counts::of(&rest);
    let groups = DigestGroup::ALL
        .into_iter()
        .filter(|group| counts.get(*group) > 0);
    groups
        .take(MOST_OTHERS)
        .map(|group| super::digest::counted(lang, group, counts.get(group)))
        .collect()
}

/// Says the event in the fewest words, behind a name.
fn about(lang: Lang, event: &ContractEvent) -> String {
    let figures = event.figures.as_deref();
    let text = match (event.news, event.rule) {
        (News::Renewed, _) => say!(lang, "renovado", "renewed"),
        (News::Gone, _) => say!(lang, "saiu da pasta", "left the folder"),
        (News::Well, _) => {
            let rule = super::operator::rule(lang, event.rule).to_lowercase();
            say!(lang, "melhorou ({rule})", "is well again ({rule})")
        }
        (_, Rule::RunsOut) => runs_out(lang, figures),
        (_, Rule::LeftOver) => {
            match figures.and_then(|figures| money(lang, figures, figures.surplus.as_ref())) {
                Some(surplus) => say!(
                    lang,
                    "deve deixar sobra de {surplus}",
                    "leaves {surplus} unused"
                ),
                None => say!(lang, "deve deixar sobra", "leaves credit unused"),
            }
        }
        (_, Rule::Term) => match figures {
            Some(figures) => {
                let end = number::short_day(lang, figures.end);
                say!(lang, "contrato ate {end}", "contract until {end}")
            }
            None => say!(lang, "contrato perto do fim", "contract near its end"),
        },
        (_, Rule::NoData) => say!(lang, "sem numeros", "has no figures"),
        (_, Rule::Pace) => say!(lang, "mudou de ritmo", "changed its pace"),
    };
    format!(" {text}")
}

fn runs_out(lang: Lang, figures: Option<&Figures>) -> String {
    let Some(figures) = figures else {
        return say!(lang, "deve esgotar", "runs out early");
    };
    let day = figures.runs_out.map_or_else(String::new, |day| {
        format!(" {}", number::short_day(lang, day))
    });
    let mut text = match figures.situation {
        Situation::Spent => say!(lang, "esgotou{day}", "ran out{day}"),
        _ => say!(lang, "deve esgotar{day}", "runs out{day}"),
    };
    if let Some(chance) = figures
        .chance
        .filter(|_| figures.situation != Situation::Spent)
    {
        text += &format!(" ({chance}%)");
    }
    if let Some(shortfall) = money(lang, figures, figures.shortfall.as_ref()) {
        text += &say!(lang, ", faltam {shortfall}", ", short {shortfall}");
    }
    text
}

fn money(lang: Lang, figures: &Figures, amount: Option<&Amount>) -> Option<String> {
    let amount = amount.filter(|amount| amount.is_positive())?;
    Some(words::priced(lang, figures.currency, amount))
}

/// `before`, `name` and as many of `parts` as fit. The name is cut first, then the last parts go.
fn fitted(before: &str, name: &str, parts: &[String]) -> String {
    let (before, mut parts) = (
        folded(before),
        parts.iter().map(|part| folded(part)).collect::<Vec<_>>(),
    );
    loop {
        let rest: usize = before.len() + parts.iter().map(String::len).sum::<usize>();
        let least = name.len().min(SHORTEST_NAME);
        if rest + least <= LONGEST || parts.len() <= 1 {
            let room = LONGEST.saturating_sub(rest).max(least);
            let name: String = name.chars().take(room).collect();
            let text = format!("{before}{}{}", name.trim_end(), parts.concat());
            // All of it is ASCII: a character is a byte.
            return text
                .chars()
                .take(LONGEST)
                .collect::<String>()
                .trim_end()
                .to_owned();
        }
        parts.pop();
    }
}

fn folded_name(name: &str) -> String {
    let name = folded(&printable(name, LONGEST_NAME));
    let name: String = name.trim().chars().take(LONGEST_NAME).collect();
    if name.is_empty() {
        "?".to_owned()
    } else {
        name
    }
}

/// Returns `text` in the characters of a short message. What has none of them becomes one question mark a run. No telephone
/// makes a link of the result: a scheme's slashes are left out.
pub(super) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)) {
        let in_place = match c {
            c if is_basic(c) => {
                folded.push(c);
                continue;
            }
            '€' => "EUR",
            'ß' => "ss",
            'æ' => "ae",
            'Æ' => "AE",
            'ø' => "o",
            'Ø' => "O",
            'đ' => "d",
            'Đ' => "D",
            'ł' => "l",
            'Ł' => "L",
            '–' | '—' | '−' | '·' | '•' | '\u{2010}' | '\u{2011}' => "-",
            '‘' | '’' | '`' | '´' => "'",
            '“' | '”' | '«' | '»' => "\"",
            '[' | '{' => "(",
            ']' | '}' => ")",
            '\\' | '|' => "/",
            '~' | '^' => "-",
            c if c.is_whitespace() => " ",
            _ if folded.ends_with('?') => "",
            _ => "?",
        };
        folded += in_place;
    }
    folded.replace("://", ":")
}

/// Whether GSM 03.38's basic table has the ASCII character, in one septet.
fn is_basic(c: char) -> bool {
    c.is_ascii_alphanumeric() || " @$_!\"#%&'()*+,-./:;<=>?".contains(c)
}
