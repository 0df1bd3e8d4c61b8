//! Until when a worker may send, by its own clock.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

/// A worker's hold on a chunk. Once it is lost it stays lost.
#[derive(Debug, Clone)]
pub struct Hold(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    lease: Duration,
    renewed: Mutex<Renewed>,
    /// Nanoseconds of the clock; none are left when it is lost.
    until: AtomicU64,
    lost: watch::Sender<bool>,
}

/// When the last mark and the last proof were asked for that were given.
#[derive(Debug)]
struct Renewed {
    marked: Duration,
    proved: Duration,
}

impl Hold {
    /// Begins; the chunk was asked for at `asked`.
    pub fn begin(lease: Duration, asked: Duration) -> Self {
        let renewed = Mutex::new(Renewed { marked: asked, proved: asked });
        let until = AtomicU64::new(nanos(asked + share(lease)));
        Self(Arc::new(Inner { lease, renewed, until, lost: watch::Sender::new(false) }))
    }

    /// Time since this machine was started, with the time it slept: a lease runs out while its holder sleeps.
    pub fn clock() -> Duration {
        #[cfg(target_os = "linux")]
        let clock = rustix::time::ClockId::Boottime;
        // Where no clock counts sleep, the fence alone stops who sleeps for longer than the settle time.
        #[cfg(not(target_os = "linux"))]
        let clock = rustix::time::ClockId::Monotonic;
        let time = rustix::time::clock_gettime(clock);
        Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
    }

    /// Whether the worker may send. If the time is over, the hold is lost for good.
    pub fn is_good(&self) -> bool {
        let is_good = nanos(Self::clock()) < self.0.until.load(Ordering::Acquire);
        if !is_good {
            self.lose();
        }
        is_good
    }

    /// The server has confirmed a mark that was sent at `asked` or later.
    pub fn marked(&self, asked: Duration) {
        self.renew(|renewed| renewed.marked = renewed.marked.max(asked));
    }

    /// The log was still this worker's at `asked` or later.
    pub(super) fn proved(&self, asked: Duration) {
        self.renew(|renewed| renewed.proved = renewed.proved.max(asked));
    }

    fn renew(&self, note: impl FnOnce(&mut Renewed)) {
        let mut renewed = self.0.renewed.lock().unwrap_or_else(PoisonError::into_inner);
        note(&mut renewed);
        let until = nanos(renewed.marked.min(renewed.proved) + share(self.0.lease));
        // A hold that is lost has none, and gets none: it may have been another's since.
        if self.is_good() {
            let _ = self
                .0
                .until
                .fetch_update(Ordering::AcqRel, Ordering::Acquire, |known| (known != 0).then_some(until));
        }
    }

    /// Gives up for good.
    pub fn lose(&self) {
        self.0.until.store(0, Ordering::Release);
        self.0.lost.send_if_modified(|lost| !std::mem::replace(lost, true));
    }

    /// Whether it is lost.
    pub fn is_lost(&self) -> bool {
        *self.0.lost.borrow()
    }

    /// Waits until it is lost, also because its time is over.
    pub async fn lost(&self) {
        let mut lost = self.0.lost.subscribe();
        loop {
            if *lost.borrow_and_update() || !self.is_good() {
                return;
            }
            let until = Duration::from_nanos(self.0.until.load(Ordering::Acquire));
            let left = until.saturating_sub(Self::clock()).max(Duration::from_millis(1));
            let _ = tokio::time::timeout(left, lost.changed()).await;
        }
    }

    /// For how long a mark or a proof is good.
    pub fn share(&self) -> Duration {
        share(self.0.lease)
    }

    /// The lease of the fleet.
    pub fn lease(&self) -> Duration {
        self.0.lease
    }
}

/// How much of a lease a holder uses.
fn share(lease: Duration) -> Duration {
    lease * 2 / 3
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEASE: Duration = Duration::from_secs(3600);

    #[test]
    fn marks_without_proofs_and_proofs_without_marks_renew_nothing() {
        let now = Hold::clock();
        // Two thirds of the lease are nearly over.
        let begun = now.checked_sub(share(LEASE)).map(|begun| begun + Duration::from_millis(200));
        let Some(begun) = begun else { return };
        for renew in [Hold::marked as fn(&Hold, Duration), Hold::proved] {
            let hold = Hold::begin(LEASE, begun);
            renew(&hold, now);
            assert!(hold.0.until.load(Ordering::Acquire) <= nanos(now + Duration::from_millis(200)));
        }
        let hold = Hold::begin(LEASE, begun);
        hold.marked(now);
        hold.proved(now);
        assert_eq!(hold.0.until.load(Ordering::Acquire), nanos(now + share(LEASE)));
    }

    #[test]
    fn what_is_over_or_given_up_is_lost_for_good() {
        let hold = Hold::begin(Duration::ZERO, Hold::clock());
        assert!(!hold.is_good() && hold.is_lost());
        let hold = Hold::begin(LEASE, Hold::clock());
        assert!(hold.is_good() && !hold.is_lost());
        hold.lose();
        hold.marked(Hold::clock());
        hold.proved(Hold::clock());
        assert!(!hold.is_good() && hold.is_lost());
    }

    #[tokio::test]
    async fn somebody_who_waits_is_told() {
        let hold = Hold::begin(Duration::from_millis(30), Hold::clock());
        hold.lost().await;
        assert!(hold.is_lost());
        let hold = Hold::begin(LEASE, Hold::clock());
        tokio::join!(hold.lost(), async { hold.lose() });
    }
}
