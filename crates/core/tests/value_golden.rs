//! Values against what Feast 0.67 recorded: bytes, JSON, text, and conversions from JSON.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are not seen as tests

use larder_core::value::{value_text, wire, write_json};
use larder_core::{Value, ValueRef, ValueType};
use serde_json::Value as Json;

fn vectors() -> Json {
    serde_json::from_str(include_str!("vectors/values.json")).unwrap()
}

fn cases<'a>(vectors: &'a Json, name: &str, count: usize) -> &'a [Json] {
    let cases = vectors[name].as_array().unwrap();
    assert_eq!(cases.len(), count);
    cases
}

fn unhex(text: &Json) -> Vec<u8> {
    let text = text.as_str().unwrap();
    (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect()
}

#[test]
fn bytes_json_and_text_are_feasts() {
    for case in cases(&vectors(), "cases", 126) {
        let name = &case["name"];
        let bytes = unhex(&case["proto_hex"]);
        let borrowed = ValueRef::decode(&bytes).unwrap();
        let owned = Value::decode(&bytes).unwrap();

        let encoded = if name == "null_val" { Vec::new() } else { bytes.clone() };
        assert_eq!(owned.to_bytes(), encoded, "{name}");

        if let Some(value_type) = owned.value_type() {
            let member = format!("{}_val", value_type.name().trim_start_matches("VALUE_").to_lowercase());
            assert_eq!(Some(member.as_str()), case["oneof"].as_str(), "{name}");
            assert_eq!(borrowed.value_type(), Some(value_type), "{name}");
        }

        let mut json = Vec::new();
        write_json(borrowed, &mut json);
        assert_eq!(String::from_utf8(json.clone()).unwrap(), case["server_json"].as_str().unwrap(), "{name}");
        assert_eq!(owned.to_json(), serde_json::from_slice::<Json>(&json).unwrap(), "{name}");
        assert_eq!(value_text(borrowed).as_deref(), case.get("sql_value_text").and_then(Json::as_str), "{name}");
    }
}

#[test]
fn scalars_are_written_directly_as_feast_writes_them() {
    for case in cases(&vectors(), "cases", 126) {
        let bytes = unhex(&case["proto_hex"]);
        let mut out = Vec::new();
        match ValueRef::decode(&bytes).unwrap() {
            ValueRef::Int32(v) => wire::put_int32(&mut out, v),
            ValueRef::Int64(v) => wire::put_int64(&mut out, v),
            ValueRef::Double(v) => wire::put_double(&mut out, v),
            ValueRef::Float(v) => wire::put_float(&mut out, v),
            ValueRef::Bool(v) => wire::put_bool(&mut out, v),
            ValueRef::String(v) => wire::put_string(&mut out, v),
            ValueRef::Bytes(v) => wire::put_bytes(&mut out, v),
            ValueRef::UnixTimestamp(v) => wire::put_unix_timestamp(&mut out, v),
            _ => continue,
        }
        assert_eq!(out, bytes, "{}", case["name"]);
    }
}

/// Where larder differs from Feast: type, JSON of one value, what larder makes of it (`None`: an error), why.
fn departures() -> Vec<(&'static str, &'static str, Option<Value>, &'static str)> {
    const LOSS: &str = "Feast cuts off the fraction, so another entity's row may be served";
    const FLAG: &str = "Feast takes true for 1, which nobody means by an id";
    const SHAPE: &str = "Feast silently makes a null of an array or object in a scalar column";
    const NUMBERS: &str = "JSON has one kind of number: 1 and 1.0 are the same, and converting is exact";
    vec![
        ("INT64", "1001.9", None, LOSS),
        ("INT32", "1001.9", None, LOSS),
        ("INT64", "true", None, FLAG),
        ("INT32", "true", None, FLAG),
        ("INT64", "[1,2]", None, SHAPE),
        ("INT32", "[1,2]", None, SHAPE),
        ("STRING", "[\"x\"]", None, SHAPE),
        ("STRING", "{\"a\":1}", None, SHAPE),
        ("DOUBLE", "\"1.5\"", Some(Value::Double(1.5)), "Feast takes the string for FLOAT, but not for DOUBLE"),
        (
            "UNIX_TIMESTAMP",
            "\"2023-11-14T22:13:20Z\"",
            Some(Value::UnixTimestamp(1_700_000_000)),
            "JSON has no timestamps, so Feast's clients cannot write one",
        ),
        ("INT64_LIST", "[1.0]", Some(Value::Int64List(vec![1])), NUMBERS),
        ("FLOAT_LIST", "[1,2]", Some(Value::FloatList(vec![1.0, 2.0])), NUMBERS),
    ]
}

#[test]
fn conversions_from_json_are_feasts_but_for_the_listed_departures() {
    let departures = departures();
    let mut departed = 0;
    let mut compared = 0;
    for case in cases(&vectors(), "python_to_proto", 99) {
        let (feast_type, Some(text)) = (case["feast_type"].as_str().unwrap(), case.get("json_values")) else {
            continue;
        };
        if text == "[NaN]" {
            continue; // Python prints it, but it is no JSON
        }
        let items: Vec<Json> = serde_json::from_str(text.as_str().unwrap()).unwrap();
        for (i, json) in items.iter().enumerate() {
            let converted = Value::from_json(json, ValueType::parse(feast_type).unwrap());
            let shown = json.to_string();
            if let Some((_, _, expected, why)) = departures.iter().find(|d| (d.0, d.1) == (feast_type, shown.as_str()))
            {
                assert_eq!(converted.ok(), *expected, "{feast_type} {shown}: {why}");
                departed += 1;
            } else if let Some(hex) = case.get("proto_hex") {
                let feasts = Value::decode(&unhex(&hex[i])).unwrap();
                assert_eq!(converted.unwrap(), feasts, "{feast_type} {shown}");
            } else {
                assert!(converted.is_err(), "{feast_type} {shown}: {} in Feast", case["error"]);
            }
            compared += 1;
        }
    }
    assert_eq!((departed, compared), (departures.len(), 92));
}
