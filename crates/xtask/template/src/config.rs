//! The options of this store in `feature_store.yaml`. The field docs become the reference.

use schemars::JsonSchema;
use serde::Deserialize;

/// Options of the STORE_TYPE store.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Host and port of the server.
    pub(crate) address: String,
}
