//! `make test-universal-STORE_TYPE`.

use larder_store_STORE_SNAKE as _;

fn main() -> std::process::ExitCode {
    larder_conformance::main("STORE_TYPE", env!("CARGO_MANIFEST_DIR"))
}
