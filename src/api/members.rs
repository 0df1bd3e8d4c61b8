//! A JSON object whose members are read when they are asked for: of most of what an answer holds, nothing is.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// The members of an object, in its order. Of members with the same name the last one counts.
#[derive(Default)]
pub(super) struct Members<'j>(Vec<(Cow<'j, str>, &'j RawValue)>);

/// A text, copied only where it has escapes.
#[derive(Deserialize)]
struct Text<'j>(#[serde(borrow)] Cow<'j, str>);

impl<'j> Members<'j> {
    fn all<A: MapAccess<'j>>(map: &mut A) -> Result<Self, A::Error> {
        let mut members = Vec::with_capacity(16);
        while let Some((Text(name), value)) = map.next_entry()? {
            members.push((name, value));
        }
        Ok(Self(members))
    }

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

    /// The value of a member that is a whole number, also in quotes.
    pub(super) fn number(&self, name: &str) -> Option<u64> {
        let value = self.get(name)?;
        text(value).map_or_else(|| serde_json::from_str(value.get()).ok(), |text| text.parse().ok())
    }

    /// Names and values; of a name that comes twice, both.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &'j RawValue)> {
        self.0.iter().map(|(name, value)| (&**name, *value))
    }

    /// Appends them as JSON, but for those with these names.
    pub(super) fn write_without(&self, left_out: &[&str], json: &mut String) {
        let start = json.len();
        for (name, value) in self.0.iter().filter(|(name, _)| !left_out.contains(&&**name)) {
            json.push(if json.len() == start { '{' } else { ',' });
            match name {
                // It stands here as it stood there.
                Cow::Borrowed(name) => {
                    json.push('"');
                    json.push_str(name);
                    json.push('"');
                }
                Cow::Owned(name) => json.push_str(&serde_json::Value::from(&**name).to_string()),
            }
            json.push(':');
            json.push_str(value.get());
        }
        json.push_str(if json.len() == start { "{}" } else { "}" });
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The text that `json` is.
pub(super) fn text(json: &RawValue) -> Option<Cow<'_, str>> {
    let inside = json.get().strip_prefix('"')?;
    if !inside.contains('\\') {
        // Nothing is escaped: it stands there as it is.
        return inside.strip_suffix('"').map(Cow::Borrowed);
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
                Members::all(&mut map)
            }
        }
        deserializer.deserialize_map(Object)
    }
}

/// An answer whose member `contact` is looked into at once, so that what most answers are about is read once.
#[derive(Default)]
pub(super) struct Envelope<'j> {
    /// The last member `contact`.
    pub(super) contact: Option<Part<'j>>,
    /// The others.
    pub(super) others: Members<'j>,
}

/// What stands where a contact is looked for.
pub(super) enum Part<'j> {
    Null,
    Object(Members<'j>),
    List(Vec<&'j RawValue>),
    /// A lone text, number, or truth.
    Other,
}

impl<'de: 'j, 'j> Deserialize<'de> for Envelope<'j> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Envelope<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Envelope<'de>, A::Error> {
                let mut envelope = Envelope::default();
                while let Some(Text(name)) = map.next_key()? {
                    if name == "contact" {
                        envelope.contact = Some(map.next_value()?);
                    } else {
                        envelope.others.0.push((name, map.next_value()?));
                    }
                }
                Ok(envelope)
            }
        }
        deserializer.deserialize_map(Object)
    }
}

impl<'de: 'j, 'j> Deserialize<'de> for Part<'j> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Part<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("anything")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Part<'de>, A::Error> {
                Members::all(&mut map).map(Part::Object)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Part<'de>, A::Error> {
                let mut values = Vec::new();
                while let Some(value) = list.next_element()? {
                    values.push(value);
                }
                Ok(Part::List(values))
            }

            fn visit_unit<E>(self) -> Result<Part<'de>, E> {
                Ok(Part::Null)
            }

            fn visit_str<E>(self, _: &str) -> Result<Part<'de>, E> {
                Ok(Part::Other)
            }

            fn visit_bool<E>(self, _: bool) -> Result<Part<'de>, E> {
                Ok(Part::Other)
            }

            fn visit_u64<E>(self, _: u64) -> Result<Part<'de>, E> {
                Ok(Part::Other)
            }

            fn visit_i64<E>(self, _: i64) -> Result<Part<'de>, E> {
                Ok(Part::Other)
            }

            fn visit_f64<E>(self, _: f64) -> Result<Part<'de>, E> {
                Ok(Part::Other)
            }
        }
        deserializer.deserialize_any(Any)
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
        assert_eq!(text(serde_json::from_str(r#""q\" \\ \n""#).unwrap()).as_deref(), Some("q\" \\ \n"));
        for broken in ["[]", "1", "{", r#"{"a":}"#, "{\"a\":\"\n\"}"] {
            assert!(serde_json::from_str::<Members<'_>>(broken).is_err(), "{broken}");
        }
        assert!(serde_json::from_slice::<Members<'_>>(b"{\"a\":\"\xff\"}").is_err(), "it is no text");
    }
}
