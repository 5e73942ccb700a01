//! Conversions from JSON that Feast has no vector for: limits, messages, types that JSON lacks.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are not seen as tests

use larder_core::{MapKey, Value, ValueType};
use serde_json::{Value as Json, json};

fn convert(json: &Json, value_type: &str) -> Result<Value, String> {
    Value::from_json(json, ValueType::parse(value_type).unwrap()).map_err(|error| error.to_string())
}

#[test]
fn ids_are_exact_or_refused() {
    for (json, value_type, problem) in [
        (json!(1001.9), "INT64", "`1001.9` is no INT64: it has a fraction"),
        (json!(true), "INT64", "`true` is no INT64: a boolean is no number"),
        (json!(9_007_199_254_740_993.0), "INT64", "it is out of range, or a float too large to be exact"),
        (json!(u64::MAX), "INT64", "it is out of range, or a float too large to be exact"),
        (json!(2_147_483_648_i64), "INT32", "`2147483648` is no INT32: it is out of range"),
        (json!("12x"), "INT64", "`\"12x\"` is no INT64: the string holds no integer in range"),
        (json!({"a": 1}), "STRING", "`{\"a\":1}` is no STRING: expected a string"),
        (json!(["a", "b", []]), "STRING_LIST", "element 2: expected a string"),
        (json!([1, null]), "INT64_SET", "element 1: expected an integer"),
        (json!("soon"), "UNIX_TIMESTAMP", "expected seconds since the epoch or an ISO 8601 string"),
        (json!("/w"), "BYTES", "the string is no standard, padded base64"),
        (json!(1e39), "FLOAT", "it is out of range"),
        (json!(2), "BOOL", "expected true, false, 1 or 0"),
        (json!("6ba7b810"), "UUID", "expected 32 hexadecimal digits"),
        (json!("1.5.0"), "DECIMAL", "expected a string that holds a decimal number"),
        (json!(1.5), "DECIMAL", "write the decimal as a string"),
        (json!("x"), "MAP", "the string holds no JSON"),
        (json!([1]), "STRUCT", "expected an object"),
        (json!({"k": u64::MAX}), "MAP", "18446744073709551615 does not fit 64 bits with a sign"),
        (json!({"name": 1}), "SCALAR_MAP", "its key `name` is no integer, number, boolean or UUID"),
        (json!([1]), "VALUE_LIST", "expected arrays inside the array"),
        (json!(1), "NULL", "values of this type cannot be written as JSON"),
    ] {
        let message = convert(&json, value_type).unwrap_err();
        assert!(message.contains(problem), "{message}");
    }
    assert_eq!(convert(&json!(" 42 "), "INT32"), Ok(Value::Int32(42)));
    assert_eq!(convert(&json!(i64::MIN), "INT64"), Ok(Value::Int64(i64::MIN)));
    assert!(convert(&json!("x".repeat(10_000)), "INT64").unwrap_err().len() < 200);
}

#[test]
fn types_that_json_lacks_have_a_spelling() {
    for (json, value_type, value) in [
        (json!("AAH/"), "BYTES", Value::Bytes(vec![0, 1, 255])),
        (json!("AAH/"), "PDF_BYTES", Value::Bytes(vec![0, 1, 255])),
        (json!("NaN"), "DOUBLE", Value::Double(f64::NAN)),
        (json!(["-Infinity", 0.1]), "FLOAT_LIST", Value::FloatList(vec![f32::NEG_INFINITY, 0.1])),
        (json!("1969-12-31T23:59:59.5Z"), "UNIX_TIMESTAMP", Value::UnixTimestamp(0)),
        (json!(["2023-11-14", null]), "UNIX_TIMESTAMP_LIST", Value::UnixTimestampList(vec![1_699_920_000, i64::MIN])),
        (json!([1.0, 1, 2]), "INT32_SET", Value::Int32Set(vec![1, 2])),
        (json!(1e22), "STRING", Value::String("1e+22".into())),
        (json!({"b": "é", "a": [1.5]}), "JSON", Value::Json("{\"b\": \"\\u00e9\", \"a\": [1.5]}".into())),
        (json!("-1.5E+3"), "DECIMAL", Value::Decimal("-1.5E+3".into())),
        (json!(7), "DECIMAL", Value::Decimal("7".into())),
        (
            json!("2023-11-14T14:13:20-08:00"),
            "ZONED_TIMESTAMP",
            Value::ZonedTimestamp { unix_timestamp: 1_700_000_000, zone: "UTC-08:00".into() },
        ),
        (json!({"true": null}), "SCALAR_MAP", Value::ScalarMap(vec![(MapKey::Bool(true), Value::Null)])),
        (json!("[{\"a\": {}}]"), "STRUCT_LIST", Value::StructList(vec![vec![("a".into(), Value::Map(vec![]))]])),
    ] {
        assert_eq!(convert(&json, value_type), Ok(value), "{json} as {value_type}");
    }
    for value_type in ValueType::ALL {
        assert_eq!(Value::from_json(&Json::Null, *value_type).unwrap(), Value::Null);
    }
}

#[test]
fn inference_loses_nothing() {
    for (json, value) in [
        (json!([1, 2.5]), Value::DoubleList(vec![1.0, 2.5])),
        (
            json!([9_007_199_254_740_993_i64, 0.5]),
            Value::List(vec![Value::Int64(9_007_199_254_740_993), Value::Double(0.5)]),
        ),
        (json!([1, null]), Value::List(vec![Value::Int64(1), Value::Null])),
        (
            json!([{"a": 1}, "x"]),
            Value::List(vec![Value::Map(vec![("a".into(), Value::Int64(1))]), Value::String("x".into())]),
        ),
        (json!([]), Value::List(vec![])),
    ] {
        assert_eq!(convert(&json, "UNKNOWN"), Ok(value.clone()), "{json}");
        assert_eq!(value.to_json(), if json == json!([1, 2.5]) { json!([1.0, 2.5]) } else { json });
    }
}

#[test]
fn what_is_accepted_can_be_read_back() {
    let array = |depth: usize| (0..depth).fold(json!([1]), |inner, _| json!([inner]));
    let object = |depth: usize| (0..depth).fold(json!(1), |inner, _| json!({ "k": inner }));
    for depth in 0..70 {
        for (json, value_type) in
            [(array(depth), "UNKNOWN"), (array(depth + 1), "VALUE_LIST"), (object(depth), "UNKNOWN")]
        {
            if let Ok(value) = convert(&json, value_type) {
                assert_eq!(Value::decode(&value.to_bytes()).unwrap(), value, "{value_type} at depth {depth}");
                assert!(depth < 35);
            } else {
                assert!(depth > 20, "{value_type} at depth {depth}");
            }
        }
    }
}
