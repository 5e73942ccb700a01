//! What an apply will do, said before it is done.

mod difference;
mod scope;

use std::fmt;
use std::sync::Arc;

use larder_core::{Definitions, Error, FeatureService, FeatureView, Result};
use serde::{Serialize, Serializer};

use crate::kind::ObjectKind;
use crate::message::DUMMY_ENTITY;
use crate::native::NativeDefinitions;
use scope::Scope;

/// The steps from what a registry holds to what the native definitions say; empty when they agree.
#[derive(Debug, Clone)]
pub struct Plan {
    actions: Vec<Action>,
    native: NativeDefinitions,
    wanted: Definitions,
}

/// One step of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Action {
    /// What kind of object it is about.
    #[serde(serialize_with = "as_text")]
    pub kind: ObjectKind,
    /// The object's name.
    pub name: String,
    /// What is done with it.
    #[serde(flatten)]
    pub operation: Operation,
}

/// What is done with an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "operation", rename_all = "lowercase")]
pub enum Operation {
    /// It is new.
    Create,
    /// It stays, with other properties.
    Update {
        /// What changes, at least one thing.
        changes: Vec<Change>,
    },
    /// It goes.
    Delete,
}

/// One property of an object that changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Which one, e.g. `ttl`, `tags.team`, `schema.conv_rate`.
    pub property: String,
    /// What it was; `None` when it was not there.
    pub from: Option<String>,
    /// What it will be; `None` when it goes.
    pub to: Option<String>,
    /// Why the change can hurt, when it can: stored rows that no longer fit, requests that fail.
    pub danger: Option<&'static str>,
}

impl Plan {
    /// Compares what a project's registry holds with what the files say.
    ///
    /// What the files cannot express (stream, on-demand and label views, sources that are no files, and what those need) is
    /// left alone.
    ///
    /// # Errors
    /// `InvalidConfig` when the files give a name to a view that the registry holds as one that is left alone.
    pub fn between(current: &Definitions, native: &NativeDefinitions) -> Result<Self> {
        let project = &current.project.name;
        let mut wanted = native.definitions(project);
        check_conflicts(current, &wanted)?;
        Scope::of(current).keep(current, &mut wanted);
        keep_history(current, &mut wanted);

        let mut actions = Vec::new();
        let changes = difference::project(&current.project, &wanted.project);
        match current.project.created {
            None => actions.push(Action::new(ObjectKind::Project, project, Operation::Create)),
            Some(_) => actions.extend(Action::update(ObjectKind::Project, project, changes)),
        }
        let mut entities = (current.entities.clone(), wanted.entities.clone());
        entities.0.remove(DUMMY_ENTITY);
        entities.1.remove(DUMMY_ENTITY);
        actions.extend(steps(ObjectKind::Entity, &entities.0, &entities.1, difference::entity));
        actions.extend(steps(ObjectKind::DataSource, &current.data_sources, &wanted.data_sources, |a, b| {
            difference::data_source("", a, b)
        }));
        actions.extend(steps(ObjectKind::FeatureView, &current.feature_views, &wanted.feature_views, |a, b| {
            difference::feature_view(a, b)
        }));
        actions.extend(steps(
            ObjectKind::FeatureService,
            &current.feature_services,
            &wanted.feature_services,
            |a, b| difference::feature_service(a, b),
        ));
        Ok(Self { actions, native: native.clone(), wanted })
    }

    /// The project it is for.
    #[must_use]
    pub fn project(&self) -> &str {
        &self.wanted.project.name
    }

    /// The steps: projects, entities, sources, views, services.
    #[must_use]
    pub fn actions(&self) -> &[Action] {
        &self.actions
    }

    /// Whether the registry already says what the files say.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.actions.is_empty()
    }

    /// Whether a step can hurt: something is deleted, or stored rows will no longer fit.
    #[must_use]
    pub fn is_destructive(&self) -> bool {
        self.actions.iter().any(Action::is_destructive)
    }

    /// The project as it will be.
    #[must_use]
    pub fn wanted(&self) -> &Definitions {
        &self.wanted
    }

    pub(crate) fn native(&self) -> &NativeDefinitions {
        &self.native
    }
}

