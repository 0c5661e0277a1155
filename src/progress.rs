//! Messages on stderr during a run: a line of progress in a terminal, warnings
//! about the folder, and with `-v` every request.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::failure::Notice;
use crate::form::Format;
use crate::lang::{Lang, say};
use crate::oci::transport::{Observer, RequestStep};
use crate::plan::View;
use crate::profile::leftover::Leftover;
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
    /// Clients that wait for the service, by their files: two may have one name.
    waiting: Mutex<BTreeMap<String, WaitingClient>>,
}

/// A client that waits for the service.
#[derive(Debug)]
struct WaitingClient {
    name: String,
    /// The last answer that was none of use, in short.
    trouble: Option<String>,
    /// The pause before the next try, while it lasts.
    pause: Option<RetryPause>,
}

/// A pause before a try.
#[derive(Debug)]
struct RetryPause {
    /// Number of the next try.
    next: u32,
    /// Number of tries in all.
    allowed: u32,
    /// The end of the pause.
    until: Instant,
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
        if !self.quiet {
            let word = say!(self.lang, "aviso", "warning");
            let why = self::skipped(self.lang, skipped);
            self.print(&format!("{word}: {why}"));
        }
    }

    /// Says that a store was made at `place`.
    pub fn store_made(&self, place: &str) {
        if !self.quiet {
            self.print(
                &say! { self.lang, "histórico em {place}, criado agora (--no-store dispensa)",
                "history in {place}, made just now (--no-store goes without)" },
            );
        }
    }

    /// Reports a problem of the store, unless a text on stdout will, and a file that was not read in any case. An
    /// unrecorded run, an unused store and a client that is probably missing are reported with `--quiet`, too.
    pub fn notice(&self, notice: &Notice) {
        let lost = matches!(notice, Notice::NotKept { .. } | Notice::WithoutStore { .. })
            || notice.misses_client();
        let always = matches!(notice, Notice::NotRead { .. });
        if (lost || !self.quiet) && (always || self.format != Format::Text) {
            let word = say!(self.lang, "aviso", "warning");
            self.print(&format!("{word}: {}", explain::notice(self.lang, notice)));
        }
    }

    /// Told of each try of the requests of a client.
    pub fn observer(self: &Arc<Self>, file: &str, name: &str) -> Observer {
        let (progress, file, name) = (Arc::clone(self), file.to_owned(), name.to_owned());
        Arc::new(move |event| progress.event(&file, &name, &event))
    }

    /// Says that Ctrl-C has ended the waiting for the clients of these `names`.
    pub fn interrupted(&self, names: &[&str]) {
        let names = names.join(", ");
        self.print(&say! { self.lang, "oci-consumo: interrompido; sem resultado: {names} (Ctrl-C de novo encerra já)",
        "oci-consumo: interrupted; without a result: {names} (Ctrl-C again ends at once)" });
    }

    fn event(&self, file: &str, name: &str, event: &RequestStep) {
        self.show(|waiting| {
            let client = waiting
                .entry(file.to_owned())
                .or_insert_with(|| WaitingClient {
                    name: name.to_owned(),
                    trouble: None,
                    pause: None,
                });
            client.note(self.lang, event);
        });
        if !self.verbose {
            return;
        }
        let millis = Duration::as_millis;
        self.print(&match event {
            RequestStep::Sent => return,
            RequestStep::Answered {
                status,
                request_id,
                elapsed,
            } => {
                format!(
                    "{file}: {status}, {} ms, opc-request-id {request_id}",
                    millis(elapsed)
                )
            }
            RequestStep::Broken { problem, elapsed } => {
                format!(
                    "{file}: {} ms, {}",
                    millis(elapsed),
                    explain::service(self.lang, problem)
                )
            }
            RequestStep::Pause { pause, tries, .. } => {
                let pause = millis(pause);
                say! { self.lang, "{file}: a tentativa {tries} falhou; outra em {pause} ms",
                "{file}: try {tries} failed; another in {pause} ms" }
            }
        });
    }

    /// Shows who is waiting after a change; where nobody watches, nothing is kept.
    fn show<T>(&self, change: impl FnOnce(&mut BTreeMap<String, WaitingClient>) -> T) {
        if self.bar.is_hidden() {
            return;
        }
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut waiting);
        self.bar
            .set_message(awaited(self.lang, waiting.values(), Instant::now()));
    }

    fn print(&self, line: &str) {
        // Whoever closed stderr wants no more of it; the report goes on.
        self.bar.suspend(|| drop(writeln!(io::stderr(), "{line}")));
    }
}

