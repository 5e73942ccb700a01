//! Plans and applies the `features.yaml` of a repository: `cargo run -p larder-registry --example apply -- <repo>`.
#![allow(clippy::print_stdout)]

use std::path::Path;

use larder_core::config::RepoConfig;
use larder_core::{Error, Result};
use larder_registry::{Plan, Registry, native};

fn main() -> Result<()> {
    let repo = std::env::args().nth(1).ok_or_else(|| Error::invalid_input("usage: apply <repo>"))?;
    let repo = Path::new(&repo);
    let path = repo.join("feature_store.yaml");
    let text = std::fs::read_to_string(&path).map_err(|error| {
        Error::invalid_config("cannot read the configuration").with("file", path.display()).with_source(error)
    })?;
    let config = RepoConfig::parse(&text, &path, &|name| std::env::var(name).ok())?;
    let registry = Registry::open(&config.registry, repo)?;
    let Some(definitions) = native::load(repo)? else {
        return Err(Error::not_found("the repository has no features.yaml"));
    };
    let plan = Plan::between(&registry.load()?.definitions(&config.project)?, &definitions)?;
    for action in plan.actions() {
        println!("{action}");
    }
    let changes = registry.update(&config.project, |edit| edit.apply(&plan))?;
    println!("{} views to keep, {} to delete", changes.views_to_keep.len(), changes.views_to_delete.len());
    Ok(())
}
