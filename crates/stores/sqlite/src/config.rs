//! The options of `type: sqlite`.

use larder_core::{Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The most read connections that can be asked for.
const MAX_READ_CONNECTIONS: usize = 64;

/// Options of the SQLite store: Feast's (`SqliteOnlineStoreConfig`) and larder's.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SqliteConfig {
    /// The database file, absolute or relative to the folder of `feature_store.yaml`. The file and the last folder of the
    /// path are created when something is written for the first time.
    pub path: String,
    /// Feast's switch for vector search; larder does not offer it, so `true` is refused.
    pub vector_enabled: Option<bool>,
    /// Feast's vector similarity; unused, as in Feast.
    pub similarity: Option<String>,
    /// Feast's switch for text search; larder does not offer it, so `true` is refused.
    pub text_search_enabled: bool,
    /// Feast's switch for its OpenAI-compatible search; larder does not offer it, so `true` is refused.
    pub enable_openai_compatible_store: bool,
    /// How long an operation waits, in milliseconds, while another process writes; then it fails with `Conflict`.
    pub busy_timeout_ms: u32,
    /// `wal` (readers and a writer do not wait for each other) or `delete` (Feast's mode; for network file systems).
    pub journal_mode: JournalMode,
    /// When data reaches the disk: `full` (before a write is acknowledged), `normal` or `off`.
    pub synchronous: Synchronous,
    /// The most reads that run at the same time, 1 to 64.
    pub read_connections: usize,
    /// How many bytes of the file readers map into memory, 0 for none. Mapped pages outlive writes, cached ones do not.
    pub mmap_size_bytes: u32,
    /// How tables that larder makes are stored: `compact`, or `feast` for exactly the tables that Feast makes.
    pub table_layout: TableLayout,
}

/// SQLite's journal modes that larder offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum JournalMode {
    /// A write-ahead log.
    Wal,
    /// A rollback journal.
    Delete,
}

/// SQLite's `synchronous`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Synchronous {
    /// What is acknowledged survives power loss.
    Full,
    /// What is acknowledged survives the end of the process; power loss may take the last writes.
    Normal,
    /// As `normal`, and power loss may corrupt the file.
    Off,
}

/// How tables that larder makes are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TableLayout {
    /// Feast's columns, key and index name, stored in the order of the key without a row number and a second index.
    Compact,
    /// Feast's statements: needed when Feast's own vector or text search runs on tables that larder made.
    Feast,
}

impl Default for SqliteConfig {
    fn default() -> Self {
        Self {
            path: "data/online.db".to_owned(),
            vector_enabled: Some(false),
            similarity: Some("cosine".to_owned()),
            text_search_enabled: false,
            enable_openai_compatible_store: false,
            busy_timeout_ms: 5_000,
            journal_mode: JournalMode::Wal,
            synchronous: Synchronous::Full,
            read_connections: 4,
            mmap_size_bytes: 1_024 * 1_024 * 1_024,
            table_layout: TableLayout::Compact,
        }
    }
}

impl SqliteConfig {
    /// Refuses what larder does not offer.
    pub(crate) fn check(&self) -> Result<()> {
        let switches = [
            ("vector_enabled", self.vector_enabled == Some(true)),
            ("text_search_enabled", self.text_search_enabled),
            ("enable_openai_compatible_store", self.enable_openai_compatible_store),
        ];
        if let Some((name, _)) = switches.into_iter().find(|(_, on)| *on) {
            return Err(Error::invalid_config(format!("larder's SQLite store does not offer `{name}`"))
                .with_hint(format!("remove `{name}`, or serve that search with Feast")));
        }
        if self.path.is_empty() {
            return Err(Error::invalid_config("`path` is empty").with_hint("name a file, e.g. data/online.db"));
        }
        if !(1..=MAX_READ_CONNECTIONS).contains(&self.read_connections) {
            return Err(Error::invalid_config(format!("`read_connections` is {}", self.read_connections))
                .with_hint(format!("write a number from 1 to {MAX_READ_CONNECTIONS}")));
        }
        Ok(())
    }
}
