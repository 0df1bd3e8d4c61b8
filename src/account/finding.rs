//! What does not fit: one finding for each cause.

use std::collections::BTreeMap;

use crate::words::{Message, discreet};
use serde::Serialize;

/// How sure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// The API will not take it, or would do something else than the file says. Stops before anything is sent.
    Certain,
    /// What the account shows does not say that it fits. A warning; `--deny-warnings` makes it stop.
    Uncertain,
}

/// What kind of thing does not fit. Scripts rely on the spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A team that the account does not have.
    UnknownTeam,
    /// A name that several teams have.
    AmbiguousTeam,
    /// A channel that the account does not have.
    UnknownChannel,
    /// A title that several channels have.
    AmbiguousChannel,
    /// A channel that is out of use.
    DiscardedChannel,
    /// A channel of another source than the rows.
    ChannelSource,
    /// There is no main WhatsApp channel for contacts without a channel.
    NoMainChannel,
    /// WhatsApp rows with a channel and without one, where nobody knows which channel is the main one.
    MainChannelUnknown,
    /// A user that is in no team.
    UnknownUser,
    /// A tag that no contact shows.
    UnknownTag,
    /// A custom field that no contact shows.
    UnknownField,
    /// An option that the custom field does not show.
    UnknownOption,
    /// Values that are not of the custom field's type.
    FieldType,
    /// A list for a field of one value, or the other way round.
    FieldShape,
    /// More distinct values than are looked at.
    TooManyValues,
    /// Something that the API did not show.
    NotChecked,
    /// Contacts whose `bot_status` is left to the API.
    NoBotStatus,
    /// Contacts of a source that cannot be looked up.
    NoLookUp,
    /// Identifiers that all end in noughts, as numbers do that a spreadsheet has rounded.
    RoundedIdentifiers,
}

/// One cause with the rows it concerns.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How sure it is.
    pub certainty: Certainty,
    /// What kind.
    pub kind: Kind,
    /// Wire name of the field (`custom_fields.<label>` for one custom field).
    pub field: String,
    /// The value, where it is the account's word and not a person's; numbers and addresses that slipped there are masked.
    pub value: Option<String>,
    /// Rows.
    pub rows: u64,
    /// The first of them.
    pub first_row: Option<u64>,
    /// The line on which it starts.
    pub first_line: Option<u64>,
    /// A sentence without its first capital and its period.
    #[serde(serialize_with = "Message::english")]
    pub what: Message,
    /// The value that was probably meant.
    pub nearest: Option<String>,
    /// What to do about it.
    #[serde(serialize_with = "Message::english")]
    pub fix: Message,
}

discreet!(Finding { certainty, kind, field, rows });

impl Finding {
    /// Whether it stops a run.
    pub fn stops(&self, deny_warnings: bool) -> bool {
        self.certainty == Certainty::Certain || deny_warnings
    }
}

/// What has to be created in the dashboard first, unless it is there and no contact shows it: values by field, where
/// tags are `tags`, custom fields are `custom_fields`, and options are under the field's own name.
pub fn to_create(findings: &[Finding]) -> BTreeMap<&str, Vec<&str>> {
    let mut lists: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for finding in findings {
        let Some(value) = &finding.value else { continue };
        let list = match finding.kind {
            Kind::UnknownTag => "tags",
            Kind::UnknownField => "custom_fields",
            Kind::UnknownOption => finding.field.as_str(),
            _ => continue,
        };
        lists.entry(list).or_default().push(value);
    }
    lists
}
