//! Protobuf at the level of bytes: a message as an ordered list of fields that re-encodes byte for byte what nobody
//! touched. This is how messages and fields that larder does not understand survive an update.

mod merge;

pub(crate) use merge::{Part, Shape, merge};

use std::fmt;
use std::ops::Range;

use prost::encoding::encode_varint;

/// What larder reads at most as one message: 1 GiB.
const MAX_MESSAGE_BYTES: usize = 1 << 30;
const MAX_FIELD_NUMBER: u64 = (1 << 29) - 1;

const VARINT: u8 = 0;
const FIXED64: u8 = 1;
const LENGTH_DELIMITED: u8 = 2;
const FIXED32: u8 = 5;

/// One field as it stands in the bytes: tag and content.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Record {
    number: u32,
    raw: Vec<u8>,
    /// Where the content of a length-delimited field starts in `raw`; 0 for the other wire types.
    body: usize,
}

impl Record {
    /// A length-delimited field: a string, bytes or a message.
    pub(crate) fn bytes(number: u32, content: &[u8]) -> Self {
        let mut raw = Vec::with_capacity(content.len() + 10);
        encode_varint(u64::from(number) << 3 | u64::from(LENGTH_DELIMITED), &mut raw);
        encode_varint(content.len() as u64, &mut raw);
        let body = raw.len();
        raw.extend_from_slice(content);
        Self { number, raw, body }
    }

    /// A varint field: an int, a bool or an enum.
    pub(crate) fn varint(number: u32, value: u64) -> Self {
        let mut raw = Vec::with_capacity(12);
        encode_varint(u64::from(number) << 3 | u64::from(VARINT), &mut raw);
        encode_varint(value, &mut raw);
        Self { number, raw, body: 0 }
    }

    pub(crate) fn number(&self) -> u32 {
        self.number
    }

    /// How many bytes it takes, tag included.
    pub(crate) fn len(&self) -> usize {
        self.raw.len()
    }

    /// The content of a length-delimited field; `None` for the other wire types.
    pub(crate) fn content(&self) -> Option<&[u8]> {
        (self.body > 0).then(|| &self.raw[self.body..])
    }
}

/// A message as its fields, in the order of the bytes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Message {
    records: Vec<Record>,
}

/// Bytes that are no protobuf message: where and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Broken {
    pub(crate) offset: usize,
    pub(crate) what: &'static str,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.what, self.offset)
    }
}

impl Message {
    /// Splits bytes into fields, without looking into them.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Broken> {
        if bytes.len() > MAX_MESSAGE_BYTES {
            return Err(Broken { offset: MAX_MESSAGE_BYTES, what: "more than 1 GiB" });
        }
        let mut records = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            let (number, body, end) = field(bytes, at)?;
            let raw = bytes[at..end].to_vec();
            records.push(Record { number, raw, body: body.map_or(0, |body| body.start - at) });
            at = end;
        }
        Ok(Self { records })
    }

    pub(crate) fn into_records(self) -> Vec<Record> {
        self.records
    }

    /// The content of a singular field: protobuf says that the last one wins.
    pub(crate) fn content(&self, number: u32) -> Option<&[u8]> {
        self.records.iter().rev().find(|record| record.number == number)?.content()
    }

    /// The content of a field that holds a message: protobuf joins its occurrences.
    pub(crate) fn joined(&self, number: u32) -> Vec<u8> {
        let occurrences = self.records.iter().filter(|record| record.number == number);
        occurrences.flat_map(|record| record.content().unwrap_or_default()).copied().collect()
    }

    /// Puts these fields in the place of all fields of that number: where the first one was, else in the order of numbers.
    pub(crate) fn replace(&mut self, number: u32, with: impl IntoIterator<Item = Record>) {
        let place = self.records.iter().position(|record| record.number == number);
        self.records.retain(|record| record.number != number);
        let place = place.unwrap_or_else(|| self.end_of(number));
        self.records.splice(place..place, with);
    }

    /// Adds a field behind the last one of its number, else in the order of numbers.
    pub(crate) fn append(&mut self, record: Record) {
        let last = self.records.iter().rposition(|known| known.number == record.number);
        let place = last.map_or_else(|| self.end_of(record.number), |last| last + 1);
        self.records.insert(place, record);
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.records.iter().map(|record| record.raw.len()).sum());
        for record in &self.records {
            bytes.extend_from_slice(&record.raw);
        }
        bytes
    }

    /// Where a field of this number belongs when there is none yet: before the first field of a higher number.
    fn end_of(&self, number: u32) -> usize {
        self.records.iter().position(|record| record.number > number).unwrap_or(self.records.len())
    }
}

