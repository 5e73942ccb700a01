//! The SQL registry on SQLite: Feast's tables, one row per object, the same messages as in the file.

mod table;

use std::path::PathBuf;
use std::time::Duration;

use larder_core::{Clock, Error, ErrorKind, Result, Timestamp};
use larder_proto::core::{FeatureViewVersionRecord, ProjectMetadata};
use prost::Message;
use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior, params};
use uuid::Uuid;

use crate::content::{Content, Object};
use crate::kind::{Identity, ObjectKind};
use table::Table;

const SCHEMA: &str = include_str!("schema.sql");

/// A registry in a SQLite database that need not exist yet.
#[derive(Debug, Clone)]
pub(crate) struct SqlRegistry {
    pub(crate) path: PathBuf,
    pub(crate) lock_timeout: Duration,
    /// Whether missing tables are created (`schema_mode: auto`).
    pub(crate) creates_tables: bool,
}

impl SqlRegistry {
    /// Reads all tables; an absent file is an empty registry.
    pub(crate) fn load(&self) -> Result<Content> {
        if !self.path.exists() {
            return Ok(Content::default());
        }
        let read = || -> rusqlite::Result<Content> {
            let mut connection = Connection::open_with_flags(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
            connection.busy_timeout(self.lock_timeout)?;
            // One transaction, so that all tables show the same moment.
            let transaction = connection.transaction()?;
            read_content(&transaction)
        };
        read().map_err(|error| self.failed("cannot read the registry", error))
    }

    /// Reads, changes and writes in one transaction. An error leaves the database as it was.
    pub(crate) fn update<T>(&self, clock: &Clock, change: impl FnOnce(&mut Content) -> Result<T>) -> Result<T> {
        let failed = |error| self.failed("cannot write the registry", error);
        if let Some(folder) = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|error| {
                Error::new(ErrorKind::Unavailable, "cannot create the folder of the registry")
                    .with("file", self.path.display())
                    .with_source(error)
            })?;
        }
        let mut connection = Connection::open(&self.path).map_err(failed)?;
        connection.busy_timeout(self.lock_timeout).map_err(failed)?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        if self.creates_tables {
            transaction.execute_batch(SCHEMA).map_err(failed)?;
        }
        let mut content = read_content(&transaction).map_err(failed)?;
        let answer = change(&mut content)?;
        if content.is_changed() {
            write_content(&transaction, &content, clock.now()).map_err(failed)?;
        }
        transaction.commit().map_err(failed)?;
        Ok(answer)
    }

    fn failed(&self, what: &str, error: rusqlite::Error) -> Error {
        let (kind, hint) = match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                (ErrorKind::Conflict, "another process holds it; wait until its apply or materialize has finished")
            }
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
                (ErrorKind::Corrupt, "it was left as it is; restore it from a backup, or move it away and apply again")
            }
            Some(ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => {
                (ErrorKind::PermissionDenied, "check the permissions of the file and its folder")
            }
            _ => (ErrorKind::Unavailable, "check `registry.path` in feature_store.yaml and the space on the disk"),
        };
        Error::new(kind, what).with("file", self.path.display()).with_source(error).with_hint(hint)
    }
}

fn read_content(transaction: &Transaction<'_>) -> rusqlite::Result<Content> {
    let mut objects = Vec::new();
    for &kind in ObjectKind::ALL {
        let Some(table) = Table::of(kind) else { continue };
        // A registry of an older Feast lacks the younger tables.
        if !transaction.table_exists(None, table.name)? {
            continue;
        }
        let mut statement = transaction.prepare(&table.select())?;
        let rows = statement.query_map([], |row| {
            let id = Identity { project: row.get(0)?, name: row.get(1)? };
            Ok(Object { kind, id, bytes: row.get(2)?, touched: false })
        })?;
        for row in rows {
            objects.push(row?);
        }
    }
    if transaction.table_exists(None, "feature_view_version_history")? {
        read_versions(transaction, &mut objects)?;
    }
    if transaction.table_exists(None, "feast_metadata")? {
        read_metadata(transaction, &mut objects)?;
    }
    Ok(Content::from_objects(objects))
}

