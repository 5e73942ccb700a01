//! The contract, one operation after the other.

use std::sync::Arc;

use larder_core::{
    Capabilities, DeleteReport, EntityDelete, FeatureView, InfraChanges, OnlineStore, ReadRequest, ReadRows, Result,
    ScanPage, ScanRequest, StorePlugin, WriteBatch, WriteReport, async_trait,
};

use crate::client::Client;
use crate::layout;

/// The running store.
#[derive(Debug)]
pub(crate) struct Store {
    client: Client,
}

impl Store {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }
}

#[async_trait]
impl OnlineStore for Store {
    fn capabilities(&self) -> Capabilities {
        crate::StorePlugin_::CAPABILITIES
    }

    async fn update(&self, changes: &InfraChanges) -> Result<()> {
        self.teardown(&changes.views_to_delete).await?;
        for view in &changes.views_to_keep {
            self.client.create_table(&layout::table(view)).await?;
        }
        Ok(())
    }

    async fn teardown(&self, views: &[Arc<FeatureView>]) -> Result<()> {
        for view in views {
            self.client.drop_table(&layout::table(view)).await?;
        }
        Ok(())
    }

    async fn online_write_batch(&self, batch: &WriteBatch) -> Result<WriteReport> {
        self.client.write(&layout::table(batch.view()), batch).await
    }

    async fn online_read(&self, reads: &[ReadRequest]) -> Result<Vec<ReadRows>> {
        self.client.read(reads).await
    }

    async fn delete_entities(&self, delete: &EntityDelete) -> Result<DeleteReport> {
        self.client.delete(&layout::table(&delete.view), delete).await
    }

    async fn scan(&self, scan: &ScanRequest) -> Result<ScanPage> {
        self.client.scan(&layout::table(&scan.view), scan).await
    }

    async fn ping(&self) -> Result<()> {
        self.client.ping().await
    }

    async fn close(&self) -> Result<()> {
        self.client.close().await
    }
}
