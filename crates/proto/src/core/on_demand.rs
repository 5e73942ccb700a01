//! On demand feature views: computed at request time from other views and from request data.

use std::collections::BTreeMap;

use super::{Aggregation, FeatureSpecV2, FeatureTransformationV2, FeatureViewState};
use crate::google::Timestamp;

/// Features computed at request time (`feast/core/OnDemandFeatureView.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct OnDemandFeatureView {
    #[prost(message, optional, tag = "1")]
    pub spec: Option<OnDemandFeatureViewSpec>,
    #[prost(message, optional, tag = "2")]
    pub meta: Option<OnDemandFeatureViewMeta>,
}

/// An on demand feature view as its author declared it (`feast/core/OnDemandFeatureView.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct OnDemandFeatureViewSpec {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(string, tag = "2")]
    pub project: String,
    #[prost(message, repeated, tag = "3")]
    pub features: Vec<FeatureSpecV2>,
    #[prost(btree_map = "string, message", tag = "4")]
    pub sources: BTreeMap<String, OnDemandSource>,
    #[prost(message, optional, tag = "5")]
    pub user_defined_function: Option<UserDefinedFunction>,
    #[prost(string, tag = "6")]
    pub description: String,
    #[prost(btree_map = "string, string", tag = "7")]
    pub tags: BTreeMap<String, String>,
    #[prost(string, tag = "8")]
    pub owner: String,
    #[prost(message, optional, tag = "10")]
    pub feature_transformation: Option<FeatureTransformationV2>,
    #[prost(string, tag = "11")]
    pub mode: String,
    #[prost(bool, tag = "12")]
    pub write_to_online_store: bool,
    #[prost(string, repeated, tag = "13")]
    pub entities: Vec<String>,
    #[prost(message, repeated, tag = "14")]
    pub entity_columns: Vec<FeatureSpecV2>,
    #[prost(bool, tag = "15")]
    pub singleton: bool,
    #[prost(message, repeated, tag = "16")]
    pub aggregations: Vec<Aggregation>,
    #[prost(string, tag = "17")]
    pub version: String,
    #[prost(string, tag = "18")]
    pub org: String,
    #[prost(bool, tag = "19")]
    pub disabled: bool,
}

/// What has happened to an on demand feature view (`feast/core/OnDemandFeatureView.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct OnDemandFeatureViewMeta {
    #[prost(message, optional, tag = "1")]
    pub created_timestamp: Option<Timestamp>,
    #[prost(message, optional, tag = "2")]
    pub last_updated_timestamp: Option<Timestamp>,
    #[prost(int32, tag = "3")]
    pub current_version_number: i32,
    #[prost(string, tag = "4")]
    pub version_id: String,
    #[prost(enumeration = "FeatureViewState", tag = "5")]
    pub state: i32,
}

/// An input of an on demand feature view (`feast/core/OnDemandFeatureView.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct OnDemandSource {
    #[prost(oneof = "on_demand_source::Source", tags = "1, 2, 3")]
    pub source: Option<on_demand_source::Source>,
}

/// Parts of [`OnDemandSource`].
pub mod on_demand_source {
    use super::super::{DataSource, FeatureView, FeatureViewProjection};

    /// The kind of input.
    #[derive(Clone, PartialEq, prost::Oneof)]
    pub enum Source {
        #[prost(message, boxed, tag = "1")]
        FeatureView(Box<FeatureView>),
        #[prost(message, boxed, tag = "2")]
        RequestDataSource(Box<DataSource>),
        #[prost(message, boxed, tag = "3")]
        FeatureViewProjection(Box<FeatureViewProjection>),
    }
}

/// A function, as registries before `FeatureTransformationV2` have it (`feast/core/OnDemandFeatureView.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct UserDefinedFunction {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(bytes = "vec", tag = "2")]
    pub body: Vec<u8>,
    #[prost(string, tag = "3")]
    pub body_text: String,
}
