//! A contact as the API shows it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::SystemTime;

use memchr::memchr2;
use serde_json::Value;
use serde_json::value::RawValue;

use super::members::{self, Members};
use crate::model::{AnswerForm, ContactId, Field, Shown, instant, is_uuid, printable};
use crate::words::discreet;

/// A contact as the API shows it. Everything but the uuid may be missing: the reference's samples show only parts.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredContact {
    /// Its name in the account.
    pub id: ContactId,
    /// Display name.
    pub name: Option<String>,
    /// Channel type.
    pub source: Option<String>,
    /// Digits of its phone number, whatever else the API puts between them.
    pub phone_digits: Option<String>,
    /// Its phone number, as the API shows it.
    pub phone_as_shown: Option<String>,
    /// When it came into being, by the server's clock; `None` also if the API names no time zone with it.
    pub created_at: Option<SystemTime>,
    /// Tag names.
    pub tags: Option<Vec<String>>,
    /// Custom field values by label; a checkbox's options come as one text with a JSON list.
    pub custom_fields: Option<BTreeMap<String, String>>,
    /// The JSON of those that are no texts.
    pub other_types: BTreeMap<String, String>,
    /// E-mail address of the user it is given to.
    pub assigned_user: Option<String>,
    /// Its team.
    pub team_uuid: Option<String>,
    /// Its channel.
    pub channel_uuid: Option<String>,
    /// Its note.
    pub note: Option<String>,
    /// What the API says about custom fields, by label; only where it was asked.
    pub field_types: BTreeMap<String, FieldAbout>,
    /// The fields that the answer shows in a way that is understood, whether they have a value or not.
    pub shows: Vec<Field>,
    /// Everything that it shows, but for what says nothing about the person.
    pub shown: Option<Shown>,
    /// How the answer put it, if it was an answer about this contact alone.
    pub form: Option<AnswerForm>,
}

discreet!(StoredContact { id, created_at, shows });

impl StoredContact {
    /// A contact of which nothing is shown but who it is.
    pub fn bare(id: ContactId) -> Self {
        Self {
            id,
            name: None,
            source: None,
            phone_digits: None,
            phone_as_shown: None,
            created_at: None,
            tags: None,
            custom_fields: None,
            other_types: BTreeMap::new(),
            assigned_user: None,
            team_uuid: None,
            channel_uuid: None,
            note: None,
            field_types: BTreeMap::new(),
            shows: Vec::new(),
            shown: None,
            form: None,
        }
    }

    /// What a JSON object shows; `None` if it has no uuid.
    pub(super) fn read(contact: &Members<'_>) -> Option<Self> {
        let mut stored = Self::bare(ContactId { uuid: String::new(), href: None });
        for (name, value) in contact.iter() {
            let text = || members::text(value).map(Cow::into_owned);
            match name {
                "uuid" => stored.id.uuid = text()?,
                "href" => stored.id.href = text().filter(|href| is_href(href)).map(|href| printable(&href)),
                "name" => stored.name = text(),
                "source" => stored.source = text(),
                "phoneNumber" => {
                    stored.phone_as_shown = text();
                    stored.phone_digits = stored.phone_as_shown.as_deref().and_then(digits);
                }
                "createdAt" => {
                    stored.created_at = members::text(value).and_then(|time| instant(&time));
                }
                "tags" => stored.tags = members::list(value).and_then(all_texts),
                "customFields" => {
                    let fields = Members::of(value);
                    stored.other_types = fields.as_ref().map(other_types).unwrap_or_default();
                    stored.custom_fields = fields.map(|fields| values(&fields));
                }
                "assignedUser" => stored.assigned_user = text(),
                "team" => stored.team_uuid = uuid_of(value),
                "channel" => stored.channel_uuid = uuid_of(value),
                "note" => stored.note = text(),
                "customFieldsMetadata" => stored.field_types = field_types(value).unwrap_or_default(),
                _ => {}
            }
            stored.shows.extend(shown_field(name).filter(|field| stored.has_read(*field, value)));
        }
        stored.shown = Some(shown(contact));
        is_uuid(&stored.id.uuid).then_some(stored)
    }

