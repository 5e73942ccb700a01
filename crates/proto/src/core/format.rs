//! How files, tables and stream messages are encoded.

/// How files are encoded (`feast/core/DataFormat.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct FileFormat {
    #[prost(oneof = "file_format::Format", tags = "1, 2")]
    pub format: Option<file_format::Format>,
}

/// Parts of [`FileFormat`].
pub mod file_format {
    /// The format.
    #[derive(Clone, PartialEq, prost::Oneof)]
    pub enum Format {
        #[prost(message, tag = "1")]
        ParquetFormat(ParquetFormat),
        #[prost(message, tag = "2")]
        DeltaFormat(super::table_format::DeltaFormat),
    }

    /// Parquet files (`feast/core/DataFormat.proto`).
    #[derive(Clone, PartialEq, prost::Message)]
    pub struct ParquetFormat {}
}

/// How a table on files is kept (`feast/core/DataFormat.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct TableFormat {
    #[prost(oneof = "table_format::Format", tags = "1, 2, 3, 4")]
    pub format: Option<table_format::Format>,
}

/// Parts of [`TableFormat`].
pub mod table_format {
    use std::collections::BTreeMap;

    /// The format.
    #[derive(Clone, PartialEq, prost::Oneof)]
    pub enum Format {
        #[prost(message, tag = "1")]
        IcebergFormat(IcebergFormat),
        #[prost(message, tag = "2")]
        DeltaFormat(DeltaFormat),
        #[prost(message, tag = "3")]
        HudiFormat(HudiFormat),
        #[prost(message, tag = "4")]
        LanceFormat(LanceFormat),
    }

    /// An Apache Iceberg table (`feast/core/DataFormat.proto`).
    #[derive(Clone, PartialEq, prost::Message)]
    pub struct IcebergFormat {
        #[prost(string, tag = "1")]
        pub catalog: String,
        #[prost(string, tag = "2")]
        pub namespace: String,
        #[prost(btree_map = "string, string", tag = "3")]
        pub properties: BTreeMap<String, String>,
    }

    /// A Delta Lake table (`feast/core/DataFormat.proto`).
    #[derive(Clone, PartialEq, prost::Message)]
    pub struct DeltaFormat {
        #[prost(string, tag = "1")]
        pub checkpoint_location: String,
        #[prost(btree_map = "string, string", tag = "2")]
        pub properties: BTreeMap<String, String>,
    }

    /// An Apache Hudi table (`feast/core/DataFormat.proto`).
    #[derive(Clone, PartialEq, prost::Message)]
    pub struct HudiFormat {
        #[prost(string, tag = "1")]
        pub table_type: String,
        #[prost(string, tag = "2")]
        pub record_key: String,
        #[prost(string, tag = "3")]
        pub precombine_field: String,
        #[prost(btree_map = "string, string", tag = "4")]
        pub properties: BTreeMap<String, String>,
    }

    /// A Lance table (`feast/core/DataFormat.proto`).
    #[derive(Clone, PartialEq, prost::Message)]
    pub struct LanceFormat {
        #[prost(string, tag = "1")]
        pub catalog: String,
        #[prost(string, tag = "2")]
        pub namespace: String,
        #[prost(uint64, tag = "3")]
        pub version: u64,
        #[prost(string, tag = "4")]
        pub tag: String,
        #[prost(btree_map = "string, string", tag = "5")]
        pub properties: BTreeMap<String, String>,
    }
}

/// How messages of a stream are encoded (`feast/core/DataFormat.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct StreamFormat {
    #[prost(oneof = "stream_format::Format", tags = "1, 2, 3")]
    pub format: Option<stream_format::Format>,
}

/// Parts of [`StreamFormat`].
pub mod stream_format {
    /// The format.
    #[derive(Clone, PartialEq, prost::Oneof)]
    pub enum Format {
        #[prost(message, tag = "1")]
        AvroFormat(AvroFormat),
        #[prost(message, tag = "2")]
        ProtoFormat(ProtoFormat),
        #[prost(message, tag = "3")]
        JsonFormat(JsonFormat),
    }

    /// Protobuf messages (`feast/core/DataFormat.proto`).
    #[derive(Clone, PartialEq, prost::Message)]
    pub struct ProtoFormat {
        #[prost(string, tag = "1")]
        pub class_path: String,
    }

    /// Avro records (`feast/core/DataFormat.proto`).
    #[derive(Clone, PartialEq, prost::Message)]
    pub struct AvroFormat {
        #[prost(string, tag = "1")]
        pub schema_json: String,
    }

    /// JSON objects (`feast/core/DataFormat.proto`).
    #[derive(Clone, PartialEq, prost::Message)]
    pub struct JsonFormat {
        #[prost(string, tag = "1")]
        pub schema_json: String,
    }
}
