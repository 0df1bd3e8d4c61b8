//! Every room's error → words, a hint, a number.

use console::style;

use super::exit::Exit;
use crate::api::{BaseUrlError, HttpError};
use crate::input::Unreadable;
use crate::intake::IntakeError;
use crate::journal::{JournalError, LockError};
use crate::mapping::MappingError;
use crate::model::steers;
use crate::results::OutputError;
use crate::run::RunError;
use crate::survey::SurveyError;

/// Why the program cannot do what it was asked.
#[derive(Debug)]
pub(super) struct Failure {
    exit: Exit,
    message: String,
    hint: Option<String>,
}

impl Failure {
    pub(super) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), hint: None }
    }

    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    pub(super) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    pub(super) fn exit(&self) -> Exit {
        self.exit
    }

    /// What is shown. Paths and column names come from outside, so nothing in it may steer the terminal.
    pub(super) fn text(&self) -> String {
        let safe = |text: &str| -> String {
            text.chars().map(|c| if steers(c) && c != '\n' { '\u{fffd}' } else { c }).collect()
        };
        let mut text = format!("{} {}\n", style("error:").for_stderr().red().bold(), safe(&self.message));
        if let Some(hint) = &self.hint {
            text.push_str(&format!(" {} {}\n", style("hint:").for_stderr().cyan().bold(), safe(hint)));
        }
        text
    }
}

impl From<Unreadable> for Failure {
    fn from(error: Unreadable) -> Self {
        let exit = match error {
            Unreadable::Spool { .. } | Unreadable::Aside { .. } => Exit::Output,
            ref error if error.is_question() => Exit::Usage,
            _ => Exit::Input,
        };
        let hint = error.hint();
        Self { exit, message: error.to_string(), hint }
    }
}

impl From<MappingError> for Failure {
    fn from(error: MappingError) -> Self {
        let hint = error.hint();
        Self { exit: Exit::Usage, message: error.to_string(), hint }
    }
}

impl From<OutputError> for Failure {
    fn from(error: OutputError) -> Self {
        Self::new(Exit::Output, error.to_string())
    }
}

impl From<JournalError> for Failure {
    fn from(error: JournalError) -> Self {
        let (exit, hint) = match &error {
            JournalError::Io { .. } => (
                Exit::Output,
                "nothing is sent that cannot be written down; make room, then run the same command again",
            ),
            JournalError::Newer { .. } => {
                (Exit::Usage, "use the newer program, or another folder: --out DIR")
            }
            JournalError::HeadLost { .. } => (
                Exit::Usage,
                "put back a copy of the folder, or pass --restart, which forgets what was created: compare with results.csv",
            ),
            JournalError::Changed => (Exit::Output, "nothing else may write into the folder of an import"),
        };
        Self::new(exit, error.to_string()).hint(hint)
    }
}

impl From<LockError> for Failure {
    fn from(error: LockError) -> Self {
        let (exit, hint) = match error {
            LockError::Held { .. } => {
                (Exit::Locked, "wait until it has ended, or import into another folder: --out DIR")
            }
            LockError::Unwritable { .. } => {
                (Exit::Output, "import into a folder that can be written: --out DIR")
            }
            LockError::Unsupported { .. } => {
                (Exit::Locked, "an import needs a folder on a file system with locks: --out DIR")
            }
        };
        Self::new(exit, error.to_string()).hint(hint)
    }
}

impl From<SurveyError<OutputError>> for Failure {
    fn from(error: SurveyError<OutputError>) -> Self {
        match error {
            SurveyError::Unreadable(error) => error.into(),
            SurveyError::Scratch(_) => Self::new(Exit::Output, error.to_string()),
            SurveyError::Rejected(error) => error.into(),
        }
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Intake(IntakeError::Unreadable(error)) => error.into(),
            RunError::Intake(error @ IntakeError::Scratch(_)) => Self::new(Exit::Output, error.to_string()),
            RunError::Intake(error @ IntakeError::Thread(_)) => Self::new(Exit::Bug, error.to_string()),
            RunError::Intake(IntakeError::Journal(error)) | RunError::Journal(error) => error.into(),
            RunError::Output(error) => error.into(),
            RunError::Broken(_) | RunError::Miscounted(_) => {
                Self::new(Exit::Bug, error.to_string()).hint("this is a bug; please report it")
            }
        }
    }
}

impl From<HttpError> for Failure {
    fn from(error: HttpError) -> Self {
        Self::usage(error.to_string())
    }
}

impl From<BaseUrlError> for Failure {
    fn from(error: BaseUrlError) -> Self {
        Self::usage(format!("--base-url cannot be used: {error}"))
    }
}
