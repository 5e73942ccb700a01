//! Feature values as Arrow columns: answers as record batches, and Parquet files of values.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow_array::builder::{
    BinaryBuilder, BooleanBuilder, Float32Builder, Float64Builder, Int32Builder, Int64Builder, ListBuilder,
    StringBuilder, TimestampMicrosecondBuilder,
};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use larder_core::value::write_json;
use larder_core::{Error, Result, Value, ValueRef, ValueType};
use larder_engine::OnlineResponse;
use parquet::arrow::ArrowWriter;

/// A named column of values for [`write_parquet`].
#[derive(Debug, Clone, PartialEq)]
pub struct ParquetColumn {
    /// The column's name.
    pub name: String,
    /// The type of its values.
    pub value_type: ValueType,
    /// One value per row; [`Value::Null`] for a null.
    pub values: Vec<Value>,
}

/// An answer as an Arrow record batch: one column per join key and feature, in the answer's order, one row per row asked for.
///
/// A value that is absent, null or expired is a null here; [`OnlineResponse::cell`] tells them apart. Types: integers, floats,
/// booleans, text and bytes as Arrow has them; `UNIX_TIMESTAMP` as microseconds UTC; lists and sets of those as lists;
/// decimals, UUIDs, JSON, zoned timestamps as text; maps, structs and nested collections as JSON text.
///
/// # Errors
/// `Corrupt` naming the column when a stored value is not of the declared type.
pub fn to_record_batch(response: &OnlineResponse) -> Result<RecordBatch> {
    let mut fields = Vec::new();
    let mut arrays = Vec::new();
    for (index, column) in response.columns().enumerate() {
        let values = (0..response.row_count())
            .map(|row| Value::decode(response.cell(index, row).value))
            .collect::<Result<Vec<_>>>()
            .map_err(|error| error.with("column", column.name))?;
        let array = array_of(column.name, column.value_type, &values)?;
        fields.push(Field::new(column.name, array.data_type().clone(), true));
        arrays.push(array);
    }
    let options = arrow_array::RecordBatchOptions::new().with_row_count(Some(response.row_count()));
    RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options)
        .map_err(|error| Error::internal("the columns do not fit together").with_source(error))
}

/// Writes columns of equal length to a new Parquet file (Snappy).
///
/// # Errors
/// `InvalidInput` for columns of unequal length or values of another type, and when the file cannot be written.
pub fn write_parquet(path: &Path, columns: &[ParquetColumn]) -> Result<()> {
    let mut fields = Vec::new();
    let mut arrays = Vec::new();
    for column in columns {
        let array = array_of(&column.name, column.value_type, &column.values)?;
        fields.push(Field::new(&column.name, array.data_type().clone(), true));
        arrays.push(array);
    }
    let failed = |error: Box<dyn std::error::Error + Send + Sync>| {
        Error::invalid_input("cannot write the Parquet file").with("file", path.display()).with_source(error)
    };
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).map_err(|error| failed(error.into()))?;
    let properties = parquet::file::properties::WriterProperties::builder()
        .set_compression(parquet::basic::Compression::SNAPPY)
        .build();
    let file = File::create(path).map_err(|error| failed(error.into()))?;
    let mut writer =
        ArrowWriter::try_new(file, batch.schema(), Some(properties)).map_err(|error| failed(error.into()))?;
    writer.write(&batch).map_err(|error| failed(error.into()))?;
    writer.close().map_err(|error| failed(error.into()))?;
    Ok(())
}

/// A list builder or a plain one, told by the value type.
fn array_of(name: &str, value_type: ValueType, values: &[Value]) -> Result<ArrayRef> {
    let element = value_type.element();
    match (element, Leaf::of(element.unwrap_or(value_type))) {
        (Some(_), Some(leaf)) => list(name, leaf, values),
        (None, Some(leaf)) => {
            let cells = values.iter().map(|value| (!value.is_null()).then_some(value));
            leaf.array(cells).map_err(|error| error.with("column", name))
        }
        (_, None) => Ok(json_text(values)),
    }
}

/// The Arrow types of scalars.
#[derive(Debug, Clone, Copy)]
enum Leaf {
    Int32,
    Int64,
    Float,
    Double,
    Bool,
    Timestamp,
    Text,
    Bytes,
}

impl Leaf {
    /// The leaf of a scalar type; `None` for what has no flat Arrow form.
    fn of(value_type: ValueType) -> Option<Self> {
        Some(match value_type {
            ValueType::Int32 => Self::Int32,
            ValueType::Int64 => Self::Int64,
            ValueType::Float => Self::Float,
            ValueType::Double => Self::Double,
            ValueType::Bool => Self::Bool,
            ValueType::UnixTimestamp => Self::Timestamp,
            ValueType::String | ValueType::Json | ValueType::Uuid | ValueType::TimeUuid | ValueType::Decimal => {
                Self::Text
            }
            ValueType::Bytes | ValueType::PdfBytes | ValueType::ImageBytes => Self::Bytes,
            _ => return None,
        })
    }

    fn data_type(self) -> DataType {
        match self {
            Self::Int32 => DataType::Int32,
            Self::Int64 => DataType::Int64,
            Self::Float => DataType::Float32,
            Self::Double => DataType::Float64,
            Self::Bool => DataType::Boolean,
            Self::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Self::Text => DataType::Utf8,
            Self::Bytes => DataType::Binary,
        }
    }

