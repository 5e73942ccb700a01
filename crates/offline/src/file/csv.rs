//! CSV files: a header line, then rows of text. An empty field is a null.

use std::sync::Arc;

use ::csv::{ByteRecord, Reader, ReaderBuilder};
use arrow_array::builder::StringBuilder;
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use larder_core::{Error, Result};
use parquet::file::reader::ChunkReader as _;

use super::Rows;
use crate::source::Input;

/// No field may be longer: a missing quote would else swallow the file into memory.
const MAX_BATCH_BYTES: usize = 16 << 20;

pub(super) struct CsvFile {
    input: Input,
    schema: SchemaRef,
}

impl CsvFile {
    pub(super) fn open(input: Input) -> Result<Self> {
        let mut reader = reader(&input)?;
        let header = reader.headers().map_err(corrupt)?;
        if header.iter().all(|name| name.trim().is_empty()) {
            return Err(
                Error::corrupt("the CSV file has no header line").with_hint("name the columns in the first line")
            );
        }
        let fields: Vec<Field> = header.iter().map(|name| Field::new(name.trim(), DataType::Utf8, true)).collect();
        Ok(Self { input, schema: Arc::new(Schema::new(fields)) })
    }

    pub(super) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    pub(super) fn read(&self, columns: &[usize], batch_rows: usize) -> Result<Rows> {
        let batches = Batches {
            reader: reader(&self.input)?,
            schema: Arc::new(
                self.schema.project(columns).map_err(|e| Error::internal("a column is gone").with_source(e))?,
            ),
            columns: columns.to_vec(),
            batch_rows,
        };
        Ok(Rows { numbers: Box::new(0..u64::MAX), batches: Box::new(batches) })
    }
}

type Source = Box<dyn std::io::Read + Send>;

fn reader(input: &Input) -> Result<Reader<Source>> {
    let source = input.get_read(0).map_err(|error| Error::corrupt("the CSV file cannot be read").with_source(error))?;
    Ok(ReaderBuilder::new().from_reader(source))
}

struct Batches {
    reader: Reader<Source>,
    schema: SchemaRef,
    columns: Vec<usize>,
    batch_rows: usize,
}

impl Iterator for Batches {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        self.batch().transpose()
    }
}

impl Batches {
    fn batch(&mut self) -> Result<Option<RecordBatch>> {
        let mut builders: Vec<StringBuilder> = self.columns.iter().map(|_| StringBuilder::new()).collect();
        let mut record = ByteRecord::new();
        let (mut rows, mut bytes) = (0, 0);
        while rows < self.batch_rows
            && bytes < MAX_BATCH_BYTES
            && self.reader.read_byte_record(&mut record).map_err(corrupt)?
        {
            for (builder, column) in builders.iter_mut().zip(&self.columns) {
                match &record[*column] {
                    b"" => builder.append_null(),
                    field => builder.append_value(std::str::from_utf8(field).map_err(|error| {
                        let line = record.position().map_or(0, ::csv::Position::line);
                        Error::corrupt("the CSV file is not UTF-8").with("line", line).with_source(error)
                    })?),
                }
            }
            rows += 1;
            bytes += record.as_slice().len();
        }
        if rows == 0 {
            return Ok(None);
        }
        let arrays: Vec<ArrayRef> = builders.iter_mut().map(|builder| Arc::new(builder.finish()) as ArrayRef).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        RecordBatch::try_new_with_options(self.schema.clone(), arrays, &options)
            .map(Some)
            .map_err(|error| Error::internal("a batch of CSV rows does not fit together").with_source(error))
    }
}

/// The parser's message names the line.
fn corrupt(error: ::csv::Error) -> Error {
    Error::corrupt("the CSV file cannot be read")
        .with_source(error)
        .with_hint("every line needs as many fields as the header")
}
