//! Columns of plain values.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, ArrowTimestampType, Date32Type, Date64Type, Decimal128Type, Decimal256Type, Float16Type,
    Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type,
    UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, TimeUnit};
use larder_core::value::write_float;
use larder_core::{Error, Result, Timestamp, Value, ValueType};
use serde_json::Value as Json;

use super::{Cell, Framing, Typing, boxed, nested};

/// The function that encodes a column as scalars; `None` when the types never fit. Nulls are the caller's business.
pub(super) fn bind(array: &ArrayRef, value_type: ValueType, framing: Framing, typing: Typing) -> Option<Cell> {
    if *array.data_type() == DataType::Utf8 {
        return text(array, value_type, framing, typing);
    }
    match value_type {
        ValueType::Int32 => whole(array, move |v, out| {
            i32::try_from(v).map(|v| framing.int(out, i64::from(v))).map_err(|_| out_of_range(v, value_type))
        }),
        ValueType::Int64 => whole(array, move |v, out| {
            i64::try_from(v).map(|v| framing.int(out, v)).map_err(|_| out_of_range(v, value_type))
        }),
        ValueType::Bool => integers(array, move |v, out| match v {
            0 | 1 => {
                framing.int(out, i64::from(v == 1));
                Ok(())
            }
            other => Err(Error::invalid_input(format!("{other} is no BOOL: expected 0 or 1"))),
        }),
        ValueType::Float if *array.data_type() == DataType::Float32 => {
            primitive::<Float32Type>(array, move |v, out| {
                framing.float(out, v);
                Ok(())
            })
        }
        ValueType::Float => real(array, move |v, out| narrow(v).map(|v| framing.float(out, v))),
        ValueType::Double => real(array, move |v, out| {
            framing.double(out, v);
            Ok(())
        }),
        ValueType::String => printed(array, framing),
        ValueType::Bytes | ValueType::PdfBytes | ValueType::ImageBytes => binary(array, framing),
        ValueType::UnixTimestamp => seconds(array, move |seconds, out| {
            framing.int(out, seconds);
            Ok(())
        })
        .or_else(|| whole_seconds(array, framing)),
        ValueType::ZonedTimestamp => zoned(array),
        ValueType::Uuid | ValueType::TimeUuid => uuid_bytes(array, framing),
        ValueType::Decimal => decimals(array, framing),
        ValueType::Json => dumped(array, framing),
        _ => None,
    }
}

fn out_of_range(value: i128, value_type: ValueType) -> Error {
    Error::invalid_input(format!("{value} is out of the range of {value_type}"))
}

/// A function over the values of a primitive column.
fn primitive<T: ArrowPrimitiveType>(
    array: &ArrayRef,
    put: impl Fn(T::Native, &mut Vec<u8>) -> Result<()> + Send + 'static,
) -> Option<Cell> {
    let values = array.as_primitive_opt::<T>()?.values().clone();
    Some(boxed(move |row, out| put(values[row], out)))
}

/// A function over the values of a column of integers or booleans.
fn integers(array: &ArrayRef, put: impl Fn(i128, &mut Vec<u8>) -> Result<()> + Send + 'static) -> Option<Cell> {
    match array.data_type() {
        DataType::Int8 => primitive::<Int8Type>(array, move |v, out| put(v.into(), out)),
        DataType::Int16 => primitive::<Int16Type>(array, move |v, out| put(v.into(), out)),
        DataType::Int32 => primitive::<Int32Type>(array, move |v, out| put(v.into(), out)),
        DataType::Int64 => primitive::<Int64Type>(array, move |v, out| put(v.into(), out)),
        DataType::UInt8 => primitive::<UInt8Type>(array, move |v, out| put(v.into(), out)),
        DataType::UInt16 => primitive::<UInt16Type>(array, move |v, out| put(v.into(), out)),
        DataType::UInt32 => primitive::<UInt32Type>(array, move |v, out| put(v.into(), out)),
        DataType::UInt64 => primitive::<UInt64Type>(array, move |v, out| put(v.into(), out)),
        DataType::Boolean => {
            let values = array.as_boolean().values().clone();
            Some(boxed(move |row, out| put(i128::from(values.value(row)), out)))
        }
        _ => None,
    }
}

