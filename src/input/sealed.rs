//! A file as one unchanging sequence of bytes.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Unreadable;
use super::trouble::Trouble;

/// Size of a block that is hashed on its own.
const BLOCK: usize = 1 << 20;

/// A file whose bytes are known by their hashes.
#[derive(Debug)]
pub(super) struct Sealed {
    pub(super) path: PathBuf,
    handle: File,
    pub(super) length: u64,
    blocks: Arc<[[u8; 16]]>,
    pub(super) fingerprint: [u8; 32],
}

impl Sealed {
    /// Reads the file once from end to end. `see` is shown every block.
    pub(super) fn of(path: &Path, mut handle: File, mut see: impl FnMut(&[u8])) -> Result<Self, Unreadable> {
        let io = |source| Unreadable::Io { path: path.to_owned(), source };
        handle.seek(SeekFrom::Start(0)).map_err(io)?;
        let mut whole = blake3::Hasher::new();
        let (mut length, mut blocks) = (0_u64, Vec::new());
        let mut block = vec![0; BLOCK];
        loop {
            let count = read_full(&mut handle, &mut block).map_err(io)?;
            if count == 0 {
                break;
            }
            let bytes = &block[..count];
            see(bytes);
            length += count as u64;
            blocks.push(hash16(bytes));
            whole.update(bytes);
        }
        let fingerprint = *whole.finalize().as_bytes();
        Ok(Self { path: path.to_owned(), handle, length, blocks: blocks.into(), fingerprint })
    }

    /// A new reading from the first byte. It fails at the first block that has changed since the file was sealed,
    /// before any byte of that block is passed on.
    pub(super) fn bytes(&self) -> Result<Unchanged, Unreadable> {
        let io = |source| Unreadable::Io { path: self.path.clone(), source };
        Ok(Unchanged {
            handle: self.handle.try_clone().map_err(io)?,
            length: self.length,
            blocks: Arc::clone(&self.blocks),
            block: Vec::new(),
            begin: 0,
            at: 0,
        })
    }
}

/// One reading of a [`Sealed`] file.
pub(super) struct Unchanged {
    handle: File,
    length: u64,
    blocks: Arc<[[u8; 16]]>,
    block: Vec<u8>,
    /// Offset of `block`.
    begin: u64,
    /// Offset of the next byte.
    at: u64,
}

impl Read for Unchanged {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let inside = |reading: &Self| {
            let offset = usize::try_from(reading.at.checked_sub(reading.begin)?).ok()?;
            (offset < reading.block.len()).then_some(offset)
        };
        let offset = match inside(self) {
            Some(offset) => offset,
            None if self.at >= self.length => return Ok(0),
            None => {
                self.load()?;
                inside(self).unwrap_or_default()
            }
        };
        let count = buffer.len().min(self.block.len() - offset);
        buffer[..count].copy_from_slice(&self.block[offset..offset + count]);
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Unchanged {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}

impl Unchanged {
    /// Loads the block that the next byte stands in.
    fn load(&mut self) -> io::Result<()> {
        use std::os::unix::fs::FileExt as _;
        let number = self.at / BLOCK as u64;
        let begin = number * BLOCK as u64;
        let length = usize::try_from(self.length - begin).unwrap_or(BLOCK).min(BLOCK);
        self.block.resize(length, 0);
        // Positioned reads: several readings share one handle, and so one cursor.
        let read = self.handle.read_exact_at(&mut self.block, begin);
        let expected = usize::try_from(number).ok().and_then(|number| self.blocks.get(number));
        if read.is_err() || expected != Some(&hash16(&self.block)) {
            self.block.clear();
            return Err(Trouble::Changed { after: begin }.into());
        }
        self.begin = begin;
        Ok(())
    }
}

fn hash16(bytes: &[u8]) -> [u8; 16] {
    let mut short = [0; 16];
    short.copy_from_slice(&blake3::hash(bytes).as_bytes()[..16]);
    short
}

/// Fills `buffer` as far as `reader` reaches.
pub(super) fn read_full(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
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

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn seal(file: &tempfile::NamedTempFile) -> Sealed {
        Sealed::of(file.path(), File::open(file.path()).unwrap(), |_| {}).unwrap()
    }

    fn file_of(bytes: &[u8]) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    fn letters(length: usize) -> Vec<u8> {
        (0..length).map(|n| b'a' + u8::try_from(n % 23).unwrap()).collect()
    }

    #[test]
    fn two_readings_at_once_see_the_same_bytes() {
        let bytes = letters(3 * BLOCK + 17);
        let input = seal(&file_of(&bytes));
        let (mut one, mut two) = (input.bytes().unwrap(), input.bytes().unwrap());
        let mut first = vec![0; BLOCK + 5];
        one.read_exact(&mut first).unwrap();
        let mut all = Vec::new();
        two.read_to_end(&mut all).unwrap();
        one.read_to_end(&mut first).unwrap();
        assert!(all == bytes && first == bytes);
    }

    #[test]
    fn a_reading_goes_wherever_it_is_sent() {
        let bytes = letters(2 * BLOCK + 100);
        let input = seal(&file_of(&bytes));
        let mut reading = input.bytes().unwrap();
        for (to, at) in [
            (SeekFrom::End(-7), 2 * BLOCK + 93),
            (SeekFrom::Start(5), 5),
            (SeekFrom::Current(BLOCK as i64), 2 + 5 + BLOCK),
            (SeekFrom::Start(BLOCK as u64 - 1), BLOCK - 1),
        ] {
            assert_eq!(reading.seek(to).unwrap(), at as u64);
            let mut two = [0; 2];
            reading.read_exact(&mut two).unwrap();
            assert_eq!(two, bytes[at..at + 2], "{to:?}");
        }
        assert!(reading.seek(SeekFrom::Current(-(BLOCK as i64) * 9)).is_err());
        reading.seek(SeekFrom::End(5)).unwrap();
        assert_eq!(reading.read(&mut [0; 4]).unwrap(), 0);
    }

    #[test]
    fn a_file_that_is_edited_between_two_readings_is_noticed_before_the_block_is_used() {
        let file = file_of(&vec![b'x'; 2 * BLOCK]);
        let input = seal(&file);
        file.as_file().set_len(BLOCK as u64 + 10).unwrap();
        let mut seen = Vec::new();
        let error = input.bytes().unwrap().read_to_end(&mut seen).unwrap_err();
        assert_eq!(seen.len(), BLOCK);
        assert!(matches!(Trouble::of(&error), Some(Trouble::Changed { .. })));
    }

    #[test]
    fn what_grows_after_the_first_reading_is_left_out() {
        let mut file = file_of(b"name\nA\n");
        let input = seal(&file);
        file.write_all(b"B\n").unwrap();
        let mut seen = String::new();
        input.bytes().unwrap().read_to_string(&mut seen).unwrap();
        assert_eq!(seen, "name\nA\n");
    }
}
