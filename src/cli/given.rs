//! The flags of a command, as they are given once more to the command that comes next.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Args as _, CommandFactory as _};

use super::args::{Args, InputArgs};
use super::settings::is_stdin;
use crate::model::steers;
use crate::results::FAILURES;
use crate::words::discreet;

/// What belongs to the file, to this one process or to a job that nobody watches: a person who gives back some rows of
/// the file by hand wants none of it. `failures.csv` is a file of its own form, and only the rows that were read are in it.
const LEFT_OUT: [&str; 25] = [
    "encoding",
    "events",
    "header",
    "header_line",
    "json",
    "limit",
    "max_drift",
    "max_duration",
    "max_failures",
    "member",
    "metrics",
    "no_header",
    "notify",
    "notify_command",
    "out",
    "ping",
    "plan",
    "quiet",
    "quote",
    "restart",
    "sheet",
    "skip",
    "shard",
    "verbose",
    "wait_lock",
];
/// A command line that may hold a secret: that there is one is shown, what it says is not.
const SECRET: &str = "api_key_command";

/// What is about whom a command talks to, and not about what it does. Addresses of monitors may hold a secret.
const TALK: [&str; 8] = ["events", "json", "metrics", "notify", "notify_command", "ping", "quiet", "verbose"];

/// The flags of a command that the next one needs, too; those of settings files hold without being said.
#[derive(Clone, Default)]
pub(super) struct Given(Vec<String>);

discreet!(Given {});

impl Given {
    /// Those that the failures of the run with the matches `sub` need.
    pub(super) fn of(sub: &ArgMatches) -> Self {
        Self::of_failures(sub, |_| true)
    }

    /// Those with which the run with the matches `sub` goes on: to forget once more is no part of that.
    pub(super) fn to_go_on(sub: &ArgMatches) -> Self {
        Self::among(sub, ("run", "run"), |arg| !is_among(arg, &TALK) && !is_among(arg, &["restart"]))
    }

    /// Those with which the plan with the matches `sub` is run.
    pub(super) fn to_run(sub: &ArgMatches) -> Self {
        Self::among(sub, ("plan", "run"), |arg| !is_among(arg, &TALK))
    }

    /// Those with which the list is checked that was mapped with the matches `sub`. The mapping file has the others.
    pub(super) fn to_check(sub: &ArgMatches) -> Self {
        let input = InputArgs::augment_args(clap::Command::new("input"));
        Self::among(sub, ("map", "check"), |arg| input.get_arguments().any(|of| of.get_id() == arg.get_id()))
    }

    /// The same for a job, which keeps the values of all flags: those that hold without being said are left out.
    #[cfg(feature = "fleet")]
    pub(super) fn of_job(sub: &ArgMatches) -> Self {
        Self::of_failures(sub, |arg| {
            let values = sub.get_raw(arg.get_id().as_str()).into_iter().flatten();
            !values.eq(arg.get_default_values().iter().map(|value| value.as_os_str()))
        })
    }

    fn of_failures(sub: &ArgMatches, counts: impl Fn(&Arg) -> bool) -> Self {
        let Self(mut words) =
            Self::among(sub, ("run", "run"), |arg| !is_among(arg, &LEFT_OUT) && counts(arg));
        // Environment and settings files say it of the list; the rows are given back in UTF-8, whatever it was in.
        if sub.value_source("encoding") != Some(ValueSource::CommandLine) && sub.get_raw("encoding").is_some()
        {
            words.push("--encoding utf-8".to_owned());
        }
        Self(words)
    }

    /// Those in `sub`, the matches of the command `of`, that were said and that the command `to` has, too.
    fn among(sub: &ArgMatches, (of, to): (&str, &str), counts: impl Fn(&Arg) -> bool) -> Self {
        let all = Args::command();
        let arguments = |name| all.find_subcommand(name).into_iter().flat_map(clap::Command::get_arguments);
        let mut words = Vec::new();
        for arg in arguments(of).filter(|arg| arguments(to).any(|other| other.get_id() == arg.get_id())) {
            let id = arg.get_id().as_str();
            let is_said =
                matches!(sub.value_source(id), Some(ValueSource::CommandLine | ValueSource::EnvVariable));
            if is_said && counts(arg) {
                words.extend(flags_of(arg, sub).into_iter().map(|(flag, value)| typed(id, &flag, value)));
            }
        }
        Self(words)
    }

    /// The command `to` with these files, and with the flag `more` of a path.
    pub(super) fn next(&self, to: &str, input: &InputArgs, more: Option<(&str, &Path)>) -> String {
        let files = input.files().map(|file| argument(file));
        let more = more.into_iter().flat_map(|(flag, path)| [flag.to_owned(), argument(path)]);
        let words = files.chain(more).chain(self.0.iter().cloned());
        format!("callbell-import {to} {}", words.collect::<Vec<_>>().join(" "))
    }

    /// The command that gives back the failures of the import in `folder`. It has a folder of its own within that one, so
    /// that no two imports share it.
    pub(super) fn command(&self, folder: &Path) -> String {
        self.command_for(&places(folder).0, folder)
    }

