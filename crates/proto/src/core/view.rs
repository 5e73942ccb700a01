//! Feature views: batch, stream and label views, their projections and versions.

use std::collections::BTreeMap;

use super::{Aggregation, DataSource, FeatureSpecV2, FeatureTransformationV2, UserDefinedFunction};
use crate::google::{Duration, Timestamp};

enumeration! {
    /// Where a view is in its life (`feast/core/FeatureView.proto`).
    pub enum FeatureViewState {
        StateUnspecified = 0 => "STATE_UNSPECIFIED",
        Created = 1 => "CREATED",
        Generated = 2 => "GENERATED",
        Materializing = 3 => "MATERIALIZING",
        AvailableOnline = 4 => "AVAILABLE_ONLINE",
    }
}

/// Features of one source, by entity (`feast/core/FeatureView.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct FeatureView {
    #[prost(message, optional, tag = "1")]
    pub spec: Option<FeatureViewSpec>,
    #[prost(message, optional, tag = "2")]
    pub meta: Option<FeatureViewMeta>,
}

/// A feature view as its author declared it; `ttl` of zero means for ever (`feast/core/FeatureView.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct FeatureViewSpec {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(string, tag = "2")]
    pub project: String,
    #[prost(string, repeated, tag = "3")]
    pub entities: Vec<String>,
    #[prost(message, repeated, tag = "4")]
    pub features: Vec<FeatureSpecV2>,
    #[prost(btree_map = "string, string", tag = "5")]
    pub tags: BTreeMap<String, String>,
    #[prost(message, optional, tag = "6")]
    pub ttl: Option<Duration>,
    #[prost(message, optional, tag = "7")]
    pub batch_source: Option<DataSource>,
    #[prost(bool, tag = "8")]
    pub online: bool,
    #[prost(message, optional, tag = "9")]
    pub stream_source: Option<DataSource>,
    #[prost(string, tag = "10")]
    pub description: String,
    #[prost(string, tag = "11")]
    pub owner: String,
    #[prost(message, repeated, tag = "12")]
    pub entity_columns: Vec<FeatureSpecV2>,
    #[prost(bool, tag = "13")]
    pub offline: bool,
    #[prost(message, repeated, tag = "14")]
    pub source_views: Vec<FeatureViewSpec>,
    #[prost(message, optional, tag = "15")]
    pub feature_transformation: Option<FeatureTransformationV2>,
    #[prost(string, tag = "16")]
    pub mode: String,
    #[prost(bool, tag = "17")]
    pub enable_validation: bool,
    #[prost(string, tag = "18")]
    pub version: String,
    #[prost(string, tag = "19")]
    pub org: String,
    #[prost(bool, tag = "20")]
    pub disabled: bool,
}

/// What has happened to a feature view (`feast/core/FeatureView.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct FeatureViewMeta {
    #[prost(message, optional, tag = "1")]
    pub created_timestamp: Option<Timestamp>,
    #[prost(message, optional, tag = "2")]
    pub last_updated_timestamp: Option<Timestamp>,
    #[prost(message, repeated, tag = "3")]
    pub materialization_intervals: Vec<MaterializationInterval>,
    #[prost(int32, tag = "4")]
    pub current_version_number: i32,
    #[prost(string, tag = "5")]
    pub version_id: String,
    #[prost(enumeration = "FeatureViewState", tag = "6")]
    pub state: i32,
}

/// A span of events that was materialized (`feast/core/FeatureView.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct MaterializationInterval {
    #[prost(message, optional, tag = "1")]
    pub start_time: Option<Timestamp>,
    #[prost(message, optional, tag = "2")]
    pub end_time: Option<Timestamp>,
}

