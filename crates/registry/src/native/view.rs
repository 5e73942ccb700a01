use std::collections::BTreeMap;

use larder_core::definition::DataSourceKind;
use larder_core::name::did_you_mean;
use larder_core::{DUMMY_JOIN_KEY, DataSource, Entity, Error, FeatureView, Field, JoinKey, ValueType};

use super::node::{Fields, Node, Problems};
use super::reader::{Section, annotations};
use super::{dtype, ttl};
use crate::message::DUMMY_ENTITY;

/// Names that Feast gives to columns of its own.
const RESERVED: [&str; 2] = [DUMMY_JOIN_KEY, "event_timestamp"];

pub(super) fn read(
    node: &Node<'_>,
    name: &str,
    entities: &Section<'_, Entity>,
    sources: &Section<'_, DataSource>,
    problems: &mut Problems,
) -> Option<FeatureView> {
    let fields = node
        .fields(&["name", "entities", "ttl", "schema", "source", "online", "description", "tags", "owner"], problems);
    let keys = entity_keys(&fields, entities, problems);
    let source = fields.required("source", "the name of one of `sources` or `push_sources`", problems).cloned();
    let source = source.and_then(|node| sources.find(&node, problems));
    let features = schema(&fields, keys.as_deref().unwrap_or_default(), source, problems);
    let ttl = match fields.get("ttl").map(|node| (node, ttl::parse(node.value()))) {
        Some((node, Err(error))) => problems.add(node, error),
        Some((_, Ok(ttl))) => ttl,
        None => None,
    };
    let online = fields.get("online").map_or(Some(true), |node| node.flag(problems));
    let (description, tags, owner) = annotations(&fields, problems);
    let (batch_source, stream_source) = match source?.kind {
        DataSourceKind::Push { ref batch_source } => (batch_source.as_deref(), source),
        _ => (source, None),
    };
    let (entities, join_keys) = keys?.into_iter().unzip();
    Some(FeatureView {
        entities,
        ttl,
        online: online?,
        batch_source: batch_source.cloned(),
        stream_source: stream_source.cloned(),
        description,
        tags,
        owner,
        ..FeatureView::new("", name, join_keys, features?)
    })
}

/// The entities of a view with their join keys; Feast's dummy when there are none.
fn entity_keys(
    fields: &Fields<'_>,
    entities: &Section<'_, Entity>,
    problems: &mut Problems,
) -> Option<Vec<(String, JoinKey)>> {
    let nodes = fields.get("entities").map(|node| node.list(problems)).unwrap_or_default();
    if nodes.is_empty() {
        return Some(vec![(
            DUMMY_ENTITY.to_owned(),
            JoinKey { name: DUMMY_JOIN_KEY.to_owned(), value_type: ValueType::String },
        )]);
    }
    let mut keys: Vec<(String, JoinKey)> = Vec::new();
    let mut complete = true;
    for node in nodes {
        let Some(entity) = entities.find(&node, problems) else {
            complete = false;
            continue;
        };
        if let Some((other, _)) = keys.iter().find(|(_, key)| key.name == entity.join_key) {
            let message = if *other == entity.name {
                format!("entity `{other}` is listed twice")
            } else {
                format!("entities `{other}` and `{}` have the same join key `{}`", entity.name, entity.join_key)
            };
            problems.say(&node, message, "a view has each join key once");
            continue;
        }
        keys.push((entity.name.clone(), JoinKey { name: entity.join_key.clone(), value_type: entity.value_type }));
    }
    complete.then_some(keys)
}

fn schema(
    fields: &Fields<'_>,
    keys: &[(String, JoinKey)],
    source: Option<&DataSource>,
    problems: &mut Problems,
) -> Option<Vec<Field>> {
    let node = fields.required("schema", "`feature name: type` lines", problems)?.clone();
    let pairs = node.pairs(problems);
    if pairs.is_empty() && node.value().is_mapping() {
        problems.say(&node, "the schema is empty", "a view has at least one feature, e.g. `conv_rate: Float32`");
    }
    let mut features = Vec::new();
    for (name, node) in pairs {
        if let Err(error) = larder_core::name::check_name("feature", name) {
            problems.add::<()>(&node, error);
        }
        if let Some((entity, _)) = keys.iter().find(|(_, key)| key.name == name) {
            problems.say(
                &node,
                format!("`{name}` is the join key of entity `{entity}`"),
                "leave it out of the schema: its type comes from the entity",
            );
        } else if RESERVED.contains(&name) {
            problems.say(
                &node,
                format!("the name `{name}` is reserved"),
                "choose another name, and map the column with `field_mapping`",
            );
        } else if source.is_some_and(|source| {
            [&source.timestamp_field, &source.created_timestamp_column].iter().any(|column| *column == name)
        }) {
            problems.say(&node, format!("`{name}` is a timestamp column of the source"), "leave it out of the schema");
        }
        features.extend(feature(name, &node, problems));
    }
    Some(features)
}

/// `name: Type`, or `name: {dtype: Type, description: …, tags: …}`.
fn feature(name: &str, node: &Node<'_>, problems: &mut Problems) -> Option<Field> {
    let mut description = String::new();
    let mut tags = BTreeMap::new();
    let dtype = if node.value().is_mapping() {
        let fields = node.fields(&["dtype", "description", "tags"], problems);
        description = fields.text("description", problems);
        tags = fields.texts("tags", problems);
        fields.required("dtype", "a type, e.g. Float32", problems)?.clone()
    } else if node.is_null() {
        let hint = did_you_mean(
            name,
            ValueType::ALL.iter().map(|known| known.dtype()).collect::<Vec<_>>().iter().map(AsRef::as_ref),
        );
        let hint = if hint.starts_with("did you mean") { hint } else { "write e.g. `conv_rate: Float32`".to_owned() };
        return problems.add(node, Error::invalid_config(format!("feature `{name}` has no type")).with_hint(hint));
    } else {
        node.clone()
    };
    match dtype::parse(dtype.text(problems)?) {
        Ok((value_type, type_tags)) => {
            tags.extend(type_tags);
            Some(Field { description, tags, ..Field::new(name, value_type) })
        }
        Err(error) => problems.add(&dtype, error),
    }
}
