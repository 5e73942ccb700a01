//! Reading: names, entities, statuses, freshness, and the shape of the answer.
#![allow(clippy::unwrap_used)] // helpers of tests

mod support;

use std::sync::Arc;
use std::time::Duration;

use futures::executor::block_on;
use larder_core::definition::ViewState;
use larder_core::{Definitions, ErrorKind, FeatureView, Result, Timestamp, Value, ValueType};
use larder_engine::{
    Column, Engine, EngineOptions, FeatureSelection, FieldStatus, Limits, OnlineRequest, OnlineResponse, Rows, Statuses,
};
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use support::{
    NOW, at, columns, definitions, engine, engine_with, json, options, projection, read, request, service, view,
};

const SHOP: [&str; 2] = ["shop_stats:revenue", "shop_stats:city"];

fn write(engine: &Engine, view: &str, rows: &Json) {
    let rows = Rows::from_json(&rows.to_string()).unwrap();
    let summary = block_on(engine.write_to_online_store(view, &rows)).unwrap();
    assert_eq!(summary.written, rows.len(), "{summary:?}");
}

/// An engine whose drivers 1 to 3 and shop 1 have rows.
fn filled() -> Engine {
    fill(engine())
}

fn fill(engine: Engine) -> Engine {
    write(
        &engine,
        "customer_driver_daily",
        &json!({
            "driver_id": [1, 2], "customer_id": ["a", "b"], "event_timestamp": ["2026-01-01", "2026-01-02"],
            "trips": [10, 20], "spend": [1.5, null], "note": ["x", "y"],
        }),
    );
    write(
        &engine,
        "global_stats",
        &json!({"event_timestamp": ["2026-01-01"], "num_rides": [7], "avg_ride_length": [0.5]}),
    );
    write(
        &engine,
        "shop_stats",
        &json!({
            "shop_id": [1], "event_timestamp": [NOW], "revenue": [null], "city": ["Oslo"],
        }),
    );
    engine
}

fn kind(result: &Result<OnlineResponse>) -> ErrorKind {
    result.as_ref().unwrap_err().kind()
}

fn statuses(response: &OnlineResponse, column: usize) -> Vec<FieldStatus> {
    (0..response.row_count()).map(|row| response.cell(column, row).status).collect()
}

