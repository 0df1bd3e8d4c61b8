//! What the server may have received within the last second.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use super::least::Least;
use super::shared::Slot;

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
    /// For something that was turned down, whatever it was.
    TurnedDown,
}

impl Asked {
    const COUNT: usize = 4;
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
/// have arrived up to `x` late, and counts for a second and `x`. When a quicker answer comes, all those before it turn
/// out to have been later than they seemed. One without an answer can have arrived until its end.
#[derive(Debug)]
pub(super) struct Window {
    limit: usize,
    /// When those left that have not ended yet; the earliest first.
    open: BTreeMap<Instant, usize>,
    /// Those that have ended, by what their answer was; the earliest first.
    answered: [Answered; Asked::COUNT],
    unanswered: VecDeque<Past>,
}

/// Those with answers of one kind.
#[derive(Debug)]
struct Answered {
    past: VecDeque<Past>,
    least: Least,
    quickest: Duration,
}

/// A request that has ended and still counts.
#[derive(Debug, Clone, Copy)]
struct Past {
    left: Instant,
    ended: Instant,
    slot: Option<Slot>,
}

impl Past {
    /// Until when it counts, if the quickest of its kind took so long.
    fn until(&self, quickest: Duration) -> Instant {
        (self.ended + SECOND - quickest).min(self.left + LONGEST_COUNT)
    }
}

impl Window {
    pub(super) fn new(limit: usize) -> Self {
        let answered =
            || Answered { past: VecDeque::new(), least: Least::over(LEAST_OVER), quickest: Duration::ZERO };
        Self {
            limit,
            open: BTreeMap::new(),
            answered: std::array::from_fn(|_| answered()),
            unanswered: VecDeque::new(),
        }
    }

    /// When the first of those that count stops to count, if they are as many as the limit; `None`: there is room.
    pub(super) fn full_until(&mut self, now: Instant) -> Option<Instant> {
        let old = |left: &Instant| *left + LONGEST_COUNT <= now;
        while let Some(entry) = self.open.first_entry().filter(|entry| old(entry.key())) {
            entry.remove();
        }
        let mut count: usize = self.open.values().sum();
        let mut first = self.open.first_key_value().map(|(left, _)| *left + LONGEST_COUNT);
        let answered = self.answered.iter_mut().map(|answered| (&mut answered.past, answered.quickest));
        for (past, quickest) in answered.chain([(&mut self.unanswered, Duration::ZERO)]) {
            while past.front().is_some_and(|past| past.until(quickest) <= now) {
                past.pop_front();
            }
            count += past.len();
            first = first.into_iter().chain(past.front().map(|past| past.until(quickest))).min();
        }
        if count < self.limit { None } else { first }
    }

    pub(super) fn leave(&mut self, now: Instant) {
        *self.open.entry(now).or_default() += 1;
    }

    /// The one that left then has ended. `tell` hears for how long from its leaving it counts in its slot, and what has
    /// changed for those before it.
    pub(super) fn ended(
        &mut self,
        left: Instant,
        slot: Option<Slot>,
        ended: Ended,
        now: Instant,
        mut tell: impl FnMut(Slot, Duration),
    ) {
        if let std::collections::btree_map::Entry::Occupied(mut entry) = self.open.entry(left) {
            *entry.get_mut() -= 1;
            if *entry.get() == 0 {
                entry.remove();
            }
        }
        let past = Past { left, ended: now, slot };
        let (all, quickest, is_quicker) = match ended {
            Ended::Unknown => (&mut self.unanswered, Duration::ZERO, false),
            Ended::Answered(asked) => {
                let answered = &mut self.answered[asked as usize];
                let before = answered.quickest;
                answered.quickest = answered.least.note(now - left, now);
                (&mut answered.past, answered.quickest, answered.quickest < before)
            }
        };
        all.push_back(past);
        let changed = if is_quicker { 0 } else { all.len() - 1 };
        for past in all.range(changed..) {
            if let Some(slot) = past.slot {
                tell(slot, past.until(quickest) - past.left);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_counts_for_a_second_and_for_as_long_as_it_may_have_been_late() {
        let (start, mut window) = (Instant::now(), Window::new(2));
        let send = |window: &mut Window, left: u64, took: u64, asked: Asked| {
            window.leave(start + ms(left));
            window.ended(start + ms(left), None, Ended::Answered(asked), start + ms(left + took), |_, _| {});
        };
        send(&mut window, 0, 20, Asked::Write);
        send(&mut window, 100, 70, Asked::Write);
        assert_eq!(window.full_until(start + ms(200)), Some(start + ms(1000)));
        assert_eq!(window.full_until(start + ms(1000)), None);
        send(&mut window, 1010, 20, Asked::Write);
        assert_eq!(window.full_until(start + ms(1050)), Some(start + ms(1150)));
        // Another kind has a quickest of its own.
        let mut window = Window::new(1);
        send(&mut window, 0, 20, Asked::Write);
        send(&mut window, 1010, 400, Asked::List);
        assert_eq!(window.full_until(start + ms(1500)), Some(start + ms(2010)));
    }

    #[tokio::test(start_paused = true)]
    async fn when_a_quicker_answer_comes_those_before_it_turn_out_to_have_been_late() {
        let (start, mut window) = (Instant::now(), Window::new(2));
        let slot = |index| Some(Slot { index, left: Duration::ZERO });
        let mut told = Vec::new();
        for (index, (left, took)) in [(0, 50), (60, 5), (120, 5)].into_iter().enumerate() {
            window.leave(start + ms(left));
            let ended = Ended::Answered(Asked::Write);
            window.ended(start + ms(left), slot(index), ended, start + ms(left + took), |slot, counts| {
                told.push((slot.index, counts));
            });
        }
        assert_eq!(
            told,
            [(0, ms(1000)), (0, ms(1045)), (1, ms(1000)), (2, ms(1000))],
            "one as quick changes nothing"
        );
        assert_eq!(window.full_until(start + ms(1010)), Some(start + ms(1045)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_without_an_answer_may_have_arrived_until_its_end() {
        let (start, mut window) = (Instant::now(), Window::new(1));
        window.leave(start);
        assert_eq!(window.full_until(start), Some(start + LONGEST_COUNT));
        window.ended(start, None, Ended::Unknown, start + ms(300), |_, _| {});
        assert_eq!(window.full_until(start + ms(300)), Some(start + ms(1300)));
    }

    #[tokio::test(start_paused = true)]
    async fn requests_that_left_at_the_same_time_end_one_by_one() {
        let (start, mut window) = (Instant::now(), Window::new(3));
        (0..3).for_each(|_| window.leave(start));
        let mut end = |took| window.ended(start, None, Ended::Unknown, start + ms(took), |_, _| {});
        end(10);
        end(20);
        assert_eq!(window.full_until(start + ms(20)), Some(start + ms(1010)));
        assert_eq!(window.full_until(start + ms(1010)), None);
        window.leave(start + ms(1015));
        assert_eq!(window.full_until(start + ms(1015)), Some(start + ms(1020)), "the third has not ended");
    }
}
