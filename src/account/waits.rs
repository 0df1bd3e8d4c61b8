//! What a server may ask to wait for before anything is sent: all together no longer than any one wait that it may ask
//! for later, and not in silence.

use std::time::Duration;

use crate::rate::{LONGEST_ASKED, Rate};
use crate::words::{Message, lasting, message};

/// Waits that nobody needs to be told of.
const UNTOLD: Duration = Duration::from_secs(5);

/// The waits of one command, and whoever is told of them.
pub struct Waits {
    waited: Duration,
    too_long: Option<Duration>,
    answers: u64,
    tell: Box<dyn Fn(&Message) + Send + Sync>,
}

/// The server asks for more than anybody waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLong(pub Duration);

impl Waits {
    /// None yet. `tell` is told before each that takes more than a few seconds.
    pub fn new(tell: impl Fn(&Message) + Send + Sync + 'static) -> Self {
        Self { waited: Duration::ZERO, too_long: None, answers: 0, tell: Box::new(tell) }
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
