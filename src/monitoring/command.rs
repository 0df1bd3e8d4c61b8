//! Commands that the user gave, and what they are not told.

use std::process::Command;

/// Variables that hold a secret of this program's, or say where one is.
const SECRETS: [&str; 6] = [
    "CALLBELL_API_KEY",
    "CALLBELL_API_KEY_FILE",
    "CALLBELL_IMPORT_API_KEY_COMMAND",
    "CALLBELL_IMPORT_PING",
    "CALLBELL_IMPORT_NOTIFY",
    "CALLBELL_IMPORT_NOTIFY_COMMAND",
];

/// `sh -c command`, with the environment of this process but for its secrets. (`CREDENTIALS_DIRECTORY` stays: it is the
/// service's, which may keep something there for the command.)
pub fn command_of_the_user(command: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(command);
    for secret in SECRETS {
        shell.env_remove(secret);
    }
    shell
}
