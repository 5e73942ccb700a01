//! Connections: one that writes, several that read.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use larder_core::{Error, ErrorKind};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::catalog::Catalog;
use crate::config::{JournalMode, SqliteConfig, Synchronous, TableLayout};
use crate::error::Failure;

/// Prepared statements kept per connection.
pub(crate) const STATEMENT_CACHE: usize = 1_024;
/// A page holds about seven rows of ten floats; twice SQLite's size costs less per row of a bulk write.
const PAGE_BYTES: u32 = 8_192;
/// Room for what a bulk write changes, so that nothing is written twice before the commit.
const WRITE_CACHE_KIB: u32 = 48 * 1_024;
const READ_CACHE_KIB: u32 = 16 * 1_024;
/// The log is merged into the file at this size: pages that several batches change are then written once.
const LOG_BYTES: u32 = 64 * 1_024 * 1_024;

/// A connection and what it knows about the schema.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) connection: Connection,
    pub(crate) catalog: Catalog,
}

impl Session {
    /// Runs `act` on one snapshot of the database. The statements around it are cached: compiling them would cost as much
    /// as reading a row.
    pub(crate) fn snapshot<T>(
        &mut self,
        act: impl FnOnce(&Connection, &mut Catalog) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let Self { connection, catalog } = self;
        connection.prepare_cached("BEGIN")?.execute([])?;
        let result = catalog.refresh(connection).map_err(Failure::from).and_then(|()| act(connection, catalog));
        connection.prepare_cached("COMMIT")?.execute([])?;
        result
    }
}

/// The database file and its connections.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) path: PathBuf,
    pub(crate) busy_timeout: Duration,
    pub(crate) table_layout: TableLayout,
    journal_mode: JournalMode,
    synchronous: Synchronous,
    mmap_size_bytes: u32,
    /// Taken for the length of a write; opened by the first.
    writer: Arc<tokio::sync::Mutex<Option<Session>>>,
    idle_readers: Mutex<Vec<Session>>,
    reads: Arc<Semaphore>,
    closed: AtomicBool,
}

impl Client {
    pub(crate) fn new(config: &SqliteConfig, repo_path: &Path) -> Self {
        Self {
            path: repo_path.join(&config.path),
            busy_timeout: Duration::from_millis(config.busy_timeout_ms.into()),
            table_layout: config.table_layout,
            journal_mode: config.journal_mode,
            synchronous: config.synchronous,
            mmap_size_bytes: config.mmap_size_bytes,
            writer: Arc::default(),
            idle_readers: Mutex::default(),
            reads: Arc::new(Semaphore::new(config.read_connections)),
            closed: AtomicBool::new(false),
        }
    }

