//! Lists and sets that stay encoded, and the iterator that reads them.

use super::map::MapRef;
use super::payload::{Check, Parts, Payload};
use super::wire::{self, Reader, WireType};
use super::{Value, ValueRef, ValueType};
use crate::{Error, Result};

/// An encoded list or set.
#[derive(Debug, Clone, Copy)]
pub struct Collection<'a>(pub(super) Payload<'a>);

impl<'a> Collection<'a> {
    /// The type of the whole, e.g. `FLOAT_LIST`.
    #[must_use]
    pub fn value_type(self) -> ValueType {
        self.0.value_type()
    }

    /// The elements: [`ValueRef::Float`] for a `FLOAT_LIST`, [`ValueRef::Map`] for a `MAP_LIST`, any for a `VALUE_LIST`.
    #[must_use]
    pub fn iter(self) -> Elements<'a> {
        Elements::new(self.0, Check::Trusted)
    }

    /// The little-endian numbers of a list or set of floats or doubles, when they stand in one piece, as they do in
    /// everything that Feast or larder wrote.
    #[must_use]
    pub fn packed(self) -> Option<&'a [u8]> {
        let fixed = matches!(wire_type(self.value_type().element()), WireType::Fixed32 | WireType::Fixed64);
        if !fixed || !self.0.tail.is_empty() {
            return None;
        }
        if self.0.head.is_empty() {
            return Some(&[]);
        }
        let mut reader = Reader::new(self.0.head);
        match (reader.key(), reader.bytes()) {
            (Ok((1, WireType::Len)), Ok(packed)) if reader.is_empty() => Some(packed),
            _ => None,
        }
    }

    /// Whether this is one piece of packed floats or doubles with none cut off: there is nothing else to check then.
    pub(super) fn is_whole(self) -> bool {
        let width = if wire_type(self.value_type().element()) == WireType::Fixed32 { 4 } else { 8 };
        self.packed().is_some_and(|packed| packed.len().is_multiple_of(width))
    }

    pub(super) fn try_to_owned(self, check: Check) -> Result<Value> {
        use ValueType as T;
        let check = check.enter()?;
        Ok(match self.value_type() {
            T::BytesList => Value::BytesList(self.collect(check, bytes)?),
            T::BytesSet => Value::BytesSet(self.collect(check, bytes)?),
            T::Int32List => Value::Int32List(self.numbers(Reader::int32)?),
            T::Int32Set => Value::Int32Set(self.numbers(Reader::int32)?),
            T::Int64List => Value::Int64List(self.numbers(Reader::int64)?),
            T::Int64Set => Value::Int64Set(self.numbers(Reader::int64)?),
            T::UnixTimestampList => Value::UnixTimestampList(self.numbers(Reader::int64)?),
            T::UnixTimestampSet => Value::UnixTimestampSet(self.numbers(Reader::int64)?),
            T::DoubleList => Value::DoubleList(self.fixed_numbers(f64::from_le_bytes)?),
            T::DoubleSet => Value::DoubleSet(self.fixed_numbers(f64::from_le_bytes)?),
            T::FloatList => Value::FloatList(self.fixed_numbers(f32::from_le_bytes)?),
            T::FloatSet => Value::FloatSet(self.fixed_numbers(f32::from_le_bytes)?),
            T::BoolList => Value::BoolList(self.numbers(boolean)?),
            T::BoolSet => Value::BoolSet(self.numbers(boolean)?),
            T::MapList => Value::MapList(self.collect(check, entries)?),
            T::StructList => Value::StructList(self.collect(check, entries)?),
            T::ValueList => Value::List(self.collect(check, |element| Some(element.to_owned()))?),
            T::ValueSet => Value::Set(self.collect(check, |element| Some(element.to_owned()))?),
            texts => Value::texts(texts, self.collect(check, |element| element.text().map(str::to_owned))?),
        })
    }

    fn fixed_numbers<const N: usize, T>(self, read: impl Fn([u8; N]) -> T) -> Result<Vec<T>> {
        match self.packed().map(<[u8]>::as_chunks) {
            Some((numbers, [])) => Ok(numbers.iter().map(|bytes| read(*bytes)).collect()),
            _ => self.numbers(|reader| reader.array().map(&read)),
        }
    }

    fn numbers<T>(self, read: impl Fn(&mut Reader<'a>) -> Result<T>) -> Result<Vec<T>> {
        let mut numbers = Vec::with_capacity(self.0.head.iter().filter(|byte| **byte < 0x80).count());
        self.each_number(read, |number| numbers.push(number))?;
        Ok(numbers)
    }

    /// Visits all numbers, read one like another whether they are packed or not: faster than through [`ValueRef`].
    pub(super) fn each_number<T>(
        self,
        read: impl Fn(&mut Reader<'a>) -> Result<T>,
        mut visit: impl FnMut(T),
    ) -> Result<()> {
        let element = wire_type(self.value_type().element());
        let mut parts = Parts::new(self.0);
        while let Some(wire) = parts.advance()? {
            if wire == WireType::Len {
                let mut packed = Reader::new(parts.head.bytes()?);
                while !packed.is_empty() {
                    visit(read(&mut packed)?);
                }
            } else if wire == element {
                visit(read(&mut parts.head)?);
            } else {
                return Err(wire::wrong_wire_type("List", 1));
            }
        }
        Ok(())
    }

    fn collect<T>(self, check: Check, mut pick: impl FnMut(ValueRef<'a>) -> Option<T>) -> Result<Vec<T>> {
        let mut elements = Elements::new(self.0, check);
        let mut collected = Vec::new();
        while let Some(element) = elements.try_next()? {
            collected.extend(pick(element));
        }
        Ok(collected)
    }
}

impl<'a> IntoIterator for Collection<'a> {
    type Item = ValueRef<'a>;
    type IntoIter = Elements<'a>;

    fn into_iter(self) -> Elements<'a> {
        self.iter()
    }
}

fn bytes(element: ValueRef<'_>) -> Option<Vec<u8>> {
    if let ValueRef::Bytes(v) = element { Some(v.to_vec()) } else { None }
}

pub(super) fn double(reader: &mut Reader<'_>) -> Result<f64> {
    reader.array().map(f64::from_le_bytes)
}

pub(super) fn float(reader: &mut Reader<'_>) -> Result<f32> {
    reader.array().map(f32::from_le_bytes)
}

fn boolean(reader: &mut Reader<'_>) -> Result<bool> {
    reader.varint().map(|number| number != 0)
}

fn entries(element: ValueRef<'_>) -> Option<Vec<(String, Value)>> {
    if let ValueRef::Map(v) = element { Some(v.to_entries()) } else { None }
}

/// How one element is written when it is not packed.
fn wire_type(element: Option<ValueType>) -> WireType {
    match element {
        Some(ValueType::Int32 | ValueType::Int64 | ValueType::Bool | ValueType::UnixTimestamp) => WireType::Varint,
        Some(ValueType::Double) => WireType::Fixed64,
        Some(ValueType::Float) => WireType::Fixed32,
        _ => WireType::Len,
    }
}

/// The elements of a [`Collection`].
#[derive(Debug, Clone)]
pub struct Elements<'a> {
    parts: Parts<'a>,
    packed: Reader<'a>,
    element: Option<ValueType>,
    wire: WireType,
    check: Check,
}

