//! The alarm for jobs that nobody watches: a file that is unlike those before it is not sent unasked.

use std::path::Path;

use super::arg_values::MaxDriftArg;
use super::exit::Exit;
use super::failure::Failure;
use crate::history::{Figures, History};
use crate::results::{OutputDir, OutputError};
use crate::words::message;

/// The history's name in the folder.
pub(super) const NAME: &str = "history.json";

/// What is remembered in `folder`; nothing if it cannot be read, which is no reason to send or not to send.
fn read(folder: &Path) -> History {
    let text = std::fs::read_to_string(folder.join(NAME)).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

/// Stops a run whose file is unlike those of the last ones.
pub(super) fn judge(folder: &OutputDir, run: Figures, most: MaxDriftArg) -> Result<(), Failure> {
    let Some(tolerance) = most.0 else { return Ok(()) };
    read(folder.path()).judge(run, tolerance).map_err(|drift| {
        Failure::new(Exit::Stopped, message!("drift", what = drift.message()))
            .hint(match drift.passes_with() {
                Some(share) => message!("drift.fix", share),
                None => message!("drift-once"),
            })
            .outside(message!("drift-meaning"), drift.message())
    })
}

/// Remembers a run that came to its end.
pub(super) fn remember(folder: &OutputDir, run: Figures) -> Result<(), OutputError> {
    let mut history = read(folder.path());
    history.note(run);
    let text = serde_json::to_string(&history).unwrap_or_default();
    let mut file = folder.create(NAME)?;
    file.write(text.as_bytes())?;
    file.finish()
}
