//! Paths of a burn-down: whole numbers, one step after the other, in a box of any size.
//!
//! Money is scaled to whole units of a millionth, so that a path costs no division of decimals.

use std::fmt::Write as _;

use crate::calendar::{Day, Days};
use crate::money::Amount;
use crate::report::burndown::BurnDown;

/// Decimals of an amount that a picture can show.
const PLACES: u8 = 6;
/// Part of the height that stays free below zero, where something is written there.
const MARGIN: i128 = 7;

/// Units of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PictureSize {
    /// Units from the first day to the last.
    pub(super) width: i64,
    /// Units from the largest amount to the smallest.
    pub(super) height: i64,
}

/// Scale of a burn-down. The x axis begins before the contract's first day and ends after its last; y grows downwards.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    size: PictureSize,
    days: Days,
    /// Amounts at the top and at the bottom, in millionths.
    top: i128,
    bottom: i128,
}

/// A point: across and down.
pub(super) type Point = (i64, i64);

/// The lines of a burn-down, as values of the attribute `d` of a path. An empty one has nothing to draw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Shape {
    /// Credit left until the as-of day.
    pub(super) spent: String,
    /// Credit expected to be left.
    pub(super) forecast: String,
    /// The area between the fan's edges.
    pub(super) fan: String,
    /// The two edges of the fan.
    pub(super) edges: String,
    /// Even use of the credit from the first day to the last.
    pub(super) pace: String,
}

/// The lines of a burn-down as points.
#[derive(Clone, Debug, Default)]
pub(super) struct PlotLines {
    /// The past, in parts between gaps.
    pub(super) spent: Vec<Vec<Point>>,
    pub(super) forecast: Vec<Point>,
    /// Edge of the lower cost, which is the upper one.
    pub(super) upper: Vec<Point>,
    /// Edge of the higher cost.
    pub(super) lower: Vec<Point>,
    pub(super) pace: [Point; 2],
}

/// The amount in millionths; the nearest that fits.
fn millionths(amount: &Amount) -> i128 {
    let of = |amount: &Amount| {
        let (digits, places) = amount.digits()?;
        let shift = i32::from(PLACES) - places;
        let power = 10i128.checked_pow(shift.unsigned_abs())?;
        if shift < 0 {
            Some(digits / power)
        } else {
            digits.checked_mul(power)
        }
    };
    let fallback = || of(&amount.rounded(PLACES)).unwrap_or_default();
    of(amount).unwrap_or_else(fallback)
}

impl Scale {
    /// Makes the scale that all of `burn_down` fits in. A fan that goes far below everything else is cut off, and
    /// `room_below` leaves room below the zero line.
    pub(super) fn new(burn_down: &BurnDown, size: PictureSize, room_below: bool) -> Self {
        let credit = millionths(&burn_down.credit).max(1);
        let past = burn_down.past.iter().filter_map(|(_, left)| left.as_ref());
        let lines = past.chain(burn_down.forecast.iter().map(|(_, left)| left));
        let (mut top, mut bottom) = (credit, 0);
        for left in lines.map(millionths) {
            top = top.max(left);
            bottom = bottom.min(left);
        }
        let fan = burn_down
            .fan
            .iter()
            .map(|(_, edges)| millionths(&edges.high));
        bottom = bottom.min(fan.min().unwrap_or(0).max(bottom - (top - bottom) / 3));
        if room_below {
            bottom = bottom.min(-top / MARGIN);
        }
        Self {
            size,
            days: burn_down.days(),
            top,
            bottom,
        }
    }

    /// The place of the end of `day`.
    pub(super) fn x(&self, day: Day) -> i64 {
        self.across((day - self.days.start).num_days() * 2 + 2)
    }

    /// The place of the beginning of `day`.
    pub(super) fn start(&self, day: Day) -> i64 {
        self.across((day - self.days.start).num_days() * 2)
    }

    /// The place of the middle of `day`, on which a line crosses zero.
    pub(super) fn middle(&self, day: Day) -> i64 {
        self.across((day - self.days.start).num_days() * 2 + 1)
    }

    fn across(&self, half_days: i64) -> i64 {
        let all = i64::from(self.days.len().max(1)) * 2;
        (half_days.clamp(0, all) * self.size.width * 2 + all) / (all * 2)
    }

    /// The place of an amount, which may be below the box.
    pub(super) fn y(&self, left: &Amount) -> i64 {
        self.down(millionths(left))
    }

