//! Commands that the user gave, and what they are not told.

use std::io;
use std::ops::{Deref, DerefMut};
use std::process::Command;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::Child;

/// Variables that hold a secret of this program's, or say where one is.
const SECRETS: [&str; 9] = [
    "CALLBELL_API_KEY",
    "CALLBELL_API_KEY_FILE",
    "CALLBELL_IMPORT_API_KEY_COMMAND",
    "CALLBELL_IMPORT_PING",
    "CALLBELL_IMPORT_NOTIFY",
    "CALLBELL_IMPORT_NOTIFY_COMMAND",
    "CALLBELL_IMPORT_FLEET_SERVER",
    "CALLBELL_IMPORT_FLEET_CREDENTIALS",
    "CALLBELL_IMPORT_FLEET_CERTIFICATE_KEY",
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

/// Ends a command that was given a group of its own, with all that it has started.
pub fn end_group(id: u32) {
    let group = id.try_into().ok().and_then(Pid::from_raw);
    if let Some(group) = group {
        // Whoever has ended meanwhile need not be ended.
        let _ = kill_process_group(group, Signal::KILL);
    }
}

/// A command of the user with all that it starts. If it has not ended when this is dropped, they are ended.
pub(super) struct Group(Child);

impl Group {
    /// Begins it. No signal of the terminal reaches it; it is this program's to end it.
    ///
    /// # Errors
    ///
    /// If it cannot be begun.
    pub(super) fn spawn(mut command: tokio::process::Command) -> io::Result<Self> {
        command.process_group(0).kill_on_drop(true).spawn().map(Self)
    }
}

impl Deref for Group {
    type Target = Child;

    fn deref(&self) -> &Child {
        &self.0
    }
}

impl DerefMut for Group {
    fn deref_mut(&mut self) -> &mut Child {
        &mut self.0
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // It has its number until it was waited for, and nobody else has it until then.
        if let Some(id) = self.0.id() {
            end_group(id);
        }
    }
}
