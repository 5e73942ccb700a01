//! `feature_store.yaml`: reading it, the options of stores, and secrets.
//!
//! [`RepoConfig::parse`] takes the text of a file; this crate opens no file and reads no environment, so lookups are
//! passed in. A store's options stay raw ([`StoreOptions`]) until its plugin reads them into its own type.

mod expand;
mod field_name;
mod locate;
mod redact;
mod registry_config;
mod repo_config;
mod schema;
mod secret;
mod store_options;
#[cfg(test)]
mod tests;
mod yaml;

pub use expand::expand_variables;
pub use locate::line_of;
pub use registry_config::{CacheMode, RegistryConfig, RegistryType, SchemaMode};
pub use repo_config::{MaterializationConfig, RepoConfig};
pub use secret::{MASK, Secret, SecretReader};
pub use store_options::{StoreOption, StoreOptions, describe_options};
pub use yaml::load_yaml;
