//! The `larder` command: links the stores, then hands over to the library.

use larder_bundle as _;

fn main() -> std::process::ExitCode {
    larder_cli::main()
}
