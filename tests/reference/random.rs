//! Made-up cases: one seed, one case, the same on every machine.

use std::collections::BTreeSet;

use chrono::{Datelike, Days, NaiveDate};
use num_rational::BigRational;

use super::cases::day;
use super::exact::{parse, round, text, whole};
use super::{Case, Facts, days, falls_on, month, next, weekday};

/// A small deterministic generator (splitmix64).
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// A generator that always gives the same throws for the same seed.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d)
    }

    /// 64 even bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.bits() % bound.max(1)
    }

    /// A number from `low` to `high`, both included.
    pub fn within(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    /// True in so many of a hundred throws.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of the choices.
    pub fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[usize::try_from(self.below(choices.len() as u64)).unwrap()]
    }

    fn digits(&mut self, count: u64) -> String {
        (0..count)
            .map(|_| char::from(b'0' + u8::try_from(self.below(10)).unwrap()))
            .collect()
    }
}

/// The last as-of day of any made-up case: over 400 days back, so that a day before the first row
/// is unknown whenever the tests run.
const LAST_AS_OF: &str = "2025-05-01";

/// How one customer's days look.
struct Habits {
    currency: String,
    scale: u64,
    decimals: u64,
    by_weekday: [u64; 7],
    office_hours: bool,
    rows_a_day: u64,
    gap_percent: u64,
    correction_percent: u64,
    spike_percent: u64,
    blank_percent: u64,
    filler_percent: u64,
    exponents: bool,
    quiet: bool,
    outages: Vec<(NaiveDate, NaiveDate)>,
    partial_from: NaiveDate,
}

/// A varied case from a seed. Its texts are fit for a config file: no credit that reads two ways,
/// and an opening balance that ends before the contract's last day and before the as-of day.
pub fn random_case(seed: u64) -> Case {
    let dice = &mut Dice::new(seed);
    let (start, end) = contract(dice);
    let as_of = as_of(dice, start, end);
    let settle = dice.pick(&[2, 2, 2, 0, 1, 3, 4, 5, 5, 9]);
    let opening = opening(dice, start, end, as_of);
    let first_asked = opening.as_ref().map_or(start, |(_, until)| next(*until));
    let habits = habits(dice, first_asked, end, as_of);
    let rows = rows(dice, &habits, start, end, as_of);

    let mut rows = rows;
    // Of throws of their own, so that the rest of a seed's case is what it would be without.
    let more = &mut Dice::new(seed ^ 0xc4a9);
    add_charges(more, &habits, start, as_of, &mut rows);
    let ignored = ignored(more, start, end, as_of);

    let mut case = Case {
        name: format!("seed {seed}"),
        as_of,
        settle: u32::try_from(settle).unwrap(),
        surplus_percent: dice
            .pick(&["10", "10", "10", "0", "5", "12.5", "50"])
            .to_owned(),
        start,
        end,
        credit: "1".to_owned(),
        opening,
        currency: (!dice.chance(18)).then(|| habits.currency.clone()),
        ignored,
        rows,
    };
    let facts = Facts::of(&case);
    if !facts.booked.is_empty() && facts.currency().is_none() {
        case.currency = Some(habits.currency);
    }
    let credit = credit(dice, &Facts::of(&case));
    case.credit = credit;
    case
}

/// Adds up to two charges that come on a day of each month, seldom with a month left out.
fn add_charges(
    dice: &mut Dice,
    habits: &Habits,
    start: NaiveDate,
    as_of: NaiveDate,
    rows: &mut Vec<(NaiveDate, String, Option<String>)>,
) {
    for _ in 0..dice.pick(&[0, 0, 1, 1, 2]) {
        let of_month = u32::try_from(dice.pick(&[1, 5, 15, 28, 29, 30, 31])).unwrap();
        let units = (habits.scale + 1) * dice.within(2, 40);
        let left_out = dice.pick(&[0, 0, 0, 2]);
        for day in days(start, as_of) {
            let grows = dice.below(3);
            if falls_on(day, of_month) && !dice.chance(left_out) {
                let amount = format!("{}.{}", units + grows, dice.digits(2));
                rows.push((day, amount, Some(habits.currency.clone())));
            }
        }
    }
}

