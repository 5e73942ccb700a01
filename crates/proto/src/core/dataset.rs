//! Saved datasets and what later data is compared with.

use std::collections::BTreeMap;

use crate::google::Timestamp;

/// A saved dataset as it was declared (`feast/core/SavedDataset.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct SavedDatasetSpec {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(string, tag = "2")]
    pub project: String,
    #[prost(string, repeated, tag = "3")]
    pub features: Vec<String>,
    #[prost(string, repeated, tag = "4")]
    pub join_keys: Vec<String>,
    #[prost(bool, tag = "5")]
    pub full_feature_names: bool,
    #[prost(message, optional, tag = "6")]
    pub storage: Option<SavedDatasetStorage>,
    #[prost(btree_map = "string, string", tag = "7")]
    pub tags: BTreeMap<String, String>,
    #[prost(string, tag = "8")]
    pub feature_service_name: String,
    #[prost(string, tag = "9")]
    pub namespace: String,
    #[prost(string, tag = "10")]
    pub collection: String,
    #[prost(string, tag = "11")]
    pub description: String,
    #[prost(message, repeated, tag = "12")]
    pub columns: Vec<SavedDatasetColumn>,
}

/// A column of a saved dataset (`feast/core/SavedDataset.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct SavedDatasetColumn {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(string, tag = "2")]
    pub r#type: String,
    #[prost(string, tag = "3")]
    pub description: String,
    #[prost(bool, optional, tag = "4")]
    pub nullable: Option<bool>,
}

/// Where a saved dataset lies (`feast/core/SavedDataset.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct SavedDatasetStorage {
    #[prost(oneof = "saved_dataset_storage::Kind", tags = "4, 5, 6, 7, 8, 9, 10, 11")]
    pub kind: Option<saved_dataset_storage::Kind>,
}

/// Parts of [`SavedDatasetStorage`].
pub mod saved_dataset_storage {
    use super::super::data_source::{
        AthenaOptions, BigQueryOptions, CustomSourceOptions, FileOptions, RedshiftOptions, SnowflakeOptions,
        SparkOptions, TrinoOptions,
    };

    /// The place.
    #[derive(Clone, PartialEq, prost::Oneof)]
    pub enum Kind {
        #[prost(message, tag = "4")]
        FileStorage(FileOptions),
        #[prost(message, tag = "5")]
        BigqueryStorage(BigQueryOptions),
        #[prost(message, tag = "6")]
        RedshiftStorage(RedshiftOptions),
        #[prost(message, tag = "7")]
        SnowflakeStorage(SnowflakeOptions),
        #[prost(message, tag = "8")]
        TrinoStorage(TrinoOptions),
        #[prost(message, tag = "9")]
        SparkStorage(SparkOptions),
        #[prost(message, tag = "10")]
        CustomStorage(CustomSourceOptions),
        #[prost(message, tag = "11")]
        AthenaStorage(AthenaOptions),
    }
}

/// When a saved dataset was created and changed, and the span of its events (`feast/core/SavedDataset.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct SavedDatasetMeta {
    #[prost(message, optional, tag = "1")]
    pub created_timestamp: Option<Timestamp>,
    #[prost(message, optional, tag = "2")]
    pub last_updated_timestamp: Option<Timestamp>,
    #[prost(message, optional, tag = "3")]
    pub min_event_timestamp: Option<Timestamp>,
    #[prost(message, optional, tag = "4")]
    pub max_event_timestamp: Option<Timestamp>,
}

/// The kept result of a historical retrieval (`feast/core/SavedDataset.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct SavedDataset {
    #[prost(message, optional, tag = "1")]
    pub spec: Option<SavedDatasetSpec>,
    #[prost(message, optional, tag = "2")]
    pub meta: Option<SavedDatasetMeta>,
}

/// A Great Expectations profiler (`feast/core/ValidationProfile.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct GeValidationProfiler {
    #[prost(message, optional, tag = "1")]
    pub profiler: Option<ge_validation_profiler::UserDefinedProfiler>,
}

/// Parts of [`GeValidationProfiler`].
pub mod ge_validation_profiler {
    /// A profiler as Feast pickled it (`feast/core/ValidationProfile.proto`).
    #[derive(Clone, PartialEq, prost::Message)]
    pub struct UserDefinedProfiler {
        #[prost(bytes = "vec", tag = "1")]
        pub body: Vec<u8>,
    }
}

/// A Great Expectations suite (`feast/core/ValidationProfile.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct GeValidationProfile {
    #[prost(bytes = "vec", tag = "1")]
    pub expectation_suite: Vec<u8>,
}

/// A dataset that later data is compared with (`feast/core/ValidationProfile.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct ValidationReference {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(string, tag = "2")]
    pub reference_dataset_name: String,
    #[prost(string, tag = "3")]
    pub project: String,
    #[prost(string, tag = "4")]
    pub description: String,
    #[prost(btree_map = "string, string", tag = "5")]
    pub tags: BTreeMap<String, String>,
    #[prost(oneof = "validation_reference::Profiler", tags = "6")]
    pub profiler: Option<validation_reference::Profiler>,
    #[prost(oneof = "validation_reference::CachedProfile", tags = "7")]
    pub cached_profile: Option<validation_reference::CachedProfile>,
}

/// Parts of [`ValidationReference`].
pub mod validation_reference {
    use super::{GeValidationProfile, GeValidationProfiler};

    /// What makes the profile.
    #[derive(Clone, PartialEq, prost::Oneof)]
    pub enum Profiler {
        #[prost(message, tag = "6")]
        GeProfiler(GeValidationProfiler),
    }

    /// The profile made before.
    #[derive(Clone, PartialEq, prost::Oneof)]
    pub enum CachedProfile {
        #[prost(message, tag = "7")]
        GeProfile(GeValidationProfile),
    }
}
