//! Where in a YAML text something stands, found by the YAML parser itself.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::redact::shown_key;
use crate::Error;

/// The line (from 1) of the key at the end of a path, e.g. `["online_store", "path"]`; lists are entered by index.
///
/// `None` when the path is not there as written (such as a key that came in by a merge), or the text is not valid YAML.
#[must_use]
pub fn line_of(text: &str, path: &[&str]) -> Option<usize> {
    let walk = Walk { path, goal: Goal::Key, text: &RefCell::default(), found: &Cell::new(false) };
    let outcome = walk.deserialize(serde_yaml::Deserializer::from_str(text));
    let location = outcome.err().filter(|_| walk.found.get())?.location()?;
    Some(location.line())
}

/// The scalar at the end of a path, as it is written (`0x1F`, `True`, `1.50`), without its quotes.
pub(super) fn scalar_at(text: &str, path: &[&str]) -> Option<String> {
    let walk = Walk { path, goal: Goal::Scalar, text: &RefCell::default(), found: &Cell::new(false) };
    // A finished walk is an error too: that is how it stops.
    drop(walk.deserialize(serde_yaml::Deserializer::from_str(text)));
    walk.text.take().filter(|_| walk.found.get())
}

#[derive(Clone, Copy, PartialEq)]
enum Goal {
    Key,
    Scalar,
}

/// Goes down a path and stops with an error at its end, because the parser tells positions only in errors.
#[derive(Clone, Copy)]
struct Walk<'a> {
    path: &'a [&'a str],
    goal: Goal,
    text: &'a RefCell<Option<String>>,
    found: &'a Cell<bool>,
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.path.is_empty() { deserializer.deserialize_str(self) } else { deserializer.deserialize_any(self) }
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the rest of the path")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<(), E> {
        if !self.path.is_empty() {
            return Ok(());
        }
        self.text.replace(Some(text.to_owned()));
        self.found.set(true);
        Err(E::custom("found"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(here) = map.next_key_seed(KeyIs(self))? {
            if here {
                map.next_value_seed(Walk { path: &self.path[1..], ..self })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let wanted: Option<usize> = self.path[0].parse().ok();
        for index in 0.. {
            let more = if Some(index) == wanted {
                list.next_element_seed(Walk { path: &self.path[1..], ..self })?.is_some()
            } else {
                list.next_element::<IgnoredAny>()?.is_some()
            };
            if !more {
                break;
            }
        }
        Ok(())
    }
}

/// Whether a key is the next of the path.
struct KeyIs<'a>(Walk<'a>);

impl<'de> DeserializeSeed<'de> for KeyIs<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeyIs<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: de::Error>(self, key: &str) -> Result<bool, E> {
        let here = key == self.0.path[0];
        if here && self.0.path.len() == 1 && self.0.goal == Goal::Key {
            self.0.found.set(true);
            return Err(E::custom("found"));
        }
        Ok(here)
    }
}

/// Where options came from: the file, its text, and the path of keys down to them.
#[derive(Clone)]
pub(super) struct Origin {
    pub(super) file: Option<Arc<Path>>,
    pub(super) text: Arc<str>,
    pub(super) path: Vec<String>,
}

impl Origin {
    /// The same text, one key further down.
    pub(super) fn child(&self, key: &str) -> Self {
        let mut child = self.clone();
        child.path.push(key.to_owned());
        child
    }

    /// The line of a key below this place, or of the nearest key above it that is written out.
    pub(super) fn line(&self, keys: &[String]) -> Option<usize> {
        let full = self.full(keys);
        (1..=full.len()).rev().find_map(|length| line_of(&self.text, &full[..length]))
    }

    /// The scalar below this place as it is written.
    pub(super) fn scalar(&self, keys: &[String]) -> Option<String> {
        scalar_at(&self.text, &self.full(keys))
    }

    /// Adds the file, the line and the dotted path of a key to an error.
    pub(super) fn locate(&self, error: Error, keys: &[String]) -> Error {
        let field = dotted(self.full(keys));
        let error = self.file_and_line(error, self.line(keys));
        if field.is_empty() { error } else { error.with("field", field) }
    }

    /// Adds the file and a known line to an error.
    pub(super) fn file_and_line(&self, error: Error, line: Option<usize>) -> Error {
        let error = match &self.file {
            Some(file) => error.with("file", file.display()),
            None => error,
        };
        match line {
            Some(line) => error.with("line", line),
            None => error,
        }
    }

    fn full<'a>(&'a self, keys: &'a [String]) -> Vec<&'a str> {
        self.path.iter().chain(keys).map(String::as_str).collect()
    }
}

/// A path of keys as errors show it, `online_store.path`.
pub(super) fn dotted<'a>(keys: impl IntoIterator<Item = &'a str>) -> String {
    keys.into_iter().map(shown_key).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
# a comment that says path: nothing
project: demo
registry: {registry_type: sql,
  path: 'sqlite:///r.db', \"cache_ttl_seconds\": 0x1F}

base: &base
  shared: 1.50
online_store:
  <<: *base
  nested:
    path: |
      path: not this
    'quoted': True
  list:
  - one
  - path: two
    more: 3
  path: here
";

    #[test]
    fn finds_keys_in_block_and_flow_style() {
        for (path, line) in [
            (&["project"][..], Some(2)),
            (&["registry"], Some(3)),
            (&["registry", "registry_type"], Some(3)),
            (&["registry", "path"], Some(4)),
            (&["registry", "cache_ttl_seconds"], Some(4)),
            (&["online_store"], Some(8)),
            (&["online_store", "path"], Some(18)),
            (&["online_store", "nested", "path"], Some(11)),
            (&["online_store", "nested", "quoted"], Some(13)),
            (&["online_store", "list", "0"], Some(15)),
            (&["online_store", "list", "1", "more"], Some(17)),
            (&["online_store", "list", "2"], None),
            (&["online_store", "shared"], None),
            (&["online_store", "path", "deeper"], None),
            (&["path"], None),
            (&[], None),
        ] {
            assert_eq!(line_of(TEXT, path), line, "{path:?}");
        }
        assert_eq!(line_of("a: [", &["b"]), None);
        assert_eq!(line_of("", &["b"]), None);
        assert_eq!(line_of("\u{feff}b: 1", &["b"]), Some(1));
    }

    #[test]
    fn reads_scalars_as_written() {
        for (path, text) in [
            (&["registry", "cache_ttl_seconds"][..], Some("0x1F")),
            (&["base", "shared"], Some("1.50")),
            (&["online_store", "nested", "quoted"], Some("True")),
            (&["online_store", "nested"], None),
            (&["nothing"], None),
        ] {
            assert_eq!(scalar_at(TEXT, path).as_deref(), text, "{path:?}");
        }
    }
}
