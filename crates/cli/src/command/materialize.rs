//! `materialize` and `materialize-incremental`.

use larder::definition::Interval;
use larder::{
    Clock, Error, Larder, MaterializeReport, MaterializeRequest, MaterializeSummary, Result, Timestamp, ViewSummary,
};
use serde_json::{Value as Json, json};

use super::{Place, connected};
use crate::answer::{Answer, count, grouped};
use crate::argument::{Materialize, MaterializeIncremental, MaterializeOptions};
use crate::progress::Bars;

/// What to load.
enum Work {
    Window(Interval),
    Until(Timestamp),
}

pub(crate) fn window(place: &Place, arguments: &Materialize) -> Result<Answer> {
    let interval = match (&arguments.start, &arguments.end) {
        (Some(start), Some(end)) => Interval { start: Timestamp::parse(start)?, end: time(end)? },
        _ => Interval { start: Timestamp::EPOCH, end: Clock::System.now() },
    };
    run(place, &arguments.options, &Work::Window(interval))
}

pub(crate) fn incremental(place: &Place, arguments: &MaterializeIncremental) -> Result<Answer> {
    run(place, &arguments.options, &Work::Until(time(&arguments.end)?))
}

fn time(text: &str) -> Result<Timestamp> {
    if text == "now" { Ok(Clock::System.now()) } else { Timestamp::parse(text) }
}

fn run(place: &Place, options: &MaterializeOptions, work: &Work) -> Result<Answer> {
    let request = MaterializeRequest {
        views: options.views.clone(),
        parallel: options.parallel,
        batch_rows: options.batch_rows,
        memory_limit_bytes: options.memory_mib.map(|mib| mib << 20),
    };
    let show = !options.no_progress;
    let summary = connected(place.open()?, async |larder| load(larder, &request, work, show).await)?;
    let (failed, views) = (summary.failures().count(), summary.views.len());
    let mut text = String::new();
    for view in &summary.views {
        text += &view_text(view);
    }
    if failed > 0 {
        text += &format!("{failed} of {} failed; the others are loaded and recorded.\n", count(views, "feature view"));
    }
    let mut answer = Answer::new(text, summary.views.iter().map(view_json).collect());
    answer.code = u8::from(failed > 0);
    Ok(answer)
}

async fn load(larder: &Larder, request: &MaterializeRequest, work: &Work, show: bool) -> Result<MaterializeSummary> {
    let longest_name = larder.definitions().feature_views.keys().map(String::len).max().unwrap_or_default();
    let bars = Bars::new(show, longest_name);
    match work {
        Work::Window(interval) => larder.materialize(request, *interval, &|view| bars.of(view)).await,
        Work::Until(end) => larder.materialize_incremental(request, *end, &|view| bars.of(view)).await,
    }
}

fn view_text(summary: &ViewSummary) -> String {
    let head = format!("{} from {} to {}: ", summary.view, summary.interval.start, summary.interval.end);
    match &summary.outcome {
        Ok(report) => head + &report_text(report),
        Err(error) => format!("{head}failed: {error}\n"),
    }
}

fn report_text(report: &MaterializeReport) -> String {
    let seconds = report.elapsed.as_secs_f64();
    let mut text = format!(
        "{} read, {} in the interval, {}: {} written, {} older than what is stored, {} rejected ({seconds:.1} s)\n",
        count(to_usize(report.rows_scanned), "row"),
        grouped(report.rows_in_window),
        count(to_usize(report.keys), "entity").replace("entitys", "entities"),
        grouped(report.written),
        grouped(report.stale),
        grouped(report.rejected.count),
    );
    for (reason, number) in &report.rejected.reasons {
        text += &format!("  {} rejected: {reason}\n", grouped(*number));
    }
    for row in report.rejected.examples.iter().take(3) {
        text += &format!("    e.g. {} row {}: {}\n", row.file, row.row, row.reason);
    }
    for note in &report.notes {
        text += &format!("  note: {note}\n");
    }
    text
}

fn to_usize(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn view_json(summary: &ViewSummary) -> Json {
    let outcome = match &summary.outcome {
        Ok(report) => json!({
            "rows_scanned": report.rows_scanned, "rows_in_window": report.rows_in_window, "keys": report.keys,
            "written": report.written, "stale": report.stale, "resumed": report.resumed,
            "rejected": {
                "count": report.rejected.count, "reasons": report.rejected.reasons,
                "examples": report.rejected.examples.iter().map(|row| json!({"file": row.file, "row": row.row, "reason": row.reason})).collect::<Vec<_>>(),
            },
            "notes": report.notes, "seconds": report.elapsed.as_secs_f64(),
        }),
        Err(error) => json!({"error": describe(error)}),
    };
    json!({
        "feature_view": summary.view, "start": summary.interval.start.to_string(), "end": summary.interval.end.to_string(),
        "outcome": outcome,
    })
}

fn describe(error: &Error) -> Json {
    json!({"kind": error.kind().as_str(), "message": error.to_string()})
}
