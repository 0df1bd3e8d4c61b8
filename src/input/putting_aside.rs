//! Why another format cannot be put aside as a table.

use std::io;
use std::path::Path;

use super::Unreadable;
use super::aside::AsideError;
use super::limits::{MOST_COLUMNS, MOST_RECORD_BYTES};

/// What happened, and where.
#[derive(Debug)]
pub(super) enum Failed {
    /// The text could not be read.
    Reading { line: u64, error: io::Error },
    /// One record is too long.
    TooLong { line: u64 },
    /// More columns than a table may have.
    TooManyColumns,
    /// The table could not be written.
    Aside(io::Error),
}

impl Failed {
    pub(super) fn aside(line: u64, error: AsideError) -> Self {
        match error {
            AsideError::TooManyColumns => Self::TooManyColumns,
            AsideError::RowTooLong => Self::TooLong { line },
            AsideError::Io(error) => Self::Aside(error),
        }
    }

    pub(super) fn of(self, path: &Path) -> Unreadable {
        match self {
            Self::Reading { line, error } => Unreadable::from_reading(path, line, error),
            Self::TooLong { line } => {
                Unreadable::RecordTooLong { path: path.to_owned(), line, most: MOST_RECORD_BYTES }
            }
            Self::TooManyColumns => Unreadable::TooManyColumns { path: path.to_owned(), most: MOST_COLUMNS },
            Self::Aside(source) => Unreadable::Aside { source },
        }
    }
}
