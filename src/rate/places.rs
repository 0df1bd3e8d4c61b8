//! How many requests at a time: as many as the rate needs, fewer when answers become slow.
//!
//! By Little's law, a rate needs as many at a time as it has requests in the time of one answer. So there are half as
//! many places again as are on the wire, up to a bound; where all of them are on the wire, they grow until they are not.
//! They shrink while answers take much longer than the quickest of late, because then requests only wait in the server's
//! queue.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::least::Least;

/// Places at the beginning, and the fewest ever.
const AT_FIRST: usize = 16;
const FEWEST: f64 = 4.0;
/// Places for each request on the wire.
const FOR_EACH: f64 = 1.5;
/// Answers may take so many times the least, and so much more than it, before places are taken away: what takes no time
/// at all is not slow when it takes three times as long.
const TOLERANCE: f64 = 2.0;
const NO_MATTER: Duration = Duration::from_millis(25);
/// Weight of one answer in the averages.
const OF_ONE: f64 = 0.05;
/// What is left of the slowest answer with each that comes after it: half of it after fourteen.
const STILL_SLOW: f64 = 0.95;
/// The quickest answer is looked for over the last one to two of these.
const LEAST_OVER: Duration = Duration::from_secs(15);

/// Places for requests that wait for their turn or are on the wire. Clones share them.
#[derive(Debug, Clone)]
pub struct Places {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    semaphore: Arc<Semaphore>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    gradient: Gradient,
    /// Places there are, taken or not.
    count: usize,
    /// Places there are to be.
    wanted: usize,
    /// Requests on the wire.
    flying: usize,
    /// How long the slowest answer of late took.
    slowest: Duration,
}

/// A place; it is free again when this is dropped.
#[derive(Debug)]
pub struct Place {
    permit: Option<OwnedSemaphorePermit>,
    shared: Arc<Shared>,
}

impl Places {
    /// As many as are needed, at most so many.
    pub fn at_most(most: usize) -> Self {
        let count = AT_FIRST.min(most);
        let state = State {
            gradient: Gradient::new(count, most),
            count,
            wanted: count,
            flying: 0,
            slowest: Duration::ZERO,
        };
        let semaphore = Arc::new(Semaphore::new(count));
        Self { shared: Arc::new(Shared { semaphore, state: Mutex::new(state) }) }
    }

    /// Waits for a place. Those who wait get one in order.
    pub async fn take(&self) -> Place {
        let permit = Arc::clone(&self.shared.semaphore).acquire_owned().await.ok();
        Place { permit, shared: Arc::clone(&self.shared) }
    }

    /// A place, if one is free.
    pub fn try_take(&self) -> Option<Place> {
        let permit = Arc::clone(&self.shared.semaphore).try_acquire_owned().ok()?;
        Some(Place { permit: Some(permit), shared: Arc::clone(&self.shared) })
    }

    /// Whether one is free.
    pub fn is_one_free(&self) -> bool {
        self.shared.semaphore.available_permits() > 0
    }

    /// Places there are, taken or not.
    pub fn count(&self) -> usize {
        self.shared.state().count
    }

    /// How long an answer takes at most of late.
    pub fn slow_answer(&self) -> Duration {
        self.shared.state().slowest
    }

    /// A request leaves.
    pub(super) fn left(&self) {
        self.shared.state().flying += 1;
    }

