//! The file registry on the one that real Feast 0.67 wrote, and on damaged ones.
#![allow(clippy::unwrap_used, clippy::panic)] // in tests a panic is the report

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use larder_core::definition::{DataSourceKind, FeatureViewKind, ViewState};
use larder_core::{ErrorKind, Interval, Timestamp, ValueType};
use larder_proto::core as proto;
use larder_registry::{ObjectKind, Registry};
use proptest::prelude::*;
use prost::Message;
use support::{FILE, PROJECT, REGISTRY_DB, feast_repo, open};

fn read(repo: &Path) -> proto::Registry {
    proto::Registry::decode(fs::read(repo.join("data/registry.db")).unwrap().as_slice()).unwrap()
}

fn interval() -> Interval {
    Interval { start: Timestamp::parse("2026-01-11").unwrap(), end: Timestamp::parse("2026-01-12T00:00:00.5").unwrap() }
}

/// Splits a message into its fields: number and bytes with the tag.
fn fields(bytes: &[u8]) -> Vec<(u64, Vec<u8>)> {
    let mut rest = bytes;
    let mut fields = Vec::new();
    while !rest.is_empty() {
        let all = rest;
        let tag = prost::encoding::decode_varint(&mut rest).unwrap();
        match tag & 7 {
            0 => drop(prost::encoding::decode_varint(&mut rest).unwrap()),
            2 => {
                let length = usize::try_from(prost::encoding::decode_varint(&mut rest).unwrap()).unwrap();
                rest = &rest[length..];
            }
            other => panic!("wire type {other}"),
        }
        fields.push((tag >> 3, all[..all.len() - rest.len()].to_vec()));
    }
    fields
}

#[test]
fn reads_what_feast_wrote() {
    let repo = feast_repo();
    let snapshot = open(repo.path(), FILE).load().unwrap();
    assert_eq!(snapshot.projects(), [PROJECT]);
    assert!(!snapshot.version_id().is_empty());
    let definitions = snapshot.definitions(PROJECT).unwrap();
    assert_eq!(definitions.project.description, "golden vectors");

    let dump: serde_json::Value = serde_json::from_str(include_str!("data/registry_dump.json")).unwrap();
    for view in dump["featureViews"].as_array().unwrap() {
        let spec = &view["spec"];
        let known = definitions.feature_view(spec["name"].as_str().unwrap()).unwrap();
        assert_eq!(known.kind, FeatureViewKind::Batch);
        let features: Vec<(&str, &str)> = spec["features"]
            .as_array()
            .unwrap()
            .iter()
            .map(|feature| (feature["name"].as_str().unwrap(), feature["valueType"].as_str().unwrap()))
            .collect();
        let types: Vec<_> = known.features.iter().map(|feature| feature.value_type.name()).collect();
        assert_eq!(
            features,
            known.features.iter().zip(&types).map(|(f, t)| (f.name.as_str(), t.as_ref())).collect::<Vec<_>>()
        );
        let keys: Vec<&str> = known.join_keys.iter().map(|key| key.name.as_str()).collect();
        let columns: Vec<&str> =
            spec["entityColumns"].as_array().unwrap().iter().map(|key| key["name"].as_str().unwrap()).collect();
        assert_eq!(keys, columns);
        let ttl: u64 = spec["ttl"].as_str().unwrap().trim_end_matches('s').parse().unwrap();
        assert_eq!(known.ttl, (ttl > 0).then(|| Duration::from_secs(ttl)));
        assert_eq!(known.online, spec["online"].as_bool().unwrap_or(false));
        assert_eq!(known.created.unwrap().to_string(), view["meta"]["createdTimestamp"].as_str().unwrap());
    }
    assert_eq!(definitions.feature_views.len(), dump["featureViews"].as_array().unwrap().len());
    assert_eq!(definitions.entities.len(), dump["entities"].as_array().unwrap().len());
    assert_eq!(definitions.data_sources.len(), dump["dataSources"].as_array().unwrap().len());
    assert_eq!(definitions.feature_services.len(), dump["featureServices"].as_array().unwrap().len());
    assert_eq!(definitions.on_demand_feature_views["transformed_conv_rate"].features[0].value_type, ValueType::Double);

    let both = definitions.feature_view("customer_driver_daily").unwrap();
    assert_eq!(both.entities, ["driver", "customer"]);
    assert_eq!(both.join_keys[0].value_type, ValueType::Int64);
    assert_eq!(both.join_keys[1].value_type, ValueType::String);
    assert_eq!(both.state, ViewState::AvailableOnline);
    assert_eq!(both.materialization_intervals.len(), 1);
    assert!(definitions.feature_view("global_stats").unwrap().is_entity_less());
    assert!(matches!(definitions.data_sources["driver_push"].kind, DataSourceKind::Push { batch_source: Some(_) }));
    assert_eq!(definitions.data_sources["shop_src"].field_mapping["rev"], "revenue");
    assert_eq!(definitions.feature_services["aliased"].projections[1].join_key_map["driver_id"], "dest_driver_id");
    // Versions count only where versioning is on, as in Feast.
    assert!(definitions.feature_view_versions.is_empty());
    let versioned = "{path: data/registry.db, enable_online_feature_view_versioning: true}";
    let definitions = open(repo.path(), versioned).load().unwrap().definitions(PROJECT).unwrap();
    assert!(definitions.feature_view_versions.contains_key(&("shop_stats".to_owned(), 0)));
}

