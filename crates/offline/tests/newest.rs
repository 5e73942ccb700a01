//! Which rows are written.

mod support;

use std::sync::Arc;

use arrow_array::{
    ArrayRef, Date32Array, Int32Array, TimestampMillisecondArray, TimestampNanosecondArray, UInt16Array,
};
use larder_core::{Clock, DUMMY_JOIN_KEY, Value, ValueType};
use support::*;

const ALL: (i64, i64) = (i64::MIN, i64::MAX);

fn int(value: i64) -> Value {
    Value::Int64(value)
}

#[tokio::test]
async fn both_ends_of_the_window_belong_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let columns = vec![
        ("id", ints([Some(1), Some(1), Some(2), Some(3), Some(4), Some(4)])),
        ("event_timestamp", micros([Some(99), Some(100), Some(200), Some(201), Some(50), Some(999)])),
        ("x", ints([Some(10), Some(11), None, Some(13), Some(14), Some(15)])),
    ];
    write_parquet(&folder.path().join("a.parquet"), columns, 2);
    let store = Arc::new(Recorder::default());
    let report = run(plain_view("a.parquet", ""), &store, &options(folder.path(), 100, 200)).await.unwrap();
    assert_eq!(
        (report.rows_scanned, report.rows_in_window, report.keys, report.written, report.stale),
        (6, 2, 2, 2, 0)
    );
    assert_eq!(store.get(&[("id", int(1))]).unwrap(), (at(100), None, vec![int(11)]));
    assert_eq!(store.get(&[("id", int(2))]).unwrap(), (at(200), None, vec![Value::Null]));
    assert_eq!(store.get(&[("id", int(3))]), None);
    let again = run(plain_view("a.parquet", ""), &store, &options(folder.path(), 0, 99)).await.unwrap();
    assert_eq!((again.keys, again.written, again.stale), (2, 1, 1), "id 1 at 99 is older than what is stored");
}

#[tokio::test]
async fn ties_go_to_the_later_created_then_to_the_later_row() {
    let folder = tempfile::tempdir().unwrap();
    let columns = vec![
        ("id", ints([1, 1, 1, 2, 2, 3, 3].map(Some))),
        ("event_timestamp", micros([Some(5); 7])),
        ("created", micros([Some(7), Some(9), Some(8), None, Some(1), Some(4), Some(4)])),
        ("x", ints((0..7).map(Some))),
    ];
    write_parquet(&folder.path().join("a.parquet"), columns, 3);
    let store = Arc::new(Recorder::default());
    run(plain_view("a.parquet", "created"), &store, &options(folder.path(), 0, 10)).await.unwrap();
    for (id, winner, created) in [(1, 1, 9), (2, 4, 1), (3, 6, 4)] {
        assert_eq!(store.get(&[("id", int(id))]).unwrap(), (at(5), Some(at(created)), vec![int(winner)]), "id {id}");
    }
}

#[tokio::test]
async fn files_may_differ_in_columns_and_times_are_compared_in_full() {
    let folder = tempfile::tempdir().unwrap();
    let nanos: ArrayRef = Arc::new(TimestampNanosecondArray::from(vec![5_000_700, 5_000_900, 6_000_000]));
    let first = vec![
        ("extra", texts([None; 3])),
        ("x", ints([1, 2, 3].map(Some))),
        ("event_timestamp", nanos),
        ("id", ints([1, 1, 2].map(Some))),
    ];
    write_parquet(&folder.path().join("data/1.parquet"), first, 10);
    let millis: ArrayRef = Arc::new(TimestampMillisecondArray::from(vec![5, 7]).with_timezone("+02:00"));
    let ids: ArrayRef = Arc::new(UInt16Array::from(vec![1, 2]));
    let values: ArrayRef = Arc::new(Int32Array::from(vec![10, 20]));
    write_parquet(
        &folder.path().join("data/2.parquet"),
        vec![("id", ids), ("event_timestamp", millis), ("x", values)],
        10,
    );
    let store = Arc::new(Recorder::default());
    let report = run(plain_view("data", ""), &store, &options(folder.path(), ALL.0, ALL.1)).await.unwrap();
    assert_eq!((report.rows_scanned, report.keys), (5, 2));
    assert_eq!(store.get(&[("id", int(1))]).unwrap(), (at(5_000), None, vec![int(2)]));
    assert_eq!(store.get(&[("id", int(2))]).unwrap(), (at(7_000), None, vec![int(20)]));
}

