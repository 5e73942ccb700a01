//! How far a run came, kept in a file so that a killed run can go on.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use larder_core::definition::FeatureView;
use larder_core::{Error, Result};
use serde::{Deserialize, Serialize};

use crate::newest::Source;
use crate::options::MaterializeOptions;

/// A run's checkpoint file.
///
/// Which rows win, and in which order they are written, follows from the source, the view and the window alone. So the
/// number of rows that the store acknowledged is enough to go on, as long as the [`fingerprint`] is the same.
#[derive(Debug)]
pub(crate) struct Checkpoint {
    path: PathBuf,
    state: State,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct State {
    fingerprint: String,
    /// Winning rows dealt with, in order.
    pub(crate) settled: u64,
    pub(crate) written: u64,
    pub(crate) stale: u64,
}

impl Checkpoint {
    /// Opens the checkpoint at `path`; the note says why an existing one doesn't count.
    pub(crate) fn open(path: &Path, fingerprint: String) -> (Self, Option<String>) {
        let fresh = State { fingerprint, ..State::default() };
        let (state, note) = match std::fs::read(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => (fresh, None),
            Err(error) => (fresh, Some(format!("the checkpoint {} was ignored: {error}", path.display()))),
            Ok(bytes) => match serde_json::from_slice::<State>(&bytes) {
                Ok(found) if found.fingerprint == fresh.fingerprint => (found, None),
                Ok(_) => {
                    (fresh, Some(format!("the checkpoint {} was ignored: it belongs to another run", path.display())))
                }
                Err(error) => (fresh, Some(format!("the checkpoint {} was ignored: {error}", path.display()))),
            },
        };
        (Self { path: path.to_owned(), state }, note)
    }

    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    /// Keeps a new state: all or nothing, whatever interrupts it.
    ///
    /// # Errors
    /// `InvalidConfig` when the file cannot be written.
    pub(crate) fn save(&mut self, settled: u64, written: u64, stale: u64) -> Result<()> {
        self.state = State { fingerprint: std::mem::take(&mut self.state.fingerprint), settled, written, stale };
        let next = self.path.with_extension("next");
        serde_json::to_vec(&self.state)
            .map_err(std::io::Error::from)
            .and_then(|bytes| std::fs::write(&next, bytes))
            .and_then(|()| std::fs::rename(&next, &self.path))
            .map_err(|error| {
                Error::invalid_config("the checkpoint cannot be written")
                    .with("path", self.path.display())
                    .with_source(error)
                    .with_hint("choose a folder that exists and can be written to")
            })
    }

    /// The run is done.
    pub(crate) fn remove(self) {
        // Left behind, the file would only be ignored: the next run has another window or another source.
        _ = std::fs::remove_file(self.path);
    }
}

/// A text that is the same for two runs exactly when they would write the same rows in the same order.
pub(crate) fn fingerprint(view: &FeatureView, options: &MaterializeOptions, source: &Source) -> String {
    let (window, store) = (options.window, &options.store_identity);
    let mut text = format!(
        "1\n{store}\n{}\n{}\n{} {}\n",
        view.project,
        view.storage_name(),
        window.start.micros(),
        window.end.micros()
    );
    for (name, value_type) in view
        .join_keys
        .iter()
        .map(|key| (&key.name, key.value_type))
        .chain(view.features.iter().map(|field| (&field.name, field.value_type)))
    {
        _ = writeln!(text, "{name:?} {value_type}");
    }
    for (file, columns) in &source.files {
        _ = writeln!(text, "{:?} {} {} {columns:?}", file.name, file.size_bytes, file.stamp);
    }
    // FNV-1a, twice from different starts: short, and the same in every build.
    let hash = |start: u64| {
        text.bytes().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
    };
    format!("{:016x}{:016x}", hash(0xcbf2_9ce4_8422_2325), hash(0x6c62_272e_07bb_0142))
}
