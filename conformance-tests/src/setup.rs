//! Setups: the ways in which a store is run in tests, read from the store's `testbed.toml`.

use std::path::Path;

use larder_core::{Error, Result};
use serde::Deserialize;

/// One way to run a store.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setup {
    /// Its name in test names, e.g. `default`, `cluster`.
    pub name: String,
    /// The `online_store` mapping of `feature_store.yaml`. `{dir}` stands for a fresh folder of the test.
    pub config: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TestbedFile {
    setup: Vec<Setup>,
}

/// Reads `testbed.toml` in a store's folder.
pub(crate) fn read(folder: &Path) -> Result<Vec<Setup>> {
    let path = folder.join("testbed.toml");
    let file = || path.display().to_string();
    let text = std::fs::read_to_string(&path).map_err(|error| {
        Error::invalid_config("cannot read the setups to test").with("file", file()).with_source(error)
    })?;
    let testbed: TestbedFile = toml::from_str(&text).map_err(|error| {
        Error::invalid_config("cannot use the setups to test").with("file", file()).with_source(error)
    })?;
    if testbed.setup.is_empty() {
        return Err(Error::invalid_config("no [[setup]] to test").with("file", file()));
    }
    Ok(testbed.setup)
}