#[test]
fn tells_present_null_and_not_found_apart() {
    let engine = filled();
    let response = read(&engine, &SHOP, &json!({"shop_id": [1, 2]})).unwrap();
    assert_eq!(
        json(&response),
        json!({
            "results": [
                {"values": [1, 2], "statuses": ["PRESENT", "PRESENT"],
                 "event_timestamps": ["1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"]},
                {"values": [null, null], "statuses": ["NULL_VALUE", "NOT_FOUND"],
                 "event_timestamps": ["2026-01-10T04:00:00Z", "1970-01-01T00:00:00Z"]},
                {"values": ["Oslo", null], "statuses": ["PRESENT", "NOT_FOUND"],
                 "event_timestamps": ["2026-01-10T04:00:00Z", "1970-01-01T00:00:00Z"]},
            ],
            "metadata": {"feature_names": ["shop_id", "revenue", "city"]},
        })
    );
    assert_eq!(response.value("city", 0).unwrap(), Value::String("Oslo".into()));
    assert_eq!(response.value("revenue", 0).unwrap(), Value::Null);
    assert_eq!(response.value("ctiy", 0).unwrap_err().hint(), Some("did you mean `city`?"));
    assert_eq!(response.value("city", 2).unwrap_err().kind(), ErrorKind::InvalidInput);
    let mut dict = Vec::new();
    response.write_dict_json(&mut dict).unwrap();
    assert_eq!(String::from_utf8(dict).unwrap(), r#"{"shop_id":[1,2],"revenue":[null,null],"city":["Oslo",null]}"#);
}

#[test]
fn a_value_expires_one_microsecond_after_its_ttl() {
    let options = options(Statuses::ToldApart, NOW);
    let clock = options.clock.clone();
    let engine = fill(engine_with(definitions(), options));
    let second = Duration::from_secs(1);
    for (now, status) in [
        (at(NOW).plus(second), FieldStatus::Present),
        (at(NOW).plus(second).plus(Duration::from_micros(1)), FieldStatus::OutsideMaxAge),
        (at(NOW).minus(second * 3600), FieldStatus::Present),
    ] {
        clock.set(now);
        let response = read(&engine, &SHOP, &json!({"shop_id": [1]})).unwrap();
        let cell = response.cell(2, 0);
        assert_eq!((cell.status, cell.event_timestamp), (status, at(NOW)), "{now}");
        assert_eq!(cell.value.is_empty(), status == FieldStatus::OutsideMaxAge);
    }
    // A ttl of zero is none.
    clock.set(at("2099-01-01"));
    let response = read(&engine, &["global_stats:num_rides"], &json!({})).unwrap();
    assert_eq!(statuses(&response, 0), [FieldStatus::Present]);
}

#[test]
fn feasts_statuses_hand_out_nulls_and_expired_values_as_present() {
    let options = options(Statuses::Feast, NOW);
    let clock = options.clock.clone();
    let engine = fill(engine_with(definitions(), options));
    clock.set(at("2027-01-01"));
    let response = read(&engine, &SHOP, &json!({"shop_id": [1, 2]})).unwrap();
    assert_eq!(statuses(&response, 1), [FieldStatus::Present, FieldStatus::NotFound]);
    assert_eq!(response.value("city", 0).unwrap(), Value::String("Oslo".into()));
}

#[test]
fn null_timestamps_that_feast_wrote_are_nulls() {
    for (statuses, status, printed) in [
        (Statuses::ToldApart, FieldStatus::NullValue, json!(null)),
        (Statuses::Feast, FieldStatus::Present, json!(i64::MIN)),
    ] {
        let stamped = view("stamped", &[("id", ValueType::Int64)], &[("seen", ValueType::UnixTimestamp)], None);
        let engine = engine_with(with_view(stamped), options(statuses, NOW));
        let rows =
            vec![Column::json("id", vec![json!(1)]), Column::typed("seen", vec![Value::UnixTimestamp(i64::MIN)])];
        let rows = Rows::from_columns(rows).unwrap().at(vec![at(NOW)]).unwrap();
        block_on(engine.write_to_online_store("stamped", &rows)).unwrap();
        let response = read(&engine, &["stamped:seen"], &json!({"id": [1]})).unwrap();
        assert_eq!(response.cell(1, 0).status, status);
        assert_eq!(json(&response)["results"][1]["values"][0], printed);
    }
}

fn with_view(view: FeatureView) -> Definitions {
    let mut definitions = definitions();
    definitions.feature_views.insert(view.name.clone(), Arc::new(view));
    definitions
}

#[test]
fn a_feature_that_an_existing_row_lacks_is_not_found_at_the_rows_time() {
    let keys = [("id", ValueType::Int64)];
    let old = view("grown", &keys, &[("a", ValueType::Int64)], None);
    let engine = engine_with(with_view(old), options(Statuses::ToldApart, NOW));
    write(&engine, "grown", &json!({"id": [1], "a": [5], "event_timestamp": ["2026-01-01"]}));
    let new = view("grown", &keys, &[("a", ValueType::Int64), ("b", ValueType::Int64)], None);
    let store = Arc::clone(engine.store());
    let engine = Engine::new(store, Arc::new(with_view(new)), options(Statuses::ToldApart, NOW));
    let response = read(&engine, &["grown:b", "grown:a"], &json!({"id": [1]})).unwrap();
    let cell = response.cell(1, 0);
    assert_eq!((cell.status, cell.event_timestamp), (FieldStatus::NotFound, at("2026-01-01")));
    assert_eq!(response.value("a", 0).unwrap(), Value::Int64(5));
}

#[test]
fn features_come_in_the_order_asked_for_across_views() {
    let engine = filled();
    let features = [
        "global_stats:num_rides",
        "customer_driver_daily:note",
        "global_stats:avg_ride_length",
        "customer_driver_daily:trips",
    ];
    let response = read(&engine, &features, &json!({"customer_id": ["b", "a"], "driver_id": [2, 1]})).unwrap();
    let columns: Vec<_> = response.columns().map(|column| (column.name, column.value_type)).collect();
    assert_eq!(
        columns,
        [
            ("customer_id", ValueType::String),
            ("driver_id", ValueType::Int64),
            ("num_rides", ValueType::Int64),
            ("note", ValueType::String),
            ("avg_ride_length", ValueType::Float),
            ("trips", ValueType::Int32),
        ]
    );
    assert_eq!(response.value("note", 0).unwrap(), Value::String("y".into()));
    assert_eq!(response.value("trips", 1).unwrap(), Value::Int32(10));
    assert_eq!(response.value("num_rides", 1).unwrap(), Value::Int64(7));
}

#[test]
fn unknown_names_get_the_nearest() {
    let engine = engine();
    for (features, message, hint) in [
        (
            FeatureSelection::references(["shop_stat:city"]),
            "project `feast_vec` has no feature view `shop_stat`",
            "did you mean `shop_stats`?",
        ),
        (
            FeatureSelection::references(["shop_stats:ctiy"]),
            "feature view `shop_stats` has no feature `ctiy`",
            "did you mean `city`?",
        ),
        (
            FeatureSelection::service("driver_activty"),
            "project `feast_vec` has no feature service `driver_activty`",
            "did you mean `driver_activity`?",
        ),
    ] {
        let error = engine.resolve(&features, false).unwrap_err();
        assert_eq!((error.kind(), error.message(), error.hint()), (ErrorKind::NotFound, message, Some(hint)));
    }
}

#[test]
fn colliding_names_are_refused() {
    let engine = engine();
    let same_name =
        FeatureSelection::references(["driver_hourly_stats:acc_rate", "driver_hourly_stats_fresh:acc_rate"]);
    let error = engine.resolve(&same_name, false).unwrap_err();
    assert_eq!(
        error.message(),
        "features `driver_hourly_stats:acc_rate` and `driver_hourly_stats_fresh:acc_rate` would both be called `acc_rate`"
    );
    assert!(engine.resolve(&same_name, true).is_ok());
    for full_feature_names in [false, true] {
        let twice = FeatureSelection::references(["shop_stats:city", "shop_stats@latest:city"]);
        let error = engine.resolve(&twice, full_feature_names).unwrap_err();
        assert_eq!(error.message(), "feature `shop_stats:city` is asked for twice");
    }
}

#[test]
fn views_that_cannot_serve_are_refused_with_the_reason() {
    let shop = Arc::clone(&definitions().feature_views["shop_stats"]);
    let base = || FeatureView::clone(&shop);
    for (view, served) in [
        (FeatureView { disabled: true, ..base() }, "feature view `shop_stats` is disabled"),
        (FeatureView { online: false, ..base() }, "feature view `shop_stats` is not kept online"),
        (
            FeatureView { state: ViewState::Created, ..base() },
            "feature view `shop_stats` cannot serve in state CREATED",
        ),
        (
            FeatureView { state: ViewState::Generated, ..base() },
            "feature view `shop_stats` cannot serve in state GENERATED",
        ),
        (FeatureView { state: ViewState::Materializing, ..base() }, ""),
        (FeatureView { state: ViewState::AvailableOnline, ..base() }, ""),
    ] {
        let engine = engine_with(with_view(view), options(Statuses::ToldApart, NOW));
        match engine.resolve(&FeatureSelection::references(SHOP), false) {
            Ok(_) => assert_eq!(served, ""),
            Err(error) => assert_eq!((error.kind(), error.message()), (ErrorKind::Unsupported, served)),
        }
    }
    let on_demand = FeatureSelection::service("driver_odfv");
    assert_eq!(engine().resolve(&on_demand, false).unwrap_err().kind(), ErrorKind::Unsupported);
}

#[test]
fn services_rename_views_and_join_keys() {
    let engine = engine();
    for driver in [1, 2] {
        let mut rows = json!({"driver_id": [driver], "event_timestamp": [NOW], "created": [NOW], "acc_rate": [driver]});
        for other in ["conv_rate", "avg_daily_trips", "driver_metadata", "driver_config", "driver_profile"] {
            rows[other] = json!([null]);
        }
        write(&engine, "driver_hourly_stats", &rows);
    }
    let entities = columns(&json!({"dest_driver_id": [1, 2], "origin_driver_id": [2, 3]}));
    let request = OnlineRequest::new(FeatureSelection::service("aliased"), entities).with_full_feature_names();
    let response = block_on(engine.get_online_features(&request)).unwrap();
    let names: Vec<_> = response.columns().map(|column| column.name).collect();
    assert_eq!(names, ["dest_driver_id", "origin_driver_id", "origin_driver__acc_rate", "dest_driver__acc_rate"]);
    assert_eq!(response.value("origin_driver__acc_rate", 0).unwrap(), Value::Float(2.0));
    assert_eq!(response.value("dest_driver__acc_rate", 0).unwrap(), Value::Float(1.0));
    assert_eq!(statuses(&response, 2), [FieldStatus::Present, FieldStatus::NotFound]);

    let request = OnlineRequest::new(FeatureSelection::service("aliased"), columns(&json!({"dest_driver_id": [1]})));
    let error = block_on(engine.get_online_features(&request.with_full_feature_names())).unwrap_err();
    assert_eq!(error.message(), "missing join key `origin_driver_id` (of `origin_driver`)");
}

#[test]
fn a_service_that_names_a_dropped_feature_says_so() {
    let mut definitions = definitions();
    let stale = service("stale", vec![projection("shop_stats", "", &["city", "gone"], &[])]);
    definitions.feature_services.insert("stale".into(), stale);
    let engine = engine_with(definitions, EngineOptions::default());
    let error = engine.resolve(&FeatureSelection::service("stale"), false).unwrap_err();
    assert_eq!(error.message(), "feature view `shop_stats` has no feature `gone`");
    assert_eq!(error.context(), [("feature service", "stale".to_owned())]);
}

#[test]
fn missing_join_keys_are_all_named() {
    let engine = engine();
    let features = ["customer_driver_daily:trips", "shop_stats:city", "driver_hourly_stats:conv_rate"];
    let error = read(&engine, &features, &json!({"drvier_id": [1]})).unwrap_err();
    assert_eq!(
        error.message(),
        "missing join keys `customer_id` (of `customer_driver_daily`), \
         `driver_id` (of `customer_driver_daily`, `driver_hourly_stats`), `shop_id` (of `shop_stats`)"
    );
    assert_eq!(error.hint(), Some("`drvier_id` is no join key; did you mean `driver_id`?"));
    let error = read(&engine, &features[..1], &json!({"driver_id": [1]})).unwrap_err();
    assert_eq!(error.message(), "missing join key `customer_id` (of `customer_driver_daily`)");
}

#[test]
fn entity_columns_are_checked() {
    let engine = engine();
    let city = ["shop_stats:city"];
    for (entities, message) in [
        (json!({"shop_id": []}), "no entities were given"),
        (json!({"shop_id": [1], "x": [1, 2]}), "entity columns differ in length: `shop_id` has 1 values, `x` has 2"),
        (json!({"shop_id": [1], "shop": [1]}), "join key `shop_id` is given twice"),
        (json!({"shop_id": [null]}), "an entity's id cannot be null, expected INT32"),
        (json!({}), "missing join key `shop_id` (of `shop_stats`)"),
    ] {
        let error = read(&engine, &city, &entities).unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::InvalidInput, message), "{entities}");
    }
    let error = read(&engine, &city, &json!({"shop_id": [1, 1.5]})).unwrap_err();
    assert_eq!(error.context(), [("column", "shop_id".to_owned()), ("row", "1".to_owned())]);
}

