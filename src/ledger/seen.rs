//! A contact as the API shows it, member by member. Values are compared by what they say, not by how they are put.

use serde_json::{Map, Value};

use super::own_change::OwnChange;
use crate::model::{Field, FieldValue, NewContact, Shown, Source, canonical_form, instant, is_same_uuid};

/// The member that `include_field_types` adds.
const ASKED_FOR: &str = "customFieldsMetadata";

/// The members of a contact.
#[derive(Clone, PartialEq)]
pub struct Seen(Map<String, Value>);

/// Shows which members there are, never what they say.
impl std::fmt::Debug for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Seen {
    /// Reads what was shown; `None` if it is no object. What is shown only to those who ask for it, and says of custom
    /// fields what they say themselves, is left out: its absence at another time is no difference.
    pub fn read(shown: &Shown) -> Option<Self> {
        let mut members: Map<String, Value> = serde_json::from_str(shown.as_json()).ok()?;
        members.remove(ASKED_FOR);
        Some(Self(members))
    }

    /// A member; `None` if it is not shown at all.
    pub fn member(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Names of all members, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// What a field says, by its wire name; `None` if it is not shown.
    pub fn field(&self, field: &str) -> Option<Value> {
        if let Some(label) = field.strip_prefix("custom_fields.") {
            let fields = self.0.get("customFields")?;
            return Some(fields.get(label).cloned().unwrap_or(Value::Null));
        }
        let inner =
            |name: &str| self.0.get(name).map(|object| object.get("uuid").cloned().unwrap_or(Value::Null));
        match field {
            "assigned_user" => self.0.get("assignedUser").cloned(),
            "team_uuid" => inner("team"),
            "channel_uuid" => inner("channel"),
            name => self.0.get(name).cloned(),
        }
    }

    /// What it would show without these changes. A field that shows something else than was written, or whose former value
    /// is not known, or not in the form in which it is shown, stays as it is.
    #[must_use]
    pub fn without(&self, changes: &[OwnChange]) -> Self {
        let mut members = self.0.clone();
        for change in changes {
            if change.is_disturbed || change.is_lost || !change.is_shown(self.field(&change.field).as_ref()) {
                continue;
            }
            let before = change.value_before().unwrap_or_default();
            let place = match change.field.split_once('.') {
                Some(("custom_fields", label)) => {
                    members.get_mut("customFields").and_then(|fields| fields.get_mut(label))
                }
                _ => match change.field.as_str() {
                    "assigned_user" => members.get_mut("assignedUser"),
                    name @ ("name" | "tags" | "note") => members.get_mut(name),
                    _ => None,
                },
            };
            if let Some(place) = place {
                *place = before;
            }
        }
        Self(members)
    }

    /// Custom fields by label.
    pub fn custom_fields(&self) -> Vec<(String, Value)> {
        let fields = self.0.get("customFields").and_then(Value::as_object);
        fields.into_iter().flatten().map(|(label, value)| (label.clone(), value.clone())).collect()
    }

    /// When it came into being, by the server's clock, in seconds; `None` also if the API names no time zone with it.
    pub fn created_at(&self) -> Option<u64> {
        let time = instant(self.0.get("createdAt")?.as_str()?)?;
        time.duration_since(std::time::UNIX_EPOCH).ok().map(|since| since.as_secs())
    }
}

/// A value as it would be shown.
pub fn value_of(value: &FieldValue) -> Value {
    match value {
        FieldValue::Text(text) => Value::String(text.clone()),
        FieldValue::Options(options) => Value::from(options.clone()),
    }
}

/// Whether two members say the same. What is absent, null and empty says the same: nothing. A list of texts is the same
/// in any order, and the same as a text that holds it, as checkboxes come back.
pub fn is_same(one: Option<&Value>, other: Option<&Value>) -> bool {
    match (one.filter(|value| !is_empty(value)), other.filter(|value| !is_empty(value))) {
        (None, None) => true,
        (Some(one), Some(other)) => one == other || is_same_list(one, other) || is_same_object(one, other),
        _ => false,
    }
}

fn is_same_list(one: &Value, other: &Value) -> bool {
    match (texts(one), texts(other)) {
        (Some(mut one), Some(mut other)) => {
            one.sort_unstable();
            other.sort_unstable();
            one == other
        }
        _ => false,
    }
}

fn is_same_object(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            let names: std::collections::BTreeSet<&String> = one.keys().chain(other.keys()).collect();
            names.into_iter().all(|name| is_same(one.get(name), other.get(name)))
        }
        _ => false,
    }
}