    /// Whether what `value` says of a field is known. What is written in another way than is understood is not nothing: it
    /// would be overwritten.
    fn has_read(&self, field: Field, value: &RawValue) -> bool {
        members::is_null(value)
            || match field {
                Field::Name => self.name.is_some(),
                Field::Tags => self.tags.is_some(),
                Field::CustomFields => self.custom_fields.is_some(),
                Field::AssignedUser => self.assigned_user.is_some(),
                Field::TeamUuid => self.team_uuid.is_some(),
                Field::Note => self.note.is_some(),
                _ => true,
            }
    }
}

/// What the API says about a custom field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldAbout {
    /// `text`, `email`, `number`, `date`, `dropdown` or `checkbox`, as far as is known.
    pub kind: String,
    /// What a dropdown or checkbox offers.
    pub options: Vec<String>,
}

/// The field that a member shows, whether it has a value or not.
fn shown_field(member: &str) -> Option<Field> {
    Some(match member {
        "name" => Field::Name,
        "tags" => Field::Tags,
        "customFields" => Field::CustomFields,
        "assignedUser" => Field::AssignedUser,
        "team" => Field::TeamUuid,
        "note" => Field::Note,
        _ => return None,
    })
}

fn is_href(text: &str) -> bool {
    text.starts_with("https://") && text.len() <= 300
}

fn digits(phone: &str) -> Option<String> {
    let mut digits = phone.to_owned();
    digits.retain(|c| c.is_ascii_digit());
    (!digits.is_empty()).then_some(digits)
}

/// The texts of a list that holds nothing else.
fn all_texts(list: Vec<&RawValue>) -> Option<Vec<String>> {
    list.into_iter().map(|text| members::text(text).map(Cow::into_owned)).collect()
}

fn texts(list: Vec<&RawValue>) -> Vec<String> {
    list.into_iter().filter_map(members::text).map(Cow::into_owned).collect()
}

/// The values of custom fields as texts.
fn values(fields: &Members<'_>) -> BTreeMap<String, String> {
    let text = |value: &RawValue| match members::text(value) {
        Some(text) => text.into_owned(),
        None => serde_json::from_str::<Value>(value.get())
            .map_or_else(|_| value.get().to_owned(), |value| value.to_string()),
    };
    let given = fields.iter().filter(|(_, value)| !members::is_null(value));
    given.map(|(label, value)| (label.to_owned(), text(value))).collect()
}

/// The JSON of custom fields that have a value and are no texts.
fn other_types(fields: &Members<'_>) -> BTreeMap<String, String> {
    let others =
        fields.iter().filter(|(_, value)| !members::is_null(value) && members::text(value).is_none());
    others.map(|(label, value)| (label.to_owned(), value.get().to_owned())).collect()
}

/// The uuid of an object inside a contact.
fn uuid_of(object: &RawValue) -> Option<String> {
    let first = object.get().strip_prefix("{\"uuid\":\"").and_then(|rest| rest.split_once('"'));
    let uuid = match first {
        // It comes first, as a rule: what stands behind it is not looked at.
        Some((uuid, _)) if is_uuid(uuid) => return Some(uuid.to_owned()),
        _ => Members::of(object)?.text("uuid")?.into_owned(),
    };
    is_uuid(&uuid).then_some(uuid)
}

fn field_types(metadata: &RawValue) -> Option<BTreeMap<String, FieldAbout>> {
    let about = |about: &RawValue| {
        let about = Members::of(about)?;
        let options = about.list("options").map(texts).unwrap_or_default();
        Some(FieldAbout { kind: about.text("type")?.into_owned(), options })
    };
    let fields = Members::of(metadata)?;
    Some(fields.iter().filter_map(|(label, field)| Some((label.to_owned(), about(field)?))).collect())
}

/// Members that say nothing about what a contact is: its own name and addresses, and a picture that comes and goes by
/// itself.
const SAY_NOTHING: [&str; 3] = ["uuid", "href", "avatarUrl"];

