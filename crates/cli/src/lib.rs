//! The command line of larder as a library, so that anybody can build a binary with stores of their own:
//!
//! ```no_run
//! use larder_bundle as _; // the stores of this workspace
//! // use my_store as _;
//!
//! fn main() -> std::process::ExitCode {
//!     larder_cli::main()
//! }
//! ```

mod answer;
mod argument;
mod command;
mod definition;
mod progress;
mod run;
mod template;

pub use run::main;
