//! What a configuration type takes, read from its JSON schema, and why a value does not fit it.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use serde_yaml::{Mapping, Value};

use super::expand::has_variable;
use super::field_name::field_names;
use super::locate::Origin;
use super::redact::{looks_secret, mask_credentials, secret_texts, shown_key};
use super::store_options::StoreOption;
use crate::name::{did_you_mean, nearest};
use crate::{Error, Result};

/// The longest part of a value that an error repeats, in characters.
const MAX_SHOWN_CHARS: usize = 60;

/// The shape of a configuration type.
pub(super) struct Shape {
    root: Json,
    fields: Vec<&'static str>,
}

/// Why a value does not fit, and where.
struct Misfit {
    path: Vec<String>,
    problem: Problem,
}

enum Problem {
    Wrong { expected: String, found: String, hint: String },
    Unknown { key: String, allowed: Vec<String> },
    Missing { kind: String, description: String },
}

impl Shape {
    pub(super) fn of<C: DeserializeOwned + JsonSchema>() -> Self {
        Self { fields: field_names::<C>(), ..Self::of_schema::<C>() }
    }

    fn of_schema<C: JsonSchema>() -> Self {
        let root = Json::from(schemars::schema_for!(C));
        Self { root, fields: Vec::new() }
    }

    /// The options, in the order of the struct where it is known.
    pub(super) fn names(&self) -> Vec<String> {
        let properties = properties(&self.root);
        let declared = self.fields.iter().copied().filter(|name| properties.contains(name));
        let others = properties.iter().copied().filter(|name| !self.fields.contains(name));
        declared.chain(others).map(str::to_owned).collect()
    }

    /// Whether a key is an option, or an alias of one.
    pub(super) fn knows(&self, key: &str) -> bool {
        self.fields.contains(&key) || properties(&self.root).contains(&key)
    }

    pub(super) fn options(&self) -> Vec<StoreOption> {
        self.names()
            .into_iter()
            .map(|name| {
                let node = &self.root["properties"][&name];
                StoreOption {
                    kind: self.kind(node),
                    default: node.get("default").filter(|default| !default.is_null()).map(Json::to_string),
                    required: self.required(&self.root).any(|required| required == name),
                    description: self.description(node),
                    name,
                }
            })
            .collect()
    }

    /// Reads options into `C`; `of` ends sentences: "unknown option `x`" + " of online store `sqlite`".
    pub(super) fn read<C: DeserializeOwned>(&self, options: Mapping, origin: &Origin, of: &str) -> Result<C> {
        if self.is_closed(&self.root)
            && let Some(key) = options.keys().filter_map(Value::as_str).find(|key| !self.knows(key))
        {
            let problem = Problem::Unknown { key: key.to_owned(), allowed: self.names() };
            return Err(Misfit { path: vec![key.to_owned()], problem }.into_error(origin, of));
        }
        let mut options = Value::Mapping(options);
        self.settle(&mut options, &self.root, &mut Vec::new(), origin);
        C::deserialize(&options).map_err(|error| match self.misfit(&options, &self.root, &mut Vec::new()) {
            Some(misfit) => misfit.into_error(origin, of),
            None => self.unexplained::<C>(&options, &error.to_string(), origin, of),
        })
    }

