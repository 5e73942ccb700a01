//! Plans: only real differences, and apply does exactly what the plan says.
#![allow(clippy::unwrap_used, clippy::panic)] // in tests a panic is the report

mod support;

use larder_core::{Definitions, ErrorKind, Interval, Timestamp};
use larder_registry::{NativeDefinitions, Operation, Plan};
use support::{FILE, PROJECT, SAMPLE, SQL, apply, bare, feast_repo, native, open, plan};

fn text(plan: &Plan) -> Vec<String> {
    plan.actions().iter().map(ToString::to_string).collect()
}

/// The sample with one text replaced by another.
fn changed(from: &str, to: &str) -> NativeDefinitions {
    assert!(SAMPLE.contains(from), "{from}");
    native(&SAMPLE.replace(from, to))
}

#[test]
fn a_first_apply_creates_everything_and_a_second_nothing() {
    for registry in [FILE, SQL] {
        let repo = tempfile::tempdir().unwrap();
        let registry = open(repo.path(), registry);
        let sample = native(SAMPLE);
        let first = plan(&registry, "rides", &sample);
        assert!(!first.is_destructive());
        assert!(first.actions().iter().all(|action| action.operation == Operation::Create));
        assert_eq!(text(&first)[..3], ["create project rides", "create entity customer", "create entity driver"]);
        let changes = registry.update("rides", |edit| edit.apply(&first)).unwrap();
        assert_eq!((changes.views_to_keep.len(), changes.views_to_delete.len()), (3, 0));
        assert!(plan(&registry, "rides", &sample).is_empty());
        assert_eq!(bare(registry.load().unwrap().definitions("rides").unwrap()), bare(sample.definitions("rides")));
    }
}

/// A text of the sample, what replaces it, the steps of the plan, whether it is destructive.
type Edited = (&'static str, &'static str, &'static [&'static str], bool);

const CHANGES: &[Edited] = &[
    ("ttl: 1d", "ttl: 36h", &["update feature view driver_hourly_stats\n    ttl: 1d -> 36h"], false),
    ("ttl: 1d", "ttl: none", &["update feature view driver_hourly_stats\n    ttl: 1d -> none"], false),
    ("Ride hailing", "Rides", &["update project rides\n    description: Ride hailing -> Rides"], false),
    (
        "driver_performance",
        "x",
        &["update feature view driver_hourly_stats\n    tags.team: driver_performance -> x"],
        false,
    ),
    (
        "      acc_rate: Float32\n",
        "      acc_rate: Float64\n",
        &[
            "update feature view driver_hourly_stats\n    schema.acc_rate: Float32 -> Float64 (rows written before keep the old type until \
                 they are written again)",
        ],
        true,
    ),
    (
        "trips: Int32",
        "trips: Int32, more: Bool",
        &["update feature view customer_driver\n    schema.more: none -> Bool"],
        false,
    ),
    (
        "{trips: Int32, note: String}",
        "{note: String, trips: Int32}",
        &["update feature view customer_driver\n    schema (order): trips, note -> note, trips"],
        false,
    ),
    (
        "customer_id, value_type: String",
        "customer_id, value_type: Int64",
        &[
            "update entity customer\n    value_type: String -> Int64 (rows written before can no longer be found)",
            "update feature view customer_driver\n    join_keys: driver_id Int64, customer_id String -> driver_id Int64, customer_id \
                 Int64 (rows written before can no longer be found)",
        ],
        true,
    ),
    (
        "data/trips.csv",
        "data/other.csv",
        &[
            "update data source trips\n    path: data/trips.csv -> data/other.csv",
            "update feature view customer_driver\n    batch_source.path: data/trips.csv -> data/other.csv",
            "update feature view global_stats\n    batch_source.path: data/trips.csv -> data/other.csv",
        ],
        false,
    ),
    (
        "features: [acc_rate], alias: origin,",
        "features: [conv_rate], alias: origin,",
        &[
            "update feature service pairs\n    features: driver_hourly_stats[acc_rate] as origin {driver_id: origin_id}, \
                 driver_hourly_stats[acc_rate] as target {driver_id: target_id} -> driver_hourly_stats[conv_rate] as origin {driver_id: \
                 origin_id}, driver_hourly_stats[acc_rate] as target {driver_id: target_id}",
        ],
        false,
    ),
    (", owner: team@example.com}", "}", &["update feature service all\n    owner: team@example.com -> none"], false),
    (
        "  - {name: all, features: [driver_hourly_stats, global_stats], owner: team@example.com}\n",
        "",
        &["delete feature service all"],
        true,
    ),
];

#[test]
fn changes_are_named_from_what_to_what() {
    let repo = tempfile::tempdir().unwrap();
    let registry = open(repo.path(), FILE);
    apply(&registry, "rides", &native(SAMPLE));
    for (from, to, expected, is_destructive) in CHANGES {
        let plan = plan(&registry, "rides", &changed(from, to));
        assert_eq!(text(&plan), *expected);
        assert_eq!(plan.is_destructive(), *is_destructive, "{expected:?}");
    }
}

