//! A line now and then, where there is no terminal.

use std::io::Write as _;
use std::sync::{Mutex, PoisonError};

use super::speed::Speed;
use super::{Counts, bar};
use crate::model::{Event, Watch};
use crate::words::message;

/// Tells how far a run is, when asked.
pub struct Lines {
    counts: Counts,
    speed: Mutex<Speed>,
    rows: u64,
    quiet: bool,
}

impl Lines {
    /// For a run over `rows` rows. `quiet`: count only.
    pub fn new(rows: u64, quiet: bool) -> Self {
        Self { counts: Counts::default(), speed: Mutex::new(Speed::new()), rows, quiet }
    }

    /// What has happened so far.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Writes one line to standard error.
    pub fn tell(&self) {
        let settled = self.counts.settled();
        let mut speed = self.speed.lock().unwrap_or_else(PoisonError::into_inner);
        let rate =
            speed.per_second(settled).map(|per_second| format!(", {per_second:.0}/s")).unwrap_or_default();
        let left = bar::time_left(&self.counts, &mut speed, self.rows, settled);
        drop(speed);
        let line = message!(
            "progress-line",
            settled = settled.to_string(),
            rows = self.rows.to_string(),
            rate,
            left,
            counts = self.counts.shown(),
        );
        self.say(&line.told());
    }

    fn say(&self, line: &str) {
        if !self.quiet {
            // A closed standard error is no reason to stop an import.
            let _ = writeln!(std::io::stderr(), "{line}");
        }
    }
}

impl Watch for Lines {
    fn see(&self, event: &Event) {
        self.counts.note(event);
        match event {
            Event::Settled(..) => {
                self.speed.lock().unwrap_or_else(PoisonError::into_inner).note(self.counts.settled());
            }
            event => {
                if let Some(line) = bar::announcement(event) {
                    self.say(&line);
                }
            }
        }
    }
}
