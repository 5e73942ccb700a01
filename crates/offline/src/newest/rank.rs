//! Which rows of a batch lie in the window, and when.

use arrow_array::RecordBatch;
use arrow_buffer::ScalarBuffer;
use larder_core::{Result, Timestamp};

use super::Window;
use super::table::NO_CREATED;
use crate::cell::Typing;
use crate::plan::{Columns, Times};
use crate::time::{Resolution, TimeProblem};

/// A row of a batch that lies in the window.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rank {
    pub(super) index: usize,
    pub(super) event: i64,
    pub(super) created: i64,
}

/// A row that no window can hold, and why.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unusable {
    pub(super) index: usize,
    pub(super) reason: &'static str,
}

/// The times of a batch, ready to be compared.
pub(super) struct Ranker {
    times: Times,
    events: Option<ScalarBuffer<i64>>,
    created: Option<ScalarBuffer<i64>>,
    rows: usize,
    resolution: Resolution,
    start: i64,
    end: i64,
    latest: i64,
}

impl Ranker {
    pub(super) fn bind(
        batch: &RecordBatch,
        columns: &Columns,
        typing: Typing,
        resolution: Resolution,
        window: Window,
    ) -> Result<Self> {
        let times = columns.times(batch, typing)?;
        Ok(Self {
            events: times.event.as_ref().map(|column| column.all_ticks(resolution)),
            created: times.created.as_ref().map(|column| column.all_ticks(resolution)),
            times,
            rows: batch.num_rows(),
            resolution,
            start: resolution.ticks(window.start.max(Timestamp::MIN)),
            end: resolution.ticks(window.end.min(Timestamp::MAX)),
            latest: resolution.ticks(window.latest),
        })
    }

    /// Calls `take` for every row in the window and every one without a usable time.
    #[inline]
    pub(super) fn each(&self, mut take: impl FnMut(Result<Rank, Unusable>)) {
        let nulls =
            |column: &Option<crate::time::TimeColumn>| column.as_ref().and_then(|column| column.nulls().cloned());
        let (event_nulls, created_nulls) = (nulls(&self.times.event), nulls(&self.times.created));
        // The largest number stands for what cannot be read, so it is in no range.
        let last = self.end.min(self.latest).min(i64::MAX - 1);
        let years = self.resolution.ticks(Timestamp::MIN)..=self.resolution.ticks(Timestamp::MAX).min(i64::MAX - 1);
        for index in 0..self.rows {
            let event = self.events.as_ref().map_or(self.start, |events| events[index]);
            let in_window = event >= self.start && event <= last;
            if !in_window || event_nulls.as_ref().is_some_and(|nulls| nulls.is_null(index)) {
                if let Some(reason) = self.problem(index) {
                    take(Err(Unusable { index, reason }));
                }
                continue;
            }
            // A created time that cannot be read only decides ties: it counts as missing.
            let created = match &self.created {
                Some(created) if !created_nulls.as_ref().is_some_and(|nulls| nulls.is_null(index)) => {
                    Some(created[index]).filter(|created| years.contains(created)).unwrap_or(NO_CREATED)
                }
                _ => NO_CREATED,
            };
            take(Ok(Rank { index, event, created }));
        }
    }

    /// Why a row is not in the window; `None` when it is merely earlier or later.
    fn problem(&self, index: usize) -> Option<&'static str> {
        match self.times.event.as_ref()?.ticks(index, self.resolution) {
            Ok(event) if event > self.latest => Some("event timestamp lies in the future"),
            Ok(_) => None,
            Err(problem) => Some(problem_text(problem)),
        }
    }
}

/// Why a time cannot be used, for people.
pub(crate) fn problem_text(problem: TimeProblem) -> &'static str {
    match problem {
        TimeProblem::Missing => "event timestamp is missing",
        TimeProblem::OutOfRange => "event timestamp is unreadable or outside the years 1 to 9999",
    }
}
