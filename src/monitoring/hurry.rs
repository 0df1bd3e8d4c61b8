//! How long the last words of a run may take.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};

/// How long all last words together may take once somebody waits for the end: whoever sent the signal kills the program
/// soon after (a container's time of grace is ten seconds, and the rows on the wire need some of them).
const TIME: Duration = Duration::from_secs(4);
/// How long the start, where it is still on its way then, may take of it.
const TIME_OF_THE_START: Duration = Duration::from_secs(1);

/// Hurries last words.
#[derive(Debug)]
pub struct Hurrier(watch::Sender<Option<Instant>>);

/// Whether last words are hurried, for those who say them.
#[derive(Debug, Clone)]
pub struct Hurry(watch::Receiver<Option<Instant>>);

impl Hurrier {
    /// Nobody is in a hurry yet.
    pub fn calm() -> Self {
        Self(watch::Sender::new(None))
    }

    /// Somebody waits: four seconds, and whoever asks for it again waits for nothing any more. Returns when all is over.
    pub fn hurry(&self) -> Instant {
        let now = Instant::now();
        let is_hurried = self.0.borrow().is_some();
        let deadline = if is_hurried { now } else { now + TIME };
        self.0.send_replace(Some(deadline));
        deadline
    }

    /// For those who say the words.
    pub fn hurry_of(&self) -> Hurry {
        Hurry(self.0.subscribe())
    }
}

impl Hurry {
    /// Until the time of all last words is over; for ever, while nobody hurries them.
    pub(super) async fn is_over(&self) {
        let mut deadline = self.0.clone();
        loop {
            let until = *deadline.borrow_and_update();
            tokio::select! {
                biased;
                () = at(until) => return,
                Ok(()) = deadline.changed() => {}
            }
        }
    }

    /// The same for the start, which is worth less than the end.
    pub(super) async fn is_over_for_the_start(&self) {
        let mut deadline = self.0.clone();
        let hurried = async {
            if deadline.wait_for(Option::is_some).await.is_err() {
                std::future::pending::<()>().await;
            }
            sleep(TIME_OF_THE_START).await;
        };
        tokio::select! {
            () = hurried => {}
            () = self.is_over() => {}
        }
    }
}

/// Never, without a time.
async fn at(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time).await,
        None => std::future::pending().await,
    }
}
