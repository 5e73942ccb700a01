use std::time::Duration;

use larder_core::definition::{DataSourceKind, FileFormat, Project};
use larder_core::{
    DataSource, Definitions, Entity, FeatureService, FeatureView, FeatureViewProjection, Field, JoinKey, Timestamp,
};
use larder_proto::core as proto;
use larder_proto::core::data_source::{FileOptions, Options, RequestDataOptions, SourceMeta, SourceType};
use larder_proto::core::file_format::Format;
use larder_proto::google;
use prost::Message;

use super::{LATEST, interval, timestamp};
use crate::kind::ObjectKind;

/// When an object was created and last changed.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Stamps {
    pub(crate) created: Option<Timestamp>,
    pub(crate) last_updated: Option<Timestamp>,
}

impl Stamps {
    /// A new object.
    pub(crate) fn new(now: Timestamp) -> Self {
        Self { created: Some(now), last_updated: Some(now) }
    }

    fn pair(self) -> (Option<google::Timestamp>, Option<google::Timestamp>) {
        (self.created.map(timestamp), self.last_updated.map(timestamp))
    }
}

pub(crate) fn project(project: &Project) -> Vec<u8> {
    let spec = proto::ProjectSpec {
        name: project.name.clone(),
        description: project.description.clone(),
        tags: project.tags.clone(),
        owner: project.owner.clone(),
    };
    let (created_timestamp, last_updated_timestamp) = stamps(project.created, project.last_updated).pair();
    let meta = proto::ProjectMeta { created_timestamp, last_updated_timestamp };
    proto::Project { spec: Some(spec), meta: Some(meta) }.encode_to_vec()
}

pub(crate) fn entity(project: &str, entity: &Entity) -> Vec<u8> {
    let spec = proto::EntitySpecV2 {
        name: entity.name.clone(),
        value_type: entity.value_type.number(),
        description: entity.description.clone(),
        join_key: entity.join_key.clone(),
        tags: entity.tags.clone(),
        project: project.to_owned(),
        owner: entity.owner.clone(),
    };
    let (created_timestamp, last_updated_timestamp) = stamps(entity.created, entity.last_updated).pair();
    let meta = proto::EntityMeta { created_timestamp, last_updated_timestamp };
    proto::Entity { spec: Some(spec), meta: Some(meta) }.encode_to_vec()
}

pub(crate) fn data_source(project: &str, source: &DataSource, stamps: Stamps) -> Vec<u8> {
    let (created_timestamp, last_updated_timestamp) = stamps.pair();
    let meta = SourceMeta { created_timestamp, last_updated_timestamp, ..SourceMeta::default() };
    proto::DataSource { project: project.to_owned(), meta: Some(meta), ..source_message(source) }.encode_to_vec()
}

/// A source as it stands inside a view: without project and time stamps.
fn source_message(source: &DataSource) -> proto::DataSource {
    let batch = |batch: &Option<Box<DataSource>>| batch.as_ref().map(|batch| Box::new(source_message(batch)));
    let (source_type, class, options, batch_source) = match &source.kind {
        DataSourceKind::File { path, format, s3_endpoint_override } => {
            let file_format = match format {
                // Feast writes no format for Parquet, and the ending tells CSV.
                FileFormat::Parquet | FileFormat::Csv => None,
                FileFormat::Delta => Some(proto::FileFormat {
                    format: Some(Format::DeltaFormat(proto::table_format::DeltaFormat::default())),
                }),
            };
            let s3_endpoint_override = s3_endpoint_override.clone();
            let options = FileOptions { file_format, uri: path.clone(), s3_endpoint_override };
            let class = "feast.infra.offline_stores.file_source.FileSource";
            (SourceType::BatchFile, class, Some(Options::FileOptions(options)), None)
        }
        DataSourceKind::Push { batch_source } => {
            (SourceType::PushSource, "feast.data_source.PushSource", None, batch(batch_source))
        }
        DataSourceKind::Request { schema } => {
            let options =
                RequestDataOptions { schema: schema.iter().map(field).collect(), ..RequestDataOptions::default() };
            (
                SourceType::RequestSource,
                "feast.data_source.RequestSource",
                Some(Options::RequestDataOptions(options)),
                None,
            )
        }
        DataSourceKind::Other { type_name, batch_source } => {
            (SourceType::from_str_name(type_name).unwrap_or(SourceType::Invalid), "", None, batch(batch_source))
        }
    };
    proto::DataSource {
        r#type: source_type.into(),
        field_mapping: source.field_mapping.clone(),
        timestamp_field: source.timestamp_field.clone(),
        created_timestamp_column: source.created_timestamp_column.clone(),
        options,
        data_source_class_type: class.to_owned(),
        name: source.name.clone(),
        description: source.description.clone(),
        tags: source.tags.clone(),
        owner: source.owner.clone(),
        batch_source,
        ..proto::DataSource::default()
    }
}

