//! What those are called who are in the account and have no row in the last results.
//!
//! Results have the rows that were read last. Who is away from the list for a night, refused in it, or outside of the part of it
//! that was read, would be known by a number alone from then on: nobody could tell whether who comes with another one is called
//! the same. So when results are written, those of before who have no row in them are carried over. They are as many as ever left
//! the list; of tonight's rows sixteen bytes each are sorted and found again, on disk where they are many.

use std::fs::File;
use std::io;
use std::path::Path;

use super::OutputError;
use super::formula::{as_it_was, harmless};
use super::lines::line;
use super::private::{OutputDir, PrivateFile};
use super::{each_who_is_there, place};
use crate::model::{NewContact, Source, canonical_form};
use crate::sorting::{Index, Sorter};

/// Its name in the folder.
pub(super) const NAME: &str = "people.known";
/// Its columns.
const COLUMNS: [&str; 3] = ["source", "identifier", "name"];

/// Who a person is, whatever the form of the number.
type Key = [u8; 16];

type Scratch = Box<dyn Fn() -> io::Result<File> + Send + Sync>;

/// Those who are in the account by the results in the making.
pub(super) struct People {
    folder: OutputDir,
    rows: Sorter<16, Scratch>,
}

impl People {
    pub(super) fn of(folder: &OutputDir) -> Self {
        Self { rows: Sorter::new(scratch(folder)), folder: folder.clone() }
    }

    /// Takes one of them.
    pub(super) fn note(&mut self, contact: &NewContact) -> Result<(), OutputError> {
        let noted = self.rows.push(key(contact.source.as_str(), &contact.identifier));
        noted.map_err(|source| OutputError::Write { path: self.folder.path().join(NAME), source })
    }

    /// Writes down who was in the account by the results of before, or was carried over to them, and is none of these. To be
    /// called while those results are still there.
    pub(super) fn carry_over(self) -> Result<(), OutputError> {
        let Self { folder, rows } = self;
        let path = folder.path().join(NAME);
        let failed = |source| OutputError::Write { path: path.clone(), source };
        let mut last = None;
        let is_new =
            |row: &io::Result<Key>| row.as_ref().map_or(true, |row| last.replace(*row) != Some(*row));
        let rows = rows.sorted().map_err(failed)?.filter(is_new);
        let rows: Index<16> = Index::of(rows, scratch(&folder)).map_err(failed)?;
        let mut file: Option<PrivateFile> = None;
        let mut carry = |source: &str, identifier: &str, name: &str| -> Result<(), OutputError> {
            if rows.find(key(source, identifier)).map_err(failed)?.is_some() {
                return Ok(());
            }
            let file = match &mut file {
                Some(file) => file,
                none => {
                    let file = none.insert(folder.create(NAME)?);
                    file.write(&line(b',', |writer| writer.write_record(COLUMNS)))?;
                    file
                }
            };
            let cells = [source, identifier, name].map(harmless);
            file.write(&line(b',', |writer| writer.write_record(cells.iter().map(|cell| cell.as_bytes()))))
        };
        let mut carried = Ok(());
        let mut each = |source: &str, identifier: &str, name: &str| {
            if carried.is_ok() {
                carried = carry(source, identifier, name);
            }
        };
        each_who_is_there(folder.path(), &mut each);
        each_who_is_away(folder.path(), &mut each);
        carried?;
        match file {
            Some(file) => file.finish(),
            None => forget_who_is_away(folder.path()).map_err(failed),
        }
    }
}

/// Forgets who was away in the import in `folder`.
///
/// # Errors
///
/// If it cannot.
pub fn forget_who_is_away(folder: &Path) -> io::Result<()> {
    match std::fs::remove_file(folder.join(NAME)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Calls `each` with source, identifier and name of everybody in `folder` who is in the account, or may be, and has no row in the
/// last results.
pub fn each_who_is_away(folder: &Path, mut each: impl FnMut(&str, &str, &str)) {
    let Some(mut reader) = place::reader_of(&folder.join(NAME)) else { return };
    let mut cells = csv::StringRecord::new();
    while matches!(reader.read_record(&mut cells), Ok(true)) {
        if let (Some(source), Some(identifier), Some(name)) = (cells.get(0), cells.get(1), cells.get(2)) {
            each(source, as_it_was(identifier), as_it_was(name));
        }
    }
}

fn key(source: &str, identifier: &str) -> Key {
    let identifier =
        if source == Source::Whatsapp.as_str() { canonical_form(identifier) } else { identifier.into() };
    let hash = blake3::hash([source, &identifier].join("\0").as_bytes());
    std::array::from_fn(|at| hash.as_bytes()[at])
}

fn scratch(folder: &OutputDir) -> Scratch {
    let folder = folder.clone();
    Box::new(move || folder.scratch().map_err(|error| io::Error::other(error.to_string())))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::results::RESULTS;

    fn results(folder: &Path, rows: &[(&str, &str, &str)]) {
        let mut text = format!("{}\n", super::super::COLUMNS.join(","));
        for (status, identifier, name) in rows {
            let uuid = if *status == "failed" { "" } else { "u" };
            text.push_str(&format!("1,2,{status},{uuid},{identifier},{name},telegram,,,,,1,\n"));
        }
        std::fs::write(folder.join(RESULTS), text).unwrap();
    }

    fn away(folder: &Path) -> Vec<String> {
        let mut away = Vec::new();
        each_who_is_away(folder, |source, identifier, name| {
            away.push(format!("{source} {identifier} {name}"))
        });
        away.sort();
        away
    }

    fn night(folder: &OutputDir, there: &[&str]) {
        let mut people = People::of(folder);
        for identifier in there {
            let contact = NewContact {
                identifier: (*identifier).to_owned(),
                source: Source::Telegram,
                ..NewContact::ada()
            };
            people.note(&contact).unwrap();
        }
        people.carry_over().unwrap();
    }

    #[test]
    fn who_has_no_row_any_more_is_carried_from_night_to_night_until_there_is_one() {
        let parent = tempfile::tempdir().unwrap();
        let (folder, path) = (OutputDir::open(parent.path()).unwrap(), parent.path());
        results(path, &[("created", "'@a", "Ada"), ("existing", "b", "\"=1, Bob\""), ("failed", "c", "Cy")]);
        night(&folder, &["@a", "@a", "b"]);
        assert!(!path.join(NAME).exists(), "nobody is away");
        night(&folder, &["b"]);
        assert_eq!(away(path), ["telegram @a Ada"]);
        let mode = std::fs::metadata(path.join(NAME)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        results(path, &[("updated", "b", "Bob")]);
        night(&folder, &[]);
        assert_eq!(away(path), ["telegram @a Ada", "telegram b Bob"]);
        results(path, &[]);
        night(&folder, &["@a"]);
        assert_eq!(away(path), ["telegram b Bob"]);
        results(path, &[("existing", "@a", "Ada")]);
        night(&folder, &["@a", "b"]);
        assert!(!path.join(NAME).exists());
        // Refused, and in the account: the row has its uuid.
        results(path, &[("rejected", "d", "Di")]);
        night(&folder, &[]);
        assert_eq!(away(path), ["telegram d Di"]);
    }
}