/// Some features of a view, as a service or an on demand view sees them (`feast/core/FeatureViewProjection.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct FeatureViewProjection {
    #[prost(string, tag = "1")]
    pub feature_view_name: String,
    #[prost(message, repeated, tag = "2")]
    pub feature_columns: Vec<FeatureSpecV2>,
    #[prost(string, tag = "3")]
    pub feature_view_name_alias: String,
    #[prost(btree_map = "string, string", tag = "4")]
    pub join_key_map: BTreeMap<String, String>,
    #[prost(string, tag = "5")]
    pub timestamp_field: String,
    #[prost(string, tag = "6")]
    pub date_partition_column: String,
    #[prost(string, tag = "7")]
    pub created_timestamp_column: String,
    #[prost(message, optional, tag = "8")]
    pub batch_source: Option<DataSource>,
    #[prost(message, optional, tag = "9")]
    pub stream_source: Option<DataSource>,
    #[prost(int32, optional, tag = "10")]
    pub version_tag: Option<i32>,
    #[prost(string, tag = "11")]
    pub view_type: String,
}

/// One saved version of a view; `feature_view_proto` is the encoded view (`feast/core/FeatureViewVersion.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct FeatureViewVersionRecord {
    #[prost(string, tag = "1")]
    pub feature_view_name: String,
    #[prost(string, tag = "2")]
    pub project_id: String,
    #[prost(int32, tag = "3")]
    pub version_number: i32,
    #[prost(string, tag = "4")]
    pub feature_view_type: String,
    #[prost(bytes = "vec", tag = "5")]
    pub feature_view_proto: Vec<u8>,
    #[prost(message, optional, tag = "6")]
    pub created_timestamp: Option<Timestamp>,
    #[prost(string, tag = "7")]
    pub description: String,
    #[prost(string, tag = "8")]
    pub version_id: String,
}

/// All saved versions of all views (`feast/core/FeatureViewVersion.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct FeatureViewVersionHistory {
    #[prost(message, repeated, tag = "1")]
    pub records: Vec<FeatureViewVersionRecord>,
}

/// Features computed from a stream (`feast/core/StreamFeatureView.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct StreamFeatureView {
    #[prost(message, optional, tag = "1")]
    pub spec: Option<StreamFeatureViewSpec>,
    #[prost(message, optional, tag = "2")]
    pub meta: Option<FeatureViewMeta>,
}

/// A stream feature view as its author declared it (`feast/core/StreamFeatureView.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct StreamFeatureViewSpec {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(string, tag = "2")]
    pub project: String,
    #[prost(string, repeated, tag = "3")]
    pub entities: Vec<String>,
    #[prost(message, repeated, tag = "4")]
    pub features: Vec<FeatureSpecV2>,
    #[prost(message, repeated, tag = "5")]
    pub entity_columns: Vec<FeatureSpecV2>,
    #[prost(string, tag = "6")]
    pub description: String,
    #[prost(btree_map = "string, string", tag = "7")]
    pub tags: BTreeMap<String, String>,
    #[prost(string, tag = "8")]
    pub owner: String,
    #[prost(message, optional, tag = "9")]
    pub ttl: Option<Duration>,
    #[prost(message, optional, tag = "10")]
    pub batch_source: Option<DataSource>,
    #[prost(message, optional, tag = "11")]
    pub stream_source: Option<DataSource>,
    #[prost(bool, tag = "12")]
    pub online: bool,
    #[prost(message, optional, tag = "13")]
    pub user_defined_function: Option<UserDefinedFunction>,
    #[prost(string, tag = "14")]
    pub mode: String,
    #[prost(message, repeated, tag = "15")]
    pub aggregations: Vec<Aggregation>,
    #[prost(string, tag = "16")]
    pub timestamp_field: String,
    #[prost(message, optional, tag = "17")]
    pub feature_transformation: Option<FeatureTransformationV2>,
    #[prost(bool, tag = "18")]
    pub enable_tiling: bool,
    #[prost(message, optional, tag = "19")]
    pub tiling_hop_size: Option<Duration>,
    #[prost(bool, tag = "20")]
    pub enable_validation: bool,
    #[prost(string, tag = "21")]
    pub version: String,
    #[prost(string, tag = "22")]
    pub org: String,
    #[prost(bool, tag = "23")]
    pub disabled: bool,
}

