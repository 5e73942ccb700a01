//! The newest row of every entity key in a window of event time, found in bounded memory.
//!
//! The first reading decodes keys and times only and keeps, per key, the best time and its row number. When the table of
//! keys outgrows its memory, some of its shards are given up and found in another reading. The result is one bit per row;
//! the features of the rows that won are decoded in a second step (see `crate::row`).

mod rank;
mod table;
mod winners;

use std::ops::Range;
use std::sync::mpsc::{Receiver, sync_channel};

use arrow_array::RecordBatch;
use foldhash::quality::RandomState;
use larder_core::definition::FeatureView;
use larder_core::{Error, ErrorKind, Result, Timestamp, ValueType};

use crate::cell::Typing;
use crate::file::DataFile;
use crate::key::{IntegerKeys, Keys};
use crate::plan::{Columns, Names};
use crate::report::Rejections;
use crate::source::SourceFile;
use crate::time::{Resolution, bound_in_ticks};
pub(crate) use rank::problem_text;
use rank::{Rank, Ranker, Unusable};
use table::{Candidate, NewestTable, SHARDS};
pub(crate) use winners::Winners;

/// Rows decoded at once: few enough to stay in the processor's cache.
const BATCH_ROWS: usize = 16_384;
/// Rows that the table compares together.
const ROWS_TOGETHER: usize = 65_536;
/// Batches in flight between the thread that decodes and the one that compares.
const BATCHES_AHEAD: usize = 2;
/// What decoding takes beside the table, and what the table's shards take while one of them grows.
const RESERVED_BYTES: usize = 56 << 20;
const LEAST_TABLE_BYTES: usize = 1 << 20;

/// A source whose columns were checked.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) files: Vec<(SourceFile, Columns)>,
    pub(crate) resolution: Resolution,
    /// Whether every file's key is one column of integers.
    pub(crate) integer_keys: bool,
    /// How many rows all files hold, where that is known before reading.
    pub(crate) total_rows: Option<u64>,
}

impl Source {
    /// Opens every file once and checks that it can fill the view.
    ///
    /// # Errors
    /// The first file's that is damaged, lacks a column or has one of a wrong type.
    pub(crate) fn check(files: Vec<SourceFile>, names: &Names, view: &FeatureView) -> Result<Self> {
        let declared = matches!(view.join_keys.as_slice(), [key] if key.value_type != ValueType::String && key.value_type != ValueType::Bytes);
        let mut source =
            Self { files: Vec::new(), resolution: Resolution::Micros, integer_keys: declared, total_rows: Some(0) };
        for file in files {
            let data = DataFile::open(&file)?;
            let columns = Columns::find(names, view, &data)?;
            source.resolution = source.resolution.max(columns.resolution(data.schema()));
            source.integer_keys &= columns.has_integer_key(data.schema());
            let rows = data.sections(None).iter().map(|section| section.rows).sum::<Option<u64>>();
            source.total_rows = source.total_rows.zip(rows).map(|(total, rows)| total + rows);
            source.files.push((file, columns));
        }
        Ok(source)
    }
}

/// Which rows count.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    /// Rows later than this are rejected, window or not.
    pub(crate) latest: Timestamp,
}

/// What a search found.
#[derive(Debug, Default)]
pub(crate) struct Newest {
    pub(crate) winners: Winners,
    /// Number of the first row of each file.
    pub(crate) first_rows: Vec<u64>,
    pub(crate) rows_scanned: u64,
    pub(crate) rows_in_window: u64,
    pub(crate) passes: u32,
    pub(crate) rejected: Rejections,
}

/// Finds the newest rows. `advance` hears how many rows were scanned in the pass; it answers `false` to stop.
///
/// # Errors
/// Those of reading; `Unavailable` when `advance` said stop.
pub(crate) fn find(
    source: &Source,
    view: &FeatureView,
    window: Window,
    memory_limit_bytes: usize,
    advance: &mut dyn FnMut(u64) -> bool,
) -> Result<Newest> {
    let state = RandomState::default();
    let mut newest = Newest::default();
    let (mut first, mut most) = (0, SHARDS);
    while first < SHARDS {
        let limit = memory_limit_bytes.saturating_sub(RESERVED_BYTES + newest.winners.bytes()).max(LEAST_TABLE_BYTES);
        let with_created = source.files.iter().any(|(_, columns)| columns.created.is_some());
        let table = NewestTable::new(first, most, with_created, limit, state.clone());
        let mut pass =
            Pass { source, view, window, table, newest: &mut newest, counting: first == 0, integers: Vec::new() };
        pass.run(advance)?;
        pass.flush();
        let table = pass.table;
        newest.winners.reserve(u32::try_from(newest.rows_scanned).unwrap_or(u32::MAX));
        table.rows().for_each(|row| newest.winners.insert(row));
        newest.passes += 1;
        // Shards are alike, so the next pass can hold about as many.
        most = table.active().len();
        first = table.active().end;
    }
    Ok(newest)
}