#[test]
fn columns_that_no_view_needs_come_back_or_are_ignored() {
    let engine = filled();
    let entities = json!({"bogus": [1, 2], "customer": [null, "c"], "shop": [1, 2], "__dummy_id": ["", ""]});
    let response = read(&engine, &["shop_stats:city", "global_stats:num_rides"], &entities).unwrap();
    let names: Vec<_> = response.columns().map(|column| column.name).collect();
    assert_eq!(names, ["customer_id", "shop_id", "city", "num_rides"]);
    assert_eq!(json(&response)["results"][0]["values"], json!([null, "c"]));
}

#[test]
fn typed_and_json_entities_find_the_same_rows() {
    let engine = filled();
    let mut request = request(&["customer_driver_daily:trips"], &json!({}));
    request.entities =
        vec![Column::typed("driver_id", vec![Value::Int32(1)]), Column::json("customer_id", vec![json!("a")])];
    let response = block_on(engine.get_online_features(&request)).unwrap();
    assert_eq!(response.value("trips", 0).unwrap(), Value::Int32(10));
    assert_eq!(response.value("driver_id", 0).unwrap(), Value::Int64(1));
}

#[test]
fn limits_are_checked_before_reading() {
    let limits = Limits { max_entities: 3, max_features: 2, max_cells: 5 };
    let engine = engine_with(definitions(), EngineOptions { limits, ..EngineOptions::default() });
    let global = ["global_stats:num_rides", "global_stats:avg_ride_length", "shop_stats:city"];
    for (features, rows, message) in [
        (&global[..1], 4, "4 entities are over the limit of 3"),
        (&global[..], 1, "3 features are over the limit of 2 per request"),
        (&global[..2], 3, "3 entities x 2 features make 6 values, over the limit of 5"),
        (&global[..0], 1, "no features were asked for"),
    ] {
        let result = read(&engine, features, &json!({"driver_id": vec![1; rows]}));
        assert_eq!(kind(&result), ErrorKind::InvalidInput);
        assert_eq!(result.unwrap_err().message(), message);
    }
    assert!(read(&engine, &global[..1], &json!({"driver_id": [1, 2, 3]})).is_ok());
}

