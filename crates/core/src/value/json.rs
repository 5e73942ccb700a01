//! Values as JSON and as text, exactly as Feast prints them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::Value as Json;

use super::collection::{Collection, double, float};
use super::payload::Check;
use super::python::{write_float, write_json_string};
use super::wire::Reader;
use super::{NULL_TIMESTAMP, Value, ValueRef, ValueType, zone};

/// Appends a value as Feast's HTTP server prints it: compact JSON, floats by Python's `repr`, bytes in base64.
///
/// Integers and timestamps print in full, NaN and the infinities as the strings `"NaN"`, `"Infinity"` and
/// `"-Infinity"`, JSON values as strings that hold JSON, scalar maps as `null`. A zoned timestamp prints in its zone;
/// outside the years 1 to 9999, where Feast fails, as its seconds.
/// Source: `feast/feature_server_utils.py` (`_value_to_native`).
pub fn write_json(value: ValueRef<'_>, out: &mut Vec<u8>) {
    match value {
        ValueRef::Null | ValueRef::ScalarMap(_) => out.extend_from_slice(b"null"),
        ValueRef::Bytes(bytes) => write_base64(bytes, out),
        ValueRef::String(text)
        | ValueRef::Json(text)
        | ValueRef::Uuid(text)
        | ValueRef::TimeUuid(text)
        | ValueRef::Decimal(text) => write_json_string(text, out),
        ValueRef::Int32(number) => write_integer(number.into(), out),
        ValueRef::Int64(number) | ValueRef::UnixTimestamp(number) => write_integer(number, out),
        ValueRef::Double(number) => write_json_float(number, out),
        ValueRef::Float(number) => write_json_float(f64::from(number), out),
        ValueRef::Bool(flag) => out.extend_from_slice(if flag { b"true" } else { b"false" }),
        ValueRef::ZonedTimestamp { unix_timestamp: NULL_TIMESTAMP, .. } => out.extend_from_slice(b"null"),
        ValueRef::ZonedTimestamp { unix_timestamp, zone } => match zone::print_in_zone(unix_timestamp, zone) {
            Some(text) => write_json_string(&text, out),
            None => write_integer(unix_timestamp, out),
        },
        ValueRef::Collection(collection) => write_array(collection, out),
        ValueRef::Map(entries) => {
            out.push(b'{');
            for (key, value) in entries {
                write_json_string(key, out);
                out.push(b':');
                write_json(value, out);
                out.push(b',');
            }
            close(b'}', out);
        }
    }
}

fn write_array(collection: Collection<'_>, out: &mut Vec<u8>) {
    use ValueType as T;
    out.push(b'[');
    // Numbers are read without a `ValueRef` between, which takes half the time. What was checked before cannot fail.
    let _ = match collection.value_type().element() {
        Some(T::Int32) => collection.each_number(Reader::int32, |number| {
            write_integer(number.into(), out);
            out.push(b',');
        }),
        Some(T::Int64 | T::UnixTimestamp) => collection.each_number(Reader::int64, |number| {
            write_integer(number, out);
            out.push(b',');
        }),
        Some(T::Double) => collection.each_number(double, |number| {
            write_json_float(number, out);
            out.push(b',');
        }),
        Some(T::Float) => collection.each_number(float, |number| {
            write_json_float(number.into(), out);
            out.push(b',');
        }),
        Some(T::String | T::Json | T::Uuid | T::TimeUuid | T::Decimal) => {
            for text in collection.iter().filter_map(ValueRef::text) {
                write_json_string(text, out);
                out.push(b',');
            }
            Ok(())
        }
        _ => {
            for element in collection {
                write_json(element, out);
                out.push(b',');
            }
            Ok(())
        }
    };
    close(b']', out);
}

/// Ends an array or object, each of whose elements is followed by a comma.
fn close(bracket: u8, out: &mut Vec<u8>) {
    match out.last_mut() {
        Some(last) if *last == b',' => *last = bracket,
        _ => out.push(bracket),
    }
}

fn write_integer(number: i64, out: &mut Vec<u8>) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

fn write_base64(bytes: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    out.extend_from_slice(BASE64.encode(bytes).as_bytes());
    out.push(b'"');
}

fn write_json_float(number: f64, out: &mut Vec<u8>) {
    match non_finite(number) {
        None => write_float(number, out),
        Some(name) => write_json_string(name, out),
    }
}

/// Protobuf's JSON name of NaN and the infinities.
fn non_finite(number: f64) -> Option<&'static str> {
    match number {
        n if n.is_finite() => None,
        n if n.is_nan() => Some("NaN"),
        n if n > 0.0 => Some("Infinity"),
        _ => Some("-Infinity"),
    }
}

/// What Feast's SQL stores put in the column `value_text`: Python's `str` of strings, numbers and booleans.
///
/// `None` for every other type. Source: `feast/infra/online_stores/helpers.py` (`extract_text_and_num`).
#[must_use]
pub fn value_text(value: ValueRef<'_>) -> Option<String> {
    match value {
        ValueRef::String(text) => Some(text.to_owned()),
        ValueRef::Int32(number) => Some(number.to_string()),
        ValueRef::Int64(number) => Some(number.to_string()),
        ValueRef::Double(number) => Some(float_text(number)),
        ValueRef::Float(number) => Some(float_text(f64::from(number))),
        ValueRef::Bool(flag) => Some(if flag { "True" } else { "False" }.to_owned()),
        _ => None,
    }
}

fn float_text(number: f64) -> String {
    let mut out = Vec::new();
    write_float(number, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

impl ValueRef<'_> {
    /// The value as [`write_json`] prints it, as a JSON tree.
    #[must_use]
    pub fn to_json(self) -> Json {
        match self {
            Self::Null | Self::ScalarMap(_) | Self::ZonedTimestamp { unix_timestamp: NULL_TIMESTAMP, .. } => Json::Null,
            Self::Bytes(bytes) => BASE64.encode(bytes).into(),
            Self::String(text) | Self::Json(text) | Self::Uuid(text) | Self::TimeUuid(text) | Self::Decimal(text) => {
                text.into()
            }
            Self::Int32(number) => number.into(),
            Self::Int64(number) | Self::UnixTimestamp(number) => number.into(),
            Self::Double(number) => non_finite(number).map_or_else(|| number.into(), Json::from),
            Self::Float(number) => Self::Double(f64::from(number)).to_json(),
            Self::Bool(flag) => flag.into(),
            Self::ZonedTimestamp { unix_timestamp, zone } => {
                zone::print_in_zone(unix_timestamp, zone).map_or_else(|| unix_timestamp.into(), Json::from)
            }
            Self::Collection(elements) => elements.iter().map(ValueRef::to_json).collect(),
            Self::Map(entries) => entries.iter().map(|(key, value)| (key.to_owned(), value.to_json())).collect(),
        }
    }
}

impl Value {
    /// The value as [`write_json`] prints it, as a JSON tree.
    #[must_use]
    pub fn to_json(&self) -> Json {
        // What was just encoded is well formed, so it needs no check.
        ValueRef::Null.merge(&self.to_bytes(), Check::Trusted).unwrap_or_default().to_json()
    }
}
