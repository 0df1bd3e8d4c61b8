//! What the server may have received within the last second.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::time::Duration;

use tokio::time::Instant;

use super::least::Least;

/// The promise is about any second.
pub(super) const SECOND: Duration = Duration::from_secs(1);
/// A request whose answer does not come counts no longer than this: it has arrived long since.
pub(super) const LONGEST_COUNT: Duration = Duration::from_secs(5);
/// The least time an answer takes is looked for in the last one to two of these.
const LEAST_OVER: Duration = Duration::from_secs(5);

/// What an answer was an answer to. Each kind takes its own time, and is compared with its own quickest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// For one thing that is there.
    Read,
    /// For a list.
    List,
    /// For something to be stored.
    Write,
}

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// With an answer to what was asked.
    Answered(Asked),
    /// With an answer that says nothing about how long it was on the way, such as a 429, or with none.
    Unknown,
}

/// The requests that the server may have received within the last second.
///
/// The way there takes a constant time and a variable one. The constant one shifts all arrivals alike; the variable one
/// is at most what an answer took longer than the quickest. So a request that took `x` longer than the quickest can
/// have arrived up to `x` late, and counts for a second and `x`. One without an answer can have arrived until now.
#[derive(Debug)]
pub(super) struct Window {
    limit: usize,
    /// When those left that have not ended yet; the earliest first.
    open: BTreeMap<Instant, usize>,
    /// When those stop to count that have ended.
    until: BinaryHeap<Reverse<Instant>>,
    least: [Least; 3],
}

impl Window {
    pub(super) fn new(limit: usize) -> Self {
        let least = [Least::over(LEAST_OVER); 3];
        Self { limit, open: BTreeMap::new(), until: BinaryHeap::new(), least }
    }

    /// When the first of those that count stops to count, if they are as many as the limit; `None`: there is room.
    pub(super) fn full_until(&mut self, now: Instant) -> Option<Instant> {
        while self.until.peek().is_some_and(|Reverse(until)| *until <= now) {
            self.until.pop();
        }
        let old = |left: &Instant| *left + LONGEST_COUNT <= now;
        while let Some(entry) = self.open.first_entry().filter(|entry| old(entry.key())) {
            entry.remove();
        }
        let open: usize = self.open.values().sum();
        if open + self.until.len() < self.limit {
            return None;
        }
        let ended = self.until.peek().map(|Reverse(until)| *until);
        let unanswered = self.open.first_key_value().map(|(left, _)| *left + LONGEST_COUNT);
        ended.into_iter().chain(unanswered).min()
    }

    pub(super) fn leave(&mut self, now: Instant) {
        *self.open.entry(now).or_default() += 1;
    }

    /// The one that left then has ended. Returns for how long from its leaving it counts.
    pub(super) fn ended(&mut self, left: Instant, ended: Ended, now: Instant) -> Duration {
        let took = now - left;
        let late = match ended {
            Ended::Answered(asked) => took - self.least[asked as usize].note(took, now),
            Ended::Unknown => took,
        };
        let counts = (late + SECOND).min(LONGEST_COUNT);
        if let std::collections::btree_map::Entry::Occupied(mut entry) = self.open.entry(left) {
            *entry.get_mut() -= 1;
            if *entry.get() == 0 {
                entry.remove();
            }
            self.until.push(Reverse(left + counts));
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_request_counts_for_a_second_and_for_as_long_as_it_may_have_been_late() {
        let ms = Duration::from_millis;
        let (start, mut window) = (Instant::now(), Window::new(2));
        let write = Ended::Answered(Asked::Write);
        window.leave(start);
        assert_eq!(window.ended(start, write, start + ms(20)), ms(1000));
        window.leave(start + ms(100));
        assert_eq!(window.ended(start + ms(100), write, start + ms(170)), ms(1050));
        assert_eq!(window.full_until(start + ms(200)), Some(start + ms(1000)));
        assert_eq!(window.full_until(start + ms(1000)), None);
        window.leave(start + ms(1010));
        assert_eq!(window.full_until(start + ms(1010)), Some(start + ms(1150)));
        // Another kind has a quickest of its own.
        assert_eq!(window.ended(start + ms(1010), Ended::Answered(Asked::List), start + ms(1400)), ms(1000));
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_without_an_answer_may_have_arrived_until_its_end() {
        let ms = Duration::from_millis;
        let (start, mut window) = (Instant::now(), Window::new(1));
        window.leave(start);
        assert_eq!(window.full_until(start), Some(start + LONGEST_COUNT));
        assert_eq!(window.ended(start, Ended::Unknown, start + ms(300)), ms(1300));
        assert_eq!(window.full_until(start + ms(300)), Some(start + ms(1300)));
    }
}
