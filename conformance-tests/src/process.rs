//! Writers in processes of their own: this program starts itself again as a worker.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;

use larder_core::{Error, FeatureView, Result, Value, ValueType};
use serde::{Deserialize, Serialize};

use crate::Bed;
use crate::fixture::{Row, at, row};

const VARIABLE: &str = "LARDER_CONFORMANCE_WORKER";

/// What a worker writes, and where.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Job {
    config: String,
    folder: PathBuf,
    project: String,
    pub(crate) writer: u64,
    pub(crate) batches: u64,
    pub(crate) rows: u64,
    pub(crate) keys: u64,
}

/// The view that workers write to: both features of a row hold the same number, so that a mixed row shows.
pub(crate) fn twin_view(bed: &Bed) -> FeatureView {
    bed.define("twins", [("a", ValueType::Int64), ("b", ValueType::Int64)])
}

/// The rows of one batch of one writer: pseudo-random keys and event times, the same in every run.
pub(crate) fn twin_rows(writer: u64, batch: u64, rows: u64, keys: u64) -> Vec<Row> {
    let mut state = writer.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ batch.wrapping_mul(0xd134_2543_de82_ef95);
    let mut next = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from((state >> 33) % below).unwrap_or_default()
    };
    (0..rows)
        .map(|_| {
            let (id, event) = (next(keys), next(1_000_000));
            let value = Value::Int64(event);
            Row { values: vec![value.clone(), value], ..row(id, at(event), 0) }
        })
        .collect()
}

impl Job {
    pub(crate) fn new(bed: &Bed, writer: u64, batches: u64, rows: u64, keys: u64) -> Self {
        Self {
            config: bed.config.clone(),
            folder: bed.folder.clone(),
            project: bed.project.clone(),
            writer,
            batches,
            rows,
            keys,
        }
    }

    /// Writes every batch, calling `acknowledged` with its number after each.
    pub(crate) async fn run(&self, bed: &Bed, mut acknowledged: impl FnMut(u64) -> Result<()>) -> Result<()> {
        let view = Arc::new(twin_view(bed));
        for batch in 0..self.batches {
            let outcomes = bed.write(&view, &twin_rows(self.writer, batch, self.rows, self.keys)).await?;
            if outcomes.contains('f') {
                return Err(Error::internal(format!("writer {}: a row of batch {batch} failed", self.writer)));
            }
            acknowledged(batch)?;
        }
        Ok(())
    }

    /// Starts a process that writes the batches and prints a line after each acknowledged one.
    pub(crate) fn spawn(&self) -> Result<Worker> {
        let failed = |error: std::io::Error| Error::internal("cannot start a worker process").with_source(error);
        let program = std::env::current_exe().map_err(failed)?;
        let job = toml::to_string(self).map_err(|error| Error::internal("cannot write the job").with_source(error))?;
        let child = Command::new(program)
            .env(VARIABLE, job)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        Ok(Worker { child })
    }
}

/// A running worker; killed when dropped.
pub(crate) struct Worker {
    child: Child,
}

impl Worker {
    /// Waits for the end and fails with what the worker said when it failed.
    pub(crate) fn wait(mut self) -> Result<()> {
        let mut said = String::new();
        if let Some(mut stderr) = self.child.stderr.take() {
            // The pipe of stdout is small: drain it, or the worker waits for ever.
            let stdout = self.child.stdout.take();
            let drain = std::thread::spawn(move || stdout.map(|out| BufReader::new(out).lines().count()));
            let _ = std::io::Read::read_to_string(&mut stderr, &mut said);
            let _ = drain.join();
        }
        let status = self.child.wait().map_err(|error| Error::internal("a worker is lost").with_source(error))?;
        if status.success() { Ok(()) } else { Err(Error::internal(format!("a worker failed: {}", said.trim()))) }
    }

    /// Reads acknowledgements until `count` came, kills the process, and gives the number of all that were seen.
    pub(crate) fn kill_after(mut self, count: u64) -> Result<u64> {
        let stdout = self.child.stdout.take().ok_or_else(|| Error::internal("the worker has no output"))?;
        let mut lines = BufReader::new(stdout).lines();
        let mut seen = 0;
        while seen < count && lines.next().is_some_and(|line| line.is_ok()) {
            seen += 1;
        }
        self.child.kill().map_err(|error| Error::internal("cannot kill the worker").with_source(error))?;
        let _ = self.child.wait();
        Ok(seen + u64::try_from(lines.map_while(|line| line.ok()).count()).unwrap_or_default())
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// When this process was started as a worker, does its job and gives its exit code.
#[allow(clippy::print_stderr, clippy::print_stdout)] // the parent reads both
pub(crate) fn run_as_worker() -> Option<ExitCode> {
    let job = std::env::var(VARIABLE).ok()?;
    let work = || -> Result<()> {
        let job: Job =
            toml::from_str(&job).map_err(|error| Error::internal("cannot read the job").with_source(error))?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Error::internal("no runtime").with_source(error))?;
        runtime.block_on(async {
            let bed = Bed::connect(&job.config, &job.folder, &job.project).await?;
            job.run(&bed, |batch| {
                let mut out = std::io::stdout().lock();
                writeln!(out, "{batch}")
                    .and_then(|()| out.flush())
                    .map_err(|e| Error::internal("nobody listens").with_source(e))
            })
            .await
        })
    };
    Some(match work() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    })
}
