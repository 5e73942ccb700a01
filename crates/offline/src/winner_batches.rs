//! The second step: the rows that won, read with their features and encoded as write batches.

use std::sync::Arc;

use larder_core::WriteBatchBuilder;
use larder_core::definition::FeatureView;
use larder_core::{Result, Timestamp, WriteBatch};

use crate::file::DataFile;
use crate::newest::{Newest, Source};
use crate::report::Rejections;
use crate::row::{At, RowEncoder};

/// Rows decoded at once: with all features a row is much wider than in the first step.
const BATCH_ROWS: usize = 4_096;

/// How large write batches get.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BatchLimits {
    pub(crate) rows: usize,
    pub(crate) bytes: usize,
}

/// Winning rows on their way to the store.
pub(crate) struct Winning {
    pub(crate) batch: WriteBatch,
    /// Where each pushed row came from: file and row.
    pub(crate) origins: Vec<(u32, u64)>,
    pub(crate) rejected: Rejections,
    /// How many winning rows this batch settles, the rejected ones included.
    pub(crate) settled: u64,
}

/// Reads the rows that won in the order of the source, and hands them over in batches until `send` answers `false`.
///
/// # Errors
/// Those of reading.
pub(crate) fn read(
    source: &Source,
    newest: &Newest,
    view: &Arc<FeatureView>,
    limits: BatchLimits,
    now: Timestamp,
    send: &mut dyn FnMut(Winning) -> bool,
) -> Result<()> {
    let mut pending = Pending::new(view, limits);
    for (file, ((source_file, columns), first_row)) in (0_u32..).zip(source.files.iter().zip(&newest.first_rows)) {
        let data = DataFile::open(source_file)?;
        let projected = columns.all();
        let columns = columns.within(&projected);
        let mut section_start = 0;
        for (index, section) in data.sections(None).into_iter().enumerate() {
            let start = first_row + section_start;
            let wanted = newest.winners.ranges(start..start + section.rows.unwrap_or(newest.rows_scanned - start));
            section_start += section.rows.unwrap_or(0);
            if wanted.is_empty() {
                continue;
            }
            let mut rows = data.read(index, &projected, BATCH_ROWS, &wanted)?;
            for batch in rows.batches {
                let batch = batch?;
                let mut encoder = RowEncoder::bind(&batch, &columns, view, data.typing(), now)
                    .map_err(|error| error.with("file", &data.name))?;
                for (index, number) in (0..batch.num_rows()).zip(&mut rows.numbers) {
                    let row = start + number;
                    if !newest.winners.contains(row) {
                        continue;
                    }
                    pending.push(&mut encoder, index, file, At { file: &data.name, row: row - first_row });
                    if pending.is_full() && !send(pending.take()) {
                        return Ok(());
                    }
                }
            }
        }
    }
    if pending.settled > 0 {
        send(pending.take());
    }
    Ok(())
}

/// The batch that is being filled.
struct Pending<'a> {
    view: &'a Arc<FeatureView>,
    limits: BatchLimits,
    rows: WriteBatchBuilder,
    origins: Vec<(u32, u64)>,
    rejected: Rejections,
    settled: u64,
}

impl<'a> Pending<'a> {
    fn new(view: &'a Arc<FeatureView>, limits: BatchLimits) -> Self {
        let rows = WriteBatch::builder(view.clone());
        Self { view, limits, rows, origins: Vec::new(), rejected: Rejections::default(), settled: 0 }
    }

    fn push(&mut self, encoder: &mut RowEncoder, index: usize, file: u32, at: At<'_>) {
        let before = self.rows.len();
        encoder.push(index, at, &mut self.rows, &mut self.rejected);
        if self.rows.len() > before {
            self.origins.push((file, at.row));
        }
        self.settled += 1;
    }

    fn is_full(&self) -> bool {
        self.settled >= self.limits.rows as u64 || self.rows.byte_len() >= self.limits.bytes
    }

    fn take(&mut self) -> Winning {
        let rows = std::mem::replace(&mut self.rows, WriteBatch::builder(self.view.clone()));
        Winning {
            batch: rows.finish(),
            origins: std::mem::take(&mut self.origins),
            rejected: std::mem::take(&mut self.rejected),
            settled: std::mem::take(&mut self.settled),
        }
    }
}
