//! The parts of a config, each read on its own: what is wrong with one keeps no other from being read.

use std::collections::BTreeMap;

use super::super::lines::{ConfigLine, ConfigLines};
use super::super::{adjustment, amount, value};
use super::{
    AJUSTE, ANTERIOR, ANTERIOR_ATE, CREDITO, FIM, IGNORAR, INICIO, LONGEST_NAME, MOEDA, REGION,
    agreed, allowed, currency, date, is_of_value, region, term,
};
use crate::adjustment::{Adjustment, Change};
use crate::calendar::{Day, Days};
use crate::contract::{Contract, Opening};
use crate::failure::{ConfigProblem, Failure, Reading, Warning};
use crate::money::{Amount, Currency};
use crate::oci::region::Region;
use crate::text::printable;

/// Reads parts of a config, and records their problems with their lines.
pub(super) struct PartsReader<'l> {
    pub(super) lines: &'l ConfigLines,
    pub(super) failures: &'l mut Vec<Failure>,
    pub(super) warnings: &'l mut Vec<Warning>,
}

impl PartsReader<'_> {
    /// The value of `key` as `read` takes it; a key that is not there is none.
    pub(super) fn read<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&str) -> Result<T, ConfigProblem>,
    ) -> Option<T> {
        let (value, _) = self.lines.value(key)?;
        let result = allowed(key, value).and_then(|()| read(value));
        self.keep(key, result)
    }

    /// The region by its name, its short code or its name in the console.
    pub(super) fn region(&mut self, tenancy: Option<&str>) -> Option<Region> {
        let line = self.lines.line(REGION)?;
        let (value, number) = self.lines.value(REGION)?;
        let region = self
            .read(REGION, |value| region(value, tenancy))
            .flatten()?;
        if Region::find(value, tenancy.unwrap_or_default()).is_err() {
            self.warnings.push(Warning::ReadAs {
                keys: vec![(REGION, number)],
                reading: Reading::Value {
                    key: REGION,
                    written: printable(&line.raw, LONGEST_NAME),
                    value: region.name.clone(),
                },
            });
        }
        Some(region)
    }

    /// The amount of `key`, and the currency that it is written with.
    fn amount(&mut self, key: &'static str) -> Option<(Amount, Option<Currency>)> {
        let (amount, currency) = self.read(key, amount::parse)?;
        self.doubt(key, &amount, amount::thousands);
        Some((amount, currency))
    }

    /// Warns of the value of `key`, read as `decimals`, if `thousands` has another reading of it.
    fn doubt(
        &mut self,
        key: &'static str,
        decimals: &Amount,
        thousands: impl FnOnce(&str) -> Option<Amount>,
    ) {
        let Some((value, line)) = self.lines.value(key) else {
            return;
        };
        if let Some(thousands) = thousands(value) {
            self.warnings.push(Warning::ThreeDecimals {
                key,
                line,
                value: printable(value, 60),
                decimals: decimals.clone(),
                thousands,
            });
        }
    }

    /// Returns the value of `key`, or records the problem.
    pub(super) fn keep<T>(
        &mut self,
        key: &'static str,
        result: Result<T, ConfigProblem>,
    ) -> Option<T> {
        self.keep_of_line(key, self.lines.line(key), result)
    }

    /// Returns the value of `key` on `line`, or records the problem.
    fn keep_of_line<T>(
        &mut self,
        key: &'static str,
        line: Option<&ConfigLine>,
        result: Result<T, ConfigProblem>,
    ) -> Option<T> {
        result
            .map_err(|problem| {
                self.failures.push(Failure {
                    line: line.map(|line| line.number),
                    key: Some(key),
                    written: line
                        .filter(|_| is_of_value(&problem))
                        .and_then(|line| value::written(key, &line.raw)),
                    ..Failure::new(problem)
                });
            })
            .ok()
    }

    /// The contract, unless any of its terms is wrong.
    pub(super) fn contract(&mut self, as_of: Day) -> Option<Contract> {
        let noted = self.failures.len();
        let days = self.read(INICIO, date).zip(self.read(FIM, date));
        let days = days.and_then(|(start, end)| self.keep(FIM, term(start, end)));
        let credit = self.amount(CREDITO);
        let written = credit.as_ref().and_then(|(_, written)| *written);
        let stated = self.read(MOEDA, currency);
        let stated = self.keep(MOEDA, agreed(stated, written)).flatten();
        let opening = self.opening(days, as_of, stated);
        let (opening, currency) = opening.map_or((None, stated), |(opening, written)| {
            (Some(opening), stated.or(written))
        });
        let adjusted = self.adjustment(currency);
        let (adjustment, currency) = adjusted.map_or((None, currency), |(adjustment, written)| {
            (Some(adjustment), currency.or(written))
        });
        let ignored = self.ignored(days);
        let ((start, end), (credit, _)) = days.zip(credit)?;
        (self.failures.len() == noted).then_some(Contract {
            start,
            end,
            credit,
            currency,
            opening,
            adjustment,
            ignored,
        })
    }

    /// Reads the days that leave the averages, of a contract of `days`, in order: each line of the key holds one
    /// or a list of them.
    fn ignored(&mut self, days: Option<(Day, Day)>) -> Vec<Day> {
        let lines = self.lines;
        let mut found: BTreeMap<Day, usize> = BTreeMap::new();
        for (value, line) in lines.values(IGNORAR) {
            let allowed = allowed(IGNORAR, value);
            if self.keep_of_line(IGNORAR, Some(line), allowed).is_none() {
                continue;
            }
            let separator = |c: char| c == ',' || c == ';' || c.is_whitespace();
            for word in value.split(separator).filter(|word| !word.is_empty()) {
                let inside = |day: &Day| {
                    days.is_none_or(|(start, end)| Days::inclusive(start, end).contains(*day))
                };
                let day = date(word).and_then(|day| match inside(&day) {
                    true => Ok(day),
                    false => Err(ConfigProblem::IgnoredOutside { day }),
                });
                let Some(day) = self.keep_of_line(IGNORAR, Some(line), day) else {
                    continue;
                };
                if let Some(first_line) = found.get(&day).copied() {
                    self.warnings.push(Warning::DayIgnoredTwice {
                        day,
                        first_line,
                        line: line.number,
                    });
                } else {
                    found.insert(day, line.number);
                }
            }
        }
        found.into_keys().collect()
    }

    /// Reads the adjustment of the forecast, and the currency that it is written with.
    fn adjustment(&mut self, stated: Option<Currency>) -> Option<(Adjustment, Option<Currency>)> {
        let (adjustment, written) = self.read(AJUSTE, adjustment::parse)?;
        if let Change::Monthly(sum) = &adjustment.change {
            self.doubt(AJUSTE, sum, adjustment::thousands);
        }
        self.keep(AJUSTE, agreed(stated, written))?;
        Some((adjustment, written))
    }

    /// Reads the opening balance (rule: opening balance) of a contract of `days`, and the currency that it is
    /// written with.
    fn opening(
        &mut self,
        days: Option<(Day, Day)>,
        as_of: Day,
        stated: Option<Currency>,
    ) -> Option<(Opening, Option<Currency>)> {
        let has = |key| self.lines.value(key).is_some();
        let half = |missing| Err(ConfigProblem::HalfAnOpening { missing });
        match (has(ANTERIOR), has(ANTERIOR_ATE)) {
            (false, false) => return None,
            (true, false) => return self.keep(ANTERIOR, half(ANTERIOR_ATE)),
            (false, true) => return self.keep(ANTERIOR_ATE, half(ANTERIOR)),
            (true, true) => {}
        }
        let amount = self.amount(ANTERIOR);
        let amount = amount.and_then(|(amount, written)| {
            self.keep(ANTERIOR, agreed(stated, written))
                .map(|_| (amount, written))
        });
        let through = self.read(ANTERIOR_ATE, date);
        let through = through.zip(days).and_then(|(through, (start, end))| {
            let inside = Days::inclusive(start, end).contains(through);
            let result = match (inside, through < as_of) {
                (false, _) => Err(ConfigProblem::OpeningOutside),
                (true, false) => Err(ConfigProblem::OpeningAhead { as_of }),
                (true, true) => Ok(through),
            };
            self.keep(ANTERIOR_ATE, result)
        });
        let (through, (amount, written)) = through.zip(amount)?;
        Some((Opening { amount, through }, written))
    }
}
