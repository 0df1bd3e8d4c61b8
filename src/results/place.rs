//! Where a row stood in its file, long after it was read.

use std::io;
use std::path::Path;

use super::RESULTS;
use super::record::COLUMNS;
use crate::journal::own_file_to_read;
use crate::model::{RowNumber, RowPlace};

/// The place of a row, as the results in `folder` have it. `None` if they are not there, or have no such row.
pub fn place_of(folder: &Path, row: RowNumber) -> Option<RowPlace> {
    let file = own_file_to_read(&folder.join(RESULTS)).ok()?;
    let column = |name| COLUMNS.iter().position(|column| *column == name);
    let (number, line) = (column("row")?, column("line")?);
    // People edit it.
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(io::BufReader::new(file));
    let mut cells = csv::ByteRecord::new();
    let wanted = row.to_string();
    while reader.read_byte_record(&mut cells).ok()? {
        if cells.get(number) == Some(wanted.as_bytes()) {
            let line = std::str::from_utf8(cells.get(line)?).ok()?.parse().ok()?;
            return Some(RowPlace { row, line });
        }
    }
    None
}