    /// The same for another file of rows that failed.
    pub(super) fn command_for(&self, failures: &Path, folder: &Path) -> String {
        let out = places(folder).1;
        let words = [argument(failures), "--out".to_owned(), argument(&out)];
        let words = words.into_iter().chain(self.0.iter().cloned());
        format!("callbell-import run {}", words.collect::<Vec<_>>().join(" "))
    }
}

fn is_among(arg: &Arg, ids: &[&str]) -> bool {
    ids.iter().any(|id| arg.get_id() == id)
}

/// A path as it is typed, and as a shell reads it back: what begins like a flag would be taken for one. Nothing in it steers
/// the terminal.
pub(super) fn argument(path: &Path) -> String {
    let bytes = path.as_os_str().as_bytes();
    let before: &[u8] = if bytes.starts_with(b"-") && !is_stdin(path) { b"./" } else { b"" };
    word(&[before, bytes].concat())
}

/// One word as a shell reads it back. Nothing in it steers the terminal.
fn word(bytes: &[u8]) -> String {
    let plain = std::str::from_utf8(bytes).ok().filter(|text| !text.contains(steers));
    // What cannot be quoted has a zero byte, which no command has.
    let plain = plain.and_then(|text| shlex::try_quote(text).ok());
    plain.map_or_else(|| format!("$'{}'", escaped(bytes)), Cow::into_owned)
}

/// As it stands in `$'…'`, which bash, zsh, ksh and the others that know POSIX of 2024 read.
fn escaped(bytes: &[u8]) -> String {
    let mut escaped = String::with_capacity(bytes.len() + 16);
    let hex = |escaped: &mut String, bytes: &[u8]| {
        bytes.iter().for_each(|byte| escaped.push_str(&format!("\\x{byte:02x}")));
    };
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\n' => escaped.push_str("\\n"),
                '\'' | '\\' => escaped.extend(['\\', c]),
                c if steers(c) => hex(&mut escaped, c.encode_utf8(&mut [0; 4]).as_bytes()),
                c => escaped.push(c),
            }
        }
        hex(&mut escaped, chunk.invalid());
    }
    escaped
}

/// Where the failures of the import in `folder` are, and where their results go.
pub(super) fn places(folder: &Path) -> (PathBuf, PathBuf) {
    (folder.join(FAILURES), folder.join("failures.import"))
}

/// The flag `arg` with each value that it has in `matches`; a switch that is on has none. Nothing if a command has no such
/// flag.
pub(super) fn flags_of<'m>(arg: &Arg, matches: &'m ArgMatches) -> Vec<(String, Option<&'m OsStr>)> {
    let (id, Some(long)) = (arg.get_id().as_str(), arg.get_long()) else { return Vec::new() };
    let Ok(Some(values)) = matches.try_get_raw(id) else { return Vec::new() };
    let flag = format!("--{long}");
    if matches!(arg.get_action(), ArgAction::SetTrue) {
        return matches.get_flag(id).then_some((flag, None)).into_iter().collect();
    }
    values.map(|value| (flag.clone(), Some(value))).collect()
}

/// A flag as a person types it.
fn typed(id: &str, flag: &str, value: Option<&OsStr>) -> String {
    let Some(value) = value else { return flag.to_owned() };
    if id == SECRET {
        return format!("{flag} …");
    }
    // What begins like a flag would be taken for one.
    let between = if value.as_bytes().starts_with(b"-") { "=" } else { " " };
    format!("{flag}{between}{}", word(value.as_bytes()))
}

