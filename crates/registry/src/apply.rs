//! Carrying out a [`Plan`] in a registry.

use std::sync::Arc;

use larder_core::definition::DataSourceKind;
use larder_core::{DataSource, Definitions, Error, ErrorKind, FeatureView, InfraChanges, Result, Scope};
use uuid::Uuid;

use crate::edit::{Edit, corrupt, tables_of};
use crate::kind::ObjectKind;
use crate::message::encode::{self, Stamps};
use crate::message::{DUMMY_ENTITY, decode, shape};
use crate::plan::{Action, Operation, Plan};
use crate::wire::merge;

/// One plan at work.
struct Work<'e, 'a> {
    edit: &'e mut Edit<'a>,
    current: Definitions,
    /// The project as it will be; the plan made it, and the time stamps and versions are filled in on the way.
    wanted: Definitions,
}

pub(crate) fn apply(edit: &mut Edit<'_>, plan: &Plan) -> Result<InfraChanges> {
    let current = edit.definitions()?;
    let fresh = Plan::between(&current, plan.native())?;
    if edit.project != plan.project() || fresh.actions() != plan.actions() {
        return Err(Error::new(
            ErrorKind::Conflict,
            format!("project `{}` changed since it was planned", edit.project),
        )
        .with_hint("plan again; nothing was changed"));
    }
    let mut work = Work { edit, current, wanted: fresh.wanted().clone() };
    work.put_dummy_entity();
    for action in plan.actions() {
        work.carry_out(action)?;
    }
    work.follow_views()?;
    let Work { edit, current, .. } = work;
    let kept = edit.definitions()?;
    let is_gone = |name: &&String| !kept.feature_views.contains_key(*name);
    Ok(InfraChanges {
        views_to_delete: current
            .feature_views
            .keys()
            .filter(is_gone)
            .flat_map(|name| tables_of(&current, name))
            .collect(),
        entities_to_delete: current
            .entities
            .into_values()
            .filter(|entity| !kept.entities.contains_key(&entity.name))
            .collect(),
        views_to_keep: kept.feature_views.into_values().collect(),
        entities_to_keep: kept.entities.into_values().collect(),
        scope: Scope::Whole,
    })
}

impl Work<'_, '_> {
    fn carry_out(&mut self, action: &Action) -> Result<()> {
        let name = &action.name;
        if action.operation == Operation::Delete {
            self.edit.content.remove(action.kind, self.edit.project, name);
            if action.kind == ObjectKind::FeatureView {
                self.edit.content.remove(ObjectKind::FeatureViewVersion, self.edit.project, name);
            }
            return Ok(());
        }
        match action.kind {
            ObjectKind::Project => self.put_project(),
            ObjectKind::Entity => self.put_entity(name),
            ObjectKind::DataSource => self.put_data_source(name),
            ObjectKind::FeatureView => self.put_feature_view(name),
            ObjectKind::FeatureService => self.put_feature_service(name, true),
            kind => Err(Error::internal(format!("a plan never holds a {kind}"))),
        }
    }

    /// Stores an object: what changed between `before` and `after` goes into the stored bytes.
    fn put(&mut self, kind: ObjectKind, name: &str, before: Option<&[u8]>, after: Vec<u8>) -> Result<()> {
        let stored = self.edit.content.get(kind, self.edit.project, name);
        let bytes = match (stored, before) {
            (Some(stored), Some(before)) => {
                merge(&stored.bytes, before, &after, shape(kind)).map_err(|broken| corrupt(kind, name, &broken))?
            }
            _ => after,
        };
        self.edit.content.put(kind, self.edit.project, name, bytes);
        Ok(())
    }

    fn put_project(&mut self) -> Result<()> {
        let is_stored = self.edit.content.get(ObjectKind::Project, self.edit.project, self.edit.project).is_some();
        let before = is_stored.then(|| encode::project(&self.current.project));
        let project = &mut self.wanted.project;
        project.created = project.created.or(Some(self.edit.now));
        project.last_updated = Some(self.edit.now);
        let after = encode::project(project);
        self.put(ObjectKind::Project, self.edit.project, before.as_deref(), after)
    }

    fn put_dummy_entity(&mut self) {
        if let Some(dummy) = self.wanted.entities.get_mut(DUMMY_ENTITY)
            && !self.current.entities.contains_key(DUMMY_ENTITY)
        {
            dummy.created = Some(self.edit.now);
            dummy.last_updated = Some(self.edit.now);
            let bytes = encode::entity(self.edit.project, dummy);
            self.edit.content.put(ObjectKind::Entity, self.edit.project, DUMMY_ENTITY, bytes);
        }
    }

    fn put_entity(&mut self, name: &str) -> Result<()> {
        let project = self.edit.project;
        let before = self.current.entities.get(name).map(|entity| encode::entity(project, entity));
        let Some(entity) = self.wanted.entities.get_mut(name) else { return Err(missing(ObjectKind::Entity, name)) };
        entity.created = entity.created.or(Some(self.edit.now));
        entity.last_updated = Some(self.edit.now);
        let after = encode::entity(project, entity);
        self.put(ObjectKind::Entity, name, before.as_deref(), after)
    }

