use larder_core::{Error, Result, Timestamp};

use crate::kind::{Identity, ObjectKind};
use crate::wire::{Broken, Message, Record};

/// The content of a registry in the order of its bytes: objects that can be looked up, and everything else as it stands.
#[derive(Debug, Clone, Default)]
pub(crate) struct Content {
    entries: Vec<Entry>,
    removed: Vec<(ObjectKind, Identity)>,
    changed: bool,
}

#[derive(Debug, Clone)]
enum Entry {
    Object(Object),
    Record(Record),
}

/// One object: what it is called, and its message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Object {
    pub(crate) kind: ObjectKind,
    pub(crate) id: Identity,
    pub(crate) bytes: Vec<u8>,
    /// Whether the bytes differ from the stored ones.
    pub(crate) touched: bool,
}

const SCHEMA_VERSION: u32 = 3;
const VERSION_ID: u32 = 4;
const LAST_UPDATED: u32 = 5;
/// The only field of `FeatureViewVersionHistory`.
const HISTORY_RECORDS: u32 = 1;

impl Entry {
    fn field(&self) -> u32 {
        match self {
            Self::Object(object) => object.kind.field(),
            Self::Record(record) => record.number(),
        }
    }
}

impl Content {
    /// Reads a `feast.core.Registry`.
    ///
    /// # Errors
    /// `Corrupt` with the byte where the file breaks.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self> {
        let message = Message::parse(bytes).map_err(|broken| corrupt(&broken).with("byte", broken.offset))?;
        let mut content = Self::default();
        let mut offset = 0;
        for record in message.into_records() {
            let length = record.len();
            let at = |broken: Broken| corrupt(&broken).with("field", record.number()).with("byte", offset);
            match (ObjectKind::from_field(record.number()), record.content()) {
                (Some(ObjectKind::FeatureViewVersion), Some(history)) => content.read_history(history).map_err(at)?,
                (Some(kind), Some(bytes)) => {
                    let id = kind.identity(bytes).map_err(at)?;
                    content.entries.push(Entry::Object(Object { kind, id, bytes: bytes.to_vec(), touched: false }));
                }
                _ => content.entries.push(Entry::Record(record)),
            }
            offset += length;
        }
        content.check_complete(bytes.len())?;
        Ok(content)
    }

    /// Takes the records of a version history apart; what else it holds stays a field of its own, for protobuf merges
    /// repeated occurrences of one message.
    fn read_history(&mut self, history: &[u8]) -> Result<(), Broken> {
        let kind = ObjectKind::FeatureViewVersion;
        let (records, rest): (Vec<_>, Vec<_>) = Message::parse(history)?
            .into_records()
            .into_iter()
            .partition(|record| record.number() == HISTORY_RECORDS && record.content().is_some());
        for record in &records {
            let bytes = record.content().unwrap_or_default();
            let object = Object { kind, id: kind.identity(bytes)?, bytes: bytes.to_vec(), touched: false };
            self.entries.push(Entry::Object(object));
        }
        if !rest.is_empty() || records.is_empty() {
            let rest = rest.into_iter().collect::<Message>().encode();
            self.entries.push(Entry::Record(Record::bytes(kind.field(), &rest)));
        }
        Ok(())
    }

    /// Feast writes fields in the order of their numbers, the header and the projects among the last, so a file that lost
    /// its end between two fields shows by what is missing.
    fn check_complete(&self, length: usize) -> Result<()> {
        let has_header = self.entries.iter().any(|entry| matches!(entry.field(), SCHEMA_VERSION | VERSION_ID));
        let projects = self.projects();
        let has_project = |id: &Identity| id.project.is_empty() || projects.binary_search(&id.project.as_str()).is_ok();
        let orphan = self.objects().find(|object| !has_project(&object.id));
        let missing = match orphan {
            _ if !has_header => "its header (registry_schema_version, version_id)".to_owned(),
            Some(orphan) => {
                format!("project `{}`, to which {} `{}` belongs", orphan.id.project, orphan.kind, orphan.id.name)
            }
            None => return Ok(()),
        };
        Err(Error::corrupt(format!("the registry is cut off: it ends at byte {length} and lacks {missing}"))
            .with("byte", length))
    }

    /// Builds content from rows; the objects count as stored.
    pub(crate) fn from_objects(objects: impl IntoIterator<Item = Object>) -> Self {
        Self { entries: objects.into_iter().map(Entry::Object).collect(), ..Self::default() }
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let history: Message = self
            .of_kind(ObjectKind::FeatureViewVersion)
            .map(|object| Record::bytes(HISTORY_RECORDS, &object.bytes))
            .collect();
        let mut history = Some(Record::bytes(ObjectKind::FeatureViewVersion.field(), &history.encode()));
        let record = |entry: &Entry| match entry {
            Entry::Object(object) if object.kind == ObjectKind::FeatureViewVersion => history.take(),
            Entry::Object(object) => Some(Record::bytes(object.kind.field(), &object.bytes)),
            Entry::Record(record) => Some(record.clone()),
        };
        self.entries.iter().filter_map(record).collect::<Message>().encode()
    }

    /// Writes the header as Feast does on every write.
    pub(crate) fn stamp(&mut self, version_id: &str, now: Timestamp) {
        self.entries.retain(|entry| !matches!(entry.field(), VERSION_ID | LAST_UPDATED));
        if !self.entries.iter().any(|entry| entry.field() == SCHEMA_VERSION) {
            self.insert(Entry::Record(Record::bytes(SCHEMA_VERSION, b"1")));
        }
        self.insert(Entry::Record(Record::bytes(VERSION_ID, version_id.as_bytes())));
        self.insert(Entry::Record(Record::bytes(LAST_UPDATED, &crate::message::timestamp_bytes(now))));
    }

    /// The id that the last write gave the registry; empty in a SQL registry.
    pub(crate) fn version_id(&self) -> &str {
        let header = self.entries.iter().find_map(|entry| match entry {
            Entry::Record(record) if record.number() == VERSION_ID => record.content(),
            _ => None,
        });
        header.and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }

    fn objects(&self) -> impl Iterator<Item = &Object> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Object(object) => Some(object),
            Entry::Record(_) => None,
        })
    }

    fn of_kind(&self, kind: ObjectKind) -> impl Iterator<Item = &Object> {
        self.objects().filter(move |object| object.kind == kind)
    }

    /// The objects of one kind and project, in the order of the registry.
    pub(crate) fn of<'a>(&'a self, kind: ObjectKind, project: &'a str) -> impl Iterator<Item = &'a Object> {
        self.of_kind(kind).filter(move |object| object.id.project == project)
    }

    /// The object of that name; Feast takes the first when there are several.
    pub(crate) fn get(&self, kind: ObjectKind, project: &str, name: &str) -> Option<&Object> {
        self.of_kind(kind).find(|object| object.id.project == project && object.id.name == name)
    }

    /// The names of all projects, sorted.
    pub(crate) fn projects(&self) -> Vec<&str> {
        let kinds = [ObjectKind::Project, ObjectKind::ProjectMetadata];
        let named = self.objects().filter(|object| kinds.contains(&object.kind));
        let mut names: Vec<&str> = named.map(|object| object.id.project.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Whether anything differs from what is stored.
    pub(crate) fn is_changed(&self) -> bool {
        self.changed
    }

    /// What was removed from the stored objects.
    pub(crate) fn removed(&self) -> &[(ObjectKind, Identity)] {
        &self.removed
    }

    /// What was added or replaced.
    pub(crate) fn touched(&self) -> impl Iterator<Item = &Object> {
        self.objects().filter(|object| object.touched)
    }

    /// Puts an object in the place of the one of its name, else behind the last one of its kind.
    pub(crate) fn put(&mut self, kind: ObjectKind, project: &str, name: &str, bytes: Vec<u8>) {
        let known = self.entries.iter_mut().find_map(|entry| match entry {
            Entry::Object(object) if object.kind == kind && object.id.project == project && object.id.name == name => {
                Some(object)
            }
            _ => None,
        });
        match known {
            Some(object) if object.bytes == bytes => return,
            Some(object) => {
                object.bytes = bytes;
                object.touched = true;
            }
            None => self.add(kind, project, name, bytes),
        }
        self.changed = true;
    }

    /// Adds an object without regard to others of its name: versions of a view share it.
    pub(crate) fn add(&mut self, kind: ObjectKind, project: &str, name: &str, bytes: Vec<u8>) {
        let id = Identity { project: project.to_owned(), name: name.to_owned() };
        self.insert(Entry::Object(Object { kind, id, bytes, touched: true }));
        self.changed = true;
    }

    /// Removes the objects of that name; says whether there was one.
    pub(crate) fn remove(&mut self, kind: ObjectKind, project: &str, name: &str) -> bool {
        let before = self.entries.len();
        self.entries.retain(|entry| {
            !matches!(entry, Entry::Object(object) if object.kind == kind && object.id.project == project && object.id.name == name)
        });
        let found = self.entries.len() < before;
        if found {
            self.removed.push((kind, Identity { project: project.to_owned(), name: name.to_owned() }));
            self.changed = true;
        }
        found
    }

    fn insert(&mut self, entry: Entry) {
        let field = entry.field();
        let last = self.entries.iter().rposition(|known| known.field() == field);
        let place = last.map_or_else(
            || self.entries.iter().position(|known| known.field() > field).unwrap_or(self.entries.len()),
            |last| last + 1,
        );
        self.entries.insert(place, entry);
    }
}

fn corrupt(broken: &Broken) -> Error {
    Error::corrupt(format!("this is not a Feast registry, or it is damaged: {broken}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_version_record_in_the_history_survives() {
        let history: Message = [Record::varint(HISTORY_RECORDS, 5)].into_iter().collect();
        let header = Record::bytes(VERSION_ID, b"id");
        let history = Record::bytes(ObjectKind::FeatureViewVersion.field(), &history.encode());
        let bytes = [header, history].into_iter().collect::<Message>().encode();
        assert_eq!(Content::parse(&bytes).unwrap().encode(), bytes);
    }
}
