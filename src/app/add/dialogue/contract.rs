//! Contract of a new client, and the name of its file.

use chrono::Months;

use super::{Dialogue, value};
use crate::add::{Question, name};
use crate::app::add::Stop;
use crate::calendar::{Day, Days};
use crate::failure::{AddProblem, ConfigProblem};
use crate::money::{Amount, Currency};
use crate::profile::amount;
use crate::profile::config::{self, ConfigDraft};
use crate::render::number;
use crate::text::{printable, shown};

/// The currency that a terminal offers.
const CURRENCY: &str = "BRL";

impl Dialogue<'_> {
    pub(super) fn client(&mut self) -> Result<Option<String>, Stop> {
        let given = self.answers.client.as_deref();
        self.answer(given, "--client", Question::Client, None, name::client)
    }

    /// The name of the config of `client`, which no file has.
    pub(super) fn file(&mut self, client: &str) -> Result<String, Stop> {
        let slug = name::slug(client);
        let given = self.answers.file.as_deref();
        let file = given.map(|file| name::checked_config(file.trim()));
        let file = file.unwrap_or_else(|| Ok(name::config(&slug, 0)))?;
        if !self.is_there(&file) {
            return Ok(file);
        }
        let taken = AddProblem::Taken {
            file: shown(&self.plan.dir.join(&file)),
        };
        let Some(terminal) = self.terminal.as_ref().filter(|_| given.is_none()) else {
            return Err(taken.into());
        };
        terminal.explain(&taken)?;
        let free = self.free(|n| name::config(&slug, n));
        let dir = self.plan.dir.clone();
        let chosen = self.answer(None, "--file", Question::File, Some(&free), |text| {
            let file = name::checked_config(text.trim())?;
            match dir.join(&file).symlink_metadata().is_ok() {
                true => Err(taken.clone()),
                false => Ok(file),
            }
        })?;
        Ok(chosen.unwrap_or(free))
    }

    pub(super) fn is_there(&self, file: &str) -> bool {
        // A link that leads nowhere is there, too.
        self.plan.dir.join(file).symlink_metadata().is_ok()
    }

    /// The first name of `names` that no file has.
    pub(super) fn free(&self, names: impl Fn(usize) -> String) -> String {
        let mut number = 1;
        while self.is_there(&names(number)) {
            number += 1;
        }
        names(number)
    }

    pub(super) fn credit(&mut self) -> Result<Option<(Amount, Option<Currency>)>, Stop> {
        let (given, option) = (self.answers.credit.as_deref(), "--credit");
        self.answer(given, option, Question::Credit, None, |text| {
            let (credit, currency) =
                amount::parse(text).map_err(|problem| value(option, problem))?;
            // Nobody sees a warning about a config that is right.
            match amount::thousands(text) {
                Some(thousands) => {
                    let problem = ConfigProblem::AmbiguousAmount {
                        value: printable(text, 60),
                        thousands,
                        decimals: credit,
                    };
                    Err(value(option, problem))
                }
                None => Ok((credit, currency)),
            }
        })
    }

    /// The currency: the one that the credit is written with needs no question.
    pub(super) fn currency(&mut self, written: Option<Currency>) -> Result<Option<Currency>, Stop> {
        let (given, option) = (self.answers.currency.as_deref(), "--currency");
        if given.is_none() && written.is_some() {
            return Ok(written);
        }
        let default = Some(CURRENCY);
        self.answer(given, option, Question::Currency, default, |text| {
            let stated = config::currency(text);
            let agreed = stated.and_then(|stated| config::agreed(Some(stated), written));
            agreed.map_err(|problem| value(option, problem))
        })
        .map(Option::flatten)
    }

    /// The contract's days, which no other config of `tenancy` has.
    pub(super) fn days(&mut self, tenancy: Option<&str>) -> Result<Option<(Day, Day)>, Stop> {
        let (start, end) = (self.answers.start.as_deref(), self.answers.end.as_deref());
        loop {
            let first = self.answer(start, "--start", Question::Start, None, |text| {
                config::date(text).map_err(|problem| value("--start", problem))
            })?;
            let year =
                first.and_then(|first| first.checked_add_months(Months::new(12))?.pred_opt());
            let default = year.map(|last| number::day(self.lang(), last));
            let last = self.answer(end, "--end", Question::End, default.as_deref(), |text| {
                let last = config::date(text);
                let last = last.and_then(|last| match first {
                    Some(first) => config::term(first, last).map(|(_, last)| last),
                    None => Ok(last),
                });
                last.map_err(|problem| value("--end", problem))
            })?;
            let Some((first, last)) = first.zip(last) else {
                return Ok(None);
            };
            let Some(other) = self.rival(tenancy, Days::inclusive(first, last)) else {
                return Ok(Some((first, last)));
            };
            let problem = value("--start", ConfigProblem::Overlap { other });
            match &self.terminal {
                Some(terminal) if start.is_none() || end.is_none() => terminal.explain(&problem)?,
                _ => return Err(problem.into()),
            }
        }
    }

    /// The config of the same tenancy that has one of `days` (rule: overlap).
    pub(super) fn rival(&self, tenancy: Option<&str>, days: Days) -> Option<String> {
        let tenancy = tenancy?;
        let rival = self.clients.iter().find(|client| {
            let ConfigDraft {
                tenancy: own,
                contract,
                ..
            } = &client.draft;
            let same = own
                .as_ref()
                .is_some_and(|own| own.eq_ignore_ascii_case(tenancy));
            let common = contract
                .as_ref()
                .map(|contract| contract.days().within(days));
            same && common.is_some_and(|common| !common.is_empty())
        });
        rival.map(|rival| rival.file.clone())
    }
}
