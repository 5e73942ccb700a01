//! Protobuf's wire format: varints, field keys, a bounds-checked reader, and whole scalar `Value` messages in one call.
//!
//! The `put_*` functions write a complete `feast.types.Value` message, e.g. `put_int64(&mut out, 0)` writes `20 00`:
//! a oneof member is written even when it is zero or empty. Source: `feast/types/Value.proto`.

use crate::{Error, Result};

/// How a field's payload is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WireType {
    /// A varint: integers, booleans, enums.
    Varint,
    /// Eight bytes, little-endian.
    Fixed64,
    /// A varint length, then that many bytes: strings, bytes, messages, packed numbers.
    Len,
    /// The start of a group (proto2); only ever skipped.
    StartGroup,
    /// The end of a group.
    EndGroup,
    /// Four bytes, little-endian.
    Fixed32,
}

/// Groups inside groups that [`Reader::skip`] follows before it gives up.
const MAX_GROUP_DEPTH: u8 = 64;

/// Reads a message field by field; never past its end.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    /// A reader at the start of `bytes`.
    #[must_use]
    #[inline]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    /// Whether everything was read.
    #[must_use]
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// What was not read yet.
    #[must_use]
    #[inline]
    pub fn rest(&self) -> &'a [u8] {
        self.bytes
    }

    /// The next varint of at most 64 bits.
    ///
    /// # Errors
    /// `Corrupt` when it does not end, or does not fit.
    #[inline]
    pub fn varint(&mut self) -> Result<u64> {
        match *self.bytes {
            [byte, ref rest @ ..] if byte < 0x80 => {
                self.bytes = rest;
                Ok(u64::from(byte))
            }
            [low, high, ref rest @ ..] if high < 0x80 => {
                self.bytes = rest;
                Ok(u64::from(low & 0x7f) | u64::from(high) << 7)
            }
            _ => self.long_varint(),
        }
    }

    fn long_varint(&mut self) -> Result<u64> {
        let mut value = 0;
        for (i, byte) in self.bytes.iter().take(10).enumerate() {
            value |= u64::from(byte & 0x7f) << (7 * i);
            if *byte < 0x80 {
                if i == 9 && *byte > 1 {
                    break;
                }
                self.bytes = &self.bytes[i + 1..];
                return Ok(value);
            }
        }
        Err(if self.bytes.len() < 10 { truncated() } else { Error::corrupt("a varint is longer than 64 bits") })
    }

    /// The next varint as a signed number.
    ///
    /// # Errors
    /// Those of [`Reader::varint`].
    #[inline]
    #[allow(clippy::cast_possible_wrap)] // two's complement is the wire format
    pub fn int64(&mut self) -> Result<i64> {
        Ok(self.varint()? as i64)
    }

    /// The next varint as a signed 32-bit number; higher bits are dropped, as protobuf says.
    ///
    /// # Errors
    /// Those of [`Reader::varint`].
    #[inline]
    #[allow(clippy::cast_possible_truncation)] // protobuf's rule for int32
    pub fn int32(&mut self) -> Result<i32> {
        Ok(self.varint()? as i32)
    }

    /// The next field's number and wire type.
    ///
    /// # Errors
    /// `Corrupt` when the number is 0 or too large, or the wire type is unknown.
    #[inline]
    pub fn key(&mut self) -> Result<(u32, WireType)> {
        let key = u32::try_from(self.varint()?).map_err(|_| Error::corrupt("a field number is too large"))?;
        let wire = match key & 7 {
            0 => WireType::Varint,
            1 => WireType::Fixed64,
            2 => WireType::Len,
            3 => WireType::StartGroup,
            4 => WireType::EndGroup,
            5 => WireType::Fixed32,
            other => return Err(Error::corrupt(format!("wire type {other} does not exist"))),
        };
        match key >> 3 {
            0 => Err(Error::corrupt("field number 0 does not exist")),
            number => Ok((number, wire)),
        }
    }

    /// The next `N` bytes.
    ///
    /// # Errors
    /// `Corrupt` when fewer are left.
    #[inline]
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (array, rest) = self.bytes.split_first_chunk::<N>().ok_or_else(truncated)?;
        self.bytes = rest;
        Ok(*array)
    }

    /// A varint length and the bytes it announces.
    ///
    /// # Errors
    /// `Corrupt` when fewer are left.
    #[inline]
    pub fn bytes(&mut self) -> Result<&'a [u8]> {
        let length = usize::try_from(self.varint()?).map_err(|_| truncated())?;
        self.take(length)
    }

    /// The next `length` bytes.
    ///
    /// # Errors
    /// `Corrupt` when fewer are left.
    #[inline]
    pub fn take(&mut self, length: usize) -> Result<&'a [u8]> {
        let (bytes, rest) = self.bytes.split_at_checked(length).ok_or_else(truncated)?;
        self.bytes = rest;
        Ok(bytes)
    }

    /// Like [`Reader::bytes`], checked to be UTF-8.
    ///
    /// # Errors
    /// `Corrupt` when the text is cut off or not UTF-8.
    #[inline]
    pub fn text(&mut self) -> Result<&'a str> {
        text(self.bytes()?)
    }

    /// Passes over the payload of a field that nobody knows.
    ///
    /// # Errors
    /// `Corrupt` when the payload is cut off, or groups do not match or nest too deeply.
    pub fn skip(&mut self, number: u32, wire: WireType) -> Result<()> {
        self.skip_within(number, wire, MAX_GROUP_DEPTH)
    }

    fn skip_within(&mut self, number: u32, wire: WireType, depth: u8) -> Result<()> {
        match wire {
            WireType::Varint => self.varint().map(drop),
            WireType::Fixed64 => self.array::<8>().map(drop),
            WireType::Fixed32 => self.array::<4>().map(drop),
            WireType::Len => self.bytes().map(drop),
            WireType::EndGroup => Err(Error::corrupt("a group ends that did not start")),
            WireType::StartGroup => {
                let depth = depth.checked_sub(1).ok_or_else(|| Error::corrupt("groups are nested too deeply"))?;
                loop {
                    match self.key()? {
                        (end, WireType::EndGroup) if end == number => return Ok(()),
                        (inner, wire) => self.skip_within(inner, wire, depth)?,
                    }
                }
            }
        }
    }
}

