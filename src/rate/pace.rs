//! How fast to go where the server allows less than was asked for, decided purely.
//!
//! What the server let through in the second before a 429 is what it allows. From there on the pace stays a little below
//! that, and after some quiet time it feels its way up, a little every second. Once it has come well above what was met
//! without another 429, more is allowed again, and it returns quickly. A 429 that costs a long hold is provoked seldom.

use std::collections::VecDeque;
use std::time::Duration;

use super::window::SECOND;

/// Share of what was met, in the second after a 429 and from then on.
const AT_FIRST: f64 = 0.95;
const BELOW: f64 = 0.985;
/// How much more is tried each second after the quiet time, as a share of what was met.
const FEEL: f64 = 0.02;
/// So far above what was met, it is not the limit any more.
const WELL_ABOVE: f64 = 1.1;
/// Return to the asked pace: share of it gained per second.
const RETURN: f64 = 0.1;
/// Least share of the pace that one 429 leaves.
const LEAST_LEFT: f64 = 0.25;
/// A 429 below this share of the pace may have been about something else than a limit: its quiet time is the least.
const PLAUSIBLE: f64 = 0.8;
/// Quiet time: at least and at most, and where others are left some room; and as a multiple of the hold, so that holds
/// take a fortieth of the time.
const LEAST_QUIET: Duration = Duration::from_secs(5);
const LEAST_QUIET_FOR_OTHERS: Duration = Duration::from_secs(30);
const MOST_QUIET: Duration = Duration::from_secs(60);
const QUIET_FOR_HOLD: u32 = 40;
/// Second and later holds of a row of 429s are at least this, doubled for each.
const AGAIN: Duration = Duration::from_millis(25);
/// First hold where nothing was let through, doubled for each; and the longest of all.
const FIRST_HOLD: Duration = SECOND;
const LONGEST_HOLD: Duration = Duration::from_secs(30);

/// Requests per second.
#[derive(Debug)]
pub(super) struct Pace {
    /// What was asked for; infinite where nothing was.
    most: f64,
    /// Share of what is met that is left to others.
    headroom: f64,
    now: f64,
    /// When `now` was true.
    at: Duration,
    met: Option<Met>,
    /// 429 holds in a row, without a better answer between them.
    in_a_row: u32,
    /// Answers other than 429 within the last second.
    accepted: VecDeque<Duration>,
}

/// What the server let through before its last 429.
#[derive(Debug, Clone, Copy)]
struct Met {
    per_second: f64,
    since: Duration,
    quiet: Duration,
    /// The pace before the row of 429s.
    before: f64,
}

impl Pace {
    pub(super) fn new(most: f64, headroom: f64) -> Self {
        Self {
            most,
            headroom,
            now: most,
            at: Duration::ZERO,
            met: None,
            in_a_row: 0,
            accepted: VecDeque::new(),
        }
    }

