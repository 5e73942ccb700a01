//! Entity keys: which entity a row belongs to, in Feast's own encoding.
//!
//! Version 3, little-endian throughout:
//! ```text
//! u32 n                                     number of join keys
//! n x { u32 2, u32 length, name }           names first, sorted by their UTF-8 bytes
//! n x { u32 type, u32 length, value }       then the values, in the same order
//! ```
//! Version 2 leaves out `n` and the names' lengths, so only a reader who knows the names can decode it. Versions 0 and 1
//! also write `INT64` in four bytes. Source: `feast/infra/key_encoding_utils.py`.

use crate::value::wire;
use crate::{Error, Result, Value, ValueRef, ValueType};

/// The join key that Feast gives to views without entities.
pub const DUMMY_JOIN_KEY: &str = "__dummy_id";
/// The entity that Feast gives to views without entities.
pub const DUMMY_ENTITY: &str = "__dummy";

/// Which encoding: `entity_key_serialization_version` of `feature_store.yaml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum KeyVersion {
    /// The first encoding; equal to version 1.
    V0,
    /// `INT64` in four bytes.
    V1,
    /// `INT64` in eight bytes.
    V2,
    /// Self-delimiting; what Feast writes today.
    #[default]
    V3,
}

impl KeyVersion {
    /// The version with this number.
    ///
    /// # Errors
    /// `InvalidConfig` for a number that Feast doesn't know.
    pub fn from_number(number: i64) -> Result<Self> {
        match number {
            0 => Ok(Self::V0),
            1 => Ok(Self::V1),
            2 => Ok(Self::V2),
            3 => Ok(Self::V3),
            _ => Err(Error::invalid_config(format!("there is no entity key serialization version {number}"))
                .with_hint("use 3, which is what Feast writes; 0, 1 and 2 are read and written for old stores")),
        }
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> i32 {
        self as i32
    }
}

/// The join keys of one entity and their values, sorted by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityKey {
    pairs: Vec<(String, Value)>,
}

impl EntityKey {
    /// A key from join-key names and values, in any order.
    ///
    /// # Errors
    /// `InvalidInput` when a name comes twice, or a value is null or of a type that Feast's keys cannot hold.
    pub fn new(pairs: impl IntoIterator<Item = (String, Value)>) -> Result<Self> {
        let mut pairs: Vec<_> = pairs.into_iter().collect();
        pairs.sort_by(|a, b| a.0.cmp(&b.0));
        if let Some(twice) = pairs.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(duplicate(&twice[0].0));
        }
        for (name, value) in &pairs {
            if !value.value_type().is_some_and(ValueType::is_entity_key_type) {
                return Err(unsupported(name, value.value_type()));
            }
        }
        Ok(Self { pairs })
    }

    /// The key of the one row of a view without entities: `__dummy_id` with an empty string.
    #[must_use]
    pub fn entity_less() -> Self {
        Self { pairs: vec![(DUMMY_JOIN_KEY.to_owned(), Value::String(String::new()))] }
    }

    /// The join keys and their values, sorted by name.
    #[must_use]
    pub fn pairs(&self) -> &[(String, Value)] {
        &self.pairs
    }

    /// The encoded key.
    ///
    /// # Errors
    /// `InvalidInput` when a text is longer than 4 GiB or, up to version 1, an `INT64` doesn't fit four bytes.
    pub fn encode(&self, version: KeyVersion) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        self.encode_into(version, &mut out)?;
        Ok(out)
    }

    /// Appends the encoded key.
    ///
    /// # Errors
    /// Those of [`EntityKey::encode`]; `out` may then hold a part of it.
    pub fn encode_into(&self, version: KeyVersion, out: &mut Vec<u8>) -> Result<()> {
        put_names(out, version, self.pairs.iter().map(|(name, _)| name.as_str()))?;
        for (name, value) in &self.pairs {
            put_value(out, version, name, borrowed(value))?;
        }
        Ok(())
    }

    /// Decodes a version 3 key.
    ///
    /// Stricter than Feast, which accepts fewer values than names: what decodes here encodes to the same bytes. A name
    /// that ends in NUL bytes keeps them, where Feast cuts them off and then no longer finds the row.
    ///
    /// # Errors
    /// `Corrupt` saying what is wrong with the bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self> {
        let mut reader = wire::Reader::new(bytes);
        let count = u32_of(&mut reader)?;
        let mut names: Vec<&str> = Vec::new();
        for _ in 0..count {
            if u32_of(&mut reader)? != tag(ValueType::String) {
                return Err(corrupt("a join-key name is not marked as a string"));
            }
            let name = wire::text(sized(&mut reader)?)?;
            if names.last().is_some_and(|previous| *previous >= name) {
                return Err(corrupt("the join keys are not sorted"));
            }
            names.push(name);
        }
        Self::decode_values(reader, KeyVersion::V3, names)
    }

    /// Decodes a key of the view whose join keys are `join_keys` (in any order).
    ///
    /// Keys of version 2 and older don't say where a name ends, so the names must be known. Those of version 3 do; that
    /// they are the expected ones is checked.
    ///
    /// # Errors
    /// `Corrupt` when the bytes are no key of that version with these names.
    pub fn decode_legacy(bytes: &[u8], version: KeyVersion, join_keys: &[String]) -> Result<Self> {
        let mut names: Vec<&str> = join_keys.iter().map(String::as_str).collect();
        names.sort_unstable();
        let mut prefix = Vec::new();
        put_names(&mut prefix, version, names.iter().copied())?;
        match bytes.strip_prefix(prefix.as_slice()) {
            Some(values) => Self::decode_values(wire::Reader::new(values), version, names),
            None => Err(corrupt("the join keys are not the expected ones").with("expected", join_keys.join(", "))),
        }
    }

    fn decode_values(mut reader: wire::Reader<'_>, version: KeyVersion, names: Vec<&str>) -> Result<Self> {
        let mut pairs = Vec::with_capacity(names.len());
        for name in names {
            let value = take_value(&mut reader, version).map_err(|error| error.with("join key", name))?;
            pairs.push((name.to_owned(), value));
        }
        if reader.is_empty() { Ok(Self { pairs }) } else { Err(corrupt("bytes are left after the last value")) }
    }
}

