//! `alert replay`: the messages that the settings would have sent over the stored history.

use std::sync::Arc;

use anyhow::Result;

use super::desk::Desk;
use crate::alert::{Rules, Scope, replay as replayed, summary};
use crate::app::Outcome;
use crate::app::clients::{ClientInputs, of_each};
use crate::app::report::run;
use crate::app::run::{print, refuse};
use crate::app::screen::is_watched;
use crate::calendar::plus_days;
use crate::plan::{Plan, StoreUse};
use crate::profile::alerts::AlertSettings;
use crate::progress::Progress;
use crate::render;
use crate::report::statement::Statement;
use crate::store::Settings;

/// Replays the stored history of the clients of `plan`, and prints the messages a year.
pub(super) async fn replay(mut plan: Plan, settings: Arc<AlertSettings>) -> Result<Outcome> {
    let lang = plan.view.lang;
    if let Some(place) = plan.history.place().cloned() {
        plan.history = StoreUse::Alone { place };
    }
    let surplus = plan.figures.settings.surplus_percent.clone();
    let desk = Desk::new(settings, plan.as_of, surplus, Scope::Folder);
    let rules = desk.rules();
    let (figures, as_of) = (plan.figures.settings.clone(), plan.as_of);
    let own: Rules = rules.clone();
    let make = move |inputs: ClientInputs| {
        let ClientInputs {
            contract, series, ..
        } = inputs;
        let first = plus_days(contract.start, 1);
        let last = as_of.min(series.as_of).min(plus_days(contract.end, 1));
        let mut mornings = Vec::new();
        let mut day = first;
        while day <= last {
            if let Ok(seen) = series.seen_on(&contract, day, figures.settle_days) {
                mornings.push(Statement::new(&contract, &seen, &figures));
            }
            day = plus_days(day, 1);
        }
        replayed(&contract, &mornings, &own)
    };
    let progress = Progress::new(&plan.view, is_watched());
    let kept = Settings {
        method: plan.figures.settings.method.word(),
        settle_days: plan.figures.settings.settle_days,
        surplus_percent: String::new(),
    };
    let run = run(&plan, false, kept);
    let settle = plan.figures.settings.settle_days;
    let found = of_each(&plan, settle, run, &progress, make, None, None).await;
    let found = match found {
        Ok(found) => found,
        Err(misuse) => return Ok(refuse(lang, &misuse)),
    };
    let clients = found.clients.into_iter();
    let reported: Vec<_> = clients
        .filter_map(|client| Some((client.name, client.outcome.ok()?)))
        .collect();
    let outcome = match reported.is_empty() {
        true => Outcome::Nothing,
        false => Outcome::Complete,
    };
    let text = render::alert::replay(&summary(reported, plan.as_of), lang);
    print(lang, text.into_bytes(), outcome).await
}
