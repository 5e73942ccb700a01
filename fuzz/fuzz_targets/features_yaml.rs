//! Text as `features.yaml`: what is accepted can be applied, reads back, and then leaves nothing to do.
#![no_main]

use std::fs;
use std::path::Path;

use larder_core::RepoConfig;
use larder_registry::{Plan, Registry, native};
use libfuzzer_sys::fuzz_target;

const CONFIG: &str = "project: demo\nregistry: registry.db\n";

fuzz_target!(|text: &str| {
    let repo = tempfile::tempdir().expect("a folder");
    fs::write(repo.path().join("features.yaml"), text).expect("a file");
    let native = match native::load(repo.path()) {
        Ok(native) => native.expect("the file is there"),
        Err(error) => return drop(format!("{error} {error:?}")),
    };
    let config = RepoConfig::parse(CONFIG, Path::new("feature_store.yaml"), &|_| None).expect("a configuration");
    let registry = Registry::open(&config.registry, repo.path()).expect("a file registry");
    let plan = || {
        let current = registry.load().expect("the registry reads").definitions("demo").expect("the project reads");
        Plan::between(&current, &native).expect("a plan")
    };
    let first = plan();
    registry.update("demo", |edit| edit.apply(&first)).expect("the plan applies");
    let second = plan();
    assert!(second.is_empty(), "something is left to do: {:?}", second.actions());
});
