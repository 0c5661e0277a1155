//! The program: parse, build the runtime, run, exit.

use std::num::NonZero;
use std::process::ExitCode;
use std::thread::available_parallelism;

use chrono::Utc;
use oci_consumo::app::{self, Outcome};
use oci_consumo::cli::Cli;
use oci_consumo::plan::Plan;
use tokio::runtime::Builder;

fn main() -> ExitCode {
    let plan = app::prepare(Cli::of_process(), Utc::now());
    ExitCode::from(plan.map_or_else(|refused| refused, start).status())
}

/// Checks that the system lets this process open the runtime's files: with room for some of them only, tokio panics. A
/// pipe and copies of its end stand for them, because an image may lack `/dev`.
#[cfg(unix)]
fn room_for_files() -> std::io::Result<()> {
    const FILES: usize = 7;
    let (reader, _writer) = std::io::pipe()?;
    let copies = (2..FILES).map(|_| reader.try_clone());
    copies.collect::<Result<Vec<_>, _>>().map(drop)
}

#[cfg(not(unix))]
fn room_for_files() -> std::io::Result<()> {
    Ok(())
}

fn start(plan: Plan) -> Outcome {
    let processors = available_parallelism().map_or(1, NonZero::get);
    let build = || {
        Builder::new_multi_thread()
            .worker_threads(plan.threads(processors))
            .enable_all()
            .build()
    };
    let runtime = match room_for_files().and_then(|()| build()) {
        Ok(runtime) => runtime,
        Err(error) => return app::not_started(&plan, &error),
    };
    let outcome = runtime.block_on(app::run(plan));
    // A thread that reads a key or resolves a name holds up nobody's exit.
    runtime.shutdown_background();
    outcome
}
