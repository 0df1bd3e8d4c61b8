//! What `undo.log` says.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use super::fate::Fate;
use super::log::UNDO_LOG;
use super::record::Record;
use crate::journal::{Length, TicketNumber, own_file_to_read};
use crate::words::{Message, message};

/// What a dry run listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// What it was about: the contacts and the rules.
    pub state: String,
    /// Contacts that may be deleted.
    pub tickets: BTreeSet<TicketNumber>,
}

/// A log that was read.
#[derive(Debug, Default)]
pub struct Past {
    /// Version of the format, and what tells the import's journal from others; `None` if the log is new.
    pub head: Option<(u32, String)>,
    /// What the last dry run listed. Once a pass that deletes has come to its end, those of them are left of which it is not
    /// known, or known not to be so, that they are deleted: the same command tries them once more. What was kept was
    /// decided, and takes another dry run.
    pub list: Option<List>,
    /// What became of contacts.
    pub fates: BTreeMap<TicketNumber, Fate>,
    /// Contacts that were about to be deleted when a process died.
    pub open: BTreeSet<TicketNumber>,
    /// A pass that deletes has begun, and has not come to its end.
    pub under_way: bool,
    /// A pass that deletes has come to its end, and none of either kind has begun since.
    pub is_finished: bool,
    /// An undo has begun that was no dry run.
    pub was_carried_out: bool,
    /// What is wrong with the log, in words, if something is.
    pub damage: Option<Message>,
    /// Where the last whole line ends.
    pub(super) whole_length: u64,
    /// Bytes that were read.
    pub(super) length: u64,
    /// The next sequence number.
    pub(super) next_sequence: u64,
}

impl Past {
    /// Reads a log from end to end.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    pub fn read(log: &mut dyn BufRead) -> io::Result<Self> {
        let mut past = Self::default();
        let mut listing: Option<List> = None;
        let (mut line, mut torn_at) = (Vec::new(), None::<u64>);
        loop {
            line.clear();
            let count = log.read_until(b'\n', &mut line)? as u64;
            if count == 0 {
                return Ok(past);
            }
            let begin = past.length;
            past.length += count;
            if let Some(torn_at) = torn_at.take() {
                past.damaged(message!("damage-line", byte = torn_at.to_string()));
            }
            let Some((sequence, record)) = line.strip_suffix(b"\n").and_then(Record::decode) else {
                if line.ends_with(b"\n") {
                    past.damaged(message!("damage-line", byte = begin.to_string()));
                }
                torn_at = Some(begin);
                continue;
            };
            if sequence != past.next_sequence {
                past.damaged(message!("damage-gap", byte = begin.to_string()));
            }
            past.next_sequence = past.next_sequence.max(sequence + 1);
            past.whole_length = past.length;
            past.take(record, &mut listing);
        }
    }

    fn take(&mut self, record: Record, listing: &mut Option<List>) {
        match record {
            Record::Head { v, journal } => {
                self.head.get_or_insert((v, journal));
            }
            Record::Begun { dry: true, state, .. } => {
                (self.list, self.is_finished) = (None, false);
                *listing = Some(List { state, tickets: BTreeSet::new() });
                // What is final stays so; everything else is looked at anew.
                self.fates.retain(|_, fate| fate.is_final());
            }
            Record::Begun { dry: false, .. } => {
                (self.under_way, self.is_finished, self.was_carried_out) = (true, false, true);
            }
            Record::Listed { n } => {
                if let Some(listing) = listing {
                    listing.tickets.insert(n);
                }
            }
            Record::Intent { n } => {
                self.open.insert(n);
            }
            Record::Outcome { n, o } => {
                // Where a deletion may have taken effect, what is not there later was deleted by it.
                if !matches!(o, Fate::Unknown { .. }) {
                    self.open.remove(&n);
                }
                self.fates.insert(n, o);
            }
            Record::Ended { dry: true } => self.list = listing.take(),
            Record::Ended { dry: false } => {
                let fates = &self.fates;
                let is_left = |ticket: &TicketNumber| {
                    matches!(fates.get(ticket), Some(Fate::Failed { .. } | Fate::Unknown { .. }))
                };
                if let Some(list) = &mut self.list {
                    list.tickets.retain(is_left);
                }
                (self.under_way, self.is_finished) = (false, true);
            }
        }
    }

    pub(super) fn damaged(&mut self, what: Message) {
        self.damage.get_or_insert(what);
    }

    /// Contacts that were deleted.
    pub fn deleted(&self) -> impl Iterator<Item = TicketNumber> {
        let is_deleted = |fate: &Fate| matches!(fate, Fate::Deleted { .. });
        self.fates.iter().filter(move |(_, fate)| is_deleted(fate)).map(|(ticket, _)| *ticket)
    }

    /// Contacts that were not there any more.
    pub fn gone(&self) -> impl Iterator<Item = TicketNumber> {
        self.fates.iter().filter(|(_, fate)| matches!(fate, Fate::Gone)).map(|(ticket, _)| *ticket)
    }

    /// Contacts whose update was put back.
    pub fn restored(&self) -> impl Iterator<Item = TicketNumber> {
        let is_restored = |fate: &Fate| matches!(fate, Fate::Restored { .. });
        self.fates.iter().filter(move |(_, fate)| is_restored(fate)).map(|(ticket, _)| *ticket)
    }

    /// Whether something was begun that has not come to its end: what became of it is not known yet.
    pub fn is_under_way(&self) -> bool {
        self.under_way || !self.open.is_empty()
    }

    /// Whether an undo that was no dry run found anybody gone, or [had an effect](Self::has_effect).
    pub fn has_found(&self) -> bool {
        self.has_effect() || self.was_carried_out && self.gone().next().is_some()
    }

    /// Whether anything was deleted or put back, or was about to be.
    pub fn has_effect(&self) -> bool {
        !self.open.is_empty() || self.deleted().chain(self.restored()).next().is_some()
    }
}

