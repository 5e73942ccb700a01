//! Random access to the bytes of a file, local or remote, as the Parquet reader wants it.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use larder_core::Result;
use parquet::file::reader::{ChunkReader, Length};

/// An open file.
#[derive(Debug, Clone)]
pub(crate) enum Input {
    Local(Arc<File>),
    #[cfg(feature = "s3")]
    S3(Arc<super::s3::Blocks>),
}

impl Input {
    pub(super) fn local(path: &Path) -> Result<Self> {
        File::open(path).map(|file| Self::Local(Arc::new(file))).map_err(|error| super::cannot_read(path, error))
    }

    #[cfg(feature = "s3")]
    pub(super) fn s3(object: super::s3::Object, size_bytes: u64) -> Self {
        Self::S3(Arc::new(super::s3::Blocks::new(object, size_bytes)))
    }
}

impl Length for Input {
    fn len(&self) -> u64 {
        match self {
            Self::Local(file) => Length::len(file.as_ref()),
            #[cfg(feature = "s3")]
            Self::S3(blocks) => blocks.size_bytes(),
        }
    }
}

impl ChunkReader for Input {
    type T = Box<dyn Read + Send>;

    fn get_read(&self, start: u64) -> parquet::errors::Result<Self::T> {
        match self {
            Self::Local(file) => Ok(Box::new(file.get_read(start)?)),
            #[cfg(feature = "s3")]
            Self::S3(blocks) => Ok(Box::new(super::s3::BlockReader::new(blocks.clone(), start))),
        }
    }

    fn get_bytes(&self, start: u64, length: usize) -> parquet::errors::Result<Bytes> {
        match self {
            Self::Local(file) => file.get_bytes(start, length),
            #[cfg(feature = "s3")]
            Self::S3(blocks) => Ok(blocks.read(start, length)?),
        }
    }
}