impl FromIterator<Record> for Message {
    fn from_iter<I: IntoIterator<Item = Record>>(records: I) -> Self {
        Self { records: records.into_iter().collect() }
    }
}

/// Reads one field: its number, where its length-delimited content lies, and where it ends.
fn field(bytes: &[u8], start: usize) -> Result<(u32, Option<Range<usize>>, usize), Broken> {
    let broken = |what| Broken { offset: start, what };
    let (tag, after_tag) = varint(bytes, start)?;
    let number = tag >> 3;
    if number == 0 || number > MAX_FIELD_NUMBER {
        return Err(broken("a field number that protobuf does not allow"));
    }
    let number = u32::try_from(number).map_err(|_| broken("a field number that protobuf does not allow"))?;
    let fixed = |size: usize| match after_tag.checked_add(size) {
        Some(end) if end <= bytes.len() => Ok((number, None, end)),
        _ => Err(broken("a field that is cut off")),
    };
    match (tag & 7) as u8 {
        VARINT => Ok((number, None, varint(bytes, after_tag)?.1)),
        FIXED64 => fixed(8),
        FIXED32 => fixed(4),
        LENGTH_DELIMITED => {
            let (length, body) = varint(bytes, after_tag)?;
            let end = usize::try_from(length).ok().and_then(|length| body.checked_add(length));
            match end {
                Some(end) if end <= bytes.len() => Ok((number, Some(body..end), end)),
                _ => Err(broken("a field that is cut off")),
            }
        }
        _ => Err(broken("a wire type that Feast does not use")),
    }
}

fn varint(bytes: &[u8], start: usize) -> Result<(u64, usize), Broken> {
    let mut value = 0_u64;
    for (index, shift) in (0..64).step_by(7).enumerate() {
        let Some(&byte) = bytes.get(start + index) else {
            return Err(Broken { offset: start, what: "a field that is cut off" });
        };
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok((value, start + index + 1));
        }
    }
    Err(Broken { offset: start, what: "a number of more than ten bytes" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn replaces_and_appends_in_place() {
        let mut message: Message =
            [Record::varint(1, 7), Record::bytes(3, b"a"), Record::bytes(9, b"z")].into_iter().collect();
        message.append(Record::bytes(3, b"b"));
        message.append(Record::varint(5, 300));
        message.replace(1, [Record::varint(1, 8)]);
        let numbers: Vec<u32> = message.records.iter().map(Record::number).collect();
        assert_eq!(numbers, [1, 3, 3, 5, 9]);
        assert_eq!(message.content(3), Some(&b"b"[..]));
        assert_eq!(message.content(5), None);
        assert_eq!(Message::parse(&message.encode()).unwrap(), message);
        message.replace(3, []);
        assert_eq!(message.content(3), None);
    }

    #[test]
    fn says_where_the_bytes_break() {
        let bytes = [Record::varint(1, 7), Record::bytes(3, b"abcdef")].into_iter().collect::<Message>().encode();
        assert_eq!(Message::parse(&bytes[..bytes.len() - 1]).unwrap_err().offset, 2);
        assert_eq!(Message::parse(&[0x00]).unwrap_err().what, "a field number that protobuf does not allow");
        assert_eq!(Message::parse(&[0x0b]).unwrap_err().what, "a wire type that Feast does not use");
        assert_eq!(Message::parse(&[0xff; 12]).unwrap_err().what, "a number of more than ten bytes");
        assert!(Message::parse(&[0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]).is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_parse_or_break_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            match Message::parse(&bytes) {
                Ok(message) => prop_assert_eq!(message.encode(), bytes),
                Err(broken) => prop_assert!(broken.offset <= bytes.len()),
            }
        }
    }
}
