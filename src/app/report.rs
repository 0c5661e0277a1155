//! The report: folder in, portfolio out.

use std::sync::Arc;

use chrono::DateTime;

use super::alert::desk::Desk;
use super::clients::{ClientInputs, of_each};
use super::kinds::Permissions;
use crate::plan::{FigureOptions, Looks, Misuse, Plan};
use crate::progress::Progress;
use crate::render::manual;
use crate::report::changes::EarlierRun;
use crate::report::portfolio::Portfolio;
use crate::report::statement::Statement;
use crate::store::{Run, Settings, Showing};

/// Reports the clients that `plan` asks for, by `figures`.
///
/// # Errors
/// When the folder cannot be read, or no client of it is asked for.
pub async fn report(
    plan: &Plan,
    figures: &FigureOptions,
    progress: &Arc<Progress>,
) -> Result<Portfolio, Misuse> {
    report_to(plan, figures, progress, None).await
}

/// Reports as [`report`] does, and lets `desk` decide whom to tell.
///
/// # Errors
/// As of [`report`].
pub(super) async fn report_to(
    plan: &Plan,
    figures: &FigureOptions,
    progress: &Arc<Progress>,
    desk: Option<&Arc<Desk>>,
) -> Result<Portfolio, Misuse> {
    let figure_settings = &figures.settings;
    let own = figure_settings.clone();
    let make = move |inputs: ClientInputs| {
        let mut statement = Statement::new(&inputs.contract, &inputs.series, &own);
        statement.warnings.splice(..0, inputs.warnings);
        Box::new(statement)
    };
    let statement: fn(&Box<Statement>) -> &Statement = |statement| statement;
    // Figures that BI may never show are nobody's history.
    let recorded = !Permissions::of(plan).shown.is_never();
    let settings = Settings {
        method: figure_settings.method.word(),
        settle_days: figure_settings.settle_days,
        surplus_percent: figure_settings.surplus_percent.to_string(),
    };
    let run = run(plan, recorded, settings);
    let settle = figure_settings.settle_days;
    let found = of_each(plan, settle, run, progress, make, Some(statement), desk).await?;
    // Of a look, or of an earlier day, the difference would tell of the options.
    let looks = Looks {
        only: false,
        ..plan.looks
    };
    let comparable = |earlier: &EarlierRun| !looks.any() && plan.as_of >= earlier.as_of;
    let portfolio = Portfolio::new(found.clients, found.notices, figure_settings);
    Ok(Portfolio {
        earlier: found.earlier.filter(comparable),
        ..portfolio
    })
}

/// Returns the run of `plan` as the store keeps it; `figures` tells whether its figures are recorded.
pub(super) fn run(plan: &Plan, figures: bool, settings: Settings) -> Run {
    let may = Permissions::of(plan);
    let showing = |may: Permissions| match figures {
        true => may.showing(plan.record),
        false => Showing::Never,
    };
    Run {
        folder: String::new(),
        complete: !may.keeps.chosen,
        look: plan.looks.any(),
        shown: showing(may),
        shown_in_past: showing(may.in_past()),
        figures,
        as_of: plan.as_of,
        started_at: plan.now,
        finished_at: DateTime::UNIX_EPOCH,
        settings,
        clients: 0,
        failed: 0,
        meaning: manual::failure_meaning,
    }
}
