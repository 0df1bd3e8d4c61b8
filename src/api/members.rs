//! A JSON object whose members are read when they are asked for: of most of what an answer holds, nothing is.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The members of an object, in its order. Of members with the same name the last one counts.
#[derive(Default)]
pub(super) struct Members<'j>(Vec<(Cow<'j, str>, &'j RawValue)>);

/// A text, copied only where it has escapes.
#[derive(Deserialize)]
struct Text<'j>(#[serde(borrow)] Cow<'j, str>);

impl<'j> Members<'j> {
    /// Those of the object that `json` is.
    pub(super) fn of(json: &'j RawValue) -> Option<Self> {
        if !json.get().starts_with('{') {
            return None;
        }
        serde_json::from_str(json.get()).ok()
    }

    /// The value of a member.
    pub(super) fn get(&self, name: &str) -> Option<&'j RawValue> {
        self.0.iter().rev().find(|(known, _)| known == name).map(|(_, value)| *value)
    }

    /// The value of a member that is a text.
    pub(super) fn text(&self, name: &str) -> Option<Cow<'j, str>> {
        text(self.get(name)?)
    }

    /// The value of a member that is an object.
    pub(super) fn object(&self, name: &str) -> Option<Self> {
        Self::of(self.get(name)?)
    }

    /// The value of a member that is a list.
    pub(super) fn list(&self, name: &str) -> Option<Vec<&'j RawValue>> {
        list(self.get(name)?)
    }

    /// The value of a member that is a whole number.
    pub(super) fn number(&self, name: &str) -> Option<u64> {
        serde_json::from_str(self.get(name)?.get()).ok()
    }

    /// Names and values; of a name that comes twice, both.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &'j RawValue)> {
        self.0.iter().map(|(name, value)| (&**name, *value))
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The text that `json` is.
pub(super) fn text(json: &RawValue) -> Option<Cow<'_, str>> {
    if !json.get().starts_with('"') {
        return None;
    }
    serde_json::from_str(json.get()).ok().map(|Text(text)| text)
}

/// The list that `json` is.
pub(super) fn list(json: &RawValue) -> Option<Vec<&RawValue>> {
    if !json.get().starts_with('[') {
        return None;
    }
    serde_json::from_str(json.get()).ok()
}

/// Writes a text as JSON.
pub(super) fn push_text(json: &mut String, text: &str) {
    if text.bytes().any(|byte| byte.is_ascii_control() || matches!(byte, b'"' | b'\\')) {
        json.push_str(&serde_json::Value::from(text).to_string());
    } else {
        json.push('"');
        json.push_str(text);
        json.push('"');
    }
}

/// Whether `json` is `null`.
pub(super) fn is_null(json: &RawValue) -> bool {
    json.get() == "null"
}

impl<'de: 'j, 'j> Deserialize<'de> for Members<'j> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::with_capacity(16);
                while let Some((Text(name), value)) = map.next_entry()? {
                    members.push((name, value));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_read_as_what_they_are_and_the_last_of_a_name_counts() {
        let json = r#"{"a":1,"b":"\u00e9","c":{"d":[1,"x"]},"n":null,"a":"é"}"#;
        let members: Members<'_> = serde_json::from_str(json).unwrap();
        assert_eq!(members.text("a").as_deref(), Some("é"));
        assert_eq!(members.text("b").as_deref(), Some("é"));
        assert!(members.number("a").is_none() && members.text("c").is_none() && members.text("x").is_none());
        let list = members.object("c").unwrap().list("d").unwrap();
        assert_eq!((list.len(), text(list[0]), text(list[1]).as_deref()), (2, None, Some("x")));
        assert!(members.get("n").is_some_and(is_null) && !members.is_empty());
        let mut text = String::new();
        ["a", "q\"", "\\", "\n", "é"].into_iter().for_each(|name| push_text(&mut text, name));
        assert_eq!(text, r#""a""q\"""\\""\n""é""#);
        for broken in ["[]", "1", "{", r#"{"a":}"#, "{\"a\":\"\n\"}"] {
            assert!(serde_json::from_str::<Members<'_>>(broken).is_err(), "{broken}");
        }
        assert!(serde_json::from_slice::<Members<'_>>(b"{\"a\":\"\xff\"}").is_err(), "it is no text");
    }
}
