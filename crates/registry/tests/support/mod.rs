//! What the tests of this crate share.
#![allow(dead_code, unreachable_pub)] // each test program uses its part

use std::fs;
use std::path::{Path, PathBuf};

use larder_core::config::{RegistryConfig, RepoConfig};
use larder_core::{Clock, Definitions, Timestamp};
use larder_registry::{NativeDefinitions, Plan, Registry, native};

pub const REGISTRY_DB: &[u8] = include_bytes!("../data/registry.db");
pub const SQL_REGISTRY_DB: &[u8] = include_bytes!("../data/sql_registry.db");
pub const PROJECT: &str = "feast_vec";

/// A `registry:` of `feature_store.yaml`.
pub fn config(registry: &str) -> RegistryConfig {
    let text = format!("project: p\nregistry: {registry}\n");
    RepoConfig::parse(&text, Path::new("feature_store.yaml"), &|_| None).unwrap().registry
}

pub const FILE: &str = "data/registry.db";
pub const SQL: &str = "{registry_type: sql, path: \"sqlite:///data/sql_registry.db\"}";

pub fn open(repo: &Path, registry: &str) -> Registry {
    Registry::open(&config(registry), repo)
        .unwrap()
        .with_clock(Clock::manual(Timestamp::from_micros(1_800_000_000_000_000)))
}

/// A repository with a copy of Feast's registry, file and SQL.
pub fn feast_repo() -> tempfile::TempDir {
    let repo = tempfile::tempdir().unwrap();
    fs::create_dir(repo.path().join("data")).unwrap();
    fs::write(repo.path().join("data/registry.db"), REGISTRY_DB).unwrap();
    fs::write(repo.path().join("data/sql_registry.db"), SQL_REGISTRY_DB).unwrap();
    repo
}

pub fn write(repo: &Path, name: &str, text: &str) -> PathBuf {
    let path = repo.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, text).unwrap();
    path
}

/// Definitions from the text of a `features.yaml`.
pub fn native(text: &str) -> NativeDefinitions {
    let repo = tempfile::tempdir().unwrap();
    write(repo.path(), "features.yaml", text);
    native::load(repo.path()).unwrap().unwrap()
}

pub fn plan(registry: &Registry, project: &str, native: &NativeDefinitions) -> Plan {
    Plan::between(&registry.load().unwrap().definitions(project).unwrap(), native).unwrap()
}

pub fn apply(registry: &Registry, project: &str, native: &NativeDefinitions) -> larder_core::InfraChanges {
    let plan = plan(registry, project, native);
    registry.update(project, |edit| edit.apply(&plan)).unwrap()
}

/// Definitions without what a registry adds: times, versions, state.
pub fn bare(mut definitions: Definitions) -> Definitions {
    definitions.project.created = None;
    definitions.project.last_updated = None;
    definitions.versioning = false;
    definitions.feature_view_versions.clear();
    for entity in definitions.entities.values_mut() {
        (entity.created, entity.last_updated) = (None, None);
    }
    for view in definitions.feature_views.values_mut() {
        let mut bare = larder_core::FeatureView::clone(view);
        (bare.created, bare.last_updated) = (None, None);
        (bare.storage_version, bare.current_version) = (0, 0);
        bare.materialization_intervals.clear();
        bare.state = larder_core::definition::ViewState::Unspecified;
        *view = bare.into();
    }
    for service in definitions.feature_services.values_mut() {
        let mut bare = larder_core::FeatureService::clone(service);
        (bare.created, bare.last_updated) = (None, None);
        *service = bare.into();
    }
    definitions
}

pub const SAMPLE: &str = "\
project: {description: Ride hailing}
entities:
  - {name: driver, join_key: driver_id, value_type: Int64}
  - {name: customer, join_key: customer_id, value_type: String, description: Who rides}
sources:
  - {name: driver_stats, path: data/driver_stats.parquet, timestamp_field: event_timestamp, created_timestamp_column: created}
  - {name: trips, path: data/trips.csv, timestamp_field: ts, field_mapping: {n: trips}}
push_sources:
  - {name: driver_push, batch_source: driver_stats}
feature_views:
  - name: driver_hourly_stats
    entities: [driver]
    ttl: 1d
    schema:
      conv_rate: Float32
      acc_rate: Float32
      profile: 'Struct({name: String, age: Int64})'
      history: Array(Array(Int64))
      avg_daily_trips: {dtype: Int64, description: Average daily trips, tags: {unit: trips}}
    source: driver_push
    tags: {team: driver_performance}
  - name: customer_driver
    entities: [driver, customer]
    schema: {trips: Int32, note: String}
    source: trips
  - {name: global_stats, schema: {num_rides: Int64}, source: trips, online: false}
feature_services:
  - {name: all, features: [driver_hourly_stats, global_stats], owner: team@example.com}
  - name: pairs
    features:
      - {view: driver_hourly_stats, features: [acc_rate], alias: origin, join_key_map: {driver_id: origin_id}}
      - {view: driver_hourly_stats, features: [acc_rate], alias: target, join_key_map: {driver_id: target_id}}
";
