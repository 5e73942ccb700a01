//! Values: every type, bit for bit.

use super::{case, ensure_eq};
use crate::fixture::{Row, at, key, row};
use larder_core::{Field, Value, ValueType};
use std::sync::Arc;

/// Values at the edges of their types; maps hold one entry because their order is not promised.
fn edge_values() -> Vec<Value> {
    let float_bits = [0, 0x8000_0000, 0x7f80_0000, 0xff80_0000, 0x7fc0_0001, 0x7f80_0001, 1, 0x3dcc_cccd];
    let double_bits = [
        0,
        1 << 63,
        0x7ff0 << 48,
        0xfff0 << 48,
        0x7ff8_0000_0000_0001,
        0x7ff0_0000_0000_0001,
        1,
        0x3fb9_9999_9999_999a,
    ];
    let text = || vec![String::new(), "é日😀".to_owned(), "a\u{0}b'\"\\%".to_owned()];
    let mut values = vec![
        Value::Null,
        Value::Bytes(vec![]),
        Value::Bytes((0..=255).collect()),
        Value::Int32(0),
        Value::Int32(i32::MIN),
        Value::Int32(i32::MAX),
        Value::Int32(-1),
        Value::Int64(0),
        Value::Int64(i64::MIN),
        Value::Int64(i64::MAX),
        Value::Int64((1 << 53) + 1),
        Value::Bool(false),
        Value::Bool(true),
        Value::UnixTimestamp(0),
        Value::UnixTimestamp(i64::MIN),
        Value::UnixTimestamp(1_700_000_000),
        Value::BytesList(vec![]),
        Value::BytesList(vec![vec![], vec![0, 255]]),
        Value::StringList(vec![]),
        Value::StringList(text()),
        Value::Int32List(vec![]),
        Value::Int32List(vec![0, -1, i32::MIN]),
        Value::Int64List(vec![]),
        Value::Int64List(vec![0, -1, i64::MIN]),
        Value::BoolList(vec![true, false]),
        Value::UnixTimestampList(vec![0, -1]),
        Value::DoubleList(double_bits.map(f64::from_bits).to_vec()),
        Value::FloatList(float_bits.map(f32::from_bits).to_vec()),
        Value::StringSet(text()),
        Value::Int64Set(vec![1, 2]),
        Value::BytesSet(vec![vec![1]]),
        Value::BoolSet(vec![true]),
        Value::Map(vec![]),
        Value::Map(vec![("k".to_owned(), Value::Map(vec![("n".to_owned(), Value::Null)]))]),
        Value::MapList(vec![vec![], vec![("k".to_owned(), Value::Int64(1))]]),
        Value::Struct(vec![("name".to_owned(), Value::String("x".to_owned()))]),
        Value::Json("{\"a\": [1, null]}".to_owned()),
        Value::JsonList(vec!["1".to_owned()]),
        Value::Uuid("6ba7b810-9dad-11d1-80b4-00c04fd430c8".to_owned()),
        Value::Decimal("-12.340".to_owned()),
        Value::List(vec![Value::Int64List(vec![1, 2]), Value::Int64List(vec![])]),
        Value::List(vec![]),
        Value::ZonedTimestamp { unix_timestamp: 1_700_000_000, zone: "America/Los_Angeles".to_owned() },
    ];
    values.extend(text().into_iter().map(Value::String));
    values.extend(float_bits.map(|bits| Value::Float(f32::from_bits(bits))));
    values.extend(double_bits.map(|bits| Value::Double(f64::from_bits(bits))));
    values
}

case! {
    /// Every type comes back bit for bit: NaN payloads, negative zero, the smallest integers, empty and nested lists.
    async fn every_type_comes_back_bit_for_bit(bed) {
        let values = edge_values();
        let field = |(i, value): (usize, &Value)| Field::new(format!("f{i}"), value.value_type().unwrap_or(ValueType::Int64));
        let mut view = bed.define("v", []);
        view.features = values.iter().enumerate().map(field).collect();
        let view = bed.apply(view).await?;
        bed.write(&view, &[Row { values: values.clone(), ..row(1, at(1), 0) }]).await?;
        let (_, found) = bed.read_one(&view, 1).await?.ok_or("no row")?;
        for (i, (found, value)) in found.into_iter().zip(values).enumerate() {
            ensure_eq!(found, Some(value), "feature f{i}");
        }
    }
}

case! {
    /// A stored null is told from an absent row, and replaces a value like any other value.
    async fn null_is_a_value(bed) {
        let view = bed.apply(bed.define("v", [("a", ValueType::Int64), ("b", ValueType::String)])).await?;
        let both = |a, b| vec![a, b];
        bed.write(&view, &[Row { values: both(Value::Int64(1), Value::String("x".into())), ..row(1, at(1), 0) }]).await?;
        bed.write(&view, &[Row { values: both(Value::Null, Value::Null), ..row(1, at(2), 0) }]).await?;
        ensure_eq!(bed.read(&view, &[key(1), key(2)]).await?, [Some((at(2), vec![Some(Value::Null), Some(Value::Null)])), None]);
    }
}

case! {
    /// Bytes are kept as they are, also such as no decoder understands.
    async fn opaque_bytes_are_kept(bed) {
        let view = bed.counter("v").await?;
        let bytes: Vec<u8> = (0..=255).rev().collect();
        let mut builder = larder_core::WriteBatch::builder(Arc::clone(&view));
        builder.push(&key(1), at(1), None, [bytes.as_slice()])?;
        bed.store.online_write_batch(&builder.finish()).await?;
        let request = larder_core::ReadRequest { view, features: [0].into(), keys: crate::fixture::keys(&[key(1)]) };
        let answers = bed.store.online_read(&[request]).await?;
        ensure_eq!(answers[0].row(0).and_then(|row| row.value(0)), Some(bytes.as_slice()));
    }
}

case! {
    /// A value of one mebibyte is stored whole, or refused with its row when the store declares a smaller limit.
    async fn large_values_are_whole_or_refused(bed) {
        let view = bed.apply(bed.define("v", [("value", ValueType::Bytes)])).await?;
        let value = Value::Bytes(vec![0xA5; 1 << 20]);
        let outcome = bed.write(&view, &[Row { values: vec![value.clone()], ..row(1, at(1), 0) }]).await?;
        if bed.capabilities().max_value_bytes.is_some_and(|limit| limit < 1 << 20) {
            ensure_eq!(outcome, "f");
            ensure_eq!(bed.read_one(&view, 1).await?, None);
        } else {
            ensure_eq!(outcome, "w");
            ensure_eq!(bed.read_one(&view, 1).await?, Some((at(1), vec![Some(value)])));
        }
    }
}
