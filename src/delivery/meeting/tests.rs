//! What a row does with somebody who is there.

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

fn exchange<T>(result: Result<T, Fault>) -> Exchange<T> {
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
        let answer = Exchange { status: Some(200), ..exchange(Ok(there(&["More", "Old"]))) };
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
    let answer = exchange(Ok(there(&["Old"])));
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
    let (next, _) = in_part.sent(&row, exchange(Ok(renamed(&["Old"]))), Duration::ZERO);
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
    let answer = Exchange { status: Some(200), ..exchange(Ok(there(&["Old", "New"]))) };
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
    let (next, _) = meeting.sent(&row(), exchange(Ok(there(&["New"]))), Duration::ZERO);
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
    let (next, _) = meeting.sent(row, exchange(Ok(back)), Duration::ZERO);
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
