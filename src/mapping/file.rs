//! `mapping.toml`.
//!
//! ```toml
//! [map]                      # field = "column" or "{template} of {columns}"
//! identifier = "Mobile"
//! name = "{First name} {Last name}"
//! "custom_fields.City" = "Town"
//!
//! [set]                      # field = "constant for every row"
//! source = "whatsapp"
//!
//! [options]
//! default_country = "IT"     # of numbers without + or 00
//! tag_separator = ";"
//! automatic = false          # true: columns not mentioned here are mapped by their header
//! ```

use std::path::Path;

use serde::Deserialize;

use super::phone::Country;
use super::request::Target;
use super::{Mapping, MappingError};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MappingFile {
    #[serde(default)]
    map: toml::Table,
    #[serde(default)]
    set: toml::Table,
    #[serde(default)]
    options: Options,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    default_country: Option<String>,
    tag_separator: Option<char>,
    #[serde(default)]
    automatic: bool,
}

pub(super) fn parse(text: &str, path: &Path) -> Result<Mapping, MappingError> {
    let wrong = |what: String| MappingError::FileContent { path: path.to_owned(), what };
    let file: MappingFile = toml::from_str(text).map_err(|error| wrong(error.to_string()))?;
    let mut mapping = Mapping {
        default_country: file.options.default_country.as_deref().map(Country::parse).transpose()?,
        tag_separator: file.options.tag_separator,
        automatic: file.options.automatic,
        ..Mapping::default()
    };
    let entries =
        file.map.iter().map(|entry| (entry, true)).chain(file.set.iter().map(|entry| (entry, false)));
    for ((field, value), is_map) in entries {
        let toml::Value::String(value) = value else {
            return Err(wrong(format!("`{field}` must be text in quotes, not {}", value.type_str())));
        };
        let target = Target::parse(field)?;
        if is_map { mapping.map_field(target, value)? } else { mapping.set_field(target, value)? }
    }
    Ok(mapping)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapping(text: &str) -> Result<Mapping, MappingError> {
        parse(text, Path::new("mapping.toml"))
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
        assert_eq!(mapping.tag_separator, Some(';'));
        assert!(mapping.default_country.is_some() && !mapping.automatic);
    }

    #[test]
    fn mistakes_in_a_mapping_file_are_shown_with_their_place() {
        for (text, what) in [
            ("[map]\nname = ", "line 2"),
            ("[mapp]\nname = \"x\"", "unknown field `mapp`"),
            ("[options]\ndefault_contry = \"IT\"", "unknown field `default_contry`"),
            ("[map]\nname = 3", "must be text"),
        ] {
            let error = mapping(text).unwrap_err().to_string();
            assert!(error.contains(what), "{error}");
        }
        assert!(matches!(mapping("[map]\nnmae = \"x\""), Err(MappingError::UnknownField { .. })));
        assert!(matches!(
            mapping("[options]\ndefault_country = \"Italy\""),
            Err(MappingError::Country { .. })
        ));
    }
}
