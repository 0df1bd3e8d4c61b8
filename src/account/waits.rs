//! What a server may ask to wait for before anything is sent: all together no longer than any one wait that it may ask
//! for later, and not in silence.

use std::time::Duration;

use crate::rate::{LONGEST_ASKED, Rate};
use crate::words::{Message, lasting, message};

/// Waits that nobody needs to be told of.
const UNTOLD: Duration = Duration::from_secs(5);
/// Tries that a server gets in any case.
const FEW_TRIES: u32 = 4;

/// The waits of one command, and whoever is told of them.
pub struct Waits {
    waited: Duration,
    too_long: Option<Duration>,
    answers: u64,
    patience: Duration,
    tell: Box<dyn Fn(&Message) + Send + Sync>,
}

/// The server asks for more than anybody waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLong(pub Duration);

impl Waits {
    /// None yet. `tell` is told before each that takes more than a few seconds.
    pub fn new(tell: impl Fn(&Message) + Send + Sync + 'static) -> Self {
        let (waited, patience) = (Duration::ZERO, Duration::ZERO);
        Self { waited, too_long: None, answers: 0, patience, tell: Box::new(tell) }
    }

    /// A server that answers nothing at all, be it the first question, is waited for so long. Otherwise it gets a few tries.
    #[must_use]
    pub fn patient(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// How long to wait for an answer after `tries` vain ones that took `silent`; `None`: no more. The first wait that is no
    /// longer a matter of seconds is told, with what `what` says of the server.
    pub fn after_silence(
        &self,
        tries: u32,
        silent: Duration,
        what: impl FnOnce() -> Message,
    ) -> Option<Duration> {
        let wait = Duration::from_millis(250).saturating_mul(1 << tries.min(7));
        if tries < FEW_TRIES {
            return Some(wait);
        }
        let left = self.patience.checked_sub(silent).filter(|left| !left.is_zero())?;
        if tries == FEW_TRIES {
            let most = lasting(self.patience.as_secs());
            (self.tell)(&message!("waits-for-an-answer", what = what(), most));
        }
        Some(wait.min(left))
    }

    /// The server said 429: the next turn at `rate` comes after the wait that it asks for.
    ///
    /// # Errors
    ///
    /// If that is too long. Then nobody is held, and nothing more is to be asked.
    pub fn throttled(&mut self, rate: &Rate, after: Option<Duration>) -> Result<(), TooLong> {
        self.answers += 1;
        let asked = after.unwrap_or_default();
        if self.waited + asked > LONGEST_ASKED {
            self.too_long = Some(asked);
            return Err(TooLong(asked));
        }
        let hold = rate.throttled(after);
        self.waited += hold;
        if hold > UNTOLD {
            (self.tell)(&message!("asks-to-wait", duration = lasting(hold.as_secs())));
        }
        Ok(())
    }

    /// 429 answers.
    pub fn answers(&self) -> u64 {
        self.answers
    }

    /// The wait that was too long, if one was.
    pub fn too_long(&self) -> Option<TooLong> {
        self.too_long.map(TooLong)
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;
    use std::sync::{Arc, Mutex};

    use tokio::time::Instant;

    use super::*;
    use crate::rate::PerSecond;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn a_server_that_answers_nothing_gets_a_few_tries_and_then_as_many_as_there_is_patience_for() {
        let told = Arc::new(Mutex::new(Vec::new()));
        let tries = |patience: Duration| {
            let hears = Arc::clone(&told);
            let waits =
                Waits::new(move |message| hears.lock().unwrap().push(message.told())).patient(patience);
            let (mut tries, mut silent) = (0, Duration::ZERO);
            while let Some(wait) =
                waits.after_silence(tries + 1, silent, || message!("asks-to-slow-down", base = "it"))
            {
                assert!(wait <= Duration::from_secs(32));
                (tries, silent) = (tries + 1, silent + wait);
            }
            (tries + 1, silent)
        };
        assert_eq!(tries(Duration::ZERO), (4, Duration::from_millis(3500)));
        assert_eq!(tries(Duration::from_secs(3)), (4, Duration::from_millis(3500)));
        assert_eq!(*told.lock().unwrap(), [""; 0]);
        let (many, silent) = tries(30 * MINUTE);
        assert_eq!(silent, 30 * MINUTE, "once more at the end of it");
        assert!(many > 50, "{many}");
        let told = told.lock().unwrap();
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains("30m"), "{told:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn long_waits_are_told_and_those_that_come_to_more_than_an_hour_are_not_begun() {
        let rate = Rate::new(PerSecond::AtMost(NonZeroU32::new(100).unwrap()));
        let told = Arc::new(Mutex::new(Vec::new()));
        let hears = Arc::clone(&told);
        let mut waits = Waits::new(move |message| hears.lock().unwrap().push(message.told()));
        let began = Instant::now();
        for after in [Duration::from_secs(1), 40 * MINUTE, 19 * MINUTE] {
            waits.throttled(&rate, Some(after)).unwrap();
            drop(rate.turn().await);
        }
        assert!(began.elapsed() >= 59 * MINUTE);
        assert_eq!(waits.throttled(&rate, Some(MINUTE)), Err(TooLong(MINUTE)));
        assert_eq!(waits.answers(), 4, "also the one that was refused");
        assert_eq!(waits.too_long(), Some(TooLong(MINUTE)));
        let refused = Instant::now();
        drop(rate.turn().await);
        assert!(refused.elapsed() < MINUTE, "nobody is held for a wait that was refused");
        let told = told.lock().unwrap();
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told[0].contains("40m"), "{told:?}");
    }
}
