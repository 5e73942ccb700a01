//! Limits: what a store declares holds, and what it does not declare works.

use super::{case, ensure_eq};
use crate::fixture::{Row, at, composite_key, row, stored};
use larder_core::Value;

case! {
    /// An entity key of 10,000 bytes works, or its row is refused when the store declares a smaller limit.
    async fn long_keys_work_or_are_refused(bed) {
        let view = bed.counter("v").await?;
        let long = |last: &str| composite_key([("id", Value::String("k".repeat(10_000) + last))]);
        let rows = [Row { key: long("a"), ..row(0, at(1), 1) }, Row { key: long("b"), ..row(0, at(2), 2) }, row(3, at(3), 3)];
        let refused = bed.capabilities().max_key_bytes.is_some_and(|limit| limit < 10_000);
        ensure_eq!(bed.write(&view, &rows).await?, if refused { "ffw" } else { "www" });
        let expected = if refused { [None, None] } else { [stored(at(1), 1), stored(at(2), 2)] };
        ensure_eq!(bed.read(&view, &[long("a"), long("b")]).await?, expected);
        ensure_eq!(bed.read_one(&view, 3).await?, stored(at(3), 3), "a refused row takes its neighbours with it");
    }
}

case! {
    /// Thousands of keys are read in one call.
    async fn many_keys_in_one_read(bed) {
        let view = bed.counter("v").await?;
        bed.write(&view, &(0..100).map(|id| row(id * 97, at(id), id)).collect::<Vec<_>>()).await?;
        let keys: Vec<_> = (0..9_700).map(crate::fixture::key).collect();
        let found = bed.read(&view, &keys).await?;
        ensure_eq!(found.iter().flatten().count(), 100);
        ensure_eq!(found[97 * 5], stored(at(5), 5));
    }
}

case! {
    /// A view of 500 features is written and read.
    async fn many_features(bed) {
        let mut view = bed.define("v", []);
        view.features = (0..500).map(|i| larder_core::Field::new(format!("f{i}"), larder_core::ValueType::Int64)).collect();
        let view = bed.apply(view).await?;
        let values: Vec<_> = (0..500).map(Value::Int64).collect();
        bed.write(&view, &[Row { values: values.clone(), ..row(1, at(1), 0) }]).await?;
        ensure_eq!(bed.read_one(&view, 1).await?, Some((at(1), values.into_iter().map(Some).collect())));
    }
}
