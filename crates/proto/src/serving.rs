//! `feast.serving` and Feast's package-less feature server: what clients of the online side send and receive.

use std::collections::BTreeMap;

use crate::types::{RepeatedValue, Value};

enumeration! {
    /// What a value in a response stands for (`feast/serving/ServingService.proto`).
    pub enum FieldStatus {
        Invalid = 0 => "INVALID",
        Present = 1 => "PRESENT",
        NullValue = 2 => "NULL_VALUE",
        NotFound = 3 => "NOT_FOUND",
        OutsideMaxAge = 4 => "OUTSIDE_MAX_AGE",
    }
}

/// Asks for the version of the server (`feast/serving/ServingService.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetFeastServingInfoRequest {}

/// The version of the server (`feast/serving/ServingService.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetFeastServingInfoResponse {
    #[prost(string, tag = "1")]
    pub version: String,
}

/// A feature of a view (`feast/serving/ServingService.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct FeatureReferenceV2 {
    #[prost(string, tag = "1")]
    pub feature_view_name: String,
    #[prost(string, tag = "2")]
    pub feature_name: String,
}

/// The request of old clients (`feast/serving/ServingService.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetOnlineFeaturesRequestV2 {
    #[prost(message, repeated, tag = "2")]
    pub entity_rows: Vec<get_online_features_request_v2::EntityRow>,
    #[prost(message, repeated, tag = "4")]
    pub features: Vec<FeatureReferenceV2>,
    #[prost(string, tag = "5")]
    pub project: String,
}

/// Parts of [`GetOnlineFeaturesRequestV2`].
pub mod get_online_features_request_v2 {
    use std::collections::BTreeMap;

    use crate::google::Timestamp;
    use crate::types::Value;

    /// The join keys of one entity (`feast/serving/ServingService.proto`).
    #[derive(Clone, PartialEq, prost::Message)]
    pub struct EntityRow {
        #[prost(message, optional, tag = "1")]
        pub timestamp: Option<Timestamp>,
        #[prost(btree_map = "string, message", tag = "2")]
        pub fields: BTreeMap<String, Value>,
    }
}

/// Names of features (`feast/serving/ServingService.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct FeatureList {
    #[prost(string, repeated, tag = "1")]
    pub val: Vec<String>,
}

/// Asks for features; `entities` has one column of values per join key (`feast/serving/ServingService.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetOnlineFeaturesRequest {
    #[prost(oneof = "get_online_features_request::Kind", tags = "1, 2")]
    pub kind: Option<get_online_features_request::Kind>,
    #[prost(btree_map = "string, message", tag = "3")]
    pub entities: BTreeMap<String, RepeatedValue>,
    #[prost(bool, tag = "4")]
    pub full_feature_names: bool,
    #[prost(btree_map = "string, message", tag = "5")]
    pub request_context: BTreeMap<String, RepeatedValue>,
    #[prost(bool, tag = "6")]
    pub include_feature_view_version_metadata: bool,
}

/// Parts of [`GetOnlineFeaturesRequest`].
pub mod get_online_features_request {
    use super::FeatureList;

    /// Which features: those of a service, or these.
    #[derive(Clone, PartialEq, prost::Oneof)]
    pub enum Kind {
        #[prost(string, tag = "1")]
        FeatureService(String),
        #[prost(message, tag = "2")]
        Features(FeatureList),
    }
}

/// One vector per feature name in the metadata (`feast/serving/ServingService.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetOnlineFeaturesResponse {
    #[prost(message, optional, tag = "1")]
    pub metadata: Option<GetOnlineFeaturesResponseMetadata>,
    #[prost(message, repeated, tag = "2")]
    pub results: Vec<get_online_features_response::FeatureVector>,
    #[prost(bool, tag = "3")]
    pub status: bool,
}

/// Parts of [`GetOnlineFeaturesResponse`].
pub mod get_online_features_response {
    use super::FieldStatus;
    use crate::google::Timestamp;
    use crate::types::Value;

    /// One feature for all entities of the request, by position (`feast/serving/ServingService.proto`).
    #[derive(Clone, PartialEq, prost::Message)]
    pub struct FeatureVector {
        #[prost(message, repeated, tag = "1")]
        pub values: Vec<Value>,
        #[prost(enumeration = "FieldStatus", repeated, tag = "2")]
        pub statuses: Vec<i32>,
        #[prost(message, repeated, tag = "3")]
        pub event_timestamps: Vec<Timestamp>,
    }
}

/// The version of a view that was read (`feast/serving/ServingService.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct FeatureViewMetadata {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(int32, tag = "2")]
    pub version: i32,
}

/// The names of the vectors, and versions of views if asked for (`feast/serving/ServingService.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetOnlineFeaturesResponseMetadata {
    #[prost(message, optional, tag = "1")]
    pub feature_names: Option<FeatureList>,
    #[prost(message, repeated, tag = "2")]
    pub feature_view_metadata: Vec<FeatureViewMetadata>,
}

/// One row for a push source (`feast/serving/GrpcServer.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct PushRequest {
    #[prost(btree_map = "string, string", tag = "1")]
    pub features: BTreeMap<String, String>,
    #[prost(string, tag = "2")]
    pub stream_feature_view: String,
    #[prost(bool, tag = "3")]
    pub allow_registry_cache: bool,
    #[prost(string, tag = "4")]
    pub to: String,
    #[prost(btree_map = "string, message", tag = "5")]
    pub typed_features: BTreeMap<String, Value>,
}

/// Whether the push was accepted (`feast/serving/GrpcServer.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct PushResponse {
    #[prost(bool, tag = "1")]
    pub status: bool,
}

/// One row for a feature view (`feast/serving/GrpcServer.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct WriteToOnlineStoreRequest {
    #[prost(btree_map = "string, string", tag = "1")]
    pub features: BTreeMap<String, String>,
    #[prost(string, tag = "2")]
    pub feature_view_name: String,
    #[prost(bool, tag = "3")]
    pub allow_registry_cache: bool,
    #[prost(btree_map = "string, message", tag = "4")]
    pub typed_features: BTreeMap<String, Value>,
}

/// Whether the row was written (`feast/serving/GrpcServer.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct WriteToOnlineStoreResponse {
    #[prost(bool, tag = "1")]
    pub status: bool,
}
