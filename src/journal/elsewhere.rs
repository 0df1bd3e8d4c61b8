//! What another import into the same account knows of contacts.
//!
//! Rows that failed are corrected in `failures.csv` and given back into a folder of their own. Where they are corrected in
//! the list, too, the import of the list meets somebody whom it has never sent, and whom that other import has.

use std::collections::HashMap;
use std::io;
use std::path::Path;

use super::error::JournalError;
use super::fate::{Class, classify};
use super::gate::About;
use super::key::{ContactKey, Fingerprints};
use super::own_file::own_file_to_read;
use super::peek::peek;
use super::recall::Recall;
use super::story::Story;
use crate::model::{ContactId, NewContact};

/// The contacts of another import that are in the account, or may be.
pub struct Elsewhere {
    fingerprints: Fingerprints,
    contacts: HashMap<ContactKey, Known>,
    recall: Recall,
}

#[derive(Clone, Copy)]
enum Known {
    There { offset: u64 },
    MaybeSent { after: Option<u64> },
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
    /// Reads the journal at `path`; `None` if there is none, or if it is of another account than `about` says with its
    /// fingerprints. Nothing is changed.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    pub fn read(path: &Path, about: impl FnOnce(&Fingerprints) -> About) -> io::Result<Option<Self>> {
        let mut stories: HashMap<ContactKey, Story<(u64, Option<u64>)>> = HashMap::new();
        let replayed = peek(path, |past| {
            let told = (past.offset, past.sent_after);
            stories.entry(past.key).or_default().note(past.ticket, past.evidence, told);
            Ok(())
        })?;
        let Some(head) = replayed.and_then(|replayed| replayed.head) else { return Ok(None) };
        let fingerprints = Fingerprints::new(head.salt).with_main_channel(head.main_channel.as_deref());
        let About { endpoint, account } = about(&fingerprints);
        if (endpoint, account) != (head.endpoint, head.account) {
            return Ok(None);
        }
        let known = |story: &Story<(u64, Option<u64>)>| match story.there() {
            Some(&(offset, _)) => Some(Known::There { offset }),
            None => {
                let (_, evidence, &(_, after)) = story.last()?;
                (classify(evidence, true) == Class::Unknown).then_some(Known::MaybeSent { after })
            }
        };
        let contacts = stories.iter().filter_map(|(key, story)| Some((*key, known(story)?))).collect();
        Ok(Some(Self { fingerprints, contacts, recall: Recall::of(own_file_to_read(path)?) }))
    }

    /// What is known of this contact; `None` if it was not sent there.
    ///
    /// # Errors
    ///
    /// If the verdict on it cannot be read back.
    pub fn of(&self, contact: &NewContact) -> Result<Option<Abroad>, JournalError> {
        Ok(match self.contacts.get(&self.fingerprints.key(contact)) {
            None => None,
            Some(Known::There { offset }) => Some(Abroad::There(self.recall.contact(*offset)?)),
            Some(&Known::MaybeSent { after }) => Some(Abroad::MaybeSent { after }),
        })
    }
}
