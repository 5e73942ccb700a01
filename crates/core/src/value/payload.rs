//! The encoded payload that lists, sets and maps share.

use super::ValueType;
use super::collection::{Collection, Elements};
use super::map::{MapEntries, ScalarMapEntries};
use super::wire::{self, Reader, WireType};
use crate::{Error, Result};

/// Whether what is read was checked before.
#[derive(Debug, Clone, Copy)]
pub(super) enum Check {
    /// It was: decode only what is asked for.
    Trusted,
    /// It was not: check everything inside, with this many levels of nesting left.
    Levels(u8),
}

impl Check {
    pub(super) fn enter(self) -> Result<Self> {
        match self {
            Self::Trusted => Ok(self),
            Self::Levels(levels) => {
                levels.checked_sub(1).map(Self::Levels).ok_or_else(|| Error::corrupt("a value is nested too deeply"))
            }
        }
    }
}

/// The encoded payload of a collection or map: a message whose elements are field 1.
///
/// Protobuf allows a message field to arrive in several parts, which count as one. Nobody writes that, yet it must read:
/// `head` is the first part, and `tail` the rest of the value, in which further parts may stand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Payload<'a> {
    pub(super) number: u32,
    pub(super) head: &'a [u8],
    pub(super) tail: &'a [u8],
}

impl<'a> Payload<'a> {
    pub(super) fn new(number: u32, head: &'a [u8], tail: &'a [u8]) -> Self {
        Self { number, head, tail }
    }

    /// Whether the field with this number holds a payload.
    #[inline]
    pub(super) fn has_number(number: u32) -> bool {
        matches!(number, 11..=18 | 20..=29 | 33..=35 | 38..=43 | 45..=47)
    }

    /// The payload of a message that is one such field and nothing else.
    #[inline]
    pub(super) fn alone(bytes: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        match reader.key() {
            Ok((number, WireType::Len)) if Self::has_number(number) => {
                let head = reader.bytes().ok()?;
                reader.is_empty().then(|| Self::new(number, head, reader.rest()))
            }
            _ => None,
        }
    }

    pub(super) fn value_type(self) -> ValueType {
        i32::try_from(self.number).map_or(ValueType::Invalid, ValueType::from_number)
    }

    /// Checks everything inside `head`.
    #[inline]
    pub(super) fn check(self, check: Check) -> Result<()> {
        match check {
            Check::Trusted => Ok(()),
            Check::Levels(_) => self.check_inside(check.enter()?),
        }
    }

    fn check_inside(self, check: Check) -> Result<()> {
        match self.value_type() {
            ValueType::Map | ValueType::Struct => {
                let mut entries = MapEntries::new(self, check);
                while entries.try_next()?.is_some() {}
            }
            ValueType::ScalarMap => {
                let mut entries = ScalarMapEntries::new(self, check);
                while entries.try_next()?.is_some() {}
            }
            _ if Collection(self).is_whole() => {}
            _ => {
                let mut elements = Elements::new(self, check);
                while elements.try_next()?.is_some() {}
            }
        }
        Ok(())
    }
}

/// Walks the occurrences of field 1 over all parts of a payload.
#[derive(Debug, Clone)]
pub(super) struct Parts<'a> {
    number: u32,
    pub(super) head: Reader<'a>,
    tail: Reader<'a>,
}

impl<'a> Parts<'a> {
    pub(super) fn new(payload: Payload<'a>) -> Self {
        Self { number: payload.number, head: Reader::new(payload.head), tail: Reader::new(payload.tail) }
    }

    /// Moves `head` to the payload of the next occurrence and tells how it is written.
    #[inline]
    pub(super) fn advance(&mut self) -> Result<Option<WireType>> {
        loop {
            while !self.head.is_empty() {
                match self.head.key()? {
                    (1, wire) => return Ok(Some(wire)),
                    (number, wire) => self.head.skip(number, wire)?,
                }
            }
            match self.next_part()? {
                Some(part) => self.head = part,
                None => return Ok(None),
            }
        }
    }

    fn next_part(&mut self) -> Result<Option<Reader<'a>>> {
        while !self.tail.is_empty() {
            match self.tail.key()? {
                (number, WireType::Len) if number == self.number => {
                    return self.tail.bytes().map(Reader::new).map(Some);
                }
                (number, wire) => self.tail.skip(number, wire)?,
            }
        }
        Ok(None)
    }

    /// The next occurrence, which must be a message.
    pub(super) fn message(&mut self) -> Result<Option<&'a [u8]>> {
        match self.advance()? {
            None => Ok(None),
            Some(WireType::Len) => self.head.bytes().map(Some),
            Some(_) => Err(wire::wrong_wire_type("Map", 1)),
        }
    }
}
