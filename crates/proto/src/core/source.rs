//! Where feature data comes from.

use std::collections::BTreeMap;

/// A source of feature rows (`feast/core/DataSource.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct DataSource {
    #[prost(enumeration = "data_source::SourceType", tag = "1")]
    pub r#type: i32,
    #[prost(btree_map = "string, string", tag = "2")]
    pub field_mapping: BTreeMap<String, String>,
    #[prost(string, tag = "3")]
    pub timestamp_field: String,
    #[prost(string, tag = "4")]
    pub date_partition_column: String,
    #[prost(string, tag = "5")]
    pub created_timestamp_column: String,
    #[prost(oneof = "data_source::Options", tags = "11, 12, 13, 14, 15, 16, 18, 19, 22, 27, 30, 35")]
    pub options: Option<data_source::Options>,
    #[prost(string, tag = "17")]
    pub data_source_class_type: String,
    #[prost(string, tag = "20")]
    pub name: String,
    #[prost(string, tag = "21")]
    pub project: String,
    #[prost(string, tag = "23")]
    pub description: String,
    #[prost(btree_map = "string, string", tag = "24")]
    pub tags: BTreeMap<String, String>,
    #[prost(string, tag = "25")]
    pub owner: String,
    #[prost(message, optional, boxed, tag = "26")]
    pub batch_source: Option<Box<DataSource>>,
    #[prost(string, tag = "28")]
    pub timestamp_field_type: String,
    #[prost(message, optional, tag = "50")]
    pub meta: Option<data_source::SourceMeta>,
}

/// Parts of [`DataSource`].
pub mod data_source {
    use std::collections::BTreeMap;

    use super::super::{FeatureSpecV2, FileFormat, StreamFormat, TableFormat};
    use crate::google::{Duration, Timestamp};
    use crate::types::ValueType;

    enumeration! {
        /// The kind of a source (`feast/core/DataSource.proto`).
        pub enum SourceType {
            Invalid = 0 => "INVALID",
            BatchFile = 1 => "BATCH_FILE",
            BatchSnowflake = 8 => "BATCH_SNOWFLAKE",
            BatchBigquery = 2 => "BATCH_BIGQUERY",
            BatchRedshift = 5 => "BATCH_REDSHIFT",
            StreamKafka = 3 => "STREAM_KAFKA",
            StreamKinesis = 4 => "STREAM_KINESIS",
            CustomSource = 6 => "CUSTOM_SOURCE",
            RequestSource = 7 => "REQUEST_SOURCE",
            PushSource = 9 => "PUSH_SOURCE",
            BatchTrino = 10 => "BATCH_TRINO",
            BatchSpark = 11 => "BATCH_SPARK",
            BatchAthena = 12 => "BATCH_ATHENA",
            BatchIceberg = 13 => "BATCH_ICEBERG",
        }
    }

    /// What the kind of source needs.
    #[derive(Clone, PartialEq, prost::Oneof)]
    pub enum Options {
        #[prost(message, tag = "11")]
        FileOptions(FileOptions),
        #[prost(message, tag = "12")]
        BigqueryOptions(BigQueryOptions),
        #[prost(message, tag = "13")]
        KafkaOptions(KafkaOptions),
        #[prost(message, tag = "14")]
        KinesisOptions(KinesisOptions),
        #[prost(message, tag = "15")]
        RedshiftOptions(RedshiftOptions),
        #[prost(message, tag = "16")]
        CustomOptions(CustomSourceOptions),
        #[prost(message, tag = "18")]
        RequestDataOptions(RequestDataOptions),
        #[prost(message, tag = "19")]
        SnowflakeOptions(SnowflakeOptions),
        #[prost(message, tag = "22")]
        PushOptions(PushOptions),
        #[prost(message, tag = "27")]
        SparkOptions(SparkOptions),
        #[prost(message, tag = "30")]
        TrinoOptions(TrinoOptions),
        #[prost(message, tag = "35")]
        AthenaOptions(AthenaOptions),
    }

    /// When a source was created and changed, and the span of its events (`feast/core/DataSource.proto`).
    #[derive(Clone, PartialEq, prost::Message)]
    pub struct SourceMeta {
        #[prost(message, optional, tag = "1")]
        pub earliest_event_timestamp: Option<Timestamp>,
        #[prost(message, optional, tag = "2")]
        pub latest_event_timestamp: Option<Timestamp>,
        #[prost(message, optional, tag = "3")]
        pub created_timestamp: Option<Timestamp>,
        #[prost(message, optional, tag = "4")]
        pub last_updated_timestamp: Option<Timestamp>,
    }

