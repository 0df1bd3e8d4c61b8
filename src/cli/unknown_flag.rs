//! Flags that other programs have and people try here: which one is meant.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory as _};

use super::args::Args;
use super::failure::Failure;
use crate::words::{Message, message};

/// Flags by which people would give the token itself.
const TOKENS: [&str; 10] = [
    "--access-token",
    "--api-key",
    "--api-token",
    "--apikey",
    "--auth",
    "--auth-token",
    "--bearer",
    "--key",
    "--password",
    "--token",
];

/// What they are called elsewhere, and here.
const MEANT: [(&[&str], &str); 15] = [
    (&["--country", "--country-code", "--default-region", "--region"], "--default-country"),
    (&["--url", "--endpoint", "--host", "--server", "--api-url"], "--base-url"),
    (&["--token-file", "--key-file", "--api-token-file"], "--api-key-file"),
    (&["--output", "--output-dir", "--out-dir", "--dir"], "--out"),
    (&["--separator", "--sep"], "--delimiter"),
    (&["--charset"], "--encoding"),
    (&["--column", "--columns", "--field"], "--map"),
    (&["--rps", "--rate-limit", "--requests-per-second"], "--rate"),
    (&["--jobs", "--threads", "--workers", "--parallel"], "--concurrency"),
    (&["--force", "--no-input", "--assume-yes", "--non-interactive"], "--yes"),
    (&["--language", "--locale"], "--lang"),
    (&["--overwrite", "--upsert", "--if-exists", "--on-duplicate"], "--on-existing"),
    (&["--silent"], "--quiet"),
    (&["--offset", "--start"], "--skip"),
    (&["--header-row", "--skip-lines", "--skip-rows", "--skiprows"], "--header-line"),
];

/// How people ask for what `check` does.
const REHEARSALS: [&str; 6] = ["--dry-run", "--dryrun", "--check", "--simulate", "--validate", "--test"];

/// What to say of a flag that the command does not have, if it is known what is meant. Of a token that came with it, nothing
/// is shown.
pub(super) fn understood(error: &clap::Error, arguments: &[OsString]) -> Option<Failure> {
    if error.kind() != ErrorKind::UnknownArgument {
        return None;
    }
    let Some(ContextValue::String(flag)) = error.get(ContextKind::InvalidArg) else { return None };
    let flag = flag.split('=').next().unwrap_or_default();
    if TOKENS.contains(&flag) {
        return Some(Failure::usage(message!("flag-token", flag)).hint(message!("flag-token.fix")));
    }
    let all = Args::command();
    let command = command_of(&all, arguments)?;
    let unlike =
        || suggested_unlike(error, flag).then(|| message!("flag-unknown.fix", command = command.get_name()));
    Some(Failure::usage(message!("flag-unknown", flag)).hint(meant(flag, command).or_else(unlike)?))
}

/// Whether the parser would bring a flag that is not like this one: `--no-power-safety` for `--nope`.
fn suggested_unlike(error: &clap::Error, flag: &str) -> bool {
    let suggested = match error.get(ContextKind::SuggestedArg) {
        Some(ContextValue::String(suggested)) => std::slice::from_ref(suggested),
        Some(ContextValue::Strings(suggested)) => suggested,
        _ => return false,
    };
    // What both begin with says nothing.
    let is_like = |suggested: &String| {
        strsim::normalized_damerau_levenshtein(
            flag.trim_start_matches('-'),
            suggested.trim_start_matches('-'),
        ) >= 0.5
    };
    !suggested.iter().any(is_like)
}

fn meant(flag: &str, command: &Command) -> Option<Message> {
    if REHEARSALS.contains(&flag) && command.get_name() == "run" {
        return Some(message!("flag-rehearsal"));
    }
    let (_, meant) = MEANT.iter().find(|(names, _)| names.contains(&flag))?;
    let is_there = command.get_arguments().any(|arg| arg.get_long() == meant.strip_prefix("--"));
    is_there.then(|| message!("did-you-mean", nearest = *meant))
}

/// The command that was called.
fn command_of<'c>(all: &'c Command, arguments: &[OsString]) -> Option<&'c Command> {
    arguments.iter().skip(1).find_map(|argument| all.find_subcommand(argument))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(words: &[&str]) -> Option<String> {
        let words: Vec<OsString> = ["callbell-import"].iter().chain(words).map(OsString::from).collect();
        let error = Args::command().try_get_matches_from(&words).unwrap_err();
        understood(&error, &words).map(|failure| failure.text())
    }

    #[test]
    fn flags_of_other_programs_bring_the_one_that_is_meant() {
        for (flag, meant) in [
            ("--country", "`--default-country`"),
            ("--url", "`--base-url`"),
            ("--dry-run", "callbell-import check FILE"),
        ] {
            let told = told(&["run", "in.csv", flag, "IT"]).unwrap();
            assert!(told.contains(meant) && told.contains(flag), "{told}");
        }
        assert_eq!(told(&["status", "--country", "IT", "x"]), None, "it has no such flag");
        assert_eq!(told(&["run", "in.csv", "--sett", "note=x"]), None, "the parser knows better");
        assert_eq!(told(&["run", "in.csv", "--no-power-safty"]), None, "it is a slip");
    }

    #[test]
    fn no_flag_is_brought_that_is_not_like_the_one_that_was_tried() {
        for flag in ["--nope", "--no"] {
            let told = told(&["run", "in.csv", flag]).unwrap();
            assert!(!told.contains("--no-power-safety") && !told.contains("--include"), "{told}");
            assert!(told.contains("`callbell-import run --help`"), "{told}");
        }
    }

    #[test]
    fn a_token_as_an_argument_is_refused_with_where_it_belongs_and_never_shown() {
        for words in [
            &["run", "in.csv", "--token", "s3cret"][..],
            &["run", "in.csv", "--api-key=s3cret"],
            &["account", "--password", "s3cret"],
        ] {
            let told = told(words).unwrap();
            assert!(told.contains("--api-key-file FILE") && told.contains("CALLBELL_API_KEY"), "{told}");
            assert!(!told.contains("s3cret"), "{told}");
        }
    }

    #[test]
    fn what_is_meant_is_a_flag_and_what_is_tried_is_none() {
        let all = Args::command();
        let run = all.find_subcommand("run").unwrap();
        let is_flag = |flag: &str| run.get_arguments().any(|arg| arg.get_long() == flag.strip_prefix("--"));
        for (tried, meant) in MEANT {
            assert!(is_flag(meant), "{meant}");
            assert!(!tried.iter().any(|flag| is_flag(flag)), "{tried:?}");
        }
        assert!(!TOKENS.iter().chain(&REHEARSALS).any(|flag| is_flag(flag)));
    }
}
