//! The check as text: a part per client or a line for each, then the texts to be sent, and last the counts and the next
//! thing to do.

use console::{Alignment, Style, measure_text_width, pad_str};

use crate::check::{ChannelCheck, Checkup, Finding, Step, StepState};
use crate::failure::Notice;
use crate::lang::{Lang, say};
use crate::render::text::TextPage;
use crate::render::words::{self, pick};
use crate::render::{Context, explain, wrap};

/// Columns of a step's state and name.
const STATE: usize = 18;
pub(super) const STEP: usize = 16;
/// The fewest columns for the text of a finding; with fewer it goes below the step.
const LEAST: usize = 40;

/// Outcomes, the worst first.
const WORST_FIRST: [StepState; 4] = [
    StepState::Failed,
    StepState::Warning,
    StepState::Unknown,
    StepState::Fine,
];

/// Returns the text of `checkups`: every step of a client alone and with `--details`, else the findings that are not
/// ok; then `channels`, those of alerts; the summary has `notices` about the folder.
pub(in crate::render) fn check(
    checkups: &[Checkup],
    channels: &[ChannelCheck],
    notices: &[Notice],
    context: &Context<'_>,
) -> String {
    let mut page = TextPage::new(context);
    let in_short = checkups.len() > 1 && !context.view.detail.details;
    match in_short {
        true => page.checkups_in_short(checkups),
        false => checkups.iter().for_each(|checkup| page.checkup(checkup)),
    }
    for checkup in checkups {
        page.request(checkup);
    }
    page.channels(channels);
    page.summary(checkups, notices, in_short);
    page.into_text()
}

