//! How store crates make themselves known, and how one is chosen by the `type` of `feature_store.yaml`.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::config::{SecretReader, StoreOption, StoreOptions, describe_options};
use crate::name::did_you_mean;
use crate::{Capabilities, Error, OnlineStore, Result};

/// A kind of store. Implement it on a unit type and pass that to [`register_store!`](crate::register_store).
pub trait StorePlugin: 'static {
    /// The `type:` of `feature_store.yaml`.
    const TYPE: &'static str;
    /// Other accepted spellings: Feast's dotted class paths.
    const ALIASES: &'static [&'static str];
    /// One sentence for lists of stores.
    const SUMMARY: &'static str;
    /// How far it can be trusted.
    const STABILITY: Stability;
    /// What this kind can do at best.
    const CAPABILITIES: Capabilities;
    /// Its options: derive `Deserialize` with `deny_unknown_fields`, and `JsonSchema`; field docs become the reference.
    type Config: DeserializeOwned + JsonSchema + fmt::Debug + Send + Sync + 'static;

    /// Makes a running store. Cheap work only: a server that is down is reported by the first call or by `ping`.
    ///
    /// # Errors
    /// `InvalidConfig` for options that cannot work together, else what the driver says.
    fn connect(
        config: Self::Config,
        context: ConnectContext,
    ) -> impl Future<Output = Result<Arc<dyn OnlineStore>>> + Send;
}

/// How far a store can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stability {
    /// Kept by the project, tested in every setup.
    Stable,
    /// Contributed: says once, at run time, that it is.
    Contrib,
}

/// What a store is given besides its options.
#[derive(Clone)]
pub struct ConnectContext {
    /// The project that the repository belongs to.
    pub project: String,
    /// The folder of `feature_store.yaml`; relative paths in options start here.
    pub repo_path: PathBuf,
    /// Opens `file:` secrets.
    pub secrets: SecretReader,
    /// Takes notices for people, such as that a store is a contributed one.
    pub notice: Notice,
}

/// Where notices for people go.
pub type Notice = Arc<dyn Fn(&str) + Send + Sync>;

impl ConnectContext {
    /// A context whose notices go nowhere and whose `file:` secrets are refused.
    pub fn new(project: impl Into<String>, repo_path: impl Into<PathBuf>) -> Self {
        Self {
            project: project.into(),
            repo_path: repo_path.into(),
            secrets: SecretReader::none(),
            notice: Arc::new(|_| {}),
        }
    }
}

impl fmt::Debug for ConnectContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectContext")
            .field("project", &self.project)
            .field("repo_path", &self.repo_path)
            .finish_non_exhaustive()
    }
}

type Connecting = Pin<Box<dyn Future<Output = Result<Arc<dyn OnlineStore>>> + Send>>;

/// A plugin as a plain value: what a registered crate hands over.
#[derive(Clone, Copy)]
pub struct StoreDescriptor {
    /// See [`StorePlugin::TYPE`].
    pub type_name: &'static str,
    /// See [`StorePlugin::ALIASES`].
    pub aliases: &'static [&'static str],
    /// See [`StorePlugin::SUMMARY`].
    pub summary: &'static str,
    /// See [`StorePlugin::STABILITY`].
    pub stability: Stability,
    /// See [`StorePlugin::CAPABILITIES`].
    pub capabilities: Capabilities,
    /// The crate that registered it.
    pub crate_name: &'static str,
    options: fn() -> Vec<StoreOption>,
    check: fn(&StoreOptions) -> Result<()>,
    connect: fn(&StoreOptions, ConnectContext) -> Connecting,
}

impl StoreDescriptor {
    /// Describes a plugin.
    #[must_use]
    pub const fn of<P: StorePlugin>(crate_name: &'static str) -> Self {
        Self {
            type_name: P::TYPE,
            aliases: P::ALIASES,
            summary: P::SUMMARY,
            stability: P::STABILITY,
            capabilities: P::CAPABILITIES,
            crate_name,
            options: describe_options::<P::Config>,
            check: |options| options.parse::<P::Config>().map(drop),
            connect: |options, context| match options.parse::<P::Config>() {
                Ok(config) => Box::pin(P::connect(config, context)),
                Err(error) => Box::pin(std::future::ready(Err(error))),
            },
        }
    }

    /// The options this kind takes, in the order of its config struct.
    #[must_use]
    pub fn options(&self) -> Vec<StoreOption> {
        (self.options)()
    }

    /// Checks options without connecting.
    ///
    /// # Errors
    /// `InvalidConfig` naming the key and its line.
    pub fn check(&self, options: &StoreOptions) -> Result<()> {
        (self.check)(options)
    }

