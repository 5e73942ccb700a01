//! The newest row per key in as few bytes as possible: open addressing, split into shards by hash.
//!
//! A slot is 20 bytes (28 where the source has a created column), and shards grow one at a time by a third, so a table is
//! between 65 and 85 % full and never holds two copies of itself. Measured on 20 million rows with 5 million keys.

use std::hash::BuildHasher;
use std::ops::Range;

use foldhash::quality::RandomState;

/// How many shards a table has; a run that does not fit into memory takes some of them per pass.
pub(crate) const SHARDS: usize = 256;

/// Rows whose slots are looked up together, so that the memory latency of many is paid once.
const BLOCK: usize = 64;

const FIRST_CAPACITY: usize = 16;

/// The row number that marks a free slot.
const FREE: u32 = u32::MAX;

/// The created time of a row without one: earlier than any.
pub(crate) const NO_CREATED: i64 = i64::MIN;

/// One row as a candidate for being the newest of its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Candidate<K> {
    pub(crate) key: K,
    /// Event time in ticks of the run.
    pub(crate) event: i64,
    /// Created time in ticks, or [`NO_CREATED`].
    pub(crate) created: i64,
    /// The row's number over all files; below `u32::MAX`.
    pub(crate) row: u32,
}

/// How keys are told apart: as numbers, or as bytes that the shard keeps.
pub(crate) trait Key: Copy {
    fn hash(self, state: &RandomState) -> u64;
    /// Whether the slot's word stands for this key, whose hash is `hash`.
    fn is(self, word: u64, hash: u64, arena: &[u8]) -> bool;
    /// The word that stands for this key, which is new to the shard.
    fn store(self, hash: u64, arena: &mut Vec<u8>) -> u64;
    /// The low 32 bits of the hash of a stored key.
    fn stored_hash(word: u64, state: &RandomState) -> u32;
    /// The bytes of arena that storing this key takes.
    fn arena_len(self) -> usize;
}

impl Key for i64 {
    #[inline]
    fn hash(self, state: &RandomState) -> u64 {
        state.hash_one(self)
    }

    #[inline]
    fn is(self, word: u64, _: u64, _: &[u8]) -> bool {
        word == self.cast_unsigned()
    }

    #[inline]
    fn store(self, _: u64, _: &mut Vec<u8>) -> u64 {
        self.cast_unsigned()
    }

    #[inline]
    fn stored_hash(word: u64, state: &RandomState) -> u32 {
        low(word.cast_signed().hash(state))
    }

    fn arena_len(self) -> usize {
        0
    }
}

/// Byte keys: the word is 32 bits of hash above the offset of a length-prefixed copy in the arena.
impl Key for &[u8] {
    #[inline]
    fn hash(self, state: &RandomState) -> u64 {
        state.hash_one(self)
    }

    fn is(self, word: u64, hash: u64, arena: &[u8]) -> bool {
        (word >> 32) == (hash & 0xffff_ffff) && {
            let stored = &arena[low(word) as usize..];
            stored.split_first_chunk::<4>().is_some_and(|(length, bytes)| {
                u32::from_le_bytes(*length) as usize == self.len() && bytes.starts_with(self)
            })
        }
    }

    #[allow(clippy::cast_possible_truncation)] // keys and arenas beyond 4 GiB are refused by `Shard::fits`
    fn store(self, hash: u64, arena: &mut Vec<u8>) -> u64 {
        let offset = arena.len() as u64;
        let length = self.arena_len();
        if arena.capacity() - arena.len() < length {
            arena.reserve_exact(length.max(arena.len() / 4));
        }
        arena.extend_from_slice(&(self.len() as u32).to_le_bytes());
        arena.extend_from_slice(self);
        (hash << 32) | offset
    }

    #[inline]
    fn stored_hash(word: u64, _: &RandomState) -> u32 {
        low(word >> 32)
    }

    fn arena_len(self) -> usize {
        self.len() + 4
    }
}

#[inline]
#[allow(clippy::cast_possible_truncation)] // the low half is what is wanted
fn low(hash: u64) -> u32 {
    hash as u32
}

#[derive(Debug, Clone, Copy)]
#[repr(C, packed(4))]
struct Slot {
    key: u64,
    event: i64,
    row: u32,
}

const FREE_SLOT: Slot = Slot { key: 0, event: 0, row: FREE };

#[derive(Debug, Default)]
struct Shard {
    slots: Vec<Slot>,
    /// Created times, slot by slot; empty when the source has none.
    created: Vec<i64>,
    arena: Vec<u8>,
    keys: usize,
}