/// A list of texts, also one that is put as a text.
fn texts(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::Array(list) => list.iter().map(|text| text.as_str().map(str::to_owned)).collect(),
        Value::String(text) if text.starts_with('[') => serde_json::from_str(text).ok(),
        _ => None,
    }
}

/// Whether a member says nothing.
pub fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(object) => object.is_empty() || object.values().all(is_empty),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// One field of a contact, as it was sent and as it is found.
#[derive(Clone, PartialEq)]
pub struct Comparison {
    /// Wire name; `custom_fields.<label>` for one custom field.
    pub field: String,
    /// What was sent.
    pub sent: Value,
    /// What is found; `None` if the API does not show it.
    pub found: Option<Value>,
    /// They say the same. What is not shown cannot be judged and is the same.
    pub is_same: bool,
}

/// Shows the field, never what is in it.
impl std::fmt::Debug for Comparison {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.field, if self.is_same { "same" } else { "differs" })
    }
}

/// Compares every field that was sent with what is found, and what was not sent but belongs to a sent one: tags and
/// custom fields that were added.
pub fn compare(sent: &NewContact, seen: &Seen) -> Vec<Comparison> {
    // Without `..`, so that a new field cannot be forgotten here.
    let NewContact {
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
    } = sent;
    let mut all = Vec::new();
    let mut put = |field: &str, sent: Value, found: Option<Value>, is_same: bool| {
        all.push(Comparison { field: field.to_owned(), sent, is_same: found.is_none() || is_same, found });
    };
    let text = |text: &str| Value::String(text.to_owned());
    let member = |name: &str| seen.member(name).cloned();

    // Only telephone numbers are shown; the ids of other platforms are not.
    let phone =
        member("phoneNumber").filter(|_| *source == Source::Whatsapp).filter(|phone| !phone.is_null());
    let same = phone.as_ref().and_then(Value::as_str).is_some_and(|phone| {
        let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
        canonical_form(&digits) == canonical_form(identifier)
    });
    put(Field::Identifier.wire_name(), text(identifier), phone, same);
    for (field, member_name, sent) in
        [(Field::Source, "source", source.as_str()), (Field::Name, "name", name)]
    {
        let found = member(member_name);
        let same = found.as_ref().and_then(Value::as_str) == Some(sent);
        put(field.wire_name(), text(sent), found, same);
    }
    let sent_tags = Value::from(tags.clone());
    let found = member("tags");
    let same = is_same(Some(&sent_tags), found.as_ref());
    put(Field::Tags.wire_name(), sent_tags, found, same);
    let found_fields =
        seen.member("customFields").map(|fields| fields.as_object().cloned().unwrap_or_default());
    for (label, value) in custom_fields {
        let value = value_of(value);
        let found = found_fields.as_ref().map(|fields| fields.get(label).cloned().unwrap_or(Value::Null));
        let same = is_same(Some(&value), found.as_ref()) || is_same_number(&value, found.as_ref());
        put(&format!("custom_fields.{label}"), value, found, same);
    }
    for (label, value) in found_fields.iter().flatten() {
        if !is_empty(value) && !custom_fields.iter().any(|(sent, _)| sent == label) {
            put(&format!("custom_fields.{label}"), Value::Null, Some(value.clone()), false);
        }
    }
    let user = member("assignedUser");
    let same = match (assigned_user, user.as_ref().and_then(Value::as_str).unwrap_or_default()) {
        (Some(sent), found) => sent.eq_ignore_ascii_case(found),
        (None, found) => found.is_empty(),
    };
    put(Field::AssignedUser.wire_name(), optional(assigned_user.as_deref()), user, same);
    for (field, member_name, sent) in
        [(Field::TeamUuid, "team", team_uuid), (Field::ChannelUuid, "channel", channel_uuid)]
    {
        // Without one the account's own default holds, which is no difference.
        let Some(sent) = sent else { continue };
        let found = seen.member(member_name).map(|object| object.get("uuid").cloned().unwrap_or(Value::Null));
        let same = found.as_ref().and_then(Value::as_str).is_some_and(|found| is_same_uuid(found, sent));
        put(field.wire_name(), text(sent), found, same);
    }
    if let Some(status) = bot_status {
        put(Field::BotStatus.wire_name(), text(status.as_str()), None, true);
    }
    let found = member("note");
    let same = is_same(Some(&optional(note.as_deref())), found.as_ref());
    put(Field::Note.wire_name(), optional(note.as_deref()), found, same);
    all
}

