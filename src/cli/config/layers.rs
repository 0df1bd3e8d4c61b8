//! Which setting goes before which.

use std::any::TypeId;
use std::collections::BTreeMap;
use std::error::Error as _;
use std::path::{Path, PathBuf};

use clap::error::{ContextKind, ContextValue};
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command, CommandFactory as _};

use super::super::args::Args;
use super::error::{ConfigError, Place};
use super::file::{Entry, Layer, SettingsFile};
use super::ownership::{Ownership, Stake};
use super::places::{PROJECT_FILE, Places};
use crate::api::BaseUrl;
use crate::mapping::nearest;
use crate::words::{Message, discreet, message};

/// Flags that say the same thing in different ways: one that is nearer puts the others aside.
const ALTERNATIVES: [&[&str]; 3] = [
    &["api_key_file", "api_key_command"],
    &["header", "no_header", "header_line"],
    &["notify", "notify_command"],
];
/// Where the token comes from.
const TOKEN: &[&str] = ALTERNATIVES[0];
/// Keys by which people would give the token itself.
const SECRETS: [&str; 6] = ["api-key", "apikey", "token", "key", "callbell-api-key", "password"];
/// Files that are read as the settings themselves are, and reach no further.
const ONLY_READ: [&str; 2] = ["mapping", "profile"];

/// Names the preset that is taken where nobody asks for one.
const DEFAULT_PRESET: &str = "default-preset";

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) enum Origin {
    /// A file, at this place.
    File(Place),
    /// Of the command line.
    Flag,
    /// Of an environment variable.
    Environment(String),
    /// Nobody said anything.
    Default,
}

/// A setting of a file that holds.
#[derive(Clone)]
struct Chosen {
    values: Vec<String>,
    layer: Layer,
    place: Place,
}

discreet!(Chosen {});

/// The settings of all files, by the id of their flag; those nearer have won.
#[derive(Debug, Default)]
pub(in crate::cli) struct Layers {
    chosen: BTreeMap<String, Chosen>,
    /// Files that were looked for: its path, and whether it is there.
    pub(super) looked_at: Vec<(Layer, PathBuf, bool)>,
    pub(super) preset: Option<String>,
}

impl Layers {
    /// Reads the files that `bare`, the arguments without any file, and `places` name.
    pub(super) fn read(bare: &ArgMatches, places: &Places) -> Result<Self, ConfigError> {
        let mut layers = Self::default();
        let Some((name, sub)) = bare.subcommand() else { return Ok(layers) };
        let all = Args::command();
        let settable = settable(&all);
        let Some(command) = all.find_subcommand(name).filter(|command| has_settings(command)) else {
            return Ok(layers);
        };
        let named = sub.try_get_one::<PathBuf>("config").ok().flatten();
        let mut files = Vec::new();
        let project = named.map_or(Path::new(PROJECT_FILE), PathBuf::as_path);
        for (layer, path) in [(Layer::Project, Some(project)), (Layer::User, places.user.as_deref())] {
            let Some(path) = path else { continue };
            let file = SettingsFile::read(layer, path)?;
            layers.looked_at.push((layer, path.to_owned(), file.is_some()));
            if file.is_none() && layer == Layer::Project && named.is_some() {
                let source = rustix::io::Errno::NOENT.into();
                return Err(ConfigError::Unreadable { path: path.to_owned(), source });
            }
            files.extend(file);
        }
        // Every key of every file is checked, also those that another command or preset would use.
        for file in &files {
            for entry in file.general.iter().chain(file.presets.values().flatten()) {
                check(entry, file, &settable)?;
            }
        }
        let preset = sub.try_get_one::<String>("preset").ok().flatten();
        layers.preset = preset.cloned().or_else(|| {
            let mut general = files.iter().flat_map(|file| &file.general);
            general.find(|entry| entry.key == DEFAULT_PRESET).and_then(|entry| entry.values.first().cloned())
        });
        if let Some(name) = &layers.preset
            && !files.iter().any(|file| file.presets.contains_key(name))
        {
            return Err(unknown_preset(name, &files));
        }
        for file in files {
            let preset = layers.preset.as_ref().and_then(|name| file.presets.get(name));
            let before: Vec<String> = layers.chosen.keys().cloned().collect();
            for entry in preset.into_iter().flatten().chain(&file.general) {
                let Some(id) = settable.get(&entry.key).map(|arg| arg.get_id().to_string()) else { continue };
                if command.get_arguments().any(|arg| arg.get_id() == id.as_str())
                    && !layers.chosen.contains_key(&id)
                    && !is_put_aside(&id, |other| before.iter().any(|known| known == other))
                {
                    layers.choose(id, entry, &file, &settable);
                }
            }
        }
        layers.give_way_to(sub, command, places);
        layers.keep_the_token_at_home(sub)?;
        Ok(layers)
    }

