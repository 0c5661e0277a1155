//! The table of transitions by hand, and properties over random mornings.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::alerting::Thresholds;
use crate::calendar::{Day, plus_days};
use crate::money::Amount;
use crate::report::statement::Situation;

fn day(n: i64) -> Day {
    plus_days(crate::calendar::parse_day("2026-01-01").unwrap(), n)
}

fn key() -> ContractKey {
    ContractKey {
        tenancy: "ocid1.tenancy.oc1..a".into(),
        start: day(-200),
    }
}

/// Figures of the `n`th morning with so much chance; the credit runs out 100 days later.
fn facts(n: i64, chance: u32) -> Facts {
    Facts {
        as_of: day(n),
        settled_through: Some(day(n - 3)),
        silent: false,
        situation: Situation::RunsOut,
        elapsed: 200,
        left: 165,
        chance: Some(chance),
        projected_percent: Some(Amount::from(110)),
        surplus_percent: Some(Amount::zero()),
        runs_out: Some(day(n + 100)),
        shortfall: Some(Amount::from(1000)),
        surplus: Some(Amount::zero()),
        currency: None,
        pace_changed: false,
    }
}

fn sight(answer: ContractAnswer) -> ContractSight {
    ContractSight {
        key: key(),
        file: "config_a".into(),
        client: "Andorinha".into(),
        terms: Some(WatchedTerms {
            end: day(165),
            credit: Amount::from(10_000),
        }),
        answer,
        figures: None,
    }
}

fn operator() -> Recipient {
    Recipient {
        id: "email:1".into(),
        side: Side::Operator,
        from_level: 1,
        silent_until: None,
    }
}

fn customer(from_level: u8, silent_until: Option<Day>) -> Recipient {
    Recipient {
        id: "email:2".into(),
        side: Side::Customer,
        from_level,
        silent_until,
    }
}

/// The rules of settings that say nothing of them.
fn usual() -> Rules {
    Rules {
        thresholds: Thresholds::default(),
        surplus_percent: Amount::from(10),
    }
}

/// A folder with one contract, morning after morning.
struct OneContract {
    memory: Memory,
    people: Vec<Recipient>,
}

impl OneContract {
    fn new(people: Vec<Recipient>) -> Self {
        Self {
            memory: Memory::default(),
            people,
        }
    }

    /// The messages about `rule` of a morning.
    fn morning(&mut self, n: i64, rule: Rule, answer: ContractAnswer) -> Vec<(String, News, u8)> {
        self.see(n, &sight(answer))
            .lines
            .into_iter()
            .filter(|line| line.rule == rule)
            .filter_map(|line| {
                let message = line.result.ok()?;
                Some((line.recipient, message.news, message.level))
            })
            .collect()
    }

    fn see(&mut self, n: i64, sight: &ContractSight) -> Decision {
        let side = |side| {
            let people = self.people.iter().filter(move |person| person.side == side);
            people.cloned().collect::<Vec<_>>()
        };
        let (operators, customers) = (side(Side::Operator), side(Side::Customer));
        let sights = std::slice::from_ref(sight);
        let rules = usual();
        let memory = &mut self.memory;
        memory.decide(
            day(n),
            Scope::Folder,
            sights,
            |_| customers.clone(),
            &operators,
            &rules,
        )
    }

    fn chance(&mut self, n: i64, chance: u32) -> Vec<(String, News, u8)> {
        self.morning(n, Rule::RunsOut, ContractAnswer::Fresh(facts(n, chance)))
    }
}

fn to(recipient: &str, news: News, level: u8) -> (String, News, u8) {
    (recipient.to_owned(), news, level)
}

#[test]
fn three_data_days_open_and_seven_close() {
    let mut folder = OneContract::new(vec![operator()]);
    assert_eq!(folder.chance(0, 50), []);
    assert_eq!(folder.chance(1, 80), []);
    assert_eq!(folder.chance(2, 95), []);
    assert_eq!(folder.chance(3, 80), [to("email:1", News::Opened, 1)]);
    assert_eq!(folder.chance(4, 80), []);
    for n in 5..11 {
        assert_eq!(folder.chance(n, 20), [], "{n}");
    }
    assert_eq!(folder.chance(11, 20), [to("email:1", News::Well, 1)]);
    assert_eq!(folder.chance(12, 20), []);
}