fn optional(text: Option<&str>) -> Value {
    text.map_or(Value::Null, |text| Value::String(text.to_owned()))
}

/// A number that was sent as text and is shown as a number.
fn is_same_number(sent: &Value, found: Option<&Value>) -> bool {
    match (sent, found) {
        (Value::String(sent), Some(Value::Number(found))) => *sent == found.to_string(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::BotStatus;

    fn seen(json: &str) -> Seen {
        Seen::read(&Shown::new(json)).unwrap()
    }

    fn ada() -> NewContact {
        NewContact {
            identifier: "5511987654321".to_owned(),
            tags: vec!["VIP".to_owned(), "Rome".to_owned()],
            custom_fields: vec![
                ("City".to_owned(), FieldValue::Text("Rome".to_owned())),
                ("Age".to_owned(), FieldValue::Text("42".to_owned())),
                ("Likes".to_owned(), FieldValue::Options(vec!["Sea".to_owned(), "Art".to_owned()])),
            ],
            assigned_user: Some("bob@example.com".to_owned()),
            team_uuid: Some("414a6d692bd645ed803f2e7ce360d4c8".to_owned()),
            bot_status: Some(BotStatus::End),
            note: Some("n".to_owned()),
            ..NewContact::ada()
        }
    }

    const AS_SENT: &str = r#"{"name":"Ada","phoneNumber":"+55 11 8765-4321","source":"whatsapp",
        "createdAt":"2026-11-25T10:00:00Z","tags":["Rome","VIP"],"assignedUser":"Bob@example.com",
        "customFields":{"City":"Rome","Age":42,"Likes":"[\"Art\", \"Sea\"]","Empty":""},"note":"n",
        "team":{"uuid":"414a6d69-2bd6-45ed-803f-2e7ce360d4c8"},"channel":{"uuid":"main"}}"#;

    fn differing(sent: &NewContact, json: &str) -> Vec<String> {
        let all = compare(sent, &seen(json));
        all.into_iter().filter(|field| !field.is_same).map(|field| field.field).collect()
    }

    #[test]
    fn without_its_changes_a_contact_shows_what_there_was_before_where_that_is_known() {
        let seen = |json: Value| Seen::read(&Shown::new(json.to_string())).unwrap();
        let change = |field: &str, before: Option<&str>, after: &str| OwnChange {
            before_json: None,
            field: field.to_owned(),
            before: before.map(|before| FieldValue::Text(before.to_owned())),
            written: vec![FieldValue::Text(after.to_owned())],
            is_made: true,
            is_disturbed: false,
            is_lost: false,
        };
        let now = seen(serde_json::json!({
            "name": "new", "note": "new", "assignedUser": "new", "team": { "uuid": "new" },
            "customFields": { "City": "new", "Age": "7" }, "source": "new",
        }));
        let all = [
            change("name", Some("old"), "new"),
            change("note", None, "new"),
            change("assigned_user", Some("old"), "new"),
            change("custom_fields.City", Some("old"), "new"),
            // Of these nothing is known in the form in which it is shown.
            change("team_uuid", Some("old"), "new"),
            change("source", Some("old"), "new"),
        ];
        let before = seen(serde_json::json!({
            "name": "old", "note": null, "assignedUser": "old", "team": { "uuid": "new" },
            "customFields": { "City": "old", "Age": "7" }, "source": "new",
        }));
        assert_eq!(now.without(&all), before);
        // Somebody else wrote over it, or between two changes.
        assert_eq!(now.without(&[change("name", Some("old"), "other")]), now);
        assert_eq!(
            now.without(&[OwnChange { is_disturbed: true, ..change("name", Some("old"), "new") }]),
            now
        );
        assert_eq!(format!("{:?}", seen(serde_json::json!({ "name": "Ada" }))), r#"{"name"}"#);
    }

    #[test]
    fn a_contact_that_says_the_same_in_other_forms_is_as_sent() {
        assert_eq!(differing(&ada(), AS_SENT), Vec::<String>::new());
        let all = compare(&ada(), &seen(AS_SENT));
        let not_shown: Vec<_> =
            all.iter().filter(|field| field.found.is_none()).map(|field| &field.field).collect();
        assert_eq!(not_shown, ["bot_status"], "the API never shows it");
    }

    #[test]
    fn what_only_those_see_who_ask_for_it_is_no_member() {
        let asked = r#"{"customFields":{"City":"Rome"},"customFieldsMetadata":{"City":{"type":"text"}}}"#;
        assert_eq!(seen(asked).names().collect::<Vec<_>>(), ["customFields"]);
    }

    #[test]
    fn what_the_api_does_not_show_is_not_judged_and_what_it_shows_empty_is() {
        assert_eq!(differing(&ada(), "{}"), Vec::<String>::new());
        let empty =
            r#"{"name":null,"tags":[],"customFields":{},"note":null,"assignedUser":null,"team":null}"#;
        assert_eq!(
            differing(&ada(), empty),
            [
                "name",
                "tags",
                "custom_fields.City",
                "custom_fields.Age",
                "custom_fields.Likes",
                "assigned_user",
                "team_uuid",
                "note"
            ]
        );
    }

    #[test]
    fn every_field_that_differs_and_everything_that_was_added_is_named() {
        let other = AS_SENT
            .replace("\"Ada\"", "\"ada\"")
            .replace("8765-4321", "8765-4322")
            .replace("[\"Rome\",\"VIP\"]", "[\"Rome\",\"VIP\",\"New\"]")
            .replace("\"City\":\"Rome\"", "\"Town\":\"Rome\"")
            .replace("\"n\"", "\"N\"");
        assert_eq!(
            differing(&ada(), &other),
            ["identifier", "name", "tags", "custom_fields.City", "custom_fields.Town", "note"]
        );
    }

    #[test]
    fn absent_null_and_empty_say_the_same_and_lists_have_no_order() {
        let value = |json: &str| serde_json::from_str::<Value>(json).unwrap();
        for (one, other, same) in [
            ("null", "\"\"", true),
            ("[]", "{}", true),
            ("[\"a\",\"b\"]", "[\"b\",\"a\"]", true),
            ("[\"a\",\"b\"]", "\"[\\\"b\\\", \\\"a\\\"]\"", true),
            ("[\"a\"]", "[\"a\",\"a\"]", false),
            ("{\"a\":1,\"b\":null}", "{\"a\":1}", true),
            ("{\"a\":1}", "{\"a\":2}", false),
            ("false", "null", false),
            ("\"a\"", "\"A\"", false),
        ] {
            assert_eq!(is_same(Some(&value(one)), Some(&value(other))), same, "{one} {other}");
        }
        assert!(is_same(None, Some(&Value::Null)) && !is_same(None, Some(&value("1"))));
    }
}
