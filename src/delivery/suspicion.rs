//! Rows that were answered as if the account were closed to this import: 402, 403, or a path that is not known. A wall on the
//! way may dislike what one row says, and answer so each time that it is sent. It is the row that is meant where another row
//! left after such an answer to it and was created or changed, and it is answered so once more. Two rows that are answered so
//! with nobody between them may be two such rows; three speak of the account. Creates and changes are counted apart there: an
//! account may take changes and no new contacts. So are look-ups, for which a wall may dislike a number: they show nothing of
//! what may be written.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::timeout;

use super::breaker::Kind;
use crate::model::RowNumber;
use crate::rate::Asked;

/// Longest time for which such a row waits for another to be created or changed, of the time in which others are answered; longer
/// where answers are slow: another row may have to be looked for under two numbers before it is sent.
const LONGEST_WAIT: Duration = Duration::from_secs(5);
const SLOW_ANSWERS: u32 = 4;
/// So often it is looked whether others are answered.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Rows that may be answered so with nobody between them, before it is the account that is meant.
pub(crate) const MOST_SUSPECTS: usize = 2;

/// What a row asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    /// That it be created.
    Create,
    /// That the contact be changed.
    Change,
    /// That the contact be found, or read.
    Look,
}

impl Deed {
    const ALL: [Self; 3] = [Self::Create, Self::Change, Self::Look];

    /// Which requests it shares outages with.
    pub(super) fn kind(self) -> Kind {
        match self {
            Self::Create | Self::Change => Kind::Create,
            Self::Look => Kind::Look,
        }
    }

    /// What the API is asked for.
    pub(super) fn asked(self) -> Asked {
        match self {
            Self::Create | Self::Change => Asked::Write,
            Self::Look => Asked::Read,
        }
    }

    /// Whether an account that does this is open to `other`, as far as a closed one goes.
    fn speaks_for(self, other: Self) -> bool {
        self != Self::Look || other == Self::Look
    }
}

/// What is suspected of a row, for one deed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Suspected {
    /// Nothing.
    #[default]
    No,
    /// It was answered so, in the answer of this number.
    At(u64),
    /// It was, and nobody else was there to show whether it is the row that is meant: it is believed to be.
    Alone,
}

/// What is suspected of a row.
pub(super) type OfARow = [Suspected; Deed::ALL.len()];

/// What was answered of whom.
#[derive(Debug, Default)]
pub struct Suspicions {
    state: Mutex<State>,
    /// Others of the list come after those that are sent with this; see [`Self::of_a_part`].
    others_follow: bool,
    /// Rings when a row is created, changed or found.
    done: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// Answers of that kind.
    answers: u64,
    /// By deed, rows that were answered so, and the numbers of those answers, until one that left later is done.
    suspects: [Vec<(RowNumber, u64)>; Deed::ALL.len()],
    /// By deed, so many such answers were known when the last of the requests left that were done.
    known_to_done: [u64; Deed::ALL.len()],
}

impl Suspicions {
    /// Of a list whose parts are sent one after the other, each with this: who is alone at the end of a part is believed to be the
    /// one who is meant, and whether it was the account is found out in the next.
    pub fn of_a_part() -> Self {
        Self { others_follow: true, ..Self::default() }
    }

