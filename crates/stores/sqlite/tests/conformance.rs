//! The conformance suite against every setup of `testbed.toml`.
use larder_store_sqlite as _;

fn main() -> std::process::ExitCode {
    larder_conformance::main("sqlite", env!("CARGO_MANIFEST_DIR"))
}
