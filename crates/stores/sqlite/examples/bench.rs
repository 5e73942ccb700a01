//! How fast the store writes and reads: 3 views of 10 float features.
//!
//! `cargo run --release -p larder-store-sqlite --example bench [ORDER] [ROWS] [OPTION: VALUE]...` where ORDER is `random`
//! (random keys, the worst case), `sequential` (keys 0, 1, 2, … as they lie in a table) or `sorted` (by encoded key).
#![allow(clippy::print_stdout, clippy::cast_precision_loss)] // a report of rounded numbers

use std::sync::Arc;
use std::time::{Duration, Instant};

use larder_core::value::wire::put_float;
use larder_core::{
    ConnectContext, EntityKey, FeatureView, Field, InfraChanges, JoinKey, KeyBatch, KeyVersion, OnlineStore, Plugins,
    ReadRequest, Result, StoreDescriptor, StoreOptions, Timestamp, Value, ValueType, WriteBatch,
};
use larder_store_sqlite::Sqlite;

const VIEWS: usize = 3;
const FEATURES: usize = 10;
const BATCH_ROWS: usize = 10_000;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let order = arguments.next().unwrap_or_else(|| "random".to_owned());
    let rows = arguments.next().and_then(|rows| rows.parse().ok()).unwrap_or(100_000);
    let folder = tempfile::tempdir().map_err(|error| larder_core::Error::internal("no folder").with_source(error))?;
    let mut yaml = "type: sqlite\npath: online.db\n".to_owned();
    arguments.for_each(|option| yaml = format!("{yaml}{option}\n"));
    let plugins = Plugins::of([StoreDescriptor::of::<Sqlite>("bench")])?;
    let store = plugins.connect(&StoreOptions::from_yaml(&yaml)?, ConnectContext::new("bench", folder.path())).await?;
    let views: Vec<_> = (0..VIEWS).map(|i| Arc::new(view(i))).collect();
    store.update(&InfraChanges { views_to_keep: views.clone(), ..InfraChanges::default() }).await?;
    let mut random = Random(88_172_645_463_325_252);
    let keys = keys(&order, rows, &mut random);
    println!("{order} keys, {rows} rows x {VIEWS} views x {FEATURES} features, batches of {BATCH_ROWS}");
    write_all(store.as_ref(), &views, &keys, 1, "new rows").await?;
    write_all(store.as_ref(), &views, &keys, 2, "newer rows over them").await?;
    write_all(store.as_ref(), &views, &keys, 1, "stale rows").await?;
    for (entities, views) in [(1, &views[..1]), (1, &views), (10, &views), (100, &views[..1]), (100, &views)] {
        read(store.as_ref(), views, &keys, entities, &mut random).await?;
    }
    single_writes(store.as_ref(), &views[0], &keys).await?;
    store.close().await
}

fn view(index: usize) -> FeatureView {
    let key = JoinKey { name: "user_id".into(), value_type: ValueType::Int64 };
    let features = (0..FEATURES).map(|i| Field::new(format!("v{index}_f{i}"), ValueType::Float)).collect();
    FeatureView::new("bench", format!("view_{index}"), vec![key], features)
}

fn keys(order: &str, rows: usize, random: &mut Random) -> Vec<Vec<u8>> {
    let encode = |id: u64| {
        let key = EntityKey::new(vec![("user_id".to_owned(), Value::Int64(id.cast_signed()))]);
        key.and_then(|key| key.encode(KeyVersion::V3)).unwrap_or_default()
    };
    let mut keys: Vec<_> =
        (0..rows as u64).map(|id| encode(if order == "sequential" { id } else { random.next() })).collect();
    if order == "sorted" {
        keys.sort_unstable();
    }
    keys
}

async fn write_all(
    store: &dyn OnlineStore,
    views: &[Arc<FeatureView>],
    keys: &[Vec<u8>],
    second: i64,
    what: &str,
) -> Result<()> {
    let mut random = Random(second.unsigned_abs());
    let (mut wall, cpu) = (Duration::ZERO, cpu());
    let mut building = Duration::ZERO;
    for view in views {
        for chunk in keys.chunks(BATCH_ROWS) {
            let start = Instant::now();
            let mut builder = WriteBatch::builder(Arc::clone(view));
            for key in chunk {
                builder.push_with(Timestamp::from_micros(second * 1_000_000), None, |row| {
                    row.key(|buffer| {
                        buffer.extend_from_slice(key);
                        Ok(())
                    })?;
                    (0..FEATURES).try_for_each(|_| {
                        row.value(|buffer| {
                            put_float(buffer, random.float());
                            Ok(())
                        })
                    })
                })?;
            }
            let batch = builder.finish();
            building += start.elapsed();
            let start = Instant::now();
            store.online_write_batch(&batch).await?;
            wall += start.elapsed();
        }
    }
    let rows = (keys.len() * views.len()) as f64;
    let cpu = self::cpu().saturating_sub(cpu).saturating_sub(building).as_secs_f64();
    println!(
        "  {what}: {:.0} rows/s, {:.1} us CPU per row ({:.0} rows/s of CPU)",
        rows / wall.as_secs_f64(),
        cpu * 1e6 / rows,
        rows / cpu
    );
    Ok(())
}

async fn read(
    store: &dyn OnlineStore,
    views: &[Arc<FeatureView>],
    keys: &[Vec<u8>],
    entities: usize,
    random: &mut Random,
) -> Result<()> {
    let features: Arc<[usize]> = (0..FEATURES).collect();
    let mut times: Vec<Duration> = Vec::new();
    for _ in 0..(20_000 / entities / views.len()).max(200) {
        let picked = Arc::new(KeyBatch::from_iter((0..entities).map(|_| keys[random.below(keys.len())].as_slice())));
        let request = |view: &Arc<FeatureView>| ReadRequest {
            view: Arc::clone(view),
            features: Arc::clone(&features),
            keys: Arc::clone(&picked),
        };
        let reads: Vec<_> = views.iter().map(request).collect();
        let start = Instant::now();
        let answers = store.online_read(&reads).await?;
        times.push(start.elapsed());
        assert!(answers.iter().all(|rows| rows.iter().all(|row| row.is_some())));
    }
    times.sort_unstable();
    let micros = |q: usize| times[(times.len() - 1) * q / 100].as_secs_f64() * 1e6;
    println!("  read {entities} x {}: p50 {:.1} us, p99 {:.1} us", FEATURES * views.len(), micros(50), micros(99));
    Ok(())
}

async fn single_writes(store: &dyn OnlineStore, view: &Arc<FeatureView>, keys: &[Vec<u8>]) -> Result<()> {
    let mut times = Vec::new();
    for key in keys.iter().take(200) {
        let mut builder = WriteBatch::builder(Arc::clone(view));
        builder.push(key, Timestamp::from_micros(3_000_000), None, (0..FEATURES).map(|_| &b"\x35\0\0\0\0"[..]))?;
        let batch = builder.finish();
        let start = Instant::now();
        store.online_write_batch(&batch).await?;
        times.push(start.elapsed());
    }
    times.sort_unstable();
    println!("  write one row: p50 {:.0} us", times[times.len() / 2].as_secs_f64() * 1e6);
    Ok(())
}

/// The CPU time of this process, user and system.
fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: u64 = fields.skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap_or_default()
    }

    fn float(&mut self) -> f32 {
        (self.next() >> 40) as f32 / 16_777_216.0
    }
}