fn versioned() -> Definitions {
    let keys = [("id", ValueType::Int64)];
    let newest = view("fv", &keys, &[("a", ValueType::Int64), ("b", ValueType::Int64)], None);
    let newest = FeatureView { current_version: 1, storage_version: 1, ..newest };
    let first = FeatureView { storage_version: 0, ..view("fv", &keys, &[("a", ValueType::Int64)], None) };
    let mut definitions = Definitions { versioning: true, ..with_view(newest) };
    definitions.feature_view_versions.insert(("fv".into(), 0), Arc::new(first));
    definitions
}

#[test]
fn pinned_versions_read_their_own_rows() {
    let engine = engine_with(versioned(), options(Statuses::ToldApart, NOW));
    write(&engine, "fv", &json!({"id": [1], "a": [11], "b": [12], "event_timestamp": ["2026-01-01"]}));
    let first = &engine.definitions().feature_view_versions[&("fv".to_owned(), 0)];
    let mut batch = larder_core::WriteBatch::builder(Arc::clone(first));
    let key = larder_core::EntityKey::new([("id".to_owned(), Value::Int64(1))]).unwrap();
    let key = key.encode(larder_core::KeyVersion::V3).unwrap();
    batch.push(&key, Timestamp::EPOCH, None, [Value::Int64(1).to_bytes().as_slice()]).unwrap();
    block_on(engine.write_batch(&batch.finish())).unwrap();

    let features = ["fv@v0:a", "fv:b", "fv@v1:a", "fv@latest:a"];
    let mut request = request(&features, &json!({"id": [1]})).with_full_feature_names();
    request.include_feature_view_version_metadata = true;
    let response = json(&block_on(engine.get_online_features(&request)).unwrap());
    assert_eq!(response["metadata"]["feature_names"], json!(["id", "fv@v0__a", "fv__b", "fv@v1__a", "fv__a"]));
    assert_eq!(response["metadata"]["feature_view_metadata"], json!([{"name": "fv"}]));
    let values: Vec<_> = (1..5).map(|column| response["results"][column]["values"][0].clone()).collect();
    assert_eq!(values, [json!(1), json!(12), json!(11), json!(11)]);

    let error = engine.resolve(&FeatureSelection::references(["fv@v7:a"]), false).unwrap_err();
    assert_eq!((error.kind(), error.hint()), (ErrorKind::NotFound, Some("known: v0, v1")));
    let off = engine_with(Definitions { versioning: false, ..versioned() }, EngineOptions::default());
    let error = off.resolve(&FeatureSelection::references(["fv@v0:a"]), false).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}