impl Shard {
    /// The slot where a search for a hash starts.
    #[inline]
    fn home(&self, hash: u32) -> usize {
        ((u64::from(hash) * self.slots.len() as u64) >> 32) as usize
    }

    #[inline]
    fn next(&self, slot: usize) -> usize {
        if slot + 1 == self.slots.len() { 0 } else { slot + 1 }
    }

    fn bytes(&self) -> usize {
        self.slots.capacity() * size_of::<Slot>() + self.created.capacity() * 8 + self.arena.capacity()
    }

    fn grow<K: Key>(&mut self, state: &RandomState, with_created: bool) {
        let capacity = (self.slots.len() + self.slots.len() / 3).max(FIRST_CAPACITY);
        let slots = std::mem::replace(&mut self.slots, vec![FREE_SLOT; capacity]);
        let created =
            if with_created { std::mem::replace(&mut self.created, vec![NO_CREATED; capacity]) } else { Vec::new() };
        for (old, slot) in slots.into_iter().enumerate() {
            if slot.row == FREE {
                continue;
            }
            let mut at = self.home(K::stored_hash(slot.key, state));
            while self.slots[at].row != FREE {
                at = self.next(at);
            }
            self.slots[at] = slot;
            if with_created {
                self.created[at] = created[old];
            }
        }
    }

    #[inline]
    fn offer<K: Key>(&mut self, candidate: Candidate<K>, hash: u64, state: &RandomState, with_created: bool) {
        if self.keys * 20 >= self.slots.len() * 17 {
            self.grow::<K>(state, with_created);
        }
        let mut at = self.home(low(hash));
        loop {
            let slot = self.slots[at];
            if slot.row == FREE {
                self.keys += 1;
                let key = candidate.key.store(hash, &mut self.arena);
                return self.put(at, Slot { key, event: candidate.event, row: candidate.row }, candidate.created);
            }
            if candidate.key.is(slot.key, hash, &self.arena) {
                let event = slot.event;
                let newer = candidate.event > event
                    || (candidate.event == event
                        && (candidate.created, candidate.row)
                            >= (self.created.get(at).copied().unwrap_or(NO_CREATED), slot.row));
                if newer {
                    self.put(at, Slot { event: candidate.event, row: candidate.row, ..slot }, candidate.created);
                }
                return;
            }
            at = self.next(at);
        }
    }

    #[inline]
    fn put(&mut self, at: usize, slot: Slot, created: i64) {
        self.slots[at] = slot;
        if let Some(stored) = self.created.get_mut(at) {
            *stored = created;
        }
    }
}

/// The newest row of every key whose hash lies in the active shards.
#[derive(Debug)]
pub(crate) struct NewestTable {
    shards: Vec<Shard>,
    /// Which shards take rows; the others wait for another pass.
    active: Range<usize>,
    state: RandomState,
    with_created: bool,
    limit_bytes: usize,
    /// Scratch: the hashes of a batch, and its rows in the order of their shards.
    hashes: Vec<u64>,
    order: Vec<u32>,
}

impl NewestTable {
    /// An empty table whose active shards start at `first`; `most` of them at most.
    pub(crate) fn new(first: usize, most: usize, with_created: bool, limit_bytes: usize, state: RandomState) -> Self {
        Self {
            shards: std::iter::repeat_with(Shard::default).take(SHARDS).collect(),
            active: first..SHARDS.min(first + most.max(1)),
            state,
            with_created,
            limit_bytes,
            hashes: Vec::new(),
            order: Vec::new(),
        }
    }

    /// The shards that this table answers for.
    pub(crate) fn active(&self) -> Range<usize> {
        self.active.clone()
    }

    /// How many keys were seen.
    #[cfg(test)]
    pub(crate) fn keys(&self) -> usize {
        self.shards.iter().map(|shard| shard.keys).sum()
    }

    /// The bytes that the table holds.
    pub(crate) fn bytes(&self) -> usize {
        self.shards.iter().map(Shard::bytes).sum()
    }

    /// The row numbers of the newest rows, in no order.
    pub(crate) fn rows(&self) -> impl Iterator<Item = u32> {
        self.shards.iter().flat_map(|shard| &shard.slots).map(|slot| slot.row).filter(|row| *row != FREE)
    }

