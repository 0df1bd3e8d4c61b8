//! `man`: the manual, from the flags themselves.

use std::io;

use clap::builder::Resettable;
use clap::{Command, CommandFactory as _};
use clap_mangen::roff::{Roff, roman};

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
        let first = clap_mangen::Man::new(command.clone()).get_filename();
        std::fs::create_dir_all(folder)
            .and_then(|()| clap_mangen::generate_to(command.clone(), folder))
            .and_then(|()| std::fs::write(folder.join(first), page(command)?))
            .map_err(|error| {
                Failure::new(
                    Exit::Output,
                    message!("cannot-write-into", path = settings::shown(folder), why = &error),
                )
            })?;
        return Ok(Exit::Done);
    }
    let asked = match &args.command {
        None => &command,
        Some(name) => command.find_subcommand(name).ok_or_else(|| {
            let known: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
            let failure = Failure::usage(message!("no-such-command", name));
            match crate::mapping::nearest(name, known.iter().copied()) {
                Some(nearest) => failure.hint(message!("did-you-mean", nearest)),
                None => failure.hint(message!("there-are", names = known.join(", "))),
            }
        })?,
    };
    let text =
        page(asked.clone()).map_err(|error| Failure::new(Exit::Bug, message!("no-manual", why = &error)))?;
    tell(&String::from_utf8_lossy(&text));
    Ok(Exit::Done)
}

/// The page of a command, its examples as they are typed and under that name.
fn page(mut command: Command) -> io::Result<Vec<u8>> {
    let examples = command.get_after_long_help().map(ToString::to_string);
    command = command.after_long_help(Resettable::Reset);
    let mut text = Vec::new();
    clap_mangen::Man::new(command).render(&mut text)?;
    if let Some(examples) = examples {
        let mut section = Roff::new();
        section.control("SH", ["EXAMPLES"]).control("nf", []);
        // The first line is the heading.
        for line in examples.lines().skip(1) {
            section.text([roman(line)]);
        }
        section.control("fi", []);
        section.to_writer(&mut text)?;
    }
    Ok(text)
}
