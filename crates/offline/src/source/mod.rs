//! Which files a source names, and how their bytes are read.

mod input;
#[cfg(feature = "s3")]
mod s3;

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use larder_core::definition::{DataSourceKind, FileFormat};
use larder_core::{DataSource, Error, ErrorKind, Result};

pub(crate) use input::Input;

/// One file of a source, as it was when the source was listed.
#[derive(Debug, Clone)]
pub(crate) struct SourceFile {
    /// What messages call it.
    pub(crate) name: String,
    pub(crate) size_bytes: u64,
    /// Changes when the file is replaced: its modification time or entity tag.
    pub(crate) stamp: String,
    pub(crate) format: FileFormat,
    location: Location,
}

#[derive(Debug, Clone)]
enum Location {
    Local(PathBuf),
    #[cfg(feature = "s3")]
    S3(s3::Object),
}

impl SourceFile {
    /// Opens the file for reading at any place.
    ///
    /// # Errors
    /// `NotFound` when it is gone, `Conflict` when it was replaced since it was listed.
    pub(crate) fn open(&self) -> Result<Input> {
        match &self.location {
            Location::Local(path) => {
                let now = local_file(path)?;
                if (now.size_bytes, &now.stamp) != (self.size_bytes, &self.stamp) {
                    return Err(Error::new(ErrorKind::Conflict, "the file changed while it was being read")
                        .with("file", &self.name)
                        .with_hint("start again when nobody writes to the source"));
                }
                Input::local(path)
            }
            #[cfg(feature = "s3")]
            Location::S3(object) => Ok(Input::s3(object.clone(), self.size_bytes)),
        }
    }
}

/// The files of a source, sorted by name.
///
/// A local source is a file, a folder (every file of the source's format below it, except hidden ones and those whose
/// name starts with `_`) or a glob; `s3://` likewise. Blocks; reads from the network for `s3://`.
///
/// # Errors
/// `NotFound` when nothing is there or nothing matches; `Unsupported` for sources that are no files.
pub(crate) fn list(source: &DataSource, repo_path: &Path) -> Result<Vec<SourceFile>> {
    let DataSourceKind::File { path, format, s3_endpoint_override } = &source.kind else {
        return Err(Error::unsupported(format!("source `{}` is no file source: larder cannot read it", source.name))
            .with_hint("materialize from a Parquet or CSV file source, or fill the view with push"));
    };
    if *format == FileFormat::Delta {
        return Err(Error::unsupported(format!("source `{}` is a Delta table: larder cannot read it", source.name))
            .with_hint("export it to Parquet"));
    }
    list_path(path, *format, s3_endpoint_override, repo_path).map_err(|error| error.with("source", &source.name))
}

/// [`list`] for a path that stands for itself.
pub(crate) fn list_path(
    path: &str,
    format: FileFormat,
    s3_endpoint: &str,
    repo_path: &Path,
) -> Result<Vec<SourceFile>> {
    let scheme = path.split_once("://").map(|(scheme, _)| scheme);
    match scheme {
        None => list_local(&repo_path.join(path), format),
        Some("file") => list_local(Path::new(path.trim_start_matches("file://")), format),
        #[cfg(feature = "s3")]
        Some("s3" | "s3a") => s3::list(path, format, s3_endpoint),
        #[cfg(not(feature = "s3"))]
        Some("s3" | "s3a") => {
            let _ = s3_endpoint;
            Err(Error::unsupported("this build of larder cannot read s3://")
                .with_hint("build it with the feature `s3`"))
        }
        Some(other) => Err(Error::unsupported(format!("larder cannot read {other}:// paths"))
            .with("path", path)
            .with_hint("use a local path or s3://")),
    }
}

fn list_local(path: &Path, format: FileFormat) -> Result<Vec<SourceFile>> {
    let text = path.to_string_lossy();
    let mut paths = Vec::new();
    if path.is_dir() {
        walk(path, format, &mut paths)?;
    } else if path.exists() {
        paths.push(path.to_owned());
    } else if is_glob(&text) {
        let matches = glob::glob(&text)
            .map_err(|error| Error::invalid_input("the glob cannot be read").with("path", &text).with_source(error))?;
        for found in matches {
            let found = found.map_err(|error| cannot_read(error.path(), std::io::Error::other(error.to_string())))?;
            if found.is_dir() { walk(&found, format, &mut paths)? } else { paths.push(found) }
        }
    } else {
        return Err(Error::not_found("the source file does not exist").with("path", &text));
    }
    if paths.is_empty() {
        return Err(nothing_found(&text, format));
    }
    paths.sort();
    paths.dedup();
    paths
        .iter()
        .map(|path| local_file(path))
        .map(|file| file.map(|file| SourceFile { format: format_of(&file.name, format), ..file }))
        .collect()
}

