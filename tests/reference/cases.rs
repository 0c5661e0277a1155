//! Cases written out by hand, small enough to be reckoned on paper.

use chrono::NaiveDate;

use super::{Case, days, next};

/// A day from `YYYY-MM-DD`.
pub fn day(iso: &str) -> NaiveDate {
    iso.parse().unwrap_or_else(|_| panic!("not a day: {iso:?}"))
}

/// A case in reais, settled after two days, that bears its dates and credit.
fn case(name: &str, start: &str, end: &str, as_of: &str, credit: &str) -> Case {
    Case {
        name: name.to_owned(),
        as_of: day(as_of),
        settle: 2,
        surplus_percent: "10".to_owned(),
        start: day(start),
        end: day(end),
        credit: credit.to_owned(),
        opening: None,
        ignored: Vec::new(),
        currency: Some("BRL".to_owned()),
        rows: Vec::new(),
    }
}

impl Case {
    fn settled_after(mut self, days: u32) -> Self {
        self.settle = days;
        self
    }

    fn opening(mut self, amount: &str, until: &str) -> Self {
        self.opening = Some((amount.to_owned(), day(until)));
        self
    }

    fn ignoring(mut self, days: &[&str]) -> Self {
        self.ignored = days.iter().copied().map(day).collect();
        self
    }

    /// A further row of each of these amounts, on these days.
    fn rows<const N: usize>(self, rows: [(&str, &str); N]) -> Self {
        rows.into_iter()
            .fold(self, |case, (on, amount)| case.row(on, amount))
    }

    fn configured_currency(mut self, code: Option<&str>) -> Self {
        self.currency = code.map(str::to_owned);
        self
    }

    /// The same row on each of these days, both included.
    fn daily(self, from: &str, to: &str, amount: &str) -> Self {
        days(day(from), next(day(to)))
            .into_iter()
            .fold(self, |case, day| case.put(day, amount, Some("BRL")))
    }

    fn row(self, on: &str, amount: &str) -> Self {
        self.put(day(on), amount, Some("BRL"))
    }

    fn put(mut self, on: NaiveDate, amount: &str, currency: Option<&str>) -> Self {
        self.rows
            .push((on, amount.to_owned(), currency.map(str::to_owned)));
        self
    }

    /// Takes out the rows of these days, both included.
    fn without(mut self, from: &str, to: &str) -> Self {
        let gap = day(from)..=day(to);
        self.rows.retain(|(day, ..)| !gap.contains(day));
        self
    }

    fn in_currency(mut self, code: &str) -> Self {
        for (_, _, currency) in &mut self.rows {
            *currency = Some(code.to_owned());
        }
        self
    }
}

/// The cases written by hand.
pub fn written_cases() -> Vec<Case> {
    let mut cases = ends_and_beginnings();
    cases.extend(months_and_weekdays());
    cases.extend(late_and_missing());
    cases.extend(unknown_at_the_start());
    cases.extend(unknown_behind_an_opening());
    cases.extend(credits_and_openings());
    cases.extend(rows_and_currencies());
    cases.extend(charges());
    cases
}

