use std::fmt;

use larder_core::Timestamp;

/// What is known about one value of an answer; names and numbers are those of `feast.serving.FieldStatus`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldStatus {
    /// 0: never answered.
    Invalid,
    /// 1: there is a value.
    Present,
    /// 2: a null was written.
    NullValue,
    /// 3: nothing was written for this entity, or its row lacks this feature.
    NotFound,
    /// 4: what was written is older than the view's ttl allows.
    OutsideMaxAge,
}

impl FieldStatus {
    /// The number in Feast's protos.
    #[must_use]
    pub const fn number(self) -> i32 {
        match self {
            Self::Invalid => 0,
            Self::Present => 1,
            Self::NullValue => 2,
            Self::NotFound => 3,
            Self::OutsideMaxAge => 4,
        }
    }

    /// Feast's word, e.g. `NOT_FOUND`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Invalid => "INVALID",
            Self::Present => "PRESENT",
            Self::NullValue => "NULL_VALUE",
            Self::NotFound => "NOT_FOUND",
            Self::OutsideMaxAge => "OUTSIDE_MAX_AGE",
        }
    }
}

impl fmt::Display for FieldStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How much a status says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Statuses {
    /// Absent, null and expired are told apart, and an expired value is not handed out.
    #[default]
    ToldApart,
    /// As Feast 0.67 answers: a stored null and an expired value are `PRESENT`, and the expired value is handed out.
    Feast,
}

/// One value of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell<'a> {
    /// The encoded value (see [`larder_core::Value`]); zero bytes when there is none.
    pub value: &'a [u8],
    /// What is known about it.
    pub status: FieldStatus,
    /// When the row was true; the epoch where there is no row, and for join keys.
    pub event_timestamp: Timestamp,
}
