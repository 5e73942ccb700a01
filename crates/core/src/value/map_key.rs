//! The keys of scalar maps.

use super::wire::{self, Reader, WireType};
use crate::Result;

/// A key of a scalar map: `feast.types.MapKey`. Equality compares floats by their bits.
#[derive(Debug, Clone, Default)]
pub enum MapKey {
    /// No key was written.
    #[default]
    Unset,
    /// `int32_key`.
    Int32(i32),
    /// `int64_key`.
    Int64(i64),
    /// `float_key`.
    Float(f32),
    /// `double_key`.
    Double(f64),
    /// `bool_key`.
    Bool(bool),
    /// `unix_timestamp_key`: seconds since the epoch.
    UnixTimestamp(i64),
    /// `bytes_key`.
    Bytes(Vec<u8>),
    /// `uuid_key`.
    Uuid(String),
    /// `time_uuid_key`.
    TimeUuid(String),
    /// `decimal_key`.
    Decimal(String),
}

impl MapKey {
    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Self::Unset => {}
            Self::Int32(v) => wire::put_integer(out, 1, i64::from(*v)),
            Self::Int64(v) => wire::put_integer(out, 2, *v),
            Self::Float(v) => {
                wire::put_key(out, 3, WireType::Fixed32);
                out.extend_from_slice(&v.to_le_bytes());
            }
            Self::Double(v) => {
                wire::put_key(out, 4, WireType::Fixed64);
                out.extend_from_slice(&v.to_le_bytes());
            }
            Self::Bool(v) => wire::put_integer(out, 5, i64::from(*v)),
            Self::UnixTimestamp(v) => wire::put_integer(out, 6, *v),
            Self::Bytes(v) => wire::put_field(out, 7, v),
            Self::Uuid(v) => wire::put_field(out, 8, v.as_bytes()),
            Self::TimeUuid(v) => wire::put_field(out, 9, v.as_bytes()),
            Self::Decimal(v) => wire::put_field(out, 10, v.as_bytes()),
        }
    }

    /// Reads a `MapKey` message over `self`: what it doesn't set stays.
    pub(super) fn merge(mut self, bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(bytes);
        while !reader.is_empty() {
            self = match reader.key()? {
                (1, WireType::Varint) => Self::Int32(reader.int32()?),
                (2, WireType::Varint) => Self::Int64(reader.int64()?),
                (3, WireType::Fixed32) => Self::Float(f32::from_le_bytes(reader.array()?)),
                (4, WireType::Fixed64) => Self::Double(f64::from_le_bytes(reader.array()?)),
                (5, WireType::Varint) => Self::Bool(reader.varint()? != 0),
                (6, WireType::Varint) => Self::UnixTimestamp(reader.int64()?),
                (7, WireType::Len) => Self::Bytes(reader.bytes()?.to_vec()),
                (8, WireType::Len) => Self::Uuid(reader.text()?.to_owned()),
                (9, WireType::Len) => Self::TimeUuid(reader.text()?.to_owned()),
                (10, WireType::Len) => Self::Decimal(reader.text()?.to_owned()),
                (number @ 1..=10, _) => return Err(wire::wrong_wire_type("MapKey", number)),
                (number, wire) => {
                    reader.skip(number, wire)?;
                    continue;
                }
            };
        }
        Ok(self)
    }
}

impl PartialEq for MapKey {
    fn eq(&self, other: &Self) -> bool {
        let encoded = |key: &Self| {
            let mut out = Vec::new();
            key.encode(&mut out);
            out
        };
        encoded(self) == encoded(other)
    }
}

impl Eq for MapKey {}
