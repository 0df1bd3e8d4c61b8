//! When may the next request leave?
//!
//! Every request passes here: creates, repeats, look-ups. The promise is to the server: never more than the asked rate
//! in any rolling second. A limiter with a burst of `b` at a pace of `r` lets at most `r + b` through in a second, so
//! the pace is set a little below the asked rate and the burst takes what is left; the burst is there because timers
//! wake up to a millisecond late, which at a burst of 1 would cost a sixth of the pace at 300 per second.
//!
//! governor keeps the account, on tokio's clock: its own waiting runs on another one, and its usual quota
//! (`per_second(300)`) would let 599 requests through in the first second.

use std::num::NonZeroU32;
use std::sync::Mutex;
use std::time::Duration;

use governor::clock::{Clock, Reference};
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use tokio::time::{Instant, sleep_until};

/// Share of the asked rate at which requests are paced.
const PACE: f64 = 0.985;
/// First and longest wait after 429 answers that name no time.
const FIRST_HOLD: Duration = Duration::from_secs(1);
const LONGEST_HOLD: Duration = Duration::from_secs(30);

/// Requests per second: a limit, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PerSecond {
    /// At most this many in any rolling second.
    AtMost(NonZeroU32),
    /// As fast as it goes; for servers on this machine only.
    Unlimited,
}

/// The turnstile before the line.
pub struct Rate {
    limiter: Option<RateLimiter<NotKeyed, InMemoryState, TokioClock, NoOpMiddleware<TokioInstant>>>,
    /// One waits for the limiter, the others wait behind it, in order.
    turnstile: tokio::sync::Mutex<()>,
    hold: Mutex<Hold>,
}

#[derive(Default)]
struct Hold {
    until: Option<Instant>,
    /// 429 answers in a row, without a better answer between them.
    in_a_row: u32,
}

impl Rate {
    /// A turnstile for `limit`.
    pub fn new(limit: PerSecond) -> Self {
        let limiter = match limit {
            PerSecond::Unlimited => None,
            PerSecond::AtMost(limit) => {
                Some(RateLimiter::direct_with_clock(quota(limit), TokioClock { origin: Instant::now() }))
            }
        };
        Self { limiter, turnstile: tokio::sync::Mutex::new(()), hold: Mutex::new(Hold::default()) }
    }

    /// Waits until one request may leave.
    pub async fn turn(&self) {
        if self.limiter.is_none() && self.held_until().is_none() {
            return;
        }
        let _first = self.turnstile.lock().await;
        loop {
            if let Some(until) = self.held_until() {
                sleep_until(until).await;
                continue;
            }
            let Some(limiter) = &self.limiter else { return };
            match limiter.check() {
                Ok(()) => return,
                Err(not_yet) => {
                    let wait = not_yet.wait_time_from(limiter.clock().now());
                    tokio::time::sleep(wait).await;
                }
            }
        }
    }

    /// Nobody sends before the end of `hold`: the server said 429. Without a time from the server the wait begins at a
    /// second and doubles while 429 follows on 429. Returns how long it is from now.
    pub fn throttled(&self, after: Option<Duration>) -> Duration {
        let now = Instant::now();
        let mut hold = self.lock();
        // The others in the air meet the same 429: one hold is enough for all.
        if let (None, Some(until)) = (after, hold.until)
            && until > now
        {
            return until - now;
        }
        let wait =
            after.unwrap_or_else(|| FIRST_HOLD.saturating_mul(1 << hold.in_a_row.min(5)).min(LONGEST_HOLD));
        hold.in_a_row += 1;
        let until = hold.until.filter(|&until| until > now + wait).unwrap_or(now + wait);
        hold.until = Some(until);
        until - now
    }

    /// The server answered something else than 429.
    pub fn accepted(&self) {
        self.lock().in_a_row = 0;
    }

