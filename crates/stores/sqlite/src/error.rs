//! SQLite's errors as larder's.

use std::path::Path;

use larder_core::{Error, ErrorKind, RetryHint, StorePlugin};
use rusqlite::ErrorCode;

use crate::Sqlite;

/// Why a step failed: SQLite, or larder itself.
#[derive(Debug)]
pub(crate) enum Failure {
    Sqlite(rusqlite::Error),
    Larder(Error),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Larder(error)
    }
}

impl Failure {
    /// Whether another connection holds a lock that this one needs.
    pub(crate) fn is_busy(&self) -> bool {
        let Self::Sqlite(error) = self else { return false };
        matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
    }

    /// The error for a caller of `operation` on the database at `path`.
    pub(crate) fn into_error(self, path: &Path, operation: &'static str) -> Error {
        let error = match self {
            Self::Larder(error) => error,
            Self::Sqlite(source) => explain(&source, path).with_source(source),
        };
        error.at(Sqlite::TYPE, operation).with("path", path.display())
    }
}

fn explain(error: &rusqlite::Error, path: &Path) -> Error {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            Error::new(ErrorKind::Conflict, "another connection holds the database")
                .with_hint("write again later, or raise `busy_timeout_ms`")
        }
        Some(ErrorCode::DiskFull) => Error::new(ErrorKind::Unavailable, "the disk is full; nothing was changed")
            .with_hint("free space and write again"),
        Some(ErrorCode::ReadOnly) => Error::new(ErrorKind::PermissionDenied, "the database is read-only")
            .with_hint("make the file and its folder writable for this user"),
        Some(ErrorCode::NotADatabase) => Error::corrupt("the file is not an SQLite database")
            .with_hint("check `path`; larder leaves the file as it is"),
        Some(ErrorCode::DatabaseCorrupt) => Error::corrupt("the database file is damaged")
            .with_hint("restore a copy, or delete the file, apply and materialize again"),
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => cannot_open(path),
        Some(ErrorCode::SystemIoFailure) => Error::new(ErrorKind::Unavailable, "the disk failed; nothing was changed")
            .with_hint("check the disk and the system's log"),
        Some(ErrorCode::OutOfMemory) => Error::new(ErrorKind::Unavailable, "SQLite is out of memory"),
        Some(ErrorCode::TooBig) => Error::invalid_input("a row is larger than SQLite takes"),
        _ => Error::internal("SQLite failed").with_retry(RetryHint::Never),
    }
}

/// SQLite only says that it cannot open; the file system knows why.
fn cannot_open(path: &Path) -> Error {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if path.is_dir() {
        return Error::invalid_config("`path` is a folder").with_hint("name a file in it, e.g. online.db");
    }
    match folder.metadata() {
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => denied(),
        Err(_) => Error::invalid_config("the folder of the database does not exist")
            .with("folder", folder.display())
            .with_hint("create it, or change `path`; only the last folder of a path is created"),
        Ok(metadata) if !metadata.is_dir() => {
            Error::invalid_config("the folder of the database is a file").with("folder", folder.display())
        }
        Ok(_) => denied(),
    }
}

fn denied() -> Error {
    Error::new(ErrorKind::PermissionDenied, "the database cannot be opened").with_hint(
        "make the file and its folder writable for this user; a file in WAL mode cannot be read in a read-only folder",
    )
}