fn floats(array: &ArrayRef, put: impl Fn(f64, &mut Vec<u8>) -> Result<()> + Send + 'static) -> Option<Cell> {
    match array.data_type() {
        DataType::Float16 => primitive::<Float16Type>(array, move |v, out| put(v.to_f64(), out)),
        DataType::Float32 => primitive::<Float32Type>(array, move |v, out| put(v.into(), out)),
        DataType::Float64 => primitive::<Float64Type>(array, put),
        _ => None,
    }
}

/// Integers, and floats and decimals that are whole. A NaN is a null.
fn whole(array: &ArrayRef, put: impl Fn(i128, &mut Vec<u8>) -> Result<()> + Send + 'static) -> Option<Cell> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match array.data_type() {
        DataType::Float16 | DataType::Float32 | DataType::Float64 => floats(array, move |v, out| {
            if v.is_nan() {
                Ok(())
            } else if v.fract() == 0.0 && v.abs() <= EXACT {
                #[allow(clippy::cast_possible_truncation)] // whole and at most 2^53
                put(v as i128, out)
            } else {
                Err(Error::invalid_input(format!("{v} is no whole number that a double holds exactly")))
            }
        }),
        DataType::Decimal128(..) | DataType::Decimal256(..) => decimal_texts(array, move |text, out| {
            let whole = text
                .split_once('.')
                .map_or(text, |(whole, rest)| if rest.bytes().all(|digit| digit == b'0') { whole } else { text });
            let value = whole.parse().map_err(|_| Error::invalid_input(format!("{text} is no whole number")))?;
            put(value, out)
        }),
        _ => integers(array, put),
    }
}

/// Floats; integers and decimals become the nearest one.
fn real(array: &ArrayRef, put: impl Fn(f64, &mut Vec<u8>) -> Result<()> + Send + 'static) -> Option<Cell> {
    match array.data_type() {
        DataType::Float16 | DataType::Float32 | DataType::Float64 => floats(array, put),
        DataType::Decimal128(..) | DataType::Decimal256(..) => decimal_texts(array, move |text, out| {
            let value = text.parse().map_err(|_| Error::invalid_input(format!("{text} is no number")))?;
            put(value, out)
        }),
        #[allow(clippy::cast_precision_loss)] // the declared type rounds
        _ => integers(array, move |v, out| put(v as f64, out)),
    }
}

#[allow(clippy::cast_possible_truncation)] // the declared type rounds
fn narrow(value: f64) -> Result<f32> {
    let narrow = value as f32;
    if narrow.is_infinite() && value.is_finite() {
        return Err(Error::invalid_input(format!("{value:e} is out of the range of FLOAT")));
    }
    Ok(narrow)
}

/// Text columns: verbatim where the type is a text, else read as Feast (or, for untyped text, anybody) would.
fn text(array: &ArrayRef, value_type: ValueType, framing: Framing, typing: Typing) -> Option<Cell> {
    let texts = array.as_string::<i32>().clone();
    let cell = |read: fn(&str, ValueType, Framing, &mut Vec<u8>) -> Result<()>| {
        Some(boxed(move |row, out| read(texts.value(row), value_type, framing, out)))
    };
    match (value_type, typing) {
        (ValueType::String, _) => cell(|text, _, framing, out| {
            framing.bytes(out, text.as_bytes());
            Ok(())
        }),
        (ValueType::Json, _) => cell(|text, _, framing, out| {
            serde_json::from_str::<serde::de::IgnoredAny>(text)
                .map_err(|error| Error::invalid_input("the text is no JSON").with_source(error))?;
            framing.bytes(out, text.as_bytes());
            Ok(())
        }),
        (ValueType::Uuid | ValueType::TimeUuid | ValueType::Decimal, _) => cell(|text, value_type, framing, out| {
            Value::from_json(&Json::String(text.to_owned()), value_type)?;
            framing.bytes(out, text.as_bytes());
            Ok(())
        }),
        (ValueType::Bool, Typing::Untyped) => cell(|text, _, framing, out| {
            let value = match text.trim() {
                "true" | "True" | "TRUE" | "1" => true,
                "false" | "False" | "FALSE" | "0" => false,
                other => return Err(Error::invalid_input(format!("`{other}` is no BOOL: expected true or false"))),
            };
            framing.int(out, i64::from(value));
            Ok(())
        }),
        // Feast reads these three from text even in Parquet.
        (ValueType::Int32 | ValueType::Int64 | ValueType::Float, _) | (_, Typing::Untyped) => cell(read_text),
        _ => None,
    }
}

