//! The retry policy: which failures are tried again, how often, and after which pause.
//!
//! The vendor's SDK tries the same failures again; the policy is our own, since the SDK's operation for usage
//! has none by default. 408 and 425 are tried again, too: their names say that the same request may pass later.

use std::time::{Duration, SystemTime};

use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

use super::http::{FailedTry, request_id};
use crate::failure::ServiceProblem;

/// Tries of one request in all.
const TRIES: u32 = 8;
/// Tries where nothing listens or the host has no address: seldom better the third time.
const TRIES_UNREACHABLE: u32 = 2;
/// The longest pause that the policy itself makes.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// A 401 with clocks this far apart, in seconds, is laid to them. The service's tolerance is 300; the
/// rest is for the way of the answer.
const SKEW: i64 = 240;

impl FailedTry {
    /// Returns the number of tries that a request with this fault may have in all.
    pub(super) fn tries_allowed(&self) -> u32 {
        match self {
            Self::Broken(problem) => match problem {
                ServiceProblem::UnknownHost { .. }
                | ServiceProblem::ConnectionRefused { .. }
                | ServiceProblem::NoProxy { .. } => TRIES_UNREACHABLE,
                ServiceProblem::ConnectionBroken { .. } | ServiceProblem::Timeout { .. } => TRIES,
                _ => 1,
            },
            Self::Refused { answer, .. } if answer.may_pass() => TRIES,
            Self::Refused { .. } => 1,
            Self::Data(..) => 1,
        }
    }

    /// Returns whether the service refused the signature or its key.
    pub(super) fn is_unauthorized(&self) -> bool {
        matches!(self, Self::Refused { answer, .. } if answer.status == 401)
    }

    /// The service's time less this machine's, in seconds, where a 401 is owed to a date shifted by `offset`.
    pub(super) fn skew(&self, offset: i64) -> Option<i64> {
        match self {
            Self::Refused { answer, headers } => {
                skew(answer.status, headers, offset, SystemTime::now())
            }
            _ => None,
        }
    }

    /// The pause that `Retry-After` asks for.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused { headers, .. } => retry_after(headers),
            _ => None,
        }
    }

    pub(super) fn request_id(&self) -> Option<String> {
        match self {
            Self::Broken(_) => None,
            Self::Refused { headers, .. } => request_id(headers),
            Self::Data(_, request_id) => request_id.clone(),
        }
    }
}

/// The service's time less `now`, in seconds, where the status 401 is owed to a date shifted by `offset`.
pub(super) fn skew(status: u16, headers: &HeaderMap, offset: i64, now: SystemTime) -> Option<i64> {
    let seconds = signed_seconds(service_time(headers)?, now);
    (status == 401 && (seconds - offset).abs() > SKEW).then_some(seconds)
}

/// Returns the pause after `tries` tries, exponential with full jitter: anything up to 1, 2, 4 … 30 seconds.
pub(super) fn backoff(tries: u32) -> Duration {
    let ceiling = Duration::from_secs(1 << (tries - 1).min(5)).min(LONGEST_PAUSE);
    Duration::from_millis(fastrand::u64(
        0..=u64::try_from(ceiling.as_millis()).unwrap_or(u64::MAX),
    ))
}

/// Returns `a` less `b`, in seconds.
pub(super) fn signed_seconds(a: SystemTime, b: SystemTime) -> i64 {
    let seconds = |d: Duration| i64::try_from(d.as_secs()).unwrap_or(i64::MAX);
    match a.duration_since(b) {
        Ok(ahead) => seconds(ahead),
        Err(behind) => -seconds(behind.duration()),
    }
}

/// The header `Date`.
pub(super) fn service_time(headers: &HeaderMap) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(DATE)?.to_str().ok()?).ok()
}

/// The pause that `Retry-After` asks for, in seconds or as a date; `None` where it is neither, so that the policy's
/// own pause is made.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Some(seconds) = whole_seconds(text) {
        return Some(Duration::from_secs(seconds));
    }
    let until = httpdate::parse_http_date(text).ok()?;
    // A date is the service's, so it is held against the service's clock.
    let now = service_time(headers).unwrap_or_else(SystemTime::now);
    Some(until.duration_since(now).unwrap_or_default())
}

/// The seconds in `text`, a fraction rounded up and a number too large taken for the largest.
fn whole_seconds(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return None;
    }
    let begun = fraction.bytes().any(|digit| digit != b'0');
    let seconds: u64 = whole.parse().unwrap_or(u64::MAX);
    Some(seconds.saturating_add(u64::from(begun)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Answer;

    fn pause(value: &[u8], date: Option<&str>) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, value.try_into().unwrap());
        if let Some(date) = date {
            headers.insert(DATE, date.parse().unwrap());
        }
        retry_after(&headers)
    }

    #[test]
    fn retry_after_is_read_in_every_form() {
        let seconds = |text: &str| pause(text.as_bytes(), None).map(|pause| pause.as_secs());
        for (text, expected) in [
            ("0", Some(0)),
            ("7", Some(7)),
            (" 7 ", Some(7)),
            ("007", Some(7)),
            ("0.5", Some(1)),
            ("1.5", Some(2)),
            ("2.000", Some(2)),
            ("99999999999999999999", Some(u64::MAX)),
            ("99999999999999999999.9", Some(u64::MAX)),
            ("18446744073709551615.1", Some(u64::MAX)),
            ("-1", None),
            ("+1", None),
            ("1.", None),
            (".5", None),
            ("1.5.5", None),
            ("1e3", None),
            ("NaN", None),
            ("soon", None),
            ("", None),
            ("Thu, 32 Jan 2026 00:00:00 GMT", None),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(0)),
        ] {
            assert_eq!(seconds(text), expected, "{text:?}");
        }
        assert_eq!(pause(b"\xff7", None), None);
    }

    #[test]
    fn a_date_is_held_against_the_service_s_clock() {
        let until = b"Sun, 06 Nov 1994 08:49:37 GMT";
        let pause = |date| pause(until, Some(date)).map(|pause| pause.as_secs());
        assert_eq!(pause("Sun, 06 Nov 1994 08:49:30 GMT"), Some(7));
        assert_eq!(pause("Sun, 06 Nov 1994 09:00:00 GMT"), Some(0));
        assert_eq!(pause("no date"), Some(0));
    }

    #[test]
    fn refusals_that_may_pass_are_tried_again() {
        let tries = |status, code: &str| {
            let answer = Answer {
                status,
                code: code.to_owned(),
                message: String::new(),
            };
            let headers = HeaderMap::new();
            FailedTry::Refused { answer, headers }.tries_allowed()
        };
        for status in [408, 425, 429, 500, 502, 503, 504, 599] {
            assert_eq!(tries(status, ""), TRIES, "{status}");
        }
        for status in [204, 301, 400, 401, 403, 404, 409, 413, 501] {
            assert_eq!(tries(status, ""), 1, "{status}");
        }
        assert_eq!(tries(409, "IncorrectState"), TRIES);
    }
}
