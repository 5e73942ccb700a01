//! What Feast 0.67 materialized from these files, we materialize too.
#![allow(clippy::unwrap_used)] // a helper that fails fails its test

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use larder_core::{DUMMY_JOIN_KEY, FeatureView, Timestamp, Value, ValueType as T};
use support::*;

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn views() -> Vec<(&'static str, FeatureView)> {
    let all_types = [
        ("f_int32", T::Int32),
        ("f_int64", T::Int64),
        ("f_float32", T::Float),
        ("f_float64", T::Double),
        ("f_bool", T::Bool),
        ("f_string", T::String),
        ("f_bytes", T::Bytes),
        ("f_ts", T::UnixTimestamp),
        ("l_int64", T::Int64List),
        ("l_float32", T::FloatList),
        ("l_string", T::StringList),
        ("l_bool", T::BoolList),
        ("l_bytes", T::BytesList),
        ("l_ts", T::UnixTimestampList),
        ("s_string", T::StringSet),
        ("s_int64", T::Int64Set),
        ("m_map", T::Map),
        ("j_json", T::Json),
        ("st_struct", T::Struct),
        ("u_uuid", T::Uuid),
        ("d_decimal", T::Decimal),
        ("nested", T::ValueList),
    ];
    let drivers = [
        ("conv_rate", T::Float),
        ("acc_rate", T::Float),
        ("avg_daily_trips", T::Int64),
        ("driver_metadata", T::Map),
        ("driver_config", T::Json),
        ("driver_profile", T::Struct),
    ];
    let customer_driver = [("driver_id", T::Int64), ("customer_id", T::String)];
    let daily = [("trips", T::Int32), ("spend", T::Double), ("note", T::String)];
    let mut shops = view("shop.parquet", "", &[("shop_id", T::Int32)], &[("revenue", T::Double), ("city", T::String)]);
    shops.batch_source.as_mut().unwrap().field_mapping = [("rev".to_owned(), "revenue".to_owned())].into();
    let global = [("num_rides", T::Int64), ("avg_ride_length", T::Float)];
    vec![
        ("all_types", view("types.parquet", "created", &[("customer_id", T::String)], &all_types)),
        ("driver_hourly_stats", view("driver_stats.parquet", "created", &[("driver_id", T::Int64)], &drivers)),
        ("customer_driver_daily", view("customer_driver.parquet", "", &customer_driver, &daily)),
        ("global_stats", view("global.parquet", "", &[(DUMMY_JOIN_KEY, T::String)], &global)),
        ("shop_stats", shops),
    ]
}

/// Feast's value with its accidents undone: a null timestamp, an integer beside a null (2^53 + 1 in the source), and
/// integers of a struct beside a null row.
fn without_accidents(value: Value) -> Value {
    match value {
        Value::UnixTimestamp(i64::MIN) => Value::Null,
        Value::Int64(0x20_0000_0000_0000) => Value::Int64(0x20_0000_0000_0001),
        Value::Struct(entries) => {
            let integer = |value| if value == Value::Double(5.0) { Value::Int64(5) } else { value };
            Value::Struct(entries.into_iter().map(|(name, value)| (name, integer(value))).collect())
        }
        other => other,
    }
}

#[tokio::test]
async fn rows_equal_those_that_feast_stored() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    type Rows = Vec<(String, String, String, i64)>;
    let stored = std::fs::read_to_string(data.join("online_store.json")).unwrap();
    let mut stored: BTreeMap<String, Rows> = serde_json::from_str(&stored).unwrap();
    for (name, view) in views() {
        let store = Arc::new(Recorder::default());
        let window = ["2026-01-01", "2026-01-11"].map(|text| Timestamp::parse(text).unwrap().micros());
        let features = view.features.clone();
        let report = run(view, &store, &options(&data, window[0], window[1])).await.unwrap();
        assert_eq!(report.rejected.count, 0, "{name}: {:?}", report.rejected);
        let ours = store.rows.lock().unwrap().clone();
        let mut feasts = BTreeSet::new();
        for (key, feature, value, event_ts) in stored.remove(name).unwrap() {
            let row = ours.get(&hex(&key)).unwrap_or_else(|| panic!("{name}: no row {key}"));
            let index = features.iter().position(|field| field.name == feature).unwrap();
            let expected = without_accidents(Value::decode(&hex(&value)).unwrap());
            assert_eq!(row.2[index], expected, "{name} {key} {feature}");
            assert_eq!(row.0.seconds(), event_ts);
            feasts.insert(hex(&key));
        }
        assert_eq!(ours.into_keys().collect::<BTreeSet<_>>(), feasts, "{name}");
    }
}
