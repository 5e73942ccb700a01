use std::num::NonZeroUsize;

use super::super::{CacheMode, RegistryType, SecretReader, StoreOptions, describe_options};
use super::*;
use crate::entity_key::KeyVersion;

const MINIMAL: &str = "project: demo\nregistry: data/registry.db\n";

#[test]
fn defaults_are_those_of_feast() {
    let config = parse(MINIMAL).unwrap();
    assert_eq!((config.project.as_str(), config.provider.as_str()), ("demo", "local"));
    assert_eq!(config.project_description, None);
    assert_eq!(config.registry.registry_type, RegistryType::File);
    assert_eq!(config.registry.path, "data/registry.db");
    assert_eq!(config.registry.cache_ttl_seconds, 600);
    assert_eq!(config.registry.cache_mode, CacheMode::Sync);
    assert_eq!(config.online_store.as_ref().unwrap().type_name(), "sqlite");
    assert_eq!(config.entity_key_serialization_version, KeyVersion::V3);
    assert!(config.coerce_tz_aware);
    assert_eq!(config.materialization, Default::default());
    assert_eq!(config.section("offline_store").unwrap()["type"], "dask");
    assert_eq!(config.section("batch_engine").unwrap()["type"], "local");
    assert_eq!(config.section("auth").unwrap()["type"], "no_auth");
    assert_eq!(config.section("feature_server"), None);
    assert_eq!(config.notices, Vec::<String>::new());
    assert_eq!(config.repo_path(), Path::new(""));
}

#[test]
fn online_store_has_short_forms() {
    for (written, type_name) in [
        ("", Some("sqlite")),
        ("online_store: sqlite", Some("sqlite")),
        ("online_store: redis", Some("redis")),
        ("online_store: {}", Some("sqlite")),
        ("online_store: {path: x.db}", Some("sqlite")),
        ("online_store:\n  type: my_package.stores.MyOnlineStore\n  a: 1", Some("my_package.stores.MyOnlineStore")),
        ("online_store:", None),
        ("online_store: null", None),
        ("online_store: ~", None),
        ("online_store: 'None'", None),
    ] {
        let config = parse(&format!("{MINIMAL}{written}")).unwrap();
        assert_eq!(config.online_store.as_ref().map(StoreOptions::type_name), type_name, "{written}");
    }
}

#[test]
fn everything_can_be_given() {
    let config = parse(
        "\u{feff}\
project: demo
project_description: all of it
provider: gcp
registry:
  registry_type: sql
  path: postgresql://bob:c4nary@db/feast
  read_path: postgresql://bob:c4nary@replica/feast
  cache_ttl_seconds: 0
  cache_mode: thread
  purge_feast_metadata: no
  enable_online_feature_view_versioning: yes
  serve_features_while_materializing: true
  sqlalchemy_config_kwargs: {echo: false, pool_pre_ping: true}
  thread_pool_executor_worker_count: 2
  schema_mode: verify
  s3_additional_kwargs: {ServerSideEncryption: aws:kms}
  mcp: {enabled: true}
online_store: {type: demo, path: x}
offline_store: {type: duckdb}
batch_engine: {type: spark.engine, partitions: 2}
feature_server: {enabled: true}
auth: {type: oidc, client_secret: c4nary}
openlineage: {enabled: true, api_key: c4nary}
entity_key_serialization_version: 2
coerce_tz_aware: false
materialization: {online_write_batch_size: 1000, pull_latest_features: true}
larder: {}
repo_path: ignored
tags: ignored too
",
    )
    .unwrap();
    assert_eq!(config.registry.registry_type, RegistryType::Sql);
    assert_eq!((config.registry.cache_ttl_seconds, config.registry.cache_mode), (0, CacheMode::Thread));
    assert!(config.registry.enable_online_feature_view_versioning && !config.registry.purge_feast_metadata);
    assert_eq!(config.entity_key_serialization_version, KeyVersion::V2);
    assert!(!config.coerce_tz_aware);
    assert_eq!(config.materialization.online_write_batch_size, NonZeroUsize::new(1000));
    assert!(config.materialization.pull_latest_features);
    assert_eq!(config.section("batch_engine").unwrap()["partitions"], 2);
    assert_eq!(
        config.notices,
        ["`entity_key_serialization_version: 2` is out of use (line 24): new stores should use 3"]
    );
    let shown = format!("{config:?} {:?} {}", config.registry, serde_yaml::to_string(&config.redacted()).unwrap());
    assert!(!shown.contains(CANARY), "{shown}");
}

