//! A bar on a terminal.

use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Counts;
use crate::model::{Event, Stop, Watch};

/// Rows done of rows to do, with rate and time left.
pub struct Bar {
    counts: Counts,
    screen: MultiProgress,
    bar: ProgressBar,
}

impl Bar {
    /// For a run over `rows` rows. Lines of others can be put above it through [`Self::screen`].
    pub fn new(rows: u64) -> Self {
        let screen = MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(10));
        let style =
            ProgressStyle::with_template("{bar:30} {pos}/{len} rows  {per_sec:.0}  {msg}  {eta} left")
                .unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = screen.add(ProgressBar::new(rows).with_style(style));
        bar.enable_steady_tick(Duration::from_millis(200));
        Self { counts: Counts::default(), screen, bar }
    }

    /// What has happened so far.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// The screen that the bar is on.
    pub fn screen(&self) -> MultiProgress {
        self.screen.clone()
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Watch for Bar {
    fn see(&self, event: &Event) {
        self.counts.note(event);
        match event {
            Event::Settled(..) => {
                self.bar.set_position(self.counts.settled());
                self.bar.set_message(self.counts.shown());
            }
            Event::Throttled(_) | Event::InDoubt(_) | Event::DoubtEnded(_) => {
                self.bar.set_message(self.counts.shown())
            }
            Event::Stopping(stop) => {
                let _ = self.screen.println(stopping(stop));
            }
            Event::Taken(_) | Event::Requested | Event::Retried(_) | Event::AllTaken => {}
        }
    }
}

/// What is said when a run begins to stop.
pub(super) fn stopping(stop: &Stop) -> String {
    match stop {
        Stop::Interrupt | Stop::Terminate => {
            "stopping: no more rows are sent, and those on the wire are waited for; again to stop at once"
                .to_owned()
        }
        _ => "stopping: no more rows are sent".to_owned(),
    }
}
