//! The numbers that scripts rely on. Never renumber.

use crate::model::Stop;
use crate::words::Message;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Every row ended as wanted.
    Done = 0,
    /// Finished, and some rows are invalid, rejected or failed.
    SomeFailed = 1,
    /// Usage, configuration or mapping; nothing was sent.
    Usage = 2,
    /// The input cannot be read.
    Input = 3,
    /// The token was refused.
    Token = 4,
    /// Stopped early; the same command goes on.
    Stopped = 5,
    /// Local output failed.
    Output = 6,
    /// Another run holds the lock.
    Locked = 7,
    /// Finished, but rows remain unconfirmed.
    Unconfirmed = 8,
    /// A bug.
    Bug = 70,
    /// Ctrl-C.
    Interrupted = 130,
    /// SIGTERM, or SIGHUP.
    Terminated = 143,
}

impl From<&Stop> for Exit {
    fn from(stop: &Stop) -> Self {
        match stop {
            Stop::Interrupt => Self::Interrupted,
            Stop::HangUp | Stop::Terminate => Self::Terminated,
            Stop::TokenRefused { .. } => Self::Token,
            _ => Self::Stopped,
        }
    }
}

impl Exit {
    /// All of them, for documents and tests.
    pub const ALL: [Self; 12] = [
        Self::Done,
        Self::SomeFailed,
        Self::Usage,
        Self::Input,
        Self::Token,
        Self::Stopped,
        Self::Output,
        Self::Locked,
        Self::Unconfirmed,
        Self::Bug,
        Self::Interrupted,
        Self::Terminated,
    ];

    /// What it means, in words.
    pub fn meaning(self) -> Message {
        Message::new(format!("exit-{}", self.code()))
    }

    /// The number.
    pub fn code(self) -> u8 {
        self as u8
    }
}