    fn choose(&mut self, id: String, entry: &Entry, file: &SettingsFile, settable: &BTreeMap<String, Arg>) {
        let is_path = settable
            .get(&entry.key)
            .is_some_and(|arg| arg.get_value_parser().type_id() == TypeId::of::<PathBuf>());
        let folder = file.path.parent().unwrap_or(Path::new(""));
        let values = entry.values.iter();
        let values = values
            .map(|value| if is_path { folder.join(value).display().to_string() } else { value.clone() });
        let chosen = Chosen { values: values.collect(), layer: file.layer, place: entry.place.clone() };
        self.chosen.insert(id, chosen);
    }

    /// Takes out what flags and environment say otherwise.
    fn give_way_to(&mut self, sub: &ArgMatches, command: &Command, places: &Places) {
        let is_said = |id: &str| {
            command.get_arguments().any(|arg| arg.get_id() == id)
                && matches!(sub.value_source(id), Some(ValueSource::CommandLine | ValueSource::EnvVariable))
        };
        self.chosen.retain(|id, _| {
            let is_token = TOKEN.contains(&id.as_str());
            let has_token = is_token && places.has_token;
            let gives_way = has_token || is_said(id) || is_put_aside(id, is_said);
            !gives_way
        });
    }

    /// A folder that somebody else made must not draw the user's token to an address of its choice, nor vouch for one.
    fn keep_the_token_at_home(&self, sub: &ArgMatches) -> Result<(), ConfigError> {
        let from_here = |id: &str| self.chosen.get(id).filter(|setting| setting.layer == Layer::Project);
        let Some(setting) = from_here("ca_cert").or_else(|| from_here("base_url")) else { return Ok(()) };
        let address = setting.values.first().map(String::as_str).unwrap_or_default();
        let is_harmless = from_here("ca_cert").is_none()
            && BaseUrl::parse(address)
                .is_ok_and(|address| address.is_loopback() || address.to_string() == BaseUrl::DEFAULT);
        let is_from_here =
            TOKEN.iter().any(|id| self.chosen.get(*id).is_some_and(|token| token.layer == Layer::Project));
        let is_typed = TOKEN.iter().any(|id| {
            matches!(sub.try_get_raw(id), Ok(Some(_)))
                && sub.value_source(id) == Some(ValueSource::CommandLine)
        });
        if is_harmless || is_from_here || is_typed {
            return Ok(());
        }
        Err(ConfigError::Elsewhere { place: setting.place.clone() })
    }

    /// The command with these settings as the defaults of its flags.
    pub(super) fn onto(&self, all: Command, bare: &ArgMatches) -> Result<Command, ConfigError> {
        let Some((name, sub)) = bare.subcommand() else { return Ok(all) };
        // A flag puts the environment's alternative aside, too.
        let typed = |id: &str| {
            matches!(sub.try_get_raw(id), Ok(Some(_)))
                && sub.value_source(id) == Some(ValueSource::CommandLine)
        };
        let hidden: Vec<&str> = ALTERNATIVES
            .concat()
            .into_iter()
            .filter(|id| {
                matches!(sub.try_get_raw(id), Ok(Some(_)))
                    && sub.value_source(id) == Some(ValueSource::EnvVariable)
                    && is_put_aside(id, typed)
            })
            .collect();
        Ok(all.mut_subcommand(name, |mut command| {
            for (id, chosen) in &self.chosen {
                command = command.mut_arg(id, |arg| arg.default_values(chosen.values.clone()));
            }
            for id in hidden {
                command = command.mut_arg(id, |arg| arg.env(None::<&str>));
            }
            command
        }))
    }

