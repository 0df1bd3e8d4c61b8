//! The body of a POST or PATCH → a contact's fields, or what is wrong with each parameter.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::settings::{Account, Behaviour, Language, OnUnknown};
use crate::words::discreet;

/// Parameter → messages.
pub(super) type Complaints = BTreeMap<String, Vec<String>>;

/// What a body says. `None`: the parameter is absent.
#[derive(Default)]
pub(super) struct Fields {
    pub(super) identifier: Option<String>,
    pub(super) source: Option<String>,
    pub(super) name: Option<String>,
    pub(super) tags: Option<Vec<String>>,
    pub(super) custom_fields: Option<Map<String, Value>>,
    pub(super) assigned_user: Option<String>,
    pub(super) team_uuid: Option<String>,
    pub(super) channel_uuid: Option<String>,
    pub(super) bot_status: Option<String>,
    pub(super) note: Option<String>,
}

discreet!(Fields {});

/// Reads a body. Unknown parameters are passed over, as Rails does.
pub(super) fn fields(
    body: &Map<String, Value>,
    api: &Behaviour,
    account: &Account,
) -> Result<Fields, Complaints> {
    let mut reading = Reading { body, api, complaints: Complaints::new() };
    let (identifier, name, custom, user) = match api.param_names {
        Language::En => ("identifier", "name", "custom_fields", "assigned_user"),
        Language::Fr => ("identifiant", "nom", "champs_personnalisés", "utilisateur_assigné"),
    };
    let fields = Fields {
        identifier: reading.text(identifier),
        source: reading.one_of("source", &["whatsapp", "facebook", "instagram", "telegram"]),
        name: reading.text(name),
        tags: reading.tags(account),
        custom_fields: reading.custom_fields(custom, account),
        assigned_user: reading.known(user, api.unknown_user, |user| {
            let members = account.teams.iter().flat_map(|team| &team.members);
            account
                .users
                .iter()
                .chain(members)
                .chain([&account.user_email])
                .any(|known| known.eq_ignore_ascii_case(user))
        }),
        team_uuid: reading.known("team_uuid", api.unknown_team_or_channel, |uuid| {
            account.teams.iter().any(|team| team.uuid == uuid)
        }),
        channel_uuid: reading.known("channel_uuid", api.unknown_team_or_channel, |uuid| {
            account.channels.iter().any(|channel| channel.uuid == uuid && !channel.discarded)
        }),
        bot_status: reading.one_of("bot_status", &["bot_start", "bot_end"]),
        note: reading.text("note"),
    };
    if fields.note.as_ref().is_some_and(|note| note.chars().count() > 1000) {
        reading.complain("note", "is too long (maximum is 1000 characters)");
    }
    if reading.complaints.is_empty() { Ok(fields) } else { Err(reading.complaints) }
}

/// What a creation cannot do without.
pub(super) fn missing(fields: &Fields) -> Complaints {
    let mut complaints = Complaints::new();
    for (parameter, value) in
        [("identifier", &fields.identifier), ("source", &fields.source), ("name", &fields.name)]
    {
        if value.as_deref().is_none_or(|text| text.trim().is_empty()) {
            complaints.insert(parameter.to_owned(), vec!["can't be blank".to_owned()]);
        }
    }
    complaints
}

struct Reading<'b> {
    body: &'b Map<String, Value>,
    api: &'b Behaviour,
    complaints: Complaints,
}

impl Reading<'_> {
    fn complain(&mut self, parameter: &str, what: &str) {
        self.complaints.entry(parameter.to_owned()).or_default().push(what.to_owned());
    }

    fn text(&mut self, parameter: &str) -> Option<String> {
        match self.body.get(parameter)? {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            _ => {
                self.complain(parameter, "is not a string");
                None
            }
        }
    }

    fn one_of(&mut self, parameter: &str, values: &[&str]) -> Option<String> {
        let text = self.text(parameter)?;
        if !values.contains(&text.as_str()) {
            self.complain(parameter, "is not included in the list");
        }
        Some(text)
    }

    fn known(
        &mut self,
        parameter: &str,
        unknown: OnUnknown,
        is_known: impl Fn(&str) -> bool,
    ) -> Option<String> {
        let text = self.text(parameter)?;
        match unknown {
            _ if is_known(&text) => Some(text),
            OnUnknown::Accept => Some(text),
            OnUnknown::Drop => None,
            OnUnknown::Reject => {
                self.complain(parameter, "does not exist");
                None
            }
        }
    }

    fn tags(&mut self, account: &Account) -> Option<Vec<String>> {
        let list = match self.body.get("tags")? {
            Value::Null => return None,
            Value::Array(list) => list,
            _ => {
                self.complain("tags", "is not a list");
                return None;
            }
        };
        let mut tags = Vec::new();
        for tag in list {
            let Value::String(tag) = tag else {
                self.complain("tags", "is not a list of strings");
                return None;
            };
            match self.api.unknown_tag {
                _ if account.tags.contains(tag) => tags.push(tag.clone()),
                OnUnknown::Accept => tags.push(tag.clone()),
                OnUnknown::Drop => {}
                OnUnknown::Reject => self.complain("tags", "does not exist"),
            }
        }
        Some(tags)
    }

    fn custom_fields(&mut self, parameter: &str, account: &Account) -> Option<Map<String, Value>> {
        let object = match self.body.get(parameter)? {
            Value::Null => return None,
            Value::Object(object) => object,
            _ => {
                self.complain(parameter, "is not an object");
                return None;
            }
        };
        let mut fields = Map::new();
        for (label, value) in object {
            let is_text_or_texts = match value {
                Value::String(_) => true,
                Value::Array(list) => list.iter().all(Value::is_string),
                _ => false,
            };
            if !is_text_or_texts && !self.api.typed_custom_fields {
                self.complain(parameter, "is neither a string nor a list of strings");
                continue;
            }
            let known = account.custom_fields.iter().find(|field| field.label == *label);
            match (known, self.api.unknown_field) {
                (Some(field), _) => {
                    if fits(value, &field.r#type, &field.options) {
                        fields.insert(label.clone(), value.clone());
                    } else {
                        self.complain(parameter, &format!("{label} is invalid"));
                    }
                }
                (None, OnUnknown::Accept) => {
                    fields.insert(label.clone(), value.clone());
                }
                (None, OnUnknown::Drop) => {}
                (None, OnUnknown::Reject) => self.complain(parameter, &format!("{label} does not exist")),
            }
        }
        Some(fields)
    }
}

/// Whether a value has the field's type (typed fields, since March 2026).
fn fits(value: &Value, kind: &str, options: &[String]) -> bool {
    match (kind, value) {
        ("checkbox", Value::Array(list)) => {
            list.iter().filter_map(Value::as_str).all(|option| options.iter().any(|known| known == option))
        }
        ("dropdown", Value::String(text)) => options.contains(text),
        ("number", Value::String(text)) => text.parse::<f64>().is_ok(),
        ("email", Value::String(text)) => text.contains('@'),
        ("date", Value::String(text)) => {
            let parts: Vec<&str> = text.split('-').collect();
            matches!(parts[..], [year, month, day] if year.len() == 4 && month.len() == 2 && day.len() == 2)
                && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
        }
        ("text", Value::String(_)) => true,
        _ => false,
    }
}