#[test]
fn a_materialization_changes_the_meta_data_of_one_view_and_no_other_byte() {
    let repo = feast_repo();
    let registry = open(repo.path(), FILE);
    registry.update(PROJECT, |edit| edit.record_materialization("shop_stats", interval())).unwrap();
    let (before, after) = (fields(REGISTRY_DB), fields(&fs::read(registry.path()).unwrap()));
    assert_eq!(before.len(), after.len());
    let changed: Vec<u64> = before.iter().zip(&after).filter(|(a, b)| a != b).map(|(a, _)| a.0).collect();
    assert_eq!(changed, [4, 5, 6], "version_id, last_updated, one view");

    let view = read(repo.path())
        .feature_views
        .into_iter()
        .find(|view| view.spec.as_ref().unwrap().name == "shop_stats")
        .unwrap();
    let old = proto::Registry::decode(REGISTRY_DB).unwrap();
    let old = old.feature_views.into_iter().find(|view| view.spec.as_ref().unwrap().name == "shop_stats").unwrap();
    assert_eq!(view.spec, old.spec);
    let (meta, old) = (view.meta.unwrap(), old.meta.unwrap());
    assert_eq!(meta.materialization_intervals.len(), old.materialization_intervals.len() + 1);
    assert_eq!(meta.created_timestamp, old.created_timestamp);
    assert_eq!(meta.last_updated_timestamp.unwrap().seconds, 1_800_000_000);
    let loaded = registry.load().unwrap().definitions(PROJECT).unwrap();
    assert_eq!(loaded.feature_view("shop_stats").unwrap().materialization_intervals[1], interval());

    let error = registry.update(PROJECT, |edit| edit.record_materialization("shop_stat", interval())).unwrap_err();
    assert_eq!(error.to_string(), "project `feast_vec` has no feature view `shop_stat`; did you mean `shop_stats`?");
    let backwards = Interval { start: interval().end, end: interval().start };
    assert!(registry.update(PROJECT, |edit| edit.record_materialization("shop_stats", backwards)).is_err());
}

#[test]
fn what_larder_does_not_know_survives() {
    let repo = feast_repo();
    // A stream view, a label view, a permission, a saved dataset, and fields that no Feast has yet, in all places.
    let mut stored = proto::Registry::decode(REGISTRY_DB).unwrap();
    let spec = |name: &str| proto::StreamFeatureViewSpec {
        name: name.to_owned(),
        project: PROJECT.to_owned(),
        ..Default::default()
    };
    stored.stream_feature_views.push(proto::StreamFeatureView { spec: Some(spec("stream")), meta: None });
    let label = proto::LabelViewSpec { name: "label".to_owned(), project: PROJECT.to_owned(), ..Default::default() };
    stored.label_views.push(proto::LabelView { spec: Some(label), meta: None });
    let mut bytes = stored.encode_to_vec();
    bytes.extend(unknown(900));
    let mut view = stored.feature_views[0].encode_to_vec();
    view.extend(unknown(901));
    let view_name = stored.feature_views[0].spec.as_ref().unwrap().name.clone();
    bytes = replace_first(&bytes, 6, &view);
    fs::write(repo.path().join("data/registry.db"), &bytes).unwrap();

    let registry = open(repo.path(), FILE);
    registry.update(PROJECT, |edit| edit.record_materialization("stream", interval())).unwrap();
    registry.update(PROJECT, |edit| edit.record_materialization(&view_name, interval())).unwrap();
    let after = fields(&fs::read(registry.path()).unwrap());
    let mut gone: BTreeMap<u64, usize> = BTreeMap::new();
    for field in fields(&bytes) {
        if !after.contains(&field) {
            *gone.entry(field.0).or_default() += 1;
        }
    }
    assert_eq!(gone, [(4, 1), (5, 1), (6, 1), (14, 1)].into());
    let changed = &after.iter().find(|(number, _)| *number == 6).unwrap().1;
    assert!(changed.windows(8).any(|window| window == &unknown(901)[unknown(901).len() - 8..]));
    let definitions = registry.load().unwrap().definitions(PROJECT).unwrap();
    let stream = definitions.feature_view("stream").unwrap();
    assert_eq!((stream.kind, stream.state), (FeatureViewKind::Stream, ViewState::AvailableOnline));
    assert_eq!(registry.load().unwrap().count(ObjectKind::LabelView, PROJECT), 1);
}

