//! A contact in the making: everything is checked, and what can stay in the row is not copied.

use std::borrow::Cow;

use crate::model::{BotStatus, FieldValue, NewContact, Source};

/// Who a row is.
#[derive(Clone, PartialEq, Eq)]
pub struct Who<'r> {
    /// See [`NewContact::identifier`].
    pub identifier: Cow<'r, str>,
    /// See [`NewContact::source`].
    pub source: Source,
    /// See [`NewContact::channel_uuid`].
    pub channel_uuid: Option<Cow<'r, str>>,
    /// Whether it has a `bot_status`.
    pub has_bot_status: bool,
}

/// A value of a custom field.
pub(super) enum Drafted<'r> {
    /// As it stands in the row.
    Plain(Cow<'r, str>),
    /// As its type wants it.
    Typed(FieldValue),
}

/// What a row says, field by field; see [`NewContact`].
pub(super) struct Draft<'r> {
    pub(super) identifier: Cow<'r, str>,
    pub(super) source: Source,
    pub(super) name: Cow<'r, str>,
    pub(super) tags: Vec<Cow<'r, str>>,
    pub(super) custom_fields: Vec<(Cow<'r, str>, Drafted<'r>)>,
    pub(super) assigned_user: Option<Cow<'r, str>>,
    pub(super) team_uuid: Option<Cow<'r, str>>,
    pub(super) channel_uuid: Option<Cow<'r, str>>,
    pub(super) bot_status: Option<BotStatus>,
    pub(super) note: Option<Cow<'r, str>>,
}

impl<'r> Draft<'r> {
    pub(super) fn who(self) -> Who<'r> {
        Who {
            identifier: self.identifier,
            source: self.source,
            channel_uuid: self.channel_uuid,
            has_bot_status: self.bot_status.is_some(),
        }
    }

    /// The contact. `constant_tags` join those of the row.
    pub(super) fn contact(self, constant_tags: &[String]) -> NewContact {
        let own = |text: Option<Cow<'_, str>>| text.map(Cow::into_owned);
        let mut tags: Vec<String> = self.tags.into_iter().map(Cow::into_owned).collect();
        for tag in constant_tags {
            if !tags.contains(tag) {
                tags.push(tag.clone());
            }
        }
        let custom_fields = self.custom_fields.into_iter().map(|(label, value)| {
            let value = match value {
                Drafted::Plain(text) => FieldValue::Text(text.into_owned()),
                Drafted::Typed(value) => value,
            };
            (label.into_owned(), value)
        });
        NewContact {
            identifier: self.identifier.into_owned(),
            source: self.source,
            name: self.name.into_owned(),
            tags,
            custom_fields: custom_fields.collect(),
            assigned_user: own(self.assigned_user),
            team_uuid: own(self.team_uuid),
            channel_uuid: own(self.channel_uuid),
            bot_status: self.bot_status,
            note: own(self.note),
        }
    }
}
