//! `undo.log`: what is about to be done and what was done, on disk.

use std::io;
use std::time::{SystemTime, UNIX_EPOCH};

use super::fate::Fate;
use super::past::Past;
use super::record::{Record, VERSION};
use crate::journal::{Length, Storage, Synced, TicketNumber};
use crate::ledger::Ledger;
use crate::words::{Message, message, worded};

/// Its name in the folder.
pub const UNDO_LOG: &str = "undo.log";

/// What tells the journal of an import from others, without its salt.
pub fn journal_id(ledger: &Ledger) -> String {
    ledger.head.id()
}

/// The log cannot be used. Nothing is deleted that cannot be written down.
#[derive(Debug)]
pub enum UndoLogError {
    /// It cannot be read or written.
    Io {
        /// `open`, `read`, `write` or `sync`.
        doing: &'static str,
        /// The operating system's reason.
        source: io::Error,
    },
    /// It was written by a newer program.
    Newer {
        /// What was found.
        found: u32,
    },
    /// It is about another import.
    OtherImport,
}

worded!(UndoLogError);

impl UndoLogError {
    /// What is wrong.
    pub fn message(&self) -> Message {
        match self {
            Self::Io { doing, source } => Message::new(format!("undo-log-{doing}")).with("why", source),
            Self::Newer { found } => message!("undo-log-newer", found = *found, known = VERSION),
            Self::OtherImport => message!("undo-log-other-import"),
        }
    }
}

impl UndoLogError {
    pub(super) fn io(doing: &'static str) -> impl Fn(io::Error) -> Self {
        move |source| Self::Io { doing, source }
    }
}

/// The log, open for more.
pub struct UndoLog<S> {
    storage: S,
    boot: Option<String>,
    sequence: u64,
    length: u64,
    synced: u64,
}

impl<S: Storage> UndoLog<S> {
    /// Reads what is there. `boot` is the boot that runs now; `journal` tells the import's journal from others.
    ///
    /// # Errors
    ///
    /// If it cannot be read, was written by a newer program, or is about another import.
    pub fn open(mut storage: S, boot: Option<String>, journal: &str) -> Result<(Self, Past), UndoLogError> {
        let noted = storage.noted_length();
        let mut past = {
            let mut reader = storage.read().map_err(UndoLogError::io("read"))?;
            Past::read(&mut *reader).map_err(UndoLogError::io("read"))?
        };
        match &past.head {
            Some((version, _)) if *version > VERSION => {
                return Err(UndoLogError::Newer { found: *version });
            }
            Some((_, about)) if about != journal => return Err(UndoLogError::OtherImport),
            _ => {}
        }
        if let Some(noted) = noted {
            let same_boot = noted.boot.is_some() && noted.boot == boot;
            let expected = if same_boot { noted.written } else { noted.synced };
            if past.whole_length < expected {
                past.damaged(message!("damage-end", bytes = expected - past.whole_length));
            }
        }
        if past.length > past.whole_length {
            storage.truncate(past.whole_length).map_err(UndoLogError::io("write"))?;
        }
        let mut log =
            Self { storage, boot, sequence: past.next_sequence, length: past.whole_length, synced: 0 };
        if past.head.is_none() {
            log.append(&Record::Head { v: VERSION, journal: journal.to_owned() })?;
            past.head = Some((VERSION, journal.to_owned()));
        }
        Ok((log, past))
    }

