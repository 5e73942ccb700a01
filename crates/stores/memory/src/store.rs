//! The contract over tables in a map.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use larder_core::{
    Capabilities, DeleteReport, EntityDelete, Error, ErrorKind, FeatureView, InfraChanges, OnlineStore, ReadRequest,
    ReadRows, Result, ScanPage, ScanRequest, StorePlugin, WriteBatch, WriteReport, async_trait,
};

use crate::Memory;
use crate::table::Table;

/// Tables by project and storage name of the view.
type Tables = BTreeMap<(String, String), Table>;

/// A store in memory; dropping it forgets everything.
#[derive(Debug)]
pub struct MemoryStore {
    /// `None` once the store is closed.
    tables: RwLock<Option<Tables>>,
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self { tables: RwLock::new(Some(Tables::new())) }
    }
}

impl MemoryStore {
    fn reading<T>(&self, operation: &'static str, act: impl FnOnce(&Tables) -> Result<T>) -> Result<T> {
        let tables = self.tables.read().unwrap_or_else(PoisonError::into_inner);
        tables.as_ref().ok_or_else(closed).and_then(act).map_err(|error| error.at(Memory::TYPE, operation))
    }

    fn changing<T>(&self, operation: &'static str, act: impl FnOnce(&mut Tables) -> Result<T>) -> Result<T> {
        let mut tables = self.tables.write().unwrap_or_else(PoisonError::into_inner);
        tables.as_mut().ok_or_else(closed).and_then(act).map_err(|error| error.at(Memory::TYPE, operation))
    }
}

fn closed() -> Error {
    Error::new(ErrorKind::Unavailable, "the store is closed").with_hint("connect again")
}

fn table_key(view: &FeatureView) -> (String, String) {
    (view.project.clone(), view.storage_name().into_owned())
}

fn unknown(view: &FeatureView) -> Error {
    Error::new(ErrorKind::UnknownView, format!("feature view `{}` has no table", view.storage_name()))
        .with("project", &view.project)
        .with_hint("apply the definitions first")
}

#[async_trait]
impl OnlineStore for MemoryStore {
    fn capabilities(&self) -> Capabilities {
        Memory::CAPABILITIES
    }

    async fn update(&self, changes: &InfraChanges) -> Result<()> {
        self.changing("update", |tables| {
            for view in &changes.views_to_delete {
                tables.remove(&table_key(view));
            }
            for view in &changes.views_to_keep {
                tables.entry(table_key(view)).or_default();
            }
            Ok(())
        })
    }

    async fn teardown(&self, views: &[Arc<FeatureView>]) -> Result<()> {
        self.changing("teardown", |tables| {
            for view in views {
                tables.remove(&table_key(view));
            }
            Ok(())
        })
    }

    async fn online_write_batch(&self, batch: &WriteBatch) -> Result<WriteReport> {
        let view = batch.view();
        self.changing("online_write_batch", |tables| {
            let table = tables.get_mut(&table_key(view)).ok_or_else(|| unknown(view))?;
            Ok(WriteReport { outcomes: batch.rows().map(|row| table.write(row, &view.features)).collect() })
        })
    }

    async fn online_read(&self, reads: &[ReadRequest]) -> Result<Vec<ReadRows>> {
        self.reading("online_read", |tables| {
            let table = |view: &FeatureView| tables.get(&table_key(view)).ok_or_else(|| unknown(view));
            reads.iter().map(|request| table(&request.view)?.read(request)).collect()
        })
    }

    async fn delete_entities(&self, delete: &EntityDelete) -> Result<DeleteReport> {
        self.changing("delete_entities", |tables| {
            let table = tables.get_mut(&table_key(&delete.view)).ok_or_else(|| unknown(&delete.view))?;
            Ok(DeleteReport { deleted: delete.keys.iter().filter(|key| table.delete(key)).count() })
        })
    }

    async fn scan(&self, scan: &ScanRequest) -> Result<ScanPage> {
        self.reading("scan", |tables| tables.get(&table_key(&scan.view)).ok_or_else(|| unknown(&scan.view))?.scan(scan))
    }

    async fn ping(&self) -> Result<()> {
        self.reading("ping", |_| Ok(()))
    }

    async fn close(&self) -> Result<()> {
        *self.tables.write().unwrap_or_else(PoisonError::into_inner) = None;
        Ok(())
    }
}
