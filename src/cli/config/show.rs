//! `config show`: every setting of `run` with its value and where it comes from.

use std::ffi::OsString;

use clap::{ArgAction, ArgMatches, CommandFactory as _};

use super::super::args::{Args, ConfigArgs};
use super::super::exit::Exit;
use super::super::failure::Failure;
use super::super::{settings, tell};
use super::file::Layer;
use super::layers::{Layers, Origin};
use super::{Places, Refusal};
use crate::model::printable;
use crate::words::message;

/// Settings whose values may hold a secret: a command line, an address with a key in it.
const SECRET: [&str; 4] = ["api-key-command", "notify-command", "ping", "notify"];

pub(in crate::cli) fn show(args: &ConfigArgs, places: &Places) -> Result<Exit, Failure> {
    let mut arguments: Vec<OsString> = ["callbell-import", "run", "-"].map(OsString::from).to_vec();
    arguments.extend(args.flags.iter().cloned());
    let (matches, layers) = match super::matches(&arguments, places) {
        Ok(understood) => understood,
        Err(Refusal::Failed(failure)) => return Err(failure),
        Err(Refusal::Said(error)) => {
            if let Some(failure) = super::refused_variable(&arguments, &error) {
                return Err(failure);
            }
            let text = error.to_string();
            let text = text.strip_prefix("error: ").unwrap_or(&text).split("\n\n").next().unwrap_or_default();
            return Err(Failure::usage(text.to_owned()).hint(message!("config-show-flags")));
        }
    };
    let Some((_, sub)) = matches.subcommand() else { return Ok(Exit::Usage) };
    tell(&text(&layers, sub, places));
    Ok(Exit::Done)
}

fn text(layers: &Layers, sub: &ArgMatches, places: &Places) -> String {
    let mut text = String::new();
    for (layer, path, is_there) in &layers.looked_at {
        let name = match layer {
            Layer::Project => message!("config-project"),
            Layer::User => message!("config-user"),
        };
        let missing =
            if *is_there { String::new() } else { format!(" ({})", message!("config-missing").told()) };
        text.push_str(&format!("{:8} {}{missing}\n", name.told(), settings::shown(path)));
    }
    if let Some(preset) = &layers.preset {
        text.push_str(&format!("{:8} {}\n", message!("config-preset").told(), printable(preset)));
    }
    if places.has_token {
        let from = message!("config-token-from-environment").told();
        text.push_str(&format!("{:8} {from}\n", message!("config-token").told()));
    }
    text.push('\n');
    let all = Args::command();
    let Some(run) = all.find_subcommand("run") else { return text };
    let settable = super::layers::settable(&all);
    for arg in run.get_arguments() {
        let Some(name) = arg.get_long().filter(|name| settable.contains_key(*name)) else { continue };
        let values = match sub.get_raw(arg.get_id().as_str()) {
            None => "-".to_owned(),
            Some(_) if SECRET.contains(&name) => format!("({})", message!("config-not-shown").told()),
            Some(_) if matches!(arg.get_action(), ArgAction::SetTrue) => {
                sub.get_flag(arg.get_id().as_str()).to_string()
            }
            Some(values) => {
                values.map(|value| printable(&value.to_string_lossy())).collect::<Vec<_>>().join(", ")
            }
        };
        let origin = match layers.origin(arg, sub) {
            Origin::Flag => message!("config-flag"),
            Origin::Environment(name) => message!("config-environment", name),
            Origin::File(place) => {
                message!("config-file-line", file = &place.file, line = place.line.to_string())
            }
            Origin::Default => message!("config-default"),
        };
        text.push_str(&format!("{name:21} {values:27} {}\n", origin.told()));
    }
    text
}