/// Some days of the contract that the config ignores, of the last months mostly; at times a whole week or two.
fn ignored(dice: &mut Dice, start: NaiveDate, end: NaiveDate, as_of: NaiveDate) -> Vec<NaiveDate> {
    let mut ignored = BTreeSet::new();
    for _ in 0..dice.pick(&[0, 0, 1, 2, 5]) {
        let first = as_of - Days::new(dice.below(75)) + Days::new(dice.below(4));
        for day in days(first, first + Days::new(dice.pick(&[1, 1, 1, 3, 14]))) {
            if start <= day && day <= end {
                ignored.insert(day);
            }
        }
    }
    ignored.into_iter().collect()
}

fn contract(dice: &mut Dice) -> (NaiveDate, NaiveDate) {
    let mut start = day("2021-11-01") + Days::new(dice.below(1100));
    if dice.chance(30) {
        start = start.with_day(1).unwrap();
    } else if dice.chance(10) {
        start = dice.pick(&["2024-02-29", "2023-08-31", "2023-12-31", "2024-01-31"].map(day));
    }
    let length = match dice.below(10) {
        0 => dice.within(1, 3),
        1 => dice.within(4, 40),
        2 | 3 => dice.within(41, 300),
        4..=6 => dice.pick(&[364, 365, 366]),
        _ => dice.within(301, 1100),
    };
    (start, start + Days::new(length - 1))
}

fn as_of(dice: &mut Dice, start: NaiveDate, end: NaiveDate) -> NaiveDate {
    let length = (end - start).num_days().unsigned_abs() + 1;
    let mut as_of = match dice.below(100) {
        0..5 => start - Days::new(dice.within(1, 60)),
        5..12 => start + Days::new(dice.below(12)),
        12..62 => start + Days::new(dice.below(length)),
        62..70 => end - Days::new(dice.below(length.min(5))),
        70..83 => next(end) + Days::new(dice.below(12)),
        83..88 => end + Days::new(dice.within(12, 500)),
        _ => {
            // Month ends, where two months back need not exist.
            let inside = start + Days::new(dice.below(length));
            let first = inside.with_day(1).unwrap();
            first - Days::new(1) + Days::new(dice.below(5))
        }
    };
    as_of = as_of.min(day(LAST_AS_OF));
    as_of
}

fn opening(
    dice: &mut Dice,
    start: NaiveDate,
    end: NaiveDate,
    as_of: NaiveDate,
) -> Option<(String, NaiveDate)> {
    // Up to the day before the as-of day, and never the whole contract.
    let bound = end.min(as_of);
    if bound <= start || !dice.chance(18) {
        return None;
    }
    let span = (bound - start).num_days().unsigned_abs();
    let until = if dice.chance(15) {
        bound - Days::new(1)
    } else {
        start + Days::new(dice.below(span))
    };
    let amount = match dice.below(6) {
        0 => "0".to_owned(),
        1 => format!("{}.{}", dice.below(1_000_000), dice.digits(2)),
        2 => format!("{}.{}", dice.below(1_000), dice.digits(12)),
        _ => format!("{}.{}", dice.below(30_000), dice.digits(2)),
    };
    Some((amount, until))
}

