//! The contract: each operation as a table of contents.

use std::path::Path;
use std::sync::Arc;

use larder_core::{
    Capabilities, ConnectContext, DeleteReport, EntityDelete, FeatureView, InfraChanges, OnlineStore, ReadRequest,
    ReadRows, Result, ScanPage, ScanRequest, StorePlugin, WriteBatch, WriteReport, async_trait,
};
use rusqlite::TransactionBehavior;

use crate::client::{Client, Session};
use crate::config::SqliteConfig;
use crate::error::Failure;
use crate::{Sqlite, catalog, read, write};

/// Reads of at most so many rows run where they are asked for: going through another thread costs more than they do.
const INLINE_ROWS: usize = 16;

/// A store in one SQLite file.
#[derive(Debug)]
pub(crate) struct SqliteStore {
    client: Arc<Client>,
    context: ConnectContext,
}

impl SqliteStore {
    pub(crate) fn new(config: &SqliteConfig, context: ConnectContext) -> Self {
        Self { client: Arc::new(Client::new(config, &context.repo_path)), context }
    }

    fn path(&self) -> &Path {
        &self.client.path
    }

    /// Reads, here when that is quick and nothing can block, else in a thread.
    async fn read<T: Send + 'static>(
        &self,
        rows: usize,
        act: impl Fn(&mut Session) -> Result<T, Failure> + Send + Sync + 'static,
    ) -> Result<T, Failure> {
        let turn = self.client.turn().await?;
        if rows <= INLINE_ROWS
            && let Some(answer) = self.client.read_now(&act)
        {
            return answer;
        }
        self.client.read(turn, act).await
    }

    async fn drop_views(&self, views: Vec<Arc<FeatureView>>) -> Result<(), Failure> {
        let act = move |session: &mut Session| {
            let transaction = session.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            views.iter().try_for_each(|view| catalog::remove(&transaction, view))?;
            Ok(transaction.commit()?)
        };
        self.client.write(act).await
    }
}

#[async_trait]
impl OnlineStore for SqliteStore {
    fn capabilities(&self) -> Capabilities {
        Sqlite::CAPABILITIES
    }

    async fn update(&self, changes: &InfraChanges) -> Result<()> {
        let (keep, delete) = (changes.views_to_keep.clone(), changes.views_to_delete.clone());
        let layout = self.client.table_layout;
        let act = move |session: &mut Session| {
            let mut notices = Vec::new();
            let transaction = session.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            delete.iter().try_for_each(|view| catalog::remove(&transaction, view))?;
            keep.iter().try_for_each(|view| catalog::ensure(&transaction, view, layout, &mut notices))?;
            transaction.commit()?;
            Ok(notices)
        };
        let notices = self.client.write(act).await.map_err(|failure| failure.into_error(self.path(), "update"))?;
        notices.iter().for_each(|notice| (self.context.notice)(notice));
        Ok(())
    }

    async fn teardown(&self, views: &[Arc<FeatureView>]) -> Result<()> {
        if !self.path().exists() {
            return Ok(());
        }
        self.drop_views(views.to_vec()).await.map_err(|failure| failure.into_error(self.path(), "teardown"))
    }

    async fn online_write_batch(&self, batch: &WriteBatch) -> Result<WriteReport> {
        if batch.is_empty() {
            return Ok(WriteReport::default());
        }
        let batch = batch.clone();
        let written = self.client.write(move |session| write::write_batch(session, &batch)).await;
        written.map_err(|failure| failure.into_error(self.path(), "online_write_batch"))
    }

    async fn online_read(&self, reads: &[ReadRequest]) -> Result<Vec<ReadRows>> {
        let rows = reads.iter().map(|request| request.keys.len()).sum();
        let reads = reads.to_vec();
        let read = self.read(rows, move |session| read::online_read(session, &reads)).await;
        read.map_err(|failure| failure.into_error(self.path(), "online_read"))
    }

    async fn delete_entities(&self, delete: &EntityDelete) -> Result<DeleteReport> {
        let delete = delete.clone();
        let deleted = self.client.write(move |session| write::delete_entities(session, &delete)).await;
        deleted.map_err(|failure| failure.into_error(self.path(), "delete_entities"))
    }

    async fn scan(&self, scan: &ScanRequest) -> Result<ScanPage> {
        let (rows, scan) = (scan.limit, scan.clone());
        let page = self.read(rows, move |session| read::scan(session, &scan)).await;
        page.map_err(|failure| failure.into_error(self.path(), "scan"))
    }

    async fn ping(&self) -> Result<()> {
        let check = |session: &mut Session| Ok(session.catalog.refresh(&session.connection)?);
        let answer =
            if self.path().exists() { self.read(usize::MAX, check).await } else { self.client.write(check).await };
        answer.map_err(|failure| failure.into_error(self.path(), "ping"))
    }

    async fn close(&self) -> Result<()> {
        self.client.close().await;
        Ok(())
    }
}