fn read_versions(transaction: &Transaction<'_>, objects: &mut Vec<Object>) -> rusqlite::Result<()> {
    let mut statement = transaction.prepare(
        "SELECT project_id, feature_view_name, version_number, feature_view_type, feature_view_proto, version_id \
         FROM feature_view_version_history ORDER BY rowid",
    )?;
    let rows = statement.query_map([], |row| {
        let record = FeatureViewVersionRecord {
            project_id: row.get(0)?,
            feature_view_name: row.get(1)?,
            version_number: row.get(2)?,
            feature_view_type: row.get(3)?,
            feature_view_proto: row.get(4)?,
            version_id: row.get(5)?,
            ..FeatureViewVersionRecord::default()
        };
        let id = Identity { project: record.project_id.clone(), name: record.feature_view_name.clone() };
        Ok(Object { kind: ObjectKind::FeatureViewVersion, id, bytes: record.encode_to_vec(), touched: false })
    })?;
    for row in rows {
        objects.push(row?);
    }
    Ok(())
}

fn read_metadata(transaction: &Transaction<'_>, objects: &mut Vec<Object>) -> rusqlite::Result<()> {
    let mut statement = transaction
        .prepare("SELECT project_id, metadata_value FROM feast_metadata WHERE metadata_key = 'project_uuid'")?;
    let rows = statement.query_map([], |row| {
        let metadata = ProjectMetadata { project: row.get(0)?, project_uuid: row.get(1)? };
        let id = Identity { project: metadata.project.clone(), name: metadata.project.clone() };
        Ok(Object { kind: ObjectKind::ProjectMetadata, id, bytes: metadata.encode_to_vec(), touched: false })
    })?;
    for row in rows {
        objects.push(row?);
    }
    Ok(())
}

fn write_content(transaction: &Transaction<'_>, content: &Content, now: Timestamp) -> rusqlite::Result<()> {
    for (kind, id) in content.removed() {
        match Table::of(*kind) {
            Some(table) => transaction.execute(&table.delete(), params![id.name, id.project])?,
            None if *kind == ObjectKind::FeatureViewVersion => transaction.execute(
                "DELETE FROM feature_view_version_history WHERE feature_view_name = ?1 AND project_id = ?2",
                params![id.name, id.project],
            )?,
            None => transaction.execute("DELETE FROM feast_metadata WHERE project_id = ?1", params![id.project])?,
        };
        if *kind == ObjectKind::Project {
            transaction.execute("DELETE FROM managed_infra WHERE project_id = ?1", params![id.project])?;
        }
    }
    let mut projects: Vec<&str> = content.removed().iter().map(|(_, id)| id.project.as_str()).collect();
    for object in content.touched() {
        projects.push(&object.id.project);
        match Table::of(object.kind) {
            Some(table) => {
                transaction.execute(
                    &table.upsert(),
                    params![object.id.name, object.id.project, now.seconds(), object.bytes],
                )?;
            }
            None if object.kind == ObjectKind::FeatureViewVersion => write_version(transaction, object, now)?,
            None => {}
        }
    }
    projects.sort_unstable();
    projects.dedup();
    for project in projects.into_iter().filter(|project| content.get(ObjectKind::Project, project, project).is_some()) {
        write_metadata(transaction, project, now)?;
    }
    Ok(())
}

fn write_version(transaction: &Transaction<'_>, object: &Object, now: Timestamp) -> rusqlite::Result<()> {
    let record = FeatureViewVersionRecord::decode(object.bytes.as_slice())
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
    transaction.execute(
        "INSERT INTO feature_view_version_history VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            record.feature_view_name,
            record.project_id,
            record.version_number,
            record.feature_view_type,
            record.feature_view_proto,
            now.seconds(),
            record.description,
            record.version_id
        ],
    )?;
    Ok(())
}

/// What Feast keeps of a project beside its objects: a uuid for life, and when anything of it changed.
fn write_metadata(transaction: &Transaction<'_>, project: &str, now: Timestamp) -> rusqlite::Result<()> {
    let (uuid, seconds) = (Uuid::new_v4().to_string(), now.seconds());
    transaction.execute(
        "INSERT OR IGNORE INTO feast_metadata VALUES (?1, 'project_uuid', ?2, ?3)",
        params![project, uuid, seconds],
    )?;
    transaction.execute(
        "INSERT OR REPLACE INTO feast_metadata VALUES (?1, 'last_updated_timestamp', ?2, ?3)",
        params![project, seconds.to_string(), seconds],
    )?;
    Ok(())
}