/// As a shell reads it back. Nothing in it steers the terminal.
pub(super) fn quoted(text: &str) -> String {
    word(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::super::args::Command;
    use super::*;

    fn given(words: &[&str]) -> String {
        let matches =
            Args::command().try_get_matches_from([&["callbell-import", "run"], words].concat()).unwrap();
        Given::of(matches.subcommand().unwrap().1).command(Path::new("my list.import"))
    }

    #[test]
    fn a_folder_that_is_called_like_a_flag_is_none() {
        assert_eq!(
            Given::default().command(Path::new("-rf.import")),
            "callbell-import run ./-rf.import/failures.csv --out ./-rf.import/failures.import"
        );
    }

    #[test]
    fn a_path_is_typed_so_that_a_shell_finds_it_and_steers_nothing() {
        let name = OsStr::from_bytes(b"-it's \\ a\nb\x1b[31m\xe2\x80\xae\xff1.csv");
        let typed = argument(Path::new(name));
        assert!(!typed.contains(steers), "{typed}");
        let script = format!("printf %s {typed}");
        let shell = std::process::Command::new("bash").args(["-c", &script]).output().unwrap();
        assert_eq!(OsStr::from_bytes(&shell.stdout), Path::new(".").join(name), "{typed}");
        let long = "x".repeat(250);
        assert_eq!(argument(Path::new(&long)), long, "a name that is cut is another");
        assert_eq!(argument(Path::new("my list.csv")), "'my list.csv'");
    }

    #[test]
    fn a_value_is_typed_whole_and_so_that_a_shell_reads_it_back() {
        let long = "x".repeat(250);
        for value in [&long[..], "two\nlines \x1b[31m\u{202e}", "it's", "-1", "$HOME `id` \\"] {
            let typed = given(&["list.csv", &format!("--set=note={value}")]);
            assert!(!typed.contains(steers), "{typed}");
            let words = typed.replacen("callbell-import", "printf '%s\\0'", 1);
            let shell = std::process::Command::new("bash").args(["-c", &words]).output().unwrap();
            let words = String::from_utf8(shell.stdout).unwrap();
            assert!(words.split('\0').any(|word| word == format!("note={value}")), "{typed}");
        }
    }

    #[test]
    fn what_makes_rows_into_contacts_goes_with_them_and_what_belongs_to_the_file_does_not() {
        let command = given(&[
            "in.csv",
            "--map",
            "name={first} {last}",
            "--map=identifier=phone's",
            "--default-country",
            "IT",
            "--tag-separator=--",
            "--base-url",
            "http://127.0.0.1:1",
            "--encoding",
            "windows-1252",
            "--skip",
            "3",
            "--max-failures",
            "1",
            "--ping",
            "https://hc.example/secret",
            "--api-key-command",
            "echo secret",
            "--sandbox",
        ]);
        let flags = "--map 'name={first} {last}' --map \"identifier=phone's\" --default-country IT --tag-separator=-- --api-key-command … --base-url http://127.0.0.1:1 --sandbox";
        let files = "'my list.import/failures.csv' --out 'my list.import/failures.import'";
        assert_eq!(command, format!("callbell-import run {files} {flags}"));
        let words = shlex::split(&command).unwrap();
        assert!(Args::command().try_get_matches_from(words).is_ok(), "{command}");
    }

    #[test]
    fn an_encoding_that_a_settings_file_says_of_the_list_is_not_said_of_its_failures() {
        let command = Args::command().mut_subcommand("run", |run| {
            run.mut_arg("encoding", |encoding| encoding.default_value("windows-1252"))
        });
        let of = |words: &[&str]| {
            let words = [&["callbell-import", "run", "in.csv"], words].concat();
            let matches = command.clone().try_get_matches_from(words).unwrap();
            Given::of(matches.subcommand().unwrap().1).0.join(" ")
        };
        assert_eq!(of(&[]), "--encoding utf-8");
        assert_eq!(of(&["--encoding", "windows-1252"]), "");
    }

    fn said<'m>(matches: &'m ArgMatches, command: &str) -> &'m ArgMatches {
        matches.subcommand_matches(command).unwrap()
    }

    #[test]
    fn the_command_that_comes_next_has_what_was_said_and_can_be_typed_as_it_is() {
        let parsed = |text: &str| {
            let words = shlex::split(&format!("callbell-import {text}")).unwrap();
            let input = Args::try_parse_from(&words).unwrap_or_else(|error| panic!("{text}: {error}"));
            (Args::command().try_get_matches_from(&words).unwrap(), input)
        };
        let input = |args: Args| match args.command {
            Command::Map(map) => map.input,
            Command::Plan(plan) => plan.check.input,
            Command::Run(run) => run.input,
            _ => unreachable!(),
        };
        let mapped = "map 'my list.csv' --encoding windows-1252 --delimiter ';' --sheet=-a --default-country IT --to m.toml --yes -v";
        let (matches, args) = parsed(mapped);
        let next = Given::to_check(said(&matches, "map"));
        let next = next.next("check", &input(args), Some(("--mapping", Path::new("m.toml"))));
        let file = "'my list.csv' --mapping m.toml --delimiter ';' --encoding windows-1252 --sheet=-a";
        assert_eq!(next, format!("callbell-import check {file}"));
        parsed(next.strip_prefix("callbell-import ").unwrap());

        let (matches, args) =
            parsed("plan a.csv b.csv --out there --on-existing update --skip 2 --json --to p.json");
        let next = Given::to_run(said(&matches, "plan"));
        let next = next.next("run", &input(args), Some(("--plan", Path::new("p.json"))));
        assert_eq!(
            next,
            "callbell-import run a.csv b.csv --plan p.json --out there --skip 2 --on-existing update"
        );
        parsed(next.strip_prefix("callbell-import ").unwrap());

        let (matches, args) =
            parsed("run a.csv --restart --yes --limit 3 --ping https://hc.example/secret -q --no-header");
        let next = Given::to_go_on(said(&matches, "run")).next("run", &input(args), None);
        assert_eq!(next, "callbell-import run a.csv --no-header --limit 3 --yes");
    }

    #[test]
    fn every_flag_that_is_left_out_is_one() {
        let all = Args::command();
        let run = all.find_subcommand("run").unwrap();
        for id in LEFT_OUT.iter().chain(&TALK).chain([&SECRET]) {
            assert!(run.get_arguments().any(|arg| arg.get_id() == id), "{id}");
        }
    }
}
