//! What differs between two definitions of one object, property by property.

use std::collections::BTreeMap;
use std::time::Duration;

use larder_core::definition::{DataSourceKind, FileFormat, Project, Tags};
use larder_core::{DataSource, Entity, FeatureService, FeatureView, FeatureViewProjection, Field};

use super::Change;
use crate::native::{NESTED_TYPE_TAG, STRUCT_SCHEMA_TAG};

const OTHER_ROWS: &str = "rows written before can no longer be found";
const OTHER_TYPE: &str = "rows written before keep the old type until they are written again";
const GONE: &str = "requests that name it will fail";

/// Changes of one object, gathered under a common prefix.
#[derive(Default)]
struct Changes(Vec<Change>);

impl Changes {
    fn note(
        &mut self,
        property: impl Into<String>,
        from: Option<String>,
        to: Option<String>,
        danger: Option<&'static str>,
    ) {
        if from != to {
            self.0.push(Change { property: property.into(), from, to, danger });
        }
    }

    /// Empty texts count as absent.
    fn text(&mut self, property: &str, from: &str, to: &str) {
        let side = |side: &str| (!side.is_empty()).then(|| side.to_owned());
        self.note(property, side(from), side(to), None);
    }

    fn pairs(&mut self, property: &str, from: &BTreeMap<String, String>, to: &BTreeMap<String, String>) {
        for key in from.keys().chain(to.keys().filter(|key| !from.contains_key(*key))) {
            self.note(format!("{property}.{key}"), from.get(key).cloned(), to.get(key).cloned(), None);
        }
    }

    fn annotations(&mut self, prefix: &str, from: (&str, &Tags, &str), to: (&str, &Tags, &str)) {
        self.text(&format!("{prefix}description"), from.0, to.0);
        self.pairs(&format!("{prefix}tags"), from.1, to.1);
        self.text(&format!("{prefix}owner"), from.2, to.2);
    }

    fn fields(&mut self, from: &[Field], to: &[Field]) {
        let find = |fields: &[Field], name: &str| fields.iter().find(|field| field.name == name).cloned();
        for old in from {
            let property = format!("schema.{}", old.name);
            match find(to, &old.name) {
                None => self.note(property, Some(dtype(old)), None, Some(GONE)),
                Some(new) => {
                    self.note(property.as_str(), Some(dtype(old)), Some(dtype(&new)), Some(OTHER_TYPE));
                    self.text(&format!("{property}.description"), &old.description, &new.description);
                    self.pairs(&format!("{property}.tags"), &own_tags(old), &own_tags(&new));
                }
            }
        }
        for new in to.iter().filter(|new| find(from, &new.name).is_none()) {
            self.note(format!("schema.{}", new.name), None, Some(dtype(new)), None);
        }
        let order = |fields: &[Field], others: &[Field]| -> Vec<String> {
            let shared = fields.iter().filter(|field| find(others, &field.name).is_some());
            shared.map(|field| field.name.clone()).collect()
        };
        let (old, new) = (order(from, to), order(to, from));
        self.note("schema (order)", Some(old.join(", ")), Some(new.join(", ")), None);
    }

    fn source(&mut self, property: &str, from: Option<&DataSource>, to: Option<&DataSource>) {
        match (from, to) {
            (Some(from), Some(to)) if from.name == to.name => {
                self.0.extend(data_source(&format!("{property}."), from, to));
            }
            _ => {
                self.note(property, from.map(|source| source.name.clone()), to.map(|source| source.name.clone()), None);
            }
        }
    }
}

pub(super) fn project(from: &Project, to: &Project) -> Vec<Change> {
    let mut changes = Changes::default();
    changes.annotations("", (&from.description, &from.tags, &from.owner), (&to.description, &to.tags, &to.owner));
    changes.0
}

pub(super) fn entity(from: &Entity, to: &Entity) -> Vec<Change> {
    let mut changes = Changes::default();
    changes.note("join_key", Some(from.join_key.clone()), Some(to.join_key.clone()), Some(OTHER_ROWS));
    let dtype = |entity: &Entity| Some(entity.value_type.dtype().into_owned());
    changes.note("value_type", dtype(from), dtype(to), Some(OTHER_ROWS));
    changes.annotations("", (&from.description, &from.tags, &from.owner), (&to.description, &to.tags, &to.owner));
    changes.0
}

