//! Rows of columns, checked and encoded for one view.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use larder_core::name::nearest;
use larder_core::{Error, FeatureView, KeyBatch, Result, Timestamp, Value, ValueType, WriteBatch};
use serde_json::Value as Json;

use super::rows::Rows;
use crate::column::{Column, ColumnValues};
use crate::engine::FutureEvents;
use crate::entity_id::{encode_ids, put_entity_key};
use crate::typed::exactly;

/// What Feast's remote client calls the timestamp columns, whatever the source calls them.
const EVENT_TIMESTAMP: &str = "event_timestamp";
const CREATED: &str = "created";

/// The columns of [`Rows`] that a view takes.
struct Bound<'a> {
    join_keys: Vec<&'a Column>,
    /// In schema order.
    features: Vec<&'a Column>,
    /// `None` when the rows carry their event timestamps apart.
    event_timestamp: Option<&'a Column>,
    created: Option<&'a Column>,
}

/// Encodes rows for a view.
///
/// Needed are all join keys, all features and an event timestamp; a created timestamp is used when there is one. A column
/// goes by its own name or by the name that the source maps to it.
///
/// # Errors
/// `InvalidInput` naming every missing column, or column, row and value of the first cell that does not fit.
pub(super) fn encode_rows(view: &Arc<FeatureView>, rows: &Rows) -> Result<WriteBatch> {
    let bound = bind(view, rows)?;
    let ids = bound.join_keys.iter().zip(&view.join_keys).map(|(column, key)| encode_ids(column, key.value_type));
    let ids = ids.collect::<Result<Vec<KeyBatch>>>()?;
    let ids: Vec<&KeyBatch> = ids.iter().collect();
    let encoder = view.key_encoder();
    let mut batch = WriteBatch::builder(Arc::clone(view));
    for row in 0..rows.len() {
        let event = match (&rows.event_timestamps, bound.event_timestamp) {
            (Some(apart), _) => Some(apart[row]),
            (None, Some(column)) => timestamp(column, row)?,
            (None, None) => None,
        };
        let event =
            event.ok_or_else(|| at(EVENT_TIMESTAMP, row, Error::invalid_input("an event timestamp cannot be null")))?;
        let created = bound.created.map(|column| timestamp(column, row)).transpose()?.flatten();
        batch
            .push_with(event, created, |writer| {
                writer.key(|out| put_entity_key(out, &encoder, &ids, row))?;
                for (column, field) in bound.features.iter().zip(&view.features) {
                    writer.value(|out| {
                        let value = cell(column, row, field.value_type);
                        value.map_err(|error| at(&column.name, row, error))?.encode(out);
                        Ok(())
                    })?;
                }
                Ok(())
            })
            .map_err(|error| if error.context().is_empty() { error.with("row", row) } else { error })?;
    }
    Ok(batch.finish())
}

/// Refuses rows that lie too far in the future.
pub(super) fn check_future(batch: &WriteBatch, now: Timestamp, future: FutureEvents) -> Result<()> {
    let FutureEvents::RefusedBeyond(lead) = future else { return Ok(()) };
    let latest = now.plus(lead);
    match batch.rows().find(|row| row.event_timestamp() > latest) {
        None => Ok(()),
        Some(row) => Err(Error::invalid_input(format!(
            "event timestamp {} lies more than {} s in the future",
            row.event_timestamp(),
            lead.as_secs()
        ))
        .with("feature view", &batch.view().name)
        .with("row", row.position())
        .with_hint(
            "such a row would hide every newer true row until then; check the clock and the unit of the source",
        )),
    }
}

