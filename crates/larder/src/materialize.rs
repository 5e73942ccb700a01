//! Materializing views side by side, with Feast's bookkeeping of intervals.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use larder_core::definition::Interval;
use larder_core::{Error, FeatureView, Result, Timestamp};
use larder_offline::{MaterializeOptions, MaterializeReport, Progress};

use crate::Larder;

/// How far back the first incremental run of a view without ttl reaches: Feast's 52 weeks.
const FIRST_INCREMENT: Duration = Duration::from_secs(52 * 7 * 24 * 3_600);

/// Memory for the newest-row tables of all views that run side by side, unless said otherwise.
const MEMORY_LIMIT_BYTES: usize = 128 << 20;

/// What to materialize.
#[derive(Debug, Clone, Default)]
pub struct MaterializeRequest {
    /// Only these views; all that are online and enabled when empty.
    pub views: Vec<String>,
    /// How many views run side by side; the number of cores when not given.
    pub parallel: Option<usize>,
    /// Rows per write to the store; `materialization.online_write_batch_size` or larder's default when not given.
    pub batch_rows: Option<usize>,
    /// Memory for the newest-row tables of all views together.
    pub memory_limit_bytes: Option<usize>,
}

/// What became of one view.
#[derive(Debug)]
pub struct ViewSummary {
    /// The view.
    pub view: String,
    /// The stretch of event time that was taken.
    pub interval: Interval,
    /// What was read and written, or why the view failed. Other views are not affected.
    pub outcome: Result<MaterializeReport>,
}

/// What became of every view, in the order of their names.
#[derive(Debug)]
pub struct MaterializeSummary {
    /// One entry per view.
    pub views: Vec<ViewSummary>,
}

impl MaterializeSummary {
    /// The views that failed.
    pub fn failures(&self) -> impl Iterator<Item = (&str, &Error)> {
        self.views.iter().filter_map(|view| view.outcome.as_ref().err().map(|error| (view.view.as_str(), error)))
    }
}

impl Larder {
    /// Loads the newest row per entity with `interval.start <= event time <= interval.end` into the store.
    ///
    /// A view's interval is recorded in the registry when, and only when, the view was loaded whole. The views go on being
    /// served meanwhile. `progress` makes one observer per view.
    ///
    /// # Errors
    /// `InvalidInput` for an interval that ends before it starts, and for views that are unknown, not online or disabled;
    /// failures of single views are in the summary.
    pub async fn materialize(
        &self,
        request: &MaterializeRequest,
        interval: Interval,
        progress: &(dyn Fn(&FeatureView) -> Arc<dyn Progress> + Sync),
    ) -> Result<MaterializeSummary> {
        if interval.end < interval.start {
            return Err(Error::invalid_input("the interval ends before it starts")
                .with("start", interval.start)
                .with("end", interval.end));
        }
        self.materialize_views(request, |_| interval, progress).await
    }

    /// Loads what came since each view's last interval, up to `end`. A view that was never materialized starts at `end`
    /// minus its ttl, or 52 weeks without one, as in Feast. An `end` in the future counts as now, so that rows which come
    /// until then are not skipped by the next run.
    ///
    /// # Errors
    /// As [`Larder::materialize`].
    pub async fn materialize_incremental(
        &self,
        request: &MaterializeRequest,
        end: Timestamp,
        progress: &(dyn Fn(&FeatureView) -> Arc<dyn Progress> + Sync),
    ) -> Result<MaterializeSummary> {
        let now = self.repo().clock().now();
        let end = end.min(now);
        let begin = |view: &FeatureView| self.begin_increment(view, end, now);
        let mut summary = self.materialize_views(request, begin, progress).await?;
        // What an interrupted run had begun is done; now what came since.
        let resumed = summary.views.iter().filter(|view| view.outcome.is_ok() && view.interval.end < end);
        let views: Vec<String> = resumed.map(|view| view.view.clone()).collect();
        if !views.is_empty() {
            let rest = MaterializeRequest { views, ..request.clone() };
            let rest = self.materialize_views(&rest, |view| increment(view, end, now), progress).await?;
            summary.views.extend(rest.views);
        }
        Ok(summary)
    }