    /// Where the value of a flag comes from, given what was understood in the end.
    pub(super) fn origin(&self, arg: &Arg, sub: &ArgMatches) -> Origin {
        let id = arg.get_id().as_str();
        match sub.value_source(id) {
            Some(ValueSource::CommandLine) => Origin::Flag,
            Some(ValueSource::EnvVariable) => {
                Origin::Environment(arg.get_env().unwrap_or_default().to_string_lossy().into_owned())
            }
            _ => self.chosen.get(id).map_or(Origin::Default, |chosen| Origin::File(chosen.place.clone())),
        }
    }
}

/// Whether something nearer says the same thing in another way.
fn is_put_aside(id: &str, is_said: impl Fn(&str) -> bool) -> bool {
    ALTERNATIVES
        .iter()
        .any(|group| group.contains(&id) && group.iter().any(|other| *other != id && is_said(other)))
}

/// The flags that can be set in a file, by name: those that can be set in the environment, and the lists of the mapping.
pub(super) fn settable(all: &Command) -> BTreeMap<String, Arg> {
    let args = all.get_subcommands().flat_map(Command::get_arguments).chain(all.get_arguments());
    args.filter(|arg| is_settable(arg))
        .filter_map(|arg| Some((arg.get_long()?.to_owned(), arg.clone())))
        .collect()
}

fn is_settable(arg: &Arg) -> bool {
    let id = arg.get_id().as_str();
    !matches!(id, "config" | "preset") && (arg.get_env().is_some() || matches!(id, "maps" | "sets"))
}

fn has_settings(command: &Command) -> bool {
    // A command that takes no settings file has none. The stand-in's `--config` is of another kind: nothing is named in it.
    ["config", "preset"].iter().all(|id| command.get_arguments().any(|arg| arg.get_id() == id))
        && command.get_arguments().any(is_settable)
}

/// What the settings files at `places` say of the language, as far as they can be read.
pub(super) fn language(places: &Places) -> Option<String> {
    let read = |(layer, path)| SettingsFile::read(layer, path).ok().flatten();
    let user = places.user.as_deref().map(|path| (Layer::User, path));
    let files: Vec<SettingsFile> = [Some((Layer::Project, Path::new(PROJECT_FILE))), user]
        .into_iter()
        .flatten()
        .filter_map(read)
        .collect();
    let said = |entries: &[Entry], key: &str| {
        entries.iter().find(|entry| entry.key == key).and_then(|entry| entry.values.first().cloned())
    };
    let preset = files.iter().find_map(|file| said(&file.general, DEFAULT_PRESET));
    files.iter().find_map(|file| {
        let preset = preset.as_ref().and_then(|name| file.presets.get(name));
        preset.and_then(|entries| said(entries, "lang")).or_else(|| said(&file.general, "lang"))
    })
}

/// What is wrong with a project's settings file of this text, if anything is.
pub(super) fn fault(text: &str) -> Option<ConfigError> {
    let settable = settable(&Args::command());
    let judge = || {
        let file =
            SettingsFile::parse(Layer::Project, Path::new(PROJECT_FILE), text, Ownership::writable_by_all())?;
        file.general
            .iter()
            .chain(file.presets.values().flatten())
            .try_for_each(|entry| check(entry, &file, &settable))
    };
    judge().err()
}

