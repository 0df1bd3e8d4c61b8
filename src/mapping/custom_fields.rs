//! A cell with a JSON object → custom fields.

use std::collections::HashSet;
use std::fmt;

use serde::Deserialize;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

use super::many::are_many;
use crate::model::FieldValue;
use crate::words::{Message, message};

/// The object's members in their order.
struct Members(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

/// Reads an object such as `{"City": "Rome", "Interests": ["Sea", "Art"]}`. Numbers and truth values become the text
/// they are written as, since the API documents texts only; `null` and empty values are left out.
///
/// # Errors
///
/// What is wrong, to be put after the name of the field.
pub(super) fn read(cell: &str) -> Result<Vec<(String, FieldValue)>, Message> {
    let Members(members) = serde_json::from_str(cell).map_err(|_| message!("custom-fields-no-object"))?;
    let mut fields: Vec<(String, FieldValue)> = Vec::with_capacity(members.len());
    let mut known = HashSet::new();
    for (label, value) in members {
        if label.trim().is_empty() {
            return Err(message!("custom-fields-no-label"));
        }
        if known.is_empty() && are_many(fields.len()) {
            known = fields.iter().map(|(label, _)| label.clone()).collect();
        }
        let is_known =
            known.contains(&label) || known.is_empty() && fields.iter().any(|(known, _)| *known == label);
        if is_known {
            return Err(message!("custom-fields-label-twice"));
        }
        let raw = value.get();
        let value = match raw.as_bytes().first() {
            Some(b'n') => continue,
            Some(b'"') => FieldValue::Text(
                serde_json::from_str(raw).map_err(|_| message!("custom-fields-broken-text"))?,
            ),
            Some(b'[') => {
                FieldValue::Options(serde_json::from_str(raw).map_err(|_| message!("custom-fields-list"))?)
            }
            Some(b'{') => return Err(message!("custom-fields-nested")),
            _ => FieldValue::Text(raw.to_owned()),
        };
        let empty = match &value {
            FieldValue::Text(text) => text.trim().is_empty(),
            FieldValue::Options(options) => options.is_empty(),
        };
        if !empty {
            if !known.is_empty() {
                known.insert(label.clone());
            }
            fields.push((label, value));
        }
    }
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_keep_their_order_and_numbers_their_digits() {
        let fields = read(
            r#"{"Z": "Rome", "A": 007e1, "B": 12345678901234567890.50, "C": ["x","y"], "D": null, "E": ""}"#,
        );
        assert!(fields.is_err(), "007e1 is no JSON number");
        let fields = read(
            r#"{"Z": "Rome", "B": 12345678901234567890.50, "C": ["x","y"], "D": null, "E": " ", "F": true}"#,
        );
        let text = |text: &str| FieldValue::Text(text.to_owned());
        assert_eq!(
            fields.unwrap(),
            [
                ("Z".to_owned(), text("Rome")),
                ("B".to_owned(), text("12345678901234567890.50")),
                ("C".to_owned(), FieldValue::Options(vec!["x".to_owned(), "y".to_owned()])),
                ("F".to_owned(), text("true")),
            ]
        );
    }

    #[test]
    fn what_the_api_could_not_take_is_refused() {
        for cell in [
            "City: Rome",
            "[1]",
            "\"x\"",
            "{\"a\":{}}",
            "{\"a\":[1]}",
            "{\"a\":\"1\",\"a\":\"2\"}",
            "{\"\":\"1\"}",
        ] {
            assert!(read(cell).is_err(), "{cell}");
        }
    }
}