    fn put_data_source(&mut self, name: &str) -> Result<()> {
        let project = self.edit.project;
        let stored = self.edit.content.get(ObjectKind::DataSource, project, name);
        let stamps = stored.map(decode::source_stamps).transpose()?.unwrap_or_else(|| Stamps::new(self.edit.now));
        let Some(source) = self.wanted.data_sources.get(name) else {
            return Err(missing(ObjectKind::DataSource, name));
        };
        // Options of another kind of source must not stay behind.
        let before = self.current.data_sources.get(name).filter(|before| is_same_kind(before, source));
        let before = before.map(|before| encode::data_source(project, before, stamps));
        let after = encode::data_source(project, source, Stamps { last_updated: Some(self.edit.now), ..stamps });
        self.put(ObjectKind::DataSource, name, before.as_deref(), after)
    }

    /// Stores a view; as in Feast, a new schema is a new version, and the history keeps each.
    fn put_feature_view(&mut self, name: &str) -> Result<()> {
        let (kind, project, now) = (ObjectKind::FeatureView, self.edit.project, self.edit.now);
        let Some(wanted) = self.wanted.feature_views.get(name) else { return Err(missing(kind, name)) };
        let mut view = FeatureView::clone(wanted);
        view.created = view.created.or(Some(now));
        view.last_updated = Some(now);
        let current = self.current.feature_views.get(name).cloned();
        let has_new_schema = current.as_ref().is_none_or(|current| has_new_schema(current, &view));
        if has_new_schema {
            let stored = self.edit.content.get(kind, project, name).map(|object| object.bytes.clone());
            let mut next = self.next_version(name)?;
            if let (0, Some(current), Some(stored)) = (next, &current, stored) {
                self.add_version(current, 0, &stored);
                next = 1;
            }
            view.current_version = next;
        }
        let before = current.as_deref().map(encode::feature_view);
        self.put(kind, name, before.as_deref(), encode::feature_view(&view))?;
        if has_new_schema
            && let Some(stored) = self.edit.content.get(kind, project, name).map(|object| object.bytes.clone())
        {
            self.add_version(&view, view.current_version, &stored);
        }
        self.wanted.feature_views.insert(name.to_owned(), Arc::new(view));
        Ok(())
    }

    fn next_version(&self, name: &str) -> Result<u32> {
        let mut next = 0;
        for object in self.edit.content.of(ObjectKind::FeatureViewVersion, self.edit.project) {
            if object.id.name == name {
                next = next.max(decode::version_number(object)? + 1);
            }
        }
        Ok(next)
    }

    fn add_version(&mut self, view: &FeatureView, number: u32, view_bytes: &[u8]) {
        let record = encode::version_record(view, number, view_bytes, &Uuid::new_v4().to_string(), self.edit.now);
        self.edit.content.add(ObjectKind::FeatureViewVersion, self.edit.project, &view.name, record);
    }

    fn put_feature_service(&mut self, name: &str, is_planned: bool) -> Result<()> {
        let kind = ObjectKind::FeatureService;
        let before =
            self.current.feature_services.get(name).map(|service| encode::feature_service(service, &self.current));
        let Some(service) = self.wanted.feature_services.get(name) else { return Err(missing(kind, name)) };
        let mut service = larder_core::FeatureService::clone(service);
        if is_planned {
            service.created = service.created.or(Some(self.edit.now));
            service.last_updated = Some(self.edit.now);
        }
        let after = encode::feature_service(&service, &self.wanted);
        self.put(kind, name, before.as_deref(), after)
    }

    /// Services repeat the source and the types of their views; those of a changed view follow it.
    fn follow_views(&mut self) -> Result<()> {
        let stored = |name: &&String| self.current.feature_services.contains_key(*name);
        let names: Vec<String> = self.wanted.feature_services.keys().filter(stored).cloned().collect();
        names.iter().try_for_each(|name| self.put_feature_service(name, false))
    }
}

fn is_same_kind(a: &DataSource, b: &DataSource) -> bool {
    use DataSourceKind::{File, Push, Request};
    matches!(
        (&a.kind, &b.kind),
        (File { .. }, File { .. }) | (Push { .. }, Push { .. }) | (Request { .. }, Request { .. })
    )
}

/// What makes a new version in Feast: features, entities, join keys, in any order (`feast/feature_view.py`).
fn has_new_schema(current: &FeatureView, wanted: &FeatureView) -> bool {
    let sorted = |view: &FeatureView| {
        let mut entities = view.entities.clone();
        let mut keys: Vec<_> = view.join_keys.iter().map(|key| (key.name.clone(), key.value_type)).collect();
        let mut features = view.features.clone();
        entities.sort_unstable();
        keys.sort_unstable();
        features.sort_by(|a, b| a.name.cmp(&b.name));
        (entities, keys, features)
    };
    sorted(current) != sorted(wanted)
}

fn missing(kind: ObjectKind, name: &str) -> Error {
    Error::internal(format!("the plan names {kind} `{name}` without its definition"))
}
