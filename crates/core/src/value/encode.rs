//! Writes values as `feast.types.Value` messages.

use super::shape::{Entries, Shape};
use super::wire::{self, WireType};
use super::{Value, ValueType};

impl Value {
    /// Appends the encoded message: the bytes that Feast would write, with map entries in the order they stand here.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let (value_type, shape) = self.parts();
        let number = field_number(value_type);
        match shape {
            Shape::Null => {}
            Shape::Bytes(v) => wire::put_field(out, number, v),
            Shape::Text(v) => wire::put_field(out, number, v.as_bytes()),
            Shape::Int32(v) => wire::put_integer(out, number, i64::from(v)),
            Shape::Int64(v) => wire::put_integer(out, number, v),
            Shape::Double(v) => wire::put_double(out, v),
            Shape::Float(v) => wire::put_float(out, v),
            Shape::Bool(v) => wire::put_bool(out, v),
            list => wire::put_message(out, number, |out| put_payload(out, list)),
        }
    }
}

/// The number of the field that holds values of this type.
fn field_number(value_type: ValueType) -> u32 {
    value_type.number().unsigned_abs()
}

/// Writes the payload of a collection, map or zoned timestamp: messages whose elements are field 1.
fn put_payload(out: &mut Vec<u8>, shape: Shape<'_>) {
    match shape {
        Shape::BytesList(items) => items.iter().for_each(|item| wire::put_field(out, 1, item)),
        Shape::TextList(items) => items.iter().for_each(|item| wire::put_field(out, 1, item.as_bytes())),
        Shape::Int32List(items) => put_packed(out, items, |out, v| put_signed(out, i64::from(*v))),
        Shape::Int64List(items) => put_packed(out, items, |out, v| put_signed(out, *v)),
        Shape::BoolList(items) => put_packed(out, items, |out, v| out.push(u8::from(*v))),
        Shape::DoubleList(items) => put_fixed(out, items, f64::to_le_bytes),
        Shape::FloatList(items) => put_fixed(out, items, f32::to_le_bytes),
        Shape::Map(entries) => put_entries(out, entries),
        Shape::MapList(maps) => maps.iter().for_each(|map| wire::put_message(out, 1, |out| put_entries(out, map))),
        Shape::Values(items) => items.iter().for_each(|item| wire::put_message(out, 1, |out| item.encode(out))),
        Shape::ScalarMap(entries) => entries.iter().for_each(|(key, value)| {
            wire::put_message(out, 1, |out| {
                wire::put_message(out, 1, |out| key.encode(out));
                wire::put_message(out, 2, |out| value.encode(out));
            });
        }),
        Shape::Zoned(unix_timestamp, zone) => {
            if unix_timestamp != 0 {
                wire::put_integer(out, 1, unix_timestamp);
            }
            if !zone.is_empty() {
                wire::put_field(out, 2, zone.as_bytes());
            }
        }
        Shape::Null
        | Shape::Bytes(_)
        | Shape::Text(_)
        | Shape::Int32(_)
        | Shape::Int64(_)
        | Shape::Double(_)
        | Shape::Float(_)
        | Shape::Bool(_) => {}
    }
}

fn put_entries(out: &mut Vec<u8>, entries: &Entries) {
    for (key, value) in entries {
        wire::put_message(out, 1, |out| {
            wire::put_field(out, 1, key.as_bytes());
            wire::put_message(out, 2, |out| value.encode(out));
        });
    }
}

/// Like [`put_packed`], for numbers of `N` bytes.
fn put_fixed<const N: usize, T: Copy>(out: &mut Vec<u8>, items: &[T], to_bytes: impl Fn(T) -> [u8; N]) {
    if !items.is_empty() {
        wire::put_key(out, 1, WireType::Len);
        wire::put_varint(out, (items.len() * N) as u64);
        let start = out.len();
        out.resize(start + items.len() * N, 0);
        let places = out[start..].as_chunks_mut().0;
        places.iter_mut().zip(items).for_each(|(place, item)| *place = to_bytes(*item));
    }
}

/// Writes field 1 as packed numbers; nothing when there are none.
fn put_packed<T>(out: &mut Vec<u8>, items: &[T], put: impl Fn(&mut Vec<u8>, &T)) {
    if !items.is_empty() {
        wire::put_message(out, 1, |out| items.iter().for_each(|item| put(out, item)));
    }
}

#[allow(clippy::cast_sign_loss)] // two's complement is the wire format
fn put_signed(out: &mut Vec<u8>, value: i64) {
    wire::put_varint(out, value as u64);
}