/// One reading of the source.
struct Pass<'a> {
    source: &'a Source,
    view: &'a FeatureView,
    window: Window,
    table: NewestTable,
    newest: &'a mut Newest,
    /// Whether this is the first reading, which counts rows and rejections.
    counting: bool,
    /// Rows for the table, collected because many at once find each other's memory warm.
    integers: Vec<Candidate<i64>>,
}

/// A batch on its way from the thread that decodes.
struct Decoded {
    file: usize,
    /// Number of its first row in the file.
    first_row: u64,
    content: Content,
}

enum Content {
    Rows {
        batch: RecordBatch,
        typing: Typing,
    },
    /// Rows that need no look: their statistics lie outside the window.
    Skipped(u64),
}

impl Pass<'_> {
    fn run(&mut self, advance: &mut dyn FnMut(u64) -> bool) -> Result<()> {
        let (sender, receiver) = sync_channel(BATCHES_AHEAD);
        let (source, window) = (self.source, self.window);
        std::thread::scope(|scope| {
            // A failed send means that the receiver gave up; its error is the one to report.
            let decode = move || decode(source, window, &mut |decoded| sender.send(decoded).is_ok());
            scope.spawn(decode);
            self.compare(&receiver, advance)
        })
    }

    fn compare(&mut self, batches: &Receiver<Result<Decoded>>, advance: &mut dyn FnMut(u64) -> bool) -> Result<()> {
        let mut file_start = 0;
        let mut file = 0;
        let mut scanned = 0;
        for decoded in batches {
            let decoded = decoded?;
            while file < decoded.file {
                file += 1;
                file_start = scanned;
            }
            if self.counting && self.newest.first_rows.len() <= file {
                self.newest.first_rows.resize(file + 1, file_start);
            }
            let name = &self.source.files[file].0.name;
            let rows = match decoded.content {
                Content::Skipped(rows) => rows,
                Content::Rows { batch, typing } => {
                    let place = Place { name, file_row: decoded.first_row, row: file_start + decoded.first_row };
                    self.offer(&batch, typing, file, place).map_err(|error| error.with("file", name))?;
                    batch.num_rows() as u64
                }
            };
            scanned = file_start + decoded.first_row + rows;
            if scanned >= u64::from(u32::MAX) {
                return Err(Error::invalid_input("the source has more than 4,294,967,294 rows")
                    .with_hint("split it, and materialize one part after the other"));
            }
            if !advance(scanned) {
                return Err(Error::new(ErrorKind::Unavailable, "the run was stopped"));
            }
        }
        if self.counting {
            self.newest.rows_scanned = scanned;
            self.newest.first_rows.resize(self.source.files.len(), scanned);
        }
        Ok(())
    }

    /// Compares the rows of a batch with the newest so far.
    fn offer(&mut self, batch: &RecordBatch, typing: Typing, file: usize, place: Place<'_>) -> Result<()> {
        let projected = self.source.files[file].1.ranking();
        let columns = self.source.files[file].1.within(&projected);
        let ranker = Ranker::bind(batch, &columns, typing, self.source.resolution, self.window)?;
        let mut rejected = Rejections::default();
        let mut in_window = 0;
        if self.source.integer_keys {
            let keys = IntegerKeys::bind(batch, &columns, self.view)
                .ok_or_else(|| Error::internal("a key column changed its type"))?;
            ranker.each(|rank| match rank {
                Err(Unusable { index, reason }) => place.reject(&mut rejected, index, reason),
                Ok(Rank { index, event, created }) => {
                    in_window += 1;
                    match keys.get(index) {
                        Some(key) => self.integers.push(Candidate { key, event, created, row: place.number(index) }),
                        None => place.reject(&mut rejected, index, "join key is null or out of range"),
                    }
                }
            });
            if self.integers.len() >= ROWS_TOGETHER {
                self.flush();
            }
        } else {
            let mut keys = Keys::bind(batch, &columns, self.view, typing)?;
            let mut bytes = Vec::new();
            let mut usable: Vec<(Rank, Range<usize>)> = Vec::new();
            ranker.each(|rank| match rank {
                Err(Unusable { index, reason }) => place.reject(&mut rejected, index, reason),
                Ok(rank) => {
                    in_window += 1;
                    match keys.bytes(rank.index) {
                        Ok(key) => {
                            let start = bytes.len();
                            bytes.extend_from_slice(key);
                            usable.push((rank, start..bytes.len()));
                        }
                        Err(error) => place.reject_key(&mut rejected, rank.index, &error),
                    }
                }
            });
            let candidate = |(rank, key): &(Rank, Range<usize>)| Candidate {
                key: &bytes[key.clone()],
                event: rank.event,
                created: rank.created,
                row: place.number(rank.index),
            };
            self.table.offer_all(&usable.iter().map(candidate).collect::<Vec<_>>());
        }
        if self.counting {
            self.newest.rows_in_window += in_window;
            self.newest.rejected.append(rejected);
        }
        Ok(())
    }

    /// Hands the collected rows to the table.
    fn flush(&mut self) {
        self.table.offer_all(&self.integers);
        self.integers.clear();
    }
}

