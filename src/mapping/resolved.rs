//! What came of a mapping and a header: the form, and the account of how it came about.

use std::collections::BTreeMap;

use super::columns::{distinct_names, spelled_now};
use super::form::Form;
use super::profile::Recognised;
use super::request::Target;
use super::rules::Rules;
use super::typed::FieldType;
use crate::model::Field;
use crate::words::Message;

/// Why a field is taken from where it is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The person said so.
    Asked,
    /// The column has the field's own name, as the vendor prints it in one of its languages.
    Header,
    /// The profile of the program that wrote the file says so.
    Profile,
    /// The column's name, and where needed its values, suggest it.
    Guessed,
    /// Nothing gives it, and there is a usual value.
    Default,
}

/// One line of the final map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// The field.
    pub target: Target,
    /// The column, the template, or the constant in quotes.
    pub from: Message,
    /// As a mapping file names them; none for a constant.
    pub places: Vec<String>,
    /// The columns it takes from, by number.
    pub columns: Vec<usize>,
    /// Why.
    pub origin: Origin,
    /// What else is to be known, such as the separator of tags.
    pub detail: Option<Message>,
}

/// A column that nothing is taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmapped {
    /// Its name, as it stands in the file.
    pub column: String,
    /// Its cells that are not empty.
    pub filled: u64,
    /// Why nothing is taken from it.
    pub reason: Message,
}

/// A column that seems to say who wants no messages, and that nothing is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unheeded {
    /// Its name, as a mapping file names it.
    pub column: String,
    /// Rows that seem to say so.
    pub rows: u64,
    /// The words that seem to say so, as a mapping file names them; none if they cannot be named.
    pub words: Vec<&'static str>,
}

/// A form, and the account of how it came about.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// Fills rows.
    pub form: Form,
    /// The final map, in the order of the API's reference.
    pub chosen: Vec<Chosen>,
    /// The columns that are not sent.
    pub unmapped: Vec<Unmapped>,
    /// The columns by which people may have said no, and which leave nobody out.
    pub unheeded: Vec<Unheeded>,
    /// The profile that was used.
    pub profile: Option<Recognised>,
    /// What a mapping file would say besides.
    pub(super) said: Said,
}

/// The rules and options that were found, with the names that columns have in the file.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub(super) rules: Rules,
    pub(super) types: BTreeMap<String, FieldType>,
    pub(super) default_country: Option<super::Country>,
    pub(super) tag_separator: Option<String>,
    pub(super) include_unsubscribed: bool,
}

impl Resolved {
    /// The country of numbers without `+` or `00`.
    pub fn default_country(&self) -> Option<super::Country> {
        self.said.default_country
    }

    /// Whether the person wants people who said no, too.
    pub fn includes_unsubscribed(&self) -> bool {
        self.said.include_unsubscribed
    }

    /// What the column is called now that was called `name`: it may be written otherwise, in other case, with spaces around it or
    /// with what cannot be seen, or the profile knows it in another language. `None` if there is none.
    pub fn called_now(&self, name: &str) -> Option<String> {
        let names = distinct_names(self.form.header());
        let translated = || self.profile.as_ref()?.translated(name, &names);
        spelled_now(&names, name).cloned().or_else(translated)
    }

    /// Whether the person said where this field comes from.
    pub fn is_asked_for(&self, field: Field) -> bool {
        let is_asked =
            |chosen: &Chosen| chosen.target == Target::Field(field) && chosen.origin == Origin::Asked;
        self.chosen.iter().any(is_asked)
    }

    /// The required fields that rest on a guess.
    pub fn guessed_required(&self) -> Vec<&Chosen> {
        self.chosen
            .iter()
            .filter(|chosen| {
                (chosen.origin == Origin::Guessed
                    || chosen.origin == Origin::Profile
                        && self.profile.as_ref().is_some_and(|profile| !profile.is_certain()))
                    && matches!(chosen.target, Target::Field(Field::Identifier | Field::Name))
            })
            .collect()
    }
}
