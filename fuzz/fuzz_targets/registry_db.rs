//! Bytes as a registry file: read, and changed one view at a time without touching the bytes of anything else.
#![no_main]

use std::fs;
use std::path::Path;

use larder_core::value::wire::{Reader, WireType};
use larder_core::{Interval, RepoConfig, Timestamp};
use larder_registry::{ObjectKind, Registry};
use libfuzzer_sys::fuzz_target;

const CONFIG: &str = "
project: demo
registry: {registry_type: file, path: registry.db, enable_online_feature_view_versioning: true}
";
/// `registry_schema_version`, `version_id` and `last_updated`, which every write replaces.
const HEADER: [u32; 3] = [3, 4, 5];
const FEATURE_VIEWS: [u32; 2] = [6, 14];
const VERSION_HISTORY: u32 = 18;
/// Each view costs an update; the first ones show as much as all of them.
const MAX_VIEWS: usize = 4;

fuzz_target!(|bytes: &[u8]| {
    let repo = tempfile::tempdir().expect("a folder");
    let path = repo.path().join("registry.db");
    fs::write(&path, bytes).expect("a file");
    let config = RepoConfig::parse(CONFIG, Path::new("feature_store.yaml"), &|_| None).expect("a configuration");
    let registry = Registry::open(&config.registry, repo.path()).expect("a file registry");
    let snapshot = match registry.load() {
        Ok(snapshot) => snapshot,
        Err(error) => return drop(format!("{error} {error:?}")),
    };
    for project in snapshot.projects() {
        for &kind in ObjectKind::ALL {
            let _ = snapshot.count(kind, project);
        }
        let Ok(definitions) = snapshot.definitions(project) else { continue };
        for view in definitions.feature_views.keys().take(MAX_VIEWS) {
            record_materialization(&registry, &path, project, view);
        }
    }
});

fn record_materialization(registry: &Registry, path: &Path, project: &str, view: &str) {
    let before = fs::read(path).expect("the registry");
    let intervals = || {
        let definitions = registry.load().expect("it reads").definitions(project).expect("the project reads");
        definitions.feature_views[view].materialization_intervals.clone()
    };
    let mut expected = intervals();
    let done = Interval { start: Timestamp::EPOCH, end: Timestamp::MAX };
    if registry.update(project, |edit| edit.record_materialization(view, done)).is_err() {
        return assert_eq!(fs::read(path).expect("the registry"), before, "an error changed the file");
    }
    expected.push(done);
    assert_eq!(intervals(), expected);
    let (before, after) = (records(&before), records(&fs::read(path).expect("the registry")));
    assert_eq!(before.len(), after.len());
    let changed: Vec<u32> = before.iter().zip(&after).filter(|(a, b)| a != b).map(|(a, _)| a.0).collect();
    assert!(matches!(changed[..], [field] if FEATURE_VIEWS.contains(&field)), "fields changed: {changed:?}");
}

/// The fields of a registry except its header, those of the version history each on their own.
fn records(bytes: &[u8]) -> Vec<(u32, Vec<u8>)> {
    let mut records = Vec::new();
    let mut history = Vec::new();
    for (field, wire, raw) in fields(bytes) {
        match field {
            VERSION_HISTORY if wire == WireType::Len => {
                let content = Reader::new(raw).bytes().expect("a field that was read before");
                history.extend(fields(content).into_iter().map(|(_, _, raw)| (VERSION_HISTORY, raw.to_vec())));
            }
            _ if HEADER.contains(&field) => {}
            _ => records.push((field, raw.to_vec())),
        }
    }
    records.extend(history);
    records
}

/// The fields of a message: number, wire type, bytes behind the tag.
fn fields(bytes: &[u8]) -> Vec<(u32, WireType, &[u8])> {
    let mut reader = Reader::new(bytes);
    let mut fields = Vec::new();
    while !reader.is_empty() {
        let (number, wire) = reader.key().expect("a message that was read before");
        let start = reader.rest();
        reader.skip(number, wire).expect("a message that was read before");
        fields.push((number, wire, &start[..start.len() - reader.rest().len()]));
    }
    fields
}
