//! Local output failed. Nothing may be sent that cannot be recorded, so these end the run.

use std::io;
use std::path::PathBuf;

/// What could not be written.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The folder cannot be made or used.
    #[error("cannot use the output folder {}: {source}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
    /// A file cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
}
