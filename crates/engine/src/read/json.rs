//! The answer as JSON, straight from the encoded values. Source: `feast/feature_server.py`, spec of the response message
//! `feast.serving.GetOnlineFeaturesResponse` in protobuf's JSON mapping.

use std::io::Write as _;

use larder_core::value::{write_json, write_json_string};
use larder_core::{Result, Timestamp, ValueRef};

use super::response::OnlineResponse;
use super::status::{Cell, FieldStatus};

const EPOCH: &str = "\"1970-01-01T00:00:00Z\"";

impl OnlineResponse {
    /// Appends the body that Feast's `/get-online-features` answers: `results`, one per column with `values`, `statuses`
    /// and `event_timestamps`, then `metadata` with the columns' names.
    ///
    /// # Errors
    /// `Corrupt` naming column and row when stored bytes are no value; `out` then holds a part of the body.
    pub fn write_json(&self, out: &mut Vec<u8>) -> Result<()> {
        out.extend_from_slice(b"{\"results\":[");
        let mut statuses = Vec::new();
        for key in &self.entities {
            let cell =
                |row| Cell { value: key.ids.get(row), status: FieldStatus::Present, event_timestamp: Timestamp::EPOCH };
            self.write_result(out, &mut statuses, &key.name, cell)?;
            write_list(out, self.row_count, |out, _| out.extend_from_slice(EPOCH.as_bytes()));
            out.extend_from_slice(b"},");
        }
        // All features of a view share the event timestamps of its rows.
        let mut timestamps: Vec<Option<Vec<u8>>> = vec![None; self.plan.views.len()];
        for feature in &self.plan.columns {
            self.write_result(out, &mut statuses, &feature.name, |row| self.feature_cell(feature, row))?;
            let written = timestamps[feature.view].get_or_insert_with(|| self.event_timestamps(feature.view));
            out.extend_from_slice(written);
            out.extend_from_slice(b"},");
        }
        out.pop();
        out.extend_from_slice(b"],\"metadata\":");
        self.write_metadata(out);
        out.push(b'}');
        Ok(())
    }

    /// Appends the answer as an object of columns, `{"driver_id":[1001],"conv_rate":[0.5]}`: Feast's `to_dict`, with values
    /// as in [`OnlineResponse::write_json`].
    ///
    /// # Errors
    /// As [`OnlineResponse::write_json`].
    pub fn write_dict_json(&self, out: &mut Vec<u8>) -> Result<()> {
        let names: Vec<&str> = self.columns().map(|column| column.name).collect();
        out.push(b'{');
        for (column, name) in names.iter().enumerate() {
            // As in a Python dict, a feature that is named like a join key takes its place.
            if names[column + 1..].contains(name) {
                continue;
            }
            write_json_string(name, out);
            out.push(b':');
            self.write_values(out, name, |row| self.cell(column, row))?;
            out.push(b',');
        }
        out.pop();
        out.push(b'}');
        Ok(())
    }

    /// Opens a result and writes its values and statuses; the caller adds the timestamps and closes it.
    fn write_result<'a>(
        &'a self,
        out: &mut Vec<u8>,
        statuses: &mut Vec<u8>,
        name: &str,
        cell: impl Fn(usize) -> Cell<'a>,
    ) -> Result<()> {
        statuses.clear();
        out.extend_from_slice(b"{\"values\":");
        self.write_values(out, name, |row| {
            let cell = cell(row);
            statuses.extend_from_slice(if row == 0 { b"\"" } else { b",\"" });
            statuses.extend_from_slice(cell.status.name().as_bytes());
            statuses.push(b'"');
            cell
        })?;
        out.extend_from_slice(b",\"statuses\":[");
        out.extend_from_slice(statuses);
        out.extend_from_slice(b"],\"event_timestamps\":");
        Ok(())
    }

    fn write_values<'a>(
        &'a self,
        out: &mut Vec<u8>,
        name: &str,
        mut cell: impl FnMut(usize) -> Cell<'a>,
    ) -> Result<()> {
        out.push(b'[');
        for row in 0..self.row_count {
            if row > 0 {
                out.push(b',');
            }
            let value = ValueRef::decode(cell(row).value);
            write_json(value.map_err(|error| error.with("column", name).with("row", row))?, out);
        }
        out.push(b']');
        Ok(())
    }

    fn event_timestamps(&self, view: usize) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.row_count * EPOCH.len());
        let mut last = Timestamp::EPOCH;
        let mut text = EPOCH.to_owned();
        write_list(&mut out, self.row_count, |out, row| {
            let event = self.event_timestamp(view, row);
            if event != last {
                last = event;
                text = format!("\"{event}\"");
            }
            out.extend_from_slice(text.as_bytes());
        });
        out
    }

    fn write_metadata(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"feature_names\":");
        let names: Vec<&str> = self.columns().map(|column| column.name).collect();
        write_list(out, names.len(), |out, column| write_json_string(names[column], out));
        if self.with_versions {
            let mut views: Vec<(&str, u32)> = Vec::new();
            for read in &self.plan.views {
                if !views.iter().any(|(name, _)| *name == read.name) {
                    views.push((&read.name, read.version));
                }
            }
            out.extend_from_slice(b",\"feature_view_metadata\":");
            write_list(out, views.len(), |out, view| {
                let (name, version) = views[view];
                out.extend_from_slice(b"{\"name\":");
                write_json_string(name, out);
                if version > 0 {
                    let _ = write!(out, ",\"version\":{version}");
                }
                out.push(b'}');
            });
        }
        out.push(b'}');
    }
}

fn write_list(out: &mut Vec<u8>, len: usize, mut write: impl FnMut(&mut Vec<u8>, usize)) {
    out.push(b'[');
    for index in 0..len {
        if index > 0 {
            out.push(b',');
        }
        write(out, index);
    }
    out.push(b']');
}
