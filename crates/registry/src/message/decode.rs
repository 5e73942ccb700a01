use std::collections::BTreeMap;
use std::time::Duration;

use larder_core::definition::{DataSourceKind, FeatureViewKind, FileFormat, OnDemandFeatureView, Project, ViewState};
use larder_core::{
    DUMMY_JOIN_KEY, DataSource, Entity, Error, FeatureService, FeatureView, FeatureViewProjection, Field, Interval,
    JoinKey, Result, Timestamp, ValueType,
};
use larder_proto::core as proto;
use larder_proto::core::data_source::{Options, SourceType};
use larder_proto::core::file_format::Format;
use larder_proto::google;

use super::DUMMY_ENTITY;
use super::encode::Stamps;
use crate::content::Object;
use crate::kind::ObjectKind;

/// Reads an object's bytes as a message.
fn decode<M: prost::Message + Default>(object: &Object) -> Result<M> {
    M::decode(object.bytes.as_slice()).map_err(|error| {
        Error::corrupt(format!("{} `{}` in the registry cannot be read", object.kind, object.id.name))
            .with("project", &object.id.project)
            .with_source(error)
            .with_hint("restore the registry from a backup, or apply the definitions to a new one")
    })
}

/// Reads feature views, which mean something only with the rest of their project.
pub(crate) struct Views<'a> {
    /// The entities that views refer to.
    pub(crate) entities: &'a BTreeMap<String, Entity>,
    /// Whether tables of views carry their version.
    pub(crate) versioning: bool,
}

/// What batch and stream views have in common.
struct ViewParts {
    spec: proto::FeatureViewSpec,
    meta: proto::FeatureViewMeta,
    kind: FeatureViewKind,
}

impl From<proto::FeatureView> for ViewParts {
    fn from(view: proto::FeatureView) -> Self {
        Self { spec: view.spec.unwrap_or_default(), meta: view.meta.unwrap_or_default(), kind: FeatureViewKind::Batch }
    }
}

impl From<proto::StreamFeatureView> for ViewParts {
    fn from(view: proto::StreamFeatureView) -> Self {
        let spec = view.spec.unwrap_or_default();
        let spec = proto::FeatureViewSpec {
            name: spec.name,
            entities: spec.entities,
            features: spec.features,
            tags: spec.tags,
            ttl: spec.ttl,
            batch_source: spec.batch_source,
            online: spec.online,
            stream_source: spec.stream_source,
            description: spec.description,
            owner: spec.owner,
            entity_columns: spec.entity_columns,
            disabled: spec.disabled,
            ..proto::FeatureViewSpec::default()
        };
        Self { spec, meta: view.meta.unwrap_or_default(), kind: FeatureViewKind::Stream }
    }
}

