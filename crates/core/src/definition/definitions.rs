use std::collections::BTreeMap;
use std::sync::Arc;

use super::{DataSource, Entity, FeatureService, FeatureView, Field, Tags};
use crate::name::did_you_mean;
use crate::{Error, Result, Timestamp};

/// A project: the tenant that definitions and rows belong to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Project {
    /// The project's name.
    pub name: String,
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

/// An on-demand view: known by name and outputs, never executed. Its code stays opaque in the registry.
#[derive(Debug, Clone, PartialEq)]
pub struct OnDemandFeatureView {
    /// The view's name.
    pub name: String,
    /// What it would compute.
    pub features: Vec<Field>,
    /// Free text.
    pub description: String,
    /// Free pairs.
    pub tags: Tags,
    /// Who answers for it.
    pub owner: String,
}

/// Everything that one project defines, looked up by name.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Definitions {
    /// The project itself.
    pub project: Project,
    /// Entities by name; Feast's `__dummy` is among them when an entity-less view was applied.
    pub entities: BTreeMap<String, Entity>,
    /// Batch and stream feature views by name.
    pub feature_views: BTreeMap<String, Arc<FeatureView>>,
    /// On-demand views by name.
    pub on_demand_feature_views: BTreeMap<String, OnDemandFeatureView>,
    /// Feature services by name.
    pub feature_services: BTreeMap<String, Arc<FeatureService>>,
    /// Data sources by name.
    pub data_sources: BTreeMap<String, DataSource>,
    /// Snapshots of older versions of feature views, by name and version number (Feast's versioned views).
    pub feature_view_versions: BTreeMap<(String, u32), Arc<FeatureView>>,
    /// Whether `view@vN` references are allowed and tables carry `_v<N>`.
    pub versioning: bool,
}

impl Definitions {
    /// The view of that name.
    ///
    /// # Errors
    /// `NotFound` with the nearest name; `Unsupported` for an on-demand view, whose code larder never executes.
    pub fn feature_view(&self, name: &str) -> Result<&Arc<FeatureView>> {
        if let Some(view) = self.feature_views.get(name) {
            return Ok(view);
        }
        if self.on_demand_feature_views.contains_key(name) {
            return Err(Error::unsupported(format!(
                "`{name}` is an on-demand feature view; larder never executes code stored in a registry"
            ))
            .with_hint("read its input features and compute it in the application"));
        }
        Err(self.unknown("feature view", name, self.feature_views.keys()))
    }

    /// The service of that name.
    ///
    /// # Errors
    /// `NotFound` with the nearest name.
    pub fn feature_service(&self, name: &str) -> Result<&Arc<FeatureService>> {
        self.feature_services
            .get(name)
            .ok_or_else(|| self.unknown("feature service", name, self.feature_services.keys()))
    }

    /// The entity of that name.
    ///
    /// # Errors
    /// `NotFound` with the nearest name.
    pub fn entity(&self, name: &str) -> Result<&Entity> {
        self.entities.get(name).ok_or_else(|| self.unknown("entity", name, self.entities.keys()))
    }

    /// The data source of that name.
    ///
    /// # Errors
    /// `NotFound` with the nearest name.
    pub fn data_source(&self, name: &str) -> Result<&DataSource> {
        self.data_sources.get(name).ok_or_else(|| self.unknown("data source", name, self.data_sources.keys()))
    }

    /// The views that rows pushed to `push_source` belong to, by name.
    ///
    /// # Errors
    /// `NotFound` when no view is fed by a source of that name.
    pub fn views_of_push_source(&self, push_source: &str) -> Result<Vec<&Arc<FeatureView>>> {
        let fed = |view: &&Arc<FeatureView>| view.stream_source.as_ref().is_some_and(|s| s.name == push_source);
        let views: Vec<_> = self.feature_views.values().filter(fed).collect();
        if views.is_empty() {
            let names = self.feature_views.values().filter_map(|view| view.stream_source.as_ref()).map(|s| &s.name);
            return Err(self.unknown("push source", push_source, names));
        }
        Ok(views)
    }

    fn unknown<'a>(&self, what: &str, name: &str, known: impl Iterator<Item = &'a String>) -> Error {
        Error::not_found(format!("project `{}` has no {what} `{name}`", self.project.name))
            .with_hint(did_you_mean(name, known.map(String::as_str)))
    }
}