    fn array<'v>(self, cells: impl Iterator<Item = Option<&'v Value>>) -> Result<ArrayRef> {
        macro_rules! build {
            ($builder:expr, $($pattern:pat => $value:expr),+) => {{
                let mut builder = $builder;
                for cell in cells {
                    match cell {
                        None => builder.append_null(),
                        $(Some($pattern) => builder.append_value($value),)+
                        Some(other) => return Err(mismatch(self, other)),
                    }
                }
                Arc::new(builder.finish())
            }};
        }
        Ok(match self {
            Self::Int32 => build!(Int32Builder::new(), Value::Int32(x) => *x),
            Self::Int64 => build!(Int64Builder::new(), Value::Int64(x) => *x, Value::Int32(x) => i64::from(*x)),
            Self::Float => build!(Float32Builder::new(), Value::Float(x) => *x),
            Self::Double => build!(Float64Builder::new(), Value::Double(x) => *x, Value::Float(x) => f64::from(*x)),
            Self::Bool => build!(BooleanBuilder::new(), Value::Bool(x) => *x),
            Self::Timestamp => {
                build!(TimestampMicrosecondBuilder::new().with_timezone("UTC"), Value::UnixTimestamp(x) => x.saturating_mul(1_000_000))
            }
            Self::Text => build!(
                StringBuilder::new(),
                Value::String(x) | Value::Json(x) | Value::Uuid(x) | Value::TimeUuid(x) | Value::Decimal(x) => x
            ),
            Self::Bytes => build!(BinaryBuilder::new(), Value::Bytes(x) => x),
        })
    }
}

fn mismatch(leaf: Leaf, found: &Value) -> Error {
    Error::corrupt(format!(
        "a value is not of the declared type: expected {}, found {}",
        leaf.data_type(),
        type_name(found)
    ))
    .with_hint("materialize the view again after a change of type")
}

fn type_name(value: &Value) -> String {
    value.value_type().map_or_else(|| "NULL".to_owned(), |value_type| value_type.name().into_owned())
}

/// A column of lists: the elements as one flat array, and the offsets.
fn list(name: &str, leaf: Leaf, values: &[Value]) -> Result<ArrayRef> {
    let mut flat = Vec::new();
    let mut shape = ListBuilder::new(BooleanBuilder::new());
    for value in values {
        if value.is_null() {
            shape.append_null();
            continue;
        }
        let bytes = value.to_bytes();
        let ValueRef::Collection(collection) = ValueRef::decode(&bytes)? else {
            return Err(mismatch(leaf, value).with("column", name));
        };
        for element in collection.iter() {
            flat.push(element.to_owned());
            shape.values().append_value(true);
        }
        shape.append(true);
    }
    let (_, offsets, _, nulls) = shape.finish().into_parts();
    let elements = leaf.array(flat.iter().map(Some)).map_err(|error| error.with("column", name))?;
    let field = Arc::new(Field::new_list_field(leaf.data_type(), true));
    let list = arrow_array::ListArray::try_new(field, offsets, elements, nulls)
        .map_err(|error| Error::internal("the lists do not fit together").with_source(error))?;
    Ok(Arc::new(list))
}

fn json_text(values: &[Value]) -> ArrayRef {
    let mut builder = StringBuilder::new();
    for value in values {
        if value.is_null() {
            builder.append_null();
            continue;
        }
        let (bytes, mut text) = (value.to_bytes(), Vec::new());
        if let Ok(value) = ValueRef::decode(&bytes) {
            write_json(value, &mut text);
        }
        let text = String::from_utf8_lossy(&text);
        // Text types are the text itself; the quotes belong to JSON.
        let plain = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).filter(|text| !text.contains('\\'));
        builder.append_value(plain.unwrap_or(&text));
    }
    Arc::new(builder.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::cast::AsArray;
    use arrow_array::types::Int64Type;

    #[test]
    fn scalars_lists_and_maps_become_columns() {
        let int = array_of("a", ValueType::Int64, &[Value::Int64((1 << 53) + 1), Value::Null]).unwrap();
        assert_eq!((int.as_primitive::<Int64Type>().value(0), int.is_null(1)), ((1 << 53) + 1, true));
        let lists = [Value::Int64List(vec![1, 2]), Value::Null, Value::Int64List(vec![])];
        let list = array_of("l", ValueType::Int64List, &lists).unwrap();
        let list = list.as_list::<i32>();
        assert_eq!((list.value_length(0), arrow_array::Array::is_null(list, 1), list.value_length(2)), (2, true, 0));
        let map = Value::Map(vec![("k".into(), Value::Int64(1))]);
        let text = array_of("m", ValueType::Map, &[map, Value::Null]).unwrap();
        assert_eq!(text.as_string::<i32>().value(0), "{\"k\":1}");
        let zoned = Value::ZonedTimestamp { unix_timestamp: 1_700_000_000, zone: "America/Los_Angeles".into() };
        let text = array_of("z", ValueType::ZonedTimestamp, &[zoned]).unwrap();
        assert_eq!(text.as_string::<i32>().value(0), "2023-11-14T14:13:20-08:00");
    }

    #[test]
    fn a_value_of_another_type_is_told() {
        let error = array_of("a", ValueType::Int64, &[Value::String("x".into())]).unwrap_err().to_string();
        assert!(error.contains("column: a") && error.contains("Int64") && error.contains("STRING"), "{error}");
    }
}
