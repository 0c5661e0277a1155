//! Sums of every seventh day, in a few additions and without a subtraction: one would leave the rounding of a large
//! cost in the sums of small ones.

const WEEK: usize = 7;
/// Lists of sums; each doubles the weeks of the one before, so that five hold up to 31 weeks.
pub(super) const LISTS: usize = 5;

/// Weighted sums of a value, the value a week before it, and so on.
#[derive(Debug)]
pub(super) struct WeeklySums {
    /// The `n`th list has, at each place, the sum of the 2^n values that end there.
    lists: [Vec<f64>; LISTS],
    /// Weight of a value against the value 2^n weeks after it.
    fades: [f64; LISTS],
}

impl WeeklySums {
    /// Makes the sums of `values`, a day each. A value counts `fade` times as much as the value a week after it.
    pub(super) fn new(values: Vec<f64>, fade: f64) -> Self {
        let mut fades = [fade; LISTS];
        let mut lists: [Vec<f64>; LISTS] = Default::default();
        let mut below = values;
        for n in 1..LISTS {
            let fade = fades[n - 1];
            fades[n] = fade * fade;
            let (back, length) = (WEEK << (n - 1), below.len());
            let mut list = below.clone();
            let earlier = &below[..length.saturating_sub(back)];
            for (sum, before) in list.iter_mut().skip(back).zip(earlier) {
                *sum += fade * before;
            }
            lists[n - 1] = below;
            below = list;
        }
        lists[LISTS - 1] = below;
        Self { lists, fades }
    }

    /// Returns the sum of the value at `last` and of those one to `count` - 1 weeks before it; at most 31 values.
    pub(super) fn sum(&self, last: usize, count: usize) -> f64 {
        debug_assert!(count < 1 << LISTS && (count.max(1) - 1) * WEEK <= last);
        let (mut sum, mut weight, mut place) = (0.0, 1.0, last);
        let mut bits = count % (1 << LISTS);
        while bits > 0 {
            let n = bits.trailing_zeros() as usize;
            bits &= bits - 1;
            if let Some(value) = self.lists[n].get(place) {
                sum += weight * value;
            }
            weight *= self.fades[n];
            place = place.saturating_sub(WEEK << n);
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sums_are_those_of_one_day_after_the_other(
            values in prop::collection::vec(-1e3..1e3f64, 1..400),
            last in any::<prop::sample::Index>(),
            count in 0usize..32,
            fade in 0.5..=1.0f64,
        ) {
            let last = last.index(values.len());
            let count = count.min(last / WEEK + 1);
            let (mut sum, mut weight) = (0.0, 1.0);
            for week in 0..count {
                sum += weight * values[last - WEEK * week];
                weight *= fade;
            }
            let found = WeeklySums::new(values, fade).sum(last, count);
            prop_assert!((found - sum).abs() < 1e-9, "{} instead of {}", found, sum);
        }
    }
}
