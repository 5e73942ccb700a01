//! What is read: rows for many keys of one view, positional against the request.

use std::sync::Arc;

use crate::definition::FeatureView;
use crate::{Error, KeyBatch, Result, Timestamp};

/// Some features of some keys of one view.
#[derive(Debug, Clone)]
pub struct ReadRequest {
    /// The view.
    pub view: Arc<FeatureView>,
    /// Which features, as indices of `view.features`, in the order wanted.
    pub features: Arc<[usize]>,
    /// Encoded entity keys, each at most once.
    pub keys: Arc<KeyBatch>,
}

const ABSENT: u32 = u32::MAX;

/// The answer to a [`ReadRequest`]: `keys.len()` rows of `features.len()` encoded values, in the request's order.
///
/// All values share one buffer. A row can be absent; a present row can lack a feature (it was written before the feature
/// existed); a present value of zero bytes is a stored null.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadRows {
    width: usize,
    events: Vec<Option<Timestamp>>,
    values: Vec<(u32, u32)>,
    buffer: Vec<u8>,
}

/// One present row of [`ReadRows`].
#[derive(Debug, Clone, Copy)]
pub struct ReadRow<'a> {
    rows: &'a ReadRows,
    index: usize,
    event: Timestamp,
}

impl ReadRows {
    /// `rows` absent rows of `width` features, for a store to fill in any order.
    #[must_use]
    pub fn absent(rows: usize, width: usize) -> Self {
        Self { width, events: vec![None; rows], values: vec![(ABSENT, 0); rows * width], buffer: Vec::new() }
    }

    /// As [`ReadRows::absent`], shaped by a request.
    #[must_use]
    pub fn for_request(request: &ReadRequest) -> Self {
        Self::absent(request.keys.len(), request.features.len())
    }

    /// Marks a row as present and sets its event time.
    ///
    /// # Panics
    /// When `row` is not below [`ReadRows::len`].
    pub fn set_event(&mut self, row: usize, event: Timestamp) {
        self.events[row] = Some(event);
    }

    /// Adds a row at the end, present, with all its features missing; gives its index.
    pub fn push_row(&mut self, event: Timestamp) -> usize {
        self.events.push(Some(event));
        self.values.resize(self.values.len() + self.width, (ABSENT, 0));
        self.events.len() - 1
    }

    /// Sets the encoded value of one feature of a row; `feature` counts over the request's features.
    ///
    /// # Errors
    /// `InvalidInput` when the answer passes 4 GiB.
    ///
    /// # Panics
    /// When `row` or `feature` lies outside the request.
    pub fn set_value(&mut self, row: usize, feature: usize, value: &[u8]) -> Result<()> {
        assert!(feature < self.width, "feature {feature} of {}", self.width);
        let too_large = || Error::invalid_input("an answer holds at most 4 GiB").with_hint("ask for fewer entities");
        let start = u32::try_from(self.buffer.len()).map_err(|_| too_large())?;
        let len = u32::try_from(value.len()).map_err(|_| too_large())?;
        self.buffer.extend_from_slice(value);
        self.values[row * self.width + feature] = (start, len);
        Ok(())
    }

    /// How many rows there are, absent ones included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// Whether no row was asked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// How many features each row has.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// The row at an index; `None` when the store holds no row for that key.
    #[must_use]
    pub fn row(&self, index: usize) -> Option<ReadRow<'_>> {
        let event = (*self.events.get(index)?)?;
        Some(ReadRow { rows: self, index, event })
    }

    /// The rows in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Option<ReadRow<'_>>> {
        (0..self.len()).map(|index| self.row(index))
    }
}

impl<'a> ReadRow<'a> {
    /// When the values were true.
    #[must_use]
    pub fn event_timestamp(&self) -> Timestamp {
        self.event
    }

    /// The encoded value of a feature (an index of the request's features): `None` when the row lacks it, zero bytes
    /// for a stored null.
    #[must_use]
    pub fn value(&self, feature: usize) -> Option<&'a [u8]> {
        if feature >= self.rows.width {
            return None;
        }
        match self.rows.values[self.index * self.rows.width + feature] {
            (ABSENT, _) => None,
            (start, len) => Some(&self.rows.buffer[start as usize..start as usize + len as usize]),
        }
    }

    /// The values in the request's order, as [`ReadRow::value`] gives them.
    pub fn values(&self) -> impl ExactSizeIterator<Item = Option<&'a [u8]>> + use<'a> {
        let row = *self;
        (0..self.rows.width).map(move |feature| row.value(feature))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_absent_missing_and_null_apart() {
        let mut rows = ReadRows::absent(3, 2);
        rows.set_event(2, Timestamp::from_micros(7));
        rows.set_value(2, 1, b"").unwrap();
        rows.set_event(0, Timestamp::EPOCH);
        rows.set_value(0, 0, b"abc").unwrap();
        assert!(rows.row(1).is_none());
        assert!(rows.row(3).is_none());
        assert_eq!(rows.row(2).unwrap().values().collect::<Vec<_>>(), [None, Some(&b""[..])]);
        assert_eq!(rows.row(0).unwrap().value(0), Some(&b"abc"[..]));
        assert_eq!(rows.row(0).unwrap().value(9), None);
    }
}
