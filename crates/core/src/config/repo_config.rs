//! `feature_store.yaml` as a whole.

use std::fmt;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_yaml::{Mapping, Value};

use super::expand::{expand_variables, has_variable};
use super::locate::{Origin, dotted};
use super::redact::{redact, shown_key};
use super::registry_config::RegistryConfig;
use super::schema::{Shape, found, typo};
use super::store_options::{StoreOption, StoreOptions};
use super::yaml;
use crate::entity_key::KeyVersion;
use crate::name::{check_project_name, nearest};
use crate::{Error, Result};

/// Parts of the file that are kept as they are, for Feast or for later: nothing here reads them.
const SECTIONS: &[&str] = &[
    "offline_store",
    "batch_engine",
    "auth",
    "feature_server",
    "openlineage",
    "mlflow",
    "data_quality_monitoring",
    "embedding_model",
];

/// Every other key.
const KEYS: &[&str] = &[
    "project",
    "project_description",
    "provider",
    "registry",
    "online_store",
    "entity_key_serialization_version",
    "coerce_tz_aware",
    "materialization",
    "flags",
    "repo_path",
    "larder",
];

/// The configuration of a feature repository: Feast's `feature_store.yaml` with Feast's defaults.
///
/// `Debug` shows what [`RepoConfig::redacted`] gives. Source: `RepoConfig` in `feast/repo_config.py`.
#[derive(Clone)]
pub struct RepoConfig {
    /// The file it was read from, as it was named.
    pub path: PathBuf,
    /// The project's name.
    pub project: String,
    /// What the project is for.
    pub project_description: Option<String>,
    /// Feast's provider: `local` unless given.
    pub provider: String,
    /// Where feature definitions are kept.
    pub registry: RegistryConfig,
    /// The online store; `None` when the file says `null`.
    pub online_store: Option<StoreOptions>,
    /// How entity keys are encoded.
    pub entity_key_serialization_version: KeyVersion,
    /// Whether timestamps without a zone are taken as UTC.
    pub coerce_tz_aware: bool,
    /// How materialization runs.
    pub materialization: MaterializationConfig,
    /// What people should know about the file: ignored keys that look like typing errors, variables that are not set.
    pub notices: Vec<String>,
    sections: Mapping,
}

/// How materialization runs. Source: `MaterializationConfig` in `feast/repo_config.py`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MaterializationConfig {
    /// Whether the offline store hands over only the newest row per entity.
    #[serde(default)]
    pub pull_latest_features: bool,
    /// Rows per write to the online store; not set, the writer picks.
    #[serde(default)]
    pub online_write_batch_size: Option<NonZeroUsize>,
}

/// The keys with plain values.
#[derive(Deserialize, JsonSchema)]
struct Head {
    /// a name of letters, digits and underscores
    project: String,
    #[serde(default)]
    project_description: Option<String>,
    #[serde(default)]
    provider: Option<String>,
    #[serde(default)]
    entity_key_serialization_version: Option<i64>,
    #[serde(default = "default_coerce_tz_aware")]
    coerce_tz_aware: Option<bool>,
    #[serde(default)]
    materialization: Option<MaterializationConfig>,
}

// Named, because an absent key means true and null means false.
#[allow(clippy::unnecessary_wraps)]
fn default_coerce_tz_aware() -> Option<bool> {
    Some(true)
}

impl RepoConfig {
    /// Reads the text of a `feature_store.yaml`, first replacing environment variables by what `env` answers.
    ///
    /// `path` is named in errors, and its folder is the repository's. Unknown keys at the top are ignored, as Feast does,
    /// with a notice when they look like typing errors; unknown keys of the registry are refused here, those of the online
    /// store by [`StoreOptions::parse`].
    ///
    /// # Errors
    /// `InvalidConfig` with file, line, field and remedy; never with the text of a secret.
    pub fn parse(text: &str, path: &Path, env: &dyn Fn(&str) -> Option<String>) -> Result<Self> {
        let text = expand_variables(text.trim_start_matches('\u{feff}'), env);
        let origin = Origin { file: Some(path.into()), text: text.into(), path: Vec::new() };
        let mut file = yaml::load_mapping(&origin)?;
        let mut notices = notices(&file, &origin);

        let shape = Shape::of::<Head>();
        let head: Mapping = file
            .iter()
            .filter(|(key, _)| shape.knows(text_of(key)))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        let head: Head =
            shape.read(head, &origin, "").map_err(|error| hint_at_typo(error, "project", &file, &origin))?;
        check_project_name(&head.project).map_err(|error| origin.locate(error, &["project".to_owned()]))?;
        let entity_key_serialization_version = key_version(&head, &origin, &mut notices)?;

        let registry = file.shift_remove("registry").ok_or_else(|| missing_registry(&file, &origin))?;
        let registry = RegistryConfig::from_value(registry, &origin.child("registry"))?;
        let online_store = file.shift_remove("online_store").unwrap_or_else(|| Mapping::new().into());
        let online_store = StoreOptions::from_value(online_store, origin.child("online_store"))?;
        check_larder(file.shift_remove("larder"), &origin)?;
        Ok(Self {
            path: path.to_owned(),
            project: head.project,
            project_description: head.project_description,
            provider: head.provider.unwrap_or_else(|| "local".to_owned()),
            registry,
            online_store,
            entity_key_serialization_version,
            coerce_tz_aware: head.coerce_tz_aware.unwrap_or(false),
            materialization: head.materialization.unwrap_or_default(),
            notices,
            sections: sections(&mut file),
        })
    }

