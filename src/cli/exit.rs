//! The numbers that scripts rely on. Never renumber.

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
    /// SIGTERM.
    Terminated = 143,
}

impl Exit {
    /// All of them, with their meaning, for documents and tests.
    pub const ALL: [(Self, &str); 12] = [
        (Self::Done, "every row ended as wanted"),
        (Self::SomeFailed, "finished, some rows invalid, rejected or failed"),
        (Self::Usage, "usage, configuration or mapping; nothing was sent"),
        (Self::Input, "the input cannot be read"),
        (Self::Token, "the token was refused"),
        (Self::Stopped, "stopped early; the same command goes on"),
        (Self::Output, "local output failed; with room, the same command goes on"),
        (Self::Locked, "another run holds the lock"),
        (Self::Unconfirmed, "finished, but rows remain unconfirmed"),
        (Self::Bug, "a bug"),
        (Self::Interrupted, "Ctrl-C; results are complete for what happened"),
        (Self::Terminated, "SIGTERM; results are complete for what happened"),
    ];

    /// What it means, in words.
    pub fn meaning(self) -> &'static str {
        Self::ALL.iter().find(|(exit, _)| *exit == self).map_or("", |(_, meaning)| meaning)
    }

    /// The number.
    pub fn code(self) -> u8 {
        self as u8
    }
}
