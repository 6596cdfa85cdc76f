//! Points in time as text, UTC. Pure.

use std::time::SystemTime;
use std::time::UNIX_EPOCH;

/// `2026-11-24T05:46:10Z` (RFC 3339, whole seconds). A time before 1970 is 1970.
pub(crate) fn rfc3339(time: SystemTime) -> String {
    let (year, month, day, seconds, _) = parts(time);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// `20261124T054610123`: sorts as time does, and is a file name everywhere.
pub(crate) fn compact(time: SystemTime) -> String {
    let (year, month, day, seconds, millis) = parts(time);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}{millis:03}")
}

/// Reads RFC 3339 as drives write it: whole or broken seconds, `Z` or an offset. `None` for anything else, and for times
/// before 1970.
pub(crate) fn parse(text: &str) -> Option<SystemTime> {
    let number = |range: std::ops::Range<usize>| -> Option<u64> {
        let digits = text.get(range)?;
        digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())?
    };
    let signs = [(4, b'-'), (7, b'-'), (13, b':'), (16, b':')];
    let bytes = text.as_bytes();
    if signs.iter().any(|(at, sign)| bytes.get(*at) != Some(sign)) || !matches!(bytes.get(10), Some(b'T' | b't' | b' '))
    {
        return None;
    }
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let rest = text.get(19..)?;
    let zone = match rest.strip_prefix('.') {
        Some(broken) => broken.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => rest,
    };
    let offset = offset(zone)?;
    let (y, m) = if month > 2 { (year, month - 3) } else { (year.checked_sub(1)?, month + 9) };
    let days = (365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1).checked_sub(719_468)?;
    let seconds = i64::try_from(days * 86_400 + hour * 3600 + minute * 60 + second).ok()?.checked_sub(offset)?;
    UNIX_EPOCH.checked_add(std::time::Duration::from_secs(u64::try_from(seconds).ok()?))
}

/// Seconds east of UTC.
fn offset(zone: &str) -> Option<i64> {
    if matches!(zone, "Z" | "z") {
        return Some(0);
    }
    let (sign, rest) =
        zone.strip_prefix('+').map(|rest| (1, rest)).or(zone.strip_prefix('-').map(|rest| (-1, rest)))?;
    let (hours, minutes) = rest.split_once(':')?;
    let both = [hours, minutes].map(|part| (part.len() == 2).then(|| part.parse::<u8>().ok()).flatten());
    let [Some(hours @ 0..=23), Some(minutes @ 0..=59)] = both else { return None };
    Some(sign * (i64::from(hours) * 3600 + i64::from(minutes) * 60))
}

/// Year, month, day, second of the day, millisecond; by the proleptic Gregorian calendar.
fn parts(time: SystemTime) -> (u64, u64, u64, u64, u32) {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    let days = since.as_secs() / 86_400;
    // Years are counted from March, so that the leap day is the last of its year; 719,468 days lie between
    // 0000-03-01 and 1970-01-01.
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    (year, month, day, since.as_secs() % 86_400, since.subsec_millis())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_is_written_is_read_and_so_is_what_others_write() {
        for seconds in [0, 951_782_400, 951_868_799, 1_735_689_599, 4_107_542_400] {
            let time = UNIX_EPOCH + Duration::from_secs(seconds);
            assert_eq!(parse(&rfc3339(time)), Some(time));
        }
        let time = Some(UNIX_EPOCH + Duration::from_secs(951_782_400));
        for text in ["2000-02-29T00:00:00.125Z", "2000-02-29T02:30:00+02:30", "2000-02-28 23:00:00-01:00"] {
            assert_eq!(parse(text), time, "{text}");
        }
        for bad in [
            "",
            "2000-02-29",
            "2000-02-29T00:00:00",
            "2000-13-01T00:00:00Z",
            "2000-02-29T24:00:00Z",
            "1969-12-31T23:59:59Z",
            "2000-02-29T00:00:00+2",
            "2000-02-29T00:00:00+99:00",
            "2000-02-29T00:0ö:00Z",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn known_points_in_time() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_799, "2000-02-29T23:59:59Z"),
            (1_709_164_800, "2024-02-29T00:00:00Z"),
            (1_735_689_599, "2024-12-31T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(rfc3339(UNIX_EPOCH + Duration::from_secs(seconds)), text);
        }
        assert_eq!(compact(UNIX_EPOCH + Duration::from_millis(951_868_799_007)), "20000229T235959007");
        assert_eq!(rfc3339(UNIX_EPOCH - Duration::from_secs(1)), "1970-01-01T00:00:00Z");
    }
}
