//! What a case is given: a running store and a project of its own.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use larder_core::config::StoreOptions;
use larder_core::{Capabilities, ConnectContext, OnlineStore, Plugins, Result};

/// A running store for one case, with a project name that no other case has.
#[derive(Clone)]
pub struct Bed {
    /// The store under test.
    pub store: Arc<dyn OnlineStore>,
    /// The case's own project.
    pub project: String,
    pub(crate) config: String,
    pub(crate) folder: PathBuf,
}

impl fmt::Debug for Bed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bed").field("store", &self.store).field("project", &self.project).finish_non_exhaustive()
    }
}

impl Bed {
    /// Connects to the store of a setup; `folder` replaces `{dir}` in the config.
    ///
    /// # Errors
    /// What the plugin answers.
    pub(crate) async fn connect(config: &str, folder: &Path, project: &str) -> Result<Self> {
        let options = StoreOptions::from_yaml(&config.replace("{dir}", &folder.display().to_string()))?;
        let context = ConnectContext::new(project, folder);
        let store = Plugins::linked()?.connect(&options, context).await?;
        Ok(Self { store, project: project.to_owned(), config: config.to_owned(), folder: folder.to_owned() })
    }

    /// A second, independent connection to the same store, as another process would make it.
    ///
    /// # Errors
    /// What the plugin answers.
    pub async fn reconnect(&self) -> Result<Self> {
        Self::connect(&self.config, &self.folder, &self.project).await
    }

    /// What the store declares.
    #[must_use]
    pub fn capabilities(&self) -> Capabilities {
        self.store.capabilities()
    }
}
