//! Values and entity keys that Feast wrote.

use larder_proto::types::value::Val;
use larder_proto::types::{EntityKey, RepeatedValue, Value, ValueType};
use prost::Message;
use serde_json::Value as Json;

use crate::unhex;

/// The name of the oneof's field, in Feast's spelling: the variant's name in snake case.
fn oneof_name(value: &Value) -> Option<String> {
    let debug = format!("{:?}", value.val.as_ref()?);
    let mut name = String::new();
    for c in debug.chars().take_while(char::is_ascii_alphanumeric) {
        if c.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(c.to_ascii_lowercase());
    }
    Some(name)
}

fn cases(json: &str) -> Vec<(String, Json, Vec<u8>)> {
    let Json::Array(cases) = serde_json::from_str(json).unwrap() else { panic!("expected a list") };
    let text = |case: &Json, key: &str| case[key].as_str().unwrap().to_owned();
    cases.into_iter().map(|case| (text(&case, "name"), case.clone(), unhex(&text(&case, "proto_hex")))).collect()
}

#[test]
fn values_keep_their_type_and_bytes() {
    let cases = cases(include_str!("../data/values.json"));
    assert_eq!(cases.len(), 126);
    for (name, case, bytes) in cases {
        let value = Value::decode(bytes.as_slice()).unwrap();
        assert_eq!(oneof_name(&value).as_deref(), case["oneof"].as_str(), "{name}");
        let encoded = value.encode_to_vec();
        if name == "map_null_value" {
            assert_eq!(encoded.len() + 2, bytes.len(), "prost omits a value that is null");
            assert_eq!(Value::decode(encoded.as_slice()).unwrap(), value);
        } else {
            assert_eq!(encoded, bytes, "{name}");
        }
    }
}

#[test]
fn entity_keys_keep_their_names_types_and_bytes() {
    let cases = cases(include_str!("../data/entity_keys.json"));
    assert_eq!(cases.len(), 82);
    for (name, case, bytes) in cases {
        let key = EntityKey::decode(bytes.as_slice()).unwrap();
        assert_eq!(Json::from(key.join_keys.clone()), case["join_keys"], "{name}");
        let types: Vec<_> = key.entity_values.iter().map(oneof_name).collect();
        assert_eq!(Json::from(types), case["types"], "{name}");
        assert_eq!(key.encode_to_vec(), bytes, "{name}");
    }
}

#[test]
fn values_nested_too_deep_are_refused() {
    let nested = |depth| {
        let list = |value| Value { val: Some(Val::ListVal(RepeatedValue { val: vec![value] })) };
        (0..depth).fold(Value::default(), |value, _| list(value)).encode_to_vec()
    };
    assert!(Value::decode(nested(40).as_slice()).is_ok());
    assert!(Value::decode(nested(60).as_slice()).is_err(), "prost stops at 100 messages, and a list takes two");
}

#[test]
fn names_of_value_types() {
    assert_eq!(ValueType::ALL.len(), 45);
    for &value_type in ValueType::ALL {
        assert_eq!(ValueType::from_str_name(value_type.as_str_name()), Some(value_type));
    }
    assert_eq!(ValueType::TimeUuidSet.as_str_name(), "TIME_UUID_SET");
    assert_eq!(ValueType::from_str_name("time_uuid_set"), None);
}