    /// Files at a URI (`feast/core/DataSource.proto`).
    #[derive(Clone, PartialEq, prost::Message)]
    pub struct FileOptions {
        #[prost(message, optional, tag = "1")]
        pub file_format: Option<FileFormat>,
        #[prost(string, tag = "2")]
        pub uri: String,
        #[prost(string, tag = "3")]
        pub s3_endpoint_override: String,
    }

    /// A BigQuery table or query (`feast/core/DataSource.proto`).
    #[derive(Clone, PartialEq, prost::Message)]
    pub struct BigQueryOptions {
        #[prost(string, tag = "1")]
        pub table: String,
        #[prost(string, tag = "2")]
        pub query: String,
    }

    /// A Trino table or query (`feast/core/DataSource.proto`).
    #[derive(Clone, PartialEq, prost::Message)]
    pub struct TrinoOptions {
        #[prost(string, tag = "1")]
        pub table: String,
        #[prost(string, tag = "2")]
        pub query: String,
    }

    /// A Kafka topic (`feast/core/DataSource.proto`).
    #[derive(Clone, PartialEq, prost::Message)]
    pub struct KafkaOptions {
        #[prost(string, tag = "1")]
        pub kafka_bootstrap_servers: String,
        #[prost(string, tag = "2")]
        pub topic: String,
        #[prost(message, optional, tag = "3")]
        pub message_format: Option<StreamFormat>,
        #[prost(message, optional, tag = "4")]
        pub watermark_delay_threshold: Option<Duration>,
    }

    /// A Kinesis stream (`feast/core/DataSource.proto`).
    #[derive(Clone, PartialEq, prost::Message)]
    pub struct KinesisOptions {
        #[prost(string, tag = "1")]
        pub region: String,
        #[prost(string, tag = "2")]
        pub stream_name: String,
        #[prost(message, optional, tag = "3")]
        pub record_format: Option<StreamFormat>,
    }

    /// A Redshift table or query (`feast/core/DataSource.proto`).
    #[derive(Clone, PartialEq, prost::Message)]
    pub struct RedshiftOptions {
        #[prost(string, tag = "1")]
        pub table: String,
        #[prost(string, tag = "2")]
        pub query: String,
        #[prost(string, tag = "3")]
        pub schema: String,
        #[prost(string, tag = "4")]
        pub database: String,
    }

    /// An Athena table or query (`feast/core/DataSource.proto`).
    #[derive(Clone, PartialEq, prost::Message)]
    pub struct AthenaOptions {
        #[prost(string, tag = "1")]
        pub table: String,
        #[prost(string, tag = "2")]
        pub query: String,
        #[prost(string, tag = "3")]
        pub database: String,
        #[prost(string, tag = "4")]
        pub data_source: String,
    }

    /// A Snowflake table or query (`feast/core/DataSource.proto`).
    #[derive(Clone, PartialEq, prost::Message)]
    pub struct SnowflakeOptions {
        #[prost(string, tag = "1")]
        pub table: String,
        #[prost(string, tag = "2")]
        pub query: String,
        #[prost(string, tag = "3")]
        pub schema: String,
        #[prost(string, tag = "4")]
        pub database: String,
    }

    /// A Spark table, query or path (`feast/core/DataSource.proto`).
    #[derive(Clone, PartialEq, prost::Message)]
    pub struct SparkOptions {
        #[prost(string, tag = "1")]
        pub table: String,
        #[prost(string, tag = "2")]
        pub query: String,
        #[prost(string, tag = "3")]
        pub path: String,
        #[prost(string, tag = "4")]
        pub file_format: String,
        #[prost(string, tag = "5")]
        pub date_partition_column_format: String,
        #[prost(message, optional, tag = "6")]
        pub table_format: Option<TableFormat>,
    }

    /// Whatever a source outside Feast keeps (`feast/core/DataSource.proto`).
    #[derive(Clone, PartialEq, prost::Message)]
    pub struct CustomSourceOptions {
        #[prost(bytes = "vec", tag = "1")]
        pub configuration: Vec<u8>,
    }

    /// Columns that come with the request (`feast/core/DataSource.proto`).
    #[derive(Clone, PartialEq, prost::Message)]
    pub struct RequestDataOptions {
        #[prost(btree_map = "string, enumeration(ValueType)", tag = "2")]
        pub deprecated_schema: BTreeMap<String, i32>,
        #[prost(message, repeated, tag = "3")]
        pub schema: Vec<FeatureSpecV2>,
    }

    /// Rows that are pushed (`feast/core/DataSource.proto`).
    #[derive(Clone, PartialEq, prost::Message)]
    pub struct PushOptions {}
}
