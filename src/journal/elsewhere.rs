//! What another import into the same account knows of contacts.
//!
//! Rows that failed are corrected in `failures.csv` and given back into a folder of their own. Where they are corrected in
//! the list, too, the import of the list meets somebody whom it has never sent, and whom that other import has; and what
//! is given back may be somebody whom the list's import has sent in another night.

use std::collections::{BTreeSet, HashMap};
use std::io;
use std::path::Path;

use super::error::JournalError;
use super::fate::{Class, classify};
use super::gate::About;
use super::key::{ContactKey, Fingerprints};
use super::own_file::own_file_to_read;
use super::peek::peek_whole;
use super::recall::Recall;
use super::record::TicketNumber;
use super::storage::Length;
use super::story::Story;
use super::ticket::Earlier;
use crate::model::{ContactId, NewContact};
use crate::words::{Message, message};

/// The contacts of another import that are in the account, or may be.
pub struct Elsewhere {
    known: Option<Contacts>,
    /// What may have been done about contacts that it does not know: something, if it lacks something.
    unknown: Earlier,
    /// What it lacks, in words.
    damage: Option<Message>,
    /// Of those who may be in the account nothing is told but since when.
    tells_who_is_there: bool,
}

struct Contacts {
    fingerprints: Fingerprints,
    contacts: HashMap<ContactKey, Known>,
    recall: Recall,
}

#[derive(Clone, Copy)]
enum Known {
    There { offset: u64 },
    MaybeSent { after: Option<u64> },
    NotThere { after: Option<u64> },
}

/// What is known of one contact.
#[derive(Debug, PartialEq, Eq)]
pub enum Abroad {
    /// It is in the account.
    There(ContactId),
    /// It may be.
    MaybeSent {
        /// The server's clock when its ticket was leased, in seconds.
        after: Option<u64>,
    },
}

impl Elsewhere {
    /// Reads the journal at `path`; `None` if nothing was ever sent there, or if it is of another account than `about` says
    /// with its fingerprints. Nothing is changed. `deleted`: the tickets whose contacts were deleted since, by an undo.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    pub fn read(
        path: &Path,
        deleted: &BTreeSet<TicketNumber>,
        about: impl FnOnce(&Fingerprints) -> About,
    ) -> io::Result<Option<Self>> {
        let mut stories: HashMap<ContactKey, Story<(u64, Option<u64>)>> = HashMap::new();
        let noted = Length::beside(path);
        let was_written = noted.as_ref().is_some_and(|noted| noted.synced > 0);
        let Some(replayed) = peek_whole(path, noted.as_ref(), |past| {
            if !deleted.contains(&past.ticket) {
                let told = (past.offset, past.sent_after);
                stories.entry(past.key).or_default().note(past.ticket, past.evidence, told);
            }
            Ok(())
        })?
        else {
            return Ok(was_written.then(|| Self::lost(message!("damage-no-journal"))));
        };
        let unknown = replayed.of_unknown_rows();
        let Some(head) = replayed.head else {
            let damage = replayed.damage.unwrap_or_else(|| message!("damage-no-head"));
            return Ok((was_written || replayed.length > 0).then(|| Self::lost(damage)));
        };
        let fingerprints = Fingerprints::new(head.salt).with_main_channel(head.main_channel.as_deref());
        let About { endpoint, account } = about(&fingerprints);
        if (endpoint, account) != (head.endpoint, head.account) {
            return Ok(None);
        }
        let known = |story: &Story<(u64, Option<u64>)>| match story.there() {
            Some(&(offset, _)) => Some(Known::There { offset }),
            None => {
                let (_, evidence, &(_, after)) = story.last()?;
                Some(match classify(evidence, true) {
                    Class::Unknown => Known::MaybeSent { after },
                    Class::NeverSent | Class::Settled => Known::NotThere { after },
                })
            }
        };
        let contacts = stories.iter().filter_map(|(key, story)| Some((*key, known(story)?))).collect();
        let recall = Recall::of(own_file_to_read(path)?);
        let known = Some(Contacts { fingerprints, contacts, recall });
        Ok(Some(Self { known, unknown, damage: replayed.damage, tells_who_is_there: false }))
    }

    /// An import of which nothing can be read: anybody may have been sent there.
    pub fn lost(damage: Message) -> Self {
        let unknown = Earlier::MaybeSent { after: None };
        Self { known: None, unknown, damage: Some(damage), tells_who_is_there: false }
    }

    /// Tells only who is there, and nobody who may be: where a row says itself whether it is in doubt, a person may have taken
    /// that word back.
    pub fn of_those_who_are_there(self) -> Self {
        Self { tells_who_is_there: true, ..self }
    }

    /// What it lacks, in words, if something: contacts that it does not know may have been sent all the same.
    pub fn damage(&self) -> Option<&Message> {
        self.damage.as_ref()
    }

    /// What is known of this contact; `None` if it was not sent there.
    ///
    /// # Errors
    ///
    /// If the verdict on it cannot be read back.
    pub fn of(&self, contact: &NewContact) -> Result<Option<Abroad>, JournalError> {
        Ok(match (self.known_of(contact), self.unknown) {
            (Some((recall, Known::There { offset })), _) => Some(Abroad::There(recall.contact(offset)?)),
            (Some((_, Known::MaybeSent { after })), _) if !self.tells_who_is_there => {
                Some(Abroad::MaybeSent { after })
            }
            // Where something is missing, what is known last need not be the last.
            (_, Earlier::MaybeSent { after }) => Some(Abroad::MaybeSent { after }),
            _ => None,
        })
    }

    /// The server's clock before which this contact was not sent there, in seconds; `Some(None)` if nobody knows when it was,
    /// `None` if it was not sent there.
    pub fn sent_after(&self, contact: &NewContact) -> Option<Option<u64>> {
        match self.known_of(contact) {
            _ if self.damage.is_some() => Some(None),
            Some((_, Known::MaybeSent { after } | Known::NotThere { after })) => Some(after),
            Some((_, Known::There { .. })) => Some(None),
            None => None,
        }
    }

    fn known_of(&self, contact: &NewContact) -> Option<(&Recall, Known)> {
        let Contacts { fingerprints, contacts, recall } = self.known.as_ref()?;
        Some((recall, *contacts.get(&fingerprints.key(contact))?))
    }
}