/// Encodes version 3 keys of one view: the names are sorted and written once, then only copied.
#[derive(Debug, Clone)]
pub struct KeyEncoder {
    prefix: Vec<u8>,
    /// For each sorted name, its position among the names as given, and the name for messages.
    order: Vec<(usize, String)>,
    /// Why no key can be made of these names.
    problem: Option<String>,
}

impl KeyEncoder {
    /// An encoder for keys whose values come in the order of `join_keys`.
    ///
    /// A name that comes twice is reported when a key is encoded.
    #[must_use]
    pub fn new(join_keys: &[String]) -> Self {
        let mut order: Vec<(usize, String)> = join_keys.iter().cloned().enumerate().collect();
        order.sort_by(|a, b| a.1.cmp(&b.1));
        let mut prefix = Vec::new();
        let twice = order.windows(2).find(|pair| pair[0].1 == pair[1].1).map(|pair| duplicate(&pair[0].1));
        let written = put_names(&mut prefix, KeyVersion::V3, order.iter().map(|(_, name)| name.as_str()));
        let problem = twice.or(written.err()).map(|error| error.message().to_owned());
        Self { prefix, order, problem }
    }

    /// What every key of these names starts with: the names, no values. Feast scans Redis by it.
    #[must_use]
    pub fn prefix(&self) -> &[u8] {
        &self.prefix
    }

