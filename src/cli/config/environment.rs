//! Variables of the environment that look like settings: those that are none, and whose value the parser refused.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::error::{ContextKind, ContextValue};
use clap::{Arg, Command};

use super::super::failure::Failure;
use super::super::token::may_be_the_token;
use crate::mapping::nearest;
use crate::words::{Message, message};

/// How the names of all settings begin.
const PREFIX: &str = "CALLBELL_IMPORT_";
/// Fewest letters of a value that are not shown.
const FEWEST_HIDDEN: usize = 3;
/// Settings that are lists, which the environment has no way to say.
const LISTS: [&str; 2] = ["MAP", "SET"];

/// The variables that some command reads.
fn known(command: &Command, names: &mut BTreeSet<String>) {
    names.extend(
        command.get_arguments().filter_map(Arg::get_env).map(|name| name.to_string_lossy().into_owned()),
    );
    command.get_subcommands().for_each(|command| known(command, names));
}

/// One sentence for each of these variables that begins like a setting and is none. Values are not looked at.
pub(super) fn not_read(all: &Command, variables: impl Iterator<Item = OsString>) -> Vec<Message> {
    let mut names = BTreeSet::new();
    known(all, &mut names);
    let mut strange: Vec<String> = variables
        .filter_map(|name| name.into_string().ok())
        .filter(|name| name.starts_with(PREFIX) && !names.contains(name))
        .collect();
    strange.sort();
    let told = |name: &String| {
        let setting = &name[PREFIX.len()..];
        if LISTS.contains(&setting) {
            return message!("environment-list", name, flag = setting.to_lowercase());
        }
        let settings = names.iter().filter_map(|known| known.strip_prefix(PREFIX));
        match nearest(setting, settings) {
            Some(nearest) => message!("environment-nearest", name, nearest = format!("{PREFIX}{nearest}")),
            None => message!("environment-unknown", name),
        }
    };
    strange.iter().map(told).collect()
}

/// What to say of a value that the parser refused and that is a variable's, as it stands on no command line. It is not shown:
/// the variable may have been given somebody else's secret.
pub(super) fn refused(all: &Command, arguments: &[OsString], error: &clap::Error) -> Option<Failure> {
    let Some(ContextValue::String(flag)) = error.get(ContextKind::InvalidArg) else { return None };
    let Some(ContextValue::String(value)) = error.get(ContextKind::InvalidValue) else { return None };
    let long = flag.strip_prefix("--")?.split([' ', '=']).next()?;
    // No setting that has a short flag takes a value, so that a value which is refused was given to a long one.
    let typed = |argument: &OsString| {
        let argument = argument.to_string_lossy();
        argument.strip_prefix("--").is_some_and(|rest| rest.split('=').next() == Some(long))
    };
    if arguments.iter().take_while(|argument| *argument != "--").any(typed) {
        return None;
    }
    let name = variable_of(all, long)?;
    if std::env::var_os(&name).is_none_or(|said| said != OsStr::new(value)) {
        return None;
    }
    let why = match error.get(ContextKind::ValidValue) {
        Some(ContextValue::Strings(known)) => message!("environment-one-of", values = known.join(", ")),
        _ => match std::error::Error::source(error) {
            Some(why) => Message::verbatim(without(&why.to_string(), value)),
            None => message!("environment-kind", kind = flag),
        },
    };
    Some(Failure::usage(message!("environment-refused", name, why)))
}

/// The variable that gives the flag of this name.
fn variable_of(command: &Command, long: &str) -> Option<String> {
    let mut args = command.get_arguments().filter(|arg| arg.get_long() == Some(long));
    let its = args.find_map(Arg::get_env).map(|name| name.to_string_lossy().into_owned());
    its.or_else(|| command.get_subcommands().find_map(|command| variable_of(command, long)))
}

/// What is wrong with a value, without the value and longer words of it.
fn without(why: &str, value: &str) -> String {
    let mut told = String::new();
    for word in why.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let letters = word.trim_end_matches(|c: char| !c.is_alphanumeric());
        let is_of_it = letters.chars().count() >= FEWEST_HIDDEN && value.contains(letters);
        told.push_str(if is_of_it { "…" } else { letters });
        told.push_str(&word[letters.len()..]);
    }
    told
}

/// An error with the names of this program's variables in the place of values that may be a token: settings that may be any
/// text are refused only where they are used, and there nobody knows where they came from.
pub(super) fn without_tokens(mut text: String) -> String {
    for (name, value) in std::env::vars_os() {
        let (name, value) = (name.to_string_lossy(), value.to_string_lossy());
        if name.starts_with(PREFIX) && may_be_the_token(Path::new(&*value)) {
            text = text.replace(&*value, &format!("${name}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::super::super::args::Args;
    use super::*;

    #[test]
    fn settings_with_a_short_flag_take_no_value_that_could_be_refused() {
        fn settings(command: &Command, found: &mut Vec<Arg>) {
            let both = |arg: &&Arg| arg.get_env().is_some() && arg.get_short().is_some();
            found.extend(command.get_arguments().filter(both).cloned());
            command.get_subcommands().for_each(|command| settings(command, found));
        }
        let mut found = Vec::new();
        settings(&Args::command(), &mut found);
        assert!(found.iter().any(|arg| arg.get_long() == Some("quiet")));
        for arg in found {
            assert!(!arg.get_action().takes_values(), "-{:?} takes a value: see `refused`", arg.get_short());
        }
    }

    #[test]
    fn why_a_value_is_refused_is_told_without_it() {
        for (why, value, told) in [
            ("5000 is not in 1..=1024", "5000", "… is not in 1..=1024"),
            (
                "unknown time unit \"secret\", supported units: ns",
                "3secret",
                "unknown time unit \"…\", supported units: ns",
            ),
            (
                "expected a whole number from 1 to 10000, or none",
                "1x",
                "expected a whole number from 1 to 10000, or none",
            ),
        ] {
            assert_eq!(without(why, value), told);
        }
    }

    #[test]
    fn a_variable_that_is_no_setting_is_told_with_the_one_that_is_meant() {
        let told = |name: &str| {
            let names = ["CALLBELL_IMPORT_RATE", "CALLBELL_API_KEY", "PATH", name].map(OsString::from);
            let told = not_read(&Args::command(), names.into_iter());
            told.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(told("HOME"), [""; 0]);
        let [quiet] = &told("CALLBELL_IMPORT_QUIETT")[..] else { panic!() };
        assert!(quiet.contains("did you mean CALLBELL_IMPORT_QUIET?"), "{quiet}");
        let [map] = &told("CALLBELL_IMPORT_MAP")[..] else { panic!() };
        assert!(map.contains("--map"), "{map}");
        let [other] = &told("CALLBELL_IMPORT_ZZ9")[..] else { panic!() };
        assert!(
            other.contains("is not a setting and is ignored") && !other.contains("did you mean"),
            "{other}"
        );
    }
}