/// A batch feature view. (Stream views are only ever touched in their meta data.)
pub(crate) fn feature_view(view: &FeatureView) -> Vec<u8> {
    let spec = proto::FeatureViewSpec {
        name: view.name.clone(),
        project: view.project.clone(),
        entities: view.entities.clone(),
        features: view.features.iter().map(field).collect(),
        tags: view.tags.clone(),
        ttl: Some(duration(view.ttl.unwrap_or_default())),
        batch_source: view.batch_source.as_ref().map(source_message),
        online: view.online,
        stream_source: view.stream_source.as_ref().map(source_message),
        description: view.description.clone(),
        owner: view.owner.clone(),
        entity_columns: view.join_keys.iter().map(join_key).collect(),
        version: LATEST.to_owned(),
        disabled: view.disabled,
        ..proto::FeatureViewSpec::default()
    };
    let (created_timestamp, last_updated_timestamp) = stamps(view.created, view.last_updated).pair();
    let meta = proto::FeatureViewMeta {
        created_timestamp,
        last_updated_timestamp,
        materialization_intervals: view.materialization_intervals.iter().copied().map(interval).collect(),
        current_version_number: version_number(view.current_version),
        state: view.state.number(),
        ..proto::FeatureViewMeta::default()
    };
    proto::FeatureView { spec: Some(spec), meta: Some(meta) }.encode_to_vec()
}

/// A service; its projections repeat the batch source of their views, which `definitions` knows.
pub(crate) fn feature_service(service: &FeatureService, definitions: &Definitions) -> Vec<u8> {
    let spec = proto::FeatureServiceSpec {
        name: service.name.clone(),
        project: definitions.project.name.clone(),
        features: service.projections.iter().map(|projection| projection_message(projection, definitions)).collect(),
        tags: service.tags.clone(),
        description: service.description.clone(),
        owner: service.owner.clone(),
        ..proto::FeatureServiceSpec::default()
    };
    let (created_timestamp, last_updated_timestamp) = stamps(service.created, service.last_updated).pair();
    let meta = proto::FeatureServiceMeta { created_timestamp, last_updated_timestamp };
    proto::FeatureService { spec: Some(spec), meta: Some(meta) }.encode_to_vec()
}

fn projection_message(projection: &FeatureViewProjection, definitions: &Definitions) -> proto::FeatureViewProjection {
    let view = definitions.feature_views.get(&projection.feature_view_name);
    let source = view.and_then(|view| view.batch_source.as_ref());
    proto::FeatureViewProjection {
        feature_view_name: projection.feature_view_name.clone(),
        feature_columns: projection.features.iter().map(field).collect(),
        feature_view_name_alias: projection.name_alias.clone(),
        join_key_map: projection.join_key_map.clone(),
        timestamp_field: source.map(|source| source.timestamp_field.clone()).unwrap_or_default(),
        created_timestamp_column: source.map(|source| source.created_timestamp_column.clone()).unwrap_or_default(),
        batch_source: source.map(source_message),
        version_tag: projection.version_tag.map(version_number),
        view_type: "featureView".to_owned(),
        ..proto::FeatureViewProjection::default()
    }
}

/// A snapshot of a view for the version history.
pub(crate) fn version_record(
    view: &FeatureView,
    number: u32,
    view_bytes: &[u8],
    version_id: &str,
    now: Timestamp,
) -> Vec<u8> {
    proto::FeatureViewVersionRecord {
        feature_view_name: view.name.clone(),
        project_id: view.project.clone(),
        version_number: version_number(number),
        feature_view_type: ObjectKind::FeatureView.as_str().replace(' ', "_"),
        feature_view_proto: view_bytes.to_vec(),
        created_timestamp: Some(timestamp(now)),
        description: String::new(),
        version_id: version_id.to_owned(),
    }
    .encode_to_vec()
}

fn field(field: &Field) -> proto::FeatureSpecV2 {
    proto::FeatureSpecV2 {
        name: field.name.clone(),
        value_type: field.value_type.number(),
        tags: field.tags.clone(),
        description: field.description.clone(),
        ..proto::FeatureSpecV2::default()
    }
}

fn join_key(key: &JoinKey) -> proto::FeatureSpecV2 {
    field(&Field::new(&key.name, key.value_type))
}

fn stamps(created: Option<Timestamp>, last_updated: Option<Timestamp>) -> Stamps {
    Stamps { created, last_updated }
}

fn version_number(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn duration(duration: Duration) -> google::Duration {
    let seconds = i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
    google::Duration { seconds, nanos: i32::try_from(duration.subsec_nanos()).unwrap_or_default() }
}
