//! A repository connected to its online store.

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use larder_core::{Definitions, Error, KeyVersion, OnlineStore, Result};
use larder_engine::{Engine, EngineOptions, OnlineRequest, OnlineResponse, Rows, WriteSummary};

use crate::{OpenOptions, Repo};

/// A feature repository connected to its online store. Cheap to clone; clones share the connection.
#[derive(Debug, Clone)]
pub struct Larder {
    repo: Repo,
    store: Arc<dyn OnlineStore>,
    /// One engine per state of the registry; replaced whole, so a request never sees two states.
    engine: Arc<RwLock<Arc<Engine>>>,
}

impl Larder {
    /// Opens the repository in a folder and connects to its store.
    ///
    /// # Errors
    /// As [`Repo::open`] and [`Larder::connect`].
    pub async fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::connect(Repo::open(path)?).await
    }

    /// Connects a repository to its store.
    ///
    /// # Errors
    /// `InvalidConfig` for an unknown store or its options; `Corrupt` for an unreadable registry.
    pub async fn connect(repo: Repo) -> Result<Self> {
        check_key_version(&repo)?;
        let store = repo.connect_store().await?;
        let engine = RwLock::new(Arc::new(engine(&repo, &store)?));
        Ok(Self { repo, store, engine: Arc::new(engine) })
    }

    /// The repository.
    #[must_use]
    pub fn repo(&self) -> &Repo {
        &self.repo
    }

    /// The online store.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn OnlineStore> {
        &self.store
    }

    /// The engine for the definitions as last read.
    #[must_use]
    pub fn engine(&self) -> Arc<Engine> {
        Arc::clone(&self.engine.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The definitions as last read.
    #[must_use]
    pub fn definitions(&self) -> Arc<Definitions> {
        Arc::clone(self.engine().definitions())
    }

    /// Reads the registry again. Requests under way keep the definitions they began with.
    ///
    /// # Errors
    /// As [`Repo::definitions`]; the definitions as last read stay in use then.
    pub fn refresh(&self) -> Result<()> {
        let fresh = Arc::new(engine(&self.repo, &self.store)?);
        *self.engine.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    /// Reads features; see [`Engine::get_online_features`].
    ///
    /// # Errors
    /// `InvalidInput` and `NotFound` for what the caller got wrong, else what the store answers.
    pub async fn get_online_features(&self, request: &OnlineRequest) -> Result<OnlineResponse> {
        self.engine().get_online_features(request).await
    }

    /// Writes rows to every view fed by a push source; see [`Engine::push`].
    ///
    /// # Errors
    /// `NotFound` for an unknown source, `InvalidInput` naming column and row, else what the store answers.
    pub async fn push(&self, push_source: &str, rows: &Rows) -> Result<WriteSummary> {
        self.engine().push(push_source, rows).await
    }

    /// Writes rows to one view; see [`Engine::write_to_online_store`].
    ///
    /// # Errors
    /// `NotFound` for an unknown view, `InvalidInput` naming column and row, else what the store answers.
    pub async fn write_to_online_store(&self, feature_view: &str, rows: &Rows) -> Result<WriteSummary> {
        self.engine().write_to_online_store(feature_view, rows).await
    }

    /// Releases the store's connections.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn close(&self) -> Result<()> {
        self.store.close().await
    }
}

/// Rows under older keys would be written beside those that Feast reads, and not be found by it.
fn check_key_version(repo: &Repo) -> Result<()> {
    match repo.config().entity_key_serialization_version {
        KeyVersion::V3 => Ok(()),
        version => {
            Err(Error::unsupported(format!("entity_key_serialization_version {} is not served", version.number()))
                .with("file", repo.config().path.display())
                .with_hint("set it to 3, which is Feast's default, and materialize again"))
        }
    }
}

fn engine(repo: &Repo, store: &Arc<dyn OnlineStore>) -> Result<Engine> {
    let definitions = Arc::new(repo.definitions()?);
    let OpenOptions { clock, statuses, .. } = repo.options().clone();
    let options = EngineOptions { clock, statuses, ..EngineOptions::default() };
    Ok(Engine::new(Arc::clone(store), definitions, options))
}
