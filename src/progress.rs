//! Messages on stderr during a run: a line of progress in a terminal, warnings
//! about the folder, and with `-v` every request.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::failure::Notice;
use crate::form::Format;
use crate::lang::{Lang, say};
use crate::oci::transport::{Event, Observer};
use crate::plan::View;
use crate::profile::walk::Skipped;
use crate::render::explain;

/// Names of waiting clients that the line has room for.
const NAMES_SHOWN: usize = 3;

/// The operator's view of a run under way.
#[derive(Debug)]
pub struct Progress {
    lang: Lang,
    format: Format,
    quiet: bool,
    verbose: bool,
    bar: ProgressBar,
    /// Clients that wait for the service, their files and names: two may have one name.
    waiting: Mutex<BTreeMap<String, String>>,
}

impl Progress {
    /// Creates the progress display that `view` asks for; the line of progress only if `terminal` is set.
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
            format: view.format,
            quiet: view.quiet,
            verbose: view.verbose,
            bar,
            waiting: Mutex::default(),
        })
    }

    /// Sets the number of clients to work on.
    pub fn begin(&self, clients: usize) {
        self.bar.set_length(clients as u64);
    }

    /// The client of that file is finished, well or not.
    pub fn done(&self, file: &str) {
        self.bar.inc(1);
        self.show(|waiting| waiting.remove(file));
    }

    /// The run is over; the line goes.
    pub fn end(&self) {
        self.bar.finish_and_clear();
    }

    /// A name in the folder was passed over.
    pub fn skipped(&self, skipped: &Skipped) {
        let name = &skipped.name;
        let why = match skipped.leftover {
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
        };
        if !self.quiet {
            let word = say!(self.lang, "aviso", "warning");
            self.print(&format!("{word}: {why}"));
        }
    }

    /// There was no store at `place`, and now there is one.
    pub fn store_made(&self, place: &str) {
        if !self.quiet {
            self.print(&say!(
                self.lang,
                "histórico em {place}, criado agora (--no-store dispensa)",
                "history in {place}, made just now (--no-store goes without)"
            ));
        }
    }

    /// Reports a problem of the store, unless a text on stdout will. An unrecorded run, or
    /// an unused store, is reported with `--quiet`, too.
    pub fn notice(&self, notice: &Notice) {
        let lost = matches!(notice, Notice::NotKept { .. } | Notice::WithoutStore { .. });
        if (lost || !self.quiet) && self.format != Format::Text {
            let word = say!(self.lang, "aviso", "warning");
            self.print(&format!("{word}: {}", explain::notice(self.lang, notice)));
        }
    }

    /// Told of each try of the requests of a client.
    pub fn observer(self: &Arc<Self>, file: &str, name: &str) -> Observer {
        let (progress, file, name) = (Arc::clone(self), file.to_owned(), name.to_owned());
        Arc::new(move |event| progress.event(&file, &name, &event))
    }

    fn event(&self, file: &str, name: &str, event: &Event) {
        self.show(|waiting| waiting.insert(file.to_owned(), name.to_owned()));
        if !self.verbose {
            return;
        }
        let millis = Duration::as_millis;
        self.print(&match event {
            Event::Sent => return,
            Event::Answered {
                status,
                request_id,
                elapsed,
            } => {
                format!(
                    "{file}: {status}, {} ms, opc-request-id {request_id}",
                    millis(elapsed)
                )
            }
            Event::Broken { problem, elapsed } => {
                format!(
                    "{file}: {} ms, {}",
                    millis(elapsed),
                    explain::service(self.lang, problem)
                )
            }
            Event::Pause { pause, tries } => {
                let pause = millis(pause);
                say!(
                    self.lang,
                    "{file}: a tentativa {tries} falhou; outra em {pause} ms",
                    "{file}: try {tries} failed; another in {pause} ms"
                )
            }
        });
    }

    /// Shows who is waiting after a change; where nobody watches, nothing is kept.
    fn show<T>(&self, change: impl FnOnce(&mut BTreeMap<String, String>) -> T) {
        if self.bar.is_hidden() {
            return;
        }
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut waiting);
        let names: Vec<&str> = waiting
            .values()
            .take(NAMES_SHOWN)
            .map(String::as_str)
            .collect();
        let more = if waiting.len() > NAMES_SHOWN {
            ", …"
        } else {
            ""
        };
        self.bar.set_message(names.join(", ") + more);
    }

    fn print(&self, line: &str) {
        // Whoever closed stderr wants no more of it; the report goes on.
        self.bar.suspend(|| drop(writeln!(io::stderr(), "{line}")));
    }
}

/// A run that is interrupted leaves no line behind either.
impl Drop for Progress {
    fn drop(&mut self) {
        self.end();
    }
}
