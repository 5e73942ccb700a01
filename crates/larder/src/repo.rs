//! A feature repository on disk: configuration and definitions, without a connection to its store.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use larder_core::config::{RepoConfig, SecretReader};
use larder_core::{Clock, ConnectContext, Definitions, Error, Notice, OnlineStore, Plugins, Result};
use larder_engine::Statuses;
use larder_registry::{Plan, Registry, native};

/// The most bytes of a `feature_store.yaml`.
const MAX_CONFIG_BYTES: u64 = 1 << 20;

/// How to open a repository; `OpenOptions::default()` is what [`Repo::open`] uses.
#[derive(Clone, Default)]
pub struct OpenOptions {
    /// Another configuration file than `feature_store.yaml` in the repository's folder.
    pub feature_store_yaml: Option<PathBuf>,
    /// Where "now" comes from.
    pub clock: Clock,
    /// Takes notices for people, e.g. that a configuration key is ignored. Nowhere by default.
    pub notice: Option<Notice>,
    /// The stores to choose from; all that are linked by default.
    pub plugins: Option<Plugins>,
    /// How much the statuses of answers say.
    pub statuses: Statuses,
}

impl fmt::Debug for OpenOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenOptions").field("feature_store_yaml", &self.feature_store_yaml).finish_non_exhaustive()
    }
}

/// A feature repository: the folder of a `feature_store.yaml`.
#[derive(Debug, Clone)]
pub struct Repo {
    path: PathBuf,
    config: Arc<RepoConfig>,
    registry: Arc<Registry>,
    options: OpenOptions,
}

impl Repo {
    /// Opens the repository in a folder.
    ///
    /// # Errors
    /// `NotFound` when there is no `feature_store.yaml`; `InvalidConfig` naming file, line and key when it cannot be used.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::open_with(path, OpenOptions::default())
    }

    /// Opens the repository in a folder with options.
    ///
    /// # Errors
    /// As [`Repo::open`].
    pub fn open_with(path: impl AsRef<Path>, options: OpenOptions) -> Result<Self> {
        let path = path.as_ref().to_path_buf();
        let file = options.feature_store_yaml.clone().unwrap_or_else(|| path.join("feature_store.yaml"));
        let config = RepoConfig::parse(&read_config(&file)?, &file, &|name| std::env::var(name).ok())?;
        if let Some(notice) = &options.notice {
            config.notices.iter().for_each(|text| notice(text));
        }
        let registry = Registry::open(&config.registry, &path)?.with_clock(options.clock.clone());
        Ok(Self { path, config: Arc::new(config), registry: Arc::new(registry), options })
    }

    /// The folder; relative paths of the configuration and of sources start here.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The project's name.
    #[must_use]
    pub fn project(&self) -> &str {
        &self.config.project
    }

    /// The configuration, with defaults filled in.
    #[must_use]
    pub fn config(&self) -> &RepoConfig {
        &self.config
    }

    /// The registry that the configuration names.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// How it was opened.
    pub(crate) fn options(&self) -> &OpenOptions {
        &self.options
    }

    /// Tells people something, where they asked for it.
    pub(crate) fn notice(&self, text: &str) {
        if let Some(notice) = &self.options.notice {
            notice(text);
        }
    }

    /// Where "now" comes from.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.options.clock
    }

    /// What the registry holds for this project, read afresh.
    ///
    /// # Errors
    /// `Corrupt` naming the registry when it cannot be read.
    pub fn definitions(&self) -> Result<Definitions> {
        self.registry.load()?.definitions(self.project())
    }

    /// What [`crate::Larder::apply`] would do, from the native definitions (`features.yaml`) and the registry.
    ///
    /// # Errors
    /// `NotFound` when the repository has no native definitions; `InvalidInput` listing what is wrong with them.
    pub fn plan(&self) -> Result<Plan> {
        self.native_plan()?.ok_or_else(|| {
            Error::not_found("this repository has no features.yaml, so there is nothing to plan")
                .with("folder", self.path.display())
                .with_hint("write definitions in features.yaml, or apply Feast's Python definitions with `feast apply`")
        })
    }

    /// As [`Repo::plan`]; `None` when the repository has no native definitions.
    ///
    /// # Errors
    /// `InvalidInput` listing what is wrong with them.
    pub fn native_plan(&self) -> Result<Option<Plan>> {
        let Some(wanted) = self.native()? else { return Ok(None) };
        Plan::between(&self.definitions()?, &wanted).map(Some)
    }

    /// The native definitions of the repository, when it has any.
    ///
    /// # Errors
    /// `InvalidInput` listing what is wrong with them.
    pub fn native(&self) -> Result<Option<native::NativeDefinitions>> {
        native::load(&self.path)
    }

    /// The kinds of store to choose from.
    ///
    /// # Errors
    /// `Internal` when two linked crates claim the same type.
    pub fn plugins(&self) -> Result<Plugins> {
        self.options.plugins.clone().map_or_else(Plugins::linked, Ok)
    }

    /// Connects to the online store that the configuration chooses.
    pub(crate) async fn connect_store(&self) -> Result<Arc<dyn OnlineStore>> {
        let options = self.config.online_store.as_ref().ok_or_else(|| {
            Error::invalid_config("`online_store` is null: this repository has no online store")
                .with("file", self.path.join("feature_store.yaml").display())
                .with_hint("remove the line to use SQLite")
        })?;
        let mut context = ConnectContext::new(self.project(), &self.path);
        context.secrets = SecretReader::new(|path: &Path| std::fs::read_to_string(path));
        if let Some(notice) = &self.options.notice {
            context.notice = Arc::clone(notice);
        }
        self.plugins()?.connect(options, context).await
    }
}

fn read_config(file: &Path) -> Result<String> {
    let shown = || file.display().to_string();
    let size = match std::fs::metadata(file) {
        Ok(metadata) => metadata.len(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(Error::not_found("there is no feature repository here")
                .with("file", shown())
                .with_hint("`larder init DIR` makes one; `larder -c DIR …` names another folder"));
        }
        Err(error) => {
            return Err(Error::invalid_config("cannot read the configuration")
                .with("file", shown())
                .with_source(error));
        }
    };
    if size > MAX_CONFIG_BYTES {
        return Err(Error::invalid_config(format!(
            "the configuration has {size} bytes; at most {MAX_CONFIG_BYTES} are read"
        ))
        .with("file", shown()));
    }
    std::fs::read_to_string(file).map_err(|error| {
        Error::invalid_config("cannot read the configuration").with("file", shown()).with_source(error)
    })
}
