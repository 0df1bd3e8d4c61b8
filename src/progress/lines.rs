//! A line now and then, where there is no terminal.

use std::io::Write as _;

use tokio::time::Instant;

use super::{Counts, bar};
use crate::model::{Event, Watch};

/// Tells how far a run is, when asked.
pub struct Lines {
    counts: Counts,
    rows: u64,
    began: Instant,
    quiet: bool,
}

impl Lines {
    /// For a run over `rows` rows. `quiet`: count only.
    pub fn new(rows: u64, quiet: bool) -> Self {
        Self { counts: Counts::default(), rows, began: Instant::now(), quiet }
    }

    /// What has happened so far.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Writes one line to standard error.
    pub fn tell(&self) {
        let settled = self.counts.settled();
        let elapsed = self.began.elapsed().as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "for showing")]
        let per_second = settled as f64 / elapsed.max(0.001);
        #[expect(clippy::cast_precision_loss, reason = "for showing")]
        let left = (self.rows.saturating_sub(settled)) as f64 / per_second.max(0.001);
        let left = humantime::format_duration(std::time::Duration::from_secs(left.min(1e9).ceil() as u64));
        self.say(&format!(
            "{settled}/{} rows, {}, {per_second:.0} rows/s, about {left} left",
            self.rows,
            self.counts.shown()
        ));
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
        if let Event::Stopping(stop) = event {
            self.say(&bar::stopping(stop));
        }
    }
}
