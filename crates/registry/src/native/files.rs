use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use larder_core::{Error, ErrorKind, Result};

const STEM: &str = "features";
const ENDINGS: [&str; 2] = ["yaml", "yml"];
/// How deep folders may nest, so that a link in a circle ends.
const MAX_DEPTH: usize = 8;
const MAX_FILES: usize = 1_000;
const MAX_FILE_BYTES: u64 = 8 << 20;

/// The files of definitions, relative to the repository: `features.yaml`, then `features/**/*.yaml` by path.
pub(super) fn find(repo_path: &Path) -> Result<Vec<PathBuf>> {
    let mut found: Vec<PathBuf> = ENDINGS
        .iter()
        .map(|ending| PathBuf::from(STEM).with_extension(ending))
        .filter(|path| repo_path.join(path).is_file())
        .collect();
    let folder = PathBuf::from(STEM);
    if repo_path.join(&folder).is_dir() {
        walk(repo_path, &folder, MAX_DEPTH, &mut found)?;
    }
    Ok(found)
}

fn walk(repo_path: &Path, folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<()> {
    let failed = |error| unreadable(folder, error);
    let mut names = Vec::new();
    for entry in fs::read_dir(repo_path.join(folder)).map_err(failed)? {
        names.push(entry.map_err(failed)?.file_name());
    }
    names.sort();
    for name in names {
        let path = folder.join(&name);
        let is_hidden = name.to_string_lossy().starts_with('.');
        if !is_hidden && repo_path.join(&path).is_dir() && depth > 0 {
            walk(repo_path, &path, depth - 1, found)?;
        } else if !is_hidden && path.extension().is_some_and(|ending| ENDINGS.iter().any(|known| ending == *known)) {
            found.push(path);
        }
        if found.len() > MAX_FILES {
            return Err(Error::invalid_config(format!("there are more than {MAX_FILES} files of definitions"))
                .with("folder", folder.display()));
        }
    }
    Ok(())
}

/// Reads one file as text.
pub(super) fn read(repo_path: &Path, path: &Path) -> Result<String> {
    let file = fs::File::open(repo_path.join(path)).map_err(|error| unreadable(path, error))?;
    let mut bytes = Vec::new();
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(|error| unreadable(path, error))?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(Error::invalid_config("the file is larger than 8 MiB")
            .with("file", path.display())
            .with_hint("split it"));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Error::invalid_config("the file is not UTF-8")
            .with("file", path.display())
            .with("byte", at)
            .with_hint("save it as UTF-8")
    })
}

fn unreadable(path: &Path, error: std::io::Error) -> Error {
    Error::new(ErrorKind::InvalidConfig, "cannot read the definitions").with("file", path.display()).with_source(error)
}
