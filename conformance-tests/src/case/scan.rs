//! Scans: every row once, page by page.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{case, ensure, ensure_eq};
use crate::Bed;
use crate::fixture::{Stored, at, decode, key, row, stored};
use larder_core::{Error, FeatureView, Result, ScanRequest};

/// Scans a whole view in pages and gives its rows by key, with the number of pages.
async fn scan_all(bed: &Bed, view: &Arc<FeatureView>, limit: usize) -> Result<(BTreeMap<Vec<u8>, Stored>, usize)> {
    let (mut found, mut cursor, mut pages) = (BTreeMap::new(), None, 0);
    loop {
        let features: Vec<usize> = (0..view.features.len()).collect();
        let page =
            bed.store.scan(&ScanRequest { view: Arc::clone(view), features: features.into(), cursor, limit }).await?;
        pages += 1;
        if page.keys.len() > limit || page.keys.len() != page.rows.len() || pages > 10_000 {
            return Err(Error::internal("a page has the wrong size, or the scan does not end"));
        }
        for (key, row) in page.keys.iter().zip(decode(&page.rows)?) {
            if row.is_none() || found.insert(key.to_vec(), row).is_some() {
                return Err(Error::internal("a row is absent in the page, or came twice"));
            }
        }
        cursor = page.next;
        if cursor.is_none() {
            return Ok((found, pages));
        }
    }
}

case! {
    /// A scan gives every row of the view exactly once, whatever the page size.
    [Scan]
    async fn gives_every_row_once(bed) {
        let view = bed.counter("v").await?;
        let other = bed.counter("v2").await?;
        bed.write(&view, &(0..57).map(|id| row(id, at(id), id)).collect::<Vec<_>>()).await?;
        bed.write(&other, &[row(1_000, at(1), 1)]).await?;
        let expected: BTreeMap<_, _> = (0..57).map(|id| (key(id), stored(at(id), id))).collect();
        for limit in [1, 10, 57, 58, 1_000] {
            let (found, pages) = scan_all(&bed, &view, limit).await?;
            ensure_eq!(found, expected, "limit {limit}");
            ensure!(pages <= 57 / limit + 2, "{pages} pages of {limit}");
        }
    }
}

case! {
    /// A view without rows scans to nothing.
    [Scan]
    async fn empty_view_scans_to_nothing(bed) {
        let view = bed.counter("v").await?;
        ensure_eq!(scan_all(&bed, &view, 10).await?.0, BTreeMap::new());
    }
}

case! {
    /// Rows that stay unchanged appear once although others are deleted and added between the pages.
    [Scan]
    async fn changes_between_pages_do_not_disturb_the_rest(bed) {
        let view = bed.counter("v").await?;
        bed.write(&view, &(0..40).map(|id| row(id, at(1), id)).collect::<Vec<_>>()).await?;
        let request = |cursor| ScanRequest { view: Arc::clone(&view), features: [0].into(), cursor, limit: 10 };
        let first = bed.store.scan(&request(None)).await?;
        let mut seen: Vec<Vec<u8>> = first.keys.iter().map(<[u8]>::to_vec).collect();
        bed.write(&view, &[row(100, at(1), 100), row(-5, at(1), -5)]).await?;
        let mut cursor = first.next;
        while cursor.is_some() {
            let page = bed.store.scan(&request(cursor)).await?;
            seen.extend(page.keys.iter().map(<[u8]>::to_vec));
            cursor = page.next;
        }
        for id in 0..40 {
            ensure_eq!(seen.iter().filter(|k| **k == key(id)).count(), 1, "key {id}");
        }
    }
}
