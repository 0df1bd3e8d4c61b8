//! The contacts that came to be, as journal and `sent.log` tell.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader};
use std::os::unix::fs::FileExt as _;

use crate::journal::{
    Class, ContactKey, Ended, Fingerprints, Head, Past, Recall, Replayed, Story, TicketNumber, classify,
    own_file_to_read, peek,
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
    /// The ticket under which something was last sent for it.
    pub ticket: TicketNumber,
    /// Who it is.
    pub key: ContactKey,
    /// What was last said about it.
    pub content: [u8; 8],
    /// The row it came from; `None` if what was sent is not known.
    pub row: Option<RowNumber>,
    /// Its name in the account.
    pub uuid: Box<str>,
    /// The answer to its creation was lost, and a look-up found it.
    pub by_lookup: bool,
    /// The server's clock before it was first sent, in seconds; `None` if that is not known.
    pub sent_after: Option<u64>,
    /// It was changed: where the journal says what there was.
    pub updated: Option<Box<[u64]>>,
    /// It was changed, and this import had created it.
    pub created: Option<Box<Creation>>,
    /// Where it stands in `sent.log`.
    place: Option<u64>,
}

/// How a contact came to be that was changed since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Creation {
    ticket: TicketNumber,
    content: [u8; 8],
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
            created: None,
            place: None,
        }
    }

    /// Whether this import created it, and not only changed it.
    pub fn is_created_here(&self) -> bool {
        self.updated.is_none() || self.created.is_some()
    }
}

/// What this import did to one contact.
#[derive(Default)]
struct Deeds {
    story: Story<()>,
    wrote: Vec<Wrote>,
}

/// A ticket under which something was written to the account.
struct Wrote {
    ticket: TicketNumber,
    content: [u8; 8],
    uuid: String,
    sent_after: Option<u64>,
    how: How,
}

enum How {
    Created {
        by_lookup: bool,
    },
    /// Where the journal says what there was.
    Updated(Vec<u64>),
}

impl Deeds {
    fn note(&mut self, past: Past) {
        let Past { ticket, content, evidence, sent_after, verdict, changes, .. } = past;
        self.story.note(ticket, evidence, ());
        if evidence.forgotten {
            self.wrote.retain(|wrote| wrote.ticket > ticket);
        }
        let (uuid, how) = match verdict.map(|verdict| verdict.o) {
            Some(Ended::Created(uuid, _, by_lookup)) => (uuid, How::Created { by_lookup }),
            Some(Ended::Updated(uuid, ..)) => (uuid, How::Updated(changes)),
            _ => return,
        };
        self.wrote.push(Wrote { ticket, content, uuid, sent_after, how });
    }

    /// The ticket that leaves open whether the contact is in the account, or a change of it.
    fn doubt(&self) -> Option<TicketNumber> {
        let (ticket, evidence, ()) = self.story.last()?;
        (classify(evidence, true) == Class::Unknown).then_some(ticket)
    }

    fn into_entry(mut self, key: ContactKey) -> Option<Entry> {
        self.wrote.sort_unstable_by_key(|wrote| wrote.ticket);
        let last = self.wrote.last()?;
        let (uuid, ticket, content) = (last.uuid.clone(), last.ticket, last.content);
        // What was written to a contact that has been deleted since is not of this one.
        self.wrote.retain(|wrote| wrote.uuid == uuid);
        let made = self.wrote.iter().rposition(|wrote| matches!(wrote.how, How::Created { .. }));
        let first = &self.wrote[made.unwrap_or(0)];
        let by_lookup = matches!(first.how, How::Created { by_lookup: true });
        let mut entry = Entry::new(ticket, key, content, &uuid, by_lookup, first.sent_after);
        let updates = &self.wrote[made.map_or(0, |made| made + 1)..];
        if !updates.is_empty() {
            let places = updates.iter().flat_map(|update| match &update.how {
                How::Updated(places) => &places[..],
                How::Created { .. } => &[],
            });
            entry.updated = Some(places.copied().collect());
            entry.created = made
                .map(|_| Box::new(Creation { ticket: first.ticket, content: first.content, place: None }));
        }
        Some(entry)
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
    /// Which they are.
    pub doubts: Vec<TicketNumber>,
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
        let mut by_key: BTreeMap<ContactKey, Deeds> = BTreeMap::new();
        let replayed = peek(&folder.path().join(JOURNAL), |past| {
            by_key.entry(past.key).or_default().note(past);
            Ok(())
        })?;
        let Some(Replayed { head: Some(head), damage, .. }) = replayed else { return Ok(None) };
        let log = match own_file_to_read(&folder.path().join(SENT_LOG)) {
            Ok(log) => Some(log),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let doubts: Vec<TicketNumber> = by_key.values().filter_map(Deeds::doubt).collect();
        let open = doubts.len() as u64;
        let mut entries: Vec<Entry> =
            by_key.into_iter().filter_map(|(key, deeds)| deeds.into_entry(key)).collect();
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
        Ok(Some(Self { head, entries, open, doubts, damage, log, journal }))
    }

    /// What updates wrote: each field with what there was before and what was written last. Empty if that is not known,
    /// and for contacts that were only created.
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

    /// What was last sent for a contact; `None` if that is not known: the line is torn or lost, or the row was edited
    /// between its sending and the look-up that found it.
    pub fn sent(&self, entry: &Entry) -> Option<Sent> {
        self.sent_at(entry.place?, entry.ticket)
    }

    /// What a contact was created from; as [`Self::sent`], unless it was changed since.
    pub fn sent_at_first(&self, entry: &Entry) -> Option<Sent> {
        match &entry.created {
            Some(created) => self.sent_at(created.place?, created.ticket),
            None => self.sent(entry),
        }
    }

    fn sent_at(&self, place: u64, ticket: TicketNumber) -> Option<Sent> {
        let log = self.log.as_ref()?;
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
                return found.filter(|sent| sent.ticket == ticket);
            }
            if count == 0 {
                return None;
            }
        }
    }
}

/// Finds the lines of each contact. A line counts only if it names the same contact as the verdict, and says what the
/// ticket was leased for. `entries` are in the order of their tickets.
fn find_places(log: &File, entries: &mut [Entry], fingerprints: &Fingerprints) -> io::Result<()> {
    let mut first: Vec<(TicketNumber, usize)> =
        (0..).zip(&*entries).filter_map(|(at, entry)| Some((entry.created.as_ref()?.ticket, at))).collect();
    first.sort_unstable();
    let mut reader = BufReader::with_capacity(256 * 1024, log);
    read_sent(&mut reader, |place, sent| {
        let last = entries.binary_search_by_key(&sent.ticket, |entry| entry.ticket).ok();
        let at = match last {
            Some(at) => at,
            None => match first.binary_search_by_key(&sent.ticket, |(ticket, _)| *ticket) {
                Ok(at) => first[at].1,
                Err(_) => return Ok(()),
            },
        };
        let entry = &mut entries[at];
        if sent.uuid != *entry.uuid {
            return Ok(());
        }
        let content = fingerprints.content(&sent.contact);
        match &mut entry.created {
            Some(created) if last.is_none() && created.content == content => created.place = Some(place),
            _ if last.is_some() && entry.content == content => {
                (entry.place, entry.row) = (Some(place), Some(sent.row));
            }
            _ => {}
        }
        Ok(())
    })
}
