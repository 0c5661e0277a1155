//! The test of the forecasts: folder in, how far off each method was out.

use std::sync::Arc;

use super::report::{Material, of_each};
use crate::forecast::Method;
use crate::plan::{Misuse, Plan};
use crate::progress::Progress;
use crate::report::backtest::{Backtest, Tested};

/// How the methods did on each client that `plan` asks for, with `settle` days before the as-of day that
/// are not settled; the band is that of `method`.
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
        move |material: Material| Tested::new(&material.contract, &material.series, settle, method);
    let (clients, notices) = of_each(plan, settle, progress, test, None).await?;
    Ok(Backtest::new(method, clients, notices))
}