impl<'a> Elements<'a> {
    pub(super) fn new(payload: Payload<'a>, check: Check) -> Self {
        let element = payload.value_type().element();
        Self { parts: Parts::new(payload), packed: Reader::new(&[]), element, wire: wire_type(element), check }
    }

    #[inline]
    pub(super) fn try_next(&mut self) -> Result<Option<ValueRef<'a>>> {
        loop {
            if !self.packed.is_empty() {
                return number(self.element, &mut self.packed).map(Some);
            }
            match (self.parts.advance()?, self.wire) {
                (None, _) => return Ok(None),
                (Some(WireType::Len), WireType::Len) => {
                    let bytes = self.parts.head.bytes()?;
                    return self.message(bytes).map(Some);
                }
                (Some(WireType::Len), _) => self.packed = self.packed_numbers()?,
                (Some(written), wire) if written == wire => {
                    return number(self.element, &mut self.parts.head).map(Some);
                }
                (Some(_), _) => return Err(wire::wrong_wire_type("List", 1)),
            }
        }
    }

    /// The packed numbers that follow. When checking, they are checked at once and none is left to iterate.
    fn packed_numbers(&mut self) -> Result<Reader<'a>> {
        let mut packed = Reader::new(self.parts.head.bytes()?);
        if matches!(self.check, Check::Trusted) {
            return Ok(packed);
        }
        let width = match self.wire {
            WireType::Fixed32 => 4,
            WireType::Fixed64 => 8,
            _ => {
                while !packed.is_empty() {
                    packed.varint()?;
                }
                return Ok(packed);
            }
        };
        if packed.rest().len().is_multiple_of(width) {
            Ok(Reader::new(&[]))
        } else {
            Err(Error::corrupt("packed numbers end in the middle of one"))
        }
    }

    #[inline]
    fn message(&self, bytes: &'a [u8]) -> Result<ValueRef<'a>> {
        match self.element {
            None => ValueRef::Null.merge(bytes, self.check.enter()?),
            Some(ValueType::Bytes) => Ok(ValueRef::Bytes(bytes)),
            Some(map @ (ValueType::Map | ValueType::Struct)) => {
                let payload = Payload::new(map.number().unsigned_abs(), bytes, &[]);
                payload.check(self.check)?;
                Ok(ValueRef::Map(MapRef(payload)))
            }
            Some(text) => {
                let content = wire::text(bytes)?;
                Ok(match text {
                    ValueType::Json => ValueRef::Json(content),
                    ValueType::Uuid => ValueRef::Uuid(content),
                    ValueType::TimeUuid => ValueRef::TimeUuid(content),
                    ValueType::Decimal => ValueRef::Decimal(content),
                    _ => ValueRef::String(content),
                })
            }
        }
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = ValueRef<'a>;

    #[inline]
    fn next(&mut self) -> Option<ValueRef<'a>> {
        if !self.packed.is_empty() {
            return number(self.element, &mut self.packed).ok();
        }
        self.try_next().ok().flatten()
    }
}

#[inline]
fn number<'a>(element: Option<ValueType>, reader: &mut Reader<'a>) -> Result<ValueRef<'a>> {
    Ok(match element {
        Some(ValueType::Float) => ValueRef::Float(f32::from_le_bytes(reader.array()?)),
        Some(ValueType::Double) => ValueRef::Double(f64::from_le_bytes(reader.array()?)),
        Some(ValueType::Int32) => ValueRef::Int32(reader.int32()?),
        Some(ValueType::Bool) => ValueRef::Bool(reader.varint()? != 0),
        Some(ValueType::UnixTimestamp) => ValueRef::UnixTimestamp(reader.int64()?),
        _ => ValueRef::Int64(reader.int64()?),
    })
}
