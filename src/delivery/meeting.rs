//! What happens when a row meets a contact that is there, decided purely: it is left, refused or changed.
//!
//! A change is read, written down and sent. It says the same however often it is sent, so that one whose answer was
//! lost is read again, and sent again if it is not there.

use std::time::Duration;

use super::echo;
use super::life::End;
use super::patience::{Patience, Throttling, back_off, stop_for};
use super::update::{self, Update};
use crate::api::{Exchange, Existence, Fault, StoredContact};
use crate::model::{
    Code, ContactId, FieldChange, NewContact, OnExisting, Outcome, Remark, Stop, Untouched, UpdateRules,
};
use crate::words::message;

/// Tries of one step before it is given up.
const MOST_TRIES: u32 = 5;

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

/// Fields whose values no account has to know: an API that takes changes takes them.
const TAKEN_BY_ALL: [&str; 2] = ["name", "note"];

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
    rules: &'m UpdateRules,
    patience: Patience,
    jitter: fastrand::Rng,
    /// A change of this contact was written down, and may have been sent.
    begun: bool,
    /// The fate of a change that was sent is open.
    open: bool,
    failures: u32,
    throttling: Throttling,
    planned: Option<Update>,
    /// The change was answered, and a look is to tell what became of it.
    answered: Option<Answered>,
    /// The API answers changes as made and does not make them.
    pub(super) is_in_vain: bool,
    /// What the API showed of the contact after the change.
    pub(super) shown: Option<crate::model::Shown>,
    /// What was to be changed, by all tries together, with what there was before the first of them.
    changed: Vec<FieldChange>,
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
            rules,
            patience,
            jitter: fastrand::Rng::with_seed(seed),
            begun,
            open: begun,
            failures: 0,
            throttling: Throttling::default(),
            planned: None,
            answered: None,
            is_in_vain: false,
            shown: None,
            changed: Vec::new(),
            status: None,
            remarks: Vec::new(),
        }
    }

    /// What is to be sent.
    pub(super) fn planned(&self) -> Option<&Update> {
        self.planned.as_ref()
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
                let update = update::update(row, stored, self.rules);
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
                self.planned = Some(update);
                Step::Admit
            }
        }
    }

    fn updated(&mut self) -> Step {
        let fields = self.fields();
        Step::End(End::Settled(Outcome::Updated { id: self.id.clone(), fields }))
    }

    /// The fields that were to be changed.
    fn fields(&self) -> Vec<String> {
        self.changed.iter().map(|change| change.field.clone()).collect()
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
        exchange: Exchange<Option<StoredContact>>,
        now: Duration,
    ) -> Chosen {
        self.status = exchange.status.or_else(|| exchange.result.as_ref().err().and_then(Fault::status));
        if let Some(planned) = &self.planned {
            for change in &planned.fields {
                if self.changed.iter().all(|known| known.field != change.field) {
                    self.changed.push(change.clone());
                }
            }
        }
        match exchange.result {
            Ok(Some(stored)) if self.is_as_before(row, &stored) => {
                // An answer may be behind what it answers.
                (self.answered, self.open) = (Some(Answered::AsMade), true);
                (Step::Wait(self.patience.read_lag), None)
            }
            Ok(Some(stored)) => (self.made(row, stored), None),
            Ok(None) => (self.gone(), None),
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

    /// Whether the contact shows every field that is to be changed as it was before, and not only such as the API may leave out
    /// because the account does not know the value: those came back otherwise, as they do where something else is changed, too.
    fn is_as_before(&self, row: &NewContact, stored: &StoredContact) -> bool {
        let Some(planned) = &self.planned else { return false };
        if !planned.fields.iter().any(|change| TAKEN_BY_ALL.contains(&change.field.as_str())) {
            return false;
        }
        let still = update::update(row, stored, self.rules).fields;
        still.len() == planned.fields.len()
            && still.iter().zip(&planned.fields).all(|(one, other)| is_from_the_same(one, other))
    }

    /// The contact was read after the API had refused to change it: it may have changed some of it before that.
    fn seen_after_refusal(
        &mut self,
        row: &NewContact,
        stored: StoredContact,
        field: Option<String>,
        said: String,
    ) -> Step {
        let still = update::update(row, &stored, self.rules).fields;
        if still.is_empty() {
            return self.made(row, stored);
        }
        let is_made = |change: &&FieldChange| !still.iter().any(|still| is_from_the_same(still, change));
        let made: Vec<String> =
            self.changed.iter().filter(is_made).map(|change| change.field.clone()).collect();
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
        let still = update::update(row, &stored, self.rules).fields;
        let is_still = |change: &FieldChange| still.iter().any(|still| is_from_the_same(still, change));
        // An earlier try, whose answer was lost, may have made what this one did not.
        if !self.changed.iter().all(is_still) {
            return self.made(row, stored);
        }
        (self.open, self.is_in_vain) = (false, true);
        let fields = self.fields().join(", ");
        let last = message!("change-in-vain", fields);
        Step::End(End::Settled(Outcome::ChangeFailed { id: self.id.clone(), last }))
    }

    /// The change was made, at least in part.
    fn made(&mut self, row: &NewContact, stored: StoredContact) -> Step {
        self.open = false;
        self.compare(row, &stored);
        self.shown = stored.shown;
        self.updated()
    }

    /// What came back is held against what was sent: also whether the fields that were not to change are still there.
    fn compare(&mut self, row: &NewContact, stored: &StoredContact) {
        let Some(planned) = self.planned.take() else { return };
        let planned_fields: Vec<&str> = planned.fields.iter().map(|change| change.field.as_str()).collect();
        let mut differing: Vec<String> = echo::differences(row, stored)
            .into_iter()
            .filter(|field| planned_fields.contains(&field.as_str()))
            .collect();
        if let Some(custom_fields) = &stored.custom_fields {
            let given = planned.changes.custom_fields.iter().map(|(label, _)| label);
            for label in given.chain(planned.changes.kept_fields.iter().map(|(label, _)| label)) {
                let field = format!("custom_fields.{label}");
                if !custom_fields.contains_key(label) && !differing.contains(&field) {
                    differing.push(field);
                }
            }
        }
        if let (Some(sent), Some(tags)) = (&planned.changes.tags, &stored.tags)
            && sent.iter().any(|tag| !tags.contains(tag))
            && !differing.iter().any(|field| field == "tags")
        {
            differing.push("tags".to_owned());
        }
        self.remarks.extend(differing.into_iter().map(|field| Remark { code: Code::EchoDiffers, field }));
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

/// Whether two changes are of one field, and it said the same before both.
fn is_from_the_same(one: &FieldChange, other: &FieldChange) -> bool {
    one.field == other.field
        && match (&one.before, &other.before) {
            (Some(one), Some(other)) => update::is_same_value(one, other),
            (one, other) => one == other,
        }
}

/// A look before the first send, as often as it takes.
#[derive(Debug)]
pub(super) struct FirstLook {
    patience: Patience,
    jitter: fastrand::Rng,
    failures: u32,
    throttling: Throttling,
}

/// What a first look shows.
#[derive(Debug)]
pub(super) enum Looked {
    /// The contact is there.
    There(Box<StoredContact>),
    /// It is not: it is sent.
    Nobody,
    /// Nothing: look again after this long.
    Again(Duration),
    /// Nothing, and this is the end of it.
    End(End, Option<Stop>),
}

impl FirstLook {
    pub(super) fn new(patience: Patience, seed: u64) -> Self {
        Self {
            patience,
            jitter: fastrand::Rng::with_seed(seed),
            failures: 0,
            throttling: Throttling::default(),
        }
    }

    pub(super) fn looked(
        &mut self,
        row: &NewContact,
        exchange: Exchange<Option<StoredContact>>,
        now: Duration,
    ) -> Looked {
        let fault = match exchange.result {
            Ok(None) => return Looked::Nobody,
            Ok(Some(stored)) if echo::is_same_number(row, &stored) => return Looked::There(Box::new(stored)),
            Ok(Some(_)) => Fault::Unusable {
                status: exchange.status.unwrap_or_default(),
                why: message!("unusable-another-number"),
            },
            Err(fault) => fault,
        };
        self.throttling.note(Some(&fault));
        if let Fault::Throttled { after } = &fault {
            return match self.throttling.again(*after, now, self.patience.longest_hold) {
                Some(stop) => Looked::End(End::Unsent, Some(stop)),
                None => Looked::Again(Duration::ZERO),
            };
        }
        if let Some(stop) = stop_for(&fault, None) {
            return Looked::End(End::Unsent, Some(stop));
        }
        self.failures += 1;
        if self.failures < MOST_TRIES {
            return Looked::Again(back_off(self.failures, &mut self.jitter));
        }
        let outcome = Outcome::Failed { code: Code::ExistingUnknown, last: fault.describe() };
        Looked::End(End::Settled(outcome), None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Field;

    const UUID: &str = "414a6d692bd645ed803f2e7ce360d4c8";

    fn row() -> NewContact {
        NewContact { tags: vec!["New".to_owned()], ..NewContact::ada() }
    }

    fn there(tags: &[&str]) -> StoredContact {
        StoredContact {
            name: Some("Ada".to_owned()),
            tags: Some(tags.iter().map(|tag| (*tag).to_owned()).collect()),
            shows: vec![Field::Name, Field::Tags],
            ..StoredContact::bare(id())
        }
    }

    fn id() -> ContactId {
        ContactId { uuid: UUID.to_owned(), href: None }
    }

    fn meeting(policy: OnExisting, rules: &UpdateRules, begun: bool) -> Meeting<'_> {
        Meeting::new(id(), (policy, rules), Patience::default(), begun, 1)
    }

    fn exchange(result: Result<Option<StoredContact>, Fault>) -> Exchange<Option<StoredContact>> {
        Exchange { result, status: None, server_time: None }
    }

    fn lost() -> Fault {
        Fault::Lost { why: crate::words::Message::verbatim("cut") }
    }

    fn updated(next: Step) -> bool {
        matches!(next, Step::End(End::Settled(Outcome::Updated { .. })))
    }

    #[test]
    fn each_policy_does_what_it_says_with_somebody_who_is_there() {
        let rules = UpdateRules::default();
        for (policy, expected) in [
            (
                OnExisting::Skip,
                Some(Outcome::Existing { id: id(), differs: true, untouched: Untouched::ByPolicy }),
            ),
            (OnExisting::Update, None),
        ] {
            let next = meeting(policy, &rules, false).seen(&row(), &there(&["Old"]));
            assert_eq!(next, expected.map_or(Step::Admit, |outcome| Step::End(End::Settled(outcome))));
        }
        let next = meeting(OnExisting::Skip, &rules, false).seen(&row(), &there(&["New"]));
        let left = Outcome::Existing { id: id(), differs: false, untouched: Untouched::ByPolicy };
        assert_eq!(next, Step::End(End::Settled(left)), "what was not compared as an update does is left");
        let next = meeting(OnExisting::Fail, &rules, false).seen(&row(), &there(&["Old"]));
        assert!(matches!(next, Step::End(End::Settled(Outcome::Unwanted { differs: true, .. }))));
        let next = meeting(OnExisting::Update, &rules, false).seen(&row(), &there(&["New"]));
        let same = Outcome::Existing { id: id(), differs: false, untouched: Untouched::NothingToChange };
        assert_eq!(next, Step::End(End::Settled(same)));
    }

    #[test]
    fn a_change_is_written_down_before_it_is_sent_and_read_again_when_its_answer_is_lost() {
        let rules = UpdateRules::default();
        let mut meeting = meeting(OnExisting::Update, &rules, false);
        assert_eq!(meeting.seen(&row(), &there(&["Old"])), Step::Admit);
        assert_eq!(meeting.admitted(), Step::Change);
        let (next, stop) = meeting.sent(&row(), exchange(Err(lost())), Duration::ZERO);
        assert!(matches!(next, Step::Wait(_)) && stop.is_none() && meeting.is_in_doubt());
        let (next, _) = meeting.read(&row(), exchange(Ok(Some(there(&["Old", "New"])))), Duration::ZERO);
        assert!(updated(next) && !meeting.is_in_doubt(), "it was made");
    }

    #[test]
    fn a_change_that_is_answered_as_made_and_shown_nowhere_was_not_made() {
        let rules = UpdateRules::default();
        let wanted = NewContact { name: "Ada L.".to_owned(), ..row() };
        let renamed = |tags: &[&str]| StoredContact { name: Some("Ada L.".to_owned()), ..there(tags) };
        let answered = || {
            let mut meeting = meeting(OnExisting::Update, &rules, false);
            meeting.seen(&wanted, &there(&["Old", "More"]));
            meeting.admitted();
            // In whichever order the tags are shown.
            let answer = Exchange { status: Some(200), ..exchange(Ok(Some(there(&["More", "Old"])))) };
            let (next, _) = meeting.sent(&wanted, answer, Duration::ZERO);
            assert_eq!(next, Step::Wait(Patience::default().read_lag));
            assert!(meeting.is_in_doubt(), "nobody knows until it is looked at");
            meeting
        };
        let read = |meeting: &mut Meeting<'_>, stored| {
            meeting.read(&wanted, exchange(Ok(Some(stored))), Duration::ZERO).0
        };
        let mut in_vain = answered();
        let last = message!("change-in-vain", fields = "name, tags");
        let failed = Outcome::ChangeFailed { id: id(), last };
        assert_eq!(read(&mut in_vain, there(&["Old", "More"])), Step::End(End::Settled(failed)));
        assert!(!in_vain.is_in_doubt() && in_vain.status() == Some(200));
        let mut behind = answered();
        assert!(updated(read(&mut behind, renamed(&["Old", "More", "New"]))), "the answer was behind");
        assert_eq!(behind.take_remarks(), []);
        // Something was done, if not all that was asked for.
        let mut otherwise = answered();
        assert!(updated(read(&mut otherwise, renamed(&["Old"]))));
        let differs = [Remark { code: Code::EchoDiffers, field: "tags".to_owned() }];
        assert_eq!(otherwise.take_remarks(), differs);
        // An API may leave out a tag that the account does not know, beside other changes and alone.
        let mut unknown = meeting(OnExisting::Update, &rules, false);
        unknown.seen(&row(), &there(&["Old"]));
        unknown.admitted();
        let answer = exchange(Ok(Some(there(&["Old"]))));
        assert!(updated(unknown.sent(&row(), answer, Duration::ZERO).0));
        assert_eq!(unknown.take_remarks(), differs);
        // The first try took the name, and its answer was lost.
        let row = wanted.clone();
        let mut in_part = meeting(OnExisting::Update, &rules, false);
        in_part.seen(&row, &there(&["Old"]));
        in_part.admitted();
        assert!(matches!(in_part.sent(&row, exchange(Err(lost())), Duration::ZERO).0, Step::Wait(_)));
        in_part.read(&row, exchange(Ok(Some(renamed(&["Old"])))), Duration::ZERO);
        in_part.admitted();
        let (next, _) = in_part.sent(&row, exchange(Ok(Some(renamed(&["Old"])))), Duration::ZERO);
        assert!(updated(next), "the name is changed");
        assert_eq!(in_part.take_remarks(), [Remark { code: Code::EchoDiffers, field: "tags".to_owned() }]);
        let mut unread = answered();
        let mut next = Step::Read;
        while !matches!(next, Step::End(_)) {
            next = unread.read(&row, exchange(Err(lost())), Duration::ZERO).0;
        }
        assert!(matches!(next, Step::End(End::Settled(Outcome::InDoubt { code: Code::UpdateOpen, .. }))));
    }

    #[test]
    fn after_a_refusal_the_contact_is_read_and_what_was_changed_all_the_same_is_told() {
        let rules = UpdateRules::default();
        let row = NewContact { name: "Ada L.".to_owned(), ..row() };
        let refused = || {
            let mut meeting = meeting(OnExisting::Update, &rules, false);
            meeting.seen(&row, &there(&["Old"]));
            meeting.admitted();
            let fault = Fault::Refused { status: 422, field: Some("tags".to_owned()), said: "no".to_owned() };
            let (next, stop) = meeting.sent(&row, exchange(Err(fault)), Duration::ZERO);
            assert_eq!((next, stop), (Step::Read, None));
            meeting
        };
        let told = |made: Option<&[&str]>| {
            let made = made.map(|made| made.iter().map(|field| (*field).to_owned()).collect());
            let (id, field, said) = (id(), Some("tags".to_owned()), "no".to_owned());
            Step::End(End::Settled(Outcome::ChangeRefused { id, field, said, made }))
        };
        let renamed = |tags: &[&str]| StoredContact { name: Some("Ada L.".to_owned()), ..there(tags) };
        let read = |stored| refused().read(&row, exchange(Ok(Some(stored))), Duration::ZERO).0;
        assert_eq!(read(there(&["Old"])), told(Some(&[])));
        assert_eq!(read(renamed(&["Old"])), told(Some(&["name"])));
        assert_eq!(read(there(&[])), told(Some(&["tags"])), "neither as it was nor as it was sent");
        assert!(updated(read(renamed(&["Old", "New"]))), "all of it is there");
        // Nobody can look: it was refused, and that is all there is to say.
        let mut meeting = refused();
        let mut next = Step::Read;
        while !matches!(next, Step::End(_)) {
            next = meeting.read(&row, exchange(Err(lost())), Duration::ZERO).0;
        }
        assert_eq!(next, told(None));
        assert_eq!(refused().cut_short(false), told(None));
    }

    #[test]
    fn what_is_planned_is_told_before_it_is_sent_and_what_was_changed_afterwards() {
        let rules = UpdateRules::default();
        let mut meeting = meeting(OnExisting::Update, &rules, false);
        assert!(meeting.planned().is_none() && meeting.status().is_none());
        assert_eq!(meeting.seen(&row(), &there(&["Old"])), Step::Admit);
        let planned: Vec<&str> =
            meeting.planned().unwrap().fields.iter().map(|change| change.field.as_str()).collect();
        assert_eq!(planned, ["tags"]);
        meeting.admitted();
        let answer = Exchange { status: Some(200), ..exchange(Ok(Some(there(&["Old", "New"])))) };
        let (next, _) = meeting.sent(&row(), answer, Duration::ZERO);
        let fields = vec!["tags".to_owned()];
        assert_eq!(next, Step::End(End::Settled(Outcome::Updated { id: id(), fields })));
        assert_eq!(meeting.status(), Some(200));
    }

    #[test]
    fn what_an_earlier_run_began_is_finished_or_told_but_never_begun_anew_under_another_policy() {
        let rules = UpdateRules::default();
        for policy in [OnExisting::Skip, OnExisting::Create, OnExisting::Fail] {
            let next = meeting(policy, &rules, true).seen(&row(), &there(&["Old", "New"]));
            assert!(updated(next), "{policy:?}");
            let next = meeting(policy, &rules, true).seen(&row(), &there(&["Old"]));
            let left = Outcome::Existing { id: id(), differs: true, untouched: Untouched::ByPolicy };
            assert_eq!(next, Step::End(End::Settled(left)), "{policy:?}");
        }
        let next = meeting(OnExisting::Update, &rules, true).seen(&row(), &there(&["Old"]));
        assert_eq!(next, Step::Admit);
    }

    #[test]
    fn tries_are_bounded_and_only_what_may_have_been_made_is_open() {
        for (fault, code) in [
            (lost(), Code::UpdateOpen),
            (Fault::Unreached { why: crate::words::Message::verbatim("refused") }, Code::UpdateFailed),
        ] {
            let rules = UpdateRules::default();
            let mut meeting = meeting(OnExisting::Update, &rules, false);
            let mut tries = 0;
            let end = loop {
                assert_eq!(meeting.seen(&row(), &there(&["Old"])), Step::Admit);
                meeting.admitted();
                tries += 1;
                match meeting.sent(&row(), exchange(Err(fault.clone())), Duration::ZERO).0 {
                    Step::Wait(_) => {}
                    next => break next,
                }
            };
            assert_eq!(tries, MOST_TRIES);
            let Step::End(End::Settled(outcome)) = end else { panic!("{end:?}") };
            assert_eq!(outcome.contact_id(), Some(&id()), "whoever is there is named");
            match outcome {
                Outcome::InDoubt { code: found, .. } => assert_eq!(found, code),
                outcome => {
                    assert!(matches!(outcome, Outcome::ChangeFailed { .. }) && code == Code::UpdateFailed)
                }
            }
        }
    }

    #[test]
    fn a_stop_leaves_unsent_what_was_not_sent_and_open_what_may_have_been() {
        let rules = UpdateRules::default();
        assert_eq!(meeting(OnExisting::Update, &rules, false).cut_short(false), Step::End(End::Unsent));
        for (begun, sending) in [(true, false), (false, true)] {
            let next = meeting(OnExisting::Update, &rules, begun).cut_short(sending);
            assert!(matches!(next, Step::End(End::Settled(Outcome::InDoubt { code: Code::UpdateOpen, .. }))));
        }
        let denied = Fault::Denied { status: 401, said: String::new() };
        let (next, stop) =
            meeting(OnExisting::Update, &rules, false).read(&row(), exchange(Err(denied)), Duration::ZERO);
        assert_eq!(next, Step::End(End::Unsent));
        assert!(matches!(stop, Some(Stop::TokenRefused { .. })));
    }

    #[test]
    fn what_the_change_lost_on_the_way_is_remarked_on() {
        let rules = UpdateRules::default();
        let mut meeting = meeting(OnExisting::Update, &rules, false);
        meeting.seen(&row(), &there(&["Old"]));
        meeting.admitted();
        let (next, _) = meeting.sent(&row(), exchange(Ok(Some(there(&["New"])))), Duration::ZERO);
        assert!(updated(next));
        assert_eq!(
            meeting.take_remarks(),
            [Remark { code: Code::EchoDiffers, field: "tags".to_owned() }],
            "a tag that was there is gone"
        );
    }

    /// What is remarked on when this comes back for a change of what is there.
    fn remarked(row: &NewContact, stored: &StoredContact, back: StoredContact) -> Vec<String> {
        let rules = UpdateRules::default();
        let mut meeting = meeting(OnExisting::Update, &rules, false);
        assert_eq!(meeting.seen(row, stored), Step::Admit);
        meeting.admitted();
        let (next, _) = meeting.sent(row, exchange(Ok(Some(back))), Duration::ZERO);
        assert!(updated(next));
        let remarks = meeting.take_remarks();
        assert!(remarks.iter().all(|remark| remark.code == Code::EchoDiffers));
        remarks.into_iter().map(|remark| remark.field).collect()
    }

    #[test]
    fn tags_are_remarked_on_once_whoever_they_belong_to_and_not_where_all_came_back() {
        let old = there(&["Old"]);
        assert_eq!(remarked(&row(), &old, there(&["New", "Old", "Other"])), [""; 0]);
        assert_eq!(remarked(&row(), &old, there(&["Old", "Other"])), ["tags"], "the row's");
        assert_eq!(remarked(&row(), &old, there(&[])), ["tags"], "both");
        let renamed = NewContact { name: "Ada L.".to_owned(), ..row() };
        assert_eq!(remarked(&renamed, &old, there(&["New"])), ["name", "tags"]);
    }

    #[test]
    fn custom_fields_that_went_missing_are_remarked_on_once_each_the_rows_and_the_others() {
        let text = |text: &str| crate::model::FieldValue::Text(text.to_owned());
        let row = NewContact { custom_fields: vec![("City".to_owned(), text("Rome"))], ..row() };
        let with = |fields: &[(&str, &str)]| StoredContact {
            custom_fields: Some(
                fields.iter().map(|(label, value)| ((*label).to_owned(), (*value).to_owned())).collect(),
            ),
            ..there(&["New"])
        };
        let (city, colour) = (("City", "Rome"), ("Colour", "Red"));
        let of_others = with(&[("City", "Milan"), colour]);
        assert_eq!(remarked(&row, &of_others, with(&[city, colour])), [""; 0]);
        assert_eq!(remarked(&row, &of_others, with(&[city])), ["custom_fields.Colour"]);
        assert_eq!(remarked(&row, &of_others, with(&[colour])), ["custom_fields.City"]);
        let both = ["custom_fields.City", "custom_fields.Colour"];
        assert_eq!(remarked(&row, &of_others, with(&[])), both);
    }

    #[test]
    fn a_first_look_says_there_nobody_or_that_it_cannot_be_known() {
        let mut look = FirstLook::new(Patience::default(), 1);
        assert!(matches!(look.looked(&row(), exchange(Ok(None)), Duration::ZERO), Looked::Nobody));
        assert!(matches!(
            look.looked(&row(), exchange(Ok(Some(there(&[])))), Duration::ZERO),
            Looked::There(_)
        ));
        let other = StoredContact { phone_digits: Some("15046218927".to_owned()), ..there(&[]) };
        for _ in 1..MOST_TRIES {
            let shown = look.looked(&row(), exchange(Ok(Some(other.clone()))), Duration::ZERO);
            assert!(matches!(shown, Looked::Again(_)), "somebody else's contact is no answer");
        }
        let shown = look.looked(&row(), exchange(Ok(Some(other))), Duration::ZERO);
        assert!(matches!(
            shown,
            Looked::End(End::Settled(Outcome::Failed { code: Code::ExistingUnknown, .. }), None)
        ));
    }
}