fn check(entry: &Entry, file: &SettingsFile, settable: &BTreeMap<String, Arg>) -> Result<(), ConfigError> {
    let (place, key) = (entry.place.clone(), entry.key.clone());
    if key == DEFAULT_PRESET {
        let is_name = !entry.is_list;
        let why = message!("config-preset-name");
        return if is_name { Ok(()) } else { Err(ConfigError::Value { place, key, why }) };
    }
    let Some(arg) = settable.get(&entry.key) else {
        if SECRETS.contains(&key.as_str()) {
            return Err(ConfigError::Secret { place, key });
        }
        let all = Args::command();
        let mut flags = all.get_subcommands().flat_map(Command::get_arguments);
        if flags.any(|arg| arg.get_long() == Some(key.as_str())) {
            return Err(ConfigError::NotASetting { place, key });
        }
        let nearest = nearest(&key, settable.keys().map(String::as_str));
        return Err(ConfigError::UnknownKey { place, key, nearest });
    };
    if entry.is_list && !matches!(arg.get_action(), ArgAction::Append) {
        return Err(ConfigError::Value { place, key, why: message!("config-one-value") });
    }
    for value in &entry.values {
        refuse_a_wrong_value(arg, value).map_err(|why| ConfigError::Value {
            place: place.clone(),
            key: key.clone(),
            why,
        })?;
    }
    let user = rustix::process::geteuid().as_raw();
    let doubt = stake(arg).and_then(|stake| file.ownership.doubt(user, stake));
    match doubt.filter(|_| file.layer == Layer::Project) {
        Some(doubt) => Err(ConfigError::NotOurs { place, key, doubt, user }),
        None => Ok(()),
    }
}

/// What a setting does outside of the import itself, by what its value names.
fn stake(arg: &Arg) -> Option<Stake> {
    if ONLY_READ.contains(&arg.get_long()?) {
        return None;
    }
    let named = arg.get_value_names()?.first()?.as_str();
    match named {
        "COMMAND" => Some(Stake::Command),
        "URL" | "FILE" | "DIR" => Some(Stake::Reach),
        _ => None,
    }
}

/// Asks the flag's own parser.
fn refuse_a_wrong_value(arg: &Arg, value: &str) -> Result<(), Message> {
    if matches!(arg.get_action(), ArgAction::SetTrue) {
        return if matches!(value, "true" | "false") {
            Ok(())
        } else {
            Err(message!("config-true-or-false"))
        };
    }
    let judge = Arg::new("value")
        .value_parser(arg.get_value_parser().clone())
        .allow_hyphen_values(true)
        .required(true);
    let judge = Command::new("settings").no_binary_name(true).arg(judge);
    let Err(error) = judge.try_get_matches_from(["--", value]) else { return Ok(()) };
    if let Some(why) = error.source() {
        return Err(why.to_string().into());
    }
    match error.get(ContextKind::ValidValue) {
        Some(ContextValue::Strings(known)) if !known.is_empty() => {
            Err(message!("config-one-of", values = known.join(", ")))
        }
        _ => Err(message!("config-no-value")),
    }
}

fn unknown_preset(name: &str, files: &[SettingsFile]) -> ConfigError {
    let mut known: Vec<String> = files.iter().flat_map(|file| file.presets.keys().cloned()).collect();
    known.sort();
    known.dedup();
    let mut shown: Vec<String> = files.iter().map(|file| super::super::settings::shown(&file.path)).collect();
    if shown.is_empty() {
        shown.push(message!("config-not-there", file = PROJECT_FILE).told());
    }
    ConfigError::UnknownPreset {
        name: name.to_owned(),
        nearest: nearest(name, known.iter().map(String::as_str)),
        known,
        files: shown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_names_a_file_an_address_or_a_command_reaches_out_of_the_import() {
        let mut reaching = Vec::new();
        for (name, arg) in settable(&Args::command()) {
            let is_path = arg.get_value_parser().type_id() == TypeId::of::<PathBuf>();
            assert!(!is_path || stake(&arg).is_some() || ONLY_READ.contains(&name.as_str()), "{name}");
            reaching.extend(stake(&arg).map(|_| name));
        }
        for name in ["base-url", "notify", "notify-command", "ping", "api-key-command", "api-key-file", "out"]
        {
            assert!(reaching.iter().any(|known| known == name), "{name} is not in {reaching:?}");
        }
    }
}
