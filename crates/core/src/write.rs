//! What is written: batches of rows for one view, reduced to the newest row per key.

use std::collections::HashMap;
use std::sync::Arc;

use crate::definition::FeatureView;
use crate::{Error, Result, Timestamp};

/// Rows for one feature view, at most one per entity key, ready for a store.
///
/// A row holds one encoded value per feature, positional against `view.features`; zero bytes are a null. All bytes of a
/// batch share one buffer. Rows that lost against a newer row of the same key *inside* the batch are not seen by stores;
/// [`WriteBatch::superseded`] names them.
#[derive(Debug, Clone)]
pub struct WriteBatch {
    view: Arc<FeatureView>,
    buffer: Vec<u8>,
    rows: Vec<RowHead>,
    /// Ends of the values in `buffer`, `view.features.len()` per row.
    value_ends: Vec<u32>,
    /// Positions of the rows that count, ascending.
    winners: Vec<u32>,
    superseded: Vec<u32>,
}

#[derive(Debug, Clone, Copy)]
struct RowHead {
    key_start: u32,
    key_end: u32,
    event: Timestamp,
    created: Option<Timestamp>,
}

/// One row of a [`WriteBatch`].
#[derive(Debug, Clone, Copy)]
pub struct WriteRow<'a> {
    batch: &'a WriteBatch,
    position: usize,
}

impl WriteBatch {
    /// Starts a batch for a view.
    #[must_use]
    pub fn builder(view: Arc<FeatureView>) -> WriteBatchBuilder {
        WriteBatchBuilder {
            batch: Self {
                view,
                buffer: Vec::new(),
                rows: Vec::new(),
                value_ends: Vec::new(),
                winners: Vec::new(),
                superseded: Vec::new(),
            },
        }
    }

    /// The view that the rows belong to.
    #[must_use]
    pub fn view(&self) -> &Arc<FeatureView> {
        &self.view
    }

    /// How many rows a store has to look at (one per distinct key).
    #[must_use]
    pub fn len(&self) -> usize {
        self.winners.len()
    }

    /// Whether there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.winners.is_empty()
    }

    /// The row at an index below [`WriteBatch::len`].
    ///
    /// # Panics
    /// When `index` is not below `len`.
    #[must_use]
    pub fn row(&self, index: usize) -> WriteRow<'_> {
        WriteRow { batch: self, position: self.winners[index] as usize }
    }

    /// The rows, in the order in which they were pushed.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = WriteRow<'_>> {
        (0..self.len()).map(|index| self.row(index))
    }

    /// Positions (counted over all pushed rows) of the rows that a newer row of the same key replaced, ascending.
    #[must_use]
    pub fn superseded(&self) -> &[u32] {
        &self.superseded
    }

    /// The bytes that the batch holds: keys and values together.
    #[must_use]
    pub fn byte_len(&self) -> usize {
        self.buffer.len()
    }
}

impl<'a> WriteRow<'a> {
    fn head(&self) -> &'a RowHead {
        &self.batch.rows[self.position]
    }

    /// The encoded entity key, version 3.
    #[must_use]
    pub fn entity_key(&self) -> &'a [u8] {
        let head = self.head();
        &self.batch.buffer[head.key_start as usize..head.key_end as usize]
    }

    /// When the values were true.
    #[must_use]
    pub fn event_timestamp(&self) -> Timestamp {
        self.head().event
    }

    /// When the row was made, where the source says so.
    #[must_use]
    pub fn created_timestamp(&self) -> Option<Timestamp> {
        self.head().created
    }

    /// The position at which the row was pushed.
    #[must_use]
    pub fn position(&self) -> usize {
        self.position
    }

    /// The encoded value of the feature at an index of the view's schema; zero bytes are a null.
    ///
    /// # Panics
    /// When `feature` is not an index of the schema.
    #[must_use]
    pub fn value(&self, feature: usize) -> &'a [u8] {
        let width = self.batch.view.features.len();
        let ends = &self.batch.value_ends[self.position * width..(self.position + 1) * width];
        let start = feature.checked_sub(1).map_or(self.head().key_end, |before| ends[before]);
        &self.batch.buffer[start as usize..ends[feature] as usize]
    }

    /// The encoded values, in schema order.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &'a [u8]> + use<'a> {
        let row = *self;
        (0..self.batch.view.features.len()).map(move |feature| row.value(feature))
    }
}

/// Collects rows and reduces them to the newest per key.
#[derive(Debug)]
pub struct WriteBatchBuilder {
    batch: WriteBatch,
}

