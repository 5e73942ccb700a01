//! `feast.types`: values, entity keys and the names of value types.

use std::collections::BTreeMap;

enumeration! {
    /// The type of a feature or join key (`feast/types/Value.proto`).
    pub enum ValueType {
        Invalid = 0 => "INVALID",
        Bytes = 1 => "BYTES",
        String = 2 => "STRING",
        Int32 = 3 => "INT32",
        Int64 = 4 => "INT64",
        Double = 5 => "DOUBLE",
        Float = 6 => "FLOAT",
        Bool = 7 => "BOOL",
        UnixTimestamp = 8 => "UNIX_TIMESTAMP",
        BytesList = 11 => "BYTES_LIST",
        StringList = 12 => "STRING_LIST",
        Int32List = 13 => "INT32_LIST",
        Int64List = 14 => "INT64_LIST",
        DoubleList = 15 => "DOUBLE_LIST",
        FloatList = 16 => "FLOAT_LIST",
        BoolList = 17 => "BOOL_LIST",
        UnixTimestampList = 18 => "UNIX_TIMESTAMP_LIST",
        Null = 19 => "NULL",
        Map = 20 => "MAP",
        MapList = 21 => "MAP_LIST",
        BytesSet = 22 => "BYTES_SET",
        StringSet = 23 => "STRING_SET",
        Int32Set = 24 => "INT32_SET",
        Int64Set = 25 => "INT64_SET",
        DoubleSet = 26 => "DOUBLE_SET",
        FloatSet = 27 => "FLOAT_SET",
        BoolSet = 28 => "BOOL_SET",
        UnixTimestampSet = 29 => "UNIX_TIMESTAMP_SET",
        Json = 32 => "JSON",
        JsonList = 33 => "JSON_LIST",
        Struct = 34 => "STRUCT",
        StructList = 35 => "STRUCT_LIST",
        Uuid = 36 => "UUID",
        TimeUuid = 37 => "TIME_UUID",
        UuidList = 38 => "UUID_LIST",
        TimeUuidList = 39 => "TIME_UUID_LIST",
        UuidSet = 40 => "UUID_SET",
        TimeUuidSet = 41 => "TIME_UUID_SET",
        ValueList = 42 => "VALUE_LIST",
        ValueSet = 43 => "VALUE_SET",
        Decimal = 44 => "DECIMAL",
        DecimalList = 45 => "DECIMAL_LIST",
        DecimalSet = 46 => "DECIMAL_SET",
        ScalarMap = 47 => "SCALAR_MAP",
        ZonedTimestamp = 48 => "ZONED_TIMESTAMP",
    }
}

enumeration! {
    /// The only null (`feast/types/Value.proto`).
    pub enum Null {
        Null = 0 => "NULL",
    }
}

/// One feature value or join key value; without `val` it is null (`feast/types/Value.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct Value {
    #[prost(
        oneof = "value::Val",
        tags = "1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48"
    )]
    pub val: Option<value::Val>,
}

/// Parts of [`Value`].
pub mod value {
    use super::{
        BoolList, BoolSet, BytesList, BytesSet, DoubleList, DoubleSet, FloatList, FloatSet, Int32List, Int32Set,
        Int64List, Int64Set, Map, MapList, Null, RepeatedValue, ScalarMap, StringList, StringSet, ZonedTimestamp,
    };