fn habits(dice: &mut Dice, first_asked: NaiveDate, end: NaiveDate, as_of: NaiveDate) -> Habits {
    let currency = dice
        .pick(&["BRL", "BRL", "BRL", "USD", "EUR", "JPY"])
        .to_owned();
    let decimals = match (currency.as_str(), dice.below(5)) {
        ("JPY", 0..4) | (_, 0) => 0,
        (_, 1 | 2) => 2,
        (_, 3) => dice.within(1, 12),
        _ => dice.within(13, 20),
    };
    let flat = dice.chance(25);
    let by_weekday = [(); 7].map(|()| if flat { 100 } else { dice.below(200) });
    let last = as_of.min(next(end));
    let span = (last - first_asked).num_days().max(1).unsigned_abs();
    let mut outages = Vec::new();
    if dice.chance(20) {
        let from = first_asked + Days::new(dice.below(span));
        outages.push((from, from + Days::new(dice.within(1, 12))));
    }
    if dice.chance(35) {
        // The last days are late.
        outages.push((last - Days::new(dice.within(1, 4)), last));
    } else if dice.chance(15) {
        outages.push((last - Days::new(dice.within(5, 70)), last));
    }
    if dice.chance(if (as_of - first_asked).num_days() > 365 {
        30
    } else {
        6
    }) {
        // History begins late.
        let lost = dice.pick(&[3, 20, 35, 36, 60, 61, 400]);
        outages.push((first_asked - Days::new(10), first_asked + Days::new(lost)));
    }
    if dice.chance(4) {
        outages.push((first_asked - Days::new(10), next(end)));
    }
    Habits {
        currency,
        scale: dice.pick(&[0, 9, 40, 40, 700, 25_000, 3_000_000]),
        decimals,
        by_weekday,
        office_hours: dice.chance(15),
        rows_a_day: dice.pick(&[1, 1, 1, 2, 3]),
        gap_percent: dice.pick(&[0, 0, 0, 2, 15]),
        correction_percent: dice.pick(&[0, 0, 0, 3, 25]),
        spike_percent: dice.pick(&[0, 0, 0, 1, 3]),
        blank_percent: dice.pick(&[0, 0, 0, 0, 0, 2]),
        filler_percent: dice.pick(&[0, 0, 60]),
        exponents: dice.chance(4),
        quiet: dice.chance(3),
        outages,
        partial_from: last - Days::new(dice.pick(&[0, 0, 1, 2, 3])),
    }
}

fn rows(
    dice: &mut Dice,
    habits: &Habits,
    start: NaiveDate,
    end: NaiveDate,
    as_of: NaiveDate,
) -> Vec<(NaiveDate, String, Option<String>)> {
    // Some days before, after the as-of day and after the end: nobody may count them.
    let until = (end + Days::new(4)).min(as_of + Days::new(4));
    let mut rows = Vec::new();
    for day in days(start - Days::new(3), until) {
        let out = habits
            .outages
            .iter()
            .any(|(from, until)| *from <= day && day < *until);
        let closed = habits.office_hours && weekday(day) >= 5;
        if out || closed || dice.chance(habits.gap_percent) {
            if dice.chance(habits.filler_percent) {
                // Rows without money are not data.
                rows.push((day, filler(dice), Some(" ".to_owned())));
            }
            continue;
        }
        for _ in 0..habits.rows_a_day {
            let currency = if dice.chance(habits.blank_percent) {
                dice.pick(&[None, Some(" "), Some("")]).map(str::to_owned)
            } else {
                Some(habits.currency.clone())
            };
            rows.push((day, amount(dice, habits, day), currency));
        }
        if dice.chance(habits.filler_percent / 6) {
            rows.push((day, String::new(), Some(habits.currency.clone())));
        }
    }
    rows
}

fn filler(dice: &mut Dice) -> String {
    dice.pick(&["", "0", "0.0", "0.00000000"]).to_owned()
}

