//! What happens when a row meets a contact that is there, decided purely: it is left, refused or changed.
//!
//! A change is read, written down and sent. It says the same however often it is sent, so that one whose answer was
//! lost is read again, and sent again if it is not there.

use std::time::Duration;

use super::change::Change;
use super::echo;
use super::life::End;
use super::patience::{MOST_TRIES, Patience, Throttling, back_off, stop_for};
use super::update::Update;
use crate::api::{Exchange, Existence, Fault, StoredContact};
use crate::model::{
    Code, ContactId, NewContact, OnExisting, Outcome, Remark, Shown, Stop, Untouched, UpdateRules,
};
use crate::words::message;

/// What a meeting does next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Ask for the contact.
    Read,
    /// Have the change written down.
    Admit,
    /// Change the contact.
    Change,
    /// Wait this long, then ask for the contact.
    Wait(Duration),
    /// Nothing more.
    End(End),
}

/// The next step, and whether the whole run has to stop.
type Chosen = (Step, Option<Stop>);

/// How a change was answered of which the answer does not tell all.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Answered {
    /// As made, and the contact was shown as it was.
    AsMade,
    /// Refused: the parameter at fault, and what the API said. Some of it may have been made before that.
    Refused(Option<String>, String),
}

/// A row that meets a contact.
pub(super) struct Meeting<'m> {
    pub(super) id: ContactId,
    policy: OnExisting,
    patience: Patience,
    jitter: fastrand::Rng,
    /// A change of this contact was written down, and may have been sent.
    begun: bool,
    /// The fate of a change that was sent is open.
    open: bool,
    failures: u32,
    throttling: Throttling,
    change: Change<'m>,
    /// The change was answered, and a look is to tell what became of it.
    answered: Option<Answered>,
    /// The API answers changes as made and does not make them.
    pub(super) is_in_vain: bool,
    /// What the API showed of the contact after the change.
    pub(super) shown: Option<Shown>,
    status: Option<u16>,
    remarks: Vec<Remark>,
}

