//! Entity keys and hashes against what Feast 0.67 recorded.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are not seen as tests

use larder_core::hash::{murmur3_x64_128, murmur3_x86_32};
use larder_core::{EntityKey, Error, ErrorKind, KeyEncoder, KeyVersion, Value, ValueRef};
use proptest::prelude::*;
use serde_json::Value as Json;

fn vectors() -> Json {
    serde_json::from_str(include_str!("vectors/entity_keys.json")).unwrap()
}

fn unhex(text: &Json) -> Vec<u8> {
    let text = text.as_str().unwrap();
    (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn value(json: &Json) -> Value {
    let int64 = || json["value"].as_str().unwrap().parse().unwrap();
    match json["type"].as_str() {
        Some("string_val") => Value::String(json["value"].as_str().unwrap().into()),
        Some("bytes_val") => Value::Bytes(unhex(&json["value_hex"])),
        Some("int32_val") => Value::Int32(i32::try_from(json["value"].as_i64().unwrap()).unwrap()),
        Some("int64_val") => Value::Int64(int64()),
        Some("unix_timestamp_val") => Value::UnixTimestamp(int64()),
        Some("bool_val") => Value::Bool(true),
        Some("double_val") => Value::Double(1.5),
        Some("float_val") => Value::Float(1.5),
        Some("uuid_val") => Value::Uuid(json["value"].as_str().unwrap().into()),
        Some("decimal_val") => Value::Decimal(json["value"].as_str().unwrap().into()),
        Some("json_val") => Value::Json(json["value"].as_str().unwrap().into()),
        Some("int64_list_val") => Value::Int64List(vec![1]),
        Some("null_val") | None => Value::Null,
        Some(other) => panic!("{other}"),
    }
}

fn key_of(bytes: &Value) -> ValueRef<'_> {
    match bytes {
        Value::String(v) => ValueRef::String(v),
        Value::Bytes(v) => ValueRef::Bytes(v),
        Value::Int32(v) => ValueRef::Int32(*v),
        Value::Int64(v) => ValueRef::Int64(*v),
        Value::UnixTimestamp(v) => ValueRef::UnixTimestamp(*v),
        _ => ValueRef::Null,
    }
}

fn names(case: &Json) -> Vec<String> {
    case["join_keys"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

/// The recorded hex, or that Feast raised.
fn recorded<'a>(case: &'a Json, version: &str) -> Result<&'a str, ()> {
    case.get(version).and_then(Json::as_str).ok_or(())
}

#[test]
fn keys_of_every_version_are_feasts() {
    let vectors = vectors();
    let project = vectors["project"].as_str().unwrap();
    let cases = vectors["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 82);
    let (mut encoded, mut refused) = (0, 0);
    for case in cases {
        let name = &case["name"];
        let names = names(case);
        let values: Vec<Value> = case["entity_values"].as_array().unwrap().iter().map(value).collect();
        let borrowed: Vec<ValueRef<'_>> = values.iter().map(key_of).collect();
        let fast = |out: &mut Vec<u8>| KeyEncoder::new(&names).encode_values(out, &borrowed);
        if names.len() != values.len() {
            // Feast drops what is too much on either side; such a key finds no row or the wrong one.
            assert_eq!(fast(&mut Vec::new()).unwrap_err().kind(), ErrorKind::InvalidInput, "{name}");
            continue;
        }
        let Ok(key) = EntityKey::new(names.iter().cloned().zip(values.clone())) else {
            assert!(recorded(case, "v3").is_err(), "{name}");
            assert!(fast(&mut Vec::new()).is_err(), "{name}");
            refused += 1;
            continue;
        };
        let encode = |version| key.encode(version).map(|bytes| hex(&bytes)).map_err(drop);
        // Vectors without an int64 leave out version 1, which then equals version 2.
        let v1 = if case.get("v1_error").is_some() { Err(()) } else { recorded(case, "v1").or(recorded(case, "v2")) };
        assert_eq!(encode(KeyVersion::V3).as_deref(), recorded(case, "v3").as_ref().copied(), "{name}");
        assert_eq!(encode(KeyVersion::V2).as_deref(), recorded(case, "v2").as_ref().copied(), "{name}");
        assert_eq!(encode(KeyVersion::V1).as_deref(), v1.as_ref().copied(), "{name}");
        assert_eq!(encode(KeyVersion::V0), encode(KeyVersion::V1), "{name}");

        let v3 = unhex(&case["v3"]);
        let mut appended = b"before".to_vec();
        fast(&mut appended).unwrap();
        assert_eq!(appended, [b"before", v3.as_slice()].concat(), "{name}");
        assert_eq!(hex(KeyEncoder::new(&names).prefix()), case["prefix_v3"].as_str().unwrap(), "{name}");

        assert_eq!(EntityKey::decode(&v3).unwrap(), key, "{name}");
        for version in [KeyVersion::V0, KeyVersion::V1, KeyVersion::V2, KeyVersion::V3] {
            if let Ok(bytes) = key.encode(version) {
                assert_eq!(EntityKey::decode_legacy(&bytes, version, &names).unwrap(), key, "{name}");
            }
        }
        assert_eq!(
            hex(&[v3.as_slice(), project.as_bytes()].concat()),
            case["redis_key_hex"].as_str().unwrap(),
            "{name}"
        );
        assert_eq!(hex(&murmur3_x64_128(&v3, 0)), case["dynamodb_entity_id"].as_str().unwrap(), "{name}");
        encoded += 1;
    }
    assert_eq!((encoded, refused), (69, 10));
}

#[test]
fn hashes_are_feasts() {
    let vectors = vectors();
    for case in vectors["redis_field_hashes"].as_array().unwrap() {
        let hash = murmur3_x86_32(case["input"].as_str().unwrap().as_bytes(), 0);
        assert_eq!(u64::from(hash), case["mmh3_x86_32_seed0_u32"].as_u64().unwrap());
        assert_eq!(hex(&hash.to_le_bytes()), case["redis_field_hex"].as_str().unwrap());
    }
    for case in vectors["mmh3_128"].as_array().unwrap() {
        let hash = murmur3_x64_128(&unhex(&case["input_hex"]), 0);
        assert_eq!(hex(&hash), case["mmh3_x64_128_seed0_hex"].as_str().unwrap());
    }
}

#[test]
fn what_cannot_be_a_key_says_why() {
    let new =
        |pairs: &[(&str, Value)]| EntityKey::new(pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    for (result, message) in [
        (new(&[("a", Value::Int64(1)), ("a", Value::Int64(2))]), "the join key `a` comes twice"),
        (new(&[("a", Value::Null)]), "the join key `a` is null; use STRING"),
        (
            new(&[("a", Value::Double(1.0))]),
            "the join key `a` is of type DOUBLE, which entity keys cannot hold; use STRING",
        ),
    ] {
        let error = result.unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
    }
    let error = new(&[("a", Value::Int64(1 << 40))]).unwrap().encode(KeyVersion::V1).unwrap_err();
    assert!(error.to_string().contains("is 1099511627776, which version 1 cannot hold"), "{error}");
    let mut out = b"kept".to_vec();
    assert!(KeyEncoder::new(&["a".into()]).encode_values(&mut out, &[ValueRef::Bool(true)]).is_err());
    assert_eq!(out, b"kept");
    assert!(KeyVersion::from_number(4).is_err());
}

#[test]
fn damaged_keys_are_corrupt() {
    let good = EntityKey::new([("a".into(), Value::Int64(1)), ("b".into(), Value::String("x".into()))]).unwrap();
    let good = good.encode(KeyVersion::V3).unwrap();
    let is_corrupt = |result: Result<EntityKey, Error>| result.is_err_and(|error| error.kind() == ErrorKind::Corrupt);
    for end in 0..good.len() {
        assert!(is_corrupt(EntityKey::decode(&good[..end])), "cut at {end}");
    }
    assert!(is_corrupt(EntityKey::decode(&[good.as_slice(), &[0]].concat())));
    let mut unsorted = good.clone();
    unsorted[12] = b'c';
    assert!(is_corrupt(EntityKey::decode(&unsorted)));
    assert!(is_corrupt(EntityKey::decode_legacy(&good, KeyVersion::V3, &["a".into()])));
    assert!(is_corrupt(EntityKey::decode(&[0xff; 64])));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn what_decodes_encodes_to_the_same_bytes(
        pairs in prop::collection::btree_map(".{0,4}", any::<i64>(), 0..4),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let key = EntityKey::new(pairs.into_iter().map(|(name, id)| (name, Value::Int64(id))))?;
        let mut bytes = key.encode(KeyVersion::V3)?;
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(decoded) = EntityKey::decode(&bytes) {
            prop_assert_eq!(decoded.encode(KeyVersion::V3)?, bytes);
        }
    }
}
