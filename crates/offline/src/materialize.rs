//! From the files of a view's source into its store.

use std::sync::Arc;
use std::time::{Duration, Instant};

use larder_core::definition::FeatureView;
use larder_core::{DataSource, Error, OnlineStore, Result, RetryHint, RowOutcome, WriteBatch, WriteReport};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::checkpoint::{Checkpoint, fingerprint};
use crate::newest::{self, Source, Window};
use crate::options::{MaterializeOptions, RetryPolicy};
use crate::plan::Names;
use crate::progress::{Advance, Phase, Progress};
use crate::report::MaterializeReport;
use crate::source;
use crate::winner_batches::{self, BatchLimits, Winning};

/// Batches that are ready while another is being written.
const BATCHES_AHEAD: usize = 2;
/// How many rows are scanned between two words to the listener.
const ROWS_PER_ADVANCE: u64 = 1 << 18;

/// Writes the newest row of every entity key in a window of event time from the view's source to the store.
///
/// Of the rows with `start <= event timestamp <= end`, the latest per key wins; between equals the later created
/// timestamp (a missing one is earliest), then the later row of the source. Times are compared as exactly as the source
/// has them and stored in microseconds. Rows that cannot be used or converted are rejected one by one and reported;
/// the rest is written. Memory stays bounded by [`MaterializeOptions::memory_limit_bytes`] whatever the source's size.
///
/// Dropping the future stops the run: whole batches are written or not. With a checkpoint, the next run goes on there.
/// Needs a Tokio runtime with a timer. Source: `feast/infra/compute_engines/local` (`LocalDedupNode`).
///
/// # Errors
/// Before anything is written: `NotFound` for a missing source, `Corrupt` for a damaged file, `InvalidInput` for a missing
/// column or one whose type never fits. While writing: the store's error after the retries, with the rows written so
/// far; what was written stays.
pub async fn materialize(
    view: &Arc<FeatureView>,
    store: &Arc<dyn OnlineStore>,
    options: &MaterializeOptions,
    progress: &dyn Progress,
) -> Result<MaterializeReport> {
    let started = Instant::now();
    let source = view.materialization_source()?.clone();
    let (sender, mut receiver) = channel(BATCHES_AHEAD);
    let job = Job { view: view.clone(), source, options: options.clone(), sender };
    let reading = tokio::task::spawn_blocking(move || job.run());
    let mut writing = Writing {
        store: store.as_ref(),
        retry: options.retry,
        paused: Duration::ZERO,
        report: MaterializeReport::default(),
        files: Vec::new(),
        checkpoint: None,
        settled: 0,
    };
    writing.follow(&mut receiver, progress).await?;
    reading.await.map_err(|error| Error::internal("the reading thread broke off").with_source(error))??;
    if let Some(checkpoint) = writing.checkpoint {
        checkpoint.remove();
    }
    Ok(MaterializeReport { elapsed: started.elapsed(), ..writing.report })
}

/// What the reading thread says.
enum Event {
    Advance(Advance),
    /// The newest rows are known; batches follow.
    Found {
        report: MaterializeReport,
        files: Vec<String>,
        checkpoint: Option<Checkpoint>,
    },
    Rows(Winning),
}

/// The part that reads: blocking, in a thread of its own.
struct Job {
    view: Arc<FeatureView>,
    source: DataSource,
    options: MaterializeOptions,
    sender: Sender<Event>,
}

impl Job {
    fn run(self) -> Result<()> {
        let Self { view, options, sender, .. } = &self;
        let names = Names::of(view, &self.source, options.disable_event_timestamp);
        if self.source.timestamp_field.is_empty() && !options.disable_event_timestamp {
            return Err(Error::invalid_input(format!("source `{}` names no timestamp field", self.source.name))
                .with_hint("set timestamp_field to the column that holds the event time"));
        }
        let source = Source::check(source::list(&self.source, &options.repo_path)?, &names, view)?;
        let now = options.clock.now();
        let window =
            Window { start: options.window.start, end: options.window.end, latest: now.plus(options.max_future_skew) };
        let mut next = 0;
        let mut newest = newest::find(&source, view, window, options.memory_limit_bytes, &mut |rows| {
            if rows < next && rows + ROWS_PER_ADVANCE > next {
                return !sender.is_closed();
            }
            next = rows + ROWS_PER_ADVANCE;
            let advance = Advance { phase: Phase::Scanning, rows, total_rows: source.total_rows };
            sender.blocking_send(Event::Advance(advance)).is_ok()
        })?;
        let mut report = MaterializeReport {
            rows_scanned: newest.rows_scanned,
            rows_in_window: newest.rows_in_window,
            keys: newest.winners.count(),
            rejected: std::mem::take(&mut newest.rejected),
            passes: newest.passes,
            ..MaterializeReport::default()
        };
        let checkpoint = options.checkpoint.as_ref().map(|path| {
            let fingerprint = fingerprint(view, options, &source);
            let (checkpoint, note) = Checkpoint::open(path, fingerprint);
            report.notes.extend(note);
            let done = checkpoint.state();
            newest.winners.remove_first(done.settled);
            (report.resumed, report.written, report.stale) = (done.settled, done.written, done.stale);
            checkpoint
        });
        let files = source.files.iter().map(|(file, _)| file.name.clone()).collect();
        if sender.blocking_send(Event::Found { report, files, checkpoint }).is_err() {
            return Ok(());
        }
        let limits = BatchLimits { rows: options.batch_rows.max(1), bytes: options.batch_bytes };
        winner_batches::read(&source, &newest, view, limits, now, &mut |winning| {
            sender.blocking_send(Event::Rows(winning)).is_ok()
        })
    }
}

