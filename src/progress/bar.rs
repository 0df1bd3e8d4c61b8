//! A bar on a terminal.

use std::fmt::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::Counts;
use super::speed::Speed;
use crate::model::{Event, Watch};
use crate::words::{lasting, message};

/// Rows done of rows to do, with rate and time left.
pub struct Bar {
    counts: Arc<Counts>,
    /// Of rows.
    speed: Arc<Mutex<Speed>>,
    /// Of requests.
    traffic: Arc<Mutex<Speed>>,
    screen: MultiProgress,
    bar: ProgressBar,
}

impl Bar {
    /// For a run over `rows` rows, with at most `limit` requests a second. Lines of others can be put above it through [`Self::screen`].
    pub fn new(rows: u64, limit: Option<u32>) -> Self {
        let screen = MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(10));
        let counts = Arc::new(Counts::default());
        let (speed, traffic) = (Arc::new(Mutex::new(Speed::new())), Arc::new(Mutex::new(Speed::new())));
        let (of_rate, of_left) = (Arc::clone(&traffic), Arc::clone(&speed));
        let (count_rate, count_left) = (Arc::clone(&counts), Arc::clone(&counts));
        let rate = move |_: &ProgressState, out: &mut dyn Write| {
            if let Some(per_second) = lock(&of_rate).per_second(count_rate.requests()) {
                let _ = write!(out, "{per_second:.0}");
                let _ = limit.map_or(Ok(()), |limit| {
                    write!(out, "{}", message!("progress-of-limit", limit = limit.to_string()).told())
                });
                let _ = out
                    .write_str(&message!("progress-requests-per-second").told())
                    .and_then(|()| out.write_str(", "));
            }
        };
        let left = move |state: &ProgressState, out: &mut dyn Write| {
            let _ = out.write_str(&time_left(&count_left, &mut lock(&of_left), rows, state.pos()));
        };
        let (rows_word, colon) = (message!("progress-rows").told(), message!("closing-colon").told());
        let template =
            format!("{{bar:20}} {{pos}}/{{len}} {rows_word}, {{rate}}{{left}}{colon} {{wide_msg}}");
        let style = ProgressStyle::with_template(&template)
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .with_key("rate", rate)
            .with_key("left", left);
        let bar = screen.add(ProgressBar::new(rows).with_style(style));
        bar.enable_steady_tick(Duration::from_millis(200));
        Self { counts, speed, traffic, screen, bar }
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
            Event::Requested => lock(&self.traffic).note(self.counts.requests()),
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

/// How long the rest takes. Rows in doubt wait for the server, and no speed says for how long.
pub(super) fn time_left(counts: &Counts, speed: &mut Speed, rows: u64, settled: u64) -> String {
    let left = rows.saturating_sub(settled);
    let in_doubt = counts.in_doubt().min(left);
    if in_doubt > 0 && in_doubt == left {
        return message!("progress-looking", rows = in_doubt).told();
    }
    message!("progress-left", time = speed.time_for(left - in_doubt, settled)).told()
}

/// What is said at once, if the event is worth a line of its own.
pub(super) fn announcement(event: &Event) -> Option<String> {
    let message = match event {
        Event::Stopping(stop) if stop.is_by_signal() => message!("progress-stopping-by-hand"),
        Event::CanaryBack(learnt) => learnt.words(),
        Event::Stopping(_) => message!("progress-stopping"),
        Event::OutageBegan { last, at_most } => {
            message!("progress-outage", last, time = lasting(at_most.as_secs()))
        }
        Event::OutageEnded { lasted } => {
            message!("progress-outage-over", time = lasting(lasted.as_secs().max(1)))
        }
        _ => return None,
    };
    Some(message.told())
}
