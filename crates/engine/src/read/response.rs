use std::sync::Arc;

use larder_core::name::did_you_mean;
use larder_core::value::NULL_TIMESTAMP;
use larder_core::{Error, FeatureView, ReadRow, ReadRows, Result, Timestamp, Value, ValueRef, ValueType};

use super::entities::{Entities, EntityCells};
use super::resolve::{FeatureColumn, ResolvedFeatures, ViewRead};
use super::status::{Cell, FieldStatus, Statuses};

/// Which of a view's answered rows each row of the request gets.
pub(crate) type RowMap = Vec<u32>;

/// The answer to an [`OnlineRequest`](crate::OnlineRequest): columns of values with statuses and event timestamps.
///
/// Join keys come first, in request order, then the features in the order in which they were asked for. Row `i` belongs to
/// row `i` of the request. Values stay encoded as the store gave them until somebody looks.
#[derive(Debug)]
pub struct OnlineResponse {
    pub(super) plan: Arc<ResolvedFeatures>,
    pub(super) entities: Vec<EntityCells>,
    pub(super) row_count: usize,
    pub(super) answers: Answers,
    pub(super) with_versions: bool,
}

/// What the store answered, and how it is to be read.
#[derive(Debug)]
pub(crate) struct Answers {
    /// Per view.
    pub(crate) rows: Vec<ReadRows>,
    /// Per key group.
    pub(crate) row_maps: Vec<RowMap>,
    /// Per view: rows before this instant are expired.
    pub(crate) oldest: Vec<Timestamp>,
    pub(crate) statuses: Statuses,
}

/// A column of an [`OnlineResponse`].
#[derive(Debug, Clone, Copy)]
pub struct ResponseColumn<'a> {
    /// The name: `feature`, `view__feature`, or a join key.
    pub name: &'a str,
    /// The declared type; `INVALID` for a join key that no view of the request needs.
    pub value_type: ValueType,
    /// The view that a feature belongs to; `None` for a join key.
    pub view: Option<&'a Arc<FeatureView>>,
}

/// Whether stored bytes are a null: none at all, `null_val`, or the null timestamp that Feast writes.
fn is_null(value: &[u8]) -> bool {
    match value {
        [] => true,
        // The field keys of unix_timestamp_val, null_val and zoned_timestamp_val; no other value needs a look inside.
        [0x40, ..] | [0x98, 0x01, ..] | [0x82, 0x03, ..] => matches!(
            ValueRef::decode(value),
            Ok(ValueRef::Null
                | ValueRef::UnixTimestamp(NULL_TIMESTAMP)
                | ValueRef::ZonedTimestamp { unix_timestamp: NULL_TIMESTAMP, .. })
        ),
        _ => false,
    }
}

impl OnlineResponse {
    pub(crate) fn new(plan: Arc<ResolvedFeatures>, entities: Entities, answers: Answers, with_versions: bool) -> Self {
        Self { plan, row_count: entities.row_count, entities: entities.columns, answers, with_versions }
    }

    /// How many rows there are: as many as the request had.
    #[must_use]
    pub fn row_count(&self) -> usize {
        self.row_count
    }

    /// The columns, in order.
    pub fn columns(&self) -> impl ExactSizeIterator<Item = ResponseColumn<'_>> {
        (0..self.entities.len() + self.plan.columns.len()).map(|column| match self.entities.get(column) {
            Some(key) => ResponseColumn { name: &key.name, value_type: key.value_type, view: None },
            None => {
                let feature = self.feature(column);
                let view = Some(&self.plan.views[feature.view].view);
                ResponseColumn { name: &feature.name, value_type: feature.value_type, view }
            }
        })
    }

    /// The features that were read, resolved; hand it to whoever describes answers of this shape.
    #[must_use]
    pub fn resolved(&self) -> &Arc<ResolvedFeatures> {
        &self.plan
    }

    /// The value at a column and row, still encoded.
    ///
    /// # Panics
    /// When there is no such column or row.
    #[must_use]
    pub fn cell(&self, column: usize, row: usize) -> Cell<'_> {
        assert!(row < self.row_count, "row {row} of {}", self.row_count);
        match self.entities.get(column) {
            Some(key) => {
                Cell { value: key.ids.get(row), status: FieldStatus::Present, event_timestamp: Timestamp::EPOCH }
            }
            None => self.feature_cell(self.feature(column), row),
        }
    }

    /// The value of a named column at a row; [`Value::Null`] unless its status is `PRESENT`.
    ///
    /// # Errors
    /// `NotFound` with the nearest name when there is no such column, `InvalidInput` when there is no such row, `Corrupt`
    /// when the stored bytes are no value.
    pub fn value(&self, name: &str, row: usize) -> Result<Value> {
        let column = self.columns().position(|column| column.name == name).ok_or_else(|| {
            Error::not_found(format!("the answer has no column `{name}`"))
                .with_hint(did_you_mean(name, self.columns().map(|column| column.name)))
        })?;
        if row >= self.row_count {
            return Err(Error::invalid_input(format!("the answer has {} rows, there is no row {row}", self.row_count)));
        }
        Value::decode(self.cell(column, row).value).map_err(|error| error.with("column", name).with("row", row))
    }

    fn feature(&self, column: usize) -> &FeatureColumn {
        &self.plan.columns[column - self.entities.len()]
    }

    pub(super) fn feature_cell(&self, feature: &FeatureColumn, row: usize) -> Cell<'_> {
        let Some((found, oldest)) = self.found_row(feature.view, row) else {
            return Cell { value: &[], status: FieldStatus::NotFound, event_timestamp: Timestamp::EPOCH };
        };
        let event_timestamp = found.event_timestamp();
        let (value, status): (&[u8], _) = match found.value(feature.slot) {
            None => (&[], FieldStatus::NotFound),
            Some(_) if event_timestamp < oldest => (&[], FieldStatus::OutsideMaxAge),
            Some(value) if self.answers.statuses == Statuses::ToldApart && is_null(value) => {
                (&[], FieldStatus::NullValue)
            }
            Some(value) => (value, FieldStatus::Present),
        };
        Cell { value, status, event_timestamp }
    }

    /// The event timestamp that all features of a view share at a row.
    pub(super) fn event_timestamp(&self, view: usize, row: usize) -> Timestamp {
        self.found_row(view, row).map_or(Timestamp::EPOCH, |(found, _)| found.event_timestamp())
    }

    fn found_row(&self, view: usize, row: usize) -> Option<(ReadRow<'_>, Timestamp)> {
        let ViewRead { key_group, .. } = self.plan.views[view];
        let key = self.answers.row_maps[key_group][row];
        let found = self.answers.rows[view].row(key as usize)?;
        Some((found, self.answers.oldest[view]))
    }
}
