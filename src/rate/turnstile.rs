//! The turnstile before the line.

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use super::limiter::Limiter;
use super::pace::Pace;
use super::pacer::{Pacer, Steps};
use super::places::Places;
use super::shared::{Shared, Slot};
use super::window::{Asked, Ended, Window};

/// Most requests at a time where nothing else is said.
const PLACES: usize = 64;

/// Requests per second: a limit, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PerSecond {
    /// At most this many in any rolling second.
    AtMost(NonZeroU32),
    /// As fast as it goes; for servers on this machine only.
    Unlimited,
}

/// Share of the limit that is left to others who use the same account, from 0 to below 1.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Headroom(f64);

impl Headroom {
    /// Such a share; `None` if it leaves nothing or is none.
    pub fn new(share: f64) -> Option<Self> {
        (0.0..1.0).contains(&share).then_some(Self(share))
    }

    /// What is left of `limit` for this program: at least one request a second.
    #[must_use]
    pub fn of(self, limit: NonZeroU32) -> NonZeroU32 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a u32")]
        let left = (f64::from(limit.get()) * (1.0 - self.0)).round() as u32;
        NonZeroU32::new(left).unwrap_or(NonZeroU32::MIN)
    }
}

/// The turnstile before the line.
#[derive(Debug)]
pub struct Rate {
    line: Arc<Line>,
    /// One waits for its time, the others wait behind it, in order.
    turnstile: tokio::sync::Mutex<()>,
    /// All but those who have looked wait here first: one of them at most stands at the turnstile.
    queue: tokio::sync::Mutex<()>,
}

/// A request that has left. It counts until it has ended, and for a while after.
#[must_use = "a request ends when its turn is dropped"]
#[derive(Debug)]
pub struct Turn {
    line: Arc<Line>,
    left: Instant,
    slot: Option<Slot>,
    ended: Ended,
}

impl Turn {
    /// Its answer has come: an answer to what was asked for, no refusal. Without this, nothing is concluded from how
    /// long it took.
    pub fn answered(mut self, asked: Asked) {
        self.ended = Ended::Answered(asked);
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let now = Instant::now();
        let took = matches!(self.ended, Ended::Answered(_)).then(|| now - self.left);
        self.line.places.ended(took, now);
        let mut state = self.line.state();
        let State { window: Some(window), shared, .. } = &mut *state else { return };
        let mut told = Ok(());
        window.ended(self.left, self.slot, self.ended, now, |slot, counts| {
            if let (Some(shared), Ok(())) = (&shared, &told) {
                told = shared.counts_for(slot, counts);
            }
        });
        if let Err(error) = told {
            state.shares_no_more(&error);
        }
        drop(state);
        self.line.ended.notify_one();
    }
}

#[derive(Debug)]
struct Line {
    places: Places,
    state: Mutex<State>,
    /// Rings when a request has ended.
    ended: Notify,
    origin: Instant,
}

#[derive(Debug)]
struct State {
    /// Where a rate was asked for.
    limiter: Option<Limiter>,
    /// The limiter has let one go that has not left yet.
    let_go: bool,
    window: Option<Window>,
    shared: Option<Shared>,
    pace: Pace,
    pacer: Pacer,
    held_until: Option<Instant>,
}

/// What the next one has to wait for.
enum Wait {
    Until(Instant),
    /// That, or the end of a request.
    UntilOrEnd(Instant),
}

impl Rate {
    /// A turnstile for `limit`, all of it, with places as are needed.
    pub fn new(limit: PerSecond) -> Self {
        Self::with(limit, Headroom::default(), Places::at_most(PLACES), None)
    }

    /// A turnstile for `limit`, that of this program alone. Where the server turns out to allow less, `headroom` is left
    /// of that. `places` are told how many requests are on the wire and how long answers take; requests of other
    /// processes count if the rate is `shared`.
    pub fn with(limit: PerSecond, headroom: Headroom, places: Places, shared: Option<Shared>) -> Self {
        let (limiter, window, most) = match limit {
            PerSecond::Unlimited => (None, None, f64::INFINITY),
            PerSecond::AtMost(limit) => {
                let steps = Steps::within(f64::from(limit.get()));
                let most = 1.0 / steps.interval.as_secs_f64();
                (Some(Limiter::new(steps)), Some(Window::new(limit.get() as usize)), most)
            }
        };
        let (pace, pacer) = (Pace::new(most, headroom.0), Pacer::default());
        let held_until = None;
        let state = State { limiter, let_go: false, window, shared, pace, pacer, held_until };
        let line = Line { places, state: Mutex::new(state), ended: Notify::new(), origin: Instant::now() };
        let turnstile = tokio::sync::Mutex::new(());
        Self { line: Arc::new(line), turnstile, queue: tokio::sync::Mutex::new(()) }
    }

