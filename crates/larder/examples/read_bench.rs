//! Median milliseconds of `get_online_features` in process, as JSON: `read_bench REPO [ITERATIONS]`.
//!
//! The repository holds views `view_0`, `view_1`, … of the entity `user_id` (int64, 0 to 99,999), as `benches/run.py` makes it.

use std::collections::BTreeMap;
use std::time::Instant;

use larder::{Column, FeatureSelection, Larder, OnlineRequest, Result, Value, ValueRef};

const USERS: u64 = 100_000;
const WARM_UP: usize = 50;

#[tokio::main]
#[allow(clippy::print_stdout)] // a program that reports
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let repo = arguments.next().unwrap_or_else(|| ".".to_owned());
    let iterations = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(2_000);
    let larder = Larder::open(repo).await?;
    let definitions = larder.definitions();
    let mut median_ms = BTreeMap::new();
    let mut random = 7_u64;
    for entities in [1, 10, 100] {
        for views in [1, definitions.feature_views.len()] {
            let references: Vec<String> = definitions
                .feature_views
                .values()
                .take(views)
                .flat_map(|view| view.features.iter().map(move |field| format!("{}:{}", view.name, field.name)))
                .collect();
            let shape = format!("{entities}x{}", references.len());
            let features = FeatureSelection::references(references);
            let mut took = Vec::with_capacity(iterations);
            for round in 0..WARM_UP + iterations {
                let ids = (0..entities).map(|_| {
                    random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    Value::Int64(i64::try_from((random >> 33) % USERS).unwrap_or_default())
                });
                let request = OnlineRequest::new(features.clone(), vec![Column::typed("user_id", ids.collect())]);
                let start = Instant::now();
                let answer = larder.get_online_features(&request).await?;
                // Feast's figure includes its values as Python objects, so ours includes decoding every value.
                for column in 0..answer.columns().count() {
                    for row in 0..answer.row_count() {
                        std::hint::black_box(ValueRef::decode(answer.cell(column, row).value)?);
                    }
                }
                let elapsed = start.elapsed();
                if round >= WARM_UP {
                    took.push(elapsed);
                }
            }
            took.sort_unstable();
            median_ms.insert(shape, took[took.len() / 2].as_secs_f64() * 1e3);
        }
    }
    println!(
        "{{{}}}",
        median_ms.iter().map(|(shape, ms)| format!("\"{shape}\": {ms:.5}")).collect::<Vec<_>>().join(", ")
    );
    larder.close().await
}
