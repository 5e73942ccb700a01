//! Batches: shapes, sizes, and what the report says.

use super::{case, ensure, ensure_eq};
use crate::fixture::{at, key, row, stored};
use larder_core::{ErrorKind, ValueType};
use std::sync::Arc;

case! {
    /// An empty batch changes nothing and reports nothing.
    async fn empty_batch_is_no_error(bed) {
        let view = bed.counter("v").await?;
        ensure_eq!(bed.write(&view, &[]).await?, "");
    }
}

case! {
    /// The report has one outcome per row, in the order of the batch.
    async fn report_is_positional(bed) {
        let view = bed.counter("v").await?;
        bed.write(&view, &[row(2, at(50), 0), row(4, at(50), 0)]).await?;
        let rows: Vec<_> = (1..=5).map(|id| row(id, at(10), id)).collect();
        ensure_eq!(bed.write(&view, &rows).await?, "wswsw");
    }
}

case! {
    /// A large batch is stored whole.
    async fn large_batch_is_stored_whole(bed) {
        let view = bed.counter("v").await?;
        let rows: Vec<_> = (0..5_000).map(|id| row(id, at(id), id * 3)).collect();
        let outcomes = bed.write(&view, &rows).await?;
        ensure!(outcomes.len() == 5_000 && !outcomes.contains(['s', 'f']), "not every row was written");
        let keys: Vec<_> = (0..5_000).map(key).collect();
        for (id, found) in (0..).zip(bed.read(&view, &keys).await?) {
            ensure_eq!(found, stored(at(id), id * 3), "key {id}");
        }
    }
}

case! {
    /// Writing the same batch twice leaves what writing it once leaves.
    async fn writing_twice_is_idempotent(bed) {
        let view = bed.counter("v").await?;
        let rows: Vec<_> = (0..20).map(|id| row(id, at(id), id)).collect();
        bed.write(&view, &rows).await?;
        let once = bed.read(&view, &(0..20).map(key).collect::<Vec<_>>()).await?;
        ensure!(!bed.write(&view, &rows).await?.contains('f'), "a row failed the second time");
        ensure_eq!(bed.read(&view, &(0..20).map(key).collect::<Vec<_>>()).await?, once);
    }
}

case! {
    /// Writing to a view that was never applied is refused as an unknown view.
    async fn unknown_view_is_refused(bed) {
        let view = Arc::new(bed.define("never_applied", [("value", ValueType::Int64)]));
        match bed.write(&view, &[row(1, at(1), 1)]).await {
            Err(error) => ensure_eq!(error.kind(), ErrorKind::UnknownView, "{error}"),
            Ok(outcomes) => ensure!(false, "it answered {outcomes}"),
        }
    }
}

case! {
    /// Views of the same entity do not touch each other's rows.
    async fn views_are_independent(bed) {
        let (a, b) = (bed.counter("a").await?, bed.counter("b").await?);
        bed.write(&a, &[row(1, at(10), 1)]).await?;
        ensure_eq!(bed.read_one(&b, 1).await?, None);
        ensure_eq!(bed.write(&b, &[row(1, at(5), 2)]).await?, "w", "the other view's event time counts here");
        ensure_eq!(bed.read_one(&a, 1).await?, stored(at(10), 1));
        ensure_eq!(bed.read_one(&b, 1).await?, stored(at(5), 2));
    }
}
