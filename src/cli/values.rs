//! Values of options: how each is read, and the words for those of a list.

use std::str::FromStr;

use clap::ValueEnum;
use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};

use super::DAY_IN_NAMES;
use super::errors::ValueProblem;
use crate::adjustment::Adjustment;
use crate::calendar::{Day, parse_day};
use crate::failure::ConfigProblem;
use crate::forecast::Method;
use crate::form::FileForm;
use crate::money::Amount;
use crate::path::ObjectPlace;
use crate::profile::adjustment;
use crate::report::statement::Situation;
use crate::text::{AsTyped, LONGEST_CONTACT, printable};

/// Most characters of a group's name.
const LONGEST_GROUP: usize = 64;

/// Place as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypedPlace {
    /// Path of a file or folder.
    Path(String),
    /// An object, or the beginning of objects' names.
    Object(ObjectPlace),
}

/// File to write, as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputFile {
    /// Place of the file, with `{date}` or `{data}` where the as-of day goes.
    pub place: TypedPlace,
    /// Form of the file, by the ending of its name.
    pub form: FileForm,
}

impl ValueEnum for Method {
    fn value_variants<'a>() -> &'a [Self] {
        Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let [_, meaning] = self.meaning();
        Some(PossibleValue::new(self.word()).help(meaning))
    }
}

impl ValueEnum for Situation {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::BY_SEVERITY
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let word = match self {
            Self::Spent => "spent",
            Self::RunsOut => "runs-out",
            Self::NoData => "no-data",
            Self::IncompleteHistory => "incomplete-history",
            Self::Borderline => "borderline",
            Self::LeftOver => "unused",
            Self::Within => "within",
            Self::NoForecast => "no-forecast",
            Self::NoCredit => "pay-as-you-go",
            Self::NotStarted => "not-started",
            Self::Ended => "ended",
        };
        Some(PossibleValue::new(word).alias(self.word()))
    }
}

pub(super) fn day(text: &str) -> Result<Day, ValueProblem> {
    parse_day(text).ok_or(ValueProblem::NotADay)
}

/// Part of a client's name: an empty one is in every name, which nobody means.
pub(super) fn only(text: &str) -> Result<String, ValueProblem> {
    match text.trim() {
        "" => Err(ValueProblem::Empty),
        _ => Ok(text.to_owned()),
    }
}

pub(super) fn number<N: FromStr>(text: &str) -> Result<N, ValueProblem> {
    let zeros = !text.is_empty() && text.bytes().all(|byte| byte == b'0');
    text.parse().map_err(|_| match zeros {
        true => ValueProblem::Zero,
        false => ValueProblem::NotWhole,
    })
}

pub(crate) fn percent(text: &str) -> Result<Amount, ValueProblem> {
    let percent = Amount::parse(text)
        .ok()
        .filter(|percent| !percent.is_negative() && *percent <= Amount::from(100));
    percent.ok_or(ValueProblem::OutOfRange(0, 100))
}

/// An adjustment without a currency: it holds for clients of any.
pub(super) fn what_if(text: &str) -> Result<Adjustment, ValueProblem> {
    if text.trim_start().starts_with(|c: char| c.is_ascii_digit()) {
        return Err(ValueProblem::Unsigned(printable(text, 40)));
    }
    match adjustment::parse(text) {
        Ok((adjustment, None)) => Ok(adjustment),
        Ok((_, Some(_))) => Err(ValueProblem::HasCurrency),
        Err(ConfigProblem::AmbiguousAmount {
            thousands,
            decimals,
            ..
        }) => Err(ValueProblem::Ambiguous(
            thousands.to_string(),
            decimals.to_string(),
        )),
        Err(ConfigProblem::AdjustedBelowNothing) => Err(ValueProblem::BelowNothing),
        Err(ConfigProblem::NotADate { .. }) => Err(ValueProblem::NotADay),
        Err(_) => Err(ValueProblem::NotAnAdjustment),
    }
}

/// A path or an object, and no other URL.
fn place(text: &str) -> Result<TypedPlace, ValueProblem> {
    match ObjectPlace::is_meant(text) {
        true => ObjectPlace::parse(text)
            .map(TypedPlace::Object)
            .map_err(ValueProblem::Object),
        false if text.contains("://") => Err(ValueProblem::Url),
        false => Ok(TypedPlace::Path(text.to_owned())),
    }
}

/// A file, or an object, by its ending, in any case.
pub(crate) fn output(text: &str) -> Result<OutputFile, ValueProblem> {
    let place = place(text)?;
    let form = FileForm::of(text).ok_or(ValueProblem::Ending)?;
    for (at, _) in text.match_indices('{') {
        let word = text[at..].split_inclusive('}').next();
        let word = word.filter(|word| word.ends_with('}'));
        if let Some(word) = word.filter(|word| !DAY_IN_NAMES.contains(word)) {
            return Err(ValueProblem::Placeholder(printable(word, 60)));
        }
    }
    Ok(OutputFile { place, form })
}

/// Place of pages.
pub(crate) fn pages(text: &str) -> Result<TypedPlace, ValueProblem> {
    match text.trim() {
        "" => Err(ValueProblem::NoText),
        text => place(text),
    }
}

/// Name or number of a group.
pub(crate) fn group(text: &str) -> Result<String, ValueProblem> {
    let is_part = |c: char| c.is_alphanumeric() || "_.-@".contains(c);
    let is_name = !text.is_empty() && text.chars().count() <= LONGEST_GROUP;
    (is_name && text.chars().all(is_part))
        .then(|| text.to_owned())
        .ok_or(ValueProblem::NotAGroup)
}

/// Line of a page, made fit for it.
pub(crate) fn contact(text: &str) -> Result<String, ValueProblem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(ValueProblem::NoText);
    }
    if text.chars().count() > LONGEST_CONTACT {
        return Err(ValueProblem::TooLong(LONGEST_CONTACT));
    }
    Ok(printable(text, LONGEST_CONTACT))
}

/// A value that no error message repeats: clap accepts any, and the plan reads it.
pub(super) fn typed() -> impl TypedValueParser<Value = AsTyped> {
    StringValueParser::new().map(AsTyped::from)
}

pub(crate) fn jobs(text: &str) -> Result<u16, ValueProblem> {
    let jobs = text.parse().ok().filter(|jobs| (1..=1024).contains(jobs));
    jobs.ok_or(ValueProblem::OutOfRange(1, 1024))
}

pub(crate) fn settle_days(text: &str) -> Result<u32, ValueProblem> {
    let days = text.parse().ok().filter(|days| (0..=60).contains(days));
    days.ok_or(ValueProblem::OutOfRange(0, 60))
}
