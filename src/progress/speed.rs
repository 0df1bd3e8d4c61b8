//! How fast rows are done of late, and so how long the rest takes.

use std::collections::VecDeque;
use std::time::Duration;

use crate::words::lasting;
use tokio::time::Instant;

/// What "of late" means.
const OVER: Duration = Duration::from_secs(15);
/// How often the count is noted.
const EVERY: Duration = Duration::from_millis(250);

/// Notes of the count of rows done, over the last while.
#[derive(Debug)]
pub(super) struct Speed {
    notes: VecDeque<(Instant, u64)>,
}

impl Speed {
    /// Begins now, with nothing done.
    pub(super) fn new() -> Self {
        Self { notes: VecDeque::from([(Instant::now(), 0)]) }
    }

    pub(super) fn note(&mut self, done: u64) {
        let now = Instant::now();
        if self.notes.back().is_some_and(|(last, _)| now - *last < EVERY) {
            return;
        }
        self.notes.push_back((now, done));
        while self.notes.len() > 2 && self.notes.get(1).is_some_and(|(time, _)| now - *time > OVER) {
            self.notes.pop_front();
        }
    }

    /// Rows a second; `None` before anything can be said, and where nothing was done of late.
    pub(super) fn per_second(&mut self, done: u64) -> Option<f64> {
        // Nobody notes that nothing is done.
        self.note(done);
        let (since, then) = *self.notes.front()?;
        let elapsed = since.elapsed().as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "for showing")]
        let rows = done.saturating_sub(then) as f64;
        (elapsed > 0.2 && rows > 0.0).then_some(rows / elapsed)
    }

    /// The time that `left` more rows take at this speed, in words.
    pub(super) fn time_for(&mut self, left: u64, done: u64) -> String {
        match self.per_second(done) {
            None => "?".to_owned(),
            Some(per_second) => {
                #[expect(clippy::cast_precision_loss, reason = "for showing")]
                let seconds = (left as f64 / per_second).ceil().min(1e9);
                lasting(seconds as u64).told()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_speed_is_that_of_the_last_while() {
        let mut speed = Speed::new();
        assert_eq!(speed.per_second(0), None);
        assert_eq!(speed.time_for(10, 0), "?");
        let mut done = 0;
        for per_second in [100, 300] {
            for _ in 0..240 {
                tokio::time::advance(EVERY).await;
                done += per_second / 4;
                speed.note(done);
            }
        }
        let seen = speed.per_second(done).unwrap();
        assert!((295.0..305.0).contains(&seen), "{seen}");
        assert_eq!(speed.time_for(30_000, done), "1m 40s");
        tokio::time::advance(OVER * 2).await;
        assert_eq!((speed.per_second(done), speed.time_for(30_000, done)), (None, "?".to_owned()));
    }
}
