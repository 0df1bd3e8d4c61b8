//! The export of one program: by which columns it is known, and what they mean.
//!
//! A profile is a mapping file with a `[profile]` table. It is lenient where a mapping file is strict: columns that a
//! file does not have are passed over, since the same export has more or fewer columns from account to account. Headers
//! that the program translates are written in English, with a `[locale.<language>]` table for each other language; so a
//! translation counts beside its own neighbours only (`Nom` is a surname in French Outlook, a full name elsewhere).

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use super::Mapping;
use super::MappingError;
use super::MappingFile;
use super::columns::Columns;
use super::fold::fold;

/// A profile is recognised if this share of its fingerprint is there, in per cent.
const RECOGNISED_FROM: usize = 80;

/// The profiles that the program knows.
const BUILT_IN: &[(&str, &str)] = &[
    ("google", include_str!("profiles/google.toml")),
    ("google-old", include_str!("profiles/google-old.toml")),
    ("outlook", include_str!("profiles/outlook.toml")),
    ("vcard", include_str!("profiles/vcard.toml")),
    ("hubspot", include_str!("profiles/hubspot.toml")),
    ("salesforce-report", include_str!("profiles/salesforce-report.toml")),
    ("salesforce-data-loader", include_str!("profiles/salesforce-data-loader.toml")),
    ("zoho", include_str!("profiles/zoho.toml")),
    ("pipedrive", include_str!("profiles/pipedrive.toml")),
    ("mailchimp", include_str!("profiles/mailchimp.toml")),
    ("manychat", include_str!("profiles/manychat.toml")),
    ("respond-io", include_str!("profiles/respond-io.toml")),
    ("wati", include_str!("profiles/wati.toml")),
    ("interakt", include_str!("profiles/interakt.toml")),
    ("chatwoot", include_str!("profiles/chatwoot.toml")),
    ("shopify", include_str!("profiles/shopify.toml")),
    ("odoo", include_str!("profiles/odoo.toml")),
    ("thunderbird", include_str!("profiles/thunderbird.toml")),
];

/// What one language calls the columns.
#[derive(Debug, Clone)]
pub(super) struct Locale {
    /// Such as `fr`.
    pub(super) language: String,
    /// Folded English name → the language's names.
    pub(super) names: BTreeMap<String, Vec<String>>,
}

impl Locale {
    pub(super) fn names_of(&self, english: &str) -> Option<&[String]> {
        self.names.get(&fold(english)).map(Vec::as_slice)
    }
}

/// A program's export.
#[derive(Debug, Clone)]
pub struct Profile {
    /// Short name, as in `--profile NAME`.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// English names of columns that are always there.
    pub(super) fingerprint: Vec<String>,
    pub(super) locales: Vec<Locale>,
    pub(super) mapping: Mapping,
}

/// Which profile is used.
#[derive(Debug, Clone, Default)]
pub enum ProfileChoice {
    /// The one whose fingerprint the header has, if there is one.
    #[default]
    Recognised,
    /// None.
    Off,
    /// This one.
    Asked(Arc<Profile>),
}

impl ProfileChoice {
    pub(super) fn or(self, under: Self) -> Self {
        if matches!(self, Self::Recognised) { under } else { self }
    }
}

/// A profile that a file is read with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognised {
    /// Short name.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// The language of the header, if the profile has several.
    pub language: Option<String>,
    /// Columns of its fingerprint that the file has.
    pub found: usize,
    /// Columns of its fingerprint.
    pub of: usize,
    /// The person asked for it.
    pub asked: bool,
}

impl Recognised {
    /// What a column of `header`, which is in the profile's language, is called that another language of the program calls `name`;
    /// `None` if no column is known to be, or several are.
    pub(super) fn translated(&self, name: &str, header: &[String]) -> Option<String> {
        let profile = Profile::built_in().iter().find(|profile| profile.name == self.name)?;
        let folded = fold(name);
        let calls_it_so = |locale: &Locale| {
            let names =
                locale.names.iter().filter(|(_, names)| names.iter().any(|name| fold(name) == folded));
            names.map(|(english, _)| english.clone()).collect::<Vec<_>>()
        };
        let mut meant: Vec<String> = profile.locales.iter().flat_map(calls_it_so).collect();
        meant.extend(
            profile.locales.iter().any(|locale| locale.names.contains_key(&folded)).then_some(folded),
        );
        meant.sort();
        meant.dedup();
        let [english] = &meant[..] else { return None };
        let locale = profile.locales.iter().find(|locale| Some(&locale.language) == self.language.as_ref());
        match Columns::new(header, header).known(english, locale)[..] {
            [place] => header.get(place.column).cloned(),
            _ => None,
        }
    }

    /// Whether nothing speaks against it: the whole fingerprint is there, or the person asked for it.
    pub fn is_certain(&self) -> bool {
        self.asked || self.found == self.of
    }
}

impl Profile {
    /// A profile file's content. `path` is for messages.
    ///
    /// # Errors
    ///
    /// If it is no TOML, has no `[profile]` table, unknown keys or unknown fields.
    pub fn from_toml(text: &str, path: &std::path::Path) -> Result<Self, MappingError> {
        MappingFile::parse_profile(text, path)
    }

