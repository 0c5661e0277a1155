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

fn start(plan: Plan) -> Outcome {
    let processors = available_parallelism().map_or(1, NonZero::get);
    let runtime = Builder::new_multi_thread()
        .worker_threads(plan.threads(processors))
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            app::complain(&format!("cannot start the runtime: {error}"));
            return Outcome::Unexpected;
        }
    };
    let outcome = runtime.block_on(app::run(plan));
    // A thread that reads a key or resolves a name holds up nobody's exit.
    runtime.shutdown_background();
    outcome
}