fn charges() -> Vec<Case> {
    // Forty a day, and what comes besides.
    let forty = |name: &str| {
        case(name, "2024-01-01", "2024-12-31", "2024-06-20", "40000").daily(
            "2024-01-01",
            "2024-06-19",
            "40",
        )
    };
    vec![
        case(
            "a one-off charge is ignored",
            "2024-01-01",
            "2024-12-31",
            "2024-03-02",
            "5000",
        )
        .daily("2024-01-01", "2024-03-01", "10")
        .row("2024-02-14", "200")
        .ignoring(&["2024-02-14"]),
        case(
            "every settled day is ignored",
            "2024-05-06",
            "2025-05-05",
            "2024-05-13",
            "10000",
        )
        .daily("2024-05-06", "2024-05-12", "10")
        .ignoring(&[
            "2024-05-06",
            "2024-05-07",
            "2024-05-08",
            "2024-05-09",
            "2024-05-10",
        ]),
        case(
            "a provisional day and a future day are ignored",
            "2024-01-01",
            "2024-12-31",
            "2024-03-02",
            "5000",
        )
        .daily("2024-01-01", "2024-03-01", "10")
        .row("2024-03-01", "990")
        .ignoring(&["2024-03-01", "2024-03-12"]),
        forty("a charge on each first").rows([
            ("2024-01-01", "1760"),
            ("2024-02-01", "1760"),
            ("2024-03-01", "1760"),
            ("2024-04-01", "1760"),
            ("2024-05-01", "1760"),
            ("2024-06-01", "1760"),
        ]),
        forty("a charge still to come, of three sizes").rows([
            ("2024-03-25", "1760"),
            ("2024-04-25", "2000"),
            ("2024-05-25", "1000"),
        ]),
        forty("a charge on each month's last day").rows([
            ("2024-02-29", "1760"),
            ("2024-03-31", "1760"),
            ("2024-04-30", "1760"),
            ("2024-05-31", "1760"),
        ]),
        forty("a charge that is not booked yet")
            .without("2024-06-19", "2024-06-19")
            .rows([
                ("2024-03-19", "1760"),
                ("2024-04-19", "1760"),
                ("2024-05-19", "1760"),
            ]),
        forty("a charge that came twice").rows([("2024-04-25", "1760"), ("2024-05-25", "1760")]),
        forty("three times is not over three times").rows([
            ("2024-03-25", "80"),
            ("2024-04-25", "80"),
            ("2024-05-25", "80.01"),
        ]),
        forty("one of the three is ignored")
            .rows([
                ("2024-03-25", "1760"),
                ("2024-04-25", "1760"),
                ("2024-05-25", "1760"),
            ])
            .ignoring(&["2024-04-25"]),
        case(
            "nothing but a charge",
            "2024-01-01",
            "2024-06-22",
            "2024-06-20",
            "40000",
        )
        .rows([
            ("2024-01-01", "1"),
            ("2024-03-21", "500"),
            ("2024-04-21", "500"),
            ("2024-05-21", "500"),
            ("2024-06-19", "1"),
        ]),
        case(
            "the month's last two days",
            "2024-01-01",
            "2024-12-31",
            "2024-05-10",
            "40000",
        )
        .daily("2024-01-01", "2024-05-09", "40")
        .rows([
            ("2024-02-29", "1760"),
            ("2024-03-30", "1760"),
            ("2024-03-31", "1760"),
            ("2024-04-30", "1760"),
        ]),
    ]
}

fn ends_and_beginnings() -> Vec<Case> {
    vec![
        case(
            "started a week ago",
            "2024-05-06",
            "2025-05-05",
            "2024-05-13",
            "10000",
        )
        .row("2024-05-06", "10")
        .row("2024-05-07", "20")
        .row("2024-05-08", "30")
        .row("2024-05-09", "40")
        .row("2024-05-10", "50")
        .row("2024-05-11", "6")
        .row("2024-05-12", "0.5"),
        case("ended", "2023-01-01", "2023-12-31", "2024-06-15", "4000").daily(
            "2022-12-01",
            "2024-02-01",
            "10",
        ),
        case(
            "ended overspent",
            "2023-12-01",
            "2023-12-31",
            "2024-01-20",
            "100",
        )
        .daily("2023-12-01", "2023-12-31", "10"),
        case(
            "ended yesterday",
            "2023-12-01",
            "2023-12-31",
            "2024-01-01",
            "300",
        )
        .daily("2023-12-01", "2023-12-29", "10")
        .row("2023-12-30", "4"),
        case(
            "not begun",
            "2024-03-01",
            "2024-03-10",
            "2024-02-20",
            "500.50",
        )
        .daily("2024-02-01", "2024-02-19", "10"),
        case(
            "begins today",
            "2024-03-04",
            "2024-03-31",
            "2024-03-04",
            "700",
        )
        .daily("2024-02-01", "2024-03-04", "10"),
        case(
            "began yesterday",
            "2024-03-03",
            "2024-03-31",
            "2024-03-04",
            "700",
        )
        .row("2024-03-03", "12.5"),
        case(
            "one day, today",
            "2024-02-29",
            "2024-02-29",
            "2024-02-29",
            "5",
        ),
        case(
            "one day, yesterday",
            "2024-02-29",
            "2024-02-29",
            "2024-03-01",
            "5",
        )
        .row("2024-02-29", "5"),
        case(
            "a single future day",
            "2024-06-01",
            "2024-06-30",
            "2024-06-30",
            "299.99",
        )
        .daily("2024-06-01", "2024-06-30", "10"),
    ]
}

