//! The search for the first day that the service answers for, with few refusals.
//!
//! Places of a list of days are answered up to one of them and refused from it on. A question at a place is answered
//! or refused. A plain binary search needs one question for each bit of the number of places, and in the worst case
//! every one of them is refused. With a bound on the refusals, the questions keep to the answered side: `s` questions,
//! of which `r` may be refused, tell as many places apart as there are ways to choose at most `r` of the `s`.

use std::ops::Range;

/// Refusals that are left, as a number of windows that are asked for side by side: after a search that does not
/// need them its last windows are asked for at once.
const KEPT: u32 = 4;
/// Refusals that the search takes, however few are kept.
const NEEDED: u32 = 3;
/// Places up to which a search with one refusal asks at each.
const ONE_BY_ONE: usize = 45;

/// Returns the next place of `open`, the places whose answer is not known, to ask at; `None` where all is known, or
/// the search would take the last of the `left` refusals, which the days that it finds need. A window has `length`
/// days.
pub(super) fn next_question(open: Range<usize>, left: u32, length: u32) -> Option<usize> {
    if open.is_empty() {
        return None;
    }
    let allowed = left
        .saturating_sub(KEPT)
        .max(left.saturating_sub(1).min(NEEDED));
    let length = length as usize;
    let ahead = match allowed {
        0 => return None,
        1 if open.len() <= ONE_BY_ONE => 0,
        // The refusal finds the window, whose days are given up.
        1 => (length - 1).min(open.len() - 1),
        _ => refused_side(open.len() + 1, allowed) - 1,
    };
    Some(open.start + ahead)
}

/// Returns how many of `outcomes`, at least two, a refusal of the next question may leave, if `refusals` questions
/// may be refused: half of them, or as many as the refusals after it can tell apart in the fewest questions.
fn refused_side(outcomes: usize, refusals: u32) -> usize {
    let mut questions = 1;
    while told_apart(questions, refusals) < outcomes {
        questions += 1;
    }
    told_apart(questions - 1, refusals - 1).min(outcomes / 2)
}

/// Returns the number of outcomes that `questions` tell apart if at most `refusals` of them are refused.
fn told_apart(questions: usize, refusals: u32) -> usize {
    let mut ways: usize = 1;
    let mut sum: usize = 1;
    for chosen in 0..refusals as usize {
        if chosen >= questions {
            break;
        }
        ways = ways.saturating_mul(questions - chosen) / (chosen + 1);
        sum = sum.saturating_add(ways);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers of questions and of refusals until the boundary of `places` at `answered` is found.
    fn search(places: usize, answered: usize, refusals: u32) -> (usize, u32) {
        let (mut good, mut bad) = (0, places);
        let (mut questions, mut refused) = (0, 0);
        while let Some(place) = next_question(good..bad, refusals - refused, 1) {
            assert!((good..bad).contains(&place));
            questions += 1;
            match place < answered {
                true => good = place + 1,
                false => (bad, refused) = (place, refused + 1),
            }
        }
        assert_eq!((good, bad), (answered, answered), "of {places}");
        (questions, refused)
    }

    #[test]
    fn a_boundary_is_found_with_the_refusals_that_there_are() {
        for places in [0, 1, 2, 3, 7, 50, 365, 640, 1_005, 3_650] {
            for refusals in [3, 4, 6, 9, 10] {
                let some = (0..=places).step_by(1 + places / 200);
                let found = some.map(|answered| search(places, answered, refusals));
                let most = found.fold((0, 0), |most: (usize, u32), (questions, refused)| {
                    (most.0.max(questions), most.1.max(refused))
                });
                assert!(most.1 < refusals, "{places} by {refusals}: {most:?}");
                // A bit of the number for each question where refusals abound, and a few more where not.
                let bits = (places + 1).next_power_of_two().ilog2() as usize;
                let allowed = match refusals {
                    9.. => bits + 3,
                    4.. => 2 * bits + 5,
                    _ => places.isqrt() * 2 + 3,
                };
                assert!(most.0 <= allowed, "{places} by {refusals}: {most:?}");
            }
        }
    }

    #[test]
    fn of_two_refusals_one_finds_a_day_among_few_or_a_window() {
        // The other is kept for the days that are found.
        assert_eq!(next_question(0..600, 2, 90), Some(89));
        assert_eq!(next_question(90..600, 2, 90), Some(179));
        assert_eq!(next_question(540..600, 2, 90), Some(599));
        assert_eq!(next_question(560..600, 2, 90), Some(560));
        assert_eq!(next_question(0..600, 1, 90), None);
        assert_eq!(next_question(0..600, 0, 90), None);
    }
}
