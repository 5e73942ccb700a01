//! `tidy`: the invariants of ARCHITECTURE.md and the house rules that a program can check.

mod dependency;
mod link;
mod source;

use std::path::Path;

use larder_core::{Error, Result};

use crate::file;

/// A file of the repository: its path from the root, and its text.
pub(crate) struct SourceFile {
    path: String,
    text: String,
}

/// Checks everything and prints every problem.
pub(crate) fn run(root: &Path) -> Result<()> {
    let listing = file::list(root)?;
    let mut files = Vec::new();
    for path in listing.iter().filter(|path| is_text(path)) {
        files.push(SourceFile { path: path.clone(), text: file::read(&root.join(path))? });
    }
    let mut problems = dependency::check(root)?;
    problems.extend(source::check(&files));
    problems.extend(link::check(&files, &listing));
    for problem in &problems {
        println!("{problem}");
    }
    match problems.len() {
        0 => Ok(()),
        count => Err(Error::invalid_input(format!("{count} problems, listed above"))),
    }
}

fn is_text(path: &str) -> bool {
    let endings = ["rs", "md", "py", "toml", "yaml", "yml", "sh"];
    endings.iter().any(|ending| path.rsplit_once('.').is_some_and(|(_, found)| found == *ending))
        || matches!(path, "Makefile" | ".ci/run")
}
