//! Columns of instants: event and created times.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType,
};
use arrow_array::{Array, ArrayRef};
use arrow_buffer::{NullBuffer, ScalarBuffer};
use arrow_schema::{DataType, TimeUnit};
use larder_core::{Error, Result, Timestamp};

use crate::cell::Typing;

/// In what steps times are compared during a run: the finest of any file, so that nothing is rounded before comparing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Resolution {
    Micros,
    /// The years 1677 to 2262; what lies beyond counts as their edge. Only a run that mixes nanoseconds and such times
    /// could see a difference.
    Nanos,
}

impl Resolution {
    /// What telling apart the instants of such a column takes.
    pub(crate) fn of(data_type: &DataType) -> Self {
        match data_type {
            DataType::Timestamp(TimeUnit::Nanosecond, _) => Self::Nanos,
            _ => Self::Micros,
        }
    }

    /// An instant in ticks.
    pub(crate) fn ticks(self, instant: Timestamp) -> i64 {
        match self {
            Self::Micros => instant.micros(),
            Self::Nanos => instant.micros().saturating_mul(1_000),
        }
    }
}

/// The instants of one batch.
pub(crate) struct TimeColumn {
    values: ScalarBuffer<i64>,
    nulls: Option<NullBuffer>,
    unit: TimeUnit,
}

/// Why a row has no usable time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimeProblem {
    Missing,
    OutOfRange,
}

/// Stands for a text that is no instant: out of every range.
const UNREADABLE: i64 = i64::MAX;

impl TimeColumn {
    /// The instants of a column of timestamps (no zone is UTC), dates, or ISO 8601 text; in CSV also epoch seconds.
    ///
    /// # Errors
    /// `InvalidInput` naming the column's type when it holds no instants.
    pub(crate) fn bind(array: &ArrayRef, typing: Typing) -> Result<Self> {
        let (values, unit) = match array.data_type() {
            DataType::Timestamp(unit @ TimeUnit::Second, _) => {
                (array.as_primitive::<TimestampSecondType>().values().clone(), *unit)
            }
            DataType::Timestamp(unit @ TimeUnit::Millisecond, _) => {
                (array.as_primitive::<TimestampMillisecondType>().values().clone(), *unit)
            }
            DataType::Timestamp(unit @ TimeUnit::Microsecond, _) => {
                (array.as_primitive::<TimestampMicrosecondType>().values().clone(), *unit)
            }
            DataType::Timestamp(unit @ TimeUnit::Nanosecond, _) => {
                (array.as_primitive::<TimestampNanosecondType>().values().clone(), *unit)
            }
            DataType::Date64 => (array.as_primitive::<Date64Type>().values().clone(), TimeUnit::Millisecond),
            DataType::Date32 => {
                let days = array.as_primitive::<Date32Type>().values();
                (days.iter().map(|day| i64::from(*day) * 86_400).collect(), TimeUnit::Second)
            }
            DataType::Utf8 => {
                let texts = array.as_string::<i32>();
                (
                    texts.iter().map(|text| text.map_or(0, |text| micros_of(text, typing))).collect(),
                    TimeUnit::Microsecond,
                )
            }
            other => {
                return Err(Error::invalid_input(format!("a column of type {other} holds no timestamps")).with_hint(
                    "write it as timestamp, date or ISO 8601 text; whole numbers don't say what they count",
                ));
            }
        };
        Ok(Self { values, nulls: array.nulls().cloned(), unit })
    }

    /// The instant of a row in ticks.
    #[inline]
    pub(crate) fn ticks(&self, row: usize, resolution: Resolution) -> Result<i64, TimeProblem> {
        if self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            return Err(TimeProblem::Missing);
        }
        let value = self.values[row];
        let (per_tick, in_range) = match self.unit {
            TimeUnit::Second => (1_000_000, in_years(value, 1)),
            TimeUnit::Millisecond => (1_000, in_years(value, 1_000)),
            TimeUnit::Microsecond => (1, in_years(value, 1_000_000)),
            TimeUnit::Nanosecond => (1, true),
        };
        if !in_range {
            return Err(TimeProblem::OutOfRange);
        }
        Ok(match (self.unit, resolution) {
            (TimeUnit::Nanosecond, Resolution::Nanos) => value,
            (TimeUnit::Nanosecond, Resolution::Micros) => value.div_euclid(1_000),
            (_, Resolution::Micros) => value * per_tick,
            (_, Resolution::Nanos) => (value * per_tick).saturating_mul(1_000),
        })
    }

    /// All instants in ticks; what is missing or out of range is some number, out of range for the latter.
    pub(crate) fn all_ticks(&self, resolution: Resolution) -> ScalarBuffer<i64> {
        match (self.unit, resolution) {
            (TimeUnit::Microsecond, Resolution::Micros) | (TimeUnit::Nanosecond, Resolution::Nanos) => {
                self.values.clone()
            }
            _ => (0..self.values.len()).map(|row| self.ticks(row, resolution).unwrap_or(UNREADABLE)).collect(),
        }
    }

    /// Which rows have no instant.
    pub(crate) fn nulls(&self) -> Option<&NullBuffer> {
        self.nulls.as_ref()
    }

    /// The instant of a row, cut to microseconds.
    pub(crate) fn timestamp(&self, row: usize) -> Result<Timestamp, TimeProblem> {
        self.ticks(row, Resolution::Micros).map(Timestamp::from_micros)
    }
}

/// A column's value that compares like an instant does, rounded to the past or (for the end of a range) kept.
pub(crate) fn bound_in_ticks(value: i64, data_type: &DataType, resolution: Resolution) -> Option<i64> {
    let (unit, value) = match data_type {
        DataType::Timestamp(unit, _) => (*unit, value),
        DataType::Date32 => (TimeUnit::Second, value.checked_mul(86_400)?),
        _ => return None,
    };
    let column = TimeColumn { values: vec![value].into(), nulls: None, unit };
    column.ticks(0, resolution).ok()
}

/// Whether a count since the epoch lies in the years 1 to 9999.
#[inline]
fn in_years(value: i64, per_second: i64) -> bool {
    const FIRST: i64 = Timestamp::MIN.seconds();
    const LAST: i64 = Timestamp::MAX.seconds();
    value >= FIRST * per_second && value < (LAST + 1) * per_second
}

fn micros_of(text: &str, typing: Typing) -> i64 {
    if typing == Typing::Untyped
        && let Ok(seconds) = text.trim().parse::<i64>()
    {
        return seconds.checked_mul(1_000_000).unwrap_or(UNREADABLE);
    }
    Timestamp::parse(text).map_or(UNREADABLE, Timestamp::micros)
}