enumeration! {
    /// Which of several labels counts (`feast/core/LabelView.proto`).
    pub enum ConflictResolutionPolicy {
        LastWriteWins = 0 => "LAST_WRITE_WINS",
        LabelerPriority = 1 => "LABELER_PRIORITY",
        MajorityVote = 2 => "MAJORITY_VOTE",
    }
}

/// Labels that people gave to entities (`feast/core/LabelView.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct LabelView {
    #[prost(message, optional, tag = "1")]
    pub spec: Option<LabelViewSpec>,
    #[prost(message, optional, tag = "2")]
    pub meta: Option<LabelViewMeta>,
}

/// A label view as its author declared it (`feast/core/LabelView.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct LabelViewSpec {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(string, tag = "2")]
    pub project: String,
    #[prost(string, repeated, tag = "3")]
    pub entities: Vec<String>,
    #[prost(message, repeated, tag = "4")]
    pub features: Vec<FeatureSpecV2>,
    #[prost(btree_map = "string, string", tag = "5")]
    pub tags: BTreeMap<String, String>,
    #[prost(message, optional, tag = "6")]
    pub ttl: Option<Duration>,
    #[prost(message, optional, tag = "7")]
    pub source: Option<DataSource>,
    #[prost(bool, tag = "8")]
    pub online: bool,
    #[prost(string, tag = "9")]
    pub description: String,
    #[prost(string, tag = "10")]
    pub owner: String,
    #[prost(message, repeated, tag = "11")]
    pub entity_columns: Vec<FeatureSpecV2>,
    #[prost(string, tag = "12")]
    pub labeler_field: String,
    #[prost(enumeration = "ConflictResolutionPolicy", tag = "13")]
    pub conflict_policy: i32,
    #[prost(bool, tag = "14")]
    pub retain_history: bool,
    #[prost(string, tag = "15")]
    pub reference_feature_view: String,
}

/// When it was created and last changed (`feast/core/LabelView.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct LabelViewMeta {
    #[prost(message, optional, tag = "1")]
    pub created_timestamp: Option<Timestamp>,
    #[prost(message, optional, tag = "2")]
    pub last_updated_timestamp: Option<Timestamp>,
}

/// What Feast had before feature views (`feast/core/FeatureTable.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct FeatureTable {
    #[prost(message, optional, tag = "1")]
    pub spec: Option<FeatureTableSpec>,
    #[prost(message, optional, tag = "2")]
    pub meta: Option<FeatureTableMeta>,
}

/// A feature table as its author declared it (`feast/core/FeatureTable.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct FeatureTableSpec {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(string, repeated, tag = "3")]
    pub entities: Vec<String>,
    #[prost(message, repeated, tag = "4")]
    pub features: Vec<FeatureSpecV2>,
    #[prost(btree_map = "string, string", tag = "5")]
    pub labels: BTreeMap<String, String>,
    #[prost(message, optional, tag = "6")]
    pub max_age: Option<Duration>,
    #[prost(message, optional, tag = "7")]
    pub batch_source: Option<DataSource>,
    #[prost(message, optional, tag = "8")]
    pub stream_source: Option<DataSource>,
    #[prost(string, tag = "9")]
    pub project: String,
}

/// When a feature table was created and changed, and its revision (`feast/core/FeatureTable.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct FeatureTableMeta {
    #[prost(message, optional, tag = "1")]
    pub created_timestamp: Option<Timestamp>,
    #[prost(message, optional, tag = "2")]
    pub last_updated_timestamp: Option<Timestamp>,
    #[prost(int64, tag = "3")]
    pub revision: i64,
    #[prost(string, tag = "4")]
    pub hash: String,
}
