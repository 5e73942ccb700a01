//! The commands that are sent to the server.

use larder_core::{
    DeleteReport, EntityDelete, ReadRequest, ReadRows, Result, ScanPage, ScanRequest, WriteBatch, WriteReport,
};

use crate::config::Config;
use crate::error::not_written;

/// A connection to the server.
#[derive(Debug)]
pub(crate) struct Client {
    address: String,
}

impl Client {
    pub(crate) fn new(config: Config) -> Self {
        Self { address: config.address }
    }

    pub(crate) async fn create_table(&self, table: &str) -> Result<()> {
        Err(not_written("update", &self.address).with("table", table))
    }

    pub(crate) async fn drop_table(&self, table: &str) -> Result<()> {
        Err(not_written("teardown", &self.address).with("table", table))
    }

    pub(crate) async fn write(&self, table: &str, _: &WriteBatch) -> Result<WriteReport> {
        Err(not_written("online_write_batch", &self.address).with("table", table))
    }

    pub(crate) async fn read(&self, _: &[ReadRequest]) -> Result<Vec<ReadRows>> {
        Err(not_written("online_read", &self.address))
    }

    pub(crate) async fn delete(&self, table: &str, _: &EntityDelete) -> Result<DeleteReport> {
        Err(not_written("delete_entities", &self.address).with("table", table))
    }

    pub(crate) async fn scan(&self, table: &str, _: &ScanRequest) -> Result<ScanPage> {
        Err(not_written("scan", &self.address).with("table", table))
    }

    pub(crate) async fn ping(&self) -> Result<()> {
        Err(not_written("ping", &self.address))
    }

    pub(crate) async fn close(&self) -> Result<()> {
        Err(not_written("close", &self.address))
    }
}
