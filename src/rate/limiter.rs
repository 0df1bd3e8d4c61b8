//! The pace that was asked for: governor keeps the account, on tokio's clock. Its own waiting runs on another clock, and
//! its usual quota (`per_second(300)`) would let 599 requests through in the first second.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, Reference};
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use tokio::time::Instant;

use super::pacer::Steps;

/// Parts of a request that governor counts in, because a burst of a part of a request is what a late timer needs.
const PARTS: NonZeroU32 = NonZeroU32::new(16).unwrap();

/// Keeps requests apart at a constant pace.
#[derive(Debug)]
pub(super) struct Limiter {
    parts: RateLimiter<NotKeyed, InMemoryState, TokioClock, NoOpMiddleware<TokioInstant>>,
}

impl Limiter {
    /// One request at a time and, after a delay, as many more as the slack allows.
    pub(super) fn new(steps: Steps) -> Self {
        let part = (steps.interval / PARTS.get()).max(Duration::from_nanos(1));
        #[expect(clippy::cast_possible_truncation, reason = "a slack is seconds at most")]
        let slack = (steps.slack.as_nanos() / part.as_nanos()) as u32;
        #[expect(clippy::expect_used, reason = "a part takes a nanosecond at least")]
        let quota = Quota::with_period(part).expect("a part takes a nanosecond at least");
        let quota = quota.allow_burst(PARTS.saturating_add(slack));
        Self { parts: RateLimiter::direct_with_clock(quota, TokioClock { origin: Instant::now() }) }
    }

    /// One leaves, or has to wait for so long.
    pub(super) fn leave(&self) -> Result<(), Duration> {
        match self.parts.check_n(PARTS) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(not_yet)) => Err(not_yet.wait_time_from(self.parts.clock().now())),
            // The burst is at least one request.
            Err(_) => Ok(()),
        }
    }
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
    use tokio::time::sleep;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn it_keeps_the_same_times_as_the_pacer_however_late_timers_are() {
        let mut luck = fastrand::Rng::with_seed(5);
        for limit in [1.0, 10.0, 60.0, 150.0, 300.0] {
            let steps = Steps::within(limit);
            let (limiter, begin) = (Limiter::new(steps), Instant::now());
            let mut pacer = super::super::pacer::Pacer::default();
            let mut left = 0_u32;
            while f64::from(left) < limit * 3.0 {
                let waits = (pacer.wait(begin.elapsed(), steps), limiter.leave().err());
                match waits {
                    (None, None) => {
                        pacer.leave(begin.elapsed(), steps);
                        left += 1;
                    }
                    (paced, limited) => {
                        let (paced, limited) = (paced.unwrap_or_default(), limited.unwrap_or_default());
                        let apart = paced.abs_diff(limited);
                        assert!(apart <= steps.interval / 8 + Duration::from_millis(1), "{limit}: {waits:?}");
                        if limited.is_zero() {
                            // It has counted one that the pacer lets go a moment later.
                            sleep(paced).await;
                            pacer.leave(begin.elapsed(), steps);
                            left += 1;
                        } else {
                            sleep(limited.max(paced) + Duration::from_micros(luck.u64(..2000))).await;
                        }
                    }
                }
            }
        }
    }
}
