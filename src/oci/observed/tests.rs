use super::*;
use crate::calendar::plus_days;
use crate::oci::assumptions::ASSUMPTIONS;

const TENANCY: &str = "ocid1.tenancy.oc1..aaaa";

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn seen(window: [&str; 2], monthly: bool, pages: &[(&str, Option<&[u8]>)]) -> SightNumbers {
    let observed = Observed::new(day("2026-06-17"));
    let mut query = observed.query(Days::new(day(window[0]), day(window[1])), monthly, Some(9));
    for (body, token) in pages {
        query.page(body.as_bytes(), *token, TENANCY);
    }
    query.end(Ok(()));
    observed.numbers()
}

#[test]
fn every_sight_is_about_a_row_of_the_register_and_has_a_word_of_its_own() {
    let ids: BTreeSet<&str> = ASSUMPTIONS.iter().map(|row| row.id).collect();
    let mut words = BTreeSet::new();
    for sight in Sight::ALL {
        assert!(ids.contains(sight.assumption()), "{sight:?}");
        assert!(
            words.insert((sight.assumption(), sight.word())),
            "{sight:?}"
        );
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        assert!(sight.word().chars().all(plain), "{sight:?}");
    }
}

#[test]
fn rows_are_seen_as_they_are_written() {
    let row = |day: &str, rest: &str| {
        format!(
            r#"{{"timeUsageStarted":"{day}T00:00:00Z","timeUsageEnded":"{day}T23:00:00.000Z"{rest}}}"#
        )
    };
    let rows = [
        row(
            "2026-06-03",
            r#","computedAmount":"-1","currency":"brl","novo":1"#,
        ),
        row(
            "2026-06-01",
            r#","computedAmount":0,"currency":"USD","tenantId":null"#,
        ),
        row("2026-06-09", r#","computedAmount":[],"tenantId":"x""#),
    ];
    let body = format!(r#"{{"items":[{}]}}"#, rows.join(","));
    let pages: [(&str, Option<&[u8]>); 3] = [
        (r#"{"items":[],"total":1}"#, Some(b"a")),
        (&body, Some(b"")),
        ("não é JSON", None),
    ];
    let numbers = seen(["2026-06-01", "2026-06-08"], false, &pages);
    for (sight, number) in [
        (Sight::EmptyThenMore, 1),
        (Sight::RowsAfterEmpty, 1),
        (Sight::TokenEmpty, 1),
        (Sight::PageUnknown, 1),
        (Sight::RowUnknown, 1),
        (Sight::RowKnown, 2),
        (Sight::UnknownNames, 1),
        (Sight::OutOfOrder, 1),
        (Sight::AmountText, 1),
        (Sight::AmountNegative, 1),
        (Sight::AmountNumber, 1),
        (Sight::AmountUnreadable, 1),
        (Sight::CurrencyLower, 1),
        (Sight::ForeignZero, 1),
        (Sight::TenantOther, 1),
        (Sight::TenantNull, 1),
        (Sight::TenantAbsent, 1),
        (Sight::Seconds, 3),
        (Sight::Milliseconds, 3),
        (Sight::DayOtherwise, 3),
        (Sight::RowInside, 1),
        (Sight::NewestAge, 14),
        (Sight::MostPages, 3),
    ] {
        assert_eq!(numbers.get(&sight), Some(&number), "{sight:?}: {numbers:?}");
    }
    assert_eq!(numbers.get(&Sight::InOrder), None);
}

#[test]
fn a_month_asked_from_its_middle_is_compared_with_the_whole() {
    let asked = |window: [&str; 2], monthly, rows: &str, observed: &Observed| {
        let days = Days::new(day(window[0]), day(window[1]));
        let mut query = observed.query(days, monthly, None);
        query.page(rows.as_bytes(), None, TENANCY);
        query.end(Ok(()));
    };
    let row = |start: &str, end: &str, amount: u32| {
        format!(
            r#"{{"timeUsageStarted":"{start}T00:00:00.000Z","timeUsageEnded":"{end}T00:00:00.000Z","computedAmount":{amount},"currency":"BRL"}}"#
        )
    };
    for (part, expected) in [
        (16, Sight::PartOfCost),
        (31, Sight::WholeCost),
        (20, Sight::OtherCost),
    ] {
        let observed = Observed::new(day("2026-06-17"));
        let days: Vec<String> = Days::new(day("2026-05-01"), day("2026-06-01"))
            .iter()
            .map(|day| row(&day.to_string(), &plus_days(day, 1).to_string(), 1))
            .collect();
        let items = |rows: &str| format!(r#"{{"items":[{rows}]}}"#);
        let daily = items(&days.join(","));
        asked(["2026-05-01", "2026-06-01"], false, &daily, &observed);
        let whole = items(&row("2026-05-01", "2026-06-01", 31));
        asked(["2026-05-01", "2026-06-01"], true, &whole, &observed);
        let part = items(&row("2026-05-16", "2026-06-01", part));
        asked(["2026-05-16", "2026-06-01"], true, &part, &observed);
        let numbers = observed.numbers();
        assert_eq!(numbers.get(&expected), Some(&1), "{numbers:?}");
        assert_eq!(numbers.get(&Sight::MonthAsDays), Some(&1), "{numbers:?}");
        assert_eq!(numbers.get(&Sight::PartClipped), Some(&1), "{numbers:?}");
    }
}
