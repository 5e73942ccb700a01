//! Columns of maps and structs, whose values have no declared types: they are taken from the column.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use larder_core::value::MAX_DEPTH;
use larder_core::{Error, MapKey, Result, Value, ValueType};
use serde_json::Value as Json;

use super::collection::index;
use super::{Cell, Typing, bind as bind_cell, boxed};

/// The function that encodes a column as maps, structs, scalar maps or (for `INVALID`) whatever the cells are.
pub(super) fn bind(array: &ArrayRef, value_type: ValueType) -> Option<Cell> {
    let column = array.clone();
    match (array.data_type(), value_type) {
        (DataType::Utf8, ValueType::Map | ValueType::Struct | ValueType::ScalarMap) => {
            let texts = array.as_string::<i32>().clone();
            Some(boxed(move |row, out| {
                let json: Json = serde_json::from_str(texts.value(row))
                    .map_err(|error| Error::invalid_input("the text is no JSON object").with_source(error))?;
                Value::from_json(&json, value_type)?.encode(out);
                Ok(())
            }))
        }
        (DataType::Map(..), ValueType::ScalarMap) => Some(boxed(move |row, out| {
            scalar_map(&column, row)?.encode(out);
            Ok(())
        })),
        (DataType::Struct(_) | DataType::Map(..), ValueType::Map | ValueType::Struct) => {
            Some(boxed(move |row, out| {
                let value = match infer(&column, row)? {
                    Value::Map(entries) if value_type == ValueType::Struct => Value::Struct(entries),
                    other => other,
                };
                value.encode(out);
                Ok(())
            }))
        }
        (_, ValueType::Invalid) => Some(boxed(move |row, out| {
            infer(&column, row)?.encode(out);
            Ok(())
        })),
        _ => None,
    }
}

/// The value of a cell, its type taken from the column as Feast takes it from Python objects.
pub(super) fn infer(array: &ArrayRef, row: usize) -> Result<Value> {
    infer_within(array, row, MAX_DEPTH)
}

/// Like [`infer`] for lists inside lists, which keep the width of their numbers.
pub(super) fn infer_list(array: &ArrayRef, row: usize) -> Result<Value> {
    list(array, row, MAX_DEPTH, |element| match element {
        DataType::Int32 => ValueType::Int32,
        DataType::Float32 => ValueType::Float,
        other => python_type(other),
    })
}

fn infer_within(array: &ArrayRef, row: usize, depth: u8) -> Result<Value> {
    if array.is_null(row) || *array.data_type() == DataType::Null {
        return Ok(Value::Null);
    }
    let depth = depth.checked_sub(1).ok_or_else(|| Error::invalid_input("the value is nested too deeply"))?;
    match array.data_type() {
        DataType::Struct(_) => {
            let columns = array.as_struct();
            let fields = columns.column_names().into_iter().zip(columns.columns());
            fields
                .map(|(name, column)| Ok((name.to_owned(), infer_within(column, row, depth)?)))
                .collect::<Result<_>>()
                .map(Value::Map)
        }
        DataType::Map(..) => {
            let entries =
                entries(array, row, |key, value| Ok((key_text(key)?, infer_within(value.0, value.1, depth)?)))?;
            Ok(Value::Map(entries))
        }
        DataType::List(_) => list(array, row, depth, python_type),
        other => scalar(array, row, python_type(other)),
    }
}

/// The type that Feast infers for a Python object made of such a cell.
fn python_type(data_type: &DataType) -> ValueType {
    match data_type {
        DataType::Boolean => ValueType::Bool,
        DataType::Float16 | DataType::Float32 | DataType::Float64 => ValueType::Double,
        DataType::Utf8 => ValueType::String,
        DataType::Binary | DataType::FixedSizeBinary(_) => ValueType::Bytes,
        DataType::Timestamp(..) | DataType::Date32 | DataType::Date64 => ValueType::UnixTimestamp,
        DataType::Decimal128(..) | DataType::Decimal256(..) => ValueType::Decimal,
        _ => ValueType::Int64,
    }
}

fn scalar(array: &ArrayRef, row: usize, value_type: ValueType) -> Result<Value> {
    let mut encoded = Vec::new();
    bind_cell(array, value_type, Typing::Typed)?(row, &mut encoded)?;
    Value::decode(&encoded)
}

