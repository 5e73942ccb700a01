use std::path::{Path, PathBuf};
use std::time::Duration;

use larder_core::config::{RegistryConfig, RegistryType, SchemaMode};
use larder_core::name::check_project_name;
use larder_core::{Clock, Error, Result};

use crate::edit::Edit;
use crate::file::FileRegistry;
use crate::snapshot::Snapshot;
use crate::sql::SqlRegistry;

/// How long a writer waits for another one.
const LOCK_TIMEOUT: Duration = Duration::from_secs(30);

/// A registry, file or SQL, that need not exist yet. Nothing is cached: a reader decides for itself how long to keep a
/// [`Snapshot`].
#[derive(Debug, Clone)]
pub struct Registry {
    backend: Backend,
    versioning: bool,
    clock: Clock,
}

#[derive(Debug, Clone)]
enum Backend {
    File(FileRegistry),
    Sql(SqlRegistry),
}

impl Registry {
    /// The registry of a configuration; relative paths start at `repo_path`. Touches neither file nor database.
    ///
    /// # Errors
    /// `Unsupported` for registries that this build does not reach: object stores, other databases, Feast's registry server.
    pub fn open(config: &RegistryConfig, repo_path: &Path) -> Result<Self> {
        let backend = match &config.registry_type {
            RegistryType::File => {
                let path = repo_path.join(file_path(&config.path)?);
                Backend::File(FileRegistry { path, lock_timeout: LOCK_TIMEOUT })
            }
            RegistryType::Sql => Backend::Sql(SqlRegistry {
                path: repo_path.join(sqlite_path(&config.path)?),
                lock_timeout: LOCK_TIMEOUT,
                creates_tables: config.schema_mode == SchemaMode::Auto,
            }),
            RegistryType::Other(kind) => {
                return Err(unsupported(format!("registry type `{kind}` is not supported"))
                    .with_hint("use `registry_type: file` or `sql`"));
            }
        };
        Ok(Self { backend, versioning: config.enable_online_feature_view_versioning, clock: Clock::System })
    }

    /// The same registry with another clock, for tests.
    #[must_use]
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// The same registry, whose writers wait this long for each other (30 s when not set).
    #[must_use]
    pub fn with_lock_timeout(mut self, timeout: Duration) -> Self {
        match &mut self.backend {
            Backend::File(file) => file.lock_timeout = timeout,
            Backend::Sql(sql) => sql.lock_timeout = timeout,
        }
        self
    }

    /// The file that holds it.
    #[must_use]
    pub fn path(&self) -> &Path {
        match &self.backend {
            Backend::File(file) => &file.path,
            Backend::Sql(sql) => &sql.path,
        }
    }

    /// Reads everything. An absent file is an empty registry.
    ///
    /// # Errors
    /// `Corrupt` naming the file and the byte where it breaks; `Unavailable` or `PermissionDenied` when it cannot be read.
    pub fn load(&self) -> Result<Snapshot> {
        let content = match &self.backend {
            Backend::File(file) => file.load()?,
            Backend::Sql(sql) => sql.load()?,
        };
        Ok(Snapshot::new(content, self.versioning))
    }

    /// Changes one project, under a lock (file) or in one transaction (SQL): all of the change is stored, or, when `change`
    /// gives an error, nothing. What the change does not touch keeps its bytes.
    ///
    /// # Errors
    /// What `change` gives; `Conflict` when another writer does not finish in time; what [`Registry::load`] gives.
    pub fn update<T>(&self, project: &str, change: impl FnOnce(&mut Edit<'_>) -> Result<T>) -> Result<T> {
        check_project_name(project)?;
        let now = self.clock.now();
        let edit = |content: &mut _| change(&mut Edit::new(content, project, self.versioning, now));
        match &self.backend {
            Backend::File(file) => file.update(&self.clock, edit),
            Backend::Sql(sql) => sql.update(&self.clock, edit),
        }
    }
}

fn file_path(path: &str) -> Result<PathBuf> {
    match path.split_once("://") {
        None => Ok(PathBuf::from(path)),
        Some(("file", path)) => Ok(PathBuf::from(path)),
        Some((scheme, _)) => Err(unsupported(format!(
            "a registry file under {scheme}:// is not supported in this build"
        ))
        .with_hint("use a local path, e.g. `registry: data/registry.db`, or `registry_type: sql` with sqlite:///")),
    }
}

/// The file of a SQLAlchemy URL: `sqlite:///relative.db`, `sqlite:////absolute.db`.
fn sqlite_path(url: &str) -> Result<PathBuf> {
    let (dialect, rest) = url.split_once("://").unwrap_or((url, ""));
    if dialect != "sqlite" && dialect != "sqlite+pysqlite" {
        let shown: String = dialect.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '+').collect();
        return Err(unsupported(format!("a SQL registry on `{shown}` is not supported in this build"))
            .with_hint("use sqlite:///path/to/registry.db, or a file registry"));
    }
    let path = rest.strip_prefix('/').map(|path| path.split('?').next().unwrap_or_default()).unwrap_or_default();
    if path.is_empty() || path == ":memory:" {
        return Err(Error::invalid_config("a SQL registry needs a file").with_hint("write sqlite:///data/registry.db"));
    }
    Ok(PathBuf::from(path))
}

fn unsupported(message: String) -> Error {
    Error::unsupported(message).with("field", "registry")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_sqlalchemy_urls() {
        assert_eq!(sqlite_path("sqlite:///data/r.db").unwrap(), PathBuf::from("data/r.db"));
        assert_eq!(sqlite_path("sqlite+pysqlite:////tmp/r.db?timeout=3").unwrap(), PathBuf::from("/tmp/r.db"));
        for url in
            ["sqlite://", "sqlite:///:memory:", "postgresql://user:secret@host/db", "mysql+pymysql://h/d", "r.db"]
        {
            let error = sqlite_path(url).unwrap_err().to_string();
            assert!(!error.contains("secret"), "{error}");
        }
        for path in ["s3://bucket/registry.db", "gs://bucket/r", "hdfs://x"] {
            assert_eq!(file_path(path).unwrap_err().kind(), larder_core::ErrorKind::Unsupported);
        }
    }
}
