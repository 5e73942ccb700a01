//! `s3://` sources, on AWS or anything that speaks its protocol.
//!
//! Credentials come from the environment (`AWS_ACCESS_KEY_ID`, …, or the machine's role). Objects are read in blocks that
//! a small cache keeps, so that memory stays bounded however large row groups are.

use std::collections::VecDeque;
use std::io::Read;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::{Bytes, BytesMut};
use futures::TryStreamExt as _;
use larder_core::definition::FileFormat;
use larder_core::{Error, ErrorKind, Result};
use object_store::aws::AmazonS3Builder;
use object_store::path::Path as ObjectPath;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt as _};
use tokio::runtime::Handle;

use super::{Location, SourceFile};

const BLOCK_BYTES: u64 = 2 << 20;
/// How many blocks stay in memory: one per column that is read side by side, up to this many.
const BLOCKS_KEPT: usize = 24;

/// An object and the store it lies in.
#[derive(Debug, Clone)]
pub(super) struct Object {
    store: Arc<dyn ObjectStore>,
    path: ObjectPath,
    runtime: Handle,
}

/// The objects that `url` names: one object, all below a prefix, or those that match a glob.
pub(super) fn list(url: &str, format: FileFormat, endpoint: &str) -> Result<Vec<SourceFile>> {
    let (_, rest) = url.split_once("://").unwrap_or_default();
    let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
    let mut builder = AmazonS3Builder::from_env().with_bucket_name(bucket);
    if !endpoint.is_empty() {
        builder = builder
            .with_endpoint(endpoint)
            .with_allow_http(endpoint.starts_with("http://"))
            .with_virtual_hosted_style_request(false);
    }
    let store = builder.build().map_err(|error| {
        Error::invalid_config("the S3 source cannot be opened").with("path", url).with_source(error)
    })?;
    let runtime = Handle::try_current()
        .map_err(|error| Error::internal("reading s3:// needs a running Tokio runtime").with_source(error))?;
    list_objects(&(Arc::new(store) as Arc<dyn ObjectStore>), &format!("s3://{bucket}/"), key, format, &runtime)
}

