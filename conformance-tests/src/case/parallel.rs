//! Many writers and readers at once: no older row comes back, no row mixes two events, no acknowledged row is lost.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use larder_core::{Error, FeatureView, Result, Timestamp, Value};

use super::{case, ensure, ensure_eq};
use crate::Bed;
use crate::fixture::{Stored, at, key};
use crate::process::{Job, twin_rows, twin_view};

const KEYS: u64 = 40;
const ROWS: u64 = 25;
const BATCHES: u64 = 40;

/// The newest event per key over all batches of some writers.
fn newest(writers: &[u64], batches: u64) -> BTreeMap<Vec<u8>, Timestamp> {
    let mut newest = BTreeMap::new();
    for writer in writers {
        for batch in 0..batches {
            for row in twin_rows(*writer, batch, ROWS, KEYS) {
                let event = newest.entry(row.key).or_insert(row.event);
                *event = row.event.max(*event);
            }
        }
    }
    newest
}

fn all_keys() -> Vec<Vec<u8>> {
    (0..i64::try_from(KEYS).unwrap_or_default()).map(key).collect()
}

/// The event time of a row whose two features and event time belong together.
fn whole_row(stored: &Stored) -> Result<Option<Timestamp>> {
    let Some((event, values)) = stored else { return Ok(None) };
    let number = Value::Int64(event.seconds() - at(0).seconds());
    if values.iter().all(|value| value.as_ref() == Some(&number)) {
        Ok(Some(*event))
    } else {
        Err(Error::corrupt(format!("a row mixes events: {stored:?}")))
    }
}

/// Reads all keys until told to stop, and fails when a key goes back in time or a row is mixed.
async fn watch(bed: Bed, view: Arc<FeatureView>, stop: Arc<AtomicBool>) -> Result<u64> {
    let (keys, mut last, mut reads) = (all_keys(), vec![None; all_keys().len()], 0);
    while !stop.load(Ordering::SeqCst) || reads == 0 {
        for (seen, stored) in last.iter_mut().zip(bed.read(&view, &keys).await?) {
            let event = whole_row(&stored)?;
            if event < *seen {
                return Err(Error::corrupt(format!("a reader saw {event:?} after {seen:?}")));
            }
            *seen = event;
        }
        reads += 1;
        tokio::task::yield_now().await;
    }
    Ok(reads)
}

async fn check_newest(bed: &Bed, view: &Arc<FeatureView>, writers: &[u64]) -> super::CaseResult {
    let newest = newest(writers, BATCHES);
    for (key, stored) in all_keys().iter().zip(bed.read(view, &all_keys()).await?) {
        ensure_eq!(whole_row(&stored)?, newest.get(key).copied(), "key {key:?}");
    }
    Ok(())
}

case! {
    /// Writers in one process, with readers watching: every key ends at its newest event and never goes back.
    async fn concurrent_writers_keep_the_newest(bed) {
        let view = bed.apply(twin_view(&bed)).await?;
        let stop = Arc::new(AtomicBool::new(false));
        let watcher = tokio::spawn(watch(bed.clone(), Arc::clone(&view), Arc::clone(&stop)));
        let writers: Vec<u64> = (1..=6).collect();
        let tasks = writers.iter().map(|writer| {
            let (job, bed) = (Job::new(&bed, *writer, BATCHES, ROWS, KEYS), bed.clone());
            tokio::spawn(async move { job.run(&bed, |_| Ok(())).await })
        });
        let results = futures::future::join_all(tasks.collect::<Vec<_>>()).await;
        stop.store(true, Ordering::SeqCst);
        watcher.await??;
        for result in results {
            result??;
        }
        check_newest(&bed, &view, &writers).await?;
    }
}

case! {
    /// Writers in several processes, with a reader watching: the same holds across processes.
    [Shared]
    async fn writers_in_other_processes_keep_the_newest(bed) {
        let view = bed.apply(twin_view(&bed)).await?;
        let stop = Arc::new(AtomicBool::new(false));
        let watcher = tokio::spawn(watch(bed.clone(), Arc::clone(&view), Arc::clone(&stop)));
        let workers = [1, 2, 3].map(|writer| Job::new(&bed, writer, BATCHES, ROWS, KEYS).spawn());
        let own = Job::new(&bed, 4, BATCHES, ROWS, KEYS).run(&bed, |_| Ok(())).await;
        let ended = tokio::task::spawn_blocking(|| workers.into_iter().try_for_each(|worker| worker?.wait())).await?;
        stop.store(true, Ordering::SeqCst);
        watcher.await??;
        own?;
        ended?;
        check_newest(&bed, &view, &[1, 2, 3, 4]).await?;
    }
}

case! {
    /// A writer killed in the middle loses no acknowledged row, leaves no mixed row, and the store goes on working.
    [Shared]
    async fn a_killed_writer_loses_nothing_acknowledged(bed) {
        let view = bed.apply(twin_view(&bed)).await?;
        for writer in 10..14 {
            let worker = Job::new(&bed, writer, 100_000, ROWS, KEYS).spawn()?;
            let acknowledged = tokio::task::spawn_blocking(move || worker.kill_after(writer)).await??;
            ensure!(acknowledged >= writer, "the worker died early, after {acknowledged} batches");
            let newest = newest(&[writer], acknowledged);
            for (key, stored) in all_keys().iter().zip(bed.read(&view, &all_keys()).await?) {
                let event = whole_row(&stored)?;
                ensure!(event >= newest.get(key).copied(), "key {key:?}: {event:?} is older than an acknowledged row");
            }
        }
        let last = Job::new(&bed, 99, 1, ROWS, KEYS);
        last.run(&bed, |_| Ok(())).await?;
    }
}
