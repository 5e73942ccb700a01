//! Files of the repository: read, write, list, with errors that name the path.

use std::fs;
use std::path::{Path, PathBuf};

use larder_core::{Error, Result};

fn failed(what: &str, path: &Path, error: std::io::Error) -> Error {
    Error::internal(format!("cannot {what}")).with("path", path.display()).with_source(error)
}

/// The text of a file.
pub(crate) fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|error| failed("read", path, error))
}

/// Writes a file, and the folders above it.
pub(crate) fn write(path: &Path, text: &str) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| failed("make the folder of", path, error))?;
    }
    fs::write(path, text).map_err(|error| failed("write", path, error))
}

/// Folders that hold no source: what tools leave behind.
const SKIPPED: &[&str] = &["target", "node_modules", "__pycache__"];

/// Every file of the tree as a path relative to `root` with `/` between its parts, sorted.
pub(crate) fn list(root: &Path) -> Result<Vec<String>> {
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        let absolute = root.join(&folder);
        for entry in fs::read_dir(&absolute).map_err(|error| failed("list", &absolute, error))? {
            let entry = entry.map_err(|error| failed("list", &absolute, error))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let hidden = name.starts_with('.') && !matches!(name.as_str(), ".ci" | ".cargo");
            let path = folder.join(&name);
            if entry.path().is_dir() {
                if !hidden && !SKIPPED.contains(&name.as_str()) {
                    folders.push(path);
                }
            } else if !hidden {
                files.push(path.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    files.sort();
    Ok(files)
}
