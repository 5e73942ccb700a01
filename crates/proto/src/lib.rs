//! Feast 0.67's protobuf messages, written out so that no `protoc` is needed to build. No logic.
//!
//! Paths are those that prost-build would give: [`core::DataSource`], its parts in [`core::data_source`]. The one
//! exception is [`types::ValueType`], which is `feast.types.ValueType.Enum`.
//!
//! Fields of an enum type are `i32`, so numbers that this crate doesn't know survive. Fields that it doesn't know are
//! dropped on decoding, as prost does. Maps are ordered by key, so encoding is deterministic; an entry whose key or
//! value is the default is shorter than what Feast writes, and decodes to the same.
//!
//! Left out are messages that neither a registry nor an answer refers to (`*List`, `Store`, `Field`, `RedisKeyV2`), and
//! Feast's registry, transformation and connector services.

#[macro_use]
mod enumeration;

pub mod core;
pub mod google;
pub mod serving;
pub mod types;
