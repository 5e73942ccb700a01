//! Reading a YAML text into values, within limits and with errors that say where.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::fmt;
use std::path::Path;

use serde::de::{self, DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, Visitor};
use serde_yaml::{Mapping, Value};

use super::locate::Origin;
use super::redact::shown_key;
use super::schema::found;
use crate::{Error, Result};

/// The longest configuration that is read, in bytes.
const MAX_BYTES: usize = 1 << 20;
/// The most values that a configuration may hold once its aliases are followed.
const MAX_VALUES: usize = 100_000;

/// Reads a YAML file of any length, with merge keys (`<<`) applied.
///
/// It may hold as many values as bytes, or 100,000 if that is more, so that aliases cannot make gigabytes of it.
///
/// # Errors
/// `InvalidConfig` with file, line and hint: not YAML, a key given twice, a tag such as `!name`, or too many values.
pub fn load_yaml(file: &Path, text: &str) -> Result<Value> {
    let origin = Origin { file: Some(file.into()), text: text.into(), path: Vec::new() };
    read(&origin, text.len().max(MAX_VALUES))
}

/// Reads a document of a usual length.
pub(super) fn load(origin: &Origin) -> Result<Value> {
    let text = &*origin.text;
    if text.len() > MAX_BYTES {
        let error = Error::invalid_config(format!("the configuration is {} bytes long", text.len()))
            .with_hint(format!("at most {MAX_BYTES} bytes are read; is this the right file?"));
        return Err(origin.file_and_line(error, None));
    }
    read(origin, MAX_VALUES)
}

/// Reads a document; merge keys (`<<`) are applied, as PyYAML's `safe_load` does.
fn read(origin: &Origin, max_values: usize) -> Result<Value> {
    let text = &*origin.text;
    let node = Node { values: &Cell::new(0), max_values, fault: &RefCell::default() };
    let mut value = node
        .deserialize(serde_yaml::Deserializer::from_str(text))
        .map_err(|error| explain(origin, &error, node.fault.take()))?;
    value.apply_merge().map_err(|error| explain(origin, &error, None))?;
    Ok(value)
}

/// Reads a document that must be a mapping with text keys.
pub(super) fn load_mapping(origin: &Origin) -> Result<Mapping> {
    match load(origin)? {
        Value::Mapping(mapping) => text_keys(mapping, origin),
        Value::Null => Err(origin.file_and_line(
            Error::invalid_config("the configuration is empty")
                .with_hint("it needs at least `project: NAME` and `registry: PATH`"),
            None,
        )),
        other => Err(origin.file_and_line(
            Error::invalid_config(format!("expected a mapping of options, found {}", found(&other, true)))
                .with_hint("write one `key: value` per line, such as `project: NAME`"),
            None,
        )),
    }
}

/// Refuses keys that are not text.
pub(super) fn text_keys(mapping: Mapping, origin: &Origin) -> Result<Mapping> {
    match mapping.keys().find(|key| !key.is_string()) {
        None => Ok(mapping),
        Some(key) => {
            let written = serde_yaml::to_string(key).unwrap_or_default();
            let error = Error::invalid_config(format!("expected text as a key, found {}", found(key, true)));
            let error = origin.file_and_line(error, origin.line(&[written.trim().to_owned()]));
            Err(error.with_hint("put the key in quotes, or check the indentation"))
        }
    }
}

/// Says what is wrong, where and what to do; no text of the file is repeated except keys that are given twice.
fn explain(origin: &Origin, error: &serde_yaml::Error, fault: Option<Fault>) -> Error {
    let location = error.location();
    let line = location.as_ref().map(serde_yaml::Location::line);
    let (message, hint) = match fault {
        Some(fault) => (fault.message, fault.hint),
        None => describe(&origin.text, error, line),
    };
    origin.file_and_line(Error::invalid_config(message), line).with_hint(hint)
}

