//! Instants as the drive keeps them (milliseconds since 1970) and as the wire shows them (RFC 3339 in UTC).
//!
//! Nothing here may ask the system for the time: that is [`crate::config::Clock`], so that tests can move it.

/// One second, minute, hour and day in milliseconds.
pub(crate) const SECOND: i64 = 1_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

/// Writes an instant as `2026-11-24T05:39:38Z`.
pub(crate) fn rfc3339(millis: i64) -> String {
    let seconds = millis.div_euclid(1_000);
    let (year, month, day) = civil(seconds.div_euclid(86_400));
    let of_day = seconds.rem_euclid(86_400);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", of_day / 3_600, of_day / 60 % 60, of_day % 60)
}

/// The first instant of the calendar month that an instant lies in, in UTC.
pub(crate) fn month_start(millis: i64) -> i64 {
    let days = millis.div_euclid(DAY);
    let (_, _, day) = civil(days);
    (days - (day - 1)) * DAY
}

/// Writes an instant as `2026-11-24T05:39:38.123Z`.
pub(crate) fn rfc3339_millis(millis: i64) -> String {
    let whole = rfc3339(millis);
    format!("{}.{:03}Z", whole.trim_end_matches('Z'), millis.rem_euclid(1_000))
}

/// The proleptic Gregorian date of a number of days since 1970-01-01. Years are counted from March, so that the leap
/// day is the last of its year and the month lengths follow one formula.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_written_in_utc() {
        for (millis, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400_000, "2000-02-29T00:00:00Z"),
            (1_709_251_199_999, "2024-02-29T23:59:59Z"),
            (1_795_498_778_000, "2026-11-24T05:39:38Z"),
        ] {
            assert_eq!(rfc3339(millis), text);
        }
        assert_eq!(rfc3339_millis(1_795_498_778_007), "2026-11-24T05:39:38.007Z");
        assert_eq!(rfc3339_millis(-1), "1969-12-31T23:59:59.999Z");
    }

    #[test]
    fn a_month_begins_with_its_first_day() {
        for (millis, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400_000, "2000-02-01T00:00:00Z"),
            (1_798_761_599_999, "2026-12-01T00:00:00Z"),
            (1_798_761_600_000, "2027-01-01T00:00:00Z"),
        ] {
            assert_eq!(rfc3339(month_start(millis)), text);
        }
    }
}
