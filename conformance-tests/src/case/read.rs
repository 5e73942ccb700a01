//! Reads: positional answers, absent rows, several views at once.

use std::sync::Arc;

use super::{case, ensure, ensure_eq};
use crate::fixture::{Row, at, composite_key, decode, key, keys, row, stored};
use larder_core::{ErrorKind, FeatureView, Field, JoinKey, ReadRequest, Value, ValueType};

case! {
    /// A key without a row is absent, between keys that have one.
    async fn absent_rows_are_told_apart(bed) {
        let view = bed.counter("v").await?;
        bed.write(&view, &[row(1, at(1), 10), row(3, at(3), 30)]).await?;
        let found = bed.read(&view, &[key(0), key(1), key(2), key(3), key(4)]).await?;
        ensure_eq!(found, [None, stored(at(1), 10), None, stored(at(3), 30), None]);
    }
}

case! {
    /// Answers come in the order of the keys, whatever order the store likes.
    async fn order_of_keys_is_kept(bed) {
        let view = bed.counter("v").await?;
        let rows: Vec<_> = (0..200).map(|id| row(id, at(id), id)).collect();
        bed.write(&view, &rows).await?;
        let order: Vec<i64> = (0..200).map(|i| (i * 77) % 200).collect();
        let found = bed.read(&view, &order.iter().copied().map(key).collect::<Vec<_>>()).await?;
        let expected: Vec<_> = order.iter().map(|id| stored(at(*id), *id)).collect();
        ensure_eq!(found, expected);
    }
}

case! {
    /// Only the features asked for are answered, in the order asked.
    async fn features_are_chosen_and_ordered(bed) {
        let view = bed.apply(bed.define("v", [("a", ValueType::Int64), ("b", ValueType::Int64), ("c", ValueType::Int64)])).await?;
        let values = vec![Value::Int64(1), Value::Int64(2), Value::Int64(3)];
        bed.write(&view, &[Row { values, ..row(1, at(1), 0) }]).await?;
        let found = bed.read_features(&view, &[key(1)], &[2, 0]).await?;
        ensure_eq!(found, [Some((at(1), vec![Some(Value::Int64(3)), Some(Value::Int64(1))]))]);
    }
}

case! {
    /// A request without keys and one without features have answers of that shape.
    async fn empty_requests_have_empty_answers(bed) {
        let view = bed.counter("v").await?;
        bed.write(&view, &[row(1, at(1), 1)]).await?;
        ensure_eq!(bed.read(&view, &[]).await?, []);
        ensure_eq!(bed.read_features(&view, &[key(1), key(2)], &[]).await?, [Some((at(1), vec![])), None]);
        ensure_eq!(bed.store.online_read(&[]).await?, []);
    }
}

case! {
    /// Several views are read in one call, each answer belonging to its request.
    async fn several_views_in_one_call(bed) {
        let (a, b) = (bed.counter("a").await?, bed.counter("b").await?);
        bed.write(&a, &[row(1, at(1), 10)]).await?;
        bed.write(&b, &[row(2, at(2), 20)]).await?;
        let request = |view: &Arc<FeatureView>, ids: &[i64]| ReadRequest {
            view: Arc::clone(view),
            features: [0].into(),
            keys: keys(&ids.iter().copied().map(key).collect::<Vec<_>>()),
        };
        let answers = bed.store.online_read(&[request(&b, &[1, 2]), request(&a, &[1]), request(&b, &[2])]).await?;
        let decoded = answers.iter().map(decode).collect::<Result<Vec<_>, _>>()?;
        ensure_eq!(decoded, [vec![None, stored(at(2), 20)], vec![stored(at(1), 10)], vec![stored(at(2), 20)]]);
    }
}

case! {
    /// Reading a view that was never applied is refused, never answered as absent.
    async fn unknown_view_is_refused(bed) {
        let view = Arc::new(bed.define("never_applied", [("value", ValueType::Int64)]));
        match bed.read_one(&view, 1).await {
            Err(error) => ensure_eq!(error.kind(), ErrorKind::UnknownView, "{error}"),
            Ok(found) => ensure!(false, "it answered {found:?}"),
        }
    }
}

case! {
    /// Composite keys are one key: every part counts, and parts do not run into each other.
    async fn composite_keys_count_whole(bed) {
        let join_key = |name: &str| JoinKey { name: name.to_owned(), value_type: ValueType::String };
        let view = FeatureView::new(&bed.project, "v", vec![join_key("a"), join_key("b")], vec![Field::new("value", ValueType::Int64)]);
        let view = bed.apply(view).await?;
        let pair = |a: &str, b: &str| composite_key([("b", Value::String(b.to_owned())), ("a", Value::String(a.to_owned()))]);
        let pairs = [pair("x", "yz"), pair("xy", "z"), pair("", "xyz"), pair("xyz", "")];
        let rows: Vec<_> = (0..).zip(&pairs).map(|(i, key)| Row { key: key.clone(), ..row(0, at(i), i) }).collect();
        bed.write(&view, &rows).await?;
        ensure_eq!(bed.read(&view, &pairs).await?, [0, 1, 2, 3].map(|i| stored(at(i), i)));
        ensure_eq!(bed.read(&view, &[pair("yz", "x")]).await?, [None]);
    }
}

case! {
    /// Keys of every type that Feast allows find their rows, and equal numbers of different types are different keys.
    async fn every_key_type_finds_its_row(bed) {
        let view = bed.counter("v").await?;
        let keys = [
            Value::Int64(7), Value::Int32(7), Value::UnixTimestamp(7), Value::String("7".into()), Value::Bytes(b"7".to_vec()),
            Value::Int64(i64::MIN), Value::Int32(-1), Value::String(String::new()), Value::Bytes(vec![]),
            Value::String("日本 é 😀\u{0}".into()), Value::Bytes((0..=255).collect()),
        ].map(|value| composite_key([("id", value)]));
        let rows: Vec<_> = (0..).zip(&keys).map(|(i, key)| Row { key: key.clone(), ..row(0, at(i), i) }).collect();
        bed.write(&view, &rows).await?;
        for (i, key) in (0..).zip(&keys) {
            ensure_eq!(bed.read(&view, std::slice::from_ref(key)).await?, [stored(at(i), i)], "key number {i}");
        }
    }
}

case! {
    /// The one row of an entity-less view is found by the empty key that Feast uses.
    async fn entity_less_view_has_one_row(bed) {
        let dummy = JoinKey { name: larder_core::DUMMY_JOIN_KEY.to_owned(), value_type: ValueType::String };
        let view = bed.apply(FeatureView::new(&bed.project, "v", vec![dummy], vec![Field::new("value", ValueType::Int64)])).await?;
        let key = composite_key([(larder_core::DUMMY_JOIN_KEY, Value::String(String::new()))]);
        bed.write(&view, &[Row { key: key.clone(), ..row(0, at(1), 1) }]).await?;
        ensure_eq!(bed.write(&view, &[Row { key: key.clone(), ..row(0, at(2), 2) }]).await?, "w");
        ensure_eq!(bed.read(&view, &[key]).await?, [stored(at(2), 2)]);
    }
}
