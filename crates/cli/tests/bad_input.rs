//! What people get wrong, and what breaks under them: one clear error each, nothing half done, nothing stored lost.
#![allow(clippy::unwrap_used, clippy::panic)]

mod command;

use command::Shell;
use serde_json::json;

const READ: [&str; 5] = ["get-online-features", "-e", "driver_id=1001", "-f", "driver_profile:city"];

/// The sample still answers.
fn still_answers(shell: &Shell) {
    assert_eq!(shell.json(&READ), json!({"driver_id": [1001], "city": ["Oslo"]}));
}

fn says(error: &str, parts: &[&str]) {
    for part in parts {
        assert!(error.contains(part), "{part:?} is missing in:\n{error}");
    }
}

#[test]
fn configuration_mistakes_name_file_line_and_remedy() {
    let shell = Shell::with_sample();
    let right = std::fs::read_to_string(shell.file("feature_store.yaml")).unwrap();
    for (from, to, parts) in [
        ("type: sqlite", "type: sqlit", &["line: 5", "did you mean `sqlite`?"][..]),
        ("type: sqlite", "type: redis", &["no online store `redis`", "sqlite"]),
        ("  path: data", "  pth: data", &["line: 6", "`pth`", "did you mean `path`?"]),
        ("path: data/online_store.db", "path: [1]", &["line: 6", "path"]),
        ("project: ", "proj: ", &["project"]),
        ("registry: data/registry.db", "registry: s3://bucket/registry.db", &["s3://", "not supported"]),
        ("provider: local", "provider: [", &["feature_store.yaml", "line"]),
        ("version: 3", "version: 2", &["entity_key_serialization_version 2", "set it to 3"]),
    ] {
        shell.write("feature_store.yaml", right.replacen(from, to, 1));
        says(&shell.fails(1, &READ), parts);
    }
    shell.write("feature_store.yaml", "");
    says(&shell.fails(1, &["apply"]), &["feature_store.yaml", "empty"]);
    std::fs::remove_file(shell.file("feature_store.yaml")).unwrap();
    says(&shell.fails(1, &["apply"]), &["feature_store.yaml", "larder init"]);
    shell.write("feature_store.yaml", right);
    still_answers(&shell);
}

#[test]
fn definition_mistakes_are_all_told_at_once_and_change_nothing() {
    let shell = Shell::with_sample();
    shell.edit("features.yaml", "value_type: Int64", "value_type: Int46");
    shell.edit("features.yaml", "entities: [driver]", "entities: [drivr]");
    shell.edit("features.yaml", "city: String", "city: Strin");
    let error = shell.run(&["apply"]);
    assert_ne!(error.code, 0);
    says(&error.err, &["features.yaml", "features.yaml:6", "Int46", "`driver`", "Strin", "`STRING`", "3 problems"]);
    still_answers(&shell);
}

#[test]
fn damaged_registries_are_named_and_never_overwritten() {
    let shell = Shell::with_sample();
    let path = shell.file("data/registry.db");
    let right = std::fs::read(&path).unwrap();
    for broken in [right[..right.len() / 2].to_vec(), b"\xff\xff\xff\xff not a registry".to_vec()] {
        std::fs::write(&path, &broken).unwrap();
        for arguments in [&["list", "feature-views"][..], &["apply"], &["materialize-incremental", "now"], &READ] {
            says(&shell.fails(1, arguments), &["registry.db"]);
        }
        assert_eq!(std::fs::read(&path).unwrap(), broken, "the damaged registry was touched");
    }
    std::fs::write(&path, right).unwrap();
    still_answers(&shell);
}

#[test]
fn damaged_sources_are_named_and_nothing_is_recorded() {
    let shell = Shell::with_sample();
    let stats = shell.file("data/driver_stats.parquet");
    let right = std::fs::read(&stats).unwrap();
    let load = ["materialize", "--disable-event-timestamp"];
    let intervals = || {
        shell.json(&["describe", "feature-view", "driver_hourly_stats"])["meta"]["materializationIntervals"]
            .as_array()
            .unwrap()
            .len()
    };
    for broken in [&right[..right.len() / 2], b"PAR1 nothing PAR1", b""] {
        std::fs::write(&stats, broken).unwrap();
        let done = shell.run(&load);
        assert_eq!(done.code, 1, "{}{}", done.out, done.err);
        says(&done.out, &["driver_stats.parquet", "1 of 2 feature views failed"]);
        assert_eq!(intervals(), 1, "a failed run was recorded");
    }
    std::fs::remove_file(&stats).unwrap();
    says(&shell.run(&load).out, &["driver_stats.parquet"]);
    std::fs::write(&stats, right).unwrap();
    shell.edit("data/driver_profiles.csv", "updated,city", "updated,citi");
    says(&shell.run(&load).out, &["driver_profiles.csv", "`city`", "did you mean `citi`?"]);
    assert_eq!(intervals(), 2);
    still_answers(&shell);
}

