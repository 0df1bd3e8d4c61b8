//! An outage stops the taking of rows instead of burning them, decided purely.
//!
//! Closed, everything passes. After a row of failures without one definite answer it opens: nobody sends or looks up,
//! rows wait where they are, and one probe at a time asks whether somebody is there again. The first definite answer
//! closes it.

use std::collections::VecDeque;
use std::time::Duration;

/// Failures in a row that open it at once.
const IN_A_ROW: u32 = 20;
/// Failures in a row that open it if they took this long; few rows fail slowly.
const FEW_IN_A_ROW: u32 = 5;
const FEW_TAKE: Duration = Duration::from_secs(10);
/// Of so many attempts within so long, more than half failed.
const RECENT: usize = 100;
const RECENT_WITHIN: Duration = Duration::from_secs(10);
/// First and longest wait between two probes.
const FIRST_PROBE: Duration = Duration::from_secs(1);
const LONGEST_PROBE: Duration = Duration::from_secs(60);
/// A probe whose outcome is not told within this is given up.
const PROBE_TAKES: Duration = Duration::from_secs(30);

/// May a request leave?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permit {
    /// Yes.
    Go,
    /// No; whoever asked is to probe, and to tell what came of it.
    Probe,
    /// No; ask again after this long, or when it has closed.
    Wait(Duration),
    /// No, and the outage has lasted too long.
    GiveUp,
}

/// What a piece of news changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It opened.
    Opened,
    /// It closed, after so long.
    Closed(Duration),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Closed,
    Open { since: Duration, probe_at: Duration, probes: u32 },
}

/// Watches what comes of requests.
#[derive(Debug)]
pub struct Breaker {
    state: State,
    /// The outage that a probe has ended, as long as no request was answered since: when it began, and its probes. A
    /// server that answers probes and nothing else is still out.
    on_trial: Option<(Duration, u32)>,
    in_a_row: u32,
    first_of_row: Duration,
    recent: VecDeque<(Duration, bool)>,
    longest_outage: Duration,
    jitter: fastrand::Rng,
}

impl Breaker {
    /// Closed; gives up after an outage of `longest_outage`.
    pub fn new(longest_outage: Duration, seed: u64) -> Self {
        Self {
            state: State::Closed,
            on_trial: None,
            in_a_row: 0,
            first_of_row: Duration::ZERO,
            recent: VecDeque::new(),
            longest_outage,
            jitter: fastrand::Rng::with_seed(seed),
        }
    }

    /// Someone wants to send.
    pub fn permit(&mut self, now: Duration) -> Permit {
        match &mut self.state {
            State::Closed => Permit::Go,
            State::Open { since, .. } if now.saturating_sub(*since) >= self.longest_outage => Permit::GiveUp,
            State::Open { probe_at, .. } if *probe_at <= now => {
                *probe_at = now + PROBE_TAKES;
                Permit::Probe
            }
            State::Open { since, probe_at, .. } => {
                Permit::Wait((*probe_at).min(*since + self.longest_outage) - now)
            }
        }
    }

    /// Something was answered definitely, or not.
    pub fn note(&mut self, definite: bool, now: Duration) -> Option<Change> {
        if definite {
            self.in_a_row = 0;
            self.on_trial = None;
            self.recent.push_back((now, true));
            self.forget(now);
            return self.close(now);
        }
        if self.in_a_row == 0 {
            self.first_of_row = now;
        }
        self.in_a_row += 1;
        self.recent.push_back((now, false));
        self.forget(now);
        if self.state != State::Closed || !self.is_outage(now) {
            return None;
        }
        let (since, probes) = self.on_trial.take().unwrap_or((self.first_of_row.min(now), 0));
        self.state = State::Open { since, probe_at: now + wait_before(probes), probes };
        Some(Change::Opened)
    }

    /// A probe ended.
    pub fn probed(&mut self, answered: bool, now: Duration) -> Option<Change> {
        if answered {
            // Half way to the next opening: if the requests fail again, few of them find out.
            self.in_a_row = IN_A_ROW - FEW_IN_A_ROW;
            self.first_of_row = now;
            self.recent.clear();
            if let State::Open { since, probes, .. } = self.state {
                self.on_trial = Some((since, probes + 1));
            }
            return self.close(now);
        }
        let jitter = self.jitter.f64();
        if let State::Open { probe_at, probes, .. } = &mut self.state {
            *probes += 1;
            *probe_at = now + wait_before(*probes).mul_f64(0.5 + jitter / 2.0);
        }
        None
    }

    /// Since when it is open.
    pub fn open_since(&self) -> Option<Duration> {
        match self.state {
            State::Closed => None,
            State::Open { since, .. } => Some(since),
        }
    }

    fn close(&mut self, now: Duration) -> Option<Change> {
        let since = self.open_since()?;
        self.state = State::Closed;
        Some(Change::Closed(now.saturating_sub(since)))
    }

    fn forget(&mut self, now: Duration) {
        while self.recent.len() > RECENT
            || self.recent.front().is_some_and(|(time, _)| now.saturating_sub(*time) > RECENT_WITHIN)
        {
            self.recent.pop_front();
        }
    }

