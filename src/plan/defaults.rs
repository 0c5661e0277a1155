//! The defaults of a clients' folder, read as the values of options.

use clap::ValueEnum as _;

use super::pages::{self, PagesDefaults};
use crate::cli::{self, OutputFile};
use crate::failure::DefaultsProblem;
use crate::forecast::Method;
use crate::lang::Lang;
use crate::money::Amount;
use crate::profile::defaults::{DefaultKey, Refused, Setting};

/// The folder's own defaults, read.
#[derive(Debug, Default)]
pub struct Defaults {
    pub(super) method: Option<Method>,
    pub(super) settle_days: Option<u32>,
    pub(super) surplus_percent: Option<Amount>,
    pub(super) lang: Option<Lang>,
    pub(super) outputs: Vec<OutputFile>,
    pub(super) jobs: Option<u16>,
    pub(super) pages: PagesDefaults,
}

impl Defaults {
    /// Reads the values of `settings` as those of the options.
    ///
    /// # Errors
    /// [`Refused`] with the line of the first value that its option would not take.
    pub fn new(settings: &[Setting]) -> Result<Self, Refused> {
        let mut defaults = Self::default();
        for Setting { key, value, line } in settings {
            let taken = match key {
                DefaultKey::Method => take(&mut defaults.method, Method::from_str(value, true)),
                DefaultKey::SettleDays => take(&mut defaults.settle_days, cli::settle_days(value)),
                DefaultKey::SurplusPercent => {
                    take(&mut defaults.surplus_percent, cli::percent(value))
                }
                DefaultKey::Lang => take(&mut defaults.lang, Lang::from_str(value, true)),
                DefaultKey::Jobs => take(&mut defaults.jobs, cli::jobs(value)),
                DefaultKey::Pages => take(&mut defaults.pages.place, cli::pages(value)),
                DefaultKey::PagesUrl => take(&mut defaults.pages.url, pages::url(value)),
                DefaultKey::PagesGroup => take(&mut defaults.pages.group, cli::group(value)),
                DefaultKey::Contact => take(&mut defaults.pages.contact, cli::contact(value)),
                DefaultKey::Output => cli::output(value).is_ok_and(|output| {
                    defaults.outputs.push(output);
                    true
                }),
            };
            if !taken {
                return Err(Refused {
                    line: Some(*line),
                    problem: DefaultsProblem::Value { key: key.word() },
                });
            }
        }
        Ok(defaults)
    }

    /// The language, if one is set.
    pub fn lang(&self) -> Option<Lang> {
        self.lang
    }
}

/// Puts what was read into `place`; whether something was.
fn take<T, E>(place: &mut Option<T>, read: Result<T, E>) -> bool {
    *place = read.ok();
    place.is_some()
}