fn months_and_weekdays() -> Vec<Case> {
    vec![
        case("leap day", "2024-02-01", "2024-03-31", "2024-03-01", "1000").daily(
            "2024-02-01",
            "2024-02-29",
            "10",
        ),
        case(
            "two months before 31 October",
            "2023-01-01",
            "2023-12-31",
            "2023-10-31",
            "5000",
        )
        .settled_after(0)
        .daily("2023-01-01", "2023-10-30", "10")
        .without("2023-08-30", "2023-08-31")
        .row("2023-08-30", "1000")
        .row("2023-08-31", "71"),
        case(
            "two months before 30 April",
            "2024-01-01",
            "2024-06-30",
            "2024-04-30",
            "2310",
        )
        .settled_after(0)
        .daily("2024-01-01", "2024-04-29", "10")
        .without("2024-02-28", "2024-02-28")
        .row("2024-02-28", "500"),
        case(
            "two months before 31 December",
            "2023-07-01",
            "2024-06-30",
            "2023-12-31",
            "9000",
        )
        .settled_after(0)
        .daily("2023-07-01", "2023-12-30", "10")
        .without("2023-10-30", "2023-10-31")
        .row("2023-10-30", "777")
        .row("2023-10-31", "132"),
        case(
            "never on weekends",
            "2024-01-01",
            "2024-03-31",
            "2024-03-04",
            "1310",
        )
        .daily("2024-01-01", "2024-03-03", "20")
        .without("2024-01-06", "2024-01-07")
        .without("2024-01-13", "2024-01-14")
        .without("2024-01-20", "2024-01-21")
        .without("2024-01-27", "2024-01-28")
        .without("2024-02-03", "2024-02-04")
        .without("2024-02-10", "2024-02-11")
        .without("2024-02-17", "2024-02-18")
        .without("2024-02-24", "2024-02-25")
        .without("2024-03-02", "2024-03-03"),
        case(
            "corrections below zero",
            "2024-04-01",
            "2024-04-30",
            "2024-04-15",
            "150",
        )
        .settled_after(0)
        .daily("2024-04-01", "2024-04-14", "10")
        .row("2024-04-14", "-60"),
    ]
}

fn late_and_missing() -> Vec<Case> {
    let year = |name: &str, credit: &str| {
        case(name, "2024-01-01", "2024-12-31", "2024-07-10", credit).daily(
            "2024-01-01",
            "2024-07-09",
            "24",
        )
    };
    vec![
        year("late and partial", "9000")
            .without("2024-07-08", "2024-07-09")
            .row("2024-07-08", "6"),
        year("five days late", "9000").without("2024-07-05", "2024-07-09"),
        year("nineteen days late", "9000").without("2024-06-21", "2024-07-09"),
        year("outage of five days", "8200").without("2024-06-10", "2024-06-14"),
        year("outage of seven days", "8200").without("2024-06-10", "2024-06-16"),
        case(
            "settle 0 with a gap",
            "2024-01-01",
            "2024-03-31",
            "2024-03-15",
            "1011",
        )
        .settled_after(0)
        .daily("2024-01-01", "2024-03-12", "10"),
        case(
            "no data at all",
            "2024-01-01",
            "2024-12-31",
            "2024-01-10",
            "1000",
        )
        .row("2024-01-04", "")
        .put(day("2024-01-05"), "0.00", Some(" "))
        .put(day("2024-01-06"), "0", None),
        case(
            "no data after an opening",
            "2024-01-01",
            "2024-12-31",
            "2024-02-10",
            "1000",
        )
        .opening("250.75", "2024-01-31")
        .daily("2024-01-01", "2024-01-31", "10"),
        case(
            "no data yet",
            "2024-01-01",
            "2024-12-31",
            "2024-01-03",
            "1000",
        ),
        case(
            "history lost",
            "2022-06-01",
            "2024-12-31",
            "2024-03-04",
            "9000",
        )
        .daily("2023-09-01", "2024-03-03", "10"),
        case(
            "history just kept",
            "2022-06-01",
            "2024-12-31",
            "2024-03-04",
            "9000",
        )
        .row("2022-07-06", "1")
        .daily("2023-09-01", "2024-03-03", "10"),
        case(
            "history kept",
            "2022-06-01",
            "2024-12-31",
            "2024-03-04",
            "9000",
        )
        .row("2022-06-01", "2")
        .daily("2023-09-01", "2024-03-03", "10"),
        case(
            "history just lost",
            "2022-06-01",
            "2024-12-31",
            "2024-03-04",
            "9000",
        )
        .row("2022-07-07", "1")
        .daily("2023-09-01", "2024-03-03", "10"),
    ]
}

