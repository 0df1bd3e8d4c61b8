//! Contacts that undos of an import, and of those that belong to it, took back.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

use super::exit::Exit;
use super::failure::Failure;
use super::set_aside::{set_aside_in, undo_kept_with};
use super::settings;
use crate::journal::{ContactKey, Final, Past, TicketNumber, peek};
use crate::ledger::JOURNAL;
use crate::undo;
use crate::words::message;

/// Contacts that undos took back, by their uuids.
#[derive(Debug, Default)]
pub(super) struct Gone {
    /// They were deleted.
    deleted: BTreeSet<String>,
    /// They may have been: what is known of them says that they are there, and is not believed unasked.
    doubtful: BTreeSet<String>,
    /// The import's own undos deleted them, which its own journal knows, and the others' do not.
    by_itself: BTreeSet<String>,
}

impl Gone {
    /// Those of the imports in the folders `others`, and of the one in `own` where there are any others.
    ///
    /// # Errors
    ///
    /// If what is in one of the folders cannot be read.
    pub(super) fn of<'f>(own: &Path, others: impl Iterator<Item = &'f Path>) -> Result<Self, Failure> {
        let (mut gone, mut itself) = (Self::default(), Self::default());
        for (at, folder) in others.enumerate() {
            if at == 0 {
                itself.note(own)?;
            }
            gone.note(folder)?;
        }
        Ok(Self { by_itself: itself.deleted, ..gone })
    }

    /// Whether what the journals of the others say of this contact is over.
    pub(super) fn was_deleted(&self, uuid: &str) -> bool {
        self.deleted.contains(uuid) || self.by_itself.contains(uuid)
    }

    /// Whether what the import's own journal says of this contact is over.
    pub(super) fn contains(&self, uuid: &str) -> bool {
        self.deleted.contains(uuid) || self.doubtful.contains(uuid)
    }

    /// Takes up what undos did about the import in `folder`.
    fn note(&mut self, folder: &Path) -> Result<(), Failure> {
        for path in set_aside_in(folder).map_err(unreadable(folder))? {
            let kept = undo_kept_with(&path).map(|log| undo::peek_whole(&log)).transpose();
            let undone = kept.map_err(unreadable(folder))?.unwrap_or_default();
            self.note_journal(folder, &path, &undone)?;
        }
        self.note_journal(folder, &folder.join(JOURNAL), &undone(folder)?)
    }

    fn note_journal(&mut self, folder: &Path, journal: &Path, undone: &undo::Past) -> Result<(), Failure> {
        let deleted: BTreeSet<TicketNumber> = undone.deleted().collect();
        let (open, is_damaged) = (&undone.open, undone.damage.is_some());
        // Where a run was told to import them again, its journal alone knows it.
        let mut forgotten: BTreeMap<ContactKey, TicketNumber> = BTreeMap::new();
        let note_forgotten = |past: Past| {
            if past.evidence.forgotten {
                let last = forgotten.entry(past.key).or_default();
                *last = past.ticket.max(*last);
            }
            Ok(())
        };
        peek(journal, note_forgotten).map_err(unreadable(folder))?;
        if deleted.is_empty() && open.is_empty() && forgotten.is_empty() && !is_damaged {
            return Ok(());
        }
        let (mut over, mut there) = (BTreeSet::new(), BTreeSet::new());
        let note = |past: Past| {
            let is_forgotten = forgotten.get(&past.key).is_some_and(|last| past.ticket <= *last);
            // What an undo was about to delete when it died; and where it is not known what it deleted, whoever was created.
            // An undo deletes nobody else.
            let was_created = past.evidence.verdict == Some(Final::There);
            let is_doubtful = was_created && (open.contains(&past.ticket) || is_damaged);
            if let Some(contact) = past.verdict.and_then(|verdict| verdict.o.into_contact()) {
                if is_forgotten || deleted.contains(&past.ticket) {
                    over.insert(contact.uuid);
                } else if is_doubtful {
                    self.doubtful.insert(contact.uuid);
                } else if forgotten.contains_key(&past.key) {
                    there.insert(contact.uuid);
                }
            }
            Ok(())
        };
        peek(journal, note).map_err(unreadable(folder))?;
        // Who was put back and not deleted is named once more behind the word that it is over.
        self.deleted.extend(over.difference(&there).cloned());
        Ok(())
    }
}

/// What undos did about the import in `folder`.
pub(super) fn undone(folder: &Path) -> Result<undo::Past, Failure> {
    undo::peek_whole(&folder.join(undo::UNDO_LOG)).map_err(unreadable(folder))
}

pub(super) fn unreadable(folder: &Path) -> impl Fn(io::Error) -> Failure {
    |error| {
        let folder = settings::shown(folder);
        Failure::new(Exit::Output, message!("import-unreadable", folder, why = &error))
    }
}
