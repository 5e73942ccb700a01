use std::process::ExitCode;

use clap::Parser;
use larder::ErrorKind;

use crate::argument::Arguments;
use crate::{answer, command};

/// Runs the command that the process was started with, and gives its exit code: 0 done, 1 failed, 2 wrong usage,
/// 3 `plan --check` found changes.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let json = arguments.json;
    match command::run(arguments) {
        Ok(answer) => answer.print(json),
        Err(error) => {
            answer::print_error(&error, json);
            ExitCode::from(if error.kind() == ErrorKind::InvalidInput { 2 } else { 1 })
        }
    }
}
