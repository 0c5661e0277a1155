//! The check of several clients in short: a line for each client, the findings that are not ok below it, and findings
//! that several clients have once for all of them.

use std::collections::BTreeMap;
use std::ptr;

use console::{Alignment, measure_text_width, pad_str, truncate_str};

use super::text::{STEP, colour};
use crate::check::{Checkup, Fact, Finding, Step, StepState};
use crate::lang::say;
use crate::render::explain;
use crate::render::number;
use crate::render::text::TextPage;
use crate::render::words::{self, pick};

/// The order of the clients: those that need work come last, where a terminal ends.
const ORDER: [StepState; 4] = [
    StepState::Fine,
    StepState::Unknown,
    StepState::Warning,
    StepState::Failed,
];
/// Columns that a name keeps in a terminal, and those that the words behind it can count on.
const LEAST_NAME: usize = 12;
const WORDS: usize = 28;

/// A finding of several clients that differs in nothing but names and files.
struct Common<'a> {
    state: StepState,
    clients: Vec<&'a Checkup>,
    /// Files whose permissions it is about.
    files: Vec<&'a str>,
}

/// The findings of all clients by step, message and remedy.
struct Commons<'a>(BTreeMap<(Step, String, Option<String>), Common<'a>>);

/// Widths of the columns of name and file.
struct Columns {
    name: usize,
    file: usize,
}

impl TextPage<'_> {
    /// Writes a line for each client, and below it the findings that no other client has.
    pub(super) fn checkups_in_short(&mut self, checkups: &[Checkup]) {
        let commons = Commons::of(self, checkups);
        let columns = self.columns(checkups);
        self.blank();
        let mut apart = false;
        for state in ORDER {
            for checkup in checkups.iter().filter(|c| c.state() == state) {
                let own: Vec<&Finding> = checkup
                    .findings
                    .iter()
                    .filter(|finding| commons.leaves(self, checkup, finding))
                    .collect();
                if apart || !own.is_empty() {
                    self.blank();
                }
                apart = !own.is_empty();
                self.client_line(checkup, &columns);
                for finding in own {
                    self.own_finding(checkup, finding);
                }
            }
        }
        self.commons(&commons, checkups.len());
    }

    fn columns(&self, checkups: &[Checkup]) -> Columns {
        let widest = |text: fn(&Checkup) -> &str| {
            let widths = checkups.iter().map(|c| measure_text_width(text(c)));
            widths.max().unwrap_or_default()
        };
        let (name, file) = (widest(|c| &c.name), widest(|c| &c.file));
        let room = self.context.canvas.width.saturating_sub(6 + file + WORDS);
        Columns {
            name: name.min(room.max(LEAST_NAME)),
            file,
        }
    }

    /// `✓ Padaria Pão Quente  config_padaria  contrato até 31/12/2026`.
    fn client_line(&mut self, checkup: &Checkup, columns: &Columns) {
        let terminal = self.context.canvas.terminal;
        let state = checkup.state();
        let mark = self.styled(&colour(state), explain::mark(state));
        let cut = terminal.then_some("…");
        let name = pad_str(&checkup.name, columns.name, Alignment::Left, cut);
        let file = pad_str(&checkup.file, columns.file, Alignment::Left, None);
        let words = self.client_words(checkup);
        let line = format!("{mark} {name}  {file}  {words}");
        match terminal {
            true => self.line(&truncate_str(&line, self.context.canvas.width, "…")),
            false => self.line(&line),
        }
    }

    /// The contract's end of a client without problems, else the steps that are not ok.
    fn client_words(&self, checkup: &Checkup) -> String {
        let lang = self.lang();
        let mut steps: Vec<String> = Vec::new();
        for finding in &checkup.findings {
            let state = finding.fact.state();
            let is_told =
                state != StepState::Fine && !matches!(finding.fact, Fact::NotTried { .. });
            let step = explain::step(lang, finding.step);
            let mark = self.styled(&colour(state), explain::mark(state));
            let marked = format!("{mark} {step}");
            if is_told && steps.last() != Some(&marked) {
                steps.push(marked);
            }
        }
        if !steps.is_empty() {
            return steps.join(", ");
        }
        let ends = checkup
            .findings
            .iter()
            .find_map(|finding| match finding.fact {
                Fact::Running { end, .. } => Some(end),
                _ => None,
            });
        match ends.map(|end| number::day(lang, end)) {
            Some(end) => say!(lang, "contrato até {end}", "contract until {end}"),
            None => pick(lang, "sem problemas", "no problems").to_owned(),
        }
    }

    /// Writes a finding of one client, and the steps that were skipped because of it.
    fn own_finding(&mut self, checkup: &Checkup, finding: &Finding) {
        let lang = self.lang();
        let mut texts = self.finding_texts(&checkup.file, finding);
        let skipped = skipped(checkup, finding);
        if !skipped.is_empty() {
            let steps: Vec<&str> = skipped.iter().map(|s| explain::step(lang, *s)).collect();
            let steps = steps.join(", ");
            texts.push(say! { lang, "Por isso não verificado: {steps}",
            "Not checked because of it: {steps}" });
        }
        let label = self.short_label(finding.step, finding.fact.state());
        self.told(4, &label, &texts);
    }

    /// Writes the findings that several of `count` clients have.
    fn commons(&mut self, commons: &Commons<'_>, count: usize) {
        let lang = self.lang();
        let several: Vec<_> = commons.several().collect();
        if several.is_empty() {
            return;
        }
        self.title(pick(lang, "Em vários clientes", "In several clients"));
        for ((step, message, remedy), common) in several {
            let of = common.clients.len();
            let who = match of == count {
                true => say!(lang, "Todos os {of} clientes", "All {of} clients"),
                false => {
                    let names = common.clients.iter().map(|client| client.name.as_str());
                    let names: Vec<&str> = names.collect();
                    format!("{}: {}", words::clients(lang, of), names.join(", "))
                }
            };
            let mut texts = vec![message.clone(), who];
            texts.extend(remedy.as_ref().map(|remedy| words::to_do(lang, remedy)));
            let label = self.short_label(*step, common.state);
            self.told(2, &label, &texts);
            if !common.files.is_empty() {
                // A command is copied, and not wrapped.
                let command = explain::restricting(common.files.iter().copied());
                let command = words::to_do(lang, &command);
                self.line(&format!("{:1$}{command}", "", 4 + STEP));
            }
        }
    }

    /// `! Permissões      `: a mark and a step.
    fn short_label(&self, step: Step, state: StepState) -> String {
        let mark = self.styled(&colour(state), explain::mark(state));
        let step = explain::step(self.lang(), step);
        format!("{mark} {}", pad_str(step, STEP, Alignment::Left, None))
    }
}

