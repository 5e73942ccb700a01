//! The SQL registry on the one that real Feast 0.67 wrote.
#![allow(clippy::unwrap_used, clippy::panic)] // in tests a panic is the report

mod support;

use std::fs;

use larder_core::{ErrorKind, Interval, Timestamp};
use rusqlite::Connection;
use support::{FILE, PROJECT, SAMPLE, SQL, apply, bare, feast_repo, native, open, plan};

/// All rows of all tables as text, `last_updated` columns included.
fn rows(path: &std::path::Path) -> Vec<String> {
    let connection = Connection::open(path).unwrap();
    let names = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
    let tables: Vec<String> =
        connection.prepare(names).unwrap().query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let mut rows = Vec::new();
    for table in tables {
        let mut statement = connection.prepare(&format!("SELECT * FROM {table} ORDER BY rowid")).unwrap();
        let width = statement.column_count();
        let texts = statement.query_map([], |row| {
            (0..width).map(|i| row.get::<_, rusqlite::types::Value>(i)).collect::<Result<Vec<_>, _>>()
        });
        rows.extend(texts.unwrap().map(|row| format!("{table}: {:?}", row.unwrap())));
    }
    rows
}

#[test]
fn says_the_same_as_the_file_registry() {
    let repo = feast_repo();
    let (sql, file) = (open(repo.path(), SQL).load().unwrap(), open(repo.path(), FILE).load().unwrap());
    assert_eq!(sql.projects(), [PROJECT]);
    let (sql, file) = (sql.definitions(PROJECT).unwrap(), file.definitions(PROJECT).unwrap());
    assert_eq!(bare(sql.clone()), bare(file));
    assert_eq!(sql.feature_view("driver_hourly_stats").unwrap().materialization_intervals.len(), 1);
}

#[test]
fn a_materialization_changes_one_row_and_the_projects_time() {
    let repo = feast_repo();
    let registry = open(repo.path(), SQL);
    let before = rows(registry.path());
    let at = Timestamp::parse("2026-01-12").unwrap();
    registry
        .update(PROJECT, |edit| edit.record_materialization("shop_stats", Interval { start: at, end: at }))
        .unwrap();
    let after = rows(registry.path());
    let changed: Vec<&str> =
        before.iter().zip(&after).filter(|(a, b)| a != b).map(|(a, _)| a.split(':').next().unwrap()).collect();
    assert_eq!(changed, ["feast_metadata", "feature_views"]);
    assert_eq!(before.len(), after.len());
}

#[test]
fn a_failed_update_changes_nothing() {
    let repo = feast_repo();
    let registry = open(repo.path(), SQL);
    let before = rows(registry.path());
    let failed: larder_core::Result<()> = registry.update(PROJECT, |edit| {
        edit.delete_project()?;
        Err(larder_core::Error::internal("no"))
    });
    assert!(failed.is_err());
    assert_eq!(rows(registry.path()), before);
}

#[test]
fn a_new_database_gets_feasts_tables() {
    let repo = tempfile::tempdir().unwrap();
    let registry = open(repo.path(), SQL);
    assert!(registry.load().unwrap().projects().is_empty());
    assert!(!registry.path().exists());
    let native = native(SAMPLE);
    apply(&registry, "rides", &native);
    assert!(plan(&registry, "rides", &native).is_empty());
    let stored = registry.load().unwrap().definitions("rides").unwrap();
    assert_eq!(bare(stored), bare(native.definitions("rides")));
    let rows = rows(registry.path());
    let count = |table: &str| rows.iter().filter(|row| row.starts_with(&format!("{table}: "))).count();
    for (table, expected) in [
        ("projects", 1),
        ("entities", 3),
        ("data_sources", 3),
        ("feature_views", 3),
        ("feature_services", 2),
        ("feature_view_version_history", 3),
        ("feast_metadata", 2),
    ] {
        assert_eq!(count(table), expected, "{table}");
    }
    registry.update("rides", |edit| edit.delete_project()).unwrap();
    assert!(self::rows(registry.path()).is_empty());
}

#[test]
fn what_is_no_registry_is_left_as_it_is() {
    let repo = feast_repo();
    let registry = open(repo.path(), SQL);
    for bytes in [
        b"this is not a database, but long enough to look like one ........".repeat(20),
        support::SQL_REGISTRY_DB[..50_000].to_vec(),
    ] {
        fs::write(registry.path(), &bytes).unwrap();
        let error = registry.load().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
        assert!(error.to_string().contains("sql_registry.db"), "{error}");
        assert!(registry.update(PROJECT, |edit| edit.delete_project()).is_err());
        assert_eq!(fs::read(registry.path()).unwrap(), bytes);
    }
}

#[test]
fn tables_are_created_only_where_allowed() {
    let repo = tempfile::tempdir().unwrap();
    let registry = open(repo.path(), "{registry_type: sql, schema_mode: verify, path: \"sqlite:///r.db\"}");
    let plan = plan(&registry, "rides", &native(SAMPLE));
    let error = registry.update("rides", |edit| edit.apply(&plan)).unwrap_err().to_string();
    assert!(error.contains("no such table"), "{error}");
}
