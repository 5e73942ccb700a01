//! The hand-written value codec of `larder-core` against prost: the same bytes are accepted and mean the same.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are not seen as tests

#[path = "../../core/tests/value_strategy/mod.rs"]
mod value_strategy;

use larder_core::Value;
use larder_proto::types;
use proptest::prelude::*;
use prost::Message;

/// Reads with prost and brings the result back through prost's encoding.
fn through_prost(bytes: &[u8]) -> Option<Value> {
    let message = types::Value::decode(bytes).ok()?;
    Some(Value::decode(&message.encode_to_vec()).expect("what prost writes must read"))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

    #[test]
    fn prost_reads_what_core_writes(value in value_strategy::value()) {
        prop_assert_eq!(through_prost(&value.to_bytes()), Some(value));
    }

    #[test]
    fn core_reads_whatever_prost_reads(bytes in prop_oneof![
        8 => value_strategy::nearly_a_value(),
        1 => prop::collection::vec(any::<u8>(), 0..24),
    ]) {
        match Value::decode(&bytes) {
            Ok(value) => prop_assert_eq!(Some(value), through_prost(&bytes)),
            // The one documented difference: nobody writes a map entry like that.
            Err(error) if error.message().contains("in two parts") => {}
            Err(error) => prop_assert!(types::Value::decode(bytes.as_slice()).is_err(), "prost accepts it: {}", error),
        }
    }
}

#[test]
fn scalars_are_the_same_bytes() {
    use types::value::Val;
    for (value, val) in [
        (Value::Int64(0), Val::Int64Val(0)),
        (Value::Int32(-1), Val::Int32Val(-1)),
        (Value::String(String::new()), Val::StringVal(String::new())),
        (Value::Bool(false), Val::BoolVal(false)),
        (Value::Float(-0.0), Val::FloatVal(-0.0)),
        (Value::Double(1.5), Val::DoubleVal(1.5)),
        (Value::UnixTimestamp(i64::MIN), Val::UnixTimestampVal(i64::MIN)),
        (Value::Int64List(vec![1, -1]), Val::Int64ListVal(types::Int64List { val: vec![1, -1] })),
        (Value::FloatSet(vec![]), Val::FloatSetVal(types::FloatSet { val: vec![] })),
        (Value::Uuid("u".into()), Val::UuidVal("u".into())),
        (Value::List(vec![Value::Null]), Val::ListVal(types::RepeatedValue { val: vec![types::Value { val: None }] })),
    ] {
        assert_eq!(value.to_bytes(), types::Value { val: Some(val) }.encode_to_vec(), "{value:?}");
    }
}