#[test]
fn a_day_between_the_thresholds_begins_the_count_again() {
    let mut folder = OneContract::new(vec![operator()]);
    for (n, chance) in [(0, 50), (1, 80), (2, 80), (3, 75), (4, 80), (5, 80)] {
        assert_eq!(folder.chance(n, chance), []);
    }
    assert_eq!(folder.chance(6, 80), [to("email:1", News::Opened, 1)]);
    for (n, chance) in [(7, 5), (8, 5), (9, 5), (10, 5), (11, 5), (12, 5), (13, 25)] {
        assert_eq!(folder.chance(n, chance), []);
    }
    assert_eq!(folder.memory.level(&key(), Rule::RunsOut), Some(1));
}

#[test]
fn a_morning_counts_once_however_often_it_runs() {
    let mut folder = OneContract::new(vec![operator()]);
    folder.chance(0, 50);
    for _ in 0..5 {
        assert_eq!(folder.chance(1, 95), []);
    }
    // A day on which nothing more became complete is none.
    let mut stale = facts(2, 95);
    stale.settled_through = Some(day(-2));
    assert_eq!(
        folder.morning(2, Rule::RunsOut, ContractAnswer::Fresh(stale)),
        []
    );
    assert_eq!(folder.chance(3, 95), []);
    assert_eq!(folder.chance(4, 95), [to("email:1", News::Opened, 1)]);
    assert_eq!(folder.chance(4, 95), []);
}

#[test]
fn unknown_and_stored_figures_hold_what_is_open() {
    let mut folder = OneContract::new(vec![operator()]);
    folder.chance(0, 50);
    (1..4).for_each(|n| drop(folder.chance(n, 95)));
    for n in 4..40 {
        let answer = [
            ContractAnswer::Unknown("rede".into()),
            ContractAnswer::Stored,
        ][usize::from(n % 2 == 0)]
        .clone();
        assert_eq!(folder.morning(n, Rule::RunsOut, answer), []);
    }
    assert_eq!(folder.memory.level(&key(), Rule::RunsOut), Some(1));
    assert_eq!(folder.chance(40, 95), []);
}

#[test]
fn silence_holds_for_three_weeks_and_then_counts() {
    let mut folder = OneContract::new(vec![operator()]);
    folder.chance(0, 50);
    let mut opened = None;
    for n in 1..30 {
        let mut silent = facts(n, 95);
        silent.silent = true;
        silent.settled_through = Some(day(-3));
        if !folder
            .morning(n, Rule::RunsOut, ContractAnswer::Fresh(silent))
            .is_empty()
        {
            opened = Some(n);
            break;
        }
    }
    // Silent since day 1: the days 22, 23 and 24 count.
    assert_eq!(opened, Some(24));
}

#[test]
fn it_is_told_again_only_when_it_is_worse() {
    let mut folder = OneContract::new(vec![operator()]);
    folder.chance(0, 50);
    (1..4).for_each(|n| drop(folder.chance(n, 95)));
    let with = |n: i64, runs_out: i64, shortfall: u32| {
        let mut facts = facts(n, 95);
        facts.runs_out = Some(day(runs_out));
        facts.shortfall = Some(Amount::from(shortfall));
        ContractAnswer::Fresh(facts)
    };
    // Told on day 3: runs out on day 103, 1000 lack.
    assert_eq!(folder.morning(10, Rule::RunsOut, with(10, 104, 1249)), []);
    assert_eq!(
        folder.morning(11, Rule::RunsOut, with(11, 104, 1250)),
        [to("email:1", News::Worse, 2 - 1)]
    );
    // Within a week only a level is told.
    assert_eq!(folder.morning(12, Rule::RunsOut, with(12, 103, 9000)), []);
    assert_eq!(
        folder.morning(13, Rule::RunsOut, with(13, 103, 9000)),
        [to("email:1", News::Worse, 2)]
    );
    assert_eq!(
        folder.morning(20, Rule::RunsOut, with(20, 89, 9000)),
        [to("email:1", News::Worse, 2)]
    );
    // Levels never fall.
    assert_eq!(folder.morning(21, Rule::RunsOut, with(21, 160, 10)), []);
    assert_eq!(folder.memory.level(&key(), Rule::RunsOut), Some(2));
}

