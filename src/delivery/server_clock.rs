//! The server's own clock, as its answers show it. No decision rests on the clock of this machine, which may jump.

use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use tokio::time::Instant;

/// What the server's clock reads now.
#[derive(Debug, Default)]
pub struct ServerClock {
    last: Mutex<Option<(SystemTime, Instant)>>,
}

impl ServerClock {
    /// An answer showed this time just now.
    pub fn set(&self, shown: SystemTime) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some((shown, Instant::now()));
    }

    /// `None` before the first answer that showed one.
    pub fn now(&self) -> Option<SystemTime> {
        let (shown, at) = (*self.last.lock().unwrap_or_else(PoisonError::into_inner))?;
        Some(shown + at.elapsed())
    }
}