/// The part that writes.
struct Writing<'a> {
    store: &'a dyn OnlineStore,
    retry: RetryPolicy,
    /// How long retries have waited already.
    paused: Duration,
    report: MaterializeReport,
    files: Vec<String>,
    checkpoint: Option<Checkpoint>,
    /// Winning rows dealt with, those of an interrupted run included.
    settled: u64,
}

impl Writing<'_> {
    async fn follow(&mut self, events: &mut Receiver<Event>, progress: &dyn Progress) -> Result<()> {
        while let Some(event) = events.recv().await {
            match event {
                Event::Advance(advance) => progress.advance(advance),
                Event::Found { report, files, checkpoint } => {
                    self.settled = report.resumed;
                    (self.report, self.files, self.checkpoint) = (report, files, checkpoint);
                }
                Event::Rows(winning) => self.settle(winning).await.map_err(|error| self.explain(error))?,
            }
            if self.report.keys > 0 {
                let total_rows = Some(self.report.keys);
                progress.advance(Advance { phase: Phase::Writing, rows: self.settled, total_rows });
            }
        }
        Ok(())
    }

    /// Writes a batch and takes note of what became of its rows.
    async fn settle(&mut self, winning: Winning) -> Result<()> {
        let Winning { batch, origins, rejected, settled } = winning;
        self.report.rejected.append(rejected);
        if !batch.is_empty() {
            let outcome = self.write(&batch).await?;
            self.report.written += outcome.written() as u64;
            self.report.stale += outcome.stale() as u64;
            for (index, error) in outcome.failures() {
                let (file, row) = origins.get(batch.row(index).position()).copied().unwrap_or_default();
                let file = self.files.get(file as usize).map_or("", String::as_str);
                self.report.rejected.add(error.message(), file, row, || error.to_string());
            }
        }
        self.settled += settled;
        match &mut self.checkpoint {
            Some(checkpoint) => checkpoint.save(self.settled, self.report.written, self.report.stale),
            None => Ok(()),
        }
    }

    async fn write(&mut self, batch: &WriteBatch) -> Result<WriteReport> {
        let mut pause = self.retry.first_pause;
        let mut attempt = 1;
        loop {
            let error = match self.store.online_write_batch(batch).await {
                Ok(report) if report.outcomes.len() != batch.len() => {
                    return Err(Error::internal("the store reported on another number of rows than it was given"));
                }
                Ok(report) => match passing_failure(report) {
                    Ok(report) => return Ok(report),
                    Err(error) => error,
                },
                Err(error) => error,
            };
            let wait = match error.retry() {
                RetryHint::Never => return Err(error),
                RetryHint::Soon => pause,
                RetryHint::After(least) => pause.max(least),
            };
            if attempt >= self.retry.attempts || self.paused + wait > self.retry.budget {
                return Err(error.with("attempts", attempt));
            }
            tokio::time::sleep(wait).await;
            self.paused += wait;
            pause = pause.saturating_mul(2);
            attempt += 1;
        }
    }

    fn explain(&self, error: Error) -> Error {
        let error = error.with("rows written before", self.report.written);
        match &self.checkpoint {
            Some(_) if error.hint().is_none() => {
                error.with_hint("run it again: it goes on after the last written batch")
            }
            _ => error,
        }
    }
}

/// The error of a row that another attempt may write; writing rows twice does no harm.
fn passing_failure(report: WriteReport) -> Result<WriteReport> {
    let passing =
        |outcome: &RowOutcome| matches!(outcome, RowOutcome::Failed(error) if error.retry() != RetryHint::Never);
    match report.outcomes.iter().position(passing) {
        None => Ok(report),
        Some(index) => match report.outcomes.into_iter().nth(index) {
            Some(RowOutcome::Failed(error)) => Err(error),
            _ => Err(Error::internal("a row's outcome went missing")),
        },
    }
}
