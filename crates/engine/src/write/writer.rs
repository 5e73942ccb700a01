use std::sync::Arc;

use futures::future::join_all;
use larder_core::{DeleteReport, EntityDelete, Error, FeatureView, KeyBatch, Result, WriteBatch, WriteReport};

use super::batch::{check_future, encode_rows};
use super::report::WriteSummary;
use super::rows::Rows;
use crate::column::Column;
use crate::engine::Engine;
use crate::entity_id::{encode_ids, put_entity_key};

impl Engine {
    /// Writes rows to every view that is fed by a push source: Feast's `push` to the online store.
    ///
    /// All rows are checked against all views before the first is written. Views that are disabled or not kept online are
    /// skipped, which the summary says.
    ///
    /// # Errors
    /// `NotFound` for an unknown push source, `Unsupported` when all its views are skipped, and as
    /// [`Engine::write_to_online_store`].
    pub async fn push(&self, push_source: &str, rows: &Rows) -> Result<WriteSummary> {
        let views = self.definitions.views_of_push_source(push_source)?;
        let (taking, skipped): (Vec<_>, Vec<_>) = views.into_iter().partition(|view| check_writable(view).is_ok());
        if let ([], [view, ..]) = (taking.as_slice(), skipped.as_slice()) {
            return Err(check_writable(view).err().unwrap_or_else(|| Error::internal("no view takes rows")))
                .map_err(|error| error.with("push source", push_source));
        }
        let batches = taking.into_iter().map(|view| self.checked_batch(view, rows));
        let batches = batches.collect::<Result<Vec<_>>>()?;
        let mut summary = self.write_all(&batches).await?;
        summary.skipped_views = skipped.into_iter().map(|view| view.name.clone()).collect();
        Ok(summary)
    }

    /// Writes rows to one view, whatever feeds it: Feast's `write_to_online_store`.
    ///
    /// Rows are taken whole or not at all: a cell that does not fit refuses the call before anything is written. A null
    /// feature is stored as null.
    ///
    /// # Errors
    /// `NotFound` for an unknown view, `Unsupported` for a view that is disabled or not kept online, `InvalidInput` naming
    /// missing columns, or column, row and value of a cell that does not fit, or an event timestamp in the future; what the
    /// store answers.
    pub async fn write_to_online_store(&self, view: &str, rows: &Rows) -> Result<WriteSummary> {
        let view = self.definitions.feature_view(view)?;
        check_writable(view)?;
        let batch = self.checked_batch(view, rows)?;
        self.write_all(&[batch]).await
    }

    /// Writes a batch that is encoded already: what materialization and embedders do.
    ///
    /// # Errors
    /// As [`Engine::write_to_online_store`], columns aside.
    pub async fn write_batch(&self, batch: &WriteBatch) -> Result<WriteReport> {
        check_writable(batch.view())?;
        check_future(batch, self.options.clock.now(), self.options.future)?;
        self.store.online_write_batch(batch).await
    }

    /// Removes the rows of entities from one view; entities without a row are no error.
    ///
    /// # Errors
    /// `NotFound` for an unknown view, `InvalidInput` for ids that are missing or do not fit, `Unsupported` when the store
    /// cannot delete; what the store answers.
    pub async fn delete_entities(&self, view: &str, entities: &[Column]) -> Result<DeleteReport> {
        let view = self.definitions.feature_view(view)?;
        let keys = Arc::new(entity_keys(view, entities)?);
        self.store.delete_entities(&EntityDelete { view: Arc::clone(view), keys }).await
    }

    fn checked_batch(&self, view: &Arc<FeatureView>, rows: &Rows) -> Result<WriteBatch> {
        let batch = encode_rows(view, rows)?;
        check_future(&batch, self.options.clock.now(), self.options.future)?;
        Ok(batch)
    }

    async fn write_all(&self, batches: &[WriteBatch]) -> Result<WriteSummary> {
        let writes = batches.iter().filter(|batch| !batch.is_empty()).map(|batch| async move {
            let written = self.store.online_write_batch(batch).await;
            written.map(|report| (batch, report)).map_err(|error| error.with("feature view", &batch.view().name))
        });
        let mut summary = WriteSummary::default();
        let mut failure = None;
        for written in join_all(writes).await {
            match written {
                Ok((batch, report)) => summary.add(batch, report)?,
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        match failure {
            None => Ok(summary),
            Some(error) if summary.views.is_empty() => Err(error),
            Some(error) => Err(error.with("written already", summary.views.join(", "))),
        }
    }
}

fn check_writable(view: &FeatureView) -> Result<()> {
    if view.disabled {
        return Err(Error::unsupported(format!("feature view `{}` is disabled", view.name))
            .with_hint("enable it before writing to it"));
    }
    if !view.online {
        return Err(Error::unsupported(format!("feature view `{}` is not kept online", view.name))
            .with_hint("set `online: true` in its definition and apply it"));
    }
    Ok(())
}

/// The distinct keys of the given entities.
fn entity_keys(view: &FeatureView, entities: &[Column]) -> Result<KeyBatch> {
    let mut ids = Vec::with_capacity(view.join_keys.len());
    let mut rows = None;
    for key in view.join_keys.iter().filter(|_| !view.is_entity_less()) {
        let column = entities.iter().find(|column| column.name == key.name).ok_or_else(|| {
            Error::invalid_input(format!("missing join key `{}`", key.name)).with("feature view", &view.name)
        })?;
        if *rows.get_or_insert(column.len()) != column.len() {
            return Err(Error::invalid_input("entity columns differ in length").with("column", &column.name));
        }
        ids.push(encode_ids(column, key.value_type)?);
    }
    let ids: Vec<&KeyBatch> = ids.iter().collect();
    let encoder = view.key_encoder();
    let mut seen = std::collections::HashSet::new();
    let mut keys = KeyBatch::new();
    for row in 0..rows.unwrap_or(1) {
        let mut key = Vec::new();
        put_entity_key(&mut key, &encoder, &ids, row)?;
        if !seen.contains(&key) {
            keys.push(&key)?;
            seen.insert(key);
        }
    }
    Ok(keys)
}