    /// The profiles that the program knows, in the order in which they are listed.
    pub fn built_in() -> &'static [Arc<Self>] {
        static PROFILES: LazyLock<Vec<Arc<Profile>>> = LazyLock::new(|| {
            // A test reads each of them, so none is lost here.
            BUILT_IN
                .iter()
                .filter_map(|(name, text)| Profile::from_toml(text, name.as_ref()).ok())
                .map(Arc::new)
                .collect()
        });
        &PROFILES
    }

    /// The built-in profile of this name.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn named(name: &str) -> Result<Arc<Self>, MappingError> {
        Self::built_in().iter().find(|profile| profile.name == name).cloned().ok_or_else(|| {
            MappingError::UnknownProfile {
                name: name.to_owned(),
                nearest: super::request::nearest(name, Self::names()),
                names: Self::names().map(str::to_owned).collect(),
            }
        })
    }

    /// What the profiles of the program are called.
    pub fn names() -> impl Iterator<Item = &'static str> {
        Self::built_in().iter().map(|profile| profile.name.as_str())
    }

    /// How much of the fingerprint the header has, in the language that fits best.
    fn fit(&self, columns: &Columns<'_>) -> (usize, Option<&Locale>) {
        let found = |locale: Option<&Locale>| {
            self.fingerprint.iter().filter(|name| !columns.known(name, locale).is_empty()).count()
        };
        let mut best = (found(None), None);
        for locale in &self.locales {
            let found = found(Some(locale));
            if found > best.0 {
                best = (found, Some(locale));
            }
        }
        best
    }

    fn recognised(&self, found: usize, locale: Option<&Locale>, asked: bool) -> Recognised {
        let english = (!self.locales.is_empty()).then(|| "en".to_owned());
        Recognised {
            name: self.name.clone(),
            title: self.title.clone(),
            language: locale.map(|locale| locale.language.clone()).or(english),
            found,
            of: self.fingerprint.len(),
            asked,
        }
    }
}

/// A profile with the language of a header.
pub(super) struct Fitted {
    pub(super) profile: Arc<Profile>,
    pub(super) locale: Option<Locale>,
    pub(super) recognised: Recognised,
}

/// The profile for a header, if there is one. Of several, the one with the largest fingerprint in the header wins.
pub(super) fn find(choice: &ProfileChoice, columns: &Columns<'_>) -> Option<Fitted> {
    let fitted = |profile: &Arc<Profile>, found, locale: Option<&Locale>, asked| Fitted {
        recognised: profile.recognised(found, locale, asked),
        locale: locale.cloned(),
        profile: Arc::clone(profile),
    };
    match choice {
        ProfileChoice::Off => None,
        ProfileChoice::Asked(profile) => {
            let (found, locale) = profile.fit(columns);
            Some(fitted(profile, found, locale, true))
        }
        ProfileChoice::Recognised => Profile::built_in()
            .iter()
            .map(|profile| (profile, profile.fit(columns)))
            .filter(|(profile, (found, _))| found * 100 >= RECOGNISED_FROM * profile.fingerprint.len())
            .max_by_key(|(profile, (found, _))| (*found == profile.fingerprint.len(), *found))
            .map(|(profile, (found, locale))| fitted(profile, found, locale, false)),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn every_built_in_profile_can_be_read_and_is_called_as_its_file() {
        for (name, text) in BUILT_IN {
            let profile = Profile::from_toml(text, Path::new(name)).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(profile.name, *name);
            assert!(profile.fingerprint.len() >= 4, "{name}: too small a fingerprint");
        }
        assert_eq!(Profile::built_in().len(), BUILT_IN.len());
    }

    #[test]
    fn every_profile_recognises_its_own_fingerprint_and_no_other_does() {
        for profile in Profile::built_in() {
            let languages = std::iter::once(None).chain(profile.locales.iter().map(Some));
            for locale in languages {
                let header: Vec<String> = profile
                    .fingerprint
                    .iter()
                    .map(|name| {
                        let names = locale.and_then(|locale| locale.names_of(name));
                        names.and_then(|names| names.first()).unwrap_or(name).replace('#', "1")
                    })
                    .collect();
                let columns = Columns::new(&header, &header);
                let found = find(&ProfileChoice::Recognised, &columns).expect("recognised");
                assert_eq!(found.recognised.name, profile.name, "{header:?}");
                assert!(found.recognised.is_certain());
            }
        }
    }

    #[test]
    fn a_plain_list_is_no_programs_export() {
        for header in [
            vec!["identifier", "name", "tags", "note"],
            vec!["first_name", "last_name", "company", "phone1", "phone2"],
            vec!["Téléphone", "Nom", "Prénom", "Origine"],
            vec!["Name", "Phone", "Email", "Tags"],
        ] {
            let header: Vec<String> = header.into_iter().map(str::to_owned).collect();
            let found = find(&ProfileChoice::Recognised, &Columns::new(&header, &header));
            assert!(
                found.is_none(),
                "{header:?} is taken for {:?}",
                found.map(|found| found.recognised.name)
            );
        }
    }

    #[test]
    fn a_column_is_known_in_the_other_languages_of_its_program() {
        let outlook = |language: &str| Recognised {
            language: Some(language.to_owned()),
            ..Profile::named("outlook").unwrap().recognised(10, None, false)
        };
        let header = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        let italian = header(&["Cognome", "Cellulare", "Ufficio"]);
        for name in ["Mobile Phone", "Tél. mobile", "Téléphone portable", "mobile phone"] {
            assert_eq!(outlook("it").translated(name, &italian).as_deref(), Some("Cellulare"), "{name}");
        }
        for name in ["Primary Phone", "Something", ""] {
            assert_eq!(outlook("it").translated(name, &italian), None, "{name}");
        }
        let english = header(&["Last Name", "Mobile Phone"]);
        assert_eq!(outlook("en").translated("Cellulare", &english).as_deref(), Some("Mobile Phone"));
    }

    #[test]
    fn a_misspelt_profile_brings_the_nearest_one() {
        let error = Profile::named("shopfy").unwrap_err();
        assert_eq!(error.hint().unwrap().to_string(), "did you mean `shopify`?");
    }
}
