//! Which table holds which view.
//!
//! A view's table has Feast's name. Two views can share that name (project `a_b` view `c`, project `a` view `b_c`; or names
//! that differ only in case, which SQLite takes for the same): the first keeps it, the second gets a table of larder's.
//! The side table `_larder_view` records who owns what, so that nobody's rows are read or dropped by another. A table
//! that is not recorded was made by Feast, and belongs to the view with exactly its name.

use std::collections::HashMap;
use std::sync::Arc;

use larder_core::{Error, ErrorKind, FeatureView};
use rusqlite::{Connection, OptionalExtension, StatementStatus, params};

use crate::client::STATEMENT_CACHE;
use crate::config::TableLayout;
use crate::error::Failure;
use crate::layout::{Columns, Statements, create_index, create_table, index_name, quoted, table_name};

const CREATE_RECORDS: &str = "CREATE TABLE IF NOT EXISTS _larder_view (id INTEGER PRIMARY KEY, project TEXT NOT NULL, \
    view TEXT NOT NULL, table_name TEXT NOT NULL COLLATE NOCASE UNIQUE, UNIQUE (project, view))";
const FEAST_COLUMNS: [&str; 4] = ["entity_key", "feature_name", "value", "event_ts"];

/// Reads nothing, but SQLite compiles it anew when another connection has changed the schema, and counts how often.
/// (`PRAGMA schema_version` would be compiled every time.)
const SCHEMA_PROBE: &str = "SELECT 1 FROM sqlite_master LIMIT 0";
/// More tables than this are looked up again, so that the statements of a connection stay in its cache.
const MAX_TABLES: usize = STATEMENT_CACHE / 4;

/// The tables that a connection has looked up; good for one version of the schema.
#[derive(Debug, Default)]
pub(crate) struct Catalog {
    schema_changes: i32,
    table_count: usize,
    /// By project, then by the view's storage name, so that looking up allocates nothing.
    tables: HashMap<String, HashMap<String, Arc<Statements>>>,
}

impl Catalog {
    /// Forgets everything when the schema was changed. Call it inside the transaction that uses the tables.
    pub(crate) fn refresh(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        let mut probe = connection.prepare_cached(SCHEMA_PROBE)?;
        probe.exists([])?;
        let schema_changes = probe.get_status(StatementStatus::RePrepare);
        if schema_changes != self.schema_changes || self.table_count > MAX_TABLES {
            *self = Self { schema_changes, ..Self::default() };
        }
        Ok(())
    }

    /// The table of a view.
    ///
    /// # Errors
    /// `UnknownView` when it has none.
    pub(crate) fn table(&mut self, connection: &Connection, view: &FeatureView) -> Result<Arc<Statements>, Failure> {
        let storage_name = view.storage_name();
        if let Some(table) = self.tables.get(&view.project).and_then(|views| views.get(&*storage_name)) {
            return Ok(Arc::clone(table));
        }
        let name = locate(connection, view)?.ok_or_else(|| unknown(view))?;
        let table = Arc::new(Statements::new(&name, columns(connection, &name)?.0));
        let views = self.tables.entry(view.project.clone()).or_default();
        views.insert(storage_name.into_owned(), Arc::clone(&table));
        self.table_count += 1;
        Ok(table)
    }
}

/// The error for a view that was never applied.
pub(crate) fn unknown(view: &FeatureView) -> Error {
    Error::new(ErrorKind::UnknownView, format!("feature view `{}` has no table", view.storage_name()))
        .with("project", &view.project)
        .with_hint("run `larder apply` (or `feast apply`) first, and check `path`")
}

/// Makes a view's table unless it is there; adds a notice when the table cannot have Feast's name.
pub(crate) fn ensure(
    connection: &Connection,
    view: &FeatureView,
    layout: TableLayout,
    notices: &mut Vec<String>,
) -> Result<(), Failure> {
    connection.execute(CREATE_RECORDS, [])?;
    let name = match recorded(connection, view)? {
        Some(name) => name,
        None => record(connection, view, notices)?,
    };
    connection.execute(&create_table(&name, layout), [])?;
    if object(connection, &index_name(&name))?.is_none() {
        connection.execute(&create_index(&name, layout), [])?;
    }
    let (has, _) = columns(connection, &name)?;
    for (present, column) in [(has.value_text, "value_text TEXT"), (has.event_us, "event_us INTEGER")] {
        if !present {
            connection.execute(&format!("ALTER TABLE {} ADD COLUMN {column}", quoted(&name)), [])?;
        }
    }
    Ok(())
}

