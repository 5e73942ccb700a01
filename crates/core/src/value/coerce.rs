//! JSON to values of a declared type: Feast's conversions, without their losses.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::Hash;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::Value as Json;

use super::{MAX_DEPTH, NULL_TIMESTAMP, Value, ValueType, infer, python, zone};
use crate::{Error, Result, Timestamp};

/// A conversion's result; the error says what is wrong with the value.
pub(super) type Coerced<T> = std::result::Result<T, Cow<'static, str>>;

/// Floats below this are exact integers; from here on a neighbour may be meant.
const EXACT_INTEGERS: f64 = 9_007_199_254_740_992.0;

impl Value {
    /// Converts JSON to a value of the declared type, as Feast does but never losing anything on the way.
    ///
    /// `null` is [`Value::Null`] for every type. Integers take integers, integral floats (`1001.0`) and decimal strings;
    /// `STRING` takes numbers and booleans too, as Python's `str` prints them; `UNIX_TIMESTAMP` takes seconds or
    /// ISO 8601; `BYTES` takes base64; floats take the strings `"NaN"`, `"Infinity"`, `"-Infinity"`. Nulls inside a list
    /// become the type's zero, as in Feast; sets keep the first of equal elements. `MAP`, `STRUCT` and `INVALID`
    /// (Python's `UNKNOWN`) infer types from the JSON. Source: `feast/type_map.py` (`python_values_to_proto_values`).
    ///
    /// # Errors
    /// `InvalidInput` naming the value, the expected type and what is wrong.
    pub fn from_json(json: &Json, value_type: ValueType) -> Result<Self> {
        if json.is_null() {
            return Ok(Self::Null);
        }
        let coerced = match value_type {
            list if list.is_list() => coerce_list(json, list),
            set if set.is_set() => coerce_set(json, set),
            scalar => coerce_scalar(json, scalar),
        };
        coerced.map_err(|problem| Error::invalid_input(format!("{} is no {value_type}: {problem}", shown(json))))
    }
}

/// The JSON for a message, cut when long.
fn shown(json: &Json) -> String {
    const MAX_CHARS: usize = 80;
    let text = json.to_string();
    match text.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("`{}…`", &text[..end]),
        None => format!("`{text}`"),
    }
}

fn coerce_scalar(json: &Json, value_type: ValueType) -> Coerced<Value> {
    Ok(match value_type {
        ValueType::Bytes | ValueType::PdfBytes | ValueType::ImageBytes => Value::Bytes(bytes(json)?),
        ValueType::String => Value::String(string(json)?),
        ValueType::Int32 => Value::Int32(int32(json)?),
        ValueType::Int64 => Value::Int64(int64(json)?),
        ValueType::Double => Value::Double(double(json)?),
        ValueType::Float => Value::Float(float(json)?),
        ValueType::Bool => Value::Bool(boolean(json)?),
        ValueType::UnixTimestamp => Value::UnixTimestamp(unix_timestamp(json)?),
        ValueType::Json => Value::Json(json_text(json)?),
        ValueType::Uuid => Value::Uuid(uuid(json)?),
        ValueType::TimeUuid => Value::TimeUuid(uuid(json)?),
        ValueType::Decimal => Value::Decimal(decimal(json)?),
        ValueType::ZonedTimestamp => {
            let text = json.as_str().ok_or("expected an ISO 8601 string")?;
            let (unix_timestamp, zone) = zone::parse_zoned(text).map_err(|error| error.to_string())?;
            Value::ZonedTimestamp { unix_timestamp, zone }
        }
        ValueType::Map => Value::Map(infer::map(parsed(json)?.as_ref(), MAX_DEPTH)?),
        ValueType::Struct => Value::Struct(infer::map(parsed(json)?.as_ref(), MAX_DEPTH)?),
        ValueType::ScalarMap => infer::scalar_map(json, MAX_DEPTH)?,
        ValueType::Invalid => infer::value(json, MAX_DEPTH)?,
        _ => return Err("values of this type cannot be written as JSON".into()),
    })
}

