//! What Feast 0.67 answered over HTTP, compared with what the engine answers over the same rows.
//!
//! `feast_rows.json` holds the rows that Feast materialized, `feast_http.json` the exchanges with its server, in order:
//! later ones see what earlier ones pushed. Statuses are Feast's here; how larder tells them apart is tested in `read.rs`.
#![allow(clippy::unwrap_used)] // helpers of tests

mod support;

use std::collections::BTreeMap;

use futures::executor::block_on;
use larder_core::{Error, ErrorKind, Result, Timestamp, WriteBatch};
use larder_engine::{Engine, FeatureSelection, OnlineRequest, Rows, Statuses};
use serde_json::{Value as Json, json};
use support::{columns, definitions, engine_with, options};

/// Where the engine means to differ, and why.
const DEPARTURES: &[(&str, Expected, &str)] = &[
    ("odfv_service", Expected::Refused(ErrorKind::Unsupported), "code stored in a registry is never executed"),
    ("odfv_feature", Expected::Refused(ErrorKind::Unsupported), "code stored in a registry is never executed"),
    (
        "odfv_missing_request_data",
        Expected::Refused(ErrorKind::Unsupported),
        "code stored in a registry is never executed",
    ),
    ("entity_float_fraction_truncates", Expected::Refused(ErrorKind::InvalidInput), "ids are not cut"),
    ("entity_bool", Expected::Refused(ErrorKind::InvalidInput), "a boolean is no id"),
    ("two_entities_one_missing", Expected::Refused(ErrorKind::InvalidInput), "half a key finds nothing"),
    ("offline_only_view", Expected::Refused(ErrorKind::Unsupported), "a view that is never online has nothing to read"),
    ("entityless_no_entities", Expected::Answered, "a view without entities needs none"),
    ("push_older_readback", Expected::Answered, "an older row does not replace a newer one"),
    ("push_missing_created", Expected::Answered, "the created timestamp only breaks ties"),
    ("push_null_readback", Expected::Answered, "an older row does not replace a newer one"),
    ("push_all_null_readback", Expected::Answered, "nulls are written"),
    ("write_to_online_store_source_column_name", Expected::Answered, "a column may go by its name in the source"),
];

#[derive(Debug, Clone, Copy, PartialEq)]
enum Expected {
    Refused(ErrorKind),
    Answered,
}

fn data(text: &str) -> Json {
    serde_json::from_str(text).unwrap()
}

