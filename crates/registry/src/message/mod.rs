//! Feast's registry messages and the definitions of `larder-core`, into each other.

pub(crate) mod decode;
pub(crate) mod encode;
mod shape;

pub(crate) use shape::shape;

use larder_core::{Interval, Timestamp};
use larder_proto::core::MaterializationInterval;
use larder_proto::google;
use prost::Message;

/// Feast's name of the version of a view that is not pinned.
const LATEST: &str = "latest";
/// The entity that Feast gives to views without one.
pub(crate) const DUMMY_ENTITY: &str = "__dummy";

pub(crate) fn timestamp(at: Timestamp) -> google::Timestamp {
    google::Timestamp { seconds: at.seconds(), nanos: at.subsecond_nanos() }
}

pub(crate) fn timestamp_bytes(at: Timestamp) -> Vec<u8> {
    timestamp(at).encode_to_vec()
}

pub(crate) fn interval(interval: Interval) -> MaterializationInterval {
    MaterializationInterval { start_time: Some(timestamp(interval.start)), end_time: Some(timestamp(interval.end)) }
}
