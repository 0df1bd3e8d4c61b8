//! Looks at a journal without taking part in it.

use std::io::{self, BufRead as _, BufReader, Read as _};
use std::path::Path;

use super::own_file::{folder_of, own_file_to_read};
use super::past::Past;
use super::replay::{self, Head, Replayed};
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
    // What comes behind that while it is read would make a broken line of one that is just being written.
    let length = file.metadata()?.len();
    let mut reader = BufReader::with_capacity(256 * 1024, file.take(length));
    replay::replay(&mut reader, super::boot(folder_of(path)).as_deref(), noted, each).map(Some)
}

/// What the journal at `path` is about; `None` if it does not say so in its first line.
///
/// # Errors
///
/// If there is none, or it cannot be read.
pub fn peek_head(path: &Path) -> io::Result<Option<Head>> {
    let mut line = Vec::new();
    BufReader::new(own_file_to_read(path)?).take(replay::LONGEST_LINE).read_until(b'\n', &mut line)?;
    Ok(replay::replay(&mut &line[..], None, None, |_| Ok(()))?.head)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::super::record::{Ended, Record, Verdict, encode_identity};
    use super::super::{ContactKey, Identity};
    use super::*;

    #[test]
    fn what_is_written_while_it_is_read_is_no_damage() {
        let identity = Identity { key: ContactKey([1; 16]), content: [2; 8] };
        let k = vec![encode_identity(identity)];
        let records = [
            Record::Lease { n: 0, k, sv: None, now: None, by_row: false },
            Record::Verdict(Verdict::of(0, Ended::Created("u".to_owned(), None, false), 0)),
            Record::Closed { is_left: false },
        ];
        let lines: Vec<Vec<u8>> = (0..).zip(&records).map(|(at, record)| record.encode(at)).collect();
        let last = lines[2].split_at(lines[2].len() / 2);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.log");
        std::fs::write(&path, [&lines[0], &lines[1], last.0].concat()).unwrap();
        let mut journal = std::fs::File::options().append(true).open(&path).unwrap();
        let goes_on = |_| journal.write_all(last.1);
        let replayed = peek(&path, goes_on).unwrap().unwrap();
        assert_eq!((replayed.damage, replayed.ended), (None, false));
        assert!(peek(&path, |_| Ok(())).unwrap().unwrap().ended);
    }
}
