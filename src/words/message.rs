//! Which message is meant, and the values in it.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

use super::catalogue::catalogue;
use super::language::{Language, spoken};

/// The message that is the text given with it.
const VERBATIM: &str = "verbatim";

/// A message of the catalogue with its values; no words yet.
///
/// As JSON it is an object with its name and values; a text is read as itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Written")]
pub struct Message {
    #[serde(rename = "m")]
    id: Cow<'static, str>,
    #[serde(rename = "v", skip_serializing_if = "Vec::is_empty")]
    values: Vec<(Cow<'static, str>, Value)>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Text(String),
    Whole {
        m: String,
        #[serde(default)]
        v: Vec<(String, Value)>,
    },
}

impl From<Written> for Message {
    fn from(written: Written) -> Self {
        match written {
            Written::Text(text) => Self::verbatim(text),
            Written::Whole { m, v } => Self {
                id: m.into(),
                values: v.into_iter().map(|(name, value)| (name.into(), value)).collect(),
            },
        }
    }
}

/// What stands in a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    /// As it is, except for what would steer a terminal.
    #[serde(rename = "t")]
    Text(Cow<'static, str>),
    /// Written as the language writes numbers, and deciding between one and many.
    #[serde(rename = "n")]
    Number(u64),
    /// A number with one digit after the point, times ten.
    #[serde(rename = "d")]
    Tenths(i64),
    /// Another message.
    #[serde(rename = "m")]
    Message(Box<Message>),
    /// Several, and what stands between them.
    #[serde(rename = "l")]
    List(Vec<Value>, Cow<'static, str>),
}

impl Message {
    /// A message by its name.
    pub fn new(id: impl Into<Cow<'static, str>>) -> Self {
        Self { id: id.into(), values: Vec::new() }
    }

    /// The same with one more value.
    #[must_use]
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> Self {
        self.values.push((name.into(), value.into()));
        self
    }

    /// A text that no catalogue has: what a server, a library or an older program said.
    pub fn verbatim(text: impl Into<Value>) -> Self {
        Self::new(VERBATIM).with("text", text)
    }

    /// Several messages as one.
    pub fn list(messages: impl IntoIterator<Item = Self>, between: &'static str) -> Self {
        Self::verbatim(Value::list(messages, between))
    }

    /// Its name in the catalogue.
    pub fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn values(&self) -> &[(Cow<'static, str>, Value)] {
        &self.values
    }

    /// In the language that is spoken.
    pub fn told(&self) -> String {
        self.told_in(spoken())
    }

    /// In this language.
    pub fn told_in(&self, language: Language) -> String {
        catalogue(language).words(self)
    }

    /// As one text without a language, for where only a text can be kept. What is in the catalogue stays so.
    pub fn coded(&self) -> String {
        match (&*self.id, &self.values[..]) {
            (VERBATIM, [(_, Value::Text(text))]) if !text.starts_with('{') => text.clone().into_owned(),
            _ => serde_json::to_string(self).unwrap_or_default(),
        }
    }

    /// Reads what [`Self::coded`] wrote; any other text is itself.
    pub fn decoded(text: String) -> Self {
        let message = text.starts_with("{\"m\":").then(|| serde_json::from_str(&text).ok()).flatten();
        message.unwrap_or_else(|| Self::verbatim(text))
    }

    /// For JSON that programs read: the English words.
    ///
    /// # Errors
    ///
    /// As the serializer has them.
    pub fn english<S: Serializer>(message: &Self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(message)
    }
}

/// In English, for programs and logs.
impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told_in(Language::English))
    }
}

impl From<String> for Message {
    fn from(text: String) -> Self {
        Self::verbatim(text)
    }
}

impl From<&str> for Message {
    fn from(text: &str) -> Self {
        Self::verbatim(text)
    }
}

impl Value {
    /// Several messages, and what stands between them.
    pub fn list(messages: impl IntoIterator<Item = Message>, between: &'static str) -> Self {
        Self::List(messages.into_iter().map(Self::from).collect(), between.into())
    }
}

/// A number with one digit after the point.
pub fn decimal(number: f64) -> Value {
    Value::Tenths((number.clamp(-1e15, 1e15) * 10.0).round_ties_even() as i64)
}

