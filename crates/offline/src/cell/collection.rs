//! Columns of lists and sets.

use std::collections::HashSet;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use larder_core::value::{NULL_TIMESTAMP, wire};
use larder_core::{Error, Result, Value, ValueType};
use serde_json::Value as Json;

use super::{Cell, Framing, Typing, boxed, field_number, nested, scalar, try_message};

/// The function that encodes a column as lists or sets; `None` when the types never fit.
pub(super) fn bind(array: &ArrayRef, value_type: ValueType, typing: Typing) -> Option<Cell> {
    match array.data_type() {
        DataType::Utf8 => Some(json_text(array, value_type)),
        DataType::List(_) => match value_type {
            ValueType::ValueList | ValueType::ValueSet => nested_lists(array, value_type),
            ValueType::MapList | ValueType::StructList => maps(array, value_type),
            _ => typed(array, value_type, typing),
        },
        _ => None,
    }
}

/// Text that holds a JSON array.
fn json_text(array: &ArrayRef, value_type: ValueType) -> Cell {
    let texts = array.as_string::<i32>().clone();
    boxed(move |row, out| {
        let json: Json = serde_json::from_str(texts.value(row))
            .map_err(|error| Error::invalid_input("the text is no JSON array").with_source(error))?;
        Value::from_json(&json, value_type)?.encode(out);
        Ok(())
    })
}

fn framing_of(element: ValueType) -> Framing {
    match element {
        ValueType::Int32
        | ValueType::Int64
        | ValueType::Bool
        | ValueType::Float
        | ValueType::Double
        | ValueType::UnixTimestamp => Framing::Packed,
        _ => Framing::Repeated,
    }
}

/// Lists and sets of one scalar type.
fn typed(array: &ArrayRef, value_type: ValueType, typing: Typing) -> Option<Cell> {
    let list = array.as_list::<i32>().clone();
    let element_type = value_type.element()?;
    let framing = framing_of(element_type);
    let values = list.values();
    let put_value = match values.data_type() {
        DataType::Null => boxed(|_, _| Ok(())),
        _ => scalar::bind(values, element_type, framing, typing)?,
    };
    let nulls = values.logical_nulls();
    let put_element = move |at: usize, out: &mut Vec<u8>| match &nulls {
        Some(nulls) if nulls.is_null(at) => put_null(element_type, framing, out),
        _ => put_value(at, out),
    };
    let put_all = move |row: usize, out: &mut Vec<u8>| {
        let offsets = list.value_offsets();
        let (start, end) = (index(offsets[row]), index(offsets[row + 1]));
        if value_type.is_set() {
            return put_distinct(start..end, &put_element, out);
        }
        (start..end).try_for_each(|at| put_element(at, out))
    };
    let number = field_number(value_type);
    Some(boxed(move |row, out| {
        try_message(out, number, |out| match framing {
            Framing::Packed => {
                let start = out.len();
                try_message(out, 1, |out| put_all(row, out))?;
                // An empty packed field is not written at all.
                if out.len() == start + 2 {
                    out.truncate(start);
                }
                Ok(())
            }
            _ => put_all(row, out),
        })
    }))
}

/// Keeps the first of equal elements, in order.
fn put_distinct(
    elements: std::ops::Range<usize>,
    put_element: &impl Fn(usize, &mut Vec<u8>) -> Result<()>,
    out: &mut Vec<u8>,
) -> Result<()> {
    let mut seen = HashSet::new();
    for at in elements {
        let mut encoded = Vec::new();
        put_element(at, &mut encoded)?;
        if !seen.contains(&encoded) {
            out.extend_from_slice(&encoded);
            seen.insert(encoded);
        }
    }
    Ok(())
}

/// What stands for a null among the elements: Feast's choice.
fn put_null(element_type: ValueType, framing: Framing, out: &mut Vec<u8>) -> Result<()> {
    match element_type {
        ValueType::Int32 | ValueType::Int64 | ValueType::Bool => framing.int(out, 0),
        ValueType::UnixTimestamp => framing.int(out, NULL_TIMESTAMP),
        ValueType::Float => framing.float(out, f32::NAN),
        ValueType::Double => framing.double(out, f64::NAN),
        ValueType::String | ValueType::Bytes => framing.bytes(out, b""),
        ValueType::Json => framing.bytes(out, b"null"),
        other => return Err(Error::invalid_input(format!("a null inside a list of {other} has no stand-in"))),
    }
    Ok(())
}

/// Lists of structs or maps.
fn maps(array: &ArrayRef, value_type: ValueType) -> Option<Cell> {
    let list = array.as_list::<i32>().clone();
    let values = list.values().clone();
    if !matches!(values.data_type(), DataType::Struct(_) | DataType::Map(..)) {
        return None;
    }
    Some(boxed(move |row, out| {
        let offsets = list.value_offsets();
        let maps = (index(offsets[row])..index(offsets[row + 1]))
            .map(|at| match nested::infer(&values, at)? {
                Value::Map(entries) => Ok(entries),
                _ => Err(Error::invalid_input("a null inside a list of maps has no stand-in")),
            })
            .collect::<Result<Vec<_>>>()?;
        let value = if value_type == ValueType::MapList { Value::MapList(maps) } else { Value::StructList(maps) };
        value.encode(out);
        Ok(())
    }))
}

/// Lists of lists: inner lists are typed by the column, as Feast infers them from the cells.
fn nested_lists(array: &ArrayRef, value_type: ValueType) -> Option<Cell> {
    let list = array.as_list::<i32>().clone();
    let values = list.values().clone();
    if !matches!(values.data_type(), DataType::List(_)) {
        return None;
    }
    let number = field_number(value_type);
    Some(boxed(move |row, out| {
        let offsets = list.value_offsets();
        let mut seen = HashSet::new();
        try_message(out, number, |out| {
            for at in index(offsets[row])..index(offsets[row + 1]) {
                let inner = nested::infer_list(&values, at)?.to_bytes();
                if value_type == ValueType::ValueList || !seen.contains(&inner) {
                    wire::put_field(out, 1, &inner);
                    seen.insert(inner);
                }
            }
            Ok(())
        })
    }))
}

/// An offset of a list, which Arrow guarantees not to be negative.
pub(super) fn index(offset: i32) -> usize {
    usize::try_from(offset).unwrap_or(0)
}