fn read_text(text: &str, value_type: ValueType, framing: Framing, out: &mut Vec<u8>) -> Result<()> {
    match Value::from_json(&Json::String(text.to_owned()), value_type)? {
        Value::Int32(v) => framing.int(out, v.into()),
        Value::Int64(v) | Value::UnixTimestamp(v) => framing.int(out, v),
        Value::Float(v) => framing.float(out, v),
        Value::Double(v) => framing.double(out, v),
        Value::Bytes(v) => framing.bytes(out, &v),
        other => other.encode(out),
    }
    Ok(())
}

/// Anything that Python's `str` prints in a way worth keeping.
fn printed(array: &ArrayRef, framing: Framing) -> Option<Cell> {
    let put = move |text: &str, out: &mut Vec<u8>| {
        framing.bytes(out, text.as_bytes());
        Ok(())
    };
    let put_float = move |value: f64, out: &mut Vec<u8>| {
        let mut text = Vec::new();
        write_float(value, &mut text);
        framing.bytes(out, &text);
        Ok(())
    };
    match array.data_type() {
        DataType::Boolean => integers(array, move |v, out| put(if v == 1 { "True" } else { "False" }, out)),
        // The shortest digits that tell 32-bit floats apart, not those of the double next to it.
        DataType::Float32 => {
            primitive::<Float32Type>(array, move |v, out| put_float(v.to_string().parse().unwrap_or(f64::NAN), out))
        }
        DataType::Float16 | DataType::Float64 => floats(array, put_float),
        DataType::Decimal128(..) | DataType::Decimal256(..) => decimal_texts(array, put),
        DataType::Date32 | DataType::Date64 => seconds(array, move |seconds, out| {
            let printed = Timestamp::from_micros(seconds.saturating_mul(1_000_000)).to_string();
            put(printed.split('T').next().unwrap_or(&printed), out)
        }),
        _ => integers(array, move |v, out| put(&v.to_string(), out)),
    }
}

fn binary(array: &ArrayRef, framing: Framing) -> Option<Cell> {
    if let Some(values) = array.as_binary_opt::<i32>().cloned() {
        return Some(boxed(move |row, out| {
            framing.bytes(out, values.value(row));
            Ok(())
        }));
    }
    let values = array.as_fixed_size_binary_opt()?.clone();
    Some(boxed(move |row, out| {
        framing.bytes(out, values.value(row));
        Ok(())
    }))
}

/// Whole seconds since the epoch of a column of dates or timestamps, rounded towards the past.
pub(super) fn seconds(
    array: &ArrayRef,
    put: impl Fn(i64, &mut Vec<u8>) -> Result<()> + Send + 'static,
) -> Option<Cell> {
    fn ticks<T: ArrowTimestampType>(
        array: &ArrayRef,
        per_second: i64,
        put: impl Fn(i64, &mut Vec<u8>) -> Result<()> + Send + 'static,
    ) -> Option<Cell> {
        primitive::<T>(array, move |v, out| put(v.div_euclid(per_second), out))
    }
    match array.data_type() {
        DataType::Timestamp(TimeUnit::Second, _) => ticks::<TimestampSecondType>(array, 1, put),
        DataType::Timestamp(TimeUnit::Millisecond, _) => ticks::<TimestampMillisecondType>(array, 1_000, put),
        DataType::Timestamp(TimeUnit::Microsecond, _) => ticks::<TimestampMicrosecondType>(array, 1_000_000, put),
        DataType::Timestamp(TimeUnit::Nanosecond, _) => ticks::<TimestampNanosecondType>(array, 1_000_000_000, put),
        DataType::Date32 => primitive::<Date32Type>(array, move |v, out| put(i64::from(v) * 86_400, out)),
        DataType::Date64 => primitive::<Date64Type>(array, move |v, out| put(v.div_euclid(1_000), out)),
        _ => None,
    }
}

/// Integers that are seconds since the epoch.
fn whole_seconds(array: &ArrayRef, framing: Framing) -> Option<Cell> {
    if *array.data_type() == DataType::Boolean {
        return None;
    }
    integers(array, move |v, out| {
        let seconds = i64::try_from(v).map_err(|_| out_of_range(v, ValueType::UnixTimestamp))?;
        framing.int(out, seconds);
        Ok(())
    })
}

