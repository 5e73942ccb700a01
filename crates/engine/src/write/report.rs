use larder_core::{Error, Result, RowOutcome, WriteBatch, WriteReport};

/// What became of the rows of a write, added up over all views that took them.
#[derive(Debug, Default)]
pub struct WriteSummary {
    /// The views that were written.
    pub views: Vec<String>,
    /// Views fed by the push source that took nothing, because they are disabled or not kept online.
    pub skipped_views: Vec<String>,
    /// Rows that are stored.
    pub written: usize,
    /// Rows that are older than what the store holds.
    pub stale: usize,
    /// Rows that a newer row of the same entity in the same call replaced.
    pub superseded: usize,
    /// Rows that the store could not take.
    pub rejected: Vec<Rejected>,
}

/// A row that the store could not take.
#[derive(Debug)]
pub struct Rejected {
    /// The view it was for.
    pub view: String,
    /// Its position among the rows of the call.
    pub row: usize,
    /// Why.
    pub error: Error,
}

impl WriteSummary {
    /// Adds what a store reported of a batch.
    ///
    /// # Errors
    /// `Internal` when the report is not one of this batch.
    pub(super) fn add(&mut self, batch: &WriteBatch, report: WriteReport) -> Result<()> {
        let view = &batch.view().name;
        if report.outcomes.len() != batch.len() {
            let (given, rows) = (report.outcomes.len(), batch.len());
            return Err(Error::internal(format!("the store reported {given} outcomes for {rows} rows"))
                .with("feature view", view));
        }
        self.views.push(view.clone());
        self.superseded += batch.superseded().len();
        for (row, outcome) in batch.rows().zip(report.outcomes) {
            match outcome {
                RowOutcome::Written => self.written += 1,
                RowOutcome::Stale => self.stale += 1,
                RowOutcome::Failed(error) => {
                    self.rejected.push(Rejected { view: view.clone(), row: row.position(), error });
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use larder_core::{FeatureView, Timestamp};

    use super::*;

    #[test]
    fn rejected_rows_are_named_by_their_position_in_the_call() {
        let mut batch = WriteBatch::builder(Arc::new(FeatureView::new("p", "v", vec![], vec![])));
        for key in [b"a", b"a", b"b", b"c"] {
            batch.push(key, Timestamp::EPOCH, None, []).unwrap();
        }
        let batch = batch.finish();
        let too_long = RowOutcome::Failed(Error::invalid_input("too long"));
        let mut summary = WriteSummary::default();
        let report = WriteReport { outcomes: vec![RowOutcome::Written, too_long, RowOutcome::Stale] };
        summary.add(&batch, report).unwrap();
        assert_eq!((summary.written, summary.stale, summary.superseded), (1, 1, 1));
        let rejected: Vec<_> = summary.rejected.iter().map(|r| (r.view.as_str(), r.row, r.error.message())).collect();
        assert_eq!(rejected, [("v", 2, "too long")]);
        assert!(summary.add(&batch, WriteReport::default()).is_err());
    }
}