#[test]
fn a_spent_credit_needs_no_confirmation() {
    let mut folder = OneContract::new(vec![operator()]);
    folder.chance(0, 50);
    let mut spent = facts(1, 95);
    spent.situation = Situation::Spent;
    spent.chance = None;
    let spent = ContractAnswer::Fresh(spent);
    assert_eq!(
        folder.morning(1, Rule::RunsOut, spent.clone()),
        [to("email:1", News::Opened, 4)]
    );
    assert_eq!(folder.morning(1, Rule::RunsOut, spent), []);
}

#[test]
fn the_first_run_is_a_baseline_for_the_operator_and_silence_for_the_customer() {
    let mut folder = OneContract::new(vec![operator(), customer(1, None)]);
    assert_eq!(folder.chance(0, 95), [to("email:1", News::Baseline, 1)]);
    // The customer hears from the next level on, and of the end of what it heard.
    let mut near = facts(1, 95);
    near.runs_out = Some(day(80));
    assert_eq!(
        folder.morning(1, Rule::RunsOut, ContractAnswer::Fresh(near)),
        [
            to("email:1", News::Worse, 2),
            to("email:2", News::Opened, 2)
        ]
    );
}

#[test]
fn who_was_not_told_that_it_is_bad_is_not_told_that_it_is_well() {
    let mut folder = OneContract::new(vec![operator(), customer(1, None)]);
    folder.chance(0, 95);
    let mut last = Vec::new();
    for n in 1..=7 {
        last = folder.chance(n, 5);
    }
    assert_eq!(last, [to("email:1", News::Well, 1)]);
}

#[test]
fn a_customer_hears_from_its_level_on_and_after_its_silence() {
    let mut folder = OneContract::new(vec![customer(2, Some(day(9)))]);
    folder.chance(0, 50);
    (1..4).for_each(|n| assert_eq!(folder.chance(n, 95), []));
    let near = |n: i64| {
        let mut facts = facts(n, 95);
        facts.runs_out = Some(day(70));
        ContractAnswer::Fresh(facts)
    };
    (4..10).for_each(|n| assert_eq!(folder.morning(n, Rule::RunsOut, near(n)), []));
    assert_eq!(
        folder.morning(10, Rule::RunsOut, near(10)),
        [to("email:2", News::Opened, 2)]
    );
    assert_eq!(folder.morning(11, Rule::RunsOut, near(11)), []);
}

#[test]
fn an_address_that_is_added_hears_a_baseline_if_it_is_the_operator_s() {
    let mut folder = OneContract::new(vec![operator()]);
    folder.chance(0, 50);
    (1..4).for_each(|n| drop(folder.chance(n, 95)));
    folder.people.push(Recipient {
        id: "email:3".into(),
        side: Side::Operator,
        from_level: 1,
        silent_until: None,
    });
    assert_eq!(folder.chance(4, 95), [to("email:3", News::Baseline, 1)]);
    assert_eq!(folder.chance(5, 95), []);
}

#[test]
fn new_terms_are_judged_at_once() {
    let mut folder = OneContract::new(vec![operator()]);
    folder.chance(0, 50);
    (1..4).for_each(|n| drop(folder.chance(n, 95)));
    let mut topped_up = sight(ContractAnswer::Fresh(facts(4, 5)));
    topped_up.terms = Some(WatchedTerms {
        end: day(165),
        credit: Amount::from(20_000),
    });
    let news: Vec<_> = folder
        .see(4, &topped_up)
        .lines
        .into_iter()
        .filter_map(|line| Some((line.rule, line.result.ok()?.news)))
        .collect();
    assert_eq!(news, [(Rule::RunsOut, News::Well)]);
}

#[test]
fn a_renewed_contract_is_told_once_to_who_knew_of_the_old_one() {
    let mut folder = OneContract::new(vec![operator()]);
    folder.chance(0, 50);
    (1..4).for_each(|n| drop(folder.chance(n, 95)));
    let mut renewed = sight(ContractAnswer::Fresh(facts(4, 50)));
    renewed.key.start = day(4);
    let news: Vec<_> = folder
        .see(4, &renewed)
        .lines
        .into_iter()
        .filter_map(|line| Some((line.contract, line.result.ok()?.news)))
        .collect();
    assert_eq!(news, [(key(), News::Renewed)]);
    assert!(
        folder
            .see(5, &renewed)
            .lines
            .iter()
            .all(|line| line.result.is_err())
    );
}

