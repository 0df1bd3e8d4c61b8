//! The turnstile before the line.

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use tokio::time::{Instant, sleep, sleep_until};

use super::clock::{TokioClock, TokioInstant};
use super::pace::Pace;
use super::window::{Turn, Window};

/// Share of the asked rate at which requests are paced.
const PACE: f64 = 0.985;
/// First and longest wait after 429 answers that name no time and before which nothing was let through.
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
    window: Option<Arc<Window>>,
    /// One waits for the limiter, the others wait behind it, in order.
    turnstile: tokio::sync::Mutex<()>,
    hold: Mutex<Hold>,
    origin: Instant,
}

struct Hold {
    until: Option<Instant>,
    /// 429 answers in a row, without a better answer between them.
    in_a_row: u32,
    /// Where a rate was asked for.
    pace: Option<Pace>,
    /// When the next may leave at the pace, where it is lower than asked.
    next: Option<Instant>,
}

impl Rate {
    /// A turnstile for `limit`.
    pub fn new(limit: PerSecond) -> Self {
        let origin = Instant::now();
        let (limiter, window, pace) = match limit {
            PerSecond::Unlimited => (None, None, None),
            PerSecond::AtMost(limit) => (
                Some(RateLimiter::direct_with_clock(quota(limit), TokioClock { origin })),
                Some(Arc::new(Window::new(limit))),
                Some(Pace::new(f64::from(limit.get()) * PACE)),
            ),
        };
        let hold = Mutex::new(Hold { until: None, in_a_row: 0, pace, next: None });
        Self { limiter, window, turnstile: tokio::sync::Mutex::new(()), hold, origin }
    }

    /// Waits until one request may leave. The turn is to be dropped when its answer has come.
    pub async fn turn(&self) -> Turn {
        if self.limiter.is_none() && self.held_until().is_none() {
            return Turn::uncounted();
        }
        let _first = self.turnstile.lock().await;
        loop {
            if let Some(until) = self.held_until() {
                sleep_until(until).await;
                continue;
            }
            let (Some(limiter), Some(window)) = (&self.limiter, &self.window) else {
                return Turn::uncounted();
            };
            if let Some(until) = self.paced_until() {
                sleep_until(until).await;
                continue;
            }
            window.room().await;
            match limiter.check() {
                Ok(()) => {
                    self.leaves();
                    return window.leave();
                }
                Err(not_yet) => {
                    let wait = not_yet.wait_time_from(limiter.clock().now());
                    sleep(wait).await;
                }
            }
        }
    }

    /// The server said 429. Nobody sends until it has room again: for as long as it says, or until the oldest of the
    /// requests that it let through in the last second is a second old, or, where it let none through, for a second that
    /// doubles while 429 follows on 429. Returns how long that is from now.
    pub fn throttled(&self, after: Option<Duration>) -> Duration {
        let now = Instant::now();
        let mut hold = self.lock();
        let room = hold.pace.as_mut().and_then(|pace| pace.refused(now - self.origin));
        // The others in the air meet the same 429: one hold is enough for all.
        if let (None, Some(until)) = (after, hold.until)
            && until > now
        {
            return until - now;
        }
        let doubled = || FIRST_HOLD.saturating_mul(1 << hold.in_a_row.min(5)).min(LONGEST_HOLD);
        let wait = after.or(room).unwrap_or_else(doubled);
        hold.in_a_row += 1;
        let until = hold.until.filter(|&until| until > now + wait).unwrap_or(now + wait);
        hold.until = Some(until);
        until - now
    }

    /// The server answered something else than 429.
    pub fn accepted(&self) {
        let now = Instant::now() - self.origin;
        let mut hold = self.lock();
        hold.in_a_row = 0;
        if let Some(pace) = &mut hold.pace {
            pace.accepted(now);
        }
    }

    /// When the next may leave, where the pace is lower than asked.
    fn paced_until(&self) -> Option<Instant> {
        self.lock().next.filter(|&next| next > Instant::now())
    }

    /// One leaves: the next comes a step later.
    fn leaves(&self) {
        let now = Instant::now();
        let mut hold = self.lock();
        let per_second = hold.pace.as_mut().and_then(|pace| pace.per_second(now - self.origin));
        // A timer that woke late is not caught up with.
        hold.next = per_second.map(|per_second| now + Duration::from_secs_f64(1.0 / per_second));
    }

    fn held_until(&self) -> Option<Instant> {
        let mut hold = self.lock();
        if hold.until.is_some_and(|until| until <= Instant::now()) {
            hold.until = None;
        }
        hold.until
    }

    fn lock(&self) -> MutexGuard<'_, Hold> {
        self.hold.lock().unwrap_or_else(PoisonError::into_inner)
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

#[cfg(test)]
mod tests {
    use super::*;

