//! Pushing the rows of a file.

use std::path::Path;

use larder_core::{Error, Result, RowOutcome};
use larder_offline::Rejections;

use crate::Larder;

/// What became of the rows of a pushed file, over all views fed by the push source.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct FilePush {
    /// The views that were written.
    pub views: Vec<String>,
    /// Views fed by the push source that took nothing, because they are disabled or not kept online.
    pub skipped_views: Vec<String>,
    /// Rows that are stored.
    pub written: u64,
    /// Rows that are older than what the store holds.
    pub stale: u64,
    /// Rows that a newer row of the same entity in the same batch replaced.
    pub superseded: u64,
    /// Rows of the file that could not be used.
    pub rejected: Rejections,
    /// Rows that the store could not take: entity and reason of the first of them.
    pub failed: Vec<Error>,
}

impl Larder {
    /// Writes every row of a Parquet or CSV file to every view fed by a push source, batch by batch.
    ///
    /// Columns are those of the view's batch source. A row that cannot be used is rejected and reported; the others are
    /// written. Memory does not grow with the file.
    ///
    /// # Errors
    /// `NotFound` for an unknown push source or file, `Corrupt` for a damaged file, `InvalidInput` for a missing column,
    /// else what the store answers; batches before the error stay written.
    pub async fn push_file(&self, push_source: &str, file: &Path) -> Result<FilePush> {
        let definitions = self.definitions();
        let (ready, skipped): (Vec<_>, Vec<_>) =
            definitions.views_of_push_source(push_source)?.into_iter().partition(|view| view.online && !view.disabled);
        if ready.is_empty() {
            return Err(Error::invalid_input(format!(
                "no feature view fed by `{push_source}` is enabled and kept online"
            )));
        }
        let mut push =
            FilePush { skipped_views: skipped.iter().map(|view| view.name.clone()).collect(), ..FilePush::default() };
        let path = std::path::absolute(file)
            .map_err(|error| Error::invalid_input("cannot find the file").with_source(error))?;
        for view in ready {
            push.views.push(view.name.clone());
            let (view, path, repo) = (view.clone(), path.display().to_string(), self.repo().path().to_path_buf());
            let opening = tokio::task::spawn_blocking(move || larder_offline::read_rows(&view, &path, &repo));
            let mut rows = joined(opening.await)??;
            loop {
                let reading = tokio::task::spawn_blocking(move || (rows.next(), rows));
                let (batch, rest) = joined(reading.await)?;
                rows = rest;
                let Some(batch) = batch.transpose()? else { break };
                push.rejected.append(batch.rejected);
                push.superseded += batch.batch.superseded().len() as u64;
                for outcome in self.engine().write_batch(&batch.batch).await?.outcomes {
                    match outcome {
                        RowOutcome::Written => push.written += 1,
                        RowOutcome::Stale => push.stale += 1,
                        RowOutcome::Failed(error) => push.failed.push(error),
                    }
                }
            }
        }
        Ok(push)
    }
}

fn joined<T>(result: std::result::Result<T, tokio::task::JoinError>) -> Result<T> {
    result.map_err(|error| Error::internal("reading the file ended unexpectedly").with_source(error))
}
