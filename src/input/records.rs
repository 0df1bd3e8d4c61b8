//! One reading of an input: stretch by stretch or row by row, file after file.

use super::file_records::FileRecords;
use super::notes::RowNotes;
use super::stretch::{Done, Stretch, StretchRows};
use super::{Header, InputFiles, Notes, Unreadable};
use crate::model::{Row, RowNumber, Stands, Window};

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

/// The rows of all files in order, numbered through, stretch by stretch, in bounded memory. Blank lines and rows of
/// nothing but separators are passed over and end nothing.
pub struct Stretches<'a> {
    input: &'a InputFiles,
    /// The reading of the file that is being read, and its number.
    reading: Option<(usize, FileRecords<'a>)>,
    rows: u64,
    next: RowNumber,
    done: Vec<Section>,
    /// What was found of the rows of each file.
    row_notes: Vec<RowNotes>,
}

impl<'a> Stretches<'a> {
    /// Begins a reading.
    ///
    /// # Errors
    ///
    /// If the first file cannot be read or has changed.
    pub fn new(input: &'a InputFiles) -> Result<Self, Unreadable> {
        let row_notes = vec![RowNotes::default(); input.files().len()];
        let mut stretches =
            Self { input, reading: None, rows: 0, next: RowNumber::FIRST, done: Vec::new(), row_notes };
        stretches.open(0)?;
        Ok(stretches)
    }

    /// Takes what was found of the rows of a stretch.
    pub fn took(&mut self, done: Done) {
        if let Some(notes) = self.row_notes.get_mut(done.file) {
            notes.join(done.notes);
        }
    }

    /// What was read so far, file by file; complete when the reading has ended and every stretch was given back.
    pub fn sections(&self) -> Vec<Section> {
        let with_rows = |section: &Section| Section {
            notes: Notes { rows: self.row_notes[section.file], ..section.notes },
            ..*section
        };
        self.done.iter().map(with_rows).collect()
    }

    fn open(&mut self, file: usize) -> Result<(), Unreadable> {
        self.rows = 0;
        self.reading = match self.input.files().get(file) {
            Some(opened) => Some((file, FileRecords::new(opened)?)),
            None => None,
        };
        Ok(())
    }

    fn next_stretch(&mut self) -> Result<Option<Stretch>, Unreadable> {
        while let Some((file, reading)) = &mut self.reading {
            let file = *file;
            if let Some(content) = reading.next()? {
                let (first, rows) = (self.next, content.len() as u64);
                self.rows += rows;
                self.next = RowNumber::new(first.get() + rows);
                return Ok(Some(Stretch { file, first, shape: reading.shape().clone(), content }));
            }
            self.done.push(Section { file, rows: self.rows, notes: reading.notes() });
            self.open(file + 1)?;
        }
        Ok(None)
    }
}

impl Iterator for Stretches<'_> {
    type Item = Result<Stretch, Unreadable>;

    fn next(&mut self) -> Option<Self::Item> {
        let stretch = self.next_stretch();
        if stretch.is_err() {
            self.reading = None;
        }
        stretch.transpose()
    }
}

/// The rows of all files in order, one by one.
pub struct Records<'a> {
    stretches: Stretches<'a>,
    rows: Option<StretchRows<'a>>,
}

impl<'a> Records<'a> {
    /// Begins a reading.
    ///
    /// # Errors
    ///
    /// If the first file cannot be read or has changed.
    pub fn new(input: &'a InputFiles) -> Result<Self, Unreadable> {
        Ok(Self { stretches: Stretches::new(input)?, rows: None })
    }

    /// The names of the columns.
    pub fn header(&self) -> &'a Header {
        self.stretches.input.header()
    }

    /// What was read so far, file by file; complete when the reading has ended.
    pub fn sections(&self) -> Vec<Section> {
        self.stretches.sections()
    }
}

impl<'i> Records<'i> {
    /// Those that stand in `window`, whatever part they belong to; reading ends behind it.
    pub fn inside(self, window: Window) -> impl Iterator<Item = Result<Row, Unreadable>> + use<'i> {
        let stands = move |row: &Result<Row, Unreadable>| {
            row.as_ref().map_or(Stands::Inside, |row| window.place(row.number))
        };
        self.skip_while(move |row| stands(row) == Stands::Before)
            .take_while(move |row| stands(row) != Stands::Behind)
    }
}

impl Iterator for Records<'_> {
    type Item = Result<Row, Unreadable>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(row) = self.rows.as_mut().and_then(StretchRows::next) {
                return Some(Ok(row.clone()));
            }
            if let Some(rows) = self.rows.take() {
                self.stretches.took(rows.done());
            }
            match self.stretches.next()? {
                Ok(stretch) => self.rows = Some(stretch.rows(self.stretches.input)),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}