fn coerce_list(json: &Json, value_type: ValueType) -> Coerced<Value> {
    Ok(match value_type {
        ValueType::BytesList => Value::BytesList(list(json, Vec::new, bytes)?),
        ValueType::StringList => Value::StringList(list(json, String::new, string)?),
        ValueType::Int32List => Value::Int32List(list(json, || 0, int32)?),
        ValueType::Int64List => Value::Int64List(list(json, || 0, int64)?),
        ValueType::DoubleList => Value::DoubleList(list(json, || 0.0, double)?),
        ValueType::FloatList => Value::FloatList(list(json, || 0.0, float)?),
        ValueType::BoolList => Value::BoolList(list(json, || false, boolean)?),
        ValueType::UnixTimestampList => Value::UnixTimestampList(list(json, || NULL_TIMESTAMP, unix_timestamp)?),
        ValueType::MapList => Value::MapList(infer::maps(parsed(json)?.as_ref(), MAX_DEPTH)?),
        ValueType::StructList => Value::StructList(infer::maps(parsed(json)?.as_ref(), MAX_DEPTH)?),
        ValueType::JsonList => Value::JsonList(elements(json, json_text)?),
        ValueType::UuidList => Value::UuidList(list(json, String::new, uuid)?),
        ValueType::TimeUuidList => Value::TimeUuidList(list(json, String::new, uuid)?),
        ValueType::DecimalList => Value::DecimalList(list(json, String::new, decimal)?),
        _ => Value::List(infer::nested(json, MAX_DEPTH)?),
    })
}

fn coerce_set(json: &Json, value_type: ValueType) -> Coerced<Value> {
    Ok(match value_type {
        ValueType::BytesSet => Value::BytesSet(set(json, bytes, Vec::clone)?),
        ValueType::StringSet => Value::StringSet(set(json, string, String::clone)?),
        ValueType::Int32Set => Value::Int32Set(set(json, int32, |v| *v)?),
        ValueType::Int64Set => Value::Int64Set(set(json, int64, |v| *v)?),
        ValueType::DoubleSet => Value::DoubleSet(set(json, double, |v| v.to_bits())?),
        ValueType::FloatSet => Value::FloatSet(set(json, float, |v| v.to_bits())?),
        ValueType::BoolSet => Value::BoolSet(set(json, boolean, |v| *v)?),
        ValueType::UnixTimestampSet => Value::UnixTimestampSet(set(json, unix_timestamp, |v| *v)?),
        ValueType::UuidSet => Value::UuidSet(set(json, uuid, String::clone)?),
        ValueType::TimeUuidSet => Value::TimeUuidSet(set(json, uuid, String::clone)?),
        ValueType::DecimalSet => Value::DecimalSet(set(json, decimal, String::clone)?),
        _ => Value::Set(infer::nested(json, MAX_DEPTH)?),
    })
}

/// Converts every element of an array.
fn elements<T>(json: &Json, convert: impl Fn(&Json) -> Coerced<T>) -> Coerced<Vec<T>> {
    let items = json.as_array().ok_or("expected an array")?;
    let place = |i: usize, problem: Cow<'static, str>| format!("element {i}: {problem}");
    items.iter().enumerate().map(|(i, item)| convert(item).map_err(|problem| place(i, problem).into())).collect()
}

/// Converts an array in which null stands for `zero`.
fn list<T>(json: &Json, zero: impl Fn() -> T, convert: impl Fn(&Json) -> Coerced<T>) -> Coerced<Vec<T>> {
    elements(json, |item| if item.is_null() { Ok(zero()) } else { convert(item) })
}

/// Converts an array and keeps the first of elements with the same key.
fn set<T, K: Eq + Hash>(json: &Json, convert: impl Fn(&Json) -> Coerced<T>, key: impl Fn(&T) -> K) -> Coerced<Vec<T>> {
    let mut items = elements(json, convert)?;
    let mut seen = HashSet::new();
    items.retain(|item| seen.insert(key(item)));
    Ok(items)
}

/// JSON that may have come as text.
fn parsed(json: &Json) -> Coerced<Cow<'_, Json>> {
    match json {
        Json::String(text) => serde_json::from_str(text)
            .map(Cow::Owned)
            .map_err(|error| format!("the string holds no JSON: {error}").into()),
        json => Ok(Cow::Borrowed(json)),
    }
}

fn int64(json: &Json) -> Coerced<i64> {
    match json {
        Json::Number(number) => {
            if let Some(integer) = number.as_i64() {
                return Ok(integer);
            }
            match number.as_f64() {
                Some(float) if float.fract() != 0.0 => Err("it has a fraction".into()),
                Some(float) if number.is_f64() && float.abs() < EXACT_INTEGERS => Ok(exact_integer(float)),
                _ => Err("it is out of range, or a float too large to be exact".into()),
            }
        }
        Json::String(text) => text.trim().parse().map_err(|_| "the string holds no integer in range".into()),
        Json::Bool(_) => Err("a boolean is no number".into()),
        _ => Err("expected an integer".into()),
    }
}

