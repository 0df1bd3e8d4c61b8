//! What the file holds at one place: a row number, a line, and the cells as they are.

use std::fmt;

use csv::ByteRecord;

use super::Code;
use crate::words::{Message, message};

/// Number of a data row, counted from 1. The header, blank lines and rows of nothing but separators do not
/// count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowNumber(u64);

impl RowNumber {
    /// The number of the first data row.
    pub const FIRST: Self = Self(1);

    /// `number` counts from 1.
    pub fn new(number: u64) -> Self {
        debug_assert!(number > 0, "rows are counted from 1");
        Self(number)
    }

    /// The number, counted from 1.
    pub fn get(self) -> u64 {
        self.0
    }

    /// The row after this one.
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for RowNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Where a row stands: the number that the results have, and the line on which a person finds it in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowPlace {
    /// Which data row it is.
    pub row: RowNumber,
    /// Physical line on which it starts, counted from 1.
    pub line: u64,
}

impl RowPlace {
    /// In words.
    pub fn message(self) -> Message {
        message!("row-place", row = self.row.to_string(), line = self.line.to_string())
    }
}

impl Row {
    /// Whether its cells are what the file holds, each under its column: they are where one of them is only nested.
    pub fn has_sound_cells(&self) -> bool {
        matches!(self.flaw, None | Some(Flaw::JsonNested))
    }

    /// Where it stands.
    pub fn place(&self) -> RowPlace {
        RowPlace { row: self.number, line: self.line }
    }
}

/// One data row. The cells are the bytes of the file, unquoted, in UTF-8 and otherwise untouched, so that what goes
/// out in `failures.csv` is what came in. A cell that is not UTF-8 could not be decoded.
#[derive(Clone, PartialEq, Eq)]
pub struct Row {
    /// Which data row this is.
    pub number: RowNumber,
    /// Physical line on which the row starts, counted from 1; a quoted line break makes a row span several.
    pub line: u64,
    /// The cells, as many as the row has; the header may have more or fewer.
    pub cells: ByteRecord,
    /// Why the cells cannot be trusted, if they cannot.
    pub flaw: Option<Flaw>,
}

/// Shows where the row stands and how many cells it has, never what is in them: rows are personal data.
impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Row")
            .field("number", &self.number.0)
            .field("line", &self.line)
            .field("cells", &self.cells.len())
            .field("flaw", &self.flaw)
            .finish()
    }
}

/// What keeps a row's cells from being trusted. A lenient reader would silently glue, cut or drop something, so the row
/// is refused instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// A quote was opened and the file ended before it was closed.
    UnclosedQuote,
    /// Text stands after a closing quote, as in `"a"b`.
    TextAfterQuote,
    /// A cell stands in quotes behind a space, as in `a, "b"`.
    QuoteAfterSpace,
    /// Lines that look like rows of their own stand inside of a quote.
    SwallowedRows,
    /// Longer than a row may be: nothing of it was kept.
    TooLong,
    /// More or fewer cells than the columns of its own file, which are not those of the whole list.
    CellCount,
    /// A line of a JSON Lines file that is no object, or says one thing twice.
    JsonLine,
    /// A value that is itself an object, or a list of lists.
    JsonNested,
    /// A vCard without a beginning or an end, or two that run into one another.
    UnendedCard,
}

impl Flaw {
    /// Its kind.
    pub fn code(self) -> Code {
        match self {
            Self::UnclosedQuote => Code::UnclosedQuote,
            Self::TextAfterQuote => Code::TextAfterQuote,
            Self::QuoteAfterSpace => Code::QuoteAfterSpace,
            Self::SwallowedRows => Code::SwallowedRows,
            Self::TooLong => Code::RowTooLong,
            Self::CellCount => Code::FieldCount,
            Self::JsonLine => Code::JsonLine,
            Self::JsonNested => Code::JsonNested,
            Self::UnendedCard => Code::UnendedCard,
        }
    }

    /// A sentence for a person, without its period.
    pub fn message(self) -> Message {
        match self {
            Self::UnclosedQuote => message!("flaw-unclosed-quote"),
            Self::TextAfterQuote => message!("flaw-text-after-quote"),
            Self::QuoteAfterSpace => message!("flaw-quote-after-space"),
            Self::SwallowedRows => message!("flaw-swallowed-rows"),
            Self::TooLong => message!("flaw-too-long"),
            Self::CellCount => message!("flaw-cell-count"),
            Self::JsonLine => message!("flaw-json-line"),
            Self::JsonNested => message!("flaw-json-nested"),
            Self::UnendedCard => message!("flaw-unended-card"),
        }
    }
}
