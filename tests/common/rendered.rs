//! The report as the library makes it, for a canvas of any size.

use std::time::{Duration, SystemTime};

use clap::Parser;
use oci_consumo::app;
use oci_consumo::cli::Cli;
use oci_consumo::internals::progress::Progress;
use oci_consumo::internals::render::{self, Canvas, Context};
use oci_consumo::internals::report::portfolio::Portfolio;
use oci_consumo::plan::{Defaults, Plan};

use super::{AS_OF, Served, morning};

/// What a pipe is to the report.
pub const PIPE: Canvas = Canvas {
    width: 120,
    height: None,
    terminal: false,
    colored: false,
};

/// A terminal without colours that is as high as need be.
pub fn terminal(width: usize) -> Canvas {
    Canvas {
        width,
        height: None,
        terminal: true,
        colored: false,
    }
}

/// The plan of a run of the arguments `given` as of `as_of`.
pub fn plan(as_of: &str, given: &[&str]) -> Plan {
    let args = ["oci-consumo", "--as-of", as_of].into_iter();
    let args = args.chain(given.iter().copied());
    Plan::new(Cli::parse_from(args), Defaults::default(), morning(as_of)).unwrap()
}

/// The portfolio of the clients that are `served`, without a store.
pub fn portfolio(served: &Served, as_of: &str) -> Portfolio {
    let endpoint = served.server.endpoint();
    let folder = served.dir.path().to_str().unwrap();
    let plan = plan(as_of, &[folder, "--endpoint", &endpoint, "--no-store"]);
    let progress = Progress::new(&plan.view, false);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime
        .block_on(app::report(&plan, &plan.figures, &progress))
        .unwrap()
}

/// What `render` makes of the context that `args` give as of `as_of`.
pub fn with_context<T>(
    as_of: &str,
    args: &[&str],
    canvas: Canvas,
    render: impl Fn(&Context<'_>) -> T,
) -> T {
    let plan = plan(as_of, args);
    render(&Context {
        view: &plan.view,
        as_of: plan.as_of,
        made_at: SystemTime::from(morning(as_of)) + Duration::from_secs(2 * 60 * 60),
        simulated: false,
        offline: false,
        endpoint: None,
        fail_on: &[],
        status: 0,
        alerts: None,
        canvas,
    })
}

/// The report on `portfolio` as of [`AS_OF`], as `args` ask for it.
pub fn report(portfolio: &Portfolio, args: &[&str], canvas: Canvas) -> String {
    with_context(AS_OF, args, canvas, |context| {
        render::report(portfolio, context).unwrap()
    })
}
