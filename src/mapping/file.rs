//! `mapping.toml`.
//!
//! ```toml
//! [map]                      # field = "column", "{template} of {columns}", or a list: the first that has a value
//! identifier = ["Mobile", "Phone"]          # of numbers: the first valid one
//! name = "{First name} {Last name}"
//! "custom_fields.City" = "Town"
//!
//! [set]                      # field = "constant for every row"
//! source = "whatsapp"
//!
//! [options]
//! default_country = "IT"     # of numbers without + or 00
//! country_column = "Country" # names or codes; goes before default_country
//! tag_separator = ";"
//! known_tags = ["VIP"]       # all tags of the account: any other is a mistake, not a doubt
//! automatic = false          # true: columns not mentioned here are mapped by their header
//!
//! [custom_fields."Customer since"]
//! type = "date"
//! date_format = "DD/MM/YYYY"
//!
//! [update]                   # of contacts that are there, with --on-existing update: overwrite, fill or keep
//! name = "keep"
//! "custom_fields.City" = "fill"
//!
//! [unsubscribed]             # column = ["values that say no"]
//! "SMS opt-in" = ["no"]
//!
//! [[test]]
//! cells = { Mobile = "333 1234567", "First name" = "Ada" }
//! expect = { identifier = "393331234567", name = "Ada" }
//! ```

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::case::Case;
use super::fold::fold;
use super::phone::Country;
use super::profile::{Locale, Profile};
use super::request::{Target, nearest};
use super::rules::Rules;
use super::typed::{Declared, FieldType};
use super::{Mapping, MappingError};
use crate::model::UpdateRule;
use crate::words::{Message, message, without_value};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    profile: Option<Head>,
    #[serde(default)]
    map: BTreeMap<String, OneOrMore>,
    #[serde(default)]
    set: toml::Table,
    #[serde(default)]
    options: Options,
    #[serde(default)]
    custom_fields: BTreeMap<String, Declared>,
    #[serde(default)]
    unsubscribed: BTreeMap<String, OneOrMore>,
    #[serde(default)]
    update: BTreeMap<String, String>,
    #[serde(default)]
    locale: BTreeMap<String, BTreeMap<String, OneOrMore>>,
    #[serde(default)]
    test: Vec<Case>,
}

/// What makes a mapping file a profile.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    name: String,
    title: String,
    fingerprint: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Options {
    default_country: Option<String>,
    country_column: Option<String>,
    country_code_column: Option<String>,
    phone_separator: Option<String>,
    phone_label: Option<String>,
    phone_prefer: Vec<String>,
    tag_separator: Option<String>,
    tags_drop: Vec<String>,
    known_tags: Option<Vec<String>>,
    continuation: Vec<String>,
    include_unsubscribed: bool,
    automatic: bool,
}

/// What the parser says where [`OneOrMore`] is neither.
const NO_TEXTS: &str = "must be text in quotes, or a list of such texts";

/// A text, or a list of texts.
#[derive(Deserialize)]
#[serde(untagged, expecting = "must be text in quotes, or a list of such texts")]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    fn into_vec(self) -> Vec<String> {
        match self {
            Self::One(text) => vec![text],
            Self::More(texts) => texts,
        }
    }
}

/// A mapping file: the mapping, and examples of what it is to do.
#[derive(Debug, Clone)]
pub struct MappingFile {
    /// The mapping.
    pub mapping: Mapping,
    /// Its `[[test]]` tables.
    pub cases: Vec<Case>,
}

impl MappingFile {
    /// Reads a mapping file's content. `path` is for messages.
    ///
    /// # Errors
    ///
    /// If it is no TOML, has unknown keys, names unknown fields, or is a profile.
    pub fn parse(text: &str, path: &Path) -> Result<Self, MappingError> {
        let (mapping, content) = read(text, path)?;
        let profile_only = content.profile.is_some() || !content.locale.is_empty();
        if profile_only {
            return Err(wrong(path, message!("file-is-a-profile")));
        }
        content.test.iter().try_for_each(Case::check)?;
        Ok(Self { mapping, cases: content.test })
    }

    pub(super) fn parse_profile(text: &str, path: &Path) -> Result<Profile, MappingError> {
        let (mapping, content) = read(text, path)?;
        let head = content.profile.ok_or_else(|| wrong(path, message!("file-profile-table")))?;
        if head.fingerprint.is_empty() {
            return Err(wrong(path, message!("file-no-fingerprint")));
        }
        let locales = content.locale.into_iter().map(|(language, names)| Locale {
            language,
            names: names.into_iter().map(|(english, names)| (fold(&english), names.into_vec())).collect(),
        });
        Ok(Profile {
            name: head.name,
            title: head.title,
            fingerprint: head.fingerprint,
            locales: locales.collect(),
            mapping,
        })
    }
}

fn wrong(path: &Path, what: Message) -> MappingError {
    MappingError::FileContent { path: path.to_owned(), what, nearest: None }
}

/// What the parser says, and the key that was probably meant.
fn unreadable(path: &Path, error: &toml::de::Error) -> MappingError {
    let names: Vec<&str> = error.message().split('`').skip(1).step_by(2).collect();
    let unknown = error.message().starts_with("unknown field").then(|| names.split_first()).flatten();
    // The place without its line, which may hold a secret where this is no mapping file at all.
    let whole = error.to_string();
    let place = match whole.split_once('\n') {
        Some((place, _)) if error.span().is_some() => format!("{place}: "),
        _ => String::new(),
    };
    let Some((unknown, known)) = unknown else {
        let is_no_text = error.message() == NO_TEXTS && !place.is_empty();
        let what = if is_no_text {
            message!("file-no-texts", place)
        } else {
            Message::verbatim(format!("{place}{}", without_value(error.message())))
        };
        return wrong(path, what);
    };
    let what = message!("file-unknown-key", place, key = *unknown);
    let nearest = nearest(unknown, known.iter().copied());
    let what = match nearest {
        Some(_) => what,
        None => message!("file-known-keys", what, keys = known.join(", ")),
    };
    MappingError::FileContent { path: path.to_owned(), what, nearest }
}

