//! Local output failed. Nothing may be sent that cannot be recorded, so these end the run.

use crate::words::{Message, message, worded};
use std::io;
use std::path::PathBuf;

/// What could not be written.
#[derive(Debug)]
pub enum OutputError {
    /// The folder cannot be made or used.
    Folder {
        /// The folder.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
    /// A file cannot be written.
    Write {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
}

worded!(OutputError);

impl OutputError {
    /// What is wrong.
    pub fn message(&self) -> Message {
        match self {
            Self::Folder { path, source } => message!("output-folder", path, why = source),
            Self::Write { path, source } => message!("output-write", path, why = source),
        }
    }
}