    /// The value, by type.
    #[derive(Clone, PartialEq, prost::Oneof)]
    pub enum Val {
        #[prost(bytes = "vec", tag = "1")]
        BytesVal(Vec<u8>),
        #[prost(string, tag = "2")]
        StringVal(String),
        #[prost(int32, tag = "3")]
        Int32Val(i32),
        #[prost(int64, tag = "4")]
        Int64Val(i64),
        #[prost(double, tag = "5")]
        DoubleVal(f64),
        #[prost(float, tag = "6")]
        FloatVal(f32),
        #[prost(bool, tag = "7")]
        BoolVal(bool),
        #[prost(int64, tag = "8")]
        UnixTimestampVal(i64),
        #[prost(message, tag = "11")]
        BytesListVal(BytesList),
        #[prost(message, tag = "12")]
        StringListVal(StringList),
        #[prost(message, tag = "13")]
        Int32ListVal(Int32List),
        #[prost(message, tag = "14")]
        Int64ListVal(Int64List),
        #[prost(message, tag = "15")]
        DoubleListVal(DoubleList),
        #[prost(message, tag = "16")]
        FloatListVal(FloatList),
        #[prost(message, tag = "17")]
        BoolListVal(BoolList),
        #[prost(message, tag = "18")]
        UnixTimestampListVal(Int64List),
        #[prost(enumeration = "Null", tag = "19")]
        NullVal(i32),
        #[prost(message, tag = "20")]
        MapVal(Map),
        #[prost(message, tag = "21")]
        MapListVal(MapList),
        #[prost(message, tag = "22")]
        BytesSetVal(BytesSet),
        #[prost(message, tag = "23")]
        StringSetVal(StringSet),
        #[prost(message, tag = "24")]
        Int32SetVal(Int32Set),
        #[prost(message, tag = "25")]
        Int64SetVal(Int64Set),
        #[prost(message, tag = "26")]
        DoubleSetVal(DoubleSet),
        #[prost(message, tag = "27")]
        FloatSetVal(FloatSet),
        #[prost(message, tag = "28")]
        BoolSetVal(BoolSet),
        #[prost(message, tag = "29")]
        UnixTimestampSetVal(Int64Set),
        #[prost(string, tag = "32")]
        JsonVal(String),
        #[prost(message, tag = "33")]
        JsonListVal(StringList),
        #[prost(message, tag = "34")]
        StructVal(Map),
        #[prost(message, tag = "35")]
        StructListVal(MapList),
        #[prost(string, tag = "36")]
        UuidVal(String),
        #[prost(string, tag = "37")]
        TimeUuidVal(String),
        #[prost(message, tag = "38")]
        UuidListVal(StringList),
        #[prost(message, tag = "39")]
        TimeUuidListVal(StringList),
        #[prost(message, tag = "40")]
        UuidSetVal(StringSet),
        #[prost(message, tag = "41")]
        TimeUuidSetVal(StringSet),
        #[prost(message, tag = "42")]
        ListVal(RepeatedValue),
        #[prost(message, tag = "43")]
        SetVal(RepeatedValue),
        #[prost(string, tag = "44")]
        DecimalVal(String),
        #[prost(message, tag = "45")]
        DecimalListVal(StringList),
        #[prost(message, tag = "46")]
        DecimalSetVal(StringSet),
        #[prost(message, tag = "47")]
        ScalarMapVal(ScalarMap),
        #[prost(message, tag = "48")]
        ZonedTimestampVal(ZonedTimestamp),
    }
}

/// A point in time (seconds since the epoch) and its time zone (`feast/types/Value.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct ZonedTimestamp {
    #[prost(int64, tag = "1")]
    pub unix_timestamp: i64,
    #[prost(string, tag = "2")]
    pub zone: String,
}

/// A list of byte strings (`feast/types/Value.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct BytesList {
    #[prost(bytes = "vec", repeated, tag = "1")]
    pub val: Vec<Vec<u8>>,
}

/// A list of strings (`feast/types/Value.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct StringList {
    #[prost(string, repeated, tag = "1")]
    pub val: Vec<String>,
}

/// A list of 32-bit integers (`feast/types/Value.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct Int32List {
    #[prost(int32, repeated, tag = "1")]
    pub val: Vec<i32>,
}

/// A list of 64-bit integers, or of seconds since the epoch (`feast/types/Value.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct Int64List {
    #[prost(int64, repeated, tag = "1")]
    pub val: Vec<i64>,
}

/// A list of doubles (`feast/types/Value.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct DoubleList {
    #[prost(double, repeated, tag = "1")]
    pub val: Vec<f64>,
}