fn bind<'a>(view: &FeatureView, rows: &'a Rows) -> Result<Bound<'a>> {
    let source = view.materialization_source().ok();
    let unmapped = BTreeMap::new();
    let mapping = source.map_or(&unmapped, |source| &source.field_mapping);
    let find = |name: &str| {
        let sources = mapping.iter().filter(|(_, to)| *to == name).map(|(from, _)| from.as_str());
        [name].into_iter().chain(sources).find_map(|name| rows.column(name))
    };
    let is_schema =
        |name: &str| view.feature_index(name).is_some() || view.join_keys.iter().any(|key| key.name == name);
    let timestamp = |named: Option<&str>, usual: &str| {
        let named = named.filter(|name| !name.is_empty());
        named.and_then(find).or_else(|| if is_schema(usual) { None } else { rows.column(usual) })
    };
    let event_timestamp = timestamp(source.map(|source| source.timestamp_field.as_str()), EVENT_TIMESTAMP);
    let created = timestamp(source.map(|source| source.created_timestamp_column.as_str()), CREATED);
    let mut missing: Vec<&str> = Vec::new();
    let mut need = |name| {
        find(name).or_else(|| {
            missing.push(name);
            None
        })
    };
    let key_names = view.join_keys.iter().filter(|_| !view.is_entity_less()).map(|key| key.name.as_str());
    let join_keys: Vec<&Column> = key_names.filter_map(&mut need).collect();
    let features: Vec<&Column> = view.features.iter().filter_map(|field| need(&field.name)).collect();
    if event_timestamp.is_none() && rows.event_timestamps.is_none() {
        let named = source.map(|source| source.timestamp_field.as_str()).filter(|name| !name.is_empty());
        missing.push(named.unwrap_or(EVENT_TIMESTAMP));
    }
    match missing.as_slice() {
        [] => Ok(Bound { join_keys, features, event_timestamp, created }),
        missing => Err(missing_columns(view, rows, missing)),
    }
}

fn missing_columns(view: &FeatureView, rows: &Rows, missing: &[&str]) -> Error {
    let noun = if missing.len() == 1 { "column" } else { "columns" };
    let names: Vec<String> = missing.iter().map(|name| format!("`{name}`")).collect();
    let error = Error::invalid_input(format!("missing {noun} {}", names.join(", "))).with("feature view", &view.name);
    let given = rows.columns().iter().map(|column| column.name.as_str());
    match given.clone().find_map(|given| Some((given, nearest(given, missing.iter().copied())?))) {
        Some((given, meant)) => error.with_hint(format!("`{given}` is no column of it; did you mean `{meant}`?")),
        None => {
            error.with_hint("every join key, every feature and the event timestamp needs a column; null is a value")
        }
    }
}

/// The instant in a cell; `None` for a null.
fn timestamp(column: &Column, row: usize) -> Result<Option<Timestamp>> {
    let parsed = match &column.values {
        ColumnValues::Json(values) => match &values[row] {
            Json::Null => return Ok(None),
            Json::String(text) => Timestamp::parse(text),
            _ => Err(not_an_instant(column, row)),
        },
        ColumnValues::Typed(values) => match &values[row] {
            Value::Null => return Ok(None),
            Value::String(text) => Timestamp::parse(text),
            Value::UnixTimestamp(seconds) | Value::ZonedTimestamp { unix_timestamp: seconds, .. } => {
                Timestamp::from_seconds(*seconds).ok_or_else(|| not_an_instant(column, row))
            }
            _ => Err(not_an_instant(column, row)),
        },
    };
    parsed.map(Some).map_err(|error| at(&column.name, row, error))
}

fn not_an_instant(column: &Column, row: usize) -> Error {
    Error::invalid_input(format!("{} is not a point in time", column.show(row))).with_hint(
        "write ISO 8601, e.g. 2026-01-31T08:30:00Z; a bare number could be seconds, milliseconds or nanoseconds",
    )
}

/// The value of a feature cell in the declared type.
fn cell(column: &Column, row: usize, value_type: ValueType) -> Result<Cow<'_, Value>> {
    match &column.values {
        ColumnValues::Json(values) => Value::from_json(&values[row], value_type).map(Cow::Owned),
        ColumnValues::Typed(values) => exactly(&values[row], value_type),
    }
}

fn at(column: &str, row: usize, error: Error) -> Error {
    error.with("column", column).with("row", row)
}