fn read(text: &str, path: &Path) -> Result<(Mapping, Content), MappingError> {
    let mut content: Content = toml::from_str(text).map_err(|error| unreadable(path, &error))?;
    let options = std::mem::take(&mut content.options);
    let mut mapping = Mapping {
        default_country: options.default_country.as_deref().map(Country::parse).transpose()?,
        tag_separator: options.tag_separator.filter(|separator| !separator.is_empty()),
        automatic: options.automatic,
        include_unsubscribed: options.include_unsubscribed,
        known_tags: options.known_tags,
        rules: Rules {
            country_column: options.country_column,
            country_code_column: options.country_code_column,
            phone_separator: options.phone_separator.filter(|separator| !separator.is_empty()),
            phone_label: options.phone_label,
            phone_prefer: options.phone_prefer,
            tags_drop: options.tags_drop,
            unsubscribed: std::mem::take(&mut content.unsubscribed)
                .into_iter()
                .map(|(column, values)| (column, values.into_vec()))
                .collect(),
            continuation: options.continuation,
        },
        ..Mapping::default()
    };
    for (field, places) in std::mem::take(&mut content.map) {
        let places = places.into_vec();
        if places.is_empty() {
            return Err(wrong(path, message!("file-no-column", field)));
        }
        mapping.map_first_of(Target::parse(&field)?, &places)?;
    }
    for (field, value) in &content.set {
        let toml::Value::String(value) = value else {
            return Err(wrong(path, message!("file-not-text", field, kind = value.type_str())));
        };
        mapping.set_field(Target::parse(field)?, value)?;
    }
    for (field, rule) in &content.update {
        let rule = UpdateRule::parse(rule).ok_or_else(|| wrong(path, message!("file-rule", field, rule)))?;
        mapping.update.0.insert(Target::parse(field)?.to_string(), rule);
    }
    for (label, declared) in std::mem::take(&mut content.custom_fields) {
        let declared = FieldType::try_from(declared)
            .map_err(|what| wrong(path, message!("file-custom-field", label = &label, what)))?;
        mapping.types.insert(label, declared);
    }
    Ok((mapping, content))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapping(text: &str) -> Result<Mapping, MappingError> {
        MappingFile::parse(text, Path::new("mapping.toml")).map(|file| file.mapping)
    }

    #[test]
    fn a_mapping_file_maps_sets_and_turns_the_automatic_off() {
        let mapping = mapping(
            "[map]\nidentifier = \"Mobile\"\n\"custom_fields.City\" = \"Town\"\n[set]\nsource = \"whatsapp\"\n\
             [options]\ndefault_country = \"it\"\ntag_separator = \";\"\n",
        )
        .unwrap();
        assert_eq!(mapping.taken.len(), 2);
        assert_eq!(mapping.constants.len(), 1);
        assert_eq!(mapping.tag_separator.as_deref(), Some(";"));
        assert!(mapping.default_country.is_some() && !mapping.automatic);
    }

    #[test]
    fn mistakes_in_a_mapping_file_are_shown_with_their_place() {
        for (text, what) in [
            ("[map]\nname = ", "line 2"),
            ("[mapp]\nname = \"x\"", "there is no key `mapp`"),
            ("[options]\ndefault_contry = \"IT\"", "line 2, column 1"),
            ("[map]\nname = 3", "must be text"),
            ("[map]\nname = []", "names no column"),
            ("[custom_fields.A]\ntype = \"colour\"", "unknown variant, expected"),
            ("[custom_fields.A]\ntype = \"date\"\ndate_format = \"DD/MM\"", "has no YYYY"),
            ("[custom_fields.A]\ntype = \"checkbox\"", "separator"),
            ("[custom_fields.A]\ntype = \"text\"\noptions = [\"x\"]", "has no options"),
            ("[[test]]\ncels = {}", "there is no key `cels`"),
            (
                "[profile]\nname = \"x\"\ntitle = \"X\"\nfingerprint = [\"a\"]",
                "this is a profile; pass it with --profile",
            ),
        ] {
            let error = mapping(text).unwrap_err().to_string();
            assert!(error.contains(what), "{error}");
        }
        let no_texts =
            mapping("[map]\nname = 3").unwrap_err().message().told_in(crate::words::Language::French);
        assert!(no_texts.contains("line 2") && no_texts.ends_with("une liste de tels textes"), "{no_texts}");
        for (text, nearest) in [
            ("[mapp]\nname = \"x\"", "map"),
            ("[options]\ndefault_contry = \"IT\"", "default_country"),
            ("[[test]]\ncels = {}", "cells"),
        ] {
            let hint = mapping(text).unwrap_err().hint().unwrap().to_string();
            assert_eq!(hint, format!("did you mean `{nearest}`?"), "{text}");
        }
        // What is near nothing brings them all.
        let error = mapping("[zzzzzzzz]").unwrap_err();
        assert!(error.hint().is_none() && error.to_string().ends_with("locale, test"), "{error}");
        assert!(matches!(mapping("[map]\nnmae = \"x\""), Err(MappingError::UnknownField { .. })));
        assert!(matches!(
            mapping("[options]\ndefault_country = \"Italy\""),
            Err(MappingError::Country { .. })
        ));
        let no_profile = Profile::from_toml("[map]\nname = \"x\"", Path::new("p.toml")).unwrap_err();
        assert!(no_profile.to_string().contains("[profile] table"), "{no_profile}");
    }
}
