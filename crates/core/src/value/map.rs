//! Maps that stay encoded, and the iterators that read them.

use std::collections::HashMap;

use super::payload::{Check, Parts, Payload};
use super::wire::{self, Reader, WireType};
use super::{MapKey, Value, ValueRef, ValueType};
use crate::Result;

/// An encoded map or struct.
#[derive(Debug, Clone, Copy)]
pub struct MapRef<'a>(pub(super) Payload<'a>);

impl<'a> MapRef<'a> {
    /// The entries in the order they were written. Of entries with the same key the last counts.
    #[must_use]
    pub fn iter(self) -> MapEntries<'a> {
        MapEntries::new(self.0, Check::Trusted)
    }

    pub(super) fn try_to_owned(self, check: Check) -> Result<Value> {
        let entries = self.try_to_entries(check.enter()?)?;
        Ok(if self.0.value_type() == ValueType::Struct { Value::Struct(entries) } else { Value::Map(entries) })
    }

    /// The entries, each key once.
    pub(super) fn to_entries(self) -> Vec<(String, Value)> {
        self.try_to_entries(Check::Trusted).unwrap_or_default()
    }

    fn try_to_entries(self, check: Check) -> Result<Vec<(String, Value)>> {
        let mut entries = Vec::new();
        let mut encoded = MapEntries::new(self.0, check);
        while let Some((key, value)) = encoded.try_next()? {
            entries.push((key.to_owned(), value.to_owned()));
        }
        let mut keys: Vec<&str> = entries.iter().map(|(key, _)| key.as_str()).collect();
        keys.sort_unstable();
        if keys.windows(2).any(|pair| pair[0] == pair[1]) { Ok(last_of_each_key(entries)) } else { Ok(entries) }
    }
}

/// The entries with each key once: where it stood first, with the value that it had last.
fn last_of_each_key(entries: Vec<(String, Value)>) -> Vec<(String, Value)> {
    let mut unique: Vec<(String, Value)> = Vec::new();
    let mut positions = HashMap::new();
    for (key, value) in entries {
        let position = *positions.entry(key.clone()).or_insert(unique.len());
        match unique.get_mut(position) {
            Some(entry) => entry.1 = value,
            None => unique.push((key, value)),
        }
    }
    unique
}

impl<'a> IntoIterator for MapRef<'a> {
    type Item = (&'a str, ValueRef<'a>);
    type IntoIter = MapEntries<'a>;

    fn into_iter(self) -> MapEntries<'a> {
        self.iter()
    }
}

/// The entries of a [`MapRef`].
#[derive(Debug, Clone)]
pub struct MapEntries<'a> {
    parts: Parts<'a>,
    check: Check,
}

impl<'a> MapEntries<'a> {
    pub(super) fn new(payload: Payload<'a>, check: Check) -> Self {
        Self { parts: Parts::new(payload), check }
    }

    #[inline]
    pub(super) fn try_next(&mut self) -> Result<Option<(&'a str, ValueRef<'a>)>> {
        let Some(bytes) = self.parts.message()? else { return Ok(None) };
        let mut reader = Reader::new(bytes);
        let (mut key, mut value) = ("", ValueRef::Null);
        let check = self.check.enter()?.enter()?;
        while !reader.is_empty() {
            match reader.key()? {
                (1, WireType::Len) => key = reader.text()?,
                (2, WireType::Len) => value = value.merge(reader.bytes()?, check)?,
                (number @ 1..=2, _) => return Err(wire::wrong_wire_type("MapEntry", number)),
                (number, wire) => reader.skip(number, wire)?,
            }
        }
        Ok(Some((key, value)))
    }
}

impl<'a> Iterator for MapEntries<'a> {
    type Item = (&'a str, ValueRef<'a>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.try_next().ok().flatten()
    }
}

/// An encoded scalar map.
#[derive(Debug, Clone, Copy)]
pub struct ScalarMapRef<'a>(pub(super) Payload<'a>);

impl<'a> ScalarMapRef<'a> {
    /// The entries in the order they were written.
    #[must_use]
    pub fn iter(self) -> ScalarMapEntries<'a> {
        ScalarMapEntries::new(self.0, Check::Trusted)
    }
}

impl<'a> IntoIterator for ScalarMapRef<'a> {
    type Item = (MapKey, ValueRef<'a>);
    type IntoIter = ScalarMapEntries<'a>;

    fn into_iter(self) -> ScalarMapEntries<'a> {
        self.iter()
    }
}

/// The entries of a [`ScalarMapRef`].
#[derive(Debug, Clone)]
pub struct ScalarMapEntries<'a> {
    parts: Parts<'a>,
    check: Check,
}

impl<'a> ScalarMapEntries<'a> {
    pub(super) fn new(payload: Payload<'a>, check: Check) -> Self {
        Self { parts: Parts::new(payload), check }
    }

    pub(super) fn try_next(&mut self) -> Result<Option<(MapKey, ValueRef<'a>)>> {
        let Some(bytes) = self.parts.message()? else { return Ok(None) };
        let mut reader = Reader::new(bytes);
        let (mut key, mut value) = (MapKey::Unset, ValueRef::Null);
        let check = self.check.enter()?.enter()?;
        while !reader.is_empty() {
            match reader.key()? {
                (1, WireType::Len) => key = key.merge(reader.bytes()?)?,
                (2, WireType::Len) => value = value.merge(reader.bytes()?, check)?,
                (number @ 1..=2, _) => return Err(wire::wrong_wire_type("ScalarMapEntry", number)),
                (number, wire) => reader.skip(number, wire)?,
            }
        }
        Ok(Some((key, value)))
    }
}

impl<'a> Iterator for ScalarMapEntries<'a> {
    type Item = (MapKey, ValueRef<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.try_next().ok().flatten()
    }
}