#[test]
fn other_registries_keep_their_options() {
    let config = parse(
        "project: demo\nregistry: {registry_type: remote, path: 'host:6570', is_tls: true, client_key: c4nary}\n",
    )
    .unwrap();
    assert_eq!(config.registry.registry_type, RegistryType::Other("remote".to_owned()));
    assert_eq!(config.registry.other.get("is_tls"), Some(&true.into()));
    let shown = serde_yaml::to_string(&config.redacted()).unwrap();
    assert!(shown.contains("is_tls: true") && shown.contains("client_key: '***'"), "{shown}");
    let custom = parse("project: demo\nregistry: {registry_store_type: my.Store, path: x, mine: 1}\n").unwrap();
    assert_eq!(custom.registry.other.get("mine"), Some(&1.into()));
}

#[test]
fn variables_are_replaced_everywhere() {
    let (config, demo) = parse_both(
        "project: ${DEMO_PROJECT}\nregistry: $HOME_OF_NOBODY/registry.db\n\
         online_store:\n  type: demo\n  path: x\n  password: $DEMO_PASSWORD\n",
    )
    .unwrap();
    assert_eq!(config.project, "from_env");
    assert_eq!(config.registry.path, "$HOME_OF_NOBODY/registry.db");
    assert_eq!(demo.password.unwrap().reveal(&SecretReader::none()).unwrap(), CANARY);
    assert_eq!(
        config.notices,
        ["`registry` (line 2) names an environment variable that is not set; it is left as written"]
    );
}

#[test]
fn merges_and_aliases_are_followed() {
    let (_, demo) = parse_both(
        "project: demo\nregistry: r.db\nbase: &base {path: shared, port: 1}\nonline_store:\n  type: demo\n  <<: *base\n  port: 2\n",
    )
    .unwrap();
    assert_eq!((demo.path.as_str(), demo.port), ("shared", 2));
}

#[test]
fn notices_tell_of_likely_mistakes() {
    let config = parse(&format!(
        "{MINIMAL}onlin_store: redis\nsomething_else: 1\nflags: {{alpha: true}}\nmaterialization: {{batch: 1}}\noffline_store: {{password: 'a$word'}}\n"
    ))
    .unwrap();
    assert_eq!(
        config.notices,
        [
            "the unknown key `onlin_store` (line 3) is ignored; did you mean `online_store`?",
            "`flags` (line 5) has no effect; remove it",
            "the unknown key `materialization.batch` (line 6) is ignored; known: pull_latest_features, online_write_batch_size",
            "`offline_store.password` (line 7) names an environment variable that is not set; it is left as written",
        ]
    );
}

#[test]
fn plain_values_are_taken_as_feast_takes_them() {
    let demo = |yaml: &str| StoreOptions::from_yaml(yaml).unwrap().parse::<Demo>().unwrap();
    assert!(demo("path: x\nverbose: yes").verbose);
    assert!(!demo("path: x\nverbose: OFF").verbose);
    assert_eq!(demo("path: x\nratio: 2").ratio, Some(2.0));
    assert_eq!(demo("path: x\ndurability: normal").durability, Durability::Normal);
    assert_eq!(demo("path: x\nhosts: [a, b]").hosts, ["a", "b"]);
    assert!(demo("path: x\ntls:\n  ca_file: y").tls.is_some());
    assert!(demo("path: x\ntls: null\naddress: a:1").tls.is_none());
    assert_eq!(demo("path: x\nport: 0x10").port, 16);
}

