//! One suite that every online store has to pass.
//!
//! A store crate puts a `testbed.toml` in its folder (the setups to test, see [`Setup`]) and a test target without
//! the default harness:
//!
//! ```no_run
//! use larder_store_mine as _; // links the plugin
//! # mod larder_store_mine {}
//! fn main() -> std::process::ExitCode {
//!     larder_conformance::main("mine", env!("CARGO_MANIFEST_DIR"))
//! }
//! ```
//!
//! Every [`Case`] runs against every setup. A case has three outcomes: passed, failed, or not run with the reason
//! printed; `LARDER_REQUIRE=mine` (a list, or `all`) turns "not run" into failed. A run that tested nothing fails.
//! A case about a capability that the store does not declare runs its refusal form instead.
#![warn(missing_docs)]

mod bed;
pub mod case;
mod fixture;
mod harness;
mod model;
mod process;
mod setup;

pub use bed::Bed;
pub use case::{Case, Flag, Outcome};
pub use harness::main;
pub use setup::Setup;
