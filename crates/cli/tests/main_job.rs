//! The main job: make a repository, apply, materialize, read, push, change, tear down.
#![allow(clippy::unwrap_used, clippy::panic)]

mod command;

use command::Shell;
use serde_json::json;

#[test]
fn the_sample_answers_from_the_first_minute() {
    let shell = Shell::with_sample();
    let answer = shell.json(&[
        "get-online-features",
        "-e",
        "driver_id=1001",
        "-e",
        "driver_id=9999",
        "-s",
        "driver_activity",
        "--statuses",
    ]);
    let names = answer["metadata"]["feature_names"].clone();
    assert_eq!(names, json!(["driver_id", "conv_rate", "avg_daily_trips", "city"]));
    assert_eq!(answer["results"][1]["statuses"], json!(["PRESENT", "NOT_FOUND"]));
    assert_eq!(answer["results"][3]["values"], json!(["Oslo", null]));
    let flat = shell.json(&[
        "get-online-features",
        "-e",
        "driver_id=1003",
        "-f",
        "driver_profile:vehicle",
        "-f",
        "driver_profile:city",
    ]);
    assert_eq!(flat, json!({"driver_id": [1003], "vehicle": ["sedan"], "city": ["Bergen"]}));
}

#[test]
fn lists_and_descriptions_follow_feast() {
    let shell = Shell::with_sample();
    let views = shell.ok(&["list", "feature-views"]);
    assert!(views.starts_with("NAME"), "{views}");
    assert!(views.contains("driver_hourly_stats  driver    FeatureView  Yes      AVAILABLE_ONLINE"), "{views}");
    assert_eq!(shell.ok(&["feature-views", "list"]), views, "Feast's spelling");
    let view = shell.json(&["describe", "feature-view", "driver_hourly_stats"]);
    assert_eq!(view["spec"]["ttl"], "86400s");
    assert_eq!(view["meta"]["materializationIntervals"].as_array().unwrap().len(), 1);
    assert!(shell.ok(&["entities", "describe", "driver"]).contains("joinKey: driver_id"));
    assert_eq!(shell.json(&["list", "entities"]).as_array().unwrap().len(), 1);
    assert_eq!(shell.json(&["list", "feature-services"])[0]["spec"]["name"], "driver_activity");
    assert_eq!(shell.json(&["list", "data-sources"]).as_array().unwrap().len(), 3);
    assert_eq!(shell.json(&["list", "features"]).as_array().unwrap().len(), 6);
    assert!(shell.ok(&["list", "projects"]).contains("NAME"));
    assert_eq!(shell.json(&["describe", "feature", "city"])[0]["Feature View"], "driver_profile");
    assert_eq!(
        shell.json(&["list", "feature-views", "--tags", "team:driver_performance"]).as_array().unwrap().len(),
        1
    );
    let wrong = shell.fails(1, &["describe", "feature-view", "driver_hourly_stat"]);
    assert!(wrong.contains("did you mean `driver_hourly_stats`?"), "{wrong}");
}

#[test]
fn plan_says_what_apply_does_and_destruction_needs_a_flag() {
    let shell = Shell::new();
    shell.ok(&["init", "."]);
    assert_eq!(shell.run(&["plan", "--check"]).code, 3);
    let plan = shell.ok(&["plan"]);
    assert!(plan.contains("create feature view driver_profile"), "{plan}");
    shell.ok(&["apply"]);
    assert!(shell.ok(&["plan", "--check"]).contains("Nothing to do"));
    shell.edit("features.yaml", "ttl: 1d", "ttl: 2d");
    assert!(shell.ok(&["plan"]).contains("ttl: 1d -> 2d"), "{}", shell.ok(&["plan"]));
    shell.ok(&["apply"]);
    shell.ok(&["materialize-incremental", "now"]);
    let definitions = std::fs::read_to_string(shell.file("features.yaml")).unwrap();
    let without_profile = definitions.replace("      - view: driver_profile\n        features: [city]\n", "");
    let start = without_profile.find("  - name: driver_profile\n").unwrap();
    let end = without_profile.find("feature_services:").unwrap();
    shell.write("features.yaml", format!("{}{}", &without_profile[..start], &without_profile[end..]));
    let refused = shell.fails(2, &["apply"]);
    assert!(refused.contains("--allow-destroy"), "{refused}");
    let read = ["get-online-features", "-e", "driver_id=1001", "-f", "driver_profile:city"];
    assert_eq!(shell.json(&read)["city"][0], "Oslo", "a refused apply changes nothing");
    shell.ok(&["apply", "--allow-destroy"]);
    assert!(shell.fails(1, &read).contains("driver_profile"));
}