impl Action {
    fn new(kind: ObjectKind, name: &str, operation: Operation) -> Self {
        Self { kind, name: name.to_owned(), operation }
    }

    fn update(kind: ObjectKind, name: &str, changes: Vec<Change>) -> Option<Self> {
        (!changes.is_empty()).then(|| Self::new(kind, name, Operation::Update { changes }))
    }

    /// Whether it can hurt.
    #[must_use]
    pub fn is_destructive(&self) -> bool {
        match &self.operation {
            Operation::Create => false,
            Operation::Update { changes } => changes.iter().any(|change| change.danger.is_some()),
            Operation::Delete => true,
        }
    }
}

/// One line, `create feature view driver_hourly_stats`; an update is followed by a line for each change.
impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, changes) = match &self.operation {
            Operation::Create => ("create", &[][..]),
            Operation::Update { changes } => ("update", changes.as_slice()),
            Operation::Delete => ("delete", &[][..]),
        };
        write!(f, "{word} {} {}", self.kind, self.name)?;
        changes.iter().try_for_each(|change| write!(f, "\n    {change}"))
    }
}

/// `ttl: 1d -> 2d`
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = |side: &Option<String>| side.clone().unwrap_or_else(|| "none".to_owned());
        write!(f, "{}: {} -> {}", self.property, side(&self.from), side(&self.to))?;
        self.danger.map_or(Ok(()), |danger| write!(f, " ({danger})"))
    }
}

fn as_text<S: Serializer>(kind: &ObjectKind, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(kind.as_str())
}

type ByName<T> = std::collections::BTreeMap<String, T>;

fn steps<T>(
    kind: ObjectKind,
    current: &ByName<T>,
    wanted: &ByName<T>,
    difference: impl Fn(&T, &T) -> Vec<Change>,
) -> Vec<Action> {
    let gone = current
        .keys()
        .filter(|name| !wanted.contains_key(*name))
        .map(|name| Action::new(kind, name, Operation::Delete));
    let kept = wanted.iter().filter_map(|(name, wanted)| match current.get(name) {
        None => Some(Action::new(kind, name, Operation::Create)),
        Some(current) => Action::update(kind, name, difference(current, wanted)),
    });
    kept.chain(gone).collect()
}

/// Views of all kinds share one set of names, which Feast compares without case.
fn check_conflicts(current: &Definitions, wanted: &Definitions) -> Result<()> {
    let streams =
        current.feature_views.values().filter(|view| !scope::is_batch(view)).map(|view| ("stream", &view.name));
    let on_demand = current.on_demand_feature_views.keys().map(|name| ("on-demand", name));
    for (kind, taken) in streams.chain(on_demand) {
        if let Some(name) = wanted.feature_views.keys().find(|name| name.to_lowercase() == taken.to_lowercase()) {
            return Err(Error::invalid_config(format!(
                "feature view `{name}` would replace the {kind} feature view `{taken}` of the registry"
            ))
            .with_hint("choose another name, or delete that view with Feast first"));
        }
    }
    Ok(())
}

/// What the registry knows of an object beyond its definition stays with it.
fn keep_history(current: &Definitions, wanted: &mut Definitions) {
    wanted.versioning = current.versioning;
    wanted.project.created = current.project.created;
    wanted.project.last_updated = current.project.last_updated;
    for (name, entity) in &mut wanted.entities {
        let known = current.entities.get(name);
        entity.created = known.and_then(|known| known.created);
        entity.last_updated = known.and_then(|known| known.last_updated);
    }
    for (name, view) in &mut wanted.feature_views {
        if let Some(known) = current.feature_views.get(name) {
            *view = Arc::new(FeatureView {
                disabled: known.disabled,
                storage_version: known.storage_version,
                current_version: known.current_version,
                state: known.state,
                materialization_intervals: known.materialization_intervals.clone(),
                created: known.created,
                last_updated: known.last_updated,
                ..FeatureView::clone(view)
            });
        }
    }
    for (name, service) in &mut wanted.feature_services {
        if let Some(known) = current.feature_services.get(name) {
            *service = Arc::new(FeatureService {
                created: known.created,
                last_updated: known.last_updated,
                ..FeatureService::clone(service)
            });
        }
    }
}
