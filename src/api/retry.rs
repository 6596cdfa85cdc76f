//! Which calls are made again, how often and when.
//!
//! Never again: `toggle` flips back, `sync/execute`, import, accept, uploads and runs may charge twice, telemetry is not
//! worth it. The callers say so by [`Repeat::Never`]; nothing here guesses from the method.

use std::time::Duration;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

/// How often a call is made at most.
pub(crate) const ATTEMPTS: u32 = 4;
/// The longest wait that a drive can ask for.
pub(crate) const LONGEST: Duration = Duration::from_secs(60);
/// The wait before the second attempt; it doubles.
const FIRST: Duration = Duration::from_millis(500);

/// Whether a call may be made again when no answer came or the answer is a passing failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// Twice is as good as once.
    Safe,
    /// Once, whatever happens.
    Never,
}

/// The wait after attempt number `attempt` (from 1): doubling from half a second, and up to half as much again, so that
/// many clients do not come back in step.
pub(crate) fn backoff(attempt: u32) -> Duration {
    let wait = FIRST.saturating_mul(1 << attempt.saturating_sub(1).min(8));
    // The random bits of a UUID are as good a die as any, and the package is here anyway.
    let die = u32::from(uuid::Uuid::new_v4().as_bytes()[0]);
    wait + wait * die / 512
}

/// Reads `Retry-After`: seconds, or an HTTP date. A date that is past means now; what cannot be read is `None`.
pub(crate) fn parse_retry_after(text: &str, now: SystemTime) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let at = UNIX_EPOCH + Duration::from_secs(http_date(text)?);
    Some(at.duration_since(now).unwrap_or(Duration::ZERO))
}

/// `Sun, 06 Nov 1994 08:49:37 GMT` as seconds since 1970.
pub(super) fn http_date(text: &str) -> Option<u64> {
    let (_, rest) = text.split_once(", ")?;
    let fields: Vec<&str> = rest.split(' ').collect();
    let [day, month, year, time, "GMT"] = fields[..] else { return None };
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = months.iter().position(|name| *name == month)? as u64 + 1;
    let day: u64 = day.parse().ok().filter(|day| (1..=31).contains(day))?;
    let year: u64 = year.parse().ok().filter(|year| (1970..10_000).contains(year))?;
    let clock: Vec<u64> = time.split(':').map(str::parse).collect::<Result<_, _>>().ok()?;
    let [hour, minute, second] = clock[..] else { return None };
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    // Days from the civil date, with years that begin in March so that the leap day is the last.
    let (y, m) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1;
    Some(days.checked_sub(719_468)? * 86_400 + hour * 3600 + minute * 60 + second)
}

/// When a wait is over, for a person: `in 12 s`, `in 3 h 5 min (at 14:05 UTC)`.
pub(crate) fn when(wait: Duration) -> String {
    when_from(wait, SystemTime::now())
}

fn when_from(wait: Duration, now: SystemTime) -> String {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    if seconds < 120 {
        return format!("in {seconds} s");
    }
    let minutes = seconds.div_ceil(60);
    let span = match (minutes / 1440, minutes / 60 % 24, minutes % 60) {
        (0, 0, m) => format!("{m} min"),
        (0, h, m) => format!("{h} h {m} min"),
        (d, h, _) => format!("{d} d {h} h"),
    };
    let at = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs().saturating_add(seconds);
    format!("in {span} (at {:02}:{:02} UTC)", at / 3600 % 24, at / 60 % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = UNIX_EPOCH + Duration::from_secs(784_111_777);
        let read = |text: &str| parse_retry_after(text, now);
        assert_eq!(read("2"), Some(Duration::from_secs(2)));
        assert_eq!(read("86400"), Some(Duration::from_secs(86_400)));
        assert_eq!(read("Sun, 06 Nov 1994 08:49:47 GMT"), Some(Duration::from_secs(10)));
        assert_eq!(read("Sun, 06 Nov 1994 08:49:07 GMT"), Some(Duration::ZERO));
        for bad in ["", "-1", "soon", "Sun, 06 Nov 1994", "Sun, 06 Nov 0 08:49:37 GMT", "Sun, 06 Nov 1994 99:0:0 GMT"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn waits_double_and_stay_bounded() {
        for attempt in 1..=3 {
            let base = FIRST * (1 << (attempt - 1));
            for _ in 0..50 {
                let wait = backoff(attempt);
                assert!(wait >= base && wait <= base + base / 2, "{attempt}: {wait:?}");
            }
        }
    }

    #[test]
    fn a_wait_is_said_for_people() {
        let now = UNIX_EPOCH + Duration::from_secs(13 * 3600);
        assert_eq!(when_from(Duration::from_millis(1500), now), "in 2 s");
        assert_eq!(when_from(Duration::from_secs(3900), now), "in 1 h 5 min (at 14:05 UTC)");
        assert_eq!(when_from(Duration::from_secs(86_400), now), "in 1 d 0 h (at 13:00 UTC)");
    }
}
