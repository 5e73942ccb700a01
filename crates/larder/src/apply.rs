//! Making the registry and the store match the definitions.

use std::sync::Arc;

use larder_core::{Error, FeatureView, InfraChanges, Result, Scope};
use larder_registry::Plan;

use crate::Larder;

/// Whether steps that lose data may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Destruction {
    /// They are refused, and nothing is done at all.
    Refused,
    /// They are done.
    Allowed,
}

/// What an apply did.
#[derive(Debug, Clone)]
pub struct Applied {
    /// The steps, as planned.
    pub plan: Plan,
    /// Views whose tables are in place now.
    pub views_kept: Vec<String>,
    /// Views whose rows are gone now.
    pub views_deleted: Vec<String>,
}

impl Larder {
    /// Does exactly what a plan says: first the store gets what is new, then the registry changes in one atomic step, then
    /// the store drops what is gone. A failure before the registry's step changes no definition and loses no row.
    ///
    /// # Errors
    /// `InvalidInput` when the plan has destructive steps that are not allowed; `Conflict` when the registry changed since
    /// the plan was made; else what the registry and the store answer.
    pub async fn apply(&self, plan: &Plan, destruction: Destruction) -> Result<Applied> {
        if plan.is_destructive() && destruction == Destruction::Refused {
            return Err(Error::invalid_input("the plan has steps that lose data, so nothing was done")
                .with_hint("look at them with `larder plan`; `--allow-destroy` does them"));
        }
        let repo = self.repo();
        let wanted = plan.wanted().feature_views.values().filter(|view| view.online).cloned().collect();
        self.store()
            .update(&InfraChanges { views_to_keep: wanted, scope: Scope::Partial, ..InfraChanges::default() })
            .await?;
        let mut changes = repo.registry().update(repo.project(), |edit| edit.apply(plan))?;
        changes.views_to_keep.retain(|view| view.online);
        self.store().update(&changes).await.map_err(|error| {
            let left = names(&changes.views_to_delete).join(", ");
            error
                .with("rows left behind of", left)
                .with_hint("the definitions are applied; the rows of deleted views are still stored")
        })?;
        self.refresh()?;
        Ok(Applied {
            plan: plan.clone(),
            views_kept: names(&changes.views_to_keep),
            views_deleted: names(&changes.views_to_delete),
        })
    }

    /// Prepares the store for the views that the registry holds, without changing any definition: what `larder apply`
    /// does in a repository whose definitions Feast keeps.
    ///
    /// # Errors
    /// What the registry and the store answer.
    pub async fn prepare_store(&self) -> Result<Vec<String>> {
        self.refresh()?;
        let definitions = self.definitions();
        let views_to_keep: Vec<_> = definitions.feature_views.values().filter(|view| view.online).cloned().collect();
        let kept = names(&views_to_keep);
        let entities_to_keep = definitions.entities.values().cloned().collect();
        let changes =
            InfraChanges { views_to_keep, entities_to_keep, scope: Scope::Partial, ..InfraChanges::default() };
        self.store().update(&changes).await?;
        Ok(kept)
    }

    /// Removes this project: its rows from the store, then its definitions from the registry. Other projects stay.
    ///
    /// # Errors
    /// What the store and the registry answer.
    pub async fn teardown(&self) -> Result<Vec<String>> {
        self.refresh()?;
        let definitions = self.definitions();
        let mut views: Vec<Arc<FeatureView>> = definitions.feature_views.values().cloned().collect();
        views.extend(definitions.feature_view_versions.values().cloned());
        self.store().teardown(&views).await?;
        let repo = self.repo();
        repo.registry().update(repo.project(), |edit| edit.delete_project())?;
        self.refresh()?;
        Ok(names(&views))
    }
}

fn names(views: &[Arc<FeatureView>]) -> Vec<String> {
    views.iter().map(|view| view.name.clone()).collect()
}
