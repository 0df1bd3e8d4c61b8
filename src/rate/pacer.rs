//! Keeps requests apart. The algorithm is the generic cell rate algorithm of ATM networks (ITU-T I.371).

use std::time::Duration;

/// Share of a limit at which requests are paced.
const SHARE: f64 = 0.985;
/// Timers wake up to a millisecond late, and a busy machine adds to it: so much is always caught up with, because at 300
/// requests a second a millisecond lost on each is a quarter of the pace.
const LATE_TIMER: Duration = Duration::from_millis(3);

/// A pace: the time between two requests, and how much of a delay is caught up with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Steps {
    pub(super) interval: Duration,
    pub(super) slack: Duration,
}

impl Steps {
    /// Steps that together stay within `limit` requests in any rolling second. In a second there are at most
    /// `(1 s + slack) / interval + 1`, rounded down.
    pub(super) fn within(limit: f64) -> Self {
        let paced = limit * SHARE;
        let slack = Duration::from_secs_f64(((limit - 1.0) / paced - 1.0).max(0.0));
        Self { interval: Duration::from_secs_f64(1.0 / paced), slack: slack.max(LATE_TIMER) }
    }

    /// Steps at exactly this pace.
    pub(super) fn at(per_second: f64) -> Self {
        Self { interval: Duration::from_secs_f64(1.0 / per_second), slack: LATE_TIMER }
    }
}

/// When the next one is due.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pacer {
    /// On time. Times are counted from any origin.
    pub(super) due: Duration,
}

impl Pacer {
    /// How long the next one has to wait; `None`: it may leave.
    pub(super) fn wait(&self, now: Duration, steps: Steps) -> Option<Duration> {
        let opens = self.due.saturating_sub(steps.slack);
        (opens > now).then(|| opens - now)
    }

    /// One leaves.
    pub(super) fn leave(&mut self, now: Duration, steps: Steps) {
        self.due = self.due.max(now) + steps.interval;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Leaves whenever it may, looking at times that `late` gives after each wait.
    fn times(limit: f64, until: f64, mut late: impl FnMut(Duration) -> Duration) -> Vec<Duration> {
        let (mut pacer, steps) = (Pacer::default(), Steps::within(limit));
        let (mut now, mut times) = (Duration::from_secs(1), Vec::new());
        while now.as_secs_f64() < 1.0 + until {
            match pacer.wait(now, steps) {
                Some(wait) => now += late(now) + wait,
                None => {
                    pacer.leave(now, steps);
                    times.push(now);
                }
            }
        }
        times
    }

    fn most_in_a_second(times: &[Duration]) -> usize {
        let in_a_second = |first: usize| {
            times[first..].iter().take_while(|time| **time - times[first] < Duration::from_secs(1)).count()
        };
        (0..times.len()).map(in_a_second).max().unwrap_or(0)
    }

    #[test]
    fn no_rolling_second_has_more_than_the_limit_whatever_the_limit_and_however_late_timers_are() {
        let mut luck = fastrand::Rng::with_seed(3);
        for limit in (1..70).chain([99, 100, 120, 150, 299, 300, 1000]) {
            let times = times(f64::from(limit), 4.0, |_| Duration::from_micros(luck.u64(..20_000)));
            let most = most_in_a_second(&times);
            assert!(most <= limit as usize, "{limit}: {most}");
        }
    }

    #[test]
    fn timers_that_are_a_millisecond_late_cost_nothing() {
        for limit in [10.0, 60.0, 150.0, 300.0, 1000.0] {
            let times = times(limit, 10.0, |_| Duration::from_millis(1));
            assert!(times.len() as f64 >= limit * 10.0 * 0.98, "{limit}: {}", times.len());
        }
    }

    #[test]
    fn a_pause_is_not_caught_up_with() {
        let mut paused = false;
        let times = times(300.0, 3.0, |now| {
            let pauses = !paused && now > Duration::from_secs(2);
            paused |= pauses;
            if pauses { Duration::from_millis(500) } else { Duration::ZERO }
        });
        let after = times.iter().position(|time| *time > Duration::from_millis(2500)).unwrap();
        let at_once =
            times[after..].iter().take_while(|time| **time - times[after] < Duration::from_millis(3));
        assert!(at_once.count() <= 5);
    }
}
