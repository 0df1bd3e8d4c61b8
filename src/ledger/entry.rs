//! One contact that this import created or changed, and how its tickets together say so.

use crate::journal::{
    Begun, Class, ContactKey, Ended, Evidence, Past, Recall, Story, TicketNumber, classify,
};
use crate::model::{Code, RowNumber};

/// A contact that this import created or changed, or may have changed, as the journal says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The ticket under which something was last sent for it.
    pub ticket: TicketNumber,
    /// Who it is.
    pub key: ContactKey,
    /// The row it came from; `None` if what was sent is not known.
    pub row: Option<RowNumber>,
    /// Its name in the account.
    pub uuid: Box<str>,
    /// How it came to be; `None` if it was there before.
    pub created: Option<Creation>,
    /// Its changes, in the order of their tickets.
    pub updates: Vec<Update>,
    /// The ticket whose creation it may come from, where nobody can tell.
    pub(super) met: Option<TicketNumber>,
    /// Where it stands in `sent.log`, and the ticket that stands there.
    pub(super) place: Option<(u64, TicketNumber)>,
}

/// How a contact came to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Creation {
    pub(super) ticket: TicketNumber,
    /// What was said about it when it was created, or found.
    pub(super) content: [u8; 8],
    /// The answer to its creation was lost, and a look-up found it.
    pub by_lookup: bool,
    /// The server's clock before it was first sent, in seconds; `None` if that is not known.
    pub sent_after: Option<u64>,
    /// Where it stands in `sent.log`.
    pub(super) place: Option<u64>,
}

/// The changes of one ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    pub(super) ticket: TicketNumber,
    /// What was said about the contact when the ticket was leased.
    pub(super) leased: [u8; 8],
    /// Where the journal says what there was.
    pub(super) places: Box<[u64]>,
    /// Where the journal says that the contact is changed; `None` if nobody knows whether it is.
    pub(super) verdict: Option<u64>,
    /// When the contact was changed, the row said what it had said when the ticket was leased.
    pub(super) is_as_leased: bool,
}

impl Entry {
    /// A contact of which nothing but its name is known yet.
    pub(super) fn of(key: ContactKey, uuid: Box<str>) -> Self {
        Self { ticket: 0, key, row: None, uuid, created: None, updates: Vec::new(), met: None, place: None }
    }

    /// A contact that was created, of which only the journal is known.
    pub fn created(key: ContactKey, uuid: &str, how: Creation) -> Self {
        let mut entry = Self::of(key, uuid.into());
        entry.go_on(How::Created(how));
        entry
    }

    /// How often a change of it was written down.
    pub fn changes(&self) -> u64 {
        self.updates.iter().map(|update| update.places.len() as u64).sum()
    }

    /// The tickets under which something was written to it, or may have been.
    pub(super) fn tickets(&self) -> impl Iterator<Item = TicketNumber> {
        let created = self.created.iter().map(|creation| creation.ticket);
        created.chain(self.updates.iter().map(|update| update.ticket)).chain(self.met)
    }

    /// Its line of this ticket was found in `sent.log`; it says this.
    pub(super) fn found(&mut self, place: u64, ticket: TicketNumber, row: RowNumber, content: [u8; 8]) {
        if let Some(creation) = self.created.as_mut().filter(|creation| creation.ticket == ticket) {
            if creation.content != content {
                return;
            }
            creation.place = Some(place);
        }
        for update in self.updates.iter_mut().filter(|update| update.ticket == ticket) {
            update.is_as_leased = update.leased == content;
        }
        if self.place.is_none_or(|(_, known)| known <= ticket) {
            (self.place, self.row) = (Some((place, ticket)), Some(row));
        }
    }

    /// What was done next.
    fn go_on(&mut self, how: How) {
        match how {
            How::Met(ticket) => {
                self.ticket = ticket;
                self.met = Some(ticket);
            }
            How::Created(creation) => {
                self.ticket = creation.ticket;
                self.created = Some(creation);
                self.updates.clear();
            }
            How::Changed(update) => {
                self.ticket = update.ticket;
                self.updates.push(update);
            }
        }
    }

    /// Whether this import created it, and not only changed it.
    pub fn is_created_here(&self) -> bool {
        self.created.is_some()
    }

    /// Whether a look-up found it where the answer to its creation was lost: what it showed then is not what it showed at
    /// first.
    pub fn is_looked_up(&self) -> bool {
        self.created.as_ref().is_some_and(|creation| creation.by_lookup)
    }

    /// Whether this import may have created it, and nobody can tell.
    pub fn may_be_own(&self) -> bool {
        self.created.is_none() && self.met.is_some()
    }

    /// Whether it is known to have been changed.
    pub fn is_changed(&self) -> bool {
        self.updates.iter().any(|update| update.verdict.is_some())
    }

    /// Whether something is known to have been written; otherwise there are only changes of which nobody knows.
    pub fn is_certain(&self) -> bool {
        self.is_created_here() || self.is_changed()
    }
}