#[cold]
fn truncated() -> Error {
    Error::corrupt("the bytes end in the middle of a field")
}

/// Bytes as text.
#[inline]
pub(crate) fn text(bytes: &[u8]) -> Result<&str> {
    std::str::from_utf8(bytes).map_err(|e| Error::corrupt("a string is not UTF-8").with_source(e))
}

/// The error for a known field that is written the wrong way.
#[cold]
pub(super) fn wrong_wire_type(message: &'static str, number: u32) -> Error {
    Error::corrupt("a field has the wrong wire type").with("message", message).with("field", number)
}

/// Writes a varint.
#[inline]
pub fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(low_byte(value) | 0x80);
        value >>= 7;
    }
    out.push(low_byte(value));
}

#[inline]
#[allow(clippy::cast_possible_truncation)] // the low byte is what is wanted
fn low_byte(value: u64) -> u8 {
    value as u8
}

/// Writes a field's key.
#[inline]
pub fn put_key(out: &mut Vec<u8>, number: u32, wire: WireType) {
    let wire = match wire {
        WireType::Varint => 0,
        WireType::Fixed64 => 1,
        WireType::Len => 2,
        WireType::StartGroup => 3,
        WireType::EndGroup => 4,
        WireType::Fixed32 => 5,
    };
    put_varint(out, u64::from(number) << 3 | wire);
}

/// Writes a length-delimited field.
#[inline]
pub fn put_field(out: &mut Vec<u8>, number: u32, bytes: &[u8]) {
    put_key(out, number, WireType::Len);
    put_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Writes a varint field holding a signed integer: negative numbers take ten bytes, 32-bit ones too.
#[inline]
#[allow(clippy::cast_sign_loss)] // two's complement is the wire format
pub fn put_integer(out: &mut Vec<u8>, number: u32, value: i64) {
    put_key(out, number, WireType::Varint);
    put_varint(out, value as u64);
}

/// Writes a length-delimited field whose payload `body` writes.
pub fn put_message(out: &mut Vec<u8>, number: u32, body: impl FnOnce(&mut Vec<u8>)) {
    put_key(out, number, WireType::Len);
    let start = out.len();
    out.push(0); // the length, which is nearly always a single byte
    body(out);
    let end = out.len();
    let length = (end - start - 1) as u64;
    out[start] = low_byte(length);
    if length >= 0x80 {
        out[start] |= 0x80;
        put_varint(out, length >> 7);
        let prefix = out.len() - end;
        out[start + 1..].rotate_right(prefix);
    }
}

/// Writes `Value { bytes_val }`.
#[inline]
pub fn put_bytes(out: &mut Vec<u8>, value: &[u8]) {
    put_field(out, 1, value);
}

/// Writes `Value { string_val }`.
#[inline]
pub fn put_string(out: &mut Vec<u8>, value: &str) {
    put_field(out, 2, value.as_bytes());
}

/// Writes `Value { int32_val }`.
#[inline]
pub fn put_int32(out: &mut Vec<u8>, value: i32) {
    put_integer(out, 3, i64::from(value));
}

/// Writes `Value { int64_val }`.
#[inline]
pub fn put_int64(out: &mut Vec<u8>, value: i64) {
    put_integer(out, 4, value);
}

/// Writes `Value { double_val }`, bit for bit.
#[inline]
pub fn put_double(out: &mut Vec<u8>, value: f64) {
    put_key(out, 5, WireType::Fixed64);
    out.extend_from_slice(&value.to_le_bytes());
}

/// Writes `Value { float_val }`, bit for bit.
#[inline]
pub fn put_float(out: &mut Vec<u8>, value: f32) {
    put_key(out, 6, WireType::Fixed32);
    out.extend_from_slice(&value.to_le_bytes());
}

/// Writes `Value { bool_val }`.
#[inline]
pub fn put_bool(out: &mut Vec<u8>, value: bool) {
    put_integer(out, 7, i64::from(value));
}

/// Writes `Value { unix_timestamp_val }`: seconds since the epoch.
#[inline]
pub fn put_unix_timestamp(out: &mut Vec<u8>, seconds: i64) {
    put_integer(out, 8, seconds);
}
