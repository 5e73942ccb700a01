//! Names: projects and views are tenants, and no name breaks out of its place.

use std::sync::Arc;

use super::{case, ensure_eq};
use crate::fixture::{at, row, stored};
use larder_core::{FeatureView, ValueType};

/// Names that break naive quoting, globbing, prefix matching and case folding.
const HOSTILE: &[&str] = &[
    "v",
    "V",
    "v ",
    "v%",
    "v_",
    "v*",
    "v?",
    "[v]",
    "v\\",
    "v'",
    "v\"",
    "v`",
    "v;drop table v",
    "--v",
    "v\u{301}",
    "é",
    "日本",
    "😀",
    "v.v",
    "v/v",
    "..",
    "$v",
    "${v}",
    "{v}",
    "select",
    "NULL",
    "v:v",
    "v@v1",
    "sqlite_v",
];

case! {
    /// Views and features with hostile names each keep their own rows.
    async fn hostile_names_keep_their_own_rows(bed) {
        let mut views = Vec::new();
        for name in HOSTILE {
            views.push(bed.apply(bed.define(name, [(*name, ValueType::Int64)])).await?);
        }
        for (i, view) in (0..).zip(&views) {
            ensure_eq!(bed.write(view, &[row(1, at(i), i)]).await?, "w", "view {:?}", view.name);
        }
        for (i, view) in (0..).zip(&views) {
            ensure_eq!(bed.read_one(view, 1).await?, stored(at(i), i), "view {:?}", view.name);
        }
        bed.change(&[], &[&views[0]]).await?;
        for (i, view) in (0..).zip(&views).skip(1) {
            ensure_eq!(bed.read_one(view, 1).await?, stored(at(i), i), "view {:?} after deleting \"v\"", view.name);
        }
    }
}

case! {
    /// A name as long as larder allows works.
    async fn longest_name_works(bed) {
        let name = "n".repeat(larder_core::name::MAX_NAME_CHARS / 2);
        let view = bed.apply(bed.define(&name, [(&name, ValueType::Int64)])).await?;
        bed.write(&view, &[row(1, at(1), 1)]).await?;
        ensure_eq!(bed.read_one(&view, 1).await?, stored(at(1), 1));
    }
}

case! {
    /// Projects are tenants: whatever one does, also teardown, the rows of the other stay.
    async fn projects_do_not_touch_each_other(bed) {
        let own = bed.counter("stats").await?;
        bed.write(&own, &[row(1, at(1), 1)]).await?;
        let tenant = |project: String| FeatureView { project, ..bed.define("stats", [("value", ValueType::Int64)]) };
        let others = [format!("my_{}", bed.project), format!("{}2", bed.project), bed.project.to_uppercase()];
        let mut views = Vec::new();
        for project in others {
            let view = Arc::new(tenant(project));
            bed.change(&[&view], &[]).await?;
            bed.write(&view, &[row(1, at(2), 2)]).await?;
            views.push(view);
        }
        bed.store.teardown(std::slice::from_ref(&own)).await?;
        for view in &views {
            ensure_eq!(bed.read_one(view, 1).await?, stored(at(2), 2), "project {}", view.project);
        }
        let own = bed.counter("stats").await?;
        bed.write(&own, &[row(1, at(1), 1)]).await?;
        bed.store.teardown(&views).await?;
        ensure_eq!(bed.read_one(&own, 1).await?, stored(at(1), 1));
    }
}

case! {
    /// Two views whose project and name run together to the same text are kept apart, or the second is refused.
    async fn names_that_run_together_are_apart_or_refused(bed) {
        let split = |project: &str, name: &str| Arc::new(FeatureView {
            project: format!("{}{project}", bed.project),
            ..bed.define(name, [("value", ValueType::Int64)])
        });
        let (first, second) = (split("_a", "b_c"), split("_a_b", "c"));
        bed.change(&[&first], &[]).await?;
        bed.write(&first, &[row(1, at(1), 1)]).await?;
        if bed.change(&[&second], &[]).await.is_ok() {
            bed.write(&second, &[row(1, at(2), 2)]).await?;
            bed.store.teardown(&[second]).await?;
        }
        ensure_eq!(bed.read_one(&first, 1).await?, stored(at(1), 1));
    }
}
