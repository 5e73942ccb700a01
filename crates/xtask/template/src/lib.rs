#![doc = include_str!("../README.md")]

mod client;
mod config;
mod error;
mod layout;
mod store;

use std::sync::Arc;

use larder_core::{Capabilities, ConnectContext, OnlineStore, Stability};

/// The plugin.
#[derive(Debug)]
pub struct StorePlugin_;

impl larder_core::StorePlugin for StorePlugin_ {
    const TYPE: &'static str = "STORE_TYPE";
    const ALIASES: &'static [&'static str] = &[];
    const SUMMARY: &'static str = "Not written yet: every operation is refused";
    const STABILITY: Stability = Stability::Contrib;
    const CAPABILITIES: Capabilities = Capabilities::NONE;
    type Config = config::Config;

    async fn connect(config: Self::Config, _: ConnectContext) -> larder_core::Result<Arc<dyn OnlineStore>> {
        Ok(Arc::new(store::Store::new(client::Client::new(config))))
    }
}

larder_core::register_store!(StorePlugin_);
