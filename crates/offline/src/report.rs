//! What a materialization did, row by row.

use std::collections::BTreeMap;
use std::time::Duration;

/// How many rejected rows a report shows.
const EXAMPLES: usize = 20;
/// How many different reasons a report counts; the rest is counted together.
const REASONS: usize = 50;

/// What became of the rows of a source.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct MaterializeReport {
    /// Rows of the source, whether they were in the window or not.
    pub rows_scanned: u64,
    /// Rows whose event time lies in the window.
    pub rows_in_window: u64,
    /// Distinct entity keys in the window: how many rows had to be written.
    pub keys: u64,
    /// Rows that the store applied, those of an interrupted run included.
    pub written: u64,
    /// Rows that the store left out because it holds a newer one.
    pub stale: u64,
    /// Rows that could not be used or written.
    pub rejected: Rejections,
    /// Rows that an interrupted run had dealt with before; the source was read again, but not they.
    pub resumed: u64,
    /// How often the source was read to find the newest rows: more than once when memory was short.
    pub passes: u32,
    /// How long it took.
    pub elapsed: Duration,
    /// What the caller should know, e.g. that a checkpoint was ignored.
    pub notes: Vec<String>,
}

/// Rows that were left out, and why.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rejections {
    /// How many.
    pub count: u64,
    /// How many per reason.
    pub reasons: BTreeMap<String, u64>,
    /// The first twenty.
    pub examples: Vec<Rejection>,
}

/// A row that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// The file.
    pub file: String,
    /// The row in the file, counted from 1; in a CSV file the header is not counted.
    pub row: u64,
    /// Why, in detail.
    pub reason: String,
}

impl Rejections {
    /// Counts a row; `class` is the reason without details of the row, `reason` makes the full text for an example.
    pub(crate) fn add(&mut self, class: &str, file: &str, row: u64, reason: impl FnOnce() -> String) {
        self.count += 1;
        let known = self.reasons.contains_key(class) || self.reasons.len() < REASONS;
        let class = if known { class } else { "other reasons" };
        *self.reasons.entry(class.to_owned()).or_default() += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push(Rejection { file: file.to_owned(), row: row + 1, reason: reason() });
        }
    }

    /// Adds what another part of the work left out.
    pub fn append(&mut self, other: Self) {
        self.count += other.count;
        for (reason, count) in other.reasons {
            *self.reasons.entry(reason).or_default() += count;
        }
        self.examples.extend(other.examples);
        self.examples.truncate(EXAMPLES);
    }
}