#[test]
fn secrets_are_exactly_what_is_written() {
    for (written, expected) in [
        ("12345", "12345"),
        ("0x1F", "0x1F"),
        ("+5", "+5"),
        ("1.50", "1.50"),
        ("1e3", "1e3"),
        ("True", "True"),
        ("'quoted'", "quoted"),
        ("0123", "0123"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
    ] {
        let demo: Demo = StoreOptions::from_yaml(&format!("path: x\npassword: {written}")).unwrap().parse().unwrap();
        assert_eq!(demo.password.unwrap().reveal(&SecretReader::none()).unwrap(), expected);
    }
    let nested: Demo =
        StoreOptions::from_yaml("path: x\ntls: {ca_file: y, client_key: 1.50, verify: no}").unwrap().parse().unwrap();
    let tls = nested.tls.unwrap();
    assert!(!tls.verify);
    assert_eq!(tls.client_key.unwrap().reveal(&SecretReader::none()).unwrap(), "1.50");
    let aliased: Demo = StoreOptions::from_yaml("path: x\npass: y").unwrap().parse().unwrap();
    assert!(aliased.password.is_some());
}

#[test]
fn options_describe_themselves() {
    let options = describe_options::<Demo>();
    let table: Vec<_> = options
        .iter()
        .map(|o| (o.name.as_str(), o.kind.as_str(), o.default.as_deref(), o.required, o.description.as_str()))
        .collect();
    assert_eq!(
        table,
        [
            ("path", "string", None, true, "Where the data is, relative to the repository."),
            ("port", "integer", Some("6379"), false, ""),
            ("durability", "one of: full, normal", Some("\"full\""), false, "How sure a write is."),
            ("password", "secret", None, false, ""),
            ("verbose", "boolean", Some("false"), false, ""),
            ("hosts", "list of string", Some("[]"), false, ""),
            ("ratio", "number", None, false, ""),
            ("tls", "mapping", None, false, ""),
            ("address", "string", None, false, ""),
        ]
    );
}

#[test]
fn a_store_without_options_takes_none() {
    #[derive(Debug, Deserialize, JsonSchema)]
    struct Nothing {}
    assert!(StoreOptions::from_yaml("memory").unwrap().parse::<Nothing>().is_ok());
    let error = StoreOptions::from_yaml("type: memory\npath: x").unwrap().parse::<Nothing>().unwrap_err();
    assert_eq!(
        error.to_string(),
        "unknown option `path` of online store `memory` (line: 2, field: path); no option is allowed here"
    );
}

#[test]
fn what_is_shown_is_the_effective_configuration() {
    let config = parse(
        "project: demo\nregistry: sqlite:///x.db\nonline_store:\n  type: demo\n  path: redis://u:c4nary@h/0\n  \
         password: c4nary\n  tls: {ca_file: y, client_key: c4nary}\n",
    )
    .unwrap();
    let shown = serde_yaml::to_string(&config.redacted_with(&describe_options::<Demo>())).unwrap();
    assert_eq!(
        shown,
        "\
project: demo
provider: local
registry:
  registry_type: file
  path: sqlite:///x.db
  cache_ttl_seconds: 600
  cache_mode: sync
  purge_feast_metadata: false
  enable_online_feature_view_versioning: false
  serve_features_while_materializing: false
  thread_pool_executor_worker_count: 0
  schema_mode: auto
online_store:
  type: demo
  port: 6379
  durability: full
  verbose: false
  hosts: []
  path: redis://u:***@h/0
  password: '***'
  tls:
    ca_file: y
    client_key: '***'
offline_store:
  type: dask
batch_engine:
  type: local
auth:
  type: no_auth
entity_key_serialization_version: 3
coerce_tz_aware: true
materialization:
  pull_latest_features: false
  online_write_batch_size: null
"
    );
}

#[test]
fn a_long_file_may_hold_more_values_than_a_short_one() {
    let text = format!("[{}]", "x, ".repeat(150_000));
    let value = crate::config::load_yaml(Path::new("features.yaml"), &text).unwrap();
    assert_eq!(value.as_sequence().unwrap().len(), 150_000);
}