fn zoned(array: &ArrayRef) -> Option<Cell> {
    let zone = match array.data_type() {
        DataType::Timestamp(_, zone) => zone.as_deref().unwrap_or_default().to_owned(),
        _ => return None,
    };
    seconds(array, move |unix_timestamp, out| {
        Value::ZonedTimestamp { unix_timestamp, zone: zone.clone() }.encode(out);
        Ok(())
    })
}

/// Sixteen bytes as the text of a UUID.
fn uuid_bytes(array: &ArrayRef, framing: Framing) -> Option<Cell> {
    let DataType::FixedSizeBinary(16) = array.data_type() else { return None };
    let values = array.as_fixed_size_binary().clone();
    Some(boxed(move |row, out| {
        let mut text = String::with_capacity(36);
        for (i, byte) in values.value(row).iter().enumerate() {
            let dash = if matches!(i, 4 | 6 | 8 | 10) { "-" } else { "" };
            text.push_str(&format!("{dash}{byte:02x}"));
        }
        framing.bytes(out, text.as_bytes());
        Ok(())
    }))
}

fn decimals(array: &ArrayRef, framing: Framing) -> Option<Cell> {
    let put = move |text: &str, out: &mut Vec<u8>| {
        framing.bytes(out, text.as_bytes());
        Ok(())
    };
    match array.data_type() {
        DataType::Boolean => None,
        DataType::Decimal128(..) | DataType::Decimal256(..) => decimal_texts(array, put),
        _ => integers(array, move |v, out| put(&v.to_string(), out)),
    }
}

/// A function over decimals printed as Python's `Decimal` does.
pub(super) fn decimal_texts(
    array: &ArrayRef,
    put: impl Fn(&str, &mut Vec<u8>) -> Result<()> + Send + 'static,
) -> Option<Cell> {
    match *array.data_type() {
        DataType::Decimal128(_, scale) => {
            primitive::<Decimal128Type>(array, move |v, out| put(&decimal_text(&v.to_string(), scale), out))
        }
        DataType::Decimal256(_, scale) => {
            primitive::<Decimal256Type>(array, move |v, out| put(&decimal_text(&v.to_string(), scale), out))
        }
        _ => None,
    }
}

/// `str(Decimal)`: plain down to six zeros after the point, else with an exponent.
fn decimal_text(unscaled: &str, scale: i8) -> String {
    let (sign, digits) = unscaled.strip_prefix('-').map_or(("", unscaled), |digits| ("-", digits));
    let length = i32::try_from(digits.len()).unwrap_or(i32::MAX);
    let point = length - i32::from(scale);
    if scale >= 0 && point > -6 {
        if scale == 0 {
            return unscaled.to_owned();
        }
        return match usize::try_from(point) {
            Ok(point) if point > 0 => format!("{sign}{}.{}", &digits[..point], &digits[point..]),
            _ => format!("{sign}0.{}{digits}", "0".repeat(usize::try_from(-point).unwrap_or(0))),
        };
    }
    let (first, rest) = digits.split_at(1);
    let dot = if rest.is_empty() { "" } else { "." };
    format!("{sign}{first}{dot}{rest}E{:+}", point - 1)
}

/// Structs, maps and lists as JSON text, printed as Python's `json.dumps` does.
fn dumped(array: &ArrayRef, framing: Framing) -> Option<Cell> {
    if !matches!(array.data_type(), DataType::Struct(_) | DataType::Map(..) | DataType::List(_)) {
        return None;
    }
    let array = array.clone();
    Some(boxed(move |row, out| {
        let mut text = String::new();
        nested::dump(&nested::infer(&array, row)?, &mut text)?;
        framing.bytes(out, text.as_bytes());
        Ok(())
    }))
}

#[cfg(test)]
mod tests {
    use super::decimal_text;

    #[test]
    fn decimals_print_as_python_does() {
        for (unscaled, scale, printed) in [
            ("12340", 3, "12.340"),
            ("0", 3, "0.000"),
            ("-5", 3, "-0.005"),
            ("0", 7, "0E-7"),
            ("1", 7, "1E-7"),
            ("12", 7, "0.0000012"),
            ("12000000000", 9, "12.000000000"),
            ("12", 0, "12"),
            ("123", -2, "1.23E+4"),
        ] {
            assert_eq!(decimal_text(unscaled, scale), printed);
        }
    }
}
