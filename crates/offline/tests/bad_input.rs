//! Sources that cannot be read: one clear error, nothing written.
#![allow(clippy::unwrap_used)] // a helper that fails fails its test

mod support;

use std::path::Path;
use std::sync::Arc;

use larder_core::{ErrorKind, FeatureView, ValueType};
use larder_offline::read_rows;
use support::*;

async fn error_of(view: FeatureView, folder: &Path) -> (ErrorKind, String) {
    let store = Arc::new(Recorder::default());
    let error = run(view, &store, &options(folder, i64::MIN, i64::MAX)).await.unwrap_err();
    assert_eq!(*store.calls.lock().unwrap(), 0, "nothing may be written");
    (error.kind(), error.to_string())
}

fn good(path: &Path) {
    let rows = 1_000;
    let columns = vec![
        ("id", ints((0..rows).map(Some))),
        ("event_timestamp", micros((0..rows).map(Some))),
        ("value_x", ints((0..rows).map(Some))),
        ("name", texts((0..rows).map(|_| Some("n")))),
    ];
    write_parquet(path, columns, 100);
}

#[tokio::test]
async fn damaged_files_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    good(&path);
    let whole = std::fs::read(&path).unwrap();
    for (what, bytes) in [
        ("empty", vec![]),
        ("cut", whole[..whole.len() - 100].to_vec()),
        ("text", b"id,x\n1,2\n".to_vec()),
        ("overwritten", [&vec![0xAA; whole.len() / 2], &whole[whole.len() / 2..]].concat()),
    ] {
        std::fs::write(&path, bytes).unwrap();
        let view = view("a.parquet", "", &[("id", ValueType::Int64)], &[("value_x", ValueType::Int64)]);
        let (kind, text) = error_of(view, folder.path()).await;
        assert_eq!(kind, ErrorKind::Corrupt, "{what}: {text}");
        assert!(text.contains("a.parquet"), "{what}: {text}");
    }
}

#[tokio::test]
async fn missing_sources_and_columns_are_named() {
    let folder = tempfile::tempdir().unwrap();
    good(&folder.path().join("a.parquet"));
    std::fs::create_dir(folder.path().join("empty")).unwrap();
    for (path, expected) in [
        ("b.parquet", "the source file does not exist"),
        ("empty", "the source holds no file to read"),
        ("x*.parquet", "the source holds no file to read"),
    ] {
        let (kind, text) = error_of(plain_view(path, ""), folder.path()).await;
        assert_eq!(kind, ErrorKind::NotFound);
        assert!(text.contains(expected) && text.contains(path), "{text}");
    }
    let misspelt = view("a.parquet", "", &[("id", ValueType::Int64)], &[("valu_x", ValueType::Int64)]);
    let (kind, text) = error_of(misspelt, folder.path()).await;
    assert_eq!(kind, ErrorKind::InvalidInput);
    for part in ["no column `valu_x`", "id, event_timestamp, value_x, name", "a.parquet", "`value_x`"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let (_, text) = error_of(
        view("a.parquet", "created", &[("id", ValueType::Int64)], &[("value_x", ValueType::Int64)]),
        folder.path(),
    )
    .await;
    assert!(text.contains("no column `created`"), "{text}");
}

#[tokio::test]
async fn types_that_never_fit_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    good(&folder.path().join("a.parquet"));
    for (name, value_type, found) in [
        ("name", ValueType::Double, "Utf8"),
        ("name", ValueType::Bool, "Utf8"),
        ("value_x", ValueType::Int64List, "Int64"),
        ("value_x", ValueType::Map, "Int64"),
        ("event_timestamp", ValueType::Int64, "Timestamp"),
    ] {
        let view = view("a.parquet", "", &[("id", ValueType::Int64)], &[(name, value_type)]);
        let (kind, text) = error_of(view, folder.path()).await;
        assert_eq!(kind, ErrorKind::InvalidInput);
        for part in [found, &value_type.to_string(), &format!("column: {name}"), "a.parquet"] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
    let mut number_as_time = view("a.parquet", "", &[("id", ValueType::Int64)], &[]);
    number_as_time.batch_source.as_mut().unwrap().timestamp_field = "value_x".into();
    let (_, text) = error_of(number_as_time, folder.path()).await;
    assert!(text.contains("holds no timestamps") && text.contains("value_x"), "{text}");
}

#[tokio::test]
async fn broken_csv_names_the_line() {
    let folder = tempfile::tempdir().unwrap();
    for (bytes, expected) in [
        (&b"id,event_timestamp,x\n1,2026-01-01,2\n1,2026-01-01\n"[..], "line: 3"),
        (b"id,event_timestamp,x\n1,2026-01-01,2\n1,2026-01-01,\xff\n", "line: 3"),
        (b"", "no header"),
    ] {
        std::fs::write(folder.path().join("a.csv"), bytes).unwrap();
        let (kind, text) =
            error_of(view("a.csv", "", &[("id", ValueType::Int64)], &[("x", ValueType::String)]), folder.path()).await;
        assert_eq!(kind, ErrorKind::Corrupt);
        assert!(text.contains(expected) && text.contains("a.csv"), "{text}");
    }
}

#[test]
fn every_row_of_a_file_can_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let columns = vec![
        ("id", ints([Some(1), None, Some(2), Some(1)])),
        ("event_timestamp", micros([Some(1), Some(2), Some(3), Some(4)])),
        ("x", ints([Some(1), Some(2), Some(3), Some(4)])),
    ];
    write_parquet(&folder.path().join("a.parquet"), columns, 3);
    let view = Arc::new(plain_view("elsewhere.parquet", ""));
    let batches: Vec<_> = read_rows(&view, "a.parquet", folder.path()).unwrap().collect::<Result<_, _>>().unwrap();
    let shape: Vec<_> = batches.iter().map(|b| (b.batch.len(), b.rejected.count)).collect();
    assert_eq!(shape, [(2, 1), (1, 0)]);
    assert_eq!(batches[0].rejected.examples[0].row, 2);
    assert!(read_rows(&view, "b.parquet", folder.path()).is_err());
}
