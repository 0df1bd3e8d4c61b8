//! A contact as JSON, exactly as the API's reference spells it.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

use crate::model::{Field, FieldValue, NewContact, Said, Source};

/// Which names the parameters go out under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ParamNames {
    /// Those of the live API.
    #[default]
    En,
    /// Those of the machine-translated French page of December 2023, for an endpoint that speaks them.
    Fr,
}

impl ParamNames {
    pub(super) fn of(self, field: Field) -> &'static str {
        match (self, field) {
            (Self::Fr, Field::Identifier) => "identifiant",
            (Self::Fr, Field::Name) => "nom",
            (Self::Fr, Field::CustomFields) => "champs_personnalisés",
            (Self::Fr, Field::AssignedUser) => "utilisateur_assigné",
            (_, field) => field.wire_name(),
        }
    }
}

/// How WhatsApp numbers go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PhoneFormat {
    /// `393331234567`, the form in which the API's webhooks show inbound contacts.
    #[default]
    Digits,
    /// `+393331234567`.
    Plus,
}

/// The choices that an endpoint leaves open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WireStyle {
    /// Names of the parameters.
    pub param_names: ParamNames,
    /// Form of WhatsApp numbers.
    pub phone_format: PhoneFormat,
}

impl WireStyle {
    /// The body of `POST /contacts`: what the contact has, and nothing else.
    pub fn body(self, contact: &NewContact) -> String {
        #[expect(clippy::expect_used, reason = "texts and lists of texts always are JSON")]
        serde_json::to_string(&Body { contact, style: self })
            .expect("texts and lists of texts always are JSON")
    }

    /// The identifier as it is sent.
    pub(super) fn identifier(self, contact: &NewContact) -> String {
        match (contact.source, self.phone_format) {
            (Source::Whatsapp, PhoneFormat::Plus) => format!("+{}", contact.identifier),
            _ => contact.identifier.clone(),
        }
    }
}

struct Body<'c> {
    contact: &'c NewContact,
    style: WireStyle,
}

impl Serialize for Body<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (field, said) in self.contact.says().into_iter().filter(|(_, said)| !said.is_nothing()) {
            let name = self.style.param_names.of(field);
            match said {
                Said::Text(_) if field == Field::Identifier => {
                    map.serialize_entry(name, &self.style.identifier(self.contact))?;
                }
                Said::Text(text) => map.serialize_entry(name, text)?,
                Said::Maybe(text) => map.serialize_entry(name, &text)?,
                Said::Texts(texts) => map.serialize_entry(name, texts)?,
                Said::Labelled(fields) => {
                    map.serialize_entry(name, &CustomFields { given: fields, kept: &[] })?
                }
            }
        }
        map.end()
    }
}

pub(super) struct CustomFields<'c> {
    pub(super) given: &'c [(String, FieldValue)],
    /// The JSON of each.
    pub(super) kept: &'c [(String, String)],
}

impl Serialize for CustomFields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.given.len() + self.kept.len()))?;
        for (label, value) in self.given {
            match value {
                FieldValue::Text(text) => map.serialize_entry(label, text)?,
                FieldValue::Options(options) => map.serialize_entry(label, options)?,
            }
        }
        for (label, json) in self.kept {
            match serde_json::from_str::<&RawValue>(json) {
                Ok(value) => map.serialize_entry(label, value)?,
                Err(_) => map.serialize_entry(label, json)?,
            }
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::BotStatus;

    /// The smallest contact.
    fn ada() -> NewContact {
        NewContact { name: "Ada \"A\" Lovelace".to_owned(), ..NewContact::ada() }
    }

    #[test]
    fn what_a_contact_does_not_have_is_not_sent() {
        assert_eq!(
            WireStyle::default().body(&ada()),
            r#"{"identifier":"393331234567","source":"whatsapp","name":"Ada \"A\" Lovelace"}"#
        );
    }

    #[test]
    fn a_full_contact_goes_out_under_the_wire_names() {
        let contact = NewContact {
            tags: vec!["VIP".to_owned(), "Roma, Italia".to_owned()],
            custom_fields: vec![
                ("Billing Address".to_owned(), FieldValue::Text("1 Main St".to_owned())),
                ("Interests".to_owned(), FieldValue::Options(vec!["Sea".to_owned()])),
            ],
            assigned_user: Some("bob@example.com".to_owned()),
            team_uuid: Some("t".to_owned()),
            channel_uuid: Some("c".to_owned()),
            bot_status: Some(BotStatus::End),
            note: Some("é".to_owned()),
            ..ada()
        };
        assert_eq!(
            WireStyle::default().body(&contact),
            concat!(
                r#"{"identifier":"393331234567","source":"whatsapp","name":"Ada \"A\" Lovelace","#,
                r#""tags":["VIP","Roma, Italia"],"custom_fields":{"Billing Address":"1 Main St","Interests":["Sea"]},"#,
                r#""assigned_user":"bob@example.com","team_uuid":"t","channel_uuid":"c","bot_status":"bot_end","note":"é"}"#
            )
        );
    }

    #[test]
    fn french_names_and_a_plus_are_sent_if_asked_for() {
        let style = WireStyle { param_names: ParamNames::Fr, phone_format: PhoneFormat::Plus };
        let contact = NewContact {
            custom_fields: vec![("Ville".to_owned(), FieldValue::Text("Lyon".to_owned()))],
            assigned_user: Some("b@x.fr".to_owned()),
            ..ada()
        };
        assert_eq!(
            style.body(&contact),
            concat!(
                r#"{"identifiant":"+393331234567","source":"whatsapp","nom":"Ada \"A\" Lovelace","#,
                r#""champs_personnalisés":{"Ville":"Lyon"},"utilisateur_assigné":"b@x.fr"}"#
            )
        );
        let instagram = NewContact { source: Source::Instagram, ..ada() };
        assert!(style.body(&instagram).contains(r#""identifiant":"393331234567""#));
    }
}