/// So many seconds, such as `5m 33s`.
pub fn lasting(seconds: u64) -> Message {
    let parts = [
        ("duration-days", seconds / 86_400),
        ("duration-hours", seconds / 3600 % 24),
        ("duration-minutes", seconds / 60 % 60),
        ("duration-seconds", seconds % 60),
    ];
    let parts: Vec<_> = parts.into_iter().filter(|(_, count)| *count > 0).collect();
    let parts = if parts.is_empty() { vec![("duration-seconds", 0)] } else { parts };
    Message::list(parts.into_iter().map(|(id, count)| Message::new(id).with("count", count)), " ")
}

impl From<Message> for Value {
    fn from(message: Message) -> Self {
        Self::Message(Box::new(message))
    }
}

impl From<&Message> for Value {
    fn from(message: &Message) -> Self {
        message.clone().into()
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned().into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        Self::Number(number as u64)
    }
}

/// No quantity: a status of HTTP is not written with thousands.
impl From<u16> for Value {
    fn from(number: u16) -> Self {
        Self::Text(number.to_string().into())
    }
}

impl From<char> for Value {
    fn from(letter: char) -> Self {
        Self::Text(letter.to_string().into())
    }
}

/// The usual reasons in the person's language, the others as the system words them.
impl From<&std::io::Error> for Value {
    fn from(error: &std::io::Error) -> Self {
        use std::io::ErrorKind;
        let os = error.to_string();
        let message = |id: &'static str| Message::new(id).with("os", os.as_str());
        match error.kind() {
            ErrorKind::NotFound => message("os-not-found").into(),
            ErrorKind::PermissionDenied => message("os-permission-denied").into(),
            ErrorKind::StorageFull => message("os-storage-full").into(),
            ErrorKind::QuotaExceeded => message("os-quota-exceeded").into(),
            ErrorKind::FileTooLarge => message("os-file-too-large").into(),
            ErrorKind::ReadOnlyFilesystem => message("os-read-only").into(),
            ErrorKind::IsADirectory => message("os-is-a-directory").into(),
            ErrorKind::NotADirectory => message("os-not-a-directory").into(),
            ErrorKind::AlreadyExists => message("os-already-exists").into(),
            _ => os.into(),
        }
    }
}

impl From<&std::path::Path> for Value {
    fn from(path: &std::path::Path) -> Self {
        path.display().to_string().into()
    }
}

impl From<&std::path::PathBuf> for Value {
    fn from(path: &std::path::PathBuf) -> Self {
        path.as_path().into()
    }
}

/// `message!("plan-rows", rows = 3, name)`: a message of the catalogue with its values.
macro_rules! message {
    ($id:literal $(, $name:ident $(= $value:expr)?)* $(,)?) => {
        $crate::words::Message::new($id)$(.with(stringify!($name), $crate::words::message!(@ $name $($value)?)))*
    };
    (@ $name:ident) => { $name };
    (@ $name:ident $value:expr) => { $value };
}
pub(crate) use message;

/// An error whose words are those of its `message()`: English where it is displayed.
macro_rules! worded {
    ($error:ty) => {
        impl std::fmt::Display for $error {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&self.message(), f)
            }
        }

        impl std::error::Error for $error {}
    };
}
pub(crate) use worded;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_survives_being_kept_as_a_text_and_any_other_text_is_itself() {
        let inner = message!("fault-broken", status = 503_u16);
        let message = message!("after", one = &inner, other = "x{y}");
        assert_eq!(Message::decoded(message.coded()), message);
        for text in ["", "the server failed (503)", "{", "{\"m\":", "{\"m\":1}", "{\"a\":\"b\"}"] {
            let message = Message::verbatim(text);
            assert_eq!(Message::decoded(message.coded()), message, "{text}");
            assert_eq!(Message::decoded(text.to_owned()), message, "{text}");
        }
        assert_eq!(Message::verbatim("the server failed").coded(), "the server failed");
    }

    #[test]
    fn reports_of_earlier_programs_hold_texts() {
        let message: Message = serde_json::from_str("\"blank lines that are skipped: 3\"").unwrap();
        assert_eq!(message, Message::verbatim("blank lines that are skipped: 3"));
    }
}
