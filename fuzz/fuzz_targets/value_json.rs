//! JSON from a request as a value of every declared type.
#![no_main]

use larder_core::{Value, ValueType};
use libfuzzer_sys::fuzz_target;
use serde_json::Value as Json;

/// The types whose values print as JSON that reads back as the same value.
const REVERSIBLE: [ValueType; 9] = [
    ValueType::Bytes,
    ValueType::String,
    ValueType::Int32,
    ValueType::Int64,
    ValueType::Bool,
    ValueType::UnixTimestamp,
    ValueType::Json,
    ValueType::Uuid,
    ValueType::Decimal,
];

fuzz_target!(|text: &str| {
    let Ok(json) = serde_json::from_str::<Json>(text) else { return };
    for &value_type in ValueType::ALL {
        let Ok(value) = Value::from_json(&json, value_type) else { continue };
        let decoded = Value::decode(&value.to_bytes()).expect("what was accepted must be stored readably");
        assert_eq!(decoded, value);
        let printed = value.to_json();
        match &value {
            Value::ZonedTimestamp { unix_timestamp, .. } if printed.is_string() => {
                let again = Value::from_json(&printed, value_type).expect("a printed timestamp must read");
                assert!(matches!(again, Value::ZonedTimestamp { unix_timestamp: same, .. } if same == *unix_timestamp));
            }
            _ if REVERSIBLE.contains(&value_type) => {
                assert_eq!(Value::from_json(&printed, value_type).expect("what was printed must read"), value);
            }
            _ => {}
        }
    }
});
