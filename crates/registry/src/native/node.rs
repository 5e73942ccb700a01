use std::fmt;
use std::path::PathBuf;

use larder_core::config::line_of;
use larder_core::name::{check_name, did_you_mean};
use larder_core::{Error, Result};
use serde_yaml::Value;

/// How many problems one error lists.
const MAX_LISTED: usize = 50;

/// A file of definitions, read.
pub(super) struct Source {
    /// As people know it: relative to the repository.
    pub(super) path: PathBuf,
    pub(super) text: String,
    pub(super) root: Value,
}

/// One step from a YAML value to one inside it.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Key(String),
    Index(usize),
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => f.write_str(key),
            Self::Index(index) => write!(f, "{index}"),
        }
    }
}

/// A YAML value and where it stands.
#[derive(Clone)]
pub(super) struct Node<'a> {
    source: &'a Source,
    path: Vec<Step>,
    value: &'a Value,
}

/// What is wrong with the files; reading goes on after a problem, so that people see all of them.
#[derive(Default)]
pub(super) struct Problems {
    listed: Vec<Problem>,
    /// How many came after those that are listed. Finding a line takes reading the file again, so these have none.
    more: usize,
}

struct Problem {
    file: String,
    line: usize,
    field: String,
    error: Error,
}

impl<'a> Node<'a> {
    pub(super) fn root(source: &'a Source) -> Self {
        Self { source, path: Vec::new(), value: &source.root }
    }

    fn inside(&self, step: Step, value: &'a Value) -> Self {
        let mut path = self.path.clone();
        path.push(step);
        Self { source: self.source, path, value }
    }

    pub(super) fn is_null(&self) -> bool {
        self.value.is_null()
    }

    pub(super) fn value(&self) -> &'a Value {
        self.value
    }

    /// The line (from 1) where it stands, or of the nearest place around it that can be found.
    fn line(&self) -> usize {
        let first_key = match (self.path.last(), self.value) {
            // An item of a list stands where its first key does.
            (Some(Step::Index(_)), Value::Mapping(mapping)) => mapping.keys().next().and_then(Value::as_str),
            _ => None,
        };
        let steps: Vec<String> =
            self.path.iter().map(ToString::to_string).chain(first_key.map(str::to_owned)).collect();
        let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
        (1..=steps.len()).rev().find_map(|length| line_of(&self.source.text, &steps[..length])).unwrap_or(1)
    }

    /// `file:line`, to point to another place in a message.
    pub(super) fn place(&self) -> String {
        format!("{}:{}", self.source.path.display(), self.line())
    }

    /// The value as text.
    pub(super) fn text(&self, problems: &mut Problems) -> Option<&'a str> {
        let text = self.value.as_str();
        if text.is_none() {
            problems.unexpected(self, "text");
        }
        text
    }

    /// The value as the name of something.
    pub(super) fn name(&self, what: &str, problems: &mut Problems) -> Option<String> {
        let name = self.text(problems)?;
        match check_name(what, name) {
            Ok(()) => Some(name.to_owned()),
            Err(error) => problems.add(self, error),
        }
    }

    pub(super) fn flag(&self, problems: &mut Problems) -> Option<bool> {
        let flag = self.value.as_bool();
        if flag.is_none() {
            problems.unexpected(self, "true or false");
        }
        flag
    }

    /// The values of a list; no value is an empty list.
    pub(super) fn list(&self, problems: &mut Problems) -> Vec<Self> {
        match self.value {
            Value::Null => Vec::new(),
            Value::Sequence(values) => {
                values.iter().enumerate().map(|(i, value)| self.inside(Step::Index(i), value)).collect()
            }
            _ => {
                problems.unexpected(self, "a list");
                Vec::new()
            }
        }
    }

    /// The pairs of a mapping, in the order of the file; no value is an empty mapping.
    pub(super) fn pairs(&self, problems: &mut Problems) -> Vec<(&'a str, Self)> {
        let mapping = match self.value {
            Value::Null => return Vec::new(),
            Value::Mapping(mapping) => mapping,
            _ => {
                problems.unexpected(self, "a mapping (`name: value` lines)");
                return Vec::new();
            }
        };
        let mut pairs = Vec::new();
        for (key, value) in mapping {
            match key.as_str() {
                Some(key) => pairs.push((key, self.inside(Step::Key(key.to_owned()), value))),
                None => problems.say(self, format!("the key `{}` is not text", describe(key)), "put it in quotes"),
            }
        }
        pairs
    }

    /// The fields of an object; a key that is not known is a problem.
    pub(super) fn fields(&self, known: &[&str], problems: &mut Problems) -> Fields<'a> {
        let pairs = self.pairs(problems);
        for (key, node) in &pairs {
            if !known.contains(key) {
                problems.say(node, format!("unknown key `{key}`"), &did_you_mean(key, known.iter().copied()));
            }
        }
        Fields { node: self.clone(), pairs }
    }
}

