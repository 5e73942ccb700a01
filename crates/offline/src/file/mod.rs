//! One source file as a table: its columns, and its rows section by section.

mod csv;
mod parquet;

use std::ops::Range;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use larder_core::Result;
use larder_core::definition::FileFormat;

use crate::cell::Typing;
use crate::source::SourceFile;

/// An open file whose columns are known.
pub(crate) struct DataFile {
    pub(crate) name: String,
    kind: Kind,
}

enum Kind {
    Parquet(parquet::ParquetFile),
    Csv(csv::CsvFile),
}

/// A stretch of rows that can be read by itself: a row group, or a whole CSV file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Section {
    /// How many rows; `None` where only reading tells.
    pub(crate) rows: Option<u64>,
    /// Smallest and largest value of the column asked for, in the column's unit, when known and no value is missing.
    pub(crate) bounds: Option<(i64, i64)>,
}

/// Rows of a section: their numbers within it, and batches that hold just these rows, in this order.
pub(crate) struct Rows {
    pub(crate) numbers: Box<dyn Iterator<Item = u64> + Send>,
    pub(crate) batches: Box<dyn Iterator<Item = Result<RecordBatch>> + Send>,
}

impl DataFile {
    /// Opens a file and reads what it says about its columns.
    ///
    /// # Errors
    /// `Corrupt` when it isn't what its format says; those of [`SourceFile::open`].
    pub(crate) fn open(file: &SourceFile) -> Result<Self> {
        let input = file.open()?;
        let kind = match file.format {
            FileFormat::Csv => csv::CsvFile::open(input).map(Kind::Csv),
            FileFormat::Parquet | FileFormat::Delta => parquet::ParquetFile::open(input).map(Kind::Parquet),
        };
        Ok(Self { kind: kind.map_err(|error| error.with("file", &file.name))?, name: file.name.clone() })
    }

    /// The columns.
    pub(crate) fn schema(&self) -> &SchemaRef {
        match &self.kind {
            Kind::Parquet(file) => file.schema(),
            Kind::Csv(file) => file.schema(),
        }
    }

    /// Whether the columns have types.
    pub(crate) fn typing(&self) -> Typing {
        match &self.kind {
            Kind::Parquet(_) => Typing::Typed,
            Kind::Csv(_) => Typing::Untyped,
        }
    }

    /// The sections, in order; `column` is the one whose bounds are wanted.
    pub(crate) fn sections(&self, column: Option<usize>) -> Vec<Section> {
        match &self.kind {
            Kind::Parquet(file) => file.sections(column),
            Kind::Csv(_) => vec![Section { rows: None, bounds: None }],
        }
    }

    /// Reads columns (by index, ascending) of one section. Rows outside `wanted` may be left out.
    ///
    /// # Errors
    /// `Corrupt` when the file can't be read; so do the batches.
    pub(crate) fn read(
        &self,
        section: usize,
        columns: &[usize],
        batch_rows: usize,
        wanted: &[Range<u64>],
    ) -> Result<Rows> {
        let name = self.name.clone();
        let rows = match &self.kind {
            Kind::Parquet(file) => file.read(section, columns, batch_rows, wanted),
            Kind::Csv(file) => file.read(columns, batch_rows),
        };
        let mut rows = rows.map_err(|error| error.with("file", &name))?;
        rows.batches = Box::new(rows.batches.map(move |batch| batch.map_err(|error| error.with("file", &name))));
        Ok(rows)
    }
}
