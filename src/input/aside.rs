//! A table that was read out of another format (a workbook, vCards, JSON Lines) and put aside, so that every reading
//! finds its rows and so that the other format is read once.
//!
//! Such formats tell their columns as they go: cells are put aside under the number of their column, and take their
//! place under the header when they are read.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::io::{self, BufWriter, Write as _};

use csv::ByteRecord;

use super::limits::{MOST_COLUMNS, MOST_RECORD_BYTES};
use super::notes::Spoilt;
use super::trouble::Trouble;
use super::utf8::Utf8Scan;
use crate::model::Flaw;

/// A table in the making.
pub(super) struct AsideWriter {
    file: BufWriter<File>,
    columns: Vec<String>,
    by_name: HashMap<String, u16>,
    pointed: BTreeSet<u16>,
    /// With the first line.
    listed: BTreeMap<u16, u64>,
    scan: Utf8Scan,
    rows: u64,
    bytes: u64,
    row: Vec<u8>,
}

/// Why a row cannot be put aside.
#[derive(Debug)]
pub(super) enum AsideError {
    TooManyColumns,
    RowTooLong,
    Io(io::Error),
}

impl AsideWriter {
    pub(super) fn new(file: File) -> Self {
        Self {
            file: BufWriter::with_capacity(1 << 16, file),
            columns: Vec::new(),
            by_name: HashMap::new(),
            pointed: BTreeSet::new(),
            listed: BTreeMap::new(),
            scan: Utf8Scan::default(),
            rows: 0,
            bytes: 0,
            row: Vec::new(),
        }
    }

    /// The number of the column with this name, which is new if it has not been asked for before.
    pub(super) fn column(&mut self, name: &str) -> Result<u16, AsideError> {
        if let Some(&column) = self.by_name.get(name) {
            return Ok(column);
        }
        let column = self.new_column(name)?;
        self.by_name.insert(name.to_owned(), column);
        Ok(column)
    }

    /// A column of this name, also if there is one already.
    pub(super) fn new_column(&mut self, name: &str) -> Result<u16, AsideError> {
        if self.columns.len() == MOST_COLUMNS {
            return Err(AsideError::TooManyColumns);
        }
        self.columns.push(name.to_owned());
        Ok(u16::try_from(self.columns.len() - 1).unwrap_or(u16::MAX))
    }

    /// The column holds a number of which the format says that its fraction stands behind a point.
    pub(super) fn note_point(&mut self, column: u16) {
        self.pointed.insert(column);
    }

    /// The column's cell of this line is a JSON list, of what is no one text.
    pub(super) fn note_list(&mut self, column: u16, line: u64) {
        self.listed.entry(column).or_insert(line);
    }

    /// Puts a row aside: its line, its flaw, its cells under their columns' numbers.
    pub(super) fn row<'c>(
        &mut self,
        line: u64,
        flaw: Option<Flaw>,
        cells: impl IntoIterator<Item = (u16, &'c [u8])>,
    ) -> Result<(), AsideError> {
        self.row.clear();
        self.row.extend(line.to_le_bytes());
        self.row.push(flaw.map_or(0, number));
        for (column, cell) in cells {
            let length = u32::try_from(cell.len()).map_err(|_| AsideError::RowTooLong)?;
            self.row.extend(column.to_le_bytes());
            self.row.extend(length.to_le_bytes());
            self.row.extend(cell);
            self.scan.feed(cell);
            if self.row.len() > MOST_RECORD_BYTES + 8 * MOST_COLUMNS {
                return Err(AsideError::RowTooLong);
            }
        }
        let length = u32::try_from(self.row.len()).map_err(|_| AsideError::RowTooLong)?;
        self.file.write_all(&length.to_le_bytes()).map_err(AsideError::Io)?;
        self.file.write_all(&self.row).map_err(AsideError::Io)?;
        self.rows += 1;
        self.bytes += u64::from(length) + 4;
        Ok(())
    }

    /// The table. `line` is that of its header; `order` puts the columns in order.
    pub(super) fn finish(self, line: u64, order: impl Fn(&str) -> usize) -> Result<Aside, AsideError> {
        let file = self.file.into_inner().map_err(|error| AsideError::Io(error.into_error()))?;
        let mut columns: Vec<usize> = (0..self.columns.len()).collect();
        columns.sort_by_key(|&column| order(&self.columns[column]));
        let mut places = vec![0; columns.len()];
        for (place, &column) in columns.iter().enumerate() {
            places[column] = place;
        }
        let names = columns.iter().map(|&column| self.columns[column].clone()).collect();
        let pointed = self.pointed.iter().map(|&column| self.columns[usize::from(column)].clone()).collect();
        let listed =
            self.listed.iter().map(|(&column, &line)| (self.columns[usize::from(column)].clone(), line));
        let listed = listed.collect();
        let spoilt = self.scan.spoilt();
        Ok(Aside { file, rows: self.rows, bytes: self.bytes, names, places, pointed, listed, spoilt, line })
    }
}

/// A table that was put aside.
#[derive(Debug)]
pub(super) struct Aside {
    file: File,
    rows: u64,
    bytes: u64,
    pub(super) names: Vec<String>,
    /// Where each column stands in the header.
    places: Vec<usize>,
    /// Columns with numbers whose fraction stands behind a point, whatever a person says of numbers.
    pub(super) pointed: Vec<String>,
    /// Columns of which a cell is a JSON list, and the first line that has one.
    pub(super) listed: Vec<(String, u64)>,
    /// What letters in cells suffered before.
    pub(super) spoilt: Spoilt,
    /// The line of the header.
    pub(super) line: u64,
}

