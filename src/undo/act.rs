//! What happens next to one contact, decided purely.
//!
//! Each deletion follows on a look that found the contact as it was: also a second one, because somebody may have
//! touched it while the answer to the first was lost. To delete twice does no harm, since no other contact ever gets
//! the same uuid. That a contact is kept, or could not be deleted, is said only when no deletion is under way any more.

use super::fate::Fate;
use super::guard::Verdict;
use crate::api::{Existence, Fault, Gone};
use crate::words::{Message, message};

/// Most times a contact is tried to be deleted.
const MOST_DELETIONS: u32 = 5;

/// The next step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Read it and judge it.
    Look,
    /// Delete it.
    Delete,
    /// Wait a little, then look. How many tries were in vain.
    Wait(u32),
    /// Wait until what is in doubt has taken effect or never will, then look.
    Settle,
    /// Nothing more.
    End(Fate),
}

/// One contact that is to be deleted.
#[derive(Debug)]
pub struct Act {
    tries: u32,
    /// A deletion may have taken effect, or may still: its answer was lost, in this process or an earlier one.
    in_doubt: Option<Message>,
    /// What came of the last deletion.
    last: Message,
}

impl Act {
    /// `left_open`: an earlier process meant to delete it, and did not write down what became of that.
    pub fn new(left_open: bool) -> Self {
        let in_doubt = left_open.then(|| message!("undo-left-open"));
        Self { tries: 0, in_doubt, last: Message::verbatim("") }
    }

    /// It was read: what the guard says, or that it is not there, or that it cannot be read. `settled`: if a deletion is
    /// in doubt, its answer was lost so long ago that it cannot take effect any more.
    pub fn looked(&mut self, found: Result<Option<Verdict>, Fault>, settled: bool) -> Next {
        if settled && matches!(found, Ok(Some(_))) {
            self.in_doubt = None;
        }
        let fate = match (found, self.in_doubt.take()) {
            (Ok(None), Some(_)) => Fate::Deleted { by_lookup: true },
            (Ok(None), None) => Fate::Gone,
            (Ok(Some(Ok(()))), in_doubt) if self.tries < MOST_DELETIONS => {
                self.in_doubt = in_doubt;
                return Next::Delete;
            }
            (Ok(Some(_)), in_doubt @ Some(_)) => {
                self.in_doubt = in_doubt;
                return Next::Settle;
            }
            (Ok(Some(Ok(()))), None) => Fate::Failed { why: self.last.clone() },
            (Ok(Some(Err(spared))), None) => Fate::Kept(spared),
            (Err(fault), Some(last)) => {
                Fate::Unknown { why: message!("after", one = last, other = unreadable(&fault)) }
            }
            (Err(fault), None) => Fate::Failed { why: unreadable(&fault) },
        };
        Next::End(fate)
    }

    /// A deletion ended like this.
    pub fn deleted(&mut self, answer: Result<Gone, Fault>) -> Next {
        self.tries += 1;
        let fault = match answer {
            Ok(Gone::Now) => return Next::End(Fate::Deleted { by_lookup: false }),
            // That may be said of the contact or of the call: a look tells.
            Ok(Gone::Before) => {
                self.last = message!("undo-shown-all-the-same");
                self.tries = MOST_DELETIONS;
                return Next::Look;
            }
            Err(fault) => fault,
        };
        match (&fault, &self.in_doubt) {
            (Fault::Refused { status, .. }, None) => {
                return Next::End(Fate::Failed { why: message!("undo-refused", status = *status) });
            }
            (Fault::Refused { status, .. }, Some(last)) => {
                let why = message!("undo-then-refused", last, status = *status);
                return Next::End(Fate::Unknown { why });
            }
            _ => {}
        }
        self.last = message!("undo-still-there", why = fault.describe());
        if fault.existence() == Existence::Maybe {
            self.in_doubt = Some(fault.describe());
        }
        Next::Wait(self.tries)
    }
}

