//! Values whose types are taken from the JSON itself: maps, structs, nested collections, and columns without a type.

use serde_json::{Map, Value as Json};

use super::coerce::{Coerced, is_uuid};
use super::{MapKey, Value};

/// Integers up to this are exact as doubles.
const MAX_EXACT: u64 = 1 << 53;

/// Any JSON: integers become `INT64`, other numbers `DOUBLE`, objects maps, arrays typed lists where their elements agree.
pub(super) fn value(json: &Json, levels: u8) -> Coerced<Value> {
    Ok(match json {
        Json::Null => Value::Null,
        Json::Bool(flag) => Value::Bool(*flag),
        Json::Number(number) => match number.as_i64() {
            Some(integer) => Value::Int64(integer),
            None if number.is_u64() => return Err(format!("{number} does not fit 64 bits with a sign").into()),
            None => Value::Double(number.as_f64().ok_or("a number is out of range")?),
        },
        Json::String(text) => Value::String(text.clone()),
        Json::Array(items) => list(items, levels)?,
        Json::Object(object) => Value::Map(entries(object, levels)?),
    })
}

/// The entries of an object.
pub(super) fn map(json: &Json, levels: u8) -> Coerced<Vec<(String, Value)>> {
    entries(json.as_object().ok_or("expected an object")?, levels)
}

/// An array of objects.
pub(super) fn maps(json: &Json, levels: u8) -> Coerced<Vec<Vec<(String, Value)>>> {
    let levels = deeper(levels, 1)?;
    let items = json.as_array().ok_or("expected an array of objects")?;
    items.iter().map(|item| map(item, levels)).collect()
}

fn entries(object: &Map<String, Json>, levels: u8) -> Coerced<Vec<(String, Value)>> {
    let levels = deeper(levels, 3)?;
    object.iter().map(|(key, json)| Ok((key.clone(), value(json, levels)?))).collect()
}

/// A typed list when all elements are of one kind, else a list of any values.
fn list(items: &[Json], levels: u8) -> Coerced<Value> {
    deeper(levels, 1)?;
    if items.is_empty() {
        return Ok(Value::List(Vec::new()));
    }
    if let Some(flags) = all(items, Json::as_bool) {
        return Ok(Value::BoolList(flags));
    }
    if let Some(texts) = all(items, |item| item.as_str().map(str::to_owned)) {
        return Ok(Value::StringList(texts));
    }
    if let Some(integers) = all(items, Json::as_i64) {
        return Ok(Value::Int64List(integers));
    }
    if let Some(doubles) = all(items, exact_double) {
        return Ok(Value::DoubleList(doubles));
    }
    if let Some(objects) = all(items, Json::as_object) {
        let levels = deeper(levels, 1)?;
        return objects.into_iter().map(|object| entries(object, levels)).collect::<Coerced<_>>().map(Value::MapList);
    }
    let levels = deeper(levels, 2)?;
    items.iter().map(|item| value(item, levels)).collect::<Coerced<_>>().map(Value::List)
}

fn all<'a, T>(items: &'a [Json], pick: impl Fn(&'a Json) -> Option<T>) -> Option<Vec<T>> {
    items.iter().map(pick).collect()
}

/// A number that a double holds exactly; an integer beyond 2^53 may not be one.
fn exact_double(json: &Json) -> Option<f64> {
    let number = json.as_number()?;
    let exact = number.is_f64() || number.as_i64().is_some_and(|integer| integer.unsigned_abs() <= MAX_EXACT);
    if exact { number.as_f64() } else { None }
}

/// The elements of a nested list or set: arrays, whose innermost become typed lists. An empty one is null, as in Feast.
pub(super) fn nested(json: &Json, levels: u8) -> Coerced<Vec<Value>> {
    let levels = deeper(levels, 2)?;
    let element = |item: &Json| match item {
        Json::Null => Ok(Value::Null),
        Json::Array(inner) if inner.is_empty() => Ok(Value::Null),
        Json::Array(inner) if inner.iter().any(Json::is_array) => nested(item, levels).map(Value::List),
        Json::Array(inner) => list(inner, levels),
        _ => Err("expected arrays inside the array".into()),
    };
    json.as_array().ok_or("expected an array of arrays")?.iter().map(element).collect()
}

/// An object as a map with typed keys: integers, `true` and `false`, other numbers, UUIDs.
pub(super) fn scalar_map(json: &Json, levels: u8) -> Coerced<Value> {
    let levels = deeper(levels, 3)?;
    let object = json.as_object().ok_or("expected an object")?;
    let entry = |(key, json): (&String, &Json)| Ok((map_key(key)?, value(json, levels)?));
    object.iter().map(entry).collect::<Coerced<_>>().map(Value::ScalarMap)
}

fn map_key(text: &str) -> Coerced<MapKey> {
    if let Ok(integer) = text.parse() {
        return Ok(MapKey::Int64(integer));
    }
    if let Ok(flag) = text.parse() {
        return Ok(MapKey::Bool(flag));
    }
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(MapKey::Double(number)),
        _ if is_uuid(text) => Ok(MapKey::Uuid(text.to_owned())),
        _ => Err(format!("its key `{text}` is no integer, number, boolean or UUID; a MAP takes any text").into()),
    }
}

fn deeper(levels: u8, by: u8) -> Coerced<u8> {
    levels.checked_sub(by).ok_or_else(|| "it is nested too deeply".into())
}
