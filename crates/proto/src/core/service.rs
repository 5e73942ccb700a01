//! Feature services: named sets of features, their logging, and the vectors computed ahead for them.

use std::collections::BTreeMap;

use super::FeatureViewProjection;
use crate::google::Timestamp;
use crate::types::Value;

/// A named set of features for one model (`feast/core/FeatureService.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct FeatureService {
    #[prost(message, optional, tag = "1")]
    pub spec: Option<FeatureServiceSpec>,
    #[prost(message, optional, tag = "2")]
    pub meta: Option<FeatureServiceMeta>,
}

/// A feature service as its author declared it (`feast/core/FeatureService.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct FeatureServiceSpec {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(string, tag = "2")]
    pub project: String,
    #[prost(message, repeated, tag = "3")]
    pub features: Vec<FeatureViewProjection>,
    #[prost(btree_map = "string, string", tag = "4")]
    pub tags: BTreeMap<String, String>,
    #[prost(string, tag = "5")]
    pub description: String,
    #[prost(string, tag = "6")]
    pub owner: String,
    #[prost(message, optional, tag = "7")]
    pub logging_config: Option<LoggingConfig>,
    #[prost(bool, tag = "8")]
    pub precompute_online: bool,
}

/// When it was created and last changed (`feast/core/FeatureService.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct FeatureServiceMeta {
    #[prost(message, optional, tag = "1")]
    pub created_timestamp: Option<Timestamp>,
    #[prost(message, optional, tag = "2")]
    pub last_updated_timestamp: Option<Timestamp>,
}

/// Where served features are logged (`feast/core/FeatureService.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct LoggingConfig {
    #[prost(float, tag = "1")]
    pub sample_rate: f32,
    #[prost(oneof = "logging_config::Destination", tags = "3, 4, 5, 6, 7, 8, 9")]
    pub destination: Option<logging_config::Destination>,
}

/// Parts of [`LoggingConfig`].
pub mod logging_config {
    use std::collections::BTreeMap;

    /// The place.
    #[derive(Clone, PartialEq, prost::Oneof)]
    pub enum Destination {
        #[prost(message, tag = "3")]
        FileDestination(FileDestination),
        #[prost(message, tag = "4")]
        BigqueryDestination(BigQueryDestination),
        #[prost(message, tag = "5")]
        RedshiftDestination(RedshiftDestination),
        #[prost(message, tag = "6")]
        SnowflakeDestination(SnowflakeDestination),
        #[prost(message, tag = "7")]
        CustomDestination(CustomDestination),
        #[prost(message, tag = "8")]
        AthenaDestination(AthenaDestination),
        #[prost(message, tag = "9")]
        CouchbaseColumnarDestination(CouchbaseColumnarDestination),
    }

    /// Logs in Parquet files (`feast/core/FeatureService.proto`).
    #[derive(Clone, PartialEq, prost::Message)]
    pub struct FileDestination {
        #[prost(string, tag = "1")]
        pub path: String,
        #[prost(string, tag = "2")]
        pub s3_endpoint_override: String,
        #[prost(string, repeated, tag = "3")]
        pub partition_by: Vec<String>,
    }

    /// Logs in a BigQuery table (`feast/core/FeatureService.proto`).
    #[derive(Clone, PartialEq, prost::Message)]
    pub struct BigQueryDestination {
        #[prost(string, tag = "1")]
        pub table_ref: String,
    }

    /// Logs in a Redshift table (`feast/core/FeatureService.proto`).
    #[derive(Clone, PartialEq, prost::Message)]
    pub struct RedshiftDestination {
        #[prost(string, tag = "1")]
        pub table_name: String,
    }

    /// Logs in an Athena table (`feast/core/FeatureService.proto`).
    #[derive(Clone, PartialEq, prost::Message)]
    pub struct AthenaDestination {
        #[prost(string, tag = "1")]
        pub table_name: String,
    }

    /// Logs in a Snowflake table (`feast/core/FeatureService.proto`).
    #[derive(Clone, PartialEq, prost::Message)]
    pub struct SnowflakeDestination {
        #[prost(string, tag = "1")]
        pub table_name: String,
    }

    /// Logs in a place that Feast does not know (`feast/core/FeatureService.proto`).
    #[derive(Clone, PartialEq, prost::Message)]
    pub struct CustomDestination {
        #[prost(string, tag = "1")]
        pub kind: String,
        #[prost(btree_map = "string, string", tag = "2")]
        pub config: BTreeMap<String, String>,
    }

    /// Logs in a Couchbase Columnar collection (`feast/core/FeatureService.proto`).
    #[derive(Clone, PartialEq, prost::Message)]
    pub struct CouchbaseColumnarDestination {
        #[prost(string, tag = "1")]
        pub database: String,
        #[prost(string, tag = "2")]
        pub scope: String,
        #[prost(string, tag = "3")]
        pub collection: String,
    }
}

/// All values of a feature service for one entity, as one blob (`feast/core/PrecomputedFeatureVector.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct PrecomputedFeatureVector {
    #[prost(string, repeated, tag = "1")]
    pub feature_names: Vec<String>,
    #[prost(message, repeated, tag = "2")]
    pub values: Vec<Value>,
    #[prost(message, repeated, tag = "3")]
    pub fv_timestamps: Vec<FeatureViewTimestamp>,
    #[prost(message, optional, tag = "4")]
    pub precomputed_at: Option<Timestamp>,
}

/// The event time of a view's part of the vector (`feast/core/PrecomputedFeatureVector.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct FeatureViewTimestamp {
    #[prost(string, tag = "1")]
    pub feature_view_name: String,
    #[prost(message, optional, tag = "2")]
    pub event_timestamp: Option<Timestamp>,
}
