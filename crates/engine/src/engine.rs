use std::sync::Arc;
use std::time::Duration;

use larder_core::{Clock, Definitions, Error, FeatureView, OnlineStore, ReadRequest, ReadRows, Result, Timestamp};

use crate::read::{
    Answers, Entities, FeatureSelection, JoinKeyNames, OnlineRequest, OnlineResponse, ResolutionCache,
    ResolvedFeatures, Statuses, ViewRead, resolve,
};

/// Reads and writes the features of one project in one store.
///
/// An engine belongs to one generation of definitions: it remembers how feature lists resolve, so a changed registry needs
/// a new engine (which is cheap: it opens nothing).
#[derive(Debug)]
pub struct Engine {
    pub(crate) store: Arc<dyn OnlineStore>,
    pub(crate) definitions: Arc<Definitions>,
    pub(crate) options: EngineOptions,
    join_keys: JoinKeyNames,
    resolutions: ResolutionCache,
}

/// How an [`Engine`] behaves.
#[derive(Debug, Clone, Default)]
pub struct EngineOptions {
    /// Where "now" comes from, for ttl and for refusing event timestamps in the future.
    pub clock: Clock,
    /// How much statuses say.
    pub statuses: Statuses,
    /// What a request may ask for.
    pub limits: Limits,
    /// How far an event timestamp may lie after now.
    pub future: FutureEvents,
}

/// What one request may ask for; more is refused before anything is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Rows of entities.
    pub max_entities: usize,
    /// Feature columns.
    pub max_features: usize,
    /// Entities times features.
    pub max_cells: usize,
}

impl Default for Limits {
    /// 10,000 entities, 1,000 features, 1,000,000 values.
    fn default() -> Self {
        Self { max_entities: 10_000, max_features: 1_000, max_cells: 1_000_000 }
    }
}

/// What happens to rows whose event timestamp lies in the future: one such row would win against every true row until its
/// time comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FutureEvents {
    /// Refused when further ahead than this, which leaves room for clocks that differ.
    RefusedBeyond(Duration),
    /// Written, as Feast does.
    Written,
}

impl Default for FutureEvents {
    /// Refused beyond ten minutes.
    fn default() -> Self {
        Self::RefusedBeyond(Duration::from_secs(600))
    }
}

impl Engine {
    /// An engine over a store and a project's definitions.
    #[must_use]
    pub fn new(store: Arc<dyn OnlineStore>, definitions: Arc<Definitions>, options: EngineOptions) -> Self {
        let join_keys = JoinKeyNames::of(&definitions);
        Self { store, definitions, options, join_keys, resolutions: ResolutionCache::default() }
    }

    /// The definitions that names are looked up in.
    #[must_use]
    pub fn definitions(&self) -> &Arc<Definitions> {
        &self.definitions
    }

    /// The store that is read and written.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn OnlineStore> {
        &self.store
    }

    /// Resolves a feature list, or gives what an earlier call resolved.
    ///
    /// # Errors
    /// `NotFound` for unknown services, views, versions and features, with the nearest name; `Unsupported` for on-demand
    /// views, views that are disabled, not online or not ready, and for pinned versions while versioning is off;
    /// `InvalidInput` for malformed references, column names that collide, empty and overlong lists.
    pub fn resolve(&self, features: &FeatureSelection, full_feature_names: bool) -> Result<Arc<ResolvedFeatures>> {
        self.resolutions.get(features, full_feature_names, || {
            resolve(&self.definitions, features, full_feature_names, self.options.limits.max_features)
        })
    }

    /// Reads features of entities: Feast's `get_online_features`, in one call of the store.
    ///
    /// # Errors
    /// Those of [`Engine::resolve`]; `InvalidInput` naming column, row and value for ids that are missing, null, of another
    /// type, of unequal number or too many; what the store answers.
    pub async fn get_online_features(&self, request: &OnlineRequest) -> Result<OnlineResponse> {
        let plan = self.resolve(&request.features, request.full_feature_names)?;
        let entities = Entities::bind(&plan, &request.entities, &self.join_keys, &self.options.limits)?;
        let mut row_maps = Vec::with_capacity(plan.key_groups.len());
        let mut keys = Vec::with_capacity(plan.key_groups.len());
        for group in &plan.key_groups {
            let distinct = entities.distinct_keys(group)?;
            keys.push(distinct.keys);
            row_maps.push(distinct.of_row);
        }
        let read = |view: &ViewRead| ReadRequest {
            view: Arc::clone(&view.view),
            features: Arc::clone(&view.features),
            keys: Arc::clone(&keys[view.key_group]),
        };
        let reads: Vec<ReadRequest> = plan.views.iter().map(read).collect();
        let rows = self.store.online_read(&reads).await?;
        check_shape(&reads, &rows)?;
        let now = self.options.clock.now();
        let oldest = plan.views().map(|view| oldest_served(view, now, self.options.statuses)).collect();
        let answers = Answers { rows, row_maps, oldest, statuses: self.options.statuses };
        Ok(OnlineResponse::new(plan, entities, answers, request.include_feature_view_version_metadata))
    }
}

/// The earliest event timestamp that is still valid; a ttl of zero means for ever, as in Feast.
fn oldest_served(view: &FeatureView, now: Timestamp, statuses: Statuses) -> Timestamp {
    match view.ttl {
        Some(ttl) if !ttl.is_zero() && statuses == Statuses::ToldApart => now.minus(ttl),
        _ => Timestamp::from_micros(i64::MIN),
    }
}

/// A store that answers with another shape than it was asked for must not shift values between entities.
fn check_shape(reads: &[ReadRequest], rows: &[ReadRows]) -> Result<()> {
    let fits =
        |(read, rows): (&ReadRequest, &ReadRows)| rows.len() == read.keys.len() && rows.width() == read.features.len();
    if reads.len() == rows.len() && reads.iter().zip(rows).all(fits) {
        return Ok(());
    }
    Err(Error::internal("the store answered with another number of rows or features than it was asked for"))
}

#[cfg(test)]
mod tests {
    use larder_core::{Field, KeyBatch, ValueType};

    use super::*;

    #[test]
    fn an_answer_of_another_shape_is_refused() {
        let view = Arc::new(FeatureView::new("p", "v", vec![], vec![Field::new("a", ValueType::Int64)]));
        let keys = Arc::new(KeyBatch::from_iter([&b"k"[..]]));
        let reads = [ReadRequest { view, features: Arc::new([0]), keys }];
        assert!(check_shape(&reads, &[ReadRows::absent(1, 1)]).is_ok());
        for wrong in
            [vec![], vec![ReadRows::absent(2, 1)], vec![ReadRows::absent(1, 2)], vec![ReadRows::absent(1, 1); 2]]
        {
            assert!(check_shape(&reads, &wrong).is_err());
        }
    }
}
