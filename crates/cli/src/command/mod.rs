//! The commands, one file each.

mod apply;
mod catalog;
mod config;
mod init;
mod materialize;
mod push;
mod read;
mod stores;
mod teardown;

use std::path::PathBuf;
use std::sync::Arc;

use base64::Engine as _;
use clap::CommandFactory;
use larder::{Clock, Error, Larder, OpenOptions, Repo, Result, Statuses};

use crate::answer::{Answer, print_notice};
use crate::argument::{Arguments, Command};

/// Runs one command to its end.
pub(crate) fn run(arguments: Arguments) -> Result<Answer> {
    let place = Place { folder: arguments.chdir, file: arguments.feature_store_yaml };
    match arguments.command {
        Command::Init(init) => self::init::run(&init),
        Command::Plan(plan) => apply::plan(&place, &plan),
        Command::Apply(apply) => self::apply::apply(&place, &apply),
        Command::Materialize(materialize) => self::materialize::window(&place, &materialize),
        Command::MaterializeIncremental(materialize) => self::materialize::incremental(&place, &materialize),
        Command::GetOnlineFeatures(request) => read::run(&place, &request),
        Command::Push(push) => self::push::run(&place, &push),
        Command::Teardown(teardown) => self::teardown::run(&place, &teardown),
        Command::List(list) => catalog::list(&place, &list),
        Command::Describe(describe) => catalog::describe(&place, &describe),
        Command::Entities(of) => catalog::entities(&place, of),
        Command::FeatureViews(of) => catalog::feature_views(&place, of),
        Command::OnDemandFeatureViews(of) => catalog::on_demand_feature_views(&place, of),
        Command::FeatureServices(of) => catalog::feature_services(&place, of),
        Command::DataSources(of) => catalog::data_sources(&place, of),
        Command::Projects(of) => catalog::projects(&place, of),
        Command::Features(of) => catalog::features(&place, of),
        Command::Stores(stores) => self::stores::run(&stores),
        Command::Config(config) => self::config::run(&place, &config),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "larder", &mut script);
            let script = String::from_utf8_lossy(&script).into_owned();
            Ok(Answer::new(script.as_str(), script.as_str().into()))
        }
    }
}

/// Where the feature repository is.
#[derive(Debug)]
pub(crate) struct Place {
    folder: Option<PathBuf>,
    file: Option<PathBuf>,
}

impl Place {
    /// Opens the repository, without connecting to its store.
    pub(crate) fn open(&self) -> Result<Repo> {
        self.open_with(Statuses::ToldApart)
    }

    /// Opens the repository with the statuses that answers shall have.
    pub(crate) fn open_with(&self, statuses: Statuses) -> Result<Repo> {
        let folder = self.folder.clone().unwrap_or_else(|| PathBuf::from("."));
        let (feature_store_yaml, from_environment) = match (&self.file, base64_config()?) {
            (Some(file), _) => (Some(file.clone()), None),
            (None, Some(written)) => (Some(written.path().to_path_buf()), Some(written)),
            (None, None) => (None, None),
        };
        let options = OpenOptions {
            feature_store_yaml,
            clock: Clock::System,
            notice: Some(Arc::new(|text: &str| print_notice(text))),
            plugins: None,
            statuses,
        };
        let repo = Repo::open_with(folder, options);
        drop(from_environment);
        repo
    }
}

/// The configuration that `FEATURE_STORE_YAML_BASE64` carries, in a temporary file, as Feast does it.
fn base64_config() -> Result<Option<tempfile::NamedTempFile>> {
    let Ok(encoded) = std::env::var("FEATURE_STORE_YAML_BASE64") else { return Ok(None) };
    let bad = |error: Box<dyn std::error::Error + Send + Sync>| {
        Error::invalid_config("FEATURE_STORE_YAML_BASE64 cannot be used").with_source(error)
    };
    let text = base64::engine::general_purpose::STANDARD.decode(encoded.trim()).map_err(|error| bad(error.into()))?;
    let mut file = tempfile::NamedTempFile::new().map_err(|error| bad(error.into()))?;
    std::io::Write::write_all(&mut file, &text).map_err(|error| bad(error.into()))?;
    Ok(Some(file))
}

/// Connects a repository to its store, works with it, and closes the store however the work ended.
pub(crate) fn connected<T>(repo: Repo, work: impl AsyncFnOnce(&Larder) -> Result<T>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::internal("cannot start the runtime").with_source(error))?;
    runtime.block_on(async {
        let larder = Larder::connect(repo).await?;
        let done = work(&larder).await;
        larder.close().await?;
        done
    })
}
