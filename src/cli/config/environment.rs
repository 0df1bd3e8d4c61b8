//! Variables of the environment that look like settings: those that are none, and whose value the parser refused.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};

use clap::error::{ContextKind, ContextValue};
use clap::{Arg, Command};

use crate::mapping::nearest;
use crate::words::{Message, message};

/// How the names of all settings begin.
const PREFIX: &str = "CALLBELL_IMPORT_";
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

/// Which variable a value comes from that the parser refused, if it stands on no command line.
pub(super) fn refused(all: &Command, arguments: &[OsString], error: &clap::Error) -> Option<Message> {
    let Some(ContextValue::String(flag)) = error.get(ContextKind::InvalidArg) else { return None };
    let Some(ContextValue::String(value)) = error.get(ContextKind::InvalidValue) else { return None };
    let long = flag.strip_prefix("--")?.split([' ', '=']).next()?;
    let typed = |argument: &OsString| {
        let argument = argument.to_string_lossy();
        argument.strip_prefix("--").is_some_and(|rest| rest.split('=').next() == Some(long))
    };
    if arguments.iter().any(typed) {
        return None;
    }
    let mut args = all.get_subcommands().flat_map(Command::get_arguments);
    let arg = args.find(|arg| arg.get_long() == Some(long) && arg.get_env().is_some())?;
    let name = arg.get_env()?;
    let is_its = std::env::var_os(name).is_some_and(|said| said == OsStr::new(value));
    is_its.then(|| message!("environment-refused", name = name.to_string_lossy().into_owned()))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::super::super::args::Args;
    use super::*;

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
        assert!(other.contains("is no setting") && !other.contains("did you mean"), "{other}");
    }
}
