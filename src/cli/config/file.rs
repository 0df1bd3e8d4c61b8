//! A settings file, read with the place of everything in it.
//!
//! ```toml
//! rate = 100                  # keys are the names of flags
//! default-country = "IT"
//! default-preset = "shop"     # where --preset says nothing
//!
//! [preset.shop]               # taken with --preset shop; goes before the keys above
//! api-key-file = "shop.token"
//! mapping = "shop.toml"
//! ```

use std::collections::BTreeMap;
use std::io::Read as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{ConfigError, Place};
use super::ownership::Ownership;
use crate::words::{Message, discreet, message};

/// Which of the two files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Layer {
    /// In the current folder, or as `--config` names it.
    Project,
    /// In the user's configuration folder.
    User,
}

/// One setting as it stands in a file.
#[derive(Clone)]
pub(super) struct Entry {
    /// The flag's name.
    pub(super) key: String,
    /// More than one only if it is a list.
    pub(super) values: Vec<String>,
    pub(super) is_list: bool,
    pub(super) place: Place,
}

discreet!(Entry { key });

/// The settings of one file.
#[derive(Debug)]
pub(super) struct SettingsFile {
    pub(super) layer: Layer,
    pub(super) path: PathBuf,
    pub(super) ownership: Ownership,
    pub(super) general: Vec<Entry>,
    pub(super) presets: BTreeMap<String, Vec<Entry>>,
}

impl SettingsFile {
    /// Reads it; `None` if it is not there.
    pub(super) fn read(layer: Layer, path: &Path) -> Result<Option<Self>, ConfigError> {
        // The file that is read is the one that is looked at, also where another takes its place meanwhile.
        let read = || {
            let mut file = std::fs::File::open(path)?;
            let ownership = Ownership::of(&file.metadata()?);
            let mut text = String::new();
            file.read_to_string(&mut text)?;
            std::io::Result::Ok((text, ownership))
        };
        match read() {
            Ok((text, ownership)) => Self::parse(layer, path, &text, ownership).map(Some),
            Err(source) if source.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(ConfigError::Unreadable { path: path.to_owned(), source }),
        }
    }

    pub(super) fn parse(
        layer: Layer,
        path: &Path,
        text: &str,
        ownership: Ownership,
    ) -> Result<Self, ConfigError> {
        let source = Source { path, text };
        let table = DeTable::parse(text).map_err(|error| {
            // The library's own rendering would quote the line, and with it a secret.
            let place = source.place(&error.span().unwrap_or_default());
            ConfigError::Syntax { place, what: error.message().trim().into() }
        })?;
        let mut file =
            Self { layer, path: path.to_owned(), ownership, general: Vec::new(), presets: BTreeMap::new() };
        for (key, value) in table.into_inner() {
            if key.get_ref() != "preset" {
                source.add(&mut file.general, &key, value)?;
                continue;
            }
            let place = source.place(&key.span());
            match value.into_inner() {
                DeValue::Table(presets) => {
                    for (name, preset) in presets {
                        let place = source.place(&name.span());
                        let DeValue::Table(settings) = preset.into_inner() else {
                            let what = message!("config-a-preset");
                            return Err(ConfigError::Syntax { place, what });
                        };
                        let mut entries = Vec::new();
                        for (key, value) in settings {
                            source.add(&mut entries, &key, value)?;
                        }
                        file.presets.insert(name.into_inner().into_owned(), entries);
                    }
                }
                _ => {
                    let what = message!("config-a-preset-default");
                    return Err(ConfigError::Syntax { place, what });
                }
            }
        }
        Ok(file)
    }
}

/// A file that is read.
struct Source<'t> {
    path: &'t Path,
    text: &'t str,
}

impl Source<'_> {
    fn place(&self, span: &Range<usize>) -> Place {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Place { file: super::super::settings::shown(self.path), line, column }
    }

    fn add(
        &self,
        entries: &mut Vec<Entry>,
        key: &Spanned<std::borrow::Cow<'_, str>>,
        value: Spanned<DeValue<'_>>,
    ) -> Result<(), ConfigError> {
        let place = self.place(&key.span());
        // Mapping files have underscores where flags have hyphens; either is understood here.
        let key = key.get_ref().replace('_', "-");
        if entries.iter().any(|entry| entry.key == key) {
            return Err(ConfigError::Syntax { place, what: message!("config-twice", key) });
        }
        let wrong = |why: Message| ConfigError::Value { place: place.clone(), key: key.clone(), why };
        let (values, is_list) = match value.into_inner() {
            DeValue::Array(items) => {
                let items = items.into_iter().map(|item| scalar(item.into_inner()));
                let values: Option<Vec<String>> = items.collect();
                (values.ok_or_else(|| wrong(message!("config-list")))?, true)
            }
            value => (vec![scalar(value).ok_or_else(|| wrong(message!("config-scalar")))?], false),
        };
        entries.push(Entry { key, values, is_list, place });
        Ok(())
    }
}

/// As it would be typed.
fn scalar(value: DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.into_owned()),
        DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str().to_owned()),
        DeValue::Float(number) => Some(number.as_str().to_owned()),
        DeValue::Boolean(truth) => Some(truth.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<SettingsFile, ConfigError> {
        SettingsFile::parse(
            Layer::Project,
            Path::new("callbell-import.toml"),
            text,
            Ownership::writable_by_all(),
        )
    }

    #[test]
    fn keys_presets_and_lists_are_read_with_their_places() {
        let file = parse(
            "rate = 1_00\nstrict = true\npreset.a.rate = 2.5\n\n[preset.shop]\n  default_country = \"IT\"\nset = [\"a=b\", \"c=d\"]\n",
        )
        .unwrap();
        assert_eq!(file.general[0].values, ["100"]);
        assert_eq!(file.general[1].values, ["true"]);
        let shop = &file.presets["shop"];
        let country = shop.iter().find(|entry| entry.key == "default-country").unwrap();
        assert_eq!((country.place.line, country.place.column), (6, 3));
        let set = shop.iter().find(|entry| entry.key == "set").unwrap();
        assert!(set.is_list && set.values == ["a=b", "c=d"]);
        assert_eq!(file.presets["a"][0].values, ["2.5"]);
    }

    #[test]
    fn mistakes_are_told_with_line_and_column_and_without_the_value() {
        for (text, place) in [
            ("rate = \n", "line 1, column 8"),
            ("a = 1\n[preset]\nshop = 3", "line 3, column 1"),
            ("rate = {a = 1}", "line 1, column 1"),
            ("x = [[1]]", "line 1, column 1"),
            ("default-country = \"IT\"\ndefault_country = \"FR\"", "line 2, column 1"),
            ("api-key = \"canary-s3cret", "line 1"),
        ] {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains(place), "{text}: {error}");
            assert!(!error.contains("s3cret"), "{error}");
        }
    }
}
