//! Marks of a page that is not what it seems, and the time from which it counts its age.

use std::time::SystemTime;

use chrono::{DateTime, SecondsFormat, Utc};

use super::PageContext;
use crate::calendar::{Day, midnight};
use crate::lang::say;
use crate::render::number;
use crate::render::words;
use crate::report::statement::Statement;
use crate::text::printable;

/// Characters of an address.
const LONGEST_ADDRESS: usize = 80;

/// Writes a time for programs.
pub(super) fn instant(at: SystemTime) -> String {
    DateTime::<Utc>::from(at).to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Returns the time from which the age of the figures counts: that of the page, or the as-of day if that is older.
pub(super) fn since(context: &PageContext<'_>, as_of: Day, made_on: Day) -> String {
    match as_of < made_on {
        true => midnight(as_of),
        false => instant(context.made_at),
    }
}

/// Marks of a page that is not what it seems: made-up figures, another service, another day, days from the store.
pub(super) fn marks(context: &PageContext<'_>, statement: &Statement, made_on: Day) -> Vec<String> {
    let lang = context.lang;
    let dated = (statement.as_of != made_on).then(|| {
        let as_of = number::long_day(lang, statement.as_of);
        say!(lang, "Posição em {as_of}", "As of {as_of}")
    });
    let simulated = context.simulated.then(|| words::simulated(lang).to_owned());
    let endpoint = context
        .endpoint
        .filter(|_| !context.simulated)
        .map(|address| {
            let address = printable(address, LONGEST_ADDRESS);
            say!(
                lang,
                "TESTE: os dados não vêm da Oracle, e sim de {address}",
                "TEST: the data are not Oracle's, but from {address}"
            )
        });
    let offline = context.offline.then(|| match statement.data_through {
        Some(day) => {
            let age = words::distance(lang, made_on, day);
            say!(
                lang,
                "Dados guardados, sem nova consulta à Oracle: o último dia com dados foi {age}.",
                "Stored data, without a new request to Oracle: the last day with data was {age}."
            )
        }
        None => say!(
            lang,
            "Dados guardados, sem nova consulta à Oracle.",
            "Stored data, without a new request to Oracle."
        ),
    });
    [simulated, endpoint, dated, offline]
        .into_iter()
        .flatten()
        .collect()
}