/// Drops a view's table, if it has one.
pub(crate) fn remove(connection: &Connection, view: &FeatureView) -> Result<(), Failure> {
    if let Some(name) = locate(connection, view)? {
        connection.execute(&format!("DROP TABLE {}", quoted(&name)), [])?;
    }
    if has_records(connection)? {
        let delete = "DELETE FROM _larder_view WHERE project = ?1 AND view = ?2";
        connection.execute(delete, params![view.project, view.storage_name()])?;
    }
    Ok(())
}

/// The existing table of a view.
fn locate(connection: &Connection, view: &FeatureView) -> Result<Option<String>, Failure> {
    if let Some(name) = recorded(connection, view)? {
        return Ok(is_table(connection, &name)?.then_some(name));
    }
    let name = table_name(view);
    Ok(can_adopt(connection, &name)?.then_some(name))
}

/// Chooses a table for a view and records it.
fn record(connection: &Connection, view: &FeatureView, notices: &mut Vec<String>) -> Result<String, Failure> {
    let feasts = table_name(view);
    let reserved = feasts.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("sqlite_"));
    let free = !reserved && owner(connection, &feasts)?.is_none() && object(connection, &feasts)?.is_none();
    let insert = "INSERT INTO _larder_view (project, view, table_name) VALUES (?1, ?2, ?3)";
    if free || can_adopt(connection, &feasts)? {
        connection.execute(insert, params![view.project, view.storage_name(), feasts])?;
        return Ok(feasts);
    }
    let next = "SELECT coalesce(max(id), 0) + 1 FROM _larder_view";
    let name = format!("_larder_{}", connection.query_row(next, [], |row| row.get::<_, i64>(0))?);
    connection.execute(insert, params![view.project, view.storage_name(), name])?;
    let taken = match owner(connection, &feasts)? {
        Some((project, other)) => format!("belongs to feature view `{other}` of project `{project}`"),
        None => "is taken or reserved".to_owned(),
    };
    notices.push(format!(
        "sqlite: feature view `{}` of project `{}` is kept in table `{name}`, where Feast does not look: its table name \
         `{feasts}` {taken}",
        view.storage_name(),
        view.project
    ));
    Ok(name)
}

fn has_records(connection: &Connection) -> Result<bool, Failure> {
    is_table(connection, "_larder_view")
}

fn recorded(connection: &Connection, view: &FeatureView) -> Result<Option<String>, Failure> {
    if !has_records(connection)? {
        return Ok(None);
    }
    let select = "SELECT table_name FROM _larder_view WHERE project = ?1 AND view = ?2";
    let mut statement = connection.prepare_cached(select)?;
    Ok(statement.query_row(params![view.project, view.storage_name()], |row| row.get(0)).optional()?)
}

/// The project and view that a table is recorded for.
fn owner(connection: &Connection, table: &str) -> Result<Option<(String, String)>, Failure> {
    if !has_records(connection)? {
        return Ok(None);
    }
    let select = "SELECT project, view FROM _larder_view WHERE table_name = ?1";
    Ok(connection.query_row(select, [table], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

/// Whether a table that Feast made, and nobody owns, has exactly this name.
fn can_adopt(connection: &Connection, name: &str) -> Result<bool, Failure> {
    Ok(is_table(connection, name)? && owner(connection, name)?.is_none() && columns(connection, name)?.1)
}

fn is_table(connection: &Connection, name: &str) -> Result<bool, Failure> {
    Ok(object(connection, name)?.is_some_and(|(kind, exact)| kind == "table" && exact == name))
}

/// The kind and the exact name of the object with this name, as SQLite compares names.
fn object(connection: &Connection, name: &str) -> Result<Option<(String, String)>, Failure> {
    let select = "SELECT type, name FROM sqlite_master WHERE name = ?1 COLLATE NOCASE";
    let mut statement = connection.prepare_cached(select)?;
    Ok(statement.query_row([name], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

/// Which optional columns a table has, and whether it has Feast's.
fn columns(connection: &Connection, table: &str) -> Result<(Columns, bool), Failure> {
    let mut statement = connection.prepare_cached("SELECT name FROM pragma_table_info(?1)")?;
    let names: Vec<String> = statement.query_map([table], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let has = |column: &str| names.iter().any(|name| name == column);
    let columns = Columns { value_text: has("value_text"), value_num: has("value_num"), event_us: has("event_us") };
    Ok((columns, FEAST_COLUMNS.into_iter().all(has)))
}
