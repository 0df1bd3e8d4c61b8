//! How far something is that goes contact by contact: a bar on a terminal, a line now and then elsewhere.

use std::cell::Cell;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use tokio::time::Instant;

use super::say;
use super::talk::Talk;
use crate::words::Message;

/// How often a line tells how far it is, where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(30);

/// Shows it.
pub(super) struct Steps {
    bar: Option<ProgressBar>,
    quiet: bool,
    all: u64,
    what: String,
    told: Cell<Instant>,
}

impl Steps {
    /// Of `all` contacts. `what` is done with them.
    pub(super) fn start(all: u64, what: &Message, talk: Talk) -> Self {
        let what = what.told();
        let bar = talk.bar.then(|| {
            let style = ProgressStyle::with_template("{bar:20} {pos}/{len} {msg}, {per_sec:.0}, {eta}")
                .unwrap_or_else(|_| ProgressStyle::default_bar());
            let bar = ProgressBar::new(all).with_style(style).with_message(what.clone());
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        });
        Self { bar, quiet: talk.quiet, all, what, told: Cell::new(Instant::now()) }
    }

    /// So many are done.
    pub(super) fn at(&self, done: u64) {
        if let Some(bar) = &self.bar {
            bar.set_position(done);
        } else if !self.quiet && self.told.get().elapsed() >= LINE_EVERY {
            self.told.set(Instant::now());
            say(&format!("{done}/{} {}", self.all, self.what));
        }
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