fn unhex(text: &Json) -> Vec<u8> {
    let text = text.as_str().unwrap();
    (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect()
}

/// The engine of the recorded repository, with the rows that Feast materialized.
fn feast_engine() -> Engine {
    let engine = engine_with(definitions(), options(Statuses::Feast, "2026-11-20T00:00:00Z"));
    for (view, rows) in data(include_str!("data/feast_rows.json")).as_object().unwrap() {
        let view = &engine.definitions().feature_views[view];
        let mut batch = WriteBatch::builder(std::sync::Arc::clone(view));
        for row in rows.as_array().unwrap() {
            let event = Timestamp::from_seconds(row["event_timestamp"].as_i64().unwrap()).unwrap();
            let values: Vec<_> = view.features.iter().map(|field| unhex(&row["values"][&field.name])).collect();
            batch.push(&unhex(&row["entity_key"]), event, None, values.iter().map(Vec::as_slice)).unwrap();
        }
        let batch = batch.finish();
        if !batch.is_empty() {
            assert_eq!(block_on(engine.write_batch(&batch)).unwrap().written(), batch.len());
        }
    }
    engine
}

fn answer(engine: &Engine, path: &str, request: &Json) -> Result<Option<Vec<u8>>> {
    if path == "/get-online-features" {
        let features = match (request["feature_service"].as_str(), request["features"].as_array()) {
            (Some(service), _) => FeatureSelection::service(service),
            (None, features) => {
                FeatureSelection::references(features.into_iter().flatten().map(|feature| feature.as_str().unwrap()))
            }
        };
        let mut online = OnlineRequest::new(features, columns(&request["entities"]));
        online.full_feature_names = request["full_feature_names"] == json!(true);
        online.include_feature_view_version_metadata = request["include_feature_view_version_metadata"] == json!(true);
        let mut body = Vec::new();
        block_on(engine.get_online_features(&online))?.write_json(&mut body)?;
        return Ok(Some(body));
    }
    let rows = Rows::from_json(&request["df"].to_string())?;
    if path == "/push" {
        block_on(engine.push(request["push_source_name"].as_str().unwrap(), &rows))?;
    } else {
        block_on(engine.write_to_online_store(request["feature_view_name"].as_str().unwrap(), &rows))?;
    }
    Ok(None)
}

/// Feast's order of the features of one view is the seed's of a hash: compare by name.
fn by_name(body: &Json) -> BTreeMap<String, Json> {
    let names = body["metadata"]["feature_names"].as_array().unwrap();
    let results = body["results"].as_array().unwrap();
    assert_eq!(names.len(), results.len());
    names.iter().map(|name| name.as_str().unwrap().to_owned()).zip(results.iter().cloned()).collect()
}

fn same_answer(name: &str, ours: &[u8], feasts: &str) {
    let our_json: Json = serde_json::from_slice(ours).unwrap();
    let feast_json = data(feasts);
    assert_eq!(by_name(&our_json), by_name(&feast_json), "{name}");
    assert_eq!(
        our_json["metadata"]["feature_view_metadata"], feast_json["metadata"]["feature_view_metadata"],
        "{name}"
    );
    // Where neither features nor map entries came in another order, the bytes are the same.
    let in_order = our_json["metadata"]["feature_names"] == feast_json["metadata"]["feature_names"];
    if in_order && !feasts.contains("\"values\":[{") {
        assert_eq!(String::from_utf8_lossy(ours), feasts, "{name}");
    }
}

fn same_refusal(name: &str, status: u64, error: &Error) {
    let kinds: &[ErrorKind] = match status {
        404 | 422 => &[ErrorKind::NotFound],
        _ => &[ErrorKind::InvalidInput, ErrorKind::NotFound, ErrorKind::Unsupported],
    };
    assert!(kinds.contains(&error.kind()), "{name}: Feast answered {status}, larder: {error:?}");
}

#[test]
fn answers_as_feast_does_but_for_the_departures() {
    let engine = feast_engine();
    let mut departed = Vec::new();
    for exchange in data(include_str!("data/feast_http.json")).as_array().unwrap() {
        let name = exchange["name"].as_str().unwrap();
        let status = exchange["status"].as_u64().unwrap();
        let answer = answer(&engine, exchange["path"].as_str().unwrap(), &exchange["request"]);
        if let Some((name, expected, why)) = DEPARTURES.iter().find(|(departing, ..)| *departing == name) {
            departed.push(*name);
            match answer {
                Ok(body) => {
                    assert_eq!(*expected, Expected::Answered, "{name}: {why}");
                    let same = body.is_some_and(|body| body == exchange["body"].as_str().unwrap().as_bytes());
                    assert!(!same, "{name} is no departure any more");
                }
                Err(error) => assert_eq!(*expected, Expected::Refused(error.kind()), "{name}: {why}: {error:?}"),
            }
            continue;
        }
        match answer {
            Ok(Some(body)) => {
                assert_eq!(status, 200, "{name}: Feast refused, larder answered {}", String::from_utf8_lossy(&body));
                same_answer(name, &body, exchange["body"].as_str().unwrap());
            }
            Ok(None) => assert_eq!(status, 200, "{name}: Feast refused, larder wrote"),
            Err(error) => {
                assert_ne!(status, 200, "{name}: Feast answered, larder refused: {error:?}");
                same_refusal(name, status, &error);
            }
        }
    }
    assert_eq!(departed.len(), DEPARTURES.len(), "a departure names no exchange: {departed:?}");
}
