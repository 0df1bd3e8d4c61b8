//! Why an input cannot be read. These end the run before anything is sent; a row's own trouble does not come here.

use std::io;
use std::path::PathBuf;

/// What is wrong with the file as a whole, and where.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// The operating system refused.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Its reason.
        source: io::Error,
    },
    /// A directory, device or socket.
    #[error("{} is {what}, not a file", path.display())]
    NotAFile {
        /// What was named.
        path: PathBuf,
        /// What it is.
        what: &'static str,
    },
    /// Zero bytes, or blank lines only.
    #[error("{} is empty: it has not even a header line", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// Not a text file that can be read as CSV.
    #[error("{} is {what}, not CSV text in UTF-8", path.display())]
    NotCsv {
        /// The file.
        path: PathBuf,
        /// What it looks like.
        what: &'static str,
    },
    /// The header is not valid UTF-8.
    #[error("the header of {} (line {line}) is not valid UTF-8", path.display())]
    HeaderNotText {
        /// The file.
        path: PathBuf,
        /// Physical line, from 1.
        line: u64,
    },
    /// More columns than any contact list has.
    #[error("the header of {} has {columns} columns; the most is {most}", path.display())]
    TooManyColumns {
        /// The file.
        path: PathBuf,
        /// What was found.
        columns: usize,
        /// The limit.
        most: usize,
    },
    /// One record goes on and on.
    #[error("{}, line {line}: one record is longer than {most} bytes", path.display())]
    RecordTooLong {
        /// The file.
        path: PathBuf,
        /// Physical line on which the record starts.
        line: u64,
        /// The limit.
        most: usize,
    },
    /// An open quote swallowed so much that nothing after it can be trusted.
    #[error("{}, line {line}: a quote is opened and never closed; it swallows the {lines} lines to the end of the file", path.display())]
    QuoteToTheEnd {
        /// The file.
        path: PathBuf,
        /// Physical line on which the record starts.
        line: u64,
        /// Lines from there to the end.
        lines: u64,
    },
    /// The file is no longer what it was when it was first read.
    #[error("{} was changed while it was being read (after byte {byte})", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
        /// Offset up to which it is known to be unchanged.
        byte: u64,
    },
    /// Standard input could not be kept for the later readings.
    #[error("cannot keep standard input in {}: {source}", path.display())]
    Spool {
        /// Where it was to be kept.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
}

impl Unreadable {
    /// What the person can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Io { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                Some("check the path; `-` reads standard input".to_owned())
            }
            Self::NotCsv { .. } => Some("export or save it as \"CSV UTF-8\" and pass that file".to_owned()),
            Self::HeaderNotText { .. } => Some("save the file as \"CSV UTF-8\"".to_owned()),
            Self::RecordTooLong { .. } | Self::QuoteToTheEnd { .. } => {
                Some("look for a missing closing quote on that line".to_owned())
            }
            Self::TooManyColumns { .. } => Some("check the delimiter; `--delimiter` sets it".to_owned()),
            Self::Changed { .. } => {
                Some("wait until nothing writes to it any more, then run the same command".to_owned())
            }
            _ => None,
        }
    }
}