    /// Whether somebody after whom this was done for nobody is believed to be the one who is meant. Who cannot be looked for is
    /// not sent, and looked for by the next run.
    pub(super) fn believes_who_is_alone(&self, deed: Deed) -> bool {
        self.others_follow || deed == Deed::Look
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Such answers until now. What left before one of them says nothing of whether the account was closed then.
    pub(super) fn answers(&self) -> u64 {
        self.state().answers
    }

    /// It was done for a row whose request left when so many such answers were known.
    pub(super) fn done(&self, deed: Deed, known: u64) {
        let mut state = self.state();
        let known_to_done = &mut state.known_to_done[deed as usize];
        *known_to_done = known.max(*known_to_done);
        state.suspects[deed as usize].retain(|(_, answer)| *answer > known);
        drop(state);
        self.done.notify_waiters();
    }

    /// A row was answered so. The number of that answer; `None` if too many others were answered so that had asked for the same,
    /// and it was done for nobody whose request left since.
    pub(super) fn suspect(&self, deed: Deed, row: RowNumber) -> Option<u64> {
        let mut state = self.state();
        let State { answers, suspects, .. } = &mut *state;
        let suspects = &mut suspects[deed as usize];
        suspects.retain(|(suspect, _)| *suspect != row);
        if suspects.len() == MOST_SUSPECTS {
            return None;
        }
        *answers += 1;
        suspects.push((row, *answers));
        Some(*answers)
    }

    /// Whether anything was done since this answer to such a deed that shows the account to be open to it.
    pub(super) fn is_anything_done_since(&self, deed: Deed, answer: u64) -> bool {
        let known = self.state().known_to_done;
        Deed::ALL.into_iter().any(|done| done.speaks_for(deed) && known[done as usize] >= answer)
    }

    /// Waits for that, and returns whether it came. `slow_answer`: how long an answer takes at most of late; `None` while nobody is
    /// answered, because all wait.
    pub(super) async fn is_anything_done_in_time(
        &self,
        deed: Deed,
        answer: u64,
        slow_answer: impl Fn() -> Option<Duration>,
    ) -> bool {
        let mut waited = Duration::ZERO;
        loop {
            if timeout(LOOK_EVERY, self.anything_done_since(deed, answer)).await.is_ok() {
                return true;
            }
            let Some(slow_answer) = slow_answer() else { continue };
            waited += LOOK_EVERY;
            if waited >= LONGEST_WAIT.max(slow_answer * SLOW_ANSWERS) {
                return false;
            }
        }
    }

    async fn anything_done_since(&self, deed: Deed, answer: u64) {
        loop {
            let rings = self.done.notified();
            if self.is_anything_done_since(deed, answer) {
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
    fn three_rows_with_nobody_created_between_them_speak_of_the_account() {
        let suspicions = Suspicions::default();
        let suspect = |row| suspicions.suspect(Deed::Create, RowNumber::new(row));
        assert_eq!(suspicions.answers(), 0);
        assert_eq!([suspect(1), suspect(2), suspect(3)], [Some(1), Some(2), None]);
        let is_done_since = |answer| suspicions.is_anything_done_since(Deed::Create, answer);
        assert!(!is_done_since(1));
        suspicions.done(Deed::Create, 1);
        assert!(is_done_since(1) && !is_done_since(2));
        assert_eq!([suspect(3), suspect(1)], [Some(3), None], "the second is not cleared yet");
        assert_eq!(suspect(2), Some(4), "it is one and the same");
        suspicions.done(Deed::Create, suspicions.answers());
        assert_eq!([suspect(4), suspect(1), suspect(2)], [Some(5), Some(6), None]);
    }

    #[test]
    fn a_change_shows_that_the_account_is_open_and_not_that_it_takes_new_contacts() {
        let suspicions = Suspicions::default();
        for (asked, takes) in [(Deed::Create, Deed::Change), (Deed::Change, Deed::Create)] {
            for row in 1..=2 {
                let answer = suspicions.suspect(asked, RowNumber::new(row)).unwrap();
                suspicions.done(takes, suspicions.answers());
                assert!(suspicions.is_anything_done_since(asked, answer), "the row is sent once more");
            }
            assert_eq!(suspicions.suspect(asked, RowNumber::new(3)), None, "{asked:?}");
        }
    }

    #[test]
    fn a_look_up_shows_nothing_of_what_may_be_written_and_whatever_is_written_shows_that_the_account_is_open()
    {
        for (done, asked, shows) in [
            (Deed::Look, Deed::Create, false),
            (Deed::Look, Deed::Change, false),
            (Deed::Look, Deed::Look, true),
            (Deed::Create, Deed::Look, true),
            (Deed::Change, Deed::Look, true),
        ] {
            let suspicions = Suspicions::default();
            let answer = suspicions.suspect(asked, RowNumber::new(1)).unwrap();
            suspicions.done(done, suspicions.answers());
            assert_eq!(suspicions.is_anything_done_since(asked, answer), shows, "{done:?}, {asked:?}");
        }
    }

    #[test]
    fn who_was_on_the_way_already_says_nothing_of_the_account() {
        let suspicions = Suspicions::default();
        let before = suspicions.answers();
        let suspect = |row| suspicions.suspect(Deed::Create, RowNumber::new(row));
        assert_eq!([suspect(1), suspect(2)], [Some(1), Some(2)]);
        suspicions.done(Deed::Create, before);
        assert!(!suspicions.is_anything_done_since(Deed::Create, 1));
        assert_eq!(suspect(3), None);
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_waits_is_rung_up_when_somebody_is_created() {
        let suspicions = Suspicions::default();
        let in_time = |answer| suspicions.is_anything_done_in_time(Deed::Create, answer, || Some(LOOK_EVERY));
        let ((), is_done) = tokio::join!(async { suspicions.done(Deed::Create, 1) }, in_time(1));
        assert!(is_done);
        assert!(!in_time(2).await);
    }

    #[tokio::test(start_paused = true)]
    async fn only_time_counts_in_which_others_are_answered_and_slow_answers_take_longer() {
        let suspicions = Suspicions::default();
        let began = tokio::time::Instant::now();
        let waits = |seconds, slow_answer| {
            let answers = move || (began.elapsed().as_secs() >= seconds).then_some(slow_answer);
            suspicions.is_anything_done_in_time(Deed::Create, 1, answers)
        };
        assert!(!waits(60, Duration::from_millis(20)).await);
        let waited = began.elapsed();
        assert!(waited >= Duration::from_secs(64) && waited <= Duration::from_secs(66), "{waited:?}");
        assert!(!waits(0, Duration::from_secs(6)).await);
        let waited = began.elapsed() - waited;
        assert!(waited >= Duration::from_secs(23) && waited <= Duration::from_secs(25), "{waited:?}");
    }
}
