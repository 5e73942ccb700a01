//! Rows of a source as rows of a write batch.

use std::sync::Arc;

use arrow_array::RecordBatch;
use larder_core::WriteBatchBuilder;
use larder_core::definition::FeatureView;
use larder_core::{Result, Timestamp};

use crate::cell::{self, Cell, Typing};
use crate::key::Keys;
use crate::newest::problem_text;
use crate::plan::{Columns, Times};
use crate::report::Rejections;

/// Encodes the rows of one batch.
pub(crate) struct RowEncoder {
    keys: Keys,
    times: Times,
    features: Vec<Cell>,
    view: Arc<FeatureView>,
    /// The event time of rows whose source has none that counts.
    now: Timestamp,
}

/// Where a row stands, for messages.
#[derive(Debug, Clone, Copy)]
pub(crate) struct At<'a> {
    pub(crate) file: &'a str,
    /// Counted from 0.
    pub(crate) row: u64,
}

impl RowEncoder {
    pub(crate) fn bind(
        batch: &RecordBatch,
        columns: &Columns,
        view: &Arc<FeatureView>,
        typing: Typing,
        now: Timestamp,
    ) -> Result<Self> {
        let features = columns.features.iter().zip(&view.features);
        Ok(Self {
            keys: Keys::bind(batch, columns, view, typing)?,
            times: columns.times(batch, typing)?,
            features: features
                .map(|(column, field)| cell::bind(batch.column(*column), field.value_type, typing))
                .collect::<Result<_>>()?,
            view: view.clone(),
            now,
        })
    }

    /// Adds a row to the batch that is being built, or to the rejected ones.
    pub(crate) fn push(&mut self, index: usize, at: At<'_>, rows: &mut WriteBatchBuilder, rejected: &mut Rejections) {
        let event = match &self.times.event {
            None => self.now,
            Some(column) => match column.timestamp(index) {
                Ok(event) => event,
                Err(problem) => {
                    let reason = problem_text(problem);
                    return rejected.add(reason, at.file, at.row, || reason.to_owned());
                }
            },
        };
        let created = self.times.created.as_ref().and_then(|column| column.timestamp(index).ok());
        let mut failed = None;
        let (keys, features) = (&mut self.keys, &self.features);
        let pushed = rows.push_with(event, created, |row| {
            row.key(|out| keys.encode(index, out))?;
            for (number, cell) in features.iter().enumerate() {
                row.value(|out| cell(index, out)).inspect_err(|_| failed = Some(number))?;
            }
            Ok(())
        });
        if let Err(error) = pushed {
            let class = match failed.and_then(|number| self.view.features.get(number)) {
                Some(field) => format!("feature `{}` is no {}", field.name, field.value_type),
                None => "join key is null or of the wrong type".to_owned(),
            };
            rejected.add(&class, at.file, at.row, || format!("{class}: {error}"));
        }
    }
}
