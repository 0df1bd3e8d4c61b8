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
    /// The folder belongs to another user and is closed to this one.
    FolderOfAnother {
        /// The folder.
        path: PathBuf,
        /// Number of the user to whom it belongs.
        owner: u32,
    },
    /// A file of the import belongs to another user and is closed to this one.
    OfAnother {
        /// The file.
        path: PathBuf,
        /// Number of the user to whom it belongs.
        owner: u32,
    },
}

worded!(OutputError);

impl OutputError {
    /// What is wrong.
    pub fn message(&self) -> Message {
        match self {
            Self::Folder { path, source } => message!("output-folder", path, why = source),
            Self::Write { path, source } => message!("output-write", path, why = source),
            Self::FolderOfAnother { path, owner } => {
                message!("output-folder-of-another", path, owner = owner.to_string())
            }
            Self::OfAnother { path, owner } => message!("output-of-another", path, owner = owner.to_string()),
        }
    }
}
