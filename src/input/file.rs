//! The input as one unchanging sequence of bytes.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

use super::{Dialect, Unreadable};

/// Size of a block that is hashed on its own.
const BLOCK: usize = 1 << 20;

/// A file whose bytes are known by their hashes.
#[derive(Debug)]
pub struct InputFile {
    path: PathBuf,
    handle: File,
    length: u64,
    blocks: Vec<[u8; 16]>,
    fingerprint: [u8; 32],
    dialect: Dialect,
}

impl InputFile {
    /// Reads the file once from end to end. `delimiter` overrides the detected one.
    ///
    /// # Errors
    ///
    /// If it cannot be read, is empty, or is not a text file.
    pub fn open(path: &Path, delimiter: Option<u8>) -> Result<Self, Unreadable> {
        let io = |source| Unreadable::Io { path: path.to_owned(), source };
        let kind = std::fs::metadata(path).map_err(io)?.file_type();
        if !kind.is_file() {
            let what = if kind.is_dir() {
                "a directory"
            } else if kind.is_fifo() {
                "a pipe (pass `-` and let the shell connect it)"
            } else {
                "a device or socket"
            };
            return Err(Unreadable::NotAFile { path: path.to_owned(), what });
        }
        Self::seal(path, File::open(path).map_err(io)?, delimiter)
    }

    /// Keeps all of `stdin` in `spool`, a new file only the user can read, and opens that.
    ///
    /// # Errors
    ///
    /// If it cannot be kept, is empty, or is not text.
    pub fn spool(
        mut stdin: impl Read,
        mut spool: File,
        path: &Path,
        delimiter: Option<u8>,
    ) -> Result<Self, Unreadable> {
        let failed = |source| Unreadable::Spool { path: path.to_owned(), source };
        io::copy(&mut stdin, &mut spool).map_err(failed)?;
        spool.flush().map_err(failed)?;
        Self::seal(path, spool, delimiter)
    }

    fn seal(path: &Path, mut handle: File, delimiter: Option<u8>) -> Result<Self, Unreadable> {
        let io = |source| Unreadable::Io { path: path.to_owned(), source };
        handle.seek(SeekFrom::Start(0)).map_err(io)?;
        let mut whole = blake3::Hasher::new();
        let (mut length, mut blocks, mut start) = (0_u64, Vec::new(), Vec::new());
        let mut block = vec![0; BLOCK];
        loop {
            let count = read_full(&mut handle, &mut block).map_err(io)?;
            if count == 0 {
                break;
            }
            let bytes = &block[..count];
            if length == 0 {
                if let Some(what) = other_kind(bytes) {
                    return Err(Unreadable::NotCsv { path: path.to_owned(), what });
                }
                start = bytes[..count.min(64 * 1024)].to_vec();
            }
            length += count as u64;
            blocks.push(hash16(bytes));
            whole.update(bytes);
        }
        if start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&start).iter().all(u8::is_ascii_whitespace) {
            return Err(Unreadable::Empty { path: path.to_owned() });
        }
        let dialect = Dialect::detect(&start, delimiter);
        Ok(Self {
            path: path.to_owned(),
            handle,
            length,
            blocks,
            fingerprint: *whole.finalize().as_bytes(),
            dialect,
        })
    }

    /// The path as it was given, or the place where standard input is kept.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Size in bytes.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// BLAKE3 of all bytes.
    pub fn fingerprint(&self) -> &[u8; 32] {
        &self.fingerprint
    }

    /// How cells are kept apart.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// A new reading from the first byte after the byte-order mark. It fails at the first block that has changed since
    /// the file was opened, before any byte of that block is passed on.
    pub(super) fn bytes(&self) -> Result<Unchanged, Unreadable> {
        let io = |source| Unreadable::Io { path: self.path.clone(), source };
        let mut reading = Unchanged {
            handle: self.handle.try_clone().map_err(io)?,
            at: 0,
            length: self.length,
            blocks: self.blocks.clone(),
            block: Vec::new(),
            taken: 0,
        };
        if self.dialect.byte_order_mark {
            let mut mark = [0; 3];
            reading
                .read_exact(&mut mark)
                .map_err(|_| Unreadable::Changed { path: self.path.clone(), byte: 0 })?;
        }
        Ok(reading)
    }
}

/// One reading of an [`InputFile`].
pub(super) struct Unchanged {
    handle: File,
    /// Offset of the next block.
    at: u64,
    length: u64,
    blocks: Vec<[u8; 16]>,
    block: Vec<u8>,
    /// Bytes of `block` that were passed on.
    taken: usize,
}

/// The payload of an [`io::Error`] that says the file has changed, with the offset up to which it has not.
#[derive(Debug, thiserror::Error)]
#[error("changed after byte {0}")]
pub(super) struct ChangedAfter(pub(super) u64);

impl Read for Unchanged {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.block.len() {
            if self.at == self.length {
                return Ok(0);
            }
            self.next_block()?;
        }
        let count = buffer.len().min(self.block.len() - self.taken);
        buffer[..count].copy_from_slice(&self.block[self.taken..self.taken + count]);
        self.taken += count;
        Ok(count)
    }
}