/// The fields of an object.
pub(super) struct Fields<'a> {
    node: Node<'a>,
    pairs: Vec<(&'a str, Node<'a>)>,
}

impl<'a> Fields<'a> {
    /// A field; `None` when it is missing or has no value.
    pub(super) fn get(&self, key: &str) -> Option<&Node<'a>> {
        self.pairs.iter().find(|(known, node)| *known == key && !node.is_null()).map(|(_, node)| node)
    }

    /// A field that must be there.
    pub(super) fn required(&self, key: &str, expected: &str, problems: &mut Problems) -> Option<&Node<'a>> {
        let found = self.get(key);
        // What is no mapping at all was reported as such.
        if found.is_none() && (self.node.value.is_mapping() || self.node.is_null()) {
            problems.say(&self.node, format!("`{key}` is missing"), &format!("expected {expected}"));
        }
        found
    }

    /// An optional text, empty when absent.
    pub(super) fn text(&self, key: &str, problems: &mut Problems) -> String {
        self.get(key).and_then(|node| node.text(problems)).unwrap_or_default().to_owned()
    }

    /// An optional mapping of text to text.
    pub(super) fn texts(&self, key: &str, problems: &mut Problems) -> std::collections::BTreeMap<String, String> {
        let pairs = self.get(key).map(|node| node.pairs(problems)).unwrap_or_default();
        pairs.into_iter().filter_map(|(key, node)| Some((key.to_owned(), node.text(problems)?.to_owned()))).collect()
    }
}

impl Problems {
    /// Notes a problem; gives `None`, so that a reader can return it.
    pub(super) fn add<T>(&mut self, node: &Node<'_>, error: Error) -> Option<T> {
        if self.listed.len() < MAX_LISTED {
            self.note(&node.source.path, node.line(), field(&node.path), error);
        } else {
            self.more += 1;
        }
        None
    }

    pub(super) fn note(&mut self, file: &std::path::Path, line: usize, field: String, error: Error) {
        self.listed.push(Problem { file: file.display().to_string(), line, field, error });
    }

    pub(super) fn say(&mut self, node: &Node<'_>, message: impl Into<String>, hint: &str) {
        self.add::<()>(node, Error::invalid_config(message).with_hint(hint));
    }

    fn unexpected(&mut self, node: &Node<'_>, expected: &str) {
        let hint = if expected == "text" && !node.value.is_mapping() && !node.value.is_sequence() && !node.is_null() {
            "put it in quotes"
        } else {
            "see the format of features.yaml"
        };
        self.say(node, format!("expected {expected}, found {}", describe(node.value)), hint);
    }

    /// `Ok` when nothing was noted, else one error with all of it.
    pub(super) fn into_result(mut self) -> Result<()> {
        if self.listed.len() == 1 {
            let Problem { file, line, field, error } = self.listed.remove(0);
            let mut located = Error::invalid_config(error.message()).with("file", file).with("line", line);
            if !field.is_empty() {
                located = located.with("field", field);
            }
            return Err(match error.hint() {
                Some(hint) => located.with_hint(hint),
                None => located,
            });
        }
        if self.listed.is_empty() {
            return Ok(());
        }
        self.listed.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
        let mut message = format!("the feature definitions have {} problems:", self.listed.len() + self.more);
        for problem in &self.listed {
            message.push_str(&format!("\n  {problem}"));
        }
        if self.more > 0 {
            message.push_str(&format!("\n  and {} more", self.more));
        }
        Err(Error::invalid_config(message))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let colon = if self.field.is_empty() { "" } else { ": " };
        write!(f, "{}:{}: {}{colon}{}", self.file, self.line, self.field, self.error)
    }
}

/// `feature_views[2].schema.conv_rate`
fn field(path: &[Step]) -> String {
    let mut field = String::new();
    for step in path {
        match step {
            Step::Key(key) if field.is_empty() => field.push_str(key),
            Step::Key(key) => field.push_str(&format!(".{key}")),
            Step::Index(index) => field.push_str(&format!("[{index}]")),
        }
    }
    field
}

fn describe(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(flag) => format!("`{flag}`"),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) => format!("the text `{}`", text.chars().take(60).collect::<String>().escape_debug()),
        Value::Sequence(_) => "a list".to_owned(),
        Value::Mapping(_) => "a mapping".to_owned(),
        Value::Tagged(tagged) => format!("the tag {}", tagged.tag),
    }
}