    /// Offers many rows, shard by shard so that memory near each other is used together; afterwards hands shards back
    /// while the table is larger than its limit.
    pub(crate) fn offer_all<K: Key>(&mut self, candidates: &[Candidate<K>]) {
        let Self { shards, hashes, order, state, .. } = self;
        hashes.clear();
        hashes.extend(candidates.iter().map(|candidate| candidate.key.hash(state)));
        let starts = sort_by_shard(hashes, order);
        for shard in self.active.clone() {
            for block in order[starts[shard]..starts[shard + 1]].chunks(BLOCK) {
                let shard = &mut shards[shard];
                // These loads don't depend on each other, so they overlap; the ones in `offer` would not.
                let mut touched = 0;
                for index in block {
                    if let Some(slot) = shard.slots.get(shard.home(low(hashes[*index as usize]))) {
                        touched ^= slot.row;
                    }
                }
                std::hint::black_box(touched);
                for index in block {
                    let index = *index as usize;
                    shard.offer(candidates[index], hashes[index], state, self.with_created);
                }
            }
        }
        self.shrink_to_limit();
    }

    fn shrink_to_limit(&mut self) {
        while self.active.len() > 1 && self.bytes() > self.limit_bytes {
            let keep = self.active.start + self.active.len() * 3 / 4;
            for shard in &mut self.shards[keep..self.active.end] {
                *shard = Shard::default();
            }
            self.active.end = keep;
        }
    }
}

/// Puts the indices of the hashes in the order of their shards; answers where each shard starts.
fn sort_by_shard(hashes: &[u64], order: &mut Vec<u32>) -> [usize; SHARDS + 1] {
    let mut starts = [0; SHARDS + 1];
    for hash in hashes {
        starts[shard_of(*hash) + 1] += 1;
    }
    for shard in 0..SHARDS {
        starts[shard + 1] += starts[shard];
    }
    order.resize(hashes.len(), 0);
    let mut ends = starts;
    for (index, hash) in (0_u32..).zip(hashes) {
        let end = &mut ends[shard_of(*hash)];
        order[*end] = index;
        *end += 1;
    }
    starts
}

#[inline]
fn shard_of(hash: u64) -> usize {
    (hash >> 56) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    fn candidates(count: u32) -> Vec<Candidate<i64>> {
        let mut seed = 7_u64;
        let mut random = move |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            i64::try_from((seed >> 33) % below).unwrap()
        };
        (0..count)
            .map(|row| Candidate { key: random(3_000) - 1_500, event: random(4), created: random(3), row })
            .collect()
    }

    fn expected(candidates: &[Candidate<i64>]) -> Vec<u32> {
        let mut newest: HashMap<i64, (i64, i64, u32)> = HashMap::new();
        for c in candidates {
            let rank = (c.event, c.created, c.row);
            newest.entry(c.key).and_modify(|best| *best = rank.max(*best)).or_insert(rank);
        }
        let mut rows: Vec<u32> = newest.into_values().map(|(_, _, row)| row).collect();
        rows.sort_unstable();
        rows
    }

    #[test]
    fn keeps_the_newest_of_every_key_whatever_the_pass() {
        let all = candidates(20_000);
        for limit_bytes in [usize::MAX, 40_000, 1] {
            let mut rows = Vec::new();
            let state = RandomState::default();
            let (mut first, mut passes) = (0, 0);
            while first < SHARDS {
                let mut table = NewestTable::new(first, SHARDS, true, limit_bytes, state.clone());
                for chunk in all.chunks(777) {
                    table.offer_all(chunk);
                }
                assert!(table.bytes() <= limit_bytes || table.active().len() == 1);
                rows.extend(table.rows());
                first = table.active().end;
                passes += 1;
            }
            assert_eq!(passes == 1, limit_bytes == usize::MAX);
            rows.sort_unstable();
            assert_eq!(rows, expected(&all));
        }
    }

    #[test]
    fn byte_keys_are_told_apart_by_their_bytes() {
        let all = candidates(5_000);
        let keys: Vec<String> = all
            .iter()
            .map(|c| "k".repeat(usize::try_from(c.key.rem_euclid(7)).unwrap()) + &c.key.to_string())
            .collect();
        let mut table = NewestTable::new(0, SHARDS, true, usize::MAX, RandomState::default());
        let named = |(c, key): (&Candidate<i64>, _)| Candidate { key, event: c.event, created: c.created, row: c.row };
        table.offer_all(&all.iter().zip(keys.iter().map(String::as_bytes)).map(named).collect::<Vec<_>>());
        let mut rows: Vec<u32> = table.rows().collect();
        rows.sort_unstable();
        assert_eq!(rows, expected(&all));
        assert_eq!(table.keys(), rows.len());
    }
}
