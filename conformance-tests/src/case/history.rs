//! Random histories against the model: whatever is done in whatever order, the store answers as the model does.

use std::sync::Arc;

use larder_core::{FeatureView, Value};
use libtest_mimic::Failed;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner};

use super::{CaseResult, case, ensure_eq};
use crate::Bed;
use crate::fixture::{Row, at, key, row};
use crate::model::Model;

/// One step of a history.
#[derive(Debug, Clone)]
enum Step {
    Write(Vec<Row>),
    Delete(Vec<i64>),
    Apply,
    DropAndApply,
}

const IDS: i64 = 6;

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let one = (0..IDS, 0..8_i64, proptest::option::of(0..3_i64), prop_oneof![Just(None), any::<i64>().prop_map(Some)])
        .prop_map(|(id, event, created, value)| Row {
            created: created.map(at),
            values: vec![value.map_or(Value::Null, Value::Int64)],
            ..row(id, at(event), 0)
        });
    proptest::collection::vec(one, 0..12)
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        8 => rows().prop_map(Step::Write),
        2 => proptest::collection::vec(0..IDS, 0..4).prop_map(|mut ids| {
            ids.sort_unstable();
            ids.dedup();
            Step::Delete(ids)
        }),
        1 => Just(Step::Apply),
        1 => Just(Step::DropAndApply),
    ];
    proptest::collection::vec(step, 1..25)
}

async fn replay(bed: &Bed, view: &Arc<FeatureView>, steps: &[Step]) -> CaseResult {
    let mut model = Model::default();
    bed.change(&[], &[view]).await?;
    bed.change(&[view], &[]).await?;
    let keys: Vec<_> = (0..IDS).map(key).collect();
    for (number, step) in steps.iter().enumerate() {
        match step {
            Step::Write(rows) => {
                ensure_eq!(bed.write(view, rows).await?, model.write(rows), "outcomes of step {number}");
            }
            Step::Delete(ids) => {
                let ids: Vec<_> = ids.iter().copied().map(key).collect();
                if bed.capabilities().delete_entities {
                    ensure_eq!(bed.delete(view, &ids).await?, model.delete(&ids), "deleted in step {number}");
                }
            }
            Step::Apply => bed.change(&[view], &[]).await?,
            Step::DropAndApply => {
                model.clear();
                bed.change(&[], &[view]).await?;
                bed.change(&[view], &[]).await?;
            }
        }
        let expected: Vec<_> = keys.iter().map(|key| model.read(key)).collect();
        ensure_eq!(bed.read(view, &keys).await?, expected, "after step {number}");
    }
    Ok(())
}

case! {
    /// Random histories of writes, deletes and applies end as the model says; a failing one is shrunk to its core.
    async fn random_histories_follow_the_model(bed) {
        let view = bed.counter("v").await?;
        let runtime = tokio::runtime::Handle::current();
        let outcome = tokio::task::block_in_place(|| {
            let config = Config { cases: 64, failure_persistence: None, rng_seed: RngSeed::Fixed(0x001a_4de4), ..Config::default() };
            TestRunner::new(config).run(&steps(), |steps| {
                runtime.block_on(replay(&bed, &view, &steps)).map_err(|failed| TestCaseError::fail(message(&failed)))
            })
        });
        if let Err(error) = outcome {
            return Err(match error {
                TestError::Fail(reason, steps) => Failed::from(format!("{reason}\nshortest history: {steps:#?}")),
                TestError::Abort(reason) => Failed::from(reason.to_string()),
            });
        }
    }
}

fn message(failed: &Failed) -> String {
    failed.message().unwrap_or("failed without a message").to_owned()
}
