//! Random pairs of definitions: apply leads from one to the other, and then there is nothing left to do.
#![allow(clippy::unwrap_used, clippy::panic)] // in tests a panic is the report

mod support;

use std::collections::BTreeMap;
use std::fmt::Write;

use larder_registry::NativeDefinitions;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use support::{FILE, SQL, apply, bare, native, open, plan};

const TYPES: &[&str] =
    &["Int64", "Float32", "String", "Array(Float32)", "Array(Array(Int64))", "'Struct({a: Int64, b: String})'", "Map"];

/// What one feature view of a random repository is like.
#[derive(Debug, Clone)]
struct View {
    entities: Vec<&'static str>,
    features: Vec<(&'static str, &'static str, &'static str)>,
    ttl: &'static str,
    source: &'static str,
    online: bool,
    notes: &'static str,
}

fn view() -> impl Strategy<Value = View> {
    let feature_names = subsequence(vec!["f_a", "f_b", "f_c", "f_d"], 1..=4).prop_shuffle();
    let features = feature_names.prop_flat_map(|names| {
        let types = proptest::collection::vec((select(TYPES), select(vec!["", "text"])), names.len());
        types.prop_map(move |types| names.iter().zip(types).map(|(name, (dtype, text))| (*name, dtype, text)).collect())
    });
    let entities = subsequence(vec!["e_a", "e_b", "e_c"], 0..=3).prop_shuffle();
    let ttl = select(vec!["1d", "90s", "0"]);
    let source = select(vec!["s_a", "s_b", "p_a"]);
    let notes = select(vec!["", "description: words, tags: {a: b}", "owner: me, tags: {a: c, d: ''}"]);
    (entities, features, ttl, source, any::<bool>(), notes).prop_map(
        |(entities, features, ttl, source, online, notes)| View { entities, features, ttl, source, online, notes },
    )
}

/// A whole `features.yaml`.
fn repository() -> impl Strategy<Value = String> {
    let names = subsequence(vec!["v_a", "v_b", "v_c"], 0..=3);
    let views = names.prop_flat_map(|names| {
        let views = proptest::collection::vec(view(), names.len());
        views.prop_map(move |views| names.iter().copied().zip(views).collect::<BTreeMap<_, _>>())
    });
    let key_types = proptest::collection::vec(select(vec!["Int64", "String", "Int32"]), 3);
    let path = select(vec!["data/a.parquet", "data/a.csv", "s3://bucket/a"]);
    (views, key_types, path, any::<bool>(), any::<bool>()).prop_map(|(views, key_types, path, has_service, has_alias)| {
        let mut yaml = format!("project: {{description: '{path}'}}\nentities:\n");
        for (name, key_type) in ["e_a", "e_b", "e_c"].iter().zip(key_types) {
            writeln!(yaml, "  - {{name: {name}, join_key: {name}_id, value_type: {key_type}}}").unwrap();
        }
        writeln!(yaml, "sources:\n  - {{name: s_a, path: '{path}', timestamp_field: ts, field_mapping: {{x: '{path}'}}}}").unwrap();
        writeln!(yaml, "  - {{name: s_b, path: b, format: delta, timestamp_field: t2, created_timestamp_column: c}}").unwrap();
        writeln!(yaml, "push_sources: [{{name: p_a, batch_source: s_a}}]\nfeature_views:").unwrap();
        for (name, view) in &views {
            let View { entities, features, ttl, source, online, notes } = view;
            let feature = |(name, dtype, text): &(&str, &str, &str)| format!("{name}: {{dtype: {dtype}, description: '{text}'}}");
            let features: Vec<String> = features.iter().map(feature).collect();
            let (entities, features) = (entities.join(", "), features.join(", "));
            let comma = if notes.is_empty() { "" } else { ", " };
            writeln!(
                yaml,
                "  - {{name: {name}, entities: [{entities}], ttl: {ttl}, schema: {{{features}}}, source: {source}, online: {online}{comma}{notes}}}"
            )
            .unwrap();
        }
        if let (Some((name, view)), true) = (views.first_key_value(), has_service) {
            let alias = if has_alias { ", alias: other" } else { "" };
            writeln!(yaml, "feature_services:\n  - name: all\n    features:").unwrap();
            writeln!(yaml, "      - {{view: {name}, features: [{}]{alias}}}", view.features[0].0).unwrap();
            writeln!(yaml, "  - {{name: whole, features: [{}]}}", views.keys().copied().collect::<Vec<_>>().join(", ")).unwrap();
        }
        yaml
    })
}

fn leads(registry: &str, steps: &[NativeDefinitions]) {
    let repo = tempfile::tempdir().unwrap();
    let registry = open(repo.path(), registry);
    let by_stander = native(support::SAMPLE);
    apply(&registry, "other", &by_stander);
    for step in steps {
        let planned = plan(&registry, "rides", step);
        let changes = registry.update("rides", |edit| edit.apply(&planned)).unwrap();
        let again = plan(&registry, "rides", step);
        assert!(again.is_empty(), "{:?}", again.actions());
        let stored = registry.load().unwrap().definitions("rides").unwrap();
        // The entity of entity-less views stays once it is there, as in Feast.
        let mut wanted = step.definitions("rides");
        if let Some(dummy) = stored.entities.get("__dummy") {
            wanted.entities.insert("__dummy".to_owned(), dummy.clone());
        }
        assert_eq!(bare(stored.clone()), bare(wanted));
        assert_eq!(changes.views_to_keep, stored.feature_views.values().cloned().collect::<Vec<_>>());
    }
    assert_eq!(bare(registry.load().unwrap().definitions("other").unwrap()), bare(by_stander.definitions("other")));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(20) })]

    #[test]
    fn apply_leads_to_what_was_planned(a in repository(), b in repository()) {
        let steps = [native(&a), native(&b), native(&a)];
        leads(FILE, &steps);
    }

    #[test]
    fn apply_leads_there_in_sql_too(a in repository(), b in repository()) {
        leads(SQL, &[native(&a), native(&b)]);
    }
}
