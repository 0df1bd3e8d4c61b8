//! What the person asked for: `--map`, `--set`, a mapping file, a country.

use std::collections::BTreeMap;
use std::fmt;

use super::MappingError;
use super::aliases::{Meaning, meaning};
use super::fold::fold;
use super::guess::JUDGED;
use super::names::Names;
use super::phone::Country;
use super::profile::ProfileChoice;
use super::rules::Rules;
use super::tags::Separator;
use super::template::Template;
use super::typed::FieldType;
use crate::model::{Field, UpdateRule, UpdateRules};

/// Something a value can be given to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    /// A field of the API.
    Field(Field),
    /// One custom field, by its label as typed.
    Custom(String),
}

impl Target {
    /// Reads a wire name or `custom_fields.<label>`.
    ///
    /// # Errors
    ///
    /// If no field is called so.
    pub fn parse(name: &str) -> Result<Self, MappingError> {
        let name = name.trim();
        if let Some(label) = name.strip_prefix("custom_fields.").filter(|label| !label.trim().is_empty()) {
            return Ok(Self::Custom(label.trim().to_owned()));
        }
        Field::from_wire_name(name).map(Self::Field).ok_or_else(|| MappingError::UnknownField {
            name: name.to_owned(),
            // What a header of this name would mean is meant before what is spelt alike.
            nearest: match meaning(&fold(name)) {
                Some((Meaning::Field(field), _)) => Some(field.wire_name().to_owned()),
                _ => nearest(name, Field::ALL.into_iter().map(Field::wire_name)),
            },
        })
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(field) => field.fmt(f),
            Self::Custom(label) => write!(f, "custom_fields.{label}"),
        }
    }
}

/// The candidate that is most like `name`, if one is like it at all.
pub fn nearest<'c>(name: &str, candidates: impl Iterator<Item = &'c str>) -> Option<String> {
    candidates
        .map(|candidate| (strsim::jaro_winkler(&name.to_lowercase(), &candidate.to_lowercase()), candidate))
        .filter(|(likeness, _)| *likeness >= 0.8)
        // Of several that are alike, the first.
        .reduce(|one, other| if other.0 > one.0 { other } else { one })
        .map(|(_, candidate)| candidate.to_owned())
}

/// Where a value is taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Taken {
    Column(String),
    Template(Template),
}

impl Taken {
    pub(super) fn parse(text: &str) -> Result<Self, MappingError> {
        if Template::is_template(text) {
            Template::parse(text).map(Self::Template)
        } else {
            Ok(Self::Column(text.trim().to_owned()))
        }
    }

    /// The columns that it names.
    pub(super) fn names(&self) -> Box<dyn Iterator<Item = &str> + '_> {
        match self {
            Self::Column(name) => Box::new(std::iter::once(name.as_str())),
            Self::Template(template) => Box::new(template.names()),
        }
    }

    /// As it is written, with the other names that `meant` gives to its columns.
    pub(super) fn renamed(&self, meant: impl Fn(&str) -> Option<String>) -> String {
        match self {
            Self::Column(name) => meant(name).unwrap_or_else(|| name.clone()),
            Self::Template(template) => {
                let mut template = template.clone();
                for name in template.names_mut() {
                    if let Some(meant) = meant(name) {
                        *name = meant;
                    }
                }
                template.written()
            }
        }
    }
}

/// One wish, with the words it was given in.
#[derive(Clone)]
pub(super) struct Wish<V> {
    pub(super) target: Target,
    pub(super) value: V,
    pub(super) words: String,
}

/// Shows what is wished for; a constant may be somebody's address.
impl<V> fmt::Debug for Wish<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Wish({})", self.target)
    }
}

/// How columns become fields, as far as the person said so. What is not said is worked out from the header.
#[derive(Debug, Clone)]
pub struct Mapping {
    /// Of several places, the first that has a value counts.
    pub(super) taken: Vec<Wish<Vec<Taken>>>,
    pub(super) constants: Vec<Wish<String>>,
    pub(super) rules: Rules,
    /// Types of custom fields, by label.
    pub(super) types: BTreeMap<String, FieldType>,
    /// Country of numbers without `+` or `00`.
    pub default_country: Option<Country>,
    /// What keeps tags apart in one cell, or `csv` where the cell is CSV itself; worked out from the column where
    /// `None`.
    pub tag_separator: Option<String>,
    /// Whether columns that are not mentioned are mapped by their header.
    pub automatic: bool,
    /// Whether people who do not want messages are imported, too.
    pub include_unsubscribed: bool,
    /// Which program's export the file is taken for.
    pub profile: ProfileChoice,
    /// All tags of the account, where the person declares them.
    pub(super) known_tags: Option<Vec<String>>,
    /// Names of the account's teams and channels, where the account was asked.
    pub names: Option<Names>,
    /// What an update does with each field.
    pub update: UpdateRules,
    /// Fields that no column gives because its values fit.
    pub(super) judged_elsewhere: Vec<Field>,
}

