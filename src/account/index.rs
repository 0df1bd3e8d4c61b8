//! The account's WhatsApp contacts by number, as its list shows them.

use std::collections::HashMap;

use crate::api::StoredContact;
use crate::model::{NewContact, Source, canonical_form, canonical_uuid, is_same_uuid};
use crate::words::{Message, message, worded};

/// The WhatsApp channels of the account.
pub(super) struct Channels<'c> {
    /// The one that contacts without a channel are in.
    pub(super) main: Option<&'c str>,
    /// There is more than one, or that is not known.
    pub(super) are_several: bool,
}

/// Who is there.
#[derive(Debug, Clone, Default)]
pub struct Index {
    by_number: HashMap<u64, Vec<Entry>>,
    contacts: u64,
}

#[derive(Debug, Clone)]
struct Entry {
    uuid: String,
    /// `None`: the main channel, or the only one.
    channel: Option<String>,
}

/// Why a walk is no use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoIndex {
    /// The list does not show numbers.
    NoNumbers,
    /// The list does not show channels, and there are several.
    NoChannels,
    /// Contacts show their channels, and no channel is known as the one of rows without a channel.
    NoMainChannel,
    /// It shows contacts of a source that is none.
    OtherSource,
    /// It shows fewer contacts than it counts.
    Incomplete,
    /// A contact of it is not found under the number that it shows.
    OtherNumbers,
    /// It cannot be read to its end.
    Unreadable(Message),
}

worded!(NoIndex);

impl NoIndex {
    /// What is wrong.
    pub fn message(&self) -> Message {
        match self {
            Self::NoNumbers => message!("walk-no-numbers"),
            Self::NoChannels => message!("walk-no-channels"),
            Self::NoMainChannel => message!("walk-no-main-channel"),
            Self::OtherSource => message!("walk-other-source"),
            Self::Incomplete => message!("walk-incomplete"),
            Self::OtherNumbers => message!("walk-other-numbers"),
            Self::Unreadable(why) => why.clone(),
        }
    }
}

impl Index {
    /// The uuid of the contact that this row is, if it is there.
    pub fn find(&self, contact: &NewContact, main_channel: Option<&str>) -> Option<String> {
        let number: u64 = canonical_form(&contact.identifier).parse().ok()?;
        let channel = channel_of(contact.channel_uuid.as_deref(), main_channel);
        let entry = self.by_number.get(&number)?.iter().find(|entry| entry.channel == channel)?;
        Some(entry.uuid.clone())
    }

    /// How many contacts it has.
    pub fn contacts(&self) -> u64 {
        self.contacts
    }

    /// Takes in a contact.
    ///
    /// # Errors
    ///
    /// If what it shows does not tell who it is.
    pub(super) fn add(&mut self, contact: &StoredContact, channels: &Channels<'_>) -> Result<(), NoIndex> {
        match contact.source.as_deref().map(Source::parse) {
            None | Some(Some(Source::Whatsapp)) => {}
            Some(Some(_)) => return Ok(()),
            Some(None) => return Err(NoIndex::OtherSource),
        }
        let digits = contact.phone_digits.as_deref().ok_or(NoIndex::NoNumbers)?;
        if contact.channel_uuid.is_none() && channels.are_several {
            return Err(NoIndex::NoChannels);
        }
        if contact.channel_uuid.is_some() && channels.main.is_none() {
            return Err(NoIndex::NoMainChannel);
        }
        // Longer than any number: somebody else's business.
        let Ok(number) = canonical_form(digits).parse::<u64>() else { return Ok(()) };
        let channel = channel_of(contact.channel_uuid.as_deref(), channels.main);
        let entries = self.by_number.entry(number).or_default();
        if entries.iter().all(|entry| entry.uuid != contact.id.uuid) {
            entries.push(Entry { uuid: contact.id.uuid.clone(), channel });
            self.contacts += 1;
        }
        Ok(())
    }

    /// Whether the list shows this contact, and under the number that `shown` has.
    pub(super) fn has(&self, shown: &StoredContact, uuid: &str) -> bool {
        let number = shown.phone_digits.as_deref().and_then(|digits| canonical_form(digits).parse().ok());
        let entries = number.and_then(|number: u64| self.by_number.get(&number));
        entries.is_some_and(|entries| entries.iter().any(|entry| is_same_uuid(&entry.uuid, uuid)))
    }
}

fn channel_of(channel: Option<&str>, main: Option<&str>) -> Option<String> {
    let channel = canonical_uuid(channel?);
    (main.map(canonical_uuid).as_ref() != Some(&channel)).then_some(channel)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ContactId;

    #[test]
    fn a_list_of_contacts_in_channels_is_no_use_where_the_main_one_is_not_known() {
        let id = |uuid: &str| ContactId { uuid: uuid.to_owned(), href: None };
        let shown = StoredContact {
            phone_digits: Some("393331234567".to_owned()),
            channel_uuid: Some("c".to_owned()),
            ..StoredContact::bare(id("u"))
        };
        let of = |main| Channels { main, are_several: false };
        let mut index = Index::default();
        assert_eq!(index.add(&shown, &of(None)), Err(NoIndex::NoMainChannel));
        assert_eq!(index.add(&shown, &of(Some("c"))), Ok(()));
        let hidden = StoredContact { channel_uuid: None, ..shown };
        assert_eq!(index.add(&StoredContact { id: id("v"), ..hidden }, &of(None)), Ok(()));
    }

    #[test]
    fn the_main_channel_is_no_channel() {
        let main = Some("414a6d69-2bd6-45ed-803f-2e7ce360d4c8");
        assert_eq!(channel_of(Some("414A6D692BD645ED803F2E7CE360D4C8"), main), None);
        assert_eq!(channel_of(None, main), None);
        assert_eq!(channel_of(Some("AB-cd"), main).as_deref(), Some("abcd"));
    }
}