    /// Makes a running store from options.
    ///
    /// # Errors
    /// `InvalidConfig` for options that cannot be used, else what the plugin answers.
    pub async fn connect(&self, options: &StoreOptions, context: ConnectContext) -> Result<Arc<dyn OnlineStore>> {
        if self.stability == Stability::Contrib {
            (context.notice)(&format!(
                "online store `{}` is a contributed one ({}): it passes the conformance suite, but its setups are not all tested here",
                self.type_name, self.crate_name
            ));
        }
        (self.connect)(options, context).await
    }
}

impl fmt::Debug for StoreDescriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreDescriptor")
            .field("type_name", &self.type_name)
            .field("crate_name", &self.crate_name)
            .finish_non_exhaustive()
    }
}

inventory::collect!(StoreDescriptor);

/// Registers a [`StorePlugin`] for every program that links the crate.
///
/// A crate is linked only when some source names it (`use larder_store_x as _;`): `larder-bundle` does so for the stores
/// of this workspace.
#[macro_export]
macro_rules! register_store {
    ($plugin:ty) => {
        $crate::inventory::submit! { $crate::StoreDescriptor::of::<$plugin>(env!("CARGO_PKG_NAME")) }
    };
}

/// A set of plugins, found by type name or alias.
#[derive(Debug, Clone)]
pub struct Plugins {
    by_type: BTreeMap<&'static str, StoreDescriptor>,
}

/// Feast's types that larder knows of; an unknown `type` among them is told apart from a typing error.
const FEAST_TYPES: &[&str] = &[
    "aerospike",
    "bigtable",
    "cassandra",
    "chronon",
    "couchbase.online",
    "datastore",
    "dynamodb",
    "elasticsearch",
    "hazelcast",
    "hbase",
    "hybrid",
    "milvus",
    "mongodb",
    "mysql",
    "postgres",
    "qdrant",
    "redis",
    "remote",
    "scylladb",
    "singlestore",
    "snowflake.online",
    "sqlite",
];

impl Plugins {
    /// Every plugin whose crate is linked into this program.
    ///
    /// # Errors
    /// `Internal` when two crates claim the same type name or alias; both are named.
    pub fn linked() -> Result<Self> {
        Self::of(inventory::iter::<StoreDescriptor>.into_iter().copied())
    }

    /// The same set by hand, for embedders that do not want link-time registration.
    ///
    /// # Errors
    /// As [`Plugins::linked`].
    pub fn of(descriptors: impl IntoIterator<Item = StoreDescriptor>) -> Result<Self> {
        let mut claimed: BTreeMap<&'static str, &'static str> = BTreeMap::new();
        let mut by_type = BTreeMap::new();
        for descriptor in descriptors {
            for name in descriptor.aliases.iter().copied().chain([descriptor.type_name]) {
                if let Some(other) = claimed.insert(name, descriptor.crate_name) {
                    return Err(Error::internal(format!(
                        "two crates register the online store type `{name}`: {other} and {}",
                        descriptor.crate_name
                    )));
                }
            }
            by_type.insert(descriptor.type_name, descriptor);
        }
        Ok(Self { by_type })
    }

    /// The plugins, by type name.
    pub fn iter(&self) -> impl Iterator<Item = &StoreDescriptor> {
        self.by_type.values()
    }

    /// The plugin for a `type`, an alias, or a Feast class path.
    ///
    /// # Errors
    /// `InvalidConfig` with what this program has and the nearest name.
    pub fn get(&self, type_name: &str) -> Result<&StoreDescriptor> {
        if let Some(descriptor) = self.by_type.get(type_name) {
            return Ok(descriptor);
        }
        if let Some(descriptor) = self.by_type.values().find(|d| d.aliases.contains(&type_name)) {
            return Ok(descriptor);
        }
        let names = || self.by_type.keys().copied();
        if FEAST_TYPES.contains(&type_name) {
            let known: Vec<_> = names().collect();
            return Err(Error::invalid_config(format!("this build of larder has no online store `{type_name}`"))
                .with_hint(format!(
                    "it has: {}; link the store's crate or turn its cargo feature on",
                    known.join(", ")
                )));
        }
        Err(Error::invalid_config(format!("unknown online store type `{type_name}`"))
            .with_hint(did_you_mean(type_name, names())))
    }

    /// Connects to the store that the options choose.
    ///
    /// # Errors
    /// As [`Plugins::get`] and [`StoreDescriptor::connect`].
    pub async fn connect(&self, options: &StoreOptions, context: ConnectContext) -> Result<Arc<dyn OnlineStore>> {
        let descriptor = self.get(options.type_name()).map_err(|error| options.locate(error, "type"))?;
        descriptor.connect(options, context).await
    }
}