/// Reads the log in `folder`, if there is one, without changing a byte.
///
/// # Errors
///
/// If it cannot be read.
pub fn peek(folder: &Path) -> io::Result<Option<Past>> {
    peek_at(&folder.join(UNDO_LOG))
}

fn peek_at(log: &Path) -> io::Result<Option<Past>> {
    match own_file_to_read(log) {
        Ok(file) => Past::read(&mut BufReader::new(file)).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The same of the log at `log`, and nothing if there is none; it is damaged also where it is shorter than was noted beside it, or
/// gone.
///
/// # Errors
///
/// If it cannot be read.
pub fn peek_whole(log: &Path) -> io::Result<Past> {
    let noted = Length::beside(log).map_or(0, |noted| noted.synced);
    let mut past = peek_at(log)?.unwrap_or_default();
    if past.whole_length < noted {
        past.damaged(message!("damage-end", bytes = noted - past.whole_length));
    }
    Ok(past)
}

#[cfg(test)]
mod tests {
    use super::super::spared::{Reason, Spared};
    use super::*;

    fn begun(dry: bool) -> Record {
        Record::Begun { dry, state: "s".to_owned(), at: 1 }
    }

    fn outcome(n: TicketNumber, o: Fate) -> Record {
        Record::Outcome { n, o }
    }

    fn bytes(records: &[Record]) -> Vec<u8> {
        (0..).zip(records).flat_map(|(sequence, record)| record.encode(sequence)).collect()
    }

    fn read(records: &[Record]) -> Past {
        Past::read(&mut &bytes(records)[..]).unwrap()
    }

    const DELETED: Fate = Fate::Deleted { by_lookup: false };

    #[test]
    fn a_list_counts_when_its_dry_run_came_to_its_end_and_until_it_was_used() {
        let mut records = vec![begun(true), Record::Listed { n: 1 }, Record::Listed { n: 3 }];
        assert_eq!(read(&records).list, None);
        records.push(Record::Ended { dry: true });
        let list = read(&records).list.unwrap();
        assert_eq!((list.state.as_str(), list.tickets), ("s", BTreeSet::from([1, 3])));
        records.extend([begun(false), Record::Intent { n: 1 }, outcome(1, DELETED), Record::Intent { n: 3 }]);
        let past = read(&records);
        assert!(past.list.is_some() && past.under_way && !past.is_finished && past.has_effect());
        assert_eq!((past.open, past.fates), (BTreeSet::from([3]), BTreeMap::from([(1, DELETED)])));
        records.extend([outcome(3, Fate::Gone), Record::Ended { dry: false }]);
        let past = read(&records);
        assert_eq!(past.list.as_ref().unwrap().tickets, BTreeSet::new());
        assert!(!past.under_way && past.is_finished && past.open.is_empty());
        assert_eq!(past.deleted().collect::<Vec<_>>(), [1]);
        for dry in [true, false] {
            records.push(begun(dry));
            let past = read(&records);
            assert!(!past.is_finished && past.under_way != dry && past.list.is_none() == dry, "{dry}");
            records.pop();
        }
    }

    #[test]
    fn what_is_not_known_to_be_deleted_stays_on_the_list_of_an_undo_that_is_over_and_what_was_kept_does_not()
    {
        let why = || Message::verbatim("");
        let listed = (1..=5).map(|n| Record::Listed { n });
        let records: Vec<Record> = [begun(true)]
            .into_iter()
            .chain(listed)
            .chain([
                Record::Ended { dry: true },
                begun(false),
                outcome(1, DELETED),
                outcome(2, Fate::Kept(Spared::plain(Reason::Changed))),
                outcome(3, Fate::Failed { why: why() }),
                Record::Intent { n: 4 },
                outcome(4, Fate::Unknown { why: why() }),
                outcome(5, Fate::Gone),
                Record::Ended { dry: false },
            ])
            .collect();
        let past = read(&records);
        assert_eq!(past.list.unwrap().tickets, BTreeSet::from([3, 4]));
        assert_eq!(past.open, BTreeSet::from([4]), "if it is not there later, this undo deleted it");
    }

    #[test]
    fn a_new_dry_run_forgets_everything_but_what_is_final() {
        let kept = || Fate::Kept(Spared::plain(Reason::Changed));
        let past = read(&[
            begun(true),
            outcome(1, kept()),
            outcome(2, DELETED),
            outcome(3, Fate::Failed { why: Message::verbatim("") }),
            begun(true),
        ]);
        assert_eq!(past.fates, BTreeMap::from([(2, DELETED)]));
    }

    #[test]
    fn a_torn_end_is_no_damage_and_everything_else_that_is_missing_is() {
        let whole = bytes(&[begun(true), Record::Listed { n: 1 }, Record::Listed { n: 2 }]);
        let first = begun(true).encode(0).len();
        for cut in first..whole.len() {
            let past = Past::read(&mut &whole[..cut]).unwrap();
            assert_eq!(past.damage, None, "{cut}");
        }
        let second = Record::Listed { n: 1 }.encode(1).len();
        let mut missing = whole.clone();
        missing.drain(first..first + second);
        assert!(Past::read(&mut &missing[..]).unwrap().damage.is_some());
        for bit in 0..(whole.len() - 1) * 8 {
            let mut flipped = whole.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let past = Past::read(&mut &flipped[..]).unwrap();
            let is_last_line_torn = past.whole_length < whole.len() as u64 && past.damage.is_none();
            assert!(past.damage.is_some() || is_last_line_torn, "bit {bit}");
        }
    }

    #[test]
    fn only_what_was_deleted_or_put_back_or_may_have_been_has_an_effect() {
        let restored = || Fate::Restored { left: String::new() };
        let past = read(&[begun(true), Record::Listed { n: 1 }, outcome(2, Fate::Gone)]);
        assert!(!past.has_effect() && !past.has_found(), "a dry run, and somebody else's deed");
        let past = read(&[begun(false), outcome(2, Fate::Gone), begun(true)]);
        assert!(!past.has_effect() && past.has_found());
        for record in [Record::Intent { n: 4 }, outcome(4, DELETED), outcome(4, restored())] {
            let told = format!("{record:?}");
            assert!(read(&[begun(false), record]).has_effect(), "{told}");
        }
        let past = read(&[begun(false), outcome(4, DELETED), outcome(5, restored()), outcome(6, Fate::Gone)]);
        let (deleted, back): (Vec<_>, Vec<_>) = (past.deleted().collect(), past.restored().collect());
        assert_eq!((deleted, back), (vec![4], vec![5]));
    }

    #[test]
    fn who_only_looks_finds_no_log_or_reads_it_or_is_told_that_it_cannot_be_read() {
        let folder = tempfile::tempdir().unwrap();
        assert!(peek(folder.path()).unwrap().is_none());
        let log = folder.path().join(UNDO_LOG);
        std::fs::write(&log, bytes(&[begun(false), outcome(1, DELETED)])).unwrap();
        assert_eq!(peek(folder.path()).unwrap().unwrap().deleted().collect::<Vec<_>>(), [1]);
        std::fs::remove_file(&log).unwrap();
        std::fs::create_dir(&log).unwrap();
        assert!(peek(folder.path()).is_err());
    }

    #[test]
    fn a_log_that_is_gone_or_shorter_than_what_was_noted_beside_it_is_damaged_by_what_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        let (log, note) = (folder.path().join(UNDO_LOG), folder.path().join("undo.length"));
        let damage = || peek_whole(&log).unwrap().damage;
        let missing = |bytes: u64| Some(message!("damage-end", bytes));
        assert_eq!(damage(), None, "nothing was ever undone");
        let whole = bytes(&[begun(false), outcome(1, DELETED)]);
        let length = whole.len() as u64;
        std::fs::write(&log, &whole).unwrap();
        assert_eq!(damage(), None, "nothing is noted");
        for (synced, expected) in
            [(length - 1, None), (length, None), (length + 1, missing(1)), (length + 70, missing(70))]
        {
            std::fs::write(&note, format!("{} {synced} boot-1", length + 100)).unwrap();
            assert_eq!(damage(), expected, "{synced} of {length}");
        }
        assert_eq!(peek_whole(&log).unwrap().deleted().collect::<Vec<_>>(), [1]);
        std::fs::remove_file(&log).unwrap();
        assert_eq!(damage(), missing(length + 70));
        std::fs::create_dir(&log).unwrap();
        assert!(peek_whole(&log).is_err());
    }
}
