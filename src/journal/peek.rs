//! Looks at a journal without taking part in it.

use std::io::{self, BufReader};
use std::path::Path;

use super::own_file::{folder_of, own_file_to_read};
use super::replay::{self, Past, Replayed};

/// Reads the journal at `path`, if there is one, without changing a byte. A run that writes to it meanwhile is no
/// trouble: what it has not finished writing is passed over.
///
/// # Errors
///
/// If it cannot be read, or `each` fails.
pub fn peek(path: &Path, each: impl FnMut(Past) -> io::Result<()>) -> io::Result<Option<Replayed>> {
    let file = match own_file_to_read(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut reader = BufReader::with_capacity(256 * 1024, file);
    replay::replay(&mut reader, super::boot(folder_of(path)).as_deref(), None, each).map(Some)
}