fn describe(text: &str, error: &serde_yaml::Error, line: Option<usize>) -> (String, &'static str) {
    let said = error.to_string();
    if said.contains("more than one document") {
        let message = "expected one YAML document, found several".to_owned();
        return (message, "keep one document and remove the `---` between them");
    }
    if ["repetition limit", "recursion limit"].iter().any(|limit| said.contains(limit)) {
        let message = "the YAML nests too deeply, or its aliases repeat too much".to_owned();
        return (message, "write the values out without so many `&anchors` and `*aliases`");
    }
    if said.contains("invalid value") || said.contains("invalid type") {
        let message = "a value does not fit its YAML tag".to_owned();
        return (message, "remove the `!!tag` before the value");
    }
    // The position is given once, as the line of the error.
    let position = error.location().map(|at| format!(" at line {} column {}", at.line(), at.column()));
    let problem = said.replacen(position.as_deref().unwrap_or("\0"), "", 1);
    let written = line.and_then(|line| text.lines().nth(line - 1)).unwrap_or_default();
    let indentation = &written[..written.len() - written.trim_start().len()];
    let hint = if indentation.contains('\t') {
        "indent with spaces: this line starts with a tab"
    } else if problem.contains("mapping values are not allowed") {
        "put a value that holds `: ` in quotes, and check the indentation"
    } else if problem.contains("cannot start any token") {
        "put a value that starts with `@`, a backtick or `%` in quotes"
    } else if problem.contains("for merging") {
        "after `<<:` write the alias of a mapping, such as `*base`"
    } else if problem.contains("unknown anchor") {
        "put a value that starts with `*` in quotes, or define the anchor with `&` first"
    } else if problem.contains("control characters") || problem.contains("UTF-8") {
        "save the file as plain UTF-8 text"
    } else {
        "check the indentation, quotes and brackets up to this line"
    };
    (format!("not valid YAML: {problem}"), hint)
}

/// What this reader itself objects to.
struct Fault {
    message: String,
    hint: &'static str,
}

/// Reads one value.
#[derive(Clone, Copy)]
struct Node<'a> {
    values: &'a Cell<usize>,
    max_values: usize,
    fault: &'a RefCell<Option<Fault>>,
}

impl Node<'_> {
    fn object<E: de::Error>(self, message: String, hint: &'static str) -> E {
        self.fault.replace(Some(Fault { message, hint }));
        E::custom("refused")
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.values.set(self.values.get() + 1);
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Value, E> {
        Ok(Value::String(value.to_string()))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Value, E> {
        Ok(Value::String(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(self)? {
            values.push(value);
            self.check_budget()?;
        }
        Ok(Value::Sequence(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut keys = HashSet::new();
        let mut mapping = Mapping::new();
        while let Some(key) = map.next_key_seed(Key { node: self, seen: &keys })? {
            if let Value::String(key) = &key {
                keys.insert(key.clone());
            }
            mapping.insert(key, map.next_value_seed(self)?);
            self.check_budget()?;
        }
        Ok(Value::Mapping(mapping))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, _: A) -> Result<Value, A::Error> {
        Err(self.object("tags such as `!name` are not taken".to_owned(), "remove the tag, or put the value in quotes"))
    }
}

impl Node<'_> {
    fn check_budget<E: de::Error>(self) -> Result<(), E> {
        if self.values.get() <= self.max_values {
            return Ok(());
        }
        let message = format!("the configuration holds more than {} values", self.max_values);
        Err(self.object(message, "write the values out without so many `&anchors` and `*aliases`"))
    }
}

/// Reads a key and refuses one that was there before.
struct Key<'a> {
    node: Node<'a>,
    seen: &'a HashSet<String>,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Key<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: de::Error>(self, key: &str) -> Result<Value, E> {
        if self.seen.contains(key) {
            let message = format!("the key `{}` is given twice", shown_key(key));
            return Err(self.node.object(message, "keep one of the two"));
        }
        Ok(Value::String(key.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<Value, A::Error> {
        Err(self.no_collection())
    }

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<Value, A::Error> {
        Err(self.no_collection())
    }
}

impl Key<'_> {
    fn no_collection<E: de::Error>(self) -> E {
        let hint = "put a value that starts with `{` or `[` in quotes";
        self.node.object("expected text as a key, found a list or a mapping".to_owned(), hint)
    }
}
