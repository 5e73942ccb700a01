//! Update, teardown, close: what appears, what goes, and what stays.

use super::{case, ensure, ensure_eq};
use crate::fixture::{at, row, stored};
use larder_core::ErrorKind;

case! {
    /// The store answers a ping.
    async fn ping_answers(bed) {
        bed.store.ping().await?;
    }
}

case! {
    /// Applying again keeps the rows.
    async fn update_is_idempotent(bed) {
        let view = bed.counter("v").await?;
        bed.write(&view, &[row(1, at(1), 1)]).await?;
        bed.change(&[&view], &[]).await?;
        bed.change(&[&view], &[]).await?;
        ensure_eq!(bed.read_one(&view, 1).await?, stored(at(1), 1));
    }
}

case! {
    /// A deleted view is unknown afterwards, its neighbour on the same entity keeps its rows, and deleting it again is no error.
    async fn deleting_a_view_keeps_its_neighbour(bed) {
        let (a, b) = (bed.counter("a").await?, bed.counter("b").await?);
        bed.write(&a, &[row(1, at(1), 1)]).await?;
        bed.write(&b, &[row(1, at(1), 2)]).await?;
        bed.change(&[&b], &[&a]).await?;
        bed.change(&[&b], &[&a]).await?;
        ensure_eq!(bed.read_one(&b, 1).await?, stored(at(1), 2));
        match bed.read_one(&a, 1).await {
            Err(error) => ensure_eq!(error.kind(), ErrorKind::UnknownView, "{error}"),
            Ok(found) => ensure!(false, "the deleted view answered {found:?}"),
        }
    }
}

case! {
    /// A view that is deleted and applied again starts empty, and old events are welcome in it.
    async fn a_view_applied_again_starts_empty(bed) {
        let view = bed.counter("v").await?;
        bed.write(&view, &[row(1, at(9), 1)]).await?;
        bed.change(&[], &[&view]).await?;
        bed.change(&[&view], &[]).await?;
        ensure_eq!(bed.read_one(&view, 1).await?, None);
        ensure_eq!(bed.write(&view, &[row(1, at(1), 2)]).await?, "w");
    }
}

case! {
    /// A partial update leaves views that it does not name as they are.
    async fn partial_update_leaves_the_rest(bed) {
        let a = bed.counter("a").await?;
        bed.write(&a, &[row(1, at(1), 1)]).await?;
        bed.counter("b").await?;
        ensure_eq!(bed.read_one(&a, 1).await?, stored(at(1), 1));
    }
}

case! {
    /// Teardown removes exactly the views it is given, twice without an error.
    async fn teardown_removes_what_it_is_given(bed) {
        let (a, b, keep) = (bed.counter("a").await?, bed.counter("b").await?, bed.counter("keep").await?);
        for view in [&a, &b, &keep] {
            bed.write(view, &[row(1, at(1), 1)]).await?;
        }
        bed.store.teardown(&[a.clone(), b.clone()]).await?;
        bed.store.teardown(&[a.clone(), b.clone()]).await?;
        for view in [&a, &b] {
            ensure!(bed.read_one(view, 1).await.is_err_and(|e| e.kind() == ErrorKind::UnknownView), "`{}` still answers", view.name);
        }
        ensure_eq!(bed.read_one(&keep, 1).await?, stored(at(1), 1));
    }
}

case! {
    /// A closed store fails with `Unavailable`, and closing it again is no error.
    async fn closed_store_is_unavailable(bed) {
        let view = bed.counter("v").await?;
        bed.store.close().await?;
        bed.store.close().await?;
        match bed.read_one(&view, 1).await {
            Err(error) => ensure_eq!(error.kind(), ErrorKind::Unavailable, "{error}"),
            Ok(found) => ensure!(false, "it answered {found:?}"),
        }
    }
}

case! {
    /// What was acknowledged is there after closing and opening again.
    [Durable]
    async fn acknowledged_rows_survive_reopening(bed) {
        let view = bed.counter("v").await?;
        bed.write(&view, &[row(1, at(1), 1), row(2, at(2), 2)]).await?;
        bed.store.close().await?;
        let again = bed.reconnect().await?;
        ensure_eq!(again.read_one(&view, 1).await?, stored(at(1), 1));
        ensure_eq!(again.write(&view, &[row(2, at(1), 9)]).await?, "s");
        again.store.close().await?;
    }
}
