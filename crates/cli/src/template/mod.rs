//! What `init` puts into a new repository.

mod sample;

pub(crate) use sample::{profiles, stats};

/// `feature_store.yaml` of a project.
pub(crate) fn feature_store_yaml(project: &str) -> String {
    include_str!("feature_store.yaml").replace("{project}", project)
}

/// `features.yaml` of the `local` template.
pub(crate) const LOCAL: &str = include_str!("local.yaml");

/// `features.yaml` of the `minimal` template.
pub(crate) const MINIMAL: &str = include_str!("minimal.yaml");
