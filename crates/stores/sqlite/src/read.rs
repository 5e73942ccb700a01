//! Reading rows: by key, and page by page.

use larder_core::{FeatureView, KeyBatch, ReadRequest, ReadRows, Result, ScanCursor, ScanPage, ScanRequest, Timestamp};
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Row, Statement, ToSql};

use crate::client::Session;
use crate::error::Failure;
use crate::layout::{event, value};

/// Answers all requests from one snapshot of the database.
pub(crate) fn online_read(session: &mut Session, reads: &[ReadRequest]) -> Result<Vec<ReadRows>, Failure> {
    session.snapshot(|connection, catalog| {
        let answer = |request: &ReadRequest| {
            let table = catalog.table(connection, &request.view)?;
            let mut statement = connection.prepare_cached(&table.read)?;
            read_keys(&mut statement, request)
        };
        reads.iter().map(answer).collect()
    })
}

fn read_keys(statement: &mut Statement<'_>, request: &ReadRequest) -> Result<ReadRows, Failure> {
    let wanted = Wanted::new(&request.view, &request.features);
    let mut answer = ReadRows::for_request(request);
    for (index, key) in request.keys.iter().enumerate() {
        let mut rows = statement.query([key])?;
        let mut filler = Filler::new(&wanted, index);
        while let Some(row) = rows.next()? {
            filler.add(row, &mut answer)?;
        }
        filler.finish(&mut answer);
    }
    Ok(answer)
}

/// Reads one page: the rows of the `limit` smallest entity keys after the cursor.
pub(crate) fn scan(session: &mut Session, scan: &ScanRequest) -> Result<ScanPage, Failure> {
    session.snapshot(|connection, catalog| {
        let table = catalog.table(connection, &scan.view)?;
        let mut statement = connection.prepare_cached(&table.scan)?;
        read_page(&mut statement, scan)
    })
}

fn read_page(statement: &mut Statement<'_>, scan: &ScanRequest) -> Result<ScanPage, Failure> {
    let wanted = Wanted::new(&scan.view, &scan.features);
    let mut page = ScanPage { keys: KeyBatch::new(), rows: ReadRows::absent(0, scan.features.len()), next: None };
    let mut current: Option<(Vec<u8>, Filler<'_>)> = None;
    let mut rows = statement.query([After(scan.cursor.as_ref())])?;
    while let Some(row) = rows.next()? {
        let key = value(row.get_ref(4)?)?;
        if current.as_ref().is_none_or(|(last, _)| last != key) {
            let before = current.take();
            let last = before.map(|(last, filler)| {
                filler.finish(&mut page.rows);
                last
            });
            if page.keys.len() == scan.limit {
                page.next = last.map(ScanCursor);
                return Ok(page);
            }
            page.keys.push(key)?;
            current = Some((key.to_vec(), Filler::new(&wanted, page.rows.push_row(Timestamp::EPOCH))));
        }
        if let Some((_, filler)) = &mut current {
            filler.add(row, &mut page.rows)?;
        }
    }
    if let Some((_, filler)) = current {
        filler.finish(&mut page.rows);
    }
    Ok(page)
}

/// The parameter of a scan: the last key of the page before. Text sorts before all blobs, so it stands for the start.
struct After<'a>(Option<&'a ScanCursor>);

impl ToSql for After<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            Some(ScanCursor(last)) => ToSqlOutput::Borrowed(ValueRef::Blob(last)),
            None => ToSqlOutput::Owned(Value::Text(String::new())),
        })
    }
}

/// The features of a request in the order in which SQLite gives them: by name.
struct Wanted<'a>(Vec<(&'a [u8], usize)>);

impl<'a> Wanted<'a> {
    fn new(view: &'a FeatureView, features: &[usize]) -> Self {
        let name = |&feature: &usize| view.features[feature].name.as_bytes();
        let mut wanted: Vec<_> = features.iter().enumerate().map(|(slot, feature)| (name(feature), slot)).collect();
        wanted.sort_unstable();
        Self(wanted)
    }
}

/// Fills one row of an answer from rows of the table, which come by feature name.
struct Filler<'a> {
    /// Features that may still come.
    wanted: &'a [(&'a [u8], usize)],
    index: usize,
    newest: Option<Timestamp>,
}

impl<'a> Filler<'a> {
    fn new(wanted: &'a Wanted<'_>, index: usize) -> Self {
        Self { wanted: &wanted.0, index, newest: None }
    }

    fn add(&mut self, row: &Row<'_>, answer: &mut ReadRows) -> Result<(), Failure> {
        self.newest = self.newest.max(Some(event(row.get_ref(2)?, row.get_ref(3)?)?));
        let name = value(row.get_ref(0)?)?;
        while let Some(((next, slot), rest)) = self.wanted.split_first()
            && *next <= name
        {
            if *next == name {
                answer.set_value(self.index, *slot, value(row.get_ref(1)?)?)?;
            }
            self.wanted = rest;
        }
        Ok(())
    }

    fn finish(self, answer: &mut ReadRows) {
        if let Some(newest) = self.newest {
            answer.set_event(self.index, newest);
        }
    }
}
