//! The options of an online store, as `feature_store.yaml` gives them.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_yaml::{Mapping, Value};

use super::locate::Origin;
use super::redact::shown_key;
use super::schema::{Shape, found};
use super::yaml;
use crate::{Error, Result};

/// The store that Feast takes when no `type` is given.
const DEFAULT_TYPE: &str = "sqlite";
/// The longest `type` that is taken, in bytes; Feast's class paths stay below it.
const MAX_TYPE_BYTES: usize = 200;

/// The chosen store type with its options, still to be read by the plugin.
///
/// `Debug` shows the names of the options and none of their values.
#[derive(Clone)]
pub struct StoreOptions {
    type_name: String,
    options: Mapping,
    origin: Origin,
}

/// One option that a store takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StoreOption {
    /// Its key.
    pub name: String,
    /// Its type as text: `string`, `integer`, `boolean`, `secret`, `one of: a, b`, `list of string`, …
    pub kind: String,
    /// Its default as JSON text; `None` when leaving it out means nothing.
    pub default: Option<String>,
    /// Whether it must be given.
    pub required: bool,
    /// The first paragraph of its documentation, as one line.
    pub description: String,
}

/// The options that a configuration type takes, in the order of its fields, from their types and doc comments.
#[must_use]
pub fn describe_options<C: DeserializeOwned + JsonSchema>() -> Vec<StoreOption> {
    Shape::of::<C>().options()
}

impl StoreOptions {
    /// Options from YAML text of their own: a mapping (with or without `type`), or a bare store type.
    ///
    /// # Errors
    /// `InvalidConfig` as for the `online_store` of a whole configuration.
    pub fn from_yaml(text: &str) -> Result<Self> {
        let origin = Origin { file: None, text: text.into(), path: Vec::new() };
        let value = yaml::load(&origin)?;
        Self::from_value(value, origin)?.ok_or_else(|| {
            Error::invalid_config("expected an online store, found nothing")
                .with_hint("write `type: NAME` and its options")
        })
    }

    /// Options from what stands under `online_store`; `None` for YAML's null and Feast's `none`.
    pub(super) fn from_value(value: Value, origin: Origin) -> Result<Option<Self>> {
        let mut options = match value {
            Value::Null => return Ok(None),
            Value::String(name) if matches!(name.to_lowercase().as_str(), "none" | "null") => return Ok(None),
            Value::String(name) => Mapping::from_iter([("type".into(), name.into())]),
            Value::Mapping(options) => yaml::text_keys(options, &origin)?,
            other => {
                let error =
                    Error::invalid_config(format!("expected a store type or a mapping, found {}", found(&other, true)));
                return Err(origin.locate(error, &[]).with_hint("write `type: NAME` and the store's options below it"));
            }
        };
        let type_name = match options.shift_remove("type") {
            None => DEFAULT_TYPE.to_owned(),
            Some(Value::String(name)) if is_type_name(&name) => name,
            Some(other) => {
                let error =
                    Error::invalid_config(format!("expected the name of a store, found {}", found(&other, true)));
                return Err(origin.locate(error, &["type".to_owned()]).with_hint("write a type such as `sqlite`"));
            }
        };
        Ok(Some(Self { type_name, options, origin }))
    }

    /// The `type`: a plugin's name, an alias, or a class path of Feast.
    #[must_use]
    pub fn type_name(&self) -> &str {
        &self.type_name
    }

    /// Reads the options into the configuration of a plugin.
    ///
    /// YAML 1.1's `yes`, `no`, `on` and `off` are taken for booleans, as Feast's reader does.
    ///
    /// # Errors
    /// `InvalidConfig` with file, line, field and remedy for: a key that `C` does not have (also when `C` does not deny
    /// unknown keys itself), a missing option, a value of the wrong type, and whatever else `C` refuses.
    pub fn parse<C: DeserializeOwned + JsonSchema>(&self) -> Result<C> {
        Shape::of::<C>().read(self.options.clone(), &self.origin, &format!(" of online store `{}`", self.type_name))
    }

    /// Adds the file and the line of an option to an error about it.
    #[must_use]
    pub fn locate(&self, error: Error, key: &str) -> Error {
        self.origin.locate(error, &[key.to_owned()])
    }

    pub(super) fn options(&self) -> &Mapping {
        &self.options
    }
}

impl fmt::Debug for StoreOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<_> = self.options.keys().filter_map(Value::as_str).map(shown_key).collect();
        f.debug_struct("StoreOptions").field("type_name", &self.type_name).field("keys", &keys).finish_non_exhaustive()
    }
}

/// Whether a text can be a store type at all; what cannot (a connection string, say) is not repeated in errors.
fn is_type_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= MAX_TYPE_BYTES
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
}
