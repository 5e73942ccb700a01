//! Runs every case against every setup of a store and says what happened.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use larder_core::{Plugins, Result};
use libtest_mimic::{Arguments, Failed, Trial};

use crate::case::{Case, Outcome};
use crate::{Bed, Setup, process, setup};

/// Runs the suite for one store type; `folder` holds its `testbed.toml`.
///
/// Takes the arguments of Rust's own test harness (a name filter, `--list`, `--test-threads`, …).
#[must_use]
pub fn main(store_type: &str, folder: &str) -> ExitCode {
    if let Some(code) = process::run_as_worker() {
        return code;
    }
    let arguments = Arguments::from_args();
    let trials = match trials(store_type, Path::new(folder)) {
        Ok(trials) => trials,
        Err(error) => return refuse(&error.to_string()),
    };
    let conclusion = libtest_mimic::run(&arguments, trials);
    let ran = conclusion.num_passed + conclusion.num_failed;
    if ran == 0 && arguments.filter.is_none() && !arguments.list {
        return refuse("no case was run, so nothing was tested");
    }
    conclusion.exit_code()
}

#[allow(clippy::print_stderr)] // a test harness talks to the terminal
fn refuse(why: &str) -> ExitCode {
    eprintln!("error: {why}");
    ExitCode::FAILURE
}

fn trials(store_type: &str, folder: &Path) -> Result<Vec<Trial>> {
    Plugins::linked()?.get(store_type)?;
    let strict = is_required(store_type);
    let mut trials = Vec::new();
    for setup in setup::read(folder)? {
        let setup = Arc::new(setup);
        for case in inventory::iter::<Case> {
            let name = format!("{store_type}::{}::{}", setup.name, case.short_name());
            let setup = Arc::clone(&setup);
            trials.push(Trial::ignorable_test(name, move || run(case, &setup, strict)));
        }
    }
    trials.sort_by(|a, b| a.name().cmp(b.name()));
    Ok(trials)
}

/// Whether `LARDER_REQUIRE` turns "not run" into failed for this store.
fn is_required(store_type: &str) -> bool {
    let required = std::env::var("LARDER_REQUIRE").unwrap_or_default();
    required.split(',').map(str::trim).any(|name| name == store_type || name == "all")
}

fn run(case: &'static Case, setup: &Setup, strict: bool) -> std::result::Result<libtest_mimic::Completion, Failed> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let folder = tempfile::tempdir()?;
    let outcome = runtime.block_on(run_case(case, setup, folder.path().to_owned()))?;
    match outcome {
        Outcome::Passed => Ok(libtest_mimic::Completion::Completed),
        Outcome::NotRun(why) if strict => Err(Failed::from(format!("not run: {why}"))),
        Outcome::NotRun(why) => Ok(libtest_mimic::Completion::ignored_with(why)),
    }
}

async fn run_case(case: &Case, setup: &Setup, folder: PathBuf) -> std::result::Result<Outcome, Failed> {
    let project = case.project_name();
    let bed = Bed::connect(&setup.config, &folder, &project).await?;
    let outcome = case.run(bed.clone()).await;
    let closed = bed.store.close().await;
    let outcome = outcome?;
    closed?;
    Ok(outcome)
}
