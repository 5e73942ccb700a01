//! Which crate may depend on what.

use std::path::Path;

use larder_core::{Error, Result};
use serde_json::Value;

use crate::cargo;

/// What each crate of the workspace may use of the others, outside its tests. `*` at the end stands for any ending.
const MAY_USE: &[(&str, &[&str])] = &[
    ("larder-core", &[]),
    ("larder-proto", &[]),
    ("larder-registry", &["larder-core", "larder-proto"]),
    ("larder-engine", &["larder-core"]),
    ("larder-offline", &["larder-core", "larder-engine"]),
    ("larder-store-*", &["larder-core", "larder-proto"]),
    ("larder-bundle", &["larder-store-*"]),
    ("larder-conformance", &["larder-core"]),
    ("larder", &["larder-core", "larder-registry", "larder-engine", "larder-offline", "larder-bundle"]),
    ("larder-cli", &["larder", "larder-bundle"]),
    ("xtask", &["larder-*"]),
];

/// Crates of others that only these crates may use, outside their tests.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("arrow*", &["larder-offline"]),
    ("parquet", &["larder-offline"]),
    ("object_store", &["larder-offline"]),
    ("rusqlite", &["larder-store-*", "larder-registry"]),
    ("prost*", &["larder-proto", "larder-registry"]),
    ("clap*", &["larder-cli"]),
];

/// All that `core` may use: it opens nothing and runs nothing, so it needs no driver and no runtime.
const CORE_MAY_USE: &[&str] = &[
    "async-trait",
    "base64",
    "chrono",
    "chrono-tz",
    "foldhash",
    "inventory",
    "itoa",
    "schemars",
    "serde",
    "serde_json",
    "serde_yaml",
    "yaml_serde",
    "zmij",
];

/// Stores that tests of other crates may use: the reference.
const REFERENCE_STORES: &[&str] = &["larder-store-memory"];

struct Edge {
    user: String,
    used: String,
    kind: Kind,
}

#[derive(PartialEq)]
enum Kind {
    Test,
    Other,
}

/// Asks cargo for the dependencies of the workspace's crates and names every one that is not allowed.
pub(crate) fn check(root: &Path) -> Result<Vec<String>> {
    let text = cargo::run(root, &["metadata", "--no-deps", "--format-version", "1"])?;
    let metadata: Value = serde_json::from_str(&text)
        .map_err(|error| Error::internal("cannot read what `cargo metadata` says").with_source(error))?;
    Ok(edges(&metadata).iter().filter_map(problem).collect())
}

fn edges(metadata: &Value) -> Vec<Edge> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let edge = |user: &Value, used: &Value| Edge {
        user: text(&user["name"]),
        used: text(&used["name"]),
        kind: if used["kind"] == "dev" { Kind::Test } else { Kind::Other },
    };
    list(&metadata["packages"])
        .iter()
        .flat_map(|user| list(&user["dependencies"]).iter().map(|used| edge(user, used)).collect::<Vec<_>>())
        .collect()
}

fn problem(edge: &Edge) -> Option<String> {
    let Edge { user, used, kind } = edge;
    let ours = used.starts_with("larder");
    if *kind == Kind::Test {
        let foreign_store =
            matches("larder-store-*", used) && used != user && !REFERENCE_STORES.contains(&used.as_str());
        return foreign_store
            .then(|| format!("{user}: its tests use {used}; of the stores, tests may name only the reference"));
    }
    let Some((_, allowed)) = MAY_USE.iter().find(|(pattern, _)| matches(pattern, user)) else {
        return Some(format!("{user}: this crate is not in the table of crates/xtask/src/tidy/dependency.rs"));
    };
    if ours && !allowed.iter().any(|pattern| matches(pattern, used)) {
        return Some(format!("{user}: must not depend on {used}; it may use {allowed:?}"));
    }
    if user == "larder-core" && !CORE_MAY_USE.contains(&used.as_str()) {
        return Some(format!("{user}: must not depend on {used}; core takes no driver and no runtime"));
    }
    let owners = ONLY_IN.iter().find(|(pattern, _)| matches(pattern, used));
    let (_, owners) = owners?;
    (!owners.iter().any(|pattern| matches(pattern, user)))
        .then(|| format!("{user}: must not depend on {used}; only {owners:?} may"))
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(user: &str, used: &str, kind: &str) -> Option<String> {
        let metadata = serde_json::json!({
            "packages": [{"name": user, "dependencies": [{"name": used, "kind": if kind == "dev" { "dev".into() } else { Value::Null }}]}]
        });
        edges(&metadata).iter().find_map(problem)
    }

    #[test]
    fn the_arrows_point_at_core() {
        for (user, used, kind) in [
            ("larder-core", "serde", ""),
            ("larder-store-sqlite", "larder-core", ""),
            ("larder-store-sqlite", "rusqlite", ""),
            ("larder-store-sqlite", "larder-conformance", "dev"),
            ("larder-engine", "larder-store-memory", "dev"),
            ("larder-bundle", "larder-store-sqlite", ""),
        ] {
            assert_eq!(verdict(user, used, kind), None);
        }
        for (user, used, kind) in [
            ("larder-core", "tokio", ""),
            ("larder-core", "larder-proto", ""),
            ("larder-store-sqlite", "larder-store-memory", ""),
            ("larder-store-sqlite", "larder-engine", ""),
            ("larder-engine", "larder-store-sqlite", "dev"),
            ("larder-engine", "larder-store-memory", ""),
            ("larder-conformance", "larder-engine", ""),
            ("larder-engine", "arrow-array", ""),
            ("larder-newcomer", "larder-core", ""),
        ] {
            assert!(verdict(user, used, kind).is_some(), "{user} -> {used} {kind}");
        }
    }
}
