//! What a person says about an input.

use super::{Encoding, Quote};

/// What is said; what is not, is read off the file.
#[derive(Debug, Clone, Default)]
pub struct InputOptions {
    /// How the letters are written down.
    pub encoding: Option<Encoding>,
    /// The byte between two cells of a CSV file.
    pub delimiter: Option<u8>,
    /// What quotes cells of a CSV file.
    pub quote: Option<Quote>,
    /// Whether the first row is a header. `None`: it must look like one.
    pub header: Option<bool>,
    /// The physical line of the header, from 1; what stands above it is no part of the list. `None`: the first line that
    /// holds anything.
    pub header_line: Option<u64>,
    /// What becomes of rows that are not as wide as the header.
    pub ragged: Ragged,
    /// The file to read in an archive of several.
    pub member: Option<String>,
    /// The sheet to read of a workbook.
    pub sheet: Option<String>,
    /// What keeps the elements of a list in a cell apart, besides `,`, `;` and `|`.
    pub separators: Vec<String>,
}

/// What becomes of rows that are not as wide as the header. Cells beyond it that are all empty are taken off, and cells
/// missing under columns without a name are put there, whatever is said: nothing is lost or made up by that.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Ragged {
    /// The row is invalid.
    #[default]
    Refuse,
    /// Cells that are missing at the end are read as empty; rows that are too wide are invalid.
    Pad,
    /// As [`Self::Pad`], and cells beyond the last column are left out.
    Fit,
}
