//! How many requests at a time: as many as the rate needs, fewer when answers become slow.
//!
//! The count follows the gradient of the answers' times: it grows while answers take about as long as the quickest of
//! late, and shrinks when they take more than twice as long, because then requests only wait in the server's queue. It
//! grows only while the places are used, so that a rate that needs few has few.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::least::Least;

/// Places at the beginning, and the fewest ever.
const AT_FIRST: usize = 16;
const FEWEST: f64 = 4.0;
/// Answers may take so many times the least before places are taken away.
const TOLERANCE: f64 = 2.0;
/// Weight of one answer in the average time, and of one step in the count.
const OF_TIME: f64 = 0.05;
const OF_COUNT: f64 = 0.2;
/// The quickest answer is looked for over the last one to two of these.
const LEAST_OVER: Duration = Duration::from_secs(15);

/// Places for requests that wait for their turn or are on the wire.
pub struct Places {
    semaphore: Arc<Semaphore>,
    state: Mutex<State>,
}

struct State {
    gradient: Option<Gradient>,
    /// Places there are, taken or not.
    count: usize,
}

/// A place; it is free again when this is dropped.
pub type Place = OwnedSemaphorePermit;

impl Places {
    /// As many as are needed, at most so many.
    pub fn at_most(most: usize) -> Self {
        let count = AT_FIRST.min(most);
        Self::new(Some(Gradient::new(count, most)), count)
    }

    /// Always so many.
    pub fn always(count: usize) -> Self {
        Self::new(None, count)
    }

    fn new(gradient: Option<Gradient>, count: usize) -> Self {
        Self { semaphore: Arc::new(Semaphore::new(count)), state: Mutex::new(State { gradient, count }) }
    }

    /// Waits for a place.
    pub async fn take(&self) -> Option<Place> {
        Arc::clone(&self.semaphore).acquire_owned().await.ok()
    }

    /// A place, if one is free.
    pub fn try_take(&self) -> Option<Place> {
        Arc::clone(&self.semaphore).try_acquire_owned().ok()
    }

    /// Places that are free.
    pub fn free(&self) -> usize {
        self.semaphore.available_permits()
    }

    /// An answer took so long.
    pub fn answered(&self, took: Duration) {
        let mut state = self.state();
        let count = state.count;
        let taken = count.saturating_sub(self.free());
        let Some(gradient) = &mut state.gradient else { return };
        let wanted = gradient.step(took, taken, Instant::now());
        if wanted > count {
            self.semaphore.add_permits(wanted - count);
            state.count = wanted;
        } else {
            // Places that are taken are taken away when they are free, at a later answer.
            state.count -= self.semaphore.forget_permits(count - wanted);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Decides how many places there are to be.
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

    /// An answer took so long while so many places were taken.
    fn step(&mut self, took: Duration, taken: usize, now: Instant) -> usize {
        let least = self.least.note(took, now).as_secs_f64();
        let took = took.as_secs_f64();
        let average = self.average.map_or(took, |average| average + OF_TIME * (took - average));
        self.average = Some(average);
        let gradient = (TOLERANCE * least / average.max(f64::EPSILON)).clamp(0.5, 1.0);
        // What is not used need not grow.
        let is_used = taken as f64 * 2.0 >= self.count;
        let room = if is_used { self.count.sqrt() } else { 0.0 };
        let next = self.count * gradient + room;
        self.count = (self.count + OF_COUNT * (next - self.count)).clamp(FEWEST.min(self.most), self.most);
        self.count as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    #[tokio::test(start_paused = true)]
    async fn places_that_are_used_grow_to_the_most_while_answers_are_quick() {
        let mut gradient = Gradient::new(16, 64);
        for _ in 0..200 {
            gradient.step(ms(150), 60, Instant::now());
        }
        assert_eq!(gradient.step(ms(150), 60, Instant::now()), 64);
    }

    #[tokio::test(start_paused = true)]
    async fn places_that_are_not_used_do_not_grow() {
        let mut gradient = Gradient::new(16, 64);
        for _ in 0..200 {
            gradient.step(ms(20), 6, Instant::now());
        }
        assert_eq!(gradient.step(ms(20), 6, Instant::now()), 16);
    }

    #[tokio::test(start_paused = true)]
    async fn when_answers_become_slow_places_are_taken_away_and_given_back_when_they_are_quick_again() {
        let places = Places::at_most(64);
        let mut held = Vec::new();
        while held.len() < 64 {
            if let Some(place) = places.try_take() {
                held.push(place);
            }
            places.answered(ms(50));
        }
        for _ in 0..200 {
            places.answered(ms(400));
            held.pop();
        }
        let free = places.free();
        assert!((4..20).contains(&free), "{free}");
        let taken: Vec<_> = (0..free).map(|_| places.try_take().unwrap()).collect();
        for _ in 0..200 {
            places.answered(ms(50));
        }
        assert!(places.free() + taken.len() > free, "{free} places stay taken away");
    }

    #[test]
    fn a_fixed_number_is_kept() {
        let places = Places::always(3);
        places.answered(ms(5));
        assert_eq!(places.free(), 3);
    }
}