fn unknown(number: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    prost::encoding::string::encode(number, &"from the future".to_owned(), &mut bytes);
    bytes
}

fn replace_first(bytes: &[u8], number: u64, with: &[u8]) -> Vec<u8> {
    let mut fields = fields(bytes);
    let field = fields.iter_mut().find(|field| field.0 == number).unwrap();
    field.1.clear();
    prost::encoding::bytes::encode(u32::try_from(number).unwrap(), &with.to_vec(), &mut field.1);
    fields.into_iter().flat_map(|field| field.1).collect()
}

#[test]
fn an_update_without_a_change_writes_nothing() {
    let repo = feast_repo();
    let registry = open(repo.path(), FILE);
    registry.update(PROJECT, |edit| edit.definitions()).unwrap();
    assert_eq!(fs::read(registry.path()).unwrap(), REGISTRY_DB);
    let failed: larder_core::Result<()> = registry.update(PROJECT, |edit| {
        edit.record_materialization("shop_stats", interval())?;
        Err(larder_core::Error::internal("no"))
    });
    assert!(failed.is_err());
    assert_eq!(fs::read(registry.path()).unwrap(), REGISTRY_DB);
}

#[test]
fn an_absent_file_is_an_empty_registry() {
    let repo = tempfile::tempdir().unwrap();
    let registry = open(repo.path(), "deep/folder/registry.db");
    let snapshot = registry.load().unwrap();
    assert!(snapshot.projects().is_empty());
    assert_eq!(snapshot.definitions("rides").unwrap().project.name, "rides");
    assert!(!registry.path().exists());
    assert!(registry.update("a-b", |_| Ok(())).unwrap_err().to_string().contains("contains '-'"));
}

#[test]
fn damaged_files_are_named_and_never_overwritten() {
    let repo = feast_repo();
    let registry = open(repo.path(), FILE);
    let mut damaged: Vec<Vec<u8>> =
        vec![Vec::new(), b"not a registry at all".to_vec(), vec![0; 100], b"SQLite format 3\0".to_vec()];
    damaged.extend((1..REGISTRY_DB.len() - 1).step_by(997).map(|end| REGISTRY_DB[..end].to_vec()));
    // Cut between two fields: behind the header, and before the projects.
    let ends = |number| {
        fields(REGISTRY_DB).iter().take_while(|field| field.0 < number).map(|field| field.1.len()).sum::<usize>()
    };
    damaged.extend([3, 6, 17].map(|number| REGISTRY_DB[..ends(number)].to_vec()));
    for bytes in damaged {
        fs::write(registry.path(), &bytes).unwrap();
        let error = registry.load().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
        let text = error.to_string();
        assert!(text.contains("registry.db") && text.contains("restore it from a backup"), "{text}");
        assert!(bytes.is_empty() || text.contains("byte"), "{text}");
        assert!(registry.update(PROJECT, |edit| edit.delete_project()).is_err());
        assert_eq!(fs::read(registry.path()).unwrap(), bytes);
    }
}

