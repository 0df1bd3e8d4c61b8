//! The journal cannot be used. Nothing may be sent that cannot be written down, so these end the run.

use std::io;

/// What is wrong with the journal.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// It cannot be read or written.
    #[error("cannot {doing} the journal: {source}")]
    Io {
        /// `open`, `read`, `write` or `sync`.
        doing: &'static str,
        /// The operating system's reason.
        source: io::Error,
    },
    /// It was written by a newer program.
    #[error("the journal has format {found}; this program reads up to {known}")]
    Newer {
        /// What was found.
        found: u32,
        /// What is known.
        known: u32,
    },
    /// Its first record is lost, and with it what it is about.
    #[error("the journal is damaged at its head: {what}")]
    HeadLost {
        /// What was seen.
        what: String,
    },
    /// A record that was there is not there any more.
    #[error("the journal was changed while it was in use")]
    Changed,
}

impl JournalError {
    /// What was written could not be synced.
    pub fn sync(source: io::Error) -> Self {
        Self::Io { doing: "sync", source }
    }

    pub(super) fn io(doing: &'static str) -> impl Fn(io::Error) -> Self {
        move |source| Self::Io { doing, source }
    }
}
