use std::sync::Arc;

use larder_core::definition::Project;
use larder_core::{Definitions, Result};

use crate::content::Content;
use crate::kind::ObjectKind;
use crate::message::decode::{self, Views};

/// Everything a registry held at one moment, all projects.
#[derive(Debug, Clone)]
pub struct Snapshot {
    content: Content,
    versioning: bool,
}

impl Snapshot {
    pub(crate) fn new(content: Content, versioning: bool) -> Self {
        Self { content, versioning }
    }

    /// The names of the projects, sorted.
    #[must_use]
    pub fn projects(&self) -> Vec<&str> {
        self.content.projects()
    }

    /// The id that the last write gave a file registry, to notice changes by; empty for an absent file and for SQL.
    #[must_use]
    pub fn version_id(&self) -> &str {
        self.content.version_id()
    }

    /// What one project defines; empty for a project that the registry does not hold.
    ///
    /// # Errors
    /// `Corrupt` naming the object that cannot be read.
    pub fn definitions(&self, project: &str) -> Result<Definitions> {
        definitions(&self.content, project, self.versioning)
    }

    /// How many objects of a kind a project has, those included that larder keeps without reading them.
    #[must_use]
    pub fn count(&self, kind: ObjectKind, project: &str) -> usize {
        self.content.of(kind, project).count()
    }
}

pub(crate) fn definitions(content: &Content, project: &str, versioning: bool) -> Result<Definitions> {
    let known = content.get(ObjectKind::Project, project, project);
    let mut definitions = Definitions {
        project: match known {
            Some(object) => decode::project(object)?,
            None => Project { name: project.to_owned(), ..Project::default() },
        },
        versioning,
        ..Definitions::default()
    };
    for object in content.of(ObjectKind::Entity, project) {
        definitions.entities.entry(object.id.name.clone()).or_insert(decode::entity(object)?);
    }
    let views = Views { entities: &definitions.entities, versioning };
    for kind in [ObjectKind::FeatureView, ObjectKind::StreamFeatureView] {
        for object in content.of(kind, project) {
            let view = Arc::new(views.feature_view(object)?);
            definitions.feature_views.entry(object.id.name.clone()).or_insert(view);
        }
    }
    if versioning {
        for object in content.of(ObjectKind::FeatureViewVersion, project) {
            if let Some(view) = views.version(object)? {
                definitions
                    .feature_view_versions
                    .insert((object.id.name.clone(), view.current_version), Arc::new(view));
            }
        }
    }
    for object in content.of(ObjectKind::OnDemandFeatureView, project) {
        let view = decode::on_demand_feature_view(object)?;
        definitions.on_demand_feature_views.entry(object.id.name.clone()).or_insert(view);
    }
    for object in content.of(ObjectKind::FeatureService, project) {
        let service = Arc::new(decode::feature_service(object)?);
        definitions.feature_services.entry(object.id.name.clone()).or_insert(service);
    }
    for object in content.of(ObjectKind::DataSource, project) {
        definitions.data_sources.entry(object.id.name.clone()).or_insert(decode::data_source(object)?);
    }
    Ok(definitions)
}
