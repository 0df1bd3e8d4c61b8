//! What is known of each row before it is sent.

use std::fs::File;
use std::io;

use super::sorter::{Sorted, Sorter};
use crate::journal::ContactKey;
use crate::model::RowNumber;

/// Key, row, content.
const SIGHTING: usize = 16 + 8 + 8;
/// Row, the row it repeats, 1 if the content is the same.
const REPEAT: usize = 8 + 8 + 1;

/// What is known of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is to be sent.
    Fresh,
    /// It is the same contact as an earlier row.
    Repeats {
        /// That row.
        of: RowNumber,
        /// And says the same.
        same_content: bool,
    },
}

/// Takes every contact of a file and finds those that stand in it before.
pub(super) struct Sightings<F> {
    sorter: Sorter<SIGHTING, F>,
    scratch: F,
}

impl<F: Fn() -> io::Result<File> + Clone> Sightings<F> {
    pub(super) fn new(scratch: F) -> Self {
        Self { sorter: Sorter::new(scratch.clone()), scratch }
    }

    pub(super) fn add(&mut self, key: ContactKey, row: RowNumber, content: [u8; 8]) -> io::Result<()> {
        let mut record = [0; SIGHTING];
        record[..16].copy_from_slice(&key.0);
        record[16..24].copy_from_slice(&row.get().to_be_bytes());
        record[24..].copy_from_slice(&content);
        self.sorter.push(record)
    }

    /// Sorts by key, which brings the rows of one contact together, then the repeats by row.
    pub(super) fn standings(self) -> io::Result<(Standings, u64)> {
        let mut repeats = Sorter::new(self.scratch);
        let mut count = 0;
        let mut first: Option<[u8; SIGHTING]> = None;
        for record in self.sorter.sorted()? {
            let record = record?;
            match &first {
                Some(first) if first[..16] == record[..16] => {
                    let mut repeat = [0; REPEAT];
                    repeat[..8].copy_from_slice(&record[16..24]);
                    repeat[8..16].copy_from_slice(&first[16..24]);
                    repeat[16] = u8::from(first[24..] == record[24..]);
                    repeats.push(repeat)?;
                    count += 1;
                }
                _ => first = Some(record),
            }
        }
        let mut standings = Standings { repeats: repeats.sorted()?, next: None };
        standings.advance()?;
        Ok((standings, count))
    }
}

/// The standing of each row, asked for in order.
pub struct Standings {
    repeats: Sorted<REPEAT>,
    next: Option<(RowNumber, Standing)>,
}

impl Standings {
    /// The standing of `row`, which comes after every row asked for before.
    ///
    /// # Errors
    ///
    /// If what was put aside on disk cannot be read back.
    pub fn of(&mut self, row: RowNumber) -> io::Result<Standing> {
        match self.next {
            Some((next, standing)) if next == row => {
                self.advance()?;
                Ok(standing)
            }
            _ => Ok(Standing::Fresh),
        }
    }

    fn advance(&mut self) -> io::Result<()> {
        self.next = self.repeats.next().transpose()?.map(|repeat| {
            let number = |at: usize| {
                let mut bytes = [0; 8];
                bytes.copy_from_slice(&repeat[at..at + 8]);
                RowNumber::new(u64::from_be_bytes(bytes))
            };
            (number(0), Standing::Repeats { of: number(8), same_content: repeat[16] == 1 })
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_later_row_of_a_contact_repeats_its_first() {
        let mut sightings = Sightings::new(tempfile::tempfile);
        for (row, key, content) in [(1, 9, 0), (2, 3, 0), (3, 9, 0), (5, 3, 1), (6, 9, 0), (7, 4, 0)] {
            sightings.add(ContactKey([key; 16]), RowNumber::new(row), [content; 8]).unwrap();
        }
        let (mut standings, repeats) = sightings.standings().unwrap();
        let seen: Vec<Standing> = (1..=7).map(|row| standings.of(RowNumber::new(row)).unwrap()).collect();
        let repeat = |of, same_content| Standing::Repeats { of: RowNumber::new(of), same_content };
        assert_eq!(repeats, 3);
        assert_eq!(
            seen,
            [
                Standing::Fresh,
                Standing::Fresh,
                repeat(1, true),
                Standing::Fresh,
                repeat(2, false),
                repeat(1, true),
                Standing::Fresh
            ]
        );
    }
}
