//! Why a mapping cannot be used with a file. These are the person's to mend, before anything is sent.

use std::path::PathBuf;

use super::columns::has_known_name;
use super::proposal::line_of_list;
use super::template::Template;
use crate::model::Field;
use crate::words::{Message, discreet, message, worded};

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
        /// Whether these are constants, and no columns.
        is_set: bool,
    },
    /// A field has both `--map` and `--set`.
    MappedAndSet {
        /// The field.
        field: String,
        /// The column or template.
        column: String,
    },
    /// Columns that the file does not have.
    NoSuchColumn {
        /// Each once, in the order in which the mapping names them; never empty.
        missing: Vec<MissingColumn>,
        /// The flags that take the columns that were probably meant, as a shell reads them. Empty if one of `missing` is like no
        /// column, or if no flag alone can name it.
        meant: Vec<String>,
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

/// A column that the file does not have.
#[derive(Clone, PartialEq, Eq)]
pub struct MissingColumn {
    /// What was asked for.
    pub name: String,
    /// The column that was probably meant.
    pub nearest: Option<String>,
}

discreet!(MissingColumn {});

impl MappingError {
    /// What is wrong.
    pub fn message(&self) -> Message {
        match self {
            Self::NoEquals { text } => message!("mapping-no-equals", text),
            Self::UnknownField { name, .. } => message!("mapping-unknown-field", name),
            Self::Template { template, what } => message!("mapping-template", template, what),
            Self::GivenTwice { field, one, other, is_set: false } => {
                message!("mapping-given-twice", field, one, other)
            }
            Self::GivenTwice { field, one, other, is_set: true } => {
                message!("mapping-set-twice", field, one, other)
            }
            Self::MappedAndSet { field, column } => message!("mapping-mapped-and-set", field, column),
            Self::NoSuchColumn { missing, .. } => match &missing[..] {
                [MissingColumn { name, .. }] => message!("mapping-no-such-column", name),
                several => {
                    let names: Vec<String> = several.iter().map(|one| format!("`{}`", one.name)).collect();
                    message!("mapping-no-such-columns", names = names.join(", "))
                }
            },
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
            | Self::UnknownProfile { nearest: Some(nearest), .. }
            | Self::FileContent { nearest: Some(nearest), .. } => message!("did-you-mean", nearest),
            Self::UnknownField { nearest: None, .. } => message!("mapping-unknown-field.fix"),
            Self::GivenTwice { field, one, other, is_set: false } => twice_mapped(field, one, other),
            Self::GivenTwice { field, is_set: true, .. } if field == Field::Tags.wire_name() => {
                message!("mapping-set-twice.fix-tags")
            }
            Self::GivenTwice { field, is_set: true, .. } => message!("mapping-set-twice.fix", field),
            Self::NoSuchColumn { missing, meant, columns } => not_there(missing, meant, columns, file),
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

/// What a person may have meant by two columns for one field.
fn twice_mapped(field: &str, one: &str, other: &str) -> Message {
    let line = line_of_list(field, &[one.to_owned(), other.to_owned()]);
    if field == Field::Identifier.wire_name() {
        return message!("mapping-given-twice.fix", line);
    }
    let is_text = [Field::Name, Field::Note].iter().any(|text| text.wire_name() == field);
    if !is_text && !field.starts_with("custom_fields.") {
        return message!("mapping-given-twice.fix-first", line);
    }
    let part =
        |words: &str| if Template::is_template(words) { words.to_owned() } else { format!("{{{words}}}") };
    let map = shell_word(&format!("{field}={} {}", part(one), part(other)));
    message!("mapping-given-twice.fix-text", map, line)
}

/// What a person can do about columns that are not there.
fn not_there(missing: &[MissingColumn], meant: &[String], columns: &[String], file: &Message) -> Message {
    if let [MissingColumn { nearest: Some(nearest), .. }] = missing {
        return message!("did-you-mean", nearest);
    }
    if !meant.is_empty() {
        return message!("mapping-columns-meant", flags = meant.join(" "));
    }
    let guesses = missing.iter().filter_map(|MissingColumn { name, nearest }| {
        nearest.as_ref().map(|nearest| message!("mapping-column-meant", name, nearest))
    });
    let all = if has_known_name(columns) {
        message!("mapping-its-columns", columns = columns.join(", "))
    } else {
        message!("mapping-names-unknown", columns = columns.len(), file)
    };
    Message::list(guesses.chain([all]), "\n      ")
}

/// Quotes a word for a shell if it needs it.
pub(super) fn shell_word(word: &str) -> String {
    if word.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-') && !word.is_empty() {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}