#[test]
fn an_update_keeps_what_the_registry_knows() {
    let repo = tempfile::tempdir().unwrap();
    let registry = open(repo.path(), FILE);
    apply(&registry, "rides", &native(SAMPLE));
    let at = Timestamp::parse("2026-01-12").unwrap();
    registry
        .update("rides", |edit| edit.record_materialization("customer_driver", Interval { start: at, end: at }))
        .unwrap();
    let before = registry.load().unwrap().definitions("rides").unwrap();
    let later = larder_core::Clock::manual(Timestamp::from_micros(1_900_000_000_000_000));
    let changes = apply(&registry.clone().with_clock(later), "rides", &changed("note: String", "note: Bytes"));
    assert_eq!(changes.views_to_keep.len(), 3);
    let after = registry.load().unwrap().definitions("rides").unwrap();
    let (old, new) = (before.feature_view("customer_driver").unwrap(), after.feature_view("customer_driver").unwrap());
    assert_eq!((new.created, new.state), (old.created, old.state));
    assert_eq!(new.materialization_intervals, old.materialization_intervals);
    assert_eq!(new.last_updated.unwrap().seconds(), 1_900_000_000);
    assert_eq!((old.current_version, new.current_version, new.storage_version), (0, 1, 0));
    assert_eq!(after.feature_view("driver_hourly_stats").unwrap(), before.feature_view("driver_hourly_stats").unwrap());
    assert_eq!(after.entities, before.entities);

    // With versions on, each schema has its own table, and deleting the view takes both.
    let versioned = open(repo.path(), "{path: data/registry.db, enable_online_feature_view_versioning: true}");
    let definitions = versioned.load().unwrap().definitions("rides").unwrap();
    assert_eq!(definitions.feature_view("customer_driver").unwrap().storage_name(), "customer_driver_v1");
    assert_eq!(
        definitions.feature_view_versions[&("customer_driver".to_owned(), 0)].features[1].value_type.name(),
        "STRING"
    );
    let deleted = apply(&versioned, "rides", &native("project: {description: Ride hailing}")).views_to_delete;
    let mut names: Vec<String> = deleted.iter().map(|view| view.storage_name().into_owned()).collect();
    names.sort();
    assert_eq!(names, ["customer_driver", "customer_driver_v1", "driver_hourly_stats", "global_stats"]);
    assert!(versioned.load().unwrap().definitions("rides").unwrap().feature_view_versions.is_empty());
}

#[test]
fn a_plan_that_is_no_longer_true_is_refused() {
    let repo = tempfile::tempdir().unwrap();
    let registry = open(repo.path(), FILE);
    let stale = plan(&registry, "rides", &native(SAMPLE));
    apply(&registry, "rides", &changed("ttl: 1d", "ttl: 2d"));
    let before = std::fs::read(registry.path()).unwrap();
    let error = registry.update("rides", |edit| edit.apply(&stale)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert_eq!(registry.update("other", |edit| edit.apply(&stale)).unwrap_err().kind(), ErrorKind::Conflict);
    assert_eq!(std::fs::read(registry.path()).unwrap(), before);
}

/// The YAML for what the Python files of the recorded repository define, as far as it has words for it.
const FEAST_VEC: &str = include_str!("data/feast_vec.yaml");

#[test]
fn what_feast_applied_is_no_difference() {
    let repo = feast_repo();
    for registry in [FILE, SQL] {
        let registry = open(repo.path(), registry);
        let plan = plan(&registry, PROJECT, &native(FEAST_VEC));
        assert!(plan.is_empty(), "{:#?}", text(&plan));
    }
}

#[test]
fn what_yaml_cannot_say_is_left_alone() {
    let repo = feast_repo();
    let registry = open(repo.path(), FILE);
    let nothing = native("project: {description: golden vectors}");
    let plan = plan(&registry, PROJECT, &nothing);
    assert!(plan.is_destructive());
    let gone: Vec<String> = text(&plan);
    assert!(gone.iter().all(|action| action.starts_with("delete ")), "{gone:?}");
    assert!(gone.contains(&"delete feature view shop_stats".to_owned()));
    assert!(
        !gone
            .iter()
            .any(|action| action.contains("driver_odfv") || action.contains("vals_to_add") || action.contains("dummy"))
    );
    apply(&registry, PROJECT, &nothing);
    let left = registry.load().unwrap().definitions(PROJECT).unwrap();
    let names = |definitions: &Definitions| -> Vec<String> {
        let names = [
            definitions.on_demand_feature_views.keys().collect::<Vec<_>>(),
            definitions.feature_services.keys().collect(),
        ];
        names
            .into_iter()
            .flatten()
            .chain(definitions.data_sources.keys())
            .chain(definitions.entities.keys())
            .cloned()
            .collect()
    };
    assert_eq!(names(&left), ["transformed_conv_rate", "driver_odfv", "vals_to_add", "__dummy"]);

    let clash = "sources: [{name: s, path: s, timestamp_field: ts}]\nfeature_views: [{name: Transformed_Conv_Rate, schema: {x: Int64}, source: s}]";
    let error = Plan::between(&left, &native(clash)).unwrap_err().to_string();
    assert!(error.contains("would replace the on-demand feature view `transformed_conv_rate`"), "{error}");
}

#[test]
fn plans_print_as_json() {
    let repo = tempfile::tempdir().unwrap();
    let registry = open(repo.path(), FILE);
    apply(&registry, "rides", &native(SAMPLE));
    let plan = plan(&registry, "rides", &changed("ttl: 1d", "ttl: 2d"));
    let json = serde_json::to_string(plan.actions()).unwrap();
    assert_eq!(
        json,
        r#"[{"kind":"feature view","name":"driver_hourly_stats","operation":"update","changes":[{"property":"ttl","from":"1d","to":"2d","danger":null}]}]"#
    );
}
