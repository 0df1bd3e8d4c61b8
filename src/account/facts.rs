//! What is known of an account.

use std::collections::{BTreeMap, BTreeSet};

use crate::api::{AccountPlan, Channel, Member, StoredContact, Team};
use crate::mapping::Names;
use crate::words::{Message, discreet};

/// Most tags, labels and options that are kept; an account has a few dozen.
const MOST_KEPT: usize = 2000;

/// Something that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Looked<T> {
    /// It was not asked for.
    Unasked,
    /// The API shows it.
    Seen(T),
    /// The API does not show it, for this reason.
    Closed(Message),
}

impl<T> Looked<T> {
    /// What was seen.
    pub fn seen(&self) -> Option<&T> {
        match self {
            Self::Seen(seen) => Some(seen),
            Self::Unasked | Self::Closed(_) => None,
        }
    }

    /// Why nothing was seen, if it was asked for.
    pub fn closed(&self) -> Option<&Message> {
        match self {
            Self::Closed(why) => Some(why),
            Self::Unasked | Self::Seen(_) => None,
        }
    }
}

/// Users, as far as teams show them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Users {
    /// Members of teams.
    pub members: Vec<Member>,
    /// The token's own user.
    pub own: Option<String>,
    /// These are all: as many as the plan counts.
    pub complete: bool,
}

discreet!(Users { complete });

impl Users {
    /// E-mail addresses in lower case.
    pub fn emails(&self) -> BTreeSet<String> {
        let members = self.members.iter().map(|member| member.email.to_lowercase());
        members.chain(self.own.iter().map(|email| email.to_lowercase())).collect()
    }
}

/// A custom field, as existing contacts show it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldSeen {
    /// Its type, if the API says so.
    pub kind: Option<String>,
    /// What a dropdown or checkbox offers.
    pub options: BTreeSet<String>,
    /// Contacts that have it.
    pub contacts: u64,
}

/// What existing contacts show.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ContactsSeen {
    /// Contacts that were read.
    pub contacts: u64,
    /// Pages that were read.
    pub pages_read: u64,
    /// Pages that there are, as far as the API counts them.
    pub pages: Option<u64>,
    /// The list was read to its end.
    pub is_all: bool,
    /// Tags, with the contacts that have them.
    pub tags: BTreeMap<String, u64>,
    /// Custom fields by label.
    pub fields: BTreeMap<String, FieldSeen>,
    /// Users that contacts are given to, in lower case.
    pub assigned: BTreeSet<String>,
    /// How long a page took, in seconds: the shortest.
    pub page_seconds: f64,
}

impl ContactsSeen {
    /// Contacts in the account, about: 20 a page.
    pub fn size(&self) -> Option<u64> {
        if self.is_all { Some(self.contacts) } else { self.pages.map(|pages| pages * 20) }
    }

    /// Takes in a contact.
    pub fn note(&mut self, contact: &StoredContact) {
        self.contacts += 1;
        for tag in contact.tags.iter().flatten() {
            if self.tags.len() < MOST_KEPT || self.tags.contains_key(tag) {
                *self.tags.entry(tag.clone()).or_default() += 1;
            }
        }
        if let Some(user) = &contact.assigned_user
            && self.assigned.len() < MOST_KEPT
        {
            self.assigned.insert(user.to_lowercase());
        }
        let labels: BTreeSet<&String> = contact
            .custom_fields
            .iter()
            .flatten()
            .map(|(label, _)| label)
            .chain(contact.field_types.keys())
            .collect();
        for label in labels {
            if self.fields.len() >= MOST_KEPT && !self.fields.contains_key(label) {
                continue;
            }
            let field = self.fields.entry(label.clone()).or_default();
            field.contacts += 1;
            if let Some(about) = contact.field_types.get(label) {
                field.kind.get_or_insert_with(|| about.kind.clone());
                field.options.extend(about.options.iter().take(MOST_KEPT).cloned());
            }
        }
    }
}

/// Everything that was asked.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountFacts {
    /// What the account may do.
    pub plan: Looked<AccountPlan>,
    /// All teams.
    pub teams: Looked<Vec<Team>>,
    /// All channels, discarded ones included.
    pub channels: Looked<Vec<Channel>>,
    /// Users.
    pub users: Looked<Users>,
    /// What existing contacts show.
    pub contacts: Looked<ContactsSeen>,
}

impl Default for AccountFacts {
    fn default() -> Self {
        Self {
            plan: Looked::Unasked,
            teams: Looked::Unasked,
            channels: Looked::Unasked,
            users: Looked::Unasked,
            contacts: Looked::Unasked,
        }
    }
}

impl AccountFacts {
    /// The names of teams and channels, for cells that hold names.
    pub fn names(&self) -> Names {
        let mut names = Names::default();
        if let Some(teams) = self.teams.seen() {
            names.set_teams(teams.iter().map(|team| (team.name.as_str(), team.uuid.as_str())));
        }
        if let Some(channels) = self.channels.seen() {
            let in_use = channels.iter().filter(|channel| !channel.is_discarded);
            names.set_channels(in_use.map(|channel| (channel.title.as_str(), channel.uuid.as_str())));
        }
        names
    }

    /// The channel that WhatsApp contacts without one belong to, if exactly one says that it is.
    pub fn main_channel(&self) -> Option<&Channel> {
        let mut mains = self
            .channels
            .seen()?
            .iter()
            .filter(|channel| channel.is_main && channel.source == "whatsapp" && !channel.is_discarded);
        mains.next().filter(|_| mains.next().is_none())
    }
}
