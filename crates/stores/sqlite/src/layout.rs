//! What is stored: table names, statements, and the columns of event time. Pure.
//!
//! Source: `feast/infra/online_stores/sqlite.py`, `feast/infra/online_stores/helpers.py` (`compute_table_id`).

use std::fmt::Write;

use larder_core::{Error, FeatureView, Result, Timestamp};
use rusqlite::types::ValueRef;

use crate::config::TableLayout;

/// Feast's name for the table of a view: `<project>_<view>[_v<N>]`.
pub(crate) fn table_name(view: &FeatureView) -> String {
    format!("{}_{}", view.project, view.storage_name())
}

/// An identifier for a statement.
pub(crate) fn quoted(identifier: &str) -> String {
    format!("\"{}\"", identifier.replace('"', "\"\""))
}

/// The statement that makes a table. `event_us` is larder's column, the others are Feast's.
pub(crate) fn create_table(name: &str, layout: TableLayout) -> String {
    let storage = match layout {
        TableLayout::Compact => " WITHOUT ROWID",
        TableLayout::Feast => "",
    };
    format!(
        "CREATE TABLE IF NOT EXISTS {} (entity_key BLOB, feature_name TEXT, value BLOB, value_text TEXT, \
         vector_value BLOB, event_ts timestamp, created_ts timestamp, event_us INTEGER, \
         PRIMARY KEY(entity_key, feature_name)){storage}",
        quoted(name)
    )
}

/// The name of the index that Feast makes beside a table.
pub(crate) fn index_name(table: &str) -> String {
    format!("{table}_ek")
}

/// The statement that makes Feast's index. It repeats the front of the primary key, so the compact layout keeps it empty:
/// its name is taken, so Feast does not make it, and writes do not pay for it.
pub(crate) fn create_index(table: &str, layout: TableLayout) -> String {
    let rows = match layout {
        TableLayout::Compact => " WHERE entity_key IS NULL",
        TableLayout::Feast => "",
    };
    format!("CREATE INDEX {} ON {} (entity_key){rows}", quoted(&index_name(table)), quoted(table))
}

/// Which optional columns a table has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Columns {
    /// Feast's: added to tables of older releases by `update`.
    pub(crate) value_text: bool,
    /// Feast's, where its OpenAI-compatible search is on.
    pub(crate) value_num: bool,
    /// Larder's.
    pub(crate) event_us: bool,
}

/// The statements on one table.
#[derive(Debug)]
pub(crate) struct Statements {
    pub(crate) table: String,
    pub(crate) columns: Columns,
    /// Features of one entity key, by name.
    pub(crate) read: String,
    /// All rows after an entity key.
    pub(crate) scan: String,
    /// Event times of one entity key.
    pub(crate) events: String,
    pub(crate) any_row: String,
    pub(crate) delete: String,
}

impl Statements {
    pub(crate) fn new(name: &str, columns: Columns) -> Self {
        let table = quoted(name);
        let event_us = if columns.event_us { "event_us" } else { "NULL" };
        let cells = format!("feature_name, value, event_ts, {event_us}");
        Self {
            read: format!("SELECT {cells} FROM {table} WHERE entity_key = ?1 ORDER BY feature_name"),
            scan: format!(
                "SELECT {cells}, entity_key FROM {table} WHERE entity_key > ?1 ORDER BY entity_key, feature_name"
            ),
            events: format!("SELECT event_ts, {event_us} FROM {table} WHERE entity_key = ?1"),
            any_row: format!("SELECT 1 FROM {table} LIMIT 1"),
            delete: format!("DELETE FROM {table} WHERE entity_key = ?1"),
            table,
            columns,
        }
    }

    /// The statement that writes `features` features of one row. Parameters: 1 entity key, 2 event_ts, 3 created_ts,
    /// 4 event_us, then per feature the [`Columns::per_feature`] ones.
    ///
    /// `OR ROLLBACK` never fires (the only constraint is the key); it spares SQLite a journal per statement.
    pub(crate) fn upsert(&self, features: usize) -> String {
        let columns = self.columns;
        let mut names = "entity_key, feature_name, event_ts, created_ts, value, vector_value".to_owned();
        let mut set = "event_ts = excluded.event_ts, created_ts = excluded.created_ts, value = excluded.value, \
                       vector_value = NULL"
            .to_owned();
        for (present, name) in
            [(columns.value_text, "value_text"), (columns.value_num, "value_num"), (columns.event_us, "event_us")]
        {
            if present {
                let _ = write!(names, ", {name}");
                let _ = write!(set, ", {name} = excluded.{name}");
            }
        }
        let mut sql = format!("INSERT OR ROLLBACK INTO {} ({names}) VALUES ", self.table);
        for feature in 0..features {
            let first = columns.first_parameter(feature);
            let comma = if feature == 0 { "" } else { ", " };
            let _ = write!(sql, "{comma}(?1, ?{first}, ?2, ?3, ?{}, NULL", first + 1);
            for parameter in first + 2..first + columns.per_feature() {
                let _ = write!(sql, ", ?{parameter}");
            }
            sql.push_str(if columns.event_us { ", ?4)" } else { ")" });
        }
        let _ = write!(sql, " ON CONFLICT (entity_key, feature_name) DO UPDATE SET {set}");
        sql
    }
}

