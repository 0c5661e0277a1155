//! The check as text: a part per client, then all of them in short, then what is to be sent to whom.

use console::{Alignment, Style, pad_str};

use crate::check::{Checkup, Finding, Step, StepState};
use crate::failure::Notice;
use crate::lang::{Lang, say};
use crate::render::text::Page;
use crate::render::words::{self, pick};
use crate::render::{Context, explain, table};

/// Columns of a step's state and name.
const STATE: usize = 15;
const STEP: usize = 16;
/// The fewest columns for what was found; with fewer it goes below the step.
const LEAST: usize = 40;

/// Returns the text of `checkups`, with `notices` about the folder in the summary.
pub(in crate::render) fn check(
    checkups: &[Checkup],
    notices: &[Notice],
    context: &Context<'_>,
) -> String {
    let mut page = Page::new(context);
    for checkup in checkups {
        page.checkup(checkup);
    }
    page.summary(checkups, notices);
    for checkup in checkups {
        page.request(checkup);
    }
    page.into_text()
}

impl Page<'_> {
    fn checkup(&mut self, checkup: &Checkup) {
        let lang = self.lang();
        self.title(&checkup.name);
        let mut facts = vec![(pick(lang, "Arquivo", "File"), checkup.file.clone())];
        let more = [
            ("Tenancy", &checkup.tenancy),
            (pick(lang, "Região", "Region"), &checkup.region),
        ];
        for (label, value) in more {
            facts.extend(value.as_ref().map(|value| (label, value.clone())));
        }
        self.facts(&facts);
        self.blank();
        for finding in &checkup.findings {
            self.finding(&checkup.file, finding);
        }
    }

    fn finding(&mut self, file: &str, finding: &Finding) {
        let lang = self.lang();
        let state = finding.fact.state();
        let (message, remedy) = explain::finding(lang, file, finding);
        let padded = |text, width| pad_str(text, width, Alignment::Left, None);
        let mark = padded(explain::state(lang, state), STATE);
        let mark = self.styled(&colour(state), &mark);
        let step = padded(explain::step(lang, finding.step), STEP);
        let remedy = remedy.map(|remedy| words::to_do(lang, &remedy));
        let failure = finding.fact.failure();
        let request_id = failure
            .and_then(|failure| failure.request_id.as_ref())
            .map(|id| format!("opc-request-id: {id}"));
        let texts = [message].into_iter().chain(remedy).chain(request_id);
        let width = self.context.canvas.width.saturating_sub(2 + STATE + STEP);
        if self.context.canvas.terminal && width < LEAST {
            self.line(&format!("  {mark}{step}"));
            for text in texts {
                self.sentence(4, &text);
            }
            return;
        }
        let mut before = format!("  {mark}{step}");
        for text in texts {
            let lines = match self.context.canvas.terminal {
                true => table::wrap(&text, width),
                false => vec![text],
            };
            for line in lines {
                self.line(&format!("{before}{line}"));
                before = " ".repeat(2 + STATE + STEP);
            }
        }
    }

    /// Writes the number of clients by outcome, and the line of each that did not pass.
    fn summary(&mut self, checkups: &[Checkup], notices: &[Notice]) {
        let lang = self.lang();
        self.title(pick(lang, "Resumo", "Summary"));
        let states = [
            StepState::Failed,
            StepState::Warning,
            StepState::Unknown,
            StepState::Fine,
        ];
        let counts: Vec<String> = states
            .into_iter()
            .filter_map(|state| {
                let count = checkups.iter().filter(|c| c.state() == state).count();
                (count > 0).then(|| counted(lang, state, count))
            })
            .collect();
        let mut line = words::clients(lang, checkups.len());
        if !counts.is_empty() {
            line = format!("{line}: {}", counts.join(", "));
        }
        self.sentence(2, &line);
        for state in states.into_iter().filter(|state| *state != StepState::Fine) {
            for checkup in checkups.iter().filter(|c| c.state() == state) {
                let steps: Vec<&str> = steps(checkup, state)
                    .into_iter()
                    .map(|step| explain::step(lang, step))
                    .collect();
                let mark = self.styled(&colour(state), explain::state(lang, state));
                let (name, file, steps) = (&checkup.name, &checkup.file, steps.join(", "));
                self.sentence(2, &format!("{mark}  {name} ({file}): {steps}"));
            }
        }
        for notice in notices {
            self.sentence(2, &format!("! {}", explain::notice(lang, notice)));
        }
        let offline = checkups
            .iter()
            .all(|c| c.findings.iter().all(|f| !Step::ONLINE.contains(&f.step)));
        if offline && !checkups.is_empty() {
            let steps = Step::ONLINE
                .map(|step| explain::step(lang, step))
                .join(", ");
            self.blank();
            self.sentence(
                2,
                &say!(
                    lang,
                    "Sem a rede não se sabe: {steps}",
                    "Without the network it is not known: {steps}"
                ),
            );
        }
    }

    fn request(&mut self, checkup: &Checkup) {
        let Some(request) = &checkup.request else {
            return;
        };
        let (lang, name) = (self.lang(), &checkup.name);
        self.title(&say!(
            lang,
            "Para enviar ao administrador de {name}",
            "To send to the administrator of {name}"
        ));
        for line in explain::admin_request(lang, request) {
            match line.starts_with(' ') {
                // What is copied is not wrapped.
                true => self.line(&line),
                false => self.sentence(0, &line),
            }
        }
    }
}

/// The steps of a client that ended in `state`, each once.
fn steps(checkup: &Checkup, state: StepState) -> Vec<Step> {
    let mut steps: Vec<Step> = checkup
        .findings
        .iter()
        .filter(|finding| finding.fact.state() == state)
        .map(|finding| finding.step)
        .collect();
    steps.dedup();
    steps
}

fn counted(lang: Lang, state: StepState, count: usize) -> String {
    match state {
        StepState::Failed => say!(lang, "{count} com falha", "{count} failed"),
        StepState::Warning => say!(lang, "{count} com aviso", "{count} with a warning"),
        StepState::Unknown => say!(
            lang,
            "{count} com algo que não se sabe",
            "{count} with something unknown"
        ),
        StepState::Fine => say!(lang, "{count} em ordem", "{count} in order"),
    }
}

fn colour(state: StepState) -> Style {
    match state {
        StepState::Fine => Style::new().green(),
        StepState::Warning | StepState::Unknown => Style::new().yellow(),
        StepState::Failed => Style::new().red().bold(),
    }
}
