//! Deletes: exactly the rows named, in exactly the view named.

use super::{case, ensure_eq};
use crate::fixture::{at, key, row, stored};

case! {
    /// Deleting removes the rows named and reports how many there were.
    [DeleteEntities]
    async fn deletes_the_rows_named(bed) {
        let view = bed.counter("v").await?;
        bed.write(&view, &[row(1, at(1), 1), row(2, at(1), 2), row(3, at(1), 3)]).await?;
        ensure_eq!(bed.delete(&view, &[key(1), key(3), key(9)]).await?, 2);
        ensure_eq!(bed.read(&view, &[key(1), key(2), key(3)]).await?, [None, stored(at(1), 2), None]);
        ensure_eq!(bed.delete(&view, &[key(1)]).await?, 0);
    }
}

case! {
    /// Deleting from one view leaves the same entity in another.
    [DeleteEntities]
    async fn other_views_keep_the_entity(bed) {
        let (a, b) = (bed.counter("a").await?, bed.counter("b").await?);
        bed.write(&a, &[row(1, at(1), 1)]).await?;
        bed.write(&b, &[row(1, at(1), 2)]).await?;
        bed.delete(&a, &[key(1)]).await?;
        ensure_eq!(bed.read_one(&b, 1).await?, stored(at(1), 2));
    }
}

case! {
    /// A deleted entity can be written again.
    [DeleteEntities]
    async fn deleted_entity_can_return(bed) {
        let view = bed.counter("v").await?;
        bed.write(&view, &[row(1, at(9), 1)]).await?;
        bed.delete(&view, &[key(1)]).await?;
        ensure_eq!(bed.write(&view, &[row(1, at(10), 2)]).await?, "w");
        ensure_eq!(bed.read_one(&view, 1).await?, stored(at(10), 2));
    }
}

case! {
    /// Deleting no key and many keys at once both work.
    [DeleteEntities]
    async fn any_number_of_keys(bed) {
        let view = bed.counter("v").await?;
        ensure_eq!(bed.delete(&view, &[]).await?, 0);
        let rows: Vec<_> = (0..2_000).map(|id| row(id, at(1), id)).collect();
        bed.write(&view, &rows).await?;
        let even: Vec<_> = (0..2_000).step_by(2).map(key).collect();
        ensure_eq!(bed.delete(&view, &even).await?, 1_000);
        ensure_eq!(bed.read(&view, &[key(0), key(1)]).await?, [None, stored(at(1), 1)]);
    }
}
