//! Reads verdicts back.

use std::collections::BTreeSet;
use std::fs::File;
use std::io;

use memchr::{memchr, memmem};

use super::error::JournalError;
use super::past::Begun;
use super::record::{self, Ended, Record, Verdict};
use super::replay;
use super::storage::ReadAt;
use super::ticket::There;
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

    /// The same, with whether that verdict is the one that created it.
    ///
    /// # Errors
    ///
    /// If there is no such verdict there.
    pub fn there(&self, offset: u64) -> Result<There, JournalError> {
        let verdict = self.verdict(offset).ok_or(JournalError::Changed)?;
        let is_ours = matches!(verdict.o, Ended::Created(..));
        let id = verdict.o.into_contact().ok_or(JournalError::Changed)?;
        Ok(There { id, is_ours, is_forgotten: false })
    }

    /// Which of these contacts, by their uuids, any verdict names. Reads the whole journal, once for all of them.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    pub fn mentioned<'u>(&self, uuids: &BTreeSet<&'u str>) -> io::Result<BTreeSet<&'u str>> {
        let longest = uuids.iter().map(|uuid| uuid.len()).max().unwrap_or_default();
        let mut mentioned = BTreeSet::new();
        let (mut piece, mut offset, mut kept) = (vec![0; SCAN.max(2 * (longest + 4))], 0, 0);
        while mentioned.len() < uuids.len() {
            let count = self.reader.read_at(&mut piece[kept..], offset)?;
            if count == 0 {
                break;
            }
            let known = kept + count;
            for begin in memmem::find_iter(&piece[..known], b"[\"") {
                let rest = &piece[begin + 2..known];
                let named = memchr(b'"', rest).filter(|end| rest.get(end + 1) == Some(&b','));
                let named = named.and_then(|end| std::str::from_utf8(&rest[..end]).ok());
                mentioned.extend(named.and_then(|named| uuids.get(named)));
            }
            offset += count as u64;
            // What may begin here and end in the next piece.
            kept = known.min(longest + 3);
            piece.copy_within(known - kept..known, 0);
        }
        Ok(mentioned)
    }

    /// How a contact ended; the verdict stands at `offset`. `None` if there is none.
    pub fn ended(&self, offset: u64) -> Option<Verdict> {
        self.verdict(offset)
    }

    /// Which contact an update was about to change, and what; its record stands at `offset`. `None` if there is none.
    pub fn changes(&self, offset: u64) -> Option<(Begun, Vec<FieldChange>)> {
        let Record::Change { u, c, mut j, m, .. } = self.record(offset)? else { return None };
        let changes = c.into_iter().map(|(field, before, after)| FieldChange {
            before_json: j.remove(&field),
            field,
            before: before.map(record::Value::into_field_value),
            after: after.into_field_value(),
        });
        Some((Begun { uuid: u, may_be_own: m }, changes.collect()))
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
    use std::collections::BTreeMap;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::model::FieldValue;

    /// What is read, of which no more than so many bytes are given at a time, and how often it is.
    #[derive(Clone)]
    struct Bytes {
        bytes: Arc<[u8]>,
        most: usize,
        reads: Arc<AtomicUsize>,
    }

    impl Bytes {
        fn of(bytes: Vec<u8>, most: usize) -> Self {
            Self { bytes: bytes.into(), most, reads: Arc::default() }
        }

        fn recall(&self) -> Recall {
            Recall::new(Box::new(self.clone()))
        }
    }

    impl ReadAt for Bytes {
        fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
            self.reads.fetch_add(1, Ordering::Relaxed);
            let left = self.bytes.get(usize::try_from(offset).unwrap()..).unwrap_or_default();
            // Short reads, as a file may give them.
            let count = left.len().min(buffer.len()).min(self.most);
            buffer[..count].copy_from_slice(&left[..count]);
            Ok(count)
        }
    }

    #[test]
    fn contacts_that_verdicts_name_are_found_wherever_they_stand_and_no_others() {
        let (one, other) = ("414a6d692bd645ed803f2e7ce360d4c8", "short");
        let asked = BTreeSet::from([one, other, "514a6d692bd645ed803f2e7ce360d4c8", "414a6d69"]);
        // Also where one read ends and the next begins.
        for before in [0, 1, 2000, 3000].into_iter().chain(940..=1000) {
            let mut bytes: Vec<u8> = (b'A'..=b'Z').cycle().take(before).collect();
            bytes.extend(format!("{{\"Created\":[\"{one}\",null]}} and more [\"{other}\",").bytes());
            let recall = Bytes::of(bytes, 1000).recall();
            assert_eq!(recall.mentioned(&asked).unwrap(), BTreeSet::from([one, other]), "{before}");
        }
        let named_otherwise = format!("{{\"u\":\"{one}\",\"k\":[\"{one}\"]}}");
        let recall = Bytes::of(named_otherwise.into_bytes(), 1000).recall();
        assert_eq!(recall.mentioned(&asked).unwrap(), BTreeSet::new());
    }

    #[test]
    fn a_contact_that_is_there_is_known_for_ours_by_the_verdict_that_created_it() {
        let verdict = |o: Ended| {
            let uuid = "u".to_owned();
            let verdict = Verdict {
                n: 7,
                o,
                attempts: 1,
                http_status: None,
                echo: Vec::new(),
                left_out: Vec::new(),
                may_be_own: false,
                content: None,
                rules: None,
                identity: None,
                made: None,
                finished_ms: 0,
            };
            let there = Bytes::of(Record::Verdict(verdict).encode(0), 1000).recall().there(0).ok()?;
            assert_eq!(there.id.uuid, uuid);
            Some(there.is_ours)
        };
        let uuid = || "u".to_owned();
        assert_eq!(verdict(Ended::Created(uuid(), None, true)), Some(true));
        assert_eq!(verdict(Ended::Left(uuid(), None, true)), Some(false));
        assert_eq!(verdict(Ended::Failed("c".to_owned(), Default::default())), None, "nobody is there");
    }

    fn change(length: usize) -> Record {
        let after = record::Value::Text("x".repeat(length));
        let (u, c) = ("u".to_owned(), vec![("note".to_owned(), None, after)]);
        Record::Change { n: 7, u, c, j: BTreeMap::new(), m: false, w: None }
    }

    #[test]
    fn a_record_is_read_whole_from_where_it_stands_however_long_it_is() {
        for length in [1, 400, 450, 500, 900, 1500, 40_000] {
            let first = change(3).encode(0);
            let bytes = [first.clone(), change(length).encode(1), change(5).encode(2)].concat();
            let recall = Bytes::of(bytes.clone(), 1000).recall();
            let text = |offset: usize| match &recall.changes(offset as u64)?.1[0].after {
                FieldValue::Text(text) => Some(text.len()),
                FieldValue::Options(_) => None,
            };
            assert_eq!((text(0), text(first.len())), (Some(3), Some(length)));
            assert_eq!(text(1), None, "in the middle of a line");
            assert_eq!(text(bytes.len()), None, "behind the end");
            // A line without an end is no record yet.
            let torn = Bytes::of(bytes[..first.len() + 20].to_vec(), 1000).recall();
            assert!(torn.changes(first.len() as u64).is_none());
        }
    }

    #[test]
    fn a_value_that_was_no_text_is_read_back_as_the_json_that_it_was_also_where_none_is_known() {
        let (age, city) = ("custom_fields.Age".to_owned(), "custom_fields.City".to_owned());
        let text = |text: &str| record::Value::Text(text.to_owned());
        let record = Record::Change {
            n: 7,
            u: "u".to_owned(),
            c: vec![(age.clone(), Some(text("4.50")), text("5")), (city, Some(text("Rome")), text("Milan"))],
            j: [(age, "4.50".to_owned())].into(),
            m: false,
            w: None,
        };
        let line = record.encode(0);
        let json = |line: Vec<u8>| {
            let (_, changes) = Bytes::of(line, 1000).recall().changes(0).unwrap();
            changes.into_iter().map(|change| change.before_json).collect::<Vec<_>>()
        };
        assert_eq!(json(line), [Some("4.50".to_owned()), None]);
        // As earlier programs wrote it.
        assert_eq!(json(change(3).encode(0)), [None]);
        assert!(!String::from_utf8(change(3).encode(0)).unwrap().contains("\"j\""));
    }

    #[test]
    fn a_long_record_is_not_read_by_the_crumb() {
        let bytes = Bytes::of(change(20_000).encode(0), usize::MAX);
        assert!(bytes.recall().changes(0).is_some());
        assert!(bytes.reads.load(Ordering::Relaxed) < 10, "{:?}", bytes.reads);
    }

    #[test]
    fn a_line_that_is_longer_than_any_that_is_written_is_not_read_to_its_end() {
        let longest = usize::try_from(replay::LONGEST_LINE).unwrap();
        let bytes = Bytes::of(change(3 * longest).encode(0), longest / 4);
        assert!(bytes.recall().changes(0).is_none());
        assert!(bytes.reads.load(Ordering::Relaxed) < 20, "{:?}", bytes.reads);
    }
}