    /// Places for rows that wait for their turn or are on the wire.
    pub fn places(&self) -> &Places {
        &self.line.places
    }

    /// Waits until one request may leave.
    pub async fn turn(&self) -> Turn {
        if self.line.state().is_open() {
            return self.line.leaves(None);
        }
        let _next = self.queue.lock().await;
        self.turn_after_a_look().await
    }

    /// [`Self::turn`] for a request that rests on what a look has just shown: before those that wait for theirs. Somebody may
    /// change or create the contact meanwhile, and behind all of them that would be as long as they need.
    pub async fn turn_after_a_look(&self) -> Turn {
        if self.line.state().is_open() {
            return self.line.leaves(None);
        }
        let _first = self.turnstile.lock().await;
        loop {
            let ended = self.line.ended.notified();
            let wait = self.line.state().try_leave(self.line.origin);
            match wait {
                Ok(slot) => return self.line.leaves(slot),
                Err(Wait::Until(until)) => sleep_until(until).await,
                Err(Wait::UntilOrEnd(until)) => tokio::select! {
                    () = sleep_until(until) => {}
                    () = ended => {}
                },
            }
        }
    }

    /// The server said 429: nobody sends for as long as `after` says, or until it has room again. Returns how long that
    /// is from now.
    pub fn throttled(&self, after: Option<Duration>) -> Duration {
        let now = Instant::now();
        let mut state = self.line.state();
        // The others in the air meet the same 429: one hold is enough for all.
        let held = state.held_until.filter(|&until| until > now);
        if let (None, Some(until)) = (after, held) {
            return until - now;
        }
        let hold = match (after, held) {
            (Some(after), Some(_)) => after,
            _ => state.pace.refused(now - self.line.origin, after),
        };
        let until = held.map_or(now + hold, |until| until.max(now + hold));
        state.held_until = Some(until);
        until - now
    }

    /// Whether nobody sends now because of a 429.
    pub fn is_held(&self) -> bool {
        self.line.state().held_until.is_some_and(|until| until > Instant::now())
    }

    /// The server answered something else than 429.
    pub fn accepted(&self) {
        self.line.state().pace.accepted(self.line.origin.elapsed());
    }
}

impl Line {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn leaves(self: &Arc<Self>, slot: Option<Slot>) -> Turn {
        self.places.left();
        let left = Instant::now();
        if let Some(window) = &mut self.state().window {
            window.leave(left);
        }
        Turn { line: Arc::clone(self), left, slot, ended: Ended::Unknown }
    }
}

impl State {
    /// Whether anybody may leave at any time.
    fn is_open(&mut self) -> bool {
        self.limiter.is_none() && self.held_until.is_none()
    }

    /// One leaves, or has to wait.
    fn try_leave(&mut self, origin: Instant) -> Result<Option<Slot>, Wait> {
        let now = Instant::now();
        match self.held_until {
            Some(until) if until > now => return Err(Wait::Until(until)),
            _ => self.held_until = None,
        }
        let (Some(limiter), Some(window)) = (&self.limiter, &mut self.window) else { return Ok(None) };
        if let Some(until) = window.full_until(now) {
            return Err(Wait::UntilOrEnd(until));
        }
        let since = now - origin;
        let slower = self.pace.per_second(since).map(Steps::at);
        if let Some(wait) = slower.and_then(|steps| self.pacer.wait(since, steps)) {
            return Err(Wait::Until(now + wait));
        }
        if !self.let_go {
            limiter.leave().map_err(|wait| Wait::Until(now + wait))?;
            self.let_go = true;
        }
        let slot = match self.shared.as_mut().map(Shared::leave) {
            None => None,
            Some(Ok(Ok(slot))) => Some(slot),
            Some(Ok(Err(wait))) => return Err(Wait::UntilOrEnd(now + wait)),
            Some(Err(error)) => {
                self.shares_no_more(&error);
                None
            }
        };
        self.let_go = false;
        if let Some(steps) = slower {
            self.pacer.leave(since, steps);
        }
        Ok(slot)
    }

    /// Alone, a process still keeps to its own limit.
    fn shares_no_more(&mut self, error: &std::io::Error) {
        tracing::warn!(%error, "the rate is not shared with other runs any more");
        self.shared = None;
    }
}

#[cfg(test)]
mod tests;