#[tokio::test]
async fn little_memory_only_means_more_readings() {
    let folder = tempfile::tempdir().unwrap();
    let rows = 60_000_i64;
    let columns = vec![
        ("id", ints((0..rows).map(|row| Some(row * 7919 % 45_000)))),
        ("event_timestamp", micros((0..rows).map(|row| Some(row % 1_000)))),
        ("created", micros((0..rows).map(|row| Some(row % 7)))),
        ("x", ints((0..rows).map(Some))),
    ];
    write_parquet(&folder.path().join("a.parquet"), columns, 10_000);
    let mut results = Vec::new();
    for memory_limit_bytes in [256 << 20, 0] {
        let store = Arc::new(Recorder::default());
        let mut options = options(folder.path(), 0, 1_000);
        options.memory_limit_bytes = memory_limit_bytes;
        options.batch_rows = 7_000;
        let report = run(plain_view("a.parquet", "created"), &store, &options).await.unwrap();
        assert_eq!((report.rows_in_window, report.keys, report.written), (60_000, 45_000, 45_000));
        assert_eq!(report.passes > 1, memory_limit_bytes == 0);
        assert!(store.batches.lock().unwrap().iter().all(|rows| *rows <= 7_000));
        results.push(std::mem::take(&mut *store.rows.lock().unwrap()));
    }
    assert!(results[0] == results[1]);
}

#[tokio::test]
async fn composite_and_text_keys_are_feasts() {
    let folder = tempfile::tempdir().unwrap();
    let columns = vec![
        ("b", ints([1, 1, 2, 2].map(Some))),
        ("a", texts(["x", "y", "x", "x"].map(Some))),
        ("event_timestamp", micros([1, 2, 3, 4].map(Some))),
        ("f", texts([Some("1"), Some("2"), Some("3"), None])),
    ];
    write_parquet(&folder.path().join("a.parquet"), columns, 2);
    let store = Arc::new(Recorder::default());
    let keys = [("b", ValueType::Int32), ("a", ValueType::String)];
    let report = run(view("*.parquet", "", &keys, &[("f", ValueType::String)]), &store, &options(folder.path(), 0, 9))
        .await
        .unwrap();
    assert_eq!(report.keys, 3);
    let get = |b, a: &str| store.get(&[("b", Value::Int32(b)), ("a", Value::String(a.into()))]).unwrap();
    assert_eq!(get(1, "x").2, [Value::String("1".into())]);
    assert_eq!(get(2, "x"), (at(4), None, vec![Value::Null]));
}

#[tokio::test]
async fn a_view_without_entities_has_one_row() {
    let folder = tempfile::tempdir().unwrap();
    let days: ArrayRef = Arc::new(Date32Array::from(vec![3, 2]));
    write_parquet(
        &folder.path().join("a.parquet"),
        vec![("event_timestamp", days), ("x", ints([Some(1), Some(2)]))],
        9,
    );
    let store = Arc::new(Recorder::default());
    let entity_less = view("a.parquet", "", &[(DUMMY_JOIN_KEY, ValueType::String)], &[("x", ValueType::Int64)]);
    run(entity_less, &store, &options(folder.path(), ALL.0, ALL.1)).await.unwrap();
    let row = store.get(&[(DUMMY_JOIN_KEY, Value::String(String::new()))]).unwrap();
    assert_eq!(row, (at(3 * 86_400_000_000), None, vec![int(1)]));
}

