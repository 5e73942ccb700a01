//! The file registry: one `feast.core.Registry`, replaced as a whole.
//!
//! Feast writes the file in place and takes no lock; larder takes `<file>.lock`, writes beside the file and renames.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use larder_core::{Clock, Error, ErrorKind, Result};
use uuid::Uuid;

use crate::content::Content;

const LOCK_PAUSE: Duration = Duration::from_millis(5);

/// A registry file that need not exist yet.
#[derive(Debug, Clone)]
pub(crate) struct FileRegistry {
    pub(crate) path: PathBuf,
    pub(crate) lock_timeout: Duration,
}

/// How a file looked when it was read, to notice writers that take no lock.
#[derive(PartialEq, Eq)]
struct Seen(Option<(u64, SystemTime)>);

impl FileRegistry {
    /// Reads the file; an absent file is an empty registry.
    pub(crate) fn load(&self) -> Result<Content> {
        match fs::read(&self.path) {
            Ok(bytes) if bytes.is_empty() => Err(self.damaged(Error::corrupt("the registry file is empty"))),
            Ok(bytes) => Content::parse(&bytes).map_err(|error| self.damaged(error)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Content::default()),
            Err(error) => Err(self.failed("cannot read the registry", error)),
        }
    }

    /// Reads, changes and replaces the file under its lock. An error leaves the file as it was.
    pub(crate) fn update<T>(&self, clock: &Clock, change: impl FnOnce(&mut Content) -> Result<T>) -> Result<T> {
        let _lock = self.lock()?;
        let seen = self.look()?;
        let mut content = self.load()?;
        let answer = change(&mut content)?;
        if content.is_changed() {
            content.stamp(&Uuid::new_v4().to_string(), clock.now());
            if self.look()? != seen {
                return Err(Error::new(ErrorKind::Conflict, "another program wrote the registry meanwhile")
                    .with("file", self.path.display())
                    .with_hint("run the command again; nothing was changed"));
            }
            self.replace(&content.encode()).map_err(|error| self.failed("cannot write the registry", error))?;
        }
        Ok(answer)
    }

    fn look(&self) -> Result<Seen> {
        match fs::metadata(&self.path).and_then(|metadata| Ok((metadata.len(), metadata.modified()?))) {
            Ok(seen) => Ok(Seen(Some(seen))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Seen(None)),
            Err(error) => Err(self.failed("cannot read the registry", error)),
        }
    }

    /// Waits for the lock file; the lock goes with the handle, also when the process dies.
    #[allow(clippy::disallowed_methods)] // the standard library has no lock with a deadline
    fn lock(&self) -> Result<File> {
        // Two links to one registry share its lock.
        let mut path = fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone()).into_os_string();
        path.push(".lock");
        let path = PathBuf::from(path);
        let failed = |error| self.failed("cannot lock the registry", error);
        fs::create_dir_all(folder(&self.path)).map_err(failed)?;
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
        let started = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::Error(error)) => return Err(failed(error)),
                Err(TryLockError::WouldBlock) if started.elapsed() < self.lock_timeout => thread::sleep(LOCK_PAUSE),
                Err(TryLockError::WouldBlock) => {
                    let waited = self.lock_timeout.as_secs_f64();
                    return Err(Error::new(
                        ErrorKind::Conflict,
                        format!("another process holds the registry for more than {waited} s"),
                    )
                    .with("file", path.display())
                    .with_hint("wait until the other apply or materialize has finished"));
                }
            }
        }
    }

    /// Writes beside the file and renames, so that a reader sees the old or the new file and nothing else.
    fn replace(&self, bytes: &[u8]) -> io::Result<()> {
        // A link stays a link: what it points to is replaced.
        let target = fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone());
        let folder = folder(&target);
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let temporary = folder.join(format!(".{name}.{}.tmp", Uuid::new_v4().simple()));
        let written = write_synced(&temporary, bytes, &target).and_then(|()| fs::rename(&temporary, &target));
        if written.is_err() {
            // The first error is the one to report.
            let _ = fs::remove_file(&temporary);
        }
        written.and_then(|()| sync_folder(folder))
    }

    fn damaged(&self, error: Error) -> Error {
        error
            .with("file", self.path.display())
            .with_hint("it was left as it is; restore it from a backup, or move it away and apply again")
    }

    fn failed(&self, what: &str, error: io::Error) -> Error {
        let kind = match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => ErrorKind::PermissionDenied,
            io::ErrorKind::IsADirectory | io::ErrorKind::NotADirectory => ErrorKind::InvalidConfig,
            _ => ErrorKind::Unavailable,
        };
        Error::new(kind, what).with("file", self.path.display()).with_source(error).with_hint(
            "check `registry` in feature_store.yaml, the permissions of the folder and the space on the disk",
        )
    }
}

fn write_synced(path: &Path, bytes: &[u8], like: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().create_new(true).write(true).open(path)?;
    if let Ok(metadata) = fs::metadata(like) {
        file.set_permissions(metadata.permissions())?;
    }
    file.write_all(bytes)?;
    file.sync_all()
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

/// Makes a rename durable. Windows cannot open a folder as a file, and does not need to.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