#[test]
fn two_mornings_without_data_are_told_to_the_operator_and_one_with_data_ends_it() {
    let mut folder = OneContract::new(vec![operator(), customer(1, None)]);
    folder.chance(0, 50);
    let lost = || ContractAnswer::Unknown("rede".into());
    assert_eq!(folder.morning(1, Rule::NoData, lost()), []);
    assert_eq!(folder.morning(1, Rule::NoData, lost()), []);
    assert_eq!(
        folder.morning(2, Rule::NoData, lost()),
        [to("email:1", News::Opened, 1)]
    );
    (3..9).for_each(|n| assert_eq!(folder.morning(n, Rule::NoData, lost()), []));
    let good = ContractAnswer::Fresh(facts(9, 50));
    assert_eq!(
        folder.morning(9, Rule::NoData, good),
        [to("email:1", News::Well, 1)]
    );
}

#[test]
fn a_failure_of_most_clients_is_told_once() {
    let mut memory = Memory::default();
    let rules = usual();
    let of = |n: usize, answer: ContractAnswer| {
        let mut sight = sight(answer);
        sight.key.tenancy = format!("ocid1.tenancy.oc1..{n}");
        sight
    };
    let mut told = 0;
    for n in 0..6 {
        let failing = (1..5).contains(&n);
        let sights: Vec<ContractSight> = (0..10)
            .map(|client| match failing && client < 8 {
                true => of(client, ContractAnswer::Unknown("rede".into())),
                false => of(client, ContractAnswer::Fresh(facts(n, 50))),
            })
            .collect();
        let decision = memory.decide(
            day(n),
            Scope::Folder,
            &sights,
            |_| Vec::new(),
            &[operator()],
            &rules,
        );
        let lines = decision.lines.iter();
        told += lines
            .filter(|line| line.rule == Rule::NoData && line.result.is_ok())
            .count();
        assert_eq!(decision.general_began.is_some(), n == 1, "{n}");
        assert_eq!(decision.general_over.is_some(), n == 5, "{n}");
    }
    assert_eq!(told, 0);
}

/// A morning that may come: the chance printed, whether it answers, and how often it runs.
fn morning() -> impl Strategy<Value = (u32, u8, u8, i64, u32)> {
    let chance = prop::sample::select(vec![5u32, 10, 20, 30, 50, 70, 80, 90, 95]);
    (chance, 0u8..10, 1u8..4, 1i64..200, 100u32..5000)
}

