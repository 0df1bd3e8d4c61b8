//! Why a mapping cannot be used with a file. These are the person's to mend, before anything is sent.

use std::path::PathBuf;

/// What is wrong with the mapping, or with the header it is to fit.
#[derive(Debug, thiserror::Error)]
pub enum MappingError {
    /// `--map` or `--set` without `=`.
    #[error("`{text}` is not FIELD=VALUE")]
    NoEquals {
        /// What was given.
        text: String,
    },
    /// Not a field of the API.
    #[error("`{name}` is not a field")]
    UnknownField {
        /// What was given.
        name: String,
        /// The field that was probably meant.
        nearest: Option<String>,
    },
    /// A template that cannot be read.
    #[error("the template `{template}` cannot be read: {what}")]
    Template {
        /// What was given.
        template: String,
        /// Why.
        what: &'static str,
    },
    /// One field is given twice in the same place.
    #[error("{field} is mapped twice: by `{one}` and by `{other}`")]
    GivenTwice {
        /// The field.
        field: String,
        /// What was given first.
        one: String,
        /// What was given next.
        other: String,
    },
    /// A field has both `--map` and `--set`.
    #[error("{field} has both a column (`{column}`) and a constant")]
    MappedAndSet {
        /// The field.
        field: String,
        /// The column or template.
        column: String,
    },
    /// A column that the file does not have.
    #[error("the file has no column `{name}`")]
    NoSuchColumn {
        /// What was asked for.
        name: String,
        /// The column that was probably meant.
        nearest: Option<String>,
        /// All columns.
        columns: Vec<String>,
    },
    /// A column name that several columns have.
    #[error("the file has {count} columns `{name}`, and the mapping does not say which is meant")]
    AmbiguousColumn {
        /// The name.
        name: String,
        /// How many columns have it.
        count: usize,
    },
    /// A constant that the API would not take.
    #[error("{field} cannot be `{value}`: {what}")]
    Constant {
        /// The field.
        field: String,
        /// What was given.
        value: String,
        /// What is expected.
        what: String,
    },
    /// A required field that no column gives.
    #[error("no column gives the {field}")]
    Missing {
        /// `identifier` or `name`.
        field: &'static str,
        /// All columns.
        columns: Vec<String>,
    },
    /// Several columns claim a required field.
    #[error("{} columns could be the {field}: {}", columns.len(), columns.join(", "))]
    SeveralClaim {
        /// `identifier` or `name`.
        field: &'static str,
        /// They.
        columns: Vec<String>,
    },
    /// A profile that nobody knows.
    #[error("there is no profile `{name}`")]
    UnknownProfile {
        /// What was given.
        name: String,
        /// The profile that was probably meant.
        nearest: Option<String>,
        /// All built-in ones.
        names: Vec<String>,
    },
    /// A country that nobody has.
    #[error("`{code}` is not a country code of two letters, such as IT or US")]
    Country {
        /// What was given.
        code: String,
    },
    /// A mapping file that cannot be read.
    #[error("cannot read the mapping file {}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// A mapping file that says something unknown.
    #[error("in the mapping file {}:\n{what}", path.display())]
    FileContent {
        /// The file.
        path: PathBuf,
        /// What and where, with the line.
        what: String,
    },
}

impl MappingError {
    /// What the person can do about it.
    pub fn hint(&self) -> Option<String> {
        let quoted = |columns: &[String]| columns.join(", ");
        Some(match self {
            Self::NoEquals { .. } => "for example --map name=\"Full name\" or --set source=whatsapp".to_owned(),
            Self::UnknownField { nearest: Some(nearest), .. } => format!("did you mean `{nearest}`?"),
            Self::UnknownField { nearest: None, .. } => {
                "fields are identifier, source, name, tags, custom_fields, custom_fields.<label>, assigned_user, \
                 team_uuid, channel_uuid, bot_status, note"
                    .to_owned()
            }
            Self::NoSuchColumn { nearest: Some(nearest), .. } => format!("did you mean `{nearest}`?"),
            Self::NoSuchColumn { nearest: None, columns, .. } => format!("its columns are: {}", quoted(columns)),
            Self::UnknownProfile { nearest: Some(nearest), .. } => format!("did you mean `{nearest}`?"),
            Self::UnknownProfile { nearest: None, names, .. } => {
                format!("profiles are {}, none, or a file: --profile ./mine.toml", names.join(", "))
            }
            Self::AmbiguousColumn { .. } => "give the columns different names in the file".to_owned(),
            Self::MappedAndSet { field, .. } => format!("keep one of --map {field}=… and --set {field}=…"),
            Self::Missing { field, columns } => {
                format!("its columns are: {}; pass --map {field}=<column>", quoted(columns))
            }
            Self::SeveralClaim { field, columns } => {
                format!("choose one: --map {field}={}", shell_word(columns.first().map_or("", String::as_str)))
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
