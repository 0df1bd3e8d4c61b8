//! The journal cannot be used. Nothing may be sent that cannot be written down, so these end the run.

use crate::words::{Message, message, worded};
use std::io;

/// What is wrong with the journal.
#[derive(Debug)]
pub enum JournalError {
    /// It cannot be read or written.
    Io {
        /// `open`, `read`, `write` or `sync`.
        doing: &'static str,
        /// The operating system's reason.
        source: io::Error,
    },
    /// It was written by a newer program.
    Newer {
        /// What was found.
        found: u32,
        /// What is known.
        known: u32,
    },
    /// Its first record is lost, and with it what it is about.
    HeadLost {
        /// What was seen.
        what: Message,
    },
    /// A record that was there is not there any more.
    Changed,
}

worded!(JournalError);

impl JournalError {
    /// What is wrong.
    pub fn message(&self) -> Message {
        match self {
            Self::Io { doing, source } => Message::new(format!("journal-{doing}")).with("why", source),
            Self::Newer { found, known } => message!("journal-newer", found = *found, known = *known),
            Self::HeadLost { what } => message!("journal-head-lost", what),
            Self::Changed => message!("journal-changed"),
        }
    }
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
