use std::sync::Arc;

use larder_core::definition::ViewState;
use larder_core::name::did_you_mean;
use larder_core::{Definitions, Error, FeatureView, InfraChanges, Interval, Result, Scope, Timestamp};

use crate::content::Content;
use crate::kind::ObjectKind;
use crate::message::{interval, timestamp_bytes};
use crate::plan::Plan;
use crate::snapshot;
use crate::wire::{Broken, Message, Record};

/// A change of one project in a registry, made inside [`crate::Registry::update`].
#[derive(Debug)]
pub struct Edit<'a> {
    pub(crate) content: &'a mut Content,
    pub(crate) project: &'a str,
    pub(crate) versioning: bool,
    pub(crate) now: Timestamp,
}

impl<'a> Edit<'a> {
    pub(crate) fn new(content: &'a mut Content, project: &'a str, versioning: bool, now: Timestamp) -> Self {
        Self { content, project, versioning, now }
    }

    /// The project as the registry holds it at this moment.
    ///
    /// # Errors
    /// `Corrupt` naming the object that cannot be read.
    pub fn definitions(&self) -> Result<Definitions> {
        snapshot::definitions(self.content, self.project, self.versioning)
    }

    /// Does what a plan says, and nothing else; gives what the store has to do.
    ///
    /// # Errors
    /// `Conflict` when the project changed since the plan was made: the plan no longer says what would happen.
    pub fn apply(&mut self, plan: &Plan) -> Result<InfraChanges> {
        crate::apply::apply(self, plan)
    }

    /// Notes that a view was materialized: appends the interval, as Feast does, and makes the view available. The view's
    /// definition keeps its bytes.
    ///
    /// # Errors
    /// `NotFound` with the nearest name; `InvalidInput` for an interval that ends before it starts.
    pub fn record_materialization(&mut self, view: &str, done: Interval) -> Result<()> {
        if done.end < done.start {
            return Err(Error::invalid_input(format!(
                "the interval ends at {}, before it starts at {}",
                done.end, done.start
            ))
            .with("feature view", view));
        }
        let kinds = [ObjectKind::FeatureView, ObjectKind::StreamFeatureView];
        let found = kinds.into_iter().find_map(|kind| self.content.get(kind, self.project, view));
        let Some(object) = found else {
            let known = kinds
                .iter()
                .flat_map(|kind| self.content.of(*kind, self.project))
                .map(|object| object.id.name.as_str());
            return Err(Error::not_found(format!("project `{}` has no feature view `{view}`", self.project))
                .with_hint(did_you_mean(view, known)));
        };
        let kind = object.kind;
        let bytes =
            with_materialization(&object.bytes, done, self.now).map_err(|broken| corrupt(kind, view, &broken))?;
        self.content.put(kind, self.project, view, bytes);
        Ok(())
    }

    /// Removes everything that belongs to the project, and nothing else; gives what the store has to do. A project that the
    /// registry does not hold is no error.
    ///
    /// # Errors
    /// `Corrupt` naming the object that cannot be read.
    pub fn delete_project(&mut self) -> Result<InfraChanges> {
        let definitions = self.definitions()?;
        for &kind in ObjectKind::ALL {
            let names: Vec<String> = self.content.of(kind, self.project).map(|object| object.id.name.clone()).collect();
            for name in names {
                self.content.remove(kind, self.project, &name);
            }
        }
        Ok(InfraChanges {
            views_to_delete: definitions.feature_views.keys().flat_map(|name| tables_of(&definitions, name)).collect(),
            entities_to_delete: definitions.entities.into_values().collect(),
            scope: Scope::Whole,
            ..InfraChanges::default()
        })
    }
}

/// A view and its versions, one per table in the store.
pub(crate) fn tables_of(definitions: &Definitions, name: &str) -> Vec<Arc<FeatureView>> {
    let mut views: Vec<Arc<FeatureView>> = definitions.feature_views.get(name).cloned().into_iter().collect();
    for ((known, _), version) in &definitions.feature_view_versions {
        if known == name && !views.iter().any(|view| view.storage_version == version.storage_version) {
            views.push(Arc::clone(version));
        }
    }
    views
}

pub(crate) fn corrupt(kind: ObjectKind, name: &str, broken: &Broken) -> Error {
    Error::corrupt(format!("{kind} `{name}` in the registry cannot be read: {broken}"))
        .with_hint("restore the registry from a backup, or apply the definitions to a new one")
}

/// Batch and stream views have the same `FeatureViewMeta` in the same field.
fn with_materialization(view: &[u8], done: Interval, now: Timestamp) -> Result<Vec<u8>, Broken> {
    const META: u32 = 2;
    const LAST_UPDATED: u32 = 2;
    const INTERVALS: u32 = 3;
    const STATE: u32 = 6;
    let mut view = Message::parse(view)?;
    let mut meta = Message::parse(&view.joined(META))?;
    meta.append(Record::bytes(INTERVALS, &prost::Message::encode_to_vec(&interval(done))));
    meta.replace(LAST_UPDATED, [Record::bytes(LAST_UPDATED, &timestamp_bytes(now))]);
    meta.replace(STATE, [Record::varint(STATE, u64::from(ViewState::AvailableOnline.number().unsigned_abs()))]);
    view.replace(META, [Record::bytes(META, &meta.encode())]);
    Ok(view.encode())
}

#[cfg(test)]
mod tests {
    use larder_proto::core::{FeatureView, FeatureViewMeta};
    use prost::Message as _;

    use super::*;

    #[test]
    fn meta_data_in_several_parts_is_kept() {
        let done = |day: i64| Interval { start: Timestamp::EPOCH, end: Timestamp::from_seconds(day * 86_400).unwrap() };
        let created_timestamp = Some(crate::message::timestamp(Timestamp::EPOCH));
        let created = FeatureViewMeta { created_timestamp, ..FeatureViewMeta::default() };
        let materialized =
            FeatureViewMeta { materialization_intervals: vec![interval(done(1))], ..FeatureViewMeta::default() };
        let parts = [created, materialized].map(|meta| Record::bytes(2, &meta.encode_to_vec()));
        let view = parts.into_iter().collect::<Message>().encode();
        let after = with_materialization(&view, done(2), Timestamp::EPOCH).unwrap();
        let meta = FeatureView::decode(after.as_slice()).unwrap().meta.unwrap();
        assert_eq!(meta.created_timestamp, created_timestamp);
        assert_eq!(meta.materialization_intervals, [interval(done(1)), interval(done(2))]);
    }
}