fn list(array: &ArrayRef, row: usize, depth: u8, element_type: fn(&DataType) -> ValueType) -> Result<Value> {
    if array.is_null(row) {
        return Ok(Value::Null);
    }
    let depth = depth.checked_sub(1).ok_or_else(|| Error::invalid_input("the value is nested too deeply"))?;
    let lists = array.as_list::<i32>();
    let offsets = lists.value_offsets();
    let elements = index(offsets[row])..index(offsets[row + 1]);
    let values = lists.values();
    if elements.is_empty() {
        // Feast stores an empty inner list as null: it cannot tell the type of its elements.
        return Ok(Value::Null);
    }
    match values.data_type() {
        DataType::List(_) => {
            elements.map(|at| list(values, at, depth, element_type)).collect::<Result<_>>().map(Value::List)
        }
        DataType::Struct(_) | DataType::Map(..) => elements
            .map(|at| match infer_within(values, at, depth)? {
                Value::Map(entries) => Ok(entries),
                _ => Err(Error::invalid_input("a null inside a list of maps has no stand-in")),
            })
            .collect::<Result<_>>()
            .map(Value::MapList),
        other => {
            let value_type = element_type(other).list_of().unwrap_or(ValueType::StringList);
            scalar(array, row, value_type)
        }
    }
}

/// The entries of an Arrow map, each through `read` with its key and the place of its value.
fn entries<T>(array: &ArrayRef, row: usize, read: impl Fn(Value, (&ArrayRef, usize)) -> Result<T>) -> Result<Vec<T>> {
    let maps = array.as_map();
    let offsets = maps.value_offsets();
    (index(offsets[row])..index(offsets[row + 1]))
        .map(|at| read(infer(maps.keys(), at)?, (maps.values(), at)))
        .collect()
}

fn key_text(key: Value) -> Result<String> {
    match key {
        Value::String(text) => Ok(text),
        Value::Int64(number) => Ok(number.to_string()),
        other => Err(Error::invalid_input(format!("a map's key is {other:?}, expected text"))
            .with_hint("declare the feature as ScalarMap for keys that are no text")),
    }
}

/// An Arrow map whose keys are not text.
fn scalar_map(array: &ArrayRef, row: usize) -> Result<Value> {
    let entries = entries(array, row, |key, value| {
        let key = match key {
            Value::Int64(v) => MapKey::Int64(v),
            Value::Double(v) => MapKey::Double(v),
            Value::Bool(v) => MapKey::Bool(v),
            Value::UnixTimestamp(v) => MapKey::UnixTimestamp(v),
            Value::Bytes(v) => MapKey::Bytes(v),
            Value::Decimal(v) => MapKey::Decimal(v),
            other => {
                return Err(Error::invalid_input(format!(
                    "a scalar map's key is {other:?}, expected a number, time or bytes"
                ))
                .with_hint("declare the feature as Map for text keys"));
            }
        };
        Ok((key, infer(value.0, value.1)?))
    })?;
    Ok(Value::ScalarMap(entries))
}

/// Appends a value as Python's `json.dumps` prints it, fields in the order of the column.
pub(super) fn dump(value: &Value, out: &mut String) -> Result<()> {
    match value {
        Value::Map(entries) => dump_all(entries, "{}", out, |(name, value), out| {
            dump(&Value::String(name.clone()), out)?;
            out.push_str(": ");
            dump(value, out)
        }),
        Value::MapList(maps) => dump_all(maps, "[]", out, |entries, out| dump(&Value::Map(entries.clone()), out)),
        Value::List(items) => dump_all(items, "[]", out, dump),
        plain => {
            // In an array, because a bare string would be taken for JSON text.
            let printed = Value::from_json(&Json::Array(vec![plain.to_json()]), ValueType::Json)?;
            if let Value::Json(text) = printed {
                out.push_str(&text[1..text.len() - 1]);
            }
            Ok(())
        }
    }
}

fn dump_all<T>(
    items: &[T],
    brackets: &str,
    out: &mut String,
    print: impl Fn(&T, &mut String) -> Result<()>,
) -> Result<()> {
    let (open, close) = brackets.split_at(1);
    out.push_str(open);
    for (index, item) in items.iter().enumerate() {
        out.push_str(if index == 0 { "" } else { ", " });
        print(item, out)?;
    }
    out.push_str(close);
    Ok(())
}
