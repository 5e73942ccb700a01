//! Failing stores, retries and checkpoints.

mod support;

use std::path::Path;
use std::sync::Arc;

use larder_core::{Error, ErrorKind, Value};
use support::*;

fn write_rows(folder: &Path, rows: i64) {
    let columns = vec![
        ("id", ints((0..rows).map(Some))),
        ("event_timestamp", micros((0..rows).map(Some))),
        ("x", ints((0..rows).map(Some))),
    ];
    write_parquet(&folder.join("a.parquet"), columns, 7);
}

fn fail_from(call: usize, kind: ErrorKind) -> Option<Fault> {
    Some(Box::new(move |calls| (calls >= call).then(|| Error::new(kind, "gone"))))
}

#[tokio::test]
async fn a_run_goes_on_after_the_last_acknowledged_batch() {
    let folder = tempfile::tempdir().unwrap();
    write_rows(folder.path(), 95);
    let checkpoint = folder.path().join("run.json");
    let mut options = options(folder.path(), 0, 1_000);
    (options.batch_rows, options.checkpoint) = (10, Some(checkpoint.clone()));

    let store = Arc::new(Recorder::default());
    *store.fault.lock().unwrap() = fail_from(4, ErrorKind::PermissionDenied);
    let error = run(plain_view("a.parquet", ""), &store, &options).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
    assert!(error.to_string().contains("rows written before: 40"), "{error}");
    assert!(checkpoint.exists());

    *store.fault.lock().unwrap() = None;
    let report = run(plain_view("a.parquet", ""), &store, &options).await.unwrap();
    assert_eq!((report.resumed, report.keys, report.written), (40, 95, 95));
    assert_eq!(*store.batches.lock().unwrap(), [10, 10, 10, 10, 10, 10, 10, 10, 10, 5]);
    assert_eq!(store.first_values().len(), 95);
    assert!(!checkpoint.exists(), "a finished run leaves nothing behind");
}

#[tokio::test]
async fn a_checkpoint_of_another_run_is_ignored_and_said_so() {
    let folder = tempfile::tempdir().unwrap();
    write_rows(folder.path(), 30);
    let checkpoint = folder.path().join("run.json");
    let mut options = options(folder.path(), 0, 1_000);
    (options.batch_rows, options.checkpoint) = (10, Some(checkpoint.clone()));
    let store = Arc::new(Recorder::default());
    *store.fault.lock().unwrap() = fail_from(1, ErrorKind::Internal);
    run(plain_view("a.parquet", ""), &store, &options).await.unwrap_err();
    *store.fault.lock().unwrap() = None;

    write_rows(folder.path(), 31);
    let report = run(plain_view("a.parquet", ""), &store, &options).await.unwrap();
    assert_eq!((report.resumed, report.written), (0, 31));
    assert!(report.notes[0].contains("another run"), "{:?}", report.notes);

    std::fs::write(&checkpoint, "{").unwrap();
    let report = run(plain_view("a.parquet", ""), &store, &options).await.unwrap();
    assert_eq!((report.written, report.notes.len()), (31, 1));
}

#[tokio::test]
async fn what_may_pass_is_tried_again_within_bounds() {
    let folder = tempfile::tempdir().unwrap();
    write_rows(folder.path(), 25);
    let mut options = options(folder.path(), 0, 1_000);
    options.batch_rows = 10;
    let store = Arc::new(Recorder::default());
    *store.fault.lock().unwrap() =
        Some(Box::new(|calls| (calls % 3 != 2).then(|| Error::new(ErrorKind::Throttled, "slow down"))));
    let report = run(plain_view("a.parquet", ""), &store, &options).await.unwrap();
    assert_eq!((report.written, *store.calls.lock().unwrap()), (25, 9));

    *store.fault.lock().unwrap() = fail_from(0, ErrorKind::Unavailable);
    let error = run(plain_view("a.parquet", ""), &store, &options).await.unwrap_err();
    assert!(error.to_string().contains("attempts: 3"), "{error}");
    assert_eq!(*store.calls.lock().unwrap(), 12);
}

#[tokio::test]
async fn dropping_the_future_stops_the_run() {
    let folder = tempfile::tempdir().unwrap();
    write_rows(folder.path(), 100);
    let mut options = options(folder.path(), 0, 1_000);
    options.batch_rows = 1;
    let store = Arc::new(Recorder::default());
    let stop = Arc::new(tokio::sync::Notify::new());
    let told = stop.clone();
    *store.fault.lock().unwrap() = Some(Box::new(move |calls| {
        if calls == 5 {
            told.notify_one();
        }
        None
    }));
    let running = run(plain_view("a.parquet", ""), &store, &options);
    tokio::select! {
        biased;
        () = stop.notified() => {}
        _ = running => panic!("the run ended"),
    }
    let written = store.first_values();
    assert!(written.len() < 100 && written.contains(&Value::Int64(5)), "{}", written.len());
}
