//! Reads features in process, typed and as Arrow: `cargo run --package larder --example read -- my_repo`.
//!
//! `my_repo` is what `larder init my_repo` makes, applied and materialized.

use larder::{Column, FeatureSelection, Larder, OnlineRequest, Result, Value};

#[tokio::main]
#[allow(clippy::print_stdout)] // an example shows what it finds
async fn main() -> Result<()> {
    let repo = std::env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    let larder = Larder::open(repo).await?;

    let drivers = Column::typed("driver_id", vec![Value::Int64(1001), Value::Int64(1002), Value::Int64(9999)]);
    let request = OnlineRequest::new(FeatureSelection::service("driver_activity"), vec![drivers]);
    let answer = larder.get_online_features(&request).await?;

    for (index, column) in answer.columns().enumerate() {
        for row in 0..answer.row_count() {
            let cell = answer.cell(index, row);
            let value = Value::decode(cell.value)?;
            println!("row {row} {}: {value:?} ({}, {})", column.name, cell.status, cell.event_timestamp);
        }
    }
    let batch = larder::to_record_batch(&answer)?;
    println!(
        "as Arrow: {} rows, columns {:?}",
        batch.num_rows(),
        batch.schema().fields().iter().map(|f| f.name()).collect::<Vec<_>>()
    );
    larder.close().await
}