impl<'m> Meeting<'m> {
    /// `begun`: an earlier run began to change this contact for this row.
    pub(super) fn new(
        id: ContactId,
        (policy, rules): (OnExisting, &'m UpdateRules),
        patience: Patience,
        begun: bool,
        seed: u64,
    ) -> Self {
        Self {
            id,
            policy,
            patience,
            jitter: fastrand::Rng::with_seed(seed),
            begun,
            open: begun,
            failures: 0,
            throttling: Throttling::default(),
            change: Change::new(rules),
            answered: None,
            is_in_vain: false,
            shown: None,
            status: None,
            remarks: Vec::new(),
        }
    }

    /// What is to be sent.
    pub(super) fn planned(&self) -> Option<&Update> {
        self.change.planned()
    }

    pub(super) fn status(&self) -> Option<u16> {
        self.status
    }

    pub(super) fn take_remarks(&mut self) -> Vec<Remark> {
        std::mem::take(&mut self.remarks)
    }

    /// Whether a change may have been made and nobody knows.
    pub(super) fn is_in_doubt(&self) -> bool {
        self.open
    }

    /// The contact was read: what is to be done?
    pub(super) fn seen(&mut self, row: &NewContact, stored: &StoredContact) -> Step {
        let differences = echo::differences(row, stored);
        let differs = !differences.is_empty();
        let existing =
            |id: ContactId, untouched| Step::End(End::Settled(Outcome::Existing { id, differs, untouched }));
        if self.id.href.is_none() {
            self.id.href.clone_from(&stored.id.href);
        }
        match self.policy {
            OnExisting::Fail if !self.begun => {
                Step::End(End::Settled(Outcome::Unwanted { id: self.id.clone(), differs }))
            }
            OnExisting::Skip | OnExisting::Create if !self.begun => {
                existing(self.id.clone(), Untouched::ByPolicy)
            }
            policy => {
                let update = self.change.update(row, stored);
                if self.remarks.is_empty() {
                    let left_out = update
                        .left_out
                        .iter()
                        .map(|field| Remark { code: Code::UpdateLeftOut, field: field.clone() });
                    self.remarks.extend(left_out);
                }
                if update.changes.is_empty() {
                    self.open = false;
                    return if self.begun {
                        self.updated()
                    } else {
                        existing(self.id.clone(), Untouched::NothingToChange)
                    };
                }
                if policy != OnExisting::Update {
                    // An earlier run was to change it and did not get there, and this one is not to.
                    self.open = false;
                    return existing(self.id.clone(), Untouched::ByPolicy);
                }
                self.change.plan(update);
                Step::Admit
            }
        }
    }

    fn updated(&mut self) -> Step {
        let fields = self.change.fields();
        Step::End(End::Settled(Outcome::Updated { id: self.id.clone(), fields }))
    }

    /// The change is written down.
    pub(super) fn admitted(&mut self) -> Step {
        self.begun = true;
        Step::Change
    }

    /// The contact was asked for.
    pub(super) fn read(
        &mut self,
        row: &NewContact,
        exchange: Exchange<Option<StoredContact>>,
        now: Duration,
    ) -> Chosen {
        match exchange.result {
            Ok(Some(stored)) => {
                self.throttling.note(None);
                let next = match self.answered.take() {
                    None => self.seen(row, &stored),
                    Some(Answered::AsMade) => self.seen_after_all(row, stored),
                    Some(Answered::Refused(field, said)) => self.seen_after_refusal(row, stored, field, said),
                };
                (next, None)
            }
            Ok(None) => (self.gone(), None),
            Err(fault) => self.failed(&fault, now, Step::Read),
        }
    }

    /// The change was sent.
    pub(super) fn sent(
        &mut self,
        row: &NewContact,
        exchange: Exchange<StoredContact>,
        now: Duration,
    ) -> Chosen {
        self.status = exchange.status.or_else(|| exchange.result.as_ref().err().and_then(Fault::status));
        self.change.sent();
        match exchange.result {
            Ok(stored) if self.change.is_as_before(row, &stored) => {
                // An answer may be behind what it answers.
                (self.answered, self.open) = (Some(Answered::AsMade), true);
                (Step::Wait(self.patience.read_lag), None)
            }
            Ok(stored) => (self.made(row, stored), None),
            Err(Fault::Refused { field, said, .. }) => {
                self.open = false;
                self.answered = Some(Answered::Refused(field, said));
                (Step::Read, None)
            }
            Err(fault) => {
                self.open |= fault.existence() == Existence::Maybe;
                self.failed(&fault, now, Step::Read)
            }
        }
    }

    /// The change was answered as if the account were closed, and is to be made once more.
    pub(super) fn turned_away(&mut self) -> Step {
        self.change.sent();
        Step::Read
    }

    /// The contact was read after the API had refused to change it: it may have changed some of it before that.
    fn seen_after_refusal(
        &mut self,
        row: &NewContact,
        stored: StoredContact,
        field: Option<String>,
        said: String,
    ) -> Step {
        if self.change.update(row, &stored).fields.is_empty() {
            return self.made(row, stored);
        }
        let made = self.change.made(row, &stored);
        if !made.is_empty() {
            self.shown = stored.shown;
        }
        let id = self.id.clone();
        Step::End(End::Settled(Outcome::ChangeRefused { id, field, said, made: Some(made) }))
    }

    /// What was refused and cannot be looked at.
    fn refused_unseen(&mut self) -> Option<End> {
        let Answered::Refused(field, said) =
            self.answered.take_if(|answered| matches!(answered, Answered::Refused(..)))?
        else {
            return None;
        };
        let id = self.id.clone();
        Some(End::Settled(Outcome::ChangeRefused { id, field, said, made: None }))
    }

    /// The contact was read once more after a change that seemed to be in vain.
    fn seen_after_all(&mut self, row: &NewContact, stored: StoredContact) -> Step {
        // An earlier try, whose answer was lost, may have made what this one did not.
        if !self.change.made(row, &stored).is_empty() {
            return self.made(row, stored);
        }
        (self.open, self.is_in_vain) = (false, true);
        let fields = self.change.fields().join(", ");
        let last = message!("change-in-vain", fields);
        Step::End(End::Settled(Outcome::ChangeFailed { id: self.id.clone(), last }))
    }

    /// The change was made, at least in part.
    fn made(&mut self, row: &NewContact, stored: StoredContact) -> Step {
        self.open = false;
        self.remarks.extend(self.change.differing(row, &stored));
        self.shown = stored.shown;
        self.updated()
    }

    /// Somebody has deleted it since it was found.
    fn gone(&mut self) -> Step {
        self.open = false;
        let last = message!("not-there-any-more");
        Step::End(End::Settled(Outcome::Failed { code: Code::ContactGone, last }))
    }

    fn failed(&mut self, fault: &Fault, now: Duration, again: Step) -> Chosen {
        if let Fault::Throttled { after } = fault {
            return match self.throttling.again(*after, now, self.patience.longest_hold) {
                Some(stop) => (self.let_go(), Some(stop)),
                None => (again, None),
            };
        }
        self.throttling.note(Some(fault));
        if let Some(stop) = stop_for(fault, None) {
            return (self.let_go(), Some(stop));
        }
        self.failures += 1;
        if self.failures < MOST_TRIES {
            return (Step::Wait(back_off(self.failures, &mut self.jitter)), None);
        }
        if let Some(refused) = self.refused_unseen() {
            return (Step::End(refused), None);
        }
        let last = fault.describe();
        let id = self.id.clone();
        let outcome = if self.open {
            Outcome::InDoubt { id, code: Code::UpdateOpen, last }
        } else {
            Outcome::ChangeFailed { id, last }
        };
        (Step::End(End::Settled(outcome)), None)
    }

    /// Whether a request that fails would be its last.
    pub(super) fn is_last_try(&self) -> bool {
        self.failures + 1 >= MOST_TRIES
    }

    /// There is no more time. `sending`: a change is on the wire.
    pub(super) fn cut_short(&mut self, sending: bool) -> Step {
        self.open |= sending;
        self.let_go()
    }

    fn let_go(&mut self) -> Step {
        if let Some(refused) = self.refused_unseen() {
            return Step::End(refused);
        }
        Step::End(if self.open {
            let last = message!("stopped-before-the-change");
            End::Settled(Outcome::InDoubt { id: self.id.clone(), code: Code::UpdateOpen, last })
        } else {
            End::Unsent
        })
    }
}

#[cfg(test)]
mod tests;