/// Takes the bytes of one row: first the key, then one value per feature in schema order.
#[derive(Debug)]
pub struct RowWriter<'a> {
    buffer: &'a mut Vec<u8>,
    ends: &'a mut Vec<u32>,
    key_end: Option<u32>,
    start: usize,
}

impl RowWriter<'_> {
    /// Appends the encoded entity key.
    ///
    /// # Errors
    /// What `write` answers; `InvalidInput` when the batch passes 4 GiB.
    pub fn key(&mut self, write: impl FnOnce(&mut Vec<u8>) -> Result<()>) -> Result<()> {
        write(self.buffer)?;
        self.key_end = Some(offset(self.buffer.len())?);
        Ok(())
    }

    /// Appends one encoded value; writing nothing makes it a null.
    ///
    /// # Errors
    /// What `write` answers; `InvalidInput` when the batch passes 4 GiB.
    pub fn value(&mut self, write: impl FnOnce(&mut Vec<u8>) -> Result<()>) -> Result<()> {
        write(self.buffer)?;
        self.ends.push(offset(self.buffer.len())?);
        Ok(())
    }
}

fn offset(len: usize) -> Result<u32> {
    u32::try_from(len)
        .map_err(|_| Error::invalid_input("a write batch holds at most 4 GiB").with_hint("write in smaller batches"))
}

impl WriteBatchBuilder {
    /// How many rows were pushed.
    #[must_use]
    pub fn len(&self) -> usize {
        self.batch.rows.len()
    }

    /// Whether no row was pushed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.batch.rows.is_empty()
    }

    /// The bytes pushed so far.
    #[must_use]
    pub fn byte_len(&self) -> usize {
        self.batch.buffer.len()
    }

    /// Adds a row from ready bytes: the encoded key and one encoded value per feature.
    ///
    /// # Errors
    /// `InvalidInput` when the number of values is not that of the view's features, or the event time lies outside the
    /// years 1 to 9999; nothing is added then.
    pub fn push<'v>(
        &mut self,
        entity_key: &[u8],
        event: Timestamp,
        created: Option<Timestamp>,
        values: impl IntoIterator<Item = &'v [u8]>,
    ) -> Result<()> {
        self.push_with(event, created, |row| {
            row.key(|buffer| {
                buffer.extend_from_slice(entity_key);
                Ok(())
            })?;
            values.into_iter().try_for_each(|value| {
                row.value(|buffer| {
                    buffer.extend_from_slice(value);
                    Ok(())
                })
            })
        })
    }

    /// Adds the row that `write` encodes straight into the batch; adds nothing when it fails.
    ///
    /// # Errors
    /// As [`WriteBatchBuilder::push`], and what `write` answers.
    pub fn push_with(
        &mut self,
        event: Timestamp,
        created: Option<Timestamp>,
        write: impl FnOnce(&mut RowWriter<'_>) -> Result<()>,
    ) -> Result<()> {
        let batch = &mut self.batch;
        let (bytes_before, ends_before) = (batch.buffer.len(), batch.value_ends.len());
        let mut row =
            RowWriter { buffer: &mut batch.buffer, ends: &mut batch.value_ends, key_end: None, start: bytes_before };
        let added = write(&mut row).and_then(|()| {
            let head = row.head(event, created)?;
            let values = row.ends.len() - ends_before;
            check_width(&batch.view, values)?;
            Ok(head)
        });
        match added {
            Ok(head) => batch.rows.push(head),
            Err(_) => {
                batch.buffer.truncate(bytes_before);
                batch.value_ends.truncate(ends_before);
            }
        }
        added.map(|_| ())
    }

    /// Reduces the rows to the newest per key: the later event time; between equal event times the later created time
    /// (a missing one is earliest); then the later position.
    #[must_use]
    pub fn finish(self) -> WriteBatch {
        let mut batch = self.batch;
        let mut newest: HashMap<&[u8], u32, foldhash::quality::RandomState> = HashMap::default();
        newest.reserve(batch.rows.len());
        let mut superseded = Vec::new();
        let rank = |position: u32| {
            let head = &batch.rows[position as usize];
            (head.event, head.created)
        };
        for (position, head) in (0_u32..).zip(&batch.rows) {
            let key = &batch.buffer[head.key_start as usize..head.key_end as usize];
            newest
                .entry(key)
                .and_modify(|winner| {
                    if rank(position) >= rank(*winner) {
                        superseded.push(std::mem::replace(winner, position));
                    } else {
                        superseded.push(position);
                    }
                })
                .or_insert(position);
        }
        let mut winners: Vec<u32> = newest.into_values().collect();
        winners.sort_unstable();
        superseded.sort_unstable();
        batch.winners = winners;
        batch.superseded = superseded;
        batch
    }
}

