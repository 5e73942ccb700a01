//! Changing rows: the write rule, deletes.

use larder_core::{
    DeleteReport, EntityDelete, Error, RowOutcome, Timestamp, ValueRef, WriteBatch, WriteReport, WriteRow,
    value::value_text,
};
use rusqlite::{CachedStatement, Connection, Transaction, TransactionBehavior};

use crate::client::Session;
use crate::error::Failure;
use crate::layout::{Columns, Statements, event, event_us};

/// The most bytes of one value: far below SQLite's 1 GB, so that one row cannot exhaust memory.
pub(crate) const MAX_VALUE_BYTES: usize = 256 * 1_024 * 1_024;
/// The most bytes of one entity key; the layout repeats it for every feature.
pub(crate) const MAX_KEY_BYTES: usize = 1_024 * 1_024;
/// Features written by one statement.
const FEATURES_PER_STATEMENT: usize = 50;

/// Writes a batch in one transaction.
///
/// `BEGIN IMMEDIATE` keeps all other writers out, also those of other processes, so what is compared is what is replaced.
pub(crate) fn write_batch(session: &mut Session, batch: &WriteBatch) -> Result<WriteReport, Failure> {
    let Session { connection, catalog } = session;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    catalog.refresh(&transaction)?;
    let table = catalog.table(&transaction, batch.view())?;
    let outcomes = write_rows(&transaction, &table, batch)?;
    transaction.commit()?;
    Ok(WriteReport { outcomes })
}

fn write_rows(
    transaction: &Transaction<'_>,
    table: &Statements,
    batch: &WriteBatch,
) -> Result<Vec<RowOutcome>, Failure> {
    let mut guard = match transaction.prepare_cached(&table.any_row)?.exists([])? {
        true => Some(transaction.prepare_cached(&table.events)?),
        false => None, // nothing stored, nothing to compare with
    };
    let mut writer = RowWriter::new(transaction, table, batch)?;
    let mut outcomes: Vec<RowOutcome> = batch.rows().map(|_| RowOutcome::Written).collect();
    // In the order of the key, so that neighbours land on the same pages.
    let mut order: Vec<usize> = (0..batch.len()).collect();
    order.sort_unstable_by_key(|&index| batch.row(index).entity_key());
    for index in order {
        let row = batch.row(index);
        if let Err(error) = check_size(row) {
            outcomes[index] = RowOutcome::Failed(error);
            continue;
        }
        let newest = match &mut guard {
            Some(guard) => newest_event(guard, row.entity_key())?,
            None => None,
        };
        if newest.is_some_and(|newest| newest > row.event_timestamp()) {
            outcomes[index] = RowOutcome::Stale;
        } else {
            writer.write(row)?;
        }
    }
    Ok(outcomes)
}

/// The newest event time that any feature of an entity key has.
fn newest_event(events: &mut CachedStatement<'_>, key: &[u8]) -> Result<Option<Timestamp>, Failure> {
    let mut rows = events.query([key])?;
    let mut newest = None;
    while let Some(row) = rows.next()? {
        newest = newest.max(Some(event(row.get_ref(0)?, row.get_ref(1)?)?));
    }
    Ok(newest)
}

fn check_size(row: WriteRow<'_>) -> Result<(), Error> {
    let too_large = |what: &str, bytes: usize, limit: usize| {
        Err(Error::invalid_input(format!("{what} of {bytes} bytes is too large")).with("limit", limit))
    };
    let key = row.entity_key().len();
    if key > MAX_KEY_BYTES {
        return too_large("an entity key", key, MAX_KEY_BYTES);
    }
    match row.values().map(<[u8]>::len).find(|bytes| *bytes > MAX_VALUE_BYTES) {
        Some(bytes) => too_large("a value", bytes, MAX_VALUE_BYTES),
        None => Ok(()),
    }
}

/// Writes the features of a row, so many per statement.
struct RowWriter<'t> {
    columns: Columns,
    /// The first feature, how many, and the statement for them.
    parts: Vec<(usize, usize, CachedStatement<'t>)>,
}

impl<'t> RowWriter<'t> {
    fn new(connection: &'t Connection, table: &Statements, batch: &WriteBatch) -> Result<Self, Failure> {
        let features = &batch.view().features;
        let columns = table.columns;
        let mut parts = Vec::new();
        for (part, fields) in features.chunks(FEATURES_PER_STATEMENT).enumerate() {
            // A second statement with the same text would be compiled anew; for very wide views that is once per batch.
            let mut statement = connection.prepare_cached(&table.upsert(fields.len()))?;
            for (i, field) in fields.iter().enumerate() {
                // Bound once: bindings stay until they are replaced.
                statement.raw_bind_parameter(columns.first_parameter(i), &field.name)?;
            }
            parts.push((part * FEATURES_PER_STATEMENT, fields.len(), statement));
        }
        Ok(Self { columns, parts })
    }

    fn write(&mut self, row: WriteRow<'_>) -> Result<(), Failure> {
        let event = row.event_timestamp();
        let created = row.created_timestamp().map(Timestamp::seconds);
        for (first, count, statement) in &mut self.parts {
            statement.raw_bind_parameter(1, row.entity_key())?;
            statement.raw_bind_parameter(2, event.seconds())?;
            statement.raw_bind_parameter(3, created)?;
            if self.columns.event_us {
                statement.raw_bind_parameter(4, event_us(event))?;
            }
            for i in 0..*count {
                bind_value(statement, self.columns, self.columns.first_parameter(i) + 1, row.value(*first + i))?;
            }
            statement.raw_execute()?;
        }
        Ok(())
    }
}

/// Binds a value and the columns derived from it. Bytes that are no value have no text; readers will say what is wrong.
fn bind_value(
    statement: &mut CachedStatement<'_>,
    columns: Columns,
    mut parameter: usize,
    value: &[u8],
) -> Result<(), Failure> {
    statement.raw_bind_parameter(parameter, value)?;
    if !(columns.value_text || columns.value_num) {
        return Ok(());
    }
    let decoded = ValueRef::decode(value).unwrap_or_default();
    if columns.value_text {
        parameter += 1;
        match decoded {
            ValueRef::String(text) => statement.raw_bind_parameter(parameter, text)?,
            other => statement.raw_bind_parameter(parameter, value_text(other))?,
        }
    }
    if columns.value_num {
        statement.raw_bind_parameter(parameter + 1, value_num(decoded))?;
    }
    Ok(())
}

/// What Feast keeps in `value_num`. Source: `feast/infra/online_stores/helpers.py` (`extract_text_and_num`).
#[allow(clippy::cast_precision_loss)] // the column is a float
fn value_num(value: ValueRef<'_>) -> Option<f64> {
    match value {
        ValueRef::Int32(number) => Some(number.into()),
        ValueRef::Int64(number) => Some(number as f64),
        ValueRef::Float(number) => Some(number.into()),
        ValueRef::Double(number) => Some(number),
        ValueRef::Bool(flag) => Some(f64::from(u8::from(flag))),
        _ => None,
    }
}

/// Removes rows in one transaction.
pub(crate) fn delete_entities(session: &mut Session, delete: &EntityDelete) -> Result<DeleteReport, Failure> {
    let Session { connection, catalog } = session;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    catalog.refresh(&transaction)?;
    let table = catalog.table(&transaction, &delete.view)?;
    let mut statement = transaction.prepare_cached(&table.delete)?;
    let mut report = DeleteReport::default();
    for key in delete.keys.iter() {
        report.deleted += usize::from(statement.execute([key])? > 0);
    }
    drop(statement);
    transaction.commit()?;
    Ok(report)
}
