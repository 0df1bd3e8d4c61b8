//! Finds the API token, in the places where it is safe to keep one.

use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use secrecy::{ExposeSecret as _, SecretString, zeroize::Zeroizing};

use super::args::AccountArgs;
use super::failure::Failure;
use super::token_command::{self, MOST_BYTES, Printed};
use crate::api::ApiToken;
use crate::monitoring::command_of_the_user;
use crate::words::{Message, message};

/// Name of the systemd credential.
const CREDENTIAL: &str = "callbell-api-key";

/// Endings of files that hold a token, and of no token.
const SUFFIXES: [&str; 8] = ["conf", "env", "json", "key", "pem", "secret", "token", "txt"];
/// Fewest characters of what is a token if it has digits or capitals.
const LIKELY_TOKEN: usize = 20;
/// Fewest characters of what is one in any case.
const CERTAIN_TOKEN: usize = 32;

/// What the environment says, read once.
#[derive(Debug, Default)]
pub(super) struct TokenEnvironment {
    pub(super) api_key: Option<SecretString>,
    pub(super) credentials_directory: Option<PathBuf>,
}

impl TokenEnvironment {
    #[expect(clippy::disallowed_methods, reason = "settings are read here")]
    pub(super) fn read() -> Self {
        Self {
            api_key: std::env::var("CALLBELL_API_KEY").ok().map(SecretString::from),
            credentials_directory: std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from),
        }
    }

    /// Whether it gives a token.
    pub(super) fn has_token(&self) -> bool {
        self.api_key.is_some() || self.credential().is_some()
    }

    /// The systemd credential, if there is one.
    fn credential(&self) -> Option<PathBuf> {
        self.credentials_directory.as_ref().map(|folder| folder.join(CREDENTIAL)).filter(|file| file.exists())
    }
}

/// The token from the first of: file, command, systemd credential, `CALLBELL_API_KEY`. The second value is a warning.
///
/// # Errors
///
/// If there is none, or it cannot be one. No error shows any of it.
pub(super) fn find(
    args: &AccountArgs,
    environment: &TokenEnvironment,
) -> Result<(ApiToken, Option<Message>), Failure> {
    if let Some(file) = &args.api_key_file {
        return from_file(file);
    }
    if let Some(command) = &args.api_key_command {
        return from_command(command).map(|token| (token, None));
    }
    if let Some(file) = environment.credential() {
        return from_file(&file);
    }
    match &environment.api_key {
        Some(text) => Ok((parse(text.expose_secret(), "CALLBELL_API_KEY".into())?, None)),
        None => Err(Failure::usage(message!("no-token")).hint(message!("no-token.fix"))),
    }
}

fn parse(text: &str, place: Message) -> Result<ApiToken, Failure> {
    ApiToken::parse(text)
        .map_err(|error| Failure::usage(message!("token-none-in", place, why = error.message())))
}

fn from_file(path: &Path) -> Result<(ApiToken, Option<Message>), Failure> {
    let place = path.display().to_string();
    let failed =
        |error: std::io::Error| Failure::usage(message!("token-unreadable", place = &place, why = &error));
    let file = std::fs::File::open(path).map_err(|error| {
        if !may_be_the_token(path) {
            return failed(error);
        }
        Failure::usage(message!("token-no-such-file", why = &error)).hint(message!("token-no-such-file.fix"))
    })?;
    let found = file.metadata().map_err(failed)?;
    let is_open = is_open_to_others(found.mode(), found.uid() == rustix::process::geteuid().as_raw());
    let mut text = Zeroizing::new(String::new());
    file.take(MOST_BYTES).read_to_string(&mut text).map_err(|error| match error.kind() {
        std::io::ErrorKind::InvalidData => failed(error).hint(message!("token-no-text")),
        _ => failed(error),
    })?;
    let warning = is_open.then(|| message!("token-readable", place = &place));
    Ok((parse(&text, place.into())?, warning))
}

/// Whether others can read a file of this mode than those who have to. The group of a file that is not this user's may be what lets
/// this user read it, as in a container that is given a secret, and its owner has decided that.
fn is_open_to_others(mode: u32, is_ours: bool) -> bool {
    mode & 0o004 != 0 || is_ours && mode & 0o040 != 0
}

/// Whether this, which is no file, may be the token itself, given where its file is expected. A settings file has its own
/// folder put before it.
pub(super) fn may_be_the_token(path: &Path) -> bool {
    let is_in_a_folder = path.parent().is_some_and(|folder| folder.is_dir());
    let said = if is_in_a_folder { path.file_name().unwrap_or_default() } else { path.as_os_str() };
    let said = said.to_string_lossy();
    let suffix = said.rsplit_once('.').map_or("", |(_, suffix)| suffix);
    let is_known_suffix = SUFFIXES.iter().any(|known| suffix.eq_ignore_ascii_case(known));
    let is_mixed = said.chars().any(|c| c.is_ascii_digit() || c.is_ascii_uppercase());
    let length = said.chars().count();
    let begins_as_a_path = said.starts_with(['/', '.', '~']);
    !is_known_suffix && !begins_as_a_path && (length >= LIKELY_TOKEN && is_mixed || length >= CERTAIN_TOKEN)
}

/// Whether this is one word, and none that the shell knows: it may be the token itself, given where its command is expected.
fn is_unknown_word(command: &str) -> bool {
    let word = command.trim();
    let is_more = |c: char| c.is_whitespace() || ";|&<>()$`'\"\\".contains(c);
    if word.is_empty() || word.contains(is_more) || word.starts_with(['/', '.', '~']) {
        return false;
    }
    let known = command_of_the_user(&format!("command -v '{word}'"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    known.is_ok_and(|known| !known.success())
}

fn from_command(command: &str) -> Result<ApiToken, Failure> {
    let is_unknown = is_unknown_word(command);
    // The shell would say which word it does not know.
    let stderr = if is_unknown { Stdio::null() } else { Stdio::inherit() };
    let mut shell = command_of_the_user(command);
    shell.stdin(Stdio::null()).stderr(stderr);
    let printed = token_command::printed(shell, token_command::longest())
        .map_err(|error| Failure::usage(message!("token-command-start", why = &error)))?;
    let (status, printed) = match printed {
        Printed::All(status, printed) => (status, printed),
        Printed::TooMuch => return Err(Failure::usage(message!("token-command-much", bytes = MOST_BYTES))),
        Printed::TooSlow => {
            let seconds = token_command::LONGEST.as_secs();
            return Err(Failure::usage(message!("token-command-slow", seconds))
                .hint(message!("token-command-slow.fix")));
        }
    };
    if !status.success() && is_unknown {
        return Err(
            Failure::usage(message!("token-no-such-command")).hint(message!("token-no-such-command.fix"))
        );
    }
    if !status.success() {
        return Err(Failure::usage(message!("token-command-failed", status = status.to_string())));
    }
    let text =
        std::str::from_utf8(&printed).map_err(|_| Failure::usage(message!("token-command-no-text")))?;
    parse(text, message!("token-command-output"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_open_to_others_where_all_can_read_it_or_a_group_that_need_not() {
        for (mode, is_ours, is_open) in [
            (0o600, true, false),
            (0o400, true, false),
            (0o440, true, true),
            (0o640, true, true),
            (0o644, true, true),
            (0o604, true, true),
            (0o440, false, false),
            (0o640, false, false),
            (0o644, false, true),
            (0o404, false, true),
        ] {
            assert_eq!(is_open_to_others(mode, is_ours), is_open, "{mode:o} {is_ours}");
        }
    }
}
