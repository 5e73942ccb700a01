#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod store;
mod table;

use std::sync::Arc;

use larder_core::{Capabilities, ConnectContext, OnlineStore, Result, Stability, StorePlugin, register_store};
use schemars::JsonSchema;
use serde::Deserialize;

pub use store::MemoryStore;

/// The plugin of `type: memory`.
#[derive(Debug)]
pub struct Memory;

/// The memory store has no options.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MemoryConfig {}

impl StorePlugin for Memory {
    const TYPE: &'static str = "memory";
    const ALIASES: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Keeps rows in the process; the reference for what correct means";
    const STABILITY: Stability = Stability::Stable;
    const CAPABILITIES: Capabilities =
        Capabilities { delete_entities: true, scan: true, exact_timestamps: true, ..Capabilities::NONE };
    type Config = MemoryConfig;

    async fn connect(_: MemoryConfig, _: ConnectContext) -> Result<Arc<dyn OnlineStore>> {
        Ok(Arc::new(MemoryStore::default()))
    }
}

register_store!(Memory);
