//! What a read costs beyond the store: nanoseconds of processor time per request, over the memory store.
//!
//! `cargo run --release -p larder-engine --example engine_bench`. The store's own time is measured apart, with ready-made
//! requests, and taken off. Features are 32-bit floats in views of ten.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::cast_precision_loss)]

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::executor::block_on;
use larder_core::definition::Project;
use larder_core::{
    Definitions, FeatureView, Field, InfraChanges, JoinKey, KeyBatch, OnlineStore, ReadRequest, Value, ValueRef,
    ValueType,
};
use larder_engine::{Column, Engine, EngineOptions, FeatureSelection, OnlineRequest, Rows};
use larder_store_memory::MemoryStore;
use serde_json::json;

const ENTITIES: i64 = 1_000;
const FEATURES_PER_VIEW: usize = 10;
const ROUND: Duration = Duration::from_millis(300);

fn main() {
    let engine = filled_engine();
    println!("{:>9} {:>10} {:>10} {:>10} {:>10}", "entities", "total ns", "store ns", "engine ns", "JSON ns");
    for (entities, features) in [(1, 10), (10, 10), (100, 10), (100, 30)] {
        let request = request(entities, features);
        let reads = store_requests(&engine, entities, features);
        let total = measure(|| drop(black_box(block_on(engine.get_online_features(&request)).unwrap())));
        let store = measure(|| drop(black_box(block_on(engine.store().online_read(&reads)).unwrap())));
        let response = block_on(engine.get_online_features(&request)).unwrap();
        let mut body = Vec::new();
        let json = measure(|| {
            body.clear();
            response.write_json(&mut body).unwrap();
        });
        let label = format!("{entities}x{features}");
        println!("{label:>9} {total:>10.0} {store:>10.0} {:>10.0} {json:>10.0}", total - store);
    }
}

fn view_name(view: usize) -> String {
    format!("stats_{view}")
}

fn feature_name(view: usize, feature: usize) -> String {
    format!("feature_{view}_{feature}")
}

fn filled_engine() -> Engine {
    let views: Vec<Arc<FeatureView>> = (0..3)
        .map(|view| {
            let key = JoinKey { name: "user_id".into(), value_type: ValueType::Int64 };
            let features = (0..FEATURES_PER_VIEW).map(|i| Field::new(feature_name(view, i), ValueType::Float));
            let ttl = Some(Duration::from_secs(u64::from(u32::MAX)));
            Arc::new(FeatureView { ttl, ..FeatureView::new("bench", view_name(view), vec![key], features.collect()) })
        })
        .collect();
    let definitions = Definitions {
        project: Project { name: "bench".into(), ..Project::default() },
        feature_views: views.iter().map(|view| (view.name.clone(), Arc::clone(view))).collect(),
        ..Definitions::default()
    };
    let store: Arc<dyn OnlineStore> = Arc::new(MemoryStore::default());
    block_on(store.update(&InfraChanges { views_to_keep: views.clone(), ..InfraChanges::default() })).unwrap();
    let engine = Engine::new(store, Arc::new(definitions), EngineOptions::default());
    let now = larder_core::Clock::System.now();
    for view in &views {
        let float = |id: i64| Value::Float(id as f32 * 0.37);
        let mut columns = vec![Column::typed("user_id", (0..ENTITIES).map(Value::Int64).collect())];
        columns
            .extend(view.features.iter().map(|field| Column::typed(&field.name, (0..ENTITIES).map(float).collect())));
        let rows = Rows::from_columns(columns).unwrap().at((0..ENTITIES).map(|_| now).collect()).unwrap();
        block_on(engine.write_to_online_store(&view.name, &rows)).unwrap();
    }
    engine
}

fn ids(entities: i64) -> impl Iterator<Item = i64> {
    (0..entities).map(|i| i * 7 % ENTITIES)
}

fn request(entities: i64, features: usize) -> OnlineRequest {
    let references = (0..features).map(|i| {
        let (view, feature) = (i / FEATURES_PER_VIEW, i % FEATURES_PER_VIEW);
        format!("{}:{}", view_name(view), feature_name(view, feature))
    });
    let column = Column::json("user_id", ids(entities).map(|id| json!(id)).collect());
    OnlineRequest::new(FeatureSelection::references(references), vec![column])
}

fn store_requests(engine: &Engine, entities: i64, features: usize) -> Vec<ReadRequest> {
    let views = (0..features / FEATURES_PER_VIEW).map(|view| &engine.definitions().feature_views[&view_name(view)]);
    let mut keys = KeyBatch::new();
    for id in ids(entities) {
        let encoder = engine.definitions().feature_views[&view_name(0)].key_encoder();
        keys.push_with(|out| encoder.encode_values(out, &[ValueRef::Int64(id)])).unwrap();
    }
    let keys = Arc::new(keys);
    views
        .map(|view| ReadRequest {
            view: Arc::clone(view),
            features: (0..FEATURES_PER_VIEW).collect(),
            keys: Arc::clone(&keys),
        })
        .collect()
}

/// Nanoseconds per call: the best of five rounds, so that other programs disturb little.
fn measure(mut call: impl FnMut()) -> f64 {
    let mut round = || {
        let (start, spent) = (Instant::now(), spent_ns());
        let mut calls = 0_u32;
        while start.elapsed() < ROUND {
            (0..16).for_each(|_| call());
            calls += 16;
        }
        let elapsed = match (spent, spent_ns()) {
            (Some(before), Some(after)) => (after - before) as f64,
            _ => start.elapsed().as_nanos() as f64,
        };
        elapsed / f64::from(calls)
    };
    (0..5).map(|_| round()).fold(f64::INFINITY, f64::min)
}

/// The processor time of this thread, where the system tells (Linux).
fn spent_ns() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok()
}
