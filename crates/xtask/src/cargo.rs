//! The cargo that runs this tool.

use std::path::Path;
use std::process::Command;

use larder_core::{Error, Result};

/// Runs cargo in a folder and gives what it printed.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Result<String> {
    let shown = format!("cargo {}", arguments.join(" "));
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(arguments)
        .current_dir(folder)
        .output()
        .map_err(|error| Error::internal(format!("cannot run `{shown}`")).with_source(error))?;
    if !output.status.success() {
        return Err(Error::internal(format!("`{shown}` failed: {}", String::from_utf8_lossy(&output.stderr).trim())));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
