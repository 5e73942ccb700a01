//! Many byte strings in one allocation.

use crate::{Error, Result};

/// A list of encoded entity keys (see [`crate::EntityKey`]) that share one buffer.
///
/// At most 4 GiB of key bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyBatch {
    bytes: Vec<u8>,
    ends: Vec<u32>,
}

impl KeyBatch {
    /// An empty list.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a key.
    ///
    /// # Errors
    /// `InvalidInput` when all keys together pass 4 GiB.
    pub fn push(&mut self, key: &[u8]) -> Result<()> {
        self.push_with(|buffer| {
            buffer.extend_from_slice(key);
            Ok(())
        })
    }

    /// Adds the key that `write` appends to the buffer; adds nothing when it fails.
    ///
    /// # Errors
    /// What `write` answers, and as [`KeyBatch::push`].
    pub fn push_with(&mut self, write: impl FnOnce(&mut Vec<u8>) -> Result<()>) -> Result<()> {
        let start = self.bytes.len();
        let end = write(&mut self.bytes).and_then(|()| {
            u32::try_from(self.bytes.len())
                .map_err(|_| Error::invalid_input("more than 4 GiB of entity keys in one batch"))
        });
        match end {
            Ok(end) => self.ends.push(end),
            Err(_) => self.bytes.truncate(start),
        }
        end.map(|_| ())
    }

    /// How many keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The key at a position; an empty slice past the end.
    #[must_use]
    pub fn get(&self, index: usize) -> &[u8] {
        let Some(&end) = self.ends.get(index) else { return &[] };
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start as usize..end as usize]
    }

    /// The keys in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        (0..self.len()).map(|index| self.get(index))
    }
}

impl<'a> FromIterator<&'a [u8]> for KeyBatch {
    /// Collects keys; those past 4 GiB are left out, so check `len` where that can happen.
    fn from_iter<I: IntoIterator<Item = &'a [u8]>>(keys: I) -> Self {
        let mut batch = Self::new();
        for key in keys {
            if batch.push(key).is_err() {
                break;
            }
        }
        batch
    }
}
