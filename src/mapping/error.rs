//! Why a mapping cannot be used with a file. These are the person's to mend, before anything is sent.

use std::path::PathBuf;

use super::columns::has_known_name;
use crate::words::{Message, message, worded};

/// What is wrong with the mapping, or with the header it is to fit.
#[derive(Debug)]
pub enum MappingError {
    /// `--map` or `--set` without `=`.
    NoEquals {
        /// What was given.
        text: String,
    },
    /// Not a field of the API.
    UnknownField {
        /// What was given.
        name: String,
        /// The field that was probably meant.
        nearest: Option<String>,
    },
    /// A template that cannot be read.
    Template {
        /// What was given.
        template: String,
        /// Why.
        what: Message,
    },
    /// One field is given twice in the same place.
    GivenTwice {
        /// The field.
        field: String,
        /// What was given first.
        one: String,
        /// What was given next.
        other: String,
    },
    /// A field has both `--map` and `--set`.
    MappedAndSet {
        /// The field.
        field: String,
        /// The column or template.
        column: String,
    },
    /// A column that the file does not have.
    NoSuchColumn {
        /// What was asked for.
        name: String,
        /// The column that was probably meant.
        nearest: Option<String>,
        /// All columns.
        columns: Vec<String>,
    },
    /// A column name that several columns have.
    AmbiguousColumn {
        /// The name.
        name: String,
        /// What they can be asked for by.
        columns: Vec<String>,
    },
    /// A constant that the API would not take.
    Constant {
        /// The field.
        field: String,
        /// What was given.
        value: String,
        /// What is expected.
        what: Message,
    },
    /// A required field that no column gives.
    Missing {
        /// `identifier` or `name`.
        field: &'static str,
        /// All columns.
        columns: Vec<String>,
    },
    /// Several columns claim a required field.
    SeveralClaim {
        /// `identifier` or `name`.
        field: &'static str,
        /// They.
        columns: Vec<String>,
    },
    /// A profile that nobody knows.
    UnknownProfile {
        /// What was given.
        name: String,
        /// The profile that was probably meant.
        nearest: Option<String>,
        /// All built-in ones.
        names: Vec<String>,
    },
    /// A country that nobody has.
    Country {
        /// What was given.
        code: String,
    },
    /// A mapping file that cannot be read.
    File {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// A mapping file that says something unknown.
    FileContent {
        /// The file.
        path: PathBuf,
        /// What and where, with the line.
        what: Message,
        /// The key that was probably meant.
        nearest: Option<String>,
    },
}

worded!(MappingError);

impl MappingError {
    /// What is wrong.
    pub fn message(&self) -> Message {
        match self {
            Self::NoEquals { text } => message!("mapping-no-equals", text),
            Self::UnknownField { name, .. } => message!("mapping-unknown-field", name),
            Self::Template { template, what } => message!("mapping-template", template, what),
            Self::GivenTwice { field, one, other } => message!("mapping-given-twice", field, one, other),
            Self::MappedAndSet { field, column } => message!("mapping-mapped-and-set", field, column),
            Self::NoSuchColumn { name, .. } => message!("mapping-no-such-column", name),
            Self::AmbiguousColumn { name, columns } => {
                message!("mapping-ambiguous-column", columns = columns.len(), name)
            }
            Self::Constant { field, value, what } => message!("mapping-constant", field, value, what),
            Self::Missing { field, .. } => message!("mapping-missing", field = *field),
            Self::SeveralClaim { field, columns } => message!(
                "mapping-several-claim",
                count = columns.len(),
                field = *field,
                columns = columns.join(", "),
            ),
            Self::UnknownProfile { name, .. } => message!("mapping-unknown-profile", name),
            Self::Country { code } => message!("mapping-country", code),
            Self::File { path, source } => message!("mapping-file", path, why = source),
            Self::FileContent { path, what, .. } => message!("mapping-file-content", path, what),
        }
    }

    /// What the person can do about it.
    pub fn hint(&self) -> Option<Message> {
        self.hint_for(&message!("mapping-the-file"))
    }

    /// The same, with the file as it is named in a command.
    pub fn hint_for(&self, file: &Message) -> Option<Message> {
        Some(match self {
            Self::NoEquals { .. } => message!("mapping-no-equals.fix"),
            Self::UnknownField { nearest: Some(nearest), .. }
            | Self::NoSuchColumn { nearest: Some(nearest), .. }
            | Self::UnknownProfile { nearest: Some(nearest), .. }
            | Self::FileContent { nearest: Some(nearest), .. } => message!("did-you-mean", nearest),
            Self::UnknownField { nearest: None, .. } => message!("mapping-unknown-field.fix"),
            Self::NoSuchColumn { nearest: None, columns, .. } if !has_known_name(columns) => {
                message!("mapping-names-unknown", columns = columns.len(), file)
            }
            Self::NoSuchColumn { nearest: None, columns, .. } => {
                message!("mapping-its-columns", columns = columns.join(", "))
            }
            Self::UnknownProfile { nearest: None, names, .. } => {
                message!("mapping-profiles", names = names.join(", "))
            }
            Self::AmbiguousColumn { columns, .. } => {
                let named = columns.iter().map(|column| Message::verbatim(format!("`{column}`")));
                message!(
                    "mapping-say-which",
                    columns = named.reduce(|one, other| message!("either", one, other))?
                )
            }
            Self::MappedAndSet { field, .. } => message!("mapping-keep-one", field),
            Self::Missing { field, columns } if !has_known_name(columns) => {
                message!("mapping-names-unknown-map", columns = columns.len(), field = *field, file)
            }
            Self::Missing { field, columns } => {
                message!("mapping-pass-map", columns = columns.join(", "), field = *field)
            }
            Self::SeveralClaim { field, columns } => {
                let column = shell_word(columns.first().map_or("", String::as_str));
                message!("mapping-choose-one", field = *field, column)
            }
            Self::Country { code } => {
                let country = super::countries::named(code)?;
                message!("did-you-mean", nearest = country.to_string())
            }
            _ => return None,
        })
    }
}

/// Quotes a word for a shell if it needs it.
fn shell_word(word: &str) -> String {
    if word.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-') && !word.is_empty() {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}
