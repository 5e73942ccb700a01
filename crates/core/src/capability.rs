//! What a store can do, declared so that it can be tested.

use serde::Serialize;

/// Flags and limits of a store. A plugin declares what its kind can do at best, a running store what it can do as
/// configured; conformance tests every flag both ways (declared: it works; not declared: it is refused with
/// [`crate::ErrorKind::Unsupported`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Capabilities {
    /// Acknowledged rows survive the end of the process.
    pub durable: bool,
    /// Several processes may write at once and the write rule holds.
    pub shared: bool,
    /// `delete_entities` works.
    pub delete_entities: bool,
    /// `scan` works.
    pub scan: bool,
    /// Event times come back exact to the microsecond; otherwise rounded down to the second.
    pub exact_timestamps: bool,
    /// The most bytes of one encoded value.
    pub max_value_bytes: Option<usize>,
    /// The most bytes of one encoded entity key.
    pub max_key_bytes: Option<usize>,
}

impl Capabilities {
    /// Nothing optional, no limits: the start of a declaration.
    pub const NONE: Self = Self {
        durable: false,
        shared: false,
        delete_entities: false,
        scan: false,
        exact_timestamps: false,
        max_value_bytes: None,
        max_key_bytes: None,
    };
}
