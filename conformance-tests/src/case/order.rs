//! The write rule: a row is applied when its event time is not older than the stored one.

use super::{case, ensure_eq};
use crate::fixture::{Row, at, row, stored};
use larder_core::Timestamp;

case! {
    /// A newer event replaces the stored row.
    async fn newer_event_replaces(bed) {
        let view = bed.counter("v").await?;
        ensure_eq!(bed.write(&view, &[row(1, at(10), 1)]).await?, "w");
        ensure_eq!(bed.write(&view, &[row(1, at(20), 2)]).await?, "w");
        ensure_eq!(bed.read_one(&view, 1).await?, stored(at(20), 2));
    }
}

case! {
    /// An older event is reported as stale and changes nothing.
    async fn older_event_is_stale(bed) {
        let view = bed.counter("v").await?;
        bed.write(&view, &[row(1, at(20), 2)]).await?;
        ensure_eq!(bed.write(&view, &[row(1, at(10), 1)]).await?, "s");
        ensure_eq!(bed.read_one(&view, 1).await?, stored(at(20), 2));
    }
}

case! {
    /// The same event time again applies, so a correction can be sent.
    async fn same_event_time_applies(bed) {
        let view = bed.counter("v").await?;
        bed.write(&view, &[row(1, at(10), 1)]).await?;
        ensure_eq!(bed.write(&view, &[row(1, at(10), 2)]).await?, "w");
        ensure_eq!(bed.read_one(&view, 1).await?, stored(at(10), 2));
    }
}

case! {
    /// A batch sent newest first leaves the newest row.
    async fn batch_order_does_not_matter(bed) {
        let view = bed.counter("v").await?;
        let rows: Vec<_> = (0..50).rev().map(|i| row(1, at(i), i)).collect();
        ensure_eq!(bed.write(&view, &rows).await?, "w");
        ensure_eq!(bed.read_one(&view, 1).await?, stored(at(49), 49));
    }
}

case! {
    /// Between equal event times of one batch the later created time wins, then the later position.
    async fn ties_go_to_created_then_position(bed) {
        let view = bed.counter("v").await?;
        let tied = |id, created: Option<i64>, value| Row { created: created.map(at), ..row(id, at(10), value) };
        let rows = [
            tied(1, Some(5), 1), tied(1, Some(9), 2), tied(1, Some(7), 3),
            tied(2, Some(5), 1), tied(2, Some(5), 2),
            tied(3, Some(5), 1), tied(3, None, 2),
        ];
        ensure_eq!(bed.write(&view, &rows).await?, "www");
        for (id, value) in [(1, 2), (2, 2), (3, 1)] {
            ensure_eq!(bed.read_one(&view, id).await?, stored(at(10), value), "key {id}");
        }
    }
}

case! {
    /// In one batch each row is judged by itself: new keys, newer, equal and older rows side by side.
    async fn rows_of_a_batch_are_judged_one_by_one(bed) {
        let view = bed.counter("v").await?;
        bed.write(&view, &[row(1, at(10), 1), row(2, at(10), 1), row(3, at(10), 1)]).await?;
        let second = [row(1, at(9), 2), row(2, at(10), 2), row(3, at(11), 2), row(4, at(1), 2)];
        ensure_eq!(bed.write(&view, &second).await?, "swww");
        for (id, event, value) in [(1, 10, 1), (2, 10, 2), (3, 11, 2), (4, 1, 2)] {
            ensure_eq!(bed.read_one(&view, id).await?, stored(at(event), value), "key {id}");
        }
    }
}

case! {
    /// A stale row changes none of its features, also those that the stored row lacks.
    async fn stale_row_adds_no_feature(bed) {
        use larder_core::ValueType;
        let narrow = bed.apply(bed.define("v", [("a", ValueType::Int64)])).await?;
        bed.write(&narrow, &[row(1, at(20), 1)]).await?;
        let wide = bed.apply(bed.define("v", [("a", ValueType::Int64), ("b", ValueType::Int64)])).await?;
        let mut older = row(1, at(10), 7);
        older.values.push(larder_core::Value::Int64(8));
        ensure_eq!(bed.write(&wide, &[older]).await?, "s");
        ensure_eq!(bed.read_one(&wide, 1).await?, Some((at(20), vec![Some(larder_core::Value::Int64(1)), None])));
    }
}

case! {
    /// Events at and before the epoch are ordered like all others.
    async fn events_before_the_epoch_are_ordered(bed) {
        let view = bed.counter("v").await?;
        let second = |s: i64| Timestamp::from_micros(s * 1_000_000);
        ensure_eq!(bed.write(&view, &[row(1, second(-5), 1)]).await?, "w");
        ensure_eq!(bed.write(&view, &[row(1, second(-9), 2)]).await?, "s");
        ensure_eq!(bed.write(&view, &[row(1, second(0), 3)]).await?, "w");
        ensure_eq!(bed.write(&view, &[row(1, second(-1), 4)]).await?, "s");
        ensure_eq!(bed.read_one(&view, 1).await?, stored(second(0), 3));
    }
}

case! {
    /// Events a microsecond apart are told apart and come back exact.
    [ExactTimestamps]
    async fn microseconds_count(bed) {
        let view = bed.counter("v").await?;
        let micros = |m: i64| Timestamp::from_micros(at(0).micros() + m);
        ensure_eq!(bed.write(&view, &[row(1, micros(2), 1)]).await?, "w");
        ensure_eq!(bed.write(&view, &[row(1, micros(1), 2)]).await?, "s");
        ensure_eq!(bed.write(&view, &[row(1, micros(999_999), 3)]).await?, "w");
        ensure_eq!(bed.read_one(&view, 1).await?, stored(micros(999_999), 3));
        ensure_eq!(bed.write(&view, &[row(2, Timestamp::from_micros(-1), 1)]).await?, "w");
        ensure_eq!(bed.read_one(&view, 2).await?, stored(Timestamp::from_micros(-1), 1));
    }
}

case! {
    /// The earliest and latest instants that can be printed are kept as they are.
    async fn extreme_instants_are_kept(bed) {
        let view = bed.counter("v").await?;
        let latest = Timestamp::from_micros(Timestamp::MAX.micros() / 1_000_000 * 1_000_000);
        bed.write(&view, &[row(1, Timestamp::MIN, 1), row(2, latest, 2)]).await?;
        ensure_eq!(bed.read_one(&view, 1).await?, stored(Timestamp::MIN, 1));
        ensure_eq!(bed.read_one(&view, 2).await?, stored(latest, 2));
    }
}
