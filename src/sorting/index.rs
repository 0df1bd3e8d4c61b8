//! Finds records by what they begin with, more of them than memory holds.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;

/// Bytes of records that are held in memory at a time.
const IN_MEMORY: usize = 1024 * 1024;
/// Records that are read for one that is asked for.
const BLOCK: usize = 64;
/// Bytes by which a record is known.
const KEY: usize = 16;

/// Records of `N` bytes, each found by its first sixteen.
pub struct Index<const N: usize> {
    /// The last ones; all of them, if there is no file.
    records: Vec<[u8; N]>,
    /// The others, in order.
    file: Option<File>,
    /// How many they are.
    in_file: u64,
    /// With what each block of them begins.
    blocks: Vec<[u8; KEY]>,
}

impl<const N: usize> Index<N> {
    /// Takes records in the order of their keys, of which none is there twice. `scratch` makes the file for what memory does
    /// not hold, if it comes to that.
    ///
    /// # Errors
    ///
    /// If they cannot be read, or put aside.
    pub fn of(
        records: impl IntoIterator<Item = io::Result<[u8; N]>>,
        scratch: impl Fn() -> io::Result<File>,
    ) -> io::Result<Self> {
        Self::holding(IN_MEMORY / N, records, scratch)
    }

    fn holding(
        most: usize,
        records: impl IntoIterator<Item = io::Result<[u8; N]>>,
        scratch: impl Fn() -> io::Result<File>,
    ) -> io::Result<Self> {
        // Whole blocks, so that each has one place.
        let most = most.next_multiple_of(BLOCK);
        let mut index = Self { records: Vec::new(), file: None, in_file: 0, blocks: Vec::new() };
        for record in records {
            if index.records.len() == most {
                index.spill(&scratch)?;
            }
            index.records.push(record?);
        }
        Ok(index)
    }

    fn spill(&mut self, scratch: &impl Fn() -> io::Result<File>) -> io::Result<()> {
        let file = match &self.file {
            Some(file) => file,
            None => self.file.insert(scratch()?),
        };
        file.write_all_at(self.records.as_flattened(), self.in_file * N as u64)?;
        self.in_file += self.records.len() as u64;
        self.blocks.extend(self.records.iter().step_by(BLOCK).map(key));
        self.records.clear();
        Ok(())
    }

    /// The record that begins with `wanted`, if there is one.
    ///
    /// # Errors
    ///
    /// If what was put aside cannot be read back.
    pub fn find(&self, wanted: [u8; KEY]) -> io::Result<Option<[u8; N]>> {
        let is_held = self.records.first().is_some_and(|first| key(first) <= wanted);
        let Some(file) = self.file.as_ref().filter(|_| !is_held) else {
            return Ok(among(&self.records, wanted));
        };
        let Some(block) = self.blocks.partition_point(|first| *first <= wanted).checked_sub(1) else {
            return Ok(None);
        };
        let mut records = [[0; N]; BLOCK];
        file.read_exact_at(records.as_flattened_mut(), (block * BLOCK * N) as u64)?;
        Ok(among(&records, wanted))
    }
}

fn key<const N: usize>(record: &[u8; N]) -> [u8; KEY] {
    const { assert!(N >= KEY, "a record begins with its key") };
    std::array::from_fn(|at| record[at])
}

fn among<const N: usize>(records: &[[u8; N]], wanted: [u8; KEY]) -> Option<[u8; N]> {
    records.binary_search_by_key(&wanted, key).ok().map(|at| records[at])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A record with this key.
    fn record(key: u16) -> [u8; 17] {
        let mut record = [7; 17];
        record[..16].copy_from_slice(&u128::from(key).to_be_bytes());
        record[16] = key.to_be_bytes()[1];
        record
    }

    fn index(keys: &[u16], most: usize) -> Index<17> {
        Index::holding(most, keys.iter().map(|key| Ok(record(*key))), tempfile::tempfile).unwrap()
    }

    proptest! {
        #[test]
        fn what_is_there_is_found_and_nothing_else_whether_memory_holds_it_or_not(
            keys in prop::collection::btree_set(0_u16..1500, 0..700),
            most in 1_usize..400,
        ) {
            let ordered: Vec<u16> = keys.iter().copied().collect();
            let index = index(&ordered, most);
            prop_assert_eq!(index.file.is_some(), ordered.len() > most.next_multiple_of(BLOCK));
            for key in 0..1500 {
                let found = index.find(u128::from(key).to_be_bytes()).unwrap();
                prop_assert_eq!(found, keys.contains(&key).then(|| record(key)));
            }
        }
    }

    #[test]
    fn a_disk_that_is_full_or_a_record_that_cannot_be_read_is_an_error() {
        let full = || File::options().write(true).open("/dev/full");
        let records = || (0..200).map(|key| Ok(record(key)));
        assert!(Index::holding(1, records(), full).is_err());
        let broken = records().chain([Err(io::ErrorKind::NotFound.into())]);
        assert!(Index::holding(1000, broken, full).is_err());
    }
}
