//! Writing: which columns and cells are taken, what is refused before anything is written, and what is reported.
#![allow(clippy::unwrap_used)] // helpers of tests

mod support;

use std::sync::Arc;

use futures::executor::block_on;
use larder_core::{Definitions, Error, ErrorKind, FeatureView, Value, ValueType};
use larder_engine::{Column, Engine, EngineOptions, FieldStatus, FutureEvents, Rows, Statuses, WriteSummary};
use serde_json::{Value as Json, json};
use support::{NOW, at, columns, definitions, engine, engine_with, options, read, source, view};

fn write(engine: &Engine, view: &str, rows: &Json) -> Result<WriteSummary, Error> {
    block_on(engine.write_to_online_store(view, &Rows::from_json(&rows.to_string())?))
}

fn shop(shop_id: i64, event_timestamp: &str, revenue: f64) -> Json {
    json!({"shop_id": [shop_id], "event_timestamp": [event_timestamp], "revenue": [revenue], "city": ["Oslo"]})
}

fn revenue(engine: &Engine, shop_id: i64) -> (FieldStatus, Value) {
    let response = read(engine, &["shop_stats:revenue"], &json!({"shop_id": [shop_id]})).unwrap();
    (response.cell(1, 0).status, response.value("revenue", 0).unwrap())
}

#[test]
fn reports_written_stale_and_superseded_rows() {
    let engine = engine();
    let rows = json!({
        "shop_id": [1, 1, "2"], "event_timestamp": ["2026-01-02", "2026-01-01", "2026-01-01T00:00:00+02:00"],
        "revenue": [2.0, 1.0, 3], "city": ["a", "b", "c"], "extra": [1, 2, 3],
    });
    let summary = write(&engine, "shop_stats", &rows).unwrap();
    assert_eq!((summary.written, summary.superseded, summary.stale, summary.rejected.len()), (2, 1, 0, 0));
    assert_eq!(summary.views, ["shop_stats"]);
    let summary = write(&engine, "shop_stats", &shop(1, "2026-01-01", 9.0)).unwrap();
    assert_eq!((summary.written, summary.stale), (0, 1));
}

#[test]
fn nulls_are_stored_even_when_all_are_null() {
    let engine = engine();
    write(&engine, "shop_stats", &shop(1, NOW, 5.0)).unwrap();
    write(&engine, "shop_stats", &json!({"shop_id": [1], "event_timestamp": [NOW], "revenue": [null], "city": [null]}))
        .unwrap();
    assert_eq!(revenue(&engine, 1), (FieldStatus::NullValue, Value::Null));
}

#[test]
fn an_empty_frame_writes_nothing() {
    let rows = json!({"shop_id": [], "event_timestamp": [], "revenue": [], "city": []});
    let summary = write(&engine(), "shop_stats", &rows).unwrap();
    assert_eq!((summary.written, summary.views.len()), (0, 0));
}

#[test]
fn a_bad_cell_refuses_the_whole_call() {
    let engine = engine();
    let good = json!({"shop_id": [1, 2], "event_timestamp": [NOW, NOW], "revenue": [1.0, 2.0], "city": ["a", "b"]});
    for (column, cell, message) in [
        ("revenue", json!("a"), "`\"a\"` is no DOUBLE"),
        ("shop_id", json!(1.5), "`1.5` is no INT32"),
        ("shop_id", json!(null), "an entity's id cannot be null, expected INT32"),
        ("event_timestamp", json!("yesterday-ish"), "`yesterday-ish` is not a point in time"),
        ("event_timestamp", json!(1_767_225_600), "1767225600 is not a point in time"),
        ("event_timestamp", json!(null), "an event timestamp cannot be null"),
    ] {
        let mut rows = good.clone();
        rows[column][1] = cell;
        let error = write(&engine, "shop_stats", &rows).unwrap_err();
        assert!(error.message().starts_with(message), "{error}");
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.context().contains(&("column", column.to_owned())), "{error}");
        assert!(error.context().contains(&("row", "1".to_owned())), "{error}");
        assert_eq!(revenue(&engine, 1).0, FieldStatus::NotFound, "{error}");
    }
}

#[test]
fn missing_columns_are_all_named() {
    let error = write(&engine(), "shop_stats", &json!({"shop_id": [1], "revenues": [1]})).unwrap_err();
    assert_eq!(error.message(), "missing columns `revenue`, `city`, `event_timestamp`");
    assert_eq!(error.hint(), Some("`revenues` is no column of it; did you mean `revenue`?"));
}