    /// The pace at this time; `None`: as was asked.
    pub(super) fn per_second(&mut self, now: Duration) -> Option<f64> {
        let passed = now.saturating_sub(self.at).as_secs_f64();
        self.at = self.at.max(now);
        match self.met {
            None if self.now < self.most => self.now += self.most * RETURN * passed,
            None => {}
            Some(met) => {
                let since = now.saturating_sub(met.since);
                let below = BELOW.min(1.0 - self.headroom);
                let share = if since < SECOND {
                    AT_FIRST.min(below)
                } else {
                    below + FEEL * since.saturating_sub(met.quiet).as_secs_f64()
                };
                self.now = met.per_second * share;
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
        self.in_a_row = 0;
        // Without a limit nothing is paced, and nothing need be remembered.
        if self.most.is_finite() {
            self.forget(now);
            self.accepted.push_back(now);
        }
    }

    /// A 429 that is not about requests sent before the last hold. `after` is what the server says. Returns how long
    /// nobody sends: for as long as it says, or until the oldest of the requests that it let through in the last second
    /// is a second old, or, where it let none through, for a second; doubled while 429 follows on 429.
    pub(super) fn refused(&mut self, now: Duration, after: Option<Duration>) -> Duration {
        self.forget(now);
        let row = self.in_a_row;
        self.in_a_row += 1;
        let doubled = |hold: Duration| hold.saturating_mul(1 << row.min(10)).min(LONGEST_HOLD);
        let hold = after.unwrap_or_else(|| match self.accepted.front() {
            Some(oldest) if row == 0 => (*oldest + SECOND).saturating_sub(now),
            Some(oldest) => (*oldest + SECOND).saturating_sub(now).max(doubled(AGAIN)),
            None => doubled(FIRST_HOLD),
        });
        if self.most.is_finite() {
            let before = match self.met {
                Some(met) if row > 0 => met.before,
                _ => self.per_second(now).unwrap_or(self.most),
            };
            let let_through = self.accepted.len() as f64;
            let per_second = let_through.min(before).max(before * LEAST_LEFT).max(1.0);
            let least = if self.headroom > 0.0 { LEAST_QUIET_FOR_OTHERS } else { LEAST_QUIET };
            let costly = hold.saturating_mul(QUIET_FOR_HOLD).clamp(least, MOST_QUIET);
            let quiet = if per_second >= before * PLAUSIBLE { costly } else { least };
            // What is quiet is quiet after the hold.
            self.met = Some(Met { per_second, since: now + hold, quiet, before });
        }
        hold
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

    fn rounded(pace: &mut Pace, times: &[f64]) -> Vec<f64> {
        times.iter().map(|time| pace.per_second(at(*time)).map_or(f64::INFINITY, f64::round)).collect()
    }

    #[test]
    fn without_a_429_the_pace_is_what_was_asked_for() {
        let mut pace = Pace::new(300.0, 0.0);
        answers(&mut pace, 200, 5.0);
        assert_eq!(pace.per_second(at(5.0)), None);
    }

    #[test]
    fn after_a_429_it_stays_a_little_below_what_was_let_through_and_then_feels_its_way_up() {
        let mut pace = Pace::new(300.0, 0.0);
        answers(&mut pace, 120, 10.0);
        // The next one that was let through was so a second ago, so there is room at once.
        assert!(pace.refused(at(10.0), None) < at(0.01));
        assert_eq!(rounded(&mut pace, &[10.5, 11.5, 14.9, 16.0]), [114.0, 118.0, 118.0, 121.0]);
    }

    #[test]
    fn the_first_second_after_a_hold_is_slower_than_those_after_it() {
        let mut pace = Pace::new(300.0, 0.0);
        answers(&mut pace, 120, 10.0);
        pace.refused(at(10.0), Some(at(1.0)));
        assert_eq!(rounded(&mut pace, &[11.0, 11.999, 12.0]), [114.0, 114.0, 118.0]);
    }

    #[test]
    fn the_asked_pace_comes_back_by_a_tenth_each_second_however_often_it_is_asked_for() {
        let left_behind = || {
            let mut pace = Pace::new(300.0, 0.0);
            answers(&mut pace, 120, 10.0);
            pace.refused(at(10.0), None);
            assert_eq!(rounded(&mut pace, &[21.0]), [133.0], "well above what was met");
            pace
        };
        assert_eq!(rounded(&mut left_behind(), &[22.0, 23.0, 26.0]), [163.0, 193.0, 283.0]);
        assert_eq!(rounded(&mut left_behind(), &[27.0]), [f64::INFINITY]);
        let tenths: Vec<f64> = (211..=230).map(|tenth| f64::from(tenth) / 10.0).collect();
        assert_eq!(rounded(&mut left_behind(), &tenths).last(), Some(&193.0));
    }

    #[test]
    fn a_row_of_429s_waits_for_room_each_time_and_takes_no_more_than_one_does() {
        let mut pace = Pace::new(300.0, 0.0);
        answers(&mut pace, 10, 10.0);
        // The oldest that counts was let through at 9.1 s.
        assert_eq!(pace.refused(at(10.0), None), at(0.1));
        assert_eq!(pace.refused(at(10.12), None), at(0.08), "until that of 9.2 s is a second old");
        assert_eq!(pace.refused(at(10.45), None), at(0.1), "for a while that doubles");
        assert_eq!(rounded(&mut pace, &[13.0]), [(75.0 * BELOW).round()]);
    }

    #[test]
    fn a_limit_that_is_gone_is_left_behind_within_twenty_seconds() {
        let mut pace = Pace::new(300.0, 0.0);
        answers(&mut pace, 120, 10.0);
        pace.refused(at(10.0), None);
        let full = (100..600).find(|tenth| pace.per_second(at(f64::from(*tenth) / 10.0)).is_none());
        assert!((200..300).contains(&full.unwrap()), "{full:?}");
    }

    #[test]
    fn a_429_at_the_beginning_waits_for_room_and_never_takes_more_than_three_quarters() {
        let mut pace = Pace::new(300.0, 0.0);
        for answer in 0..120 {
            pace.accepted(at(f64::from(answer) / 300.0));
        }
        assert_eq!(pace.refused(at(0.4), None), at(0.6));
        assert_eq!(rounded(&mut pace, &[3.0]), [118.0]);
        let mut pace = Pace::new(300.0, 0.0);
        answers(&mut pace, 10, 10.0);
        pace.refused(at(10.0), None);
        assert_eq!(rounded(&mut pace, &[12.5]), [(75.0 * BELOW).round()]);
    }

    #[test]
    fn what_the_server_says_is_obeyed_and_what_it_costs_makes_probing_rare() {
        let mut pace = Pace::new(120.0, 0.0);
        answers(&mut pace, 118, 10.0);
        assert_eq!(pace.refused(at(10.0), Some(at(1.0))), at(1.0));
        assert_eq!(rounded(&mut pace, &[13.0, 50.0]), [116.0, 116.0]);
        assert_eq!(rounded(&mut pace, &[52.0]), [119.0]);
    }

    #[test]
    fn a_limit_that_falls_is_found_with_few_requests() {
        let mut pace = Pace::new(300.0, 0.0);
        // 295 a second were let through; from now on 120 are.
        answers(&mut pace, 295, 10.0);
        let (mut now, mut refused) = (10.0, 0);
        while now < 10.6 {
            now += pace.refused(at(now), None).as_secs_f64() + 0.003;
            refused += 1;
        }
        assert!(refused <= 7, "{refused}");
        pace.accepted(at(now));
        // Where it is by now is told by the next 429; until then the pace is what was let through of late.
        assert!((120.0..200.0).contains(&pace.per_second(at(now + 2.0)).unwrap()));
    }

    #[test]
    fn where_nothing_is_let_through_holds_double_up_to_half_a_minute() {
        let mut pace = Pace::new(f64::INFINITY, 0.0);
        let holds: Vec<_> = (0..7).map(|n| pace.refused(at(f64::from(n)), None).as_secs()).collect();
        assert_eq!(holds, [1, 2, 4, 8, 16, 30, 30]);
        pace.accepted(at(8.0));
        assert_eq!(pace.refused(at(9.5), None), at(1.0));
        assert_eq!(pace.per_second(at(10.0)), None);
    }

    #[test]
    fn headroom_gives_way_by_its_share_and_comes_back_slowly() {
        let mut pace = Pace::new(240.0, 0.2);
        answers(&mut pace, 200, 10.0);
        pace.refused(at(10.0), None);
        assert_eq!(rounded(&mut pace, &[10.5, 20.0, 39.0]), [160.0, 160.0, 160.0]);
        assert!(pace.per_second(at(45.0)).unwrap() > 160.0);
    }
}
