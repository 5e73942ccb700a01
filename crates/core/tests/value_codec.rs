//! The value codec against itself: round trips, hostile bytes, and the corners of protobuf.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are not seen as tests

mod value_strategy;

use larder_core::value::{MAX_DEPTH, write_json};
use larder_core::{Error, ErrorKind, Value, ValueRef};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn every_value_reads_back(value in value_strategy::value()) {
        let bytes = value.to_bytes();
        prop_assert_eq!(&Value::decode(&bytes)?, &value);
        prop_assert_eq!(ValueRef::decode(&bytes)?.value_type(), value.value_type());
        prop_assert_eq!(value.is_null(), bytes.is_empty());
        prop_assert_eq!(Value::decode(&bytes)?.to_bytes(), bytes);
    }

    #[test]
    fn hostile_bytes_never_panic(bytes in prop_oneof![
        value_strategy::nearly_a_value(),
        prop::collection::vec(any::<u8>(), 0..64),
    ]) {
        match ValueRef::decode(&bytes) {
            Err(error) => prop_assert_eq!(error.kind(), ErrorKind::Corrupt),
            Ok(value) => {
                let owned = value.to_owned();
                prop_assert_eq!(&Value::decode(&owned.to_bytes())?, &owned);
                let mut json = Vec::new();
                write_json(value, &mut json);
                // Of equal keys in a map both stand in the text, and the last counts, as for every reader of JSON.
                prop_assert_eq!(serde_json::from_slice::<serde_json::Value>(&json)?, owned.to_json());
            }
        }
    }
}

fn decode(hex: &str) -> Result<Value, Error> {
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    let pairs = digits.chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
    Value::decode(&pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect::<Vec<_>>())
}

#[test]
fn protobufs_corners_read_as_protobuf_says() {
    let ints = |items: &[i64]| Value::Int64List(items.to_vec());
    for (hex, value, why) in [
        ("20 01 12 01 61", Value::String("a".into()), "the last member wins"),
        ("20 01 98 01 00", Value::Null, "null_val is a member like any other"),
        ("52 01 00 20 07", Value::Int64(7), "unknown fields are skipped"),
        ("53 20 01 54 20 07", Value::Int64(7), "unknown groups too"),
        ("72 04 08 01 08 02", ints(&[1, 2]), "a list need not be packed"),
        ("72 06 08 01 0a 02 02 03", ints(&[1, 2, 3]), "or be both"),
        ("72 03 0a 01 01 72 03 0a 01 02", ints(&[1, 2]), "two parts of one member are joined"),
        ("72 03 0a 01 01 50 05 72 03 0a 01 02", ints(&[1, 2]), "with an unknown field between them"),
        ("72 03 0a 01 01 20 05 72 03 0a 01 02", ints(&[2]), "but not across another member"),
        ("18 ff ff ff ff 0f", Value::Int32(-1), "a 32-bit number drops high bits"),
        ("38 ff 01", Value::Bool(true), "any number but zero is true"),
        (
            "a2 01 0e 0a 05 0a 01 6b 12 00 0a 05 0a 01 6b 12 00",
            Value::Map(vec![("k".into(), Value::Null)]),
            "last key wins",
        ),
        ("a2 01 02 0a 00", Value::Map(vec![(String::new(), Value::Null)]), "a map entry may leave out key and value"),
        ("a0 80 80 80 00 07", Value::Int64(7), "a field key may be written too long"),
    ] {
        match decode(hex) {
            Ok(read) => assert_eq!(read, value, "{why}"),
            Err(error) => panic!("{why}: {error}"),
        }
    }
}

#[test]
fn bytes_that_are_no_value_are_refused() {
    for (hex, why) in [
        ("20", "no number follows"),
        ("12 05 61", "the string is cut off"),
        ("12 01 ff", "not UTF-8"),
        ("20 ff ff ff ff ff ff ff ff ff 7f", "longer than 64 bits"),
        ("12 ff ff ff ff ff ff ff ff ff 01", "a length beyond everything"),
        ("22 01 61", "an int64 written as bytes"),
        ("82 01 05 0a 03 00 00 00", "three bytes are no float"),
        ("62 03 0a 01 ff 20 01", "a list that is replaced later must still be one"),
        ("04", "a group that did not start"),
        ("53 20 01", "a group that does not end"),
        ("02 00", "field number 0"),
        ("27", "wire type 7"),
    ] {
        assert_eq!(decode(hex).map_err(|error| error.kind()), Err(ErrorKind::Corrupt), "{why}");
    }
}

#[test]
fn nesting_has_a_limit() {
    let nested = |lists: usize| (0..lists).fold(Value::Int64(1), |inner, _| Value::List(vec![inner]));
    let deepest = usize::from(MAX_DEPTH) / 2;
    assert_eq!(Value::decode(&nested(deepest).to_bytes()).unwrap(), nested(deepest));
    let error = Value::decode(&nested(deepest + 1).to_bytes()).unwrap_err();
    assert_eq!(error.to_string(), "a value is nested too deeply");
    assert!(Value::decode(&[0x53].repeat(100_000)).is_err());
}

#[test]
fn equality_is_by_bits_and_ignores_the_order_of_map_entries() {
    let map = |keys: &[&str]| Value::Map(keys.iter().map(|key| ((*key).into(), Value::Double(f64::NAN))).collect());
    assert_eq!(map(&["a", "b"]), map(&["b", "a"]));
    assert_ne!(map(&["a", "b"]), map(&["a", "c"]));
    assert_ne!(Value::Double(0.0), Value::Double(-0.0));
    assert_ne!(Value::Int64List(vec![]), Value::Int64Set(vec![]));
}

#[test]
fn floats_in_one_piece_are_a_slice() {
    let bytes = Value::FloatList(vec![1.0, 2.0]).to_bytes();
    let ValueRef::Collection(floats) = ValueRef::decode(&bytes).unwrap() else { panic!("no collection") };
    assert_eq!(floats.packed(), Some([1.0_f32.to_le_bytes(), 2.0_f32.to_le_bytes()].concat().as_slice()));
    let bytes = Value::Int64List(vec![1]).to_bytes();
    let ValueRef::Collection(integers) = ValueRef::decode(&bytes).unwrap() else { panic!("no collection") };
    assert_eq!(integers.packed(), None);
}
