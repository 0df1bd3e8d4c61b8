//! Sorts more records than memory holds.
//!
//! Finding who stands twice in a file of any size in flat memory takes either an index on disk or a sort; the sort is
//! a tenth of the work, since every record is asked for once. The crates that offer one (`extsort`, last released in
//! February 2024) bring a thread pool and a documentation tester into every build, so it is these hundred lines.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;

/// Bytes of records that are sorted in memory at a time.
const IN_MEMORY: usize = 2816 * 1024;
/// Least records read at a time from each sorted run. Of few runs more are read, as many as were sorted before.
const AT_A_TIME: usize = 256;

/// The order of bytes, most of which the first sixteen decide as one number.
fn order<const N: usize>(one: &[u8; N], other: &[u8; N]) -> std::cmp::Ordering {
    fn head<const N: usize>(record: &[u8; N]) -> u128 {
        record.first_chunk().map_or(0, |head| u128::from_be_bytes(*head))
    }
    let heads = head(one).cmp(&head(other));
    // A second look that is never needed would cost every comparison a branch.
    if N == 16 { heads } else { heads.then_with(|| one.cmp(other)) }
}

/// Takes records of `N` bytes in any order; they compare as bytes.
pub struct Sorter<const N: usize, F> {
    records: Vec<[u8; N]>,
    /// Where sorted runs end in `file`, counted in records.
    runs: Vec<u64>,
    file: Option<File>,
    scratch: F,
    in_memory: usize,
}

impl<const N: usize, F: Fn() -> io::Result<File>> Sorter<N, F> {
    /// `scratch` makes the file for what memory does not hold, if it comes to that.
    pub fn new(scratch: F) -> Self {
        Self { records: Vec::new(), runs: Vec::new(), file: None, scratch, in_memory: IN_MEMORY / N }
    }

    /// Takes a record.
    ///
    /// # Errors
    ///
    /// If it has to be put aside and cannot.
    pub fn push(&mut self, record: [u8; N]) -> io::Result<()> {
        self.records.push(record);
        if self.records.len() == self.in_memory { self.spill() } else { Ok(()) }
    }

    fn spill(&mut self) -> io::Result<()> {
        self.records.sort_unstable_by(order);
        let file = match &self.file {
            Some(file) => file,
            None => self.file.insert((self.scratch)()?),
        };
        let begin = self.runs.last().copied().unwrap_or_default();
        file.write_all_at(self.records.as_flattened(), begin * N as u64)?;
        self.runs.push(begin + self.records.len() as u64);
        self.records.clear();
        Ok(())
    }

    /// All records in order.
    ///
    /// # Errors
    ///
    /// If the disk does not take them, or give them back.
    pub fn sorted(mut self) -> io::Result<Sorted<N>> {
        if self.runs.is_empty() {
            self.records.sort_unstable_by(order);
        } else {
            if !self.records.is_empty() {
                self.spill()?;
            }
            self.records = Vec::new();
        }
        let at_a_time = (self.in_memory / self.runs.len().max(1)).max(AT_A_TIME);
        let begins = std::iter::once(0).chain(self.runs.iter().copied());
        let runs = begins.zip(self.runs.iter().copied()).map(|(next, end)| Run {
            next,
            end,
            at_a_time,
            read: Vec::new().into_iter(),
        });
        let mut sorted = Sorted {
            in_memory: std::mem::take(&mut self.records).into_iter(),
            runs: runs.collect(),
            file: self.file,
            smallest: BinaryHeap::new(),
        };
        for (at, run) in sorted.runs.iter_mut().enumerate() {
            if let Some(record) = run.take(sorted.file.as_ref())? {
                sorted.smallest.push(Reverse(Smallest(record, at)));
            }
        }
        Ok(sorted)
    }
}

/// Records in order.
pub struct Sorted<const N: usize> {
    in_memory: std::vec::IntoIter<[u8; N]>,
    runs: Vec<Run<N>>,
    file: Option<File>,
    /// The smallest record of each run, with the run's number.
    smallest: BinaryHeap<Reverse<Smallest<N>>>,
}

/// A record, and the run it comes from.
#[derive(PartialEq, Eq)]
struct Smallest<const N: usize>([u8; N], usize);

impl<const N: usize> Ord for Smallest<N> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        order(&self.0, &other.0).then_with(|| self.1.cmp(&other.1))
    }
}

impl<const N: usize> PartialOrd for Smallest<N> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

struct Run<const N: usize> {
    next: u64,
    end: u64,
    at_a_time: usize,
    read: std::vec::IntoIter<[u8; N]>,
}

impl<const N: usize> Run<N> {
    /// The run's next record.
    fn take(&mut self, file: Option<&File>) -> io::Result<Option<[u8; N]>> {
        if self.read.len() == 0 && self.next < self.end {
            let count = usize::try_from(self.end - self.next).unwrap_or(self.at_a_time).min(self.at_a_time);
            let mut records = vec![[0; N]; count];
            if let Some(file) = file {
                file.read_exact_at(records.as_flattened_mut(), self.next * N as u64)?;
            }
            self.next += count as u64;
            self.read = records.into_iter();
        }
        Ok(self.read.next())
    }
}

impl<const N: usize> Iterator for Sorted<N> {
    type Item = io::Result<[u8; N]>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(record) = self.in_memory.next() {
            return Some(Ok(record));
        }
        let mut smallest = self.smallest.peek_mut()?;
        let Reverse(Smallest(record, run)) = &mut *smallest;
        let record = *record;
        // The run's next record takes the place of this one.
        let next = self.runs[*run].take(self.file.as_ref());
        match next {
            Ok(Some(next)) => smallest.0.0 = next,
            Ok(None) => {
                PeekMut::pop(smallest);
            }
            Err(error) => return Some(Err(error)),
        }
        Some(Ok(record))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sort(records: &[u32], in_memory: usize) -> Vec<u32> {
        let mut sorter = Sorter { in_memory, ..Sorter::new(tempfile::tempfile) };
        for record in records {
            sorter.push(record.to_be_bytes()).unwrap();
        }
        sorter.sorted().unwrap().map(|record| u32::from_be_bytes(record.unwrap())).collect()
    }

    proptest! {
        #[test]
        fn records_come_out_sorted_whether_memory_holds_them_or_not(
            records in prop::collection::vec(any::<u32>(), 0..2000),
            in_memory in 1_usize..700,
        ) {
            let mut expected = records.clone();
            expected.sort_unstable();
            prop_assert_eq!(sort(&records, in_memory), expected);
        }
    }

    #[test]
    fn a_disk_that_is_full_is_an_error() {
        let full = || File::options().write(true).open("/dev/full");
        let mut sorter = Sorter { in_memory: 2, ..Sorter::<4, _>::new(full) };
        sorter.push([0; 4]).unwrap();
        assert!(sorter.push([1; 4]).is_err());
    }
}
