//! Materializes files into the online store: the newest row per entity, in bounded memory.
//!
//! [`materialize`] reads a view's Parquet or CSV source, local or on S3, finds the newest row of every entity key in a
//! window of event time, and writes it through [`larder_core::OnlineStore`]. [`read_rows`] reads every row of a file, for
//! pushes; [`to_record_batch`] gives an answer as Arrow. This is the only crate that knows Arrow.
//!
//! What differs from Feast 0.67: integers stay exact beside nulls; a null timestamp is a null, not -2^63; Arrow maps,
//! 16-byte UUIDs and zoned timestamps can be read; of rows that tie in every respect the last one wins, not the first;
//! rows that cannot be used are rejected one by one instead of failing the view or vanishing.
#![warn(missing_docs)]

mod cell;
mod checkpoint;
mod column;
mod file;
mod key;
mod materialize;
mod newest;
mod options;
mod plan;
mod progress;
mod read_rows;
mod report;
mod row;
mod source;
mod time;
mod winner_batches;

pub use column::{ParquetColumn, to_record_batch, write_parquet};
pub use materialize::materialize;
pub use options::{MaterializeOptions, RetryPolicy};
pub use progress::{Advance, Phase, Progress};
pub use read_rows::{RowBatch, read_rows};
pub use report::{MaterializeReport, Rejection, Rejections};
