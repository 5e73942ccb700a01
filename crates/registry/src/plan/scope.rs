use std::collections::BTreeSet;
use std::sync::Arc;

use larder_core::definition::{DataSourceKind, FeatureViewKind};
use larder_core::{DataSource, Definitions, FeatureService, FeatureView};

use crate::message::DUMMY_ENTITY;

/// What of a project the native format cannot express, and what that needs: a plan leaves it alone.
pub(super) struct Scope {
    views: BTreeSet<String>,
    services: BTreeSet<String>,
    entities: BTreeSet<String>,
    sources: BTreeSet<String>,
}

impl Scope {
    pub(super) fn of(current: &Definitions) -> Self {
        let views: Vec<&Arc<FeatureView>> =
            current.feature_views.values().filter(|view| !is_native_view(view)).collect();
        let needs = |service: &FeatureService| {
            service.projections.iter().any(|projection| {
                projection.version_tag.is_some()
                    || current.feature_views.get(&projection.feature_view_name).is_none_or(|view| !is_native_view(view))
            })
        };
        let services = current.feature_services.values().filter(|service| needs(service));
        let entities = views.iter().flat_map(|view| view.entities.iter().cloned()).chain([DUMMY_ENTITY.to_owned()]);
        let foreign = current.data_sources.values().filter(|source| !is_native_source(source));
        let used = views.iter().flat_map(|view| [&view.batch_source, &view.stream_source]).flatten();
        Self {
            entities: entities.collect(),
            sources: foreign.chain(used).flat_map(names).collect(),
            services: services.map(|service| service.name.clone()).collect(),
            views: views.into_iter().map(|view| view.name.clone()).collect(),
        }
    }

    /// Adds what is left alone to the wanted definitions, unless they say something of the same name.
    pub(super) fn keep(&self, current: &Definitions, wanted: &mut Definitions) {
        wanted.on_demand_feature_views.clone_from(&current.on_demand_feature_views);
        wanted.feature_view_versions.clone_from(&current.feature_view_versions);
        for (name, view) in current.feature_views.iter().filter(|(name, _)| self.views.contains(*name)) {
            wanted.feature_views.entry(name.clone()).or_insert_with(|| Arc::clone(view));
        }
        for (name, service) in current.feature_services.iter().filter(|(name, _)| self.services.contains(*name)) {
            wanted.feature_services.entry(name.clone()).or_insert_with(|| Arc::clone(service));
        }
        for (name, entity) in current.entities.iter().filter(|(name, _)| self.entities.contains(*name)) {
            wanted.entities.entry(name.clone()).or_insert_with(|| entity.clone());
        }
        for (name, source) in current.data_sources.iter().filter(|(name, _)| self.sources.contains(*name)) {
            wanted.data_sources.entry(name.clone()).or_insert_with(|| source.clone());
        }
    }
}

pub(super) fn is_batch(view: &FeatureView) -> bool {
    view.kind == FeatureViewKind::Batch
}

fn is_native_view(view: &FeatureView) -> bool {
    is_batch(view) && [&view.batch_source, &view.stream_source].into_iter().flatten().all(is_native_source)
}

fn is_native_source(source: &DataSource) -> bool {
    match &source.kind {
        DataSourceKind::File { .. } => true,
        DataSourceKind::Push { batch_source } => batch_source.as_deref().is_some_and(is_native_source),
        DataSourceKind::Request { .. } | DataSourceKind::Other { .. } => false,
    }
}

/// The names of a source and of the one behind it.
fn names(source: &DataSource) -> Vec<String> {
    let behind = match &source.kind {
        DataSourceKind::Push { batch_source } | DataSourceKind::Other { batch_source, .. } => batch_source.as_deref(),
        DataSourceKind::File { .. } | DataSourceKind::Request { .. } => None,
    };
    std::iter::once(source).chain(behind).map(|source| source.name.clone()).collect()
}
