//! What this import did to whom one key names, as its tickets together say: to one contact, or to several.

use super::entry::{Creation, Entry, Update};
use crate::journal::{Begun, Class, Ended, Evidence, Past, Recall, Story, TicketNumber, classify};
use crate::model::Code;

/// All tickets of one key.
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

/// What was done, or may have been.
pub(super) enum How {
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
    pub(super) fn into_entries(self, journal: &Recall) -> Vec<Entry> {
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
        let mut entries: Vec<Entry> = uuids.into_iter().map(|uuid| Entry::of(uuid.into())).collect();
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
