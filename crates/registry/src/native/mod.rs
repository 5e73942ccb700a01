//! Definitions in YAML, for teams without Python.

mod dtype;
mod files;
mod node;
mod reader;
mod service;
mod ttl;
mod view;

pub(crate) use dtype::{NESTED_TYPE_TAG, STRUCT_SCHEMA_TAG};

use std::path::{Path, PathBuf};
use std::sync::Arc;

use larder_core::{Definitions, FeatureView, Result};

/// What the YAML files of a repository define.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NativeDefinitions {
    definitions: Definitions,
    files: Vec<PathBuf>,
}

/// Reads `features.yaml` and the files under `features/`; `None` when there is no such file.
///
/// # Errors
/// `InvalidConfig` with everything that is wrong with the files: file, line, field, what was expected, the nearest name.
pub fn load(repo_path: &Path) -> Result<Option<NativeDefinitions>> {
    let paths = files::find(repo_path)?;
    if paths.is_empty() {
        return Ok(None);
    }
    let definitions = reader::read(repo_path, &paths)?;
    Ok(Some(NativeDefinitions { definitions, files: paths }))
}

impl NativeDefinitions {
    /// Definitions made by a program instead of read from files. Project names in them do not matter.
    #[must_use]
    pub fn new(definitions: Definitions) -> Self {
        Self { definitions, files: Vec::new() }
    }

    /// The files that were read, relative to the repository.
    #[must_use]
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// Gives the project a description, unless the files do (`project_description` of `feature_store.yaml`).
    #[must_use]
    pub fn or_description(mut self, description: &str) -> Self {
        if self.definitions.project.description.is_empty() {
            description.clone_into(&mut self.definitions.project.description);
        }
        self
    }

    /// The definitions as those of a project.
    #[must_use]
    pub fn definitions(&self, project: &str) -> Definitions {
        let mut definitions = self.definitions.clone();
        project.clone_into(&mut definitions.project.name);
        for view in definitions.feature_views.values_mut() {
            *view = Arc::new(FeatureView { project: project.to_owned(), ..FeatureView::clone(view) });
        }
        definitions
    }
}
