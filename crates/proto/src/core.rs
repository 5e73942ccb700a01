//! `feast.core`: definitions of features, and the registry that holds them.

mod access;
mod dataset;
mod entity;
mod format;
mod infra;
mod on_demand;
mod registry;
mod service;
mod source;
mod transformation;
mod view;

pub use access::*;
pub use dataset::*;
pub use entity::*;
pub use format::*;
pub use infra::*;
pub use on_demand::*;
pub use registry::*;
pub use service::*;
pub use source::*;
pub use transformation::*;
pub use view::*;