fn unknown_at_the_start() -> Vec<Case> {
    // Two hundred days before the as-of day.
    let long = |name: &str, first: &str| {
        case(name, "2024-01-01", "2024-12-31", "2024-07-19", "3600").daily(
            first,
            "2024-07-18",
            "10",
        )
    };
    // The year 2023 before it.
    let year = |name: &str, first: &str| {
        case(name, "2023-01-01", "2024-12-31", "2024-01-01", "9000").daily(
            first,
            "2023-12-31",
            "10",
        )
    };
    vec![
        long("a tenth unknown", "2024-01-21"),
        long("a day over a tenth unknown", "2024-01-22"),
        long("a zero before the first money", "2024-01-21").row("2024-01-11", "0.00"),
        long("a null amount before the first money", "2024-01-21").row("2024-01-11", ""),
        case(
            "fifteen unknown of a hundred",
            "2024-01-01",
            "2024-12-31",
            "2024-04-10",
            "3600",
        )
        .daily("2024-01-16", "2024-04-09", "10"),
        case(
            "silent for 40 days",
            "2022-07-01",
            "2025-06-30",
            "2024-07-01",
            "12000",
        )
        .daily("2022-08-10", "2024-06-30", "10"),
        year("silent on the first day", "2023-01-02"),
        year("silent for 35 days", "2023-02-05"),
        year("silent for 60 days", "2023-03-02"),
        year("silent for 61 days", "2023-03-03"),
        case(
            "nothing but rows without money",
            "2024-01-01",
            "2024-12-31",
            "2024-01-13",
            "1000",
        )
        .daily("2024-01-01", "2024-01-12", "0"),
        case(
            "two unknown of twelve",
            "2024-01-01",
            "2024-12-31",
            "2024-01-13",
            "1000",
        )
        .daily("2024-01-03", "2024-01-12", "10")
        .without("2024-01-05", "2024-01-05"),
        case(
            "ended with unknown days",
            "2023-01-01",
            "2023-03-31",
            "2024-06-15",
            "1000",
        )
        .daily("2023-01-10", "2023-03-31", "10"),
        case(
            "spent with unknown days",
            "2023-01-01",
            "2024-12-31",
            "2024-01-01",
            "100",
        )
        .row("2023-01-31", "60")
        .row("2023-02-01", "60"),
        case(
            "first data in the last days",
            "2024-01-01",
            "2024-12-31",
            "2024-02-10",
            "1000",
        )
        .row("2024-02-09", "4"),
    ]
}

fn unknown_behind_an_opening() -> Vec<Case> {
    // 130 days before the as-of day, the last 99 of them asked.
    let opened = |name: &str, first: &str| {
        case(name, "2024-01-01", "2024-12-31", "2024-05-10", "4000")
            .opening("500", "2024-01-31")
            .daily(first, "2024-05-09", "10")
    };
    vec![
        opened("a tenth unknown behind an opening", "2024-02-14"),
        opened("a day over a tenth unknown behind an opening", "2024-02-15"),
        case(
            "silent for 61 days behind an opening",
            "2022-06-01",
            "2024-12-31",
            "2024-01-01",
            "9000",
        )
        .opening("100", "2022-12-31")
        .daily("2023-03-03", "2023-12-31", "10"),
        case(
            "unknown days in the running month",
            "2024-01-01",
            "2024-12-31",
            "2024-06-20",
            "3200",
        )
        .opening("1000", "2024-05-31")
        .daily("2024-06-04", "2024-06-19", "10"),
        case(
            "few known days in the window",
            "2023-01-01",
            "2024-12-31",
            "2024-07-01",
            "3500",
        )
        .opening("1000", "2024-04-30")
        .daily("2024-06-05", "2024-06-30", "10"),
        case(
            "a changed pace after unknown days",
            "2023-01-01",
            "2024-12-31",
            "2024-07-01",
            "5000",
        )
        .opening("1000", "2024-03-31")
        .daily("2024-05-05", "2024-06-14", "10")
        .daily("2024-06-15", "2024-06-30", "30"),
        case(
            "every settled day unknown behind an opening",
            "2024-01-01",
            "2024-12-31",
            "2024-06-08",
            "3200",
        )
        .opening("1000", "2024-05-31")
        .row("2024-06-07", "4"),
    ]
}

