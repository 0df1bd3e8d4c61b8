//! Is the contact that came back the one that was sent?

use crate::api::StoredContact;
use crate::model::{Field, FieldValue, NewContact, Source, canonical_form, is_same_uuid};

/// The fields in which `stored` is not what `sent` says, by wire name. Fields that the answer does not show are not
/// compared; tags and custom fields beyond those sent are no difference.
pub fn differences(sent: &NewContact, stored: &StoredContact) -> Vec<String> {
    let mut fields = Vec::new();
    if stored.name.as_ref().is_some_and(|name| *name != sent.name) {
        fields.push("name".to_owned());
    }
    if !is_same_number(sent, stored) {
        fields.push("identifier".to_owned());
    }
    if stored.tags.as_ref().is_some_and(|tags| sent.tags.iter().any(|tag| !tags.contains(tag))) {
        fields.push("tags".to_owned());
    }
    if let Some(custom_fields) = &stored.custom_fields {
        for (label, value) in &sent.custom_fields {
            if !custom_fields.get(label).is_some_and(|stored| is_same_value(value, stored)) {
                fields.push(format!("custom_fields.{label}"));
            }
        }
    }
    let shows = |field: Field| stored.shows.contains(&field);
    if let Some(sent) = &sent.assigned_user
        && match &stored.assigned_user {
            Some(stored) => !sent.eq_ignore_ascii_case(stored),
            None => shows(Field::AssignedUser),
        }
    {
        fields.push(Field::AssignedUser.to_string());
    }
    if let Some(sent) = &sent.team_uuid
        && match &stored.team_uuid {
            Some(stored) => !is_same_uuid(sent, stored),
            None => shows(Field::TeamUuid),
        }
    {
        fields.push(Field::TeamUuid.to_string());
    }
    if let (Some(sent), Some(stored)) = (&sent.channel_uuid, &stored.channel_uuid)
        && !is_same_uuid(sent, stored)
    {
        fields.push(Field::ChannelUuid.to_string());
    }
    if let Some(sent) = &sent.note
        && match &stored.note {
            Some(stored) => sent != stored,
            None => shows(Field::Note),
        }
    {
        fields.push(Field::Note.to_string());
    }
    fields
}

/// Fields that were sent and that `stored` shows nothing of: whether the account took them is not known. `bot_status` is
/// never shown, and not among them.
pub fn not_shown(sent: &NewContact, stored: &StoredContact) -> Vec<Field> {
    [
        (Field::Name, true),
        (Field::Tags, !sent.tags.is_empty()),
        (Field::CustomFields, !sent.custom_fields.is_empty()),
        (Field::AssignedUser, sent.assigned_user.is_some()),
        (Field::TeamUuid, sent.team_uuid.is_some()),
        (Field::Note, sent.note.is_some()),
    ]
    .into_iter()
    .filter(|(field, is_sent)| *is_sent && !stored.shows.contains(field))
    .map(|(field, _)| field)
    .collect()
}

/// Whether `stored` can be the contact with this number: the same digits, or the number's other form, or none shown.
pub(super) fn is_same_number(sent: &NewContact, stored: &StoredContact) -> bool {
    match (&stored.phone_digits, sent.source) {
        (Some(digits), Source::Whatsapp) => canonical_form(digits) == canonical_form(&sent.identifier),
        _ => true,
    }
}

