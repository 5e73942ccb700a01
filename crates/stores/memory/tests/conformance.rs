//! The conformance suite against every setup of `testbed.toml`.
use larder_store_memory as _;

fn main() -> std::process::ExitCode {
    larder_conformance::main("memory", env!("CARGO_MANIFEST_DIR"))
}
