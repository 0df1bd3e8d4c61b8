//! An answer is lost, or says no after one that was: look-ups, until it is known what became of the send.

use super::*;

#[test]
fn a_lost_answer_is_looked_up_before_anything_is_sent_again() {
    for fault in
        [lost(), Fault::Broken { status: 503 }, Fault::Unusable { status: 200, why: Message::verbatim("") }]
    {
        let mut walk = Walk::new();
        assert_eq!(walk.send(Err(fault)), (Next::LookUp, None));
        walk.now = 1;
        assert_eq!(walk.look(Ok(Some(stored("Ada", Some(0))))), created(true));
    }
}

#[test]
fn a_miss_is_believed_only_after_the_settle_time_and_then_it_is_sent_again() {
    let mut walk = Walk::new();
    walk.now = 10;
    walk.send(Err(lost()));
    let mut ages = Vec::new();
    loop {
        ages.push(walk.now - 10);
        match walk.look(Ok(None)) {
            (Next::Wait(wait), None) => walk.now += wait.as_secs(),
            decision => break assert_eq!(decision, (Next::Send, None)),
        }
    }
    assert_eq!(ages, [0, 2, 8, 30, 125]);
}

#[test]
fn a_row_whose_answers_are_always_lost_ends_as_failed_when_it_is_provably_not_there() {
    let mut walk = Walk::new();
    for _ in 0..2 {
        assert_eq!(walk.send(Err(lost())), (Next::LookUp, None));
        assert_eq!(walk.look_until_settled(), (Next::Send, None));
    }
    walk.send(Err(lost()));
    assert_eq!(code(&walk.look_until_settled()), Some(Code::AttemptsUsedUp));
    assert_eq!(walk.life.attempts(), 3);
}

#[test]
fn strict_never_sends_again_what_may_exist() {
    let mut walk = Walk::with(NewContact::ada(), Patience { strict: true, ..Patience::default() });
    walk.send(Err(lost()));
    assert_eq!(code(&walk.look_until_settled()), Some(Code::Strict));
}

#[test]
fn where_nobody_can_look_the_row_is_unconfirmed_at_once() {
    let mut walk =
        Walk::with(NewContact { source: Source::Telegram, ..NewContact::ada() }, Patience::default());
    assert_eq!(code(&walk.send(Err(lost()))), Some(Code::NoLookup));
}

#[test]
fn a_contact_that_was_found_is_ours_only_if_it_came_after_the_first_send_under_this_name() {
    for (name, created_at, expected) in [
        ("Ada", Some(101), created(true)),
        ("Ada", Some(98), created(true)), // whole-second stamps
        ("Bob", Some(101), existing(true)),
        ("Ada", None, created(true)),
        ("Bob", None, existing(true)),
    ] {
        let mut walk = Walk::new();
        walk.now = 100;
        walk.send(Err(lost()));
        walk.now = 130;
        assert_eq!(walk.look(Ok(Some(stored(name, created_at)))), expected, "{name} {created_at:?}");
    }
}

#[test]
fn a_look_up_that_shows_another_number_decides_nothing() {
    let mut walk = Walk::new();
    walk.send(Err(lost()));
    let other = StoredContact { phone_digits: Some("15046218927".to_owned()), ..stored("Ada", Some(0)) };
    assert!(matches!(walk.look(Ok(Some(other))), (Next::Wait(_), None)));
}

#[test]
fn a_token_that_is_refused_during_a_look_up_leaves_the_row_unconfirmed() {
    let mut walk = Walk::new();
    walk.send(Err(lost()));
    let decision = walk.look(Err(Fault::Denied { status: 401, said: String::new() }));
    assert_eq!(code(&decision), Some(Code::StoppedInDoubt));
    assert!(decision.1.is_some());
}