    /// The folder of the file; relative paths in the configuration start here.
    #[must_use]
    pub fn repo_path(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }

    /// A part that nothing interprets here, e.g. `offline_store`, `feature_server` or `auth`, with Feast's default.
    #[must_use]
    pub fn section(&self, name: &str) -> Option<&Value> {
        self.sections.get(name)
    }

    /// The configuration in effect, defaults filled in, every secret shown as `***`.
    #[must_use]
    pub fn redacted(&self) -> Value {
        self.redacted_with(&[])
    }

    /// As [`RepoConfig::redacted`], with the options of the chosen kind of store: they give its defaults and tell which
    /// of its options are secret. Without them names such as `password`, `token` and `…_key` tell.
    #[must_use]
    pub fn redacted_with(&self, known: &[StoreOption]) -> Value {
        let mut shown = Mapping::new();
        shown.insert("project".into(), self.project.clone().into());
        if let Some(description) = &self.project_description {
            shown.insert("project_description".into(), description.clone().into());
        }
        shown.insert("provider".into(), self.provider.clone().into());
        shown.insert("registry".into(), to_value(&self.registry));
        shown.insert(
            "online_store".into(),
            self.online_store.as_ref().map_or(Value::Null, |store| effective(store, known)),
        );
        shown.extend(self.sections.clone());
        let version = i64::from(self.entity_key_serialization_version.number());
        shown.insert("entity_key_serialization_version".into(), version.into());
        shown.insert("coerce_tz_aware".into(), self.coerce_tz_aware.into());
        shown.insert("materialization".into(), to_value(&self.materialization));
        for (key, value) in &mut shown {
            redact(text_of(key), value);
        }
        Value::Mapping(shown)
    }
}

impl fmt::Debug for RepoConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RepoConfig").field("path", &self.path).field("config", &self.redacted()).finish_non_exhaustive()
    }
}

/// A store's options with its defaults, its secrets hidden.
fn effective(store: &StoreOptions, known: &[StoreOption]) -> Value {
    let mut shown = Mapping::from_iter([("type".into(), store.type_name().into())]);
    for option in known {
        let default =
            option.default.as_deref().and_then(|default| serde_json::from_str::<serde_json::Value>(default).ok());
        if let Some(default) = default {
            shown.insert(option.name.clone().into(), to_value(&default));
        }
    }
    for (key, value) in store.options() {
        let mut value = value.clone();
        if known.iter().any(|option| option.name == text_of(key) && option.kind.contains("secret")) {
            // Whatever stands there is hidden, as under a name that says so.
            redact("secret", &mut value);
        }
        shown.insert(key.clone(), value);
    }
    Value::Mapping(shown)
}

fn to_value(value: &impl Serialize) -> Value {
    // Plain structs and JSON always have a YAML form.
    serde_yaml::to_value(value).unwrap_or_default()
}

/// A key's text; [`yaml::load_mapping`] lets no other keys pass at the top.
fn text_of(key: &Value) -> &str {
    key.as_str().unwrap_or_default()
}

fn key_version(head: &Head, origin: &Origin, notices: &mut Vec<String>) -> Result<KeyVersion> {
    let keys = ["entity_key_serialization_version".to_owned()];
    let Some(number) = head.entity_key_serialization_version else { return Ok(KeyVersion::V3) };
    let version = KeyVersion::from_number(number).map_err(|error| origin.locate(error, &keys))?;
    if version != KeyVersion::V3 {
        let line = at_line(origin, &keys);
        notices
            .push(format!("`entity_key_serialization_version: {number}` is out of use{line}: new stores should use 3"));
    }
    Ok(version)
}

fn missing_registry(file: &Mapping, origin: &Origin) -> Error {
    let error =
        Error::invalid_config("missing option `registry`").with_hint("add `registry`, such as `data/registry.db`");
    hint_at_typo(origin.locate(error, &["registry".to_owned()]), "registry", file, origin)
}

