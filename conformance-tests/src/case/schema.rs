//! Schema changes: rows written under an older schema stay readable.

use super::{case, ensure_eq};
use crate::fixture::{Row, at, row};
use larder_core::{Value, ValueType};

case! {
    /// A feature added later is missing in older rows, not null, and present in newer ones.
    async fn added_feature_is_missing_in_older_rows(bed) {
        let old = bed.apply(bed.define("v", [("a", ValueType::Int64)])).await?;
        bed.write(&old, &[row(1, at(1), 1), row(2, at(1), 2)]).await?;
        let new = bed.apply(bed.define("v", [("b", ValueType::Int64), ("a", ValueType::Int64)])).await?;
        bed.write(&new, &[Row { values: vec![Value::Int64(20), Value::Int64(3)], ..row(2, at(2), 0) }]).await?;
        ensure_eq!(bed.read_one(&new, 1).await?, Some((at(1), vec![None, Some(Value::Int64(1))])));
        ensure_eq!(bed.read_one(&new, 2).await?, Some((at(2), vec![Some(Value::Int64(20)), Some(Value::Int64(3))])));
    }
}

case! {
    /// A feature that was dropped does not disturb the others.
    async fn dropped_feature_does_not_disturb(bed) {
        let wide = bed.apply(bed.define("v", [("a", ValueType::Int64), ("b", ValueType::Int64)])).await?;
        bed.write(&wide, &[Row { values: vec![Value::Int64(1), Value::Int64(2)], ..row(1, at(1), 0) }]).await?;
        let narrow = bed.apply(bed.define("v", [("b", ValueType::Int64)])).await?;
        ensure_eq!(bed.read_one(&narrow, 1).await?, Some((at(1), vec![Some(Value::Int64(2))])));
        ensure_eq!(bed.write(&narrow, &[row(1, at(2), 5)]).await?, "w");
        ensure_eq!(bed.read_one(&narrow, 1).await?, Some((at(2), vec![Some(Value::Int64(5))])));
    }
}

case! {
    /// Versions of a view are kept apart from each other and from the unversioned view.
    async fn versions_are_kept_apart(bed) {
        let version = |n| larder_core::FeatureView { storage_version: n, ..bed.define("v", [("value", ValueType::Int64)]) };
        let (v0, v1, v2) = (bed.apply(version(0)).await?, bed.apply(version(1)).await?, bed.apply(version(2)).await?);
        bed.write(&v0, &[row(1, at(1), 10)]).await?;
        bed.write(&v1, &[row(1, at(1), 11)]).await?;
        ensure_eq!(bed.read_one(&v0, 1).await?, crate::fixture::stored(at(1), 10));
        ensure_eq!(bed.read_one(&v1, 1).await?, crate::fixture::stored(at(1), 11));
        ensure_eq!(bed.read_one(&v2, 1).await?, None);
        bed.change(&[], &[&v1]).await?;
        ensure_eq!(bed.read_one(&v0, 1).await?, crate::fixture::stored(at(1), 10));
    }
}
