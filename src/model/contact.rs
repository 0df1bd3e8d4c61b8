//! A contact that may be asked of the API, in the API's own words.

use std::fmt;

use crate::words::discreet;

/// The parameters of `POST /v1/contacts`, by their wire names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Phone number for WhatsApp, the platform's own id otherwise. Required.
    Identifier,
    /// Channel type the contact belongs to. Required.
    Source,
    /// Display name. Required.
    Name,
    /// Names of tags that exist in the account.
    Tags,
    /// Values of custom fields, by label.
    CustomFields,
    /// E-mail address of a confirmed user of the account.
    AssignedUser,
    /// Team the contact is given to.
    TeamUuid,
    /// Channel the contact is attached to; the main channel without it.
    ChannelUuid,
    /// Whether the account's bot answers the contact.
    BotStatus,
    /// Free text of at most 1000 characters.
    Note,
}

impl Field {
    /// All fields, in the order in which the API's reference lists them.
    pub const ALL: [Self; 10] = [
        Self::Identifier,
        Self::Source,
        Self::Name,
        Self::Tags,
        Self::CustomFields,
        Self::AssignedUser,
        Self::TeamUuid,
        Self::ChannelUuid,
        Self::BotStatus,
        Self::Note,
    ];

    /// The name on the wire, as in the API's English reference.
    pub fn wire_name(self) -> &'static str {
        match self {
            Self::Identifier => "identifier",
            Self::Source => "source",
            Self::Name => "name",
            Self::Tags => "tags",
            Self::CustomFields => "custom_fields",
            Self::AssignedUser => "assigned_user",
            Self::TeamUuid => "team_uuid",
            Self::ChannelUuid => "channel_uuid",
            Self::BotStatus => "bot_status",
            Self::Note => "note",
        }
    }

    /// The field with this wire name, spelt exactly.
    pub fn from_wire_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.wire_name() == name)
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.wire_name())
    }
}

/// Channel types that the API documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// The only source that can be looked up by its identifier.
    Whatsapp,
    /// Facebook Messenger.
    Facebook,
    /// Instagram.
    Instagram,
    /// Telegram.
    Telegram,
}

impl Source {
    /// All sources.
    pub const ALL: [Self; 4] = [Self::Whatsapp, Self::Facebook, Self::Instagram, Self::Telegram];

    /// The value on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Whatsapp => "whatsapp",
            Self::Facebook => "facebook",
            Self::Instagram => "instagram",
            Self::Telegram => "telegram",
        }
    }

    /// Reads a source, whatever its letter case and outer spaces.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        Self::ALL.into_iter().find(|source| source.as_str().eq_ignore_ascii_case(text))
    }
}

/// Whether the account's bot answers the contact. Without it the API takes `bot_start` where a bot exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BotStatus {
    /// The bot answers as soon as the person writes.
    Start,
    /// The bot stays silent.
    End,
}

impl BotStatus {
    /// The value on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Start => "bot_start",
            Self::End => "bot_end",
        }
    }

    /// Reads a bot status, whatever its letter case and outer spaces.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        [Self::Start, Self::End].into_iter().find(|status| status.as_str().eq_ignore_ascii_case(text))
    }
}

/// What a custom field is given. Numbers and dates go out as text too: the API documents strings only.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum FieldValue {
    /// Text, e-mail, number, date and dropdown fields.
    Text(String),
    /// Checkbox fields: the options that are ticked.
    Options(Vec<String>),
}

discreet!(FieldValue as |value| match value {
    FieldValue::Text(_) => "Text",
    FieldValue::Options(_) => "Options",
});

/// A contact that passed every local check. Made by [`crate::mapping::Form::fill`] only.
#[derive(Clone, PartialEq, Eq)]
pub struct NewContact {
    /// For WhatsApp digits with country code, without `+`; otherwise the platform's id as given.
    pub identifier: String,
    /// Channel type.
    pub source: Source,
    /// Never empty, no outer spaces, no control characters.
    pub name: String,
    /// In the order of the cell, no repeats.
    pub tags: Vec<String>,
    /// By label, in the order of the columns; no empty values, no label twice.
    pub custom_fields: Vec<(String, FieldValue)>,
    /// Shaped like an e-mail address.
    pub assigned_user: Option<String>,
    /// 32 hexadecimal digits, or the dashed form.
    pub team_uuid: Option<String>,
    /// 32 hexadecimal digits, or the dashed form.
    pub channel_uuid: Option<String>,
    /// Left to the API where `None`.
    pub bot_status: Option<BotStatus>,
    /// At most 1000 characters, whichever way they are counted.
    pub note: Option<String>,
}

/// Shows the shape of the contact, never the person.
impl fmt::Debug for NewContact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewContact")
            .field("source", &self.source)
            .field("tags", &self.tags.len())
            .field("custom_fields", &self.custom_fields.len())
            .finish_non_exhaustive()
    }
}

/// A contact as the API showed it: the members of its JSON object that say something.
#[derive(Clone, PartialEq, Eq)]
pub struct Shown(Box<str>);

impl Shown {
    /// `json` is an object, on one line.
    pub fn new(json: impl Into<Box<str>>) -> Self {
        Self(json.into())
    }

    /// The object.
    pub fn as_json(&self) -> &str {
        &self.0
    }
}

/// Shows nothing of the person.
impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shown(…)")
    }
}

/// A contact's name in the account, as the API gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactId {
    /// 32 hexadecimal digits, or the dashed form.
    pub uuid: String,
    /// Address of the contact's page in the dashboard, if the API gave one.
    pub href: Option<String>,
}

#[cfg(test)]
impl NewContact {
    /// The least that a contact is: a number, a source and a name.
    pub(crate) fn ada() -> Self {
        Self {
            identifier: "393331234567".to_owned(),
            source: Source::Whatsapp,
            name: "Ada".to_owned(),
            tags: Vec::new(),
            custom_fields: Vec::new(),
            assigned_user: None,
            team_uuid: None,
            channel_uuid: None,
            bot_status: None,
            note: None,
        }
    }
}
