//! How many accounts a worker can carry: what it finds out by itself, so that nobody has to guess `--at-a-time`.
//!
//! A worker that takes more than its processors carry loses leases by its own lateness. Each loss costs the account a
//! lease of waiting and the worker another beginning, so that it would get later still. Therefore it lets accounts in
//! bit by bit, and none while what keeps its leases alive is late.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How often it is looked again whether one more may begin.
const AGAIN: Duration = Duration::from_millis(50);
/// In such a time as many again may begin as half of those that are under way.
const PERIOD: Duration = Duration::from_millis(250);
/// Or so many, if that is more.
const FIRST: usize = 4;
/// The share of a lease by which marks may be late.
const LATE: u32 = 12;
/// The share of a lease for which a delay counts; marks come twice as often.
const REMEMBERED: u32 = 3;

/// The pulse of a worker.
#[derive(Debug, Clone)]
pub(super) struct Pulse(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    lease: Duration,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// Accounts that are under way.
    under_way: usize,
    /// Accounts that began in this period, and when it began.
    begun: usize,
    period: Instant,
    /// The longest delay of late, and when it was seen.
    delay: Duration,
    seen: Instant,
}

/// An account that is under way until this is dropped.
#[derive(Debug)]
pub(super) struct UnderWay(Pulse);

impl Pulse {
    pub(super) fn new(lease: Duration) -> Self {
        let now = Instant::now();
        let state = State { under_way: 0, begun: 0, period: now, delay: Duration::ZERO, seen: now };
        Self(Arc::new(Inner { lease, state: Mutex::new(state) }))
    }

    /// Something that should have taken no time took so long.
    pub(super) fn note(&self, delay: Duration) {
        let now = Instant::now();
        let mut state = self.state();
        if delay >= state.delay || self.is_forgotten(&state, now) {
            (state.delay, state.seen) = (delay, now);
        }
    }

    /// Notes how late this thread itself is, for ever.
    pub(super) async fn listen(&self) {
        loop {
            let asked = Instant::now();
            tokio::time::sleep(AGAIN).await;
            self.note(asked.elapsed().saturating_sub(AGAIN));
        }
    }

    /// Waits until one more account may begin; `None`: it may not within `patience`.
    pub(super) async fn let_in(&self, patience: Duration) -> Option<UnderWay> {
        let until = Instant::now() + patience;
        loop {
            if self.may_begin() {
                return Some(UnderWay(self.clone()));
            }
            if Instant::now() >= until {
                return None;
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    fn may_begin(&self) -> bool {
        let now = Instant::now();
        let mut state = self.state();
        if now.duration_since(state.period) >= PERIOD {
            (state.period, state.begun) = (now, 0);
        }
        let is_late = state.delay > self.0.lease / LATE && !self.is_forgotten(&state, now);
        let is_enough = state.begun >= FIRST.max(state.under_way / 2);
        // One at a time goes on, however slowly: else a machine that is always late would never do anything.
        if state.under_way > 0 && (is_late || is_enough) {
            return false;
        }
        state.begun += 1;
        state.under_way += 1;
        true
    }

    fn is_forgotten(&self, state: &State, now: Instant) -> bool {
        now.duration_since(state.seen) > self.0.lease / REMEMBERED
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.state().under_way -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEASE: Duration = Duration::from_secs(12);
    const PATIENCE: Duration = Duration::from_millis(100);

    async fn let_all_in(pulse: &Pulse) -> Vec<UnderWay> {
        let mut under_way = Vec::new();
        while let Some(one) = pulse.let_in(Duration::ZERO).await {
            under_way.push(one);
        }
        under_way
    }

    #[tokio::test(start_paused = true)]
    async fn accounts_begin_bit_by_bit_and_ever_more_of_them() {
        let pulse = Pulse::new(LEASE);
        let mut under_way = Vec::new();
        let mut counts = Vec::new();
        for _ in 0..6 {
            under_way.extend(let_all_in(&pulse).await);
            counts.push(under_way.len());
            tokio::time::advance(PERIOD).await;
        }
        // Half of those that are under way, and those that begin count at once.
        assert_eq!(counts[0], 4);
        assert!(counts.windows(2).all(|pair| pair[1] >= pair[0] + FIRST), "{counts:?}");
        assert!(counts.windows(2).skip(2).all(|pair| pair[1] >= pair[0] * 3 / 2), "{counts:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_more_begins_while_marks_are_late() {
        let pulse = Pulse::new(LEASE);
        let first = pulse.let_in(PATIENCE).await;
        assert!(first.is_some());
        pulse.note(Duration::from_millis(1001));
        pulse.note(Duration::from_millis(1));
        assert!(pulse.let_in(PATIENCE).await.is_none(), "a shorter delay hid a longer one");
        // The last one never waits for itself.
        drop(first);
        let alone = pulse.let_in(PATIENCE).await;
        assert!(alone.is_some());
        tokio::time::advance(LEASE / REMEMBERED + PERIOD).await;
        assert!(pulse.let_in(PATIENCE).await.is_some(), "a delay is held against it for ever");
    }
}
