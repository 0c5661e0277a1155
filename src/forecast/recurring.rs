//! Charges that come every month on one day: a subscription, a licence, support.

use super::WeekdayProfile;
use crate::calendar::{Day, Days, Month, weekday};
use crate::days::series::DailySeries;
use crate::money::Amount;

/// Months in which a charge must have come.
const MONTHS: usize = 3;
/// Days that a day is compared with, half of them before it and half after it.
const NEIGHBOURS: usize = 10;
/// Multiple of the neighbours' median above which a day stands out.
const FACTOR: i64 = 3;
/// The last day that a month may have.
const LONGEST_MONTH: u32 = 31;

/// A charge that comes every month on one day (rule: recurring charge).
///
/// The rule: a day of the month, 1 to 31, bears a recurring charge if it stood out in each of the last three months in
/// which it is settled. In a month without that day, the month's last day takes its place. A day stands out if the
/// averages may use it (it is known, and the config does not ignore it), its cost is above zero, and its cost is over
/// three times the median of its ten neighbours. The neighbours are the five nearest days before it and the five nearest
/// after it that the averages may use; where one side has fewer, because the days after are not settled or the contract
/// has just begun, the other side gives the rest. With under ten neighbours no day stands out. A median below zero
/// counts as zero. The charge is the day's cost less that median; its size is the middle one of the three months'. A
/// day belongs to one charge only: the later day of the month is looked at first.
///
/// The forecast does not change, since its window of two months holds the charge as often as two months do. The estimate
/// of the running month does: averages, also those that provisional days are topped up to, are taken without the days
/// on which the charge stood out, and its size is added on its day, if that day is in the future or provisional.
/// Neither `pico_na_janela` nor `ritmo_mudou` comes from its days, and they are no change of pace in the band.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecurringCharge {
    /// Day of the month, 1 to 31.
    pub day_of_month: u32,
    /// Cost above that of the neighbours.
    pub amount: Amount,
    /// Settled days on which it stood out, the newest first.
    pub days: Vec<Day>,
}

impl RecurringCharge {
    /// Finds the recurring charges of `series`, the latest day of the month first.
    pub fn all(series: &DailySeries) -> Vec<Self> {
        let mut found: Vec<Self> = Vec::new();
        for day_of_month in (1..=LONGEST_MONTH).rev() {
            found.extend(Self::on_day(series, day_of_month, &found));
        }
        found
    }

    /// Returns the charge on `day_of_month`, on none of the days that are those of `others`.
    fn on_day(series: &DailySeries, day_of_month: u32, others: &[Self]) -> Option<Self> {
        let settled = series.settled();
        let newest = Month::of(settled.last()?);
        let taken = |day: &Day| others.iter().any(|other| other.days.contains(day));
        let mut days = (0..)
            .map(|back| newest.earlier(back).day(day_of_month))
            .skip_while(|day| *day >= settled.end)
            .take_while(|day| *day >= settled.start);
        let charge = |day: Day| (!taken(&day)).then(|| excess(series, day)).flatten();
        let mut last: Vec<(Day, Amount)> = Vec::with_capacity(MONTHS);
        for day in days.by_ref().take(MONTHS) {
            last.push((day, charge(day)?));
        }
        if last.len() < MONTHS {
            return None;
        }
        let earlier = days.filter(|day| charge(*day).is_some());
        let days = last.iter().map(|(day, _)| *day).chain(earlier).collect();
        let mut amounts: Vec<Amount> = last.into_iter().map(|(_, amount)| amount).collect();
        amounts.sort();
        Some(Self {
            day_of_month,
            amount: amounts.swap_remove(MONTHS / 2),
            days,
        })
    }

    /// Whether the charge comes on `day`.
    pub fn comes_on(&self, day: Day) -> bool {
        Month::of(day).day(self.day_of_month) == day
    }
}

/// Returns the cost of `day` above the median of its neighbours, if it stands out.
fn excess(series: &DailySeries, day: Day) -> Option<Amount> {
    if !series.is_averaged(day) {
        return None;
    }
    let cost = cost(series, day);
    let median = median(neighbours(series, day)?)?.or_zero();
    let stands_out = cost.is_positive() && cost > median.times(FACTOR);
    stands_out.then(|| &cost - &median)
}

/// Returns the costs of the ten neighbours of `day`.
fn neighbours(series: &DailySeries, day: Day) -> Option<Vec<Amount>> {
    let settled = series.settled();
    let used = |day: &Day| series.is_averaged(*day);
    let backwards = std::iter::successors(day.pred_opt(), Day::pred_opt);
    let before = backwards.take_while(|day| *day >= settled.start);
    let before: Vec<Day> = before.filter(used).take(NEIGHBOURS).collect();
    let after = Days::new(day, settled.end).iter().skip(1);
    let after: Vec<Day> = after.filter(used).take(NEIGHBOURS).collect();
    let from_after = after.len().min(NEIGHBOURS / 2);
    let from_before = before.len().min(NEIGHBOURS - from_after);
    let from_after = after.len().min(NEIGHBOURS - from_before);
    let days = before[..from_before].iter().chain(&after[..from_after]);
    let costs: Vec<Amount> = days.map(|day| cost(series, *day)).collect();
    (costs.len() == NEIGHBOURS).then_some(costs)
}

fn cost(series: &DailySeries, day: Day) -> Amount {
    series.booked(day).cloned().unwrap_or_default()
}

/// Returns the mean of the two middle ones of an even number of `amounts`.
fn median(mut amounts: Vec<Amount>) -> Option<Amount> {
    amounts.sort();
    let middle = amounts.len() / 2;
    let (low, high) = (amounts.get(middle.checked_sub(1)?)?, amounts.get(middle)?);
    (low + high).mean(2)
}

/// Returns the expected cost of `day` by `profile`, with those of `charges` that come on it.
pub(super) fn expected(profile: &WeekdayProfile, charges: &[RecurringCharge], day: Day) -> Amount {
    let charges = charges.iter().filter(|charge| charge.comes_on(day));
    let charges: Amount = charges.map(|charge| &charge.amount).sum();
    &profile.means[weekday(day)] + &charges
}