    /// The stretch of an interrupted incremental run, so that its checkpoint counts, or a new one, which is remembered.
    fn begin_increment(&self, view: &FeatureView, end: Timestamp, now: Timestamp) -> Interval {
        let fresh = increment(view, end, now);
        let Some(file) = self.checkpoint(view).map(|path| path.with_extension("increment")) else { return fresh };
        let begun = std::fs::read_to_string(&file).ok().and_then(|text| begun_increment(&text, view, end));
        begun.unwrap_or_else(|| {
            // Without the file a killed run starts over, which is slower and nothing else.
            let _ = std::fs::write(&file, increment_text(view, fresh));
            fresh
        })
    }

    async fn materialize_views(
        &self,
        request: &MaterializeRequest,
        interval_of: impl Fn(&FeatureView) -> Interval,
        progress: &(dyn Fn(&FeatureView) -> Arc<dyn Progress> + Sync),
    ) -> Result<MaterializeSummary> {
        self.refresh()?;
        let views = self.views_to_materialize(&request.views)?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let parallel = request.parallel.unwrap_or(cores).clamp(1, views.len().max(1));
        let one = |view: Arc<FeatureView>| {
            let interval = interval_of(&view);
            let options = self.materialize_options(request, &view, interval, parallel);
            let progress = progress(&view);
            async move {
                let outcome = self.materialize_view(&view, &options, &*progress).await;
                ViewSummary { view: view.name.clone(), interval, outcome }
            }
        };
        let mut summaries: Vec<ViewSummary> =
            futures::stream::iter(views).map(one).buffer_unordered(parallel).collect().await;
        summaries.sort_by(|a, b| a.view.cmp(&b.view));
        self.refresh()?;
        Ok(MaterializeSummary { views: summaries })
    }

    async fn materialize_view(
        &self,
        view: &Arc<FeatureView>,
        options: &MaterializeOptions,
        progress: &dyn Progress,
    ) -> Result<MaterializeReport> {
        let report = larder_offline::materialize(view, self.store(), options, progress).await?;
        let repo = self.repo();
        repo.registry().update(repo.project(), |edit| edit.record_materialization(&view.name, options.window))?;
        if let Some(checkpoint) = &options.checkpoint {
            // Left behind, it would only be ignored: the view's next interval starts elsewhere.
            let _ = std::fs::remove_file(checkpoint.with_extension("increment"));
        }
        Ok(report)
    }

    fn materialize_options(
        &self,
        request: &MaterializeRequest,
        view: &FeatureView,
        window: Interval,
        parallel: usize,
    ) -> MaterializeOptions {
        let repo = self.repo();
        let mut options = MaterializeOptions::new(repo.path(), window);
        options.clock = repo.clock().clone();
        options.memory_limit_bytes = request.memory_limit_bytes.unwrap_or(MEMORY_LIMIT_BYTES) / parallel;
        let configured = repo.config().materialization.online_write_batch_size.map(usize::from);
        if let Some(rows) = request.batch_rows.or(configured) {
            options.batch_rows = rows.max(1);
        }
        options.checkpoint = self.checkpoint(view);
        options.store_identity = format!("{:?}", repo.config().redacted().get("online_store"));
        options
    }

    /// Where a killed run finds how far it came; in a repository that cannot be written to, nowhere.
    fn checkpoint(&self, view: &FeatureView) -> Option<PathBuf> {
        let repo = self.repo();
        let folder = repo.path().join(".larder");
        match std::fs::create_dir_all(&folder) {
            Ok(()) => {
                let name = file_name(&view.storage_name());
                Some(folder.join(format!("{}.{name}.checkpoint.json", view.project)))
            }
            Err(error) => {
                let folder = folder.display();
                repo.notice(&format!("cannot make {folder}: {error}; a killed run will start from the beginning"));
                None
            }
        }
    }

