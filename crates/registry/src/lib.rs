#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod apply;
mod content;
mod edit;
mod file;
mod kind;
mod message;
pub mod native;
mod plan;
mod registry;
mod snapshot;
mod sql;
mod wire;

pub use edit::Edit;
pub use kind::ObjectKind;
pub use native::NativeDefinitions;
pub use plan::{Action, Change, Operation, Plan};
pub use registry::Registry;
pub use snapshot::Snapshot;