/// Where a batch stands.
#[derive(Debug, Clone, Copy)]
struct Place<'a> {
    name: &'a str,
    /// Number of its first row in the file, and over all files.
    file_row: u64,
    row: u64,
}

impl Place<'_> {
    #[allow(clippy::cast_possible_truncation)] // `Pass::compare` refuses sources with more rows
    fn number(&self, index: usize) -> u32 {
        (self.row + index as u64) as u32
    }

    fn reject_key(&self, rejected: &mut Rejections, index: usize, error: &Error) {
        let class = "join key is null or of the wrong type";
        rejected.add(class, self.name, self.file_row + index as u64, || error.to_string());
    }

    fn reject(&self, rejected: &mut Rejections, index: usize, reason: &str) {
        rejected.add(reason, self.name, self.file_row + index as u64, || reason.to_owned());
    }
}

/// Decodes keys and times of all files, in order, until `send` answers `false`.
fn decode(source: &Source, window: Window, send: &mut dyn FnMut(Result<Decoded>) -> bool) {
    for file in 0..source.files.len() {
        match decode_file(source, file, window, send) {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                send(Err(error));
                return;
            }
        }
    }
}

fn decode_file(
    source: &Source,
    file: usize,
    window: Window,
    send: &mut dyn FnMut(Result<Decoded>) -> bool,
) -> Result<bool> {
    let (source_file, columns) = &source.files[file];
    let data = DataFile::open(source_file)?;
    let projected = columns.ranking();
    let mut first_row = 0;
    for (index, section) in data.sections(columns.event).into_iter().enumerate() {
        let event_type = columns.event.map(|event| data.schema().field(event).data_type().clone());
        let outside = section.bounds.zip(event_type).is_some_and(|((min, max), data_type)| {
            let ticks = |value| bound_in_ticks(value, &data_type, source.resolution);
            let (start, end) = (source.resolution.ticks(window.start), source.resolution.ticks(window.end));
            ticks(min)
                .zip(ticks(max))
                .is_some_and(|(min, max)| max < start || (min > end && max <= source.resolution.ticks(window.latest)))
        });
        if let Some(rows) = section.rows.filter(|_| outside) {
            if !send(Ok(Decoded { file, first_row, content: Content::Skipped(rows) })) {
                return Ok(false);
            }
            first_row += rows;
            continue;
        }
        let wanted = 0..section.rows.unwrap_or(u64::MAX);
        for batch in data.read(index, &projected, BATCH_ROWS, std::slice::from_ref(&wanted))?.batches {
            let batch = batch?;
            let rows = batch.num_rows() as u64;
            let content = Content::Rows { batch, typing: data.typing() };
            if !send(Ok(Decoded { file, first_row, content })) {
                return Ok(false);
            }
            first_row += rows;
        }
    }
    Ok(true)
}
