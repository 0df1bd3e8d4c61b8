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
use crate::words::{Message, message};

/// Why the program cannot do what it was asked.
#[derive(Debug)]
pub(super) struct Failure {
    exit: Exit,
    message: Message,
    hint: Option<Message>,
    /// What the exit code means in this case, if that is not what it means as a rule, and why; it names nobody and no file.
    outside: Option<Box<Outside>>,
}

/// What may be told to other programs about a failure.
#[derive(Debug, Clone)]
pub(super) struct Outside {
    pub(super) meaning: Message,
    pub(super) cause: Message,
}

impl Failure {
    pub(super) fn new(exit: Exit, message: impl Into<Message>) -> Self {
        Self { exit, message: message.into(), hint: None, outside: None }
    }

    pub(super) fn usage(message: impl Into<Message>) -> Self {
        Self::new(Exit::Usage, message)
    }

    pub(super) fn hint(self, hint: impl Into<Message>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// The same, with what may be told to other programs.
    pub(super) fn outside(self, meaning: Message, cause: Message) -> Self {
        Self { outside: Some(Box::new(Outside { meaning, cause })), ..self }
    }

    /// What may be told to other programs besides the exit code.
    pub(super) fn told_outside(&self) -> Option<&Outside> {
        self.outside.as_deref()
    }

    pub(super) fn exit(&self) -> Exit {
        self.exit
    }

    /// What is wrong, and what can be done about it.
    pub(super) fn words(&self) -> (&Message, Option<&Message>) {
        (&self.message, self.hint.as_ref())
    }

    /// What is shown. Paths and column names come from outside, so nothing in it may steer the terminal.
    pub(super) fn text(&self) -> String {
        let error = style(message!("error").told()).for_stderr().red().bold();
        let mut text = format!("{error} {}\n", safe(&self.message.told()));
        if let Some(hint) = &self.hint {
            let word = style(message!("hint").told()).for_stderr().cyan().bold();
            text.push_str(&format!(" {word} {}\n", safe(&hint.told())));
        }
        text
    }
}

/// Text of several lines, in which nothing steers the terminal.
pub(super) fn safe(text: &str) -> String {
    text.chars().map(|c| if steers(c) && c != '\n' { '\u{fffd}' } else { c }).collect()
}

impl From<Unreadable> for Failure {
    fn from(error: Unreadable) -> Self {
        let exit = match error {
            Unreadable::Spool { .. } | Unreadable::Aside { .. } => Exit::Output,
            ref error if error.is_question() => Exit::Usage,
            _ => Exit::Input,
        };
        let hint = error.hint();
        Self { exit, message: error.message(), hint, outside: None }
    }
}

impl From<MappingError> for Failure {
    fn from(error: MappingError) -> Self {
        let hint = error.hint();
        Self { exit: Exit::Usage, message: error.message(), hint, outside: None }
    }
}

impl From<OutputError> for Failure {
    fn from(error: OutputError) -> Self {
        use std::io::ErrorKind::{
            AlreadyExists, FileTooLarge, InvalidFilename, NotADirectory, NotFound, QuotaExceeded, StorageFull,
        };
        let failure = Self::new(Exit::Output, error.message());
        match &error {
            OutputError::Write { source, .. } if source.kind() == NotFound => {
                failure.hint(message!("hint-folder-gone"))
            }
            OutputError::Folder { source, .. } | OutputError::Write { source, .. } => match source.kind() {
                StorageFull | QuotaExceeded | FileTooLarge => failure.hint(message!("hint-make-room")),
                InvalidFilename => failure.hint(message!("hint-shorter-folder")),
                AlreadyExists | NotADirectory => failure.hint(message!("hint-no-folder")),
                _ => failure,
            },
            OutputError::FolderOfAnother { path, owner } => {
                let (folder, owner) = (super::given::argument(path), owner.to_string());
                let user = rustix::process::geteuid().as_raw().to_string();
                failure.hint(message!("hint-folder-of-another", folder, owner, user))
            }
            OutputError::OfAnother { path, .. } => {
                let folder = super::settings::shown(path.parent().unwrap_or(path));
                failure.hint(message!("hint-give-back", folder))
            }
        }
    }
}

impl From<JournalError> for Failure {
    fn from(error: JournalError) -> Self {
        let (exit, hint) = match &error {
            JournalError::Io { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
                (Exit::Output, message!("hint-folder-gone"))
            }
            JournalError::Io { .. } => (Exit::Output, message!("hint-make-room")),
            JournalError::Newer { .. } => (Exit::Usage, message!("hint-newer-program")),
            JournalError::HeadLost { .. } => (Exit::Usage, message!("hint-put-back")),
            JournalError::Changed => (Exit::Output, message!("hint-nothing-else-may-write")),
        };
        Self::new(exit, error.message()).hint(hint)
    }
}

impl From<LockError> for Failure {
    fn from(error: LockError) -> Self {
        let (exit, hint) = match error {
            LockError::Held { .. } => (Exit::Locked, message!("hint-wait-for-the-lock")),
            LockError::Unwritable { .. } => (Exit::Output, message!("hint-writable-folder")),
            LockError::Unsupported { .. } => (Exit::Output, message!("hint-folder-with-locks")),
        };
        Self::new(exit, error.message()).hint(hint)
    }
}

impl From<SurveyError<OutputError>> for Failure {
    fn from(error: SurveyError<OutputError>) -> Self {
        match error {
            SurveyError::Unreadable(error) => error.into(),
            SurveyError::Scratch(why) => Self::new(Exit::Output, message!("survey-scratch", why = &why)),
            SurveyError::Rejected(error) => error.into(),
        }
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Intake(IntakeError::Unreadable(error)) => error.into(),
            RunError::Intake(error @ IntakeError::Scratch(_)) => Self::new(Exit::Output, error.message()),
            RunError::Intake(error @ IntakeError::Thread(_)) => Self::new(Exit::Bug, error.message()),
            RunError::Intake(IntakeError::Journal(error)) | RunError::Journal(error) => error.into(),
            RunError::Output(error) => error.into(),
            RunError::Broken(_) | RunError::Miscounted(_) => {
                Self::new(Exit::Bug, error.message()).hint(message!("hint-bug"))
            }
        }
    }
}

impl From<HttpError> for Failure {
    fn from(error: HttpError) -> Self {
        Self::usage(error.message())
    }
}

impl From<BaseUrlError> for Failure {
    fn from(error: BaseUrlError) -> Self {
        Self::usage(message!("base-url", why = error.message()))
    }
}
