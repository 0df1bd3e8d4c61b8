//! The contacts that came to be, as journal and `sent.log` tell.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufReader};
use std::os::unix::fs::FileExt as _;

use super::deeds::Deeds;
use super::entry::{Entry, Update};
use super::own_change::{OwnChange, Step};
use crate::journal::{
    ContactKey, Fingerprints, Head, Recall, Replayed, TicketNumber, Verdict, own_file_to_read, peek,
};
use crate::results::{Named, OutputDir, SENT_LOG, Sent, named, read_sent};
use crate::words::Message;

/// The journal's name in the folder.
pub const JOURNAL: &str = "journal.log";

/// Bytes that are read at a time; most lines are shorter.
const PIECE: usize = 1024;
/// Longest line that is read.
const LONGEST_LINE: usize = 8 << 20;

/// All of them.
pub struct Ledger {
    /// What the journal is about.
    pub head: Head,
    /// The contacts, by row; those whose row is not known last.
    pub entries: Vec<Entry>,
    /// Tickets that are open: their contacts may or may not be in the account, or a change of them.
    pub doubts: Vec<TicketNumber>,
    /// What is wrong with the journal, in words, if something is.
    pub damage: Option<Message>,
    log: Option<File>,
    journal: Recall,
    /// Contacts of which `sent.log` has no line, as the results tell of them, by their names in the account.
    told: BTreeMap<String, Named>,
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
        let journal = Recall::of(own_file_to_read(&folder.path().join(JOURNAL))?);
        let mut entries: Vec<Entry> =
            by_key.into_values().flat_map(|deeds| deeds.into_entries(&journal)).collect();
        if let Some(log) = &log {
            find_places(log, &mut entries, &head.fingerprints())?;
        }
        let unsent: BTreeSet<&str> =
            entries.iter().filter(|entry| entry.place.is_none()).map(|entry| &*entry.uuid).collect();
        let told = if unsent.is_empty() { BTreeMap::new() } else { named(folder.path(), &unsent) };
        for entry in entries.iter_mut().filter(|entry| entry.place.is_none()) {
            entry.row = told.get(&*entry.uuid).and_then(|told| told.row);
        }
        entries.sort_by_key(|entry| (entry.row.is_none(), entry.row, entry.ticket));
        Ok(Some(Self { head, entries, doubts, damage, log, journal, told }))
    }

    /// How many tickets are open.
    pub fn doubtful(&self) -> u64 {
        self.doubts.len() as u64
    }

    /// The places of those to which something is known to have been written: of the others there is nothing to compare.
    pub fn certain(&self) -> Vec<usize> {
        (0..).zip(&self.entries).filter(|(_, entry)| entry.is_certain()).map(|(at, _)| at).collect()
    }

    /// What changes wrote, or may have written. Empty if that is not known, and for contacts that were only created.
    pub fn changes(&self, entry: &Entry) -> Vec<OwnChange> {
        let mut lost = BTreeSet::new();
        let steps = entry.updates.iter().flat_map(|update| self.steps(entry, update, &mut lost));
        let mut changes = OwnChange::put_together(steps);
        for field in lost {
            match changes.iter_mut().find(|change| change.field == field) {
                Some(change) => change.is_lost = true,
                None => changes.push(OwnChange::lost(field)),
            }
        }
        changes
    }

    /// The changes of one ticket, in their order. Where its verdict says that the contact is changed, the last one of each
    /// field that it names was made; where the row had not been edited since, and nothing was refused, the last one of every
    /// field. Where the journal is damaged, fields that it names and no record does are `lost`.
    fn steps(&self, entry: &Entry, update: &Update, lost: &mut BTreeSet<String>) -> Vec<Step> {
        let verdict = update.verdict.and_then(|place| self.journal.ended(place));
        let told = verdict.as_ref().and_then(Verdict::changed);
        let mut steps: Vec<Step> = Vec::new();
        for &place in &update.places {
            let Some((begun, changes)) = self.journal.changes(place) else { continue };
            // A contact that was gone before this one was found.
            if *begun.uuid != *entry.uuid {
                continue;
            }
            for change in changes {
                let is_made = told.is_some_and(|(fields, is_whole)| {
                    is_whole && update.is_as_leased || fields.contains(&change.field)
                });
                let earlier = steps.iter_mut().filter(|step| step.change.field == change.field);
                earlier.for_each(|step| step.is_made = false);
                steps.push(Step { change, is_made });
            }
        }
        if let Some((fields, _)) = told.filter(|_| self.damage.is_some()) {
            let is_known = |field: &String| steps.iter().any(|step| step.change.field == *field);
            lost.extend(fields.iter().filter(|field| !is_known(field)).cloned());
        }
        steps
    }

    /// What was last sent for a contact; `None` if that is not known: the line is torn or lost, or says something
    /// else than the row did when the contact was created or found.
    pub fn sent(&self, entry: &Entry) -> Option<Sent> {
        let (place, ticket) = entry.place?;
        self.sent_at(place, ticket)
    }

    /// Who a contact is to people: by what was last sent for it, or else by the results; `None` if neither tells.
    pub fn named(&self, entry: &Entry) -> Option<Named> {
        let by_sent = self.sent(entry).map(|sent| Named {
            row: Some(sent.row),
            identifier: sent.contact.identifier,
            name: sent.contact.name,
        });
        by_sent.or_else(|| self.told.get(&*entry.uuid).cloned())
    }

    /// What a contact was created from; as [`Self::sent`], unless it was changed since.
    pub fn sent_at_first(&self, entry: &Entry) -> Option<Sent> {
        let creation = entry.created.as_ref()?;
        self.sent_at(creation.place?, creation.ticket)
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

/// Finds the lines of each contact. A line counts only if it names the same contact as the verdict; that of a creation only
/// if it says what the ticket was leased for.
fn find_places(log: &File, entries: &mut [Entry], fingerprints: &Fingerprints) -> io::Result<()> {
    let mut tickets: Vec<(TicketNumber, usize)> = Vec::with_capacity(entries.len());
    for (at, entry) in entries.iter().enumerate() {
        tickets.extend(entry.tickets().map(|ticket| (ticket, at)));
    }
    tickets.sort_unstable();
    let mut reader = BufReader::with_capacity(256 * 1024, log);
    read_sent(&mut reader, |place, sent| {
        let Ok(at) = tickets.binary_search_by_key(&sent.ticket, |(ticket, _)| *ticket) else {
            return Ok(());
        };
        let entry = &mut entries[tickets[at].1];
        if sent.uuid == *entry.uuid {
            entry.found(place, sent.ticket, sent.row, fingerprints.content(&sent.contact));
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests;
