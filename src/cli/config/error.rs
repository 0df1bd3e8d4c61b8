//! What is wrong with a settings file, told with its place.

use std::io;
use std::path::PathBuf;

use super::super::failure::Failure;

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

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, line {}, column {}", self.file, self.line, self.column)
    }
}

/// Why settings files cannot be used. No message shows a value: it may be a secret in the wrong place.
#[derive(Debug, thiserror::Error)]
pub(in crate::cli) enum ConfigError {
    #[error("cannot read the settings file {}: {source}", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("{place}: {what}")]
    Syntax { place: Place, what: String },
    #[error("{place}: there is no setting `{key}`")]
    UnknownKey { place: Place, key: String, nearest: Option<String> },
    #[error("{place}: `{key}` is given with each command, not in a settings file")]
    NotASetting { place: Place, key: String },
    #[error("{place}: `{key}` would be the API token itself, and settings files are copied and shared")]
    Secret { place: Place, key: String },
    #[error("{place}: `{key}` cannot be used: {why}")]
    Value { place: Place, key: String, why: String },
    #[error("there is no preset `{name}` in {}", files.join(" or "))]
    UnknownPreset { name: String, nearest: Option<String>, known: Vec<String>, files: Vec<String> },
    #[error(
        "{place}: `{key}` runs a command, and {} could have been written by somebody else",
        place.file
    )]
    Writable { place: Place, key: String },
    #[error("{place}: the API token would be sent where this file says, and the token is not from this file")]
    Elsewhere { place: Place },
}

impl ConfigError {
    /// What mends it.
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::UnknownKey { nearest: Some(nearest), .. }
            | Self::UnknownPreset { nearest: Some(nearest), .. } => format!("did you mean `{nearest}`?"),
            Self::UnknownKey { nearest: None, .. } => {
                "settings have the names of flags; callbell-import config show lists them".to_owned()
            }
            Self::UnknownPreset { nearest: None, known, .. } if known.is_empty() => {
                "a preset is a table: [preset.NAME]".to_owned()
            }
            Self::UnknownPreset { nearest: None, known, .. } => format!("there are: {}", known.join(", ")),
            Self::Secret { .. } => {
                "put the token into a file that only you can read and name it: api-key-file = \"token.txt\"; if the \
                 settings file has left this machine, make a new token"
                    .to_owned()
            }
            Self::Writable { place, .. } => {
                format!("if it is yours: chmod go-w {}", place.file)
            }
            Self::Elsewhere { .. } => {
                "say beside it where the token is (api-key-file or api-key-command), or pass --base-url or --ca-cert".to_owned()
            }
            Self::Unreadable { .. } | Self::Syntax { .. } | Self::NotASetting { .. } | Self::Value { .. } => {
                return None;
            }
        })
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        let failure = Self::usage(error.to_string());
        match error.hint() {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}
