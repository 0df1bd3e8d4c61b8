//! Looks at a journal without taking part in it.

use std::io::{self, BufReader};
use std::path::Path;

use super::own_file::{folder_of, own_file_to_read};
use super::replay::{self, Past, Replayed};
use super::storage::Length;

/// Reads the journal at `path`, if there is one, without changing a byte. A run that writes to it meanwhile is no
/// trouble: what it has not finished writing is passed over.
///
/// # Errors
///
/// If it cannot be read, or `each` fails.
pub fn peek(path: &Path, each: impl FnMut(Past) -> io::Result<()>) -> io::Result<Option<Replayed>> {
    peek_whole(path, None, each)
}

/// The same for someone to whom it matters whether anything is missing at its end: `noted` is the length that was noted
/// beside the journal before.
pub(super) fn peek_whole(
    path: &Path,
    noted: Option<&Length>,
    each: impl FnMut(Past) -> io::Result<()>,
) -> io::Result<Option<Replayed>> {
    let file = match own_file_to_read(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut reader = BufReader::with_capacity(256 * 1024, file);
    replay::replay(&mut reader, super::boot(folder_of(path)).as_deref(), noted, each).map(Some)
}