impl Unchanged {
    fn next_block(&mut self) -> io::Result<()> {
        use std::os::unix::fs::FileExt as _;
        let left = self.length - self.at;
        self.block.resize(usize::try_from(left).unwrap_or(BLOCK).min(BLOCK), 0);
        // Positioned reads: several readings share one handle, and so one cursor.
        let read = self.handle.read_exact_at(&mut self.block, self.at);
        let expected = usize::try_from(self.at / BLOCK as u64).ok().and_then(|block| self.blocks.get(block));
        if read.is_err() || expected != Some(&hash16(&self.block)) {
            return Err(io::Error::other(ChangedAfter(self.at)));
        }
        self.at += self.block.len() as u64;
        self.taken = 0;
        Ok(())
    }
}

fn hash16(bytes: &[u8]) -> [u8; 16] {
    let mut short = [0; 16];
    short.copy_from_slice(&blake3::hash(bytes).as_bytes()[..16]);
    short
}

fn read_full(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match reader.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// What a file that is no UTF-8 CSV looks like, from its first bytes.
fn other_kind(start: &[u8]) -> Option<&'static str> {
    let text = start.trim_ascii_start();
    let begins = |magic: &[u8]| start.starts_with(magic);
    Some(match () {
        () if begins(b"\x1f\x8b") => "a gzip archive",
        () if begins(b"\x28\xb5\x2f\xfd") => "a zstd archive",
        () if begins(b"\xfd7zXZ\0") => "an xz archive",
        () if begins(b"PK\x03\x04") => "a zip archive or an Excel or OpenDocument workbook",
        () if begins(b"\xd0\xcf\x11\xe0") => "an old Excel workbook",
        () if begins(b"%PDF") => "a PDF document",
        () if begins(b"\xff\xfe\0\0") || begins(b"\0\0\xfe\xff") => "text in UTF-32",
        () if begins(b"\xff\xfe") || begins(b"\xfe\xff") => "text in UTF-16",
        () if text.len() >= 9 && text[..9].eq_ignore_ascii_case(b"<!doctype") => "an HTML page",
        () if text.len() >= 5 && text[..5].eq_ignore_ascii_case(b"<html") => "an HTML page",
        () if text.starts_with(b"{") || text.starts_with(b"[") => "JSON",
        () if text.starts_with(b"BEGIN:VCARD") => "a vCard file",
        () if start[..start.len().min(4096)].contains(&0) => "binary, or text in UTF-16,",
        () => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn file_of(bytes: &[u8]) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    #[test]
    fn two_readings_at_once_see_the_same_bytes() {
        let bytes: Vec<u8> = (0..3 * BLOCK + 17).map(|n| b'a' + u8::try_from(n % 26).unwrap()).collect();
        let file = file_of(&bytes);
        let input = InputFile::open(file.path(), None).unwrap();
        let (mut one, mut two) = (input.bytes().unwrap(), input.bytes().unwrap());
        let mut first = vec![0; BLOCK + 5];
        one.read_exact(&mut first).unwrap();
        let mut all = Vec::new();
        two.read_to_end(&mut all).unwrap();
        one.read_to_end(&mut first).unwrap();
        assert!(all == bytes && first == bytes);
    }

    #[test]
    fn a_file_that_is_edited_between_two_readings_is_noticed_before_the_block_is_used() {
        let file = file_of(&vec![b'x'; 2 * BLOCK]);
        let input = InputFile::open(file.path(), None).unwrap();
        file.as_file().set_len(BLOCK as u64 + 10).unwrap();
        let mut seen = Vec::new();
        let error = input.bytes().unwrap().read_to_end(&mut seen).unwrap_err();
        assert_eq!(seen.len(), BLOCK);
        assert!(error.get_ref().unwrap().is::<ChangedAfter>());
    }

    #[test]
    fn what_grows_after_the_first_reading_is_left_out() {
        let mut file = file_of(b"name\nA\n");
        let input = InputFile::open(file.path(), None).unwrap();
        file.write_all(b"B\n").unwrap();
        let mut seen = String::new();
        input.bytes().unwrap().read_to_string(&mut seen).unwrap();
        assert_eq!(seen, "name\nA\n");
    }

    #[test]
    fn files_that_are_no_csv_are_named_for_what_they_are() {
        for (bytes, what) in [
            (&b"\x1f\x8b\x08\0"[..], "gzip"),
            (b"PK\x03\x04xl", "Excel"),
            (b"%PDF-1.4", "PDF"),
            (b"\xff\xfen\0a\0", "UTF-16"),
            (b"n\0a\0m\0e\0", "UTF-16"),
            (b"  <!DOCTYPE html>", "HTML"),
            (b"[{\"name\":1}]", "JSON"),
            (b"BEGIN:VCARD\n", "vCard"),
        ] {
            let error = InputFile::open(file_of(bytes).path(), None).unwrap_err();
            assert!(
                matches!(&error, Unreadable::NotCsv { what: seen, .. } if seen.contains(what)),
                "{error}"
            );
        }
    }

    #[test]
    fn an_empty_file_a_directory_and_a_missing_file_are_unreadable() {
        for bytes in [&b""[..], b"\xef\xbb\xbf", b"\r\n \n"] {
            let error = InputFile::open(file_of(bytes).path(), None).unwrap_err();
            assert!(matches!(error, Unreadable::Empty { .. }), "{error}");
        }
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(InputFile::open(folder.path(), None), Err(Unreadable::NotAFile { .. })));
        assert!(matches!(InputFile::open(&folder.path().join("no"), None), Err(Unreadable::Io { .. })));
    }
}