impl Aside {
    /// A reading of all rows.
    pub(super) fn rows(&self) -> AsideRows<'_> {
        AsideRows { aside: self, next: 0, at: 0, buffer: Vec::new(), begin: 0, slots: Vec::new() }
    }
}

/// One reading.
pub(super) struct AsideRows<'a> {
    aside: &'a Aside,
    next: u64,
    /// Offset of the next row.
    at: u64,
    buffer: Vec<u8>,
    /// Offset of `buffer`.
    begin: u64,
    slots: Vec<std::ops::Range<usize>>,
}

impl AsideRows<'_> {
    /// Reads the next row into `record`: its line and its flaw.
    pub(super) fn read(&mut self, record: &mut ByteRecord) -> io::Result<Option<(u64, Option<Flaw>)>> {
        if self.next == self.aside.rows {
            return Ok(None);
        }
        let length = u32::from_le_bytes(self.take(4)?.try_into().map_err(|_| Trouble::Aside)?);
        let length = usize::try_from(length).map_err(|_| Trouble::Aside)?;
        let mut slots = std::mem::take(&mut self.slots);
        slots.clear();
        slots.resize(self.aside.places.len(), 0..0);
        let places = &self.aside.places;
        let row = self.take(length)?;
        let word = |at: usize, width: usize| row.get(at..at + width).ok_or(Trouble::Aside);
        let line = u64::from_le_bytes(word(0, 8)?.try_into().map_err(|_| Trouble::Aside)?);
        let flaw = word(8, 1)?[0];
        let mut at = 9;
        while at < row.len() {
            let column = u16::from_le_bytes(word(at, 2)?.try_into().map_err(|_| Trouble::Aside)?);
            let bytes = u32::from_le_bytes(word(at + 2, 4)?.try_into().map_err(|_| Trouble::Aside)?);
            let begin = at + 6;
            at = begin + usize::try_from(bytes).map_err(|_| Trouble::Aside)?;
            let place = places.get(usize::from(column)).ok_or(Trouble::Aside)?;
            slots[*place] = begin..at;
        }
        record.clear();
        for slot in &slots {
            record.push_field(row.get(slot.clone()).ok_or(Trouble::Aside)?);
        }
        self.slots = slots;
        self.next += 1;
        Ok(Some((line, flaw_of(flaw))))
    }

    fn take(&mut self, count: usize) -> io::Result<&[u8]> {
        use std::os::unix::fs::FileExt as _;
        let mut offset = usize::try_from(self.at - self.begin).map_err(|_| Trouble::Aside)?;
        if offset + count > self.buffer.len() {
            let left = usize::try_from(self.aside.bytes - self.at).unwrap_or(usize::MAX);
            self.buffer.resize(count.max(64 * 1024).min(left), 0);
            self.aside.file.read_exact_at(&mut self.buffer, self.at).map_err(|_| Trouble::Aside)?;
            self.begin = self.at;
            offset = 0;
        }
        self.at += count as u64;
        Ok(self.buffer.get(offset..offset + count).ok_or(Trouble::Aside)?)
    }
}

const FLAWS: [Flaw; 9] = [
    Flaw::UnclosedQuote,
    Flaw::TextAfterQuote,
    Flaw::CellCount,
    Flaw::JsonLine,
    Flaw::JsonNested,
    Flaw::UnendedCard,
    Flaw::TooLong,
    Flaw::SwallowedRows,
    Flaw::QuoteAfterSpace,
];

fn number(flaw: Flaw) -> u8 {
    FLAWS.iter().zip(1..).find(|(known, _)| **known == flaw).map_or(0, |(_, number)| number)
}

fn flaw_of(number: u8) -> Option<Flaw> {
    usize::from(number).checked_sub(1).and_then(|at| FLAWS.get(at).copied())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn rows_come_back_in_the_order_of_the_header(
            rows in prop::collection::vec(
                (any::<u64>(), 0_u8..8, prop::collection::btree_map(0_u16..5, prop::collection::vec(any::<u8>(), 0..200), 0..5)),
                0..20,
            ),
        ) {
            let mut writer = AsideWriter::new(tempfile::tempfile().unwrap());
            for name in ["e", "c", "a", "d", "b"] {
                writer.column(name).unwrap();
            }
            for (line, flaw, cells) in &rows {
                writer.row(*line, flaw_of(*flaw), cells.iter().map(|(column, cell)| (*column, &cell[..]))).unwrap();
            }
            let aside = writer.finish(1, |name| usize::from(name.as_bytes()[0])).unwrap();
            prop_assert_eq!(&aside.names, &["a", "b", "c", "d", "e"]);
            let mut reading = aside.rows();
            let mut record = ByteRecord::new();
            for (line, flaw, cells) in &rows {
                prop_assert_eq!(reading.read(&mut record).unwrap(), Some((*line, flaw_of(*flaw))));
                for (place, column) in [2, 4, 1, 3, 0].into_iter().enumerate() {
                    prop_assert_eq!(&record[place], cells.get(&column).map_or(&[][..], |cell| &cell[..]));
                }
            }
            prop_assert_eq!(reading.read(&mut record).unwrap(), None);
        }
    }
}
