//! Output of a run besides its messages: the digest's frame, the lines of a decision, the document and stderr.

use super::people::find;
use super::{AlertWork, SendingOutcome, address_of};
use crate::alert::{AlertRun, Digest, Memory, OpenRule, Side, Undelivered};
use crate::app::run::{self, Report};
use crate::app::screen::complain;
use crate::plan::Plan;
use crate::render::alert::DecisionLine;
use crate::render::explain;
use crate::report::portfolio::{Client, Portfolio};
use crate::store::{OutboxRow, RowState};

impl AlertWork {
    /// Returns the operator's digest without its events.
    pub(super) fn digest(
        &self,
        report: &Report,
        memory: &Memory,
        late: Vec<OutboxRow>,
        days_without_run: u32,
    ) -> Digest {
        let portfolio = &report.portfolio;
        Digest {
            as_of: report.plan.as_of,
            undelivered: late.iter().map(undelivered).collect(),
            open: self.open(memory),
            clients: portfolio.clients.len(),
            without_figures: without_figures(portfolio),
            next_due: self.desk.next_due(),
            days_without_run,
            ..Digest::default()
        }
    }

    /// Returns all that is open, the most urgent first.
    fn open(&self, memory: &Memory) -> Vec<OpenRule> {
        let seen = self.desk.seen();
        let mut open: Vec<OpenRule> = Vec::new();
        for watch in memory.watches.values() {
            let alerts = seen.iter().find(|seen| seen.file == watch.file);
            open.extend(watch.open_rules().map(|(rule, level, since)| OpenRule {
                client: watch.client.clone(),
                rule,
                level,
                since,
                silent_until: alerts.and_then(|seen| seen.alerts.silent_until),
            }));
        }
        open.sort_by(|one, other| {
            let order = |open: &OpenRule| (open.rule, std::cmp::Reverse(open.level));
            order(one)
                .cmp(&order(other))
                .then_with(|| one.client.cmp(&other.client))
        });
        open
    }

    /// Makes the workbook for the operator's mail, where the settings ask for it.
    pub(super) async fn workbook(&self, report: &Report) -> Option<(String, Vec<u8>)> {
        let mail = self.settings.mail.as_ref();
        mail.filter(|mail| mail.attach_workbook)?;
        let made = run::workbook(report).ok()?;
        Some((format!("carteira-{}.xlsx", report.plan.as_of), made))
    }

    /// Tells the operator on stderr what did not get there, and how much did.
    pub(super) fn tell(&self, plan: &Plan, posted: &SendingOutcome) {
        let lang = plan.view.lang;
        for sent in &posted.sent {
            if let Some(trouble) = &sent.trouble {
                let message = &sent.message;
                complain(&explain::alert::undelivered(
                    lang,
                    &message.channel,
                    &message.to,
                    message.client.as_deref(),
                    trouble.into(),
                ));
            }
        }
        if !plan.view.quiet && !self.desk.only_shown && !self.may.sends.is_never() {
            let count = |state: RowState| {
                let messages = posted.sent.iter().map(|sent| &sent.message);
                messages
                    .filter(|message| message.state == state.word())
                    .count()
            };
            let waiting =
                count(RowState::Pending) + count(RowState::Failed) + count(RowState::Unsure);
            complain(&explain::alert::sent(
                lang,
                count(RowState::Accepted),
                waiting,
                posted.pause,
            ));
        }
    }

    /// Returns the lines of a decision, each client's and recipient's.
    pub(super) fn lines(&self, posted: &SendingOutcome) -> Vec<DecisionLine> {
        let Some(decided) = &posted.decided else {
            return Vec::new();
        };
        let lines = decided.lines.iter().map(|line| {
            let file = (line.side == Side::Customer).then_some(line.file.as_str());
            let person = find(&decided.people, &line.recipient, file);
            DecisionLine {
                client: line.client.clone(),
                file: line.file.clone(),
                rule: line.rule,
                recipient: person.map_or_else(|| line.recipient.clone(), address_of),
                side: line.side,
                result: line.result.clone(),
            }
        });
        lines.collect()
    }

    /// Returns what the document of the run says of alerts.
    pub(super) fn document(&self, posted: &SendingOutcome) -> AlertRun {
        let events = posted.decided.iter().flat_map(|decided| &decided.events);
        AlertRun {
            dry_run: self.dry_run || self.desk.only_shown,
            pause: posted.pause,
            next_due: self.desk.next_due(),
            events: events.map(|addressed| addressed.event.clone()).collect(),
            messages: posted
                .sent
                .iter()
                .map(|sent| sent.message.clone())
                .collect(),
        }
    }
}

fn undelivered(row: &OutboxRow) -> Undelivered {
    Undelivered {
        client: row.event.contract().map(|event| event.client.clone()),
        channel: row.channel.clone(),
        to: row.masked.clone(),
        state: row.state.word().to_owned(),
        problem: row.problem.clone(),
    }
}

/// The clients without figures, each with the code of the reason.
fn without_figures(portfolio: &Portfolio) -> Vec<(String, String)> {
    let reason = |client: &Client| match &client.outcome {
        Err(failure) => Some(failure.problem.code().to_owned()),
        Ok(statement) => statement
            .situation
            .lacks_data()
            .then(|| statement.situation.word().to_owned()),
    };
    let clients = portfolio.clients.iter();
    clients
        .filter_map(|client| Some((client.name.clone(), reason(client)?)))
        .collect()
}
