//! How far a run has come.

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Phase {
    /// The newest row of each key is looked for.
    #[default]
    Scanning,
    /// The newest rows are read and written.
    Writing,
}

/// How far a run has come. Numbers grow within a phase; `Scanning` starts over when memory is short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Advance {
    /// What is being done.
    pub phase: Phase,
    /// Rows scanned in this pass, or rows dealt with in the store.
    pub rows: u64,
    /// How many there will be, where that is known.
    pub total_rows: Option<u64>,
}

/// Hears how a run advances, a few times a second at most per batch; must not block.
pub trait Progress: Send + Sync {
    /// The run came this far.
    fn advance(&self, advance: Advance);
}

/// Nobody listens.
impl Progress for () {
    fn advance(&self, _: Advance) {}
}
