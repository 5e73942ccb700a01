//! Definitions as JSON documents: camel case and nesting as Feast's `describe` prints them.

use larder::definition::{DataSourceKind, FileFormat, OnDemandFeatureView, Project, Tags};
use larder::{DataSource, Entity, FeatureService, FeatureView, Field, Interval, Timestamp};
use serde_json::{Map, Value as Json, json};

/// Builds an object, leaving out what is empty.
#[derive(Default)]
struct Object(Map<String, Json>);

impl Object {
    fn with(mut self, name: &str, value: impl Into<Json>) -> Self {
        let value = value.into();
        let empty = match &value {
            Json::Null => true,
            Json::String(text) => text.is_empty(),
            Json::Array(items) => items.is_empty(),
            Json::Object(fields) => fields.is_empty(),
            Json::Bool(_) | Json::Number(_) => false,
        };
        if !empty {
            self.0.insert(name.to_owned(), value);
        }
        self
    }
}

impl From<Object> for Json {
    fn from(object: Object) -> Self {
        Json::Object(object.0)
    }
}

fn time(timestamp: Option<Timestamp>) -> Json {
    timestamp.map_or(Json::Null, |t| json!(t.to_string()))
}

fn tags(tags: &Tags) -> Json {
    json!(tags)
}

fn meta(created: Option<Timestamp>, last_updated: Option<Timestamp>) -> Object {
    Object::default().with("createdTimestamp", time(created)).with("lastUpdatedTimestamp", time(last_updated))
}

fn field(field: &Field) -> Json {
    Object::default()
        .with("name", field.name.as_str())
        .with("valueType", field.value_type.name())
        .with("description", field.description.as_str())
        .with("tags", tags(&field.tags))
        .into()
}

fn fields(schema: &[Field]) -> Json {
    schema.iter().map(field).collect()
}

pub(crate) fn entity(entity: &Entity) -> Json {
    let spec = Object::default()
        .with("name", entity.name.as_str())
        .with("valueType", entity.value_type.name())
        .with("description", entity.description.as_str())
        .with("joinKey", entity.join_key.as_str())
        .with("tags", tags(&entity.tags))
        .with("owner", entity.owner.as_str());
    json!({"spec": Json::from(spec), "meta": Json::from(meta(entity.created, entity.last_updated))})
}

pub(crate) fn project(project: &Project) -> Json {
    let spec = Object::default()
        .with("name", project.name.as_str())
        .with("description", project.description.as_str())
        .with("tags", tags(&project.tags))
        .with("owner", project.owner.as_str());
    json!({"spec": Json::from(spec), "meta": Json::from(meta(project.created, project.last_updated))})
}

pub(crate) fn data_source(source: &DataSource) -> Json {
    let object = Object::default()
        .with("name", source.name.as_str())
        .with("type", source_type(source))
        .with("fieldMapping", json!(source.field_mapping))
        .with("timestampField", source.timestamp_field.as_str())
        .with("createdTimestampColumn", source.created_timestamp_column.as_str())
        .with("description", source.description.as_str())
        .with("tags", tags(&source.tags))
        .with("owner", source.owner.as_str());
    match &source.kind {
        DataSourceKind::File { path, format, s3_endpoint_override } => {
            let options = Object::default()
                .with("uri", path.as_str())
                .with("fileFormat", if *format == FileFormat::Parquet { "" } else { format_name(*format) })
                .with("s3EndpointOverride", s3_endpoint_override.as_str());
            object.with("fileOptions", options)
        }
        DataSourceKind::Push { batch_source } | DataSourceKind::Other { batch_source, .. } => {
            object.with("batchSource", batch_source.as_deref().map_or(Json::Null, data_source))
        }
        DataSourceKind::Request { schema } => object.with("requestDataOptions", json!({"schema": fields(schema)})),
    }
    .into()
}

/// Feast's name of a source's type, e.g. `BATCH_FILE`.
pub(crate) fn source_type(source: &DataSource) -> &str {
    match &source.kind {
        DataSourceKind::File { .. } => "BATCH_FILE",
        DataSourceKind::Push { .. } => "PUSH_SOURCE",
        DataSourceKind::Request { .. } => "REQUEST_SOURCE",
        DataSourceKind::Other { type_name, .. } => type_name,
    }
}

fn format_name(format: FileFormat) -> &'static str {
    match format {
        FileFormat::Parquet => "parquet",
        FileFormat::Csv => "csv",
        FileFormat::Delta => "delta",
    }
}

pub(crate) fn feature_view(view: &FeatureView) -> Json {
    let join_keys: Json =
        view.join_keys.iter().map(|key| json!({"name": key.name, "valueType": key.value_type.name()})).collect();
    let source = |source: &Option<DataSource>| source.as_ref().map_or(Json::Null, data_source);
    let spec = Object::default()
        .with("name", view.name.as_str())
        .with("entities", if view.is_entity_less() { json!([]) } else { json!(view.entities) })
        .with("features", fields(&view.features))
        .with("description", view.description.as_str())
        .with("tags", tags(&view.tags))
        .with("owner", view.owner.as_str())
        .with("ttl", view.ttl.map_or(Json::Null, |ttl| json!(format!("{}s", ttl.as_secs_f64()))))
        .with("batchSource", source(&view.batch_source))
        .with("streamSource", source(&view.stream_source))
        .with("online", view.online)
        .with("entityColumns", join_keys);
    let intervals: Json = view.materialization_intervals.iter().map(interval).collect();
    let meta = meta(view.created, view.last_updated)
        .with("materializationIntervals", intervals)
        .with("currentVersionNumber", if view.current_version == 0 { Json::Null } else { json!(view.current_version) })
        .with("state", view.state.name());
    json!({"spec": Json::from(spec), "meta": Json::from(meta), "enabled": !view.disabled, "state": view.state.name()})
}

fn interval(interval: &Interval) -> Json {
    json!({"startTime": interval.start.to_string(), "endTime": interval.end.to_string()})
}

pub(crate) fn feature_service(service: &FeatureService) -> Json {
    let projection = |projection: &larder::FeatureViewProjection| {
        Json::from(
            Object::default()
                .with("featureViewName", projection.feature_view_name.as_str())
                .with("featureViewNameAlias", projection.name_alias.as_str())
                .with("featureColumns", fields(&projection.features))
                .with("joinKeyMap", json!(projection.join_key_map))
                .with("versionTag", json!(projection.version_tag)),
        )
    };
    let spec = Object::default()
        .with("name", service.name.as_str())
        .with("features", service.projections.iter().map(projection).collect::<Json>())
        .with("description", service.description.as_str())
        .with("tags", tags(&service.tags))
        .with("owner", service.owner.as_str());
    json!({"spec": Json::from(spec), "meta": Json::from(meta(service.created, service.last_updated))})
}

pub(crate) fn on_demand_feature_view(view: &OnDemandFeatureView) -> Json {
    let spec = Object::default()
        .with("name", view.name.as_str())
        .with("features", fields(&view.features))
        .with("description", view.description.as_str())
        .with("tags", tags(&view.tags))
        .with("owner", view.owner.as_str());
    json!({"spec": Json::from(spec), "executed": false})
}