/// What a contact shows, as it shows it, without what says nothing; on one line.
fn shown(contact: &Members<'_>) -> Shown {
    let mut text = String::with_capacity(512);
    contact.write_without(&SAY_NOTHING, &mut text);
    // Inside of texts line ends are escaped; between values they say nothing.
    let has_line_ends = memchr2(b'\n', b'\r', text.as_bytes()).is_some();
    Shown::new(if has_line_ends { text.replace(['\n', '\r'], " ") } else { text })
}

#[cfg(test)]
mod tests {
    use super::*;

    const UUID: &str = "414a6d692bd645ed803f2e7ce360d4c8";

    #[test]
    fn a_stored_contact_is_read_as_far_as_it_goes() {
        let body = format!(
            r#"{{"uuid":"{UUID}","name":"Ada","phoneNumber":"+39 333 12-34","createdAt":"2020-11-13T21:08:53Z",
            "href":"https://dash.callbell.eu/contacts/x","tags":["VIP"],"customFields":{{"City":"Rome","Age":42,"None":null}},
            "assignedUser":"bob@example.com","source":"whatsapp"}}"#
        );
        let contact = serde_json::from_str(&body).ok().and_then(Members::of).unwrap();
        let contact = StoredContact::read(&contact).unwrap();
        assert_eq!(contact.phone_digits.as_deref(), Some("393331234"));
        assert_eq!(contact.created_at, humantime::parse_rfc3339("2020-11-13T21:08:53Z").ok());
        assert_eq!(
            contact.custom_fields.unwrap().into_iter().collect::<Vec<_>>(),
            [("Age".to_owned(), "42".to_owned()), ("City".to_owned(), "Rome".to_owned())]
        );
        assert_eq!(
            contact.other_types.into_iter().collect::<Vec<_>>(),
            [("Age".to_owned(), "42".to_owned())]
        );
    }

    #[test]
    fn what_is_written_in_another_way_than_is_understood_is_not_taken_for_nothing() {
        let shows = |member: &str| {
            let body = format!(r#"{{"uuid":"{UUID}",{member}}}"#);
            let contact = serde_json::from_str(&body).ok().and_then(Members::of).unwrap();
            StoredContact::read(&contact).unwrap().shows
        };
        for (field, name, understood, other) in [
            (Field::Name, "name", vec![r#""Ada""#, r#""""#], vec![r#"{"first":"Ada"}"#, "[]", "7"]),
            (Field::Tags, "tags", vec![r#"["VIP"]"#, "[]"], vec![r#"[{"name":"a"},"b"]"#, r#""VIP""#]),
            (Field::CustomFields, "customFields", vec!["{}", r#"{"A":1}"#], vec!["[]", r#""A""#]),
            (Field::AssignedUser, "assignedUser", vec![r#""b@example.com""#], vec![r#"{"email":"b"}"#, "7"]),
            (Field::TeamUuid, "team", vec![&*format!(r#"{{"uuid":"{UUID}"}}"#)], vec!["{}", r#""Sales""#]),
            (Field::Note, "note", vec![r#""n""#], vec![r#"{"text":"n"}"#, r#"["n"]"#, "false"]),
        ] {
            for value in understood.into_iter().chain(["null"]) {
                assert_eq!(shows(&format!(r#""{name}":{value}"#)), [field], "{value}");
            }
            for value in other {
                assert_eq!(shows(&format!(r#""{name}":{value}"#)), [], "{value}");
            }
        }
    }

    #[test]
    fn an_age_is_known_only_where_a_time_zone_is_named() {
        let at = humantime::parse_rfc3339("2020-11-13T21:08:53Z").ok();
        for (stamp, created_at) in [
            ("2020-11-13T22:08:53+01:00", at),
            ("2020-11-13 22:08:53 +0100", at),
            ("2020-11-13T22:08:53", None),
            ("2020-11-13 22:08:53", None),
        ] {
            let body = format!(r#"{{"uuid":"{UUID}","createdAt":"{stamp}"}}"#);
            let contact = serde_json::from_str(&body).ok().and_then(Members::of).unwrap();
            assert_eq!(StoredContact::read(&contact).unwrap().created_at, created_at, "{stamp}");
        }
    }
}