/// The difference of two sources; `prefix` stands before each property, for sources inside of others.
pub(super) fn data_source(prefix: &str, from: &DataSource, to: &DataSource) -> Vec<Change> {
    let mut changes = Changes::default();
    let name = |property: &str| format!("{prefix}{property}");
    match (&from.kind, &to.kind) {
        (
            DataSourceKind::File { path, format, s3_endpoint_override },
            DataSourceKind::File { path: to_path, format: to_format, s3_endpoint_override: to_endpoint },
        ) => {
            changes.text(&name("path"), path, to_path);
            changes.text(&name("format"), format_name(*format), format_name(*to_format));
            changes.text(&name("s3_endpoint_override"), s3_endpoint_override, to_endpoint);
        }
        (DataSourceKind::Push { batch_source }, DataSourceKind::Push { batch_source: to_batch }) => {
            changes.source(&name("batch_source"), batch_source.as_deref(), to_batch.as_deref());
        }
        (from, to) => changes.text(&name("type"), kind_name(from), kind_name(to)),
    }
    // A push source has the columns of its batch source, which were compared already.
    if !matches!((&from.kind, &to.kind), (DataSourceKind::Push { .. }, DataSourceKind::Push { .. })) {
        changes.text(&name("timestamp_field"), &from.timestamp_field, &to.timestamp_field);
        changes.text(&name("created_timestamp_column"), &from.created_timestamp_column, &to.created_timestamp_column);
        changes.pairs(&name("field_mapping"), &from.field_mapping, &to.field_mapping);
    }
    changes.annotations(prefix, (&from.description, &from.tags, &from.owner), (&to.description, &to.tags, &to.owner));
    changes.0
}

pub(super) fn feature_view(from: &FeatureView, to: &FeatureView) -> Vec<Change> {
    let mut changes = Changes::default();
    changes.note("entities", Some(from.entities.join(", ")), Some(to.entities.join(", ")), None);
    changes.note("join_keys", Some(join_keys(from)), Some(join_keys(to)), Some(OTHER_ROWS));
    changes.fields(&from.features, &to.features);
    changes.note("ttl", from.ttl.map(span), to.ttl.map(span), None);
    changes.note("online", Some(from.online.to_string()), Some(to.online.to_string()), None);
    changes.source("batch_source", from.batch_source.as_ref(), to.batch_source.as_ref());
    changes.source("stream_source", from.stream_source.as_ref(), to.stream_source.as_ref());
    changes.annotations("", (&from.description, &from.tags, &from.owner), (&to.description, &to.tags, &to.owner));
    changes.0
}

/// The types and descriptions of a service's features are those of their views, and are compared there.
pub(super) fn feature_service(from: &FeatureService, to: &FeatureService) -> Vec<Change> {
    let mut changes = Changes::default();
    let list = |service: &FeatureService| service.projections.iter().map(projection).collect::<Vec<_>>().join(", ");
    changes.note("features", Some(list(from)), Some(list(to)), None);
    changes.annotations("", (&from.description, &from.tags, &from.owner), (&to.description, &to.tags, &to.owner));
    changes.0
}

/// `driver_hourly_stats[conv_rate] as origin {driver_id: origin_id}`
fn projection(projection: &FeatureViewProjection) -> String {
    let features: Vec<&str> = projection.features.iter().map(|feature| feature.name.as_str()).collect();
    let version = projection.version_tag.map(|tag| format!("@v{tag}")).unwrap_or_default();
    let mut text = format!("{}{version}[{}]", projection.feature_view_name, features.join(", "));
    if !projection.name_alias.is_empty() {
        text.push_str(&format!(" as {}", projection.name_alias));
    }
    if !projection.join_key_map.is_empty() {
        let pairs: Vec<String> = projection.join_key_map.iter().map(|(key, name)| format!("{key}: {name}")).collect();
        text.push_str(&format!(" {{{}}}", pairs.join(", ")));
    }
    text
}

fn join_keys(view: &FeatureView) -> String {
    let keys: Vec<String> =
        view.join_keys.iter().map(|key| format!("{} {}", key.name, key.value_type.dtype())).collect();
    keys.join(", ")
}

/// A feature's type with what Feast keeps of it in tags.
fn dtype(field: &Field) -> String {
    match (field.tags.get(NESTED_TYPE_TAG), field.tags.get(STRUCT_SCHEMA_TAG)) {
        (Some(nested), _) => nested.clone(),
        (None, Some(schema)) => format!("{} of {schema}", field.value_type.dtype()),
        (None, None) => field.value_type.dtype().into_owned(),
    }
}

fn own_tags(field: &Field) -> Tags {
    let own = field.tags.iter().filter(|(key, _)| *key != NESTED_TYPE_TAG && *key != STRUCT_SCHEMA_TAG);
    own.map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn format_name(format: FileFormat) -> &'static str {
    match format {
        FileFormat::Parquet => "parquet",
        FileFormat::Csv => "csv",
        FileFormat::Delta => "delta",
    }
}

fn kind_name(kind: &DataSourceKind) -> &str {
    match kind {
        DataSourceKind::File { .. } => "BATCH_FILE",
        DataSourceKind::Push { .. } => "PUSH_SOURCE",
        DataSourceKind::Request { .. } => "REQUEST_SOURCE",
        DataSourceKind::Other { type_name, .. } => type_name,
    }
}

/// A ttl in its largest whole unit: `1d`, `90m`, `1.5s`.
fn span(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let unit = [(86_400, "d"), (3_600, "h"), (60, "m")]
        .into_iter()
        .find(|(size, _)| seconds.is_multiple_of(*size) && duration.subsec_nanos() == 0);
    match unit {
        Some((size, unit)) => format!("{}{unit}", seconds / size),
        None => format!("{}s", duration.as_secs_f64()),
    }
}
