use std::sync::Mutex;

use super::*;
use crate::days::{CostRow, Ledger};
use crate::failure::Answer as ServiceAnswer;
use crate::money::Amount;

/// A service that answers for at most `longest` days at once, on no day before `first`.
struct LimitedService {
    longest: u32,
    first: Day,
    /// Whether it refuses a request that names a number of rows.
    refuses_page_size: bool,
    /// A day whose first window is refused, whatever its length.
    refused_once: Option<Day>,
    seen: Mutex<Vec<(Days, bool)>>,
}

impl DailyService for LimitedService {
    async fn daily(&self, window: Days, page_size: PageSize) -> Result<DailyCosts, Failure> {
        let mut seen = self.seen.lock().unwrap();
        let once = self.refused_once.is_some_and(|day| {
            let refused = seen.iter().any(|(days, _)| days.contains(day));
            window.contains(day) && !refused
        });
        let refused = once
            || window.len() > self.longest
            || window.start < self.first
            || (self.refuses_page_size && page_size == PageSize::Named);
        seen.push((window, refused));
        if refused {
            let refusal = ServiceAnswer {
                status: 400,
                code: "InvalidParameter".to_owned(),
                message: String::new(),
            };
            return Err(Failure::new(ServiceProblem::Rejected(refusal)));
        }
        let row = |day| CostRow {
            day,
            amount: Amount::from(1),
            currency: None,
        };
        Ok(DailyCosts {
            ledger: window.iter().map(row).collect(),
            oldest_row: Some(window.start),
        })
    }
}

/// What became of the days of a contract that is so many days old.
struct DaysOutcome {
    ledger: Ledger,
    refused: Vec<Days>,
    seen: Vec<(Days, bool)>,
    too_old: Option<Day>,
}

impl DaysOutcome {
    fn refusals(&self) -> usize {
        self.seen.iter().filter(|(_, refused)| *refused).count()
    }

    fn known(&self) -> Vec<Day> {
        self.ledger.iter().map(|((day, _), _)| *day).collect()
    }
}

const TODAY: &str = "2026-06-17";

/// The day that is so many days old.
fn aged(age: i64) -> Day {
    plus_days(TODAY.parse().unwrap(), -age)
}

/// Asks as a report does: the newest days first, then the others.
fn asked(service: LimitedService, age: i64) -> Result<DaysOutcome, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let windows = Windows::of(service);
        let wanted = Days::new(aged(age), aged(0));
        let newest = last_days(wanted, LONGEST_WINDOW);
        let first = windows.fetch(&[newest]).await?;
        let rest = windows.fetch(&wanted.outside([newest])).await?;
        let mut ledger = first.ledger;
        ledger.merge(&rest.ledger);
        Ok(DaysOutcome {
            ledger,
            refused: [first.refused, rest.refused].concat(),
            too_old: windows.too_old(),
            seen: windows.service.seen.into_inner().unwrap(),
        })
    })
}

fn service(longest: u32, first: Day) -> LimitedService {
    LimitedService {
        longest,
        first,
        refuses_page_size: false,
        refused_once: None,
        seen: Mutex::default(),
    }
}

/// The length of a window that is found where no longer one than `longest` is answered.
fn found(longest: u32) -> u32 {
    let mut lengths = LENGTHS.into_iter();
    lengths.find(|length| *length <= longest).unwrap()
}

#[test]
fn every_day_that_can_be_had_is_had_whatever_the_longest_range_and_the_oldest_day() {
    let boundaries = [
        1, 2, 3, 6, 12, 44, 46, 89, 90, 91, 95, 181, 270, 365, 366, 500, 699, 700, 5000,
    ];
    for longest in [1, 2, 3, 5, 7, 31, 45, 60, 90, 200] {
        for boundary in boundaries {
            // A request for each day takes the time of the rest.
            let ages: &[i64] = match longest {
                1 => &[30, 180, 700],
                2..=4 => &[180],
                _ => &[30, 92, 365, 700],
            };
            for age in ages.iter().copied() {
                for refuses_page_size in [false, true] {
                    let service = LimitedService {
                        refuses_page_size,
                        ..service(longest, aged(boundary))
                    };
                    let name = format!("{longest} days, from {boundary} on, of {age}");
                    let outcome = asked(service, age).unwrap();
                    let days = Days::new(aged(age.min(boundary)), aged(0));
                    assert_eq!(outcome.known(), days.iter().collect::<Vec<_>>(), "{name}");
                    let old: u32 = outcome.refused.iter().map(Days::len).sum();
                    let too_old = Days::new(aged(age), days.start);
                    assert_eq!(old, too_old.len(), "{name}");
                    assert!(outcome.refusals() <= MOST_REFUSED as usize, "{name}");
                    let first_known = outcome.too_old.map(|day| plus_days(day, 1));
                    assert!(first_known.is_none_or(|day| day == days.start), "{name}");
                    // A window for each stretch of its length, and what the search cuts apart.
                    let least = days.len().div_ceil(found(longest)) as usize;
                    let seen = outcome.seen.len();
                    assert!(seen <= least + 40, "{name}: {seen} requests for {least}");
                }
            }
        }
    }
}

#[test]
fn a_window_that_is_refused_once_takes_no_older_days_away() {
    // The newest window is tried again without a number of rows.
    for (age, unknown) in [(20, 0), (100, 90), (400, 90), (620, 90)] {
        let service = LimitedService {
            refused_once: Some(aged(age)),
            ..service(90, aged(5000))
        };
        let outcome = asked(service, 700).unwrap();
        let lost: u32 = outcome.refused.iter().map(Days::len).sum();
        assert_eq!(lost, unknown, "{age}");
        assert_eq!(outcome.known().len() + lost as usize, 700);
    }
    // The oldest window's refusal looks like days that are too old: all but its first day are had.
    let service = LimitedService {
        refused_once: Some(aged(699)),
        ..service(90, aged(5000))
    };
    assert_eq!(asked(service, 700).unwrap().known().len(), 699);
}

#[test]
fn a_service_that_refuses_all_windows_is_a_failure_and_not_asked_for_ever() {
    let service = service(0, aged(5000));
    let windows = Windows::of(service);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let wanted = [Days::new(aged(90), aged(0))];
    assert!(runtime.block_on(windows.fetch(&wanted)).is_err());
    let seen = windows.service.seen.into_inner().unwrap();
    assert_eq!(seen.len(), LENGTHS.len() + 1);
}

#[test]
fn no_more_windows_are_refused_than_may_be_though_many_are_asked_at_once() {
    // From the sixth request on nothing is answered.
    struct Failing(Mutex<u32>);
    impl DailyService for Failing {
        async fn daily(&self, window: Days, page_size: PageSize) -> Result<DailyCosts, Failure> {
            let seen = {
                let mut seen = self.0.lock().unwrap();
                *seen += 1;
                *seen
            };
            tokio::task::yield_now().await;
            let longest = if seen <= 5 { 90 } else { 0 };
            service(longest, aged(50_000))
                .daily(window, page_size)
                .await
        }
    }
    let windows = Windows::of(Failing(Mutex::default()));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let wanted = [Days::new(aged(20_000), aged(0))];
    let answer = runtime.block_on(windows.fetch(&wanted)).unwrap();
    let answered: u32 = answer.days.iter().map(Days::len).sum();
    let refused: u32 = answer.refused.iter().map(Days::len).sum();
    assert_eq!(answered + refused, 20_000);
    assert_eq!(windows.service.0.into_inner().unwrap(), 5 + MOST_REFUSED);
}
