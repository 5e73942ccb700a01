//! What finding and encoding the newest row per key costs: CPU seconds and peak memory for one Parquet file.
//!
//! ```text
//! newest_row_bench FILE [KEY_COLUMN] [MEMORY_LIMIT_MIB]
//! ```
//! The file has a key column (`user_id` unless named), `event_timestamp`, `created` and the floats `f0`, `f1`, `f2`, as
//! `benches/make_data.py events` writes it. Rows go to a store that only counts them.
#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use larder_core::definition::{DataSourceKind, FileFormat};
use larder_core::{
    Capabilities, DataSource, DeleteReport, EntityDelete, Error, FeatureView, Field, InfraChanges, Interval, JoinKey,
    OnlineStore, ReadRequest, ReadRows, Result, RowOutcome, ScanPage, ScanRequest, Timestamp, ValueType, WriteBatch,
    WriteReport, async_trait,
};
use larder_offline::{Advance, MaterializeOptions, Phase, Progress, materialize};

/// Accepts every row and forgets it.
#[derive(Debug)]
struct Sink;

#[async_trait]
impl OnlineStore for Sink {
    fn capabilities(&self) -> Capabilities {
        Capabilities::NONE
    }

    async fn update(&self, _: &InfraChanges) -> Result<()> {
        Ok(())
    }

    async fn teardown(&self, _: &[Arc<FeatureView>]) -> Result<()> {
        Ok(())
    }

    async fn online_write_batch(&self, batch: &WriteBatch) -> Result<WriteReport> {
        Ok(WriteReport { outcomes: batch.rows().map(|_| RowOutcome::Written).collect() })
    }

    async fn online_read(&self, _: &[ReadRequest]) -> Result<Vec<ReadRows>> {
        Err(Error::unsupported("the sink holds nothing"))
    }

    async fn delete_entities(&self, _: &EntityDelete) -> Result<DeleteReport> {
        Err(Error::unsupported("the sink holds nothing"))
    }

    async fn scan(&self, _: &ScanRequest) -> Result<ScanPage> {
        Err(Error::unsupported("the sink holds nothing"))
    }

    async fn ping(&self) -> Result<()> {
        Ok(())
    }

    async fn close(&self) -> Result<()> {
        Ok(())
    }
}

/// Remembers the CPU seconds at which the search was over.
#[derive(Default)]
struct Split(OnceLock<f64>);

impl Progress for Split {
    fn advance(&self, advance: Advance) {
        if advance.phase == Phase::Writing {
            self.0.get_or_init(|| cpu_seconds().iter().sum());
        }
    }
}

fn view(path: String, key: String) -> FeatureView {
    let features = ["f0", "f1", "f2"].map(|name| Field::new(name, ValueType::Float)).to_vec();
    let mut view =
        FeatureView::new("bench", "events", vec![JoinKey { name: key, value_type: ValueType::Int64 }], features);
    view.batch_source = Some(DataSource {
        name: "events".into(),
        kind: DataSourceKind::File { path, format: FileFormat::Parquet, s3_endpoint_override: String::new() },
        field_mapping: BTreeMap::new(),
        timestamp_field: "event_timestamp".into(),
        created_timestamp_column: "created".into(),
        description: String::new(),
        tags: BTreeMap::new(),
        owner: String::new(),
    });
    view
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let usage = || Error::invalid_input("usage: newest_row_bench FILE [KEY_COLUMN] [MEMORY_LIMIT_MIB]");
    let path = arguments.next().ok_or_else(usage)?;
    let view = Arc::new(view(path, arguments.next().unwrap_or_else(|| "user_id".into())));
    let mut options = MaterializeOptions::new(".", Interval { start: Timestamp::MIN, end: Timestamp::MAX });
    options.max_future_skew = Duration::from_secs(100 * 365 * 86_400);
    if let Some(mib) = arguments.next() {
        options.memory_limit_bytes = mib.parse::<usize>().map_err(|_| usage())? << 20;
    }
    let store: Arc<dyn OnlineStore> = Arc::new(Sink);
    let split = Split::default();
    let report = materialize(&view, &store, &options, &split).await?;
    let [user, system] = cpu_seconds();
    println!(
        "{} rows, {} keys, {} passes, {:.2} s elapsed, {:.2} CPU s ({user:.2} user, {system:.2} system; search {:.2}), peak {}",
        report.rows_scanned,
        report.keys,
        report.passes,
        report.elapsed.as_secs_f64(),
        user + system,
        split.0.get().copied().unwrap_or(f64::NAN),
        peak_memory()
    );
    Ok(())
}

/// User and system CPU time of this process, as Linux counts them.
fn cpu_seconds() -> [f64; 2] {
    const TICKS_PER_SECOND: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = |field: usize| after_name.split_whitespace().nth(field)?.parse::<f64>().ok();
    [11, 12].map(|field| ticks(field).unwrap_or(f64::NAN) / TICKS_PER_SECOND)
}

fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("unknown").trim().to_owned()
}
