//! Settings: flag > environment > project file > user file > default.
//!
//! A setting of a file becomes the default of its flag, so that the flag's own checks hold for it and whatever is nearer
//! goes before it.

mod error;
mod file;
mod layers;
mod places;
mod show;

use std::ffi::OsString;

use clap::{CommandFactory as _, FromArgMatches as _};

use super::args::Args;
use super::failure::Failure;
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
    Ok(Args::from_arg_matches(&matches)?)
}

/// What was understood, and the settings that were used.
fn matches(arguments: &[OsString], places: &Places) -> Result<(clap::ArgMatches, Layers), Refusal> {
    // Without the files first: help needs none, and what stands here decides which files are meant.
    let bare = Args::command().try_get_matches_from(arguments)?;
    let layers = Layers::read(&bare, places).map_err(|error| Refusal::Failed(error.into()))?;
    let command = layers.onto(Args::command(), &bare).map_err(|error| Refusal::Failed(error.into()))?;
    Ok((command.try_get_matches_from(arguments)?, layers))
}