#[allow(clippy::cast_possible_truncation)] // the caller checked that it is integral and below 2^53
fn exact_integer(float: f64) -> i64 {
    float as i64
}

fn int32(json: &Json) -> Coerced<i32> {
    i32::try_from(int64(json)?).map_err(|_| "it is out of range".into())
}

/// A number, or a string that holds one. An integer beyond 2^53 becomes the nearest double, as everywhere in JSON.
fn double(json: &Json) -> Coerced<f64> {
    match json {
        Json::Number(number) => number.as_f64().ok_or_else(|| "it is out of range".into()),
        Json::String(text) => text.trim().parse().map_err(|_| "the string holds no number".into()),
        Json::Bool(_) => Err("a boolean is no number".into()),
        _ => Err("expected a number".into()),
    }
}

fn float(json: &Json) -> Coerced<f32> {
    let wide = double(json)?;
    #[allow(clippy::cast_possible_truncation)] // rounding to the nearest float is what the type means
    let narrow = wide as f32;
    if narrow.is_infinite() && wide.is_finite() { Err("it is out of range".into()) } else { Ok(narrow) }
}

fn boolean(json: &Json) -> Coerced<bool> {
    match (json, json.as_i64()) {
        (Json::Bool(flag), _) => Ok(*flag),
        (_, Some(0)) => Ok(false),
        (_, Some(1)) => Ok(true),
        _ => Err("expected true, false, 1 or 0".into()),
    }
}

fn string(json: &Json) -> Coerced<String> {
    match json {
        Json::String(text) => Ok(text.clone()),
        Json::Bool(flag) => Ok(if *flag { "True" } else { "False" }.to_owned()),
        Json::Number(number) => {
            let mut out = Vec::new();
            python::write_number(number, &mut out);
            Ok(String::from_utf8_lossy(&out).into_owned())
        }
        _ => Err("expected a string".into()),
    }
}

fn bytes(json: &Json) -> Coerced<Vec<u8>> {
    let text = json.as_str().ok_or("expected a string of base64")?;
    BASE64.decode(text).map_err(|error| format!("the string is no standard, padded base64: {error}").into())
}

fn unix_timestamp(json: &Json) -> Coerced<i64> {
    match json {
        Json::String(text) => match text.trim().parse() {
            Ok(seconds) => Ok(seconds),
            Err(_) => Timestamp::parse(text)
                .map(zone::seconds_towards_zero)
                .map_err(|_| "expected seconds since the epoch or an ISO 8601 string".into()),
        },
        number => int64(number),
    }
}

/// JSON text: a string must hold JSON and stays as it is; anything else prints as Python's `json.dumps` does.
fn json_text(json: &Json) -> Coerced<String> {
    match json {
        Json::String(text) => parsed(json).map(|_| text.clone()),
        json => Ok(python::dumps(json)),
    }
}

fn uuid(json: &Json) -> Coerced<String> {
    let text = json.as_str().ok_or("expected a string")?;
    if is_uuid(text) {
        Ok(text.to_owned())
    } else {
        Err("expected 32 hexadecimal digits, in groups of 8-4-4-4-12".into())
    }
}

pub(super) fn is_uuid(text: &str) -> bool {
    let groups: Vec<usize> = text.split('-').map(str::len).collect();
    let digits = text.bytes().filter(|b| *b != b'-').all(|b| b.is_ascii_hexdigit());
    digits && matches!(groups[..], [32] | [8, 4, 4, 4, 12])
}

fn decimal(json: &Json) -> Coerced<String> {
    match json {
        Json::String(text) if is_decimal(text) => Ok(text.clone()),
        Json::Number(number) if !number.is_f64() => Ok(number.to_string()),
        Json::Number(_) => Err("a float may have lost digits; write the decimal as a string".into()),
        _ => Err("expected a string that holds a decimal number".into()),
    }
}

/// What Python's `Decimal` reads: digits with an optional point, sign and exponent; or NaN, or infinity.
fn is_decimal(text: &str) -> bool {
    let unsigned = |text: &str| text.strip_prefix(['+', '-']).map_or_else(|| text.to_owned(), str::to_owned);
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let number = unsigned(text).to_ascii_lowercase();
    if matches!(number.as_str(), "nan" | "snan" | "inf" | "infinity") {
        return true;
    }
    let (mantissa, exponent) = number.split_once('e').unwrap_or((&number, "0"));
    let exponent = unsigned(exponent);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    digits(whole) && digits(fraction) && digits(&exponent) && !exponent.is_empty() && whole.len() + fraction.len() > 0
}