    fn held_until(&self) -> Option<Instant> {
        let mut hold = self.lock();
        if hold.until.is_some_and(|until| until <= Instant::now()) {
            hold.until = None;
        }
        hold.until
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Hold> {
        self.hold.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Pace and burst that together stay within `limit` in any rolling second.
fn quota(limit: NonZeroU32) -> Quota {
    let per_second = f64::from(limit.get()) * PACE;
    let interval = Duration::from_secs_f64(1.0 / per_second);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number below a u32")]
    let burst = limit.get() - per_second.floor() as u32;
    #[expect(clippy::expect_used, reason = "the interval of a finite rate is not zero")]
    Quota::with_period(interval)
        .expect("the interval of a finite rate is not zero")
        .allow_burst(NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN))
}

/// Tokio's clock for governor.
#[derive(Debug, Clone)]
struct TokioClock {
    origin: Instant,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct TokioInstant(Duration);

impl Clock for TokioClock {
    type Instant = TokioInstant;

    fn now(&self) -> TokioInstant {
        TokioInstant(self.origin.elapsed())
    }
}

impl Reference for TokioInstant {
    fn duration_since(&self, earlier: Self) -> Nanos {
        self.0.saturating_sub(earlier.0).into()
    }

    fn saturating_sub(&self, duration: Nanos) -> Self {
        Self(self.0.saturating_sub(duration.into()))
    }
}

impl std::ops::Add<Nanos> for TokioInstant {
    type Output = Self;

    fn add(self, other: Nanos) -> Self {
        Self(self.0 + Duration::from(other))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    async fn leave(rate: &Rate, count: usize) -> Vec<Duration> {
        let start = Instant::now();
        let mut times = Vec::new();
        for _ in 0..count {
            rate.turn().await;
            times.push(start.elapsed());
        }
        times
    }

    fn most_in_a_second(times: &[Duration]) -> usize {
        let mut most = 0;
        let mut first = 0;
        for (last, time) in times.iter().enumerate() {
            while *time - times[first] >= Duration::from_secs(1) {
                first += 1;
            }
            most = most.max(last - first + 1);
        }
        most
    }

    fn at_most(limit: u32) -> Rate {
        Rate::new(PerSecond::AtMost(NonZeroU32::new(limit).unwrap()))
    }

    #[tokio::test(start_paused = true)]
    async fn no_rolling_second_has_more_than_the_asked_rate_and_little_is_wasted() {
        for limit in [1, 2, 10, 99, 150, 300, 1000] {
            let count = 5 * limit as usize;
            let times = leave(&at_most(limit), count).await;
            assert!(most_in_a_second(&times) <= limit as usize, "{limit}");
            let ideal = 5.0;
            let took = times.last().unwrap().as_secs_f64();
            assert!(took <= ideal * 1.03, "{limit}: {took} s");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn there_is_no_catching_up_after_a_pause() {
        let rate = at_most(300);
        let mut times = leave(&rate, 600).await;
        let last = *times.last().unwrap();
        tokio::time::sleep(Duration::from_secs(10)).await;
        times.extend(leave(&rate, 900).await.iter().map(|time| last + Duration::from_secs(10) + *time));
        assert!(most_in_a_second(&times) <= 300);
    }

    #[tokio::test(start_paused = true)]
    async fn a_429_holds_everybody_for_the_time_the_server_names() {
        let rate = Arc::new(at_most(300));
        rate.turn().await;
        assert_eq!(rate.throttled(Some(Duration::from_secs(7))), Duration::from_secs(7));
        let start = Instant::now();
        let waiting: Vec<_> = (0..20)
            .map(|_| {
                let rate = Arc::clone(&rate);
                tokio::spawn(async move {
                    rate.turn().await;
                    start.elapsed()
                })
            })
            .collect();
        for waiting in waiting {
            assert!(waiting.await.unwrap() >= Duration::from_secs(7));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_storm_of_429s_without_a_time_is_one_hold_and_the_next_is_longer() {
        let rate = Rate::new(PerSecond::Unlimited);
        assert_eq!(rate.throttled(None), Duration::from_secs(1));
        assert_eq!(rate.throttled(None), Duration::from_secs(1), "the same storm");
        rate.turn().await;
        assert_eq!(rate.throttled(None), Duration::from_secs(2));
        rate.turn().await;
        rate.accepted();
        assert_eq!(rate.throttled(None), Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_hold_that_grows_while_someone_waits_holds_that_one_too() {
        let rate = Arc::new(at_most(300));
        rate.throttled(Some(Duration::from_secs(1)));
        let start = Instant::now();
        let waiting = tokio::spawn({
            let rate = Arc::clone(&rate);
            async move {
                rate.turn().await;
                start.elapsed()
            }
        });
        tokio::task::yield_now().await;
        rate.throttled(Some(Duration::from_secs(5)));
        assert!(waiting.await.unwrap() >= Duration::from_secs(5));
    }
}
