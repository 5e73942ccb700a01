use super::{Field, Tags};
use std::collections::BTreeMap;

/// Where the rows of a feature view come from.
#[derive(Debug, Clone, PartialEq)]
pub struct DataSource {
    /// The source's name, unique in its project.
    pub name: String,
    /// What kind of source, with the options of that kind.
    pub kind: DataSourceKind,
    /// Source column to feature (or join key) name, where they differ.
    pub field_mapping: BTreeMap<String, String>,
    /// The column holding the event time; empty where the kind has none.
    pub timestamp_field: String,
    /// The column holding when a row was made; breaks ties between equal event times. Empty when there is none.
    pub created_timestamp_column: String,
    /// Free text.
    pub description: String,
    /// Free pairs.
    pub tags: Tags,
    /// Who answers for it.
    pub owner: String,
}

/// The kinds of source that larder tells apart.
#[derive(Debug, Clone, PartialEq)]
pub enum DataSourceKind {
    /// A file, a folder or a glob, local or in an object store.
    File {
        /// Path relative to the repository, absolute path, `file://…` or `s3://bucket/key`.
        path: String,
        /// How the rows are stored.
        format: FileFormat,
        /// Another S3-compatible endpoint, empty for the default one.
        s3_endpoint_override: String,
    },
    /// Rows are pushed; `batch_source` is where history is materialized from.
    Push {
        /// The source behind the push source.
        batch_source: Option<Box<DataSource>>,
    },
    /// Values come with the request (only on-demand views use it).
    Request {
        /// The fields a request must carry.
        schema: Vec<Field>,
    },
    /// Any other source of Feast (Kafka, BigQuery, …): kept, not read.
    Other {
        /// Feast's name of the kind, e.g. `BATCH_BIGQUERY`.
        type_name: String,
        /// The batch source behind a stream source, where there is one.
        batch_source: Option<Box<DataSource>>,
    },
}

/// How a file source stores rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFormat {
    /// Apache Parquet (Feast's only file format).
    Parquet,
    /// Comma separated text with a header line: larder's addition, told by the `.csv` ending.
    Csv,
    /// A Delta table: kept, not read.
    Delta,
}

impl DataSource {
    /// The source that history is read from: itself for a file, the one behind a push or stream source.
    #[must_use]
    pub fn batch(&self) -> Option<&DataSource> {
        match &self.kind {
            DataSourceKind::File { .. } => Some(self),
            DataSourceKind::Push { batch_source } => batch_source.as_deref(),
            DataSourceKind::Other { batch_source, .. } => batch_source.as_deref().or(Some(self)),
            DataSourceKind::Request { .. } => None,
        }
    }
}
