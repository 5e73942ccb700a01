//! The contract of an online store.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;

use crate::definition::{Entity, FeatureView};
use crate::{Capabilities, KeyBatch, ReadRequest, ReadRows, Result, WriteBatch, WriteReport};

/// A store that keeps the newest feature values per entity, ready to serve.
///
/// Names follow Feast's `OnlineStore`. Everything is a batch; values cross as encoded bytes (see [`crate::Value`]); views
/// carry their project, and a store touches only rows of the project and view it is given. There are no default methods:
/// what a store does not offer it refuses with [`crate::ErrorKind::Unsupported`] and does not declare in its
/// [`Capabilities`].
#[async_trait]
pub trait OnlineStore: Debug + Send + Sync + 'static {
    /// What this store can do as configured.
    fn capabilities(&self) -> Capabilities;

    /// Prepares the store for the views to keep and drops what belongs to the views to delete.
    ///
    /// Idempotent: applying the same changes twice leaves the store as after the first time. Rows of views that are kept
    /// stay as they are. A view never seen before is created empty.
    async fn update(&self, changes: &InfraChanges) -> Result<()>;

    /// Removes everything that belongs to these views, and nothing else. Idempotent.
    async fn teardown(&self, views: &[Arc<FeatureView>]) -> Result<()>;

    /// Writes rows by the one write rule: a row is applied when its event time is not older than the stored one.
    ///
    /// The comparison and the write of a row are one atomic step, so concurrent writers (also in other processes, where
    /// [`Capabilities::shared`] says so) never bring an older row back. A row is applied whole or not at all. The report
    /// has one outcome per row of the batch, in its order; an `Err` means that no outcome is known, and the caller may
    /// write the same batch again.
    ///
    /// # Errors
    /// `UnknownView` when the view was never passed to [`OnlineStore::update`].
    async fn online_write_batch(&self, batch: &WriteBatch) -> Result<WriteReport>;

    /// Reads rows, one answer per request in the same order, each positional against its request.
    ///
    /// A key without a row is absent in the answer; "the store could not answer" is always an `Err`.
    ///
    /// # Errors
    /// `UnknownView` when a view was never passed to [`OnlineStore::update`].
    async fn online_read(&self, reads: &[ReadRequest]) -> Result<Vec<ReadRows>>;

    /// Removes the rows of these keys from one view. Keys without a row are no error.
    async fn delete_entities(&self, delete: &EntityDelete) -> Result<DeleteReport>;

    /// Lists the rows of one view, page by page, in an order of the store's choice that is stable while nothing changes.
    ///
    /// Rows that stay unchanged during the whole scan appear exactly once.
    async fn scan(&self, scan: &ScanRequest) -> Result<ScanPage>;

    /// Answers when the store can serve.
    async fn ping(&self) -> Result<()>;

    /// Releases connections. Later calls fail with `Unavailable`; closing twice is no error.
    async fn close(&self) -> Result<()>;
}

/// What an `apply` changes in the store.
#[derive(Debug, Clone, Default)]
pub struct InfraChanges {
    /// Views that must exist afterwards.
    pub views_to_keep: Vec<Arc<FeatureView>>,
    /// Views whose rows must be gone afterwards.
    pub views_to_delete: Vec<Arc<FeatureView>>,
    /// Entities of the project that stay.
    pub entities_to_keep: Vec<Entity>,
    /// Entities of the project that go.
    pub entities_to_delete: Vec<Entity>,
    /// Whether the views to keep are the whole project or a part of it.
    pub scope: Scope,
}

/// Whether a list of definitions is everything a project has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scope {
    /// Everything.
    #[default]
    Whole,
    /// Some of it; what is not listed stays as it is.
    Partial,
}

/// Which rows to remove.
#[derive(Debug, Clone)]
pub struct EntityDelete {
    /// The view they belong to.
    pub view: Arc<FeatureView>,
    /// Their encoded entity keys.
    pub keys: Arc<KeyBatch>,
}

/// How many rows were removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DeleteReport {
    /// Rows that existed and are gone.
    pub deleted: usize,
}

/// One page of a scan.
#[derive(Debug, Clone)]
pub struct ScanRequest {
    /// The view.
    pub view: Arc<FeatureView>,
    /// Which features, as indices of `view.features`.
    pub features: Arc<[usize]>,
    /// Where the page before ended; `None` starts.
    pub cursor: Option<ScanCursor>,
    /// The most rows of the page; at least 1.
    pub limit: usize,
}

/// Where a scan goes on: bytes that only the store that made them understands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScanCursor(pub Vec<u8>);

/// Rows of a scan.
#[derive(Debug, Clone)]
pub struct ScanPage {
    /// The encoded entity keys.
    pub keys: KeyBatch,
    /// Their rows, all present, in the order of `keys`.
    pub rows: ReadRows,
    /// Where to go on; `None` at the end.
    pub next: Option<ScanCursor>,
}
