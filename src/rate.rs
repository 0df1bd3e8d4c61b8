//! When may the next request leave?
//!
//! Every request passes here: creates, repeats, look-ups. The promise is to the server: never more than the asked rate
//! in any rolling second. A limiter with a burst of `b` at a pace of `r` lets at most `r + b` through in a second, so
//! the pace is set a little below the asked rate and the burst takes what is left; the burst is there because timers
//! wake up to a millisecond late, which at a burst of 1 would cost a sixth of the pace at 300 per second.
//!
//! Pacing alone keeps the promise on this side of the line. Where requests are held up on the way and then arrive
//! together, the server sees more in a second than were sent in it. So a request counts from the moment it leaves until
//! a second after the latest moment at which it can have arrived, which its answer tells.
//!
//! governor keeps the account, on tokio's clock: its own waiting runs on another one, and its usual quota
//! (`per_second(300)`) would let 599 requests through in the first second.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::clock::{Clock, Reference};
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

/// Share of the asked rate at which requests are paced.
const PACE: f64 = 0.985;
/// First and longest wait after 429 answers that name no time.
const FIRST_HOLD: Duration = Duration::from_secs(1);
const LONGEST_HOLD: Duration = Duration::from_secs(30);
/// The promise is about any second.
const SECOND: Duration = Duration::from_secs(1);
/// A request whose answer does not come counts no longer than this: it has arrived long since.
const LONGEST_COUNT: Duration = Duration::from_secs(5);
/// The least time an answer takes is looked for in the last one to two of these.
const LEAST_OVER: Duration = Duration::from_secs(5);

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
        let (limiter, window) = match limit {
            PerSecond::Unlimited => (None, None),
            PerSecond::AtMost(limit) => {
                let clock = TokioClock { origin: Instant::now() };
                (
                    Some(RateLimiter::direct_with_clock(quota(limit), clock)),
                    Some(Arc::new(Window::new(limit))),
                )
            }
        };
        Self { limiter, window, turnstile: tokio::sync::Mutex::new(()), hold: Mutex::new(Hold::default()) }
    }

    /// Waits until one request may leave. The turn is to be dropped when its answer has come.
    pub async fn turn(&self) -> Turn {
        if self.limiter.is_none() && self.held_until().is_none() {
            return Turn { left: Instant::now(), window: None };
        }
        let _first = self.turnstile.lock().await;
        loop {
            if let Some(until) = self.held_until() {
                sleep_until(until).await;
                continue;
            }
            let (Some(limiter), Some(window)) = (&self.limiter, &self.window) else {
                return Turn { left: Instant::now(), window: None };
            };
            window.room().await;
            match limiter.check() {
                Ok(()) => return window.leave(),
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

    fn lock(&self) -> MutexGuard<'_, Hold> {
        self.hold.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that has left. It counts until this is dropped, and for a while after.
#[must_use = "a turn counts as answered when it is dropped"]
pub struct Turn {
    left: Instant,
    window: Option<Arc<Window>>,
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
struct Window {
    limit: usize,
    counts: Mutex<Counts>,
    /// Rings when an answer has come.
    answered: Notify,
}

#[derive(Default)]
struct Counts {
    /// When those left that have no answer yet; the earliest first.
    open: std::collections::BTreeMap<Instant, usize>,
    /// When those stop to count that have one.
    until: BinaryHeap<Reverse<Instant>>,
    least: Least,
}

/// The quickest answer of late.
#[derive(Default)]
struct Least {
    now: Option<Duration>,
    before: Option<Duration>,
    since: Option<Instant>,
}

impl Least {
    fn note(&mut self, took: Duration, now: Instant) -> Duration {
        let since = *self.since.get_or_insert(now);
        if now - since > LEAST_OVER {
            (self.before, self.now, self.since) = (self.now, None, Some(now));
        }
        let least = self.now.map_or(took, |least| least.min(took));
        self.now = Some(least);
        self.before.map_or(least, |before| before.min(least))
    }
}

impl Window {
    fn new(limit: NonZeroU32) -> Self {
        Self { limit: limit.get() as usize, counts: Mutex::default(), answered: Notify::new() }
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until one more is within the limit.
    async fn room(&self) {
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

    fn leave(self: &Arc<Self>) -> Turn {
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

    #[tokio::test(start_paused = true)]
    async fn a_server_that_never_answers_does_not_use_up_the_rate_for_ever() {
        let rate = at_most(10);
        let mut open = Vec::new();
        for _ in 0..30 {
            open.push(rate.turn().await);
        }
        let start = Instant::now();
        let _turn = rate.turn().await;
        assert!(start.elapsed() <= LONGEST_COUNT);
    }
}