#[test]
fn a_feature_list_is_resolved_once() {
    let engine = engine();
    let list = FeatureSelection::references(SHOP);
    let first = engine.resolve(&list, false).unwrap();
    assert!(Arc::ptr_eq(&first, &engine.resolve(&FeatureSelection::references(SHOP), false).unwrap()));
    assert!(!Arc::ptr_eq(&first, &engine.resolve(&list, true).unwrap()));
    let keys: Vec<_> = first.join_keys().collect();
    assert_eq!(keys, [("shop_id", ValueType::Int32)]);
    assert_eq!(first.views().map(|view| view.name.as_str()).collect::<Vec<_>>(), ["shop_stats"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever order and repetition the entities come in, each row is the row that the entity alone would get.
    #[test]
    fn every_row_is_its_entitys_own(picks in prop::collection::vec((0_i64..4, prop::sample::select(vec!["a", "b", "c"])), 1..20)) {
        let engine = filled();
        let features = ["customer_driver_daily:trips", "global_stats:num_rides", "customer_driver_daily:spend"];
        let (drivers, customers): (Vec<_>, Vec<_>) = picks.iter().copied().unzip();
        let together = json(&read(&engine, &features, &json!({"driver_id": drivers, "customer_id": customers})).unwrap());
        for (row, (driver, customer)) in picks.iter().enumerate() {
            let alone = json(&read(&engine, &features, &json!({"driver_id": [driver], "customer_id": [customer]})).unwrap());
            for column in 0..5 {
                for part in ["values", "statuses", "event_timestamps"] {
                    prop_assert_eq!(&together["results"][column][part][row], &alone["results"][column][part][0]);
                }
            }
        }
    }
}