    /// Makes of a value what the file means: secrets that YAML takes for numbers or booleans become the text as written,
    /// and YAML 1.1's `yes`, `no`, `on` and `off` become booleans where one is wanted, as in PyYAML.
    fn settle(&self, value: &mut Value, node: &Json, path: &mut Vec<String>, origin: &Origin) {
        let node = self.resolve(node);
        let mut variants = alternatives(node).filter(|variant| variant["type"] != "null");
        if let (Some(only), None) = (variants.next(), variants.next()) {
            return self.settle(value, only, path, origin);
        }
        match value {
            Value::Mapping(mapping) => {
                for (key, value) in mapping.iter_mut() {
                    let Some(key) = key.as_str() else { continue };
                    if let Some(property) = node["properties"].get(key) {
                        descend(path, key, |path| self.settle(value, property, path, origin));
                    }
                }
            }
            Value::Sequence(list) => {
                for (index, element) in list.iter_mut().enumerate() {
                    descend(path, &index.to_string(), |path| self.settle(element, &node["items"], path, origin));
                }
            }
            Value::Number(_) | Value::Bool(_) if is_secret(node) => {
                if let Some(text) = origin.scalar(path) {
                    *value = Value::String(text);
                }
            }
            Value::String(text) if types(node).contains(&"boolean") && !types(node).contains(&"string") => {
                match text.as_str() {
                    "yes" | "Yes" | "YES" | "on" | "On" | "ON" => *value = Value::Bool(true),
                    "no" | "No" | "NO" | "off" | "Off" | "OFF" => *value = Value::Bool(false),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// The first place where a value does not fit; `None` when the schema has no objection.
    fn misfit(&self, value: &Value, node: &Json, path: &mut Vec<String>) -> Option<Misfit> {
        let node = self.resolve(node);
        let variants: Vec<&Json> = alternatives(node).filter(|variant| variant["type"] != "null").collect();
        if self.choices(node).is_empty() && !variants.is_empty() {
            let nullable = variants.len() < alternatives(node).count();
            return match variants[..] {
                [only] if !(nullable && value.is_null()) => self.misfit(value, only, path),
                _ => None,
            };
        }
        if !self.fits(value, node) {
            let secret = is_secret(node) || path.iter().any(|key| looks_secret(key));
            return Some(Misfit { path: path.clone(), problem: self.wrong(value, node, secret) });
        }
        match value {
            Value::Mapping(mapping) => self.misfit_in_mapping(mapping, node, path),
            Value::Sequence(list) => {
                let items = node.get("items")?;
                list.iter().enumerate().find_map(|(index, element)| {
                    descend(path, &index.to_string(), |path| self.misfit(element, items, path))
                })
            }
            _ => None,
        }
    }

    fn misfit_in_mapping(&self, mapping: &Mapping, node: &Json, path: &mut Vec<String>) -> Option<Misfit> {
        let names = properties(node);
        for (key, value) in mapping {
            let Some(key) = key.as_str() else { continue };
            let property = node["properties"].get(key).or_else(|| node.get("additionalProperties"));
            let misfit = match property {
                Some(Json::Bool(false)) if !(path.is_empty() && self.knows(key)) => {
                    let allowed = names.iter().map(|&name| name.to_owned()).collect();
                    let problem = Problem::Unknown { key: key.to_owned(), allowed };
                    return Some(Misfit { path: path.iter().cloned().chain([key.to_owned()]).collect(), problem });
                }
                Some(property) => descend(path, key, |path| self.misfit(value, property, path)),
                None => None,
            };
            if misfit.is_some() {
                return misfit;
            }
        }
        let name = self.required(node).find(|name| !mapping.contains_key(name))?;
        let property = &node["properties"][name];
        let problem = Problem::Missing { kind: self.kind(property), description: self.description(property) };
        Some(Misfit { path: path.iter().cloned().chain([name.to_owned()]).collect(), problem })
    }

    /// Whether a value has the type, the choice and the range that a schema node asks for.
    fn fits(&self, value: &Value, node: &Json) -> bool {
        let choices = self.choices(node);
        if !choices.is_empty() {
            return value.as_str().is_some_and(|text| choices.contains(&text)) || value.is_null() && takes_null(node);
        }
        let types = types(node);
        if types.is_empty() {
            return true;
        }
        let bound = |name: &str| node.get(name).and_then(Json::as_f64);
        let in_range = |number: f64| {
            bound("minimum").is_none_or(|least| number >= least) && bound("maximum").is_none_or(|most| number <= most)
        };
        types.iter().any(|&kind| match (kind, value) {
            ("null", Value::Null) | ("boolean", Value::Bool(_)) | ("string", Value::String(_)) => true,
            ("string", Value::Bool(_) | Value::Number(_)) => is_secret(node),
            ("array", Value::Sequence(_)) | ("object", Value::Mapping(_)) => true,
            ("integer", Value::Number(number)) => !number.is_f64() && number.as_f64().is_some_and(in_range),
            ("number", Value::Number(number)) => number.as_f64().is_some_and(in_range),
            _ => false,
        })
    }

    fn wrong(&self, value: &Value, node: &Json, secret: bool) -> Problem {
        let choices = self.choices(node);
        let near = value.as_str().filter(|_| !secret).and_then(|text| nearest(text, choices.iter().copied()));
        let hint = match near {
            Some(name) => format!("did you mean `{name}`?"),
            None => remedy(value, types(node).first().copied().unwrap_or_default()).to_owned(),
        };
        Problem::Wrong { expected: self.expected(node), found: found(value, secret), hint }
    }

    /// An error that the schema does not explain: the option without which it goes away is to blame.
    fn unexplained<C: DeserializeOwned>(&self, options: &Value, said: &str, origin: &Origin, of: &str) -> Error {
        let mut hidden = Vec::new();
        let mut culprit = None;
        for (key, value) in options.as_mapping().into_iter().flatten() {
            let Some(key) = key.as_str() else { continue };
            secret_texts(
                looks_secret(key) || is_secret(self.resolve(&self.root["properties"][key])),
                value,
                &mut hidden,
            );
            let mut without = options.clone();
            without.as_mapping_mut().and_then(|mapping| mapping.shift_remove(key));
            let changed = C::deserialize(&without).err().is_none_or(|error| error.to_string() != said);
            if changed && culprit.is_none() {
                culprit = Some(key.to_owned());
            }
        }
        let reason = if hidden.iter().any(|text| said.contains(text.as_str())) { "it is not accepted" } else { said };
        let (message, path) = match culprit {
            Some(key) => (format!("cannot use option `{key}`{of}: {reason}"), vec![key]),
            None => (format!("cannot use the options{of}: {reason}"), Vec::new()),
        };
        origin.locate(Error::invalid_config(message), &path).with_hint("correct the value")
    }

    /// A schema node with its reference followed.
    fn resolve<'a>(&'a self, node: &'a Json) -> &'a Json {
        let mut node = node;
        // A chain of references longer than this is a loop.
        for _ in 0..16 {
            let target = node.get("$ref").and_then(Json::as_str).and_then(|name| name.strip_prefix('#'));
            match target.and_then(|pointer| self.root.pointer(pointer)) {
                Some(target) => node = target,
                None => break,
            }
        }
        node
    }

    /// Whether keys that are not listed are refused: everywhere except where the type says that it takes any.
    fn is_closed(&self, node: &Json) -> bool {
        types(node).contains(&"object")
            && alternatives(node).next().is_none()
            && matches!(node.get("additionalProperties"), None | Some(Json::Bool(false)))
    }

    fn required<'a>(&self, node: &'a Json) -> impl Iterator<Item = &'a str> {
        node.get("required").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str)
    }

    /// The texts that an enum of plain names takes; empty for anything else.
    fn choices<'a>(&'a self, node: &'a Json) -> Vec<&'a str> {
        if let Some(values) = node.get("enum").and_then(Json::as_array) {
            return values.iter().filter_map(Json::as_str).collect();
        }
        if let Some(name) = node.get("const").and_then(Json::as_str) {
            return vec![name];
        }
        let mut names = Vec::new();
        for variant in alternatives(node).filter(|variant| variant["type"] != "null") {
            let choices = self.choices(self.resolve(variant));
            if choices.is_empty() {
                return Vec::new();
            }
            names.extend(choices);
        }
        names
    }

    /// The type of a node as readable text: `string`, `secret`, `one of: a, b`, `list of integer`.
    fn kind(&self, node: &Json) -> String {
        let node = self.resolve(node);
        if is_secret(node) {
            return "secret".to_owned();
        }
        let choices = self.choices(node);
        if !choices.is_empty() {
            return format!("one of: {}", choices.join(", "));
        }
        let variants = alternatives(node).filter(|variant| variant["type"] != "null");
        let mut kinds: Vec<String> = variants.map(|variant| self.kind(variant)).collect();
        kinds.extend(types(node).into_iter().filter(|&kind| kind != "null").map(|kind| match kind {
            "array" => node.get("items").map_or("list".to_owned(), |items| format!("list of {}", self.kind(items))),
            "object" => "mapping".to_owned(),
            other => other.to_owned(),
        }));
        if kinds.is_empty() { "any".to_owned() } else { kinds.join(" or ") }
    }

    /// What an error says was expected.
    fn expected(&self, node: &Json) -> String {
        let bound = |name: &str| node.get(name).and_then(Json::as_f64);
        let range = match (bound("minimum"), bound("maximum")) {
            (Some(least), Some(most)) => format!(" from {least} to {most}"),
            (Some(least), None) => format!(" of at least {least}"),
            (None, Some(most)) => format!(" of at most {most}"),
            (None, None) => String::new(),
        };
        match self.kind(node).as_str() {
            "string" => "text".to_owned(),
            "secret" => "a secret (text, or file:PATH)".to_owned(),
            "integer" => format!("a whole number{range}"),
            "number" => format!("a number{range}"),
            "boolean" => "true or false".to_owned(),
            "mapping" => "a mapping".to_owned(),
            list if list.starts_with("list") => format!("a {list}"),
            other => other.to_owned(),
        }
    }

    /// The first paragraph of a field's documentation, as one line.
    fn description(&self, node: &Json) -> String {
        let own = |node: &Json| node.get("description").and_then(Json::as_str).map(str::to_owned);
        let text = own(node).or_else(|| own(self.resolve(node))).unwrap_or_default();
        let paragraph = text.split("\n\n").next().unwrap_or_default();
        paragraph.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

impl Misfit {
    fn into_error(self, origin: &Origin, of: &str) -> Error {
        let name = self.path.last().map_or("", String::as_str);
        let (message, hint) = match self.problem {
            Problem::Wrong { expected, found, hint } => (format!("expected {expected}, found {found}"), hint),
            Problem::Missing { kind, description } => {
                let about = if description.is_empty() { String::new() } else { format!(": {description}") };
                (format!("missing option `{name}`{of}"), format!("add `{name}` ({kind}){about}"))
            }
            Problem::Unknown { key, allowed } if allowed.is_empty() => {
                (format!("unknown option `{}`{of}", shown_key(&key)), "no option is allowed here".to_owned())
            }
            Problem::Unknown { key, allowed } => {
                let near =
                    nearest(&key, allowed.iter().map(String::as_str)).map(|near| format!("did you mean `{near}`? "));
                let hint = format!("{}allowed: {}", near.unwrap_or_default(), allowed.join(", "));
                (format!("unknown option `{}`{of}", shown_key(&key)), hint)
            }
        };
        origin.locate(Error::invalid_config(message), &self.path).with_hint(hint)
    }
}

/// How to turn a value into one of the type that the schema asks for.
fn remedy(value: &Value, wanted: &str) -> &'static str {
    match (wanted, value) {
        (_, Value::Null) => "give it a value, or remove the option",
        (_, Value::String(text)) if has_variable(text) => "set the environment variable",
        ("string", Value::Number(_) | Value::Bool(_)) => "put the value in quotes",
        ("string", _) => "write a single text",
        ("integer" | "number", Value::Number(number)) if wanted == "number" || !number.is_f64() => {
            "write a number in this range"
        }
        ("integer", Value::String(text)) if text.parse::<i64>().is_ok() => "write it without quotes",
        ("integer", _) => "write digits only, such as 10",
        ("number", Value::String(text)) if text.parse::<f64>().is_ok() => "write it without quotes",
        ("number", _) => "write a number, such as 0.5",
        ("boolean", _) => "write `true` or `false`",
        ("array", _) => "write a list, such as `[a, b]`",
        ("object", _) => "write `key: value` lines below it",
        _ => "write one of these",
    }
}

/// What a value is, for an error; its text only when it is no secret.
pub(super) fn found(value: &Value, secret: bool) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(_) if secret => "a boolean".to_owned(),
        Value::Bool(value) => format!("the boolean {value}"),
        Value::Number(_) if secret => "a number".to_owned(),
        Value::Number(number) => format!("the number {number}"),
        Value::String(_) if secret => "text".to_owned(),
        Value::String(text) => {
            let masked = mask_credentials(text);
            let short: String = masked.chars().take(MAX_SHOWN_CHARS).collect();
            let more = if short.len() < masked.len() { "…" } else { "" };
            format!("the text `{}{more}`", short.escape_debug())
        }
        Value::Sequence(_) => "a list".to_owned(),
        Value::Mapping(_) => "a mapping".to_owned(),
        Value::Tagged(_) => "a tagged value".to_owned(),
    }
}

