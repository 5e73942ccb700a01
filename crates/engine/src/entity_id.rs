//! Entity ids: what a caller writes, as the declared type of a join key, and the entity keys made of them.

use larder_core::value::wire;
use larder_core::{Error, KeyBatch, KeyEncoder, Result, Value, ValueRef, ValueType};
use serde_json::Value as Json;

use crate::column::{Column, ColumnValues};
use crate::typed::exactly;

/// Encodes a column of ids as values of `value_type` (`INVALID`: of whatever type they look like).
///
/// # Errors
/// `InvalidInput` naming column, row, value and expected type, for an id that is null or that the type cannot hold without
/// loss (Feast reads `true` as 1 and cuts `1001.9` to 1001).
pub(crate) fn encode_ids(column: &Column, value_type: ValueType) -> Result<KeyBatch> {
    let mut ids = KeyBatch::new();
    let mut push = |row: usize, put: &dyn Fn(&mut Vec<u8>) -> Result<()>| {
        ids.push_with(put).map_err(|error| error.with("column", &column.name).with("row", row))
    };
    match &column.values {
        ColumnValues::Json(values) => {
            for (row, id) in values.iter().enumerate() {
                push(row, &|out| put_json_id(out, id, value_type))?;
            }
        }
        ColumnValues::Typed(values) => {
            for (row, id) in values.iter().enumerate() {
                push(row, &|out| match exactly(id, value_type)?.as_ref() {
                    Value::Null => Err(null_id(value_type)),
                    id => {
                        id.encode(out);
                        Ok(())
                    }
                })?;
            }
        }
    }
    Ok(ids)
}

fn put_json_id(out: &mut Vec<u8>, id: &Json, value_type: ValueType) -> Result<()> {
    // The usual types take no detour over an owned value.
    match (value_type, id) {
        (ValueType::String, Json::String(text)) => wire::put_string(out, text),
        (ValueType::Int64, Json::Number(number)) if number.is_i64() => {
            wire::put_int64(out, number.as_i64().unwrap_or_default());
        }
        (_, Json::Null) => return Err(null_id(value_type)),
        _ => Value::from_json(id, value_type)?.encode(out),
    }
    Ok(())
}

fn null_id(value_type: ValueType) -> Error {
    let expected = if value_type == ValueType::Invalid { "an id".to_owned() } else { value_type.to_string() };
    Error::invalid_input(format!("an entity's id cannot be null, expected {expected}"))
}

/// Appends the entity key of a row whose ids stand in `ids`, one list per join key in the encoder's order; none for a view
/// without entities.
pub(crate) fn put_entity_key(out: &mut Vec<u8>, encoder: &KeyEncoder, ids: &[&KeyBatch], row: usize) -> Result<()> {
    let mut few = [ValueRef::String(""); 4];
    let mut many = Vec::new();
    let values = if ids.len() <= few.len() {
        &mut few[..ids.len().max(1)]
    } else {
        many.resize(ids.len(), ValueRef::Null);
        &mut many
    };
    for (value, ids) in values.iter_mut().zip(ids) {
        *value = ValueRef::decode(ids.get(row))?;
    }
    encoder.encode_values(out, values)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn one(value_type: ValueType, json: Json) -> Result<Value> {
        let ids = encode_ids(&Column::json("driver_id", vec![json]), value_type)?;
        Value::decode(ids.get(0))
    }

    #[test]
    fn accepts_what_names_the_same_entity() {
        for (value_type, json, value) in [
            (ValueType::Int64, json!(1001), Value::Int64(1001)),
            (ValueType::Int64, json!("1001"), Value::Int64(1001)),
            (ValueType::Int64, json!(" -7 "), Value::Int64(-7)),
            (ValueType::Int64, json!(1001.0), Value::Int64(1001)),
            (ValueType::Int64, json!(i64::MIN), Value::Int64(i64::MIN)),
            (ValueType::Int32, json!(-2), Value::Int32(-2)),
            (ValueType::String, json!("c-ü"), Value::String("c-ü".into())),
            (ValueType::String, json!(5), Value::String("5".into())),
            (ValueType::String, json!(""), Value::String(String::new())),
            (ValueType::UnixTimestamp, json!(1_700_000_000), Value::UnixTimestamp(1_700_000_000)),
            (ValueType::UnixTimestamp, json!("2023-11-14T22:13:20Z"), Value::UnixTimestamp(1_700_000_000)),
            (ValueType::Bytes, json!("AP8="), Value::Bytes(vec![0, 255])),
            (ValueType::Invalid, json!(3), Value::Int64(3)),
            (ValueType::Invalid, json!("3"), Value::String("3".into())),
        ] {
            assert_eq!(one(value_type, json.clone()).unwrap(), value, "{json}");
        }
    }

    #[test]
    fn refuses_what_would_lose_something() {
        for (value_type, json, why) in [
            (ValueType::Int64, json!(1001.9), "`1001.9` is no INT64"),
            (ValueType::Int64, json!(true), "`true` is no INT64"),
            (ValueType::Int64, json!("abc"), "`\"abc\"` is no INT64"),
            (ValueType::Int64, json!([1, 2]), "`[1,2]` is no INT64"),
            (ValueType::Int64, json!(9_223_372_036_854_775_808_u64), "`9223372036854775808` is no INT64"),
            (ValueType::Int64, json!(-9.3e18), "is no INT64"),
            (ValueType::Int32, json!(2_147_483_648_i64), "`2147483648` is no INT32"),
            (ValueType::String, json!(null), "an entity's id cannot be null, expected STRING"),
            (ValueType::String, json!(["c1"]), "`[\"c1\"]` is no STRING"),
        ] {
            let error = one(value_type, json.clone()).unwrap_err();
            assert!(error.message().contains(why), "{json}: {error}");
            assert_eq!(error.context(), [("column", "driver_id".to_owned()), ("row", "0".to_owned())]);
        }
    }

    #[test]
    fn typed_ids_of_a_near_type_are_converted() {
        let given = vec![Value::Int32(5), Value::String("6".into()), Value::Double(7.0), Value::Int64(8)];
        let ids = encode_ids(&Column::typed("id", given), ValueType::Int64).unwrap();
        let ids: Vec<_> = ids.iter().map(|id| Value::decode(id).unwrap()).collect();
        assert_eq!(ids, [Value::Int64(5), Value::Int64(6), Value::Int64(7), Value::Int64(8)]);
        for (wrong, why) in [
            (Value::Bool(true), "true is no INT64 (column: id, row: 1)"),
            (Value::Null, "an entity's id cannot be null, expected INT64 (column: id, row: 1)"),
        ] {
            let error = encode_ids(&Column::typed("id", vec![Value::Int64(1), wrong]), ValueType::Int64).unwrap_err();
            assert_eq!(error.to_string(), why);
        }
    }

    #[test]
    fn composite_keys_take_any_number_of_ids() {
        let names: Vec<String> = ["a", "b", "c", "d", "e"].map(String::from).to_vec();
        let ids = encode_ids(&Column::json("x", vec![json!(1), json!(2)]), ValueType::Int64).unwrap();
        for count in 1..=names.len() {
            let encoder = KeyEncoder::new(&names[..count]);
            let mut key = Vec::new();
            put_entity_key(&mut key, &encoder, &vec![&ids; count], 1).unwrap();
            let pairs = names[..count].iter().map(|name| (name.clone(), Value::Int64(2)));
            assert_eq!(larder_core::EntityKey::new(pairs).unwrap().encode(Default::default()).unwrap(), key);
        }
    }
}
