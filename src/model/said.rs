//! What a contact says, field by field: the one walk over a contact for all who write it down or send it.

use super::{BotStatus, Field, FieldValue, NewContact};

/// What a contact says in one field.
#[derive(Clone, Copy)]
pub enum Said<'c> {
    /// A text that every contact has.
    Text(&'c str),
    /// A text, or nothing.
    Maybe(Option<&'c str>),
    /// Texts, or none.
    Texts(&'c [String]),
    /// Values by label, or none. Their order counts: what is said is known again by it.
    Labelled(&'c [(String, FieldValue)]),
}

impl Said<'_> {
    /// Whether it is nothing.
    pub fn is_nothing(self) -> bool {
        match self {
            Self::Text(_) | Self::Maybe(Some(_)) => false,
            Self::Maybe(None) => true,
            Self::Texts(texts) => texts.is_empty(),
            Self::Labelled(fields) => fields.is_empty(),
        }
    }
}

impl NewContact {
    /// What it says, in the order of [`Field::ALL`].
    pub fn says(&self) -> [(Field, Said<'_>); Field::ALL.len()] {
        // Without `..`, so that a new field cannot be forgotten here.
        let Self {
            identifier,
            source,
            name,
            tags,
            custom_fields,
            assigned_user,
            team_uuid,
            channel_uuid,
            bot_status,
            note,
        } = self;
        [
            (Field::Identifier, Said::Text(identifier)),
            (Field::Source, Said::Text(source.as_str())),
            (Field::Name, Said::Text(name)),
            (Field::Tags, Said::Texts(tags)),
            (Field::CustomFields, Said::Labelled(custom_fields)),
            (Field::AssignedUser, Said::Maybe(assigned_user.as_deref())),
            (Field::TeamUuid, Said::Maybe(team_uuid.as_deref())),
            (Field::ChannelUuid, Said::Maybe(channel_uuid.as_deref())),
            (Field::BotStatus, Said::Maybe(bot_status.map(BotStatus::as_str))),
            (Field::Note, Said::Maybe(note.as_deref())),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Source;

    #[test]
    fn every_field_is_said_once_and_in_the_order_of_the_reference() {
        let contact = NewContact {
            identifier: "1".to_owned(),
            source: Source::Telegram,
            name: "A".to_owned(),
            ..NewContact::ada()
        };
        assert_eq!(contact.says().map(|(field, _)| field), Field::ALL);
        let said: Vec<_> = contact.says().into_iter().filter(|(_, said)| !said.is_nothing()).collect();
        assert_eq!(said.iter().map(|(field, _)| *field).collect::<Vec<_>>(), Field::ALL[..3]);
    }
}
