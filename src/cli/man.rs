//! `man`: the manual, from the flags themselves.

use clap::CommandFactory as _;

use super::args::{Args, ManArgs};
use super::exit::Exit;
use super::failure::Failure;
use super::{settings, tell};

/// Prints the page of the program, or writes the pages of all commands into a folder.
pub(super) fn man(args: &ManArgs) -> Result<Exit, Failure> {
    let mut command = Args::command();
    command.build();
    if let Some(folder) = &args.to {
        std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(command, folder)).map_err(
            |error| {
                Failure::new(Exit::Output, format!("cannot write into {}: {error}", settings::shown(folder)))
            },
        )?;
        return Ok(Exit::Done);
    }
    let page = match &args.command {
        None => &command,
        Some(name) => command.find_subcommand(name).ok_or_else(|| {
            let known: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
            let failure = Failure::usage(format!("there is no command `{name}`"));
            match crate::mapping::nearest(name, known.iter().copied()) {
                Some(nearest) => failure.hint(format!("did you mean `{nearest}`?")),
                None => failure.hint(format!("there are: {}", known.join(", "))),
            }
        })?,
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page.clone())
        .render(&mut text)
        .map_err(|error| Failure::new(Exit::Bug, format!("cannot make the manual: {error}")))?;
    tell(&String::from_utf8_lossy(&text));
    Ok(Exit::Done)
}