impl Mapping {
    /// What is declared to keep the elements of a list in a cell apart.
    pub fn separators(&self) -> Vec<String> {
        let tags = match self.tag_separator.as_deref().map(Separator::declared) {
            Some(Separator::One(separator)) => Some(separator),
            _ => None,
        };
        tags.into_iter()
            .chain(self.types.values().filter_map(FieldType::separator).map(str::to_owned))
            .collect()
    }
}

impl Default for Mapping {
    fn default() -> Self {
        Self {
            taken: Vec::new(),
            constants: Vec::new(),
            rules: Rules::default(),
            types: BTreeMap::new(),
            default_country: None,
            tag_separator: None,
            automatic: true,
            include_unsubscribed: false,
            profile: ProfileChoice::Recognised,
            known_tags: None,
            names: None,
            update: UpdateRules::default(),
            judged_elsewhere: Vec::new(),
        }
    }
}

impl Mapping {
    /// A mapping file's content. `path` is for messages.
    ///
    /// # Errors
    ///
    /// If it is no TOML, has unknown keys, or names unknown fields.
    pub fn from_toml(text: &str, path: &std::path::Path) -> Result<Self, MappingError> {
        super::MappingFile::parse(text, path).map(|file| file.mapping)
    }

    /// Takes none of the fields that depend on whether the values of a column fit, but those in `given`, unless they are asked
    /// for: the rows are some of a list, and there they were judged with the others.
    pub fn judge_as<S: AsRef<str>>(&mut self, given: &[S]) {
        let is_given = |field: &Field| given.iter().any(|given| given.as_ref() == field.wire_name());
        self.judged_elsewhere = JUDGED.into_iter().filter(|field| !is_given(field)).collect();
    }

    /// Takes nothing from `column` any more, and then `target` from it, if there is one.
    pub(super) fn give(&mut self, column: &str, target: Option<Target>) {
        for wish in &mut self.taken {
            wish.value.retain(|place| match place {
                Taken::Column(name) => name != column,
                Taken::Template(template) => !template.names().any(|name| name == column),
            });
        }
        self.taken.retain(|wish| !wish.value.is_empty() && target.as_ref() != Some(&wish.target));
        self.constants.retain(|wish| target.as_ref() != Some(&wish.target));
        if let Some(target) = target {
            let value = vec![Taken::Column(column.to_owned())];
            self.taken.push(Wish { words: column.to_owned(), value, target });
        }
    }

    /// Adds `FIELD=COLUMN` or `FIELD={template}`, as in `--map`.
    ///
    /// # Errors
    ///
    /// If the field is unknown, the template broken, or the field already has a column.
    pub fn map(&mut self, words: &str) -> Result<(), MappingError> {
        let (field, value) = split(words)?;
        self.map_field(Target::parse(field)?, value)
    }

    /// Says what an update does with a field, as in `--keep` and `--fill`.
    ///
    /// # Errors
    ///
    /// If the field is unknown.
    pub fn rule(&mut self, field: &str, rule: UpdateRule) -> Result<(), MappingError> {
        self.update.0.insert(Target::parse(field)?.to_string(), rule);
        Ok(())
    }

    /// Adds `FIELD=VALUE`, as in `--set`.
    ///
    /// # Errors
    ///
    /// If the field is unknown or already has a constant.
    pub fn set(&mut self, words: &str) -> Result<(), MappingError> {
        let (field, value) = split(words)?;
        self.set_field(Target::parse(field)?, value)
    }

    /// The columns that the mapping names.
    pub(super) fn column_names(&self) -> Vec<String> {
        let places = self.taken.iter().flat_map(|wish| &wish.value);
        let taken = places.flat_map(Taken::names).map(str::to_owned);
        let rules = &self.rules;
        let single = [&rules.country_column, &rules.country_code_column, &rules.phone_label];
        taken
            .chain(single.into_iter().flatten().cloned())
            .chain(rules.unsubscribed.iter().map(|(column, _)| column.clone()))
            .chain(rules.continuation.iter().cloned())
            .collect()
    }

    pub(super) fn map_field(&mut self, target: Target, value: &str) -> Result<(), MappingError> {
        self.map_first_of(target, &[value.to_owned()])
    }

    /// The first of these places that has a value gives `target`.
    pub(super) fn map_first_of(&mut self, target: Target, places: &[String]) -> Result<(), MappingError> {
        let value = places.iter().map(|place| Taken::parse(place)).collect::<Result<Vec<_>, _>>()?;
        add(&mut self.taken, Wish { value, words: places.join(", "), target }, false)
    }