    /// A request has ended, and took so long if its answer says so.
    pub(super) fn ended(&self, took: Option<Duration>, now: Instant) {
        let mut state = self.shared.state();
        let flying = state.flying;
        state.flying = flying.saturating_sub(1);
        let Some(took) = took else { return };
        state.slowest = took.max(state.slowest.mul_f64(STILL_SLOW));
        state.wanted = state.gradient.step(took, flying, now);
        if state.wanted > state.count {
            self.shared.semaphore.add_permits(state.wanted - state.count);
            state.count = state.wanted;
        } else {
            // Those that are taken are taken away when they are given back.
            state.count -= self.shared.semaphore.forget_permits(state.count - state.wanted);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(permit) = self.permit.take() else { return };
        let mut state = self.shared.state();
        if state.count > state.wanted {
            state.count -= 1;
            permit.forget();
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Decides how many places there are to be.
#[derive(Debug)]
struct Gradient {
    count: f64,
    most: f64,
    average: Option<f64>,
    least: Least,
}

impl Gradient {
    fn new(count: usize, most: usize) -> Self {
        Self { count: count as f64, most: most as f64, average: None, least: Least::over(LEAST_OVER) }
    }

    /// An answer took so long while so many were on the wire.
    fn step(&mut self, took: Duration, flying: usize, now: Instant) -> usize {
        let least = self.least.note(took, now);
        let tolerated = (least.as_secs_f64() * TOLERANCE).max((least + NO_MATTER).as_secs_f64());
        let took = took.as_secs_f64();
        let average = self.average.map_or(took, |average| average + OF_ONE * (took - average));
        self.average = Some(average);
        let needed = flying as f64 * FOR_EACH + FEWEST;
        let gradient = (tolerated / average.max(f64::EPSILON)).clamp(0.5, 1.0);
        let next = if gradient < 1.0 { needed.min(self.count * gradient) } else { needed };
        let fewest = FEWEST.min(self.most);
        self.count = (self.count + OF_ONE * (next - self.count)).clamp(fewest, self.most);
        self.count.round() as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    /// After so many answers that took so long while so many were on the wire.
    fn after(gradient: &mut Gradient, answers: usize, took: Duration, flying: usize) -> usize {
        (0..answers).map(|_| gradient.step(took, flying, Instant::now())).last().unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn there_are_half_as_many_again_as_are_on_the_wire_and_never_more_than_the_most() {
        let mut gradient = Gradient::new(16, 64);
        assert_eq!(after(&mut gradient, 200, ms(20), 6), 13);
        assert_eq!(after(&mut gradient, 200, ms(0), 1), 6);
        assert_eq!(after(&mut gradient, 300, ms(0), 64), 64);
        assert_eq!(after(&mut Gradient::new(2, 2), 200, ms(150), 2), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn places_grow_while_all_of_them_are_on_the_wire_and_shrink_when_answers_become_slow() {
        let places = Places::at_most(64);
        let mut held = Vec::new();
        let turn_over = |held: &mut Vec<Place>, took: Duration| {
            while let Some(place) = places.try_take() {
                places.left();
                held.push(place);
            }
            places.ended(Some(took), Instant::now());
            drop(held.remove(0));
        };
        for _ in 0..400 {
            turn_over(&mut held, ms(150));
        }
        assert!((60..=64).contains(&held.len()), "{}", held.len());
        for _ in 0..400 {
            turn_over(&mut held, ms(900));
        }
        assert!((3..8).contains(&held.len()), "{}", held.len());
        for _ in 0..600 {
            turn_over(&mut held, ms(150));
        }
        assert!(held.len() > 50, "{}", held.len());
    }

    #[tokio::test(start_paused = true)]
    async fn places_that_are_taken_are_taken_away_when_they_are_given_back_even_if_somebody_waits() {
        let places = Places::at_most(4);
        let held: Vec<_> = (0..4).map(|_| places.try_take().unwrap()).collect();
        let waiting = tokio::spawn({
            let places = places.clone();
            async move { places.take().await }
        });
        tokio::task::yield_now().await;
        places.shared.state().wanted = 1;
        let mut held = held.into_iter();
        for _ in 0..3 {
            drop(held.next());
            tokio::task::yield_now().await;
            assert!(!waiting.is_finished());
        }
        drop(held.next());
        drop(waiting.await.unwrap());
        assert!(places.is_one_free());
        assert_eq!(places.count(), 1);
    }
}
