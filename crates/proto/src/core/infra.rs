//! What a provider has created in online stores.

/// Everything a provider has created (`feast/core/InfraObject.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct Infra {
    #[prost(message, repeated, tag = "1")]
    pub infra_objects: Vec<InfraObject>,
}

/// One thing a provider has created (`feast/core/InfraObject.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct InfraObject {
    #[prost(string, tag = "1")]
    pub infra_object_class_type: String,
    #[prost(oneof = "infra_object::InfraObject", tags = "3, 4, 100")]
    pub infra_object: Option<infra_object::InfraObject>,
}

/// Parts of [`InfraObject`].
pub mod infra_object {
    use super::{DatastoreTable, SqliteTable};

    /// The kind of object.
    #[derive(Clone, PartialEq, prost::Oneof)]
    pub enum InfraObject {
        #[prost(message, tag = "3")]
        DatastoreTable(DatastoreTable),
        #[prost(message, tag = "4")]
        SqliteTable(SqliteTable),
        #[prost(message, tag = "100")]
        CustomInfra(CustomInfra),
    }

    /// Whatever a provider outside Feast keeps (`feast/core/InfraObject.proto`).
    #[derive(Clone, PartialEq, prost::Message)]
    pub struct CustomInfra {
        #[prost(bytes = "vec", tag = "1")]
        pub field: Vec<u8>,
    }
}

/// A table of an SQLite file (`feast/core/SqliteTable.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct SqliteTable {
    #[prost(string, tag = "1")]
    pub path: String,
    #[prost(string, tag = "2")]
    pub name: String,
}

/// A kind in Google Cloud Datastore (`feast/core/DatastoreTable.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct DatastoreTable {
    #[prost(string, tag = "1")]
    pub project: String,
    #[prost(string, tag = "2")]
    pub name: String,
    #[prost(message, optional, tag = "3")]
    pub project_id: Option<String>,
    #[prost(message, optional, tag = "4")]
    pub namespace: Option<String>,
    #[prost(message, optional, tag = "5")]
    pub database: Option<String>,
}