impl Columns {
    /// Parameters of an upsert per feature: name, value, and what of value_text and value_num the table has.
    pub(crate) fn per_feature(self) -> usize {
        2 + usize::from(self.value_text) + usize::from(self.value_num)
    }

    /// The parameter that is the name of a feature.
    pub(crate) fn first_parameter(self, feature: usize) -> usize {
        5 + feature * self.per_feature()
    }
}

/// What `event_us` holds for an event: nothing when `event_ts` says all.
pub(crate) fn event_us(event: Timestamp) -> Option<i64> {
    (event.subsecond_nanos() != 0).then(|| event.micros())
}

/// The event time of a stored row.
///
/// `event_us` counts only while it lies in the second of `event_ts`: Feast overwrites `event_ts` and leaves it. Text is
/// what Feast wrote before it stored seconds.
pub(crate) fn event(event_ts: ValueRef<'_>, event_us: ValueRef<'_>) -> Result<Timestamp> {
    let event = match (event_ts, event_us) {
        (ValueRef::Integer(seconds), ValueRef::Integer(micros))
            if Timestamp::from_micros(micros).seconds() == seconds =>
        {
            Some(Timestamp::from_micros(micros))
        }
        (ValueRef::Integer(seconds), _) => Timestamp::from_seconds(seconds),
        (ValueRef::Text(text), _) => std::str::from_utf8(text).ok().and_then(|text| Timestamp::parse(text).ok()),
        _ => None,
    };
    event.ok_or_else(|| Error::corrupt("column event_ts holds no epoch seconds").with("found", format!("{event_ts:?}")))
}

/// The bytes of a stored value; SQL's NULL is a null as well.
pub(crate) fn value(stored: ValueRef<'_>) -> Result<&[u8]> {
    match stored {
        ValueRef::Blob(bytes) | ValueRef::Text(bytes) => Ok(bytes),
        ValueRef::Null => Ok(&[]),
        other => Err(Error::corrupt("column value holds no bytes").with("found", format!("{other:?}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_feasts_and_quoted() {
        let mut view = FeatureView::new("p", "a\"b; drop", vec![], vec![]);
        assert_eq!(quoted(&table_name(&view)), "\"p_a\"\"b; drop\"");
        view.storage_version = 2;
        assert_eq!(table_name(&view), "p_a\"b; drop_v2");
    }

    #[test]
    fn event_us_counts_only_within_the_second_of_event_ts() {
        let time = |ts, us| event(ts, us).map(Timestamp::micros).ok();
        let int = ValueRef::Integer;
        assert_eq!(time(int(10), int(10_500_000)), Some(10_500_000));
        assert_eq!(time(int(11), int(10_500_000)), Some(11_000_000), "stale");
        assert_eq!(time(int(9), int(10_000_000)), Some(9_000_000), "stale");
        assert_eq!(time(int(-1), int(-1)), Some(-1));
        assert_eq!(time(int(10), ValueRef::Null), Some(10_000_000));
        assert_eq!(time(ValueRef::Text(b"2021-04-12 10:59:42"), ValueRef::Null), Some(1_618_225_182_000_000));
        for wrong in [ValueRef::Null, ValueRef::Real(1.0), ValueRef::Text(b"soon"), int(i64::MAX)] {
            assert_eq!(time(wrong, ValueRef::Null), None);
        }
        assert_eq!(event_us(Timestamp::from_micros(3_000_000)), None);
        assert_eq!(event_us(Timestamp::from_micros(-1)), Some(-1));
    }

    #[test]
    fn the_upsert_covers_the_columns_that_the_table_has() {
        let table = Statements::new("t", Columns::default());
        assert_eq!(
            table.upsert(2),
            "INSERT OR ROLLBACK INTO \"t\" (entity_key, feature_name, event_ts, created_ts, value, vector_value) VALUES \
             (?1, ?5, ?2, ?3, ?6, NULL), (?1, ?7, ?2, ?3, ?8, NULL) ON CONFLICT (entity_key, feature_name) DO UPDATE SET \
             event_ts = excluded.event_ts, created_ts = excluded.created_ts, value = excluded.value, vector_value = NULL"
        );
        let all = Columns { value_text: true, value_num: true, event_us: true };
        assert!(Statements::new("t", all).upsert(2).contains("(?1, ?9, ?2, ?3, ?10, NULL, ?11, ?12, ?4)"));
    }
}
