//! `completions SHELL`: the program itself completes its command lines, so that it can look into the file that is given.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use clap::{CommandFactory as _, FromArgMatches as _};
use clap_complete::CompletionCandidate;
use clap_complete::env::{CompleteEnv, Shells};

use super::args::{Args, CompletionsArgs, InputArgs};
use super::config::{self, Places};
use super::exit::Exit;
use super::failure::Failure;
use super::{settings, tell};
use crate::input::{InputFile, InputFiles, InputOptions, Records};
use crate::mapping::Profile;
use crate::model::Field;
use crate::words::{Language, message};

/// What shells ask with.
const VARIABLE: &str = "COMPLETE";
const PROGRAM: &str = "callbell-import";

/// Answers a shell that asks how a command line goes on. `false` if no shell asks.
pub(super) fn answered(arguments: &[OsString]) -> Result<bool, clap::Error> {
    let here = std::env::current_dir().ok();
    CompleteEnv::with_factory(Args::command)
        .var(VARIABLE)
        .bin(PROGRAM)
        .try_complete(arguments.iter().cloned(), here.as_deref())
}

/// Prints what a shell needs to know to ask.
pub(super) fn completions(args: &CompletionsArgs) -> Result<Exit, Failure> {
    let shells = Shells::builtins();
    let Some(shell) = shells.completer(&args.shell) else {
        let known: Vec<&str> = shells.names().collect();
        let refusal = Failure::usage(message!("no-completions-for", shell = &args.shell));
        return Err(refusal.hint(message!("there-are", names = known.join(", "))));
    };
    let mut script = Vec::new();
    shell
        .write_registration(VARIABLE, PROGRAM, PROGRAM, PROGRAM, &mut script)
        .map_err(|error| Failure::new(Exit::Bug, message!("no-completions", why = &error)))?;
    let script = String::from_utf8_lossy(&script).into_owned();
    tell(&if shell.name() == "bash" { with_whole_words(&script) } else { script });
    Ok(Exit::Done)
}

/// Bash takes `identifier=phone` for three words, and does not quote what has a space in it.
fn with_whole_words(script: &str) -> String {
    let taken_apart = "    local words=(\"${COMP_WORDS[@]}\")\n";
    let together = r#"    local words=() word glued=0 i
    for ((i = 0; i < ${#COMP_WORDS[@]}; i++)); do
        word=${COMP_WORDS[i]}
        if [[ $word == "=" && ${#words[@]} -gt 0 ]]; then words[${#words[@]}-1]+="="; glued=1
        elif ((glued)); then words[${#words[@]}-1]+=$word; glued=0
        else words+=("$word"); fi
        if ((i == COMP_CWORD)); then _CLAP_COMPLETE_INDEX=$((${#words[@]} - 1)); fi
    done
    local current=${words[_CLAP_COMPLETE_INDEX]}
"#;
    let replied = "    if [[ $? != 0 ]]; then\n";
    let asked =
        "    if [[ \"${BASH_VERSINFO[0]}\" -ge 4 ]]; then\n        words[COMP_CWORD]=\"$2\"\n    fi\n";
    let without_start = r#"    local status=$?
    if [[ $current == *=* ]]; then COMPREPLY=("${COMPREPLY[@]#"${current%%=*}="}"); fi
    COMPREPLY=("${COMPREPLY[@]// /\\ }")
    if [[ $status != 0 ]]; then
"#;
    script.replacen(taken_apart, together, 1).replacen(asked, "", 1).replacen(replied, without_start, 1)
}

/// `FIELD=COLUMN`, with the columns of the file that stands in the command line.
pub(super) fn assignments(current: &OsStr) -> Vec<CompletionCandidate> {
    let Some(current) = current.to_str() else { return Vec::new() };
    let Some((field, start)) = current.split_once('=') else {
        let fields = Field::ALL.into_iter().map(|field| format!("{}=", field.wire_name()));
        return fields
            .chain(["custom_fields.".to_owned()])
            .filter(|field| field.starts_with(current))
            .map(CompletionCandidate::new)
            .collect();
    };
    let arguments: Vec<OsString> = std::env::args_os().collect();
    columns(&arguments)
        .into_iter()
        .filter(|column| column.starts_with(start))
        .map(|column| CompletionCandidate::new(format!("{field}={column}")))
        .collect()
}

fn candidates(names: impl IntoIterator<Item = impl Into<OsString>>) -> Vec<CompletionCandidate> {
    names.into_iter().map(CompletionCandidate::new).collect()
}

/// Shells that can ask.
pub(super) fn shells() -> Vec<CompletionCandidate> {
    candidates(Shells::builtins().names())
}

/// Commands that have a page.
pub(super) fn commands() -> Vec<CompletionCandidate> {
    let mut command = Args::command();
    command.build();
    candidates(command.get_subcommands().map(clap::Command::get_name))
}

/// Programs whose files are known.
pub(super) fn profiles() -> Vec<CompletionCandidate> {
    candidates(Profile::names().chain(["none"]))
}

/// Languages that are spoken.
pub(super) fn languages() -> Vec<CompletionCandidate> {
    candidates(Language::ALL.iter().map(|language| language.tag()))
}

/// Presets of the settings files; none where one cannot be read.
pub(super) fn presets() -> Vec<CompletionCandidate> {
    let typed: Vec<OsString> = std::env::args_os().collect();
    let mut words = typed.iter().skip_while(|word| *word != "--config").skip(1);
    candidates(
        config::preset_names(words.next().map(Path::new), &Places::of_environment()).unwrap_or_default(),
    )
}

/// The columns of the first file in a command line; none if there is none that can be read.
fn columns(arguments: &[OsString]) -> Vec<String> {
    let typed = arguments.iter().skip_while(|argument| *argument != "--").skip(1);
    let typed: Vec<&OsString> = typed.collect();
    let file: Option<PathBuf> = typed.iter().skip(2).map(PathBuf::from).find(|path| path.is_file());
    file.and_then(|file| header(&file, &said_of_the_input(&typed).unwrap_or_default())).unwrap_or_default()
}

/// What a command line says of its input, as far as it is typed.
fn said_of_the_input(typed: &[&OsString]) -> Option<InputOptions> {
    // Assignments say nothing of it, and the one that is being typed would be refused.
    let mut words = typed.iter().copied();
    let mut kept: Vec<&OsString> = Vec::with_capacity(typed.len());
    while let Some(word) = words.next() {
        match word.to_str() {
            Some("--map" | "--set") => drop(words.next()),
            Some(word) if word.starts_with("--map=") || word.starts_with("--set=") => {}
            _ => kept.push(word),
        }
    }
    let matches = Args::command().ignore_errors(true).try_get_matches_from(kept).ok()?;
    let (_, of_command) = matches.subcommand()?;
    Some(settings::input(&InputArgs::from_arg_matches(of_command).ok()?))
}

fn header(file: &Path, options: &InputOptions) -> Option<Vec<String>> {
    let input = InputFile::open(file, options, &tempfile::tempfile).ok()?;
    let input = InputFiles::new(vec![input]).ok()?;
    let records = Records::new(&input).ok()?;
    Some(records.header().names.clone())
}
