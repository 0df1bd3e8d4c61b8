//! A bar on a terminal.

use std::fmt::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::Counts;
use super::speed::Speed;
use crate::model::{Event, Stop, Watch};

/// Rows done of rows to do, with rate and time left.
pub struct Bar {
    counts: Counts,
    speed: Arc<Mutex<Speed>>,
    screen: MultiProgress,
    bar: ProgressBar,
}

impl Bar {
    /// For a run over `rows` rows. Lines of others can be put above it through [`Self::screen`].
    pub fn new(rows: u64) -> Self {
        let screen = MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(10));
        let speed = Arc::new(Mutex::new(Speed::new()));
        let (of_rate, of_left) = (Arc::clone(&speed), Arc::clone(&speed));
        let rate = move |state: &ProgressState, out: &mut dyn Write| {
            if let Some(per_second) = lock(&of_rate).per_second(state.pos()) {
                let _ = write!(out, "{per_second:.0}/s, ");
            }
        };
        let left = move |state: &ProgressState, out: &mut dyn Write| {
            let left = rows.saturating_sub(state.pos());
            let _ = out.write_str(&lock(&of_left).time_for(left, state.pos()));
        };
        let style = ProgressStyle::with_template("{bar:20} {pos}/{len} rows, {rate}{left} left: {wide_msg}")
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .with_key("rate", rate)
            .with_key("left", left);
        let bar = screen.add(ProgressBar::new(rows).with_style(style));
        bar.enable_steady_tick(Duration::from_millis(200));
        Self { counts: Counts::default(), speed, screen, bar }
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

fn lock(speed: &Mutex<Speed>) -> MutexGuard<'_, Speed> {
    speed.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Watch for Bar {
    fn see(&self, event: &Event) {
        self.counts.note(event);
        match event {
            Event::Settled(..) => {
                let settled = self.counts.settled();
                lock(&self.speed).note(settled);
                self.bar.set_position(settled);
                self.bar.set_message(self.counts.shown());
            }
            Event::Throttled(_) | Event::InDoubt(_) | Event::DoubtEnded(_) => {
                self.bar.set_message(self.counts.shown());
            }
            event => {
                if let Some(line) = announcement(event) {
                    let _ = self.screen.println(line);
                }
            }
        }
    }
}

/// What is said at once, if the event is worth a line of its own.
pub(super) fn announcement(event: &Event) -> Option<String> {
    Some(match event {
        Event::Stopping(Stop::Interrupt | Stop::Terminate) => {
            "stopping: no more rows are sent, and those on the wire are waited for; again to stop at once"
                .to_owned()
        }
        Event::CanaryBack(learnt) => learnt.words(),
        Event::Stopping(_) => "stopping: no more rows are sent".to_owned(),
        Event::OutageBegan { last, at_most } => format!(
            "the server does not answer ({last}): no more rows are sent until it does, for at most {}; no row is lost",
            humantime::format_duration(*at_most)
        ),
        Event::OutageEnded { lasted } => {
            let seconds = Duration::from_secs(lasted.as_secs().max(1));
            format!("the server answers again, after {}", humantime::format_duration(seconds))
        }
        _ => return None,
    })
}
