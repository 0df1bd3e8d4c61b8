//! What the account holds: every contact with the request that made it.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::Value;

use crate::words::discreet;

/// A contact in the account.
#[derive(Clone)]
pub struct Contact {
    /// 32 hexadecimal digits.
    pub uuid: String,
    /// As it was sent.
    pub identifier: String,
    /// Channel type.
    pub source: String,
    /// Display name.
    pub name: String,
    /// Tag names.
    pub tags: Vec<String>,
    /// By label: texts, or lists of texts.
    pub custom_fields: serde_json::Map<String, Value>,
    /// E-mail address.
    pub assigned_user: Option<String>,
    /// Its team.
    pub team_uuid: Option<String>,
    /// Its channel; the main one where `None`.
    pub channel_uuid: Option<String>,
    /// `bot_start` or `bot_end`, as sent.
    pub bot_status: Option<String>,
    /// Its note.
    pub note: Option<String>,
    /// Somebody wrote with it.
    pub has_conversation: bool,
    /// When it was stored, since the stand-in began.
    pub stored_at: Duration,
    /// How old the request was when it was stored; tells a late server from a client's mistake.
    pub request_age: Duration,
    /// Whether it was there from the start.
    pub preexisting: bool,
}

discreet!(Contact { uuid, source });

impl Contact {
    /// The identifier's digits for WhatsApp, the identifier itself otherwise.
    fn key(source: &str, channel_uuid: Option<&str>, identifier: &str) -> String {
        let id = if source == "whatsapp" { digits(identifier) } else { identifier.to_owned() };
        format!("{source}\0{}\0{id}", channel_uuid.unwrap_or_default())
    }
}

pub(super) fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// All contacts, in the order in which they came.
#[derive(Debug, Default)]
pub struct Contacts {
    all: Vec<Option<Contact>>,
    by_key: HashMap<String, Vec<usize>>,
    by_uuid: HashMap<String, usize>,
    deleted: usize,
}

impl Contacts {
    pub(super) fn add(&mut self, contact: Contact) -> &Contact {
        let at = self.all.len();
        let key = Contact::key(&contact.source, contact.channel_uuid.as_deref(), &contact.identifier);
        self.by_key.entry(key).or_default().push(at);
        self.by_uuid.insert(contact.uuid.clone(), at);
        self.all.push(Some(contact));
        #[expect(clippy::expect_used, reason = "it was pushed just now")]
        self.all[at].as_ref().expect("it was pushed just now")
    }

    /// The first contact with this identifier in this channel.
    pub(super) fn with_identifier(
        &self,
        source: &str,
        channel_uuid: Option<&str>,
        identifier: &str,
    ) -> Option<&Contact> {
        let places = self.by_key.get(&Contact::key(source, channel_uuid, identifier))?;
        places.iter().find_map(|&at| self.all[at].as_ref())
    }

    /// The contact called so.
    pub fn with_uuid(&self, uuid: &str) -> Option<&Contact> {
        self.all[*self.by_uuid.get(uuid)?].as_ref()
    }

    pub(super) fn with_uuid_mut(&mut self, uuid: &str) -> Option<&mut Contact> {
        self.all[*self.by_uuid.get(uuid)?].as_mut()
    }

    pub(super) fn remove(&mut self, uuid: &str) -> Option<Contact> {
        let removed = self.all[*self.by_uuid.get(uuid)?].take();
        self.deleted += usize::from(removed.is_some());
        removed
    }

    /// Contacts in the account now, in the order in which they came.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (usize, &Contact)> {
        self.all.iter().enumerate().filter_map(|(at, contact)| Some((at, contact.as_ref()?)))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len() - self.deleted
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many came so far, deleted ones included: the place the next one gets.
    pub(super) fn places(&self) -> usize {
        self.all.len()
    }

    /// Identifiers (with source and channel) that several contacts have: persons created twice.
    pub fn doubles(&self) -> Vec<Vec<&Contact>> {
        self.by_key
            .values()
            .map(|places| places.iter().filter_map(|&at| self.all[at].as_ref()).collect::<Vec<_>>())
            .filter(|contacts| contacts.len() > 1)
            .collect()
    }
}
