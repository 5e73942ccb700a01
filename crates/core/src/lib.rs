//! The words and the contract of larder.
#![warn(missing_docs)]

mod capability;
pub mod config;
pub mod definition;
pub mod entity_key;
mod error;
pub mod hash;
mod key_batch;
pub mod name;
mod plugin;
mod read;
mod store;
mod timestamp;
pub mod value;
mod write;

pub use async_trait::async_trait;
pub use capability::Capabilities;
pub use config::{RepoConfig, Secret, SecretReader, StoreOptions};
pub use definition::{
    DataSource, Definitions, Entity, FeatureService, FeatureView, FeatureViewProjection, Field, Interval, JoinKey,
};
pub use entity_key::{DUMMY_ENTITY, DUMMY_JOIN_KEY, EntityKey, KeyEncoder, KeyVersion};
pub use error::{Error, ErrorKind, Result, RetryHint};
#[doc(hidden)]
pub use inventory;
pub use key_batch::KeyBatch;
pub use plugin::{ConnectContext, Notice, Plugins, Stability, StoreDescriptor, StorePlugin};
pub use read::{ReadRequest, ReadRow, ReadRows};
pub use store::{DeleteReport, EntityDelete, InfraChanges, OnlineStore, ScanCursor, ScanPage, ScanRequest, Scope};
pub use timestamp::{Clock, Timestamp};
pub use value::{MapKey, Value, ValueRef, ValueType};
pub use write::{RowOutcome, RowWriter, WriteBatch, WriteBatchBuilder, WriteReport, WriteRow};
