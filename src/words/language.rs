//! The languages there are, and the one that is spoken.

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicU8, Ordering};

use super::catalogue::{Formatter, written};

/// How numbers are written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Numbers {
    /// Between thousands, from five digits on.
    pub(super) group: &'static str,
    /// Before the fraction.
    pub(super) decimal: &'static str,
}

macro_rules! languages {
    ($($(#[$doc:meta])+ $variant:ident = $tag:literal, $group:literal, $decimal:literal;)+) => {
        /// A language of the catalogue.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Language { $($(#[$doc])+ $variant,)+ }

        impl Language {
            /// All of them; the first is the one that logs and programs get.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// Its tag, such as `fr`.
            pub fn tag(self) -> &'static str {
                match self { $(Self::$variant => $tag,)+ }
            }

            /// Its messages.
            pub fn source(self) -> &'static str {
                match self { $(Self::$variant => include_str!(concat!($tag, ".ftl")),)+ }
            }

            pub(super) fn formatter(self) -> Formatter {
                match self {
                    $(Self::$variant => |value, _| written(value, Numbers { group: $group, decimal: $decimal }),)+
                }
            }
        }
    };
}

languages! {
    /// What the others are translated from. Programs read it too, and find numbers as they always were.
    English = "en", "", ".";
    /// With thin spaces that do not break.
    French = "fr", "\u{202f}", ",";
}

/// A language that nobody has translated to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownLanguage;

impl fmt::Display for UnknownLanguage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tags: Vec<&str> = Language::ALL.iter().map(|language| language.tag()).collect();
        write!(f, "expected one of {}", tags.join(", "))
    }
}

impl std::error::Error for UnknownLanguage {}

impl FromStr for Language {
    type Err = UnknownLanguage;

    /// Reads `fr`, `fr-CA`, `fr_FR.UTF-8` and the like.
    fn from_str(text: &str) -> Result<Self, UnknownLanguage> {
        let tag = text.split(['_', '-', '.', '@']).next().unwrap_or_default().to_ascii_lowercase();
        Self::ALL.iter().copied().find(|language| language.tag() == tag).ok_or(UnknownLanguage)
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

impl Language {
    /// What the surroundings ask for: the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that says anything decides, as POSIX
    /// has it. English where that is a language that is not spoken here.
    pub fn of_locale(variable: impl Fn(&str) -> Option<String>) -> Self {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .find_map(|name| variable(name).filter(|value| !value.is_empty()));
        locale.and_then(|locale| locale.parse().ok()).unwrap_or(Self::English)
    }
}

static SPOKEN: AtomicU8 = AtomicU8::new(Language::English as u8);

/// Sets the language of everything that is told from here on.
pub fn speak(language: Language) {
    SPOKEN.store(language as u8, Ordering::Relaxed);
}

/// The language in which things are told.
pub fn spoken() -> Language {
    Language::ALL.get(usize::from(SPOKEN.load(Ordering::Relaxed))).copied().unwrap_or(Language::English)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_read_from_a_tag_or_a_locale() {
        for (text, language) in [
            ("fr", Ok(Language::French)),
            ("FR", Ok(Language::French)),
            ("fr-CA", Ok(Language::French)),
            ("fr_BE.UTF-8", Ok(Language::French)),
            ("en_US.UTF-8", Ok(Language::English)),
            ("C", Err(UnknownLanguage)),
            ("fro", Err(UnknownLanguage)),
            ("", Err(UnknownLanguage)),
        ] {
            assert_eq!(text.parse(), language, "{text}");
        }
        assert_eq!(UnknownLanguage.to_string(), "expected one of en, fr");
    }

    #[test]
    fn the_first_variable_that_says_anything_decides() {
        let of = |values: &[(&str, &str)]| {
            Language::of_locale(|name| {
                values.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
            })
        };
        assert_eq!(of(&[]), Language::English);
        assert_eq!(of(&[("LANG", "fr_FR.UTF-8")]), Language::French);
        assert_eq!(of(&[("LANG", "fr_FR.UTF-8"), ("LC_ALL", "C")]), Language::English);
        assert_eq!(of(&[("LANG", "fr_FR.UTF-8"), ("LC_ALL", "")]), Language::French);
        assert_eq!(of(&[("LANG", "en_US"), ("LC_MESSAGES", "fr_CH")]), Language::French);
        assert_eq!(of(&[("LANG", "de_DE.UTF-8")]), Language::English);
    }
}
