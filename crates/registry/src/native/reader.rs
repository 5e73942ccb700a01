use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use larder_core::config::load_yaml;
use larder_core::definition::{DataSourceKind, FileFormat, Project};
use larder_core::name::did_you_mean;
use larder_core::{DUMMY_JOIN_KEY, DataSource, Definitions, Entity, Error, Result, ValueType};

use super::node::{Fields, Node, Problems, Source};
use super::{files, service, view};
use crate::message::DUMMY_ENTITY;

const SECTIONS: [&str; 6] = ["project", "entities", "sources", "push_sources", "feature_views", "feature_services"];

/// Reads a set of files as one.
pub(super) fn read(repo_path: &Path, paths: &[PathBuf]) -> Result<Definitions> {
    let mut problems = Problems::default();
    let mut sources = Vec::new();
    for path in paths {
        let text = files::read(repo_path, path)?;
        sources.extend(parse(path, text, &mut problems));
    }
    let roots: Vec<Fields<'_>> =
        sources.iter().map(|source| Node::root(source).fields(&SECTIONS, &mut problems)).collect();
    let section = |name: &str, problems: &mut Problems| -> Vec<Node<'_>> {
        roots.iter().filter_map(|root| root.get(name)).flat_map(|node| node.list(problems)).collect()
    };

    let mut definitions = Definitions::default();
    let mut described: Option<String> = None;
    for node in roots.iter().filter_map(|root| root.get("project")) {
        if let Some(first) = described.replace(node.place()) {
            problems.say(node, "`project` is described twice", &format!("first at {first}"));
        }
        definitions.project = project(node, &mut problems);
    }
    let entities = Section::read("entity", section("entities", &mut problems), &mut problems, entity);
    let mut data_sources = Section::new("data source");
    data_sources.extend(section("sources", &mut problems), &mut problems, file_source);
    let files = data_sources.clone();
    data_sources.extend(section("push_sources", &mut problems), &mut problems, |fields, name, problems| {
        push_source(fields, name, &files, problems)
    });
    let views = Section::read(
        "feature view",
        section("feature_views", &mut problems),
        &mut problems,
        |fields, name, problems| view::read(fields, name, &entities, &data_sources, problems),
    );
    let services = Section::read(
        "feature service",
        section("feature_services", &mut problems),
        &mut problems,
        |fields, name, problems| service::read(fields, name, &views, problems),
    );
    problems.into_result()?;

    definitions.entities = entities.into_objects();
    definitions.data_sources = data_sources.into_objects();
    definitions.feature_views = views.into_objects().into_iter().map(|(name, view)| (name, view.into())).collect();
    definitions.feature_services =
        services.into_objects().into_iter().map(|(name, service)| (name, service.into())).collect();
    if definitions.feature_views.values().any(|view| view.is_entity_less()) {
        definitions.entities.insert(DUMMY_ENTITY.to_owned(), dummy_entity());
    }
    Ok(definitions)
}

fn parse(path: &Path, text: String, problems: &mut Problems) -> Option<Source> {
    match load_yaml(path, &text) {
        Ok(root) => Some(Source { path: path.to_owned(), text, root }),
        Err(error) => {
            let line = error.context().iter().find(|(key, _)| *key == "line").and_then(|(_, line)| line.parse().ok());
            let described = Error::invalid_config(error.message()).with_hint(error.hint().unwrap_or_default());
            problems.note(path, line.unwrap_or(1), String::new(), described);
            None
        }
    }
}

/// The entity that Feast gives to views without one.
fn dummy_entity() -> Entity {
    Entity { join_key: DUMMY_JOIN_KEY.to_owned(), ..named_entity(DUMMY_ENTITY) }
}

fn named_entity(name: &str) -> Entity {
    Entity {
        name: name.to_owned(),
        join_key: name.to_owned(),
        value_type: ValueType::Invalid,
        description: String::new(),
        tags: BTreeMap::new(),
        owner: String::new(),
        created: None,
        last_updated: None,
    }
}