#[test]
fn columns_may_go_by_the_names_of_the_source() {
    let mut definitions = definitions();
    let named =
        larder_core::DataSource { timestamp_field: "seen_at".into(), ..source("s", "made_at", &[("rev", "revenue")]) };
    let shop =
        FeatureView { batch_source: Some(named), ..FeatureView::clone(&definitions.feature_views["shop_stats"]) };
    definitions.feature_views.insert("shop_stats".into(), Arc::new(shop));
    let engine = engine_with(definitions, options(Statuses::ToldApart, NOW));
    for (rows, expected) in [
        (json!({"shop_id": [1], "rev": [1], "city": ["x"], "seen_at": [NOW], "made_at": ["2026-01-01"]}), 1.0),
        // What Feast's remote client sends, whatever the source calls its columns.
        (json!({"shop_id": [1], "revenue": [2], "city": ["x"], "event_timestamp": [NOW], "created": [null]}), 2.0),
    ] {
        write(&engine, "shop_stats", &rows).unwrap();
        assert_eq!(revenue(&engine, 1).1, Value::Double(expected));
    }
}

#[test]
fn a_feature_may_be_called_like_a_timestamp_column() {
    let odd = view("odd", &[("id", ValueType::Int64)], &[("created", ValueType::String)], None);
    let mut definitions = definitions();
    definitions.feature_views.insert("odd".into(), Arc::new(odd));
    let engine = engine_with(definitions, options(Statuses::ToldApart, NOW));
    write(&engine, "odd", &json!({"id": [1], "created": ["by hand"], "event_timestamp": [NOW]})).unwrap();
    let response = read(&engine, &["odd:created"], &json!({"id": [1]})).unwrap();
    assert_eq!(response.value("created", 0).unwrap(), Value::String("by hand".into()));
}

#[test]
fn the_later_created_timestamp_breaks_a_tie() {
    let engine = engine();
    let mut rows = json!({
        "driver_id": [1, 1], "event_timestamp": [NOW, NOW], "created": ["2026-01-10T02:00:00Z", "2026-01-10T01:00:00Z"],
        "conv_rate": [0.5, 0.25],
    });
    for other in ["acc_rate", "avg_daily_trips", "driver_metadata", "driver_config", "driver_profile"] {
        rows[other] = json!([null, null]);
    }
    write(&engine, "driver_hourly_stats", &rows).unwrap();
    let response = read(&engine, &["driver_hourly_stats:conv_rate"], &json!({"driver_id": [1]})).unwrap();
    assert_eq!(response.value("conv_rate", 0).unwrap(), Value::Float(0.5));
}

#[test]
fn events_in_the_future_are_refused() {
    let engine = engine();
    write(&engine, "shop_stats", &shop(1, "2026-01-10T04:10:00Z", 1.0)).unwrap();
    let error = write(&engine, "shop_stats", &shop(2, "2026-01-10T04:10:00.000001Z", 1.0)).unwrap_err();
    assert_eq!(error.message(), "event timestamp 2026-01-10T04:10:00.000001Z lies more than 600 s in the future");
    let options = EngineOptions { future: FutureEvents::Written, ..options(Statuses::ToldApart, NOW) };
    write(&engine_with(definitions(), options), "shop_stats", &shop(2, "2090-01-01", 1.0)).unwrap();
}

#[test]
fn typed_rows_carry_exact_event_timestamps() {
    let engine = engine();
    let exact = at("2026-01-10T03:59:59.123456Z");
    let rows = Rows::from_columns(vec![
        Column::typed("shop_id", vec![Value::Int64(1)]),
        Column::typed("revenue", vec![Value::Float(0.5)]),
        Column::typed("city", vec![Value::Null]),
    ]);
    let rows = rows.unwrap().at(vec![exact]).unwrap();
    block_on(engine.write_to_online_store("shop_stats", &rows)).unwrap();
    let response = read(&engine, &["shop_stats:revenue"], &json!({"shop_id": [1]})).unwrap();
    assert_eq!(
        (response.cell(1, 0).event_timestamp, response.value("revenue", 0).unwrap()),
        (exact, Value::Double(0.5))
    );

    for (wrong, message) in
        [(Value::Int64((1 << 53) + 1), "9007199254740993 is no DOUBLE"), (Value::Bool(true), "true is no DOUBLE")]
    {
        let rows = Rows::from_columns(vec![
            Column::typed("shop_id", vec![Value::Int64(1)]),
            Column::typed("revenue", vec![wrong]),
            Column::typed("city", vec![Value::Null]),
        ]);
        let rows = rows.unwrap().at(vec![exact]).unwrap();
        let error = block_on(engine.write_to_online_store("shop_stats", &rows)).unwrap_err();
        assert_eq!(error.message(), message);
    }
}

