//! Several writers at once, in threads and in processes: nothing gets lost.
#![allow(clippy::unwrap_used, clippy::panic)] // in tests a panic is the report

mod support;

use std::env;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use larder_core::{ErrorKind, Interval, Timestamp};
use support::{FILE, PROJECT, SAMPLE, SQL, apply, feast_repo, native, open};

const WRITES: i64 = 10;

/// What each writer does: it applies a project of its own, and notes materializations of a view that all share.
fn write(repo: &Path, registry: &str, writer: &str) {
    let registry = open(repo, registry);
    apply(&registry, writer, &native(SAMPLE));
    for day in 0..WRITES {
        let at = Timestamp::from_seconds(day * 86_400).unwrap();
        registry
            .update(PROJECT, |edit| edit.record_materialization("shop_stats", Interval { start: at, end: at }))
            .unwrap();
    }
}

fn check(repo: &Path, registry: &str, writers: &[String], before: usize) {
    let snapshot = open(repo, registry).load().unwrap();
    for writer in writers {
        assert_eq!(snapshot.definitions(writer).unwrap().feature_views.len(), 3, "{writer}");
    }
    let intervals = &snapshot.definitions(PROJECT).unwrap().feature_views["shop_stats"].materialization_intervals;
    assert_eq!(intervals.len(), before + writers.len() * usize::try_from(WRITES).unwrap());
}

#[test]
fn threads_lose_nothing() {
    for (registry, before) in [(FILE, 1), (SQL, 0)] {
        let repo = feast_repo();
        let writers: Vec<String> = (0..6).map(|i| format!("writer_{i}")).collect();
        thread::scope(|scope| {
            for writer in &writers {
                scope.spawn(|| write(repo.path(), registry, writer));
            }
        });
        check(repo.path(), registry, &writers, before);
    }
}

#[test]
fn processes_lose_nothing() {
    for (registry, before) in [(FILE, 1), (SQL, 0)] {
        let repo = feast_repo();
        let writers: Vec<String> = (0..3).map(|i| format!("process_{i}")).collect();
        let spawn = |writer: &String| {
            Command::new(env::current_exe().unwrap())
                .args(["--exact", "one_writing_process", "--nocapture"])
                .env("LARDER_TEST_WRITER", format!("{}\n{registry}\n{writer}", repo.path().display()))
                .stdout(Stdio::null())
                .spawn()
                .unwrap()
        };
        let processes: Vec<_> = writers.iter().map(spawn).collect();
        for mut process in processes {
            assert!(process.wait().unwrap().success());
        }
        check(repo.path(), registry, &writers, before);
    }
}

/// Does its work only when [`processes_lose_nothing`] starts it.
#[test]
fn one_writing_process() {
    let Ok(job) = env::var("LARDER_TEST_WRITER") else { return };
    let mut job = job.lines();
    let mut next = || job.next().unwrap();
    let (repo, registry, writer) = (next(), next(), next());
    write(Path::new(repo), registry, writer);
}

#[test]
fn a_reader_never_sees_half_a_registry() {
    let repo = feast_repo();
    let registry = open(repo.path(), FILE);
    thread::scope(|scope| {
        let writer = scope.spawn(|| write(repo.path(), FILE, "writer"));
        while !writer.is_finished() {
            assert_eq!(registry.load().unwrap().definitions(PROJECT).unwrap().feature_views.len(), 7);
        }
    });
}

#[test]
fn waiting_for_another_writer_ends() {
    for registry in [FILE, SQL] {
        let repo = feast_repo();
        let first = open(repo.path(), registry);
        let second = open(repo.path(), registry).with_lock_timeout(Duration::from_millis(20));
        let error =
            first.update(PROJECT, |_| Ok(second.update(PROJECT, |edit| edit.delete_project()).unwrap_err())).unwrap();
        assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
    }
}

#[test]
fn a_writer_without_a_lock_is_noticed() {
    let repo = feast_repo();
    let registry = open(repo.path(), FILE);
    let mut other = support::REGISTRY_DB.to_vec();
    other.extend([0xba, 0x3e, 0x01, b'x']);
    let error = registry
        .update(PROJECT, |edit| {
            std::fs::write(registry.path(), &other).unwrap();
            edit.delete_project()
        })
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
    assert_eq!(std::fs::read(registry.path()).unwrap(), other);
}
