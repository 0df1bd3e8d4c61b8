//! Where settings files are.

use std::path::PathBuf;

use super::super::token::TokenEnvironment;

/// The project file's name, in the current folder.
pub(super) const PROJECT_FILE: &str = "callbell-import.toml";

/// What of the surroundings decides about settings.
#[derive(Debug, Clone, Default)]
pub(in crate::cli) struct Places {
    /// The user file.
    pub(in crate::cli) user: Option<PathBuf>,
    /// The environment gives a token.
    pub(in crate::cli) has_token: bool,
}

impl Places {
    /// As the environment says: `$XDG_CONFIG_HOME/callbell-import/config.toml`, or below `~/.config`.
    pub(in crate::cli) fn of_environment() -> Self {
        let folder = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let config = folder("XDG_CONFIG_HOME").or_else(|| folder("HOME").map(|home| home.join(".config")));
        Self {
            user: config.map(|config| config.join("callbell-import").join("config.toml")),
            has_token: TokenEnvironment::read().has_token(),
        }
    }
}
