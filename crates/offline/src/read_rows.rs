//! Every row of a file as write batches, for pushes and direct writes.

use std::path::Path;
use std::sync::Arc;

use larder_core::definition::{FeatureView, FileFormat};
use larder_core::{Error, Result, Timestamp, WriteBatch};

use crate::file::{DataFile, Rows};
use crate::plan::{Columns, Names};
use crate::report::Rejections;
use crate::row::{At, RowEncoder};
use crate::source;

const BATCH_ROWS: usize = 10_000;

/// Some rows of a file, reduced to the newest per key among them.
#[derive(Debug)]
pub struct RowBatch {
    /// The rows.
    pub batch: WriteBatch,
    /// The rows that could not be used.
    pub rejected: Rejections,
}

/// Reads all rows of Parquet or CSV files for a view, in the order of the files, ten thousand at a time.
///
/// `path` is a file, a folder, a glob or an `s3://` URL, relative to `repo_path`. Column names and the field mapping are
/// those of the view's batch source (or its stream source). Blocks; `s3://` needs a Tokio runtime around it, e.g. in
/// `spawn_blocking`.
///
/// # Errors
/// `NotFound` when there is no such file; `Corrupt` when one is damaged; `InvalidInput` naming the column that is missing
/// or has a type that never fits. Rows that don't fit are rejected one by one, in [`RowBatch::rejected`].
pub fn read_rows(
    view: &Arc<FeatureView>,
    path: &str,
    repo_path: &Path,
) -> Result<impl Iterator<Item = Result<RowBatch>> + use<>> {
    let described = view.batch_source.as_ref().or(view.stream_source.as_ref());
    let described = described.map(|source| source.batch().unwrap_or(source)).ok_or_else(|| {
        Error::invalid_input(format!("feature view `{}` has no source that names its timestamp column", view.name))
    })?;
    let names = Names::of(view, described, false);
    let format = if path.to_ascii_lowercase().ends_with(".csv") { FileFormat::Csv } else { FileFormat::Parquet };
    let files = source::list_path(path, format, "", repo_path)?;
    let opened = files.iter().map(|file| {
        let data = DataFile::open(file)?;
        let columns = Columns::find(&names, view, &data)?;
        Ok((data, columns))
    });
    let opened: Vec<(DataFile, Columns)> = opened.collect::<Result<_>>()?;
    let view = view.clone();
    Ok(opened.into_iter().flat_map(move |(data, columns)| FileRows::new(view.clone(), data, &columns)))
}

/// The rows of one file.
struct FileRows {
    view: Arc<FeatureView>,
    data: DataFile,
    projected: Vec<usize>,
    columns: Columns,
    sections: std::ops::Range<usize>,
    rows: Option<Rows>,
    row: u64,
}

impl FileRows {
    fn new(view: Arc<FeatureView>, data: DataFile, columns: &Columns) -> Self {
        let projected = columns.all();
        let sections = 0..data.sections(None).len();
        Self { view, columns: columns.within(&projected), data, projected, sections, rows: None, row: 0 }
    }

    fn batch(&mut self) -> Result<Option<RowBatch>> {
        loop {
            let next = self.rows.as_mut().and_then(|rows| rows.batches.next()).transpose()?;
            if let Some(batch) = next {
                let typing = self.data.typing();
                let mut encoder = RowEncoder::bind(&batch, &self.columns, &self.view, typing, Timestamp::EPOCH)?;
                let mut rows = WriteBatch::builder(self.view.clone());
                let mut rejected = Rejections::default();
                for index in 0..batch.num_rows() {
                    encoder.push(index, At { file: &self.data.name, row: self.row }, &mut rows, &mut rejected);
                    self.row += 1;
                }
                return Ok(Some(RowBatch { batch: rows.finish(), rejected }));
            }
            let Some(section) = self.sections.next() else { return Ok(None) };
            let everything = 0..u64::MAX;
            self.rows =
                Some(self.data.read(section, &self.projected, BATCH_ROWS, std::slice::from_ref(&everything))?);
        }
    }
}

impl Iterator for FileRows {
    type Item = Result<RowBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        let batch = self.batch().transpose();
        if let Some(Err(_)) = batch {
            (self.sections, self.rows) = (0..0, None);
        }
        batch
    }
}