    fn views_to_materialize(&self, names: &[String]) -> Result<Vec<Arc<FeatureView>>> {
        let definitions = self.definitions();
        if names.is_empty() {
            return Ok(definitions
                .feature_views
                .values()
                .filter(|view| view.online && !view.disabled)
                .cloned()
                .collect());
        }
        let mut views = Vec::new();
        for name in names {
            let view = definitions.feature_view(name)?;
            if !view.online || view.disabled {
                let why = if view.disabled { "is disabled" } else { "is not kept online (`online: false`)" };
                return Err(Error::invalid_input(format!("feature view `{name}` {why}, so it cannot be materialized")));
            }
            if !views.iter().any(|known: &Arc<FeatureView>| known.name == view.name) {
                views.push(Arc::clone(view));
            }
        }
        Ok(views)
    }
}

/// The next stretch of a view; empty (start after end) intervals become the single instant of their end.
fn increment(view: &FeatureView, end: Timestamp, now: Timestamp) -> Interval {
    let start = view.most_recent_end().unwrap_or_else(|| {
        let reach = view.ttl.filter(|ttl| !ttl.is_zero()).unwrap_or(FIRST_INCREMENT);
        now.minus(reach)
    });
    Interval { start: start.min(end), end }
}

/// What is remembered of an incremental run: the end of the interval before it, then its own start and end.
fn increment_text(view: &FeatureView, interval: Interval) -> String {
    let after = view.most_recent_end().map(Timestamp::micros);
    format!("{after:?} {} {}", interval.start.micros(), interval.end.micros())
}

/// The interval that a remembered text stands for, when it still is the view's next one.
fn begun_increment(text: &str, view: &FeatureView, end: Timestamp) -> Option<Interval> {
    let mut micros = text.rsplit(' ').map(|number| number.parse().ok().map(Timestamp::from_micros));
    let (last, first) = (micros.next()??, micros.next()??);
    let interval = Interval { start: first, end: last };
    (last <= end && first <= last && increment_text(view, interval) == text).then_some(interval)
}

/// A view's name as a file name: everything but letters, digits, `_` and `-` is written as its code.
fn file_name(name: &str) -> String {
    name.chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || matches!(c, '_' | '-') {
                c.to_string()
            } else {
                format!("~{:x}", u32::from(c))
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use larder_core::{JoinKey, ValueType};

    #[test]
    fn increments_follow_the_last_interval_then_ttl_then_a_year() {
        let day = Duration::from_secs(86_400);
        let now = Timestamp::parse("2026-05-10").unwrap();
        let id = JoinKey { name: "id".into(), value_type: ValueType::Int64 };
        let mut view = FeatureView::new("p", "v", vec![id], Vec::new());
        assert_eq!(increment(&view, now, now).start, now.minus(day * 364));
        view.ttl = Some(day);
        assert_eq!(increment(&view, now, now).start, now.minus(day));
        let end = |days: u32| now.minus(day * days);
        view.materialization_intervals =
            vec![Interval { start: end(9), end: end(3) }, Interval { start: end(9), end: end(5) }];
        assert_eq!(increment(&view, now, now), Interval { start: end(3), end: now });
        assert_eq!(increment(&view, end(4), now), Interval { start: end(4), end: end(4) });
    }

    #[test]
    fn an_interrupted_increment_is_taken_up_while_it_is_the_next_one() {
        let at = |text: &str| Timestamp::parse(text).unwrap();
        let id = JoinKey { name: "id".into(), value_type: ValueType::Int64 };
        let mut view = FeatureView::new("p", "v", vec![id], Vec::new());
        let begun = Interval { start: at("2026-05-01"), end: at("2026-05-02") };
        let text = increment_text(&view, begun);
        assert_eq!(begun_increment(&text, &view, at("2026-05-03")), Some(begun));
        assert_eq!(begun_increment(&text, &view, at("2026-05-01")), None, "it would reach further than asked");
        view.materialization_intervals = vec![begun];
        assert_eq!(begun_increment(&text, &view, at("2026-05-03")), None, "it was done meanwhile");
        for text in ["", "None 1", "None x 2", "None 3 2", "Some(1)"] {
            assert_eq!(begun_increment(text, &view, at("2026-05-03")), None, "{text}");
        }
    }

    #[test]
    fn checkpoint_names_are_plain() {
        assert_eq!(file_name("a/b é"), "a~2fb~20~e9");
    }
}
