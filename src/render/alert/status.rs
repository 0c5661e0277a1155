//! The screen of `alert status`.

use std::time::SystemTime;

use chrono::{DateTime, TimeDelta, Utc};

use super::decision::side;
use super::fitted::name;
use super::operator;
use crate::alert::{AlertStatus, ContractStatus, Heard, HeardStatus, KeptMessage, Pause};
use crate::lang::{Lang, say};
use crate::render::number;
use crate::render::words::{self, pick};
use crate::text::printable;

/// The whole screen.
pub(super) fn screen(status: &AlertStatus, lang: Lang) -> String {
    let mut text = String::new();
    if let Some(pause) = status.pause {
        text += &paused(lang, pause);
        text += "\n\n";
    }
    if status.contracts.is_empty() {
        text += pick(lang, "Nada em aberto.\n", "Nothing is open.\n");
    } else {
        let contracts = words::contracts(lang, status.contracts.len());
        text += &say!(lang, "Em aberto: {contracts}\n", "Open: {contracts}\n");
        for of in &status.contracts {
            text += &contract(lang, of);
        }
    }
    text += pick(
        lang,
        "\nMensagens que esperam ou não chegaram\n",
        "\nMessages that wait or did not arrive\n",
    );
    if status.messages.is_empty() {
        text += pick(lang, "  nenhuma\n", "  none\n");
    }
    for kept in &status.messages {
        text += &format!("  {}\n", message(lang, kept, status.offset_minutes));
    }
    text += pick(lang, "\nCanais\n", "\nChannels\n");
    for channel in &status.channels {
        let word = printable(&channel.channel, 40);
        let last = match channel.last_success {
            Some(at) => {
                let at = time(lang, at, status.offset_minutes);
                say!(
                    lang,
                    "último envio aceito em {at}",
                    "last message accepted on {at}"
                )
            }
            None => say!(lang, "nenhum envio aceito ainda", "no message accepted yet"),
        };
        text += &format!("  {word}: {last}\n");
    }
    if status.channels.is_empty() {
        text += pick(lang, "  nenhum\n", "  none\n");
    }
    text
}

fn paused(lang: Lang, pause: Pause) -> String {
    match pause.until {
        Some(until) => {
            let until = number::day(lang, until);
            say! { lang, "Pausa até {until}: nada é enviado até o fim desse dia.",
            "Paused until {until}: nothing is sent before that day is over." }
        }
        None => say!(
            lang,
            "Pausa sem data: nada é enviado.",
            "Paused without a date: nothing is sent."
        ),
    }
}

fn contract(lang: Lang, contract: &ContractStatus) -> String {
    let mut text = format!("\n{} ({})\n", name(&contract.client), name(&contract.file));
    for open in &contract.rules {
        let (tag, since) = (
            operator::tag(lang, open.rule, open.level),
            number::day(lang, open.since),
        );
        text += &say!(lang, "  {tag}, desde {since}\n", "  {tag}, since {since}\n");
        for heard in &open.heard {
            text += &format!("    {}\n", recipient(lang, heard));
        }
    }
    text
}

fn recipient(lang: Lang, heard: &HeardStatus) -> String {
    let place = operator::place(&heard.channel, &heard.to);
    let side = side(lang, heard.side);
    let what = match &heard.told {
        None => say!(lang, "não avisado", "not told"),
        Some(told) => {
            let (on, level) = (number::day(lang, told.on), told.level);
            match told.heard {
                Heard::Message => say!(
                    lang,
                    "avisado em {on}, nível {level}",
                    "told on {on}, level {level}"
                ),
                Heard::Uncertain => {
                    say!(
                        lang,
                        "talvez avisado em {on}, nível {level}",
                        "may have been told on {on}, level {level}"
                    )
                }
                Heard::Assumed => {
                    say! { lang, "não avisado: já estava em aberto em {on}, nível {level}",
                    "not told: was open already on {on}, level {level}" }
                }
            }
        }
    };
    format!("{side}, {place}: {what}")
}

fn message(lang: Lang, kept: &KeptMessage, offset: i32) -> String {
    let place = operator::place(&kept.channel, &kept.to);
    let about = match &kept.client {
        Some(client) => name(client),
        None => pick(lang, "Resumo", "Digest").to_owned(),
    };
    let state = operator::delivery(lang, &kept.state);
    let (decided, tries) = (number::day(lang, kept.decided), kept.tries);
    let mut parts = vec![
        format!("{about}, {place}: {state}"),
        say!(lang, "decidida em {decided}", "decided on {decided}"),
        match tries {
            1 => say!(lang, "1 tentativa", "1 try"),
            _ => say!(lang, "{tries} tentativas", "{tries} tries"),
        },
    ];
    if let Some(next) = kept.next_try {
        let next = time(lang, next, offset);
        parts.push(say!(
            lang,
            "a próxima a partir de {next}",
            "the next from {next}"
        ));
    }
    if let Some(problem) = &kept.problem {
        parts.push(printable(problem, 60));
    }
    parts.join("; ")
}

/// `27/11/2026 06:00 (UTC-03:00)`.
fn time(lang: Lang, at: SystemTime, offset: i32) -> String {
    let at = DateTime::<Utc>::from(at);
    let local = at
        .checked_add_signed(TimeDelta::minutes(i64::from(offset)))
        .unwrap_or(at);
    let form = match lang {
        Lang::PtBr => "%d/%m/%Y %H:%M",
        Lang::En => "%Y-%m-%d %H:%M",
    };
    let sign = if offset < 0 { '-' } else { '+' };
    let (hours, minutes) = (offset.unsigned_abs() / 60, offset.unsigned_abs() % 60);
    format!("{} (UTC{sign}{hours:02}:{minutes:02})", local.format(form))
}
