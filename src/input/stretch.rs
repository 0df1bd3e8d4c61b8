//! Rows that stand together, not looked into yet: a reading hands them out stretch by stretch, and whoever has time reads
//! their cells.

use std::sync::Arc;

use csv::ByteRecord;

use super::cutter::Cut;
use super::notes::RowNotes;
use super::swallowed::holds_rows;
use super::{Dialect, InputFiles, Ragged};
use crate::model::{Flaw, Row, RowNumber, is_mend_mark, width_of_the_list};

/// Bytes of a text that make a stretch.
pub(super) const STRETCH: usize = 128 * 1024;
/// Rows that make a stretch, where they are no text.
pub(super) const ROWS: usize = 512;

/// What all rows of a file have in common.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) names: Vec<String>,
    pub(super) ragged: Ragged,
    /// The person has said what quotes cells: whatever stands inside of one is one cell.
    pub(super) are_quotes_said: bool,
}

/// The records of a stretch.
pub(super) enum Content {
    /// Of a CSV text.
    Text { bytes: Vec<u8>, cuts: Vec<Cut>, dialect: Dialect },
    /// Of another format: line, flaw, cells.
    Records(Vec<(u64, Option<Flaw>, ByteRecord)>),
}

impl Content {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Text { cuts, .. } => cuts.len(),
            Self::Records(records) => records.len(),
        }
    }
}

/// Consecutive rows of one file.
pub struct Stretch {
    pub(super) file: usize,
    pub(super) first: RowNumber,
    pub(super) shape: Arc<Shape>,
    pub(super) content: Content,
}

impl Stretch {
    /// The number of its first row; there is one.
    pub fn first(&self) -> RowNumber {
        self.first
    }

    /// Its rows. `input` is what the reading is of.
    pub fn rows(self, input: &InputFiles) -> StretchRows<'_> {
        let source = match self.content {
            Content::Text { bytes, cuts, dialect } => Source::Text { bytes, cuts: cuts.into_iter(), dialect },
            Content::Records(records) => Source::Records(records.into_iter()),
        };
        let row = Row { number: self.first, line: 0, cells: ByteRecord::new(), flaw: None };
        StretchRows {
            source,
            shape: self.shape,
            places: input.places(self.file),
            width: input.header().names.len(),
            file: self.file,
            next: self.first,
            row,
            notes: RowNotes::default(),
        }
    }
}

enum Source {
    Text { bytes: Vec<u8>, cuts: std::vec::IntoIter<Cut>, dialect: Dialect },
    Records(std::vec::IntoIter<(u64, Option<Flaw>, ByteRecord)>),
}

/// Reads the rows of a [`Stretch`] one after the other.
pub struct StretchRows<'i> {
    source: Source,
    shape: Arc<Shape>,
    /// Where the columns of the file stand in the header that all files share.
    places: Option<&'i [usize]>,
    width: usize,
    file: usize,
    next: RowNumber,
    row: Row,
    notes: RowNotes,
}

impl StretchRows<'_> {
    /// The next row, which is there until the one after it is asked for.
    #[expect(clippy::should_implement_trait, reason = "a row is lent")]
    pub fn next(&mut self) -> Option<&Row> {
        let row = &mut self.row;
        match &mut self.source {
            Source::Text { bytes, cuts, dialect } => {
                let cut = cuts.next()?;
                (row.line, row.flaw) = (cut.line, cut.flaw);
                cut.read(bytes, *dialect, &mut row.cells);
                if cut.has_lines && row.flaw.is_none() {
                    row.flaw = self.shape.swallowed(&bytes[cut.start..cut.end], *dialect);
                }
                if cut.has_spaced_quote && row.cells.iter().any(|cell| dialect.is_quoted_behind_a_space(cell))
                {
                    row.flaw = row.flaw.or(Some(Flaw::QuoteAfterSpace));
                }
            }
            Source::Records(records) => (row.line, row.flaw, row.cells) = records.next()?,
        }
        (row.number, self.next) = (self.next, self.next.next());
        if row.cells.len() != self.shape.names.len() && row.flaw.is_none() {
            self.shape.fit(row.line, &mut row.cells, &mut self.notes);
        }
        if let Some(places) = self.places {
            place(row, places, self.width);
        }
        Some(&self.row)
    }

    /// What was found of the rows, to be given back to the reading.
    pub fn done(self) -> Done {
        Done { file: self.file, notes: self.notes }
    }
}

/// A stretch of which all rows were read.
#[derive(Debug, Clone, Copy)]
pub struct Done {
    pub(super) file: usize,
    pub(super) notes: RowNotes,
}

impl Shape {
    /// Whether a record with lines inside of its quotes looks as if they were rows.
    fn swallowed(&self, raw: &[u8], dialect: Dialect) -> Option<Flaw> {
        let width = width_of_the_list(&self.names).unwrap_or(self.names.len());
        let is_row = || holds_rows(raw, dialect, width, self.names.len() - width);
        (!self.are_quotes_said && is_row()).then_some(Flaw::SwallowedRows)
    }

    /// Brings a ragged row to the width of the header, where that loses and makes up nothing or the person said so.
    fn fit(&self, line: u64, cells: &mut ByteRecord, notes: &mut RowNotes) {
        let names = &self.names;
        if cells.len() > names.len() {
            take_off_empty(cells, names.len());
            if cells.len() == names.len() {
                notes.surplus_empty.note(line);
            } else if self.ragged == Ragged::Fit && !cells.iter().skip(names.len()).any(is_mend_mark) {
                notes.cut.note(line);
                cells.truncate(names.len());
            }
        } else if self.ragged != Ragged::Refuse
            || names[cells.len()..].iter().all(|name| name.trim().is_empty())
        {
            notes.padded.note(line);
            while cells.len() < names.len() {
                cells.push_field(b"");
            }
        }
    }
}

/// Takes off the empty cells at the end that stand beyond a row of this width.
pub(super) fn take_off_empty(cells: &mut ByteRecord, width: usize) {
    if cells.len() > width {
        let filled = cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
        cells.truncate(filled.max(width));
    }
}

/// Puts the cells under the columns that all files share. A row that does not fit its own file's header has no columns,
/// and must not come to fit the shared one by chance.
fn place(row: &mut Row, places: &[usize], width: usize) {
    if row.cells.len() != places.len() {
        row.flaw = row.flaw.or(Some(Flaw::CellCount));
        return;
    }
    let mut slots: Vec<&[u8]> = vec![b""; width];
    for (cell, &place) in row.cells.iter().zip(places) {
        slots[place] = cell;
    }
    row.cells = ByteRecord::from(slots);
}
