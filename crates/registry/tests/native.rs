//! `features.yaml`: what it says, and what is wrong with it.
#![allow(clippy::unwrap_used, clippy::panic)] // in tests a panic is the report

mod support;

use larder_core::definition::{DataSourceKind, FileFormat};
use larder_core::{DUMMY_JOIN_KEY, ErrorKind, ValueType};
use larder_registry::native;
use support::{native as parse, write};

fn error(text: &str) -> String {
    let repo = tempfile::tempdir().unwrap();
    write(repo.path(), "features.yaml", text);
    let error = native::load(repo.path()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidConfig);
    error.to_string()
}

#[test]
fn reads_the_sample() {
    let definitions = parse(support::SAMPLE).definitions("rides");
    let view = definitions.feature_view("driver_hourly_stats").unwrap();
    assert_eq!(view.project, "rides");
    assert_eq!(view.ttl.unwrap().as_secs(), 86_400);
    assert_eq!(view.join_keys[0].name, "driver_id");
    let types: Vec<ValueType> = view.features.iter().map(|feature| feature.value_type).collect();
    assert_eq!(types, [ValueType::Float, ValueType::Float, ValueType::Struct, ValueType::ValueList, ValueType::Int64]);
    assert_eq!(view.features[2].tags["feast:struct_schema"], r#"{"name": "STRING", "age": "INT64"}"#);
    assert_eq!(view.features[4].description, "Average daily trips");
    assert_eq!(view.stream_source.as_ref().unwrap().name, "driver_push");
    assert_eq!(view.batch_source.as_ref().unwrap().name, "driver_stats");
    assert_eq!(definitions.views_of_push_source("driver_push").unwrap().len(), 1);
    let global = definitions.feature_view("global_stats").unwrap();
    assert!(global.is_entity_less() && !global.online);
    assert_eq!(global.entities, ["__dummy"]);
    assert_eq!(definitions.entities["__dummy"].join_key, DUMMY_JOIN_KEY);
    let trips = definitions.data_source("trips").unwrap();
    assert!(matches!(trips.kind, DataSourceKind::File { format: FileFormat::Csv, .. }));
    let pairs = definitions.feature_service("pairs").unwrap();
    assert_eq!(pairs.projections[1].name_to_use(), "target");
    assert_eq!(pairs.projections[1].join_key_map["driver_id"], "target_id");
    assert_eq!(definitions.feature_service("all").unwrap().projections[0].features.len(), 5);
}

#[test]
fn the_documented_example_is_valid() {
    let readme = include_str!("../README.md");
    let yaml = readme.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let definitions = parse(yaml).definitions("rides");
    assert_eq!(definitions.feature_services["driver_activity"].projections.len(), 2);
}

#[test]
fn no_file_and_an_empty_file_differ() {
    let repo = tempfile::tempdir().unwrap();
    assert!(native::load(repo.path()).unwrap().is_none());
    write(repo.path(), "features.yaml", "# nothing yet\n");
    assert!(native::load(repo.path()).unwrap().unwrap().definitions("p").feature_views.is_empty());
}

#[test]
fn several_files_are_one_set() {
    let repo = tempfile::tempdir().unwrap();
    write(repo.path(), "features.yaml", "entities: [{name: driver, value_type: Int64}]");
    write(
        repo.path(),
        "features/b/views.yml",
        "feature_views: [{name: v, entities: [driver], schema: {x: Int64}, source: s}]",
    );
    write(repo.path(), "features/a.yaml", "sources: [{name: s, path: s.parquet, timestamp_field: ts}]");
    write(repo.path(), "features/.hidden.yaml", "nonsense: [");
    write(repo.path(), "features/readme.md", "nonsense: [");
    let native = native::load(repo.path()).unwrap().unwrap();
    let files: Vec<String> = native.files().iter().map(|path| path.display().to_string()).collect();
    assert_eq!(files, ["features.yaml", "features/a.yaml", "features/b/views.yml"]);
    assert_eq!(native.definitions("p").feature_view("v").unwrap().join_keys[0].name, "driver");

    write(repo.path(), "features/c.yaml", "\nentities:\n  - {name: Driver, value_type: Int64}\n");
    let error = native::load(repo.path()).unwrap_err().to_string();
    assert_eq!(
        error,
        "entity `Driver` is defined twice (file: features/c.yaml, line: 3, field: entities[0].name); first at features.yaml:1; \
         names differ by more than case"
    );
}

/// What precedes a definition that needs a source or an entity; `$SOURCES` in [`MISTAKES`].
const SOURCES: &str = "\
sources: [{name: s, path: s.parquet, timestamp_field: ts}]
entities: [{name: driver, join_key: driver_id, value_type: Int64}]
";

/// A file, and what its error must say.
const MISTAKES: &[(&str, &str)] = &[
    ("entites: []", "unknown key `entites` (file: features.yaml, line: 1, field: entites); did you mean `entities`?"),
    (
        "entities:\n  - name: driver\n",
        "`value_type` is missing (file: features.yaml, line: 2, field: entities[0]); expected the type",
    ),
    (
        "entities:\n  - name: driver\n    value_type: Flaot32\n",
        "`Flaot32` is not a Feast value type (file: features.yaml, line: 3, field: entities[0].value_type); did you mean `Float32`?",
    ),
    (
        "entities:\n  - name: driver\n    value_type: Float32\n",
        "a join key cannot have the type Float32 (file: features.yaml, line: 3",
    ),
    ("entities: [{value_type: Int64}]", "this entity has no name"),
    (
        "entities: [{name: 7, value_type: Int64}]",
        "expected text, found the number 7 (file: features.yaml, line: 1, field: entities[0].name); put it in quotes",
    ),
    ("entities: [{name: 'a:b', value_type: Int64}]", "entity name `a:b` contains ':'"),
    ("entities: [{name: __dummy, value_type: Int64}]", "the entity name `__dummy` is reserved"),
    ("entities: {name: driver}", "expected a list, found a mapping (file: features.yaml, line: 1, field: entities)"),
    ("[1, 2]", "expected a mapping (`name: value` lines), found a list (file: features.yaml, line: 1)"),
    ("entities:\n  - name: a\n  name: b\n", "not valid YAML"),
    ("entities: []\nentities: []\n", "the key `entities` is given twice (file: features.yaml, line: 2); keep one"),
    ("sources: [{name: s, timestamp_field: ts}]", "`path` is missing"),
    ("sources: [{name: s, path: s.parquet}]", "`timestamp_field` is missing"),
    (
        "sources: [{name: s, path: s.parquet, timestamp_field: ts, format: csv}]",
        "the format is csv, but the path `s.parquet` says otherwise",
    ),
    ("sources: [{name: s, path: s.parquet, timestamp_field: ts, format: parqet}]", "did you mean `parquet`?"),
    (
        "sources: [{name: s, path: s.parquet, timestamp_field: ts, tags: {a: 1}}]",
        "field: sources[0].tags.a); put it in quotes",
    ),
    ("push_sources: [{name: p, batch_source: s}]", "there is no data source `s`"),
    (
        "feature_views: [{name: v, schema: {x: Int64}, source: srce}]\nsources: [{name: srcs, path: s, timestamp_field: ts}]",
        "did you mean `srcs`?",
    ),
    ("$SOURCES feature_views: [{name: v, source: s}]", "`schema` is missing"),
    ("$SOURCES feature_views: [{name: v, schema: {}, source: s}]", "the schema is empty"),
    ("$SOURCES feature_views: [{name: v, schema: [x], source: s}]", "expected a mapping"),
    (
        "$SOURCES feature_views:\n  - name: v\n    source: s\n    schema:\n      x:\n",
        "feature `x` has no type (file: features.yaml, line: 7",
    ),
    (
        "$SOURCES feature_views: [{name: v, entities: [drivr], schema: {x: Int64}, source: s}]",
        "there is no entity `drivr`",
    ),
    ("$SOURCES feature_views: [{name: v, entities: [driver, driver], schema: {x: Int64}, source: s}]", "listed twice"),
    (
        "$SOURCES feature_views: [{name: v, entities: [driver], schema: {driver_id: Int64}, source: s}]",
        "`driver_id` is the join key of entity `driver`",
    ),
    ("$SOURCES feature_views: [{name: v, schema: {ts: Int64}, source: s}]", "`ts` is a timestamp column of the source"),
    ("$SOURCES feature_views: [{name: v, schema: {event_timestamp: Int64}, source: s}]", "reserved"),
    ("$SOURCES feature_views: [{name: v, schema: {x: Int64}, source: s, ttl: 1 day}]", "this is no ttl"),
    (
        "$SOURCES feature_views: [{name: v, schema: {x: Int64}, source: s, online: 'no'}]",
        "expected true or false, found the text `no`",
    ),
    ("$SOURCES feature_views: [{name: v, schema: {x: Struct}, source: s}]", "does not say what is inside"),
    (
        "$SOURCES feature_views: [{name: v, schema: {x: Int64}, source: s}]\nfeature_services: [{name: f, features: [w]}]",
        "there is no feature view `w`",
    ),
    (
        "$SOURCES feature_views: [{name: v, schema: {xyz: Int64}, source: s}]\nfeature_services: [{name: f, features: [{view: v, features: [xyy]}]}]",
        "did you mean `xyz`?",
    ),
    (
        "$SOURCES feature_views: [{name: v, schema: {x: Int64}, source: s}]\nfeature_services: [{name: f, features: [v, v]}]",
        "`v` is in the service twice",
    ),
    (
        "$SOURCES feature_views: [{name: v, entities: [driver], schema: {x: Int64}, source: s}]\nfeature_services: [{name: f, features: [{view: v, join_key_map: {driverid: o}}]}]",
        "did you mean `driver_id`?",
    ),
    ("feature_services: [{name: f, features: []}]", "the service has no features"),
    ("feature_services: [{name: f}]", "`features` is missing"),
];

#[test]
fn each_mistake_says_where_and_what() {
    for (text, expected) in MISTAKES {
        let error = error(&text.replace("$SOURCES ", SOURCES));
        assert!(error.contains(expected), "{text}\n  gave     {error}\n  expected {expected}");
    }
}

#[test]
fn all_mistakes_come_at_once() {
    let error = error(
        "entities:\n  - {name: driver, value_type: Int65}\nfeature_views:\n  - name: v\n    entities: [driver]\n    tll: 1d\n    schema: {x: Int64, y: Strng}\n    source: s\n",
    );
    let lines: Vec<&str> = error.lines().collect();
    assert_eq!(lines[0], "the feature definitions have 4 problems:");
    for (line, expected) in lines[1..].iter().zip([
        "features.yaml:2: entities[0].value_type: `Int65`",
        "features.yaml:6: feature_views[0].tll: unknown key `tll`; did you mean `ttl`?",
        "features.yaml:7: feature_views[0].schema.y: `Strng`",
        "features.yaml:8: feature_views[0].source: there is no data source `s`; none is defined",
    ]) {
        assert!(line.trim_start().starts_with(expected), "{line}\n  expected {expected}");
    }
    // An entity that could not be read is no unknown entity.
    assert!(!error.contains("no entity"), "{error}");
}

#[test]
fn many_objects_and_problems_take_no_reading_each() {
    let entities = |count: usize, value_type: &str| -> String {
        (0..count).map(|i| format!("  - {{name: e{i}, value_type: {value_type}}}\n")).collect()
    };
    // With one more reading of the file per object, as there was, this takes minutes.
    let text = format!("entities:\n{}", entities(3_000, "Int64"));
    assert_eq!(parse(&text).definitions("p").entities.len(), 3_000);
    let error = error(&format!("entities:\n{}", entities(300, "Float32")));
    assert!(error.contains("have 300 problems") && error.contains("features.yaml:2: "), "{error}");
    assert!(error.contains("and 250 more"), "{error}");
}

#[test]
fn yaml_bombs_and_bytes_are_refused() {
    let bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n".to_owned()
        + &('b'..='j')
            .map(|c| format!("{c}: &{c} [{0}]\n", vec![format!("*{}", char::from(c as u8 - 1)); 9].join(",")))
            .collect::<String>();
    assert!(error(&bomb).contains("`&anchors` and `*aliases`"));
    assert!(error(&"[".repeat(10_000)).contains("nests too deeply"));
    // Few aliases of much: below the parser's own limit, and gigabytes all the same.
    let wide = format!("a: &a [{}]\n", vec!["x"; 1_000].join(","))
        + &('b'..='d')
            .map(|c| format!("{c}: &{c} [{0}]\n", vec![format!("*{}", char::from(c as u8 - 1)); 20].join(",")))
            .collect::<String>();
    assert!(error(&wide).contains("more than 100000 values"));
    let repo = tempfile::tempdir().unwrap();
    std::fs::write(repo.path().join("features.yaml"), b"entities: \xff").unwrap();
    assert!(native::load(repo.path()).unwrap_err().to_string().contains("not UTF-8"));
}