fn credits_and_openings() -> Vec<Case> {
    let january = |name: &str, credit: &str| {
        case(name, "2024-01-01", "2024-12-31", "2024-02-01", credit).daily(
            "2024-01-01",
            "2024-01-31",
            "10",
        )
    };
    let opened = |name: &str, credit: &str| {
        case(name, "2024-01-01", "2024-12-31", "2024-05-02", credit)
            .opening("1000", "2024-03-31")
            .daily("2024-01-01", "2024-05-01", "10")
    };
    let spent = |name: &str, as_of: &str| {
        case(name, "2024-01-01", "2024-12-31", as_of, "1000").opening("1200", "2024-01-31")
    };
    vec![
        january("credit 0", "0"),
        january("consumption equals the credit", "310"),
        january("forecast equals the credit", "3660"),
        january("a cent over", "309.99"),
        opened("opening balance", "1200"),
        opened("opening balance alone is over", "900"),
        spent(
            "spent by the opening, and the days since may be late",
            "2024-02-03",
        ),
        spent("spent by the opening, and nothing since", "2024-02-04"),
        case(
            "over, corrected, over again",
            "2024-01-01",
            "2024-01-31",
            "2024-01-05",
            "100",
        )
        .settled_after(0)
        .row("2024-01-01", "60")
        .row("2024-01-02", "60")
        .row("2024-01-03", "-30")
        .row("2024-01-04", "30"),
        case(
            "two percent under",
            "2024-01-01",
            "2024-04-07",
            "2024-03-01",
            "1000",
        )
        .daily("2024-01-01", "2024-02-29", "10"),
        case(
            "ten percent over is within",
            "2024-01-01",
            "2024-03-30",
            "2024-03-01",
            "1000",
        )
        .daily("2024-01-01", "2024-02-29", "10"),
    ]
}

fn rows_and_currencies() -> Vec<Case> {
    vec![
        case(
            "yen, taken from the data",
            "2024-04-01",
            "2024-04-28",
            "2024-04-08",
            "30000",
        )
        .configured_currency(None)
        .daily("2024-04-01", "2024-04-07", "1000")
        .in_currency("JPY"),
        case(
            "blank currency and many digits",
            "2024-04-01",
            "2024-04-28",
            "2024-04-08",
            "1",
        )
        .put(day("2024-04-01"), "0.00000000000000000001", Some("BRL"))
        .put(day("2024-04-01"), "0.1", Some(" "))
        .put(day("2024-04-02"), "1E-3", None)
        .put(day("2024-04-03"), "0.30", Some("BRL"))
        .put(day("2024-04-07"), "0", Some("BRL"))
        .put(day("2024-04-07"), "0", Some("")),
        case(
            "zeros in other currencies",
            "2024-04-01",
            "2024-04-28",
            "2024-04-08",
            "2000",
        )
        .configured_currency(None)
        .daily("2024-04-01", "2024-04-05", "70")
        .put(day("2024-04-02"), "0.00", Some("USD"))
        .put(day("2024-04-06"), "0", Some("BRL"))
        .put(day("2024-04-07"), "0", Some("EUR")),
        case("one peak", "2024-01-01", "2024-12-31", "2024-03-02", "5000")
            .configured_currency(Some("USD"))
            .daily("2024-01-01", "2024-03-01", "10")
            .row("2024-02-14", "200")
            .in_currency("USD"),
    ]
}