/// A second view, fed by the push source of `driver_hourly_stats_fresh`.
fn with_second_view(change: impl FnOnce(FeatureView) -> FeatureView) -> Definitions {
    let mut definitions = definitions();
    let fresh = FeatureView::clone(&definitions.feature_views["driver_hourly_stats_fresh"]);
    let small = view("small", &[("driver_id", ValueType::Int64)], &[("conv_rate", ValueType::Int32)], None);
    let small = change(FeatureView { stream_source: fresh.stream_source, batch_source: fresh.batch_source, ..small });
    definitions.feature_views.insert("small".into(), Arc::new(small));
    definitions
}

fn driver_rows(conv_rate: f64) -> Rows {
    let rows = json!({
        "driver_id": [1], "event_timestamp": [NOW], "created": [NOW], "conv_rate": [conv_rate], "acc_rate": [0.5],
        "avg_daily_trips": [7], "driver_metadata": [{"k": "v"}], "driver_config": ["{}"], "driver_profile": [{"name": "n"}],
    });
    Rows::from_json(&rows.to_string()).unwrap()
}

#[test]
fn a_push_reaches_every_view_of_its_source_or_none() {
    let engine = engine_with(with_second_view(|view| view), options(Statuses::ToldApart, NOW));
    let error = block_on(engine.push("driver_push", &driver_rows(0.5))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    let features = ["driver_hourly_stats_fresh:acc_rate", "small:conv_rate"];
    let response = read(&engine, &features, &json!({"driver_id": [1]})).unwrap();
    assert_eq!([response.cell(1, 0).status, response.cell(2, 0).status], [FieldStatus::NotFound; 2]);

    let summary = block_on(engine.push("driver_push", &driver_rows(2.0))).unwrap();
    assert_eq!((summary.views, summary.written), (vec!["driver_hourly_stats_fresh".to_owned(), "small".to_owned()], 2));
    let response = read(&engine, &features, &json!({"driver_id": [1]})).unwrap();
    assert_eq!(response.value("conv_rate", 0).unwrap(), Value::Int32(2));

    let error = block_on(engine.push("driver_psuh", &driver_rows(2.0))).unwrap_err();
    assert_eq!((error.kind(), error.hint()), (ErrorKind::NotFound, Some("did you mean `driver_push`?")));
}

#[test]
fn views_that_take_no_rows_are_skipped_by_push_and_refused_by_name() {
    let definitions = with_second_view(|view| FeatureView { disabled: true, ..view });
    let engine = engine_with(definitions, options(Statuses::ToldApart, NOW));
    let summary = block_on(engine.push("driver_push", &driver_rows(0.5))).unwrap();
    assert_eq!((summary.views.len(), summary.skipped_views), (1, vec!["small".to_owned()]));
    for (view, message) in [
        ("small", "feature view `small` is disabled"),
        ("offline_only", "feature view `offline_only` is not kept online"),
    ] {
        let error = block_on(engine.write_to_online_store(view, &driver_rows(1.0))).unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Unsupported, message));
    }
    let error = block_on(engine.write_to_online_store("smal", &driver_rows(1.0))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[test]
fn entities_are_deleted_by_id() {
    let engine = engine();
    write(&engine, "shop_stats", &shop(1, NOW, 1.0)).unwrap();
    write(&engine, "shop_stats", &shop(2, NOW, 2.0)).unwrap();
    let report = block_on(engine.delete_entities("shop_stats", &columns(&json!({"shop_id": [1, 1, 3]})))).unwrap();
    assert_eq!(report.deleted, 1);
    assert_eq!(revenue(&engine, 1).0, FieldStatus::NotFound);
    assert_eq!(revenue(&engine, 2).1, Value::Double(2.0));
    for wrong in [json!({}), json!({"shop_id": [null]}), json!({"driver_id": [1]})] {
        let error = block_on(engine.delete_entities("shop_stats", &columns(&wrong))).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{wrong}");
    }
}
