//! The model: what an online store is, in as few lines as possible.

use std::collections::BTreeMap;

use larder_core::{Timestamp, Value};

use crate::fixture::{Row, Stored};

/// The rows of one view.
#[derive(Debug, Default)]
pub(crate) struct Model {
    rows: BTreeMap<Vec<u8>, (Timestamp, Vec<Value>)>,
}

impl Model {
    /// Applies a batch and gives the outcomes as letters, one per distinct key in the order of the winning rows.
    pub(crate) fn write(&mut self, rows: &[Row]) -> String {
        let mut winners: BTreeMap<&[u8], usize> = BTreeMap::new();
        for (position, row) in rows.iter().enumerate() {
            let winner = winners.entry(&row.key).or_insert(position);
            if (row.event, row.created) >= (rows[*winner].event, rows[*winner].created) {
                *winner = position;
            }
        }
        let mut positions: Vec<usize> = winners.into_values().collect();
        positions.sort_unstable();
        positions.into_iter().map(|position| self.apply(&rows[position])).collect()
    }

    fn apply(&mut self, row: &Row) -> char {
        match self.rows.get(&row.key) {
            Some((stored, _)) if *stored > row.event => 's',
            _ => {
                self.rows.insert(row.key.clone(), (row.event, row.values.clone()));
                'w'
            }
        }
    }

    /// Removes keys and gives how many there were.
    pub(crate) fn delete(&mut self, keys: &[Vec<u8>]) -> usize {
        keys.iter().filter(|key| self.rows.remove(*key).is_some()).count()
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.rows.clear();
    }

    /// What the store must answer for a key.
    pub(crate) fn read(&self, key: &[u8]) -> Stored {
        let (event, values) = self.rows.get(key)?;
        Some((*event, values.iter().cloned().map(Some).collect()))
    }
}
