//! Bytes as a stored value: decoded, copied, encoded, printed, and compared with what prost reads.
#![no_main]

use larder_core::value::{value_text, write_json};
use larder_core::{Value, ValueRef};
use larder_proto::types;
use libfuzzer_sys::fuzz_target;
use prost::Message;

/// What is refused although prost reads it. The last is a defect of prost: it takes a map entry for one whatever its wire type.
const STRICTER: [&str; 3] = ["in two parts", "nested too deeply", "wrong wire type (message: Map,"];

fuzz_target!(|bytes: &[u8]| {
    let prost = types::Value::decode(bytes);
    let value = match ValueRef::decode(bytes) {
        Ok(value) => value,
        Err(error) => {
            let refused = error.to_string();
            let is_stricter = STRICTER.iter().any(|reason| refused.contains(reason));
            assert!(prost.is_err() || is_stricter, "prost reads what is refused: {error}");
            return;
        }
    };
    let owned = value.to_owned();
    let encoded = owned.to_bytes();
    assert_eq!(Value::decode(&encoded).expect("what was encoded must decode"), owned);
    if let Ok(prost) = prost {
        assert_eq!(Value::decode(&prost.encode_to_vec()).expect("what prost encodes must decode"), owned);
    }

    let mut printed = Vec::new();
    write_json(value, &mut printed);
    let parsed: serde_json::Value = serde_json::from_slice(&printed).expect("what was printed must be JSON");
    assert_eq!(parsed, value.to_json());
    assert_eq!(parsed, owned.to_json());
    let _ = value_text(value);
    let _ = format!("{value:?}");
});
