//! Feature values: Feast's `feast.types.Value`, owned ([`Value`]) and borrowed ([`ValueRef`]).
//!
//! Stores keep the bytes of the protobuf message, so those bytes are what travels through larder: encoded once where a
//! row is made, decoded only where somebody looks. The codec is written by hand because the borrowed decoder is several
//! times faster than a generated one; a property test holds it equal to prost. Source: `feast/types/Value.proto`.
//!
//! Zero bytes are a null: Feast stores a null feature as an empty message.

mod borrowed;
mod coerce;
mod collection;
mod encode;
mod infer;
mod json;
mod kind;
mod map;
mod map_key;
mod payload;
mod python;
mod shape;
pub mod wire;
mod zone;

pub use borrowed::ValueRef;
pub use collection::{Collection, Elements};
pub use json::{value_text, write_json};
pub use kind::ValueType;
pub use map::{MapEntries, MapRef, ScalarMapEntries, ScalarMapRef};
pub use map_key::MapKey;
pub use python::{write_float, write_json_string};

use crate::Result;

/// How many messages may be nested in one value. A list or scalar map costs two per level, a map three. Protobuf's own
/// limit is 100, so whatever larder accepts, Feast can read.
pub const MAX_DEPTH: u8 = 64;

/// The null timestamp: what Feast writes for a missing `UNIX_TIMESTAMP` that it read from a data frame.
pub const NULL_TIMESTAMP: i64 = i64::MIN;

/// A feature value that owns its data: one variant per member of the oneof in `feast.types.Value`.
///
/// Equality compares floats by their bits (NaN equals the same NaN, `0.0` differs from `-0.0`) and maps without regard
/// to the order of their entries, which protobuf doesn't keep.
#[derive(Debug, Clone, Default)]
pub enum Value {
    /// No value; zero bytes when encoded.
    #[default]
    Null,
    /// `bytes_val`.
    Bytes(Vec<u8>),
    /// `string_val`.
    String(String),
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
    /// `bytes_list_val`.
    BytesList(Vec<Vec<u8>>),
    /// `string_list_val`.
    StringList(Vec<String>),
    /// `int32_list_val`.
    Int32List(Vec<i32>),
    /// `int64_list_val`.
    Int64List(Vec<i64>),
    /// `double_list_val`.
    DoubleList(Vec<f64>),
    /// `float_list_val`.
    FloatList(Vec<f32>),
    /// `bool_list_val`.
    BoolList(Vec<bool>),
    /// `unix_timestamp_list_val`: seconds since the epoch.
    UnixTimestampList(Vec<i64>),
    /// `map_val`: entries in the order they were written.
    Map(Vec<(String, Value)>),
    /// `map_list_val`.
    MapList(Vec<Vec<(String, Value)>>),
    /// `bytes_set_val`.
    BytesSet(Vec<Vec<u8>>),
    /// `string_set_val`.
    StringSet(Vec<String>),
    /// `int32_set_val`.
    Int32Set(Vec<i32>),
    /// `int64_set_val`.
    Int64Set(Vec<i64>),
    /// `double_set_val`.
    DoubleSet(Vec<f64>),
    /// `float_set_val`.
    FloatSet(Vec<f32>),
    /// `bool_set_val`.
    BoolSet(Vec<bool>),
    /// `unix_timestamp_set_val`: seconds since the epoch.
    UnixTimestampSet(Vec<i64>),
    /// `json_val`: JSON text, kept as written.
    Json(String),
    /// `json_list_val`.
    JsonList(Vec<String>),
    /// `struct_val`: a map whose keys the feature's definition names.
    Struct(Vec<(String, Value)>),
    /// `struct_list_val`.
    StructList(Vec<Vec<(String, Value)>>),
    /// `uuid_val`.
    Uuid(String),
    /// `time_uuid_val`.
    TimeUuid(String),
    /// `uuid_list_val`.
    UuidList(Vec<String>),
    /// `time_uuid_list_val`.
    TimeUuidList(Vec<String>),
    /// `uuid_set_val`.
    UuidSet(Vec<String>),
    /// `time_uuid_set_val`.
    TimeUuidSet(Vec<String>),
    /// `list_val`: a list of any values.
    List(Vec<Value>),
    /// `set_val`: a set of any values.
    Set(Vec<Value>),
    /// `decimal_val`: decimal text, kept as written.
    Decimal(String),
    /// `decimal_list_val`.
    DecimalList(Vec<String>),
    /// `decimal_set_val`.
    DecimalSet(Vec<String>),
    /// `scalar_map_val`: a map whose keys are not strings.
    ScalarMap(Vec<(MapKey, Value)>),
    /// `zoned_timestamp_val`: an instant and the zone it was written in.
    ZonedTimestamp {
        /// Seconds since the epoch.
        unix_timestamp: i64,
        /// An IANA name, an offset such as `UTC-07:00` or `+0530`, or empty for UTC.
        zone: String,
    },
}

impl Value {
    /// Decodes a `feast.types.Value` message; zero bytes are [`Value::Null`], and so is `null_val`.
    ///
    /// As in protobuf, unknown fields are skipped, the last member of the oneof wins, and a list may be packed or not.
    /// Of map entries with the same key the last wins.
    ///
    /// # Errors
    /// `Corrupt` when the bytes are not such a message or are nested deeper than [`MAX_DEPTH`].
    pub fn decode(bytes: &[u8]) -> Result<Self> {
        ValueRef::decode_owned(bytes)
    }

    /// The encoded message; empty for [`Value::Null`].
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.encode(&mut out);
        out
    }

    /// The type, `None` for [`Value::Null`].
    #[must_use]
    pub fn value_type(&self) -> Option<ValueType> {
        let (value_type, _) = self.parts();
        (value_type != ValueType::Null).then_some(value_type)
    }

    /// Whether this is [`Value::Null`].
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}
