//! Zoned timestamps: the names of zones as Feast stores them, and ISO 8601 in a zone.

use chrono::{DateTime, Datelike, FixedOffset, Offset, TimeZone, Utc};
use chrono_tz::Tz;

use crate::{Result, Timestamp};

const MINUTES_PER_DAY: i32 = 24 * 60;

/// The instant in its zone as Python's `datetime.isoformat` prints it; an unknown zone is UTC.
///
/// `None` when the local year lies outside 1 to 9999, which Python cannot print.
/// Source: `feast/type_map.py` (`_zone_from_name`).
pub(super) fn print_in_zone(unix_timestamp: i64, zone: &str) -> Option<String> {
    let instant = DateTime::<Utc>::from_timestamp(unix_timestamp, 0)?;
    match zone.parse::<Tz>() {
        Ok(named) => print(&instant, &named),
        Err(_) => print(&instant, &fixed_offset(zone).unwrap_or_else(|| Utc.fix())),
    }
}

fn print<Z: TimeZone>(instant: &DateTime<Utc>, zone: &Z) -> Option<String> {
    let offset = zone.offset_from_utc_datetime(&instant.naive_utc()).fix();
    let local = instant.naive_utc().checked_add_offset(offset)?;
    if !(1..=9999).contains(&local.year()) {
        return None;
    }
    let seconds = offset.local_minus_utc();
    let sign = if seconds < 0 { '-' } else { '+' };
    let (minutes, seconds) = (seconds.abs() / 60, seconds.abs() % 60);
    let mut text = format!("{}{sign}{:02}:{:02}", local.format("%Y-%m-%dT%H:%M:%S"), minutes / 60, minutes % 60);
    if seconds != 0 {
        text.push_str(&format!(":{seconds:02}"));
    }
    Some(text)
}

/// Reads `UTC`, `GMT`, and offsets with or without that prefix: `UTC-07:00`, `-07:00`, `+0530`.
fn fixed_offset(zone: &str) -> Option<FixedOffset> {
    let text = zone.trim();
    let offset = text.strip_prefix("UTC").or_else(|| text.strip_prefix("GMT")).unwrap_or(text);
    if offset.is_empty() {
        return Some(Utc.fix());
    }
    let (sign, digits) = match offset.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = digits.split_at_checked(2)?;
    let minutes = minutes.strip_prefix(':').unwrap_or(minutes);
    let two_digits = |text: &str| text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
    if !two_digits(hours) || !two_digits(minutes) {
        return None;
    }
    let total = hours.parse::<i32>().ok()? * 60 + minutes.parse::<i32>().ok()?;
    (total < MINUTES_PER_DAY).then(|| FixedOffset::east_opt(sign * total * 60)).flatten()
}

/// Reads ISO 8601 with an offset as (seconds since the epoch, zone name as Feast would store it).
///
/// No offset gives an empty zone, `Z` and `+00:00` give `UTC`, `+02:00` gives `UTC+02:00`. Fractions of a second are cut
/// towards zero, as in Feast.
pub(super) fn parse_zoned(text: &str) -> Result<(i64, String)> {
    let instant = Timestamp::parse(text)?;
    let time = text.trim().get(10..).unwrap_or("");
    let zone = match time.find(['+', '-']) {
        Some(at) => match fixed_offset(&format!("{:0<5}", &time[at..])).map(|offset| offset.local_minus_utc() / 60) {
            None | Some(0) => "UTC".to_owned(),
            Some(minutes) => format!("UTC{}{:02}:{:02}", &time[at..=at], minutes.abs() / 60, minutes.abs() % 60),
        },
        None if time.ends_with(['Z', 'z']) => "UTC".to_owned(),
        None => String::new(),
    };
    Ok((seconds_towards_zero(instant), zone))
}

/// Whole seconds as Python's `int(datetime.timestamp())` gives them: `-0.5` s is 0.
pub(super) fn seconds_towards_zero(instant: Timestamp) -> i64 {
    instant.micros() / 1_000_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_print_as_python_prints_them() {
        for (unix_timestamp, zone, printed) in [
            (1_700_000_000, "GMT+0130", Some("2023-11-14T23:43:20+01:30")),
            (1_700_000_000, " UTC-07:00 ", Some("2023-11-14T15:13:20-07:00")),
            (1_700_000_000, "+25:00", Some("2023-11-14T22:13:20+00:00")),
            (1_700_000_000, "+é:00", Some("2023-11-14T22:13:20+00:00")),
            (-3_000_000_000, "America/Los_Angeles", Some("1874-12-07T10:47:02-07:52:58")),
            (253_402_300_799, "UTC", Some("9999-12-31T23:59:59+00:00")),
            (253_402_300_799, "+05:30", None),
            (i64::MAX, "UTC", None),
        ] {
            assert_eq!(print_in_zone(unix_timestamp, zone).as_deref(), printed, "{unix_timestamp} {zone}");
        }
    }

    #[test]
    fn zones_are_named_as_python_names_them() {
        for (text, zone) in [
            ("2023-11-14T22:13:20", ""),
            ("2023-11-14T22:13:20Z", "UTC"),
            ("2023-11-14T22:13:20+00:00", "UTC"),
            ("2023-11-15T00:13:20+02:00", "UTC+02:00"),
            ("2023-11-14 14:43:20-0730", "UTC-07:30"),
            ("2023-11-15 00:13:20+02", "UTC+02:00"),
        ] {
            assert_eq!(parse_zoned(text).unwrap(), (1_700_000_000, zone.to_owned()), "{text}");
        }
    }
}
