//! Entities, and the feature columns that views have.

use std::collections::BTreeMap;

use crate::google::Timestamp;
use crate::types::ValueType;

/// What features describe (`feast/core/Entity.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct Entity {
    #[prost(message, optional, tag = "1")]
    pub spec: Option<EntitySpecV2>,
    #[prost(message, optional, tag = "2")]
    pub meta: Option<EntityMeta>,
}

/// An entity's name and join key (`feast/core/Entity.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct EntitySpecV2 {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(enumeration = "ValueType", tag = "2")]
    pub value_type: i32,
    #[prost(string, tag = "3")]
    pub description: String,
    #[prost(string, tag = "4")]
    pub join_key: String,
    #[prost(btree_map = "string, string", tag = "8")]
    pub tags: BTreeMap<String, String>,
    #[prost(string, tag = "9")]
    pub project: String,
    #[prost(string, tag = "10")]
    pub owner: String,
}

/// When it was created and last changed (`feast/core/Entity.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct EntityMeta {
    #[prost(message, optional, tag = "1")]
    pub created_timestamp: Option<Timestamp>,
    #[prost(message, optional, tag = "2")]
    pub last_updated_timestamp: Option<Timestamp>,
}

/// A column of a view; Feast also writes value types 30 and 31, which [`ValueType`] lacks (`feast/core/Feature.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct FeatureSpecV2 {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(enumeration = "ValueType", tag = "2")]
    pub value_type: i32,
    #[prost(btree_map = "string, string", tag = "3")]
    pub tags: BTreeMap<String, String>,
    #[prost(string, tag = "4")]
    pub description: String,
    #[prost(bool, tag = "5")]
    pub vector_index: bool,
    #[prost(string, tag = "6")]
    pub vector_search_metric: String,
    #[prost(int32, tag = "7")]
    pub vector_length: i32,
}