impl Views<'_> {
    /// A batch or stream view.
    pub(crate) fn feature_view(&self, object: &Object) -> Result<FeatureView> {
        match object.kind {
            ObjectKind::StreamFeatureView => self.view(object, decode::<proto::StreamFeatureView>(object)?.into()),
            _ => self.view(object, decode::<proto::FeatureView>(object)?.into()),
        }
        .map_err(|error| error.with("feature view", &object.id.name))
    }

    fn view(&self, object: &Object, view: ViewParts) -> Result<FeatureView> {
        let ViewParts { spec, meta, kind } = view;
        let intervals = meta.materialization_intervals.iter().map(interval).collect::<Result<_>>()?;
        let current_version = u32::try_from(meta.current_version_number).unwrap_or(0);
        Ok(FeatureView {
            join_keys: self.join_keys(&spec),
            entities: if spec.entities.is_empty() { vec![DUMMY_ENTITY.to_owned()] } else { spec.entities },
            features: spec.features.into_iter().map(field).collect(),
            ttl: spec.ttl.map(duration).transpose()?.flatten(),
            // A SQL registry says it beside the message only.
            project: object.id.project.clone(),
            online: spec.online,
            disabled: spec.disabled,
            batch_source: spec.batch_source.map(source_parts),
            stream_source: spec.stream_source.map(source_parts),
            description: spec.description,
            tags: spec.tags,
            owner: spec.owner,
            storage_version: if self.versioning { current_version } else { 0 },
            current_version,
            state: ViewState::from_number(meta.state),
            materialization_intervals: intervals,
            created: instant(meta.created_timestamp)?,
            last_updated: instant(meta.last_updated_timestamp)?,
            name: spec.name,
            kind,
        })
    }

    /// The join keys in the order of the view's entities: named by the entity, typed by the view's own columns.
    fn join_keys(&self, spec: &proto::FeatureViewSpec) -> Vec<JoinKey> {
        let column = |name: &str| spec.entity_columns.iter().find(|column| column.name == name);
        let dummy = || JoinKey { name: DUMMY_JOIN_KEY.to_owned(), value_type: ValueType::String };
        if spec.entities.is_empty() && spec.entity_columns.is_empty() {
            return vec![dummy()];
        }
        if spec.entities.is_empty() {
            return spec.entity_columns.iter().map(column_key).collect();
        }
        let key = |(index, name): (usize, &String)| {
            if name == DUMMY_ENTITY {
                return dummy();
            }
            match (self.entities.get(name), spec.entity_columns.get(index)) {
                (Some(entity), _) => {
                    let own = column(&entity.join_key).map(|column| ValueType::from_number(column.value_type));
                    let value_type = own.filter(|own| *own != ValueType::Invalid).unwrap_or(entity.value_type);
                    JoinKey { name: entity.join_key.clone(), value_type }
                }
                // The registry lost the entity: its column is all that is known of it.
                (None, Some(column)) => column_key(column),
                (None, None) => JoinKey { name: name.clone(), value_type: ValueType::Invalid },
            }
        };
        spec.entities.iter().enumerate().map(key).collect()
    }

    /// A version of a view from the history; `None` for kinds that are never read online from there.
    pub(crate) fn version(&self, object: &Object) -> Result<Option<FeatureView>> {
        let record: proto::FeatureViewVersionRecord = decode(object)?;
        let kind = match record.feature_view_type.as_str() {
            "feature_view" => ObjectKind::FeatureView,
            "stream_feature_view" => ObjectKind::StreamFeatureView,
            _ => return Ok(None),
        };
        let mut view = self.feature_view(&Object { kind, bytes: record.feature_view_proto, ..object.clone() })?;
        view.current_version = u32::try_from(record.version_number).unwrap_or(0);
        view.storage_version = view.current_version;
        Ok(Some(view))
    }
}

fn column_key(column: &proto::FeatureSpecV2) -> JoinKey {
    JoinKey { name: column.name.clone(), value_type: ValueType::from_number(column.value_type) }
}

pub(crate) fn project(object: &Object) -> Result<Project> {
    let project: proto::Project = decode(object)?;
    let (spec, meta) = (project.spec.unwrap_or_default(), project.meta.unwrap_or_default());
    Ok(Project {
        name: spec.name,
        description: spec.description,
        tags: spec.tags,
        owner: spec.owner,
        created: instant(meta.created_timestamp)?,
        last_updated: instant(meta.last_updated_timestamp)?,
    })
}

pub(crate) fn entity(object: &Object) -> Result<Entity> {
    let entity: proto::Entity = decode(object)?;
    let (spec, meta) = (entity.spec.unwrap_or_default(), entity.meta.unwrap_or_default());
    Ok(Entity {
        name: spec.name,
        join_key: spec.join_key,
        value_type: ValueType::from_number(spec.value_type),
        description: spec.description,
        tags: spec.tags,
        owner: spec.owner,
        created: instant(meta.created_timestamp)?,
        last_updated: instant(meta.last_updated_timestamp)?,
    })
}

pub(crate) fn feature_service(object: &Object) -> Result<FeatureService> {
    let service: proto::FeatureService = decode(object)?;
    let (spec, meta) = (service.spec.unwrap_or_default(), service.meta.unwrap_or_default());
    Ok(FeatureService {
        name: spec.name,
        projections: spec.features.into_iter().map(projection).collect(),
        description: spec.description,
        tags: spec.tags,
        owner: spec.owner,
        created: instant(meta.created_timestamp)?,
        last_updated: instant(meta.last_updated_timestamp)?,
    })
}

pub(crate) fn on_demand_feature_view(object: &Object) -> Result<OnDemandFeatureView> {
    let view: proto::OnDemandFeatureView = decode(object)?;
    let spec = view.spec.unwrap_or_default();
    Ok(OnDemandFeatureView {
        name: spec.name,
        features: spec.features.into_iter().map(field).collect(),
        description: spec.description,
        tags: spec.tags,
        owner: spec.owner,
    })
}

