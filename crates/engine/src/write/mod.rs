//! Writing: rows become a checked batch per view, then one call of the store per view.

mod batch;
mod report;
mod rows;
mod writer;

pub use report::{Rejected, WriteSummary};
pub use rows::Rows;