    async fn leave(rate: &Rate, count: usize) -> Vec<Duration> {
        let start = Instant::now();
        let mut times = Vec::new();
        for _ in 0..count {
            drop(rate.turn().await);
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
        drop(rate.turn().await);
        assert_eq!(rate.throttled(Some(Duration::from_secs(7))), Duration::from_secs(7));
        let start = Instant::now();
        let waiting: Vec<_> = (0..20)
            .map(|_| {
                let rate = Arc::clone(&rate);
                tokio::spawn(async move {
                    let _turn = rate.turn().await;
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
        drop(rate.turn().await);
        assert_eq!(rate.throttled(None), Duration::from_secs(2));
        drop(rate.turn().await);
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
                let _turn = rate.turn().await;
                start.elapsed()
            }
        });
        tokio::task::yield_now().await;
        rate.throttled(Some(Duration::from_secs(5)));
        assert!(waiting.await.unwrap() >= Duration::from_secs(5));
    }

    const STALL: Duration = Duration::from_millis(150);

    /// Requests that are held up on the way and then arrive together.
    async fn arrivals_with_a_stall(seed: u64) -> (Vec<Duration>, Duration) {
        let rate = Arc::new(at_most(300));
        let arrivals = Arc::new(Mutex::new(Vec::new()));
        let start = Instant::now();
        let places = Arc::new(tokio::sync::Semaphore::new(64));
        let mut walking = tokio::task::JoinSet::new();
        let mut luck = fastrand::Rng::with_seed(seed);
        for _ in 0..3000 {
            let place = Arc::clone(&places).acquire_owned().await;
            let turn = rate.turn().await;
            let arrivals = Arc::clone(&arrivals);
            let jitter = Duration::from_micros(luck.u64(..8000));
            walking.spawn(async move {
                tokio::time::sleep(Duration::from_millis(20) + jitter).await;
                // Now and then nothing gets through for 150 ms.
                let stalls = [3000, 5400, 6900].map(|at| start + Duration::from_millis(at));
                if let Some(stall) = stalls
                    .into_iter()
                    .find(|&stall| Instant::now() >= stall && Instant::now() < stall + STALL)
                {
                    sleep_until(stall + STALL).await;
                }
                arrivals.lock().unwrap().push(start.elapsed());
                tokio::time::sleep(Duration::from_millis(20)).await;
                drop((turn, place));
            });
        }
        while walking.join_next().await.is_some() {}
        let mut arrivals = std::mem::take(&mut *arrivals.lock().unwrap());
        arrivals.sort_unstable();
        (arrivals, start.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn a_line_that_stalls_and_lets_go_brings_no_more_than_the_limit_in_any_second() {
        for seed in 0..5 {
            let (arrivals, took) = arrivals_with_a_stall(seed).await;
            assert!(most_in_a_second(&arrivals) <= 300, "{}", most_in_a_second(&arrivals));
            assert!(took < Duration::from_secs(12), "{took:?}");
        }
    }

    /// A server that lets `limit` through in any second: how many it let through, and how many it refused, each second.
    async fn at_a_server_that_allows(limit: impl Fn(u64) -> usize, seconds: u64) -> Vec<(usize, usize)> {
        let rate = Arc::new(at_most(300));
        let start = Instant::now();
        let mut told = vec![(0, 0); usize::try_from(seconds).unwrap() + 1];
        let admitted: Arc<Mutex<std::collections::VecDeque<Instant>>> = Arc::default();
        let mut walking = tokio::task::JoinSet::new();
        while start.elapsed() < Duration::from_secs(seconds) {
            let turn = rate.turn().await;
            let allowed = limit(start.elapsed().as_secs());
            let (rate, admitted) = (Arc::clone(&rate), Arc::clone(&admitted));
            walking.spawn(async move {
                sleep(Duration::from_millis(25)).await;
                let now = Instant::now();
                let lets_through = {
                    let mut admitted = admitted.lock().unwrap();
                    while admitted.front().is_some_and(|time| now - *time >= Duration::from_secs(1)) {
                        admitted.pop_front();
                    }
                    let lets_through = admitted.len() < allowed;
                    if lets_through {
                        admitted.push_back(now);
                    }
                    lets_through
                };
                sleep(Duration::from_millis(25)).await;
                drop(turn);
                if lets_through {
                    rate.accepted();
                } else {
                    rate.throttled(None);
                }
                lets_through
            });
            while let Some(done) = walking.try_join_next() {
                let second = usize::try_from(start.elapsed().as_secs()).unwrap().min(told.len() - 1);
                if done.unwrap() { told[second].0 += 1 } else { told[second].1 += 1 }
            }
        }
        told
    }

    #[tokio::test(start_paused = true)]
    async fn where_the_server_allows_less_nearly_all_of_that_is_used_and_nearly_nothing_refused() {
        let told = at_a_server_that_allows(|_| 120, 180).await;
        let (through, refused) =
            told[5..180].iter().fold((0, 0), |sum, told| (sum.0 + told.0, sum.1 + told.1));
        assert!(through as f64 >= 0.95 * 120.0 * 175.0, "{through}");
        assert!(refused * 100 < through, "{refused} refused, {through} let through");
    }

    #[tokio::test(start_paused = true)]
    async fn when_the_server_allows_more_again_it_is_used_within_half_a_minute() {
        let told =
            at_a_server_that_allows(|second| if (20..40).contains(&second) { 120 } else { 300 }, 100).await;
        let a_second = |range: std::ops::Range<usize>| {
            let count = range.len();
            told[range].iter().map(|told| told.0).sum::<usize>() / count
        };
        assert!(a_second(5..20) >= 290, "{}", a_second(5..20));
        assert!(a_second(25..40) >= 110, "{}", a_second(25..40));
        assert!(a_second(72..100) >= 285, "{}", a_second(72..100));
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_never_answers_does_not_use_up_the_rate_for_ever() {
        let rate = at_most(10);
        let mut open = Vec::new();
        for _ in 0..30 {
            open.push(rate.turn().await);
        }
        let start = Instant::now();
        let _turn = rate.turn().await;
        assert!(start.elapsed() <= crate::rate::window::LONGEST_COUNT);
    }
}