impl Creation {
    /// Under this ticket, which says this; found by a look-up or not; sent after this time of the server's clock.
    pub fn new(ticket: TicketNumber, content: [u8; 8], by_lookup: bool, sent_after: Option<u64>) -> Self {
        Self { ticket, content, by_lookup, sent_after, place: None }
    }
}

/// What this import did to whom one key names.
#[derive(Default)]
pub(super) struct Deeds {
    story: Story<()>,
    wrote: Vec<Wrote>,
    /// Tickets up to this number are over.
    forgotten: Option<TicketNumber>,
}

/// A ticket under which something was written to the account, or may have been.
struct Wrote {
    ticket: TicketNumber,
    /// `None` if the records of the changes say it.
    uuid: Option<String>,
    how: How,
}

enum How {
    Created(Creation),
    Changed(Update),
    /// It was there when the answer to its creation was lost, and may be what was created.
    Met(TicketNumber),
}

impl Deeds {
    pub(super) fn note(&mut self, past: Past) {
        let Past { ticket, content, leased, evidence, sent_after, verdict, offset, mut changes, .. } = past;
        self.story.note(ticket, evidence, ());
        if evidence.forgotten {
            self.forgotten = self.forgotten.max(Some(ticket));
        }
        let may_be_own = verdict.as_ref().is_some_and(|verdict| verdict.may_be_own);
        let ended = verdict.map(|verdict| verdict.o);
        if let Some(Ended::Created(uuid, _, by_lookup)) = ended {
            let creation = Creation::new(ticket, content, by_lookup, sent_after);
            self.wrote.push(Wrote { ticket, uuid: Some(uuid), how: How::Created(creation) });
            return;
        }
        let is_updated = matches!(ended, Some(Ended::Updated(..)));
        match ended {
            // Nobody asks whether it was made, which does not undo it.
            Some(Ended::Failed(ref code, _)) if *code == Code::LetGo.as_str() => {}
            // Nothing of it is there.
            Some(Ended::Rejected(..) | Ended::Failed(..) | Ended::ChangeFailed(..)) => return,
            // Only the last change was refused; of those before it nobody knows.
            Some(Ended::ChangeRefused(..)) => drop(changes.pop()),
            None if !may_be_made(evidence) => return,
            _ => {}
        }
        let uuid = ended.and_then(Ended::into_contact).map(|contact| contact.uuid);
        if may_be_own {
            self.wrote.push(Wrote { ticket, uuid: uuid.clone(), how: How::Met(ticket) });
        }
        if changes.is_empty() && !is_updated {
            return;
        }
        let update = Update {
            ticket,
            leased,
            places: changes.into(),
            verdict: is_updated.then_some(offset),
            is_as_leased: false,
        };
        self.wrote.push(Wrote { ticket, uuid, how: How::Changed(update) });
    }

    /// The ticket that leaves open whether the contact is in the account, or a change of it.
    pub(super) fn doubt(&self) -> Option<TicketNumber> {
        let (ticket, evidence, ()) = self.story.last()?;
        (classify(evidence, true) == Class::Unknown).then_some(ticket)
    }

    /// The contact that something was written to last, and others to which something may have been written since.
    pub(super) fn into_entries(self, key: ContactKey, journal: &Recall) -> Vec<Entry> {
        let known = |uuid| Begun { uuid, may_be_own: false };
        let mut wrote: Vec<(Begun, Wrote)> = self
            .wrote
            .into_iter()
            .filter(|wrote| self.forgotten.is_none_or(|forgotten| wrote.ticket > forgotten))
            .filter_map(|mut wrote| {
                Some((wrote.uuid.take().map(known).or_else(|| wrote.how.begun(journal))?, wrote))
            })
            .collect();
        wrote.sort_unstable_by_key(|(_, wrote)| wrote.ticket);
        // What was written to a contact that has been deleted since is not of the one that came after it.
        let last_certain = wrote.iter().rposition(|(_, wrote)| wrote.how.is_certain()).unwrap_or_default();
        let mut uuids: Vec<String> = Vec::new();
        for (begun, _) in &wrote[last_certain..] {
            if !uuids.contains(&begun.uuid) {
                uuids.push(begun.uuid.clone());
            }
        }
        let mut entries: Vec<Entry> = uuids.into_iter().map(|uuid| Entry::of(key, uuid.into())).collect();
        for (begun, Wrote { ticket, how, .. }) in wrote {
            if let Some(entry) = entries.iter_mut().find(|entry| *entry.uuid == *begun.uuid) {
                entry.go_on(how);
                if begun.may_be_own {
                    entry.go_on(How::Met(ticket));
                }
            }
        }
        entries
    }
}

impl How {
    fn is_certain(&self) -> bool {
        matches!(self, Self::Created(_) | Self::Changed(Update { verdict: Some(_), .. }))
    }

    /// The contact that was last about to be changed.
    fn begun(&self, journal: &Recall) -> Option<Begun> {
        let Self::Changed(update) = self else { return None };
        Some(journal.changes(*update.places.last()?)?.0)
    }
}

/// Whether changes of a ticket that says nothing of them may have been made.
fn may_be_made(evidence: Evidence) -> bool {
    !evidence.retired && classify(evidence, true) == Class::Unknown
}