/// Checkbox fields come back as a text that holds a JSON list.
fn is_same_value(sent: &FieldValue, stored: &str) -> bool {
    match sent {
        FieldValue::Text(text) => text == stored,
        FieldValue::Options(options) => serde_json::from_str::<Vec<String>>(stored).is_ok_and(|stored| {
            let (mut sent, mut stored) = (options.clone(), stored);
            sent.sort_unstable();
            stored.sort_unstable();
            sent == stored
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ContactId;

    fn sent() -> NewContact {
        NewContact {
            identifier: "5511987654321".to_owned(),
            tags: vec!["VIP".to_owned(), "Rome".to_owned()],
            custom_fields: vec![
                ("City".to_owned(), FieldValue::Text("Rome".to_owned())),
                ("Likes".to_owned(), FieldValue::Options(vec!["Sea".to_owned(), "Art".to_owned()])),
            ],
            assigned_user: Some("bob@example.com".to_owned()),
            ..NewContact::ada()
        }
    }

    fn bare() -> StoredContact {
        StoredContact::bare(ContactId { uuid: String::new(), href: None })
    }

    #[test]
    fn what_is_not_shown_or_is_added_is_no_difference() {
        assert_eq!(differences(&sent(), &bare()), Vec::<String>::new());
        let stored = StoredContact {
            name: Some("Ada".to_owned()),
            phone_digits: Some("551187654321".to_owned()),
            tags: Some(["Rome", "new", "VIP"].map(str::to_owned).to_vec()),
            custom_fields: Some(
                [("City", "Rome"), ("Likes", "[\"Art\", \"Sea\"]"), ("X", "y")]
                    .map(|(a, b)| (a.to_owned(), b.to_owned()))
                    .into(),
            ),
            assigned_user: Some("Bob@example.com".to_owned()),
            ..bare()
        };
        assert_eq!(differences(&sent(), &stored), Vec::<String>::new());
    }

    #[test]
    fn what_was_sent_and_is_not_shown_is_named_and_what_was_not_sent_is_not() {
        let sent = NewContact { team_uuid: Some("t".to_owned()), ..sent() };
        let stored = StoredContact { shows: vec![Field::Name, Field::Tags, Field::AssignedUser], ..bare() };
        assert_eq!(not_shown(&sent, &stored), [Field::CustomFields, Field::TeamUuid]);
        let little = NewContact {
            tags: Vec::new(),
            custom_fields: Vec::new(),
            assigned_user: None,
            team_uuid: None,
            ..sent
        };
        assert_eq!(not_shown(&little, &bare()), [Field::Name]);
        let noted = NewContact { tags: vec!["VIP".to_owned()], note: Some("x".to_owned()), ..little };
        assert_eq!(not_shown(&noted, &bare()), [Field::Name, Field::Tags, Field::Note]);
    }

    #[test]
    fn every_field_that_differs_is_named() {
        let stored = StoredContact {
            name: Some("Ada L".to_owned()),
            phone_digits: Some("5511987654322".to_owned()),
            tags: Some(vec!["VIP".to_owned()]),
            custom_fields: Some([("Likes".to_owned(), "[\"Art\"]".to_owned())].into()),
            assigned_user: Some("eve@example.com".to_owned()),
            ..bare()
        };
        assert_eq!(
            differences(&sent(), &stored),
            ["name", "identifier", "tags", "custom_fields.City", "custom_fields.Likes", "assigned_user"]
        );
    }

    #[test]
    fn what_is_shown_to_be_empty_was_dropped_and_a_uuid_is_the_same_in_both_forms() {
        let sent = NewContact {
            tags: Vec::new(),
            custom_fields: Vec::new(),
            team_uuid: Some("414a6d692bd645ed803f2e7ce360d4c8".to_owned()),
            note: Some("x".to_owned()),
            ..sent()
        };
        let shows = vec![Field::AssignedUser, Field::TeamUuid, Field::Note];
        let empty = StoredContact { shows, ..bare() };
        assert_eq!(differences(&sent, &empty), ["assigned_user", "team_uuid", "note"]);
        let same = StoredContact {
            team_uuid: Some("414A6D69-2BD6-45ED-803F-2E7CE360D4C8".to_owned()),
            assigned_user: sent.assigned_user.clone(),
            note: sent.note.clone(),
            ..empty
        };
        assert_eq!(differences(&sent, &same), Vec::<String>::new());
        let other = Some("00000000000000000000000000000001".to_owned());
        let sent = NewContact { channel_uuid: sent.team_uuid.clone(), ..sent };
        let same = StoredContact { channel_uuid: same.team_uuid.clone(), ..same };
        assert_eq!(differences(&sent, &same), Vec::<String>::new());
        let elsewhere = StoredContact {
            team_uuid: other.clone(),
            channel_uuid: other,
            note: Some("y".to_owned()),
            ..same
        };
        assert_eq!(differences(&sent, &elsewhere), ["team_uuid", "channel_uuid", "note"]);
    }
}