fn list_objects(
    store: &Arc<dyn ObjectStore>,
    root: &str,
    key: &str,
    format: FileFormat,
    runtime: &Handle,
) -> Result<Vec<SourceFile>> {
    let url = format!("{root}{key}");
    let found = runtime.block_on(find(store.as_ref(), key, format)).map_err(|error| cannot_read(error, &url))?;
    if found.is_empty() {
        return Err(super::nothing_found(&url, format));
    }
    let mut files: Vec<SourceFile> = found
        .into_iter()
        .map(|meta| {
            let name = format!("{root}{}", meta.location);
            SourceFile {
                size_bytes: meta.size,
                stamp: meta.e_tag.unwrap_or_else(|| meta.last_modified.timestamp_micros().to_string()),
                format: super::format_of(&name, format),
                location: Location::S3(Object { store: store.clone(), path: meta.location, runtime: runtime.clone() }),
                name,
            }
        })
        .collect();
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

async fn find(store: &dyn ObjectStore, key: &str, format: FileFormat) -> object_store::Result<Vec<ObjectMeta>> {
    let pattern = super::is_glob(key).then(|| glob::Pattern::new(key).ok()).flatten();
    let folder = match &pattern {
        Some(_) => {
            key.split(['*', '?', '[']).next().and_then(|fixed| fixed.rsplit_once('/')).map_or("", |(folder, _)| folder)
        }
        None => match store.head(&ObjectPath::from(key)).await {
            Ok(meta) => return Ok(vec![meta]),
            Err(object_store::Error::NotFound { .. }) => key,
            Err(error) => return Err(error),
        },
    };
    let prefix = ObjectPath::from(folder);
    let all: Vec<ObjectMeta> = store.list(Some(&prefix)).try_collect().await?;
    // As in a shell, `*` stays within one folder.
    let within = glob::MatchOptions { require_literal_separator: true, ..glob::MatchOptions::default() };
    let wanted = |meta: &ObjectMeta| match &pattern {
        Some(pattern) => pattern.matches_with(meta.location.as_ref(), within),
        None => {
            let below = meta.location.as_ref().strip_prefix(prefix.as_ref()).unwrap_or(meta.location.as_ref());
            super::is_wanted(below.trim_start_matches('/'), format)
        }
    };
    Ok(all.into_iter().filter(wanted).collect())
}

fn cannot_read(error: object_store::Error, path: &str) -> Error {
    let (kind, hint) = match &error {
        object_store::Error::NotFound { .. } => (ErrorKind::NotFound, "check the bucket and the path"),
        object_store::Error::PermissionDenied { .. } => (ErrorKind::PermissionDenied, "check the credentials' rights"),
        object_store::Error::Unauthenticated { .. } => {
            (ErrorKind::Unauthenticated, "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
        }
        _ => (ErrorKind::Unavailable, "check the endpoint, the region (AWS_REGION) and the network"),
    };
    Error::new(kind, "cannot read the source").with("path", path).with_source(error).with_hint(hint)
}

/// An object's bytes through a cache of blocks, the one used last in front.
#[derive(Debug)]
pub(crate) struct Blocks {
    object: Object,
    size_bytes: u64,
    kept: Mutex<VecDeque<(u64, Bytes)>>,
}

impl Blocks {
    pub(super) fn new(object: Object, size_bytes: u64) -> Self {
        Self { object, size_bytes, kept: Mutex::default() }
    }

    pub(super) fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// `length` bytes from `start`.
    pub(super) fn read(&self, start: u64, length: usize) -> std::io::Result<Bytes> {
        let end = start + length as u64;
        if end > self.size_bytes {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let mut out = BytesMut::with_capacity(length);
        let mut at = start;
        while at < end {
            let part = self.part(at, end)?;
            at += part.len() as u64;
            if part.len() == length {
                return Ok(part);
            }
            out.extend_from_slice(&part);
        }
        Ok(out.freeze())
    }

    /// The bytes from `start` to `end` or to the end of their block.
    fn part(&self, start: u64, end: u64) -> std::io::Result<Bytes> {
        let number = start / BLOCK_BYTES;
        let block = self.block(number)?;
        let within =
            |offset: u64| usize::try_from(offset - number * BLOCK_BYTES).unwrap_or(usize::MAX).min(block.len());
        Ok(block.slice(within(start)..within(end)))
    }

    fn block(&self, number: u64) -> std::io::Result<Bytes> {
        // Held while fetching on purpose: two readers of one block then fetch it once.
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = kept.iter().position(|(kept, _)| *kept == number) {
            let found = kept.remove(at).unwrap_or_default();
            kept.push_front(found.clone());
            return Ok(found.1);
        }
        let range = number * BLOCK_BYTES..self.size_bytes.min((number + 1) * BLOCK_BYTES);
        let Object { store, path, runtime } = &self.object;
        let bytes = runtime.block_on(store.get_range(path, range)).map_err(std::io::Error::other)?;
        kept.push_front((number, bytes.clone()));
        kept.truncate(BLOCKS_KEPT);
        Ok(bytes)
    }
}

/// Reads on from one place of an object.
pub(crate) struct BlockReader {
    blocks: Arc<Blocks>,
    at: u64,
}

impl BlockReader {
    pub(super) fn new(blocks: Arc<Blocks>, at: u64) -> Self {
        Self { blocks, at }
    }
}

impl Read for BlockReader {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let end = self.blocks.size_bytes.min(self.at.saturating_add(buffer.len() as u64));
        if self.at >= end {
            return Ok(0);
        }
        let part = self.blocks.part(self.at, end)?;
        buffer[..part.len()].copy_from_slice(&part);
        self.at += part.len() as u64;
        Ok(part.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use object_store::memory::InMemory;

    #[test]
    fn finds_objects_and_reads_them_in_blocks() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        let large: Vec<u8> = (0..5 << 20_u32).map(|i| u8::try_from(i % 251).unwrap()).collect();
        for (key, bytes) in [
            ("t/a.parquet", large.clone()),
            ("t/b/c.parquet", vec![1]),
            ("t/_x/d.parquet", vec![]),
            ("t/e.csv", vec![]),
        ] {
            runtime.block_on(store.put(&ObjectPath::from(key), bytes.into())).unwrap();
        }
        let names = |key: &str| {
            let files = list_objects(&store, "s3://x/", key, FileFormat::Parquet, runtime.handle())?;
            Ok::<_, Error>(files.into_iter().map(|file| file.name).collect::<Vec<_>>())
        };
        assert_eq!(names("t/").unwrap(), ["s3://x/t/a.parquet", "s3://x/t/b/c.parquet"]);
        assert_eq!(names("t/*.parquet").unwrap(), ["s3://x/t/a.parquet"]);
        assert_eq!(names("t/e.csv").unwrap(), ["s3://x/t/e.csv"]);
        assert_eq!(names("u").unwrap_err().kind(), ErrorKind::NotFound);

        let files = list_objects(&store, "s3://x/", "t/a.parquet", FileFormat::Parquet, runtime.handle()).unwrap();
        let Input::S3(blocks) = files[0].open().unwrap() else { panic!("expected an object") };
        for (start, length) in [(0, 10), ((2 << 20) - 3, 6), (100, 3 << 20), ((5 << 20) - 1, 1)] {
            let at = usize::try_from(start).unwrap();
            assert_eq!(blocks.read(start, length).unwrap(), large[at..at + length], "{start}");
        }
        assert!(blocks.read(5 << 20, 1).is_err());
        let mut rest = Vec::new();
        BlockReader::new(blocks, 7).read_to_end(&mut rest).unwrap();
        assert_eq!(rest, large[7..]);
    }

    use super::super::Input;
}