pub(crate) fn data_source(object: &Object) -> Result<DataSource> {
    decode(object).map(source_parts)
}

/// When a source was created and last changed, which its definition does not say.
pub(crate) fn source_stamps(object: &Object) -> Result<Stamps> {
    let source: proto::DataSource = decode(object)?;
    let meta = source.meta.unwrap_or_default();
    Ok(Stamps { created: instant(meta.created_timestamp)?, last_updated: instant(meta.last_updated_timestamp)? })
}

/// The number of a version of a view.
pub(crate) fn version_number(object: &Object) -> Result<u32> {
    let record: proto::FeatureViewVersionRecord = decode(object)?;
    Ok(u32::try_from(record.version_number).unwrap_or(0))
}

fn projection(projection: proto::FeatureViewProjection) -> FeatureViewProjection {
    FeatureViewProjection {
        feature_view_name: projection.feature_view_name,
        name_alias: projection.feature_view_name_alias,
        features: projection.feature_columns.into_iter().map(field).collect(),
        join_key_map: projection.join_key_map,
        version_tag: projection.version_tag.and_then(|tag| u32::try_from(tag).ok()),
    }
}

fn source_parts(source: proto::DataSource) -> DataSource {
    let batch_source = source.batch_source.map(|batch| Box::new(source_parts(*batch)));
    let kind = match (SourceType::try_from(source.r#type), source.options) {
        (Ok(SourceType::BatchFile), Some(Options::FileOptions(file))) => DataSourceKind::File {
            format: file_format(file.file_format.as_ref(), &file.uri),
            path: file.uri,
            s3_endpoint_override: file.s3_endpoint_override,
        },
        (Ok(SourceType::PushSource), _) => DataSourceKind::Push { batch_source },
        (Ok(SourceType::RequestSource), Some(Options::RequestDataOptions(request))) => {
            DataSourceKind::Request { schema: request.schema.into_iter().map(field).collect() }
        }
        (Ok(other), _) => DataSourceKind::Other { type_name: other.as_str_name().to_owned(), batch_source },
        (Err(_), _) => DataSourceKind::Other { type_name: format!("UNKNOWN({})", source.r#type), batch_source },
    };
    DataSource {
        name: source.name,
        kind,
        field_mapping: source.field_mapping,
        timestamp_field: source.timestamp_field,
        created_timestamp_column: source.created_timestamp_column,
        description: source.description,
        tags: source.tags,
        owner: source.owner,
    }
}

fn file_format(format: Option<&proto::FileFormat>, path: &str) -> FileFormat {
    match format.and_then(|format| format.format.as_ref()) {
        Some(Format::DeltaFormat(_)) => FileFormat::Delta,
        _ if path.ends_with(".csv") => FileFormat::Csv,
        _ => FileFormat::Parquet,
    }
}

fn field(field: proto::FeatureSpecV2) -> Field {
    Field {
        name: field.name,
        value_type: ValueType::from_number(field.value_type),
        description: field.description,
        tags: field.tags,
    }
}

fn interval(interval: &proto::MaterializationInterval) -> Result<Interval> {
    let end = |at: Option<google::Timestamp>| instant(at).map(|at| at.unwrap_or(Timestamp::EPOCH));
    Ok(Interval { start: end(interval.start_time)?, end: end(interval.end_time)? })
}

fn instant(at: Option<google::Timestamp>) -> Result<Option<Timestamp>> {
    let Some(at) = at else { return Ok(None) };
    Timestamp::from_seconds_and_nanos(at.seconds, at.nanos).map(Some).ok_or_else(|| {
        Error::corrupt(format!("a time in the registry is out of range: {} seconds since 1970", at.seconds))
    })
}

/// Feast's ttl: zero is for ever.
fn duration(duration: google::Duration) -> Result<Option<Duration>> {
    match (u64::try_from(duration.seconds), u32::try_from(duration.nanos)) {
        (Ok(0), Ok(0)) => Ok(None),
        (Ok(seconds), Ok(nanos)) if nanos < 1_000_000_000 => Ok(Some(Duration::new(seconds, nanos))),
        _ => Err(Error::corrupt(format!("a ttl in the registry is negative: {} seconds", duration.seconds))),
    }
}
