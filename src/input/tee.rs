//! A reader that remembers what passed through, so that the raw bytes of the current record can be looked at.

use std::io::{self, Read};

use super::trouble::Trouble;

/// Bytes that are kept longer than needed before the memory is reused.
const SLACK: usize = 64 * 1024;

/// Passes bytes on and keeps those of the current record.
pub(super) struct Tee<R> {
    inner: R,
    kept: Vec<u8>,
    /// Offset of `kept[0]` in the stream.
    base: u64,
    /// Bytes of `kept` that are done with.
    done: usize,
    /// Most bytes one record may have.
    most: usize,
}

impl<R> Tee<R> {
    pub(super) fn new(inner: R, most: usize) -> Self {
        Self { inner, kept: Vec::new(), base: 0, done: 0, most }
    }

    /// The bytes from stream offset `from` to `to`; both must not be done with yet.
    pub(super) fn between(&self, from: u64, to: u64) -> &[u8] {
        let at = |offset: u64| usize::try_from(offset - self.base).unwrap_or(usize::MAX).min(self.kept.len());
        &self.kept[at(from)..at(to)]
    }

    /// Forgets everything before stream offset `to`.
    pub(super) fn done_to(&mut self, to: u64) {
        self.done = usize::try_from(to - self.base).unwrap_or(usize::MAX).min(self.kept.len());
        if self.done > SLACK {
            self.kept.drain(..self.done);
            self.base += self.done as u64;
            self.done = 0;
        }
    }
}

impl<R: Read> Read for Tee<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // The reader behind us asks for more only when the current record has not ended in what it has.
        if self.kept.len() - self.done > self.most {
            return Err(Trouble::RecordTooLong.into());
        }
        let count = self.inner.read(buffer)?;
        self.kept.extend_from_slice(&buffer[..count]);
        Ok(count)
    }
}
