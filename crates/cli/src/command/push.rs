//! `push`: rows of a file to the views of a push source.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use larder::{Columns, Error, FilePush, Result, Rows, WriteSummary};
use serde::Serialize;
use serde_json::json;

use super::{Place, connected};
use crate::answer::{Answer, grouped};
use crate::argument::Push;

/// The most bytes of a JSON document of columns; larger loads belong into a file that is materialized.
const MAX_JSON_BYTES: u64 = 64 << 20;

pub(crate) fn run(place: &Place, arguments: &Push) -> Result<Answer> {
    let is_table = matches!(arguments.file.extension().and_then(|ending| ending.to_str()), Some("parquet" | "csv"));
    let rows = if is_table { None } else { Some(json_rows(&arguments.file)?) };
    let done = connected(place.open()?, async |larder| match &rows {
        Some(rows) => larder.push(&arguments.push_source, rows).await.map(Done::from),
        None => larder.push_file(&arguments.push_source, &arguments.file).await.map(Done::from),
    })?;
    Ok(done.answer(&arguments.push_source))
}

/// What became of the rows, wherever they came from.
#[derive(Serialize)]
struct Done {
    feature_views: Vec<String>,
    skipped_feature_views: Vec<String>,
    written: u64,
    stale: u64,
    superseded: u64,
    rejected: u64,
    /// The first rejected rows, with the reason.
    reasons: Vec<String>,
}

impl From<WriteSummary> for Done {
    fn from(summary: WriteSummary) -> Self {
        let reasons = summary.rejected.iter().take(20).map(|r| format!("row {} for {}: {}", r.row, r.view, r.error));
        Self {
            reasons: reasons.collect(),
            feature_views: summary.views,
            skipped_feature_views: summary.skipped_views,
            written: summary.written as u64,
            stale: summary.stale as u64,
            superseded: summary.superseded as u64,
            rejected: summary.rejected.len() as u64,
        }
    }
}

impl From<FilePush> for Done {
    fn from(push: FilePush) -> Self {
        let unusable = push.rejected.examples.iter().map(|row| format!("{} row {}: {}", row.file, row.row, row.reason));
        let reasons = unusable.chain(push.failed.iter().take(20).map(ToString::to_string)).collect();
        Self {
            reasons,
            feature_views: push.views,
            skipped_feature_views: push.skipped_views,
            written: push.written,
            stale: push.stale,
            superseded: push.superseded,
            rejected: push.rejected.count + push.failed.len() as u64,
        }
    }
}

impl Done {
    fn answer(&self, push_source: &str) -> Answer {
        let mut text = format!(
            "Pushed to {push_source} ({}): {} written, {} older than what is stored, {} replaced by a newer row of the same push, {} rejected\n",
            self.feature_views.join(", "),
            grouped(self.written),
            grouped(self.stale),
            grouped(self.superseded),
            grouped(self.rejected),
        );
        for view in &self.skipped_feature_views {
            text += &format!("  skipped {view}: it is disabled or not kept online\n");
        }
        for reason in &self.reasons {
            text += &format!("  {reason}\n");
        }
        Answer { text, json: json!(self), code: u8::from(self.rejected > 0) }
    }
}

fn json_rows(path: &Path) -> Result<Rows> {
    let shown = path.display().to_string();
    let unreadable =
        |error: io::Error| Error::invalid_input("cannot read the rows").with("file", &shown).with_source(error);
    let input: Box<dyn Read> =
        if path == Path::new("-") { Box::new(io::stdin()) } else { Box::new(File::open(path).map_err(unreadable)?) };
    let mut text = Vec::new();
    input.take(MAX_JSON_BYTES + 1).read_to_end(&mut text).map_err(unreadable)?;
    if text.len() as u64 > MAX_JSON_BYTES {
        return Err(Error::invalid_input(format!("the rows have more than {MAX_JSON_BYTES} bytes"))
            .with("file", &shown)
            .with_hint("write them to a Parquet file and materialize it"));
    }
    let columns: Columns = serde_json::from_slice(&text).map_err(|error| {
        Error::invalid_input("the rows are not a JSON object of columns")
            .with("file", &shown)
            .with_source(error)
            .with_hint("write e.g. {\"driver_id\": [1001], \"event_timestamp\": [\"2026-01-31T08:30:00Z\"], \"conv_rate\": [0.5]}")
    })?;
    Rows::from_columns(columns.0)
}
