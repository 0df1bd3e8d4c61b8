//! What a PATCH says: only what is to change.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::wire::{CustomFields, WireStyle};
use crate::model::{BotStatus, Field, FieldValue};

/// Changes of one contact. What is not named stays as it is; tags and custom fields are given whole, because the API
/// replaces the list of tags, and may replace all custom fields (neither is documented).
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Display name.
    pub name: Option<String>,
    /// All tags.
    pub tags: Option<Vec<String>>,
    /// All custom fields but those in `kept_fields`; empty if none changes.
    pub custom_fields: Vec<(String, FieldValue)>,
    /// Custom fields that are no texts, and stay as they are or get back what there was: the JSON that the API showed of each.
    pub kept_fields: Vec<(String, String)>,
    /// E-mail address of a user.
    pub assigned_user: Option<String>,
    /// It is to be given to nobody.
    pub unassign_user: bool,
    /// A team.
    pub team_uuid: Option<String>,
    /// Whether the bot answers.
    pub bot_status: Option<BotStatus>,
    /// The note; an empty one clears it.
    pub note: Option<String>,
}

impl Changes {
    /// Whether nothing is to change.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The body of the PATCH.
    pub fn body(&self, style: WireStyle) -> String {
        #[expect(clippy::expect_used, reason = "texts and lists of texts always are JSON")]
        serde_json::to_string(&Body { changes: self, style })
            .expect("texts and lists of texts always are JSON")
    }
}

/// Shows what changes, never to what.
impl std::fmt::Debug for Changes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Changes")
            .field("name", &self.name.is_some())
            .field("tags", &self.tags.as_ref().map(Vec::len))
            .field("custom_fields", &self.custom_fields.len())
            .finish_non_exhaustive()
    }
}

struct Body<'c> {
    changes: &'c Changes,
    style: WireStyle,
}

impl Serialize for Body<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Changes {
            name,
            tags,
            custom_fields,
            kept_fields,
            assigned_user,
            unassign_user,
            team_uuid,
            bot_status,
            note,
        } = self.changes;
        let key = |field| self.style.param_names.of(field);
        let mut map = serializer.serialize_map(None)?;
        if let Some(tags) = tags {
            map.serialize_entry(key(Field::Tags), tags)?;
        }
        if !(custom_fields.is_empty() && kept_fields.is_empty()) {
            map.serialize_entry(
                key(Field::CustomFields),
                &CustomFields { given: custom_fields, kept: kept_fields },
            )?;
        }
        for (field, value) in [
            (Field::Name, name.as_deref()),
            (Field::AssignedUser, assigned_user.as_deref()),
            (Field::TeamUuid, team_uuid.as_deref()),
            (Field::BotStatus, bot_status.map(BotStatus::as_str)),
            (Field::Note, note.as_deref()),
        ] {
            if let Some(value) = value {
                map.serialize_entry(key(field), value)?;
            }
        }
        if *unassign_user {
            map.serialize_entry("unassign_user", &true)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn custom_fields_that_stay_have_the_type_that_they_had() {
        let changes = Changes {
            custom_fields: vec![("City".to_owned(), FieldValue::Text("Rome".to_owned()))],
            kept_fields: [("Age", "40"), ("B", "true"), ("Sum", "1.50"), ("L", "[1, 2]")]
                .map(|(label, json)| (label.to_owned(), json.to_owned()))
                .into(),
            ..Changes::default()
        };
        assert_eq!(
            changes.body(WireStyle::default()),
            r#"{"custom_fields":{"City":"Rome","Age":40,"B":true,"Sum":1.50,"L":[1, 2]}}"#
        );
    }

    #[test]
    fn a_patch_says_what_changes_and_nothing_else() {
        let changes = Changes {
            tags: Some(Vec::new()),
            custom_fields: vec![("City".to_owned(), FieldValue::Text("Rome".to_owned()))],
            note: Some(String::new()),
            ..Changes::default()
        };
        assert_eq!(
            changes.body(WireStyle::default()),
            r#"{"tags":[],"custom_fields":{"City":"Rome"},"note":""}"#
        );
        assert!(Changes::default().is_empty() && !changes.is_empty());
        assert_eq!(Changes::default().body(WireStyle::default()), "{}");
    }
}