#[test]
fn a_look_up_that_keeps_failing_leaves_the_row_unconfirmed_at_the_settle_time() {
    let mut walk = Walk::new();
    walk.send(Err(lost()));
    let mut looks = 0;
    let decision = loop {
        looks += 1;
        match walk.look(Err(Fault::Broken { status: 500 })) {
            (Next::Wait(wait), None) => walk.now += wait.as_secs() + 1,
            decision => break decision,
        }
    };
    assert_eq!(code(&decision), Some(Code::LookupFailed));
    assert!(looks <= 5 * (EARLY_LOOKS.len() + 1), "{looks}");
}

#[test]
fn look_ups_that_are_refused_because_of_the_rate_for_an_hour_on_end_stop_the_run() {
    let mut walk = Walk::new();
    walk.send(Err(lost()));
    let throttled = || Err(Fault::Throttled { after: None });
    assert_eq!(walk.look(throttled()), (Next::LookUp, None));
    walk.now = 3000;
    // An answer in between, and the hour begins anew.
    assert!(matches!(walk.look(Err(Fault::Broken { status: 500 })), (Next::Wait(_), None)));
    walk.now = 3601;
    assert_eq!(walk.look(throttled()), (Next::LookUp, None));
    walk.now = 7200;
    assert_eq!(walk.look(throttled()), (Next::LookUp, None));
    walk.now = 7202;
    let decision = walk.look(throttled());
    assert_eq!(code(&decision), Some(Code::StoppedInDoubt));
    assert_eq!(decision.1, Some(Stop::HeldTooLong { seconds: 3601 }));
}

#[test]
fn a_look_up_that_fails_is_tried_again_five_times_and_not_at_all_when_the_run_stops() {
    let mut walk = Walk::new();
    walk.send(Err(lost()));
    let mut failed = || walk.look(Err(Fault::Broken { status: 500 }));
    for _ in 1..MOST_LOOK_FAILURES {
        assert!(matches!(failed(), (Next::Wait(wait), None) if wait <= seconds(8)));
    }
    // This look is given up; the next one is at two seconds.
    assert_eq!(failed(), (Next::Wait(seconds(2)), None));
    let mut walk = Walk::new();
    walk.send(Err(lost()));
    walk.life.hurry();
    assert_eq!(code(&walk.look(Err(Fault::Broken { status: 500 }))), Some(Code::StoppedInDoubt));
}

#[test]
fn a_refusal_after_an_answer_that_was_lost_may_be_about_ones_own_contact() {
    let mut walk = Walk::new();
    walk.send(Err(lost()));
    assert_eq!(walk.look_until_settled(), (Next::Send, None));
    let refused = Fault::Refused { status: 409, field: None, said: "taken".to_owned() };
    assert_eq!(walk.send(Err(refused)), (Next::LookUp, None));
    assert_eq!(walk.look(Ok(Some(stored("Ada", Some(1))))), created(true));
    assert!(!walk.life.was_there() && walk.life.take_duplicate().is_none());
}

#[test]
fn a_look_that_is_given_up_ends_a_doubt_at_the_settle_time_and_leaves_a_refusal_as_it_was_said() {
    let mut walk = Walk::new();
    let give_up = |walk: &mut Walk| {
        let mut decision = walk.look(Err(Fault::Broken { status: 500 }));
        for _ in 1..MOST_LOOK_FAILURES {
            decision = walk.look(Err(Fault::Broken { status: 500 }));
        }
        decision
    };
    walk.send(Err(lost()));
    walk.now = 124;
    assert!(matches!(give_up(&mut walk), (Next::Wait(_), None)));
    walk.now = 125;
    assert_eq!(code(&give_up(&mut walk)), Some(Code::LookupFailed));
    let mut walk = Walk::new();
    walk.send(Err(Fault::Refused { status: 422, field: None, said: "no".to_owned() }));
    let rejected = Outcome::Rejected { field: None, said: "no".to_owned() };
    assert_eq!(give_up(&mut walk), (Next::End(End::Settled(rejected)), None));
}