fn amount(dice: &mut Dice, habits: &Habits, day: NaiveDate) -> String {
    if habits.quiet {
        return "0".to_owned();
    }
    let mut units = habits.scale * habits.by_weekday[weekday(day)] / 100;
    units += dice.below(habits.scale / 4 + 1);
    if day >= habits.partial_from {
        units = units * dice.below(60) / 100;
    }
    if dice.chance(habits.spike_percent) {
        units = units * dice.within(3, 90) + 1;
    }
    let sign = if dice.chance(habits.correction_percent) {
        units *= dice.within(1, 3);
        "-"
    } else {
        ""
    };
    let fraction = dice.digits(habits.decimals);
    if habits.exponents && dice.chance(40) {
        return format!(
            "{sign}{}.{}E-{}",
            dice.within(1, 9),
            dice.within(1, 99),
            dice.within(1, 9)
        );
    }
    if fraction.is_empty() {
        format!("{sign}{units}")
    } else {
        format!("{sign}{units}.{fraction}")
    }
}

/// A credit of some relation to what the case consumes and will consume.
fn credit(dice: &mut Dice, facts: &Facts<'_>) -> String {
    let consumption = facts.consumption.clone().unwrap_or_else(|| whole(0));
    let total = facts.total().unwrap_or_else(|| consumption.clone());
    let percent = |value: &BigRational, percent: u64| {
        round(&(value * whole(percent.cast_signed()) / whole(100)), 2)
    };
    let credit = match dice.below(20) {
        0 => return "0".to_owned(),
        1 => consumption,
        2 | 3 => total,
        4 => round(&(&total * whole(50) / whole(49)), 2),
        5 => round(&(&total * whole(50) / whole(51)), 2),
        6 | 7 => on_the_way(dice, facts).unwrap_or(total),
        8 => {
            let half = usize::try_from(dice.below(facts.asked.len() as u64 + 1)).unwrap();
            facts.opening_amount() + facts.booked_on(&facts.asked[..half])
        }
        9 | 10 => percent(&consumption, dice.within(30, 130)),
        11..=13 => percent(&total, dice.within(95, 112)),
        14 => whole(dice.within(1, 900_000).cast_signed()),
        _ => percent(&total, dice.within(40, 190)),
    };
    if credit <= whole(0) {
        return "1500.00".to_owned();
    }
    let mut credit = text(&credit);
    // `150.125` could be read as grouped; `150.1250` cannot.
    if credit
        .split_once('.')
        .is_some_and(|(_, fraction)| fraction.len() == 3)
    {
        credit.push('0');
    }
    assert!(parse(&credit) > whole(0));
    credit
}

/// What the running sum comes to after some future day, to the last digit.
fn on_the_way(dice: &mut Dice, facts: &Facts<'_>) -> Option<BigRational> {
    let averages = facts.averages.as_ref()?;
    let mut running = facts.consumption.clone()? + &facts.forecast.as_ref()?.complement;
    let steps = usize::try_from(dice.below(facts.future.len() as u64)).unwrap();
    for day in facts.future.iter().take(steps) {
        running += &averages[weekday(*day)];
    }
    Some(running)
}

/// A series with a row on every day from `start` to the day before `as_of`, for the comparison
/// with the plain way: settle 0, nothing late.
pub fn every_day_case(seed: u64) -> Case {
    let dice = &mut Dice::new(seed ^ 0xeeee);
    let start = day("2022-01-01") + Days::new(dice.below(700));
    let lived = dice.within(7, 800);
    let as_of = start + Days::new(lived);
    let end = as_of + Days::new(dice.below(500));
    let rows = days(start, as_of)
        .into_iter()
        .map(|day| {
            let base = [900, 950, 930, 970, 910, 250, 120][weekday(day)];
            let amount = format!("{}.{}", base + dice.below(80), dice.digits(6));
            (day, amount, Some("BRL".to_owned()))
        })
        .collect();
    Case {
        name: format!("every day, seed {seed}, from {}", month(start)),
        as_of,
        settle: 0,
        surplus_percent: "10".to_owned(),
        start,
        end,
        credit: "500000.00".to_owned(),
        opening: None,
        ignored: Vec::new(),
        currency: Some("BRL".to_owned()),
        rows,
    }
}