fn is_glob(path: &str) -> bool {
    path.contains(['*', '?', '['])
}

fn nothing_found(path: &str, format: FileFormat) -> Error {
    let endings = if format == FileFormat::Csv { "*.csv" } else { "*.parquet" };
    Error::not_found("the source holds no file to read")
        .with("path", path)
        .with_hint(format!("larder looks for {endings}"))
}

/// A CSV file is told by its ending, whatever the source says: Feast's registry has no word for it.
fn format_of(name: &str, declared: FileFormat) -> FileFormat {
    if ends_with(name, ".csv") { FileFormat::Csv } else { declared }
}

/// Whether a file found in a folder belongs to the source.
fn is_wanted(name: &str, format: FileFormat) -> bool {
    let ending = if format == FileFormat::Csv { ".csv" } else { ".parquet" };
    let hidden = name.split('/').any(|part| part.starts_with(['.', '_']));
    !hidden && (ends_with(name, ending) || (format == FileFormat::Parquet && ends_with(name, ".parq")))
}

fn ends_with(name: &str, ending: &str) -> bool {
    name.len() >= ending.len() && name.as_bytes()[name.len() - ending.len()..].eq_ignore_ascii_case(ending.as_bytes())
}

fn walk(folder: &Path, format: FileFormat, paths: &mut Vec<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder).map_err(|error| cannot_read(folder, error))? {
        let entry = entry.map_err(|error| cannot_read(folder, error))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = entry.file_type().map_err(|error| cannot_read(folder, error))?;
        if kind.is_dir() && !name.starts_with(['.', '_']) {
            walk(&entry.path(), format, paths)?;
        } else if !kind.is_dir() && is_wanted(&name, format) {
            paths.push(entry.path());
        }
    }
    Ok(())
}

fn local_file(path: &Path) -> Result<SourceFile> {
    let metadata = std::fs::metadata(path).map_err(|error| cannot_read(path, error))?;
    let modified = metadata.modified().ok().and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
    let name = path.to_string_lossy().into_owned();
    Ok(SourceFile {
        size_bytes: metadata.len(),
        stamp: modified.unwrap_or_default().as_nanos().to_string(),
        format: format_of(&name, FileFormat::Parquet),
        location: Location::Local(path.to_owned()),
        name,
    })
}

fn cannot_read(path: &Path, error: std::io::Error) -> Error {
    let kind = match error.kind() {
        std::io::ErrorKind::NotFound => ErrorKind::NotFound,
        std::io::ErrorKind::PermissionDenied => ErrorKind::PermissionDenied,
        _ => ErrorKind::Unavailable,
    };
    Error::new(kind, "cannot read the source").with("path", path.display()).with_source(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_read_in_order_without_hidden_files() {
        let folder = tempfile::tempdir().unwrap();
        for name in
            ["b/2.parquet", "b/1.PARQUET", "a.parquet", "_tmp/x.parquet", ".hidden.parquet", "_SUCCESS", "notes.txt"]
        {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, b"x").unwrap();
        }
        let names = |path: &str| -> Vec<String> {
            let files = list_path(path, FileFormat::Parquet, "", folder.path()).unwrap();
            files
                .iter()
                .map(|f| f.name.strip_prefix(folder.path().to_str().unwrap()).unwrap()[1..].to_owned())
                .collect()
        };
        assert_eq!(names(""), ["a.parquet", "b/1.PARQUET", "b/2.parquet"]);
        assert_eq!(names("b/*.parquet"), ["b/2.parquet"]);
        assert_eq!(names("b"), ["b/1.PARQUET", "b/2.parquet"]);
        assert_eq!(names(&format!("file://{}/a.parquet", folder.path().display())), ["a.parquet"]);
        for missing in ["c.parquet", "c/*.parquet", "http://x/y", "notes*"] {
            let found = list_path(missing, FileFormat::Parquet, "", folder.path());
            assert_eq!(found.is_err(), missing != "notes*", "{missing}");
        }
    }

    #[test]
    fn a_replaced_file_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.parquet");
        std::fs::write(&path, b"one").unwrap();
        let files = list_path("a.parquet", FileFormat::Parquet, "", folder.path()).unwrap();
        assert!(files[0].open().is_ok());
        std::fs::write(&path, b"longer").unwrap();
        assert_eq!(files[0].open().unwrap_err().kind(), ErrorKind::Conflict);
    }
}
