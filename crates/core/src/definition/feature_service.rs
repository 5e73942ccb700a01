use std::collections::BTreeMap;

use super::{Field, Tags};
use crate::Timestamp;

/// A named list of features from several views: what one model reads.
#[derive(Debug, Clone, PartialEq)]
pub struct FeatureService {
    /// The service's name, unique in its project.
    pub name: String,
    /// What it takes from each view, in order.
    pub projections: Vec<FeatureViewProjection>,
    /// Free text.
    pub description: String,
    /// Free pairs.
    pub tags: Tags,
    /// Who answers for it.
    pub owner: String,
    /// When the registry first held it.
    pub created: Option<Timestamp>,
    /// When the registry last changed it.
    pub last_updated: Option<Timestamp>,
}

/// What a service takes from one view, and under which names.
#[derive(Debug, Clone, PartialEq)]
pub struct FeatureViewProjection {
    /// The view.
    pub feature_view_name: String,
    /// The view's name in answers; empty for its own.
    pub name_alias: String,
    /// The features, in order.
    pub features: Vec<Field>,
    /// Join key of the view to the name it has in requests.
    pub join_key_map: BTreeMap<String, String>,
    /// The version of the view that is read, where one is pinned.
    pub version_tag: Option<u32>,
}

impl FeatureViewProjection {
    /// The name answers use for the view: the alias when there is one.
    #[must_use]
    pub fn name_to_use(&self) -> &str {
        if self.name_alias.is_empty() { &self.feature_view_name } else { &self.name_alias }
    }
}
