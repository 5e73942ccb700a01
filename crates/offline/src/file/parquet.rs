//! Parquet files, read row group by row group.

use std::ops::Range;
use std::sync::Arc;

use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder, RowSelection,
};
use ::parquet::errors::ParquetError;
use ::parquet::file::reader::Length;
use ::parquet::file::statistics::Statistics;
use arrow_schema::{ArrowError, DataType, Field, FieldRef, Schema, SchemaRef};
use larder_core::{Error, Result};

use super::{Rows, Section};
use crate::source::Input;

pub(super) struct ParquetFile {
    input: Input,
    metadata: ArrowReaderMetadata,
}

impl ParquetFile {
    pub(super) fn open(input: Input) -> Result<Self> {
        if input.len() == 0 {
            return Err(Error::corrupt("the Parquet file is empty (0 bytes)").with_hint("write it again"));
        }
        let metadata = ArrowReaderMetadata::load(&input, ArrowReaderOptions::new()).map_err(corrupt)?;
        let schema = Arc::new(Schema::new_with_metadata(
            metadata.schema().fields().iter().map(plain_field).collect::<Vec<_>>(),
            metadata.schema().metadata().clone(),
        ));
        // The plain types need fewer cases later; where the reader doesn't take them the file's own stay.
        let plain =
            ArrowReaderMetadata::try_new(metadata.metadata().clone(), ArrowReaderOptions::new().with_schema(schema));
        Ok(Self { input, metadata: plain.unwrap_or(metadata) })
    }

    pub(super) fn schema(&self) -> &SchemaRef {
        self.metadata.schema()
    }

    pub(super) fn sections(&self, column: Option<usize>) -> Vec<Section> {
        let metadata = self.metadata.metadata();
        let leaf = column.and_then(|column| {
            let descriptor = metadata.file_metadata().schema_descr();
            (0..descriptor.num_columns()).find(|leaf| descriptor.get_column_root_idx(*leaf) == column)
        });
        let row_groups = metadata.row_groups().iter();
        row_groups
            .map(|group| Section {
                rows: Some(u64::try_from(group.num_rows()).unwrap_or(0)),
                bounds: leaf.and_then(|leaf| bounds(group.column(leaf).statistics()?)),
            })
            .collect()
    }

    pub(super) fn read(
        &self,
        section: usize,
        columns: &[usize],
        batch_rows: usize,
        wanted: &[Range<u64>],
    ) -> Result<Rows> {
        let total = self.metadata.metadata().row_group(section).num_rows();
        let total = usize::try_from(total).map_err(|_| Error::corrupt("a row group has a negative number of rows"))?;
        let mask = ProjectionMask::roots(self.metadata.parquet_schema(), columns.iter().copied());
        let mut builder = ParquetRecordBatchReaderBuilder::new_with_metadata(self.input.clone(), self.metadata.clone())
            .with_row_groups(vec![section])
            .with_projection(mask)
            .with_batch_size(batch_rows);
        let everything = matches!(wanted, [only] if only.start == 0 && only.end >= total as u64);
        if !everything {
            let bound = |at: u64| usize::try_from(at).unwrap_or(total).min(total);
            let ranges = wanted.iter().map(|range| bound(range.start)..bound(range.end));
            builder = builder.with_row_selection(RowSelection::from_consecutive_ranges(ranges, total));
        }
        let reader = builder.build().map_err(corrupt)?;
        let numbers: Vec<Range<u64>> = wanted.to_vec();
        Ok(Rows {
            numbers: Box::new(numbers.into_iter().flatten()),
            batches: Box::new(reader.map(|batch| batch.map_err(corrupt_arrow))),
        })
    }
}

/// Statistics of a column of integers without nulls.
fn bounds(statistics: &Statistics) -> Option<(i64, i64)> {
    if statistics.null_count_opt() != Some(0) {
        return None;
    }
    match statistics {
        Statistics::Int64(values) => Some((*values.min_opt()?, *values.max_opt()?)),
        Statistics::Int32(values) => Some(((*values.min_opt()?).into(), (*values.max_opt()?).into())),
        _ => None,
    }
}

fn plain_field(field: &FieldRef) -> FieldRef {
    Arc::new(Field::clone(field).with_data_type(plain_type(field.data_type())))
}

/// The simplest type that holds the same values: no dictionaries, views, or lists of other sizes.
fn plain_type(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Dictionary(_, values) => plain_type(values),
        DataType::LargeUtf8 | DataType::Utf8View => DataType::Utf8,
        DataType::LargeBinary | DataType::BinaryView => DataType::Binary,
        DataType::List(element) | DataType::LargeList(element) | DataType::FixedSizeList(element, _) => {
            DataType::List(plain_field(element))
        }
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(plain_field).collect()),
        DataType::Map(entries, sorted) => DataType::Map(plain_field(entries), *sorted),
        other => other.clone(),
    }
}

fn corrupt(error: ParquetError) -> Error {
    Error::corrupt("the Parquet file cannot be read")
        .with_source(error)
        .with_hint("it is damaged or was not written completely: write it again")
}

fn corrupt_arrow(error: ArrowError) -> Error {
    Error::corrupt("the Parquet file cannot be read")
        .with_source(error)
        .with_hint("it is damaged or was not written completely: write it again")
}
