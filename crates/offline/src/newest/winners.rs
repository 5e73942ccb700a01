//! The rows that were found to be the newest: one bit per row of the source.

use std::ops::Range;

/// A stretch without a winner that is worth leaving out when reading; shorter ones cost more to skip than to read.
const GAP_ROWS: usize = 1024;

/// A set of row numbers.
#[derive(Debug, Default)]
pub(crate) struct Winners {
    bits: Vec<u64>,
}

impl Winners {
    pub(crate) fn insert(&mut self, row: u32) {
        let word = row as usize / 64;
        if word >= self.bits.len() {
            self.bits.resize(word + 1, 0);
        }
        self.bits[word] |= 1 << (row % 64);
    }

    /// Makes room for rows below `rows` at once.
    pub(crate) fn reserve(&mut self, rows: u32) {
        let words = rows as usize / 64 + 1;
        if words > self.bits.len() {
            self.bits.reserve_exact(words - self.bits.len());
        }
    }

    pub(crate) fn contains(&self, row: u64) -> bool {
        let word = usize::try_from(row / 64).unwrap_or(usize::MAX);
        self.bits.get(word).is_some_and(|bits| bits & (1 << (row % 64)) != 0)
    }

    pub(crate) fn count(&self) -> u64 {
        self.bits.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    pub(crate) fn bytes(&self) -> usize {
        self.bits.capacity() * 8
    }

    /// Takes the first `count` rows out.
    pub(crate) fn remove_first(&mut self, mut count: u64) {
        for word in &mut self.bits {
            while *word != 0 && count > 0 {
                *word &= *word - 1;
                count -= 1;
            }
        }
    }

    /// Ranges of rows within `rows`, relative to its start, that hold all winners there and few others.
    pub(crate) fn ranges(&self, rows: Range<u64>) -> Vec<Range<u64>> {
        let mut ranges: Vec<Range<u64>> = Vec::new();
        let step = GAP_ROWS as u64;
        let mut start = rows.start;
        while start < rows.end {
            let end = rows.end.min((start / step + 1) * step);
            if self.any(start..end) {
                let range = start - rows.start..end - rows.start;
                match ranges.last_mut() {
                    Some(last) if last.end == range.start => last.end = range.end,
                    _ => ranges.push(range),
                }
            }
            start = end;
        }
        ranges
    }

    fn any(&self, rows: Range<u64>) -> bool {
        let mut row = rows.start;
        while row < rows.end {
            if row.is_multiple_of(64) && row + 64 <= rows.end {
                if usize::try_from(row / 64).ok().and_then(|word| self.bits.get(word)).is_some_and(|word| *word != 0) {
                    return true;
                }
                row += 64;
            } else {
                if self.contains(row) {
                    return true;
                }
                row += 1;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_hold_every_winner_and_skip_long_gaps() {
        let mut winners = Winners::default();
        for row in [5, 1_100, 70_000, 70_001, 99_999] {
            winners.insert(row);
        }
        assert_eq!(winners.count(), 5);
        assert_eq!(winners.ranges(0..100_000), [0..2_048, 69_632..70_656, 99_328..100_000]);
        assert_eq!(winners.ranges(70_001..80_000), vec![0..655]);
        assert_eq!(winners.ranges(200_000..300_000), []);
        winners.remove_first(3);
        assert_eq!((winners.count(), winners.contains(70_000), winners.contains(70_001)), (2, false, true));
    }
}
