//! Values decoded in place: nothing is copied, and a scalar costs a few nanoseconds.

use super::collection::Collection;
use super::map::{MapRef, ScalarMapRef};
use super::payload::{Check, Payload};
use super::wire::{self, Reader, WireType};
use super::{MAX_DEPTH, Value, ValueType};
use crate::{Error, Result};

/// A feature value that borrows from its encoded bytes.
///
/// Scalars are decoded; collections and maps stay encoded and are read by iterating. [`ValueRef::decode`] checks
/// everything inside once, so iterating cannot fail.
#[derive(Debug, Clone, Copy, Default)]
pub enum ValueRef<'a> {
    /// No value.
    #[default]
    Null,
    /// `bytes_val`.
    Bytes(&'a [u8]),
    /// `string_val`.
    String(&'a str),
    /// `int32_val`.
    Int32(i32),
    /// `int64_val`.
    Int64(i64),
    /// `double_val`.
    Double(f64),
    /// `float_val`.
    Float(f32),
    /// `bool_val`.
    Bool(bool),
    /// `unix_timestamp_val`: seconds since the epoch.
    UnixTimestamp(i64),
    /// `json_val`: JSON text.
    Json(&'a str),
    /// `uuid_val`.
    Uuid(&'a str),
    /// `time_uuid_val`.
    TimeUuid(&'a str),
    /// `decimal_val`: decimal text.
    Decimal(&'a str),
    /// `zoned_timestamp_val`.
    ZonedTimestamp {
        /// Seconds since the epoch.
        unix_timestamp: i64,
        /// An IANA name, an offset, or empty for UTC.
        zone: &'a str,
    },
    /// Any `*_list_val` or `*_set_val`.
    Collection(Collection<'a>),
    /// `map_val` or `struct_val`.
    Map(MapRef<'a>),
    /// `scalar_map_val`.
    ScalarMap(ScalarMapRef<'a>),
}

impl<'a> ValueRef<'a> {
    /// Decodes a `feast.types.Value` message without copying; zero bytes are [`ValueRef::Null`].
    ///
    /// Reads exactly what protobuf reads, with one exception: a map entry whose value arrives in two parts that protobuf
    /// would join into one collection is refused. No serializer writes that.
    ///
    /// # Errors
    /// `Corrupt` when the bytes, or anything inside, are not such a message or are nested deeper than [`MAX_DEPTH`].
    #[inline]
    pub fn decode(bytes: &'a [u8]) -> Result<Self> {
        Self::Null.merge(bytes, Check::Levels(MAX_DEPTH))
    }

    /// Reads a message over `self`, which is what was read of the same value before: the last member wins.
    #[inline]
    pub(super) fn merge(self, bytes: &'a [u8], check: Check) -> Result<Self> {
        match Self::lone_scalar(bytes) {
            Some(scalar) => Ok(scalar),
            None => self.merge_fields(bytes, check),
        }
    }

    /// What nearly every message is: one scalar field with a small number, and nothing else.
    #[inline]
    fn lone_scalar(bytes: &'a [u8]) -> Option<Self> {
        let (key, payload) = bytes.split_first()?;
        let mut reader = Reader::new(payload);
        let scalar = match (key >> 3, key & 7) {
            (2, 2) => Self::String(reader.text().ok()?),
            (3, 0) => Self::Int32(reader.int32().ok()?),
            (4, 0) => Self::Int64(reader.int64().ok()?),
            (5, 1) => Self::Double(f64::from_le_bytes(reader.array().ok()?)),
            (6, 5) => Self::Float(f32::from_le_bytes(reader.array().ok()?)),
            (7, 0) => Self::Bool(reader.varint().ok()? != 0),
            (8, 0) => Self::UnixTimestamp(reader.int64().ok()?),
            _ => return None,
        };
        reader.is_empty().then_some(scalar)
    }

    fn merge_fields(mut self, bytes: &'a [u8], check: Check) -> Result<Self> {
        let mut reader = Reader::new(bytes);
        let mut begun_here = false;
        while !reader.is_empty() {
            self = match reader.key()? {
                (1, WireType::Len) => Self::Bytes(reader.bytes()?),
                (2, WireType::Len) => Self::String(reader.text()?),
                (3, WireType::Varint) => Self::Int32(reader.int32()?),
                (4, WireType::Varint) => Self::Int64(reader.int64()?),
                (5, WireType::Fixed64) => Self::Double(f64::from_le_bytes(reader.array()?)),
                (6, WireType::Fixed32) => Self::Float(f32::from_le_bytes(reader.array()?)),
                (7, WireType::Varint) => Self::Bool(reader.varint()? != 0),
                (8, WireType::Varint) => Self::UnixTimestamp(reader.int64()?),
                (19, WireType::Varint) => reader.varint().map(|_| Self::Null)?,
                (32, WireType::Len) => Self::Json(reader.text()?),
                (36, WireType::Len) => Self::Uuid(reader.text()?),
                (37, WireType::Len) => Self::TimeUuid(reader.text()?),
                (44, WireType::Len) => Self::Decimal(reader.text()?),
                (48, WireType::Len) => self.merge_zoned(reader.bytes()?)?,
                (number, WireType::Len) if Payload::has_number(number) => {
                    let payload = Payload::new(number, reader.bytes()?, &[]);
                    payload.check(check)?;
                    if self.payload().is_none_or(|current| current.number != number) {
                        begun_here = true;
                        Self::from(Payload { tail: reader.rest(), ..payload })
                    } else if begun_here {
                        self // its tail reaches this part
                    } else {
                        return Err(Error::corrupt("a map entry holds its value in two parts"));
                    }
                }
                (number @ (1..=8 | 11..=29 | 32..=48), _) => return Err(wire::wrong_wire_type("Value", number)),
                (number, wire) => {
                    reader.skip(number, wire)?;
                    continue;
                }
            };
        }
        Ok(self)
    }

    fn merge_zoned(self, bytes: &'a [u8]) -> Result<Self> {
        let (mut unix_timestamp, mut zone) = match self {
            Self::ZonedTimestamp { unix_timestamp, zone } => (unix_timestamp, zone),
            _ => (0, ""),
        };
        let mut reader = Reader::new(bytes);
        while !reader.is_empty() {
            match reader.key()? {
                (1, WireType::Varint) => unix_timestamp = reader.int64()?,
                (2, WireType::Len) => zone = reader.text()?,
                (number @ 1..=2, _) => return Err(wire::wrong_wire_type("ZonedTimestamp", number)),
                (number, wire) => reader.skip(number, wire)?,
            }
        }
        Ok(Self::ZonedTimestamp { unix_timestamp, zone })
    }

    /// The owned value of a message; what it holds is checked while it is copied.
    #[inline]
    pub(super) fn decode_owned(bytes: &'a [u8]) -> Result<Value> {
        if let Some(scalar) = Self::lone_scalar(bytes) {
            return Ok(scalar.to_owned());
        }
        match Payload::alone(bytes).map(Self::from) {
            Some(Self::Collection(collection)) => collection.try_to_owned(Check::Levels(MAX_DEPTH)),
            Some(Self::Map(map)) => map.try_to_owned(Check::Levels(MAX_DEPTH)),
            _ => Self::decode(bytes).map(Self::to_owned),
        }
    }

    fn payload(self) -> Option<Payload<'a>> {
        match self {
            Self::Collection(Collection(payload))
            | Self::Map(MapRef(payload))
            | Self::ScalarMap(ScalarMapRef(payload)) => Some(payload),
            _ => None,
        }
    }

    /// The type, `None` for [`ValueRef::Null`].
    #[must_use]
    pub fn value_type(self) -> Option<ValueType> {
        Some(match self {
            Self::Null => return None,
            Self::Bytes(_) => ValueType::Bytes,
            Self::String(_) => ValueType::String,
            Self::Int32(_) => ValueType::Int32,
            Self::Int64(_) => ValueType::Int64,
            Self::Double(_) => ValueType::Double,
            Self::Float(_) => ValueType::Float,
            Self::Bool(_) => ValueType::Bool,
            Self::UnixTimestamp(_) => ValueType::UnixTimestamp,
            Self::Json(_) => ValueType::Json,
            Self::Uuid(_) => ValueType::Uuid,
            Self::TimeUuid(_) => ValueType::TimeUuid,
            Self::Decimal(_) => ValueType::Decimal,
            Self::ZonedTimestamp { .. } => ValueType::ZonedTimestamp,
            Self::Collection(collection) => collection.value_type(),
            Self::Map(map) => map.0.value_type(),
            Self::ScalarMap(_) => ValueType::ScalarMap,
        })
    }

    /// Whether this is [`ValueRef::Null`].
    #[must_use]
    pub fn is_null(self) -> bool {
        matches!(self, Self::Null)
    }

    /// The text of a string, JSON, UUID or decimal.
    #[must_use]
    pub fn text(self) -> Option<&'a str> {
        match self {
            Self::String(text) | Self::Json(text) | Self::Uuid(text) | Self::TimeUuid(text) | Self::Decimal(text) => {
                Some(text)
            }
            _ => None,
        }
    }

    /// A copy that owns its data.
    #[must_use]
    pub fn to_owned(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bytes(v) => Value::Bytes(v.to_vec()),
            Self::String(v) => Value::String(v.into()),
            Self::Int32(v) => Value::Int32(v),
            Self::Int64(v) => Value::Int64(v),
            Self::Double(v) => Value::Double(v),
            Self::Float(v) => Value::Float(v),
            Self::Bool(v) => Value::Bool(v),
            Self::UnixTimestamp(v) => Value::UnixTimestamp(v),
            Self::Json(v) => Value::Json(v.into()),
            Self::Uuid(v) => Value::Uuid(v.into()),
            Self::TimeUuid(v) => Value::TimeUuid(v.into()),
            Self::Decimal(v) => Value::Decimal(v.into()),
            Self::ZonedTimestamp { unix_timestamp, zone } => {
                Value::ZonedTimestamp { unix_timestamp, zone: zone.into() }
            }
            Self::Collection(collection) => collection.try_to_owned(Check::Trusted).unwrap_or_default(),
            Self::Map(map) => map.try_to_owned(Check::Trusted).unwrap_or_default(),
            Self::ScalarMap(map) => Value::ScalarMap(map.iter().map(|(key, value)| (key, value.to_owned())).collect()),
        }
    }
}

impl<'a> From<Payload<'a>> for ValueRef<'a> {
    fn from(payload: Payload<'a>) -> Self {
        match payload.value_type() {
            ValueType::Map | ValueType::Struct => Self::Map(MapRef(payload)),
            ValueType::ScalarMap => Self::ScalarMap(ScalarMapRef(payload)),
            _ => Self::Collection(Collection(payload)),
        }
    }
}