    /// The place of zero.
    pub(super) fn zero(&self) -> i64 {
        self.down(0)
    }

    fn down(&self, value: i128) -> i64 {
        let range = (self.top - self.bottom).max(1);
        let below = self.top.saturating_sub(value);
        // A value far below the box stays a number of few digits.
        let below = below.clamp(-range, range * 9);
        let place = (below * i128::from(self.size.height) * 2 + range) / (range * 2);
        i64::try_from(place).unwrap_or_default()
    }

    /// The lines of `burn_down` as points.
    pub(super) fn lines(&self, burn_down: &BurnDown) -> PlotLines {
        let mut spent: Vec<Vec<Point>> = Vec::new();
        let mut part: Vec<Point> = Vec::new();
        // Without an unknown day at the beginning the line begins with the whole credit.
        if burn_down
            .past
            .first()
            .is_some_and(|(_, left)| left.is_some())
        {
            part.push((0, self.y(&burn_down.credit)));
        }
        for (day, left) in &burn_down.past {
            match left {
                Some(left) => part.push((self.x(*day), self.y(left))),
                None => spent.extend((!part.is_empty()).then(|| std::mem::take(&mut part))),
            }
        }
        spent.extend((!part.is_empty()).then_some(part));
        let joint = burn_down.balance();
        let joint = joint.map(|left| (self.start(burn_down.today), self.y(left)));
        let ahead = |points: Vec<Point>| match points.is_empty() {
            true => points,
            false => joint.into_iter().chain(points).collect(),
        };
        let forecast = burn_down.forecast.iter();
        let forecast = forecast.map(|(day, left)| (self.x(*day), self.y(left)));
        let edge = |of: fn(&crate::report::band::Bounds<Amount>) -> &Amount| {
            let days = burn_down.fan.iter();
            days.map(|(day, edges)| (self.x(*day), self.y(of(edges))))
                .collect()
        };
        PlotLines {
            spent,
            forecast: ahead(forecast.collect()),
            upper: ahead(edge(|edges| &edges.low)),
            lower: ahead(edge(|edges| &edges.high)),
            pace: [
                (0, self.y(&burn_down.credit)),
                (self.size.width, self.zero()),
            ],
        }
    }
}

impl Shape {
    /// Makes the paths of `lines`.
    pub(super) fn new(lines: &PlotLines) -> Self {
        let mut around = lines.upper.clone();
        around.extend(lines.lower.iter().rev());
        let mut fan = path(&around);
        if !fan.is_empty() {
            fan.push('z');
        }
        Self {
            spent: lines.spent.iter().map(|part| path(part)).collect(),
            forecast: path(&lines.forecast),
            fan,
            edges: path(&lines.upper) + &path(&lines.lower),
            pace: path(&lines.pace),
        }
    }
}

/// Writes a path through `points`: `M0 12l3 4 3-1`. A point alone is a stroke of no length, which round ends make a dot.
fn path(points: &[Point]) -> String {
    let mut text = String::new();
    let Some((first, rest)) = points.split_first() else {
        return text;
    };
    let _ = write!(text, "M{} {}", first.0, first.1);
    text.push_str(if rest.is_empty() { "h0" } else { "l" });
    let mut at = *first;
    for (n, point) in rest.iter().enumerate() {
        let (across, down) = (point.0 - at.0, point.1 - at.1);
        if n > 0 && across >= 0 {
            text.push(' ');
        }
        let _ = write!(text, "{across}");
        if down >= 0 {
            text.push(' ');
        }
        let _ = write!(text, "{down}");
        at = *point;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_steps_of_whole_numbers() {
        assert_eq!(path(&[]), "");
        assert_eq!(path(&[(3, 4)]), "M3 4h0");
        assert_eq!(
            path(&[(0, 10), (3, 14), (6, 13), (2, 13)]),
            "M0 10l3 4 3-1-4 0"
        );
    }

    #[test]
    fn amounts_are_scaled_to_millionths() {
        for (text, scaled) in [
            ("0", 0),
            ("12.5", 12_500_000),
            ("-0.0000019", -1),
            ("999999999999999.999999", 999_999_999_999_999_999_999),
            ("1e-40", 0),
        ] {
            assert_eq!(millionths(&Amount::parse(text).unwrap()), scaled, "{text}");
        }
    }
}