    /// A pass begins. `now` is the wall clock, for people.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn begin(&mut self, dry: bool, state: &str, now: SystemTime) -> Result<(), UndoLogError> {
        let at = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        self.append(&Record::Begun { dry, state: state.to_owned(), at })
    }

    /// A contact may be deleted, as the dry run shows.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn list(&mut self, ticket: TicketNumber) -> Result<(), UndoLogError> {
        self.append(&Record::Listed { n: ticket })
    }

    /// A contact is about to be deleted. It may not be before the disk has it: wait for what is returned.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn intend(&mut self, ticket: TicketNumber) -> Result<Synced, UndoLogError> {
        self.append(&Record::Intent { n: ticket })?;
        Ok(self.storage.sync())
    }

    /// What became of a contact.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn settle(&mut self, ticket: TicketNumber, fate: &Fate) -> Result<(), UndoLogError> {
        self.append(&Record::Outcome { n: ticket, o: fate.clone() })
    }

    /// A pass has come to its end.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn end(&mut self, dry: bool) -> Result<Synced, UndoLogError> {
        self.append(&Record::Ended { dry })?;
        Ok(self.storage.sync())
    }

    /// The disk has everything that was written until `length`.
    pub fn synced(&mut self) {
        self.synced = self.length;
        self.note_length();
    }

    fn append(&mut self, record: &Record) -> Result<(), UndoLogError> {
        let line = record.encode(self.sequence);
        self.storage.append(&line).map_err(UndoLogError::io("write"))?;
        self.sequence += 1;
        self.length += line.len() as u64;
        self.note_length();
        Ok(())
    }

    fn note_length(&mut self) {
        let length = Length { written: self.length, synced: self.synced, boot: self.boot.clone() };
        self.storage.note_length(&length);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::time::Duration;

    use tempfile::TempDir;

    use super::*;
    use crate::journal::Disk;
    use crate::undo::List;

    const BOOT: Option<&str> = Some("boot-1");

    fn open(
        folder: &TempDir,
        boot: Option<&str>,
        journal: &str,
    ) -> Result<(UndoLog<Disk>, Past), UndoLogError> {
        let disk = Disk::open(&folder.path().join(UNDO_LOG), false).unwrap();
        UndoLog::open(disk, boot.map(str::to_owned), journal)
    }

    fn bytes(folder: &TempDir) -> Vec<u8> {
        std::fs::read(folder.path().join(UNDO_LOG)).unwrap()
    }

    fn put(folder: &TempDir, bytes: &[u8]) {
        std::fs::write(folder.path().join(UNDO_LOG), bytes).unwrap();
    }

    #[tokio::test]
    async fn what_was_written_is_read_by_the_next_process_and_a_torn_line_is_not_glued_to_the_next() {
        let folder = tempfile::tempdir().unwrap();
        {
            let (mut log, past) = open(&folder, BOOT, "journal").unwrap();
            assert_eq!(past.head, Some((VERSION, "journal".to_owned())));
            log.begin(true, "state", UNIX_EPOCH + Duration::from_secs(9)).unwrap();
            log.list(3).unwrap();
            log.settle(4, &Fate::Gone).unwrap();
            log.end(true).unwrap().await.unwrap();
            log.synced();
        }
        let begun = Record::Begun { dry: true, state: "state".to_owned(), at: 9 }.encode(1);
        assert!(bytes(&folder).windows(begun.len()).any(|window| window == begun));
        let torn = [bytes(&folder), Record::Listed { n: 5 }.encode(5)[..12].to_vec()].concat();
        put(&folder, &torn);
        {
            let (mut log, past) = open(&folder, BOOT, "journal").unwrap();
            assert_eq!(past.damage, None);
            let list = List { state: "state".to_owned(), tickets: BTreeSet::from([3]) };
            assert_eq!((past.list, past.fates), (Some(list), BTreeMap::from([(4, Fate::Gone)])));
            log.begin(false, "state", UNIX_EPOCH).unwrap();
            log.intend(3).unwrap().await.unwrap();
        }
        let (_, past) = open(&folder, BOOT, "journal").unwrap();
        assert_eq!((past.damage, past.open, past.under_way), (None, BTreeSet::from([3]), true));
    }

    #[test]
    fn the_log_of_another_import_or_of_a_newer_program_is_refused_and_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        drop(open(&folder, BOOT, "journal").unwrap());
        let written = bytes(&folder);
        let refused = open(&folder, BOOT, "another").err().unwrap();
        assert!(matches!(refused, UndoLogError::OtherImport));
        assert!(refused.to_string().contains("another import"), "{refused}");
        assert_eq!(bytes(&folder), written);
        let newer = Record::Head { v: VERSION + 1, journal: "journal".to_owned() }.encode(0);
        put(&folder, &newer);
        let refused = open(&folder, BOOT, "journal").err().unwrap();
        assert!(matches!(refused, UndoLogError::Newer { found } if found == VERSION + 1));
        assert_eq!(bytes(&folder), newer);
        put(&folder, &Record::Head { v: VERSION - 1, journal: "journal".to_owned() }.encode(0));
        assert!(open(&folder, BOOT, "journal").is_ok(), "an older one is read");
    }

    #[tokio::test]
    async fn a_log_that_lost_its_end_is_told_unless_only_a_power_cut_took_what_was_not_synced() {
        let folder = tempfile::tempdir().unwrap();
        let (mut log, _) = open(&folder, BOOT, "journal").unwrap();
        log.begin(false, "state", UNIX_EPOCH).unwrap();
        let begun = bytes(&folder);
        log.intend(3).unwrap().await.unwrap();
        log.synced();
        let synced = bytes(&folder);
        log.settle(3, &Fate::Gone).unwrap();
        drop(log);
        let (written, length) = (bytes(&folder), folder.path().join("undo.length"));
        let noted = std::fs::read(&length).unwrap();
        for (left, boot, is_damaged) in [
            (&written, BOOT, false),
            (&synced, BOOT, true),
            (&synced, Some("boot-2"), false),
            (&synced, None, false),
            (&begun, Some("boot-2"), true),
            (&begun, None, true),
        ] {
            put(&folder, left);
            std::fs::write(&length, &noted).unwrap();
            let (_, past) = open(&folder, boot, "journal").unwrap();
            assert_eq!(past.damage.is_some(), is_damaged, "{boot:?}, {} of {}", left.len(), written.len());
        }
        // Where no boot can be told from another, what was not synced is not missed.
        let (mut log, _) = open(&folder, None, "journal").unwrap();
        let before = bytes(&folder);
        log.settle(3, &Fate::Gone).unwrap();
        drop(log);
        put(&folder, &before);
        assert_eq!(open(&folder, None, "journal").unwrap().1.damage, None);
    }
}
