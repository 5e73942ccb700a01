//! The repository's own tool: `cargo xtask` lists what it does.
#![allow(clippy::print_stdout, clippy::print_stderr)] // it talks to the terminal

mod cargo;
mod docs;
mod file;
mod new_store;
mod tidy;

use std::path::Path;
use std::process::ExitCode;

use larder_core::{Error, Result};

const USAGE: &str = "\
cargo xtask COMMAND

  new-store NAME   write the folder of a new store, and the lines that link it
  docs             write the generated parts of README.md and docs/
  docs --check     fail when a generated part is out of date
  tidy             check dependencies, file sizes, names, leftovers and links";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    match run(&words, root) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[&str], root: &Path) -> Result<()> {
    match words {
        ["new-store", name] => new_store::run(root, name),
        ["docs"] => docs::write(root),
        ["docs", "--check"] => docs::check(root),
        ["tidy"] => tidy::run(root),
        [] | ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        _ => {
            Err(Error::invalid_input(format!("cannot do `{}`", words.join(" "))).with_hint(format!("usage:\n{USAGE}")))
        }
    }
}
