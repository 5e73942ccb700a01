//! What the forty-odd members of a value's oneof have in common: a type number and one of eighteen payload shapes.

use super::{MapKey, Value, ValueType};

/// The entries of a map.
pub(super) type Entries = [(String, Value)];

/// The payload of a [`Value`], whatever member of the oneof it is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape<'a> {
    Null,
    Bytes(&'a [u8]),
    Text(&'a str),
    Int32(i32),
    Int64(i64),
    Double(f64),
    Float(f32),
    Bool(bool),
    BytesList(&'a [Vec<u8>]),
    TextList(&'a [String]),
    Int32List(&'a [i32]),
    Int64List(&'a [i64]),
    DoubleList(&'a [f64]),
    FloatList(&'a [f32]),
    BoolList(&'a [bool]),
    Map(&'a Entries),
    MapList(&'a [Vec<(String, Value)>]),
    Values(&'a [Value]),
    ScalarMap(&'a [(MapKey, Value)]),
    Zoned(i64, &'a str),
}

impl Value {
    /// The type (`NULL` for null) and the payload.
    pub(super) fn parts(&self) -> (ValueType, Shape<'_>) {
        use ValueType as T;
        match self {
            Self::Null => (T::Null, Shape::Null),
            Self::Bytes(v) => (T::Bytes, Shape::Bytes(v)),
            Self::String(v) => (T::String, Shape::Text(v)),
            Self::Int32(v) => (T::Int32, Shape::Int32(*v)),
            Self::Int64(v) => (T::Int64, Shape::Int64(*v)),
            Self::Double(v) => (T::Double, Shape::Double(*v)),
            Self::Float(v) => (T::Float, Shape::Float(*v)),
            Self::Bool(v) => (T::Bool, Shape::Bool(*v)),
            Self::UnixTimestamp(v) => (T::UnixTimestamp, Shape::Int64(*v)),
            Self::BytesList(v) => (T::BytesList, Shape::BytesList(v)),
            Self::StringList(v) => (T::StringList, Shape::TextList(v)),
            Self::Int32List(v) => (T::Int32List, Shape::Int32List(v)),
            Self::Int64List(v) => (T::Int64List, Shape::Int64List(v)),
            Self::DoubleList(v) => (T::DoubleList, Shape::DoubleList(v)),
            Self::FloatList(v) => (T::FloatList, Shape::FloatList(v)),
            Self::BoolList(v) => (T::BoolList, Shape::BoolList(v)),
            Self::UnixTimestampList(v) => (T::UnixTimestampList, Shape::Int64List(v)),
            Self::Map(v) => (T::Map, Shape::Map(v)),
            Self::MapList(v) => (T::MapList, Shape::MapList(v)),
            Self::BytesSet(v) => (T::BytesSet, Shape::BytesList(v)),
            Self::StringSet(v) => (T::StringSet, Shape::TextList(v)),
            Self::Int32Set(v) => (T::Int32Set, Shape::Int32List(v)),
            Self::Int64Set(v) => (T::Int64Set, Shape::Int64List(v)),
            Self::DoubleSet(v) => (T::DoubleSet, Shape::DoubleList(v)),
            Self::FloatSet(v) => (T::FloatSet, Shape::FloatList(v)),
            Self::BoolSet(v) => (T::BoolSet, Shape::BoolList(v)),
            Self::UnixTimestampSet(v) => (T::UnixTimestampSet, Shape::Int64List(v)),
            Self::Json(v) => (T::Json, Shape::Text(v)),
            Self::JsonList(v) => (T::JsonList, Shape::TextList(v)),
            Self::Struct(v) => (T::Struct, Shape::Map(v)),
            Self::StructList(v) => (T::StructList, Shape::MapList(v)),
            Self::Uuid(v) => (T::Uuid, Shape::Text(v)),
            Self::TimeUuid(v) => (T::TimeUuid, Shape::Text(v)),
            Self::UuidList(v) => (T::UuidList, Shape::TextList(v)),
            Self::TimeUuidList(v) => (T::TimeUuidList, Shape::TextList(v)),
            Self::UuidSet(v) => (T::UuidSet, Shape::TextList(v)),
            Self::TimeUuidSet(v) => (T::TimeUuidSet, Shape::TextList(v)),
            Self::List(v) => (T::ValueList, Shape::Values(v)),
            Self::Set(v) => (T::ValueSet, Shape::Values(v)),
            Self::Decimal(v) => (T::Decimal, Shape::Text(v)),
            Self::DecimalList(v) => (T::DecimalList, Shape::TextList(v)),
            Self::DecimalSet(v) => (T::DecimalSet, Shape::TextList(v)),
            Self::ScalarMap(v) => (T::ScalarMap, Shape::ScalarMap(v)),
            Self::ZonedTimestamp { unix_timestamp, zone } => (T::ZonedTimestamp, Shape::Zoned(*unix_timestamp, zone)),
        }
    }

    /// The list or set of type `value_type` with these texts.
    pub(super) fn texts(value_type: ValueType, texts: Vec<String>) -> Self {
        match value_type {
            ValueType::StringSet => Self::StringSet(texts),
            ValueType::JsonList => Self::JsonList(texts),
            ValueType::UuidList => Self::UuidList(texts),
            ValueType::TimeUuidList => Self::TimeUuidList(texts),
            ValueType::UuidSet => Self::UuidSet(texts),
            ValueType::TimeUuidSet => Self::TimeUuidSet(texts),
            ValueType::DecimalList => Self::DecimalList(texts),
            ValueType::DecimalSet => Self::DecimalSet(texts),
            _ => Self::StringList(texts),
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        let (a_type, a) = self.parts();
        let (b_type, b) = other.parts();
        a_type == b_type && a == b
    }
}

impl Eq for Value {}

impl PartialEq for Shape<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Shape::Null, Shape::Null) => true,
            (Shape::Bytes(a), Shape::Bytes(b)) => a == b,
            (Shape::Text(a), Shape::Text(b)) => a == b,
            (Shape::Int32(a), Shape::Int32(b)) => a == b,
            (Shape::Int64(a), Shape::Int64(b)) => a == b,
            (Shape::Double(a), Shape::Double(b)) => a.to_bits() == b.to_bits(),
            (Shape::Float(a), Shape::Float(b)) => a.to_bits() == b.to_bits(),
            (Shape::Bool(a), Shape::Bool(b)) => a == b,
            (Shape::BytesList(a), Shape::BytesList(b)) => a == b,
            (Shape::TextList(a), Shape::TextList(b)) => a == b,
            (Shape::Int32List(a), Shape::Int32List(b)) => a == b,
            (Shape::Int64List(a), Shape::Int64List(b)) => a == b,
            (Shape::DoubleList(a), Shape::DoubleList(b)) => {
                a.iter().map(|x| x.to_bits()).eq(b.iter().map(|x| x.to_bits()))
            }
            (Shape::FloatList(a), Shape::FloatList(b)) => {
                a.iter().map(|x| x.to_bits()).eq(b.iter().map(|x| x.to_bits()))
            }
            (Shape::BoolList(a), Shape::BoolList(b)) => a == b,
            (Shape::Map(a), Shape::Map(b)) => same_entries(a, b),
            (Shape::MapList(a), Shape::MapList(b)) => {
                a.len() == b.len() && a.iter().zip(*b).all(|(a, b)| same_entries(a, b))
            }
            (Shape::Values(a), Shape::Values(b)) => a == b,
            (Shape::ScalarMap(a), Shape::ScalarMap(b)) => a == b,
            (Shape::Zoned(a, a_zone), Shape::Zoned(b, b_zone)) => a == b && a_zone == b_zone,
            _ => false,
        }
    }
}

/// Whether two maps hold the same entries, in whatever order.
fn same_entries(a: &Entries, b: &Entries) -> bool {
    let sorted = |entries| {
        let mut sorted: Vec<&(String, Value)> = Iterator::collect(<[_]>::iter(entries));
        sorted.sort_by(|x, y| x.0.cmp(&y.0));
        sorted
    };
    a.len() == b.len() && (a.iter().zip(b).all(|(a, b)| a.0 == b.0 && a.1 == b.1) || sorted(a) == sorted(b))
}
