//! What the server may have received within the last second.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use super::least::Least;

/// The promise is about any second.
const SECOND: Duration = Duration::from_secs(1);
/// A request whose answer does not come counts no longer than this: it has arrived long since.
pub(super) const LONGEST_COUNT: Duration = Duration::from_secs(5);
/// The least time an answer takes is looked for in the last one to two of these.
const LEAST_OVER: Duration = Duration::from_secs(5);

/// A request that has left. It counts until this is dropped, and for a while after.
#[must_use = "a turn counts as answered when it is dropped"]
pub struct Turn {
    left: Instant,
    window: Option<Arc<Window>>,
}

impl Turn {
    /// One that counts nowhere.
    pub(super) fn uncounted() -> Self {
        Self { left: Instant::now(), window: None }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(window) = &self.window {
            window.answered(self.left);
        }
    }
}

/// The requests that the server may have received within the last second.
///
/// The way there takes a constant time and a variable one. The constant one shifts all arrivals alike; the variable one
/// is at most what an answer took longer than the quickest. So a request that took `x` longer than the quickest can
/// have arrived up to `x` late, and counts for a second and `x`.
pub(super) struct Window {
    limit: usize,
    counts: Mutex<Counts>,
    /// Rings when an answer has come.
    answered: Notify,
}

struct Counts {
    /// When those left that have no answer yet; the earliest first.
    open: BTreeMap<Instant, usize>,
    /// When those stop to count that have one.
    until: BinaryHeap<Reverse<Instant>>,
    least: Least,
}

impl Window {
    pub(super) fn new(limit: NonZeroU32) -> Self {
        let counts =
            Counts { open: BTreeMap::new(), until: BinaryHeap::new(), least: Least::over(LEAST_OVER) };
        Self { limit: limit.get() as usize, counts: Mutex::new(counts), answered: Notify::new() }
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until one more is within the limit.
    pub(super) async fn room(&self) {
        loop {
            let ringing = self.answered.notified();
            let Some(until) = self.full_until() else { return };
            tokio::select! {
                () = sleep_until(until) => {}
                () = ringing => {}
            }
        }
    }

    /// When the first of those that count stops to count, if they are as many as the limit.
    fn full_until(&self) -> Option<Instant> {
        let now = Instant::now();
        let mut counts = self.lock();
        while counts.until.peek().is_some_and(|Reverse(until)| *until <= now) {
            counts.until.pop();
        }
        let old = |left: &Instant| *left + LONGEST_COUNT <= now;
        while let Some(entry) = counts.open.first_entry().filter(|entry| old(entry.key())) {
            entry.remove();
        }
        let open: usize = counts.open.values().sum();
        if open + counts.until.len() < self.limit {
            return None;
        }
        let answered = counts.until.peek().map(|Reverse(until)| *until);
        let unanswered = counts.open.first_key_value().map(|(left, _)| *left + LONGEST_COUNT);
        answered.into_iter().chain(unanswered).min()
    }

    pub(super) fn leave(self: &Arc<Self>) -> Turn {
        let left = Instant::now();
        *self.lock().open.entry(left).or_default() += 1;
        Turn { left, window: Some(Arc::clone(self)) }
    }

    fn answered(&self, left: Instant) {
        let now = Instant::now();
        let mut counts = self.lock();
        let took = now - left;
        let late = took - counts.least.note(took, now);
        if let std::collections::btree_map::Entry::Occupied(mut entry) = counts.open.entry(left) {
            *entry.get_mut() -= 1;
            if *entry.get() == 0 {
                entry.remove();
            }
            counts.until.push(Reverse(left + late.min(LONGEST_COUNT) + SECOND));
        }
        drop(counts);
        self.answered.notify_one();
    }
}