/// The number of cases: fewer in a plain run of the tests.
fn cases() -> u32 {
    match std::env::var("OCI_CONSUMO_TESTS") {
        Ok(_) => 300,
        Err(_) => 80,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn nothing_is_told_twice_and_well_only_to_who_was_told_bad(
        mornings in prop::collection::vec(morning(), 1..120),
    ) {
        let mut folder = OneContract::new(vec![operator(), customer(2, None)]);
        let mut last: BTreeMap<(String, Rule), (News, u8)> = BTreeMap::new();
        for (n, (chance, answers, runs, runs_out, shortfall)) in mornings.into_iter().enumerate() {
            let n = i64::try_from(n).unwrap();
            for _ in 0..runs {
                let mut figures = facts(n, chance);
                figures.runs_out = (chance >= 50).then(|| day(n + runs_out));
                figures.shortfall = Some(Amount::from(shortfall));
                let answer = match answers {
                    0 => ContractAnswer::Unknown("rede".into()),
                    1 => ContractAnswer::Stored,
                    _ => ContractAnswer::Fresh(figures),
                };
                let before = folder.memory.level(&key(), Rule::RunsOut);
                let texts = folder.memory.contract_texts();
                let restored = Memory::of_texts(&folder.memory.folder_text(), texts);
                prop_assert_eq!(restored.as_ref(), Some(&folder.memory));
                let decision = folder.see(n, &sight(answer));
                let after = folder.memory.level(&key(), Rule::RunsOut);
                // Levels never fall while open.
                if let (Some(before), Some(after)) = (before, after) {
                    prop_assert!(after >= before);
                }
                for line in decision.lines {
                    let Ok(message) = line.result else { continue };
                    let place = (line.recipient, line.rule);
                    let heard = last.get(&place).copied();
                    match message.news {
                        News::Baseline | News::Opened => {
                            prop_assert!(matches!(heard, None | Some((News::Well, _))));
                        }
                        News::Worse => {
                            let (news, level) = heard.unwrap();
                            prop_assert!(news != News::Well && message.level >= level);
                        }
                        News::Well => {
                            let (news, _) = heard.unwrap();
                            prop_assert!(news != News::Well);
                        }
                        News::Renewed | News::Gone => prop_assert!(false, "nobody left"),
                    }
                    last.insert(place, (message.news, message.level));
                }
            }
        }
    }
}

#[test]
fn a_config_that_cannot_be_read_any_more_is_still_that_contract() {
    let mut folder = OneContract::new(vec![operator()]);
    folder.chance(0, 50);
    (1..4).for_each(|n| drop(folder.chance(n, 95)));
    let unread = folder
        .memory
        .sight_of_unread("config_a", "Andorinha", "ini");
    assert_eq!(unread.key, key());
    let told = |decision: Decision| {
        decision
            .lines
            .into_iter()
            .filter_map(|line| line.result.ok())
    };
    assert_eq!(told(folder.see(4, &unread)).count(), 0);
    assert_eq!(folder.memory.level(&key(), Rule::RunsOut), Some(1));
}

#[test]
fn a_config_that_never_could_be_read_is_told_and_well_once_it_can() {
    let mut folder = OneContract::new(vec![operator()]);
    let mut told = Vec::new();
    for n in 0..4 {
        let unread = folder.memory.sight_of_unread("config_a", "config_a", "ini");
        let lines = folder.see(n, &unread).lines.into_iter();
        told.extend(lines.filter_map(|line| Some((n, line.result.ok()?.news))));
    }
    assert_eq!(told, [(1, News::Opened)]);
    let decision = folder.see(4, &sight(ContractAnswer::Fresh(facts(4, 50))));
    let news: Vec<News> = decision
        .lines
        .iter()
        .filter_map(|line| Some(line.result.as_ref().ok()?.news))
        .collect();
    assert_eq!(news, [News::Well]);
}

#[test]
fn two_configs_of_one_contract_are_seen_once() {
    let mut memory = Memory::default();
    let (fresh, lost) = (
        sight(ContractAnswer::Fresh(facts(0, 95))),
        sight(ContractAnswer::Unknown("contrato_repetido".into())),
    );
    let decision = memory.decide(
        day(0),
        Scope::Folder,
        &[lost, fresh],
        |_| Vec::new(),
        &[operator()],
        &usual(),
    );
    let told: Vec<Rule> = decision
        .lines
        .iter()
        .filter(|line| line.result.is_ok())
        .map(|line| line.rule)
        .collect();
    assert_eq!(told, [Rule::RunsOut]);
}

#[test]
fn the_end_of_a_contract_makes_nothing_well() {
    let mut folder = OneContract::new(vec![operator(), customer(1, None)]);
    folder.chance(0, 50);
    (1..4).for_each(|n| drop(folder.chance(n, 95)));
    let mut ended = facts(4, 5);
    ended.situation = Situation::Ended;
    ended.left = 0;
    let told = folder
        .see(4, &sight(ContractAnswer::Fresh(ended)))
        .lines
        .into_iter();
    let told: Vec<_> = told
        .filter_map(|line| Some((line.rule, line.recipient, line.result.ok()?.news)))
        .collect();
    assert_eq!(told, [(Rule::Term, "email:1".to_owned(), News::Opened)]);
    assert_eq!(folder.memory.level(&key(), Rule::RunsOut), None);
}

#[test]
fn a_config_that_cannot_be_read_for_a_day_keeps_whom_it_names() {
    let mut folder = OneContract::new(vec![customer(1, None)]);
    folder.chance(0, 50);
    (1..4).for_each(|n| drop(folder.chance(n, 95)));
    let unread = folder
        .memory
        .sight_of_unread("config_a", "Andorinha", "ini");
    let people = std::mem::take(&mut folder.people);
    folder.see(4, &unread);
    folder.people = people;
    let mut last = Vec::new();
    for n in 5..12 {
        last = folder.chance(n, 5);
    }
    assert_eq!(last, [to("email:2", News::Well, 1)]);
}

#[test]
fn a_contract_that_is_gone_for_a_day_is_still_there() {
    let mut folder = OneContract::new(vec![operator(), customer(1, None)]);
    folder.chance(0, 50);
    (1..4).for_each(|n| drop(folder.chance(n, 95)));
    let decide = |memory: &mut Memory, n: i64| {
        let rules = usual();
        let decision = memory.decide(
            day(n),
            Scope::Folder,
            &[],
            |_| Vec::new(),
            &[operator()],
            &rules,
        );
        let news = decision
            .lines
            .into_iter()
            .filter_map(|line| line.result.ok());
        news.map(|message| message.news).collect::<Vec<_>>()
    };
    assert_eq!(decide(&mut folder.memory, 4), []);
    assert_eq!(decide(&mut folder.memory, 4), []);
    assert_eq!(folder.chance(5, 95), []);
    let mut gone = folder.memory.clone();
    assert_eq!(decide(&mut gone, 6), []);
    assert_eq!(decide(&mut gone, 7), [News::Gone]);
    assert_eq!(decide(&mut gone, 8), []);
}

#[test]
fn a_young_contract_without_a_band_opens_nothing() {
    for (elapsed, opens) in [(27, false), (28, true)] {
        let mut folder = OneContract::new(vec![operator()]);
        let mut told = Vec::new();
        for n in 0..4 {
            let mut young = facts(n, 0);
            young.chance = None;
            young.elapsed = elapsed;
            young.projected_percent = Some(Amount::from(150));
            told.extend(folder.morning(n, Rule::RunsOut, ContractAnswer::Fresh(young)));
        }
        assert_eq!(!told.is_empty(), opens, "{elapsed}");
    }
}

#[test]
fn the_pace_does_not_move_while_nothing_comes() {
    let mut folder = OneContract::new(vec![operator()]);
    folder.chance(0, 50);
    for n in 1..20 {
        let mut silent = facts(n, 50);
        (silent.silent, silent.pace_changed) = (true, n % 2 == 0);
        silent.settled_through = Some(day(-3));
        assert_eq!(
            folder.morning(n, Rule::Pace, ContractAnswer::Fresh(silent)),
            []
        );
    }
}

#[test]
fn a_surplus_opens_when_running_out_has_closed() {
    let mut folder = OneContract::new(vec![operator()]);
    folder.chance(0, 50);
    (1..4).for_each(|n| drop(folder.chance(n, 95)));
    let mut told = Vec::new();
    for n in 4..14 {
        let mut low = facts(n, 5);
        low.surplus_percent = Some(Amount::from(30));
        let decision = folder.see(n, &sight(ContractAnswer::Fresh(low)));
        let lines = decision.lines.into_iter();
        told.extend(lines.filter_map(|line| Some((n, line.rule, line.result.ok()?.news))));
    }
    let expected = [
        (10, Rule::RunsOut, News::Well),
        (10, Rule::LeftOver, News::Opened),
    ];
    assert_eq!(told, expected);
}

#[test]
fn running_out_ends_a_surplus() {
    let mut folder = OneContract::new(vec![operator()]);
    folder.chance(0, 50);
    let mut told = Vec::new();
    for n in 1..8 {
        let mut figures = facts(n, if n < 4 { 5 } else { 95 });
        figures.surplus_percent = Some(Amount::from(if n < 4 { 30 } else { 0 }));
        let decision = folder.see(n, &sight(ContractAnswer::Fresh(figures)));
        let lines = decision.lines.into_iter();
        told.extend(lines.filter_map(|line| Some((n, line.rule, line.result.ok()?.news))));
    }
    let expected = [
        (3, Rule::LeftOver, News::Opened),
        (6, Rule::RunsOut, News::Opened),
    ];
    assert_eq!(told, expected);
    assert_eq!(folder.memory.level(&key(), Rule::LeftOver), None);
}
