//! Reads verdicts back.

use super::error::JournalError;
use super::record::{Record, Verdict};
use super::storage::ReadAt;
use super::verdict;
use crate::model::{Delivery, NewContact, Remark, Row};

/// Most bytes that a verdict's line has.
const MOST_BYTES: usize = 16 * 1024;
/// Bytes that are read at a time; most verdicts are shorter.
const PIECE: usize = 512;

/// Reads verdicts while the journal is being written.
pub struct Recall {
    reader: Box<dyn ReadAt>,
}

impl Recall {
    pub(super) fn new(reader: Box<dyn ReadAt>) -> Self {
        Self { reader }
    }

    /// The story of a row that an earlier process settled; its verdict stands at `offset`. `changed`: the row says
    /// something else than it did then.
    ///
    /// # Errors
    ///
    /// If there is no verdict there.
    pub fn delivery(
        &self,
        offset: u64,
        row: Row,
        contact: NewContact,
        remarks: Vec<Remark>,
        changed: bool,
    ) -> Result<Delivery, JournalError> {
        let verdict = self.verdict(offset).ok_or(JournalError::Changed)?;
        verdict::read(verdict, row, contact, remarks, changed).ok_or(JournalError::Changed)
    }

    fn verdict(&self, offset: u64) -> Option<Verdict> {
        let mut line: Vec<u8> = Vec::new();
        loop {
            let known = line.len();
            if known >= MOST_BYTES {
                return None;
            }
            line.resize(known + PIECE, 0);
            let count = self.reader.read_at(&mut line[known..], offset + known as u64).ok()?;
            line.truncate(known + count);
            if let Some(end) = line.iter().position(|byte| *byte == b'\n') {
                return match Record::decode(&line[..end]) {
                    Some((_, Record::Verdict(verdict))) => Some(verdict),
                    _ => None,
                };
            }
            if count == 0 {
                return None;
            }
        }
    }
}
