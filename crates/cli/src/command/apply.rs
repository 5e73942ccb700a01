//! `plan` and `apply`.

use larder::{Destruction, Larder, Plan, Result};
use serde_json::json;

use super::{Place, connected};
use crate::answer::{Answer, count};
use crate::argument;

/// The exit code of `plan --check` when there is something to do.
const CHANGES: u8 = 3;

pub(crate) fn plan(place: &Place, arguments: &argument::Plan) -> Result<Answer> {
    let repo = place.open()?;
    let plan = repo.plan()?;
    let mut text = steps(&plan);
    if plan.is_empty() {
        text = format!("Nothing to do: project {} is as defined.\n", repo.project());
    } else if plan.is_destructive() {
        text += "\nSome steps lose data (marked `!`): `larder apply --allow-destroy` does them.\n";
    }
    let mut answer = Answer::new(text, document(repo.project(), &plan));
    if arguments.check && !plan.is_empty() {
        answer.code = CHANGES;
    }
    Ok(answer)
}

pub(crate) fn apply(place: &Place, arguments: &argument::Apply) -> Result<Answer> {
    let repo = place.open()?;
    let destruction = if arguments.allow_destroy { Destruction::Allowed } else { Destruction::Refused };
    let plan = repo.native_plan()?;
    let project = repo.project().to_owned();
    let (text, json) = connected(repo, async |larder| match &plan {
        Some(plan) => apply_plan(larder, plan, destruction).await,
        None => prepare(larder).await,
    })?;
    Ok(Answer::new(format!("Applying changes for project {project}\n{text}"), json))
}

async fn apply_plan(larder: &Larder, plan: &Plan, destruction: Destruction) -> Result<(String, serde_json::Value)> {
    let applied = larder.apply(plan, destruction).await?;
    let mut text = steps(&applied.plan);
    if applied.plan.is_empty() {
        text += "Nothing to change.\n";
    }
    text += &format!("The online store is ready for {}.\n", count(applied.views_kept.len(), "feature view"));
    Ok((text, document(larder.repo().project(), &applied.plan)))
}

/// Without native definitions: the store is prepared for what Feast's registry holds.
async fn prepare(larder: &Larder) -> Result<(String, serde_json::Value)> {
    let views = larder.prepare_store().await?;
    let text = format!(
        "There is no features.yaml, so the definitions stay as Feast applied them.\nThe online store is ready for {}.\n",
        count(views.len(), "feature view")
    );
    Ok((text, json!({"project": larder.repo().project(), "steps": [], "feature_views": views})))
}

fn steps(plan: &Plan) -> String {
    let line = |action: &larder::Action| format!("{} {action}\n", if action.is_destructive() { '!' } else { ' ' });
    plan.actions().iter().map(line).collect()
}

fn document(project: &str, plan: &Plan) -> serde_json::Value {
    json!({"project": project, "destructive": plan.is_destructive(), "steps": plan.actions()})
}
