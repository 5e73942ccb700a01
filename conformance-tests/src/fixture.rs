//! Short ways to say what cases say again and again: a view, some rows, what is stored now.

use std::sync::Arc;

use larder_core::{
    EntityDelete, EntityKey, FeatureView, Field, InfraChanges, JoinKey, KeyBatch, KeyVersion, ReadRequest, ReadRows,
    Result, RowOutcome, Scope, Timestamp, Value, ValueType, WriteBatch, WriteReport,
};

use crate::Bed;

/// A row as cases write it down.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    pub(crate) key: Vec<u8>,
    pub(crate) event: Timestamp,
    pub(crate) created: Option<Timestamp>,
    pub(crate) values: Vec<Value>,
}

/// A stored row as cases expect it: `None` for a feature that the row lacks.
pub(crate) type Stored = Option<(Timestamp, Vec<Option<Value>>)>;

/// The instant `seconds` after 2026-01-01T00:00:00Z.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros((1_767_225_600 + seconds) * 1_000_000)
}

/// The encoded key of `id = number`.
pub(crate) fn key(number: i64) -> Vec<u8> {
    composite_key([("id", Value::Int64(number))])
}

pub(crate) fn composite_key<const N: usize>(pairs: [(&str, Value); N]) -> Vec<u8> {
    EntityKey::new(pairs.map(|(name, value)| (name.to_owned(), value)))
        .and_then(|key| key.encode(KeyVersion::V3))
        .unwrap_or_else(|error| unreachable!("cases use valid keys: {error}"))
}

/// A row with one int64 value.
pub(crate) fn row(id: i64, event: Timestamp, value: i64) -> Row {
    Row { key: key(id), event, created: None, values: vec![Value::Int64(value)] }
}

/// A stored row with one int64 value.
pub(crate) fn stored(event: Timestamp, value: i64) -> Stored {
    Some((event, vec![Some(Value::Int64(value))]))
}

pub(crate) fn keys<'a>(keys: impl IntoIterator<Item = &'a Vec<u8>>) -> Arc<KeyBatch> {
    Arc::new(keys.into_iter().map(Vec::as_slice).collect())
}

pub(crate) fn decode(rows: &ReadRows) -> Result<Vec<Stored>> {
    rows.iter()
        .map(|row| {
            row.map(|row| {
                let values = row.values().map(|value| value.map(Value::decode).transpose()).collect::<Result<_>>()?;
                Ok((row.event_timestamp(), values))
            })
            .transpose()
        })
        .collect()
}

pub(crate) fn batch(view: &Arc<FeatureView>, rows: &[Row]) -> Result<WriteBatch> {
    let mut builder = WriteBatch::builder(Arc::clone(view));
    for row in rows {
        let values: Vec<Vec<u8>> = row.values.iter().map(Value::to_bytes).collect();
        builder.push(&row.key, row.event, row.created, values.iter().map(Vec::as_slice))?;
    }
    Ok(builder.finish())
}

/// The outcomes of a report as one letter each: `w`ritten, `s`tale, `f`ailed.
pub(crate) fn letters(report: &WriteReport) -> String {
    let letter = |outcome: &RowOutcome| match outcome {
        RowOutcome::Written => 'w',
        RowOutcome::Stale => 's',
        RowOutcome::Failed(_) => 'f',
    };
    report.outcomes.iter().map(letter).collect()
}

impl Bed {
    /// A view of this case's project with the join key `id` (int64), not yet known to the store.
    pub(crate) fn define<const N: usize>(&self, name: &str, features: [(&str, ValueType); N]) -> FeatureView {
        let features = features.map(|(name, value_type)| Field::new(name, value_type)).to_vec();
        let id = JoinKey { name: "id".to_owned(), value_type: ValueType::Int64 };
        FeatureView::new(&self.project, name, vec![id], features)
    }

    /// A view with one int64 feature `value`, known to the store.
    pub(crate) async fn counter(&self, name: &str) -> Result<Arc<FeatureView>> {
        self.apply(self.define(name, [("value", ValueType::Int64)])).await
    }

    /// Makes a view known to the store.
    pub(crate) async fn apply(&self, view: FeatureView) -> Result<Arc<FeatureView>> {
        let view = Arc::new(view);
        self.change(&[&view], &[]).await?;
        Ok(view)
    }

    /// Passes views to keep and to delete to `update`.
    pub(crate) async fn change(&self, keep: &[&Arc<FeatureView>], delete: &[&Arc<FeatureView>]) -> Result<()> {
        let owned = |views: &[&Arc<FeatureView>]| views.iter().map(|view| Arc::clone(view)).collect();
        let changes = InfraChanges {
            views_to_keep: owned(keep),
            views_to_delete: owned(delete),
            scope: Scope::Partial,
            ..InfraChanges::default()
        };
        self.store.update(&changes).await
    }

    /// Writes rows and gives the outcomes as letters, see [`letters`].
    pub(crate) async fn write(&self, view: &Arc<FeatureView>, rows: &[Row]) -> Result<String> {
        let report = self.store.online_write_batch(&batch(view, rows)?).await?;
        Ok(letters(&report))
    }

    /// What the store holds for some keys: all features of the view, in schema order.
    pub(crate) async fn read(&self, view: &Arc<FeatureView>, wanted: &[Vec<u8>]) -> Result<Vec<Stored>> {
        let features: Vec<usize> = (0..view.features.len()).collect();
        self.read_features(view, wanted, &features).await
    }

    pub(crate) async fn read_features(
        &self,
        view: &Arc<FeatureView>,
        wanted: &[Vec<u8>],
        features: &[usize],
    ) -> Result<Vec<Stored>> {
        let request = ReadRequest { view: Arc::clone(view), features: features.into(), keys: keys(wanted) };
        let answers = self.store.online_read(std::slice::from_ref(&request)).await?;
        match answers.as_slice() {
            [rows] if rows.len() == wanted.len() && rows.width() == features.len() => decode(rows),
            _ => Err(larder_core::Error::internal("the answer has not the shape of the request")),
        }
    }

    /// What the store holds for `id = number`.
    pub(crate) async fn read_one(&self, view: &Arc<FeatureView>, number: i64) -> Result<Stored> {
        Ok(self.read(view, &[key(number)]).await?.remove(0))
    }

    pub(crate) async fn delete(&self, view: &Arc<FeatureView>, wanted: &[Vec<u8>]) -> Result<usize> {
        let delete = EntityDelete { view: Arc::clone(view), keys: keys(wanted) };
        Ok(self.store.delete_entities(&delete).await?.deleted)
    }
}
