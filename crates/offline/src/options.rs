//! How a materialization runs.

use std::path::PathBuf;
use std::time::Duration;

use larder_core::{Clock, Interval};

/// How a view is materialized.
#[derive(Debug, Clone)]
pub struct MaterializeOptions {
    /// What relative source paths are relative to.
    pub repo_path: PathBuf,
    /// Which event times count; both ends belong to it.
    pub window: Interval,
    /// Where "now" comes from.
    pub clock: Clock,
    /// Rows per write; 100,000 unless said otherwise. Larger writes are faster, since stores sort each by key.
    pub batch_rows: usize,
    /// Bytes per write: a batch ends when it holds this much; 16 MiB unless said otherwise.
    pub batch_bytes: usize,
    /// What the whole run may use, roughly; 256 MiB unless said otherwise. With less, the source is read more often. Each
    /// row of the source takes one bit in any case.
    pub memory_limit_bytes: usize,
    /// Where to keep how far the run came; a run that was killed then goes on there.
    pub checkpoint: Option<PathBuf>,
    /// What the rows are written to, e.g. the store's configuration: a checkpoint counts only for the same text.
    pub store_identity: String,
    /// Feast's `--disable-event-timestamp`: every row counts as true from now on, whatever its event time and the window.
    pub disable_event_timestamp: bool,
    /// Rows that claim to be true later than this from now are rejected: they would hide every real row until then.
    pub max_future_skew: Duration,
    /// How failed writes are tried again.
    pub retry: RetryPolicy,
}

impl MaterializeOptions {
    /// The usual options for a window of event time.
    #[must_use]
    pub fn new(repo_path: impl Into<PathBuf>, window: Interval) -> Self {
        Self {
            repo_path: repo_path.into(),
            window,
            clock: Clock::System,
            batch_rows: 100_000,
            batch_bytes: 16 << 20,
            memory_limit_bytes: 256 << 20,
            checkpoint: None,
            store_identity: String::new(),
            disable_event_timestamp: false,
            max_future_skew: Duration::from_secs(600),
            retry: RetryPolicy::default(),
        }
    }
}

/// How often, and for how long, a failed write is tried again when the store says that this can help.
#[derive(Debug, Clone, Copy)]
pub struct RetryPolicy {
    /// Attempts per batch, the first included.
    pub attempts: u32,
    /// The pause before the second attempt; it doubles after each.
    pub first_pause: Duration,
    /// All pauses of a run together.
    pub budget: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { attempts: 6, first_pause: Duration::from_millis(200), budget: Duration::from_secs(60) }
    }
}
