//! Pushes a row and materializes, in process: `cargo run --package larder --example write -- my_repo`.
//!
//! `my_repo` is what `larder init my_repo` makes, applied.

use std::sync::Arc;

use larder::{Clock, Column, Larder, MaterializeRequest, Result, Rows, Value};

#[tokio::main]
#[allow(clippy::print_stdout)] // an example shows what it does
async fn main() -> Result<()> {
    let repo = std::env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    let larder = Larder::open(repo).await?;
    let now = Clock::System.now();

    let loaded = larder.materialize_incremental(&MaterializeRequest::default(), now, &|_| Arc::new(())).await?;
    for view in &loaded.views {
        match &view.outcome {
            Ok(report) => println!("{}: {} written, {} rejected", view.view, report.written, report.rejected.count),
            Err(error) => println!("{}: {error}", view.view),
        }
    }

    let rows = Rows::from_columns(vec![
        Column::typed("driver_id", vec![Value::Int64(1001)]),
        Column::typed("conv_rate", vec![Value::Float(0.5)]),
        Column::typed("acc_rate", vec![Value::Null]),
        Column::typed("avg_daily_trips", vec![Value::Int64(12)]),
    ])?
    .at(vec![now])?;
    let pushed = larder.push("driver_stats_push", &rows).await?;
    println!("pushed: {} written, {} older than what is stored", pushed.written, pushed.stale);
    larder.close().await
}
