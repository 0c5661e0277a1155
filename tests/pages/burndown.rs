//! The burn-down: exact, with every line below zero on the day that the report prints, thinned or not.

use oci_consumo::internals::calendar::Day;
use oci_consumo::internals::money::Amount;
use oci_consumo::internals::report::burndown::BurnDown;
use oci_consumo::internals::report::statement::{Situation, Statement};
use proptest::prelude::*;

use super::sample::{Sample, amount};

/// Days that the burn-downs of the property are thinned to.
const POINTS: u32 = 60;

/// The first of `days` on which `left` is below zero.
fn first_below<'a, T>(
    days: &'a [(Day, T)],
    left: impl Fn(&'a T) -> Option<&'a Amount>,
) -> Option<Day> {
    let below = |(_, value): &&'a (Day, T)| left(value).is_some_and(Amount::is_negative);
    days.iter().find(below).map(|(day, _)| *day)
}

/// Each line of `burn_down` falls below zero on the day that `statement` prints.
fn assert_crossings(burn_down: &BurnDown, statement: &Statement) {
    let past = first_below(&burn_down.past, Option::as_ref);
    let forecast = first_below(&burn_down.forecast, Some);
    if statement.situation == Situation::Spent {
        assert_eq!(past, statement.runs_out);
    } else if statement.situation != Situation::Ended {
        // A correction may have brought the credit back above zero.
        assert_eq!(forecast, statement.runs_out);
    }
    let unspent = statement
        .balance
        .as_ref()
        .is_some_and(|balance| !balance.is_negative());
    if let Some(band) = statement.band.as_ref().filter(|_| unspent) {
        assert_eq!(
            first_below(&burn_down.fan, |edges| Some(&edges.low)),
            band.runs_out.low
        );
        assert_eq!(
            first_below(&burn_down.fan, |edges| Some(&edges.high)),
            band.runs_out.high
        );
        if let Some(bracket) = &burn_down.bracket {
            assert_eq!(*bracket, band.runs_out);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn a_line_meets_zero_on_the_printed_day(
        cents in prop::collection::vec(prop_oneof![
            8 => 0i64..900_000,
            1 => -900_000i64..0,
            1 => Just(0),
        ], 1..420),
        left in 0usize..500,
        credit in 1u32..2_000_000,
        gap in prop::option::of((0usize..400, 1usize..9)),
    ) {
        let days = cents.len();
        let mut sample = Sample::of(credit, days + left, cents);
        if let Some((start, length)) = gap.filter(|(start, _)| start + 20 < days) {
            sample = sample.without(start, start + length);
        }
        let (contract, statement) = (&sample.contract, sample.statement());
        let Some(burn_down) = BurnDown::of(&statement) else {
            let known = statement.daily.iter().filter(|line| line.settled && line.cost.is_some()).count();
            prop_assert!(known < 14 || statement.situation.lacks_data());
            return Ok(());
        };
        let over = statement.elapsed as usize;
        prop_assert_eq!(burn_down.past.len(), over);
        prop_assert_eq!(burn_down.balance(), statement.balance.as_ref());
        let rest = if statement.forecast.is_some() { statement.left as usize } else { 0 };
        prop_assert_eq!(burn_down.forecast.len(), rest);
        if let Some((last, left)) = burn_down.forecast.last() {
            let total = statement.projected.as_ref().unwrap();
            prop_assert_eq!((*last, left), (contract.end, &(&contract.credit - total)));
        }
        prop_assert_eq!(burn_down.fan.is_empty(), statement.band.is_none() || rest == 0);
        let undecided = matches!(statement.situation, Situation::RunsOut | Situation::Borderline);
        prop_assert_eq!(burn_down.bracket.is_some(), undecided && statement.band.is_some());
        assert_crossings(&burn_down, &statement);

        let thinned = burn_down.thinned(POINTS);
        assert_crossings(&thinned, &statement);
        prop_assert_eq!(thinned.past.last(), burn_down.past.last());
        prop_assert_eq!(thinned.forecast.first(), burn_down.forecast.first());
        prop_assert_eq!(thinned.forecast.last(), burn_down.forecast.last());
        prop_assert_eq!(thinned.fan.last(), burn_down.fan.last());
        prop_assert!(thinned.past.iter().all(|day| burn_down.past.contains(day)));
        // A line is drawn between two known days without an unknown one between them, before and after.
        let gaps = |days: &[(Day, Option<Amount>)]| {
            days.chunk_by(|(_, a), (_, b)| a.is_some() == b.is_some()).count()
        };
        prop_assert_eq!(gaps(&thinned.past), gaps(&burn_down.past));
        prop_assert_eq!(burn_down.thinned(u32::MAX), burn_down);
    }
}

#[test]
fn a_long_contract_keeps_a_point_a_week() {
    let statement = Sample::of(4_000_000, 3653, vec![110_000; 2000]).statement();
    let burn_down = BurnDown::of(&statement).unwrap();

    let thinned = burn_down.drawn();

    let drawn = thinned.past.len() + thinned.forecast.len();
    assert!((500..550).contains(&drawn), "{drawn}");
    assert!(statement.runs_out.is_some());
    assert_crossings(&thinned, &statement);
    let mut days = thinned.forecast.iter();
    assert!(days.any(|(day, _)| Some(*day) == statement.runs_out));

    let year = Sample::of(10_000, 400, vec![1_000; 100]).statement();
    let year = BurnDown::of(&year).unwrap();
    assert_eq!(year.drawn(), year);
}

#[test]
fn unknown_days_are_gaps() {
    let sample = Sample::of(10_000, 365, vec![1_000; 100]).without(50, 53);
    let burn_down = BurnDown::of(&sample.statement()).unwrap();
    let left = |n: usize| burn_down.past[n].1.as_ref().map(ToString::to_string);
    assert_eq!(left(49).as_deref(), Some("9500"));
    assert_eq!([left(50), left(51), left(52)], [None, None, None]);
    assert_eq!(left(53).as_deref(), Some("9490"));
}

#[test]
fn an_opening_balance_is_known_on_its_last_day() {
    let sample = Sample::of(10_000, 365, vec![1_000; 70]).opening("1234.5", 30);
    let statement = sample.statement();
    let burn_down = BurnDown::of(&statement).unwrap();
    assert_eq!(burn_down.past[28], (sample.day(28), None));
    assert_eq!(burn_down.past[29], (sample.day(29), Some(amount("8765.5"))));
    assert_eq!(burn_down.past[30], (sample.day(30), Some(amount("8755.5"))));
    assert_eq!(burn_down.balance(), statement.balance.as_ref());
}

#[test]
fn too_little_data_has_no_burn_down() {
    // Two of the days are not final.
    for (days, drawn) in [(2, false), (15, false), (16, true)] {
        let statement = Sample::of(10_000, 365, vec![1_000; days]).statement();
        assert_eq!(BurnDown::of(&statement).is_some(), drawn, "{days}");
    }
    let no_credit = Sample::of(0, 365, vec![1_000; 100]).statement();
    assert_eq!(BurnDown::of(&no_credit), None);
    let incomplete = Sample::of(10_000, 365, vec![1_000; 100]).without(0, 50);
    let incomplete = incomplete.statement();
    assert_eq!(incomplete.situation, Situation::IncompleteHistory);
    assert_eq!(BurnDown::of(&incomplete), None);
}
