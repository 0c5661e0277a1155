//! What the operator sees while it runs, on stderr only: a line of progress in
//! a terminal, warnings about the folder, and with `-v` every request.
#![allow(
    clippy::print_stderr,
    reason = "the one room that talks to stderr while the run lasts"
)]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::Lang;
use crate::oci::transport::{Event, Observer};
use crate::plan::View;
use crate::profile::walk::Skipped;
use crate::render::{explain, say};

/// Names of unfinished clients that the line has room for.
const NAMES_SHOWN: usize = 3;

/// The operator's view of a run under way.
#[derive(Debug)]
pub struct Progress {
    lang: Lang,
    quiet: bool,
    verbose: bool,
    bar: ProgressBar,
    /// Clients that wait for the service, and how many of their requests do.
    waiting: Mutex<BTreeMap<String, u32>>,
}

impl Progress {
    /// As `view` asks for; the line of progress only where `terminal` says that somebody watches.
    pub fn new(view: &View, terminal: bool) -> Arc<Self> {
        let bar = if terminal && !view.quiet {
            ProgressBar::new(0)
        } else {
            ProgressBar::hidden()
        };
        if let Ok(style) = ProgressStyle::with_template("{bar:20} {pos}/{len} {wide_msg}") {
            bar.set_style(style);
        }
        Arc::new(Self {
            lang: view.lang,
            quiet: view.quiet,
            verbose: view.verbose,
            bar,
            waiting: Mutex::default(),
        })
    }

    /// So many clients are to be worked on.
    pub fn begin(&self, clients: usize) {
        self.bar.set_length(clients as u64);
    }

    /// A client is finished, well or not.
    pub fn done(&self, client: &str) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.remove(client);
        self.bar.inc(1);
        self.show(&waiting);
    }

    /// The run is over; the line goes.
    pub fn end(&self) {
        self.bar.finish_and_clear();
    }

    /// A name in the folder was passed over.
    pub fn skipped(&self, skipped: &Skipped) {
        let name = &skipped.name;
        self.warn(&match skipped.leftover {
            true => say!(
                self.lang,
                "{name}: ignorado, sobra de editor",
                "{name}: skipped, an editor's leftover"
            ),
            false => say!(
                self.lang,
                "{name}: ignorado, não é um arquivo",
                "{name}: skipped, not a file"
            ),
        });
    }

    /// A warning that belongs to no client.
    pub fn warn(&self, text: &str) {
        if !self.quiet {
            let word = say!(self.lang, "aviso", "warning");
            self.print(&format!("{word}: {text}"));
        }
    }

    /// Told of each try of a client's requests.
    pub fn observer(self: &Arc<Self>, client: &str) -> Observer {
        let (progress, client) = (Arc::clone(self), client.to_owned());
        Arc::new(move |event| progress.event(&client, &event))
    }

    fn event(&self, client: &str, event: &Event) {
        {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            let requests = waiting.entry(client.to_owned()).or_default();
            match event {
                Event::Sent => *requests += 1,
                Event::Answered { .. } | Event::Broken { .. } => {
                    *requests = requests.saturating_sub(1)
                }
                Event::Pause { .. } => {}
            }
            self.show(&waiting);
        }
        if !self.verbose {
            return;
        }
        let seconds = |time: &Duration| format!("{}.{:03} s", time.as_secs(), time.subsec_millis());
        self.print(&match event {
            Event::Sent => return,
            Event::Answered {
                status,
                request_id,
                elapsed,
            } => {
                format!(
                    "{client}: {status} {} opc-request-id {request_id}",
                    seconds(elapsed)
                )
            }
            Event::Broken { problem, elapsed } => {
                let what = explain::service(self.lang, problem);
                format!("{client}: {} {what}", seconds(elapsed))
            }
            Event::Pause { pause, tries } => {
                let pause = seconds(pause);
                say!(
                    self.lang,
                    "{client}: tentativa {tries} falhou; nova em {pause}",
                    "{client}: try {tries} failed; next in {pause}"
                )
            }
        });
    }

    fn show(&self, waiting: &BTreeMap<String, u32>) {
        if self.bar.is_hidden() {
            return;
        }
        let names: Vec<&str> = waiting
            .iter()
            .filter(|(_, requests)| **requests > 0)
            .map(|(name, _)| name.as_str())
            .collect();
        let more = if names.len() > NAMES_SHOWN {
            ", …"
        } else {
            ""
        };
        self.bar
            .set_message(names[..names.len().min(NAMES_SHOWN)].join(", ") + more);
    }

    fn print(&self, line: &str) {
        self.bar.suspend(|| eprintln!("{line}"));
    }
}
