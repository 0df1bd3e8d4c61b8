//! How fast to go where the server allows less than was asked for, decided purely.
//!
//! What the server let through in the second before a 429 is what it allows. From there on the pace stays a little below
//! that, and after some quiet seconds it feels its way up, a little every second. Once it has come well above what was
//! met without another 429, more is allowed again, and it returns quickly.

use std::collections::VecDeque;
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);
/// 429 answers that come within this after another are about the same requests.
const SAME: Duration = Duration::from_millis(500);
/// Share of what was met, in the second after a 429 and from then on.
const AT_FIRST: f64 = 0.95;
const BELOW: f64 = 0.985;
/// How long nothing more is tried, and how much more each second after that, as a share of what was met.
const QUIET: f64 = 10.0;
const FEEL: f64 = 0.01;
/// So far above what was met, it is not the limit any more.
const WELL_ABOVE: f64 = 1.1;
/// Return to the asked pace: share of it gained per second.
const RETURN: f64 = 0.1;
/// Least share of the pace that one 429 leaves.
const LEAST_LEFT: f64 = 0.5;

/// Requests per second.
#[derive(Debug)]
pub(super) struct Pace {
    /// What was asked for.
    most: f64,
    now: f64,
    /// When `now` was true.
    at: Duration,
    /// What the server let through before its last 429, and when that was.
    met: Option<(f64, Duration)>,
    /// Answers other than 429 within the last second.
    accepted: VecDeque<Duration>,
}

impl Pace {
    pub(super) fn new(most: f64) -> Self {
        Self { most, now: most, at: Duration::ZERO, met: None, accepted: VecDeque::new() }
    }

    /// The pace at this time; `None`: as was asked.
    pub(super) fn per_second(&mut self, now: Duration) -> Option<f64> {
        let passed = now.saturating_sub(self.at).as_secs_f64();
        self.at = self.at.max(now);
        match self.met {
            None => self.now += self.most * RETURN * passed,
            Some((met, since)) => {
                let quiet = now.saturating_sub(since).as_secs_f64();
                let share = match quiet {
                    ..1.0 => AT_FIRST,
                    ..QUIET => BELOW,
                    _ => BELOW + FEEL * (quiet - QUIET),
                };
                self.now = met * share;
                if share > WELL_ABOVE {
                    self.met = None;
                }
            }
        }
        self.now = self.now.min(self.most);
        (self.now < self.most).then_some(self.now)
    }

    /// An answer other than 429.
    pub(super) fn accepted(&mut self, now: Duration) {
        self.forget(now);
        self.accepted.push_back(now);
    }

    /// A 429. How long to wait until the server has room again: `None` if nothing was let through of late.
    pub(super) fn refused(&mut self, now: Duration) -> Option<Duration> {
        self.forget(now);
        let same = self.met.is_some_and(|(_, since)| now.saturating_sub(since) < SAME);
        if !same {
            let pace = self.per_second(now).unwrap_or(self.most);
            let let_through = self.accepted.len() as f64;
            let met = let_through.clamp(pace * LEAST_LEFT, pace).max(1.0);
            self.met = Some((met, now));
        }
        self.accepted.front().map(|oldest| (*oldest + SECOND).saturating_sub(now))
    }

    fn forget(&mut self, now: Duration) {
        while self.accepted.front().is_some_and(|time| now.saturating_sub(*time) >= SECOND) {
            self.accepted.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: f64) -> Duration {
        Duration::from_secs_f64(seconds)
    }

    /// So many answers in the second before this time, evenly.
    fn answers(pace: &mut Pace, count: u32, before: f64) {
        for answer in 0..count {
            pace.accepted(at(before - 1.0 + f64::from(answer + 1) / f64::from(count)));
        }
    }

    #[test]
    fn without_a_429_the_pace_is_what_was_asked_for() {
        let mut pace = Pace::new(300.0);
        answers(&mut pace, 200, 5.0);
        assert_eq!(pace.per_second(at(5.0)), None);
    }

    #[test]
    fn after_a_429_it_stays_a_little_below_what_was_let_through_and_then_feels_its_way_up() {
        let mut pace = Pace::new(300.0);
        answers(&mut pace, 120, 10.0);
        // The next one that was let through was so a second ago, so there is room at once.
        assert!(pace.refused(at(10.0)).unwrap() < at(0.01));
        let paces: Vec<_> =
            [10.5, 11.5, 19.0, 25.0].map(|time| pace.per_second(at(time)).unwrap().round()).to_vec();
        assert_eq!(paces, [114.0, 118.0, 118.0, 124.0]);
        // The same requests: nothing new.
        assert!(pace.refused(at(10.1)).is_some());
        assert_eq!(pace.per_second(at(25.0)).unwrap().round(), 124.0);
    }

    #[test]
    fn a_limit_that_is_gone_is_left_behind_quickly() {
        let mut pace = Pace::new(300.0);
        answers(&mut pace, 120, 10.0);
        pace.refused(at(10.0));
        let mut full = None;
        for tenth in 100..600 {
            if pace.per_second(at(f64::from(tenth) / 10.0)).is_none() {
                full.get_or_insert(f64::from(tenth) / 10.0 - 10.0);
            }
        }
        assert!((20.0..32.0).contains(&full.unwrap()), "{full:?}");
    }

    #[test]
    fn one_429_never_takes_more_than_half_and_a_burst_at_the_beginning_waits_for_room() {
        let mut pace = Pace::new(300.0);
        answers(&mut pace, 10, 10.0);
        pace.refused(at(10.0));
        assert_eq!(pace.per_second(at(10.0)).unwrap(), 150.0 * AT_FIRST);
        let mut pace = Pace::new(300.0);
        for answer in 0..120 {
            pace.accepted(at(f64::from(answer) / 300.0));
        }
        assert_eq!(pace.refused(at(0.4)), Some(at(0.6)));
        assert_eq!(Pace::new(300.0).refused(at(1.0)), None, "nothing was let through");
    }
}