#[test]
fn unwritable_places_are_named() {
    let repo = feast_repo();
    let folder = open(repo.path(), "data");
    let error = folder.load().unwrap_err().to_string();
    assert!(error.contains("cannot read the registry") && error.contains("data"), "{error}");
    let below_a_file = open(repo.path(), "data/registry.db/registry.db");
    let error = below_a_file.update("p", |_| Ok(())).unwrap_err().to_string();
    assert!(error.contains("check `registry` in feature_store.yaml"), "{error}");
    for (registry, expected) in [
        ("s3://bucket/registry.db", "under s3:// is not supported"),
        ("{registry_type: remote, path: 'localhost:6570'}", "registry type `remote` is not supported"),
        ("{registry_type: sql, path: 'postgresql://u:geheim@h/d'}", "a SQL registry on `postgresql` is not supported"),
    ] {
        let error = Registry::open(&support::config(registry), repo.path()).unwrap_err().to_string();
        assert!(error.contains(expected) && !error.contains("geheim"), "{error}");
    }
}

#[test]
fn no_file_is_left_behind_and_links_and_permissions_stay() {
    let repo = feast_repo();
    let real = repo.path().join("data/registry.db");
    let link = repo.path().join("link.db");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::os::unix::fs::symlink(&real, &link).unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
        open(repo.path(), "link.db")
            .update(PROJECT, |edit| edit.record_materialization("shop_stats", interval()))
            .unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
        assert_ne!(fs::read(&real).unwrap(), REGISTRY_DB);
    }
    let mut names: Vec<String> = fs::read_dir(repo.path().join("data"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["registry.db", "registry.db.lock", "sql_registry.db"]);
}

#[test]
fn a_project_goes_without_the_others() {
    let repo = feast_repo();
    let registry = open(repo.path(), FILE);
    support::apply(&registry, "rides", &support::native(support::SAMPLE));
    assert_eq!(registry.load().unwrap().projects(), [PROJECT, "rides"]);
    let changes = registry.update(PROJECT, |edit| edit.delete_project()).unwrap();
    assert_eq!(changes.views_to_delete.len(), 7);
    assert!(changes.views_to_keep.is_empty());
    let snapshot = registry.load().unwrap();
    assert_eq!(snapshot.projects(), ["rides"]);
    assert_eq!(snapshot.definitions("rides").unwrap().feature_views.len(), 3);
    for kind in ObjectKind::ALL {
        assert_eq!(snapshot.count(*kind, PROJECT), 0, "{kind}");
    }
    assert!(registry.update("nobody", |edit| edit.delete_project()).unwrap().views_to_delete.is_empty());
}

#[test]
fn a_view_without_its_entity_still_has_its_join_key() {
    let repo = feast_repo();
    let registry = open(repo.path(), FILE);
    let mut stored = proto::Registry::decode(REGISTRY_DB).unwrap();
    stored.entities.retain(|entity| entity.spec.as_ref().unwrap().name != "customer");
    // An older Feast wrote no columns for entities: their own types count.
    let untyped =
        stored.feature_views.iter_mut().find(|view| view.spec.as_ref().unwrap().name == "shop_stats").unwrap();
    untyped.spec.as_mut().unwrap().entity_columns.clear();
    fs::write(registry.path(), stored.encode_to_vec()).unwrap();
    let definitions = registry.load().unwrap().definitions(PROJECT).unwrap();
    let keys = |view: &str| -> Vec<(String, ValueType)> {
        let keys = &definitions.feature_view(view).unwrap().join_keys;
        keys.iter().map(|key| (key.name.clone(), key.value_type)).collect()
    };
    let [driver, customer, shop] =
        [("driver_id", ValueType::Int64), ("customer_id", ValueType::String), ("shop_id", ValueType::Int32)]
            .map(|(name, value_type)| (name.to_owned(), value_type));
    assert_eq!(keys("customer_driver_daily"), [driver, customer]);
    assert_eq!(keys("shop_stats"), [shop]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn damaged_bytes_never_panic(damage in proptest::collection::vec((0..REGISTRY_DB.len(), any::<u8>()), 1..8)) {
        let repo = tempfile::tempdir().unwrap();
        let registry = open(repo.path(), "registry.db");
        let mut bytes = REGISTRY_DB.to_vec();
        for (at, byte) in damage {
            bytes[at] = byte;
        }
        fs::write(registry.path(), bytes).unwrap();
        if let Ok(snapshot) = registry.load() {
            let errors = [snapshot.definitions(PROJECT).err(), registry.update(PROJECT, |edit| edit.delete_project()).err()];
            for error in errors.into_iter().flatten() {
                prop_assert_eq!(error.kind(), ErrorKind::Corrupt);
            }
        }
    }
}