impl TextPage<'_> {
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
            let state = finding.fact.state();
            let padded =
                |text: &str, width| pad_str(text, width, Alignment::Left, None).into_owned();
            let mark = padded(&explain::state(lang, state), STATE);
            let mark = self.styled(&colour(state), &mark);
            let step = padded(explain::step(lang, finding.step), STEP);
            let texts = self.finding_texts(&checkup.file, finding);
            self.told(2, &format!("{mark}{step}"), &texts);
        }
    }

    /// Writes what was found of the channels of alerts.
    fn channels(&mut self, channels: &[ChannelCheck]) {
        if channels.is_empty() {
            return;
        }
        let lang = self.lang();
        self.title(pick(lang, "Canais dos alertas", "Channels of alerts"));
        for channel in channels {
            let state = channel.state();
            let padded =
                |text: &str, width| pad_str(text, width, Alignment::Left, None).into_owned();
            let mark = self.styled(&colour(state), &padded(&explain::state(lang, state), STATE));
            let name = padded(&channel.channel, STEP);
            let text = explain::alert::channel(lang, channel);
            self.told(2, &format!("{mark}{name}"), &[text]);
        }
        self.blank();
    }

    /// Message, remedy and request id of a finding in the config `file`.
    pub(super) fn finding_texts(&self, file: &str, finding: &Finding) -> Vec<String> {
        let lang = self.lang();
        let (message, remedy) = explain::finding(lang, file, finding);
        let remedy = remedy.map(|remedy| words::to_do(lang, &remedy));
        let failure = finding.fact.failure();
        let request_id = failure
            .and_then(|failure| failure.request_id.as_ref())
            .map(|id| format!("opc-request-id: {id}"));
        let texts = [message].into_iter().chain(remedy).chain(request_id);
        texts.collect()
    }

    /// Writes `texts` one under the other beside `label`, or below it where there is little room.
    pub(super) fn told(&mut self, indent: usize, label: &str, texts: &[String]) {
        let canvas = self.context.canvas;
        let start = indent + measure_text_width(label);
        let width = canvas.width.saturating_sub(start);
        if canvas.terminal && width < LEAST {
            self.line(&format!("{:indent$}{label}", ""));
            for text in texts {
                self.sentence(indent + 2, text);
            }
            return;
        }
        let mut before = format!("{:indent$}{label}", "");
        for text in texts {
            let lines = match canvas.terminal {
                true => wrap::wrap(text, width),
                false => vec![text.clone()],
            };
            for line in lines {
                self.line(&format!("{before}{line}"));
                before = " ".repeat(start);
            }
        }
    }

    /// Writes the number of clients by outcome and the next thing to do; where each client has a part, the steps that
    /// are not ok, too.
    fn summary(&mut self, checkups: &[Checkup], notices: &[Notice], in_short: bool) {
        let lang = self.lang();
        self.title(pick(lang, "Resumo", "Summary"));
        let counts: Vec<String> = WORST_FIRST
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
        let listed = WORST_FIRST.into_iter().filter(|_| !in_short);
        for state in listed.filter(|state| *state != StepState::Fine) {
            for checkup in checkups.iter().filter(|c| c.state() == state) {
                let steps: Vec<&str> = steps(checkup, state)
                    .into_iter()
                    .map(|step| explain::step(lang, step))
                    .collect();
                let mark = self.styled(&colour(state), &explain::state(lang, state));
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
        let offline = offline && !checkups.is_empty();
        let mut next = next(lang, checkups, offline);
        if in_short {
            next += pick(
                lang,
                " Todos os passos: --details.",
                " Every step: --details.",
            );
        }
        self.sentence(2, next.trim_start());
        if offline {
            let steps = Step::ONLINE
                .map(|step| explain::step(lang, step))
                .join(", ");
            self.sentence(
                2,
                &say! { lang, "Não verificado com --offline: {steps}",
                "Not checked with --offline: {steps}" },
            );
        }
    }

    fn request(&mut self, checkup: &Checkup) {
        let Some(request) = &checkup.request else {
            return;
        };
        let (lang, name) = (self.lang(), &checkup.name);
        self.title(&say! { lang, "Para enviar ao administrador de {name}",
        "To send to the administrator of {name}" });
        for line in explain::admin_request(lang, request) {
            match line.starts_with(' ') {
                // What is copied is not wrapped.
                true => self.line(&line),
                false => self.sentence(0, &line),
            }
        }
    }
}

/// Returns the next thing to do after a check.
fn next(lang: Lang, checkups: &[Checkup], offline: bool) -> String {
    let is_there = |state: &StepState| checkups.iter().any(|c| c.state() == *state);
    let worst = WORST_FIRST.into_iter().find(is_there);
    let requests = checkups.iter().filter(|c| c.request.is_some()).count();
    let remedy = match worst {
        None => return String::new(),
        Some(StepState::Failed) => match requests {
            0 => pick(
                lang,
                "corrija o que falhou e execute check de novo.",
                "correct what failed and run check again.",
            ),
            1 => pick(
                lang,
                "corrija o que falhou, envie o texto acima ao administrador do cliente e execute check de novo.",
                "correct what failed, send the text above to the client's administrator, and run check again.",
            ),
            _ => pick(
                lang,
                "corrija o que falhou, envie os textos acima aos administradores dos clientes e execute check de novo.",
                "correct what failed, send the texts above to the clients' administrators, and run check again.",
            ),
        },
        Some(_) if offline => pick(
            lang,
            "execute check sem --offline para testar a conexão, a chave e a política.",
            "run check without --offline to test the connection, the key and the policy.",
        ),
        Some(StepState::Warning) => pick(
            lang,
            "leia os avisos (!); eles não impedem o relatório.",
            "read the warnings (!); they do not stop a report.",
        ),
        Some(StepState::Unknown) => pick(
            lang,
            "nada falhou; leia o que não pôde ser verificado (?).",
            "nothing failed; read what could not be checked (?).",
        ),
        Some(StepState::Fine) => pick(
            lang,
            "nada; o relatório vai funcionar.",
            "nothing; a report will work.",
        ),
    };
    words::to_do(lang, remedy)
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
    let mark = explain::mark(state);
    match state {
        StepState::Failed => say! { lang, "{count} com falha ({mark})",
        "{count} failed ({mark})" },
        StepState::Warning => say! { lang, "{count} com aviso ({mark})",
        "{count} with a warning ({mark})" },
        StepState::Unknown => say! { lang, "{count} com algo não verificado ({mark})",
        "{count} with something unknown ({mark})" },
        StepState::Fine => say! { lang, "{count} sem problemas ({mark})",
        "{count} without problems ({mark})" },
    }
}

pub(super) fn colour(state: StepState) -> Style {
    match state {
        StepState::Fine => Style::new().green(),
        StepState::Warning | StepState::Unknown => Style::new().yellow(),
        StepState::Failed => Style::new().red().bold(),
    }
}
