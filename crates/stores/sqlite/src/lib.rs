#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod catalog;
mod client;
mod config;
mod error;
mod layout;
mod read;
mod store;
mod write;

use std::sync::Arc;

use larder_core::{Capabilities, ConnectContext, OnlineStore, Result, Stability, StorePlugin, register_store};

pub use config::{JournalMode, SqliteConfig, Synchronous, TableLayout};
use store::SqliteStore;

/// The plugin of `type: sqlite`.
#[derive(Debug)]
pub struct Sqlite;

impl StorePlugin for Sqlite {
    const TYPE: &'static str = "sqlite";
    const ALIASES: &'static [&'static str] = &["feast.infra.online_stores.sqlite.SqliteOnlineStore"];
    const SUMMARY: &'static str = "Keeps rows in one SQLite file, in the tables of Feast's SQLite store";
    const STABILITY: Stability = Stability::Stable;
    const CAPABILITIES: Capabilities = Capabilities {
        durable: true,
        shared: true,
        delete_entities: true,
        scan: true,
        exact_timestamps: true,
        max_value_bytes: Some(write::MAX_VALUE_BYTES),
        max_key_bytes: Some(write::MAX_KEY_BYTES),
    };
    type Config = SqliteConfig;

    async fn connect(config: SqliteConfig, context: ConnectContext) -> Result<Arc<dyn OnlineStore>> {
        config.check()?;
        Ok(Arc::new(SqliteStore::new(&config, context)))
    }
}

register_store!(Sqlite);
