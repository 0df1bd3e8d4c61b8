//! Reads verdicts back.

use std::fs::File;
use std::io;

use super::error::JournalError;
use super::record::{self, Record, Verdict};
use super::replay;
use super::storage::ReadAt;
use super::verdict;
use crate::model::{ContactId, Delivery, FieldChange, NewContact, Remark, Row};

/// Bytes that are read at a time; most verdicts are shorter.
const PIECE: usize = 512;
/// Bytes that are read at a time where all are.
const SCAN: usize = 256 * 1024;

/// Reads verdicts while the journal is being written.
pub struct Recall {
    reader: Box<dyn ReadAt>,
}

impl Recall {
    pub(super) fn new(reader: Box<dyn ReadAt>) -> Self {
        Self { reader }
    }

    /// Reads from this file.
    pub fn of(file: File) -> Self {
        Self::new(Box::new(file))
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

    /// The contact that the verdict at `offset` names.
    ///
    /// # Errors
    ///
    /// If there is no such verdict there.
    pub fn contact(&self, offset: u64) -> Result<ContactId, JournalError> {
        let contact = self.verdict(offset).and_then(|verdict| verdict.o.into_contact());
        contact.ok_or(JournalError::Changed)
    }

    /// Whether any verdict names the contact with this uuid. Reads the whole journal.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    pub fn mentions(&self, uuid: &str) -> io::Result<bool> {
        let quoted = format!("[\"{uuid}\",");
        let (mut piece, mut offset, mut kept) = (vec![0; SCAN], 0, 0);
        loop {
            let count = self.reader.read_at(&mut piece[kept..], offset)?;
            if count == 0 {
                return Ok(false);
            }
            let known = kept + count;
            if piece[..known].windows(quoted.len()).any(|window| window == quoted.as_bytes()) {
                return Ok(true);
            }
            offset += count as u64;
            kept = known.min(quoted.len() - 1);
            piece.copy_within(known - kept..known, 0);
        }
    }

    /// What an update was to change; its record stands at `offset`. `None` if there is none.
    pub fn changes(&self, offset: u64) -> Option<Vec<FieldChange>> {
        let Record::Change { c, .. } = self.record(offset)? else { return None };
        let changes = c.into_iter().map(|(field, before, after)| FieldChange {
            field,
            before: before.map(record::Value::into_field_value),
            after: after.into_field_value(),
        });
        Some(changes.collect())
    }

    fn verdict(&self, offset: u64) -> Option<Verdict> {
        match self.record(offset)? {
            Record::Verdict(verdict) => Some(verdict),
            _ => None,
        }
    }

    fn record(&self, offset: u64) -> Option<Record> {
        let mut line: Vec<u8> = Vec::new();
        loop {
            let known = line.len();
            if known as u64 >= replay::LONGEST_LINE {
                return None;
            }
            // Doubled, so that a long line is not read by the crumb.
            line.resize((known * 2).max(PIECE), 0);
            let count = self.reader.read_at(&mut line[known..], offset + known as u64).ok()?;
            line.truncate(known + count);
            if let Some(end) = line.iter().position(|byte| *byte == b'\n') {
                return Record::decode(&line[..end]).map(|(_, record)| record);
            }
            if count == 0 {
                return None;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Bytes(Vec<u8>);

    impl ReadAt for Bytes {
        fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
            let left = self.0.get(usize::try_from(offset).unwrap()..).unwrap_or_default();
            // Short reads, as a file may give them.
            let count = left.len().min(buffer.len()).min(1000);
            buffer[..count].copy_from_slice(&left[..count]);
            Ok(count)
        }
    }

    #[test]
    fn a_contact_that_a_verdict_names_is_found_wherever_it_stands() {
        let uuid = "414a6d692bd645ed803f2e7ce360d4c8";
        for before in [0, 1, 990, 999, 1000, 3000] {
            let mut bytes = vec![b' '; before];
            bytes.extend(format!("{{\"Created\":[\"{uuid}\",null]}} and more").bytes());
            let recall = Recall::new(Box::new(Bytes(bytes)));
            assert!(recall.mentions(uuid).unwrap(), "{before}");
            assert!(!recall.mentions("514a6d692bd645ed803f2e7ce360d4c8").unwrap());
        }
    }
}
