//! The registry file, and projects.

use std::collections::BTreeMap;

use super::{
    DataSource, Entity, FeatureService, FeatureTable, FeatureView, FeatureViewVersionHistory, Infra, LabelView,
    OnDemandFeatureView, Permission, SavedDataset, StreamFeatureView, ValidationReference,
};
use crate::google::Timestamp;

/// Everything that `registry.db` holds (`feast/core/Registry.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct Registry {
    #[prost(message, repeated, tag = "1")]
    pub entities: Vec<Entity>,
    #[prost(message, repeated, tag = "2")]
    pub feature_tables: Vec<FeatureTable>,
    #[prost(string, tag = "3")]
    pub registry_schema_version: String,
    #[prost(string, tag = "4")]
    pub version_id: String,
    #[prost(message, optional, tag = "5")]
    pub last_updated: Option<Timestamp>,
    #[prost(message, repeated, tag = "6")]
    pub feature_views: Vec<FeatureView>,
    #[prost(message, repeated, tag = "7")]
    pub feature_services: Vec<FeatureService>,
    #[prost(message, repeated, tag = "8")]
    pub on_demand_feature_views: Vec<OnDemandFeatureView>,
    #[prost(message, optional, tag = "10")]
    pub infra: Option<Infra>,
    #[prost(message, repeated, tag = "11")]
    pub saved_datasets: Vec<SavedDataset>,
    #[prost(message, repeated, tag = "12")]
    pub data_sources: Vec<DataSource>,
    #[prost(message, repeated, tag = "13")]
    pub validation_references: Vec<ValidationReference>,
    #[prost(message, repeated, tag = "14")]
    pub stream_feature_views: Vec<StreamFeatureView>,
    #[prost(message, repeated, tag = "15")]
    pub project_metadata: Vec<ProjectMetadata>,
    #[prost(message, repeated, tag = "16")]
    pub permissions: Vec<Permission>,
    #[prost(message, repeated, tag = "17")]
    pub projects: Vec<Project>,
    #[prost(message, optional, tag = "18")]
    pub feature_view_version_history: Option<FeatureViewVersionHistory>,
    #[prost(message, repeated, tag = "19")]
    pub label_views: Vec<LabelView>,
}

/// A project's unique id (`feast/core/Registry.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct ProjectMetadata {
    #[prost(string, tag = "1")]
    pub project: String,
    #[prost(string, tag = "2")]
    pub project_uuid: String,
}

/// A project (`feast/core/Project.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct Project {
    #[prost(message, optional, tag = "1")]
    pub spec: Option<ProjectSpec>,
    #[prost(message, optional, tag = "2")]
    pub meta: Option<ProjectMeta>,
}

/// A project's name and description (`feast/core/Project.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct ProjectSpec {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(string, tag = "2")]
    pub description: String,
    #[prost(btree_map = "string, string", tag = "3")]
    pub tags: BTreeMap<String, String>,
    #[prost(string, tag = "4")]
    pub owner: String,
}

/// When it was created and last changed (`feast/core/Project.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct ProjectMeta {
    #[prost(message, optional, tag = "1")]
    pub created_timestamp: Option<Timestamp>,
    #[prost(message, optional, tag = "2")]
    pub last_updated_timestamp: Option<Timestamp>,
}
