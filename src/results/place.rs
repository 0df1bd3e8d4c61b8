//! What the results say of a row or a contact, long after they were written.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

use super::RESULTS;
use super::formula::as_it_was;
use super::record::COLUMNS;
use crate::journal::own_file_to_read;
use crate::model::{Outcome, RowNumber, RowPlace, Status};
use crate::words::discreet;

/// Who a contact is to people, as far as that is known.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Named {
    /// The row it came from.
    pub row: Option<RowNumber>,
    /// Its number.
    pub identifier: String,
    /// Its name.
    pub name: String,
}

discreet!(Named { row });

/// The place of a row, as the results in `folder` have it. `None` if they are not there, or have no such row.
pub fn place_of(folder: &Path, row: RowNumber) -> Option<RowPlace> {
    let [number, line] = columns(["row", "line"])?;
    let mut reader = reader(folder)?;
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

/// Who these contacts (by their names in the account) are by the results in `folder`: the first row that has each. Those
/// that no row has are left out.
pub fn named(folder: &Path, wanted: &BTreeSet<&str>) -> BTreeMap<String, Named> {
    let mut found = BTreeMap::new();
    let (Some([row, uuid, identifier, name]), Some(mut reader)) =
        (columns(["row", "uuid", "identifier", "name"]), reader(folder))
    else {
        return found;
    };
    let mut cells = csv::ByteRecord::new();
    while matches!(reader.read_byte_record(&mut cells), Ok(true)) {
        let text = |column| cells.get(column).and_then(|cell| std::str::from_utf8(cell).ok());
        let Some(uuid) = text(uuid).filter(|uuid| wanted.contains(uuid) && !found.contains_key(*uuid)) else {
            continue;
        };
        let number = text(row).and_then(|row| row.parse().ok()).filter(|row| *row > 0);
        let told = |column| text(column).unwrap_or_default().to_owned();
        let named = Named { row: number.map(RowNumber::new), identifier: told(identifier), name: told(name) };
        found.insert(uuid.to_owned(), named);
    }
    found
}

/// Calls `each` with source, identifier and name of everybody who is in the account by the results in `folder`, or may be:
/// whoever has a uuid there is, whatever became of the row.
pub fn each_who_is_there(folder: &Path, mut each: impl FnMut(&str, &str, &str)) {
    let (Some([status, uuid, source, identifier, name]), Some(mut reader)) =
        (columns(["status", "uuid", "source", "identifier", "name"]), reader(folder))
    else {
        return;
    };
    let mut cells = csv::ByteRecord::new();
    while matches!(reader.read_byte_record(&mut cells), Ok(true)) {
        let text = |column| cells.get(column).and_then(|cell| std::str::from_utf8(cell).ok());
        if let (Some(status), Some(source), Some(identifier), Some(name)) =
            (text(status), text(source), text(identifier), text(name))
            && (THERE.iter().any(|there| there.as_str() == status)
                || text(uuid).is_some_and(|uuid| !uuid.is_empty()))
        {
            each(source, as_it_was(identifier), as_it_was(name));
        }
    }
}

/// Of whom it is said so is in the account, or may be.
const THERE: [Status; 4] = [Status::Created, Status::Existing, Status::Updated, Status::Unconfirmed];

/// Whether somebody is in the account with whom this became of the row, or may be.
pub(super) fn is_there(outcome: &Outcome) -> bool {
    THERE.contains(&outcome.status()) || outcome.contact_id().is_some()
}

/// Where these columns are.
fn columns<const N: usize>(names: [&str; N]) -> Option<[usize; N]> {
    let places = names.map(|name| COLUMNS.iter().position(|column| *column == name));
    places.iter().all(Option::is_some).then(|| places.map(Option::unwrap_or_default))
}

/// `None` if there are no results.
fn reader(folder: &Path) -> Option<csv::Reader<io::BufReader<std::fs::File>>> {
    reader_of(&folder.join(RESULTS))
}

/// Of a table of ours.
pub(super) fn reader_of(path: &Path) -> Option<csv::Reader<io::BufReader<std::fs::File>>> {
    let file = own_file_to_read(path).ok()?;
    // People edit it.
    Some(csv::ReaderBuilder::new().flexible(true).from_reader(io::BufReader::new(file)))
}