#[tokio::test]
async fn rows_that_cannot_be_used_are_rejected_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let year_9999 = 253_402_300_799_999_999;
    let columns = vec![
        ("id", ints([None, Some(2), Some(3), Some(4), Some(5), Some(3_000_000_000)])),
        ("event_timestamp", micros([Some(1), None, Some(year_9999 + 1), Some(1_000_000_000), Some(2), Some(3)])),
        ("x", texts(["1", "2", "3", "4", "five", "6"].map(Some))),
    ];
    write_parquet(&folder.path().join("a.parquet"), columns, 9);
    let store = Arc::new(Recorder::default());
    let mut options = options(folder.path(), ALL.0, ALL.1);
    options.clock = Clock::manual(at(1_000_000));
    let view = view("a.parquet", "", &[("id", ValueType::Int32)], &[("x", ValueType::Int64)]);
    let report = run(view, &store, &options).await.unwrap();
    let found: Vec<_> = report.rejected.examples.iter().map(|r| (r.row, r.reason.split(':').next().unwrap())).collect();
    assert_eq!(
        found,
        [
            (1, "join key is null or out of range"),
            (2, "event timestamp is missing"),
            (3, "event timestamp is unreadable or outside the years 1 to 9999"),
            (4, "event timestamp lies in the future"),
            (6, "join key is null or out of range"),
            (5, "feature `x` is no INT64"),
        ]
    );
    assert_eq!((report.rejected.count, report.written), (6, 0));
    assert_eq!(report.rejected.reasons["join key is null or out of range"], 2);
    assert!(report.rejected.examples[0].file.ends_with("a.parquet"));
}

#[tokio::test]
async fn source_columns_are_renamed_by_the_field_mapping() {
    let folder = tempfile::tempdir().unwrap();
    let columns = vec![("user", ints([Some(1)])), ("event_timestamp", micros([Some(1)])), ("raw", ints([Some(5)]))];
    write_parquet(&folder.path().join("a.parquet"), columns, 9);
    let mut view = plain_view("a.parquet", "");
    let source = view.batch_source.as_mut().unwrap();
    source.field_mapping = [("user".to_owned(), "id".to_owned()), ("raw".to_owned(), "x".to_owned())].into();
    let store = Arc::new(Recorder::default());
    run(view, &store, &options(folder.path(), 0, 9)).await.unwrap();
    assert_eq!(store.get(&[("id", int(1))]).unwrap().2, [int(5)]);
}

#[tokio::test]
async fn without_event_timestamps_rows_count_from_now() {
    let folder = tempfile::tempdir().unwrap();
    write_parquet(
        &folder.path().join("a.parquet"),
        vec![("id", ints([Some(1), Some(1)])), ("x", ints([Some(1), Some(2)]))],
        9,
    );
    let store = Arc::new(Recorder::default());
    let mut options = options(folder.path(), 0, 1);
    options.disable_event_timestamp = true;
    options.clock = Clock::manual(at(77));
    run(plain_view("a.parquet", ""), &store, &options).await.unwrap();
    assert_eq!(store.get(&[("id", int(1))]).unwrap(), (at(77), None, vec![int(2)]));
}

#[tokio::test]
async fn csv_is_read_as_the_view_declares_it() {
    let folder = tempfile::tempdir().unwrap();
    let text = "id,event_timestamp,x,name,scores,seen,ok\n\
                1,2026-01-10T00:00:00Z,9007199254740993,\"a, b\",\"[1.5,2]\",2026-01-10 01:00:00+01:00,true\n\
                2,1768003200,,,,5,0\n\
                3,soon,1,x,[],1,true\n\
                4,2026-01-10,1.5,x,[],1,true\n";
    std::fs::write(folder.path().join("a.csv"), text).unwrap();
    let features = [
        ("x", ValueType::Int64),
        ("name", ValueType::String),
        ("scores", ValueType::DoubleList),
        ("seen", ValueType::UnixTimestamp),
        ("ok", ValueType::Bool),
    ];
    let store = Arc::new(Recorder::default());
    let csv = view("a.csv", "", &[("id", ValueType::Int64)], &features);
    let report = run(csv, &store, &options(folder.path(), ALL.0, ALL.1)).await.unwrap();
    assert_eq!((report.written, report.rejected.count), (2, 2), "{:?}", report.rejected);
    let january = at(1_768_003_200_000_000);
    let seen = Value::UnixTimestamp(1_768_003_200);
    let expected = vec![
        int((1 << 53) + 1),
        Value::String("a, b".into()),
        Value::DoubleList(vec![1.5, 2.0]),
        seen,
        Value::Bool(true),
    ];
    assert_eq!(store.get(&[("id", int(1))]).unwrap(), (january, None, expected));
    let nulls = vec![Value::Null, Value::Null, Value::Null, Value::UnixTimestamp(5), Value::Bool(false)];
    assert_eq!(store.get(&[("id", int(2))]).unwrap(), (january, None, nulls));
}
