//! Which language is spoken before the arguments are understood, so that what is wrong with them can be told in it.

use std::ffi::{OsStr, OsString};

use crate::words::Language;

/// The first of: `--lang`, `CALLBELL_IMPORT_LANG`, the locale. What is no language is told later, by the parser.
#[expect(clippy::disallowed_methods, reason = "settings are read here")]
pub(super) fn wanted(arguments: &[OsString]) -> Language {
    let variable = |name: &str| std::env::var(name).ok();
    of(arguments, variable)
}

fn of(arguments: &[OsString], variable: impl Fn(&str) -> Option<String>) -> Language {
    let flag = arguments.iter().enumerate().find_map(|(at, argument)| {
        let argument = argument.to_str()?;
        match argument.strip_prefix("--lang=") {
            Some(value) => Some(value),
            None if argument == "--lang" => {
                arguments.get(at + 1).map(OsString::as_os_str).and_then(OsStr::to_str)
            }
            None => None,
        }
    });
    let said = |text: &str| text.parse().ok();
    flag.and_then(said)
        .or_else(|| variable("CALLBELL_IMPORT_LANG").as_deref().and_then(said))
        .unwrap_or_else(|| Language::of_locale(variable))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_words(words: &[&str], variables: &[(&str, &str)]) -> Language {
        let arguments: Vec<OsString> = words.iter().map(OsString::from).collect();
        of(&arguments, |name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_flag_goes_before_the_environment_and_that_before_the_locale() {
        let french = [("LANG", "fr_FR.UTF-8")];
        assert_eq!(of_words(&["x", "run"], &french), Language::French);
        assert_eq!(of_words(&["x", "run", "--lang", "en"], &french), Language::English);
        assert_eq!(of_words(&["x", "run", "--lang=en"], &french), Language::English);
        let variables = [("LC_ALL", "en_GB.UTF-8"), ("CALLBELL_IMPORT_LANG", "fr")];
        assert_eq!(of_words(&["x"], &variables), Language::French);
        assert_eq!(of_words(&["x", "--lang"], &variables), Language::French);
        assert_eq!(of_words(&["x", "--lang", "xx"], &[]), Language::English);
    }
}
