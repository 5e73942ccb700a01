//! Random values of every type, nested, with the floats and keys that trip codecs.

use larder_core::{MapKey, Value};
use proptest::collection::vec;
use proptest::prelude::*;

fn double() -> impl Strategy<Value = f64> + Clone {
    any::<u64>().prop_map(f64::from_bits)
}

fn float() -> impl Strategy<Value = f32> + Clone {
    any::<u32>().prop_map(f32::from_bits)
}

fn text() -> impl Strategy<Value = String> + Clone {
    prop_oneof![".{0,8}", "[a-z]{100,200}"]
}

fn bytes() -> impl Strategy<Value = Vec<u8>> + Clone {
    vec(any::<u8>(), 0..8)
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        bytes().prop_map(Value::Bytes),
        text().prop_map(Value::String),
        any::<i32>().prop_map(Value::Int32),
        any::<i64>().prop_map(Value::Int64),
        double().prop_map(Value::Double),
        float().prop_map(Value::Float),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::UnixTimestamp),
        text().prop_map(Value::Json),
        text().prop_map(Value::Uuid),
        text().prop_map(Value::TimeUuid),
        text().prop_map(Value::Decimal),
        (any::<i64>(), text()).prop_map(|(unix_timestamp, zone)| Value::ZonedTimestamp { unix_timestamp, zone }),
    ]
}

fn typed_collection() -> impl Strategy<Value = Value> {
    let numbers = prop_oneof![
        vec(any::<i32>(), 0..5).prop_map(Value::Int32List),
        vec(any::<i32>(), 0..5).prop_map(Value::Int32Set),
        vec(any::<i64>(), 0..5).prop_map(Value::Int64List),
        vec(any::<i64>(), 0..5).prop_map(Value::Int64Set),
        vec(any::<i64>(), 0..5).prop_map(Value::UnixTimestampList),
        vec(any::<i64>(), 0..5).prop_map(Value::UnixTimestampSet),
        vec(double(), 0..40).prop_map(Value::DoubleList),
        vec(double(), 0..5).prop_map(Value::DoubleSet),
        vec(float(), 0..40).prop_map(Value::FloatList),
        vec(float(), 0..5).prop_map(Value::FloatSet),
        vec(any::<bool>(), 0..5).prop_map(Value::BoolList),
        vec(any::<bool>(), 0..5).prop_map(Value::BoolSet),
    ];
    let texts = (0..10_usize, vec(text(), 0..4)).prop_map(|(kind, texts)| match kind {
        0 => Value::StringList(texts),
        1 => Value::StringSet(texts),
        2 => Value::JsonList(texts),
        3 => Value::UuidList(texts),
        4 => Value::UuidSet(texts),
        5 => Value::TimeUuidList(texts),
        6 => Value::TimeUuidSet(texts),
        7 => Value::DecimalList(texts),
        _ => Value::DecimalSet(texts),
    });
    prop_oneof![
        numbers,
        texts,
        vec(bytes(), 0..4).prop_map(Value::BytesList),
        vec(bytes(), 0..4).prop_map(Value::BytesSet),
    ]
}

fn map_key() -> impl Strategy<Value = MapKey> {
    prop_oneof![
        any::<i32>().prop_map(MapKey::Int32),
        any::<i64>().prop_map(MapKey::Int64),
        float().prop_map(MapKey::Float),
        double().prop_map(MapKey::Double),
        any::<bool>().prop_map(MapKey::Bool),
        any::<i64>().prop_map(MapKey::UnixTimestamp),
        bytes().prop_map(MapKey::Bytes),
        text().prop_map(MapKey::Uuid),
        text().prop_map(MapKey::TimeUuid),
        text().prop_map(MapKey::Decimal),
    ]
}

/// A map's entries: each key once.
fn entries(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Vec<(String, Value)>> {
    proptest::collection::btree_map(text(), value, 0..4).prop_map(|map| map.into_iter().rev().collect())
}

/// Any value, up to four levels deep.
pub(crate) fn value() -> impl Strategy<Value = Value> {
    prop_oneof![scalar(), typed_collection()].prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            entries(inner.clone()).prop_map(Value::Map),
            entries(inner.clone()).prop_map(Value::Struct),
            vec(entries(inner.clone()), 0..3).prop_map(Value::MapList),
            vec(entries(inner.clone()), 0..3).prop_map(Value::StructList),
            vec(inner.clone(), 0..4).prop_map(Value::List),
            vec(inner.clone(), 0..4).prop_map(Value::Set),
            vec((map_key(), inner), 0..3).prop_map(Value::ScalarMap),
        ]
    })
}

/// Bytes that are nearly a value: an encoding or two joined, with some bytes overwritten or cut off.
pub(crate) fn nearly_a_value() -> impl Strategy<Value = Vec<u8>> {
    (vec(value(), 1..3), vec((any::<prop::sample::Index>(), any::<u8>()), 0..3), any::<prop::sample::Index>()).prop_map(
        |(values, changes, cut)| {
            let mut bytes = Vec::new();
            values.iter().for_each(|value| value.encode(&mut bytes));
            for (at, byte) in changes {
                if !bytes.is_empty() {
                    let at = at.index(bytes.len());
                    bytes[at] = byte;
                }
            }
            bytes.truncate(bytes.len() - cut.index(bytes.len() + 1) / 4);
            bytes
        },
    )
}
