//! What is wrong with a settings file, told with its place.

use std::io;
use std::path::PathBuf;

use super::super::failure::Failure;
use super::ownership::Doubt;
use crate::words::{Message, message, worded};

/// A place in a settings file, as editors count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct Place {
    /// The file as it is named to people.
    pub(in crate::cli) file: String,
    /// From 1.
    pub(in crate::cli) line: usize,
    /// From 1, in characters.
    pub(in crate::cli) column: usize,
}

impl Place {
    fn message(&self) -> Message {
        message!(
            "config-place",
            file = &self.file,
            line = self.line.to_string(),
            column = self.column.to_string(),
        )
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message().told())
    }
}

/// Why settings files cannot be used. No message shows a value: it may be a secret in the wrong place.
#[derive(Debug)]
pub(in crate::cli) enum ConfigError {
    Unreadable { path: PathBuf, source: io::Error },
    Syntax { place: Place, what: Message },
    UnknownKey { place: Place, key: String, nearest: Option<String> },
    NotASetting { place: Place, key: String },
    Secret { place: Place, key: String },
    Value { place: Place, key: String, why: Message },
    UnknownPreset { name: String, nearest: Option<String>, known: Vec<String>, files: Vec<String> },
    NotOurs { place: Place, key: String, doubt: Doubt, user: u32 },
    Elsewhere { place: Place },
}

worded!(ConfigError);

impl ConfigError {
    /// What is wrong.
    fn message(&self) -> Message {
        match self {
            Self::Unreadable { path, source } => message!("config-unreadable", path, why = source),
            Self::Syntax { place, what } => message!("name-and-list", name = place.message(), list = what),
            Self::UnknownKey { place, key, .. } => {
                message!("config-unknown-key", place = place.message(), key)
            }
            Self::NotASetting { place, key } => {
                message!("config-not-a-setting", place = place.message(), key)
            }
            Self::Secret { place, key } => message!("config-secret", place = place.message(), key),
            Self::Value { place, key, why } => message!("config-value", place = place.message(), key, why),
            Self::UnknownPreset { name, files, .. } => {
                let files = files.iter().map(Message::verbatim);
                let files = files.reduce(|one, other| message!("either", one, other));
                message!("config-unknown-preset", name, files = files.unwrap_or_else(|| "".into()))
            }
            Self::NotOurs { place, key, doubt: Doubt::Writable, .. } => {
                message!("config-writable", place = place.message(), key, file = &place.file)
            }
            Self::NotOurs { place, key, doubt: Doubt::Strangers(owner), .. } => {
                let (file, owner) = (&place.file, owner.to_string());
                message!("config-strangers", place = place.message(), key, file, owner)
            }
            Self::Elsewhere { place } => message!("config-elsewhere", place = place.message()),
        }
    }

    /// What mends it.
    fn hint(&self) -> Option<Message> {
        Some(match self {
            Self::UnknownKey { nearest: Some(nearest), .. }
            | Self::UnknownPreset { nearest: Some(nearest), .. } => message!("did-you-mean", nearest),
            Self::UnknownKey { nearest: None, .. } => message!("config-unknown-key.fix"),
            Self::UnknownPreset { nearest: None, known, .. } if known.is_empty() => {
                message!("config-a-preset")
            }
            Self::UnknownPreset { nearest: None, known, .. } => {
                message!("there-are", names = known.join(", "))
            }
            Self::Secret { .. } => message!("config-secret.fix"),
            Self::NotOurs { place, doubt: Doubt::Writable, .. } => {
                message!("config-writable.fix", file = &place.file)
            }
            Self::NotOurs { place, doubt: Doubt::Strangers(_), user, .. } => {
                message!("config-strangers.fix", file = &place.file, user = user.to_string())
            }
            Self::Elsewhere { .. } => message!("config-elsewhere.fix"),
            Self::Unreadable { .. } | Self::Syntax { .. } | Self::NotASetting { .. } | Self::Value { .. } => {
                return None;
            }
        })
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        let failure = Self::usage(error.message());
        match error.hint() {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}
