//! What gives a field, and the account of it.

use super::columns::{Columns, Place};
use super::error::MappingError;
use super::fold::fold;
use super::form::SaysNo;
use super::profile::Locale;
use super::request::{Taken, Target};
use super::resolved::Origin;
use super::rules::Rules;
use super::value::Value;
use crate::model::Field;
use crate::words::{Message, message};

/// One place of several.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) value: Value,
    /// What stood for the `#` in the column's name.
    pub(super) number: Option<u32>,
}

/// What gives a field: the first of these that has a value.
#[derive(Debug, Clone)]
pub(super) struct Given {
    pub(super) parts: Vec<Part>,
    pub(super) from: Message,
    /// As a mapping file names them; none for a constant.
    pub(super) places: Vec<String>,
    pub(super) origin: Origin,
}

impl Given {
    pub(super) fn constant(text: &str, origin: Origin) -> Self {
        let part = Part { value: Value::Constant(text.to_owned()), number: None };
        Self { parts: vec![part], from: Message::verbatim(format!("\"{text}\"")), places: Vec::new(), origin }
    }

    pub(super) fn columns(&self) -> Vec<usize> {
        self.parts.iter().flat_map(|part| part.value.columns()).collect()
    }

    pub(super) fn into_value(self) -> Option<Value> {
        Value::first_of(self.parts.into_iter().map(|part| part.value).collect())
    }
}

/// Rules with numbers of columns in place of names.
#[derive(Debug, Clone, Default)]
pub(super) struct Ruled {
    pub(super) country: Option<usize>,
    pub(super) country_code: Option<usize>,
    pub(super) phone_separator: Option<String>,
    pub(super) phone_label: Vec<Place>,
    /// As it was named.
    pub(super) phone_label_name: Option<String>,
    /// Folded.
    pub(super) phone_prefer: Vec<String>,
    pub(super) tags_drop: Vec<String>,
    pub(super) unsubscribed: Vec<SaysNo>,
    pub(super) continuation: Vec<usize>,
}

impl Ruled {
    /// Adds what only the profile says. What it says of numbers and tags holds for its own columns of them alone.
    pub(super) fn over(self, profile: Self, its_numbers: bool, its_tags: bool) -> Self {
        fn list<T>(over: Vec<T>, under: Vec<T>, counts: bool) -> Vec<T> {
            if over.is_empty() && counts { under } else { over }
        }
        Self {
            country: self.country.or(profile.country),
            country_code: self.country_code.or(profile.country_code.filter(|_| its_numbers)),
            phone_separator: self.phone_separator.or(profile.phone_separator.filter(|_| its_numbers)),
            phone_label: list(self.phone_label, profile.phone_label, its_numbers),
            phone_label_name: self.phone_label_name.or(profile.phone_label_name.filter(|_| its_numbers)),
            phone_prefer: list(self.phone_prefer, profile.phone_prefer, its_numbers),
            tags_drop: list(self.tags_drop, profile.tags_drop, its_tags),
            unsubscribed: list(self.unsubscribed, profile.unsubscribed, true),
            continuation: list(self.continuation, profile.continuation, true),
        }
    }
}

impl Ruled {
    /// The rules with the names of columns, of which no two are the same.
    pub(super) fn named(&self, names: &[String]) -> Rules {
        let name = |column: Option<usize>| column.map(|column| names[column].clone());
        Rules {
            country_column: name(self.country),
            country_code_column: name(self.country_code),
            phone_separator: self.phone_separator.clone(),
            phone_label: self.phone_label_name.clone(),
            phone_prefer: if self.phone_label.is_empty() { Vec::new() } else { self.phone_prefer.clone() },
            tags_drop: self.tags_drop.clone(),
            unsubscribed: self
                .unsubscribed
                .iter()
                .map(|no| (names[no.column].clone(), no.values.clone()))
                .collect(),
            continuation: self.continuation.iter().map(|&column| names[column].clone()).collect(),
        }
    }
}