    pub(super) fn set_field(&mut self, target: Target, value: &str) -> Result<(), MappingError> {
        let wish = Wish { value: value.trim().to_owned(), words: value.to_owned(), target };
        add(&mut self.constants, wish, true)
    }

    /// Lays `over` on top of this mapping: what both say is taken from `over`. A field that `over` maps or sets is
    /// neither mapped nor set by this one.
    #[must_use]
    pub fn overlaid(mut self, over: Self) -> Self {
        let said = |target: &Target| {
            over.taken.iter().any(|wish| wish.target == *target)
                || over.constants.iter().any(|wish| wish.target == *target)
        };
        self.taken.retain(|wish| !said(&wish.target));
        self.constants.retain(|wish| !said(&wish.target));
        self.taken.extend(over.taken);
        self.constants.extend(over.constants);
        let mut types = self.types;
        types.extend(over.types);
        Self {
            taken: self.taken,
            constants: self.constants,
            rules: self.rules.overlaid(over.rules),
            types,
            default_country: over.default_country.or(self.default_country),
            tag_separator: over.tag_separator.or(self.tag_separator),
            automatic: self.automatic && over.automatic,
            include_unsubscribed: self.include_unsubscribed || over.include_unsubscribed,
            profile: over.profile.or(self.profile),
            known_tags: over.known_tags.or(self.known_tags),
            names: over.names.or(self.names),
            update: UpdateRules(self.update.0.into_iter().chain(over.update.0).collect()),
            judged_elsewhere: self.judged_elsewhere,
        }
    }
}

fn split(words: &str) -> Result<(&str, &str), MappingError> {
    words.split_once('=').ok_or_else(|| MappingError::NoEquals { text: words.to_owned() })
}

fn add<V>(wishes: &mut Vec<Wish<V>>, wish: Wish<V>, is_set: bool) -> Result<(), MappingError> {
    if let Some(earlier) = wishes.iter().find(|earlier| earlier.target == wish.target) {
        return Err(MappingError::GivenTwice {
            field: wish.target.to_string(),
            one: earlier.words.clone(),
            other: wish.words,
            is_set,
        });
    }
    wishes.push(wish);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn map_takes_columns_templates_and_labels_with_equals_signs_in_them() {
        let mut mapping = Mapping::default();
        mapping.map("identifier=Phone 1").unwrap();
        mapping.map("name={First} {Last}").unwrap();
        mapping.map("custom_fields.Billing Address=a=b").unwrap();
        assert_eq!(mapping.taken[0].value, [Taken::Column("Phone 1".to_owned())]);
        assert!(matches!(mapping.taken[1].value[..], [Taken::Template(_)]));
        assert_eq!(mapping.taken[2].target, Target::Custom("Billing Address".to_owned()));
        assert_eq!(mapping.taken[2].value, [Taken::Column("a=b".to_owned())]);
    }

    #[test]
    fn a_field_that_is_called_as_people_call_it_brings_its_name() {
        for (name, meant) in [("phone", "identifier"), ("Telefono", "identifier"), ("nome", "name")] {
            let error = Target::parse(name).unwrap_err();
            assert_eq!(error.hint().unwrap().to_string(), format!("did you mean `{meant}`?"));
        }
    }

    #[test]
    fn a_misspelt_field_brings_the_nearest_one() {
        let error = Mapping::default().map("identifer=x").unwrap_err();
        assert_eq!(error.hint().unwrap().to_string(), "did you mean `identifier`?");
        assert!(matches!(Mapping::default().map("name"), Err(MappingError::NoEquals { .. })));
    }

    #[test]
    fn a_field_given_twice_names_both() {
        let mut mapping = Mapping::default();
        mapping.map("name=A").unwrap();
        assert_eq!(mapping.map("name=B").unwrap_err().to_string(), "name is mapped twice: by `A` and by `B`");
    }

    #[test]
    fn what_lies_on_top_wins_field_by_field() {
        let mut below = Mapping::default();
        below.map("name=A").unwrap();
        below.map("note=N").unwrap();
        below.set("source=whatsapp").unwrap();
        let mut above = Mapping::default();
        above.set("name=Everyone").unwrap();
        above.map("source=S").unwrap();
        let both = below.overlaid(above);
        let mapped: Vec<_> = both.taken.iter().map(|wish| wish.target.to_string()).collect();
        let set: Vec<_> = both.constants.iter().map(|wish| wish.target.to_string()).collect();
        assert_eq!((mapped, set), (vec!["note".to_owned(), "source".to_owned()], vec!["name".to_owned()]));
    }
}
