//! Failures and warnings of the screen: cause and remedy of each failure, and equal warnings once.

use std::collections::BTreeMap;

use console::{Style, measure_text_width, truncate_str};

use crate::failure::{Failure, Warning};
use crate::lang::Lang;
use crate::render::client::whole;
use crate::render::explain;
use crate::render::text::{ShownClients, TextPage};
use crate::render::{words, wrap};
use crate::report::portfolio::{Client, Portfolio};

impl TextPage<'_> {
    /// Cause and remedy of a failure; in a terminal a line each.
    pub(super) fn failed_lines(
        &self,
        client: &Client,
        failure: &Failure,
        shown: &ShownClients<'_>,
    ) -> Vec<String> {
        let lang = self.lang();
        let explanation = explain::brief(lang, &client.file, failure);
        let whole = whole(&client.file, failure);
        let mut lines = self.about(client, &explanation.message, &whole, shown);
        let remedy = words::to_do(lang, &explanation.remedy);
        let room = self.context.canvas.width.saturating_sub(2);
        let remedy = brief(&remedy, room, &whole);
        match shown.whole {
            true => lines.extend(self.remark_lines(2, remedy, &whole)),
            false => lines.push(format!("  {}", wrap::cut(remedy, room, &whole))),
        }
        lines
    }

    /// The client's name and the first clauses of `text`; in a terminal one line.
    pub(super) fn about(
        &self,
        client: &Client,
        text: &str,
        whole: &[&str],
        shown: &ShownClients<'_>,
    ) -> Vec<String> {
        let width = self.context.canvas.width;
        let name = match shown.whole {
            true => client.name.as_str().into(),
            false => truncate_str(&client.name, width / 2, "…"),
        };
        let room = width.saturating_sub(measure_text_width(&name) + 2);
        let name = self.styled(&Style::new().bold(), &name);
        let text = match shown.whole {
            true => brief(text, room, whole).to_owned(),
            false => shortened(text, room, whole),
        };
        match shown.whole {
            true => self.remark_lines(0, &format!("{name}: {text}"), whole),
            false => vec![format!("{name}: {}", wrap::cut(&text, room, whole))],
        }
    }

    /// Warnings, equal ones once. Those of one client alone stand in its part, or here if it has none.
    pub(super) fn warnings(
        &self,
        portfolio: &Portfolio,
        shown: &ShownClients<'_>,
    ) -> Vec<Vec<String>> {
        let lang = self.lang();
        let width = self.context.canvas.width;
        let common = CommonWarnings::of(lang, portfolio);
        let equal = common.counts.iter().filter(|(_, count)| **count > 1);
        let mut lines: Vec<String> = equal
            .map(|(text, count)| format!("! {}: {text}", words::clients(lang, *count)))
            .collect();
        let mut hidden: BTreeMap<&str, Vec<(&str, &Warning, &str)>> = BTreeMap::new();
        for (client, warning, text) in &common.all {
            if !common.is_equal(text) && !shown.has_part(client) {
                let same = hidden.entry(warning.code()).or_default();
                same.push((&client.name, warning, text));
            }
        }
        lines.extend(hidden.into_values().filter_map(|same| {
            let (name, warning, text) = same.first()?;
            Some(match same.len() {
                1 => format!("! {name}: {text}"),
                count => {
                    let names: Vec<&str> = same.iter().map(|(name, ..)| *name).collect();
                    let (clients, names) = (words::clients(lang, count), names.join(", "));
                    let kind = explain::warning_kind(lang, warning);
                    let names = match shown.whole {
                        true => names,
                        false => wrap::cut(&names, width, &[]),
                    };
                    format!("! {clients}: {kind} ({names})")
                }
            })
        }));
        let lines = lines.iter();
        lines.map(|line| self.remark_lines(0, line, &[])).collect()
    }
}

/// The first clauses of `text`. If they are wider than `width`, the names of files go: first that of the client's own,
/// which `text` may start with, then those on the way.
fn shortened(text: &str, width: usize, files: &[&str]) -> String {
    let first = brief(text, width, files);
    if measure_text_width(first) <= width {
        return first.to_owned();
    }
    let own = files.first().and_then(|file| text.strip_prefix(file));
    let own = own.and_then(|rest| rest.strip_prefix([':', ',']));
    let text = own.map_or(text, str::trim_start);
    let first = brief(text, width, files);
    if measure_text_width(first) <= width {
        return first.to_owned();
    }
    let paths = files.iter().skip(1).filter(|path| !path.is_empty());
    let text = paths.fold(text.to_owned(), |text, path| text.replace(path, "…"));
    brief(&text, width, files).to_owned()
}

/// The first clauses of `text`, as many as fit into `width`, but at least one. None ends in one of `whole`.
fn brief<'t>(text: &'t str, width: usize, whole: &[&str]) -> &'t str {
    let whole = wrap::places(text, whole);
    let ends = |(n, _): (usize, &str)| n;
    let mut ends: Vec<usize> = ["; ", ". "]
        .iter()
        .flat_map(|mark| text.match_indices(mark).map(ends))
        .filter(|end| !whole.iter().any(|place| place.contains(end)))
        .collect();
    ends.sort_unstable();
    ends.push(text.len());
    let least = ends.first().copied().unwrap_or(text.len());
    let fits = |end: &&usize| measure_text_width(&text[..**end]) <= width;
    let end = ends.iter().rev().find(fits).copied().unwrap_or(least);
    &text[..end]
}

/// The warnings of all clients, in words.
pub(in crate::render) struct CommonWarnings<'a> {
    all: Vec<(&'a Client, &'a Warning, String)>,
    counts: BTreeMap<String, usize>,
}

impl<'a> CommonWarnings<'a> {
    pub(in crate::render) fn of(lang: Lang, portfolio: &'a Portfolio) -> Self {
        let (mut all, mut counts) = (Vec::new(), BTreeMap::new());
        for client in &portfolio.clients {
            let statement = client.statement();
            let currency = statement.and_then(|statement| statement.currency);
            let warnings = statement.map_or(&client.warnings, |statement| &statement.warnings);
            for warning in warnings {
                let text = explain::warning(lang, currency, warning);
                *counts.entry(text.clone()).or_default() += 1;
                all.push((client, warning, text));
            }
        }
        Self { all, counts }
    }

    /// Returns whether several clients have the warning of this text.
    pub(in crate::render) fn is_equal(&self, text: &str) -> bool {
        self.counts.get(text).is_some_and(|count| *count > 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_go_before_the_cause() {
        let path = "/home/Maria Silva/a; b. c/chave.pem";
        let files = ["config_a", path];
        let text = format!("config_a, linha 6, key_file: {path}: não existe; e mais");
        for (width, expected) in [
            (90, &*text),
            (
                76,
                "config_a, linha 6, key_file: /home/Maria Silva/a; b. c/chave.pem: não existe",
            ),
            (
                70,
                "linha 6, key_file: /home/Maria Silva/a; b. c/chave.pem: não existe",
            ),
            (40, "linha 6, key_file: …: não existe; e mais"),
            (20, "linha 6, key_file: …: não existe"),
        ] {
            assert_eq!(shortened(&text, width, &files), expected, "{width}");
        }
    }
}
