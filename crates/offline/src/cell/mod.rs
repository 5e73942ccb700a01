//! Arrow cells to Feast values: one function per column, chosen once by the column's type, called per row.
//!
//! The table of conversions is Feast 0.67's as observed (`feast materialize`), without its losses: integers stay integers
//! beside nulls, a null timestamp is a null and not -2^63, Arrow maps can be read, and what cannot be converted
//! rejects its row instead of failing the view. A column whose type can never fit is refused before anything is written.
//!
//! Nulls inside a list take Feast's stand-ins: 0, NaN, `false`, `""`, `b""`, -2^63 for timestamps, `null` for JSON; in
//! lists of UUIDs, decimals, maps and structs, where no stand-in is readable, they reject the row.

mod collection;
mod nested;
mod scalar;

use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use larder_core::value::wire;
use larder_core::{Error, Result, ValueType};

/// Appends the value of one row as a `feast.types.Value` message; nothing for a null.
pub(crate) type Cell = Box<dyn Fn(usize, &mut Vec<u8>) -> Result<()> + Send>;

/// Whether a file says what its columns are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Typing {
    /// Columns have types (Parquet): text is text.
    Typed,
    /// Everything is text (CSV), to be read as what the view declares.
    Untyped,
}

/// The function that encodes a column as values of `value_type`.
///
/// # Errors
/// `InvalidInput` naming both types when no cell of such a column could be converted.
pub(crate) fn bind(array: &ArrayRef, value_type: ValueType, typing: Typing) -> Result<Cell> {
    let bound = match value_type {
        _ if *array.data_type() == DataType::Null => Some(boxed(|_, _| Ok(()))),
        ValueType::Map | ValueType::Struct | ValueType::ScalarMap | ValueType::Invalid => {
            nested::bind(array, value_type)
        }
        _ if value_type.is_list() || value_type.is_set() => collection::bind(array, value_type, typing),
        _ => scalar::bind(array, value_type, Framing::Value(field_number(value_type)), typing),
    };
    let Some(cell) = bound else {
        let found = array.data_type();
        return Err(Error::invalid_input(format!("a column of type {found} cannot hold {value_type} values"))
            .with_hint(format!("change the feature's type, or write the column as {}", expected(value_type))));
    };
    Ok(match array.nulls().cloned() {
        None => cell,
        Some(nulls) => boxed(move |row, out| if nulls.is_null(row) { Ok(()) } else { cell(row, out) }),
    })
}

fn boxed(cell: impl Fn(usize, &mut Vec<u8>) -> Result<()> + Send + 'static) -> Cell {
    Box::new(cell)
}

/// The number of the oneof member that holds values of this type.
fn field_number(value_type: ValueType) -> u32 {
    match value_type {
        ValueType::PdfBytes | ValueType::ImageBytes => ValueType::Bytes.number().unsigned_abs(),
        other => other.number().unsigned_abs(),
    }
}

/// The Arrow type that suits a value type best.
fn expected(value_type: ValueType) -> &'static str {
    match value_type {
        ValueType::Int32 | ValueType::Int64 => "int64",
        ValueType::Float | ValueType::Double => "double",
        ValueType::Bool => "bool",
        ValueType::String | ValueType::Uuid | ValueType::TimeUuid | ValueType::Json => "string",
        ValueType::Bytes | ValueType::PdfBytes | ValueType::ImageBytes => "binary",
        ValueType::UnixTimestamp | ValueType::ZonedTimestamp => "timestamp",
        ValueType::Decimal => "decimal or string",
        ValueType::Map | ValueType::Struct => "struct, map or a string holding a JSON object",
        _ if value_type.is_list() || value_type.is_set() => "a list of the element's type",
        _ => "the type that the view declares",
    }
}

/// Where a scalar is written: as a whole `Value`, or as one element of a list.
#[derive(Debug, Clone, Copy)]
enum Framing {
    /// A `Value` message with this field.
    Value(u32),
    /// A number among packed numbers.
    Packed,
    /// A text, bytes or message: field 1 of the list, once per element.
    Repeated,
}

impl Framing {
    #[allow(clippy::cast_sign_loss)] // two's complement is the wire format
    fn int(self, out: &mut Vec<u8>, value: i64) {
        match self {
            Self::Value(number) => wire::put_integer(out, number, value),
            Self::Packed | Self::Repeated => wire::put_varint(out, value as u64),
        }
    }

    fn float(self, out: &mut Vec<u8>, value: f32) {
        match self {
            // A NaN cell is a null, as in Feast, where both reach it as NaN; inside a list it stays.
            Self::Value(_) if value.is_nan() => {}
            Self::Value(_) => wire::put_float(out, value),
            Self::Packed | Self::Repeated => out.extend_from_slice(&value.to_le_bytes()),
        }
    }

    fn double(self, out: &mut Vec<u8>, value: f64) {
        match self {
            Self::Value(_) if value.is_nan() => {}
            Self::Value(_) => wire::put_double(out, value),
            Self::Packed | Self::Repeated => out.extend_from_slice(&value.to_le_bytes()),
        }
    }

    fn bytes(self, out: &mut Vec<u8>, value: &[u8]) {
        match self {
            Self::Value(number) => wire::put_field(out, number, value),
            Self::Packed | Self::Repeated => wire::put_field(out, 1, value),
        }
    }
}

/// [`wire::put_message`] for a body that can fail; `out` then holds a part of it.
fn try_message(out: &mut Vec<u8>, number: u32, body: impl FnOnce(&mut Vec<u8>) -> Result<()>) -> Result<()> {
    let mut result = Ok(());
    wire::put_message(out, number, |out| result = body(out));
    result
}
