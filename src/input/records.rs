//! One reading of an input, row by row, file after file.

use csv::ByteRecord;

use super::file_records::FileRecords;
use super::{Header, InputFiles, Notes, Unreadable};
use crate::model::{Flaw, Row, RowNumber};

/// What was read of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Section {
    /// Which file, from 0.
    pub file: usize,
    /// Its rows, as far as they were read.
    pub rows: u64,
    /// What was found in it that is no row's own trouble.
    pub notes: Notes,
}

/// The rows of all files in order, numbered through, in bounded memory. Blank lines are passed over and end nothing.
pub struct Records<'a> {
    input: &'a InputFiles,
    /// The reading of the file that is being read, and its number.
    reading: Option<(usize, FileRecords<'a>)>,
    rows: u64,
    next: RowNumber,
    done: Vec<Section>,
}

impl<'a> Records<'a> {
    /// Begins a reading.
    ///
    /// # Errors
    ///
    /// If the first file cannot be read or has changed.
    pub fn new(input: &'a InputFiles) -> Result<Self, Unreadable> {
        let mut records = Self { input, reading: None, rows: 0, next: RowNumber::FIRST, done: Vec::new() };
        records.open(0)?;
        Ok(records)
    }

    /// The names of the columns.
    pub fn header(&self) -> &'a Header {
        self.input.header()
    }

    /// What was read so far, file by file; complete when the reading has ended.
    pub fn sections(&self) -> &[Section] {
        &self.done
    }

    fn open(&mut self, file: usize) -> Result<(), Unreadable> {
        self.rows = 0;
        self.reading = match self.input.files().get(file) {
            Some(opened) => Some((file, FileRecords::new(opened)?)),
            None => None,
        };
        Ok(())
    }

    fn next_row(&mut self) -> Result<Option<Row>, Unreadable> {
        while let Some((file, reading)) = &mut self.reading {
            let file = *file;
            if let Some((line, flaw, cells)) = reading.next()? {
                let (cells, flaw) = match self.input.places(file) {
                    None => (cells, flaw),
                    Some(places) => placed(cells, flaw, places, self.input.header().names.len()),
                };
                self.rows += 1;
                let number = self.next;
                self.next = number.next();
                return Ok(Some(Row { number, line, cells, flaw }));
            }
            self.done.push(Section { file, rows: self.rows, notes: reading.notes() });
            self.open(file + 1)?;
        }
        Ok(None)
    }
}

/// The cells under the columns that all files share. A row that does not fit its own file's header has no columns, and
/// must not come to fit the shared one by chance.
fn placed(
    cells: ByteRecord,
    flaw: Option<Flaw>,
    places: &[usize],
    width: usize,
) -> (ByteRecord, Option<Flaw>) {
    if cells.len() != places.len() {
        return (cells, flaw.or(Some(Flaw::CellCount)));
    }
    let mut slots: Vec<&[u8]> = vec![b""; width];
    for (cell, &place) in cells.iter().zip(places) {
        slots[place] = cell;
    }
    (ByteRecord::from(slots), flaw)
}

impl Iterator for Records<'_> {
    type Item = Result<Row, Unreadable>;

    fn next(&mut self) -> Option<Self::Item> {
        let row = self.next_row();
        if row.is_err() {
            self.reading = None;
        }
        row.transpose()
    }
}