#[test]
fn pushed_rows_are_served_and_older_ones_are_not() {
    let shell = Shell::with_sample();
    let now = larder::Clock::System.now();
    let row = |hours: u32, rate: f64| {
        let event = now.minus(std::time::Duration::from_secs(3600) * hours).to_string();
        json!({"driver_id": [1001], "event_timestamp": [event], "created": [event], "conv_rate": [rate], "acc_rate": [null], "avg_daily_trips": [7]})
    };
    let read = || {
        shell.json(&["get-online-features", "-e", "driver_id=1001", "-f", "driver_hourly_stats:conv_rate"])["conv_rate"]
            [0]
        .clone()
    };
    shell.write("new.json", row(0, 0.25).to_string());
    assert_eq!(shell.json(&["push", "driver_stats_push", "new.json"])["written"], 1);
    assert_eq!(read(), 0.25);
    shell.write("old.json", row(48, 0.75).to_string());
    assert_eq!(shell.json(&["push", "driver_stats_push", "old.json"])["stale"], 1);
    assert_eq!(read(), 0.25);
    let event = now.to_string();
    shell.write(
        "new.csv",
        format!("driver_id,event_timestamp,created,conv_rate,acc_rate,avg_daily_trips\n1001,{event},{event},0.5,,8\n"),
    );
    assert_eq!(shell.json(&["push", "driver_stats_push", "new.csv"])["written"], 1);
    assert_eq!(read(), 0.5);
    assert!(shell.fails(1, &["push", "driver_stats_pus", "new.json"]).contains("driver_stats_push"));
}

#[test]
fn incremental_runs_go_on_where_the_last_one_ended() {
    let shell = Shell::with_sample();
    let first = shell.json(&["describe", "feature-view", "driver_profile"]);
    let end = first["meta"]["materializationIntervals"][0]["endTime"].clone();
    let again = shell.json(&["materialize-incremental", "now", "-v", "driver_profile"]);
    assert_eq!(again[0]["start"], end);
    assert_eq!(again[0]["outcome"]["written"], 0);
    let all = shell.json(&["materialize", "--disable-event-timestamp", "-v", "driver_profile"]);
    assert_eq!(all[0]["outcome"]["written"], 10);
    let window = shell.json(&["materialize", "2000-01-01", "2000-01-02"]);
    assert_eq!(window[1]["outcome"]["written"], 0, "{window}");
}

#[test]
fn teardown_asks_and_leaves_other_projects() {
    let shell = Shell::with_sample();
    std::fs::create_dir(shell.file("other")).unwrap();
    for name in ["features.yaml", "data"] {
        std::fs::rename(shell.file(name), shell.file("other").join(name)).unwrap();
    }
    let yaml = |project: &str, up: &str| {
        format!("project: {project}\nregistry: {up}data/registry.db\nonline_store:\n  path: {up}data/online_store.db\n")
    };
    shell.write("other/feature_store.yaml", yaml("second", ""));
    shell.ok(&["-c", "other", "apply"]);
    shell.ok(&["-c", "other", "materialize-incremental", "now"]);
    let refused = shell.fails(2, &["-c", "other", "teardown"]);
    assert!(refused.contains("--yes"), "{refused}");
    let first = std::fs::read_to_string(shell.file("feature_store.yaml")).unwrap();
    let project = first.lines().next().unwrap().strip_prefix("project: ").unwrap().to_owned();
    shell.write("feature_store.yaml", yaml(&project, "other/"));
    shell.ok(&["teardown", "--yes"]);
    assert_eq!(shell.json(&["list", "feature-views"]), json!([]));
    let read = ["-c", "other", "get-online-features", "-e", "driver_id=1001", "-f", "driver_profile:city"];
    assert_eq!(shell.json(&read)["city"][0], "Oslo", "the other project is untouched");
}

#[test]
fn help_completions_and_stores_are_there() {
    let shell = Shell::new();
    assert!(shell.ok(&["--help"]).contains("Start here"));
    assert!(shell.ok(&["completions", "bash"]).contains("larder"));
    let stores = shell.json(&["stores", "list"]);
    assert!(stores.as_array().unwrap().iter().any(|store| store["type"] == "sqlite"), "{stores}");
    let sqlite = shell.ok(&["stores", "describe", "sqlite"]);
    assert!(sqlite.contains("busy_timeout_ms") && sqlite.contains("data/online.db"), "{sqlite}");
    assert!(shell.fails(1, &["stores", "describe", "sqlit"]).contains("did you mean `sqlite`?"));
    shell.ok(&["init", "--template", "minimal", "."]);
    assert!(shell.ok(&["config", "check"]).contains("is right"));
    assert_eq!(shell.json(&["config", "show"])["entity_key_serialization_version"], 3);
}