/// The contact could not be read.
pub(super) fn unreadable(fault: &Fault) -> Message {
    message!("undo-unreadable", why = fault.describe())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::spared::{Reason, Spared};
    use super::*;

    fn lost() -> Fault {
        Fault::Lost { why: Message::verbatim("cut") }
    }

    fn kept() -> Verdict {
        Err(Spared::plain(Reason::Changed))
    }

    fn word(next: &Next) -> &'static str {
        match next {
            Next::Look => "look",
            Next::Delete => "delete",
            Next::Wait(_) => "wait",
            Next::Settle => "settle",
            Next::End(Fate::Deleted { by_lookup: true }) => "deleted, by look-up",
            Next::End(fate) => fate.as_str(),
        }
    }

    #[test]
    fn a_contact_is_deleted_only_right_after_a_look_that_allows_it() {
        let mut act = Act::new(false);
        assert_eq!(act.looked(Ok(Some(Ok(()))), false), Next::Delete);
        assert_eq!(word(&act.deleted(Ok(Gone::Now))), "deleted");
        assert_eq!(word(&Act::new(false).looked(Ok(Some(kept())), false)), "kept");
        assert_eq!(word(&Act::new(false).looked(Ok(None), false)), "gone");
        assert_eq!(word(&Act::new(false).looked(Err(lost()), false)), "failed");
    }

    #[test]
    fn after_a_lost_answer_it_is_looked_at_and_what_is_not_there_any_more_was_deleted() {
        let lose = || {
            let mut act = Act::new(false);
            act.looked(Ok(Some(Ok(()))), false);
            assert_eq!(act.deleted(Err(lost())), Next::Wait(1));
            act
        };
        assert_eq!(word(&lose().looked(Ok(None), false)), "deleted, by look-up");
        assert_eq!(lose().looked(Ok(Some(kept())), false), Next::Settle, "it may still be deleted");
        assert_eq!(word(&lose().looked(Ok(Some(kept())), true)), "kept");
        assert_eq!(word(&lose().looked(Err(lost()), false)), "unknown");
        let mut again = lose();
        assert_eq!(again.looked(Ok(Some(Ok(()))), false), Next::Delete);
        assert_eq!(again.deleted(Ok(Gone::Before)), Next::Look);
        assert_eq!(word(&again.looked(Ok(None), false)), "deleted, by look-up");
        assert_eq!(
            word(&Act::new(true).looked(Ok(None), false)),
            "deleted, by look-up",
            "an earlier process meant to"
        );
    }

    #[test]
    fn what_is_gone_in_between_without_a_doubt_was_somebody_elses_deed() {
        let mut act = Act::new(false);
        act.looked(Ok(Some(Ok(()))), false);
        assert_eq!(act.deleted(Ok(Gone::Before)), Next::Look);
        assert_eq!(word(&act.looked(Ok(None), false)), "gone");
        let mut act = Act::new(false);
        act.looked(Ok(Some(Ok(()))), false);
        act.deleted(Ok(Gone::Before));
        assert_eq!(
            word(&act.looked(Ok(Some(Ok(()))), false)),
            "failed",
            "it is said to be gone and is shown"
        );
    }

    #[test]
    fn refusals_end_it_and_429s_and_vain_connections_do_not_leave_a_doubt() {
        let refused = || Fault::Refused { status: 422, field: None, said: "no".to_owned() };
        let mut act = Act::new(false);
        act.looked(Ok(Some(Ok(()))), false);
        assert_eq!(word(&act.deleted(Err(refused()))), "failed");
        let mut act = Act::new(false);
        for fault in [Fault::Throttled { after: None }, Fault::Unreached { why: Message::verbatim("x") }] {
            assert_eq!(word(&act.looked(Ok(Some(Ok(()))), false)), "delete");
            assert_eq!(word(&act.deleted(Err(fault))), "wait");
        }
        assert_eq!(word(&act.looked(Ok(None), false)), "gone");
        let mut act = Act::new(true);
        act.looked(Ok(Some(Ok(()))), false);
        assert_eq!(word(&act.deleted(Err(refused()))), "unknown");
    }

    #[test]
    fn a_deletion_is_sent_five_times_and_not_a_sixth_time() {
        let mut act = Act::new(false);
        for tries in 1..=5 {
            assert_eq!(act.looked(Ok(Some(Ok(()))), false), Next::Delete);
            assert_eq!(act.deleted(Err(Fault::Throttled { after: None })), Next::Wait(tries));
        }
        let Next::End(Fate::Failed { why }) = act.looked(Ok(Some(Ok(()))), false) else { panic!("{act:?}") };
        assert!(why.to_string().ends_with("; it is still there"), "{why}");
    }

    #[test]
    fn what_cannot_be_read_says_why_and_what_was_lost_before() {
        let why = |next| match next {
            Next::End(fate) => fate.why().unwrap().to_string(),
            _ => panic!("it is not over"),
        };
        let told = why(Act::new(false).looked(Err(lost()), false));
        assert!(told.starts_with("it cannot be read: ") && told.contains("cut"), "{told}");
        let told = why(Act::new(true).looked(Err(lost()), false));
        let (before, now) = (told.find("an earlier undo was interrupted"), told.find("it cannot be read: "));
        assert!(before.is_some() && before < now, "{told}");
    }

    proptest! {
        /// Whatever comes: it ends, never deletes without a look that allows it, and claims nothing that was not seen.
        #[test]
        fn every_story_ends_and_is_true(left_open: bool, events in prop::collection::vec(0_u8..8, 0..40)) {
            let mut act = Act::new(left_open);
            let (mut allowed, mut doubt, mut deletions) = (false, left_open, 0);
            let mut next = Next::Look;
            for event in events {
                next = match next {
                    Next::Look | Next::Wait(_) | Next::Settle => {
                        let settled = next == Next::Settle;
                        let found = match event {
                            0 => Ok(None),
                            1 => Ok(Some(kept())),
                            2 => Err(lost()),
                            _ => Ok(Some(Ok(()))),
                        };
                        allowed = found == Ok(Some(Ok(())));
                        let (gone, is_there) = (found == Ok(None), matches!(found, Ok(Some(_))));
                        let next = act.looked(found, settled);
                        // What is there after the settle time will not be deleted by what was lost before.
                        doubt &= !(settled && is_there);
                        if let Next::End(fate) = &next {
                            prop_assert_eq!(matches!(fate, Fate::Deleted { .. } | Fate::Gone), gone);
                            let says_nothing_happened = matches!(fate, Fate::Kept(_) | Fate::Failed { .. });
                            prop_assert!(!says_nothing_happened || !doubt);
                        }
                        next
                    }
                    Next::Delete => {
                        prop_assert!(allowed);
                        allowed = false;
                        deletions += 1;
                        let answer = match event {
                            0 => Ok(Gone::Now),
                            1 => Ok(Gone::Before),
                            2 => Err(Fault::Throttled { after: None }),
                            3 => Err(Fault::Refused { status: 400, field: None, said: String::new() }),
                            _ => Err(lost()),
                        };
                        doubt |= event > 3;
                        act.deleted(answer)
                    }
                    Next::End(_) => break,
                };
            }
            prop_assert!(deletions <= MOST_DELETIONS);
        }
    }
}
