//! The rows of one view.

use std::collections::BTreeMap;
use std::ops::Bound;

use larder_core::definition::Field;
use larder_core::{
    KeyBatch, ReadRequest, ReadRows, Result, RowOutcome, ScanCursor, ScanPage, ScanRequest, Timestamp, WriteRow,
};

/// Rows by encoded entity key.
#[derive(Debug, Default)]
pub(crate) struct Table(BTreeMap<Vec<u8>, Row>);

#[derive(Debug)]
struct Row {
    event: Timestamp,
    /// Encoded values by feature name, so that rows outlive changes of the schema.
    values: BTreeMap<String, Vec<u8>>,
}

impl Table {
    /// Applies the write rule to one row; `features` is the schema that its values are positional against.
    pub(crate) fn write(&mut self, new: WriteRow<'_>, features: &[Field]) -> RowOutcome {
        let event = new.event_timestamp();
        let row = self.0.entry(new.entity_key().to_vec()).or_insert(Row { event, values: BTreeMap::new() });
        if row.event > event {
            return RowOutcome::Stale;
        }
        row.event = event;
        let named = features.iter().zip(new.values()).map(|(field, value)| (field.name.clone(), value.to_vec()));
        row.values.extend(named);
        RowOutcome::Written
    }

    pub(crate) fn read(&self, request: &ReadRequest) -> Result<ReadRows> {
        let mut answer = ReadRows::for_request(request);
        for (index, key) in request.keys.iter().enumerate() {
            if let Some(row) = self.0.get(key) {
                answer.set_event(index, row.event);
                row.copy(&request.view.features, &request.features, &mut answer, index)?;
            }
        }
        Ok(answer)
    }

    /// Removes a row; says whether there was one.
    pub(crate) fn delete(&mut self, key: &[u8]) -> bool {
        self.0.remove(key).is_some()
    }

    pub(crate) fn scan(&self, scan: &ScanRequest) -> Result<ScanPage> {
        let start = match &scan.cursor {
            Some(ScanCursor(last)) => Bound::Excluded(last.as_slice()),
            None => Bound::Unbounded,
        };
        let mut rest = self.0.range::<[u8], _>((start, Bound::Unbounded));
        let mut page = ScanPage { keys: KeyBatch::new(), rows: ReadRows::absent(0, scan.features.len()), next: None };
        for (key, row) in rest.by_ref().take(scan.limit) {
            page.keys.push(key)?;
            let index = page.rows.push_row(row.event);
            row.copy(&scan.view.features, &scan.features, &mut page.rows, index)?;
            page.next = Some(ScanCursor(key.clone()));
        }
        page.next = page.next.filter(|_| rest.next().is_some());
        Ok(page)
    }
}

impl Row {
    fn copy(&self, schema: &[Field], wanted: &[usize], answer: &mut ReadRows, index: usize) -> Result<()> {
        for (slot, &feature) in wanted.iter().enumerate() {
            if let Some(value) = self.values.get(&schema[feature].name) {
                answer.set_value(index, slot, value)?;
            }
        }
        Ok(())
    }
}