/// The objects of one section by name, those included that were declared but could not be read.
#[derive(Clone)]
pub(super) struct Section<'a, T> {
    what: &'static str,
    objects: BTreeMap<String, Option<T>>,
    /// Lower-cased names and where they were declared: Feast refuses names that differ in case only.
    places: BTreeMap<String, Node<'a>>,
}

impl<'a, T> Section<'a, T> {
    fn new(what: &'static str) -> Self {
        Self { what, objects: BTreeMap::new(), places: BTreeMap::new() }
    }

    fn read(
        what: &'static str,
        nodes: Vec<Node<'a>>,
        problems: &mut Problems,
        object: impl FnMut(&Node<'a>, &str, &mut Problems) -> Option<T>,
    ) -> Self {
        let mut section = Self::new(what);
        section.extend(nodes, problems, object);
        section
    }

    fn extend(
        &mut self,
        nodes: Vec<Node<'a>>,
        problems: &mut Problems,
        mut object: impl FnMut(&Node<'a>, &str, &mut Problems) -> Option<T>,
    ) {
        for node in nodes {
            let pairs = node.pairs(problems);
            let Some((_, name_node)) = pairs.iter().find(|(key, node)| *key == "name" && !node.is_null()) else {
                if node.value().is_mapping() || node.is_null() {
                    problems.say(&node, format!("this {} has no name", self.what), "expected `name: …`");
                }
                continue;
            };
            let Some(name) = name_node.name(self.what, problems) else { continue };
            if let Some(first) = self.places.get(&name.to_lowercase()) {
                problems.say(
                    name_node,
                    format!("{} `{name}` is defined twice", self.what),
                    &format!("first at {}; names differ by more than case", first.place()),
                );
                continue;
            }
            self.places.insert(name.to_lowercase(), name_node.clone());
            let read = object(&node, &name, problems);
            self.objects.insert(name, read);
        }
    }

    /// What `node` refers to by name; `None` when there is none, or when it could not be read (which is a problem already).
    pub(super) fn find(&self, node: &Node<'_>, problems: &mut Problems) -> Option<&T> {
        let name = node.text(problems)?;
        match self.objects.get(name) {
            Some(object) => object.as_ref(),
            None => {
                let hint = did_you_mean(name, self.objects.keys().map(String::as_str));
                problems.add(node, Error::invalid_config(format!("there is no {} `{name}`", self.what)).with_hint(hint))
            }
        }
    }

    fn into_objects(self) -> BTreeMap<String, T> {
        self.objects.into_iter().filter_map(|(name, object)| Some((name, object?))).collect()
    }
}

fn project(node: &Node<'_>, problems: &mut Problems) -> Project {
    let fields = node.fields(&["description", "tags", "owner"], problems);
    Project {
        description: fields.text("description", problems),
        tags: fields.texts("tags", problems),
        owner: fields.text("owner", problems),
        ..Project::default()
    }
}

fn entity(node: &Node<'_>, name: &str, problems: &mut Problems) -> Option<Entity> {
    let fields = node.fields(&["name", "join_key", "value_type", "description", "tags", "owner"], problems);
    if name == DUMMY_ENTITY {
        problems.say(
            node,
            format!("the entity name `{DUMMY_ENTITY}` is reserved"),
            "leave `entities` out of a view to have no entity",
        );
    }
    let join_key = match fields.get("join_key") {
        Some(node) => node.name("join key", problems).inspect(|key| {
            if key == DUMMY_JOIN_KEY {
                problems.say(node, format!("the join key `{DUMMY_JOIN_KEY}` is reserved"), "choose another name");
            }
        }),
        None => Some(name.to_owned()),
    };
    let value_type = fields.required("value_type", "the type of the join key, e.g. Int64 or String", problems).cloned();
    let value_type = value_type.and_then(|node| key_type(&node, problems));
    let (description, tags, owner) = annotations(&fields, problems);
    Some(Entity { join_key: join_key?, value_type: value_type?, description, tags, owner, ..named_entity(name) })
}

fn key_type(node: &Node<'_>, problems: &mut Problems) -> Option<ValueType> {
    match ValueType::parse(node.text(problems)?) {
        Ok(key_type) if key_type.is_entity_key_type() => Some(key_type),
        Ok(other) => {
            let error = Error::invalid_config(format!("a join key cannot have the type {}", other.dtype()));
            problems.add(node, error.with_hint("use Int64, Int32, String, Bytes or UnixTimestamp"))
        }
        Err(error) => problems.add(node, error),
    }
}

/// What every object may carry: description, tags, owner.
pub(super) fn annotations(fields: &Fields<'_>, problems: &mut Problems) -> (String, BTreeMap<String, String>, String) {
    (fields.text("description", problems), fields.texts("tags", problems), fields.text("owner", problems))
}

fn file_source(node: &Node<'_>, name: &str, problems: &mut Problems) -> Option<DataSource> {
    let known = [
        "name",
        "path",
        "format",
        "timestamp_field",
        "created_timestamp_column",
        "field_mapping",
        "s3_endpoint_override",
        "description",
        "tags",
        "owner",
    ];
    let fields = node.fields(&known, problems);
    let path =
        fields.required("path", "a file, a folder or a pattern, e.g. data/driver_stats.parquet", problems).cloned();
    let path = path.and_then(|node| node.text(problems));
    let timestamp_field = fields.required("timestamp_field", "the column that holds the event time", problems).cloned();
    let timestamp_field = timestamp_field.and_then(|node| node.name("column", problems));
    let format = path.and_then(|path| file_format(&fields, path, problems));
    let (description, tags, owner) = annotations(&fields, problems);
    let source = DataSource {
        name: name.to_owned(),
        field_mapping: fields.texts("field_mapping", problems),
        created_timestamp_column: fields.text("created_timestamp_column", problems),
        kind: DataSourceKind::File {
            path: path?.to_owned(),
            format: format?,
            s3_endpoint_override: fields.text("s3_endpoint_override", problems),
        },
        timestamp_field: timestamp_field?,
        description,
        tags,
        owner,
    };
    Some(source)
}

/// Feast's registry has no word for CSV, so the ending of the path tells it, and `format` may only agree.
fn file_format(fields: &Fields<'_>, path: &str, problems: &mut Problems) -> Option<FileFormat> {
    let by_ending = if path.ends_with(".csv") { FileFormat::Csv } else { FileFormat::Parquet };
    let Some(node) = fields.get("format") else { return Some(by_ending) };
    match (node.text(problems)?, by_ending) {
        ("parquet", FileFormat::Parquet) => Some(FileFormat::Parquet),
        ("csv", FileFormat::Csv) => Some(FileFormat::Csv),
        ("delta", _) => Some(FileFormat::Delta),
        (format @ ("parquet" | "csv"), _) => {
            let error = Error::invalid_config(format!("the format is {format}, but the path `{path}` says otherwise"));
            problems.add(
                node,
                error.with_hint("the path of a csv source ends with .csv, that of a parquet source does not"),
            )
        }
        (other, _) => {
            let hint = did_you_mean(other, ["parquet", "csv", "delta"]);
            problems.add(node, Error::invalid_config(format!("unknown format `{other}`")).with_hint(hint))
        }
    }
}

fn push_source(
    node: &Node<'_>,
    name: &str,
    files: &Section<'_, DataSource>,
    problems: &mut Problems,
) -> Option<DataSource> {
    let fields = node.fields(&["name", "batch_source", "description", "tags", "owner"], problems);
    let batch = fields.required("batch_source", "the name of one of `sources`", problems).cloned();
    let batch = batch.and_then(|node| files.find(&node, problems));
    let (description, tags, owner) = annotations(&fields, problems);
    let batch = batch?;
    Some(DataSource {
        name: name.to_owned(),
        kind: DataSourceKind::Push { batch_source: Some(Box::new(batch.clone())) },
        // Feast gives a push source the columns of its batch source.
        field_mapping: batch.field_mapping.clone(),
        timestamp_field: batch.timestamp_field.clone(),
        created_timestamp_column: batch.created_timestamp_column.clone(),
        description,
        tags,
        owner,
    })
}
