//! The `registry` of `feature_store.yaml`.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use serde_yaml::{Mapping, Value};

use super::locate::Origin;
use super::redact::mask_credentials;
use super::schema::{Shape, found};
use super::yaml;
use crate::{Error, Result};

/// Where feature definitions are kept, and how they are cached.
///
/// `Debug` hides passwords in the paths. Source: `RegistryConfig` in `feast/repo_config.py`, `SqlRegistryConfig` in
/// `feast/infra/registry/sql.py`.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
pub struct RegistryConfig {
    /// What kind of registry it is.
    #[serde(default)]
    #[schemars(with = "String")]
    pub registry_type: RegistryType,
    /// A Feast class that stores the file of a file registry; larder uses none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registry_store_type: Option<String>,
    /// The file (relative to the repository's folder) or object URI of a file registry, the SQLAlchemy URL of a SQL one.
    #[serde(default)]
    pub path: String,
    /// The URL that reads use instead of `path`; only for SQL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_path: Option<String>,
    /// For how long what was read is used, in seconds; 0 means for ever.
    #[serde(default = "default_cache_ttl_seconds")]
    pub cache_ttl_seconds: u64,
    /// How the cache is renewed.
    #[serde(default)]
    pub cache_mode: CacheMode,
    /// Extra arguments for writing the registry file to S3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub s3_additional_kwargs: Option<BTreeMap<String, String>>,
    /// Whether Feast's metadata table is no longer used.
    #[serde(default)]
    pub purge_feast_metadata: bool,
    /// Whether references may name a version of a view (`view@v2:feature`), each version with its own table.
    #[serde(default)]
    pub enable_online_feature_view_versioning: bool,
    /// Whether views are served while Feast materializes them.
    #[serde(default)]
    pub serve_features_while_materializing: bool,
    /// Arguments for SQLAlchemy's engine; only for Feast.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sqlalchemy_config_kwargs: Option<BTreeMap<String, Json>>,
    /// Threads that Feast renews a SQL registry's cache with.
    #[serde(default)]
    pub thread_pool_executor_worker_count: u64,
    /// What happens to the tables of a SQL registry at the start.
    #[serde(default)]
    pub schema_mode: SchemaMode,
    /// Feast's MCP settings of the registry server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mcp: Option<BTreeMap<String, Json>>,
    /// Options of registry kinds that larder does not know.
    #[serde(skip_deserializing, default, skip_serializing_if = "Mapping::is_empty", flatten)]
    #[schemars(skip)]
    pub other: Mapping,
}

/// The kind of a registry.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum RegistryType {
    /// One file of protobuf.
    #[default]
    File,
    /// Tables in a SQL database.
    Sql,
    /// Any other: `remote`, `snowflake.registry`, …
    Other(String),
}

/// How a registry's cache is renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CacheMode {
    /// By the read that finds it too old.
    #[default]
    Sync,
    /// In the background.
    Thread,
}

/// What happens to the tables of a SQL registry at the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SchemaMode {
    /// Missing tables are created.
    #[default]
    Auto,
    /// Missing tables are an error.
    Verify,
    /// Nothing is created or checked.
    Skip,
}

impl From<String> for RegistryType {
    fn from(name: String) -> Self {
        match name.as_str() {
            "file" => Self::File,
            "sql" => Self::Sql,
            _ => Self::Other(name),
        }
    }
}

impl From<RegistryType> for String {
    fn from(kind: RegistryType) -> Self {
        match kind {
            RegistryType::File => "file".to_owned(),
            RegistryType::Sql => "sql".to_owned(),
            RegistryType::Other(name) => name,
        }
    }
}

fn default_cache_ttl_seconds() -> u64 {
    600
}

impl RegistryConfig {
    /// A registry from what stands under `registry`: a path, or a mapping.
    pub(super) fn from_value(value: Value, origin: &Origin) -> Result<Self> {
        let mapping = match value {
            Value::String(path) => Mapping::from_iter([("path".into(), path.into())]),
            Value::Mapping(mapping) => yaml::text_keys(mapping, origin)?,
            other => {
                let error =
                    Error::invalid_config(format!("expected a path or a mapping, found {}", found(&other, true)));
                return Err(origin.locate(error, &[]).with_hint("write a path such as `data/registry.db`"));
            }
        };
        let shape = Shape::of::<Self>();
        let ours = match mapping.get("registry_type") {
            None => !mapping.contains_key("registry_store_type"),
            Some(kind) => matches!(kind.as_str(), Some("file" | "sql")),
        };
        let (known, other): (Mapping, Mapping) =
            mapping.into_iter().partition(|(key, _)| ours || key.as_str().is_some_and(|key| shape.knows(key)));
        let config = Self { other, ..shape.read::<Self>(known, origin, " of the registry")? };
        if config.path.is_empty() && ours {
            let error = Error::invalid_config("the registry has no path");
            return Err(origin.locate(error, &["path".to_owned()]).with_hint("add `path`, such as `data/registry.db`"));
        }
        Ok(config)
    }
}

impl fmt::Debug for RegistryConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegistryConfig")
            .field("registry_type", &self.registry_type)
            .field("path", &mask_credentials(&self.path))
            .field("cache_ttl_seconds", &self.cache_ttl_seconds)
            .finish_non_exhaustive()
    }
}