    fn is_outage(&self, now: Duration) -> bool {
        let took = now.saturating_sub(self.first_of_row);
        let failed = self.recent.iter().filter(|(_, definite)| !definite).count();
        self.in_a_row >= IN_A_ROW
            || (self.in_a_row >= FEW_IN_A_ROW && took >= FEW_TAKE)
            || (self.recent.len() >= RECENT && failed * 2 > self.recent.len())
    }
}

/// Longest wait before a probe, after so many in vain.
fn wait_before(probes: u32) -> Duration {
    FIRST_PROBE.saturating_mul(1 << probes.min(6)).min(LONGEST_PROBE)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn breaker() -> Breaker {
        Breaker::new(seconds(1800), 1)
    }

    fn opened() -> Breaker {
        let mut breaker = breaker();
        let changes: Vec<_> = (0..20).filter_map(|_| breaker.note(false, seconds(5))).collect();
        assert_eq!(changes, [Change::Opened]);
        breaker
    }

    #[test]
    fn failures_in_a_row_open_it_and_one_answer_among_them_does_not() {
        let mut breaker = breaker();
        for _ in 0..19 {
            assert_eq!(breaker.note(false, seconds(1)), None);
        }
        breaker.note(true, seconds(1));
        assert_eq!(breaker.note(false, seconds(1)), None);
        assert_eq!(breaker.permit(seconds(1)), Permit::Go);
        assert_ne!(opened().permit(seconds(5)), Permit::Go);
    }

    #[test]
    fn few_failures_that_take_long_open_it_too() {
        let mut breaker = breaker();
        for second in [0, 3, 6, 9] {
            assert_eq!(breaker.note(false, seconds(second)), None);
        }
        assert_eq!(breaker.note(false, seconds(12)), Some(Change::Opened));
    }

    #[test]
    fn more_failures_than_answers_of_late_open_it() {
        let mut breaker = breaker();
        let mut changes = Vec::new();
        for attempt in 0..200_u32 {
            changes.extend(breaker.note(attempt % 3 == 0, Duration::from_millis(u64::from(attempt) * 10)));
        }
        assert_eq!(changes.first(), Some(&Change::Opened));
    }

    #[test]
    fn while_it_is_open_one_probes_and_the_others_wait_longer_and_longer() {
        let mut breaker = opened();
        let mut now = seconds(5);
        let mut waits = Vec::new();
        for _ in 0..10 {
            let Permit::Wait(wait) = breaker.permit(now) else { panic!("not waiting") };
            waits.push(wait.as_secs_f64());
            now += wait;
            assert_eq!(breaker.permit(now), Permit::Probe);
            assert!(matches!(breaker.permit(now), Permit::Wait(_)), "one probe at a time");
            assert_eq!(breaker.probed(false, now), None);
        }
        assert!(waits[0] <= 1.0 && waits[9] >= 30.0 && waits.iter().all(|wait| *wait <= 60.0), "{waits:?}");
    }

    #[test]
    fn an_answer_closes_it_and_a_relapse_opens_it_sooner() {
        let mut breaker = opened();
        assert_eq!(breaker.probed(true, seconds(65)), Some(Change::Closed(seconds(60))));
        assert_eq!(breaker.permit(seconds(65)), Permit::Go);
        let changes: Vec<_> = (0..5).filter_map(|_| breaker.note(false, seconds(66))).collect();
        assert_eq!(changes, [Change::Opened]);
        let mut breaker = opened();
        assert_eq!(breaker.note(true, seconds(15)), Some(Change::Closed(seconds(10))));
    }

    #[test]
    fn a_server_that_answers_probes_and_nothing_else_is_given_up_in_the_end() {
        let mut breaker = opened();
        let mut now = seconds(5);
        let mut requests = 0;
        loop {
            match breaker.permit(now) {
                Permit::Wait(wait) => now += wait,
                Permit::Probe => {
                    breaker.probed(true, now);
                }
                Permit::Go => {
                    breaker.note(false, now);
                    requests += 1;
                }
                Permit::GiveUp => break,
            }
        }
        assert_eq!(now, seconds(1805));
        assert!(requests < 250, "{requests} requests into an outage");
        let mut breaker = opened();
        breaker.probed(true, seconds(65));
        breaker.note(true, seconds(65));
        for _ in 0..20 {
            breaker.note(false, seconds(66));
        }
        assert_eq!(breaker.open_since(), Some(seconds(66)), "an answer makes it another outage");
    }

    #[test]
    fn a_probe_that_is_never_told_of_is_not_waited_for_for_ever() {
        let mut breaker = opened();
        assert_eq!(breaker.permit(seconds(6)), Permit::Probe);
        assert_eq!(breaker.permit(seconds(36)), Permit::Probe);
    }

    #[test]
    fn an_outage_that_lasts_too_long_is_given_up() {
        let mut breaker = opened();
        assert_eq!(breaker.permit(seconds(1805)), Permit::GiveUp);
    }
}
