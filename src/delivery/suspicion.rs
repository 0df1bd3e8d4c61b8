//! Rows whose send was answered as if the account were closed to this import: 402, 403, or a path that is not known. A wall on
//! the way may dislike what one row says, and answer so each time that it is sent. It is the row that is meant where another
//! row left after such an answer to it and was created, and it is answered so once more; two rows that are answered so with
//! nobody created between them speak of the account.

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
    /// Answers of that kind.
    answers: u64,
    /// The row that was answered so since a row that left later was created.
    suspect: Option<RowNumber>,
    /// So many such answers were known when the last of the requests left by which a row was created.
    known_to_created: u64,
}

impl Suspicions {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Such answers until now. What left before one of them says nothing of whether the account was closed then.
    pub(super) fn answers(&self) -> u64 {
        self.state().answers
    }

    /// A row was created whose request left when so many such answers were known.
    pub(super) fn created(&self, known: u64) {
        let mut state = self.state();
        state.known_to_created = state.known_to_created.max(known);
        if known >= state.answers {
            state.suspect = None;
        }
        drop(state);
        self.created.notify_waiters();
    }

    /// A row was answered so. The number of that answer; `None` if another row was answered so, and nobody was created whose
    /// request left since.
    pub(super) fn suspect(&self, row: RowNumber) -> Option<u64> {
        let mut state = self.state();
        if state.suspect.is_some_and(|suspect| suspect != row) {
            return None;
        }
        state.suspect = Some(row);
        state.answers += 1;
        Some(state.answers)
    }

    /// Whether anybody was created whose request left after this answer.
    pub(super) fn is_anybody_created_since(&self, answer: u64) -> bool {
        self.state().known_to_created >= answer
    }

    /// Waits until somebody is.
    pub(super) async fn anybody_created_since(&self, answer: u64) {
        loop {
            let rings = self.created.notified();
            if self.is_anybody_created_since(answer) {
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
        assert_eq!(suspicions.answers(), 0);
        assert_eq!(suspicions.suspect(one), Some(1));
        assert_eq!(suspicions.suspect(other), None);
        assert!(!suspicions.is_anybody_created_since(1));
        suspicions.created(suspicions.answers());
        assert!(suspicions.is_anybody_created_since(1));
        assert_eq!(suspicions.suspect(other), Some(2));
        assert_eq!(suspicions.suspect(one), None);
    }

    #[test]
    fn who_was_on_the_way_already_says_nothing_of_the_account() {
        let suspicions = Suspicions::default();
        let [one, other] = [1, 2].map(RowNumber::new);
        let before = suspicions.answers();
        assert_eq!(suspicions.suspect(one), Some(1));
        suspicions.created(before);
        assert!(!suspicions.is_anybody_created_since(1));
        assert_eq!(suspicions.suspect(other), None);
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_waits_is_rung_up_when_somebody_is_created() {
        let suspicions = Suspicions::default();
        let waiting = tokio::time::timeout(LONGEST_WAIT, suspicions.anybody_created_since(1));
        let ((), waited) = tokio::join!(async { suspicions.created(1) }, waiting);
        assert!(waited.is_ok());
        assert!(tokio::time::timeout(LONGEST_WAIT, suspicions.anybody_created_since(2)).await.is_err());
    }
}
