//! The contacts that came to be, as journal and `sent.log` tell.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader};
use std::os::unix::fs::FileExt as _;

use crate::journal::{
    Class, ContactKey, Ended, Fingerprints, Head, Recall, Replayed, TicketNumber, classify, own_file_to_read,
    peek,
};
use crate::model::{FieldChange, RowNumber};
use crate::results::{OutputDir, SENT_LOG, Sent, read_sent};

/// The journal's name in the folder.
pub const JOURNAL: &str = "journal.log";

/// Bytes that are read at a time; most lines are shorter.
const PIECE: usize = 1024;
/// Longest line that is read.
const LONGEST_LINE: usize = 8 << 20;

/// A contact that this import created or changed, as the journal says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The ticket under which it was sent.
    pub ticket: TicketNumber,
    /// Who it is.
    pub key: ContactKey,
    /// What was said about it.
    pub content: [u8; 8],
    /// The row it came from; `None` if what was sent is not known.
    pub row: Option<RowNumber>,
    /// Its name in the account.
    pub uuid: Box<str>,
    /// The answer was lost, and a look-up found it.
    pub by_lookup: bool,
    /// The server's clock before it was first sent, in seconds; `None` if that is not known.
    pub sent_after: Option<u64>,
    /// It was there before, and was changed: where the journal says what there was.
    pub updated: Option<Box<[u64]>>,
    /// Where it stands in `sent.log`.
    place: Option<u64>,
}

impl Entry {
    /// A contact of which only the journal is known.
    pub fn new(
        ticket: TicketNumber,
        key: ContactKey,
        content: [u8; 8],
        uuid: &str,
        by_lookup: bool,
        sent_after: Option<u64>,
    ) -> Self {
        Self {
            ticket,
            key,
            content,
            row: None,
            uuid: uuid.into(),
            by_lookup,
            sent_after,
            updated: None,
            place: None,
        }
    }
}

/// All of them.
pub struct Ledger {
    /// What the journal is about.
    pub head: Head,
    /// The contacts, by row; those whose row is not known last.
    pub entries: Vec<Entry>,
    /// Tickets that are open: their contacts may or may not be in the account.
    pub open: u64,
    /// What is wrong with the journal, in words, if something is.
    pub damage: Option<String>,
    log: Option<File>,
    journal: Recall,
}

impl Ledger {
    /// Reads journal and `sent.log` of the import in `folder`; `None` if there is no import. Nothing is changed.
    ///
    /// # Errors
    ///
    /// If they cannot be read.
    pub fn open(folder: &OutputDir) -> io::Result<Option<Self>> {
        let mut by_key: BTreeMap<ContactKey, Entry> = BTreeMap::new();
        let mut open = 0;
        let replayed = peek(&folder.path().join(JOURNAL), |past| {
            // Of several tickets of one contact the last one counts, whatever became of it.
            if by_key.get(&past.key).is_some_and(|known| known.ticket > past.ticket) {
                return Ok(());
            }
            by_key.remove(&past.key);
            let Some(verdict) = past.verdict else {
                open += u64::from(classify(past.evidence, true) == Class::Unknown);
                return Ok(());
            };
            let entry = |uuid: &str, by_lookup| {
                Entry::new(past.ticket, past.key, past.content, uuid, by_lookup, past.sent_after)
            };
            let entry = match &verdict.o {
                Ended::Created(uuid, _, by_lookup) => entry(uuid, *by_lookup),
                Ended::Updated(uuid, ..) => {
                    Entry { updated: Some(past.changes.clone().into()), ..entry(uuid, false) }
                }
                _ => return Ok(()),
            };
            by_key.insert(past.key, entry);
            Ok(())
        })?;
        let Some(Replayed { head: Some(head), damage, .. }) = replayed else { return Ok(None) };
        let log = match own_file_to_read(&folder.path().join(SENT_LOG)) {
            Ok(log) => Some(log),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let mut entries: Vec<Entry> = by_key.into_values().collect();
        entries.sort_by_key(|entry| entry.ticket);
        if let Some(log) = &log {
            find_places(
                log,
                &mut entries,
                &Fingerprints::new(head.salt).with_main_channel(head.main_channel.as_deref()),
            )?;
        }
        entries.sort_by_key(|entry| (entry.row.is_none(), entry.row, entry.ticket));
        let journal = Recall::of(own_file_to_read(&folder.path().join(JOURNAL))?);
        Ok(Some(Self { head, entries, open, damage, log, journal }))
    }

    /// What an update wrote: each field with what there was before and what was written last. Empty if that is not known,
    /// and for contacts that were created.
    pub fn changes(&self, entry: &Entry) -> Vec<FieldChange> {
        let mut all: Vec<FieldChange> = Vec::new();
        for &place in entry.updated.iter().flatten() {
            for change in self.journal.changes(place).unwrap_or_default() {
                match all.iter_mut().find(|known| known.field == change.field) {
                    Some(known) => known.after = change.after,
                    None => all.push(change),
                }
            }
        }
        all
    }

    /// What was sent for a contact; `None` if that is not known: the line is torn or lost, or the row was edited between
    /// its sending and the look-up that found it.
    pub fn sent(&self, entry: &Entry) -> Option<Sent> {
        let (log, place) = (self.log.as_ref()?, entry.place?);
        let mut line: Vec<u8> = Vec::new();
        loop {
            let known = line.len();
            if known >= LONGEST_LINE {
                return None;
            }
            line.resize((known * 2).max(PIECE), 0);
            let count = log.read_at(&mut line[known..], place + known as u64).ok()?;
            line.truncate(known + count);
            let end = line.iter().position(|byte| *byte == b'\n');
            if let Some(end) = end {
                let mut found = None;
                read_sent(&mut &line[..=end], |_, sent| {
                    found = Some(sent);
                    Ok(())
                })
                .ok()?;
                return found.filter(|sent| sent.ticket == entry.ticket);
            }
            if count == 0 {
                return None;
            }
        }
    }
}

/// Finds the line of each contact. It counts only if it names the same contact as the verdict, and says what the ticket
/// was leased for.
fn find_places(log: &File, entries: &mut [Entry], fingerprints: &Fingerprints) -> io::Result<()> {
    let mut reader = BufReader::with_capacity(256 * 1024, log);
    read_sent(&mut reader, |place, sent| {
        let at = entries.binary_search_by_key(&sent.ticket, |entry| entry.ticket);
        if let Some(entry) = at.ok().and_then(|at| entries.get_mut(at))
            && sent.uuid == *entry.uuid
            && fingerprints.content(&sent.contact) == entry.content
        {
            (entry.place, entry.row) = (Some(place), Some(sent.row));
        }
        Ok(())
    })
}