impl<'a> Commons<'a> {
    fn of(page: &TextPage<'_>, checkups: &'a [Checkup]) -> Self {
        let mut commons: BTreeMap<_, Common<'a>> = BTreeMap::new();
        for checkup in checkups {
            for finding in checkup.findings.iter().filter(|f| may_be_common(f)) {
                let common = commons.entry(key(page, finding)).or_insert_with(|| Common {
                    state: finding.fact.state(),
                    clients: Vec::new(),
                    files: Vec::new(),
                });
                let last = common.clients.last();
                if !last.is_some_and(|last| ptr::eq(*last, checkup)) {
                    common.clients.push(checkup);
                }
                if let Fact::Exposed { file, .. } = &finding.fact {
                    common.files.push(file);
                }
            }
        }
        Self(commons)
    }

    /// Findings of several clients, in the order of the steps.
    fn several(&self) -> impl Iterator<Item = (&(Step, String, Option<String>), &Common<'a>)> {
        let all = self.0.iter();
        all.filter(|(_, common)| common.clients.len() > 1)
    }

    /// Returns whether `finding` is printed with its client: it is not ok, no other place prints it, and no other client has it.
    fn leaves(&self, page: &TextPage<'_>, checkup: &Checkup, finding: &Finding) -> bool {
        if let Fact::NotTried { after } = finding.fact {
            return cause(checkup, after).is_none();
        }
        if may_be_common(finding) {
            let common = self.0.get(&key(page, finding));
            return common.is_none_or(|common| common.clients.len() == 1);
        }
        finding.fact.state() == StepState::Failed
    }
}

/// Returns whether a finding is printed once where several clients have it. A failure stays with its client.
fn may_be_common(finding: &Finding) -> bool {
    let state = finding.fact.state();
    let is_open = matches!(state, StepState::Warning | StepState::Unknown);
    is_open && !matches!(finding.fact, Fact::NotTried { .. })
}

fn key(page: &TextPage<'_>, finding: &Finding) -> (Step, String, Option<String>) {
    let (message, remedy) = explain::finding_of_several(page.lang(), finding);
    (finding.step, message, remedy)
}

/// Returns the failed step that kept a step which waits for `after` from being tried.
fn cause(checkup: &Checkup, after: Step) -> Option<Step> {
    let mut step = after;
    for _ in Step::ALL {
        let of_step = || checkup.findings.iter().filter(|f| f.step == step);
        if of_step().any(|finding| finding.fact.state() == StepState::Failed) {
            return Some(step);
        }
        step = of_step().find_map(|finding| match finding.fact {
            Fact::NotTried { after } => Some(after),
            _ => None,
        })?;
    }
    None
}

/// Returns the steps that were skipped because of `finding`: those of the step's last failure.
fn skipped(checkup: &Checkup, finding: &Finding) -> Vec<Step> {
    let is_failure = |f: &&Finding| f.step == finding.step && f.fact.state() == StepState::Failed;
    let last = checkup.findings.iter().rfind(is_failure);
    if !last.is_some_and(|last| ptr::eq(last, finding)) {
        return Vec::new();
    }
    let skipped = checkup.findings.iter().filter(|other| match other.fact {
        Fact::NotTried { after } => cause(checkup, after) == Some(finding.step),
        _ => false,
    });
    skipped.map(|other| other.step).collect()
}
