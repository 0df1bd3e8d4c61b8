//! `man`: the manual, from the flags themselves.

use clap::CommandFactory as _;

use super::args::{Args, ManArgs};
use super::exit::Exit;
use super::failure::Failure;
use super::{settings, tell};
use crate::words::message;

/// Prints the page of the program, or writes the pages of all commands into a folder.
pub(super) fn man(args: &ManArgs) -> Result<Exit, Failure> {
    let mut command = Args::command();
    command.build();
    if let Some(folder) = &args.to {
        std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(command, folder)).map_err(
            |error| {
                Failure::new(
                    Exit::Output,
                    message!("cannot-write-into", path = settings::shown(folder), why = &error),
                )
            },
        )?;
        return Ok(Exit::Done);
    }
    let page = match &args.command {
        None => &command,
        Some(name) => command.find_subcommand(name).ok_or_else(|| {
            let known: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
            let failure = Failure::usage(message!("no-such-command", name));
            match crate::mapping::nearest(name, known.iter().copied()) {
                Some(nearest) => failure.hint(message!("did-you-mean", nearest)),
                None => failure.hint(message!("there-are", names = known.join(", "))),
            }
        })?,
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page.clone())
        .render(&mut text)
        .map_err(|error| Failure::new(Exit::Bug, message!("no-manual", why = &error)))?;
    tell(&String::from_utf8_lossy(&text));
    Ok(Exit::Done)
}
