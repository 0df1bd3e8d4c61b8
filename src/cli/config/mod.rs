//! Settings: flag > environment > project file > user file > default.
//!
//! A setting of a file becomes the default of its flag, so that the flag's own checks hold for it and whatever is nearer
//! goes before it.

mod environment;
mod error;
mod file;
mod layers;
mod ownership;
mod places;
mod show;

use std::ffi::OsString;
use std::path::Path;

use clap::{CommandFactory as _, FromArgMatches as _};

use super::args::{Args, Command};
use super::failure::{Failure, safe};
use super::given::Given;
use crate::words::Language;
#[cfg(feature = "fleet")]
use crate::words::message;
use layers::Layers;
pub(super) use places::Places;
pub(super) use show::show;

/// Why arguments are no command.
pub(super) enum Refusal {
    /// Help, the version, or a mistake that the parser tells about.
    Said(clap::Error),
    /// A mistake in the settings.
    Failed(Failure),
}

impl From<clap::Error> for Refusal {
    fn from(error: clap::Error) -> Self {
        Self::Said(error)
    }
}

/// Reads arguments, the program's name first, over the settings files at `places`.
pub(super) fn parse(arguments: &[OsString], places: &Places) -> Result<Args, Refusal> {
    let matches = matches(arguments, places)?.0;
    let mut args = Args::from_arg_matches(&matches)?;
    let variables = std::env::vars_os().map(|(name, _)| name);
    environment::not_read(&Args::command(), variables).iter().for_each(|told| super::say(&told.told()));
    match (&mut args.command, matches.subcommand()) {
        (Command::Run(run), Some((_, sub))) => {
            (run.given, run.to_go_on) = (Given::of(sub), Given::to_go_on(sub));
        }
        (Command::Plan(plan), Some((_, sub))) => plan.to_run = Given::to_run(sub),
        (Command::Map(map), Some((_, sub))) => map.to_check = Given::to_check(sub),
        _ => {}
    }
    Ok(args)
}

/// What to say of a value that is refused, if it is that of a variable of the environment.
pub(super) fn refused_variable(arguments: &[OsString], error: &clap::Error) -> Option<Failure> {
    environment::refused(&Args::command(), arguments, error)
}

/// An error with the names of variables of the environment in the place of values that may be a token.
pub(super) fn without_tokens(text: String) -> String {
    environment::without_tokens(text)
}

/// The language that the settings files at `places` name, for a command that takes nothing else of them. A mistake in them is told by
/// those that do.
pub(super) fn language(places: &Places) -> Option<Language> {
    layers::language(places)?.parse().ok()
}

/// What is wrong with a settings file of this text, in words, if anything is. It is one of a strange folder.
pub fn fault_in_settings(text: &str) -> Option<String> {
    layers::fault(text).map(|error| safe(&error.to_string()))
}

/// What was understood, and the settings that were used.
pub(super) fn matches(
    arguments: &[OsString],
    places: &Places,
) -> Result<(clap::ArgMatches, Layers), Refusal> {
    // Without the files first: help needs none, and what stands here decides which files are meant.
    let bare = Args::command().try_get_matches_from(arguments)?;
    let layers = Layers::read(&bare, places).map_err(|error| Refusal::Failed(error.into()))?;
    let command = layers.onto(Args::command(), &bare).map_err(|error| Refusal::Failed(error.into()))?;
    Ok((command.try_get_matches_from(arguments)?, layers))
}

/// What a preset says of an account, and nothing else does: an environment that gives one token would give it to all.
#[cfg(feature = "fleet")]
pub(super) fn account(
    preset: &str,
    config: Option<&Path>,
    places: &Places,
) -> Result<super::args::AccountArgs, Refusal> {
    let mut arguments: Vec<OsString> =
        ["callbell-import", "account", "--preset", preset].map(Into::into).into();
    if let Some(config) = config {
        arguments.extend(["--config".into(), config.into()]);
    }
    let places = Places { has_token: false, ..places.clone() };
    let command = without_environment(Args::command(), "account");
    let bare = command.clone().try_get_matches_from(&arguments)?;
    let layers = Layers::read(&bare, &places).map_err(|error| Refusal::Failed(error.into()))?;
    let command = layers.onto(command, &bare).map_err(|error| Refusal::Failed(error.into()))?;
    match Args::from_arg_matches(&command.try_get_matches_from(&arguments)?)?.command {
        Command::Account(account) => Ok(account.account),
        _ => Err(Refusal::Failed(Failure::new(
            super::exit::Exit::Bug,
            message!("fleet-bug", what = "account"),
        ))),
    }
}

/// The presets of the settings files that `is_meant`, by what they say.
fn presets(
    config: Option<&Path>,
    places: &Places,
    is_meant: impl Fn(&[file::Entry]) -> bool,
) -> Result<Vec<String>, Failure> {
    let project = config.unwrap_or(Path::new(places::PROJECT_FILE));
    let mut presets = std::collections::BTreeSet::new();
    for (layer, path) in [(file::Layer::Project, Some(project)), (file::Layer::User, places.user.as_deref())]
    {
        let Some(path) = path else { continue };
        let Some(file) = file::SettingsFile::read(layer, path)? else { continue };
        presets.extend(file.presets.into_iter().filter(|(_, said)| is_meant(said)).map(|(name, _)| name));
    }
    Ok(presets.into_iter().collect())
}

/// What the presets of the settings files are called; `config` stands in the place of the project's file.
pub(super) fn preset_names(config: Option<&Path>, places: &Places) -> Result<Vec<String>, Failure> {
    presets(config, places, |_| true)
}

/// The presets that give a token.
#[cfg(feature = "fleet")]
pub(super) fn presets_with_a_token(config: Option<&Path>, places: &Places) -> Result<Vec<String>, Failure> {
    let gives_token = |entry: &file::Entry| matches!(&*entry.key, "api-key-file" | "api-key-command");
    presets(config, places, |said| said.iter().any(gives_token))
}

/// A command whose flags are what is said, whatever the environment says.
#[cfg(feature = "fleet")]
pub(super) fn without_environment(all: clap::Command, name: &str) -> clap::Command {
    all.mut_subcommand(name, |command| command.mut_args(|arg| arg.env(None::<&str>)))
}