/// A list of floats (`feast/types/Value.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct FloatList {
    #[prost(float, repeated, tag = "1")]
    pub val: Vec<f32>,
}

/// A list of booleans (`feast/types/Value.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct BoolList {
    #[prost(bool, repeated, tag = "1")]
    pub val: Vec<bool>,
}

/// A set of byte strings (`feast/types/Value.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct BytesSet {
    #[prost(bytes = "vec", repeated, tag = "1")]
    pub val: Vec<Vec<u8>>,
}

/// A set of strings (`feast/types/Value.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct StringSet {
    #[prost(string, repeated, tag = "1")]
    pub val: Vec<String>,
}

/// A set of 32-bit integers (`feast/types/Value.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct Int32Set {
    #[prost(int32, repeated, tag = "1")]
    pub val: Vec<i32>,
}

/// A set of 64-bit integers, or of seconds since the epoch (`feast/types/Value.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct Int64Set {
    #[prost(int64, repeated, tag = "1")]
    pub val: Vec<i64>,
}

/// A set of doubles (`feast/types/Value.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct DoubleSet {
    #[prost(double, repeated, tag = "1")]
    pub val: Vec<f64>,
}

/// A set of floats (`feast/types/Value.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct FloatSet {
    #[prost(float, repeated, tag = "1")]
    pub val: Vec<f32>,
}

/// A set of booleans (`feast/types/Value.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct BoolSet {
    #[prost(bool, repeated, tag = "1")]
    pub val: Vec<bool>,
}

/// Values by string key (`feast/types/Value.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct Map {
    #[prost(btree_map = "string, message", tag = "1")]
    pub val: BTreeMap<String, Value>,
}

/// A list of maps (`feast/types/Value.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct MapList {
    #[prost(message, repeated, tag = "1")]
    pub val: Vec<Map>,
}

/// A column of values, or a nested list or set (`feast/types/Value.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct RepeatedValue {
    #[prost(message, repeated, tag = "1")]
    pub val: Vec<Value>,
}

/// A key of a scalar map (`feast/types/Value.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct MapKey {
    #[prost(oneof = "map_key::Key", tags = "1, 2, 3, 4, 5, 6, 7, 8, 9, 10")]
    pub key: Option<map_key::Key>,
}

/// Parts of [`MapKey`].
pub mod map_key {
    /// The key, by type.
    #[derive(Clone, PartialEq, prost::Oneof)]
    pub enum Key {
        #[prost(int32, tag = "1")]
        Int32Key(i32),
        #[prost(int64, tag = "2")]
        Int64Key(i64),
        #[prost(float, tag = "3")]
        FloatKey(f32),
        #[prost(double, tag = "4")]
        DoubleKey(f64),
        #[prost(bool, tag = "5")]
        BoolKey(bool),
        #[prost(int64, tag = "6")]
        UnixTimestampKey(i64),
        #[prost(bytes = "vec", tag = "7")]
        BytesKey(Vec<u8>),
        #[prost(string, tag = "8")]
        UuidKey(String),
        #[prost(string, tag = "9")]
        TimeUuidKey(String),
        #[prost(string, tag = "10")]
        DecimalKey(String),
    }
}

/// One key and its value (`feast/types/Value.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct ScalarMapEntry {
    #[prost(message, optional, tag = "1")]
    pub key: Option<MapKey>,
    #[prost(message, optional, tag = "2")]
    pub value: Option<Value>,
}

/// Values by keys that are not strings (`feast/types/Value.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct ScalarMap {
    #[prost(message, repeated, tag = "1")]
    pub val: Vec<ScalarMapEntry>,
}

/// Join keys and their values, by position (`feast/types/EntityKey.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct EntityKey {
    #[prost(string, repeated, tag = "1")]
    pub join_keys: Vec<String>,
    #[prost(message, repeated, tag = "2")]
    pub entity_values: Vec<Value>,
}
