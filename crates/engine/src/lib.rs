//! Reads and writes features: `get_online_features`, `push` and `write_to_online_store` over any store.
//!
//! An [`Engine`] joins a store with the definitions of one project. It turns names into positions, ids into entity keys,
//! rows into batches, and the store's rows into a columnar [`OnlineResponse`] with a status per value. It decides freshness:
//! a store returns rows with event timestamps, the engine compares them with each view's ttl. It opens no connection and
//! starts no task.
//!
//! ```
//! use std::sync::Arc;
//! use larder_engine::{Column, Engine, EngineOptions, FeatureSelection, OnlineRequest};
//! # use larder_core::{Definitions, OnlineStore};
//! # async fn read(store: Arc<dyn OnlineStore>, definitions: Arc<Definitions>) -> larder_core::Result<()> {
//! let engine = Engine::new(store, definitions, EngineOptions::default());
//! let request = OnlineRequest::new(
//!     FeatureSelection::references(["driver_hourly_stats:conv_rate"]),
//!     vec![Column::json("driver_id", vec![1001.into(), 1002.into()])],
//! );
//! let response = engine.get_online_features(&request).await?;
//! let conv_rate = response.value("conv_rate", 0)?;
//! # Ok(()) }
//! ```
#![warn(missing_docs)]

mod column;
mod engine;
mod entity_id;
mod read;
mod typed;
mod write;

pub use column::{Column, ColumnValues, Columns, EntityColumn, EntityValues};
pub use engine::{Engine, EngineOptions, FutureEvents, Limits};
pub use read::{
    Cell, FeatureSelection, FieldStatus, OnlineRequest, OnlineResponse, ResolvedFeatures, ResponseColumn, Statuses,
};
pub use write::{Rejected, Rows, WriteSummary};
