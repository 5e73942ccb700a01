use std::hash::Hash;
use std::sync::{Arc, PoisonError, RwLock};

use hashbrown::{Equivalent, HashMap};
use larder_core::Result;

use super::request::FeatureSelection;
use super::resolve::ResolvedFeatures;

/// Feature lists that were resolved before: at most [`ResolutionCache::MAX_COLUMNS`] columns over all lists.
#[derive(Debug, Default)]
pub(crate) struct ResolutionCache(RwLock<Lists>);

#[derive(Debug, Default)]
struct Lists {
    by_list: HashMap<List, Arc<ResolvedFeatures>>,
    columns: usize,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct List {
    features: FeatureSelection,
    full_feature_names: bool,
}

/// A [`List`] that is looked for; hashes as one.
#[derive(Hash)]
struct Wanted<'a> {
    features: &'a FeatureSelection,
    full_feature_names: bool,
}

impl Equivalent<List> for Wanted<'_> {
    fn equivalent(&self, list: &List) -> bool {
        *self.features == list.features && self.full_feature_names == list.full_feature_names
    }
}

impl ResolutionCache {
    /// Keeps the memory of hostile clients, each list new, within some tens of megabytes.
    const MAX_COLUMNS: usize = 100_000;

    /// The resolved list, made by `resolve` when it is not known; failures are not kept.
    pub(crate) fn get(
        &self,
        features: &FeatureSelection,
        full_feature_names: bool,
        resolve: impl FnOnce() -> Result<ResolvedFeatures>,
    ) -> Result<Arc<ResolvedFeatures>> {
        let wanted = Wanted { features, full_feature_names };
        let lists = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lists.by_list.get(&wanted) {
            return Ok(Arc::clone(known));
        }
        drop(lists);
        let resolved = Arc::new(resolve()?);
        let mut lists = self.0.write().unwrap_or_else(PoisonError::into_inner);
        lists.insert(List { features: features.clone(), full_feature_names }, Arc::clone(&resolved));
        Ok(resolved)
    }
}

impl Lists {
    fn insert(&mut self, list: List, resolved: Arc<ResolvedFeatures>) {
        let columns = resolved.columns.len();
        while self.columns + columns > ResolutionCache::MAX_COLUMNS {
            let Some((_, dropped)) = self.by_list.extract_if(|_, _| true).next() else { break };
            self.columns -= dropped.columns.len();
        }
        self.columns += columns;
        if let Some(replaced) = self.by_list.insert(list, resolved) {
            self.columns -= replaced.columns.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::resolve::FeatureColumn;

    fn list_of(columns: usize) -> ResolvedFeatures {
        let column =
            |_| FeatureColumn { name: "f".into(), value_type: larder_core::ValueType::Int64, view: 0, slot: 0 };
        ResolvedFeatures {
            views: vec![],
            keys: vec![],
            key_groups: vec![],
            columns: (0..columns).map(column).collect(),
        }
    }

    #[test]
    fn new_lists_push_out_old_ones_once_there_are_too_many_columns() {
        let cache = ResolutionCache::default();
        let columns = ResolutionCache::MAX_COLUMNS / 10;
        for number in 0..25 {
            let list = FeatureSelection::service(number.to_string());
            cache.get(&list, false, || Ok(list_of(columns))).unwrap();
            let mut resolved_again = false;
            let again = || {
                resolved_again = true;
                Ok(list_of(1))
            };
            cache.get(&list, false, again).unwrap();
            assert!(!resolved_again);
        }
        let lists = cache.0.read().unwrap();
        assert_eq!((lists.by_list.len(), lists.columns), (10, ResolutionCache::MAX_COLUMNS));
    }

    #[test]
    fn failures_are_not_kept() {
        let cache = ResolutionCache::default();
        let list = FeatureSelection::service("s");
        assert!(cache.get(&list, false, || Err(larder_core::Error::not_found("not yet"))).is_err());
        assert!(cache.get(&list, false, || Ok(list_of(1))).is_ok());
    }
}
