use std::sync::Arc;

use larder_core::{Capabilities, ConnectContext, OnlineStore, Result, Stability, StorePlugin};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::MemoryStore;

/// The plugin: `type: memory`.
#[derive(Debug)]
pub struct Memory;

/// The memory store takes no options.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MemoryConfig {}

impl StorePlugin for Memory {
    const TYPE: &'static str = "memory";
    const ALIASES: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Rows in the memory of one process: for tests and for trying things out";
    const STABILITY: Stability = Stability::Stable;
    const CAPABILITIES: Capabilities =
        Capabilities { delete_entities: true, scan: true, exact_timestamps: true, ..Capabilities::NONE };
    type Config = MemoryConfig;

    async fn connect(_: MemoryConfig, _: ConnectContext) -> Result<Arc<dyn OnlineStore>> {
        Ok(Arc::new(MemoryStore::new()))
    }
}