    /// Runs `act` on the writing connection, in a thread where it may block.
    pub(crate) async fn write<T: Send + 'static>(
        self: &Arc<Self>,
        act: impl FnOnce(&mut Session) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        self.check_open()?;
        let mut writer = Arc::clone(&self.writer).lock_owned().await;
        self.check_open()?;
        let client = Arc::clone(self);
        blocking(move || {
            let mut session = match writer.take() {
                Some(session) => session,
                None => client.open_writer()?,
            };
            let result = act(&mut session);
            *writer = Some(session);
            result
        })
        .await
    }

    /// Waits for a turn to read.
    pub(crate) async fn turn(&self) -> Result<OwnedSemaphorePermit, Failure> {
        self.check_open()?;
        Arc::clone(&self.reads).acquire_owned().await.map_err(|_| closed().into())
    }

    /// Runs `act` on a reading connection in a thread where it may block; it waits for locks.
    pub(crate) async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        turn: OwnedSemaphorePermit,
        act: impl FnOnce(&mut Session) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let client = Arc::clone(self);
        blocking(move || {
            let _turn = turn;
            let mut session = match client.take_reader() {
                Some(session) => session,
                None => client.open_reader()?,
            };
            session.connection.busy_timeout(client.busy_timeout)?;
            let result = act(&mut session);
            client.put_back(session);
            result
        })
        .await
    }

    /// Runs `act` here and now on an idle reading connection, without waiting for locks; `None` when that is not possible.
    pub(crate) fn read_now<T>(
        &self,
        act: impl FnOnce(&mut Session) -> Result<T, Failure>,
    ) -> Option<Result<T, Failure>> {
        let mut session = self.take_reader()?;
        let result =
            session.connection.busy_timeout(Duration::ZERO).map_err(Failure::from).and_then(|()| act(&mut session));
        self.put_back(session);
        Some(result).filter(|result| !result.as_ref().is_err_and(Failure::is_busy))
    }

    pub(crate) async fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        self.reads.close();
        *self.writer.lock().await = None;
        self.idle_readers.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn check_open(&self) -> Result<(), Failure> {
        if self.closed.load(Ordering::SeqCst) { Err(closed().into()) } else { Ok(()) }
    }

    fn take_reader(&self) -> Option<Session> {
        self.idle_readers.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn put_back(&self, session: Session) {
        let mut idle = self.idle_readers.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.closed.load(Ordering::SeqCst) {
            idle.push(session);
        }
    }

    fn open_writer(&self) -> Result<Session, Failure> {
        if let Some(folder) = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            // One level, as Feast does; what went wrong shows when the file is opened.
            let _ = std::fs::create_dir(folder);
        }
        let session = self.open(OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        let connection = &session.connection;
        connection.pragma_update(None, "page_size", PAGE_BYTES)?;
        let mode = match self.journal_mode {
            JournalMode::Wal => "wal",
            JournalMode::Delete => "delete",
        };
        // A lock of another process can keep the mode as it is, and everything works in either; what else is wrong with the
        // file shows in the first statement.
        let _ = connection.pragma_update_and_check(None, "journal_mode", mode, |_| Ok(()));
        let synchronous = match self.synchronous {
            Synchronous::Full => "full",
            Synchronous::Normal => "normal",
            Synchronous::Off => "off",
        };
        connection.pragma_update(None, "synchronous", synchronous)?;
        connection.pragma_update(None, "cache_size", -i64::from(WRITE_CACHE_KIB))?;
        connection.pragma_update(None, "journal_size_limit", LOG_BYTES)?;
        let page_bytes: u32 = connection.query_row("PRAGMA page_size", [], |row| row.get(0))?;
        connection.pragma_update(None, "wal_autocheckpoint", LOG_BYTES / page_bytes.max(1))?;
        Ok(session)
    }

    /// Opens a connection that only reads; a read-only file is no obstacle.
    fn open_reader(&self) -> Result<Session, Failure> {
        if !self.path.exists() && self.path.parent().is_some_and(Path::is_dir) {
            return Err(Error::new(ErrorKind::UnknownView, "there is no database yet")
                .with_hint("run `larder apply` (or `feast apply`) first, and check `path`")
                .into());
        }
        let writable = self.open(OpenFlags::SQLITE_OPEN_READ_WRITE);
        let session = writable.or_else(|_| self.open(OpenFlags::SQLITE_OPEN_READ_ONLY))?;
        session.connection.pragma_update(None, "query_only", true)?;
        session.connection.pragma_update(None, "cache_size", -i64::from(READ_CACHE_KIB))?;
        session.connection.pragma_update(None, "mmap_size", self.mmap_size_bytes)?;
        Ok(session)
    }

    fn open(&self, flags: OpenFlags) -> Result<Session, Failure> {
        let connection = Connection::open_with_flags(&self.path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(self.busy_timeout)?;
        connection.set_prepared_statement_cache_capacity(STATEMENT_CACHE);
        // One plan per statement: otherwise SQLite compiles an ordered read anew for every key that is bound.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        Ok(Session { connection, catalog: Catalog::default() })
    }
}

fn closed() -> Error {
    Error::new(ErrorKind::Unavailable, "the store is closed").with_hint("connect again")
}

async fn blocking<T: Send + 'static>(act: impl FnOnce() -> Result<T, Failure> + Send + 'static) -> Result<T, Failure> {
    match tokio::task::spawn_blocking(act).await {
        Ok(result) => result,
        Err(error) => Err(Error::internal("a database thread ended early").with_source(error).into()),
    }
}
