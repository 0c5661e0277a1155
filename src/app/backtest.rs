//! The test of the forecasts: folder in, how far off each method was out.

use std::sync::Arc;

use super::clients::{ClientInputs, of_each};
use super::report::run;
use crate::forecast::Method;
use crate::plan::{Misuse, Plan};
use crate::progress::Progress;
use crate::report::backtest::{Backtest, Tested};
use crate::store::Settings;

/// Tests every method on the past of each client that `plan` selects. The last `settle` days before the as-of day
/// are unsettled; the band belongs to `method`.
///
/// # Errors
/// When the folder cannot be read, or no client of it is asked for.
pub async fn backtest(
    plan: &Plan,
    settle: u32,
    method: Method,
    progress: &Arc<Progress>,
) -> Result<Backtest, Misuse> {
    let test =
        move |inputs: ClientInputs| Tested::new(&inputs.contract, &inputs.series, settle, method);
    let settings = Settings {
        method: method.word(),
        settle_days: settle,
        surplus_percent: String::new(),
    };
    let run = run(plan, false, settings);
    let found = of_each(plan, settle, run, progress, test, None, None).await?;
    Ok(Backtest::new(method, found.clients, found.notices))
}