/// Points at an unknown key that was probably meant to be the missing one.
fn hint_at_typo(error: Error, missing: &str, file: &Mapping, origin: &Origin) -> Error {
    if error.message() != format!("missing option `{missing}`") {
        return error;
    }
    match unknown_keys(file).find(|key| nearest(key, [missing]).is_some()) {
        Some(key) => {
            let line = at_line(origin, &[key.to_owned()]);
            error.with_hint(format!("rename `{}`{line} to `{missing}`", shown_key(key)))
        }
        None => error,
    }
}

fn unknown_keys(file: &Mapping) -> impl Iterator<Item = &str> {
    file.keys().map(text_of).filter(|key| !KEYS.contains(key) && !SECTIONS.contains(key))
}

/// The keys under `larder`, for what Feast has no key for: none so far.
fn check_larder(value: Option<Value>, origin: &Origin) -> Result<()> {
    let at = |keys: &[&str], error| origin.locate(error, &keys.iter().map(|&key| key.to_owned()).collect::<Vec<_>>());
    match value {
        None | Some(Value::Null) => Ok(()),
        Some(Value::Mapping(mapping)) => match mapping.keys().next() {
            None => Ok(()),
            Some(key) => {
                let key = text_of(key);
                let message = format!("unknown option `{}` of larder", shown_key(key));
                Err(at(&["larder", key], Error::invalid_config(message)).with_hint("no option is allowed here"))
            }
        },
        Some(other) => {
            let message = format!("expected a mapping, found {}", found(&other, true));
            Err(at(&["larder"], Error::invalid_config(message)).with_hint("remove the key `larder`"))
        }
    }
}

fn sections(file: &mut Mapping) -> Mapping {
    let mut sections = Mapping::new();
    let typed = |name: &str| Value::Mapping(Mapping::from_iter([("type".into(), name.into())]));
    for &name in SECTIONS {
        let default = match name {
            "offline_store" => Some(typed("dask")),
            "batch_engine" => Some(typed("local")),
            "auth" => Some(typed("no_auth")),
            _ => None,
        };
        if let Some(value) = file.shift_remove(name).or(default) {
            sections.insert(name.into(), value);
        }
    }
    sections
}

/// What people should know about a file that can be used.
fn notices(file: &Mapping, origin: &Origin) -> Vec<String> {
    let mut notices = Vec::new();
    let known: Vec<&str> = KEYS.iter().chain(SECTIONS).copied().collect();
    for key in unknown_keys(file) {
        if let Some(hint) = typo(key, &known) {
            let line = at_line(origin, &[key.to_owned()]);
            notices.push(format!("the unknown key `{}`{line} is ignored; {hint}", shown_key(key)));
        }
    }
    if file.contains_key("flags") {
        notices.push(format!("`flags`{} has no effect; remove it", at_line(origin, &["flags".to_owned()])));
    }
    if let Some(Value::Mapping(materialization)) = file.get("materialization") {
        let shape = Shape::of::<MaterializationConfig>();
        for key in materialization.keys().map(text_of).filter(|key| !shape.knows(key)) {
            let line = at_line(origin, &["materialization".to_owned(), key.to_owned()]);
            let allowed = shape.names().join(", ");
            notices.push(format!(
                "the unknown key `materialization.{}`{line} is ignored; known: {allowed}",
                shown_key(key)
            ));
        }
    }
    for (key, value) in file {
        note_variables(value, &mut vec![text_of(key).to_owned()], origin, &mut notices);
    }
    notices
}

/// Notes texts in which a variable was left as written. The variable is not named: it may be part of a password.
fn note_variables(value: &Value, path: &mut Vec<String>, origin: &Origin, notices: &mut Vec<String>) {
    let mut below = |key: String, value: &Value| {
        path.push(key);
        note_variables(value, path, origin, notices);
        path.pop();
    };
    match value {
        Value::Mapping(mapping) => mapping.iter().for_each(|(key, value)| below(text_of(key).to_owned(), value)),
        Value::Sequence(list) => list.iter().enumerate().for_each(|(index, value)| below(index.to_string(), value)),
        Value::String(text) if has_variable(text) => {
            let line = at_line(origin, path);
            notices.push(format!(
                "`{}`{line} names an environment variable that is not set; it is left as written",
                dotted(path.iter().map(String::as_str))
            ));
        }
        _ => {}
    }
}

/// ` (line 3)`, or nothing.
fn at_line(origin: &Origin, keys: &[String]) -> String {
    origin.line(keys).map(|line| format!(" (line {line})")).unwrap_or_default()
}