/// Finds columns by name: those that a person names must be there, those that a profile names may be missing.
pub(super) struct Finder<'h> {
    pub(super) columns: &'h Columns<'h>,
    /// No two are the same.
    pub(super) names: &'h [String],
    pub(super) locale: Option<&'h Locale>,
    pub(super) strict: bool,
}

impl Finder<'_> {
    fn find(&self, name: &str) -> Result<Vec<Place>, MappingError> {
        if self.strict { self.columns.asked(name) } else { Ok(self.columns.known(name, self.locale)) }
    }

    fn find_one(&self, name: Option<&String>) -> Result<Option<usize>, MappingError> {
        let Some(name) = name else { return Ok(None) };
        Ok(self.find(name)?.first().map(|place| place.column))
    }

    /// What gives `target`; `None` if nothing of it is there.
    pub(super) fn given(
        &self,
        target: &Target,
        places: &[Taken],
        origin: Origin,
    ) -> Result<Option<Given>, MappingError> {
        let mut parts: Vec<Part> = Vec::new();
        let (mut names, mut written): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        for place in places {
            match place {
                Taken::Column(name) => {
                    let found = self.find(name)?;
                    if found.iter().any(|place| place.number.is_some()) {
                        written.push(name.clone());
                    } else {
                        written.extend(found.iter().map(|place| self.names[place.column].clone()));
                    }
                    for Place { column, number } in found {
                        parts.push(Part { value: Value::Column(column), number });
                        names.push(self.names[column].clone());
                    }
                }
                Taken::Template(template) => {
                    let template = if self.strict {
                        // A name that is asked for is found, or there is an error.
                        Some(template.resolve(|name| self.find(name).map(|places| places[0].column))?)
                    } else {
                        let first = |name: &str| self.columns.known(name, self.locale).first().copied();
                        template.resolve_known(|name| first(name).map(|place| place.column))
                    };
                    if let Some(template) = template {
                        let shown = template.shown(self.names).trim().to_owned();
                        names.push(shown.clone());
                        written.push(shown);
                        parts.push(Part { value: Value::Template(template), number: None });
                    }
                }
            }
        }
        if parts.is_empty() {
            return Ok(None);
        }
        let from = match (&names[..], target) {
            ([only], _) => Message::verbatim(only),
            (_, Target::Field(Field::Identifier)) => {
                message!("mapped-first-valid", columns = names.join(", "))
            }
            _ => message!("mapped-first-filled", columns = names.join(", ")),
        };
        Ok(Some(Given { parts, from, places: written, origin }))
    }

    /// The rules for this header.
    pub(super) fn ruled(&self, rules: &Rules) -> Result<Ruled, MappingError> {
        let mut unsubscribed = Vec::new();
        for (column, values) in &rules.unsubscribed {
            let values: Vec<String> = values.iter().map(|value| value.trim().to_lowercase()).collect();
            let places = self.find(column)?;
            unsubscribed.extend(
                places.into_iter().map(|place| SaysNo { column: place.column, values: values.clone() }),
            );
        }
        let mut continuation = Vec::new();
        for name in &rules.continuation {
            continuation.extend(self.find(name)?.into_iter().map(|place| place.column));
        }
        let phone_label = match &rules.phone_label {
            Some(name) => self.find(name)?,
            None => Vec::new(),
        };
        Ok(Ruled {
            country: self.find_one(rules.country_column.as_ref())?,
            country_code: self.find_one(rules.country_code_column.as_ref())?,
            phone_separator: rules.phone_separator.clone(),
            phone_label_name: rules.phone_label.clone().filter(|_| !phone_label.is_empty()),
            phone_label,
            phone_prefer: rules.phone_prefer.iter().map(|label| fold(label)).collect(),
            tags_drop: rules.tags_drop.clone(),
            unsubscribed,
            continuation,
        })
    }
}
