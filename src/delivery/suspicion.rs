//! Rows whose send was answered as if the account were closed to this import: 402, 403, or a path that is not known. A wall on
//! the way may dislike what one row says, and answer so each time that it is sent. It is the row that is meant where another
//! row is created between two such answers to it; two rows that are answered so with nobody created between them speak of the
//! account.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use crate::model::RowNumber;

/// Longest time for which such a row waits for another to be created.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// What was answered of whom.
#[derive(Debug, Default)]
pub(super) struct Suspicions {
    state: Mutex<State>,
    /// Rings when a row is created.
    created: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// Rows that were created by the answer to their own request.
    created: u64,
    /// The row that was answered so since.
    suspect: Option<RowNumber>,
}

impl Suspicions {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A row was created.
    pub(super) fn created(&self) {
        let mut state = self.state();
        state.created += 1;
        state.suspect = None;
        drop(state);
        self.created.notify_waiters();
    }

    /// A row was answered so. How many were created by now; `None` if another row was answered so, and nobody was created
    /// since.
    pub(super) fn suspect(&self, row: RowNumber) -> Option<u64> {
        let mut state = self.state();
        if state.suspect.is_some_and(|suspect| suspect != row) {
            return None;
        }
        state.suspect = Some(row);
        Some(state.created)
    }

    /// Whether anybody was created since so many were.
    pub(super) fn is_anybody_created_since(&self, created: u64) -> bool {
        self.state().created > created
    }

    /// Waits until somebody is.
    pub(super) async fn anybody_created_since(&self, created: u64) {
        loop {
            let rings = self.created.notified();
            if self.is_anybody_created_since(created) {
                return;
            }
            rings.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_rows_with_nobody_created_between_them_speak_of_the_account() {
        let suspicions = Suspicions::default();
        let [one, other] = [1, 2].map(RowNumber::new);
        assert_eq!(suspicions.suspect(one), Some(0));
        assert_eq!(suspicions.suspect(one), Some(0), "the same row again is no other");
        assert_eq!(suspicions.suspect(other), None);
        assert!(!suspicions.is_anybody_created_since(0));
        suspicions.created();
        assert!(suspicions.is_anybody_created_since(0));
        assert_eq!(suspicions.suspect(other), Some(1));
        assert_eq!(suspicions.suspect(one), None);
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_waits_is_rung_up_when_somebody_is_created() {
        let suspicions = Suspicions::default();
        let waiting = tokio::time::timeout(LONGEST_WAIT, suspicions.anybody_created_since(0));
        let ((), waited) = tokio::join!(async { suspicions.created() }, waiting);
        assert!(waited.is_ok());
        assert!(tokio::time::timeout(LONGEST_WAIT, suspicions.anybody_created_since(1)).await.is_err());
    }
}