impl RowWriter<'_> {
    fn head(&self, event: Timestamp, created: Option<Timestamp>) -> Result<RowHead> {
        if !event.in_range() {
            return Err(
                Error::invalid_input("event timestamp lies outside the years 1 to 9999").with("micros", event.micros())
            );
        }
        let key_end = self.key_end.ok_or_else(|| Error::internal("a row was pushed without an entity key"))?;
        Ok(RowHead { key_start: offset(self.start)?, key_end, event, created })
    }
}

fn check_width(view: &FeatureView, values: usize) -> Result<()> {
    let features = view.features.len();
    if values == features {
        return Ok(());
    }
    Err(Error::invalid_input(format!(
        "a row has {values} values, but feature view `{}` has {features} features",
        view.name
    )))
}

/// What became of one row.
#[derive(Debug)]
pub enum RowOutcome {
    /// It is stored.
    Written,
    /// The store holds a newer row for this key; nothing was changed.
    Stale,
    /// It could not be stored; the others of its batch are not affected.
    Failed(Error),
}

/// What became of each row of a [`WriteBatch`], in the order of its rows.
#[derive(Debug, Default)]
pub struct WriteReport {
    /// One outcome per row.
    pub outcomes: Vec<RowOutcome>,
}

impl WriteReport {
    /// How many rows were stored.
    #[must_use]
    pub fn written(&self) -> usize {
        self.outcomes.iter().filter(|outcome| matches!(outcome, RowOutcome::Written)).count()
    }

    /// How many rows were older than what the store holds.
    #[must_use]
    pub fn stale(&self) -> usize {
        self.outcomes.iter().filter(|outcome| matches!(outcome, RowOutcome::Stale)).count()
    }

    /// The rows that could not be stored: index in the batch and why.
    pub fn failures(&self) -> impl Iterator<Item = (usize, &Error)> {
        self.outcomes.iter().enumerate().filter_map(|(index, outcome)| match outcome {
            RowOutcome::Failed(error) => Some((index, error)),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::Field;
    use crate::{JoinKey, ValueType};

    fn view() -> Arc<FeatureView> {
        let key = JoinKey { name: "id".into(), value_type: ValueType::Int64 };
        Arc::new(FeatureView::new(
            "p",
            "v",
            vec![key],
            vec![Field::new("a", ValueType::Int64), Field::new("b", ValueType::String)],
        ))
    }

    fn at(micros: i64) -> Timestamp {
        Timestamp::from_micros(micros)
    }

    #[test]
    fn keeps_the_newest_row_per_key() {
        let mut builder = WriteBatch::builder(view());
        type Pushed<'a> = (&'a [u8], i64, Option<i64>, &'a [u8]);
        let rows: [Pushed<'_>; 6] = [
            (b"k1", 10, None, b"old"),
            (b"k2", 5, Some(1), b"first"),
            (b"k1", 20, None, b"new"),
            (b"k1", 15, Some(99), b"late"),
            (b"k2", 5, Some(2), b"created later"),
            (b"k2", 5, Some(2), b"same, later position"),
        ];
        for (key, event, created, value) in rows {
            builder.push(key, at(event), created.map(at), [value, b""]).unwrap();
        }
        let batch = builder.finish();
        let kept: Vec<_> =
            batch.rows().map(|row| (row.entity_key(), row.value(0), row.value(1), row.position())).collect();
        assert_eq!(kept, [(&b"k1"[..], &b"new"[..], &b""[..], 2), (b"k2", b"same, later position", b"", 5)]);
        assert_eq!(batch.superseded(), [0, 1, 3, 4]);
    }

    #[test]
    fn a_refused_row_leaves_no_trace() {
        let mut builder = WriteBatch::builder(view());
        builder.push(b"k", at(1), None, [&b"x"[..], b"y"]).unwrap();
        assert!(builder.push(b"k2", at(1), None, [&b"only one"[..]]).is_err());
        assert!(builder.push(b"k2", at(i64::MAX), None, [&b"x"[..], b"y"]).is_err());
        assert!(builder.push_with(at(1), None, |row| row.key(|_| Err(Error::invalid_input("no")))).is_err());
        assert!(builder.push_with(at(1), None, |_| Ok(())).is_err());
        let batch = builder.finish();
        assert_eq!((batch.len(), batch.byte_len()), (1, 3));
        assert_eq!(batch.row(0).values().collect::<Vec<_>>(), [&b"x"[..], b"y"]);
    }
}