/// A sentence for an unknown key that is probably a typing error.
pub(super) fn typo(key: &str, known: &[&str]) -> Option<String> {
    nearest(key, known.iter().copied()).map(|_| did_you_mean(key, known.iter().copied()))
}

fn descend<T>(path: &mut Vec<String>, key: &str, visit: impl FnOnce(&mut Vec<String>) -> T) -> T {
    path.push(key.to_owned());
    let outcome = visit(path);
    path.pop();
    outcome
}

fn properties(node: &Json) -> Vec<&str> {
    node.get("properties").and_then(Json::as_object).into_iter().flatten().map(|(name, _)| name.as_str()).collect()
}

fn types(node: &Json) -> Vec<&str> {
    match node.get("type") {
        Some(Json::String(kind)) => vec![kind],
        Some(Json::Array(kinds)) => kinds.iter().filter_map(Json::as_str).collect(),
        _ => Vec::new(),
    }
}

fn alternatives(node: &Json) -> impl Iterator<Item = &Json> {
    ["anyOf", "oneOf"].into_iter().filter_map(|word| node.get(word)?.as_array()).flatten()
}

fn takes_null(node: &Json) -> bool {
    types(node).contains(&"null") || alternatives(node).any(|variant| variant["type"] == "null")
}

fn is_secret(node: &Json) -> bool {
    node["writeOnly"] == true
}