    /// Appends the key of one entity; the values stand in the order in which the names were given.
    ///
    /// # Errors
    /// `InvalidInput` when there are too few or too many values, a name came twice, or a value is null or of a type that
    /// keys cannot hold; `out` is then as before.
    pub fn encode_values(&self, out: &mut Vec<u8>, values_in_given_order: &[ValueRef<'_>]) -> Result<()> {
        let start = out.len();
        let result = self.append(out, values_in_given_order);
        if result.is_err() {
            out.truncate(start);
        }
        result
    }

    fn append(&self, out: &mut Vec<u8>, values: &[ValueRef<'_>]) -> Result<()> {
        if let Some(problem) = &self.problem {
            return Err(Error::invalid_input(problem.clone()));
        }
        if values.len() != self.order.len() {
            let (given, expected) = (values.len(), self.order.len());
            return Err(Error::invalid_input(format!("an entity key takes {expected} values, {given} were given")));
        }
        out.extend_from_slice(&self.prefix);
        for (position, name) in &self.order {
            put_value(out, KeyVersion::V3, name, values[*position])?;
        }
        Ok(())
    }
}

fn duplicate(name: &str) -> Error {
    Error::invalid_input(format!("the join key `{name}` comes twice"))
}

fn unsupported(name: &str, value_type: Option<ValueType>) -> Error {
    let what = match value_type {
        None => format!("the join key `{name}` is null"),
        Some(value_type) => format!("the join key `{name}` is of type {value_type}, which entity keys cannot hold"),
    };
    Error::invalid_input(what).with_hint("use STRING, INT64, INT32, BYTES or UNIX_TIMESTAMP")
}

/// The value as [`ValueRef`]; those that are not key types come out as null.
fn borrowed(value: &Value) -> ValueRef<'_> {
    match value {
        Value::Bytes(v) => ValueRef::Bytes(v),
        Value::String(v) => ValueRef::String(v),
        Value::Int32(v) => ValueRef::Int32(*v),
        Value::Int64(v) => ValueRef::Int64(*v),
        Value::UnixTimestamp(v) => ValueRef::UnixTimestamp(*v),
        _ => ValueRef::Null,
    }
}

fn tag(value_type: ValueType) -> u32 {
    value_type.number().unsigned_abs()
}

fn put_u32(out: &mut Vec<u8>, number: u32) {
    out.extend_from_slice(&number.to_le_bytes());
}

fn length(bytes: usize) -> Result<u32> {
    u32::try_from(bytes).map_err(|_| Error::invalid_input("a part of an entity key is longer than 4 GiB"))
}

fn put_names<'a>(
    out: &mut Vec<u8>,
    version: KeyVersion,
    sorted_names: impl ExactSizeIterator<Item = &'a str>,
) -> Result<()> {
    if version >= KeyVersion::V3 {
        put_u32(out, length(sorted_names.len())?);
    }
    for name in sorted_names {
        put_u32(out, tag(ValueType::String));
        if version >= KeyVersion::V3 {
            put_u32(out, length(name.len())?);
        }
        out.extend_from_slice(name.as_bytes());
    }
    Ok(())
}

fn put_value(out: &mut Vec<u8>, version: KeyVersion, name: &str, value: ValueRef<'_>) -> Result<()> {
    let mut put = |value_type, bytes: &[u8]| {
        put_u32(out, tag(value_type));
        put_u32(out, length(bytes.len())?);
        out.extend_from_slice(bytes);
        Ok(())
    };
    match value {
        ValueRef::String(v) => put(ValueType::String, v.as_bytes()),
        ValueRef::Bytes(v) => put(ValueType::Bytes, v),
        ValueRef::Int32(v) => put(ValueType::Int32, &v.to_le_bytes()),
        ValueRef::Int64(v) if version >= KeyVersion::V2 => put(ValueType::Int64, &v.to_le_bytes()),
        ValueRef::Int64(v) => {
            let narrow = i32::try_from(v).map_err(|_| {
                let version = version.number();
                Error::invalid_input(format!("the join key `{name}` is {v}, which version {version} cannot hold"))
                    .with_hint("set entity_key_serialization_version: 3")
            })?;
            put(ValueType::Int64, &narrow.to_le_bytes())
        }
        ValueRef::UnixTimestamp(v) => put(ValueType::UnixTimestamp, &v.to_le_bytes()),
        other => Err(unsupported(name, other.value_type())),
    }
}

fn corrupt(what: &str) -> Error {
    Error::corrupt(format!("an entity key cannot be decoded: {what}"))
}

fn u32_of(reader: &mut wire::Reader<'_>) -> Result<u32> {
    reader.array().map(u32::from_le_bytes).map_err(|_| corrupt("the bytes end too early"))
}

fn sized<'a>(reader: &mut wire::Reader<'a>) -> Result<&'a [u8]> {
    let length = usize::try_from(u32_of(reader)?).unwrap_or(usize::MAX);
    reader.take(length).map_err(|_| corrupt("the bytes end too early"))
}

fn take_value(reader: &mut wire::Reader<'_>, version: KeyVersion) -> Result<Value> {
    let value_type = i32::try_from(u32_of(reader)?).map_or(ValueType::Invalid, ValueType::from_number);
    let bytes = sized(reader)?;
    let wrong_length = || corrupt("a number has the wrong length");
    let int32 = || bytes.try_into().map(i32::from_le_bytes).map_err(|_| wrong_length());
    let int64 = || bytes.try_into().map(i64::from_le_bytes).map_err(|_| wrong_length());
    match value_type {
        ValueType::String => Ok(Value::String(wire::text(bytes)?.to_owned())),
        ValueType::Bytes => Ok(Value::Bytes(bytes.to_vec())),
        ValueType::Int32 => int32().map(Value::Int32),
        ValueType::Int64 if version >= KeyVersion::V2 => int64().map(Value::Int64),
        ValueType::Int64 => int32().map(|v| Value::Int64(i64::from(v))),
        ValueType::UnixTimestamp => int64().map(Value::UnixTimestamp),
        other => Err(corrupt(&format!("a value has type {other}"))),
    }
}
