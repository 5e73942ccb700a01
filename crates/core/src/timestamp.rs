//! Points in time: microseconds since the Unix epoch, always UTC.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, NaiveDate, NaiveDateTime, SecondsFormat, Utc};

use crate::{Error, Result};

const MICROS_PER_SECOND: i64 = 1_000_000;

/// A point in time with microsecond resolution (Feast's), UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

impl Timestamp {
    /// 1970-01-01T00:00:00Z, what Feast answers when a row has no event time.
    pub const EPOCH: Self = Self(0);
    /// The earliest instant that RFC 3339 can print: 0001-01-01T00:00:00Z.
    pub const MIN: Self = Self(-62_135_596_800 * MICROS_PER_SECOND);
    /// The latest instant that RFC 3339 can print: 9999-12-31T23:59:59.999999Z.
    pub const MAX: Self = Self(253_402_300_799 * MICROS_PER_SECOND + 999_999);

    /// From microseconds since the epoch.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// From whole seconds since the epoch; `None` outside [`Timestamp::MIN`]..=[`Timestamp::MAX`].
    #[must_use]
    pub fn from_seconds(seconds: i64) -> Option<Self> {
        seconds.checked_mul(MICROS_PER_SECOND).map(Self).filter(|t| t.in_range())
    }

    /// From seconds and nanoseconds as `google.protobuf.Timestamp` has them; nanoseconds below a microsecond are cut.
    #[must_use]
    pub fn from_seconds_and_nanos(seconds: i64, nanos: i32) -> Option<Self> {
        let whole = seconds.checked_mul(MICROS_PER_SECOND)?;
        whole.checked_add(i64::from(nanos).div_euclid(1_000)).map(Self)
    }

    /// Microseconds since the epoch.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded towards the past.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(MICROS_PER_SECOND)
    }

    /// Nanoseconds past [`Timestamp::seconds`]: 0 to 999,999,000.
    #[must_use]
    #[allow(clippy::cast_possible_truncation)] // below 10^9
    pub const fn subsecond_nanos(self) -> i32 {
        (self.0.rem_euclid(MICROS_PER_SECOND) * 1_000) as i32
    }

    /// Whether RFC 3339 (and so Feast) can print this instant: years 1 to 9999.
    #[must_use]
    pub fn in_range(self) -> bool {
        Self::MIN <= self && self <= Self::MAX
    }

    /// How far `self` lies after `earlier`; zero when it does not.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        let micros = i128::from(self.0) - i128::from(earlier.0);
        Duration::from_micros(u64::try_from(micros.max(0)).unwrap_or(u64::MAX))
    }

    /// `self - duration`, clamped to what an `i64` of microseconds holds.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)))
    }

    /// `self + duration`, clamped to what an `i64` of microseconds holds.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)))
    }

    /// Parses ISO 8601 / RFC 3339: a date, or a date and a time with `T` or a blank between, optional fraction, optional
    /// zone (`Z`, `+02:00`). Without a zone it is UTC, as in Feast.
    ///
    /// # Errors
    /// `InvalidInput` naming the text and the accepted form.
    pub fn parse(text: &str) -> Result<Self> {
        let trimmed = text.trim();
        let parsed = DateTime::parse_from_rfc3339(trimmed)
            .map(|t| t.with_timezone(&Utc))
            .or_else(|_| DateTime::parse_from_str(trimmed, "%Y-%m-%d %H:%M:%S%.f%#z").map(|t| t.with_timezone(&Utc)))
            .or_else(|_| DateTime::parse_from_str(trimmed, "%Y-%m-%dT%H:%M:%S%.f%#z").map(|t| t.with_timezone(&Utc)))
            .or_else(|_| NaiveDateTime::parse_from_str(trimmed, "%Y-%m-%dT%H:%M:%S%.f").map(|t| t.and_utc()))
            .or_else(|_| NaiveDateTime::parse_from_str(trimmed, "%Y-%m-%d %H:%M:%S%.f").map(|t| t.and_utc()))
            .or_else(|_| NaiveDateTime::parse_from_str(trimmed, "%Y-%m-%dT%H:%M").map(|t| t.and_utc()))
            .or_else(|_| NaiveDateTime::parse_from_str(trimmed, "%Y-%m-%d %H:%M").map(|t| t.and_utc()))
            .or_else(|error| {
                NaiveDate::parse_from_str(trimmed, "%Y-%m-%d")
                    .ok()
                    .and_then(|d| d.and_hms_opt(0, 0, 0))
                    .map(|t| t.and_utc())
                    .ok_or(error)
            });
        let instant = parsed.map_err(|_| {
            Error::invalid_input(format!("`{text}` is not a point in time"))
                .with_hint("write ISO 8601, e.g. 2026-01-31, 2026-01-31T08:30:00 (UTC) or 2026-01-31T08:30:00+02:00")
        })?;
        let timestamp = Self(instant.timestamp_micros());
        if timestamp.in_range() {
            Ok(timestamp)
        } else {
            Err(Error::invalid_input(format!("`{text}` lies outside the years 1 to 9999")))
        }
    }
}

/// RFC 3339 with `Z` and 0, 3 or 6 fraction digits, as protobuf's JSON mapping (and so Feast's server) prints it.
/// An instant outside the years 1 to 9999 prints as its microseconds.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let format = match self.0.rem_euclid(MICROS_PER_SECOND) {
            0 => SecondsFormat::Secs,
            micros if micros % 1_000 == 0 => SecondsFormat::Millis,
            _ => SecondsFormat::Micros,
        };
        match DateTime::<Utc>::from_timestamp_micros(self.0).filter(|_| self.in_range()) {
            Some(instant) => f.write_str(&instant.to_rfc3339_opts(format, true)),
            None => write!(f, "{}us", self.0),
        }
    }
}

/// Where "now" comes from: the machine, or a test.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    System,
    /// A clock that a test moves by hand.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `now` until it is set again.
    #[must_use]
    pub fn manual(now: Timestamp) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(now.micros())))
    }

    /// Moves a manual clock; the system clock stays as it is.
    pub fn set(&self, now: Timestamp) {
        if let Self::Manual(micros) = self {
            micros.store(now.micros(), Ordering::SeqCst);
        }
    }

    /// The current instant.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => {
                let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
                Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
            }
            Self::Manual(micros) => Timestamp(micros.load(Ordering::SeqCst)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_what_feast_accepts_and_prints_what_feast_prints() {
        for (text, printed) in [
            ("2026-01-10", "2026-01-10T00:00:00Z"),
            ("2026-01-10T03:00:00.123456", "2026-01-10T03:00:00.123456Z"),
            ("2026-01-10 03:00:00.5", "2026-01-10T03:00:00.500Z"),
            ("2026-01-10T03:00:00+02:00", "2026-01-10T01:00:00Z"),
            ("2026-01-10 03:00:00-0730", "2026-01-10T10:30:00Z"),
            ("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"),
            ("0001-01-01", "0001-01-01T00:00:00Z"),
        ] {
            assert_eq!(Timestamp::parse(text).unwrap().to_string(), printed, "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_time() {
        for text in ["", "soon", "2026-13-01", "2026-01-10T25:00:00", "10000-01-01T00:00:00Z"] {
            assert!(Timestamp::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn splits_into_seconds_and_nanos_towards_the_past() {
        let t = Timestamp::from_micros(-1);
        assert_eq!((t.seconds(), t.subsecond_nanos()), (-1, 999_999_000));
        assert_eq!(Timestamp::from_seconds_and_nanos(-1, 999_999_000), Some(t));
    }
}