impl WaitingClient {
    /// Notes what `event` means for the wait.
    fn note(&mut self, lang: Lang, event: &RequestStep) {
        match event {
            RequestStep::Sent => self.pause = None,
            RequestStep::Answered {
                status: 200 | 204, ..
            } => self.trouble = None,
            RequestStep::Answered { status, .. } => self.trouble = Some(status.to_string()),
            RequestStep::Broken { .. } => {
                self.trouble = Some(say!(lang, "sem resposta", "no answer"))
            }
            RequestStep::Pause {
                pause,
                tries,
                allowed,
            } => {
                self.pause = Instant::now().checked_add(*pause).map(|until| RetryPause {
                    next: tries + 1,
                    allowed: *allowed,
                    until,
                });
            }
        }
    }

    /// Returns the client's name, and the reason of its wait where it waits for another try.
    fn text(&self, lang: Lang, now: Instant) -> String {
        let (Some(trouble), Some(pause)) = (&self.trouble, &self.pause) else {
            return self.name.clone();
        };
        let (name, next, allowed) = (&self.name, pause.next, pause.allowed);
        let seconds = pause
            .until
            .saturating_duration_since(now)
            .as_millis()
            .div_ceil(1000);
        say! { lang, "{name} ({trouble}, tentativa {next} de {allowed}, mais {seconds} s)",
        "{name} ({trouble}, try {next} of {allowed}, {seconds} s more)" }
    }
}

/// Returns the text about a file that was passed over.
fn skipped(lang: Lang, skipped: &Skipped) -> String {
    let name = &skipped.name;
    match &skipped.leftover {
        None => say! { lang, "{name}: ignorado, não é um arquivo",
        "{name}: skipped, not a file" },
        Some(Leftover::Editor) => say! { lang, "{name}: ignorado, sobra de editor",
        "{name}: skipped, an editor's leftover" },
        Some(Leftover::System) => say! { lang, "{name}: ignorado, sobra do sistema",
        "{name}: skipped, a leftover of the system" },
        Some(Leftover::Sync) => say! { lang, "{name}: ignorado, sobra de sincronização",
        "{name}: skipped, a leftover of a sync tool" },
        Some(Leftover::Download) => say! { lang, "{name}: ignorado, download incompleto",
        "{name}: skipped, an unfinished download" },
        Some(Leftover::Copy) => say! { lang, "{name}: ignorado, cópia de outro arquivo da pasta",
        "{name}: skipped, a copy of another file of the folder" },
    }
}

/// Returns the text of the line of progress: the clients that are waited for, those that wait for another try first.
fn awaited<'a>(
    lang: Lang,
    waiting: impl Iterator<Item = &'a WaitingClient>,
    now: Instant,
) -> String {
    let mut waiting: Vec<&WaitingClient> = waiting.collect();
    waiting.sort_by_key(|client| client.pause.is_none());
    let shown = waiting.iter().take(NAMES_SHOWN);
    let names: Vec<String> = shown.map(|client| client.text(lang, now)).collect();
    let more = if waiting.len() > NAMES_SHOWN {
        ", …"
    } else {
        ""
    };
    names.join(", ") + more
}

/// A run that is interrupted leaves no line behind either.
impl Drop for Progress {
    fn drop(&mut self) {
        self.end();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_why_a_client_is_waited_for() {
        let client = |name: &str, events: &[RequestStep]| {
            let mut waiting = WaitingClient {
                name: name.to_owned(),
                trouble: None,
                pause: None,
            };
            events
                .iter()
                .for_each(|event| waiting.note(Lang::En, event));
            waiting
        };
        let answered = |status| RequestStep::Answered {
            status,
            request_id: String::new(),
            elapsed: Duration::ZERO,
        };
        let pause = RequestStep::Pause {
            pause: Duration::from_secs(30),
            tries: 4,
            allowed: 8,
        };
        let mut clients = vec![
            client("Padaria", &[RequestStep::Sent]),
            client("Rede", &[RequestStep::Sent, answered(503), pause.clone()]),
        ];
        // The time of the pause does not depend on how long the test takes.
        let now = Instant::now();
        clients[1].pause.as_mut().unwrap().until = now + Duration::from_millis(29_500);
        let line = |lang, clients: &[WaitingClient]| awaited(lang, clients.iter(), now);
        assert_eq!(
            line(Lang::En, &clients),
            "Rede (503, try 5 of 8, 30 s more), Padaria"
        );
        assert_eq!(
            line(Lang::PtBr, &clients),
            "Rede (503, tentativa 5 de 8, mais 30 s), Padaria"
        );
        clients[1].note(Lang::En, &RequestStep::Sent);
        clients.extend([client("A", &[]), client("B", &[answered(503), pause])]);
        assert!(line(Lang::En, &clients).starts_with("B (503, try 5 of 8, "));
        assert!(line(Lang::En, &clients).ends_with(", Padaria, Rede, …"));
    }
}