#[test]
fn rows_that_cannot_be_used_are_counted_and_the_others_are_loaded() {
    let shell = Shell::with_sample();
    shell.edit("data/driver_profiles.csv", "Bergen,sedan,4.88", "Bergen,sedan,good");
    shell.edit("data/driver_profiles.csv", "1002,2", "x,2");
    let report = shell.json(&["materialize", "--disable-event-timestamp", "-v", "driver_profile"]);
    assert_eq!(report[0]["outcome"]["written"], 8, "{report}");
    assert_eq!(report[0]["outcome"]["rejected"]["count"], 2, "{report}");
    let examples = report[0]["outcome"]["rejected"]["examples"].to_string();
    says(&examples, &["driver_profiles.csv", "good", "\"row\":2", "\"row\":3"]);
    assert_eq!(
        shell.json(&["get-online-features", "-e", "driver_id=1003", "-f", "driver_profile:city"])["city"][0],
        "Bergen",
        "the row before stays"
    );
}

#[test]
fn requests_are_answered_with_what_is_wrong() {
    let shell = Shell::with_sample();
    let ask = |entity: &str, feature: &str| {
        let done = shell.run(&["get-online-features", "-e", entity, "-f", feature]);
        assert_ne!(done.code, 0, "{entity} {feature}: {}", done.out);
        done.err
    };
    says(&ask("driver_id=1001", "driver_profile:cty"), &["`cty`", "did you mean `city`?"]);
    says(&ask("driver_id=1001", "driver_profil:city"), &["driver_profil", "did you mean `driver_profile`?"]);
    says(&ask("driver_id=1001", "city"), &["city", "view:feature"]);
    says(&ask("driver_id=abc", "driver_profile:city"), &["driver_id", "abc"]);
    says(&ask("driver_id=1001.5", "driver_profile:city"), &["driver_id", "1001.5"]);
    says(&ask("driver=", "driver_profile:city"), &["driver"]);
    says(&ask("drivers=1", "driver_profile:city"), &["driver_id"]);
    says(
        &shell.fails(1, &["get-online-features", "-e", "driver_id=1", "-s", "driver_activit"]),
        &["did you mean `driver_activity`?"],
    );
    assert_eq!(shell.run(&["get-online-features", "-e", "driver_id=1"]).code, 2);
    says(&shell.fails(2, &["materialize", "2026-01-02", "2026-01-01"]), &["ends before it starts"]);
    says(&shell.fails(2, &["materialize", "soon", "now"]), &["`soon`", "ISO 8601"]);
    says(&shell.fails(1, &["materialize-incremental", "now", "-v", "nope"]), &["nope"]);
}

#[test]
fn pushes_are_taken_whole_or_not_at_all() {
    let shell = Shell::with_sample();
    let push = |rows: &str| {
        shell.write("rows.json", rows);
        let done = shell.run(&["push", "driver_stats_push", "rows.json"]);
        assert_ne!(done.code, 0, "{}", done.out);
        done.err
    };
    says(&push("not json"), &["rows.json", "JSON"]);
    says(&push(r#"{"driver_id": [1001]}"#), &["event_timestamp"]);
    says(
        &push(
            r#"{"driver_id": [1001, 2], "event_timestamp": ["2026-01-01"], "conv_rate": [1], "acc_rate": [1], "avg_daily_trips": [1]}"#,
        ),
        &["driver_id"],
    );
    let two = r#"{"driver_id": [7001, 7002], "event_timestamp": ["2026-01-01", "2026-01-01"], "conv_rate": [0.5, "x"], "acc_rate": [1, 1], "avg_daily_trips": [1, 1]}"#;
    says(&push(two), &["conv_rate", "x"]);
    let answer = shell.json(&[
        "get-online-features",
        "-e",
        "driver_id=7001",
        "-f",
        "driver_hourly_stats:conv_rate",
        "--statuses",
    ]);
    assert_eq!(answer["results"][1]["statuses"][0], "NOT_FOUND", "half a push was stored");
}

#[test]
fn unusable_places_are_named() {
    let shell = Shell::with_sample();
    says(&shell.fails(2, &["init", "."]), &["feature_store.yaml"]);
    says(&shell.fails(1, &["init", "new", "--project", "_bad"]), &["_bad", "underscore"]);
    shell.write("file", "x");
    says(&shell.run(&["init", "file/sub"]).err, &["file/sub"]);
    shell.edit("feature_store.yaml", "path: data/online_store.db", "path: file/online.db");
    let error = shell.run(&["apply"]);
    assert_ne!(error.code, 0);
    says(&error.err, &["file/online.db"]);
    shell.edit("feature_store.yaml", "path: file/online.db", "path: data/driver_profiles.csv");
    says(&shell.run(&READ).err, &["driver_profiles.csv"]);
    shell.edit("feature_store.yaml", "path: data/driver_profiles.csv", "path: data/online_store.db");
    still_answers(&shell);
}

#[test]
fn errors_are_one_json_document_for_scripts() {
    let shell = Shell::with_sample();
    let error = shell.fails(1, &["describe", "entity", "drivr", "--json"]);
    let error: serde_json::Value = serde_json::from_str(&error).unwrap();
    assert_eq!(error["error"]["kind"], "not_found");
    assert_eq!(error["error"]["hint"], "did you mean `driver`?");
}
