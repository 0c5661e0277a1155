//! Failures and warnings of the screen: cause and remedy of each failure, and equal warnings once.

use std::collections::BTreeMap;

use console::{Style, measure_text_width, truncate_str};

use crate::failure::{Failure, Warning};
use crate::lang::Lang;
use crate::render::explain;
use crate::render::text::{Page, Shown};
use crate::render::words;
use crate::report::portfolio::{Client, Portfolio};

impl Page<'_> {
    /// Cause and remedy of a failure, a line each.
    pub(super) fn failed_lines(
        &self,
        client: &Client,
        failure: &Failure,
        shown: &Shown<'_>,
    ) -> Vec<String> {
        let lang = self.lang();
        let explanation = explain::brief(lang, &client.file, failure);
        let width = self.context.canvas.width;
        let name = self.styled(&Style::new().bold(), &client.name);
        let used = measure_text_width(&client.name) + 2;
        let cause = brief(&explanation.message, width.saturating_sub(used));
        let remedy = words::to_do(lang, &explanation.remedy);
        let remedy = brief(&remedy, width.saturating_sub(2));
        let lines = [format!("{name}: {cause}"), format!("  {remedy}")];
        lines
            .map(|line| match shown.whole {
                true => line,
                false => truncate_str(&line, width, "…").into_owned(),
            })
            .to_vec()
    }

    /// Warnings, equal ones once. Those of one client alone stand in its part, or here if it has none.
    pub(super) fn warnings(&self, portfolio: &Portfolio, shown: &Shown<'_>) -> Vec<String> {
        let lang = self.lang();
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
                    format!("! {clients}: {kind} ({names})")
                }
            })
        }));
        let width = self.context.canvas.width;
        let lines = lines.into_iter();
        lines
            .map(|line| match shown.whole {
                true => line,
                false => truncate_str(&line, width, "…").into_owned(),
            })
            .collect()
    }
}

/// The first clauses of `text`, as many as fit into `width`, but at least one.
fn brief(text: &str, width: usize) -> String {
    let ends = |(n, _): (usize, &str)| n;
    let mut ends: Vec<usize> = ["; ", ". "]
        .iter()
        .flat_map(|mark| text.match_indices(mark).map(ends))
        .collect();
    ends.sort_unstable();
    ends.push(text.len());
    let least = ends.first().copied().unwrap_or(text.len());
    let fits = |end: &&usize| measure_text_width(&text[..**end]) <= width;
    let end = ends.iter().rev().find(fits).copied().unwrap_or(least);
    text[..end].to_owned()
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

    /// Whether several clients have the warning of this text.
    pub(in crate::render) fn is_equal(&self, text: &str) -> bool {
        self.counts.get(text).is_some_and(|count| *count > 1)
    }
}
