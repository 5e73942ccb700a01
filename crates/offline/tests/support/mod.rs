//! What the tests share: a store that records, views, and Parquet files written on the spot.
#![allow(dead_code)] // each test file uses a part
#![allow(clippy::unwrap_used)] // a helper that fails fails its test

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use larder_core::definition::{DataSourceKind, FileFormat};
use larder_core::{
    Capabilities, DataSource, DeleteReport, EntityDelete, EntityKey, Error, FeatureView, Field, InfraChanges, Interval,
    JoinKey, OnlineStore, ReadRequest, ReadRows, Result, RowOutcome, ScanPage, ScanRequest, Timestamp, Value,
    ValueType, WriteBatch, WriteReport, async_trait,
};
use larder_offline::{MaterializeOptions, MaterializeReport, RetryPolicy, materialize};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;

/// A stored row: event time, created time, values.
pub(crate) type Stored = (Timestamp, Option<Timestamp>, Vec<Value>);

/// What the recorder answers to one batch instead of writing it.
pub(crate) type Fault = Box<dyn Fn(usize) -> Option<Error> + Send + Sync>;

/// Keeps rows by the write rule; counts batches; fails where told to.
#[derive(Default)]
pub(crate) struct Recorder {
    pub(crate) rows: Mutex<BTreeMap<Vec<u8>, Stored>>,
    pub(crate) batches: Mutex<Vec<usize>>,
    /// Given the number of calls before.
    pub(crate) fault: Mutex<Option<Fault>>,
    pub(crate) calls: Mutex<usize>,
}

impl std::fmt::Debug for Recorder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Recorder")
    }
}

impl Recorder {
    pub(crate) fn get(&self, key: &[(&str, Value)]) -> Option<Stored> {
        let pairs = key.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        let key = EntityKey::new(pairs).unwrap().encode(larder_core::KeyVersion::V3).unwrap();
        self.rows.lock().unwrap().get(&key).cloned()
    }

    pub(crate) fn first_values(&self) -> Vec<Value> {
        self.rows.lock().unwrap().values().map(|row| row.2[0].clone()).collect()
    }
}

#[async_trait]
impl OnlineStore for Recorder {
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
        let call = {
            let mut calls = self.calls.lock().unwrap();
            *calls += 1;
            *calls - 1
        };
        if let Some(error) = self.fault.lock().unwrap().as_ref().and_then(|fault| fault(call)) {
            return Err(error);
        }
        self.batches.lock().unwrap().push(batch.len());
        let mut rows = self.rows.lock().unwrap();
        let outcomes = batch.rows().map(|row| {
            let (event, created) = (row.event_timestamp(), row.created_timestamp());
            if rows.get(row.entity_key()).is_some_and(|stored| stored.0 > event) {
                return RowOutcome::Stale;
            }
            let values = row.values().map(|value| Value::decode(value).unwrap()).collect();
            rows.insert(row.entity_key().to_vec(), (event, created, values));
            RowOutcome::Written
        });
        Ok(WriteReport { outcomes: outcomes.collect() })
    }

    async fn online_read(&self, _: &[ReadRequest]) -> Result<Vec<ReadRows>> {
        Err(Error::unsupported("not needed"))
    }

    async fn delete_entities(&self, _: &EntityDelete) -> Result<DeleteReport> {
        Err(Error::unsupported("not needed"))
    }

    async fn scan(&self, _: &ScanRequest) -> Result<ScanPage> {
        Err(Error::unsupported("not needed"))
    }

    async fn ping(&self) -> Result<()> {
        Ok(())
    }

    async fn close(&self) -> Result<()> {
        Ok(())
    }
}

pub(crate) fn source(path: &str, created: &str) -> DataSource {
    DataSource {
        name: "source".into(),
        kind: DataSourceKind::File {
            path: path.into(),
            format: FileFormat::Parquet,
            s3_endpoint_override: String::new(),
        },
        field_mapping: BTreeMap::new(),
        timestamp_field: "event_timestamp".into(),
        created_timestamp_column: created.into(),
        description: String::new(),
        tags: BTreeMap::new(),
        owner: String::new(),
    }
}

pub(crate) fn view(
    path: &str,
    created: &str,
    keys: &[(&str, ValueType)],
    features: &[(&str, ValueType)],
) -> FeatureView {
    let keys =
        keys.iter().map(|(name, value_type)| JoinKey { name: (*name).into(), value_type: *value_type }).collect();
    let features = features.iter().map(|(name, value_type)| Field::new(*name, *value_type)).collect();
    FeatureView { batch_source: Some(source(path, created)), ..FeatureView::new("p", "v", keys, features) }
}

/// A view with the key `id` and the feature `x`, both integers.
pub(crate) fn plain_view(path: &str, created: &str) -> FeatureView {
    view(path, created, &[("id", ValueType::Int64)], &[("x", ValueType::Int64)])
}

pub(crate) fn write_parquet(path: &Path, columns: Vec<(&str, ArrayRef)>, row_group_rows: usize) {
    let batch =
        RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true))).unwrap();
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(row_group_rows)).build();
    let mut writer =
        ArrowWriter::try_new(std::fs::File::create(path).unwrap(), batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

pub(crate) fn ints(values: impl IntoIterator<Item = Option<i64>>) -> ArrayRef {
    Arc::new(Int64Array::from_iter(values))
}

pub(crate) fn texts<'a>(values: impl IntoIterator<Item = Option<&'a str>>) -> ArrayRef {
    Arc::new(StringArray::from_iter(values))
}

pub(crate) fn micros(values: impl IntoIterator<Item = Option<i64>>) -> ArrayRef {
    Arc::new(TimestampMicrosecondArray::from_iter(values).with_timezone("UTC"))
}

pub(crate) fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros)
}

pub(crate) fn options(repo: &Path, start: i64, end: i64) -> MaterializeOptions {
    let mut options = MaterializeOptions::new(repo, Interval { start: at(start), end: at(end) });
    options.retry = RetryPolicy { attempts: 3, first_pause: Duration::ZERO, budget: Duration::from_secs(1) };
    options
}

pub(crate) async fn run(
    view: FeatureView,
    store: &Arc<Recorder>,
    options: &MaterializeOptions,
) -> Result<MaterializeReport> {
    let store: Arc<dyn OnlineStore> = store.clone();
    materialize(&Arc::new(view), &store, options, &()).await
}
